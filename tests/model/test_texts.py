"""Text and numbers of a field: ids stay whole, and a column tells its country's style."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from asset_inventory.model.texts import as_numbers, as_text, inexact


@pytest.mark.parametrize(
    ("given", "numbers"),
    [
        (["1.500.000", "750.000"], [1_500_000, 750_000]),  # two marks: thousands
        (["1.500,5", "750.000"], [1500.5, 750_000]),  # both marks: Indonesian
        (["1,500.5", "750,000"], [1500.5, 750_000]),  # both marks: English
        (["1.234.567,25", "12"], [1_234_567.25, 12]),
        (["0.750", "1.250"], [0.75, 1.25]),  # a leading zero: decimals
        (["12.5", "750.000"], [12.5, 750]),
        (["12,5", "7,25", "3"], [12.5, 7.25, 3]),
        (["1e3", "-2.5E-2"], [1000, -0.025]),
        (
            ["ten", "", None, "1..5", "inf", "nan", "1 000", "1e400", "-1e400", "1e308"],
            [np.nan] * 10,
        ),
        (["750000", "1200"], [750_000, 1200]),
        # the other style is no number of this one
        (["1.234,5", "1,234.5", "1.5"], [1234.5, np.nan, np.nan]),
        # what is a decimal mark in one cell leaves thousands to the other
        (["8,2", "12.500"], [8.2, 12_500]),
        (["8.2", "12,500"], [8.2, 12_500]),
    ],
)
def test_the_column_tells_the_style_of_its_numbers(given, numbers):
    read, doubtful = as_numbers(pd.Series(given, dtype="str"))
    assert read.tolist() == pytest.approx(numbers, nan_ok=True)
    assert not doubtful.any()


@pytest.mark.parametrize(
    ("given", "decimals"), [(["750.000", "12"], [750, 12]), (["1,250", "3,500"], [1.25, 3.5])]
)
def test_what_may_be_read_in_two_ways_is_refused_unless_decimals_are_asked_for(given, decimals):
    read, doubtful = as_numbers(pd.Series(given, dtype="str"))
    assert doubtful.tolist() == ["." in text or "," in text for text in given]
    assert read[doubtful].isna().all()
    assert as_numbers(pd.Series(given, dtype="str"), doubtful="decimal")[0].tolist() == decimals


def test_numbers_stay_numbers():
    assert as_numbers(pd.Series([1, 2]))[0].tolist() == [1.0, 2.0]
    assert as_numbers(pd.Series([True, False]))[0].isna().all()  # an answer, no number


def test_ids_as_text_and_those_that_a_float_cannot_hold():
    assert as_text(pd.Series([7.0, np.nan, 1e19])).fillna("-").tolist() == ["7", "-", "1e+19"]
    assert as_text(pd.Series([" 007 ", "", None])).fillna("-").tolist() == ["007", "-", "-"]
    assert inexact(pd.Series([2.0**53, 1.0, np.nan])).tolist() == [True, False, False]
    assert not inexact(pd.Series(["9" * 30])).any()
