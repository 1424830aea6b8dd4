"""What an assessment could not reckon, or not surely: said, so that nobody takes a gap for a zero."""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.hazards.pieces import OpenHazard
from asset_inventory.sources.candidates import in_other_units, type_without_curve
from asset_inventory.sources.city import City
from asset_inventory.tables import finding, findings


def shortcomings(
    assets: gpd.GeoDataFrame,
    damage: pd.DataFrame,
    ead: pd.DataFrame,
    opened: Iterable[OpenHazard],
    without_curve: Iterable[tuple[str, str]],
    city: City,
) -> pd.DataFrame:
    """Return FINDINGS on what has no price, or no bounds that hold.

    `without_curve` are the pairs (hazard, asset type) that no damage curve serves; those of which assets are
    touched are told with their number, and with the curves of the library that could serve them in this city.
    """
    opened = list(opened)
    rows: list[dict] = []
    for one in opened:
        rows += _of_hazard(one, ead, by_year=any(rule.hazard == one.hazard.name for rule in city.yearly))
        if one.hazard.name not in {rule.hazard for rule in city.curves}:
            rows += _without_any(one)
        touched = damage[(damage["hazard"] == one.hazard.name).to_numpy()]
        codes = np.unique(touched["asset_id"].cat.codes.to_numpy())
        counts = assets["asset_type"].iloc[codes].value_counts()
        rows += [
            type_without_curve(kind, one.hazard, city, count=int(counts[kind]))
            for hazard, kind in without_curve
            if hazard == one.hazard.name and counts.get(kind, 0)
        ]
    rows += _of_condition(assets, damage, city)
    if ead["hazard"].nunique() > 1:
        names = ", ".join(map(str, ead["hazard"].unique()))
        rows.append(finding("hazards_added_up", source=names, severity="warning"))
    return findings(rows)


def _of_condition(assets: gpd.GeoDataFrame, damage: pd.DataFrame, city: City) -> list[dict]:
    """Return a finding where assets are touched whose condition would count and is not known."""
    rule = city.condition
    if rule is None or rule.beta == 0 or rule.unknown is not None:
        return []
    touched = assets.iloc[np.unique(damage["asset_id"].cat.codes.to_numpy())]
    untold = touched["condition"].isna()
    if rule.asset_types is not None:
        untold &= touched["asset_type"].isin(rule.asset_types)
    count = int(untold.sum())
    return [finding("condition_not_known", source="condition", severity="warning", count=count)] if count else []


def _without_any(one: OpenHazard) -> list[dict]:
    """Return a row of FINDINGS on a shock that no rule gives a curve, where none that ships is in its unit either."""
    elsewhere = in_other_units(one.hazard) if one.hazard.kind == "shock" else []
    return [finding("no_curve_in_unit", source=one.hazard.name, severity="warning", unit=one.hazard.unit,
                    candidates=", ".join(elsewhere))] if elsewhere else []  # fmt: skip


def _of_hazard(one: OpenHazard, ead: pd.DataFrame, *, by_year: bool) -> list[dict]:
    name, rows = one.hazard.name, []
    of_hazard = ead[(ead["hazard"] == name).to_numpy()]
    if one.hazard.kind == "stress":
        rows += [] if by_year else [finding("stress_not_priced", source=name, severity="warning")]
    elif np.isnan(one.periods).any():
        rows.append(finding("hazard_is_scenario", source=name, severity="warning"))
    elif not len(of_hazard):
        rows.append(finding("hazard_without_curves", source=name, severity="warning"))
    void = int((of_hazard["rule"] == "bounds void").sum())
    if void:
        # of maps that are not nested no asset has bounds, whatever its own damage does
        code = "damage_falls" if one.nested else "bounds_void"
        rows.append(finding(code, source=name, severity="warning", count=void))
    if (of_hazard["rule"] == "bounds only").any():
        rows.append(finding("bounds_only", source=name, severity="warning", count=int(of_hazard["maps"].max())))
    return rows
