"""The concentration index by pencil and by law."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_inventory.resilience.concentration import concentration_index


def test_the_poor_bear_more():
    # burdens 40, 30, 20, 10 from poor to rich, ranks 1/8, 3/8, 5/8, 7/8: mean 25; Σ burden·rank / 4 =
    # (5 + 11.25 + 12.5 + 8.75)/4 = 9.375; cov = 9.375 − 25·0.5 = −3.125; C = 2·(−3.125)/25 = −0.25
    told = concentration_index(np.array([40, 30, 20, 10]), np.array([1, 2, 3, 4]), np.full(4, 500))
    assert told == pytest.approx(-0.25), f"2·(9.375 − 12.5)/25 = -0.25, not {told}"


def test_unequal_districts_rank_by_people():
    # 1 person at 40, 3 at 10: ranks 1/8 and 5/8, mean 17.5; 0.25·40·0.125 + 0.75·10·0.625 = 5.9375; − 8.75 → −2.8125
    told = concentration_index(np.array([40, 10]), np.array([1, 2]), np.array([1, 3]))
    assert told == pytest.approx(2 * -2.8125 / 17.5)


def test_nothing_is_said_where_nothing_can_be():
    assert np.isnan(concentration_index(np.array([1.0]), np.array([1.0]), np.array([1.0])))
    assert np.isnan(concentration_index(np.zeros(3), np.arange(3), np.ones(3)))
    known = concentration_index(np.array([40, 10, np.nan]), np.array([1, 2, 3]), np.array([1, 3, 5]))
    assert known == pytest.approx(2 * -2.8125 / 17.5)


@given(st.lists(st.tuples(st.floats(0, 1e6), st.integers(0, 5), st.floats(1, 1e5)), min_size=2, max_size=20))
def test_it_lies_between_its_limits_and_turns_with_wealth(rows):
    burden, wealth, people = np.array(rows).T
    told = concentration_index(burden, wealth, people)
    if not np.isnan(told):
        assert -1 <= told <= 1
        assert concentration_index(burden, -wealth, people) == pytest.approx(-told, abs=1e-9)
