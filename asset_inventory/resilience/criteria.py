"""How much each district needs by the criteria that a city declares, and within which limits where it is not known.

A criterion is a figure of the assessment or an indicator of the districts, brought to 0 (worst) to 1 (best) between its
goalposts, so that a district more or an asset elsewhere changes no other's score (OECD/JRC Handbook on Constructing
Composite Indicators, 2008, ISBN 978-92-64-04345-9). What is not known is neither average nor good: it lies between the
least and the greatest need that may be, and where nothing bounds it, anywhere. Assumption: the assets of the inventory
are those of the district; of a district without any nothing is known that is told from assets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from asset_inventory.inventory.district_indicators import HIGHER, LOWER, by_district
from asset_inventory.resilience.scores import Indicators, normalised
from asset_inventory.sources.city import Criterion
from asset_inventory.sources.texts import folded, nearest
from asset_inventory.tables import empty, finding

HECTARE = 10_000.0  # m2
OF_ASSETS = ("ead", "ead_per_value", "ead_per_hectare", "assets_exposed", "exposed_share")
OF_PEOPLE = ("people_exposed", "people_displaced")
FIGURES = (*OF_ASSETS, *OF_PEOPLE)
_SOURCE = "city.toml"
_TURNS = {HIGHER: "criterion_turns_higher", LOWER: "criterion_turns_lower"}


@dataclass(frozen=True)
class Figures:
    """The figures of each district (rows) by name (columns): NaN in `known` where not known, and then within limits.

    NaN in `low` or `high` means that nothing bounds it from that side.
    """

    known: pd.DataFrame
    low: pd.DataFrame
    high: pd.DataFrame


def district_figures(
    districts: gpd.GeoDataFrame, of_assets: Indicators, people_exposed: pd.Series, people: pd.DataFrame,
    indicators: pd.DataFrame,
) -> Figures:  # fmt: skip
    """Return every figure by which districts can be compared, a row for each of them.

    FIGURES in currency/year, 1/year, currency/year per hectare, assets, share, and people; then every indicator of
    DISTRICT_INDICATORS in its own unit. `of_assets` are the `district_indicators` of scores, `people_exposed` is by
    district, `people` is PEOPLE.
    """
    ids = pd.Index(districts["district"].astype(str), name="district")
    hectares = pd.Series(shapely.area(districts.geometry.to_numpy()) / HECTARE, index=ids).replace(0.0, np.nan)
    exposed = people_exposed.reindex(ids).astype(float)
    displaced = displaced_limits(people, ids)
    offices = by_district(indicators).reindex(ids).astype(float)
    offices = offices.drop(columns=[name for name in offices if name in FIGURES])

    def whole(of_assets: pd.DataFrame, limit: str) -> pd.DataFrame:
        own = of_assets.reindex(ids)
        named = own.assign(ead_per_hectare=own["ead"] / hectares)[list(OF_ASSETS)].astype(float)
        return pd.concat([named.assign(people_exposed=exposed, people_displaced=displaced[limit]), offices], axis=1)

    return Figures(whole(of_assets.known, "known"), whole(of_assets.good, "low"), whole(of_assets.bad, "high"))


def displaced_limits(people: pd.DataFrame, ids: pd.Index) -> pd.DataFrame:
    """Return how many people each district's worst map displaces: `known`, and the limits `low` and `high`.

    Everybody counts once on a map, and no two maps are added up. Of those of whom a map says nothing, none or all may
    be displaced.
    """
    if not len(people):
        return pd.DataFrame(np.nan, index=ids, columns=["known", "low", "high"])
    there, displaced = people["people"].to_numpy(dtype=float), people["displaced"].to_numpy(dtype=float)
    untold = np.isnan(displaced)
    table = pd.DataFrame({
        "district": people["district"].astype(str), "hazard": people["hazard"].astype(str),
        "return_period": people["return_period"].to_numpy(dtype=float), "low": np.where(untold, 0.0, displaced),
        "high": np.where(untold, there, displaced), "endless": untold & np.isnan(there),
    })  # fmt: skip
    by_map = table.groupby(["district", "hazard", "return_period"], dropna=False)
    by_map = by_map.agg(low=("low", "sum"), high=("high", "sum"), endless=("endless", "any"))
    worst = by_map.groupby(level="district").max().reindex(ids)
    endless = worst["endless"].eq(True)
    low, high = worst["low"], worst["high"].mask(endless)
    return pd.DataFrame({"known": low.where(low == high), "low": low.mask(endless & (low == 0)), "high": high})


def criteria(figures: Figures, declared: Mapping[str, Criterion]) -> pd.DataFrame:
    """Return CRITERIA: for each district, in order, a row for each declared criterion, in order.

    `value_least` and `value_most` are in the unit of the value, the least and the most need that it may mean; NaN means
    that nothing bounds it. A criterion whose figure nobody has is not known anywhere.
    """
    parts = []
    for place, (name, one) in enumerate(declared.items()):
        column = figure_meant(name, one, figures)
        known, low, high = (
            table[column] if column is not None else pd.Series(np.nan, index=table.index)
            for table in (figures.known, figures.low, figures.high)
        )
        least, most = (low, high) if one.worst > one.best else (high, low)
        told = pd.DataFrame({"value": known, "value_least": known.fillna(least), "value_most": known.fillna(most)})
        parts.append(scored(told, one).assign(criterion=name, place=place, row=np.arange(len(told))))
    if not parts:
        return empty("CRITERIA")
    table = pd.concat(parts).rename_axis("district").reset_index().sort_values(["row", "place"], ignore_index=True)
    return table[list(empty("CRITERIA").columns)].astype({"district": "str", "criterion": "str"})


def scored(values: pd.DataFrame, post: Criterion) -> pd.DataFrame:
    """Return values of one criterion with `score`, `score_low` and `score_high` (0-1), where nothing bounds it 0 to 1.

    `values` has `value`, `value_least` and `value_most`, as CRITERIA has them.
    """
    score = normalised(values["value"], post)
    return values.assign(
        score=score, score_low=score.fillna(normalised(values["value_most"], post)).fillna(0.0),
        score_high=score.fillna(normalised(values["value_least"], post)).fillna(1.0),
    )  # fmt: skip


def wide(criteria: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return a column of CRITERIA as districts (rows) × criteria (columns), both in their order."""
    row, districts = pd.factorize(criteria["district"])
    place, names = pd.factorize(criteria["criterion"])
    told = np.full((len(districts), len(names)), np.nan)
    told[row, place] = criteria[column].to_numpy(dtype=float)
    return pd.DataFrame(told, index=districts.rename("district"), columns=names.rename("criterion"))


def nothing_known(criteria: pd.DataFrame) -> np.ndarray:
    """Tell of which districts no criterion is known, nor bounded."""
    return np.all([wide(criteria, name).isna().all(axis=1) for name in ("value", "value_least", "value_most")], axis=0)


def need_ranks(score_low: np.ndarray | pd.Series) -> np.ndarray:
    """Return ranks by the lowest score that may be, 1 the neediest; equal ones share the lower rank, NaN has none."""
    # the last bits of a score part no districts
    return pd.Series(np.round(np.asarray(score_low, dtype=float), 12)).rank(method="min").to_numpy()


def towards_need(declared: Mapping[str, Criterion], names: Iterable[str]) -> np.ndarray:
    """Return by which sign the values of each criterion grow with need: 1 where more is worse, -1 where less is."""
    return np.array([1.0 if declared[name].worst > declared[name].best else -1.0 for name in names])


def figure_meant(name: str, criterion: Criterion, figures: Figures) -> str | None:
    """Return the figure that a criterion names, in any spelling that leaves no doubt; None where nobody has it."""
    given = criterion.of or name
    if given in figures.known:
        return given
    return next((one for one in figures.known if folded(one) == folded(given)), None)


def criteria_findings(
    figures: Figures, declared: Mapping[str, Criterion], better: Mapping[str, str]
) -> Iterator[dict[str, object]]:
    """Yield rows of FINDINGS on criteria that compare nothing, or the wrong way round.

    `better` says of each indicator which end is better.
    """
    for name in [name for name in better if name in FIGURES]:
        yield finding("indicator_named_as_figure", source=_SOURCE, severity="warning", feature=name, column="criteria")
    for name, one in declared.items():
        told = {"source": _SOURCE, "severity": "warning", "feature": name, "column": "criteria"}
        column = figure_meant(name, one, figures)
        if column is None:
            near = nearest(one.of or name, figures.known)
            code, more = ("criterion_without_figure_near", {"near": near}) if near else ("criterion_without_figure", {})
            yield finding(code, **told, given=one.of or name, **more)
            continue
        known, bounded = figures.known[column], figures.low[column].notna() | figures.high[column].notna()
        if not (known.notna() | bounded).any():
            yield finding("criterion_known_nowhere", **told, given=column)
        elif len(known) > 1 and known.notna().all() and known.nunique() == 1:
            yield finding("criterion_constant", **told, given=column, value=float(known.iloc[0]))
        elif len(known) > 1 and known.notna().all() and normalised(known, one).nunique() == 1:
            yield finding("criterion_beyond_goalposts", **told, given=column, least=float(known.min()),
                          most=float(known.max()), worst=one.worst, best=one.best)  # fmt: skip
        said = better.get(column)
        if said is not None and (said == LOWER) != (one.best < one.worst):
            yield finding(_TURNS[said], **told, given=column, worst=one.worst, best=one.best)


def which_is_better(indicators: pd.DataFrame) -> dict[str, str]:
    """Return which end of each indicator that counts is better: «higher» or «lower»."""
    counted = indicators[indicators["counted"].to_numpy(dtype=bool)]
    return counted.drop_duplicates("indicator").set_index("indicator")["better"].to_dict()
