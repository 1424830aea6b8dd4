"""Whether assets lie where they should: in the districts, and where the city's system measures truly."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from asset_inventory.sources.projections import areal_error, utm_zone
from asset_inventory.tables import OUTSIDE_DISTRICTS, finding, findings

# UTM keeps areas within 0.2 % of the ellipsoid's inside its zone; what errs more is the wrong system for the place.
MOST_AREAL_ERROR = 0.005


def placed(assets: gpd.GeoDataFrame, city_crs: object) -> pd.DataFrame:
    """Return FINDINGS: usable assets outside all districts, and a system that distorts areas where they are."""
    rows = []
    outside = int(((assets["district"] == OUTSIDE_DISTRICTS) & assets["usable"]).sum())
    if outside:
        first = assets["asset_id"][(assets["district"] == OUTSIDE_DISTRICTS) & assets["usable"]].iloc[0]
        rows.append(
            finding(
                "assets_outside_districts", source="districts", severity="warning", count=outside, feature=str(first)
            )
        )
    error = areal_error(city_crs, assets.total_bounds)
    if abs(error) > MOST_AREAL_ERROR:
        proposal = utm_zone(city_crs, assets.total_bounds)
        rows.append(
            finding(
                "crs_distorts",
                source="city.toml",
                severity="error",
                percent=100 * error,
                proposal=f'crs = "{proposal}"',
            )
        )
    return findings(rows)
