"""What city.toml asks of the fields of files: words that nearly match, filters that leave none,
one field for two.
"""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from asset_inventory.assessment.precheck import check_city
from asset_inventory.assessment.run import assess
from asset_inventory.messages import LANGUAGES, describe_finding
from asset_inventory.model.errors import CityError
from asset_inventory.model.reading import read_city
from asset_inventory.model.texts import near_listed, near_words
from tests.support.town import X, Y

pytestmark = pytest.mark.slow

ZONES = 'order = ["low", "high"] }'
BUILDINGS = 'asset_type = { field = "KIND" }'
# sixteen spellings of six types
# fmt: off
SIXTEEN = ["School", "school", "SCHOOL ", "schol", "Clinic", "clinic", "CLINIC", "fire station", "Fire-Station",
           "fire_station", "Market", "market", "markets", "Depot", "depot", "house"]
# fmt: on
# fmt: off
SIX = {"school": "school", "clinic": "clinic", "fire_station": "fire station", "market": "market", "depot": "depot",
       "house": "house"}
# fmt: on


def zones(town, **columns) -> None:
    count = len(next(iter(columns.values())))
    shapes = [shapely.box(X + 10 * place, Y, X + 10 * place + 10, Y + 50) for place in range(count)]
    gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:32749").to_file(town / "landslide.gpkg")


def buildings(town, **columns) -> None:
    count = len(next(iter(columns.values())))
    given = {
        "ID": [f"{place}" for place in range(count)],
        "NAME": None,
        "KIND": "house",
        "VALUE": 1.0,
    } | columns
    places = [shapely.Point(X + 1 + place, Y + 25) for place in range(count)]
    gpd.GeoDataFrame(given, geometry=places, crs="EPSG:32749").to_file(town / "buildings.gpkg")


def found(town, code: str) -> list[dict]:
    """The findings of one code, the same in a check and on the results."""
    city = read_city(town)
    rows = [row for row in check_city(city).findings.to_dict("records") if row["code"] == code]
    assert rows == [row for row in assess(city).findings.to_dict("records") if row["code"] == code]
    return rows


@pytest.mark.slow
def test_a_word_that_a_filter_nearly_selects_is_told_with_its_number(edit, ask, tmp_path):
    town = edit((ZONES, 'order = ["low", "high"], where = { FLOODPRONE = ["YES"] } }'))
    zones(town, CLASS=["high"] * 6, FLOODPRONE=["YES", "yes", "yes", "Yes", "no", None])
    (row,) = found(town, "where_word_near")
    assert (row["source"], row["column"], row["count"]) == (
        "landslide (landslide.gpkg)",
        "FLOODPRONE",
        3,
    )
    for language in LANGUAGES:
        sentence, remedy = describe_finding(row, language)
        assert '"yes" ≈ "YES" (2), "Yes" ≈ "YES" (1)' in sentence
        assert "ignore_case = true" in remedy
    # both commands say it
    assert '"yes" ≈ "YES" (2)' in ask("check", town)[1]
    assert (
        '"yes" ≈ "YES" (2)'
        in ask(
            "assess", town, "--verbose", "--results", tmp_path / "r", "--map", tmp_path / "m.html"
        )[1]
    )


def test_a_map_that_ignores_case_takes_all_of_them(edit):
    town = edit(
        (ZONES, 'order = ["low", "high"], where = { FLOODPRONE = ["YES"] }, ignore_case = true }')
    )
    zones(town, CLASS=["high", "HIGH", "High", "low"], FLOODPRONE=["YES", "yes", "Yes", "no"])
    city = read_city(town)
    assert not set(check_city(city).findings["code"]) & {
        "where_word_near",
        "list_word_near",
        "zone_intensity_unknown",
    }
    of_road = assess(city).exposure.query("hazard == 'landslide' and asset_id == 'roads:C'")
    assert of_road["exposed_fraction"].tolist() == pytest.approx([0.3])


@pytest.mark.slow
def test_a_filter_of_a_layer_tells_them_too_out_of_its_file_and_out_of_the_register(edit, ask):
    town = edit((BUILDINGS, BUILDINGS + '\nwhere = { KIND = ["house"] }'))
    buildings(town, KIND=["house", "House", "HOUSE", "hous e", "shop"])
    for _ in ("file", "register"):
        (row,) = found(town, "where_word_near")
        assert (row["source"], row["column"], row["count"]) == ("buildings", "KIND", 3)
        ask("start", town)
    text = (town / "city.toml").read_text(encoding="utf-8")
    (town / "city.toml").write_text(
        text.replace(BUILDINGS, BUILDINGS + "\nignore_case = true"), encoding="utf-8"
    )
    (row,) = found(town, "where_word_near")
    assert row["count"] == 1  # which differs by a blank
    assert len(assess(read_city(town)).assets) == 4


@pytest.mark.slow
def test_sixteen_spellings_of_six_types_are_told_at_once(edit):
    listed = ", ".join(f'{word} = "{kind}"' for word, kind in SIX.items())
    town = edit(
        (BUILDINGS, f'asset_type = {{ field = "KIND", map = {{ {listed} }}, otherwise = "other" }}')
    )
    buildings(town, KIND=SIXTEEN)
    (row,) = found(town, "list_word_near")
    assert (row["source"], row["column"], row["count"]) == ("buildings", "KIND", 10)
    for near in (
        '"Fire-Station" ≈ "fire_station" (1)',
        '"schol" ≈ "school" (1)',
        '"SCHOOL" ≈ "school" (1)',
    ):
        assert near in row["arguments"]["words"]
    text = (town / "city.toml").read_text(encoding="utf-8")
    (town / "city.toml").write_text(
        text.replace('otherwise = "other" }', 'otherwise = "other" }\nignore_case = true')
    )
    (row,) = found(town, "list_word_near")
    assert row["count"] == 4  # a slip, a plural, a blank and a hyphen
    assert (assess(read_city(town)).assets["asset_type"] == "school").sum() == 3


def test_types_that_no_list_tells_are_held_against_those_of_curves_and_against_each_other(edit):
    town = edit(('asset_types = "*"', 'asset_types = ["house", "road"]'))
    buildings(town, KIND=["house", "House", "Pasar", "Pasar", "pasar", "kiosk"])
    (row,) = found(town, "type_word_near")
    assert row["arguments"]["words"] == '"House" ≈ "house" (1), "pasar" ≈ "Pasar" (1)'
    assert (row["count"], describe_finding(row, "en")[1].count('field = "KIND"')) == (2, 1)


@pytest.mark.slow
def test_tags_and_conditions_are_lists_too(edit):
    rule = 'asset_type = { tags = ["KIND=house > home"] }'
    town = edit(
        (BUILDINGS, rule),
        (
            'value = "VALUE" }',
            'value = "VALUE", condition = { field = "COND", map = { rusak = 0.2, baik = 1 } } }',
        ),
    )
    buildings(town, KIND=["house", "House", "shop"], COND=["rusak", "RUSAK", "baik"])
    told = found(town, "list_word_near")
    assert [(row["column"], row["arguments"]["words"]) for row in told] == [
        ("KIND", '"House" ≈ "house" (1)'),
        ("COND", '"RUSAK" ≈ "rusak" (1)'),
    ]
    text = (town / "city.toml").read_text(encoding="utf-8")
    (town / "city.toml").write_text(
        text.replace(rule, rule + "\nignore_case = true"), encoding="utf-8"
    )
    assert not found(town, "list_word_near")
    assets = assess(read_city(town)).assets.iloc[:3]
    assert assets["asset_type"].tolist() == ["home", "home", "other"]
    assert assets["condition"].tolist() == [0.2, 0.2, 1.0]


@pytest.mark.slow
def test_words_of_zones_are_a_list_too(town):
    zones(town, CLASS=["high", "HIGH", "hihg", "unheard"])
    (row,) = found(town, "list_word_near")
    assert (row["source"], row["arguments"]["words"]) == (
        "landslide (landslide.gpkg)",
        '"HIGH" ≈ "high" (1)',
    )
    (row,) = found(town, "zone_intensity_unknown")
    assert row["count"] == 3


def test_a_delivery_hears_of_every_spelling_and_may_ignore_the_case(edit, ask):
    town = edit(
        (BUILDINGS, 'asset_type = { field = "KIND", map = { house = "house", clinic = "clinic" } }')
    )
    buildings(town, KIND=["house", "House", "HOUSE", "Clinic"])
    code, said = ask("validate", town / "buildings.gpkg", "--city", town)
    assert code == 1
    for near in ('"House" ≈ "house" (1)', '"HOUSE" ≈ "house" (1)', '"Clinic" ≈ "clinic" (1)'):
        assert near in said
    edit(('clinic = "clinic" } }', 'clinic = "clinic" } }\nignore_case = true'))
    assert "≈" not in ask("validate", town / "buildings.gpkg", "--city", town)[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_meanings_of_one_word_cannot_ignore_its_case(edit, language):
    town = edit(
        (ZONES, "intensities = { low = 1, Low = 2, LOW = 1 }, ignore_case = true }"),
        (
            BUILDINGS,
            'asset_type = { field = "KIND", map = { a = "x", A = "y" } }\nignore_case = true',
        ),
    )
    with pytest.raises(CityError) as caught:
        read_city(town)
    assert caught.value.arguments["count"] == 2
    said = caught.value.say(language)
    assert "low" in said and "Low" in said and "ignore_case = true" in said


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("yes", "YES"),
        ("sekolah dasar", "sekolah_dasar"),
        ("Sekolah-Dasar", "sekolah_dasar"),
        ("Café", "cafe"),
        ("highwey", "highway"),
        ("hihgway", "highway"),
        ("highways", "highway"),
        ("A-1", "A 1"),
        ("1 M", "1 m"),
        # what only looks alike
        ("Kelas II", None),
        ("Kelas 2", None),
        ("primary_link", None),
        ("rood", None),
        ("-1", None),
        ("15", None),
        (">1 m", None),
        ("A2", None),
        ("no", None),
        ("?", None),
    ],
)
def test_what_is_nearly_the_same(word, near):
    known = [
        "YES",
        "sekolah_dasar",
        "cafe",
        "highway",
        "A 1",
        "1 m",
        "Kelas I",
        "Kelas III",
        "Kelas 1",
        "primary",
        "road",
        "1",
        "1.5",
        "<1 m",
        "-",
    ]
    assert [one[1] for one in near_words(pd.Series([word, None], dtype="str"), known)] == (
        [near] if near else []
    )


def test_many_and_long_words_stay_within_a_sentence():
    given = pd.Series([f"Zone {place:03}" + "x" * 500 for place in range(100)], dtype="str")
    listed = near_listed(near_words(given, [one.upper() for one in given]))
    assert len(listed) < 20 * 110 and listed.endswith(", …")


@pytest.mark.slow
def test_a_filter_that_selects_nothing_of_a_map_says_what_the_field_holds(edit, ask):
    town = edit((ZONES, 'order = ["low", "high"], where = { CLASS = ["tinggi"] } }'))
    zones(town, CLASS=["high", "high", "low"])
    for command in ("check", "assess"):
        code, said = ask(
            command,
            town,
            *(() if command == "check" else ("--results", town / "r", "--map", town / "m.html")),
        )
        assert code == 1
        assert "`where` in city.toml selects none of the 3 features" in said
        assert 'CLASS: "high" (2), "low" (1)' in said
    result = assess(read_city(town))
    # What it threatens is not known
    assert result.provenance["left_out"] == {"landslide": "public"}
    assert set(result.exposure["hazard"].astype(str)) == {"flood"}


@pytest.mark.slow
def test_a_filter_that_selects_nothing_of_a_layer_says_what_the_field_holds(edit, ask):
    town = edit((BUILDINGS, BUILDINGS + '\nwhere = { KIND = ["rumah"] }'))
    for _ in ("file", "register"):
        (row,) = found(town, "layer_selects_none")
        assert row["arguments"] == {
            "read": 4,
            "words": 'KIND: "house" (2), "clinic" (1), "depot" (1)',
        }
        result = assess(read_city(town))
        assert set(result.assets["layer"]) == {"roads"}
        assert result.provenance["left_out"] == {"buildings": "internal"}
        assert not {"layer_unread", "layer_refused"} & set(result.findings["code"])
        ask("start", town)


def test_maps_without_a_zone_take_their_hazard_out(town, ask):
    zones(town, CLASS=["high"])
    empty = gpd.read_file(town / "landslide.gpkg").iloc[:0]
    empty.to_file(town / "landslide.gpkg")
    assert assess(read_city(town)).provenance["left_out"] == {"landslide": "public"}
    code, said = ask("check", town)
    assert (code, "its maps have no zones" in said) == (1, True)


def test_one_map_without_a_zone_beside_others_says_that_nothing_lies_in_it(edit, town):
    zones(town, CLASS=["high"])
    empty = gpd.read_file(town / "landslide.gpkg").iloc[:0]
    empty.to_file(town / "frequent.gpkg")
    edit(
        (
            'maps = [ { path = "landslide.gpkg", intensity_field = "CLASS", order = ["low", "high"] } ]',
            'maps = [ { path = "frequent.gpkg", intensity = 1, return_period = 2 },'
            ' { path = "landslide.gpkg", intensity = 1, return_period = 50 } ]',
        )
    )
    result = assess(read_city(town))
    assert "zones_none" in set(result.findings["code"])
    counted = (
        result.exposure_counts.query("hazard == 'landslide'")
        .groupby("return_period")[["exposed", "no_data"]]
        .sum()
    )
    assert counted.loc[2.0].tolist() == [0, 0]
    assert counted.loc[50.0, "exposed"] > 0


def test_districts_and_context_without_features_are_told(edit):
    town = edit(
        (
            '[[assets]]\nname = "buildings"',
            '[[context]]\nname = "Outline"\npath = "outline.gpkg"\n'
            'source = { title = "Outline", licence = "CC0-1.0" }\n\n[[assets]]\nname = "buildings"',
        )
    )
    districts = gpd.read_file(town / "districts.gpkg").iloc[:0]
    districts.to_file(town / "districts.gpkg")
    districts.to_file(town / "outline.gpkg")
    assert {row["source"] for row in found(town, "layer_without_features")} == {
        "districts",
        "Outline",
    }
    result = assess(read_city(town))
    assert {"districts_refused", "context_refused"} <= set(result.findings["code"])
    assert result.districts["district"].str.startswith("1 km").all()


def test_one_field_may_tell_two_things_of_a_district_an_asset_and_a_zone(edit, town):
    zones(town, CLASS=["high"], YEARS=[10])
    edit(
        ('id = "CODE"', 'id = "CODE"\nname = "CODE"\nparent = "CODE"'),
        (
            'asset_id = "ID", name = "NAME", value = "VALUE" }',
            'asset_id = ["ID", "ID"], name = "ID", owner = "KIND", value = "VALUE", area = "VALUE" }',
        ),
        (
            'intensity_field = "CLASS", order = ["low", "high"] }',
            'intensity_field = "YEARS", return_period_field = "YEARS", where = { YEARS = ["10"] } }',
        ),
    )
    city = read_city(town)
    assert not check_city(city).faults
    result = assess(city)
    assert result.districts[["district", "name", "parent"]].to_numpy().tolist() == [
        ["1"] * 3,
        ["2"] * 3,
    ]
    houses = result.assets[(result.assets["layer"] == "buildings").to_numpy()]
    assert houses[["name", "owner", "value", "area"]].iloc[0].tolist() == [
        "A",
        "house",
        1000.0,
        1000.0,
    ]
    of_zones = result.exposure[(result.exposure["hazard"] == "landslide").to_numpy()]
    assert set(of_zones["intensity_max"]) == set(of_zones["return_period"]) == {10.0}


def test_residents_and_coordinates_are_no_field_of_their_own_twice(edit):
    population = 'population = { path = "straight.csv", id = "damage", field = "damage", source = { title = "x", licence = "x" } }'  # noqa: E501
    edit(
        ('id = "CODE"', f'id = "CODE"\n{population}'),
        ('asset_type = "road"', 'asset_type = "road"\nx = "X"\ny = "X"'),
    )
    town = edit()
    with pytest.raises(CityError) as caught:
        read_city(town)
    said = caught.value.say("en")
    assert "districts, population: the field damage is given for two keys (id, field)" in said
    assert 'assets[1] "roads": the field X is given for two keys (x, y)' in said
