"""Layers become one table: types, ids, numbers, values, districts, and what stands twice."""

from __future__ import annotations

import tomllib

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from asset_inventory.assessment.precheck import check_city
from asset_inventory.assessment.read import read_assets
from asset_inventory.inventory.assets import twice
from asset_inventory.inventory.districts import in_squares, read_districts, squares
from asset_inventory.messages import describe_finding
from asset_inventory.model.errors import CityError, SourceError
from asset_inventory.model.reading import read_city
from asset_inventory.model.tables import OUTSIDE_DISTRICTS
from tests.support.town import X, Y

CRS = "EPSG:32749"


def found(inventory) -> dict[str, int]:
    return dict(zip(inventory.findings["code"], inventory.findings["count"], strict=True))


def write(path, geometry=None, **columns):
    size = len(next(iter(columns.values())))
    geometry = (
        [shapely.Point(X + 10 * n, Y + 10) for n in range(size)] if geometry is None else geometry
    )
    gpd.GeoDataFrame(columns, geometry=geometry, crs=CRS).to_file(path, driver="GPKG")


def test_the_towns_assets(town):
    city = read_city(town)
    districts, _ = read_districts(city)
    inventory = read_assets(city, districts)
    assets = inventory.assets.set_index("asset_id")
    assert assets.index.tolist() == [
        "buildings:A",
        "buildings:B",
        "buildings:D",
        "buildings:E",
        "roads:C",
    ]
    assert assets["asset_type"].tolist() == ["house", "clinic", "house", "depot", "road"]
    assert assets["value"].tolist() == [1000, 500, 800, 100, 1000]  # the road: 100 m at 10
    assert assets["value_rule"].tolist() == ["field"] * 4 + ["m"]
    # C and D lie on the border of both districts and belong to the lowest id
    assert assets["district"].tolist() == ["1", "2", "1", OUTSIDE_DISTRICTS, "1"]
    assert assets["usable"].tolist() == [True, True, True, False, True]
    assert assets["area"].tolist()[:3] == pytest.approx([400, np.nan, 400], nan_ok=True)
    assert assets["owner"].astype(object).fillna("-").tolist() == ["Works"] * 4 + ["-"]
    assert inventory.counts == {
        "buildings": {"read": 4, "not_selected": 0, "assets": 4, "unusable": 1},
        "roads": {"read": 1, "not_selected": 0, "assets": 1, "unusable": 0},
    }
    assert found(inventory) == {"geometry_null": 1}


def test_one_layer_only(town):
    assert read_assets(read_city(town), subset="roads").assets["asset_id"].tolist() == ["roads:C"]


def test_ids_that_are_missing_or_twice_lose_nothing(town):
    write(
        town / "buildings.gpkg",
        ID=["A", None, "A", " "],
        NAME=list("abcd"),
        KIND=["house"] * 4,
        VALUE=[1.0] * 4,
    )
    inventory = read_assets(read_city(town), subset="buildings")
    assert inventory.assets["asset_id"].tolist() == [
        "buildings:A",
        "buildings:#2",
        "buildings:A#2",
        "buildings:#4",
    ]
    assert found(inventory) == {"id_missing": 2, "id_repeated": 1}


def test_ids_stay_text_and_floats_lose_their_point(town):
    write(
        town / "buildings.gpkg",
        ID=["007", "1E5", "NA", "TRUE"],
        NAME=list("abcd"),
        KIND=["house"] * 4,
        VALUE=[1.0] * 4,
    )
    assert read_assets(read_city(town), subset="buildings").assets["asset_id"].tolist() == [
        "buildings:007",
        "buildings:1E5",
        "buildings:NA",
        "buildings:TRUE",
    ]
    write(
        town / "buildings.gpkg",
        ID=[7.0, 8.0, np.nan],
        NAME=list("abc"),
        KIND=["house"] * 3,
        VALUE=[1.0] * 3,
    )
    assert read_assets(read_city(town), subset="buildings").assets["asset_id"].tolist() == [
        "buildings:7",
        "buildings:8",
        "buildings:#3",
    ]


def test_numbers_that_are_none_are_not_known_and_said(town):
    write(
        town / "buildings.gpkg",
        ID=list("ABCDE"),
        NAME=list("abcde"),
        KIND=["house"] * 5,
        VALUE=["1e3", "ten", "-5", "inf", None],
    )
    inventory = read_assets(read_city(town), subset="buildings")
    assert inventory.assets["value"].tolist() == pytest.approx([1000] + [np.nan] * 4, nan_ok=True)
    assert found(inventory) == {"number_not_usable": 3, "value_not_known": 4}


@pytest.mark.slow
def test_types_without_value_are_one_finding_a_layer_and_lines_to_paste(edit):
    folder = edit(
        ('road = { per = "m", amount = 10, source = "by pencil" }', ""),
        (', value = "VALUE" }', " }"),
    )
    kinds = [f"kind {number:02}" for number in range(14)]
    box = shapely.box(X, Y, X + 10, Y + 10)
    write(
        folder / "buildings.gpkg",
        [*[shapely.Point(X, Y)] * 14, box, box],
        ID=[f"i{one}" for one in range(16)],
        NAME=["-"] * 16,
        KIND=[*kinds, "house", "house"],
    )
    city = read_city(folder)
    checked = check_city(city)
    rows = checked.findings[checked.findings["code"].str.startswith("value_not_known")].to_dict(
        "records"
    )
    said = [describe_finding(row, "en")[0] for row in rows]
    assert said == [
        "buildings: the replacement values of 16 assets are unknown, so their damage is unknown (house, "
        + ", ".join(kinds[:11])
        + " and 3 more types).",
        "roads: the replacement value of 1 asset is unknown, so its damage is unknown (road).",
    ]
    assert len(checked.prices) == 17  # [values], house, 14 kinds, road
    assert checked.prices[:2] == (
        "[values]",
        'house = { per = "m2", amount = "...", source = "..." }',
    )
    assert '"kind 00" = { per = "piece", amount = "...", source = "..." }' in checked.prices
    assert 'road = { per = "m", amount = "...", source = "..." }' in checked.prices
    # pasted as they are they say what is to be filled in; filled in, no value is missing
    text = (
        (folder / "city.toml")
        .read_text("utf-8")
        .replace("[values]\n", "\n".join(checked.prices) + "\n")
    )
    (folder / "city.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CityError, match="still a blank"):
        read_city(folder)
    (folder / "city.toml").write_text(
        text.replace('amount = "..."', "amount = 5").replace("...", "by pencil"), "utf-8"
    )
    assert read_assets(read_city(folder)).assets["value"].notna().all()
    assert check_city(read_city(folder)).prices == ()


@pytest.mark.slow
def test_a_type_with_signs_that_nobody_sees_is_written_so_that_they_are_seen_and_read_back(edit):
    folder = edit((', value = "VALUE" }', " }"), ("[values]", "[values]\n#here"))
    kind = 'ho\u202euse "x"\\ \x9b'
    write(folder / "buildings.gpkg", ID=["A"], NAME=["-"], KIND=[kind])
    (line,) = check_city(read_city(folder)).prices
    assert line.isprintable()
    assert list(tomllib.loads(line)) == [kind]


@pytest.mark.slow
def test_a_price_of_every_type_leaves_no_line_to_paste(edit):
    price = 'road = { per = "m", amount = 10, source = "by pencil" }'
    folder = edit(
        (', value = "VALUE" }', " }"), (price, '"*" = { per = "m2", amount = 10, source = "-" }')
    )
    # points have no area, and no other price is missing
    assert check_city(read_city(folder)).prices == ()


def test_words_become_a_condition_and_unknown_words_are_said(edit):
    folder = edit(
        (
            'value = "VALUE" }',
            'value = "VALUE", condition = { field = "NAME", map = { good = 1.0, poor = 0.3 } } }',
        )
    )
    write(
        folder / "buildings.gpkg",
        ID=list("ABC"),
        NAME=["good", "poor", "so so"],
        KIND=["house"] * 3,
        VALUE=[1.0] * 3,
    )
    inventory = read_assets(read_city(folder), subset="buildings")
    assert inventory.assets["condition"].tolist() == pytest.approx([1, 0.3, np.nan], nan_ok=True)
    assert found(inventory) == {"number_not_usable": 1}


@pytest.mark.parametrize(
    ("rule", "types"),
    [
        ('"house"', ["house"] * 4),
        ('{ field = "KIND", map = { sd = "school" } }', ["school", "smp", "other", "x"]),
        (
            '{ field = "KIND", map = { sd = "school" }, otherwise = "rest" }',
            ["school", "rest", "rest", "rest"],
        ),
        (
            '{ tags = ["KIND=sd > school", "NAME=b > clinic", "KIND=* > some"], otherwise = "none" }',
            ["school", "clinic", "none", "some"],
        ),
    ],
)
def test_types_by_word_field_and_tags(edit, rule, types):
    folder = edit(('{ field = "KIND" }', rule))
    write(
        folder / "buildings.gpkg",
        ID=list("ABCD"),
        NAME=list("abcd"),
        KIND=["sd", "smp", None, "x"],
        VALUE=[1.0] * 4,
    )
    assert read_assets(read_city(folder), subset="buildings").assets["asset_type"].tolist() == types


def test_prices_by_area_levels_length_and_piece(edit):
    folder = edit(
        (
            'road = { per = "m", amount = 10, source = "by pencil" }',
            'house = { per = "m2", times = "levels", amount = 3, source = "-" }\n'
            'clinic = { per = "m2", amount = 3, source = "-", exercise = true }\n'
            '"*" = { per = "piece", amount = 7, source = "-" }',
        ),
        ('value = "VALUE" }', 'levels = "VALUE" }'),
    )
    box = shapely.box(X, Y, X + 10, Y + 10)  # 100 m2
    write(
        folder / "buildings.gpkg",
        [box, box, box, shapely.Point(X, Y)],
        ID=list("ABCD"),
        NAME=list("abcd"),
        KIND=["house", "house", "clinic", "clinic"],
        VALUE=[2.0, None, None, None],
    )
    inventory = read_assets(read_city(folder))
    assets = inventory.assets
    # 3·100·2; levels not known; 3·100; a point has no area; the road by «*»
    assert assets["value"].tolist() == pytest.approx([600, np.nan, 300, np.nan, 7], nan_ok=True)
    assert assets["value_rule"].tolist() == ["m2 x levels", "not known", "m2", "not known", "piece"]
    assert assets["data_status"].tolist() == ["real", "real", "exercise", "real", "real"]
    assert found(inventory)["value_not_known"] == 2  # a house and a clinic, of one layer


@pytest.mark.parametrize(
    ("city_year", "price", "value", "code"),
    [
        (2024, "price_year = 2020", 1000, "price_year_differs"),
        (None, "price_year = 2020", 1000, "price_year_not_said"),
        (2024, "price_year = 2020, inflation = 1.25", 1250, None),
        (2024, "price_year = 2024, content = 0.5", 1500, None),
    ],
)
def test_a_price_of_another_year_is_brought_here_or_found(edit, city_year, price, value, code):
    year = f"\nprice_year = {city_year}" if city_year else ""
    folder = edit(
        ("amount = 10,", f"amount = 10, {price},"), ('currency = "IDR"', f'currency = "IDR"{year}')
    )
    inventory = read_assets(read_city(folder), subset="roads")
    assert inventory.assets["value"].tolist() == [value]  # 100 m
    assert found(inventory) == ({code: 1} if code else {})


def test_jrcs_rule_by_area_and_levels(edit):
    rule = 'rule = "jrc", sector = "residential", gdp_per_capita = 2946.66, exchange_rate = 2, source = "-"'
    prices = (
        f'[values]\nhouse = {{ {rule}, times = "levels", exercise = true }}\nclinic = {{ {rule} }}'
    )
    folder = edit(("[values]", prices), ('value = "VALUE" }', 'levels = "VALUE" }'))
    boxes = [shapely.box(X, Y, X + 10, Y + 10)] * 2  # 100 m2
    write(
        folder / "buildings.gpkg",
        boxes,
        ID=list("AB"),
        NAME=list("ab"),
        KIND=["house", "clinic"],
        VALUE=[3.0] * 2,
    )
    inventory = read_assets(read_city(folder), subset="buildings")
    # 522.4038 · 0.6 · 0.6 · (1 + 0.5) · 2 = 564.1961 a m2
    assert inventory.assets["value"].tolist() == pytest.approx([169_258.8, 56_419.6], rel=1e-6)
    assert inventory.assets["value_rule"].tolist() == ["jrc x levels", "jrc"]
    assert inventory.assets["data_status"].tolist() == ["exercise", "real"]
    # euros of 2010, and the town does not say of which year its prices are
    assert inventory.findings["code"].tolist() == ["price_year_not_said"] * 2


def test_the_same_asset_in_two_layers_is_found_by_id_or_by_name():
    def layer(name, *rows):
        return pd.DataFrame(
            [
                {
                    "asset_id": f"{name}:{i}",
                    "layer": name,
                    "name": n,
                    "asset_type": "school",
                    "usable": True,
                    "geometry": shapely.Point(x, 0),
                }
                for i, n, x in rows
            ]
        )

    rows = pd.concat(
        [
            layer("one", ("1", "SD Satu", 0), ("2", "SD Dua", 500), ("3", None, 900)),
            layer(
                "two",
                ("1", "Other", 99),
                ("2", "Far", 700),
                ("9", "sd dua", 520),
                ("8", "SD Satu", 30),
                ("7", None, 900),
            ),
        ],
        ignore_index=True,
    )
    assets = gpd.GeoDataFrame(
        rows.astype({"layer": "category", "asset_type": "category"}), geometry="geometry", crs=CRS
    )
    repeated, findings = twice(assets)
    # the same: id 1 at 99 m (within 100), «SD Dua» at 20 m (within 25);
    # not the same: id 2 at 200 m, «SD Satu» at 30 m, two without a name
    assert assets["asset_id"][repeated].tolist() == ["two:1", "two:9"]
    assert findings[["source", "code", "count"]].to_numpy().tolist() == [
        ["two", "asset_in_two_layers", 2]
    ]


def test_squares_of_a_kilometre_where_there_are_no_districts(town):
    assets = read_assets(read_city(town)).assets
    districts = squares(assets)
    # the town's corner is a corner of such a square: 436 km east, 9227 km north
    assert districts["district"].tolist() == ["1 km 436-9227"]
    assert in_squares(assets.geometry.to_numpy()).tolist() == ["1 km 436-9227"] * 3 + [
        OUTSIDE_DISTRICTS,
        "1 km 436-9227",
    ]


def test_a_square_is_named_by_its_nearest_street_or_else_place():
    """Centres at (0.5, 0.5), (1.5, 0.5) and (2.5, 0.5) km, those of a fourth far from any name."""
    rows = [
        # square 0: the street at 450 m goes before the place at 10 m, a street at 490 m does not
        ("SD Satu", shapely.Point(500, 510)),
        ("Jalan Dua", shapely.LineString([(0, 950), (1000, 950)])),
        ("Jalan Satu", shapely.LineString([(10, 0), (10, 1000)])),
        # square 1: two places at 100 m, the first by name; one without a name is nearer
        ("Pasar", shapely.Point(1600, 500)),
        ("Balai", shapely.Point(1400, 500)),
        (" ", shapely.Point(1500, 501)),
        # square 2: no name within half a kilometre; what has no geometry names nothing
        ("Pompa", shapely.Point(2950, 950)),
        ("Rumah", None),
    ]
    assets = gpd.GeoDataFrame(rows, columns=["name", "geometry"], crs="EPSG:32749")
    assert squares(assets)["name"].tolist() == [
        "1 km 0-0 (Jalan Dua)",
        "1 km 1-0 (Balai)",
        "1 km 2-0",
    ]


def test_residents_by_district_and_the_missing_are_said(edit):
    folder = edit(
        (
            'source = { title = "Districts", licence = "CC0-1.0" }',
            'source = { title = "Districts", licence = "CC0-1.0" }\n'
            'population = { path = "people.csv", id = "CODE", field = "POP", source = { title = "-", licence = "-" } }',
        )
    )
    (folder / "people.csv").write_text("CODE,POP\n1,120\n3,5\n", encoding="utf-8")
    districts, findings = read_districts(read_city(folder))
    assert districts["population"].tolist() == pytest.approx([120, np.nan], nan_ok=True)
    assert findings["code"].tolist() == ["population_missing"]
    (folder / "people.csv").write_text("CODE,PEOPLE\n1,120\n", encoding="utf-8")
    with pytest.raises(SourceError, match="POP"):
        read_districts(read_city(folder))


POPULATION = (
    'source = { title = "Districts", licence = "CC0-1.0" }',
    'source = { title = "Districts", licence = "CC0-1.0" }\n'
    'population = { path = "PEOPLE", id = "CODE", field = "POP", source = { title = "-", licence = "-" } }',
)


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["geojson", "gpkg", "shp", "csv"])
def test_residents_are_read_from_a_field_of_a_layer_too(edit, ending):
    folder = edit((POPULATION[0], POPULATION[1].replace("PEOPLE", f"people.{ending}")))
    # of a shape nothing is asked: one is missing, and the number counts
    shapes = [None, shapely.Point(X, Y)]
    table = gpd.GeoDataFrame(
        {"CODE": ["1", "2"], "POP": [1_234.0, 17.0]}, geometry=shapes, crs="EPSG:32749"
    )
    path = folder / f"people.{ending}"
    if ending == "csv":
        path.write_text("CODE,POP\n1,1234\n2,17\n", encoding="utf-8")
    else:
        table.to_crs("EPSG:4326").to_file(path)
    districts, findings = read_districts(read_city(folder))
    assert districts["population"].tolist() == [1_234.0, 17.0]
    assert findings["code"].tolist() == []


def test_a_layer_of_residents_that_cannot_be_read_leaves_them_unknown_and_is_said(edit):
    folder = edit((POPULATION[0], POPULATION[1].replace("PEOPLE", "people.gpkg")))
    (folder / "people.gpkg").write_bytes(b"SQLite format 3\x00 and no more")
    districts, findings = read_districts(read_city(folder))
    assert districts["population"].isna().all()
    assert (
        findings["severity"].tolist()[0] == "error"
        and "population" in findings["source"].tolist()[0]
    )
    assert "population_missing" in findings["code"].tolist()


@pytest.mark.parametrize("given", ["Satu", "-120", "120 orang"])
def test_residents_that_are_no_numbers_are_said(edit, given):
    folder = edit((POPULATION[0], POPULATION[1].replace("PEOPLE", "people.csv")))
    (folder / "people.csv").write_text(f"CODE,POP\n1,{given}\n2,17\n", encoding="utf-8")
    districts, findings = read_districts(read_city(folder))
    assert districts["population"].tolist() == pytest.approx([np.nan, 17.0], nan_ok=True)
    assert findings["code"].tolist() == ["number_not_usable", "population_missing"]
    assert findings["arguments"].iloc[0]["given"] == given


def test_a_district_with_two_numbers_of_residents_has_none(edit):
    folder = edit((POPULATION[0], POPULATION[1].replace("PEOPLE", "people.csv")))
    (folder / "people.csv").write_text("CODE,POP\n1,120\n1,130\n2,17\n2,17\n", encoding="utf-8")
    districts, findings = read_districts(read_city(folder))
    # 17 twice is 17
    assert districts["population"].tolist() == pytest.approx([np.nan, 17.0], nan_ok=True)
    assert findings["code"].tolist() == ["population_twice", "population_missing"]


def test_parts_of_a_district_are_one(town):
    write(
        town / "districts.gpkg",
        [shapely.box(X, Y, X + 10, Y + 10), shapely.box(X + 20, Y, X + 30, Y + 10)],
        CODE=["1", "1"],
    )
    districts, findings = read_districts(read_city(town))
    assert districts["district"].tolist() == ["1"]
    assert districts.geometry.iloc[0].area == pytest.approx(200)
    assert findings["code"].tolist() == ["district_repeated"]
