"""Static pictures of the resilience assessment as inline SVG: maps of shares and statements, a graph.

A highlighted district has a double border and its sign in its middle, so that it is found without
colours. The graph shows which stress worsens which shock.
"""

import math
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from markupsafe import Markup

from asset_inventory.assessment.resilience import ResilienceAssessment
from asset_inventory.messages import percent, say, shown
from asset_inventory.model.tables import OUTSIDE_DISTRICTS
from asset_inventory.outputs.report.maps import path_data, present, short
from asset_inventory.outputs.views.resilience import mark_of, shock_and_stress_names
from asset_inventory.outputs.views.style import (
    BLUES,
    DARK_EDGE,
    NONE_COLOUR,
    ORRD,
    UNKNOWN_COLOUR,
    Class,
    Classes,
    classify,
    edge_colour,
    even_breaks,
    label,
)
from asset_inventory.resilience.ranking import RARELY_BELOW

WIDE = 900  # of a map of the city, in its own units
_DETAIL = 1200  # a border is drawn to so many parts of the longer side
_INK, _MARK, _LINE = "#1a2230", "#7a1420", "#4a5568"
_FILLS = {"stress": "#e7eef7", "shock": "#fde8d7"}
# of the graph: width, a box's width, row height, letters in a line
_GRAPH, _BOX, _STEP, _LETTERS = (760, 232, 64, 27)


def district_picture(
    districts: gpd.GeoDataFrame,
    values: Mapping[str, float],
    classes: Classes,
    *,
    name: str,
    title: str,
    mark: str = "",
    signs: Mapping[str, str] | None = None,
) -> Markup:
    """Return the districts coloured by `values` (by id), with `signs` on highlighted ones.

    `name` makes the ids of a picture its own in a page. Empty where no district has a place.
    """
    table = districts[(districts["district"].astype(str) != OUTSIDE_DISTRICTS).to_numpy()]
    shapes = table.geometry.to_numpy()
    located = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    if not len(present(shapes)):
        return Markup("")
    west, south, east, north = shapely.total_bounds(shapes[located])
    scale = WIDE / max(east - west, 1.0)
    high = max(round((north - south) * scale), 1)

    def place(xy: np.ndarray) -> np.ndarray:
        return np.column_stack(((xy[:, 0] - west) * scale, (north - xy[:, 1]) * scale))

    simple = shapely.simplify(shapes[located], max(east - west, north - south) / _DETAIL)
    drawn = shapely.transform(np.where(shapely.is_empty(simple), shapes[located], simple), place)
    ids = table["district"].astype(str).to_numpy()[located]
    codes = classify(np.array([values.get(an_id, np.nan) for an_id in ids], dtype=float), classes)
    names = table["name"].fillna(table["district"]).astype(str).to_numpy()[located]
    hatch = f"{name}-not-known"
    areas = [
        Markup(
            '<path d="{path}" fill="{fill}" stroke="{edge}"><title>{name}</title></path>'
        ).format(
            path=path_data(shape),
            fill=_fill(classes, code, hatch),
            name=shown(called),
            edge=edge_colour(classes.classes[code]) if code < len(classes.classes) else DARK_EDGE,
        )
        for shape, code, called in zip(drawn, codes, names, strict=True)
    ]
    lifted = [
        (drawn[number], sign)
        for number, an_id in enumerate(ids)
        if (sign := (signs or {}).get(an_id)) is not None
    ]
    return Markup("").join(
        (
            Markup('<svg viewBox="0 0 {wide} {high}" role="img" aria-label="{title}">').format(
                wide=WIDE, high=high, title=title
            ),
            _hatching(hatch),
            Markup('<g stroke-width="0.8" fill-rule="evenodd">'),
            *areas,
            Markup("</g>"),
            *_borders(lifted),
            *_written_through(mark, WIDE, high),
            *_signs(lifted),
            Markup("</svg>"),
        )
    )


def outline_sign() -> Markup:
    """Return what a district that is lifted out looks like, for a legend."""
    return Markup(
        '<svg class="sign" viewBox="0 0 16 16" aria-hidden="true"><rect x="2" y="2" width="12" height="12" '
        f'fill="none" stroke="{_INK}" stroke-width="4"/><rect x="2" y="2" width="12" height="12" fill="none" '
        'stroke="#fff" stroke-width="1.4"/></svg>'
    )  # noqa: S704


def _fill(classes: Classes, code: int, hatch: str) -> str:
    if code >= len(classes.classes):
        return "none"
    a_class = classes.classes[code]
    return f"url(#{hatch})" if a_class.no_data else a_class.colour


def _hatching(name: str) -> Markup:
    return Markup(
        '<defs><pattern id="{name}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="6" height="6" fill="#f4f5f7"/><rect width="1.2" height="6" fill="#7d8692"/></pattern></defs>'
    ).format(name=name)


def _borders(districts: Sequence[tuple[shapely.Geometry, str]]) -> list[Markup]:
    return [
        Markup('<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width}"/>').format(
            path=path_data(shape), colour=colour, width=width
        )
        for colour, width in ((_INK, 4.5), ("#fff", 1.5))
        for shape, _ in districts
    ]


def _signs(districts: Sequence[tuple[shapely.Geometry, str]]) -> list[Markup]:
    middles = [
        shapely.get_coordinates(shapely.point_on_surface(shape))[0] for shape, _ in districts
    ]
    return [
        _text(x, y + 6, sign, size=17, weight=700)
        for (x, y), (_, sign) in zip(middles, districts, strict=True)
    ]


def _text(
    x: float, y: float, text: str, *, size: int = 13, weight: int = 400, colour: str = _INK
) -> Markup:
    """Return a text around x with a white rim, so that it is read on any ground."""
    return Markup(
        '<text x="{x}" y="{y}" text-anchor="middle" font-size="{size}" font-weight="{weight}" '
        'fill="{colour}" stroke="#fff" stroke-width="3.5" stroke-linejoin="round" paint-order="stroke">'
        "{text}</text>"
    ).format(x=short(x), y=short(y), size=size, weight=weight, colour=colour, text=text)


def _written_through(mark: str, wide: float, high: float) -> list[Markup]:
    """Return a word written through a picture, as often as its height has room."""
    lines = max(round(high / 240), 1)
    return (
        [
            Markup(
                '<text x="{x}" y="{y}" transform="rotate(-20 {x} {y})" text-anchor="middle" font-size="{size}" '
                'font-weight="700" fill="{colour}" fill-opacity="0.42">{mark}</text>'
            ).format(
                x=short(wide * side),
                y=short(high * (line + 0.5) / lines),
                size=30,
                colour=_MARK,
                mark=mark,
            )
            for line in range(lines)
            for side in ((0.25, 0.75) if wide > 700 else (0.5,))
        ]
        if mark
        else []
    )


# The graph


@dataclass(frozen=True)
class Edge:
    """One line of the graph: its stress, its shock, its number, and its figure ("" for none)."""

    stress: str
    shock: str
    number: str
    figure: str = ""


def influence_graph(
    stresses: Mapping[str, str],
    shocks: Mapping[str, str],
    edges: Sequence[Edge],
    *,
    title: str,
    mark: str = "",
) -> Markup:
    """Return stresses left, shocks right (names by id), and a numbered arrow for each edge.

    Only those that an edge touches are drawn; empty without any edge.
    """
    left = [stress for stress in stresses if any(edge.stress == stress for edge in edges)]
    right = [shock for shock in shocks if any(edge.shock == shock for edge in edges)]
    if not edges:
        return Markup("")
    rows = max(len(left), len(right))
    high = rows * _STEP + 12
    tops = {"stress": _tops(left, high), "shock": _tops(right, high)}
    names = {"stress": stresses, "shock": shocks}
    boxes = [_box(names[kind][an_id], kind, y) for kind in tops for an_id, y in tops[kind].items()]
    lines = [_arrow(edge, *_ends(edge, edges, tops)) for edge in edges]
    return Markup("").join(
        (
            Markup(
                '<svg class="graph" viewBox="-2 0 {wide} {high}" role="img" aria-label="{title}">'
            ).format(wide=_GRAPH + 4, high=high, title=title),
            *(line for line, _ in lines),
            *(box for box, _ in boxes),
            *_written_through(mark, _GRAPH, high),
            *(name for _, name in boxes),
            *(label for _, label in lines),
            Markup("</svg>"),
        )
    )


def _tops(ids: Sequence[str], high: float) -> dict[str, float]:
    """Return the middle of each box of a side, spread over the height."""
    return {an_id: high * (place + 0.5) / len(ids) for place, an_id in enumerate(ids)}


def _ends(
    edge: Edge, edges: Sequence[Edge], tops: Mapping[str, Mapping[str, float]]
) -> tuple[float, float]:
    """Return where an arrow leaves its stress and meets its shock, in order within a box."""

    def side(kind: str, other: str) -> float:
        own = getattr(edge, kind)
        same = [arrow for arrow in edges if getattr(arrow, kind) == own]
        same.sort(key=lambda arrow: tops[other][getattr(arrow, other)])
        step = min(21.0 if kind == "stress" else 14.0, (_STEP - 16) / len(same))
        return tops[kind][own] + (same.index(edge) - (len(same) - 1) / 2) * step

    return side("stress", "shock"), side("shock", "stress")


def _arrow(edge: Edge, start: float, end: float) -> tuple[Markup, Markup]:
    """Return an arrow, and apart from it, to be above all arrows, its number and its figure."""
    x, far = _BOX, _GRAPH - _BOX - 9
    bend = (far - x) / 2
    line = Markup(
        '<path d="M{x} {start}C{a} {start} {b} {end} {far} {end}" fill="none" stroke="{ink}" '
        'stroke-width="1.6"/><path d="M{far} {up}l9 4.5l-9 4.5Z" fill="{ink}"/>'
    ).format(
        x=x,
        start=short(start),
        a=short(x + bend),
        b=short(far - bend),
        end=short(end),
        far=far,
        up=short(end - 4.5),
        ink=_LINE,
    )
    text = f"{edge.number}: {edge.figure}" if edge.figure else edge.number
    wide = 12 + 7 * len(text)
    middle = x + 6 + wide / 2
    y = _on(start, end, (middle - x) / (far - x) * 0.75)[1]  # a curve leaves its box nearly level
    label = Markup(
        '<rect x="{left}" y="{top}" width="{wide}" height="18" rx="9" fill="#fff" stroke="{ink}"/>'
    ).format(left=short(middle - wide / 2), top=short(y - 9), wide=wide, ink=_LINE)
    return line, label + _text(middle, y + 4.5, text, size=12, weight=700)


def _on(start: float, end: float, part: float) -> tuple[float, float]:
    """Return the place on an arrow's curve (a cubic Bézier) at this part of its run."""
    x, far = _BOX, _GRAPH - _BOX - 9
    bend, rest = (far - x) / 2, 1 - part
    weights = np.array([rest**3, 3 * rest**2 * part, 3 * rest * part**2, part**3])
    return float(weights @ [x, x + bend, far - bend, far]), float(
        weights @ [start, start, end, end]
    )


def _box(name: str, kind: str, middle: float) -> tuple[Markup, Markup]:
    """Return a box, left for a stress, right for a shock, with its name in at most two lines."""
    lines = textwrap.wrap(shown(name), _LETTERS, max_lines=2, placeholder=" …") or [""]
    x = 1 if kind == "stress" else _GRAPH - _BOX - 1
    first = middle + 5 - 8 * (len(lines) - 1)
    texts = [
        Markup('<text x="{x}" y="{y}" font-size="14" fill="{ink}">{line}</text>').format(
            x=x + 10, y=short(first + 17 * place), ink=_INK, line=line
        )
        for place, line in enumerate(lines)
    ]
    box = Markup(
        '<rect x="{x}" y="{y}" width="{wide}" height="46" rx="{round}" fill="{fill}" stroke="{ink}"/>'
    ).format(
        x=x,
        y=short(middle - 23),
        wide=_BOX,
        round=4 if kind == "shock" else 18,
        fill=_FILLS[kind],
        ink=_LINE,
    )
    return box, Markup("").join(texts)


_NEVER, _NEXT = (0.0, math.nextafter(0.0, 1.0))


def share_map(pra: ResilienceAssessment, language: str) -> dict[str, object] | None:
    """Return districts by their share, non-dominated ones with ranks on top; None without any."""
    settings, table = pra.assessment.city.resilience, pra.district_ranking
    if not len(table):
        return None
    arguments = {
        "firm": percent(settings.firm, language),
        "likely": percent(settings.likely, language),
    }
    words = [
        say(f"preliminary.share_class.{name}", language, **arguments)
        for name in ("never", "hardly", "contested", "likely", "firm", "unknown")
    ]
    lows = (_NEVER, _NEXT, min(RARELY_BELOW, settings.likely), settings.likely, settings.firm)
    colours = (NONE_COLOUR, *(ORRD[place] for place in (0, 1, 2, 4)))
    ranges = zip(colours, lows, (*lows[1:], math.inf), words[:-1], strict=True)
    classes = Classes(
        "map.score",
        (
            *(Class(colour, low=low, high=high, label=word) for colour, low, high, word in ranges),
            Class(UNKNOWN_COLOUR, label=words[-1], no_data=True),
        ),
    )
    ids = table["district"].astype(str)
    front = table["non_dominated"].to_numpy(dtype=bool)
    ranks = {
        an_id: "?" if math.isnan(rank) else str(int(rank))
        for an_id, rank in zip(ids[front], table["rank"][front], strict=True)
    }
    title = say("preliminary.share_map", language, count=settings.top, draws=settings.draws)
    return _picture(
        pra,
        dict(zip(ids, table["top_share"], strict=True)),
        classes,
        language,
        name="shares",
        title=title,
        shows="district_ranking",
        signs=ranks,
    )


def statement_map(pra: ResilienceAssessment, language: str) -> dict[str, object] | None:
    """Return the districts by how many statements speak of them; None where none does."""
    counts = pra.statements["district"].dropna().astype(str).value_counts()
    if not len(counts):
        return None
    breaks = even_breaks(counts, above=0.0, count=len(BLUES))
    lows = tuple(np.unique([1.0, *np.ceil(breaks)]))
    chosen = (
        np.round(np.linspace(0, len(BLUES) - 1, len(lows))).astype(int) if len(lows) > 1 else [3]
    )
    classes = Classes(
        "map.assets",
        (
            Class(NONE_COLOUR, low=0.0, high=1.0, label=say("preliminary.no_statement", language)),
            *(
                Class(BLUES[place], low=low, high=high, label=_counted(low, high, language))
                for place, low, high in zip(chosen, lows, (*lows[1:], math.inf), strict=True)
            ),
        ),
    )
    areas = pra.assessment.district_damage["district"].astype(str)
    values = dict.fromkeys(areas, 0.0) | counts.astype(float).to_dict()
    return _picture(
        pra,
        values,
        classes,
        language,
        name="statements-map",
        title=say("preliminary.statement_map", language),
        shows="statements",
    )


def _counted(low: float, high: float, language: str) -> str:
    if math.isinf(high):
        return say("preliminary.statements_from", language, count=int(low))
    span = str(int(low)) if high == low + 1 else f"{int(low)}–{int(high) - 1}"
    return say("preliminary.statements_of", language, count=int(high) - 1, span=span)


def _picture(
    pra: ResilienceAssessment,
    values: dict[str, float],
    classes: Classes,
    language: str,
    *,
    name: str,
    title: str,
    shows: str,
    signs: dict[str, str] | None = None,
) -> dict[str, object] | None:
    svg = district_picture(
        pra.assessment.district_damage,
        values,
        classes,
        name=name,
        title=title,
        mark=mark_of(pra, (shows,), language),
        signs=signs,
    )
    if not svg:
        return None
    return {
        "title": title,
        "svg": svg,
        "legend": [
            (a_class.colour, a_class.no_data, label(a_class, classes, language))
            for a_class in classes.classes
        ],
        "lifted": (outline_sign(), say("preliminary.non_dominated", language)) if signs else None,
    }


def graph(pra: ResilienceAssessment, language: str) -> Markup:
    """Return the graph of stresses and shocks, arrows numbered as in `influence_sentences`."""
    city, table = pra.assessment.city, pra.influences
    names = shock_and_stress_names(city, language)
    kinds = {
        kind: {
            pressure.id: names[pressure.id] for pressure in city.pressures if pressure.kind == kind
        }
        for kind in ("stress", "shock")
    }
    edges = [
        Edge(
            str(row["stress"]),
            str(row["shock"]),
            str(place),
            "" if math.isnan(row["share"]) else percent(row["share"], language),
        )
        for place, row in enumerate(table.to_dict("records"), start=1)
    ]
    return influence_graph(
        kinds["stress"],
        kinds["shock"],
        edges,
        title=say("preliminary.graph", language),
        mark=mark_of(pra, ("influences",), language),
    )
