"""The conflicts of a pending delivery by number, and who has changed the register there since the delivery's base.

A number is the place of the change among all that the delivery was found to change when it was handed in. So it stays
the same whatever is accepted meanwhile, and a decision by number never falls on another cell than was looked at.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from asset_inventory.errors import RegisterError
from asset_inventory.inventory.cells import columns_of
from asset_inventory.inventory.merging import OURS, THEIRS
from asset_inventory.inventory.register.ledger import Delivery, read_history
from asset_inventory.inventory.sameness import among

Choices = Mapping[tuple[str, str | None], str]
# Numbers that a sentence names.
_LISTED = 12


def numbered(conflicts: pd.DataFrame, proposed: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of MERGED in the order of their numbers, which label them.

    The cells of an asset that was added whole are numbered 7.1, 7.2 and so on, by their places in it: whichever of them
    are conflicts, a number is always the same cell's.
    """
    wholes, cells = {}, {}
    for place, (asset, column) in enumerate(zip(*_keys(proposed), strict=True)):
        wholes.setdefault(asset, place)
        cells.setdefault((asset, column), place)
    numbers = []
    for key in zip(*_keys(conflicts), strict=True):
        place = cells.get(key, wholes.get(key[0], -1))
        whole = key in cells or key[1] is None
        numbers.append((place + 1, 0 if whole else _place_in(proposed["after"].iloc[place], key[1])))
    order = sorted(range(len(numbers)), key=numbers.__getitem__)
    labels = [f"{number}.{part}" if part else f"{number}" for number, part in (numbers[row] for row in order)]
    return conflicts.iloc[order].set_axis(pd.Index(labels, dtype="str"))


def _place_in(row: str, column: str) -> int:
    """Return which cell of a whole asset a column is, from 1 on; behind the last where it has none of that name."""
    names = columns_of(row)
    return (names.index(column) if column in names else len(names)) + 1


def chosen(conflicts: pd.DataFrame, *, ours: Sequence[str], theirs: Sequence[str]) -> Choices:
    """Return what was decided by number as `accept` takes it.

    Raises RegisterError for a number that is no conflict of the delivery, or that is decided both ways.
    """
    both = [number for number in ours if number in theirs]
    if both:
        raise RegisterError("error.conflict_both_ways", conflict=both[0])
    strange = [number for number in (*ours, *theirs) if number not in conflicts.index]
    if strange and conflicts.empty:
        raise RegisterError("error.no_conflicts", conflict=strange[0])
    if strange:
        raise RegisterError("error.no_such_conflict", conflict=strange[0], numbers=listed(conflicts))
    sides = dict.fromkeys(ours, OURS) | dict.fromkeys(theirs, THEIRS)
    keys = dict(zip(conflicts.index, zip(*_keys(conflicts), strict=True), strict=True))
    return {keys[number]: side for number, side in sides.items()}


def hold_decided(conflicts: pd.DataFrame, delivery: Delivery, *, take: str | None, choices: Choices | None) -> None:
    """Raise RegisterError, which names them, where conflicts are left undecided."""
    keys = zip(*_keys(conflicts), strict=True)
    left = [key not in (choices or {}) and take is None for key in keys]
    if any(left):
        numbers, number = listed(conflicts[left]), str(delivery.id)
        raise RegisterError("error.conflicts_to_decide", count=sum(left), numbers=numbers, number=number)


def listed(conflicts: pd.DataFrame) -> str:
    """Return the first numbers of conflicts, in order."""
    return ", ".join(conflicts.index[:_LISTED]) + ", ..." * (len(conflicts) > _LISTED)


def changed_since(connection: sqlite3.Connection, delivery: Delivery) -> pd.DataFrame:
    """Return the row of history that last changed each conflict since the delivery's base, labelled by its number."""
    rows = read_history(connection, "d.layer = ? AND d.version > ?", (delivery.layer, delivery.base_version))
    rows = rows[among(rows["asset_id"], delivery.conflicts["asset_id"])]
    last: dict[tuple[str, str | None], int] = {}
    for row, (asset, column) in enumerate(zip(*_keys(rows), strict=True)):
        last[asset, None] = row  # of a whole asset whatever was done to it
        last[asset, column] = row
    found = [last.get(key, last.get((key[0], None), -1)) for key in zip(*_keys(delivery.conflicts), strict=True)]
    labels = delivery.conflicts.index[np.array(found, dtype=np.intp) >= 0]
    return rows.iloc[[row for row in found if row >= 0]].set_axis(labels)


def _keys(table: pd.DataFrame) -> tuple[list[str], list[str | None]]:
    names = table["column"].astype(object).where(table["column"].notna(), None)
    return table["asset_id"].tolist(), names.tolist()
