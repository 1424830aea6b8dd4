"""What a workbook (.xlsx) says of its cells and our reader of workbooks does not: errors, percents, hidden rows.

A cell that shows #REF! or 30 % is read as people see it, and a formula that no program has calculated yet as the
formula: else the one would be empty, the other 0.3. A sheet is looked through before it is read, for one cell in its
last row and column would make the reader ask for more memory than there is.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

_PERCENTS = {"9", "10"}  # the formats of percents that every workbook has
_DAMAGED = (zipfile.BadZipFile, ElementTree.ParseError, KeyError, ValueError, OSError, EOFError)
_AT = re.compile(r"([A-Z]{1,3})(\d{1,7})")


@dataclass(frozen=True)
class Marks:
    """Of one sheet: what some cells show, by row and column from 0, how many rows are hidden, and how far it reaches.

    `formulas` are those that no program has calculated, so that the file does not hold their values. `height` and
    `width` count rows and columns from the first of the sheet on to the last that says anything.
    """

    shown: Mapping[tuple[int, int], str]
    hidden_rows: int
    formulas: int
    height: int
    width: int


def marks_of(path: Path) -> dict[str, Marks]:
    """Return what is marked in each sheet of a workbook by its name; nothing of a file that is no sound .xlsx."""
    try:
        with zipfile.ZipFile(path) as archive:
            percents = _percent_styles(archive)
            return {name: _marks(archive, part, percents) for name, part in _sheets(archive)}
    except _DAMAGED:  # the reader of workbooks says what is wrong with it
        return {}


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Yield the name of each sheet, and of its part of the archive."""
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    parts = {one.get("Id"): one.get("Target", "") for one in relations}
    for one in _named(ElementTree.fromstring(archive.read("xl/workbook.xml")).iter(), "sheet"):
        target = parts.get(next((value for name, value in one.attrib.items() if name.endswith("}id")), ""), "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part in archive.namelist():
            yield one.get("name", ""), part


def _percent_styles(archive: zipfile.ZipFile) -> set[str]:
    """Return the numbers of the styles that show a number as percents."""
    if "xl/styles.xml" not in archive.namelist():
        return set()
    whole = ElementTree.fromstring(archive.read("xl/styles.xml"))
    own = {one.get("numFmtId") for one in _named(whole.iter(), "numFmt") if "%" in one.get("formatCode", "")}
    cells = next(_named(whole.iter(), "cellXfs"), ())
    return {str(number) for number, one in enumerate(cells) if one.get("numFmtId") in own | _PERCENTS}


def _marks(archive: zipfile.ZipFile, part: str, percents: set[str]) -> Marks:
    shown, hidden, height, width = {}, 0, 0, 0
    row, column = -1, -1
    with archive.open(part) as stream:
        for event, one in ElementTree.iterparse(stream, events=("start", "end")):
            kind = one.tag.rpartition("}")[2]
            if kind == "row" and event == "start":
                row, column = int(one.get("r", row + 2)) - 1, -1
                hidden += one.get("hidden") in ("1", "true")
            elif kind == "row":
                one.clear()  # of a long sheet no more than a row is held
            elif kind == "c" and event == "end":
                column = _column(one.get("r", ""), column + 1)
                if len(one):
                    height, width = max(height, row + 1), max(width, column + 1)
                    text = _shown(one, percents)
                    if text is not None:
                        shown[row, column] = text
    return Marks(shown, hidden, sum(text.startswith("=") for text in shown.values()), height, width)


def _shown(cell: ElementTree.Element, percents: set[str]) -> str | None:
    """Return what a cell shows where our reader of workbooks would say something else."""
    kind = cell.get("t", "n")
    inside = {one.tag.rpartition("}")[2]: one.text or "" for one in cell}
    value = inside.get("v", "")
    if kind == "e":
        return value
    if kind == "n" and "f" in inside and not value:
        return f"={inside['f']}"
    return f"{100 * float(value):.12g}%" if kind == "n" and value and cell.get("s") in percents else None


def _column(place: str, otherwise: int) -> int:
    """Return the number of a column from 0: of «AB12» 27."""
    found = _AT.fullmatch(place)
    if found is None:
        return otherwise
    number = 0
    for letter in found[1]:
        number = 26 * number + ord(letter) - 64
    return number - 1


def _named(elements: Iterator[ElementTree.Element], name: str) -> Iterator[ElementTree.Element]:
    return (one for one in elements if one.tag.rpartition("}")[2] == name)
