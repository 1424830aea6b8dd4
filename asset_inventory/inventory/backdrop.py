"""What lies around the assets, out of an extract of OpenStreetMap: for maps alone, counted nowhere.

Coast, water, rivers, main roads, built-up areas and places in the box of the city, each made as
small as a map can show it. The tags are those of wiki.openstreetmap.org/wiki/Map_features.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from asset_inventory.intake.layers import Features, Layer, LayerReader, read_layers
from asset_inventory.intake.recognition import box_of_extract
from asset_inventory.intake.records import SELECTS_NONE
from asset_inventory.io.geometries import WGS84, carry_bounds, repair, to_city, to_wgs84
from asset_inventory.model.arrays import objects
from asset_inventory.model.tables import ERROR, join_findings
from asset_inventory.model.texts import as_text

MARGIN = 0.05  # of the box's longer side, so that nothing ends at the city's edge
# A page can be moved by one box to each side; the sea reaches that far, for it takes few vertices.
SEA_MARGIN = 1.0
TOLERANCE = 2.0  # metre; OpenStreetMap is traced from pictures, which are no better
LEAST_WATER, LEAST_BUILT_UP = 500.0, 5_000.0  # m²
GAP = 10.0  # metre; streets between two built-up areas are built up too
DECIMALS = 5  # of a degree, about 1 m
NAMES = ("name", "name_id", "name_en")
_MOST_DOUBT, _LARGE = 0.2, 0.01  # shares of a coast's length, and of the box
LEAST_COVERED = 0.5  # of the city's box; less is an extract of another place


@dataclass(frozen=True)
class _Part:
    """Which features become a part of a layer: OGR's layer, a tag, and its words by importance."""

    kind: str
    layer: str
    tag: str
    words: tuple[tuple[str, ...], ...]

    @property
    def where(self) -> dict[str, tuple[str, ...]]:
        return {self.tag: tuple(word for words in self.words for word in words)}

    @property
    def importance(self) -> dict[str, int]:
        return {word: place for place, words in enumerate(self.words, 1) for word in words}


# fmt: off
_ROADS = (("motorway", "motorway_link", "trunk", "trunk_link"), ("primary", "primary_link"),
          ("secondary", "secondary_link"), ("tertiary", "tertiary_link"))
_PLACES = (("city", "town"), ("suburb", "village"), ("quarter", "neighbourhood", "hamlet"))
_PARTS = (
    _Part("coast", "lines", "natural", (("coastline",),)),
    _Part("water", "multipolygons", "natural", (("water",),)),
    _Part("water", "multipolygons", "landuse", (("reservoir", "basin"),)),
    _Part("water", "multipolygons", "waterway", (("riverbank", "dock"),)),
    _Part("river", "lines", "waterway", (("river",), ("canal",), ("stream",))),
    _Part("road", "lines", "highway", _ROADS),
    _Part("built_up", "multipolygons", "landuse", (("residential", "commercial", "industrial", "retail"),)),
    _Part("place", "points", "place", _PLACES),
)
# fmt: on
# From the lowest to the highest on a map.
KINDS = ("built_up", "water", "river", "coast", "road", "place")


@dataclass(frozen=True)
class Backdrop:
    """The layers of a backdrop by kind, those without a feature left out, in degrees.

    A table has `importance` (1 the most) where it differs, and the columns of NAMES that the extract
    has. `findings`
    are the errors for which nothing could be read. `covered` is the share of the city's box that
    the extract covers: by the bounds that it states, else (`estimated`) by those of what was found.
    """

    layers: Mapping[str, gpd.GeoDataFrame] = field(default_factory=dict)
    findings: pd.DataFrame = field(default_factory=pd.DataFrame)
    covered: float = 0.0
    estimated: bool = False


def read_backdrop(
    path: Path, bounds: np.ndarray, city_crs: str, *, read: LayerReader = read_layers
) -> Backdrop:
    """Return the backdrop of the box `bounds` (metres of the city's system) out of an extract.

    Raises SourceError where there is no such file.
    """
    box, far = (_grown(bounds, margin) for margin in (MARGIN, SEA_MARGIN))
    layers = [_layer(path, part, far if part.kind == "coast" else box, city_crs) for part in _PARTS]
    features = dict(zip(_PARTS, read(layers), strict=True))
    findings = join_findings([_errors(of_part) for of_part in features.values()])
    findings = findings.drop_duplicates(["source", "code"], ignore_index=True)  # of every part
    if len(findings):
        return Backdrop(findings=findings)
    tables = {
        part: _table(part, of_part, city_crs)
        for part, of_part in features.items()
        if len(of_part.table)
    }
    gathered = {kind: [tables[part] for part in tables if part.kind == kind] for kind in KINDS}
    drawn = {
        kind: _drawn(kind, pd.concat(parts, ignore_index=True), far if kind == "coast" else box)
        for kind, parts in gathered.items()
        if parts
    }
    stated = box_of_extract(path)
    found = [table for kind, table in drawn.items() if kind != "coast" and len(table)]
    if stated is None or not found:
        covered = _covered([table.total_bounds for table in found], bounds)
    else:
        covered = _covered([np.array(stated)], carry_bounds(bounds, city_crs, WGS84))
    drawn = _with_sea(drawn, box, far, city_crs)
    return Backdrop(
        {kind: _in_degrees(drawn[kind]) for kind in KINDS if kind in drawn and len(drawn[kind])},
        findings,
        covered,
        estimated=stated is None,
    )


def box_to_ask_for(bounds: np.ndarray, city_crs: str) -> str:
    """Return the box of an extract that covers the city as west,south,east,north in degrees.

    >>> box_to_ask_for(np.array([436_000, 9_227_000, 436_100, 9_227_100]), "EPSG:32749")
    '110.420,-6.993,110.422,-6.991'
    """
    west, south, east, north = 1e3 * carry_bounds(_grown(bounds, MARGIN), city_crs, WGS84)
    outward = (math.floor(west), math.floor(south), math.ceil(east), math.ceil(north))
    return ",".join(f"{side / 1e3:.3f}" for side in outward)


def _grown(bounds: np.ndarray, margin: float) -> np.ndarray:
    west, south, east, north = bounds
    more = margin * max(east - west, north - south)
    return np.array([west - more, south - more, east + more, north + more])


def _layer(path: Path, part: _Part, box: np.ndarray, city_crs: str) -> Layer:
    degrees = carry_bounds(box, city_crs, WGS84)
    columns = ("name", "name:id", "name:en", part.tag)
    return Layer(
        path, path.name, part.layer, columns=columns, where=part.where, box=tuple(degrees.tolist())
    )


def _errors(features: Features) -> pd.DataFrame:
    """Return why a part could not be read; that the extract has none of it is no error."""
    found = features.findings
    if not features.refused:
        return found.iloc[:0]
    return found[(found["severity"] == ERROR) & (found["code"] != SELECTS_NONE)]


def _table(part: _Part, features: Features, city_crs: str) -> gpd.GeoDataFrame:
    """Return the features of a part in the city's system, with names and importance."""
    table = features.table[features.table.geometry.notna()]
    table, _ = to_city(table, city_crs, source=part.kind)
    name = as_text(table["name"])
    return gpd.GeoDataFrame(
        {
            "name": name,
            "name_id": as_text(table["name:id"]).fillna(name),
            "name_en": as_text(table["name:en"]).fillna(name),
            "importance": table[part.tag].map(part.importance).astype(int),
        },
        geometry=table.geometry.to_numpy(),
        crs=table.crs,
    ).reset_index(drop=True)


def _drawn(kind: str, table: gpd.GeoDataFrame, box: np.ndarray) -> gpd.GeoDataFrame:
    """Return a layer as a map shows it: cut to the box, joined, simplified, without what is tiny."""
    frame = shapely.box(*box)
    if kind == "place":
        return table[shapely.intersects(table.geometry.to_numpy(), frame) & table["name"].notna()]
    if kind == "built_up":
        joined = shapely.union_all(table.geometry.to_numpy())
        shapes = shapely.get_parts(shapely.buffer(shapely.buffer(joined, GAP), -GAP))
        table = gpd.GeoDataFrame(
            {"importance": 1}, geometry=shapes, crs=table.crs, index=range(len(shapes))
        )
    else:
        table = _joined(table, kind)
    # a coast keeps its direction, in which the land is to the left
    cut = shapely.clip_by_rect if kind == "coast" else _within
    parts, rows = shapely.get_parts(cut(table.geometry.to_numpy(), *box), return_index=True)
    simple = repair(shapely.simplify(parts, TOLERANCE)).geometry
    least = {"water": LEAST_WATER, "built_up": LEAST_BUILT_UP}.get(kind)
    kept = shapely.area(simple) >= least if least else shapely.length(simple) > 0
    named = table.drop(columns="geometry").iloc[rows[kept]].reset_index(drop=True)
    return gpd.GeoDataFrame(named, geometry=simple[kept], crs=table.crs)


def _within(shapes: np.ndarray, west: float, south: float, east: float, north: float) -> np.ndarray:
    return shapely.intersection(shapes, shapely.box(west, south, east, north))


def _joined(table: gpd.GeoDataFrame, kind: str) -> gpd.GeoDataFrame:
    """Return one feature of each name and importance: a map writes a name once, not once a piece."""
    keys = ["importance", *NAMES]
    groups = table.groupby(keys, dropna=False, sort=True)
    shapes = [
        shapely.union_all(part.to_numpy()) if kind == "water" else _merged(part.to_numpy(), kind)
        for _, part in groups.geometry
    ]
    named = groups.size().reset_index()[keys]
    return gpd.GeoDataFrame(named, geometry=objects(shapes), crs=table.crs)


def _merged(lines: np.ndarray, kind: str) -> object:
    several = shapely.multilinestrings(shapely.get_parts(lines))
    return shapely.line_merge(several, directed=kind == "coast")


def _covered(found: Sequence[np.ndarray], bounds: np.ndarray) -> float:
    """Return the share of the box that other boxes, and what lies between them, cover."""
    if not found:
        return 0.0
    corners = np.array(found)
    whole = shapely.box(*bounds)
    seen = shapely.box(*corners[:, :2].min(axis=0), *corners[:, 2:].max(axis=0))
    return float(shapely.area(shapely.intersection(whole, seen)) / shapely.area(whole))


def _with_sea(
    drawn: dict[str, gpd.GeoDataFrame], box: np.ndarray, far: np.ndarray, city_crs: str
) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers with the sea among the waters, where the coast shows which side it is on."""
    if "coast" not in drawn or not len(drawn["coast"]):
        return drawn
    lines = drawn["coast"].geometry.to_numpy()
    areas = sea(lines, far)
    if areas is None:  # an extract that ends within the wider box
        areas = sea(lines, box)
    if areas is None:
        return drawn
    water = drawn.get("water", drawn["coast"].iloc[:0])
    nameless = dict.fromkeys(NAMES)
    of_sea = gpd.GeoDataFrame(
        pd.DataFrame({**nameless, "importance": 1}, index=range(len(areas))),
        geometry=areas,
        crs=city_crs,
    )
    return drawn | {"water": pd.concat([of_sea, water], ignore_index=True)}


def sea(coast: np.ndarray, box: np.ndarray) -> np.ndarray | None:
    """Return the areas of the box that are sea: right of the coastlines, whose left side is land.

    None where the coast has gaps in the box, so that sea and land are one area.

    >>> from shapely import LineString, area
    >>> coast = LineString([(0, 5), (10, 5)])  # eastward: land to the north
    >>> area(sea([coast], [0, 0, 10, 10])).tolist()
    [50.0]
    >>> sea([LineString([(0, 5), (4, 5)])], [0, 0, 10, 10]) is None
    True
    """
    lines = shapely.get_parts(shapely.clip_by_rect(np.asarray(coast, dtype=object), *box))
    lines = lines[shapely.length(lines) > 0]
    if not len(lines):
        return np.zeros(0, dtype=object)
    frame = shapely.box(*box)
    areas = shapely.get_parts(
        shapely.polygonize([shapely.union_all([*lines, shapely.boundary(frame)])])
    )
    tree = shapely.STRtree(areas)
    step = 1e-6 * max(box[2] - box[0], box[3] - box[1])
    points, lengths = _sides(lines, step=step)
    coast_of = []  # metres of coast to each area's left, then to its right
    for side in points:
        place, area_of = tree.query(side, predicate="within")
        coast_of.append(np.bincount(area_of, lengths[place], minlength=len(areas)))
    on_right, on_left = coast_of
    # simplified lines may cross here and there; a gap makes a large area of both sides
    both = np.minimum(on_right, on_left) > _MOST_DOUBT * np.maximum(on_right, on_left)
    large = shapely.area(areas) > _LARGE * shapely.area(frame)
    return None if (both & large).any() else areas[on_right > on_left]


def _sides(lines: np.ndarray, *, step: float) -> tuple[tuple[np.ndarray, np.ndarray], np.ndarray]:
    """Return points just right and just left of the middle of every segment, and its length."""
    places, owner = shapely.get_coordinates(lines, return_index=True)
    within = owner[1:] == owner[:-1]
    start, end = places[:-1][within], places[1:][within]
    along = end - start
    length = np.hypot(*along.T)
    across = (
        np.column_stack((along[:, 1], -along[:, 0])) * (step / np.maximum(length, step))[:, None]
    )
    middle = (start + end) / 2
    return (shapely.points(middle + across), shapely.points(middle - across)), length


def _in_degrees(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a layer in degrees of DECIMALS, with only those names that say more than another."""
    table = to_wgs84(table)
    shapes = shapely.set_precision(table.geometry.to_numpy(), 10.0**-DECIMALS)
    shapes = shapely.transform(shapes, lambda xy: np.round(xy, DECIMALS))
    kept = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    table = table.set_geometry(gpd.GeoSeries(shapes, index=table.index, crs=table.crs))[kept]
    names = [name for name in NAMES if name in table and table[name].notna().any()]
    if all(table[name].equals(table["name"]) for name in names):
        names = names[:1]
    ranked = ["importance"] * bool((table["importance"] != 1).any())
    order = [*ranked, *names, "geometry"]
    return table[order].reset_index(drop=True)
