"""What changed between two tables, put into a table, and taken back.

A table holds one layer: its index is the asset_id, its columns are the fields and `geometry`. Geometry is a cell as
any other. For all tables a, b and changes d:

    apply(diff(a, b), a) = b        apply(invert(d), apply(d, a)) = a        diff(a, a) is empty
    invert(invert(d)) = d           changes of different cells commute       all of history applied = the present

Two tables are equal when they have the same assets and each cell says the same (`sameness.py`); the order of rows and
columns says nothing, nor does a column of nulls. `before` and `after` hold values exactly, as `cells.py` writes them;
an asset added or removed is one row, without a column, that holds all its cells.
"""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.errors import RegisterError
from asset_inventory.inventory.cells import decode, decode_rows, encode, encode_rows, settled
from asset_inventory.inventory.sameness import among, differ
from asset_inventory.inventory.shape_sameness import shapes_differ
from asset_inventory.tables import TABLES, check, empty

ADDED, REMOVED, EDITED = "added", "removed", "edited"
# Coordinates closer than this are unchanged. Metre; for a layer in degrees give the same length in degrees.
TOLERANCE = 0.01
_INVERSE = {ADDED: REMOVED, REMOVED: ADDED, EDITED: EDITED}
_COLUMNS = [column.name for column in TABLES["CHANGES"].columns]


def diff(
    before: pd.DataFrame,
    after: pd.DataFrame,
    *,
    delivery: int = 0,
    columns: Sequence[str] | None = None,
    tolerance: float = TOLERANCE,
) -> pd.DataFrame:
    """Return CHANGES that lead from one table to the other.

    A column that one of them lacks counts as one of nulls; `columns` limits which are compared in assets that stand
    in both. Coordinates closer than the tolerance, in the unit of the geometry, are unchanged.
    Raises RegisterError when an asset_id stands twice.
    """
    _unique(before)
    _unique(after)
    kept = before.index.intersection(after.index, sort=False)
    old, new = _rows(before, kept), _rows(after, kept)
    compared = dict.fromkeys([*before.columns, *after.columns]) if columns is None else columns
    parts = [_whole(before, kept, REMOVED, "before")]
    for name in compared:
        first, second = (table[name] if name in table else _nulls(kept) for table in (old, new))
        rows = np.flatnonzero(cells_differ(first, second, name, tolerance=tolerance))
        if len(rows):
            sides = {"before": encode(first.iloc[rows]), "after": encode(second.iloc[rows])}
            parts.append(pd.DataFrame({"asset_id": kept[rows], "change": EDITED, "column": name, **sides}))
    parts.append(_whole(after, kept, ADDED, "after"))
    return _changes([part for part in parts if len(part)], delivery)


def invert(changes: pd.DataFrame) -> pd.DataFrame:
    """Return CHANGES that take these back."""
    return changes.assign(
        change=changes["change"].map(_INVERSE), before=changes["after"], after=changes["before"]
    ).astype(changes.dtypes)


def apply(changes: pd.DataFrame, table: pd.DataFrame, *, tolerance: float = TOLERANCE) -> pd.DataFrame:
    """Return the table with the changes in it; assets that are added stand last.

    Columns keep their type where it holds the new values exactly. Raises RegisterError, and changes nothing, when
    the changes were not made for this table: an asset to be changed is not there, one to be added is, or what stands
    in a cell is not what the changes found there.
    """
    _unique(table)
    by = {change: changes[changes["change"] == change] for change in _INVERSE}
    _fit(by, table, tolerance)
    made = _edited(by[EDITED], table)
    gone = by[REMOVED]["asset_id"]
    if len(gone):
        made = made[~among(made.index, gone)]
    if len(by[ADDED]):
        made = _stacked(made, decode_rows(by[ADDED]["after"], _ids(by[ADDED])))
    return _as(table, made)


def cells_differ(before: pd.Series, after: pd.Series, column: str, *, tolerance: float = TOLERANCE) -> np.ndarray:
    """Tell which cells of a column, place by place, do not say the same."""
    if column == "geometry":
        return shapes_differ(_shapes(before), _shapes(after), tolerance=tolerance)
    return differ(before, after)


def removal_share(changes: pd.DataFrame, table: pd.DataFrame) -> float:
    """Return the share (0-1) of a table's assets that the changes remove; 0 of a table without assets."""
    removed = int((changes["change"] == REMOVED).sum())
    return removed / len(table) if len(table) else 0.0


# Diff


def _unique(table: pd.DataFrame) -> None:
    if not table.index.is_unique:
        asset = str(table.index[table.index.duplicated()][0])
        raise RegisterError("error.asset_id_twice", asset=asset)


def _rows(table: pd.DataFrame, ids: pd.Index) -> pd.DataFrame:
    """Return the rows of these assets, of a table that has them all, without a copy where nothing moves."""
    return table if table.index.equals(ids) else table.iloc[table.index.get_indexer(ids)]


def _nulls(index: pd.Index) -> pd.Series:
    return pd.Series(None, index=index, dtype=object)


def _shapes(column: pd.Series) -> np.ndarray:
    return np.asarray(column.where(column.notna(), None) if column.dtype == object else column, dtype=object)


def _whole(table: pd.DataFrame, kept: pd.Index, change: str, side: str) -> pd.DataFrame:
    table = table[~among(table.index, kept)]
    return pd.DataFrame({"asset_id": table.index, "change": change, side: encode_rows(table)})


def _changes(parts: list[pd.DataFrame], delivery: int) -> pd.DataFrame:
    if not parts:
        return empty("CHANGES")
    changes = pd.concat(parts, ignore_index=True).reindex(columns=_COLUMNS)
    words = dict.fromkeys(("asset_id", "change", "column", "before", "after"), "str")
    return check(changes.assign(delivery=delivery).astype({"delivery": "int64", **words}), "CHANGES")


# Apply


def _ids(changes: pd.DataFrame) -> pd.Index:
    return pd.Index(changes["asset_id"], name=None)


def _fit(by: dict[str, pd.DataFrame], table: pd.DataFrame, tolerance: float) -> None:
    """Raise RegisterError unless each change finds what it was made for."""
    there = {change: among(by[change]["asset_id"], table.index) for change in by}
    wrong = [by[REMOVED][~there[REMOVED]], by[EDITED][~there[EDITED]], by[ADDED][there[ADDED]]]
    edited = by[EDITED][there[EDITED]]
    for name, rows in edited.groupby("column", sort=False):
        present = table[name].loc[rows["asset_id"]] if name in table else _nulls(_ids(rows))
        found = cells_differ(present, decode(rows["before"]), str(name), tolerance=tolerance)
        wrong.append(rows[found])
    removed = by[REMOVED][there[REMOVED]]
    if len(removed):
        present = table.loc[removed["asset_id"]]
        changed = diff(present, decode_rows(removed["before"], _ids(removed)), tolerance=tolerance)["asset_id"]
        wrong.append(removed[among(removed["asset_id"], changed)])
    wrong = pd.concat(wrong)
    if len(wrong):
        raise RegisterError("error.changes_do_not_fit", count=len(wrong), asset=str(wrong["asset_id"].iloc[0]))


def _edited(edited: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    columns = {}
    for name, rows in edited.groupby("column", sort=False):
        present = table[name] if name in table else _nulls(table.index)
        cells = present.astype(object).to_numpy(copy=True)
        cells[table.index.get_indexer(rows["asset_id"])] = decode(rows["after"]).astype(object).to_numpy()
        columns[name] = _column(cells, present, table.index)
    return table.assign(**columns) if columns else table


def _column(cells: np.ndarray, like: pd.Series, index: pd.Index) -> pd.Series:
    if like.dtype == "geometry":
        return gpd.GeoSeries(cells, index=index, crs=like.crs)
    return settled([*cells], like.dtype).set_axis(index)


def _stacked(table: pd.DataFrame, added: pd.DataFrame) -> pd.DataFrame:
    """Return both tables as one; each column keeps the type that it had in the first where that holds all."""
    index = table.index.append(added.index)
    columns = {}
    for name in dict.fromkeys([*table.columns, *added.columns]):
        first, second = (part[name] if name in part else _nulls(part.index) for part in (table, added))
        cells = np.concatenate([first.astype(object).to_numpy(), second.astype(object).to_numpy()])
        columns[name] = _column(cells, first, index)
    return pd.DataFrame(columns, index=index)


def _as(table: pd.DataFrame, made: pd.DataFrame) -> pd.DataFrame:
    """Return what was made as a table with geometries, in the system of the first, if it has a geometry."""
    made = made.rename_axis(table.index.name)
    if "geometry" not in made:
        return made
    crs = table.crs if isinstance(table, gpd.GeoDataFrame) and "geometry" in table else None
    return gpd.GeoDataFrame(made.assign(geometry=gpd.GeoSeries(made["geometry"], crs=crs)), crs=crs)
