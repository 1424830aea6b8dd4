"""Blocks of geometry: the bytes by pencil, and what is lost on the way (less than a step of the grid)."""

from __future__ import annotations

import zlib

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from asset_inventory.outputs.blocks import (
    HEADER,
    MOST_FINE,
    RINGS_FLAGGED,
    Grid,
    encode_block,
    grid_of,
    hilbert_order,
    packed,
    varints,
    zigzag,
)

METRES = "EPSG:3857"
# One step of the grid with 2^28 steps around the equator: 40,075,016.68 m / 268,435,456 = 0.149 m
STEP = 40_075_016.685578488 / 2**28
MIDDLE = 2**27


def block(*shapes, codes=(), crs=METRES, bits=28):
    written = np.array(codes, dtype=np.uint8).reshape(len(codes), len(shapes))
    return encode_block(np.array(shapes, dtype=object), written, crs, first=0, grid=Grid(bits))


def header(data):
    names = ("version", "kind", "flags", "bits", "count", "first", "x", "y", "rings", "vertices", "classes", "nothing")
    return dict(zip(names, HEADER.unpack(data[: HEADER.size]), strict=True))


def steps(x, y):
    """A place so many steps east and south of the middle of the world, in metres."""
    return x * STEP, -y * STEP


@pytest.mark.parametrize(
    ("values", "written"),
    [
        ([], ""),
        ([0, 1, 127], "00 01 7f"),
        ([128, 300], "80 01 ac 02"),
        ([2**14, 2**32], "80 80 01 80 80 80 80 10"),
    ],
)
def test_varints(values, written):
    assert varints(np.array(values, dtype=np.int64)) == bytes.fromhex(written)


@given(st.lists(st.integers(0, 2**35 - 1), max_size=50))
def test_varints_are_read_back(values):
    found, value, shift = [], 0, 0
    for byte in varints(np.array(values, dtype=np.uint64)):
        value, shift = value | (byte & 127) << shift, shift + 7
        if byte < 128:
            found.append(value)
            value = shift = 0
    assert found == values


def test_zigzag_brings_the_sign_to_the_lowest_bit():
    assert zigzag(np.array([0, -1, 1, -2, 2])).tolist() == [0, 1, 2, 3, 4]


def test_a_square_by_pencil():
    # corners 0,0 to 10,20 steps south-east of the middle of the world; counter-clockwise on the ground is
    # north-west, south-west, south-east, north-east: (0,0) (0,20) (10,20) (10,0), the closing vertex dropped
    data, bounds = block(shapely.Polygon([steps(0, 0), steps(0, 20), steps(10, 20), steps(10, 0)]), codes=[[7], [9]])
    assert header(data) == {
        "version": 1,
        "kind": 2,
        "flags": 0,
        "bits": 28,
        "count": 1,
        "first": 0,
        "x": MIDDLE,
        "y": MIDDLE,
        "rings": 1,
        "vertices": 4,
        "classes": 2,
        "nothing": 0,
    }
    # classes 7 and 9; 4 vertices; first vertex less the origin 0, 0; then 0,+20 +10,0 0,-20 as zigzag
    # 0 40 20 0 and, as the last of four is written as its sum with the first, 0 0
    assert data[HEADER.size :] == bytes([7, 9, 4, 0, 0, 0, 40, 20, 0, 0, 0])
    assert bounds.tolist() == [MIDDLE, MIDDLE, MIDDLE + 10, MIDDLE + 20]


def test_a_ring_the_other_way_round_gives_the_same_bytes_from_its_first_vertex():
    corners = [steps(0, 0), steps(0, 20), steps(10, 20), steps(10, 0)]
    assert block(shapely.Polygon(corners))[0] == block(shapely.Polygon(corners[:1] + corners[:0:-1]))[0]


def test_a_hole_and_a_second_part_are_flagged():
    outer = shapely.box(*steps(0, 40), *steps(40, 0))
    hole = shapely.box(*steps(10, 30), *steps(20, 10))
    other = shapely.box(*steps(50, 40), *steps(60, 0))
    data, _ = block(shapely.MultiPolygon([outer - hole, other]), other)
    assert header(data)["flags"] == RINGS_FLAGGED
    assert header(data)["rings"] == 4
    # the first asset has other than one ring (bit 0), namely 3; of the four rings the second is a hole (bit 1)
    assert data[HEADER.size : HEADER.size + 3] == bytes([0b1, 3, 0b10])


def test_kinds_are_told_apart_where_they_are_mixed():
    data, _ = block(shapely.Point(0, 0), shapely.LineString([(0, 0), (9, 9)]), shapely.box(0, 0, 9, 9))
    assert header(data)["kind"] == 3
    assert data[HEADER.size : HEADER.size + 3] == bytes([0, 1, 2])


def test_a_collection_is_drawn_by_its_parts_of_the_highest_dimension():
    area, line = shapely.box(0, 0, 9, 9), shapely.LineString([(0, 0), (30, 30)])
    collection = shapely.GeometryCollection([line, shapely.MultiPolygon([area, shapely.box(20, 20, 30, 30)])])
    assert header(block(collection)[0])["rings"] == 2
    assert header(block(collection)[0])["kind"] == 2


@pytest.mark.parametrize("shape", [None, shapely.Polygon(), shapely.GeometryCollection()])
def test_what_has_no_geometry_keeps_its_class(shape):
    data, bounds = block(shape, shapely.Point(0, 0), codes=[[5, 6]])
    assert header(data)["rings"] == 1
    assert bytes([5, 6]) in data
    assert np.isfinite(bounds).all()
    assert np.isnan(block(shape)[1]).all()


def test_a_place_that_has_no_image_on_the_map_is_left_out():
    data, _ = block(shapely.Point(0, 90), shapely.Point(1, 1), codes=[[1, 2]], crs="EPSG:4326")
    assert (header(data)["count"], header(data)["rings"]) == (2, 1)


def test_the_grid_is_finer_for_fewer_assets():
    assert (grid_of(MOST_FINE).bits, grid_of(MOST_FINE + 1).bits) == (28, 27)


@given(st.floats(-180, 180), st.floats(-85, 85))
def test_a_place_is_kept_within_half_a_step(longitude, latitude):
    radius = 6_378_137.0
    metres = np.array([[np.radians(longitude) * radius, np.arcsinh(np.tan(np.radians(latitude))) * radius]])
    grid = Grid(28)
    back = grid.degrees(grid.steps(metres))[0]
    half = 180 / 2**28  # degrees; a step in latitude is at most as wide
    assert abs(back[0] - longitude) <= half * 1.001
    assert abs(back[1] - latitude) <= half * 1.001


def test_neighbours_follow_each_other_and_rows_without_geometry_come_last():
    x, y = np.meshgrid(np.arange(16.0), np.arange(16.0))
    shapes = [None, *shapely.points(x.ravel(), y.ravel()), shapely.Point()]
    order = hilbert_order(gpd.GeoDataFrame(geometry=shapes, crs=METRES))
    assert sorted(order.tolist()) == list(range(258))
    assert order[-2:].tolist() == [0, 257]
    places = shapely.get_coordinates(np.array(shapes, dtype=object)[order[:-2]])
    assert np.abs(np.diff(places, axis=0)).sum(axis=1).max() <= 2


def test_an_empty_table_has_no_order():
    assert hilbert_order(gpd.GeoDataFrame(geometry=[], crs=METRES)).tolist() == []


def test_packed_bytes_are_raw_deflate_led_by_their_checksum():
    data = b"asset" * 100
    plain = zlib.decompress(packed(data), wbits=-15)
    assert plain[4:] == data
    assert int.from_bytes(plain[:4], "little") == zlib.adler32(data)
