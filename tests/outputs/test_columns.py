"""Columns of attributes: how each is written, by pencil. That a page reads them back is in
test_layers.py.
"""

from __future__ import annotations

import struct

import numpy as np
import pandas as pd
import pytest

from asset_inventory.outputs.map import encoding
from asset_inventory.outputs.map.encoding import group_parts, plan_column


def written(values, *, decimals=None, rows=None):
    """The bytes of a column, after the length that leads them."""
    column = plan_column(pd.Series(values), "it", decimals=decimals)
    data = b"".join(
        group_parts([column], np.arange(len(values)) if rows is None else np.array(rows))
    )
    assert struct.unpack("<I", data[:4])[0] == len(data) - 4
    return column, data[4:]


def test_words_are_codes_into_a_dictionary():
    column, data = written(["road", "house", None, "road"])
    assert (column.way, column.words) == ("words", ("road", "house"))
    # 2: some have a value, namely the first, second and fourth (1011 from below); codes 0, 1, 0
    assert data == bytes([2, 0b1011, 0, 1, 0])


def test_a_categorical_and_true_and_false_are_words():
    assert written(pd.Categorical(["b", "a", "b"]))[0].words == ("b", "a")
    assert written([True, False, True])[0].words == (True, False)


def test_numbers_are_byte_planes_above_the_least():
    column, data = written([10.5, 10.0, np.nan, 310.0])
    assert (column.way, column.decimals) == ("number", 1)
    # tenths: 105, 100, 3100; least 100; rests 5, 0, 3000 = 0x0BB8; lowest bytes first, then the
    # higher
    assert data == bytes([2, 0b1011]) + struct.pack("<dB", 100.0, 2) + bytes(
        [5, 0, 0xB8, 0, 0, 0x0B]
    )


def test_numbers_like_their_neighbours_are_steps():
    # 1000, 1003, 999, ...: steps 0, +3, -4, 0, 0, ... as zigzag 0, 6, 7, 0, 0, ...: one plane, led
    # by the first value
    column, data = written([1000, 1003, 999] + [999] * 50 + [1299] * 50)
    steps = [0, 6, 7] + [0] * 50 + [600 % 256] + [0] * 49 + [0] * 53 + [600 // 256] + [0] * 49
    assert column.way == "number"
    assert data == bytes([0]) + struct.pack("<dB", 1000.0, 2 + 128) + bytes(steps)


def test_steps_that_a_page_could_not_add_are_not_taken():
    _, data = written([-(2**52), 2**52] * 8)
    assert data[9] < 128


def test_numbers_that_do_not_differ_need_no_plane():
    assert written([7, 7, 7])[1] == bytes([0]) + struct.pack("<dB", 7.0, 0)


@pytest.mark.parametrize(
    ("values", "decimals"),
    [([1.0, 2.0], 0), ([1.5, 2.0], 1), ([1.25], 2), ([1 / 3], 3), ([1, 2], 0), ([np.nan], 0)],
)
def test_decimals_are_the_fewest_that_keep_every_number(values, decimals):
    assert written(values)[0].decimals == decimals


def test_decimals_shown_are_decimals_kept():
    column, data = written([1.23456, 9.87654], decimals=2)
    assert (column.way, column.decimals) == ("number", 2)
    assert struct.unpack("<d", data[1:9])[0] == 123


@pytest.mark.parametrize("value", [1e16, np.inf, -1e300])
def test_numbers_too_great_for_that_are_kept_as_they_are(value):
    column, data = written([value, 1.0])
    assert column.way == "float"
    assert len(data) == 1 + 16


def test_a_column_that_nobody_has_is_one_byte():
    column = plan_column(pd.Series([np.nan] * 5000 + [1.5]), "depth")
    assert b"".join(group_parts([column], np.arange(4096))) == struct.pack("<I", 1) + bytes([1])


@pytest.fixture
def few_words(monkeypatch):
    monkeypatch.setattr(encoding, "MOST_WORDS", 1)


def test_ids_are_a_prefix_and_digits(few_words):
    column, data = written(["roads:7", "roads:9", "roads:300"])
    assert (column.way, column.words, column.decimals) == ("id", ("roads:",), 0)
    assert data == bytes([0]) + struct.pack("<dB", 7.0, 2) + bytes([0, 2, 0x25, 0, 0, 1])


def test_leading_zeros_are_kept_by_their_width(few_words):
    column, _ = written(["a007", "b123"])
    assert (column.way, column.words, column.decimals) == ("id", ("a", "b"), 3)


@pytest.mark.parametrize(
    "values",
    [["a07", "a7"], ["a1", "a"], ["a1", "x" * 70], ["a1234567890123456", "a1"], ["a1", "a٣"]],
)
def test_what_digits_cannot_say_is_text(few_words, values):
    assert written(values)[0].way == "text"


def test_text_has_its_dictionary_in_the_group(few_words):
    column, data = written(["b\nc", "a\\", "b\nc", None])
    assert column.way == "text"
    lines = b"b\\nc\na\\\\"
    assert data == bytes([2, 0b0111]) + struct.pack("<I", len(lines)) + lines + bytes(
        [0, 1, 0, 0, 0, 0]
    )


def test_half_a_pair_of_surrogates_does_not_stop_the_map(few_words):
    assert b"a?" in written(pd.Series(["a\ud800", "b"], dtype=object))[1]


def test_other_things_are_their_text():
    assert written([pd.Timestamp("2024-03-01").date(), None])[0].words == ("2024-03-01",)


def test_rows_are_taken_in_the_order_asked_for():
    assert written([5, 6, 7], rows=[2, 0])[1] == bytes([0]) + struct.pack("<dB", 5.0, 1) + bytes(
        [2, 0]
    )
