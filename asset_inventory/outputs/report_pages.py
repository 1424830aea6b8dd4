"""What stands on each page of a report: of the whole city, its two-page summary, a district and a department."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from markupsafe import Markup

from asset_inventory.outputs.coming import coming, return_periods, sources
from asset_inventory.outputs.frames import as_svg
from asset_inventory.outputs.naming import district_names
from asset_inventory.outputs.page_data import exercise_titles
from asset_inventory.outputs.plots import ead_plot, exceedance_plot, exposure_plot
from asset_inventory.outputs.report_areas import focus_cards
from asset_inventory.outputs.report_figures import Figures, data_of, part_of, rows_by
from asset_inventory.outputs.report_maps import district_map, legend, where_in_city
from asset_inventory.outputs.report_people import people_tables
from asset_inventory.outputs.report_sentences import (
    part_sentences,
    survey_next,
    ten_sentences,
)
from asset_inventory.outputs.report_shared import (
    Place,
    ead_picture,
    findings_content,
    footnotes,
    large_figures,
    listed,
    methods_said,
    money_hidden,
    prices_said,
    shared_content,
    sources_said,
)
from asset_inventory.outputs.report_stresses import stress_tables
from asset_inventory.outputs.report_tables import (
    Printed,
    data_table,
    future_table,
    has_money,
    ledger_table,
    maps_table,
    parts_table,
    worst_table,
)
from asset_inventory.outputs.sums_told import both_tables
from asset_inventory.risk.joint import is_known
from asset_inventory.words import number, say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from asset_inventory.assessment import Assessment

MOST_TYPES = 14
TERMS = ("hazard", "shock", "stress", "exposed", "unknown", "return_period", "damage", "damage_curve", "ead", "bounds",
         "focus_area", "finding")  # fmt: skip


def city_page(
    assessment: Assessment, figures: Figures, place: Place, audience: str, language: str
) -> dict[str, object]:
    """Return what fills the page of the whole city."""
    city, areas, hidden = assessment.city, assessment.focus_areas, money_hidden(assessment, audience)
    data = data_of(assessment, figures)
    by = [column for column in ("asset_type", "owner", "district") if figures.assets[column].notna().any()]
    without = int((areas["assets"] == 0).sum()) if city.districts else 0
    by_damage = is_known(assessment.joint, assessment.exposure, assessment.ead)
    return shared_content(assessment, place, audience, language) | {
        "title": say("report.title", language, city=city.name),
        "found": ten_sentences(assessment, figures, language, hidden=hidden),
        "cards_list": large_figures(assessment, figures, language),
        "picture": ead_picture(assessment, language),
        "maps": _maps(assessment, figures, language),
        "hazards": _hazards(assessment, language),
        "future": _future(assessment, figures, language, hidden=hidden),
        "parts": [parts_table(figures, column, assessment, place.link, language) for column in by],
        "stresses": stress_tables(figures, assessment, by, place.link, language, hidden=hidden),
        "people": people_tables(assessment, audience, language),
        "empty_districts": say("report.empty_districts", language, count=without) if without else "",
        "plots": _plots(assessment, figures, language),
        **both_tables(assessment, language),
        "areas": focus_cards(assessment, figures, place.link, language),
        "ranked_by": "report.ranked_by" if by_damage or areas["score"].notna().any() else "report.ranked_by_exposed",
        "legend": legend(language),
        "survey": survey_next(assessment, figures, data, language) if audience == "internal" else [],
        "data": data_table(data, language) if len(data) else None,
        **findings_content(assessment, audience, language),
        "methods": methods_said(assessment, language),
        "sources": sources_said(assessment, language),
        "prices": prices_said(city, language),
        "terms": [(say(f"report.term.{one}", language), say(f"report.term.{one}.about", language)) for one in TERMS],
        "ledger": ledger_table(figures, language) if figures.maps else None,
        "district_pages": listed(place.districts, district_names(areas, language)),
        "districts": city.districts is not None,
        "owner_pages": listed(place.owners, {one: one for one in place.owners}),
    }  # fmt: skip


def summary_page(
    assessment: Assessment, figures: Figures, place: Place, audience: str, language: str
) -> dict[str, object]:
    """Return what fills the two pages for whoever reads no more than two."""
    types = parts_table(figures, "asset_type", assessment, place.link, language)
    data, picture = data_of(assessment, figures), ead_picture(assessment, language)
    hidden = money_hidden(assessment, audience)
    return shared_content(assessment, place, audience, language) | {
        "title": say("report.summary_title", language, city=assessment.city.name),
        "found": ten_sentences(assessment, figures, language, hidden=hidden),
        "cards_list": large_figures(assessment, figures, language),
        "picture": picture,
        "areas": focus_cards(assessment, figures, place.link, language)[:3],
        "legend": legend(language),
        "maps": _maps(assessment, figures, language),
        "types": types if picture is None and len(types.rows) <= MOST_TYPES else None,  # there is room for one of both
        "survey": survey_next(assessment, figures, data, language)[:4] if audience == "internal" else [],
        "numbers": footnotes(place.report),
    }  # fmt: skip


def part_page(
    assessment: Assessment, whole: Figures, kind: str, part: str, place: Place, audience: str, language: str
) -> dict[str, object]:
    """Return what fills the page of a district or of a department (`kind` "district" or "owner")."""
    rows = rows_by(whole, kind).get(part, [])
    figures, city, areas = part_of(whole, rows), assessment.city, assessment.focus_areas
    name = district_names(areas, language).get(part, part) if kind == "district" else part
    data = data_of(assessment, figures)
    is_there = bool(len(figures.assets))
    other = "owner" if kind == "district" else "district"
    by = [column for column in ("asset_type", other) if is_there and figures.assets[column].notna().any()]
    area = areas[areas["district"].astype(str) == part].iloc[0] if kind == "district" else None
    mark = say("map.exercise_mark", language) if exercise_titles(assessment) else None
    drawn = {"locator": "", "map": ""}
    if kind == "district":
        drawn = {"locator": where_in_city(areas, part, say("report.where", language,
                 district=name)), "map": district_map(areas, part, assessment.assets.geometry.to_numpy(), figures,
                 title=say("report.map_of", language, district=name), mark=mark, language=language)}  # fmt: skip
    return shared_content(assessment, place, audience, language) | drawn | {
        "title": say("report.part_title", language, part=name, city=city.name),
        "legend": legend(language),
        "found": part_sentences(assessment, figures, whole, language, area=area,
                                hidden=money_hidden(assessment, audience)),
        "parts": [parts_table(figures, column, assessment, place.link, language) for column in by],
        "maps": _maps(assessment, figures, language) if is_there else None,
        "stresses": stress_tables(figures, assessment, by, place.link, language,
                                  hidden=money_hidden(assessment, audience)),
        "future": _future(assessment, figures, language, hidden=money_hidden(assessment, audience)),
        "worst": worst_table(figures, assessment, language, by=kind) if is_there else None,
        "people": people_tables(assessment, audience, language, district=part) if kind == "district" else [],
        "data": data_table(data, language) if len(data) else None,
        "survey": survey_next(assessment, figures, data, language) if is_there and audience == "internal" else [],
        "methods": methods_said(assessment, language),
    }  # fmt: skip


def _maps(assessment: Assessment, figures: Figures, language: str) -> Printed | None:
    kinds = {hazard.name: hazard.kind for hazard in assessment.city.hazards}
    return maps_table(figures, kinds, assessment.city.currency, language) if figures.maps else None


def _future(
    assessment: Assessment, figures: Figures, language: str, *, hidden: bool
) -> dict[str, object] | None:
    """Return what is to come of these assets: sentences, a table, how often water then comes; None where nothing is."""
    rows = figures.assets["row"].to_numpy()
    said = [] if hidden else coming(assessment, language, rows=rows)
    if not said:
        return None
    return {
        "said": said,
        "table": future_table(assessment, rows, language),
        "often": return_periods(assessment, language),
        "sources": sources(assessment.city.future, language),
    }


def _hazards(assessment: Assessment, language: str) -> list[str]:
    """Return of each hazard what its maps tell, from when on an asset counts as exposed, and whose they are."""
    said = []
    for hazard in assessment.city.hazards:
        unit = hazard.intensity.unit
        least = hazard.exposed_from
        key = "report.hazard_from" if least else "report.hazard_any"
        said.append(say(key, language, hazard=hazard.name, measure=hazard.intensity.measure, unit=unit,
                        least=number(least or 0.0, language), source=hazard.source.title,
                        licence=hazard.source.licence))  # fmt: skip
    return said


def _plots(assessment: Assessment, figures: Figures, language: str) -> list[tuple[str, Markup]]:
    """Return the still figures, each with what it is."""
    shocks = {hazard.name for hazard in assessment.city.hazards if hazard.kind == "shock"}
    priced = shocks & set(assessment.ead["hazard"].astype(str))
    hazards = list(dict.fromkeys(hazard for hazard, _ in figures.maps))
    drawn: list[tuple[str, Markup]] = []
    for hazard in hazards:
        if hazard in priced:
            drawn.append(_svg(exceedance_plot(assessment, hazard, language=language), len(drawn)))
    if has_money(figures) and figures.assets["ead"].notna().any():
        drawn += [_svg(ead_plot(assessment, by=by, language=language), len(drawn) + place)
                  for place, by in enumerate(("asset_type", "district"))]  # fmt: skip
    for hazard in hazards:
        drawn.append(_svg(exposure_plot(assessment, hazard, language=language), len(drawn)))
    return drawn


def _svg(figure: Figure, place: int) -> tuple[str, Markup]:
    """Return a figure's title and the figure, its ids made its own so that several stand in one page."""
    text = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>f{place}-", as_svg(figure))
    title = figure.get_suptitle().replace("\n", " ").replace(r"\$", "$")
    # letters are drawn as shapes: whoever does not see them hears the title
    text = text.replace("<svg ", f'<svg role="img" aria-label="{html.escape(title)}" ', 1)
    return title, Markup(text)  # noqa: S704
