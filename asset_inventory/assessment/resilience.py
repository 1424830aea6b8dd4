"""The preliminary resilience assessment: comparison of districts, and what people raised and decided.

Semarang's stage 1 of 100 Resilient Cities (Penilaian Ketahanan Awal): priority shocks and stresses,
critical assets, programmes, perceptions and focus areas (themes). The tables are the evidence;
people choose, and their decision is kept with it.
"""

import datetime
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import partial

import pandas as pd

from asset_inventory.assessment import survey_forms
from asset_inventory.assessment.context_indicators import context_indicators
from asset_inventory.assessment.display import Shown
from asset_inventory.assessment.provenance import resilience_sources
from asset_inventory.assessment.run import Assessment
from asset_inventory.model import tables
from asset_inventory.model.city import City
from asset_inventory.model.data_status import (
    RESTS_ON,
    ExerciseSource,
    status_word,
    with_data_status,
)
from asset_inventory.model.library import resilience_drivers
from asset_inventory.model.resilience import Influence, Resilience
from asset_inventory.register import open_register, recorded_decisions
from asset_inventory.resilience import perceptions
from asset_inventory.resilience.criteria import (
    FIGURES,
    OF_ASSETS,
    OF_PEOPLE,
    Figures,
    criteria,
    criteria_findings,
    district_figures,
    district_indicators,
    figure_meant,
    which_is_better,
)
from asset_inventory.resilience.perceptions import agreement, group_ranks
from asset_inventory.resilience.priorities import chosen, proposed, themes
from asset_inventory.resilience.programmes import without_programme
from asset_inventory.resilience.ranking import (
    district_ranking,
    pareto_findings,
    pareto_groups,
    rank_acceptabilities,
    rank_shares,
    top_findings,
    weight_findings,
)
from asset_inventory.resilience.sensitivity import (
    correlation_findings,
    correlations,
    rank_sensitivity,
)
from asset_inventory.risk.projection import by_year

TABLES = ("CRITERIA", "DISTRICT_RANKING", "RANK_ACCEPTABILITY", "RANK_SENSITIVITY", "CORRELATIONS")


@dataclass(frozen=True)
class DistrictComparison:
    """CRITERIA, DISTRICT_RANKING and their robustness; without rows if no criteria are declared."""

    criteria: pd.DataFrame
    district_ranking: pd.DataFrame
    rank_acceptability: pd.DataFrame
    rank_sensitivity: pd.DataFrame
    correlations: pd.DataFrame
    findings: pd.DataFrame


def figures_of(assessment: Assessment, indicators: pd.DataFrame) -> Figures:
    """Return every figure by which the districts of an assessment can be compared."""
    people = assessment.district_damage.set_index(
        assessment.district_damage["district"].astype(str)
    )["people_exposed"]
    of_assets = district_indicators(assessment.assets, assessment.exposure, assessment.joint_ead)
    return district_figures(assessment.districts, of_assets, people, assessment.people, indicators)


def compare_districts(
    assessment: Assessment, indicators: pd.DataFrame, *, figures: Figures | None = None
) -> DistrictComparison:
    """Return the comparison of the districts by the criteria of their city.

    `indicators` is DISTRICT_INDICATORS; `figures` are those to compare by where they are not
    `figures_of` these two.
    """
    settings = assessment.city.resilience
    figures = figures_of(assessment, indicators) if figures is None else figures
    if not settings.criteria:
        none = tables.finding("no_criteria", source="city.toml", column="criteria")
        return DistrictComparison(*(tables.empty(name) for name in TABLES), tables.findings([none]))
    table = criteria(figures, settings.criteria)
    rows = [
        *criteria_findings(figures, settings.criteria, which_is_better(indicators)),
        *pareto_findings(settings.criteria),
        *weight_findings(settings.criteria),
    ]
    if not len(table):
        return DistrictComparison(*(tables.empty(name) for name in TABLES), tables.findings(rows))
    basis = _basis(assessment, figures, settings)
    compared = table[table["district"].map(basis["not_ranked"]).isna().to_numpy()]
    shares = rank_acceptabilities(compared, settings)
    related = correlations(table, settings)
    ranking = district_ranking(table, shares, settings, basis)
    sources = _sources_of_figures(assessment, figures, settings)
    return DistrictComparison(
        criteria=tables.check(table, "CRITERIA"),
        district_ranking=with_data_status(ranking, "DISTRICT_RANKING", sources),
        rank_acceptability=tables.check(rank_shares(shares), "RANK_ACCEPTABILITY"),
        rank_sensitivity=tables.check(rank_sensitivity(compared, settings), "RANK_SENSITIVITY"),
        correlations=tables.check(related, "CORRELATIONS"),
        findings=tables.findings(
            [*rows, *correlation_findings(related, settings), *top_findings(shares, settings)]
        ),
    )


def _basis(assessment: Assessment, figures: Figures, settings: Resilience) -> pd.DataFrame:
    """Return by district the number of its assets, why it is not ranked, missing if it is, and
    whether the front can compare it.

    Few assets exclude a district only where a criterion is a figure of assets.
    """
    damage, declared = assessment.district_damage, settings.criteria
    basis = damage.set_index(damage["district"].astype(str))[["assets", "not_ranked"]]
    of_assets = [
        name for name in declared if figure_meant(name, declared[name], figures) in OF_ASSETS
    ]
    front = {name for group in pareto_groups(declared).values() for name in group}
    return basis.assign(
        comparable=basis["not_ranked"].isna() | front.isdisjoint(of_assets),
        not_ranked=basis["not_ranked"] if of_assets else None,
    )


def _sources_of_figures(
    assessment: Assessment, figures: Figures, settings: Resilience
) -> list[ExerciseSource]:
    """Return the exercise data on which the figures rest by which districts are compared."""
    used = {
        figure_meant(name, criterion, figures) for name, criterion in settings.criteria.items()
    } - {None}
    own, computed = used - {*FIGURES}, used & {*FIGURES}
    compared = {"indicators": own, "districts": True, "population": used & {*OF_PEOPLE}}
    sources = resilience_sources(assessment.city, assessment.provenance)
    return [source for source in sources if compared.get(source.name, computed)]


# Tables that rest on districts under flood maps.
ON_WATER = ("flood_classes", "district_floods", "products")
_FOLLOWING = ("criterion_without_figure", "criterion_without_figure_near")


@dataclass(frozen=True)
class ResilienceAssessment(Shown):
    """What a preliminary resilience assessment rests on: its tables in the order in which they
    arise (`tables`).

    `findings` are those on the tables that people filled in and on what cannot be compared, in
    addition to those of `assessment`. `unread` are the forms with a file that cannot be read, so
    that their content is not known. `criteria_withheld` is the number of criteria that the city
    compares its districts by and the readers of this edition may not know.
    """

    assessment: Assessment
    statements: pd.DataFrame
    votes: pd.DataFrame
    group_ranks: pd.DataFrame
    agreement: pd.DataFrame
    shocks_and_stresses: pd.DataFrame
    influences: pd.DataFrame
    district_indicators: pd.DataFrame
    criteria: pd.DataFrame
    district_ranking: pd.DataFrame
    rank_acceptability: pd.DataFrame
    rank_sensitivity: pd.DataFrame
    correlations: pd.DataFrame
    flood_classes: pd.DataFrame
    loss_distribution: pd.DataFrame
    programmes: pd.DataFrame
    themes: pd.DataFrame
    decisions: pd.DataFrame
    findings: pd.DataFrame
    district_floods: pd.DataFrame = field(default_factory=partial(tables.empty, "DISTRICT_FLOODS"))
    vulnerability: pd.DataFrame = field(default_factory=partial(tables.empty, "VULNERABILITY"))
    capacity: pd.DataFrame = field(default_factory=partial(tables.empty, "CAPACITY"))
    products: pd.DataFrame = field(default_factory=partial(tables.empty, "PRODUCTS"))
    district_people: pd.DataFrame = field(default_factory=partial(tables.empty, "DISTRICT_PEOPLE"))
    unread: tuple[str, ...] = ()
    criteria_withheld: int = 0

    def __repr__(self) -> str:
        return f"<ResilienceAssessment of {self.assessment.city.name}: {len(self.statements):,} issues raised>"


@dataclass(frozen=True)
class PriorityDistricts:
    """The priority districts, and whether people `chose` them or the figures propose them."""

    districts: tuple[str, ...]
    chosen: bool


@dataclass(frozen=True)
class Gaps:
    """The ids for which nothing is done: priority districts, drivers of the framework, shocks and
    stresses.
    """

    priority_districts: tuple[str, ...]
    drivers: tuple[str, ...]
    pressures: tuple[str, ...]


def assess_resilience(
    assessment: Assessment,
    *,
    day: datetime.date | None = None,
    decided: int | None = None,
    water: bool = True,
) -> ResilienceAssessment:
    """Return the preliminary resilience assessment of a city that was assessed.

    Tables that people filled in are read from the paths in `city.toml`; a missing or unreadable one
    is a finding, and the rest goes on. Decisions count up to `day` and the number `decided`, all of
    them without these. Without `water` districts are laid under no map of it, which takes a while,
    and `ON_WATER` have no rows. Raises TableError for a table that breaks its contract,
    RegisterError for a register that cannot be read, RequestError for a map of water that does not
    exist any more.
    """
    city, districts = assessment.city, assessment.districts
    filled = survey_forms.read_survey_forms(city, districts, this_year=_year_of(assessment))
    felt, indicators = group_ranks(filled.ballots), filled.district_indicators
    needs = compare_districts(assessment, indicators)
    context = context_indicators(
        assessment, indicators, source=survey_forms.file_of(city, "indicators"), water=water
    )
    worsened = influences(assessment)
    measured = perceptions.measured_shocks_and_stresses(
        city.pressures, {hazard.name for hazard in city.hazards}, counted_indicators(filled)
    )
    decisions = recorded_decisions(open_register(city), until=day, through=decided)
    compared = perceptions.perceived_and_measured(
        measured,
        felt,
        filled.statements,
        cost_of_hazards(assessment),
        costliest=city.resilience.costliest,
        unread=filled.unread,
    )
    drawn = themes_of(city, compared, filled.programmes, filled.unread)
    counted = counted_indicators(filled) or ()
    rows = [
        *_influences_of_no_row(city.influences, worsened),
        *perceptions.measure_findings(city.pressures, measured, counted),
        *_lost(decisions, districts, city, drawn["theme"]),
    ]
    own = _own(needs.findings, filled.unread)
    joined = [filled.findings, own, context.findings, tables.findings(rows)]
    checked = tables.check(tables.join_findings(joined), "FINDINGS")
    return ResilienceAssessment(
        assessment,
        statements=tables.check(filled.statements, "STATEMENTS"),
        votes=tables.check(filled.votes, "VOTES"),
        group_ranks=tables.check(felt, "GROUP_RANKS"),
        agreement=tables.check(agreement(filled.ballots), "AGREEMENT"),
        shocks_and_stresses=tables.check(compared, "SHOCKS_AND_STRESSES"),
        influences=tables.check(worsened, "INFLUENCES"),
        district_indicators=tables.check(indicators, "DISTRICT_INDICATORS"),
        programmes=tables.check(filled.programmes, "PROGRAMMES"),
        themes=drawn,
        decisions=decisions,
        unread=filled.unread,
        **vars(needs) | vars(context) | {"findings": checked},
    )


def ranking_of(assessment: Assessment) -> tuple[pd.DataFrame, bool]:
    """Return DISTRICT_RANKING of an assessed city as in `assess_resilience`, computed alone.

    With them whether the file of indicators that they rest on too cannot be read.
    """
    indicators, unread = survey_forms.read_filled_indicators(
        assessment.city, assessment.districts, this_year=_year_of(assessment)
    )
    return compare_districts(assessment, indicators).district_ranking, unread


def counted_indicators(of: survey_forms.SurveyForms | ResilienceAssessment) -> list[str] | None:
    """Return the indicators with a value that counts; None where their file is unreadable."""
    if "indicators" in of.unread:
        return None
    return (
        of.district_indicators.loc[
            of.district_indicators["counted"].to_numpy(dtype=bool), "indicator"
        ]
        .unique()
        .tolist()
    )


def priority_districts_of(pra: ResilienceAssessment) -> PriorityDistricts:
    """Return the priority districts that people chose, else the `top` districts by their share."""
    districts = chosen(pra.decisions, "district")
    if districts:
        return PriorityDistricts(districts, chosen=True)
    return PriorityDistricts(
        proposed(pra.district_ranking, pra.assessment.city.resilience.top), chosen=False
    )


def themes_of(
    city: City, compared: pd.DataFrame, programmes: pd.DataFrame, unread: Collection[str]
) -> pd.DataFrame:
    """Return THEMES of a city from SHOCKS_AND_STRESSES and PROGRAMMES; without a list of programmes
    they are not known.
    """
    known = len(programmes) > 0 and "actions" not in unread
    table = themes(
        city.focus_areas,
        city.pressures,
        compared,
        programmes if known else None,
        first=city.resilience.costliest,
    )
    return tables.check(table, "THEMES")


def gaps(pra: ResilienceAssessment) -> Gaps:
    """Return the priority districts, drivers, shocks and stresses that no programme serves, in order.

    There are none where the inventory of actions could not be read: what is done is not known then.
    """
    if "actions" in pra.unread:
        return Gaps((), (), ())
    none = partial(without_programme, pra.programmes)
    pressures = [pressure.id for pressure in pra.assessment.city.pressures]
    return Gaps(
        none(priority_districts_of(pra).districts, "districts"),
        none(resilience_drivers(), "drivers"),
        none(pressures, "pressures"),
    )


def status_of_table(pra: ResilienceAssessment, name: str) -> str:
    """Return the `data_status` of a table without it: exercise if any of its sources is."""
    sources = resilience_sources(pra.assessment.city, pra.assessment.provenance)
    return status_word(any(source.kind in RESTS_ON[name.upper()] for source in sources))


def cost_of_hazards(assessment: Assessment) -> Mapping[str, float]:
    """Return the EAD of each hazard (currency/year) over known assets; NaN without any."""
    ead = assessment.ead
    return ead["ead"].groupby(ead["hazard"].astype(str)).sum(min_count=1).to_dict()


def influences(assessment: Assessment) -> pd.DataFrame:
    """Return INFLUENCES, a row per declared one, with the figures of the projection on it.

    Where the stress is land subsidence or sea level rise (`by`), EAD of the hazard by which the shock
    is measured: as mapped, in the last of the years, and the share of its growth that is due to
    that stress. Not known otherwise.
    """
    city, ahead = assessment.city, by_year(assessment.future_ead, assessment.ead)
    hazard = {
        pressure.id: pressure.measured_by.hazard
        for pressure in city.pressures
        if pressure.measured_by
    }
    rows = []
    for influence in city.influences:
        row = {
            "stress": influence.stress,
            "shock": influence.shock,
            "year": math.nan,
            "ead_mapped": math.nan,
            "ead": math.nan,
            "share": math.nan,
            "at_least": False,
        }
        of_hazard = ahead[(ahead["hazard"] == hazard.get(influence.shock)).to_numpy(dtype=bool)]
        if influence.by is not None and len(of_hazard):
            last = of_hazard.loc[of_hazard["year"].astype(int).idxmax()]
            share = last["share"] if influence.by == "sinking ground" else 1 - last["share"]
            row |= {
                "year": float(last["year"]),
                "ead_mapped": last["mapped"],
                "ead": last["ead"],
                "share": share,
                "at_least": bool(last["at_least"]),
            }
        rows.append(row)
    table = pd.DataFrame(rows, columns=list(tables.empty("INFLUENCES").columns))
    return table.astype(tables.empty("INFLUENCES").dtypes.to_dict())


def _influences_of_no_row(
    declared: tuple[Influence, ...], table: pd.DataFrame
) -> list[dict[str, object]]:
    """Return FINDINGS on influences that deepen water where no projection gives the amount."""
    return [
        tables.finding(
            "influence_without_figure",
            source="city.toml",
            column="influences",
            stress=influence.stress,
            shock=influence.shock,
        )
        for influence, known in zip(declared, table["ead"].notna(), strict=True)
        if influence.by is not None and not known
    ]


def _own(findings: pd.DataFrame, unread: tuple[str, ...]) -> pd.DataFrame:
    """Return FINDINGS on criteria without those that only follow from an unreadable file."""
    return findings[~findings["code"].isin(_FOLLOWING)] if "indicators" in unread else findings


def _lost(
    decisions: pd.DataFrame, districts: pd.DataFrame, city: City, drawn: pd.Series
) -> list[dict[str, object]]:
    """Return rows of FINDINGS on decisions in force on districts and themes that do not exist any
    more.
    """
    rows = []
    for subject, known, code, column in (
        ("district", districts["district"], "decision_on_lost_district", "districts"),
        ("theme", drawn, "decision_on_lost_theme", "focus_areas"),
    ):
        given = decisions[subject]
        gone = decisions["stands"] & given.notna() & ~given.isin(known.astype(str))
        rows += [
            tables.finding(
                code,
                source=open_register(city).path.name,
                feature=row[subject],
                column=column,
                number=str(row["decision"]),
            )
            for row in decisions[gone.to_numpy(dtype=bool)].to_dict("records")
        ]
    return rows


def _year_of(assessment: Assessment) -> int | None:
    """Return the year in which a city was assessed, None where that is not written down."""
    day = assessment.provenance.get("day")
    return int(str(day)[:4]) if day else None
