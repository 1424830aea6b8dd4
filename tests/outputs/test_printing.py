"""Printed parts add up to printed totals, by pencil and by law."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_inventory.outputs.views.table_view import Scale, in_steps, scale_of

NAN = float("nan")


def test_what_a_total_has_more_goes_to_the_parts_that_were_cut_most():
    # 1.4 + 1.4 + 1.4 = 4.2, printed 4; each cut to 1 is 3; one step is left and goes to the first
    # of equals
    parts, total = in_steps([1.4, 1.4, 1.4], 1)
    assert (parts.tolist(), total) == ([2, 1, 1], 4)
    # 0.26 + 0.17 + 0.57 = 1.00 in tenths: 2 + 1 + 5 = 8 of 10; the remainders 0.6, 0.7, 0.7 give to
    # the last two
    parts, total = in_steps([0.26, 0.17, 0.57], 0.1)
    assert np.round(parts, 9).tolist() == [0.2, 0.2, 0.6] and total == pytest.approx(1.0)


def test_what_is_not_known_is_in_no_sum():
    # 4.2 is 4: 2 + 1, and the step left to 2.6, the first of equals
    parts, total = in_steps([2.6, NAN, 1.6], 1)
    assert parts[[0, 2]].tolist() == [3, 1] and math.isnan(parts[1]) and total == 4
    assert math.isnan(in_steps([NAN, NAN], 1)[1]) and math.isnan(in_steps([], 1)[1])
    with pytest.raises(ValueError, match="below 0"):
        in_steps([-1.0], 1)


@given(
    st.lists(st.floats(0, 1e7) | st.just(NAN), max_size=60), st.sampled_from([1.0, 0.1, 1e5, 1e8])
)
def test_parts_add_up_and_none_is_a_step_off(exact, step):
    # A page prints four digits, so no sum is of ten million steps
    parts = [one * step for one in exact]
    rounded, total = in_steps(parts, step)
    known = ~np.isnan(np.array(parts, dtype=float))
    assert (np.isnan(rounded) == ~known).all()
    if known.any():
        steps = np.round(rounded[known] / step)
        assert steps.sum() == round(total / step)
        assert (
            np.abs(rounded[known] - np.array(parts)[known]) <= step * (1 + 1e-3) + 1e-6 * step
        ).all()
        assert abs(total - np.array(parts)[known].sum()) <= step * 0.51 + 1e-3 * step


@pytest.mark.parametrize(
    ("total", "scale", "english", "indonesian"),
    [
        (847_312_000_000, Scale(1e9, "number.billion", 1), "847.3 Rp billion", "847,3 Rp miliar"),
        (
            1_274_000_000_000,
            Scale(1e12, "number.trillion", 3),
            "1.274 Rp trillion",
            "1,274 Rp triliun",
        ),
        (12_345_678, Scale(1e6, "number.million", 2), "12.35 Rp million", "12,35 Rp juta"),
        (999_999, Scale(), "999,999 Rp", "999.999 Rp"),
        (0, Scale(), "0 Rp", "0 Rp"),
        (NAN, Scale(), "not available Rp", "belum tersedia Rp"),
    ],
)
def test_a_table_of_money_has_one_unit(total, scale, english, indonesian):
    assert scale_of(total) == scale
    rounded = in_steps([total], scale.step)[1]
    assert f"{scale.printed(rounded, 'en')} {scale.unit('IDR', 'en')}" == english
    assert f"{scale.printed(rounded, 'id')} {scale.unit('IDR', 'id')}" == indonesian
