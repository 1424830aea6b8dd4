"""Bytes packed into text that can stand in a page: deflated, then written with 91 signs.

Deflate describes how often each byte comes once for a stretch of bytes, so bytes of one kind are given as a
part of their own and begin a stretch of their own. The text holds 13 bits in two signs (base64: 12), none of
them blank or in need of an escape inside a script element.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable

import numpy as np

# The printable signs of ASCII but the blank, «"», «&» and «<»
SIGNS = "".join(chr(sign) for sign in range(33, 127) if chr(sign) not in '"&<')
BITS = BYTES = 13  # 13 bytes are eight numbers of 13 bits
LEAST = 256  # bytes that are worth a stretch of their own
NEW_STRETCH = 5  # zlib's Z_BLOCK, to which Python gives no name: the decoder notices nothing

_PAIRS = np.array([SIGNS.encode()[number % 91] | SIGNS.encode()[number // 91] << 8 for number in range(2**BITS)], "<u2")


def packed(parts: Iterable[bytes]) -> str:
    """Return parts as one text, their sum led by its Adler-32: raw deflate notices few faults."""
    parts = list(parts)
    check = 1
    for part in parts:
        check = zlib.adler32(part, check)
    # matches of three to five bytes cost more than they save among numbers
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_FILTERED)
    found, gathered = [deflate.compress(struct.pack("<I", check))], 4
    for part in parts:
        found.append(deflate.compress(part))
        gathered += len(part)
        if gathered >= LEAST:
            found.append(deflate.flush(NEW_STRETCH))
            gathered = 0
    return as_text(b"".join([*found, deflate.flush()]))


def as_text(data: bytes) -> str:
    """Return bytes as text: numbers of 13 bits, lowest first, each as two signs, the lower one first.

    One sign more where the bits that fill up the last number would be taken for a byte.
    """
    numbers = -(-8 * len(data) // BITS)
    rows = -(-len(data) // BYTES)
    padded = np.zeros(rows * BYTES + 2, dtype=np.uint8)
    padded[: len(data)] = np.frombuffer(data, dtype=np.uint8)
    pairs = np.empty((rows, 8), dtype="<u2")
    for place in range(8):
        first, shift = divmod(BITS * place, 8)
        low, middle, high = (padded[first + one : first + one + rows * BYTES : BYTES] for one in range(3))
        three = low.astype(np.uint32) | middle.astype(np.uint32) << 8 | high.astype(np.uint32) << 16
        pairs[:, place] = _PAIRS[three >> shift & (2**BITS - 1)]
    text = pairs.tobytes()[: 2 * numbers].decode("ascii")
    return text + SIGNS[0] * (BITS * numbers // 8 - len(data))


def planes(values: np.ndarray, count: int) -> list[bytes]:
    """Return the lowest byte of every whole number, then the second of every number, …"""
    bytes_of = np.ascontiguousarray(values, dtype="<i8").view(np.uint8).reshape(-1, 8)
    return [bytes_of[:, place].tobytes() for place in range(count)]


def planes_needed(values: np.ndarray) -> int:
    """Return how many byte planes hold these whole numbers from 0."""
    return (int(values.max(initial=0)).bit_length() + 7) // 8


def zigzag(values: np.ndarray) -> np.ndarray:
    """Return whole numbers as whole numbers from 0: 0, -1, 1, -2, … become 0, 1, 2, 3, …"""
    return (values << 1) ^ (values >> 63)
