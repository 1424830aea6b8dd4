"""What the headers of a shapefile claim, compared: GDAL shifts rows where they disagree."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from asset_inventory.model.arrays import objects
from asset_inventory.model.tables import REPAIRED, WARNING, Fault

HEADER = 100  # bytes of a .shp and a .shx
CUT = 10  # characters of a field's name that a shapefile keeps
_CODE = 9994
_DELETED = 0x2A  # the first byte of a row of a .dbf that is marked as deleted
# Of a .shx: its code, its length, where the records are.
_TELLING = (slice(0, 4), slice(24, 28), slice(HEADER, None))
_NUMBERED = re.compile(r"_\d$")

FieldHeader = tuple[str, str, int, int]  # name, type, width (byte), decimals


@dataclass(frozen=True)
class Audit:
    """A shapefile's number of records not deleted, the encoding of its texts, and its faults.

    `records` is None where they cannot be found.
    """

    records: int | None
    encoding: str | None
    faults: tuple[Fault, ...]


def audit(path: Path) -> Audit:
    """Compare the .shp with its .shx and .dbf (which lie in its folder, in lower case).

    A .shx that is missing or does not lead to the records is written again, for GDAL follows it
    without a check.
    """
    shapes = np.fromfile(path, dtype=np.uint8)
    index, table = path.with_suffix(".shx"), path.with_suffix(".dbf")
    if len(shapes) < HEADER or int(shapes[:4].view(">i4")[0]) != _CODE:
        return Audit(None, None, (Fault("shapefile_header"),))
    places = followed = _followed(shapes, index)
    if followed is None or len(followed) != _claimed(table):
        places, fault = _walked(shapes)
        if fault and followed is None:
            return Audit(None, None, (fault,))
        places = followed if fault else places
    of_table, deleted = _table_faults(table, len(places))
    kept = np.arange(len(places) - deleted)
    faults = _length_faults(shapes, places, kept)
    faults += _index_faults(index, shapes[:HEADER], places, kept)
    return Audit(len(kept), code_page(path), (*faults, *of_table))


def _claimed(table: Path) -> int:
    """Return how many records the .dbf claims, -1 where it has no header."""
    head = np.fromfile(table, dtype=np.uint8, count=12) if table.exists() else ()
    return _sizes(head)[0] if len(head) == 12 else -1


def _followed(data: np.ndarray, index: Path) -> np.ndarray | None:
    """Return each .shp record's beginning and length (bytes) by its .shx; None for a bad one.

    A program that edits in place writes a record that has grown at the end, so the records need
    neither follow one another nor fill the file; but each lies in it, has the length that the .shx
    states, and no other begins within it.
    """
    if not index.exists():
        return None
    entries = np.fromfile(index, dtype=np.uint8)
    stated = 2 * int(entries[24:28].view(">i4")[0]) if len(entries) >= HEADER else -1
    if not HEADER <= stated <= len(entries) or stated % 8 != HEADER % 8:
        return None
    places = 2 * entries[HEADER:stated].view(">i4").astype(np.int64).reshape(-1, 2)
    starts, ends = places[:, 0], places.sum(axis=1) + 8
    if (starts < HEADER).any() or (places[:, 1] < 4).any() or (ends > len(data)).any():
        return None
    lengths = 2 * data[starts[:, None] + np.arange(4, 8)].view(">i4").astype(np.int64)
    order = np.argsort(starts)
    apart = (starts[order[1:]] >= ends[order[:-1]]).all()
    return places if apart and np.array_equal(lengths[:, 0], places[:, 1]) else None


def _walked(data: np.ndarray) -> tuple[np.ndarray, Fault | None]:
    """Return each .shp record's beginning and length by itself; a fault where they do not fit.

    Their numbers may begin anywhere but must rise: a number that comes again is a record that was
    edited in place, and without its .shx nobody knows which of the two counts.
    """
    stated = 2 * int(data[24:28].view(">i4")[0])
    places, place, last = [], HEADER, -(2**31) - 1
    view = memoryview(data)
    while place + 8 <= len(view):
        number = int.from_bytes(view[place : place + 4], "big", signed=True)
        length = 2 * int.from_bytes(view[place + 4 : place + 8], "big", signed=True)
        if number <= last or length < 4 or place + 8 + length > len(view):
            break
        places.append((place, length))
        place, last = place + 8 + length, number
    entries = np.array(places, dtype=np.int64).reshape(-1, 2)
    if stated != len(view):
        arguments = {"records": len(places), "bytes": len(view), "stated": stated}
        return entries, Fault("shapefile_cut", arguments=arguments)
    if place != len(view):
        arguments = {"records": len(places), "place": place}
        return entries, Fault("shapefile_records", arguments=arguments)
    return entries, None


def _length_faults(data: np.ndarray, places: np.ndarray, kept: np.ndarray) -> list[Fault]:
    """Return what a .shp holds that is no record, and that its header misstates its length."""
    stated = 2 * int(data[24:28].view(">i4")[0])
    unused = len(data) - HEADER - int((places[:, 1] + 8).sum())
    faults = []
    if stated != len(data):
        lengths = {"bytes": len(data), "stated": stated}
        faults.append(Fault("shapefile_length", REPAIRED, kept, arguments=lengths))
    if unused:
        faults.append(Fault("shapefile_bytes_unused", WARNING, arguments={"bytes": unused}))
    return faults


def _index_faults(
    index: Path, head: np.ndarray, places: np.ndarray, kept: np.ndarray
) -> list[Fault]:
    """Return the faults of a .shx, which is then written again with the header of the .shp."""
    content = bytearray(head.tobytes())
    content[24:28] = ((HEADER + 8 * len(places)) // 2).to_bytes(4, "big")
    content += (places // 2).astype(">i4").tobytes()
    existing = index.read_bytes() if index.exists() else None
    if existing is not None and all(existing[part] == content[part] for part in _TELLING):
        return []
    index.write_bytes(content)
    code = "shapefile_without_index" if existing is None else "shapefile_index_disagrees"
    return [Fault(code, REPAIRED, kept)]


def _table_faults(path: Path, records: int) -> tuple[list[Fault], int]:
    """Return the faults of a .dbf, and its number of deleted rows where the others can be used."""
    if not path.exists():
        return [Fault("shapefile_without_table", WARNING)], 0
    data = np.fromfile(path, dtype=np.uint8)
    if len(data) < 33:
        return [Fault("table_damaged")], 0
    rows, head, width = _sizes(data)
    fields = _fields(data, head)
    if fields is None or sum(size for _, _, size, _ in fields) + 1 != width:
        return [Fault("table_damaged")], 0
    if rows != records:
        return [Fault("counts_differ", arguments={"rows": rows, "shapes": records})], 0
    if len(data) < head + rows * width:
        return [Fault("table_damaged")], 0
    body = data[head : head + rows * width].reshape(rows, width)
    marks = body[:, 0]
    if not np.isin(marks, (0x20, _DELETED)).all():
        return [Fault("table_damaged")], 0
    faults = []
    deleted = int((marks == _DELETED).sum())
    if deleted:
        faults.append(Fault("rows_deleted", WARNING, count=deleted))
    twice = _cut_alike([name.lower() for name, *_ in fields])
    if twice:
        faults.append(Fault("column_name_cut", WARNING, column=twice[0], count=len(twice)))
    return faults + _number_faults(body[marks != _DELETED], fields), deleted


def table_of(path: Path) -> tuple[list[FieldHeader], np.ndarray]:
    """Return the fields of a sound, audited .dbf, and its rows not deleted, as bytes."""
    data = np.fromfile(path, dtype=np.uint8)
    rows, head, width = _sizes(data)
    body = data[head : head + rows * width].reshape(rows, width)
    return _fields(data, head) or [], body[body[:, 0] != _DELETED]


def whole_numbers(path: Path, name: str) -> np.ndarray:
    """Return a .dbf field of whole numbers, exact whatever their size; None where there is none."""
    headers, body = table_of(path)
    place = 1
    for field, _, width, _ in headers:
        if field == name:
            cells = [bytes(cell).strip(b" \x00*") for cell in body[:, place : place + width]]
            return objects(int(x) if x.lstrip(b"+-").isdigit() else None for x in cells)
        place += width
    return np.full(len(body), None, dtype=object)


def _sizes(data: np.ndarray) -> tuple[int, int, int]:
    """Return how many records a .dbf claims, and the bytes of its header and of one record."""
    return (int(data[4:8].view("<u4")[0]), *data[8:12].view("<u2").astype(int).tolist())


def _fields(data: np.ndarray, head: int) -> list[FieldHeader] | None:
    """Return name, type, width and decimals of a .dbf's fields, None if its header is broken."""
    fields, place = [], 32
    header = data[:head].tobytes()
    while place + 32 <= len(header) and header[place : place + 1] != b"\r":
        name = header[place : place + 11].split(b"\x00")[0]
        field_type = chr(header[place + 11])
        if field_type not in "CNFDLMIOB@+YTGPVW" or not name:
            return None
        width = header[place + 16] + (256 * header[place + 17] if field_type == "C" else 0)
        precision = 0 if field_type == "C" else header[place + 17]
        fields.append((name.decode("latin-1"), field_type, width, precision))
        place += 32
    return fields if header[place : place + 1] == b"\r" else None


def _cut_alike(names: list[str]) -> list[str]:
    """Return the fields with names that were cut alike, also where numbered since: `populati_1`."""
    cut = [name for name in names if len(name) == CUT]
    full = {name[:8] for name in cut if not _NUMBERED.search(name)}
    numbered = {name for name in cut if _NUMBERED.search(name) and name[:8] in full}
    return [name for place, name in enumerate(names) if name in names[:place] or name in numbered]


def _number_faults(body: np.ndarray, fields: list[FieldHeader]) -> list[Fault]:
    """Return rows with number fields that hold something else; GDAL reads it as 0 or in part."""
    faults, place = [], 1
    for name, field_type, width, _ in fields:
        if field_type in "NF" and width:
            cells = np.ascontiguousarray(body[:, place : place + width]).view(f"S{width}").ravel()
            cells = np.char.strip(cells, b" \x00")
            plain = _are_numbers(cells)
            if not plain.all():
                faults.append(Fault.of_rows("number_not_readable", ~plain, name))
        place += width
    return faults


def _are_numbers(cells: np.ndarray) -> np.ndarray:
    """Return which cells of a number field hold a number, nothing, or the stars of overflow."""
    filled = cells[cells != b""]
    try:  # most columns are sound, as one look shows
        if np.isfinite(filled.astype(float)).all() and not (np.char.find(filled, b"_") >= 0).any():
            return np.ones(len(cells), dtype=bool)
    except ValueError:
        pass
    distinct, where = np.unique(cells, return_inverse=True)
    sound = np.zeros(len(distinct), dtype=bool)
    for place, cell in enumerate(distinct.tolist()):
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
    usual = f"cp{word}" if word.isdigit() else word
    word = {"88591": "iso-8859-1", "utf8": "utf-8"}.get(word, usual)
    try:
        return codecs.lookup(word).name
    except (LookupError, ValueError):
        return None
