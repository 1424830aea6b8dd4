"""Where to look first: every district with its damage a year, its exposed assets and people, and its rank.

A district row holds the sums over its assets; the rows, with the one for what lies outside all
districts, add up to the city. Rank 1 is the lowest score; on equal scores the greater EAD comes first.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.tables import EXERCISE, OUTSIDE_DISTRICTS, REAL

PEOPLE_RULES = ("share of dwellings", "share of area", "not known")


def focus_areas(
    districts: gpd.GeoDataFrame,
    assets: gpd.GeoDataFrame,
    exposure: pd.DataFrame,
    ead: pd.DataFrame,
    district_scores: pd.DataFrame,
    people: pd.DataFrame,
) -> gpd.GeoDataFrame:
    """Return FOCUS_AREAS, a row per district and, where assets lie in none, a row `outside districts` without rank.

    `people` has `people_exposed` and `people_rule` by district. EAD is summed over hazards;
    `assets_counted` have a figure, `assets_without_figure` have none, and a sum of nothing is NaN.
    """
    sums = _sums(assets, exposure, ead)
    table = districts.drop(columns="population").merge(sums, how="outer", left_on="district", right_index=True)
    table = table.merge(people, how="left", left_on="district", right_index=True)
    table = table.merge(
        district_scores[["score", "score_low", "score_high"]], how="left", left_on="district", right_index=True
    )
    counts = ["assets", "assets_exposed", "assets_counted", "assets_without_figure"]
    table[counts] = table[counts].fillna(0).astype("int64")
    table["data_status"] = table["data_status"].fillna(REAL)
    table["people_rule"] = table["people_rule"].fillna("not known")
    table["rank"] = _ranks(table)
    outside = table["district"] == OUTSIDE_DISTRICTS
    table = pd.concat([table[~outside].sort_values(["rank", "district"]), table[outside]], ignore_index=True)
    columns = [
        "district",
        "name",
        "parent",
        "ead",
        "ead_low",
        "ead_high",
        *counts,
        "people_exposed",
        "people_rule",
        "score",
        "score_low",
        "score_high",
        "rank",
        "data_status",
        "geometry",
    ]
    return gpd.GeoDataFrame(table[columns], geometry="geometry", crs=districts.crs)


def _ranks(table: pd.DataFrame) -> pd.Series:
    """Return ranks by score, EAD, exposed assets; none for a district without any asset, or for «outside»."""
    ranked = (table["assets"] > 0) & (table["district"] != OUTSIDE_DISTRICTS)
    order = table[ranked].sort_values(
        ["score", "ead", "assets_exposed", "district"], ascending=[True, False, False, True], na_position="last"
    )
    return pd.Series(np.arange(1.0, len(order) + 1), index=order.index).reindex(table.index)


def _sums(assets: gpd.GeoDataFrame, exposure: pd.DataFrame, ead: pd.DataFrame) -> pd.DataFrame:
    size = len(assets)
    exposed = np.zeros(size, dtype=bool)
    exposed[exposure["asset_id"].cat.codes.to_numpy()[exposure["exposed_fraction"].to_numpy() > 0]] = True
    row = ead["asset_id"].cat.codes.to_numpy()
    figures = {
        name: np.bincount(row, weights=ead[name].to_numpy(), minlength=size) if len(ead) else np.full(size, np.nan)
        for name in ("ead", "ead_low", "ead_high")
    }
    exercise = (assets["data_status"] == EXERCISE).to_numpy(copy=True)
    for table in (exposure, ead):
        exercise[table["asset_id"].cat.codes.to_numpy()[(table["data_status"] == EXERCISE).to_numpy()]] = True
    counted = ~np.isnan(figures["ead"])
    columns = pd.DataFrame(
        figures
        | {
            "assets": 1,
            "assets_exposed": exposed,
            "assets_counted": counted,
            "assets_without_figure": ~counted,
            "exercise": exercise,
        },
        index=assets.index,
    )
    grouped = columns.groupby(assets["district"].astype("str").to_numpy())
    sums = grouped[["ead", "ead_low", "ead_high"]].sum(min_count=1)
    counts = grouped[["assets", "assets_exposed", "assets_counted", "assets_without_figure"]].sum()
    # A bound of a sum is known only where each part's is.
    whole = grouped[["ead_low", "ead_high"]].count().eq(counts["assets"], axis=0)
    sums[["ead_low", "ead_high"]] = sums[["ead_low", "ead_high"]].where(whole)
    status = grouped["exercise"].any().map({True: EXERCISE, False: REAL}).rename("data_status")
    return pd.concat([sums, counts, status], axis=1)


def people_exposed(
    districts: gpd.GeoDataFrame,
    assets: gpd.GeoDataFrame,
    exposure: pd.DataFrame,
    dwellings: tuple[str, ...],
    district_share: pd.Series,
) -> pd.DataFrame:
    """Return `people_exposed` and the rule by which it was reckoned, by district.

    Residents × the share of the district's dwellings (assets of the types `dwellings`) that are
    exposed on some map, by count; where a district has no dwellings, × the share of its area
    (`district_share`, 0-1 by district). NaN without residents.
    """
    exposed = np.zeros(len(assets), dtype=bool)
    exposed[exposure["asset_id"].cat.codes.to_numpy()[exposure["exposed_fraction"].to_numpy() > 0]] = True
    lived_in = (assets["asset_type"].isin(dwellings) & assets["usable"]).to_numpy()
    homes = (
        pd.Series(exposed[lived_in], dtype=float).groupby(assets["district"].astype("str").to_numpy()[lived_in]).mean()
    )
    population = districts.set_index("district")["population"]
    by_homes, by_area = homes.reindex(population.index), district_share.reindex(population.index)
    share = by_homes.fillna(by_area)
    rule = np.where(
        population.isna() | share.isna(), PEOPLE_RULES[2], np.where(by_homes.notna(), PEOPLE_RULES[0], PEOPLE_RULES[1])
    )
    return pd.DataFrame({"people_exposed": population * share, "people_rule": rule}, index=population.index)
