"""The districts of a city compared by the criteria that it declares: figures, standings, and how far these hold."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from asset_inventory.assessment import Assessment
from asset_inventory.resilience.criteria import (
    FIGURES,
    OF_PEOPLE,
    Figures,
    criteria,
    criteria_findings,
    district_figures,
    figure_meant,
    which_is_better,
)
from asset_inventory.resilience.rank_shifts import correlation_findings, correlations, rank_shifts
from asset_inventory.resilience.scores import district_indicators
from asset_inventory.resilience.standings import (
    drawn_shares,
    front_findings,
    rank_shares,
    standings,
    top_findings,
    weight_findings,
)
from asset_inventory.sources.city import Resilience
from asset_inventory.tables import EXERCISE, REAL, check, empty, finding, findings

TABLES = ("CRITERIA", "STANDINGS", "RANK_SHARES", "RANK_SHIFTS", "CORRELATIONS")


@dataclass(frozen=True)
class DistrictNeeds:
    """CRITERIA, STANDINGS and what tells how far they hold; without rows where a city declares no criteria."""

    criteria: pd.DataFrame
    standings: pd.DataFrame
    rank_shares: pd.DataFrame
    rank_shifts: pd.DataFrame
    correlations: pd.DataFrame
    findings: pd.DataFrame


def figures_of(assessment: Assessment, indicators: pd.DataFrame) -> Figures:
    """Return every figure by which the districts of an assessment can be compared."""
    people = assessment.focus_areas.set_index(assessment.focus_areas["district"].astype(str))["people_exposed"]
    of_assets = district_indicators(assessment.assets, assessment.exposure, assessment.joint)
    return district_figures(assessment.districts, of_assets, people, assessment.people, indicators)


def compare_districts(
    assessment: Assessment, indicators: pd.DataFrame, *, figures: Figures | None = None
) -> DistrictNeeds:
    """Return how the districts stand beside each other by the criteria of their city.

    `indicators` is DISTRICT_INDICATORS; `figures` are those to compare by where they are not `figures_of` these two.
    """
    settings = assessment.city.resilience
    figures = figures_of(assessment, indicators) if figures is None else figures
    status = status_of_figures(assessment, figures, settings)
    if not settings.criteria:
        none = finding("no_criteria", source="city.toml", severity="warning", column="criteria")
        return DistrictNeeds(*(empty(name) for name in TABLES), findings([none]))
    table = criteria(figures, settings.criteria)
    said = [*criteria_findings(figures, settings.criteria, which_is_better(indicators)),
            *front_findings(settings.criteria), *weight_findings(settings.criteria)]  # fmt: skip
    if not len(table):
        return DistrictNeeds(*(empty(name) for name in TABLES), findings(said))
    shares = drawn_shares(table, settings)
    related = correlations(table, settings)
    return DistrictNeeds(
        check(table, "CRITERIA"),
        check(standings(table, shares, settings, status=status), "STANDINGS"),
        check(rank_shares(shares), "RANK_SHARES"),
        check(rank_shifts(table, settings), "RANK_SHIFTS"),
        check(related, "CORRELATIONS"),
        findings([*said, *correlation_findings(related, settings), *top_findings(shares, settings)]),
    )


def status_of_figures(assessment: Assessment, figures: Figures, settings: Resilience) -> str:
    """Return the `data_status` of standings: exercise where any figure that is compared is."""
    used = {figure_meant(name, one, figures) for name, one in settings.criteria.items()} - {None}
    invented = set(assessment.provenance.get("exercise", ()))
    of_people = {"population"} if used & set(OF_PEOPLE) else set()
    rests_on = {"districts", *of_people, *(invented - {"population"} if used & set(FIGURES) else ())}
    by_offices = settings.indicators is not None and settings.indicators.exercise and used - set(FIGURES)
    return EXERCISE if invented & rests_on or by_offices else REAL
