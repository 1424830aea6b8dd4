"""What a delivery changes: what a pending one would do to its layer as it stands now, and what an accepted one did."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.errors import RegisterError
from asset_inventory.inventory.cells import decode_rows, encode_rows
from asset_inventory.inventory.changes import ADDED, apply, invert
from asset_inventory.inventory.identity import NEW, identify
from asset_inventory.inventory.merging import CONFLICT, OURS, decide, merge, would_undo
from asset_inventory.inventory.register.comparing import tolerance_of, traits
from asset_inventory.inventory.register.conflicts import numbered
from asset_inventory.inventory.register.ledger import (
    ACCEPTED,
    REJECTED,
    Delivery,
    read_changes,
    table_at,
    with_tables,
)
from asset_inventory.inventory.register.rows import read_rows
from asset_inventory.inventory.register.store import StoredLayer, stored_layer
from asset_inventory.inventory.sameness import among
from asset_inventory.sources.city import City
from asset_inventory.sources.projections import to_city
from asset_inventory.tables import empty


def in_full(connection: sqlite3.Connection, delivery: Delivery, city: City) -> Delivery:
    """Return a delivery with its changes, and of a pending one its conflicts and what it would undo."""
    number = (delivery.id,)
    if delivery.state == ACCEPTED:
        return with_tables(delivery, changes=read_changes(connection, "c.delivery_id = ?", number))
    if delivery.state == REJECTED:
        return with_tables(delivery, changes=read_changes(connection, "c.delivery_id = ?", number, proposed=True))
    stored = stored_layer(connection, delivery.layer)
    changes, merged = what_it_changes(connection, delivery, stored, city)
    conflicts = empty("MERGED")
    if merged is not None:
        conflicts = conflicts_of(merged, changes)
        changes = decide(merged, take="theirs")
        delivery = replace(delivery, report=delivery.report | {"kept_since": int((merged["outcome"] == OURS).sum())})
    changes = changes.assign(delivery=np.int64(delivery.id))
    untouched = stored is None or changes.empty
    undone = empty("CHANGES") if untouched else _undone(connection, changes, stored)
    return with_tables(delivery, changes=changes, conflicts=conflicts, undone=undone)


def both_sides(
    connection: sqlite3.Connection, delivery: Delivery, city: City
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return the layer's table without a delivery and with it; a rejected one changes nothing."""
    stored = stored_layer(connection, delivery.layer)
    if delivery.state == ACCEPTED:
        return tuple(table_at(connection, stored, delivery.version - back) for back in (1, 0))
    before = nothing(delivery.crs) if stored is None else read_rows(connection, stored)
    if delivery.state == REJECTED:
        return before, before
    return before, apply(in_full(connection, delivery, city).changes, before, tolerance=tolerance_of(before))


def changed_rows(
    connection: sqlite3.Connection, delivery: Delivery, city: City
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return the rows of the layer's table that a delivery in full changes, without it and with it."""
    stored = stored_layer(connection, delivery.layer)
    ids = delivery.changes["asset_id"]
    past = delivery.state == ACCEPTED and stored.version > delivery.version
    if stored is None or delivery.state == REJECTED or past:
        return tuple(side[among(side.index, ids)] for side in both_sides(connection, delivery, city))
    rows = read_rows(connection, stored, ids.tolist())
    if delivery.state == ACCEPTED:
        return apply(invert(delivery.changes), rows, tolerance=tolerance_of(rows)), rows
    return rows, apply(delivery.changes, rows, tolerance=tolerance_of(rows))


def what_it_changes(
    connection: sqlite3.Connection, delivery: Delivery, stored: StoredLayer | None, city: City
) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Return what a pending delivery changes in its layer; and MERGED, where that has moved since its base.

    What it adds may have been added there meanwhile, by others or by the same file: then it is that asset.
    """
    proposed = read_changes(connection, "c.delivery_id = ?", (delivery.id,), proposed=True)
    if stored is None or stored.version <= delivery.base_version:
        return proposed, None
    base, present = earlier(connection, stored, delivery.base_version, stored.crs), read_rows(connection, stored)
    added = _added(proposed, delivery, stored)
    if len(added):
        added = _known_since(added, present[~among(present.index, base.index)], stored.layer, city)
        rows = (proposed["change"] == ADDED).to_numpy()
        proposed.loc[rows, "asset_id"] = added.index.to_numpy()
        proposed.loc[rows, "after"] = encode_rows(added)
    tolerance = tolerance_of(base)
    theirs = apply(proposed, base, tolerance=tolerance)
    return proposed, merge(base, present, theirs, tolerance=tolerance)


def _added(proposed: pd.DataFrame, delivery: Delivery, stored: StoredLayer) -> gpd.GeoDataFrame:
    """Return the assets that a delivery adds, in the system of their layer.

    Where the layer was not there yet when the delivery came, they are in the delivery's own. Raises RegisterError
    where a shape would be lost on the way.
    """
    rows = proposed[proposed["change"] == ADDED]
    table = decode_rows(rows["after"], pd.Index(rows["asset_id"], name=None))
    shapes = gpd.GeoSeries(table["geometry"] if "geometry" in table else None, index=table.index, crs=delivery.crs)
    table = gpd.GeoDataFrame(table.assign(geometry=shapes), crs=delivery.crs)
    if delivery.crs is None or stored.crs is None or not len(table):
        return table
    moved, found = to_city(table, stored.crs, source=delivery.layer)
    if (moved.geometry.isna() & table.geometry.notna()).any():
        raise RegisterError("error.not_in_layers_system", layer=delivery.layer, number=str(delivery.id))
    return moved


def _known_since(added: gpd.GeoDataFrame, since: gpd.GeoDataFrame, layer: str, city: City) -> gpd.GeoDataFrame:
    """Return the assets that a delivery adds by the ids of those that were added since, where they are the same."""
    declared = next((one for one in city.assets if one.name == layer), None)
    new = added[~among(added.index, since.index)]
    if declared is None or not len(new):
        return added
    others = since[~among(since.index, added.index)]
    found = identify(traits(others, city.crs, declared), traits(new, city.crs, declared), layer=layer)
    known = found.asset_id[(found.rule != NEW).to_numpy()]
    return added.set_axis(pd.Index([known.get(one, one) for one in added.index], dtype="str"))


def conflicts_of(merged: pd.DataFrame, proposed: pd.DataFrame) -> pd.DataFrame:
    """Return the conflicts among what was merged, labelled by their numbers."""
    return numbered(merged[merged["outcome"] == CONFLICT], proposed)


def earlier(connection: sqlite3.Connection, stored: StoredLayer | None, version: int, crs: object) -> gpd.GeoDataFrame:
    """Return a layer as it was at a version; without rows where it was not there yet."""
    if stored is None:
        return nothing(crs)
    if stored.version <= version:
        return read_rows(connection, stored)
    return table_at(connection, stored, version)


def nothing(crs: object) -> gpd.GeoDataFrame:
    """Return a layer that has nothing yet."""
    index = pd.Index([], dtype="str")
    return gpd.GeoDataFrame(geometry=gpd.GeoSeries([], index=index, crs=crs), index=index)


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
