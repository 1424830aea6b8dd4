"""How well each asset and district would cope: 0 (worst) to 1 (best).

A score is the weighted geometric mean of indicators, each brought to 0-1 between declared goalposts
(OECD/JRC Handbook on Constructing Composite Indicators, 2008, ISBN 978-92-64-04345-9): a good value
cannot buy off a fatal one, and a new asset changes no other score. A missing indicator is neither
average nor good: the score then lies between its lowest and highest possible value and is itself not known.
"""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.sources.city import Goalpost, Scores


def score(indicators: pd.DataFrame, goalposts: Mapping[str, Goalpost], *, floor: float) -> pd.DataFrame:
    """Return the indicators brought to 0-1 with `score`, `score_low` and `score_high`, a row for each row given.

    `indicators` has a column per goalpost in its own unit, NaN where it is not known. A normalised 0
    counts as `floor`, for a true 0 would make every such score 0. Without any indicator known there is
    no score (all three NaN).
    """
    good = pd.DataFrame(
        {
            # + 0.0: what lies at the worst is 0, not -0
            name: np.clip((indicators[name] - post.worst) / (post.best - post.worst), 0.0, 1.0) + 0.0
            for name, post in goalposts.items()
        },
        index=indicators.index,
    )
    weight = np.array([post.weight for post in goalposts.values()])
    weight = weight / weight.sum()
    known = good.notna().to_numpy()

    def mean(missing: float) -> np.ndarray:
        return np.exp(np.log(np.maximum(good.fillna(missing).to_numpy(), floor)) @ weight)

    none = ~known.any(axis=1)
    low, high = np.where(none, np.nan, mean(0.0)), np.where(none, np.nan, mean(1.0))
    return good.assign(score=np.where(known.all(axis=1), low, np.nan), score_low=low, score_high=high)


def asset_indicators(assets: gpd.GeoDataFrame, exposure: pd.DataFrame, ead: pd.DataFrame) -> pd.DataFrame:
    """Return the indicators of each asset, in ASSETS' order: `ead_per_value` (1/year), `exposed_share` (0-1, the
    greatest over all maps), `criticality` and `condition` (0-1).

    EAD is summed over hazards. Where a hazard has bounds only, their middle counts, or the lower bound
    where there is no upper one.
    """
    value = assets["value"].to_numpy(dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        per_value = np.where(value > 0, annual_figure(ead, len(assets)) / value, np.nan)
    share = np.zeros(len(assets))
    row = exposure["asset_id"].cat.codes.to_numpy()
    np.maximum.at(share, row, exposure["exposed_fraction"].to_numpy())
    unknown = np.zeros(len(assets), dtype=bool)
    unknown[row[exposure["unknown_fraction"].to_numpy() > 0]] = True
    share[~assets["usable"].to_numpy() | (unknown & (share == 0))] = np.nan
    return pd.DataFrame(
        {
            "ead_per_value": per_value,
            "exposed_share": share,
            "criticality": assets["criticality"].to_numpy(dtype=float),
            "condition": assets["condition"].to_numpy(dtype=float),
        }
    )


def annual_figure(ead: pd.DataFrame, size: int) -> np.ndarray:
    """Return one EAD for each of `size` assets (currency/year), summed over hazards; NaN where one is not known.

    The EAD itself; else the middle of its bounds; else its lower bound. Without any priced hazard all are NaN.
    """
    if not len(ead):
        return np.full(size, np.nan)
    middle = ead["ead_low"].to_numpy() + np.nan_to_num(ead["ead_high"].to_numpy() - ead["ead_low"].to_numpy()) / 2
    figure = np.where(
        np.isnan(ead["ead"].to_numpy()) & (ead["rule"] == "bounds only").to_numpy(), middle, ead["ead"].to_numpy()
    )
    return np.bincount(ead["asset_id"].cat.codes.to_numpy(), weights=figure, minlength=size)


def score_assets(
    assets: gpd.GeoDataFrame,
    exposure: pd.DataFrame,
    ead: pd.DataFrame,
    scores: Scores | None,
) -> pd.DataFrame:
    """Return SCORES: a row per asset with each declared indicator (0-1, 1 good); empty without goalposts."""
    ids = pd.Categorical.from_codes(np.arange(len(assets)), categories=assets["asset_id"])
    if scores is None or not scores.indicators:
        return pd.DataFrame({"asset_id": ids[:0], "score": [], "score_low": [], "score_high": []})
    table = score(asset_indicators(assets, exposure, ead), scores.indicators, floor=scores.floor)
    table.insert(0, "asset_id", ids)
    return table


def score_districts(
    assets: gpd.GeoDataFrame,
    exposure: pd.DataFrame,
    ead: pd.DataFrame,
    scores: Scores | None,
) -> pd.DataFrame:
    """Return a score for each district that holds an asset (index: district), as `score` gives it.

    `ead_per_value` is the sum of EAD over the sum of the values it rests on, `exposed_share` the share
    of its known assets that are exposed, `criticality` and `condition` the means of what is known.
    """
    if scores is None or not scores.indicators:
        return pd.DataFrame({"score": [], "score_low": [], "score_high": []}, index=pd.Index([], dtype="str"))
    indicators = asset_indicators(assets, exposure, ead)
    figure = annual_figure(ead, len(assets))
    counted = ~np.isnan(figure) & ~np.isnan(assets["value"].to_numpy(dtype=float))
    known = ~np.isnan(indicators["exposed_share"])
    table = pd.DataFrame(
        {
            "figure": np.where(counted, figure, np.nan),
            "value": np.where(counted, assets["value"], np.nan),
            "exposed": np.where(known, indicators["exposed_share"] > 0, np.nan),
            "criticality": indicators["criticality"],
            "condition": indicators["condition"],
        }
    )
    grouped = table.groupby(assets["district"].astype("str").to_numpy())
    sums = grouped[["figure", "value"]].sum(min_count=1)
    district = grouped[["exposed", "criticality", "condition"]].mean().rename(columns={"exposed": "exposed_share"})
    district["ead_per_value"] = (sums["figure"] / sums["value"]).where(sums["value"] > 0)
    return score(district, scores.indicators, floor=scores.floor)
