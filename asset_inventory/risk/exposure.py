"""What a hazard touches, how much of it, and the ledger in which every asset is counted once.

An asset is, in this order: unusable (no geometry that can be measured); exposed (some share of it lies
where the intensity reaches the hazard's threshold); unknown (the map does not say for some share); not
exposed. Unknown is not safe.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.model.city import Hazard
from asset_inventory.model.tables import TABLES

# Shares of one asset sum to 1 but for the last bits of their parts; less than this is none.
SHARE_NOISE = 1e-9
STATES = ("not_exposed", "exposed", "unknown", "unusable")


def reached(intensity: np.ndarray, hazard: Hazard) -> np.ndarray:
    """Tell which intensities (metres for lengths) expose an asset: from the threshold on, or above 0; NaN does not."""
    with np.errstate(invalid="ignore"):
        return hazard.exposes(intensity)


def expose(pieces: pd.DataFrame, hazard: Hazard, rows: np.ndarray, ids: pd.CategoricalDtype) -> pd.DataFrame:
    """Return EXPOSURE of one hazard map from PIECES, a row per asset that is touched or of which some is unknown.

    `rows` gives for each asset number in PIECES its row in ASSETS, whose ids are the categories of
    `ids`. Shares are 0-1 of the asset; the mean intensity is over the exposed share, NaN where none is.
    """
    asset, share = pieces["asset"].to_numpy(), pieces["share"].to_numpy()
    intensity, size = pieces["intensity"].to_numpy(), len(rows)
    exposed_piece = reached(intensity, hazard)
    weight = np.where(exposed_piece, share, 0.0)
    exposed = _total(asset, weight, size)
    unknown = _total(asset, np.where(np.isnan(intensity), share, 0.0), size)
    total = _total(asset, weight * np.where(exposed_piece, intensity, 0.0), size)
    most = np.full(size, -np.inf)
    np.maximum.at(most, asset[exposed_piece], intensity[exposed_piece])
    kept = np.flatnonzero((exposed > 0) | (unknown > SHARE_NOISE))
    touched = exposed[kept] > 0
    mean = np.full(len(kept), np.nan)
    mean[touched] = total[kept][touched] / exposed[kept][touched]
    period = pieces["return_period"].iloc[0] if len(pieces) else np.nan
    return pd.DataFrame(
        {
            "asset_id": pd.Categorical.from_codes(rows[kept], dtype=ids),
            "hazard": pd.Categorical.from_codes(np.zeros(len(kept), dtype=np.int8), categories=[hazard.name]),
            "return_period": np.full(len(kept), period),
            "exposed_fraction": np.minimum(exposed[kept], 1.0),
            "unknown_fraction": np.where(unknown[kept] > SHARE_NOISE, np.minimum(unknown[kept], 1.0), 0.0),
            "intensity_mean": mean,
            "intensity_max": np.where(touched, most[kept], np.nan),
        }
    )


def states(usable: np.ndarray, row: np.ndarray, exposed: np.ndarray, unknown: np.ndarray) -> np.ndarray:
    """Return how each asset is counted, as its place in STATES, on one map or on several together.

    `usable` tells it of every asset; `row`, `exposed` and `unknown` (0-1) are of rows of EXPOSURE: which asset
    each is about, and its shares.
    """
    state = np.zeros(len(usable), dtype=np.uint8)
    state[row[unknown > 0]] = STATES.index("unknown")
    state[row[exposed > 0]] = STATES.index("exposed")
    state[~usable] = STATES.index("unusable")
    return state


def exposure_counts(
    assets: gpd.GeoDataFrame, exposure: pd.DataFrame, maps: Iterable[tuple[str, float]]
) -> pd.DataFrame:
    """Return LEDGER: for each asset type, district and hazard map (hazard, return period) the assets by state.

    Exposed + not exposed + unknown + unusable = assets, in every row.
    """
    types, districts = assets["asset_type"].cat, assets["district"].cat
    group = types.codes.to_numpy().astype(np.int64) * len(districts.categories) + districts.codes.to_numpy()
    present, group = np.unique(group, return_inverse=True)
    usable = assets["usable"].to_numpy()
    # The ids' categories are those of ASSETS in its order, so a code is a row number.
    row = exposure["asset_id"].cat.codes.to_numpy()
    exposed, unknown = (exposure[name].to_numpy() for name in ("exposed_fraction", "unknown_fraction"))
    parts = []
    for hazard, period in maps:
        same = exposure["return_period"].isna() if np.isnan(period) else exposure["return_period"] == period
        of_map = ((exposure["hazard"] == hazard) & same).to_numpy()
        state = states(usable, row[of_map], exposed[of_map], unknown[of_map])
        counts = np.bincount(group * 4 + state, minlength=4 * len(present)).reshape(-1, 4)
        part = pd.DataFrame(counts, columns=list(STATES))
        part.insert(0, "assets", counts.sum(axis=1))
        part.insert(0, "district", districts.categories[present % len(districts.categories)])
        part.insert(0, "return_period", period)
        part.insert(0, "hazard", hazard)
        part.insert(0, "asset_type", types.categories[present // len(districts.categories)])
        parts.append(part)
    names = [column.name for column in TABLES["LEDGER"].columns]
    whole = pd.concat(parts, ignore_index=True)[names] if parts else pd.DataFrame(columns=names)
    return whole.astype(dict.fromkeys(("asset_type", "hazard", "district"), "category"))


def under_rarest_map(ledger: pd.DataFrame, hazard: str) -> tuple[float, pd.DataFrame]:
    """Return the return period of a hazard's rarest map (NaN: a scenario) and the rows of LEDGER under it.

    Without rows for a hazard that was not assessed.
    """
    rows = ledger[(ledger["hazard"] == hazard).to_numpy()]
    period = float(rows["return_period"].max())
    return period, rows[rows["return_period"].isna() if np.isnan(period) else rows["return_period"] == period]


def _total(asset: np.ndarray, weights: np.ndarray, size: int) -> np.ndarray:
    return np.bincount(asset, weights=weights, minlength=size)


@dataclass(frozen=True)
class Share:
    """The greatest exposed share of each asset over all maps (0-1): NaN where not known, and its limits."""

    known: np.ndarray
    least: np.ndarray
    most: np.ndarray


def exposed_share(assets: gpd.GeoDataFrame, exposure: pd.DataFrame) -> Share:
    """Return the greatest exposed share of each asset over all maps, in ASSETS' order.

    It is known where no map leaves a share unknown, or some map exposes the asset whole; otherwise it lies
    between the exposed share and that with the unknown one. Of an unusable asset nothing is known.
    """
    least, most = np.zeros(len(assets)), np.zeros(len(assets))
    row = exposure["asset_id"].cat.codes.to_numpy()
    exposed, unknown = (exposure[name].to_numpy() for name in ("exposed_fraction", "unknown_fraction"))
    np.maximum.at(least, row, exposed)
    np.maximum.at(most, row, np.minimum(exposed + unknown, 1.0))
    unusable = ~assets["usable"].to_numpy()
    least[unusable], most[unusable] = 0.0, 1.0
    return Share(np.where(most - least > SHARE_NOISE, np.nan, least), least, most)
