"""Ctrl-C and SIGTERM while a command runs leave nothing half done, and one line states it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from asset_inventory import register as registers
from asset_inventory.io.stopping import _state, catch_stop_signals, uninterrupted
from asset_inventory.model.reading import read_city
from tests.support.failure_injection import said_by
from tests.support.writing import ROWS, arguments, prepare, tree

BY_NAME = {row.name: row for row in ROWS}
# What a command prints last may come before the signal does.
DONE = (0, 1)


@pytest.fixture(scope="module")
def prepared(town_once, tmp_path_factory) -> Path:
    """A town with a register in which the third delivery waits."""
    from tests.support.town import add_survey

    folder = tmp_path_factory.mktemp("stopped") / "town"
    return prepare(add_survey(shutil.copytree(town_once, folder)))


def started(call: list[str], folder: Path) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "asset_inventory", *call],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
    )


def processes_of(group: str) -> list[int]:
    """The processes that run with these words in their environment."""
    found = []
    for place in Path("/proc").iterdir():
        try:
            if place.name.isdigit() and group.encode() in (place / "environ").read_bytes():
                found.append(int(place.name))
        except OSError:
            continue
    return found


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
@pytest.mark.parametrize("name", ["assess", "map", "report", "deliver", "accept"])
def test_a_stop_at_any_moment_leaves_nothing_half(prepared, tmp_path, monkeypatch, name):
    """Six moments, spread over the time that the command takes when nobody stops it."""
    mark = f"STOPPED_BY_A_TEST={os.getpid()}-{name}"
    monkeypatch.setenv(*mark.split("="))
    row, kept = BY_NAME[name], tmp_path / "kept"
    shutil.copytree(prepared, kept)
    city = tmp_path / "town"

    def anew() -> None:
        shutil.rmtree(city, ignore_errors=True)
        shutil.copytree(kept, city)

    def state() -> tuple[dict[str, str], dict[str, str]]:
        register = registers.open_register(read_city(city, files=False))
        return said_by(register), {
            path: content for path, content in tree(city).items() if "register" not in path
        }

    anew()
    call = [*arguments(row, city, "en"), "--progress", "json"]
    call += ["--json"] if name != "report" else []
    began = time.monotonic()
    with started(call, tmp_path) as running:
        running.communicate()
    lasts, before = time.monotonic() - began, None
    after = set(tree(city))
    anew()
    before = state()
    stopped = 0
    for turn in range(24):
        if turn >= 6 and stopped >= 3:
            break  # on a busy machine some come before the program begins or after it: more turns
        number = (signal.SIGINT, signal.SIGTERM)[turn % 2]
        anew()
        with started(call, tmp_path) as running:
            time.sleep(lasts * (turn % 6 + 1) / 7)
            running.send_signal(number)
            out, err = running.communicate()
        if running.returncode in DONE:
            continue  # it was over before the signal came
        stopped += running.returncode == 128 + number
        left = set(tree(city))
        assert not processes_of(mark)
        assert not [path for path in left if ".asset-inventory-" in path or path.endswith("-wal")]
        if running.returncode == -number:  # before the program handles signals
            assert state() == before
            continue
        assert running.returncode == 128 + number, err
        error = json.loads(err.splitlines()[-1])["error"]
        assert error["code"] == "stopped"
        if name != "report":
            assert [json.loads(line) for line in out.splitlines()] == [{"error": error}]
        said, files = state()
        if name in ("assess", "map", "report"):  # each output whole or not at all
            assert said == before[0] and left <= after
            for folder, last in row.folders:
                place = city / "out" / folder
                # a workbook is an output of its own, which is written after the results
                wanted = {
                    path
                    for path in after
                    if path.startswith(f"out/{folder}/") and not path.endswith(".xlsx")
                }
                assert not place.exists() or wanted <= left, last
        else:
            assert files == before[1]
            register = registers.open_register(read_city(city, files=False))
            assert registers.fsck(register).empty
    assert stopped >= 3


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda one: one.name)
def test_a_stop_waits_for_what_must_not_be_left_half(monkeypatch, number):
    """And comes once: the same request again does not interrupt what the first one clears away."""
    monkeypatch.setattr(_state, "last", -10.0)
    handlers = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}
    steps = []
    try:
        for one in handlers:  # an earlier test may have run a command in this process
            signal.signal(one, signal.SIG_DFL)
        catch_stop_signals()
        with pytest.raises(KeyboardInterrupt) as stop, uninterrupted() as interruptible:
            os.kill(os.getpid(), number)
            steps.append("held")
            with interruptible():
                steps.append("not reached")
        assert (steps, stop.value.args) == (["held"], (number,))
        os.kill(os.getpid(), number)
        assert _state.held == 0 and _state.waiting is None
        monkeypatch.setattr(_state, "last", -10.0)
        with pytest.raises(KeyboardInterrupt), uninterrupted() as interruptible:
            with interruptible():
                os.kill(os.getpid(), number)
                steps.append("not reached")
        assert steps == ["held"] and _state.held == 0
    finally:
        for one, handler in handlers.items():
            signal.signal(one, handler)


def test_threads_that_overlap_leave_nothing_that_delays_a_stop():
    """The first of two blocks ends before the second: neither thread counts in the other, or in the main one."""
    begun, overlapping, ended = (threading.Event() for _ in range(3))

    def first():
        with uninterrupted():
            begun.set()
            overlapping.wait(10)
        ended.set()

    def second():
        begun.wait(10)
        with uninterrupted():
            overlapping.set()
            ended.wait(10)

    threads = [threading.Thread(target=one) for one in (first, second)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert ended.is_set() and _state.held == 0
