"""What a file really is, by its first bytes and never by its name."""

from __future__ import annotations

import datetime
import re
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

HEAD = 4096  # bytes looked at
# The formats that are read, and the kinds of file that are only named, to explain why they are not.
# fmt: off
VECTORS = (
    "shapefile", "geopackage", "geojson", "flatgeobuf", "geoparquet", "text table", "workbook", "old workbook",
    "kml", "gml", "file geodatabase", "osm extract", "osm xml",
)
# fmt: on
RASTERS = ("geotiff", "ascii grid")
READ = (*VECTORS, *RASTERS)
PARTS = ("dbf table", "shapefile index")  # of a shapefile, and nothing without its .shp

_MAGIC = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),  # without members
    (b"SQLite format 3\x00", "geopackage"),
    (b"fgb\x03fgb", "flatgeobuf"),
    (b"PAR1", "geoparquet"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old workbook"),
    (b"II*\x00", "geotiff"),
    (b"MM\x00*", "geotiff"),
    (b"II+\x00", "geotiff"),
    (b"MM\x00+", "geotiff"),
    (b"ARROW1", "arrow file"),
    (b"FEA1", "arrow file"),
    (b"\x1f\x8b", "gzip file"),
    (b"BZh", "bzip2 file"),
    (b"7z\xbc\xaf\x27\x1c", "7z file"),
    (b"Rar!", "rar file"),
    (b"\xfd7zXZ", "xz file"),
    (b"%PDF", "PDF"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"\x7fELF", "program"),
    (b"MZ", "program"),
)
_SHAPE = b"\x00\x00\x27\x0a"  # both .shp and .shx begin with it
_GRID = re.compile(rb"\s*(ncols|nrows|xll|yll|dx|dy|cellsize)", re.IGNORECASE)
_OF_DATABASE = r"(?:TABLE|VIEW|INDEX|SCHEMA|DATABASE|EXTENSION|SEQUENCE|TYPE|FUNCTION)\s"
# fmt: off
_SQL = re.compile(
    rf"(?:--[^\n]*\n|/\*.*?\*/|\s)*(?:(?:CREATE|DROP|ALTER)\s+{_OF_DATABASE}|INSERT\s+INTO\s|PRAGMA\s+\w+\s*[=;(]"
    r"|BEGIN(?:\s+TRANSACTION)?\s*;\s*\n|SET\s+\w+\s*=|COPY\s+[^;\n]+\sFROM\s+stdin)", re.IGNORECASE | re.DOTALL
)
# fmt: on
_XML_ROOT = re.compile(r"<(?![?!])(?:[\w.-]+:)?([\w.-]+)")
# fmt: off
_XML_KINDS = {
    "kml": "kml", "FeatureCollection": "gml", "ogrvrtdatasource": "virtual layer", "vrtdataset": "virtual grid",
    "gdal_wms": "network service", "gdal_wmts": "network service", "wfs_capabilities": "network service",
    "html": "web page", "osm": "osm xml", "gpx": "GPX",
}
# fmt: on


def recognise(path: Path) -> str:
    """Return what a file is: one of READ, `zip`, or a word for what is not read here.

    Only the first bytes are looked at, and the suffix where formats begin alike (.shp and .shx) or
    have no mark of their own (.dbf, text).
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head.strip(b"\x00 \t\r\n"):
        return "empty"
    for magic, file_format in _MAGIC:
        if head.startswith(magic):
            return file_format
    suffix = path.suffix.lower()
    if head.startswith(_SHAPE):
        return "shapefile index" if suffix == ".shx" else "shapefile"
    if suffix == ".dbf":
        return "dbf table"
    if suffix == ".shp":
        return "shapefile"  # a damaged one: its reader reports how
    if head[:1] == b"\x80" and head[1:2] in b"\x02\x03\x04\x05":
        return "pickle"
    if b"OSMHeader" in head[:32]:
        return "osm extract"
    return _text_kind(head, suffix)


def _text_kind(head: bytes, suffix: str) -> str:
    if _GRID.match(head):
        return "ascii grid"
    text = as_unicode(head)
    start = text.lstrip("\ufeff\x1e \t\r\n")
    if start.startswith("<"):
        return _xml_kind(start)
    if suffix in (".geojson", ".json", ".geojsonl", ".geojsons") or start[:1] in ("{", "["):
        return "geojson"
    if suffix == ".sql" or _SQL.match(start):
        return "SQL"
    control = sum(character < " " and character not in "\t\r\n" for character in start)
    return "text table" if "\ufffd" not in text[:64] and control <= len(start) / 50 else "unknown"


def _xml_kind(start: str) -> str:
    if "<html" in start[:1024].lower() or "<!doctype html" in start[:256].lower():
        return "web page"
    root = _XML_ROOT.search(start)
    name, other = root[1] if root else "", "gml" if "opengis.net/gml" in start else "XML"
    return _XML_KINDS.get(name) or _XML_KINDS.get(name.lower(), other)


def as_unicode(data: bytes) -> str:
    """Return bytes as text for a look at them: UTF-16 by its mark, else UTF-8 or Latin-1."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as fault:
        # a character cut in two by the end of what was read is no sign of another encoding
        if fault.start > len(data) - 4:
            return data.decode("utf-8", errors="ignore")
        return data.decode("cp1252", errors="replace")


# An extract begins with a block that describes it: a header, then a blob (fileformat.proto and
# osmformat.proto of OpenStreetMap; the limits are theirs).
LARGEST_HEADER, LARGEST_BLOB = 64 * 2**10, 2**20
_DATA_SIZE, _RAW, _ZLIB, _BOX, _REPLICATED = 3, 1, 3, 1, 32  # numbers of their fields
_LEFT, _RIGHT, _TOP, _BOTTOM = 1, 2, 3, 4
_NO_HEADER = (OSError, OverflowError, struct.error, zlib.error, KeyError, TypeError, ValueError)


def day_of_extract(path: Path) -> datetime.date | None:
    """Return the day of an .osm.pbf as its header states it; None where it does not.

    Not that of the file, which is the day of its download or of a copy.
    """
    try:
        seconds = int(_header(path)[_REPLICATED])
        return datetime.datetime.fromtimestamp(seconds, datetime.UTC).date()
    except _NO_HEADER:
        return None


def box_of_extract(path: Path) -> tuple[float, float, float, float] | None:
    """Return the box (west, south, east, north) that the header of an .osm.pbf states, or None.

    The ways of an extract reach beyond it.
    """
    try:
        sides = dict(_fields(bytes(_header(path)[_BOX])))
        # nanodegrees, the sign in the last bit
        west, south, east, north = (
            (side >> 1 ^ -(side & 1)) / 1e9
            for side in (int(sides[field]) for field in (_LEFT, _BOTTOM, _RIGHT, _TOP))
        )
    except _NO_HEADER:
        return None
    on_earth = -180 <= west < east <= 180 and -90 <= south < north <= 90
    return (west, south, east, north) if on_earth else None


def _header(path: Path) -> dict[int, int | bytes]:
    """Return the fields of the block that describes an extract; raises one of _NO_HEADER."""
    with path.open("rb") as file:
        (size,) = struct.unpack(">I", file.read(4))
        header = dict(_fields(file.read(min(size, LARGEST_HEADER))))
        blob = dict(_fields(file.read(min(int(header[_DATA_SIZE]), LARGEST_BLOB))))
    packed = _ZLIB in blob
    block = bytes(blob[_ZLIB if packed else _RAW])
    if packed:
        block = zlib.decompressobj().decompress(block, LARGEST_BLOB)
    return dict(_fields(block))


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield the fields of a protobuf message; raises ValueError where it is none."""
    at = 0

    def number() -> int:
        nonlocal at
        value = shift = 0
        while at < len(message) and shift < 64:
            byte = message[at]
            at, value, shift = at + 1, value | (byte & 127) << shift, shift + 7
            if byte < 128:
                return value
        raise ValueError(at)

    while at < len(message):
        key = number()
        wire, size = key & 7, 0
        if wire == 0:
            yield key >> 3, number()
            continue
        if wire == 2:
            size = number()
        elif wire in (1, 5):
            size = 8 if wire == 1 else 4
        else:
            raise ValueError(wire)
        yield key >> 3, message[at : at + size]
        at += size
