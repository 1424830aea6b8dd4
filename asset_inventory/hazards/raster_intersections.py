"""Pieces of assets on a raster: which cells each asset covers, and what the grid says there.

The assets' vertices are carried to the grid's coordinate system; the grid is never warped. All return
periods whose grids share cells share the cut. Shares are of the asset's true area, length or number of
places: on a grid in degrees a cell weighs by its area on the ellipsoid.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import shapely

from asset_inventory.hazards import coverage
from asset_inventory.hazards.coverage import TOUCH, Covered, Outline
from asset_inventory.io.crs import carry, carry_back
from asset_inventory.io.rasters import TILE, Grid, cell_centres, cell_coordinates, reading

CHUNK = 10_000  # geometries cut at once: their arrays stay small enough for the processor's cache
WORKERS = 2  # chunks at a time; more gain nothing, for part of the work holds the interpreter
OFF = -1  # row and column of a piece that lies outside the grid


@dataclass(frozen=True)
class Cut:
    """The pieces of assets on the cells of a grid: one row per asset and cell, in order of the assets.

    `asset` is the place of the geometry, `share` its share there (0-1); what lies outside the grid is one
    row with `row` and `column` -1. `order` sorts the rows that lie on the grid by the window in which
    they are read, and `ends` are the ends of the windows in that order.
    """

    asset: np.ndarray
    row: np.ndarray
    column: np.ndarray
    share: np.ndarray
    order: np.ndarray
    ends: np.ndarray


def cut(geometries: np.ndarray, grid: Grid, city_crs: object, *, tile: int = TILE) -> Cut:
    """Return the pieces of points, lines and polygons (Multi kinds too) on the cells of a grid.

    `geometries` are valid and in the city's system (metres). The shares of each add up to 1; what is
    missing or empty has no piece, and what has too little length or area to be measured counts whole
    where it begins. A place on the border of two cells belongs to that of the higher row or column, so
    one on the far edge of the grid lies outside. Polygons that span more than `tile` cells are cut tile
    by tile, which bounds memory.
    """

    def cover(first: int) -> Covered:
        part = _covered(geometries[first : first + CHUNK], grid, city_crs, tile)
        return replace(part, shape=part.shape + np.int32(first))

    # numpy and shapely let go of the interpreter in most of the work, so that two chunks take little longer than one.
    with ThreadPoolExecutor(max_workers=WORKERS) as pool:
        whole = coverage.joined(list(pool.map(cover, range(0, len(geometries), CHUNK))))
    return Cut(whole.shape, whole.row, whole.column, whole.measure, *_reading_order(whole, grid))


def _covered(geometries: np.ndarray, grid: Grid, city_crs: object, tile: int) -> Covered:
    """Return the shares of geometries of any kind, in their order."""
    dimension = shapely.get_dimensions(geometries)
    parts = []
    for kind, cover in enumerate((_cut_points, _cut_lines, _cut_polygons)):
        chosen = np.flatnonzero(dimension == kind)
        if len(chosen):
            part = cover(geometries[chosen], grid, city_crs, tile)
            parts.append(_renumbered(part, chosen))
            bare = chosen[np.bincount(part.shape, minlength=len(chosen)) == 0]
            if len(bare):
                places = _cut_points(coverage.beginnings(geometries[bare]), grid, city_crs, tile)
                parts.append(_renumbered(places, bare))
    whole = coverage.joined(parts)
    if len(parts) > 1:
        order = np.argsort(whole.shape, kind="stable")
        whole = Covered(*(column[order] for column in (whole.shape, whole.row, whole.column, whole.measure)))
    return whole


def intensities(pieces: Cut, grid: Grid, *, factor: float, nodata: float, outside: float) -> np.ndarray:
    """Return what a grid says at each piece, times `factor`; the pieces may be cut for a grid of the same cells.

    `nodata` is the intensity where the grid has no value, `outside` that beyond the grid; NaN = unknown.
    """
    found = np.full(len(pieces.asset), outside, dtype=np.float64)
    first = 0
    with reading(grid, nodata=nodata, outside=outside) as read:
        for end in pieces.ends.tolist():
            here = pieces.order[first:end]
            found[here] = read(pieces.row[here], pieces.column[here])
            first = end
    return found * factor if factor != 1.0 else found


def cell_side(grid: Grid, city_crs: object) -> float:
    """Return the side of the cell in the middle of a grid (metre of the city); NaN where it lies nowhere there."""
    row, column = grid.height / 2 + np.array([0.0, 1.0]), grid.width / 2 + np.array([0.0, 1.0])
    diagonal = np.diff(carry(cell_centres(grid, row, column), grid.crs, city_crs), axis=0)
    return float(np.hypot(*diagonal[0]) / np.sqrt(2))


def _renumbered(part: Covered, shape: np.ndarray) -> Covered:
    return Covered(shape[part.shape].astype(np.int32), part.row, part.column, part.measure)


def _in_cells(shapes: Outline, grid: Grid, city_crs: object) -> Outline:
    carried = carry_back(shapes.coordinates, city_crs, grid.crs)
    return Outline(cell_coordinates(grid, carried), shapes.starts, shapes.shape, shapes.hole)


def _cut_points(geometries: np.ndarray, grid: Grid, city_crs: object, tile: int) -> Covered:
    places = _in_cells(coverage.outline(geometries), grid, city_crs)
    cell = np.floor(places.coordinates)
    on = ((cell >= 0) & (cell < [grid.width, grid.height])).all(axis=1)
    column, row = cell[on].astype(np.int64).T
    covered = coverage.summed(Covered(places.shape[on], row, column, np.ones(len(row))))
    off = np.bincount(places.shape[~on], minlength=len(geometries))
    return _with_outside(covered, off.astype(np.float64))


def _cut_lines(geometries: np.ndarray, grid: Grid, city_crs: object, tile: int) -> Covered:
    paths = coverage.outline(geometries)
    lengths = np.append(np.hypot(*np.diff(paths.coordinates, axis=0).T), 0.0)
    lengths[paths.starts[1:] - 1] = 0.0  # from one path's end to the next path's start is no edge
    total = np.bincount(np.repeat(paths.shape, np.diff(paths.starts)), lengths, minlength=len(geometries))
    covered = coverage.cover_lines(_in_cells(paths, grid, city_crs), lengths, grid.height, grid.width)
    beyond = total - _inside(covered, len(geometries))
    kept = covered.measure > TOUCH * total[covered.shape]
    covered = Covered(*(column[kept] for column in (covered.shape, covered.row, covered.column, covered.measure)))
    return _with_outside(covered, beyond)


def _cut_polygons(geometries: np.ndarray, grid: Grid, city_crs: object, tile: int) -> Covered:
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
    # What lies beyond the grid weighs like the cell in the middle of the shape.
    middle = _cell_areas(grid, (box[:, 1] + box[:, 3]) / 2 - 0.5, (box[:, 0] + box[:, 2]) / 2 - 0.5)
    weighed = Covered(covered.shape, covered.row, covered.column, covered.measure * weight)
    return _with_outside(weighed, beyond * middle)


def _inside(covered: Covered, count: int) -> np.ndarray:
    return np.bincount(covered.shape, covered.measure, minlength=count)


def _with_outside(covered: Covered, beyond: np.ndarray) -> Covered:
    """Return shares of each shape that add up to 1, with a row for what lies `beyond` the grid.

    Less than 1e-8 of a shape is a touch and left out; NaN beyond is a shape that has no place on the grid.
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
    row, column = (np.concatenate([places, np.full(len(off), OFF)]) for places in (covered.row, covered.column))
    order = np.argsort(shape, kind="stable")
    return Covered(*(column.astype(np.int32)[order] for column in (shape, row, column)), share[order])


def _by_tile(windows: np.ndarray, tile: int) -> tuple[np.ndarray, np.ndarray]:
    """Return windows that hold cells, those wider than a tile cut along the tiles: shape (n), window (n × 4)."""
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


def _reading_order(whole: Covered, grid: Grid) -> tuple[np.ndarray, np.ndarray]:
    rows, columns = grid.tile
    on = np.flatnonzero(whole.row >= 0)
    across = -(-grid.width // columns)
    number = whole.row[on] // rows * across + whole.column[on] // columns
    if len(number) and number.max() < 2**15:
        number = number.astype(np.int16)  # numpy sorts these in one pass
    order = np.argsort(number, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(number[order])) + 1, len(order)) if len(order) else np.zeros(0, dtype=int)
    return on[order], ends


def _cell_areas(grid: Grid, row: np.ndarray, column: np.ndarray) -> np.ndarray:
    """Return the area of cells of a grid in degrees, on its ellipsoid (unit: square of its axis × degree²)."""
    radians = grid.crs.axis_info[0].unit_conversion_factor
    latitude = cell_centres(grid, row, column)[:, 1] * radians
    ellipsoid = grid.crs.geodetic_crs.ellipsoid
    eccentricity = 1.0 - (ellipsoid.semi_minor_metre / ellipsoid.semi_major_metre) ** 2  # its square
    # radius of the meridian times that of the parallel: M N cos(latitude)
    return np.cos(latitude) * (1.0 - eccentricity) / (1.0 - eccentricity * np.sin(latitude) ** 2) ** 2
