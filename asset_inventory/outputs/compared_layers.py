"""The assets of two sides as layers of one map: one layer where both are maps of one city, else one for each.

An asset of one of two assessments carries its place in the other's layer (`partner`), how it is counted there under
each choice (a class `other-<pair>`), and its expected annual damage over all hazards (`annual`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.comparison import annual_damages
from asset_inventory.outputs.blocks import hilbert_order
from asset_inventory.outputs.city_layer import CODES, city_layer, drawn_shapes
from asset_inventory.outputs.comparison_data import ELSEWHERE, Looked
from asset_inventory.outputs.hazard_maps import HazardOnMap
from asset_inventory.outputs.layers import AssetsOnMap

if TYPE_CHECKING:
    from asset_inventory.assessment import Assessment


def compared_layers(
    looked: Sequence[Looked], hazards: Sequence[Sequence[HazardOnMap]], pairs: Sequence[dict], partner: np.ndarray,
    silent: Sequence[frozenset[str]], language: str,
) -> list[AssetsOnMap]:
    """Return the layer of assets that both panes share, or one for each; columns in `silent` are not in its bytes."""
    maps = [[(one.hazard.name, one.periods) for one in drawn] for drawn in hazards]
    if looked[0] is looked[1]:
        return [city_layer(looked[0].assessment, maps[0], language=language, without=silent[0])]
    back = np.full(len(looked[1].assessment.assets), -1)
    rows = np.flatnonzero(partner >= 0)
    back[partner[rows]] = rows
    found = []
    for side, (beside, pane) in enumerate(((partner, "assets"), (back, "assets-right"))):
        other = looked[1 - side]
        codes = {
            f"other-{place}": np.append(CODES[other.states[pair["choices"][1 - side]]], np.uint8(ELSEWHERE))[beside]
            for place, pair in enumerate(pairs)}
        figures = {"partner": _partner_column(other.assessment, beside)}
        if "ead" not in silent[side]:
            figures["annual"] = annual_damages(looked[side].assessment)["ead"]
        found.append(city_layer(
            looked[side].assessment, maps[side], language=language, without=silent[side], pane=pane, classes=codes,
            figures=figures))
    return found


def _partner_column(other: Assessment, beside: np.ndarray) -> pd.Series:
    """Return each asset's place in the layer of the other side, missing where it is not there."""
    order = hilbert_order(gpd.GeoDataFrame(geometry=drawn_shapes(other.assets), crs=other.assets.crs))
    places = np.empty(len(order) + 1)
    places[order] = np.arange(len(order))
    places[-1] = np.nan
    return pd.Series(places[beside])
