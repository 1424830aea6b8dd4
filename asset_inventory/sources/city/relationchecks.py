"""What no single field of a relation in `city.toml` can tell: unknown hazards, relations that do not meet."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from asset_inventory.sources.city.declared import METRES_PER_UNIT
from asset_inventory.sources.city.document import Fault, not_known, tables
from asset_inventory.sources.city.relations import (
    SAME_WATER,
    UNRELATED,
    Pair,
    RelationWord,
    grouped,
    pairs_of,
    places_in,
    relation_at,
)

MOST_PAIRS = 100_000  # of hazards, of which relations are declared


def relation_faults(document: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield every fault of `[[relations]]` that needs more than one field to see; what is of no form is skipped."""
    hazards = {one["name"]: one for one in tables(document, "hazards") if isinstance(one.get("name"), str)}
    told: dict[Pair, tuple[str, str]] = {}
    doubtful: set[Pair] = set()
    pairs = sum(math.comb(len(set(_names(one))), 2) for one in tables(document, "relations"))
    if pairs > MOST_PAIRS:
        yield "relations", "fault.too_many_pairs", {"given": pairs, "most": MOST_PAIRS}
    for number, one in enumerate(tables(document, "relations")):
        where, names = f"relations[{number}]", _names(one)
        yield from _of_names(where, names, hazards)
        word = one.get("relation")
        if word not in get_args(RelationWord):
            continue
        if word != UNRELATED:
            yield from _of_events(where, names, hazards, word)
        place = {name: number for number, name in enumerate(dict.fromkeys(names))}
        for pair in pairs_of(names) if pairs <= MOST_PAIRS else ():
            before, said = told.setdefault(pair, (where, word))
            if said != word:
                doubtful.add(pair)
                first, second = sorted(pair, key=place.__getitem__)
                yield where, "fault.relation_twice", {
                    "first": first, "second": second, "given": word, "before": said, "where": before}
    yield from _contradictions({pair: one for pair, one in told.items() if pair not in doubtful}, list(hazards))


def _of_names(where: str, names: list[str], hazards: Mapping[str, Any]) -> Iterator[Fault]:
    if len(names) == 1:
        yield where, "fault.relation_of_one", {"given": names[0]}
    for name, times in Counter(names).items():
        if times > 1:
            yield where, "fault.relation_hazard_twice", {"given": name, "times": times}
        if name not in hazards:
            yield where, *not_known("fault.hazard_not_declared", name, hazards)


def _of_events(where: str, names: list[str], hazards: Mapping[str, Any], word: str) -> Iterator[Fault]:
    """Yield a fault for each hazard that has no events of its own, and for waters that are not measured alike."""
    known = [name for name in dict.fromkeys(names) if name in hazards]
    for name in known:
        maps = tables(hazards[name], "maps")
        if hazards[name].get("kind") == "stress":
            yield where, "fault.relation_of_stress", {"given": name, "relation": word}
        elif maps and not any("return_period" in one or "return_period_field" in one for one in maps):
            yield where, "fault.relation_of_scenario", {"given": name, "relation": word}
    units = {name: unit for name in known if (unit := unit_of(hazards[name]))}
    for one, other in itertools.pairwise(units):
        if word == SAME_WATER and units[one] != units[other]:
            yield where, "fault.relation_of_units", {
                "one": one, "other": other, "unit": units[one], "another": units[other]}


def unit_of(hazard: Mapping[str, Any]) -> str:
    """Return the unit of a hazard's intensity, metre for all lengths; empty where it says none."""
    intensity = hazard.get("intensity")
    unit = intensity.get("unit") if isinstance(intensity, Mapping) else None
    return ("m" if unit in METRES_PER_UNIT else unit) if isinstance(unit, str) else ""


def _contradictions(told: Mapping[Pair, tuple[str, str]], names: list[str]) -> Iterator[Fault]:
    """Yield a fault for each pair that is declared one thing and by the other relations another."""
    order = list(dict.fromkeys([*names, *(name for pair in told for name in sorted(pair))]))
    place = {name: number for number, name in enumerate(order)}
    places = places_in(grouped(order, {pair: word for pair, (_, word) in told.items()}))
    for pair, (where, word) in told.items():
        implied = relation_at(places, pair)
        if implied != word:
            first, second = sorted(pair, key=place.__getitem__)
            yield where, "fault.relation_contradicts", {
                "first": first, "second": second, "given": word, "implied": implied}


def _names(table: Mapping[str, Any]) -> list[str]:
    given = table.get("hazards")
    return [name for name in given if isinstance(name, str)] if isinstance(given, list) else []
