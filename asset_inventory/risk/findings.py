"""Findings on figures that are missing or uncertain, so that nobody takes a gap for a zero."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.hazards.intersections import OpenHazard
from asset_inventory.model.city import City, Hazard
from asset_inventory.model.errors import Arguments
from asset_inventory.model.tables import FindingRow, finding, findings, known_sum
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
    """Return FINDINGS on hazards and assets without damage, without EAD or without valid bounds.

    `without_curve` are the pairs (hazard, asset type) without a damage curve; pairs with exposed
    assets have a finding with their number, and with the shipped curves that fit them in this city.

    Examples
    --------
    A flood without damage curves:

    >>> from asset_inventory.hazards.examples import opened
    >>> from asset_inventory.model.examples import city, flood
    >>> assets = pd.DataFrame({"asset_type": ["house"]})
    >>> damage = pd.DataFrame({"asset_id": pd.Categorical(["a"]), "hazard": "flood"})
    >>> ead = pd.DataFrame({"hazard": [], "rule": [], "ead": [], "ead_high": []})
    >>> without = [("flood", "house")]
    >>> risk_findings(assets, damage, ead, [opened(flood())], without, city())["code"].tolist()
    ['hazard_without_curves', 'type_without_curve']
    """
    rows: list[FindingRow] = []
    for of_hazard in opened:
        declared = of_hazard.hazard
        rows += _of_hazard(
            of_hazard, ead, by_year=any(rule.hazard == declared.name for rule in city.yearly)
        )
        if declared.name not in {rule.hazard for rule in city.curves}:
            rows += _without_any(declared)
        touched = damage[(damage["hazard"] == declared.name).to_numpy()]
        codes = np.unique(touched["asset_id"].cat.codes.to_numpy())
        counts = assets["asset_type"].iloc[codes].value_counts()
        rows += [
            type_without_curve(asset_type, declared, city, count=int(counts[asset_type]))
            for hazard, asset_type in without_curve
            if hazard == declared.name and counts.get(asset_type, 0)
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
    """Return FINDINGS on EAD above the value, and unrelated hazards that damage one asset.

    Examples
    --------
    An EAD of 20 a year above a value of 10:

    >>> from asset_inventory.hazards.examples import opened
    >>> from asset_inventory.model.examples import city, flood
    >>> exposure = pd.DataFrame({
    ...     "asset_id": pd.Categorical(["a"]), "hazard": "flood", "exposed_fraction": 0.5, "no_data_fraction": 0.0,
    ... })
    >>> ead = pd.DataFrame({
    ...     "asset_id": pd.Categorical(["a"]), "hazard": "flood", "ead": 20.0, "ead_low": 10.0, "ead_high": 30.0,
    ...     "rule": "trapezoid", "maps": 3,
    ... })
    >>> joint = pd.DataFrame({"ead_least": [20.0], "ead_most": [20.0]})
    >>> assets = pd.DataFrame({"value": [10.0]})
    >>> dependence_findings(assets, exposure, ead, joint, [opened(flood())], city())["code"].tolist()
    ['ead_above_value']
    """
    losses = losses_of(
        exposure, ead, [(of_hazard.hazard, of_hazard.periods) for of_hazard in opened], len(assets)
    )
    value, rows = assets["value"].to_numpy(dtype=float), []
    for hazard, figures in zip(losses.hazards, losses.ead, strict=True):
        above = int((figures > value * (1 + FALL)).sum())
        if above:
            rows.append(
                finding("ead_above_value", source=hazard.name, severity="error", count=above)
            )
    least, most = (known_sum(joint[name]) for name in ("ead_least", "ead_most"))
    city_range: Arguments = {
        "least": round(least, 2),
        "most": round(most, 2),
        "currency": city.currency,
    }
    arrangements, damaged = possible_events(losses.hazards, city.relations), losses.damaged
    for first, second in itertools.combinations(range(len(losses.hazards)), 2):
        pair, both = (
            (losses.names[first], losses.names[second]),
            int((damaged[first] & damaged[second]).sum()),
        )
        if both and relation_of(frozenset(pair), arrangements) == NOT_DECLARED:
            shared_periods = np.intersect1d(losses.periods[first], losses.periods[second])
            rows.append(_undeclared(pair, both, shared_periods, city_range))
    return findings(rows)


def _undeclared(
    pair: tuple[str, str], count: int, shared_periods: np.ndarray, city_range: Arguments
) -> FindingRow:
    """Return the finding on a pair without a relation; `city_range` are limits of city EAD."""
    code, arguments = "relation_undeclared", city_range
    if len(shared_periods):
        code, arguments = (
            "relation_undeclared_same_period",
            city_range | {"period": float(shared_periods[0])},
        )
    if np.isnan(city_range["least"]):
        code, arguments = "relation_undeclared_of_bounds", {}
    first, second = pair
    return finding(
        code, source=f"{first}, {second}", count=count, first=first, second=second, **arguments
    )


def _of_condition(assets: gpd.GeoDataFrame, damage: pd.DataFrame, city: City) -> list[FindingRow]:
    """Return a finding on exposed assets without a condition that would count."""
    rule = city.condition
    if rule is None or rule.beta == 0 or rule.unknown is not None:
        return []
    touched = assets.iloc[np.unique(damage["asset_id"].cat.codes.to_numpy())]
    not_known = touched["condition"].isna()
    if rule.asset_types is not None:
        not_known &= touched["asset_type"].isin(rule.asset_types)
    count = int(not_known.sum())
    return [finding("condition_not_known", source="condition", count=count)] if count else []


def _without_any(hazard: Hazard) -> list[FindingRow]:
    """Return a finding on a shock without a curve, where no shipped curve has its unit."""
    elsewhere = in_other_units(hazard) if hazard.kind == "shock" else []
    return (
        [
            finding(
                "no_curve_in_unit",
                source=hazard.name,
                unit=hazard.unit,
                candidates=", ".join(elsewhere),
            )
        ]
        if elsewhere
        else []
    )


def _of_hazard(opened: OpenHazard, ead: pd.DataFrame, *, by_year: bool) -> list[FindingRow]:
    name = opened.hazard.name
    rows: list[FindingRow] = []
    of_hazard = ead[(ead["hazard"] == name).to_numpy()]
    if opened.hazard.kind == "stress":
        rows += [] if by_year else [finding("stress_not_priced", source=name)]
    elif np.isnan(opened.periods).any():
        rows.append(finding("hazard_is_scenario", source=name))
    elif not len(of_hazard):
        rows.append(finding("hazard_without_curves", source=name))
    void = int((of_hazard["rule"] == "bounds void").sum())
    if void:
        # maps that are not nested void the bounds of every asset
        code = "damage_falls" if opened.nested else "bounds_void"
        rows.append(finding(code, source=name, count=void))
    return rows + bounds_findings(opened.hazard, of_hazard)


def bounds_findings(hazard: Hazard, ead: pd.DataFrame) -> list[FindingRow]:
    """Return rows of FINDINGS on a hazard with too few maps for EAD, or without an upper bound.

    `ead` are its rows of EAD. With enough maps for EAD the upper bound lacks the start of damage.

    Examples
    --------
    >>> from asset_inventory.model.examples import flood
    >>> ead = pd.DataFrame({"rule": ["bounds only"], "ead": np.nan, "ead_low": 10.0, "ead_high": 90.0, "maps": 2})
    >>> [row["code"] for row in bounds_findings(flood(), ead)]
    ['bounds_only']
    """
    few = ead[(ead["rule"] == "bounds only").to_numpy()]
    if len(few):
        unending = few["ead_high"].isna()  # it is 0 for assets on no map
        no_end = unending.all() or (unending & few["ead_low"].notna()).any()
        codes = ["bounds_only", *(["no_upper_bound"] if no_end else [])]
    else:
        begins = hazard.no_damage_return_period is not None or hazard.protected_to is not None
        unending = ead["rule"].isin(BY_RULE) & (ead["ead"] > 0) & ead["ead_high"].isna()
        codes = ["no_upper_bound"] if unending.any() and not begins else []
    return [finding(code, source=hazard.name, count=int(ead["maps"].max())) for code in codes]
