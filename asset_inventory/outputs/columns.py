"""Attributes of a whole city as groups of columns, each opened by itself: a click opens one of 4,096 assets.

A group is, for each column, a u32 length and its bytes: one byte that says which assets have a value (0 all,
1 none, 2 a bit for each follows), then the values of those that have one, in the way of the column:

    words   codes into the layer's dictionary, in byte planes (1 or 2)
    text    u32 length and a dictionary of the group (UTF-8, a line a word, `\\n` and `\\\\` escaped), codes in 2 planes
    id      words' codes of the prefix (if there are several), then the digits as a number
    number  whole numbers, scaled by the decimals shown: f64 least value, u8 planes, byte planes of what each exceeds it
            by; or, where neighbours resemble each other: f64 first value, u8 planes + 128, byte planes of what each
            exceeds the one before by, the sign in the lowest bit
    float   8 byte planes of float64: numbers that do not fit into 53 bits when scaled

A column that few assets have thus costs next to nothing where it is empty.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from asset_inventory.outputs.packing import planes, planes_needed, zigzag

GROUP = 4_096
MOST_WORDS = 4_096  # a longer dictionary is cut into the groups
EXACT = 2**53  # whole numbers up to here are exact in a page
LONGEST_ID = 64
DIGITS = "0123456789"
ALL, NONE, SOME = 0, 1, 2
STEPS, MOST_STEP_PLANES = 128, 6  # sums of longer steps would not be exact in a page


@dataclass(frozen=True)
class Column:
    """How one column is written: its way, decimals of a number, its dictionary of words or prefixes."""

    name: str
    way: str
    decimals: int = 0
    words: tuple[object, ...] = ()
    values: np.ndarray = field(default_factory=lambda: np.empty(0), repr=False)  # whole numbers, codes or text
    extra: np.ndarray | None = field(default=None, repr=False)  # codes of the prefixes
    present: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=bool), repr=False)

    def head(self) -> dict[str, object]:
        """Return what a page must know to open the column, its words apart."""
        return {"name": self.name, "way": self.way, "decimals": self.decimals, "words": len(self.words)}


def plan_column(values: pd.Series, name: str, *, decimals: int | None = None) -> Column:
    """Return how a column is written.

    `decimals` is how many a page shows; where it is None the fewest up to 3 that keep every number, else 3.
    """
    present = values.notna().to_numpy()
    if pd.api.types.is_bool_dtype(values.dtype):
        return _words(values.astype(object), name, present)
    if pd.api.types.is_numeric_dtype(values.dtype):
        return _numbers(values.to_numpy(dtype=float, na_value=np.nan), name, decimals, values.dtype)
    if not isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype(object).where(present, None)
        if pd.api.types.infer_dtype(values, skipna=True) != "string":
            values = values.map(str, na_action="ignore")
    codes, words = pd.factorize(values, use_na_sentinel=True)
    if len(words) <= MOST_WORDS:
        return Column(name, "words", words=tuple(map(str, words)), values=codes, present=present)
    values = values.astype(object)
    return _ids(values, name, present) or Column(name, "text", values=values.to_numpy(), present=present)


def group_parts(columns: Sequence[Column], rows: np.ndarray) -> list[bytes]:
    """Return one group, part by part: these rows of each column."""
    found: list[bytes] = []
    for column in columns:
        parts = _column_parts(column, rows)
        found += [struct.pack("<I", sum(map(len, parts))), *parts]
    return found


def plan_columns(
    table: pd.DataFrame,
    names: Sequence[str],
    *,
    decimals: Mapping[str, int],
) -> list[Column]:
    """Return how these columns of a table are written; see `plan_column`."""
    return [plan_column(table[name], name, decimals=decimals.get(name)) for name in names]


def _words(values: pd.Series, name: str, present: np.ndarray) -> Column:
    codes, words = pd.factorize(values, use_na_sentinel=True)
    return Column(name, "words", words=tuple(bool(word) for word in words), values=codes, present=present)


def _numbers(values: np.ndarray, name: str, decimals: int | None, dtype: object) -> Column:
    present = ~np.isnan(values)
    known = values[present]
    if decimals is None:
        decimals = (
            0
            if pd.api.types.is_integer_dtype(dtype)
            else next((d for d in range(3) if np.array_equal(np.round(known, d), known)), 3)
        )
    scaled = np.rint(values * 10.0**decimals)
    if not (np.abs(scaled[present]) <= EXACT).all():  # also where a number is infinite
        return Column(name, "float", decimals, values=values, present=present)
    whole = np.zeros(len(values), dtype=np.int64)
    whole[present] = scaled[present].astype(np.int64)
    return Column(name, "number", decimals, values=whole, present=present)


def _ids(values: pd.Series, name: str, present: np.ndarray) -> Column | None:
    """Return the column as prefix and digits, or None where its words are not of that kind."""
    known = values[present]
    if known.str.len().max() > LONGEST_ID:
        return None
    try:
        texts = known.to_numpy(dtype=np.dtypes.StringDType())
    except UnicodeEncodeError:  # half a pair of surrogates
        return None
    prefixes = np.strings.rstrip(texts, DIGITS)
    codes, words = pd.factorize(prefixes.astype(object))
    starts = np.strings.str_len(prefixes)
    lengths = np.strings.str_len(texts) - starts
    if len(words) > 255 or lengths.min() < 1 or lengths.max() > 15:
        return None
    digits = np.strings.slice(texts, starts, starts + lengths)
    leads = np.strings.startswith(digits, "0") & (lengths > 1)
    if leads.any() and lengths.min() != lengths.max():
        return None  # 07 beside 7: text, so that none is changed
    whole, prefix = np.zeros(len(values), dtype=np.int64), np.zeros(len(values), dtype=np.int64)
    whole[present], prefix[present] = digits.astype(np.int64), codes
    width = int(lengths.max()) if leads.any() else 0
    return Column(name, "id", width, words=tuple(words), values=whole, extra=prefix, present=present)


def _column_parts(column: Column, rows: np.ndarray) -> list[bytes]:
    present = column.present[rows]
    if not present.any():
        return [bytes([NONE])]
    lead = [bytes([ALL])] if present.all() else [bytes([SOME]), np.packbits(present, bitorder="little").tobytes()]
    values = column.values[rows[present]]
    if column.way == "words":
        return lead + planes(values, 1 if len(column.words) <= 256 else 2)
    if column.way == "text":
        return lead + _text(values)
    if column.way == "float":
        return lead + planes(values.view(np.int64), 8)
    prefix = planes(column.extra[rows[present]], 1) if column.way == "id" and len(column.words) > 1 else []
    return lead + prefix + _whole(values)


def _whole(values: np.ndarray) -> list[bytes]:
    plain, steps = values - values.min(), zigzag(np.diff(values, prepend=values[:1]))
    if planes_needed(steps) <= MOST_STEP_PLANES and _cost(steps) < _cost(plain):
        count = planes_needed(steps)
        return [struct.pack("<dB", float(values[0]), count + STEPS), *planes(steps, count)]
    count = planes_needed(plain)
    return [struct.pack("<dB", float(values.min()), count), *planes(plain, count)]


def _cost(values: np.ndarray) -> float:
    """Return about how many bits these numbers take in byte planes when each byte is written by how often it comes."""
    bits = 0.0
    for plane in planes(values, planes_needed(values)):
        counts = np.bincount(np.frombuffer(plane, dtype=np.uint8))
        counts = counts[counts > 0]
        bits += float(counts @ np.log2(len(values) / counts))
    return bits


def _text(values: np.ndarray) -> list[bytes]:
    codes, words = pd.factorize(values)
    escaped = pd.Series(words, dtype=object)
    for mark, written in (("\\", "\\\\"), ("\n", "\\n")):
        escaped = escaped.str.replace(mark, written, regex=False)
    # half a surrogate pair is no character, and UTF-8 cannot write it
    lines = "\n".join(escaped).encode("utf-8", errors="replace")
    return [struct.pack("<I", len(lines)), lines, *planes(codes, 2)]
