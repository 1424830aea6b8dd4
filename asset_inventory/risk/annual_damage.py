"""EAD (expected annual damage) of assets by the city's rule, its bounds, and loss curves.

One or two maps give bounds only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.model.annual_damage import EadRule
from asset_inventory.model.arrays import Flags, Floats
from asset_inventory.model.hazards import Hazard
from asset_inventory.model.tables import categorical, repeated_word
from asset_inventory.risk.exceedance import (
    FALL,
    Exceedance,
    annual_damage,
    damage_at,
    exceedance,
    frequencies,
    rests_on,
)

# The words of the rule of a figure: for damage between maps, and for a tail that is not level.
_TAILS = {"flat": "", "none": " without tail", "log": " with log tail"}
_BETWEEN = get_args(EadRule.model_fields["between"].annotation)
BY_RULE = tuple(between + tail for between in _BETWEEN for tail in _TAILS.values())
# The rule of a stress with an annual cost rate, for any maps (`risk/chronic_hazards.py`).
YEARLY = "yearly price"
RULES = (*BY_RULE, YEARLY, "bounds only", "bounds void", "not known")
# This number of maps, or fewer, gives bounds only.
FEW_MAPS = 2
# Points of a line that is drawn between two maps if it is not straight, and beyond the rarest map,
# down to a share of its frequency.
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
    """Return a hazard's EAD (currency/year) per asset, from EXPOSURE and DAMAGE of all its maps.

    An asset on no map has EAD 0; an unusable one, or one without data on a map, has none (NaN).
    `rule` is a word of RULES: the city's rule; `bounds only` (one or two maps); `bounds void` (a
    rarer event damages less, or the maps are not `nested`, so no bound holds); `not known`. `maps`
    counts the maps of the figure, without those up to a protection level.

    Examples
    --------
    A house has damages of 100, 200 and 300 once in 10, 50 and 100 years:
    0.08 × 150 + 0.01 × 250 + 0.01 × 300 = 17.5 a year.

    >>> from asset_inventory.model.examples import flood
    >>> hazard = flood()
    >>> assets = gpd.GeoDataFrame({"asset_id": ["a"], "value": [1000.0], "usable": [True]})
    >>> keys = {"asset_id": pd.Categorical(["a"] * 3), "hazard": "flood", "return_period": [10.0, 50.0, 100.0]}
    >>> exposure = pd.DataFrame(keys | {"exposed_fraction": 1.0, "no_data_fraction": 0.0})
    >>> damage = pd.DataFrame(keys | {"damage": [100.0, 200.0, 300.0]})
    >>> table = expected_annual_damage(
    ...     assets, exposure, damage, hazard, np.array([10.0, 50.0, 100.0]), rule=EadRule())
    >>> table["ead"].round(9).tolist(), table["rule"].tolist(), table["maps"].tolist()
    ([17.5], ['trapezoid'], [3])
    """
    known_damage, unknown = by_period(assets, exposure, damage, hazard, periods)
    size = len(assets)
    ids: dict[str, object] = {"asset_id": categorical(np.arange(size), assets["asset_id"])}
    ids |= {"hazard": repeated_word(hazard.name, size)}
    damages = (known_damage, unknown, assets["value"].to_numpy(dtype=float))
    return annual_figures(*damages, hazard, periods, rule=rule, nested=nested, columns=ids)


def annual_figures(
    damage: Floats,
    unknown: Floats,
    value: Floats,
    hazard: Hazard,
    periods: np.ndarray,
    *,
    rule: EadRule,
    nested: bool,
    columns: Mapping[str, object] | None = None,
) -> pd.DataFrame:
    """Return the figures of EAD from damage (currency) and no-data share: assets × periods.

    `value` is that of each asset (currency); `columns` come before the figures, which are those of
    `expected_annual_damage`.

    Examples
    --------
    Damage of 200 once in 10, 50 and 100 years: 0.09 × 200, and 0.01 × 200 in the tail.

    >>> from asset_inventory.model.examples import flood
    >>> damage, unknown = np.array([[200.0, 200.0, 200.0]]), np.zeros((1, 3))
    >>> table = annual_figures(
    ...     damage, unknown, np.array([1000.0]), flood(), np.array([10.0, 50.0, 100.0]), rule=EadRule(), nested=True
    ... )
    >>> table[["ead", "ead_low", "maps"]].round(6).values.tolist()
    [[20.0, 20.0, 3.0]]
    """
    used = rests_on(periods, hazard.protected_to)
    least, most = least_and_most(damage, unknown, value)
    annual = annual_damage(
        periods,
        least,
        value=value,
        rule=rule,
        upper=most,
        no_damage_period=hazard.no_damage_return_period,
        protection=hazard.protected_to,
    )
    ead = np.where(np.isnan(damage[:, used]).any(axis=1), np.nan, annual.ead)
    known = ~np.isnan(annual.low)
    few = used.sum() <= FEW_MAPS
    void = annual.falls | ~np.bool_(nested)
    words = (rule.between + _TAILS[rule.tail], "bounds only", "bounds void", "not known")
    own, bounds_only, no_bounds, not_known = map(RULES.index, words)
    rule_of = np.select(
        [~known, void, np.full(len(ead), few), np.isnan(ead)],
        [not_known, no_bounds, bounds_only, not_known],
        own,
    )
    size = len(ead)
    return pd.DataFrame(
        {
            **(columns or {}),
            "ead": np.full(size, np.nan) if few else ead,
            "ead_low": np.where(void, np.nan, annual.low),
            "ead_high": np.where(void, np.nan, annual.high),
            "rule": categorical(rule_of, RULES),
            "maps": np.full(size, used.sum(), dtype=np.int16),
        }
    )


def exceedance_curve(
    assets: gpd.GeoDataFrame,
    exposure: pd.DataFrame,
    damage: pd.DataFrame,
    hazard: Hazard,
    periods: np.ndarray,
    *,
    rule: EadRule | None = None,
) -> pd.DataFrame:
    """Return a hazard's loss exceedance curve: all assets' damage by rising `return_period` (year).

    `annual_frequency` (1/year) is by the rule, 1 / return period without one. `damage` (currency)
    is the sum of the known damages, NaN without any; `damage_low` and `damage_high` take the share
    without data as undamaged and as wholly lost, NaN without a value. `assets_counted` have a
    damage (0 too), `assets_without_figure` have none. Assets without a geometry are in no bound.
    `periods` are those of all maps; a scenario (NaN) is no point of a curve.

    Examples
    --------
    >>> from asset_inventory.model.examples import flood
    >>> hazard = flood()
    >>> assets = gpd.GeoDataFrame({"asset_id": ["a", "b"], "value": [1000.0, 500.0], "usable": [True, True]})
    >>> keys = {"asset_id": pd.Categorical(["a", "b"]), "hazard": "flood", "return_period": [10.0, 10.0]}
    >>> exposure = pd.DataFrame(keys | {"exposed_fraction": 1.0, "no_data_fraction": 0.0})
    >>> damage = pd.DataFrame(keys | {"damage": [100.0, 50.0]})
    >>> curve = exceedance_curve(assets, exposure, damage, hazard, np.array([10.0]))
    >>> curve[["return_period", "annual_frequency", "damage"]].to_dict("list")
    {'return_period': [10.0], 'annual_frequency': [0.1], 'damage': [150.0]}
    """
    periods, known, unknown = _of_curve(assets, exposure, damage, hazard, periods)
    least, most = least_and_most(known, unknown, assets["value"].to_numpy(dtype=float))
    unbounded = np.isnan(most) & ~np.isnan(least)
    counted = ~np.isnan(known)
    return pd.DataFrame(
        {
            "return_period": periods,
            "annual_frequency": frequencies(periods, rule or EadRule()),
            "damage": np.where(counted.any(axis=0), np.nansum(known, axis=0), np.nan),
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
    """Return the line above the area EAD: all damage (currency) by falling `annual_frequency`.

    `beyond` marks the rows of the tail, from the rarest map on, down to frequency 0; a log tail
    ends at a hundredth of the frequency of the rarest map, as it rises on to the value of all. A
    protection level is a step from 0.

    Examples
    --------
    >>> from asset_inventory.model.examples import flood
    >>> hazard = flood()
    >>> assets = gpd.GeoDataFrame({"asset_id": ["a"], "value": [1000.0], "usable": [True]})
    >>> keys = {"asset_id": pd.Categorical(["a"] * 2), "hazard": "flood", "return_period": [10.0, 100.0]}
    >>> exposure = pd.DataFrame(keys | {"exposed_fraction": 1.0, "no_data_fraction": 0.0})
    >>> damage = pd.DataFrame(keys | {"damage": [100.0, 300.0]})
    >>> line = exceedance_line(assets, exposure, damage, hazard, np.array([10.0, 100.0]), rule=EadRule())
    >>> line["annual_frequency"].tolist(), line["damage"].tolist()
    ([0.1, 0.01, 0.01, 0.0], [100.0, 300.0, 300.0, 300.0])
    """
    periods, damages, _ = _of_curve(assets, exposure, damage, hazard, periods)
    curve = exceedance(
        periods,
        damages,
        value=assets["value"].to_numpy(dtype=float),
        rule=rule,
        no_damage_period=hazard.no_damage_return_period,
        protection=hazard.protected_to,
    )
    drawn = _drawn(curve)
    known = [float(np.nansum(damage_at(curve, frequency))) for frequency in drawn]
    last = known[-1]
    tail = _drawn_tail(curve)
    ends = {"flat": [last] * 2, "none": [last, 0.0, 0.0]}.get(rule.tail) or [
        float(np.nansum(damage_at(curve, frequency))) for frequency in tail
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
    """Return the number of maps (1 or 2) of EAD with bounds only; 0 where an asset has an EAD.

    Examples
    --------
    >>> bounded_by(pd.DataFrame({"rule": ["bounds only"], "maps": [2], "ead": [np.nan]}))
    2
    """
    bounds_only = (ead["rule"] == "bounds only").to_numpy(dtype=bool)
    bounded = bounds_only.any() and not ead["ead"].notna().any()
    return int(ead["maps"].to_numpy()[bounds_only].max()) if bounded else 0


@dataclass(frozen=True)
class DamagesByMap:
    """Damage (currency, assets × maps), NaN if unknown; limits: no-data share lost or not."""

    known: Floats
    least: Floats
    most: Floats


def damages_by_map(
    assets: gpd.GeoDataFrame,
    exposure: pd.DataFrame,
    damage: pd.DataFrame,
    hazard: Hazard,
    periods: np.ndarray,
) -> DamagesByMap:
    """Return the damage of each asset under each map, with its limits.

    `periods` (year) rise, a scenario (NaN) is last.

    Examples
    --------
    The map of once in 100 years has no data on half of the house:

    >>> from asset_inventory.model.examples import flood
    >>> assets = pd.DataFrame({"value": [1000.0], "usable": [True]})
    >>> row = {"asset_id": pd.Categorical(["a"]), "hazard": "flood", "return_period": 100.0}
    >>> exposure = pd.DataFrame({**row, "exposed_fraction": 0.5, "no_data_fraction": 0.5})
    >>> damages = damages_by_map(assets, exposure, pd.DataFrame({**row, "damage": 50.0}), flood(), np.array([100.0]))
    >>> damages.known.tolist(), damages.least.tolist(), damages.most.tolist()
    ([[50.0]], [[50.0]], [[550.0]])
    """
    known, unknown = by_period(assets, exposure, damage, hazard, periods)
    least, most = least_and_most(known, unknown, assets["value"].to_numpy(dtype=float))
    return DamagesByMap(known=known, least=least, most=most)


def has_figure(ead: pd.DataFrame) -> Flags:
    """Return which rows of EAD are of hazards with figures, by maps or an annual cost rate.

    Examples
    --------
    >>> has_figure(pd.DataFrame({"rule": ["trapezoid", "bounds only", "yearly price"], "maps": [3, 2, 1]})).tolist()
    [True, False, True]
    """
    yearly, bounds_only = (
        (ead["rule"] == word).to_numpy(dtype=bool) for word in (YEARLY, "bounds only")
    )
    return yearly | (~bounds_only & ead["maps"].gt(FEW_MAPS).to_numpy(dtype=bool))


def _drawn(curve: Exceedance) -> list[float]:
    """Return the frequencies of the points of a line between the maps."""
    if curve.rule.between == "trapezoid":
        return list(curve.frequency.tolist())
    pairs = zip(curve.frequency[:-1], curve.frequency[1:], strict=True)
    inner = [np.geomspace(before, after, _DRAWN)[:-1] for before, after in pairs]
    return list(np.concatenate([*inner, curve.frequency[-1:]]).tolist())


def _drawn_tail(curve: Exceedance) -> list[float]:
    rarest = float(curve.frequency[-1])
    if curve.rule.tail == "log":
        return list(np.geomspace(rarest, rarest * _DRAWN_TO, _DRAWN).tolist())
    return [rarest, 0.0] if curve.rule.tail == "flat" else [rarest, rarest, 0.0]


def _of_curve(
    assets: gpd.GeoDataFrame,
    exposure: pd.DataFrame,
    damage: pd.DataFrame,
    hazard: Hazard,
    periods: np.ndarray,
) -> tuple[Floats, Floats, Floats]:
    """Return the return periods (year) that are no scenario, rising, and their `by_period`."""
    periods = np.unique(np.asarray(periods, dtype=float))
    periods = periods[~np.isnan(periods)]
    exposure, damage = (
        table[table["return_period"].notna().to_numpy()] for table in (exposure, damage)
    )
    return periods, *by_period(assets, exposure, damage, hazard, periods)


def least_and_most(damage: Floats, unknown: Floats, value: Floats) -> tuple[Floats, Floats]:
    """Return the damage (currency) with each asset's share without data undamaged, and lost.

    All are of assets × return periods, rising. If a map has no data on a share, the damage of a
    more frequent map is the least: a rarer event does not damage less.

    Examples
    --------
    A map of once in 100 years has no data on half of an asset of 1,000, and a damage of 50 on the
    other half. Once in 10 years the damage is 80: between 80 and 50 + 0.5 × 1,000 = 550.

    >>> least, most = least_and_most(np.array([[80.0, 50.0]]), np.array([[0.0, 0.5]]), np.array([1000.0]))
    >>> least.tolist(), most.tolist()
    ([[80.0, 80.0]], [[80.0, 550.0]])
    """
    with np.errstate(invalid="ignore"):
        lost = np.minimum(damage + unknown * value[:, None], value[:, None])
        most = np.where(unknown > 0, lost, damage)
    # an asset without any data has no damage, but bounds from 0 to its value
    least = np.where(unknown >= 1.0, 0.0, damage)
    most = np.where(unknown >= 1.0, value[:, None], most)
    for place in np.flatnonzero((unknown[:, 1:] > 0).any(axis=0)) + 1:
        before, own = np.fmin(least[:, place - 1], most[:, place]), least[:, place]
        least[:, place] = np.where(unknown[:, place] > 0, np.fmax(own, before), own)
    return least, most


def by_period(
    assets: pd.DataFrame,
    exposure: pd.DataFrame,
    damage: pd.DataFrame,
    hazard: Hazard,
    periods: np.ndarray,
) -> tuple[Floats, Floats]:
    """Return damage (currency, NaN = unknown), no-data share (0-1): assets × return periods.

    Examples
    --------
    >>> from asset_inventory.model.examples import flood
    >>> assets = pd.DataFrame({"usable": [True]})
    >>> row = {"asset_id": pd.Categorical(["a"]), "hazard": "flood", "return_period": 100.0}
    >>> exposure = pd.DataFrame({**row, "exposed_fraction": 0.5, "no_data_fraction": 0.2})
    >>> damage = pd.DataFrame({**row, "damage": 50.0})
    >>> known, unknown = by_period(assets, exposure, damage, flood(), np.array([10.0, 100.0]))
    >>> known.tolist(), unknown.tolist()
    ([[0.0, 50.0]], [[0.0, 0.2]])
    """
    shape = (len(assets), len(periods))
    known, unknown = np.zeros(shape), np.zeros(shape)
    of_hazard = exposure[(exposure["hazard"] == hazard.name).to_numpy()]
    row, column = (
        of_hazard["asset_id"].cat.codes.to_numpy(),
        np.searchsorted(periods, of_hazard["return_period"]),
    )
    share = of_hazard["no_data_fraction"].to_numpy()
    unknown[row, column] = share
    nothing_known = (share >= 1.0 - FALL) & ~(of_hazard["exposed_fraction"].to_numpy() > 0)
    unknown[row[nothing_known], column[nothing_known]] = 1.0
    known[row[nothing_known], column[nothing_known]] = np.nan
    of_hazard = damage[(damage["hazard"] == hazard.name).to_numpy()]
    row, column = (
        of_hazard["asset_id"].cat.codes.to_numpy(),
        np.searchsorted(periods, of_hazard["return_period"]),
    )
    known[row, column] = of_hazard["damage"].to_numpy()
    unusable = ~assets["usable"].to_numpy()
    known[unusable], unknown[unusable] = np.nan, 0.0
    return known, unknown
