"""Workbooks (.xlsx, .xls): every visible sheet whose columns hold coordinates becomes a layer."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import python_calamine as calamine

from asset_inventory.errors import in_one_line
from asset_inventory.sources.archives import SUFFIX
from asset_inventory.sources.delimited import as_table
from asset_inventory.sources.faults import WARNING, Fault
from asset_inventory.sources.intake.places import placed
from asset_inventory.sources.intake.records import Asked, Records, nothing
from asset_inventory.sources.intake.sheet_marks import Marks, marks_of

MOST_CELLS = 20_000_000  # of one sheet
_ROUNDED = r"-?\d{16,}\.0|-?\d(?:\.\d+)?e\+(?:1[6-9]|[2-9]\d)"  # as `cell_text` writes a number beyond 2**53


def read_workbook(path: Path, asked: Asked) -> list[Records]:
    """Return the sheets of a workbook that hold coordinates, one layer each; what is hidden or holds none is a fault.

    `coordinates` are the columns of x and y, or of WKT, that are tried before the usual ones.
    """
    found = []
    try:
        book, visible, faults = opened(path)
        marks = marks_of(path) if path.suffix == SUFFIX["workbook"] else {}
        for name in visible:
            told = formulas_in(marks[name], name) if name in marks else []
            records = _sheet(book.get_sheet_by_name(name), name, asked)
            if records is None:
                faults += [Fault("sheet_without_places", WARNING, arguments={"sheet": name}), *told]
            else:
                found.append(records.with_faults(*told))
    except (calamine.CalamineError, OSError, ValueError) as fault:
        return [nothing(Fault("not_readable", arguments={"fault": in_one_line(fault)}))]
    if not found:
        return [nothing(*faults, Fault("table_without_places", arguments={"fields": ""}))]
    return [found[0].with_faults(*faults), *found[1:]]


def formulas_in(marks: Marks, sheet: str) -> list[Fault]:
    """Return that a sheet holds formulas whose values no program has calculated, if it does."""
    if not marks.formulas:
        return []
    return [Fault("formulas_not_calculated", WARNING, count=marks.formulas, arguments={"sheet": sheet})]


def opened(path: Path) -> tuple[object, list[str], list[Fault]]:
    """Return a workbook, the names of its visible sheets of cells, and a fault for each that is hidden."""
    book = calamine.CalamineWorkbook.from_path(path)
    sheets = [one for one in book.sheets_metadata if one.typ == calamine.SheetTypeEnum.WorkSheet]
    hidden = [one.name for one in sheets if one.visible != calamine.SheetVisibleEnum.Visible]
    faults = [Fault("sheet_hidden", WARNING, arguments={"sheet": name}) for name in hidden]
    return book, [one.name for one in sheets if one.name not in hidden], faults


def _sheet(sheet: object, name: str, asked: Asked) -> Records | None:
    if sheet.total_height * max(sheet.total_width, 1) > MOST_CELLS:
        cells = sheet.total_height * sheet.total_width
        return nothing(Fault("sheet_too_large", arguments={"cells": cells}), layer=name)
    rows = [[cell_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=True)]
    while rows and not any(rows[0]):
        rows = rows[1:]
    if not rows:
        return None
    table, faults = as_table(rows)
    for column in table.columns:
        rounded = np.flatnonzero(table[column].str.fullmatch(_ROUNDED).fillna(False).to_numpy(dtype=bool))
        if len(rounded):
            faults.append(Fault("number_rounded", WARNING, rounded, str(column)))
    return placed(table, faults, asked, layer=name)


def cell_text(cell: object) -> str:
    """Return a cell as it would be typed: whole numbers without decimals, dates as year-month-day."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    return cell.isoformat() if isinstance(cell, datetime.date | datetime.time) else str(cell)
