"""What the register remembers: deliveries, their changes, and layers at any version or on any day.

Changes of many deliveries are composed into one: for all changes d, e made one after the other, and
d for a table a, apply(composed(d, e), a) = apply(e, apply(d, a)). So looking far back is fast. A
`LayerState` is a layer's table with the delivery that it comes from.
"""

from __future__ import annotations

import datetime
import json
import re
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.inventory.matching import among
from asset_inventory.io.geopackage import quoted
from asset_inventory.model.errors import RegisterError
from asset_inventory.model.tables import check, empty
from asset_inventory.model.texts import nearest
from asset_inventory.register import store
from asset_inventory.register.changes import ADDED, COLUMNS, EDITED, REMOVED, apply, invert
from asset_inventory.register.rows import checksums, read_rows, read_sealed
from asset_inventory.register.store import StoredLayer, checksum, now, unreadable_row, values_of

_CELL = ["asset_id", "column"]


def composed(changes: pd.DataFrame) -> pd.DataFrame:
    """Return CHANGES in order of time as those from the first state to the last.

    What has become again what it was is no change. The rows are of no delivery (0).
    """
    if changes["delivery"].nunique() < 2:
        return changes
    again = changes.duplicated("asset_id", keep=False)  # what befell an asset once is as it was
    ids = changes.loc[changes["change"] != EDITED, "asset_id"].unique()
    restless = again & among(changes["asset_id"], ids)
    rows = [
        (asset, *row)
        for asset, events in changes[restless].groupby("asset_id", sort=False)
        for row in _outcome(events[["change", "column", "before", "after"]].itertuples(index=False))
    ]
    outcomes = pd.DataFrame(rows, columns=COLUMNS[1:])
    parts = [changes[~again], _edits(changes[again & ~restless]), outcomes]
    net = pd.concat([part for part in parts if len(part)] or [parts[0]], ignore_index=True)
    return net.assign(delivery=0)[COLUMNS].astype(empty("CHANGES").dtypes)


def _edits(changes: pd.DataFrame) -> pd.DataFrame:
    """Return for each cell its first and its present value, where these differ."""
    first = changes.drop_duplicates(_CELL, keep="first")
    last = changes.drop_duplicates(_CELL, keep="last").set_index(_CELL)["after"]
    edited = first.assign(after=last.reindex(pd.MultiIndex.from_frame(first[_CELL])).to_numpy())
    return edited[edited["before"].fillna("") != edited["after"].fillna("")]


def _outcome(events: Iterable[tuple]) -> Iterator[tuple[str, str | None, str | None, str | None]]:
    """Yield what became of an asset added or removed in these events, for CHANGES rows."""
    was: dict[str, object] | None = None  # the asset's cells before all, once known
    now: dict[str, object] | None = None  # and those it has by now
    there_before: bool | None = None
    until: dict[str, object] = {}  # cells before their edit, while the whole asset is not known
    for change, column, before, after in events:
        if there_before is None:
            there_before = change != ADDED
        if change == EDITED and now is None:
            until.setdefault(column, _plain(before))
        elif change == EDITED:
            now = _with(now, {column: _plain(after)})
        elif change == ADDED:
            now = json.loads(after)
        else:
            was = _with(json.loads(before), until) if there_before and was is None else was
            now = None
    if was is None and now is not None:
        yield ADDED, None, None, json.dumps(now)
    elif was is not None and now is None:
        yield REMOVED, None, json.dumps(was), None
    elif was is not None:
        for column in {**was, **now}:
            cells = (side.get(column) for side in (was, now))
            sides = [None if cell is None else json.dumps(cell) for cell in cells]
            if sides[0] != sides[1]:
                yield EDITED, column, *sides


def _plain(cell: object) -> object:
    return json.loads(cell) if isinstance(cell, str) else None


def _with(row: dict[str, object], cells: dict[str, object]) -> dict[str, object]:
    return {name: cell for name, cell in (row | cells).items() if cell is not None}


PENDING, ACCEPTED, REJECTED = "pending", "accepted", "rejected"
# fmt: off
_DELIVERY_COLUMNS = (
    "delivery_id", "layer", "state", "version", "author", "note", "file_name", "sha256", "delivered_at", "decided_at",
    "reason", "undoes", "base_version", "crs", "fields", "schema", "report", "doubts",
)
# fmt: on
_JSON = ("fields", "schema", "report", "doubts")
# The number of assets that are searched for an id like the wanted one.
_LOOKED_THROUGH = 5_000
_HISTORY = ["version", "accepted_at", "author", "layer", *COLUMNS]


@dataclass(frozen=True)
class Delivery:
    """One delivery: what was handed in, by whom, and what became of it.

    `version` is the register's once it was accepted, `base_version` the one that its file was made
    from. Times are ISO 8601 with an offset. `report` counts what was seen on the way: `features`,
    `removals_left` (assets that the file lacks, of a layer that is not complete), `shapes_left`
    (features without a usable shape: their assets keep theirs), `kept_since` (what the register has
    changed since the base, and keeps), and names `fields_added` and `fields_missing`; it
    keeps `counts` of its file (read, kept, repaired, quarantined), `findings` (rows of FINDINGS),
    and whether the register was `started` with it. `changes` are CHANGES against the register:
    those to be made, or those that were. `conflicts` of a pending delivery are the rows of MERGED
    to be decided, labelled by their numbers, and `undone` the rows of CHANGES of earlier deliveries
    that it would undo.
    """

    id: int
    layer: str
    state: str = PENDING
    version: int | None = None
    author: str = ""
    note: str = ""
    file_name: str = ""
    sha256: str = ""
    delivered_at: str = field(default_factory=now)
    decided_at: str | None = None
    reason: str | None = None
    undoes: int | None = None
    base_version: int = 0
    crs: str | None = None
    fields: tuple[str, ...] = ()
    schema: dict[str, object] = field(default_factory=dict)
    report: dict[str, object] = field(default_factory=dict)
    doubts: pd.DataFrame = field(default_factory=lambda: empty("DOUBTS"))
    changes: pd.DataFrame = field(default_factory=lambda: empty("CHANGES"))
    conflicts: pd.DataFrame = field(default_factory=lambda: empty("MERGED"))
    undone: pd.DataFrame = field(default_factory=lambda: empty("CHANGES"))


# Deliveries


def write_delivery(connection: sqlite3.Connection, delivery: Delivery) -> int:
    """Write a delivery's row, new where its id is 0, sealed with its changes; return its id."""
    row = _row(delivery)
    if not delivery.id:
        names, places = ", ".join(_DELIVERY_COLUMNS[1:]), ", ".join("?" * len(_DELIVERY_COLUMNS))
        query = f"INSERT INTO deliveries ({names}, checksum) VALUES ({places})"
        return int(connection.execute(query, (*row[1:], "")).lastrowid)
    assigned = ", ".join(f"{name} = ?" for name in _DELIVERY_COLUMNS[1:])
    query = f"UPDATE deliveries SET {assigned} WHERE delivery_id = ?"
    connection.execute(query, (*row[1:], delivery.id))
    return delivery.id


def seal_delivery(connection: sqlite3.Connection, number: int) -> None:
    """Write the checksum of a delivery and of its changes into its row."""
    sealed = (delivery_checksum(connection, number), number)
    connection.execute("UPDATE deliveries SET checksum = ? WHERE delivery_id = ?", sealed)


def delivery_checksum(connection: sqlite3.Connection, number: int) -> str:
    """Return the hash of all that is written of a delivery."""
    query = f"SELECT {', '.join(_DELIVERY_COLUMNS)} FROM deliveries WHERE delivery_id = ?"
    rows = [connection.execute(query, (number,)).fetchone()]
    for table in ("changes", "proposed"):
        rows += connection.execute(
            f"SELECT asset_id, change, column_name, before, after FROM {table} WHERE delivery_id = ?"
            " ORDER BY change_id",
            (number,),
        )
    rows += connection.execute("SELECT risk FROM register_risks WHERE delivery_id = ?", (number,))
    return checksum(*rows)


def altered_deliveries(connection: sqlite3.Connection) -> list[int]:
    """Return the numbers of the deliveries that differ from what was sealed."""
    rows = connection.execute("SELECT delivery_id, checksum FROM deliveries").fetchall()
    return [number for number, written in rows if delivery_checksum(connection, number) != written]


def read_deliveries(
    connection: sqlite3.Connection, where: str = "1", values: Sequence[object] = ()
) -> list[Delivery]:
    """Return deliveries in the order in which they came, without their changes."""
    names = ", ".join(_DELIVERY_COLUMNS)
    query = f"SELECT {names} FROM deliveries WHERE {where} ORDER BY delivery_id"
    return [*map(_delivery, connection.execute(query, values).fetchall())]


def read_delivery(connection: sqlite3.Connection, number: int) -> Delivery:
    """Return a delivery by number, without its changes; raises RegisterError without one."""
    deliveries = read_deliveries(connection, "delivery_id = ?", (number,))
    if not deliveries:
        raise RegisterError("error.no_such_delivery", number=number)
    return deliveries[0]


def _row(delivery: Delivery) -> tuple[object, ...]:
    values = {"delivery_id": delivery.id, "doubts": delivery.doubts.to_dict("records")}
    values |= {name: getattr(delivery, name) for name in _DELIVERY_COLUMNS if name not in values}
    return tuple(
        json.dumps(values[name], sort_keys=True) if name in _JSON else values[name]
        for name in _DELIVERY_COLUMNS
    )


def _delivery(row: tuple) -> Delivery:
    values = dict(zip(_DELIVERY_COLUMNS, row, strict=True))
    try:
        values |= {name: json.loads(values[name]) for name in _JSON}
        doubts, listed = empty("DOUBTS"), values.pop("doubts")
        if listed:
            table = pd.DataFrame(listed, columns=doubts.columns)
            doubts = check(table.astype(doubts.dtypes), "DOUBTS")
    except (ValueError, TypeError) as fault:
        raise unreadable_row("deliveries", row[0], fault) from None
    fields = tuple(values.pop("fields"))
    return Delivery(id=values.pop("delivery_id"), doubts=doubts, fields=fields, **values)


def filled_before(connection: sqlite3.Connection, delivery: Delivery) -> bool:
    """Return whether the layer of a delivery has got an accepted one before it."""
    query = "SELECT 1 FROM deliveries WHERE layer = ?1 AND version NOTNULL AND (?2 IS NULL OR version < ?2) LIMIT 1"
    return connection.execute(query, (delivery.layer, delivery.version)).fetchone() is not None


def write_risk(connection: sqlite3.Connection, number: int, risk: Mapping[str, object]) -> None:
    """Keep a delivery's effect on risk in place of an earlier one, sealed with the delivery."""
    connection.execute(
        "INSERT INTO register_risks VALUES (?, ?) ON CONFLICT (delivery_id) DO UPDATE SET risk = excluded.risk",
        (number, json.dumps(risk, sort_keys=True, allow_nan=False, default=str)),
    )
    seal_delivery(connection, number)


def forget_risk(connection: sqlite3.Connection, number: int) -> None:
    """Forget what was kept of a delivery's risk; whoever calls seals the delivery."""
    connection.execute("DELETE FROM register_risks WHERE delivery_id = ?", (number,))


def read_risk(connection: sqlite3.Connection, number: int) -> dict[str, object] | None:
    """Return what was kept of a delivery's risk, None where nothing was."""
    query = "SELECT risk FROM register_risks WHERE delivery_id = ?"
    risks = values_of(connection, query, (number,))
    try:
        return dict(json.loads(risks[0])) if risks else None
    except (ValueError, TypeError) as fault:
        raise unreadable_row("register_risks", number, fault) from None


# Changes


def write_changes(
    connection: sqlite3.Connection, changes: pd.DataFrame, number: int, *, proposed: bool = False
) -> None:
    """Write the CHANGES of a delivery: as made, or as proposed."""
    table = "proposed" if proposed else "changes"
    columns = [changes[name].astype(object) for name in COLUMNS if name != "delivery"]
    rows = zip(*(cells.where(cells.notna(), None) for cells in columns), strict=True)
    connection.executemany(
        f"INSERT INTO {table} (delivery_id, asset_id, change, column_name, before, after) VALUES (?, ?, ?, ?, ?, ?)",
        ((number, *row) for row in rows),
    )


def read_changes(
    connection: sqlite3.Connection,
    where: str = "1",
    values: Sequence[object] = (),
    *,
    proposed: bool = False,
) -> pd.DataFrame:
    """Return CHANGES in order of time; `where` may name a column of their delivery."""
    return read_history(connection, where, values, proposed=proposed)[COLUMNS]


def read_history(
    connection: sqlite3.Connection,
    where: str = "1",
    values: Sequence[object] = (),
    *,
    proposed: bool = False,
) -> pd.DataFrame:
    """Return CHANGES that were made, each with its delivery's version, time, author and layer."""
    table = "proposed" if proposed else "changes"
    rows = connection.execute(
        "SELECT d.version, d.decided_at, d.author, d.layer, c.delivery_id, c.asset_id, c.change, c.column_name,"
        f" c.before, c.after FROM {table} c JOIN deliveries d USING (delivery_id) WHERE {where}"
        " ORDER BY ifnull(d.version, d.delivery_id), c.change_id",
        values,
    ).fetchall()
    words = [name for name in _HISTORY if name not in ("version", "delivery")]
    changes = pd.DataFrame(rows, columns=_HISTORY).astype(dict.fromkeys(words, "str"))
    return changes.astype({"delivery": "int64", "version": "Int64"})


def near_asset(connection: sqlite3.Connection, asset_id: str) -> str:
    """Return the probable id of an asset: its own without the layer, or nearly so; else ""."""
    ends = ("%:" + re.sub(r"([\\%_])", r"\\\1", asset_id),)
    query = "SELECT asset_id FROM changes WHERE asset_id LIKE ? ESCAPE '\\' LIMIT 1"
    if ids := values_of(connection, query, ends):
        return ids[0]
    layer = asset_id.partition(":")[0] + ":"
    query = "SELECT DISTINCT asset_id FROM changes WHERE substr(asset_id, 1, ?) = ? LIMIT ?"
    return nearest(asset_id, values_of(connection, query, (len(layer), layer, _LOOKED_THROUGH)))


# The past


def table_at(connection: sqlite3.Connection, stored: StoredLayer, version: int) -> gpd.GeoDataFrame:
    """Return a layer as of a version of the register: today's with all later changes reverted."""
    table = read_rows(connection, stored)
    later = "d.layer = ? AND d.version > ?"
    changes = read_changes(connection, later, (stored.layer, version))
    return apply(invert(composed(changes)), table)


def past_at(connection: sqlite3.Connection, version: int) -> str:
    """Return a hash of which deliveries had been accepted by a version, and when."""
    query = "SELECT delivery_id, layer, version, decided_at FROM deliveries WHERE version <= ? ORDER BY version"
    return checksum(*connection.execute(query, (version,)).fetchall())


def version_on(connection: sqlite3.Connection, day: datetime.date) -> int:
    """Return the version that the register had at the end of a day of this machine's calendar.

    A clock that was set back does not turn the order round: a version is never older than the one
    before it.
    """
    end = datetime.datetime.combine(day, datetime.time.max).astimezone()
    version, latest = 0, None
    query = "SELECT version, decided_at FROM deliveries WHERE version NOTNULL ORDER BY version"
    for number, at in connection.execute(query):
        latest = max(filter(None, (latest, _time(at, number))))
        version = number if latest <= end else version
    return version


def _time(text: str, number: int) -> datetime.datetime:
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError as fault:
        raise unreadable_row("deliveries", number, fault) from None


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

    `audit` asks whether all stands as it was accepted; this cannot be known of the past.
    """
    version = store.version_of(connection)
    past = at is not None and at < version
    at = version if at is None else min(at, version)
    query = "SELECT 1 FROM deliveries WHERE layer = ? AND version <= ? LIMIT 1"
    return {
        stored.layer: _state(connection, stored, at, past=past, audit=audit)
        for stored in store.stored_layers(connection)
        if stored.layer in wanted and (not past or values_of(connection, query, (stored.layer, at)))
    }


def unwanted(connection: sqlite3.Connection, wanted: Collection[str]) -> dict[str, int]:
    """Return how many assets each layer has that the register holds and nobody wants."""
    counted = {
        stored.layer: values_of(connection, f"SELECT count(*) FROM {quoted(stored.table)}")[0]
        for stored in store.stored_layers(connection)
        if stored.layer not in wanted
    }
    return {layer: assets for layer, assets in counted.items() if assets}


def last_filled(connection: sqlite3.Connection, layer: str, *, by: int) -> Delivery | None:
    """Return a layer's last accepted delivery that is no undo, not undone, and confirms it.

    `by` is the version of the register until which they count.
    """
    query = (
        "SELECT delivery_id, undoes FROM deliveries WHERE layer = ? AND version <= ?"
        " ORDER BY version DESC"
    )
    taken_back: set[int] = set()
    for number, undoes in connection.execute(query, (layer, by)).fetchall():
        if number in taken_back:  # an undo that was undone takes nothing back
            continue
        if undoes is not None:
            taken_back.add(undoes)
            continue
        delivery = read_delivery(connection, number)
        query = "SELECT count(*) FROM changes WHERE delivery_id = ?"
        if values_of(connection, query, (number,)) != [0] or confirms(delivery):
            return delivery
    return None


def confirms(delivery: Delivery) -> bool:
    """Return whether an empty delivery confirms the layer: it has most of its assets."""
    features, left = (delivery.report.get(name, 0) for name in ("features", "removals_left"))
    return bool(features) and left <= features


def _state(
    connection: sqlite3.Connection, stored: StoredLayer, version: int, *, past: bool, audit: bool
) -> LayerState:
    if past:
        table = table_at(connection, stored, version)
        altered = table.index[:0]
    else:
        table, sealed = read_sealed(connection, stored)
        altered = _altered(connection, stored, table, sealed) if audit else table.index[:0]
    query = "SELECT DISTINCT sha256 FROM deliveries WHERE layer = ? AND sha256 <> ''"
    known = frozenset(values_of(connection, query, (stored.layer,)))
    filled = last_filled(connection, stored.layer, by=version)
    return LayerState(table=table, version=version, delivery=filled, known=known, altered=altered)


def _altered(
    connection: sqlite3.Connection, stored: StoredLayer, table: gpd.GeoDataFrame, sealed: np.ndarray
) -> pd.Index:
    """Return the assets with a wrong checksum, and those accepted that are missing."""
    query = (
        "SELECT c.asset_id FROM changes c JOIN deliveries d USING (delivery_id) WHERE d.layer = ? "
        "GROUP BY c.asset_id HAVING total(c.change = ?) > total(c.change = ?)"
    )
    assets = values_of(connection, query, (stored.layer, ADDED, REMOVED))
    accepted = pd.Index(assets, dtype="str")
    gone = accepted[~among(accepted, table.index)]
    return table.index[checksums(table) != sealed].append(gone)
