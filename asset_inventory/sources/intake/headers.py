"""The schema of a layer as its own headers have it, told to the one who asks for all of its fields."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np

from asset_inventory.sources.archives import Dataset
from asset_inventory.sources.intake.drivers import connected
from asset_inventory.sources.intake.records import Records
from asset_inventory.sources.intake.shapefiles import HEADER, FieldHeader, code_page, table_of
from asset_inventory.sources.schemas import GEOPACKAGE, SHAPEFILE, SHAPES, Field, Schema

LONGEST = 100_000  # bytes of a .prj or .cpg that are kept
# The number in a .dbf's header that names its encoding, as GDAL understands it; what is not here is Latin-1.
_LANGUAGES = {
    0x01: "cp437", 0x02: "cp850", 0x03: "cp1252", 0x08: "cp865", 0x09: "cp437", 0x0A: "cp850", 0x13: "cp932",
    0x1F: "cp852", 0x22: "cp852", 0x23: "cp852", 0x26: "cp866", 0x4D: "cp936", 0x4E: "cp949", 0x4F: "cp950",
    0x50: "cp874", 0x58: "cp1252", 0x64: "cp852", 0x65: "cp866", 0x6A: "cp737", 0x6B: "cp857", 0x78: "cp950",
    0x79: "cp949", 0x7A: "cp936", 0x7B: "cp932", 0x7C: "cp874", 0xC8: "cp1250", 0xC9: "cp1251", 0xCA: "cp1254",
    0xCB: "cp1253", 0xCC: "cp1257",
}  # fmt: skip
_DECLARED = re.compile(r"([A-Za-z][A-Za-z ]*)(?:\(\s*(\d{1,9})\s*(?:,\s*(\d{1,9})\s*)?\))?")
# What GDAL writes into an empty cell, for a column that has none to learn from.
_BLANKS = {"N": "*", "F": "*", "D": "0", "L": "?"}


def schema_of(dataset: Dataset, records: Records) -> Schema:
    """Return the schema of a layer that was read from this dataset; of other drivers than ours, the names alone."""
    if records.schema is not None:
        return records.schema
    crs = records.crs.to_wkt() if records.crs else None
    if dataset.kind == "shapefile":
        return _of_shapefile(dataset.path, records, crs)
    if dataset.kind == "geopackage":
        with closing(connected(dataset.path)) as base:
            return _of_geopackage(base, records.layer, crs)
    fields = tuple(Field(name, records.table[name].dtype.name) for name in records.all_fields)
    return Schema(dataset.kind, fields, crs=crs, layer=records.layer)


# Shapefile


def _of_shapefile(path: Path, records: Records, crs: str | None) -> Schema:
    with path.open("rb") as file:
        shape = int.from_bytes(file.read(HEADER)[32:36], "little", signed=True)
    cpg, prj = (_text(path.with_suffix(end)) for end in (".cpg", ".prj"))
    schema = Schema(SHAPEFILE, (), SHAPES.get(shape, str(shape)), "", cpg, prj, crs)
    table = path.with_suffix(".dbf")
    if not table.exists():
        return schema
    with table.open("rb") as file:
        language = file.read(32)[29]
    encoding = code_page(path) or _LANGUAGES.get(language, "iso8859-1")
    if any(fault.code == "not_utf8" for fault in records.faults):
        encoding = "iso8859-1"
    headers, body = table_of(table)
    names = [str(name) for name in records.table.columns]
    if len(names) != len(headers):
        names = [name.encode("latin-1").decode(encoding, errors="replace") for name, *_ in headers]
    ends = np.cumsum([1, *(width for _, _, width, _ in headers)])
    fields = tuple(
        _field(name, header, body[:, end - header[2] : end])
        for name, header, end in zip(names, headers, ends[1:], strict=True)
    )
    return Schema(SHAPEFILE, fields, schema.geometry, encoding, cpg, prj, crs, language)


def _text(path: Path) -> str | None:
    return path.read_bytes()[:LONGEST].decode("latin-1") if path.exists() else None


def _field(name: str, header: FieldHeader, cells: np.ndarray) -> Field:
    _, kind, width, precision = header
    return Field(name, kind, width, precision, _blank(kind, cells), _signs(kind, cells))


def _blank(kind: str, cells: np.ndarray) -> str:
    """Return the sign that fills the empty cells of a field: the one that most of them have."""
    if kind not in _BLANKS or not cells.size:
        return _BLANKS.get(kind, " ")
    counts = {sign: int((cells == ord(sign)).all(axis=1).sum()) for sign in (_BLANKS[kind], " ")}
    best = max(counts, key=counts.get)
    return best if counts[best] else _BLANKS[kind]


def _signs(kind: str, cells: np.ndarray) -> str:
    """Return how the values of a field are written; see `Field`."""
    if kind == "L":
        there = {chr(byte) for byte in np.unique(cells)}
        return next((pair for pair in ("TF", "tf", "YN", "yn") if there & set(pair)), "TF")
    if kind not in "NF" or not cells.size:
        return ""
    exponents = np.isin(cells, (0x45, 0x65)).any(axis=1)
    filled = np.isin(cells, np.frombuffer(b"0123456789", dtype=np.uint8)).any(axis=1)
    if not exponents.any() or exponents.sum() < filled.sum():
        return ""
    found = re.search(rb"([eE])[+-](\d+)", cells[np.argmax(exponents)].tobytes())
    return f"{found[1].decode()}{len(found[2])}" if found else ""


# GeoPackage


def _of_geopackage(base: sqlite3.Connection, layer: str, crs: str | None) -> Schema:
    place, kind, heights, measures = base.execute(
        "SELECT column_name, geometry_type_name, z, m FROM gpkg_geometry_columns WHERE lower(table_name) = lower(?)",
        (layer,),
    ).fetchone()
    quoted = '"' + layer.replace('"', '""') + '"'
    columns = base.execute(f"PRAGMA table_info({quoted})").fetchall()
    id_column = next((str(name) for _, name, *_, key in columns if key), "")
    fields = tuple(
        _declared(str(name), str(declared))
        for _, name, declared, *_ in columns
        if str(name) not in (id_column, str(place))
    )
    # the standard's numbers: 0 none, 1 every shape, 2 as it comes
    geometry = f"{kind}{' Z' * (heights == 1)}{' M' * (measures == 1)}{' Z?' * (heights == 2)}"
    return Schema(GEOPACKAGE, fields, geometry, crs=crs, layer=layer, id_column=id_column, place=str(place))


def _declared(name: str, declared: str) -> Field:
    found = _DECLARED.fullmatch(declared.strip())
    if not found:  # free words of whoever made the file
        return Field(name, "TEXT" if declared.strip() else "")
    kind, width, precision = found.groups()
    return Field(name, kind.strip().upper(), width and int(width), precision and int(precision))
