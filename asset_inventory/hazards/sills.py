"""How high the ground stands between dry places and water that rises: when, and whether, it gets to them.

A dry cell is reached as soon as every cell of some way from wet ground lies below the risen water: the highest cell of
a way is its sill, and of all ways that with the lowest sill counts. It is the way through a minimum spanning tree of
the cells, whose greatest edges are as small as they can be. Low ground behind a dike stays dry until the dike is
topped (bathtub with connectivity: Poulter & Halpin 2008, doi 10.1080/13658810701371858, who compare the rules by which
cells are neighbours). Assumed: the water keeps the level that the map gives it at each cell and rises everywhere with
the sea; it has time enough to fill what it gets to; the ground is as the terrain has it, without culverts or gates.

Which cells are neighbours decides much, so both rules are used. What water gets to over the four sides of cells, it
gets to for sure: a dike one cell wide that runs aslant keeps it out. What it would get to over their eight sides and
corners, through cells of which nothing is known, or from beyond the grid, it may get to; what not even that reaches
stays dry for sure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order, minimum_spanning_tree

# A larger grid is not looked at as a whole: on the way some 300 bytes are held for each cell that is low enough.
MOST_CELLS = 2**22
FOUR = ((0, 1), (1, 0))  # each pair of neighbours once: down, right
EIGHT = (*FOUR, (1, 1), (1, -1))
_NEITHER, _SOURCE = -1, -2
_COLUMNS = ("freeboard", "sill", "after", "perhaps")


@dataclass(frozen=True)
class Sills:
    """The dry cells of a grid that rising water may get to within some years; all others it does not reach.

    `cell` counts row by row and rises. `freeboard` (metre) is how far the ground stands above the water, `sill` (metre)
    that of the highest cell on the lowest way from wet ground, NaN without a sure way. Water gets there `after` so many
    years, inf = not for sure, and `perhaps` after so many. `unknown` tells of every cell whether nothing is known of
    it; `width` is that of the grid.
    """

    cell: np.ndarray
    freeboard: np.ndarray
    sill: np.ndarray
    after: np.ndarray
    perhaps: np.ndarray
    unknown: np.ndarray
    width: int


def sills(freeboard: np.ndarray, pace: np.ndarray | float, most: float) -> Sills:
    """Return the sills of the dry cells that water may get to in fewer than `most` years.

    `freeboard` (metre, rows × columns) is below 0 where there is water and NaN where it is not known; `pace` is by how
    much water rises against the ground of each cell (m/year, NaN = not known). Ground that rises faster than the water
    is never reached, and water over such ground may fall dry: nothing gets anywhere from it for sure.
    """
    pace = np.broadcast_to(np.asarray(pace, dtype=float), freeboard.shape)
    unknown, wet = np.isnan(freeboard) | np.isnan(pace), freeboard < 0
    with np.errstate(divide="ignore", invalid="ignore"):
        due = np.where(pace > 0, freeboard / pace, np.inf)
    near = ~wet & ~unknown & (due < most)
    cell = np.flatnonzero(near)
    number = np.full((freeboard.shape[0] + 2, freeboard.shape[1] + 2), _NEITHER, dtype=np.int32)
    inner = number[1:-1, 1:-1]
    inner[near] = np.arange(len(cell), dtype=np.int32)
    inner[wet & (pace >= 0)] = _SOURCE
    due, free = due.ravel()[cell], freeboard.ravel()[cell]
    sure = _highest(number, due, FOUR)
    inner[wet | unknown] = _SOURCE
    for edge in (number[0], number[-1], number[:, 0], number[:, -1]):
        edge[:] = _SOURCE
    may = _highest(number, due, EIGHT)
    kept = may != _NEITHER
    reached = sure[kept] != _NEITHER
    return Sills(
        cell[kept],
        free[kept],
        np.where(reached, free[sure[kept]], np.nan),
        np.where(reached, due[sure[kept]], np.inf),
        due[may[kept]],
        unknown.ravel(),
        freeboard.shape[1],
    )


def at_pace(found: Sills, pace: float) -> Sills:
    """Return sills found at a pace of 1 m a year at another one of the whole grid (m/year)."""
    if pace > 0:
        return replace(found, after=found.after / pace, perhaps=found.perhaps / pace)
    never = np.full(len(found.cell), np.inf)
    return replace(found, after=never, perhaps=never)


def beside_water(row: np.ndarray, column: np.ndarray, found: Sills) -> pd.DataFrame:
    """Return what is known of cells that are dry: `freeboard`, `sill`, `after` and `perhaps`, as `Sills` has them.

    Of what is not known, and beyond the grid (row -1), all is NaN but that water is there perhaps at once.
    """
    cell = row.astype(np.int64) * found.width + column
    place = np.searchsorted(found.cell, cell)
    listed = place < len(found.cell)
    listed[listed] = found.cell[place[listed]] == cell[listed]
    told = np.full((len(cell), len(_COLUMNS)), [np.nan, np.nan, np.inf, np.inf])
    for number, name in enumerate(_COLUMNS):
        told[listed, number] = getattr(found, name)[place[listed]]
    off = row < 0
    told[off | found.unknown[np.where(off, 0, cell)], _COLUMNS.index("perhaps")] = 0.0
    return pd.DataFrame(told, columns=list(_COLUMNS))


def _highest(number: np.ndarray, due: np.ndarray, steps: tuple[tuple[int, int], ...]) -> np.ndarray:
    """Return for each numbered cell which one is the last to be topped on its best way from a source, -1 without one.

    `number` holds the cells' numbers, -1 or -2 (a source); `due` is when each is topped; `steps` lead to neighbours.
    """
    count = len(due)
    rank = np.empty(count + 1)  # equal or 0, times would be no edges of a sparse graph; ranks are neither
    rank[np.argsort(due, kind="stable") + 1] = np.arange(1, count + 1)
    rank[0] = 0.0  # all sources together
    first, second = _edges(number, count, steps)
    graph = coo_array((np.maximum(rank[first], rank[second]), (first, second)), shape=(count + 1, count + 1)).tocsr()
    _, parent = breadth_first_order(minimum_spanning_tree(graph), 0, directed=False, return_predecessors=True)
    lost = parent < 0
    lost[0], parent[0] = False, 0
    parent[lost] = 0
    worst = np.arange(count + 1)
    while parent.any():  # each round looks twice as far back
        before = worst[parent]
        worst = np.where(rank[before] > rank[worst], before, worst)
        parent = parent[parent]
    return np.where(lost, 0, worst)[1:] - 1


def _edges(
    number: np.ndarray, count: int, steps: tuple[tuple[int, int], ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs of numbered neighbours, and each that has a source beside it with 0; numbers count from 1."""
    beside = np.zeros(count, dtype=bool)
    pairs = []
    height, width = number.shape
    for down, right in steps:
        here = number[: height - down, max(0, -right) : width - max(0, right)]
        there = number[down:, max(0, right) : width - max(0, -right)]
        both = (here >= 0) & (there >= 0)
        pairs.append(np.stack([here[both], there[both]]))
        for one, other in ((here, there), (there, here)):
            beside[one[(one >= 0) & (other == _SOURCE)]] = True
    first = np.flatnonzero(beside).astype(np.int32)
    pairs.append(np.stack([first, np.full(len(first), -1, dtype=np.int32)]))
    found = np.concatenate(pairs, axis=1) + 1
    return found[0], found[1]
