"""A grid written out as an assessment reads it: a GeoTIFF of its own cells, never warped."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import rasterio
from rasterio.crs import CRS
from rasterio.windows import Window

from asset_inventory.sources.rasters import CACHE, Grid, reading
from asset_inventory.sources.runs import whole

_BLOCK = 256  # cells along a side of a block of the file; a multiple of 16, as TIFF wants it
_MADE = {"driver": "GTiff", "count": 1, "dtype": "float32", "nodata": float("nan"), "tiled": True,
         "blockxsize": _BLOCK, "blockysize": _BLOCK, "compress": "deflate", "predictor": 3,
         "bigtiff": "IF_SAFER"}  # fmt: skip


def write_grid(grid: Grid, path: Path, *, factor: float, unit: str, status: str) -> Path:
    """Write a grid's values times `factor`, then in `unit`, as a GeoTIFF (float32, tiled), NaN where it says nothing.

    The file itself says its unit and its `data_status`, so that exercise data is known as such when the file lies
    alone. Depth above a terrain is written as depth. Nothing else of the source goes along: no other band, no mark of
    who made it. Equal grids give equal bytes. Raises SourceError where the grid is damaged or nothing can be written.
    """
    place = {"width": grid.width, "height": grid.height, "transform": grid.transform,
             "crs": CRS.from_wkt(grid.crs.to_wkt())}  # fmt: skip
    tall, wide = (max(_BLOCK, size // _BLOCK * _BLOCK) for size in grid.tile)
    with whole(path) as temporary, rasterio.Env(**CACHE), reading(grid) as read:
        with rasterio.open(temporary, "w", **_MADE, **place) as written:
            written.units = (unit,)
            written.update_tags(data_status=status)
            for top in range(0, grid.height, tall):
                for left in range(0, grid.width, wide):
                    row, column = np.mgrid[top : min(top + tall, grid.height), left : min(left + wide, grid.width)]
                    values = read(row.ravel(), column.ravel()).reshape(row.shape) * factor
                    written.write(values.astype(np.float32), 1, window=Window(left, top, *row.shape[::-1]))
    return path
