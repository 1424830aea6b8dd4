"""Zones of a hazard read from the layers that a city names: what each says, and how often.

Pieces of assets in polygon zones: which zone each part of an asset lies in, the worse first.

Big zones are halved into parts of at most 256 vertices, once per hazard map. A tree finds the parts near
each asset, prepared parts decide for most pairs that the asset lies wholly inside or outside, and only
crossing pairs are intersected. Where zones overlap, the worse one has the ground.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from asset_inventory.hazards import coverage
from asset_inventory.intake.layers import Features, Layer, read_features
from asset_inventory.intake.records import SELECTS_NONE
from asset_inventory.io.crs import to_city
from asset_inventory.io.geometries import repaired_with_findings
from asset_inventory.model.city import Hazard, HazardMap
from asset_inventory.model.errors import SourceError
from asset_inventory.model.tables import finding, findings, join_findings
from asset_inventory.model.texts import mapped, near_listed, near_words


def read_zones(hazard: Hazard, one: HazardMap, city_crs: object) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Return the zones of one map in the city's system, and FINDINGS.

    Columns: `geometry` (Polygon, MultiPolygon), `intensity` (metre for lengths; NaN = a zone of which
    nothing is known), `return_period` (year; NaN = scenario) and `zone` (its number in the file). A zone whose
    return period cannot be read stands in every map of the file, its intensity unknown. Where a zone lies whose
    shape is not fit to be used nothing is known either, as far as its bounds reach.
    Raises SourceError when the layer or a field of it cannot be read.
    """
    source = f"{hazard.name} ({one.path.name})"
    columns = tuple(name for name in (one.intensity_field, one.return_period_field) if name)
    where, ignore_case = one.where or {}, bool(one.ignore_case)
    features = read_features(Layer(one.path, source, one.layer, one.crs, columns, where, ignore_case))
    if features.refused:
        rows = features.findings.to_dict("records")
        unselected = next((row["arguments"] for row in rows if row["code"] == SELECTS_NONE), {})
        key = "error.map_selects_none" if unselected else "error.map_refused"
        rest = tuple(row for row in rows if row["code"] != SELECTS_NONE)
        raise SourceError(key, source=source, path=str(one.path), rows=rest, **unselected)
    unfit = features.table.geometry.isna().to_numpy()
    table, moved = to_city(_with_bounds(features), city_crs, source=source)
    geometry, repaired = repaired_with_findings(table.geometry.to_numpy().copy(), table.index, source=source)
    intensity, rows = _zone_intensity(table, one, source)
    intensity = np.where(unfit, np.nan, intensity)
    period, more = _zone_period(table, one, source)
    flat = shapely.get_dimensions(geometry) == 2
    if not flat.all():
        rows.append(finding("zone_not_polygon", source=source, severity="error", count=int((~flat).sum()),
                            feature=str(table.index[~flat][0])))
    if not flat.any():
        rows.append(finding("zones_none", source=source, severity="warning"))
    read = gpd.GeoDataFrame(
        {"intensity": intensity * hazard.factor, "return_period": period, "zone": table.index.to_numpy(dtype=np.int64)},
        geometry=geometry, crs=table.crs)[flat].reset_index(drop=True)
    unplaced = read["return_period"].isna() if one.return_period_field else np.zeros(len(read), dtype=bool)
    read.loc[unplaced, "intensity"] = np.nan
    if unplaced.any():
        known = read.loc[~unplaced, "return_period"].unique()
        copies = [read[unplaced].assign(return_period=year) for year in known]
        read = pd.concat([read[~unplaced], *copies], ignore_index=True)
    return read, join_findings([features.findings, moved, repaired, findings([*rows, *more])])


def _with_bounds(features: Features) -> gpd.GeoDataFrame:
    """Return the features with the bounds of each shape that is not fit to be used in its place, where it has any."""
    geometry = features.table.geometry.to_numpy().copy()
    bounded = np.isfinite(features.lost).all(axis=1)
    geometry[np.flatnonzero(features.table.geometry.isna())[bounded]] = shapely.box(*features.lost[bounded].T)
    return features.table.set_geometry(gpd.GeoSeries(geometry, index=features.table.index, crs=features.table.crs))


def _zone_intensity(table: gpd.GeoDataFrame, one: HazardMap, source: str) -> tuple[np.ndarray, list[dict]]:
    if one.intensity_field is None:
        return np.full(len(table), np.nan if one.intensity is None else one.intensity), []
    given = _words(table[one.intensity_field])
    if one.words:
        intensity = mapped(given, one.words, ignore_case=bool(one.ignore_case))
    else:
        intensity = pd.to_numeric(given, errors="coerce")
    intensity = intensity.to_numpy(dtype=np.float64, na_value=np.nan)
    unknown = dict.fromkeys(one.unknown or (), 1.0)
    declared = mapped(given, unknown, ignore_case=bool(one.ignore_case)).notna().to_numpy()
    intensity = np.where(declared, np.nan, intensity)
    lost = np.isnan(intensity) & ~declared
    if not lost.any():
        return intensity, []
    rows = [finding("zone_intensity_unknown", source=source, severity="error", column=one.intensity_field,
                    count=int(lost.sum()), feature=str(table.index[lost][0]), words=_few(given[lost]))]  # fmt: skip
    near = near_words(given[lost], [*one.words, *unknown])
    if near:
        rows.append(finding("list_word_near", source=source, severity="warning", column=one.intensity_field,
                            count=sum(count for *_, count in near), words=near_listed(near)))  # fmt: skip
    return intensity, rows


def _zone_period(table: gpd.GeoDataFrame, one: HazardMap, source: str) -> tuple[np.ndarray, list[dict]]:
    if one.return_period_field is None:
        return np.full(len(table), np.nan if one.return_period is None else one.return_period), []
    given = _words(table[one.return_period_field])
    period = pd.to_numeric(given, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    period = np.where((period > 0) & np.isfinite(period), period, np.nan)
    lost = np.isnan(period)
    if not lost.any():
        return period, []
    return period, [finding("zone_period_unknown", source=source, severity="error", column=one.return_period_field,
                            count=int(lost.sum()), feature=str(table.index[lost][0]), words=_few(given[lost]))]


def _words(column: pd.Series) -> pd.Series:
    """Return a column as words, whole numbers without decimals: a class 1 may be stored as 1.0."""
    if pd.api.types.is_float_dtype(column):
        return column.map(lambda value: f"{value:.15g}", na_action="ignore").astype("str")
    return column.astype("str").str.strip()


def _few(words: pd.Series) -> str:
    """Return some of the words, for a sentence; «-» where the field is empty."""
    return ", ".join(list(dict.fromkeys(words.fillna("-").replace("", "-")))[:5])


MOST_VERTICES = 256
OUTSIDE = -1  # zone of a piece that lies in none
NOWHERE = 2**31 - 1  # milder than every zone
# What intersections in double precision leave where two things only touch, as a share of the asset.
TOUCH = 1e-12
# What they leave of an asset that lies wholly in several parts of zones.
GAP = 1e-9


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
    parts, zone = halved(polygons[worst_first], MOST_VERTICES)
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
    found = [(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0))]
    for kind, cut in enumerate((_cut_points, _cut_lines, _cut_polygons)):
        chosen = np.flatnonzero((dimension == kind) & ~shapely.is_empty(geometries))
        if len(chosen):
            asset, zone, share = cut(geometries[chosen], zones)
            found.append((chosen[asset], zone, share))
    asset, zone, share = (np.concatenate(columns) for columns in zip(*found, strict=True))
    order = np.argsort(asset, kind="stable")
    return ZoneCut(asset[order].astype(np.int32), zone[order].astype(np.int32), share[order])


def halved(polygons: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
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
    if not shapely.is_valid(pieces).all() or abs(shapely.area(pieces).sum() - area) > GAP * area:
        pieces = _halve(polygon, most, _clip)
    return pieces


def _clip(polygon: shapely.Geometry, *box: float) -> shapely.Geometry:
    """Return what of a polygon lies in a box, without the lines and points in which they touch."""
    parts = shapely.get_parts(shapely.intersection(polygon, shapely.box(*box)))
    return shapely.multipolygons(parts[shapely.get_dimensions(parts) == 2])


def _halve(polygon: shapely.Geometry, most: int, clip: Callable[..., shapely.Geometry]) -> np.ndarray:
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
    points, owner = shapely.get_parts(geometries, return_index=True)
    point, part = zones.tree.query(points)
    inside = shapely.intersects(zones.parts[part], points[point])
    nothing = np.zeros(0, dtype=np.int64)
    worst = _worst(point[inside], part[inside], len(points), zones)
    return _shares(nothing, nothing, np.zeros(0), np.ones(len(points)), worst, owner)


def _cut_lines(geometries: np.ndarray, zones: Zones) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    paths = coverage.outline(geometries)
    vertex = coverage.Edges.of(paths).vertex
    ends = np.stack([paths.coordinates[vertex], paths.coordinates[vertex + 1]], axis=1)
    lengths = np.hypot(*(ends[:, 1] - ends[:, 0]).T)
    owner, ends, lengths = coverage.Edges.of(paths).shape[lengths > 0], ends[lengths > 0], lengths[lengths > 0]
    edges = shapely.linestrings(ends)
    edge, part, whole = _crossing(edges, zones)
    length = _worse_first_along(ends, edge, shapely.intersection(edges[edge], zones.parts[part]))
    return _shares(edge, zones.zone[part], length, lengths, whole, owner)


def _cut_polygons(geometries: np.ndarray, zones: Zones) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    shapes, owner = halved(geometries, 4 * MOST_VERTICES)
    shape, part, whole = _crossing(shapes, zones)
    area = shapely.area(shapely.intersection(shapes[shape], zones.parts[part]))
    shape, part, area = shape[area > 0], part[area > 0], area[area > 0]
    # Parts of one zone do not overlap; zones may.
    change = np.flatnonzero((np.diff(shape) == 0) & (np.diff(zones.zone[part]) != 0))
    several = np.isin(shape, shape[change])
    area[several] = _worse_first(shapes, shape[several], zones.parts[part[several]])
    return _shares(shape, zones.zone[part], area, shapely.area(shapes), whole, owner)


def _crossing(shapes: np.ndarray, zones: Zones) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return pairs of shape and part that meet, by shape and the worst zone first; and each shape's whole zone.

    The whole zone is the worst in one of whose parts a shape lies altogether; pairs with that one or
    milder ones are left out.
    """
    shape, part = zones.tree.query(shapes)
    inside = shapely.contains_properly(zones.parts[part], shapes[shape])
    whole = _worst(shape[inside], part[inside], len(shapes), zones)
    open_ = zones.zone[part] < whole[shape]
    shape, part = shape[open_], part[open_]
    meeting = shapely.intersects(zones.parts[part], shapes[shape])
    shape, part = shape[meeting], part[meeting]
    order = np.lexsort((part, zones.zone[part], shape))
    return shape[order], part[order], whole


def _worst(shape: np.ndarray, part: np.ndarray, count: int, zones: Zones) -> np.ndarray:
    """Return the worst zone among the pairs of each of `count` shapes."""
    worst = np.full(count, NOWHERE)
    np.minimum.at(worst, shape, zones.zone[part])
    return worst


def _worse_first(shapes: np.ndarray, shape: np.ndarray, parts: np.ndarray) -> np.ndarray:
    """Return the area of each shape in each part that no part before it, of the same shape, has taken.

    Works in rounds: the first part of every shape, then the second of what is left of it.
    """
    first = np.flatnonzero(np.diff(shape, prepend=-1))
    count = np.diff(np.append(first, len(shape)))
    left = shapes[shape[first]]
    area = np.zeros(len(shape))
    for turn in range(int(count.max(initial=0))):
        still = np.flatnonzero(count > turn)
        now = first[still] + turn
        area[now] = shapely.area(shapely.intersection(left[still], parts[now]))
        left[still] = shapely.difference(left[still], parts[now])
    return area


def _worse_first_along(ends: np.ndarray, edge: np.ndarray, pieces: np.ndarray) -> np.ndarray:
    """Return the length of each piece of a straight edge that no piece before it, of the same edge, has taken.

    `ends` is edges × 2 × 2. A line may run along the border of two zones, and cutting lines by lines is
    not to be relied on; so what each piece takes is a stretch of its edge, from and to so many metres.
    """
    members, piece = shapely.get_parts(pieces, return_index=True)
    lines = shapely.get_dimensions(members) == 1
    members, piece = members[lines], piece[lines]
    coordinates, member = shapely.get_coordinates(members, return_index=True)
    start = ends[edge[piece], 0]
    run = ends[edge[piece], 1] - start
    along = ((coordinates - start[member]) * (run / np.hypot(*run.T)[:, None])[member]).sum(axis=1)
    first = np.flatnonzero(np.diff(member, prepend=-1))
    if not len(first):
        return np.zeros(len(pieces))
    stops = np.concatenate([np.minimum.reduceat(along, first), np.maximum.reduceat(along, first)])
    on = np.tile(edge[piece], 2)
    order = np.lexsort((stops, on))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    # Between two stops in a row the first piece that spans them takes the stretch.
    span, stretch = coverage.ranges(place[: len(piece)], place[len(piece) :])
    taker = np.full(len(order), len(pieces))
    np.minimum.at(taker, stretch, piece[span])
    width = np.append(np.diff(stops[order]), 0.0)
    taken = taker < len(pieces)
    return np.bincount(taker[taken], width[taken], minlength=len(pieces))


def _shares(
    shape: np.ndarray, zone: np.ndarray, measure: np.ndarray, total: np.ndarray, whole: np.ndarray, owner: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return asset, zone and share: one row each, and one for what lies in no zone; those of an asset sum to 1.

    `total` and `whole` zone are per shape, and `owner` is the asset that a shape is part of.
    """
    wholly = np.flatnonzero(whole < NOWHERE)
    rest = total - np.bincount(shape, measure, minlength=len(total))
    asset = owner[np.concatenate([shape, wholly])]
    zone = np.concatenate([zone, whole[wholly]])
    total = np.bincount(owner, total)
    asset, zone, measure = _summed(asset, zone, np.concatenate([measure, rest[wholly]]))
    kept = measure > TOUCH * total[asset]
    asset, zone, measure = asset[kept], zone[kept], measure[kept]
    inside = np.bincount(asset, measure, minlength=len(total))
    outside = np.where(total - inside > GAP * total, total - inside, 0.0)
    off = np.flatnonzero(outside > 0)
    asset, zone = np.concatenate([asset, off]), np.concatenate([zone, np.full(len(off), OUTSIDE)])
    return asset, zone, np.concatenate([measure, outside[off]]) / (inside + outside)[asset]


def _summed(asset: np.ndarray, zone: np.ndarray, measure: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return one row per asset and zone."""
    zones = int(zone.max(initial=0)) + 1
    key, row = np.unique(asset * zones + zone, return_inverse=True)
    return *np.divmod(key, zones), np.bincount(row, measure, minlength=len(key))
