"""The whole river, once through: from a city's layers to its focus areas."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.errors import CityError, SourceError
from asset_inventory.hazards.fitness import is_of, left_out, open_hazards
from asset_inventory.hazards.pieces import OpenHazard, expected_pieces, pieces
from asset_inventory.hazards.reach import missed
from asset_inventory.inventory.context import look_at_context
from asset_inventory.inventory.districts import DISTRICTS_REFUSED, assign, read_districts, squares
from asset_inventory.inventory.holdings import counted_once, read_assets, standing_layers
from asset_inventory.inventory.placement import placed
from asset_inventory.resilience.focus_areas import focus_areas, people_exposed
from asset_inventory.resilience.scores import score_assets, score_districts
from asset_inventory.risk.exceedance import expected_annual_damage
from asset_inventory.risk.exposure import expose, ledger
from asset_inventory.risk.shortcomings import shortcomings
from asset_inventory.risk.vulnerability import damages
from asset_inventory.sources.city import City, Hazard
from asset_inventory.sources.curves import DamageCurve, check_curves, curves_for
from asset_inventory.sources.provenance import provenance
from asset_inventory.tables import EXERCISE, REAL, check, empty, findings, join_findings

# A part is what is worked on at one time: about so many pieces, so that memory grows with neither city nor grid.
PIECES = 250_000
PART = 50_000  # assets, where they have few pieces
# The findings that say that something is in no figure, or only as unusable.
LEFT_OUT = ("layer_refused", "layer_unread", "hazard_refused")
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Assessment:
    """What an assessment found: its tables in the order in which they arise (`tables.py` lays them down)."""

    city: City
    districts: gpd.GeoDataFrame
    assets: gpd.GeoDataFrame
    exposure: pd.DataFrame
    damage: pd.DataFrame
    ead: pd.DataFrame
    ledger: pd.DataFrame
    scores: pd.DataFrame
    focus_areas: gpd.GeoDataFrame
    findings: pd.DataFrame
    provenance: Mapping[str, Any] = field(default_factory=dict)


def assess(city: City, *, only: str | None = None, progress: Progress | None = None) -> Assessment:
    """Follow a city's data from its layers to its focus areas.

    A layer or map that is not fit to be used is left out, with findings that say so, and the rest is assessed;
    `city` of the result declares only what was used of its hazards and districts. `only` names one asset layer or
    one hazard to look at. `progress` is called with the steps done and the steps there are. Raises SourceError and
    CityError for what city.toml asks for and is not there or cannot be used, RegisterError for a register that cannot
    be read, TableError for a table that breaks its contract; what should be mended but can be worked with is in
    `findings`.
    """
    layer, hazards = _chosen(city, only)
    stands = standing_layers(city, only=layer)
    opened, refused = open_hazards(hazards, city.crs)
    districts, district_findings = read_districts(city)
    inventory = counted_once(read_assets(city, districts, only=layer, stands=stands), city)
    assets = inventory.assets
    if districts is None:
        districts = squares(assets)
        assets = assets.assign(district=pd.Categorical(assign(assets.geometry.to_numpy(), districts)))
    curves, without_curve = curves_for(city, assets["asset_type"].cat.categories)
    opened, (exposure, damage), damaged = lay_over_fit(assets, opened, curves, city, progress)
    ead = price(assets, exposure, damage, opened, curves)
    accounted = ledger(assets, exposure, [(one.hazard.name, period) for one in opened for period in one.periods])
    scores = score_assets(assets, exposure, ead, city.scores)
    district_scores = score_districts(assets, exposure, ead, city.scores)
    people = _people(city, districts, assets, exposure, opened)
    areas = focus_areas(districts, assets, exposure, ead, district_scores, people)
    if any(one.hazard.source.exercise for one in opened) or (city.districts and city.districts.source.exercise):
        areas = areas.assign(data_status=EXERCISE)  # what an invented map leaves dry is invented too
    found = join_findings(
        [
            district_findings,
            inventory.findings,
            look_at_context(city),
            findings([*refused, *damaged]),
            *(one.findings for one in opened),
            check_curves(curves.values()),
            placed(assets, city.crs),
            *(missed(assets.geometry.to_numpy(), one) for one in opened),
            shortcomings(assets, damage, ead, opened, without_curve),
        ]
    )
    used = _without(city, hazards, opened, found)
    return Assessment(
        used,
        districts,
        assets,
        check(exposure, "EXPOSURE"),
        check(damage, "DAMAGE"),
        check(ead, "EAD"),
        check(accounted, "LEDGER"),
        check(scores, "SCORES"),
        check(areas, "FOCUS_AREAS"),
        check(found, "FINDINGS"),
        provenance(used, inventory.counts, [one.hazard.name for one in opened], inventory.origins, only=only)
        | {"left_out": _left_out(city, found)},
    )


def lay_over_fit(
    assets: gpd.GeoDataFrame,
    opened: list[OpenHazard],
    curves: Mapping[tuple[str, str], DamageCurve],
    city: City,
    progress: Progress | None,
) -> tuple[list[OpenHazard], tuple[pd.DataFrame, pd.DataFrame], list[dict]]:
    """Return the hazards that can be used, EXPOSURE and DAMAGE under them, and rows of FINDINGS on the others.

    One whose grid proves damaged on the way is left out, and the rest laid anew.
    """
    try:
        of_the_mean = city.damage_rule == "damage of the mean"
        return opened, lay_over(assets, opened, curves, of_the_mean=of_the_mean, progress=progress), []
    except SourceError as fault:
        damaged = [one for one in opened if is_of(fault, one.hazard)]
        if not damaged:
            raise
        rows = [row for one in damaged for row in left_out(one.hazard, fault)]
        rest, laid, more = lay_over_fit(assets, [one for one in opened if one not in damaged], curves, city, progress)
        return rest, laid, [*rows, *more]


def _without(city: City, hazards: Iterable[Hazard], opened: list[OpenHazard], found: pd.DataFrame) -> City:
    """Return the city without the hazards and districts that were left out."""
    used = [one.hazard.name for one in opened]
    lost = [hazard.name for hazard in hazards if hazard.name not in used]
    kept = {
        "hazards": tuple(hazard for hazard in city.hazards if hazard.name not in lost),
        "curves": tuple(rule for rule in city.curves if rule.hazard not in lost),
    }
    if (found["code"] == DISTRICTS_REFUSED).any():
        kept["districts"] = None
    return city.model_copy(update=kept)


def _left_out(city: City, found: pd.DataFrame) -> dict[str, str]:
    """Return what is in no figure, for its file cannot be used, and who may know of it."""
    told = set(found["source"][found["code"].isin(LEFT_OUT)])
    return {one.name: one.visibility for one in (*city.assets, *city.hazards) if one.name in told}


def lay_over(
    assets: gpd.GeoDataFrame,
    opened: Iterable[OpenHazard],
    curves: Mapping[tuple[str, str], DamageCurve],
    *,
    of_the_mean: bool = False,
    progress: Progress | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return EXPOSURE and DAMAGE of the usable assets under every map, in the order of ASSETS.

    Works part by part, so that about 250,000 pieces, of at most 50,000 assets, are in memory. The rows of
    a hazard that has no curve have no DAMAGE.
    """
    opened = list(opened)
    ids = pd.CategoricalDtype(assets["asset_id"])
    parts = _parts(assets, opened)
    exposures, harms = [], []
    steps, done = len(parts) * sum(len(one.periods) for one in opened), 0
    for rows in parts:
        part = assets.iloc[rows]
        geometry = part.geometry.to_numpy()
        for one in opened:
            curves_of = {kind: curve for (hazard, kind), curve in curves.items() if hazard == one.hazard.name}
            for table in pieces(geometry, one):
                exposure = expose(table, one.hazard, rows, ids)
                exposures.append(exposure)
                if curves_of:
                    harms.append(damages(table, exposure, part, one.hazard, curves_of, of_the_mean=of_the_mean))
                done += 1
                if progress:
                    progress(done, steps)
    status = _data_status(assets, opened)
    return _joined(exposures, "EXPOSURE", opened, status), _joined(harms, "DAMAGE", opened, status)


def _chosen(city: City, only: str | None) -> tuple[str | None, tuple]:
    layers, hazards = [layer.name for layer in city.assets], [hazard.name for hazard in city.hazards]
    if only is None:
        return None, city.hazards
    if only in layers and only in hazards:
        raise CityError("error.only_ambiguous", given=only)
    if only in layers:
        return only, city.hazards
    if only in hazards:
        return None, (city.hazard(only),)
    near = difflib.get_close_matches(only, layers + hazards, n=1)
    raise CityError(
        "error.only_near" if near else "error.only_unknown",
        given=only,
        near=near[0] if near else "",
        names=", ".join(layers + hazards),
    )


def _parts(assets: gpd.GeoDataFrame, opened: list[OpenHazard]) -> list[np.ndarray]:
    """Return the rows of the usable assets in parts of neighbours, so that a part needs few windows of a grid."""
    rows = np.flatnonzero(assets["usable"].to_numpy())
    geometry = assets.geometry.to_numpy()[rows]
    load = np.full(len(rows), 1 / PART)
    for one in opened:
        load = np.maximum(load, expected_pieces(geometry, one) / PIECES)
    count = max(1, int(np.ceil(load.sum() * (1 - 1e-9))))
    if count == 1:
        return [rows]
    order = np.argsort(assets.geometry.iloc[rows].hilbert_distance().to_numpy(), kind="stable")
    done = np.cumsum(load[order])
    ends = np.searchsorted(done, done[-1] / count * np.arange(1, count))
    return [np.sort(part) for part in np.split(rows[order], ends) if len(part)]


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
) -> pd.DataFrame:
    """Return EAD of every hazard that has curves and return periods."""
    priced = [
        one for one in opened if not np.isnan(one.periods).any() and any(name == one.hazard.name for name, _ in curves)
    ]
    tables = [
        expected_annual_damage(assets, exposure, damage, one.hazard, np.asarray(one.periods), nested=one.nested)
        for one in priced
    ]
    if not tables:
        return empty("EAD").astype({"asset_id": pd.CategoricalDtype(assets["asset_id"]), "hazard": "category"})
    names = [one.hazard.name for one in opened]
    whole = pd.concat(
        [table.assign(hazard=table["hazard"].cat.set_categories(names)) for table in tables], ignore_index=True
    )
    return _with_status(whole, _data_status(assets, opened))


def _people(
    city: City,
    districts: gpd.GeoDataFrame,
    assets: gpd.GeoDataFrame,
    exposure: pd.DataFrame,
    opened: list[OpenHazard],
) -> pd.DataFrame:
    """Return the people exposed in each district; areas are laid over only where residents are known."""
    declared = city.districts.population if city.districts else None
    ids, rows = pd.CategoricalDtype(districts["district"]), np.arange(len(districts))
    laid = [
        expose(table, one.hazard, rows, ids)
        for one in (opened if declared else [])
        for table in pieces(districts.geometry.to_numpy(), one)
    ]
    own = pd.concat(laid, ignore_index=True) if laid else empty("EXPOSURE").astype({"asset_id": ids})
    return people_exposed(districts, assets, exposure, declared.dwellings if declared else (), own)
