"""Static maps as inline SVG: a hazard map of the city, a district in it, and the state of its assets.

Those of districts are drawn in the city's own metres, north up, with a scale bar. The outlines of
all districts are once in a page (`outlines`); each small map uses them.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from markupsafe import Markup, escape

from asset_inventory.io.geometries import to_wgs84
from asset_inventory.messages import number, say
from asset_inventory.outputs.map.hazard_layers import HazardOnMap
from asset_inventory.outputs.views.city import STEPS_PER_DEGREE
from asset_inventory.outputs.views.figures import Figures
from asset_inventory.risk.exposure import STATES

WIDE, HIGH = 300, 220  # of a map of one district, in its own units
_LOCATOR = 150  # the longer side of the map of the whole city
MOST_DRAWN = 1500  # assets in one small map
_EDGE, _QUIET, _MARK = "#374151", "#c9d1dc", "#7a1420"
# colour of each way of counting, and how large a point is; an unusable asset has no place
_LOOKS = {"not_exposed": ("#8a97a8", 1.3), "no_data": ("#e0a800", 2.6), "exposed": ("#b30000", 2.2)}
WHOLE = 900  # the longer side of the map of a hazard
_NO_DATA = Markup(
    '<defs><pattern id="no-data" width="9" height="9" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect width="9" height="9" fill="#f4f5f7"/>'
    '<rect width="1.6" height="9" fill="#7d8692"/></pattern></defs>'
)
Place = Callable[[np.ndarray], np.ndarray]  # from coordinates to a place in a picture
_TOLERANCE = 400  # a border is drawn to so many parts of the longer side


def outlines(districts: gpd.GeoDataFrame) -> Markup:
    """Return the borders of all districts as a symbol `city` for reuse; empty without places."""
    drawn = present(districts.geometry.to_numpy())
    if not len(drawn):
        return Markup("")
    place, wide, high = _locator(districts)
    # half of one of its own units
    simple = shapely.simplify(drawn, _extent(districts) / _LOCATOR / 2)
    paths = Markup("".join(map(path_data, shapely.transform(simple, place))))  # noqa: S704
    return Markup(
        '<svg class="unseen" width="0" height="0" aria-hidden="true" focusable="false"><symbol id="city" '
        'viewBox="0 0 {wide} {high}"><path d="{paths}" fill="#fff" fill-rule="evenodd" stroke="{edge}" '
        'stroke-width="0.5"/></symbol></svg>'
    ).format(wide=short(wide), high=short(high), paths=paths, edge=_QUIET)


def where_in_city(districts: gpd.GeoDataFrame, district: str, title: str) -> Markup:
    """Return the city with one district filled, by `outlines`; empty if it has no place."""
    shape = _shape_of(districts, district)
    if shape is None:
        return Markup("")
    place, wide, high = _locator(districts)
    drawn = shapely.transform(_simple(np.array([shape], dtype=object), _extent(districts)), place)
    centre = shapely.get_coordinates(shapely.point_on_surface(drawn[0]))[0]
    return Markup(
        '<svg class="locator" viewBox="0 0 {wide} {high}" role="img" aria-label="{title}"><use href="#city" '
        'width="{wide}" height="{high}"/><path d="{path}" fill="#b30000" fill-rule="evenodd"/><circle cx="{x}" '
        'cy="{y}" r="7" fill="none" stroke="#b30000" stroke-width="1.2"/></svg>'
    ).format(
        wide=short(wide),
        high=short(high),
        title=title,
        path=Markup(path_data(drawn[0])),  # noqa: S704
        x=short(centre[0]),
        y=short(centre[1]),
    )


def district_map(
    districts: gpd.GeoDataFrame,
    district: str,
    geometries: np.ndarray,
    figures: Figures,
    *,
    title: str,
    mark: str | None,
    language: str,
) -> Markup:
    """Return a district with its assets, exposed and unknown ones above the others; empty where it
    has no place.

    `geometries` are those of all ASSETS, `figures` those of the district; `mark` is written through
    exercise data. A map of very many assets shows those of the highest priority.
    """
    shape = _shape_of(districts, district)
    if shape is None:
        return Markup("")
    west, south, east, north = shapely.bounds(shape)
    scale = min((WIDE - 12) / max(east - west, 1.0), (HIGH - 30) / max(north - south, 1.0))
    shift = np.array(
        [(WIDE - (east - west) * scale) / 2, (HIGH - 18 - (north - south) * scale) / 2]
    )

    def place(xy: np.ndarray) -> np.ndarray:
        return np.column_stack(((xy[:, 0] - west) * scale, (north - xy[:, 1]) * scale)) + shift

    border = shapely.transform(
        _simple(np.array([shape], dtype=object), max(east - west, north - south)), place
    )[0]
    label = escape(title)
    return Markup("").join(
        (
            Markup(
                f'<svg class="district" viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="{label}">'
            ),  # noqa: S704
            Markup(
                f'<path d="{path_data(border)}" fill="#f3f5f8" fill-rule="evenodd" stroke="{_EDGE}"/>'
            ),  # noqa: S704
            *_assets(geometries, figures, place, 1.0 / scale),
            _bar(scale, language),
            _written_through(mark, WIDE, HIGH),
            Markup("</svg>"),
        )
    )


def legend(language: str) -> list[tuple[Markup, str]]:
    """Return a sign and its words for each way of counting on a small map, exposed first."""
    return [
        (
            Markup(
                '<svg class="sign" viewBox="0 0 10 10" aria-hidden="true"><circle cx="5" cy="5" r="{r}" '
                'fill="{colour}"/></svg>'
            ).format(r=size * 1.6, colour=colour),
            say(f"map.class.{state}", language),
        )
        for state, (colour, size) in reversed(_LOOKS.items())
    ]


def hazard_map(
    on_map: HazardOnMap,
    place: int,
    districts: gpd.GeoDataFrame,
    *,
    borders: bool,
    title: str,
    mark: str | None,
) -> Markup:
    """Return one map of a hazard, the one at this place, as far as districts reach.

    Where the map has no data it is hatched. `borders` of districts are above it, `mark` is written
    through exercise data. Empty where the districts have no place.
    """
    shapes = present(to_wgs84(districts).geometry.to_numpy())
    if not len(shapes):
        return Markup("")
    west, south, east, north = shapely.total_bounds(shapes)
    # a degree of longitude is shorter than one of latitude by this factor
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = WHOLE / max((east - west) * squeeze, north - south, 1e-9)
    wide, high = (east - west) * squeeze * scale, (north - south) * scale

    def at(xy: np.ndarray) -> np.ndarray:
        return np.column_stack(((xy[:, 0] - west) * squeeze * scale, (north - xy[:, 1]) * scale))

    placed = shapely.transform(shapely.simplify(shapes, 1 / scale), at) if borders else ()
    return Markup("").join(
        (
            Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">').format(
                round(wide), round(high), title
            ),
            _NO_DATA,
            *_hazard_body(on_map, on_map.bodies[place], at),
            _line("".join(map(path_data, placed))),
            _written_through(mark, wide, high),
            Markup("</svg>"),
        )
    )


def _line(paths: str) -> Markup:
    drawn = Markup('<path d="{}" fill="none" stroke="{}" stroke-width="0.8"/>')
    return drawn.format(Markup(paths), _EDGE) if paths else Markup("")  # noqa: S704


def _hazard_body(on_map: HazardOnMap, body: Mapping[str, Any], at: Place) -> Iterator[Markup]:
    """Yield what is drawn of a hazard's picture or zones, on what is not known beyond them."""
    paper = Markup('<path d="M-9 -9h9999v9999h-9999Z" fill="{}"/>')
    yield paper.format("url(#no-data)" if on_map.hazard.outside == "unknown" else "#fff")
    if "png" not in body:
        rows, codes = _polygons(body["shapes"], at), np.asarray(body["codes"])
        for code in dict.fromkeys(codes.tolist()):  # the worst are last
            a_class = on_map.classes.classes[code]
            paths = "".join(path for row, path in rows if codes[row] == code)
            yield Markup('<path d="{}" fill="{}" fill-rule="evenodd"/>').format(
                Markup(paths),  # noqa: S704
                "url(#no-data)" if a_class.no_data else a_class.colour,
            )
        return
    if "edge" in body:
        for _, path in _polygons(body["edge"], at):
            yield Markup('<path d="{}" fill="#fff"/>').format(Markup(path))  # noqa: S704
    (south, west), (north, east) = body["bounds"]
    (left, top), (right, bottom) = at(np.array([[west, north], [east, south]])).tolist()
    where = Markup('x="{}" y="{}" width="{}" height="{}" preserveAspectRatio="none"').format(
        *map(short, (left, top, right - left, bottom - top))
    )
    picture = Markup('<image {} href="data:image/png;base64,{}"/>')
    if "no_data" in body:
        yield Markup(
            '<mask id="unknown" style="mask-type: alpha">{}</mask><g mask="url(#unknown)">{}</g>'
        ).format(picture.format(where, body["no_data"]), paper.format("url(#no-data)"))
    yield picture.format(where, body["png"])


def _polygons(packed: Mapping[str, Any], at: Place) -> list[tuple[int, str]]:
    """Return the row and the drawn path of each polygon that `views.city.pack` packed."""
    polygons = packed.get("polygon", {"rows": [], "xy": [], "rings": [], "parts": []})
    degrees = np.cumsum(np.reshape(polygons["xy"], (-1, 2)), axis=0) / STEPS_PER_DEGREE
    rings = np.split(at(degrees), np.cumsum(polygons["rings"])[:-1])
    paths = [_ring(ring) for ring in rings if len(ring)]
    firsts = np.cumsum([0, *polygons["parts"]]).tolist()
    return [
        (row, "".join(paths[first:last]))
        for row, first, last in zip(polygons["rows"], firsts, firsts[1:], strict=False)
    ]


def _ring(xy: np.ndarray) -> str:
    """Return the path of a ring on whole units, without those that fall on the one before."""
    steps = np.round(xy).astype(int)
    kept = steps[np.append(True, (np.diff(steps, axis=0) != 0).any(axis=1))]
    return "M" + "L".join(f"{x} {y}" for x, y in kept.tolist()) + "Z"


def _assets(geometries: np.ndarray, figures: Figures, place: Place, unit: float) -> list[Markup]:
    """Return the assets in their place, important ones on top; `unit` is a drawn unit (metres)."""
    chosen = figures.assets[figures.assets["order"].notna()].nsmallest(MOST_DRAWN, "order")
    shapes = geometries[chosen["row"].to_numpy()]
    drawn: list[Markup] = []
    for state, (colour, size) in _LOOKS.items():
        of_state = shapes[chosen["state"].to_numpy() == STATES.index(state)]
        lines = shapely.get_dimensions(of_state) == 1
        paths = "".join(
            "".join(
                "M" + "L".join(f"{short(x)} {short(y)}" for x, y in shapely.get_coordinates(line))
                for line in shapely.get_parts(shape)
            )
            for shape in shapely.transform(shapely.simplify(of_state[lines], unit / 2), place)
        )
        at = shapely.transform(shapely.point_on_surface(of_state[~lines]), place)
        dots = "".join(f"M{short(x)} {short(y)}h.01" for x, y in shapely.get_coordinates(at))
        if paths:
            drawn.append(
                Markup(
                    f'<path d="{paths}" fill="none" stroke="{colour}" '  # noqa: S704
                    f'stroke-width="{short(size / 2)}"/>'
                )
            )
        if dots:
            drawn.append(
                Markup(
                    f'<path d="{dots}" fill="none" stroke="{colour}" stroke-linecap="round" '  # noqa: S704
                    f'stroke-width="{short(2 * size)}"/>'
                )
            )
    return drawn


def _bar(scale: float, language: str) -> Markup:
    """Return a bar of a round length, at most a third of the map, with its length below it."""
    longest = WIDE / 3 / scale
    power = 10 ** math.floor(math.log10(longest))
    length = next(step * power for step in (5, 2, 1) if step * power <= longest)
    far = (
        f"{number(length / 1000, language)} km"
        if length >= 1000
        else f"{number(length, language)} m"
    )
    return Markup(
        '<path d="M6 {y}h{long}" stroke="{edge}" stroke-width="2"/><text x="{x}" y="{text}" font-size="10" '
        'fill="{edge}">{far}</text>'
    ).format(
        y=HIGH - 7,
        long=short(length * scale),
        edge=_EDGE,
        x=short(length * scale + 11),
        text=HIGH - 4,
        far=far,
    )


def _written_through(mark: str | None, wide: float, high: float) -> Markup:
    if not mark:
        return Markup("")
    return Markup(
        '<text x="{x}" y="{y}" transform="rotate(-18 {x} {y})" text-anchor="middle" font-size="{size}" '
        'font-weight="700" fill="{colour}" fill-opacity="0.4">{mark}</text>'
    ).format(x=short(wide / 2), y=short(high / 2), size=short(wide * 0.08), colour=_MARK, mark=mark)


# Places


def present(shapes: np.ndarray) -> np.ndarray:
    """Return the shapes that are there and not empty."""
    return shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]


def _shape_of(districts: gpd.GeoDataFrame, district: str) -> shapely.Geometry | None:
    shapes = present(
        districts.geometry.to_numpy()[(districts["district"].astype(str) == district).to_numpy()]
    )
    return shapes[0] if len(shapes) else None


def _extent(districts: gpd.GeoDataFrame) -> float:
    west, south, east, north = shapely.total_bounds(present(districts.geometry.to_numpy()))
    return max(east - west, north - south, 1.0)


def _locator(districts: gpd.GeoDataFrame) -> tuple[Place, float, float]:
    """Return what places metres in the map of the whole city, and how wide and high that is."""
    west, south, east, north = shapely.total_bounds(present(districts.geometry.to_numpy()))
    scale = _LOCATOR / max(east - west, north - south, 1.0)

    def place(xy: np.ndarray) -> np.ndarray:
        return np.column_stack(((xy[:, 0] - west) * scale, (north - xy[:, 1]) * scale))

    return place, max((east - west) * scale, 1.0), max((north - south) * scale, 1.0)


def _simple(shapes: np.ndarray, extent: float) -> np.ndarray:
    return shapely.simplify(shapes, extent / _TOLERANCE)


def path_data(shape: shapely.Geometry) -> str:
    """Return the rings of areas, placed in a picture, as the data of one SVG path."""
    return "".join(
        "M"
        + "L".join(f"{short(x)} {short(y)}" for x, y in shapely.get_coordinates(ring)[:-1])
        + "Z"
        for ring in shapely.get_rings(shapely.get_parts(shape))
    )


def short(value: float) -> str:
    """Return a place in a picture with at most one decimal."""
    return f"{value:.1f}".removesuffix(".0")
