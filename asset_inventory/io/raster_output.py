"""A grid as a picture on web Mercator that keeps the worst class, and as GeoTIFF of its cells.

The picture is the only place where a grid is warped, and only to be looked at: every figure comes
from the grid's own cells. Where a program draws the grid itself, it gets the edge and the areas
that it cannot draw. The GeoTIFF is as an assessment reads it, never warped.
"""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import rasterio
import rasterio.features
import rasterio.warp
import shapely
from affine import Affine
from rasterio.crs import CRS
from rasterio.enums import Resampling
from rasterio.windows import Window

from asset_inventory.io.atomic import whole
from asset_inventory.io.geometries import WEB_MERCATOR, WGS84, carry
from asset_inventory.io.rasters import CACHE, TILE, Grid, cell_centres, reading, windows

LONGEST = 2_048
NOTHING = 0  # the code of what is not drawn
_MERCATOR_LIMIT = 20_037_508.34


@dataclass(frozen=True)
class Picture:
    """Codes (rows × columns, uint8) on web Mercator, bounds ((south, west), (north, east)), edge.

    Bounds and edge are in degrees; the edge is the outline of the whole grid.
    """

    codes: np.ndarray
    bounds: tuple[tuple[float, float], tuple[float, float]]
    edge: shapely.Polygon


def picture(
    grid: Grid,
    coded: Callable[[np.ndarray], np.ndarray],
    *,
    nodata: float,
    outside: float,
    longest: int = LONGEST,
) -> Picture:
    """Return a grid as codes on web Mercator, its longest side at most `longest` pixels.

    `coded` turns intensities into codes (uint8): 0 is not drawn, and the highest code of the cells
    that share a pixel wins. `nodata` and `outside` stand for cells without a value, as in
    `rasters.reading`. Raises SourceError where the grid is damaged, or cannot be brought to
    longitude and latitude.
    """
    outline = _outline(grid)
    edge = edge_of(grid, WGS84)
    step = _step(grid, longest)
    codes = _shrunk(grid, coded, step, nodata, outside)
    target, transform = _frame(carry(outline, grid.crs, WEB_MERCATOR), max(codes.shape), longest)
    # where pixels are not plenty a nearest cell could be skipped; the highest never is
    if max(target) >= 2 * max(codes.shape):
        nearest = _nearest(grid, step, codes.shape, target, transform)
        warped = np.append(np.uint8(NOTHING), codes.ravel())[nearest]
    else:
        warped = _warped(codes, grid, step, target, transform, Resampling.max)
    corners = np.array([transform @ (0, target[0]), transform @ (target[1], 0)])
    (west, south), (east, north) = carry(corners, WEB_MERCATOR, WGS84).tolist()
    return Picture(warped, ((south, west), (north, east)), edge)


def _warped(
    cells: np.ndarray,
    grid: Grid,
    step: int,
    target: tuple[int, int],
    transform: Affine,
    method: Resampling,
) -> np.ndarray:
    """Return a picture of the grid's larger cells on web Mercator, 0 beyond them."""
    warped = np.zeros(target, dtype=cells.dtype)
    with rasterio.Env(**CACHE):
        rasterio.warp.reproject(
            cells,
            warped,
            src_transform=_larger_cells(grid, step),
            src_crs=CRS.from_wkt(grid.crs.to_wkt()),
            dst_transform=transform,
            dst_crs=CRS.from_string(WEB_MERCATOR),
            resampling=method,
            num_threads=1,
        )
    return warped


# Most maps of a city have the same cells.
_last_nearest: list[tuple[tuple[object, ...], np.ndarray]] = []


def _nearest(
    grid: Grid, step: int, shape: tuple[int, int], target: tuple[int, int], transform: Affine
) -> np.ndarray:
    """Return each pixel's nearest larger cell, counted from 1 row by row; 0 beyond them."""
    place = (grid.crs, grid.transform, step, shape, target, transform)
    if not _last_nearest or _last_nearest[0][0] != place:
        numbers = np.arange(1, shape[0] * shape[1] + 1, dtype=np.int32).reshape(shape)
        nearest = _warped(numbers, grid, step, target, transform, Resampling.nearest)
        _last_nearest[:] = [(place, nearest)]
    return _last_nearest[0][1]


def edge_of(grid: Grid, crs: object) -> shapely.Polygon:
    """Return the outline of the whole grid in another system."""
    return shapely.Polygon(carry(_outline(grid), grid.crs, crs))


def areas_of(
    grid: Grid,
    coded: Callable[[np.ndarray], np.ndarray],
    code: int,
    *,
    nodata: float,
    outside: float,
    longest: int = LONGEST,
) -> gpd.GeoDataFrame:
    """Return where a grid has a code, as polygons in its own system, cells that touch joined.

    Cells are joined to squares where the grid is longer than `longest` of them, and the highest
    code in a square wins, as in a `picture`; the other parameters are its too. Raises SourceError
    where the grid is damaged.
    """
    step = _step(grid, longest)
    chosen, cells = _shrunk(grid, coded, step, nodata, outside) == code, _larger_cells(grid, step)
    shapes = rasterio.features.shapes(chosen.astype(np.uint8), mask=chosen, transform=cells)
    areas = [shapely.geometry.shape(shape) for shape, _ in shapes]
    return gpd.GeoDataFrame(geometry=areas, crs=grid.crs)


def _step(grid: Grid, longest: int) -> int:
    return max(1, -(-max(grid.width, grid.height) // longest))


def _larger_cells(grid: Grid, step: int) -> Affine:
    return grid.transform @ Affine.scale(step)


def _shrunk(
    grid: Grid, coded: Callable[[np.ndarray], np.ndarray], step: int, nodata: float, outside: float
) -> np.ndarray:
    """Return the grid's codes, the highest of each `step` × `step` cells."""
    rows, columns = -(-grid.height // step), -(-grid.width // step)
    codes = np.zeros((rows, columns), dtype=np.uint8)
    # a quarter of the grid's tile, so that memory stays small; windows end between two pixels of
    # the picture
    tall, wide = (max(1, size // step) * step for size in (grid.tile[0] // 4, grid.tile[1]))
    with reading(grid, nodata=nodata, outside=outside) as read:
        for window in windows(grid, tall, wide):
            small = _highest(coded(read.window(window)), step)
            top, left = window[0] // step, window[2] // step
            codes[top : top + small.shape[0], left : left + small.shape[1]] = small
    return codes


def _highest(window: np.ndarray, step: int) -> np.ndarray:
    if step == 1:
        return window
    by_rows = np.maximum.reduceat(window, np.arange(0, window.shape[0], step), axis=0)
    return np.maximum.reduceat(by_rows, np.arange(0, window.shape[1], step), axis=1)


def _outline(grid: Grid, *, points: int = 16) -> np.ndarray:
    """Return the grid's border as a ring in its system, with points between: borders may bend."""
    along = np.linspace(0.0, 1.0, points, endpoint=False)
    flat, full = np.zeros(points), np.ones(points)
    sides = ((along, flat), (full, along), (1 - along, full), (flat, 1 - along))
    unit = np.concatenate([*map(np.column_stack, sides), [[0.0, 0.0]]])
    # the corner of a cell is half a cell before its centre
    return cell_centres(grid, unit[:, 1] * grid.height - 0.5, unit[:, 0] * grid.width - 0.5)


def _frame(outline: np.ndarray, cells: int, longest: int) -> tuple[tuple[int, int], Affine]:
    """Return the shape and transform of the picture that holds an outline in web Mercator."""
    known = np.clip(outline, -_MERCATOR_LIMIT, _MERCATOR_LIMIT)
    west, south = np.nanmin(known, axis=0)
    east, north = np.nanmax(known, axis=0)
    pixels = min(longest, 2 * cells)
    size = max(east - west, north - south) / pixels
    rows, columns = (max(1, int(np.ceil(x / size))) for x in (north - south, east - west))
    return (rows, columns), Affine(size, 0.0, west, 0.0, -size, north)


_BLOCK = 256  # cells along a side of a block of the file; a multiple of 16, as TIFF wants it
# fmt: off
_MADE = {"driver": "GTiff", "count": 1, "nodata": math.nan, "tiled": True, "blockxsize": _BLOCK,
         "blockysize": _BLOCK, "compress": "deflate", "predictor": 3, "bigtiff": "IF_SAFER"}
# fmt: on


def write_grid(
    grid: Grid,
    path: Path,
    *,
    factor: float,
    unit: str,
    status: str,
    blanks: tuple[float, float] = (math.nan, math.nan),
    drawn: bool = False,
) -> Path:
    """Write a grid's values times `factor`, in `unit`, as a tiled GeoTIFF, NaN without data.

    The file itself holds its unit and its `data_status`, so that exercise data is known as such
    when the file lies alone. Depth above a terrain is written as depth. `blanks` stand for cells of
    nodata and for what lies outside the grid, as in `rasters.reading`. What is `drawn` has float64,
    so that a number in another unit stays in its class to the last digit, and overviews where it is
    large; else float32. Nothing else of the source goes along: no other band, no mark of who made
    it. Equal grids give equal bytes. Raises SourceError where the grid is damaged or nothing can be
    written.
    """
    dtype = "float64" if drawn else "float32"
    place = {"width": grid.width, "height": grid.height, "transform": grid.transform}
    place |= {"crs": CRS.from_wkt(grid.crs.to_wkt()), "dtype": dtype}
    tall, wide = (max(_BLOCK, size // _BLOCK * _BLOCK) for size in grid.tile)
    nodata, outside = blanks
    read_as = reading(grid, nodata=nodata, outside=outside)
    with whole(path) as temporary, _libtiff_unheard(), rasterio.Env(**CACHE), read_as as read:
        with rasterio.open(temporary, "w", **_MADE, **place) as written:
            written.units = (unit,)
            written.update_tags(data_status=status)
            for window in windows(grid, tall, wide):
                values = (read.window(window) * factor).astype(dtype)
                written.write(values, 1, window=Window.from_slices(window[:2], window[2:]))
        halves = _add_overviews(temporary, max(grid.width, grid.height)) if drawn else 0
        for level in (None, *range(halves)):
            _demand_whole(temporary, level)
    return path


@contextmanager
def _libtiff_unheard() -> Iterator[None]:
    """Keep libtiff's message on a full disk, which is also thrown, from standard error.

    Where standard error is closed nothing is printed, and another file may have its number.
    """
    try:
        kept = None if sys.stderr is None else os.dup(2)
    except OSError:
        kept = None
    if kept is None:
        yield
        return
    sys.stderr.flush()
    nothing = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nothing, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nothing)


def _add_overviews(path: Path, side: int) -> int:
    halves = [2**power for power in range(1, 9) if side > TILE * 2**power]
    if halves:
        with rasterio.open(path, "r+") as dataset:
            dataset.build_overviews(halves, Resampling.nearest)
    return len(halves)


def _demand_whole(path: Path, level: int | None) -> None:
    """Read every block again: GDAL reports no disk that was full while it closed the file."""
    with rasterio.open(path, **({} if level is None else {"overview_level": level})) as dataset:
        for _, window in dataset.block_windows(1):
            dataset.read(1, window=window)
