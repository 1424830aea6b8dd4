"""Layers written as GeoPackage or GeoJSON with their declared fields, and compared when read again.

GDAL makes a GeoPackage and its shapes; SQLite takes the cells as the table holds them: no text is
cut, no whole number becomes a float.
"""

from __future__ import annotations

import datetime
import json
import math
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from asset_inventory.io.atomic import demand_layer
from asset_inventory.io.dbase import KIND, LONG, ROUNDED, SIGNS, WIDE, cell_faults
from asset_inventory.io.geopackage import quoted
from asset_inventory.io.schemas import (
    INTEGER,
    NO_BEGINNING,
    NUMBER,
    STRUCTURE,
    TEXT,
    TRUTH,
    Field,
    Schema,
)
from asset_inventory.model.arrays import objects
from asset_inventory.model.errors import RequestError
from asset_inventory.model.tables import Fault
from asset_inventory.model.texts import time_as_text

MULTI = ("MultiPoint", "MultiLineString", "MultiPolygon")


def shape_faults(
    shapes: np.ndarray, fitting: tuple[str, ...], geometry_type: str, *, heights: bool | None
) -> list[Fault]:
    """Return shapes that such a layer does not take; all or none have `heights` (None: either)."""
    present = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    fit = [shapely.GeometryType[name.upper()] for name in fitting]
    wrong = present & ~np.isin(shapely.get_type_id(shapes), fit)
    if heights is not None:
        wrong |= present & (shapely.has_z(shapes) != heights)
    first = shapes[np.argmax(wrong)] if wrong.any() else None
    arguments = {"kind": geometry_type}
    arguments |= {"found": f"{first.geom_type}{' Z' * first.has_z}" if first else ""}
    fault = Fault("export_shape_kind", rows=np.flatnonzero(wrong), arguments=arguments)
    return [fault] * fault.applies


def as_kind(shapes: np.ndarray, geometry_type: str | None) -> np.ndarray:
    """Return single shapes as multi ones of one part, or such multi ones as single."""
    if geometry_type is None:
        return shapes
    shapes, types = shapes.copy(), shapely.get_type_id(shapes)
    for multi in MULTI:
        single = types == shapely.GeometryType[multi.removeprefix("Multi").upper()]
        several = types == shapely.GeometryType[multi.upper()]
        alone = several & (shapely.get_num_geometries(shapes) == 1)
        if multi == geometry_type:
            gathered = getattr(shapely, f"multi{multi.removeprefix('Multi').lower()}s")
            shapes[single] = gathered(shapes[single].reshape(-1, 1)) if single.any() else None
        elif multi == f"Multi{geometry_type}":
            shapes[alone] = shapely.get_geometry(shapes[alone], 0)
    return shapes


def demand_same_shapes(wanted: np.ndarray, blobs: np.ndarray, path: Path) -> None:
    """Raise SourceError where the shapes read back (WKB) are not those to be written."""
    nothing = np.full(len(wanted), None, dtype=object)
    read_back = nothing if blobs is None else shapely.from_wkb(blobs)
    alike = len(read_back) == len(wanted)
    if alike:
        both = (wanted, read_back)
        nothing = [shapely.is_missing(part) | shapely.is_empty(part) for part in both]
        first, second = (shapely.normalize(_alone(part)) for part in both)
        alike = bool((np.logical_and(*nothing) | shapely.equals_identical(first, second)).all())
    demand_same(alike, path, "geometry")


def demand_same(alike: bool, path: Path, what: str) -> None:
    """Raise SourceError where a field or the shapes of a written file differ from the table."""
    if not alike:
        raise RequestError("error.export_differs", path=path.name, field=what)


def _alone(shapes: np.ndarray) -> np.ndarray:
    """Return shapes, each as the set of its parts: single or multi part is the file's choice."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    joined = shapes.copy()
    joined[~shapely.is_missing(shapes)] = None
    if len(parts):
        shapely.geometrycollections(parts, indices=owner, out=joined)
    return joined


_LARGEST = {"BOOLEAN": 1, "TINYINT": 2**7, "SMALLINT": 2**15, "MEDIUMINT": 2**31}
_LARGEST |= {"INT": 2**63, "INTEGER": 2**63}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
# GDAL's triggers name these functions. None of them is called while no row's number and no shape
# changes.
_NAMED = ("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY")

Cell = tuple[object, str]  # what SQLite is given, and why it is not


def columns(table: gpd.GeoDataFrame, schema: Schema) -> tuple[dict[str, list[object]], list[Fault]]:
    """Return SQLite's value for each field of the schema, and the faults of what does not fit."""
    by_name, faults = {}, []
    names = [name.lower() for name in (schema.id_column, schema.place, *schema.names) if name]
    for name in schema.names:
        if names.count(name.lower()) > 1:
            faults.append(Fault("export_field_twice", column=name))
    for field in schema.fields:
        values = table.get(field.name, pd.Series(None, index=table.index, dtype=object))
        write = _writer(field)
        filled = values.notna().to_numpy()
        cells = np.full(len(values), None, dtype=object)
        written = [write(value) for value in values[filled].tolist()]
        cells[filled] = objects(cell for cell, _ in written)
        faults += cell_faults([why for _, why in written], values, field, "UTF-8")
        by_name[field.name] = cells.tolist()
    return by_name, faults


def write(
    path: Path,
    shapes: np.ndarray,
    columns: dict[str, list[object]],
    schema: Schema,
    *,
    geometry_type: str,
) -> None:
    """Write a new GeoPackage of one layer; `geometry_type` is GDAL's name, without heights."""
    layer = schema.layer or path.stem
    layer = f"layer_{layer}" if layer.startswith(NO_BEGINNING) else layer
    heights = " Z" if " Z" in schema.geometry and geometry_type != "Unknown" else ""
    names = {"FID": schema.id_column or "fid", "GEOMETRY_NAME": schema.place or "geom"}
    options: dict[str, Any] = {
        "layer": layer,
        "driver": "GPKG",
        "encoding": "utf-8",
        "crs": schema.crs,
    }
    options |= {"geometry_type": geometry_type + heights, "layer_options": names}
    pyogrio.raw.write(path, shapely.to_wkb(shapes), [], [], **options)
    with closing(sqlite3.connect(path)) as base, base:
        for name in _NAMED:
            base.create_function(name, 1, lambda _: None)
        for field in schema.fields:
            column = f"{quoted(field.name)} {_declared(field)}"
            base.execute(f"ALTER TABLE {quoted(layer)} ADD COLUMN {column}")
        if columns and len(shapes):
            assigned = ", ".join(f"{quoted(name)} = ?" for name in columns)
            statement = f"UPDATE {quoted(layer)} SET {assigned} WHERE rowid = ?"
            query = f"SELECT rowid FROM {quoted(layer)} ORDER BY rowid"
            rows = [row for (row,) in base.execute(query)]
            base.executemany(statement, zip(*columns.values(), rows, strict=True))
        demand_layer(base, layer, len(shapes))


def shapes_in(path: Path, schema: Schema) -> np.ndarray:
    """Return the shapes of the layer that was written, as GDAL reads them."""
    return pyogrio.raw.read(path, layer=schema.layer or path.stem, columns=[])[2]


def cells_in(path: Path, schema: Schema, names: list[str]) -> list[tuple[object, ...]]:
    """Return the cells of the written layer, row by row; nothing where it has no fields."""
    if not names:
        return []
    listed = ", ".join(quoted(name) for name in names)
    with closing(sqlite3.connect(path)) as base:
        query = f"SELECT {listed} FROM {quoted(schema.layer or path.stem)} ORDER BY rowid"
        return base.execute(query).fetchall()


def _declared(field: Field) -> str:
    sizes = ", ".join(str(size) for size in (field.width, field.precision) if size is not None)
    return f"{field.kind}({sizes})" if sizes else field.kind


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


def _whole(value: object, upper: int, *, signed: bool) -> Cell:
    if isinstance(value, str):
        try:
            value = int(value)
        except ValueError:
            return None, KIND
    if not isinstance(value, int | float) or value in (float("inf"), float("-inf")):
        return None, KIND
    if value != int(value):
        return None, ROUNDED
    lower, upper = (-upper, upper - 1) if signed else (0, upper)
    return (int(value), "") if lower <= int(value) <= upper else (None, WIDE)


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
        midnight = value.time() == datetime.time()
        return (value.date().isoformat(), "") if midnight else (None, ROUNDED)
    if isinstance(value, datetime.date):
        return value.isoformat(), ""
    return (value, "") if isinstance(value, str) and _DAY.fullmatch(value) else (None, KIND)


def _moment(value: object) -> Cell:
    """Return a moment in UTC as the standard has it; one without a zone counts as UTC."""
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


_UNKNOWN = object()


def collection(table: gpd.GeoDataFrame, schema: Schema) -> tuple[str, list[Fault]]:
    """Return a layer as GeoJSON, a feature a line, and the faults of what its fields refuse."""
    faults, columns = [], []
    for name in {name for name in schema.names if schema.names.count(name) > 1}:
        faults.append(Fault("export_field_twice", column=name))
    for field in schema.fields:
        values = table.get(field.name, pd.Series(None, index=table.index, dtype=object))
        missing, cells = values.isna().tolist(), values.tolist()
        written = [None if no else _member(x, field) for x, no in zip(cells, missing, strict=True)]
        lost = [x is None and not no for x, no in zip(written, missing, strict=True)]
        rows = np.flatnonzero(lost)
        if len(rows):
            arguments = {"value": str(cells[rows[0]])[:40], "kind": field.kind}
            faults.append(Fault(KIND, rows=rows, column=field.name, arguments=arguments))
        name = json.dumps(field.name, ensure_ascii=False)
        empty = "" if field.optional else f"{name}: null"
        columns.append([empty if text is None else f"{name}: {text}" for text in written])
    shapes = table.geometry.to_numpy()
    nothing = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    drawn = np.where(nothing, None, shapely.to_geojson(shapes))
    properties = zip(*columns, strict=True) if columns else [()] * len(table)
    lines = [
        f'{{"type": "Feature", "properties": {{{", ".join(filter(None, cells))}}}, "geometry": {shape or "null"}}}'
        for cells, shape in zip(properties, drawn, strict=True)
    ]
    head = {"type": "FeatureCollection", **(json.loads(schema.head) if schema.head else {})}
    start = json.dumps(head, ensure_ascii=False)[:-1]
    return f'{start}, "features": [\n' + ",\n".join(lines) + "\n]}\n", faults


def features_in(path: Path) -> tuple[np.ndarray, list[dict[str, object]]]:
    """Return the shapes and the properties of a collection that was written."""
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    shapes = (feature["geometry"] for feature in features)
    texts = objects(None if shape is None else json.dumps(shape) for shape in shapes)
    return shapely.from_geojson(texts), [feature["properties"] for feature in features]


def _member(value: object, field: Field) -> str | None:
    """Return a field's value as JSON; None for one of another kind."""
    fitting = _fitting(value, field.kind)
    return None if fitting is _UNKNOWN else json.dumps(fitting, ensure_ascii=False)


def _fitting(value: object, field_type: str) -> object:
    if isinstance(value, datetime.date | datetime.time):
        value = time_as_text(value)
    if isinstance(value, bytes) or (isinstance(value, float) and not math.isfinite(value)):
        return _UNKNOWN
    if field_type == STRUCTURE and isinstance(value, str) and value[:1] in ("[", "{"):
        with suppress(ValueError):
            return json.loads(value)
    if field_type == INTEGER:
        return _whole_number(value)
    if field_type == NUMBER and isinstance(value, str):
        return _UNKNOWN
    if field_type == TRUTH:
        return bool(value) if isinstance(value, int | float) and value in (0, 1) else _UNKNOWN
    if field_type == TEXT and not isinstance(value, str):
        return str(int(value) if isinstance(value, bool) else value)
    return value


def _whole_number(value: object) -> object:
    if isinstance(value, str):
        digits = value.removeprefix("-")
        plain = digits.isascii() and digits.isdigit() and len(digits) < 4000
        return int(value) if plain else _UNKNOWN
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        return _UNKNOWN
    return int(value)
