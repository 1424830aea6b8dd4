"""Packed shapes: unpacked again they are what was packed, and simplified neighbours still share
their border.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from asset_inventory.outputs.views.city import STEPS_PER_DEGREE, pack, simplify_to

DEGREES = st.tuples(st.floats(-179, 179), st.floats(-80, 80))


def unpacked(packed: dict) -> list[tuple[int, str, list]]:
    """Every part as its row, kind and rings of (longitude, latitude): what `shapes.js` does."""
    parts = []
    for kind, shapes in packed.items():
        xy = np.cumsum(np.array(shapes["xy"]).reshape(-1, 2), axis=0) / STEPS_PER_DEGREE
        rings = np.split(xy, np.cumsum(shapes["rings"])[:-1]) if "rings" in shapes else list(xy)
        ends = np.cumsum(shapes["parts"]) if "parts" in shapes else None
        for place, row in enumerate(shapes["rows"]):
            if ends is None:
                parts.append((row, kind, rings[place].tolist()))
            else:
                first = 0 if place == 0 else ends[place - 1]
                parts.append((row, kind, [ring.tolist() for ring in rings[first : ends[place]]]))
    return parts


def layer(*shapes: shapely.Geometry | None, crs: str = "EPSG:4326") -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=list(shapes), crs=crs)


def test_every_kind_of_geometry_comes_back():
    hole = shapely.Polygon([(0, 0), (4, 0), (4, 4), (0, 4)], [[(1, 1), (1, 2), (2, 2), (2, 1)]])
    parts = unpacked(
        pack(
            layer(
                shapely.Point(1, 2),
                None,
                shapely.LineString([(0, 0), (1, 1), (2, 0)]),
                hole,
                shapely.MultiPolygon([shapely.box(5, 5, 6, 6), shapely.box(7, 7, 8, 8)]),
                shapely.Polygon(),
                shapely.GeometryCollection(
                    [shapely.MultiPoint([(3, 3), (4, 4)]), shapely.LineString([(9, 9), (8, 8)])]
                ),
            )
        )
    )
    assert [(row, kind) for row, kind, _ in parts] == [
        (0, "point"),
        (6, "point"),
        (6, "point"),
        (2, "line"),
        (6, "line"),
        (3, "polygon"),
        (4, "polygon"),
        (4, "polygon"),
    ]
    assert parts[0][2] == [1, 2]
    assert parts[3][2] == [[0, 0], [1, 1], [2, 0]]
    assert [len(ring) for ring in parts[5][2]] == [5, 5]


@given(st.lists(DEGREES, min_size=1, max_size=30))
def test_packing_moves_no_point_by_more_than_half_a_step(points):
    parts = unpacked(pack(layer(*map(shapely.Point, points))))
    found = np.array([at for _, _, at in parts])
    assert np.abs(found - np.array(points)).max() <= 0.5 / STEPS_PER_DEGREE + 1e-9


def test_metres_become_degrees():
    # UTM 49S has its central meridian, 111° E, at 500,000 m east; its equator at 10,000,000 m north
    ((_, _, (longitude, latitude)),) = unpacked(
        pack(layer(shapely.Point(500_000, 10_000_000), crs="EPSG:32749"))
    )
    assert (round(longitude, 6), abs(round(latitude, 6))) == (111.0, 0.0)


def test_few_vertices_are_left_alone():
    table = layer(shapely.Point(0, 0).buffer(1))
    same, tolerance = simplify_to(table, most_vertices=1000)
    assert same is table
    assert tolerance == 0.0


def test_simplified_neighbours_still_share_their_border():
    # two districts that meet in a wavy line of 2,001 vertices
    y = np.linspace(0, 100, 2001)
    wave = np.column_stack([50 + np.sin(y), y])
    west = shapely.Polygon([(0, 0), *wave, (0, 100)])
    east = shapely.Polygon([(100, 0), *wave, (100, 100)])
    simple, tolerance = simplify_to(layer(west, east, crs="EPSG:32749"), most_vertices=600)
    shapes = simple.geometry.to_numpy()
    assert shapely.get_num_coordinates(shapes).sum() <= 600
    assert tolerance > 0
    assert shapely.is_valid(shapes).all()
    assert shapely.area(shapely.intersection(*shapes)) == 0
    assert shapely.area(shapely.union_all(shapes)) == 100 * 100


def test_shapes_that_cannot_be_simplified_end_the_search():
    triangles = [shapely.Polygon([(x, 0), (x + 1, 0), (x, 1)]) for x in range(0, 100, 2)]
    simple, _ = simplify_to(layer(*triangles, crs="EPSG:32749"), most_vertices=10)
    assert len(simple) == 50
