"""How hazards that harm the same assets hang together, as a city declares it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Literal, get_args

from pydantic import Field

from asset_inventory.sources.city.declared import Declared, Text

RelationWord = Literal["unrelated", "one event", "same water"]
UNRELATED, ONE_EVENT, SAME_WATER = get_args(RelationWord)
Pair = frozenset[str]
# Hazards by event, and within an event by the water that several maps show.
Events = tuple[tuple[tuple[str, ...], ...], ...]


class Relation(Declared):
    """How two or more hazards hang together where they harm the same asset, each pair of them alike.

    `unrelated` hazards come in events of their own. In `one event` both act, as a storm brings surge and rain. The
    `same water` is drawn on two maps, one within the other. The `reason` says how the city knows.
    """

    hazards: Annotated[tuple[Text, ...], Field(min_length=1, json_schema_extra={"minItems": 2})]
    relation: RelationWord
    reason: Text


def pairs_of(names: Iterable[str]) -> list[Pair]:
    """Return every pair of two different names, in their order."""
    return [frozenset(pair) for pair in itertools.combinations(dict.fromkeys(names), 2)]


def declared_pairs(relations: Iterable[Relation]) -> dict[Pair, Relation]:
    """Return the relation that is declared of each pair of hazards."""
    return {pair: one for one in relations for pair in pairs_of(one.hazards)}


def among(relations: Iterable[Relation], names: Sequence[str]) -> tuple[Relation, ...]:
    """Return what holds of these hazards by what is declared; a relation that has not two of them is left out.

    What held of two of them by a third that is not among them is a relation of its own, for the reasons of both.
    """
    relations = tuple(relations)
    kept = [one.model_copy(update={"hazards": tuple(name for name in one.hazards if name in names)})
            for one in relations]  # fmt: skip
    kept = [one for one in kept if len(one.hazards) > 1]
    told = declared_pairs(relations)
    words = {pair: one.relation for pair, one in told.items()}
    events = grouped(list(dict.fromkeys(name for one in relations for name in one.hazards)), words)
    for first, second in itertools.combinations(dict.fromkeys(names), 2):
        pair = frozenset((first, second))
        word = relation_in(events, pair)
        if word != UNRELATED and pair not in told and relation_in(_among(words, names), pair) != word:
            reasons = dict.fromkeys(one.reason for other, one in told.items() if one.relation != UNRELATED
                                    and relation_in(events, other | pair) != UNRELATED)  # fmt: skip
            kept.append(Relation(hazards=(first, second), relation=word, reason="; ".join(reasons)))
    return tuple(kept)


def _among(words: Mapping[Pair, str], names: Sequence[str]) -> Events:
    """Return hazards as they are grouped by what is told of them alone."""
    return grouped(list(names), {pair: word for pair, word in words.items() if pair <= set(names)})


def grouped(names: Sequence[str], told: Mapping[Pair, str], assumed: Mapping[Pair, str] | None = None) -> Events:
    """Return hazards by event, and within an event by their water, from the relations of pairs.

    What holds of two pairs with a hazard in common holds of the third. `assumed` says as what pairs may be taken of
    which nothing is told, where no relation that is told forbids it.
    """
    assumed = {pair: word for pair, word in (assumed or {}).items() if pair not in told}
    alike = {pair for pair, word in assumed.items() if word == SAME_WATER}
    waters = _merged([(name,) for name in names], {p for p, word in told.items() if word == SAME_WATER}, alike)
    acting = {pair for pair, word in told.items() if word == ONE_EVENT}
    events = _merged(waters, acting, {pair for pair, word in assumed.items() if word != UNRELATED})
    return tuple(tuple(water for water in waters if set(water) <= set(event)) for event in events)


def relation_in(events: Events, pair: Pair) -> str:
    """Return how the two hazards of a pair hang together where hazards are grouped so."""
    for event in events:
        if pair <= {name for water in event for name in water}:
            return SAME_WATER if any(pair <= set(water) for water in event) else ONE_EVENT
    return UNRELATED


def _merged(groups: Sequence[tuple[str, ...]], told: set[Pair], assumed: set[Pair]) -> list[tuple[str, ...]]:
    """Return groups joined by pairs told to belong together, then by those assumed where each pair between may."""
    whole = list(groups)
    for pair, needed in [*((pair, None) for pair in told), *((pair, told | assumed) for pair in _in_order(assumed))]:
        parts = [group for group in whole if pair & set(group)]
        if len(parts) < 2:
            continue
        if needed is None or all(frozenset((a, b)) in needed for a in parts[0] for b in parts[1]):
            place = whole.index(parts[0])
            whole[place] = parts[0] + parts[1]
            whole.remove(parts[1])
    return whole


def _in_order(pairs: set[Pair]) -> list[Pair]:
    return sorted(pairs, key=sorted)
