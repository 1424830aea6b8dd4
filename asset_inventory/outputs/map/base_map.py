"""The base map of a page: context layers behind the assets, and the names that lie above them.

All layers together take at most BUDGET bytes of a page. Above it they are made coarser by the steps
of STEPS until they fit, and the page and the log state what was left out.
"""

import dataclasses
import json
from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from asset_inventory.assessment.run import Assessment
from asset_inventory.intake.layers import read_layers
from asset_inventory.inventory.districts import context_layer
from asset_inventory.io.geometries import WGS84, to_wgs84
from asset_inventory.model.arrays import objects
from asset_inventory.model.city import City, ContextLayer
from asset_inventory.model.texts import as_numbers, as_text
from asset_inventory.outputs.map.encoding import Grid, encode_block, encoded, hilbert_order

BUDGET = 1_000_000  # bytes
LEAST_IMPORTANT, USUAL = 4, 2  # what a layer without importance has
# Metres to which shapes are simplified, and the importance up to which they are kept. A map at city
# scale shows 20 m in a pixel.
# fmt: off
STEPS = ((0, 4), (2, 4), (4, 4), (8, 4), (16, 4), (16, 3), (24, 3), (32, 3), (32, 2), (48, 2), (64, 2), (64, 1),
         (128, 1), (256, 1), (512, 1), (1024, 1))
# fmt: on
METRES_PER_DEGREE = 111_320.0
FAR = 1.0  # boxes to each side of the page's, as far as it can be moved
MOST_WORDS = 65_535  # two bytes
# Roads among the assets are named by the longest: nobody looks for a lane of 300 m at city scale.
MOST_ROADS, SHORTEST_ROAD = 400, 300.0  # metre
_BETWEEN = "\x1f"  # two names as one text


@dataclasses.dataclass(frozen=True)
class ContextTable:
    """A context layer with its features: shapes in degrees, `importance`, names in `id` and `en`."""

    declared: ContextLayer
    table: gpd.GeoDataFrame


@dataclasses.dataclass(frozen=True)
class BaseMap:
    """What a page has of its base map: data for its scripts, layers to switch, what was left out."""

    block: dict[str, Any]
    layers: list[dict[str, Any]]
    notes: list[dict[str, Any]]


def read_context(city: City) -> list[ContextTable]:
    """Return the context layers of a city; one that cannot be drawn has no row."""
    features = read_layers([context_layer(layer) for layer in city.context])
    return [
        ContextTable(declared, _as_drawn(declared, of_layer.table))
        for declared, of_layer in zip(city.context, features, strict=True)
    ]


def _as_drawn(declared: ContextLayer, table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    fields = declared.fields
    placed = table[table.geometry.notna()]
    columns = {"importance": pd.Series(USUAL, index=placed.index)}
    if fields.importance:
        given = as_numbers(placed[fields.importance])[0]
        columns["importance"] = given.fillna(USUAL).clip(1, LEAST_IMPORTANT).round().astype(int)
    for language in ("id", "en"):
        field = getattr(fields.name, language) if fields.name else None
        named = (
            as_text(placed[field]) if field else pd.Series(None, index=placed.index, dtype="str")
        )
        columns[language] = named
    shapes = to_wgs84(placed).geometry.to_numpy() if len(placed) else np.zeros(0, dtype=object)
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=WGS84).reset_index(drop=True)


def base_map(
    tables: Sequence[ContextTable],
    assessment: Assessment,
    districts: gpd.GeoDataFrame,
    box: Sequence[Sequence[float]],
    *,
    budget: int = BUDGET,
) -> BaseMap:
    """Return the base map of a page of this `box` ((south, west), (north, east)), within `budget`.

    Names are those of the context layers, of the `districts` in the order of the page and of their
    parents, and of the longest roads among the assets.
    """
    frame = _frame(box)
    shown = [
        table.table[shapely.intersects(table.table.geometry.to_numpy(), frame)] for table in tables
    ]
    kinds = [table.declared.kind for table in tables]
    roads, declared = asset_roads(assessment), assessment.city.districts
    names: dict[str, Any] = {
        "roads": _packed(roads, "road", 0, LEAST_IMPORTANT) if len(roads) else None,
        # a code, or the kilometres of a square, is no name that a reader looks for
        "districts": district_names(districts) if declared and declared.name else None,
    }
    packed, notes = _fitting(shown, kinds, budget - _size(names))
    layers: list[dict[str, Any]] = [{"name": table.declared.shown_name} for table in tables]
    return BaseMap({"layers": packed} | names, layers, notes)


def _fitting(
    shown: list[gpd.GeoDataFrame], kinds: Sequence[str | None], room: int
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the layers within so many bytes, at the first step that fits, and what to state."""
    parts, last = list(shown), LEAST_IMPORTANT
    while True:
        for metres, least in STEPS:
            packed = [
                _packed(part, kind, metres, least) for part, kind in zip(parts, kinds, strict=True)
            ]
            sizes = [_size(layer) for layer in packed]
            if sum(sizes) <= room:
                return packed, _notes(metres, min(least, last))
        largest = int(
            np.argmax([len(part) and size for part, size in zip(parts, sizes, strict=True)])
        )
        if not len(parts[largest]):
            return packed, _notes(metres, least)
        # what no simplifying makes smaller: very many points, or names of any length
        parts[largest], last = parts[largest].iloc[:0], 0


def _size(part: object) -> int:
    return len(json.dumps(part, ensure_ascii=False).encode())


def _notes(metres: int, least: int) -> list[dict[str, Any]]:
    notes: list[dict[str, Any]] = []
    if metres:
        notes.append({"key": "map.less.base_map", "values": {"metres": metres}})
    if least < LEAST_IMPORTANT:
        notes.append({"key": "map.less.base_map_parts", "values": {}})
    return notes


def _frame(box: Sequence[Sequence[float]]) -> shapely.Polygon:
    (south, west), (north, east) = box
    across, up = FAR * (east - west), FAR * (north - south)
    return shapely.box(west - across, south - up, east + across, north + up)


def _packed(table: gpd.GeoDataFrame, kind: str | None, metres: float, least: int) -> dict[str, Any]:
    """Return a layer as the page has it: shapes as text, and the names that its codes stand for."""
    if len(table):  # of a layer that knows no difference everything is kept
        table = table[table["importance"] <= max(least, table["importance"].min())]
    if metres and len(table):
        table = _simplified(table, metres)
    table = table.iloc[hilbert_order(table)]
    codes, words = _named(table)
    importance = table["importance"].to_numpy(dtype=np.uint8)
    classes = np.array([importance, codes & 255, codes >> 8], dtype=np.uint8)
    grid = Grid(26 if metres <= 4 else 24)  # steps of 0.6 m or 2.4 m at the equator
    parts, _ = encode_block(table.geometry.to_numpy(), classes, WGS84, first=0, grid=grid)
    return {"kind": kind, "shapes": encoded(parts), "words": words}


def _simplified(table: gpd.GeoDataFrame, metres: float) -> gpd.GeoDataFrame:
    """Return shapes to so many metres, without those that would be less than a dot."""
    tolerance = metres / METRES_PER_DEGREE
    shapes = shapely.simplify(table.geometry.to_numpy(), tolerance)
    dimensions = shapely.get_dimensions(shapes)
    tiny = (dimensions == 2) & (shapely.area(shapes) < (2 * tolerance) ** 2)
    tiny |= (dimensions == 1) & (shapely.length(shapes) < 2 * tolerance)
    simple: gpd.GeoDataFrame = table.set_geometry(
        gpd.GeoSeries(shapes, index=table.index, crs=table.crs)
    )
    return simple[~tiny]


def _named(table: gpd.GeoDataFrame) -> tuple[np.ndarray, list[object]]:
    """Return the code of each shape's name (0: none), and the names: a text, or one a language."""
    own, english = (
        table[name].astype("str").str.replace(_BETWEEN, " ", regex=False) for name in ("id", "en")
    )
    codes, both = pd.factorize(own.fillna(english).str.cat(english.fillna(own), sep=_BETWEEN))
    pairs = [str(text).split(_BETWEEN) for text in both[:MOST_WORDS]]
    codes = np.where(codes < MOST_WORDS, codes + 1, 0)
    return codes, [name if name == other else [name, other] for name, other in pairs]


def district_names(districts: gpd.GeoDataFrame) -> dict[str, Any]:
    """Return where the names of districts and of their parents lie, by the rows of the table.

    A place is longitude, latitude and the radius (metres) of the largest circle inside, which shows
    how much room a name has; None where there is no shape.
    """
    shapes = districts.geometry.to_numpy()
    parents = districts["parent"].where(~shapely.is_missing(shapes))
    rows = parents.dropna().index
    groups = districts.loc[rows].groupby(parents[rows].astype(str), sort=True)
    joined = {name: shapely.union_all(part.geometry.to_numpy()) for name, part in groups}
    whole = np.array([*shapes, *joined.values()], dtype=object)
    places = _places(whole, districts.crs)
    of_parents = zip(joined, places[len(shapes) :], strict=True)
    return {
        "places": places[: len(shapes)],
        "parents": [[name, *place] for name, place in of_parents if place],
    }


def _places(shapes: np.ndarray, crs: Any) -> list[list[float] | None]:
    present = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    west, south, east, north = shapely.total_bounds(shapes[present]) if present.any() else [0.0] * 4
    # a place to a thousandth of the city's width is as good as exact
    circles = shapely.maximum_inscribed_circle(
        shapes[present], max(east - west, north - south, 1) / 1000
    )
    middles = gpd.GeoDataFrame(geometry=shapely.get_point(circles, 0), crs=crs)
    degrees = shapely.get_coordinates(to_wgs84(middles).geometry.to_numpy())
    radii = shapely.length(circles)
    places: list[list[float] | None] = [None] * len(shapes)
    for row, (east, north), radius in zip(
        np.flatnonzero(present).tolist(), degrees.tolist(), radii.tolist(), strict=True
    ):
        places[row] = [round(east, 5), round(north, 5), round(radius)]
    return places


def asset_roads(assessment: Assessment) -> gpd.GeoDataFrame:
    """Return the longest lines of one name among the assets, each as one shape, to be named.

    `importance` is 2 from 3 km on, 3 from 1 km on, else 4.
    """
    assets = assessment.assets
    lines = assets[
        (shapely.get_dimensions(assets.geometry.to_numpy()) == 1) & assets["name"].notna()
    ]
    names = lines["name"].astype(str)
    lengths = (
        pd.Series(shapely.length(lines.geometry.to_numpy()), index=lines.index).groupby(names).sum()
    )
    longest = lengths[lengths >= SHORTEST_ROAD].nlargest(MOST_ROADS).sort_index()
    chosen = lines[names.isin(longest.index)].groupby(names)
    shapes = [
        shapely.simplify(
            shapely.line_merge(shapely.multilinestrings(shapely.get_parts(part.to_numpy()))), 5
        )
        for _, part in chosen.geometry
    ]
    importance = 4 - (longest >= 1_000).astype(int) - (longest >= 3_000).astype(int)
    table = {"importance": importance.to_numpy(), "id": longest.index, "en": longest.index}
    return to_wgs84(gpd.GeoDataFrame(table, geometry=objects(shapes), crs=assets.crs))
