"""Whether a hazard's maps lie where the assets are: a map of another place would call everything safe.

Where a rarer grid shows less than a more frequent one of the same hazard: squares of cells to look at on a map.
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
    OpenHazard,
    OpenMap,
    lowered,
    same_cells,
    unspecified_words,
)
from asset_inventory.io.crs import carry, carry_back
from asset_inventory.io.rasters import Grid, Window4, cell_centres, cell_coordinates, reading
from asset_inventory.model.city import Hazard
from asset_inventory.model.errors import SourceError
from asset_inventory.model.tables import EXERCISE, REAL, empty, finding, findings

# A map on which fewer of the assets lie is of another place, or its system is wrong.
LEAST = 0.01


def map_extent_findings(geometries: np.ndarray, opened: OpenHazard) -> np.ndarray:
    """Return for each map the share (0-1) of the geometries whose middle lies within its extent.

    The extent of zones is the box around them. What has no geometry is left out; without any the shares are NaN.
    """
    boxes = shapely.bounds(geometries)
    middles = np.column_stack([boxes[:, [0, 2]].mean(axis=1), boxes[:, [1, 3]].mean(axis=1)])
    middles = middles[np.isfinite(middles).all(axis=1)]
    if not len(middles):
        return np.full(len(opened.maps), np.nan)
    return np.array([_within(middles, one, opened.city_crs).mean() for one in opened.maps])


def outside_extent(geometries: np.ndarray, opened: OpenHazard) -> pd.DataFrame:
    """Return FINDINGS: an error for a hazard on none of whose maps any but a few of the geometries lie."""
    shares = map_extent_findings(geometries, opened)
    if not (shares < LEAST).all():
        return findings([])
    return findings(
        [
            finding(
                "hazard_misses_assets", source=opened.hazard.name, severity="error", percent=100 * float(shares.max())
            )
        ]
    )


def _within(places: np.ndarray, one: OpenMap, city_crs: object) -> np.ndarray:
    if one.grid is None and not len(one.zones.parts):
        return np.zeros(len(places), dtype=bool)
    if one.grid is None:
        west, south, east, north = shapely.total_bounds(one.zones.parts)
        x, y = places.T
        return (x >= west) & (x <= east) & (y >= south) & (y <= north)
    column, row = cell_coordinates(one.grid, carry_back(places, city_crs, one.grid.crs)).T
    return (column >= 0) & (column < one.grid.width) & (row >= 0) & (row < one.grid.height)


# So many squares at most for two maps; on a larger grid a square is of more cells.
MOST_SQUARES = 20_000


def non_monotonic(opened: Iterable[OpenHazard], city_crs: object) -> gpd.GeoDataFrame:
    """Return NOT_NESTED: the squares of cells where a rarer grid is lower than the next more frequent one.

    Only maps of which a finding says so are looked at, then whole, window by window. What cannot be read is left out.
    """
    tables = [
        _squares(before, after, one.hazard, city_crs)
        for one in opened
        for before, after in same_cells(one.maps)
        if f"{after.return_period:g}" in _finding_rows(one)
    ]
    tables = [table for table in tables if len(table)]
    whole = pd.concat(tables, ignore_index=True) if tables else empty("NOT_NESTED")
    return gpd.GeoDataFrame(whole, geometry="geometry", crs=city_crs)


def _finding_rows(opened: OpenHazard) -> set[str]:
    """Return the return periods of the grids that a finding calls lower than a more frequent one."""
    found = opened.findings
    return {told["rarer"] for told in found["arguments"][found["code"] == SHOWS_LESS]}


def _squares(before: OpenMap, after: OpenMap, hazard: Hazard, city_crs: object) -> gpd.GeoDataFrame:
    grid = before.grid
    side = ceil(sqrt(grid.width * grid.height / MOST_SQUARES))
    across = ceil(grid.width / side)
    cells, dry, drop = (np.zeros(ceil(grid.height / side) * across) for _ in range(3))
    for row, column, frequent, rarer in _side_by_side(before, after, hazard):
        gone, lower = lowered(frequent, rarer, hazard)
        place = row // side * across + column // side
        cells += np.bincount(place[gone | lower], minlength=len(cells))
        dry += np.bincount(place[gone], minlength=len(cells))
        less = gone | lower
        np.maximum.at(drop, place[less], (frequent - np.fmax(rarer, hazard.water_from))[less])
    found = np.flatnonzero(cells)
    return gpd.GeoDataFrame(
        {
            "hazard": hazard.name,
            "frequent": before.return_period,
            "rarer": after.return_period,
            "cells": cells[found].astype(np.int64),
            "dry": dry[found].astype(np.int64),
            "lower_by": drop[found],
            "data_status": EXERCISE if hazard.source.exercise else REAL,
        },
        geometry=_outlines(grid, found // across * side, found % across * side, side, city_crs),
        crs=city_crs,
    )


def _side_by_side(
    before: OpenMap, after: OpenMap, hazard: Hazard
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]]:
    """Yield row, column and both maps' intensity (hazard's unit) of all cells, a window at a time."""
    silence = {"nodata": unspecified_words(hazard.nodata_means, hazard), "outside": unspecified_words(hazard.outside, hazard)}
    with reading(before.grid, **silence) as first, reading(after.grid, **silence) as second:
        for top, bottom, left, right in _windows(before.grid):
            row, column = (one.ravel() for one in np.mgrid[top:bottom, left:right])
            try:
                frequent, rarer = (read(row, column) * hazard.factor for read in (first, second))
            except SourceError:  # an asset there has the hazard refused; where there is none nothing can be told
                continue
            yield row, column, frequent, rarer


def _windows(grid: Grid) -> Iterator[Window4]:
    tall, wide = grid.tile
    for top in range(0, grid.height, tall):
        for left in range(0, grid.width, wide):
            yield top, min(top + tall, grid.height), left, min(left + wide, grid.width)


def _outlines(grid: Grid, top: np.ndarray, left: np.ndarray, side: int, city_crs: object) -> np.ndarray:
    """Return the outlines of squares of cells in the city's system."""
    bottom, right = np.minimum(top + side, grid.height), np.minimum(left + side, grid.width)
    rows, columns = (np.stack(corners, axis=1).ravel() for corners in (
        (top, top, bottom, bottom), (left, right, right, left)))  # fmt: skip
    # a cell's corner is half a cell before its centre
    corners = carry(cell_centres(grid, rows - 0.5, columns - 0.5), grid.crs, city_crs)
    return shapely.polygons(corners.reshape(-1, 4, 2))
