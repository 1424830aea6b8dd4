"""A register on a disk that is too small, through the command line: `python -m
tests.long.register_failures full`.

The disk begins with 1 MB and grows by 1 MB whenever a command finds no room on it. Until then the
command must say so and end with 1, and leave the register whole and as it was.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import numpy as np

from asset_inventory import register as registers
from asset_inventory.register import Register
from tests.support.failure_injection import edited, equal, open_city, squares

MEGABYTES = 20
FULL = {"en": "the disk is full", "id": "disk penuh"}


def full(folder: Path, times: int, assets: int, random: np.random.Generator) -> int:
    """Run every command that writes on a disk that grows from 1 MB to 20; return how often one
    did harm.
    """
    if os.geteuid() != 0:
        print("full: skipped, only the administrator (root) can mount a small disk")
        return 0
    table = squares(assets)
    files = {
        "begin": table,
        "more": edited(squares(2 * assets), random, assets),
        "less": table.iloc[: assets // 2],
    }
    _write(folder, files)
    harm, size, refused, done, turn = 0, 1, 0, 0, 0
    with _small_disk(folder / "disk") as resize:
        register = open_city(folder)
        for command in _life(folder, register):
            while True:
                before = _state(register)
                language = "en" if turn % 2 else "id"
                turn += 1
                ran = _asked(folder, command, language)
                if ran.returncode == 0:
                    done += 1
                    break
                refused += 1
                faults = _what_is_wrong(
                    ran, register, before, language, begins=command[0] == "start"
                )
                harm += bool(faults)
                print(
                    f"{size} MB, {command[0]}: {ran.returncode} {(ran.stdout + ran.stderr).strip()[-160:]!r} {faults}"
                )
                size += 1
                resize(size)
            print(f"{size} MB, {command[0]}: done", flush=True)
            harm += not registers.fsck(register).empty
            if size >= MEGABYTES:
                break
        right = _as_handed_in(register, files)
    print(
        f"full: {done} commands done, {refused} times refused for want of room, on 1 to {size} MB, {harm} with harm, "
        f"in the end {'as handed in' if right else 'NOT as handed in'}"
    )
    return harm + (not right)


def _write(folder: Path, files: dict[str, gpd.GeoDataFrame]) -> None:
    open_city(folder)
    toml = folder / "city.toml"
    toml.write_text(
        toml.read_text(encoding="utf-8").replace("[[", 'register = "disk/register.gpkg"\n[[', 1),
        encoding="utf-8",
    )
    for name, table in files.items():
        table.to_file(folder / f"{name}.gpkg", layer="clinics", engine="pyogrio")
    for layer in ("clinics", "buildings"):
        (folder / f"{layer}.gpkg").write_bytes((folder / "begin.gpkg").read_bytes())


def _life(folder: Path, register: Register) -> Iterator[list[str]]:
    """The commands of a register's life, one after the other."""
    yield ["start"]
    while True:
        yield ["deliver", str(folder / "more.gpkg"), "--layer", "clinics"]
        yield ["reject", _last(register), "--why", "no room for it"]
        yield ["deliver", str(folder / "more.gpkg"), "--layer", "clinics", "--note", "again"]
        yield ["accept", _last(register)]
        yield ["undo", _last(register), "--author", "U"]
        yield ["accept", _last(register), "--allow-removals", "1000000"]


def _last(register: Register) -> str:
    return str(registers.deliveries(register)[-1].id)


@contextmanager
def _small_disk(folder: Path) -> Iterator[object]:
    folder.mkdir()

    def mount(size: int, more: str = "") -> None:
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"{more}size={size}m", "tmpfs", str(folder)], check=True
        )

    mount(1)
    try:
        yield lambda size: mount(size, "remount,")
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def _asked(folder: Path, command: list[str], language: str) -> subprocess.CompletedProcess:
    name, *more = command
    return subprocess.run(
        [sys.executable, "-m", "asset_inventory", name, str(folder), *more, "--language", language],
        capture_output=True,
        text=True,
    )


def _state(register: Register) -> list[object]:
    if not registers.exists(register):
        return []
    said = [
        (one.id, one.layer, one.state, one.version, one.reason)
        for one in registers.deliveries(register)
    ]
    return [
        said,
        *(registers.table(register, layer).to_json() for layer in registers.layers(register)),
    ]


def _what_is_wrong(
    ran: subprocess.CompletedProcess,
    register: Register,
    before: list[object],
    language: str,
    *,
    begins: bool,
) -> list[str]:
    said = ran.stdout + ran.stderr
    faults = ["another exit than 1"] * (ran.returncode != 1) + ["no word of the disk"] * (
        FULL[language] not in said
    )
    faults += ["a traceback"] * ("Traceback" in said)
    after = _state(register)
    if after:
        faults += registers.fsck(register)["code"].tolist()
    if begins:  # which is several deliveries: each is there in full or not at all
        known = {one[:2] for one in before[0]} if before else set()
        faults += ["less than before"] * (
            not known <= ({one[:2] for one in after[0]} if after else set())
        )
        faults += ["half a layer"] * (len({len(one) for one in after[1:]}) > 1)
    else:
        faults += ["another state than before"] * (after != before)
    return faults


def _as_handed_in(register: Register, files: dict[str, gpd.GeoDataFrame]) -> bool:
    """Whether every version of the clinics is one of the files that were handed in."""
    for version in range(1, registers.version(register) + 1):
        held = registers.table(register, "clinics", version=version).set_index("ID")
        if not any(equal(held, file.set_index("ID")) for file in files.values()):
            return False
    return registers.fsck(register).empty
