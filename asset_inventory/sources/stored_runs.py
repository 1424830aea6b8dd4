"""A run as it lies on disk: `run.json` and the files beside it, each known again by its SHA-256.

`run.json` lists the checksum of every file that was written with it, and under `seal` its own without that line, so
that what was edited by hand afterwards shows. Whoever makes both anew leaves no trace here: reckoning again tells.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asset_inventory.errors import SourceError
from asset_inventory.sources.packages import size_and_sha256
from asset_inventory.sources.runs import jsonable, write_json
from asset_inventory.sources.texts import nearest

RUN = "run.json"
RESILIENCE = "resilience"  # the kind of a run that is no assessment of assets alone
_FILES, _SEAL = "files", "seal"
# What every run holds, and what it may hold, each of one kind.
_SHAPE = {"inputs": dict, "versions": dict}
_MAY = {
    _FILES: dict, "rules": dict, "origins": dict, "totals": dict, "only": str, "day": str, "city": str, "audience": str,
    "city_folder": str, "register_version": int, "currency": str, "kind": str,
    "decisions": int,
}  # fmt: skip


@dataclass(frozen=True)
class Run:
    """A stored run: its folder and what `run.json` holds; `sealed` is None where it has no seal, as older ones have."""

    folder: Path
    about: Mapping[str, Any]
    sealed: bool | None

    @property
    def city_folder(self) -> Path | None:
        """Return the folder of the city as it was told, None where it was not."""
        told = self.about.get("city_folder")
        return Path(os.path.normpath(self.folder / told)) if told else None

    @property
    def day(self) -> datetime.date | None:
        """Return the day on which the age of the data was told."""
        told = self.about.get("day")
        return datetime.date.fromisoformat(told) if told else None


@dataclass(frozen=True)
class Kept:
    """Which files of a run are as they were written (`same`), `edited` since, `missing`, or lie there beside them."""

    same: tuple[str, ...]
    edited: tuple[str, ...]
    missing: tuple[str, ...]
    extra: tuple[str, ...]


def write_run(folder: Path, about: Mapping[str, Any], files: Iterable[Path]) -> Path:
    """Write `run.json` into a folder, with the SHA-256 of files written there and its own seal; return its path."""
    listed = {path.name: size_and_sha256(path)[1] for path in files}
    content = jsonable({**about, _FILES: listed})
    return write_json(folder / RUN, content | {_SEAL: _seal(content)})


def add_to_run(folder: Path, files: Iterable[Path]) -> Path:
    """List files too that were written beside a run after it, such as a workbook; return the path of its `run.json`.

    Raises what `read_run` raises.
    """
    about = read_run(folder).about
    listed = dict.fromkeys([*(folder / name for name in about[_FILES]), *files])
    return write_run(folder, {name: one for name, one in about.items() if name != _SEAL}, listed)


def read_run(path: Path) -> Run:
    """Return a stored run; `path` is its folder, or its `run.json`.

    Raises SourceError where there is none, with the name of one that is near, and for a `run.json` that is cut or that
    no assessment wrote.
    """
    file = path if path.suffix == ".json" else path / RUN
    try:
        about = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        near = _near_run(file.parent)
        raise SourceError("error.no_run_near" if near else "error.no_run", path=str(file), near=near) from None
    except OSError as fault:
        raise SourceError("error.file_not_readable", path=str(file), fault=fault.strerror or "") from None
    except (ValueError, RecursionError):  # of bytes that are no UTF-8 too
        raise SourceError("error.run_not_whole", path=str(file)) from None
    if not _is_run(about):
        raise SourceError("error.run_strange", path=str(file))
    sealed = None
    if _SEAL in about:
        sealed = about[_SEAL] == _seal({name: one for name, one in about.items() if name != _SEAL})
    return Run(file.parent.absolute(), about, sealed)


def kept_files(run: Run) -> Kept:
    """Return which of a run's files are as they were written; of an older run, that lists none, all are `extra`."""
    listed = run.about.get(_FILES, {})
    there = sorted(one.name for one in run.folder.iterdir() if one.is_file() and not one.name.startswith("."))
    found = {name: _known(run.folder / name, listed[name]) for name in there if name in listed}
    return Kept(
        tuple(name for name, same in found.items() if same),
        tuple(name for name, same in found.items() if not same),
        tuple(sorted(name for name in listed if name not in found)),
        tuple(name for name in there if name not in listed and name != RUN),
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


def holds(path: Path, text: str) -> bool:
    """Tell whether a file holds exactly this text."""
    return sha256_of(path) == hashlib.sha256(text.encode("utf-8")).hexdigest()


def _known(path: Path, sha256: str) -> bool:
    return sha256_of(path) == sha256


def _seal(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _is_run(about: object) -> bool:
    if not isinstance(about, dict) or not all(isinstance(about.get(name), kind) for name, kind in _SHAPE.items()):
        return False
    if not all(isinstance(about[name], kind) for name, kind in _MAY.items() if about.get(name) is not None):
        return False
    texts = [*about["inputs"].values(), *about["versions"].values(), *(about.get(_FILES) or {}).values()]
    try:
        datetime.date.fromisoformat(about.get("day") or "2000-01-01")
    except ValueError:
        return False
    origins = (about.get("origins") or {}).values()
    return all(isinstance(one, str) for one in texts) and all(isinstance(one, dict) for one in origins)


def _near_run(folder: Path) -> str:
    """Return the folder of a run whose name is nearly that of a folder, beside it or in `results`; else empty text."""
    for place in dict.fromkeys((folder.parent, Path("results"))):
        try:
            there = {one.parent.name: str(one.parent) for one in place.glob(f"*/{RUN}")}
        except OSError:
            continue
        near = nearest(folder.name, there)
        if near:
            return there[near]
    return ""
