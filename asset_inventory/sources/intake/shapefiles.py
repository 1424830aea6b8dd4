"""What the headers of a shapefile claim, held against one another: GDAL shifts rows where they disagree."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from asset_inventory.sources.faults import REPAIRED, WARNING, Fault

HEADER = 100  # bytes of a .shp and a .shx
CUT = 10  # characters of a field's name that a shapefile keeps
_CODE = 9994
_NUMBERED = re.compile(r"_\d$")

FieldHeader = tuple[str, str, int, int]  # name, type, width (byte), decimals


@dataclass(frozen=True)
class Audit:
    """How many records a shapefile has, the encoding of its texts, and what is wrong with it."""

    records: int
    encoding: str | None
    faults: tuple[Fault, ...]


def audit(path: Path) -> Audit:
    """Hold the .shp against its .shx and .dbf (beside it, in lower case); the three are not changed.

    A .shx that is missing or disagrees with a .shp that is whole is taken away, for GDAL makes it anew.
    """
    shapes = np.fromfile(path, dtype=np.uint8)
    index = path.with_suffix(".shx")
    if (records := _as_indexed(shapes, index)) is None:
        records, fault = _walk(shapes)
    else:
        fault = None
    if fault:
        return Audit(0, None, (fault,))
    faults = _index_faults(index, np.append(records, len(shapes)))
    faults += _table_faults(path.with_suffix(".dbf"), len(records))
    return Audit(len(records), code_page(path), tuple(faults))


def _as_indexed(data: np.ndarray, index: Path) -> np.ndarray | None:
    """Return where each record of a .shp begins, by a .shx that agrees with all of it; None where it does not."""
    if len(data) < HEADER or not index.exists():
        return None
    pairs = np.fromfile(index, dtype=np.uint8)[HEADER:]
    starts = 2 * pairs[: len(pairs) // 8 * 8].view(">i4")[::2].astype(np.int64)
    stated = 2 * int(data[24:28].view(">i4")[0])
    if stated != len(data) or (starts < HEADER).any() or (starts + 8 > len(data)).any():
        return None
    heads = data[starts[:, None] + np.arange(8)].view(">i4")
    lengths = 2 * heads[:, 1].astype(np.int64)
    follow = np.array_equal(np.append(starts, stated), np.cumsum([HEADER, *(lengths + 8)]))
    numbered = np.array_equal(heads[:, 0], np.arange(1, len(starts) + 1))
    whole = int(data[:4].view(">i4")[0]) == _CODE and follow and numbered and (lengths >= 4).all()
    return starts if whole else None


def _walk(data: np.ndarray) -> tuple[np.ndarray, Fault | None]:
    """Return where each record of a .shp begins (byte); a fault when they do not fill the file."""
    if len(data) < HEADER or int(data[:4].view(">i4")[0]) != _CODE:
        return np.zeros(0, dtype=np.int64), Fault("shapefile_header")
    stated = 2 * int(data[24:28].view(">i4")[0])
    starts, place, number = [], HEADER, 1
    whole = data.tobytes()
    while place + 8 <= stated and place + 8 <= len(whole):
        length = 2 * int.from_bytes(whole[place + 4 : place + 8], "big")
        if int.from_bytes(whole[place : place + 4], "big") != number or place + 8 + length > len(whole) or length < 4:
            break
        starts.append(place)
        place, number = place + 8 + length, number + 1
    if place != stated or stated != len(whole):
        return np.zeros(0, dtype=np.int64), Fault(
            "shapefile_cut", arguments={"records": len(starts), "bytes": len(whole), "stated": stated}
        )
    return np.array(starts, dtype=np.int64), None


def _index_faults(index: Path, starts: np.ndarray) -> list[Fault]:
    """Return what is wrong with a .shx; `starts` are the beginnings of the records of the .shp, and its end."""
    records = np.arange(len(starts) - 1)
    if not index.exists():
        return [Fault("shapefile_without_index", REPAIRED, records)]
    data = np.fromfile(index, dtype=np.uint8)
    if len(data) == HEADER + 8 * len(records):
        begins, lengths = 2 * data[HEADER:].view(">i4").astype(np.int64).reshape(-1, 2).T
        if np.array_equal(begins, starts[:-1]) and np.array_equal(lengths + 8, np.diff(starts)):
            return []
    index.unlink()
    return [Fault("shapefile_index_disagrees", REPAIRED, records)]


def _table_faults(path: Path, records: int) -> list[Fault]:
    if not path.exists():
        return [Fault("shapefile_without_table", WARNING)]
    data = np.fromfile(path, dtype=np.uint8)
    if len(data) < 33:
        return [Fault("table_damaged")]
    rows, head, width = _sizes(data)
    fields = _fields(data, head)
    if fields is None or sum(size for _, _, size, _ in fields) + 1 != width:
        return [Fault("table_damaged")]
    if rows != records:
        return [Fault("counts_differ", arguments={"rows": rows, "shapes": records})]
    if len(data) < head + rows * width:
        return [Fault("table_damaged")]
    body = data[head : head + rows * width].reshape(rows, width)
    marks = body[:, 0]
    if not np.isin(marks, (0x20, 0x2A)).all():
        return [Fault("table_damaged")]
    faults = []
    if (marks == 0x2A).any():
        faults.append(Fault("rows_deleted", count=int((marks == 0x2A).sum())))
    twice = _cut_alike([name.lower() for name, *_ in fields])
    if twice:
        faults.append(Fault("column_name_cut", WARNING, column=twice[0], count=len(twice)))
    return faults + _number_faults(body, fields)


def table_of(path: Path) -> tuple[list[FieldHeader], np.ndarray]:
    """Return the fields of a .dbf that was audited and found whole, and its records: a row of bytes each."""
    data = np.fromfile(path, dtype=np.uint8)
    rows, head, width = _sizes(data)
    return _fields(data, head) or [], data[head : head + rows * width].reshape(rows, width)


def whole_numbers(path: Path, name: str) -> np.ndarray:
    """Return a field of a .dbf that holds whole numbers, exact whatever their size; None where there is none."""
    headers, body = table_of(path)
    place = 1
    for field, _, width, _ in headers:
        if field == name:
            cells = [bytes(cell).strip(b" \x00*") for cell in body[:, place : place + width]]
            made = np.full(len(cells), None, dtype=object)
            made[:] = [int(cell) if cell.lstrip(b"+-").isdigit() else None for cell in cells]
            return made
        place += width
    return np.full(len(body), None, dtype=object)


def _sizes(data: np.ndarray) -> tuple[int, int, int]:
    """Return how many records a .dbf claims, and the bytes of its header and of one record."""
    return (int(data[4:8].view("<u4")[0]), *data[8:12].view("<u2").astype(int).tolist())


def _fields(data: np.ndarray, head: int) -> list[FieldHeader] | None:
    """Return name, type, width and decimals of each field of a .dbf, or None when its header does not hold together."""
    fields, place = [], 32
    whole = data[:head].tobytes()
    while place + 32 <= len(whole) and whole[place : place + 1] != b"\r":
        name = whole[place : place + 11].split(b"\x00")[0]
        kind = chr(whole[place + 11])
        if kind not in "CNFDLMIOB@+YTGPVW" or not name:
            return None
        width = whole[place + 16] + (256 * whole[place + 17] if kind == "C" else 0)
        fields.append((name.decode("latin-1"), kind, width, 0 if kind == "C" else whole[place + 17]))
        place += 32
    return fields if whole[place : place + 1] == b"\r" else None


def _cut_alike(names: list[str]) -> list[str]:
    """Return the fields whose names were alike when cut, also where their writer then numbered them: `populati_1`."""
    full = {name[:8] for name in names if len(name) == CUT and not _NUMBERED.search(name)}
    return [
        name for place, name in enumerate(names)
        if name in names[:place] or (len(name) == CUT and _NUMBERED.search(name) and name[:8] in full)
    ]  # fmt: skip


def _number_faults(body: np.ndarray, fields: list[FieldHeader]) -> list[Fault]:
    """Return the rows whose number fields hold something else, which GDAL would read as 0 or a part of it."""
    faults, place = [], 1
    for name, kind, width, _ in fields:
        if kind in "NF" and width:
            cells = np.ascontiguousarray(body[:, place : place + width]).view(f"S{width}").ravel()
            cells = np.char.strip(cells, b" \x00")
            plain = _are_numbers(cells)
            if not plain.all():
                faults.append(Fault("number_not_readable", rows=np.flatnonzero(~plain), column=name))
        place += width
    return faults


def _are_numbers(cells: np.ndarray) -> np.ndarray:
    """Tell which cells of a number field hold a number, nothing, or the stars of what was too wide."""
    filled = cells[cells != b""]
    try:  # most columns are sound, which is told at once
        if np.isfinite(filled.astype(float)).all() and not (np.char.find(filled, b"_") >= 0).any():
            return np.ones(len(cells), dtype=bool)
    except ValueError:
        pass
    kinds, where = np.unique(cells, return_inverse=True)
    sound = np.zeros(len(kinds), dtype=bool)
    for place, cell in enumerate(kinds.tolist()):
        if not cell or not cell.strip(b"*"):
            sound[place] = True
            continue
        try:
            sound[place] = np.isfinite(float(cell)) and b"_" not in cell
        except ValueError:
            sound[place] = False
    return sound[where]


def code_page(path: Path) -> str | None:
    """Return the encoding that a .cpg states, if Python knows it."""
    stated = path.with_suffix(".cpg")
    if not stated.exists():
        return None
    word = stated.read_bytes()[:40].decode("ascii", errors="replace").strip().lower()
    word = {"88591": "iso-8859-1", "utf8": "utf-8"}.get(word, f"cp{word}" if word.isdigit() else word)
    try:
        return codecs.lookup(word).name
    except (LookupError, ValueError):
        return None
