"""A layer of the register in a file: the kind it was delivered in, or another with all its fields.

A file with the register's state lies next to it, by which its return is compared. A shapefile made
of another kind has wide fields, so that staff have room to type, and names cut to ten characters,
each with its name in the register. GeoJSON is on WGS 84, as its standard (RFC 7946) requires.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from pyproj.exceptions import CRSError

from asset_inventory.intake.containers import read_beside
from asset_inventory.inventory.matching import GRID, record_hashes
from asset_inventory.io import dbase, layer_files
from asset_inventory.io.geometries import to_city, to_wgs84
from asset_inventory.io.layer_files import Exported
from asset_inventory.io.schemas import (
    BASE,
    GEOJSON,
    GEOPACKAGE,
    INTEGER,
    MIXED,
    NUMBER,
    SHAPEFILE,
    SUFFIXES,
    TEXT,
    TRUTH,
    Field,
    Schema,
)
from asset_inventory.model.errors import SourceError, in_one_line

# Names of the columns of ours in a GeoPackage, the first that no field has.
_OURS = (("fid", "fid_", "fid__"), ("geom", "geom_", "geom__"))
# What a field of a shapefile has room for, where its cells do not need more: as GDAL makes them.
_TEXT_WIDTH, _WHOLE_WIDTH, _NUMBER_WIDTH, _DECIMALS = 80, 18, 24, 15
# fmt: off
BOOL, WHOLE, FLOAT, DAY, MOMENT, BYTES, WORDS, SEVERAL = (
    "bool", "whole", "float", "day", "moment", "bytes", "words", "several",
)
# fmt: on
_ALONE = {bytes: BYTES, datetime.date: DAY, bool: BOOL, int: WHOLE, float: FLOAT, str: WORDS}
_IN_PACKAGE = {
    BOOL: "BOOLEAN",
    WHOLE: "INTEGER",
    FLOAT: "REAL",
    DAY: "DATE",
    MOMENT: "DATETIME",
    BYTES: "BLOB",
}
_IN_COLLECTION = {BOOL: TRUTH, WHOLE: INTEGER, FLOAT: NUMBER, SEVERAL: MIXED}


def in_file(table: gpd.GeoDataFrame, schema: Schema, to: Path) -> tuple[gpd.GeoDataFrame, Schema]:
    """Return a layer's table and schema as the file has them: system, field names, kind.

    The table comes with the register's names. Raises SourceError for an ending that is not ours, or
    where only a guess would bring the layer into its system.
    """
    table = _as_delivered(table, schema, to.name)
    driver = {suffix: name for name, suffix in SUFFIXES.items()}.get(to.suffix.lower())
    if driver is None:
        suffixes = ", ".join(SUFFIXES.values())
        raise SourceError("error.export_suffix", path=str(to), suffixes=suffixes)
    if driver != schema.driver:
        make = {SHAPEFILE: _as_shapefile, GEOPACKAGE: _as_package, GEOJSON: _as_collection}[driver]
        table, schema = make(table, schema, to.stem)
    names = {known: name for name, known in schema.columns.items() if name != known}
    return table.rename(columns=names), schema


def _as_delivered(table: gpd.GeoDataFrame, schema: Schema, source: str) -> gpd.GeoDataFrame:
    """Return the table in the system in which its last delivery came."""
    system = schema.stated or schema.crs
    if table.crs is None or system is None or table.crs == pyproj.CRS.from_user_input(system):
        return table
    return to_city(table, system, source=source)[0]


# GeoPackage


def _as_package(
    table: gpd.GeoDataFrame, schema: Schema, layer: str
) -> tuple[gpd.GeoDataFrame, Schema]:
    known = [*schema.columns.values()]
    fields = tuple(Field(name, _IN_PACKAGE.get(_holds(table, name), "TEXT")) for name in known)
    names = _names(table)
    kinds = {name.removeprefix("MULTI") for name in names}
    shape = kinds.pop() if len(kinds) == 1 else "GEOMETRY"
    if shape != "GEOMETRY" and any(name.startswith("MULTI") for name in names):
        shape = f"MULTI{shape}"
    heights = _heights(table)
    more = " Z?" if len(heights) == 2 else " Z" if True in heights else ""
    taken = {name.lower() for name in known}
    id_column, place = (next(name for name in ours if name not in taken) for ours in _OURS)
    crs = table.crs.to_wkt() if table.crs else None
    return table, Schema(
        GEOPACKAGE, fields, shape + more, crs=crs, layer=layer, id_column=id_column, place=place
    )


# Shapefile


def _as_shapefile(
    table: gpd.GeoDataFrame, schema: Schema, _: str
) -> tuple[gpd.GeoDataFrame, Schema]:
    known = [*schema.columns.values()]
    names = _cut(known)
    fields = tuple(_dbase_field(table, full, name) for full, name in zip(known, names, strict=True))
    single = (name.removeprefix("MULTI").title() for name in _names(table))
    kinds = {name.replace("string", "String") for name in single}
    shape = " / ".join(sorted(kinds)) or "Point"
    if shape == "Point" and (shapely.get_num_geometries(_drawn(table)) > 1).any():
        shape = "MultiPoint"
    shape += " Z" * (True in _heights(table))
    crs, prj = (table.crs.to_wkt(), _for_prj(table.crs)) if table.crs else (None, None)
    return table, Schema(
        driver=SHAPEFILE,
        fields=fields,
        geometry=shape,
        encoding="utf-8" if fields else "",
        cpg="UTF-8" if fields else None,
        prj=prj,
        crs=crs,
    )


def _for_prj(crs: pyproj.CRS) -> str:
    try:
        return crs.to_wkt("WKT1_ESRI")
    except CRSError:  # a system that ESRI has no words for
        return crs.to_wkt()


def _cut(known: Iterable[str]) -> list[str]:
    """Return names of at most ten bytes, unique in any case; names cut alike are numbered."""
    cut: list[str] = []
    for name in known:
        short, number = first_bytes(name, dbase.LONGEST_NAME), 0
        while short.lower() in (earlier.lower() for earlier in cut):
            number += 1
            short = first_bytes(name, dbase.LONGEST_NAME - 1 - len(str(number))) + f"_{number}"
        cut.append(short)
    return cut


def first_bytes(name: str, count: int) -> str:
    """Return the beginning of a name that fits into so many bytes."""
    return name.encode()[:count].decode(errors="ignore")


def _dbase_field(table: gpd.GeoDataFrame, known: str, name: str) -> Field:
    holds = _holds(table, known)
    cells = table[known].dropna().tolist() if known in table else []
    other = "" if known == name else known
    if holds == BOOL:
        return Field(name, "L", 1, 0, "?", column=other)
    if holds == DAY:
        return Field(name, "D", 8, 0, " ", column=other)
    if holds == WHOLE:
        width = max([_WHOLE_WIDTH, *(len(str(cell)) for cell in cells)])
        return Field(name, "N", width, 0, " ", column=other)
    if holds == FLOAT:
        field = Field(name, "N", _NUMBER_WIDTH, _DECIMALS, " ", column=other)
        all_fit = all(dbase.fits(cell, field) for cell in cells)
        return field if all_fit else replace(field, kind="F", signs="e3")
    width = max([_TEXT_WIDTH, *(len(str(cell).encode("utf-8", "replace")) for cell in cells)])
    return Field(name, "C", min(width, dbase.WIDEST_TEXT), 0, " ", column=other)


# GeoJSON


def _as_collection(
    table: gpd.GeoDataFrame, schema: Schema, _: str
) -> tuple[gpd.GeoDataFrame, Schema]:
    known = [*schema.columns.values()]
    fields = tuple(Field(name, _IN_COLLECTION.get(_holds(table, name), TEXT)) for name in known)
    table = to_wgs84(table) if table.crs else table
    return table, Schema(GEOJSON, fields, crs=table.crs.to_wkt() if table.crs else None)


# What stands in a layer


def _names(table: gpd.GeoDataFrame) -> set[str]:
    numbers = set(shapely.get_type_id(_drawn(table)).tolist())
    return {shapely.GeometryType(number).name for number in numbers}


def _heights(table: gpd.GeoDataFrame) -> set[bool]:
    return set(shapely.has_z(_drawn(table)).tolist())


def _drawn(table: gpd.GeoDataFrame) -> object:
    shapes = table.geometry.to_numpy()
    return shapes[~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)]


def _holds(table: gpd.GeoDataFrame, name: str) -> str:
    """Return what a column holds: one of the words above."""
    if name not in table:
        return WORDS
    values = table[name]
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return MOMENT
    if pd.api.types.is_bool_dtype(values.dtype):
        return BOOL
    if pd.api.types.is_numeric_dtype(values.dtype):
        return WHOLE if pd.api.types.is_integer_dtype(values.dtype) else FLOAT
    cells = values.dropna().tolist()
    kinds = {type(cell) for cell in cells}
    if kinds == {int} and not all(-(2**63) <= cell < 2**63 for cell in cells):
        return SEVERAL  # as text, whole
    if len(kinds) == 1:
        (type_,) = kinds
        return MOMENT if issubclass(type_, datetime.datetime) else _ALONE.get(type_, SEVERAL)
    return SEVERAL if kinds else WORDS


# Metres of a degree on the equator: the grid of a layer in degrees is nowhere coarser than that of
# one in metres.
METRES_A_DEGREE = 111_320.0
_LARGEST_BASE = 2**28  # bytes; a million assets are about a quarter of that


@dataclass(frozen=True)
class Base:
    """What an export states: the `version` of the register and the `layer` it is made from.

    `ids` are the assets by the hash of their record, several where records are alike; the hash is
    over `fields`. `names` are the register's names of the fields that are called otherwise in the
    file, by their name there. `past` is the hash of how the register came there (see
    `register.past`); empty where that was not written.
    """

    version: int
    layer: str
    fields: tuple[str, ...]
    ids: Mapping[str, tuple[str, ...]]
    names: Mapping[str, str] = field(default_factory=dict)
    past: str = ""


def export_layer(
    table: gpd.GeoDataFrame,
    schema: Schema | None,
    to: Path,
    *,
    version: int,
    layer: str,
    past: str = "",
    with_ids: bool = False,
) -> Exported:
    """Write a layer as delivered, and next to it `<name>.base.json`, which identifies its assets.

    The table has the asset_id as its index, the register's names of its fields, and its geometry in
    any system. A file of another kind than the delivered one, and any without a schema, holds all
    of the layer's fields. See `io.layer_files.write_layer` and `in_file` for what is not written,
    and what is raised.
    """
    if schema is None:
        schema = Schema.of_names(table.columns.drop(table.geometry.name))
    table, schema = in_file(table, schema, to)
    fields = [name for name in schema.names if name in table]
    known = schema.columns
    ids: dict[str, list[str]] = {}
    hashes = _hashes(table.rename(columns=known), [known[name] for name in fields])
    for record_hash, asset in zip(hashes, table.index.astype("str"), strict=True):
        ids.setdefault(record_hash, []).append(asset)
    base = {"version": version, "layer": layer, "fields": [known[name] for name in fields]}
    base |= {"records": ids}
    if names := {name: known[name] for name in fields if known[name] != name}:
        base["names"] = names
    if past:
        base["past"] = past
    return layer_files.write_layer(table, schema, to, with_ids=with_ids, base=base)


def read_base(layer: Path, member: str = "") -> Base | None:
    """Return what an export wrote next to a layer's file, or to its member in a zip; else None.

    Raises SourceError when what lies there was not written by an export.
    """
    plain = _plain_base(layer, member)
    if plain is None:
        return None
    keys = ("version", "layer", "fields", "records")
    version, name, fields, records = map(plain.get, keys)
    names, past = plain.get("names", {}), plain.get("past", "")
    sound = type(version) is int and isinstance(name, str) and _words(fields)
    sound = sound and isinstance(records, dict) and all(map(_words, records.values()))
    if not (sound and isinstance(names, dict) and _words([*names.values(), past])):
        fault = ", ".join(sorted(plain)[:5])
        raise SourceError("error.base_unreadable", path=str(layer), fault=fault)
    ids = {key: tuple(ids) for key, ids in records.items()}
    return Base(version=version, layer=name, fields=tuple(fields), ids=ids, names=names, past=past)


def _plain_base(layer: Path, member: str = "") -> dict[str, object] | None:
    """Return the JSON next to a layer's file, or to its member in a zip; else None."""
    path = layer.with_suffix(BASE)
    try:
        written = read_beside(layer, member, BASE, limit=_LARGEST_BASE) if member else None
        if written is not None:
            path = layer
        elif path.stat().st_size > _LARGEST_BASE:
            raise ValueError(f"> {_LARGEST_BASE // 2**20} MB")
        else:
            written = path.read_bytes()
        base = json.loads(written.decode("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as fault:
        reason = in_one_line(fault)
        raise SourceError("error.base_unreadable", path=str(path), fault=reason) from None
    if not isinstance(base, dict):
        raise SourceError("error.base_unreadable", path=str(path), fault=type(base).__name__)
    return base


def known_by(base: Base, table: gpd.GeoDataFrame) -> pd.Series:
    """Return each feature's asset_id by the exported record that is equal to it, else null.

    Each feature gets another one of several equal records, in the order of rows.
    """
    hashes = pd.Series(_hashes(table, [name for name in base.fields if name in table]))
    turns = hashes.groupby(hashes).cumcount()
    ids = [
        known[turn] if turn < len(known := base.ids.get(record_hash, ())) else None
        for record_hash, turn in zip(hashes, turns, strict=True)
    ]
    return pd.Series(ids, index=table.index, dtype="str")


def _words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


def _hashes(table: gpd.GeoDataFrame, fields: list[str]) -> np.ndarray:
    crs = pyproj.CRS.from_user_input(table.crs) if table.crs else None
    grid = GRID / METRES_A_DEGREE if crs is not None and crs.is_geographic else GRID
    return record_hashes(pd.DataFrame(table[fields]), table.geometry.to_numpy(), grid=grid)
