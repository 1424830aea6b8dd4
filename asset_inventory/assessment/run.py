"""The assessment, once through: from a city's layers to the damage of its districts and the
ownership of data.
"""

import datetime
import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.assessment.display import Shown
from asset_inventory.assessment.provenance import provenance, rules_of
from asset_inventory.assessment.read import (
    counted_once,
    current_layers,
    layers_in_files,
    read_assets,
    undeclared,
)
from asset_inventory.hazards.intersections import OpenHazard, open_hazards
from asset_inventory.hazards.map_checks import non_monotonic, outside_extent
from asset_inventory.intake.layers import reading_ahead
from asset_inventory.inventory.assets import (
    near_duplicates,
)
from asset_inventory.inventory.districts import (
    DISTRICTS_REFUSED,
    check_context,
    in_squares,
    placed,
    read_districts,
    squares,
)
from asset_inventory.model import tables
from asset_inventory.model.annual_damage import among
from asset_inventory.model.city import AssetLayer, City
from asset_inventory.model.data_status import (
    ExerciseSource,
    exercise_rows,
    exercise_sources,
    with_data_status,
)
from asset_inventory.model.errors import CityError
from asset_inventory.model.hazards import Hazard
from asset_inventory.model.reading import city_meant
from asset_inventory.register.deliveries import LayerState
from asset_inventory.resilience.criteria import score_assets, score_districts
from asset_inventory.resilience.district_damage import (
    district_damage,
    districts_not_ranked,
    people_exposed,
    people_exposed_by_map,
)
from asset_inventory.risk.chronic_hazards import annual_findings, is_priced
from asset_inventory.risk.exposure import exposure_counts, people_not_counted, people_of_districts
from asset_inventory.risk.flood_spread import spread_findings
from asset_inventory.risk.pipeline import (
    Progress,
    RiskSettings,
    dependence_findings,
    risk_findings,
    run_readable,
)
from asset_inventory.risk.projection import future_findings, project
from asset_inventory.vulnerability.curve_audit import audit_curves, unreached_points
from asset_inventory.vulnerability.curves import curves_for
from asset_inventory.vulnerability.prices import OWN

# Columns of ASSETS whose missing cells are counted where city.toml names a field for them.
COUNTED = ("name", "value", "floor_height", "area", "levels", "condition", "criticality")


def ownership(
    assets: gpd.GeoDataFrame,
    figures: pd.DataFrame,
    layers: Iterable[AssetLayer],
    *,
    delivered: Mapping[str, datetime.date],
    day: datetime.date | None,
) -> pd.DataFrame:
    """Return OWNERSHIP of ASSETS; `figures` has their EAD (`ead`, currency/year, NaN = not known)
    row by row.

    The date of a layer's data is that of its source in city.toml or that of its last delivery
    (`delivered`), whichever is later. Its age is not known without either, or without a `day` to
    compute it on. A value is missing where the field that city.toml names has none: a price of the
    city does not replace it. `ead` is NaN where the only known figures are the 0 of assets that no
    map reaches. Departments come in the order of their names, assets without an owner last; the
    rows add up to all assets.
    """
    total = tables.known_sum(figures["ead"])
    owner, of_layer = assets["owner"].astype("str"), assets["layer"].astype("str")
    rows = []
    for layer in layers:
        counted = [name for name in COUNTED if getattr(layer.fields, name) is not None]
        date = max(filter(None, (layer.source.date, delivered.get(layer.name))), default=None)
        age = (day - date).days if day and date else np.nan
        for name, places in _places(owner, (of_layer == layer.name).to_numpy()).items():
            ead = figures["ead"].to_numpy()[places]
            missing, damage = int(np.isnan(ead).sum()), tables.known_sum(ead)
            # the 0 of assets that no map reaches does not inform about the others
            if missing and damage == 0:
                damage = np.nan
            rows.append(
                {
                    "owner": name or None,
                    "layer": layer.name,
                    "assets": len(places),
                    "data_date": date.isoformat() if date else None,
                    "age": age,
                    "missing_counted": ", ".join(counted),
                    "missing_share": _missing(assets.iloc[places], counted),
                    "assets_without_figure": missing,
                    "ead": damage,
                    "ead_share": damage / total if total > 0 else np.nan,
                }
            )
    table = pd.DataFrame(
        rows, columns=[column.name for column in tables.TABLES["OWNERSHIP"].columns]
    )
    words = {
        column.name: "str" for column in tables.TABLES["OWNERSHIP"].columns if column.kind == "word"
    }
    table = table.astype(words).astype(
        {"assets": "int64", "assets_without_figure": "int64", "age": "float64"}
    )
    table = table.iloc[np.argsort(table["owner"].fillna("\U0010ffff").to_numpy(), kind="stable")]
    return tables.check(table.reset_index(drop=True), "OWNERSHIP")


def _places(owner: pd.Series, chosen: np.ndarray) -> dict[str, np.ndarray]:
    """Return the chosen rows by their owner, "" for none."""
    rows = np.flatnonzero(chosen)
    named = owner.fillna("").iloc[rows].reset_index(drop=True)
    return {str(name): rows[places] for name, places in named.groupby(named).indices.items()}


def _missing(assets: pd.DataFrame, counted: list[str]) -> float:
    """Return the share (0-1) of these columns' cells that are not known; NaN without any."""
    if not (counted and len(assets)):
        return np.nan
    own = assets["value_rule"] == OWN
    gaps = [
        (~own if name == "value" else assets[name].isna()).to_numpy(dtype=bool) for name in counted
    ]
    return float(np.mean(gaps))


# The findings on data that is in no figure, or only as unusable.
LEFT_OUT = ("layer_refused", "layer_unread", "layer_selects_none", "hazard_refused")


@dataclass(frozen=True)
class Assessment(Shown):
    """The tables of an assessment in the order in which they arise (`model.tables` has their
    columns).

    `audience` is for whom they are: `disclosure` makes the public edition, every output shows what
    it is given.
    """

    city: City
    districts: gpd.GeoDataFrame
    assets: gpd.GeoDataFrame
    exposure: pd.DataFrame
    damage: pd.DataFrame
    ead: pd.DataFrame
    joint_ead: pd.DataFrame
    exposure_counts: pd.DataFrame
    scores: pd.DataFrame
    district_damage: gpd.GeoDataFrame
    ownership: pd.DataFrame
    findings: pd.DataFrame
    provenance: Mapping[str, Any] = field(default_factory=dict)
    non_monotonic: pd.DataFrame = field(default_factory=partial(tables.empty, "NON_MONOTONIC"))
    future_ead: pd.DataFrame = field(default_factory=partial(tables.empty, "FUTURE_EAD"))
    people: pd.DataFrame = field(default_factory=partial(tables.empty, "PEOPLE"))
    people_exposed: pd.DataFrame = field(default_factory=partial(tables.empty, "PEOPLE_EXPOSED"))
    chronic_hazards: pd.DataFrame = field(default_factory=partial(tables.empty, "CHRONIC_HAZARDS"))
    audience: Literal["internal", "public"] = "internal"

    def __repr__(self) -> str:
        counts = f"{len(self.assets):,} assets, {len(self.districts):,} districts"
        return f"<Assessment of {self.city.name}: {counts}>"


def assess(
    city: City | str | Path,
    *,
    subset: str | None = None,
    day: datetime.date | None = None,
    progress: Progress | None = None,
    layer_states: Mapping[str, LayerState] | None = None,
) -> Assessment:
    """Return the assessment of a city, from its layers to the damage of its districts.

    `city` may also be its folder or `city.toml`.

    A layer or map that cannot be used is left out with a finding, and the rest is assessed; `city`
    of the result declares only the hazards and districts that were used. `subset` names one asset
    layer or one hazard to assess; the age of the data is computed on `day`. `progress` is called
    with the number of steps done and of all steps. `layer_states` has the layers as the register
    held them at an earlier version (`current_layers`), by default as it holds them now. Raises
    SourceError and CityError where something that city.toml declares is missing or cannot be used,
    RegisterError for a register that cannot be read, TableError for a table that breaks its
    contract; `findings` has what should be corrected but does not stop the assessment.
    """
    city = city_meant(city)
    layer, hazards = _chosen(city, subset)
    layer_states = current_layers(city, subset=layer) if layer_states is None else layer_states
    with reading_ahead(layers_in_files(city, layer_states, subset=layer)) as read:
        opened, refused = open_hazards(hazards, city.crs)
        districts, district_findings = read_districts(city, read=read)
        inventory = counted_once(
            read_assets(city, districts, subset=layer, layer_states=layer_states, read=read), city
        )
    assets = inventory.assets
    if districts is None:
        districts = squares(assets)
        assets = assets.assign(district=pd.Categorical(in_squares(assets.geometry.to_numpy())))
    curves, without_curve = curves_for(city, assets["asset_type"].cat.categories)
    ahead, unfit = project(city)
    risk = run_readable(
        assets, opened, curves, RiskSettings.of(city), projection=ahead, on_progress=progress
    )
    opened, exposure = risk.hazards, risk.exposure
    damage, ead, joint = risk.damage, risk.ead, risk.joint_ead
    maps = [(hazard.hazard.name, period) for hazard in opened for period in hazard.periods]
    accounted = exposure_counts(assets, exposure, maps)
    scores = score_assets(assets, exposure, joint, city.scores)
    district_scores = score_districts(assets, exposure, joint, city.scores)
    owners = ownership(assets, joint, city.assets, delivered=inventory.delivered_on, day=day)
    residents = people_of_districts(city, districts, assets, opened)
    declared = city.districts.population if city.districts else None
    dwellings = declared.dwellings if declared else ()
    exposed = people_exposed(districts, assets, exposure, dwellings, residents.areas)
    by_map = people_exposed_by_map(districts, assets, exposure, dwellings, residents.areas, maps)
    areas = district_damage(
        districts,
        assets,
        exposure,
        joint,
        district_scores,
        exposed,
        not_ranked=districts_not_ranked(
            districts["district"],
            assets,
            fewest=city.fewest_assets,
            incomplete=city.incomplete_layers,
        ),
    )
    all_findings = tables.join_findings(
        [
            district_findings,
            inventory.findings,
            *([] if subset else [undeclared(city)]),
            check_context(city),
            tables.findings([*refused, *risk.findings, *unfit, *people_not_counted(city, opened)]),
            *(hazard.findings for hazard in opened),
            audit_curves(curves, city),
            unreached_points(curves, city, assets),
            placed(assets, city.crs),
            *(outside_extent(assets, hazard) for hazard in opened),
            near_duplicates(assets, joint["ead"].to_numpy(dtype=float), city),
            risk_findings(assets, damage, ead, opened, without_curve, city),
            dependence_findings(assets, exposure, ead, joint, opened, city),
            tables.findings(_of_yearly_prices(assets, exposure, opened, city)),
            tables.findings(future_findings(ahead, opened, ead, risk.future_ead)),
            tables.findings(spread_findings(opened, ahead, risk.future_ead)),
        ]
    )
    used = _without(city, hazards, opened, all_findings)
    names, versions = [hazard.hazard.name for hazard in opened], inventory.origins.values()
    about = provenance(used, inventory.counts, names, inventory.origins, subset=subset) | {
        "left_out": _left_out(city, all_findings),
        "day": day and day.isoformat(),
        "register_version": max((version.version for version in versions), default=None),
        "rules": rules_of(used, curves),
    }
    sources = exercise_sources(used, [hazard.hazard for hazard in opened])
    risk = risk.with_data_status(assets, used, curves)
    of_assets = exercise_rows(risk.joint_ead, "JOINT_EAD", assets["district"])
    invented = [source.name for source in sources if source.kind == "layers"]
    homes = assets["layer"].isin(invented) & assets["asset_type"].isin(dwellings) & assets["usable"]
    of_homes = ExerciseSource("dwellings", rows=({"district": assets["district"][homes].unique()},))
    return Assessment(
        city=used,
        districts=districts,
        assets=assets,
        exposure=risk.exposure,
        damage=risk.damage,
        ead=risk.ead,
        joint_ead=risk.joint_ead,
        exposure_counts=tables.check(accounted, "EXPOSURE_COUNTS"),
        scores=tables.check(scores, "SCORES"),
        district_damage=with_data_status(areas, "DISTRICT_DAMAGE", [*sources, of_assets]),
        ownership=owners,
        findings=tables.check(all_findings, "FINDINGS"),
        provenance=about,
        non_monotonic=with_data_status(non_monotonic(opened, city.crs), "NON_MONOTONIC", sources),
        future_ead=risk.future_ead,
        people=with_data_status(residents.people, "PEOPLE", [*sources, of_homes]),
        people_exposed=with_data_status(by_map, "PEOPLE_EXPOSED", [*sources, of_homes]),
        chronic_hazards=risk.chronic_hazards,
    )


def _of_yearly_prices(
    assets: gpd.GeoDataFrame, exposure: pd.DataFrame, opened: Iterable[OpenHazard], city: City
) -> Iterable[dict]:
    for hazard in opened:
        if is_priced(city.yearly, hazard.hazard):
            yield from annual_findings(
                assets, exposure, hazard.hazard, np.asarray(hazard.periods), city.yearly
            )


def _without(
    city: City, hazards: Iterable[Hazard], opened: Sequence[OpenHazard], all_findings: pd.DataFrame
) -> City:
    """Return the city without the hazards and districts that were left out."""
    used = [hazard.hazard.name for hazard in opened]
    lost = [hazard.name for hazard in hazards if hazard.name not in used]
    kept = {
        "hazards": tuple(hazard for hazard in city.hazards if hazard.name not in lost),
        "curves": tuple(rule for rule in city.curves if rule.hazard not in lost),
        "relations": among(city.relations, used),
        "yearly": tuple(rule for rule in city.yearly if rule.hazard not in lost),
    }
    if (all_findings["code"] == DISTRICTS_REFUSED).any():
        kept["districts"] = None
    return city.model_copy(update=kept)


def _left_out(city: City, all_findings: pd.DataFrame) -> dict[str, str]:
    """Return the layers and hazards that are in no figure as their file cannot be used, and who may
    know of each."""
    left_out = set(all_findings["source"][all_findings["code"].isin(LEFT_OUT)])
    sources: tuple[AssetLayer | Hazard, ...] = (*city.assets, *city.hazards)
    return {source.name: source.visibility for source in sources if source.name in left_out}


def _chosen(city: City, subset: str | None) -> tuple[str | None, tuple]:
    layers, hazards = (
        [layer.name for layer in city.assets],
        [hazard.name for hazard in city.hazards],
    )
    if subset is None:
        return None, city.hazards
    if subset in layers and subset in hazards:
        raise CityError("error.only_ambiguous", given=subset)
    if subset in layers:
        return subset, city.hazards
    if subset in hazards:
        return None, (city.hazard(subset),)
    near = difflib.get_close_matches(subset, layers + hazards, n=1)
    raise CityError(
        "error.only_near" if near else "error.only_unknown",
        given=subset,
        near=near[0] if near else "",
        names=", ".join(layers + hazards),
    )
