"""Two tables cell by cell, two sets of rules key by key: what was added, removed, changed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

# Relative difference up to which figures are equal: another release of a library may round the last
# digits otherwise.
TOLERANCE = 1e-9
SAME_PLACE = 1e-6  # metre: how far a corner of a shape may lie from where it was
_AGAIN = "again"  # which of several rows with one key


@dataclass(frozen=True)
class Cell:
    """A cell that differs: its row's key, its column, the texts on both sides ("" for nothing)."""

    where: dict[str, str]
    column: str
    before: str
    after: str


@dataclass(frozen=True)
class Difference:
    """How a table differs from an earlier one: rows by key, columns by name, shared cells."""

    rows: int
    added: tuple[dict[str, str], ...]
    removed: tuple[dict[str, str], ...]
    columns_added: tuple[str, ...]
    columns_removed: tuple[str, ...]
    cells: int
    greatest: Cell | None

    @property
    def count(self) -> int:
        """Return how many cells, rows and columns are not the same."""
        parts = (self.added, self.removed, self.columns_added, self.columns_removed)
        return self.cells + sum(map(len, parts))


def difference(before: pd.DataFrame, after: pd.DataFrame, key: Sequence[str]) -> Difference:
    """Return how a table differs from an earlier one by key; figures compare as numbers.

    Cells are text, numbers or shapes. Figures within TOLERANCE of each other are equal, shapes
    whose corners lie within SAME_PLACE. Rows of one key are matched in their order, all of a row is
    its key where the tables share no column of the key.
    """
    shared = [name for name in before.columns if name in after.columns]
    key = [name for name in key if name in shared] or shared
    sides = [
        _keyed(table, key).assign(**{f"row_{number}": np.arange(len(table))})
        for number, table in enumerate((before, after))
    ]
    rows = sides[0].merge(sides[1], on=[*key, _AGAIN], how="outer", sort=False)
    both = rows.dropna(subset=["row_0", "row_1"]).astype({"row_0": int, "row_1": int})
    old, new = before.iloc[both["row_0"]], after.iloc[both["row_1"]]
    cells, greatest, most = 0, None, (-np.inf, -np.inf)
    for name in (one for one in shared if one not in key):
        places, weight = _differ(old[name].to_numpy(dtype=object), new[name].to_numpy(dtype=object))
        cells += len(places)
        first = np.lexsort(weight)[-1] if len(places) else 0
        if len(places) and tuple(one[first] for one in weight[::-1]) > most:
            row, most = places[first], tuple(one[first] for one in weight[::-1])
            where = {one: _text(cell) for one, cell in old[key].iloc[row].items()}
            greatest = Cell(where, name, _text(old[name].iloc[row]), _text(new[name].iloc[row]))
    return Difference(
        len(after),
        _keys(after, rows.loc[rows["row_0"].isna(), "row_1"], key),
        _keys(before, rows.loc[rows["row_1"].isna(), "row_0"], key),
        tuple(name for name in after.columns if name not in shared),
        tuple(name for name in before.columns if name not in shared),
        cells,
        greatest,
    )


def changed_keys(
    before: object, after: object, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], object, object]]:
    """Yield what differs between nested mappings: the path of keys, and both values or None."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in dict.fromkeys((*before, *after)):
            yield from changed_keys(before.get(name), after.get(name), (*path, str(name)))
    elif before != after:
        yield path, before, after


def leaves(about: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Yield the ends of nested mappings and lists as text, with their paths of keys and places."""
    if isinstance(about, Mapping | list) and about:
        pairs = about.items() if isinstance(about, Mapping) else enumerate(about, start=1)
        for name, inner in pairs:
            yield from leaves(inner, (*path, str(name)))
    else:
        yield " > ".join(path), about if isinstance(about, str) else json.dumps(about)


def _text(cell: object) -> str:
    return (
        shapely.to_wkt(cell, rounding_precision=-1)
        if isinstance(cell, shapely.Geometry)
        else str(cell)
    )


def _keyed(table: pd.DataFrame, key: Sequence[str]) -> pd.DataFrame:
    # a spreadsheet that saves a table again writes 10 for 10.0
    keys = table[[*key]].apply(lambda cells: cells.astype(str).str.removesuffix(".0"))
    return keys.assign(**{_AGAIN: keys.groupby([*key], sort=False).cumcount()})


def _keys(table: pd.DataFrame, rows: pd.Series, key: Sequence[str]) -> tuple[dict[str, str], ...]:
    chosen = table[[*key]].iloc[rows.astype(int)].to_dict("records")
    return tuple({name: _text(cell) for name, cell in row.items()} for row in chosen)


def _differ(before: np.ndarray, after: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return where two columns differ, and by how much (amount, share) at each place.

    A figure that is known on one side alone differs by more than any other, a word by less.
    """
    places = np.flatnonzero(before != after)
    places = places[~_same_shapes(before[places], after[places])]
    old, new = (
        pd.to_numeric(pd.Series(side[places], dtype=object), errors="coerce").to_numpy(dtype=float)
        for side in (before, after)
    )
    amount, largest = np.abs(new - old), np.fmax(np.abs(old), np.abs(new))
    differ = ~(amount <= TOLERANCE * largest)
    unknown = np.where(np.isnan(largest), -1.0, np.inf)
    share = np.where(np.isnan(amount), unknown, amount / np.where(largest, largest, 1.0))
    return places[differ], np.array([np.nan_to_num(amount, nan=0.0), share])[:, differ]


def _same_shapes(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Tell of which pairs of cells both are shapes, and these are the same."""
    same = np.zeros(len(before), dtype=bool)
    shapes = np.flatnonzero(shapely.is_geometry(before) & shapely.is_geometry(after))
    same[shapes] = shapely.equals_exact(before[shapes], after[shapes], tolerance=SAME_PLACE)
    return same
