"""Changes of many deliveries as one that does the same: to look far back costs as much as to look back once.

For all changes d, e made one after the other, d for a table a: apply(composed(d, e), a) = apply(e, apply(d, a)).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

import pandas as pd

from asset_inventory.inventory.changes import ADDED, EDITED, REMOVED
from asset_inventory.inventory.sameness import among
from asset_inventory.tables import TABLES, empty

_COLUMNS = [column.name for column in TABLES["CHANGES"].columns]
_CELL = ["asset_id", "column"]


def composed(changes: pd.DataFrame) -> pd.DataFrame:
    """Return CHANGES, given in the order in which they were made, as those from the first state to the last.

    What has become again what it was is no change. The rows are of no delivery (0).
    """
    if changes["delivery"].nunique() < 2:
        return changes
    again = changes.duplicated("asset_id", keep=False)  # what befell an asset once is as it was
    restless = again & among(changes["asset_id"], changes.loc[changes["change"] != EDITED, "asset_id"].unique())
    rows = [
        (asset, *row)
        for asset, events in changes[restless].groupby("asset_id", sort=False)
        for row in _outcome(zip(*(events[name] for name in ("change", "column", "before", "after")), strict=True))
    ]
    parts = [changes[~again], _edits(changes[again & ~restless]), pd.DataFrame(rows, columns=_COLUMNS[1:])]
    made = pd.concat([part for part in parts if len(part)] or [parts[0]], ignore_index=True)
    return made.assign(delivery=0)[_COLUMNS].astype(empty("CHANGES").dtypes)


def _edits(changes: pd.DataFrame) -> pd.DataFrame:
    """Return for each cell what it was before all, and what it is now, where that is another thing."""
    first = changes.drop_duplicates(_CELL, keep="first")
    last = changes.drop_duplicates(_CELL, keep="last").set_index(_CELL)["after"]
    edited = first.assign(after=last.reindex(pd.MultiIndex.from_frame(first[_CELL])).to_numpy())
    return edited[edited["before"].fillna("") != edited["after"].fillna("")]


def _outcome(events: Iterable[tuple]) -> Iterator[tuple[str, str | None, str | None, str | None]]:
    """Yield what has become of an asset that was added or removed among these events, as the end of rows of CHANGES."""
    was: dict[str, object] | None = None  # the asset's cells before all, once known
    now: dict[str, object] | None = None  # and those it has by now
    there_before: bool | None = None
    until: dict[str, object] = {}  # cells before they were edited, while the whole asset is not known
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
            sides = [None if side.get(column) is None else json.dumps(side[column]) for side in (was, now)]
            if sides[0] != sides[1]:
                yield EDITED, column, *sides


def _plain(cell: object) -> object:
    return json.loads(cell) if isinstance(cell, str) else None


def _with(row: dict[str, object], cells: dict[str, object]) -> dict[str, object]:
    return {name: cell for name, cell in (row | cells).items() if cell is not None}
