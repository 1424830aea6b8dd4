"""What a pending delivery would do to its layer as it is now, and what an accepted one did.

A delivery is merged with all that changed since its base; where both changed a cell, that is a
conflict. Its number is the place of the change among all that the delivery was found to change when
it was handed in. So it stays the same whatever is accepted meanwhile, and a decision by number
never falls on another cell than was looked at.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.inventory.matching import among
from asset_inventory.io.geometries import to_city
from asset_inventory.model.city import City
from asset_inventory.model.errors import RegisterError
from asset_inventory.model.tables import TABLES, check, empty
from asset_inventory.model.texts import few
from asset_inventory.register.changes import (
    ADDED,
    COLUMNS,
    EDITED,
    REMOVED,
    TOLERANCE,
    apply,
    cells_differ,
    columns_of,
    decode,
    decode_rows,
    diff,
    encode_rows,
    invert,
)
from asset_inventory.register.comparing import tolerance_of, traits
from asset_inventory.register.deliveries import (
    ACCEPTED,
    REJECTED,
    Delivery,
    read_changes,
    read_history,
    table_at,
)
from asset_inventory.register.identity import NEW, identify
from asset_inventory.register.rows import read_rows
from asset_inventory.register.store import StoredLayer, stored_layer

OURS, THEIRS, ALIKE, CONFLICT = "ours", "theirs", "alike", "conflict"
Choices = Mapping[tuple[str, str | None], str]  # by asset and column: OURS or THEIRS


def merge(
    base: pd.DataFrame, ours: pd.DataFrame, theirs: pd.DataFrame, *, tolerance: float = TOLERANCE
) -> pd.DataFrame:
    """Return MERGED: what the register (ours) and a delivery (theirs) made of the base, by cell.

    `outcome` is who changed a cell: `ours`, `theirs`, both `alike`, or both to different values,
    a `conflict`. An asset that one side added or removed is one row without a column; one that was
    edited here and removed there is one conflict, one that was added on both sides is compared cell
    by cell. `tolerance` as in `diff`.
    """
    twice = ours.index.intersection(theirs.index).difference(base.index)
    since = [_since(base, side, twice, tolerance) for side in (ours, theirs)]
    assets = pd.concat(side.loc[side["change"] != EDITED, "asset_id"] for side in since)
    ids = pd.Index(assets.unique())
    open_ = diff(ours, theirs, tolerance=tolerance)
    cells = [side[(side["change"] == EDITED) & ~among(side["asset_id"], ids)] for side in since]
    parts = [_assets((base, ours, theirs), since, ids), _cells(*cells, open_)]
    merged = pd.concat(parts, ignore_index=True)
    merged = merged[[column.name for column in TABLES["MERGED"].columns]].astype("str")
    return check(merged, "MERGED")


def decide(
    merged: pd.DataFrame,
    *,
    take: str | None = None,
    choices: Choices | None = None,
) -> pd.DataFrame:
    """Return the CHANGES that put a merged delivery into the register (ours).

    Conflicts are decided one by one by `choices`, (asset_id, column) to `ours` or `theirs`, with
    None as the column of a whole asset; the others all by `take`. Raises RegisterError when one is
    left undecided.
    """
    keys = [*zip(*_keys(merged), strict=True)]
    chosen = np.array([(choices or {}).get(key, take) for key in keys], dtype=object)
    conflict = (merged["outcome"] == CONFLICT).to_numpy()
    undecided = np.flatnonzero(conflict & ~np.isin(chosen, [OURS, THEIRS]))
    if len(undecided):
        asset = keys[undecided[0]][0]
        raise RegisterError("error.conflicts_open", count=len(undecided), asset=asset)
    taken = merged[(merged["outcome"] == THEIRS) | (conflict & (chosen == THEIRS))]
    change = np.where(taken["ours"].isna(), ADDED, REMOVED)
    changes = taken.rename(columns={"ours": "before", "theirs": "after"})
    changes["change"] = np.where(taken["column"].notna(), EDITED, change)
    changes["delivery"] = np.int64(0)
    changes = changes[COLUMNS].reset_index(drop=True)
    return check(changes.astype({"change": "str"}), "CHANGES")


def would_undo(
    changes: pd.DataFrame, history: pd.DataFrame, *, tolerance: float = TOLERANCE
) -> pd.DataFrame:
    """Return rows of a layer's history (CHANGES) that changes would undo, by row of the changes.

    A cell that returns to an older value undoes the last change that led away from that value. An
    asset removed undoes its last adding, unless by the layer's first delivery, before which there
    was nothing; one added again undoes its last removal.
    """
    first = history["delivery"].min()
    undone = []
    for change, earlier in ((EDITED, EDITED), (REMOVED, ADDED), (ADDED, REMOVED)):
        now, then = changes[changes["change"] == change], history[history["change"] == earlier]
        if earlier == ADDED:
            then = then[then["delivery"] > first]
        now, then = now.reset_index(names="row"), then.reset_index(names="row_then")
        pairs = now.merge(then, on=["asset_id", "column"], suffixes=("", "_then"))
        if change == EDITED:
            pairs = pairs[_returns(pairs, tolerance)]
        last = pairs.sort_values("delivery_then", kind="stable")
        last = last.drop_duplicates("row", keep="last").sort_values("row")
        undone.append(history.loc[last["row_then"]].set_axis(last["row"].to_numpy()))
    return pd.concat(undone).sort_index()


def _since(
    base: pd.DataFrame, side: pd.DataFrame, twice: pd.Index, tolerance: float
) -> pd.DataFrame:
    """Return CHANGES since the base; assets added on both sides count as edited from nothing."""
    apart = diff(base, side[~among(side.index, twice)], tolerance=tolerance)
    edited = diff(pd.DataFrame(index=twice), side.loc[twice], tolerance=tolerance)
    return pd.concat([apart, edited], ignore_index=True)


def _assets(
    tables: tuple[pd.DataFrame, ...], since: list[pd.DataFrame], ids: pd.Index
) -> pd.DataFrame:
    """Return a row for each asset that one side added or removed."""
    merged = pd.DataFrame({"asset_id": ids, "column": None})
    for name, table in zip(("base", OURS, THEIRS), tables, strict=True):
        present = table[among(table.index, ids)]
        rows = pd.Series(encode_rows(present), index=present.index, dtype=object)
        merged[name] = rows.reindex(ids).to_numpy()
    changed, changed_there = (among(ids, changes["asset_id"]) for changes in since)
    alike = merged[OURS].isna() & merged[THEIRS].isna()
    both, single = np.where(alike, ALIKE, CONFLICT), np.where(changed, OURS, THEIRS)
    return merged.assign(outcome=np.where(changed & changed_there, both, single))


def _cells(ours: pd.DataFrame, theirs: pd.DataFrame, open_: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each cell that either side edited."""
    key = ["asset_id", "column"]
    ours, theirs = (side[[*key, "before", "after"]] for side in (ours, theirs))
    cells = ours.merge(theirs, "outer", key, suffixes=("", "_theirs"), indicator=True)
    only_theirs, only_ours = cells["_merge"] == "right_only", cells["_merge"] == "left_only"
    base = cells["before"].where(~only_theirs, cells["before_theirs"])
    differs = pd.MultiIndex.from_frame(cells[key]).isin(pd.MultiIndex.from_frame(open_[key]))
    both = np.where(differs, CONFLICT, ALIKE)
    outcome = np.where(only_ours, OURS, np.where(only_theirs, THEIRS, both))
    after = cells["after"].where(~only_theirs, base)
    after_theirs = cells["after_theirs"].where(~only_ours, base)
    return cells[key].assign(base=base, ours=after, theirs=after_theirs, outcome=outcome)


def _returns(pairs: pd.DataFrame, tolerance: float) -> np.ndarray:
    """Return in which pairs of changes of a cell the new value is the one replaced before."""
    returns = np.zeros(len(pairs), dtype=bool)
    for name, rows in pairs.groupby("column", sort=False).indices.items():
        now, then = (decode(pairs[side].iloc[rows]) for side in ("after", "before_then"))
        returns[rows] = ~cells_differ(now, then, str(name), tolerance=tolerance)
    return returns


# Numbers that a sentence names.
_LISTED = 12


def conflicts_of(merged: pd.DataFrame, proposed: pd.DataFrame) -> pd.DataFrame:
    """Return the conflicts among what was merged in the order of their numbers, which label them.

    The cells of an asset that was added whole are numbered 7.1, 7.2 and so on, by their places in
    it: a number is always the same cell's, even where other cells are no conflicts.
    """
    conflicts = merged[merged["outcome"] == CONFLICT]
    wholes, cells = {}, {}
    for place, (asset, column) in enumerate(zip(*_keys(proposed), strict=True)):
        wholes.setdefault(asset, place)
        cells.setdefault((asset, column), place)
    numbers = []
    for key in zip(*_keys(conflicts), strict=True):
        place = cells.get(key, wholes.get(key[0], -1))
        is_whole = key in cells or key[1] is None
        # both sides changed the cell, so the asset that was added has it
        columns = [] if is_whole else columns_of(proposed["after"].iloc[place])
        numbers.append((place + 1, 0 if is_whole else columns.index(key[1]) + 1))
    order = sorted(range(len(numbers)), key=numbers.__getitem__)
    ordered = (numbers[row] for row in order)
    labels = [f"{number}.{part}" if part else f"{number}" for number, part in ordered]
    return conflicts.iloc[order].set_axis(pd.Index(labels, dtype="str"))


def chosen(conflicts: pd.DataFrame, *, ours: Sequence[str], theirs: Sequence[str]) -> Choices:
    """Return what was decided by number as `accept` takes it.

    Raises RegisterError for a number that is no conflict of the delivery, or that is decided both
    ways.
    """
    both = [number for number in ours if number in theirs]
    if both:
        raise RegisterError("error.conflict_both_ways", conflict=both[0])
    strange = [number for number in (*ours, *theirs) if number not in conflicts.index]
    if strange and conflicts.empty:
        raise RegisterError("error.no_conflicts", conflict=strange[0])
    if strange:
        numbers = listed(conflicts)
        raise RegisterError("error.no_such_conflict", conflict=strange[0], numbers=numbers)
    sides = dict.fromkeys(ours, OURS) | dict.fromkeys(theirs, THEIRS)
    keys = dict(zip(conflicts.index, zip(*_keys(conflicts), strict=True), strict=True))
    return {keys[number]: side for number, side in sides.items()}


def hold_decided(
    conflicts: pd.DataFrame, delivery: Delivery, *, take: str | None, choices: Choices | None
) -> None:
    """Raise RegisterError, which names them, where conflicts are left undecided."""
    keys = zip(*_keys(conflicts), strict=True)
    left = [key not in (choices or {}) and take is None for key in keys]
    if any(left):
        names = {"numbers": listed(conflicts[left]), "number": str(delivery.id)}
        raise RegisterError("error.conflicts_to_decide", count=sum(left), **names)


def listed(conflicts: pd.DataFrame) -> str:
    """Return the first numbers of conflicts, in order."""
    return few(conflicts.index.tolist(), _LISTED, ", ...")


def changed_since(connection: sqlite3.Connection, delivery: Delivery) -> pd.DataFrame:
    """Return the row of history that last changed each conflict since the base, by its number."""
    values = (delivery.layer, delivery.base_version)
    rows = read_history(connection, "d.layer = ? AND d.version > ?", values)
    rows = rows[among(rows["asset_id"], delivery.conflicts["asset_id"])]
    last: dict[tuple[str, str | None], int] = {}
    for row, (asset, column) in enumerate(zip(*_keys(rows), strict=True)):
        last[asset, None] = row  # of a whole asset whatever was done to it
        last[asset, column] = row
    keys = zip(*_keys(delivery.conflicts), strict=True)
    places = [last.get(key, last.get((key[0], None), -1)) for key in keys]
    labels = delivery.conflicts.index[np.array(places, dtype=np.intp) >= 0]
    return rows.iloc[[row for row in places if row >= 0]].set_axis(labels)


def _keys(table: pd.DataFrame) -> tuple[list[str], list[str | None]]:
    names = table["column"].astype(object).where(table["column"].notna(), None)
    return table["asset_id"].tolist(), names.tolist()


def in_full(connection: sqlite3.Connection, delivery: Delivery, city: City) -> Delivery:
    """Return a delivery with its changes, and if pending its conflicts and what it undoes."""
    if delivery.state in (ACCEPTED, REJECTED):
        proposed = delivery.state == REJECTED
        changes = read_changes(connection, "c.delivery_id = ?", (delivery.id,), proposed=proposed)
        return replace(delivery, changes=changes)
    stored = stored_layer(connection, delivery.layer)
    changes, merged = what_it_changes(connection, delivery, stored, city)
    conflicts = empty("MERGED")
    if merged is not None:
        conflicts = conflicts_of(merged, changes)
        changes = decide(merged, take="theirs")
        kept = {"kept_since": int((merged["outcome"] == OURS).sum())}
        delivery = replace(delivery, report=delivery.report | kept)
    changes = changes.assign(delivery=np.int64(delivery.id))
    untouched = stored is None or changes.empty
    undone = empty("CHANGES") if untouched else _undone(connection, changes, stored)
    return replace(delivery, changes=changes, conflicts=conflicts, undone=undone)


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
    changes = in_full(connection, delivery, city).changes
    return before, apply(changes, before, tolerance=tolerance_of(before))


def changed_rows(
    connection: sqlite3.Connection, delivery: Delivery, city: City
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return the layer's rows that a delivery in full changes, without it and with it."""
    stored = stored_layer(connection, delivery.layer)
    ids = delivery.changes["asset_id"]
    past = delivery.state == ACCEPTED and stored.version > delivery.version
    if stored is None or delivery.state == REJECTED or past:
        sides = both_sides(connection, delivery, city)
        return tuple(side[among(side.index, ids)] for side in sides)
    rows = read_rows(connection, stored, ids.tolist())
    if delivery.state == ACCEPTED:
        return apply(invert(delivery.changes), rows, tolerance=tolerance_of(rows)), rows
    return rows, apply(delivery.changes, rows, tolerance=tolerance_of(rows))


def what_it_changes(
    connection: sqlite3.Connection, delivery: Delivery, stored: StoredLayer | None, city: City
) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Return what a pending delivery changes in its layer, and MERGED where that has moved.

    What it adds may have been added there meanwhile, by others or by the same file: then it is that
    asset.
    """
    proposed = read_changes(connection, "c.delivery_id = ?", (delivery.id,), proposed=True)
    if stored is None or stored.version <= delivery.base_version:
        return proposed, None
    base = earlier(connection, stored, delivery.base_version, stored.crs)
    present = read_rows(connection, stored)
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

    Where the layer was not there yet when the delivery came, they are in the delivery's own. Raises
    RegisterError where a shape would be lost on the way.
    """
    rows = proposed[proposed["change"] == ADDED]
    table = decode_rows(rows["after"], pd.Index(rows["asset_id"], name=None))
    shapes = gpd.GeoSeries(table.get("geometry"), index=table.index, crs=delivery.crs)
    table = gpd.GeoDataFrame(table.assign(geometry=shapes), crs=delivery.crs)
    if delivery.crs is None or stored.crs is None or not len(table):
        return table
    moved, _ = to_city(table, stored.crs, source=delivery.layer)
    if (moved.geometry.isna() & table.geometry.notna()).any():
        number = str(delivery.id)
        raise RegisterError("error.not_in_layers_system", layer=delivery.layer, number=number)
    return moved


def _known_since(
    added: gpd.GeoDataFrame, since: gpd.GeoDataFrame, layer: str, city: City
) -> gpd.GeoDataFrame:
    """Return assets that a delivery adds by the ids of equal ones that were added since."""
    declared = next((entry for entry in city.assets if entry.name == layer), None)
    new = added[~among(added.index, since.index)]
    if declared is None or not len(new):
        return added
    others = since[~among(since.index, added.index)]
    sides = (traits(side, city.crs, declared) for side in (others, new))
    identity = identify(*sides, layer=layer)
    known = identity.asset_id[(identity.rule != NEW).to_numpy()]
    return added.set_axis(pd.Index([known.get(own, own) for own in added.index], dtype="str"))


def earlier(
    connection: sqlite3.Connection, stored: StoredLayer | None, version: int, crs: object
) -> gpd.GeoDataFrame:
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


def _undone(
    connection: sqlite3.Connection, changes: pd.DataFrame, stored: StoredLayer
) -> pd.DataFrame:
    """Return what changes would undo, asking the history only of the assets that they touch.

    A row of the layer's first delivery is asked for too: before that one there was nothing to go
    back to.
    """
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS touched (asset_id TEXT PRIMARY KEY)")
    connection.execute("DELETE FROM touched")
    touched = [(an_id,) for an_id in changes["asset_id"]]
    connection.executemany("INSERT OR IGNORE INTO touched VALUES (?)", touched)
    history = read_changes(
        connection,
        "d.layer = ?1 AND (c.asset_id IN touched OR c.change_id = (SELECT min(f.change_id) FROM changes f JOIN "
        "deliveries g USING (delivery_id) WHERE g.layer = ?1))",
        (stored.layer,),
    )
    return would_undo(changes, history)
