"""The assessment in sentences: names in the reader's language, shares never rounded up, felt
against measured.
"""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from asset_inventory.assessment.resilience import ResilienceAssessment, assess_resilience
from asset_inventory.assessment.run import assess
from asset_inventory.messages import LANGUAGES
from asset_inventory.model.reading import read_city
from asset_inventory.outputs.views import resilience
from asset_inventory.outputs.views.ranking import format_decision, resilience_summary
from asset_inventory.outputs.views.resilience import named
from asset_inventory.resilience.perceptions import SMALL_GROUPS


@pytest.fixture
def drawn(computed_resilience) -> ResilienceAssessment:
    return computed_resilience


def told(drawn: ResilienceAssessment, language: str, **tables: pd.DataFrame) -> str:
    return "\n".join(resilience_summary(dataclasses.replace(drawn, **tables), language))


def test_many_names_are_the_first_few_and_how_many_more():
    assert named("abcdefg", {}, "en", limit=5) == "a, b, c, d, e and 2 more"
    assert named("abcde", {}, "id", limit=5) == "a, b, c, d, e"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_pages_say_too_is_said_by_their_sentences(drawn, language):
    of_pages = [
        resilience.issues_sentence(drawn, language),
        resilience.perceived_first_sentence(drawn, language),
        resilience.agreement_sentence(drawn, language),
        resilience.pareto_sentences(drawn, language)[0],
        resilience.priority_sentence(drawn, language),
        resilience.programme_sentence(drawn, language),
        *resilience.mismatches(drawn, language),
        *resilience.ranking_sentences(drawn, language),
        *resilience.gap_sentences(drawn, language, limit=5),
    ]
    assert set(of_pages) <= set(resilience_summary(drawn, language))
    in_short = resilience.in_short(drawn, language)
    assert len(in_short) == 5
    assert in_short[0] == f"{of_pages[1]} {of_pages[2]}"
    assert of_pages[4] in in_short[2]


def test_what_parts_felt_and_measured_has_its_own_sentence(drawn):
    pressures = drawn.shocks_and_stresses.assign(
        mismatch=["felt, not measured", "measured, not felt", "named by nobody", None, None]
    )
    said = told(drawn, "en", shocks_and_stresses=pressures)
    for sentence in (
        "Perceived but not measured: ",
        "Measured but not perceived: ",
        "Neither perceived nor measured: ",
    ):
        assert sentence in said
    assert "Terukur tetapi tidak dirasakan: " in told(drawn, "id", shocks_and_stresses=pressures)


@pytest.mark.parametrize(
    ("language", "small"),
    [("en", "small groups combined 6"), ("id", "gabungan kelompok kecil 6")],
)
def test_groups_that_were_merged_are_called_so(drawn, language, small):
    groups = [SMALL_GROUPS, "PKK", None]
    agreement = pd.DataFrame({"group": groups, "voters": [6, 7, 2], "w": [0.5, 0.25, float("nan")]})
    said = told(drawn, language, agreement=agreement)
    assert small in said and "PKK 7" in said
    assert SMALL_GROUPS not in said or language == "en"


def test_an_upper_and_a_lower_figure_of_years_to_come_are_told_apart(drawn):
    assert (
        "Sinking ground: EAD of Flood is Rp90 a year as mapped and, under the assumed rates, "
        "Rp147 or more a year in 2036." in told(drawn, "en")
    )
    known = drawn.influences.assign(at_least=False)
    assert "Rp90 a year as mapped and, under the assumed rates, Rp147 a year in 2036." in told(
        drawn, "en", influences=known
    )


def test_the_furthest_move_is_named(drawn):
    standings = drawn.district_ranking.assign(linear_rank=[2.0, 1.0])
    assert (
        "2 districts change rank; the largest change is West (3 assets): 1 (geometric) to 2"
        in told(drawn, "en", district_ranking=standings)
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_choice_is_said_with_its_criterion(drawn, language):
    city = drawn.assessment.city
    for row in drawn.rank_sensitivity.to_dict("records"):
        said = format_decision(row, city, language)
        assert "{" not in said and "ead_per_value" not in said


def test_a_town_that_nobody_filled_in_has_no_more_than_its_findings(town):
    said = resilience_summary(assess_resilience(assess(read_city(town))), "en")
    assert len(said) == 2 and said[0].startswith("5 data quality issues")
    assert said[1] == "FICTITIOUS TRAINING DATA, not real: Flood."


def test_voices_that_are_invented_are_said_so_where_no_standing_is(drawn):
    # the standings rest on nothing here; the Forum's statements and votes are an exercise, as the
    # town's flood is
    told = resilience_summary(
        dataclasses.replace(drawn, district_ranking=drawn.district_ranking.iloc[:0]), "en"
    )
    assert told[-1] == "FICTITIOUS TRAINING DATA, not real: Flood, Forum."
    assert resilience_summary(drawn, "en")[-1].startswith("The ranking rests on fictitious")
