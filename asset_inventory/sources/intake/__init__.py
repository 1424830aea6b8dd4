"""One file nobody trusts becomes a judgement: what was read, kept, repaired and put in quarantine, and why.

The file is read by a process of its own (`reading.py`); this one loads no driver and only counts.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from asset_inventory.errors import not_written
from asset_inventory.sources.intake.reading import FOUND, JOB, LEAST_ROOM, QUARANTINE
from asset_inventory.words import say

if TYPE_CHECKING:
    from asset_inventory.sources.intake.rules import Rules

SECONDS, SECONDS_A_MEGABYTE = 25.0, 0.5  # what a reader may take
ACCEPTED, WITH_PROBLEMS, REJECTED = "accepted", "accepted_with_problems", "rejected"
# What each status is called in `words`.
STATUS_SAYS = {
    ACCEPTED: "validate.status.accepted",
    WITH_PROBLEMS: "validate.status.accepted_with_problems",
    REJECTED: "validate.status.rejected",
}


@dataclass(frozen=True)
class Judged:
    """One layer, or a whole container: its counts, its system, and its problems as rows of FINDINGS.

    `operation` brings a layer to WGS 84's datum, sure to `accuracy` metres (None: not known); None if nothing shifts.
    """

    name: str
    kind: str
    crs: str | None
    read: int
    kept: int
    repaired: int
    quarantined: int
    refused: bool
    problems: tuple[dict[str, object], ...]
    grid: dict[str, object] = field(default_factory=dict)
    layers: tuple[Judged, ...] = ()
    operation: str | None = None
    accuracy: float | None = None

    @property
    def status(self) -> str:
        """Return `accepted` (all kept), `accepted_with_problems` (some in quarantine) or `rejected` (nothing taken)."""
        if self.layers:
            states = {one.status for one in self.layers}
            if states == {ACCEPTED} and not self.refused:
                return ACCEPTED
            return REJECTED if states == {REJECTED} or self.refused else WITH_PROBLEMS
        if self.refused or (self.read and not self.kept):
            return REJECTED
        return WITH_PROBLEMS if self.quarantined else ACCEPTED

    @property
    def all_problems(self) -> tuple[dict[str, object], ...]:
        """Return the problems of the container and of all its layers."""
        return (*self.problems, *(row for one in self.layers for row in one.problems))


def shift_says(one: Judged, language: str) -> str:
    """Return how a layer comes to WGS 84, as a sentence; empty where nothing shifts."""
    if one.operation is None:
        return ""
    key = "validate.shift" if one.accuracy is not None else "validate.shift_unknown"
    return say(key, language, source=one.name, operation=one.operation, accuracy=one.accuracy)


def take_in(
    path: Path, *, crs: str | None = None, quarantine: Path | None = None, rules: Rules | None = None
) -> Judged:
    """Return what a file holds, judged; `crs` states or overrides the system of all its layers.

    With a city's `rules` (`inventory.validation.rules_for`) what its layer asks for is held against the file too.

    What was put in quarantine is written to `quarantine` (a GeoPackage, made anew) when it is given. The file
    and its folder are only read. What makes its reader fail, die or take too long is rejected with that problem.
    Raises SourceError where `quarantine` cannot be written.
    """
    try:
        made = tempfile.TemporaryDirectory(prefix="intake-")
    except OSError:  # a full disk, or no folder for what passes
        return judge(path, _refusal("error.reading_no_room", path, folder=os.environ.get("TMPDIR", "TMPDIR")))
    with made as name:
        folder = Path(name)
        job = {"path": str(path.absolute()), "source": path.name, "crs": crs}
        job["rules"] = None if rules is None else rules.plain()
        (folder / JOB).write_text(json.dumps(job), encoding="utf-8")
        found = _read_apart(folder, path)
        if quarantine is not None and (folder / QUARANTINE).exists():
            _place(folder / QUARANTINE, quarantine)
    return judge(path, found)


def _place(made: Path, to: Path) -> None:
    beside = to.with_name(f".{to.name}.part")
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(made, beside)
        os.replace(beside, to)
    except OSError as fault:
        with suppress(OSError):
            beside.unlink()
        raise not_written(to, fault) from None


def _read_apart(folder: Path, path: Path) -> dict[str, object]:
    """Return what the reading process found, or why it found nothing."""
    size = path.stat().st_size if path.is_file() else 0
    seconds = SECONDS + SECONDS_A_MEGABYTE * size / 2**20
    command = [sys.executable, "-m", f"{__name__}.reading", str(folder)]
    with (folder / "said.txt").open("wb") as said:
        try:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, timeout=seconds, check=False
            )
        except subprocess.TimeoutExpired:
            return _refusal("error.reading_slow", path, seconds=int(seconds))
    result = folder / FOUND
    if shutil.disk_usage(folder).free < LEAST_ROOM and (done.returncode or not result.exists()):
        return _refusal("error.reading_no_room", path, folder=str(folder.parent))
    if done.returncode or not result.exists():
        return _refusal("error.reading_died", path, code=str(done.returncode))
    found = json.loads(result.read_text(encoding="utf-8"))
    return _refusal(found["refused"]["key"], path, **found["refused"]["filled"]) if "refused" in found else found


def _refusal(key: str, path: Path, /, **filled: object) -> dict[str, object]:
    row = {
        "source": path.name, "feature": None, "column": None, "severity": "error", "code": key,
        "arguments": {name: value for name, value in filled.items() if name != "source"}, "count": 1,
    }  # fmt: skip
    return {"problems": [row], "layers": []}


def judge(path: Path, found: dict[str, object]) -> Judged:
    """Return the judgement of a file from what its reader found (`reading.examine`)."""
    source = path.name
    layers = tuple(_layer(one) for one in found["layers"])
    problems = tuple(found["problems"])
    if len(layers) == 1:
        only = layers[0]
        return Judged(
            source, only.kind, only.crs, only.read, only.kept, only.repaired, only.quarantined, only.refused,
            (*problems, *only.problems), only.grid, operation=only.operation, accuracy=only.accuracy,
        )  # fmt: skip
    counts = (sum(getattr(one, name) for one in layers) for name in ("read", "kept", "repaired", "quarantined"))
    systems = {one.crs for one in layers}
    refused = any(row["severity"] == "error" for row in problems)
    crs = systems.pop() if len(systems) == 1 else None
    return Judged(source, "container", crs, *counts, refused, problems, layers=layers)


def _layer(one: dict[str, object]) -> Judged:
    counts = (one[f"features_{name}"] for name in ("read", "kept", "repaired", "quarantined"))
    grid = {name: one[name] for name in ("nodata", "unit", "bands") if name in one}
    way = {name: one[name] for name in ("operation", "accuracy")}
    return Judged(one["name"], one["kind"], one["crs"], *counts, one["refused"], tuple(one["problems"]), grid, **way)
