"""An assessment in a notebook: its figures as a table, its map, and its districts as a plot.

These functions are methods of `Assessment` and of `ResilienceAssessment`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

import jinja2
import numpy as np
import pandas as pd

from asset_inventory.assessment.resilience import ResilienceAssessment, priority_districts_of
from asset_inventory.assessment.run import Assessment
from asset_inventory.messages import LANGUAGE_NAMES, money, number, page_languages, say
from asset_inventory.model.tables import known_sum
from asset_inventory.outputs.views import figures as facts
from asset_inventory.outputs.views.city import exercise_titles
from asset_inventory.outputs.views.city_words import in_city_words
from asset_inventory.outputs.views.projection import terrain_of, today_terms
from asset_inventory.outputs.views.resilience import fictitious, share_fact
from asset_inventory.outputs.views.sentences import bounds_sentence
from asset_inventory.outputs.views.table_view import district_names, years
from asset_inventory.outputs.views.tables import has_money, parts_table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from asset_inventory.outputs.map.city_map import CityMap

Assessed = Assessment | ResilienceAssessment

FIRST = 5  # districts below the figures
_COLUMNS = ("district", "square", "assets", "exposed", "ead", "bounds")
HEIGHT = 640  # pixels


@in_city_words
def summary(assessed: Assessed, *, language: str | None = None) -> pd.DataFrame:
    """Return the main figures of an assessment, as they are read, a row a figure.

    The assets that are exposed, not exposed, without data and without usable geometry add up to all
    assets. Expected annual damage has its bounds and the number of assets that it rests on. The
    heading names the city, and fictitious training data. It is in `language`, else in the city's.

    Examples
    --------
    >>> import asset_inventory
    >>> from asset_inventory.cli.start import demo_city
    >>> assessment = asset_inventory.assess(demo_city(), subset="health")
    >>> assessment.summary(language="en").iloc[:9]
                                                Kota Semarang (FICTITIOUS DATA)
    Assets                                                                  100
    · exposed on at least one hazard map                                     45
    · not exposed                                                            55
    · no data                                                                 0
    · no usable geometry                                                      0
    Exposed to Tidal flooding (rob), 25 years                                14
    Exposed to Flood, 100 years                                              45
    Expected annual damage (EAD)                          Rp31.6 billion a year
    · interpolation bounds, all assets         Rp20.1 billion to Rp77.1 billion
    """
    assessment = _of(assessed)
    spoken = assessment.city.language_for(language)
    rows = list(_main_figures(assessed, facts.figures_of(assessment), spoken))
    names, texts = zip(*rows, strict=True)
    mark = f" ({say('map.exercise_mark', spoken)})" if _is_exercise(assessed) else ""
    return pd.DataFrame({f"{assessment.city.name}{mark}": texts}, index=list(names))


def explore(
    assessed: Assessed,
    hazard: str | None = None,
    return_period: float | None = None,
    *,
    language: str | None = None,
    height: int = HEIGHT,
) -> CityMap:
    """Return the interactive map of an assessment, a `folium.Map` that needs no network.

    A notebook shows it, `height` pixels high; folium's shapes and layers can be added to it, and
    `save` writes it to a file. It opens on the rarest map of a `hazard`, or on that of a
    `return_period`. Raises RequestError where the assessment has no such map, SourceError where the
    file of a hazard map cannot be read.

    Examples
    --------
    >>> import asset_inventory
    >>> from asset_inventory.cli.start import demo_city
    >>> assessment = asset_inventory.assess(demo_city(), subset="health")
    >>> drawn = assessment.explore("banjir", return_period=25)
    >>> drawn.save("map.html")  # doctest: +SKIP
    """
    from asset_inventory.outputs.map.city_map import city_map

    drawn = city_map(assessed, hazard=hazard, return_period=return_period, language=language)
    drawn.page.height = f"{height}px"
    return drawn


def plot(
    assessed: Assessed,
    by: str | None = None,
    *,
    ax: Axes | None = None,
    language: str | None = None,
) -> Axes:
    """Return matplotlib axes with the districts, coloured by a figure in classes, and its legend.

    `by` is "ead" (expected annual damage), "assets_exposed", "score", or of a resilience assessment
    "share" (of the simulations in the top ranks); by default what the map colours by. `ax` are axes
    to draw in, else a new figure has them. Raises RequestError for a figure that no district has.

    Examples
    --------
    >>> import asset_inventory
    >>> from asset_inventory.cli.start import demo_city
    >>> assessment = asset_inventory.assess(demo_city(), subset="health")
    >>> axes = assessment.plot("assets_exposed", language="en")
    >>> axes.get_legend().get_texts()[0].get_text()
    'no exposed assets known'
    """
    from asset_inventory.outputs.report.plots import district_plot

    spoken = _of(assessed).city.language_for(language)
    return district_plot(assessed, by=by, ax=ax, language=spoken)


@in_city_words
def as_html(assessed: Assessed) -> str:
    """Return what a notebook shows of an assessment: its figures and the districts with the highest
    damage, in the city's language, and folded in its others.
    """
    own = _of(assessed).city.language_for(None)
    languages = sorted(page_languages(), key=lambda language: language != own)
    return _page().render(parts=[_part(assessed, language) for language in languages])


def _of(assessed: Assessed) -> Assessment:
    return assessed.assessment if isinstance(assessed, ResilienceAssessment) else assessed


def _is_exercise(assessed: Assessed) -> bool:
    """Return whether something in an assessment is fictitious training data."""
    if isinstance(assessed, ResilienceAssessment):
        return bool(fictitious(assessed, assessed.assessment.city.language_for(None)))
    return bool(exercise_titles(assessed))


def _main_figures(
    assessed: Assessed, figures: facts.Figures, language: str
) -> Iterator[tuple[str, str]]:
    """Yield what each main figure is, and the figure as it is read."""
    assessment = _of(assessed)
    currency, counts = assessment.city.currency, facts.counts(figures)
    yield say("report.head.assets", language), number(counts["assets"], language)
    for state in ("exposed", "not_exposed", "no_data", "unusable"):
        key = "report.card.exposed" if state == "exposed" else f"map.class.{state}"
        yield f"· {say(key, language)}", number(counts[state], language)
    on_maps = facts.by_map(figures).to_dict("records")
    for place in facts.rarest_maps(figures).values():
        period = years(on_maps[place]["return_period"], language)
        yield (
            say("notebook.exposed_to", language, hazard=on_maps[place]["hazard"], map=period),
            number(on_maps[place]["exposed"], language),
        )
    yield from _money(assessment, figures, currency, language)
    yield say("notebook.districts", language), number(len(assessment.districts), language)
    if isinstance(assessed, ResilienceAssessment):
        yield from _priority(assessed, language)


def _money(
    assessment: Assessment, figures: facts.Figures, currency: str, language: str
) -> Iterator[tuple[str, str]]:
    """Yield the EAD, what is to be known about it, and the replacement value."""
    total, assets = facts.total_of(figures), len(figures.assets)
    if has_money(figures):
        ead = money(total["ead"], currency, language)
        ead = ead if np.isnan(total["ead"]) else say("notebook.a_year", language, ead=ead)
        known = {"part": assets - int(total["without_figure"]), "whole": assets}
        yield say("notebook.ead", language), ead
        yield f"· {say('notebook.bounds', language)}", bounds_sentence(total, currency, language)
        yield f"· {say('notebook.with_figure', language)}", say("map.of", language, **known)
        yield f"· {say('notebook.as_mapped', language)}", terrain_of(assessment, language)
    for term in today_terms(assessment):
        values = {name: term["values"][name] for name in ("hazard", "year")}
        ead = money(term["values"]["ead"]["money"], currency, language)
        more = term["word"] == "future.today_or_more"
        key = "notebook.a_year_or_more" if more else "notebook.a_year"
        yield f"· {say('notebook.today', language, **values)}", say(key, language, ead=ead)
    value = known_sum(figures.assets["value"])
    if not np.isnan(value):
        yield say("notebook.value", language), money(value, currency, language)


def _priority(pra: ResilienceAssessment, language: str) -> Iterator[tuple[str, str]]:
    """Yield the priority districts in their order, decided or proposed, with their shares."""
    priority = priority_districts_of(pra)
    chosen = "_chosen" if priority.chosen else ""
    names = district_names(pra.assessment.district_damage, language)
    for place, district in enumerate(priority.districts, start=1):
        heading = say(f"report.section.priority{chosen}", language)
        shares = "; ".join(share for _, share in share_fact(pra, str(district), language))
        name = names.get(str(district), str(district))
        yield f"{heading}: {place}", f"{name}, {shares}" if shares else name


# What a notebook shows


def _part(assessed: Assessed, language: str) -> dict[str, object]:
    """Return what fills the page in one language."""
    assessment = _of(assessed)
    figures = facts.figures_of(assessment)
    key = "preliminary.title" if isinstance(assessed, ResilienceAssessment) else "notebook.title"
    caption = "notebook.highest" if has_money(figures) else "notebook.most_exposed"
    return {
        "language": language,
        "name": LANGUAGE_NAMES.get(language, language),
        "title": say(key, language, city=assessment.city.name),
        "mark": say("map.exercise", language) if _is_exercise(assessed) else "",
        "figures": list(_main_figures(assessed, figures, language)),
        "caption": say(caption, language),
        "districts": _first_districts(assessment, figures, language),
    }


def _first_districts(
    assessment: Assessment, figures: facts.Figures, language: str
) -> tuple[list[str], list[list[str]]]:
    """Return headings and rows of the districts with the highest damage, or with most exposed
    assets.
    """
    view = parts_table(figures, "district", assessment, lambda by, part: "", language)
    columns = [column for column in view.columns if column.label in _COLUMNS]
    view = dataclasses.replace(view, columns=columns)
    rows = [[cell.text for cell in cells] for is_sum, cells in view.lines if not is_sum]
    return view.headings, rows[:FIRST]


# A notebook aligns all cells to the right.
_HTML = """
{% macro table(rows, caption="", headings=()) %}
<table>
{% if caption %}<caption style="text-align: left">{{ caption }}</caption>{% endif %}
{% if headings %}<thead><tr>{% for text in headings %}
<th scope="col" style="text-align: {{ "left" if loop.first else "right" }}">{{ text }}</th>
{% endfor %}</tr></thead>{% endif %}
<tbody>{% for row in rows %}
<tr><th scope="row" style="text-align: left; font-weight: normal">{{ row[0] }}</th>
{% for text in row[1:] %}<td style="text-align: right">{{ text }}</td>{% endfor %}</tr>
{% endfor %}</tbody>
</table>
{% endmacro %}
{% for part in parts %}
{% if not loop.first %}<details><summary lang="{{ part.language }}">{{ part.name }}</summary>{% endif %}
<div lang="{{ part.language }}">
<p><strong>{{ part.title }}</strong></p>
{% if part.mark %}<p><strong>{{ part.mark }}</strong></p>{% endif %}
{{ table(part.figures) }}
{{ table(part.districts[1], part.caption, part.districts[0]) }}
</div>
{% if not loop.first %}</details>{% endif %}
{% endfor %}"""


@lru_cache
def _page() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(_HTML)
