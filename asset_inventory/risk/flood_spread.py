"""Spread of rising water over dry ground: whether and when it reaches each dry cell.

Water reaches a dry cell as soon as every cell of some way from wet ground lies below the risen
water: the highest cell of a way is its sill, and the way with the lowest sill counts. It is the way
through a minimum spanning tree, with the smallest possible greatest edges, of the pits into which
the dry ground descends. Low ground behind a dike stays dry until the dike is topped (bathtub with
connectivity: Poulter & Halpin 2008, doi 10.1080/13658810701371858, who compare the rules by which
cells are neighbours). Assumptions: the water keeps the level of the map at each cell and rises
everywhere with the sea; it has time to fill the ground that it reaches; the ground is that of the
terrain, without culverts or gates.

The rule of neighbours matters much, so there are two. Over the four sides of cells water certainly
reaches a cell: a diagonal dike of one cell keeps it out. Over sides and corners, through cells
without data, or from beyond the grid, it may reach a cell; other cells certainly stay dry.

The spread is computed if a hazard depends on the sea and a map is a water surface over a terrain,
so that level minus ground is known on dry ground too, on a grid of at most `MOST_CELLS` cells. Each
cell sinks by the city's rate or by the layer of rates at its middle, not by the rates of the assets
on it: water tops a dike that sinks more slowly than the houses behind it when the dike's own ground
is low enough. If water below ground counts, water reaches a cell at that depth below its ground,
over cells with the same depth: freeboards count down to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeGuard

import numpy as np
import pandas as pd
import shapely

from asset_inventory.hazards.intersections import GridMap, OpenHazard, OpenMap
from asset_inventory.hazards.raster_intersections import WORKERS
from asset_inventory.io.geometries import AnyCrs, carry
from asset_inventory.io.rasters import Grid, cell_centres, freeboards, reading
from asset_inventory.model.arrays import Flags, Floats
from asset_inventory.model.hazards import Hazard
from asset_inventory.model.projection import Rate
from asset_inventory.model.tables import FindingRow, finding
from asset_inventory.risk.projection import SEA_ALONE, Projection, is_raised, sinking, survey_year

# A larger grid is not searched: the search needs some 100 bytes a cell.
MOST_CELLS = 2**22
# Among ranks of cells: all sources together, and cells that water never reaches.
_SOURCE, _WALL = 0, np.iinfo(np.int32).max
_OTHERWISE = {"freeboard": np.nan, "sill": np.nan, "after": np.inf, "perhaps": np.inf}


@dataclass(frozen=True)
class Sills:
    """The dry cells that rising water may reach within some years; it reaches no others.

    `cell` counts row by row and rises. `freeboard` (metre) is the height of the ground above the
    water, `sill` (metre) that of the highest cell on the lowest way from wet ground, NaN without a
    sure way. Water gets there `after` a number of years, inf = not for sure, and may get there
    after `perhaps` years. `unknown` marks, among all cells, those without data; `width` is that of
    the grid. All but `freeboard` have seven digits, as a city has many cells.
    """

    cell: np.ndarray
    freeboard: Floats
    sill: np.ndarray
    after: np.ndarray
    perhaps: np.ndarray
    unknown: Flags
    width: int


def sills(freeboard: Floats, pace: Floats | float, limit: float) -> Sills:
    """Return the sills of the dry cells that water may reach in fewer than `limit` years.

    `freeboard` (metre, rows × columns) is below 0 in water and NaN without data; `pace` is the rise
    of the water against the ground (m/year), of each cell (NaN = not known) or of all. Water never
    reaches ground that rises faster, and water over such ground may fall dry: it is no sure source.

    Examples
    --------
    Water rises by 0.1 m a year in front of a dike of 2 m with ground of 0.5 m behind it: it tops
    the dike, and reaches the ground, after 20 years.

    >>> walls = [9.0, 9.0, 9.0]
    >>> found = sills(np.array([walls, [-1.0, 2.0, 0.5], walls]), 0.1, 50)
    >>> found.cell.tolist(), found.sill.tolist(), found.after.tolist()
    ([4, 5], [2.0, 2.0], [20.0, 20.0])
    """
    unknown, wet = np.isnan(freeboard), freeboard < 0
    if isinstance(pace, np.ndarray):
        unknown |= np.isnan(pace)
        near = (freeboard >= 0) & (pace > 0) & (freeboard < pace * limit)
        sources = wet & (pace >= 0)
    else:
        near, sources = (freeboard >= 0) & (freeboard < max(pace, 0.0) * limit), wet
    cell = np.flatnonzero(near)
    free = freeboard.ravel()[cell]
    due = (
        free / (pace.ravel()[cell] if isinstance(pace, np.ndarray) else pace) if len(cell) else free
    )
    order = np.argsort(due)
    rank = np.empty(len(cell), dtype=np.int32)  # from 1 on; no two cells have the same
    rank[order] = np.arange(1, len(cell) + 1, dtype=np.int32)
    height, width = freeboard.shape
    ranks = np.full((height + 2, width + 2), _WALL, dtype=np.int32)
    inner = ranks[1:-1, 1:-1]
    inner[sources] = _SOURCE
    # in the grid with an edge of one cell around it
    place = cell + (width + 2) + 1 + 2 * (cell // width)
    ranks.ravel()[place] = rank
    steps = np.array([1, width + 2, width + 3, width + 1])
    pit = _pits(ranks.ravel(), place, rank, np.arange(len(cell)), steps[:2])
    sure = _last_topped(ranks.ravel(), place, rank, pit, steps[:2])[rank]
    # all others descend to wet ground over sides, and so over corners too
    loose = np.flatnonzero(pit[rank])
    inner[wet | unknown] = _SOURCE
    for edge in (ranks[0], ranks[-1], ranks[:, 0], ranks[:, -1]):
        edge[:] = _SOURCE
    pit = _pits(ranks.ravel(), place, rank, loose, steps)
    may = _last_topped(ranks.ravel(), place, rank, pit, steps)[rank]
    kept = may != _WALL
    reached = sure[kept] != _WALL
    highest, lowest = (
        order[np.where(last[kept] == _WALL, 1, last[kept]) - 1] for last in (sure, may)
    )
    return Sills(
        cell=cell[kept].astype(np.int32),
        freeboard=free[kept],
        sill=np.where(reached, free[highest], np.nan).astype(np.float32),
        after=np.where(reached, due[highest], np.inf).astype(np.float32),
        perhaps=due[lowest].astype(np.float32),
        unknown=unknown.ravel(),
        width=freeboard.shape[1],
    )


def adjacent_to_water(row: np.ndarray, column: np.ndarray, of_map: Sills) -> pd.DataFrame:
    """Return `freeboard`, `sill`, `after` and `perhaps` of dry cells, as in `Sills`.

    Cells without data, and those beyond the grid (row -1), have NaN, but may have water at once.

    Examples
    --------
    >>> found = sills(np.array([[9.0, 9.0, 9.0], [-1.0, 2.0, 0.5], [9.0, 9.0, 9.0]]), 0.1, 50)
    >>> adjacent_to_water(np.array([1, 0]), np.array([2, 0]), found)[["freeboard", "sill", "after"]].values.tolist()
    [[0.5, 2.0, 20.0], [nan, nan, inf]]
    """
    cell = row.astype(np.int64) * of_map.width + column
    place = np.searchsorted(of_map.cell, cell)
    listed = place < len(of_map.cell)
    listed[listed] = of_map.cell[place[listed]] == cell[listed]
    columns = {name: np.full(len(cell), otherwise) for name, otherwise in _OTHERWISE.items()}
    for name, values in columns.items():
        values[listed] = getattr(of_map, name)[place[listed]]
    off = row < 0
    columns["perhaps"][off | of_map.unknown[np.where(off, 0, cell)]] = 0.0
    return pd.DataFrame(columns)


def _pits(
    ranks: np.ndarray, place: np.ndarray, rank: np.ndarray, loose: np.ndarray, steps: np.ndarray
) -> np.ndarray:
    """Return by rank the rank of the pit to which the ground descends; 0 for a source.

    `ranks` has, row by row, the rank of each cell, 0 for a source and `_WALL` for a cell that water
    never reaches; cells of a `rank` are at a `place`, and `steps` lead from one to its neighbours
    and, backwards, from them. Only the `loose` cells are searched: the others descend to a source.
    """
    at, own = place[loose], rank[loose]
    lowest = own.copy()
    for step in (*steps, *-steps):
        np.minimum(lowest, ranks[at + step], out=lowest)
    pit = np.zeros(len(rank) + 1, dtype=np.int32)
    pit[own] = lowest
    while not np.array_equal(further := pit[lowest], lowest):  # each round descends twice as far
        pit[own] = lowest = further
    return pit


def _last_topped(
    ranks: np.ndarray, place: np.ndarray, rank: np.ndarray, pit: np.ndarray, steps: np.ndarray
) -> np.ndarray:
    """Return by rank the last cell topped on the best way to a cell; `_WALL` without a way.

    A cell that descends to a source is itself the last. All others share the way from their `pit`,
    so that only pits are in the tree. `ranks`, `place`, `rank` and `steps` are those of `_pits`.
    """
    passes = _passes_between(ranks, place, rank, pit[rank], steps)
    topped: np.ndarray = np.maximum(np.arange(len(pit), dtype=np.int32), _to_pits(pit, passes))
    topped[0] = _WALL
    return topped


@dataclass(frozen=True)
class _Passes:
    """Pairs of pits between which water passes, and the rank of the first cell `over` the sill."""

    first: np.ndarray
    second: np.ndarray
    over: np.ndarray


def _passes_between(
    ranks: np.ndarray, place: np.ndarray, rank: np.ndarray, pit: np.ndarray, steps: np.ndarray
) -> _Passes:
    """Return the passes between pits; `pit` is that of each cell, by its rank."""
    pits = np.full(len(ranks), _WALL, dtype=np.int32)
    pits[place] = pit
    loose = np.flatnonzero(pit)
    at, own, own_pit = place[loose], rank[loose], pit[loose]
    parts = []
    for step in (*steps, *-steps):
        other = pits[at + step]
        lower = np.flatnonzero(other < own_pit)  # each pair is met from both sides
        over = np.maximum(own[lower], ranks[at[lower] + step])
        parts.append(np.stack([other[lower].astype(np.int64) << 32 | own_pit[lower], over]))
    both, over = np.concatenate(parts, axis=1)
    order = np.argsort(both)
    both, over = both[order], over[order]
    starts = np.flatnonzero(np.diff(both, prepend=-1))
    over = np.minimum.reduceat(over, starts) if len(starts) else over
    return _Passes(both[starts] >> 32, both[starts] & 0xFFFFFFFF, over)


def _to_pits(pit: np.ndarray, passes: _Passes) -> np.ndarray:
    """Return by rank the last cell topped on the best way to its pit; 0: source, or `_WALL`."""
    # imported here, since few cities tie a terrain to the sea
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import breadth_first_order, minimum_spanning_tree

    pits = np.flatnonzero(pit == np.arange(len(pit)))  # the first is 0, all sources together
    number = np.zeros(len(pit), dtype=np.int32)
    number[pits] = np.arange(len(pits), dtype=np.int32)
    edges_of = (number[passes.first], number[passes.second])
    graph = coo_array((passes.over.astype(float), edges_of), shape=(len(pits), len(pits))).tocsr()
    tree = minimum_spanning_tree(graph)
    _, parent = breadth_first_order(tree, 0, directed=False, return_predecessors=True)
    lost = parent < 0
    lost[0] = False
    parent[lost], parent[0] = 0, 0
    edges = tree.tocoo()
    worst: np.ndarray = np.zeros(len(pits), dtype=np.int32)
    for child, other in ((edges.row, edges.col), (edges.col, edges.row)):
        down = parent[child] == other
        worst[child[down]] = edges.data[down]
    worst[0] = 0
    while parent.any():  # each round goes twice as far back
        np.maximum(worst, worst[parent], out=worst)
        parent = parent[parent]
    worst[lost] = _WALL
    topped: np.ndarray = worst[number[pit]]
    return topped


_AT_ONCE = 2**18  # cells with rates that are looked up at one time


@dataclass(frozen=True)
class FloodSpread:
    """A map's sills by ground and sea, and by the sea alone; `paces` (m/year) of their years.

    At a pace of 1 the years are those of the calendar. With one rate for all ground both sills are
    the same, in metres.
    """

    both: Sills
    sea: Sills
    paces: tuple[float, float] = (1.0, 1.0)


def flood_spreads(
    opened: OpenHazard, projection: Projection | None
) -> tuple[FloodSpread | None, ...]:
    """Return each map's spread of water up to a projection's last year; None if not computed.

    Raises
    ------
    SourceError
        A grid is damaged.

    Examples
    --------
    Without a projection no water spreads:

    >>> from asset_inventory.hazards.examples import opened
    >>> from asset_inventory.model.examples import flood
    >>> flood_spreads(opened(flood()), None)
    (None, None, None)
    """
    grids = {
        a_map.group: a_map.grid for a_map in opened.maps if _is_searched(a_map, opened, projection)
    }
    if projection is None or not grids:
        return (None,) * len(opened.maps)
    by_layer = projection.rates is not None
    rates = {
        group: _cell_rates(grid, opened.city_crs, projection)
        for group, grid in grids.items()
        if by_layer
    }

    def spread(a_map: OpenMap) -> FloodSpread | None:
        return (
            _spread(a_map, rates.get(a_map.group), opened, projection)
            if _is_searched(a_map, opened, projection)
            else None
        )

    # numpy releases the interpreter for most of the work
    with ThreadPoolExecutor(max_workers=WORKERS) as pool:
        return tuple(pool.map(spread, opened.maps))


def may_get_wet(
    intersections: pd.DataFrame, spread: FloodSpread | None, hazard: Hazard
) -> pd.DataFrame:
    """Return a map's INTERSECTIONS (with `row`, `col`) that are wet, or may get wet in time.

    With a spread they have the columns of `adjacent_to_water`, and `after` and `perhaps` of the sea
    alone.

    Examples
    --------
    >>> from asset_inventory.model.examples import flood
    >>> table = pd.DataFrame({"asset": [0, 1, 2], "intensity": [0.5, 0.0, np.nan]})
    >>> may_get_wet(table, None, flood())["asset"].tolist()
    [0, 2]
    """
    depth = intersections["intensity"]
    kept: Flags = (depth.isna() | hazard.has_water(depth)).to_numpy(dtype=bool, copy=True)
    if spread is None:
        return intersections.loc[kept]
    table = _with_spread(intersections, spread)
    for name in ("perhaps", f"perhaps{SEA_ALONE}"):
        kept |= np.isfinite(table[name].to_numpy())
    return table.loc[kept]


def near_dry(
    intersections: pd.DataFrame, a_map: OpenMap, spread: FloodSpread | None, opened: OpenHazard
) -> pd.DataFrame:
    """Return a map's INTERSECTIONS (with `row`, `col`) as `may_get_wet`, all with freeboard.

    Examples
    --------
    >>> from asset_inventory.hazards.examples import opened
    >>> from asset_inventory.model.examples import flood
    >>> hazard = opened(flood())
    >>> table = pd.DataFrame({"asset": [0], "intensity": [0.0]})
    >>> near_dry(table, hazard.maps[0], None, hazard).equals(table)
    True
    """
    if spread is None or not isinstance(a_map, GridMap):
        return intersections
    table = _with_spread(intersections, spread)
    on = (table["row"] >= 0).to_numpy()
    row, column = (table[name].to_numpy()[on] for name in ("row", "col"))
    with reading(a_map.grid, below_ground=True) as read:
        above = -read(row, column) if on.any() else np.empty(0)
    table.loc[on, "freeboard"] = above * opened.hazard.factor + opened.hazard.water_from
    return table


def spread_findings(
    opened: Iterable[OpenHazard], projection: Projection | None, future: pd.DataFrame
) -> list[FindingRow]:
    """Return FINDINGS on assets that water may or may not reach, and on grids too large.

    `future` is FUTURE_EAD.

    Examples
    --------
    >>> from asset_inventory.hazards.examples import opened
    >>> from asset_inventory.model.examples import flood
    >>> future = pd.DataFrame({"hazard": ["flood"], "year": [2035], "at_least": [False]})
    >>> spread_findings([opened(flood())], None, future)
    []
    """
    rows = _too_large(opened, projection)
    for hazard in opened:
        searched = [_is_searched(a_map, hazard, projection) for a_map in hazard.maps]
        of_hazard = future[(future["hazard"] == hazard.hazard.name).to_numpy()]
        last = of_hazard[(of_hazard["year"] == of_hazard["year"].max()).to_numpy()]
        if searched and all(searched) and last["at_least"].any():
            rows.append(
                finding(
                    "spread_not_known", source=hazard.hazard.name, count=int(last["at_least"].sum())
                )
            )
    return rows


def _with_spread(intersections: pd.DataFrame, spread: FloodSpread) -> pd.DataFrame:
    row, column = (intersections[name].to_numpy() for name in ("row", "col"))
    both = adjacent_to_water(row, column, spread.both)
    alone = both if spread.sea is spread.both else adjacent_to_water(row, column, spread.sea)
    columns = both.copy()
    for table, ending, pace in zip((both, alone), ("", SEA_ALONE), spread.paces, strict=True):
        for name in ("after", "perhaps"):
            columns[f"{name}{ending}"] = _at_pace(table[name].to_numpy(), pace)
    # without a known rate of the ground, the freeboard may still be known
    columns["freeboard"] = both["freeboard"].fillna(alone["freeboard"])
    return pd.concat([intersections.reset_index(drop=True), columns], axis=1)


def _at_pace(after: Floats, pace: float) -> Floats:
    """Return the years at a pace (m/year), from those at a pace of 1 m/year."""
    return after / pace if pace > 0 else np.full(len(after), np.inf)


def _too_large(opened: Iterable[OpenHazard], projection: Projection | None) -> list[FindingRow]:
    """Return rows of FINDINGS on the grids with too many cells to search."""
    return [
        finding(
            "spread_not_looked_for",
            source=f"{hazard.hazard.name} ({a_map.grid.path.name})",
            count=_cells(a_map.grid),
            most=MOST_CELLS,
        )
        for hazard in opened
        if is_raised(hazard.hazard, projection)
        for a_map in hazard.maps
        if _has_levels(a_map, hazard) and _cells(a_map.grid) > MOST_CELLS
    ]


def _is_searched(
    a_map: OpenMap, opened: OpenHazard, projection: Projection | None
) -> TypeGuard[GridMap]:
    return (
        is_raised(opened.hazard, projection)
        and _has_levels(a_map, opened)
        and _cells(a_map.grid) <= MOST_CELLS
    )


def _has_levels(a_map: OpenMap, opened: OpenHazard) -> TypeGuard[GridMap]:
    return (
        opened.hazard.water == "sea" and isinstance(a_map, GridMap) and a_map.grid.water is not None
    )


def _cells(grid: Grid) -> int:
    return grid.width * grid.height


def _spread(
    a_map: GridMap, rates: Floats | None, opened: OpenHazard, projection: Projection
) -> FloodSpread:
    free = freeboards(a_map.grid) * opened.hazard.factor + opened.hazard.water_from
    years = projection.future.calendar[-1] - survey_year(opened.hazard)
    rise = projection.future.sea_level_rise.rate if projection.future.sea_level_rise else 0.0
    if rates is not None:
        by_ground = sills(free, rates.reshape(free.shape) + rise, years)
        return FloodSpread(by_ground, sills(free, rise, years))
    stated = projection.future.subsidence_rate
    pace = (stated.rate if isinstance(stated, Rate) else 0.0) + rise
    by_metre = sills(free, 1.0, max(pace, rise, 0.0) * years)
    return FloodSpread(by_metre, by_metre, (pace, rise))


def _cell_rates(grid: Grid, city_crs: AnyCrs, projection: Projection) -> Floats:
    """Return the subsidence at each cell's middle (m/year, row by row), NaN where unknown."""
    rates = np.empty(_cells(grid))
    for first in range(0, len(rates), _AT_ONCE):
        row, column = np.divmod(np.arange(first, min(first + _AT_ONCE, len(rates))), grid.width)
        middles = carry(cell_centres(grid, row, column), grid.crs, city_crs)
        rates[first : first + _AT_ONCE] = sinking(np.asarray(shapely.points(middles)), projection)
    return rates
