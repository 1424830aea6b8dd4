"""The same map for a reader without scripts: districts by EAD as a still picture, and their table."""

from __future__ import annotations

import math
from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import shapely
from markupsafe import Markup, escape

from asset_inventory.outputs.style import DARK_EDGE, Classes, classify, edge_colour
from asset_inventory.sources.projections import to_wgs84
from asset_inventory.words import shown

WIDTH = 900


def still_picture(
    districts: gpd.GeoDataFrame, classes: Classes, *, column: str, title: str, mark: str | None = None,
) -> Markup:
    """Return the districts as SVG, coloured by a column; `mark` is written through it where data is an exercise."""
    shapes = to_wgs84(districts).geometry.to_numpy()
    present = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    if not present.any():
        return Markup("")
    west, south, east, north = shapely.total_bounds(shapes[present])
    # a degree of longitude is shorter than one of latitude by this factor
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = WIDTH / max((east - west) * squeeze, 1e-9)
    height = max(1, round((north - south) * scale))

    def place(xy: np.ndarray) -> np.ndarray:
        return np.column_stack(((xy[:, 0] - west) * squeeze * scale, (north - xy[:, 1]) * scale))

    codes = classify(districts[column].to_numpy(dtype=float), classes)
    names = districts["name"].fillna(districts["district"]).astype(str)
    paths = [
        f'<path d="{_path(shape)}" fill="{_fill(classes, code)}"{_stroke(classes, code)}>'
        f"<title>{escape(shown(name))}</title></path>"
        for shape, code, name in zip(
            shapely.transform(shapes[present], place), codes[present], names[present], strict=True)
    ]
    return Markup("\n").join((
        Markup(f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}">'), _HATCH,
        Markup(f'<g stroke="{DARK_EDGE}" stroke-width="0.8" fill-rule="evenodd">'),
        *(Markup(path) for path in paths),  # noqa: S704
        Markup("</g>"), marks(mark, height), Markup("</svg>")))


_HATCH = Markup(
    '<defs><pattern id="unknown" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="6" height="6" fill="#f4f5f7"/><rect width="1.2" height="6" fill="#7d8692"/></pattern></defs>')


def _fill(classes: Classes, code: int) -> str:
    if code >= len(classes.classes):
        return "none"
    one = classes.classes[code]
    return "url(#unknown)" if one.unknown else one.colour


def _stroke(classes: Classes, code: int) -> str:
    edge = edge_colour(classes.classes[code]) if code < len(classes.classes) else DARK_EDGE
    return "" if edge == DARK_EDGE else f' stroke="{edge}"'


def _path(shape: shapely.Geometry) -> str:
    return "".join(_ring(shapely.get_coordinates(ring)) for ring in shapely.get_rings(shapely.get_parts(shape)))


def _ring(xy: np.ndarray) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in xy[:-1]) + "Z"


def marks(mark: str | None, height: int) -> Markup:
    """Return a word written through a picture of this height, again and again."""
    if not mark:
        return Markup("")
    return Markup("").join(_mark_texts(mark, height))


def _mark_texts(mark: str, height: int) -> Iterable[Markup]:
    for y in range(90, height + 90, 180):
        for x in range(150, WIDTH + 150, 300):
            yield Markup(
                '<text x="{x}" y="{y}" transform="rotate(-26 {x} {y})" text-anchor="middle" font-size="26" '
                'font-weight="700" fill="#7a1420" fill-opacity="0.45">{mark}</text>').format(x=x, y=y, mark=mark)
