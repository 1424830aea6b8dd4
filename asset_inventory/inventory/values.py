"""What an asset is worth: its own value, else a unit price of the city, else not known."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from asset_inventory.sources.city import ValueRule
from asset_inventory.tables import EXERCISE, finding, findings

OWN, NOT_KNOWN = "field", "not known"


def rule_name(rule: ValueRule) -> str:
    """Return how a unit price is applied: `m2`, `m2 x levels`, `m`, `piece`."""
    return f"{rule.per} x {rule.times}" if rule.times else rule.per


def priced(assets: gpd.GeoDataFrame, values: Mapping[str, ValueRule]) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Return ASSETS with `value` and `value_rule` filled, and FINDINGS.

    A value of its own stands. Else the price of its type (or of `*`) per piece, per metre of length, or
    per square metre of area, times levels on request. Where area, length or levels are not known the
    value is not known (NaN); a price from an exercise makes the asset's figures exercise figures.
    """
    types = assets["asset_type"]
    chosen = types.map({name: name if name in values else "*" for name in types.cat.categories}).astype("str")
    value, rule_of = assets["value"].to_numpy(dtype=float, copy=True), np.full(len(assets), NOT_KNOWN, dtype=object)
    rule_of[~np.isnan(value)] = OWN
    status = assets["data_status"].astype("str")
    open_ = np.isnan(value)
    length = shapely.length(assets.geometry.to_numpy())
    is_line = shapely.get_dimensions(assets.geometry.to_numpy()) == 1
    measures = {
        "piece": np.ones(len(assets)),
        "m": np.where(is_line, length, np.nan),
        "m2": assets["area"].to_numpy(dtype=float),
    }
    for name, rule in values.items():
        mine = open_ & (chosen == name).to_numpy()
        amount = rule.amount * measures[rule.per]
        if rule.times:
            amount = amount * assets["levels"].to_numpy(dtype=float)
        mine &= ~np.isnan(amount)
        value[mine], rule_of[mine] = amount[mine], rule_name(rule)
        if rule.exercise:
            status = status.mask(mine, EXERCISE)
    unknown = np.isnan(value)
    rows = []
    if unknown.any():
        kinds = types[unknown].value_counts()
        rows = [
            finding("value_not_known", source=str(kind), severity="warning", count=int(count))
            for kind, count in kinds.items()
            if count
        ]
    priced_assets = assets.assign(
        value=value, value_rule=pd.Categorical(rule_of), data_status=status.astype("category")
    )
    return priced_assets, findings(rows)
