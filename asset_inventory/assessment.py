"""The whole river, once through: from a city's layers to its focus areas."""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.errors import CityError
from asset_inventory.hazards.fitness import open_hazards
from asset_inventory.hazards.nesting import not_nested
from asset_inventory.hazards.pieces import OpenHazard, pieces
from asset_inventory.hazards.reach import missed
from asset_inventory.inventory.context import look_at_context
from asset_inventory.inventory.districts import DISTRICTS_REFUSED, in_squares, read_districts, squares
from asset_inventory.inventory.duplicates import near_duplicates
from asset_inventory.inventory.holdings import counted_once, read_assets, standing_layers, undeclared
from asset_inventory.inventory.placement import placed
from asset_inventory.inventory.register import Standing
from asset_inventory.overlay import Progress, join, lay_over_fit, price, stresses
from asset_inventory.overlay.future import future_findings, look_ahead
from asset_inventory.overlay.population import people_in_classes, people_not_counted
from asset_inventory.overlay.spreading import spread_findings
from asset_inventory.resilience.focus_areas import focus_areas, people_exposed
from asset_inventory.resilience.scores import score_assets, score_districts
from asset_inventory.risk.curve_audit import audit_curves, unreached_points
from asset_inventory.risk.exposure import expose, ledger
from asset_inventory.risk.ownership import ownership
from asset_inventory.risk.shortcomings import joint_shortcomings, shortcomings
from asset_inventory.risk.stresses import is_priced, yearly_shortcomings
from asset_inventory.sources.city import City, Hazard, city_meant
from asset_inventory.sources.city.relations import among
from asset_inventory.sources.curves import curves_for
from asset_inventory.sources.provenance import provenance
from asset_inventory.sources.rules import rules_of
from asset_inventory.tables import EXERCISE, check, empty, findings, join_findings

# The findings that say that something is in no figure, or only as unusable.
LEFT_OUT = ("layer_refused", "layer_unread", "layer_selects_none", "hazard_refused")


@dataclass(frozen=True)
class Assessment:
    """What an assessment found: its tables in the order in which they arise (`tables` lays them down)."""

    city: City
    districts: gpd.GeoDataFrame
    assets: gpd.GeoDataFrame
    exposure: pd.DataFrame
    damage: pd.DataFrame
    ead: pd.DataFrame
    joint: pd.DataFrame
    ledger: pd.DataFrame
    scores: pd.DataFrame
    focus_areas: gpd.GeoDataFrame
    ownership: pd.DataFrame
    findings: pd.DataFrame
    provenance: Mapping[str, Any] = field(default_factory=dict)
    not_nested: pd.DataFrame = field(default_factory=partial(empty, "NOT_NESTED"))
    future: pd.DataFrame = field(default_factory=partial(empty, "FUTURE_EAD"))
    people: pd.DataFrame = field(default_factory=partial(empty, "PEOPLE"))
    stress: pd.DataFrame = field(default_factory=partial(empty, "STRESS"))


def assess(
    city: City | str | Path,
    *,
    only: str | None = None,
    day: datetime.date | None = None,
    progress: Progress | None = None,
    stands: Mapping[str, Standing] | None = None,
) -> Assessment:
    """Follow a city's data from its layers to its focus areas; `city` may be its folder or `city.toml` too.

    A layer or map that is not fit to be used is left out, with findings that say so, and the rest is assessed;
    `city` of the result declares only what was used of its hazards and districts. `only` names one asset layer or
    one hazard to look at, `day` is that on which the age of the data is told. `progress` is called with the steps done
    and the steps there are. `stands` has the layers as the register held them at an earlier version
    (`standing_layers`), by default as it holds them now. Raises SourceError and CityError for what city.toml asks for
    and is not there or cannot be used, RegisterError for a register that cannot be read, TableError for a table that
    breaks its contract; what should be mended but can be worked with is in `findings`.
    """
    city = city_meant(city)
    layer, hazards = _chosen(city, only)
    stands = standing_layers(city, only=layer) if stands is None else stands
    opened, refused = open_hazards(hazards, city.crs)
    districts, district_findings = read_districts(city)
    inventory = counted_once(read_assets(city, districts, only=layer, stands=stands), city)
    assets = inventory.assets
    if districts is None:
        districts = squares(assets)
        assets = assets.assign(district=pd.Categorical(in_squares(assets.geometry.to_numpy())))
    curves, without_curve = curves_for(city, assets["asset_type"].cat.categories)
    ahead, unfit = look_ahead(city)
    opened, (exposure, damage, future), damaged = lay_over_fit(assets, opened, curves, city, progress, ahead)
    ead = price(assets, exposure, damage, opened, curves, city)
    joint = join(assets, exposure, damage, ead, opened, city)
    accounted = ledger(assets, exposure, [(one.hazard.name, period) for one in opened for period in one.periods])
    scores = score_assets(assets, exposure, joint, city.scores)
    district_scores = score_districts(assets, exposure, joint, city.scores)
    owners = ownership(assets, joint, city.assets, delivered=inventory.delivered_on, day=day)
    people = _people(city, districts, assets, exposure, opened)
    areas = focus_areas(districts, assets, exposure, joint, district_scores, people)
    if any(one.hazard.source.exercise for one in opened) or (city.districts and city.districts.source.exercise):
        areas = areas.assign(data_status=EXERCISE)  # what an invented map leaves dry is invented too
    found = join_findings(
        [
            district_findings,
            inventory.findings,
            *([] if only else [undeclared(city)]),
            look_at_context(city),
            findings([*refused, *damaged, *unfit, *people_not_counted(city, opened)]),
            *(one.findings for one in opened),
            audit_curves(curves, city),
            unreached_points(curves, city, assets),
            placed(assets, city.crs),
            *(missed(assets.geometry.to_numpy(), one) for one in opened),
            near_duplicates(assets, joint["ead"].to_numpy(dtype=float), city),
            shortcomings(assets, damage, ead, opened, without_curve, city),
            joint_shortcomings(assets, exposure, ead, joint, opened, city),
            findings(_of_yearly_prices(assets, exposure, opened, city)),
            findings([*future_findings(ahead, opened, ead, future), *spread_findings(opened, ahead, future)]),
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
        check(joint, "JOINT_EAD"),
        check(accounted, "LEDGER"),
        check(scores, "SCORES"),
        check(areas, "FOCUS_AREAS"),
        owners,
        check(found, "FINDINGS"),
        provenance(used, inventory.counts, [one.hazard.name for one in opened], inventory.origins, only=only)
        | {
            "left_out": _left_out(city, found),
            "day": day and day.isoformat(),
            "register_version": max((one.version for one in inventory.origins.values()), default=None),
            "rules": rules_of(used, curves),
        },
        check(not_nested(opened, city.crs), "NOT_NESTED"),
        check(future, "FUTURE_EAD"),
        check(people_in_classes(city, districts, assets, opened), "PEOPLE"),
        check(stresses(assets, exposure, opened, city), "STRESS"),
    )


def _of_yearly_prices(
    assets: gpd.GeoDataFrame, exposure: pd.DataFrame, opened: Iterable[OpenHazard], city: City
) -> Iterable[dict]:
    for one in opened:
        if is_priced(city, one.hazard):
            yield from yearly_shortcomings(assets, exposure, one.hazard, np.asarray(one.periods), city)


def _without(city: City, hazards: Iterable[Hazard], opened: list[OpenHazard], found: pd.DataFrame) -> City:
    """Return the city without the hazards and districts that were left out."""
    used = [one.hazard.name for one in opened]
    lost = [hazard.name for hazard in hazards if hazard.name not in used]
    kept = {
        "hazards": tuple(hazard for hazard in city.hazards if hazard.name not in lost),
        "curves": tuple(rule for rule in city.curves if rule.hazard not in lost),
        "relations": among(city.relations, used),
        "yearly": tuple(rule for rule in city.yearly if rule.hazard not in lost),
    }
    if (found["code"] == DISTRICTS_REFUSED).any():
        kept["districts"] = None
    return city.model_copy(update=kept)


def _left_out(city: City, found: pd.DataFrame) -> dict[str, str]:
    """Return what is in no figure, for its file cannot be used, and who may know of it."""
    told = set(found["source"][found["code"].isin(LEFT_OUT)])
    return {one.name: one.visibility for one in (*city.assets, *city.hazards) if one.name in told}


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


def _people(
    city: City,
    districts: gpd.GeoDataFrame,
    assets: gpd.GeoDataFrame,
    exposure: pd.DataFrame,
    opened: list[OpenHazard],
) -> pd.DataFrame:
    """Return the people exposed in each district; areas are laid over only where no dwellings tell who is exposed."""
    declared = city.districts.population if city.districts else None
    dwellings = declared.dwellings if declared else ()
    homes = (assets["asset_type"].isin(dwellings) & assets["usable"]).to_numpy(dtype=bool)
    lived_in = set(assets["district"][homes].unique())
    ids = pd.CategoricalDtype(districts["district"])
    rows = np.flatnonzero([one not in lived_in for one in districts["district"]])
    laid = [
        expose(table, one.hazard, rows, ids)
        for one in (opened if declared and len(rows) else [])
        for table in pieces(districts.geometry.to_numpy()[rows], one)
    ]
    own = pd.concat(laid, ignore_index=True) if laid else empty("EXPOSURE").astype({"asset_id": ids})
    return people_exposed(districts, assets, exposure, dwellings, own)
