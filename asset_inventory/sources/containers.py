"""What was handed in, opened safely: a copy under neutral names, one entry for each dataset inside.

Only regular files are taken, never links, and none that is still being written; archives are opened by `archives.py`.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import time
from pathlib import Path

from asset_inventory.errors import SourceError, in_one_line, no_room
from asset_inventory.sources.archives import MOST_BYTES, SUFFIX, TABLE_NAME, Dataset, Unpacked, unzip
from asset_inventory.sources.faults import Fault
from asset_inventory.sources.recognition import READ, recognise
from asset_inventory.words import name_of

# What was written within so many seconds is looked at twice, after a wait: it may still be on its way.
RECENT, WAIT = 2.0, 0.5
# Files that belong to another: by the name without suffix, or added to the whole name.
_BESIDE = {"shapefile": (".shx", ".dbf", ".prj", ".cpg"), "geotiff": (".tfw", ".prj"), "ascii grid": (".prj",)}
_BEHIND = {"geopackage": ("-wal", "-shm")}
_ANY_READER_WRITES = "-shm"
GEODATABASE = ".gdb"

Reading = dict[str, tuple[int, int]]  # of each file: bytes, time of the last change (ns)


def unpack(path: Path, folder: Path, *, patient: bool = True) -> Unpacked:
    """Copy what was handed in into `folder`, and return the datasets found in it.

    With `patient` a new file is looked at twice, to see whether somebody still writes it. Raises SourceError when
    there is no such file, OSError where the disk is full. The original and its folder are only read.
    """
    try:
        about = os.lstat(path)
    except OSError:
        raise SourceError("error.no_file", path=str(path), source=name_of(path)) from None
    if stat.S_ISDIR(about.st_mode) and path.suffix.lower() == GEODATABASE:
        return _geodatabase(path, folder)
    if not stat.S_ISREG(about.st_mode):
        return _refused("file_is_link" if stat.S_ISLNK(about.st_mode) else "file_is_no_file")
    if about.st_size > MOST_BYTES:
        return _refused("file_too_large", size=about.st_size // 2**20, most=MOST_BYTES // 2**20)
    try:
        kind = recognise(path)
        before = _reading(path, kind)
        if patient and any(abs(time.time() - changed / 1e9) < RECENT for _, changed in before.values()):
            time.sleep(WAIT)
        steady = recognise(path) == kind and _reading(path, kind) == before
        unpacked = _unpacked(path, kind, folder) if steady else None
        steady = steady and _reading(path, kind) == before
    except FileNotFoundError:  # went away between two looks
        steady = False
    except OSError as fault:
        if no_room(fault):
            raise
        return _refused("file_not_open", fault=in_one_line(fault))
    return unpacked if steady else _refused("file_changing")


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file and of those that belong to it, or of the files of a geodatabase, with their names.

    Raises SourceError where they cannot be read.
    """
    made = hashlib.sha256()
    try:
        if not (path.is_dir() or stat.S_ISREG(os.stat(path).st_mode)):  # a pipe would never end
            raise SourceError("error.file_not_plain", path=str(path))
        whole = {entry.name: entry for entry in path.iterdir() if entry.is_file()} if path.is_dir() else {"": path}
        beside = {} if path.is_dir() else _companions(path, recognise(path))
        for end, entry in sorted((whole | beside).items()):
            if entry.name.endswith(_ANY_READER_WRITES):
                continue
            made.update(end.encode())
            with entry.open("rb") as stream:
                while part := stream.read(2**20):
                    made.update(part)
    except OSError as fault:
        raise SourceError("error.file_not_readable", path=str(path), fault=fault.strerror or "") from None
    return made.hexdigest()


def _geodatabase(path: Path, folder: Path) -> Unpacked:
    """Return a file geodatabase, which is a folder of tables; links and odd names in it are left out."""
    tables = {entry.name: os.lstat(entry) for entry in path.iterdir() if TABLE_NAME.fullmatch(entry.name)}
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
    """Return how many bytes a file has, or the files of a geodatabase together; 0 for what is not there."""
    files = path.iterdir() if path.is_dir() and path.suffix.lower() == GEODATABASE else [path]
    return sum(file.stat().st_size for file in files if file.is_file())


def _refused(code: str, **arguments: object) -> Unpacked:
    return Unpacked((), (Fault(code, arguments=arguments),))


def _reading(path: Path, kind: str) -> Reading:
    """Return size and time of a file and of those that belong to it."""
    found = {}
    for entry in (path, *_companions(path, kind).values()):
        if not entry.name.endswith(_ANY_READER_WRITES):
            about = os.lstat(entry)
            found[entry.name] = about.st_size, about.st_mtime_ns
    return found


def _companions(path: Path, kind: str) -> dict[str, Path]:
    """Return the regular files that are read with a file, by what they add to its name."""
    wanted = {f"{path.stem}{end}".lower(): end for end in _BESIDE.get(kind, ())}
    found = {}
    if wanted:
        beside = (entry for entry in path.parent.iterdir() if entry.name.lower() in wanted)
        found = {wanted[entry.name.lower()]: entry for entry in beside}
    found |= {end: path.with_name(path.name + end) for end in _BEHIND.get(kind, ())}
    return {end: entry for end, entry in found.items() if entry.is_file() and not entry.is_symlink()}


def _unpacked(path: Path, kind: str, folder: Path) -> Unpacked:
    if kind == "zip":
        return unzip(path, folder)
    return Unpacked((_copied(path, kind, folder / "0"),), ())


def _copied(path: Path, kind: str, folder: Path) -> Dataset:
    folder.mkdir()
    if kind not in READ:
        return Dataset(kind, path, name_of(path))
    copy = folder / f"source{SUFFIX[kind]}"
    shutil.copyfile(path, copy)
    for end, entry in _companions(path, kind).items():
        shutil.copyfile(entry, copy.with_suffix(end) if end.startswith(".") else copy.with_name(copy.name + end))
    return Dataset(kind, copy, name_of(path))
