"""Shapes and grids for the tests of hazards, made from seeds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine

from asset_inventory.io.rasters import Grid, open_grid
from tests.support.square_cells import CELL, COLUMNS, CORNER, CRS, ROWS


@pytest.fixture
def grid_of(tmp_path: Path) -> Callable[..., Grid]:
    """A function that writes values (rows × columns) as a grid of 10 m cells, nodata -9999, and
    opens it.
    """

    def write(values: np.ndarray, *, name: str = "grid.tif", **profile) -> Grid:
        path = tmp_path / name
        place = {"crs": CRS, "transform": Affine(CELL, 0.0, CORNER[0], 0.0, -CELL, CORNER[1])}
        shape = {"count": 1, "height": values.shape[0], "width": values.shape[1]}
        profile = {"nodata": -9999.0, "dtype": "float32"} | place | shape | profile
        with rasterio.open(path, "w", driver="GTiff", **profile) as to:
            to.write(values.astype(profile["dtype"]), 1)
        return open_grid(path)

    return write


@pytest.fixture(scope="session")
def random_polygons() -> np.ndarray:
    """2,000 polygons (metre) on and across a grid of 37 × 53 cells: holes, Multi kinds, slivers,
    on cell borders.
    """
    random = np.random.default_rng(20260101)
    found: list[shapely.Geometry] = []
    while len(found) < 2000:
        x, y = random.uniform(-3, COLUMNS + 3), random.uniform(-ROWS - 3, 3)
        size = 10 ** random.uniform(-1.3, 1.0)
        shape = _star(random, x, y, size)
        kind = len(found) % 5
        if kind == 1:
            shape = shape.difference(_star(random, x, y, size / 2))
        elif kind == 2:
            shape = shape.union(_star(random, x + 2 * size, y, size))
        elif kind == 3:
            end = (x + 5 * size, y + random.uniform(-3, 3) * size)
            shape = shapely.Polygon([(x, y), end, (end[0], end[1] + 1e-4)])
        elif kind == 4:
            corner = (round(x), round(y))
            shape = shapely.box(*corner, corner[0] + random.integers(1, 5), corner[1] + 0.5)
        if shape.geom_type in ("Polygon", "MultiPolygon") and shape.is_valid and shape.area > 0:
            found.append(shape)
    return _in_metres(np.array(found, dtype=object))


@pytest.fixture(scope="session")
def random_lines() -> np.ndarray:
    """2,000 lines (metre) around and across the same grid: bent, Multi kinds, upright and level
    ones, short ones.
    """
    random = np.random.default_rng(20260102)
    found: list[shapely.Geometry] = []
    for number in range(2000):
        start = np.array([random.uniform(-3, COLUMNS + 3), random.uniform(-ROWS - 3, 3)])
        steps = random.normal(0, 10 ** random.uniform(-2, 1), (random.integers(1, 12), 2))
        if number % 5 in (1, 2):  # one way only: a peer counts what a line runs over twice once
            steps = np.abs(steps)
            steps[:, number % 5 - 1] = 0.0
        path = start + np.vstack([[0.0, 0.0], np.cumsum(steps, axis=0)])
        line = shapely.LineString(path)
        found.append(shapely.MultiLineString([path, path + 0.37]) if number % 5 == 3 else line)
    return _in_metres(np.array(found, dtype=object))


@pytest.fixture(scope="session")
def random_points() -> np.ndarray:
    """2,000 points and MultiPoints (metre) around the same grid."""
    random = np.random.default_rng(20260103)
    places = random.uniform([-3, -ROWS - 3], [COLUMNS + 3, 3], (2000, 4, 2))
    found = [
        shapely.MultiPoint(place) if number % 3 == 0 else shapely.Point(place[0])
        for number, place in enumerate(places)
    ]
    return _in_metres(np.array(found, dtype=object))


def _star(random: np.random.Generator, x: float, y: float, size: float) -> shapely.Geometry:
    corners = random.integers(3, 12)
    angle = np.sort(random.uniform(0, 2 * np.pi, corners))
    away = size * random.uniform(0.3, 1.0, corners)
    star = shapely.Polygon(np.column_stack([x + away * np.cos(angle), y + away * np.sin(angle)]))
    return shapely.make_valid(star, method="structure", keep_collapsed=False)


def _in_metres(shapes: np.ndarray) -> np.ndarray:
    return shapely.transform(shapes, lambda xy: xy * CELL + CORNER)
