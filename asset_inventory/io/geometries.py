"""Geometries made fit to be measured, and the only place where they change their system.

A geometry is made flat, of one dimension and valid; each change is a finding. A «ballpark»
transformation is refused (PROJ then returns coordinates unchanged, 119 m off for Batavia at
Semarang); any must give finite coordinates, and has its accuracy reported. Grids are never warped:
`carry_back` brings the assets' vertices to the grid.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass, replace
from functools import lru_cache

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from pyproj.aoi import AreaOfInterest
from pyproj.exceptions import CRSError, ProjError
from pyproj.transformer import TransformerGroup

from asset_inventory.model.errors import Arguments, RequestError, SourceError
from asset_inventory.model.tables import ERROR, REPAIRED, WARNING, Fault, as_findings, findings

_COLLECTION = int(shapely.GeometryType.GEOMETRYCOLLECTION)
_GATHERED = (4, 5, 6, _COLLECTION)  # shapely's numbers of Multi types and collections
_POLYGONS = (int(shapely.GeometryType.POLYGON), int(shapely.GeometryType.MULTIPOLYGON))
# A repair that changes the area an outline covers by more than this share is a guess, and an error
# to correct.
MUCH = 0.1


@dataclass(frozen=True)
class Repaired:
    """Geometries made fit, the changed ones, and `much`: repaired by more than `MUCH` of the area.

    `percent` is by how much the area of the others changed at the most; `unusable` has no length or
    area.
    """

    geometry: np.ndarray
    reduced: np.ndarray
    repaired: np.ndarray
    much: np.ndarray
    unusable: np.ndarray
    percent: float


def repair(geometry: np.ndarray) -> Repaired:
    """Return the geometries flat, of one dimension each and valid, and which were changed.

    An invalid polygon is rebuilt from its rings (`make_valid`, structure method), a collection is
    reduced to its members of the highest dimension. The area before is what the rings cover
    (`covered_area`).
    """
    geometry = shapely.force_2d(geometry) if shapely.has_z(geometry).any() else geometry.copy()
    collections = (shapely.get_type_id(geometry) == _COLLECTION) & ~shapely.is_empty(geometry)
    if collections.any():
        geometry[collections] = [_highest(shape) for shape in geometry[collections]]
    invalid = np.isin(shapely.get_type_id(geometry), _POLYGONS) & ~shapely.is_valid(geometry)
    change = np.zeros(len(geometry))
    if invalid.any():
        before = covered_area(geometry[invalid])
        shapes = geometry[invalid]
        geometry[invalid] = shapely.make_valid(shapes, method="structure", keep_collapsed=False)
        with np.errstate(invalid="ignore", divide="ignore"):
            change[invalid] = np.abs(shapely.area(geometry[invalid]) - before) / before
    much = invalid & ~(change <= MUCH)  # also where there was no area before
    percent = 100 * float(change[invalid & ~much].max(initial=0.0))
    return Repaired(
        geometry=geometry,
        reduced=collections,
        repaired=invalid,
        much=much,
        unusable=~measurable(geometry),
        percent=percent,
    )


def covered_area(polygons: np.ndarray) -> np.ndarray:
    """Return the area that the rings of polygons cover without holes, also if they cross.

    The signed area of a ring does not give it: in a bowtie one half cancels the other, and a ring
    drawn twice counts twice. A ring covers what lies inside it by the even-odd rule. The structure
    method fills all that a ring winds around, so it changes the area of a ring that overlaps
    itself: what was meant is unknown. Rings that overlap each other all count, and a repair
    changes their area too.
    """
    parts, owner = shapely.get_parts(polygons, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    # the first ring of a part is its outer one
    sign = np.where(np.diff(part, prepend=-1) == 0, -1.0, 1.0)
    areas = shapely.area(shapely.make_valid(shapely.polygons(rings)))
    return np.bincount(owner[part], sign * areas, minlength=len(polygons))


def repaired_with_findings(
    geometry: np.ndarray, names: pd.Index, *, source: str
) -> tuple[np.ndarray, pd.DataFrame]:
    """Return the geometries, flat and valid, and FINDINGS by their `names`; see `repair`.

    Repairs are recorded with their number and how much area they changed. A geometry that is
    missing, empty or without length or area stays and is a finding: its asset is unusable.
    """
    repaired = repair(geometry)
    little = np.flatnonzero(repaired.repaired & ~repaired.much)
    much = {"percent": 100 * MUCH}
    faults = [
        Fault("collection_reduced", REPAIRED, np.flatnonzero(repaired.reduced)),
        Fault("geometry_repaired", REPAIRED, little, arguments={"percent": repaired.percent}),
        Fault("geometry_repaired_much", ERROR, np.flatnonzero(repaired.much), arguments=much),
        Fault.of_rows("geometry_unusable", repaired.unusable),
    ]
    return repaired.geometry, findings(as_findings(faults, source=source, labels=names.to_numpy()))


def measurable(geometry: np.ndarray) -> np.ndarray:
    """Return which geometries have a place and, as lines or polygons, a length or area above 0."""
    present = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry))
    dimension = shapely.get_dimensions(geometry)
    length = np.where(dimension == 1, shapely.length(geometry), 1.0)
    extent = np.where(dimension == 2, shapely.area(geometry), length)
    return present & (extent > 0) & np.isfinite(shapely.bounds(geometry)).all(axis=1)


def _highest(collection: shapely.Geometry) -> shapely.Geometry:
    """Return the members of the highest dimension, however deep they lie, as one geometry."""
    parts = shapely.get_parts(collection)
    while np.isin(shapely.get_type_id(parts), _GATHERED).any():
        parts = shapely.get_parts(parts)
    dimension = shapely.get_dimensions(parts)
    kept = parts[dimension == dimension.max()]
    gather = (shapely.multipoints, shapely.multilinestrings, shapely.multipolygons)
    return kept[0] if len(kept) == 1 else gather[int(dimension.max())](kept)


AnyCrs = str | pyproj.CRS  # a coordinate system, or its name
WGS84 = "EPSG:4326"
WEB_MERCATOR = "EPSG:3857"
# A transformation that is less sure than this is a finding: streets and houses would change sides.
ACCURACY_LIMIT = 5.0  # metre
# `carry_back` stops after a step of at most this length: the next step would be a millionth of it.
LAST_STEP = 1e-3  # metre
STEPS = 3
# Operations that PROJ counts as transformations although they move nothing.
_MOVES_NOTHING = ("Null geographic offset", "Conversion from")


@dataclass(frozen=True)
class Shift:
    """How PROJ brings coordinates to WGS 84's datum at a place.

    `accuracy` is in metre, None where PROJ does not know it. `outside` is true where the place lies
    outside the area for which the operation is meant. `better` is a surer operation, of
    `better_accuracy`, with a `grid` that is not installed.
    """

    operation: str
    accuracy: float | None
    outside: bool = False
    better: str | None = None
    better_accuracy: float | None = None
    grid: str | None = None


def reference_system(crs: object, *, source: str) -> pyproj.CRS:
    """Return a coordinate reference system; raises SourceError for what PROJ does not know."""
    try:
        return pyproj.CRS.from_user_input(crs)
    except CRSError:
        raise RequestError("error.no_such_crs", source=source, given=str(crs)[:80]) from None


def to_city(
    table: gpd.GeoDataFrame, city_crs: object, *, source: str
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Return the table in the city's system, and FINDINGS.

    A geometry with coordinates that do not come out finite becomes None (unusable) and is a
    finding; so is a transformation less sure than 5 m. Raises SourceError where the table has no
    system, or where only a ballpark transformation is there.
    """
    target = reference_system(city_crs, source=source)
    if table.geometry.isna().all():  # nothing that has a place, whatever its system
        return table.set_crs(target, allow_override=True), findings([])
    if table.crs is None:
        looks = looks_like(table.total_bounds)
        raise SourceError(f"error.layer_without_crs.{looks}", source=source)
    if table.crs == target:
        return table, findings([])
    transformer = _transformer(table.crs, target, source)
    geometry = _carried(table.geometry.to_numpy(), transformer)
    present = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry))
    lost = present & ~np.isfinite(shapely.bounds(geometry)).all(axis=1)
    geometry[lost] = None
    faults = [*_accuracy_faults(transformer, table), Fault.of_rows("coordinates_not_finite", lost)]
    rows = as_findings(faults, source=source, labels=table.index.to_numpy())
    series = gpd.GeoSeries(geometry, index=table.index, crs=target)
    return table.set_geometry(series), findings(rows)


def _carried(geometry: np.ndarray, transformer: pyproj.Transformer) -> np.ndarray:
    """Return shapes in the transformer's target; heights stay what they are."""

    def carried(xyz: np.ndarray) -> np.ndarray:
        return np.column_stack([*transformer.transform(xyz[:, 0], xyz[:, 1]), xyz[:, 2:]])

    shapes, high = geometry.copy(), shapely.has_z(geometry)
    for rows, heights in ((~high, False), (high, True)):
        if rows.any():
            shapes[rows] = shapely.transform(geometry[rows], carried, include_z=heights)
    return shapes


def carry(coordinates: np.ndarray, from_crs: object, to_crs: object) -> np.ndarray:
    """Return coordinates (n × 2) in another system; those that have no image there are NaN.

    Raises SourceError where only a ballpark transformation is there.
    """
    source, target = pyproj.CRS.from_user_input(from_crs), pyproj.CRS.from_user_input(to_crs)
    if source == target:
        return coordinates
    transformer = _transformer(source, target, "")
    carried = np.column_stack(transformer.transform(coordinates[:, 0], coordinates[:, 1]))
    carried[~np.isfinite(carried).all(axis=1)] = np.nan
    return carried


def carry_back(coordinates: np.ndarray, city_crs: object, to_crs: object) -> np.ndarray:
    """Return coordinates (n × 2) of the city's system as they were in the delivered one.

    PROJ inverts a shift of datum only approximately (0.7 mm for DGN95), and in some places with
    another operation than it used on the way to the city. This finds the place that the way to the
    city (`to_city`) brings to the coordinates, and keeps PROJ's where the search does not end. Each
    place is found alone, whatever others are in the array.
    """
    city, target = pyproj.CRS.from_user_input(city_crs), pyproj.CRS.from_user_input(to_crs)
    places = carry(coordinates, city, target)
    if _same_datum(city, target):
        return places
    first, aim, rows = places.copy(), coordinates.copy(), np.arange(len(coordinates))
    for _ in range(STEPS):
        step = np.nan_to_num(coordinates[rows] - carry(places[rows], target, city))
        aim[rows] += step
        places[rows] = carry(aim[rows], city, target)
        rows = rows[(np.abs(step) > LAST_STEP).any(axis=1)]
    places[rows] = first[rows]
    return places


def datum_shift(crs: pyproj.CRS, places: np.ndarray) -> Shift | None:
    """Return the least sure operation by which PROJ brings places (n × 2) to WGS 84, if any.

    Raises SourceError where only a ballpark transformation is there.
    """
    target = pyproj.CRS.from_user_input(WGS84)
    if _same_datum(crs, target):
        return None
    transformer = _transformer(crs, target, "")
    shifts = []
    for x, y in places:
        east, north = transformer.transform(x, y)
        used = _used(transformer)
        name = _name(used) if used and math.isfinite(east) and math.isfinite(north) else ""
        if name:
            outside = not _covers(used.area_of_use, east, north)
            shifts.append(Shift(name, _known(used.accuracy), outside))
    if not shifts:
        return None
    least_sure = max(
        shifts, key=lambda shift: (shift.accuracy is None, shift.outside, shift.accuracy or 0.0)
    )
    return _beside_better(least_sure, crs, target, transformer, places)


def to_wgs84(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the table in longitude and latitude, for maps."""
    return to_city(table, WGS84, source="")[0]


def looks_like(bounds: np.ndarray) -> str:
    """Return what coordinates without a system look like: «degrees», «metres» or «unknown»."""
    if not np.isfinite(bounds).all():
        return "unknown"
    small = abs(bounds[[0, 2]]).max() <= 180 and abs(bounds[[1, 3]]).max() <= 90
    return "degrees" if small else "metres"


def proposals(bounds: np.ndarray, city_crs: object, city_bounds: np.ndarray) -> list[str]:
    """Return the systems, most likely first, in which these bounds would fall on the city's.

    Tries longitude and latitude, web Mercator, the city's own system and the UTM zones around it.
    """
    city = pyproj.CRS.from_user_input(city_crs)
    west, south, east, north = carry_bounds(city_bounds, city, WGS84)
    zone = int((west + east) / 2 // 6 + 31)
    hemisphere = 32700 if south < 0 else 32600
    zones = (f"EPSG:{hemisphere + z}" for z in (zone, zone - 1, zone + 1))
    candidates = [WGS84, WEB_MERCATOR, city.to_string(), *zones]
    fitting = []
    for candidate in dict.fromkeys(candidates):
        crs = pyproj.CRS.from_user_input(candidate)
        if not crs.is_geographic and looks_like(bounds) == "degrees":
            continue
        box = carry_bounds(bounds, crs, WGS84)
        if np.isfinite(box).all():
            reach = max(east - west, north - south, 0.01)
            middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
            away = math.hypot(middle[0] - (west + east) / 2, middle[1] - (south + north) / 2)
            if away <= 2 * reach:
                fitting.append((round(away, 6), candidate))
    return [candidate for _, candidate in sorted(fitting, key=lambda pair: pair[0])]


def areal_error(crs: object, bounds: np.ndarray) -> float:
    """Return by how much (share) areas are too large amid these bounds; 0 without bounds."""
    middle = _middle(crs, bounds)
    if middle is None:
        return 0.0
    factors = pyproj.Proj(pyproj.CRS.from_user_input(crs)).get_factors(*middle)
    return float(factors.areal_scale) - 1.0


def utm_zone(crs: object, bounds: np.ndarray) -> str:
    """Return the UTM zone (WGS 84) of the middle of these bounds, such as `EPSG:32749`, or «?»."""
    middle = _middle(crs, bounds)
    if middle is None:
        return "?"
    return f"EPSG:{(32700 if middle[1] < 0 else 32600) + int((middle[0] + 180) // 6) + 1}"


def _middle(crs: object, bounds: np.ndarray) -> tuple[float, float] | None:
    """Return longitude and latitude of the middle of bounds, or None where they have none."""
    if not np.isfinite(bounds).all():
        return None
    middle = [(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2]
    place = carry(np.array([middle]), crs, WGS84)[0]
    return (float(place[0]), float(place[1])) if np.isfinite(place).all() else None


def carry_bounds(bounds: np.ndarray, from_crs: object, to_crs: object) -> np.ndarray:
    """Return bounds (west, south, east, north) in another system, roughly; NaN without an image."""
    try:
        transformer = pyproj.Transformer.from_crs(from_crs, to_crs, always_xy=True)
        return np.array(transformer.transform_bounds(*bounds))
    except ProjError:
        return np.full(4, np.nan)


def extent(bounds: np.ndarray, crs: object) -> tuple[float, float, float, float] | None:
    """Return bounds in WGS 84 (west, south, east, north; degree, to a centimetre), None outside.

    West is greater than east where the bounds lie across the line of dates. Raises SourceError
    where only a ballpark transformation is there.
    """
    if not np.isfinite(bounds).all():
        return None
    source, target = pyproj.CRS.from_user_input(crs), pyproj.CRS.from_user_input(WGS84)
    try:
        carried = np.array(_transformer(source, target, "").transform_bounds(*bounds))
    except ProjError:
        return None
    return tuple(carried.round(7).tolist()) if np.isfinite(carried).all() else None


def code_of(crs: object) -> str | None:
    """Return the code of a system, such as `EPSG:32749`; None where none is surely the same."""
    named = pyproj.CRS.from_user_input(crs).to_authority(min_confidence=100)
    return ":".join(named) if named else None


def _transformer(source: pyproj.CRS, target: pyproj.CRS, name: str) -> pyproj.Transformer:
    transformer = _sure_transformer(source, target)
    if transformer is None:
        systems: Arguments = {"from_crs": source.name, "to_crs": target.name}
        raise SourceError("error.no_transformation", source=name or source.name, **systems)
    return transformer


@lru_cache(maxsize=64)
def _sure_transformer(source: pyproj.CRS, target: pyproj.CRS) -> pyproj.Transformer | None:
    if not _group(source, target).transformers:
        return None
    return pyproj.Transformer.from_crs(source, target, always_xy=True, allow_ballpark=False)


def _group(
    source: pyproj.CRS,
    target: pyproj.CRS,
    *,
    ballpark: bool = False,
    area: AreaOfInterest | None = None,
) -> TransformerGroup:
    with warnings.catch_warnings():  # it is a finding
        warnings.filterwarnings("ignore", message="Best transformation is not available")
        return TransformerGroup(
            source, target, always_xy=True, allow_ballpark=ballpark, area_of_interest=area
        )


def _used(transformer: pyproj.Transformer) -> pyproj.Transformer | None:
    """Return the operation last used, or None where nothing was transformed yet."""
    if transformer.operations:  # the only one there is: PROJ keeps no record of it
        return transformer
    try:
        return transformer.get_last_used_operation()
    except ProjError:
        return None


def _name(used: pyproj.Transformer) -> str:
    """Return the datum shift between two systems, without axes and projections; may be empty."""
    moving = (step.name for step in used.operations if step.type_name == "Transformation")
    return " + ".join(name for name in moving if not name.startswith(_MOVES_NOTHING))


def _known(accuracy: float) -> float | None:
    return accuracy if accuracy >= 0 else None


def _covers(use: pyproj.aoi.AreaOfUse | None, east: float, north: float) -> bool:
    if use is None:
        return True
    width = (use.east - use.west) % 360 or 360.0  # also across the line of dates
    return use.south <= north <= use.north and (east - use.west) % 360 <= width


def _beside_better(
    shift: Shift,
    crs: pyproj.CRS,
    target: pyproj.CRS,
    transformer: pyproj.Transformer,
    places: np.ndarray,
) -> Shift:
    """Return the shift with the best operation that PROJ would have if its grid were installed."""
    x, y = transformer.transform(places[:, 0], places[:, 1])
    finite = np.isfinite(x) & np.isfinite(y)
    corners = (f(v[finite]) for f in (np.min, np.max) for v in (x, y))
    group = _group(crs, target, area=AreaOfInterest(*corners))
    if group.best_available or not group.unavailable_operations:
        return shift
    best = group.unavailable_operations[0]
    grid = next((a_grid.short_name for a_grid in best.grids if not a_grid.available), "?")
    return replace(shift, better=best.name, better_accuracy=_known(best.accuracy), grid=grid)


def _accuracy_faults(transformer: pyproj.Transformer, table: gpd.GeoDataFrame) -> list[Fault]:
    used = _used(transformer)
    if used is None:
        return []
    # A pure change of projection has no accuracy of its own: PROJ gives -1 or 0 and nothing is
    # lost.
    unknown = used.accuracy < 0 and not _same_datum(table.crs, transformer.target_crs)
    accuracy = used.accuracy if used.accuracy > 0 else "?"
    arguments = {"operation": used.description[:120], "accuracy": accuracy}
    fault = Fault("transformation_unsure", WARNING, arguments=arguments, count=len(table))
    return [fault] if used.accuracy > ACCURACY_LIMIT or unknown else []


def _same_datum(source: pyproj.CRS, target: pyproj.CRS | None) -> bool:
    return target is not None and source.geodetic_crs == target.geodetic_crs


USE_MARGIN = 5.0  # degree
_SPREAD = (0.05, 0.5, 0.95)  # of the places in order, along each axis


def no_sure_way(crs: pyproj.CRS) -> Fault | None:
    """Return why a system cannot be brought to WGS 84: no way, or only a ballpark one."""
    target = pyproj.CRS.from_user_input(WGS84)
    if _same_datum(crs, target) or _sure_transformer(crs, target) is not None:
        return None
    ballpark = _group(crs, target, ballpark=True).transformers
    return Fault("crs_ballpark" if ballpark else "crs_unusable", arguments={"crs": crs.name})


def within_use(degrees: np.ndarray, crs: pyproj.CRS) -> bool:
    """Return whether bounds in degrees have their middle where a system is meant to be used."""
    use = crs.area_of_use
    if use is None:
        return True
    x, y = (degrees[0] + degrees[2]) / 2, (degrees[1] + degrees[3]) / 2
    west, east = use.west - USE_MARGIN, use.east + USE_MARGIN + (360 if use.east < use.west else 0)
    across = west <= x <= east or west <= x + 360 <= east
    return use.south - USE_MARGIN <= y <= use.north + USE_MARGIN and across


def shifted(crs: pyproj.CRS, places: np.ndarray) -> tuple[Shift | None, list[Fault]]:
    """Return how places (n × 2, finite) come to WGS 84 (None: nothing shifts), and faults.

    Six places spread over all of them are looked at; the system is one for which `no_sure_way`
    returns None.
    """
    if not len(places):
        return None, []
    orders = (np.argsort(places[:, axis], kind="stable") for axis in (0, 1))
    chosen = {int(order[int(share * (len(order) - 1))]) for order in orders for share in _SPREAD}
    shift = datum_shift(crs, places[sorted(chosen)])
    if shift is None:
        return None, []
    way = {"crs": crs.name, "operation": shift.operation[:120]}
    faults = []
    if shift.outside:
        faults.append(Fault("datum_outside", WARNING, arguments=way))
    if shift.accuracy is None:
        faults.append(Fault("datum_accuracy_unknown", WARNING, arguments=way))
    elif shift.accuracy > ACCURACY_LIMIT:
        faults.append(Fault("datum_unsure", WARNING, arguments=way | {"accuracy": shift.accuracy}))
    if shift.better is not None:
        accuracy = "?" if shift.better_accuracy is None else shift.better_accuracy
        better: Arguments = {"crs": crs.name, "operation": shift.better[:120]}
        better |= {"accuracy": accuracy, "grid": shift.grid}
        faults.append(Fault("datum_grid_missing", WARNING, arguments=better))
    return shift, faults
