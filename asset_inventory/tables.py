"""Every table: its columns, units and keys, and the one function that checks them.

Tables are long: a new hazard or return period is more rows, never a new column. Words that repeat
(hazard, asset type, district, the asset's id) are categoricals, so that a million assets fit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from asset_inventory.errors import TableError

REAL, EXERCISE = "real", "exercise"
OUTSIDE_DISTRICTS = "outside districts"
SIDES = ("before", "after")  # of a delivery
SEVERITIES = ("error", "warning", "repaired")
# Sums of shares carry the last bits of their parts.
_ROUNDED = 1 + 1e-9


@dataclass(frozen=True)
class Column:
    """One column: its name, what it holds, its unit, whether a row may lack it, and its range."""

    name: str
    kind: str  # "word", "number", "count", "flag", "geometry", "any"
    unit: str = ""
    missing: bool = False
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True)
class Table:
    """One table: what a row is, its columns, and the columns that together name a row."""

    name: str
    row: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()


def _word(name: str, *, missing: bool = False) -> Column:
    return Column(name, "word", missing=missing)


def _number(name: str, unit: str, *, least: float | None = 0.0, most: float | None = None) -> Column:
    """A number that may be NaN: not known."""
    return Column(name, "number", unit, True, least, most)


def _share(name: str) -> Column:
    return Column(name, "number", "0-1", False, 0.0, 1.0)


def _count(name: str) -> Column:
    return Column(name, "count", "", False, 0.0)


def _before_and_after(*names: str) -> tuple[Column, ...]:
    return tuple(_count(f"{name}_{side}") for name in names for side in SIDES)


_STATUS = _word("data_status")
_PERIOD = Column("return_period", "number", "year; NaN = scenario", True, 0.0)
_GEOMETRY = Column("geometry", "geometry", "metre", True)

# fmt: off
TABLES = {
    table.name: table
    for table in (
        Table("ASSETS", "asset", (
            _word("asset_id"), _word("layer"), _word("name", missing=True), _word("asset_type"),
            _word("owner", missing=True), _word("district"), _number("value", "currency"), _word("value_rule"),
            _number("floor_height", "metre", least=None), _number("area", "m2"), _number("levels", "1"),
            _number("condition", "0-1", most=1.0), _number("criticality", "0-1", most=1.0), _word("source"),
            _STATUS, Column("usable", "flag"), _GEOMETRY), ("asset_id",)),
        Table("DISTRICTS", "district", (
            _word("district"), _word("name", missing=True), _word("parent", missing=True),
            _number("population", "people"), _GEOMETRY), ("district",)),
        Table("FINDINGS", "thing to mend", (
            _word("source"), _word("feature", missing=True), _word("column", missing=True), _word("severity"),
            _word("code"), Column("arguments", "any"), _count("count"))),
        Table("CHANGES", "changed cell; asset added or removed (no column, all of it in one)", (
            _count("delivery"), _word("asset_id"), _word("change"), _word("column", missing=True),
            _word("before", missing=True), _word("after", missing=True)), ("delivery", "asset_id", "column")),
        Table("MERGED", "cell, or whole asset, changed on either side since the base", (
            _word("asset_id"), _word("column", missing=True), _word("base", missing=True), _word("ours", missing=True),
            _word("theirs", missing=True), _word("outcome")), ("asset_id", "column")),
        Table("DOUBTS", "pair of a feature and an asset that may be one", (
            _word("feature", missing=True), _word("asset_id"), _word("doubt"), _number("distance", "metre"),
            _number("overlap", "0-1"), _number("similarity", "0-1"), _number("score", "0-1"))),
        Table("PIECES", "asset, hazard map, piece of it", (
            _count("asset"), _word("hazard"), _PERIOD, _share("share"),
            _number("intensity", "hazard's unit; NaN = the map does not say", least=None))),
        Table("EXPOSURE", "asset, hazard, return period, where touched or unknown", (
            _word("asset_id"), _word("hazard"), _PERIOD, _share("exposed_fraction"), _share("unknown_fraction"),
            _number("intensity_mean", "hazard's unit", least=None),
            _number("intensity_max", "hazard's unit", least=None), _STATUS), ("asset_id", "hazard", "return_period")),
        Table("DAMAGE", "asset, hazard, return period, where touched", (
            _word("asset_id"), _word("hazard"), _PERIOD, _number("damage_fraction", "0-1", most=1.0),
            _number("damage", "currency"), _STATUS), ("asset_id", "hazard", "return_period")),
        Table("EAD", "asset, hazard", (
            _word("asset_id"), _word("hazard"), _number("ead", "currency/year"),
            _number("ead_low", "currency/year"), _number("ead_high", "currency/year"), _word("rule"),
            _count("maps"), _STATUS), ("asset_id", "hazard")),
        Table("JOINT_EAD", "asset: all hazards together, by how they hang together", (
            _word("asset_id"), _number("ead", "currency/year"), _number("ead_least", "currency/year"),
            _number("ead_most", "currency/year"), _number("ead_low", "currency/year"),
            _number("ead_high", "currency/year"), _number("ead_scored", "currency/year"), _word("relation"),
            _word("hazards", missing=True), _STATUS), ("asset_id",)),
        Table("STRESS", "asset and stress, where its map of what is reached touches or leaves unknown", (
            _word("asset_id"), _word("hazard"), _share("exposed_fraction"), _share("unknown_fraction"),
            _number("days_lost", "day/year"), _number("yearly_fraction", "0-1 of the value", most=1.0),
            _number("yearly_damage", "currency/year"), _STATUS), ("asset_id", "hazard")),
        Table("FUTURE_EAD", "usable asset, hazard that is raised, year", (
            _word("asset_id"), _word("hazard"), _count("year"), _number("added_depth", "metre", least=None),
            _number("ead", "currency/year"), _number("ead_low", "currency/year"), _number("ead_high", "currency/year"),
            _number("ead_sea", "currency/year"), Column("at_least", "flag"), _word("rule"), _STATUS),
            ("asset_id", "hazard", "year")),
        Table("DAMAGE_SUMS", "the city, or a type, district or department of it, hazard, return period", (
            _word("by"), _word("part", missing=True), _word("hazard"), _PERIOD, _count("assets"), _count("exposed"),
            _count("not_exposed"), _count("unknown"), _count("unusable"), _number("damage", "currency"),
            _number("damage_low", "currency"), _number("damage_high", "currency"), _count("without_figure")),
            ("by", "part", "hazard", "return_period")),
        Table("EAD_SUMS", "the city, or a type, district or department of it, hazard, maps left out", (
            _word("by"), _word("part", missing=True), _word("hazard"), _count("assets"),
            _number("ead", "currency/year"), _number("ead_low", "currency/year"),
            _number("ead_high", "currency/year"), _count("without_figure"), _word("rule"), _count("maps"),
            _word("left_out", missing=True)), ("by", "part", "hazard", "left_out")),
        Table("NOT_NESTED", "square of grid cells where a rarer map is lower", (
            _word("hazard"), Column("frequent", "number", "year", least=0.0),
            Column("rarer", "number", "year", least=0.0), _count("cells"), _count("dry"),
            _number("lower_by", "hazard's unit, at most"), _STATUS, _GEOMETRY)),
        Table("LEDGER", "asset type, hazard, return period, district", (
            _word("asset_type"), _word("hazard"), _PERIOD, _word("district"), _count("assets"), _count("exposed"),
            _count("not_exposed"), _count("unknown"), _count("unusable")),
            ("asset_type", "hazard", "return_period", "district")),
        Table("EXPOSURE_DELTA", "changed assets of the city, a district or a type, hazard, return period", (
            _word("by"), _word("part", missing=True), _word("hazard", missing=True), _PERIOD,
            *_before_and_after("assets", "exposed", "not_exposed", "unknown", "unusable")),
            ("by", "part", "hazard", "return_period")),
        Table("EAD_DELTA", "changed assets of the city, a district or a type", (
            _word("by"), _word("part", missing=True), *_before_and_after("assets", "without_figure"),
            *(_number(f"{name}_{side}", "currency/year") for name in ("ead", "ead_low", "ead_high")
              for side in SIDES),
            *(_number(name, "currency/year", least=None) for name in
              ("difference", "difference_low", "difference_high")), _count("not_compared")), ("by", "part")),
        Table("SCORES", "asset (and a column per indicator, 0-1)", (
            _word("asset_id"), _number("score", "0-1", most=1.0), _number("score_low", "0-1", most=1.0),
            _number("score_high", "0-1", most=1.0)), ("asset_id",)),
        Table("FOCUS_AREAS", "district", (
            _word("district"), _word("name", missing=True), _word("parent", missing=True),
            _number("ead", "currency/year"), _number("ead_low", "currency/year"),
            _number("ead_high", "currency/year"), _count("assets"), _count("assets_exposed"),
            _count("assets_counted"), _count("assets_without_figure"), _number("people_exposed", "people"),
            _word("people_rule"), _number("score", "0-1", most=1.0), _number("score_low", "0-1", most=1.0),
            _number("score_high", "0-1", most=1.0), _number("rank", "1 = look here first", least=1.0), _STATUS,
            _GEOMETRY), ("district",)),
        Table("PEOPLE", "district, hazard, return period, class of its intensity, where residents are declared", (
            _word("district"), _word("hazard"), _PERIOD, _word("class"), _number("people", "people"),
            _number("displaced", "people"), _number("fatalities", "people"), _word("people_rule"), _STATUS),
            ("district", "hazard", "return_period", "class")),
        Table("OWNERSHIP", "department and layer", (
            _word("owner", missing=True), _word("layer"), _count("assets"), _word("data_date", missing=True),
            _number("age", "day; NaN = not known", least=None), _word("missing_counted"),
            _number("missing_share", "0-1 of the values of the columns counted", most=1.0),
            _count("assets_without_figure"), _number("ead", "currency/year"),
            _number("ead_share", "0-1 of the city's", most=1.0)), ("owner", "layer")),
    )
}
# fmt: on


def _adds_up(ledger: pd.DataFrame) -> pd.Series:
    return ledger[["exposed", "not_exposed", "unknown", "unusable"]].sum(axis=1) == ledger["assets"]


def _in_bounds(ead: pd.DataFrame) -> pd.Series:
    low, middle, high = (ead[name] for name in ("ead_low", "ead", "ead_high"))
    return ~((low > middle * _ROUNDED) | (middle > high * _ROUNDED) | (low > high * _ROUNDED))


def _in_range(joint: pd.DataFrame) -> pd.Series:
    least, middle, most, low, high = (
        joint[name] for name in ("ead_least", "ead", "ead_most", "ead_low", "ead_high"))
    return ~((least > middle * _ROUNDED) | (middle > most * _ROUNDED) | (low > high * _ROUNDED))


# What holds in every row of a table, beside the ranges of its columns.
_LAWS = {"LEDGER": _adds_up, "DAMAGE_SUMS": _adds_up, "EAD": _in_bounds, "JOINT_EAD": _in_range,
         "FUTURE_EAD": _in_bounds}  # fmt: skip


def numbers_of(name: str) -> tuple[Column, ...]:
    """Return the columns of a table that hold numbers, with their ranges."""
    return tuple(column for column in TABLES[name].columns if column.kind == "number")


def check(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the table unchanged when it keeps its contract.

    Raises TableError with the first faults (column, what, row) and how many there are.
    """
    if _keeps(table, TABLES[name]):
        return table
    import pandera.errors

    try:
        _schema(name).validate(table.reset_index(drop=True), lazy=True)
    except pandera.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        first = "; ".join(
            f"{case['column']} {case['check']} {case['failure_case']!s:.40} (row {case['index']})"
            for case in cases.head(3).to_dict("records")
        )
        raise TableError("error.table_contract", table=name, count=len(cases), faults=first) from None
    return table


def _keeps(table: pd.DataFrame, contract: Table) -> bool:
    """Tell whether a table keeps its contract: a quick look, which leaves the naming of faults to pandera."""
    for column in contract.columns:
        if column.name not in table.columns:
            return False
        given = table[column.name]
        if not column.missing and given.isna().any():
            return False
        if column.least is None and column.most is None:
            continue
        if not pd.api.types.is_numeric_dtype(given.dtype):
            return False
        least, most = (np.nan if bound is None else bound for bound in (column.least, column.most))
        if (given < least).any() or (given > most * _ROUNDED).any():  # no number is less or more than NaN
            return False
    if contract.name in _LAWS and not _LAWS[contract.name](table).all():
        return False
    key = list(contract.key)
    return not key or not (table[key[0]] if len(key) == 1 else table[key]).duplicated().any()


@lru_cache
def _schema(name: str):  # noqa: ANN202 - pandera is imported late, it costs a third of a second
    import pandera.pandas as pandera

    table = TABLES[name]
    columns = {}
    for column in table.columns:
        checks = []
        if column.least is not None:
            checks.append(pandera.Check.ge(column.least))
        if column.most is not None:
            checks.append(pandera.Check.le(column.most * _ROUNDED))
        columns[column.name] = pandera.Column(
            None, checks=checks, nullable=column.missing, metadata={"unit": column.unit}
        )
    unique = list(table.key) or None
    laws = [pandera.Check(_LAWS[name], name="law")] if name in _LAWS else None
    return pandera.DataFrameSchema(columns, unique=unique, checks=laws, strict=False)


def empty(name: str) -> pd.DataFrame:
    """Return the table without rows, its columns in order and typed."""
    return _empty(name).copy()


@lru_cache
def _empty(name: str) -> pd.DataFrame:
    types = {
        "word": "str",
        "number": "float64",
        "count": "int64",
        "flag": "bool",
        "geometry": "object",
        "any": "object",
    }
    return pd.DataFrame({column.name: pd.Series(dtype=types[column.kind]) for column in TABLES[name].columns})


def finding(
    code: str,
    *,
    source: str,
    severity: str,
    feature: str | None = None,
    column: str | None = None,
    count: int = 1,
    **arguments: object,
) -> dict[str, object]:
    """Return one row of FINDINGS; `finding.<code>` in `words` says it, filled from the row and its arguments."""
    assert severity in SEVERITIES, severity
    return {
        "source": source,
        "feature": feature,
        "column": column,
        "severity": severity,
        "code": code,
        "arguments": arguments,
        "count": count,
    }


def findings(rows: Iterable[dict[str, object]]) -> pd.DataFrame:
    """Return a FINDINGS table from rows made by `finding`."""
    rows = list(rows)
    if not rows:
        return empty("FINDINGS")
    names = [column.name for column in TABLES["FINDINGS"].columns]
    table = pd.DataFrame(rows, columns=names).astype({"arguments": object, "count": "int64"})
    return table.astype(dict.fromkeys(("source", "feature", "column", "severity", "code"), "str"))


def join_findings(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return several FINDINGS tables as one, errors first, else in the order given."""
    parts = [part for part in parts if len(part)]
    if not parts:
        return findings([])
    whole = pd.concat(parts, ignore_index=True)
    order = whole["severity"].map({severity: place for place, severity in enumerate(SEVERITIES)})
    return whole.iloc[np.argsort(order.to_numpy(), kind="stable")].reset_index(drop=True)


def known_sum(values: pd.Series | np.ndarray) -> float:
    """Return the sum of the known values; a sum of nothing is NaN, not 0."""
    known = np.asarray(values, dtype=float)
    known = known[~np.isnan(known)]
    return float(known.sum()) if len(known) else float("nan")


def describe() -> str:
    """Return all tables as a Markdown list for the README: row, columns, units, key."""
    lines = ["| table | one row per | columns (unit) | key |", "|---|---|---|---|"]
    for table in TABLES.values():
        columns = ", ".join(f"`{c.name}`" + (f" ({c.unit})" if c.unit else "") for c in table.columns)
        lines.append(f"| `{table.name}` | {table.row} | {columns} | {', '.join(f'`{k}`' for k in table.key)} |")
    return "\n".join(lines) + "\n"
