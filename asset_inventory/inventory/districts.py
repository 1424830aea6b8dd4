"""Districts: the places by which everything is summed, and in which of them an asset lies."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from asset_inventory.errors import SourceError
from asset_inventory.sources.city import City, Districts
from asset_inventory.sources.geometries import mended
from asset_inventory.sources.projections import to_city
from asset_inventory.sources.texts import as_numbers, as_text
from asset_inventory.sources.vectors import Layer, read_features, read_fields
from asset_inventory.tables import OUTSIDE_DISTRICTS, check, finding, findings, join_findings

SQUARE = 1000.0  # metre
DISTRICTS_REFUSED = "districts_refused"  # the finding after which a city is summed by squares


def read_districts(city: City) -> tuple[gpd.GeoDataFrame | None, pd.DataFrame]:
    """Return DISTRICTS in rising order of their id and FINDINGS, or (None, FINDINGS) when the city declares none.

    Raises SourceError when the layer or its table of residents cannot be read, or an id is missing.
    """
    declared = city.districts
    if declared is None:
        return None, findings([])
    columns = tuple(name for name in (declared.id, declared.name, declared.parent) if name)
    features = read_features(Layer(declared.path, "districts", declared.layer, declared.crs, columns))
    if features.refused or not len(features.table):
        silent = not features.read and not features.refused
        why = [finding("layer_without_features", source="districts", severity="error")] if silent else []
        without = finding(DISTRICTS_REFUSED, source="districts", severity="error")
        return None, join_findings([features.findings, findings([*why, without])])
    table, moved = to_city(features.table, city.crs, source="districts")
    geometry, repaired = mended(table.geometry.to_numpy(), table.index, source="districts")
    repaired = repaired[repaired["code"] != "geometry_unusable"]  # said when it was read
    rows: list[dict] = []
    ids = as_text(table[declared.id])
    if ids.isna().any():
        raise SourceError("error.district_without_id", path=str(declared.path), field=declared.id)
    repeated = ids.duplicated()
    if repeated.any():
        rows.append(
            finding(
                "district_repeated",
                source="districts",
                severity="error",
                count=int(repeated.sum()),
                feature=str(ids[repeated].iloc[0]),
                column=declared.id,
            )
        )
    districts = gpd.GeoDataFrame(
        {
            "district": ids,
            "name": as_text(table[declared.name]).fillna(ids) if declared.name else ids,
            "parent": as_text(table[declared.parent])
            if declared.parent
            else pd.Series(None, index=ids.index, dtype="str"),
            "population": _population(declared, ids, rows),
        },
        geometry=geometry,
        crs=table.crs,
    )
    # parts of one district in several rows are one district
    if repeated.any():
        districts = districts.dissolve(by="district", as_index=False)
    districts = districts.sort_values("district", ignore_index=True)
    return check(districts, "DISTRICTS"), join_findings([features.findings, moved, repaired, findings(rows)])


def squares(assets: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return squares of 1 km that hold at least one asset, as DISTRICTS, for a city that declares none.

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
    """Return the square of each geometry, by its representative point: an edge belongs to the square it begins.

    So it is the same whatever other squares there are. What has no place is «outside districts».
    """
    corners = _corners(geometry)
    there = np.isfinite(corners).all(axis=1)
    kinds, kind = np.unique(corners[there], axis=0, return_inverse=True)
    found = np.full(len(geometry), OUTSIDE_DISTRICTS, dtype=object)
    found[there] = np.array([_square(*corner) for corner in kinds.astype(int).tolist()], dtype=object)[kind]
    return found


def _corners(geometry: np.ndarray) -> np.ndarray:
    """Return the lower left corner (km, n × 2) of the square in which each geometry lies; NaN for what has no place."""
    corners = np.full((len(geometry), 2), np.nan)
    there = np.isfinite(shapely.bounds(geometry)).all(axis=1)
    corners[there] = np.floor(shapely.get_coordinates(shapely.point_on_surface(geometry[there])) / SQUARE)
    return corners


def _square(x: int, y: int) -> str:
    return f"1 km {x}-{y}"


def assign(geometry: np.ndarray, districts: gpd.GeoDataFrame) -> np.ndarray:
    """Return the district of each geometry: that of its representative point, on overlaps the lowest id.

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
    return np.append(ids, OUTSIDE_DISTRICTS)[lowest]


def _population(declared: Districts, ids: pd.Series, rows: list[dict]) -> pd.Series:
    """Return the residents of each district, NaN where the table of residents does not say."""
    people = declared.population
    if people is None:
        return pd.Series(np.nan, index=ids.index)
    table, found = read_fields(people.path, (people.id, people.field), source="population", layer=people.layer)
    rows += found.to_dict("records")
    numbers, doubtful = as_numbers(table[people.field])
    if doubtful.any():
        rows.append(
            finding(
                "number_doubtful",
                source="population",
                severity="error",
                count=int(doubtful.sum()),
                feature=str(table[people.id][doubtful].iloc[0]),
                column=people.field,
                given=str(table[people.field][doubtful].iloc[0])[:40],
            )
        )
    words = as_text(table[people.field])
    wrong = words.notna() & ~doubtful & ~(numbers >= 0)
    if wrong.any():
        rows.append(finding("number_not_usable", source="population", severity="error", count=int(wrong.sum()),
                            feature=str(wrong.idxmax()), column=people.field,
                            given=str(words[wrong].iloc[0])[:40]))  # fmt: skip
    told = pd.DataFrame({"id": as_text(table[people.id]), "people": numbers}).dropna().drop_duplicates()
    twice = told["id"].duplicated(keep=False)
    if twice.any():
        rows.append(finding("population_twice", source="population", severity="error", column=people.field,
                            count=told.loc[twice, "id"].nunique(), feature=told.loc[twice, "id"].iloc[0]))  # fmt: skip
    population = ids.map(told[~twice].set_index("id")["people"]).astype(float)
    population = population.mask(population < 0)
    missing = population.isna()
    if missing.any():
        rows.append(
            finding(
                "population_missing",
                source="population",
                severity="warning",
                count=int(missing.sum()),
                feature=str(ids[missing].iloc[0]),
                column=people.field,
            )
        )
    return population
