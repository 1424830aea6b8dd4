"""Text tables (CSV and its cousins) whose columns hold coordinates or WKT."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pandas as pd

from asset_inventory.model.errors import SourceError
from asset_inventory.model.findings import WARNING, Fault, as_findings
from asset_inventory.model.texts import plain_bytes

TEXT_TABLES = (".csv", ".tsv", ".txt")  # what a text table is called
# Names under which coordinates are usually handed in, tried where city.toml does not say.
_X = ("lon", "longitude", "lng", "x", "bujur", "easting")
_Y = ("lat", "latitude", "y", "lintang", "northing")
_SEPARATORS = ",;|\t"
_DEEPEST_TITLE = 20  # lines looked through for a separator
LARGEST_TABLE = 2 * 2**30  # bytes, as of all that is handed in
LONGEST_TITLE = 10  # rows looked through for the headings
# Excel's own first line.
_STATED = re.compile(r"(?i)[\"']?sep=([,;|\t])[\"']?[ ,;\t]*\r?\n")
_WKT = ("wkt", "geometry", "geom", "the_geom")


def read_text_table(path: Path, *, source: str) -> tuple[pd.DataFrame, list[dict]]:
    """Return a text table, cells as text, empty ones missing, and FINDINGS; see `read_cells`."""
    table, faults = read_cells(path, source=source)
    return table, as_findings(faults, source=source)


def read_cells(path: Path, *, source: str) -> tuple[pd.DataFrame, list[Fault]]:
    """Return a text table, cells as text, empty ones missing, and what is wrong with its rows.

    The encoding is UTF-8, else Windows Latin-1 with a fault; the separator is what `sep=;` in the
    first line says, else found out of `,;|` and tab. Ids keep their leading zeros. Raises
    SourceError when it is no table.
    """
    cells, encoding = rows_of(path, source=source)
    faults = [Fault("not_utf8", WARNING, arguments={"encoding": encoding})] if encoding else []
    table, more = as_table(cells)
    return table, [*faults, *more]


def rows_of(path: Path, *, source: str, titled: bool = False) -> tuple[list[list[str]], str]:
    """Return every row of a text table, and its encoding where that is not UTF-8; see `read_cells`.

    A table that may be `titled` has its separator found in that of its first lines which is parted
    most.
    """
    text, encoding = _decoded(plain_bytes(path, most=LARGEST_TABLE))
    stated = _STATED.match(text)
    text = text[stated.end() :] if stated else text
    first = text.partition("\n")[0].strip()
    if titled:  # the line with the most of one separator
        lines = text.splitlines()[:_DEEPEST_TITLE]
        first = max(lines, key=lambda line: max(map(line.count, _SEPARATORS)), default="")
    if not first:
        raise SourceError("error.text_table_empty", path=str(path), source=source)
    separator = stated[1] if stated else ","
    with suppress(csv.Error):
        if not stated:
            separator = csv.Sniffer().sniff(first, delimiters=_SEPARATORS).delimiter
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        with _long_cells():
            cells = list(reader)
    except csv.Error as fault:
        said, key = f"{reader.line_num}: {fault}", "error.text_table_broken"
        raise SourceError(key, path=str(path), source=source, fault=said) from None
    return cells, encoding


def as_table(cells: list[list[str]]) -> tuple[pd.DataFrame, list[Fault]]:
    """Return rows of cells below their headings as a table of text, and what is wrong with it.

    A row counts from 0 below the headings, blank rows left out. Headings that name coordinates may
    stand below a title.
    """
    faults = []
    heads = (
        place for place, row in enumerate(cells[:LONGEST_TITLE]) if _usual(map(str.strip, row))
    )
    if title := next(heads, 0):  # without such a row the first is that of the headings
        faults.append(Fault("rows_above_headings", WARNING, count=title))
        cells = cells[title:]
    header, body = [name.strip() for name in cells[0]], [row for row in cells[1:] if any(row)]
    if len(body) < len(cells) - 1:
        faults.append(Fault("rows_blank", WARNING, count=len(cells) - 1 - len(body)))
    repeated = {place for place, name in enumerate(header) if name in header[:place]}
    if repeated:
        first = header[min(repeated)]
        faults.append(Fault("column_repeated", column=first, count=len(repeated)))
        named = enumerate(header)
        header = [f"{name}#{place + 1}" if place in repeated else name for place, name in named]
    uneven = Fault.of_rows("row_uneven", [len(row) != len(header) for row in body])
    faults += [uneven] * uneven.applies
    body = [(row + [""] * len(header))[: len(header)] for row in body]
    table = pd.DataFrame(body, columns=header, dtype="str")
    return table.mask(table == ""), faults


def _decoded(data: bytes) -> tuple[str, str]:
    """Return a file's text, and its encoding where that is not UTF-8."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace"), "UTF-16"
    try:
        return data.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace"), "Windows Latin-1"


@contextmanager
def _long_cells() -> Iterator[None]:
    """Let a cell be as long as the WKT of a coastline is."""
    before = csv.field_size_limit(2**31 - 1)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def usual_columns(table: pd.DataFrame) -> tuple[str, ...]:
    """Return the columns of x and y, or the one of WKT, by their usual names."""
    return _usual(table.columns)


def _usual(names: Iterable[str]) -> tuple[str, ...]:
    by_lower = {name.lower(): name for name in names}
    for name in _WKT:
        if name in by_lower:
            return (by_lower[name],)
    found = [[by_lower[name] for name in usual if name in by_lower] for usual in (_X, _Y)]
    return (found[0][0], found[1][0]) if all(found) else ()
