"""A hazard's grid as a file of its own, in the program's unit, for whoever opens it elsewhere."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import rasterio
from rasterio.crs import CRS
from rasterio.enums import Resampling
from rasterio.windows import Window

from asset_inventory.sources.rasters import CACHE, TILE, Grid, reading
from asset_inventory.sources.runs import whole

BLOCK = 256  # cells along a side of what is stored together


def write_grid(path: Path, grid: Grid, *, factor: float, nodata: float, outside: float) -> Path:
    """Write a grid's intensities times `factor` as GeoTIFF on its own cells, NaN where not known; return the path.

    `nodata` and `outside` stand for cells without a value, as in `rasters.reading`. It is copied window by window,
    with overviews where it is large. Raises SourceError where the grid is damaged or the file cannot be written.
    """
    # float64, so that a number that was declared to be in another unit stays in its class to the last digit
    profile = {
        "driver": "GTiff", "width": grid.width, "height": grid.height, "count": 1, "dtype": "float64", "nodata": np.nan,
        "crs": CRS.from_wkt(grid.crs.to_wkt()), "transform": grid.transform, "compress": "deflate",
        "tiled": True, "blockxsize": BLOCK, "blockysize": BLOCK, "bigtiff": "if_safer"}  # fmt: skip
    with whole(path) as temporary, rasterio.Env(**CACHE), reading(grid, nodata=nodata, outside=outside) as read:
        with rasterio.open(temporary, "w", **profile) as made:
            for top in range(0, grid.height, TILE):
                for left in range(0, grid.width, TILE):
                    row, column = np.mgrid[top : min(top + TILE, grid.height), left : min(left + TILE, grid.width)]
                    values = read(row.ravel(), column.ravel()).reshape(row.shape) * factor
                    made.write(values, 1, window=Window(left, top, row.shape[1], row.shape[0]))
        halves = [2**power for power in range(1, 9) if max(grid.width, grid.height) > TILE * 2**power]
        if halves:
            with rasterio.open(temporary, "r+") as made:
                made.build_overviews(halves, Resampling.nearest)
    return path
