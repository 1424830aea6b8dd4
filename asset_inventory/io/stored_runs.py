"""A run on disk, and packages for other systems: their files, and the checksums that identify them.

`checksums.sha256` is what `sha256sum --check` reads. It also lists which files of a folder are ours
to replace: a folder with any other file is refused, so that no file of an older package, written
for other readers, is given away with a new one. `run.json` lists the checksum of every file that
was written with it, and under `seal` its own without that line, so that later edits show. Whoever
replaces both leaves no trace here, but a recomputation finds it.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

import numpy as np
import pandas as pd
import shapely

from asset_inventory.io.atomic import together
from asset_inventory.io.geopackage import quoted, shapes
from asset_inventory.io.table_files import jsonable, read_table, write_json, write_page
from asset_inventory.model.errors import RequestError, SourceError, in_one_line
from asset_inventory.model.texts import nearest

CHECKSUMS = "checksums.sha256"
_LINE = re.compile(r"[0-9a-f]{64}  (?P<path>\S.*)")


def size_and_sha256(path: Path) -> tuple[int, str]:
    """Return a file's size in bytes and the SHA-256 of its content as 64 hexadecimal digits."""
    with path.open("rb") as stream:
        return path.stat().st_size, hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def replacing(folder: Path, places: Iterable[str]) -> Iterator[Path]:
    """Give a folder for a new package, which then replaces an older one's files in `folder`.

    A place is a file, or a folder with all in it. A package that cannot be finished leaves the
    older one as it was. Raises SourceError, before anything is written, where something lies there
    that no package listed, and where a file cannot be replaced.
    """
    places = tuple(places)
    # left by a process that was killed while files came to their place
    coming = folder / f".{CHECKSUMS}"
    listed = _listed(folder / CHECKSUMS) | _listed(coming)
    existing = [path for place in places for path in _files(folder / place)]
    for path in existing:
        if path.relative_to(folder).as_posix() not in listed:
            raise RequestError("error.package_not_ours", path=str(path), folder=str(folder))
    try:
        with together(folder, last=CHECKSUMS, without=existing) as staging:
            yield staging
            write_page(coming, (staging / CHECKSUMS).read_text(encoding="utf-8"))
    finally:
        with suppress(OSError):
            coming.unlink(missing_ok=True)
    _drop_empty(folder, places)


def write_checksums(folder: Path, paths: Iterable[Path]) -> Path:
    """Write the SHA-256 of a folder's files, one a line, sorted by name; return the path."""
    named = sorted((path.relative_to(folder).as_posix(), path) for path in paths)
    lines = "".join(f"{size_and_sha256(path)[1]}  {name}\n" for name, path in named)
    return write_page(folder / CHECKSUMS, lines)


def _drop_empty(folder: Path, places: Iterable[str]) -> None:
    """Remove folders that are empty now: their names reveal what was in them."""
    within = [path for place in places for path in (folder / place, *(folder / place).rglob("*"))]
    for path in sorted(within, reverse=True):
        if path.is_dir() and not path.is_symlink() and not any(path.iterdir()):
            path.rmdir()


def _files(place: Path) -> list[Path]:
    if place.is_symlink() or place.is_file():
        return [place]
    return sorted(path for path in place.rglob("*") if path.is_symlink() or not path.is_dir())


def _listed(checksums: Path) -> set[str]:
    try:
        text = checksums.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return set()
    named = (match["path"] for line in text.splitlines() if (match := _LINE.fullmatch(line)))
    return {name for name in named if ".." not in PurePosixPath(name).parts}


RUN = "run.json"
RESILIENCE = "resilience"  # the kind of a run that is no assessment of assets alone
_FILES, _SEAL = "files", "seal"
_INDEX = "rtree_"  # begins the name of a GeoPackage's index, which holds nothing of its own
_LONGEST_CELL = 100_000_000  # bytes
# What every run holds, and what it may hold, each of one kind.
_SHAPE = {"inputs": dict, "versions": dict}
# fmt: off
_MAY = {
    _FILES: dict, "rules": dict, "origins": dict, "totals": dict, "only": str, "day": str, "city": str, "audience": str,
    "city_folder": str, "register_version": int, "currency": str, "kind": str,
    "decisions": int,
}
# fmt: on


@dataclass(frozen=True)
class Run:
    """A stored run: its folder and its `run.json`; `sealed` is None without a seal (older ones)."""

    folder: Path
    about: Mapping[str, Any]
    sealed: bool | None

    @property
    def city_folder(self) -> Path | None:
        """Return the folder of the city as the run recorded it, None where it did not."""
        relative = self.about.get("city_folder")
        return Path(os.path.normpath(self.folder / relative)) if relative else None

    @property
    def day(self) -> datetime.date | None:
        """Return the day on which the age of the data was stated."""
        text = self.about.get("day")
        return datetime.date.fromisoformat(text) if text else None


@dataclass(frozen=True)
class Kept:
    """Which files of a run are the `same`, `edited` since, `missing`, or `extra` in the folder."""

    same: tuple[str, ...]
    edited: tuple[str, ...]
    missing: tuple[str, ...]
    extra: tuple[str, ...]


def write_run(folder: Path, about: Mapping[str, Any], files: Iterable[Path]) -> Path:
    """Write `run.json` with the SHA-256 of a folder's files and its own seal; return its path."""
    listed = {path.name: size_and_sha256(path)[1] for path in files}
    content = jsonable({**about, _FILES: listed})
    return write_json(folder / RUN, content | {_SEAL: _seal(content)})


def add_to_run(folder: Path, files: Iterable[Path]) -> Path:
    """List later files too, such as a workbook, in a run's `run.json`; return its path.

    Raises what `read_run` raises.
    """
    about = read_run(folder).about
    listed = dict.fromkeys([*(folder / name for name in about[_FILES]), *files])
    return write_run(folder, _unsealed(about), listed)


def read_run(path: Path) -> Run:
    """Return a stored run by its folder or its `run.json`; its files lie in that folder.

    Raises SourceError where there is none, with the name of one that is near, and for a `run.json`
    that is cut or that no assessment wrote.
    """
    file = path if path.suffix == ".json" else path / RUN
    if file.exists() and not (file.is_file() or file.is_dir()):  # a pipe would never end
        raise SourceError("error.file_not_plain", path=str(file))
    try:
        about = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        near = _near_run(file.parent)
        key = "error.no_run_near" if near else "error.no_run"
        raise SourceError(key, path=str(file), near=near) from None
    except OSError as fault:
        reason = fault.strerror or ""
        raise SourceError("error.file_not_readable", path=str(file), fault=reason) from None
    except (ValueError, RecursionError):  # of bytes that are no UTF-8 too
        raise SourceError("error.run_not_whole", path=str(file)) from None
    if not _is_run(about):
        raise SourceError("error.run_strange", path=str(file))
    sealed = about[_SEAL] == _seal(_unsealed(about)) if _SEAL in about else None
    return Run(file.parent.absolute(), about, sealed)


def kept_files(run: Run) -> Kept:
    """Return which of a run's files are as written; without a list (older runs) all are extra."""
    listed = run.about.get(_FILES, {})
    files = (path.name for path in run.folder.iterdir() if path.is_file())
    names = sorted(name for name in files if not name.startswith("."))
    known = [name for name in names if name in listed]
    unchanged = {name: sha256_of(run.folder / name) == listed[name] for name in known}
    return Kept(
        tuple(name for name, same in unchanged.items() if same),
        tuple(name for name, same in unchanged.items() if not same),
        tuple(sorted(name for name in listed if name not in unchanged)),
        tuple(name for name in names if name not in listed and name != RUN),
    )


def path_from(folder: Path, other: Path) -> str:
    """Return a path as seen from a folder; as it is where it lies on another drive."""
    try:
        return Path(os.path.relpath(other.resolve(), folder.resolve())).as_posix()
    except ValueError:
        return other.resolve().as_posix()


def sha256_of(path: Path) -> str | None:
    """Return the SHA-256 of a file, None where there is none or it cannot be read."""
    try:
        return size_and_sha256(path)[1] if path.is_file() else None
    except OSError:
        return None


def tables_in(path: Path) -> list[str]:
    """Return the names of the tables in a file of a run: a CSV, a package, or sheets.

    None for a file of another kind. Raises SourceError for a file that cannot be read.
    """
    if path.suffix == ".csv":
        return [path.stem]
    if path.suffix == ".xlsx":
        with _book(path) as book:
            return list(book.sheet_names)
    if path.suffix != ".gpkg":
        return []
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite|_%' ESCAPE '|'"
    with _package(path) as package:
        package.execute("SELECT 1 FROM gpkg_contents")  # an empty file is a database too
        return [name for (name,) in package.execute(query) if not name.startswith(_INDEX)]


def read_stored(path: Path, name: str) -> pd.DataFrame:
    """Return one of `tables_in`: cells as stored, "" where empty, shapes as geometries.

    The number that a GeoPackage gives to a row is none of its columns. Raises SourceError as
    `read_table` does.
    """
    if path.suffix == ".csv":
        return read_table(path)
    if path.suffix == ".xlsx":
        return _sheet(path, name)
    return _package_table(path, name)


def _package_table(path: Path, name: str) -> pd.DataFrame:
    with _package(path) as package:
        cursor = package.execute(f"SELECT * FROM {quoted(name)}")
        columns = [column[0] for column in cursor.description]
        table = pd.DataFrame(cursor.fetchall(), columns=columns, dtype=object)
        about = package.execute(f"PRAGMA table_info({quoted(name)})")
        counted = [column[1] for column in about if column[5]]
        query = "SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?"
        drawn = [column for (column,) in package.execute(query, (name,)) if column in columns]
    table = table.where(table.notna(), "")
    for column in drawn:  # which moves them behind what names a row
        table[column] = _shapes(table.pop(column).to_numpy(dtype=object))
    return table if name.startswith("gpkg_") else table.drop(columns=counted)


def _shapes(cells: np.ndarray) -> np.ndarray:
    """Return the shapes in cells, and as it is what holds none."""
    values = cells.copy()
    places = np.flatnonzero([isinstance(cell, bytes) for cell in cells])
    try:
        values[places] = shapes(cells[places].tolist())
    except shapely.errors.ShapelyError:
        for place in places:
            try:
                values[place] = shapes([cells[place]])[0]
            except shapely.errors.ShapelyError:
                values[place] = cells[place].hex()
    return values


def _sheet(path: Path, name: str) -> pd.DataFrame:
    with _book(path) as book:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    heads = [str(row) for row in rows[0]] if rows else []
    numbered = enumerate(heads, start=1)
    names = [x if x and heads.count(x) == 1 else f"{x} {place}" for place, x in numbered]
    return pd.DataFrame(rows[1:], columns=names, dtype=object)


@contextmanager
def _book(path: Path) -> Iterator[Any]:
    import python_calamine

    try:
        yield python_calamine.CalamineWorkbook.from_path(path)
    except (python_calamine.CalamineError, OSError, ValueError) as fault:
        raise SourceError("error.stored_file", path=path.name, fault=in_one_line(fault)) from None


@contextmanager
def _package(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a GeoPackage that nobody trusts, to read only."""
    try:
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(uri, uri=True)) as package:
            package.execute("PRAGMA trusted_schema = OFF")
            package.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_CELL)
            yield package
    except (sqlite3.Error, OverflowError, UnicodeError) as fault:
        raise SourceError("error.stored_file", path=path.name, fault=in_one_line(fault)) from None


def _unsealed(about: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in about.items() if name != _SEAL}


def _seal(content: Mapping[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _is_run(about: object) -> bool:
    if not isinstance(about, dict):
        return False
    known = {name: about[name] for name in _MAY if about.get(name) is not None}
    must = all(isinstance(about.get(name), value_type) for name, value_type in _SHAPE.items())
    if not must or not all(isinstance(value, _MAY[name]) for name, value in known.items()):
        return False
    listed = known.get(_FILES, {})
    texts = [*about["inputs"].values(), *about["versions"].values(), *listed.values()]
    try:
        datetime.date.fromisoformat(about.get("day") or "2000-01-01")
    except ValueError:
        return False
    origins = all(isinstance(origin, dict) for origin in known.get("origins", {}).values())
    all_texts = all(isinstance(text, str) for text in texts)
    return origins and all_texts and all(map(_lies_in_folder, listed))


def _lies_in_folder(name: str) -> bool:
    """Return whether an untrusted name is that of a file in a folder, on every system."""
    return name not in ("", ".", "..") and "\0" not in name and PureWindowsPath(name).name == name


def _near_run(folder: Path) -> str:
    """Return the run with nearly that name, in the same folder or in `results`; else empty text."""
    for place in dict.fromkeys((folder.parent, Path("results"))):
        try:
            runs = {path.parent.name: str(path.parent) for path in place.glob(f"*/{RUN}")}
        except OSError:
            continue
        near = nearest(folder.name, runs)
        if near:
            return runs[near]
    return ""
