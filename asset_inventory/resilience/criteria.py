"""Scores of assets and districts from 0 (worst) to 1 (best), and the criteria of districts.

A score is the weighted geometric mean of indicators, each between declared goalposts at 0 and 1
(OECD/JRC Handbook on Constructing Composite Indicators, 2008, ISBN 978-92-64-04345-9): a good value
cannot offset a fatal one, and a new asset or district changes no other score. A missing value is
neither average nor good: the score is then not known, and has its lowest and its highest possible
value. A criterion is a figure of the assessment or an indicator of the districts.
Assumption: the assets of the inventory are those of the district; a district without assets has no
figures of assets.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from asset_inventory.inventory.districts import HIGHER, LOWER, by_district
from asset_inventory.model.arrays import Flags, Floats
from asset_inventory.model.city import Goalpost, Scores
from asset_inventory.model.resilience import Criterion
from asset_inventory.model.tables import FindingRow, categorical, empty, finding
from asset_inventory.model.texts import folded, nearest
from asset_inventory.risk.exposure import exposed_share


@dataclass(frozen=True)
class Indicators:
    """Indicators in their own units: NaN in `known` means not known, between `good` and `bad`.

    NaN in `good` or `bad` means that only the goalpost is a limit.
    """

    known: pd.DataFrame
    good: pd.DataFrame
    bad: pd.DataFrame


def score(
    indicators: Indicators, goalposts: Mapping[str, Goalpost], *, floor: float
) -> pd.DataFrame:
    """Return the normalised indicators (0-1) with `score`, `score_low` and `score_high`, row by
    row.

    A normalised 0 counts as `floor`, because a true 0 would make the score 0. Without any
    indicator with a value or a limit there is no score (all three NaN).

    Examples
    --------
    Values of 0.25 and 1 have the score √0.25 = 0.5. If the second is not known, the score is
    between √(0.25 × 0.01) = 0.05 and 0.5.

    >>> known = pd.DataFrame({"condition": [0.25, 0.25], "criticality": [1.0, np.nan]})
    >>> post = Goalpost(worst=0, best=1, weight=1)
    >>> table = score(Indicators(known, known, known), {"condition": post, "criticality": post}, floor=0.01)
    >>> table[["score", "score_low", "score_high"]].round(9).values.tolist()
    [[0.5, 0.5, 0.5], [nan, 0.05, 0.5]]
    """
    known, best, worst = (
        pd.DataFrame({name: normalised(table[name], post) for name, post in goalposts.items()})
        for table in (indicators.known, indicators.good, indicators.bad)
    )
    weight = np.array([post.weight for post in goalposts.values()])
    nothing = (known.isna() & best.isna() & worst.isna()).all(axis=1).to_numpy()
    low = np.where(
        nothing, np.nan, geometric(known.fillna(worst).fillna(0.0).to_numpy(), weight, floor=floor)
    )
    high = np.where(
        nothing, np.nan, geometric(known.fillna(best).fillna(1.0).to_numpy(), weight, floor=floor)
    )
    complete = known.notna().all(axis=1).to_numpy()
    return known.assign(score=np.where(complete, low, np.nan), score_low=low, score_high=high)


def geometric(normal: Floats, weight: Floats, *, floor: float) -> Floats:
    """Return the weighted geometric mean of each row of good values (0-1); 0 counts as `floor`.

    Examples
    --------
    √(0.25 × 1) = 0.5, and √(0.01 × 1) = 0.1 where 0 counts as 0.01:

    >>> geometric(np.array([[0.25, 1.0], [0.0, 1.0]]), np.array([1.0, 1.0]), floor=0.01).round(9).tolist()
    [0.5, 0.1]
    """
    return np.exp(_weighed(np.log(np.maximum(normal, floor)), weight))


def linear(normal: Floats, weight: Floats) -> Floats:
    """Return the weighted arithmetic mean of each row of good values (0-1), in which a good one
    offsets a bad one.

    Examples
    --------
    >>> linear(np.array([[0.25, 1.0]]), np.array([1.0, 2.0])).tolist()
    [0.75]
    """
    return _weighed(normal, weight)


def _weighed(table: Floats, weight: Floats) -> Floats:
    # row by row: a product of matrices may round a row differently with more rows
    means: Floats = (table * (weight / weight.sum())).sum(axis=1)
    return means


def normalised(values: pd.Series, post: Goalpost | Criterion) -> pd.Series:
    """Return values as 0 (at the worst goalpost or beyond) to 1 (at the best or beyond); NaN stays
    NaN.

    Examples
    --------
    >>> normalised(pd.Series([0.0, 5.0, 20.0]), Goalpost(worst=10, best=0, weight=1)).tolist()
    [1.0, 0.5, 0.0]
    """
    # + 0.0: a value at the worst goalpost is 0, not -0
    share = (values.to_numpy(dtype=float) - post.worst) / (post.best - post.worst)
    return pd.Series(np.clip(share, 0.0, 1.0) + 0.0, index=values.index)


def asset_indicators(
    assets: gpd.GeoDataFrame, exposure: pd.DataFrame, joint: pd.DataFrame
) -> Indicators:
    """Return the indicators of each asset, in ASSETS' order: `ead_per_value` (1/year),
    `exposed_share` (0-1, the greatest over all maps), `criticality` and `condition` (0-1).

    EAD is that of all hazards together, `ead_scored` of JOINT_EAD. If a map has no data for a part
    of the asset, EAD and share are not known and lie within their bounds.

    Examples
    --------
    An asset with a value of 1,000 and an EAD of 20 a year, half of it under water on the worst map:

    >>> assets = pd.DataFrame({"usable": [True], "value": [1000.0], "criticality": [0.5], "condition": [np.nan]})
    >>> exposure = pd.DataFrame({
    ...     "asset_id": pd.Categorical(["a"]), "exposed_fraction": [0.5], "no_data_fraction": [0.0]})
    >>> joint = pd.DataFrame({"ead_scored": [20.0], "ead_low": [10.0], "ead_high": [30.0]})
    >>> asset_indicators(assets, exposure, joint).known.to_dict("records")
    [{'ead_per_value': 0.02, 'exposed_share': 0.5, 'criticality': 0.5, 'condition': nan}]
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
    lower, upper = (
        np.where(assets["usable"], limit, np.nan) for limit in (share.least, share.most)
    )
    return Indicators(
        pd.DataFrame(
            {"ead_per_value": np.where(partly, np.nan, known), "exposed_share": share.known, **own}
        ),
        pd.DataFrame({"ead_per_value": low, "exposed_share": lower, **own}),
        pd.DataFrame({"ead_per_value": high, "exposed_share": upper, **own}),
    )


def score_assets(
    assets: gpd.GeoDataFrame, exposure: pd.DataFrame, joint: pd.DataFrame, scores: Scores | None
) -> pd.DataFrame:
    """Return SCORES: a row per asset with each declared indicator (0-1, 1 good); empty without
    goalposts.

    Examples
    --------
    An EAD of 2 % of the value is halfway between the goalposts 0 and 4 %:

    >>> assets = pd.DataFrame({
    ...     "asset_id": ["a"], "usable": [True], "value": [1000.0], "criticality": [0.5], "condition": [np.nan]})
    >>> exposure = pd.DataFrame({
    ...     "asset_id": pd.Categorical(["a"]), "exposed_fraction": [0.5], "no_data_fraction": [0.0]})
    >>> joint = pd.DataFrame({"ead_scored": [20.0], "ead_low": [10.0], "ead_high": [30.0]})
    >>> scores = Scores(ead_per_value=Goalpost(worst=0.04, best=0, weight=1))
    >>> score_assets(assets, exposure, joint, scores)[["score", "score_low", "score_high"]].round(9).values.tolist()
    [[0.5, 0.5, 0.5]]
    """
    ids = categorical(np.arange(len(assets)), assets["asset_id"])
    if scores is None or not scores.indicators:
        return pd.DataFrame({"asset_id": ids[:0], "score": [], "score_low": [], "score_high": []})
    table = score(asset_indicators(assets, exposure, joint), scores.indicators, floor=scores.floor)
    return pd.concat([pd.DataFrame({"asset_id": ids}), table], axis=1)


def score_districts(
    assets: gpd.GeoDataFrame, exposure: pd.DataFrame, joint: pd.DataFrame, scores: Scores | None
) -> pd.DataFrame:
    """Return the `score` of each district that has an asset (index: district).

    Examples
    --------
    >>> assets = pd.DataFrame({
    ...     "district": ["west", "west"], "usable": True, "value": [1000.0, 3000.0], "criticality": np.nan,
    ...     "condition": np.nan})
    >>> exposure = pd.DataFrame({
    ...     "asset_id": pd.Categorical(["a"], ["a", "b"]), "exposed_fraction": [0.5], "no_data_fraction": [0.0]})
    >>> joint = pd.DataFrame({"ead_scored": [20.0, 60.0], "ead_low": [20.0, 60.0], "ead_high": [20.0, 60.0]})
    >>> scores = Scores(ead_per_value=Goalpost(worst=0.04, best=0, weight=1))
    >>> score_districts(assets, exposure, joint, scores)["score"].round(9).to_dict()
    {'west': 0.5}
    """
    if scores is None or not scores.indicators:
        return pd.DataFrame(
            {"score": [], "score_low": [], "score_high": []}, index=pd.Index([], dtype="str")
        )
    return score(
        district_indicators(assets, exposure, joint), scores.indicators, floor=scores.floor
    )


def district_indicators(
    assets: gpd.GeoDataFrame, exposure: pd.DataFrame, joint: pd.DataFrame
) -> Indicators:
    """Return the indicators of each district that has an asset (index: district).

    `ead` (currency/year) is the sum of EAD, `assets_exposed` the number of usable assets that are
    exposed, `ead_per_value` the sum of EAD over the sum of the values of the same assets,
    `exposed_share` the share of its usable assets that are exposed, `criticality` and `condition`
    the means of the known ones. If a share of an asset is not known, the district's figure lies
    between its best and its worst possible value; if an asset has no EAD, that of its district is
    at least the sum of the known ones.

    Examples
    --------
    One of two assets is exposed; they lose 20 and 60 a year of 1,000 and 3,000:

    >>> assets = pd.DataFrame({
    ...     "district": ["west", "west"], "usable": True, "value": [1000.0, 3000.0], "criticality": [0.5, np.nan],
    ...     "condition": np.nan})
    >>> exposure = pd.DataFrame({
    ...     "asset_id": pd.Categorical(["a"], ["a", "b"]), "exposed_fraction": [0.5], "no_data_fraction": [0.0]})
    >>> joint = pd.DataFrame({"ead_scored": [20.0, 60.0], "ead_low": [20.0, 60.0], "ead_high": [20.0, 60.0]})
    >>> figures = district_indicators(assets, exposure, joint).known
    >>> figures[["ead", "ead_per_value", "exposed_share", "assets_exposed"]].to_dict("index")
    {'west': {'ead': 80.0, 'ead_per_value': 0.02, 'exposed_share': 0.5, 'assets_exposed': 1.0}}
    """
    grouped = _of_assets(assets, exposure, joint).groupby(
        assets["district"].astype("str").to_numpy()
    )
    sums = grouped[["least", "most", "low", "high", "value", "exposed", "may_be"]].sum(min_count=1)
    means = grouped[["exposed", "may_be", "criticality", "condition"]].mean()
    any_of = grouped[["partly", "unbounded", "not_known", "endless"]].any()
    low, high = ((sums[name] / sums["value"]).where(sums["value"] > 0) for name in ("low", "high"))
    own = means[["criticality", "condition"]]

    def certain(table: pd.DataFrame) -> pd.Series:
        return table["exposed"].where(table["exposed"] == table["may_be"])

    return Indicators(
        own.assign(
            ead=sums["least"].mask(any_of["not_known"]),
            ead_per_value=low.mask(any_of["partly"]),
            exposed_share=certain(means),
            assets_exposed=certain(sums),
        ),
        own.assign(
            ead=sums["least"],
            ead_per_value=low,
            exposed_share=means["exposed"],
            assets_exposed=sums["exposed"],
        ),
        own.assign(
            ead=sums["most"].mask(any_of["endless"]),
            ead_per_value=high.mask(any_of["unbounded"]),
            exposed_share=means["may_be"],
            assets_exposed=sums["may_be"],
        ),
    )


def _of_assets(
    assets: gpd.GeoDataFrame, exposure: pd.DataFrame, joint: pd.DataFrame
) -> pd.DataFrame:
    """Return limits of the indicators that districts sum, by asset, and which are not known."""
    share = exposed_share(assets, exposure)
    value, usable = assets["value"].to_numpy(dtype=float), assets["usable"].to_numpy()
    partly = np.isnan(share.known) & usable
    known = (joint["ead_scored"].notna() & ~partly).to_numpy()
    low, high = (
        np.where(known, joint["ead_scored"], joint[name]) for name in ("ead_low", "ead_high")
    )
    priced = usable & (value > 0) & (known | partly)
    return pd.DataFrame(
        {
            "least": np.nan_to_num(low),
            "most": high,
            "not_known": ~known,
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


HECTARE = 10_000.0  # m2
OF_ASSETS = ("ead", "ead_per_value", "ead_per_hectare", "assets_exposed", "exposed_share")
OF_PEOPLE = ("people_exposed", "people_displaced")
FIGURES = (*OF_ASSETS, *OF_PEOPLE)
_SOURCE = "city.toml"
_TURNS = {HIGHER: "criterion_turns_higher", LOWER: "criterion_turns_lower"}


@dataclass(frozen=True)
class Figures:
    """The figures of each district (rows) by name (columns): NaN in `known` means not known,
    between `low` and `high`.

    NaN in `low` or `high` means no limit on that side.
    """

    known: pd.DataFrame
    low: pd.DataFrame
    high: pd.DataFrame


def district_figures(
    districts: gpd.GeoDataFrame,
    of_assets: Indicators,
    people_exposed: pd.Series,
    people: pd.DataFrame,
    indicators: pd.DataFrame,
) -> Figures:
    """Return every figure by which districts can be compared, a row for each of them.

    FIGURES in currency/year, 1/year, currency/year per hectare, assets, share, and people; then
    every indicator of DISTRICT_INDICATORS in its own unit. `of_assets` are the
    `district_indicators` of scores, `people_exposed` is by district, `people` is PEOPLE.

    Examples
    --------
    A district of one hectare with an EAD of 80 a year and 120 exposed people:

    >>> districts = gpd.GeoDataFrame({"district": ["west"]}, geometry=[shapely.box(0, 0, 100, 100)])
    >>> known = pd.DataFrame(
    ...     {"ead": 80.0, "ead_per_value": 0.02, "exposed_share": 0.5, "assets_exposed": 1.0}, index=["west"])
    >>> figures = district_figures(
    ...     districts, Indicators(known, known, known), pd.Series({"west": 120.0}), empty("PEOPLE"),
    ...     empty("DISTRICT_INDICATORS"))
    >>> figures.known[["ead", "ead_per_hectare", "people_exposed"]].to_dict("index")
    {'west': {'ead': 80.0, 'ead_per_hectare': 80.0, 'people_exposed': 120.0}}
    """
    ids = pd.Index(districts["district"].astype(str), name="district")
    hectares = pd.Series(shapely.area(districts.geometry.to_numpy()) / HECTARE, index=ids).replace(
        0.0, np.nan
    )
    exposed = people_exposed.reindex(ids).astype(float)
    displaced = displaced_limits(people, ids)
    offices = by_district(indicators).reindex(ids).astype(float)
    offices = offices.drop(columns=[name for name in offices if name in FIGURES])

    def table(of_assets: pd.DataFrame, limit: str) -> pd.DataFrame:
        own = of_assets.reindex(ids)
        named = own.assign(ead_per_hectare=own["ead"] / hectares)[list(OF_ASSETS)].astype(float)
        return pd.concat(
            [named.assign(people_exposed=exposed, people_displaced=displaced[limit]), offices],
            axis=1,
        )

    return Figures(
        table(of_assets.known, "known"), table(of_assets.good, "low"), table(of_assets.bad, "high")
    )


def displaced_limits(people: pd.DataFrame, ids: pd.Index) -> pd.DataFrame:
    """Return how many people each district's worst map displaces: `known`, and the limits `low` and
    `high`.

    Each person counts once on a map, and maps are not summed. None or all of the people without
    data may be displaced.

    Examples
    --------
    >>> people = pd.DataFrame({
    ...     "district": "a", "hazard": "flood", "return_period": 100.0, "people": [50.0, 20.0],
    ...     "displaced": [5.0, np.nan],
    ... })
    >>> displaced_limits(people, pd.Index(["a"])).values.tolist()
    [[nan, 5.0, 25.0]]
    """
    if not len(people):
        return pd.DataFrame(np.nan, index=ids, columns=["known", "low", "high"])
    persons, displaced = (
        people["people"].to_numpy(dtype=float),
        people["displaced"].to_numpy(dtype=float),
    )
    not_known = np.isnan(displaced)
    table = pd.DataFrame(
        {
            "district": people["district"].astype(str),
            "hazard": people["hazard"].astype(str),
            "return_period": people["return_period"].to_numpy(dtype=float),
            "low": np.where(not_known, 0.0, displaced),
            "high": np.where(not_known, persons, displaced),
            "endless": not_known & np.isnan(persons),
        }
    )
    maps = table.groupby(["district", "hazard", "return_period"], dropna=False)
    by_map = maps.agg(low=("low", "sum"), high=("high", "sum"), endless=("endless", "any"))
    worst = by_map.groupby(level="district").max().reindex(ids)
    endless = worst["endless"].eq(True)
    low, high = worst["low"], worst["high"].mask(endless)
    return pd.DataFrame(
        {"known": low.where(low == high), "low": low.mask(endless & (low == 0)), "high": high}
    )


def criteria(figures: Figures, declared: Mapping[str, Criterion]) -> pd.DataFrame:
    """Return CRITERIA: for each district, in order, a row for each declared criterion, in order.

    `value_least` and `value_most`, in the unit of the value, are those of the least and of the most
    possible need; NaN means no limit. A criterion without a figure is not known in any district.

    Examples
    --------
    >>> loss = pd.DataFrame({"loss": [5.0, np.nan]}, index=pd.Index(["west", "east"], name="district"))
    >>> figures = Figures(known=loss, low=loss.fillna(2.0), high=loss.fillna(8.0))
    >>> criteria(figures, {"loss": Criterion(worst=10, best=0)})[["district", "score", "score_low",
    ...     "score_high"]].values.tolist()
    [['west', 0.5, 0.5, 0.5], ['east', nan, 0.2, 0.8]]
    """
    parts = []
    for place, (name, criterion) in enumerate(declared.items()):
        column = figure_meant(name, criterion, figures)
        known, low, high = (
            table[column] if column is not None else pd.Series(np.nan, index=table.index)
            for table in (figures.known, figures.low, figures.high)
        )
        least, most = (low, high) if criterion.worst > criterion.best else (high, low)
        values = pd.DataFrame(
            {"value": known, "value_least": known.fillna(least), "value_most": known.fillna(most)}
        )
        parts.append(
            scored(values, criterion).assign(
                criterion=name, place=place, row=np.arange(len(values))
            )
        )
    if not parts:
        return empty("CRITERIA")
    table = (
        pd.concat(parts)
        .rename_axis("district")
        .reset_index()
        .sort_values(["row", "place"], ignore_index=True)
    )
    return table[list(empty("CRITERIA").columns)].astype({"district": "str", "criterion": "str"})


def scored(values: pd.DataFrame, post: Criterion) -> pd.DataFrame:
    """Return values of one criterion with `score`, `score_low` and `score_high` (0-1); from 0 to 1
    without limits.

    `values` has `value`, `value_least` and `value_most` of CRITERIA.

    Examples
    --------
    >>> values = pd.DataFrame({"value": [2.0, np.nan], "value_least": [2.0, 4.0], "value_most": [2.0, np.nan]})
    >>> scored(values, Criterion(worst=10, best=0))[["score", "score_low", "score_high"]].values.tolist()
    [[0.8, 0.8, 0.8], [nan, 0.0, 0.6]]
    """
    score = normalised(values["value"], post)
    return values.assign(
        score=score,
        score_low=score.fillna(normalised(values["value_most"], post)).fillna(0.0),
        score_high=score.fillna(normalised(values["value_least"], post)).fillna(1.0),
    )


def wide(criteria: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return a column of CRITERIA as districts (rows) × criteria (columns), both in their order.

    Examples
    --------
    >>> table = pd.DataFrame({"district": ["b", "a"], "criterion": "loss", "value": [1.0, 2.0]})
    >>> wide(table, "value").to_dict("index")
    {'b': {'loss': 1.0}, 'a': {'loss': 2.0}}
    """
    row, districts = pd.factorize(criteria["district"])
    place, names = pd.factorize(criteria["criterion"])
    values = np.full((len(districts), len(names)), np.nan)
    values[row, place] = criteria[column].to_numpy(dtype=float)
    return pd.DataFrame(
        values, index=districts.rename("district"), columns=names.rename("criterion")
    )


def nothing_known(criteria: pd.DataFrame) -> Flags:
    """Return which districts have no criterion with a value or a limit.

    Examples
    --------
    >>> table = pd.DataFrame({
    ...     "district": ["west", "east"], "criterion": "loss", "value": [1.0, np.nan],
    ...     "value_least": [1.0, np.nan], "value_most": [1.0, np.nan]})
    >>> nothing_known(table).tolist()
    [False, True]
    """
    return np.all(
        [
            wide(criteria, name).isna().all(axis=1)
            for name in ("value", "value_least", "value_most")
        ],
        axis=0,
    )


def need_ranks(score_low: np.ndarray | pd.Series) -> Floats:
    """Return ranks by the lowest possible score, 1 the neediest; equal scores share the lower rank,
    NaN has no rank.

    Examples
    --------
    >>> need_ranks(np.array([0.5, 0.2, 0.2, np.nan])).tolist()
    [3.0, 1.0, 1.0, nan]
    """
    # rounded, so that no districts differ by rounding
    rounded = pd.Series(np.round(np.asarray(score_low, dtype=float), 12))
    return np.asarray(rounded.rank(method="min"), dtype=np.float64)


def towards_need(declared: Mapping[str, Criterion], names: Iterable[str]) -> np.ndarray:
    """Return the sign of need of each criterion: 1 where more is worse, -1 where less is worse.

    Examples
    --------
    >>> declared = {"loss": Criterion(worst=10, best=0), "income": Criterion(worst=0, best=10)}
    >>> towards_need(declared, ["loss", "income"]).tolist()
    [1.0, -1.0]
    """
    return np.array([1.0 if declared[name].worst > declared[name].best else -1.0 for name in names])


def figure_meant(name: str, criterion: Criterion, figures: Figures) -> str | None:
    """Return the figure that a criterion names, in any clear spelling; None without such a
    figure.

    Examples
    --------
    >>> figures = Figures(*[pd.DataFrame({"ead": [1.0], "Poor people": [30.0]})] * 3)
    >>> figure_meant("poor PEOPLE", Criterion(worst=100, best=0), figures)
    'Poor people'
    >>> figure_meant("poverty", Criterion(worst=100, best=0, of="Poor people"), figures)
    'Poor people'
    """
    given = criterion.of or name
    names = [str(name) for name in figures.known]
    if given in names:
        return given
    return next((name for name in names if folded(name) == folded(given)), None)


def criteria_findings(
    figures: Figures, declared: Mapping[str, Criterion], better: Mapping[str, str]
) -> Iterator[FindingRow]:
    """Yield rows of FINDINGS on criteria without differences, or in the wrong direction.

    `better` has the better end of each indicator.

    Examples
    --------
    >>> figures = Figures(*[pd.DataFrame({"ead": [7.0, 7.0]})] * 3)
    >>> declared = {"ead": Criterion(worst=10, best=0), "eat": Criterion(worst=10, best=0)}
    >>> [(row["feature"], row["code"]) for row in criteria_findings(figures, declared, {})]
    [('ead', 'criterion_constant'), ('eat', 'criterion_without_figure_near')]
    """
    for name in [name for name in better if name in FIGURES]:
        yield finding("indicator_named_as_figure", source=_SOURCE, feature=name, column="criteria")
    for name, criterion in declared.items():
        column = figure_meant(name, criterion, figures)

        def of_criterion(code: str, name: str = name, **arguments: Any) -> FindingRow:
            return finding(code, source=_SOURCE, feature=name, column="criteria", **arguments)

        if column is None:
            near = nearest(criterion.of or name, map(str, figures.known))
            if near:
                yield of_criterion(
                    "criterion_without_figure_near", given=criterion.of or name, near=near
                )
            else:
                yield of_criterion("criterion_without_figure", given=criterion.of or name)
            continue
        known, bounded = (
            figures.known[column],
            figures.low[column].notna() | figures.high[column].notna(),
        )
        if not (known.notna() | bounded).any():
            yield of_criterion("criterion_known_nowhere", given=column)
        elif len(known) > 1 and known.notna().all() and known.nunique() == 1:
            yield of_criterion("criterion_constant", given=column, value=float(known.iloc[0]))
        elif len(known) > 1 and known.notna().all() and normalised(known, criterion).nunique() == 1:
            yield of_criterion(
                "criterion_beyond_goalposts",
                given=column,
                least=float(known.min()),
                most=float(known.max()),
                worst=criterion.worst,
                best=criterion.best,
            )
        end = better.get(column)
        if end is not None and (end == LOWER) != (criterion.best < criterion.worst):
            yield of_criterion(
                _TURNS[end], given=column, worst=criterion.worst, best=criterion.best
            )


def which_is_better(indicators: pd.DataFrame) -> dict[str, str]:
    """Return the better end of each indicator that counts: «higher» or «lower».

    Examples
    --------
    >>> which_is_better(pd.DataFrame({"indicator": ["income", "poor"], "better": ["higher",
    ...     "lower"], "counted": [True, False]}))
    {'income': 'higher'}
    """
    counted = indicators[indicators["counted"].to_numpy(dtype=bool)]
    first = counted.drop_duplicates("indicator")
    return dict(zip(first["indicator"].astype(str), first["better"].astype(str), strict=True))
