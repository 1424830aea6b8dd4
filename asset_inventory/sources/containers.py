"""What was handed in, opened safely: a copy under neutral names, one entry for each dataset inside.

Only regular files are taken, never links. Archives are unpacked here and not by GDAL: members, sizes and
ratios are counted while they inflate, names are ours, and what is encrypted, a link or stored twice refuses
the whole archive.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import zipfile
import zlib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from asset_inventory.errors import SourceError, in_one_line
from asset_inventory.sources.faults import WARNING, Fault
from asset_inventory.sources.recognition import READ, recognise

MOST_MEMBERS = 10_000
MOST_BYTES = 2 * 2**30  # of all members together, inflated
# Of so much data and more, no map compresses to a hundredth; what does was made to fill a disk.
BOMB_BYTES, BOMB_RATIO = 50 * 2**20, 100
CHUNK = 2**20
_SUFFIX = {
    "shapefile": ".shp", "geopackage": ".gpkg", "geojson": ".geojson", "flatgeobuf": ".fgb", "geoparquet": ".parquet",
    "text table": ".csv", "workbook": ".xlsx", "old workbook": ".xls", "kml": ".kml", "gml": ".gml",
    "file geodatabase": ".gdb", "osm extract": ".osm.pbf", "geotiff": ".tif", "ascii grid": ".asc",
}  # fmt: skip
# Files that belong to another: by the name without suffix, or added to the whole name.
_BESIDE = {"shapefile": (".shx", ".dbf", ".prj", ".cpg"), "geotiff": (".tfw", ".prj"), "ascii grid": (".prj",)}
_BEHIND = {"geopackage": ("-wal", "-shm")}
_LOOKED_AT = (
    ".shp", ".shx", ".dbf", ".gpkg", ".geojson", ".json", ".fgb", ".parquet", ".geoparquet", ".csv", ".tsv", ".xlsx",
    ".xls", ".kml", ".gml", ".tif", ".tiff", ".asc", ".pbf", ".zip", ".vrt",
)  # fmt: skip
_PART_OF_SHAPEFILE = (".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".qpj", ".qmd", ".fix", ".idm", ".ind")
_JUNK = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\._)")
_TABLE_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)


@dataclass(frozen=True)
class Dataset:
    """One dataset: what it is, our copy of it, and the name by which its sender knows it."""

    kind: str
    path: Path
    name: str


@dataclass(frozen=True)
class Unpacked:
    """The datasets in what was handed in, and what is wrong with the container itself."""

    datasets: tuple[Dataset, ...]
    faults: tuple[Fault, ...]


class _RefusedError(Exception):
    """An archive that is not unpacked, and why."""

    def __init__(self, code: str, **arguments: object) -> None:
        super().__init__(code)
        self.fault = Fault(code, arguments=arguments)


def unpack(path: Path, folder: Path) -> Unpacked:
    """Copy what was handed in into `folder`, and return the datasets found in it.

    Raises SourceError when there is no such file. The original and its folder are only read.
    """
    try:
        kind_of_entry = os.lstat(path).st_mode
    except OSError:
        raise SourceError("error.no_file", path=str(path), source=path.name) from None
    if not stat.S_ISREG(kind_of_entry):
        code = "file_is_link" if stat.S_ISLNK(kind_of_entry) else "file_is_no_file"
        return Unpacked((), (Fault(code),))
    kind = recognise(path)
    if kind == "zip":
        return _unzipped(path, folder)
    return Unpacked((_copied(path, kind, folder / "0"),), ())


def _copied(path: Path, kind: str, folder: Path) -> Dataset:
    folder.mkdir()
    if kind not in READ:
        return Dataset(kind, path, path.name)
    suffix = _SUFFIX[kind]
    copy = folder / f"source{suffix}"
    shutil.copyfile(path, copy)
    beside = {entry.name.lower(): entry for entry in path.parent.iterdir()} if kind in _BESIDE else {}
    for end in _BESIDE.get(kind, ()):
        _copy_regular(beside.get(f"{path.stem}{end}".lower()), copy.with_suffix(end))
    for end in _BEHIND.get(kind, ()):
        _copy_regular(path.with_name(path.name + end), copy.with_name(copy.name + end))
    return Dataset(kind, copy, path.name)


def _copy_regular(entry: Path | None, to: Path) -> None:
    if entry is not None and os.path.lexists(entry) and stat.S_ISREG(os.lstat(entry).st_mode):
        shutil.copyfile(entry, to)


def _unzipped(path: Path, folder: Path) -> Unpacked:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.filename.endswith("/")]
            _inspect(members)
            names = {member.filename for member in members}
            if any(name.startswith("xl/") for name in names) and "[Content_Types].xml" in names:
                return _workbook(archive, members, path, folder)
            return _datasets(archive, members, path, folder)
    except _RefusedError as refused:
        return Unpacked((), (refused.fault,))
    except _DAMAGED as fault:
        return Unpacked((), (Fault("zip_damaged", arguments={"fault": in_one_line(fault)}),))


def _inspect(members: list[zipfile.ZipInfo]) -> None:
    """Refuse an archive for what its directory says."""
    if len(members) > MOST_MEMBERS:
        raise _RefusedError("zip_many_members", members=len(members), most=MOST_MEMBERS)
    seen: set[str] = set()
    for member in members:
        name = member.filename
        if member.flag_bits & 1:
            raise _RefusedError("zip_encrypted", member=name[:80])
        if stat.S_ISLNK(member.external_attr >> 16):
            raise _RefusedError("zip_link", member=name[:80])
        if name.startswith(("/", "\\")) or ".." in PurePosixPath(name.replace("\\", "/")).parts or name[1:2] == ":":
            raise _RefusedError("zip_path", member=name[:80])
        if name.lower() in seen:
            raise _RefusedError("zip_name_twice", member=name[:80])
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _RefusedError("zip_method", member=name[:80])
        seen.add(name.lower())
    size, packed = (sum(getattr(one, field) for one in members) for field in ("file_size", "compress_size"))
    if size > MOST_BYTES or (size > BOMB_BYTES and size > BOMB_RATIO * max(packed, 1)):
        raise _RefusedError("zip_bomb", size=size // 2**20)


def _workbook(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], path: Path, folder: Path) -> Unpacked:
    _refuse_entities(archive, members)
    _inflate(archive, [(member, None) for member in members])
    return Unpacked((_copied(path, "workbook", folder / "0"),), ())


def _refuse_entities(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    for member in members:
        with archive.open(member) as part:
            head = part.read(CHUNK).replace(b"\x00", b"")
        if re.search(rb"<!\s*(DOCTYPE|ENTITY)", head, re.IGNORECASE):
            raise _RefusedError("xml_entities", member=member.filename[:80])


def _inflate(archive: zipfile.ZipFile, jobs: list[tuple[zipfile.ZipInfo, Path | None]]) -> None:
    """Inflate members to files, or to nothing to see that they are whole; an archive's directory can lie of sizes."""
    inflated = packed = 0
    for member, to in jobs:
        packed += max(member.compress_size, 1)
        with archive.open(member) as part, (to.open("xb") if to else open(os.devnull, "wb")) as file:
            while chunk := part.read(CHUNK):
                inflated += len(chunk)
                if inflated > MOST_BYTES or (inflated > BOMB_BYTES and inflated > BOMB_RATIO * packed):
                    raise _RefusedError("zip_bomb", size=inflated // 2**20)
                file.write(chunk)


def _datasets(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], path: Path, folder: Path) -> Unpacked:
    jobs: list[tuple[zipfile.ZipInfo, Path | None]] = []
    planned: list[tuple[Path, str]] = []
    left: list[str] = []
    for number, group in enumerate(_groups(members)):
        place = folder / str(number)
        place.mkdir()
        base = group[0].filename.lower().find(".gdb/")
        if base >= 0:
            (place / "source.gdb").mkdir()
            jobs += [(member, place / "source.gdb" / _table_name(member)) for member in group]
            planned.append((place / "source.gdb", group[0].filename[: base + 4]))
        elif _suffix(group[0]) in _LOOKED_AT:
            jobs += [(member, place / f"source{_suffix(member)}") for member in group]
            planned.append((place / f"source{_suffix(group[0])}", group[0].filename))
        else:
            left.append(group[0].filename)
    _inflate(archive, jobs)
    found = tuple(_recognised(copy, f"{path.name}/{name}") for copy, name in planned)
    faults = []
    if left:
        faults.append(Fault("member_not_read", WARNING, arguments={"member": left[0][:80]}, count=len(left)))
    if not found:
        faults.append(Fault("zip_without_data"))
    return Unpacked(found, tuple(faults))


def _suffix(member: zipfile.ZipInfo) -> str:
    return PurePosixPath(member.filename).suffix.lower()


def _table_name(member: zipfile.ZipInfo) -> str:
    name = PurePosixPath(member.filename).name
    if not _TABLE_NAME.fullmatch(name):
        raise _RefusedError("zip_path", member=member.filename[:80])
    return name


def _recognised(copy: Path, name: str) -> Dataset:
    if copy.is_dir():
        return Dataset("file geodatabase", copy, name)
    kind = recognise(copy)
    if kind == "zip" and _is_workbook(copy):
        kind = "workbook"
    if kind in READ and copy.suffix != _SUFFIX[kind]:
        copy = copy.rename(copy.with_name(f"source{_SUFFIX[kind]}"))
    return Dataset(kind, copy, name)


def _is_workbook(path: Path) -> bool:
    """Tell a workbook inside an archive; its own members are looked at like any workbook's."""
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        if not any(member.filename.startswith("xl/") for member in members):
            return False
        _inspect(members)
        _refuse_entities(archive, members)
        _inflate(archive, [(member, None) for member in members])
    return True


def _groups(members: list[zipfile.ZipInfo]) -> list[list[zipfile.ZipInfo]]:
    """Return the members that make one dataset together, the main file first; junk is left out."""
    shapes: dict[str, list[zipfile.ZipInfo]] = defaultdict(list)
    bases: dict[str, list[zipfile.ZipInfo]] = defaultdict(list)
    alone = []
    for member in members:
        name = member.filename
        place = PurePosixPath(name)
        if _JUNK.search(name):
            continue
        if (at := name.lower().find(".gdb/")) >= 0:
            bases[name[: at + 4]].append(member)
        elif place.suffix.lower() in (".shp", *_PART_OF_SHAPEFILE):
            shapes[str(place.with_suffix("")).lower()].append(member)
        else:
            alone.append([member])
    order = (".shp", *_PART_OF_SHAPEFILE)
    for group in shapes.values():
        group.sort(key=lambda one: order.index(PurePosixPath(one.filename).suffix.lower()))
    return [*shapes.values(), *bases.values(), *alone]
