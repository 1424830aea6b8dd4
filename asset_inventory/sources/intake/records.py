"""What a reader takes out of one layer before anything is judged: every row, with its geometry or without."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyproj
import shapely

from asset_inventory.sources.faults import Fault, rows_where


@dataclass(frozen=True)
class Records:
    """One layer as it was read.

    `table` holds the attributes (one row a feature), `geometry` its shapes (None = none or not readable),
    `labels` the name of each row in its file.
    """

    table: pd.DataFrame
    geometry: np.ndarray
    crs: pyproj.CRS | None
    faults: tuple[Fault, ...] = ()
    layer: str = ""
    labels: np.ndarray | None = None

    def with_faults(self, *more: Fault) -> Records:
        """Return the same records with more faults."""
        return replace(self, faults=(*self.faults, *more))


def nothing(*faults: Fault, layer: str = "") -> Records:
    """Return a layer from which nothing could be read, and why."""
    return Records(pd.DataFrame(), np.zeros(0, dtype=object), None, faults, layer)


def from_wkb(blobs: np.ndarray) -> tuple[np.ndarray, list[Fault]]:
    """Return the shapes of many blobs, read one by one so that a broken one hides no other."""
    blobs = np.asarray(blobs, dtype=object)
    geometry = shapely.from_wkb(blobs, on_invalid="ignore")
    there = np.array([blob is not None and len(blob) > 0 for blob in blobs], dtype=bool)
    broken = rows_where(shapely.is_missing(geometry) & there)
    return geometry, [Fault("geometry_broken", rows=broken)] if len(broken) else []
