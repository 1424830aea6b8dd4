"""What stands: each layer's table beside the delivery that it comes from, all of one moment."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.inventory.equality import among
from asset_inventory.io.geopackage import quoted
from asset_inventory.register import store
from asset_inventory.register.changes import ADDED, REMOVED
from asset_inventory.register.deliveries import Delivery, read_delivery, table_at
from asset_inventory.register.rows import checksums, read_sealed


@dataclass(frozen=True)
class LayerState:
    """A layer as it stands at a version of the register; the index of `table` is the asset_id.

    `delivery` is the last accepted one that handed a file in and was not taken back (None where all
    of them were), without its changes. `known` are the SHA-256 of all files that were ever handed
    in for the layer. `altered` are the assets that somebody changed or deleted past the register,
    where that was asked.
    """

    table: gpd.GeoDataFrame
    version: int
    delivery: Delivery | None
    known: frozenset[str]
    altered: pd.Index


def read_layer_states(
    connection: sqlite3.Connection, wanted: Collection[str], *, audit: bool, at: int | None = None
) -> dict[str, LayerState]:
    """Return those of the wanted layers that the register holds, or held at an earlier version.

    `audit` asks whether all stands as it was accepted; of the past nobody can tell.
    """
    version = store.version_of(connection)
    stored = [layer for layer in store.stored_layers(connection) if layer.layer in wanted]
    if at is None or at >= version:
        return {one.layer: _stands(connection, one, version, audit) for one in stored}
    return {
        one.layer: _stood(connection, one, at)
        for one in stored
        if _accepted_by(connection, one.layer, at)
    }


def unwanted(connection: sqlite3.Connection, wanted: Collection[str]) -> dict[str, int]:
    """Return how many assets each layer has that the register holds and nobody wants."""
    counted = {
        one.layer: connection.execute(f"SELECT count(*) FROM {quoted(one.table)}").fetchone()[0]
        for one in store.stored_layers(connection)
        if one.layer not in wanted
    }
    return {layer: assets for layer, assets in counted.items() if assets}


def last_filled(
    connection: sqlite3.Connection, layer: str, *, by: int | None = None
) -> Delivery | None:
    """Return a layer's last accepted delivery that is no undo, not undone, and confirms it.

    `by` is the version of the register until which they count.
    """
    asked = (
        "SELECT delivery_id, undoes FROM deliveries WHERE layer = ?1 AND version NOTNULL AND (?2 IS NULL OR"
        " version <= ?2) ORDER BY version DESC"
    )
    taken_back: set[int] = set()
    for number, undoes in connection.execute(asked, (layer, by)).fetchall():
        if number in taken_back:  # an undo that was undone takes nothing back
            continue
        if undoes is not None:
            taken_back.add(undoes)
            continue
        found = read_delivery(connection, number)
        (changes,) = connection.execute(
            "SELECT count(*) FROM changes WHERE delivery_id = ?", (number,)
        ).fetchone()
        if changes or confirms(found):
            return found
    return None


def confirms(delivery: Delivery) -> bool:
    """Tell whether an empty delivery confirms the layer: it has most of its assets."""
    features, left = (delivery.report.get(name, 0) for name in ("features", "removals_left"))
    return bool(features) and left <= features


def _stands(
    connection: sqlite3.Connection, stored: store.StoredLayer, version: int, audit: bool
) -> LayerState:
    table, sealed = read_sealed(connection, stored)
    altered = _altered(connection, stored, table, sealed) if audit else table.index[:0]
    return LayerState(
        table,
        version,
        last_filled(connection, stored.layer),
        _known(connection, stored.layer),
        altered,
    )


def _stood(connection: sqlite3.Connection, stored: store.StoredLayer, version: int) -> LayerState:
    table = table_at(connection, stored, version)
    filled = last_filled(connection, stored.layer, by=version)
    return LayerState(table, version, filled, _known(connection, stored.layer), table.index[:0])


def _accepted_by(connection: sqlite3.Connection, layer: str, version: int) -> bool:
    asked = "SELECT 1 FROM deliveries WHERE layer = ? AND version <= ? LIMIT 1"
    return connection.execute(asked, (layer, version)).fetchone() is not None


def _altered(
    connection: sqlite3.Connection,
    stored: store.StoredLayer,
    table: gpd.GeoDataFrame,
    sealed: np.ndarray,
) -> pd.Index:
    """Return the assets with a wrong checksum, and those accepted that are missing."""
    asked = (
        "SELECT c.asset_id FROM changes c JOIN deliveries d USING (delivery_id) WHERE d.layer = ? "
        "GROUP BY c.asset_id HAVING total(c.change = ?) > total(c.change = ?)"
    )
    accepted = pd.Index(
        [one for (one,) in connection.execute(asked, (stored.layer, ADDED, REMOVED))], dtype="str"
    )
    gone = accepted[~among(accepted, table.index)]
    return table.index[checksums(table) != sealed].append(gone)


def _known(connection: sqlite3.Connection, layer: str) -> frozenset[str]:
    asked = "SELECT DISTINCT sha256 FROM deliveries WHERE layer = ? AND sha256 <> ''"
    return frozenset(one for (one,) in connection.execute(asked, (layer,)))
