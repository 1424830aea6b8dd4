"""The small map of a review: what a delivery adds, removes, moves and edits, without scripts.

A mark is a shape as well as a colour: a plus in a disc (added), a cross (removed), a ring (edited),
an arrow from the old place to the new (moved). Marks of one kind that would lie on one another are
drawn once.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from markupsafe import Markup, escape

from asset_inventory.io.geometries import to_city
from asset_inventory.outputs.map.content import WIDTH, marks

HEIGHT = 560
COLOURS = {"added": "#0a7d3b", "removed": "#c1121f", "edited": "#a34700", "moved": "#0b4f7d"}
_LEAST = 300.0  # metre, that the map is wide at least
_STEP = 5.0  # pixel, within which marks of one kind are one
_SMALL = 8.0  # pixel, below which a shape is shown by its mark alone
_LABELS = 60  # so many numbers are readable
_SHAPES_BEHIND = 2_000  # unchanged assets that are drawn by their shapes; more are dots


@dataclass(frozen=True)
class Shown:
    """The picture (empty without places), and how many changed assets it does not show."""

    picture: Markup
    outside: int = 0
    without_place: int = 0


@dataclass(frozen=True)
class Frame:
    """Where the picture lies: its west and north edge (metre), and pixels a metre."""

    west: float
    north: float
    scale: float

    def place(self, xy: np.ndarray) -> np.ndarray:
        """Return metres as pixels."""
        return np.column_stack(
            ((xy[:, 0] - self.west) * self.scale, (self.north - xy[:, 1]) * self.scale)
        )

    @property
    def box(self) -> shapely.Geometry:
        """Return what is seen (metre)."""
        west, north = self.west, self.north
        return shapely.box(west, north - HEIGHT / self.scale, west + WIDTH / self.scale, north)


def in_metres(table: gpd.GeoDataFrame, city_crs: object, layer: str) -> np.ndarray:
    """Return a layer's geometries in the city's system; as they are where the layer has none."""
    if table.crs is None:
        return table.geometry.to_numpy()
    return to_city(table[["geometry"]].reset_index(drop=True), city_crs, source=layer)[
        0
    ].geometry.to_numpy()


def review_map(
    kinds: Mapping[str, tuple[np.ndarray, np.ndarray]],
    behind: np.ndarray,
    *,
    districts: np.ndarray | None = None,
    numbers: Mapping[str, np.ndarray] | None = None,
    mark: str | None = None,
) -> Shown:
    """Return the map as SVG.

    `kinds` holds for added, removed, edited and moved the geometries before and after (metre; None
    without one), `behind` the unchanged assets, `numbers` what is next to each mark. `mark` is
    written through exercise data.
    """
    shapes = np.concatenate([np.concatenate(both) for both in kinds.values()])
    present = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    placed = {
        change: ~np.isnan(_middles(_now(change, both))).any(axis=1)
        for change, both in kinds.items()
    }
    lost = sum(int((~is_placed).sum()) for is_placed in placed.values())
    if not len(present):
        return Shown(Markup(""), 0, lost)
    frame = _frame(present, districts)
    seen = {
        change: shapely.intersects(_now(change, both), frame.box) for change, both in kinds.items()
    }
    outside = sum(int((placed[change] & ~seen[change]).sum()) for change in kinds)
    total = sum(len(both[0]) for both in kinds.values())
    parts = [_behind(districts, behind, frame)]
    for change, both in kinds.items():
        parts.append(_outlines(change, both, frame))
    for change, both in kinds.items():
        parts.append(_marks_of(change, both, seen[change], frame))
    if numbers and total <= _LABELS:
        parts += [
            _labels(_now(change, both)[seen[change]], numbers[change][seen[change]], frame)
            for change, both in kinds.items()
        ]
    return Shown(
        Markup("\n").join(
            (
                Markup(
                    f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="map-title">'
                    f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#f3f5f8"/>'
                ),
                *parts,
                _scale_bar(frame),
                marks(mark, HEIGHT) if mark else Markup(""),
                Markup("</svg>"),
            )
        ),
        outside,
        lost,
    )


def sign(change: str) -> Markup:
    """Return a mark as it is in the map, for the legend."""
    points = np.array([[12.0, 12.0]])
    drawn = (
        _arrows(np.array([[3.0, 17.0]]), np.array([[19.0, 7.0]]))
        if change == "moved"
        else _signs(change, points)
    )
    return Markup(
        '<svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">{}</svg>'
    ).format(drawn)


def _now(change: str, both: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    return both[0] if change == "removed" else both[1]


def _middles(shapes: np.ndarray) -> np.ndarray:
    bounds = shapely.bounds(shapes)
    return (bounds[:, :2] + bounds[:, 2:]) / 2


def _frame(shapes: np.ndarray, districts: np.ndarray | None) -> Frame:
    west, south, east, north = shapely.total_bounds(shapes)
    if districts is not None and len(districts):  # a place far off would make the city a dot
        x0, y0, x1, y1 = shapely.total_bounds(districts)
        dx, dy = (x1 - x0) * 0.1, (y1 - y0) * 0.1
        if west <= x1 + dx and east >= x0 - dx and south <= y1 + dy and north >= y0 - dy:
            west, south = max(west, x0 - dx), max(south, y0 - dy)
            east, north = min(east, x1 + dx), min(north, y1 + dy)
    middle = (west + east) / 2, (south + north) / 2
    # a pixel
    metres = max((east - west) * 1.16, (north - south) * 1.16 * WIDTH / HEIGHT, _LEAST) / WIDTH
    return Frame(middle[0] - metres * WIDTH / 2, middle[1] + metres * HEIGHT / 2, 1 / metres)


def _on_paper(shapes: np.ndarray, frame: Frame) -> np.ndarray:
    """Return the shapes that are seen, in pixels, as coarse as a picture shows them."""
    shapes = shapes[shapely.intersects(shapes, frame.box)]
    return shapely.simplify(
        shapely.transform(shapely.force_2d(shapes), frame.place), 0.4, preserve_topology=False
    )


def _path(shapes: np.ndarray) -> str:
    parts = shapely.get_parts(shapely.get_parts(shapes))
    rings = shapely.get_rings(parts[shapely.get_type_id(parts) == 3])
    lines = parts[np.isin(shapely.get_type_id(parts), (1, 2))]
    return "".join(
        "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in shapely.get_coordinates(ring))
        for ring in (*rings, *lines)
    )


def _behind(districts: np.ndarray | None, behind: np.ndarray, frame: Frame) -> Markup:
    drawn = []
    if districts is not None and len(districts):
        drawn.append(
            f'<path d="{_path(_on_paper(districts, frame))}" fill="#fff" stroke="#aab4c0" '
            'stroke-width="1.2" fill-rule="evenodd"/>'
        )
    seen = behind[shapely.intersects(behind, frame.box)]
    if len(seen) <= _SHAPES_BEHIND:
        drawn.append(
            f'<path d="{_path(_on_paper(seen, frame))}" fill="#8a97a8" fill-opacity="0.25" stroke="#8a97a8" '
            'stroke-width="1"/>'
        )
    drawn.append(_dots(_thinned(frame.place(_middles(seen)), 4.0), 3, "#8a97a8"))
    return Markup("".join(drawn))  # noqa: S704 - our own numbers


def _outlines(change: str, both: tuple[np.ndarray, np.ndarray], frame: Frame) -> Markup:
    """Return the shapes that are large enough to be seen as such: what goes is dashed."""
    drawn = []
    for side, dashed in ((both[0], True), (both[1], False)):
        if (
            (change == "added" and dashed)
            or (change == "removed" and not dashed)
            or (change == "edited" and dashed)
        ):
            continue
        shapes = _on_paper(side, frame)
        bounds = shapely.bounds(shapes)
        large = (
            np.nan_to_num(np.maximum(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1]))
            >= _SMALL
        )
        if large.any():
            dash = ' stroke-dasharray="5 4"' if dashed else ""
            drawn.append(
                f'<path d="{_path(shapes[large])}" fill="{COLOURS[change]}" fill-opacity="0.14" '
                f'fill-rule="evenodd" stroke="{COLOURS[change]}" stroke-width="2"{dash}/>'
            )
    return Markup("".join(drawn))  # noqa: S704 - our own numbers


def _marks_of(
    change: str, both: tuple[np.ndarray, np.ndarray], seen: np.ndarray, frame: Frame
) -> Markup:
    points = frame.place(_middles(_now(change, both)[seen]))
    if change != "moved":
        return _signs(change, _thinned(points, _STEP))
    ways = np.hstack([frame.place(_middles(both[0][seen])), points])
    ways = _thinned(ways[np.isfinite(ways[:, 2:]).all(axis=1)], _STEP)
    return _arrows(ways[:, :2], ways[:, 2:])


def _signs(change: str, points: np.ndarray) -> Markup:
    colour = COLOURS[change]
    if change == "added":
        plus = "".join(f"M{x - 4:.1f} {y:.1f}h8M{x:.1f} {y - 4:.1f}v8" for x, y in points)
        drawn = _dots(points, 17, "#fff") + _dots(points, 14, colour)
        drawn += f'<path d="{plus}" stroke="#fff" stroke-width="2"/>'
    elif change == "removed":
        cross = "".join(f"M{x - 5:.1f} {y - 5:.1f}l10 10m0-10l-10 10" for x, y in points)
        drawn = "".join(
            f'<path d="{cross}" stroke="{ink}" stroke-width="{wide}"/>'
            for ink, wide in (("#fff", 7), (colour, 3.5))
        )
    else:
        drawn = _dots(points, 17, "#fff") + _dots(points, 14, colour) + _dots(points, 7, "#fff")
    return Markup(drawn)  # noqa: S704 - our own numbers


def _arrows(starts: np.ndarray, ends: np.ndarray) -> Markup:
    """Return a line from each old place, a small ring, to the new one, an arrow's head."""
    colour = COLOURS["moved"]
    way = ends - starts
    length = np.hypot(way[:, 0], way[:, 1])[:, None]
    ahead = np.divide(way, length, out=np.tile([0.0, -1.0], (len(way), 1)), where=length > 0)
    side = ahead[:, ::-1] * [-1, 1]
    left, right = ends - 9 * ahead + 5 * side, ends - 9 * ahead - 5 * side
    line, head = [], []
    for (x0, y0), (x1, y1), (lx, ly), (rx, ry) in zip(starts, ends, left, right, strict=True):
        if np.isfinite(x0):
            line.append(f"M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}")
        head.append(f"M{x1:.1f} {y1:.1f}L{lx:.1f} {ly:.1f}L{rx:.1f} {ry:.1f}Z")
    origins = starts[np.isfinite(starts).all(axis=1)]
    return Markup(  # noqa: S704 - our own numbers
        f'<path d="{"".join(line)}" stroke="#fff" stroke-width="5"/>'
        f'<path d="{"".join(line)}" stroke="{colour}" stroke-width="2.2"/>'
        f"{_dots(origins, 9, colour)}{_dots(origins, 5, '#fff')}"
        f'<path d="{"".join(head)}" fill="{colour}" stroke="#fff" stroke-width="1"/>'
    )


def _dots(points: np.ndarray, size: float, colour: str) -> str:
    """Return discs as one path: lines without a length have round ends."""
    path = "".join(f"M{x:.1f} {y:.1f}h0" for x, y in points)
    return (
        f'<path d="{path}" stroke="{colour}" stroke-width="{size}" stroke-linecap="round"/>'
        if path
        else ""
    )


def _thinned(points: np.ndarray, step: float) -> np.ndarray:
    """Return one of those in the same place, to a step; no known place is one place too."""
    points = points[np.isfinite(points).any(axis=1)]
    cells = np.nan_to_num(np.floor(points / step), nan=-1e9).astype(np.int64)
    return points[np.sort(np.unique(cells, axis=0, return_index=True)[1])]


def _labels(shapes: np.ndarray, numbers: np.ndarray, frame: Frame) -> Markup:
    points = frame.place(_middles(shapes))
    return Markup("").join(
        Markup(
            '<text x="{:.1f}" y="{:.1f}" font-size="15" font-weight="700" fill="#1a2230" stroke="#fff" '
            'stroke-width="3.5" paint-order="stroke">{}</text>'
        ).format(x + 9, y - 7, escape(number))
        for (x, y), number in zip(points, numbers, strict=True)
        if np.isfinite(x)
    )


def _scale_bar(frame: Frame) -> Markup:
    """Return a bar of 1, 2 or 5 metres, tens or kilometres, and where north is."""
    longest = 180 / frame.scale
    power = 10.0 ** math.floor(math.log10(longest))
    metres = max(size * power for size in (1, 2, 5) if size * power <= longest)
    text = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
    x, y, wide = 22, HEIGHT - 20, metres * frame.scale
    path = f"M{x} {y - 6}v6h{wide:.1f}v-6"
    return Markup(  # noqa: S704 - our own numbers
        f'<path d="{path}" fill="none" stroke="#fff" stroke-width="6"/>'
        f'<path d="{path}" fill="none" stroke="#1a2230" stroke-width="2"/>'
        f'<text x="{x}" y="{y - 11}" font-size="15" fill="#1a2230" stroke="#fff" stroke-width="3.5" '
        f'paint-order="stroke">{text}</text>'
        f'<path d="M{WIDTH - 30} 52l-9 6l9 -32l9 32Z" fill="#1a2230" stroke="#fff"/>'
        f'<text x="{WIDTH - 30}" y="22" text-anchor="middle" font-size="15" font-weight="700" fill="#1a2230">N</text>'
    )
