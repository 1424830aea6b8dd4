"""Expected annual damage (EAD) from the damages of several return periods, and its hard bounds.

EAD is the integral of damage over annual frequency, 1 / return period: trapezoids between the maps, a
flat tail beyond the rarest one, and, where the city states the return period below which nothing is
damaged, a trapezoid from zero there. The bounds assume nothing on the shape between the maps but that
rarer events do not damage less (Rosbjerg 2024, doi 10.5194/piahs-385-25-2024, on why the points matter).
With one or two maps only the bounds are given.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.sources.city import Hazard

RULES = ("trapezoid", "bounds only", "bounds void", "not known")
# So many maps or fewer give bounds only.
FEW_MAPS = 2
# Damages from the same depth differ in their last bits; a fall smaller than this is none.
_FALL = 1e-9


@dataclass(frozen=True)
class Annual:
    """EAD of many assets: the trapezoid and the bounds (currency/year), and which of them void the bounds."""

    trapezoid: np.ndarray
    low: np.ndarray
    high: np.ndarray
    falls: np.ndarray


def annual_damage(
    periods: np.ndarray,
    damage: np.ndarray,
    *,
    value: np.ndarray,
    most: np.ndarray | None = None,
    no_damage_period: float | None = None,
) -> Annual:
    """Return EAD by trapezoid with a flat tail, and its hard bounds, of assets × return periods.

    `periods` (years) may stand in any order, `damage` has a column for each (currency, NaN = not
    known); `value` is what each asset can lose. `most` is the damage with the unknown share taken as
    wholly lost, by default the damage itself. The upper bound is NaN where it is not known: without a
    value, and where the most frequent event already damages and nothing says from when on. Raises
    ValueError for a return period given twice.
    """
    order = np.argsort(periods)
    frequency = 1.0 / np.asarray(periods, dtype=float)[order]
    if len(np.unique(frequency)) < len(frequency):
        raise ValueError(f"a return period is given twice: {periods}")
    damage = np.asarray(damage, dtype=float)[:, order]
    most = damage if most is None else np.asarray(most, dtype=float)[:, order]
    width = frequency[:-1] - frequency[1:]
    rarest, tail = damage[:, -1], frequency[-1]
    trapezoid = (width * (damage[:, :-1] + damage[:, 1:]) / 2).sum(axis=1) + tail * rarest
    low = (width * damage[:, :-1]).sum(axis=1) + tail * rarest
    high = (width * most[:, 1:]).sum(axis=1) + tail * value
    if no_damage_period is not None:
        before = 1.0 / no_damage_period - frequency[0]
        trapezoid = trapezoid + before * damage[:, 0] / 2
        high = high + before * most[:, 0]
    elif frequency[0] < 1.0:
        high = np.where(most[:, 0] > 0, np.nan, high)
    with np.errstate(invalid="ignore"):
        falls = (damage[:, :-1] > most[:, 1:] * (1 + _FALL)).any(axis=1)
    return Annual(trapezoid, low, high, falls)


def expected_annual_damage(
    assets: gpd.GeoDataFrame,
    exposure: pd.DataFrame,
    damage: pd.DataFrame,
    hazard: Hazard,
    periods: np.ndarray,
    *,
    nested: bool = True,
) -> pd.DataFrame:
    """Return EAD of one hazard: a row for every asset, from EXPOSURE and DAMAGE at all its return periods.

    What no map touches has EAD 0; what is unusable, or of which a map says nothing at all, has none
    (NaN). `rule` tells how it was reckoned: `trapezoid`; `bounds only` (one or two maps); `bounds void`
    (a rarer event damages less, or the maps are not `nested`, so no bound holds); `not known`.
    """
    reckoned, unknown = _by_period(assets, exposure, damage, hazard, periods)
    value = assets["value"].to_numpy(dtype=float)
    least, most = _least_and_most(reckoned, unknown, value)
    annual = annual_damage(periods, least, value=value, most=most, no_damage_period=hazard.no_damage_return_period)
    ead = np.where(np.isnan(reckoned).any(axis=1), np.nan, annual.trapezoid)
    known = ~np.isnan(annual.low)
    few = len(periods) <= FEW_MAPS
    void = annual.falls | ~np.bool_(nested)
    rule = np.select([~known, void, np.full(len(ead), few), np.isnan(ead)], [3, 2, 1, 3], 0)
    size = len(assets)
    return pd.DataFrame(
        {
            "asset_id": pd.Categorical.from_codes(np.arange(size), categories=assets["asset_id"]),
            "hazard": pd.Categorical.from_codes(np.zeros(size, dtype=np.int8), categories=[hazard.name]),
            "ead": np.full(size, np.nan) if few else ead,
            "ead_low": np.where(void, np.nan, annual.low),
            "ead_high": np.where(void, np.nan, annual.high),
            "rule": pd.Categorical.from_codes(rule, categories=list(RULES)),
            "maps": np.full(size, len(periods), dtype=np.int16),
        }
    )


def exceedance_curve(
    assets: gpd.GeoDataFrame, exposure: pd.DataFrame, damage: pd.DataFrame, hazard: Hazard, periods: np.ndarray
) -> pd.DataFrame:
    """Return the damage of all assets under each map of a hazard, by `return_period` (years), most frequent first.

    `annual_frequency` is 1 / return period. `damage` (currency) is the sum of what is known, NaN where that is nothing;
    `damage_low` and `damage_high` take the unknown share as unharmed and as wholly lost, NaN where a value is not
    known. `assets_counted` have a damage there, 0 among them, `assets_without_figure` have none. What assets without a
    place may lose is in no bound. `periods` are those of all its maps; a scenario (NaN) is no point of a curve.
    """
    periods = np.unique(np.asarray(periods, dtype=float))
    periods = periods[~np.isnan(periods)]
    exposure, damage = (table[table["return_period"].notna().to_numpy()] for table in (exposure, damage))
    reckoned, unknown = _by_period(assets, exposure, damage, hazard, periods)
    least, most = _least_and_most(reckoned, unknown, assets["value"].to_numpy(dtype=float))
    unbounded = np.isnan(most) & ~np.isnan(least)
    counted = ~np.isnan(reckoned)
    return pd.DataFrame(
        {
            "return_period": periods,
            "annual_frequency": 1.0 / periods,
            "damage": np.where(counted.any(axis=0), np.nansum(reckoned, axis=0), np.nan),
            "damage_low": np.nansum(least, axis=0),
            "damage_high": np.where(unbounded.any(axis=0), np.nan, np.nansum(most, axis=0)),
            "assets_counted": counted.sum(axis=0),
            "assets_without_figure": (~counted).sum(axis=0),
        }
    )


def by_asset(ead: pd.DataFrame, size: int) -> pd.DataFrame:
    """Return `ead`, `ead_low` and `ead_high` of each of `size` assets (currency/year), summed over hazards.

    A hazard that has bounds only (one or two maps) has no part in the sum of EAD, but in those of the
    bounds. A sum is NaN where a part of it is; without any part all are NaN.
    """
    row = ead["asset_id"].cat.codes.to_numpy()
    whole = ~ead["maps"].le(FEW_MAPS).to_numpy(dtype=bool)
    sums = {}
    for name in ("ead", "ead_low", "ead_high"):
        part = whole if name == "ead" else np.ones(len(ead), dtype=bool)
        figures = ead[name].to_numpy()[part]
        sums[name] = np.bincount(row[part], weights=figures, minlength=size) if part.any() else np.full(size, np.nan)
    return pd.DataFrame(sums)


def _least_and_most(reckoned: np.ndarray, unknown: np.ndarray, value: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the damage with the unknown share of each asset taken as unharmed, and as wholly lost (currency)."""
    with np.errstate(invalid="ignore"):
        most = np.where(unknown > 0, np.minimum(reckoned + unknown * value[:, None], value[:, None]), reckoned)
    # of a wholly unknown asset the known damage is NaN, but its bounds run from nothing to all of it
    return np.where(unknown >= 1.0, 0.0, reckoned), np.where(unknown >= 1.0, value[:, None], most)


def _by_period(
    assets: gpd.GeoDataFrame,
    exposure: pd.DataFrame,
    damage: pd.DataFrame,
    hazard: Hazard,
    periods: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Return damage (currency, NaN = not known) and unknown share (0-1), assets × return periods."""
    shape = (len(assets), len(periods))
    reckoned, unknown = np.zeros(shape), np.zeros(shape)
    of_hazard = exposure[(exposure["hazard"] == hazard.name).to_numpy()]
    row, column = of_hazard["asset_id"].cat.codes.to_numpy(), np.searchsorted(periods, of_hazard["return_period"])
    share = of_hazard["unknown_fraction"].to_numpy()
    unknown[row, column] = share
    nothing_known = (share >= 1.0 - _FALL) & ~(of_hazard["exposed_fraction"].to_numpy() > 0)
    unknown[row[nothing_known], column[nothing_known]] = 1.0
    reckoned[row[nothing_known], column[nothing_known]] = np.nan
    of_hazard = damage[(damage["hazard"] == hazard.name).to_numpy()]
    row, column = of_hazard["asset_id"].cat.codes.to_numpy(), np.searchsorted(periods, of_hazard["return_period"])
    reckoned[row, column] = of_hazard["damage"].to_numpy()
    unusable = ~assets["usable"].to_numpy()
    reckoned[unusable], unknown[unusable] = np.nan, 0.0
    return reckoned, unknown
