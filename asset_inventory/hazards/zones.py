"""Pieces of assets in polygon zones: which zone each part of an asset lies in, the worse first.

Big zones are halved into parts of at most 256 vertices, once per hazard map. A tree finds the parts near
each asset, prepared parts decide for most pairs that the asset lies wholly inside or outside, and only
crossing pairs are intersected. Where zones overlap, the worse one has the ground.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from asset_inventory.hazards import coverage

MOST_VERTICES = 256
OUTSIDE = -1  # zone of a piece that lies in none
# What intersections of double precision cannot tell from a touch, as a share of the asset.
TOUCH = 1e-10


@dataclass(frozen=True)
class Zones:
    """Polygon zones made ready: the worst first, those of unknown intensity last.

    `intensity` and `label` (the zone's row in its file) have one entry per zone; `parts` are the prepared
    pieces of zones, `zone` tells whose they are, and `tree` finds them.
    """

    intensity: np.ndarray
    label: np.ndarray
    parts: np.ndarray
    zone: np.ndarray
    tree: shapely.STRtree


@dataclass(frozen=True)
class ZoneCut:
    """The pieces of assets in zones: one row per asset and zone, in order of the assets.

    `asset` is the place of the geometry, `zone` the place of the zone or -1 outside all, `share` 0-1.
    """

    asset: np.ndarray
    zone: np.ndarray
    share: np.ndarray


def prepare_zones(polygons: np.ndarray, intensity: np.ndarray, label: np.ndarray) -> Zones:
    """Return zones made ready for `cut_by_zones`.

    `polygons` are valid Polygons or MultiPolygons in the city's system; `intensity` may be NaN: a zone
    of which nothing is known, which ranks below all others.
    """
    worst_first = np.argsort(-np.asarray(intensity, dtype=np.float64), kind="stable")  # NaN sorts last
    parts, zone = halved(polygons[worst_first])
    shapely.prepare(parts)
    return Zones(np.asarray(intensity, dtype=np.float64)[worst_first], np.asarray(label)[worst_first], parts, zone,
                 shapely.STRtree(parts))


def cut_by_zones(geometries: np.ndarray, zones: Zones) -> ZoneCut:
    """Return the pieces of points, lines and polygons (Multi kinds too) in zones.

    `geometries` are valid and in the zones' system. The shares of each add up to 1; what is missing or
    empty has no piece, and what has too little length or area to be measured counts whole where it
    begins. A point on a zone's border is inside; a line or polygon that only touches a zone is not.
    """
    dimension = shapely.get_dimensions(geometries)
    extent = np.where(dimension == 2, shapely.area(geometries), shapely.length(geometries))
    flat = (dimension > 0) & ~(extent > 0)
    if flat.any():
        geometries, dimension = geometries.copy(), np.where(flat, 0, dimension)
        geometries[flat] = coverage.beginnings(geometries[flat])
    found = []
    for kind, cut in enumerate((_cut_points, _cut_lines, _cut_polygons)):
        chosen = np.flatnonzero((dimension == kind) & ~shapely.is_empty(geometries))
        if len(chosen):
            asset, zone, share = cut(geometries[chosen], zones)
            found.append((chosen[asset], zone, share))
    if not found:
        return ZoneCut(np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32), np.zeros(0))
    asset, zone, share = (np.concatenate(columns) for columns in zip(*found, strict=True))
    order = np.argsort(asset, kind="stable")
    return ZoneCut(asset[order].astype(np.int32), zone[order].astype(np.int32), share[order])


def halved(polygons: np.ndarray, most: int = MOST_VERTICES) -> tuple[np.ndarray, np.ndarray]:
    """Return polygons halved until no part has more than `most` vertices, and the place each came from."""
    parts, origin = [polygons], [np.arange(len(polygons))]
    big = np.flatnonzero(shapely.get_num_coordinates(polygons) > most)
    for place in big.tolist():
        pieces = _halved(polygons[place], most)
        parts.append(pieces)
        origin.append(np.full(len(pieces), place))
    parts[0], origin[0] = np.delete(polygons, big), np.delete(origin[0], big)
    return np.concatenate(parts), np.concatenate(origin)


def _halved(polygon: shapely.Geometry, most: int) -> np.ndarray:
    pieces = _halve(polygon, most, shapely.clip_by_rect)
    # The quick clip can go wrong where a hole touches the border; then the exact one has to do.
    area = shapely.area(polygon)
    if not shapely.is_valid(pieces).all() or abs(shapely.area(pieces).sum() - area) > TOUCH * area:
        pieces = _halve(polygon, most, lambda one, *box: shapely.intersection(one, shapely.box(*box)))
    return pieces


def _halve(polygon: shapely.Geometry, most: int, clip) -> np.ndarray:  # noqa: ANN001
    done, waiting = [], [polygon]
    least = 1e-6 * max(np.ptp(np.reshape(shapely.bounds(polygon), (2, 2)), axis=0))
    while waiting:
        piece = waiting.pop()
        x0, y0, x1, y1 = shapely.bounds(piece).tolist()
        if shapely.get_num_coordinates(piece) <= most or max(x1 - x0, y1 - y0) <= least:
            done.append(piece)
            continue
        if x1 - x0 >= y1 - y0:
            middle = (x0 + x1) / 2
            boxes = ((x0, y0, middle, y1), (middle, y0, x1, y1))
        else:
            middle = (y0 + y1) / 2
            boxes = ((x0, y0, x1, middle), (x0, middle, x1, y1))
        halves = (clip(piece, *box) for box in boxes)
        waiting += [half for half in halves if shapely.area(half) > 0]
    return np.array(done, dtype=object)


def _cut_points(geometries: np.ndarray, zones: Zones) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    points, asset = shapely.get_parts(geometries, return_index=True)
    point, part = zones.tree.query(points)
    inside = shapely.intersects(zones.parts[part], points[point])
    worst = np.full(len(points), len(zones.intensity))
    np.minimum.at(worst, point[inside], zones.zone[part[inside]])
    there = worst < len(zones.intensity)
    return _shares(asset[there], worst[there], np.ones(int(there.sum())), np.bincount(asset).astype(float))


def _cut_lines(geometries: np.ndarray, zones: Zones) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    asset, zone, length, crossing = _measured(geometries, zones, shapely.length)
    total = shapely.length(geometries)
    # What a line runs over twice is intersected once.
    total[crossing] = shapely.length(shapely.union_all(geometries[crossing].reshape(-1, 1), axis=1))
    return _shares(asset, zone, length, total)


def _cut_polygons(geometries: np.ndarray, zones: Zones) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    parts, owner = halved(geometries, 4 * MOST_VERTICES)
    part, zone, area, _ = _measured(parts, zones, shapely.area)
    return _shares(owner[part], zone, area, np.bincount(owner, shapely.area(parts)))


def _shares(
    asset: np.ndarray, zone: np.ndarray, measure: np.ndarray, total: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return asset, zone, share with one row each, a row per asset for what lies in no zone, summing to 1."""
    key, row = np.unique(asset * (int(zone.max(initial=0)) + 1) + zone, return_inverse=True)
    measure = np.bincount(row, measure, minlength=len(key))
    asset, zone = np.divmod(key, int(zone.max(initial=0)) + 1)
    kept = measure > TOUCH * total[asset]
    asset, zone, measure = asset[kept], zone[kept], measure[kept]
    inside = np.bincount(asset, measure, minlength=len(total))
    outside = np.where(total - inside > TOUCH * total, total - inside, 0.0)
    off = np.flatnonzero(outside > 0)
    asset, zone = np.concatenate([asset, off]), np.concatenate([zone, np.full(len(off), OUTSIDE)])
    return asset, zone, np.concatenate([measure, outside[off]]) / (inside + outside)[asset]


def _measured(shapes: np.ndarray, zones: Zones, measure) -> tuple[np.ndarray, ...]:  # noqa: ANN001
    """Return shape, zone and the measure of the shape there that no worse zone has, and which shapes cross a border."""
    shape, part = zones.tree.query(shapes)
    inside = shapely.contains_properly(zones.parts[part], shapes[shape])
    # A shape wholly in a zone is in no milder one.
    whole = np.full(len(shapes), len(zones.intensity))
    np.minimum.at(whole, shape[inside], zones.zone[part[inside]])
    open_ = ~inside & (zones.zone[part] < whole[shape])
    shape, part = shape[open_], part[open_]
    touching = shapely.intersects(zones.parts[part], shapes[shape])
    shape, part = shape[touching], part[touching]
    piece = shapely.intersection(shapes[shape], zones.parts[part])
    there = measure(piece) > 0
    shape, zone, piece = shape[there], zones.zone[part[there]], piece[there]
    crossing = np.unique(shape)
    wholly = np.flatnonzero(whole < len(zones.intensity))
    shape, zone, piece = (np.concatenate(pair) for pair in (
        (shape, wholly), (zone, whole[wholly]), (piece, shapes[wholly])))
    shape, zone, extent = _worse_first(shape, zone, piece, measure)
    return shape, zone, extent, crossing


def _worse_first(
    shape: np.ndarray, zone: np.ndarray, piece: np.ndarray, measure,  # noqa: ANN001
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return shape, zone, measure of pieces that may overlap, what several have given to the worst zone."""
    order = np.lexsort((zone, shape))
    shape, zone, piece = shape[order], zone[order], piece[order]
    extent = measure(piece)
    if not len(shape):
        return shape, zone, extent
    several = np.bincount(shape)[shape] > 1
    group = np.unique(shape[several], return_inverse=True)[1]
    joint = measure(_dissolved(piece[several], group))
    apart = np.bincount(group, extent[several], minlength=len(joint)) <= joint * (1 + TOUCH)
    overlapping = np.flatnonzero(several)[~apart[group]]
    extent[overlapping] = _exclusive(shape[overlapping], piece[overlapping], measure)
    return shape, zone, extent


def _exclusive(shape: np.ndarray, piece: np.ndarray, measure) -> np.ndarray:  # noqa: ANN001
    """Return the measure of each piece without what the pieces before it, of the same shape, have taken."""
    first = np.flatnonzero(np.diff(shape, prepend=-1))
    place = np.arange(len(shape)) - np.repeat(first, np.diff(np.append(first, len(shape))))
    owner = np.cumsum(place == 0) - 1
    extent = measure(piece)
    piece = _dissolved(piece, np.arange(len(piece)))
    taken = piece[first]
    for turn in range(1, int(place.max(initial=0)) + 1):
        now = np.flatnonzero(place == turn)
        extent[now] = measure(shapely.difference(piece[now], taken[owner[now]]))
        taken[owner[now]] = shapely.union(taken[owner[now]], piece[now])
    return extent


def _dissolved(piece: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Return one geometry per group, without members of a lower dimension than its highest."""
    if not len(piece):
        return piece
    members, of = shapely.get_parts(piece, return_index=True)
    group = group[of]
    dimension = shapely.get_dimensions(members)
    highest = np.zeros(int(group.max()) + 1, dtype=int)
    np.maximum.at(highest, group, dimension)
    kept = dimension == highest[group]
    order = np.argsort(group[kept], kind="stable")
    bundles = shapely.geometrycollections(members[kept][order], indices=group[kept][order])
    return shapely.union_all(bundles.reshape(-1, 1), axis=1)
