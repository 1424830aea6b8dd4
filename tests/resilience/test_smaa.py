"""Rank acceptability by pencil, within the noise of its draws, and its laws."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from asset_inventory.resilience.ranking import (
    WITHIN_95,
    interval,
    simulated_scores,
    simulated_weights,
    top_shares,
    uniform_numbers,
)

DRAWS = 10_000
# so that another stream of numbers fails once in ten thousand
SURE = NormalDist().inv_cdf((1 + 0.9999) / 2)


def first_shares(values: list[list[float]], draws: int = DRAWS) -> np.ndarray:
    """The share of draws in which each row has the greatest score: that in which its need is the
    least of all.
    """
    table = np.array(values)
    weights = simulated_weights(uniform_numbers(draws, table.shape[1], 7))
    scores = simulated_scores(table, table, weights, np.empty((draws, 0)), floor=0.01)
    return top_shares(-scores, 1)[:, 0]


def test_the_geometric_share_of_a_first_rank():
    # A (0.8, 0.2) beats B (0.5, 0.6) where w ln 0.8 + (1 − w) ln 0.2 > w ln 0.5 + (1 − w) ln 0.6:
    # w (ln 1.6 + ln 3) > ln 3, w > 1.0986 / (0.4700 + 1.0986) = 0.7004, so 0.2996 of the weights
    cut = np.log(3) / (np.log(1.6) + np.log(3))
    assert 1 - cut == pytest.approx(0.2996, abs=5e-5)
    low, high = interval(first_shares([[0.8, 0.2], [0.5, 0.6]]), DRAWS, z=SURE)
    assert low[0] <= 1 - cut <= high[0]


def test_the_linear_share_lies_beside_it():
    # 0.2 + 0.6 w > 0.6 − 0.1 w: w > 4/7, so 3/7 = 0.4286 of the weights
    weights = simulated_weights(uniform_numbers(DRAWS, 2, 7))
    linear = np.array([[0.8, 0.2], [0.5, 0.6]]) @ weights.T
    low, high = interval(top_shares(-linear, 1)[:, 0], DRAWS, z=SURE)
    assert low[0] <= 3 / 7 <= high[0]


def test_what_is_not_known_is_drawn_between_its_limits():
    # one criterion: A between 0 and 1, B 0.25; A is needier in a quarter of the draws (0.25, floor
    # 0.01 below it)
    least, most = np.array([[0.0], [0.25]]), np.array([[1.0], [0.25]])
    weights = simulated_weights(uniform_numbers(DRAWS, 1, 7))
    scores = simulated_scores(least, most, weights, uniform_numbers(DRAWS, 1, 8), floor=0.01)
    low, high = interval(top_shares(scores, 1)[:, 0], DRAWS, z=SURE)
    assert low[0] <= 0.25 <= high[0]


def test_ties_share_the_places_that_are_left():
    # 0.2 first; 0.5 twice for the second place: a half each; 0.9 never
    scores = np.array([[0.5], [0.2], [0.5], [0.9], [np.nan]])
    assert top_shares(scores, 2)[:, 1] == pytest.approx([0.5, 1, 0.5, 0, np.nan], nan_ok=True)
    assert top_shares(scores, 5)[:4, 4] == pytest.approx([1, 1, 1, 1])


def test_stated_weights_are_the_mode_of_those_drawn():
    # Dirichlet(κw + 1) has the mean (κw + 1)/(κ + n): κ = 8, w = (0.75, 0.25): (7/10, 3/10)
    drawn = simulated_weights(uniform_numbers(DRAWS, 2, 7), np.array([3, 1]), concentration=8)
    assert drawn.sum(axis=1) == pytest.approx(np.ones(DRAWS))
    assert drawn.mean(axis=0) == pytest.approx([0.7, 0.3], abs=0.01)


def test_the_number_of_draws_holds_a_share_within_a_hundredth():
    # N = 1.96²/(4·0.01²) = 9,604
    assert 1.96**2 / (4 * 0.01**2) == pytest.approx(9604)
    assert pytest.approx(NormalDist().inv_cdf(0.975)) == WITHIN_95
    low, high = interval(np.array([0.5]), 9604)
    assert (high - low)[0] / 2 == pytest.approx(0.01, abs=1e-4)


@given(
    arrays(float, st.tuples(st.integers(2, 12), st.integers(1, 4)), elements=st.floats(0, 1)),
    st.integers(1, 12),
)
def test_shares_add_up_to_the_places(table, upto):
    weights = simulated_weights(uniform_numbers(200, table.shape[1], 1))
    shares = top_shares(
        simulated_scores(table, table, weights, np.empty((200, 0)), floor=0.01), upto
    )
    assert shares.sum(axis=0) == pytest.approx([min(k, len(table)) for k in range(1, upto + 1)])
    assert (np.diff(shares, axis=1) >= -1e-9).all()


def test_the_numbers_are_the_same_under_every_numpy():
    assert uniform_numbers(1, 3, 374033).ravel().tolist() == pytest.approx(
        uniform_numbers(2, 3, 374033)[0].tolist(), abs=0
    )
    drawn = uniform_numbers(100, 100, 5)
    assert 0 < drawn.min() and drawn.max() < 1 and drawn.mean() == pytest.approx(0.5, abs=0.02)
