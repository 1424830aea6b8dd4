"""The preliminary assessment of a tiny town, from what people filled in to what nothing is done
for.
"""

from __future__ import annotations

import dataclasses
import datetime

import pandas as pd
import pytest

from asset_inventory.assessment.resilience import (
    assess_resilience,
    gaps,
    priority_districts_of,
    status_of_table,
)
from asset_inventory.assessment.run import Assessment, assess
from asset_inventory.model.reading import read_city
from asset_inventory.register import decide, open_register


@pytest.fixture
def assessed(town_with_voices) -> Assessment:
    return assess(read_city(town_with_voices))


def test_everything_that_people_filled_in_arrives(assessed):
    drawn = assess_resilience(assessed)
    assert drawn.statements["district"].fillna("-").tolist() == ["1", "2", "-", "2"]
    assert (len(drawn.votes), drawn.votes["counted"].all()) == (13 * 5, True)
    # The office's two are withheld, for they are too few
    assert drawn.agreement["voters"].tolist() == [
        6,
        5,
        2,
    ]
    assert set(drawn.findings["code"]) == {
        "groups_withheld",
        "district_spelled_otherwise",
        "burden_without_people",
    }
    # PKK ranks the flood 1, the traders 3: (1 + 3)/2 = 2, as power cuts (2 + 2)/2
    assert drawn.shocks_and_stresses.set_index("pressure")["perceived_rank"].to_dict() == {
        "flood": 1,
        "power": 1,
        "poverty": 3,
        "sinking": 4,
        "slide": 5,
    }


def test_what_is_compared_lies_within_its_limits(assessed):
    table = assess_resilience(assessed).criteria.set_index(["criterion", "district"])
    # poor people 30 and 10 of at most 40: (30 - 40)/(0 - 40) = 0.25, and 0.75
    assert table.loc["poverty", "score"].tolist() == pytest.approx([0.25, 0.75])
    # the map says nothing of half of D, which lies in West with A and C: two of three are exposed,
    # or all
    shares = table.loc[("exposed_share", "1"), ["value_least", "value_most"]].tolist()
    assert shares == pytest.approx([2 / 3, 1])


def test_an_indicator_that_nobody_filled_in_measures_nothing(town_with_voices):
    table = town_with_voices / "indicators.csv"
    table.write_text(
        table.read_text(encoding="utf-8").replace("poor people", "households"), encoding="utf-8"
    )
    drawn = assess_resilience(assess(read_city(town_with_voices)))
    assert drawn.shocks_and_stresses["indicator"].isna().all()
    told = drawn.findings[drawn.findings["code"] == "pressure_without_value"]
    assert told[["feature", "column"]].to_numpy().tolist() == [["poverty", "pressures"]]


def test_a_stress_that_deepens_the_water_has_a_figure(assessed):
    told = assess_resilience(assessed).influences.set_index("stress")
    assert told.loc["sinking", ["year", "ead_mapped"]].tolist() == [2036, 90]
    assert (told.loc["sinking", "share"], bool(told.loc["sinking", "at_least"])) == (1, True)
    assert told.loc["poverty", ["year", "ead", "share"]].isna().all()


def test_gaps_are_what_no_action_serves(assessed):
    drawn = assess_resilience(assessed)
    assert priority_districts_of(drawn).chosen is False
    assert priority_districts_of(drawn).districts == ("2",)
    found = gaps(drawn)
    assert found.priority_districts == ("2",)  # the pump house stands in West
    assert found.pressures == ("slide", "power", "sinking")
    assert len(found.drivers) == 10  # of twelve


def test_what_people_decided_comes_out_of_the_register_and_goes_before_what_is_proposed(assessed):
    figures = {
        "rank": 1.0,
        "top": 1.0,
        "top_share": 0.4,
        "robustness": "low",
        "non_dominated": True,
        "figures": "with",
    }
    register = open_register(assessed.city)
    for day, choice in ((2, "chosen"), (9, "withdrawn")):
        decide(
            register,
            "1",
            choice,
            group="Forum",
            reason="R",
            day=datetime.date(2026, 3, day),
            figures=figures,
        )
    then = assess_resilience(assessed, day=datetime.date(2026, 3, 5))
    assert then.decisions["stands"].tolist() == [True]
    assert (priority_districts_of(then).districts, priority_districts_of(then).chosen) == (
        ("1",),
        True,
    )
    now = assess_resilience(assessed)
    assert now.decisions["stands"].tolist() == [False, False]
    assert (priority_districts_of(now).districts, priority_districts_of(now).chosen) == (
        ("2",),
        False,
    )


def test_what_rests_on_invented_data_says_so(assessed):
    drawn = assess_resilience(assessed)
    assert set(drawn.district_ranking["data_status"]) == {"exercise"}  # for the flood is
    told = {
        name: status_of_table(drawn, name)
        for name in ("statements", "votes", "district_indicators", "programmes")
    }
    assert told == {
        "statements": "exercise",
        "votes": "exercise",
        "district_indicators": "real",
        "programmes": "real",
    }


def test_every_table_without_a_status_of_its_own_says_what_it_rests_on(assessed):
    drawn = assess_resilience(assessed)
    tables = {one.name: getattr(drawn, one.name) for one in dataclasses.fields(drawn)}
    without = {
        name
        for name, table in tables.items()
        if isinstance(table, pd.DataFrame) and "data_status" not in table
    }
    assert {name: status_of_table(drawn, name) for name in without} == {
        "statements": "exercise",
        "votes": "exercise",
        "group_ranks": "exercise",
        "agreement": "exercise",
        "shocks_and_stresses": "exercise",
        "influences": "exercise",
        "district_indicators": "real",
        "criteria": "exercise",
        "rank_acceptability": "exercise",
        "rank_sensitivity": "exercise",
        "correlations": "exercise",
        "loss_distribution": "exercise",
        "programmes": "real",
        "themes": "exercise",
        "decisions": "exercise",
        "findings": "real",
    }


def test_a_town_that_declares_nothing_is_told_what_to_add(town):
    drawn = assess_resilience(assess(read_city(town)))
    assert drawn.findings["code"].tolist() == [*["nothing_filled_in"] * 4, "no_criteria"]
    assert not len(drawn.district_ranking) and not len(drawn.shocks_and_stresses)
    assert priority_districts_of(drawn).districts == ()
