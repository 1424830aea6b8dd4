"""The content of the pages of a resilience assessment: the whole city, a district, a department."""

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from asset_inventory.assessment.resilience import ResilienceAssessment
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
from asset_inventory.outputs.views.sentences import survey_next
from asset_inventory.outputs.views.table_view import TableView, district_names, translate
from asset_inventory.outputs.views.tables import data_table, parts_table, worst_table
from asset_inventory.resilience.ranking import unsure_non_dominated
from asset_inventory.risk.exposure import STATES

# fmt: off
OWN_METHODS = ("votes", "felt", "influence", "critical", "drivers", "scores", "shares", "front", "shifts",
               "correlations", "groups", "bnpb", "burden", "decisions")
# fmt: on
ALL_METHODS = (*(one for one in pages.METHODS if one != "focus"), *OWN_METHODS)


def resilience_page(
    pra: ResilienceAssessment, figures: Figures, place: pages.Place, language: str
) -> dict[str, object]:
    """Return what fills the page of the whole city."""
    assessment = pra.assessment
    content = (
        pages.shared_content(assessment, place, language)
        | methods_content(pra, language)
        | {
            "title": say("preliminary.title", language, city=assessment.city.name),
            "exercise": ", ".join(wording.fictitious(pra, language)),
            "left_out": wording.omitted_sentence(pra, language),
            "found": wording.in_short(pra, language),
            "draws": simulation_note(pra, language),
            **_context(pra, figures, place, language),
            **_voices(pra, place, language),
            **_needs(pra, place, language),
            "people": people_tables(assessment, language),
            **_critical(pra, figures, place, language),
            **_actions(pra, language),
            **_unknown(pra, figures, language),
            "sources": pages.source_sentences(assessment, language),
            "filled": _filled(pra, language),
            "district_pages": pages.listed(
                place.districts, district_names(assessment.focus_areas, language)
            ),
            "owner_pages": pages.listed(place.owners, {owner: owner for owner in place.owners}),
        }
    )
    return _all_marked(content, pra, language)


def methods_content(pra: ResilienceAssessment, language: str) -> dict[str, object]:
    """Return the methods behind the figures and the number of the footnote of each."""
    settings = pra.assessment.city.resilience
    told = {
        "votes": {"fewest": settings.fewest_voters},
        "felt": {"costliest": settings.costliest},
        "scores": {"floor": settings.floor},
        "shares": {
            "draws": settings.draws,
            "top": settings.top,
            "firm": _percent(settings.firm, language),
            "likely": _percent(settings.likely, language),
            "weights": wording.format_weights(pra.assessment.city, language),
        },
        "front": {"criteria": wording.format_pareto(pra.assessment.city, language) or "–"},
        "shifts": {"step": _percent(settings.goalpost_step, language)},
    }
    own = [
        (one, say(f"preliminary.method.{one}", language, **told.get(one, {})))
        for one in OWN_METHODS
    ]
    general = [
        sentence
        for sentence in pages.method_sentences(pra.assessment, language)
        if sentence[0] in ALL_METHODS
    ]
    return {"methods": [*general, *own], "numbers": pages.footnotes("", ALL_METHODS)}


def simulation_note(pra: ResilienceAssessment, language: str) -> str:
    """Return what a draw is and the shares for firm and likely; "" where none is shown."""
    settings = pra.assessment.city.resilience
    if not pra.district_ranking["top_share"].notna().any():
        return ""
    return say(
        "preliminary.draws",
        language,
        firm=_percent(settings.firm, language),
        likely=_percent(settings.likely, language),
    )


def _percent(share: float, language: str) -> str:
    return f"{number(100 * share, language)} %"


def _context(
    pra: ResilienceAssessment, figures: Figures, place: pages.Place, language: str
) -> dict[str, object]:
    assessment = pra.assessment
    by = [one for one in ("asset_type", "owner") if figures.assets[one].notna().any()]
    data = data_of(assessment, figures)
    tables = [parts_table(figures, one, assessment, place.link, language) for one in by]
    tables += [data_table(data, language)] if len(data) else []
    return {
        "cards_list": pages.large_figures(assessment, figures, language),
        "picture": pages.ead_picture(assessment, language),
        "context": tables,
        "invented": wording.fictitious(pra, language),
    }


def _voices(pra: ResilienceAssessment, place: pages.Place, language: str) -> dict[str, object]:
    """Return what people raised and ranked, beside what is measured, and what worsens what."""
    hidden = pages.money_hidden(pra.assessment)
    return {
        "statement_map": statement_map(pra, language),
        "statements": [statements_table(pra, place.link, language)],
        "pressures": [perceived_table(pra, language, hidden=hidden)],
        "mismatches": wording.mismatches(pra, language),
        "graph": graph(pra, language),
        "matrix": [matrix_table(pra, language)],
        "influences": wording.influence_sentences(pra, language),
        "ahead": bool(pra.influences["share"].notna().any()),
        "ranks": [ranks_table(pra, language)],
        "groups_agree": wording.agreement_sentence(pra, language) if len(pra.group_ranks) else "",
        "groups_told": wording.group_sentences(pra, language),
        "felt": wording.perceived_first_sentence(pra, language),
    }


def _needs(pra: ResilienceAssessment, place: pages.Place, language: str) -> dict[str, object]:
    """Return how the districts stand: Pareto set, shares, ranks, sensitivity, decisions."""
    link = place.link
    return {
        "share_map": share_map(pra, language),
        "focus": wording.focus_area_sentence(pra, language),
        "standing": [
            *wording.unread_sentences(pra, language, "indicators"),
            *wording.ranking_sentences(pra, language),
            *wording.pareto_sentences(pra, language),
        ],
        "needs": [
            pareto_table(pra, link, language),
            ranking_table(pra, link, language),
            goalposts_table(pra, language),
            criteria_table(pra, link, language),
        ],
        "beside": [
            people_of_districts(pra, link, language),
            flood_table(pra, language),
            parent_floods_table(pra, language),
            products_table(pra, link, language),
            loss_distribution_table(pra, language),
        ],
        "holds": [correlations_table(pra, language), sensitivity_table(pra, language)],
        "decisions": [decisions_table(pra, link, language)],
        "appendix": [ranking_table(pra, link, language, whole=True)],
    }


def _critical(
    pra: ResilienceAssessment, figures: Figures, place: pages.Place, language: str
) -> dict[str, object]:
    """Return the critical assets, or the worst ones where criticality is not known."""
    assessment = pra.assessment
    table = critical_table(pra, figures, place.link, language)
    first = table or worst_table(figures, assessment, language, most=10)
    return {"critical": [first] if len(first.rows) else [], "criticality_known": table is not None}


def _actions(pra: ResilienceAssessment, language: str) -> dict[str, object]:
    return {
        "actions": [programmes_table(pra, language), drivers_table(pra, language)],
        "acted": wording.programme_sentence(pra, language),
        "gaps": wording.gap_sentences(pra, language),
    }


def _unknown(pra: ResilienceAssessment, figures: Figures, language: str) -> dict[str, object]:
    """Return what is not known, what to survey next, and internal findings on tables."""
    assessment = pra.assessment
    found = pages.findings_content(replace(assessment, findings=pra.findings), language)
    inside = assessment.audience == "internal"
    survey = (
        survey_next(assessment, figures, data_of(assessment, figures), language) if inside else []
    )
    return {
        "unknown": wording.unknown_sentences(pra, language),
        "survey": [*wording.survey_sentences(pra, language), *survey],
        **(found if inside else {"findings": [], "more_findings": 0}),
    }


def _filled(pra: ResilienceAssessment, language: str) -> list[tuple[str, str, str]]:
    """Return the filled-in tables: what each holds, its source, and its exercise mark."""
    mark = say("map.exercise_mark", language)
    return [
        (say(f"form.{name}", language), table.source, mark if table.exercise else "")
        for name, table in pra.assessment.city.resilience.filled.items()
        if table.source
    ]


def resilience_part_page(
    pra: ResilienceAssessment,
    whole: Figures,
    kind: str,
    part: str,
    place: pages.Place,
    language: str,
) -> dict[str, object]:
    """Return the content of a page of a `kind` "district" or "owner" with its assessment.

    The rank that it tells is that of the preliminary assessment: the plain one, by other rules, is
    not told beside it.
    """
    assessment = pra.assessment
    unranked = replace(assessment, focus_areas=assessment.focus_areas.assign(rank=np.nan))
    content = pages.part_page(unranked, whole, kind, part, place, language)
    own = (
        _district(pra, part, place, language)
        if kind == "district"
        else _department(pra, whole, part, place, language)
    )
    names = district_names(assessment.focus_areas, language) if kind == "district" else {}
    content = (
        content
        | methods_content(pra, language)
        | own
        | {
            "title": say(
                "preliminary.part_title",
                language,
                part=names.get(part, part),
                city=assessment.city.name,
            ),
            "exercise": ", ".join(wording.fictitious(pra, language)),
            "left_out": wording.omitted_sentence(pra, language),
            "draws": simulation_note(pra, language) if kind == "district" else "",
        }
    )
    return _all_marked(content, pra, language)


# What the tables rest on; the others rest on the assessment.
_RESTS_ON = {
    "statements": "statements",
    "shocks-and-stresses": "shocks_and_stresses",
    "ranks": "votes",
    "matrix": "influences",
    "loss-distribution": "loss_distribution",
    "products": "products",
    "decisions": "decisions",
    **dict.fromkeys(("programmes", "drivers"), "programmes"),
    **dict.fromkeys(("flood-classes", "parent-floods"), "flood_classes"),
    **dict.fromkeys(("people-of-districts", "people-here"), "district_people"),
    **dict.fromkeys(("front", "district-ranking", "all-districts"), "district_ranking"),
    **dict.fromkeys(("goalposts", "criteria", "criteria-here"), "district_ranking"),
    **dict.fromkeys(("correlations", "shifts"), "district_ranking"),
}


def _all_marked(
    content: Mapping[str, object], pra: ResilienceAssessment, language: str
) -> dict[str, object]:
    """Return a page's content with every table of exercise data marked, also in lists and parts."""

    def made(one: object) -> object:
        if isinstance(one, TableView):
            mark = wording.mark_of(pra, (_RESTS_ON.get(one.name, "assessment"),), language)
            return replace(one, caption=f"{one.caption} – {mark}") if mark else one
        if isinstance(one, list):
            return [made(inner) for inner in one if inner is not None]
        whole = isinstance(one, dict) and "table" in one
        return one | {"table": made(one["table"])} if whole else one

    return {name: made(one) for name, one in content.items()}


def _district(
    pra: ResilienceAssessment, part: str, place: pages.Place, language: str
) -> dict[str, object]:
    actions = pra.programmes
    here = actions[np.array([part in several for several in actions["districts"]], dtype=bool)]
    tables = (
        criteria_table(pra, place.link, language, district=part),
        people_of_district(pra, part, language),
        flood_table(pra, language, district=part),
        statements_table(pra, place.link, language, district=part),
        programmes_table(pra, language, actions=here),
        decisions_table(pra, place.link, language, district=part),
    )
    said = [
        *wording.unread_sentences(pra, language, "indicators"),
        *_standing(pra, part, language),
        *format_flood_class(pra, part, language),
    ]
    for form, name in (
        ("statements", "statements"),
        ("actions", "programmes"),
        ("decisions", "decisions"),
    ):
        if not any(view is not None and view.name == name for view in tables):
            said += wording.unread_sentences(pra, language, form) or [
                say(f"preliminary.here.none.{name}", language)
            ]
    return {"assessed": said, "tables": [*tables]}


def _standing(pra: ResilienceAssessment, part: str, language: str) -> list[str]:
    """Return a district's rank, score and share, and whether any district dominates it."""
    city, table = pra.assessment.city, pra.district_ranking
    settings = city.resilience
    rows = table[(table["district"].astype(str) == part).to_numpy()].to_dict("records")
    if not rows or math.isnan(rows[0]["rank"]):
        return [say("preliminary.here.no_standing", language)]
    row, names = rows[0], district_names(pra.assessment.focus_areas, language)
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
        unsure = unsure_non_dominated(table, pra.criteria, settings.criteria)
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
    pra: ResilienceAssessment, whole: Figures, part: str, place: pages.Place, language: str
) -> dict[str, object]:
    """Return the actions of a department, and which decisions wait where it has exposed assets."""
    actions = pra.programmes
    own = actions[
        (actions["owner"].astype("str").str.casefold() == part.casefold()).to_numpy(dtype=bool)
    ]
    figures = part_named(whole, "owner", part)
    exposed = figures.assets[(figures.assets["state"] == STATES.index("exposed")).to_numpy()]
    mine = wording.waiting(pra)
    mine = mine[mine["district"].astype(str).isin(set(exposed["district"])).to_numpy()]
    names = district_names(pra.assessment.focus_areas, language)
    said = [
        say(
            "preliminary.here.waiting" if len(mine) else "preliminary.here.nothing_waits",
            language,
            count=len(mine),
            districts=wording.named(mine["district"], names, language),
        )
    ]
    if not len(own):
        said += wording.unread_sentences(pra, language, "actions") or [
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
    return {"assessed": said, "tables": [programmes_table(pra, language, actions=own)]}
