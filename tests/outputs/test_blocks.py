"""Blocks of geometry: the bytes by pencil, and what is lost on the way (less than a step of the
grid).
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from asset_inventory.outputs.map.encoding import (
    HEADER,
    MOST_FINE,
    RINGS_FLAGGED,
    Grid,
    encode_block,
    grid_of,
    hilbert_order,
)

METRES = "EPSG:3857"
# One step of the grid with 2^28 steps around the equator: 40,075,016.68 m / 268,435,456 = 0.149 m
STEP = 40_075_016.685578488 / 2**28
MIDDLE = 2**27


def block(*shapes, codes=(), crs=METRES, bits=28):
    written = np.array(codes, dtype=np.uint8).reshape(len(codes), len(shapes))
    parts, bounds = encode_block(
        np.array(shapes, dtype=object), written, crs, first=0, grid=Grid(bits)
    )
    return b"".join(parts), bounds


def header(data):
    names = (
        "version",
        "kind",
        "flags",
        "bits",
        "count",
        "first",
        "x",
        "y",
        "rings",
        "vertices",
        "classes",
        "nothing",
    )
    return dict(zip(names, HEADER.unpack(data[: HEADER.size]), strict=True))


def steps(x, y):
    """A place so many steps east and south of the middle of the world, in metres."""
    return x * STEP, -y * STEP


def test_a_square_by_pencil():
    # corners 0,0 to 10,20 steps south-east of the middle of the world; counter-clockwise on the
    # ground is north-west, south-west, south-east, north-east: (0,0) (0,20) (10,20) (10,0), the
    # closing vertex dropped
    data, bounds = block(
        shapely.Polygon([steps(0, 0), steps(0, 20), steps(10, 20), steps(10, 0)]), codes=[[7], [9]]
    )
    assert header(data) == {
        "version": 2,
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
    # classes 7 and 9; numbers are led by how many bytes each has: one ring of 4 vertices; first
    # vertex less the origin 0, 0 (no byte); then 0,+20 and +10,0 as zigzag 0,40 and 20,0; and, as
    # the last of four is written as its sum with the first, 0,-20 + 0,+20 = 0,0; no other ring
    assert data[HEADER.size :] == bytes([7, 9, 1, 4, 0, 0, 0, 1, 40, 1, 20, 0, 0, 0, 0, 0])
    assert bounds.tolist() == [MIDDLE, MIDDLE, MIDDLE + 10, MIDDLE + 20]


def test_a_ring_the_other_way_round_gives_the_same_bytes_from_its_first_vertex():
    corners = [steps(0, 0), steps(0, 20), steps(10, 20), steps(10, 0)]
    assert (
        block(shapely.Polygon(corners))[0]
        == block(shapely.Polygon(corners[:1] + corners[:0:-1]))[0]
    )


def test_rings_that_are_not_of_four_vertices_stand_apart():
    # a triangle, 0,0 0,30 20,30, then a line of two vertices from 20,30: first vertices 0,0 and
    # +20,+30 as zigzag 40, 60; no ring of four; further vertices 0,+30 +20,0 and -20,+10 as zigzag,
    # all x (0 40 39), all y (60 0 20)
    triangle = shapely.Polygon([steps(0, 0), steps(0, 30), steps(20, 30)])
    data, _ = block(triangle, shapely.LineString([steps(20, 30), steps(0, 40)]))
    body = [2, 1, 1, 3, 2, 1, 0, 40, 1, 0, 60, 0, 0, 0, 0, 0, 0, 1, 0, 40, 39, 1, 60, 0, 20]
    assert data[HEADER.size :] == bytes(body)


def test_a_hole_and_a_second_part_are_flagged():
    outer = shapely.box(*steps(0, 40), *steps(40, 0))
    hole = shapely.box(*steps(10, 30), *steps(20, 10))
    other = shapely.box(*steps(50, 40), *steps(60, 0))
    data, _ = block(shapely.MultiPolygon([outer - hole, other]), other)
    assert header(data)["flags"] == RINGS_FLAGGED
    assert header(data)["rings"] == 4
    # the first asset has other than one ring (bit 0), namely 3 (in one byte); of the four the
    # second is a hole (bit 1)
    assert data[HEADER.size : HEADER.size + 4] == bytes([0b1, 1, 3, 0b10])


def test_kinds_are_told_apart_where_they_are_mixed():
    data, _ = block(
        shapely.Point(0, 0), shapely.LineString([(0, 0), (9, 9)]), shapely.box(0, 0, 9, 9)
    )
    assert header(data)["kind"] == 3
    assert data[HEADER.size : HEADER.size + 3] == bytes([0, 1, 2])


def test_a_collection_is_drawn_by_its_parts_of_the_highest_dimension():
    area, line = shapely.box(0, 0, 9, 9), shapely.LineString([(0, 0), (30, 30)])
    collection = shapely.GeometryCollection(
        [line, shapely.MultiPolygon([area, shapely.box(20, 20, 30, 30)])]
    )
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
    metres = np.array(
        [[np.radians(longitude) * radius, np.arcsinh(np.tan(np.radians(latitude))) * radius]]
    )
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


def test_a_hole_without_a_vertex_is_no_ring():
    """Files have such polygons: the shape is drawn as if it were not there."""
    hollow = shapely.from_wkt("POLYGON ((0 0, 8 0, 8 8, 0 0), EMPTY, (4 2, 6 2, 6 4, 4 2))")
    plain = shapely.from_wkt("POLYGON ((0 0, 8 0, 8 8, 0 0), (4 2, 6 2, 6 4, 4 2))")
    assert block(hollow)[0] == block(plain)[0]
