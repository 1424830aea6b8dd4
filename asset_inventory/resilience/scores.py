"""How well each asset and district would cope: 0 (worst) to 1 (best).

A score is the weighted geometric mean of indicators, each brought to 0-1 between declared goalposts
(OECD/JRC Handbook on Constructing Composite Indicators, 2008, ISBN 978-92-64-04345-9): a good value
cannot buy off a fatal one, and a new asset changes no other score. What is not known is neither average
nor good: the score then lies between its lowest and highest possible value and is itself not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.risk.exposure import exposed_share
from asset_inventory.sources.city import Criterion, Goalpost, Scores


@dataclass(frozen=True)
class Indicators:
    """Indicators in their own units, a row each: NaN in `known` where not known, and then within `good` and `bad`.

    NaN in `good` or `bad` means that nothing bounds it: the goalpost itself.
    """

    known: pd.DataFrame
    good: pd.DataFrame
    bad: pd.DataFrame


def score(indicators: Indicators, goalposts: Mapping[str, Goalpost], *, floor: float) -> pd.DataFrame:
    """Return the indicators brought to 0-1 with `score`, `score_low` and `score_high`, a row for each row given.

    A normalised 0 counts as `floor`, for a true 0 would make every such score 0. Without any
    indicator known or within limits there is no score (all three NaN).
    """
    known, best, worst = (
        pd.DataFrame({name: normalised(table[name], post) for name, post in goalposts.items()})
        for table in (indicators.known, indicators.good, indicators.bad)
    )
    weight = np.array([post.weight for post in goalposts.values()])
    none = (known.isna() & best.isna() & worst.isna()).all(axis=1).to_numpy()
    low = np.where(none, np.nan, geometric(known.fillna(worst).fillna(0.0).to_numpy(), weight, floor=floor))
    high = np.where(none, np.nan, geometric(known.fillna(best).fillna(1.0).to_numpy(), weight, floor=floor))
    whole = known.notna().all(axis=1).to_numpy()
    return known.assign(score=np.where(whole, low, np.nan), score_low=low, score_high=high)


def geometric(normal: np.ndarray, weight: np.ndarray, *, floor: float) -> np.ndarray:
    """Return the weighted geometric mean of each row of good values (0-1); 0 counts as `floor`."""
    return np.exp(_weighed(np.log(np.maximum(normal, floor)), weight))


def linear(normal: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return the weighted arithmetic mean of each row of good values (0-1), by which a good one buys off a bad one."""
    return _weighed(normal, weight)


def _weighed(table: np.ndarray, weight: np.ndarray) -> np.ndarray:
    # row by row: a product of matrices may round a row otherwise when there are more rows
    return (table * (weight / weight.sum())).sum(axis=1)


def normalised(values: pd.Series, post: Goalpost | Criterion) -> pd.Series:
    """Return values as 0 (at the worst goalpost or beyond) to 1 (at the best or beyond); NaN stays NaN."""
    # + 0.0: what lies at the worst is 0, not -0
    share = (values.to_numpy(dtype=float) - post.worst) / (post.best - post.worst)
    return pd.Series(np.clip(share, 0.0, 1.0) + 0.0, index=values.index)


def asset_indicators(assets: gpd.GeoDataFrame, exposure: pd.DataFrame, joint: pd.DataFrame) -> Indicators:
    """Return the indicators of each asset, in ASSETS' order: `ead_per_value` (1/year), `exposed_share` (0-1, the
    greatest over all maps), `criticality` and `condition` (0-1).

    EAD is that of all hazards together as JOINT_EAD scores it. Where a map leaves a share of the asset unknown, EAD
    and share are not known and lie within their bounds.
    """
    share = exposed_share(assets, exposure)
    value = assets["value"].to_numpy(dtype=float)
    partly = np.isnan(share.known) & assets["usable"].to_numpy()
    with np.errstate(invalid="ignore", divide="ignore"):
        known, low, high = (
            np.where(value > 0, joint[name].to_numpy() / value, np.nan)
            for name in ("ead_scored", "ead_low", "ead_high")
        )
    own = {name: assets[name].to_numpy(dtype=float) for name in ("criticality", "condition")}
    least, most = (np.where(assets["usable"], limit, np.nan) for limit in (share.least, share.most))
    return Indicators(
        pd.DataFrame({"ead_per_value": np.where(partly, np.nan, known), "exposed_share": share.known, **own}),
        pd.DataFrame({"ead_per_value": low, "exposed_share": least, **own}),
        pd.DataFrame({"ead_per_value": high, "exposed_share": most, **own}),
    )


def score_assets(
    assets: gpd.GeoDataFrame, exposure: pd.DataFrame, joint: pd.DataFrame, scores: Scores | None
) -> pd.DataFrame:
    """Return SCORES: a row per asset with each declared indicator (0-1, 1 good); empty without goalposts."""
    ids = pd.Categorical.from_codes(np.arange(len(assets)), categories=assets["asset_id"])
    if scores is None or not scores.indicators:
        return pd.DataFrame({"asset_id": ids[:0], "score": [], "score_low": [], "score_high": []})
    table = score(asset_indicators(assets, exposure, joint), scores.indicators, floor=scores.floor)
    table.insert(0, "asset_id", ids)
    return table


def score_districts(
    assets: gpd.GeoDataFrame, exposure: pd.DataFrame, joint: pd.DataFrame, scores: Scores | None
) -> pd.DataFrame:
    """Return a score for each district that holds an asset (index: district), as `score` gives it."""
    if scores is None or not scores.indicators:
        return pd.DataFrame({"score": [], "score_low": [], "score_high": []}, index=pd.Index([], dtype="str"))
    return score(district_indicators(assets, exposure, joint), scores.indicators, floor=scores.floor)


def district_indicators(assets: gpd.GeoDataFrame, exposure: pd.DataFrame, joint: pd.DataFrame) -> Indicators:
    """Return the indicators of each district that holds an asset (index: district).

    `ead` (currency/year) is the sum of EAD, `assets_exposed` the number of usable assets that are exposed,
    `ead_per_value` the sum of EAD over the sum of the values it rests on, `exposed_share` the share of its usable
    assets that are exposed, `criticality` and `condition` the means of what is known. Where a share of an asset is
    unknown, the district's figure lies between the best and the worst it may be; where an asset has no EAD, that of its
    district is at least the sum of what is known.
    """
    grouped = _of_assets(assets, exposure, joint).groupby(assets["district"].astype("str").to_numpy())
    sums = grouped[["least", "most", "low", "high", "value", "exposed", "may_be"]].sum(min_count=1)
    means = grouped[["exposed", "may_be", "criticality", "condition"]].mean()
    any_of = grouped[["partly", "unbounded", "untold", "endless"]].any()
    low, high = ((sums[name] / sums["value"]).where(sums["value"] > 0) for name in ("low", "high"))
    own = means[["criticality", "condition"]]

    def certain(table: pd.DataFrame) -> pd.Series:
        return table["exposed"].where(table["exposed"] == table["may_be"])

    return Indicators(
        own.assign(ead=sums["least"].mask(any_of["untold"]), ead_per_value=low.mask(any_of["partly"]),
                   exposed_share=certain(means), assets_exposed=certain(sums)),
        own.assign(ead=sums["least"], ead_per_value=low, exposed_share=means["exposed"],
                   assets_exposed=sums["exposed"]),
        own.assign(ead=sums["most"].mask(any_of["endless"]), ead_per_value=high.mask(any_of["unbounded"]),
                   exposed_share=means["may_be"], assets_exposed=sums["may_be"]),
    )  # fmt: skip


def _of_assets(assets: gpd.GeoDataFrame, exposure: pd.DataFrame, joint: pd.DataFrame) -> pd.DataFrame:
    """Return what the indicators of districts add up: of each asset its limits, and what of them is not known."""
    share = exposed_share(assets, exposure)
    value, usable = assets["value"].to_numpy(dtype=float), assets["usable"].to_numpy()
    partly = np.isnan(share.known) & usable
    told = (joint["ead_scored"].notna() & ~partly).to_numpy()
    low, high = (np.where(told, joint["ead_scored"], joint[name]) for name in ("ead_low", "ead_high"))
    priced = usable & (value > 0) & (told | partly)
    return pd.DataFrame(
        {
            "least": np.nan_to_num(low),
            "most": high,
            "untold": ~told,
            "endless": np.isnan(high),
            "low": np.where(priced, low, np.nan),
            "high": np.where(priced, high, np.nan),
            "unbounded": priced & np.isnan(high),
            "value": np.where(priced, value, np.nan),
            "exposed": np.where(usable, share.least > 0, np.nan),
            "may_be": np.where(usable, share.most > 0, np.nan),
            "partly": partly,
            "criticality": assets["criticality"],
            "condition": assets["condition"],
        }
    )
