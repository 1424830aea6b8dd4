"""What of an assessment the public may hold: whole layers and columns are left out, not hidden.

`value`, `owner` and `condition` of a layer are internal unless the city says otherwise, and with a value goes all
that tells it: the asset's damage and expected annual damage. What is left is counted, summed and scored again, so
that no sum on a public page rests on something internal.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.resilience.focus_areas import focus_areas
from asset_inventory.resilience.scores import score_assets, score_districts
from asset_inventory.risk.exposure import ledger
from asset_inventory.tables import EXERCISE

if TYPE_CHECKING:
    from asset_inventory.assessment import Assessment
    from asset_inventory.sources.city import AssetLayer, City

_INTERNAL_UNLESS_SAID = frozenset({"value", "owner", "condition"})
_PUBLIC_UNLESS_SAID = frozenset({"name", "floor_height", "area", "levels", "criticality"})
_WITH_VALUE = frozenset({"value_rule", "damage", "ead", "ead_low", "ead_high", "rule"})


def hidden_columns(layer: AssetLayer) -> frozenset[str]:
    """Return the columns of a layer that are internal, and what would tell them."""
    said = layer.column_visibility
    hidden = {name for name in _INTERNAL_UNLESS_SAID if said.get(name) != "public"}
    hidden |= {name for name in _PUBLIC_UNLESS_SAID if said.get(name) == "internal"}
    return frozenset(hidden | (_WITH_VALUE if "value" in hidden else set()))


def hidden_by_layer(city: City) -> dict[str, frozenset[str]]:
    """Return the columns that are internal, by layer."""
    return {layer.name: hidden_columns(layer) for layer in city.assets}


def public_part(assessment: Assessment) -> Assessment:
    """Return an assessment of the public layers and columns only, its sums and scores made again from these."""
    city = _public_city(assessment.city)
    layers = assessment.assets["layer"].astype(str)
    keep = layers.isin([layer.name for layer in city.assets]).to_numpy()
    assets = _without_internal(assessment.assets[keep].reset_index(drop=True), hidden_by_layer(city))
    ids = assets["asset_id"]
    silent = set(
        ids[
            assets["layer"]
            .astype(str)
            .isin([name for name, hidden in hidden_by_layer(city).items() if "value" in hidden])
        ]
    )
    exposure, damage, ead = (_of(getattr(assessment, name), ids) for name in ("exposure", "damage", "ead"))
    damage = damage.assign(damage=damage["damage"].mask(damage["asset_id"].isin(silent)))
    untold = ead["asset_id"].isin(silent)
    ead = ead.assign(
        **{name: ead[name].mask(untold) for name in ("ead", "ead_low", "ead_high")},
        rule=ead["rule"].astype(object).mask(untold, "not known").astype("category"),
    )
    maps = list(
        assessment.ledger[["hazard", "return_period"]]
        .astype({"hazard": str})
        .drop_duplicates()
        .itertuples(index=False, name=None)
    )
    return dataclasses.replace(
        assessment,
        city=city,
        assets=assets,
        exposure=exposure,
        damage=damage,
        ead=ead,
        ledger=ledger(assets, exposure, maps),
        scores=score_assets(assets, exposure, ead, city.scores),
        focus_areas=_areas(assessment, assets, exposure, ead, whole=bool(keep.all())),
        findings=assessment.findings[_about_hazards(assessment)].reset_index(drop=True),
        provenance=_provenance(assessment),
    )


def _about_hazards(assessment: Assessment) -> np.ndarray:
    """Tell the findings on hazard maps: what is to be mended in assets is for the departments."""
    sources, names = assessment.findings["source"].astype(str), [one.name for one in assessment.city.hazards]
    return (sources.isin(names) | sources.str.startswith(tuple(f"{name} (" for name in names))).to_numpy(dtype=bool)


def _public_city(city: City) -> City:
    layers = tuple(layer for layer in city.assets if layer.visibility == "public")
    # a price tells the value of whatever it is the price of
    priced = layers and not any("value" in hidden_columns(layer) for layer in layers)
    return city.model_copy(update={"assets": layers, "values": city.values if priced else {}})


def _without_internal(assets: gpd.GeoDataFrame, hidden: dict[str, frozenset[str]]) -> gpd.GeoDataFrame:
    layers = assets["layer"].astype(str)
    for name in (_INTERNAL_UNLESS_SAID | _PUBLIC_UNLESS_SAID | {"value_rule"}) & set(assets.columns):
        silent = layers.isin([layer for layer, columns in hidden.items() if name in columns]).to_numpy()
        if name == "value_rule":
            assets[name] = assets[name].astype(object).mask(silent, "not known").astype("category")
        elif silent.any():
            assets[name] = assets[name].mask(silent)
    return assets


def _of(table: pd.DataFrame, ids: pd.Series) -> pd.DataFrame:
    """Return a table's rows of these assets; its ids are then those of ASSETS in its order."""
    kept = table[table["asset_id"].isin(set(ids))].reset_index(drop=True)
    return kept.assign(asset_id=pd.Categorical(kept["asset_id"].astype(object), categories=ids.astype(object)))


def _areas(
    assessment: Assessment, assets: gpd.GeoDataFrame, exposure: pd.DataFrame, ead: pd.DataFrame, *, whole: bool
) -> gpd.GeoDataFrame:
    people = assessment.focus_areas.set_index("district")[["people_exposed", "people_rule"]].copy()
    if not whole:  # people are told from dwellings, which may be internal
        told = (people["people_rule"].astype(str) == "share of dwellings").to_numpy()
        people["people_exposed"] = np.where(told, np.nan, people["people_exposed"])
        people["people_rule"] = np.where(told, "not known", people["people_rule"].astype(object))
    scores = score_districts(assets, exposure, ead, assessment.city.scores)
    areas = focus_areas(assessment.districts, assets, exposure, ead, scores, people)
    exercise = (assessment.focus_areas["data_status"].astype(str) == EXERCISE).all()
    return areas.assign(data_status=EXERCISE) if exercise else areas


def _provenance(assessment: Assessment) -> dict[str, object]:
    """Return how the assessment came about without the names of internal files."""
    city = assessment.city
    internal = {layer.path.name for layer in city.assets if layer.visibility != "public"}
    inputs = {
        name: sha
        for name, sha in assessment.provenance.get("inputs", {}).items()
        if name.rpartition("/")[2] not in internal
    }
    return {**assessment.provenance, "inputs": inputs}
