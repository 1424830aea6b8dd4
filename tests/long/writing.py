"""Every call that writes, where it cannot: `python -m pytest -s tests/long/writing.py`; as root it
mounts a small disk.

On a full disk, where no file may be larger than some bytes, and at places that are taken by a pipe,
a folder or a file, a call must say what is wrong in one line, end with 1 and leave what was there
before; killed midway it must leave that too. The next call must do all of it. The matrix is printed
in the end. ROWS=map,export runs the rows of some commands; killed midway a register must be whole,
as `fsck` finds.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import pkgutil
import resource
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

import asset_inventory
from tests.support.writing import (
    ROWS,
    Ran,
    Row,
    arguments,
    copy_of,
    forked,
    one_line_of_the_disk,
    prepare,
    tree,
)

CHOSEN = [
    row
    for row in ROWS
    if {row.name, row.command} & set(os.environ.get("ROWS", row.name).split(","))
]
# fmt: off
COLUMNS = ("written", "disk full, nothing before", "disk full, over an earlier one", "file size limit", "pipe",
           "folder or file", "killed midway", "next run")
# fmt: on
PATIENCE = 300  # seconds
FREE = 4096  # bytes on a disk that is full
MATRIX: dict[str, dict[str, str]] = {}


@pytest.fixture(scope="module")
def city_once(voices_once, tmp_path_factory):
    for module in pkgutil.walk_packages(asset_inventory.__path__, "asset_inventory."):
        # what is imported here no copy of this process imports
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    for name in (
        "matplotlib.backends.backend_agg",
        "matplotlib.backends.backend_svg",
        "xlsxwriter",
        "folium",
    ):
        importlib.import_module(name)
    yield prepare(shutil.copytree(voices_once, tmp_path_factory.mktemp("writing") / "town"))
    print("\n" + " | ".join(("call", *COLUMNS)))
    for name, cells in MATRIX.items():
        print(" | ".join((name, *(cells.get(one, "-") for one in COLUMNS))))


@pytest.mark.parametrize("row", CHOSEN, ids=lambda row: row.name)
def test_a_call_that_writes_does_all_or_nothing(row, city_once, tmp_path):
    MATRIX[row.name] = cells = {}
    call = Call(row, copy_of(city_once, tmp_path / "town", row), tmp_path / "said")
    call.before = saved(call.out)
    cells["disk full, nothing before"] = on_a_full_disk(call, "en")
    cells["pipe"] = taken(call, os.mkfifo)
    cells["folder or file"] = taken(call, Path.mkdir, folders=Path.touch)
    if not row.again or row.registers:
        cells["file size limit"] = limited(call, "en")
        found = killed(call, "en")
        cells["written"] = cells["next run"] = well(call, "en")
    else:
        cells["written"] = well(call, "en")
        if row.marked:
            for name in row.files:
                (call.out / name).write_bytes(b"of an earlier call")
        call.before = saved(call.out)
        cells["disk full, over an earlier one"] = on_a_full_disk(call, "id")
        cells["file size limit"] = limited(call, "id")
        found = killed(call, "id")
        cells["next run"] = well(call, "id")
    cells["killed midway"] = after_kills(call, found)
    print(f"\n{row.name}: {cells}", flush=True)
    assert {cell for cell in cells.values() if not cell.startswith("ok")} == set()


class Call:
    """A call in a city of its own, and what lies in its `out` before."""

    def __init__(self, row: Row, city: Path, said: Path) -> None:
        self.row, self.city, self.out, self.said = row, city, city / "out", said
        self.before: dict[str, str] = {}

    def run(self, language: str, **more: object) -> Ran:
        return forked(arguments(self.row, self.city, language), self.said, **more)

    def kept(self) -> list[str]:
        now = saved(self.out)
        differing = {
            name for name in self.before.keys() | now if self.before.get(name) != now.get(name)
        }
        return [f"changed: {sorted(differing)[:3]}"] if differing else []


def saved(out: Path) -> dict[str, str]:
    """What lies in `out`; of the register what it says, since its file is another after every
    look.
    """
    found = tree(out)
    for name in [one for one in found if one.startswith("register.gpkg")]:
        del found[name]
    if (out / "register.gpkg").is_file():
        said = hashlib.sha256()
        with closing(sqlite3.connect(f"file:{out / 'register.gpkg'}?mode=ro", uri=True)) as store:
            tables = store.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'"
            )
            for (table,) in sorted(tables.fetchall()):
                said.update(
                    repr(store.execute(f'SELECT * FROM "{table}"').fetchall()).encode(
                        "utf-8", "replace"
                    )
                )
        found["register.gpkg"] = said.hexdigest()
    return found


def verdict(faults: list[str]) -> str:
    return "; ".join(faults) or "ok"


def well(call: Call, language: str) -> str:
    ran = call.run(language)
    names = [*call.row.files, *("/".join(one) for one in call.row.folders)]
    faults = [
        f"{name} is not there"
        for name in names
        if not (call.out / name.format(language=language)).is_file()
    ]
    faults += [] if ran.code in (0, 1) and not ran.err else [f"exit {ran.code}: {ran.err[-200:]}"]
    faults += [] if saved(call.out) != call.before else ["nothing has changed"]
    return verdict(
        faults
        + [
            f"left: {one.name}"
            for one in call.out.rglob(".asset-inventory-*")
            if one.stat().st_mtime > time.time() - 1
        ]
    )


def on_a_full_disk(call: Call, language: str) -> str:
    if os.geteuid() != 0:
        return "ok (no disk can be mounted)"
    with mounted(call.out):
        fill(call.out / "filler")
        ran = call.run(language)
        (call.out / "filler").unlink()
        return verdict([*one_line_of_the_disk(ran, language), *call.kept(), *left_over(call.out)])


@contextmanager
def mounted(out: Path) -> Iterator[None]:
    """Let what is in a folder lie on a disk of 64 MB for a time."""
    aside = out.with_name("aside")
    out.rename(aside)
    out.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(out)], check=True)
    try:
        shutil.copytree(aside, out, dirs_exist_ok=True)
        yield
    finally:
        subprocess.run(["umount", str(out)], check=True)
        out.rmdir()
        aside.rename(out)


def fill(path: Path) -> None:
    free = shutil.disk_usage(path.parent).free
    with path.open("wb") as file:
        file.truncate(0)
        os.posix_fallocate(file.fileno(), 0, free - FREE)


def limited(call: Call, language: str) -> str:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (call.row.limit, call.row.limit))

    ran = call.run(language, within=limit)
    return verdict([*one_line_of_the_disk(ran, language), *call.kept(), *left_over(call.out)])


def taken(
    call: Call, file: Callable[[Path], object], *, folders: Callable[[Path], object] | None = None
) -> str:
    """Put something in the place of each output, one after the other: it must stay, and be
    named.
    """
    out, faults = call.out, []
    places = [(out / one, file) for one in call.row.files]
    places += [(out / one / name.format(language="en"), file) for one, name in call.row.folders]
    places += [(out / one, folders) for one, _ in call.row.folders] if folders else []
    places += [(out / "register.gpkg", file)] if call.row.registers else []
    for path, make in places:
        was = path.with_name("was") if path.exists() else None
        if was:
            path.rename(was)
        begun = [one for one in path.parents if not one.exists()]
        path.parent.mkdir(parents=True, exist_ok=True)
        make(path)
        before, kind = saved(out), path.lstat().st_mode
        ran = call.run("en", watch=stop_when_late)
        said = ran.err.strip().splitlines()
        faults += (
            []
            if (ran.code, len(said)) == (1, 1)
            else [f"{path.name}: exit {ran.code}, {len(said)} lines"]
        )
        faults += [] if path.name in ran.err else [f"{path.name} is not named"]
        faults += [] if path.lstat().st_mode == kind else [f"{path.name} is gone"]
        after = saved(out)
        changed = [one for one in before.keys() | after if before.get(one) != after.get(one)]
        # Another output of the same call, whole
        whole = [one for one in changed if one not in before]
        faults += (
            [f"{path.name}: changed {sorted(changed)[:3]}"] if len(whole) != len(changed) else []
        )
        for one in (path, *begun):
            shutil.rmtree(one) if one.is_dir() else one.unlink()
        for one in set(tree(out)) - set(call.before) - {"was"}:  # those others
            (out / one).unlink()
        if was:
            was.rename(path)
    return verdict([*faults, *call.kept()]) + ("" if places else " (no place)")


def stop_when_late(child: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            return
        time.sleep(0.05)
    os.kill(child, signal.SIGKILL)


Found = tuple[dict[str, str], dict[str, bytes], list[str]]


def killed(call: Call, language: str) -> list[Found]:
    """Kill a call as soon as it has begun to write, in a city of its own.

    Return what lay there, and its tails, and what `fsck` says against the register.
    """
    found = []
    for number, wait in enumerate((0.0, 0.02, 0.1)):
        city = shutil.copytree(call.city, call.city.with_name(f"killed-{number}"))
        one = Call(call.row, city, call.said)
        if (
            one.run(language, watch=Killer(city / "out", wait, registers=call.row.registers)).code
            is None
        ):
            # first: only what may write reads a journal
            broken = not_whole(one) if call.row.registers else []
            lay = {
                name: said
                for name, said in saved(city / "out").items()
                if ".asset-inventory-" not in name
            }
            found.append((lay, {name: tail(city / "out" / name) for name in lay}, broken))
        shutil.rmtree(city)
    return found


class Killer:
    """Kills a process some seconds after it has begun to write."""

    def __init__(self, out: Path, wait: float, *, registers: bool) -> None:
        self.out, self.wait, self.sign = (
            out,
            wait,
            "register.gpkg-wal" if registers else ".asset-inventory-*",
        )

    def __call__(self, child: int) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and not os.waitid(
            os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT
        ):
            if any(self.out.rglob(self.sign)):
                time.sleep(self.wait)
                os.kill(child, signal.SIGKILL)
                return
            time.sleep(0.001)


def not_whole(call: Call) -> list[str]:
    """What is wrong with a register: `fsck` finds it whole, or not begun where it was about to
    be.
    """
    ran = forked(["fsck", str(call.city), "--language", "en"], call.said)
    begun = call.row.command != "start" or "no register at" not in ran.err
    return [f"fsck, exit {ran.code}: {ran.err[-200:]}"] if ran.code != 0 and begun else []


def tail(path: Path) -> bytes:
    return path.read_bytes()[-100:]


def after_kills(call: Call, found: list[Found]) -> str:
    """Hold what lay there after each kill against what lay there before, and what the next call
    has made.
    """
    now, kept, done, faults = saved(call.out), 0, 0, []
    for one, tails, broken in found:
        faults += broken
        changed = {
            name for name in one.keys() | call.before if one.get(name) != call.before.get(name)
        }
        if not changed:
            kept += 1
        elif all(
            name.startswith("register.")
            or name in now
            and name in one
            and tails[name] == tail(call.out / name)
            for name in changed
        ):
            # it was killed after all of it had come to its place; a page has other ids each time
            done += 1
        else:
            faults.append(f"half: {sorted(changed)[:4]}")
    return verdict(faults) + f" ({kept} as before, {done} done)"


def left_over(out: Path) -> list[str]:
    return [f"left: {one.name}" for one in out.rglob(".asset-inventory-*")]
