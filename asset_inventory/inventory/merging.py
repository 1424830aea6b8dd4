"""A delivery merged with what the register has become since the delivery's base; what it would undo without one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from asset_inventory.errors import RegisterError
from asset_inventory.inventory.cells import decode, encode_rows
from asset_inventory.inventory.changes import ADDED, EDITED, REMOVED, TOLERANCE, cells_differ, diff
from asset_inventory.inventory.sameness import among
from asset_inventory.tables import TABLES, check

OURS, THEIRS, ALIKE, CONFLICT = "ours", "theirs", "alike", "conflict"


def merge(
    base: pd.DataFrame,
    ours: pd.DataFrame,
    theirs: pd.DataFrame,
    *,
    columns: Sequence[str] | None = None,
    tolerance: float = TOLERANCE,
) -> pd.DataFrame:
    """Return MERGED: what the register (ours) and a delivery (theirs) each made of the base, cell by cell.

    `outcome` says who changed a cell: `ours`, `theirs`, both `alike`, or both to different values, a `conflict`. An
    asset that one side added or removed is one row without a column; one that was edited here and removed there is
    one conflict, one that was added on both sides is compared cell by cell. `columns` and `tolerance` as in `diff`.
    """
    twice = ours.index.intersection(theirs.index).difference(base.index)
    since = [_since(base, side, twice, columns, tolerance) for side in (ours, theirs)]
    whole = pd.Index(pd.concat(one.loc[one["change"] != EDITED, "asset_id"] for one in since).unique())
    open_ = diff(ours, theirs, columns=columns, tolerance=tolerance)
    cells = [one[(one["change"] == EDITED) & ~among(one["asset_id"], whole)] for one in since]
    merged = pd.concat([_assets((base, ours, theirs), since, whole), _cells(*cells, open_)], ignore_index=True)
    merged = merged[[column.name for column in TABLES["MERGED"].columns]].astype("str")
    return check(merged, "MERGED")


def decide(
    merged: pd.DataFrame,
    *,
    take: str | None = None,
    choices: Mapping[tuple[str, str | None], str] | None = None,
    delivery: int = 0,
) -> pd.DataFrame:
    """Return the CHANGES that put a merged delivery into the register (ours).

    Conflicts are decided one by one by `choices`, (asset_id, column) to `ours` or `theirs`, with None as the column
    of a whole asset; the others all by `take`. Raises RegisterError when one is left undecided.
    """
    names = merged["column"].astype(object).where(merged["column"].notna(), None)
    keys = [*zip(merged["asset_id"], names, strict=True)]
    chosen = np.array([(choices or {}).get(key, take) for key in keys], dtype=object)
    conflict = (merged["outcome"] == CONFLICT).to_numpy()
    undecided = np.flatnonzero(conflict & ~np.isin(chosen, [OURS, THEIRS]))
    if len(undecided):
        raise RegisterError("error.conflicts_open", count=len(undecided), asset=keys[undecided[0]][0])
    taken = merged[(merged["outcome"] == THEIRS) | (conflict & (chosen == THEIRS))]
    change = np.where(taken["ours"].isna(), ADDED, REMOVED)
    changes = taken.rename(columns={"ours": "before", "theirs": "after"})
    changes["change"] = np.where(taken["column"].notna(), EDITED, change)
    changes["delivery"] = np.full(len(changes), delivery, dtype=np.int64)
    changes = changes[[column.name for column in TABLES["CHANGES"].columns]].reset_index(drop=True)
    return check(changes.astype({"change": "str"}), "CHANGES")


def would_undo(changes: pd.DataFrame, history: pd.DataFrame, *, tolerance: float = TOLERANCE) -> pd.DataFrame:
    """Return the rows of the layer's history (CHANGES) that changes would undo, labelled by the row of the changes.

    A cell that returns to an older value undoes the last change that led away from that value. An asset removed
    undoes its last adding, unless by the layer's first delivery, before which there was nothing; one added again
    undoes its last removal.
    """
    first = history["delivery"].min()
    undone = []
    for change, earlier in ((EDITED, EDITED), (REMOVED, ADDED), (ADDED, REMOVED)):
        now, then = changes[changes["change"] == change], history[history["change"] == earlier]
        if earlier == ADDED:
            then = then[then["delivery"] > first]
        pairs = now.reset_index(names="row").merge(
            then.reset_index(names="row_then"), on=["asset_id", "column"], suffixes=("", "_then")
        )
        if change == EDITED:
            pairs = pairs[_returns(pairs, tolerance)]
        last = pairs.sort_values("delivery_then", kind="stable").drop_duplicates("row", keep="last").sort_values("row")
        undone.append(history.loc[last["row_then"]].set_axis(last["row"].to_numpy()))
    return pd.concat(undone).sort_index()


def _since(
    base: pd.DataFrame, side: pd.DataFrame, twice: pd.Index, columns: Sequence[str] | None, tolerance: float
) -> pd.DataFrame:
    """Return CHANGES since the base, where assets that were added on both sides are edited from nothing."""
    apart = diff(base, side[~among(side.index, twice)], columns=columns, tolerance=tolerance)
    made = diff(pd.DataFrame(index=twice), side.loc[twice], tolerance=tolerance)
    return pd.concat([apart, made], ignore_index=True)


def _assets(tables: tuple[pd.DataFrame, ...], since: list[pd.DataFrame], ids: pd.Index) -> pd.DataFrame:
    """Return a row for each asset that one side added or removed."""
    merged = pd.DataFrame({"asset_id": ids, "column": None})
    for name, table in zip(("base", OURS, THEIRS), tables, strict=True):
        present = table[among(table.index, ids)]
        merged[name] = pd.Series(encode_rows(present), index=present.index, dtype=object).reindex(ids).to_numpy()
    changed, changed_there = (among(ids, one["asset_id"]) for one in since)
    alike = merged[OURS].isna() & merged[THEIRS].isna()
    both = np.where(alike, ALIKE, CONFLICT)
    return merged.assign(outcome=np.where(changed & changed_there, both, np.where(changed, OURS, THEIRS)))


def _cells(ours: pd.DataFrame, theirs: pd.DataFrame, open_: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each cell that either side edited."""
    key = ["asset_id", "column"]
    cells = ours[[*key, "before", "after"]].merge(
        theirs[[*key, "before", "after"]], on=key, how="outer", suffixes=("", "_theirs"), indicator=True, sort=False
    )
    only_theirs, only_ours = cells["_merge"] == "right_only", cells["_merge"] == "left_only"
    base = cells["before"].where(~only_theirs, cells["before_theirs"])
    differs = pd.MultiIndex.from_frame(cells[key]).isin(pd.MultiIndex.from_frame(open_[key]))
    outcome = np.where(only_ours, OURS, np.where(only_theirs, THEIRS, np.where(differs, CONFLICT, ALIKE)))
    return cells[key].assign(
        base=base,
        ours=cells["after"].where(~only_theirs, base),
        theirs=cells["after_theirs"].where(~only_ours, base),
        outcome=outcome,
    )


def _returns(pairs: pd.DataFrame, tolerance: float) -> np.ndarray:
    """Tell in which pairs of changes of one cell the new value is the one that the earlier change replaced."""
    returns = np.zeros(len(pairs), dtype=bool)
    for name, rows in pairs.groupby("column", sort=False).indices.items():
        now, then = (decode(pairs[side].iloc[rows]) for side in ("after", "before_then"))
        returns[rows] = ~cells_differ(now, then, str(name), tolerance=tolerance)
    return returns
