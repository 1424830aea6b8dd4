"""The same asset in two layers: found, and counted once where the city asks for it."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from asset_inventory.tables import finding, findings

# Two layers that number their rows 1, 2, 3 share ids but no places, so an equal id alone says nothing.
SAME_ID_WITHIN = 100.0  # metre
SAME_NAME_WITHIN = 25.0  # metre


def twice(assets: gpd.GeoDataFrame) -> tuple[np.ndarray, pd.DataFrame]:
    """Return which rows of ASSETS stand in an earlier layer too, and FINDINGS per pair of layers.

    Two rows of different layers are the same asset when their ids are equal and they lie within 100 m,
    or when name and type are equal and they lie within 25 m.
    """
    layer = assets["layer"].cat.codes.to_numpy()
    if len(assets["layer"].cat.categories) < 2:
        return np.zeros(len(assets), dtype=bool), findings([])
    ids = assets["asset_id"].str.split(":", n=1).str[1]
    ids = ids.mask(ids.str.startswith("#"))  # the row's number where the layer gives no id
    first, second = _pairs(assets, ids, SAME_ID_WITHIN)
    named = assets["name"].str.casefold() + "\n" + assets["asset_type"].astype("str")
    by_name = _pairs(assets, named, SAME_NAME_WITHIN)
    first, second = np.concatenate([first, by_name[0]]), np.concatenate([second, by_name[1]])
    repeated = np.zeros(len(assets), dtype=bool)
    repeated[second] = True
    pairs = pd.DataFrame({"first": layer[first], "second": layer[second], "row": second}).drop_duplicates("row")
    names = assets["layer"].cat.categories
    rows = [
        finding(
            "asset_in_two_layers",
            source=str(names[later]),
            severity="warning",
            count=len(group),
            feature=str(assets["asset_id"].iloc[group["row"].iloc[0]]),
            other=str(names[earlier]),
        )
        for (earlier, later), group in pairs.groupby(["first", "second"])
    ]
    return repeated, findings(rows)


def _pairs(assets: gpd.GeoDataFrame, words: pd.Series, within: float) -> tuple[np.ndarray, np.ndarray]:
    """Return pairs of rows (earlier layer, later layer) that share a word and lie within so many metres."""
    layer = assets["layer"].cat.codes.to_numpy()
    usable = assets["usable"].to_numpy() & words.notna().to_numpy()
    table = pd.DataFrame({"word": words.to_numpy(), "layer": layer, "row": np.arange(len(assets))})[usable]
    # only words that stand in more than one layer can make a pair
    shared = table.groupby("word")["layer"].transform("nunique") > 1
    table = table[shared.to_numpy()]
    pairs = table.merge(table, on="word", suffixes=("", "_other"))
    pairs = pairs[(pairs["layer"] < pairs["layer_other"]).to_numpy()]
    first, second = pairs["row"].to_numpy(), pairs["row_other"].to_numpy()
    geometry = assets.geometry.to_numpy()
    near = shapely.dwithin(geometry[first], geometry[second], within)
    return first[near], second[near]
