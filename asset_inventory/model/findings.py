"""What is wrong with which rows of one source: gathered while it is read, told as FINDINGS."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from asset_inventory.model.tables import FindingRow, finding
from asset_inventory.model.texts import listed_rows

ERROR, WARNING, REPAIRED = "error", "warning", "repaired"


def on_rows(
    code: str, rows: Iterable[object], *, source: str, column: str | None = None, **more: Any
) -> list[FindingRow]:
    """Return a row of FINDINGS on rows of a file, with their count and numbers; none without rows.

    Examples
    --------
    >>> [row] = on_rows("ballot_row_empty", [4, 7], source="ballots.xlsx")
    >>> row["count"], row["arguments"]["rows"]
    (2, '4, 7')
    >>> on_rows("ballot_row_empty", [], source="ballots.xlsx")
    []
    """
    listed = list(rows)
    if not listed:
        return []
    count, numbers = len(listed), listed_rows(listed)
    return [finding(code, source=source, column=column, count=count, rows=numbers, **more)]


@dataclass(frozen=True)
class Fault:
    """One kind of fault: code, severity, rows (None: the whole source), column.

    An error of rows puts them in quarantine, an error of the whole source refuses it.
    """

    code: str
    severity: str = ERROR
    rows: np.ndarray | None = None
    column: str | None = None
    arguments: Mapping[str, object] = field(default_factory=dict)
    count: int = 1  # of what is not rows: columns, members
    feature: str | None = None  # what a finding names, by default the first row

    @classmethod
    def of_rows(
        cls,
        code: str,
        chosen: pd.Series | np.ndarray | Sequence[bool],
        column: str | None = None,
        *,
        given: pd.Series | None = None,
    ) -> Fault:
        """Return the error of the chosen rows; its sentence quotes the first of the `given`."""
        rows = np.flatnonzero(chosen)
        if given is None or not len(rows):
            return cls(code, ERROR, rows, column)
        return cls(code, ERROR, rows, column, {"given": str(given.iloc[rows[0]])[:40]})

    @property
    def applies(self) -> bool:
        """Tell whether there is anything that has the fault."""
        return self.rows is None or len(self.rows) > 0

    @property
    def refuses(self) -> bool:
        """Tell whether nothing of the source can be taken."""
        return self.severity == ERROR and self.rows is None


def as_findings(
    faults: Iterable[Fault], *, source: str, labels: np.ndarray | None = None
) -> list[dict[str, object]]:
    """Return rows of FINDINGS: one line for each kind of fault, naming the first row that has it.

    `labels` are the names of the rows in their file; without them a row is its number.
    """
    lines = []
    for fault in faults:
        rows = fault.rows
        if not fault.applies:
            continue
        first = fault.feature
        if first is None and rows is not None:
            first = str(rows[0] if labels is None else labels[rows[0]])
        lines.append(
            finding(
                fault.code,
                source=source,
                severity=fault.severity,
                feature=first,
                column=fault.column,
                count=fault.count if rows is None else len(rows),
                **fault.arguments,
            )
        )
    return lines
