"""Which layer of a city a file is, what that layer asks for, and what people read when a file
does not give it.
"""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pyproj
import pytest

from asset_inventory.cli import main
from asset_inventory.intake.layers import chosen_layer, rules_for
from asset_inventory.intake.rules import NumberRule, Rules, WordRule
from asset_inventory.model.errors import CityError, SourceError
from asset_inventory.model.reading import read_city
from tests.support.paths import DATA
from tests.support.town import TOWN_TOML, X, Y

SEMARANG = DATA / "semarang"


def degrees(west: float, south: float, east: float, north: float):
    """Metres from the town's lower left corner as bounds in degrees; a millionth of a degree is
    a tenth of a metre.
    """
    whole = pyproj.Transformer.from_crs("EPSG:32749", "EPSG:4326", always_xy=True)
    corners = whole.transform([X + west, X + east], [Y + south, Y + north])
    return pytest.approx((corners[0][0], corners[1][0], corners[0][1], corners[1][1]), abs=1e-5)


@pytest.fixture
def told(town):
    """A function that gives the town with parts of its city.toml in other words."""

    def edited(*changes: tuple[str, str]):
        text = TOWN_TOML
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (town / "city.toml").write_text(text, encoding="utf-8")
        return read_city(town)

    return edited


def test_the_rules_of_a_layer_are_what_the_city_reads(town):
    rules = rules_for(read_city(town), Path("buildings.zip"))
    assert rules == Rules(
        city="Tiny Town",
        layer="buildings",
        city_crs="EPSG:32749",
        asked=("ID", "NAME", "VALUE", "KIND"),
        ids=("ID",),
        needed=("KIND",),
        wanted=("NAME", "VALUE"),
        numbers=(NumberRule("VALUE", 0),),
        box=rules.box,
    )
    assert rules.box == degrees(0, 0, 100, 100)


def test_numbers_words_places_and_selection_are_rules_too(told):
    city = told(
        (
            'path = "buildings.gpkg"',
            'path = "buildings.gpkg"\nlayer = "b"\ncrs = "EPSG:32749"\nx = "E"\ny = "N"',
        ),
        ('{ field = "KIND" }', '{ field = "KIND", map = { h = "house" } }\nwhere = { ID = "*" }'),
        (
            'value = "VALUE" }',
            'value = "VALUE", condition = { field = "COND", map = { good = 1.0, poor = 0.3 } }, criticality = "CRIT",'
            ' floor_height = "FLOOR" }',
        ),
    )
    rules = rules_for(city, Path("buildings.gpkg"))
    assert (rules.sub_layer, rules.crs, rules.coordinates) == ("b", "EPSG:32749", ("E", "N"))
    assert rules.where == (("ID", ("*",)),)
    assert rules.asked == ("ID", "NAME", "VALUE", "FLOOR", "COND", "CRIT", "KIND")
    assert rules.wanted == ("NAME", "VALUE", "FLOOR", "CRIT", "COND")
    # a floor may lie below the ground; a share is a share
    assert rules.numbers == (NumberRule("VALUE", 0), NumberRule("FLOOR"), NumberRule("CRIT", 0, 1))
    # «road» is a type to which the city gives a price, so a word of the file may be it
    assert rules.words == (
        WordRule("COND", ("good", "poor")),
        WordRule("KIND", ("h", "house", "road")),
    )


def test_the_system_of_a_table_is_stated_that_of_a_layer_overridden(town):
    assert rules_for(read_city(town), Path("roads.gpkg")).crs_overrides
    health = rules_for(read_city(SEMARANG), Path("health.gpkg"))
    assert (health.crs, health.crs_overrides) == ("EPSG:4326", False)


def test_where_something_stands_for_strange_words_none_is_needed(told):
    map_rule = (
        '{ field = "KIND" }',
        '{ field = "KIND", map = { h = "house" }, otherwise = "rest" }',
    )
    rules = rules_for(told(map_rule), Path("buildings.gpkg"))
    assert (rules.needed, rules.words) == ((), (WordRule("KIND", ("h",), "rest"),))
    rules = rules_for(
        told(('asset_type = { field = "KIND" }', 'asset_type = "house"')), Path("buildings.gpkg")
    )
    assert (rules.asked, rules.needed, rules.words) == (("ID", "NAME", "VALUE"), (), ())


def test_districts_are_a_layer_too_and_may_stand_in_several_rows(town):
    rules = rules_for(read_city(town), Path("districts.gpkg"))
    assert (rules.layer, rules.asked, rules.ids, rules.ids_repeat) == (
        "districts",
        ("CODE",),
        ("CODE",),
        True,
    )
    assert rules.box == degrees(0, 25, 100, 80)  # of the buildings and the road


DISTRICTS = TOWN_TOML[TOWN_TOML.index("[districts]") : TOWN_TOML.index("[[assets]]")]
ROADS = TOWN_TOML[TOWN_TOML.index('[[assets]]\nname = "roads"') : TOWN_TOML.index("[values]")]
HAZARDS = TOWN_TOML[TOWN_TOML.index("[[hazards]]") : TOWN_TOML.index("[scores]")]


@pytest.mark.parametrize(
    ("without", "box"),
    [
        ([DISTRICTS], (0, 25, 100, 25)),  # the road
        ([DISTRICTS, ROADS], (0, 0, 100, 100)),  # the hazard maps
        ([DISTRICTS, ROADS, HAZARDS], (10, 25, 75, 80)),  # the houses of today
    ],
)
def test_without_districts_the_next_best_tells_where_the_city_lies(told, town, without, box):
    city = told(*((part, "") for part in without))
    assert rules_for(city, Path("buildings.shp")).box == degrees(*box)
    if len(without) == 3:  # a file does not tell where it lies itself
        assert rules_for(city, town / "buildings.gpkg").box == ()


def test_a_file_of_the_city_that_cannot_be_read_tells_nothing(town):
    (town / "districts.gpkg").write_bytes(b"no layer")
    box = rules_for(read_city(town), Path("buildings.gpkg")).box
    assert box == degrees(0, 25, 100, 25)  # the road


def test_a_city_may_be_declared_before_its_first_delivery(town):
    """Of the buildings there is no file yet; where the city lies its districts tell."""
    (town / "buildings.gpkg").unlink()
    with pytest.raises(CityError):
        read_city(town)
    assert rules_for(read_city(town, files=False), Path("buildings.gpkg")).box == degrees(
        0, 0, 100, 100
    )
    for file in (*town.glob("*.gpkg"), *town.glob("*.tif")):
        file.unlink()
    assert rules_for(read_city(town, files=False), Path("buildings.gpkg")).box == ()


@pytest.mark.parametrize(
    ("file", "name", "layer"),
    [
        ("buildings.gpkg", None, "buildings"),
        ("BUILDINGS.SHP", None, "buildings"),
        ("roads.shp.zip", None, "roads"),
        ("Roads_2026-11-25 final (2).gpkg", None, "roads"),
        ("data roads.csv", None, "roads"),
        ("Kelurahan.shp", "districts", "districts"),
        ("x.gpkg", "Roads", "roads"),
        ("roads.gpkg", "buildings", "buildings"),
    ],
)
def test_the_layer_is_told_by_name_or_by_the_files(town, file, name, layer):
    assert chosen_layer(read_city(town), Path(file), name)[0] == layer


@pytest.mark.parametrize(
    ("file", "name", "says"),
    [
        (
            "jalan.shp",
            None,
            "jalan.shp: the file name does not show its layer; choose one with --layer: "
            "buildings, roads, districts",
        ),
        (
            "roads_buildings.shp",
            None,
            "roads_buildings.shp: the file name does not show its layer; choose one with "
            "--layer: buildings, roads",
        ),
        (
            "a.shp",
            "rods",
            '--layer "rods": the city has no such layer; did you mean "roads"? It has '
            "buildings, roads, districts",
        ),
        (
            "a.shp",
            "xyzzy",
            '--layer "xyzzy": the city has no such layer; choose from buildings, roads, districts',
        ),
    ],
)
def test_a_layer_that_is_not_told_is_one_line_with_the_names(town, file, name, says):
    with pytest.raises(SourceError) as caught:
        chosen_layer(read_city(town), Path(file), name)
    assert str(caught.value) == says


def test_the_only_layer_of_a_city_needs_no_name(told):
    city = told((ROADS, ""), (DISTRICTS, ""))
    assert chosen_layer(city, Path("anything.gpkg"))[0] == "buildings"


# As people meet it: the demo city's hospitals, handed in with mistakes


@pytest.fixture
def damaged(tmp_path) -> Path:
    """Of 102 hospitals two share an id, two have none, one has a type of its own, one lies in
    the other hemisphere.
    """
    table = pd.read_csv(SEMARANG / "assets" / "health.csv", dtype="str")
    table.loc[3, "osm_id"] = table.loc[2, "osm_id"]
    table.loc[[7, 9], "osm_id"] = None
    table.loc[11, "jenis"] = "Hospital"
    table.loc[14, "lat"] = table.loc[14, "lat"].removeprefix("-")
    table.to_csv(tmp_path / "health_2026-11.csv", index=False)
    return tmp_path / "health_2026-11.csv"


def test_a_damaged_delivery_is_told_in_the_citys_language(capsys, damaged, tmp_path):
    page = tmp_path / "page.html"
    assert main(["validate", str(damaged), "--city", str(SEMARANG), "--html", str(page)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        'health_2026-11.csv diperiksa dengan aturan Kota Semarang untuk lapisan "Rumah sakit dan puskesmas".',
        "health_2026-11.csv (EPSG:4326): 102 fitur dibaca, 96 diterima (0 di antaranya diperbaiki), 6 dikarantina.",
        "KESALAHAN: health_2026-11.csv: 1 fitur terletak di sisi khatulistiwa yang salah, pada jarak yang sama dengan "
        "kota (pertama: baris 14). Perbaiki tanda lintangnya: negatif di selatan khatulistiwa (misalnya -6,98), "
        "positif di utaranya.",
        'KESALAHAN: health_2026-11.csv: 2 baris tanpa ID pada "osm_id" (pertama: baris 7). '
        "Beri setiap aset ID yang tetap.",
        'KESALAHAN: health_2026-11.csv: 2 baris memiliki ID yang sama dengan baris lain di "osm_id" '
        "(pertama: baris 2). Beri setiap aset ID sendiri.",
        'KESALAHAN: health_2026-11.csv: 1 baris memuat kata pada "jenis" yang tidak ada dalam daftar city.toml, '
        'misalnya "Hospital" (pertama: baris 11); apakah maksudnya "hospital"? Gunakan ejaan yang persis '
        'sama dengan daftar, atau tambahkan kata baru ke "map" di city.toml.',
        "health_2026-11.csv diterima, kecuali fitur yang dikarantina.",
        f"Halaman: {page}",
        f"Karantina: {tmp_path / 'quarantine.gpkg'}",
    ]
    assert "diperiksa dengan aturan Kota Semarang" in page.read_text(encoding="utf-8")
    assert "is checked against the rules of Kota Semarang" in page.read_text(encoding="utf-8")


def test_a_machine_reads_city_and_layer_beside_the_judgement(capsys, damaged):
    assert (
        main(["validate", str(damaged), "--city", str(SEMARANG), "--language", "en", "--json"]) == 1
    )
    whole = json.loads(capsys.readouterr().out)
    assert (whole["city"], whole["layer"], whole["status"]) == (
        "Kota Semarang",
        "health",
        "accepted_with_problems",
    )
    assert [whole[f"features_{name}"] for name in ("read", "kept", "repaired", "quarantined")] == [
        102,
        96,
        0,
        6,
    ]
    assert [
        (one["code"], one["column"], one["count"], one["feature"]) for one in whole["problems"]
    ] == [
        ("latitude_unsigned", None, 1, 14),
        ("id_blank", "osm_id", 2, 7),
        ("id_twice", "osm_id", 2, 2),
        ("word_not_known_near", "jenis", 1, 11),
    ]
    assert "(first: row 14). Correct the sign of the latitude" in whole["problems"][0]["message"]
    for row in whole["problems"]:  # where the first feature lies, for «zoom to»
        west, south, east, north = row["bounds"]
        assert 110 < west <= east < 111 and -8 < south <= north < 8


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (("--city", "gone"), 1, "there is no city.toml"),
        (("--city", SEMARANG, "--layer", "helth", "--language", "en"), 1, 'did you mean "health"?'),
        (("--city", SEMARANG, "--layer", "helth"), 1, 'apakah maksudnya "health"?'),
        (("--layer", "health", "--language", "en"), 2, "give --city CITY too"),
        (("--layer", "health", "--language", "id"), 2, "berikan juga --city CITY"),
    ],
)
def test_a_wrong_call_is_one_line(capsys, monkeypatch, tmp_path, options, code, says):
    monkeypatch.chdir(tmp_path)
    language = () if "--language" in options or SEMARANG in options else ("--language", "en")
    assert main(["validate", "health.csv", *map(str, options), *language]) == code
    said = capsys.readouterr()
    assert (said.out, len(said.err.splitlines())) == ("", 1)
    assert says in said.err
