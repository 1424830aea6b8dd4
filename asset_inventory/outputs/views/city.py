"""The data of a page in columns: geometry, districts, counts, the worst assets, and sources.

Geometry is simplified, in longitude and latitude, and packed as whole arrays. Missing numbers are
None, and repeated words are kept once.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from asset_inventory.assessment.breakdowns import assessed_maps
from asset_inventory.assessment.run import Assessment
from asset_inventory.disclosure.assessment import WITHHELD
from asset_inventory.io.geometries import to_wgs84
from asset_inventory.messages import describe_finding, labelled, page_languages, say
from asset_inventory.model.city import City
from asset_inventory.model.data_status import has_exercise
from asset_inventory.model.declarations import Source
from asset_inventory.model.library import greatest_damage, shipped_curves
from asset_inventory.model.projection import RateLayer
from asset_inventory.model.tables import known_sum
from asset_inventory.risk.exposure import displaced_of_districts
from asset_inventory.vulnerability.prices import prices_of

# A step of a packed coordinate: 0.11 m at the equator, finer than any screen.
STEPS_PER_DEGREE = 1_000_000
# A shape that differs by less than this part of the map's width looks the same on a wide screen.
FINENESS = 4_000
_KINDS = {"point": (0,), "line": (1, 2), "polygon": (3,)}


def simplify_to(table: gpd.GeoDataFrame, *, most_vertices: int) -> tuple[gpd.GeoDataFrame, float]:
    """Return the table with about so many vertices at most, and the tolerance (0: unchanged).

    Shared borders stay shared where the polygons form a coverage; elsewhere every shape is
    simplified alone and stays valid.
    """
    shapes = table.geometry.to_numpy()
    present = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    if shapely.get_num_coordinates(shapes[present]).sum() <= most_vertices:
        return table, 0.0
    west, south, east, north = shapely.total_bounds(shapes[present])
    tolerance = max(east - west, north - south) / FINENESS
    while True:
        simple = shapes.copy()
        simple[present] = _simplify(shapes[present], tolerance)
        if shapely.get_num_coordinates(simple[present]).sum() <= most_vertices or not math.isfinite(
            tolerance * 2
        ):
            return table.set_geometry(
                gpd.GeoSeries(simple, index=table.index, crs=table.crs)
            ), tolerance
        # A shape cannot be less than a triangle: stop where doubling no longer helps
        if tolerance > max(east - west, north - south):
            return table.set_geometry(
                gpd.GeoSeries(simple, index=table.index, crs=table.crs)
            ), tolerance
        tolerance *= 2


def pack(table: gpd.GeoDataFrame) -> dict[str, dict[str, list[int]]]:
    """Return the table's shapes as arrays of whole numbers, by kind: point, line, polygon.

    `rows` is the row of `table` (0, 1, …) that each single part belongs to; `xy` are longitude and
    latitude in millionths of a degree, each the difference to the one before; `rings` are how many
    vertices a line or ring has, `parts` how many rings a polygon has. Rows without geometry have no
    part.
    """
    shapes = to_wgs84(table).geometry.to_numpy()
    parts, rows = shapely.get_parts(shapes, return_index=True)
    # a collection may hold Multi parts
    parts, inner = shapely.get_parts(parts, return_index=True)
    rows = rows[inner]
    keep = ~shapely.is_empty(parts)
    parts, rows = parts[keep], rows[keep]
    kinds = shapely.get_type_id(parts)
    packed = {}
    for geometry_type, ids in _KINDS.items():
        chosen = np.isin(kinds, ids)
        if chosen.any():
            packed[geometry_type] = _pack_kind(geometry_type, parts[chosen], rows[chosen])
    return packed


def _simplify(shapes: np.ndarray, tolerance: float) -> np.ndarray:
    if np.isin(shapely.get_type_id(shapes), (3, 6)).all() and shapely.coverage_is_valid(shapes):
        return shapely.coverage_simplify(shapes, tolerance)
    return shapely.simplify(shapes, tolerance, preserve_topology=True)


def _pack_kind(geometry_type: str, parts: np.ndarray, rows: np.ndarray) -> dict[str, list[int]]:
    steps = np.round(shapely.get_coordinates(parts) * STEPS_PER_DEGREE).astype(np.int64)
    packed = {
        "rows": rows.tolist(),
        "xy": np.diff(steps, axis=0, prepend=np.zeros((1, 2), np.int64)).ravel().tolist(),
    }
    if geometry_type == "line":
        packed["rings"] = shapely.get_num_coordinates(parts).tolist()
    if geometry_type == "polygon":
        rings, owner = shapely.get_rings(parts, return_index=True)
        packed["rings"] = shapely.get_num_coordinates(rings).tolist()
        packed["parts"] = np.bincount(owner, minlength=len(parts)).tolist()
    return packed


WORST_ASSETS = 500
MOST_DISTRICT_VERTICES = 40_000
COUNTS = ("assets", "exposed", "not_exposed", "no_data", "unusable")


def worst_first(assessment: Assessment, *, limit: int = WORST_ASSETS) -> np.ndarray:
    """Return ASSETS to list: usable, by EAD, exposed and unknown fraction, at most so many.

    Where only bounds are known their middle ranks, or the lower one; without any the exposed
    fraction decides.
    """
    ead, exposed, unknown = _priorities(assessment)
    rows = np.lexsort((np.arange(len(ead)), -unknown, -exposed, -ead))
    return rows[assessment.assets["usable"].to_numpy(dtype=bool)[rows]][:limit]


def affected(assessment: Assessment) -> np.ndarray:
    """Return whether each asset has damage, is exposed, or lies where a map has no data."""
    return np.logical_or.reduce([figure > 0 for figure in _priorities(assessment)])


def exposed_shares(assessment: Assessment) -> np.ndarray:
    """Return the greatest exposed fraction (0-1) of each asset over all maps; 0 if none."""
    return _per_asset(
        assessment.exposure, "exposed_fraction", "max", assessment.assets["asset_id"].astype(str)
    )


def _priorities(assessment: Assessment) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the keys of `worst_first`: EAD or its stand-in, exposed and unknown fractions."""
    joint = assessment.joint_ead
    middle = (joint["ead_low"] + joint["ead_high"]) / 2
    ead = joint["ead_scored"].fillna(middle).fillna(joint["ead_low"]).fillna(0.0).to_numpy()
    unknown = _per_asset(
        assessment.exposure, "no_data_fraction", "max", assessment.assets["asset_id"].astype(str)
    )
    return ead, exposed_shares(assessment), unknown


# fmt: off
_NUMBERS_OF_DISTRICTS = ("ead", "ead_low", "ead_high", "assets", "assets_exposed", "assets_counted",
                         "assets_without_figure", "people_exposed", "rank")
_SCORES_OF_DISTRICTS = ("score", "score_low", "score_high")
# fmt: on


def in_page_order(districts: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return districts by rank; with the `share` of a resilience assessment by that, the order in
    which it proposes them.
    """
    by_share = "share" in districts and districts["share"].notna().any()
    ordered = districts.sort_values("rank", kind="stable", na_position="last")
    if by_share:
        ordered = ordered.sort_values("share", ascending=False, kind="stable", na_position="last")
    return ordered.reset_index(drop=True)


def without_unranked_scores(district_damage: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return DISTRICT_DAMAGE without the scores of districts that are not ranked.

    A score from few assets, or from layers that are not complete, would mislead.
    """
    names = list(_SCORES_OF_DISTRICTS)
    scores = district_damage[names].where(district_damage["not_ranked"].isna())
    return district_damage.assign(**{name: scores[name] for name in names})


def district_shapes(district_damage: gpd.GeoDataFrame) -> dict[str, object]:
    """Return the districts in the order of the page: shapes and figures, by column.

    A district that is not ranked has no score here, so that the map hatches it.
    """
    ordered = without_unranked_scores(in_page_order(district_damage))
    simple, tolerance = simplify_to(ordered, most_vertices=MOST_DISTRICT_VERTICES)
    return {
        "shapes": pack(simple[["geometry"]]),
        "tolerance": tolerance,
        "id": texts(ordered["district"]),
        **{name: texts(ordered[name]) for name in ("name", "parent")},
        **{name: numbers(ordered[name]) for name in _NUMBERS_OF_DISTRICTS},
        **{name: numbers(ordered[name], decimals=4) for name in _SCORES_OF_DISTRICTS},
        "ead_per_value": numbers(ordered["ead_per_value"], decimals=5),
        "not_ranked": coded(ordered["not_ranked"]),
        "people_rule": coded(ordered["people_rule"]),
        "data_status": coded(ordered["data_status"]),
    }


def displaced_in(
    people: pd.DataFrame, districts: Sequence[str], *, at_least: int
) -> list[list[list[object]]]:
    """Return each district's (hazard, displaced) under each hazard's rarest map, from PEOPLE.

    The number is null where it is not known, and the rule by which it is withheld where the district's
    people on that map are, or where it is above 0 and below `at_least`, too small to be shown.
    """
    table = displaced_of_districts(people)
    rarest = table.groupby("hazard")["return_period"].transform("max")
    rows = table[(table["return_period"] == rarest) | rarest.isna()]
    keys = ["district", "hazard", "return_period"]
    silent = people.loc[people["people_rule"].isin(WITHHELD), keys].astype(
        {"district": str, "hazard": str}
    )
    withheld = pd.MultiIndex.from_frame(rows[keys]).isin(pd.MultiIndex.from_frame(silent))
    displaced: dict[str, list[list[object]]] = {district: [] for district in districts}
    for district, hazard, count, is_withheld in zip(
        rows["district"], rows["hazard"], rows["displaced"], withheld, strict=True
    ):
        persons: object = None if math.isnan(count) else round(count)
        if math.isnan(count) and is_withheld:
            persons = WITHHELD[1]
        elif count > 0 and round(count) < at_least:
            persons = WITHHELD[0]
        displaced.setdefault(district, []).append([hazard, persons])
    return [displaced[district] for district in districts]


def counts_of_maps(ledger: pd.DataFrame) -> dict[tuple[str, float], dict[str, int]]:
    """Return the counts of all assets by hazard and return period (NaN: scenario)."""
    table = ledger.astype({"hazard": str})
    sums = table.groupby(["hazard", "return_period"], dropna=False, observed=True)[
        list(COUNTS)
    ].sum()
    rows = zip(sums.index, sums.to_numpy().tolist(), strict=True)
    return {key: dict(zip(COUNTS, row, strict=True)) for key, row in rows}


def counts_of_city(assessment: Assessment) -> dict[str, int]:
    """Return the counts of assets over all maps: exposed on any, else unknown on any, else not."""
    usable = assessment.assets["usable"].to_numpy(dtype=bool)
    ids = assessment.assets["asset_id"].astype(str)
    exposed = usable & (_per_asset(assessment.exposure, "exposed_fraction", "max", ids) > 0)
    unknown = (
        usable & ~exposed & (_per_asset(assessment.exposure, "no_data_fraction", "max", ids) > 0)
    )
    counts = {
        "assets": len(usable),
        "exposed": int(exposed.sum()),
        "no_data": int(unknown.sum()),
        "unusable": int((~usable).sum()),
    }
    return counts | {
        "not_exposed": counts["assets"] - counts["exposed"] - counts["no_data"] - counts["unusable"]
    }


def maps_of(assessment: Assessment) -> list[tuple[str, tuple[float, ...]]]:
    """Return the assessed hazards in the city's order, each with its return periods, rising.

    NaN is a scenario, and comes last.
    """
    return [(hazard.name, periods) for hazard, periods in assessed_maps(assessment)]


def total_ead(district_damage: pd.DataFrame) -> dict[str, float]:
    """Return the city's EAD and its bounds; an upper bound that one district lacks is not known."""
    known = district_damage[district_damage["ead"].notna() | district_damage["ead_high"].notna()]
    high = (
        float(known["ead_high"].sum())
        if len(known) and known["ead_high"].notna().all()
        else float("nan")
    )
    return {"ead": known_sum(known["ead"]), "low": known_sum(known["ead_low"]), "high": high}


def sources_of(city: City) -> list[tuple[str, str, Source]]:
    """Return every source of a city with its use: a key of `words` and the layer's name."""
    sources: list[tuple[str, str, Source]] = []
    if city.districts is not None:
        sources.append(("map.about.districts", "", city.districts.source))
        population = getattr(city.districts, "population", None)
        sources += (
            [("map.about.population", "", population.source)] if population is not None else []
        )
    sources += [("map.about.assets", layer.name, layer.source) for layer in city.assets]
    sources += [("map.about.hazard", hazard.name, hazard.source) for hazard in city.hazards]
    sources += _curve_sources(city)
    rates = city.future.subsidence_rate if city.future else None
    sources += [("map.about.rates", "", rates.source)] if isinstance(rates, RateLayer) else []
    sources += [
        ("map.about.price_rule", asset_type, source)
        for asset_type, source in rule_sources(city).items()
    ]
    return sources + [
        ("map.about.context", layer.name or layer.path.stem, layer.source) for layer in city.context
    ]


def rule_sources(city: City) -> dict[str, Source]:
    """Return the source of each asset type's price where a rule makes that price."""
    shipped = greatest_damage()
    source = Source(
        title=shipped.citation, licence=shipped.licence, url=f"https://doi.org/{shipped.doi}"
    )
    return {asset_type: source for asset_type, price in prices_of(city).items() if price.sector}


def _curve_sources(city: City) -> list[tuple[str, str, Source]]:
    """Return the sources of damage curves: the city's own, and each shipped set once."""
    sources = []
    for rule in city.curves:
        source, shipped = rule.source, shipped_curves().get(rule.curve or "")
        if source is None and shipped is not None:
            source = Source(
                title=shipped.citation,
                licence=shipped.licence,
                url=f"https://doi.org/{shipped.doi}",
            )
        sources += [("map.about.curve", rule.hazard, source)] if source is not None else []
    return list(dict.fromkeys(sources))


def format_licence(licence: str | None, language: str) -> str:
    """Return a licence, or the words for one that is not stated."""
    return say("map.about.unlicensed", language) if licence is None else licence


def credits_of(cities: Iterable[City]) -> list[tuple[str, str | None]]:
    """Return who made what these cities' maps are drawn from, each once, with the licence, if any."""
    of_figures = ("map.about.curve", "map.about.price_rule", "map.about.rates")
    sources = [
        source for city in cities for what, _, source in sources_of(city) if what not in of_figures
    ]
    return list(
        dict.fromkeys((source.publisher or source.title, source.licence) for source in sources)
    )


def newest_date(city: City) -> str | None:
    """Return the date of the newest source as YYYY-MM-DD, or None where no source has one."""
    dates = [
        source.date.isoformat() for _, _, source in sources_of(city) if source.date is not None
    ]
    return max(dates, default=None)


# The kind of name behind the use of a source (see `sources_of`).
KINDS_BY_USE = {
    "map.about.assets": "layer",
    "map.about.context": "layer",
    "map.about.curve": "hazard",
    "map.about.hazard": "hazard",
    "map.about.price_rule": "asset_type",
}


def format_use(use: str, name: str, language: str) -> str:
    """Return what a source is for, as `sources_of` has it, in a language."""
    kind = KINDS_BY_USE.get(use)
    return say(use, language, name=labelled(kind, name, language) if kind else name)


def sources_in(city: City, language: str) -> list[tuple[str, Source]]:
    """Return every source of a city in a language: what it is for, and it with its label as title
    and its licence in words.
    """
    return [
        (
            format_use(use, name, language),
            source.model_copy(
                update={
                    "title": labelled("source", source.title, language),
                    "licence": format_licence(source.licence, language),
                }
            ),
        )
        for use, name, source in sources_of(city)
    ]


def exercise_labels(assessment: Assessment, language: str) -> list[str]:
    """Return what is exercise data, as `exercise_titles`, by its labels in a language."""
    labels = (labelled("source", title, language) for title in exercise_titles(assessment))
    return list(dict.fromkeys(labels))


def exercise_titles(assessment: Assessment) -> list[str]:
    """Return the distinct titles of sources and price rules that are exercise data."""
    city = assessment.city
    titles = [source.title for _, _, source in sources_of(city) if source.exercise]
    titles += [rule.source for rule in city.values.values() if rule.exercise]
    occurrences = [hazard.occurrence for hazard in city.hazards if hazard.occurrence]
    titles += [
        occurrence.source for occurrence in (*occurrences, *city.yearly) if occurrence.exercise
    ]
    titles += _invented_rates(city)
    if not titles and has_exercise(assessment.assets):
        titles = [layer.name for layer in city.assets]
    return list(dict.fromkeys(titles))


def _invented_rates(city: City) -> list[str]:
    """Return who states the projection's rates and the condition factor if they are invented."""
    future, titles = city.future, []
    if future is not None:
        rates = (
            future.subsidence_rate,
            future.sea_level_rise,
            future.channel_subsidence_rate,
            future.gumbel,
        )
        titles = [
            future.source_of(rate)
            for rate in rates
            if rate is not None and (rate.exercise or future.exercise)
        ]
    return [
        *titles,
        *([city.condition.source] if city.condition and city.condition.exercise else []),
    ]


def finding_sentences(assessment: Assessment) -> list[dict[str, object]]:
    """Return errors and warnings in every language: the sentence and remedy of each."""
    rows = assessment.findings[assessment.findings["severity"].isin(["error", "warning"])].to_dict(
        "records"
    )
    return [
        {
            "severity": row["severity"],
            "texts": {
                code: list(finding_and_remedy(row, assessment, code)) for code in page_languages()
            },
        }
        for row in rows
    ]


def finding_and_remedy(
    row: Mapping[Any, Any], assessment: Assessment, language: str
) -> tuple[str, str]:
    """Return the sentence of a row of FINDINGS, and its remedy, which only staff read."""
    sentence, remedy = describe_finding(row, language)
    return sentence, "" if assessment.audience == "public" else remedy


def texts(values: Iterable[object]) -> list[str | None]:
    """Return words as text, None where there is none."""
    series = pd.Series(values, dtype=object)
    return [
        None if missing else str(value)
        for value, missing in zip(series, series.isna(), strict=True)
    ]


def numbers(values: pd.Series, *, decimals: int = 2) -> list[float | None]:
    """Return numbers rounded for a page, None where one is not known."""
    array = np.round(np.asarray(values, dtype=float), decimals)
    return np.where(np.isfinite(array), array, None).tolist()


def coded(values: pd.Series) -> dict[str, list]:
    """Return a column of repeated words as distinct words and a code for each row (-1: none)."""
    codes, words = pd.factorize(pd.Series(values).astype(object), sort=True)
    return {"words": [str(word) for word in words], "codes": codes.tolist()}


def _per_asset(table: pd.DataFrame, column: str, how: str, ids: pd.Series) -> np.ndarray:
    sums = table[column].groupby(table["asset_id"].astype(str)).agg(how)
    return sums.reindex(ids).fillna(0.0).to_numpy(dtype=float)
