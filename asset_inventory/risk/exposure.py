"""Exposure of assets to hazards: exposed shares, and counts of assets by state, each asset once.

The state of an asset is, in this order: unusable (without measurable geometry); exposed (the
intensity reaches the hazard's threshold on a share of it); unknown (a map has no data on a share of
it); not exposed. No data does not mean safe.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.model.arrays import Flags, Floats
from asset_inventory.model.city import Hazard
from asset_inventory.model.tables import TABLES, at_period, repeated_word, rows_at

# Shares of one asset sum to 1 up to rounding; a share below this is none.
SHARE_NOISE = 1e-9
STATES = ("not_exposed", "exposed", "no_data", "unusable")


def reached(intensity: np.ndarray, hazard: Hazard) -> Flags:
    """Tell which intensities (metre for lengths) expose: from the threshold on, or above 0.

    Examples
    --------
    >>> from asset_inventory.model.city import Intensity
    >>> from asset_inventory.model.examples import flood
    >>> hazard = flood(intensity=Intensity(measure="depth", unit="cm"), exposed_from=10)
    >>> reached(np.array([0.05, 0.1, np.nan]), hazard).tolist()
    [False, True, False]
    """
    with np.errstate(invalid="ignore"):
        return np.asarray(hazard.exposes(intensity), dtype=bool)


def expose(
    intersections: pd.DataFrame, hazard: Hazard, rows: np.ndarray, ids: pd.CategoricalDtype[Any]
) -> pd.DataFrame:
    """Return EXPOSURE of one hazard map: a row per asset exposed or without data on a share.

    `intersections` are INTERSECTIONS of the map, and `rows` has the row in ASSETS for each asset
    number in them; the ids of ASSETS are the categories of `ids`. Shares are 0-1 of the asset; the
    mean intensity is over the exposed share, NaN without one.

    Examples
    --------
    A house with 0.3 in 1 m, 0.1 in 2 m of water and 0.2 without data: the mean over the exposed 0.4
    is (0.3 × 1 + 0.1 × 2) / 0.4 = 1.25 m.

    >>> from asset_inventory.model.examples import flood
    >>> hazard = flood()
    >>> pieces = pd.DataFrame({
    ...     "asset": [0] * 4, "return_period": 100.0, "share": [0.3, 0.1, 0.2, 0.4],
    ...     "intensity": [1.0, 2.0, np.nan, 0.0],
    ... })
    >>> table = expose(pieces, hazard, np.array([0]), pd.CategoricalDtype(["house"]))
    >>> table[["exposed_fraction", "no_data_fraction", "intensity_mean", "intensity_max"]].round(9).iloc[0].tolist()
    [0.4, 0.2, 1.25, 2.0]
    """
    asset, share = intersections["asset"].to_numpy(), intersections["share"].to_numpy()
    intensity, size = intersections["intensity"].to_numpy(), len(rows)
    wet, no_data = np.flatnonzero(reached(intensity, hazard)), np.flatnonzero(np.isnan(intensity))
    exposed = _total(asset[wet], share[wet], size)
    unknown = _total(asset[no_data], share[no_data], size)
    total = _total(asset[wet], share[wet] * intensity[wet], size)
    most = np.full(size, -np.inf)
    np.maximum.at(most, asset[wet], intensity[wet])
    kept = np.flatnonzero((exposed > 0) | (unknown > SHARE_NOISE))
    touched = exposed[kept] > 0
    mean = np.full(len(kept), np.nan)
    mean[touched] = total[kept][touched] / exposed[kept][touched]
    period = intersections["return_period"].iloc[0] if len(intersections) else np.nan
    return pd.DataFrame(
        {
            "asset_id": pd.Categorical.from_codes(rows[kept], dtype=ids),
            "hazard": repeated_word(hazard.name, len(kept)),
            "return_period": np.full(len(kept), period),
            "exposed_fraction": np.minimum(exposed[kept], 1.0),
            "no_data_fraction": np.where(
                unknown[kept] > SHARE_NOISE, np.minimum(unknown[kept], 1.0), 0.0
            ),
            "intensity_mean": mean,
            "intensity_max": np.where(touched, most[kept], np.nan),
        }
    )


def states(
    usable: np.ndarray, row: np.ndarray, exposed: np.ndarray, unknown: np.ndarray
) -> np.ndarray:
    """Return the state of each asset, as its place in STATES, on one map or on several together.

    `usable` is of every asset; `row`, `exposed` and `unknown` are of rows of EXPOSURE: the asset,
    its exposed share and its share without data (0-1).

    Examples
    --------
    >>> usable = np.array([True, True, True, False])
    >>> places = states(usable, np.array([0, 1]), np.array([0.5, 0.0]), np.array([0.5, 0.1]))
    >>> [STATES[place] for place in places]
    ['exposed', 'no_data', 'not_exposed', 'unusable']
    """
    state = np.zeros(len(usable), dtype=np.uint8)
    state[row[unknown > 0]] = STATES.index("no_data")
    state[row[exposed > 0]] = STATES.index("exposed")
    state[~usable] = STATES.index("unusable")
    return state


def exposure_counts(
    assets: gpd.GeoDataFrame, exposure: pd.DataFrame, maps: Iterable[tuple[str, float]]
) -> pd.DataFrame:
    """Return EXPOSURE_COUNTS: assets by state for each type, district and map (hazard, period).

    Exposed + not exposed + unknown + unusable = assets, in every row.

    Examples
    --------
    >>> assets = gpd.GeoDataFrame({
    ...     "asset_type": pd.Categorical(["house"] * 2), "district": pd.Categorical(["Bandarharjo"] * 2),
    ...     "usable": [True, True],
    ... })
    >>> exposure = pd.DataFrame({
    ...     "asset_id": pd.Categorical(["a"], categories=["a", "b"]), "hazard": ["flood"], "return_period": [100.0],
    ...     "exposed_fraction": [0.5], "no_data_fraction": [0.0],
    ... })
    >>> exposure_counts(assets, exposure, [("flood", 100.0)])[["assets", *STATES]].to_dict("records")
    [{'assets': 2, 'not_exposed': 1, 'exposed': 1, 'no_data': 0, 'unusable': 0}]
    """
    types, districts = assets["asset_type"].cat, assets["district"].cat
    group = (
        types.codes.to_numpy().astype(np.int64) * len(districts.categories)
        + districts.codes.to_numpy()
    )
    present, group = np.unique(group, return_inverse=True)
    usable = assets["usable"].to_numpy()
    # The ids' categories are those of ASSETS in its order, so a code is a row number.
    row = exposure["asset_id"].cat.codes.to_numpy()
    exposed, unknown = (
        exposure[name].to_numpy() for name in ("exposed_fraction", "no_data_fraction")
    )
    parts = []
    for hazard, period in maps:
        of_map = rows_at(exposure, hazard, period)
        state = states(usable, row[of_map], exposed[of_map], unknown[of_map])
        counts = np.bincount(group * 4 + state, minlength=4 * len(present)).reshape(-1, 4)
        part = pd.DataFrame(counts, columns=list(STATES))
        part.insert(0, "assets", counts.sum(axis=1))
        part.insert(0, "district", districts.categories[present % len(districts.categories)])
        part.insert(0, "return_period", period)
        part.insert(0, "hazard", hazard)
        part.insert(0, "asset_type", types.categories[present // len(districts.categories)])
        parts.append(part)
    names = [column.name for column in TABLES["EXPOSURE_COUNTS"].columns]
    whole = pd.concat(parts, ignore_index=True)[names] if parts else pd.DataFrame(columns=names)
    return whole.astype(dict.fromkeys(("asset_type", "hazard", "district"), "category"))


def under_rarest_map(ledger: pd.DataFrame, hazard: str) -> tuple[float, pd.DataFrame]:
    """Return a hazard's rarest return period (NaN: a scenario) and its EXPOSURE_COUNTS.

    Examples
    --------
    >>> counts = pd.DataFrame({"hazard": "flood", "return_period": [10.0, 100.0], "assets": [2, 2], "exposed": [0, 1]})
    >>> period, rows = under_rarest_map(counts, "flood")
    >>> period, rows["exposed"].tolist()
    (100.0, [1])
    """
    rows = ledger[(ledger["hazard"] == hazard).to_numpy()]
    period = float(rows["return_period"].max())
    return period, rows[at_period(rows, period)]


def _total(asset: np.ndarray, weights: Floats, size: int) -> Floats:
    return np.bincount(asset, weights=weights, minlength=size)


@dataclass(frozen=True)
class Share:
    """The greatest exposed share of each asset over all maps (0-1), NaN if unknown, and limits."""

    known: Floats
    least: Floats
    most: Floats


def exposed_share(assets: pd.DataFrame, exposure: pd.DataFrame) -> Share:
    """Return the greatest exposed share of each asset over all maps, in ASSETS' order.

    It is known where every map has data on the whole asset, or a map exposes the whole asset;
    otherwise it is between the exposed share and that with the share without data. For an unusable
    asset it is not known.

    Examples
    --------
    >>> exposure = pd.DataFrame({
    ...     "asset_id": pd.Categorical(["a", "a", "b"]), "exposed_fraction": [0.2, 0.6, 0.1],
    ...     "no_data_fraction": [0.0, 0.0, 0.5],
    ... })
    >>> share = exposed_share(pd.DataFrame({"usable": [True, True]}), exposure)
    >>> share.known.tolist(), share.least.tolist(), share.most.tolist()
    ([0.6, nan], [0.6, 0.1], [0.6, 0.6])
    """
    least, most = np.zeros(len(assets)), np.zeros(len(assets))
    row = exposure["asset_id"].cat.codes.to_numpy()
    exposed, unknown = (
        exposure[name].to_numpy() for name in ("exposed_fraction", "no_data_fraction")
    )
    np.maximum.at(least, row, exposed)
    np.maximum.at(most, row, np.minimum(exposed + unknown, 1.0))
    unusable = ~assets["usable"].to_numpy()
    least[unusable], most[unusable] = 0.0, 1.0
    return Share(np.where(most - least > SHARE_NOISE, np.nan, least), least, most)
