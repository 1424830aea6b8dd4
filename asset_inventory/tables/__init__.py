"""Every table: its columns, units and keys, and the one function that checks them.

Tables are long: a new hazard or return period is more rows, never a new column. Words that repeat
(hazard, asset type, district, the asset's id) are categoricals, so that a million assets fit.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
import pandas as pd

from asset_inventory.errors import TableError
from asset_inventory.tables import assessment, resilience
from asset_inventory.tables.columns import Column, Table

REAL, EXERCISE = "real", "exercise"
OUTSIDE_DISTRICTS = "outside districts"
SEVERITIES = ("error", "warning", "repaired")
# Sums of shares carry the last bits of their parts.
_ROUNDED = 1 + 1e-9
TABLES = {table.name: table for table in (*assessment.TABLES, *resilience.TABLES)}


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
        values = given.to_numpy(dtype=float, na_value=np.nan)
        # no number is less or more than NaN
        if column.least is not None and (values < column.least).any():
            return False
        if column.most is not None and (values > column.most * _ROUNDED).any():
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
