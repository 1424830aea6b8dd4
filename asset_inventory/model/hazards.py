"""What a city declares of a hazard: damage by class, rates for people, and chronic hazards.

Classes of numbers are half-open, the minimum excluded and the maximum included (InaSAFE). A chronic
hazard has an occurrence and a yearly price.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from asset_inventory.model.library.rates import (
    MMI,
    DisplacementSet,
    displacement_sets,
    fatality_models,
)
from asset_inventory.model.texts import (
    METRES_PER_UNIT,
    Declared,
    Fault,
    Number,
    Text,
    Words,
    is_number,
    not_known,
    tables,
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


_Share = Annotated[Number, Field(ge=0, le=1)]
_Often = Annotated[Number, Field(gt=0)]
_Days = Annotated[Number, Field(gt=0, le=366)]


class Occurrence(Declared):
    """How often a stress comes: days a year, or events a year with the days that one takes.

    `service_lost` is the share of these days on which an asset that it reaches serves nobody; of a
    type that says so in `[[yearly]]` that one holds. Where neither says it the days of service lost
    are not known.
    """

    days_per_year: _Days | None = None
    events_per_year: _Often | None = None
    days_per_event: _Days | None = None
    service_lost: _Share | None = None
    source: Text
    exercise: bool = False

    @property
    def days(self) -> float | None:
        """Return the days a year of the stress, None where only its events are known."""
        if self.events_per_year is not None and self.days_per_event is not None:
            return self.events_per_year * self.days_per_event
        return self.days_per_year


class YearlyPrice(Declared):
    """What a stress costs a year, of the share of an asset that it reaches.

    A `fraction` (0-1) of the value, or a `cost` per m2, metre or piece; each year, or `each` event,
    times events a year. `service_lost` is the share of its days on which the asset serves nobody.
    """

    hazard: Text
    asset_types: Words
    fraction: _Share | None = None
    cost: Annotated[Number, Field(ge=0)] | None = None
    per: Literal["m2", "m", "piece"] | None = None
    each: Literal["year", "event"] = "year"
    service_lost: _Share | None = None
    source: Text
    exercise: bool = False


_DAYS = 366  # the most that a year has
_ANY = "*"


def chronic_hazard_findings(document: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield every fault of stresses, and of curves on them; what is of no form is skipped."""
    hazards, yearly = tables(document, "hazards"), tables(document, "yearly")
    kinds = {one["name"]: one for one in hazards if isinstance(one.get("name"), str)}
    for number, hazard in enumerate(hazards):
        where = f"hazards[{number}]" + (
            f' "{hazard["name"]}"' if isinstance(hazard.get("name"), str) else ""
        )
        yield from _of_hazard(where, hazard)
    claimed: set[tuple[str, str]] = set()
    for number, rule in enumerate(yearly):
        yield from _of_price(f"yearly[{number}]", rule, kinds)
        given = rule.get("hazard")
        for pair in dict.fromkeys((given, kind) for kind in _types(rule) if isinstance(given, str)):
            if pair in claimed:
                yield (
                    f"yearly[{number}]",
                    "fault.yearly_twice",
                    {"given": pair[0], "asset_type": pair[1]},
                )
            claimed.add(pair)
    for number, curve in enumerate(tables(document, "curves")):
        given = curve.get("hazard")
        if not isinstance(given, str) or kinds.get(given, {}).get("kind") != "stress":
            continue
        bare = [kind for kind in _types(curve) if not {(given, kind), (given, _ANY)} & claimed]
        if bare:
            yield (
                f"curves[{number}]",
                "fault.curve_on_stress",
                {"given": given, "asset_types": ", ".join(bare)},
            )


def _of_hazard(where: str, hazard: Mapping[str, Any]) -> Iterator[Fault]:
    if hazard.get("kind") == "shock":
        for key in ("occurrence", "reach"):
            if key in hazard:
                yield where, "fault.not_for_shocks", {"key": key}
        return
    told = hazard.get("occurrence")
    if isinstance(told, Mapping):
        yield from _of_occurrence(f"{where}, occurrence", told)
    if "reach" in hazard:
        yield from _of_reach(where, hazard)


def _of_occurrence(where: str, told: Mapping[str, Any]) -> Iterator[Fault]:
    if ("days_per_year" in told) == ("events_per_year" in told):
        yield where, "fault.days_or_events", {}
    elif "days_per_event" in told and "events_per_year" not in told:
        yield where, "fault.days_of_no_event", {}
    events, days = told.get("events_per_year"), told.get("days_per_event")
    if is_number(events) and is_number(days) and events * days > _DAYS:
        yield where, "fault.more_days_than_a_year", {"days": events * days, "most": _DAYS}


def _of_reach(where: str, hazard: Mapping[str, Any]) -> Iterator[Fault]:
    maps, reach = tables(hazard, "maps"), hazard["reach"]
    periods = sorted(
        float(a_map["return_period"]) for a_map in maps if is_number(a_map.get("return_period"))
    )
    # what these hold is seen when they are opened
    in_files = any("return_period_field" in a_map for a_map in maps)
    if is_number(reach) and not in_files and float(reach) not in periods:
        yield (
            where,
            "fault.reach_is_no_map",
            {"given": reach, "periods": ", ".join(f"{period:g}" for period in periods)},
        )


def _of_price(
    where: str, rule: Mapping[str, Any], hazards: Mapping[str, Mapping[str, Any]]
) -> Iterator[Fault]:
    given = rule.get("hazard")
    if ("fraction" in rule) == ("cost" in rule):
        yield where, "fault.fraction_or_cost", {}
    if ("cost" in rule) != ("per" in rule):
        yield where, "fault.cost_per_what", {}
    if not isinstance(given, str):
        return
    if given not in hazards:
        yield where, *not_known("fault.hazard_not_declared", given, hazards)
    elif hazards[given].get("kind") == "shock":
        yield where, "fault.yearly_on_shock", {"given": given}
    elif "occurrence" not in hazards[given]:
        yield where, "fault.yearly_without_occurrence", {"given": given}
    elif rule.get("each") == "event" and not _counts_events(hazards[given]["occurrence"]):
        yield where, "fault.price_of_no_event", {"given": given}


def _counts_events(occurrence: Any) -> bool:
    return isinstance(occurrence, Mapping) and "events_per_year" in occurrence


def _types(rule: Mapping[str, Any]) -> list[str]:
    given = rule.get("asset_types")
    return [
        one
        for one in ([given] if isinstance(given, str) else given if isinstance(given, list) else [])
        if isinstance(one, str)
    ]
