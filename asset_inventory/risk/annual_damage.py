"""Expected annual damage (EAD) of assets by the city's rule, with its hard bounds, and exceedance curves.

With one or two maps only the bounds are given.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.model.annual_damage import EadRule
from asset_inventory.model.city import Hazard
from asset_inventory.risk.exceedance import (
    FALL,
    Exceedance,
    annual_damage,
    damage_at,
    exceedance,
    frequencies,
    rests_on,
)

# What the rule of a figure says: how damage runs between maps, and beyond the rarest where that is not level.
_TAILS = {"flat": "", "none": " without tail", "log": " with log tail"}
_BETWEEN = get_args(EadRule.model_fields["between"].annotation)
BY_RULE = tuple(between + tail for between in _BETWEEN for tail in _TAILS.values())
# Of a stress that has a price of its own a year, whatever its maps (`risk/chronic_hazards.py`).
YEARLY = "yearly price"
RULES = (*BY_RULE, YEARLY, "bounds only", "bounds void", "not known")
# So many maps or fewer give bounds only.
FEW_MAPS = 2
# Points of a drawn line between two maps, where it is no straight one; and beyond the rarest, down to a share of its
# frequency.
_DRAWN, _DRAWN_TO = 24, 0.01


def expected_annual_damage(
    assets: gpd.GeoDataFrame,
    exposure: pd.DataFrame,
    damage: pd.DataFrame,
    hazard: Hazard,
    periods: np.ndarray,
    *,
    rule: EadRule,
    nested: bool = True,
) -> pd.DataFrame:
    """Return EAD of one hazard: a row for every asset, from EXPOSURE and DAMAGE at all its return periods.

    What no map touches has EAD 0; what is unusable, or of which a map says nothing at all, has none
    (NaN). `rule` tells how it was reckoned, a word of RULES: by the city's rule (`named`); `bounds only` (one or two
    maps); `bounds void` (a rarer event damages less, or the maps are not `nested`, so no bound holds); `not known`.
    `maps` counts those it rests on: not those that a protection level makes harmless.
    """
    reckoned, unknown = by_period(assets, exposure, damage, hazard, periods)
    size = len(assets)
    ids = {
        "asset_id": pd.Categorical.from_codes(np.arange(size), categories=assets["asset_id"]),
        "hazard": pd.Categorical.from_codes(np.zeros(size, dtype=np.int8), categories=[hazard.name]),
    }
    value = assets["value"].to_numpy(dtype=float)
    return annual_figures(reckoned, unknown, value, hazard, periods, rule=rule, nested=nested, columns=ids)


def annual_figures(
    reckoned: np.ndarray,
    unknown: np.ndarray,
    value: np.ndarray,
    hazard: Hazard,
    periods: np.ndarray,
    *,
    rule: EadRule,
    nested: bool,
    columns: Mapping[str, object] | None = None,
) -> pd.DataFrame:
    """Return the figures of EAD, from damage (currency, NaN = not known) and unknown share (0-1), assets × periods.

    `value` is what each asset is worth; `columns` stand before the figures.
    """
    used = rests_on(periods, hazard.protected_to)
    least, most = least_and_most(reckoned, unknown, value)
    annual = annual_damage(
        periods, least, value=value, rule=rule, most=most,
        no_damage_period=hazard.no_damage_return_period, protection=hazard.protected_to,
    )  # fmt: skip
    ead = np.where(np.isnan(reckoned[:, used]).any(axis=1), np.nan, annual.ead)
    known = ~np.isnan(annual.low)
    few = used.sum() <= FEW_MAPS
    void = annual.falls | ~np.bool_(nested)
    own, only, no_bounds, untold = map(RULES.index, (named(rule), "bounds only", "bounds void", "not known"))
    told = np.select(
        [~known, void, np.full(len(ead), few), np.isnan(ead)], [untold, no_bounds, only, untold], own
    )
    size = len(ead)
    return pd.DataFrame(
        {
            **(columns or {}),
            "ead": np.full(size, np.nan) if few else ead,
            "ead_low": np.where(void, np.nan, annual.low),
            "ead_high": np.where(void, np.nan, annual.high),
            "rule": pd.Categorical.from_codes(told, categories=list(RULES)),
            "maps": np.full(size, used.sum(), dtype=np.int16),
        }
    )


def named(rule: EadRule) -> str:
    """Return the word of RULES for figures by a rule."""
    return rule.between + _TAILS[rule.tail]


def exceedance_curve(
    assets: gpd.GeoDataFrame,
    exposure: pd.DataFrame,
    damage: pd.DataFrame,
    hazard: Hazard,
    periods: np.ndarray,
    *,
    rule: EadRule | None = None,
) -> pd.DataFrame:
    """Return the damage of all assets under each map of a hazard, by `return_period` (years), most frequent first.

    `annual_frequency` is by the rule, 1 / return period without one. `damage` (currency) is the sum of what is known,
    NaN where that is nothing; `damage_low` and `damage_high` take the unknown share as unharmed and as wholly lost, NaN
    where a value is not known. `assets_counted` have a damage there, 0 among them, `assets_without_figure` have none.
    What assets without a place may lose is in no bound. `periods` are those of all its maps; a scenario (NaN) is no
    point of a curve.
    """
    periods, reckoned, unknown = _of_curve(assets, exposure, damage, hazard, periods)
    least, most = least_and_most(reckoned, unknown, assets["value"].to_numpy(dtype=float))
    unbounded = np.isnan(most) & ~np.isnan(least)
    counted = ~np.isnan(reckoned)
    return pd.DataFrame(
        {
            "return_period": periods,
            "annual_frequency": frequencies(periods, rule or EadRule()),
            "damage": np.where(counted.any(axis=0), np.nansum(reckoned, axis=0), np.nan),
            "damage_low": np.nansum(least, axis=0),
            "damage_high": np.where(unbounded.any(axis=0), np.nan, np.nansum(most, axis=0)),
            "assets_counted": counted.sum(axis=0),
            "assets_without_figure": (~counted).sum(axis=0),
        }
    )


def exceedance_line(
    assets: gpd.GeoDataFrame,
    exposure: pd.DataFrame,
    damage: pd.DataFrame,
    hazard: Hazard,
    periods: np.ndarray,
    *,
    rule: EadRule,
) -> pd.DataFrame:
    """Return the line that EAD is the area under: the damage of all assets (currency) by falling `annual_frequency`.

    `beyond` tells the rows of the tail, from the rarest map on; it is drawn down to frequency 0, a log tail to a
    hundredth of the rarest map's, for it rises on to the value of all. A protection level is a step from 0.
    """
    periods, reckoned, _ = _of_curve(assets, exposure, damage, hazard, periods)
    curve = exceedance(
        periods, reckoned, value=assets["value"].to_numpy(dtype=float), rule=rule,
        no_damage_period=hazard.no_damage_return_period, protection=hazard.protected_to,
    )  # fmt: skip
    drawn = _drawn(curve)
    known = [float(np.nansum(damage_at(curve, one))) for one in drawn]
    last = known[-1]
    tail = _drawn_tail(curve)
    ends = {"flat": [last] * 2, "none": [last, 0.0, 0.0]}.get(rule.tail) or [
        float(np.nansum(damage_at(curve, one))) for one in tail
    ]
    step = [drawn[0]] if hazard.protection and not curve.begun else []
    return pd.DataFrame(
        {
            "annual_frequency": [*step, *drawn, *tail],
            "damage": [*([0.0] * len(step)), *known, *ends],
            "beyond": [False] * (len(step) + len(drawn)) + [True] * len(tail),
        }
    )


def bounded_by(ead: pd.DataFrame) -> int:
    """Return on how many maps, one or two, the bounds rest where there is nothing but bounds; 0 where some EAD is."""
    only = (ead["rule"] == "bounds only").to_numpy(dtype=bool)
    return int(ead["maps"].to_numpy()[only].max()) if only.any() and not ead["ead"].notna().any() else 0


def damages_by_map(
    assets: gpd.GeoDataFrame, exposure: pd.DataFrame, damage: pd.DataFrame, hazard: Hazard, periods: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what each asset loses under each map (currency, assets × maps): what is known, the least and the most.

    The last two take its unknown share as unharmed and as wholly lost. `periods` (year) rise, a scenario (NaN) is last;
    what no map touches loses 0, and NaN is not known.
    """
    reckoned, unknown = by_period(assets, exposure, damage, hazard, periods)
    return reckoned, *least_and_most(reckoned, unknown, assets["value"].to_numpy(dtype=float))


def has_figure(ead: pd.DataFrame) -> np.ndarray:
    """Tell which rows of EAD are of a hazard that gives figures, not bounds only: of maps enough, or a yearly price."""
    rule = ead["rule"].to_numpy(dtype=object)
    return (rule == YEARLY) | ((rule != "bounds only") & ead["maps"].gt(FEW_MAPS).to_numpy(dtype=bool))


def _drawn(curve: Exceedance) -> list[float]:
    """Return the frequencies at which a line between the maps is drawn."""
    if curve.rule.between == "trapezoid":
        return curve.frequency.tolist()
    pairs = zip(curve.frequency[:-1], curve.frequency[1:], strict=True)
    inner = [np.geomspace(before, after, _DRAWN)[:-1] for before, after in pairs]
    return np.concatenate([*inner, curve.frequency[-1:]]).tolist()


def _drawn_tail(curve: Exceedance) -> list[float]:
    rarest = float(curve.frequency[-1])
    if curve.rule.tail == "log":
        return np.geomspace(rarest, rarest * _DRAWN_TO, _DRAWN).tolist()
    return [rarest, 0.0] if curve.rule.tail == "flat" else [rarest, rarest, 0.0]


def _of_curve(
    assets: gpd.GeoDataFrame, exposure: pd.DataFrame, damage: pd.DataFrame, hazard: Hazard, periods: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the return periods (year) that are no scenario, rising, and what `by_period` gives of them."""
    periods = np.unique(np.asarray(periods, dtype=float))
    periods = periods[~np.isnan(periods)]
    exposure, damage = (table[table["return_period"].notna().to_numpy()] for table in (exposure, damage))
    return periods, *by_period(assets, exposure, damage, hazard, periods)


def least_and_most(reckoned: np.ndarray, unknown: np.ndarray, value: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the damage with the unknown share of each asset taken as unharmed, and as wholly lost (currency).

    Both are of assets × return periods, rising. Where a map leaves a share of an asset unknown, what a more frequent
    map is known to damage stands for the least: a rarer event does not damage less, only its map says less.
    """
    with np.errstate(invalid="ignore"):
        most = np.where(unknown > 0, np.minimum(reckoned + unknown * value[:, None], value[:, None]), reckoned)
    # of a wholly unknown asset the known damage is NaN, but its bounds run from nothing to all of it
    least, most = np.where(unknown >= 1.0, 0.0, reckoned), np.where(unknown >= 1.0, value[:, None], most)
    for place in np.flatnonzero((unknown[:, 1:] > 0).any(axis=0)) + 1:
        said = np.fmin(least[:, place - 1], most[:, place])
        least[:, place] = np.where(unknown[:, place] > 0, np.fmax(least[:, place], said), least[:, place])
    return least, most


def by_period(
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
    nothing_known = (share >= 1.0 - FALL) & ~(of_hazard["exposed_fraction"].to_numpy() > 0)
    unknown[row[nothing_known], column[nothing_known]] = 1.0
    reckoned[row[nothing_known], column[nothing_known]] = np.nan
    of_hazard = damage[(damage["hazard"] == hazard.name).to_numpy()]
    row, column = of_hazard["asset_id"].cat.codes.to_numpy(), np.searchsorted(periods, of_hazard["return_period"])
    reckoned[row, column] = of_hazard["damage"].to_numpy()
    unusable = ~assets["usable"].to_numpy()
    reckoned[unusable], unknown[unusable] = np.nan, 0.0
    return reckoned, unknown
