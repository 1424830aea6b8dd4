"""The content of the pages of a resilience assessment: the whole city, a district, a department."""

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from asset_inventory.assessment.resilience import ResilienceAssessment
from asset_inventory.messages import labelled, percent, say
from asset_inventory.model.tables import NO_FIGURE
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
    themes_table,
)
from asset_inventory.outputs.views import resilience as wording
from asset_inventory.outputs.views.figures import Figures, data_of, part_named, total_of
from asset_inventory.outputs.views.sentences import survey_next
from asset_inventory.outputs.views.table_view import TableView, district_names, translate
from asset_inventory.outputs.views.tables import data_table, parts_table, worst_table
from asset_inventory.resilience.ranking import not_judged
from asset_inventory.risk.exposure import STATES

# fmt: off
OWN_METHODS = ("votes", "felt", "influence", "critical", "drivers", "scores", "shares", "front", "shifts",
               "correlations", "groups", "bnpb", "burden", "themes", "decisions")
# fmt: on
ALL_METHODS = (*(name for name in pages.METHODS if name != "focus"), *OWN_METHODS)


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
            "summary": wording.in_short(pra, language),
            "draws": simulation_note(pra, language),
            **_context(pra, figures, place, language),
            **_voices(pra, place, language),
            **_comparison(pra, place, language),
            "people": people_tables(assessment, language),
            **_critical(pra, figures, place, language),
            **_programmes(pra, language),
            **_no_data(pra, figures, language),
            "sources": pages.source_sentences(assessment, language),
            "filled": _filled(pra, language),
            "glossary": pages.glossary_content(language),
            "district_pages": pages.listed(
                place.districts, district_names(assessment.district_damage, language)
            ),
            "owner_pages": pages.listed(place.owners, {owner: owner for owner in place.owners}),
        }
    )
    return _all_marked(content, pra, language)


def methods_content(pra: ResilienceAssessment, language: str) -> dict[str, object]:
    """Return the methods behind the figures and the number of the footnote of each."""
    settings = pra.assessment.city.resilience
    arguments = {
        "votes": {"fewest": settings.fewest_voters},
        "felt": {"costliest": settings.costliest},
        "scores": {"floor": settings.floor},
        "shares": {
            "draws": settings.draws,
            "top": settings.top,
            "firm": percent(settings.firm, language),
            "likely": percent(settings.likely, language),
            "weights": wording.format_weights(pra.assessment.city, language),
        },
        "front": {"criteria": wording.format_pareto(pra.assessment.city, language) or "–"},
        "themes": {"first": settings.costliest},
        "shifts": {"step": percent(settings.goalpost_step, language)},
    }
    own = [
        (name, say(f"preliminary.method.{name}", language, **arguments.get(name, {})))
        for name in OWN_METHODS
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
        firm=percent(settings.firm, language),
        likely=percent(settings.likely, language),
    )


def _context(
    pra: ResilienceAssessment, figures: Figures, place: pages.Place, language: str
) -> dict[str, object]:
    assessment = pra.assessment
    by = [column for column in ("asset_type", "owner") if figures.assets[column].notna().any()]
    data = data_of(assessment, figures)
    tables = [parts_table(figures, column, assessment, place.link, language) for column in by]
    tables += [data_table(data, language)] if len(data) else []
    return {
        "cards_list": pages.large_figures(assessment, figures, language),
        "picture": pages.ead_picture(assessment, language),
        "context": tables,
    }


def _voices(pra: ResilienceAssessment, place: pages.Place, language: str) -> dict[str, object]:
    """Return what people raised and ranked, next to what is measured, and what worsens what."""
    hidden = pages.money_hidden(pra.assessment)
    return {
        "statement_map": statement_map(pra, language),
        "issues": wording.issues_sentence(pra, language),
        "statements": [statements_table(pra, place.link, language)],
        "shocks_and_stresses": [perceived_table(pra, language, hidden=hidden)],
        "mismatches": wording.mismatches(pra, language, above_table=True),
        "graph": graph(pra, language),
        "matrix": [matrix_table(pra, language)],
        "influences": wording.influence_sentences(pra, language),
        "ahead": bool(pra.influences["share"].notna().any()),
        "ranks": [ranks_table(pra, language)],
        "groups_agree": wording.agreement_sentence(pra, language) if len(pra.group_ranks) else "",
        "group_sentences": wording.group_sentences(pra, language),
        "perceived_first": wording.perceived_first_sentence(pra, language),
    }


def _comparison(pra: ResilienceAssessment, place: pages.Place, language: str) -> dict[str, object]:
    """Return how the districts compare: Pareto set, shares, ranks, sensitivity, decisions."""
    link = place.link
    return {
        "share_map": share_map(pra, language),
        "focus": wording.priority_sentence(pra, language),
        "ranking": [
            *wording.unread_sentences(pra, language, "indicators"),
            *wording.ranking_sentences(pra, language),
            *wording.pareto_sentences(pra, language),
        ],
        "comparison": [pareto_table(pra, link, language), ranking_table(pra, link, language)],
        "behind": [
            goalposts_table(pra, language),
            criteria_table(pra, link, language),
            correlations_table(pra, language),
            sensitivity_table(pra, language),
            people_of_districts(pra, link, language),
            flood_table(pra, language),
            parent_floods_table(pra, language),
            products_table(pra, link, language),
            loss_distribution_table(pra, language),
            drivers_table(pra, language),
        ],
        "themes": [themes_table(pra, language)],
        "theme_sentences": wording.theme_sentences(pra, language),
        "decisions": [
            decisions_table(pra, link, language),
            decisions_table(pra, link, language, subject="theme"),
        ],
        "appendix": [ranking_table(pra, link, language, complete=True)],
    }


def _critical(
    pra: ResilienceAssessment, figures: Figures, place: pages.Place, language: str
) -> dict[str, object]:
    """Return the critical assets, or the worst ones where criticality is not known."""
    assessment = pra.assessment
    table = critical_table(pra, figures, place.link, language)
    first = table or worst_table(figures, assessment, language, limit=10)
    return {"critical": [first] if len(first.rows) else [], "criticality_known": table is not None}


def _programmes(pra: ResilienceAssessment, language: str) -> dict[str, object]:
    return {
        "programmes": [programmes_table(pra, language)],
        "programme_sentence": wording.programme_sentence(pra, language),
        "gaps": wording.gap_sentences(pra, language),
    }


def _no_data(pra: ResilienceAssessment, figures: Figures, language: str) -> dict[str, object]:
    """Return what is not known, what to survey next, and internal findings on tables."""
    assessment = pra.assessment
    findings = pages.findings_content(replace(assessment, findings=pra.findings), language)
    inside = assessment.audience == "internal"
    survey = (
        survey_next(assessment, figures, data_of(assessment, figures), language) if inside else []
    )
    return {
        "no_data": wording.unknown_sentences(pra, language),
        "survey": [*wording.survey_sentences(pra, language), *survey],
        **(findings if inside else {"findings": [], "more_findings": 0}),
    }


def _filled(pra: ResilienceAssessment, language: str) -> list[tuple[str, str, str]]:
    """Return the filled-in tables: what each holds, its source, and its exercise mark."""
    mark = say("map.exercise_mark", language)
    return [
        (
            say(f"form.{name}", language),
            labelled("source", table.source, language),
            mark if table.exercise else "",
        )
        for name, table in pra.assessment.city.resilience.filled.items()
        if table.source
    ]


def resilience_part_page(
    pra: ResilienceAssessment,
    city_figures: Figures,
    part_type: str,
    part: str,
    place: pages.Place,
    language: str,
) -> dict[str, object]:
    """Return the content of a page of a `part_type` "district" or "owner" with its assessment.

    The rank on it is that of the preliminary assessment: the plain one, by other rules, is
    not shown with it.
    """
    assessment = pra.assessment
    unranked = replace(assessment, district_damage=assessment.district_damage.assign(rank=np.nan))
    content = pages.part_page(unranked, city_figures, part_type, part, place, language)
    own = (
        _district(pra, part, place, language)
        if part_type == "district"
        else _department(pra, city_figures, part, place, language)
    )
    names = district_names(assessment.district_damage, language) if part_type == "district" else {}
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
            "draws": simulation_note(pra, language) if part_type == "district" else "",
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
    **dict.fromkeys(("decisions", "theme-decisions"), "decisions"),
    "themes": "themes",
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

    def marked(block: object) -> object:
        if isinstance(block, TableView):
            mark = wording.mark_of(pra, (_RESTS_ON.get(block.name, "assessment"),), language)
            return replace(block, caption=f"{block.caption} – {mark}") if mark else block
        if isinstance(block, list):
            return [marked(inner) for inner in block if inner is not None]
        has_table = isinstance(block, dict) and "table" in block
        return block | {"table": marked(block["table"])} if has_table else block

    return {name: marked(block) for name, block in content.items()}


def _district(
    pra: ResilienceAssessment, part: str, place: pages.Place, language: str
) -> dict[str, object]:
    programmes = pra.programmes
    here = programmes[
        np.array([part in several for several in programmes["districts"]], dtype=bool)
    ]
    tables = (
        criteria_table(pra, place.link, language, district=part),
        people_of_district(pra, part, language),
        flood_table(pra, language, district=part),
        statements_table(pra, place.link, language, district=part),
        programmes_table(pra, language, programmes=here),
        decisions_table(pra, place.link, language, district=part),
    )
    sentences = [
        *wording.unread_sentences(pra, language, "indicators"),
        *_rank_sentences(pra, part, language),
        *format_flood_class(pra, part, language),
    ]
    for form, name in (
        ("statements", "statements"),
        ("actions", "programmes"),
        ("decisions", "decisions"),
    ):
        if not any(view is not None and view.name == name for view in tables):
            sentences += wording.unread_sentences(pra, language, form) or [
                say(f"preliminary.here.none.{name}", language)
            ]
    return {"assessed": sentences, "tables": [*tables]}


def _rank_sentences(pra: ResilienceAssessment, part: str, language: str) -> list[str]:
    """Return a district's rank, score and share, and whether any district dominates it."""
    city, table = pra.assessment.city, pra.district_ranking
    settings = city.resilience
    rows = table[(table["district"].astype(str) == part).to_numpy()].to_dict("records")
    if not rows or rows[0]["not_ranked"] == NO_FIGURE:
        return [say("preliminary.here.no_standing", language)]
    assets = int(rows[0]["assets"])
    if math.isnan(rows[0]["rank"]):
        return [say("preliminary.here.not_ranked", language, count=assets)]
    row, names = rows[0], district_names(pra.assessment.district_damage, language)
    arguments = {
        "district": names[part],
        "count": settings.top,
        "draws": settings.draws,
        "share": percent(row["top_share"], language),
    }
    lines = [
        say(
            "preliminary.here.rank",
            language,
            rank=row["rank"],
            districts=int(table["rank"].notna().sum()),
            linear=row["linear_rank"],
        ),
        say("preliminary.here.assets", language, count=assets),
    ]
    if row["top_share"] > 0:
        robustness = translate("preliminary.robustness.", row["robustness"], language)
        lines.append(say("preliminary.among", language, robustness=robustness, **arguments))
    else:
        lines.append(say("preliminary.here.never", language, **arguments))
    if row["non_dominated"]:
        lines.append(
            say(
                "preliminary.here.non_dominated",
                language,
                criteria=wording.format_pareto(city, language),
            )
        )
        return lines
    if part in not_judged(table, pra.criteria, settings.criteria):
        by = wording.format_pareto(city, language)
        return [*lines, say("preliminary.here.front_unsure", language, criteria=by)]
    if row["dominated_by"]:
        by = wording.named(
            wording.dominating_districts(row["dominating_districts"]),
            names,
            language,
            total=int(row["dominated_by"]),
        )
        lines.append(
            say(
                "preliminary.here.beaten",
                language,
                by=by,
                criteria=wording.format_pareto(city, language),
            )
        )
    return lines


def _department(
    pra: ResilienceAssessment, city_figures: Figures, part: str, place: pages.Place, language: str
) -> dict[str, object]:
    """Return the programmes of a department, and which decisions wait where it has exposed assets."""
    programmes = pra.programmes
    own = programmes[
        (programmes["owner"].astype("str").str.casefold() == part.casefold()).to_numpy(dtype=bool)
    ]
    figures = part_named(city_figures, "owner", part)
    exposed = figures.assets[(figures.assets["state"] == STATES.index("exposed")).to_numpy()]
    mine = wording.waiting(pra)
    mine = mine[mine["district"].astype(str).isin(set(exposed["district"])).to_numpy()]
    names = district_names(pra.assessment.district_damage, language)
    sentences = [
        say(
            "preliminary.here.waiting" if len(mine) else "preliminary.here.nothing_waits",
            language,
            count=len(mine),
            districts=wording.named(mine["district"], names, language),
        )
    ]
    if not len(own):
        sentences += wording.unread_sentences(pra, language, "actions") or [
            say("preliminary.here.no_own_actions", language)
        ]
    ead = total_of(figures)["ead"]
    city_ead = total_of(city_figures)["ead"]
    if ead > 0 and city_ead > 0:
        sentences.append(
            say(
                "preliminary.here.of_city",
                language,
                share=percent(ead / city_ead, language),
            )
        )
    return {"assessed": sentences, "tables": [programmes_table(pra, language, programmes=own)]}
