"""What stands on the pages of the preliminary resilience assessment: of the whole city, a district, a department."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from asset_inventory.outputs.naming import district_names
from asset_inventory.outputs.preliminary.criteria_tables import (
    correlations_table,
    criteria_table,
    goalposts_table,
    shifts_table,
)
from asset_inventory.outputs.preliminary.drawn import graph, share_map, statement_map
from asset_inventory.outputs.preliminary.people_tables import people_of_districts, products_table
from asset_inventory.outputs.preliminary.sentences import (
    acted_said,
    agreement_said,
    felt_first_said,
    focus_said,
    front_sentences,
    gap_sentences,
    groups_told,
    in_short,
    influence_sentences,
    mismatches,
    standing_sentences,
    survey_sentences,
    unknown_sentences,
)
from asset_inventory.outputs.preliminary.standing_tables import (
    burdens_table,
    decisions_table,
    flood_table,
    front_table,
    parent_floods_table,
    standings_table,
)
from asset_inventory.outputs.preliminary.tables import (
    actions_table,
    critical_table,
    drivers_table,
    felt_table,
    matrix_table,
    ranks_table,
    statements_table,
)
from asset_inventory.outputs.preliminary.terms import (
    front_said,
    invented,
    left_out_said,
    mark_of,
    unread_said,
    weights_said,
)
from asset_inventory.outputs.report_figures import Figures, data_of
from asset_inventory.outputs.report_people import people_tables
from asset_inventory.outputs.report_sentences import survey_next
from asset_inventory.outputs.report_shared import (
    METHODS,
    Place,
    ead_picture,
    findings_content,
    footnotes,
    large_figures,
    listed,
    methods_said,
    money_hidden,
    shared_content,
    sources_said,
)
from asset_inventory.outputs.report_tables import Printed, data_table, parts_table, worst_table
from asset_inventory.preliminary.forms import FILLED
from asset_inventory.words import number, say

if TYPE_CHECKING:
    from asset_inventory.preliminary import PreliminaryAssessment

OWN_METHODS = ("votes", "felt", "influence", "critical", "drivers", "scores", "shares", "front", "shifts",
               "correlations", "groups", "bnpb", "burden", "decisions")  # fmt: skip
ALL_METHODS = (*(one for one in METHODS if one != "focus"), *OWN_METHODS)


def preliminary_page(
    preliminary: PreliminaryAssessment, figures: Figures, place: Place, audience: str, language: str
) -> dict[str, object]:
    """Return what fills the page of the whole city."""
    assessment = preliminary.assessment
    return shared_content(assessment, place, audience, language) | methods_content(preliminary, language) | {
        "title": say("preliminary.title", language, city=assessment.city.name),
        "exercise": ", ".join(invented(preliminary, language)),
        "left_out": left_out_said(preliminary, language),
        "found": in_short(preliminary, language),
        "draws": draws_explained(preliminary, language),
        **_context(preliminary, figures, place, language),
        **_voices(preliminary, place, audience, language),
        **_needs(preliminary, place, language),
        "people": _marked(people_tables(assessment, audience, language), preliminary, ("assessment",), language),
        **_critical(preliminary, figures, place, language),
        **_actions(preliminary, language),
        **_unknown(preliminary, figures, audience, language),
        "sources": sources_said(assessment, language), "filled": _filled(preliminary, language),
        "district_pages": listed(place.districts, district_names(assessment.focus_areas, language)),
        "owner_pages": listed(place.owners, {one: one for one in place.owners}),
    }  # fmt: skip


def methods_content(preliminary: PreliminaryAssessment, language: str) -> dict[str, object]:
    """Return the methods behind the figures and the number of the footnote of each."""
    settings = preliminary.assessment.city.resilience
    told = {
        "votes": {"fewest": settings.fewest_voters}, "felt": {"costliest": settings.costliest},
        "scores": {"floor": settings.floor},
        "shares": {"draws": settings.draws, "top": settings.top, "firm": _percent(settings.firm, language),
                   "likely": _percent(settings.likely, language),
                   "weights": weights_said(preliminary.assessment.city, language)},
        "front": {"criteria": front_said(preliminary.assessment.city, language) or "–"},
        "shifts": {"step": _percent(settings.goalpost_step, language)},
    }  # fmt: skip
    own = [(one, say(f"preliminary.method.{one}", language, **told.get(one, {}))) for one in OWN_METHODS]
    general = [one for one in methods_said(preliminary.assessment, language) if one[0] in ALL_METHODS]
    return {"methods": [*general, *own], "numbers": footnotes("", ALL_METHODS)}


def draws_explained(preliminary: PreliminaryAssessment, language: str) -> str:
    """Return what a draw is and from which share of them on a rank is called firm or likely; "" where none is told."""
    settings = preliminary.assessment.city.resilience
    if not preliminary.standings["top_share"].notna().any():
        return ""
    return say("preliminary.draws", language, firm=_percent(settings.firm, language),
               likely=_percent(settings.likely, language))  # fmt: skip


def _percent(share: float, language: str) -> str:
    return f"{number(100 * share, language)} %"


def _marked(
    tables: Iterable[Printed | None], preliminary: PreliminaryAssessment, shows: Iterable[str], language: str
) -> list[Printed]:
    """Return the tables that are there, what is exercise data in them called so in their captions."""
    return [marked(one, mark_of(preliminary, shows, language)) for one in tables if one is not None]


def marked(table: Printed, mark: str) -> Printed:
    """Return a table with a mark behind its caption, as it is without one."""
    return replace(table, caption=f"{table.caption} – {mark}") if mark else table


def _context(preliminary: PreliminaryAssessment, figures: Figures, place: Place, language: str) -> dict[str, object]:
    assessment = preliminary.assessment
    by = [one for one in ("asset_type", "owner") if figures.assets[one].notna().any()]
    data = data_of(assessment, figures)
    tables = [parts_table(figures, one, assessment, place.link, language) for one in by]
    tables += [data_table(data, language)] if len(data) else []
    return {
        "cards_list": large_figures(assessment, figures, language),
        "picture": ead_picture(assessment, language),
        "context": _marked(tables, preliminary, ("assessment",), language),
        "invented": invented(preliminary, language),
    }


def _voices(preliminary: PreliminaryAssessment, place: Place, audience: str, language: str) -> dict[str, object]:
    """Return what people raised and ranked, beside what is measured, and what worsens what."""
    hidden = money_hidden(preliminary.assessment, audience)
    return {
        "statement_map": statement_map(preliminary, language),
        "statements": _marked([statements_table(preliminary, place.link, language)], preliminary, ("statements",),
                              language),
        "pressures": _marked([felt_table(preliminary, language, hidden=hidden)], preliminary, ("pressures",), language),
        "mismatches": mismatches(preliminary, language),
        "graph": graph(preliminary, language),
        "matrix": _marked([matrix_table(preliminary, language)], preliminary, ("influences",), language),
        "influences": influence_sentences(preliminary, language),
        "ahead": bool(preliminary.influences["share"].notna().any()),
        "ranks": _marked([ranks_table(preliminary, language)], preliminary, ("votes",), language),
        "groups_agree": agreement_said(preliminary, language) if len(preliminary.group_ranks) else "",
        "groups_told": groups_told(preliminary, language),
        "felt": felt_first_said(preliminary, language),
    }  # fmt: skip


def _needs(preliminary: PreliminaryAssessment, place: Place, language: str) -> dict[str, object]:
    """Return how the districts stand: front, shares, ranks, what these hang on, and what people decided."""
    link, shows = place.link, ("standings",)
    return {
        "share_map": share_map(preliminary, language),
        "focus": focus_said(preliminary, language),
        "standing": [*unread_said(preliminary, language, "indicators"), *standing_sentences(preliminary, language),
                     *front_sentences(preliminary, language)],
        "needs": _marked([front_table(preliminary, link, language), standings_table(preliminary, link, language),
                          goalposts_table(preliminary, language), criteria_table(preliminary, link, language)],
                         preliminary, shows, language),
        "beside": [
            *_marked([people_of_districts(preliminary, link, language)], preliminary, ("district_people",), language),
            *_marked([flood_table(preliminary, language), parent_floods_table(preliminary, language)], preliminary,
                     ("flood_classes",), language),
            *_marked([products_table(preliminary, link, language)], preliminary, ("products",), language),
            *_marked([burdens_table(preliminary, language)], preliminary, ("burdens",), language),
        ],
        "holds": _marked([correlations_table(preliminary, language), shifts_table(preliminary, language)],
                         preliminary, shows, language),
        "decisions": _marked([decisions_table(preliminary, link, language)], preliminary, ("decisions",), language),
        "appendix": _marked([standings_table(preliminary, link, language, whole=True)], preliminary, shows, language),
    }  # fmt: skip


def _critical(preliminary: PreliminaryAssessment, figures: Figures, place: Place, language: str) -> dict[str, object]:
    """Return the critical assets; where no criticality is known, those to look at first, and that it is not known."""
    assessment = preliminary.assessment
    table = critical_table(preliminary, figures, place.link, language)
    first = table or worst_table(figures, assessment, language, most=10)
    return {"critical": _marked([first] if first.rows else [], preliminary, ("assessment",), language),
            "criticality_known": table is not None}  # fmt: skip


def _actions(preliminary: PreliminaryAssessment, language: str) -> dict[str, object]:
    tables = [actions_table(preliminary, language), drivers_table(preliminary, language)]
    return {"actions": _marked(tables, preliminary, ("actions",), language),
            "acted": acted_said(preliminary, language), "gaps": gap_sentences(preliminary, language)}  # fmt: skip


def _unknown(preliminary: PreliminaryAssessment, figures: Figures, audience: str, language: str) -> dict[str, object]:
    """Return what is not known, what to survey next, and for the inside what is to be mended in the tables."""
    assessment = preliminary.assessment
    found = findings_content(replace(assessment, findings=preliminary.findings), audience, language)
    inside = audience == "internal"
    survey = survey_next(assessment, figures, data_of(assessment, figures), language) if inside else []
    return {
        "unknown": unknown_sentences(preliminary, language),
        "survey": [*survey_sentences(preliminary, language), *survey],
        **(found if inside else {"findings": [], "more_findings": 0}),
    }


def _filled(preliminary: PreliminaryAssessment, language: str) -> list[tuple[str, str, str]]:
    """Return the tables that people filled in: what each holds, whose it is, and the mark of an exercise."""
    declared = {name: getattr(preliminary.assessment.city.resilience, name) for name in FILLED}
    mark = say("map.exercise_mark", language)
    return [(say(f"form.{name}", language), one.source, mark if one.exercise else "")
            for name, one in declared.items() if one is not None and one.source]  # fmt: skip
