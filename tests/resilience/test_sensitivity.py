"""How ranks hang on choices, and criteria that count twice, by pencil."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from asset_inventory.messages import LANGUAGES, describe_finding
from asset_inventory.model.resilience import Criterion, Resilience
from asset_inventory.model.tables import check
from asset_inventory.resilience.criteria import Figures, criteria
from asset_inventory.resilience.sensitivity import (
    correlation_findings,
    correlations,
    rank_sensitivity,
)


def compared(values: list[list[float]], **declared: Criterion) -> tuple[pd.DataFrame, Resilience]:
    known = pd.DataFrame(
        values,
        index=pd.Index(list("ABCDEFGH")[: len(values)], name="district"),
        columns=list(declared),
        dtype=float,
    )
    return criteria(Figures(known, known * np.nan, known * np.nan), declared), Resilience(
        criteria=declared
    )


GOOD = Criterion(worst=0, best=1)


def test_another_mean_shifts_ranks_as_by_pencil():
    # A (0.9, 0.9, 0.1), B (0.6, 0.6, 0.6): ranks 1, 2 by the geometric mean, 2, 1 by the linear:
    # |1| + |1| over 2 = 1. Without x both are ranked alike: A sqrt(0.09) = 0.3 < 0.6. Without z A
    # is 0.9 > 0.6: both shift by 1.
    told = check(
        rank_sensitivity(*compared([[0.9, 0.9, 0.1], [0.6, 0.6, 0.6]], x=GOOD, y=GOOD, z=GOOD)),
        "RANK_SENSITIVITY",
    )
    shifts = told.set_index(["choice", told["criterion"].fillna("-")])["mean_shift"]
    assert shifts[
        [("linear", "-"), ("without", "x"), ("without", "y"), ("without", "z")]
    ].tolist() == [1, 0, 0, 1]
    assert len(told) == 1 + 3 * 3
    assert told.loc[0, ["largest_shift", "district"]].tolist() == [1, "A"]
    assert told["district"].isna().sum() == (told["mean_shift"] == 0).sum()


def test_a_goalpost_that_is_set_further_off_lowers_what_lay_near_it():
    # much is worse, worst 10: A (8, 6) scores 0.2, 0.4: sqrt(0.08) = 0.283; B (6.9, 7.4): 0.31,
    # 0.26: 0.284: A first. Worst of x at 11: A 3/11, 0.4: sqrt(0.10909) = 0.3303; B 4.1/11, 0.26:
    # sqrt(0.09691) = 0.3113: B first.
    bad = Criterion(worst=10, best=0)
    told = rank_sensitivity(*compared([[8, 6], [6.9, 7.4]], x=bad, y=bad))
    shifts = told.set_index(["choice", told["criterion"].fillna("-")])["mean_shift"]
    assert shifts["worst further", "x"] == 1
    # at 9: A 1/9 · 0.4 = 0.0444, B 2.1/9 · 0.26 = 0.0607: A still first
    assert shifts["worst nearer", "x"] == 0


def test_of_whom_nothing_is_known_is_in_no_shift():
    told = rank_sensitivity(*compared([[0.5, 0.2], [np.nan, np.nan]], x=GOOD, y=GOOD))
    assert (told["mean_shift"] == 0).all()
    nobody = rank_sensitivity(*compared([[np.nan]], x=GOOD))
    assert nobody["mean_shift"].isna().all()


def test_one_criterion_cannot_be_left_out():
    told = rank_sensitivity(*compared([[0.5], [0.2]], x=GOOD))
    assert told["choice"].tolist() == ["linear", "worst further", "worst nearer"]


def test_two_criteria_that_rank_alike_count_twice_and_opposites_cancel():
    # x rises with need as y does; z falls with need, being good where high, and rises in the same
    # order: opposite
    bad = Criterion(worst=10, best=0)
    values = [[1, 2, 1], [2, 4, 3], [3, 5, 7], [4, 9, 8]]
    table, said = compared(values, x=bad, y=bad, z=GOOD)
    told = check(correlations(table, said), "CORRELATIONS")
    assert told["correlation"].tolist() == pytest.approx([1, -1, -1])
    assert told["districts"].tolist() == [4, 4, 4]
    rows = list(correlation_findings(told, said))
    assert [row["code"] for row in rows] == [
        "criteria_count_twice",
        "criteria_cancel",
        "criteria_cancel",
    ]
    for language in LANGUAGES:
        sentence, remedy = describe_finding(rows[0], language)
        assert '"x"' in sentence and '"y"' in sentence and len(remedy) > 20


def test_by_peer_spearman():
    values = np.random.default_rng(2).integers(0, 6, size=(8, 2)).astype(float)
    told = correlations(*compared(values.tolist(), x=GOOD, y=GOOD))
    assert told["correlation"][0] == pytest.approx(spearmanr(*values.T).statistic)


@pytest.mark.parametrize(
    "values", [[[1, 1], [2, 2]], [[1, 3], [2, 3], [5, 3]], [[1, np.nan], [2, 1], [3, 2]]]
)
def test_few_districts_and_one_value_say_nothing(values):
    told = correlations(*compared(values, x=GOOD, y=GOOD))
    assert told["correlation"].isna().all()
