"""GeoJSON and GeoParquet, read shape by shape: GDAL silently drops what it does not understand."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from pyproj.exceptions import CRSError

from asset_inventory.intake.records import Records, from_wkb, nothing
from asset_inventory.io.geometries import WGS84
from asset_inventory.io.schemas import (
    GEOJSON,
    INTEGER,
    MIXED,
    NUMBER,
    STRUCTURE,
    TEXT,
    TRUTH,
    Field,
    Schema,
)
from asset_inventory.model.arrays import objects
from asset_inventory.model.errors import in_one_line
from asset_inventory.model.tables import WARNING, Fault

DEEPEST = 40  # brackets within brackets; a MultiPolygon in a FeatureCollection has 8
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"')
# JSON writes a character beyond 65,535 as two halves; an escape of another kind is passed over
# whole.
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
_ESCAPE = re.compile(
    r"\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|(?P<half>\\u[dD][89a-fA-F][\da-fA-F]{2})|\\."
)
# fmt: off
SHAPES = (
    "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection",
)
# fmt: on
# What the types of Python that JSON becomes are called in a schema; None has no type.
_KINDS = {
    str: TEXT,
    int: INTEGER,
    float: NUMBER,
    bool: TRUTH,
    list: STRUCTURE,
    dict: STRUCTURE,
    type(None): None,
}
_LONGEST_HEAD = 10_000  # characters of a collection's own members that are kept


def read_geojson(path: Path, *, schema: bool = False) -> Records:
    """Return the features of a GeoJSON file: a collection, a feature, a geometry, or a sequence.

    With `schema` the records have the schema of their delivery, and whole numbers stay exact
    whatever their size.
    """
    roots, faults = roots_of(path)
    return features_of(roots, faults, schema=schema) if roots else nothing(*faults)


def roots_of(path: Path) -> tuple[list[object], list[Fault]]:
    """Return the JSON documents of a file and warnings, or none and why it cannot be read."""
    data = path.read_bytes()
    if _depth(data) > DEEPEST:
        return [], [Fault("json_deep", arguments={"deepest": DEEPEST})]
    repeated: list[str] = []
    try:
        text, halves = _without_halves(data.decode("utf-8-sig"))
        roots = _roots(text, repeated)
    except UnicodeDecodeError as fault:
        return [], [Fault("json_not_utf8", arguments={"place": fault.start})]
    except json.JSONDecodeError as fault:
        place = {"line": fault.lineno, "column_number": fault.colno}
        return [], [Fault("json_broken", arguments=place)]
    except (RecursionError, ValueError):  # ValueError: a whole number of thousands of digits
        return [], [Fault("json_broken", arguments={"line": 1, "column_number": 1})]
    faults = []
    if halves:
        faults.append(Fault("json_half_character", WARNING, count=halves))
    if repeated:
        key = {"key": repeated[0][:80]}
        faults.append(Fault("json_key_twice", WARNING, arguments=key, count=len(repeated)))
    return roots or [None], faults


def features_of(roots: list[object], faults: list[Fault], *, schema: bool) -> Records:
    """Return the features of GeoJSON documents; see `read_geojson`."""
    features, crs, fault = _features(roots)
    if fault:
        return nothing(fault, *faults)
    others = [place for place, feature in enumerate(features) if _is_another(feature)]
    if others:
        counted = np.setdiff1d(np.arange(len(features)), others)
        first = {"given": features[others[0]]["type"][:80], "row": others[0]}
        faults = [
            *faults,
            Fault("entry_of_another_type", WARNING, arguments=first, count=len(others)),
        ]
        features = [features[place] for place in counted]
    records = records_of(features, crs, faults)
    records = replace(records, labels=counted) if others else records
    return described(records, features, roots) if schema else records


def _without_halves(text: str) -> tuple[str, int]:
    """Return a document with a sign for each lone half of a character, and their number."""
    if not _HALF.search(text):
        return text, 0
    alone = sum(match["half"] is not None for match in _ESCAPE.finditer(text))
    return _ESCAPE.sub(lambda match: r"\ufffd" if match["half"] else match[0], text), alone


def _depth(data: bytes) -> int:
    """Return how deep the brackets go; strings count only when what they hold could matter."""
    if _nested(data) > DEEPEST:
        data = _STRING.sub(b"", data)
    return _nested(data)


def _nested(data: bytes) -> int:
    signs = np.frombuffer(data, dtype=np.uint8)
    step = np.isin(signs, (0x5B, 0x7B)).astype(np.int32) - np.isin(signs, (0x5D, 0x7D))
    return int(np.cumsum(step).max(initial=0))


def _roots(text: str, repeated: list[str]) -> list[object]:
    """Return the documents of a file: one, or one a line (also with RFC 8142's separators)."""

    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        members = dict(pairs)
        if len(members) < len(pairs):
            names = [name for name, _ in pairs]
            repeated.append(next(name for place, name in enumerate(names) if name in names[:place]))
        return members

    decoder = json.JSONDecoder(object_pairs_hook=unique)
    if "\x1e" in text[:1]:
        return [decoder.decode(part) for part in text.split("\x1e") if part.strip()]
    try:
        return [decoder.decode(text)]
    except json.JSONDecodeError as fault:
        lines = [line for line in text.splitlines() if line.strip()]
        if not fault.msg.startswith("Extra data") or len(lines) < 2:
            raise
        repeated.clear()
        try:
            return [decoder.decode(line) for line in lines]
        except json.JSONDecodeError:
            raise fault from None


def _features(roots: list[object]) -> tuple[list[object], pyproj.CRS | None, Fault | None]:
    """Return the features, their system, and a fault when there are none to be had."""
    if not all(isinstance(root, dict) for root in roots):
        return [], None, Fault("json_no_features")
    if len(roots) > 1:
        return list(roots), pyproj.CRS.from_user_input(WGS84), None
    root = roots[0]
    crs, fault = _system(root.get("crs"))
    if fault:
        return [], None, fault
    root_type = root.get("type")
    if root_type == "FeatureCollection" and isinstance(root.get("features"), list):
        return root["features"], crs, None
    if root_type == "Feature":
        return [root], crs, None
    if root_type in SHAPES:
        return [{"type": "Feature", "properties": {}, "geometry": root}], crs, None
    return [], None, Fault("json_no_features")


def _system(member: object) -> tuple[pyproj.CRS | None, Fault | None]:
    """Return the system of the old `crs` member, else WGS 84 (GeoJSON); no link is followed."""
    if member is None:
        return pyproj.CRS.from_user_input(WGS84), None
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str) or member.get("type") != "name":
        return None, Fault("crs_link")
    if len(name) < 200 and re.fullmatch(r"[\w:.,/ -]+", name) and "//" not in name:
        try:
            return pyproj.CRS.from_user_input(name), None
        except CRSError:
            pass
    return None, Fault("crs_not_known", arguments={"given": name[:80]})


def records_of(features: Sequence[object], crs: pyproj.CRS | None, faults: list[Fault]) -> Records:
    """Return features of GeoJSON as records, with a fault for each that is none."""
    sound = np.array([_is_feature(feature) for feature in features], dtype=bool)
    shapes = (entry.get("geometry") if isinstance(entry, dict) else None for entry in features)
    texts = objects(None if shape is None else json.dumps(shape) for shape in shapes)
    geometry = shapely.from_geojson(texts, on_invalid="ignore")
    broken = shapely.is_missing(geometry) & pd.notna(texts)
    malformed = Fault("feature_malformed", rows=np.flatnonzero(~sound))
    faults = [*faults, malformed, Fault("geometry_broken", rows=np.flatnonzero(broken & sound))]
    rows = [
        {str(key): flat(value) for key, value in _properties(feature).items()}
        for feature in features
    ]
    table = pd.DataFrame(rows, index=range(len(features)))
    return Records(table, geometry, crs, tuple(faults))


def _is_feature(entry: object) -> bool:
    return (
        isinstance(entry, dict)
        and entry.get("type") == "Feature"
        and "geometry" in entry
        and isinstance(entry.get("properties", {}), dict | None)
    )


def _is_another(entry: object) -> bool:
    """Return whether an entry declares another type; readers of GeoJSON leave it out."""
    entry_type = entry.get("type") if isinstance(entry, dict) else None
    ours = {shape.casefold() for shape in ("Feature", *SHAPES)}
    return isinstance(entry_type, str) and entry_type.casefold() not in ours


def _properties(feature: object) -> dict[str, object]:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    return properties if isinstance(properties, dict) else {}


def flat(value: object) -> object:
    """Return a table cell's value: lists and objects as text, integers beyond 64 bits too."""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    large = isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**63
    return str(value) if large else value


# Schema


def described(
    records: Records, features: Sequence[object], roots: Sequence[object] = ()
) -> Records:
    """Return the records with their schema, and integers that a float would round kept."""
    values: dict[str, list[object]] = {str(name): [] for name in records.table.columns}
    for feature in features:
        for key, value in _properties(feature).items():
            values[str(key)].append(value)
    fields = tuple(_field(name, cells, len(features)) for name, cells in values.items())
    exact = {
        field.name: objects(flat(_properties(feature).get(field.name)) for feature in features)
        for field in fields
        if field.kind == INTEGER and records.table[field.name].dtype.kind == "f"
    }
    own = roots[0] if len(roots) == 1 else {}
    members = {name: own[name] for name in ("name", "crs") if name in own}
    head = json.dumps(members, ensure_ascii=False)
    head = head if len(head) < _LONGEST_HEAD else ""
    crs = records.crs.to_wkt() if records.crs else None
    schema = Schema(GEOJSON, fields, crs=crs, head=head)
    return replace(records, table=records.table.assign(**exact), schema=schema)


def _field(name: str, cells: list[object], features: int) -> Field:
    types = {_KINDS.get(type(value), MIXED) for value in cells} - {None}
    if types == {INTEGER, NUMBER}:
        types = {NUMBER}
    field_type = types.pop() if len(types) == 1 else MIXED if types else TEXT
    return Field(name, field_type, optional=len(cells) < features)


CRS84 = "OGC:CRS84"
_NESTED = (dict, list, np.ndarray)  # cells that hold several values


def read_geoparquet(path: Path, most: int | None = None) -> Records:
    """Return the features of a GeoParquet file, or no more than the first `most` of them."""
    import pyarrow
    import pyarrow.parquet as parquet

    damaged = (pyarrow.ArrowException, OSError, ValueError, TypeError, KeyError)
    try:
        file = parquet.ParquetFile(path)
        geo = json.loads((file.schema_arrow.metadata or {})[b"geo"])
        column = geo["primary_column"]
        about = geo["columns"][column]
        encoding = about["encoding"]
    except MemoryError:  # pyarrow's own is one too
        raise
    except (*damaged, AttributeError) as fault:
        return nothing(Fault("parquet_without_geometry", arguments={"fault": in_one_line(fault)}))
    crs, wrong = _system_of_column(about)
    try:
        if encoding == "WKB":
            table = file.read() if most is None else _first_rows(file, most)
            table.validate(full=True)  # Parquet does not check whether a text is one
            geometry, broken = from_wkb(table.column(column).to_numpy())
            attributes = table.drop_columns([column]).to_pandas()
        else:
            file.read().validate(full=True)
            frame = gpd.read_parquet(path).iloc[:most]
            geometry, broken = frame.geometry.to_numpy(), []
            attributes = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    except MemoryError:
        raise
    except (*damaged, NotImplementedError) as fault:
        return nothing(Fault("not_readable", arguments={"fault": in_one_line(fault)}))
    attributes = attributes.reset_index(drop=True).apply(_flat_columns)
    records = Records(attributes, np.asarray(geometry, dtype=object), crs, (*broken, *wrong))
    claimed = file.metadata.num_rows
    if (claimed if most is None else min(claimed, most)) != len(records.geometry):
        counts = {"claimed": claimed, "read": len(records.geometry)}
        return records.with_faults(Fault("features_missing", arguments=counts))
    return records


def _flat_columns(column: pd.Series) -> pd.Series:
    """Return a column with lists and objects as text (JSON)."""
    if column.dtype != object:
        return column
    nested = any(isinstance(cell, _NESTED) for cell in column)
    return column.map(_flat_cell) if nested else column


def _flat_cell(cell: object) -> object:
    if not isinstance(cell, _NESTED):
        return cell
    return json.dumps(
        cell,
        ensure_ascii=False,
        default=lambda value: getattr(value, "tolist", lambda: str(value))(),
    )


def _first_rows(file: Any, most: int) -> Any:
    """Return the first rows of a Parquet file, of which only their row groups are read."""
    import pyarrow

    batches, read = [], 0
    for batch in file.iter_batches(batch_size=min(most, 2**16)):
        batches.append(batch)
        read += batch.num_rows
        if read >= most:
            break
    return pyarrow.Table.from_batches(batches, file.schema_arrow).slice(0, most)


def _system_of_column(about: dict[str, object]) -> tuple[pyproj.CRS | None, list[Fault]]:
    """Return the system: WGS 84 where the key is not there, none where it is null."""
    if "crs" not in about:
        return pyproj.CRS.from_user_input(CRS84), []
    if about["crs"] is None:
        return None, []
    try:
        return pyproj.CRS.from_user_input(about["crs"]), []
    except (CRSError, TypeError):
        return None, [Fault("crs_not_known", arguments={"given": str(about["crs"])[:80]})]
