"""Checks of the maps of a hazard: their extent and their monotonicity.

A map of another place would expose no asset. Squares of cells show where a rarer grid is lower than
a more frequent one of the same hazard.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import ceil, sqrt

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from asset_inventory.hazards.intersections import (
    SHOWS_LESS,
    GridMap,
    OpenHazard,
    OpenMap,
    TableMap,
    ZoneMap,
    intensity_without_data,
    lowered,
    same_cells,
)
from asset_inventory.io.geometries import AnyCrs, carry, carry_back
from asset_inventory.io.rasters import Grid, cell_centres, cell_coordinates, reading, windows
from asset_inventory.model.arrays import Flags, Floats
from asset_inventory.model.errors import SourceError
from asset_inventory.model.hazards import Hazard
from asset_inventory.model.tables import WARNING, Fault, as_findings, empty, findings

# A map with a smaller share of the assets is of another place, or its coordinate system is wrong.
LEAST = 0.01


def map_extent_findings(assets: gpd.GeoDataFrame, opened: OpenHazard) -> Floats:
    """Return for each map the share (0-1) of the geometries with their middle within its extent.

    The extent of zones is the box around them. Missing geometries do not count; without any the
    shares are NaN.

    Examples
    --------
    Two points, and a map of zones around one of them:

    >>> from pathlib import Path
    >>> from asset_inventory.hazards.zone_intersections import prepare_zones
    >>> from asset_inventory.model.hazards import HazardMap
    >>> from asset_inventory.model.examples import flood
    >>> hazard = flood(maps=(HazardMap(path=Path("zones.gpkg"), intensity=1.0),))
    >>> zones = prepare_zones(np.array([shapely.box(0, 0, 9, 9)]), np.array([1.0]), np.array([0]))
    >>> opened = OpenHazard(hazard, "EPSG:32749", (ZoneMap(100.0, zones),), findings([]))
    >>> assets = gpd.GeoDataFrame({"asset_id": ["a", "b"]}, geometry=gpd.points_from_xy([5, 50], [5, 50]))
    >>> map_extent_findings(assets, opened).tolist()
    [0.5]
    """
    boxes = shapely.bounds(assets.geometry.to_numpy())
    middles = np.column_stack([boxes[:, [0, 2]].mean(axis=1), boxes[:, [1, 3]].mean(axis=1)])
    placed = np.isfinite(middles).all(axis=1)
    middles, ids = middles[placed], pd.Index(assets["asset_id"].astype(str))[placed]
    if not len(middles):
        return np.full(len(opened.maps), np.nan)
    inside = [_within(middles, ids, a_map, opened.city_crs) for a_map in opened.maps]
    return np.array([of_map.mean() for of_map in inside])


def outside_extent(assets: gpd.GeoDataFrame, opened: OpenHazard) -> pd.DataFrame:
    """Return an error for a hazard if every map of it has under 1 % of ASSETS.

    Rows of a table of intensities that name no asset have a warning.

    Examples
    --------
    >>> from asset_inventory.hazards.examples import opened
    >>> from asset_inventory.model.examples import flood
    >>> assets = gpd.GeoDataFrame({"asset_id": ["a"]}, geometry=[shapely.Point(900, 900)])
    >>> outside_extent(assets, opened(flood()))["code"].tolist()
    ['hazard_misses_assets']
    """
    faults = []
    tables = [a_map for a_map in opened.maps if isinstance(a_map, TableMap)]
    named = [a_map.ids for a_map in tables]
    if named:
        given = named[0].append(named[1:]).unique()
        unknown = given.difference(pd.Index(assets["asset_id"].astype(str)), sort=False)
        if len(unknown):
            first, count = str(unknown[0]), len(unknown)
            faults.append(Fault("value_without_asset", WARNING, count=count, feature=first))
    shares = map_extent_findings(assets, opened)
    if (shares < LEAST).all():
        percent = 100 * float(shares.max())
        faults.append(Fault("hazard_misses_assets", arguments={"percent": percent}))
    return findings(as_findings(faults, source=opened.hazard.name))


def _within(points: Floats, ids: pd.Index, a_map: OpenMap, city_crs: AnyCrs) -> Flags:
    if isinstance(a_map, TableMap):
        return np.asarray(ids.isin(a_map.ids))
    if isinstance(a_map, ZoneMap):
        if not len(a_map.zones.parts):
            return np.zeros(len(points), dtype=bool)
        low, high = shapely.total_bounds(a_map.zones.parts).reshape(2, 2)
        return np.all((points >= low) & (points <= high), axis=1)
    cells = cell_coordinates(a_map.grid, carry_back(points, city_crs, a_map.grid.crs))
    return np.all((cells >= 0) & (cells < [a_map.grid.width, a_map.grid.height]), axis=1)


# The most squares for two maps; on a larger grid a square has more cells.
MOST_SQUARES = 20_000


def non_monotonic(opened: Iterable[OpenHazard], city_crs: AnyCrs) -> gpd.GeoDataFrame:
    """Return NON_MONOTONIC without `data_status`: squares of cells where a rarer grid is lower than the next one.

    Only grids with a finding on it are read, whole, window by window. Windows that cannot be read
    are left out.

    Examples
    --------
    Zones are not compared, only grids:

    >>> from asset_inventory.hazards.examples import opened
    >>> from asset_inventory.model.examples import flood
    >>> len(non_monotonic([opened(flood())], "EPSG:32749"))
    0
    """
    tables = [
        _squares(before, after, hazard.hazard, city_crs)
        for hazard in opened
        for before, after in same_cells(hazard.maps)
        if f"{after.return_period:g}" in _lower_periods(hazard)
    ]
    tables = [table for table in tables if len(table)]
    squares = pd.concat(tables, ignore_index=True) if tables else empty("NON_MONOTONIC")
    return gpd.GeoDataFrame(squares, geometry="geometry", crs=city_crs)


def _lower_periods(opened: OpenHazard) -> set[str]:
    """Return the return periods of grids with a finding of lower values than more frequent ones."""
    rows = opened.findings
    return {arguments["rarer"] for arguments in rows["arguments"][rows["code"] == SHOWS_LESS]}


def _squares(before: GridMap, after: GridMap, hazard: Hazard, city_crs: AnyCrs) -> gpd.GeoDataFrame:
    grid = before.grid
    side = ceil(sqrt(grid.width * grid.height / MOST_SQUARES))
    across = ceil(grid.width / side)
    cells, dry, drop = (np.zeros(ceil(grid.height / side) * across) for _ in range(3))
    for cell_row, cell_column, frequent, rarer in _side_by_side(before, after, hazard):
        gone, lower = lowered(frequent, rarer, hazard)
        less = gone | lower
        place = cell_row // side * across + cell_column // side
        cells += np.bincount(place[less], minlength=len(cells))
        dry += np.bincount(place[gone], minlength=len(cells))
        np.maximum.at(drop, place[less], (frequent - np.fmax(rarer, hazard.water_from))[less])
    lower_squares = np.flatnonzero(cells)
    row, column = np.divmod(lower_squares, across)
    return gpd.GeoDataFrame(
        {
            "hazard": hazard.name,
            "frequent": before.return_period,
            "rarer": after.return_period,
            "cells": cells[lower_squares].astype(np.int64),
            "dry": dry[lower_squares].astype(np.int64),
            "lower_by": drop[lower_squares],
        },
        geometry=_outlines(grid, row * side, column * side, side, city_crs),
        crs=city_crs,
    )


def _side_by_side(
    before: GridMap, after: GridMap, hazard: Hazard
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]]:
    """Yield row, column and both maps' intensity (hazard's unit) of cells, by windows."""
    nodata, outside = (
        intensity_without_data(word, hazard) for word in (hazard.nodata_means, hazard.outside)
    )
    with (
        reading(before.grid, nodata=nodata, outside=outside) as first,
        reading(after.grid, nodata=nodata, outside=outside) as second,
    ):
        for window in windows(before.grid, *before.grid.tile):
            top, bottom, left, right = window
            row, column = (place.ravel() for place in np.mgrid[top:bottom, left:right])
            try:
                values = (read.window(window) * hazard.factor for read in (first, second))
                frequent, rarer = (a_map.ravel() for a_map in values)
            except SourceError:
                # with an asset in the window the hazard is refused; without one there is no data
                continue
            yield row, column, frequent, rarer


def _outlines(
    grid: Grid, top: np.ndarray, left: np.ndarray, side: int, city_crs: AnyCrs
) -> np.ndarray:
    """Return the outlines of squares of cells in the city's coordinate system."""
    bottom, right = np.minimum(top + side, grid.height), np.minimum(left + side, grid.width)
    rows, columns = (
        np.stack(corners, axis=1).ravel()
        for corners in ((top, top, bottom, bottom), (left, right, right, left))
    )
    # a cell's corner is half a cell before its centre
    corners = carry(cell_centres(grid, rows - 0.5, columns - 0.5), grid.crs, city_crs)
    return np.asarray(shapely.polygons(corners.reshape(-1, 4, 2)))
