"""Judging what was read: each row is kept, kept repaired, or put in quarantine with its reason.

The quarantine is a whole file that GIS staff can open, repair and hand in again.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pyproj
import shapely

from asset_inventory.intake.records import Records
from asset_inventory.intake.rules import Rules, hold_against
from asset_inventory.io.geometries import (
    MUCH,
    WGS84,
    Shift,
    carry,
    looks_like,
    no_sure_way,
    repair,
    shifted,
    within_use,
)
from asset_inventory.messages import LANGUAGES, describe_finding
from asset_inventory.model.tables import ERROR, REPAIRED, WARNING, Fault, as_findings

# Columns that name an asset, most telling first; a column such as owner_id repeats by right.
# fmt: off
ID_COLUMNS = (
    "asset_id", "id_aset", "kode_aset", "uuid", "id", "gid", "objectid", "kode", "nomor", "code",
)
# fmt: on
# The faults of a layer without a system of its own, which a stated one settles.
_WITHOUT_SYSTEM = ("crs_presumed", "crs_not_known", "coordinates_no_degrees")
_NO_SYSTEM = {"degrees": "crs_none_degrees", "metres": "crs_none_metres"}
EQUATOR = 0.5  # degree: what lies nearer to it may lie on both sides
NEAR = 0.1  # degree
_FORMULA = re.compile(r"^[=+\-@\t\r]", re.MULTILINE)
# one number or several, as in the corner of a box: -6.98 110.42
_NUMBER = re.compile(r"[+-]?[\d.,]+(?:[eE][+-]?\d+)?(?:\s+[+-]?[\d.,]+)*$")
_HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True)
class Screened:
    """A layer judged: `kept` and `repaired` rows; quarantined rows keep the original geometry.

    `shift` is how its places come to WGS 84, None where nothing shifts.
    """

    records: Records
    geometry: np.ndarray
    kept: np.ndarray
    repaired: np.ndarray
    faults: tuple[Fault, ...]
    shift: Shift | None = None

    @property
    def refused(self) -> bool:
        """Return whether nothing was taken, for a fault of the whole source."""
        return any(fault.refuses for fault in self.faults)


def screen(
    records: Records, *, crs: str | None = None, rules: Rules | None = None, whole: bool = True
) -> Screened:
    """Return a layer judged; `crs` states its system (known to PROJ), before that of a city.

    Where a layer is not `whole` but chosen by somebody, ids that occur twice and a lack of features
    are left to the chooser.
    """
    records, stated = _stated(records, crs, rules)
    faults = [fault for fault in (*records.faults, *stated) if fault.applies]
    if whole and not len(records.geometry) and not any(fault.refuses for fault in faults):
        faults.append(Fault("layer_without_features"))
    # the field of ids is guessed where nobody names it
    known = not whole or (rules is not None and bool(rules.ids))
    looks = [_shapes_missing, _placing, *([] if known else [_ids]), _texts]
    if whole and rules is None:  # a city knows where it lies, and puts such features aside
        looks.append(_signs)
    count = len(records.geometry)
    for look in looks:
        faults += [fault for fault in look(records, _touched(faults, count)) if fault.applies]
    shift, shift_faults = _shift(records, faults)
    faults += shift_faults
    if rules is not None:
        lost = any(fault.refuses and fault.code.startswith("crs_") for fault in faults)
        faults += hold_against(records, rules, bad=_touched(faults, count), lost=lost)
    bad = _touched(faults, count)
    sound = np.flatnonzero(~bad)
    fixed = repair(records.geometry[sound])
    geometry = records.geometry.copy()
    repaired = _touched(faults, len(geometry), severity=REPAIRED)
    little = fixed.repaired & ~fixed.much
    for code, chosen, severity, arguments in (
        ("collection_reduced", fixed.reduced, REPAIRED, {}),
        ("geometry_repaired", little, REPAIRED, {"percent": fixed.percent}),
        ("geometry_repaired_much", fixed.much, ERROR, {"percent": 100 * MUCH}),
        ("geometry_unmeasurable", fixed.unusable & ~fixed.much, ERROR, {}),
    ):
        if chosen.any():
            faults.append(Fault(code, severity, sound[chosen], arguments=arguments))
        (bad if severity == ERROR else repaired)[sound[chosen]] = True
    geometry[sound] = fixed.geometry
    geometry[bad] = records.geometry[bad]
    if any(fault.refuses for fault in faults):
        bad[:] = True
    return Screened(
        records=records,
        geometry=geometry,
        kept=~bad,
        repaired=repaired & ~bad,
        faults=tuple(faults),
        shift=shift,
    )


def _touched(faults: list[Fault], count: int, *, severity: str = ERROR) -> np.ndarray:
    """Return which rows have a fault of this severity."""
    touched = np.zeros(count, dtype=bool)
    for fault in faults:  # a table without places has rows but no features
        if fault.severity == severity and fault.rows is not None:
            touched[fault.rows[fault.rows < count]] = True
    return touched


def _stated(records: Records, crs: str | None, rules: Rules | None) -> tuple[Records, list[Fault]]:
    """Return the records in the system stated by hand, else by the city, and the findings."""
    by_city = crs is None and rules is not None
    crs = rules.crs if by_city else crs
    presumed = any(fault.code == "crs_presumed" for fault in records.faults)
    own = records.crs is not None and not presumed
    if crs is None or (by_city and own and not rules.crs_overrides):
        return records, []
    current, wanted = records.crs, pyproj.CRS.from_user_input(crs)
    kept = tuple(fault for fault in records.faults if fault.code not in _WITHOUT_SYSTEM)
    records = replace(records, crs=wanted, faults=kept)
    if current is None or current.equals(wanted, ignore_axis_order=True):
        return records, []
    arguments = {"found": current.name, "stated": crs}
    return records, [Fault("crs_overridden", WARNING, arguments=arguments)]


def _shapes_missing(records: Records, bad: np.ndarray) -> list[Fault]:
    geometry = records.geometry
    missing, empty = shapely.is_missing(geometry), shapely.is_empty(geometry)
    endless = ~missing & ~empty & ~np.isfinite(shapely.bounds(geometry)).all(axis=1)
    endless |= ~missing & ~empty & _holds_nan(geometry)
    return [
        Fault("geometry_null", rows=np.flatnonzero(missing & ~bad)),
        Fault("geometry_empty", rows=np.flatnonzero(empty & ~bad)),
        Fault("coordinates_endless", rows=np.flatnonzero(endless & ~bad)),
    ]


def _holds_nan(geometry: np.ndarray) -> np.ndarray:
    """Return which shapes have a coordinate that is no number; their bounds may hide it."""
    coordinates, owner = shapely.get_coordinates(geometry, return_index=True)
    affected = np.zeros(len(geometry), dtype=bool)
    affected[owner[~np.isfinite(coordinates).all(axis=1)]] = True
    return affected


def _placing(records: Records, bad: np.ndarray) -> list[Fault]:
    """Check where the shapes lie in their system: it must exist, and they must fit into it."""
    bounds = shapely.bounds(records.geometry)
    located = ~bad & np.isfinite(bounds).all(axis=1)
    if not located.any():
        return []
    extent = np.concatenate([bounds[located, :2].min(axis=0), bounds[located, 2:].max(axis=0)])
    if records.crs is None:
        reported = any(fault.code == "crs_not_known" for fault in records.faults)
        return [] if reported else [Fault(_NO_SYSTEM[looks_like(extent)])]
    lost = no_sure_way(records.crs)
    if lost:
        return [lost]
    zero = located & (bounds == 0).all(axis=1)
    x, y = np.abs(bounds[:, ::2]).max(axis=1), np.abs(bounds[:, 1::2]).max(axis=1)
    if records.crs.is_geographic:
        beyond = located & ((x > 180) | (y > 90))
        swapped = beyond & (x <= 90) & (y <= 180)
        around = located & ~beyond
        around[around] = bounds[around, 2] - bounds[around, 0] > 180
    else:
        degrees = located & (x <= 180) & (y <= 90) & ~zero
        if degrees.sum() > located.sum() / 2 and within_use(extent, records.crs):
            return [Fault("crs_lies_degrees", arguments={"crs": records.crs.name})]
        around, swapped = np.zeros((2, len(bounds)), dtype=bool)
        placed = carry(np.where(located[:, None], bounds[:, :2], np.nan), records.crs, WGS84)
        beyond = located & ~zero & ~np.isfinite(placed).all(axis=1)
    system = {"crs": records.crs.name}
    if (beyond & ~swapped).sum() > located.sum() / 2:
        return [Fault("crs_lies", arguments=system)]
    return [
        Fault("coordinates_zero", rows=np.flatnonzero(zero)),
        Fault("coordinates_swapped", rows=np.flatnonzero(swapped)),
        Fault("coordinates_beyond", ERROR, np.flatnonzero(beyond & ~swapped), arguments=system),
        Fault("shape_around_world", rows=np.flatnonzero(around)),
    ]


def _signs(records: Records, bad: np.ndarray) -> list[Fault]:
    """Look for features that would lie among the others if their latitude had the other sign."""
    if records.crs is None or not records.crs.is_geographic:
        return []
    bounds = shapely.bounds(records.geometry)
    north, south = (~bad & (bounds[:, 1] > EQUATOR), ~bad & (bounds[:, 3] < -EQUATOR))
    fewer, others = sorted((north, south), key=np.count_nonzero)
    if not fewer.any():
        return []
    mirrored = bounds[fewer][:, [0, 3, 2, 1]] * [1, -1, 1, -1]
    low, high = bounds[others, :2].min(axis=0) - NEAR, bounds[others, 2:].max(axis=0) + NEAR
    among = ((mirrored[:, :2] >= low) & (mirrored[:, 2:] <= high)).all(axis=1)
    return [Fault("latitude_signs_differ", WARNING, np.flatnonzero(fewer)[among])]


def _shift(records: Records, faults: list[Fault]) -> tuple[Shift | None, list[Fault]]:
    """Return how the sound rows come to WGS 84, with the findings; None where refused."""
    if records.crs is None or any(fault.refuses for fault in faults):
        return None, []
    bounds = shapely.bounds(records.geometry[~_touched(faults, len(records.geometry))])
    return shifted(records.crs, (bounds[:, :2] + bounds[:, 2:]) / 2)


def _ids(records: Records, bad: np.ndarray) -> list[Fault]:
    """Look for ids that occur twice, in the column that names the assets (where there is one)."""
    by_name = {str(name).lower(): name for name in reversed(records.table.columns)}
    for name in ID_COLUMNS:
        if name not in by_name or not len(records.table):
            continue
        values = records.table[by_name[name]]
        text = values.astype("str").where(values.notna())
        twice = text.duplicated(keep=False) & text.notna()
        if twice.sum() > len(text) / 2:  # no id but a kind or a group
            continue
        return [Fault("id_twice", rows=np.flatnonzero(twice & ~bad), column=str(by_name[name]))]
    return []


def _texts(records: Records, bad: np.ndarray) -> list[Fault]:
    """Find text that a workbook would run, that shows otherwise than it is, or ends a text."""
    faults = []
    for name in records.table.columns:
        column = records.table[name]
        if not (column.dtype == object or pd.api.types.is_string_dtype(column.dtype)):
            continue
        cells = [cell if isinstance(cell, str) else "" for cell in column.to_numpy(dtype=object)]
        # most columns hold nothing of the kind, as one search of their whole text shows
        text = "\n".join(cells)
        begins, odd = _FORMULA.search(text) is not None, _HIDDEN.search(text) is not None
        rows = range(len(cells))
        looked, searched = rows if begins else (), rows if odd else ()
        formula = [r for r in looked if _FORMULA.match(cells[r]) and not _NUMBER.match(cells[r])]
        hidden = [r for r in searched if _HIDDEN.search(cells[r]) and "\x00" not in cells[r]]
        nul = [row for row in searched if "\x00" in cells[row] and not bad[row]]
        for code, severity, matches in (
            ("text_formula", WARNING, formula),
            ("text_hidden", WARNING, hidden),
            ("text_nul", ERROR, nul),
        ):
            faults.append(Fault(code, severity, np.array(matches, dtype=np.intp), str(name)))
    return faults


_THIS_ROW = "\N{SYMBOL FOR UNIT SEPARATOR}"
# The part of a finding on many rows, «(first: row 7)», that has no meaning for one row.
_FIRST = re.compile(rf"\s*\([^()]*{_THIS_ROW}[^()]*\)")


def write_quarantine(screened: Screened, path: Path, *, layer: str, name: str) -> None:
    """Add a layer's rejected rows to a GeoPackage: their fields, shape, reason and remedy.

    `row` is the row's name in its file. Fields that GeoPackage does not know are written as text.
    """
    lost = np.flatnonzero(~screened.kept)
    table = screened.records.table.iloc[lost].reset_index(drop=True)
    reasons = pd.DataFrame({"row": [str(row) for row in screened.records.names[lost]]})
    for language in LANGUAGES:
        reasons[f"reason_{language}"] = _reasons(screened, name, language)[lost]
    taken = {name.lower() for name in reasons.columns} | {"geom", "fid"}
    names = map(str, table.columns)
    table.columns = [f"{name}_" if name.lower() in taken else name for name in names]
    for name in table.columns:
        if table[name].dtype == object:
            table[name] = table[name].map(str, na_action="ignore")
    geometry = screened.records.geometry[lost]
    measured = shapely.has_m(geometry)  # the writer knows no measures along a line
    geometry[measured] = shapely.force_3d(geometry[measured])
    rows = pd.concat([reasons, table], axis=1)
    frame = gpd.GeoDataFrame(rows, geometry=geometry, crs=screened.records.crs)
    with warnings.catch_warnings():
        # A layer without a system is in quarantine for just that.
        warnings.filterwarnings("ignore", message="'crs' was not provided")
        pyogrio.write_dataframe(
            frame, path, layer=layer, driver="GPKG", geometry_type="Unknown", append=path.exists()
        )


def _reasons(screened: Screened, name: str, language: str) -> np.ndarray:
    """Return each row's faults and remedies; a fault of the whole source goes for all its rows."""
    reasons = np.full(len(screened.kept), "", dtype=object)
    findings = as_findings(screened.faults, source=name, labels=screened.records.labels)
    for fault, row in zip(screened.faults, findings, strict=True):
        if fault.severity == ERROR:
            finding = row if fault.rows is None else row | {"count": 1, "feature": _THIS_ROW}
            sentence = " ".join(describe_finding(finding, language))
            rows = slice(None) if fault.rows is None else fault.rows
            reasons[rows] = reasons[rows] + _FIRST.sub("", sentence) + " "
    return reasons
