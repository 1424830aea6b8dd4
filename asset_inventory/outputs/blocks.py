"""Geometry and classes of a whole city as blocks of bytes, for a page that draws a million assets.

A block holds up to 65,536 assets, written by whole arrays. Numbers are little-endian; «varint» is seven
bits a byte, lowest first, a set eighth bit says that more follow; «zigzag» brings the sign to the lowest bit.

    u8  version                      u32 first asset's place in the layer
    u8  kind (3: mixed)              i32 origin x, i32 origin y: least of the block
    u8  flags (1: rings are flagged) u32 rings, u32 vertices
    u8  bits of the grid             u16 classes, u16 nothing
    u32 assets
    classes x assets                 one byte an asset, class after class
    assets            if mixed       kind of each: 0 point, 1 line, 2 polygon
    assets / 8        if flagged     a bit where an asset has other than one ring
    varints           if flagged     number of rings of each of these
    rings / 8         if flagged     a bit where a ring is a hole
    varints           no points      vertices of each ring
    varints, zigzag                  each ring's first vertex less the first of the ring before: all x, all y
    varints, zigzag                  each further vertex less the one before: x, y, x, y, …; where all are areas,
                                     a ring of four has the sum of its first and its last, 0 for a rectangle

Coordinates are web mercator on a grid of 2^28 steps around the equator (0.15 m), 2^27 above 300,000 assets;
y grows southward as pixels do. Assets follow a Hilbert curve, so that neighbours share a block; polygons lose
their closing vertex, and their rings are oriented so that the nonzero rule fills them.
"""

from __future__ import annotations

import math
import struct
import zlib
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from asset_inventory.sources.projections import WEB_MERCATOR, carry

VERSION = 1
HEADER = struct.Struct("<BBBBIIiiIIHH")
BLOCK = 65_536
FINE_BITS, COARSE_BITS, MOST_FINE = 28, 27, 300_000
MIXED, RINGS_FLAGGED = 3, 1
EARTH = 6_378_137.0  # metre, radius of the sphere of web mercator
LIMIT = 2 * math.pi * EARTH  # metre; web mercator ends at half of it, and a pole lies far beyond
HILBERT_LEVEL = 16


@dataclass(frozen=True)
class Grid:
    """The web mercator grid of a layer: 2^bits steps around the equator."""

    bits: int

    def steps(self, metres: np.ndarray) -> np.ndarray:
        """Return web mercator metres (n x 2) as whole steps, x eastward from 180° W, y southward."""
        half = math.pi * EARTH
        scale = 2.0**self.bits / (2 * half)
        return np.rint(np.column_stack((metres[:, 0] + half, half - metres[:, 1])) * scale).astype(np.int64)

    def degrees(self, steps: np.ndarray) -> np.ndarray:
        """Return steps (n x 2) as longitude and latitude in degrees."""
        turns = np.asarray(steps, dtype=float) / 2.0**self.bits
        latitude = np.degrees(np.arctan(np.sinh(math.pi * (1 - 2 * turns[:, 1]))))
        return np.column_stack((turns[:, 0] * 360 - 180, latitude))


def grid_of(count: int) -> Grid:
    """Return the grid for so many assets: coarser above 300,000, where a file would grow too large."""
    return Grid(FINE_BITS if count <= MOST_FINE else COARSE_BITS)


def hilbert_order(table: gpd.GeoDataFrame) -> np.ndarray:
    """Return the table's rows along a Hilbert curve; rows without geometry come last, as they stand."""
    shapes = table.geometry.to_numpy()
    there = np.isfinite(shapely.bounds(shapes)).all(axis=1)  # NaN without geometry
    present, absent = np.flatnonzero(there), np.flatnonzero(~there)
    if len(present) == 0:
        return absent
    distance = gpd.GeoSeries(shapes[present]).hilbert_distance(level=HILBERT_LEVEL).to_numpy()
    return np.concatenate((present[np.argsort(distance, kind="stable")], absent))


def encode_block(
    shapes: np.ndarray,
    codes: np.ndarray,
    crs: object,
    *,
    first: int,
    grid: Grid,
) -> tuple[bytes, np.ndarray]:
    """Return one block of shapes in `crs` with their class bytes (classes x shapes), and its bounds in steps.

    A collection is drawn by its parts of the highest dimension. A shape without geometry, or with a place that
    web mercator cannot show (a pole), has no ring and keeps its classes.
    """
    kinds = np.clip(shapely.get_dimensions(shapes), 0, 2).astype(np.uint8)
    rings, owners, holes = _rings(shapes, kinds)
    places, ring_of = shapely.get_coordinates(rings, return_index=True)
    metres = carry(places, crs, WEB_MERCATOR)
    shown = (np.abs(metres) <= LIMIT).all(axis=1)  # not so for NaN
    broken = np.unique(owners[ring_of[~shown]])
    sizes = np.bincount(ring_of, minlength=len(rings))
    keep = ~np.isin(owners, broken)
    kept = keep[ring_of]
    closing = np.zeros(len(places), dtype=bool)
    closed = kinds[owners] == 2
    closing[np.cumsum(sizes)[closed] - 1] = True
    steps = grid.steps(metres[kept & ~closing])
    owners, holes, sizes = owners[keep], holes[keep], (sizes - closed)[keep]
    return _written(steps, sizes, owners, holes, kinds, codes, first, grid)


def packed(data: bytes) -> bytes:
    """Return bytes deflated (raw, level 9), led inside by their Adler-32: raw deflate notices few faults."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY)
    return deflate.compress(struct.pack("<I", zlib.adler32(data)) + data) + deflate.flush()


def varints(values: np.ndarray) -> bytes:
    """Return numbers from 0 to below 2^35 as varints."""
    values = np.asarray(values, dtype=np.uint64)
    lengths = np.ones(len(values), dtype=np.int64)
    for bits in (7, 14, 21, 28):
        lengths += values >= 1 << bits
    ends = np.cumsum(lengths)
    found = np.empty(ends[-1] if len(ends) else 0, dtype=np.uint8)
    starts = ends - lengths
    for place in range(int(lengths.max(initial=0))):
        there = lengths > place
        low = (values[there] >> np.uint64(7 * place)) & np.uint64(127)
        found[starts[there] + place] = low | ((lengths[there] > place + 1).astype(np.uint64) << np.uint64(7))
    return found.tobytes()


def zigzag(values: np.ndarray) -> np.ndarray:
    """Return whole numbers as whole numbers from 0: 0, -1, 1, -2, … become 0, 1, 2, 3, …"""
    return ((values << 1) ^ (values >> 63)).astype(np.uint64)


def _rings(shapes: np.ndarray, kinds: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return rings (points and lines as they are), the shape that each belongs to, in order, and which are holes."""
    parts, owners = shapes, np.arange(len(shapes))
    while (shapely.get_type_id(parts) > 3).any():  # twice, where a collection holds Multi parts
        parts, inner = shapely.get_parts(parts, return_index=True)
        owners = owners[inner]
    keep = ~shapely.is_empty(parts) & (shapely.get_dimensions(parts) == kinds[owners])
    parts, owners = parts[keep], owners[keep]
    areas = shapely.get_type_id(parts) == 3
    if not areas.any():
        return parts, owners, np.zeros(len(parts), dtype=bool)
    # outer rings one way round, holes the other: the nonzero rule then leaves holes empty and overlaps full
    rings, part_of = shapely.get_rings(shapely.orient_polygons(parts[areas]), return_index=True)
    holes = np.diff(part_of, prepend=-1) == 0
    rings_owners = owners[areas][part_of]
    if areas.all():
        return rings, rings_owners, holes
    all_rings, all_owners = np.concatenate((rings, parts[~areas])), np.concatenate((rings_owners, owners[~areas]))
    all_holes = np.concatenate((holes, np.zeros((~areas).sum(), dtype=bool)))
    order = np.argsort(all_owners, kind="stable")
    return all_rings[order], all_owners[order], all_holes[order]


def _written(
    steps: np.ndarray,
    sizes: np.ndarray,
    owners: np.ndarray,
    holes: np.ndarray,
    kinds: np.ndarray,
    codes: np.ndarray,
    first: int,
    grid: Grid,
) -> tuple[bytes, np.ndarray]:
    present = kinds[np.unique(owners)]
    kind = MIXED if len(np.unique(present)) > 1 else int(present[0]) if len(present) else 0
    ring_counts = np.bincount(owners, minlength=len(kinds))
    flagged = ring_counts != 1
    origin = steps.min(axis=0) if len(steps) else np.zeros(2, dtype=np.int64)
    bounds = np.concatenate((origin, steps.max(axis=0))).astype(float) if len(steps) else np.full(4, np.nan)
    begins = np.cumsum(sizes) - sizes
    moves = np.diff(steps, axis=0, prepend=steps[:1])
    starts = np.diff(steps[begins], axis=0, prepend=origin[None]) if len(begins) else steps
    header = HEADER.pack(
        VERSION,
        kind,
        RINGS_FLAGGED if flagged.any() else 0,
        grid.bits,
        len(kinds),
        first,
        *origin.tolist(),
        len(sizes),
        len(steps),
        len(codes),
        0,
    )
    sections = [header, codes.tobytes()]
    if kind == MIXED:
        sections.append(kinds.tobytes())
    if flagged.any():
        sections += [_bits(flagged), varints(ring_counts[flagged]), _bits(holes)]
    if kind != 0:
        sections.append(varints(sizes))
    if kind == 2:
        fours = begins[sizes == 4]
        moves[fours + 3] += moves[fours + 1]
    further = np.ones(len(steps), dtype=bool)
    further[begins] = False
    sections += [varints(zigzag(starts.T.ravel())), varints(zigzag(moves[further].ravel()))]
    return b"".join(sections), bounds


def _bits(flags: np.ndarray) -> bytes:
    return np.packbits(flags, bitorder="little").tobytes()
