"""Layers that GDAL reads, in turn, compared with their own headers; schemas by these headers."""

from __future__ import annotations

import errno
import mmap
import re
import sqlite3
import warnings
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO
from xml.parsers import expat

import numpy as np
import pandas as pd
import pyogrio
import pyproj
import shapely
from pyogrio.errors import CRSError as UnknownCRSError
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj.exceptions import CRSError

from asset_inventory.intake import shapefiles
from asset_inventory.intake.containers import Dataset
from asset_inventory.intake.records import Asked, Records, from_wkb, layers_of, nothing
from asset_inventory.io.geopackage import NO_ROOM, quoted
from asset_inventory.io.schemas import GEOPACKAGE, SHAPEFILE, SHAPES, Field, Schema
from asset_inventory.model.arrays import objects
from asset_inventory.model.errors import in_one_line
from asset_inventory.model.tables import WARNING, Fault
from asset_inventory.model.texts import EXACT, OSM_TAGS, tag_in

_OSM_XML = "osm xml"
_OSM = ("osm extract", _OSM_XML)
_XML = ("kml", "gml", _OSM_XML)
_DELETED = re.compile(rb"<(?:node|way|relation)\s[^>]*\baction\s*=\s*[\"']delete[\"']")
_ENTITIES = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
# The messages of libraries where memory ends, in any exception.
_NO_MEMORY = re.compile(r"(?i)bad_alloc|out of memory|cannot allocate memory|not enough memory")
_NUMBERS = re.compile(r"(?i)(tiny|small|medium|big)?int|real|double|float|numeric|decimal")
# The last comes from pyogrio itself, for a .prj that is no text.
_OF_PYTHON = (ValueError, RuntimeError, OverflowError, UnboundLocalError)
_REFUSED = (DataSourceError, DataLayerError, UnknownCRSError, CRSError, *_OF_PYTHON)


def read_layers(dataset: Dataset, request: Asked) -> list[Records]:
    """Return the layers of a dataset that hold geometry: all, or the one that is asked for.

    Raises SourceError where one is asked for and it is not clear which.
    """
    if dataset.kind == "shapefile":
        return [_shapefile(dataset.path, request)]
    if dataset.kind == "geopackage":
        return _geopackage(dataset, request)
    if dataset.kind in _XML and (fault := _xml_fault(dataset.path)):
        return [nothing(fault)]
    if dataset.kind in _OSM and "OSM" not in pyogrio.list_drivers():
        return [nothing(Fault("osm_driver_missing"))]
    if dataset.kind == _OSM_XML:  # new objects of JOSM have ids below 0
        pyogrio.set_gdal_config_options({"OSM_USE_CUSTOM_INDEXING": "NO"})
        if deleted := _deleted_in(dataset.path):
            return [nothing(Fault("osm_deleted", count=deleted))]
    return _all_layers(dataset, request)


def _shapefile(path: Path, request: Asked) -> Records:
    checked = shapefiles.audit(path)
    if checked.records is None:
        return nothing(*checked.faults)
    if any(fault.refuses for fault in checked.faults):
        # The shapes exist, but nobody knows which attributes are theirs: these are not read.
        path.with_suffix(".dbf").unlink(missing_ok=True)
    records = _read(path, None, request, encoding=checked.encoding)
    table = path.with_suffix(".dbf")
    if request.whole and table.exists():
        names = _wide_whole(path)
        records = _exact(records, names, lambda name: shapefiles.whole_numbers(table, name))
    return _counted(records.with_faults(*checked.faults), checked.records, request)


def _wide_whole(path: Path) -> list[str]:
    """Return the fields of a .dbf with whole numbers that may be more than a float holds."""
    return [
        name
        for name, field_type, width, precision in shapefiles.table_of(path.with_suffix(".dbf"))[0]
        if field_type in "NF" and not precision and width > len(str(int(EXACT)))
    ]


def _exact(records: Records, names: list[str], column: Callable[[str], np.ndarray]) -> Records:
    """Return the records with integers kept where GDAL gives floats, for a gap or their size."""
    table, exact = records.table, {}
    for name in names:
        if name in table and table[name].dtype.kind == "f" and (table[name].abs() >= EXACT).any():
            cells = column(name)
            if np.array_equal(pd.isna(cells), table[name].isna().to_numpy()):
                exact[name] = cells
    return replace(records, table=table.assign(**exact)) if exact else records


def _counted(records: Records, claimed: int, request: Asked) -> Records:
    """Return the records, refused where they are fewer or more than the file's header claims."""
    claimed = claimed if request.most is None else min(claimed, request.most)
    if len(records.geometry) == claimed or any(fault.refuses for fault in records.faults):
        return records
    counts = {"claimed": claimed, "read": len(records.geometry)}
    return records.with_faults(Fault("features_missing", arguments=counts))


def _all_layers(dataset: Dataset, request: Asked) -> list[Records]:
    path, of_osm = dataset.path, dataset.kind in _OSM
    if not of_osm:
        request = replace(request, box=())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the reading of each layer repeats it
            all_layers = pyogrio.list_layers(path)
            listed = [str(name) for name, shape_type in all_layers if shape_type is not None]
    except _REFUSED as fault:
        return [nothing(_not_readable(fault))]
    layers = []
    for name in layers_of(listed, request, dataset.name):
        records = _read(path, name, request)
        if dataset.kind == "flatgeobuf":
            records = _counted(records, _claimed(path, name), request)
        if len(records.geometry) or records.faults or not of_osm or request.one:
            layers.append(records)
    whole = request.most is None and len(layers) == len(listed)
    if dataset.kind == "kml" and layers and whole:
        placed = len(re.findall(rb"<(?:\w+:)?Placemark[\s>]", path.read_bytes()))
        read = sum(len(layer.geometry) for layer in layers)
        if placed != read:
            counts = {"claimed": placed, "read": read}
            layers[0] = layers[0].with_faults(Fault("features_missing", arguments=counts))
    return layers or [nothing(Fault("no_layer"))]


def _claimed(path: Path, layer: str) -> int:
    """Return how many features a header claims; -1 where that cannot be read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return int(pyogrio.read_info(path, layer=layer)["features"])
    except _REFUSED:
        return -1


def _read(path: Path, layer: str | None, request: Asked, *, encoding: str | None = None) -> Records:
    name = layer or ""
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            fields, columns = _columns(path, layer, request, encoding)
            meta, numbers, blobs, values = pyogrio.raw.read(
                path,
                layer=layer,
                encoding=encoding,
                return_fids=True,
                columns=columns,
                max_features=request.most,
                **_within(request, fields),
            )
    except UnicodeDecodeError as fault:
        if encoding == "latin-1":
            return nothing(_not_readable(fault), layer=name)
        encoding_fault = Fault("not_utf8", WARNING, arguments={"encoding": "Latin-1"})
        return _read(path, layer, request, encoding="latin-1").with_faults(encoding_fault)
    except _REFUSED as fault:
        return nothing(_not_readable(fault), layer=name)
    # a library's warnings to its programmers are no faults of the file
    of_the_file = (x.message for x in caught if not issubclass(x.category, DeprecationWarning))
    texts = dict.fromkeys(str(message).split(". ")[0][:160] for message in of_the_file)
    faults = [Fault("reader_said", WARNING, arguments={"text": text}) for text in list(texts)[:5]]
    if blobs is None:
        return nothing(*faults, Fault("no_layer"), layer=name)
    geometry, broken = from_wkb(blobs)
    cells = {str(field): column for field, column in zip(meta["fields"], values, strict=True)}
    table = pd.DataFrame(cells, index=range(len(geometry)))
    if fields is not None and OSM_TAGS in fields:
        table, fields = _with_tags(table, fields, request)
    crs, unknown = _system(meta["crs"])
    all_faults = (*faults, *broken, *unknown)
    return Records(
        table=table,
        geometry=geometry,
        crs=crs,
        faults=all_faults,
        layer=name,
        labels=np.asarray(numbers),
        fields=fields,
    )


def _not_readable(fault: Exception) -> Fault:
    if _NO_MEMORY.search(str(fault)):
        return Fault("error.reading_memory")
    return Fault("not_readable", arguments={"fault": in_one_line(fault)})


def _columns(
    path: Path, layer: str | None, request: Asked, encoding: str | None
) -> tuple[tuple[str, ...] | None, list[str] | None]:
    """Return all fields of a layer, and those to read; None and None where all are read."""
    if not request.one:
        return None, None
    about = pyogrio.read_info(path, layer=layer, encoding=encoding)
    fields = tuple(str(field) for field in about["fields"])
    if request.whole:
        return fields, None
    columns = [name for name in request.fields if name in fields]
    in_tags = OSM_TAGS in fields and OSM_TAGS not in columns and len(columns) < len(request.fields)
    return fields, [*columns, *([OSM_TAGS] if in_tags else [])]


def _within(request: Asked, fields: tuple[str, ...] | None) -> dict[str, Any]:
    """Return what GDAL leaves unread where a box is asked for: beyond it, and of other words."""
    if not request.box:
        return {}
    tests = [
        f'"{name}" IN ({", ".join(map(_quoted, words))})'
        for name, words in request.where.items()
        if name in (fields or ()) and "*" not in words and not request.ignore_case
    ]
    return {"bbox": tuple(request.box), "where": " AND ".join(tests) or None}


def _quoted(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"


def _with_tags(
    table: pd.DataFrame, fields: tuple[str, ...], request: Asked
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return a table with a column for each further tag of OpenStreetMap that is asked for."""
    tag_names = [name for name in request.fields if name not in fields]
    if not tag_names:
        return table, fields
    tags = {name: tag_in(table[OSM_TAGS], name) for name in tag_names}
    return table.assign(**tags), (*fields, *tag_names)


def _system(text: str | None) -> tuple[pyproj.CRS | None, list[Fault]]:
    if not text:
        return None, []
    try:
        return pyproj.CRS.from_user_input(text), []
    except CRSError:
        return None, [Fault("crs_not_known", arguments={"given": text[:80]})]


def _xml_fault(path: Path) -> Fault | None:
    """Return why a document is kept from GDAL: it declares entities, which may name files."""
    with path.open("rb") as file:
        head = file.read(2**20).replace(b"\x00", b"")
        file.seek(0)
        declares = bool(_ENTITIES.search(head)) or _declares(file)
    return Fault("xml_entities", arguments={"member": path.name}) if declares else None


def _declares(file: BinaryIO) -> bool:
    """Return whether a document type is declared before its first element, however far."""
    declared: list[bool] = []
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = lambda *_: declared.append(True)
    parser.StartElementHandler = lambda *_: declared.append(False)
    with suppress(expat.ExpatError):  # GDAL reports where a document is broken
        while not declared and (part := file.read(2**16)):
            parser.Parse(part)
        if not declared:  # what a release of expat holds back until a long sign of markup ends
            parser.Parse(b"", True)
    return declared[:1] == [True]


def _deleted_in(path: Path) -> int:
    """Return how many objects of an OSM file are marked as deleted and GDAL would still read."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        return sum(1 for _ in _DELETED.finditer(text))


# GeoPackage


def _geopackage(dataset: Dataset, request: Asked) -> list[Records]:
    """Return the feature tables in a GeoPackage's contents; views and triggers never run."""
    try:
        with closing(connected(dataset.path)) as base:
            fault, tables = _inspected(base)
            if fault:
                return [nothing(fault)]
            meant = layers_of([name for name, _ in tables], request, dataset.name)
            chosen = [table for table in tables if table[0] in meant]
            layers = [_table(dataset.path, base, *table, request) for table in chosen]
    except (sqlite3.Error, ValueError, OverflowError) as problem:
        if (getattr(problem, "sqlite_errorname", None) or "").startswith(NO_ROOM):
            raise OSError(errno.ENOSPC, str(problem)) from None
        return [nothing(Fault("database_damaged", arguments={"fault": in_one_line(problem)}))]
    return layers or [nothing(Fault("no_layer"))]


def connected(path: Path) -> sqlite3.Connection:
    """Return a connection to a GeoPackage that runs none of its code."""
    base = sqlite3.connect(path)
    base.execute("PRAGMA trusted_schema = OFF")
    base.text_factory = lambda text: text.decode("utf-8", errors="replace")
    return base


def _inspected(base: sqlite3.Connection) -> tuple[Fault | None, list[tuple[str, str]]]:
    """Return a fault, or the tables with their columns of geometry."""
    query = "SELECT lower(name), type FROM sqlite_master WHERE type IN ('table', 'view')"
    types = dict(base.execute(query))
    if types.get("gpkg_contents") != "table" or types.get("gpkg_geometry_columns") != "table":
        return Fault("database_no_package"), []
    damage = base.execute("PRAGMA quick_check(1)").fetchone()[0]
    if damage != "ok":
        return Fault("database_damaged", arguments={"fault": str(damage)[:120]}), []
    listed = base.execute(
        "SELECT c.table_name, g.column_name FROM gpkg_contents c LEFT JOIN gpkg_geometry_columns g"
        " ON lower(g.table_name) = lower(c.table_name) WHERE c.data_type = 'features' ORDER BY c.rowid"
    ).fetchall()
    for name, _ in listed:
        if types.get(str(name).lower()) != "table":
            return Fault("database_view", arguments={"table": str(name)[:80]}), []
    described = base.execute("SELECT table_name FROM gpkg_geometry_columns")
    lost = {str(name).lower() for (name,) in described} - {str(name).lower() for name, _ in listed}
    wrong = [*sorted(lost), *(str(name) for name, column in listed if column is None)]
    if wrong:
        return Fault("database_contents", arguments={"table": wrong[0][:80]}), []
    return None, [(str(name), str(column)) for name, column in listed]


def _table(path: Path, base: sqlite3.Connection, name: str, column: str, request: Asked) -> Records:
    table, place = quoted(name), quoted(column)
    claimed = base.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    records = _counted(_read(path, name, request), int(claimed), request)
    if any(fault.refuses for fault in records.faults) or records.labels is None:
        return records
    if request.whole:
        records = _exact(records, *_whole_columns(base, table, records.labels))
    missing = shapely.is_missing(records.geometry)
    query = f"SELECT rowid FROM {table} WHERE {place} IS NOT NULL"
    filled = _numbers(base, query) if missing.any() else np.zeros(0)
    broken = [fault.rows for fault in records.faults if fault.code == "geometry_broken"]
    lost = np.flatnonzero(np.isin(records.labels, filled) & missing)
    faults = [Fault("geometry_broken", rows=np.setdiff1d(lost, np.concatenate([*broken, []])))]
    for _, field, sql_type, *_ in base.execute(f"PRAGMA table_info({table})").fetchall():
        wanted = not request.one or request.whole or str(field) in request.fields
        if wanted and _NUMBERS.match(str(sql_type)):
            of_field = f"typeof({quoted(str(field))}) IN ('text', 'blob')"
            wrong = _numbers(base, f"SELECT rowid FROM {table} WHERE {of_field}")
            rows = np.flatnonzero(np.isin(records.labels, wrong))
            faults.append(Fault("number_not_readable", rows=rows, column=str(field)))
    return records.with_faults(*(fault for fault in faults if len(fault.rows)))


def _whole_columns(
    base: sqlite3.Connection, table: str, labels: np.ndarray
) -> tuple[list[str], Callable[[str], np.ndarray]]:
    """Return the names of the columns of whole numbers, and how to read one exactly."""
    columns = base.execute(f"PRAGMA table_info({table})").fetchall()

    def column(name: str) -> np.ndarray:
        cell = quoted(name)
        query = f"SELECT rowid, {cell} FROM {table} WHERE typeof({cell}) = 'integer'"
        by_row = dict(base.execute(query))
        return objects(by_row.get(row) for row in labels.tolist())

    names = [str(name) for _, name, sql_type, *_ in columns if "INT" in str(sql_type).upper()]
    return names, column


def _numbers(base: sqlite3.Connection, query: str) -> np.ndarray:
    return np.array([number for (number,) in base.execute(query)], dtype=np.int64)


LONGEST = 100_000  # bytes of a .prj or .cpg that are kept
# The number in a .dbf's header that names its encoding, as GDAL understands it; what is not here is
# Latin-1.
# fmt: off
_LANGUAGES = {
    0x01: "cp437", 0x02: "cp850", 0x03: "cp1252", 0x08: "cp865", 0x09: "cp437", 0x0A: "cp850", 0x13: "cp932",
    0x1F: "cp852", 0x22: "cp852", 0x23: "cp852", 0x26: "cp866", 0x4D: "cp936", 0x4E: "cp949", 0x4F: "cp950",
    0x50: "cp874", 0x58: "cp1252", 0x64: "cp852", 0x65: "cp866", 0x6A: "cp737", 0x6B: "cp857", 0x78: "cp950",
    0x79: "cp949", 0x7A: "cp936", 0x7B: "cp932", 0x7C: "cp874", 0xC8: "cp1250", 0xC9: "cp1251", 0xCA: "cp1254",
    0xCB: "cp1253", 0xCC: "cp1257",
}
# fmt: on
_DECLARED = re.compile(r"([A-Za-z][A-Za-z ]*)(?:\(\s*(\d{1,9})\s*(?:,\s*(\d{1,9})\s*)?\))?")
# What GDAL writes into an empty cell, for a column that has none to learn from.
_BLANKS = {"N": "*", "F": "*", "D": "0", "L": "?"}


def schema_of(dataset: Dataset, records: Records) -> Schema:
    """Return the schema of a layer read from this dataset; for foreign drivers only the names."""
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
        shape = int.from_bytes(file.read(shapefiles.HEADER)[32:36], "little", signed=True)
    cpg, prj = (_text(path.with_suffix(end)) for end in (".cpg", ".prj"))
    schema = Schema(
        driver=SHAPEFILE,
        fields=(),
        geometry=SHAPES.get(shape, str(shape)),
        encoding="",
        cpg=cpg,
        prj=prj,
        crs=crs,
    )
    table = path.with_suffix(".dbf")
    if not table.exists():
        return schema
    with table.open("rb") as file:
        language = file.read(32)[29]
    encoding = shapefiles.code_page(path) or _LANGUAGES.get(language, "iso8859-1")
    if any(fault.code == "not_utf8" for fault in records.faults):
        encoding = "iso8859-1"
    headers, body = shapefiles.table_of(table)
    names = [str(name) for name in records.table.columns]
    if len(names) != len(headers):
        names = [name.encode("latin-1").decode(encoding, errors="replace") for name, *_ in headers]
    ends = np.cumsum([1, *(width for _, _, width, _ in headers)])
    fields = []
    for name, (_, field_type, width, precision), end in zip(names, headers, ends[1:], strict=True):
        cells = body[:, end - width : end]
        signs = _blank(field_type, cells), _signs(field_type, cells)
        fields.append(Field(name, field_type, width, precision, *signs))
    return Schema(
        driver=SHAPEFILE,
        fields=tuple(fields),
        geometry=schema.geometry,
        encoding=encoding,
        cpg=cpg,
        prj=prj,
        crs=crs,
        language=language,
    )


def _text(path: Path) -> str | None:
    return path.read_bytes()[:LONGEST].decode("latin-1") if path.exists() else None


def _blank(field_type: str, cells: np.ndarray) -> str:
    """Return the sign that fills the empty cells of a field: the one that most of them have."""
    if field_type not in _BLANKS or not cells.size:
        return _BLANKS.get(field_type, " ")
    signs = (_BLANKS[field_type], " ")
    counts = {sign: int((cells == ord(sign)).all(axis=1).sum()) for sign in signs}
    best = max(counts, key=counts.get)
    return best if counts[best] else _BLANKS[field_type]


def _signs(field_type: str, cells: np.ndarray) -> str:
    """Return how the values of a field are written; see `Field`."""
    if field_type == "L":
        letters = {chr(byte) for byte in np.unique(cells)}
        return next((pair for pair in ("TF", "tf", "YN", "yn") if letters & set(pair)), "TF")
    if field_type not in "NF" or not cells.size:
        return ""
    exponents = np.isin(cells, (0x45, 0x65)).any(axis=1)
    filled = np.isin(cells, np.frombuffer(b"0123456789", dtype=np.uint8)).any(axis=1)
    if not exponents.any() or exponents.sum() < filled.sum():
        return ""
    match = re.search(rb"([eE])[+-](\d+)", cells[np.argmax(exponents)].tobytes())
    return f"{match[1].decode()}{len(match[2])}" if match else ""


# GeoPackage


def _of_geopackage(base: sqlite3.Connection, layer: str, crs: str | None) -> Schema:
    query = "SELECT column_name, geometry_type_name, z, m FROM gpkg_geometry_columns"
    query += " WHERE lower(table_name) = lower(?)"
    place, geometry_type, heights, measures = base.execute(query, (layer,)).fetchone()
    columns = base.execute(f"PRAGMA table_info({quoted(layer)})").fetchall()
    id_column = next((str(name) for _, name, *_, key in columns if key), "")
    named = ((str(name), str(declared)) for _, name, declared, *_ in columns)
    of_ours = (id_column, str(place))
    fields = tuple(_declared(name, declared) for name, declared in named if name not in of_ours)
    # the standard's numbers: 0 none, 1 every shape, 2 as it comes
    more = " Z" * (heights == 1) + " M" * (measures == 1) + " Z?" * (heights == 2)
    schema = Schema(GEOPACKAGE, fields, f"{geometry_type}{more}", crs=crs, layer=layer)
    return replace(schema, id_column=id_column, place=str(place))


def _declared(name: str, declared: str) -> Field:
    match = _DECLARED.fullmatch(declared.strip())
    if not match:  # free words of the file's author
        return Field(name, "TEXT" if declared.strip() else "")
    sql_type, width, precision = match.groups()
    return Field(name, sql_type.strip().upper(), width and int(width), precision and int(precision))
