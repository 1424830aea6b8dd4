"""What changed between two tables, applied and reverted; cells are text that restores them exactly.

A table holds one layer: its index is the asset_id, its columns are the fields and `geometry`.
Geometry is a cell as any other. For all tables a, b and changes d:

    apply(diff(a, b), a) = b        apply(invert(d), apply(d, a)) = a        diff(a, a) is empty
    invert(invert(d)) = d           changes of different cells commute
    all of history applied = the present

Two tables are equal when they have the same assets and each cell is equal (`inventory/equality`);
the order of rows and columns does not count, nor does a column of nulls. `before` and `after` are
JSON. Null is no text at all. Text, integers of any size, floats (the shortest digits that give the
same float again; `Infinity`), booleans and lists are plain, so that «12», 12 and 12.0 stay three
things. Others are an object that names its kind: `{"date": "2024-03-01"}`, `{"datetime": ...}`,
`{"time": ...}`, `{"bytes": hexadecimal}`, `{"wkb": hexadecimal}` for a geometry; half a character
is escaped. An asset added or removed is one row without a column: an object of all its cells that
are not null.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Iterable, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from asset_inventory.inventory.matching import among, cells_unequal, geometries_unequal
from asset_inventory.model.errors import RegisterError, in_one_line
from asset_inventory.model.tables import TABLES, check, empty

HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_READ: dict[str, Callable[[str], object]] = {
    "date": datetime.date.fromisoformat,
    "datetime": pd.Timestamp,
    "time": datetime.time.fromisoformat,
    "bytes": bytes.fromhex,
}


def encode(values: pd.Series) -> np.ndarray:
    """Return each cell as text, None for null.

    Raises RegisterError for a value of any other type than those above.
    """
    cells = np.full(len(values), None, dtype=object)
    if values.dtype == "geometry":
        hexed = shapely.to_wkb(np.asarray(values), hex=True, byte_order=1, include_srid=False)
        cells[:] = [None if text is None else f'{{"wkb": "{text}"}}' for text in hexed]
    else:
        filled = values.notna().to_numpy()
        cells[filled] = _written(values[filled])
    return cells


def decode(cells: Iterable[str | None]) -> pd.Series:
    """Return the values that `encode` wrote, as a column of the narrowest type for them.

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
    """Return the rows that `encode_rows` wrote as a table, with every column that a row has.

    Raises RegisterError for text that `encode_rows` cannot have written.
    """
    rows = _parsed(rows)
    if not all(isinstance(row, dict) for row in rows):
        raise RegisterError("error.cell_unreadable", fault="{}")
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {name: settled(_plain([row.get(name) for row in rows])) for name in names}
    return pd.DataFrame(columns, index=range(len(rows))).set_axis(index)


def columns_of(row: str | None) -> list[str]:
    """Return the columns in which a row of `encode_rows` has a value; none of a null.

    Raises RegisterError for text that `encode_rows` cannot have written.
    """
    (cells,) = _parsed([row])
    return [*cells] if isinstance(cells, dict) else []


def value_in(row: str, column: str) -> object:
    """Return a column's value in a row of `encode_rows`, None where it has none.

    Raises RegisterError for text that `encode_rows` cannot have written.
    """
    (cells,) = _parsed([row])
    if not isinstance(cells, dict):
        raise RegisterError("error.cell_unreadable", fault="{}")
    return _plain([cells.get(column)])[0]


def settled(values: list, wanted: object = None) -> pd.Series:
    """Return cells as a column of the wanted type if it holds them exactly, else the narrowest.

    Integers with nulls among them become nullable ones, and what is mixed stays as it is: nothing
    is rounded.
    """
    column = pd.Series(values, dtype=object)
    filled = column.notna()
    column = column.where(filled, None)
    kinds = {type(value) for value in column[filled]}
    complete = bool(filled.all())
    for dtype in (wanted, *_natural(kinds, complete=complete)):
        if dtype is None or not _fits(dtype, kinds, complete=complete):
            continue
        try:
            typed = column.astype(dtype)
        except (TypeError, ValueError, OverflowError):
            continue
        if kinds == {str} or typed[filled].tolist() == column[filled].tolist():
            return typed
    return column


def _natural(kinds: set[type], *, complete: bool) -> tuple[str, ...]:
    names = {float: "float64", str: "str", pd.Timestamp: "datetime64[us]"}
    names |= {bool: "bool", int: "int64"} if complete else {bool: "boolean", int: "Int64"}
    cell_type = float if kinds == {float, int} else next(iter(kinds)) if len(kinds) == 1 else None
    return (names[cell_type],) if cell_type in names else ()


def _fits(dtype: object, kinds: set[type], *, complete: bool) -> bool:
    """Return whether a type takes such values unchanged: True is no 1, a day no midnight."""
    dtype = pd.api.types.pandas_dtype(dtype)
    if pd.api.types.is_bool_dtype(dtype):
        return kinds <= {bool} and (complete or dtype == "boolean")
    if pd.api.types.is_integer_dtype(dtype):
        return kinds <= {int} and (complete or not isinstance(dtype, np.dtype))
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
        shapes = [(row, text) for row, tag, text in named if tag == "wkb"]
        read = shapely.from_wkb([text for _, text in shapes])
        for (row, _), shape in zip(shapes, read, strict=True):
            plain[row] = shape
        for row, tag, text in named:
            if tag != "wkb":
                plain[row] = _READ[tag](text)
    except (ValueError, KeyError, TypeError, shapely.GEOSException) as fault:
        raise RegisterError("error.cell_unreadable", fault=in_one_line(fault)) from None
    if len(named) < len(rows):
        raise RegisterError("error.cell_unreadable", fault="{}")
    return plain


def _written(values: pd.Series) -> list[str]:
    """Return cells as JSON; none of them may be null."""
    if not len(values):
        return []
    if values.dtype == object:
        return [*map(_write, values.tolist())]
    # a whole column at once, many times as fast: no line ends within what JSON writes of a text or
    # a number
    text = _JSON_LINES.encode(values.astype(object).tolist())[1:-1]
    return _whole_characters(text).split("\n")


def _write(value: object) -> str:
    if isinstance(value, dict):
        raise RegisterError("error.cell_kind", kind="dict")
    return _whole_characters(_JSON.encode(value))


def _whole_characters(text: str) -> str:
    """Return JSON in which half characters, which no file holds, are escaped."""
    if text.isascii():
        return text
    return HALF_CHARACTER.sub(lambda half: f"\\u{ord(half[0]):04x}", text)


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


ADDED, REMOVED, EDITED = "added", "removed", "edited"
# Coordinates closer than this are unchanged. Metre; for a layer in degrees give the same length in
# degrees.
TOLERANCE = 0.01
_INVERSE = {ADDED: REMOVED, REMOVED: ADDED, EDITED: EDITED}
COLUMNS = [column.name for column in TABLES["CHANGES"].columns]


def diff(
    before: pd.DataFrame,
    after: pd.DataFrame,
    *,
    delivery: int = 0,
    columns: Sequence[str] | None = None,
    tolerance: float = TOLERANCE,
) -> pd.DataFrame:
    """Return CHANGES that lead from one table to the other.

    A column that one of them lacks counts as one of nulls; `columns` limits which are compared in
    assets that stand in both. Coordinates closer than the tolerance, in the unit of the geometry,
    are unchanged. Raises RegisterError when an asset_id stands twice.
    """
    _unique(before)
    _unique(after)
    kept = before.index.intersection(after.index, sort=False)
    old, new = _rows(before, kept), _rows(after, kept)
    compared = dict.fromkeys([*before.columns, *after.columns]) if columns is None else columns
    parts = [_whole(before, kept, REMOVED, "before")]
    for name in compared:
        first, second = (table[name] if name in table else _nulls(kept) for table in (old, new))
        rows = np.flatnonzero(cells_differ(first, second, name, tolerance=tolerance))
        if len(rows):
            edited = {"asset_id": kept[rows], "change": EDITED, "column": name}
            sides = {"before": encode(first.iloc[rows]), "after": encode(second.iloc[rows])}
            parts.append(pd.DataFrame(edited | sides))
    parts.append(_whole(after, kept, ADDED, "after"))
    return _changes([part for part in parts if len(part)], delivery)


def invert(changes: pd.DataFrame) -> pd.DataFrame:
    """Return CHANGES that take these back."""
    sides = {"before": changes["after"], "after": changes["before"]}
    return changes.assign(change=changes["change"].map(_INVERSE), **sides).astype(changes.dtypes)


def apply(
    changes: pd.DataFrame, table: pd.DataFrame, *, tolerance: float = TOLERANCE
) -> pd.DataFrame:
    """Return the table with the changes in it; assets that are added stand last.

    Columns keep their type where it holds the new values exactly. Raises RegisterError, and changes
    nothing, when the changes were not made for this table: an asset to be changed is not there, one
    to be added is, or what stands in a cell is not what the changes found there.
    """
    _unique(table)
    by = {change: changes[changes["change"] == change] for change in _INVERSE}
    _fit(by, table, tolerance)
    result = _edited(by[EDITED], table)
    gone = by[REMOVED]["asset_id"]
    if len(gone):
        result = result[~among(result.index, gone)]
    if len(by[ADDED]):
        result = _stacked(result, decode_rows(by[ADDED]["after"], _ids(by[ADDED])))
    return _as(table, result)


def cells_differ(
    before: pd.Series, after: pd.Series, column: str, *, tolerance: float = TOLERANCE
) -> np.ndarray:
    """Return which cells of a column differ, place by place."""
    if column == "geometry":
        return geometries_unequal(_shapes(before), _shapes(after), tolerance=tolerance)
    return cells_unequal(before, after)


# Diff


def _unique(table: pd.DataFrame) -> None:
    if not table.index.is_unique:
        asset = str(table.index[table.index.duplicated()][0])
        raise RegisterError("error.asset_id_twice", asset=asset)


def _rows(table: pd.DataFrame, ids: pd.Index) -> pd.DataFrame:
    """Return the rows of these assets, all in the table, without a copy where none moves."""
    return table if table.index.equals(ids) else table.iloc[table.index.get_indexer(ids)]


def _nulls(index: pd.Index) -> pd.Series:
    return pd.Series(None, index=index, dtype=object)


def _shapes(column: pd.Series) -> np.ndarray:
    cells = column.where(column.notna(), None) if column.dtype == object else column
    return np.asarray(cells, dtype=object)


def _whole(table: pd.DataFrame, kept: pd.Index, change: str, side: str) -> pd.DataFrame:
    table = table[~among(table.index, kept)]
    return pd.DataFrame({"asset_id": table.index, "change": change, side: encode_rows(table)})


def _changes(parts: list[pd.DataFrame], delivery: int) -> pd.DataFrame:
    if not parts:
        return empty("CHANGES")
    changes = pd.concat(parts, ignore_index=True).reindex(columns=COLUMNS)
    kinds = dict.fromkeys(COLUMNS, "str") | {"delivery": "int64"}
    return check(changes.assign(delivery=delivery).astype(kinds), "CHANGES")


# Apply


def _ids(changes: pd.DataFrame) -> pd.Index:
    return pd.Index(changes["asset_id"], name=None)


def _fit(by: dict[str, pd.DataFrame], table: pd.DataFrame, tolerance: float) -> None:
    """Raise RegisterError unless each change finds what it was made for."""
    known = {change: among(by[change]["asset_id"], table.index) for change in by}
    wrong = [by[REMOVED][~known[REMOVED]], by[EDITED][~known[EDITED]], by[ADDED][known[ADDED]]]
    edited = by[EDITED][known[EDITED]]
    for name, rows in edited.groupby("column", sort=False):
        present = table[name].loc[rows["asset_id"]] if name in table else _nulls(_ids(rows))
        differs = cells_differ(present, decode(rows["before"]), str(name), tolerance=tolerance)
        wrong.append(rows[differs])
    removed = by[REMOVED][known[REMOVED]]
    if len(removed):
        standing = table.loc[removed["asset_id"]]
        before = decode_rows(removed["before"], _ids(removed))
        changed = diff(standing, before, tolerance=tolerance)["asset_id"]
        wrong.append(removed[among(removed["asset_id"], changed)])
    assets = pd.concat(wrong)["asset_id"].tolist()
    if assets:
        raise RegisterError("error.changes_do_not_fit", count=len(assets), asset=str(assets[0]))


def _edited(edited: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    columns = {}
    for name, rows in edited.groupby("column", sort=False):
        present = table[name] if name in table else _nulls(table.index)
        cells = present.astype(object).to_numpy(copy=True)
        after = decode(rows["after"]).astype(object).to_numpy()
        cells[table.index.get_indexer(rows["asset_id"])] = after
        columns[name] = _column(cells, present, table.index)
    return table.assign(**columns) if columns else table


def _column(cells: np.ndarray, like: pd.Series, index: pd.Index) -> pd.Series:
    if like.dtype == "geometry":
        return gpd.GeoSeries(cells, index=index, crs=like.crs)
    return settled([*cells], like.dtype).set_axis(index)


def _stacked(table: pd.DataFrame, added: pd.DataFrame) -> pd.DataFrame:
    """Return both tables as one; each column keeps the type of the first where it fits."""
    index = table.index.append(added.index)
    columns = {}
    for name in dict.fromkeys([*table.columns, *added.columns]):
        parts = [part.get(name, _nulls(part.index)) for part in (table, added)]
        cells = np.concatenate([part.astype(object).to_numpy() for part in parts])
        columns[name] = _column(cells, parts[0], index)
    return pd.DataFrame(columns, index=index)


def _as(table: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the result as a table with geometries, in the first's system, if it has any."""
    rows = rows.rename_axis(table.index.name)
    if "geometry" not in rows:
        return rows
    crs = table.crs if isinstance(table, gpd.GeoDataFrame) and "geometry" in table else None
    return gpd.GeoDataFrame(rows.assign(geometry=gpd.GeoSeries(rows["geometry"], crs=crs)), crs=crs)
