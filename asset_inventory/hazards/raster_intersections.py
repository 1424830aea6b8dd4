"""Intersections of assets with a raster grid: the cells of each asset, and their intensities.

The assets' vertices are transformed to the grid's coordinate system; the grid is never warped.
Return periods with grids of the same cells share the cut. Shares are of the asset's true area,
length or number of places: on a grid in degrees a cell weighs by its area on the ellipsoid.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import shapely

from asset_inventory.hazards import coverage
from asset_inventory.hazards.coverage import TOUCH, Covered, Outline
from asset_inventory.io.geometries import AnyCrs, carry, carry_back
from asset_inventory.io.rasters import TILE, Grid, cell_centres, cell_coordinates, reading
from asset_inventory.model.arrays import Floats

CHUNK = 10_000  # geometries cut at once: their arrays stay small enough for the processor's cache
WORKERS = 2  # chunks at a time; more gain nothing, as part of the work holds the interpreter
OFF = -1  # row and column of a share outside the grid


@dataclass(frozen=True)
class Cut:
    """The intersections of assets with cells of a grid: a row per asset and cell, by asset.

    `asset` is the place of the geometry, `share` its share in the cell (0-1); the share outside the
    grid is one row with `row` and `column` -1. `order` sorts the rows on the grid by the window in
    which they are read, and `ends` are the ends of the windows in that order.
    """

    asset: np.ndarray
    row: np.ndarray
    column: np.ndarray
    share: np.ndarray
    order: np.ndarray
    ends: np.ndarray


def cut(geometries: np.ndarray, grid: Grid, city_crs: AnyCrs, *, tile: int = TILE) -> Cut:
    """Return the intersections of points, lines and polygons (also Multi) with a grid's cells.

    `geometries` are valid and in the city's coordinate system (metre). The shares of each add up to
    1. A missing or empty geometry has no row; one without measurable length or area counts whole at
    its first vertex. A point on the border of two cells belongs to that of the higher row or
    column, so one on the far edge of the grid is outside. Polygons over more than `tile` cells are
    cut tile by tile, which bounds memory.

    Examples
    --------
    On cells of 10 m a house of 10 m × 10 m that begins 2.5 m left of a border has a quarter in the
    first cell and three quarters in the next:

    >>> import pyproj
    >>> from affine import Affine
    >>> from pathlib import Path
    >>> grid = Grid(
    ...     path=Path("depth.tif"), band=1, crs=pyproj.CRS("EPSG:32749"), transform=Affine(10, 0, 0, 0, -10, 40),
    ...     width=4, height=4, nodata=None, scale=1, offset=0, unit="m", crs_in_file=None, tile=(4, 4),
    ... )
    >>> house = shapely.box(7.5, 30, 17.5, 40)
    >>> found = cut(np.array([house]), grid, "EPSG:32749")
    >>> found.row.tolist(), found.column.tolist(), found.share.round(9).tolist()
    ([0, 0], [0, 1], [0.25, 0.75])
    """

    def cover(first: int) -> Covered:
        part = _covered(geometries[first : first + CHUNK], grid, city_crs, tile)
        return replace(part, shape=part.shape + np.int32(first))

    # numpy and shapely release the interpreter for most of the work, so that two chunks take little
    # longer than one.
    with ThreadPoolExecutor(max_workers=WORKERS) as pool:
        covered = coverage.joined(list(pool.map(cover, range(0, len(geometries), CHUNK))))
    order, ends = _reading_order(covered, grid)
    cells = {"row": covered.row, "column": covered.column, "share": covered.measure}
    return Cut(asset=covered.shape, **cells, order=order, ends=ends)


def _covered(geometries: np.ndarray, grid: Grid, city_crs: AnyCrs, tile: int) -> Covered:
    """Return the shares of geometries of any type, in their order."""
    dimension = shapely.get_dimensions(geometries)
    parts = []
    for dimensions, cover in enumerate((_cut_points, _cut_lines, _cut_polygons)):
        chosen = np.flatnonzero(dimension == dimensions)
        if len(chosen):
            part = cover(geometries[chosen], grid, city_crs, tile)
            parts.append(_renumbered(part, chosen))
            bare = chosen[np.bincount(part.shape, minlength=len(chosen)) == 0]
            if len(bare):
                places = _cut_points(coverage.beginnings(geometries[bare]), grid, city_crs, tile)
                parts.append(_renumbered(places, bare))
    covered = coverage.joined(parts)
    if len(parts) > 1:
        covered = _rows_at(covered, np.argsort(covered.shape, kind="stable"))
    return covered


def _rows_at(covered: Covered, rows: np.ndarray) -> Covered:
    """Return some rows, by their places or by a mask."""
    return Covered(
        shape=covered.shape[rows],
        row=covered.row[rows],
        column=covered.column[rows],
        measure=covered.measure[rows],
    )


def intensities(cells: Cut, grid: Grid, *, factor: float, nodata: float, outside: float) -> Floats:
    """Return a grid's value at each intersection times `factor`, also of a grid of equal cells.

    `nodata` is the intensity of a cell without a value, `outside` that outside the grid; NaN is no
    data.

    Raises
    ------
    SourceError
        The grid is damaged.

    Examples
    --------
    A house lies half on a cell of 0.5 m of water, half on one without a value:

    >>> import tempfile
    >>> from pathlib import Path
    >>> import rasterio
    >>> from asset_inventory.io.rasters import open_grid
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name) / "depth.tif"
    >>> with rasterio.open(
    ...     path, "w", width=2, height=1, count=1, dtype="float32", nodata=-9, crs="EPSG:32749",
    ...     transform=rasterio.Affine(10, 0, 0, 0, -10, 10),
    ... ) as file:
    ...     file.write(np.array([[[0.5, -9]]], dtype="float32"))
    >>> grid = open_grid(path)
    >>> cells = cut(np.array([shapely.box(5, 0, 15, 10)]), grid, "EPSG:32749")
    >>> intensities(cells, grid, factor=1.0, nodata=np.nan, outside=0.0).tolist(), cells.share.tolist()
    ([0.5, nan], [0.5, 0.5])
    >>> folder.cleanup()
    """
    values = np.full(len(cells.asset), outside, dtype=np.float64)
    first = 0
    with reading(grid, nodata=nodata, outside=outside) as read:
        for end in cells.ends.tolist():
            here = cells.order[first:end]
            values[here] = read(cells.row[here], cells.column[here])
            first = end
    return values * factor if factor != 1.0 else values


def cell_side(grid: Grid, city_crs: AnyCrs) -> float:
    """Return the side of a grid's middle cell (metre of the city's system); NaN without a place.

    Examples
    --------
    A cell of 8 m × 6 m has a diagonal of 10 m, as a square cell of 10 m / √2 = 7.07 m has:

    >>> import pyproj
    >>> from affine import Affine
    >>> from pathlib import Path
    >>> grid = Grid(
    ...     path=Path("depth.tif"), band=1, crs=pyproj.CRS("EPSG:32749"), transform=Affine(8, 0, 0, 0, -6, 0), width=4,
    ...     height=4, nodata=None, scale=1, offset=0, unit="m", crs_in_file=None, tile=(4, 4),
    ... )
    >>> round(cell_side(grid, "EPSG:32749"), 2)
    7.07
    """
    row, column = grid.height / 2 + np.array([0.0, 1.0]), grid.width / 2 + np.array([0.0, 1.0])
    diagonal = np.diff(carry(cell_centres(grid, row, column), grid.crs, city_crs), axis=0)
    return float(np.hypot(*diagonal[0]) / np.sqrt(2))


def _renumbered(part: Covered, shape: np.ndarray) -> Covered:
    return replace(part, shape=shape[part.shape].astype(np.int32))


def _in_cells(shapes: Outline, grid: Grid, city_crs: AnyCrs) -> Outline:
    transformed = carry_back(shapes.coordinates, city_crs, grid.crs)
    return replace(shapes, coordinates=cell_coordinates(grid, transformed))


def _cut_points(geometries: np.ndarray, grid: Grid, city_crs: AnyCrs, tile: int) -> Covered:
    places = _in_cells(coverage.outline(geometries), grid, city_crs)
    cell = np.floor(places.coordinates)
    on = ((cell >= 0) & (cell < [grid.width, grid.height])).all(axis=1)
    column, row = cell[on].astype(np.int64).T
    on_grid = Covered(shape=places.shape[on], row=row, column=column, measure=np.ones(len(row)))
    covered = coverage.summed(on_grid)
    off = np.bincount(places.shape[~on], minlength=len(geometries))
    return _with_outside(covered, off.astype(np.float64))


def _cut_lines(geometries: np.ndarray, grid: Grid, city_crs: AnyCrs, tile: int) -> Covered:
    paths = coverage.outline(geometries)
    lengths = np.append(np.hypot(*np.diff(paths.coordinates, axis=0).T), 0.0)
    # no edge leads from one path's end to the next path's start
    lengths[paths.starts[1:] - 1] = 0.0
    owner = np.repeat(paths.shape, np.diff(paths.starts))
    total = np.bincount(owner, lengths, minlength=len(geometries))
    in_cells = _in_cells(paths, grid, city_crs)
    covered = coverage.cover_lines(in_cells, lengths, grid.height, grid.width)
    beyond = total - _inside(covered, len(geometries))
    return _with_outside(_rows_at(covered, covered.measure > TOUCH * total[covered.shape]), beyond)


def _cut_polygons(geometries: np.ndarray, grid: Grid, city_crs: AnyCrs, tile: int) -> Covered:
    rings = _in_cells(coverage.outline(geometries), grid, city_crs)
    box = coverage.bounds(rings, len(geometries))
    areas = coverage.polygon_areas(rings, len(geometries))
    shape, windows = _by_tile(coverage.windows_on(box, grid.height, grid.width), tile)
    covered = coverage.cover_polygons(rings, shape, windows, coverage.touches(areas, box))
    on = (box[:, :2] >= 0).all(axis=1) & (box[:, 2:] <= [grid.width, grid.height]).all(axis=1)
    beyond = np.where(on, 0.0, areas - _inside(covered, len(areas)))
    if not grid.crs.is_geographic:
        return _with_outside(covered, beyond)
    weight = _cell_areas(grid, covered.row, covered.column)
    # The share beyond the grid weighs like the cell in the middle of the shape.
    middle = _cell_areas(grid, (box[:, 1] + box[:, 3]) / 2 - 0.5, (box[:, 0] + box[:, 2]) / 2 - 0.5)
    return _with_outside(replace(covered, measure=covered.measure * weight), beyond * middle)


def _inside(covered: Covered, count: int) -> np.ndarray:
    return np.bincount(covered.shape, covered.measure, minlength=count)


def _with_outside(covered: Covered, beyond: np.ndarray) -> Covered:
    """Return shares of each shape that add up to 1, with a row for the measure `beyond` the grid.

    Less than 1e-8 of a shape is a touch and left out; a shape without a place on the grid has NaN
    beyond.
    """
    inside = _inside(covered, len(beyond))
    beyond = np.where(np.isfinite(beyond), beyond, 1.0)
    beyond[beyond <= TOUCH * (inside + beyond)] = 0.0
    off = np.flatnonzero(beyond > 0)
    if not len(off):
        return replace(covered, measure=covered.measure / inside.take(covered.shape))
    share = np.concatenate([covered.measure, beyond[off]])
    shape = np.concatenate([covered.shape, off])
    share /= (inside + beyond)[shape]
    row, column = (
        np.concatenate([places, np.full(len(off), OFF)]) for places in (covered.row, covered.column)
    )
    shape, row, column = (places.astype(np.int32) for places in (shape, row, column))
    shares = Covered(shape=shape, row=row, column=column, measure=share)
    return _rows_at(shares, np.argsort(shape, kind="stable"))


def _by_tile(windows: np.ndarray, tile: int) -> tuple[np.ndarray, np.ndarray]:
    """Return windows with cells, wide ones cut along the tiles: shape (n), window (n × 4)."""
    shape = np.flatnonzero((windows[:, 0] < windows[:, 1]) & (windows[:, 2] < windows[:, 3]))
    windows = windows[shape]
    for low, high in ((0, 1), (2, 3)):
        wide = windows[:, high] - windows[:, low] > tile
        first = windows[:, low] // tile
        count = np.where(wide, (windows[:, high] - 1) // tile - first + 1, 1)
        job = np.repeat(np.arange(len(count)), count)
        border = (np.arange(len(job)) - np.repeat(np.cumsum(count) - count - first, count)) * tile
        cut_off = wide[job]
        shape, windows = shape[job], windows[job].copy()
        windows[cut_off, low] = np.maximum(windows[cut_off, low], border[cut_off])
        windows[cut_off, high] = np.minimum(windows[cut_off, high], border[cut_off] + tile)
    return shape, windows


def _reading_order(covered: Covered, grid: Grid) -> tuple[np.ndarray, np.ndarray]:
    rows, columns = grid.tile
    on = np.flatnonzero(covered.row >= 0)
    across = -(-grid.width // columns)
    number = covered.row[on] // rows * across + covered.column[on] // columns
    if len(number) and number.max() < 2**15:
        number = number.astype(np.int16)  # numpy sorts these in one pass
    order = np.argsort(number, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(number[order])) + 1, len(order))
    return on[order], ends[ends > 0]


def _cell_areas(grid: Grid, row: np.ndarray, column: np.ndarray) -> Floats:
    """Return the ellipsoidal area of cells of a grid in degrees (axis² × degree²)."""
    radians = grid.crs.axis_info[0].unit_conversion_factor
    latitude: Floats = cell_centres(grid, row, column)[:, 1] * radians
    ellipsoid = grid.crs.ellipsoid
    if ellipsoid is None:
        raise ValueError(f"{grid.crs.name} has no ellipsoid")
    # the square of the eccentricity
    e2 = 1.0 - (ellipsoid.semi_minor_metre / ellipsoid.semi_major_metre) ** 2
    # radius of the meridian times that of the parallel: M N cos(latitude)
    return np.cos(latitude) * (1.0 - e2) / (1.0 - e2 * np.sin(latitude) ** 2) ** 2
