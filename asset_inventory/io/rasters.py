"""Grids, window by window: what a header holds, and the values of any cells with nodata as NaN.

Only GeoTIFF and ESRI ASCII are opened, by these drivers alone, so that a file that is something
else inside is refused. Memory is one window, GDAL's cache and KEPT bytes, whatever the size of the
grid.
"""

from __future__ import annotations

import os
import warnings
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import rasterio
from affine import Affine
from pyproj.exceptions import CRSError
from rasterio.enums import ColorInterp, MaskFlags
from rasterio.errors import NotGeoreferencedWarning, RasterioIOError
from rasterio.windows import Window

from asset_inventory.io.geometries import carry, looks_like, reference_system
from asset_inventory.model.errors import RequestError, SourceError

TILE = 1024  # cells; a window of TILE × TILE is 8 MB as float64
# cells; what is stored by rows is read by bands of as many, so that few rows are decoded twice
BAND = 2**22
TEXT_SUFFIX = ".asc"
SAMPLE = 128  # cells along a side of the squares of a sample
SMALL = 2**20  # a grid of at most so many cells is its own sample
# GDAL would keep 5 % of the machine's memory, but a window is read once. It must fit in half of
# this, or its blocks are not decoded side by side. rasterio takes bytes here, not megabytes.
CACHE = {"GDAL_CACHEMAX": 32 * 2**20}
# Values that grids without a declared nodata value, or besides it, use for «nothing here»; no
# hazard is as low.
UNDECLARED = (-9999.0, -99999.0, -32768.0)
# What lies nearer to a border of cells than `ON_BORDER` (of a cell) lies on it: the formula loses
# as much. In small cells this is `LOST`: three times what coordinates were measured to lose on the
# way to the city's system and back (last digits of a double). It reaches its limit,
# `MOST_ON_BORDER` (of a cell), only in cells of 0.02 mm.
ON_BORDER = 1e-8
LOST = 2e-8  # metre
MOST_ON_BORDER = 1e-3
ENORMOUS = 1e30  # the ±3.4e38 of float32, written in several ways

# Bytes of small grids that are kept decoded: several steps of a command read the same maps.
KEPT = 2**25

Window4 = tuple[int, int, int, int]  # row0, row1, column0, column1, half-open
Marked = tuple[int, int]  # cells that hold a mark of «nothing here», and infinity


@dataclass(frozen=True)
class Grid:
    """The header of a grid; `crs`, `transform`, `width` and `height` place its values.

    `tile` is the window (rows, columns) in which it is best read. A grid of depths made from a
    water surface and a terrain has both as grids of their own, and lies on the terrain's cells; its
    depths are 0 where the water stands below the ground, unless they go `below_ground`.
    """

    path: Path
    band: int
    crs: pyproj.CRS
    transform: Affine
    width: int
    height: int
    nodata: float | None
    scale: float
    offset: float
    unit: str | None
    crs_in_file: pyproj.CRS | None
    tile: tuple[int, int]
    bands: int = 1
    water: Grid | None = None
    terrain: Grid | None = None
    below_ground: bool = False

    @property
    def is_text(self) -> bool:
        """Return whether this is ESRI ASCII, where any row is found by reading all before it."""
        return self.path.suffix.lower() == TEXT_SUFFIX

    @property
    def bounds(self) -> np.ndarray:
        """Return x min, y min, x max, y max of the four corners, in the grid's system."""
        return _bounds(self.transform, self.width, self.height)

    def shares_cells(self, other: Grid) -> bool:
        """Return whether both have the same cells, so that one cut of the assets serves both."""
        mine, theirs = ((g.transform, g.width, g.height, g.tile) for g in (self, other))
        return mine == theirs and self.crs == other.crs


@dataclass(frozen=True)
class Reader:
    """Reads cells of a grid: row (n), column (n) -> values (n, float64), or a window."""

    cells: Callable[[np.ndarray, np.ndarray], np.ndarray]
    whole_window: Callable[[Window4], np.ndarray] | None = None

    def __call__(self, row: np.ndarray, column: np.ndarray) -> np.ndarray:
        """Return the values of cells (n)."""
        return self.cells(row, column)

    def window(self, window: Window4) -> np.ndarray:
        """Return the values of a window (rows × columns)."""
        if self.whole_window is not None:
            return self.whole_window(window)
        row0, row1, column0, column1 = window
        row, column = np.mgrid[row0:row1, column0:column1]
        return self.cells(row.ravel(), column.ravel()).reshape(row.shape)


@dataclass(frozen=True)
class Sample:
    """Values of a grid's cells (n, float64), looked at before the grid is used.

    `undeclared` counts those with a mark of «nothing here» that the file does not declare,
    `endless` those with plus or minus infinity (of depths: in the water surface and the terrain
    together).
    """

    values: np.ndarray
    undeclared: int
    endless: int


def open_grid(
    path: Path,
    *,
    band: int = 1,
    crs: str | None = None,
    terrain: Path | None = None,
    below_ground: bool = False,
) -> Grid:
    """Return what the header of a grid holds; only a small one's cells are read, and kept decoded.

    `crs` states or overrides the file's own. With `terrain` the file is a water surface, and the
    grid holds its depth above the ground on the terrain's cells, below 0 only with `below_ground`.

    Raises SourceError when the file is missing, no GeoTIFF or ESRI ASCII grid, without a place or a
    coordinate reference system, a picture, complex, or has no such band.
    """
    if not path.exists():
        raise RequestError("error.no_file", path=str(path), source=path.name)
    if not path.is_file():  # who opens a pipe waits for ever
        raise SourceError("error.file_not_plain", path=str(path))
    with rasterio.Env(**CACHE), _opened(path) as dataset:
        grid = _described(dataset, path, band, crs)
        key = _file_of(grid)
        if key not in _kept:
            _decoded(dataset, grid, key)
    if terrain is None:
        return grid
    ground = open_grid(terrain, crs=crs if _without_crs(terrain) else None)
    of_ground = ("crs", "transform", "width", "height", "tile")
    place = {name: getattr(ground, name) for name in of_ground}
    parts: dict[str, Any] = {"water": grid, "terrain": ground, "below_ground": below_ground}
    return replace(grid, nodata=None, scale=1.0, offset=0.0, **parts, **place)


@contextmanager
def reading(
    grid: Grid,
    *,
    nodata: float = np.nan,
    outside: float = np.nan,
    marks: list[Marked] | None = None,
    below_ground: bool = False,
) -> Iterator[Reader]:
    """Keep a grid open and give a reader of cells: row (n), column (n) -> values (n, float64).

    It reads the one window that holds them, so cells far apart are asked for tile by tile. Scale
    and offset are applied; a cell where the grid has no value (nodata, mask, NaN, -9999 that nobody
    declared) has the value `nodata`. In depths, cells without terrain are always NaN and cells
    beyond the water surface's grid have the value `outside`; with `below_ground` the depth is below
    0 where the water's level lies below the ground, by as much as the ground stands free of it.
    Each reading adds to `marks` how many of its cells hold a mark of «nothing here» that nobody
    declared. Raises SourceError when the file is damaged there.
    """
    with rasterio.Env(**CACHE), ExitStack() as stack:
        if grid.water is None or grid.terrain is None:
            yield _reader(stack.enter_context(_cells_of(grid)), grid, nodata, marks)
            return
        water, ground = (
            _reader(stack.enter_context(_cells_of(part)), part, np.nan, marks)
            for part in (grid.water, grid.terrain)
        )
        lower = -np.inf if below_ground or grid.below_ground else 0.0
        yield _depth_reader(grid, water, ground, nodata, outside, lower)


def windows(grid: Grid, tall: int, wide: int) -> Iterator[Window4]:
    """Yield the windows of `tall` × `wide` cells, smaller at the far edges, that make a grid."""
    for top in range(0, grid.height, tall):
        for left in range(0, grid.width, wide):
            yield top, min(top + tall, grid.height), left, min(left + wide, grid.width)


def freeboards(grid: Grid) -> np.ndarray:
    """Return the ground's height above the water of a whole grid of depths (rows × columns).

    It is below 0 where there is water, and NaN where the level of the water or the height of the
    ground is not known. Read window by window; only what comes back is as large as the grid.
    """
    heights = np.empty((grid.height, grid.width))
    both = [part for part in (grid.water, grid.terrain) if part is not None]
    alike = both[0].shares_cells(both[1])
    with reading(grid, below_ground=True) as read, ExitStack() as stack:
        sets = [stack.enter_context(_cells_of(part)) for part in both] if alike else []
        for window in windows(grid, TILE, TILE):
            part = heights[window[0] : window[1], window[2] : window[3]]
            if alike:
                water, ground = (
                    _values(cells, source, window, np.nan, None)
                    for cells, source in zip(sets, both, strict=True)
                )
                np.subtract(ground, water, out=part)
            else:
                part[...] = -read.window(window)
    return heights


def sample(grid: Grid, *, nodata: float = np.nan, outside: float = np.nan) -> Sample:
    """Return a sample of cells: all of up to a million, else 16 squares of 128 × 128 cells."""
    marks: list[Marked] = []
    with reading(grid, nodata=nodata, outside=outside, marks=marks) as read:
        parts = [read.window(window).ravel() for window in _sample_windows(grid)]
    return Sample(parts[0] if len(parts) == 1 else np.concatenate(parts), *summed(marks))


def summed(marks: list[Marked]) -> Marked:
    """Return how many cells of all readings hold a mark, and how many infinity."""
    undeclared, endless = np.array(marks, dtype=np.int64).reshape(-1, 2).sum(axis=0).tolist()
    return undeclared, endless


def _sample_windows(grid: Grid) -> list[Window4]:
    if grid.height * grid.width <= SMALL:
        return [(0, grid.height, 0, grid.width)]
    tall, wide = min(SAMPLE, grid.height), min(SAMPLE, grid.width)
    # Squares that begin at a multiple of their side lie in one block of the file each, so that few
    # are decoded.
    tops, lefts = (
        (np.linspace(0, last, 4).astype(int) // SAMPLE * SAMPLE).tolist()
        for last in (grid.height - tall, grid.width - wide)
    )
    return [
        (top, top + tall, left, left + wide)
        for top in dict.fromkeys(tops)
        for left in dict.fromkeys(lefts)
    ]


def cell_coordinates(grid: Grid, coordinates: np.ndarray) -> np.ndarray:
    """Return coordinates (n × 2, in the grid's system) in cell space: column and row as floats.

    What lies on a border of cells (`_on_border`) is a whole number there, as it was before it was
    carried anywhere.
    """
    linear, corner = _linear(grid.transform)
    # The corner is taken off first: far from the origin the inverse's own offset would cost digits.
    x, y = coordinates[:, 0] - corner[0], coordinates[:, 1] - corner[1]
    # Columns and rows each in one stretch of memory, for a caller that goes on with one of them.
    inverse = np.linalg.inv(linear)
    cells = np.stack([across * x + down * y for across, down in inverse])
    border = np.rint(cells)
    np.copyto(cells, border, where=np.abs(cells - border) < _on_border(grid.crs, inverse))
    return cells.T


def _on_border(crs: pyproj.CRS, inverse: np.ndarray) -> np.ndarray:
    """Return how near to a border of cells lies on it: by columns and by rows (2 × 1)."""
    radius = crs.ellipsoid.semi_major_metre if crs.is_geographic else 1.0
    metres = crs.axis_info[0].unit_conversion_factor * radius
    lost = np.abs(inverse).sum(axis=1, keepdims=True) * LOST / metres
    return np.clip(lost, ON_BORDER, MOST_ON_BORDER)


def cell_centres(grid: Grid, row: np.ndarray, column: np.ndarray) -> np.ndarray:
    """Return the centres of cells in the grid's system (n × 2)."""
    linear, corner = _linear(grid.transform)
    return np.column_stack([column + 0.5, row + 0.5]) @ linear.T + corner


def _linear(transform: Affine) -> tuple[np.ndarray, np.ndarray]:
    """Return an affine transform as its matrix (2 × 2) and its corner (2)."""
    return np.array([transform[0:2], transform[3:5]]), np.array([transform.c, transform.f])


@contextmanager
def _opened(path: Path) -> Iterator[rasterio.DatasetReader]:
    # The blocks of a GeoTIFF are decoded side by side, which is most of the time that reading
    # takes.
    is_text = path.suffix.lower() == TEXT_SUFFIX
    options = {"driver": "AAIGrid"} if is_text else {"driver": "GTiff", "num_threads": "all_cpus"}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)  # refused by name below
            dataset = rasterio.open(path, **options)
    except RasterioIOError:
        raise SourceError("error.not_a_grid", path=str(path)) from None
    with dataset:
        yield dataset


def _described(dataset: rasterio.DatasetReader, path: Path, band: int, crs: str | None) -> Grid:
    if band > dataset.count:
        raise RequestError("error.grid_has_no_band", path=str(path), band=band, bands=dataset.count)
    if {ColorInterp.red, ColorInterp.green, ColorInterp.blue} <= set(dataset.colorinterp):
        raise SourceError("error.grid_is_picture", path=str(path), bands=dataset.count)
    if dataset.dtypes[band - 1].startswith("complex"):
        raise SourceError("error.grid_is_complex", path=str(path), band=band)
    transform = dataset.transform
    if transform.is_degenerate or transform == Affine.identity():
        raise SourceError("error.grid_without_place", path=str(path))
    own_crs = _system(dataset)
    if crs is None and own_crs is None:
        looks = looks_like(_bounds(transform, dataset.width, dataset.height))
        raise SourceError(f"error.layer_without_crs.{looks}", source=str(path))
    stated = own_crs if crs is None else reference_system(crs, source=path.name)
    return Grid(
        path=path,
        band=band,
        crs=stated,
        transform=transform,
        width=dataset.width,
        height=dataset.height,
        nodata=dataset.nodatavals[band - 1],
        scale=dataset.scales[band - 1],
        offset=dataset.offsets[band - 1],
        unit=dataset.units[band - 1] or None,
        crs_in_file=own_crs,
        tile=_tile(dataset, band),
        bands=dataset.count,
    )


def _tile(dataset: rasterio.DatasetReader, band: int) -> tuple[int, int]:
    """Return the windows to read by: squares, or bands of rows where the file is stored by rows."""
    rows, columns = dataset.block_shapes[band - 1]
    if columns >= dataset.width > TILE:
        return max(1, BAND // dataset.width), dataset.width
    return TILE, TILE


def _system(dataset: rasterio.DatasetReader) -> pyproj.CRS | None:
    if not dataset.crs:
        return None
    try:
        return pyproj.CRS.from_wkt(dataset.crs.to_wkt())
    except CRSError:
        return None


def _without_crs(path: Path) -> bool:
    if not path.exists():
        return False
    with rasterio.Env(**CACHE), _opened(path) as dataset:
        return _system(dataset) is None


def _bounds(transform: Affine, width: int, height: int) -> np.ndarray:
    linear, corner = _linear(transform)
    corners = np.array([(0, 0), (width, 0), (0, height), (width, height)]) @ linear.T + corner
    return np.concatenate([corners.min(axis=0), corners.max(axis=0)])


# Stored numbers of a window, as the file has them, and where its own mask (if it has one) marks no
# value.
Stored = tuple[np.ndarray, np.ndarray | None]
Cells = Callable[[Window4], Stored]
_kept: OrderedDict[tuple[object, ...], Stored] = OrderedDict()


@contextmanager
def _cells_of(grid: Grid) -> Iterator[Cells]:
    """Give what reads a window's stored numbers; a small grid is decoded once a change."""
    key = _file_of(grid)
    kept = _kept.get(key)
    if kept is None:
        with _opened(grid.path) as dataset:
            kept = _decoded(dataset, grid, key)
            if kept is None:
                yield partial(_stored, dataset, grid)
                return
    else:
        _kept.move_to_end(key)
    numbers, nothing = kept

    def cells(window: Window4) -> Stored:
        row0, row1, column0, column1 = window
        part = np.s_[row0:row1, column0:column1]
        return numbers[part], None if nothing is None else nothing[part]

    yield cells


def _file_of(grid: Grid) -> tuple[object, ...]:
    """Return a key that changes with the file of a grid; an empty one where it is no file."""
    try:
        file = grid.path.stat()
    except OSError:
        return ()
    return os.path.abspath(grid.path), file.st_ino, file.st_size, file.st_mtime_ns, grid.band


def _may_be_kept(dataset: rasterio.DatasetReader, grid: Grid) -> bool:
    """Return whether a grid is small, not changed since, and has any mask in its file."""
    return (
        grid.width * grid.height <= SMALL
        and (dataset.height, dataset.width) == (grid.height, grid.width)
        and not any(name.endswith(".msk") for name in dataset.files)
    )


def _decoded(dataset: rasterio.DatasetReader, grid: Grid, key: tuple[object, ...]) -> Stored | None:
    """Return and keep all numbers of a small grid; None of a large or a damaged one."""
    if not key or not _may_be_kept(dataset, grid):
        return None
    try:
        kept = _stored(dataset, grid, (0, grid.height, 0, grid.width))
    except SourceError:
        return None
    _kept[key] = kept
    while _bytes_kept() > KEPT:
        _kept.popitem(last=False)
    return kept


def _bytes_kept() -> int:
    return sum(part.nbytes for stored in _kept.values() for part in stored if part is not None)


def _stored(dataset: rasterio.DatasetReader, grid: Grid, window: Window4) -> Stored:
    numbers = _raw(dataset.read, grid, window)
    # A mask of the file's own (mask band, alpha) is read only where there is one.
    if set(dataset.mask_flag_enums[grid.band - 1]) <= {MaskFlags.all_valid, MaskFlags.nodata}:
        return numbers, None
    return numbers, _raw(dataset.read_masks, grid, window) == 0


def _reader(cells: Cells, grid: Grid, nodata: float, marks: list[Marked] | None) -> Reader:
    def read(row: np.ndarray, column: np.ndarray) -> np.ndarray:
        top, left = int(row.min()), int(column.min())
        window = (top, int(row.max()) + 1, left, int(column.max()) + 1)
        return _values(cells, grid, window, nodata, marks, (row - top, column - left))

    return Reader(read, lambda window: _values(cells, grid, window, nodata, marks))


def _values(
    cells: Cells,
    grid: Grid,
    window: Window4,
    nodata: float,
    marks: list[Marked] | None,
    chosen: tuple[np.ndarray, np.ndarray] | None = None,
) -> np.ndarray:
    """Return a window's values (rows × columns), or of `chosen` cells by row and column."""
    raw, masked = cells(window)
    if chosen is not None:
        raw, masked = raw[chosen], None if masked is None else masked[chosen]
    undeclared, declared = _undeclared(raw), _declared(raw, grid.nodata)
    if marks is not None and undeclared.any():
        marked = undeclared & ~np.isnan(raw) & ~declared
        endless = int(np.isinf(raw[marked]).sum())
        marks.append((int(marked.sum()) - endless, endless))
    nothing = undeclared | declared
    if masked is not None:
        nothing |= masked
    values = raw.astype(np.float64)
    if grid.scale != 1.0 or grid.offset != 0.0:
        values = values * grid.scale + grid.offset
    values[nothing] = nodata
    return values


def _depth_reader(
    grid: Grid, water: Reader, ground: Reader, nodata: float, outside: float, lower: float
) -> Reader:
    surface = grid.water
    alike = surface.shares_cells(grid)

    def deep(level: np.ndarray, height: np.ndarray) -> np.ndarray:
        depth = np.where(np.isnan(level), nodata, np.maximum(level - height, lower))
        depth[np.isnan(height)] = np.nan
        return depth

    def levels(row: np.ndarray, column: np.ndarray) -> np.ndarray:
        # A water surface much finer than the terrain is read by quarters of the window.
        for place in (row, column):
            if (np.ptp(row) + 1) * (np.ptp(column) + 1) > 2 * TILE * TILE and np.ptp(place) >= TILE:
                first, level = place <= (place.min() + place.max()) // 2, np.empty(len(row))
                for half in (first, ~first):
                    level[half] = levels(row[half], column[half])
                return level
        return water(row, column)

    def read(row: np.ndarray, column: np.ndarray) -> np.ndarray:
        if alike:
            return deep(water(row, column), ground(row, column))
        centres = carry(cell_centres(grid, row, column), grid.crs, surface.crs)
        cell = np.floor(cell_coordinates(surface, centres))
        on = ((cell >= 0) & (cell < [surface.width, surface.height])).all(axis=1)
        height = ground(row, column)
        depth = np.full(len(row), outside, dtype=np.float64)
        if on.any():
            depth[on] = deep(levels(*cell[on].astype(np.int64).T[::-1]), height[on])
        depth[np.isnan(height)] = np.nan
        return depth

    return Reader(read)


def _raw(read: Callable[..., np.ndarray], grid: Grid, window: Window4) -> np.ndarray:
    row0, row1, column0, column1 = window
    try:
        return read(grid.band, window=Window(column0, row0, column1 - column0, row1 - row0))
    except RasterioIOError:
        rows: dict[str, Any] = {"first": str(row0), "last": str(row1 - 1)}
        raise SourceError("error.grid_damaged", path=str(grid.path), **rows) from None


def _declared(raw: np.ndarray, nodata: float | None) -> np.ndarray:
    if nodata is None:
        return np.zeros(raw.shape, dtype=bool)
    if np.issubdtype(raw.dtype, np.floating):
        # in the file's own precision: 0.1 as float32 is not 0.1
        return raw == raw.dtype.type(nodata)
    return raw == nodata


def _undeclared(raw: np.ndarray) -> np.ndarray:
    """Return which cells hold NaN, an enormous number or a usual mark of «nothing here»."""
    if raw.dtype.kind in "iu" and (not raw.size or raw.min() > max(UNDECLARED)):
        return np.zeros(raw.shape, dtype=bool)
    nothing = ~((raw > max(UNDECLARED)) & (raw < ENORMOUS))
    low = raw[nothing]
    nothing[nothing] = np.isin(low, UNDECLARED) | ~(np.abs(low.astype(np.float64)) < ENORMOUS)
    return nothing
