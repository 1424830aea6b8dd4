"""Bad weather for a register, for as long as one likes; run from the project's root.

    python -m tests.long.register_weather kill --times 300 --assets 100000
    python -m tests.long.register_weather flip --times 1000
    python -m tests.long.register_weather crowd --times 50
    python -m tests.long.register_weather past --times 200
    python -m tests.long.register_weather speed --assets 1000000
    python -m tests.long.register_weather full                         (as root: mounts a small disk)

`kill` ends a process that accepts a delivery with SIGKILL, at any moment from the copy that is kept to the journal that
is taken away: the register must hold the old or the new state, be whole, and the delivery be accepted when that is
asked again. `flip` turns one bit over, first of any byte and then of those that are not zero: fsck must find it, or
every value be read as before. `crowd` has eight processes hand in and accept at once: each in full or refused, one
chain of versions. `past` lives a life of many deliveries and rebuilds every version. `speed` measures the transaction
of 100 changes beside writing the file anew. `full` is in `register_disks.py`. The last line counts; exit code 1 where
anything went wrong.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import numpy as np

from asset_inventory.errors import RegisterError
from asset_inventory.inventory import register as registers
from asset_inventory.inventory.register import Register, decisions, store
from asset_inventory.sources import geopackages
from tests.inventory.weather import (
    begun,
    changed,
    edited,
    equal,
    flipped,
    live,
    open_city,
    read_all,
    rebuilt,
    sorts_of,
    squares,
)
from tests.long.register_disks import full

SPAWN = multiprocessing.get_context("spawn")
# The moments of an acceptance, by what SQLite is told when each begins.
MOMENTS = {
    "PRAGMA journal_mode = WAL": 1, "VACUUM": 2, 'UPDATE "clinics"': 3, "COMMIT": 4, "PRAGMA journal_mode = DELETE": 5,
}  # fmt: skip
NAMES = ("opening", "journal", "copying", "writing", "commit", "journal away", "over")
WRITERS, CLINICS = 8, 400


# Killed


def accept(folder: str, number: int, moment: object) -> None:
    """Accept a delivery, as a process of its own, and say which moment it is."""
    register, connect = open_city(Path(folder)), geopackages._connect

    def heard(*given: object, **more: object) -> sqlite3.Connection:
        connection = connect(*given, **more)
        connection.set_trace_callback(tell)
        return connection

    def tell(said: str) -> None:
        for begins, number in MOMENTS.items():
            if said.startswith(begins):
                moment.value = max(number, moment.value)

    geopackages._connect = heard
    moment.value = 0
    registers.accept(register, number)
    moment.value = len(NAMES) - 1


def kill(folder: Path, times: int, assets: int, random: np.random.Generator) -> int:
    """Kill accepting processes at random; return how many times that did harm.

    Every other time the whole acceptance is aimed at, else one of its moments, however short it is. Every 25th time
    the register is begun anew, so that its history does not grow for ever.
    """
    harm, hit, lasts = 0, Counter(), {}
    for turn in range(times):
        if turn % 25 == 0:
            shutil.rmtree(folder, ignore_errors=True)
            register, table = begun(folder, assets)
        if not lasts:
            lasts = _how_long(register, table, random)
            table = registers.table(register, "clinics").reset_index(drop=True)
            print("an acceptance lasts, in seconds:", {name: round(one, 3) for name, one in lasts.items()}, flush=True)
        before, after = table, edited(table, random, max(assets // 50, 1))
        made = registers.deliver(register, "clinics", after, author="B")
        version = registers.version(register)
        if turn % 2:
            aim, wait = 1, random.uniform(0, 1.05 * sum(lasts.values()))
        else:
            aim = int(random.integers(1, len(NAMES) - 1))
            wait = random.uniform(0, lasts[NAMES[aim]])
        hit[_killed(folder, made.id, aim, wait)] += 1
        faults = _what_is_wrong(register, made.id, version, (before, after))
        if faults:
            harm += 1
            print(f"turn {turn}: {faults}", flush=True)
        table = after
        if turn % 10 == 9:
            print(f"{turn + 1} times, {harm} with harm, killed at {dict(hit)}", flush=True)
    print(f"kill: {times} times, killed at {dict(hit)}, {harm} with harm")
    return harm


def _how_long(register: Register, table: object, random: np.random.Generator) -> dict[str, float]:
    """How long each moment of an acceptance lasts that nobody ends."""
    made = registers.deliver(register, "clinics", edited(table, random, max(len(table) // 50, 1)))
    moment = SPAWN.Value("i", -1)
    writer = SPAWN.Process(target=accept, args=(str(register.path.parent), made.id, moment))
    writer.start()
    began = dict.fromkeys(range(len(NAMES)), 0.0)
    seen = -1
    while seen < len(NAMES) - 1 and writer.is_alive():
        now = moment.value
        for passed in range(seen + 1, now + 1):
            began[passed] = time.monotonic()
        seen = max(seen, now)
    writer.join()
    return {name: max(began[number + 1] - began[number], 0.001) for number, name in enumerate(NAMES[:-1])}


def _killed(folder: Path, number: int, aim: int, wait: float) -> str:
    """Start a process that accepts, kill it so long after a moment has begun, and return in which moment it was."""
    moment = SPAWN.Value("i", -1)
    writer = SPAWN.Process(target=accept, args=(str(folder), number, moment))
    writer.start()
    while moment.value < aim and writer.is_alive():
        time.sleep(0.0002)
    writer.join(wait)
    if writer.is_alive():
        os.kill(writer.pid, signal.SIGKILL)
    writer.join()
    return NAMES[moment.value]


def _what_is_wrong(register: Register, number: int, version: int, tables: tuple) -> list[str]:
    """What a killed writer has done: nothing, where the list is empty. Afterwards the delivery is accepted."""
    faults = [*registers.fsck(register)["code"]]
    state = registers.delivery(register, number).state
    if registers.version(register) != version + (state == registers.ACCEPTED):
        faults.append("a version too many or too few")
    if not _holds(register, tables[state == registers.ACCEPTED]):
        faults.append(f"half of a delivery that is {state}")
    if state == registers.PENDING:
        registers.accept(register, number)
        with closing(sqlite3.connect(register.path)) as connection:
            faults += [one for (one,) in connection.execute("PRAGMA integrity_check") if one != "ok"]
        if not _holds(register, tables[True]):
            faults.append("not accepted in full when asked again")
    left = [one.name for one in register.path.parent.rglob("*") if one.name.startswith(("register.gpkg-", "."))]
    return faults + left * (state == registers.PENDING)  # the next writer clears away what a killed one has left


def _holds(register: Register, table: object) -> bool:
    held = registers.table(register, "clinics").reset_index(drop=True)
    return equal(held.set_index("ID"), table.set_index("ID"))


# Flipped


def flip(folder: Path, times: int, assets: int, random: np.random.Generator) -> int:
    """Flip single bits of a store with all sorts of deliveries; return how many were neither found nor harmless."""
    register = open_city(folder)
    live(register, sorts_of(8, random), random)
    file = changed(registers.table(register, "clinics"), "clinics", random)
    registers.reject(register, registers.deliver(register, "clinics", file).id, "no")
    registers.deliver(register, "clinics", file)
    whole, good = register.path.read_bytes(), read_all(register)
    missed: list[tuple[int, int]] = []
    for what, places in (("any", np.arange(len(whole))), ("not zero", np.flatnonzero(np.frombuffer(whole, np.uint8)))):
        told: Counter[str] = Counter()
        for place in random.choice(places, times).tolist():
            bit = int(random.integers(8))
            became = flipped(register, whole, good, place, bit)
            told[became] += 1
            if became == "missed":
                missed.append((place, bit))
                print(f"missed: byte {place}, bit {bit}", flush=True)
            if told.total() % 50 == 0:
                print(f"{told.total()} of {what}: {dict(told)}", flush=True)
        print(f"flip: {times} bytes ({what}) of {len(whole)}: {dict(told)}", flush=True)
    register.path.write_bytes(whole)
    for copy in register.path.with_name("register.copies").iterdir():
        copy.write_bytes(b"\0" * 1000)
    if not registers.fsck(register).empty or read_all(register) != good:
        missed.append((-1, -1))
    print(f"flip: missed {missed}; the copies' bytes do not matter")
    return len(missed)


# Crowded


def write_much(folder: str, writer: int, times: int, told: object) -> None:
    """Hand in and accept, as one of several processes; each time other beds of other clinics."""
    register, random = open_city(Path(folder)), np.random.default_rng(writer)
    table = squares(CLINICS)
    for _ in range(times):
        rows = random.choice(CLINICS, 3, replace=False)
        beds = random.integers(10**6, 10**9, 3)
        try:
            file = registers.table(register, "clinics").set_index("ID").reindex(table["ID"]).reset_index()
            file.loc[rows, "BEDS"] = beds
            number = registers.deliver(register, "clinics", file, author=f"{writer}").id
            made = registers.accept(register, number)
            told.put((made.version, number, made.changes.to_dict("records"), None))
        except RegisterError as fault:
            told.put((None, None, None, fault.key))


def crowd(folder: Path, times: int, assets: int, random: np.random.Generator) -> int:
    """Let eight processes accept at once; return how much of what each was told is not so."""
    register, _ = begun(folder, CLINICS)
    told = SPAWN.Queue()
    writers = [SPAWN.Process(target=write_much, args=(str(folder), number, times, told)) for number in range(WRITERS)]
    for one in writers:
        one.start()
    answers = [told.get() for _ in range(WRITERS * times)]
    for one in writers:
        one.join()
    accepted = sorted((one for one in answers if one[0] is not None), key=lambda one: one[0])
    refused = Counter(fault for *_, fault in answers if fault)
    expected = squares(CLINICS).set_index("ID")["BEDS"].to_dict()
    for _, _, changes, _ in accepted:  # by what each process was told, in the order of versions
        for one in changes:
            expected[one["asset_id"].removeprefix("clinics:")] = int(one["after"])
    beds = registers.table(register, "clinics").set_index("ID")["BEDS"].to_dict()
    faults = [*registers.fsck(register)["code"]]
    faults += ["a process died"] * any(one.exitcode for one in writers)
    faults += ["a gap in the chain"] * ([one[0] for one in accepted] != [*range(2, len(accepted) + 2)])
    faults += ["half a delivery"] * (beds != expected)
    states = Counter(one.state for one in registers.deliveries(register))
    faults += ["another state than was said"] * (states[registers.ACCEPTED] != len(accepted) + 1)
    print(f"crowd: {WRITERS} processes × {times}: {len(accepted)} accepted, refused {dict(refused)}, faults {faults}")
    return len(faults)


# Looked back at


def past(folder: Path, times: int, assets: int, random: np.random.Generator) -> int:
    """Live a life of so many deliveries, and rebuild every version; return how many are not as they were."""
    register = open_city(folder)
    began = time.perf_counter()
    versions = live(register, sorts_of(times, random), random)
    lived = time.perf_counter() - began
    wrong = rebuilt(register, versions)
    states = Counter(one.state for one in registers.deliveries(register))
    faults = [*registers.fsck(register)["code"]]
    looked = time.perf_counter() - began - lived
    print(f"past: {states.total()} deliveries {dict(states)} in {lived:.0f} s, {len(versions)} versions of each layer "
          f"rebuilt in {looked:.0f} s, not as they were {wrong}, fsck {faults}")  # fmt: skip
    return len(wrong) + len(faults)


# Measured


def speed(folder: Path, times: int, assets: int, random: np.random.Generator) -> int:
    """Measure 100 changes accepted into so many assets, beside writing the layer anew."""
    register, table = begun(folder, assets)
    began = time.perf_counter()
    made = registers.deliver(register, "clinics", edited(table, random, 100), author="B")
    delivered = time.perf_counter() - began
    began = time.perf_counter()
    store.keep_copy(register.path)
    copied = time.perf_counter() - began
    began = time.perf_counter()
    with store.changing(register.path) as connection:
        decisions.put_in(connection, made.id)
    accepted = time.perf_counter() - began
    began = time.perf_counter()
    table.to_file(folder / "anew.gpkg", engine="pyogrio")
    anew = time.perf_counter() - began
    print(f"speed: {assets} assets: transaction {accepted:.3f} s, written anew {anew:.2f} s, copy {copied:.2f} s, "
          f"compared {delivered:.1f} s")  # fmt: skip
    return 0


COMMANDS = {"kill": kill, "flip": flip, "crowd": crowd, "past": past, "speed": speed, "full": full}


def run() -> int:
    """Do what the command line asks."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("what", choices=[*COMMANDS])
    asked.add_argument("--times", type=int, default=300)
    asked.add_argument("--assets", type=int, default=1000)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="register-"))
    try:
        random = np.random.default_rng(given.seed)
        return int(COMMANDS[given.what](folder / "city", given.times, given.assets, random) > 0)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(run())
