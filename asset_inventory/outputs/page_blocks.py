"""The data that a page's scripts read, by name, as far as every map has it: the city, its hazards, what lies around."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely
from babel.numbers import get_currency_symbol

from asset_inventory.explanation.joining import ALONE
from asset_inventory.explanation.stress_words import about, steps_of
from asset_inventory.outputs.hazard_maps import HazardOnMap
from asset_inventory.outputs.page_data import (
    MOST_CONTEXT_VERTICES,
    counts_of_maps,
    exercise_titles,
    findings_said,
    sources_of,
)
from asset_inventory.outputs.shapes import pack, simplify_to
from asset_inventory.outputs.style import Classes, edge_colour, is_bottom
from asset_inventory.risk.annual_damage import rests_on
from asset_inventory.risk.exceedance import BY_RULE, YEARLY
from asset_inventory.risk.joint import RELATIONS
from asset_inventory.sources.prices import prices_of
from asset_inventory.sources.projections import to_wgs84
from asset_inventory.sources.vectors import Layer, read_features
from asset_inventory.tables import OUTSIDE_DISTRICTS
from asset_inventory.words import LANGUAGES

if TYPE_CHECKING:
    from asset_inventory.assessment import Assessment
    from asset_inventory.sources.city import City, Source

# What the tables say in a word of the program, and the sentence for it
WHOLE_WORLD = (-180.0, -60.0, 180.0, 75.0)  # west, south, east, north, where a city has no places
RULES = {
    **{rule: f"map.rule.{rule.replace(' ', '_').replace('-', '_')}" for rule in BY_RULE},
    YEARLY: "map.rule.yearly_price", "bounds only": "map.rule.bounds_only", "bounds void": "map.rule.bounds_void",
    "share of dwellings": "map.people_rule.dwellings", "share of area": "map.people_rule.area",
    "fewer than 10": "map.people_rule.few", "withheld": "map.people_rule.withheld",
    **{word: f"map.relation.{word.replace(' ', '_')}" for word in RELATIONS if word not in ALONE},
    "not known": "number.not_known", "field": "map.value_rule.field", "piece": "map.value_rule.piece",
    "m": "map.value_rule.m", "m2": "map.value_rule.m2", "m2 x levels": "map.value_rule.m2_levels",
    "jrc": "map.value_rule.jrc", "jrc x levels": "map.value_rule.jrc_levels",
}


def page_block(assessment: Assessment, title: Mapping[str, object], box: list[list[float]], language: str) -> dict:
    """Return what all scripts of a page ask for; `title` is its key and values, `box` its south-west and north-east."""
    city = assessment.city
    return {
        "city": city.name, "title": title, "language": language, "bounds": box, "outside": OUTSIDE_DISTRICTS,
        "rules": RULES, "symbols": {one: _symbol(city.currency, one) for one in LANGUAGES},
        "exercise": exercise_titles(assessment), "left_out": list(assessment.provenance.get("left_out", {}))}


def about_block(assessment: Assessment, audience: str = "internal") -> dict[str, object]:
    """Return what «about» tells: findings, sources, prices, versions and input files."""
    city = assessment.city
    return {
        "findings": findings_said(assessment.findings, audience),
        "sources": [{"use": use, "name": name, **_source(source)} for use, name, source in sources_of(city)],
        "prices": [
            {"asset_type": kind, "amount": price.amount, "per": price.rule, "source": price.source,
             "exercise": price.exercise, "steps": {one: steps_of(price, city.currency, one) for one in LANGUAGES}}
            for kind, price in prices_of(city).items()],
        "stresses": _stresses(city),
        "versions": _pairs(assessment.provenance.get("versions", {})),
        "inputs": _pairs(assessment.provenance.get("inputs", {}))}


def _stresses(city: City) -> list[dict[str, object]]:
    """Return how stresses are priced, in every language."""
    by_language = {one: about(city, one) for one in LANGUAGES}
    return [{"name": {one: said[0] for one, said in zip(by_language, rows, strict=True)},
             "says": {one: said[1] for one, said in zip(by_language, rows, strict=True)}, "exercise": rows[0][2]}
            for rows in zip(*by_language.values(), strict=True)]


def painting_of(focus_areas: gpd.GeoDataFrame, *, by: str) -> str:
    """Return what districts are coloured by at first: share of draws, EAD (if `by` it), score or exposed assets."""
    there = (name for name in ("share", *(("ead",) if by == "ead" else ()), "score") if name in focus_areas)
    without = "assets_exposed" if (focus_areas["assets_exposed"] > 0).any() else "outline"
    return next((name for name in there if focus_areas[name].notna().any()), without)


def _source(source: Source) -> dict[str, object]:
    return {"title": source.title, "publisher": source.publisher, "licence": source.licence, "url": source.url,
            "date": source.date.isoformat() if source.date else None, "exercise": source.exercise}


def hazard_list(hazards: Sequence[HazardOnMap], assessment: Assessment) -> list[dict[str, object]]:
    """Return what the page says of each hazard, on how many maps its annual damage rests, and of each of its maps."""
    counts, priced = counts_of_maps(assessment.ledger), set(assessment.damage["hazard"].astype(str))
    # a scenario's NaN is equal to nothing, so it cannot be looked up as it stands
    known = {(name, None if math.isnan(period) else period): row for (name, period), row in counts.items()}
    by_year = _by_year(assessment)
    found = []
    for one in hazards:
        hazard = one.hazard
        periods = [None if math.isnan(period) else float(period) for period in one.periods]
        found.append({
            "name": hazard.name, "kind": hazard.kind, "measure": hazard.intensity.measure, "unit": hazard.unit,
            "outside": hazard.outside, "exercise": hazard.source.exercise, "priced": hazard.name in priced,
            "by_year": hazard.name in by_year, "days": hazard.occurrence is not None,
            "rests_on": by_year.get(hazard.name) or int(rests_on(one.periods, hazard.protected_to).sum()),
            "maps": [{"return_period": period, "counts": known[hazard.name, period], "grid": "png" in body}
                     for period, body in zip(periods, one.bodies, strict=True)]})
    return found


def _by_year(assessment: Assessment) -> dict[str, int]:
    """Return the stresses that have a yearly price, and on how many maps the EAD of each rests."""
    names = {rule.hazard for rule in assessment.city.yearly}
    ead = assessment.ead[assessment.ead["hazard"].isin(names)]
    return {str(name): int(maps) for name, maps in ead.groupby("hazard", observed=True)["maps"].max().items()}


def hazard_bodies(hazards: Sequence[HazardOnMap], *, lead: str = "") -> dict[str, dict[str, object]]:
    """Return every map of the hazards by its name on the page."""
    return {f"{lead}hazard-{i}-{j}": body for i, one in enumerate(hazards) for j, body in enumerate(one.bodies)}


def class_table(table: Classes) -> dict[str, object]:
    """Return a class table as the page's legend and colours read it."""
    return {"unit": table.unit, "classes": [
        {"colour": one.colour, "edge": edge_colour(one),
         "low": _finite(one.low), "high": _finite(one.high), "value": one.value, "key": one.key,
         "label": one.label, "unknown": one.unknown, "bottom": is_bottom(one)} for one in table.classes]}


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def context_of(city: City) -> list[dict[str, object]]:
    """Return the context layers in longitude and latitude, simplified."""
    found = []
    for layer in city.context:
        name = layer.name or layer.path.stem
        table = read_features(Layer(layer.path, name, layer.layer, layer.crs)).table
        simple, _ = simplify_to(table, most_vertices=MOST_CONTEXT_VERTICES)
        found.append({"name": name, "count": len(table), "shapes": pack(simple[["geometry"]])})
    return found


def bounds_of(assessments: Iterable[Assessment]) -> list[list[float]]:
    """Return south, west and north, east of the districts, else of the assets, else of the whole world."""
    boxes = np.array([_box(one) for one in assessments])
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    bounds = np.concatenate((boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0))) if len(boxes) else WHOLE_WORLD
    west, south, east, north = np.round(bounds, 6).tolist()
    return [[south, west], [north, east]]


def _box(assessment: Assessment) -> np.ndarray:
    shapes = to_wgs84(assessment.focus_areas[["geometry"]]).geometry.to_numpy()
    if shapely.is_missing(shapes).all():
        shapes = to_wgs84(assessment.assets[["geometry"]]).geometry.to_numpy()
    return shapely.total_bounds(shapes) if len(shapes) else np.full(4, np.nan)


def folder_of(city: City) -> str:
    """Return the city's folder as a reader types it, without a path of this machine."""
    return "/".join(city.folder.parts[-2:]) if city.folder.parent.name == "data" else city.folder.name


def _pairs(mapping: Mapping[str, object]) -> list[list[str]]:
    return [[str(name), str(value)] for name, value in mapping.items()]


def _symbol(currency: str, language: str) -> str:
    # the rupiah is «Rp» in every language, as in `words.money`
    return get_currency_symbol(currency, locale="id" if currency == "IDR" else language)
