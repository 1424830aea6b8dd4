"""Tables in files: text tables that are read; the GeoPackage, CSV and JSON of an assessment.

Every file comes to its place whole (`atomic.py`), so that a reader sees the old one or the new one.
Text that a spreadsheet would run as a formula gets a leading apostrophe in CSV.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from asset_inventory.io.atomic import demand_layer, whole
from asset_inventory.model.errors import SourceError
from asset_inventory.model.tables import WARNING, Fault, as_findings
from asset_inventory.model.texts import plain_bytes

# Where a spreadsheet may begin a cell, at whatever sign it splits: at the start, after a semicolon,
# a tab, a line feed.
_BEGINS = r"(?:\A|(?<=[;\t\n\r]))"
# What it would run there: a sign that starts a formula, also a wide one, behind blanks, quotes and
# apostrophes.
_STARTS = r"'*[ \xa0\u3000\"]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]"
_FORMULA = re.compile(f"{_BEGINS}(?={_STARTS})")
_ARMED = re.compile(f"{_BEGINS}'(?={_STARTS})")
# What may hold such a place, for a whole column at once, in the little that all engines of regular
# expressions know.
_AFTER_BEGIN = "['\" \xa0\u3000]*[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20]"
_DOUBTED = f"(?:^|[;\t\n\r]){_AFTER_BEGIN}"
_DOUBTED_IN_LINES = re.compile(f"[;\t\n\r]{_AFTER_BEGIN}")  # each text behind a line feed
_BREAK = r"[\r\0]"  # ends a line, or the text, for some who read CSV, whatever is quoted
KINDS = {0: "points", 1: "lines", 2: "polygons"}


def write_tables(folder: Path, tables: Mapping[str, pd.DataFrame], *, status: str) -> list[Path]:
    """Write each table as CSV into a folder, formula-safe and without geometry; return the paths.

    A table without `data_status` gets the one of the whole run. Raises SourceError when the folder
    cannot be written.
    """
    paths = []
    for name, table in tables.items():
        paths.append(folder / f"{name}.csv")
        with whole(paths[-1]) as temporary:
            safe = _safe(table, status)
            safe.to_csv(temporary, index=False, encoding="utf-8", lineterminator="\n")
    return paths


def read_table(path: Path) -> pd.DataFrame:
    """Return a table that `write_tables` wrote, each cell as the text before it was guarded.

    Raises SourceError for a file that is not there or cannot be read, and for one that is no whole
    table.
    """
    try:
        return parsed_table(path.read_text(encoding="utf-8-sig"), path.name)
    except UnicodeDecodeError:
        raise SourceError("error.table_not_utf8", path=path.name) from None
    except OSError as fault:
        reason = fault.strerror or ""
        raise SourceError("error.file_not_readable", path=str(path), fault=reason) from None


def parsed_table(text: str, name: str) -> pd.DataFrame:
    """Return the table in a text of `write_tables`, cells as text; raises as `read_table` does."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[list[str]] = []
    try:
        columns = next(reader, [])
        for row in reader:
            if len(row) != len(columns):
                line = {"line": str(reader.line_num), "found": len(row), "columns": len(columns)}
                raise SourceError("error.table_row", path=name, **line)
            rows.append(row)
    except csv.Error as fault:
        line = str(reader.line_num)
        raise SourceError("error.table_cut", path=name, line=line, fault=str(fault)) from None
    names = [unguarded(column) for column in columns]
    if not names or len(set(names)) < len(names):
        raise SourceError("error.table_columns", path=name)
    table = pd.DataFrame(rows, columns=names, dtype=object)
    return table.map(unguarded) if rows else table


def _safe(table: pd.DataFrame, status: str) -> pd.DataFrame:
    plain = pd.DataFrame(table.drop(columns="geometry", errors="ignore"))
    if "data_status" not in plain.columns:
        plain = plain.assign(data_status=status)
    return formula_safe(_with_json(plain))


def guarded(text: str) -> str:
    """Return a text guarded by an apostrophe where a formula would begin; see `unguarded`.

    What has an apostrophe there gets one more, so that every text comes back as it was.
    """
    return _FORMULA.sub("'", text)


def unguarded(text: str) -> str:
    """Return the text that `guarded` turned into this one."""
    return _ARMED.sub("", text) if "'" in text else text


def formula_safe(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table in which no text, and no part of one, starts as a formula does (`guarded`).

    A return or a zero byte within a text is a sign of its own.
    """
    safe = {}
    for name, column in table.items():
        if isinstance(column.dtype, pd.CategoricalDtype):
            words = column.cat.categories.to_series(index=range(len(column.cat.categories)))
            marked = words if pd.api.types.is_numeric_dtype(words.dtype) else _safe_texts(words)
            if marked is not words and marked.is_unique:
                safe[name] = column.cat.rename_categories(marked.tolist())
            elif marked is not words:
                safe[name] = column.map(dict(zip(words, marked, strict=True)))
        elif not pd.api.types.is_numeric_dtype(column.dtype):  # a truth is numeric too
            safe[name] = _safe_texts(column)
    return table.assign(**safe).rename(columns=lambda name: guarded(str(name)))


def _safe_texts(texts: pd.Series) -> pd.Series:
    """Return texts such that none starts as a formula; the same array where nothing changes."""
    if _is_safe(texts):
        return texts
    text = texts.astype("str")
    broken = text.str.contains(_BREAK).fillna(False).astype(bool) & texts.notna()
    text = text.str.replace(_BREAK, "\ufffd", regex=True) if broken.any() else text
    risky = text.str.contains(_DOUBTED).fillna(False).astype(bool) & texts.notna()
    text = text.mask(risky, text[risky].map(guarded)) if risky.any() else text
    return text if risky.any() or broken.any() else texts


def _is_safe(texts: pd.Series) -> bool:
    """Return whether no text of a column changes, by all at once; False where not all are texts."""
    cells = texts.dropna().tolist()
    if not all(isinstance(cell, str) for cell in cells):
        return False
    lines = "\n" + "\n".join(cells)
    return not ("\r" in lines or "\0" in lines or _DOUBTED_IN_LINES.search(lines))


def write_package(
    path: Path,
    layers: Mapping[str, gpd.GeoDataFrame],
    tables: Mapping[str, pd.DataFrame],
    styles: Mapping[str, str],
    *,
    status: str,
    day: str | None = None,
) -> Path:
    """Write a GeoPackage: layers, tables without geometry, and a default QGIS style (QML) a layer.

    `styles` has a style by layer name as written (`assets_polygons`). With a `day` (2026-11-24)
    that is when its layers were last changed, so that equal content gives equal bytes. Raises
    SourceError when it cannot be written.
    """
    with whole(path) as temporary, _sqlite_options(day):
        written: dict[str, int] = {}
        for name, layer in layers.items():
            written |= _write_layer(temporary, name, layer)
        for name, table in tables.items():
            marked = table if "data_status" in table.columns else table.assign(data_status=status)
            _append(temporary, pd.DataFrame(marked), name)
        with closing(sqlite3.connect(temporary)) as store, store:
            for name, rows in written.items():
                demand_layer(store, name, rows)
            if styles:
                chosen = {name: style for name, style in styles.items() if name in written}
                _write_styles(store, chosen)
            if day:  # the table of styles, which GDAL did not write
                store.execute("UPDATE gpkg_contents SET last_change = ?", (f"{day}T00:00:00.000Z",))
    return path


@contextmanager
def _sqlite_options(day: str | None) -> Iterator[None]:
    """Let GDAL write a temporary GeoPackage, with midnight of a day for the time; without a day,
    the clock.

    A temporary file needs no journal on the disk, and `whole` sees to it that it outlasts a power
    cut. GDAL saves again when a millisecond has passed between two steps, and SQLite counts how often a
    file was saved, so a time put right at the end would leave another count in the bytes from run
    to run.
    """
    options = {"OGR_SQLITE_SYNCHRONOUS": "OFF", "OGR_SQLITE_JOURNAL": "MEMORY"}
    if day:
        options["OGR_CURRENT_DATE"] = f"{day}T00:00:00.000Z"
    before = {name: pyogrio.get_gdal_config_option(name) for name in options}
    pyogrio.set_gdal_config_options(options)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)


def write_page(path: Path, text: str) -> Path:
    """Write a page as UTF-8; raises SourceError when it cannot be written."""
    with whole(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")
    return path


def write_json(path: Path, content: Mapping[str, Any]) -> Path:
    """Write a mapping as JSON with sorted keys; NaN becomes null."""
    with whole(path) as temporary:
        text = json.dumps(jsonable(content), indent=2, sort_keys=True, ensure_ascii=False)
        temporary.write_text(text + "\n", encoding="utf-8")
    return path


def _write_layer(path: Path, name: str, layer: gpd.GeoDataFrame) -> dict[str, int]:
    """Write a layer as one per kind of geometry and return the rows of each.

    What has no geometry goes with the first, so that no row is lost.
    """
    rows = {}
    dimensions = shapely.get_dimensions(layer.geometry.to_numpy())
    present = [dimension for dimension in KINDS if (dimensions == dimension).any()] or [0]
    several = name == "assets"
    for dimension in present:
        of_kind = dimensions == dimension
        if dimension == present[0]:
            of_kind |= dimensions < 0
        part = layer[of_kind]
        written = f"{name}_{KINDS[dimension]}" if several else name
        multi = {0: "Point", 1: "MultiLineString", 2: "MultiPolygon"}[dimension]
        types = shapely.get_type_id(part.geometry.to_numpy())
        if dimension == 0 and (types == shapely.GeometryType.MULTIPOINT).any():
            multi = "MultiPoint"
        _append(path, part, written, promote_to_multi=multi != "Point", geometry_type=multi)
        rows[written] = len(part)
    return rows


def _append(path: Path, table: pd.DataFrame, layer: str, **options: object) -> None:
    exists = path.exists() and path.stat().st_size > 0
    options |= {"layer": layer, "driver": "GPKG", "append": exists, "use_arrow": True}
    pyogrio.write_dataframe(_plain(table), path, **options)


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with categoricals as text and dictionaries as JSON, as files hold them."""
    words = table.select_dtypes("category").astype(object)
    return _with_json(
        table.assign(**{str(name): x.where(x.notna(), None) for name, x in words.items()})
    )


def _with_json(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with dictionaries as JSON."""
    if "arguments" not in table:
        return table
    values = map(jsonable, table["arguments"])
    written = [json.dumps(value, sort_keys=True, ensure_ascii=False) for value in values]
    return table.assign(arguments=written)


def _write_styles(store: sqlite3.Connection, styles: Mapping[str, str]) -> None:
    """Add QGIS's table of styles, one default style a layer."""
    store.execute(
        "CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT, f_table_catalog TEXT, f_table_schema TEXT, "
        "f_table_name TEXT, f_geometry_column TEXT, styleName TEXT, styleQML TEXT, styleSLD TEXT, "
        "useAsDefault BOOLEAN, description TEXT, owner TEXT, ui TEXT, update_time DATETIME)"
    )
    store.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier) "
        "VALUES ('layer_styles', 'attributes', 'layer_styles')"
    )
    columns = dict(store.execute("SELECT table_name, column_name FROM gpkg_geometry_columns"))
    store.executemany(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, "
        "styleQML, useAsDefault) VALUES ('', '', ?, ?, ?, ?, 1)",
        [(name, columns[name], name, style) for name, style in styles.items()],
    )


def jsonable(value: Any) -> Any:
    """Return a value as JSON has it: keys are text, numbers plain, NaN is null."""
    if isinstance(value, Mapping):
        return {str(key): jsonable(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [jsonable(inner) for inner in value]
    if isinstance(value, np.generic):
        value = value.item()
    if value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)


TEXT_TABLES = (".csv", ".tsv", ".txt")  # what a text table is called
# Names under which coordinates are usually handed in, tried where city.toml names none.
X_NAMES = ("lon", "longitude", "lng", "x", "bujur", "easting")
Y_NAMES = ("lat", "latitude", "y", "lintang", "northing")
_SEPARATORS = ",;|\t"
_DEEPEST_TITLE = 20  # lines looked through for a separator
LARGEST_TABLE = 2 * 2**30  # bytes, as of all that is handed in
LONGEST_TITLE = 10  # rows looked through for the headings
# Excel's own first line.
_STATED = re.compile(r"(?i)[\"']?sep=([,;|\t])[\"']?[ ,;\t]*\r?\n")
_WKT = ("wkt", "geometry", "geom", "the_geom")


def read_text_table(
    path: Path, *, source: str, headings: Sequence[str] = ()
) -> tuple[pd.DataFrame, list[dict]]:
    """Return a text table, cells as text, empty ones missing, and FINDINGS; see `read_cells`."""
    table, faults = read_cells(path, source=source, headings=headings)
    return table, as_findings(faults, source=source)


def read_cells(
    path: Path, *, source: str, headings: Sequence[str] = ()
) -> tuple[pd.DataFrame, list[Fault]]:
    """Return a text table, cells as text, empty ones missing, and what is wrong with its rows.

    The encoding is UTF-8, else Windows Latin-1 with a fault; the separator is that of `sep=;` in
    the first line, else found out of `,;|` and tab. Ids keep their leading zeros. `headings` may
    stand below a title. Raises SourceError when it is no table.
    """
    cells, encoding = rows_of(path, source=source, titled=bool(headings))
    faults = [Fault("not_utf8", WARNING, arguments={"encoding": encoding})] if encoding else []
    table, more = as_table(cells, headings)
    return table, [*faults, *more]


def rows_of(path: Path, *, source: str, titled: bool = False) -> tuple[list[list[str]], str]:
    """Return every row of a text table, and its encoding where that is not UTF-8; see `read_cells`.

    In a table that may be `titled`, the separator is found in the one of its first lines with most
    parts.
    """
    text, encoding = _decoded(plain_bytes(path, limit=LARGEST_TABLE))
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
        reason, key = f"{reader.line_num}: {fault}", "error.text_table_broken"
        raise SourceError(key, path=str(path), source=source, fault=reason) from None
    return cells, encoding


def as_table(
    cells: list[list[str]], headings: Sequence[str] = ()
) -> tuple[pd.DataFrame, list[Fault]]:
    """Return rows of cells below their headings as a table of text, and what is wrong with it.

    A row counts from 0 below the headings, blank rows left out. Headings that name coordinates by
    usual names, or have most of `headings`, may stand below a title.
    """
    faults = []
    plain = [[cell.strip() for cell in row] for row in cells[:LONGEST_TITLE]]
    stated = [len(set(headings) & set(row)) for row in plain]
    heads = (place for place, row in enumerate(plain) if usual_columns(row))
    most = max(stated, default=0)  # without such a row the first is that of the headings
    if title := stated.index(most) if most else next(heads, 0):
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


def usual_columns(names: Iterable[str]) -> tuple[str, ...]:
    """Return the columns of x and y, or the one of WKT, by their usual names."""
    by_lower = {name.lower(): name for name in names}
    for name in _WKT:
        if name in by_lower:
            return (by_lower[name],)
    axes = [[by_lower[name] for name in usual if name in by_lower] for usual in (X_NAMES, Y_NAMES)]
    return (axes[0][0], axes[1][0]) if all(axes) else ()
