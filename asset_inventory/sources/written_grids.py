"""A grid written out as an assessment reads it: a GeoTIFF of its own cells, never warped."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import rasterio
from rasterio.crs import CRS
from rasterio.enums import Resampling
from rasterio.windows import Window

from asset_inventory.sources.rasters import CACHE, TILE, Grid, reading
from asset_inventory.sources.whole_files import whole

_BLOCK = 256  # cells along a side of a block of the file; a multiple of 16, as TIFF wants it
_MADE = {"driver": "GTiff", "count": 1, "nodata": math.nan, "tiled": True, "blockxsize": _BLOCK,
         "blockysize": _BLOCK, "compress": "deflate", "predictor": 3, "bigtiff": "IF_SAFER"}  # fmt: skip


def write_grid(
    grid: Grid, path: Path, *, factor: float, unit: str, status: str,
    blanks: tuple[float, float] = (math.nan, math.nan), drawn: bool = False,
) -> Path:
    """Write a grid's values times `factor`, then in `unit`, as a tiled GeoTIFF, NaN where it says nothing.

    The file itself says its unit and its `data_status`, so that exercise data is known as such when the file lies
    alone. Depth above a terrain is written as depth. `blanks` stand for cells of nodata and for what lies outside the
    grid, as in `rasters.reading`. What is `drawn` has float64, so that a number in another unit stays in its class to
    the last digit, and overviews where it is large; else float32. Nothing else of the source goes along: no other
    band, no mark of who made it. Equal grids give equal bytes. Raises SourceError where the grid is damaged or nothing
    can be written.
    """
    kind = "float64" if drawn else "float32"
    place = {"width": grid.width, "height": grid.height, "transform": grid.transform, "dtype": kind,
             "crs": CRS.from_wkt(grid.crs.to_wkt())}  # fmt: skip
    tall, wide = (max(_BLOCK, size // _BLOCK * _BLOCK) for size in grid.tile)
    nodata, outside = blanks
    read_as = reading(grid, nodata=nodata, outside=outside)
    with whole(path) as temporary, _libtiff_unheard(), rasterio.Env(**CACHE), read_as as read:
        with rasterio.open(temporary, "w", **_MADE, **place) as written:
            written.units = (unit,)
            written.update_tags(data_status=status)
            for top in range(0, grid.height, tall):
                for left in range(0, grid.width, wide):
                    row, column = np.mgrid[top : min(top + tall, grid.height), left : min(left + wide, grid.width)]
                    values = read(row.ravel(), column.ravel()).reshape(row.shape) * factor
                    written.write(values.astype(kind), 1, window=Window(left, top, *row.shape[::-1]))
        halves = _add_overviews(temporary, max(grid.width, grid.height)) if drawn else 0
        for level in (None, *range(halves)):
            _demand_whole(temporary, level)
    return path


@contextmanager
def _libtiff_unheard() -> Iterator[None]:
    """Keep from standard error what libtiff itself says there of a full disk, which is thrown as well.

    Where standard error is closed nothing is heard, and another file may have its number.
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
        with rasterio.open(path, "r+") as made:
            made.build_overviews(halves, Resampling.nearest)
    return len(halves)


def _demand_whole(path: Path, level: int | None) -> None:
    """Read every block again, for GDAL says nothing of a disk that was full while it closed the file."""
    with rasterio.open(path, **({} if level is None else {"overview_level": level})) as made:
        for _, window in made.block_windows(1):
            made.read(1, window=window)
