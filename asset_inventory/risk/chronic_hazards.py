"""Annual damage and service disruption by chronic hazards (stresses), from their annual cost rates.

A stress comes many times a year, so the curve of one event would overstate its damage: applied
every year it takes a third of a house's value each year at half a metre. The city declares instead
the frequency of the stress and its annual cost rate, as a fraction of the value or a cost per m2,
metre or piece, of the share that one map shows as exposed so often. Days of service disruption are
the days of the stress × the share of them without service × the exposed share.

Curves declared together with an annual cost rate price the rarer maps: damage grows from 0 at the
return period of the map of the stress. A shock damages the value that the stress leaves, V(s + (1 -
s)m), with s the annual fraction and m the events' EAD / V: Ordaz 2015, doi
10.1007/s11069-014-1495-7, for conditionally independent hazards; the mean follows exactly.
Assumption: the damage of a stress is not repaired before the shock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.model.annual_damage import EadRule
from asset_inventory.model.arrays import Flags, Floats
from asset_inventory.model.errors import CityError
from asset_inventory.model.hazards import Hazard, YearlyPrice
from asset_inventory.model.tables import FindingRow, categorical, finding, repeated_word, rows_at
from asset_inventory.risk.annual_damage import BY_RULE, RULES, YEARLY, expected_annual_damage
from asset_inventory.risk.exceedance import FALL
from asset_inventory.vulnerability.curves import ANY_TYPE
from asset_inventory.vulnerability.prices import measures_of


@dataclass(frozen=True)
class Yearly:
    """Annual figures of a stress for each asset; NaN where not known.

    `exposed` and `unknown` are the exposed share and the share without data (0-1) on the map of the
    stress, `disruption_days` the days of service disruption (days/year); `damage` and the bounds
    `low` and `high` are in currency/year, `fraction` is the damage's share of the value. `declared`
    is the declared annual cost of the whole asset (currency/year), which may be more than its
    value.
    """

    exposed: Floats
    unknown: Floats
    disruption_days: Floats
    fraction: Floats
    damage: Floats
    low: Floats
    high: Floats
    declared: Floats


def yearly_prices(
    yearly: Sequence[YearlyPrice], hazard: Hazard, asset_types: Iterable[object]
) -> dict[str, YearlyPrice]:
    """Return each asset type's annual cost rate under a stress; its own precedes that of `*`.

    Examples
    --------
    >>> from asset_inventory.model.examples import flood
    >>> rob = flood(name="rob", kind="stress")
    >>> rates = [YearlyPrice(hazard="rob", asset_types=name, fraction=share, source="A survey")
    ...          for name, share in (("*", 0.01), ("house", 0.02))]
    >>> {name: rate.fraction for name, rate in yearly_prices(rates, rob, ["house", "school"]).items()}
    {'house': 0.02, 'school': 0.01}
    """
    claims = {
        name: rule for rule in yearly if rule.hazard == hazard.name for name in rule.asset_types
    }
    rules = {str(name): claims.get(str(name)) or claims.get(ANY_TYPE) for name in asset_types}
    return {name: rule for name, rule in rules.items() if rule is not None}


def is_priced(yearly: Sequence[YearlyPrice], hazard: Hazard) -> bool:
    """Return whether a hazard is a stress with an annual cost rate.

    Examples
    --------
    >>> from asset_inventory.model.examples import tidal_flooding
    >>> rule = YearlyPrice(hazard="rob", asset_types=("house",), fraction=0.02, source="A survey")
    >>> is_priced([rule], tidal_flooding()), is_priced([], tidal_flooding())
    (True, False)
    """
    return any(rule.hazard == hazard.name for rule in yearly)


def reach_of(hazard: Hazard, periods: np.ndarray) -> float:
    """Return the return period (year; NaN: a scenario) of a stress's map: declared, or the least.

    Raises
    ------
    CityError
        The declared return period is that of no map.

    Examples
    --------
    >>> from asset_inventory.model.examples import flood
    >>> rob = flood(name="rob", kind="stress")
    >>> reach_of(rob, np.array([1.0, 10.0])), reach_of(rob.model_copy(update={"reach": 10.0}), np.array([1.0, 10.0]))
    (1.0, 10.0)
    """
    years = np.asarray(periods, dtype=float)
    if hazard.reach is None:
        return float(years.min())
    if hazard.reach not in years:
        mapped = ", ".join(f"{period:g}" for period in years)
        raise CityError(
            "error.reach_is_no_map", hazard=hazard.name, given=hazard.reach, periods=mapped
        )
    return hazard.reach


def yearly(
    assets: gpd.GeoDataFrame,
    exposure: pd.DataFrame,
    hazard: Hazard,
    periods: np.ndarray,
    prices: Mapping[str, YearlyPrice],
) -> Yearly:
    """Return a stress's annual figures for each of ASSETS, from EXPOSURE on its own map.

    Figures rest on the exposed share; the upper bound adds the share without data. An asset without
    any data, or without a geometry, has no figures; one with a share without data and no exposed
    share has no days of service disruption. The exposed share loses at most its value.

    Examples
    --------
    A house of 1,000 loses 2 % of its value a year and has half of it exposed: 0.5 × 0.02 × 1,000 =
    10 a year. On 60 days a year the exposed half gives no service: 30 days.

    >>> import shapely
    >>> from asset_inventory.model.hazards import Occurrence
    >>> from asset_inventory.model.examples import flood
    >>> rob = flood(
    ...     name="rob", kind="stress",
    ...     occurrence=Occurrence(days_per_year=60, service_lost=1, source="A log"))
    >>> assets = gpd.GeoDataFrame(
    ...     {"asset_type": pd.Categorical(["house"]), "value": [1000.0], "area": [50.0], "usable": [True]},
    ...     geometry=[shapely.box(0, 0, 5, 10)],
    ... )
    >>> exposure = pd.DataFrame({
    ...     "asset_id": pd.Categorical(["a"]), "hazard": ["rob"], "return_period": [1.0], "exposed_fraction": [0.5],
    ...     "no_data_fraction": [0.0],
    ... })
    >>> rate = YearlyPrice(hazard="rob", asset_types="house", fraction=0.02, source="A survey")
    >>> figures = yearly(assets, exposure, rob, np.array([1.0]), {"house": rate})
    >>> figures.damage.tolist(), figures.disruption_days.tolist()
    ([10.0], [30.0])
    """
    exposed, unknown = _shares(assets, exposure, hazard.name, reach_of(hazard, periods))
    value, usable = assets["value"].to_numpy(dtype=float), assets["usable"].to_numpy()
    rates = _by_type(assets, hazard, prices)
    measures = measures_of(assets)
    costs = rates.cost * np.select(
        [rates.per == name for name in measures], list(measures.values()), np.nan
    )
    declared = np.where(np.isnan(rates.cost), rates.fraction * value, costs)
    cost = np.where(declared > value, value, declared)
    blind = (unknown >= 1.0 - FALL) & ~(exposed > 0)
    greatest = np.minimum(exposed + unknown, 1.0)
    days = (
        np.nan
        if hazard.occurrence is None or hazard.occurrence.days is None
        else hazard.occurrence.days
    )
    damage, high = _of_share(cost, exposed), _of_share(cost, greatest)
    disruption_days = _of_share(days * rates.service_lost, exposed)
    with np.errstate(invalid="ignore", divide="ignore"):
        by_value = np.where(value > 0, damage / value, np.nan)
    by_rate = _of_share(np.minimum(rates.fraction, 1.0), exposed)
    fraction = np.where(np.isnan(rates.cost), by_rate, np.where(damage == 0, 0.0, by_value))

    only_unknown = (unknown > 0) & ~(exposed > 0)

    def known(figures: Floats, unless: np.ndarray) -> Floats:
        return np.where(unless | ~usable, np.nan, figures)

    return Yearly(
        exposed=exposed,
        unknown=unknown,
        disruption_days=known(disruption_days, only_unknown),
        fraction=known(fraction, blind),
        damage=known(damage, blind),
        low=known(np.where(blind, 0.0, damage), ~usable),
        high=known(high, ~usable),
        declared=declared,
    )


def chronic_hazard_table(
    assets: gpd.GeoDataFrame,
    exposure: pd.DataFrame,
    hazard: Hazard,
    periods: np.ndarray,
    prices: Mapping[str, YearlyPrice],
) -> pd.DataFrame:
    """Return CHRONIC_HAZARDS of a stress, a row per asset exposed or without data on a share.

    Examples
    --------
    A tide on 100 days a year reaches half of a house of 1,000 and takes 2 % of that half a year:

    >>> from asset_inventory.model.examples import tidal_flooding
    >>> from asset_inventory.vulnerability.examples import half_exposed, house
    >>> assets, exposure = house(), half_exposed("rob", 1.0)
    >>> rule = YearlyPrice(hazard="rob", asset_types=("house",), fraction=0.02, source="A survey")
    >>> table = chronic_hazard_table(assets, exposure, tidal_flooding(), np.array([1.0, 50.0]), {"house": rule})
    >>> table[["disruption_days", "annual_damage_ratio", "annual_damage"]].values.tolist()
    [[25.0, 0.01, 10.0]]
    """
    figures = yearly(assets, exposure, hazard, periods, prices)
    rows = np.flatnonzero((figures.exposed > 0) | (figures.unknown > 0))
    return pd.DataFrame(
        {
            "asset_id": categorical(rows, assets["asset_id"]),
            "hazard": repeated_word(hazard.name, len(rows)),
            "exposed_fraction": figures.exposed[rows],
            "no_data_fraction": figures.unknown[rows],
            "disruption_days": figures.disruption_days[rows],
            "annual_damage_ratio": figures.fraction[rows],
            "annual_damage": figures.damage[rows],
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
    """Return a stress's EAD by annual cost rate (currency/year), a row per asset, rule YEARLY.

    Asset types in `curved` have a damage curve under the stress; the events of the rarer maps are
    added for them: a shock damages the value that the stress leaves. Where the events give bounds
    only, or none, the rule is theirs.

    Examples
    --------
    >>> from asset_inventory.model.examples import tidal_flooding
    >>> from asset_inventory.vulnerability.examples import half_exposed, house
    >>> assets, exposure = house(), half_exposed("rob", 1.0)
    >>> prices = {"house": YearlyPrice(hazard="rob", asset_types=("house",), fraction=0.02, source="A survey")}
    >>> table = yearly_ead(
    ...     assets, exposure, pd.DataFrame(), tidal_flooding(), np.array([1.0]), prices,
    ...     curved=frozenset(), rule=EadRule()
    ... )
    >>> table[["ead", "rule"]].values.tolist()
    [[10.0, 'yearly price']]
    """
    own = yearly(assets, exposure, hazard, periods, prices)
    size = len(assets)
    figures, maps = (
        {"ead": own.damage, "ead_low": own.low, "ead_high": own.high},
        np.ones(size, dtype=np.int16),
    )
    rule_of = np.full(size, RULES.index(YEARLY))
    events = (
        of_events(assets, exposure, damage, hazard, periods, rule=rule, nested=nested)
        if curved
        else None
    )
    if events is not None:
        has_curve = assets["asset_type"].isin(curved).to_numpy()
        value = assets["value"].to_numpy(dtype=float)
        figures = {
            name: then_shock(stress, np.where(has_curve, events[name].to_numpy(), 0.0), value)
            for name, stress in figures.items()
        }
        codes = events["rule"].cat.codes.to_numpy()
        with_figures = [RULES.index(word) for word in (*BY_RULE, "not known")]
        rule_of = np.where(has_curve & ~np.isin(codes, with_figures), codes, rule_of)
        maps = np.where(has_curve, maps + events["maps"].to_numpy(), maps)
    return pd.DataFrame(
        {
            "asset_id": categorical(np.arange(size), assets["asset_id"]),
            "hazard": repeated_word(hazard.name, size),
            **figures,
            "rule": categorical(rule_of, RULES),
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
    """Return EAD of the events of a stress on its rarer maps; None without any.

    Examples
    --------
    A stress with no rarer map has no events:

    >>> from asset_inventory.model.examples import tidal_flooding
    >>> nothing = pd.DataFrame()
    >>> of_events(nothing, nothing, nothing, tidal_flooding(), np.array([1.0]), rule=EadRule()) is None
    True
    """
    rarer = rarer_maps(hazard, periods)
    if not len(rarer):
        return None
    exposure, damage = (
        table[(table["return_period"] >= rarer[0]).to_numpy()] for table in (exposure, damage)
    )
    return expected_annual_damage(
        assets, exposure, damage, as_events(hazard, periods), rarer, rule=rule, nested=nested
    )


def rarer_maps(hazard: Hazard, periods: np.ndarray) -> Floats:
    """Return the return periods (year) of a stress's maps rarer than its own (`reach_of`).

    Examples
    --------
    >>> from asset_inventory.model.examples import tidal_flooding
    >>> rarer_maps(tidal_flooding(), np.array([1.0, 50.0])).tolist()
    [50.0]
    """
    years = np.asarray(periods, dtype=float)
    return years[years > reach_of(hazard, years)]


def as_events(hazard: Hazard, periods: np.ndarray) -> Hazard:
    """Return a stress as the shock of its rarer maps, without damage up to its own map's.

    Examples
    --------
    >>> from asset_inventory.model.examples import tidal_flooding
    >>> as_events(tidal_flooding(), np.array([1.0, 50.0])).no_damage_return_period
    1.0
    """
    return hazard.model_copy(update={"no_damage_return_period": reach_of(hazard, periods)})


def then_shock(stress: Floats, event: Floats, value: Floats) -> Floats:
    """Return a stress's and later shocks' joint annual damage (currency/year).

    Notes
    -----
    V(s + (1 - s)m) with s = `stress` / V and m = `event` / V: Ordaz 2015, doi
    10.1007/s11069-014-1495-7.

    Examples
    --------
    A stress takes 100 of 1,000, shocks with an EAD of 200 take 20 % of the rest: 100 + 0.2 × 900 =
    280.

    >>> then_shock(np.array([100.0]), np.array([200.0]), np.array([1000.0])).tolist()
    [280.0]
    """
    event = np.where(event > value, value, event)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(event == 0, stress, stress + (1.0 - stress / value) * event)


def annual_findings(
    assets: gpd.GeoDataFrame,
    exposure: pd.DataFrame,
    hazard: Hazard,
    periods: np.ndarray,
    rules: Sequence[YearlyPrice],
) -> list[FindingRow]:
    """Return FINDINGS on exposed types without an annual cost rate, or one above the value.

    Examples
    --------
    >>> from asset_inventory.model.examples import tidal_flooding
    >>> from asset_inventory.vulnerability.examples import half_exposed, house
    >>> assets, exposure = house(), half_exposed("rob", 1.0)
    >>> [row["code"] for row in annual_findings(assets, exposure, tidal_flooding(), np.array([1.0]), [])]
    ['type_without_yearly_price']
    """
    types = assets["asset_type"].cat.categories
    prices = yearly_prices(rules, hazard, types)
    figures = yearly(assets, exposure, hazard, periods, prices)
    reached, value = figures.exposed > 0, assets["value"].to_numpy(dtype=float)
    rows: list[FindingRow] = []

    def add(code: str, mask: Flags) -> None:
        counts = assets["asset_type"][mask].value_counts()
        rows.extend(
            finding(code, source=str(name), count=int(count), hazard=hazard.name)
            for name, count in counts.items()
            if count
        )

    bare = ~assets["asset_type"].isin(list(prices)).to_numpy()
    add("type_without_yearly_price", reached & bare)
    with np.errstate(invalid="ignore"):
        add("yearly_above_value", reached & (figures.declared > value * (1 + FALL)))
    by_cost = (
        assets["asset_type"]
        .isin([name for name, rule in prices.items() if rule.cost is not None])
        .to_numpy()
    )
    add("yearly_measure_not_known", reached & by_cost & np.isnan(figures.declared))
    return rows


def _shares(
    assets: gpd.GeoDataFrame, exposure: pd.DataFrame, hazard: str, period: float
) -> tuple[Floats, Floats]:
    """Return the exposed share and the share without data (0-1) of each asset on one map."""
    table = exposure[rows_at(exposure, hazard, period)]
    exposed, unknown = np.zeros(len(assets)), np.zeros(len(assets))
    row = table["asset_id"].cat.codes.to_numpy()
    exposed[row], unknown[row] = (
        table["exposed_fraction"].to_numpy(),
        table["no_data_fraction"].to_numpy(),
    )
    return exposed, unknown


@dataclass(frozen=True)
class _Rates:
    """Each asset's annual cost rate: `fraction` (1/year) or `cost` (currency/year) `per` unit.

    `service_lost` is the share (0-1) of the days without service.
    """

    fraction: Floats
    cost: Floats
    per: np.ndarray
    service_lost: Floats


def _by_type(assets: gpd.GeoDataFrame, hazard: Hazard, prices: Mapping[str, YearlyPrice]) -> _Rates:
    """Return the annual cost rate of each asset by its type."""
    types, codes = assets["asset_type"].cat.categories, assets["asset_type"].cat.codes.to_numpy()
    rules = [prices.get(str(name)) for name in types]
    everywhere = hazard.occurrence.service_lost if hazard.occurrence else None

    def per_year(rate: float | None, rule: YearlyPrice | None) -> float:
        if rate is None or rule is None:
            return np.nan
        events = hazard.occurrence.events_per_year if hazard.occurrence else None
        return rate if rule.each == "year" else rate * events if events is not None else np.nan

    def of_assets(values: list[float]) -> Floats:
        return np.array(values or [np.nan], dtype=float)[codes]

    lost = [
        rule.service_lost if rule and rule.service_lost is not None else everywhere
        for rule in rules
    ]
    return _Rates(
        fraction=of_assets([per_year(rule.fraction if rule else None, rule) for rule in rules]),
        cost=of_assets([per_year(rule.cost if rule else None, rule) for rule in rules]),
        per=np.array(
            [rule.per if rule and rule.per else "" for rule in rules] or [""], dtype=object
        )[codes],
        service_lost=of_assets([np.nan if share is None else share for share in lost]),
    )


def _of_share(figure: Floats, share: Floats) -> Floats:
    """Return a share of a figure; a share of 0 is 0 even where the figure is not known."""
    return np.where(share > 0, figure * share, 0.0)
