"""What a city declares by class: the damaged share, and the shipped rates for people.

Classes of numbers are half-open, the minimum excluded and the maximum included (InaSAFE).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from asset_inventory.model.declared import (
    METRES_PER_UNIT,
    Declared,
    Fault,
    Number,
    Text,
    is_number,
    not_known,
)
from asset_inventory.model.library.rates import (
    MMI,
    DisplacementSet,
    displacement_sets,
    fatality_models,
)

Share = Annotated[Number, Field(ge=0, le=1)]


def bound(given: str) -> float:
    """Return the number that a bound is written as, NaN where it is none."""
    try:
        number = float(given)
    except ValueError:
        return math.nan
    return number if math.isfinite(number) else math.nan


# The damage fraction of each class, by the map's own word.
Fractions = Annotated[Mapping[Text, Share], Field(min_length=1), AfterValidator(MappingProxyType)]
# The damage fraction above each number, in the hazard's unit, up to the next; 0 up to the first.
FractionsAbove = Annotated[
    Mapping[Text, Share], Field(min_length=1), AfterValidator(MappingProxyType)
]


class PeopleRates(Declared):
    """By which shipped rates people are counted under a hazard: who is displaced, and who dies
    in an earthquake.
    """

    displacement: Text
    fatality: Text | None = None


MMI_MOST = 12  # the last degree of Mercalli's scale


def fraction_findings(
    where: str, curve: Mapping[str, Any], hazards: Mapping[str, Mapping[str, Any]]
) -> Iterator[Fault]:
    """Yield every fault of a curve given by class; bad forms are left to the models."""
    given = curve.get("hazard")
    hazard = hazards.get(given, {}) if isinstance(given, str) else {}
    by_words, above = curve.get("fractions"), curve.get("fractions_above")
    if (by_words is not None or above is not None) and curve.get(
        "damage", "fraction"
    ) != "fraction":
        yield where, "fault.classes_are_fractions", {}
    if isinstance(by_words, Mapping) and hazard:
        yield from _words(f"{where}, fractions", by_words, hazard)
    if isinstance(above, Mapping) and hazard:
        yield from _bounds(f"{where}, fractions_above", above, hazard)


def _words(where: str, fractions: Mapping[str, Any], hazard: Mapping[str, Any]) -> Iterator[Fault]:
    maps = _maps(hazard)
    if any(not _map_words(a_map) for a_map in maps):
        yield where, "fault.classes_without_words", {"hazard": hazard["name"]}
        return
    words = dict.fromkeys(word for a_map in maps for word in _map_words(a_map))
    for word in words:
        if word not in fractions:
            yield where, "fault.class_without_fraction", {"given": word}
    for word in fractions:
        if word not in words:
            yield where, *not_known("fault.no_such_class", word, words)
    numbers: dict[str, set[Any]] = {}
    same: dict[Any, set[Any]] = {}
    for a_map in maps:
        for word, number in _map_words(a_map).items():
            if not is_number(number) or (word in fractions and not is_number(fractions[word])):
                continue
            numbers.setdefault(word, set()).add(number)
            same.setdefault(number, set()).add(fractions.get(word))
    for word in (word for word, given in numbers.items() if len(given) > 1):
        yield where, "fault.class_two_intensities", {"given": word}
    for number in (number for number, given in same.items() if len(given) > 1):
        yield where, "fault.intensity_two_fractions", {"given": str(number)}


def _bounds(where: str, above: Mapping[str, Any], hazard: Mapping[str, Any]) -> Iterator[Fault]:
    if any(_map_words(a_map) for a_map in _maps(hazard)):
        yield where, "fault.bounds_beside_words", {"hazard": hazard["name"]}
    numbers, given = [bound(text) for text in above], hazard.get("exposed_from")
    start = min(given, 0) if is_number(given) else 0
    for text, number in zip(above, numbers, strict=True):
        if math.isnan(number):
            yield where, "fault.bound_not_a_number", {"given": text}
        elif number < start:
            yield where, "fault.bound_below_zero", {"given": text, "start": start}
        elif _unit(hazard).casefold() == MMI.casefold() and number >= MMI_MOST:
            yield where, "fault.bound_beyond_mmi", {"given": text, "most": MMI_MOST}
    if len({number for number in numbers if not math.isnan(number)}) < sum(
        not math.isnan(one) for one in numbers
    ):
        yield where, "fault.bound_twice", {}


def people_rate_findings(where: str, hazard: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield every fault of the rates by which people are counted under a hazard."""
    people = hazard.get("people")
    if not isinstance(people, Mapping):
        return
    where = f"{where}, people"
    named, sets = people.get("displacement"), displacement_sets()
    if isinstance(named, str) and named not in sets:
        yield where, *not_known("fault.no_such_displacement", named, sets)
    elif isinstance(named, str):
        yield from _of_set(where, sets[named], hazard)
    model = people.get("fatality")
    if not isinstance(model, str):
        return
    if model not in fatality_models():
        yield where, *not_known("fault.no_such_fatality", model, fatality_models())
    elif (
        isinstance(named, str)
        and named in sets
        and sets[named].unit != fatality_models()[model].unit
    ):
        yield (
            where,
            "fault.fatality_other_unit",
            {"given": model, "unit": fatality_models()[model].unit},
        )


def _of_set(where: str, of_set: DisplacementSet, hazard: Mapping[str, Any]) -> Iterator[Fault]:
    words = [_map_words(a_map) for a_map in _maps(hazard)]
    if any(words) and not all(words):
        yield where, "fault.people_words_and_numbers", {}
        return
    if not any(words):
        if _plain_unit(_unit(hazard)) != _plain_unit(of_set.unit):
            yield (
                where,
                "fault.people_other_unit",
                {"given": of_set.name, "unit": of_set.unit, "found": _unit(hazard)},
            )
        return
    known = {word.casefold() for a_class in of_set.classes for word in a_class.words}
    for word in dict.fromkeys(word for one in words for word in one):
        if word.casefold() not in known:
            names = ", ".join(word for a_class in of_set.classes for word in a_class.words)
            yield (
                where,
                "fault.people_word_unknown",
                {"given": word, "set": of_set.name, "words": names},
            )


def _plain_unit(unit: str) -> str:
    return "m" if unit in METRES_PER_UNIT else unit.casefold()


def _unit(hazard: Mapping[str, Any]) -> str:
    intensity = hazard.get("intensity")
    unit = intensity.get("unit") if isinstance(intensity, Mapping) else None
    return unit if isinstance(unit, str) else ""


def _maps(hazard: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    maps = hazard.get("maps")
    return [a_map for a_map in maps if isinstance(a_map, Mapping)] if isinstance(maps, list) else []


def _map_words(one: Mapping[str, Any]) -> dict[str, Any]:
    """Return the intensity of each word of a map, as `HazardMap.words` does of a sound one."""
    given, order = one.get("intensities"), one.get("order")
    if isinstance(given, Mapping):
        return dict(given)
    return (
        {word: place for place, word in enumerate(order, start=1) if isinstance(word, str)}
        if isinstance(order, list)
        else {}
    )
