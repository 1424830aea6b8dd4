"""The points of damage curves as files have them: as text first, then believed or refused line by line."""

from __future__ import annotations

import csv
import math
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from asset_inventory.errors import SourceError
from asset_inventory.sources.city.models import METRES_PER_UNIT
from asset_inventory.sources.texts import plain_bytes

FRACTION = "fraction"
LARGEST_CURVE = 20 * 2**20  # bytes
# The unit stands in the column's name, «intensity_cm» or «intensity (cm)», or in a comment, «# unit: cm».
_INTENSITY = re.compile(r"intensity(?:_(?P<plain>\S+)|\s*[(\[]\s*(?P<bracketed>[^)\]]+?)\s*[)\]])?", re.IGNORECASE)
_UNIT_COMMENT = re.compile(r"#\s*unit\s*:\s*(?P<unit>\S+)\s*", re.IGNORECASE)


@dataclass(frozen=True)
class CurvePoints:
    """What a file says, before it is believed: where it stands, its numbers as text, and their unit."""

    path: str
    rows: tuple[tuple[int, str, str, str], ...]  # line of the file, intensity, damage, standard deviation
    unit: str
    notes: str = ""


@lru_cache
def points_of_set(path: Path) -> dict[str, list[tuple[int, str, str, str]]]:
    """Return the points of each curve of a shipped set: line of the file, intensity, damage, standard deviation."""
    points: dict[str, list[tuple[int, str, str, str]]] = {}
    with path.open(encoding="utf-8", newline="") as stream:
        for number, row in enumerate(csv.DictReader(stream), start=2):
            points.setdefault(row["id"], []).append((number, row["intensity"], row["damage"], row["std"]))
    return points


def own_points(path: Path, shown: str) -> CurvePoints:
    """Return the points of a city's own file: columns `intensity` and `damage`, and `std` if it is there."""
    try:
        data = plain_bytes(path, most=LARGEST_CURVE)
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
    return CurvePoints(shown, rows, _unit_said(named[0][1], comments, shown), notes)


def _unit_said(column: re.Match[str], comments: list[str], shown: str) -> str:
    said = {column["plain"] or column["bracketed"]} | {
        match["unit"] for comment in comments if (match := _UNIT_COMMENT.fullmatch(comment))}
    said -= {None}
    if not said:
        raise SourceError("error.curve_without_unit", path=shown)
    if len(said) > 1:
        raise SourceError("error.curve_two_units", path=shown, units=", ".join(sorted(said)))
    return said.pop()


def checked_points(
    points: CurvePoints, unit_of_damage: str
) -> tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]:
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
