"""What was handed in, opened safely: a copy under neutral names, one entry for each dataset inside.

Only regular files are taken, never links, and none that is still being written. Zips are unpacked
here and not by GDAL. Members, sizes and ratios are counted while they inflate, over a zip and all
zips inside it together. An archive is refused where a member is encrypted, a link or stored twice;
a bomb refuses all that was handed in.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import stat
import time
import zipfile
import zlib
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from asset_inventory.intake.recognition import READ, recognise
from asset_inventory.io.schemas import BASE, SHAPEFILE_PARTS
from asset_inventory.messages import name_of
from asset_inventory.model.errors import RequestError, SourceError, in_one_line, is_disk_full
from asset_inventory.model.tables import WARNING, Fault

MOST_MEMBERS = 10_000
MOST_BYTES = 2 * 2**30  # of all members together, inflated
DEEPEST = 3  # zips within zips, the one handed in counted
# No map of so much data or more compresses to a hundredth; what does was made to fill a disk.
BOMB_BYTES, BOMB_RATIO = 50 * 2**20, 100
CHUNK = 2**20
# fmt: off
SUFFIX = {
    "shapefile": ".shp", "geopackage": ".gpkg", "geojson": ".geojson", "flatgeobuf": ".fgb", "geoparquet": ".parquet",
    "text table": ".csv", "workbook": ".xlsx", "old workbook": ".xls", "kml": ".kml", "gml": ".gml",
    "file geodatabase": ".gdb", "osm extract": ".osm.pbf", "osm xml": ".osm", "geotiff": ".tif",
    "ascii grid": ".asc",
}
_LOOKED_AT = (
    ".shp", ".shx", ".dbf", ".gpkg", ".geojson", ".json", ".fgb", ".parquet", ".geoparquet", ".csv", ".tsv", ".xlsx",
    ".xls", ".kml", ".gml", ".tif", ".tiff", ".asc", ".pbf", ".osm", ".zip", ".kmz", ".vrt",
)
# fmt: on
_PART_OF_SHAPEFILE = (*SHAPEFILE_PARTS, ".qmd")
_JUNK = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\._)")
# What a file of a geodatabase may be called: nothing that leads elsewhere.
TABLE_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_WORKBOOKS = (".xlsx", ".xlsm")  # zips too, though nobody knows them as such
_OF_PYTHON = (EOFError, OSError, ValueError, NotImplementedError, RuntimeError)
_DAMAGED = (zipfile.BadZipFile, zlib.error, *_OF_PYTHON)

Members = list[zipfile.ZipInfo]


@dataclass(frozen=True)
class Dataset:
    """One dataset: its kind, our copy, its name for the sender, and why it must not be read."""

    kind: str
    path: Path
    name: str
    fault: Fault | None = None


@dataclass(frozen=True)
class Unpacked:
    """The datasets in what was handed in, and what is wrong with the container itself."""

    datasets: tuple[Dataset, ...]
    faults: tuple[Fault, ...]


@dataclass
class _Count:
    """What came out of the zip that was handed in and of all zips inside it so far."""

    packed: int  # bytes of the file that was handed in
    members: int = 0
    inflated: int = 0  # bytes
    datasets: list[Dataset] = field(default_factory=list)
    left: list[str] = field(default_factory=list)  # members that are no layer

    def add(self, *, members: int = 0, size: int = 0) -> None:
        """Count more; raises what refuses the whole of what was handed in."""
        self.members += members
        self.inflated += size
        if self.members > MOST_MEMBERS:
            counts = {"members": self.members, "most": MOST_MEMBERS}
            raise _RefusedError("zip_many_members", whole=True, **counts)
        self.allow(0)

    def allow(self, size: int) -> None:
        """Refuse the whole of what was handed in if so many more bytes would be too many."""
        more = self.inflated + size
        if more > BOMB_BYTES and more > BOMB_RATIO * max(self.packed, 1):
            raise _RefusedError("zip_bomb", whole=True, size=more // 2**20)
        if more > MOST_BYTES:
            sizes = {"size": more // 2**20, "most": MOST_BYTES // 2**20}
            raise _RefusedError("zip_too_large", whole=True, **sizes)


class _RefusedError(Exception):
    """An archive that is not unpacked, and why; `whole`: nor is the one in which it lies."""

    def __init__(self, code: str, *, whole: bool = False, **arguments: object) -> None:
        super().__init__(code)
        self.fault = Fault(code, arguments=arguments)
        self.whole = whole


def unzip(path: Path, folder: Path) -> Unpacked:
    """Return the datasets in a zip and in zips inside it, unpacked; a workbook is one dataset.

    Raises OSError where the disk is full.
    """
    count = _Count(path.stat().st_size)
    try:
        _open(path, folder, name_of(path), count, depth=1)
    except _RefusedError as refused:
        return Unpacked((), (refused.fault,))
    faults = []
    if count.left:
        first = {"member": count.left[0].partition("/")[2][:80]}
        faults.append(Fault("member_not_read", WARNING, arguments=first, count=len(count.left)))
    if not count.datasets:
        faults.append(Fault("zip_without_data"))
    return Unpacked(tuple(count.datasets), tuple(faults))


def read_beside(path: Path, member: str, ending: str, *, limit: int) -> bytes | None:
    """Return the bytes of the zip member with this one's name and another ending, if any.

    Raises ValueError where it has more than `limit` bytes, or the zip is not sound.
    """
    wanted = str(PurePosixPath(member).with_suffix(ending)).lower()
    try:
        count = _Count(path.stat().st_size)
        with zipfile.ZipFile(path) as archive:
            members = _inspected(archive, count)
            entry = next((member for member in members if member.filename.lower() == wanted), None)
            if entry is None:
                return None
            with archive.open(entry) as part:
                content = part.read(limit + 1)  # an archive's directory can lie about sizes
        count.add(size=len(content))
    except _RefusedError as refused:
        raise ValueError(refused.fault.code) from None
    except _DAMAGED as fault:
        raise ValueError(in_one_line(fault)) from None
    if len(content) > limit:
        raise ValueError(f"> {limit // 2**20} MB")
    return content


def _open(path: Path, folder: Path, name: str, count: _Count, *, depth: int) -> None:
    """Add the datasets of one zip to the count."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = _inspected(archive, count)
            if _is_workbook(members):
                count.datasets.append(_workbook(archive, members, path, folder, name, count))
                return
            planned = _unpacked(archive, members, folder, name, count)
    except _DAMAGED as fault:
        if is_disk_full(fault):
            raise
        if PurePosixPath(name).suffix.lower() in _WORKBOOKS:
            raise _RefusedError("workbook_damaged") from None
        raise _RefusedError("zip_damaged", fault=in_one_line(fault)) from None
    for copy, inner in planned:
        _recognised(copy, inner, count, depth=depth)


def _inspected(archive: zipfile.ZipFile, count: _Count) -> Members:
    """Return the files in an archive; refuse it for what its directory lists."""
    members = [member for member in archive.infolist() if not member.filename.endswith("/")]
    count.add(members=len(members))
    seen: set[str] = set()
    for member in members:
        name = member.filename
        if member.flag_bits & 1:
            raise _RefusedError("zip_encrypted", member=name[:80])
        if stat.S_ISLNK(member.external_attr >> 16):
            raise _RefusedError("zip_link", member=name[:80])
        above = ".." in PurePosixPath(name.replace("\\", "/")).parts
        if above or name.startswith(("/", "\\")) or name[1:2] == ":":
            raise _RefusedError("zip_path", member=name[:80])
        if name.lower() in seen:
            raise _RefusedError("zip_name_twice", member=name[:80])
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _RefusedError("zip_method", member=name[:80])
        seen.add(name.lower())
    count.allow(sum(member.file_size for member in members))
    return members


def _is_workbook(members: Members) -> bool:
    names = {member.filename for member in members}
    return "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names)


def _workbook(
    archive: zipfile.ZipFile, members: Members, path: Path, folder: Path, name: str, count: _Count
) -> Dataset:
    """Return a workbook as it is, seen to be whole and to draw in nothing."""
    for member in members:
        with archive.open(member) as part:
            head = part.read(CHUNK).replace(b"\x00", b"")
        if re.search(rb"<!\s*(DOCTYPE|ENTITY)", head, re.IGNORECASE):
            raise _RefusedError("xml_entities", member=member.filename[:80])
    _inflate(archive, [(member, None) for member in members], count)
    copy = folder / f"workbook{SUFFIX['workbook']}"
    shutil.copyfile(path, copy)
    return Dataset("workbook", copy, name)


def _inflate(
    archive: zipfile.ZipFile, jobs: list[tuple[zipfile.ZipInfo, Path | None]], count: _Count
) -> None:
    """Inflate members to files, or to nothing as a test; a directory can lie about sizes."""
    for member, to in jobs:
        with archive.open(member) as part, to.open("xb") if to else open(os.devnull, "wb") as file:
            while chunk := part.read(CHUNK):
                count.add(size=len(chunk))
                file.write(chunk)


def _unpacked(
    archive: zipfile.ZipFile, members: Members, folder: Path, name: str, count: _Count
) -> list[tuple[Path, str]]:
    """Unpack what may be a dataset; return each main file with its sender's name for it."""
    jobs: list[tuple[zipfile.ZipInfo, Path | None]] = []
    planned: list[tuple[Path, str]] = []
    for number, group in enumerate(_groups(members)):
        place = folder / str(number)
        place.mkdir()
        first = group[0].filename
        base = first.lower().find(".gdb/")
        if base >= 0:
            (place / "source.gdb").mkdir()
            jobs += [(member, place / "source.gdb" / _table_name(member)) for member in group]
            planned.append((place / "source.gdb", f"{name}/{first[: base + 4]}"))
        elif _suffix(group[0]) in _LOOKED_AT:
            jobs += [(member, place / f"source{_suffix(member)}") for member in group]
            planned.append((place / f"source{_suffix(group[0])}", f"{name}/{first}"))
        else:
            count.left.append(f"{name}/{first}")
    _inflate(archive, jobs, count)
    return planned


def _recognised(copy: Path, name: str, count: _Count, *, depth: int) -> None:
    """Add what a member is to the count: a dataset, or the datasets of a zip inside the zip."""
    file_format = "file geodatabase" if copy.is_dir() else recognise(copy)
    if file_format == "zip":
        try:
            if depth == DEEPEST:
                raise _RefusedError("zip_deep", deepest=DEEPEST)
            _open(copy, copy.parent, name, count, depth=depth + 1)
        except _RefusedError as refused:
            if refused.whole:
                raise
            count.datasets.append(Dataset("zip", copy, name, refused.fault))
        return
    if file_format in READ and copy.suffix != SUFFIX[file_format]:
        copy = copy.rename(copy.with_name(f"source{SUFFIX[file_format]}"))
    count.datasets.append(Dataset(file_format, copy, name))


def _suffix(member: zipfile.ZipInfo) -> str:
    return PurePosixPath(member.filename).suffix.lower()


def _table_name(member: zipfile.ZipInfo) -> str:
    name = PurePosixPath(member.filename).name
    if not TABLE_NAME.fullmatch(name):
        raise _RefusedError("zip_path", member=member.filename[:80])
    return name


def _groups(members: Members) -> list[Members]:
    """Return the members that make one dataset, the main file first, without junk and bases."""
    shapes: dict[str, Members] = defaultdict(list)
    bases: dict[str, Members] = defaultdict(list)
    alone = []
    for member in members:
        name = member.filename
        place = PurePosixPath(name)
        if _JUNK.search(name) or name.lower().endswith(BASE):
            continue
        if (at := name.lower().find(".gdb/")) >= 0:
            bases[name[: at + 4]].append(member)
        elif place.suffix.lower() in (".shp", *_PART_OF_SHAPEFILE):
            shapes[str(place.with_suffix("")).lower()].append(member)
        else:
            alone.append([member])
    order = (".shp", *_PART_OF_SHAPEFILE)
    for group in shapes.values():
        group.sort(key=lambda member: order.index(PurePosixPath(member.filename).suffix.lower()))
    return [*shapes.values(), *bases.values(), *alone]


# What was written within so many seconds is looked at twice, after a wait: it may still be on its
# way.
RECENT, WAIT = 2.0, 0.5
# Files that belong to another: by the name without suffix, or added to the whole name.
_BESIDE = {
    "shapefile": (".shx", ".dbf", ".prj", ".cpg"),
    "geotiff": (".tfw", ".prj"),
    "ascii grid": (".prj",),
}
_BEHIND = {"geopackage": ("-wal", "-shm")}
_ANY_READER_WRITES = "-shm"
GEODATABASE = ".gdb"

Reading = dict[str, tuple[int, int]]  # of each file: bytes, time of the last change (ns)


def unpack(path: Path, folder: Path, *, patient: bool = True) -> Unpacked:
    """Copy what was handed in into `folder`, and return the datasets found in it.

    With `patient` a new file is looked at twice, to see whether somebody still writes it. Raises
    SourceError when there is no such file, OSError where the disk is full. The original and its
    folder are only read.
    """
    try:
        about = os.lstat(path)
    except OSError:
        raise RequestError("error.no_file", path=str(path), source=name_of(path)) from None
    if stat.S_ISDIR(about.st_mode) and path.suffix.lower() == GEODATABASE:
        return _geodatabase(path, folder)
    if not stat.S_ISREG(about.st_mode):
        return _refused("file_is_link" if stat.S_ISLNK(about.st_mode) else "file_is_no_file")
    if about.st_size > MOST_BYTES:
        return _refused("file_too_large", size=about.st_size // 2**20, most=MOST_BYTES // 2**20)
    try:
        file_format = recognise(path)
        before = _reading(path, file_format)
        changes = [changed / 1e9 for _, changed in before.values()]
        if patient and any(abs(time.time() - changed) < RECENT for changed in changes):
            time.sleep(WAIT)
        steady = recognise(path) == file_format and _reading(path, file_format) == before
        if steady and file_format == "zip":
            unpacked = unzip(path, folder)
        elif steady:
            unpacked = Unpacked((_copied(path, file_format, folder / "0"),), ())
        steady = steady and _reading(path, file_format) == before
    except FileNotFoundError:  # went away between two looks
        steady = False
    except OSError as fault:
        if is_disk_full(fault):
            raise
        return _refused("file_not_open", fault=in_one_line(fault))
    return unpacked if steady else _refused("file_changing")


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file with its companions, or of a geodatabase, by name.

    Raises SourceError where they cannot be read.
    """
    digest = hashlib.sha256()
    try:
        if not (path.is_dir() or stat.S_ISREG(os.stat(path).st_mode)):  # a pipe would never end
            raise SourceError("error.file_not_plain", path=str(path))
        if path.is_dir():
            files = {entry.name: entry for entry in path.iterdir() if entry.is_file()}
        else:
            files = {"": path} | _companions(path, recognise(path))
        for end, entry in sorted(files.items()):
            if entry.name.endswith(_ANY_READER_WRITES):
                continue
            digest.update(end.encode())
            with entry.open("rb") as stream:
                while part := stream.read(2**20):
                    digest.update(part)
    except OSError as fault:
        reason = fault.strerror or ""
        raise SourceError("error.file_not_readable", path=str(path), fault=reason) from None
    return digest.hexdigest()


def _geodatabase(path: Path, folder: Path) -> Unpacked:
    """Return a file geodatabase, a folder of tables; links and odd names are left out."""
    named = (entry for entry in path.iterdir() if TABLE_NAME.fullmatch(entry.name))
    tables = {entry.name: os.lstat(entry) for entry in named}
    tables = {name: about for name, about in tables.items() if stat.S_ISREG(about.st_mode)}
    size = sum(about.st_size for about in tables.values())
    if size > MOST_BYTES:
        return _refused("file_too_large", size=size // 2**20, most=MOST_BYTES // 2**20)
    if not any(name.endswith(".gdbtable") for name in tables):
        return _refused("file_is_no_file")
    copy = folder / "0" / f"source{GEODATABASE}"
    copy.mkdir(parents=True)
    for name, about in tables.items():
        shutil.copyfile(path / name, copy / name)
        if os.lstat(path / name).st_mtime_ns != about.st_mtime_ns:
            return _refused("file_changing")
    return Unpacked((Dataset("file geodatabase", copy, name_of(path)),), ())


def size_of(path: Path) -> int:
    """Return the bytes of a file, or of a geodatabase's files together; 0 where absent."""
    files = path.iterdir() if path.is_dir() and path.suffix.lower() == GEODATABASE else [path]
    return sum(file.stat().st_size for file in files if file.is_file())


def _refused(code: str, **arguments: object) -> Unpacked:
    return Unpacked((), (Fault(code, arguments=arguments),))


def _reading(path: Path, file_format: str) -> Reading:
    """Return size and time of a file and of those that belong to it."""
    reading = {}
    for entry in (path, *_companions(path, file_format).values()):
        if not entry.name.endswith(_ANY_READER_WRITES):
            about = os.lstat(entry)
            reading[entry.name] = about.st_size, about.st_mtime_ns
    return reading


def _companions(path: Path, file_format: str) -> dict[str, Path]:
    """Return the regular files that are read with a file, by what they add to its name."""
    wanted = {f"{path.stem}{end}".lower(): end for end in _BESIDE.get(file_format, ())}
    companions = {}
    if wanted:
        entries = (entry for entry in path.parent.iterdir() if entry.name.lower() in wanted)
        companions = {wanted[entry.name.lower()]: entry for entry in entries}
    companions |= {end: path.with_name(path.name + end) for end in _BEHIND.get(file_format, ())}
    return {
        end: file for end, file in companions.items() if file.is_file() and not file.is_symlink()
    }


def _copied(path: Path, file_format: str, folder: Path) -> Dataset:
    folder.mkdir()
    if file_format not in READ:
        return Dataset(file_format, path, name_of(path))
    copy = folder / f"source{SUFFIX[file_format]}"
    shutil.copyfile(path, copy)
    for end, entry in _companions(path, file_format).items():
        added = copy.with_name(copy.name + end)
        shutil.copyfile(entry, copy.with_suffix(end) if end.startswith(".") else added)
    return Dataset(file_format, copy, name_of(path))
