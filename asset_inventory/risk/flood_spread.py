"""How high the ground stands between dry places and water that rises: when, and whether, it gets to them.

A dry cell is reached as soon as every cell of some way from wet ground lies below the risen water: the highest cell of
a way is its sill, and of all ways that with the lowest sill counts. It is the way through a minimum spanning tree,
whose greatest edges are as small as they can be, of the pits into which the dry ground goes down. Low ground behind a
dike stays dry until the dike is topped (bathtub with connectivity: Poulter & Halpin 2008,
doi 10.1080/13658810701371858, who compare the rules by which cells are neighbours). Assumed: the water keeps the level
that the map gives it at each cell and rises everywhere with the sea; it has time enough to fill what it gets to; the
ground is as the terrain has it, without culverts or gates.

Which cells are neighbours decides much, so both rules are used. What water gets to over the four sides of cells, it
gets to for sure: a dike one cell wide that runs aslant keeps it out. What it would get to over their eight sides and
corners, through cells of which nothing is known, or from beyond the grid, it may get to; what not even that reaches
stays dry for sure.

Where water that rises with the sea spreads to, map by map: made ready once a hazard, looked up for each piece.

It is looked for where a hazard is tied to the sea and a map is a water surface over a terrain, so that level minus
ground is known on dry ground too, on a grid of at most `MOST_CELLS` cells. Each cell sinks by the rate that the city
states or its layer of rates says at the cell's middle, whatever the assets on it: a dike that sinks more slowly than
the houses behind it is topped when its own ground is low enough. Where water below ground counts, water gets to a cell
as soon as it stands so high below its ground, over cells of which the same holds: freeboards are counted down to there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeGuard

import numpy as np
import pandas as pd
import shapely

from asset_inventory.hazards.intersections import GridMap, OpenHazard, OpenMap
from asset_inventory.hazards.raster_intersections import WORKERS
from asset_inventory.io.crs import carry
from asset_inventory.io.rasters import Grid, cell_centres, freeboards, reading
from asset_inventory.model.city import Hazard
from asset_inventory.model.tables import finding
from asset_inventory.risk.projection import SEA_ALONE, Projection, is_raised, sinking

# A larger grid is not looked at as a whole: some 100 bytes a cell are held on the way.
MOST_CELLS = 2**22
# Among ranks of cells: all sources together, and where water gets never.
_SOURCE, _WALL = 0, np.iinfo(np.int32).max
_OTHERWISE = {"freeboard": np.nan, "sill": np.nan, "after": np.inf, "perhaps": np.inf}


@dataclass(frozen=True)
class Sills:
    """The dry cells of a grid that rising water may get to within some years; all others it does not reach.

    `cell` counts row by row and rises. `freeboard` (metre) is how far the ground stands above the water, `sill` (metre)
    that of the highest cell on the lowest way from wet ground, NaN without a sure way. Water gets there `after` so many
    years, inf = not for sure, and `perhaps` after so many. `unknown` tells of every cell whether nothing is known of
    it; `width` is that of the grid. All but `freeboard` have seven digits, for a city has many cells.
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
    much water rises against the ground of each cell (m/year, NaN = not known), or of all. Ground that rises faster than
    the water is never reached, and water over such ground may fall dry: nothing gets anywhere from it for sure.
    """
    unknown, wet = np.isnan(freeboard), freeboard < 0
    if np.ndim(pace):
        unknown |= np.isnan(pace)
        near = (freeboard >= 0) & (pace > 0) & (freeboard < pace * most)
        sources = wet & (pace >= 0)
    else:
        near, sources = (freeboard >= 0) & (freeboard < max(pace, 0.0) * most), wet
    cell = np.flatnonzero(near)
    free = freeboard.ravel()[cell]
    due = free / (pace.ravel()[cell] if np.ndim(pace) else pace) if len(cell) else free
    order = np.argsort(due)
    rank = np.empty(len(cell), dtype=np.int32)  # from 1 on; no two cells have the same
    rank[order] = np.arange(1, len(cell) + 1, dtype=np.int32)
    height, width = freeboard.shape
    ranks = np.full((height + 2, width + 2), _WALL, dtype=np.int32)
    inner = ranks[1:-1, 1:-1]
    inner[sources] = _SOURCE
    place = cell + (width + 2) + 1 + 2 * (cell // width)  # in the grid with an edge of one cell around it
    ranks.ravel()[place] = rank
    steps = np.array([1, width + 2, width + 3, width + 1])
    pit = _pits(ranks.ravel(), place, rank, np.arange(len(cell)), steps[:2])
    sure = _last_topped(ranks.ravel(), place, rank, pit, steps[:2])[rank]
    loose = np.flatnonzero(pit[rank])  # all others go down to wet ground over sides, and so over corners too
    inner[wet | unknown] = _SOURCE
    for edge in (ranks[0], ranks[-1], ranks[:, 0], ranks[:, -1]):
        edge[:] = _SOURCE
    pit = _pits(ranks.ravel(), place, rank, loose, steps)
    may = _last_topped(ranks.ravel(), place, rank, pit, steps)[rank]
    kept = may != _WALL
    reached = sure[kept] != _WALL
    highest, lowest = (order[np.where(one[kept] == _WALL, 1, one[kept]) - 1] for one in (sure, may))
    return Sills(
        cell[kept].astype(np.int32),
        free[kept],
        np.where(reached, free[highest], np.nan).astype(np.float32),
        np.where(reached, due[highest], np.inf).astype(np.float32),
        due[lowest].astype(np.float32),
        unknown.ravel(),
        freeboard.shape[1],
    )


def adjacent_to_water(row: np.ndarray, column: np.ndarray, found: Sills) -> pd.DataFrame:
    """Return what is known of cells that are dry: `freeboard`, `sill`, `after` and `perhaps`, as `Sills` has them.

    Of what is not known, and beyond the grid (row -1), all is NaN but that water is there perhaps at once.
    """
    cell = row.astype(np.int64) * found.width + column
    place = np.searchsorted(found.cell, cell)
    listed = place < len(found.cell)
    listed[listed] = found.cell[place[listed]] == cell[listed]
    told = {name: np.full(len(cell), otherwise) for name, otherwise in _OTHERWISE.items()}
    for name, values in told.items():
        values[listed] = getattr(found, name)[place[listed]]
    off = row < 0
    told["perhaps"][off | found.unknown[np.where(off, 0, cell)]] = 0.0
    return pd.DataFrame(told)


def _pits(
    ranks: np.ndarray, place: np.ndarray, rank: np.ndarray, loose: np.ndarray, steps: np.ndarray
) -> np.ndarray:
    """Return by rank the pit, by its rank, into which it goes down from a cell; 0 where that is a source.

    `ranks` has, row by row, the rank of each cell, 0 where it is a source and `_WALL` where water gets never; cells of
    a `rank` are at a `place`, and `steps` lead from one to its neighbours and, backwards, from them. Only the `loose`
    cells are looked at: all others are known to go down to a source.
    """
    at, own = place[loose], rank[loose]
    lowest = own.copy()
    for step in (*steps, *-steps):
        np.minimum(lowest, ranks[at + step], out=lowest)
    pit = np.zeros(len(rank) + 1, dtype=np.int32)
    pit[own] = lowest
    while not np.array_equal(further := pit[lowest], lowest):  # each round goes down twice as far
        pit[own] = lowest = further
    return pit


def _last_topped(
    ranks: np.ndarray, place: np.ndarray, rank: np.ndarray, pit: np.ndarray, steps: np.ndarray
) -> np.ndarray:
    """Return by rank which cell, by its rank too, is the last to be topped on the best way there; `_WALL` without one.

    A cell from which it goes down to a source is itself the last. All others share the way from their `pit`, so that
    only pits are looked for in a tree. `ranks`, `place`, `rank` and `steps` are those of `_pits`.
    """
    passes = _passes(ranks, place, rank, pit[rank], steps)
    topped = np.maximum(np.arange(len(pit), dtype=np.int32), _to_pits(pit, *passes))
    topped[0] = _WALL
    return topped


def _passes(
    ranks: np.ndarray, place: np.ndarray, rank: np.ndarray, pit: np.ndarray, steps: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the pairs of pits between which water passes, and the rank of the cell over which it does so first.

    `pit` is that of each cell, by its rank.
    """
    pits = np.full(len(ranks), _WALL, dtype=np.int32)
    pits[place] = pit
    loose = np.flatnonzero(pit)
    at, own, mine = place[loose], rank[loose], pit[loose]
    found = []
    for step in (*steps, *-steps):
        other = pits[at + step]
        there = np.flatnonzero(other < mine)  # each pair is met from both sides
        over = np.maximum(own[there], ranks[at[there] + step])
        found.append(np.stack([other[there].astype(np.int64) << 32 | mine[there], over]))
    both, over = np.concatenate(found, axis=1)
    order = np.argsort(both)
    both, over = both[order], over[order]
    starts = np.flatnonzero(np.diff(both, prepend=-1))
    over = np.minimum.reduceat(over, starts) if len(starts) else over
    return both[starts] >> 32, both[starts] & 0xFFFFFFFF, over


def _to_pits(pit: np.ndarray, first: np.ndarray, second: np.ndarray, over: np.ndarray) -> np.ndarray:
    """Return by rank the last to be topped on the best way to a cell's pit, 0 where that is a source, else `_WALL`."""
    # imported here, since few cities tie a terrain to the sea
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import breadth_first_order, minimum_spanning_tree

    pits = np.flatnonzero(pit == np.arange(len(pit)))  # the first is 0, all sources together
    number = np.zeros(len(pit), dtype=np.int32)
    number[pits] = np.arange(len(pits), dtype=np.int32)
    graph = coo_array((over.astype(float), (number[first], number[second])), shape=(len(pits), len(pits))).tocsr()
    tree = minimum_spanning_tree(graph)
    _, parent = breadth_first_order(tree, 0, directed=False, return_predecessors=True)
    lost = parent < 0
    lost[0] = False
    parent[lost], parent[0] = 0, 0
    edges = tree.tocoo()
    worst = np.zeros(len(pits), dtype=np.int32)
    for one, other in ((edges.row, edges.col), (edges.col, edges.row)):
        down = parent[one] == other
        worst[one[down]] = edges.data[down]
    worst[0] = 0
    while parent.any():  # each round looks twice as far back
        worst = np.maximum(worst, worst[parent])
        parent = parent[parent]
    worst[lost] = _WALL
    return worst[number[pit]]


_AT_ONCE = 2**18  # cells whose rates are looked up at a time


@dataclass(frozen=True)
class FloodSpread:
    """The sills of one map as ground and sea move, and as the sea does alone, and how fast (m/year) their years pass.

    At a pace of 1 their years are those of the calendar. Where all ground sinks alike both are the same, in metres.
    """

    both: Sills
    sea: Sills
    paces: tuple[float, float] = (1.0, 1.0)


def flood_spreads(one: OpenHazard, ahead: Projection | None) -> tuple[FloodSpread | None, ...]:
    """Return for each map where its water spreads to until the last of the years; None where that is not looked for.

    Raises SourceError for a grid that proves damaged.
    """
    grids = {a_map.group: a_map.grid for a_map in one.maps if _is_searched(a_map, one, ahead)}
    if ahead is None or not grids:
        return (None,) * len(one.maps)
    by_layer = ahead.rates is not None
    rates = {group: _cell_rates(grid, one.city_crs, ahead) for group, grid in grids.items() if by_layer}

    def spread(a_map: OpenMap) -> FloodSpread | None:
        return _spread(a_map, rates.get(a_map.group), one, ahead) if _is_searched(a_map, one, ahead) else None

    # numpy lets go of the interpreter in most of the work
    with ThreadPoolExecutor(max_workers=WORKERS) as pool:
        return tuple(pool.map(spread, one.maps))


def may_get_wet(pieces: pd.DataFrame, spread: FloodSpread | None, hazard: Hazard) -> pd.DataFrame:
    """Return the PIECES of a map (with `row` and `col`) that are not dry, or may not stay so in the years looked at.

    Where water is looked for beyond the map, they have the columns of `beside_water`, `after` and `perhaps` of the sea
    alone too.
    """
    kept = (pieces["intensity"].isna() | hazard.has_water(pieces["intensity"])).to_numpy(copy=True)
    if spread is None:
        return pieces[kept]
    told = _spread_note(pieces, spread)
    for name in ("perhaps", f"perhaps{SEA_ALONE}"):
        kept |= np.isfinite(told[name].to_numpy())
    return told[kept]


def near_dry(pieces: pd.DataFrame, a_map: OpenMap, spread: FloodSpread | None, one: OpenHazard) -> pd.DataFrame:
    """Return all PIECES of a map (with `row` and `col`) with what `may_get_wet` tells of some.

    Each has its freeboard, be it ever so high.
    """
    if spread is None:
        return pieces
    told = _spread_note(pieces, spread)
    on = (told["row"] >= 0).to_numpy()
    with reading(a_map.grid, below_ground=True) as read:
        above = -read(*(told[name].to_numpy()[on] for name in ("row", "col"))) if on.any() else np.empty(0)
    told.loc[on, "freeboard"] = above * one.hazard.factor + one.hazard.water_from
    return told


def spread_findings(opened: Iterable[OpenHazard], ahead: Projection | None, future: pd.DataFrame) -> list[dict]:
    """Return rows of FINDINGS on the assets of which it is not known whether water gets to them, and too large grids.

    `future` is FUTURE_EAD.
    """
    rows = _too_large(opened, ahead)
    for one in opened:
        looked_at = [_is_searched(a_map, one, ahead) for a_map in one.maps]
        of_hazard = future[(future["hazard"] == one.hazard.name).to_numpy()]
        last = of_hazard[(of_hazard["year"] == of_hazard["year"].max()).to_numpy()]
        if looked_at and all(looked_at) and last["at_least"].any():
            rows.append(finding("spread_not_known", source=one.hazard.name, severity="warning",
                                count=int(last["at_least"].sum())))  # fmt: skip
    return rows


def looks_further(found: Sequence[FloodSpread | None]) -> bool:
    """Tell whether the water of any map is looked for beyond it."""
    return any(one is not None for one in found)


def _spread_note(pieces: pd.DataFrame, spread: FloodSpread) -> pd.DataFrame:
    row, column = (pieces[name].to_numpy() for name in ("row", "col"))
    told = adjacent_to_water(row, column, spread.both)
    alone = told if spread.sea is spread.both else adjacent_to_water(row, column, spread.sea)
    when = {
        f"{name}{ending}": _at_pace(table[name].to_numpy(), pace)
        for table, ending, pace in zip((told, alone), ("", SEA_ALONE), spread.paces, strict=True)
        for name in ("after", "perhaps")
    }
    # where the ground's rate is not known, the sea alone may still tell how high it stands
    when["freeboard"] = told["freeboard"].fillna(alone["freeboard"])
    return pd.concat([pieces.reset_index(drop=True), told.assign(**when)], axis=1)


def _at_pace(after: np.ndarray, pace: float) -> np.ndarray:
    """Return the years after which what rises a metre in one gets somewhere at another pace (m/year)."""
    return after / pace if pace > 0 else np.full(len(after), np.inf)


def _too_large(opened: Iterable[OpenHazard], ahead: Projection | None) -> list[dict]:
    """Return rows of FINDINGS on the grids that have too many cells to look for where their water spreads to."""
    return [
        finding("spread_not_looked_for", source=f"{one.hazard.name} ({a_map.grid.path.name})", severity="warning",
                count=_cells(a_map.grid), most=MOST_CELLS)
        for one in opened if is_raised(one.hazard, ahead)
        for a_map in one.maps if _has_levels(a_map, one) and _cells(a_map.grid) > MOST_CELLS
    ]  # fmt: skip


def _is_searched(a_map: OpenMap, one: OpenHazard, ahead: Projection | None) -> TypeGuard[GridMap]:
    return is_raised(one.hazard, ahead) and _has_levels(a_map, one) and _cells(a_map.grid) <= MOST_CELLS


def _has_levels(a_map: OpenMap, one: OpenHazard) -> TypeGuard[GridMap]:
    return one.hazard.water == "sea" and isinstance(a_map, GridMap) and a_map.grid.water is not None


def _cells(grid: Grid) -> int:
    return grid.width * grid.height


def _spread(a_map: GridMap, rates: np.ndarray | None, one: OpenHazard, ahead: Projection) -> FloodSpread:
    free = freeboards(a_map.grid) * one.hazard.factor + one.hazard.water_from
    years = ahead.future.calendar[-1] - one.hazard.surveyed
    rise = ahead.future.sea_level_rise.rate if ahead.future.sea_level_rise else 0.0
    if rates is not None:
        by_ground = sills(free, rates.reshape(free.shape) + rise, years)
        return FloodSpread(by_ground, sills(free, rise, years))
    stated = ahead.future.subsidence_rate
    pace = (stated.rate if stated else 0.0) + rise
    found = sills(free, 1.0, max(pace, rise, 0.0) * years)
    return FloodSpread(found, found, (pace, rise))


def _cell_rates(grid: Grid, city_crs: object, ahead: Projection) -> np.ndarray:
    """Return how fast the ground sinks at the middle of each cell (m/year, row by row), NaN where it is not known."""
    found = np.empty(_cells(grid))
    for first in range(0, len(found), _AT_ONCE):
        row, column = np.divmod(np.arange(first, min(first + _AT_ONCE, len(found))), grid.width)
        middles = carry(cell_centres(grid, row, column), grid.crs, city_crs)
        found[first : first + _AT_ONCE] = sinking(shapely.points(middles), ahead)
    return found
