"""Parts of a city that are worked on at one time, so that memory grows with neither city nor grid."""

from __future__ import annotations

import geopandas as gpd
import numpy as np

from asset_inventory.hazards.pieces import OpenHazard, expected_pieces

# A part has about so many pieces.
PIECES = 250_000
PART = 50_000  # assets, where they have few pieces


def in_parts(assets: gpd.GeoDataFrame, opened: list[OpenHazard]) -> list[np.ndarray]:
    """Return the rows of the usable assets in parts of neighbours, so that a part needs few windows of a grid."""
    rows = np.flatnonzero(assets["usable"].to_numpy())
    geometry = assets.geometry.to_numpy()[rows]
    load = np.full(len(rows), 1 / PART)
    for one in opened:
        load = np.maximum(load, expected_pieces(geometry, one) / PIECES)
    count = max(1, int(np.ceil(load.sum() * (1 - 1e-9))))
    if count == 1:
        return [rows]
    order = np.argsort(assets.geometry.iloc[rows].hilbert_distance().to_numpy(), kind="stable")
    done = np.cumsum(load[order])
    ends = np.searchsorted(done, done[-1] / count * np.arange(1, count))
    return [np.sort(part) for part in np.split(rows[order], ends) if len(part)]
