"""What a layer becomes in a file: its own kind as it was delivered, or another kind with all its fields.

A shapefile made of something else has wide fields, so that staff have room to type, and names cut to ten characters,
each with the name that it has in the register. GeoJSON is on WGS 84, as its standard (RFC 7946) wants it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyproj
import shapely
from pyproj.exceptions import CRSError

from asset_inventory.errors import SourceError
from asset_inventory.sources import dbase
from asset_inventory.sources.projections import to_city, to_wgs84
from asset_inventory.sources.schemas import (
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

# Names of the columns of ours in a GeoPackage, the first that no field has.
_OURS = (("fid", "fid_", "fid__"), ("geom", "geom_", "geom__"))
# What a field of a shapefile has room for, where its cells do not need more: as GDAL makes them.
_TEXT_WIDTH, _WHOLE_WIDTH, _NUMBER_WIDTH, _DECIMALS = 80, 18, 24, 15
BOOL, WHOLE, FLOAT, DAY, MOMENT, BYTES, WORDS, SEVERAL = (
    "bool", "whole", "float", "day", "moment", "bytes", "words", "several",
)  # fmt: skip
_ALONE = {bytes: BYTES, datetime.date: DAY, bool: BOOL, int: WHOLE, float: FLOAT, str: WORDS}
_IN_PACKAGE = {BOOL: "BOOLEAN", WHOLE: "INTEGER", FLOAT: "REAL", DAY: "DATE", MOMENT: "DATETIME", BYTES: "BLOB"}
_IN_COLLECTION = {BOOL: TRUTH, WHOLE: INTEGER, FLOAT: NUMBER, SEVERAL: MIXED}


def in_file(table: gpd.GeoDataFrame, schema: Schema, to: Path) -> tuple[gpd.GeoDataFrame, Schema]:
    """Return a layer's table and schema as the file has them: its system, the names of its fields, its kind.

    The table comes with the register's names. Raises SourceError for an ending that is not ours, or where only a guess
    would bring the layer into its system.
    """
    table = _as_delivered(table, schema, to.name)
    driver = {suffix: kind for kind, suffix in SUFFIXES.items()}.get(to.suffix.lower())
    if driver is None:
        raise SourceError("error.export_suffix", path=str(to), suffixes=", ".join(SUFFIXES.values()))
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


def _as_package(table: gpd.GeoDataFrame, schema: Schema, layer: str) -> tuple[gpd.GeoDataFrame, Schema]:
    known = [*schema.columns.values()]
    fields = tuple(Field(name, _IN_PACKAGE.get(_holds(table, name), "TEXT")) for name in known)
    names = _names(table)
    kinds = {one.removeprefix("MULTI") for one in names}
    kind = kinds.pop() if len(kinds) == 1 else "GEOMETRY"
    if kind != "GEOMETRY" and any(one.startswith("MULTI") for one in names):
        kind = f"MULTI{kind}"
    heights = _heights(table)
    more = " Z?" if len(heights) == 2 else " Z" if True in heights else ""
    there = {name.lower() for name in known}
    id_column, place = (next(name for name in ours if name not in there) for ours in _OURS)
    crs = table.crs.to_wkt() if table.crs else None
    return table, Schema(GEOPACKAGE, fields, kind + more, crs=crs, layer=layer, id_column=id_column, place=place)


# Shapefile


def _as_shapefile(table: gpd.GeoDataFrame, schema: Schema, _: str) -> tuple[gpd.GeoDataFrame, Schema]:
    known = [*schema.columns.values()]
    names = _cut(known)
    fields = tuple(_dbase_field(table, one, name) for one, name in zip(known, names, strict=True))
    kinds = {one.removeprefix("MULTI").title().replace("string", "String") for one in _names(table)}
    kind = " / ".join(sorted(kinds)) or "Point"
    if kind == "Point" and (shapely.get_num_geometries(_drawn(table)) > 1).any():
        kind = "MultiPoint"
    kind += " Z" * (True in _heights(table))
    crs, prj = (table.crs.to_wkt(), _for_prj(table.crs)) if table.crs else (None, None)
    return table, Schema(SHAPEFILE, fields, kind, "utf-8" if fields else "", "UTF-8" if fields else None, prj, crs)


def _for_prj(crs: pyproj.CRS) -> str:
    try:
        return crs.to_wkt("WKT1_ESRI")
    except CRSError:  # a system that ESRI has no words for
        return crs.to_wkt()


def _cut(known: Iterable[str]) -> list[str]:
    """Return names of at most ten bytes, no two alike in any case; what was cut to the same is numbered."""
    made: list[str] = []
    for name in known:
        short, number = _first_bytes(name, dbase.LONGEST_NAME), 0
        while short.lower() in (one.lower() for one in made):
            number += 1
            short = _first_bytes(name, dbase.LONGEST_NAME - 1 - len(str(number))) + f"_{number}"
        made.append(short)
    return made


def _first_bytes(name: str, count: int) -> str:
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
        return Field(name, "N", max([_WHOLE_WIDTH, *(len(str(cell)) for cell in cells)]), 0, " ", column=other)
    if holds == FLOAT:
        field = Field(name, "N", _NUMBER_WIDTH, _DECIMALS, " ", column=other)
        return field if all(dbase.fits(cell, field) for cell in cells) else replace(field, kind="F", signs="e3")
    width = max([_TEXT_WIDTH, *(len(str(cell).encode("utf-8", "replace")) for cell in cells)])
    return Field(name, "C", min(width, dbase.WIDEST_TEXT), 0, " ", column=other)


# GeoJSON


def _as_collection(table: gpd.GeoDataFrame, schema: Schema, _: str) -> tuple[gpd.GeoDataFrame, Schema]:
    known = [*schema.columns.values()]
    fields = tuple(Field(name, _IN_COLLECTION.get(_holds(table, name), TEXT)) for name in known)
    table = to_wgs84(table) if table.crs else table
    return table, Schema(GEOJSON, fields, crs=table.crs.to_wkt() if table.crs else None)


# What stands in a layer


def _names(table: gpd.GeoDataFrame) -> set[str]:
    return {shapely.GeometryType(number).name for number in set(shapely.get_type_id(_drawn(table)).tolist())}


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
        (kind,) = kinds
        return MOMENT if issubclass(kind, datetime.datetime) else _ALONE.get(kind, SEVERAL)
    return SEVERAL if kinds else WORDS
