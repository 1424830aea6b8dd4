"""What the public may hold of a resilience assessment: counts of groups, no voter, no text of people.

Who voted how stays inside, whatever the city says, and so do the figures of groups that are too
small. Statements, indicators and programmes are the words and figures of those who handed them in:
they are shown where the table is public in `city.toml`; only the number of other statements is.
Districts are compared again by what is public, so that no public rank rests on something internal.
"""

import dataclasses
import math
from pathlib import Path

import pandas as pd

from asset_inventory.assessment import resilience
from asset_inventory.assessment.context_indicators import loss_distributions
from asset_inventory.assessment.run import Assessment
from asset_inventory.disclosure.assessment import FEW, WITHHELD, disclosed, silent_columns
from asset_inventory.model.city import City
from asset_inventory.model.resilience import FilledTable, Pressure, Resilience
from asset_inventory.model.tables import check, empty
from asset_inventory.resilience.criteria import OF_PEOPLE, Figures, figure_meant
from asset_inventory.resilience.perceptions import (
    FEWEST_VOTERS,
    agreement,
    group_ranks,
    grouped,
    measured_shocks_and_stresses,
    perceived_and_measured,
    ranks,
)

_OF_MONEY = ("ead", "ead_per_value", "ead_per_hectare")
_OF_STATEMENTS = ("row", "kind", "pressure")  # which show no more than how many there are
# What a decision goes without: who took it and why, and figures that may rest on something
# internal.
# fmt: off
_OF_DECISIONS = {"rank": math.nan, "top": math.nan, "top_share": math.nan, "robustness": None, "non_dominated": False,
                 "group": "", "reason": "", "recorded_at": ""}
# fmt: on


def disclosed_resilience(
    pra: resilience.ResilienceAssessment, audience: str = "public"
) -> resilience.ResilienceAssessment:
    """Return the edition of a resilience assessment for an audience; its `assessment` is that
    edition too.

    It holds the public ones among the tables that people wrote, and of votes the figures of groups
    with at least FEWEST_VOTERS, whatever the city says. It leaves out the name of a smaller group
    that raised something, and who merged a statement. It holds the district, the choice and the day
    of decisions, and whether they were with the figures or against them only where these are public
    too. What is known of the people of each district stays inside.
    """
    if audience == "internal" or pra.assessment.audience == "public":
        return pra
    inside = pra.assessment
    edition = disclosed(inside)
    known = _pressures(inside.city, edition.city)
    indicators = empty("DISTRICT_INDICATORS")
    if _is_public(inside.city, "indicators") and edition.city.districts:
        indicators = pra.district_indicators
    figures = _bounded(resilience.figures_of(edition, indicators), edition.district_damage)
    settings = _settings(edition.city, figures, inside.city.resilience)
    hidden, declared = _hidden(inside.city, known), inside.city.influences
    influences = tuple(
        influence
        for influence in declared
        if {influence.stress, influence.shock}.isdisjoint(hidden)
    )
    update = {"pressures": known, "resilience": settings, "influences": influences}
    city = edition.city.model_copy(update=update)
    edition = dataclasses.replace(edition, city=city)
    needs = resilience.compare_districts(edition, indicators, figures=figures)
    statements, ballots = _statements(pra), _ballots(pra)
    programmes = pra.programmes if _is_public(inside.city, "actions") else empty("PROGRAMMES")
    felt, offices = check(group_ranks(ballots), "GROUP_RANKS"), bool(len(indicators))
    borne = empty("LOSS_DISTRIBUTION")
    if offices and _tells_money(edition.city):
        borne = loss_distributions(edition, indicators)[0]
    raised = _felt(pra, known, edition, statements, felt)
    drawn = resilience.themes_of(city, raised, programmes, pra.unread)
    decisions = _decisions(pra, needs.district_ranking, drawn, places=bool(edition.city.districts))
    return dataclasses.replace(
        pra,
        assessment=edition,
        statements=statements,
        votes=empty("VOTES"),
        group_ranks=felt,
        agreement=check(agreement(ballots), "AGREEMENT"),
        shocks_and_stresses=raised,
        influences=resilience.influences(edition),
        district_indicators=indicators,
        flood_classes=_of_public_hazards(pra.flood_classes, edition.city),
        loss_distribution=borne,
        programmes=programmes,
        themes=drawn,
        decisions=decisions,
        district_floods=_of_public_hazards(pra.district_floods, edition.city),
        vulnerability=pra.vulnerability if offices else empty("VULNERABILITY"),
        capacity=pra.capacity if offices else empty("CAPACITY"),
        products=_of_public_hazards(pra.products, edition.city) if offices else empty("PRODUCTS"),
        district_people=empty("DISTRICT_PEOPLE"),
        criteria_withheld=_withheld(pra.criteria, settings),
        **vars(needs),
    )


def _is_public(city: City, table: str) -> bool:
    filled = getattr(city.resilience, table)
    return filled is not None and filled.visibility == "public"


def _tells_money(city: City) -> bool:
    return "ead" not in silent_columns(city)


def _settings(city: City, figures: Figures, settings: Resilience) -> Resilience:
    """Return how districts are compared for the public: by figures that it may hold."""
    hidden = set() if _tells_money(city) else set(_OF_MONEY)
    kept = {
        name: criterion
        for name, criterion in settings.criteria.items()
        if (meant := figure_meant(name, criterion, figures)) is not None and meant not in hidden
    }
    tables = {
        name: table if _is_public(city, name) else _nameless(table)
        for name, table in settings.filled.items()
    }
    return settings.model_copy(update={"criteria": kept, **tables})


def _withheld(criteria: pd.DataFrame, settings: Resilience) -> int:
    """Return how many criteria that are known inside are not among those of the public."""
    known = criteria[["value", "value_least", "value_most"]].notna().any(axis=1)
    return len({*criteria["criterion"][known].astype(str)} - {*settings.criteria})


def _nameless(filled: FilledTable) -> FilledTable | None:
    """Return only whether a table is an exercise, which readers of its figures must know."""
    if not filled.exercise:
        return None
    return filled.model_copy(update={"path": Path(), "source": ""})


def _bounded(figures: Figures, areas: pd.DataFrame) -> Figures:
    """Return figures in which counts of people below FEW are not known beyond that."""
    rule = areas.set_index(areas["district"].astype(str))["people_rule"].astype(str)
    few = rule.reindex(figures.known.index).eq(WITHHELD[0]).to_numpy()
    name = OF_PEOPLE[0]
    low, high = (
        table.assign(**{name: table[name].mask(few, limit)})
        for table, limit in ((figures.low, 0.0), (figures.high, float(FEW)))
    )
    return Figures(figures.known, low, high)


def _pressures(inside: City, city: City) -> tuple[Pressure, ...]:
    """Return the city's shocks and stresses, each by what is public of what measures it."""
    hazards, shown = {hazard.name for hazard in city.hazards}, _is_public(inside, "indicators")
    return tuple(
        pressure
        if pressure.measured_by is None
        or pressure.measured_by.hazard in hazards
        or (pressure.measured_by.indicator and shown)
        else pressure.model_copy(update={"measured_by": None})
        for pressure in inside.pressures
    )


def _hidden(inside: City, known: tuple[Pressure, ...]) -> set[str]:
    """Return the pressures that are measured by something internal."""
    return {
        pressure.id
        for pressure, public in zip(inside.pressures, known, strict=True)
        if pressure.measured_by != public.measured_by
    }


def _statements(pra: resilience.ResilienceAssessment) -> pd.DataFrame:
    statements = pra.statements
    if _is_public(pra.assessment.city, "statements"):
        sizes = ranks(pra.votes, []).groupby(level="group").size()
        small = sizes.index[sizes < FEWEST_VOTERS].str.casefold()
        group = statements["group"].mask(statements["group"].str.casefold().isin(small))
        return statements.assign(
            group=group, merged_by=pd.Series(None, index=statements.index, dtype="str")
        )
    untold = [name for name in statements if name not in _OF_STATEMENTS]
    return statements.assign(
        **{name: pd.Series(None, index=statements.index, dtype="str") for name in untold}
    )


def _ballots(pra: resilience.ResilienceAssessment) -> pd.DataFrame:
    """Return ballots by the groups that the public sees, each of FEWEST_VOTERS or more."""
    city = pra.assessment.city
    fewest = max(FEWEST_VOTERS, city.resilience.fewest_voters)
    return grouped(
        ranks(pra.votes, [pressure.id for pressure in city.pressures]), source="", fewest=fewest
    )[0]


def _felt(
    pra: resilience.ResilienceAssessment,
    known: tuple[Pressure, ...],
    edition: Assessment,
    statements: pd.DataFrame,
    felt: pd.DataFrame,
) -> pd.DataFrame:
    """Return the public SHOCKS_AND_STRESSES, without gaps to measured figures that are internal."""
    cost = resilience.cost_of_hazards(edition) if _tells_money(edition.city) else {}
    measured = measured_shocks_and_stresses(
        known, {hazard.name for hazard in edition.city.hazards}, resilience.counted_indicators(pra)
    )
    costliest = pra.assessment.city.resilience.costliest
    table = perceived_and_measured(
        measured, felt, statements, cost, costliest=costliest, unread=pra.unread
    )
    silent = table["pressure"].isin(_hidden(pra.assessment.city, known))
    return table.assign(mismatch=table["mismatch"].mask(silent))


def _decisions(
    pra: resilience.ResilienceAssessment,
    standings: pd.DataFrame,
    drawn: pd.DataFrame,
    *,
    places: bool,
) -> pd.DataFrame:
    """Return the public DECISIONS: on districts if these are public (`places`), and on themes.

    They are without `figures` where the public sees other ranks or reasons.
    """
    compared, table = ["district", "rank", "top_share"], pra.decisions
    same = {
        "district": standings[compared].equals(pra.district_ranking[compared]),
        "theme": drawn[["theme", "reasons"]].equals(pra.themes[["theme", "reasons"]]),
    }
    other = pd.Series(False, index=table.index)
    for subject, equal in same.items():
        other |= table[subject].notna() & (not equal)
    hidden = _OF_DECISIONS | {"figures": table["figures"].mask(other)}
    public = table.assign(**hidden).astype(table.dtypes.to_dict())
    return check(
        public[(public["district"].isna() | places).to_numpy()].reset_index(drop=True), "DECISIONS"
    )


def _of_public_hazards(table: pd.DataFrame, city: City) -> pd.DataFrame:
    """Return rows of public hazards, in districts that the public may know."""
    if city.districts is None:
        return table.iloc[:0]
    return table[
        table["hazard"].isin([hazard.name for hazard in city.hazards]).to_numpy()
    ].reset_index(drop=True)
