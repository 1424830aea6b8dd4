"""Places written into the columns of a table: numbers, degrees and minutes, or well-known text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyproj
import shapely

from asset_inventory.errors import SourceError
from asset_inventory.sources.archives import Dataset
from asset_inventory.sources.delimited import TEXT_TABLES, read_cells, usual_columns
from asset_inventory.sources.faults import REPAIRED, WARNING, Fault
from asset_inventory.sources.intake.records import Asked, Records, nothing
from asset_inventory.sources.intake.rules import fields_missing
from asset_inventory.sources.projections import WGS84
from asset_inventory.sources.texts import as_numbers

_IN_DEGREES = ("lon", "longitude", "lng", "bujur", "lat", "latitude", "lintang")
_PART = r"\d+(?:[.,]\d+)?"
# 110 23.3316 E, 7° 2' 5.7" LS, S 7 2.09: degrees, perhaps minutes and seconds, and a side of the world.
_ANGLE = (
    rf"^\s*(?P<before>[NSEWUTB]|L[US]|B[TB])?\s*(?P<sign>[+-])?\s*(?P<degrees>{_PART})\s*[°º*D:]?\s*"
    rf"(?:(?P<minutes>{_PART})\s*['′’M:]?\s*)?(?:(?P<seconds>{_PART})\s*(?:[\"″”]|'')?\s*)?"
    r"(?P<after>[NSEWUTB]|L[US]|B[TB])?\s*$"
)
# The same in letters, 6d58m48s or 6 deg 58 min 48 sec: an S behind seconds is no side of the world.
_IN_LETTERS = (
    (r"(?<=[\d ])(?:DEG|DERAJAT|D)\b\.?|(?<=\d)D(?=\d)", "°"),
    (r"(?<=[\d ])(?:MIN|MENIT)\b\.?|(?<=\d)M(?=\d)", "'"),
    (r"(?<=[\d ])(?:SEC|DETIK)\b\.?", '"'),
    (rf"(['′’]\s*{_PART})S(?=\s|[NSEWUTBL]|$)", r'\1"'),
)
# 6D58M48S as a latitude: 48 seconds, or south?
_SECONDS_OR_SOUTH = r"[\d., ]+D[\d., ]+M[\d., ]+S\s*"
_WEST_OR_SOUTH = ("S", "W", "B", "LS", "BB")  # barat is west, selatan south
_NORTH_OR_SOUTH, _EAST_OR_WEST = ("N", "S", "U", "LU", "LS"), ("E", "W", "T", "B", "BT", "BB")


def placed(table: pd.DataFrame, faults: list[Fault], asked: Asked, *, layer: str = "") -> Records | None:
    """Return a table of text as features, by the columns that hold coordinates; None where there are none.

    Where nobody says which columns those are, they are found by the names that they usually have; also where those
    that are said are not there, unless a layer of a city depends on them. Columns called longitude and latitude are
    on WGS 84, which is said; others have no system.
    """
    coordinates = asked.coordinates
    stated = bool(coordinates) and all(name in table.columns for name in coordinates)
    names = coordinates if stated or (coordinates and asked.one) else usual_columns(table)
    if not names or not set(names) <= set(table.columns):
        return None
    if not stated:
        meant = dict(zip(coordinates, names, strict=True)) if len(coordinates) == len(names) else {}
        faults = [*faults, *fields_missing(table, coordinates, meant=meant)]
    if len(names) == 1:
        geometry, more = _from_wkt(table[names[0]])
        # What the shapes say need not be said twice, unless somebody asks for that very field.
        rest = table if asked.one else table.drop(columns=names[0])
        return Records(rest, geometry, None, (*faults, *more), layer)
    (x, x_written, x_sides), (y, y_written, y_sides) = (_coordinates(table[name]) for name in names)
    written = x_written | y_written
    doubtful = table[names[1]].str.upper().str.fullmatch(_SECONDS_OR_SOUTH).fillna(False).to_numpy(dtype=bool)
    known = np.isfinite(x) & np.isfinite(y) & ~doubtful
    crossed = known & (np.isin(x_sides, _NORTH_OR_SOUTH) | np.isin(y_sides, _EAST_OR_WEST))
    geometry = np.full(len(table), None, dtype=object)
    geometry[known] = shapely.points(x[known], y[known])
    blank = (table[names[0]].isna() | table[names[1]].isna()).to_numpy(dtype=bool)
    more = [
        Fault("coordinates_blank", rows=np.flatnonzero(blank), column=names[0]),
        Fault("coordinates_no_number", rows=np.flatnonzero(~known & ~blank), column=names[0]),
        Fault("coordinates_swapped", rows=np.flatnonzero(crossed)),
        Fault("coordinates_in_minutes", REPAIRED, np.flatnonzero(written & known & ~crossed), names[0]),
    ]
    crs = None
    if all(name.lower() in _IN_DEGREES for name in names):
        beyond = known & ((np.abs(x) > 360) | (np.abs(y) > 360))
        if known.any() and beyond.sum() > known.sum() / 2:
            more.append(Fault("coordinates_no_degrees", column=names[0]))
        else:
            crs = pyproj.CRS.from_user_input(WGS84)
            more.append(Fault("crs_presumed", WARNING))
    return Records(table, geometry, crs, (*faults, *more), layer)


def _from_wkt(texts: pd.Series) -> tuple[np.ndarray, list[Fault]]:
    blank = texts.isna().to_numpy(dtype=bool)
    geometry = shapely.from_wkt(texts.astype(object).where(~blank, None).to_numpy(), on_invalid="ignore")
    broken = np.flatnonzero(shapely.is_missing(geometry) & ~blank)
    return geometry, [Fault("geometry_broken", rows=broken, column=str(texts.name))] if len(broken) else []


def _coordinates(texts: pd.Series) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return a column as numbers (NaN = none), which were written in degrees and minutes, and their sides of the world.

    A cell without a side of the world has an empty text for it.
    """
    numbers = as_numbers(texts, doubtful="decimal")[0].to_numpy(dtype=float, copy=True)
    rest = np.flatnonzero(np.isnan(numbers) & texts.notna().to_numpy(dtype=bool))
    written, sides_of = np.zeros(len(texts), dtype=bool), np.full(len(texts), "", dtype="U2")
    if len(rest):
        spelled = texts.iloc[rest].astype("str").str.upper()
        for letters, sign in _IN_LETTERS:
            spelled = spelled.str.replace(letters, sign, regex=True)
        parts = spelled.str.extract(_ANGLE)
        degrees, minutes, seconds = (
            pd.to_numeric(parts[name].str.replace(",", "."), errors="coerce").to_numpy(dtype=float)
            for name in ("degrees", "minutes", "seconds")
        )
        value = degrees + np.nan_to_num(minutes) / 60 + np.nan_to_num(seconds) / 3600
        sides = parts["before"].fillna(parts["after"])
        value = np.where((sides.isin(_WEST_OR_SOUTH) | (parts["sign"] == "-")).to_numpy(dtype=bool), -value, value)
        # without a side or minutes it is no angle but something else
        sound = np.isfinite(value) & (sides.notna() | parts["minutes"].notna()).to_numpy(dtype=bool)
        sound &= ~(np.nan_to_num(minutes) >= 60) & ~(np.nan_to_num(seconds) >= 60)
        numbers[rest[sound]] = value[sound]
        written[rest[sound]] = True
        sides_of[rest[sound]] = sides.fillna("").to_numpy(dtype="U2")[sound]
    return numbers, written, sides_of


def read_places(dataset: Dataset, asked: Asked) -> Records:
    """Return a text table as features; what is no table, or holds no coordinates (see `placed`), is a fault.

    Raises SourceError where one layer is asked for and no column holds its coordinates.
    """
    try:
        table, faults = read_cells(dataset.path, source=dataset.name)
    except SourceError as fault:
        code = {"error.text_table_empty": "table_empty"}.get(fault.key, "table_broken")
        return nothing(Fault(code, arguments={"fault": str(fault.arguments.get("fault", ""))}))
    found = placed(table, faults, asked)
    if found is None:
        fields = ", ".join(table.columns[:12])[:200]
        if asked.one and Path(dataset.name).suffix.lower() in TEXT_TABLES:  # another name says that no table was meant
            raise SourceError("error.no_coordinates", fields=fields)
        faults += fields_missing(table, asked.coordinates)
        return nothing(*faults, Fault("table_without_places", arguments={"fields": fields}))
    return found
