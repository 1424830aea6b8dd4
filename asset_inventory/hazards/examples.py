"""An opened hazard, for the examples in docstrings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyproj
import shapely
from affine import Affine

from asset_inventory.hazards.intersections import OpenHazard, ZoneMap
from asset_inventory.hazards.zone_intersections import prepare_zones
from asset_inventory.io.rasters import Grid
from asset_inventory.model.hazards import Hazard
from asset_inventory.model.tables import findings


def opened(hazard: Hazard, depth: float = 1.0) -> OpenHazard:
    """Return a hazard with one zone of a depth (metre) on each map: x 5 to 50, y 0 to 50 metres.

    Examples
    --------
    >>> from asset_inventory.model.examples import flood
    >>> opened(flood()).periods
    (10.0, 50.0, 100.0)
    """
    zones = prepare_zones(np.array([shapely.box(5, 0, 50, 50)]), np.array([depth]), np.array([0]))
    periods = (
        np.nan if a_map.return_period is None else a_map.return_period for a_map in hazard.maps
    )
    maps = tuple(ZoneMap(period, zones) for period in periods)
    return OpenHazard(hazard, "EPSG:32749", maps, findings([]))


def grid(side: float = 10.0) -> Grid:
    """Return the header of a grid of 100 × 100 cells with its upper left corner at x 0, y 1000.

    Examples
    --------
    >>> grid().width
    100
    """
    return Grid(
        path=Path("depth.tif"),
        band=1,
        crs=pyproj.CRS("EPSG:32749"),
        transform=Affine(side, 0, 0, 0, -side, 1000),
        width=100,
        height=100,
        nodata=None,
        scale=1.0,
        offset=0.0,
        unit="m",
        crs_in_file=None,
        tile=(100, 100),
    )
