"""Where water that rises with the sea spreads to, map by map: made ready once a hazard, looked up for each piece.

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

import numpy as np
import pandas as pd
import shapely

from asset_inventory.hazards.grids import WORKERS
from asset_inventory.hazards.pieces import OpenHazard, OpenMap
from asset_inventory.hazards.sills import MOST_CELLS, Sills, beside_water, sills
from asset_inventory.overlay.future import SEA_ALONE, Ahead, is_raised, sinking
from asset_inventory.sources.city import Hazard
from asset_inventory.sources.projections import carry
from asset_inventory.sources.rasters import Grid, cell_centres, freeboards, reading
from asset_inventory.tables import finding

_AT_ONCE = 2**18  # cells whose rates are looked up at a time


@dataclass(frozen=True)
class Spread:
    """The sills of one map as ground and sea move, and as the sea does alone, and how fast (m/year) their years pass.

    At a pace of 1 their years are those of the calendar. Where all ground sinks alike both are the same, in metres.
    """

    both: Sills
    sea: Sills
    paces: tuple[float, float] = (1.0, 1.0)


def spreads(one: OpenHazard, ahead: Ahead | None) -> tuple[Spread | None, ...]:
    """Return for each map where its water spreads to until the last of the years; None where that is not looked for.

    Raises SourceError for a grid that proves damaged.
    """
    looked_at = {a_map.group: a_map.grid for a_map in one.maps if _is_looked_at(one, a_map, ahead)}
    if not looked_at:
        return (None,) * len(one.maps)
    by_layer = ahead.rates is not None
    rates = {group: _cell_rates(grid, one.city_crs, ahead) for group, grid in looked_at.items() if by_layer}

    def spread(a_map: OpenMap) -> Spread | None:
        return _spread(a_map, rates.get(a_map.group), one, ahead) if _is_looked_at(one, a_map, ahead) else None

    # numpy lets go of the interpreter in most of the work
    with ThreadPoolExecutor(max_workers=WORKERS) as pool:
        return tuple(pool.map(spread, one.maps))


def may_get_wet(pieces: pd.DataFrame, spread: Spread | None, hazard: Hazard) -> pd.DataFrame:
    """Return the PIECES of a map (with `row` and `col`) that are not dry, or may not stay so in the years looked at.

    Where water is looked for beyond the map, they have the columns of `beside_water`, `after` and `perhaps` of the sea
    alone too.
    """
    kept = (pieces["intensity"].isna() | hazard.has_water(pieces["intensity"])).to_numpy(copy=True)
    if spread is None:
        return pieces[kept]
    told = _told(pieces, spread)
    for name in ("perhaps", f"perhaps{SEA_ALONE}"):
        kept |= np.isfinite(told[name].to_numpy())
    return told[kept]


def beside_dry(pieces: pd.DataFrame, a_map: OpenMap, spread: Spread | None, one: OpenHazard) -> pd.DataFrame:
    """Return all PIECES of a map (with `row` and `col`) with what `may_get_wet` tells of some.

    Each has its freeboard, be it ever so high.
    """
    if spread is None:
        return pieces
    told = _told(pieces, spread)
    on = (told["row"] >= 0).to_numpy()
    with reading(a_map.grid, below_ground=True) as read:
        above = -read(*(told[name].to_numpy()[on] for name in ("row", "col"))) if on.any() else np.empty(0)
    told.loc[on, "freeboard"] = above * one.hazard.factor + one.hazard.water_from
    return told


def spread_findings(opened: Iterable[OpenHazard], ahead: Ahead | None, future: pd.DataFrame) -> list[dict]:
    """Return rows of FINDINGS on the assets of which it is not known whether water gets to them, and too large grids.

    `future` is FUTURE_EAD.
    """
    rows = _too_large(opened, ahead)
    for one in opened:
        looked_at = [_is_looked_at(one, a_map, ahead) for a_map in one.maps]
        of_hazard = future[(future["hazard"] == one.hazard.name).to_numpy()]
        last = of_hazard[(of_hazard["year"] == of_hazard["year"].max()).to_numpy()]
        if looked_at and all(looked_at) and last["at_least"].any():
            rows.append(finding("spread_not_known", source=one.hazard.name, severity="warning",
                                count=int(last["at_least"].sum())))  # fmt: skip
    return rows


def looks_further(found: Sequence[Spread | None]) -> bool:
    """Tell whether the water of any map is looked for beyond it."""
    return any(one is not None for one in found)


def _told(pieces: pd.DataFrame, spread: Spread) -> pd.DataFrame:
    row, column = (pieces[name].to_numpy() for name in ("row", "col"))
    told = beside_water(row, column, spread.both)
    alone = told if spread.sea is spread.both else beside_water(row, column, spread.sea)
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


def _too_large(opened: Iterable[OpenHazard], ahead: Ahead | None) -> list[dict]:
    """Return rows of FINDINGS on the grids that have too many cells to look for where their water spreads to."""
    return [
        finding("spread_not_looked_for", source=f"{one.hazard.name} ({a_map.grid.path.name})", severity="warning",
                count=_cells(a_map.grid), most=MOST_CELLS)
        for one in opened if is_raised(one.hazard, ahead)
        for a_map in one.maps if _has_levels(one, a_map) and _cells(a_map.grid) > MOST_CELLS
    ]  # fmt: skip


def _is_looked_at(one: OpenHazard, a_map: OpenMap, ahead: Ahead | None) -> bool:
    return is_raised(one.hazard, ahead) and _has_levels(one, a_map) and _cells(a_map.grid) <= MOST_CELLS


def _has_levels(one: OpenHazard, a_map: OpenMap) -> bool:
    return one.hazard.water == "sea" and a_map.grid is not None and a_map.grid.water is not None


def _cells(grid: Grid) -> int:
    return grid.width * grid.height


def _spread(a_map: OpenMap, rates: np.ndarray | None, one: OpenHazard, ahead: Ahead) -> Spread:
    free = freeboards(a_map.grid) * one.hazard.factor + one.hazard.water_from
    years = ahead.future.calendar[-1] - one.hazard.surveyed
    rise = ahead.future.sea_level_rise.rate if ahead.future.sea_level_rise else 0.0
    if rates is not None:
        by_ground = sills(free, rates.reshape(free.shape) + rise, years)
        return Spread(by_ground, sills(free, rise, years))
    stated = ahead.future.subsidence_rate
    pace = (stated.rate if stated else 0.0) + rise
    found = sills(free, 1.0, max(pace, rise, 0.0) * years)
    return Spread(found, found, (pace, rise))


def _cell_rates(grid: Grid, city_crs: object, ahead: Ahead) -> np.ndarray:
    """Return how fast the ground sinks at the middle of each cell (m/year, row by row), NaN where it is not known."""
    found = np.empty(_cells(grid))
    for first in range(0, len(found), _AT_ONCE):
        row, column = np.divmod(np.arange(first, min(first + _AT_ONCE, len(found))), grid.width)
        middles = carry(cell_centres(grid, row, column), grid.crs, city_crs)
        found[first : first + _AT_ONCE] = sinking(shapely.points(middles), ahead)
    return found
