"""What other libraries make of the same layers, as they are best used for it; each answer can be
compared with ours.

To add a peer: a function here that takes the layer and the map and returns an array in the order of
the layer, its package in the extra `bench` of setup.cfg, and a row in measures.py.
"""

from __future__ import annotations

import importlib.util
import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio

PACKAGES = {
    "exactextract": "exactextract",
    "rasterstats": "rasterstats",
    "nismod-snail": "snail",
    "mapclassify": "mapclassify",  # without which GeoDataFrame.explore() does nothing
}


def missing() -> list[str]:
    """Return the peers that are not installed, by the names under which pip knows them."""
    return [name for name, module in PACKAGES.items() if importlib.util.find_spec(module) is None]


def exactextract_shares(polygons: gpd.GeoDataFrame, path: Path) -> pd.DataFrame:
    """Return for each polygon the shares of the wet cells that it covers and their depths, by
    exactextract.
    """
    return _exactextract(polygons, path, ["coverage", "values"])


def exactextract_means(polygons: gpd.GeoDataFrame, path: Path) -> pd.DataFrame:
    """Return for each polygon how many wet cells it covers (`count`, by exact shares) and their
    mean depth.
    """
    return _exactextract(polygons, path, ["count", "mean"])


def _exactextract(polygons: gpd.GeoDataFrame, path: Path, asked: list[str]) -> pd.DataFrame:
    """Return what exactextract finds with the grid in memory and taken raster by raster: its
    quick way.
    """
    from exactextract import exact_extract
    from exactextract.raster import NumPyRasterSource

    with rasterio.open(path) as dataset:
        cells, box, nodata = dataset.read(1), dataset.bounds, dataset.nodata
    grid = NumPyRasterSource(
        cells,
        box.left,
        box.bottom,
        box.right,
        box.top,
        nodata=nodata,
        srs_wkt=polygons.crs.to_wkt(),
    )
    return exact_extract(
        grid, polygons[["geometry"]], asked, strategy="raster-sequential", output="pandas"
    )


def rasterstats_means(polygons: gpd.GeoDataFrame, path: Path) -> np.ndarray:
    """Return the mean depth of the wet cells whose centres lie in each polygon, by rasterstats:
    not exact.
    """
    from rasterstats import zonal_stats

    with rasterio.open(path) as dataset:
        cells, transform, nodata = dataset.read(1), dataset.transform, dataset.nodata
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        rows = zonal_stats(
            polygons.geometry, cells, affine=transform, nodata=nodata, stats=["mean"]
        )
    return np.array([row["mean"] for row in rows], dtype=float)


def overlay_areas(polygons: gpd.GeoDataFrame, zones: gpd.GeoDataFrame) -> pd.Series:
    """Return the area (m2) of each polygon in each class of zones, by geopandas.overlay."""
    cut = gpd.overlay(
        polygons[["number", "geometry"]],
        zones[["class", "geometry"]],
        how="intersection",
        keep_geom_type=True,
    )
    return cut.area.groupby([cut["number"], cut["class"]]).sum()


def snail_lengths(lines: gpd.GeoDataFrame, path: Path) -> pd.DataFrame:
    """Return every piece of every line in its cell (`number`, `length`, `depth`), by snail."""
    from snail.intersection import (
        GridDefinition,
        apply_indices,
        get_raster_values_for_splits,
        split_linestrings,
    )

    with rasterio.open(path) as dataset:
        grid, cells = GridDefinition.from_rasterio_dataset(dataset), dataset.read(1)
    pieces = apply_indices(split_linestrings(lines, grid), grid)
    depth = get_raster_values_for_splits(pieces, cells)
    return pd.DataFrame(
        {
            "number": pieces["number"].to_numpy(),
            "length": pieces.length.to_numpy(),
            "depth": depth.to_numpy(),
        }
    )


def snail_split_alone(lines: gpd.GeoDataFrame, path: Path) -> int:
    """Return the number of pieces of all lines, by the compiled part of snail alone."""
    from snail.core.intersections import split_linestring

    with rasterio.open(path) as dataset:
        width, height, transform = dataset.width, dataset.height, tuple(dataset.transform)[:6]
    return sum(len(split_linestring(line, width, height, transform)) for line in lines.geometry)
