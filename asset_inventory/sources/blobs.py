"""Geometries as a GeoPackage holds them: a head (its system, and its bounds where it is no point) before ISO WKB."""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np
import shapely

ANY = "Unknown"  # what a layer of mixed geometries is called
_BOUNDS, _EMPTY = 0b10, 0b10000  # flags in the head of a blob: x and y from least to most; nothing there
_BOUNDS_SIZES = (0, 32, 48, 48, 64)
_NAMES = {0: "Point", 1: "LineString", 3: "Polygon", 4: "MultiPoint", 5: "MultiLineString", 6: "MultiPolygon"}


def blobs(geometry: np.ndarray, system: int) -> list[bytes | None]:
    """Return geometries as GeoPackage's blobs, None for none."""
    bounds = shapely.bounds(geometry)
    empty = shapely.is_empty(geometry)
    boxed = ~empty & ~np.isnan(bounds[:, 0]) & (shapely.get_dimensions(geometry) > 0)
    boxes = np.ascontiguousarray(bounds[:, [0, 2, 1, 3]], dtype="<f8").tobytes()
    flags = 1 | np.where(boxed, _BOUNDS, 0) | np.where(empty, _EMPTY, 0)
    heads = {flag: struct.pack("<2sBBi", b"GP", 0, flag, system) for flag in np.unique(flags).tolist()}
    shapes = shapely.to_wkb(geometry, byte_order=1, flavor="iso", include_srid=False)
    return [
        None if shape is None else heads[flag] + (boxes[32 * row : 32 * row + 32] if flag & _BOUNDS else b"") + shape
        for row, (shape, flag) in enumerate(zip(shapes, flags.tolist(), strict=True))
    ]


def shapes(blobs: Sequence[bytes | None]) -> np.ndarray:
    """Return the geometries of GeoPackage's blobs, None for none; raises GEOSException for what is no blob."""
    cut = np.empty(len(blobs), dtype=object)
    starts = {head: _start(head) for head in {blob[:8] for blob in blobs if blob is not None}}  # a few, of many blobs
    cut[:] = [None if blob is None else blob[starts[blob[:8]] :] for blob in blobs]
    return shapely.from_wkb(cut)


def _start(head: bytes) -> int:
    if len(head) < 8 or head[:2] != b"GP" or (size := (head[3] >> 1) & 0b111) >= len(_BOUNDS_SIZES):
        raise shapely.errors.ShapelyError("no GeoPackage geometry")
    return 8 + _BOUNDS_SIZES[size]


def bounds_of(blob: bytes) -> tuple[float, ...]:
    """Return west, south, east, north of a blob."""
    if (blob[3] >> 1) & 0b111:
        west, east, south, north = struct.unpack_from("<4d" if blob[3] & 1 else ">4d", blob, 8)
        return west, south, east, north
    return tuple(shapely.bounds(shapely.from_wkb(blob[8:])).tolist())


def is_empty(blob: bytes) -> bool:
    """Tell whether a blob says that nothing is there."""
    return bool(blob[3] & _EMPTY)


def geometry_type(geometry: np.ndarray) -> str:
    """Return what a layer of these geometries is called, such as `Polygon Z`; `Unknown` where they are mixed."""
    there = geometry[~shapely.is_missing(geometry)]
    kinds = np.unique(shapely.get_type_id(there))
    heights = np.unique(shapely.has_z(there[~shapely.is_empty(there)]))
    if len(kinds) != 1 or len(heights) > 1 or kinds[0] not in _NAMES or shapely.has_m(there).any():
        return ANY
    return _NAMES[kinds[0]] + (" Z" if heights.any() else "")
