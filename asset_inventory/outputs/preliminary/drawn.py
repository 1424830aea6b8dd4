"""The pictures of the preliminary resilience assessment with titles and legends: shares, statements, the graph."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup

from asset_inventory.outputs.preliminary.pictures import Edge, district_picture, influence_graph, outline_sign
from asset_inventory.outputs.preliminary.terms import mark_of, pressure_names, share_said
from asset_inventory.outputs.style import BLUES, NONE_COLOUR, ORRD, UNKNOWN_COLOUR, Class, Classes, even_breaks, label
from asset_inventory.words import say

if TYPE_CHECKING:
    from asset_inventory.preliminary import PreliminaryAssessment

_NEVER, _NEXT, _HARDLY = 0.0, math.nextafter(0.0, 1.0), 0.01  # below the last it is printed as «<1 %»


def share_map(preliminary: PreliminaryAssessment, language: str) -> dict[str, object] | None:
    """Return the districts by how often they are among the first, the front lifted out with its ranks; None without."""
    settings, table = preliminary.assessment.city.resilience, preliminary.standings
    if not len(table):
        return None
    told = {"firm": share_said(settings.firm, language), "likely": share_said(settings.likely, language)}
    words = [say(f"preliminary.share_class.{one}", language, **told)
             for one in ("never", "hardly", "contested", "likely", "firm", "unknown")]  # fmt: skip
    lows = (_NEVER, _NEXT, _HARDLY, settings.likely, settings.firm)
    colours = (NONE_COLOUR, *(ORRD[place] for place in (0, 1, 2, 4)))
    ranges = zip(colours, lows, (*lows[1:], math.inf), words[:-1], strict=True)
    classes = Classes("map.score", (
        *(Class(colour, low=low, high=high, label=word) for colour, low, high, word in ranges),
        Class(UNKNOWN_COLOUR, label=words[-1], unknown=True)))  # fmt: skip
    ids = table["district"].astype(str)
    front = table["on_front"].to_numpy(dtype=bool)
    ranks = {one: "?" if math.isnan(rank) else str(int(rank))
             for one, rank in zip(ids[front], table["rank"][front], strict=True)}  # fmt: skip
    title = say("preliminary.share_map", language, count=settings.top, draws=settings.draws)
    return _picture(preliminary, dict(zip(ids, table["top_share"], strict=True)), classes, language, name="shares",
                    title=title, shows="standings", signs=ranks)  # fmt: skip


def statement_map(preliminary: PreliminaryAssessment, language: str) -> dict[str, object] | None:
    """Return the districts by how many statements speak of them; None where none does."""
    counts = preliminary.statements["district"].dropna().astype(str).value_counts()
    if not len(counts):
        return None
    breaks = even_breaks(counts, above=0.0, count=len(BLUES))
    lows = tuple(np.unique([1.0, *np.ceil(breaks)]))
    chosen = np.round(np.linspace(0, len(BLUES) - 1, len(lows))).astype(int) if len(lows) > 1 else [3]
    classes = Classes("map.assets", (
        Class(NONE_COLOUR, low=0.0, high=1.0, label=say("preliminary.no_statement", language)),
        *(Class(BLUES[place], low=low, high=high, label=_counted(low, high, language))
          for place, low, high in zip(chosen, lows, (*lows[1:], math.inf), strict=True))))  # fmt: skip
    areas = preliminary.assessment.focus_areas["district"].astype(str)
    values = dict.fromkeys(areas, 0.0) | counts.astype(float).to_dict()
    return _picture(preliminary, values, classes, language, name="statements-map",
                    title=say("preliminary.statement_map", language), shows="statements")  # fmt: skip


def _counted(low: float, high: float, language: str) -> str:
    if math.isinf(high):
        return say("preliminary.statements_from", language, count=int(low))
    span = str(int(low)) if high == low + 1 else f"{int(low)}–{int(high) - 1}"
    return say("preliminary.statements_of", language, count=int(high) - 1, span=span)


def _picture(
    preliminary: PreliminaryAssessment, values: dict[str, float], classes: Classes, language: str, *, name: str,
    title: str, shows: str, signs: dict[str, str] | None = None,
) -> dict[str, object] | None:  # fmt: skip
    svg = district_picture(preliminary.assessment.focus_areas, values, classes, name=name, title=title,
                           mark=mark_of(preliminary, (shows,), language), signs=signs)  # fmt: skip
    if not svg:
        return None
    return {"title": title, "svg": svg,
            "legend": [(one.colour, one.unknown, label(one, classes, language)) for one in classes.classes],
            "lifted": (outline_sign(), say("preliminary.on_front", language)) if signs else None}  # fmt: skip


def graph(preliminary: PreliminaryAssessment, language: str) -> Markup:
    """Return the graph of which stress worsens which shock, its arrows numbered as `influence_sentences` are."""
    city, table = preliminary.assessment.city, preliminary.influences
    names = pressure_names(city, language)
    kinds = {kind: {one.id: names[one.id] for one in city.pressures if one.kind == kind}
             for kind in ("stress", "shock")}  # fmt: skip
    edges = [
        Edge(str(row["stress"]), str(row["shock"]), str(place),
             "" if math.isnan(row["share"]) else share_said(row["share"], language))
        for place, row in enumerate(table.to_dict("records"), start=1)
    ]  # fmt: skip
    return influence_graph(kinds["stress"], kinds["shock"], edges, title=say("preliminary.graph", language),
                           mark=mark_of(preliminary, ("influences",), language))  # fmt: skip
