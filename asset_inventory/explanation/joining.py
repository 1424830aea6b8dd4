"""How several hazards on one asset are joined, in words: the relations of a city, and the arithmetic of one asset."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.risk.joint import (
    NO_HAZARD,
    NOT_DECLARED,
    NOT_KNOWN,
    ONE_HAZARD,
    Priced,
    event_points,
    joint_ead,
    parts_of,
    possible_events,
    relation_of,
)
from asset_inventory.sources.city import City
from asset_inventory.sources.city.relations import among, pairs_of
from asset_inventory.words import amount, precise, say

# Of these there is nothing to join.
ALONE = (NO_HAZARD, ONE_HAZARD, NOT_KNOWN)


@dataclass(frozen=True)
class Joined:
    """What all hazards do to one asset together: its row of JOINT_EAD, and each event that harms it.

    Of an event there are its waters, its EAD (currency/year), and at each frequency (1/year) the damage of each of its
    hazards and of all (currency); without these where one hazard makes it. Hazards that give `bounds_only` are in none.
    """

    row: Mapping[str, object]
    events: tuple[tuple[Sequence[Sequence[str]], float, pd.DataFrame], ...]
    bounds_only: tuple[str, ...]


def sentences(city: City) -> list[dict[str, object]]:
    """Return what tells how a city's hazards hang together: keys of `words` (`word`) and what fills them (`values`).

    Of shocks with return periods and curves, and only where there are several.
    """
    curved = {rule.hazard for rule in city.curves}
    priced = [one for one in city.hazards if one.kind == "shock" and one.name in curved
              and any(each.return_period or each.return_period_field for each in one.maps)]  # fmt: skip
    if len(priced) < 2:
        return []
    names = [one.name for one in priced]
    told: list[dict[str, object]] = [{"word": "map.joint.rule", "values": {}}]
    for one in among(city.relations, names):
        key = f"map.joint.{one.relation.replace(' ', '_')}"
        told.append({"word": key, "values": {"hazards": ", ".join(one.hazards)}})
        if one.reason:
            told.append({"word": "map.joint.reason", "values": {"reason": one.reason}})
    arrangements = possible_events(priced, city.relations)
    unsaid = [pair for pair in pairs_of(names) if relation_of(pair, arrangements) == NOT_DECLARED]
    if unsaid:
        listed = "; ".join(" + ".join(sorted(pair, key=names.index)) for pair in unsaid)
        told.append({"word": "map.joint.undeclared", "values": {"hazards": listed}})
    return told


def joined(
    asset: gpd.GeoDataFrame, exposure: pd.DataFrame, damage: pd.DataFrame, ead: pd.DataFrame, hazards: Priced,
    city: City,
) -> Joined:
    """Return what the hazards do to one asset together; its tables are those that an assessment makes of it."""
    table = joint_ead(asset, exposure, damage, ead, hazards, rule=city.ead, relations=city.relations)
    parts = parts_of(exposure, ead, hazards, 1)
    few = dict(zip(parts.names, parts.few.tolist(), strict=True))
    harmed = {name for name, there in zip(parts.names, parts.harmed[:, 0], strict=True) if there}
    bounds_only = tuple(name for name in parts.names if name in harmed and few[name])
    events = []
    for event in possible_events(parts.hazards, city.relations)[0]:
        waters = [kept for water in event if (kept := [name for name in water if name in harmed and not few[name]])]
        names = [name for water in waters for name in water]
        if not names:
            continue
        of_event = [(one, periods) for one, periods in hazards if one.name in names]
        laid = ead[ead["hazard"].isin(names).to_numpy()]
        alone = joint_ead(asset, exposure, damage, laid, of_event, rule=city.ead, relations=city.relations)
        points = event_points(waters, parts, asset, exposure, damage, city.ead) if len(names) > 1 else pd.DataFrame()
        events.append((waters, float(alone["ead"].iloc[0]), points))
    return Joined(table.iloc[0].to_dict(), tuple(events), bounds_only)


def lines(found: Joined, value: float, city: City, language: str) -> Iterator[str]:
    """Yield how the hazards of one asset are joined: their relation and its reason, and the arithmetic."""
    row, currency = found.row, city.currency
    if row["relation"] in ALONE:
        return
    yield say("explain.joint", language, hazards=row["hazards"], relation=relation_said(str(row["relation"]), language))
    named = [name for waters, _, _ in found.events for water in waters for name in water]
    for one in among(city.relations, [*named, *found.bounds_only]):
        yield say("explain.joint_declared", language, hazards=", ".join(one.hazards),
                  relation=relation_said(one.relation, language), reason=one.reason)  # fmt: skip
    for waters, ead, points in found.events:
        for point in points.to_dict("records"):
            yield _point(point, waters, value, language)
        if len(points):
            yield say("explain.joint_event", language, ead=amount(ead, currency, language))
    parts = [ead for _, ead, _ in found.events]
    if len(parts) > 1 and not np.isnan(parts).any():
        yield _product(parts, value, float(row["ead"]), language)
    if found.bounds_only and named:
        yield say("explain.joint_bounds_only", language, hazards=", ".join(found.bounds_only))
    ead, low, high = (amount(float(row[name]), currency, language) for name in ("ead", "ead_low", "ead_high"))
    yield say("explain.joint_ead", language, ead=ead, low=low, high=high)
    if row["relation"] == NOT_DECLARED:
        yield say("explain.joint_range", language, least=amount(float(row["ead_least"]), currency, language),
                  most=amount(float(row["ead_most"]), currency, language))  # fmt: skip


def relation_said(relation: str, language: str) -> str:
    """Return how hazards hang together, a word of RELATIONS, in a language."""
    return say(f"map.relation.{relation.replace(' ', '_')}", language)


def _point(point: Mapping[str, float], waters: Sequence[Sequence[str]], value: float, language: str) -> str:
    """Return how the damages at one frequency are joined, as shares of the value where it is known."""
    unit = value if value > 0 else 1.0
    whole = {name: precise(point[name] / unit, language) for water in waters for name in water}
    told = ["max(" + "; ".join(whole[name] for name in water) + ")" if len(water) > 1 else whole[water[0]]
            for water in waters]  # fmt: skip
    if len(told) > 1:
        told = ["1 − " + "".join(f"(1 − {one})" for one in told) if value > 0 else " + ".join(told)]
    return say("explain.joint_point", language, frequency=precise(point["frequency"], language), harms=told[0],
               joint=precise(point["joint"] / unit, language))  # fmt: skip


def _product(parts: Sequence[float], value: float, ead: float, language: str) -> str:
    if not value > 0:
        told = " + ".join(precise(part, language) for part in parts)
        return say("explain.joint_sum", language, parts=told, ead=precise(ead, language))
    factors = "".join(f"(1 − {precise(part / value, language)})" for part in parts)
    return say("explain.joint_product", language, value=precise(value, language), factors=factors,
               ead=precise(ead, language))  # fmt: skip
