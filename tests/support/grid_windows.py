"""Windows of grids, read alone."""

from __future__ import annotations

import numpy as np

from asset_inventory.io.rasters import Grid, Window4, reading


def read_window(
    grid: Grid, window: Window4, *, nodata: float = np.nan, outside: float = np.nan
) -> np.ndarray:
    """Return a window of a grid as float64 (rows × columns), NaN without data."""
    with reading(grid, nodata=nodata, outside=outside) as read:
        return read.window(window)
