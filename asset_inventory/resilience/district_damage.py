"""The damage and exposure of each district, in the order of its damage relative to value.

A district row holds the sums over its assets; the rows, with the one for assets outside all
districts, add up to the city. Damage relative to value is an indicator, EAD divided by the value of
the assets with a figure, and proposes no district. A district with few assets in the inventory has
no rank: its figure rests on chance.
"""

from collections.abc import Collection, Iterable

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.model.tables import (
    FEW_ASSETS,
    INCOMPLETE_LAYERS,
    NO_FIGURE,
    OUTSIDE_DISTRICTS,
    categorical,
    empty,
    rows_at,
)
from asset_inventory.risk.exposure import SHARE_NOISE, exposed_share

PEOPLE_RULES = ("share of dwellings", "share of area", "not known")


def district_damage(
    districts: gpd.GeoDataFrame,
    assets: gpd.GeoDataFrame,
    exposure: pd.DataFrame,
    joint: pd.DataFrame,
    district_scores: pd.DataFrame,
    people: pd.DataFrame,
    *,
    not_ranked: pd.Series,
) -> gpd.GeoDataFrame:
    """Return DISTRICT_DAMAGE without `data_status`, a row per district and, where assets lie in none,
    a row `outside districts` without rank.

    Rank 1 has the highest damage relative to value; where only bounds are known their middle
    counts, and without any EAD the number of exposed assets.

    `people` has `people_exposed` and `people_rule` by district, `not_ranked` is
    `districts_not_ranked`. EAD is that of all hazards together
    (JOINT_EAD); `assets_counted` have a figure, `assets_without_figure` have none, and a sum of
    nothing is NaN.

    Examples
    --------
    One of two assets of a district is exposed:

    >>> import shapely
    >>> districts = gpd.GeoDataFrame(
    ...     {"district": ["west"], "name": ["West"], "parent": [None], "population": [100.0]},
    ...     geometry=[shapely.box(0, 0, 100, 100)], crs="EPSG:32749")
    >>> assets = gpd.GeoDataFrame(
    ...     {"district": ["west", "west"], "usable": True, "value": 100.0},
    ...     geometry=[shapely.Point(1, 1), shapely.Point(2, 2)])
    >>> exposure = pd.DataFrame({
    ...     "asset_id": pd.Categorical(["a"], ["a", "b"]), "exposed_fraction": [1.0], "no_data_fraction": [0.0]})
    >>> joint = pd.DataFrame({
    ...     "ead": [20.0, 0.0], "ead_low": [10.0, 0.0], "ead_high": [30.0, 0.0]})
    >>> scores = pd.DataFrame({"score": 0.5, "score_low": 0.4, "score_high": 0.6}, index=["west"])
    >>> people = pd.DataFrame({"people_exposed": 50.0, "people_rule": "share of dwellings"}, index=["west"])
    >>> areas = district_damage(
    ...     districts, assets, exposure, joint, scores, people, not_ranked=pd.Series({"west": None}))
    >>> areas[["district", "ead", "ead_per_value", "assets", "assets_exposed", "rank"]].values.tolist()
    [['west', 20.0, 0.1, 2, 1, 1.0]]
    """
    sums = _sums(assets, exposure, joint)
    scores = district_scores[["score", "score_low", "score_high"]]
    table = districts.drop(columns="population")
    table = table.merge(sums, how="outer", left_on="district", right_index=True)
    table = table.merge(people, how="left", left_on="district", right_index=True)
    table = table.merge(scores, how="left", left_on="district", right_index=True)
    counts = ["assets", "assets_exposed", "assets_counted", "assets_without_figure"]
    table[counts] = table[counts].fillna(0).astype("int64")
    table["people_rule"] = table["people_rule"].fillna("not known")
    table["not_ranked"] = table["district"].map(not_ranked).astype("str")
    table["ead_per_value"] = table["ead"] / table["value_counted"]
    table["rank"], table["not_ranked"] = _ranks(table)
    outside = table["district"] == OUTSIDE_DISTRICTS
    inside = table[~outside].sort_values(["rank", "district"])
    table = pd.concat([inside, table[outside]], ignore_index=True)
    columns = empty("DISTRICT_DAMAGE").columns.drop("data_status")
    return gpd.GeoDataFrame(table[columns], geometry="geometry", crs=districts.crs)


def _ranks(table: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return the rank of each district, and why one has none; «outside» has neither."""
    outside = table["district"] == OUTSIDE_DISTRICTS
    middle = (table["ead_low"] + table["ead_high"]) / 2 / table["value"]
    figure = table["ead_per_value"].fillna(middle.replace(np.inf, np.nan))
    if figure.isna().all():
        figure = table["assets_exposed"].astype("float64")
    reason = table["not_ranked"].where(table["not_ranked"].notna() | figure.notna(), NO_FIGURE)
    order = (
        table.assign(figure=figure)[(reason.isna() & ~outside).to_numpy()]
        .sort_values(
            ["figure", "ead", "assets_exposed", "district"], ascending=[False, False, False, True]
        )
        .index
    )
    ranks = pd.Series(np.arange(1.0, len(order) + 1), index=order).reindex(table.index)
    return ranks, reason.mask(outside)


def districts_not_ranked(
    districts: pd.Series, assets: pd.DataFrame, *, fewest: int, incomplete: Collection[str]
) -> pd.Series:
    """Return by district why it has no rank, missing for one that has: fewer than `fewest` assets,
    or none in any of the layers that are not complete.

    `incomplete` are the names of those layers: where they hold nothing, what stands there is not
    known. Each of them may cover another part of the city, so one of them is enough.

    Examples
    --------
    Three houses in the west, one in the east; no road of the incomplete layer in the west:

    >>> assets = pd.DataFrame({"district": ["west"] * 3 + ["east"] * 2, "layer": ["houses"] * 4 + ["roads"]})
    >>> districts = pd.Series(["west", "east"])
    >>> districts_not_ranked(districts, assets, fewest=3, incomplete=()).to_dict()
    {'west': nan, 'east': 'few assets'}
    >>> districts_not_ranked(districts, assets, fewest=2, incomplete=("roads",)).to_dict()
    {'west': 'incomplete layers', 'east': nan}
    """
    own = assets["district"].astype("str")
    counts = own.value_counts().reindex(districts).fillna(0)
    partial = assets["layer"].astype("str").isin(list(incomplete)).to_numpy()
    seen = districts.isin(own[partial]).to_numpy() | (not partial.any())
    few = (counts < fewest).to_numpy()
    reason = np.where(few, 0, np.where(seen, -1, 1))
    words = pd.Series(categorical(reason, [FEW_ASSETS, INCOMPLETE_LAYERS]), index=counts.index)
    return words.astype("str")


def _sums(assets: gpd.GeoDataFrame, exposure: pd.DataFrame, joint: pd.DataFrame) -> pd.DataFrame:
    figures = joint[["ead", "ead_low", "ead_high"]]
    counted = figures["ead"].notna().to_numpy()
    value = assets["value"].to_numpy(dtype=float)
    columns = figures.assign(
        value=value,
        value_counted=np.where(counted, value, np.nan),
        assets=1,
        assets_exposed=exposed_share(assets, exposure).least > 0,
        assets_counted=counted,
        assets_without_figure=~counted,
    )
    grouped = columns.groupby(assets["district"].astype("str").to_numpy())
    sums = grouped[["ead", "ead_low", "ead_high", "value", "value_counted"]].sum(min_count=1)
    counts = grouped[["assets", "assets_exposed", "assets_counted", "assets_without_figure"]].sum()
    # A bound of a sum is known only if that of each part is.
    complete = grouped[["ead_low", "ead_high"]].count().eq(counts["assets"], axis=0)
    sums[["ead_low", "ead_high"]] = sums[["ead_low", "ead_high"]].where(complete)
    return pd.concat([sums, counts], axis=1)


def by_parent(areas: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the sums of DISTRICT_DAMAGE by `parent` (kecamatan), a row each; the last row has the
    districts without a parent.

    A sum of nothing is NaN. A bound of a sum, and people, are known only if those of each part are;
    people are also in districts without assets.

    Examples
    --------
    >>> areas = pd.DataFrame({
    ...     "parent": ["North", "North", None], "ead": [20.0, 5.0, 1.0], "ead_low": [10.0, np.nan,
    ...     1.0], "ead_high": 30.0,
    ...     "people_exposed": np.nan, "assets": 2, "assets_exposed": 1, "assets_counted": 2,
    ...     "assets_without_figure": 0})
    >>> by_parent(areas)[["parent", "ead", "ead_low", "assets"]].values.tolist()
    [['North', 25.0, nan, 4], ['outside districts', 1.0, 1.0, 2]]
    """
    areas = areas.assign(parent=areas["parent"].fillna(OUTSIDE_DISTRICTS))
    grouped = areas[areas["assets"] > 0].groupby("parent")
    sums = grouped[["ead"]].sum(min_count=1)
    people = areas.groupby("parent")["people_exposed"].agg(lambda part: part.sum(skipna=False))
    bounds = grouped[["ead_low", "ead_high"]].sum(min_count=1)
    complete = grouped[["ead_low", "ead_high"]].count().eq(grouped.size(), axis=0)
    counts = grouped[["assets", "assets_exposed", "assets_counted", "assets_without_figure"]].sum()
    sums = sums.assign(people_exposed=people)
    table = pd.concat([sums, bounds.where(complete), counts], axis=1).reset_index()
    outside = table["parent"] == OUTSIDE_DISTRICTS
    return pd.concat([table[~outside], table[outside]], ignore_index=True)


def people_exposed(
    districts: gpd.GeoDataFrame,
    assets: gpd.GeoDataFrame,
    exposure: pd.DataFrame,
    dwellings: tuple[str, ...],
    district_exposure: pd.DataFrame,
) -> pd.DataFrame:
    """Return `people_exposed` and the rule by which it was computed, by district.

    Residents × the share of the district's dwellings (assets of the types `dwellings`) that are
    exposed on some map, by count; in a district without dwellings, × the share of its area
    (`district_exposure` is EXPOSURE of the districts themselves). The share leaves out dwellings
    and area without data; the result is NaN if no data is left, and without residents.

    Examples
    --------
    One of two houses is exposed, so half of 100 residents are:

    >>> districts = pd.DataFrame({"district": ["west"], "population": [100.0]})
    >>> assets = pd.DataFrame({"district": ["west", "west"], "asset_type": "house", "usable": True})
    >>> exposure = pd.DataFrame({
    ...     "asset_id": pd.Categorical(["a"], ["a", "b"]), "exposed_fraction": [1.0], "no_data_fraction": [0.0]})
    >>> of_district = pd.DataFrame({
    ...     "asset_id": pd.Categorical(["west"]), "exposed_fraction": [0.1], "no_data_fraction": [0.0]})
    >>> people_exposed(districts, assets, exposure, ("house",), of_district).to_dict("index")
    {'west': {'people_exposed': 50.0, 'people_rule': 'share of dwellings'}}
    """
    population = districts.set_index("district")["population"]
    share = exposed_share(assets, exposure)
    home = (assets["asset_type"].isin(dwellings) & assets["usable"]).to_numpy()
    state = np.where(share.least > 0, 1.0, np.where(share.most > 0, np.nan, 0.0))
    homes = pd.Series(state[home]).groupby(assets["district"].astype("str").to_numpy()[home])
    has_homes = homes.size().reindex(population.index).fillna(0) > 0
    by_area = pd.Series(
        _share_of_area(district_exposure, len(districts)), index=districts["district"]
    )
    chosen = (
        homes.mean().reindex(population.index).where(has_homes, by_area.reindex(population.index))
    )
    rule = np.where(
        population.isna() | chosen.isna(),
        PEOPLE_RULES[2],
        np.where(has_homes, PEOPLE_RULES[0], PEOPLE_RULES[1]),
    )
    return pd.DataFrame(
        {"people_exposed": population * chosen, "people_rule": rule}, index=population.index
    )


def people_exposed_by_map(
    districts: gpd.GeoDataFrame,
    assets: gpd.GeoDataFrame,
    exposure: pd.DataFrame,
    dwellings: tuple[str, ...],
    district_exposure: pd.DataFrame,
    maps: Iterable[tuple[str, float]],
) -> pd.DataFrame:
    """Return PEOPLE_EXPOSED without `data_status`: `people_exposed` under each map (hazard, period).

    No rows for districts without declared residents.

    Examples
    --------
    The house is exposed to the rarer of two maps:

    >>> districts = pd.DataFrame({"district": ["west"], "population": [100.0]})
    >>> assets = pd.DataFrame({"district": ["west"], "asset_type": "house", "usable": True})
    >>> exposure = pd.DataFrame({
    ...     "asset_id": pd.Categorical(["a"]), "hazard": "flood", "return_period": 100.0,
    ...     "exposed_fraction": [1.0], "no_data_fraction": [0.0]})
    >>> areas = exposure.assign(asset_id=pd.Categorical(["west"])).iloc[:0]
    >>> maps = [("flood", 10.0), ("flood", 100.0)]
    >>> table = people_exposed_by_map(districts, assets, exposure, ("house",), areas, maps)
    >>> table["people_exposed"].tolist()
    [0.0, 100.0]
    """
    none = empty("PEOPLE_EXPOSED").drop(columns="data_status")
    tables = [
        people_exposed(
            districts,
            assets,
            exposure[rows_at(exposure, hazard, period)],
            dwellings,
            district_exposure[rows_at(district_exposure, hazard, period)],
        )
        .rename_axis("district")
        .reset_index()
        .assign(hazard=hazard, return_period=period)
        for hazard, period in maps
        if districts["population"].notna().any()
    ]
    if not tables:
        return none
    table = pd.concat(tables, ignore_index=True)[none.columns]
    return table.astype(dict.fromkeys(("district", "hazard", "people_rule"), "category"))


def _share_of_area(exposure: pd.DataFrame, size: int) -> np.ndarray:
    """Return the greatest share of each district's known area exposed on any map, or NaN."""
    row, known = (
        exposure["asset_id"].cat.codes.to_numpy(),
        1 - exposure["no_data_fraction"].to_numpy(),
    )
    blind = known <= SHARE_NOISE
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(
            blind, 0.0, np.minimum(exposure["exposed_fraction"].to_numpy() / known, 1.0)
        )
    greatest, unseen = np.zeros(size), np.zeros(size, dtype=bool)
    np.maximum.at(greatest, row, share)
    unseen[row[blind]] = True
    return np.where((greatest == 0) & unseen, np.nan, greatest)
