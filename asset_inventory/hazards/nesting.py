"""Where a rarer grid shows less than a more frequent one of the same hazard: squares of cells to look at on a map."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import ceil, sqrt

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from asset_inventory.errors import SourceError
from asset_inventory.hazards.pieces import SHOWS_LESS, OpenHazard, OpenMap, lowered, same_cells, unsaid
from asset_inventory.sources.city import Hazard
from asset_inventory.sources.projections import carry
from asset_inventory.sources.rasters import Grid, Window4, cell_centres, reading
from asset_inventory.tables import EXERCISE, REAL, empty

# So many squares at most for two maps; on a larger grid a square is of more cells.
MOST_SQUARES = 20_000


def not_nested(opened: Iterable[OpenHazard], city_crs: object) -> gpd.GeoDataFrame:
    """Return NOT_NESTED: the squares of cells where a rarer grid is lower than the next more frequent one.

    Only maps of which a finding says so are looked at, then whole, window by window. What cannot be read is left out.
    """
    tables = [
        _squares(before, after, one.hazard, city_crs)
        for one in opened
        for before, after in same_cells(one.maps)
        if f"{after.return_period:g}" in _told(one)
    ]
    tables = [table for table in tables if len(table)]
    whole = pd.concat(tables, ignore_index=True) if tables else empty("NOT_NESTED")
    return gpd.GeoDataFrame(whole, geometry="geometry", crs=city_crs)


def _told(opened: OpenHazard) -> set[str]:
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
    silence = {"nodata": unsaid(hazard.nodata_means, hazard), "outside": unsaid(hazard.outside, hazard)}
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
