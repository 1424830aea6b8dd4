"""Whether a hazard's maps lie where the assets are: a map of another place would call everything safe."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from asset_inventory.hazards.pieces import OpenHazard, OpenMap
from asset_inventory.sources.projections import carry_back
from asset_inventory.sources.rasters import cell_coordinates
from asset_inventory.tables import finding, findings

# A map on which fewer of the assets lie is of another place, or its system is wrong.
LEAST = 0.01


def reach(geometries: np.ndarray, opened: OpenHazard) -> np.ndarray:
    """Return for each map the share (0-1) of the geometries whose middle lies within its extent.

    The extent of zones is the box around them. What has no geometry is left out; without any the shares are NaN.
    """
    boxes = shapely.bounds(geometries)
    middles = np.column_stack([boxes[:, [0, 2]].mean(axis=1), boxes[:, [1, 3]].mean(axis=1)])
    middles = middles[np.isfinite(middles).all(axis=1)]
    if not len(middles):
        return np.full(len(opened.maps), np.nan)
    return np.array([_within(middles, one, opened.city_crs).mean() for one in opened.maps])


def missed(geometries: np.ndarray, opened: OpenHazard) -> pd.DataFrame:
    """Return FINDINGS: an error for a hazard on none of whose maps any but a few of the geometries lie."""
    shares = reach(geometries, opened)
    if not (shares < LEAST).all():
        return findings([])
    return findings(
        [
            finding(
                "hazard_misses_assets", source=opened.hazard.name, severity="error", percent=100 * float(shares.max())
            )
        ]
    )


def _within(places: np.ndarray, one: OpenMap, city_crs: object) -> np.ndarray:
    if one.grid is None and not len(one.zones.parts):
        return np.zeros(len(places), dtype=bool)
    if one.grid is None:
        west, south, east, north = shapely.total_bounds(one.zones.parts)
        x, y = places.T
        return (x >= west) & (x <= east) & (y >= south) & (y <= north)
    column, row = cell_coordinates(one.grid, carry_back(places, city_crs, one.grid.crs)).T
    return (column >= 0) & (column < one.grid.width) & (row >= 0) & (row < one.grid.height)
