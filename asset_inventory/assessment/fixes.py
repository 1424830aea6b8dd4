"""Corrections of `city.toml`: of what a check found, what has exactly one remedy.

That is a misspelled field with one near name, a missing coordinate reference system that the
coordinates decide, near words of classes, and a type for which one damage curve is proposed. A type
without a price becomes a comment, as no price is invented. All else stays a finding.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from asset_inventory.assessment.precheck import Preflight, check_city
from asset_inventory.hazards.asset_values import values_layer
from asset_inventory.hazards.zone_intersections import zones_layer
from asset_inventory.intake.layers import Layer, read_features, read_fields
from asset_inventory.inventory.assets import layer_of
from asset_inventory.inventory.districts import context_layer, districts_layer
from asset_inventory.io import city_file
from asset_inventory.io.city_file import Location
from asset_inventory.io.geometries import (
    WGS84,
    carry_bounds,
    looks_like,
    proposals,
    reference_system,
)
from asset_inventory.io.rasters import open_grid
from asset_inventory.model.city import City, Population
from asset_inventory.model.errors import AssetInventoryError, CityError
from asset_inventory.model.hazards import HazardMap
from asset_inventory.model.reading import LARGEST, city_of
from asset_inventory.model.texts import MOST_LISTED, as_text, matching, near_words
from asset_inventory.vulnerability.curve_audit import candidates

# Codes of the findings that have one remedy
_FIELD, _WORD, _CURVE, _PRICE = (
    "no_such_field_near",
    "list_word_near",
    "type_without_curve",
    "value_not_known",
)
_CRS = (
    "crs_none_degrees",
    "crs_none_metres",
    "error.layer_without_crs.degrees",
    "error.layer_without_crs.metres",
)
# Keys that name fields of a file, by the table of city.toml that declares it
_OF_FIELDS = {
    "assets": ("fields", "asset_type"),
    "districts": ("id", "name", "parent"),
    "population": ("id", "field"),
    "context": ("fields",),
    "maps": ("intensity_field", "return_period_field", "asset_id_field", "ground_field"),
}


@dataclass(frozen=True)
class Change:
    """What a finding (its `code`) changes in city.toml: values that a table or list gets.

    With `lines` these come to the file instead: comments, or a whole entry with these values.
    """

    code: str
    location: Location
    values: Mapping[str | int, Any]
    lines: tuple[str, ...] = ()

    def made_in(self, text: str) -> str | None:
        """Return the text with this change; None where it cannot be made safely."""
        if not self.lines:
            return city_file.with_values(text, self.location, self.values)
        key, entry = str(self.location[0]), {str(key): of for key, of in self.values.items()}
        return city_file.with_lines(text, key, self.lines, entry=entry or None)


@dataclass(frozen=True)
class Corrected:
    """A corrected city.toml: its text, its city, the check of that city, and what was changed."""

    text: str
    city: City
    preflight: Preflight
    changes: tuple[Change, ...]


def correct_city(
    text: str, path: Path, preflight: Preflight, *, comment: str, day: datetime.date | None = None
) -> Corrected:
    """Return the text of city.toml, the file `path`, with all corrections; nothing is written.

    A correction may bring a further finding to light, so the corrected city is checked again until
    no finding is left that has one remedy. `comment` stands above the types without a price.
    """
    city, made = city_of(text, path), list[Change]()
    while True:
        before = len(made)
        # types are settled before what is missing for them
        for changes in (_changes_of_layers, _changes_of_types):
            for change in changes(city, preflight, text, comment) if len(made) == before else ():
                after = None if change in made else change.made_in(text)
                if after in (None, text) or len(after.encode()) > LARGEST:
                    continue
                try:
                    corrected = city_of(after, path)
                except CityError:  # something else in the file depends on it
                    continue
                text, made = after, [*made, change]
        if len(made) == before:
            return Corrected(text, city, preflight, tuple(made))
        city, preflight = corrected, check_city(corrected, day=day)


def _changes_of_layers(city: City, preflight: Preflight, text: str, _: str) -> Iterator[Change]:
    """Yield changes of fields, coordinate reference systems and words."""
    rows = [*zip(preflight.findings["code"], preflight.findings["source"], strict=True)]
    rows += [(fault.key, fault.arguments.get("source")) for fault in preflight.faults]
    document = city_file.document_of(text)
    for location, declared, layer in _layers(city):
        codes = {code for code, source in rows if source == layer.source}
        if f"error.{_FIELD}" in codes:
            yield from _field_changes(location, declared, layer, document)
        bare = [code for code in _CRS if code in codes]
        if bare and layer.crs is None and (crs := _system(declared, layer, city, preflight.bounds)):
            yield Change(bare[0].removeprefix("error."), location, {"crs": crs})
        if _WORD in codes:
            yield from _word_changes(location, layer, document)


def _changes_of_types(
    city: City, preflight: Preflight, text: str, comment: str
) -> Iterator[Change]:
    """Yield changes of damage curves and of comments on prices."""
    types: dict[tuple[str, str], list[str]] = {}
    for row in preflight.findings.to_dict("records"):
        if row["code"] == _CURVE:
            asset_type, hazard = str(row["source"]), city.hazard(row["arguments"]["hazard"])
            proposed = candidates(asset_type, hazard, city)
            if len(proposed) == 1:
                types.setdefault((hazard.name, proposed[0].id), []).append(asset_type)
    for place, ((hazard_name, curve), names) in enumerate(types.items(), len(city.curves)):
        entry: dict[Any, Any] = {"hazard": hazard_name, "asset_types": names, "curve": curve}
        lines = ("", *city_file.entry_text("curves", entry).split("\n"))
        yield Change(_CURVE, ("curves", place), entry, lines)
    missing = [line for line in preflight.prices if "=" in line and not _is_commented(line, text)]
    if missing:
        has_heading = "values" in city_file.document_of(text) or "# [values]" in text
        lines = (comment, *missing) if has_heading else (comment, "[values]", *missing)
        yield Change(_PRICE, ("values",), {}, tuple(f"# {line}" for line in lines))


def _is_commented(line: str, text: str) -> bool:
    """Return whether a text has a comment on the asset type of a line for its prices."""
    key = re.escape(line.partition(" = ")[0])
    return re.search(rf"^[ \t]*#[ \t]*{key}[ \t]*=", text, re.MULTILINE) is not None


def _layers(city: City) -> Iterator[tuple[Location, object, Layer]]:
    """Yield where city.toml declares each file, the declaration, and what is read of the file."""
    districts = city.districts
    if districts is not None:
        yield ("districts",), districts, districts_layer(districts)
        people = districts.population
        if people is not None:
            columns = (people.id, people.field)
            layer = Layer(people.path, "population", people.layer, columns=columns)
            yield ("districts", "population"), people, layer
    for number, context in enumerate(city.context):
        yield ("context", number), context, context_layer(context)
    for number, assets in enumerate(city.assets):
        yield ("assets", number), assets, layer_of(assets)
    for number, hazard in enumerate(city.hazards):
        for place, a_map in enumerate(hazard.maps):
            grid = Layer(a_map.path, str(a_map.path), crs=a_map.crs)
            of_file = values_layer if a_map.is_table else zones_layer
            layer = grid if a_map.is_grid else of_file(hazard, a_map)
            yield ("hazards", number, "maps", place), a_map, layer


def _field_changes(
    location: Location, declared: object, layer: Layer, document: Any
) -> Iterator[Change]:
    """Yield the changes that replace a field that a file lacks by the one near field it has."""
    columns = layer.columns or ()
    try:
        if isinstance(declared, Population) or _is_table(declared):
            read_fields(layer.path, columns, source=layer.source, layer=layer.layer)
        else:
            read_features(layer)
        return
    except AssetInventoryError as fault:
        about = fault.arguments
    # none without one near name; a near field that the city reads already means something else
    if about.get("others") != 0 or about["near"] in (*columns, *layer.coordinates):
        return
    table = _at(document, location)
    kind = next(step for step in reversed(location) if isinstance(step, str))
    for key in _OF_FIELDS[kind]:
        if key != "asset_type" or isinstance(table.get(key), dict):  # else it is the type itself
            yield from _renamed(table, key, location, about["field"], about["near"])
    where = table.get("where", {})
    if about["field"] in where and about["near"] not in where:
        names = {name: about["near"] if name == about["field"] else name for name in where}
        renamed = {names[name]: words for name, words in where.items()}
        yield Change(_FIELD, location, {"where": renamed})


def _is_table(declared: object) -> bool:
    return isinstance(declared, HazardMap) and declared.is_table


def _at(document: Any, location: Location) -> Any:
    for step in location:
        document = document[step]
    return document


def _renamed(
    table: Any, key: str | int, location: Location, field: str, near: str
) -> Iterator[Change]:
    """Yield a change for each text under a key that names the field."""
    value: Any = table.get(key) if isinstance(table, dict) else table[key]
    if isinstance(value, dict | list):
        names = value if isinstance(value, dict) else range(len(value))
        for name in names:
            if name not in ("map", "otherwise"):
                yield from _renamed(value, name, (*location, key), field, near)
    elif location[-1:] == ("tags",) and value.partition("=")[0].strip() == field:
        yield Change(_FIELD, location, {key: f"{near}={value.partition('=')[2]}"})
    elif value == field:
        yield Change(_FIELD, location, {key: near})


def _system(declared: object, layer: Layer, city: City, bounds: np.ndarray | None) -> str | None:
    """Return the system in which a file without any lies in the city, None where that is open.

    Of several it is WGS 84 for degrees, and the city's own for metres.
    """
    try:
        if isinstance(declared, HazardMap) and declared.is_grid:
            extent = np.array(open_grid(layer.path, band=declared.band, crs=city.crs).bounds)
        else:
            extent = read_features(layer).extent
    except AssetInventoryError:
        return None
    if bounds is None or not np.isfinite(extent).all():
        return None
    fitting, own = proposals(extent, city.crs, bounds), reference_system(city.crs, source="")
    likely = WGS84 if looks_like(extent) == "degrees" else own.to_string()
    for crs in (likely,) if likely in fitting else fitting[: len(fitting) == 1]:
        if shapely.box(*carry_bounds(extent, crs, own)).intersects(shapely.box(*bounds)):
            return crs
    return None


def _word_changes(location: Location, layer: Layer, document: Any) -> Iterator[Change]:
    """Yield the changes that add near words to the maps of an asset layer or of zones."""
    declared = _at(document, location)
    fields = declared.get("fields", {})
    rules = {
        ("asset_type", "map"): declared.get("asset_type"),
        ("fields", "condition", "map"): fields.get("condition"),
        ("fields", "criticality", "map"): fields.get("criticality"),
    }
    maps: dict[tuple[str, ...], tuple[str, Mapping[str, Any]]] = {
        place: (rule["field"], rule["map"])
        for place, rule in rules.items()
        if isinstance(rule, dict) and rule.get("map")
    }
    if "intensities" in declared:
        # words for no data have no number: what is near to them as well stays a finding
        unknown = declared.get("unknown", ())
        numbers = dict.fromkeys([unknown] if isinstance(unknown, str) else unknown)
        numbers |= declared["intensities"]
        maps["intensities",] = (declared["intensity_field"], numbers)
    try:
        table = read_features(layer).table
    except AssetInventoryError:
        return
    for place, (field, meanings) in maps.items():
        texts, words = as_text(table[field]), dict[str | int, Any]()
        known = matching(texts, meanings, ignore_case=layer.ignore_case)
        for word, *_ in near_words(texts[~known], meanings)[: MOST_LISTED + 1]:
            alone = pd.Series([word])
            meant = {meanings[listed] for listed in meanings if near_words(alone, [listed])}
            same = layer.ignore_case and word.casefold() in {str(key).casefold() for key in words}
            if len(meant) == 1 and None not in meant and not same:
                words[word] = meant.pop()
        if 0 < len(words) <= MOST_LISTED:
            yield Change(_WORD, (*location, *place), words)
