"""The sheets of a table without places, cell by cell: what an office fills in, out of a workbook or a text table.

A merged cell is read as if each of its cells said the same, for that is what people see; it is told. Errors of
formulas and percents are read as they are shown.
"""

from __future__ import annotations

import python_calamine as calamine

from asset_inventory.errors import SourceError, in_one_line
from asset_inventory.sources.archives import Dataset
from asset_inventory.sources.delimited import rows_of
from asset_inventory.sources.faults import WARNING, Fault, told
from asset_inventory.sources.intake.sheet_marks import Marks, marks_of
from asset_inventory.sources.intake.workbooks import cell_text, formulas_in, opened

MOST_CELLS = 2_000_000  # of one sheet: an office's table, no register


def read_sheets(dataset: Dataset) -> tuple[list[dict[str, object]], list[Fault]]:
    """Return the sheets of a dataset as plain values, and what is wrong with the whole of it.

    Each has its `name`, its `rows` of texts from the first row of the sheet on, and its own `problems`.
    """
    if dataset.kind == "text table":
        try:
            rows, encoding = rows_of(dataset.path, source=dataset.name, titled=True)
        except SourceError as fault:
            return [], [Fault(fault.key, arguments=fault.plainly(dataset.name))]
        faults = [Fault("not_utf8", WARNING, arguments={"encoding": encoding})] if encoding else []
        return [_sheet("", rows, dataset.name)], faults
    if dataset.kind not in ("workbook", "old workbook"):
        return [], [Fault("no_office_table", arguments={"kind": dataset.kind})]
    return _of_workbook(dataset)


def _of_workbook(dataset: Dataset) -> tuple[list[dict[str, object]], list[Fault]]:
    try:
        book, visible, faults = opened(dataset.path)
        marks = marks_of(dataset.path) if dataset.kind == "workbook" else {}
        faults += [Fault("old_workbook", WARNING)] if dataset.kind == "old workbook" else []
        found = [_filled(book, name, dataset.name, marks.get(name)) for name in visible]
    except (calamine.CalamineError, OSError, ValueError) as fault:
        return [], [Fault("office_table_not_readable", arguments={"fault": in_one_line(fault)})]
    return found, faults


def _filled(book: object, name: str, source: str, marks: Marks | None) -> dict[str, object]:
    cells = marks.height * marks.width if marks else 0
    sheet = book.get_sheet_by_name(name) if cells <= MOST_CELLS else None
    cells = cells if sheet is None else max(cells, sheet.total_height * max(sheet.total_width, 1))
    if cells > MOST_CELLS:
        return _sheet(name, [], source, Fault("sheet_too_large", arguments={"cells": cells}))
    rows = [[cell_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    faults = []
    if marks:
        _show(rows, marks)
        faults += [Fault("rows_hidden", WARNING, count=marks.hidden_rows)] if marks.hidden_rows else []
        faults += formulas_in(marks, name)
    merged = [area for area in sheet.merged_cell_ranges or () if _fill(rows, *area)]
    faults += [Fault("cells_merged", WARNING, count=len(merged))] if merged else []
    return _sheet(name, rows, source, *faults)


def _show(rows: list[list[str]], marks: Marks) -> None:
    """Write into cells what they show."""
    width = max((column + 1 for _, column in marks.shown), default=0)
    for row, column in marks.shown:
        rows += [[] for _ in range(row + 1 - len(rows))]
        rows[row] += [""] * (width - len(rows[row]))
        rows[row][column] = marks.shown[row, column]


def _fill(rows: list[list[str]], first: tuple[int, int], last: tuple[int, int]) -> bool:
    """Write what a merged area says into each of its cells; tell whether it says anything."""
    (top, left), (bottom, right) = first, last
    if top >= len(rows) or left >= len(rows[top]) or not rows[top][left]:
        return False
    for row in rows[top : bottom + 1]:
        row[left : right + 1] = [rows[top][left]] * len(row[left : right + 1])
    return True


def _sheet(name: str, rows: list[list[str]], source: str, *faults: Fault) -> dict[str, object]:
    called = f"{source}, {name}" if name else source
    return {"name": name, "rows": rows, "problems": told(faults, source=called)}
