"""A process that accepts a delivery, ended at any moment: `python -m tests.long.register_failures
kill`.

From the copy that is kept to the journal that is taken away, whenever SIGKILL comes: the register
must say exactly what it said before, or all that it says after an acceptance that nobody ends, and
the delivery be accepted when that is asked again.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import sqlite3
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from asset_inventory import register as registers
from asset_inventory.io import geopackage
from asset_inventory.register import Register, decisions
from tests.support.failure_injection import begun, edited, open_city, said_by

SPAWN = multiprocessing.get_context("forkserver")
SPAWN.set_forkserver_preload(["tests.support.failure_injection"])
# The moments of an acceptance, by what SQLite is told when each begins.
# fmt: off
MOMENTS = {
    "PRAGMA journal_mode = WAL": 1, "VACUUM": 2, 'UPDATE "clinics"': 3, "COMMIT": 4, "PRAGMA journal_mode = DELETE": 5,
}
# fmt: on
NAMES = ("opening", "journal", "copying", "writing", "commit", "journal away", "over")
ANEW, NOON = 100, "2026-01-01T12:00:00.000+00:00"


def accept(folder: str, number: int, moment: object) -> None:
    """Accept a delivery, as a process of its own and at a stated time, and say which moment it
    is.
    """
    register, connect = open_city(Path(folder)), geopackage._connect

    def heard(*given: object, **more: object) -> sqlite3.Connection:
        connection = connect(*given, **more)
        connection.set_trace_callback(tell)
        return connection

    def tell(said: str) -> None:
        for begins, number in MOMENTS.items():
            if said.startswith(begins):
                moment.value = max(number, moment.value)

    geopackage._connect, decisions.now = heard, lambda: NOON
    moment.value = 0
    registers.accept(register, number)
    moment.value = len(NAMES) - 1


def kill(folder: Path, times: int, assets: int, random: np.random.Generator) -> int:
    """Kill so many accepting processes at random; return how many times that did harm.

    Every other time the whole acceptance is aimed at, else one of its moments, however short it is.
    Each time the register holds two versions and a delivery waits; every 100th time others.
    Whatever is not exactly what stood before the acceptance or stands after one that nobody ends is
    harm, as far as SQL can see; fsck finds both states whole.
    """
    harm, hit, turn = 0, Counter(), -1
    # one that was over before it could be killed does not count
    while hit.total() - hit[NAMES[-1]] < times:
        turn += 1
        if turn % ANEW == 0:
            shutil.rmtree(folder, ignore_errors=True)
            waiting = _waiting(folder, assets, random)
        if turn % 2:
            aim, wait = 1, random.uniform(0, 1.05 * sum(waiting.lasts.values()))
        else:
            aim = int(random.integers(1, len(NAMES) - 1))
            wait = random.uniform(0, waiting.lasts[NAMES[aim]])
        shutil.copyfile(waiting.kept, waiting.register.path)
        hit[_killed(folder, waiting.number, aim, wait)] += 1
        faults = _what_is_wrong(waiting, in_full=turn % 5 == 0)
        if faults:
            harm += 1
            print(f"turn {turn}: {faults}", flush=True)
        if turn % 10 == 9:
            print(f"{turn + 1} times, {harm} with harm, killed at {dict(hit)}", flush=True)
    print(f"kill: {turn + 1} times, killed at {dict(hit)}, {harm} with harm")
    return harm


@dataclass(frozen=True)
class Waiting:
    """A register in which a delivery waits, its file kept; what it says before and after the
    acceptance.
    """

    register: Register
    number: int
    kept: Path
    before: dict[str, str]
    after: dict[str, str]
    lasts: dict[str, float]


def _waiting(folder: Path, assets: int, random: np.random.Generator) -> Waiting:
    """Begin a register of two versions with a delivery that waits; accept it once, undisturbed
    and by the clock.
    """
    register, table = begun(folder, assets)
    rows = max(assets // 50, 1)
    registers.accept(
        register, registers.deliver(register, "clinics", edited(table, random, rows), author="B").id
    )
    table = registers.table(register, "clinics").reset_index(drop=True)
    number = registers.deliver(register, "clinics", edited(table, random, rows), author="C").id
    kept = register.path.with_name("kept.gpkg")
    shutil.copyfile(register.path, kept)
    states, lasts = [said_by(register)], _how_long(folder, number)
    states.append(said_by(register))
    assert (
        states[0] != states[1] and registers.delivery(register, number).state == registers.ACCEPTED
    )
    assert registers.fsck(register).empty and registers.fsck(replace(register, path=kept)).empty
    print(
        "an acceptance lasts, in seconds:",
        {name: round(one, 3) for name, one in lasts.items()},
        flush=True,
    )
    return Waiting(register, number, kept, *states, lasts)


def _how_long(folder: Path, number: int) -> dict[str, float]:
    """How long each moment of an acceptance lasts that nobody ends."""
    moment = SPAWN.Value("i", -1, lock=False)  # which a killed process would hold for ever
    writer = SPAWN.Process(target=accept, args=(str(folder), number, moment))
    writer.start()
    began = dict.fromkeys(range(len(NAMES)), 0.0)
    seen = -1
    while seen < len(NAMES) - 1 and writer.is_alive():
        now = moment.value
        for passed in range(seen + 1, now + 1):
            began[passed] = time.monotonic()
        seen = max(seen, now)
    writer.join()
    return {
        name: max(began[number + 1] - began[number], 0.001)
        for number, name in enumerate(NAMES[:-1])
    }


def _killed(folder: Path, number: int, aim: int, wait: float) -> str:
    """Start a process that accepts, kill it so long after a moment has begun, and return in
    which moment it was.
    """
    moment = SPAWN.Value("i", -1, lock=False)  # which a killed process would hold for ever
    writer = SPAWN.Process(target=accept, args=(str(folder), number, moment))
    writer.start()
    while moment.value < aim and writer.is_alive():
        time.sleep(0.0002)
    writer.join(wait)
    if writer.is_alive():
        os.kill(writer.pid, signal.SIGKILL)
    writer.join()
    return NAMES[moment.value]


def _what_is_wrong(waiting: Waiting, *, in_full: bool) -> list[str]:
    """What a killed writer has done: nothing, where the list is empty. Afterwards the delivery is
    accepted.

    A file that is what it was behind its head says what it said. After the acceptance all is looked
    at again when asked to look `in_full`, else only how far it came.
    """
    register = waiting.register
    version = registers.version(register)  # whoever opens it next takes back what is half done
    journal = register.path.with_name("register.gpkg-wal")
    untouched = not journal.exists() and _behind_the_head(register.path) == _behind_the_head(
        waiting.kept
    )
    now = waiting.before if untouched else said_by(register)
    faults = [*registers.fsck(register)["code"]] if in_full else []
    if now not in (waiting.before, waiting.after):
        near = waiting.after if version == 3 else waiting.before
        faults.append(
            f"half of a delivery: {[name for name in now | near if now.get(name) != near.get(name)]}"
        )
    if now != waiting.after:
        over = _killed(register.path.parent, waiting.number, len(NAMES) - 1, 60)
        done = over == NAMES[-1] and registers.delivery(register, waiting.number).version == 3
        if not done or (in_full and said_by(register) != waiting.after):
            faults.append("not accepted in full when asked again")
        left = [
            one.name
            for one in register.path.parent.rglob("*")
            if one.name.startswith(("register.gpkg-", "."))
        ]
        faults += left  # the next writer clears away what a killed one has left
    return faults


def _behind_the_head(path: Path) -> bytes:
    """The bytes of a store without the first 100, which say how its journal is kept and how
    often it was written.
    """
    return path.read_bytes()[100:]
