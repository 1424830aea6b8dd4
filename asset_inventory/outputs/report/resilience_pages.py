"""The content of the pages of a resilience assessment: the whole city, a district, a department."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from asset_inventory.assessment.resilience import ResilienceAssessment
from asset_inventory.assessment.survey_forms import SURVEY_FORMS
from asset_inventory.messages import number, say
from asset_inventory.outputs.report import pages
from asset_inventory.outputs.report.district_tables import (
    correlations_table,
    criteria_table,
    decisions_table,
    flood_table,
    format_flood_class,
    goalposts_table,
    loss_distribution_table,
    parent_floods_table,
    pareto_table,
    ranking_table,
    sensitivity_table,
)
from asset_inventory.outputs.report.people import (
    people_of_district,
    people_of_districts,
    people_tables,
    products_table,
)
from asset_inventory.outputs.report.resilience_figures import graph, share_map, statement_map
from asset_inventory.outputs.report.resilience_tables import (
    critical_table,
    drivers_table,
    matrix_table,
    perceived_table,
    programmes_table,
    ranks_table,
    statements_table,
)
from asset_inventory.outputs.views import resilience as wording
from asset_inventory.outputs.views.figures import Figures, data_of, part_named, total_of
from asset_inventory.outputs.views.naming import district_names
from asset_inventory.outputs.views.sentences import survey_next
from asset_inventory.outputs.views.table_view import TableView, translate
from asset_inventory.outputs.views.tables import data_table, parts_table, worst_table
from asset_inventory.resilience.ranking import unsure_non_dominated
from asset_inventory.risk.exposure import STATES

# fmt: off
OWN_METHODS = ("votes", "felt", "influence", "critical", "drivers", "scores", "shares", "front", "shifts",
               "correlations", "groups", "bnpb", "burden", "decisions")
# fmt: on
ALL_METHODS = (*(one for one in pages.METHODS if one != "focus"), *OWN_METHODS)


def resilience_page(
    preliminary: ResilienceAssessment, figures: Figures, place: pages.Place, language: str
) -> dict[str, object]:
    """Return what fills the page of the whole city."""
    assessment = preliminary.assessment
    return (
        pages.shared_content(assessment, place, language)
        | methods_content(preliminary, language)
        | {
            "title": say("preliminary.title", language, city=assessment.city.name),
            "exercise": ", ".join(wording.fictitious(preliminary, language)),
            "left_out": wording.omitted_sentence(preliminary, language),
            "found": wording.in_short(preliminary, language),
            "draws": simulation_note(preliminary, language),
            **_context(preliminary, figures, place, language),
            **_voices(preliminary, place, language),
            **_needs(preliminary, place, language),
            "people": _marked(
                people_tables(assessment, language), preliminary, ("assessment",), language
            ),
            **_critical(preliminary, figures, place, language),
            **_actions(preliminary, language),
            **_unknown(preliminary, figures, language),
            "sources": pages.source_sentences(assessment, language),
            "filled": _filled(preliminary, language),
            "district_pages": pages.listed(
                place.districts, district_names(assessment.focus_areas, language)
            ),
            "owner_pages": pages.listed(place.owners, {one: one for one in place.owners}),
        }
    )


def methods_content(preliminary: ResilienceAssessment, language: str) -> dict[str, object]:
    """Return the methods behind the figures and the number of the footnote of each."""
    settings = preliminary.assessment.city.resilience
    told = {
        "votes": {"fewest": settings.fewest_voters},
        "felt": {"costliest": settings.costliest},
        "scores": {"floor": settings.floor},
        "shares": {
            "draws": settings.draws,
            "top": settings.top,
            "firm": _percent(settings.firm, language),
            "likely": _percent(settings.likely, language),
            "weights": wording.format_weights(preliminary.assessment.city, language),
        },
        "front": {"criteria": wording.format_pareto(preliminary.assessment.city, language) or "–"},
        "shifts": {"step": _percent(settings.goalpost_step, language)},
    }
    own = [
        (one, say(f"preliminary.method.{one}", language, **told.get(one, {})))
        for one in OWN_METHODS
    ]
    general = [
        one
        for one in pages.method_sentences(preliminary.assessment, language)
        if one[0] in ALL_METHODS
    ]
    return {"methods": [*general, *own], "numbers": pages.footnotes("", ALL_METHODS)}


def simulation_note(preliminary: ResilienceAssessment, language: str) -> str:
    """Return what a draw is and the shares for firm and likely; "" where none is shown."""
    settings = preliminary.assessment.city.resilience
    if not preliminary.district_ranking["top_share"].notna().any():
        return ""
    return say(
        "preliminary.draws",
        language,
        firm=_percent(settings.firm, language),
        likely=_percent(settings.likely, language),
    )


def _percent(share: float, language: str) -> str:
    return f"{number(100 * share, language)} %"


def _marked(
    tables: Iterable[TableView | None],
    preliminary: ResilienceAssessment,
    shows: Iterable[str],
    language: str,
) -> list[TableView]:
    """Return the tables that exist, with a mark of exercise data in their captions."""
    return [
        marked(one, wording.mark_of(preliminary, shows, language))
        for one in tables
        if one is not None
    ]


def marked(table: TableView, mark: str) -> TableView:
    """Return a table with a mark behind its caption, as it is without one."""
    return replace(table, caption=f"{table.caption} – {mark}") if mark else table


def _context(
    preliminary: ResilienceAssessment, figures: Figures, place: pages.Place, language: str
) -> dict[str, object]:
    assessment = preliminary.assessment
    by = [one for one in ("asset_type", "owner") if figures.assets[one].notna().any()]
    data = data_of(assessment, figures)
    tables = [parts_table(figures, one, assessment, place.link, language) for one in by]
    tables += [data_table(data, language)] if len(data) else []
    return {
        "cards_list": pages.large_figures(assessment, figures, language),
        "picture": pages.ead_picture(assessment, language),
        "context": _marked(tables, preliminary, ("assessment",), language),
        "invented": wording.fictitious(preliminary, language),
    }


def _voices(
    preliminary: ResilienceAssessment, place: pages.Place, language: str
) -> dict[str, object]:
    """Return what people raised and ranked, beside what is measured, and what worsens what."""
    hidden = pages.money_hidden(preliminary.assessment)
    return {
        "statement_map": statement_map(preliminary, language),
        "statements": _marked(
            [statements_table(preliminary, place.link, language)],
            preliminary,
            ("statements",),
            language,
        ),
        "pressures": _marked(
            [perceived_table(preliminary, language, hidden=hidden)],
            preliminary,
            ("shocks_and_stresses",),
            language,
        ),
        "mismatches": wording.mismatches(preliminary, language),
        "graph": graph(preliminary, language),
        "matrix": _marked(
            [matrix_table(preliminary, language)], preliminary, ("influences",), language
        ),
        "influences": wording.influence_sentences(preliminary, language),
        "ahead": bool(preliminary.influences["share"].notna().any()),
        "ranks": _marked([ranks_table(preliminary, language)], preliminary, ("votes",), language),
        "groups_agree": wording.agreement_sentence(preliminary, language)
        if len(preliminary.group_ranks)
        else "",
        "groups_told": wording.group_sentences(preliminary, language),
        "felt": wording.perceived_first_sentence(preliminary, language),
    }


def _needs(
    preliminary: ResilienceAssessment, place: pages.Place, language: str
) -> dict[str, object]:
    """Return how the districts stand: Pareto set, shares, ranks, sensitivity, decisions."""
    link, shows = place.link, ("district_ranking",)
    return {
        "share_map": share_map(preliminary, language),
        "focus": wording.focus_area_sentence(preliminary, language),
        "standing": [
            *wording.unread_sentences(preliminary, language, "indicators"),
            *wording.ranking_sentences(preliminary, language),
            *wording.pareto_sentences(preliminary, language),
        ],
        "needs": _marked(
            [
                pareto_table(preliminary, link, language),
                ranking_table(preliminary, link, language),
                goalposts_table(preliminary, language),
                criteria_table(preliminary, link, language),
            ],
            preliminary,
            shows,
            language,
        ),
        "beside": [
            *_marked(
                [people_of_districts(preliminary, link, language)],
                preliminary,
                ("district_people",),
                language,
            ),
            *_marked(
                [flood_table(preliminary, language), parent_floods_table(preliminary, language)],
                preliminary,
                ("flood_classes",),
                language,
            ),
            *_marked(
                [products_table(preliminary, link, language)], preliminary, ("products",), language
            ),
            *_marked(
                [loss_distribution_table(preliminary, language)],
                preliminary,
                ("loss_distribution",),
                language,
            ),
        ],
        "holds": _marked(
            [correlations_table(preliminary, language), sensitivity_table(preliminary, language)],
            preliminary,
            shows,
            language,
        ),
        "decisions": _marked(
            [decisions_table(preliminary, link, language)], preliminary, ("decisions",), language
        ),
        "appendix": _marked(
            [ranking_table(preliminary, link, language, whole=True)], preliminary, shows, language
        ),
    }


def _critical(
    preliminary: ResilienceAssessment, figures: Figures, place: pages.Place, language: str
) -> dict[str, object]:
    """Return the critical assets, or the worst ones where criticality is not known."""
    assessment = preliminary.assessment
    table = critical_table(preliminary, figures, place.link, language)
    first = table or worst_table(figures, assessment, language, most=10)
    return {
        "critical": _marked(
            [first] if len(first.rows) else [], preliminary, ("assessment",), language
        ),
        "criticality_known": table is not None,
    }


def _actions(preliminary: ResilienceAssessment, language: str) -> dict[str, object]:
    tables = [programmes_table(preliminary, language), drivers_table(preliminary, language)]
    return {
        "actions": _marked(tables, preliminary, ("programmes",), language),
        "acted": wording.programme_sentence(preliminary, language),
        "gaps": wording.gap_sentences(preliminary, language),
    }


def _unknown(
    preliminary: ResilienceAssessment, figures: Figures, language: str
) -> dict[str, object]:
    """Return what is not known, what to survey next, and internal findings on tables."""
    assessment = preliminary.assessment
    found = pages.findings_content(replace(assessment, findings=preliminary.findings), language)
    inside = assessment.audience == "internal"
    survey = (
        survey_next(assessment, figures, data_of(assessment, figures), language) if inside else []
    )
    return {
        "unknown": wording.unknown_sentences(preliminary, language),
        "survey": [*wording.survey_sentences(preliminary, language), *survey],
        **(found if inside else {"findings": [], "more_findings": 0}),
    }


def _filled(preliminary: ResilienceAssessment, language: str) -> list[tuple[str, str, str]]:
    """Return the filled-in tables: what each holds, its source, and its exercise mark."""
    declared = {
        name: getattr(preliminary.assessment.city.resilience, name) for name in SURVEY_FORMS
    }
    mark = say("map.exercise_mark", language)
    return [
        (say(f"form.{name}", language), one.source, mark if one.exercise else "")
        for name, one in declared.items()
        if one is not None and one.source
    ]


def resilience_part_page(
    preliminary: ResilienceAssessment,
    whole: Figures,
    kind: str,
    part: str,
    place: pages.Place,
    language: str,
) -> dict[str, object]:
    """Return what fills the page of a district or a department (`kind` "district" or "owner") with
    its assessment.

    The rank that it tells is that of the preliminary assessment: the plain one, by other rules, is
    not told beside it.
    """
    assessment = preliminary.assessment
    unranked = replace(assessment, focus_areas=assessment.focus_areas.assign(rank=np.nan))
    content = pages.part_page(unranked, whole, kind, part, place, language)
    own = (
        _district(preliminary, part, place, language)
        if kind == "district"
        else _department(preliminary, whole, part, place, language)
    )
    names = district_names(assessment.focus_areas, language) if kind == "district" else {}
    mark = wording.mark_of(preliminary, ("assessment",), language)
    return (
        _all_marked(content, mark)
        | methods_content(preliminary, language)
        | own
        | {
            "title": say(
                "preliminary.part_title",
                language,
                part=names.get(part, part),
                city=assessment.city.name,
            ),
            "exercise": ", ".join(wording.fictitious(preliminary, language)),
            "left_out": wording.omitted_sentence(preliminary, language),
            "draws": simulation_note(preliminary, language) if kind == "district" else "",
        }
    )


def _all_marked(content: Mapping[str, object], mark: str) -> dict[str, object]:
    """Return a page's content with every table marked, also in lists and parts."""

    def made(one: object) -> object:
        if isinstance(one, TableView):
            return marked(one, mark)
        if isinstance(one, list):
            return [made(inner) for inner in one]
        return (
            one | {"table": made(one["table"])} if isinstance(one, dict) and "table" in one else one
        )

    return {name: made(one) for name, one in content.items()}


def _district(
    preliminary: ResilienceAssessment, part: str, place: pages.Place, language: str
) -> dict[str, object]:
    actions = preliminary.programmes
    here = actions[np.array([part in several for several in actions["districts"]], dtype=bool)]
    tables = (
        (criteria_table(preliminary, place.link, language, district=part), "district_ranking"),
        (people_of_district(preliminary, part, language), "district_people"),
        (flood_table(preliminary, language, district=part), "flood_classes"),
        (statements_table(preliminary, place.link, language, district=part), "statements"),
        (programmes_table(preliminary, language, actions=here), "programmes"),
        (decisions_table(preliminary, place.link, language, district=part), "decisions"),
    )
    said = [
        *wording.unread_sentences(preliminary, language, "indicators"),
        *_standing(preliminary, part, language),
        *format_flood_class(preliminary, part, language),
    ]
    for form, name in (
        ("statements", "statements"),
        ("actions", "programmes"),
        ("decisions", "decisions"),
    ):
        if not any(view is not None and view.name == name for view, _ in tables):
            said += wording.unread_sentences(preliminary, language, form) or [
                say(f"preliminary.here.none.{name}", language)
            ]
    return {"assessed": said, "tables": _told(preliminary, tables, language)}


def _told(
    preliminary: ResilienceAssessment,
    tables: tuple[tuple[TableView | None, str], ...],
    language: str,
) -> list[TableView]:
    return [
        marked(one, wording.mark_of(preliminary, (shows,), language))
        for one, shows in tables
        if one is not None
    ]


def _standing(preliminary: ResilienceAssessment, part: str, language: str) -> list[str]:
    """Return a district's rank, score and share, and whether any district dominates it."""
    city, table = preliminary.assessment.city, preliminary.district_ranking
    settings = city.resilience
    rows = table[(table["district"].astype(str) == part).to_numpy()].to_dict("records")
    if not rows or math.isnan(rows[0]["rank"]):
        return [say("preliminary.here.no_standing", language)]
    row, names = rows[0], district_names(preliminary.assessment.focus_areas, language)
    told = {
        "district": names[part],
        "count": settings.top,
        "draws": settings.draws,
        "share": wording.format_probability(row["top_share"], language),
    }
    said = [
        say(
            "preliminary.here.rank",
            language,
            rank=row["rank"],
            districts=int(table["rank"].notna().sum()),
            linear=row["linear_rank"],
        )
    ]
    if row["top_share"] > 0:
        robustness = translate("preliminary.robustness.", row["robustness"], language)
        said.append(say("preliminary.among", language, robustness=robustness, **told))
    else:
        said.append(say("preliminary.here.never", language, **told))
    if row["non_dominated"]:
        said.append(
            say(
                "preliminary.here.non_dominated",
                language,
                criteria=wording.format_pareto(city, language),
            )
        )
        unsure = unsure_non_dominated(table, preliminary.criteria, settings.criteria)
        return [*said, say("preliminary.here.front_unsure", language)] if part in unsure else said
    if row["dominated_by"]:
        by = wording.named(
            wording.dominating_districts(row["dominating_districts"]),
            names,
            language,
            whole=int(row["dominated_by"]),
        )
        said.append(
            say(
                "preliminary.here.beaten",
                language,
                by=by,
                criteria=wording.format_pareto(city, language),
            )
        )
    return said


def _department(
    preliminary: ResilienceAssessment, whole: Figures, part: str, place: pages.Place, language: str
) -> dict[str, object]:
    """Return the actions of a department, and which decisions wait where it has exposed assets."""
    actions = preliminary.programmes
    own = actions[
        (actions["owner"].astype("str").str.casefold() == part.casefold()).to_numpy(dtype=bool)
    ]
    figures = part_named(whole, "owner", part)
    exposed = figures.assets[(figures.assets["state"] == STATES.index("exposed")).to_numpy()]
    mine = wording.waiting(preliminary)
    mine = mine[mine["district"].astype(str).isin(set(exposed["district"])).to_numpy()]
    names = district_names(preliminary.assessment.focus_areas, language)
    said = [
        say(
            "preliminary.here.waiting" if len(mine) else "preliminary.here.nothing_waits",
            language,
            count=len(mine),
            districts=wording.named(mine["district"], names, language),
        )
    ]
    if not len(own):
        said += wording.unread_sentences(preliminary, language, "actions") or [
            say("preliminary.here.no_own_actions", language)
        ]
    ead = total_of(figures)["ead"]
    city_ead = total_of(whole)["ead"]
    if ead > 0 and city_ead > 0:
        said.append(
            say(
                "preliminary.here.of_city",
                language,
                share=wording.format_share(ead / city_ead, language),
            )
        )
    tables = ((programmes_table(preliminary, language, actions=own), "programmes"),)
    return {"assessed": said, "tables": _told(preliminary, tables, language)}
