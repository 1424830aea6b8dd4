"""Damage curves, shipped or the city's own: read, checked, and given to the asset types they serve."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from asset_inventory.errors import AssetInventoryError, CityError
from asset_inventory.library import ShippedCurve, shipped_curves
from asset_inventory.sources.city.models import (
    METRES_PER_UNIT,
    AssetLayer,
    City,
    CurveRule,
    FieldType,
    Hazard,
    Source,
    TagRule,
)
from asset_inventory.sources.class_steps import bounds_passed, class_fractions
from asset_inventory.sources.curve_points import FRACTION, CurvePoints, checked_points, own_points, points_of_set
from asset_inventory.sources.prices import CONTENT, STRUCTURE, Price, price_for, prices_of
from asset_inventory.tables import finding, findings

ANY_TYPE = "*"


@dataclass(frozen=True)
class DamageCurve:
    """Damage as a function of intensity, straight between its points and level beyond its ends.

    With `none_below` nothing is damaged below its first point: so it is under a hazard that counts water below ground.

    One with `steps` is by class instead: each damage holds above its intensity up to the next, that one included, and
    nothing is damaged up to the first; `words` are those of the map's classes, where it has words. `exercise` tells
    that the numbers are invented.

    `intensities` rise strictly and are in `unit`, metres for every length; `damage` is in
    `unit_of_damage`, `std` its standard deviation (empty where not known). `id` is that of the library, or the
    path of the city's own file relative to the city; `source` says whose numbers they are, `notes` what the library
    or the comments of the file say of them. A curve made of others, each for a part of an asset, has these in `parts`.
    """

    id: str
    hazard: str
    intensities: tuple[float, ...]
    damage: tuple[float, ...]
    unit: str
    unit_of_damage: Literal["fraction", "currency/m2"]
    licence: str
    citation: str
    source: str
    std: tuple[float, ...] = ()
    notes: str = ""
    parts: tuple[CurveOfPart, ...] = ()
    steps: bool = False
    words: tuple[str, ...] = ()
    exercise: bool = False
    none_below: bool = False

    def points(self) -> Iterator[tuple[float, float, str]]:
        """Yield the points as (intensity, damage, word of the class or "")."""
        yield from zip(self.intensities, self.damage, self.words or [""] * len(self.damage), strict=True)


@dataclass(frozen=True)
class CurveOfPart:
    """The curve of one part of an asset (`structure`, `content`), and by what its damage is multiplied.

    That is the part's share of the value (0-1) for a fraction, 1 for currency/m2, which holds the part's price already.
    """

    part: str
    weight: float
    curve: DamageCurve


def read_curve(rule: CurveRule, folder: Path | None = None, hazard: Hazard | None = None) -> DamageCurve:
    """Return the damage curve that a rule of `city.toml` names, its intensities in metres where they are lengths.

    `folder` is the city's, to which a relative path belongs and by which the file is named; `hazard` is the one that
    the rule names, which damage by class needs. Falling damage is no error: `check_curves` reports it.

    Raises CityError for a curve that does not ship, a shipped one asked for per m2, and an own one without
    source; SourceError for a file that is not there or whose points are no curve.
    """
    if rule.curve is not None:
        return replace(_shipped(rule), none_below=hazard is not None and hazard.counts_below_ground)
    if hazard is not None and (rule.fractions is not None or rule.fractions_above is not None):
        return _by_class(rule, hazard)
    if rule.path is None:
        raise CityError("error.curve_not_named", hazard=rule.hazard)
    path = folder / rule.path if folder else rule.path
    shown = path.relative_to(folder).as_posix() if folder and path.is_relative_to(folder) else str(path)
    if rule.source is None:
        raise CityError("error.curve_without_source", path=shown)
    points = own_points(path, shown)
    intensities, damage, std = checked_points(points, rule.damage)
    return DamageCurve(
        id=shown, hazard=rule.hazard, intensities=intensities, damage=damage, std=std, unit=unit_inside(points.unit),
        unit_of_damage=rule.damage, licence=rule.source.licence, source=rule.source.title,
        citation=_cited(rule.source), notes=points.notes, exercise=rule.source.exercise,
        none_below=hazard is not None and hazard.counts_below_ground)


def _cited(source: Source) -> str:
    return ", ".join(filter(None, [source.publisher, source.title]))


def _by_class(rule: CurveRule, hazard: Hazard) -> DamageCurve:
    """Return the damage by class that a rule declares; its id says all of it, for it has no other name."""
    if rule.source is None:
        raise CityError("error.curve_without_source", path=hazard.name)
    said = class_fractions(rule, hazard)
    if said.words:
        steps = [f"{word} {share:g}" for word, share in zip(said.words, said.damage, strict=True)]
    else:
        steps = [f"> {bound:g} {hazard.unit} {share:g}" for bound, share in zip(said.above, said.damage, strict=True)]
    return DamageCurve(
        id=f"{hazard.name}: {', '.join(steps)}", hazard=rule.hazard, intensities=said.above, damage=said.damage,
        unit=hazard.unit, unit_of_damage=FRACTION, licence=rule.source.licence, source=rule.source.title,
        citation=_cited(rule.source), steps=True, words=said.words, exercise=rule.source.exercise)


def _shipped(rule: CurveRule) -> DamageCurve:
    curves = shipped_curves()
    if rule.curve not in curves:
        near = difflib.get_close_matches(rule.curve, curves, n=1)
        key = "error.no_shipped_curve_near" if near else "error.no_shipped_curve"
        raise CityError(key, curve=rule.curve, near=near[0] if near else "")
    if rule.damage != FRACTION:
        raise CityError("error.shipped_curve_is_fraction", curve=rule.curve)
    return shipped_curve(curves[rule.curve], rule.hazard)


def shipped_curve(about: ShippedCurve, hazard: str) -> DamageCurve:
    """Return a curve that ships, as it serves a hazard; its intensities in metres where they are lengths."""
    rows = tuple(points_of_set(about.points)[about.id])
    intensities, damage, std = checked_points(CurvePoints(about.id, rows, about.unit), FRACTION)
    return DamageCurve(
        id=about.id, hazard=hazard, intensities=intensities, damage=damage, std=std, unit=unit_inside(about.unit),
        unit_of_damage=FRACTION, licence=about.licence, source=about.set_title, citation=about.citation,
        notes=about.notes)


def unit_inside(unit: str) -> str:
    """Return the unit of an intensity inside the program: metres for every length."""
    return "m" if unit in METRES_PER_UNIT else unit


def damage_at(curve: DamageCurve, intensities: np.ndarray) -> np.ndarray:
    """Return the damage at each intensity (any shape, in the curve's unit), in the curve's unit of damage.

    Straight between the points; below the first point its damage, or 0 with `none_below`; above the last its damage. Of
    a curve by steps the damage of the class, 0 up to the first. NaN stays NaN: what is not known is not zero.
    """
    if curve.steps:
        said = np.append(0.0, curve.damage)[bounds_passed(curve.intensities, intensities)]
        return np.where(np.isnan(intensities), np.nan, said)
    intensities = np.asarray(intensities, dtype=float)
    if not curve.none_below:
        return np.interp(intensities, curve.intensities, curve.damage)
    if not curve.parts:
        return np.interp(intensities, curve.intensities, curve.damage, left=0.0)
    # each part begins where its own curve does, which no line through the points of both tells
    whole = sum(one.weight * damage_at(one.curve, intensities) for one in curve.parts)
    return np.minimum(whole, 1.0) if curve.unit_of_damage == FRACTION else whole


def library() -> pd.DataFrame:
    """Return the shipped curves, one row each; `std` tells whether standard deviations were published.

    Columns: id, title, hazard, asset_class, region, measure, unit, std, source, licence, citation, doi, notes.
    """
    names = ["id", "title", "hazard", "asset_class", "region", "measure", "unit", "std", "source", "licence",
             "citation", "doi", "notes"]  # fmt: skip
    rows = [{**vars(curve), "source": curve.set_title,
             "std": any(std for *_, std in points_of_set(curve.points)[curve.id])}
            for curve in shipped_curves().values()]  # fmt: skip
    return pd.DataFrame(rows, columns=names)


@lru_cache
def library_points(unit: str) -> pd.DataFrame:
    """Return the points of the shipped curves in a unit (of the program), curve by curve: id, intensity, damage (0-1).

    It is one table for all who ask: whoever changes it takes a copy.
    """
    curves = [curve for curve in shipped_curves().values() if unit_inside(curve.unit).casefold() == unit.casefold()]
    factors = {curve.id: METRES_PER_UNIT.get(curve.unit, 1.0) for curve in curves}
    names = ["id", "intensity", "damage"]
    if not curves:
        return pd.DataFrame({name: [] for name in names})
    files = dict.fromkeys(curve.points for curve in curves)
    whole = pd.concat([pd.read_csv(path, usecols=names) for path in files], ignore_index=True)
    whole = whole[whole["id"].isin(list(factors))].reset_index(drop=True)
    return whole.assign(intensity=whole["intensity"] * whole["id"].map(factors))


def curves_for(
    city: City, asset_types: Iterable[str] | None = None,
) -> tuple[dict[tuple[str, str], DamageCurve], tuple[tuple[str, str], ...]]:
    """Return which curve serves which (hazard, asset type), and the pairs that have none.

    The types that `city.toml` names itself are always served, so that a hazard has curves whatever assets there are;
    `asset_types` are those that the assets have, to be served and to be named where they have no curve, by default the
    same. A rule that names a type wins over one for `*`. A stress has no curve by design, so its pairs are not among
    those without.

    Raises CityError where a curve is in another unit than its hazard, or a pair has two; SourceError for what
    `read_curve` raises.
    """
    claims, faults = claimed_curves(city)
    if faults:
        raise faults[0]
    return served_by(claims, city, declared_types(city) if asset_types is None else asset_types)


def claimed_curves(city: City) -> tuple[dict[tuple[str, str], DamageCurve], list[AssetInventoryError]]:
    """Return the curve that the rules of a city give to each (hazard, asset type or `*`), and why others cannot serve.

    A curve that cannot be read, that is in another unit than its hazard's maps or comes second is a fault.
    """
    claims, faults = _claimed(city)
    whole = {(hazard, asset_type): curve for (hazard, asset_type, part), curve in claims.items() if part is None}
    return whole, faults


def _claimed(
    city: City,
) -> tuple[dict[tuple[str, str, str | None], DamageCurve], list[AssetInventoryError]]:
    """Return what `claimed_curves` does, the curves for content beside those that name no part."""
    claims: dict[tuple[str, str, str | None], DamageCurve] = {}
    faults: list[AssetInventoryError] = []
    for rule in city.curves:
        try:
            curve = read_curve(rule, city.folder, city.hazard(rule.hazard))
        except AssetInventoryError as fault:
            faults.append(fault)
            continue
        hazard = city.hazard(rule.hazard)
        if curve.unit.casefold() != hazard.unit.casefold():
            faults.append(CityError("error.curve_unit_differs", curve=curve.id, unit=curve.unit, hazard=hazard.name,
                                    expected=hazard.unit))
            continue
        for asset_type in rule.asset_types:
            if (rule.hazard, asset_type, rule.part) in claims:
                faults.append(CityError("error.curve_twice", hazard=rule.hazard, asset_type=asset_type))
            else:
                claims[rule.hazard, asset_type, rule.part] = curve
    return claims, faults


def served_by(
    claims: Mapping[tuple[str, str], DamageCurve], city: City, asset_types: Iterable[str]
) -> tuple[dict[tuple[str, str], DamageCurve], tuple[tuple[str, str], ...]]:
    """Return which of the claimed curves serves each (hazard, asset type), and the pairs that have none.

    Served are `asset_types` and those that `city.toml` names; only `asset_types` are among those without. Where the
    content has a curve of its own, one curve is made of both. Raises CityError where their damages are in different
    units.
    """
    served: dict[tuple[str, str], DamageCurve] = {}
    without = []
    asked = dict.fromkeys(map(str, asset_types))
    types = [*asked, *(one for one in declared_types(city) if one not in asked)]
    content = _content_claims(city)
    prices = prices_of(city) if content else {}
    for hazard in city.hazards:
        for asset_type in types:
            curve = claims.get((hazard.name, asset_type)) or claims.get((hazard.name, ANY_TYPE))
            inside = content.get((hazard.name, asset_type)) or content.get((hazard.name, ANY_TYPE))
            if curve is not None and inside is not None:
                curve = of_both(curve, inside, price_for(prices, asset_type))
            if curve is not None:
                served[hazard.name, asset_type] = curve
            elif hazard.kind == "shock" and asset_type in asked:
                without.append((hazard.name, asset_type))
    return served, tuple(without)


def _content_claims(city: City) -> dict[tuple[str, str], DamageCurve]:
    """Return the curve for the content of each (hazard, asset type or `*`) that has one; what cannot serve is not."""
    if not any(rule.part for rule in city.curves):
        return {}
    return {(hazard, asset_type): curve for (hazard, asset_type, part), curve in _claimed(city)[0].items() if part}


def of_both(structure: DamageCurve, content: DamageCurve, price: Price | None) -> DamageCurve:
    """Return the one curve that says the damage of structure and content together.

    Fractions are weighted by the shares that the asset type's price says, damages per m2 are added up. It is exact:
    both curves are straight between all points of the two. Without a content in the price it is the structure's own.
    Raises CityError where one is a fraction and the other is not, or one is by class and the other is not.
    """
    if structure.unit_of_damage != content.unit_of_damage:
        raise CityError("error.curve_parts_differ", structure=structure.id, content=content.id)
    if structure.steps != content.steps:
        raise CityError("error.curve_part_by_class", structure=structure.id, content=content.id)
    share = price.content_share if price is not None else 0.0
    weights = (1 - share, share) if structure.unit_of_damage == FRACTION else (1.0, 1.0)
    if not weights[1]:
        return structure
    parts = tuple(CurveOfPart(*one) for one in zip((STRUCTURE, CONTENT), weights, (structure, content), strict=True))
    points = np.union1d(structure.intensities, content.intensities)
    damage = sum(one.weight * _from(one.curve, points) for one in parts)
    most = 1.0 if structure.unit_of_damage == FRACTION else math.inf

    def joined(name: str, between: str = "; ") -> str:
        return between.join(dict.fromkeys(filter(None, (getattr(one.curve, name) for one in parts))))

    return DamageCurve(
        id=" + ".join(f"{one.weight:.4g} × {one.curve.id}" for one in parts), hazard=structure.hazard,
        intensities=tuple(points.tolist()), damage=tuple(np.minimum(damage, most).tolist()), unit=structure.unit,
        unit_of_damage=structure.unit_of_damage, licence=joined("licence", ", "), citation=joined("citation"),
        source=joined("source"), notes=joined("notes"), parts=parts, steps=structure.steps,
        words=structure.words if structure.words == content.words else (),
        exercise=any(one.curve.exercise for one in parts), none_below=structure.none_below)


def _from(curve: DamageCurve, points: np.ndarray) -> np.ndarray:
    """Return the damage from each point on: that at it, or for a curve by steps that just above it."""
    if not curve.steps:
        return damage_at(curve, points)
    return np.append(0.0, curve.damage)[np.searchsorted(curve.intensities, points, side="right")]


def of_parts(curves: Mapping[tuple[str, str], DamageCurve]) -> dict[tuple[str, str], DamageCurve]:
    """Return the curves that are made of others."""
    return {pair: curve for pair, curve in curves.items() if curve.parts}


def constituents(curve: DamageCurve) -> tuple[DamageCurve, ...]:
    """Return the curves that a curve is made of: itself, where it is of no others."""
    return tuple(one.curve for one in curve.parts) or (curve,)


def declared_types(city: City) -> tuple[str, ...]:
    """Return the asset types that `city.toml` names itself, in its order; words that only files hold are left out."""
    of_layers = (name for layer in city.assets for name in _types_of(layer))
    of_curves = (name for rule in city.curves for name in rule.asset_types if name != ANY_TYPE)
    return tuple(dict.fromkeys([*of_layers, *of_curves]))


def _types_of(layer: AssetLayer) -> Iterator[str]:
    rule = layer.asset_type
    if isinstance(rule, str):
        yield rule
    elif isinstance(rule, TagRule):
        yield from (tag.split(">", 1)[1].strip() for tag in rule.tags)
        yield rule.otherwise
    elif isinstance(rule, FieldType):
        yield from rule.map.values()
        if rule.otherwise:
            yield rule.otherwise


def check_curves(curves: Iterable[DamageCurve]) -> pd.DataFrame:
    """Return FINDINGS: a warning for each curve whose damage falls somewhere, at the first intensity where it does."""
    rows = []
    for curve in dict.fromkeys(curves):
        falls = [at for at, (before, after) in zip(curve.intensities[1:], pairwise(curve.damage), strict=True)
                 if after < before]
        if falls:
            rows.append(finding("curve_falls", source=curve.id, severity="warning", column="damage", count=len(falls),
                                intensity=falls[0], unit=curve.unit))
    return findings(rows)
