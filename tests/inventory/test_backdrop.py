"""The backdrop of a map out of an extract of OpenStreetMap: which features, how much of them, and
on which side of the coast the sea is.
"""

from __future__ import annotations

import datetime
import os
import subprocess
import sys

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString

from asset_inventory.intake.recognition import box_of_extract, day_of_extract
from asset_inventory.inventory.backdrop import MARGIN, TOLERANCE, read_backdrop, sea
from asset_inventory.io.geometries import WGS84, carry_bounds, to_city
from tests.support.osm_extract import square, write_extract
from tests.support.paths import DATA
from tests.support.town import X, Y

pytestmark = pytest.mark.slow

KAMPEN = DATA / "kampen" / "assets" / "kampen.osm.pbf"
SIDE = 1000.0  # metres of the city's box
BOUNDS = np.array([X, Y, X + SIDE, Y + SIDE])
BOX = [0.0, 0.0, 10.0, 10.0]


def in_metres(table):
    return to_city(table, "EPSG:32749", source="test")[0]


def backdrop(folder, ways, places=()):
    path = write_extract(folder / "kota.osm", ways, places)
    return read_backdrop(path, BOUNDS, "EPSG:32749")


ROADS = ("trunk", "primary_link", "secondary", "tertiary", "residential", "footway")
RAYA = {"highway": "primary", "name": "Jalan Raya"}
WAYS = [
    *(([(0, 300 + n), (900, 300 + n)], {"highway": kind}) for n, kind in enumerate(ROADS)),
    # one road in two pieces, the first of which begins beyond the box
    ([(-500, 50), (300, 50)], RAYA),
    ([(300, 50), (600, 50)], RAYA),
    (
        [(0, 400), (900, 400)],
        {"waterway": "river", "name": "Kali Garang", "name:en": "Garang River"},
    ),
    (square(0, 0, 24), {"natural": "water", "name": "Waduk"}),  # 576 m2
    (square(100, 0, 21), {"natural": "water"}),  # 441 m2: less than 500
    (square(200, 0, 100), {"landuse": "reservoir"}),
    (square(0, 200, 100), {"landuse": "residential"}),
    (square(115, 200, 100), {"landuse": "industrial"}),  # over a street of 15 m
    (square(400, 200, 60), {"landuse": "residential"}),  # 3,600 m2: less than 5,000
    # a northern coast, drawn westward: the land, to the left, lies south
    ([(3000, 700), (-3000, 700)], {"natural": "coastline"}),
]
PLACES = [
    ([(10, 10)], {"place": "town", "name": "Kota"}),
    ([(20, 10)], {"place": "village", "name": "Desa"}),
    ([(30, 10)], {"place": "hamlet"}),  # without a name there is nothing to write
    ([(5000, 10)], {"place": "town", "name": "Far away"}),
]


@pytest.fixture(scope="module")
def layers(tmp_path_factory):
    return backdrop(tmp_path_factory.mktemp("osm"), WAYS, PLACES).layers


def test_roads_have_the_importance_of_their_class_and_smaller_ones_are_left_out(layers):
    roads = layers["road"][layers["road"]["name"].isna()]
    assert roads["importance"].tolist() == [1, 2, 3, 4]
    # each is as long as it was drawn, to the metre that five decimals of a degree are
    assert shapely.length(in_metres(roads).geometry.to_numpy()) == pytest.approx(900, abs=2)


def test_pieces_of_one_road_are_one_line_and_what_lies_beyond_the_box_is_cut(layers):
    (line,) = in_metres(layers["road"][layers["road"]["name"] == "Jalan Raya"]).geometry
    # from the margin, 5 % of 1,000 m = 50 m west of the box, to 600 m: 650 m
    assert line.length == pytest.approx(600 + MARGIN * SIDE, abs=2)


def test_names_of_both_languages_are_kept_where_they_differ(layers):
    names = layers["river"][["name", "name_id", "name_en"]]
    assert names.to_numpy().tolist() == [["Kali Garang", "Kali Garang", "Garang River"]]
    assert list(layers["road"].columns) == ["importance", "name", "geometry"]


def test_water_and_built_up_areas_are_joined_and_what_is_tiny_is_left_out(layers):
    areas = in_metres(layers["water"])
    areas = areas[areas.area < 1e6]  # without the sea
    assert dict(zip(areas["name"].fillna("-"), areas.area, strict=True)) == {
        "Waduk": pytest.approx(576, abs=60),
        "-": pytest.approx(10_000, abs=300),
    }
    # two squares of 100 m and the street of 15 m between them: 215 x 100 m
    (built_up,) = in_metres(layers["built_up"]).geometry
    assert built_up.area == pytest.approx(21_500, abs=700)


def test_places_are_names_by_importance(layers):
    names = layers["place"][["name", "importance"]]
    assert names.to_numpy().tolist() == [["Kota", 1], ["Desa", 2]]


def test_the_sea_is_right_of_the_coast_and_among_the_waters(layers):
    areas = in_metres(layers["water"]).geometry
    (sea_area,) = areas[areas.area > 1e6]
    # the page can be moved one box to each side: 3,000 m wide, from 700 m to 2,000 m north
    assert sea_area.area == pytest.approx(3000 * 1300, rel=0.01)
    assert sea_area.contains(shapely.Point(X + 500, Y + 900))
    assert not sea_area.intersects(shapely.Point(X + 500, Y + 500))


def test_an_extract_of_a_part_of_the_city(tmp_path):
    ways = [([(0, north), (400, north)], {"highway": "primary"}) for north in (0, 500)]
    # it ends within the box to which a page can be moved, so the sea is that of the city's box
    found = backdrop(tmp_path, [*ways, ([(1100, 700), (-100, 700)], {"natural": "coastline"})])
    # roads in 400 m x 500 m of 1,000 m x 1,000 m
    assert found.covered == pytest.approx(0.2, abs=0.002) and found.estimated
    # the box and 50 m on each side: 1,100 m wide, from 700 m to 1,050 m
    (water,) = in_metres(found.layers["water"]).geometry
    assert water.area == pytest.approx(1100 * 350, rel=0.02)


def number(value: int) -> bytes:
    """A whole number as protobuf writes it."""
    return bytes([value & 127 | 128]) + number(value >> 7) if value > 127 else bytes([value])


def message(fields: dict[int, int | bytes]) -> bytes:
    return b"".join(
        number(place << 3) + number(value)
        if isinstance(value, int)
        else number(place << 3 | 2) + number(len(value)) + value
        for place, value in fields.items()
    )


def kampen_with_box(path, west, south, east, north):
    """The extract of Kampen under a header that states another box."""
    sides = (round(side * 1e9) for side in (west, east, north, south))
    box = message({n: 2 * abs(side) - (side < 0) for n, side in enumerate(sides, 1)})
    needs = message({4: b"OsmSchema-V0.6"}) + message({4: b"DenseNodes"})
    blob = message({1: message({1: box}) + needs})
    header = message({1: b"OSMHeader", 3: len(blob)})
    whole = KAMPEN.read_bytes()
    after = whole.index(b"\x0a\x07OSMData") - 4
    path.write_bytes(len(header).to_bytes(4, "big") + header + blob + whole[after:])
    return path


def test_an_extract_covers_what_its_header_states_though_its_ways_reach_further(tmp_path):
    bounds = carry_bounds(np.array([5.90, 52.54, 5.98, 52.57]), WGS84, "EPSG:28992")
    path = kampen_with_box(tmp_path / "part.osm.pbf", 5.86, 52.53, 5.92, 52.58)
    found = read_backdrop(path, bounds, "EPSG:28992")
    # a quarter from west to east, where there are ways in the other three
    assert found.covered == pytest.approx(0.25, abs=0.01) and not found.estimated
    assert max(layer.total_bounds[2] for layer in found.layers.values()) > 5.97


def test_a_box_may_lie_west_and_south_of_nought(tmp_path):
    box = (-43.5, -23.25, -43.0, -22.75)
    assert box_of_extract(kampen_with_box(tmp_path / "rio.osm.pbf", *box)) == box
    wrong = (5.9, 52.6, 5.8, 52.7)  # west is east of east
    assert box_of_extract(kampen_with_box(tmp_path / "wrong.osm.pbf", *wrong)) is None


def test_a_damaged_extract_is_a_finding(tmp_path):
    path = tmp_path / "cut.osm.pbf"
    path.write_bytes(KAMPEN.read_bytes()[:200_000])
    found = read_backdrop(path, BOUNDS, "EPSG:32749")
    assert set(found.findings["code"]) == {"not_readable"} and not found.layers


@pytest.mark.slow
def test_the_backdrop_of_kampen(tmp_path):
    bounds = carry_bounds(np.array([5.86, 52.53, 5.97, 52.58]), WGS84, "EPSG:28992")
    found = read_backdrop(KAMPEN, bounds, "EPSG:28992")
    assert list(found.layers) == ["built_up", "water", "river", "road"]
    assert found.covered > 0.95
    frame = shapely.box(*carry_bounds(bounds, "EPSG:28992", WGS84)).buffer(0.01)
    for layer in found.layers.values():
        shapes = layer.geometry.to_numpy()
        assert shapely.is_valid(shapes).all() and shapely.covers(frame, shapes).all()
        assert (
            np.round(shapely.get_coordinates(shapes), 5) == shapely.get_coordinates(shapes)
        ).all()
    assert "IJssel" in set(found.layers["river"]["name"])
    # simplified: a tenth of what the extract holds of the city's water and roads would be too few
    assert (
        5_000
        < sum(
            shapely.get_num_coordinates(layer.geometry.to_numpy()).sum()
            for layer in found.layers.values()
        )
        < 30_000
    )


def test_an_extract_states_its_day_and_its_box(tmp_path):
    assert box_of_extract(KAMPEN) == (5.841, 52.524, 5.989, 52.584)
    assert day_of_extract(KAMPEN) == datetime.date(2023, 1, 30)
    path = write_extract(tmp_path / "kota.osm", [([(0, 0), (9, 9)], {"highway": "primary"})])
    assert day_of_extract(path) is None and box_of_extract(path) is None


@pytest.mark.slow
@given(st.binary(max_size=300), st.integers(0, 400))
def test_no_header_of_any_bytes_is_more_than_no_day_and_no_box(tmp_path_factory, noise, place):
    path = tmp_path_factory.mktemp("noise") / "x.osm.pbf"
    head = KAMPEN.read_bytes()[:400]
    path.write_bytes(head[:place] + noise + head[place + len(noise) :])
    day = day_of_extract(path)
    assert day is None or isinstance(day, datetime.date)
    box = box_of_extract(path)
    assert box is None or (-180 <= box[0] < box[2] <= 180 and -90 <= box[1] < box[3] <= 90)


def test_without_gdals_driver_the_extract_is_refused_by_name():
    asked = (
        "from pathlib import Path; from asset_inventory.intake.containers import Dataset;"
        "from asset_inventory.intake.drivers import read_layers; from asset_inventory.intake.records import Asked;"
        f"done = read_layers(Dataset('osm extract', Path({str(KAMPEN)!r}), 'k'), Asked());"
        "print([fault.code for records in done for fault in records.faults])"
    )
    environment = os.environ | {"GDAL_SKIP": "OSM"}
    done = subprocess.run(
        [sys.executable, "-c", asked], env=environment, capture_output=True, encoding="utf-8"
    )
    assert done.stdout.strip() == "['osm_driver_missing']", done.stderr


# The coast


def area_of(coast) -> float | None:
    areas = sea(np.array([LineString(line) for line in coast], dtype=object), BOX)
    return None if areas is None else float(shapely.area(areas).sum())


@pytest.mark.parametrize(
    ("coast", "area"),
    [
        ([[(0, 4), (10, 4)]], 40.0),  # eastward: land north, sea south
        ([[(10, 4), (0, 4)]], 60.0),  # westward: sea north
        ([[(-5, 4), (5, 4)], [(5, 4), (15, 4)]], 40.0),  # in two pieces, beyond the box
        # a strait: land in the south (drawn westward) and in the north (eastward)
        ([[(10, 3), (0, 3)], [(0, 8), (10, 8)]], 50.0),
        # an island of 2 x 2, anticlockwise, in the sea of the first
        ([[(10, 3), (0, 3)], [(4, 5), (6, 5), (6, 7), (4, 7), (4, 5)]], 66.0),
        # a lake of salt water, clockwise, with nothing else: 2 x 2 of sea
        ([[(4, 5), (4, 7), (6, 7), (6, 5), (4, 5)]], 4.0),
        ([[(0, 4), (7, 4)]], None),  # the coast ends in the box
        ([[(20, 4), (30, 4)]], 0.0),  # no coast here: no sea
    ],
)
def test_the_sea_by_arithmetic(coast, area):
    assert area_of(coast) == (None if area is None else pytest.approx(area))


@given(
    st.lists(st.floats(1, 9), min_size=2, max_size=8),
    st.booleans(),
)
def test_sea_on_one_side_and_on_the_other_are_the_whole_box(heights, westward):
    steps = np.linspace(0, 10, len(heights))
    line = list(zip(steps.tolist(), heights, strict=True))
    first, second = area_of([line]), area_of([line[::-1]])
    assert first + second == pytest.approx(100.0)
    below = float(np.trapezoid(heights, steps))
    assert (second if westward else first) == pytest.approx(100 - below if westward else below)


def test_simplified_lines_that_cross_leave_the_sea_whole():
    # an inlet whose sides cross in a tip of 0.2 x 0.02
    coast = [[(0, 5), (4, 5), (4.3, 2.01), (4.1, 1.99), (4.4, 5), (10, 5)]]
    area = area_of(coast)
    assert area == pytest.approx(50 - (4.4 - 4) / 2 * 3, abs=0.5)


def test_the_tolerance_is_below_what_a_page_shows():
    # at zoom 16 a pixel is 2.4 m at the equator
    assert TOLERANCE < 40_075_016.686 / (256 * 2**16)
