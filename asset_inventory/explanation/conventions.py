"""The convention by which a city reckons expected annual damage, in words, and the arithmetic of one figure by it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from asset_inventory.explanation import joining
from asset_inventory.risk.annual_damage import Exceedance, areas, beyond, exceedance, frequencies
from asset_inventory.sources.city import City, EadRule, Hazard
from asset_inventory.words import amount, number, say

_FREQUENCIES = {"1/T": "map.ead.per_period", "1 - exp(-1/T)": "map.ead.peaks"}


def sentences(city: City) -> list[dict[str, object]]:
    """Return what tells a city's convention: keys of `words` (`word`) and what fills them (`values`).

    A value can be a word itself, as {"word": key}. Where all prices are of a year, no rule over return periods is told.
    Hazards that count water below ground and protection levels follow, a sentence each, how several hazards are joined,
    and how damage in years to come is reckoned.
    """
    rule = city.ead
    told = {
        "frequency": _FREQUENCIES[rule.frequency],
        "between": f"map.ead.{rule.between.replace('-', '_')}",
        "tail": f"map.ead.tail_{rule.tail}",
    }
    whole = {"word": "map.ead.convention", "values": {name: {"word": key} for name, key in told.items()}}
    if city.yearly and not city.curves:  # nothing is integrated over events
        whole = {"word": "map.ead.yearly_only", "values": {}}
    protected = (_protected(hazard) for hazard in city.hazards if hazard.protection)
    return [whole, *below_ground(city.hazards), *protected, *joining.sentences(city), *_to_come(city)]


def below_ground(hazards: Iterable[Hazard]) -> list[dict[str, object]]:
    """Return, as `sentences` does, a sentence on each hazard that counts water below ground: from which depth on."""
    return [{"word": "map.ead.below_ground", "values": {"hazard": one.name, "depth": -one.threshold}}
            for one in hazards if one.counts_below_ground]  # fmt: skip


def said(city: City, language: str) -> str:
    """Return a city's convention in a language."""
    parts = []
    for one in sentences(city):
        values = {name: _filled(value, language) for name, value in one["values"].items()}
        parts.append(say(one["word"], language, **values))
    return " ".join(parts)


def arithmetic(
    periods: Sequence[float], damage: Sequence[float], value: float, hazard: Hazard, city: City, language: str
) -> Iterator[str]:
    """Yield how the EAD of one asset adds up: what lies between each two points of its curve, and beyond the last.

    `damage` (currency) is that of each return period (years, rising), 0 where the map leaves the asset dry.
    """
    start, held = hazard.no_damage_return_period, hazard.protected_to
    curve = exceedance(
        np.array(periods), np.array([damage]), value=np.array([value]), rule=city.ead, no_damage_period=start,
        protection=held,
    )  # fmt: skip
    known = [float(one) for one in (start, held, *periods) if one is not None]
    years = {float(frequencies(one, city.ead)): one for one in known}
    points = [years[float(one)] for one in curve.frequency]
    if city.ead.frequency != "1/T":
        yield say("explain.frequency", language)
    if held is not None and points[0] == held:
        yield say("explain.protection", language, period=held,
                  damage=amount(curve.damage[0, 0], city.currency, language))  # fmt: skip
    for place, part in enumerate(areas(curve)[0]):
        yield _between(curve, points, place, part, city, language)
    yield _beyond(curve, points[-1], city, language)


def _between(curve: Exceedance, points: list[float], place: int, part: float, city: City, language: str) -> str:
    before, after = curve.frequency[place : place + 2]
    values = {
        "before": _frequency(points[place], city.ead, language),
        "after": _frequency(points[place + 1], city.ead, language),
        "less": amount(curve.damage[0, place], city.currency, language),
        "more": amount(curve.damage[0, place + 1], city.currency, language),
        "part": amount(part, city.currency, language),
    }
    if city.ead.between == "trapezoid":
        return say("explain.trapezoid", language, **values)
    return say("explain.log_linear", language, span=number(np.log(before / after), language, decimals=4), **values)


def _beyond(curve: Exceedance, period: float, city: City, language: str) -> str:
    if city.ead.tail == "none":
        return say("explain.tail_none", language, period=period)
    values = {
        "period": period,
        "frequency": _frequency(period, city.ead, language),
        "damage": amount(curve.damage[0, -1], city.currency, language),
        "part": amount(beyond(curve)[0], city.currency, language),
    }
    growth = float(curve.growth[0])
    if city.ead.tail == "log" and growth > 0:
        told = {"value": curve.value[0], "growth": growth}
        return say("explain.tail_log", language, **values,
                   **{name: amount(one, city.currency, language) for name, one in told.items()})  # fmt: skip
    return say("explain.tail" if city.ead.frequency == "1/T" else "explain.tail_flat", language, **values)


def _frequency(period: float, rule: EadRule, language: str) -> str:
    if rule.frequency == "1/T":
        return f"1/{number(period, language)}"
    return number(float(frequencies(period, rule)), language, decimals=6)


def _protected(hazard: Hazard) -> dict[str, object]:
    values = {"hazard": hazard.name, "period": hazard.protection.return_period}
    if hazard.protection.source is None:
        return {"word": "map.ead.protection", "values": values}
    return {"word": "map.ead.protection_by", "values": values | {"source": hazard.protection.source}}


def _to_come(city: City) -> list[dict[str, object]]:
    surveyed = ", ".join(f"{one.name} {one.surveyed}" for one in city.hazards if one.water)
    told = [{"word": "map.future.method", "values": {"surveyed": surveyed}}] if city.future and surveyed else []
    worn = city.condition if city.condition and city.condition.beta else None
    values = {"beta": worn.beta, "source": worn.source} if worn else {}
    return [*told, *([{"word": "map.ead.worn", "values": values}] if worn else [])]


def _filled(value: object, language: str) -> object:
    return say(value["word"], language) if isinstance(value, Mapping) else value
