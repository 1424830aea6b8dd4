"""How a city computes expected annual damage (EAD), its protection, and relations of hazards."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag

from asset_inventory.model.declarations import Declared, PositiveYears, Text


class EadRule(Declared):
    """How damages under several return periods become expected annual damage.

    `between` two maps damage is a straight line over annual frequency (trapezoid) or over its
    logarithm (log-linear). Damage in the `tail` beyond the rarest map stays level (flat), is not
    counted (none), or grows with the logarithm of frequency up to the value of each asset (log).
    The annual `frequency` is 1/T. It is 1 - exp(-1/T) only for return periods of peaks over a
    threshold: several peaks can occur in one year.
    """

    between: Literal["trapezoid", "log-linear"] = "trapezoid"
    tail: Literal["flat", "none", "log"] = "flat"
    frequency: Literal["1/T", "1 - exp(-1/T)"] = "1/T"


class Protection(Declared):
    """The return period (year) up to which a defence holds; the hazard's maps show no defence.

    Events of this return period and more frequent ones cause no damage, and rarer maps keep their
    damage: a step. At `no_damage_return_period`, in contrast, nothing floods yet, and damage grows
    from zero to that of the first map.
    """

    return_period: PositiveYears
    source: Text | None = None


def _spelled_out(given: float | Protection) -> Protection:
    return given if isinstance(given, Protection) else Protection(return_period=given)


def _shape(given: Any) -> str:
    return "with its source" if isinstance(given, (Mapping, Protection)) else "alone"


if TYPE_CHECKING:
    ProtectionLevel = Protection
else:  # a return period alone, or with its source
    ProtectionLevel = Annotated[
        Annotated[PositiveYears, Tag("alone")] | Annotated[Protection, Tag("with its source")],
        Discriminator(_shape),
        AfterValidator(_spelled_out),
    ]


RelationWord = Literal["unrelated", "one event", "same water"]
UNRELATED: Final = "unrelated"
ONE_EVENT: Final = "one event"
SAME_WATER: Final = "same water"
RELATION_WORDS: tuple[RelationWord, ...] = (UNRELATED, ONE_EVENT, SAME_WATER)
Pair = frozenset[str]
# Hazards by event, and within an event by the water that several maps show.
Events = tuple[tuple[tuple[str, ...], ...], ...]


class Relation(Declared):
    """The relation of two or more hazards that damage the same asset; it holds for each pair.

    `unrelated` hazards occur in separate events. In `one event` both act, as a storm brings surge
    and rain. The `same water` is on two maps, one within the other. The `reason` states how the
    city knows.
    """

    hazards: Annotated[tuple[Text, ...], Field(min_length=1, json_schema_extra={"minItems": 2})]
    relation: RelationWord
    reason: Text


def pairs_of(names: Iterable[str]) -> list[Pair]:
    """Return every pair of two different names, in their order."""
    return [frozenset(pair) for pair in itertools.combinations(dict.fromkeys(names), 2)]


def declared_pairs(relations: Iterable[Relation]) -> dict[Pair, Relation]:
    """Return the declared relation of each pair of hazards."""
    return {pair: relation for relation in relations for pair in pairs_of(relation.hazards)}


def among(relations: Iterable[Relation], names: Sequence[str]) -> tuple[Relation, ...]:
    """Return the declared relations of these hazards; each keeps at least two of them.

    Two of them that are related only through a hazard which is not among them get a relation of
    their own, with the reasons of the relations between.
    """
    relations, present = tuple(relations), dict.fromkeys(names)
    kept = [
        relation.model_copy(
            update={"hazards": tuple(name for name in relation.hazards if name in present)}
        )
        for relation in relations
    ]
    kept = [relation for relation in kept if len(relation.hazards) > 1]
    declared = declared_pairs(relations)
    words = {pair: relation.relation for pair, relation in declared.items()}
    places = places_in(
        grouped(
            list(dict.fromkeys(name for relation in relations for name in relation.hazards)), words
        )
    )
    alone = places_in(
        grouped(
            list(present), {pair: word for pair, word in words.items() if pair <= present.keys()}
        )
    )
    by_event: dict[int, list[str]] = {}
    for name in present:
        if name in places:
            by_event.setdefault(places[name][0], []).append(name)
    for two in (two for event in by_event.values() for two in itertools.combinations(event, 2)):
        pair = frozenset(two)
        word = relation_at(places, pair)
        if pair not in declared and relation_at(alone, pair) != word:
            reasons = dict.fromkeys(
                relation.reason
                for other, relation in declared.items()
                if relation.relation != UNRELATED
                and {places[name][0] for name in other | pair} == {places[two[0]][0]}
            )
            kept.append(Relation(hazards=two, relation=word, reason="; ".join(reasons)))
    return tuple(kept)


def grouped(
    names: Sequence[str],
    declared: Mapping[Pair, RelationWord],
    assumed: Mapping[Pair, RelationWord] | None = None,
) -> Events:
    """Return hazards by event, and within an event by their water, from the relations of pairs.

    Relations are transitive: what holds for two pairs with a common hazard holds for the third.
    `assumed` has relations of pairs without a declared one; they apply unless a declared relation
    excludes them.
    """
    assumed = {pair: word for pair, word in (assumed or {}).items() if pair not in declared}
    alike = {pair for pair, word in assumed.items() if word == SAME_WATER}
    waters = _merged(
        [(name,) for name in names],
        {p for p, word in declared.items() if word == SAME_WATER},
        alike,
    )
    acting = {pair for pair, word in declared.items() if word == ONE_EVENT}
    events = _merged(waters, acting, {pair for pair, word in assumed.items() if word != UNRELATED})
    event_of = {name: number for number, event in enumerate(events) for name in event}
    by_event: list[list[tuple[str, ...]]] = [[] for _ in events]
    for water in waters:
        by_event[event_of[water[0]]].append(water)
    return tuple(map(tuple, by_event))


def places_in(events: Events) -> dict[str, tuple[int, int]]:
    """Return for each hazard the number of its event and of its water within the event."""
    return {
        name: (number, of_water)
        for number, event in enumerate(events)
        for of_water, water in enumerate(event)
        for name in water
    }


def relation_at(places: Mapping[str, tuple[int, int]], pair: Pair) -> RelationWord:
    """Return the relation of the two hazards of a pair from their places among events."""
    first, second = (places.get(name, (name, 0)) for name in pair)
    return SAME_WATER if first == second else ONE_EVENT if first[0] == second[0] else UNRELATED


def relation_in(events: Events, pair: Pair) -> RelationWord:
    """Return the relation of the two hazards of a pair in these groups of hazards."""
    for event in events:
        if pair <= {name for water in event for name in water}:
            return SAME_WATER if any(pair <= set(water) for water in event) else ONE_EVENT
    return UNRELATED


def _merged(
    groups: Sequence[tuple[str, ...]], certain: set[Pair], assumed: set[Pair]
) -> list[tuple[str, ...]]:
    """Return groups joined by certain pairs, then by assumed ones if all pairs between allow it."""
    merged = _joined(groups, certain)
    needed = certain | assumed
    for pair in _in_order(assumed):
        parts = [group for group in merged if pair & set(group)]
        if len(parts) > 1 and all(frozenset((a, b)) in needed for a in parts[0] for b in parts[1]):
            place = merged.index(parts[0])
            merged[place] = parts[0] + parts[1]
            merged.remove(parts[1])
    return merged


def _joined(groups: Sequence[tuple[str, ...]], pairs: Iterable[Pair]) -> list[tuple[str, ...]]:
    """Return groups joined by pairs, in the order of their first members (union and find)."""
    place = {name: number for number, group in enumerate(groups) for name in group}
    leader = list(range(len(groups)))

    def led_by(number: int) -> int:
        while leader[number] != number:
            leader[number] = leader[leader[number]]
            number = leader[number]
        return number

    for pair in pairs:
        ends = sorted(led_by(place[name]) for name in pair if name in place)
        for end in ends:
            leader[end] = ends[0]
    by_leader: dict[int, list[str]] = {}
    for number, group in enumerate(groups):
        by_leader.setdefault(led_by(number), []).extend(group)
    return [tuple(group) for group in by_leader.values()]


def _in_order(pairs: set[Pair]) -> list[Pair]:
    return sorted(pairs, key=sorted)
