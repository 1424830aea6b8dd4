"""The one way from assets and hazards to figures: exposure, damage, annual damage, dependence, projection.

What is found of an asset depends on that asset alone, so any choice of assets can be computed by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.hazards.intersections import OpenHazard, in_parts, intersections, is_of, unusable_hazards
from asset_inventory.model.annual_damage import EadRule, Relation
from asset_inventory.model.chronic_hazards import YearlyPrice
from asset_inventory.model.city import City
from asset_inventory.model.errors import SourceError
from asset_inventory.model.projection import ConditionFactor
from asset_inventory.model.tables import EXERCISE, REAL, TABLES, empty
from asset_inventory.risk.annual_damage import expected_annual_damage
from asset_inventory.risk.chronic_hazards import (
    chronic_hazard_table,
    is_priced,
    yearly_ead,
    yearly_exercise,
    yearly_prices,
)
from asset_inventory.risk.dependence import joint_ead
from asset_inventory.risk.exposure import expose
from asset_inventory.risk.flood_spread import flood_spreads, looks_further, may_get_wet, near_dry
from asset_inventory.risk.projection import Projection, future_damage, is_raised, sinking
from asset_inventory.vulnerability.curves import DamageCurve
from asset_inventory.vulnerability.damage import damages

Progress = Callable[[int, int], None]
Curves = Mapping[tuple[str, str], DamageCurve]


@dataclass(frozen=True)
class RiskSettings:
    """The rules of a city on which the figures of its assets rest; no file belongs to them."""

    ead: EadRule = EadRule()
    damage_rule: Literal["mean of damages", "damage of the mean"] = "mean of damages"
    condition: ConditionFactor | None = None
    relations: tuple[Relation, ...] = ()
    yearly: tuple[YearlyPrice, ...] = ()

    @classmethod
    def of(cls, city: City) -> RiskSettings:
        """Return the rules that a city declares."""
        return cls(
            ead=city.ead,
            damage_rule=city.damage_rule,
            condition=city.condition,
            relations=city.relations,
            yearly=city.yearly,
        )

    @property
    def of_the_mean(self) -> bool:
        """Tell whether damage is that of an asset's mean intensity, not the mean of the damages of its parts."""
        return self.damage_rule == "damage of the mean"


@dataclass(frozen=True)
class RiskTables:
    """What hazards do to assets, in the order of ASSETS, hazards and return periods.

    Every row depends on its asset alone, so the tables of parts of a city are parts of the tables of the city. `joint`
    has a row an asset. `hazards` are those that were used, `findings` are rows of FINDINGS on those that were not.
    `intersections` has by hazard the INTERSECTIONS of each of its maps (with `row` and `col`), where they are kept.
    """

    hazards: tuple[OpenHazard, ...]
    exposure: pd.DataFrame
    damage: pd.DataFrame
    ead: pd.DataFrame
    joint: pd.DataFrame
    future: pd.DataFrame
    stress: pd.DataFrame
    findings: tuple[dict, ...] = ()
    intersections: Mapping[str, tuple[pd.DataFrame, ...]] = field(default_factory=dict)


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
    """Return EXPOSURE, DAMAGE, EAD, JOINT_EAD, FUTURE_EAD and STRESS of ASSETS under hazards that are made ready.

    Opens the grids of the hazards and no other file. Raises SourceError for a grid that proves damaged.
    """
    exposure, damage, future, kept = _under_every_map(
        assets, hazards, curves, settings, projection, keep_intersections, on_progress
    )
    ead = _annual_damage(assets, exposure, damage, hazards, curves, settings)
    periods = [(one.hazard, one.periods) for one in hazards]
    return RiskTables(
        hazards=tuple(hazards),
        exposure=exposure,
        damage=damage,
        ead=ead,
        joint=joint_ead(
            assets, exposure, damage, ead, periods, rule=settings.ead, relations=settings.relations
        ),
        future=future,
        stress=_chronic_hazards(assets, exposure, hazards, settings),
        intersections=kept,
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
    """Return what `run_pipeline` returns of the hazards whose grids can be read to the end.

    A hazard with a grid that proves damaged on the way is left out for all assets, and `findings` name it.
    """
    usable, rows = list(hazards), []
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
            damaged = [one for one in usable if is_of(fault, one.hazard)]
            if not damaged:
                raise
            rows += [row for one in damaged for row in unusable_hazards(one.hazard, fault)]
            usable = [one for one in usable if one not in damaged]
        else:
            return replace(tables, findings=tuple(rows))


def _under_every_map(
    assets: gpd.GeoDataFrame,
    hazards: Sequence[OpenHazard],
    curves: Curves,
    settings: RiskSettings,
    projection: Projection | None,
    keep: bool,
    on_progress: Progress | None,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, dict[str, tuple[pd.DataFrame, ...]]]:
    """Return EXPOSURE, DAMAGE and FUTURE_EAD of the usable assets under every map, and their INTERSECTIONS if kept.

    Works part by part, so that about 250,000 intersections, of at most 50,000 assets, are in memory (with a
    projection those of all maps that are not dry, or may not stay so, and of these maps where water spreads to). The
    rows of a hazard that has no curve have no DAMAGE.
    """
    ids = pd.CategoricalDtype(assets["asset_id"])
    parts = in_parts(assets, hazards)
    spread = {one.hazard.name: flood_spreads(one, projection) for one in hazards}
    condition, of_the_mean = settings.condition, settings.of_the_mean
    exposures, damaged, futures = [], [], []
    kept: dict[str, list[list[pd.DataFrame]]] = {one.hazard.name: [[] for _ in one.periods] for one in hazards}
    steps, done = len(parts) * sum(len(one.periods) for one in hazards), 0
    for rows in parts:
        part = assets.iloc[rows]
        geometry = part.geometry.to_numpy()
        rates = sinking(geometry, projection) if any(is_raised(one.hazard, projection) for one in hazards) else None
        for one in hazards:
            wet = []
            curves_of = {kind: curve for (hazard, kind), curve in curves.items() if hazard == one.hazard.name}
            further = spread[one.hazard.name]
            tables = intersections(geometry, one, cells=keep or looks_further(further))
            for place, (table, of_map) in enumerate(zip(tables, further, strict=True)):
                exposure = expose(table, one.hazard, rows, ids)
                exposures.append(exposure)
                if keep:
                    told = near_dry(table, one.maps[place], of_map, one)
                    kept[one.hazard.name][place].append(told.assign(asset=rows[told["asset"].to_numpy()]))
                if curves_of:
                    damaged.append(damages(
                        table, exposure, part, one.hazard, curves_of, of_the_mean=of_the_mean, condition=condition
                    ))  # fmt: skip
                if curves_of and is_raised(one.hazard, projection):
                    wet.append(may_get_wet(table, of_map, one.hazard))
                done += 1
                if on_progress:
                    on_progress(done, steps)
            if wet and not np.isnan(one.periods).any():
                later = future_damage(wet, part, one, curves_of, projection, rates)
                futures.append(later.assign(asset_id=rows[later["asset_id"].to_numpy()], hazard=one.hazard.name))
    status = _data_status(assets, hazards)
    return (
        _joined(exposures, "EXPOSURE", hazards, status),
        with_fictitious_curves(_joined(damaged, "DAMAGE", hazards, status), assets, curves, condition),
        with_fictitious_curves(_in_years(futures, assets, hazards, projection), assets, curves, condition),
        {
            name: tuple(pd.concat(of_map, ignore_index=True) for of_map in of_hazard)
            for name, of_hazard in kept.items()
            if keep and parts
        },
    )


def _data_status(assets: gpd.GeoDataFrame, hazards: Sequence[OpenHazard]) -> tuple[np.ndarray, set[str]]:
    return (assets["data_status"] == EXERCISE).to_numpy(), {
        one.hazard.name for one in hazards if one.hazard.source.exercise
    }


def _joined(
    parts: list[pd.DataFrame],
    name: str,
    hazards: Sequence[OpenHazard],
    status: tuple[np.ndarray, set[str]],
) -> pd.DataFrame:
    """Return the rows of all parts as one table in the order of ASSETS, hazards and return periods."""
    if not parts:
        return empty(name).astype({"asset_id": pd.CategoricalDtype([]), "hazard": "category"})
    names = [one.hazard.name for one in hazards]
    whole = pd.concat(
        [part.assign(hazard=part["hazard"].cat.set_categories(names)) for part in parts], ignore_index=True
    )
    parts.clear()
    row, hazard = whole["asset_id"].cat.codes.to_numpy(), whole["hazard"].cat.codes.to_numpy()
    whole = whole.iloc[np.lexsort((whole["return_period"].to_numpy(), hazard, row))].reset_index(drop=True)
    return _with_status(whole, status)


def _in_years(
    parts: list[pd.DataFrame], assets: gpd.GeoDataFrame, hazards: Sequence[OpenHazard], projection: Projection | None
) -> pd.DataFrame:
    """Return FUTURE_EAD of all parts as one table in the order of ASSETS, hazards and years; rates may be invented."""
    if not parts:
        return empty("FUTURE_EAD").astype({"asset_id": pd.CategoricalDtype([]), "hazard": "category"})
    whole = pd.concat(parts, ignore_index=True)
    of_row = pd.Categorical(whole["hazard"], categories=[one.hazard.name for one in hazards])
    order = np.lexsort((whole["year"].to_numpy(), of_row.codes, whole["asset_id"].to_numpy()))
    ids = pd.Categorical.from_codes(whole["asset_id"].to_numpy(), categories=assets["asset_id"])
    names = [column.name for column in TABLES["FUTURE_EAD"].columns if column.name != "data_status"]
    whole = whole.assign(asset_id=ids, hazard=of_row)[names].iloc[order].reset_index(drop=True)
    exercise_assets, exercise_hazards = _data_status(assets, hazards)
    everything = {one.hazard.name for one in hazards} if projection and projection.future.invented else exercise_hazards
    return _with_status(whole, (exercise_assets, everything))


def _with_status(table: pd.DataFrame, status: tuple[np.ndarray, set[str]]) -> pd.DataFrame:
    exercise_assets, exercise_hazards = status
    exercise = (
        exercise_assets[table["asset_id"].cat.codes.to_numpy()] | table["hazard"].isin(exercise_hazards).to_numpy()
    )
    return table.assign(data_status=pd.Categorical.from_codes(exercise.astype(np.int8), categories=[REAL, EXERCISE]))


def _annual_damage(
    assets: gpd.GeoDataFrame,
    exposure: pd.DataFrame,
    damage: pd.DataFrame,
    hazards: Sequence[OpenHazard],
    curves: Mapping[tuple[str, str], DamageCurve],
    settings: RiskSettings,
) -> pd.DataFrame:
    """Return EAD by the city's rule, of every hazard that has curves and return periods, or a yearly price."""
    tables = []
    for one in hazards:
        curved = frozenset(kind for name, kind in curves if name == one.hazard.name)
        periods, how = np.asarray(one.periods), {"rule": settings.ead, "nested": one.nested}
        if is_priced(settings.yearly, one.hazard):
            prices = yearly_prices(settings.yearly, one.hazard, assets["asset_type"].cat.categories)
            tables.append(
                yearly_ead(assets, exposure, damage, one.hazard, periods, prices, curved=curved, **how)
            )
        elif curved and not np.isnan(periods).any():
            tables.append(expected_annual_damage(assets, exposure, damage, one.hazard, periods, **how))
    if not tables:
        return empty("EAD").astype({"asset_id": pd.CategoricalDtype(assets["asset_id"]), "hazard": "category"})
    names = [one.hazard.name for one in hazards]
    whole = pd.concat(
        [table.assign(hazard=table["hazard"].cat.set_categories(names)) for table in tables], ignore_index=True
    )
    whole = with_fictitious_curves(
        _with_status(whole, _data_status(assets, hazards)), assets, curves, settings.condition
    )
    return _with_price_status(whole, assets, hazards, settings)


def _chronic_hazards(
    assets: gpd.GeoDataFrame, exposure: pd.DataFrame, hazards: Sequence[OpenHazard], settings: RiskSettings
) -> pd.DataFrame:
    """Return STRESS: what each stress that says how often it comes does to the assets that it reaches, or may reach."""
    declared = [one for one in hazards if one.hazard.occurrence is not None]
    types = assets["asset_type"].cat.categories
    tables = [
        chronic_hazard_table(
            assets, exposure, one.hazard, np.asarray(one.periods), yearly_prices(settings.yearly, one.hazard, types)
        )
        for one in declared
    ]
    if not tables:
        return empty("STRESS").astype({"asset_id": pd.CategoricalDtype(assets["asset_id"]), "hazard": "category"})
    names = [one.hazard.name for one in declared]
    whole = pd.concat(
        [table.assign(hazard=table["hazard"].cat.set_categories(names)) for table in tables], ignore_index=True
    )
    return _with_price_status(_with_status(whole, _data_status(assets, hazards)), assets, hazards, settings)


def _with_price_status(
    table: pd.DataFrame, assets: gpd.GeoDataFrame, hazards: Iterable[OpenHazard], settings: RiskSettings
) -> pd.DataFrame:
    """Return a table by asset and hazard in which what rests on a yearly price of an exercise is one."""
    status = table["data_status"].to_numpy(dtype=object, copy=True)
    row, hazard = table["asset_id"].cat.codes.to_numpy(), table["hazard"].to_numpy(dtype=object)
    for one in hazards:
        if one.hazard.occurrence is not None:
            prices = yearly_prices(settings.yearly, one.hazard, assets["asset_type"].cat.categories)
            status[(hazard == one.hazard.name) & yearly_exercise(assets, one.hazard, prices)[row]] = EXERCISE
    return table.assign(data_status=pd.Categorical(status, categories=[REAL, EXERCISE]))


def with_fictitious_curves(
    table: pd.DataFrame,
    assets: gpd.GeoDataFrame,
    curves: Mapping[tuple[str, str], DamageCurve],
    condition: ConditionFactor | None,
) -> pd.DataFrame:
    """Return DAMAGE or EAD with `data_status` exercise wherever the curve that a figure rests on is invented.

    So it is where what a worn asset is harmed more is.
    """
    worn = condition is not None and condition.exercise and condition.beta > 0
    types, there = condition.asset_types if worn else (), set(assets["asset_type"].cat.categories)
    invented = {pair for pair, curve in curves.items()
                if pair[1] in there and (curve.exercise or (worn and (types is None or pair[1] in types)))}  # fmt: skip
    if not invented or not len(table):
        return table
    kinds = assets["asset_type"].astype(str).to_numpy()[table["asset_id"].cat.codes.to_numpy()]
    hazards = table["hazard"].astype(str).to_numpy()
    touched = np.zeros(len(table), dtype=bool)
    for hazard, kind in invented:
        touched |= (hazards == hazard) & (kinds == kind)
    return table.assign(data_status=table["data_status"].mask(touched, EXERCISE))
