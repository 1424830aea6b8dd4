"""What a review tells of the risk delta: sentences, and tables by hazard map, district and type."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from asset_inventory.delivery_risk.deltas import RiskDelta, lost_sight_of, share_of
from asset_inventory.outputs.review_tables import Sentence
from asset_inventory.tables import OUTSIDE_DISTRICTS

_MOST_PARTS = 25  # rows of a table by district or type


def risk_part(delta: RiskDelta, city_ead: float, district_names: Mapping[str, str]) -> dict[str, object]:
    """Return the sentences on the risk delta and its tables: `maps`, `district` and `asset_type`."""
    city = delta.ead[delta.ead["by"] == "city"].iloc[0]
    maps = delta.exposure[delta.exposure["by"] == "city"]
    return {
        "sentences": [*_exposed(maps), *_annual(city, city_ead), *_where(delta, city, city_ead, district_names)],
        "maps": [_map_row(row) for row in maps.to_dict("records")],
        "parts": {by: _part_rows(delta, by, city_ead, district_names) for by in ("district", "asset_type")},
    }


def _exposed(maps: pd.DataFrame) -> list[Sentence]:
    row = maps[maps["hazard"].isna()].iloc[0]
    values = {name: int(row[name]) for name in ("exposed_before", "exposed_after", "unknown_before", "unknown_after")}
    difference = {"change": values["exposed_after"] - values["exposed_before"]}
    found: list[Sentence] = [("review.risk.exposed", {
        "difference": difference, "before": values["exposed_before"], "after": values["exposed_after"]})]
    if values["unknown_before"] or values["unknown_after"]:
        found.append(("review.risk.unknown", {"before": values["unknown_before"], "after": values["unknown_after"]}))
    return found


def _annual(city: pd.Series, city_ead: float) -> list[Sentence]:
    difference = float(city["difference"])
    values = {"difference": {"money_change": difference}, "before": _money(city["ead_before"]),
              "after": _money(city["ead_after"])}
    found: list[Sentence] = []
    if lost_sight_of(city) and not math.isnan(difference):
        found.append(("review.risk.ead_partly", {name: values[name] for name in ("before", "after")}))
    elif math.isnan(difference):
        found.append(("review.risk.ead_unknown", {}))
    elif math.isnan(share_of(difference, city_ead)):
        found.append(("review.risk.ead", values))
    else:
        found.append(("review.risk.ead_share", values | {"percent": _percent(difference, city_ead)}))
    low, high = float(city["difference_low"]), float(city["difference_high"])
    if not math.isnan(low + high):
        found.append(("review.risk.bounds", {"low": {"money_change": low}, "high": {"money_change": high}}))
    elif not math.isnan(difference):
        found.append(("review.risk.no_bounds", {}))
    if city["not_compared"]:
        found.append(("review.risk.not_compared", {"count": int(city["not_compared"])}))
    return found


def _where(
    delta: RiskDelta, city: pd.Series, city_ead: float, names: Mapping[str, str]
) -> list[Sentence]:
    """Return where the difference is greatest, if several districts change."""
    districts = delta.ead[(delta.ead["by"] == "district") & delta.ead["difference"].notna()]
    if len(districts) < 2 or not abs(city["difference"]) > 0:
        return []
    worst = districts.loc[districts["difference"].abs().idxmax()]
    difference = float(worst["difference"])
    values = {"district": _named(str(worst["part"]), names), "difference": {"money_change": difference}}
    if math.isnan(share_of(difference, city_ead)):
        return [("review.risk.where", values)]
    return [("review.risk.where_share", values | {"percent": _percent(difference, city_ead)})]


def _map_row(row: Mapping[str, object]) -> dict[str, object]:
    period = float(row["return_period"])
    if pd.isna(row["hazard"]):
        name: Sentence = ("review.all_maps", {})
    elif math.isnan(period):
        name = ("review.map_scenario", {"hazard": str(row["hazard"])})
    else:
        name = ("review.map_period", {"hazard": str(row["hazard"]), "years": period})
    return {"name": name, "cells": [
        *_before_after(row, "exposed"), ("map.number", {"number": int(row["unknown_before"])}),
        ("map.number", {"number": int(row["unknown_after"])})]}


def _before_after(row: Mapping[str, object], name: str) -> list[Sentence]:
    before, after = int(row[f"{name}_before"]), int(row[f"{name}_after"])
    return [("map.number", {"number": one}) for one in (before, after, {"change": after - before})]


def _part_rows(delta: RiskDelta, by: str, city_ead: float, names: Mapping[str, str]) -> dict[str, object]:
    """Return the parts with the greatest differences first, and how many are not listed."""
    ead = delta.ead[delta.ead["by"] == by].set_index("part")
    everywhere = delta.exposure[(delta.exposure["by"] == by) & delta.exposure["hazard"].isna()].set_index("part")
    order = ead["difference"].abs().sort_values(ascending=False, na_position="first", kind="stable").index
    rows = []
    for part in order[:_MOST_PARTS]:
        one, exposed = ead.loc[part], everywhere.loc[part]
        name = _named(str(part), names) if by == "district" else str(part)
        share = share_of(float(one["difference"]), city_ead)
        rows.append({"name": name, "cells": [
            ("map.number", {"number": {"change": int(exposed["exposed_after"] - exposed["exposed_before"])}}),
            ("map.number", {"number": {"money_change": float(one["difference"])}}),
            ("map.number", {"number": "–"}) if math.isnan(share)
            else ("review.percent", {"percent": _percent(float(one["difference"]), city_ead)}),
            ("map.number", {"number": _money(one["ead_before"])}), ("map.number", {"number": _money(one["ead_after"])}),
            ("map.number", {"number": int(one["not_compared"])})]})
    return {"rows": rows, "left": max(0, len(order) - _MOST_PARTS)}


def _named(district: str, names: Mapping[str, str]) -> object:
    if district == OUTSIDE_DISTRICTS:
        return {"word": "map.outside_districts"}
    return names.get(district, district)


def _money(value: float) -> dict[str, float]:
    return {"money": float(value)}


def _percent(difference: float, city_ead: float) -> dict[str, float]:
    return {"percent_change": share_of(difference, city_ead)}
