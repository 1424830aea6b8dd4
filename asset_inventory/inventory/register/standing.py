"""What stands: each layer's table beside the delivery that it comes from, all of one moment."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd

from asset_inventory.errors import RegisterError
from asset_inventory.inventory.register import store
from asset_inventory.inventory.register.ledger import Delivery, read_delivery
from asset_inventory.inventory.register.rows import read_rows


@dataclass(frozen=True)
class Standing:
    """A layer as it stands at a version of the register; the index of `table` is the asset_id.

    `delivery` is the last accepted one that handed a file in and was not taken back (None where all of them were),
    without its changes. `known` are the SHA-256 of all files that were ever handed in for the layer.
    """

    table: gpd.GeoDataFrame
    version: int
    delivery: Delivery | None
    known: frozenset[str]


def read_standing(connection: sqlite3.Connection, wanted: Collection[str]) -> dict[str, Standing]:
    """Return those of the wanted layers that the register holds."""
    version = store.version_of(connection)
    return {
        one.layer: Standing(
            read_rows(connection, one), version, last_filled(connection, one.layer), _known(connection, one.layer)
        )
        for one in store.stored_layers(connection)
        if one.layer in wanted
    }


def last_filled(connection: sqlite3.Connection, layer: str) -> Delivery | None:
    """Return the last accepted delivery of a layer that is none that undoes another, and was not undone itself."""
    asked = "SELECT delivery_id, undoes FROM deliveries WHERE layer = ? AND version NOTNULL ORDER BY version DESC"
    taken_back: set[int] = set()
    for number, undoes in connection.execute(asked, (layer,)).fetchall():
        if number in taken_back:  # an undo that was undone takes nothing back
            continue
        if undoes is None:
            return read_delivery(connection, number)
        taken_back.add(undoes)
    return None


def hold_lost(path: Path) -> None:
    """Raise RegisterError where the register is gone or empty, though copies of one were kept beside it."""
    if not store.exists(path) and any(store.copies(path)):
        raise RegisterError("error.register_lost", path=str(path), copies=str(store.folder_of_copies(path)))


def _known(connection: sqlite3.Connection, layer: str) -> frozenset[str]:
    asked = "SELECT DISTINCT sha256 FROM deliveries WHERE layer = ? AND sha256 <> ''"
    return frozenset(one for (one,) in connection.execute(asked, (layer,)))
