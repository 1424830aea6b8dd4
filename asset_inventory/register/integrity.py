"""Is the register whole: SQLite's checks, the spatial index, checksums, the history replayed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from asset_inventory.io import geopackage
from asset_inventory.io.geopackage import GEOMETRY, blobs, quoted
from asset_inventory.model.errors import AssetInventoryError, RegisterError
from asset_inventory.model.tables import finding, findings
from asset_inventory.register import store
from asset_inventory.register.changes import apply, diff
from asset_inventory.register.comparing import tolerance_of
from asset_inventory.register.decisions import altered_decisions, read_decisions
from asset_inventory.register.deliveries import altered_deliveries, read_changes
from asset_inventory.register.rows import checksums, read_sealed
from asset_inventory.register.store import StoredLayer, stored_layers

# The index keeps places as floats of 24 bits, rounded outwards.
_ROUNDED = 2.0**-21
# What a check of a damaged register may raise, and why there is none to be checked.
_FAULTS = (RegisterError, sqlite3.DatabaseError, ValueError, TypeError, OverflowError)
_NOT_EXAMINED = (
    "error.register_missing",
    "error.register_newer",
    "error.no_register",
    "error.register_locked",
)
# Bytes before the bounds, or the geometry, in a GeoPackage's blob.
_HEAD = 8


def examine(path: Path) -> pd.DataFrame:
    """Return FINDINGS on what is damaged in a register; raises RegisterError without one.

    All checks that can still be made are made, whatever the others found.
    """
    rows: list[dict[str, object]] = []
    try:
        with store.read_transaction(path) as connection:
            for check in (_sqlite, _structure, _records, _decisions, _layers):
                try:
                    rows += check(connection, path.name)
                except _FAULTS as fault:
                    rows.append(_unreadable(path.name, fault))
    except RegisterError as fault:
        if fault.key in _NOT_EXAMINED:
            raise
        rows.append(_unreadable(path.name, fault))
    return findings(rows)


def _unreadable(source: str, fault: Exception) -> dict[str, object]:
    ours = isinstance(fault, AssetInventoryError)
    reason = fault.say("en") if ours else " ".join(str(fault).split())[:120]
    return _wrong("register_unreadable", source, fault=reason)


def _wrong(code: str, source: str, **arguments: object) -> dict[str, object]:
    return finding(code, source=source, severity="error", **arguments)


def _sqlite(connection: sqlite3.Connection, source: str) -> Iterator[dict[str, object]]:
    faults = store.values_of(connection, "PRAGMA integrity_check(20)")
    faults += [f"{row}" for row in connection.execute("PRAGMA foreign_key_check")]
    faults = [text for text in faults if text != "ok"]
    if faults:
        fault = " ".join(faults[0].split())[:120]
        yield _wrong("register_damaged", source, count=len(faults), fault=fault)


def _structure(connection: sqlite3.Connection, source: str) -> Iterator[dict[str, object]]:
    if store.rebuilt(connection):
        yield _wrong("register_rebuilt", source)
    names = ("application_id", "user_version")
    head = [store.values_of(connection, f"PRAGMA {name}")[0] for name in names]
    if head != [geopackage.APPLICATION, geopackage.FORMAT]:
        yield _wrong("register_rebuilt", source)


def _records(connection: sqlite3.Connection, source: str) -> Iterator[dict[str, object]]:
    """Compare deliveries, their changes and the entries of layers with their checksums."""
    wrong = altered_deliveries(connection)
    if wrong:
        yield _wrong("register_delivery_altered", source, count=len(wrong), number=str(wrong[0]))
    known = set(store.values_of(connection, "SELECT delivery_id FROM deliveries"))
    for table in ("changes", "proposed", "register_risks"):
        query = f"SELECT DISTINCT delivery_id FROM {table}"
        if strays := set(store.values_of(connection, query)) - known:
            first = str(min(map(str, strays)))
            yield _wrong("register_delivery_altered", source, count=len(strays), number=first)
    query = "SELECT version FROM deliveries WHERE version NOTNULL ORDER BY 1"
    versions = store.values_of(connection, query)
    if versions != [*range(1, len(versions) + 1)]:
        yield _wrong("register_versions_gap", source)
    for layer in store.altered_layers(connection):
        yield _wrong("register_layer_altered", source, layer=layer)
    layers = {stored.layer for stored in stored_layers(connection)}
    query = "SELECT layer FROM deliveries WHERE version NOTNULL"
    if lost := set(store.values_of(connection, query)) - layers:
        yield _wrong("register_layer_altered", source, layer=str(min(map(str, lost))))


def _decisions(connection: sqlite3.Connection, source: str) -> Iterator[dict[str, object]]:
    """Hold the decisions on districts against their seals, and ask whether they can be read."""
    wrong = altered_decisions(connection)
    if wrong:
        yield _wrong("register_decision_altered", source, count=len(wrong), number=str(wrong[0]))
    read_decisions(connection)


def _layers(connection: sqlite3.Connection, source: str) -> Iterator[dict[str, object]]:
    for stored in stored_layers(connection):
        try:
            table, written = read_sealed(connection, stored)
        except RegisterError as fault:
            yield _unreadable(source, fault)
            continue
        differs = _blobs_differ(connection, stored, table)
        altered = table.index[(checksums(table) != written) | differs]
        yield from _assets_wrong("register_assets_altered", source, stored, altered)
        yield from _index(connection, source, stored, table)
        yield from _history(connection, source, stored, table)


def _assets_wrong(
    code: str, source: str, stored: StoredLayer, assets: Sequence[str] | pd.Index
) -> Iterator[dict[str, object]]:
    if len(assets):
        named = {"layer": stored.layer, "asset": str(assets[0])}
        yield _wrong(code, source, count=len(assets), **named)


def _blobs_differ(
    connection: sqlite3.Connection, stored: StoredLayer, table: gpd.GeoDataFrame
) -> np.ndarray:
    """Return which assets' geometry is not written as ours, so that programs may read another.

    Only the head of an empty one is compared: versions of GEOS write the rest differently.
    """
    query = f"SELECT {GEOMETRY} FROM {quoted(stored.table)} ORDER BY fid"
    kept, geometry = store.values_of(connection, query), table.geometry.to_numpy()
    wanted, empty = blobs(geometry, stored.system), shapely.is_empty(geometry).tolist()
    differs = (
        blob != written and not (nothing and blob[:_HEAD] == written[:_HEAD])
        for blob, written, nothing in zip(kept, wanted, empty, strict=True)
    )
    return np.fromiter(differs, dtype=bool)


def _index(
    connection: sqlite3.Connection, source: str, stored: StoredLayer, table: gpd.GeoDataFrame
) -> Iterator[dict[str, object]]:
    """Compare the spatial index, extent, count and rows' versions with the layer's table."""
    index = f"rtree_{stored.table}_{GEOMETRY}"
    (verdict,) = connection.execute("SELECT rtreecheck('main', ?)", (index,)).fetchone()
    query = f"SELECT fid, asset_version FROM {quoted(stored.table)} ORDER BY fid"
    rows = connection.execute(query).fetchall()
    bounds = shapely.bounds(table.geometry.to_numpy())
    drawn = ~np.isnan(bounds[:, 0])
    fids = np.array([fid for fid, _ in rows], dtype=np.int64)[drawn]
    query = f"SELECT id, minx, miny, maxx, maxy FROM {quoted(index)} ORDER BY id"
    kept = np.array(connection.execute(query).fetchall(), dtype=float).reshape(-1, 5)
    sound = verdict == "ok" and np.array_equal(kept[:, 0], fids)
    if sound:
        # an index may be wider, never narrower
        away = (bounds[drawn] - kept[:, 1:]) * np.array([1, 1, -1, -1])
        sound = bool(((away >= 0) & (away <= np.abs(bounds[drawn]) * _ROUNDED + 1e-30)).all())
    if not sound:
        yield _wrong("register_index_wrong", source, layer=stored.layer)
    query = "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = ?"
    extent = connection.execute(query, (stored.table,)).fetchone()
    if not _contains(extent, bounds[drawn]):
        yield _wrong("register_extent_wrong", source, layer=stored.layer)
    query = "SELECT feature_count FROM gpkg_ogr_contents WHERE table_name = ?"
    if connection.execute(query, (stored.table,)).fetchone() != (len(table),):
        yield _wrong("register_count_wrong", source, layer=stored.layer)


def _contains(extent: tuple | None, bounds: np.ndarray) -> bool:
    if not len(bounds):
        return extent is not None
    if extent is None or not all(isinstance(edge, float) for edge in extent):
        return False
    west, south, east, north = extent
    lower, upper = bounds[:, :2].min(axis=0), bounds[:, 2:].max(axis=0)
    return bool(west <= lower[0] and south <= lower[1] and east >= upper[0] and north >= upper[1])


def _history(
    connection: sqlite3.Connection, source: str, stored: StoredLayer, table: gpd.GeoDataFrame
) -> Iterator[dict[str, object]]:
    """Play all changes of a layer from nothing, and compare the result with what stands."""
    changes = read_changes(connection, "d.layer = ?", (stored.layer,))
    tolerance = tolerance_of(table)
    replayed = table.iloc[:0][["geometry"]]
    try:
        for _, of_one in changes.groupby("delivery", sort=False):
            replayed = apply(of_one, replayed, tolerance=tolerance)
        differing = diff(replayed, table, tolerance=tolerance / 1000)
    except RegisterError as fault:
        yield _wrong("register_history_broken", source, layer=stored.layer, fault=fault.say("en"))
        return
    assets = differing["asset_id"].tolist()
    yield from _assets_wrong("register_history_differs", source, stored, assets)
    kept = connection.execute(f"SELECT asset_id, asset_version FROM {quoted(stored.table)}")
    query = (
        "SELECT c.asset_id, max(d.version) FROM changes c JOIN deliveries d USING (delivery_id) WHERE d.layer = ?"
        " GROUP BY c.asset_id"
    )
    last = dict(connection.execute(query, (stored.layer,)))
    wrong = [asset for asset, version in kept if last.get(asset) != version]
    yield from _assets_wrong("register_assets_altered", source, stored, wrong)
