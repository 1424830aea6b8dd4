"""Deliver, accept, reject, undo: each is one transaction, so that all of it stands in the register or nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.errors import RegisterError
from asset_inventory.inventory.changes import REMOVED, apply, invert
from asset_inventory.inventory.exports import Base
from asset_inventory.inventory.merging import CONFLICT, decide, merge, would_undo
from asset_inventory.inventory.register.comparing import Compared, compare, tolerance_of
from asset_inventory.inventory.register.conflicts import hold_decided, numbered
from asset_inventory.inventory.register.ledger import (
    ACCEPTED,
    PENDING,
    REJECTED,
    Delivery,
    forget_risk,
    read_changes,
    read_deliveries,
    read_delivery,
    seal_delivery,
    table_at,
    with_tables,
    write_changes,
    write_delivery,
)
from asset_inventory.inventory.register.rows import change_rows, read_rows, write_stored, write_table
from asset_inventory.inventory.register.store import (
    StoredLayer,
    now,
    seal,
    stored_layer,
    version_of,
)
from asset_inventory.inventory.sameness import among
from asset_inventory.sources.city import AssetLayer
from asset_inventory.sources.geopackages import quoted
from asset_inventory.tables import empty

# A delivery that removes more of its layer than this says how many that are.
LARGEST_REMOVAL = 0.05
_NOTHING_TO_UNDO = {PENDING: "error.not_accepted", REJECTED: "error.undo_rejected"}
_ALREADY = {ACCEPTED: "error.already_accepted", REJECTED: "error.already_rejected"}


def write_down(
    connection: sqlite3.Connection,
    declared: AssetLayer,
    delivered: gpd.GeoDataFrame,
    said: Delivery,
    *,
    city_crs: str,
    base: Base | None,
) -> int:
    """Compare a delivered table with the register as it was at the delivery's base, keep it pending, return its id.

    The same file handed in twice for a layer while the first is pending is one delivery.
    """
    twice = read_deliveries(
        connection, "layer = ? AND state = ? AND sha256 = ? AND sha256 <> ''", (said.layer, PENDING, said.sha256)
    )
    if twice:
        return twice[-1].id
    stored = stored_layer(connection, said.layer)
    earlier = _earlier(connection, stored, said.base_version, delivered.crs)
    found = compare(earlier, delivered, declared, city_crs=city_crs, base=base, taken=_ids_ever(connection, said.layer))
    crs = stored.crs if stored is not None else delivered.crs.to_wkt() if delivered.crs is not None else None
    schema, report = _as_known(said.schema, found), said.report | found.report
    said = replace(said, crs=crs, fields=found.fields, schema=schema, report=report, doubts=found.doubts)
    number = write_delivery(connection, said)
    write_changes(connection, found.changes, number, proposed=True)
    seal_delivery(connection, number)
    return number


def _as_known(schema: dict[str, object], found: Compared) -> dict[str, object]:
    """Return a delivered schema with the names that its fields have in the register, without those it does not take."""
    fields = []
    for one in schema.get("fields", ()):
        known = found.names.get(one["name"], one["name"])
        if known in found.fields:
            fields.append(one if known == one["name"] else one | {"column": known})
    return schema | {"fields": fields} if schema else schema


def write_undoing(connection: sqlite3.Connection, number: int, said: Delivery) -> int:
    """Write down, pending, what takes an accepted delivery back, and return its id."""
    undone = read_delivery(connection, number)
    if undone.state != ACCEPTED:
        raise RegisterError(_NOTHING_TO_UNDO[undone.state], number=str(number))
    changes = read_changes(connection, "c.delivery_id = ?", (number,))
    said = replace(
        said, layer=undone.layer, base_version=undone.version, undoes=number, crs=undone.crs, fields=undone.fields,
        report={"features": changes["asset_id"].nunique()},
    )  # fmt: skip
    made = write_delivery(connection, said)
    write_changes(connection, invert(changes), made, proposed=True)
    seal_delivery(connection, made)
    return made


def put_in(
    connection: sqlite3.Connection,
    number: int,
    *,
    take: str | None = None,
    choices: Mapping[tuple[str, str | None], str] | None = None,
    allow_removals: int | None = None,
) -> None:
    """Put a pending delivery into the register: assets, changes, the delivery and its checksum.

    Raises RegisterError when it is not pending, conflicts are left, or it removes more than 5 % of the layer and
    `allow_removals` does not say how many.
    """
    delivery = _pending(connection, number)
    stored = stored_layer(connection, delivery.layer)
    changes, merged = what_it_changes(connection, delivery, stored)
    if merged is not None:
        hold_decided(_conflicts(merged, changes), delivery, take=take, choices=choices)
        changes = decide(merged, take=take, choices=choices)
        forget_risk(connection, number)  # which was reckoned of other changes
    _hold_removals(connection, changes, stored, allow_removals)
    version = version_of(connection) + 1
    _put(connection, delivery, stored, changes, version)
    write_changes(connection, changes, number)
    connection.execute("DELETE FROM proposed WHERE delivery_id = ?", (number,))
    write_delivery(connection, replace(delivery, state=ACCEPTED, version=version, decided_at=now()))
    seal_delivery(connection, number)


def turn_down(connection: sqlite3.Connection, number: int, why: str) -> None:
    """Reject a pending delivery; it is kept, with the reason."""
    delivery = _pending(connection, number)
    write_delivery(connection, replace(delivery, state=REJECTED, reason=why, decided_at=now()))
    seal_delivery(connection, number)


def in_full(connection: sqlite3.Connection, delivery: Delivery) -> Delivery:
    """Return a delivery with its changes, and of a pending one its conflicts and what it would undo."""
    number = (delivery.id,)
    if delivery.state == ACCEPTED:
        return with_tables(delivery, changes=read_changes(connection, "c.delivery_id = ?", number))
    if delivery.state == REJECTED:
        return with_tables(delivery, changes=read_changes(connection, "c.delivery_id = ?", number, proposed=True))
    stored = stored_layer(connection, delivery.layer)
    changes, merged = what_it_changes(connection, delivery, stored)
    conflicts = empty("MERGED")
    if merged is not None:
        conflicts = _conflicts(merged, changes)
        changes = decide(merged, take="theirs")
    changes = changes.assign(delivery=np.int64(delivery.id))
    untouched = stored is None or changes.empty
    undone = empty("CHANGES") if untouched else _undone(connection, changes, stored)
    return with_tables(delivery, changes=changes, conflicts=conflicts, undone=undone)


def both_sides(connection: sqlite3.Connection, delivery: Delivery) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return the layer's table without a delivery and with it; a rejected one changes nothing."""
    stored = stored_layer(connection, delivery.layer)
    if delivery.state == ACCEPTED:
        return tuple(table_at(connection, stored, delivery.version - back) for back in (1, 0))
    before = _nothing(delivery.crs) if stored is None else read_rows(connection, stored)
    if delivery.state == REJECTED:
        return before, before
    return before, apply(in_full(connection, delivery).changes, before, tolerance=tolerance_of(before))


def changed_rows(connection: sqlite3.Connection, delivery: Delivery) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return the rows of the layer's table that a delivery in full changes, without it and with it."""
    stored = stored_layer(connection, delivery.layer)
    ids = delivery.changes["asset_id"]
    past = delivery.state == ACCEPTED and stored.version > delivery.version
    if stored is None or delivery.state == REJECTED or past:
        return tuple(side[among(side.index, ids)] for side in both_sides(connection, delivery))
    rows = read_rows(connection, stored, ids.tolist())
    if delivery.state == ACCEPTED:
        return apply(invert(delivery.changes), rows, tolerance=tolerance_of(rows)), rows
    return rows, apply(delivery.changes, rows, tolerance=tolerance_of(rows))


def what_it_changes(
    connection: sqlite3.Connection, delivery: Delivery, stored: StoredLayer | None
) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Return what a pending delivery changes in its layer; and MERGED, where that has moved since its base."""
    proposed = read_changes(connection, "c.delivery_id = ?", (delivery.id,), proposed=True)
    if stored is None or stored.version <= delivery.base_version:
        return proposed, None
    base = _earlier(connection, stored, delivery.base_version, stored.crs)
    tolerance = tolerance_of(base)
    theirs = apply(proposed, base, tolerance=tolerance)
    return proposed, merge(base, read_rows(connection, stored), theirs, tolerance=tolerance)


def _conflicts(merged: pd.DataFrame, proposed: pd.DataFrame) -> pd.DataFrame:
    return numbered(merged[merged["outcome"] == CONFLICT], proposed)


def _pending(connection: sqlite3.Connection, number: int) -> Delivery:
    delivery = read_delivery(connection, number)
    if delivery.state != PENDING:
        raise RegisterError(_ALREADY[delivery.state], number=str(number))
    return delivery


def _earlier(connection: sqlite3.Connection, stored: StoredLayer | None, version: int, crs: object) -> gpd.GeoDataFrame:
    if stored is None:
        return _nothing(crs)
    if stored.version <= version:
        return read_rows(connection, stored)
    return table_at(connection, stored, version)


def _nothing(crs: object) -> gpd.GeoDataFrame:
    index = pd.Index([], dtype="str")
    return gpd.GeoDataFrame(geometry=gpd.GeoSeries([], index=index, crs=crs), index=index)


def _ids_ever(connection: sqlite3.Connection, layer: str) -> list[str]:
    asked = (
        "SELECT DISTINCT c.asset_id FROM {} c JOIN deliveries d USING (delivery_id) "
        "WHERE d.layer = ? AND c.change = 'added'"
    )
    return [one for (one,) in connection.execute(asked.format("changes"), (layer,))]


def _undone(connection: sqlite3.Connection, changes: pd.DataFrame, stored: StoredLayer) -> pd.DataFrame:
    """Return what changes would undo, asking the history only of the assets that they touch.

    A row of the layer's first delivery is asked for too: before that one there was nothing to go back to.
    """
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS touched (asset_id TEXT PRIMARY KEY)")
    connection.execute("DELETE FROM touched")
    connection.executemany("INSERT OR IGNORE INTO touched VALUES (?)", [(one,) for one in changes["asset_id"]])
    history = read_changes(
        connection,
        "d.layer = ?1 AND (c.asset_id IN touched OR c.change_id = (SELECT min(f.change_id) FROM changes f JOIN "
        "deliveries g USING (delivery_id) WHERE g.layer = ?1))",
        (stored.layer,),
    )
    return would_undo(changes, history)


def _hold_removals(
    connection: sqlite3.Connection, changes: pd.DataFrame, stored: StoredLayer | None, allowed: int | None
) -> None:
    removed = int((changes["change"] == REMOVED).sum())
    if stored is None or not removed:
        return
    (assets,) = connection.execute(
        "SELECT feature_count FROM gpkg_ogr_contents WHERE table_name = ?", (stored.table,)
    ).fetchone()
    if removed > LARGEST_REMOVAL * assets and (allowed is None or allowed < removed):
        raise RegisterError(
            "error.many_removals", count=removed, assets=assets, percent=round(100 * removed / max(assets, 1), 1)
        )


def _put(
    connection: sqlite3.Connection, delivery: Delivery, stored: StoredLayer | None, changes: pd.DataFrame, version: int
) -> None:
    """Put changes into the layer's table: into the rows they touch, or where its columns do not fit into all of it."""
    schema = delivery.schema or (stored.schema if stored is not None else {})
    if stored is not None:
        before = read_rows(connection, stored, changes["asset_id"].tolist())
        after = apply(changes, before, tolerance=tolerance_of(before))
        same = all(name in {one.name for one in stored.fields} for name in delivery.fields)
        if same and change_rows(connection, stored, before, after, version):
            write_stored(connection, stored, version=version, schema=schema)
            return
        before = read_rows(connection, stored)
        versions = pd.Series(
            dict(connection.execute(f"SELECT asset_id, asset_version FROM {quoted(stored.table)}")), dtype="int64"
        )
    else:
        before, versions = _nothing(delivery.crs), pd.Series(dtype="int64")
    after = apply(changes, before, tolerance=tolerance_of(before))
    names = dict.fromkeys([*before.columns, *delivery.fields, *after.columns])
    names.pop("geometry")
    after = after.reindex(columns=[*names, "geometry"])
    kept = versions.reindex(after.index).mask(among(after.index, changes["asset_id"]), version)
    made = write_table(connection, stored, after, kept.fillna(version).astype("int64").to_numpy(), delivery.layer)
    write_stored(connection, made, version=version, schema=schema)
    seal(connection)
