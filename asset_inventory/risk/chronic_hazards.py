"""What a stress costs a year: the share of each asset that it reaches, times what that share loses a year.

A stress comes many times a year, so a damage curve, which tells the damage of one event, would overstate it: applied
every year it takes a third of a house's value each year at half a metre. The city declares instead how often the
stress comes and what it costs a year, as a fraction of the value or as a cost per m2, metre or piece, of the share that
one map shows to be reached so often. Days of service lost are the days of the stress x the share of them on which the
asset serves nobody x the share of the asset that is reached.

Where curves are declared beside the yearly price, they price the maps that are rarer: damage grows from 0 at the return
period of the reach map on. A shock takes what the stress has left, V(s + (1 - s)m), with s the yearly fraction and m
the events' EAD / V: Ordaz 2015, doi 10.1007/s11069-014-1495-7, for hazards that are conditionally independent; the mean
follows exactly. It assumes that what a stress took is not repaired between it and the shock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.model.annual_damage import EadRule
from asset_inventory.model.chronic_hazards import YearlyPrice
from asset_inventory.model.city import Hazard
from asset_inventory.model.errors import CityError
from asset_inventory.model.tables import finding
from asset_inventory.risk.annual_damage import BY_RULE, RULES, YEARLY, expected_annual_damage
from asset_inventory.risk.exceedance import FALL
from asset_inventory.vulnerability.curves import ANY_TYPE
from asset_inventory.vulnerability.prices import measures_of


@dataclass(frozen=True)
class Yearly:
    """What a stress does to each asset a year; NaN where not known.

    `exposed` and `unknown` are shares (0-1) on the map of what is reached, `days_lost` days a year; `damage` and the
    bounds `low` and `high` are currency a year, `fraction` is the damage's share of the value. `declared` is what the
    city says the whole asset loses a year, reached whole, which may be more than its value.
    """

    exposed: np.ndarray
    unknown: np.ndarray
    days_lost: np.ndarray
    fraction: np.ndarray
    damage: np.ndarray
    low: np.ndarray
    high: np.ndarray
    declared: np.ndarray


def yearly_prices(yearly: Sequence[YearlyPrice], hazard: Hazard, asset_types: pd.Index) -> dict[str, YearlyPrice]:
    """Return the yearly price of each asset type under a stress; a rule that names it wins over one for `*`."""
    claims = {kind: rule for rule in yearly if rule.hazard == hazard.name for kind in rule.asset_types}
    found = {str(kind): claims.get(str(kind)) or claims.get(ANY_TYPE) for kind in asset_types}
    return {kind: rule for kind, rule in found.items() if rule is not None}


def is_priced(yearly: Sequence[YearlyPrice], hazard: Hazard) -> bool:
    """Tell whether a hazard is a stress that the city gives a yearly price."""
    return any(rule.hazard == hazard.name for rule in yearly)


def reach_of(hazard: Hazard, periods: np.ndarray) -> float:
    """Return the return period (year; NaN: a scenario) of the map of what a stress reaches so often as it comes.

    Raises CityError where the city names one that is not among its maps.
    """
    periods = np.asarray(periods, dtype=float)
    if hazard.reach is None:
        return float(periods.min())
    if hazard.reach not in periods:
        there = ", ".join(f"{one:g}" for one in periods)
        raise CityError("error.reach_is_no_map", hazard=hazard.name, given=hazard.reach, periods=there)
    return hazard.reach


def yearly(
    assets: gpd.GeoDataFrame,
    exposure: pd.DataFrame,
    hazard: Hazard,
    periods: np.ndarray,
    prices: Mapping[str, YearlyPrice],
) -> Yearly:
    """Return what a stress does a year to each of ASSETS, from EXPOSURE on the map of what it reaches.

    Figures rest on the share that is known to be reached; the upper bound takes the unknown share as reached. Where the
    map says nothing of any of an asset, or it has no place, nothing is known; nor are its days of service lost where it
    is only known that a share may be reached. No share that is reached loses more than its value.
    """
    exposed, unknown = _shares(assets, exposure, hazard.name, reach_of(hazard, periods))
    value, usable = assets["value"].to_numpy(dtype=float), assets["usable"].to_numpy()
    rate, cost, per, lost = _by_type(assets, hazard, prices)
    measures = measures_of(assets)
    worth = cost * np.select([per == name for name in measures], list(measures.values()), np.nan)
    declared = np.where(np.isnan(cost), rate * value, worth)
    whole = np.where(declared > value, value, declared)
    blind = (unknown >= 1.0 - FALL) & ~(exposed > 0)
    most = np.minimum(exposed + unknown, 1.0)
    days = np.nan if hazard.occurrence is None or hazard.occurrence.days is None else hazard.occurrence.days
    damage, high, days_lost = (_of_share(one, share) for one, share in
                               ((whole, exposed), (whole, most), (days * lost, exposed)))  # fmt: skip
    with np.errstate(invalid="ignore", divide="ignore"):
        by_value = np.where(value > 0, damage / value, np.nan)
    fraction = np.where(np.isnan(cost), _of_share(np.minimum(rate, 1.0), exposed), _known_zero(by_value, damage))

    only_unknown = (unknown > 0) & ~(exposed > 0)

    def known(figures: np.ndarray, unless: np.ndarray) -> np.ndarray:
        return np.where(unless | ~usable, np.nan, figures)

    return Yearly(
        exposed, unknown, known(days_lost, only_unknown), known(fraction, blind), known(damage, blind),
        known(np.where(blind, 0.0, damage), ~usable), known(high, ~usable), declared,
    )  # fmt: skip


def chronic_hazard_table(
    assets: gpd.GeoDataFrame,
    exposure: pd.DataFrame,
    hazard: Hazard,
    periods: np.ndarray,
    prices: Mapping[str, YearlyPrice],
) -> pd.DataFrame:
    """Return STRESS of one stress, but for `data_status`: a row for each asset that it reaches or may reach."""
    told = yearly(assets, exposure, hazard, periods, prices)
    rows = np.flatnonzero((told.exposed > 0) | (told.unknown > 0))
    return pd.DataFrame(
        {
            "asset_id": pd.Categorical.from_codes(rows, categories=assets["asset_id"]),
            "hazard": pd.Categorical.from_codes(np.zeros(len(rows), dtype=np.int8), categories=[hazard.name]),
            "exposed_fraction": told.exposed[rows],
            "unknown_fraction": told.unknown[rows],
            "days_lost": told.days_lost[rows],
            "yearly_fraction": told.fraction[rows],
            "yearly_damage": told.damage[rows],
        }
    )


def yearly_ead(
    assets: gpd.GeoDataFrame,
    exposure: pd.DataFrame,
    damage: pd.DataFrame,
    hazard: Hazard,
    periods: np.ndarray,
    prices: Mapping[str, YearlyPrice],
    *,
    curved: frozenset[str],
    rule: EadRule,
    nested: bool = True,
) -> pd.DataFrame:
    """Return EAD of one stress by its yearly price: a row for every asset, whose rule is the word YEARLY.

    Of the asset types in `curved`, which have a damage curve under it, the events of the rarer maps are added: a shock
    takes what the stress has left. Where these give bounds only, or none, the row says so by its rule.
    """
    told = yearly(assets, exposure, hazard, periods, prices)
    size = len(assets)
    figures, maps = {"ead": told.damage, "ead_low": told.low, "ead_high": told.high}, np.ones(size, dtype=np.int16)
    word = np.full(size, RULES.index(YEARLY))
    events = of_events(assets, exposure, damage, hazard, periods, rule=rule, nested=nested) if curved else None
    if events is not None:
        mine = assets["asset_type"].isin(curved).to_numpy()
        value = assets["value"].to_numpy(dtype=float)
        figures = {name: then_shock(one, np.where(mine, events[name].to_numpy(), 0.0), value)
                   for name, one in figures.items()}  # fmt: skip
        codes = events["rule"].cat.codes.to_numpy()
        word = np.where(mine & ~np.isin(codes, [RULES.index(one) for one in (*BY_RULE, "not known")]), codes, word)
        maps = np.where(mine, maps + events["maps"].to_numpy(), maps)
    return pd.DataFrame(
        {
            "asset_id": pd.Categorical.from_codes(np.arange(size), categories=assets["asset_id"]),
            "hazard": pd.Categorical.from_codes(np.zeros(size, dtype=np.int8), categories=[hazard.name]),
            **figures,
            "rule": pd.Categorical.from_codes(word, categories=list(RULES)),
            "maps": maps.astype(np.int16),
        }
    )


def of_events(
    assets: gpd.GeoDataFrame,
    exposure: pd.DataFrame,
    damage: pd.DataFrame,
    hazard: Hazard,
    periods: np.ndarray,
    *,
    rule: EadRule,
    nested: bool = True,
) -> pd.DataFrame | None:
    """Return EAD of the events of a stress that are rarer than what it reaches yearly; None where no map is."""
    rarer = rarer_maps(hazard, periods)
    if not len(rarer):
        return None
    exposure, damage = (table[(table["return_period"] >= rarer[0]).to_numpy()] for table in (exposure, damage))
    return expected_annual_damage(
        assets, exposure, damage, as_events(hazard, periods), rarer, rule=rule, nested=nested)  # fmt: skip


def rarer_maps(hazard: Hazard, periods: np.ndarray) -> np.ndarray:
    """Return the return periods (year) of the maps of events, rarer than what a stress reaches yearly."""
    periods = np.asarray(periods, dtype=float)
    return periods[periods > reach_of(hazard, periods)]


def as_events(hazard: Hazard, periods: np.ndarray) -> Hazard:
    """Return a stress as the shock that its rarer maps are: what is no rarer than its reach does no damage here."""
    return hazard.model_copy(update={"no_damage_return_period": reach_of(hazard, periods)})


def then_shock(stress: np.ndarray, event: np.ndarray, value: np.ndarray) -> np.ndarray:
    """Return V(s + (1 - s)m) in money (currency/year): a shock takes what the stress has left of the value V."""
    event = np.where(event > value, value, event)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(event == 0, stress, stress + (1.0 - stress / value) * event)


def yearly_exercise(assets: gpd.GeoDataFrame, hazard: Hazard, prices: Mapping[str, YearlyPrice]) -> np.ndarray:
    """Tell of which assets the figures under a stress rest on an exercise: its occurrence, or their yearly price."""
    if hazard.occurrence is not None and hazard.occurrence.exercise:
        return np.ones(len(assets), dtype=bool)
    return assets["asset_type"].isin([kind for kind, rule in prices.items() if rule.exercise]).to_numpy()


def annual_findings(
    assets: gpd.GeoDataFrame, exposure: pd.DataFrame, hazard: Hazard, periods: np.ndarray, rules: Sequence[YearlyPrice]
) -> list[dict]:
    """Return rows of FINDINGS on asset types that a stress reaches without a price, or prices above the value."""
    types = assets["asset_type"].cat.categories
    prices = yearly_prices(rules, hazard, types)
    told = yearly(assets, exposure, hazard, periods, prices)
    reached, value = told.exposed > 0, assets["value"].to_numpy(dtype=float)
    rows = []

    def tell(code: str, mask: np.ndarray) -> None:
        counts = assets["asset_type"][mask].value_counts()
        rows.extend(finding(code, source=str(kind), severity="warning", count=int(count), hazard=hazard.name)
                    for kind, count in counts.items() if count)  # fmt: skip

    bare = ~assets["asset_type"].isin(prices).to_numpy()
    tell("type_without_yearly_price", reached & bare)
    with np.errstate(invalid="ignore"):
        tell("yearly_above_value", reached & (told.declared > value * (1 + FALL)))
    by_cost = assets["asset_type"].isin([kind for kind, rule in prices.items() if rule.cost is not None]).to_numpy()
    tell("yearly_measure_not_known", reached & by_cost & np.isnan(told.declared))
    return rows


def _shares(
    assets: gpd.GeoDataFrame, exposure: pd.DataFrame, hazard: str, period: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the exposed and the unknown share (0-1) of each asset on one map."""
    same = exposure["return_period"].isna() if np.isnan(period) else exposure["return_period"] == period
    table = exposure[((exposure["hazard"] == hazard) & same).to_numpy()]
    exposed, unknown = np.zeros(len(assets)), np.zeros(len(assets))
    row = table["asset_id"].cat.codes.to_numpy()
    exposed[row], unknown[row] = table["exposed_fraction"].to_numpy(), table["unknown_fraction"].to_numpy()
    return exposed, unknown


def _by_type(
    assets: gpd.GeoDataFrame, hazard: Hazard, prices: Mapping[str, YearlyPrice]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return of each asset its type's yearly fraction (0-1 a year) and cost (currency a year), each NaN without it,
    what the cost is per, and the share of the days on which service is lost (0-1).
    """
    types, codes = assets["asset_type"].cat.categories, assets["asset_type"].cat.codes.to_numpy()
    rules = [prices.get(str(kind)) for kind in types]
    often = [hazard.occurrence.events_per_year if one and one.each == "event" else 1.0 for one in rules]
    everywhere = hazard.occurrence.service_lost if hazard.occurrence else None

    def each(values: list[float | None]) -> np.ndarray:
        return np.array([np.nan if one is None else one for one in values] or [np.nan], dtype=float)[codes]

    rate = each([one.fraction * n if one and one.fraction is not None else None
                 for one, n in zip(rules, often, strict=True)])  # fmt: skip
    cost = each([one.cost * n if one and one.cost is not None else None for one, n in zip(rules, often, strict=True)])
    lost = each([one.service_lost if one and one.service_lost is not None else everywhere for one in rules])
    per = np.array([one.per if one and one.per else "" for one in rules] or [""], dtype=object)[codes]
    return rate, cost, per, lost


def _of_share(whole: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Return a share of something; none of what is not known is 0."""
    return np.where(share > 0, whole * share, 0.0)


def _known_zero(share: np.ndarray, money: np.ndarray) -> np.ndarray:
    return np.where(money == 0, 0.0, share)
