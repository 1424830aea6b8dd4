"""Geometry and classes of a whole city as blocks of bytes, for a page that draws a million assets.

A block holds up to 65,536 assets, written by whole arrays. Its numbers are little-endian; «numbers» is a u8 and so
many byte planes: the lowest byte of every number, then the second of every number, …; «signed» are numbers whose
sign is brought to the lowest bit.

    u8  version                      u32 first asset's place in the layer
    u8  kind (3: mixed)              i32 origin x, i32 origin y: least of the block
    u8  flags (1: rings are flagged) u32 rings, u32 vertices
    u8  bits of the grid             u16 classes, u16 nothing
    u32 assets
    classes x assets                 one byte an asset, class after class
    assets            if mixed       kind of each: 0 point, 1 line, 2 polygon
    assets / 8        if flagged     a bit where an asset has other than one ring
    numbers           if flagged     number of rings of each of these
    rings / 8         if flagged     a bit where a ring is a hole
    numbers           no points      vertices of each ring
    signed, twice                    each ring's first vertex less the first of the ring before: all x, all y
    signed, six times no points      of rings of four vertices: all x and all y of the second vertex less the first,
                                     of the third less the second, and of the fourth less the third and the
                                     second less the first together, 0 for a rectangle
    signed, twice     no points      of all other rings: each further vertex less the one before, all x, all y

Coordinates are web mercator on a grid of 2^28 steps around the equator (0.15 m), 2^27 above 300,000 assets;
y grows southward as pixels do. Assets follow a Hilbert curve, so that neighbours share a block; polygons lose
their closing vertex, and their rings are oriented so that the nonzero rule fills them.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from asset_inventory.outputs.packing import planes, planes_needed, zigzag
from asset_inventory.sources.projections import WEB_MERCATOR, carry

VERSION = 2
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


def grid_of(count: int, most_fine: int = MOST_FINE) -> Grid:
    """Return the grid for so many assets: coarser above `most_fine`, where a file would grow too large."""
    return Grid(FINE_BITS if count <= most_fine else COARSE_BITS)


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
) -> tuple[list[bytes], np.ndarray]:
    """Return one block of shapes in `crs` with their class bytes (classes x shapes), by parts, and its bounds in steps.

    A collection is drawn by its parts of the highest dimension. A shape without geometry, or with a place that
    web mercator cannot show (a pole), has no ring and keeps its classes.
    """
    kinds = np.clip(shapely.get_dimensions(shapes), 0, 2).astype(np.uint8)
    rings, owners, holes = _rings(shapes, kinds)
    places, ring_of = shapely.get_coordinates(rings, return_index=True)
    del rings
    sizes = np.bincount(ring_of, minlength=len(owners))
    closed = kinds[owners] == 2
    places = places[_turned(places, sizes, closed, holes)]
    metres = carry(places, crs, WEB_MERCATOR)
    shown = (np.abs(metres) <= LIMIT).all(axis=1)  # not so for NaN
    kept = np.ones(len(places), dtype=bool)
    kept[np.cumsum(sizes)[closed] - 1] = False  # the closing vertex
    if not shown.all():
        keep = ~np.isin(owners, owners[ring_of[~shown]])
        kept &= keep[ring_of]
        owners, holes, sizes, closed = owners[keep], holes[keep], sizes[keep], closed[keep]
    return _written(grid.steps(metres[kept]), sizes - closed, owners, holes, kinds, codes, first, grid)


def _rings(shapes: np.ndarray, kinds: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return rings, the shape that each belongs to, in order, and which are holes.

    Points, lines and areas of one ring stand for their ring as they are, for taking them apart is slow.
    """
    parts, owners = shapes, np.arange(len(shapes))
    while (shapely.get_type_id(parts) > 3).any():  # twice, where a collection holds Multi parts
        parts, inner = shapely.get_parts(parts, return_index=True)
        owners = owners[inner]
    keep = ~shapely.is_empty(parts) & (shapely.get_dimensions(parts) == kinds[owners])
    parts, owners = parts[keep], owners[keep]
    holed = shapely.get_num_interior_rings(parts) > 0
    if not holed.any():
        return parts, owners, np.zeros(len(parts), dtype=bool)
    rings, part_of = shapely.get_rings(parts[holed], return_index=True)
    places = np.concatenate((np.flatnonzero(~holed), np.flatnonzero(holed)[part_of]))
    holes = np.concatenate((np.zeros((~holed).sum(), dtype=bool), np.diff(part_of, prepend=-1) == 0))
    order = np.argsort(places, kind="stable")
    return np.concatenate((parts[~holed], rings))[order], owners[places[order]], holes[order]


def _turned(places: np.ndarray, sizes: np.ndarray, closed: np.ndarray, holes: np.ndarray) -> np.ndarray:
    """Return the vertices in an order in which outer rings go one way round and holes the other.

    The nonzero rule then leaves holes empty and overlaps full. A ring is turned round from its first vertex on.
    """
    ends = np.cumsum(sizes)
    firsts = ends - sizes
    order = np.arange(len(places))
    if not closed.any():
        return order
    away = places - np.repeat(places[firsts], sizes, axis=0)  # small numbers, so that nothing is lost in the products
    cross = np.zeros(len(places))  # between the last vertex of a ring, which is its first, and the next ring nothing
    cross[:-1] = away[:-1, 0] * away[1:, 1] - away[1:, 0] * away[:-1, 1]
    areas = np.add.reduceat(cross, firsts)
    turn = closed & ((areas < 0) != holes)
    within = np.repeat(turn, sizes)
    order[within] = np.repeat((firsts + ends - 1)[turn], sizes[turn]) - order[within]
    return order


def _written(
    steps: np.ndarray,
    sizes: np.ndarray,
    owners: np.ndarray,
    holes: np.ndarray,
    kinds: np.ndarray,
    codes: np.ndarray,
    first: int,
    grid: Grid,
) -> tuple[list[bytes], np.ndarray]:
    present = kinds[np.unique(owners)]
    kind = MIXED if len(np.unique(present)) > 1 else int(present[0]) if len(present) else 0
    ring_counts = np.bincount(owners, minlength=len(kinds))
    flagged = ring_counts != 1
    origin = steps.min(axis=0) if len(steps) else np.zeros(2, dtype=np.int64)
    bounds = np.concatenate((origin, steps.max(axis=0))).astype(float) if len(steps) else np.full(4, np.nan)
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
    sections = [header, *(one.tobytes() for one in codes)]
    if kind == MIXED:
        sections.append(kinds.tobytes())
    if flagged.any():
        sections += [_bits(flagged), *_numbers(ring_counts[flagged]), _bits(holes)]
    if kind != 0:
        sections += _numbers(sizes)
    return [*sections, *_moves(steps, sizes, origin, kind)], bounds


def _moves(steps: np.ndarray, sizes: np.ndarray, origin: np.ndarray, kind: int) -> Iterator[bytes]:
    """Yield the coordinates as differences, each kind of them by itself, for each has its own usual size."""
    begins = np.cumsum(sizes) - sizes
    yield from _signed(np.diff(steps[begins], axis=0, prepend=origin[None]))
    if kind == 0:
        return
    moves = np.diff(steps, axis=0, prepend=steps[:1])
    fours = begins[sizes == 4]
    for move in (moves[fours + 1], moves[fours + 2], moves[fours + 3] + moves[fours + 1]):
        yield from _signed(move)
    further = np.repeat(sizes != 4, sizes)
    further[begins] = False
    yield from _signed(moves[further])


def _signed(pairs: np.ndarray) -> Iterator[bytes]:
    for axis in (0, 1):
        yield from _numbers(zigzag(pairs[:, axis]))


def _numbers(values: np.ndarray) -> list[bytes]:
    count = planes_needed(values)
    return [bytes([count]), *planes(values, count)]


def _bits(flags: np.ndarray) -> bytes:
    return np.packbits(flags, bitorder="little").tobytes()
