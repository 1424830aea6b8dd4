"""Packages for other systems on disk: the facts of their files, and a list of checksums by which they are known again.

`checksums.sha256` is what `sha256sum --check` reads. It also tells which files of a folder are ours to replace: a
folder that holds anything else where a package goes is refused, so that no file of an older package, written for
other readers, is given away with a new one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from asset_inventory.errors import SourceError
from asset_inventory.sources.runs import write_page
from asset_inventory.sources.whole_files import together

CHECKSUMS = "checksums.sha256"
_LINE = re.compile(r"[0-9a-f]{64}  (?P<path>\S.*)")


def size_and_sha256(path: Path) -> tuple[int, str]:
    """Return a file's size in bytes and the SHA-256 of its content as 64 hexadecimal digits."""
    with path.open("rb") as stream:
        return path.stat().st_size, hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def replacing(folder: Path, places: Iterable[str]) -> Iterator[Path]:
    """Give a folder to write a new package into, which then replaces what an older one left at places of `folder`.

    A place is a file, or a folder with all in it. A package that cannot be finished leaves the older one as it was.
    Raises SourceError, before anything is written, where something lies there that no package listed, and where a file
    cannot be replaced.
    """
    places = tuple(places)
    coming = folder / f".{CHECKSUMS}"  # left by a process that was killed while files came to their place
    listed = _listed(folder / CHECKSUMS) | _listed(coming)
    found = [path for place in places for path in _files(folder / place)]
    strange = next((path for path in found if path.relative_to(folder).as_posix() not in listed), None)
    if strange is not None:
        raise SourceError("error.package_not_ours", path=str(strange), folder=str(folder))
    try:
        with together(folder, last=CHECKSUMS, without=found) as made:
            yield made
            write_page(coming, (made / CHECKSUMS).read_text(encoding="utf-8"))
    finally:
        with suppress(OSError):
            coming.unlink(missing_ok=True)
    _drop_empty(folder, places)


def write_checksums(folder: Path, paths: Iterable[Path]) -> Path:
    """Write the SHA-256 of files in a folder, one a line in the order of their names; return the list's path."""
    named = sorted((path.relative_to(folder).as_posix(), path) for path in paths)
    return write_page(folder / CHECKSUMS, "".join(f"{size_and_sha256(path)[1]}  {name}\n" for name, path in named))


def _drop_empty(folder: Path, places: Iterable[str]) -> None:
    """Take away folders that are empty now: their names tell of what was in them."""
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
