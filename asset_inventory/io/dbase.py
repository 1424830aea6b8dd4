"""The table of a shapefile (.dbf), written here so that no value is cut unreported.

After the format that dBASE III left (Erik Bachmann's description of it) and ESRI's shapefile
description of 1998.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from asset_inventory.io.schemas import Field, Schema
from asset_inventory.model.tables import Fault
from asset_inventory.model.texts import time_as_text

WIDEST_TEXT = 254  # bytes
LONGEST_NAME = 10  # bytes
LARGEST = 2**31 - 1  # bytes of a .dbf or .shp that every program can read
WRITTEN = "CNFDL"  # kinds of fields
_DIGITS = re.compile(r"[+-]?\d+")
# Why a value does not go into its cell.
KIND, WIDE, ROUNDED = "export_value_kind", "export_number_too_wide", "export_number_rounded"
LONG, SIGNS = "export_text_too_long", "export_text_signs"
_WHY = (KIND, WIDE, ROUNDED, LONG, SIGNS)

Cell = tuple[bytes, str]  # what is written, and why it is not


def records(table: pd.DataFrame, schema: Schema) -> tuple[np.ndarray, list[Fault]]:
    """Return the records of a .dbf, a row of bytes each, and the faults of what does not fit.

    A column that the table lacks is empty. Where there are faults the bytes are not to be used.
    """
    columns = [np.full((len(table), 1), ord(" "), dtype=np.uint8)]
    faults = []
    for field in schema.fields:
        values = table.get(field.name, pd.Series(None, index=table.index, dtype=object))
        cells, column_faults = _column(values, field, schema.encoding)
        columns.append(cells)
        faults += column_faults
    return np.concatenate(columns, axis=1), faults


def header(schema: Schema, count: int) -> bytes:
    """Return the header of a .dbf with so many records, dated today."""
    today = datetime.date.today()
    size, width = 33 + 32 * len(schema.fields), 1 + sum(field.width or 0 for field in schema.fields)
    start = bytes([3, today.year - 1900, today.month, today.day])
    start += count.to_bytes(4, "little") + size.to_bytes(2, "little") + width.to_bytes(2, "little")
    parts = [start.ljust(29, b"\0") + bytes([schema.language, 0, 0])]
    for field in schema.fields:
        name = field.name.encode(schema.encoding).ljust(11, b"\0")
        part = name + field.kind.encode() + bytes(4) + bytes([field.width, field.precision])
        parts.append(part.ljust(32, b"\0"))
    return b"".join([*parts, b"\r"])


def not_writable(schema: Schema) -> list[Fault]:
    """Return the faults of a schema for .dbf: names too long or repeated, kinds not written."""
    names = [name.lower() for name in schema.names]
    faults = []
    for place, field in enumerate(schema.fields):
        if names[place] in names[:place]:
            faults.append(Fault("export_field_twice", column=field.name))
        elif field.kind not in WRITTEN or not field.width:
            arguments = {"kind": field.kind}
            faults.append(Fault("export_field_kind", column=field.name, arguments=arguments))
        elif not 0 < len(_bytes(field.name, schema.encoding)[0]) <= LONGEST_NAME:
            faults.append(Fault("export_field_name", column=field.name))
    return faults


def fits(number: float, field: Field) -> bool:
    """Return whether a number goes into a field as it is."""
    return not _number(number, field)[1]


def _column(values: pd.Series, field: Field, encoding: str) -> tuple[np.ndarray, list[Fault]]:
    filled = values.notna().to_numpy()
    plain = _all_that_fit(values[filled], field, encoding)
    if plain is None:
        write = _writer(field, encoding)
        written = [write(value) for value in values[filled].tolist()]
    else:
        written = [(cell, "") for cell in plain]
    faults = cell_faults([why for _, why in written], values, field, encoding)
    blank = field.blank.encode("latin-1") * field.width if field.blank else b" " * field.width
    cells = np.full(len(values), blank, dtype=f"S{field.width}")
    cells[filled] = [b"" if why else cell for cell, why in written]
    codes = np.frombuffer(cells.tobytes(), dtype=np.uint8).reshape(len(values), field.width)
    return np.where(codes == 0, ord(" "), codes).astype(np.uint8), faults


def cell_faults(
    reasons: Sequence[str], values: pd.Series, field: Field, encoding: str
) -> list[Fault]:
    """Return the faults of the cells of a column that are not null, by why they are not written."""
    filled, faults = np.flatnonzero(values.notna()), []
    for why in _WHY if any(reasons) else ():
        rows = filled[[reason == why for reason in reasons]]
        if len(rows):
            shown: dict[str, object] = {"value": str(values.iloc[rows[0]])[:40], "kind": field.kind}
            shown |= {"width": field.width or 0, "precision": field.precision or 0}
            shown |= {"encoding": encoding}
            faults.append(Fault(why, rows=rows, column=field.name, arguments=shown))
    return faults


def _all_that_fit(values: pd.Series, field: Field, encoding: str) -> list[bytes] | None:
    """Return a column's cells of one type, all at once; None where one needs a look by itself."""
    dtype, cells = values.dtype, None
    if field.kind == "C" and isinstance(dtype, pd.StringDtype):
        try:
            cells = [text.rstrip().encode(encoding) for text in values.tolist()]
        except UnicodeEncodeError:
            return None
        return None if any(len(cell) > field.width or b"\0" in cell for cell in cells) else cells
    plain = field.kind in "NF" and not field.signs
    if plain and not field.precision and pd.api.types.is_integer_dtype(dtype):
        cells = [b"%d" % number for number in values.tolist()]
    elif plain and field.precision and pd.api.types.is_float_dtype(dtype):
        numbers = values.to_numpy(dtype=float)
        cells = [b"%.*f" % (field.precision, number) for number in numbers.tolist()]
        if not np.array_equal(np.array(cells, dtype="S").astype(float), numbers):
            return None
    if cells is None or max(map(len, cells), default=0) > field.width:
        return None
    return [cell.rjust(field.width) for cell in cells]


def _writer(field: Field, encoding: str) -> Callable[[object], Cell]:
    if field.kind == "D":
        return _day
    if field.kind == "L":
        return lambda value: _truth(value, field.signs or "TF")
    if field.kind == "C":
        return lambda value: _text(value, field.width, encoding)
    return lambda value: _number(value, field)


def _bytes(text: str, encoding: str) -> Cell:
    try:
        written = text.encode(encoding)
    except UnicodeEncodeError:
        return b"", SIGNS
    return (b"", SIGNS) if b"\0" in written else (written, "")


def _text(value: object, width: int, encoding: str) -> Cell:
    if isinstance(value, bytes | list | dict):
        return b"", KIND
    if isinstance(value, bool):
        value = int(value)
    if isinstance(value, datetime.date | datetime.time):
        value = time_as_text(value)
    text = str(value).removesuffix(".0") if isinstance(value, float) else str(value)
    written, why = _bytes(text.rstrip(), encoding)
    return (written, why) if why or len(written) <= width else (b"", LONG)


def _truth(value: object, signs: str) -> Cell:
    if isinstance(value, bool | int | float) and value in (0, 1):
        return signs[0 if value else 1].encode(), ""
    return b"", KIND


def _day(value: object) -> Cell:
    if isinstance(value, str):
        try:
            value = datetime.datetime.fromisoformat(value)
        except ValueError:
            return b"", KIND
    if isinstance(value, datetime.datetime):
        if value.time() != datetime.time():
            return b"", ROUNDED
        value = value.date()
    if not isinstance(value, datetime.date):
        return b"", KIND
    return value.isoformat().replace("-", "").encode(), ""


def _number(value: object, field: Field) -> Cell:
    if isinstance(value, str):
        try:
            value = int(value) if _DIGITS.fullmatch(value.strip()) else float(value)
        except ValueError:
            return b"", KIND
    if not isinstance(value, int | float) or not math.isfinite(value):
        return b"", KIND
    if field.signs:
        text = _with_exponent(value, field)
    elif not field.precision:
        if value != int(value):
            return b"", ROUNDED
        text = str(int(value))
    else:
        text = _with_decimals(value, field)
    if len(text) > field.width:
        return b"", WIDE
    return (text.rjust(field.width).encode(), "") if _says(text, value) else (b"", ROUNDED)


def _with_decimals(value: float, field: Field) -> str:
    """Return a number with the field's decimals, or fewer where exact and else too wide."""
    if isinstance(value, int):
        text = f"{value}.{'0' * field.precision}"
    else:
        text = f"{value:.{field.precision}f}"
    if len(text) <= field.width or not _says(text, value):
        return text
    short = text[: max(field.width, text.index("."))].removesuffix(".")
    return short if _says(short, value) else text


def _with_exponent(value: float, field: Field) -> str:
    mantissa, power = f"{value:.{field.precision}e}".split("e")
    return f"{mantissa}{field.signs[0]}{power[0]}{power[1:].zfill(int(field.signs[1:]))}"


def _says(text: str, value: float) -> bool:
    """Return whether a written number is the value, as far as a float's 15 sure digits go."""
    if isinstance(value, int) and _DIGITS.fullmatch(text):
        return int(text) == value
    return float(text) == value or f"{float(text):.15g}" == f"{value:.15g}"
