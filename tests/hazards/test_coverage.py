"""Exact shares of cells under polygons, exact lengths in cells along lines, in cell space."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Point, Polygon, box

from asset_inventory.hazards import coverage
from asset_inventory.hazards.coverage import outline

ROWS, COLUMNS = 6, 8


def cover(
    shapes: list, *, windows: np.ndarray | None = None, shape: np.ndarray | None = None
) -> np.ndarray:
    """Return the covered shares of polygons as an array: shapes × rows × columns."""
    shapes = np.array(shapes, dtype=object)
    rings = outline(shapes)
    bounds, areas = coverage.bounds(rings, len(shapes)), coverage.polygon_areas(rings, len(shapes))
    if windows is None:
        windows = coverage.windows_on(bounds, ROWS, COLUMNS)
        shape = np.flatnonzero((windows[:, 0] < windows[:, 1]) & (windows[:, 2] < windows[:, 3]))
        windows = windows[shape]
    return spread(
        coverage.cover_polygons(rings, shape, windows, coverage.touches(areas, bounds)), len(shapes)
    )


def cover_lines(shapes: list) -> np.ndarray:
    shapes = np.array(shapes, dtype=object)
    paths = outline(shapes)
    lengths = np.append(np.hypot(*np.diff(paths.coordinates, axis=0).T), 0.0)
    return spread(coverage.cover_lines(paths, lengths, ROWS, COLUMNS), len(shapes))


def spread(covered: coverage.Covered, count: int) -> np.ndarray:
    dense = np.zeros((count, ROWS, COLUMNS))
    np.add.at(dense, (covered.shape, covered.row, covered.column), covered.measure)
    assert (covered.measure > 0).all()
    return dense


CELLS = [box(column, row, column + 1, row + 1) for row in range(ROWS) for column in range(COLUMNS)]


def by_shapely(shapes: list, measure) -> np.ndarray:
    """Return the same by intersecting every shape with the box of every cell."""
    return np.array(
        [measure(shapely.intersection(shape, CELLS)).reshape(ROWS, COLUMNS) for shape in shapes]
    )


def test_a_triangle_by_hand():
    share = cover([Polygon([(0, 0), (2, 0), (0, 2)])])[0]
    # below the line x + y = 2: all of the first cell, halves of its two neighbours, none of the
    # fourth
    np.testing.assert_allclose(share[:2, :2], [[1.0, 0.5], [0.5, 0.0]])
    assert share.sum() == pytest.approx(2.0)


def test_a_hole_and_parts_by_hand():
    ring = Polygon(box(1, 1, 4, 4).exterior, [box(2, 2, 3, 3.5).exterior])
    share = cover([MultiPolygon([ring, box(5, 0.5, 5.25, 1)])])[0]
    expected = np.zeros((ROWS, COLUMNS))
    expected[1:4, 1:4] = 1.0
    expected[2, 2], expected[3, 2] = 0.0, 0.5  # the hole takes one cell and a half
    expected[0, 5] = 0.25 * 0.5
    np.testing.assert_allclose(share, expected, atol=1e-15)


def test_direction_of_rings_does_not_matter():
    shape = Polygon(box(1, 1, 4, 4).exterior, [box(2, 2, 3, 3).exterior])
    backwards = Polygon(shape.exterior.coords[::-1], [shape.interiors[0].coords[::-1]])
    np.testing.assert_array_equal(*cover([shape, backwards]))


def test_a_touch_is_no_share():
    share = cover([box(1, 1, 2, 2), box(1 - 1e-10, 1, 2 + 1e-10, 2)])
    # neither the touched neighbours nor what rounding may put there
    assert (share[0] > 0).sum() == (share[1] > 0).sum() == 1


def test_what_lies_beyond_the_window_is_cut_off():
    share = cover(
        [
            box(-100, -100, 100, 100),
            box(-100, 2.5, 0.5, 3),
            box(7.5, -3, 50, 0.5),
            box(20, 20, 21, 21),
        ]
    )
    np.testing.assert_allclose(share[0], np.ones((ROWS, COLUMNS)))
    assert share[1, 2, 0] == pytest.approx(0.25) and share[1].sum() == pytest.approx(0.25)
    assert share[2, 0, 7] == pytest.approx(0.25) and share[2].sum() == pytest.approx(0.25)
    assert share[3].sum() == 0


def test_slivers_and_specks_keep_their_relative_exactness():
    sliver = Polygon([(0.5, 0.5), (6.5, 4.5), (6.5, 4.5 + 1e-9)])
    speck = box(3.3, 3.3, 3.3 + 1e-7, 3.3 + 1e-7)
    share = cover([sliver, speck, box(0, 0, 8, 6)])
    assert share[0].sum() == pytest.approx(sliver.area, rel=1e-6)
    assert share[1].sum() == pytest.approx(speck.area, rel=1e-6)


def test_windows_clip_to_the_grid_and_far_numbers_do_no_harm():
    bounds = np.array(
        [
            [0.5, 0.5, 1.5, 2.0],
            [-9e30, -1, 9e30, 1],
            [np.nan, 0, 1, 1],
            [8, 0, 9, 1],
            [3.0, 3.0, 3.0, 3.0],
        ]
    )
    windows = coverage.windows_on(bounds, ROWS, COLUMNS)
    assert windows[0].tolist() == [0, 2, 0, 2]
    assert windows[1].tolist() == [0, 1, 0, 8]
    assert windows[2].tolist() == [0, 0, 0, 0]  # no finite box, no cells
    assert windows[3, 2] >= windows[3, 3]  # beyond the last column
    assert windows[4].tolist() == [3, 4, 3, 4]


def test_lines_by_hand():
    # 3-4-5: from (0.5, 0.5) five long to (3.5, 4.5); a level line; one along a border, which the
    # higher row has
    paths = [[(0.5, 0.5), (3.5, 4.5)], [(1.5, 2.5), (4, 2.5)], [(1, 3), (3, 3)]]
    length = cover_lines([LineString(path) for path in paths])
    assert length[0].sum() == pytest.approx(5.0)
    assert length[0, 0, 0] == pytest.approx(5 / 8)  # leaves the first row after 0.5 of 4 rows
    np.testing.assert_allclose(length[1, 2, 1:5], [0.5, 1.0, 1.0, 0.0])
    np.testing.assert_allclose(length[2, 3, 1:3], [1.0, 1.0])
    assert length[2].sum() == pytest.approx(2.0)


def test_a_line_that_comes_back_is_one_row_per_cell_and_counts_twice():
    line = LineString([(0.5, 0.5), (2.5, 0.5), (0.5, 0.5)])
    paths = outline(np.array([line], dtype=object))
    covered = coverage.cover_lines(paths, np.array([2.0, 2.0, 0.0]), ROWS, COLUMNS)
    assert covered.column.tolist() == [0, 1, 2]
    np.testing.assert_allclose(covered.measure, [1.0, 2.0, 1.0])


def test_lengths_are_those_that_the_caller_gives():
    paths = outline(np.array([LineString([(0, 0.5), (4, 0.5)])], dtype=object))
    covered = coverage.cover_lines(paths, np.array([100.0, 0.0]), ROWS, COLUMNS)
    np.testing.assert_allclose(covered.measure, [25.0] * 4)


def test_vertices_without_a_place_are_left_out():
    paths = outline(np.array([LineString([(0.5, 0.5), (1.5, 0.5), (2.5, 0.5)])], dtype=object))
    paths.coordinates[2] = np.nan
    covered = coverage.cover_lines(paths, np.array([1.0, 1.0, 0.0]), ROWS, COLUMNS)
    assert covered.measure.sum() == pytest.approx(1.0)


def test_outline_of_every_kind():
    donut = Polygon(box(0, 0, 3, 3).exterior, [box(1, 1, 2, 2).exterior])
    kinds = outline(
        np.array(
            [None, box(0, 0, 1, 1), Polygon(), MultiPolygon([donut, box(5, 5, 6, 6)])], dtype=object
        )
    )
    assert kinds.shape.tolist() == [1, 3, 3, 3]
    assert kinds.hole.tolist() == [False, False, True, False]
    assert np.diff(kinds.starts).tolist() == [5, 5, 5, 5]
    two = shapely.MultiLineString([[(0, 0), (1, 0), (2, 0)], [(5, 5), (6, 6)]])
    lines = outline(np.array([LineString([(0, 0), (1, 1)]), two]))
    assert (lines.shape.tolist(), lines.starts.tolist()) == ([0, 1, 1], [0, 2, 5, 7])
    points = outline(np.array([Point(), Point(1, 2), shapely.MultiPoint([(3, 4), (5, 6)])]))
    assert (points.shape.tolist(), points.coordinates.tolist()) == (
        [1, 2, 2],
        [[1, 2], [3, 4], [5, 6]],
    )
    assert not len(outline(np.array([], dtype=object)).shape)


def test_blocks_change_nothing(monkeypatch):
    random = np.random.default_rng(1)
    shapes = [Point(*random.uniform(0, 8, 2)).buffer(random.uniform(0.1, 3)) for _ in range(30)]
    lines = [LineString(random.uniform(-1, 9, (4, 2))) for _ in range(30)]
    at_once, lines_at_once = cover(shapes), cover_lines(lines)
    monkeypatch.setattr(coverage, "BLOCK_CELLS", 7)
    monkeypatch.setattr(coverage, "BLOCK_EDGES", 5)
    np.testing.assert_allclose(cover(shapes), at_once, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(cover_lines(lines), lines_at_once, rtol=1e-12)


# Corners on quarters of cells lie on borders as often as not.
quarters = st.integers(-8, 40).map(lambda quarter: quarter / 4)
places = st.tuples(quarters, quarters)


@st.composite
def polygons(draw) -> shapely.Geometry:
    """A valid polygon or several, from any corners."""
    corners = draw(st.lists(places, min_size=3, max_size=8, unique=True))
    shape = shapely.make_valid(Polygon(corners), method="structure", keep_collapsed=False)
    return shape if shape.area > 0 else box(0, 0, 1, 1)


@given(st.lists(polygons(), min_size=1, max_size=4))
def test_polygons_agree_with_the_boxes_of_the_cells(shapes):
    np.testing.assert_allclose(cover(shapes), by_shapely(shapes, shapely.area), atol=1e-8)


@given(
    st.lists(st.lists(places, min_size=2, max_size=6), min_size=1, max_size=4),
    st.floats(0.01, 0.24),
)
def test_lines_agree_with_the_boxes_of_the_cells(paths, aside):
    # moved off the borders, where a box on either side would count the line
    lines = [LineString([(x + aside, y + aside) for x, y in path]) for path in paths]
    # edge by edge, for an intersection counts what a line runs over twice once
    edges = [[LineString(pair) for pair in pairwise(line.coords)] for line in lines]
    peer = np.array([by_shapely(of_line, shapely.length).sum(axis=0) for of_line in edges])
    np.testing.assert_allclose(cover_lines(lines), peer, atol=1e-9)


@given(polygons(), st.integers(1, ROWS - 1), st.integers(1, COLUMNS - 1))
def test_windows_side_by_side_add_up_to_the_whole(shape, row, column):
    windows = np.array(
        [
            [*rows, *columns]
            for rows in ((0, row), (row, ROWS))
            for columns in ((0, column), (column, COLUMNS))
        ]
    )
    four = cover([shape], windows=windows, shape=np.zeros(4, dtype=int))
    np.testing.assert_allclose(four, cover([shape]), atol=2e-8)
