"""Words and sentences of the resilience assessment: shocks, stresses, groups, shares, results, gaps."""

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from asset_inventory.assessment.resilience import (
    ResilienceAssessment,
    gaps,
    priority_districts_of,
    status_of_table,
)
from asset_inventory.assessment.run import Assessment
from asset_inventory.assessment.survey_forms import file_of
from asset_inventory.disclosure.assessment import is_withheld
from asset_inventory.messages import describe_finding, labelled, money, number, percent, say
from asset_inventory.model.city import City
from asset_inventory.model.data_status import has_exercise
from asset_inventory.model.library import resilience_drivers
from asset_inventory.model.tables import (
    EXERCISE,
    FEW_ASSETS,
    INCOMPLETE_LAYERS,
    NO_FIGURE,
    known_sum,
)
from asset_inventory.outputs.views.city import exercise_labels, exercise_titles
from asset_inventory.outputs.views.projection import bridge_sentence
from asset_inventory.outputs.views.sentences import omitted
from asset_inventory.outputs.views.summary import cost_line, exposed_line, not_assessed
from asset_inventory.outputs.views.table_view import district_names, format_day, translate
from asset_inventory.resilience.criteria import FIGURES
from asset_inventory.resilience.perceptions import FELT_ONLY, OVERLOOKED, SMALL_GROUPS, UNNAMED
from asset_inventory.resilience.priorities import (
    MEASURED,
    NO_PROGRAMME,
    PERCEIVED,
    chosen,
    proposed,
)
from asset_inventory.resilience.ranking import not_judged, pareto_groups


def shock_and_stress_names(city: City, language: str) -> dict[str, str]:
    """Return what each pressure is called, by its id, in the city's order."""
    return {pressure.id: pressure.name.said(language) for pressure in city.pressures}


def driver_names(language: str) -> dict[str, str]:
    """Return what each driver of the City Resilience Framework is called, by its number."""
    return {driver: names[language == "id"] for driver, names in resilience_drivers().items()}


def theme_names(city: City, language: str) -> dict[str, str]:
    """Return what each focus area is called, by its id: the city's own, and the drivers."""
    own = {area.id: area.name.said(language) for area in city.focus_areas}
    return driver_names(language) | own


def format_group(group: object, language: str) -> str:
    """Return what a group is called; groups too small to be shown alone have one name together."""
    if pd.isna(group):
        return say("preliminary.group_unnamed", language)
    return say("preliminary.smaller_groups", language) if group == SMALL_GROUPS else str(group)


def format_criterion(city: City, name: str, language: str) -> str:
    """Return what a criterion is called: its label, a figure by our word, else its name; the first
    letter is a capital one, whoever named it.
    """
    declared = city.resilience.criteria.get(name)
    figure = declared.of if declared is not None and declared.of else name
    called = labelled("criterion", name, language)
    if called == name and figure in FIGURES:
        called = labelled("criterion", figure, language)
    return called[:1].upper() + called[1:]


def format_pareto(city: City, language: str) -> str:
    """Return what the Pareto ranking compares: its criteria, grouped ones after their group."""
    return ", ".join(
        format_criterion(city, names[0], language)
        if len(names) == 1
        else f"{group} ({', '.join(format_criterion(city, name, language) for name in names)})"
        for group, names in pareto_groups(city.resilience.criteria).items()
    )


def format_weights(city: City, language: str) -> str:
    """Return how weights are simulated: over all of them, or around those that are stated."""
    stated = city.resilience.stated_weights
    return (
        say("preliminary.weights.stated", language, robustness=stated)
        if stated
        else say("preliminary.weights.uniform", language)
    )


def format_years(first: float, last: float, language: str) -> str:
    """Return the years of a programme: from, until, or both; "" where neither is known."""
    start, end = ("" if math.isnan(year) else str(int(year)) for year in (first, last))
    if start and end:
        return start if start == end else f"{start}–{end}"
    key = "preliminary.years.from" if start else "preliminary.years.until"
    return (
        say(key, language, year=start or end) if start or end else say("number.not_known", language)
    )


def named(
    ids: Iterable[str],
    names: Mapping[str, str],
    language: str,
    *,
    limit: int | None = None,
    total: int = 0,
) -> str:
    """Return names of ids, at most so many, the rest counted (of `total`); «–» for none."""
    texts = [names.get(str(an_id), str(an_id)) for an_id in ids]
    left = max(total, len(texts)) - len(texts[:limit])
    if left:
        return say("preliminary.and_more", language, names=", ".join(texts[:limit]), count=left)
    return ", ".join(texts) or "–"


def name_with_assets(name: str, assets: int, language: str) -> str:
    """Return a district's name with the number of assets that its rank and score rest on."""
    return f"{name} ({say('map.assets_of', language, count=assets)})"


def dominating_districts(whom: object) -> list[str]:
    """Return the districts that dominate one, as DISTRICT_RANKING lists them."""
    return [] if pd.isna(whom) or not whom else str(whom).split(", ")


def fictitious(pra: ResilienceAssessment, language: str) -> list[str]:
    """Return the distinct titles of exercise data in an assessment and its filled-in tables.

    A table without a known source is called by its form.
    """
    own = [
        labelled("source", table.source, language)
        if table.source
        else say(f"form.{name}", language)
        for name, table in pra.assessment.city.resilience.filled.items()
        if table.exercise
    ]
    return list(dict.fromkeys([*exercise_labels(pra.assessment, language), *own]))


def unread_sentences(pra: ResilienceAssessment, language: str, *names: str) -> list[str]:
    """Return a sentence for each of these tables (all without names) that is unreadable."""
    return [
        say("preliminary.unread", language, table=say(f"form.{name}", language))
        for name in pra.unread
        if not names or name in names
    ]


def omitted_sentence(pra: ResilienceAssessment, language: str) -> list[str]:
    """Return what no figure contains as its file is unusable: layers, hazards, tables.

    The inside reads why and what to do about it.
    """
    sentences = omitted(pra.assessment, language)
    for name in pra.unread:
        line, findings = unread_sentences(pra, language, name), pra.findings
        if pra.assessment.audience != "public":
            file = file_of(pra.assessment.city, name)
            rows = findings[
                ((findings["source"] == file) & (findings["severity"] == "error")).to_numpy()
            ].to_dict("records")
            line += [part for row in rows for part in describe_finding(row, language)]
        sentences.append(" ".join(line))
    return sentences


def mark_of(pra: ResilienceAssessment, tables: Iterable[str], language: str) -> str:
    """Return the mark of exercise data for what shows some tables, "" where all of them are real.

    A table with a `data_status` of its own is marked where any of its rows is; "assessment" is all
    that it shows.
    """
    for name in tables:
        if name == "assessment":
            exercise = bool(exercise_titles(pra.assessment))
        elif "data_status" in (table := getattr(pra, name)):
            exercise = has_exercise(table)
        else:
            exercise = status_of_table(pra, name) == EXERCISE
        if exercise:
            return say("map.exercise_mark", language)
    return ""


# Kendall's W from which agreement is called strong or moderate: Schmidt 1997, Decision Sciences
# 28(3), 763-774, doi 10.1111/j.1540-5915.1997.tb01330.x (0.7 strong, 0.5 moderate).
_STRONG, _MODERATE = 0.7, 0.5
_FELT_FIRST = 3  # pressures named in short
# Findings that are shown where groups are shown, for no table shows them.
_OF_GROUPS = ("groups_merged", "groups_withheld")


def in_short(pra: ResilienceAssessment, language: str) -> list[str]:
    """Return five lines for whoever decides, and the tables that cannot be read.

    The lines are what the groups perceive, what damage is expected, which districts have priority,
    what is not known, and what is to be decided.
    """
    lines = [
        _felt_and_agreed(pra, language),
        _expected_damage(pra.assessment, language),
        " ".join([priority_sentence(pra, language), *_priorities_without_programme(pra, language)]),
        " ".join(_not_known(pra, language)),
        _decided(pra, language),
        *unread_sentences(pra, language, "statements", "actions", "indicators"),
    ]
    return [line for line in lines if line]


def _expected_damage(assessment: Assessment, language: str) -> str:
    """Return the damage as mapped, today and in years to come; without money what is exposed."""
    if is_withheld("value", assessment):
        return exposed_line(assessment, language)
    return " ".join([cost_line(assessment, language), *bridge_sentence(assessment, language)])


def _not_known(pra: ResilienceAssessment, language: str) -> Iterator[str]:
    """Yield what is perceived and not measured, and how many districts have no asset data."""
    yield from _perceived_only(pra, language)
    yield from not_assessed(pra.assessment, language, stated=_felt_only(pra))


def _felt_only(pra: ResilienceAssessment) -> list[str]:
    table = pra.shocks_and_stresses
    return table["pressure"][(table["mismatch"] == FELT_ONLY).to_numpy()].astype(str).tolist()


def _perceived_only(pra: ResilienceAssessment, language: str) -> Iterator[str]:
    if felt := _felt_only(pra):
        names = shock_and_stress_names(pra.assessment.city, language)
        listed = named(felt, names, language)
        yield say("preliminary.perceived_only", language, count=len(felt), pressures=listed)


def issues_sentence(pra: ResilienceAssessment, language: str) -> str:
    """Return how many statements were raised, by whom and where, as far as disclosed."""
    table = pra.statements
    if not len(table):
        return _nothing(pra, "statements", "preliminary.no_statements", language)
    merged = int(table["pressure"].notna().sum())
    if not table["statement"].notna().any():
        return say("preliminary.counted", language, count=len(table), merged=merged)
    return say(
        "preliminary.raised",
        language,
        count=len(table),
        groups=int(table["group"].nunique()),
        districts=int(table["district"].nunique()),
        merged=merged,
    )


def perceived_first_sentence(pra: ResilienceAssessment, language: str) -> str:
    """Return what the groups that are shown feel most, or that none is."""
    table = pra.shocks_and_stresses[pra.shocks_and_stresses["perceived_rank"].notna()]
    if not len(table):
        return _nothing(pra, "votes", "preliminary.no_votes", language)
    names = shock_and_stress_names(pra.assessment.city, language)
    first = named(table["pressure"].iloc[:_FELT_FIRST], names, language)
    return say(
        "preliminary.felt_first", language, pressures=first, groups=int(table["groups"].iloc[0])
    )


def _nothing(pra: ResilienceAssessment, name: str, key: str, language: str) -> str:
    """Return why a table has no rows: its file is unreadable, or the sentence of a `key`."""
    return next(iter(unread_sentences(pra, language, name)), say(key, language))


def _felt_and_agreed(pra: ResilienceAssessment, language: str) -> str:
    sentence = perceived_first_sentence(pra, language)
    felt = pra.shocks_and_stresses["perceived_rank"].notna().any()
    return f"{sentence} {agreement_sentence(pra, language)}" if felt else sentence


def agreement_sentence(pra: ResilienceAssessment, language: str) -> str:
    """Return how far the groups agree with each other, or why that is not known."""
    between = pra.agreement[pra.agreement["group"].isna()]
    w = float(between["w"].iloc[0]) if len(between) else math.nan
    if math.isnan(w):
        return say("preliminary.no_agreement", language)
    level = "strong" if w >= _STRONG else "moderate" if w >= _MODERATE else "weak"
    return say(
        f"preliminary.groups_agree.{level}",
        language,
        w=number(w, language, decimals=2),
        count=pra.group_ranks["group"].nunique(),
    )


def mismatches(pra: ResilienceAssessment, language: str, *, above_table: bool = False) -> list[str]:
    """Return a sentence for each pressure with a mismatch of what is felt and what is measured.

    `above_table`, which has the ranks, what is felt only is one sentence.
    """
    names = shock_and_stress_names(pra.assessment.city, language)
    sentences = list(_perceived_only(pra, language)) if above_table else []
    for mismatch in (*(() if above_table else (FELT_ONLY,)), OVERLOOKED, UNNAMED):
        for row in pra.shocks_and_stresses[
            (pra.shocks_and_stresses["mismatch"] == mismatch).to_numpy()
        ].to_dict("records"):
            sentences.append(_mismatch(mismatch, row, names[str(row["pressure"])], language))
    return sentences


def _mismatch(mismatch: str, row: dict[str, object], name: str, language: str) -> str:
    felt, cost = float(row["perceived_rank"]), float(row["cost_rank"])
    voted = not math.isnan(felt)
    rank = (
        say("preliminary.vote_rank", language, rank=felt)
        if voted
        else say("preliminary.raised_in", language, count=int(row["statements"]))
    )
    if mismatch == FELT_ONLY:
        return say("preliminary.felt_not_measured", language, pressure=name, rank=rank)
    if mismatch == UNNAMED:
        return say("preliminary.neither", language, pressure=name)
    felt_rank = rank if voted else say("preliminary.nobody_named", language)
    return say("preliminary.measured_not_felt", language, pressure=name, cost=cost, rank=felt_rank)


def group_sentences(pra: ResilienceAssessment, language: str) -> list[str]:
    """Return which groups were merged or withheld because they are small."""
    table = pra.findings[pra.findings["code"].isin(_OF_GROUPS)]
    rows = table.to_dict("records")
    return [describe_finding(row, language)[0].removeprefix(f"{row['source']}: ") for row in rows]


def influence_sentences(pra: ResilienceAssessment, language: str) -> list[str]:
    """Return each influence in the order of INFLUENCES: what worsens what, why, and its source."""
    city = pra.assessment.city
    names = shock_and_stress_names(city, language)
    declared = {(influence.stress, influence.shock): influence for influence in city.influences}
    sentences = []
    for row in pra.influences.to_dict("records"):
        pair = (str(row["stress"]), str(row["shock"]))
        arguments = {"stress": names[pair[0]], "shock": names[pair[1]]}
        parts = [
            say(
                "preliminary.influence",
                language,
                reason=declared[pair].reason.said(language),
                **arguments,
            )
        ]
        if not math.isnan(row["share"]):
            key = (
                "preliminary.influence_at_least"
                if row["at_least"]
                else "preliminary.influence_figure"
            )
            parts.append(
                say(
                    key,
                    language,
                    share=percent(row["share"], language),
                    year=int(row["year"]),
                    before=money(row["ead_mapped"], city.currency, language),
                    after=money(row["ead"], city.currency, language),
                    **arguments,
                )
            )
        if declared[pair].source:
            parts.append(say("preliminary.said_by", language, source=declared[pair].source))
        sentences.append(" ".join(parts))
    return sentences


def ranking_sentences(pra: ResilienceAssessment, language: str) -> list[str]:
    """Return the share of simulations in which a district is in the top ranks, the highest first."""
    settings = pra.assessment.city.resilience
    names = district_names(pra.assessment.district_damage, language)
    return [
        say(
            "preliminary.among",
            language,
            district=name_with_assets(names[str(row["district"])], row["assets"], language),
            count=settings.top,
            share=percent(row["top_share"], language),
            draws=settings.draws,
            robustness=translate("preliminary.robustness.", row["robustness"], language),
        )
        for row in _often(pra)
    ] or [say("preliminary.no_standings", language)]


def not_ranked_sentences(pra: ResilienceAssessment, language: str) -> Iterator[str]:
    """Yield how many districts have no rank: too few assets, or no criterion with data."""
    reason = pra.district_ranking["not_ranked"]
    if thin := int(reason.isin([FEW_ASSETS, INCOMPLETE_LAYERS]).sum()):
        fewest = pra.assessment.city.fewest_assets
        yield say("resilience.not_ranked", language, count=thin, fewest=fewest)
    if unknown := int((reason == NO_FIGURE).sum()):
        yield say("resilience.without_score", language, count=unknown)


def share_fact(pra: ResilienceAssessment, district: str, language: str) -> list[tuple[str, str]]:
    """Return the share of simulations that put a district first, as a fact; none where unknown."""
    table = pra.district_ranking
    rows = table[(table["district"].astype(str) == district) & table["top_share"].notna()]
    top = pra.assessment.city.resilience.top
    return [
        (
            say("preliminary.head.top_share", language, count=top),
            f"{percent(row['top_share'], language)} "
            f"({translate('preliminary.robustness.', row['robustness'], language)})",
        )
        for row in rows.to_dict("records")
    ]


def _often(pra: ResilienceAssessment) -> list[dict[str, object]]:
    table = pra.district_ranking
    often = table[table["top_share"] > 0].sort_values("top_share", ascending=False, kind="stable")
    return often.iloc[: pra.assessment.city.resilience.top].to_dict("records")


def pareto_sentences(pra: ResilienceAssessment, language: str) -> list[str]:
    """Return how many districts are non-dominated, by which criteria, and how many are not judged."""
    table, city = pra.district_ranking, pra.assessment.city
    count = int(table["non_dominated"].sum())
    if not count:
        return [say("preliminary.no_front", language)]
    lines = [
        say(
            "preliminary.front_size",
            language,
            count=count,
            districts=len(table),
            criteria=format_pareto(city, language),
        )
    ]
    unsure = len(not_judged(table, pra.criteria, city.resilience.criteria))
    return [*lines, say("resilience.front_unknown", language, count=unsure)] if unsure else lines


def programme_sentence(pra: ResilienceAssessment, language: str) -> str:
    """Return how many programmes are listed with what budget, or that there is no list."""
    table = pra.programmes
    if not len(table):
        return _nothing(pra, "actions", "preliminary.no_actions", language)
    total, currency = known_sum(table["budget"]), pra.assessment.city.currency
    if math.isnan(total):
        return say("preliminary.acted", language, count=len(table))
    text = say(
        "preliminary.acted_for", language, count=len(table), budget=money(total, currency, language)
    )
    unknown = int(table["budget"].isna().sum())
    return (
        f"{text} {say('preliminary.unknown.budgets', language, count=unknown)}" if unknown else text
    )


def _decided(pra: ResilienceAssessment, language: str) -> str:
    """Return what the forum has decided, or what it is asked to decide."""
    priority, themes = priority_districts_of(pra), _themes_decided(pra, language)
    if not themes and len(pra.themes):
        themes = say("preliminary.theme.choose", language)
    if not priority.chosen:
        count = len(priority.districts)
        key = "preliminary.to_decide" if count else "preliminary.not_decided"
        districts = say(key, language, **({"count": count} if count else {}))
        return f"{districts} {themes}".strip()
    names = district_names(pra.assessment.district_damage, language)
    districts = say(
        "preliminary.decided", language, districts=named(priority.districts, names, language)
    )
    return f"{districts} {themes}".strip()


def theme_sentences(pra: ResilienceAssessment, language: str) -> list[str]:
    """Return what focus areas are, which ones the forum chose, and what belongs to none of them."""
    city = pra.assessment.city
    if not len(pra.themes):
        return [say("preliminary.theme.none", language)]
    within = {pressure for several in pra.themes["pressures"] for pressure in several}
    left = [pressure.id for pressure in city.pressures if pressure.id not in within]
    outside = [named(left, shock_and_stress_names(city, language), language)] if left else []
    return [
        say(
            "preliminary.theme.declared" if city.focus_areas else "preliminary.theme.drawn",
            language,
        ),
        _themes_decided(pra, language) or say("preliminary.theme.to_decide", language),
        *(say("preliminary.theme.outside", language, names=names) for names in outside),
    ]


def _themes_decided(pra: ResilienceAssessment, language: str) -> str:
    """Return the focus areas that the forum chose, "" before it chose any."""
    ids, names = chosen(pra.decisions, "theme"), theme_names(pra.assessment.city, language)
    if not ids:
        return ""
    return say(
        "preliminary.theme.chosen", language, count=len(ids), names=named(ids, names, language)
    )


def theme_reasons(pra: ResilienceAssessment, row: Mapping[Any, Any], language: str) -> str:
    """Return the reasons for a theme (a row of THEMES), "" without any reason."""
    city = pra.assessment.city
    pressures, drivers = shock_and_stress_names(city, language), driver_names(language)
    without = [
        *(pressures.get(name, name) for name in row["pressures_without_programme"]),
        *(drivers.get(name, name) for name in row["drivers_without_programme"]),
    ]
    cost = money(row["cost"], city.currency, language)
    sentences = {
        PERCEIVED: say("preliminary.theme.perceived", language, rank=row["perceived_rank"]),
        MEASURED: say("preliminary.theme.measured", language, cost=cost),
        NO_PROGRAMME: say("preliminary.theme.no_programme", language, names=", ".join(without))
        if row["programmes"]
        else say("preliminary.theme.no_programme_at_all", language),
    }
    return "; ".join(sentences[reason] for reason in row["reasons"])


def theme_decision(pra: ResilienceAssessment, theme: object, language: str) -> str:
    """Return the decision in force on a theme and its day, "" without any."""
    table = pra.decisions
    rows = table[(table["stands"] & (table["theme"] == theme)).to_numpy(dtype=bool)]
    if not len(rows):
        return ""
    choice = translate("preliminary.choice.", rows["choice"].iloc[-1], language)
    return f"{choice} ({format_day(str(rows['day'].iloc[-1]), language)})"


def _priorities_without_programme(pra: ResilienceAssessment, language: str) -> list[str]:
    """Return the priority districts without a programme of their own; none without a list."""
    return (
        gap_sentences(pra, language)[:1]
        if len(pra.programmes) and gaps(pra).priority_districts
        else []
    )


def gap_sentences(
    pra: ResilienceAssessment, language: str, *, limit: int | None = None
) -> list[str]:
    """Return the priority districts, drivers and pressures without a programme; none without a list.

    With `limit` at most so many of each are named, the rest counted.
    """
    if not len(pra.programmes):
        return []
    missing, city = gaps(pra), pra.assessment.city
    areas = "priority_districts" if priority_districts_of(pra).chosen else "proposed"
    groups = (
        (
            areas,
            missing.priority_districts,
            district_names(pra.assessment.district_damage, language),
        ),
        ("drivers", missing.drivers, driver_names(language)),
        ("pressures", missing.pressures, shock_and_stress_names(city, language)),
    )
    sentences = [
        say(
            f"preliminary.gap.{name}",
            language,
            count=len(ids),
            names=named(ids, names, language, limit=limit),
        )
        for name, ids, names in groups
        if ids
    ]
    return sentences or [say("preliminary.gap.none", language)]


def priority_sentence(pra: ResilienceAssessment, language: str, *, limit: int | None = None) -> str:
    """Return the priority districts, and whether people chose them or the figures propose them.

    With `limit` at most so many are named, the rest counted.
    """
    priority = priority_districts_of(pra)
    if not priority.districts:
        return say("preliminary.no_focus", language)
    names = district_names(pra.assessment.district_damage, language)
    key = "preliminary.focus_chosen" if priority.chosen else "preliminary.focus_proposed"
    return say(key, language, districts=named(priority.districts, names, language, limit=limit))


def unknown_sentences(pra: ResilienceAssessment, language: str) -> list[str]:
    """Return what is not known: criteria without value, places, budgets, residents."""
    table, city = pra.criteria, pra.assessment.city
    sentences = [*unread_sentences(pra, language), *withheld_sentences(pra, language)]
    for criterion, rows in table.groupby("criterion", sort=False, observed=True):
        unknown = rows["value"].isna()
        bounded = unknown & rows[["value_least", "value_most"]].notna().any(axis=1)
        bounds, missing = int(bounded.sum()), int((unknown & ~bounded).sum())
        if missing or bounds:
            sentences.append(
                say(
                    "preliminary.unknown.bounds" if bounds else "preliminary.unknown.criterion",
                    language,
                    count=missing,
                    districts=len(rows),
                    criterion=format_criterion(city, str(criterion), language),
                    **({"bounds": bounds} if bounds else {}),
                )
            )
    statements, actions = pra.statements, pra.programmes
    counted = (
        ("criticality", _without_criticality(pra)),
        ("unsorted", int((statements["kind"] == "unsorted").sum())),
        ("unmerged", int(statements["pressure"].isna().sum())),
        ("places", int((statements["district"].isna() & statements["place"].notna()).sum())),
        ("budgets", int(actions["budget"].isna().sum())),
    )
    sentences += [
        say(f"preliminary.unknown.{name}", language, count=count)
        for name, count in counted
        if count
    ]
    if not pra.assessment.district_damage["people_exposed"].notna().any():
        sentences.append(say("preliminary.unknown.people", language))
    return sentences


def withheld_sentences(pra: ResilienceAssessment, language: str) -> list[str]:
    """Return that the public ranking leaves out internal criteria, where there are such."""
    shown, count = (len(pra.assessment.city.resilience.criteria), pra.criteria_withheld)
    return (
        [say("preliminary.unknown.withheld", language, count=count, whole=shown + count)]
        if count
        else []
    )


def _without_criticality(pra: ResilienceAssessment) -> int:
    assets = pra.assessment.assets
    return len(assets) if "criticality" not in assets else int(assets["criticality"].isna().sum())


def survey_sentences(pra: ResilienceAssessment, language: str) -> list[str]:
    """Return what to survey first: criteria that the priority districts lack."""
    names, city = (district_names(pra.assessment.district_damage, language), pra.assessment.city)
    first = {*priority_districts_of(pra).districts, *waiting(pra)["district"].astype(str)}
    table = pra.criteria[pra.criteria["value"].isna()]
    table = table[table["district"].astype(str).isin(first)]
    if "indicators" in pra.unread:  # which were handed in
        table = table[
            np.array(
                [_of_assessment(str(criterion), pra) for criterion in table["criterion"]],
                dtype=bool,
            )
        ]
    missing: dict[str, list[str]] = {}
    for district, rows in table.groupby("district", sort=False, observed=True):
        criteria = ", ".join(
            format_criterion(city, str(criterion), language) for criterion in rows["criterion"]
        )
        missing.setdefault(criteria, []).append(str(district))
    sentences = [
        say(
            "preliminary.survey", language, districts=named(ids, names, language), criteria=criteria
        )
        for criteria, ids in missing.items()
    ]
    felt = _unmeasured(pra, language)
    return sentences + (
        [say("preliminary.measure", language, count=len(felt), pressures=", ".join(felt))]
        if felt
        else []
    )


def _of_assessment(criterion: str, pra: ResilienceAssessment) -> bool:
    """Return whether a criterion is a figure of the assessment, not an office's indicator."""
    return (pra.assessment.city.resilience.criteria[criterion].of or criterion) in FIGURES


def _unmeasured(pra: ResilienceAssessment, language: str) -> list[str]:
    names = shock_and_stress_names(pra.assessment.city, language)
    return [names[pressure] for pressure in _felt_only(pra)]


def waiting(pra: ResilienceAssessment) -> pd.DataFrame:
    """Return the DISTRICT_RANKING of the first districts without a standing decision."""
    table, top = pra.district_ranking, pra.assessment.city.resilience.top
    in_force = pra.decisions["district"][pra.decisions["stands"].to_numpy(dtype=bool)]
    decided = set(in_force.dropna().astype(str))
    first = table["non_dominated"].to_numpy(dtype=bool) | (table["rank"] <= top).to_numpy()
    first |= table["district"].astype(str).isin(proposed(table, top)).to_numpy()
    return table[first & ~table["district"].astype(str).isin(decided).to_numpy()]
