"""The districts by which everything is summed, and in which of them an asset lies.

A text means a district by its id or name, in any spelling that leaves no doubt. FINDINGS say which
assets lie in no district, whether the city's system measures truly there, and whether the layers
that are drawn behind everything, and counted nowhere, can be drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from asset_inventory.intake.layers import Layer, read_features, read_fields, read_layers
from asset_inventory.io.crs import areal_error, to_city, utm_zone
from asset_inventory.io.geometries import repaired_with_findings
from asset_inventory.model import tables
from asset_inventory.model.city import City, Districts
from asset_inventory.model.errors import CityError, SourceError
from asset_inventory.model.findings import WARNING, Fault, as_findings
from asset_inventory.model.texts import (
    as_numbers,
    as_text,
    folded,
    listed_rows,
    listed_texts,
    nearest,
)


def districts_meant(
    given: pd.Series, districts: pd.DataFrame, *, source: str, column: str
) -> tuple[pd.Series, list[dict]]:
    """Return the id of the district that each text means, if any, and rows of FINDINGS.

    A district is meant by its id, by its name, or by «name, parent» where several bear the name;
    case, blanks and signs do not count («Tanjungmas» is «Tanjung Mas»), and another spelling than
    the layer's is said. `given` is texts with the rows of their file as index; an empty one means
    the whole city and is missing without a finding.
    """
    names = {str(district): str(district) for district in districts["district"]}
    named = districts.loc[districts["name"].notna(), ["district", "name"]]
    spelled: dict[str, list[object]] = {}
    for one, name in zip(named["district"], named["name"].astype(str), strict=True):
        spelled.setdefault(name, []).append(one)
    parents = districts["parent"].notna() & districts["name"].notna()
    with_parent = {
        f"{name}, {parent}": [one]
        for one, name, parent in districts.loc[parents, ["district", "name", "parent"]].itertuples(
            index=False
        )
    }
    meant: dict[str, list[str]] = {}
    for name, ids in [*((one, [one]) for one in names), *spelled.items(), *with_parent.items()]:
        meant.setdefault(folded(name), []).extend(map(str, ids))
    known = {plain: list(dict.fromkeys(ids)) for plain, ids in meant.items()}
    exact = {*names, *spelled, *with_parent}
    texts = as_text(given)
    found = {text: known.get(folded(text), []) for text in texts.dropna().unique()}
    ids = texts.map({text: several[0] for text, several in found.items() if len(several) == 1})
    return ids.astype("str"), list(
        _district_list(texts, found, exact, spelled, source=source, column=column)
    )


def district_meant(text: str, districts: pd.DataFrame) -> str:
    """Return the id of the one district of a text; raises CityError for none or several."""
    ids, rows = districts_meant(
        pd.Series([text], dtype="str"), districts, source="", column="district"
    )
    if pd.notna(ids.iloc[0]):
        return str(ids.iloc[0])
    near = rows[0]["arguments"].get("near", "") if rows else ""
    if rows and rows[0]["code"] == "district_ambiguous":
        alike = districts[
            (districts["name"].map(folded, na_action="ignore") == folded(text)).to_numpy(dtype=bool)
        ]
        names = (
            alike["name"].astype(str).str.cat(alike["parent"].astype("str"), sep=", ", na_rep="-")
        )
        raise CityError(
            "error.district_ambiguous",
            given=text,
            count=len(alike),
            names="; ".join(
                f"{one} ({name})" for one, name in zip(alike["district"], names, strict=True)
            ),
        )
    key = "error.district_not_known_near" if near else "error.district_not_known"
    raise CityError(key, given=text, near=near)


def _district_list(
    texts: pd.Series,
    found: Mapping[str, list[str]],
    exact: set[str],
    spelled: Mapping[str, list[str]],
    *,
    source: str,
    column: str,
) -> Iterator[dict]:
    """Yield a row for each text that is spelled otherwise, means several districts, or none."""
    nobodys = (
        texts.map({text: not ids for text, ids in found.items()}).eq(True).to_numpy(dtype=bool)
    )

    def row(code: str, text: str, places: pd.Index, severity: str = "warning", **more: str) -> dict:
        more = {"given": text, "rows": listed_rows(places)} | more
        return tables.finding(
            code, source=source, column=column, severity=severity, count=len(places), **more
        )

    for text, places in listed_texts(texts[nobodys]):
        if near := nearest(text, spelled):
            yield row("district_not_known_near", text, places, near=near)
        else:
            yield row("district_not_known", text, places)
    meant = texts[~nobodys]
    for text, places in meant.groupby(meant).groups.items():
        several = found[text]
        if len(several) > 1:
            yield row("district_ambiguous", text, places)
        elif text not in exact:
            names = (one for one, ids in spelled.items() if several[0] in map(str, ids))
            name = next(names, several[0])
            yield row("district_spelled_otherwise", text, places, "repaired", name=name)


SQUARE = 1000.0  # metre
DISTRICTS_REFUSED = "districts_refused"  # the finding after which a city is summed by squares


def read_districts(city: City) -> tuple[gpd.GeoDataFrame | None, pd.DataFrame]:
    """Return DISTRICTS by rising id and FINDINGS, or (None, FINDINGS) without declared ones.

    Raises SourceError when the layer or its table of residents cannot be read, or an id is missing.
    """
    declared = city.districts
    if declared is None:
        return None, tables.findings([])
    columns = tuple(name for name in (declared.id, declared.name, declared.parent) if name)
    features = read_features(
        Layer(declared.path, "districts", declared.layer, declared.crs, columns)
    )
    if features.refused or not len(features.table):
        silent = not features.read and not features.refused
        faults = [Fault("layer_without_features")] * silent + [Fault(DISTRICTS_REFUSED)]
        return None, tables.join_findings(
            [features.findings, tables.findings(as_findings(faults, source="districts"))]
        )
    table, moved = to_city(features.table, city.crs, source="districts")
    geometry, repaired = repaired_with_findings(
        table.geometry.to_numpy(), table.index, source="districts"
    )
    repaired = repaired[repaired["code"] != "geometry_unusable"]  # said when it was read
    ids = as_text(table[declared.id])
    if ids.isna().any():
        raise SourceError("error.district_without_id", path=str(declared.path), field=declared.id)
    repeated = ids.duplicated()
    faults = [Fault.of_rows("district_repeated", repeated, declared.id)]
    rows = as_findings(faults, source="districts", labels=ids.to_numpy())
    population, more = _population(declared, ids)
    districts = gpd.GeoDataFrame(
        {
            "district": ids,
            "name": as_text(table[declared.name]).fillna(ids) if declared.name else ids,
            "parent": as_text(table[declared.parent])
            if declared.parent
            else pd.Series(None, index=ids.index, dtype="str"),
            "population": population,
        },
        geometry=geometry,
        crs=table.crs,
    )
    # parts of one district in several rows are one district
    if repeated.any():
        districts = districts.dissolve(by="district", as_index=False)
    districts = districts.sort_values("district", ignore_index=True)
    return tables.check(districts, "DISTRICTS"), tables.join_findings(
        [features.findings, moved, repaired, tables.findings([*rows, *more])]
    )


def squares(assets: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return squares of 1 km with at least one asset, as DISTRICTS of a city without them.

    A square is named by the kilometres of its lower left corner, such as «1 km 435-9226».
    """
    corners = _corners(assets.geometry.to_numpy())
    corners = np.unique(corners[np.isfinite(corners).all(axis=1)], axis=0).astype(int)
    names = [_square(*corner) for corner in corners.tolist()]
    x, y = corners[:, 0] * SQUARE, corners[:, 1] * SQUARE
    districts = gpd.GeoDataFrame(
        {
            "district": pd.Series(names, dtype="str"),
            "name": pd.Series(names, dtype="str"),
            "parent": pd.Series(None, index=range(len(names)), dtype="str"),
            "population": np.full(len(names), np.nan),
        },
        geometry=shapely.box(x, y, x + SQUARE, y + SQUARE),
        crs=assets.crs,
    )
    return districts.sort_values("district", ignore_index=True)


def in_squares(geometry: np.ndarray) -> np.ndarray:
    """Return the square of each geometry's representative point; edges belong to the next one.

    So it is the same whatever other squares there are. What has no place is «outside districts».
    """
    corners = _corners(geometry)
    there = np.isfinite(corners).all(axis=1)
    kinds, kind = np.unique(corners[there], axis=0, return_inverse=True)
    found = np.full(len(geometry), tables.OUTSIDE_DISTRICTS, dtype=object)
    found[there] = np.array(
        [_square(*corner) for corner in kinds.astype(int).tolist()], dtype=object
    )[kind]
    return found


def _corners(geometry: np.ndarray) -> np.ndarray:
    """Return the square's lower left corner (km, n × 2) of each geometry; NaN without a place."""
    corners = np.full((len(geometry), 2), np.nan)
    there = np.isfinite(shapely.bounds(geometry)).all(axis=1)
    corners[there] = np.floor(
        shapely.get_coordinates(shapely.point_on_surface(geometry[there])) / SQUARE
    )
    return corners


def _square(x: int, y: int) -> str:
    return f"1 km {x}-{y}"


def assign(geometry: np.ndarray, districts: gpd.GeoDataFrame) -> np.ndarray:
    """Return the district of each geometry's representative point; on overlaps the lowest id.

    What lies in no district, or has no geometry, is «outside districts».
    """
    ids = districts["district"].to_numpy(dtype=object)
    missing = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    points = np.full(len(geometry), None, dtype=object)
    points[~missing] = shapely.point_on_surface(geometry[~missing])
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
    table, found = read_fields(
        people.path, (people.id, people.field), source="population", layer=people.layer
    )
    rows, words = tables.rows_of(found), as_text(table[people.field])
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
    return tables.findings(rows)


CONTEXT_REFUSED = "context_refused"


def check_context(city: City) -> pd.DataFrame:
    """Return FINDINGS on context layers; one that is not fit is not drawn, which is an error.

    Raises SourceError for a file or layer that is not there.
    """
    layers = [
        Layer(one.path, one.name or one.path.stem, one.layer, one.crs) for one in city.context
    ]
    read = read_layers(layers)
    refused = []
    for layer, features in zip(layers, read, strict=True):
        empty = not features.refused and not len(features.table)
        faults = [Fault("layer_without_features")] * empty
        faults += [Fault(CONTEXT_REFUSED)] * (features.refused or empty)
        refused += as_findings(faults, source=layer.source)
    return tables.join_findings(
        [*(features.findings for features in read), tables.findings(refused)]
    )
