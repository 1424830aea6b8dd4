"""When two cells say the same, and the hash of what a whole row says; of shapes see `shape_sameness`.

Programs that write a layer again change what it looks like, not what it says. So these are the same:

- null, not-a-number, an empty geometry, and text that is empty or blank: nothing is there;
- text with and without blanks at its end;
- a number as integer, as float, and as the text that it is printed as (7 and 7.0 and «7»; «007» is another
  text, and an integer of any size is compared in full); true is 1, false is 0;
- floats that agree in 15 significant digits, or differ by at most one in the 16th, also as text with more digits
  than that (0.30000000000000004);
- a day, the same day at midnight, and its text 2024-03-01;
- a moment and its text, with «T» or a blank before the time, with «-» or «/» in the day, with or without zeros behind
  its seconds; of two that name their zone, the same moment in either (one without a zone is another).
"""

from __future__ import annotations

import datetime
import re
from hashlib import blake2b

import numpy as np
import pandas as pd

from asset_inventory.inventory.shape_sameness import GRID, drawn_form
from asset_inventory.sources.texts import time_as_text

# A number as long as that in text came from a float that was printed to its last bit.
_LONG_NUMBER = 17
# Whole numbers up to here are floats too.
_EXACT = 2**53
_NUMBER_BEGINS = "[-.0-9]"
_DECIMAL = r"-?[0-9]*\.[0-9]+(?:[eE][+-]?[0-9]+)?"
# A day with or without its time: GDAL writes 2024/03/01 12:30:15 into the fields of formats that have no moments.
_SHORTEST_MOMENT = 10
_MOMENT = (
    r"[0-9]{4}([-/])[0-9]{2}\1[0-9]{2}"
    r"([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6}0*)?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?)?"
)


def canonical(values: pd.Series) -> np.ndarray:
    """Return what each cell says as text, "" for nothing; cells that say the same have the same text."""
    said = np.full(len(values), "", dtype=object)
    there = values.notna().to_numpy()
    if not there.any():
        return said
    values = values[there]
    kind = values.dtype
    if pd.api.types.is_bool_dtype(kind) or pd.api.types.is_integer_dtype(kind):
        said[there] = [*map(str, map(int, values.tolist()))]
    elif pd.api.types.is_float_dtype(kind):
        said[there] = _number_text(values.to_numpy(dtype=float))
    elif isinstance(kind, pd.StringDtype):
        said[there] = _text(values)
    else:
        said[there] = [_said(value) for value in values]
        words = np.flatnonzero(there)[np.fromiter((isinstance(value, str) for value in values), bool, len(values))]
        said[words] = _text(pd.Series(said[words], dtype="str"))
    return said


def differ(before: pd.Series, after: pd.Series) -> np.ndarray:
    """Tell which cells, place by place, do not say the same; for geometries see `shape_sameness`."""
    first, second = _objects(before), _objects(after)
    different = np.asarray(first != second, dtype=bool)
    rows = np.flatnonzero(different)
    if len(rows):
        rows = rows[canonical(before.iloc[rows]) != canonical(after.iloc[rows])]
        different[:] = False
        different[rows] = ~_numbers_close(first[rows], second[rows])
    return different


def record_hashes(fields: pd.DataFrame, geometry: np.ndarray, *, grid: float = GRID) -> np.ndarray:
    """Return for each row the hash (32 hexadecimal digits) of all that its fields and its geometry say.

    The same on every machine and every day; independent of the order of rows and columns, and of columns in which a
    row says nothing. Two hashes that differ do not prove that the rows do: a coordinate may lie at the edge of its
    grid cell, a number halfway between two of 15 digits.
    """
    pieces = []
    for name in sorted(fields.columns):
        # lengths stand before the words, so that no word can look like the end of another
        start = f"{len(name)}:{name}="
        pieces.append([f"{start}{len(said)}:{said}" if said else "" for said in canonical(fields[name])])
    rows = map("".join, zip(*pieces, strict=True)) if pieces else [""] * len(fields)
    forms = drawn_form(geometry, grid=grid)
    hashes = [
        blake2b(row.encode("utf-8", "surrogatepass") + b"\n" + form, digest_size=16).hexdigest()
        for row, form in zip(rows, forms, strict=True)
    ]
    return np.array(hashes, dtype=object)


def among(ids: pd.Index | pd.Series | np.ndarray, others: pd.Index | pd.Series | np.ndarray) -> np.ndarray:
    """Tell which ids are among others; for words many times as fast as `isin`."""
    return pd.Index(others, dtype=object).unique().get_indexer(pd.Index(ids, dtype=object)) >= 0


def _objects(values: pd.Series) -> np.ndarray:
    """Return cells as Python's own objects, None for null: they are compared exactly, 5 and 5.0 alike."""
    cells = values.astype(object).where(values.notna(), None).to_numpy(dtype=object, copy=True)
    if values.dtype == object:
        cells[:] = [cell.tolist() if isinstance(cell, np.ndarray) else cell for cell in cells]
    return cells


def _numbers_close(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Tell which pairs of cells are numbers, not both whole, that differ by at most one in their 16th digit."""
    first, second = _floats(before), _floats(after)
    close = np.isfinite(first) & np.isfinite(second) & ((np.trunc(first) != first) | (np.trunc(second) != second))
    first, second = first[close], second[close]
    largest = np.maximum(np.abs(first), np.abs(second))
    close[close] = np.abs(first - second) <= 10.0 ** (np.floor(np.log10(largest)) - 15)
    return close


def _floats(cells: np.ndarray) -> np.ndarray:
    """Return the cells that are numbers, also printed to the last bit, as floats, the others as NaN."""
    numbers = np.full(len(cells), np.nan)
    for row, cell in enumerate(cells):
        if isinstance(cell, float) or (isinstance(cell, int) and abs(cell) < _EXACT):
            numbers[row] = cell
        elif isinstance(cell, str) and len(cell.rstrip()) >= _LONG_NUMBER and re.fullmatch(_DECIMAL, cell.rstrip()):
            numbers[row] = float(cell)
    return numbers


def _number_text(numbers: np.ndarray) -> np.ndarray:
    """Return floats as text of 15 significant digits, whole ones in full and without decimals."""
    text = np.empty(len(numbers), dtype=object)
    whole = np.isfinite(numbers) & (np.trunc(numbers) == numbers)
    text[whole] = [*map("%.0f".__mod__, (numbers[whole] + 0.0).tolist())]  # -0.0 is 0
    text[~whole] = [*map("%.15g".__mod__, numbers[~whole].tolist())]
    return text


def _text(words: pd.Series) -> np.ndarray:
    """Return text without blanks at its end; a float printed to its last bit as that number, a moment as that."""
    words = words.str.rstrip()
    said = words.to_numpy(dtype=object, copy=True)
    length = words.str.len().to_numpy()
    likely = (length >= _SHORTEST_MOMENT) & words.str.match(_NUMBER_BEGINS).to_numpy(dtype=bool)
    printed = _written_as(words, likely & (length >= _LONG_NUMBER), _DECIMAL)
    said[printed] = _number_text(said[printed].astype(float))
    moments = _written_as(words, likely, _MOMENT)
    of_text, texts = pd.factorize(said[moments])  # one day is often that of many rows
    said[moments] = np.array([*map(_moment, texts)], dtype=object)[of_text]
    return said


def _written_as(words: pd.Series, likely: np.ndarray, pattern: str) -> np.ndarray:
    """Return the rows, of those that are likely, whose whole text is written by a pattern."""
    rows = np.flatnonzero(likely)
    return rows[words.iloc[rows].str.fullmatch(pattern).to_numpy(dtype=bool)]


def _moment(text: str) -> str:
    """Return a day or moment as it is said of one that is no text; the text where the calendar has none such."""
    try:
        return time_as_text(datetime.datetime.fromisoformat(text.replace("/", "-")))
    except (ValueError, OverflowError):
        return text


def _said(value: object) -> str:
    """Return what one cell of a mixed column says."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int | np.bool_ | np.integer):
        return str(int(value))
    if isinstance(value, float | np.floating):
        return str(_number_text(np.array([value], dtype=float))[0])
    if isinstance(value, datetime.date | datetime.time):
        return time_as_text(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list | tuple | np.ndarray):
        return repr(canonical(pd.Series([*value], dtype=object)).tolist())
    return str(value)
