"""Zones of a hazard, read from the layers of a city, and the intersections of assets with them.

Big zones are halved into parts of at most 256 vertices, once per hazard map. A tree finds the parts
near each asset, prepared parts decide for most pairs that the asset lies wholly inside or outside,
and only crossing pairs are intersected. Where zones overlap, the worst one counts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NoReturn

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from asset_inventory.hazards import coverage
from asset_inventory.intake.layers import Features, Layer, read_features
from asset_inventory.intake.records import SELECTS_NONE, near_fault
from asset_inventory.io.geometries import AnyCrs, repaired_with_findings, to_city
from asset_inventory.model.arrays import Flags, Floats
from asset_inventory.model.errors import Arguments, SourceError
from asset_inventory.model.hazards import Hazard, HazardMap
from asset_inventory.model.tables import (
    ERROR,
    WARNING,
    Fault,
    as_findings,
    findings,
    join_findings,
    rows_of,
)
from asset_inventory.model.texts import as_numbers, mapped, near_words


def zones_layer(hazard: Hazard, declared: HazardMap) -> Layer:
    """Return what to read of the file of zones.

    Examples
    --------
    >>> from asset_inventory.model.examples import flood
    >>> hazard = flood(maps=[{"path": "zones.gpkg", "intensity_field": "depth"}])
    >>> zones_layer(hazard, hazard.maps[0]).columns
    ('depth',)
    """
    source = f"{hazard.name} ({declared.path.name})"
    fields = (declared.intensity_field, declared.return_period_field)
    columns, ignore_case = tuple(name for name in fields if name), bool(declared.ignore_case)
    of_file = (declared.path, source, declared.layer, declared.crs)
    return Layer(*of_file, columns, declared.where or {}, ignore_case)


def read_zones(
    hazard: Hazard, declared: HazardMap, city_crs: AnyCrs
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Return the zones of one map in the city's coordinate system, and FINDINGS.

    Columns: `geometry` (Polygon, MultiPolygon), `intensity` (metre for lengths; NaN = no data),
    `return_period` (year; NaN = scenario) and `zone` (its number in the file). A zone without a
    readable return period is in every map of the file, without data. A zone with an unusable
    geometry has no data within its bounds.

    Raises
    ------
    SourceError
        The layer, or a field of it, cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from asset_inventory.model.examples import flood
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name) / "zones.gpkg"
    >>> gpd.GeoDataFrame({"depth": [1.5]}, geometry=[shapely.box(0, 0, 9, 9)], crs="EPSG:32749").to_file(path)
    >>> hazard = flood(maps=[{"path": path, "intensity_field": "depth"}])
    >>> zones, rows = read_zones(hazard, hazard.maps[0], "EPSG:32749")
    >>> zones["intensity"].tolist(), len(rows)
    ([1.5], 0)
    >>> folder.cleanup()
    """
    layer = zones_layer(hazard, declared)
    source, features = layer.source, read_features(layer)
    if features.refused:
        _refuse(features, declared, source)
    unfit = features.table.geometry.isna().to_numpy()
    table, moved = to_city(_with_bounds(features), city_crs, source=source)
    shapes = table.geometry.to_numpy().copy()
    geometry, repaired = repaired_with_findings(shapes, table.index, source=source)
    intensity, faults = intensity_of(table, declared, "zone_intensity_unknown")
    intensity = np.where(unfit, np.nan, intensity)
    period, more = period_of(table, declared, "zone_period_unknown")
    flat = shapely.get_dimensions(geometry) == 2
    faults.append(Fault.of_rows("zone_not_polygon", ~flat))
    if not flat.any():
        faults.append(Fault("zones_none", WARNING))
    rows = as_findings([*faults, *more], source=source, labels=table.index.to_numpy())
    cells = {"intensity": intensity * hazard.factor, "return_period": period}
    cells |= {"zone": table.index.to_numpy(dtype=np.int64)}
    read = gpd.GeoDataFrame(cells, geometry=geometry, crs=table.crs)[flat].reset_index(drop=True)
    read = gpd.GeoDataFrame(in_every_map(read, declared))
    return read, join_findings([features.findings, moved, repaired, findings(rows)])


def in_every_map(read: pd.DataFrame, declared: HazardMap) -> pd.DataFrame:
    """Return rows (`return_period`, `intensity`); one without a period is in each map, without data.

    Examples
    --------
    >>> rows = pd.DataFrame({"return_period": [10.0, 50.0, np.nan], "intensity": [0.5, 1.0, 2.0]})
    >>> declared = HazardMap(path="zones.gpkg", intensity_field="depth", return_period_field="RP")
    >>> in_every_map(rows, declared)["return_period"].tolist()
    [10.0, 50.0, 10.0, 50.0]
    """
    unplaced = read["return_period"].isna() & (declared.return_period_field is not None)
    if not unplaced.any():
        return read
    read.loc[unplaced, "intensity"] = np.nan
    known = read.loc[~unplaced, "return_period"].unique()
    copies = [read[unplaced].assign(return_period=year) for year in known]
    return pd.concat([read[~unplaced], *copies], ignore_index=True)


def _refuse(features: Features, declared: HazardMap, source: str) -> NoReturn:
    """Raise the SourceError of a layer that gives no features."""
    rows = features.findings
    selects_none = (rows["code"] == SELECTS_NONE).to_numpy()
    unselected: Arguments = rows["arguments"][selects_none].iloc[0] if selects_none.any() else {}
    key = "error.map_selects_none" if unselected else "error.map_refused"
    others = tuple(rows_of(rows[~selects_none]))
    raise SourceError(key, source=source, path=str(declared.path), rows=others, **unselected)


def _with_bounds(features: Features) -> gpd.GeoDataFrame:
    """Return the features with bounds in place of each shape that is not fit to be used."""
    table = features.table
    geometry, bounded = table.geometry.to_numpy().copy(), np.isfinite(features.lost).all(axis=1)
    lost = np.flatnonzero(table.geometry.isna())[bounded]
    geometry[lost] = shapely.box(*features.lost[bounded].T)
    return table.set_geometry(gpd.GeoSeries(geometry, index=table.index, crs=table.crs))


def intensity_of(table: pd.DataFrame, declared: HazardMap, code: str) -> tuple[Floats, list[Fault]]:
    """Return the intensity of each row of a map's file, in its unit (NaN = no data), and faults.

    Rows with an unreadable intensity have a fault of this `code`.

    Examples
    --------
    >>> declared = HazardMap(path="zones.gpkg", intensity_field="depth", unknown=["-"])
    >>> intensity, faults = intensity_of(pd.DataFrame({"depth": ["0,5", "-", "?"]}), declared, "code")
    >>> intensity.tolist(), [fault.rows.tolist() for fault in faults]
    ([0.5, nan, nan], [[2]])
    """
    field = declared.intensity_field
    if field is None:
        return np.full(len(table), np.nan if declared.intensity is None else declared.intensity), []
    given, ignore_case = _words(table[field]), bool(declared.ignore_case)
    if declared.words:
        numbers = mapped(given, declared.words, ignore_case=ignore_case)
    else:
        numbers, _ = as_numbers(table[field])
    unknown = dict.fromkeys(declared.unknown or (), 1.0)
    no_data = mapped(given, unknown, ignore_case=ignore_case).notna().to_numpy()
    intensity = np.where(no_data, np.nan, numbers.to_numpy(dtype=np.float64, na_value=np.nan))
    lost = np.isnan(intensity) & ~no_data
    near = near_words(given[lost], [*declared.words, *unknown])
    return intensity, [
        unreadable(code, lost, field, given),
        *([near_fault("list_word_near", field, near)] if near else []),
    ]


def period_of(table: pd.DataFrame, declared: HazardMap, code: str) -> tuple[Floats, list[Fault]]:
    """Return the return period of each row of a map's file (year; NaN = scenario), and faults.

    Rows with an unreadable period have a fault of this `code`.

    Examples
    --------
    >>> declared = HazardMap(path="zones.gpkg", intensity=1, return_period_field="RP")
    >>> period, faults = period_of(pd.DataFrame({"RP": ["10", "often"]}), declared, "code")
    >>> period.tolist(), [fault.rows.tolist() for fault in faults]
    ([10.0, nan], [[1]])
    """
    field, period_of_all = declared.return_period_field, declared.return_period
    if field is None:
        return np.full(len(table), np.nan if period_of_all is None else period_of_all), []
    given = _words(table[field])
    numbers = pd.to_numeric(given, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    period = np.where((numbers > 0) & np.isfinite(numbers), numbers, np.nan)
    return period, [unreadable(code, np.isnan(period), field, given)]


def _words(column: pd.Series) -> pd.Series:
    """Return a column as words, whole numbers without decimals: a class 1 may be stored as 1.0."""
    if pd.api.types.is_float_dtype(column):
        return column.map(lambda value: f"{value:.15g}", na_action="ignore").astype("str")
    return column.astype("str").str.strip()


def unreadable(code: str, lost: Flags, field: str, given: pd.Series) -> Fault:
    """Return the error of the rows with an unreadable cell; - stands for an empty one.

    Examples
    --------
    >>> unreadable("code", np.array([True, False]), "RP", pd.Series(["", "10"])).arguments
    {'words': '-'}
    """
    words = ", ".join(list(dict.fromkeys(given[lost].fillna("-").replace("", "-")))[:5])
    return Fault(
        code=code,
        severity=ERROR,
        rows=np.flatnonzero(lost),
        column=field,
        arguments={"words": words},
    )


MOST_VERTICES = 256
OUTSIDE = -1  # the zone of a share outside all zones
NOWHERE = 2**31 - 1  # milder than every zone
# Intersections in double precision leave this share of an asset where two shapes only touch.
TOUCH = 1e-12
# They also leave this share of an asset that lies wholly in several parts of zones.
GAP = 1e-9


@dataclass(frozen=True)
class Zones:
    """Prepared polygon zones: the worst first, those without data last.

    `intensity` and `label` (the zone's row in its file) have one entry per zone; `parts` are the
    prepared parts of zones, `zone` is the zone of each part, and `tree` finds them.
    """

    intensity: np.ndarray
    label: np.ndarray
    parts: np.ndarray
    zone: np.ndarray
    tree: shapely.STRtree


@dataclass(frozen=True)
class ZoneCut:
    """The intersections of assets with zones: one row per asset and zone, in order of the assets.

    `asset` is the place of the geometry, `zone` the place of the zone or -1 outside all, `share`
    0-1.
    """

    asset: np.ndarray
    zone: np.ndarray
    share: np.ndarray


def prepare_zones(polygons: np.ndarray, intensity: np.ndarray, label: np.ndarray) -> Zones:
    """Return zones prepared for `cut_by_zones`.

    `polygons` are valid Polygons or MultiPolygons in the city's coordinate system. The `intensity`
    of a zone without data is NaN, and ranks below all others.

    Examples
    --------
    >>> squares = np.array([shapely.box(0, 0, 1, 1), shapely.box(0, 0, 2, 2)])
    >>> zones = prepare_zones(squares, np.array([0.5, 2.0]), np.array([7, 8]))
    >>> zones.intensity.tolist(), zones.label.tolist()
    ([2.0, 0.5], [8, 7])
    """
    # NaN sorts last
    worst_first = np.argsort(-np.asarray(intensity, dtype=np.float64), kind="stable")
    parts, zone = halved(polygons[worst_first], MOST_VERTICES)
    shapely.prepare(parts)
    return Zones(
        intensity=np.asarray(intensity, dtype=np.float64)[worst_first],
        label=np.asarray(label)[worst_first],
        parts=parts,
        zone=zone,
        tree=shapely.STRtree(parts),
    )


def cut_by_zones(geometries: np.ndarray, zones: Zones) -> ZoneCut:
    """Return the intersections of points, lines and polygons (Multi types too) with zones.

    `geometries` are valid and in the coordinate system of the zones. The shares of each add up to
    1. A missing or empty geometry has no row; one without measurable length or area counts whole at
    its first vertex. A point on a zone's border is inside; a line or polygon that only touches a
    zone is outside.

    Examples
    --------
    30 % of a house of 10 m × 10 m lies in a zone of 0.5 m; the worse zone of 2 m takes 10 % of the
    house from it:

    >>> squares = np.array([shapely.box(7, 0, 50, 50), shapely.box(9, 0, 50, 50)])
    >>> zones = prepare_zones(squares, np.array([0.5, 2.0]), np.array([0, 1]))
    >>> cut = cut_by_zones(np.array([shapely.box(0, 0, 10, 10)]), zones)
    >>> zones.intensity[cut.zone[:2]].tolist(), cut.zone.tolist(), cut.share.round(6).tolist()
    ([2.0, 0.5], [0, 1, -1], [0.1, 0.2, 0.7])
    """
    dimension = shapely.get_dimensions(geometries)
    extent = np.where(dimension == 2, shapely.area(geometries), shapely.length(geometries))
    flat = (dimension > 0) & ~(extent > 0)
    if flat.any():
        geometries, dimension = geometries.copy(), np.where(flat, 0, dimension)
        geometries[flat] = coverage.beginnings(geometries[flat])
    parts = [ZoneCut(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0))]
    for dimensions, cut in enumerate((_cut_points, _cut_lines, _cut_polygons)):
        chosen = np.flatnonzero((dimension == dimensions) & ~shapely.is_empty(geometries))
        if len(chosen):
            part = cut(geometries[chosen], zones)
            parts.append(replace(part, asset=chosen[part.asset]))
    asset, zone, share = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("asset", "zone", "share")
    )
    order = np.argsort(asset, kind="stable")
    return ZoneCut(asset[order].astype(np.int32), zone[order].astype(np.int32), share[order])


def halved(polygons: np.ndarray, limit: int) -> tuple[np.ndarray, np.ndarray]:
    """Return polygons halved to at most `limit` vertices, and the place of each part's polygon.

    Examples
    --------
    A circle of 65 vertices has parts of at most 40:

    >>> parts, place = halved(np.array([shapely.Point(0, 0).buffer(1)]), 40)
    >>> len(parts), place.tolist(), bool(shapely.get_num_coordinates(parts).max() <= 40)
    (2, [0, 0], True)
    """
    parts, origin = [polygons], [np.arange(len(polygons))]
    big = np.flatnonzero(shapely.get_num_coordinates(polygons) > limit)
    for place in big.tolist():
        pieces = _halved(polygons[place], limit)
        parts.append(pieces)
        origin.append(np.full(len(pieces), place))
    parts[0], origin[0] = np.delete(polygons, big), np.delete(origin[0], big)
    return np.concatenate(parts), np.concatenate(origin)


def _halved(polygon: shapely.Geometry, limit: int) -> np.ndarray:
    parts = _halve(polygon, limit, shapely.clip_by_rect)
    # The quick clip can fail where a hole touches the border; the exact one replaces it there.
    area = shapely.area(polygon)
    if not shapely.is_valid(parts).all() or abs(shapely.area(parts).sum() - area) > GAP * area:
        parts = _halve(polygon, limit, _clip)
    return parts


def _clip(
    polygon: shapely.Geometry, west: float, south: float, east: float, north: float
) -> shapely.Geometry:
    """Return the polygons of a polygon's intersection with a box, without its lines and points."""
    parts = shapely.get_parts(shapely.intersection(polygon, shapely.box(west, south, east, north)))
    return shapely.MultiPolygon(parts[shapely.get_dimensions(parts) == 2].tolist())


def _halve(
    polygon: shapely.Geometry, limit: int, clip: Callable[..., shapely.Geometry]
) -> np.ndarray:
    done, waiting = [], [polygon]
    smallest = 1e-6 * max(np.ptp(np.reshape(shapely.bounds(polygon), (2, 2)), axis=0))
    while waiting:
        part = waiting.pop()
        x0, y0, x1, y1 = shapely.bounds(part).tolist()
        if shapely.get_num_coordinates(part) <= limit or max(x1 - x0, y1 - y0) <= smallest:
            done.append(part)
            continue
        if x1 - x0 >= y1 - y0:
            middle = (x0 + x1) / 2
            boxes = ((x0, y0, middle, y1), (middle, y0, x1, y1))
        else:
            middle = (y0 + y1) / 2
            boxes = ((x0, y0, x1, middle), (x0, middle, x1, y1))
        halves = (clip(part, *box) for box in boxes)
        waiting += [half for half in halves if shapely.area(half) > 0]
    return np.array(done, dtype=object)


def _cut_points(geometries: np.ndarray, zones: Zones) -> ZoneCut:
    points, owner = shapely.get_parts(geometries, return_index=True)
    point, part = zones.tree.query(points)
    inside = shapely.intersects(zones.parts[part], points[point])
    nothing = np.zeros(0, dtype=np.int64)
    worst = _worst(point[inside], part[inside], len(points), zones)
    return _shares(
        nothing, nothing, np.zeros(0), total=np.ones(len(points)), whole=worst, owner=owner
    )


def _cut_lines(geometries: np.ndarray, zones: Zones) -> ZoneCut:
    paths = coverage.outline(geometries)
    all_edges = coverage.Edges.of(paths)
    vertex = all_edges.vertex
    ends = np.stack([paths.coordinates[vertex], paths.coordinates[vertex + 1]], axis=1)
    lengths = np.hypot(*(ends[:, 1] - ends[:, 0]).T)
    long = lengths > 0
    owner, ends, lengths = all_edges.shape[long], ends[long], lengths[long]
    edges = shapely.linestrings(ends)
    edge, part, whole = _crossing(edges, zones)
    length = _worse_first_along(ends, edge, shapely.intersection(edges[edge], zones.parts[part]))
    return _shares(edge, zones.zone[part], length, total=lengths, whole=whole, owner=owner)


def _cut_polygons(geometries: np.ndarray, zones: Zones) -> ZoneCut:
    shapes, owner = halved(geometries, 4 * MOST_VERTICES)
    shape, part, whole = _crossing(shapes, zones)
    area = shapely.area(shapely.intersection(shapes[shape], zones.parts[part]))
    shape, part, area = shape[area > 0], part[area > 0], area[area > 0]
    # Parts of one zone do not overlap; zones may.
    change = np.flatnonzero((np.diff(shape) == 0) & (np.diff(zones.zone[part]) != 0))
    several = np.isin(shape, shape[change])
    area[several] = _worse_first(shapes, shape[several], zones.parts[part[several]])
    return _shares(
        shape, zones.zone[part], area, total=shapely.area(shapes), whole=whole, owner=owner
    )


def _crossing(shapes: np.ndarray, zones: Zones) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return meeting pairs of shape and part by shape, worst zone first; and shapes' whole zone.

    The whole zone is the worst that has a part around the whole shape; pairs with it or with milder
    zones are left out.
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
    """Return the area of each shape in each part that no earlier part of the shape has taken.

    It works in rounds: the first part of every shape, then the second part of the rest.
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


def _worse_first_along(ends: np.ndarray, edge: np.ndarray, parts: np.ndarray) -> np.ndarray:
    """Return the length of each part of a straight edge that no earlier part has taken.

    `ends` is edges × 2 × 2. A line may run along the border of two zones, and cuts of lines by
    lines are not reliable; so each part takes a stretch of its edge, between two distances along
    it.
    """
    members, part = shapely.get_parts(parts, return_index=True)
    lines = shapely.get_dimensions(members) == 1
    members, part = members[lines], part[lines]
    coordinates, member = shapely.get_coordinates(members, return_index=True)
    start = ends[edge[part], 0]
    run = ends[edge[part], 1] - start
    along = ((coordinates - start[member]) * (run / np.hypot(*run.T)[:, None])[member]).sum(axis=1)
    first = np.flatnonzero(np.diff(member, prepend=-1))
    if not len(first):
        return np.zeros(len(parts))
    stops = np.concatenate([np.minimum.reduceat(along, first), np.maximum.reduceat(along, first)])
    on = np.tile(edge[part], 2)
    order = np.lexsort((stops, on))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    # Between two stops in a row the first part that spans them takes the stretch.
    span, stretch = coverage.ranges(place[: len(part)], place[len(part) :])
    taker = np.full(len(order), len(parts))
    np.minimum.at(taker, stretch, part[span])
    width = np.append(np.diff(stops[order]), 0.0)
    taken = taker < len(parts)
    return np.bincount(taker[taken], width[taken], minlength=len(parts))


def _shares(
    shape: np.ndarray,
    zone: np.ndarray,
    measure: np.ndarray,
    *,
    total: np.ndarray,
    whole: np.ndarray,
    owner: np.ndarray,
) -> ZoneCut:
    """Return a row per asset and zone, and one for the share outside; an asset's shares sum to 1.

    `total` and `whole` zone are per shape, and `owner` is the asset of each shape.
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
    return ZoneCut(asset, zone, np.concatenate([measure, outside[off]]) / (inside + outside)[asset])


def _summed(
    asset: np.ndarray, zone: np.ndarray, measure: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return one row per asset and zone."""
    zones = int(zone.max(initial=0)) + 1
    key, row = np.unique(asset * zones + zone, return_inverse=True)
    return *np.divmod(key, zones), np.bincount(row, measure, minlength=len(key))
