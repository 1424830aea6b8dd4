"""The front of need by pencil and by law."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from asset_inventory.resilience.ranking import dominated_by, non_dominated


def test_who_is_on_the_front_and_whom_it_beats():
    # P (5, 2), Q (3, 4), R (2, 3), S (5, 1): Q beats R (3 > 2, 4 > 3), P beats S (5 = 5, 2 > 1)
    need = np.array([[5, 2], [3, 4], [2, 3], [5, 1]])
    assert [one.tolist() for one in dominated_by(need, need)] == [[], [], [1], [0]]
    assert non_dominated(need, need).tolist() == [True, True, False, False]


def test_what_is_not_known_beats_nothing_and_is_not_beaten():
    # B may need between 0 and 9 by the first criterion: A (5, 2) cannot beat it, nor B (?, 2) A
    least, most = np.array([[5, 2], [0, 2], [4, 1]]), np.array([[5, 2], [9, 2], [4, 1]])
    assert [one.tolist() for one in dominated_by(least, most)] == [[], [], [0]]
    nothing = np.array([[np.nan, 2.0]])
    assert non_dominated(np.vstack([least, nothing]), np.vstack([most, nothing])).tolist() == [
        True,
        True,
        False,
        True,
    ]


def test_districts_alike_do_not_beat_each_other():
    assert non_dominated(np.ones((3, 2)), np.ones((3, 2))).all()


def test_more_than_four_criteria_are_refused():
    with pytest.raises(ValueError, match="5 criteria"):
        dominated_by(np.ones((2, 5)), np.ones((2, 5)))


@given(
    arrays(
        float,
        st.tuples(st.integers(1, 40), st.integers(1, 4)),
        elements=st.integers(0, 6).map(float),
    )
)
def test_a_member_of_the_front_is_beaten_by_nobody_and_every_other_by_a_member(need):
    front, beaten = non_dominated(need, need), dominated_by(need, need)
    assert front.any()
    for place, by in enumerate(beaten):
        assert (len(by) == 0) == front[place]
        assert front[place] or front[by].any()
