"""A public page holds what is public and nothing else: its bytes are decoded and looked through."""

from __future__ import annotations

import json
import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from asset_inventory.assessment.provenance import NO_FIGURE
from asset_inventory.assessment.run import assess
from asset_inventory.disclosure.assessment import (
    OF_CITY,
    OF_LAYER,
    disclosed,
    few_withheld,
    hidden_columns,
)
from asset_inventory.model.city import AssetLayer, City
from asset_inventory.model.reading import read_city
from asset_inventory.outputs.map.city_map import write_map
from asset_inventory.outputs.report.write import write_report
from tests.support.map_page import EXPOSED
from tests.support.page_contents import decoded, head
from tests.support.public_data import INTERNAL, MONEY, PUBLIC, SAYS_VALUE, YEARLY

JOINT = {"ead_least", "ead_most", "ead_scored"}


@pytest.fixture
def page_of(edit, tmp_path):
    def written(*pairs, audience="public"):
        assessment = assess(read_city(edit(*pairs)))
        path = write_map(disclosed(assessment, audience), tmp_path / "map.html", language="en")
        return path.read_text(encoding="utf-8")

    return written


def test_value_owner_and_condition_are_internal_unless_the_city_says_otherwise(edit):
    layer = read_city(edit(PUBLIC)).assets[0]
    assert hidden_columns(layer) == {"owner", "condition"} | MONEY | JOINT
    told = layer.model_copy(update={"column_visibility": {"value": "public", "name": "internal"}})
    assert hidden_columns(told) == {"owner", "condition", "name"}


@pytest.mark.slow
def test_the_whole_public_file_holds_no_internal_layer_or_column(page_of):
    internal = decoded(page_of(audience="internal"))
    assert "roads:" in internal
    html = page_of(PUBLIC)
    text = decoded(html)
    assert "buildings" in text
    for name in ("roads:", "roads.gpkg", "asset-inventory explain"):
        assert name not in text.replace("asset-inventory explain ${", ""), name
    columns = {
        one["name"].rpartition(".")[2] for part in head(html)["columns"].values() for one in part
    }
    assert "intensity_max" in columns
    assert not columns & ({"owner", "condition"} | MONEY)
    assert not {"owner"} & set(head(html)["classes"])
    worst = json.loads(re.search(r'id="data-assets">(.*?)</script>', html, re.S)[1])["worst"]
    assert set(worst["ead"]) == {None}
    assert json.loads(re.search(r'id="data-about">(.*?)</script>', html, re.S)[1])["prices"] == []
    assert "TERBUKA / PUBLIC" in html
    assert "TERBATAS –" not in re.sub(
        r'<script type="application/json".*?</script>', "", html, flags=re.S
    )


CONTEXT = (
    '[[assets]]\nname = "buildings"',
    '[[context]]\nname = "Pipes"\npath = "landslide.gpkg"\n{}'
    'source = {{ title = "Pipes", licence = "CC0-1.0" }}\n\n' + PUBLIC[1],
)


def test_an_internal_hazard_is_in_no_byte(page_of):
    html = page_of(SAYS_VALUE, ('name = "flood"\n', 'name = "flood"\n' + INTERNAL))
    text = decoded(html)
    for name in ('"flood"', "flood_100.tif", "straight.csv", "water depth", "by pencil"):
        assert name not in text.replace('"source":"by pencil"', ""), name
    assert '"landslide"' in text
    assert "data-hazard-1-0" not in html
    hazards = json.loads(re.search(r'id="data-hazards">(.*?)</script>', html, re.S)[1])
    assert [one["name"] for one in hazards] == ["landslide"]
    # the flood alone was an exercise
    assert '"data_status":{"words":["real"]' in text


def test_figures_rest_on_public_hazards_only(edit):
    whole = assess(read_city(edit(SAYS_VALUE, ('name = "flood"\n', 'name = "flood"\n' + INTERNAL))))
    part = disclosed(whole)
    assert (
        set(part.exposure_counts["hazard"].astype(str))
        == set(part.exposure["hazard"].astype(str))
        == {"landslide"}
    )
    assert not len(part.damage)
    assert part.district_damage["ead"].isna().all()
    # the landslide takes half of A and all of B; D lies outside it
    assert part.district_damage["assets_exposed"].sum() == 2
    assert part.district_damage["people_exposed"].isna().all()


@pytest.mark.slow
@pytest.mark.parametrize(("said", "there"), [("", True), (INTERNAL, False)])
def test_an_internal_context_layer_is_in_no_byte(page_of, said, there):
    html = page_of((CONTEXT[0], CONTEXT[1].format(said)))
    assert ("Pipes" in decoded(html)) is there
    context = json.loads(re.search(r'id="data-context">(.*?)</script>', html, re.S)[1])
    assert len(context["layers"]) == int(there)


def test_internal_districts_are_in_no_byte_and_squares_take_their_place(page_of):
    html = page_of(PUBLIC, ('id = "CODE"\n', 'id = "CODE"\n' + INTERNAL))
    text = decoded(html)
    for name in ("districts.gpkg", '"title":"Districts"'):
        assert name not in text, name
    # the town is 100 m wide from 436 km east and 9227 km north
    districts = json.loads(re.search(r'id="data-districts">(.*?)</script>', html, re.S)[1])
    assert districts["id"] == ["1 km 436-9227", "outside districts"]
    assert sum(districts["assets"]) == 4


def test_what_the_city_calls_public_is_there(page_of):
    columns = {
        one["name"].rpartition(".")[2]
        for part in head(page_of(SAYS_VALUE))["columns"].values()
        for one in part
    }
    assert columns >= {"owner"} | (MONEY - YEARLY - {"ead_sea"})


def test_sums_are_made_again_from_what_is_public(edit):
    whole = assess(read_city(edit(SAYS_VALUE)))
    part = disclosed(whole)
    assert len(part.assets) < len(whole.assets)
    assert part.exposure_counts["assets"].sum() == len(part.assets) * len(
        whole.exposure_counts[["hazard", "return_period"]].drop_duplicates()
    )
    assert part.district_damage["assets"].sum() == len(part.assets)
    kept = whole.ead[whole.ead["asset_id"].astype(str).str.startswith("buildings:")]
    assert part.district_damage["ead"].sum() == pytest.approx(kept["ead"].sum())


@pytest.mark.chromium
def test_a_city_that_calls_nothing_public_has_an_empty_public_page(page_of, open_page, tmp_path):
    assert "buildings:" not in decoded(page_of())
    opened = open_page(tmp_path / "map.html")
    assert opened.page.evaluate(EXPOSED) == ["0 of 0", "0 not exposed · 0 no data"]
    assert opened.wrong == []


@pytest.mark.chromium
def test_a_public_page_opens_and_says_nothing_internal(page_of, open_page, tmp_path):
    page_of(PUBLIC)
    opened = open_page(tmp_path / "map.html")
    page = opened.page
    page.click("#tab-assets")
    page.click("#asset-rows .go >> nth=0")
    page.wait_for_selector(".leaflet-popup-content")
    text = page.inner_text(".leaflet-popup-content")
    assert "Owner" not in text
    assert "Rp" not in text
    assert "asset-inventory" not in text
    assert opened.wrong == []
    assert opened.violations() == []


def test_small_counts_of_people_are_not_told_and_cannot_be_reckoned_back():
    # in the north 4 people alone are few: 12, the next smallest there, is withheld too; in the
    # south 3 and 7 hide one another; 0 is nobody and hides nothing
    people = pd.DataFrame(
        {
            "people_exposed": [4.0, 12.0, 300.0, 3.0, 7.0, 50.0, 0.0, np.nan],
            "people_rule": ["share of area"] * 7 + ["not known"],
        },
        index=list("abcdefgh"),
    )
    parents = pd.Series(["north"] * 3 + ["south"] * 5, index=people.index)
    told = few_withheld(people, parents)
    assert told["people_rule"].tolist() == [
        "fewer than 10",
        "withheld",
        "share of area",
        "fewer than 10",
        "fewer than 10",
        *["share of area"] * 2,
        "not known",
    ]
    assert told["people_exposed"].dropna().tolist() == [300.0, 50.0, 0.0]
    alone = few_withheld(people.loc[["a", "c"]], parents)
    assert alone["people_exposed"].isna().all()
    # no parents: 4, 3 and 7 are few together
    without = few_withheld(people, pd.Series(dtype=object))
    assert without["people_exposed"].dropna().tolist() == [12.0, 300.0, 50.0, 0.0]


# fmt: off
POPULATION = ('source = { title = "Districts", licence = "CC0-1.0" }',
              'source = { title = "Districts", licence = "CC0-1.0" }\n'
              'population = { path = "people.csv", id = "CODE", field = "POP", '
              'source = { title = "People", licence = "CC0-1.0" } }')
# fmt: on


@pytest.mark.slow
def test_a_small_count_of_people_is_in_no_byte_of_a_public_page(edit, town, tmp_path):
    # the flood reaches the southern half of the west, and all of the east that its maps tell of
    (town / "people.csv").write_text("CODE,POP\n1,14\n2,31234\n", encoding="utf-8")
    assessment = assess(read_city(edit(POPULATION, PUBLIC)))
    exposed = assessment.district_damage.set_index("district")["people_exposed"]
    assert exposed["1"] == 7.0 and exposed["2"] == 31_234.0
    path = write_map(disclosed(assessment), tmp_path / "map.html", language="en")
    block = json.loads(
        re.search(r'id="data-districts">(.*?)</script>', path.read_text(encoding="utf-8"), re.S)[1]
    )
    assert set(block["people_exposed"]) == {None}
    assert set(block["people_rule"]["words"]) >= {"fewer than 10", "withheld"}
    written = write_report(
        disclosed(assessment), tmp_path / "report", languages=("en",), per=("district",)
    )
    text = "".join(path.read_text(encoding="utf-8") for path in written.every())
    assert "fewer than 10" in text
    assert not [count for count in ("31,234", "31,241", "31,200") if count in text]
    internal = write_report(assessment, tmp_path / "internal", languages=("en",))
    # 7 + 31,234, to three digits
    assert "About 31,200 residents" in internal.reports["en"].read_text(encoding="utf-8")


RULES = (
    (
        'fields = { asset_id = "ID", name = "NAME", value = "VALUE" }',
        'fields = { asset_id = "ID", name = "NAME", value = "VALUE", condition = "CANARYCOND" }\n'
        'where = { CANARYCOND = "*", KIND = "*" }',
    ),
    (
        "[values]\n",
        '[values]\ncanarybunker = { per = "piece", amount = 98765, source = "canary list" }\n',
    ),
    ('asset_type = "road"', 'asset_type = "canarybunker"'),
    ('name = "landslide"\n', 'name = "canarylide"\n' + INTERNAL),
)


def test_public_rules_tell_no_internal_name_field_or_price(edit, town):
    buildings = gpd.read_file(town / "buildings.gpkg").assign(CANARYCOND=0.5)
    buildings.to_file(town / "buildings.gpkg", driver="GPKG")
    whole = assess(read_city(edit(PUBLIC, *RULES))).provenance["rules"]
    assert whole["values"]["canarybunker"]["amount"] == 98765
    part = disclosed(assess(read_city(town))).provenance
    rules, text = part["rules"], json.dumps(part)
    assert (
        "canary" not in text.lower()
        and "98765" not in text
        and "Works" not in text
        and "VALUE" not in text
    )
    assert rules["assets"].keys() == {"buildings"} and rules["assets"]["buildings"]["where"] == {
        "KIND": ["*"]
    }
    assert rules["assets"]["buildings"]["fields"] == {"asset_id": ["ID"], "name": "NAME"}
    assert rules["values"] == {} and rules["hazards"]["flood"]["exposed_from"] == 0.1
    assert rules["curves"] == {"flood": dict.fromkeys(("house", "clinic", "depot"), "straight.csv")}
    assert rules["districts"]["id"] == "CODE" and rules["layer_order"] == ["buildings"]


def test_public_prices_are_those_of_public_types(edit, town):
    price = (
        "[values]\n",
        '[values]\nhouse = { per = "piece", amount = 4321, source = "open list" }\n',
    )
    rules = disclosed(assess(read_city(edit(SAYS_VALUE, price)))).provenance["rules"]
    assert rules["values"].keys() == {"house"}  # the price of roads tells of an internal layer
    assert rules["assets"]["buildings"]["fields"]["value"] == "VALUE"
    town.joinpath("people.csv").write_text("CODE,POP\n1,14\n2,31234\n", encoding="utf-8")
    dwellings = POPULATION[1].replace(
        'field = "POP",', 'field = "POP", dwellings = ["house", "road"],'
    )
    told = disclosed(assess(read_city(edit((POPULATION[0], dwellings))))).provenance["rules"]
    assert told["districts"]["population"]["dwellings"] == ["house"]


def test_whether_the_public_may_read_a_key_of_city_toml_is_decided_for_each():
    # told in part, or not at all
    inside = {
        "register",
        "assets",
        "hazards",
        "curves",
        "yearly",
        "values",
        "districts",
        "condition",
        "relations",
        "pressures",
        "influences",
        "focus_areas",
        "resilience",
    }
    assert {
        field.alias or name for name, field in City.model_fields.items() if not field.exclude
    } == ({*OF_CITY} | inside | NO_FIGURE) - {"breaks", "ead"} | ({"ead"} & set(City.model_fields))
    assert set(AssetLayer.model_fields) == {
        *OF_LAYER,
        "name",
        "owner",
        "label",
        "visibility",
        "column_visibility",
    }
