"""A city's rules for a file that is handed in: which of its layers the file is, and what that layer asks for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from asset_inventory.errors import SourceError
from asset_inventory.sources.city import AssetLayer, City, Condition, Districts, FieldType, HazardMap
from asset_inventory.sources.delimited import TEXT_TABLES
from asset_inventory.sources.intake.rules import NumberRule, Rules, WordRule
from asset_inventory.sources.projections import WGS84, carry_bounds
from asset_inventory.sources.rasters import open_grid
from asset_inventory.sources.texts import nearest
from asset_inventory.sources.vectors import Layer, extent_in_degrees
from asset_inventory.tables import numbers_of

DISTRICTS = "districts"  # by which name the districts are chosen, where no layer of assets bears it


def rules_for(city: City, path: Path, *, layer: str | None = None) -> Rules:
    """Return what the city asks of a file; `layer` names the layer it is handed in for, else its name tells.

    The city's extent is read from its own files: districts, else its other layers of assets, else its hazard maps,
    else what the layer holds today. Raises SourceError where no layer has that name, or the file's tells none.
    """
    name, declared = chosen_layer(city, path, layer)
    box = _city_box(city, declared, path)
    common = {"city": city.name, "layer": name, "city_crs": city.crs, "crs": declared.crs, "box": box}
    # a table has no system of its own, so for one the city states it and overrides nothing
    common |= {"sub_layer": declared.layer, "crs_overrides": declared.path.suffix.lower() not in TEXT_TABLES}
    if isinstance(declared, Districts):
        wanted = tuple(field for field in (declared.name, declared.parent) if field)
        asked = tuple(dict.fromkeys((declared.id, *wanted)))
        # a district of several parts stands in as many rows
        return Rules(**common, asked=asked, ids=(declared.id,), ids_repeat=True, wanted=wanted)
    where = tuple((field, tuple(words)) for field, words in (declared.where or {}).items())
    numbers, words = _number_rules(declared), _word_rules(declared, city)
    asked = tuple(dict.fromkeys((*declared.asked(), *(field for field, _ in where))))
    fields = declared.fields
    needed = _type_field(declared)
    of_conditions = [rule.field for rule in (fields.condition, fields.criticality) if isinstance(rule, Condition)]
    told = (fields.name, fields.owner, *(rule.field for rule in numbers), *of_conditions)
    wanted = tuple(dict.fromkeys(field for field in told if field and field not in needed))
    return Rules(
        **common, coordinates=declared.coordinates, where=where, ignore_case=bool(declared.ignore_case), asked=asked,
        ids=fields.asset_id or (), needed=needed, wanted=wanted, numbers=numbers, words=words,
    )  # fmt: skip


def chosen_layer(city: City, path: Path, name: str | None = None) -> tuple[str, AssetLayer | Districts]:
    """Return the layer of the city that a file is handed in for, and its name; see `rules_for`."""
    layers: dict[str, AssetLayer | Districts] = {layer.name: layer for layer in city.assets}
    if city.districts is not None:
        layers.setdefault(DISTRICTS, city.districts)
    names = ", ".join(layers)
    if name is not None:
        meant = [one for one in layers if one == name] or [one for one in layers if one.casefold() == name.casefold()]
        if len(meant) != 1:
            near = nearest(name, layers)
            key = "error.layer_near" if near else "error.layer_unknown"
            raise SourceError(key, given=name, near=near, names=names)
        return meant[0], layers[meant[0]]
    for fits in _ways_to_tell(path):
        fitting = [one for one, layer in layers.items() if fits(one, layer.path)]
        if len(fitting) == 1:
            return fitting[0], layers[fitting[0]]
        if fitting:
            raise SourceError("error.layer_not_told", path=path.name, names=", ".join(fitting))
    if len(city.assets) == 1:
        return city.assets[0].name, city.assets[0]
    raise SourceError("error.layer_not_told", path=path.name, names=names)


def _ways_to_tell(path: Path) -> Iterable[Callable[[str, Path], bool]]:
    """Return how a layer (its name, its file) is told by the name of a file that was handed in, surest first.

    In `Jalan_2026-11 final.zip` the layer `jalan` is told by its word.
    """
    file, stem = path.name.casefold(), _stem(path.name)
    words = set(_words(path.name))
    return (
        lambda _, own: file == own.name.casefold(),
        lambda name, own: stem in (name.casefold(), _stem(own.name)),
        lambda name, own: any(one and set(one) <= words for one in (_words(name), _words(own.name))),
    )


def _stem(name: str) -> str:
    return name.casefold().partition(".")[0]


def _words(name: str) -> list[str]:
    """Return the words of a file's name, without numbers and endings."""
    return re.findall(r"[^\W\d_]+", _stem(name))


def _type_field(layer: AssetLayer) -> tuple[str, ...]:
    """Return the field that must tell each asset's type; none where something stands for a blank one."""
    rule = layer.asset_type
    if isinstance(rule, FieldType):
        return () if rule.otherwise else (rule.field,)
    return (layer.fields.asset_type,) if rule is None and layer.fields.asset_type else ()


def _number_rules(layer: AssetLayer) -> tuple[NumberRule, ...]:
    rules = []
    for column in numbers_of("ASSETS"):
        field = getattr(layer.fields, column.name)
        if isinstance(field, str):
            rules.append(NumberRule(field, column.least, column.most))
    return tuple(rules)


def _word_rules(layer: AssetLayer, city: City) -> tuple[WordRule, ...]:
    """Return the words that conditions and types may be; a type that the city knows by its own name is no stranger."""
    fields, rule = layer.fields, layer.asset_type
    conditions = [one for one in (fields.condition, fields.criticality) if isinstance(one, Condition)]
    rules = [WordRule(one.field, tuple(one.map)) for one in conditions]
    if isinstance(rule, FieldType) and rule.map:
        of_curves = [kind for curve in city.curves for kind in curve.asset_types if kind != "*"]
        known = [] if rule.otherwise else [*rule.map.values(), *city.values, *of_curves]
        rules.append(WordRule(rule.field, tuple(dict.fromkeys((*rule.map, *known))), rule.otherwise))
    return tuple(rules)


def _city_box(city: City, layer: AssetLayer | Districts, path: Path) -> tuple[float, ...]:
    """Return the city's bounds in degrees; empty where none of its files tells them."""
    districts = [one for one in (city.districts,) if one is not None and one is not layer]
    others = [one for one in city.assets if one is not layer]
    hazards = [one for hazard in city.hazards for one in hazard.maps]
    today = [] if layer.path.resolve() == path.resolve() else [layer]
    for group in (districts, others, hazards, today):
        bounds = [found for found in map(_extent, group) if np.isfinite(found).all()]
        if bounds:
            together = np.array(bounds)
            return (*together[:, :2].min(axis=0).tolist(), *together[:, 2:].max(axis=0).tolist())
    return ()


def _extent(declared: AssetLayer | Districts | HazardMap) -> np.ndarray:
    """Return the bounds of a file of the city in degrees; NaN where it cannot be read, for `check` says why."""
    coordinates = declared.coordinates if isinstance(declared, AssetLayer) else ()
    try:
        if isinstance(declared, HazardMap) and declared.is_grid:
            grid = open_grid(declared.path, band=declared.band, crs=declared.crs)
            return carry_bounds(grid.bounds, grid.crs, WGS84)
        source = declared.path.name
        return extent_in_degrees(
            Layer(declared.path, source, declared.layer, declared.crs, coordinates=coordinates)
        )
    except SourceError:
        return np.full(4, np.nan)
