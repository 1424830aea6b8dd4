"""The districts by which everything is summed, in which of them an asset lies, and indicators.

A text means a district by its id or name, in any spelling that leaves no doubt. FINDINGS have which
assets lie in no district, whether the city's system measures truly there, and whether the layers
that are drawn behind everything, and counted nowhere, can be drawn. Indicators (population, water)
come by year from a table that any office can fill in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from asset_inventory.intake.layers import Layer, LayerReader, read_fields, read_layers
from asset_inventory.io.geometries import areal_error, repaired_with_findings, to_city, utm_zone
from asset_inventory.model import tables
from asset_inventory.model.arrays import objects
from asset_inventory.model.city import City, ContextLayer, Districts
from asset_inventory.model.errors import Arguments, CityError, SourceError
from asset_inventory.model.tables import (
    REPAIRED,
    WARNING,
    Fault,
    as_findings,
    finding,
    findings,
    on_rows,
)
from asset_inventory.model.texts import (
    as_numbers,
    as_text,
    excerpt,
    folded,
    listed_texts,
    nearest,
    together,
    usual_spelling,
)


def districts_meant(
    cells: pd.Series, districts: pd.DataFrame, *, source: str, column: str
) -> tuple[pd.Series, list[dict]]:
    """Return the id of the district that each text means, if any, and rows of FINDINGS.

    A district is meant by its id, by its name, or by «name, parent» where several bear the name;
    case, blanks and signs do not count («Tanjungmas» is «Tanjung Mas»), and another spelling than
    the layer's is a finding. `cells` are texts with the rows of their file as index; an empty one
    means the whole city and is missing without a finding.
    """
    names = {str(district): str(district) for district in districts["district"]}
    named = districts.loc[districts["name"].notna(), ["district", "name"]]
    spelled: dict[str, list[object]] = {}
    for an_id, name in zip(named["district"], named["name"].astype(str), strict=True):
        spelled.setdefault(name, []).append(an_id)
    parents = districts["parent"].notna() & districts["name"].notna()
    of_parents = districts.loc[parents, ["district", "name", "parent"]].itertuples(index=False)
    with_parent = {f"{name}, {parent}": [an_id] for an_id, name, parent in of_parents}
    meant: dict[str, list[str]] = {}
    for name, ids in [*((key, [key]) for key in names), *spelled.items(), *with_parent.items()]:
        meant.setdefault(folded(name), []).extend(map(str, ids))
    known = {plain: list(dict.fromkeys(ids)) for plain, ids in meant.items()}
    exact = {*names, *spelled, *with_parent}
    texts = as_text(cells)
    meanings = {text: known.get(folded(text), []) for text in texts.dropna().unique()}
    ids = texts.map({text: several[0] for text, several in meanings.items() if len(several) == 1})
    rows = _district_list(texts, meanings, exact, spelled, source=source, column=column)
    return ids.astype("str"), list(rows)


def district_meant(text: str, districts: pd.DataFrame) -> str:
    """Return the id of the one district of a text; raises CityError for none or several."""
    cells = pd.Series([text], dtype="str")
    ids, rows = districts_meant(cells, districts, source="", column="district")
    if pd.notna(ids.iloc[0]):
        return str(ids.iloc[0])
    near = rows[0]["arguments"].get("near", "") if rows else ""
    if rows and rows[0]["code"] == "district_ambiguous":
        same = districts["name"].map(folded, na_action="ignore") == folded(text)
        alike = districts[same.to_numpy(dtype=bool)]
        parents = alike["parent"].astype("str")
        names = alike["name"].astype(str).str.cat(parents, sep=", ", na_rep="-")
        both = zip(alike["district"], names, strict=True)
        listed = "; ".join(f"{an_id} ({name})" for an_id, name in both)
        raise CityError("error.district_ambiguous", given=text, count=len(alike), names=listed)
    key = "error.district_not_known_near" if near else "error.district_not_known"
    raise CityError(key, given=text, near=near)


def _district_list(
    texts: pd.Series,
    meanings: Mapping[str, list[str]],
    exact: set[str],
    spelled: Mapping[str, list[str]],
    *,
    source: str,
    column: str,
) -> Iterator[dict]:
    """Yield a row for each text that is spelled otherwise, means several districts, or none."""
    unknown = texts.map({text: not ids for text, ids in meanings.items()})
    nobodys = unknown.eq(True).to_numpy(dtype=bool)
    where = {"source": source, "column": column}
    for text, places in listed_texts(texts[nobodys]):
        if near := nearest(text, spelled):
            yield from on_rows("district_not_known_near", places, **where, given=text, near=near)
        else:
            yield from on_rows("district_not_known", places, **where, given=text)
    meant = texts[~nobodys]
    for text, places in meant.groupby(meant).groups.items():
        several = meanings[text]
        if len(several) > 1:
            yield from on_rows("district_ambiguous", places, **where, given=text)
        elif text not in exact:
            names = (name for name, ids in spelled.items() if several[0] in map(str, ids))
            spelling = {"given": text, "name": next(names, several[0]), "severity": REPAIRED}
            yield from on_rows("district_spelled_otherwise", places, **where, **spelling)


SQUARE = 1000.0  # metre
DISTRICTS_REFUSED = "districts_refused"  # the finding after which a city is summed by squares


def districts_layer(declared: Districts) -> Layer:
    """Return what to read of the districts' file."""
    columns = tuple(name for name in (declared.id, declared.name, declared.parent) if name)
    return Layer(
        path=declared.path,
        source="districts",
        layer=declared.layer,
        crs=declared.crs,
        columns=columns,
    )


def read_districts(
    city: City, *, read: LayerReader = read_layers
) -> tuple[gpd.GeoDataFrame | None, pd.DataFrame]:
    """Return DISTRICTS by rising id and FINDINGS, or (None, FINDINGS) without declared ones.

    Raises SourceError when the layer or its table of residents cannot be read, or an id is missing.
    """
    declared = city.districts
    if declared is None:
        return None, findings([])
    layer = districts_layer(declared)
    source = layer.source  # what findings call the layer
    (features,) = read([layer])
    if features.refused or not len(features.table):
        silent = not features.read and not features.refused
        faults = [Fault("layer_without_features")] * silent + [Fault(DISTRICTS_REFUSED)]
        refusal = findings(as_findings(faults, source=source))
        return None, tables.join_findings([features.findings, refusal])
    table, moved = to_city(features.table, city.crs, source=source)
    geometry, repaired = repaired_with_findings(
        table.geometry.to_numpy(), table.index, source=source
    )
    repaired = repaired[repaired["code"] != "geometry_unusable"]  # reported when it was read
    ids = as_text(table[declared.id])
    if ids.isna().any():
        raise SourceError("error.district_without_id", path=str(declared.path), field=declared.id)
    repeated = ids.duplicated()
    faults = [Fault.of_rows("district_repeated", repeated, declared.id)]
    rows = as_findings(faults, source=source, labels=ids.to_numpy())
    population, more = _population(declared, ids)
    nothing = pd.Series(None, index=ids.index, dtype="str")
    cells = {
        "district": ids,
        "name": as_text(table[declared.name]).fillna(ids) if declared.name else ids,
        "parent": as_text(table[declared.parent]) if declared.parent else nothing,
        "population": population,
    }
    districts = gpd.GeoDataFrame(cells, geometry=geometry, crs=table.crs)
    # parts of one district in several rows are one district
    if repeated.any():
        districts = districts.dissolve(by="district", as_index=False)
    districts = districts.sort_values("district", ignore_index=True)
    all_findings = [features.findings, moved, repaired, findings([*rows, *more])]
    return tables.check(districts, "DISTRICTS"), tables.join_findings(all_findings)


def squares(assets: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return squares of 1 km with at least one asset, as DISTRICTS of a city without them.

    The id of a square has the kilometres of its lower left corner, such as «1 km 435-9226», and its
    name also the named street nearest to its centre, or else the nearest named place: «1 km
    435-9226 (Jalan Pandanaran)».
    """
    corners = _corners(assets.geometry.to_numpy())
    corners = np.unique(corners[np.isfinite(corners).all(axis=1)], axis=0).astype(int)
    names = [_square(*corner) for corner in corners.tolist()]
    x, y = corners[:, 0] * SQUARE, corners[:, 1] * SQUARE
    ids, population = pd.Series(names, dtype="str"), np.full(len(names), np.nan)
    parent = pd.Series(None, index=ids.index, dtype="str")
    centres = np.asarray(shapely.points(x + SQUARE / 2, y + SQUARE / 2))
    landmark = _landmarks(assets, centres)
    name = ids.mask(landmark.notna(), ids + " (" + landmark + ")")
    districts = gpd.GeoDataFrame(
        {"district": ids, "name": name, "parent": parent, "population": population},
        geometry=shapely.box(x, y, x + SQUARE, y + SQUARE),
        crs=assets.crs,
    )
    return districts.sort_values("district", ignore_index=True)


def _landmarks(assets: gpd.GeoDataFrame, centres: np.ndarray) -> pd.Series:
    """Return the named street, or else the named place, nearest to each centre (n) of a square.

    Missing where none is within half a square; of several at one distance, the first by name.
    """
    named = assets[assets["name"].astype("str").str.strip().fillna("") != ""]
    named = named[np.isfinite(shapely.bounds(named.geometry.to_numpy())).all(axis=1)]
    is_street = shapely.get_dimensions(named.geometry.to_numpy()) == 1
    found = pd.Series(None, index=range(len(centres)), dtype="str")
    for kind in (named[~is_street], named[is_street]):  # a street takes the place of a place
        tree = shapely.STRtree(kind.geometry.to_numpy())
        centre, place = tree.query_nearest(centres, max_distance=SQUARE / 2)
        names = kind["name"].astype("str").to_numpy()[place]
        nearest = pd.Series(names, index=centre, dtype="str").groupby(level=0).min()
        found.update(nearest)
    return found


def in_squares(geometry: np.ndarray) -> np.ndarray:
    """Return the square of each geometry's representative point; edges belong to the next one.

    So it does not depend on other squares. What has no place is «outside districts».
    """
    corners = _corners(geometry)
    placed = np.isfinite(corners).all(axis=1)
    squares, inverse = np.unique(corners[placed], axis=0, return_inverse=True)
    names = np.full(len(geometry), tables.OUTSIDE_DISTRICTS, dtype=object)
    of_squares = objects(_square(*corner) for corner in squares.astype(int).tolist())
    names[placed] = of_squares[inverse]
    return names


def _corners(geometry: np.ndarray) -> np.ndarray:
    """Return the square's lower left corner (km, n × 2) of each geometry; NaN without a place."""
    corners = np.full((len(geometry), 2), np.nan)
    placed = np.isfinite(shapely.bounds(geometry)).all(axis=1)
    points = _points(geometry[placed])
    corners[placed] = np.floor(shapely.get_coordinates(points) / SQUARE)
    return corners


def _points(geometry: np.ndarray) -> np.ndarray:
    """Return the representative point of each geometry."""
    with np.errstate(invalid="ignore"):  # GEOS divides by 0 on its way to a sound point
        return np.asarray(shapely.point_on_surface(geometry))


def _square(x: int, y: int) -> str:
    return f"1 km {x}-{y}"


def assign(geometry: np.ndarray, districts: gpd.GeoDataFrame) -> np.ndarray:
    """Return the district of each geometry's representative point; the lowest id on overlaps.

    What lies in no district, or has no geometry, is «outside districts».
    """
    ids = districts["district"].to_numpy(dtype=object)
    missing = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    points = np.full(len(geometry), None, dtype=object)
    points[~missing] = _points(geometry[~missing])
    tree = shapely.STRtree(districts.geometry.to_numpy())
    asset, place = tree.query(points, predicate="intersects")
    lowest = np.full(len(geometry), len(ids), dtype=np.int64)
    np.minimum.at(lowest, asset, place)  # DISTRICTS are in rising order of their id
    return np.append(ids, tables.OUTSIDE_DISTRICTS)[lowest]


def _population(declared: Districts, ids: pd.Series) -> tuple[pd.Series, list[dict]]:
    """Return the residents of each district, NaN where not known, and rows of FINDINGS."""
    people = declared.population
    if people is None:
        return pd.Series(np.nan, index=ids.index), []
    table, table_findings = read_fields(
        people.path, (people.id, people.field), source="population", layer=people.layer
    )
    rows, words = tables.rows_of(table_findings), as_text(table[people.field])
    numbers, doubtful = as_numbers(table[people.field])
    wrong = words.notna() & ~doubtful & ~(numbers >= 0)
    known = pd.DataFrame({"id": as_text(table[people.id]), "people": numbers})
    known = known.dropna().drop_duplicates()
    twice = known["id"].duplicated(keep=False)
    population = ids.map(known[~twice].set_index("id")["people"]).astype(float)
    population = population.mask(population < 0)
    unsure = Fault.of_rows("number_doubtful", doubtful, people.field, given=table[people.field])
    unusable = Fault.of_rows("number_not_usable", wrong, people.field, given=words)
    missing = Fault("population_missing", WARNING, np.flatnonzero(population.isna()), people.field)
    rows += as_findings([unsure], source="population", labels=table[people.id].to_numpy())
    rows += as_findings([unusable], source="population", labels=table.index.to_numpy())
    if twice.any():
        several = known.loc[twice, "id"]
        count, first = several.nunique(), str(several.iloc[0])
        fault = Fault("population_twice", column=people.field, count=count, feature=first)
        rows += as_findings([fault], source="population")
    rows += as_findings([missing], source="population", labels=ids.to_numpy())
    return population, rows


# UTM keeps areas within 0.2 % of the ellipsoid's inside its zone; what errs more is the wrong
# system for the place.
MOST_AREAL_ERROR = 0.005


def placed(assets: gpd.GeoDataFrame, city_crs: object) -> pd.DataFrame:
    """Return FINDINGS: assets outside all districts, and a system that distorts areas there."""
    outside = (assets["district"] == tables.OUTSIDE_DISTRICTS) & assets["usable"]
    faults = [Fault("assets_outside_districts", WARNING, np.flatnonzero(outside))]
    rows = as_findings(faults, source="districts", labels=assets["asset_id"].to_numpy())
    error = areal_error(city_crs, assets.total_bounds)
    if abs(error) > MOST_AREAL_ERROR:
        proposal = f'crs = "{utm_zone(city_crs, assets.total_bounds)}"'
        wrong = Fault("crs_distorts", arguments={"percent": 100 * error, "proposal": proposal})
        rows += as_findings([wrong], source="city.toml")
    return findings(rows)


CONTEXT_REFUSED = "context_refused"


def context_layer(declared: ContextLayer) -> Layer:
    """Return what to read of a context layer's file."""
    of_file = (declared.path, declared.name or declared.path.stem, declared.layer, declared.crs)
    return Layer(*of_file, columns=declared.fields.asked)


def check_context(city: City) -> pd.DataFrame:
    """Return FINDINGS on context layers; one that is not fit is not drawn, which is an error.

    Raises SourceError for a file, layer or field that is not there.
    """
    layers = [context_layer(layer) for layer in city.context]
    read = read_layers(layers)
    refused = []
    for layer, features in zip(layers, read, strict=True):
        empty = not features.refused and not len(features.table)
        faults = [Fault("layer_without_features")] * empty
        faults += [Fault(CONTEXT_REFUSED)] * (features.refused or empty)
        refused += as_findings(faults, source=layer.source)
    of_files = (features.findings for features in read)
    return tables.join_findings([*of_files, findings(refused)])


COLUMNS = ("district", "indicator", "value", "unit", "year", "source", "better")
HIGHER, LOWER = "higher", "lower"
# What people write for which end is better.
# fmt: off
_BETTER = {"higher": HIGHER, "high": HIGHER, "tinggi": HIGHER, "naik": HIGHER, "lower": LOWER, "low": LOWER,
           "rendah": LOWER, "turun": LOWER}
# fmt: on
_FIRST_YEAR, _LAST_YEAR = 1900, 2200  # as in city.toml
_PERCENTS = ("%", "persen", "percent")
_NEEDED = ("district", "indicator", "value", "year", "better")


def read_indicators(
    raw: pd.DataFrame, districts: pd.DataFrame, *, source: str, this_year: int | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return DISTRICT_INDICATORS, a row per row with a value, and FINDINGS on unused ones.

    `raw` has the texts of COLUMNS (missing where empty), its index the rows of the file. A row is
    not counted (`counted`) where its district, value, year or better end is not known, where an
    indicator of a district has two values in a year, where its year lies after `this_year`, and
    where a later year is there. Which end is better, and the unit, are the indicator's own: none of
    its rows counts where they name two. An indicator is the same in any case, with or without signs
    and blanks.
    """
    given = {name: as_text(raw[name]) if name in raw else None for name in COLUMNS}
    texts = pd.DataFrame(given, index=raw.index)
    entries = texts.astype("str")[texts.notna().any(axis=1)]
    plain = entries["indicator"].map(folded, na_action="ignore")
    entries = entries.assign(
        indicator=usual_spelling(entries["indicator"], plain), value=_without_sign(entries)
    )
    place, rows = districts_meant(entries["district"], districts, source=source, column="district")
    value, doubtful = _values(entries)
    year = as_numbers(entries["year"])[0]
    year = year.where(year.between(_FIRST_YEAR, _LAST_YEAR) & (year % 1 == 0))
    table = entries.assign(
        district=place,
        value=value,
        year=year,
        better=entries["better"].str.casefold().map(_BETTER).astype("str"),
        place=entries["district"],
        row=entries.index,
    )
    for column in ("value", "year", "better"):
        in_two_ways = doubtful & (column == "value")
        rows += _unreadable(entries[column], table[column].isna(), in_two_ways, source)
    for column in _NEEDED:
        empty = entries.index[entries[column].isna()]
        rows += on_rows("indicator_cell_empty", empty, source=source, column=column)
    rows += _beyond_percents(table, source)
    ahead = table["year"] > (this_year or _LAST_YEAR)
    rows += on_rows("indicator_year_ahead", table.index[ahead], source=source, column="year")
    valid = table[list(_NEEDED)].notna().all(axis=1) & ~ahead
    of_one = table.groupby("indicator")
    for column, code in (("better", "indicator_turns"), ("unit", "indicator_units_differ")):
        several = of_one[column].transform("nunique") > 1
        rows += _at_odds(table[several], column, code, source)
        valid &= ~several
    repeated = table[valid].duplicated(["district", "indicator", "year"], keep=False)
    twice = valid & repeated.reindex(table.index, fill_value=False)
    rows += _given_twice(table[twice], source)
    counted = valid & ~twice
    rows += _of_several_years(table[counted], source)
    years = table["year"].where(counted).groupby([table["district"], table["indicator"]])
    latest = counted & table["year"].eq(years.transform("max"))
    indicators = table[["row", "place", *COLUMNS]].assign(counted=latest)
    return indicators.reset_index(drop=True), findings(rows)


def by_district(indicators: pd.DataFrame) -> pd.DataFrame:
    """Return the values that count: a row a district, a column an indicator, NaN if unknown."""
    counted = indicators[indicators["counted"]]
    return counted.pivot(index="district", columns="indicator", values="value")


def _without_sign(entries: pd.DataFrame) -> pd.Series:
    """Return the values as text, those in percent without the sign, which only repeats it."""
    percents = entries["unit"].str.casefold().isin(_PERCENTS)
    return entries["value"].mask(percents, entries["value"].str.removesuffix("%").str.strip())


def _values(entries: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return the values as numbers, and which could be read in two ways.

    The marks of the whole column show its style. Yet another indicator's 8.2 does not show whether
    12.500 people are 12 and a half: an indicator is refused if each of its values may be thousands
    and would be read as decimals.
    """
    value, doubtful = as_numbers(entries["value"])
    unsure = pd.Series(doubtful, index=entries.index)
    for _, part in entries["value"].groupby(entries["indicator"]):
        alone = pd.Series(as_numbers(part)[1], index=part.index)
        unsure[part.index] |= alone & (value[part.index].abs() < 1000)
    return value.mask(unsure), unsure


def _beyond_percents(table: pd.DataFrame, source: str) -> Iterator[dict]:
    value, in_percents = table["value"], table["unit"].str.casefold().isin(_PERCENTS)
    beyond = in_percents & ~value.between(0, 100) & value.notna()
    for name, part in table[beyond].groupby("indicator"):
        place = {"source": source, "feature": excerpt(str(name)), "column": "value"}
        yield from on_rows("indicator_beyond_percents", part.index, **place)


def _of_several_years(counted: pd.DataFrame, source: str) -> Iterator[dict]:
    """Yield values older than the one that counts, and districts compared by different years."""
    latest = counted.groupby(["indicator", "district"])["year"].transform("max")
    older = counted[counted["year"] < latest]
    yield from on_rows("indicator_years_older", older.index, source=source, column="year")
    for name, years in latest.groupby(counted["indicator"]):
        if years.nunique() > 1:
            place: Arguments = {"source": source, "feature": excerpt(str(name)), "column": "year"}
            ends: Arguments = {"first": f"{years.min():g}", "last": f"{years.max():g}"}
            yield finding("indicator_years_differ", **place, **ends)


def unit_of(indicators: pd.DataFrame, name: str) -> str:
    """Return the unit in which an indicator counts, in any spelling; "" without one."""
    rows = indicators[indicators["counted"].to_numpy(dtype=bool)]
    is_meant = [folded(str(indicator)) == folded(name) for indicator in rows["indicator"]]
    units = rows.loc[is_meant, "unit"].dropna()
    return str(units.iloc[0]) if len(units) else ""


def _unreadable(
    texts: pd.Series, wrong: pd.Series, in_two_ways: pd.Series, source: str
) -> Iterator[dict]:
    for text, places in listed_texts(texts[wrong]):
        code = "cell_in_two_ways" if in_two_ways[places[0]] else "cell_unreadable"
        yield from on_rows(code, places, source=source, column=str(texts.name), given=text)


def _at_odds(rows: pd.DataFrame, column: str, code: str, source: str) -> Iterator[dict]:
    for name, part in rows.groupby("indicator"):
        words = excerpt(", ".join(map(str, part[column].dropna().unique())), limit=200)
        place = {"source": source, "feature": excerpt(str(name)), "column": column}
        yield finding(code, **place, count=len(part), words=words)


def _given_twice(rows: pd.DataFrame, source: str) -> Iterator[dict]:
    names = together(rows["indicator"] + ", " + rows["district"])
    for (name, year), part in rows.groupby([names, "year"]):
        place = {"source": source, "feature": str(name), "column": "value", "year": f"{year:g}"}
        yield from on_rows("indicator_given_twice", part.index, **place)
