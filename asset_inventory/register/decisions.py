"""Deliver, accept, reject, undo: each is one transaction, which is whole or not there."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import replace

import geopandas as gpd
import pandas as pd

from asset_inventory.inventory.equality import among
from asset_inventory.io.geopackage import quoted
from asset_inventory.io.schemas import Schema
from asset_inventory.model.city import AssetLayer, City
from asset_inventory.model.errors import RegisterError
from asset_inventory.model.texts import few
from asset_inventory.register import proposals
from asset_inventory.register.changes import REMOVED, apply, invert
from asset_inventory.register.comparing import Compared, compare, tolerance_of
from asset_inventory.register.deliveries import (
    ACCEPTED,
    PENDING,
    REJECTED,
    Delivery,
    forget_risk,
    read_changes,
    read_deliveries,
    read_delivery,
    seal_delivery,
    write_changes,
    write_delivery,
)
from asset_inventory.register.export import Base
from asset_inventory.register.rows import change_rows, read_rows, write_table
from asset_inventory.register.store import (
    StoredLayer,
    now,
    seal,
    stored_layer,
    values_of,
    version_of,
    write_layer_row,
)

# A delivery that removes more of its layer than this says how many that are.
LARGEST_REMOVAL = 0.05
_NAMED = 5  # assets that one sentence names
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
    """Compare a delivered table with the register at its base, keep it pending, return its id.

    The same file handed in twice for a layer while the first is pending is one delivery, unless it
    says something else now: its base was put beside it, say, or city.toml has changed.
    """
    stored = stored_layer(connection, said.layer)
    before = proposals.earlier(connection, stored, said.base_version, delivered.crs)
    asked = (
        "SELECT DISTINCT c.asset_id FROM changes c JOIN deliveries d USING (delivery_id) "
        "WHERE d.layer = ? AND c.change = 'added'"
    )
    ever = values_of(connection, asked, (said.layer,))
    found = compare(before, delivered, declared, city_crs=city_crs, base=base, taken=ever)
    crs = delivered.crs.to_wkt() if delivered.crs is not None else None
    crs = stored.crs if stored is not None else crs
    twice = _is_identical(connection, said, found.changes)
    if twice is not None:
        return twice
    schema, report = _schema_then(said.schema, found, stored), said.report | found.report
    said = replace(
        said, crs=crs, fields=found.fields, schema=schema, report=report, doubts=found.doubts
    )
    number = write_delivery(connection, said)
    write_changes(connection, found.changes, number, proposed=True)
    seal_delivery(connection, number)
    return number


def _is_identical(
    connection: sqlite3.Connection, said: Delivery, changes: pd.DataFrame
) -> int | None:
    """Return the pending delivery of the same file, base, author and proposal; None without one."""
    asked = "layer = ? AND state = ? AND sha256 = ? AND sha256 <> '' AND base_version = ? AND author = ? AND note = ?"
    given = (said.layer, PENDING, said.sha256, said.base_version, said.author, said.note)
    for delivery in read_deliveries(connection, asked, given):
        proposed = read_changes(connection, "c.delivery_id = ?", (delivery.id,), proposed=True)
        if proposed.drop(columns="delivery").equals(changes.drop(columns="delivery")):
            return delivery.id
    return None


def _schema_then(
    schema: dict[str, object], found: Compared, stored: StoredLayer | None
) -> dict[str, object]:
    """Return the schema of the layer's exports after a delivery: fields that it lacks stay."""
    delivered, before = _as_known(schema, found), stored.schema if stored is not None else {}
    if not (delivered and before and found.report["fields_missing"]):
        return delivered
    new = found.report["fields_added"]
    added = [
        field for field in delivered["fields"] if (field.get("column") or field["name"]) in new
    ]
    if not added or delivered["driver"] == before["driver"]:
        return before | {"fields": [*before["fields"], *added]}
    names = dict.fromkeys([*(field.name for field in stored.fields), *found.fields])
    return Schema.of_names(names).plain()


def _as_known(schema: dict[str, object], found: Compared) -> dict[str, object]:
    """Return a delivered schema by the register's field names, without those it does not take."""
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
        said,
        layer=undone.layer,
        base_version=undone.version,
        undoes=number,
        crs=undone.crs,
        fields=undone.fields,
        report={"features": changes["asset_id"].nunique()},
    )
    made = write_delivery(connection, said)
    write_changes(connection, invert(changes), made, proposed=True)
    seal_delivery(connection, made)
    return made


def put_in(
    connection: sqlite3.Connection,
    number: int,
    city: City,
    *,
    take: str | None = None,
    choices: Mapping[tuple[str, str | None], str] | None = None,
    allow_removals: int | None = None,
    allow_doubts: bool = False,
) -> None:
    """Put a pending delivery into the register: assets, changes, the delivery and its checksum.

    Raises RegisterError when it is not pending, conflicts are left, it has doubts that are not
    allowed, or it removes more than 5 % of the layer and `allow_removals` does not say how many.
    """
    delivery = _pending(connection, number)
    stored = stored_layer(connection, delivery.layer)
    changes, merged = proposals.what_it_changes(connection, delivery, stored, city)
    if merged is not None:
        conflicts = proposals.conflicts_of(merged, changes)
        proposals.hold_decided(conflicts, delivery, take=take, choices=choices)
        changes = proposals.decide(merged, take=take, choices=choices)
        forget_risk(connection, number)  # which was computed from other changes
    doubts = delivery.doubts
    if len(doubts) and not allow_doubts:
        names = _doubted(doubts)
        raise RegisterError("error.doubts_open", number=str(number), count=len(doubts), names=names)
    _hold_removals(connection, delivery, changes, stored, allow_removals)
    version = version_of(connection) + 1
    _put(connection, delivery, stored, changes, version)
    write_changes(connection, changes, number)
    crs = delivery.crs if stored is None else stored.crs
    connection.execute("DELETE FROM proposed WHERE delivery_id = ?", (number,))
    accepted = replace(delivery, state=ACCEPTED, version=version, decided_at=now(), crs=crs)
    write_delivery(connection, accepted)
    seal_delivery(connection, number)


def turn_down(connection: sqlite3.Connection, number: int, why: str) -> None:
    """Reject a pending delivery; it is kept, with the reason."""
    delivery = _pending(connection, number)
    write_delivery(connection, replace(delivery, state=REJECTED, reason=why, decided_at=now()))
    seal_delivery(connection, number)


def _pending(connection: sqlite3.Connection, number: int) -> Delivery:
    delivery = read_delivery(connection, number)
    if delivery.state != PENDING:
        raise RegisterError(_ALREADY[delivery.state], number=str(number))
    return delivery


def _doubted(doubts: pd.DataFrame) -> str:
    """Return which assets are doubtful, the first of many, by id and name."""
    assets = doubts.drop_duplicates("asset_id")
    called = (" (" + assets["asset_name"] + ")").fillna("")
    return few((assets["asset_id"] + called).tolist(), _NAMED)


def _hold_removals(
    connection: sqlite3.Connection,
    delivery: Delivery,
    changes: pd.DataFrame,
    stored: StoredLayer | None,
    allowed: int | None,
) -> None:
    removed = int((changes["change"] == REMOVED).sum())
    if stored is None or not removed:
        return
    asked = "SELECT feature_count FROM gpkg_ogr_contents WHERE table_name = ?"
    (assets,) = values_of(connection, asked, (stored.table,))
    if removed > LARGEST_REMOVAL * assets and (allowed is None or allowed < removed):
        raise RegisterError(
            "error.many_removals",
            number=str(delivery.id),
            count=removed,
            assets=assets,
            percent=round(100 * removed / max(assets, 1), 1),
            allowed=str(removed),
        )


def _put(
    connection: sqlite3.Connection,
    delivery: Delivery,
    stored: StoredLayer | None,
    changes: pd.DataFrame,
    version: int,
) -> None:
    """Apply changes to the layer's table: in their rows, or in all of it for other columns."""
    schema = delivery.schema or (stored.schema if stored is not None else {})
    if stored is not None:
        before = read_rows(connection, stored, changes["asset_id"].tolist())
        after = apply(changes, before, tolerance=tolerance_of(before))
        same = all(name in {field.name for field in stored.fields} for name in delivery.fields)
        if same and change_rows(connection, stored, before, after, version):
            write_layer_row(connection, replace(stored, version=version, schema=schema))
            return
        before = read_rows(connection, stored)
        asked = f"SELECT asset_id, asset_version FROM {quoted(stored.table)}"
        versions = pd.Series(dict(connection.execute(asked)), dtype="int64")
    else:
        before, versions = proposals.nothing(delivery.crs), pd.Series(dtype="int64")
    after = apply(changes, before, tolerance=tolerance_of(before))
    names = dict.fromkeys([*before.columns, *delivery.fields, *after.columns])
    names.pop("geometry")
    after = after.reindex(columns=[*names, "geometry"])
    kept = versions.reindex(after.index).mask(among(after.index, changes["asset_id"]), version)
    versions = kept.fillna(version).astype("int64").to_numpy()
    made = write_table(connection, stored, after, versions, delivery.layer)
    write_layer_row(connection, replace(made, version=version, schema=schema))
    seal(connection)
