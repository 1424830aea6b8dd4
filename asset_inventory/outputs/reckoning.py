"""The pieces behind the figures of the assets to look at first, for a page to fold out beside them.

Pieces of a whole city would outweigh all else on its page, so they ship for the assets with the highest expected
annual damage only, cut again from the city's files; for the others a page names the command that tells them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from asset_inventory.explanation.conventions import sentences
from asset_inventory.hazards.pieces import open_hazard, pieces
from asset_inventory.outputs.packing import packed
from asset_inventory.outputs.page_data import worst_first
from asset_inventory.risk.exposure import reached
from asset_inventory.sources.curves import DamageCurve, curves_for, damage_at

if TYPE_CHECKING:
    from asset_inventory.assessment import Assessment
    from asset_inventory.sources.city import Hazard

MOST_ASSETS = 5_000
MOST_PIECES = 12  # of an asset under one map, the most severe; how many there are is said
COLUMNS = ("index", "hazard", "map", "share", "intensity", "curve", "of")

Maps = Sequence[tuple["Hazard", Sequence[float]]]  # each with its return periods (NaN: a scenario), as on the page


def reckoning(assessment: Assessment, maps: Maps, order: np.ndarray, *, most: int = MOST_ASSETS) -> dict[str, object]:
    """Return the pieces where a hazard reaches the worst assets, or is not known, packed by column, their curves, and
    the city's convention for annual damage.

    A piece has its asset's place in a layer of this `order`, the places of hazard and map, its share of the asset
    (0-1), intensity (hazard's unit; None: not known), the damage fraction the curve gives there (None: no curve or
    not known) and how many such pieces the asset has under the map. Raises SourceError where a file cannot be read.
    """
    rows = worst_first(assessment, most=most)
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.arange(len(order))
    assets = assessment.assets.iloc[rows].reset_index(drop=True)
    curves, _ = curves_for(assessment.city, assets["asset_type"].astype(str).unique())
    tables = [_under(assessment, assets, curves, place, *one) for place, one in enumerate(maps)]
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=COLUMNS)
    table["index"] = places[rows][table["asset"].to_numpy(dtype=np.int64)] if len(table) else []
    table = table.sort_values(["index", "hazard", "map"], kind="stable")
    text = json.dumps({name: _plain(table[name]) for name in COLUMNS}, separators=(",", ":"))
    named = {hazard.name for hazard, _ in maps}
    return {
        "pieces": packed([text.encode()]), "most": most,
        "convention": sentences(assessment.city), "assets": np.sort(places[rows]).tolist(),
        "curves": [[hazard, kind, f"{curve.id}: {curve.citation}"] for (hazard, kind), curve in sorted(
            curves.items(), key=lambda pair: pair[0]) if hazard in named],
    }


def _under(
    assessment: Assessment, assets: pd.DataFrame, curves: dict[tuple[str, str], DamageCurve], place: int,
    hazard: Hazard, periods: Sequence[float],
) -> pd.DataFrame:
    """Return the pieces of these assets under one hazard's maps, the most severe of each first."""
    city = assessment.city
    table = pd.concat(pieces(assets.geometry.to_numpy(), open_hazard(hazard, city.crs)), ignore_index=True)
    exposed, unknown = reached(table["intensity"].to_numpy(), hazard), table["intensity"].isna().to_numpy()
    table = table[exposed | unknown].reset_index(drop=True)
    floors = assets["floor_height"].fillna(0.0).to_numpy(dtype=float) if "floor_height" in assets else 0.0
    floors = np.broadcast_to(floors if hazard.unit == "m" else 0.0, len(assets))[table["asset"]]
    kinds = assets["asset_type"].astype(str).to_numpy()[table["asset"]]
    said = np.full(len(table), np.nan)
    for kind in np.unique(kinds):  # as many as there are curves
        if (hazard.name, kind) in curves:
            of_kind = kinds == kind
            depth = table["intensity"].to_numpy()[of_kind] - floors[of_kind]
            said[of_kind] = damage_at(curves[hazard.name, kind], depth)
    table = table.assign(
        hazard=place, map=pd.Index(periods).get_indexer(table["return_period"]), curve=np.round(said, 4),
        share=table["share"].round(5), intensity=table["intensity"].round(3))
    table = table.sort_values(["asset", "map", "intensity", "share"], ascending=[True, True, False, False])
    groups = table.groupby(["asset", "map"], sort=False)
    return table.assign(of=groups["share"].transform("size"))[groups.cumcount() < MOST_PIECES]


def _plain(values: pd.Series) -> list:
    return values.astype(object).where(values.notna(), None).tolist()
