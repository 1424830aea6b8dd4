"""A GeoJSON collection with its members and fields as they were delivered."""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from asset_inventory.sources.faults import Fault
from asset_inventory.sources.schemas import INTEGER, NUMBER, STRUCTURE, TEXT, TRUTH, Field, Schema
from asset_inventory.sources.texts import time_as_text

_UNKNOWN = object()


def collection(table: gpd.GeoDataFrame, schema: Schema) -> tuple[str, list[Fault]]:
    """Return a layer as GeoJSON, a feature a line, and the faults of what its fields do not take."""
    faults, columns = [], []
    for name in {name for name in schema.names if schema.names.count(name) > 1}:
        faults.append(Fault("export_field_twice", column=name))
    for field in schema.fields:
        values = table[field.name] if field.name in table else pd.Series(None, index=table.index, dtype=object)
        cells = [_UNKNOWN if missing else value for value, missing in zip(values.tolist(), values.isna(), strict=True)]
        written = [*map(_writer(field), cells)]
        lost = [text is None and cell is not _UNKNOWN for text, cell in zip(written, cells, strict=True)]
        rows = np.flatnonzero(lost)
        if len(rows):
            arguments = {"value": str(cells[rows[0]])[:40], "kind": field.kind}
            faults.append(Fault("export_value_kind", rows=rows, column=field.name, arguments=arguments))
        name = json.dumps(field.name, ensure_ascii=False)
        empty = "" if field.optional else f"{name}: null"
        columns.append([empty if text is None else f"{name}: {text}" for text in written])
    shapes = table.geometry.to_numpy()
    drawn = np.where(shapely.is_missing(shapes) | shapely.is_empty(shapes), None, shapely.to_geojson(shapes))
    properties = zip(*columns, strict=True) if columns else [()] * len(table)
    lines = [
        f'{{"type": "Feature", "properties": {{{", ".join(filter(None, cells))}}}, "geometry": {shape or "null"}}}'
        for cells, shape in zip(properties, drawn, strict=True)
    ]
    head = {"type": "FeatureCollection", **(json.loads(schema.head) if schema.head else {})}
    start = json.dumps(head, ensure_ascii=False)[:-1]
    return f'{start}, "features": [\n' + ",\n".join(lines) + "\n]}\n", faults


def features_in(made: Path) -> tuple[np.ndarray, list[dict[str, object]]]:
    """Return the shapes and the properties of a collection that was written."""
    features = json.loads(made.read_text(encoding="utf-8"))["features"]
    shapes = [None if one["geometry"] is None else json.dumps(one["geometry"]) for one in features]
    return shapely.from_geojson(np.array(shapes, dtype=object)), [one["properties"] for one in features]


def _writer(field: Field) -> Callable[[object], str | None]:
    """Return what writes a value of a field as JSON; None where there is none, or it is of another kind."""
    return lambda value: None if value is _UNKNOWN else _json(_fitting(value, field.kind))


def _json(value: object) -> str | None:
    return None if value is _UNKNOWN else json.dumps(value, ensure_ascii=False)


def _fitting(value: object, kind: str) -> object:
    if isinstance(value, datetime.date | datetime.time):
        value = time_as_text(value)
    if isinstance(value, bytes) or (isinstance(value, float) and not math.isfinite(value)):
        return _UNKNOWN
    if kind == STRUCTURE and isinstance(value, str):
        return _parsed(value)
    if kind == INTEGER:
        return _whole(value)
    if kind == NUMBER and isinstance(value, str):
        return _UNKNOWN
    if kind == TRUTH:
        return bool(value) if isinstance(value, int | float) and value in (0, 1) else _UNKNOWN
    if kind == TEXT and not isinstance(value, str):
        return str(int(value) if isinstance(value, bool) else value)
    return value


def _parsed(text: str) -> object:
    if text[:1] not in ("[", "{"):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _whole(value: object) -> object:
    if isinstance(value, str):
        digits = value.removeprefix("-")
        return int(value) if digits.isascii() and digits.isdigit() and len(digits) < 4000 else _UNKNOWN
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        return _UNKNOWN
    return int(value)
