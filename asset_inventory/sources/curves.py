"""Damage curves, shipped or the city's own: read, checked, and given to the asset types they serve."""

from __future__ import annotations

import csv
import difflib
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from asset_inventory.errors import AssetInventoryError, CityError, SourceError
from asset_inventory.library import ShippedCurve, shipped_curves
from asset_inventory.sources.city.models import METRES_PER_UNIT, AssetLayer, City, CurveRule, FieldType, TagRule
from asset_inventory.sources.delimited import plain_bytes
from asset_inventory.tables import finding, findings

FRACTION, CURRENCY_PER_M2 = "fraction", "currency/m2"
ANY_TYPE = "*"
# The unit stands in the column's name, «intensity_cm» or «intensity (cm)», or in a comment, «# unit: cm».
_INTENSITY = re.compile(r"intensity(?:_(?P<plain>\S+)|\s*[(\[]\s*(?P<bracketed>[^)\]]+?)\s*[)\]])?", re.IGNORECASE)
_UNIT_COMMENT = re.compile(r"#\s*unit\s*:\s*(?P<unit>\S+)\s*", re.IGNORECASE)


@dataclass(frozen=True)
class DamageCurve:
    """Damage as a function of intensity, straight between its points and level beyond its ends.

    `intensities` rise strictly and are in `unit`, metres for every length; `damage` is in
    `unit_of_damage`, `std` its standard deviation (empty where not known). `id` is that of the library, or the
    path of the city's own file relative to the city; `source` says whose numbers they are, `notes` what the library
    or the comments of the file say of them.
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


@dataclass(frozen=True)
class _Points:
    """What a file says, before it is believed: where it stands, its numbers as text, and their unit."""

    path: str
    rows: tuple[tuple[int, str, str, str], ...]  # line of the file, intensity, damage, standard deviation
    unit: str
    notes: str = ""


def read_curve(rule: CurveRule, folder: Path | None = None) -> DamageCurve:
    """Return the damage curve that a rule of `city.toml` names, its intensities in metres where they are lengths.

    `folder` is the city's, to which a relative path belongs and by which the file is named. Falling damage is
    no error: `check_curves` reports it.

    Raises CityError for a curve that does not ship, a shipped one asked for per m2, and an own one without
    source; SourceError for a file that is not there or whose points are no curve.
    """
    if rule.curve is not None:
        return _shipped(rule)
    if rule.path is None:
        raise CityError("error.curve_not_named", hazard=rule.hazard)
    path = folder / rule.path if folder else rule.path
    shown = path.relative_to(folder).as_posix() if folder and path.is_relative_to(folder) else str(path)
    if rule.source is None:
        raise CityError("error.curve_without_source", path=shown)
    points = _own_points(path, shown)
    intensities, damage, std = _checked(points, rule.damage)
    return DamageCurve(
        id=shown, hazard=rule.hazard, intensities=intensities, damage=damage, std=std, unit=unit_inside(points.unit),
        unit_of_damage=rule.damage, licence=rule.source.licence, source=rule.source.title,
        citation=", ".join(filter(None, [rule.source.publisher, rule.source.title])), notes=points.notes)


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
    rows = tuple(_points_of_set(about.points)[about.id])
    intensities, damage, std = _checked(_Points(about.id, rows, about.unit), FRACTION)
    return DamageCurve(
        id=about.id, hazard=hazard, intensities=intensities, damage=damage, std=std, unit=unit_inside(about.unit),
        unit_of_damage=FRACTION, licence=about.licence, source=about.set_title, citation=about.citation,
        notes=about.notes)


@lru_cache
def _points_of_set(path: Path) -> dict[str, list[tuple[int, str, str, str]]]:
    """Return the points of each curve of a shipped set: line of the file, intensity, damage, standard deviation."""
    points: dict[str, list[tuple[int, str, str, str]]] = {}
    with path.open(encoding="utf-8", newline="") as stream:
        for number, row in enumerate(csv.DictReader(stream), start=2):
            points.setdefault(row["id"], []).append((number, row["intensity"], row["damage"], row["std"]))
    return points


def _own_points(path: Path, shown: str) -> _Points:
    """Return the points of a city's own file: columns `intensity` and `damage`, and `std` if it is there."""
    try:
        data = plain_bytes(path)
    except FileNotFoundError:
        raise SourceError("error.curve_no_file", path=shown) from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    numbered = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip(" ,;\t")]
    comments = [line.strip() for _, line in numbered if line.lstrip().startswith("#")]
    table = [(number, line) for number, line in numbered if not line.lstrip().startswith("#")]
    if not table:
        raise SourceError("error.curve_too_short", path=shown, points=0)
    separator = next((mark for mark in ";\t" if mark in table[0][1]), ",")
    cells_of = csv.reader([line for _, line in table], delimiter=separator)
    lines = [(number, [cell.strip() for cell in cells]) for (number, _), cells in zip(table, cells_of, strict=False)]
    header = [name.lower() for name in lines[0][1]]
    named = [(place, match) for place, name in enumerate(lines[0][1]) if (match := _INTENSITY.fullmatch(name))]
    if len(named) != 1 or header.count("damage") != 1:
        raise SourceError("error.curve_columns", path=shown, columns=", ".join(lines[0][1]))
    places = [named[0][0], header.index("damage"), header.index("std") if "std" in header else None]
    rows = tuple((number, *(cells[place] if place is not None and place < len(cells) else "" for place in places))
                 for number, cells in lines[1:])
    if separator != ",":  # where a semicolon divides cells, a comma is the decimal mark
        rows = tuple((number, *(cell.replace(",", ".") for cell in cells)) for number, *cells in rows)
    notes = " ".join(line.lstrip("# ") for line in comments if not _UNIT_COMMENT.fullmatch(line))
    return _Points(shown, rows, _unit_said(named[0][1], comments, shown), notes)


def _unit_said(column: re.Match[str], comments: list[str], shown: str) -> str:
    said = {column["plain"] or column["bracketed"]} | {
        match["unit"] for comment in comments if (match := _UNIT_COMMENT.fullmatch(comment))}
    said -= {None}
    if not said:
        raise SourceError("error.curve_without_unit", path=shown)
    if len(said) > 1:
        raise SourceError("error.curve_two_units", path=shown, units=", ".join(sorted(said)))
    return said.pop()


def _checked(points: _Points, unit_of_damage: str) -> tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]:
    """Return intensities, damage and standard deviations, or raise SourceError at the first that cannot be."""
    if len(points.rows) < 2:
        raise SourceError("error.curve_too_short", path=points.path, points=len(points.rows))
    intensities, damage, std = [], [], []
    for line, intensity, harm, deviation in points.rows:
        intensities.append(_finite(intensity, points.path, line))
        damage.append(_finite(harm, points.path, line))
        std.append(_finite(deviation, points.path, line) if deviation else math.nan)
        if damage[-1] < 0 or (unit_of_damage == FRACTION and damage[-1] > 1):
            key = "error.curve_not_a_fraction" if unit_of_damage == FRACTION else "error.curve_damage_negative"
            raise SourceError(key, path=points.path, line=str(line), given=harm)
        if len(intensities) > 1 and intensities[-1] <= intensities[-2]:
            raise SourceError("error.curve_not_rising", path=points.path, line=str(line), given=intensity)
    factor = METRES_PER_UNIT.get(points.unit, 1.0)
    known = not all(map(math.isnan, std))
    return tuple(value * factor for value in intensities), tuple(damage), tuple(std) if known else ()


def _finite(text: str, path: str, line: int) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise SourceError("error.curve_not_a_number", path=path, line=str(line), given=text)
    return number


def unit_inside(unit: str) -> str:
    """Return the unit of an intensity inside the program: metres for every length."""
    return "m" if unit in METRES_PER_UNIT else unit


def damage_at(curve: DamageCurve, intensities: np.ndarray) -> np.ndarray:
    """Return the damage at each intensity (any shape, in the curve's unit), in the curve's unit of damage.

    Straight between the points; below the first point its damage, above the last its damage. NaN stays NaN:
    what is not known is not zero.
    """
    return np.interp(np.asarray(intensities, dtype=float), curve.intensities, curve.damage)


def library() -> pd.DataFrame:
    """Return the shipped curves, one row each; `std` tells whether standard deviations were published.

    Columns: id, title, hazard, asset_class, region, measure, unit, std, source, licence, citation, doi, notes.
    """
    names = ["id", "title", "hazard", "asset_class", "region", "measure", "unit", "std", "source", "licence",
             "citation", "doi", "notes"]  # fmt: skip
    rows = [{**vars(curve), "source": curve.set_title,
             "std": any(std for *_, std in _points_of_set(curve.points)[curve.id])}
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

    `asset_types` are those to serve, by default the ones that `city.toml` names itself. A rule that names a type
    wins over one for `*`. A stress has no curve by design, so its pairs are not among those without.

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
    claims: dict[tuple[str, str], DamageCurve] = {}
    faults: list[AssetInventoryError] = []
    for rule in city.curves:
        try:
            curve = read_curve(rule, city.folder)
        except AssetInventoryError as fault:
            faults.append(fault)
            continue
        hazard = city.hazard(rule.hazard)
        if curve.unit.casefold() != hazard.unit.casefold():
            faults.append(CityError("error.curve_unit_differs", curve=curve.id, unit=curve.unit, hazard=hazard.name,
                                    expected=hazard.unit))
            continue
        for asset_type in rule.asset_types:
            if (rule.hazard, asset_type) in claims:
                faults.append(CityError("error.curve_twice", hazard=rule.hazard, asset_type=asset_type))
            else:
                claims[rule.hazard, asset_type] = curve
    return claims, faults


def served_by(
    claims: Mapping[tuple[str, str], DamageCurve], city: City, asset_types: Iterable[str]
) -> tuple[dict[tuple[str, str], DamageCurve], tuple[tuple[str, str], ...]]:
    """Return which of the claimed curves serves each (hazard, asset type), and the pairs that have none."""
    served: dict[tuple[str, str], DamageCurve] = {}
    without = []
    types = list(dict.fromkeys(map(str, asset_types)))
    for hazard in city.hazards:
        for asset_type in types:
            curve = claims.get((hazard.name, asset_type)) or claims.get((hazard.name, ANY_TYPE))
            if curve is not None:
                served[hazard.name, asset_type] = curve
            elif hazard.kind == "shock":
                without.append((hazard.name, asset_type))
    return served, tuple(without)


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
