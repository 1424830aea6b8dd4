"""Kendall's W by pencil, by law and by scipy's Friedman test."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import friedmanchisquare

from asset_inventory.resilience.perceptions import kendall_w, mid_ranks


def test_three_groups_that_nearly_agree():
    # sums 4, 6, 8, 12, mean 7.5: S = 12.25 + 2.25 + 0.25 + 20.25 = 35; W = 12·35 / (9·(64 − 4)) =
    # 420/540 = 0.778
    told = kendall_w(np.array([[1, 2, 3, 4], [1, 3, 2, 4], [2, 1, 3, 4]]))
    assert told == pytest.approx(420 / 540, abs=1e-12), f"12·35/540 = {420 / 540:.4f}, not {told}"


def test_ties_take_the_mean_of_their_ranks_and_are_allowed_for():
    # rows 1.5 1.5 3 | 1 2 3 | 1.5 1.5 3: sums 4, 5, 9, mean 6, S = 4 + 1 + 9 = 14
    # ties: 2³ − 2 = 6 in two rows; W = 12·14 / (9·24 − 3·12) = 168/180
    told = kendall_w(np.array([[1, 1, 2], [1, 2, 3], [5, 5, 9]]))
    assert told == pytest.approx(168 / 180)
    assert mid_ranks(np.array([5, 5, 9])).tolist() == [1.5, 1.5, 3]


@pytest.mark.parametrize(
    "ranks",
    [
        [[1, 2, 3], [1, 2, 3]],  # two agree or do not
        [[1], [1], [1]],
        [[1, 2, 3], [1, np.nan, 2], [3, 2, 1]],
        [[1, 1, 1], [2, 2, 2], [1, 1, 1]],  # nobody prefers anything
    ],
)
def test_nothing_is_said_where_nothing_can_be(ranks):
    assert np.isnan(kendall_w(np.array(ranks, dtype=float)))


@given(
    arrays(int, st.tuples(st.integers(3, 8), st.integers(3, 7)), elements=st.integers(1, 7)),
    st.randoms(),
)
def test_w_is_a_share_and_nobody_comes_first(ranks, random):
    told = kendall_w(ranks)
    order = list(range(len(ranks)))
    random.shuffle(order)
    assert kendall_w(ranks[order]) == pytest.approx(told, nan_ok=True)
    if np.isnan(told):
        assert all(len(set(row)) == 1 for row in ranks.tolist())
    else:
        assert -1e-12 <= told <= 1 + 1e-12


def test_by_peer_friedman():
    # Friedman's χ² = m (n − 1) W, ties allowed for in both
    ranks = np.random.default_rng(4).integers(1, 6, size=(7, 5))
    assert friedmanchisquare(*ranks.T).statistic == pytest.approx(7 * 4 * kendall_w(ranks))
