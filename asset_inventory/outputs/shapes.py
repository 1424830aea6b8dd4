"""Geometry for a page: simplified, in longitude and latitude, and packed as whole arrays."""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import shapely

from asset_inventory.sources.projections import to_wgs84

# A step of a packed coordinate: 0.11 m at the equator, finer than any screen.
STEPS_PER_DEGREE = 1_000_000
# A shape that differs by less than this part of the map's width looks the same on a wide screen.
FINENESS = 4_000
_KINDS = {"point": (0,), "line": (1, 2), "polygon": (3,)}


def simplify_to(table: gpd.GeoDataFrame, *, most_vertices: int) -> tuple[gpd.GeoDataFrame, float]:
    """Return the table with at most about so many vertices, and the tolerance in the table's unit (0: as it was).

    Shared borders stay shared where the polygons form a coverage; elsewhere every shape is simplified
    alone and stays valid.
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
        if shapely.get_num_coordinates(simple[present]).sum() <= most_vertices or not math.isfinite(tolerance * 2):
            return table.set_geometry(gpd.GeoSeries(simple, index=table.index, crs=table.crs)), tolerance
        # A shape cannot be less than a triangle: stop where doubling no longer helps
        if tolerance > max(east - west, north - south):
            return table.set_geometry(gpd.GeoSeries(simple, index=table.index, crs=table.crs)), tolerance
        tolerance *= 2


def pack(table: gpd.GeoDataFrame) -> dict[str, dict[str, list[int]]]:
    """Return the table's shapes as arrays of whole numbers, by kind: point, line, polygon.

    `rows` is the row of `table` (0, 1, …) that each single part belongs to; `xy` are longitude and
    latitude in millionths of a degree, each the difference to the one before; `rings` are how many
    vertices a line or ring has, `parts` how many rings a polygon has. Rows without geometry have no part.
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
    for kind, ids in _KINDS.items():
        chosen = np.isin(kinds, ids)
        if chosen.any():
            packed[kind] = _pack_kind(kind, parts[chosen], rows[chosen])
    return packed


def _simplify(shapes: np.ndarray, tolerance: float) -> np.ndarray:
    if np.isin(shapely.get_type_id(shapes), (3, 6)).all() and shapely.coverage_is_valid(shapes):
        return shapely.coverage_simplify(shapes, tolerance)
    return shapely.simplify(shapes, tolerance, preserve_topology=True)


def _pack_kind(kind: str, parts: np.ndarray, rows: np.ndarray) -> dict[str, list[int]]:
    steps = np.round(shapely.get_coordinates(parts) * STEPS_PER_DEGREE).astype(np.int64)
    packed = {"rows": rows.tolist(), "xy": np.diff(steps, axis=0, prepend=np.zeros((1, 2), np.int64)).ravel().tolist()}
    if kind == "line":
        packed["rings"] = shapely.get_num_coordinates(parts).tolist()
    if kind == "polygon":
        rings, owner = shapely.get_rings(parts, return_index=True)
        packed["rings"] = shapely.get_num_coordinates(rings).tolist()
        packed["parts"] = np.bincount(owner, minlength=len(parts)).tolist()
    return packed
