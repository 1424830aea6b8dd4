"""One cell, or one whole asset, as text from which it comes back exactly: what CHANGES holds.

The text is JSON. Null is no text at all. Text, integers of any size, floats (the shortest digits that give the
same float again; `Infinity`), booleans and lists of these are written as JSON has them, so that «12», 12 and 12.0
stay three things. What JSON lacks is an object that names its kind: `{"date": "2024-03-01"}`, `{"datetime": ...}`,
`{"time": ...}`, `{"bytes": hexadecimal}`, `{"wkb": hexadecimal}` for a geometry; half a character is escaped. A
whole asset is one object of its cells by column, without those that are null.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd
import shapely

from asset_inventory.errors import RegisterError, in_one_line

HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_READ: dict[str, Callable[[str], object]] = {
    "date": datetime.date.fromisoformat,
    "datetime": pd.Timestamp,
    "time": datetime.time.fromisoformat,
    "bytes": bytes.fromhex,
}


def encode(values: pd.Series) -> np.ndarray:
    """Return each cell as text, None for null.

    Raises RegisterError for a value of another kind than those above.
    """
    cells = np.full(len(values), None, dtype=object)
    if values.dtype == "geometry":
        hexed = shapely.to_wkb(np.asarray(values), hex=True, byte_order=1, include_srid=False)
        cells[:] = [None if text is None else f'{{"wkb": "{text}"}}' for text in hexed]
    else:
        there = values.notna().to_numpy()
        cells[there] = _written(values[there])
    return cells


def decode(cells: Iterable[str | None]) -> pd.Series:
    """Return the values that were written by `encode`, as a column of the narrowest type that holds them.

    Raises RegisterError for text that `encode` cannot have written.
    """
    return settled(_plain(_parsed(cells)))


def encode_rows(table: pd.DataFrame) -> np.ndarray:
    """Return each row as one text."""
    columns = []
    for name in table.columns:
        start = _whole_characters(json.dumps(str(name), ensure_ascii=False)) + ": "
        columns.append([None if cell is None else start + cell for cell in encode(table[name])])
    rows = zip(*columns, strict=True) if columns else [()] * len(table)
    return np.array(["{" + ", ".join(filter(None, row)) + "}" for row in rows], dtype=object)


def decode_rows(rows: Iterable[str], index: pd.Index) -> pd.DataFrame:
    """Return the rows that were written by `encode_rows` as a table; a column is there if any row has it.

    Raises RegisterError for text that `encode_rows` cannot have written.
    """
    rows = _parsed(rows)
    if not all(isinstance(row, dict) for row in rows):
        raise RegisterError("error.cell_unreadable", fault="{}")
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {name: settled(_plain([row.get(name) for row in rows])).set_axis(index) for name in names}
    return pd.DataFrame(columns, index=index)


def columns_of(row: str | None) -> list[str]:
    """Return the columns in which a row that was written by `encode_rows` has something; none of a null.

    Raises RegisterError for text that `encode_rows` cannot have written.
    """
    (cells,) = _parsed([row])
    return [*cells] if isinstance(cells, dict) else []


def value_in(row: str, column: str) -> object:
    """Return the value of one column of a row that was written by `encode_rows`, None where it has none.

    Raises RegisterError for text that `encode_rows` cannot have written.
    """
    (cells,) = _parsed([row])
    if not isinstance(cells, dict):
        raise RegisterError("error.cell_unreadable", fault="{}")
    return _plain([cells.get(column)])[0]


def settled(values: list, wanted: object = None) -> pd.Series:
    """Return cells as a column of the type wanted, where it holds them all exactly, else of the narrowest that does.

    Integers with nulls among them become nullable ones, and what is mixed stays as it is: nothing is rounded.
    """
    column = pd.Series(values, dtype=object)
    there = column.notna()
    column = column.where(there, None)
    kinds = {type(value) for value in column[there]}
    for dtype in (wanted, *_natural(kinds, whole=bool(there.all()))):
        if dtype is None or not _fits(dtype, kinds, whole=bool(there.all())):
            continue
        try:
            typed = column.astype(dtype)
        except (TypeError, ValueError, OverflowError):
            continue
        if kinds == {str} or typed[there].tolist() == column[there].tolist():
            return typed
    return column


def _natural(kinds: set[type], *, whole: bool) -> tuple[object, ...]:
    if kinds == {bool}:
        return ("bool",) if whole else ("boolean",)
    if kinds == {int}:
        return ("int64",) if whole else ("Int64",)
    if kinds in ({float}, {float, int}):
        return ("float64",)
    if kinds == {str}:
        return ("str",)
    if kinds == {pd.Timestamp}:
        return ("datetime64[us]",)
    return ()


def _fits(dtype: object, kinds: set[type], *, whole: bool) -> bool:
    """Tell whether a type takes such values as what they are: True is no 1, a day no midnight, 5 no «5»."""
    dtype = pd.api.types.pandas_dtype(dtype)
    if pd.api.types.is_bool_dtype(dtype):
        return kinds <= {bool} and (whole or dtype == "boolean")
    if pd.api.types.is_integer_dtype(dtype):
        return kinds <= {int} and (whole or not isinstance(dtype, np.dtype))
    if pd.api.types.is_float_dtype(dtype):
        return kinds <= {float, int}
    if isinstance(dtype, pd.StringDtype):
        return kinds <= {str}
    return pd.api.types.is_datetime64_any_dtype(dtype) and kinds <= {pd.Timestamp}


def _parsed(cells: Iterable[str | None]) -> list:
    texts = [cell if isinstance(cell, str) else "null" for cell in cells]
    try:
        parsed = json.loads("[" + ",".join(texts) + "]")  # all at once, many times as fast
    except ValueError as fault:
        raise RegisterError("error.cell_unreadable", fault=in_one_line(fault)) from None
    if len(parsed) != len(texts):
        raise RegisterError("error.cell_unreadable", fault=f"{len(parsed)} / {len(texts)}")
    return parsed


def _plain(cells: list) -> list:
    """Return what was parsed with its objects as what they name."""
    rows = [row for row, cell in enumerate(cells) if type(cell) is dict]
    if not rows:
        return cells
    plain = cells.copy()
    try:
        named = [(row, *next(iter(cells[row].items()))) for row in rows if len(cells[row]) == 1]
        shapes = [(row, text) for row, kind, text in named if kind == "wkb"]
        for (row, _), shape in zip(shapes, shapely.from_wkb([text for _, text in shapes]), strict=True):
            plain[row] = shape
        for row, kind, text in named:
            if kind != "wkb":
                plain[row] = _READ[kind](text)
    except (ValueError, KeyError, TypeError, shapely.GEOSException) as fault:
        raise RegisterError("error.cell_unreadable", fault=in_one_line(fault)) from None
    if len(named) < len(rows):
        raise RegisterError("error.cell_unreadable", fault="{}")
    return plain


def _written(values: pd.Series) -> list[str]:
    """Return cells, none of which is null, as JSON."""
    if not len(values):
        return []
    if values.dtype == object:
        return [*map(_write, values.tolist())]
    # a whole column at once, many times as fast: no line ends within what JSON writes of a text or a number
    said = _JSON_LINES.encode(values.astype(object).tolist())[1:-1]
    return _whole_characters(said).split("\n")


def _write(value: object) -> str:
    if isinstance(value, dict):
        raise RegisterError("error.cell_kind", kind="dict")
    return _whole_characters(_JSON.encode(value))


def _whole_characters(text: str) -> str:
    """Return JSON in which half characters, which no file holds, are escaped."""
    return text if text.isascii() else HALF_CHARACTER.sub(lambda half: f"\\u{ord(half[0]):04x}", text)


def _named(value: object) -> object:
    """Return what stands in JSON for a value that it lacks."""
    if isinstance(value, datetime.datetime):
        return {"datetime": value.isoformat()}
    if isinstance(value, datetime.date | datetime.time):
        return {"date" if isinstance(value, datetime.date) else "time": value.isoformat()}
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if isinstance(value, shapely.Geometry):
        return {"wkb": shapely.to_wkb(value, hex=True, byte_order=1, include_srid=False)}
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    raise RegisterError("error.cell_kind", kind=type(value).__name__)


_JSON = json.JSONEncoder(ensure_ascii=False, default=_named)
_JSON_LINES = json.JSONEncoder(ensure_ascii=False, default=_named, separators=("\n", ": "))
