"""The same asset in two layers: found, and counted once where the city asks for it."""

from __future__ import annotations

from itertools import combinations

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

    Two rows of different layers are the same asset when they are of one type and have the same id within
    100 m of one another, or the same name within 25 m. One row is the same as at most one of another
    layer, the nearest. A row's number that serves as an id is not one.
    """
    repeated, rows = np.zeros(len(assets), dtype=bool), []
    layer, names = assets["layer"].cat.codes.to_numpy(), assets["layer"].cat.categories
    if len(names) < 2:
        return repeated, findings(rows)
    kind = assets["asset_type"].astype("str")
    ids = assets["asset_id"].str.split(":", n=1).str[1]
    by_id = (kind + "\n" + ids).mask(ids.str.startswith("#"))
    by_name = kind + "\n" + assets["name"].str.casefold()
    for earlier, later in combinations(range(len(names)), 2):
        both = np.isin(layer, (earlier, later)) & assets["usable"].to_numpy()
        pairs = pd.concat(
            [
                _pairs(assets, words.mask(~both), layer == earlier, within)
                for words, within in ((by_id, SAME_ID_WITHIN), (by_name, SAME_NAME_WITHIN))
            ]
        )
        pairs = pairs.sort_values("distance", kind="stable").drop_duplicates("later").drop_duplicates("earlier")
        if len(pairs):
            repeated[pairs["later"]] = True
            feature = str(assets["asset_id"].iloc[pairs["later"].min()])
            rows.append(
                finding(
                    "asset_in_two_layers",
                    source=str(names[later]),
                    severity="warning",
                    count=len(pairs),
                    feature=feature,
                    other=str(names[earlier]),
                )
            )
    return repeated, findings(rows)


def _pairs(assets: gpd.GeoDataFrame, words: pd.Series, is_earlier: np.ndarray, within: float) -> pd.DataFrame:
    """Return pairs of rows (`earlier`, `later`) that share a word within so many metres, and their `distance`."""
    codes = pd.factorize(words)[0]
    known = codes >= 0
    shared = np.intersect1d(codes[known & is_earlier], codes[known & ~is_earlier])
    chosen = known & np.isin(codes, shared)
    earlier, later = np.flatnonzero(chosen & is_earlier), np.flatnonzero(chosen & ~is_earlier)
    geometry = assets.geometry.to_numpy()
    tree = shapely.STRtree(geometry[earlier])
    query, found = tree.query(geometry[later], predicate="dwithin", distance=within)
    same = codes[later[query]] == codes[earlier[found]]
    first, second = earlier[found[same]], later[query[same]]
    distance = shapely.distance(geometry[first], geometry[second])
    return pd.DataFrame({"earlier": first, "later": second, "distance": distance})
