"""What a stress takes each year, where people see it: results, workbook, report, map; and what
of it is public.
"""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from asset_inventory.assessment.explain import explain
from asset_inventory.disclosure.assessment import disclosed, visible_tables
from asset_inventory.model.reading import read_city
from asset_inventory.outputs.files.results import asset_figures, result_tables
from asset_inventory.outputs.files.workbooks import sheets_of
from asset_inventory.outputs.map.city_layer import attributes_of_assets
from asset_inventory.outputs.map.city_map import write_map
from asset_inventory.outputs.map.content import about_block, page_block
from asset_inventory.outputs.views.city import exercise_titles, maps_of
from asset_inventory.outputs.views.figures import figures_of
from asset_inventory.outputs.views.summary import five_lines
from asset_inventory.outputs.views.tables import by_chronic_hazard, chronic_hazard_tables
from tests.support.map_page import HOUSE_A, click, popup_text
from tests.support.tidal_flooding import CURVE, HOUSES, RARER, ROADS, rob
from tests.support.town import write_grid

PUBLIC = ('[[assets]]\nname = "buildings"', '[[assets]]\nname = "buildings"\nvisibility = "public"')


@pytest.mark.slow
def test_explain_tells_days_price_arithmetic_and_source(town):
    rob(town, HOUSES, ROADS)
    city = read_city(town)
    house, road = (explain(city, one).lines("en") for one in ("buildings:A", "roads:C"))
    for line in (
        "  occurs 40 days a year (tide gauge); extent as on the 1-year map",
        "  annual cost rate: 0.02 of the value a year, for the exposed share (by pencil)",
        "  annual damage: Rp1,000 × 0.02 × share 0.5 = Rp10",
        "  service disruption: 40 × 0.5 × share 0.5 = 10 days a year",
        (
            "  EAD Rp10 a year, interpolation bounds Rp10 to Rp10 (annual cost rate of a stress; 1 map)"
        ),
    ):
        assert line in house, house
    assert (
        "  annual cost rate: Rp15 per m a year, for the exposed share (by pencil; FICTITIOUS)"
        in road
    )
    assert "  annual damage: 100 m × Rp15 × share 0.5 = Rp500" in road
    assert "    at most the value of the exposed share" in road
    assert any(
        "gangguan layanan: 40 × 0,5 × bagian 0,5 = 10 hari per tahun" in line
        for line in explain(city, "buildings:A").lines("id")
    )


def test_explain_shows_both_parts_of_a_stress_with_events(town):
    for period, depth in ((5, 1.0), (10, 2.0), (20, 4.0)):
        write_grid(town / f"rob_{period}.tif", np.array([[0.0, -9999.0], [depth, 0.0]]))
    made = rob(town, HOUSES, ROADS, CURVE, maps=RARER)
    # events 112.5, s = 10/1000: 10 + 0.99 x 112.5
    lines = explain(made.city, "buildings:A").lines("en")
    said = next(
        one
        for one in lines
        if one.startswith("    events damage the value that the stress leaves:")
    )
    # rupiah are told whole: 112.5 and 121.375
    assert re.search(r"Rp10 \+ \(1 − Rp10 / Rp1,000\) × Rp11[23] = Rp121$", said), said


def test_results_and_workbook_hold_the_table_of_stresses(town):
    made = rob(town, HOUSES, ROADS)
    assert len(result_tables(made, language="en")["chronic_hazards"]) == 3
    days = asset_figures(made).set_index("asset_id")["disruption_days"]
    assert days[["buildings:A", "buildings:B", "roads:C"]].tolist() == pytest.approx([10, 0, 10])
    # the one may be reached, the other has no place
    assert days[["buildings:D", "buildings:E"]].isna().all()
    sheet = next(one for one in sheets_of(made, "id") if one.name == "chronic_hazards")
    (days,) = (column for column in sheet.columns if column.label == "disruption_days")
    assert days.values["unit"] == "hari per tahun" and len(sheet.rows) == 3


def test_the_summary_says_what_the_stress_does(town):
    said = five_lines(rob(town, HOUSES, ROADS), "en")[1]
    assert (
        "rob occurs 40 days a year and affects 2 assets; for 1 more there is no map data." in said
    )
    # 10 of the house, 500 of the road; ten days each
    assert (
        "Frequent event only (2 assets): Rp510 a year." in said
        and "Service disruption: 20 asset-days a year in total; at most 10 days at one asset."
        in said
    )


def test_a_report_tells_stresses_apart_by_district_and_department(town):
    made = rob(town, HOUSES, ROADS)
    figures = figures_of(made)
    west = by_chronic_hazard(figures, made, "district").set_index("part").loc["1"]
    assert west[
        ["reached", "perhaps", "annual_damage", "without_figure", "disruption_days", "days_most"]
    ].tolist() == (pytest.approx([2, 1, 510, 0, 20, 10]))
    tables = {
        language: chronic_hazard_tables(
            figures, made, ["district", "owner"], lambda *_: "", language
        )
        for language in ("en", "id")
    }
    assert [one.name for one in tables["en"]] == ["stress-by-district", "stress-by-owner"]
    assert tables["id"][0].texts[-1] == ["rob", "Jumlah", "2", "1", "510", "0", "20", "10"]
    assert not chronic_hazard_tables(figures, made, [], lambda *_: "", "en")
    hidden = chronic_hazard_tables(figures, made, ["district"], lambda *_: "", "en", hidden=True)[0]
    assert len(hidden.columns) == 6 and "510" not in str(hidden.texts)


def test_the_page_holds_days_and_price_and_tells_how_stresses_are_priced(town):
    made = rob(town, HOUSES, ROADS)
    table, _ = attributes_of_assets(made, maps_of(made))
    place = [name for name, _ in maps_of(made)].index("rob")
    row = table.set_index("asset_id").loc["buildings:A"]
    assert row[[f"{place}.disruption_days", f"{place}.annual_damage"]].tolist() == pytest.approx(
        [10, 10]
    )
    said = about_block(made)["stresses"]
    assert [one["name"]["en"] for one in said] == ["rob", "rob, house, clinic", "rob, road"]
    assert (
        "occurs 40 days a year" in said[0]["sentence"]["en"]
        and "Rp15 per m a year" in said[2]["sentence"]["en"]
    )
    assert [one["exercise"] for one in said] == [False, False, True]
    assert "by pencil" in exercise_titles(made)
    assert page_block(made, {}, [], "en")["rules"]["yearly price"] == "map.rule.yearly_price"


def test_the_public_holds_days_and_neither_prices_nor_what_tells_a_value(edit, town):
    edit(PUBLIC)
    cost = HOUSES.replace("fraction = 0.02", 'cost = 77\nper = "piece"')
    held = disclosed(rob(town, cost, ROADS))
    # Roads are internal
    assert held.chronic_hazards["asset_id"].tolist() == [
        "buildings:A",
        "buildings:D",
    ]
    assert held.chronic_hazards["disruption_days"].tolist()[0] == pytest.approx(10)
    assert held.chronic_hazards[["annual_damage", "annual_damage_ratio"]].isna().all(axis=None)
    assert not {"annual_damage", "annual_damage_ratio"} & set(
        visible_tables({"chronic_hazards": held.chronic_hazards}, held)["chronic_hazards"]
    )
    text = json.dumps(held.provenance["rules"])
    assert (
        "77" not in re.findall(r"\d+", json.dumps(held.provenance["rules"]["yearly"]))
        and '"cost"' not in text
    )
    assert held.city.yearly == ()
    assert (
        "annual cost rate" not in five_lines(held, "en")[1]
        and "Service disruption: 10 asset-days a year" in five_lines(held, "en")[1]
    )


def test_the_public_reads_a_fraction_as_it_reads_a_curve(edit, town):
    edit((PUBLIC[0], PUBLIC[1] + '\ncolumn_visibility = { value = "public" }'))
    held = disclosed(rob(town, HOUSES, ROADS))
    assert held.chronic_hazards["annual_damage"].tolist() == pytest.approx([10, 0])
    assert held.provenance["rules"]["yearly"] == {
        "rob": {
            kind: {
                "fraction": 0.02,
                "each": "year",
                "service_lost": 0.5,
                "source": "by pencil",
                "exercise": False,
            }
            for kind in ("house", "clinic")
        }
    }


@pytest.mark.chromium
def test_a_click_tells_days_of_service_lost_and_the_yearly_price(town, open_page, tmp_path):
    made = rob(town, HOUSES, ROADS)
    page = open_page(write_map(made, tmp_path / "map.html", language="en")).page
    click(page, HOUSE_A)
    text = popup_text(page)
    assert re.search(r"Service disruption \(days\)\s+10 per year", text), text
    assert (
        re.search(r"Annual cost of the stress\s+Rp10", text)
        and "annual cost rate (from 1 map)" in text
    )
    assert re.search(r"1 year\s+50%\s+0\.50.m\s+annual cost rate", text)
    page.keyboard.press("Escape")
    page.click("[data-language=id]")
    assert "tekanan: terjadi 40 hari per tahun" in page.text_content("#prices")
