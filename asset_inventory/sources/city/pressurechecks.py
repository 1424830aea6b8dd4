"""What no single field of a pressure in `city.toml` can tell: names that do not meet, criteria that compare nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from asset_inventory.library import resilience_drivers
from asset_inventory.sources.city.document import Fault, is_number, not_known, tables

MOST_ON_FRONT = 4


def pressure_faults(document: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield every fault of pressures, influences and the resilience assessment; what is of no form is skipped."""
    pressures, hazards = tables(document, "pressures"), tables(document, "hazards")
    yield from _names(pressures)
    kinds = {one["name"]: _kind(one) for one in hazards if isinstance(one.get("name"), str)}
    for number, one in enumerate(pressures):
        where = f"pressures[{number}]" + (f' "{one["id"]}"' if isinstance(one.get("id"), str) else "")
        yield from _measured(where, one, kinds)
        yield from _driven(where, one)
    yield from _influences(tables(document, "influences"), pressures)
    settings = document.get("resilience")
    if isinstance(settings, Mapping):
        yield from _criteria(settings)
        indicators = settings.get("indicators")
        if isinstance(indicators, Mapping) and ("id" in indicators) != bool(indicators.get("fields")):
            yield "resilience, indicators", "fault.indicator_fields", {}
        firm, likely = settings.get("firm", 0.9), settings.get("likely", 0.5)
        if is_number(firm) and is_number(likely) and likely >= firm:
            yield "resilience", "fault.likely_above_firm", {"likely": likely, "firm": firm}


def _kind(one: Mapping[str, Any]) -> str | None:
    given = one.get("kind")
    return given if isinstance(given, str) else None


def _names(pressures: list[Mapping[str, Any]]) -> Iterator[Fault]:
    ids = [one["id"] for one in pressures if isinstance(one.get("id"), str)]
    for name, count in Counter(ids).items():
        if count > 1:
            yield "pressures", "fault.name_twice", {"given": name, "times": count}
    bearers: dict[str, set[str]] = {}
    for one in pressures:
        for name in _called(one):
            bearers.setdefault(" ".join(name.split()).casefold(), set()).add(str(one.get("id")))
    for name, several in bearers.items():
        if len(several) > 1:
            yield "pressures", "fault.pressure_name_shared", {"given": name, "pressures": ", ".join(sorted(several))}


def _called(one: Mapping[str, Any]) -> list[str]:
    name = one.get("name")
    given = [name] if isinstance(name, str) else list(name.values()) if isinstance(name, Mapping) else []
    also = one.get("also")
    given += [one.get("id"), *(also if isinstance(also, list) else [])]
    return [text for text in given if isinstance(text, str)]


def _driven(where: str, one: Mapping[str, Any]) -> Iterator[Fault]:
    given, known = one.get("drivers"), resilience_drivers()
    for number in given if isinstance(given, list) else []:
        if isinstance(number, str) and number not in known:
            yield where, "fault.driver_not_known", {"given": number, "drivers": ", ".join(known)}


def _measured(where: str, one: Mapping[str, Any], kinds: Mapping[str, Any]) -> Iterator[Fault]:
    given = one.get("measured_by")
    if not isinstance(given, Mapping):
        return
    if ("hazard" in given) == ("indicator" in given):
        yield where, "fault.measured_by_one", {}
    hazard = given.get("hazard")
    if not isinstance(hazard, str):
        return
    if hazard not in kinds:
        yield where, *not_known("fault.hazard_not_declared", hazard, kinds)
    elif {kinds[hazard], _kind(one)} == {"shock", "stress"}:
        yield where, "fault.measured_by_other_kind", {"given": hazard, "kind": kinds[hazard], "own": one["kind"]}


def _influences(influences: list[Mapping[str, Any]], pressures: list[Mapping[str, Any]]) -> Iterator[Fault]:
    kinds = {one["id"]: one.get("kind") for one in pressures if isinstance(one.get("id"), str)}
    of_role = {role: [name for name, kind in kinds.items() if kind == role] for role in ("stress", "shock")}
    seen: set[tuple[str, str]] = set()
    for number, one in enumerate(influences):
        where = f"influences[{number}]"
        for role in ("stress", "shock"):
            given = one.get(role)
            if not isinstance(given, str):
                continue
            if given not in kinds:
                yield where, *not_known("fault.pressure_not_declared", given, of_role[role])
            elif kinds[given] in ("shock", "stress") and kinds[given] != role:
                yield where, "fault.influence_of_other_kind", {"given": given, "kind": kinds[given], "role": role}
        pair = str(one.get("stress")), str(one.get("shock"))
        if pair in seen:
            yield where, "fault.influence_twice", {"stress": pair[0], "shock": pair[1]}
        seen.add(pair)


def _criteria(settings: Mapping[str, Any]) -> Iterator[Fault]:
    given = settings.get("criteria")
    given = given if isinstance(given, Mapping) else {}
    criteria = {name: one for name, one in given.items() if isinstance(one, Mapping)}
    for name, one in criteria.items():
        if "worst" in one and one.get("worst") == one.get("best"):
            yield f"resilience, criteria, {name}", "fault.goalposts_equal", {"given": str(one["worst"])}
    marked = {name: one.get("front") for name, one in criteria.items()}
    groups = dict.fromkeys(name if front is True else front for name, front in marked.items()
                           if front is True or isinstance(front, str))  # fmt: skip
    if len(groups) > MOST_ON_FRONT:
        yield "resilience, criteria", "fault.front_too_wide", {"given": ", ".join(groups), "most": MOST_ON_FRONT}
