"""BNPB's flood hazard index to its printed digits, and where depth and index disagree."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_inventory.resilience.bnpb import CLASSES, class_by_depth, class_by_index, hazard_index


@pytest.mark.parametrize(
    ("depth", "index"),
    [
        (0.75, 0.3297),  # (0.75/1.125)^−1.75 = 1.5^1.75 = 2.0331; 1/3.0331
        (1.0, 0.4487),  # 1.125^1.75 = 1.2289; 1/2.2289
        (1.5, 0.6233),  # 0.75^1.75 = 0.6044; 1/1.6044
        (3.0, 0.8477),  # 0.375^1.75 = 0.1797; 1/1.1797
    ],
)
def test_the_index_of_a_depth(depth, index):
    assert hazard_index(np.array([depth]))[0] == pytest.approx(index, abs=5e-5)


def test_depth_says_high_before_the_index_does():
    # the index reaches 0.666 where (d/1.125)^1.75 = 0.666/0.334: d = 1.125 · 1.99401^(1/1.75) =
    # 1.669
    turn = 1.125 * (0.666 / 0.334) ** (1 / 1.75)
    assert turn == pytest.approx(1.669, abs=5e-4)
    depth = np.array([0.75, 1.5, 1.51, 1.66, 1.67])
    assert [CLASSES[one] for one in class_by_depth(depth)] == [
        "low",
        "medium",
        "high",
        "high",
        "high",
    ]
    by_index = [CLASSES[one] for one in class_by_index(hazard_index(depth))]
    assert by_index == ["low", "medium", "medium", "medium", "high"]


def test_dry_is_nothing_and_unknown_is_not_dry():
    assert hazard_index(np.array([0.0, -1.0, np.nan])).tolist() == pytest.approx(
        [0, 0, np.nan], nan_ok=True
    )
    assert class_by_depth(np.array([np.nan])).tolist() == [-1]


@given(st.floats(0, 100), st.floats(0, 100))
def test_deeper_water_never_lowers_the_index(one, other):
    low, high = hazard_index(np.array(sorted((one, other))))
    assert 0 <= low <= high <= 1
