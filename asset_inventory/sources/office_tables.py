"""Tables that an office fills in, without places: found under their headings, in whatever language these are.

A table may stand below a title, beside other columns, on any sheet of a workbook; its rows keep their number in the
file, so that a finding can name them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from asset_inventory.sources.intake import Sheet, take_sheets
from asset_inventory.sources.texts import excerpt, listed_rows
from asset_inventory.tables import finding, findings

_DEEPEST_HEADINGS = 20  # rows looked through for the headings
_Headings = Mapping[str, Sequence[str]]


def read_office_table(
    path: Path, headings: _Headings, *, source: str, needed: Sequence[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the cells under known headings as text, empty ones missing, and FINDINGS on the file.

    `headings` has the words under which each column may stand, case and blanks aside; the index is the number of each
    row in the sheet, the first 1. Of several sheets the first that has all `needed` columns is read, the others are
    said. A row of more cells than the headings is left out with an error: which of its cells has slipped nobody can
    tell. A file without such a sheet gives a table without rows, and an error of FINDINGS. Raises SourceError where
    there is no such file.
    """
    sheets, problems = take_sheets(path, source)
    placed = [(sheet, _headings_in(sheet, headings)) for sheet in sheets]
    fit = [(sheet, at) for sheet, at in placed if at and set(needed) <= set(at[1])]
    empty = pd.DataFrame(columns=list(headings), dtype="str")
    if not fit:
        if not any(row["severity"] == "error" for row in problems):
            problems.append(finding("office_table_without_headings", source=source, severity="error",
                                    headings=", ".join(headings[name][0] for name in needed)))  # fmt: skip
        return empty, findings(problems)
    problems += [finding("sheet_passed_over", source=source, severity="warning", sheet=sheet.name)
                 for sheet, _ in placed if sheet is not fit[0][0] and any(map(any, sheet.rows))]  # fmt: skip
    sheet, (row, columns) = fit[0]
    problems += [finding("column_repeated", source=source, severity="warning", column=excerpt(sheet.rows[row][more]))
                 for places in columns.values() for more in places[1:]]  # fmt: skip
    strange = [word for word in map(str.strip, sheet.rows[row]) if word and _plain(word) not in _meant(headings)]
    problems += [finding("column_passed_over", source=source, severity="warning", column=excerpt(word))
                 for word in strange]  # fmt: skip
    cells = {name: [_cell(line, places[0]) for line in sheet.rows[row + 1 :]] for name, places in columns.items()}
    table = pd.DataFrame(cells, index=range(row + 2, len(sheet.rows) + 1), dtype="str")
    filled = np.flatnonzero(table.notna().any(axis=1).to_numpy())
    below = filled[-1] + 1 if len(filled) else 0  # the empty rows of a form below what was filled in say nothing
    slipped = _longer(sheet, row)
    problems += _beside_headings(sheet, row, columns, slipped, source)
    if not below:
        problems.append(finding("office_table_without_rows", source=source, severity="warning"))
    return table.iloc[:below].drop(slipped, errors="ignore").reindex(columns=list(headings)), findings(problems)


def _longer(sheet: Sheet, heading: int) -> list[int]:
    """Return the numbers of the rows that say something in a cell beyond the row of headings."""
    width = len(sheet.rows[heading])
    return [number for number, line in enumerate(sheet.rows[heading + 1 :], start=heading + 2)
            if len(line) > width and any(map(str.strip, line[width:]))]  # fmt: skip


def _beside_headings(
    sheet: Sheet, heading: int, columns: Mapping[str, list[int]], slipped: list[int], source: str
) -> list[dict[str, object]]:
    """Return rows of FINDINGS on what stands under no heading, as far as one column beyond the last."""
    found = []
    if slipped:
        found.append(finding("office_row_slipped", source=source, severity="error", count=len(slipped),
                             rows=listed_rows(slipped)))  # fmt: skip
    last = max(place for places in columns.values() for place in places)
    bare = [place for place in range(last + 2) if not _cell(sheet.rows[heading], place)]
    rows = [number for number, line in enumerate(sheet.rows[heading + 1 :], start=heading + 2)
            if number not in slipped and any(_cell(line, place) for place in bare)]  # fmt: skip
    if rows:
        found.append(finding("cells_without_heading", source=source, severity="warning", count=len(rows),
                             rows=listed_rows(rows)))  # fmt: skip
    return found


def _headings_in(sheet: Sheet, headings: _Headings) -> tuple[int, dict[str, list[int]]] | None:
    """Return the row that has the most headings, and in which columns each stands; None where no row has any."""
    meant = _meant(headings)
    best: tuple[int, dict[str, list[int]]] | None = None
    for number, row in enumerate(sheet.rows[:_DEEPEST_HEADINGS]):
        found: dict[str, list[int]] = {}
        for place, cell in enumerate(row):
            if _plain(cell) in meant:
                found.setdefault(meant[_plain(cell)], []).append(place)
        if found and (best is None or len(found) > len(best[1])):
            best = number, found
    return best


def _meant(headings: _Headings) -> dict[str, str]:
    """Return which column each heading stands for, its case and blanks aside."""
    return {_plain(word): name for name, words in headings.items() for word in (name, *words)}


def _plain(text: str) -> str:
    return " ".join(text.replace("_", " ").split()).casefold()


def _cell(row: Sequence[str], place: int) -> str | None:
    text = row[place].strip() if place < len(row) else ""
    return text or None
