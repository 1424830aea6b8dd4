"""How a district stands, told back: what is printed can be reckoned again by whoever reads it."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace

import numpy as np
import pytest

from asset_inventory.assessment.resilience import assess_resilience
from asset_inventory.assessment.run import assess
from asset_inventory.disclosure.resilience import disclosed_resilience
from asset_inventory.messages import LANGUAGES
from asset_inventory.model.reading import read_city
from asset_inventory.outputs.views.ranking import ranking_lines


@pytest.fixture
def drawn(computed_resilience):
    return computed_resilience


def result(line: str) -> tuple[float, float]:
    """What the arithmetic of a line gives, and what the line says that it gives."""
    left, right = line.split(": ", 1)[1].rsplit(" = ", 1)
    terms = left.split(" + ")
    told = [
        math.prod(
            float(base) ** float(power or 1)
            for base, power in re.findall(r"([\d.]+)(?:\^([\d.]+))?", term)
        )
        for term in terms
    ]
    return sum(told), float(right)


def test_every_mean_that_is_printed_gives_what_it_says(drawn):
    said = ranking_lines(drawn, "1", "en")
    means = [line for line in said if line.startswith(("Priority score", "Arithmetic mean"))]
    # the map says nothing of half of D, so both means have a worst and a best
    assert len(means) == 4
    for line in means:
        reckoned, told = result(line)
        assert reckoned == pytest.approx(told, rel=1e-5), line
    row = drawn.district_ranking.set_index("district").loc["1"]
    assert [result(line)[1] for line in means] == pytest.approx(
        row[["score_low", "score_high", "linear_low", "linear_high"]].tolist(), rel=1e-5
    )


def test_a_criterion_is_told_back_to_the_row_that_an_office_filled_in(drawn):
    said = ranking_lines(drawn, "1", "en")
    # 30 of a worst 40, best 0: (30 - 40)/(0 - 40) = 0.25
    place = next(number for number, line in enumerate(said) if line.startswith("Poverty"))
    assert said[place] == "Poverty: 30, worst 40, best 0: (30 − 40) / (0 − 40) = 0.25"
    assert (
        said[place + 1].strip()
        == "from row 2 of the table of indicators (2025; source: Social office)"
    )
    # two of three assets are exposed, or all: (2/3 - 1)/(0 - 1) = 1/3, and 0
    (within,) = [line for line in said if "0.666667" in line]
    assert within.endswith("between 0 and 0.333333, random in each simulation")


def test_rank_share_and_front_are_those_of_the_standings(drawn):
    said = "\n".join(ranking_lines(drawn, "2", "en"))
    row = drawn.district_ranking.set_index("district").loc["2"]
    assert f"Rank {row['rank']:.0f} of 2 districts" in said
    assert "of 1,000 simulations (random seed 0)" in said and "high from 90%" in said
    count = int(row["dominated_by"])
    assert f"dominated by {count} district" in said
    assert "fictitious training data" in said  # the flood is invented


def test_what_lies_beyond_a_goalpost_is_told_so(drawn):
    table = drawn.criteria.copy()
    at = ((table["district"] == "1") & (table["criterion"] == "poverty")).to_numpy()
    table.loc[at, ["value", "value_least", "value_most"]] = 50.0
    table.loc[at, ["score", "score_low", "score_high"]] = 0.0
    lines = ranking_lines(replace(drawn, criteria=table), "1", "en")
    (line,) = [line for line in lines if line.startswith("Poverty")]
    # (50 - 40)/(0 - 40) = -0.25
    assert line.endswith("(50 − 40) / (0 − 40) = -0.25, outside the goalposts: 0")


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_nothing_is_known_it_is_said(drawn, language):
    table = drawn.criteria.copy()
    there = (table["district"] == "1").to_numpy()
    table.loc[there, ["value", "value_least", "value_most"]] = np.nan
    stands = drawn.district_ranking.copy()
    of_it = (stands["district"] == "1").to_numpy()
    stands.loc[of_it, ["score_low", "rank", "top_share"]] = np.nan
    said = ranking_lines(replace(drawn, criteria=table, district_ranking=stands), "1", language)
    assert not any("{" in line or "nan" in line for line in said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_town_that_compares_nothing_is_told_so(town, language):
    assert len(ranking_lines(assess_resilience(assess(read_city(town))), "1", language)) == 2


@pytest.mark.slow
def test_the_command_tells_a_district_in_any_spelling_and_writes_nothing(
    town_with_voices, ask, tmp_path, monkeypatch
):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    for language, told in (("en", "step by step"), ("id", "langkah demi langkah")):
        code, said = ask("resilience", town_with_voices, "--district", "WEST", language=language)
        assert (code, told in said) == (1, True)  # the depot has no geometry, which must be mended
    _, said = ask("resilience", town_with_voices, "--district", "1", "--json", language="en")
    assert json.loads(said)["district"] == "1" and "step by step" in json.loads(said)["lines"][0]
    code, said = ask("resilience", town_with_voices, "--district", "Wesst")
    assert code == 1 and "West" in said
    assert not list((tmp_path / "here").iterdir())


def test_the_public_is_told_no_row_of_an_internal_table(drawn):
    said = ranking_lines(disclosed_resilience(drawn), "1", "en")
    assert not any("Social office" in line or "poverty" in line.lower() for line in said)
