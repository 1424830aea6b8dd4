"""Files that come to their place whole: a hidden folder there holds them until all are written.

Then each is moved in one step. Before that nothing in the place changes, whatever happens: a full
disk, an interruption, a power cut. Only regular files are replaced, never a link, folder, pipe or
device.
"""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import stat
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from asset_inventory.io.stopping import uninterrupted
from asset_inventory.model.errors import (
    RequestError,
    SourceError,
    in_one_line,
    is_disk_full,
    write_error,
)

_HIDDEN = ".asset-inventory-"
_PAGES = (".html", ".htm")
# seconds after which a hidden folder that nobody holds was left by a process that was killed
_OLD = 60.0
_FREE_SPACE = 2**26  # bytes; where a writer failed and so many do not fit, the disk is full
# packages with errors of their own for a full disk
_WRITERS = ("pyogrio", "rasterio", "sqlite3", "xlsxwriter")
# hidden folders that are being filled, and the folder that each is for
_filled: dict[Path, Path] = {}


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give a path of the same name to write, which comes to its place when the block ends well.

    Other files that are written there, such as a journal, are removed. Raises SourceError where it
    cannot be written, or something that is no regular file has its name.
    """
    with _placing(path.parent, path, file_name=path.name) as hidden:
        yield hidden / path.name


@contextmanager
def together(folder: Path, *, last: str = "", without: Iterable[Path] = ()) -> Iterator[Path]:
    """Give a folder to write into; all of it comes to `folder` when the block ends well.

    Nothing of it comes there otherwise. The file `last` comes last. The files of `without`, from an
    earlier run, are removed before. A file that is written `whole` into the given folder comes with
    the others. Raises SourceError as `whole` does.
    """
    with _placing(folder, folder, last=last, without=without) as hidden:
        yield hidden


def demand_replaceable(place: Path | None) -> None:
    """Raise SourceError where this place holds no regular file; it is checked again at writing.

    A command that computes for long asks first.
    """
    try:
        mode = None if place is None else place.lstat().st_mode
    except OSError:  # nothing is there, or writing will report the fault
        return
    if mode is not None and not stat.S_ISREG(mode):
        raise SourceError("error.not_a_regular_file", path=str(place))


def demand_page(place: Path | None) -> None:
    """Raise SourceError where a page would replace a file that is no page, such as a city.toml."""
    if place is not None and place.suffix.lower() not in _PAGES:
        raise SourceError("error.not_a_page", path=str(place))
    demand_replaceable(place)


def is_full(folder: Path) -> bool:
    """Return whether the disk is full: lengthen the largest file of a folder nobody needs."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    longest = max(files, key=lambda file: file.stat().st_size, default=folder / "room")
    try:
        with longest.open("ab", buffering=0) as file:
            for _ in range(_FREE_SPACE // 2**20):
                file.write(bytes(2**20))
            os.fsync(file.fileno())
    except OSError as fault:
        return is_disk_full(fault)
    return False


def temporary_folder() -> str:
    """Return where short-lived files lie, also where no such folder can be written."""
    try:
        return tempfile.gettempdir()
    except OSError:
        return os.environ.get("TMPDIR") or "/tmp"


def can_write_temporary_files() -> bool:
    """Return whether files that are needed for a short time can be written."""
    try:
        with tempfile.TemporaryFile() as file:
            file.write(bytes(2**20))
            file.flush()
    except OSError as fault:
        return not is_disk_full(fault)
    return True


def demand_layer(base: sqlite3.Connection, name: str, rows: int) -> None:
    """Raise sqlite3.DatabaseError where a GeoPackage lacks part of a layer, or its spatial index.

    GDAL reports no disk that was full while it closed the file.
    """
    quoted = '"' + name.replace('"', '""') + '"'
    indexes = (
        "SELECT count(*) FROM gpkg_geometry_columns AS of_layer JOIN sqlite_master AS made"
        " ON made.name = 'rtree_' || of_layer.table_name || '_' || of_layer.column_name WHERE of_layer.table_name = ?"
    )
    columns = "SELECT count(*) FROM gpkg_geometry_columns WHERE table_name = ?"
    indexed, declared = (base.execute(x, (name,)).fetchone()[0] for x in (indexes, columns))
    if indexed != declared or base.execute(f"SELECT count(*) FROM {quoted}").fetchone()[0] != rows:
        raise sqlite3.DatabaseError(f"{name}: not written whole")


@contextmanager
def _placing(
    folder: Path,
    error_path: Path,
    *,
    file_name: str = "",
    last: str = "",
    without: Iterable[Path] = (),
) -> Iterator[Path]:
    """Do what `whole` and `together` describe; `error_path` is the path that an error names."""
    around = _around(folder)
    with uninterrupted() as interruptible, ExitStack() as stack:
        if around is not None:  # all in it comes to its place later
            stack.push(_saying(around, error_path))
            folder.mkdir(parents=True, exist_ok=True)
            with interruptible():
                yield folder
            return
        way = (folder, *folder.parents)
        existing = next((parent for parent in way if os.path.lexists(parent)), folder)
        if os.path.lexists(existing) and not existing.is_dir():
            raise RequestError("error.no_folder_there", path=str(error_path), folder=str(existing))
        stack.push(_saying(None, error_path))
        for parent in reversed([parent for parent in way if not parent.exists()]):
            parent.mkdir(exist_ok=True)
            stack.callback(_drop_empty, parent)
        _sweep(folder)
        hidden = Path(tempfile.mkdtemp(prefix=_HIDDEN, dir=folder))
        stack.callback(shutil.rmtree, hidden, ignore_errors=True)
        lock = _lock(hidden)
        if lock is not None:
            stack.callback(os.close, lock)
        _filled[hidden] = folder
        stack.callback(_filled.pop, hidden)
        stack.push(_saying(hidden, error_path))
        with interruptible():
            yield hidden
        _move(hidden, folder, file_name, last, tuple(without))


def _around(path: Path) -> Path | None:
    """Return the hidden folder of a path, None where it lies in none that is being filled."""
    return next((hidden for hidden in _filled if path.is_relative_to(hidden)), None)


def _move(hidden: Path, folder: Path, file_name: str, last: str, without: tuple[Path, ...]) -> None:
    """Move what lies in the hidden folder to its place; on a fault, all that was there returns."""
    entries = [hidden / file_name] if file_name else sorted(hidden.rglob("*"))
    names = [entry.relative_to(hidden) for entry in entries if not entry.is_dir()]
    names.sort(key=lambda name: name.as_posix() == last)
    for place in (*without, *(folder / name for name in names)):
        demand_replaceable(place)
    for name in names:
        _settle(hidden / name)
    before = Path(tempfile.mkdtemp(prefix="before-", dir=hidden))
    with ExitStack() as undo:
        for entry in entries:
            place = folder / entry.relative_to(hidden)
            if entry.is_dir() and not place.is_dir():
                if os.path.lexists(place):
                    raise RequestError("error.no_folder_there", path=str(place), folder=str(place))
                place.mkdir()
                undo.callback(_drop_empty, place)
        for number, place in enumerate(without):
            _keep(place, before / f"without-{number}", undo)
            place.unlink(missing_ok=True)
        for number, name in enumerate(names):
            if len(names) + len(without) > 1:  # one file alone is replaced in one step
                _keep(folder / name, before / str(number), undo)
            os.replace(hidden / name, folder / name)
        undo.pop_all()
    for parent in {folder, *((folder / name).parent for name in names)}:
        _settle_names(parent)


def _keep(place: Path, kept: Path, undo: ExitStack) -> None:
    """Let `undo` bring back what has a name now, also where nothing has it.

    On a disk without hard links it is moved away: it has no name until the new file has it.
    """
    if not os.path.lexists(place):
        undo.callback(place.unlink, missing_ok=True)
        return
    undo.callback(_bring_back, kept, place)
    try:
        os.link(place, kept)
    except OSError:
        os.replace(place, kept)


def _bring_back(kept: Path, place: Path) -> None:
    if os.path.lexists(kept):
        os.replace(kept, place)


def _settle(file: Path) -> None:
    """Make a file outlast a power cut, and readable by all that the system's mask allows."""
    mask = os.umask(0)
    os.umask(mask)
    file.chmod(0o666 & ~mask)
    with file.open("rb+") as written:
        os.fsync(written.fileno())


def _settle_names(folder: Path) -> None:
    """Make names in a folder outlast a power cut; Windows opens no folder and needs nothing."""
    if os.name == "nt":
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _drop_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


def _sweep(folder: Path) -> None:
    """Remove the hidden folders of processes that were killed."""
    for left in folder.glob(f"{_HIDDEN}*"):
        with suppress(OSError):
            about = left.lstat()
            is_old = stat.S_ISDIR(about.st_mode) and time.time() - about.st_mtime > _OLD
            lock = _lock(left) if is_old else None
            if lock is not None:
                shutil.rmtree(left, ignore_errors=True)
                os.close(lock)


def _lock(folder: Path) -> int | None:
    """Return a lock on a folder while this process lives; None if held, or not possible here."""
    try:
        import fcntl
    except ImportError:
        return None
    opened = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(opened)
        return None
    return opened


# What went wrong


def _saying(hidden: Path | None, error_path: Path) -> object:
    """Return a handler that turns errors of the system, or of a package that writes, into ours."""

    def judge(fault_type: type | None, fault: BaseException | None, trace: object) -> bool:  # noqa: ARG001
        of_system = isinstance(fault, OSError) and not isinstance(fault, BrokenPipeError)
        if of_system or type(fault).__module__.partition(".")[0] in _WRITERS:
            raise _as_ours(fault, hidden, error_path) from None
        return False

    return judge


def _as_ours(fault: BaseException, hidden: Path | None, error_path: Path) -> SourceError:
    inner = next((arg for arg in (fault, *fault.args) if isinstance(arg, OSError)), None)
    wanting = inner is not None and is_disk_full(inner)
    doubtful = wanting or inner is None or inner.errno is None
    full = hidden is not None and doubtful and is_full(hidden)
    named = None if inner is None else inner.filename2 or inner.filename
    if hidden is not None and isinstance(named, str | bytes):
        error_path = Path(os.fsdecode(named))
    path = _at_place(error_path)
    if wanting and not full and not named and not can_write_temporary_files():
        path = Path(temporary_folder())
    text = in_one_line(fault) if inner is None else inner.strerror or in_one_line(fault)
    code = errno.ENOSPC if full or wanting else inner.errno if inner is not None else None
    return write_error(path, OSError(code, text))


def _at_place(path: Path) -> Path:
    """Return where a file that lies in a hidden folder would have come."""
    hidden = _around(path)
    return path if hidden is None else _filled[hidden] / path.relative_to(hidden)
