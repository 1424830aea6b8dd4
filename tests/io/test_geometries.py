"""Repairs of broken polygons: which change the area that the outline covers, and which only say
it properly.
"""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from asset_inventory.io.geometries import covered_area, repair

SQUARE = "(0 0,10 0,10 10,0 10,0 0)"
HOUR_GLASS = "(0 0,10 10,10 0,0 10,0 0)"


@pytest.mark.parametrize(
    ("drawn", "covered", "repaired", "much"),
    [
        (f"POLYGON({HOUR_GLASS})", 50, 50, False),  # its signed area is 0
        # two triangles, of 1.67 and 41.67
        ("POLYGON((0 0,10 10,10 0,0 2,0 0))", 130 / 3, 130 / 3, False),
        # drawn twice: signed 200
        ("POLYGON((0 0,10 0,10 10,0 10,0 0,10 0,10 10,0 10,0 0))", 100, 100, False),
        ("POLYGON((0 0,10 0,10 10,0 10,0 5,-5 5,0 5,0 0))", 100, 100, False),  # a spike
        # a loop over itself of 2 x 2: filled or not, nobody can tell, but it is 4 of 112
        ("POLYGON((0 0,10 0,10 10,4 10,4 8,6 8,6 12,0 12,0 0))", 108, 112, False),
        # a ring that winds twice around most of its area
        ("POLYGON((0 0,10 0,10 10,0 10,0 1,9 1,9 9,1 9,1 0.5,0 0))", 35.25, 99.25, True),
        # an hourglass of a hole
        (f"POLYGON((-1 -1,11 -1,11 11,-1 11,-1 -1),{HOUR_GLASS})", 94, 94, False),
        (f"POLYGON({SQUARE},(8 2,12 2,12 8,8 8,8 2))", 76, 88, True),  # a hole that is half outside
        # a hole outside becomes a part
        (f"POLYGON({SQUARE},(20 2,22 2,22 8,20 8,20 2))", 88, 112, True),
        # holes that overlap
        (f"POLYGON({SQUARE},(1 1,6 1,6 6,1 6,1 1),(4 4,9 4,9 9,4 9,4 4))", 50, 54, False),
        # parts that overlap by half
        (f"MULTIPOLYGON(({SQUARE}),((5 0,15 0,15 10,5 10,5 0)))", 200, 150, True),
    ],
)
def test_a_repair_is_compared_with_the_area_that_the_outline_covers(drawn, covered, repaired, much):
    shapes = np.array([shapely.from_wkt(drawn)], dtype=object)
    assert covered_area(shapes)[0] == pytest.approx(covered)
    made = repair(shapes)
    assert shapely.area(made.geometry[0]) == pytest.approx(repaired)
    assert shapely.is_valid(made.geometry[0])
    assert (made.repaired[0], made.much[0]) == (True, much)
    if not much:
        assert made.percent == pytest.approx(100 * abs(repaired - covered) / covered, abs=1e-9)


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=3, max_size=8, unique=True)
)
def test_of_a_valid_polygon_the_outline_covers_its_area(places):
    ring = shapely.Polygon(places)
    hull = ring.convex_hull
    if hull.geom_type == "Polygon":
        holed = hull.difference(hull.buffer(-0.5))
        assert covered_area(np.array([hull, holed], dtype=object)) == pytest.approx(
            [hull.area, holed.area]
        )
    if ring.is_valid:
        assert covered_area(np.array([ring], dtype=object))[0] == pytest.approx(ring.area)
