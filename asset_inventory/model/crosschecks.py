"""Faults across the tables of `city.toml`: names, years and systems that disagree."""

from __future__ import annotations

import itertools
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from babel import numbers as babel_numbers

from asset_inventory.messages import NO_CURRENCY
from asset_inventory.model.annual_damage import (
    SAME_WATER,
    UNRELATED,
    Pair,
    Relation,
    RelationWord,
    grouped,
    pairs_of,
    places_in,
    relation_at,
)
from asset_inventory.model.city import City, JrcRule
from asset_inventory.model.declarations import (
    Fault,
    named_twice,
    not_known,
    passing,
    placed,
    rising,
)
from asset_inventory.model.hazards import Hazard, yearly_faults
from asset_inventory.model.icons import ICONS
from asset_inventory.model.library import greatest_damage
from asset_inventory.model.projection import RateLayer
from asset_inventory.model.resilience import focus_area_faults, pressure_faults
from asset_inventory.model.texts import ANY, excerpt, few

OSM_SUFFIXES = (".osm.pbf", ".osm")
# in each such file
OSM_LAYERS = ("points", "lines", "multilinestrings", "multipolygons", "other_relations")
_AMOUNTS_LISTED = 5
LONGEST_NAME = 200  # characters, of a layer or a hazard
# categories of Unicode: controls, marks of direction, halves, ends of lines
_HIDDEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
_JOINING = "\u200c\u200d"  # some scripts need them to spell
MOST_PAIRS = 100_000  # of hazards that have a declared relation


def crosscheck(city: City) -> Iterator[Fault]:
    """Yield every fault that needs several fields, as (where, key of a sentence, arguments).

    The city may come from a `LENIENT` validation: a None or a default is no fault here, because
    the models report it.
    """
    hazards = {hazard.name: hazard for hazard in passing(city.hazards) if hazard.name is not None}
    yield from _systems(city)
    names: dict[str, list[str | None]] = {
        "hazards": [hazard.name if hazard else None for hazard in city.hazards],
        "assets": [layer.name if layer else None for layer in city.assets],
    }
    for key, several in names.items():
        yield from named_twice(key, several)
        for number, name in enumerate(several):
            if name is not None and not _can_name(name):
                arguments = {"given": excerpt(name), "most": LONGEST_NAME}
                yield f"{key}[{number}], name", "fault.no_name", arguments
    waters = []
    for where, hazard in placed("hazards", city.hazards):
        yield from hazard.faults(where)
        for place, a_map in placed(f"{where}, maps", hazard.maps):
            if a_map.asset_layer is not None and a_map.asset_layer not in names["assets"]:
                known = passing(names["assets"])
                yield place, *not_known("fault.layer_not_declared", a_map.asset_layer, known)
        if "water" in hazard.model_fields_set:
            waters.append(hazard.water)
            yield from hazard.water_faults(where, city.future)
    for where, layer in placed("assets", city.assets):
        yield from layer.faults(where)
    for where, curve in placed("curves", city.curves):
        yield from curve.faults(where, hazards)
    yield from _prices(city)
    yield from _relations(city.relations, hazards)
    yield from yearly_faults(hazards, city.yearly, city.curves)
    yield from pressure_faults(city.pressures, city.influences, hazards)
    yield from focus_area_faults(city.focus_areas, city.pressures)
    yield from city.resilience.faults()
    yield from city.same_assets.faults()
    yield from rising("map, ead_breaks", city.map.ead_breaks)
    if city.map.online is not None:
        yield from city.map.online.faults()
    for name, icon in city.map.icons.items():
        if icon is not None and icon not in ICONS:
            yield f"map, icons, {name}", *not_known("fault.no_such_icon", icon, sorted(ICONS))
    yield from _labels(city)
    languages = passing(city.languages)
    if city.language is not None and languages and city.language not in languages:
        arguments = {"given": city.language, "languages": ", ".join(languages)}
        yield "language", "fault.language_not_declared", arguments
    if city.future is not None:
        yield from city.future.faults(waters)
    if city.scores is not None:
        yield from city.scores.faults()
    people = city.districts.population if city.districts else None
    if people is not None and people.id is not None and people.id == people.field:
        arguments = {"given": people.id, "keys": "id, field"}
        yield "districts, population", "fault.one_field_for_two", arguments
    amounts = list(_amounts(city)) if city.currency == NO_CURRENCY else []
    if amounts:
        yield "currency", "fault.currency_missing", {"places": few(amounts, _AMOUNTS_LISTED)}
    if len(city.currency) == 3 and city.currency not in _currencies():
        yield "currency", "fault.no_currency", {"given": city.currency}


def _labels(city: City) -> Iterator[Fault]:
    """Yield a fault for each measure and each title of a source that has several labels."""
    labels: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for kind, name, label in city.declared_labels():
        if kind in ("measure", "source"):
            labels.setdefault((kind, name), set()).add((label.id, label.en))
    for (_, name), several in labels.items():
        if len(several) > 1:
            listed = "; ".join(sorted(f"{first} / {second}" for first, second in several))
            yield "", "fault.two_labels", {"given": excerpt(name), "labels": excerpt(listed)}


def _amounts(city: City) -> Iterator[str]:
    """Yield each place of `city.toml` that states an amount of money."""
    yield from (f"values, {name}" for name in city.values)
    for where, layer in placed("assets", city.assets):
        if layer.fields.value is not None:
            yield f"{where}, fields, value"
    for where, curve in placed("curves", city.curves):
        if curve.damage == "currency/m2":
            yield f"{where}, damage"
    for where, rule in placed("yearly", city.yearly):
        if rule.cost is not None:
            yield f"{where}, cost"
    if city.map.ead_breaks:
        yield "map, ead_breaks"


def _prices(city: City) -> Iterator[Fault]:
    """Yield every fault of prices and of content curves without a price."""
    values = {name: rule for name, rule in city.values.items() if rule is not None}
    for name, rule in values.items():
        where, given = f"values, {name}", rule.model_fields_set
        dated = "price_year" in city.model_fields_set
        if isinstance(rule, JrcRule):
            shipped = greatest_damage()
            year: int | None = shipped.price_year
            if rule.sector is not None and rule.sector not in shipped.sectors:
                yield (
                    f"{where}, sector",
                    *not_known("fault.no_such_sector", rule.sector, shipped.sectors),
                )
            foreign = city.currency not in (shipped.currency, NO_CURRENCY)
            if foreign and "exchange_rate" not in given:
                arguments = {"currency": city.currency, "base": shipped.currency, "year": str(year)}
                yield where, "fault.exchange_rate_missing", arguments
        else:
            year, dated = rule.price_year, dated and "price_year" in given
        if "inflation" in given and not dated:
            yield f"{where}, inflation", "fault.inflation_without_years", {}
        elif "inflation" in given and year and year == city.price_year and rule.inflation != 1:
            yield f"{where}, inflation", "fault.inflation_within_year", {"year": str(year)}
    with_content = {
        name for name, rule in values.items() if isinstance(rule, JrcRule) or rule.content
    }
    for where, curve in placed("curves", city.curves):
        if curve.part != "content" or curve.damage != "fraction":
            continue
        for asset_type in passing(curve.asset_types):
            served = (
                with_content
                if asset_type == ANY
                else {asset_type if asset_type in values else ANY} & with_content
            )
            if not served:
                yield where, "fault.content_without_price", {"given": asset_type}


def _relations(relations: Sequence[Relation], hazards: Mapping[str, Hazard]) -> Iterator[Fault]:
    """Yield every fault of the relations of a city's hazards."""
    declared: dict[Pair, tuple[str, RelationWord]] = {}
    doubtful: set[Pair] = set()
    pairs = sum(
        math.comb(len(set(passing(relation.hazards))), 2) for relation in passing(relations)
    )
    if pairs > MOST_PAIRS:
        yield "relations", "fault.too_many_pairs", {"given": pairs, "most": MOST_PAIRS}
    for where, relation in placed("relations", relations):
        names, word = passing(relation.hazards), relation.relation
        yield from _of_names(where, names, hazards)
        if word is None:
            continue
        if word != UNRELATED:
            yield from _of_events(where, names, hazards, word)
        place = {name: number for number, name in enumerate(dict.fromkeys(names))}
        for pair in pairs_of(names) if pairs <= MOST_PAIRS else ():
            before, earlier = declared.setdefault(pair, (where, word))
            if earlier != word:
                doubtful.add(pair)
                first, second = sorted(pair, key=place.__getitem__)
                yield (
                    where,
                    "fault.relation_twice",
                    {
                        "first": first,
                        "second": second,
                        "given": word,
                        "before": earlier,
                        "where": before,
                    },
                )
    yield from _contradictions(
        {pair: declaration for pair, declaration in declared.items() if pair not in doubtful},
        list(hazards),
    )


def _of_names(where: str, names: list[str], hazards: Mapping[str, Hazard]) -> Iterator[Fault]:
    if len(names) == 1:
        yield where, "fault.relation_of_one", {"given": names[0]}
    for name, times in Counter(names).items():
        if times > 1:
            yield where, "fault.relation_hazard_twice", {"given": name, "times": times}
        if name not in hazards:
            yield where, *not_known("fault.hazard_not_declared", name, hazards)


def _of_events(
    where: str, names: list[str], hazards: Mapping[str, Hazard], word: RelationWord
) -> Iterator[Fault]:
    """Yield a fault for each hazard without events, and for the same water in two units."""
    known = [hazards[name] for name in dict.fromkeys(names) if name in hazards]
    for hazard in known:
        maps = passing(hazard.maps)
        if hazard.kind == "stress":
            yield where, "fault.relation_of_stress", {"given": hazard.name, "relation": word}
        elif maps and all(a_map.is_scenario for a_map in maps):
            yield where, "fault.relation_of_scenario", {"given": hazard.name, "relation": word}
    for first, second in itertools.pairwise(hazard for hazard in known if hazard.unit):
        if word == SAME_WATER and first.unit != second.unit:
            yield (
                where,
                "fault.relation_of_units",
                {
                    "one": first.name,
                    "other": second.name,
                    "unit": first.unit,
                    "another": second.unit,
                },
            )


def _contradictions(
    declared: Mapping[Pair, tuple[str, RelationWord]], names: list[str]
) -> Iterator[Fault]:
    """Yield a fault for each declared relation that the other relations contradict."""
    order = list(dict.fromkeys([*names, *(name for pair in declared for name in sorted(pair))]))
    place = {name: number for number, name in enumerate(order)}
    places = places_in(grouped(order, {pair: word for pair, (_, word) in declared.items()}))
    for pair, (where, word) in declared.items():
        implied = relation_at(places, pair)
        if implied != word:
            first, second = sorted(pair, key=place.__getitem__)
            yield (
                where,
                "fault.relation_contradicts",
                {"first": first, "second": second, "given": word, "implied": implied},
            )


def _systems(city: City) -> Iterator[Fault]:
    """Yield every fault of coordinate reference systems, and of layers of OpenStreetMap."""
    if city.crs:
        system = _system(city.crs)
        if system is None:
            yield "crs", "fault.no_such_crs", {"given": city.crs}
        elif not system.is_projected or {axis.unit_name for axis in system.axis_info} != {"metre"}:
            yield "crs", "fault.crs_not_metres", {"given": city.crs}
    layers: list[tuple[str, Any]] = [
        *placed("assets", city.assets),
        *placed("context", city.context),
        *(
            of_map
            for where, hazard in placed("hazards", city.hazards)
            for of_map in placed(f"{where}, maps", hazard.maps)
        ),
    ]
    if city.districts is not None:
        layers.append(("districts", city.districts))
    if city.future is not None and isinstance(city.future.subsidence_rate, RateLayer):
        layers.append(("future, subsidence_rate", city.future.subsidence_rate))
    for where, layer in layers:
        if layer.crs is not None and _system(layer.crs) is None:
            yield f"{where}, crs", "fault.no_such_crs", {"given": layer.crs}
        if str(layer.path).lower().endswith(OSM_SUFFIXES) and "layer" not in layer.model_fields_set:
            yield where, "fault.osm_layer", {"layers": ", ".join(OSM_LAYERS)}


@lru_cache
def _system(given: str) -> Any:
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        return CRS.from_user_input(given)
    except CRSError:
        return None


@lru_cache
def _currencies() -> frozenset[str]:
    return frozenset(babel_numbers.list_currencies())


def _can_name(name: str) -> bool:
    """Return whether a text can be a name: no path, not blank or too long, no invisible signs."""
    steps = re.split(r"[/\\]", name)
    is_path = (len(steps) > 1 and not steps[0].strip()) or not {".", ".."}.isdisjoint(steps)
    hidden = any(unicodedata.category(sign) in _HIDDEN and sign not in _JOINING for sign in name)
    return len(name) <= LONGEST_NAME and not (is_path or hidden or name.isspace())
