"""A GeoPackage with the columns as they were declared: GDAL makes the file and its shapes, SQLite takes the cells.

What SQLite is given is what the table holds: no text is cut, no whole number becomes a float.
"""

from __future__ import annotations

import datetime
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from asset_inventory.sources.faults import Fault
from asset_inventory.sources.schemas import NO_BEGINNING, Field, Schema
from asset_inventory.sources.texts import time_as_text
from asset_inventory.sources.whole_files import demand_layer

_LARGEST = {"BOOLEAN": 1, "TINYINT": 2**7, "SMALLINT": 2**15, "MEDIUMINT": 2**31, "INT": 2**63, "INTEGER": 2**63}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
KIND, WIDE, ROUNDED = "export_value_kind", "export_number_too_wide", "export_number_rounded"
LONG, SIGNS = "export_text_too_long", "export_text_signs"
# GDAL's triggers name these functions. None of them is called while no row's number and no shape changes.
_NAMED = ("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY")

Cell = tuple[object, str]  # what SQLite is given, and why it is not


def columns(table: gpd.GeoDataFrame, schema: Schema) -> tuple[dict[str, list[object]], list[Fault]]:
    """Return what SQLite is given for each field of the schema, and the faults of what does not fit it."""
    found, faults = {}, []
    names = [name.lower() for name in (schema.id_column, schema.place, *schema.names) if name]
    for name in schema.names:
        if names.count(name.lower()) > 1:
            faults.append(Fault("export_field_twice", column=name))
    for field in schema.fields:
        values = table[field.name] if field.name in table else pd.Series(None, index=table.index, dtype=object)
        write = _writer(field)
        there = values.notna().to_numpy()
        cells = np.full(len(values), None, dtype=object)
        written = [write(value) for value in values[there].tolist()]
        cells[there] = _objects([cell for cell, _ in written])
        for why in (KIND, WIDE, ROUNDED, LONG, SIGNS) if any(why for _, why in written) else ():
            rows = np.flatnonzero(there)[[found == why for _, found in written]]
            if len(rows):
                shown = {"value": str(values.iloc[rows[0]])[:40], "kind": field.kind, "width": field.width or 0}
                arguments = shown | {"precision": field.precision or 0, "encoding": "UTF-8"}
                faults.append(Fault(why, rows=rows, column=field.name, arguments=arguments))
        found[field.name] = cells.tolist()
    return found, faults


def write(made: Path, shapes: np.ndarray, columns: dict[str, list[object]], schema: Schema, *, kind: str) -> None:
    """Write a new GeoPackage of one layer; `kind` is GDAL's name of the layer's kind of shapes, without heights."""
    layer = schema.layer or made.stem
    layer = f"layer_{layer}" if layer.startswith(NO_BEGINNING) else layer
    heights = " Z" if " Z" in schema.geometry and kind != "Unknown" else ""
    names = {"FID": schema.id_column or "fid", "GEOMETRY_NAME": schema.place or "geom"}
    pyogrio.raw.write(
        made, shapely.to_wkb(shapes), [], [], layer=layer, driver="GPKG", geometry_type=kind + heights,
        crs=schema.crs, encoding="utf-8", layer_options=names,
    )  # fmt: skip
    with closing(sqlite3.connect(made)) as base, base:
        for name in _NAMED:
            base.create_function(name, 1, lambda _: None)
        for field in schema.fields:
            base.execute(f"ALTER TABLE {_quoted(layer)} ADD COLUMN {_quoted(field.name)} {_declared(field)}")
        if columns and len(shapes):
            assigned = ", ".join(f"{_quoted(name)} = ?" for name in columns)
            question = f"UPDATE {_quoted(layer)} SET {assigned} WHERE rowid = ?"
            rows = base.execute(f"SELECT rowid FROM {_quoted(layer)} ORDER BY rowid").fetchall()
            base.executemany(question, zip(*columns.values(), (row for (row,) in rows), strict=True))
        demand_layer(base, layer, len(shapes))


def shapes_in(made: Path, schema: Schema) -> np.ndarray:
    """Return the shapes of the layer that was written, as GDAL reads them."""
    return pyogrio.raw.read(made, layer=schema.layer or made.stem, columns=[])[2]


def cells_in(made: Path, schema: Schema, names: list[str]) -> list[tuple[object, ...]]:
    """Return the cells of the layer that was written, row by row; nothing where it has no fields."""
    if not names:
        return []
    listed = ", ".join(_quoted(name) for name in names)
    with closing(sqlite3.connect(made)) as base:
        return base.execute(f"SELECT {listed} FROM {_quoted(schema.layer or made.stem)} ORDER BY rowid").fetchall()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _declared(field: Field) -> str:
    sizes = ", ".join(str(size) for size in (field.width, field.precision) if size is not None)
    return f"{field.kind}({sizes})" if sizes else field.kind


def _objects(cells: list[object]) -> np.ndarray:
    made = np.full(len(cells), None, dtype=object)
    made[:] = cells
    return made


def _writer(field: Field) -> Callable[[object], Cell]:
    if field.kind in _LARGEST:
        return lambda value: _whole(value, _LARGEST[field.kind], signed=field.kind != "BOOLEAN")
    if field.kind in ("DOUBLE", "REAL", "FLOAT"):
        return lambda value: _number(value, single=field.kind == "FLOAT")
    if field.kind == "DATE":
        return _day
    if field.kind == "DATETIME":
        return _moment
    if field.kind == "BLOB":
        return lambda value: (value, "") if isinstance(value, bytes) else (None, KIND)
    return lambda value: _text(value, field.width)


def _whole(value: object, most: int, *, signed: bool) -> Cell:
    if isinstance(value, str):
        try:
            value = int(value)
        except ValueError:
            return None, KIND
    if not isinstance(value, int | float) or value in (float("inf"), float("-inf")):
        return None, KIND
    if value != int(value):
        return None, ROUNDED
    least, most = (-most, most - 1) if signed else (0, most)
    return (int(value), "") if least <= int(value) <= most else (None, WIDE)


def _number(value: object, *, single: bool) -> Cell:
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None, KIND
    if not isinstance(value, int | float):
        return None, KIND
    if isinstance(value, int) and abs(value) > 2**53 and int(float(value)) != value:
        return None, ROUNDED
    return (None, ROUNDED) if single and float(np.float32(value)) != value else (float(value), "")


def _day(value: object) -> Cell:
    if isinstance(value, datetime.datetime):
        return (value.date().isoformat(), "") if value.time() == datetime.time() else (None, ROUNDED)
    if isinstance(value, datetime.date):
        return value.isoformat(), ""
    return (value, "") if isinstance(value, str) and _DAY.fullmatch(value) else (None, KIND)


def _moment(value: object) -> Cell:
    """Return a moment in UTC as the standard writes it; one without a zone is in UTC, as it was read."""
    try:
        moment = datetime.datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return None, KIND
    if not isinstance(moment, datetime.datetime):
        if not isinstance(moment, datetime.date):
            return None, KIND
        moment = datetime.datetime.combine(moment, datetime.time())
    if moment.tzinfo is not None:
        moment = moment.astimezone(datetime.UTC).replace(tzinfo=None)
    if moment.microsecond % 1000:
        return None, ROUNDED
    return moment.isoformat(timespec="milliseconds") + "Z", ""


def _text(value: object, width: int | None) -> Cell:
    if isinstance(value, bytes | list | dict):
        return None, KIND
    if isinstance(value, float):
        value = str(value).removesuffix(".0")
    if isinstance(value, datetime.date | datetime.time):
        value = time_as_text(value)
    text = str(int(value) if isinstance(value, bool) else value)
    if "\0" in text:  # which ends the text for most readers
        return None, SIGNS
    return (text, "") if width is None or len(text) <= width else (None, LONG)
