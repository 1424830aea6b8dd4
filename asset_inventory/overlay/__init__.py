"""What is laid over: assets under hazard maps become EXPOSURE, DAMAGE and EAD, part by part.

What is said of an asset depends on that asset alone, so any choice of assets can be laid over by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.errors import SourceError
from asset_inventory.hazards.fitness import is_of, left_out
from asset_inventory.hazards.pieces import OpenHazard, pieces
from asset_inventory.overlay.future import Ahead, future_damage, is_raised, sinking
from asset_inventory.overlay.parts import in_parts
from asset_inventory.overlay.spreading import looks_further, may_get_wet, spreads
from asset_inventory.risk.exceedance import expected_annual_damage
from asset_inventory.risk.exposure import expose
from asset_inventory.risk.joint import joint_ead
from asset_inventory.risk.stresses import is_priced, stress_table, yearly_ead, yearly_exercise, yearly_prices
from asset_inventory.risk.vulnerability import damages
from asset_inventory.sources.city import City, ConditionFactor
from asset_inventory.sources.curves import DamageCurve
from asset_inventory.tables import EXERCISE, REAL, TABLES, empty

Progress = Callable[[int, int], None]


def lay_over_fit(
    assets: gpd.GeoDataFrame,
    opened: list[OpenHazard],
    curves: Mapping[tuple[str, str], DamageCurve],
    city: City,
    progress: Progress | None,
    ahead: Ahead | None = None,
) -> tuple[list[OpenHazard], tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame], list[dict]]:
    """Return the hazards that can be used, EXPOSURE, DAMAGE and FUTURE_EAD under them, and FINDINGS on the others.

    One whose grid proves damaged on the way is left out, and the rest laid anew.
    """
    try:
        of_the_mean = city.damage_rule == "damage of the mean"
        laid = lay_over(
            assets, opened, curves, of_the_mean=of_the_mean, condition=city.condition, ahead=ahead, progress=progress
        )
        return opened, laid, []
    except SourceError as fault:
        damaged = [one for one in opened if is_of(fault, one.hazard)]
        if not damaged:
            raise
        rows = [row for one in damaged for row in left_out(one.hazard, fault)]
        fit = [one for one in opened if one not in damaged]
        rest, laid, more = lay_over_fit(assets, fit, curves, city, progress, ahead)
        return rest, laid, [*rows, *more]


def lay_over(
    assets: gpd.GeoDataFrame,
    opened: Iterable[OpenHazard],
    curves: Mapping[tuple[str, str], DamageCurve],
    *,
    of_the_mean: bool = False,
    condition: ConditionFactor | None = None,
    ahead: Ahead | None = None,
    progress: Progress | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return EXPOSURE, DAMAGE and FUTURE_EAD of the usable assets under every map, in the order of ASSETS.

    Works part by part, so that about 250,000 pieces, of at most 50,000 assets, are in memory (of hazards that are
    looked at `ahead` those of all maps that are not dry, or may not stay so, and of these maps where water spreads
    to). The rows of a hazard that has no curve have no DAMAGE.
    """
    opened = list(opened)
    ids = pd.CategoricalDtype(assets["asset_id"])
    parts = in_parts(assets, opened)
    spread = {one.hazard.name: spreads(one, ahead) for one in opened}
    exposures, harms, futures = [], [], []
    steps, done = len(parts) * sum(len(one.periods) for one in opened), 0
    for rows in parts:
        part = assets.iloc[rows]
        geometry = part.geometry.to_numpy()
        rates = sinking(geometry, ahead) if any(is_raised(one.hazard, ahead) for one in opened) else None
        for one in opened:
            kept = []
            curves_of = {kind: curve for (hazard, kind), curve in curves.items() if hazard == one.hazard.name}
            further = spread[one.hazard.name]
            for table, of_map in zip(pieces(geometry, one, cells=looks_further(further)), further, strict=True):
                exposure = expose(table, one.hazard, rows, ids)
                exposures.append(exposure)
                if curves_of:
                    harms.append(damages(
                        table, exposure, part, one.hazard, curves_of, of_the_mean=of_the_mean, condition=condition
                    ))  # fmt: skip
                if curves_of and is_raised(one.hazard, ahead):
                    kept.append(may_get_wet(table, of_map, one.hazard))
                done += 1
                if progress:
                    progress(done, steps)
            if kept and not np.isnan(one.periods).any():
                coming = future_damage(kept, part, one, curves_of, ahead, rates)
                futures.append(coming.assign(asset_id=rows[coming["asset_id"].to_numpy()], hazard=one.hazard.name))
    status = _data_status(assets, opened)
    return (
        _joined(exposures, "EXPOSURE", opened, status),
        with_invented_curves(_joined(harms, "DAMAGE", opened, status), assets, curves, condition),
        with_invented_curves(_in_years(futures, assets, opened, ahead), assets, curves, condition),
    )


def _data_status(assets: gpd.GeoDataFrame, opened: list[OpenHazard]) -> tuple[np.ndarray, set[str]]:
    return (assets["data_status"] == EXERCISE).to_numpy(), {
        one.hazard.name for one in opened if one.hazard.source.exercise
    }


def _joined(
    parts: list[pd.DataFrame],
    name: str,
    opened: list[OpenHazard],
    status: tuple[np.ndarray, set[str]],
) -> pd.DataFrame:
    """Return the rows of all parts as one table in the order of ASSETS, hazards and return periods."""
    if not parts:
        return empty(name).astype({"asset_id": pd.CategoricalDtype([]), "hazard": "category"})
    hazards = [one.hazard.name for one in opened]
    whole = pd.concat(
        [part.assign(hazard=part["hazard"].cat.set_categories(hazards)) for part in parts], ignore_index=True
    )
    parts.clear()
    row, hazard = whole["asset_id"].cat.codes.to_numpy(), whole["hazard"].cat.codes.to_numpy()
    whole = whole.iloc[np.lexsort((whole["return_period"].to_numpy(), hazard, row))].reset_index(drop=True)
    return _with_status(whole, status)


def _in_years(
    parts: list[pd.DataFrame], assets: gpd.GeoDataFrame, opened: list[OpenHazard], ahead: Ahead | None
) -> pd.DataFrame:
    """Return FUTURE_EAD of all parts as one table in the order of ASSETS, hazards and years; rates may be invented."""
    if not parts:
        return empty("FUTURE_EAD").astype({"asset_id": pd.CategoricalDtype([]), "hazard": "category"})
    whole = pd.concat(parts, ignore_index=True)
    hazards = pd.Categorical(whole["hazard"], categories=[one.hazard.name for one in opened])
    order = np.lexsort((whole["year"].to_numpy(), hazards.codes, whole["asset_id"].to_numpy()))
    ids = pd.Categorical.from_codes(whole["asset_id"].to_numpy(), categories=assets["asset_id"])
    names = [column.name for column in TABLES["FUTURE_EAD"].columns if column.name != "data_status"]
    whole = whole.assign(asset_id=ids, hazard=hazards)[names].iloc[order].reset_index(drop=True)
    exercise_assets, exercise_hazards = _data_status(assets, opened)
    everything = {one.hazard.name for one in opened} if ahead and ahead.future.invented else exercise_hazards
    return _with_status(whole, (exercise_assets, everything))


def _with_status(table: pd.DataFrame, status: tuple[np.ndarray, set[str]]) -> pd.DataFrame:
    exercise_assets, exercise_hazards = status
    exercise = (
        exercise_assets[table["asset_id"].cat.codes.to_numpy()] | table["hazard"].isin(exercise_hazards).to_numpy()
    )
    return table.assign(data_status=pd.Categorical.from_codes(exercise.astype(np.int8), categories=[REAL, EXERCISE]))


def price(
    assets: gpd.GeoDataFrame,
    exposure: pd.DataFrame,
    damage: pd.DataFrame,
    opened: list[OpenHazard],
    curves: Mapping[tuple[str, str], DamageCurve],
    city: City,
) -> pd.DataFrame:
    """Return EAD by the city's rule, of every hazard that has curves and return periods, or a yearly price."""
    tables = []
    for one in opened:
        curved = frozenset(kind for name, kind in curves if name == one.hazard.name)
        periods, how = np.asarray(one.periods), {"rule": city.ead, "nested": one.nested}
        if is_priced(city, one.hazard):
            prices = yearly_prices(city, one.hazard, assets["asset_type"].cat.categories)
            tables.append(
                yearly_ead(assets, exposure, damage, one.hazard, periods, prices, curved=curved, **how)
            )
        elif curved and not np.isnan(periods).any():
            tables.append(expected_annual_damage(assets, exposure, damage, one.hazard, periods, **how))
    if not tables:
        return empty("EAD").astype({"asset_id": pd.CategoricalDtype(assets["asset_id"]), "hazard": "category"})
    names = [one.hazard.name for one in opened]
    whole = pd.concat(
        [table.assign(hazard=table["hazard"].cat.set_categories(names)) for table in tables], ignore_index=True
    )
    whole = with_invented_curves(_with_status(whole, _data_status(assets, opened)), assets, curves, city.condition)
    return _with_price_status(whole, assets, opened, city)


def stresses(
    assets: gpd.GeoDataFrame, exposure: pd.DataFrame, opened: Iterable[OpenHazard], city: City
) -> pd.DataFrame:
    """Return STRESS: what each stress that says how often it comes does to the assets that it reaches, or may reach."""
    opened = [one for one in opened if one.hazard.occurrence is not None]
    types = assets["asset_type"].cat.categories
    tables = [
        stress_table(assets, exposure, one.hazard, np.asarray(one.periods), yearly_prices(city, one.hazard, types))
        for one in opened
    ]
    if not tables:
        return empty("STRESS").astype({"asset_id": pd.CategoricalDtype(assets["asset_id"]), "hazard": "category"})
    names = [one.hazard.name for one in opened]
    whole = pd.concat(
        [table.assign(hazard=table["hazard"].cat.set_categories(names)) for table in tables], ignore_index=True
    )
    return _with_price_status(_with_status(whole, _data_status(assets, opened)), assets, opened, city)


def _with_price_status(
    table: pd.DataFrame, assets: gpd.GeoDataFrame, opened: Iterable[OpenHazard], city: City
) -> pd.DataFrame:
    """Return a table by asset and hazard in which what rests on a yearly price of an exercise is one."""
    status = table["data_status"].to_numpy(dtype=object, copy=True)
    row, hazard = table["asset_id"].cat.codes.to_numpy(), table["hazard"].to_numpy(dtype=object)
    for one in opened:
        if one.hazard.occurrence is not None:
            prices = yearly_prices(city, one.hazard, assets["asset_type"].cat.categories)
            status[(hazard == one.hazard.name) & yearly_exercise(assets, one.hazard, prices)[row]] = EXERCISE
    return table.assign(data_status=pd.Categorical(status, categories=[REAL, EXERCISE]))


def with_invented_curves(
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


def join(
    assets: gpd.GeoDataFrame,
    exposure: pd.DataFrame,
    damage: pd.DataFrame,
    ead: pd.DataFrame,
    opened: Iterable[OpenHazard],
    city: City,
) -> pd.DataFrame:
    """Return JOINT_EAD: what all hazards of EAD do to each asset together, by the relations that the city declares."""
    hazards = [(one.hazard, one.periods) for one in opened]
    return joint_ead(assets, exposure, damage, ead, hazards, rule=city.ead, relations=city.relations)
