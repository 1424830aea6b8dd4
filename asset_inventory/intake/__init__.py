"""One untrusted file becomes a judgement: what was read, kept, repaired or put in quarantine.

Each file is read by a process of its own (`reading.py`, started by `workers.py`); this one loads no
driver and only counts, or takes over plain arrays.
"""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from asset_inventory.intake import workers
from asset_inventory.intake.containers import GEODATABASE, size_of
from asset_inventory.intake.reading import FOUND, JOB, LEAST_ROOM, QUARANTINE
from asset_inventory.io.atomic import temporary_folder, whole
from asset_inventory.messages import name_of, say
from asset_inventory.model.errors import RequestError

if TYPE_CHECKING:
    from asset_inventory.intake.profiles import Profile
    from asset_inventory.intake.records import Asked
    from asset_inventory.intake.rules import Rules

# What a reader may take of the processor, also for what an archive unpacks to: three times what the
# slowest sound files take that were measured (OpenStreetMap's .pbf, workbooks).
SECONDS, SECONDS_A_MEGABYTE = 25, 3
ACCEPTED, WITH_PROBLEMS, REJECTED = "accepted", "accepted_with_problems", "rejected"
# What each status is called in `words`.
STATUS_SAYS = {
    ACCEPTED: "validate.status.accepted",
    WITH_PROBLEMS: "validate.status.accepted_with_problems",
    REJECTED: "validate.status.rejected",
}


@dataclass(frozen=True)
class Validation:
    """One layer, or a whole container: its counts, system, and problems as rows of FINDINGS.

    `operation` brings a layer to WGS 84's datum, sure to `accuracy` metres (None: not known); None
    if nothing shifts. `bounds` are those of the first feature of a problem, by its name in the file
    (west, south, east, north; WGS 84), where it has a place.
    """

    name: str
    kind: str
    crs: str | None
    read: int
    kept: int
    repaired: int
    quarantined: int
    refused: bool
    problems: tuple[dict[str, Any], ...]
    grid: dict[str, Any] = field(default_factory=dict)
    layers: tuple[Validation, ...] = ()
    operation: str | None = None
    accuracy: float | None = None
    bounds: dict[str, list[float]] = field(default_factory=dict)

    @property
    def status(self) -> str:
        """Return `accepted`, `accepted_with_problems` (quarantine) or `rejected` (none taken)."""
        if self.layers:
            states = {layer.status for layer in self.layers}
            if states == {ACCEPTED} and not self.refused:
                return ACCEPTED
            return REJECTED if states == {REJECTED} or self.refused else WITH_PROBLEMS
        if self.refused or (self.read and not self.kept):
            return REJECTED
        return WITH_PROBLEMS if self.quarantined else ACCEPTED

    @property
    def all_problems(self) -> tuple[dict[str, Any], ...]:
        """Return the problems of the container and of all its layers."""
        return (*self.problems, *(row for layer in self.layers for row in layer.problems))


def describe_shift(layer: Validation, language: str) -> str:
    """Return how a layer comes to WGS 84, as a sentence; empty where nothing shifts."""
    if layer.operation is None:
        return ""
    key = "validate.shift" if layer.accuracy is not None else "validate.shift_unknown"
    return say(key, language, source=layer.name, operation=layer.operation, accuracy=layer.accuracy)


@dataclass(frozen=True)
class Sheet:
    """One sheet of an office's table: its name (empty in a text table), its cells as texts."""

    name: str
    rows: tuple[tuple[str, ...], ...]


def take_in(
    path: Path,
    *,
    crs: str | None = None,
    quarantine: Path | None = None,
    rules: Rules | None = None,
) -> Validation:
    """Return what a file holds, judged; `crs` states or overrides the system of all its layers.

    With a city's `rules` (`intake.layers.rules_for`) the file is checked against what its layer
    asks for, too.

    Features in quarantine are written to `quarantine` (a GeoPackage, made again) where it is given.
    The file and its folder are only read. A file that makes its reader fail, die or take too long
    is rejected with that problem. Raises SourceError where `quarantine` cannot be written.
    """
    job = Job(path, name_of(path), crs, rules=rules)
    with read([job]) as ((folder, result),):
        if quarantine is not None and (folder / QUARANTINE).exists():
            with whole(quarantine) as written:
                shutil.copyfile(folder / QUARANTINE, written)
    if "refused" in result:
        refused = result["refused"]
        result = _refusal(refused["key"], job.source, refused["filled"])
    return validate_file(path, result)


@dataclass(frozen=True)
class Job:
    """A file to read, what problems call it, a system that is stated, and what is wanted of it."""

    path: Path
    source: str
    crs: str | None = None
    asked: Asked | None = None
    rules: Rules | None = None
    sheets: bool = False
    profile: bool = False

    def write(self, folder: Path) -> float:
        """Write the job into a new folder; return the seconds of the processor it may take."""
        folder.mkdir()
        job: dict[str, Any] = asdict(self) | {"path": str(self.path.absolute())}
        job |= {"seconds": (SECONDS, SECONDS_A_MEGABYTE)}
        (folder / JOB).write_text(json.dumps(job), encoding="utf-8")
        return SECONDS + SECONDS_A_MEGABYTE * size_of(self.path) / 2**20


@contextmanager
def read(jobs: Sequence[Job]) -> Iterator[list[tuple[Path, dict[str, Any]]]]:
    """Do jobs, and give the folder of each, which exists meanwhile, and its result."""
    try:
        temporary = tempfile.TemporaryDirectory(prefix="intake-")
    except OSError:  # a full disk, or no folder for what passes
        yield [(Path(os.devnull), _without_room()) for _ in jobs]
        return
    with temporary as within:
        folders = [Path(within, str(number)) for number in range(len(jobs))]
        due = [(str(folder), job.write(folder)) for folder, job in zip(folders, jobs, strict=True)]
        done = zip(jobs, folders, due, workers.do(due), strict=True)
        yield [
            (folder, _result(folder, job.source, ended, seconds))
            for job, folder, (_, seconds), ended in done
        ]


def of_the_file(result: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the result, or a refusal; raises RequestError where the file is not to blame."""
    if "refused" not in result:
        return result
    refused, arguments = result["refused"], result["refused"]["filled"] | {"source": name}
    if refused["request"]:
        raise RequestError(refused["key"], **arguments)
    return _refusal(refused["key"], name, arguments)


def take_sheets(path: Path, name: str) -> tuple[list[Sheet], list[dict[str, Any]]]:
    """Return a workbook's visible sheets, or a text table's one, and problems as FINDINGS rows.

    `name` is what problems call the file. A file that makes its reader fail, die or take too long
    gives no sheet, and that problem. Raises SourceError where there is no such file, or the package
    that reads workbooks is not installed.
    """
    with read([Job(path, name, sheets=True)]) as ((_, result),):
        result = of_the_file(result, name)
    sheets = result.get("sheets", [])
    problems = [_of_a_table(row) for row in result["problems"]]
    problems += [row for sheet in sheets for row in sheet["problems"]]
    return [Sheet(sheet["name"], tuple(map(tuple, sheet["rows"]))) for sheet in sheets], problems


def _of_a_table(row: dict[str, Any]) -> dict[str, Any]:
    """Return a problem in the words of tables, where its remedy is one of layers."""
    if row["code"] not in ("error.reading_died", "error.reading_failed"):
        return row
    fault = ", ".join(str(value) for name, value in row["arguments"].items() if name != "path")
    return row | {"code": "office_table_not_readable", "arguments": {"fault": fault}}


def _result(folder: Path, name: str, ended: int | str, seconds: float) -> dict[str, Any]:
    """Return what the reading process found, or why it found nothing."""
    if ended == workers.SLOW:
        filled = {"seconds": SECONDS, "more": SECONDS_A_MEGABYTE}
        return _refusal("error.reading_slow", name, filled)
    if ended == workers.STUCK:
        minutes = math.ceil(workers.PATIENCE * seconds / 60)
        return _refusal("error.reading_stuck", name, {"minutes": minutes})
    written = folder / FOUND
    failed = bool(ended) or not written.exists()
    if failed and shutil.disk_usage(folder).free < LEAST_ROOM:
        return _without_room()
    if failed:
        return _refusal("error.reading_died", name, {"code": str(ended)})
    return json.loads(written.read_text(encoding="utf-8"))


def _without_room() -> dict[str, Any]:
    filled = {"folder": temporary_folder()}
    return {"refused": {"key": "error.reading_no_room", "filled": filled, "request": True}}


def _refusal(key: str, name: str, filled: dict[str, Any]) -> dict[str, Any]:
    row = {"source": name, "feature": None, "column": None, "severity": "error", "code": key}
    arguments = {name: value for name, value in filled.items() if name != "source"}
    return {"problems": [row | {"arguments": arguments, "count": 1}], "layers": []}


def validate_file(path: Path, result: dict[str, Any]) -> Validation:
    """Return the judgement of a file from what its reader found (`reading.examine`)."""
    source = name_of(path)
    listed = ({**layer, "problems": tuple(layer["problems"])} for layer in result["layers"])
    layers = tuple(Validation(**layer) for layer in listed)
    problems = tuple(result["problems"])
    if len(layers) == 1:
        return replace(layers[0], name=source, problems=(*problems, *layers[0].problems))
    names = ("read", "kept", "repaired", "quarantined")
    counts = (sum(getattr(layer, name) for layer in layers) for name in names)
    systems = {layer.crs for layer in layers}
    refused = any(row["severity"] == "error" for row in problems)
    crs = systems.pop() if len(systems) == 1 else None
    return Validation(source, "container", crs, *counts, refused, problems, layers=layers)


# Parts of datasets, descriptions and pictures: what lies in a folder of data and is none itself.
# fmt: off
_NO_DATA = (
    ".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".qpj", ".qmd", ".qml", ".lic", ".license", ".xml",
    ".aux", ".ovr", ".tfw", ".wld", ".txt", ".md", ".pdf", ".py", ".doc", ".docx", ".png", ".jpg", ".jpeg", ".qgs",
    ".qgz", ".html", ".toml", ".sld", ".lyr", ".mxd", ".keywords",
)
# fmt: on
_TEXTS = re.compile(r"\.|(licen[cs]e|copying|readme)\b", re.IGNORECASE)  # and hidden files
MOST_FILES = 2_000


def data_files(folder: Path) -> list[str]:
    """Return the paths in a folder of what may be data, sorted.

    Hidden files, links and what is known to be no data are left out; a geodatabase, which is a
    folder, is one of them. Raises RequestError where there is no such folder, or too many files.
    """
    if not folder.is_dir():
        raise RequestError("error.no_folder", path=str(folder))
    found = []
    for place, folders, names in os.walk(folder):
        within = Path(place)
        databases = [name for name in folders if name.lower().endswith(GEODATABASE)]
        folders[:] = sorted(
            name for name in folders if name not in databases and not name.startswith(".")
        )
        for name in sorted([*names, *databases]):
            path = within / name
            data = name in databases or path.suffix.lower() not in _NO_DATA
            if data and not _TEXTS.match(name) and not path.is_symlink():
                found.append(path.relative_to(folder).as_posix())
    if len(found) > MOST_FILES:
        raise RequestError("error.many_files", path=str(folder), files=len(found), most=MOST_FILES)
    return found


def profile_folder(folder: Path) -> tuple[list[Profile], list[dict[str, Any]]]:
    """Return what the files of a folder hold, in the order of their paths, and problems.

    Problems are rows of FINDINGS; a file that makes its reader fail has the profile of a problem.
    Only headers and the first rows of each layer are looked at. Raises RequestError as `data_files`
    does.
    """
    from asset_inventory.intake.profiles import Profile, from_plain

    names = data_files(folder)
    jobs = [Job(folder / name, name, profile=True) for name in names]
    profiles: list[Profile] = []
    problems: list[dict[str, Any]] = []
    with read(jobs) as results:
        for name, (_, result) in zip(names, results, strict=True):
            result = of_the_file(result, name)
            problems += result["problems"]
            listed = [from_plain(plain) for plain in result.get("profiles", [])]
            first = result["problems"][:1]
            problem = first[0]["code"] if first else "not_read"
            profiles += listed or [Profile(name, problem=problem)]
    return profiles, problems
