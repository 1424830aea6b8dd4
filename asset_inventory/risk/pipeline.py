"""The one pipeline from assets and hazards to figures, from exposure to the projection.

The figures of an asset depend on that asset alone, so any subset of assets can be computed by
itself. Findings name figures that are missing or uncertain, so that nobody takes a gap for a zero.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.hazards.intersections import (
    Cuts,
    OpenHazard,
    in_parts,
    intersections,
    is_of,
    unusable_hazards,
)
from asset_inventory.model.annual_damage import EadRule, Relation
from asset_inventory.model.arrays import Floats
from asset_inventory.model.city import City
from asset_inventory.model.data_status import exercise_rows, exercise_sources, with_data_status
from asset_inventory.model.errors import Arguments, SourceError
from asset_inventory.model.hazards import Hazard, YearlyPrice
from asset_inventory.model.projection import ConditionFactor
from asset_inventory.model.tables import (
    FindingRow,
    categorical,
    empty,
    finding,
    findings,
    known_sum,
)
from asset_inventory.risk.annual_damage import BY_RULE, expected_annual_damage
from asset_inventory.risk.chronic_hazards import (
    chronic_hazard_table,
    is_priced,
    yearly_ead,
    yearly_prices,
)
from asset_inventory.risk.dependence import (
    NOT_DECLARED,
    joint_ead,
    losses_of,
    possible_events,
    relation_of,
)
from asset_inventory.risk.exceedance import FALL
from asset_inventory.risk.exposure import expose
from asset_inventory.risk.flood_spread import flood_spreads, may_get_wet, near_dry
from asset_inventory.risk.projection import Projection, future_damage, is_raised, sinking
from asset_inventory.vulnerability.curve_audit import in_other_units, type_without_curve
from asset_inventory.vulnerability.curves import DamageCurve
from asset_inventory.vulnerability.damage import damages

Progress = Callable[[int, int], None]
Curves = Mapping[tuple[str, str], DamageCurve]


@dataclass(frozen=True)
class RiskSettings:
    """The rules of a city for the figures of its assets, without any file."""

    ead: EadRule = EadRule()
    damage_rule: Literal["mean of damages", "damage of the mean"] = "mean of damages"
    condition: ConditionFactor | None = None
    relations: tuple[Relation, ...] = ()
    yearly: tuple[YearlyPrice, ...] = ()

    @classmethod
    def of(cls, city: City) -> RiskSettings:
        """Return the rules that a city declares.

        Examples
        --------
        >>> from asset_inventory.model.examples import city
        >>> RiskSettings.of(city()).damage_rule
        'mean of damages'
        """
        return cls(city.ead, city.damage_rule, city.condition, city.relations, city.yearly)

    @property
    def of_the_mean(self) -> bool:
        """Return whether damage is at an asset's mean intensity, not the mean over intersections.

        Examples
        --------
        >>> RiskSettings(damage_rule="damage of the mean").of_the_mean
        True
        """
        return self.damage_rule == "damage of the mean"


@dataclass(frozen=True)
class RiskTables:
    """The risk of assets, in the order of ASSETS, hazards and return periods.

    Every row depends on its asset alone, so the tables of parts of a city are parts of the tables
    of the city. `joint` has a row per asset. `hazards` were used, and `findings` are rows of
    FINDINGS on those that were not. `intersections` has by hazard the INTERSECTIONS of each of its
    maps (with `row` and `col`), where they are kept. No table has `data_status` yet.
    """

    hazards: tuple[OpenHazard, ...]
    exposure: pd.DataFrame
    damage: pd.DataFrame
    ead: pd.DataFrame
    joint_ead: pd.DataFrame
    future_ead: pd.DataFrame
    chronic_hazards: pd.DataFrame
    findings: tuple[FindingRow, ...] = ()
    intersections: Mapping[str, tuple[pd.DataFrame, ...]] = field(default_factory=dict)

    def with_data_status(self, assets: gpd.GeoDataFrame, city: City, curves: Curves) -> RiskTables:
        """Return the tables with their `data_status`, by what in ASSETS and the city is exercise data.

        Examples
        --------
        A house whose damage rests on its condition, by an exercise factor:

        >>> from asset_inventory.hazards.examples import opened
        >>> from asset_inventory.model.examples import city, flood
        >>> from asset_inventory.vulnerability.examples import curve, house
        >>> assets, curves = house(), {("flood", "house"): curve()}
        >>> drill = city(condition={"beta": 0.4, "source": "A drill", "exercise": True})
        >>> tables = run_pipeline(assets, [opened(flood())], curves, RiskSettings())
        >>> tables = tables.with_data_status(assets, drill, curves)
        >>> tables.exposure["data_status"].tolist(), tables.joint_ead["data_status"].tolist()
        (['real', 'real', 'real'], ['exercise'])
        """
        sources = exercise_sources(
            city,
            [opened.hazard for opened in self.hazards],
            asset_types=assets["asset_type"].cat.categories,
            curves={pair: curve.exercise for pair, curve in curves.items()},
        )
        sources.append(exercise_rows(assets, "ASSETS", assets["asset_id"]))
        ead = with_data_status(self.ead, "EAD", sources, assets=assets)
        sources.append(exercise_rows(ead, "EAD", ead["asset_id"]))
        tables: dict[str, Any] = {"ead": ead}
        for name in ("exposure", "damage", "joint_ead", "future_ead", "chronic_hazards"):
            table = getattr(self, name)
            tables[name] = with_data_status(table, name.upper(), sources, assets=assets)
        return replace(self, **tables)


def run_pipeline(
    assets: gpd.GeoDataFrame,
    hazards: Sequence[OpenHazard],
    curves: Curves,
    settings: RiskSettings,
    *,
    projection: Projection | None = None,
    keep_intersections: bool = False,
    on_progress: Progress | None = None,
) -> RiskTables:
    """Return all tables of ASSETS under opened hazards, from EXPOSURE to CHRONIC_HAZARDS.

    It reads the grids of the hazards and no other file.

    Raises
    ------
    SourceError
        A grid is damaged.

    Examples
    --------
    Half of a house of 1,000 is in zones of 1 m of water once in 10, 50 and 100 years. 1 m damages
    40 %: 200 each time, so 0.09 × 200 + 0.01 × 200 = 20 a year.

    >>> from asset_inventory.hazards.examples import opened
    >>> from asset_inventory.model.examples import flood
    >>> from asset_inventory.vulnerability.examples import curve, house
    >>> tables = run_pipeline(house(), [opened(flood())], {("flood", "house"): curve()}, RiskSettings())
    >>> tables.exposure["exposed_fraction"].round(9).tolist(), tables.damage["damage"].round(9).tolist()
    ([0.5, 0.5, 0.5], [200.0, 200.0, 200.0])
    >>> tables.joint_ead["ead"].round(9).tolist()
    [20.0]
    """
    mapped = _under_every_map(
        assets,
        hazards,
        curves,
        settings,
        projection=projection,
        keep=keep_intersections,
        on_progress=on_progress,
    )
    ead = _annual_damage(assets, mapped, hazards, curves, settings)
    periods = [(opened.hazard, opened.periods) for opened in hazards]
    return RiskTables(
        hazards=tuple(hazards),
        exposure=mapped.exposure,
        damage=mapped.damage,
        ead=ead,
        joint_ead=joint_ead(
            assets,
            mapped.exposure,
            mapped.damage,
            ead,
            periods,
            rule=settings.ead,
            relations=settings.relations,
        ),
        future_ead=mapped.future_ead,
        chronic_hazards=_chronic_hazards(assets, mapped.exposure, hazards, settings),
        intersections=mapped.intersections,
    )


def run_readable(
    assets: gpd.GeoDataFrame,
    hazards: Sequence[OpenHazard],
    curves: Curves,
    settings: RiskSettings,
    *,
    projection: Projection | None = None,
    keep_intersections: bool = False,
    on_progress: Progress | None = None,
) -> RiskTables:
    """Return the tables of `run_pipeline` for the hazards with readable grids.

    A hazard with a damaged grid is left out for all assets, and `findings` name it.

    Raises
    ------
    SourceError
        A file of no hazard is damaged, or `city.toml` has to change.

    Examples
    --------
    A house of 1,000, half of it in 1 m of water on all three maps, as in `run_pipeline`:

    >>> from asset_inventory.hazards.examples import opened
    >>> from asset_inventory.model.examples import flood
    >>> from asset_inventory.vulnerability.examples import curve, house
    >>> tables = run_readable(house(), [opened(flood())], {("flood", "house"): curve()}, RiskSettings())
    >>> tables.joint_ead["ead"].round(9).tolist(), tables.findings
    ([20.0], ())
    """
    usable = list(hazards)
    rows: list[FindingRow] = []
    while True:
        try:
            tables = run_pipeline(
                assets,
                usable,
                curves,
                settings,
                projection=projection,
                keep_intersections=keep_intersections,
                on_progress=on_progress,
            )
        except SourceError as fault:
            damaged = [opened for opened in usable if is_of(fault, opened.hazard)]
            if not damaged:
                raise
            rows += [row for opened in damaged for row in unusable_hazards(opened.hazard, fault)]
            usable = [opened for opened in usable if opened not in damaged]
        else:
            return replace(tables, findings=tuple(rows))


@dataclass(frozen=True)
class _MappedTables:
    """EXPOSURE, DAMAGE and FUTURE_EAD of assets under every map, and INTERSECTIONS if kept."""

    exposure: pd.DataFrame
    damage: pd.DataFrame
    future_ead: pd.DataFrame
    intersections: Mapping[str, tuple[pd.DataFrame, ...]]


def _under_every_map(
    assets: gpd.GeoDataFrame,
    hazards: Sequence[OpenHazard],
    curves: Curves,
    settings: RiskSettings,
    *,
    projection: Projection | None,
    keep: bool,
    on_progress: Progress | None,
) -> _MappedTables:
    """Return the tables of the usable assets under every map.

    It works part by part, so that about 250,000 intersections, of at most 50,000 assets, are in memory
    (with a projection all intersections that are not dry, or may get wet, of all maps). A hazard
    without curves has no DAMAGE.
    """
    ids = pd.CategoricalDtype(assets["asset_id"])
    parts = in_parts(assets, hazards)
    spread = {opened.hazard.name: flood_spreads(opened, projection) for opened in hazards}
    condition, of_the_mean = settings.condition, settings.of_the_mean
    exposures: list[pd.DataFrame] = []
    damaged: list[pd.DataFrame] = []
    futures: list[pd.DataFrame] = []
    kept: dict[str, list[list[pd.DataFrame]]] = {
        opened.hazard.name: [[] for _ in opened.periods] for opened in hazards
    }
    steps, done = len(parts) * sum(len(opened.periods) for opened in hazards), 0
    deepens = any(is_raised(opened.hazard, projection) for opened in hazards)
    for rows in parts:
        part = assets.iloc[rows]
        geometry = part.geometry.to_numpy()
        rates = sinking(geometry, projection) if projection is not None and deepens else None
        cuts: Cuts = []
        for opened in hazards:
            hazard, wet = opened.hazard, []
            curves_of = {
                asset_type: curve
                for (name, asset_type), curve in curves.items()
                if name == hazard.name
            }
            further = spread[hazard.name]
            cells = keep or any(of_map is not None for of_map in further)
            named = part["asset_id"]
            tables = intersections(geometry, opened, ids=named, cells=cells, cuts=cuts)
            for place, (table, of_map) in enumerate(zip(tables, further, strict=True)):
                exposure = expose(table, hazard, rows, ids)
                exposures.append(exposure)
                if keep:
                    kept_rows = near_dry(table, opened.maps[place], of_map, opened)
                    asset = rows[kept_rows["asset"].to_numpy()]
                    kept[hazard.name][place].append(kept_rows.assign(asset=asset))
                if curves_of:
                    of_part = (table, exposure, part, hazard, curves_of)
                    damaged.append(damages(*of_part, of_the_mean=of_the_mean, condition=condition))
                if curves_of and is_raised(hazard, projection):
                    wet.append(may_get_wet(table, of_map, hazard))
                done += 1
                if on_progress:
                    on_progress(done, steps)
            if projection is None or rates is None or not wet or np.isnan(opened.periods).any():
                continue
            later = future_damage(wet, part, opened, curves_of, projection=projection, rates=rates)
            row = rows[later["asset_id"].to_numpy()]
            futures.append(later.assign(asset_id=row, hazard=hazard.name))
    return _MappedTables(
        exposure=_joined(exposures, "EXPOSURE", hazards),
        damage=_joined(damaged, "DAMAGE", hazards),
        future_ead=_in_years(futures, assets, hazards),
        intersections={
            name: tuple(pd.concat(of_map, ignore_index=True) for of_map in of_hazard)
            for name, of_hazard in kept.items()
            if keep and parts
        },
    )


def _joined(parts: list[pd.DataFrame], name: str, hazards: Sequence[OpenHazard]) -> pd.DataFrame:
    """Return the rows of all parts as one table in order of ASSETS, hazards, return periods."""
    if not parts:
        return _no_rows(name)
    table = _stacked(parts, hazards)
    parts.clear()
    row, hazard = table["asset_id"].cat.codes.to_numpy(), table["hazard"].cat.codes.to_numpy()
    order = np.lexsort((table["return_period"].to_numpy(), hazard, row))
    return table.iloc[order].reset_index(drop=True)


def _stacked(parts: list[pd.DataFrame], hazards: Sequence[OpenHazard]) -> pd.DataFrame:
    """Return tables of several hazards as one, with the names of all these hazards as categories."""
    names = [opened.hazard.name for opened in hazards]
    named = [part.assign(hazard=part["hazard"].cat.set_categories(names)) for part in parts]
    return pd.concat(named, ignore_index=True)


def _no_rows(name: str, ids: Iterable[object] = ()) -> pd.DataFrame:
    categories = pd.CategoricalDtype(pd.Index(ids))
    table = empty(name).drop(columns="data_status")
    return table.astype({"asset_id": categories, "hazard": "category"})


def _in_years(
    parts: list[pd.DataFrame], assets: gpd.GeoDataFrame, hazards: Sequence[OpenHazard]
) -> pd.DataFrame:
    """Return FUTURE_EAD of all parts as one table in the order of ASSETS, hazards and years."""
    if not parts:
        return _no_rows("FUTURE_EAD")
    table = pd.concat(parts, ignore_index=True)
    of_row = pd.Categorical(table["hazard"], categories=[opened.hazard.name for opened in hazards])
    order = np.lexsort((table["year"].to_numpy(), of_row.codes, table["asset_id"].to_numpy()))
    ids = categorical(table["asset_id"].to_numpy(), assets["asset_id"])
    names = empty("FUTURE_EAD").columns.drop("data_status")
    return table.assign(asset_id=ids, hazard=of_row)[names].iloc[order].reset_index(drop=True)


def _annual_damage(
    assets: gpd.GeoDataFrame,
    mapped: _MappedTables,
    hazards: Sequence[OpenHazard],
    curves: Curves,
    settings: RiskSettings,
) -> pd.DataFrame:
    """Return EAD by the city's rule, of hazards with curves and return periods or cost rates."""
    tables = []
    exposure, damage, rule = mapped.exposure, mapped.damage, settings.ead
    for opened in hazards:
        hazard, periods, nested = opened.hazard, np.asarray(opened.periods), opened.nested
        curved = frozenset(asset_type for name, asset_type in curves if name == hazard.name)
        if is_priced(settings.yearly, hazard):
            rates = yearly_prices(settings.yearly, hazard, assets["asset_type"].cat.categories)
            inputs = (assets, exposure, damage, hazard, periods, rates)
            tables.append(yearly_ead(*inputs, curved=curved, rule=rule, nested=nested))
        elif curved and not np.isnan(periods).any():
            tables_of = (assets, exposure, damage)
            tables.append(
                expected_annual_damage(*tables_of, hazard, periods, rule=rule, nested=nested)
            )
    if not tables:
        return _no_rows("EAD", assets["asset_id"])
    return _stacked(tables, hazards)


def _chronic_hazards(
    assets: gpd.GeoDataFrame,
    exposure: pd.DataFrame,
    hazards: Sequence[OpenHazard],
    settings: RiskSettings,
) -> pd.DataFrame:
    """Return CHRONIC_HAZARDS: annual figures of stresses with a frequency, for exposed assets."""
    declared = [opened for opened in hazards if opened.hazard.occurrence is not None]
    types = assets["asset_type"].cat.categories
    tables = []
    for opened in declared:
        rates, periods = (
            yearly_prices(settings.yearly, opened.hazard, types),
            np.asarray(opened.periods),
        )
        tables.append(chronic_hazard_table(assets, exposure, opened.hazard, periods, rates))
    if not tables:
        return _no_rows("CHRONIC_HAZARDS", assets["asset_id"])
    return _stacked(tables, declared)


def risk_findings(
    assets: gpd.GeoDataFrame,
    damage: pd.DataFrame,
    ead: pd.DataFrame,
    opened: Iterable[OpenHazard],
    without_curve: Iterable[tuple[str, str]],
    city: City,
) -> pd.DataFrame:
    """Return FINDINGS on hazards and assets without damage, without EAD or without valid bounds.

    `without_curve` are the pairs (hazard, asset type) without a damage curve; pairs with exposed
    assets have a finding with their number, and with the shipped curves that fit them in this city.

    Examples
    --------
    A flood without damage curves:

    >>> from asset_inventory.hazards.examples import opened
    >>> from asset_inventory.model.examples import city, flood
    >>> assets = pd.DataFrame({"asset_type": ["house"]})
    >>> damage = pd.DataFrame({"asset_id": pd.Categorical(["a"]), "hazard": "flood"})
    >>> ead = pd.DataFrame({"hazard": [], "rule": [], "ead": [], "ead_high": []})
    >>> without = [("flood", "house")]
    >>> risk_findings(assets, damage, ead, [opened(flood())], without, city())["code"].tolist()
    ['hazard_without_curves', 'type_without_curve']
    """
    rows: list[FindingRow] = []
    for of_hazard in opened:
        declared = of_hazard.hazard
        rows += _of_hazard(
            of_hazard, ead, by_year=any(rule.hazard == declared.name for rule in city.yearly)
        )
        if declared.name not in {rule.hazard for rule in city.curves}:
            rows += _without_any(declared)
        touched = damage[(damage["hazard"] == declared.name).to_numpy()]
        codes = np.unique(touched["asset_id"].cat.codes.to_numpy())
        counts = assets["asset_type"].iloc[codes].value_counts()
        rows += [
            type_without_curve(asset_type, declared, city, count=int(counts[asset_type]))
            for hazard, asset_type in without_curve
            if hazard == declared.name and counts.get(asset_type, 0)
        ]
    rows += _of_condition(assets, damage, city)
    return findings(rows)


def dependence_findings(
    assets: gpd.GeoDataFrame,
    exposure: pd.DataFrame,
    ead: pd.DataFrame,
    joint: pd.DataFrame,
    opened: Iterable[OpenHazard],
    city: City,
) -> pd.DataFrame:
    """Return FINDINGS on EAD above the value or a great part of it, and unrelated hazards that
    damage one asset.

    Examples
    --------
    An EAD of 20 a year above a value of 10:

    >>> from asset_inventory.hazards.examples import opened
    >>> from asset_inventory.model.examples import city, flood
    >>> exposure = pd.DataFrame({
    ...     "asset_id": pd.Categorical(["a"]), "hazard": "flood", "exposed_fraction": 0.5, "no_data_fraction": 0.0,
    ... })
    >>> ead = pd.DataFrame({
    ...     "asset_id": pd.Categorical(["a"]), "hazard": "flood", "ead": 20.0, "ead_low": 10.0, "ead_high": 30.0,
    ...     "rule": "trapezoid", "maps": 3,
    ... })
    >>> joint = pd.DataFrame({"ead_least": [20.0], "ead_most": [20.0]})
    >>> assets = pd.DataFrame({"value": [10.0]})
    >>> dependence_findings(assets, exposure, ead, joint, [opened(flood())], city())["code"].tolist()
    ['ead_above_value']
    """
    losses = losses_of(
        exposure, ead, [(of_hazard.hazard, of_hazard.periods) for of_hazard in opened], len(assets)
    )
    value, rows = assets["value"].to_numpy(dtype=float), []
    for hazard, figures in zip(losses.hazards, losses.ead, strict=True):
        above = int((figures > value * (1 + FALL)).sum())
        if above:
            rows.append(
                finding("ead_above_value", source=hazard.name, severity="error", count=above)
            )
        rows += _high_shares(hazard.name, figures, value)
    least, most = (known_sum(joint[name]) for name in ("ead_least", "ead_most"))
    city_range: Arguments = {
        "least": round(least, 2),
        "most": round(most, 2),
        "currency": city.currency,
    }
    arrangements, damaged = possible_events(losses.hazards, city.relations), losses.damaged
    for first, second in itertools.combinations(range(len(losses.hazards)), 2):
        pair, both = (
            (losses.names[first], losses.names[second]),
            int((damaged[first] & damaged[second]).sum()),
        )
        if both and relation_of(frozenset(pair), arrangements) == NOT_DECLARED:
            shared_periods = np.intersect1d(losses.periods[first], losses.periods[second])
            rows.append(_undeclared(pair, both, shared_periods, city_range))
    return findings(rows)


# An asset that loses more than this part of its value each year is worn out within ten years: no
# owner keeps it there, so a value, a curve or a map is likely to be wrong.
HIGH_ANNUAL_SHARE = 0.1


def _high_shares(hazard: str, ead: Floats, value: Floats) -> list[FindingRow]:
    """Return a finding on assets with an EAD above HIGH_ANNUAL_SHARE of the value, up to all of
    it.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(value > 0, ead / value, np.nan)
        high = (share > HIGH_ANNUAL_SHARE) & (share <= 1 + FALL)
    if not high.any():
        return []
    arguments: Arguments = {
        "percent": 100 * HIGH_ANNUAL_SHARE,
        "most": round(100 * float(share[high].max()), 1),
    }
    return [finding("annual_damage_share_high", source=hazard, count=int(high.sum()), **arguments)]


def _undeclared(
    pair: tuple[str, str], count: int, shared_periods: np.ndarray, city_range: Arguments
) -> FindingRow:
    """Return the finding on a pair without a relation; `city_range` are limits of city EAD."""
    code, arguments = "relation_undeclared", city_range
    if len(shared_periods):
        code, arguments = (
            "relation_undeclared_same_period",
            city_range | {"period": float(shared_periods[0])},
        )
    if np.isnan(city_range["least"]):
        code, arguments = "relation_undeclared_of_bounds", {}
    first, second = pair
    return finding(
        code, source=f"{first}, {second}", count=count, first=first, second=second, **arguments
    )


def _of_condition(assets: gpd.GeoDataFrame, damage: pd.DataFrame, city: City) -> list[FindingRow]:
    """Return a finding on exposed assets without a condition that would count."""
    rule = city.condition
    if rule is None or rule.beta == 0 or rule.unknown is not None:
        return []
    touched = assets.iloc[np.unique(damage["asset_id"].cat.codes.to_numpy())]
    not_known = touched["condition"].isna()
    if rule.asset_types is not None:
        not_known &= touched["asset_type"].isin(rule.asset_types)
    count = int(not_known.sum())
    return [finding("condition_not_known", source="condition", count=count)] if count else []


def _without_any(hazard: Hazard) -> list[FindingRow]:
    """Return a finding on a shock without a curve, where no shipped curve has its unit."""
    elsewhere = in_other_units(hazard) if hazard.kind == "shock" else []
    return (
        [
            finding(
                "no_curve_in_unit",
                source=hazard.name,
                unit=hazard.unit,
                candidates=", ".join(elsewhere),
            )
        ]
        if elsewhere
        else []
    )


def _of_hazard(opened: OpenHazard, ead: pd.DataFrame, *, by_year: bool) -> list[FindingRow]:
    name = opened.hazard.name
    rows: list[FindingRow] = []
    of_hazard = ead[(ead["hazard"] == name).to_numpy()]
    if opened.hazard.kind == "stress":
        rows += [] if by_year else [finding("stress_not_priced", source=name)]
    elif np.isnan(opened.periods).any():
        rows.append(finding("hazard_is_scenario", source=name))
    elif not len(of_hazard):
        rows.append(finding("hazard_without_curves", source=name))
    void = int((of_hazard["rule"] == "bounds void").sum())
    if void:
        # maps that are not nested void the bounds of every asset
        code = "damage_falls" if opened.nested else "bounds_void"
        rows.append(finding(code, source=name, count=void))
    return rows + bounds_findings(opened.hazard, of_hazard)


def bounds_findings(hazard: Hazard, ead: pd.DataFrame) -> list[FindingRow]:
    """Return rows of FINDINGS on a hazard with too few maps for EAD, or without an upper bound.

    `ead` are its rows of EAD. With enough maps for EAD the upper bound lacks the start of damage.

    Examples
    --------
    >>> from asset_inventory.model.examples import flood
    >>> ead = pd.DataFrame({"rule": ["bounds only"], "ead": np.nan, "ead_low": 10.0, "ead_high": 90.0, "maps": 2})
    >>> [row["code"] for row in bounds_findings(flood(), ead)]
    ['bounds_only']
    """
    few = ead[(ead["rule"] == "bounds only").to_numpy()]
    if len(few):
        unending = few["ead_high"].isna()  # it is 0 for assets on no map
        no_end = unending.all() or (unending & few["ead_low"].notna()).any()
        codes = ["bounds_only", *(["no_upper_bound"] if no_end else [])]
    else:
        begins = hazard.no_damage_return_period is not None or hazard.protected_to is not None
        unending = ead["rule"].isin(BY_RULE) & (ead["ead"] > 0) & ead["ead_high"].isna()
        codes = ["no_upper_bound"] if unending.any() and not begins else []
    return [finding(code, source=hazard.name, count=int(ead["maps"].max())) for code in codes]
