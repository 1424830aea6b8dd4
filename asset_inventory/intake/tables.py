"""Tables of an office, cell by cell: workbooks (.xlsx, .xls) and text tables, placed or not.

Every visible sheet with columns of coordinates (numbers, degrees and minutes, or WKT) is a layer.
Cells are read as people see them, which our reader of workbooks does not do: #REF! or 30 %, a
merged cell as if each of its cells had its text (a finding), a formula that was never calculated as
the formula. A sheet is looked through before it is read, for one cell in its last row and column
would make the reader ask for more memory than there is.
"""

from __future__ import annotations

import datetime
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pyproj
import python_calamine as calamine
import shapely

from asset_inventory.intake.containers import SUFFIX, Dataset
from asset_inventory.intake.records import Asked, Records, nothing
from asset_inventory.intake.rules import fields_missing
from asset_inventory.io.geometries import WGS84
from asset_inventory.io.table_files import TEXT_TABLES, as_table, read_cells, rows_of, usual_columns
from asset_inventory.model.errors import RequestError, SourceError, in_one_line
from asset_inventory.model.tables import REPAIRED, WARNING, Fault, as_findings
from asset_inventory.model.texts import as_numbers

_IN_DEGREES = ("lon", "longitude", "lng", "bujur", "lat", "latitude", "lintang")
_PART = r"\d+(?:[.,]\d+)?"
# 110 23.3316 E, 7° 2' 5.7" LS, S 7 2.09: degrees, perhaps minutes and seconds, and a side of the
# world.
_ANGLE = (
    rf"^\s*(?P<before>[NSEWUTB]|L[US]|B[TB])?\s*(?P<sign>[+-])?\s*(?P<degrees>{_PART})\s*[°º*D:]?\s*"
    rf"(?:(?P<minutes>{_PART})\s*['′’M:]?\s*)?(?:(?P<seconds>{_PART})\s*(?:[\"″”]|'')?\s*)?"
    r"(?P<after>[NSEWUTB]|L[US]|B[TB])?\s*$"
)
# The same in letters, 6d58m48s or 6 deg 58 min 48 sec: an S behind seconds is no side of the world.
_IN_LETTERS = (
    (r"(?<=[\d ])(?:DEG|DERAJAT|D)\b\.?|(?<=\d)D(?=\d)", "°"),
    (r"(?<=[\d ])(?:MIN|MENIT)\b\.?|(?<=\d)M(?=\d)", "'"),
    (r"(?<=[\d ])(?:SEC|DETIK)\b\.?", '"'),
    (rf"(['′’]\s*{_PART})S(?=\s|[NSEWUTBL]|$)", r'\1"'),
)
# 6D58M48S as a latitude: 48 seconds, or south?
_SECONDS_OR_SOUTH = r"[\d., ]+D[\d., ]+M[\d., ]+S\s*"
_WEST_OR_SOUTH = ("S", "W", "B", "LS", "BB")  # barat is west, selatan south
_NORTH_OR_SOUTH, _EAST_OR_WEST = ("N", "S", "U", "LU", "LS"), ("E", "W", "T", "B", "BT", "BB")


def placed(
    table: pd.DataFrame, faults: list[Fault], request: Asked, *, layer: str = ""
) -> Records | None:
    """Return a table of text as features, by its columns of coordinates; None without them.

    Where no places are wanted, its features have no shapes.

    Where nobody names these columns, they are found by their usual names; also where the named ones
    are missing, unless a layer of a city depends on them. Columns called longitude and latitude are
    on WGS 84, with a warning; others have no system.
    """
    coordinates = request.coordinates
    stated = bool(coordinates) and all(name in table.columns for name in coordinates)
    names = coordinates if stated or (coordinates and request.one) else usual_columns(table.columns)
    if not request.places:
        no_shapes = np.full(len(table), None, dtype=object)
        return Records(table=table, geometry=no_shapes, crs=None, faults=tuple(faults), layer=layer)
    if not names or not set(names) <= set(table.columns):
        return None
    if not stated:
        meant = dict(zip(coordinates, names, strict=True)) if len(coordinates) == len(names) else {}
        faults = [*faults, *fields_missing(table, coordinates, meant=meant)]
    if len(names) == 1:
        geometry, more = _from_wkt(table[names[0]])
        # The text of the shapes is not kept as well, unless somebody asks for that very field.
        rest = table if request.one else table.drop(columns=names[0])
        return Records(
            table=rest, geometry=geometry, crs=None, faults=(*faults, *more), layer=layer
        )
    (x, x_written, x_sides), (y, y_written, y_sides) = (_coordinates(table[name]) for name in names)
    written = x_written | y_written
    doubtful = table[names[1]].astype("str").str.upper().str.fullmatch(_SECONDS_OR_SOUTH)
    doubtful = doubtful.fillna(False).to_numpy(dtype=bool)
    known = np.isfinite(x) & np.isfinite(y) & ~doubtful
    crossed = known & (np.isin(x_sides, _NORTH_OR_SOUTH) | np.isin(y_sides, _EAST_OR_WEST))
    geometry = np.full(len(table), None, dtype=object)
    geometry[known] = shapely.points(x[known], y[known])
    blank = (table[names[0]].isna() | table[names[1]].isna()).to_numpy(dtype=bool)
    in_minutes = np.flatnonzero(written & known & ~crossed)
    more = [
        Fault.of_rows("coordinates_blank", blank, names[0]),
        Fault.of_rows("coordinates_no_number", ~known & ~blank, names[0]),
        Fault.of_rows("coordinates_swapped", crossed),
        Fault("coordinates_in_minutes", REPAIRED, in_minutes, names[0]),
    ]
    crs = None
    if all(name.lower() in _IN_DEGREES for name in names):
        beyond = known & ((np.abs(x) > 360) | (np.abs(y) > 360))
        if known.any() and beyond.sum() > known.sum() / 2:
            more.append(Fault("coordinates_no_degrees", column=names[0]))
        else:
            crs = pyproj.CRS.from_user_input(WGS84)
            more.append(Fault("crs_presumed", WARNING))
    return Records(table=table, geometry=geometry, crs=crs, faults=(*faults, *more), layer=layer)


def _from_wkt(texts: pd.Series) -> tuple[np.ndarray, list[Fault]]:
    blank = texts.isna().to_numpy(dtype=bool)
    cells = texts.astype(object).where(~blank, None).to_numpy()
    geometry = shapely.from_wkt(cells, on_invalid="ignore")
    broken = shapely.is_missing(geometry) & ~blank
    fault = Fault.of_rows("geometry_broken", broken, str(texts.name))
    return geometry, [fault] * fault.applies


def _coordinates(texts: pd.Series) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return a column as numbers (NaN = none) from degrees and minutes, and their directions.

    A cell without a side of the world has an empty text for it.
    """
    numbers = as_numbers(texts, doubtful="decimal")[0].to_numpy(dtype=float, copy=True)
    rest = np.flatnonzero(np.isnan(numbers) & texts.notna().to_numpy(dtype=bool))
    written, sides_of = np.zeros(len(texts), dtype=bool), np.full(len(texts), "", dtype="U2")
    if len(rest):
        spelled = texts.iloc[rest].astype("str").str.upper()
        for letters, sign in _IN_LETTERS:
            spelled = spelled.str.replace(letters, sign, regex=True)
        parts = spelled.str.extract(_ANGLE)
        degrees, minutes, seconds = (
            pd.to_numeric(parts[name].str.replace(",", "."), errors="coerce").to_numpy(dtype=float)
            for name in ("degrees", "minutes", "seconds")
        )
        value = degrees + np.nan_to_num(minutes) / 60 + np.nan_to_num(seconds) / 3600
        sides = parts["before"].fillna(parts["after"])
        below = (sides.isin(_WEST_OR_SOUTH) | (parts["sign"] == "-")).to_numpy(dtype=bool)
        value = np.where(below, -value, value)
        # without a side or minutes it is no angle but something else
        sound = np.isfinite(value) & (sides.notna() | parts["minutes"].notna()).to_numpy(dtype=bool)
        sound &= ~(np.nan_to_num(minutes) >= 60) & ~(np.nan_to_num(seconds) >= 60)
        numbers[rest[sound]] = value[sound]
        written[rest[sound]] = True
        sides_of[rest[sound]] = sides.fillna("").to_numpy(dtype="U2")[sound]
    return numbers, written, sides_of


def read_places(dataset: Dataset, request: Asked) -> Records:
    """Return a text table as features; no table, or none with coordinates, is a fault.

    Raises SourceError where one layer is asked for and no column holds its coordinates.
    """
    try:
        table, faults = read_cells(dataset.path, source=dataset.name, headings=request.coordinates)
    except SourceError as fault:
        code = {"error.text_table_empty": "table_empty"}.get(fault.key, "table_broken")
        return nothing(Fault(code, arguments={"fault": str(fault.arguments.get("fault", ""))}))
    records = placed(table, faults, request)
    if records is None:
        fields = ", ".join(table.columns[:12])[:200]
        # under another name no table was meant
        if request.one and Path(dataset.name).suffix.lower() in TEXT_TABLES:
            raise RequestError("error.no_coordinates", fields=fields)
        faults += fields_missing(table, request.coordinates)
        return nothing(*faults, Fault("table_without_places", arguments={"fields": fields}))
    return records


_PERCENTS = {"9", "10"}  # the formats of percents that every workbook has
_DAMAGED = (zipfile.BadZipFile, ElementTree.ParseError, KeyError, ValueError, OSError, EOFError)
_AT = re.compile(r"([A-Z]{1,3})(\d{1,7})")


@dataclass(frozen=True)
class Marks:
    """A sheet's shown cells by row and column (from 0), its number of hidden rows, its extent.

    `formulas` are those that no program has calculated, so that the file does not hold their
    values. `height` and `width` count rows and columns from the first of the sheet on to the last
    that holds anything.
    """

    shown: Mapping[tuple[int, int], str]
    hidden_rows: int
    formulas: int
    height: int
    width: int


def marks_of(path: Path) -> dict[str, Marks]:
    """Return the marks of each sheet of a workbook by name; nothing unless it is a sound .xlsx."""
    try:
        with zipfile.ZipFile(path) as archive:
            percents = _percent_styles(archive)
            return {name: _marks(archive, part, percents) for name, part in _sheets(archive)}
    except _DAMAGED:  # the reader of workbooks reports what is wrong with it
        return {}


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Yield the name of each sheet, and of its part of the archive."""
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    parts = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    for element in _named(ElementTree.fromstring(archive.read("xl/workbook.xml")).iter(), "sheet"):
        ids = (value for name, value in element.attrib.items() if name.endswith("}id"))
        target = parts.get(next(ids, ""), "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part in archive.namelist():
            yield element.get("name", ""), part


def _percent_styles(archive: zipfile.ZipFile) -> set[str]:
    """Return the numbers of the styles that show a number as percents."""
    if "xl/styles.xml" not in archive.namelist():
        return set()
    styles = ElementTree.fromstring(archive.read("xl/styles.xml"))
    formats = _named(styles.iter(), "numFmt")
    shown = {x.get("numFmtId") for x in formats if "%" in x.get("formatCode", "")} | _PERCENTS
    cells = enumerate(next(_named(styles.iter(), "cellXfs"), ()))
    return {str(number) for number, style in cells if style.get("numFmtId") in shown}


def _marks(archive: zipfile.ZipFile, part: str, percents: set[str]) -> Marks:
    shown, hidden, height, width = {}, 0, 0, 0
    row, column = -1, -1
    with archive.open(part) as stream:
        for event, element in ElementTree.iterparse(stream, events=("start", "end")):
            tag = element.tag.rpartition("}")[2]
            if tag == "row" and event == "start":
                row, column = int(element.get("r", row + 2)) - 1, -1
                hidden += element.get("hidden") in ("1", "true")
            elif tag == "row":
                element.clear()  # no more than a row of a long sheet is held
            elif tag == "c" and event == "end":
                column = _column(element.get("r", ""), column + 1)
                if len(element):
                    height, width = max(height, row + 1), max(width, column + 1)
                    text = _shown(element, percents)
                    if text is not None:
                        shown[row, column] = text
    return Marks(
        shown=shown,
        hidden_rows=hidden,
        formulas=sum(text.startswith("=") for text in shown.values()),
        height=height,
        width=width,
    )


def _shown(cell: ElementTree.Element, percents: set[str]) -> str | None:
    """Return what a cell shows where our reader of workbooks would give something else."""
    cell_type = cell.get("t", "n")
    inside = {child.tag.rpartition("}")[2]: child.text or "" for child in cell}
    value = inside.get("v", "")
    if cell_type == "e":
        return value
    if cell_type == "n" and "f" in inside and not value:
        return f"={inside['f']}"
    percent = cell_type == "n" and value and cell.get("s") in percents
    return f"{100 * float(value):.12g}%" if percent else None


def _column(place: str, otherwise: int) -> int:
    """Return the number of a column from 0: of «AB12» 27."""
    match = _AT.fullmatch(place)
    if match is None:
        return otherwise
    number = 0
    for letter in match[1]:
        number = 26 * number + ord(letter) - 64
    return number - 1


def _named(elements: Iterator[ElementTree.Element], name: str) -> Iterator[ElementTree.Element]:
    return (element for element in elements if element.tag.rpartition("}")[2] == name)


MOST_CELLS = 20_000_000  # of one sheet
# as `cell_text` writes a number beyond 2**53
_ROUNDED = r"-?\d{16,}\.0|-?\d(?:\.\d+)?e\+(?:1[6-9]|[2-9]\d)"


def read_workbook(path: Path, request: Asked) -> list[Records]:
    """Return a workbook's sheets with coordinates, a layer each; hidden or other ones are faults.

    `coordinates` are the columns of x and y, or of WKT, that are tried before the usual ones.
    """
    layers = []
    try:
        book, visible, faults = opened(path)
        marks = marks_of(path) if path.suffix == SUFFIX["workbook"] else {}
        for name in visible:
            formulas = formulas_in(marks[name], name) if name in marks else []
            records = _sheet(book.get_sheet_by_name(name), name, request)
            if records is None:
                without = Fault("sheet_without_places", WARNING, arguments={"sheet": name})
                faults += [without, *formulas]
            else:
                layers.append(records.with_faults(*formulas))
    except (calamine.CalamineError, OSError, ValueError) as fault:
        return [nothing(Fault("not_readable", arguments={"fault": in_one_line(fault)}))]
    if not layers:
        return [nothing(*faults, Fault("table_without_places", arguments={"fields": ""}))]
    return [layers[0].with_faults(*faults), *layers[1:]]


def formulas_in(marks: Marks, sheet: str) -> list[Fault]:
    """Return a warning of a sheet's formulas that no program has calculated, if it has any."""
    arguments = {"sheet": sheet}
    fault = Fault("formulas_not_calculated", WARNING, count=marks.formulas, arguments=arguments)
    return [fault] if marks.formulas else []


def opened(path: Path) -> tuple[object, list[str], list[Fault]]:
    """Return a workbook, its visible sheets of cells by name, and a fault for each hidden one."""
    book = calamine.CalamineWorkbook.from_path(path)
    of_cells = calamine.SheetTypeEnum.WorkSheet
    sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == of_cells]
    hidden = [sheet.name for sheet in sheets if sheet.visible != calamine.SheetVisibleEnum.Visible]
    faults = [Fault("sheet_hidden", WARNING, arguments={"sheet": name}) for name in hidden]
    return book, [sheet.name for sheet in sheets if sheet.name not in hidden], faults


def _sheet(sheet: object, name: str, request: Asked) -> Records | None:
    if sheet.total_height * max(sheet.total_width, 1) > MOST_CELLS:
        cells = sheet.total_height * sheet.total_width
        return nothing(Fault("sheet_too_large", arguments={"cells": cells}), layer=name)
    rows = [[cell_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=True)]
    while rows and not any(rows[0]):
        rows = rows[1:]
    if not rows:
        return None
    table, faults = as_table(rows, request.coordinates if request.places else request.fields)
    for column in table.columns:
        rounded = table[column].str.fullmatch(_ROUNDED).fillna(False)
        rounded = np.flatnonzero(rounded.to_numpy(dtype=bool))
        if len(rounded):
            faults.append(Fault("number_rounded", WARNING, rounded, str(column)))
    return placed(table, faults, request, layer=name)


def cell_text(cell: object) -> str:
    """Return a cell as one would type it: integers without decimals, dates as year-month-day."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    return cell.isoformat() if isinstance(cell, datetime.date | datetime.time) else str(cell)


MOST_CELLS_OF_OFFICE_TABLE = 2_000_000  # of one sheet: an office's table, no register


def read_sheets(dataset: Dataset) -> tuple[list[dict[str, object]], list[Fault]]:
    """Return the sheets of a dataset as plain values, and what is wrong with the whole of it.

    Each has its `name`, its `rows` of texts from the first row of the sheet on, and its own
    `problems`.
    """
    if dataset.kind == "text table":
        try:
            rows, encoding = rows_of(dataset.path, source=dataset.name, titled=True)
        except SourceError as fault:
            return [], [Fault(fault.key, arguments=fault.plainly(dataset.name))]
        faults = [Fault("not_utf8", WARNING, arguments={"encoding": encoding})] if encoding else []
        return [_office_sheet("", rows, dataset.name)], faults
    if dataset.kind not in ("workbook", "old workbook"):
        return [], [Fault("no_office_table", arguments={"kind": dataset.kind})]
    return _of_workbook(dataset)


def _of_workbook(dataset: Dataset) -> tuple[list[dict[str, object]], list[Fault]]:
    try:
        book, visible, faults = opened(dataset.path)
        marks = marks_of(dataset.path) if dataset.kind == "workbook" else {}
        faults += [Fault("old_workbook", WARNING)] if dataset.kind == "old workbook" else []
        sheets = [_filled(book, name, dataset.name, marks.get(name)) for name in visible]
    except (calamine.CalamineError, OSError, ValueError) as fault:
        return [], [Fault("office_table_not_readable", arguments={"fault": in_one_line(fault)})]
    return sheets, faults


def _filled(book: object, name: str, source: str, marks: Marks | None) -> dict[str, object]:
    cells = marks.height * marks.width if marks else 0
    sheet = book.get_sheet_by_name(name) if cells <= MOST_CELLS_OF_OFFICE_TABLE else None
    cells = cells if sheet is None else max(cells, sheet.total_height * max(sheet.total_width, 1))
    if cells > MOST_CELLS_OF_OFFICE_TABLE:
        return _office_sheet(name, [], source, Fault("sheet_too_large", arguments={"cells": cells}))
    rows = [[cell_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    faults = []
    if marks:
        _show(rows, marks)
        hidden = Fault("rows_hidden", WARNING, count=marks.hidden_rows)
        faults += [hidden] * (marks.hidden_rows > 0) + formulas_in(marks, name)
    merged = [area for area in sheet.merged_cell_ranges or () if _fill(rows, *area)]
    faults += [Fault("cells_merged", WARNING, count=len(merged))] if merged else []
    return _office_sheet(name, rows, source, *faults)


def _show(rows: list[list[str]], marks: Marks) -> None:
    """Write into cells what they show."""
    width = max((column + 1 for _, column in marks.shown), default=0)
    for row, column in marks.shown:
        rows += [[] for _ in range(row + 1 - len(rows))]
        rows[row] += [""] * (width - len(rows[row]))
        rows[row][column] = marks.shown[row, column]


def _fill(rows: list[list[str]], first: tuple[int, int], last: tuple[int, int]) -> bool:
    """Write the text of a merged area into each of its cells; return whether it has any."""
    (top, left), (bottom, right) = first, last
    if top >= len(rows) or left >= len(rows[top]) or not rows[top][left]:
        return False
    for row in rows[top : bottom + 1]:
        row[left : right + 1] = [rows[top][left]] * len(row[left : right + 1])
    return True


def _office_sheet(
    name: str, rows: list[list[str]], source: str, *faults: Fault
) -> dict[str, object]:
    called = f"{source}, {name}" if name else source
    return {"name": name, "rows": rows, "problems": as_findings(faults, source=called)}
