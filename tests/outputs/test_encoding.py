"""Bytes as text in a page: by pencil, and read back."""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_inventory.outputs.map.encoding import (
    SIGNS,
    as_text,
    encoded,
    planes,
    planes_needed,
    zigzag,
)
from tests.support.page_contents import as_bytes


def test_there_are_91_signs_that_need_no_escape():
    assert len(SIGNS) == len(set(SIGNS)) == 91
    assert not set(SIGNS) & set('<&" \n\t\r\0')
    assert SIGNS.isascii() and SIGNS.isprintable()


def test_text_by_pencil():
    assert as_text(b"") == ""
    # 1 in 13 bits is the number 1: signs 1 and 0, which are «#» and «!» («"» is left out)
    assert as_text(bytes([1])) == "#!"
    # 0, 1 in 26 bits: 256 = 2 x 91 + 74, then 0; 26 bits hold a third byte, which one sign more
    # denies
    assert as_text(bytes([0, 1])) == SIGNS[74] + SIGNS[2] + "!!" + "!"


@given(st.binary(max_size=60))
def test_text_is_read_back(data):
    assert as_bytes(as_text(data)) == data


def test_13_bytes_take_16_signs():
    assert len(as_text(bytes(1300))) == 1600


def test_packed_parts_are_one_raw_deflate_led_by_their_checksum():
    parts = [b"asset" * 100, b"", bytes(range(256)), b"x"]
    plain = zlib.decompress(as_bytes(encoded(parts)), wbits=-15)
    assert plain[4:] == b"".join(parts)
    assert int.from_bytes(plain[:4], "little") == zlib.adler32(b"".join(parts))


def test_parts_of_different_kinds_are_smaller_apart():
    chance = np.random.default_rng(5)
    parts = [
        chance.integers(0, high, 4096, dtype=np.uint8).tobytes() for high in (4, 250, 2, 16) * 4
    ]
    assert len(encoded(parts)) < 0.97 * len(encoded([b"".join(parts)]))


@pytest.mark.parametrize(
    ("values", "count"), [([], 0), ([0, 0], 0), ([255], 1), ([1, 256], 2), ([2**24], 4)]
)
def test_planes_are_as_many_as_the_greatest_number_needs(values, count):
    assert planes_needed(np.array(values, dtype=np.int64)) == count


def test_planes_hold_the_lowest_bytes_first():
    assert planes(np.array([1, 0x0203]), 2) == [bytes([1, 3]), bytes([0, 2])]


def test_zigzag_brings_the_sign_to_the_lowest_bit():
    assert zigzag(np.array([0, -1, 1, -2, 2])).tolist() == [0, 1, 2, 3, 4]
