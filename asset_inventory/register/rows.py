"""The rows of a layer's feature table: cells become SQL's values and come back exactly.

Each asset's row has a checksum over all its cells, so that a changed byte is found.
"""

from __future__ import annotations

import datetime
import hashlib
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj.exceptions import CRSError

from asset_inventory.io import geopackage
from asset_inventory.io.geopackage import ANY, GEOMETRY, blobs, geometry_type, quoted, shapes
from asset_inventory.io.schemas import NO_BEGINNING
from asset_inventory.model.arrays import objects
from asset_inventory.model.errors import RegisterError, in_one_line
from asset_inventory.register.changes import HALF_CHARACTER, decode, encode, encode_rows
from asset_inventory.register.store import Field, StoredLayer, stored_layers

TEXT, WHOLE, NUMBER, TRUTH = "text", "whole", "number", "truth"
MOMENT, DATE, JSON = "moment", "date", "json"
# fmt: off
_SQL = {
    TEXT: "TEXT", WHOLE: "INTEGER", NUMBER: "REAL", TRUTH: "BOOLEAN", MOMENT: "DATETIME", DATE: "DATE", JSON: "TEXT",
}
# fmt: on
ASSET_ID, VERSION, CHECKSUM = "asset_id", "asset_version", "asset_checksum"
OURS = {ASSET_ID: "TEXT NOT NULL", VERSION: "INTEGER NOT NULL", CHECKSUM: "TEXT NOT NULL"}
_TAKEN_COLUMNS = {"fid", GEOMETRY, "rowid", "oid", "_rowid_", *OURS}
_TAKEN_TABLES = {"deliveries", "changes", "proposed", "layer_styles"}
_TAKEN_BEGINNINGS = ("gpkg_", "rtree_", "sqlite_", "register_", "idx_", "trigger_")
_ASKED_AT_ONCE = 500
_LARGEST = 2**63
_NOTHING = type(None)


# Read


def read_rows(
    connection: sqlite3.Connection, stored: StoredLayer, ids: Sequence[str] | None = None
) -> gpd.GeoDataFrame:
    """Return a layer's table, or the rows of these assets in it; see `read_sealed`."""
    return read_sealed(connection, stored, ids)[0]


def read_sealed(
    connection: sqlite3.Connection, stored: StoredLayer, ids: Sequence[str] | None = None
) -> tuple[gpd.GeoDataFrame, np.ndarray]:
    """Return a layer's table and the checksum stored with each row; the index is the asset_id.

    Raises RegisterError where a cell does not hold what it should.
    """
    columns = [ASSET_ID, CHECKSUM, GEOMETRY, *(field.column for field in stored.fields)]
    query = f"SELECT {', '.join(map(quoted, columns))} FROM {quoted(stored.table)}"
    if ids is None:
        rows = connection.execute(f"{query} ORDER BY fid").fetchall()
    else:
        ids = [*dict.fromkeys(ids)]
        rows = []
        for start in range(0, len(ids), _ASKED_AT_ONCE):
            part = ids[start : start + _ASKED_AT_ONCE]
            places = ", ".join("?" * len(part))
            rows += connection.execute(f"{query} WHERE asset_id IN ({places})", part).fetchall()
    cells = [*zip(*rows, strict=True)] or [()] * len(columns)
    try:
        index = pd.Index(cells[0], dtype="str")
        table = {
            field.name: _values(column, field.kind).set_axis(index)
            for field, column in zip(stored.fields, cells[3:], strict=True)
        }
        geometry = gpd.GeoSeries(shapes(cells[2]), index=index, crs=stored.crs)
    except (ValueError, TypeError, OverflowError, shapely.errors.ShapelyError, CRSError) as fault:
        reason = in_one_line(fault)
        raise RegisterError("error.register_cell", layer=stored.layer, fault=reason) from None
    return gpd.GeoDataFrame(table, geometry=geometry, index=index), np.array(cells[1], dtype=object)


def checksums(table: gpd.GeoDataFrame) -> np.ndarray:
    """Return the hash of each row's whole content."""
    rows = zip(table.index, encode_rows(table), strict=True)
    records = (f"{asset}\n{row}".encode("utf-8", "surrogatepass") for asset, row in rows)
    return objects([hashlib.blake2b(record, digest_size=16).hexdigest() for record in records])


def _values(values: Sequence[object], kind: str) -> pd.Series:
    kinds = set(map(type, values))
    filled = _NOTHING not in kinds
    if kind in (TEXT, DATE) and not kinds <= {str, _NOTHING}:
        raise ValueError(kind)
    if kind == TEXT:
        return pd.Series(values, dtype="str")
    if kind == WHOLE:
        return pd.Series(values, dtype="int64" if filled else "Int64")
    if kind == NUMBER:
        return pd.Series(values, dtype="float64")
    if kind == TRUTH:
        if not set(values) <= {0, 1, None}:
            raise ValueError(kind)
        cells = pd.Series([None if cell is None else bool(cell) for cell in values], dtype=object)
        return cells.astype("bool" if filled else "boolean")
    if kind == MOMENT:
        cells = [None if cell is None else str(cell).removesuffix("Z") for cell in values]
        return pd.Series(np.array(cells, dtype="datetime64[us]"))
    if kind == DATE:
        days = [None if cell is None else datetime.date.fromisoformat(cell) for cell in values]
        return pd.Series(days, dtype=object)
    return decode(values)


# Write


def write_table(
    connection: sqlite3.Connection,
    stored: StoredLayer | None,
    table: gpd.GeoDataFrame,
    versions: np.ndarray,
    layer: str,
) -> StoredLayer:
    """Write a layer whole in place of the earlier one and return it; `versions` are its rows'."""
    if stored is not None:
        geopackage.drop_layer(connection, stored.table)
    name = stored.table if stored is not None else _table_name(connection, layer)
    fields = _fields(table)
    geometry = table.geometry.to_numpy()
    crs = table.crs.to_wkt() if table.crs is not None else None
    columns = OURS | {field.column: _SQL[field.kind] for field in fields}
    entry = StoredLayer(
        layer=layer,
        table=name,
        fields=fields,
        crs=crs,
        geometry_type=geometry_type(geometry),
        system=0,
        version=0,
    )
    cells = (name, columns, _rows(table, entry, versions), geometry)
    system = geopackage.write_layer(connection, *cells, crs=table.crs, key=ASSET_ID)
    return replace(entry, system=system, schema=stored.schema if stored is not None else {})


def change_rows(
    connection: sqlite3.Connection,
    stored: StoredLayer,
    before: gpd.GeoDataFrame,
    after: gpd.GeoDataFrame,
    version: int,
) -> bool:
    """Put changed rows into a layer's table, and return whether its columns hold them unchanged.

    Where they do not, nothing is written and the layer must be written whole.
    """
    known = {field.name: field.kind for field in stored.fields}
    for name in after.columns.drop("geometry"):
        kind = kind_of(after[name])
        if name not in known or (kind is not None and known[name] not in (kind, JSON)):
            return False
    geometry = after.geometry.to_numpy()
    drawn = (~shapely.is_missing(geometry)).any()
    if drawn and stored.geometry_type not in (ANY, geometry_type(geometry)):
        return False
    gone = before.index.difference(after.index)
    new = ~after.index.isin(before.index)
    table = quoted(stored.table)
    connection.executemany(f"DELETE FROM {table} WHERE asset_id = ?", [(asset,) for asset in gone])
    names = [GEOMETRY, VERSION, CHECKSUM, *(field.column for field in stored.fields)]
    rows = [*zip(blobs(geometry, stored.system), _rows(after, stored, version), strict=True)]
    assigned = ", ".join(f"{quoted(name)} = ?" for name in names)
    listed = ", ".join(map(quoted, [*names, ASSET_ID]))
    places = ", ".join("?" * (len(names) + 1))
    for added, query in (
        (False, f"UPDATE {table} SET {assigned} WHERE asset_id = ?"),
        (True, f"INSERT INTO {table} ({listed}) VALUES ({places})"),
    ):
        chosen = (row for row, is_new in zip(rows, new, strict=True) if is_new == added)
        connection.executemany(query, [(blob, *row[1:], row[0]) for blob, row in chosen])
    geopackage.grow_extent(connection, stored.table, geometry)
    return True


def kind_of(column: pd.Series) -> str | None:
    """Return how a column's cells are kept; None where it has none."""
    filled = column[column.notna()]
    if not len(filled):
        return None
    if pd.api.types.is_bool_dtype(column.dtype):
        return TRUTH
    if pd.api.types.is_integer_dtype(column.dtype):
        return WHOLE if int(filled.max()) < _LARGEST else JSON
    if pd.api.types.is_float_dtype(column.dtype):
        return NUMBER
    if column.dtype == "datetime64[us]":  # GDAL warns of finer ones than milliseconds
        return MOMENT if (filled.dt.microsecond % 1000 == 0).all() else JSON
    cells = filled.astype(object).tolist()
    kinds = set(map(type, cells))
    if kinds == {datetime.date}:
        return DATE
    if kinds == {str}:
        return JSON if HALF_CHARACTER.search("".join(cells)) else TEXT
    return JSON


def _kind_of_nothing(column: pd.Series) -> str:
    kinds = (
        (pd.api.types.is_bool_dtype, TRUTH),
        (pd.api.types.is_integer_dtype, WHOLE),
        (pd.api.types.is_float_dtype, NUMBER),
        (pd.api.types.is_datetime64_any_dtype, MOMENT),
    )
    return next((kind for fits, kind in kinds if fits(column.dtype)), TEXT)


def _rows(
    table: gpd.GeoDataFrame, stored: StoredLayer, versions: np.ndarray | int
) -> list[tuple[object, ...]]:
    """Return each row's SQL values: asset_id, version, checksum, fields; no geometry."""
    cells = [
        _sql_values(table[field.name], field.kind) if field.name in table else [None] * len(table)
        for field in stored.fields
    ]
    numbers = np.broadcast_to(versions, len(table)).tolist()
    names = [field.name for field in stored.fields]
    sealed = checksums(_as_kept(table.reindex(columns=[*names, "geometry"]), stored))
    return [*zip(table.index.tolist(), numbers, sealed.tolist(), *cells, strict=True)]


def _as_kept(table: gpd.GeoDataFrame, stored: StoredLayer) -> gpd.GeoDataFrame:
    """Return the table as it will be read, so that its checksums are those of what is kept."""
    kept = {}
    for field in stored.fields:
        cells = _values(_sql_values(table[field.name], field.kind), field.kind)
        kept[field.name] = cells.set_axis(table.index)
    return table.assign(**kept) if kept else table


def _sql_values(column: pd.Series, kind: str) -> list[object]:
    if kind == JSON:
        return encode(column).tolist()
    cells = column.astype(object).where(column.notna(), None).tolist()
    if kind == TRUTH:
        return [None if cell is None else int(cell) for cell in cells]
    if kind == NUMBER:
        return [None if cell is None else float(cell) + 0.0 for cell in cells]  # -0.0 is not kept
    if kind == MOMENT:
        return [cell and cell.isoformat(timespec="milliseconds") + "Z" for cell in cells]
    return [cell and cell.isoformat() for cell in cells] if kind == DATE else cells


# Names


def _fields(table: gpd.GeoDataFrame) -> tuple[Field, ...]:
    """Return for each field its column: its own name, numbered where SQL would take two for one."""
    taken, fields = set(_TAKEN_COLUMNS), []
    for name in table.columns.drop("geometry"):
        column = _free(str(name).replace("\0", " "), taken)
        taken.add(column.casefold())
        kind = kind_of(table[name]) or _kind_of_nothing(table[name])
        fields.append(Field(str(name), column, kind))
    return tuple(fields)


def _table_name(connection: sqlite3.Connection, layer: str) -> str:
    tables = {name.casefold() for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    tables |= {stored.table.casefold() for stored in stored_layers(connection)} | _TAKEN_TABLES
    taken = layer.casefold().startswith((*_TAKEN_BEGINNINGS, *NO_BEGINNING))
    return _free((f"layer_{layer}" if taken else layer).replace("\0", " "), tables)


def _free(name: str, taken: set[str] | Mapping[str, object]) -> str:
    """Return the name, with a number behind it where another has it already."""
    name, number = HALF_CHARACTER.sub("?", name) or "field", 1
    free = name
    while free.casefold() in taken:
        number += 1
        free = f"{name}_{number}"
    return free
