"""The risk delta of a delivery in one line to read in a terminal."""

from __future__ import annotations

import math

import pandas as pd

from asset_inventory.delivery_risk import DeliveryRisk
from asset_inventory.delivery_risk.deltas import ADDED, EDITED, REMOVED, RiskDelta, lost_sight_of, share_of
from asset_inventory.sources.city import City
from asset_inventory.tables import OUTSIDE_DISTRICTS
from asset_inventory.tables.columns import SIDES
from asset_inventory.words import finding_says, money, number, percent_change, say

_CHANGES = {ADDED: "risk.adds", REMOVED: "risk.drops", EDITED: "risk.edits"}


def risk_lines(risk: DeliveryRisk, city: City, language: str) -> list[str]:
    """Return what a delivery does to the risk, or why that could not be reckoned, and what was left out of it."""
    if risk.delta is None:
        return [say("risk.not_reckoned", language, fault=risk.fault.say(language))]
    delta = risk.delta
    row = delta.exposure[(delta.exposure["by"] == "city") & delta.exposure["hazard"].isna()].iloc[0]
    exposed = _signed(int(row["exposed_after"] - row["exposed_before"]), language)
    line = say(
        "risk.line", language, changes=_changes(delta, language), exposed=exposed, damage=_damage(risk, city, language),
    )  # fmt: skip
    left = int(_city(delta)["not_compared"])
    if left and not math.isnan(_city(delta)["difference"]):
        line += " " + say("risk.without_figure", language, count=left)
    if delta.exercise:
        line += " " + say("risk.exercise", language)
    return [line, *(" ".join(finding_says(one, language)).strip() for one in delta.findings.to_dict("records"))]


def _city(delta: RiskDelta) -> pd.Series:
    return delta.ead[delta.ead["by"] == "city"].iloc[0]


def _changes(delta: RiskDelta, language: str) -> str:
    """Return which assets are added, removed and edited, by type."""
    said = []
    for change, key in _CHANGES.items():
        of_type = delta.changed[delta.changed[change] > 0].sort_values(change, ascending=False, kind="stable")
        if len(of_type):
            types = ", ".join(
                f"{kind} {number(count, language)}"
                for kind, count in zip(of_type["asset_type"], of_type[change].tolist(), strict=True)
            )
            said.append(say(key, language, types=types))
    return ", ".join(said) or say("risk.same_assets", language)


def _damage(risk: DeliveryRisk, city: City, language: str) -> str:
    """Return the change of the city's EAD, and the district in which it is greatest."""
    difference = float(_city(risk.delta)["difference"])
    if math.isnan(difference):
        return say("risk.damage_unknown" if city.curves else "risk.damage_without_curves", language)
    if lost_sight_of(_city(risk.delta)):
        sides = {name: money(_city(risk.delta)[f"ead_{name}"], city.currency, language) for name in SIDES}
        return say("risk.damage_partly", language, **sides)
    if difference == 0:
        return say("risk.damage_same", language)
    change = _money(difference, city, language)
    share = share_of(difference, risk.city_ead)
    if math.isnan(share):
        said = say("risk.damage", language, change=change)
    else:
        said = say("risk.damage_share", language, change=change, percent=percent_change(share, language))
    return said + _where(risk, city, language)


def _where(risk: DeliveryRisk, city: City, language: str) -> str:
    """Return the greatest part of a change that several districts share, else nothing."""
    ead = risk.delta.ead
    parts = ead[(ead["by"] == "district") & (ead["difference"].abs() > 0)]
    if len(parts) < 2:
        return ""
    most = parts.loc[parts["difference"].abs().idxmax()]
    part, difference = str(most["part"]), float(most["difference"])
    outside = say("map.outside_districts", language) if part == OUTSIDE_DISTRICTS else part
    district, share = risk.districts.get(part, outside), share_of(difference, risk.city_ead)
    if math.isnan(share):
        return say("risk.where", language, district=district, change=_money(difference, city, language))
    return say("risk.where_share", language, district=district, percent=percent_change(share, language))


def _signed(value: float, language: str) -> str:
    return ("+" if value > 0 else "") + number(value, language)


def _money(value: float, city: City, language: str) -> str:
    return ("+" if value > 0 else "") + money(value, city.currency, language)
