"""Failures injected into a register, for as long as one likes; run from the project's root.

    python -m tests.long.register_failures kill --times 300 --assets 100000
    python -m tests.long.register_failures flip --times 1000
    python -m tests.long.register_failures crowd --times 50
    python -m tests.long.register_failures past --times 200
    python -m tests.long.register_failures speed --assets 1000000
    python -m tests.long.register_failures full                         (as root: mounts a small disk)

`kill` is in `tests/support/killed_process.py`, `full` in `full_disk.py`. `flip` turns one bit over,
of any byte and then of those that are not zero: fsck must find it, or every value be read as
before. `crowd` has eight processes hand in and accept at once: each in full or refused, one chain
of versions. `past` lives a life of many deliveries and rebuilds every version. `speed` measures the
transaction of 100 changes beside writing the file anew. The last line counts; exit code 1 where
anything went wrong.
"""

from __future__ import annotations

import argparse
import multiprocessing
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np

from asset_inventory import register as registers
from asset_inventory.model.errors import RegisterError
from asset_inventory.register import decisions, store
from asset_inventory.register.store import entries_of, keep_copy
from tests.support.failure_injection import (
    begun,
    changed,
    edited,
    flipped,
    live,
    open_city,
    read_all,
    rebuilt,
    shown_by,
    sorts_of,
    squares,
)
from tests.support.full_disk import full
from tests.support.killed_process import kill

SPAWN = multiprocessing.get_context("forkserver")
SPAWN.set_forkserver_preload(["tests.support.failure_injection"])
WRITERS, CLINICS = 8, 400


# Flipped


def flip(folder: Path, times: int, assets: int, random: np.random.Generator) -> int:
    """Flip single bits of a store with all sorts of deliveries; return how many were neither
    found nor harmless.
    """
    register = open_city(folder)
    live(register, sorts_of(8, random), random)
    file = changed(registers.table(register, "clinics"), "clinics", random)
    registers.reject(register, registers.deliver(register, "clinics", file).id, "no")
    registers.deliver(register, "clinics", file)
    whole, good = register.path.read_bytes(), (shown_by(register), read_all(register))
    missed: list[tuple[int, int]] = []
    for what, places in (
        ("any", np.arange(len(whole))),
        ("not zero", np.flatnonzero(np.frombuffer(whole, np.uint8))),
    ):
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
    if not registers.fsck(register).empty or read_all(register) != good[1]:
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
            file = (
                registers.table(register, "clinics")
                .set_index("ID")
                .reindex(table["ID"])
                .reset_index()
            )
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
    writers = [
        SPAWN.Process(target=write_much, args=(str(folder), number, times, told))
        for number in range(WRITERS)
    ]
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
    faults += ["a gap in the chain"] * (
        [one[0] for one in accepted] != [*range(2, len(accepted) + 2)]
    )
    faults += ["half a delivery"] * (beds != expected)
    states = Counter(one.state for one in registers.deliveries(register))
    faults += ["another state than was said"] * (states[registers.ACCEPTED] != len(accepted) + 1)
    print(
        f"crowd: {WRITERS} processes × {times}: {len(accepted)} accepted, refused {dict(refused)}, faults {faults}"
    )
    return len(faults)


# Looked back at


def past(folder: Path, times: int, assets: int, random: np.random.Generator) -> int:
    """Live a life of so many deliveries, and rebuild every version; return how many are not as
    they were.
    """
    register = open_city(folder)
    began = time.perf_counter()
    versions = live(register, sorts_of(times, random), random)
    lived = time.perf_counter() - began
    wrong = rebuilt(register, versions)
    states = Counter(one.state for one in registers.deliveries(register))
    faults = [*registers.fsck(register)["code"]]
    looked = time.perf_counter() - began - lived
    print(
        f"past: {states.total()} deliveries {dict(states)} in {lived:.0f} s, {len(versions)} versions of each layer "
        f"rebuilt in {looked:.0f} s, not as they were {wrong}, fsck {faults}"
    )
    return len(wrong) + len(faults)


# Measured


def speed(folder: Path, times: int, assets: int, random: np.random.Generator) -> int:
    """Measure 100 changes accepted into so many assets, beside writing the layer anew."""
    register, table = begun(folder, assets)
    began = time.perf_counter()
    made = registers.deliver(register, "clinics", edited(table, random, 100), author="B")
    delivered = time.perf_counter() - began
    began = time.perf_counter()
    with store.read_transaction(register.path) as connection:
        entries = entries_of(connection)
    keep_copy(register.path, entries)
    copied = time.perf_counter() - began
    began = time.perf_counter()
    with store.write_transaction(register.path) as connection:
        decisions.put_in(connection, made.id, register.city)
    accepted = time.perf_counter() - began
    began = time.perf_counter()
    table.to_file(folder / "anew.gpkg", engine="pyogrio")
    anew = time.perf_counter() - began
    print(
        f"speed: {assets} assets: transaction {accepted:.3f} s, written anew {anew:.2f} s, copy {copied:.2f} s, "
        f"compared {delivered:.1f} s"
    )
    return 0


COMMANDS = {"kill": kill, "flip": flip, "crowd": crowd, "past": past, "speed": speed, "full": full}


def run() -> int:
    """Do what the command line asks."""
    asked = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
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
