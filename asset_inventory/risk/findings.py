"""What an assessment could not reckon, or not surely: said, so that nobody takes a gap for a zero."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.hazards.intersections import OpenHazard
from asset_inventory.model.city import City, Hazard
from asset_inventory.model.tables import finding, findings, known_sum
from asset_inventory.risk.annual_damage import BY_RULE
from asset_inventory.risk.dependence import NOT_DECLARED, losses_of, possible_events, relation_of
from asset_inventory.risk.exceedance import FALL
from asset_inventory.vulnerability.curve_audit import in_other_units, type_without_curve


def risk_findings(
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
    return findings(rows)


def dependence_findings(
    assets: gpd.GeoDataFrame,
    exposure: pd.DataFrame,
    ead: pd.DataFrame,
    joint: pd.DataFrame,
    opened: Iterable[OpenHazard],
    city: City,
) -> pd.DataFrame:
    """Return FINDINGS on EAD above the value, and on hazards that harm the same assets with no relation declared."""
    parts = losses_of(exposure, ead, [(one.hazard, one.periods) for one in opened], len(assets))
    value, rows = assets["value"].to_numpy(dtype=float), []
    for hazard, figures in zip(parts.hazards, parts.ead, strict=True):
        above = int((figures > value * (1 + FALL)).sum())
        if above:
            rows.append(finding("ead_above_value", source=hazard.name, severity="error", count=above))
    sums = {name: known_sum(joint[f"ead_{name}"]) for name in ("least", "most")}
    arrangements, harmed = possible_events(parts.hazards, city.relations), parts.harmed
    for one, other in itertools.combinations(range(len(parts.hazards)), 2):
        pair, both = [parts.names[one], parts.names[other]], int((harmed[one] & harmed[other]).sum())
        if both and relation_of(frozenset(pair), arrangements) == NOT_DECLARED:
            alike = np.intersect1d(parts.periods[one], parts.periods[other])
            told = {"least": round(sums["least"], 2), "most": round(sums["most"], 2), "currency": city.currency}
            rows.append(_undeclared(pair, both, alike, told))
    return findings(rows)


def _undeclared(pair: list[str], count: int, alike: np.ndarray, told: dict[str, object]) -> dict:
    """Return the finding on a pair without a relation; `told` has the range of the city's EAD, `alike` shared years."""
    code = "relation_undeclared"
    if len(alike):
        code, told = "relation_undeclared_same_period", told | {"period": float(alike[0])}
    if np.isnan(told["least"]):
        code, told = "relation_undeclared_of_bounds", {}
    first, second = pair
    return finding(
        code, source=f"{first}, {second}", severity="warning", count=count, first=first, second=second, **told
    )


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
    return rows + bounds_findings(one.hazard, of_hazard)


def bounds_findings(hazard: Hazard, ead: pd.DataFrame) -> list[dict]:
    """Return rows of FINDINGS on a hazard whose EAD rests on too few maps for a figure, or for an upper bound.

    `ead` are its rows of EAD. With maps enough for a figure it is the start of damage that an upper bound wants.
    """
    few = ead[(ead["rule"] == "bounds only").to_numpy()]
    if len(few):
        unending = few["ead_high"].isna()  # of assets that no map reaches it is 0
        no_end = unending.all() or (unending & few["ead_low"].notna()).any()
        codes = ["bounds_only", *(["no_upper_bound"] if no_end else [])]
    else:
        begins = hazard.no_damage_return_period is not None or hazard.protected_to is not None
        unending = ead["rule"].isin(BY_RULE) & (ead["ead"] > 0) & ead["ead_high"].isna()
        codes = ["no_upper_bound"] if unending.any() and not begins else []
    return [finding(code, source=hazard.name, severity="warning", count=int(ead["maps"].max())) for code in codes]
