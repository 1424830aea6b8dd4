"""How a city computes expected annual damage (EAD), its protection, and relations of hazards."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag

from asset_inventory.model.texts import (
    Declared,
    PositiveYears,
    Text,
)


class EadRule(Declared):
    """How damages under several return periods become expected annual damage.

    `between` two maps damage is a straight line over annual frequency (trapezoid) or over its
    logarithm. The `tail` beyond the rarest map stays level (flat), is not counted (none), or grows
    on with the logarithm of frequency up to the value of each asset (log). The annual `frequency`
    is 1/T; 1 - exp(-1/T) only where the return periods are those of peaks over a threshold, of
    which several can come in one year.
    """

    between: Literal["trapezoid", "log-linear"] = "trapezoid"
    tail: Literal["flat", "none", "log"] = "flat"
    frequency: Literal["1/T", "1 - exp(-1/T)"] = "1/T"


class Protection(Declared):
    """Up to which return period (year) a defence holds; its maps are drawn as if it did not.

    Damages of events as frequent or more are taken as zero, and what rarer maps say stays: a step.
    That differs from `no_damage_return_period`, where nothing floods yet and damage grows from zero
    to what the first map says.
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
    """How two or more hazards hang together where they harm the same asset, each pair of them
    alike.

    `unrelated` hazards come in events of their own. In `one event` both act, as a storm brings
    surge and rain. The `same water` is drawn on two maps, one within the other. The `reason` says
    how the city knows.
    """

    hazards: Annotated[tuple[Text, ...], Field(min_length=1, json_schema_extra={"minItems": 2})]
    relation: RelationWord
    reason: Text


def pairs_of(names: Iterable[str]) -> list[Pair]:
    """Return every pair of two different names, in their order."""
    return [frozenset(pair) for pair in itertools.combinations(dict.fromkeys(names), 2)]


def declared_pairs(relations: Iterable[Relation]) -> dict[Pair, Relation]:
    """Return the relation that is declared of each pair of hazards."""
    return {pair: relation for relation in relations for pair in pairs_of(relation.hazards)}


def among(relations: Iterable[Relation], names: Sequence[str]) -> tuple[Relation, ...]:
    """Return the declared relation of these hazards; one without at least two of them is left out.

    What held of two of them by a third that is not among them is a relation of its own, for the
    reasons of both.
    """
    relations, present = tuple(relations), dict.fromkeys(names)
    kept = [
        relation.model_copy(
            update={"hazards": tuple(name for name in relation.hazards if name in present)}
        )
        for relation in relations
    ]
    kept = [one for one in kept if len(one.hazards) > 1]
    told = declared_pairs(relations)
    words = {pair: one.relation for pair, one in told.items()}
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
        if pair not in told and relation_at(alone, pair) != word:
            reasons = dict.fromkeys(
                one.reason
                for other, one in told.items()
                if one.relation != UNRELATED
                and {places[name][0] for name in other | pair} == {places[two[0]][0]}
            )
            kept.append(Relation(hazards=two, relation=word, reason="; ".join(reasons)))
    return tuple(kept)


def grouped(
    names: Sequence[str],
    told: Mapping[Pair, RelationWord],
    assumed: Mapping[Pair, RelationWord] | None = None,
) -> Events:
    """Return hazards by event, and within an event by their water, from the relations of pairs.

    What holds of two pairs with a hazard in common holds of the third. `assumed` says as what pairs
    may be taken of which nothing is told, where no relation that is told forbids it.
    """
    assumed = {pair: word for pair, word in (assumed or {}).items() if pair not in told}
    alike = {pair for pair, word in assumed.items() if word == SAME_WATER}
    waters = _merged(
        [(name,) for name in names], {p for p, word in told.items() if word == SAME_WATER}, alike
    )
    acting = {pair for pair, word in told.items() if word == ONE_EVENT}
    events = _merged(waters, acting, {pair for pair, word in assumed.items() if word != UNRELATED})
    event_of = {name: number for number, event in enumerate(events) for name in event}
    whole: list[list[tuple[str, ...]]] = [[] for _ in events]
    for water in waters:
        whole[event_of[water[0]]].append(water)
    return tuple(map(tuple, whole))


def places_in(events: Events) -> dict[str, tuple[int, int]]:
    """Return the number of the event and of the water within it of each hazard."""
    return {
        name: (number, of_water)
        for number, event in enumerate(events)
        for of_water, water in enumerate(event)
        for name in water
    }


def relation_at(places: Mapping[str, tuple[int, int]], pair: Pair) -> RelationWord:
    """Return how the two hazards of a pair hang together by their places among events."""
    one, other = (places.get(name, (name, 0)) for name in pair)
    return SAME_WATER if one == other else ONE_EVENT if one[0] == other[0] else UNRELATED


def relation_in(events: Events, pair: Pair) -> RelationWord:
    """Return how the two hazards of a pair hang together where hazards are grouped so."""
    for event in events:
        if pair <= {name for water in event for name in water}:
            return SAME_WATER if any(pair <= set(water) for water in event) else ONE_EVENT
    return UNRELATED


def _merged(
    groups: Sequence[tuple[str, ...]], told: set[Pair], assumed: set[Pair]
) -> list[tuple[str, ...]]:
    """Return groups joined by certain pairs, then by assumed ones where all pairs between may."""
    whole = _joined(groups, told)
    needed = told | assumed
    for pair in _in_order(assumed):
        parts = [group for group in whole if pair & set(group)]
        if len(parts) > 1 and all(frozenset((a, b)) in needed for a in parts[0] for b in parts[1]):
            place = whole.index(parts[0])
            whole[place] = parts[0] + parts[1]
            whole.remove(parts[1])
    return whole


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
    whole: dict[int, list[str]] = {}
    for number, group in enumerate(groups):
        whole.setdefault(led_by(number), []).extend(group)
    return [tuple(group) for group in whole.values()]


def _in_order(pairs: set[Pair]) -> list[Pair]:
    return sorted(pairs, key=sorted)
