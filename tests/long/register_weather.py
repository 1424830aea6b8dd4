"""Bad weather for a register, for as long as one likes: writers killed at random, bytes flipped, a disk that fills up.

    python tests/long/register_weather.py kill --times 300 --assets 100000
    python tests/long/register_weather.py flip --times 1000
    python tests/long/register_weather.py speed --assets 1000000

`kill` ends a process that accepts a delivery with SIGKILL after a random time: the register must hold the old or the
new state, be whole, and the delivery be accepted when that is asked again. `flip` changes one bit of a byte that is not
zero: fsck must find it, or every value be read as before. `speed` measures the transaction of 100 changes beside
writing the file anew. The last line counts; exit code 1 where anything went wrong.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from asset_inventory.errors import RegisterError
from asset_inventory.inventory import register as registers
from asset_inventory.inventory.cells import encode_rows
from asset_inventory.inventory.register import Register
from asset_inventory.sources.city import read_city

CITY = """
name = "Weather"
crs = "EPSG:32749"
currency = "IDR"
[[assets]]
name = "clinics"
path = "clinics.gpkg"
complete = true
asset_type = "clinic"
source = { title = "Clinics", licence = "CC0-1.0" }
fields = { asset_id = "ID" }
"""


def begun(folder: Path, assets: int) -> tuple[Register, gpd.GeoDataFrame]:
    """A register with one version of so many square assets."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "city.toml").write_text(CITY, encoding="utf-8")
    register = registers.open_register(read_city(folder, files=False))
    number = np.arange(assets)
    x, y = 436_000 + 20.0 * (number % 1000), 9_227_000 + 20.0 * (number // 1000)
    table = gpd.GeoDataFrame(
        {"ID": number.astype(str), "BEDS": number}, geometry=shapely.box(x, y, x + 9, y + 9), crs="EPSG:32749"
    )
    made = registers.deliver(register, "clinics", table, author="A")
    registers.accept(register, made.id)
    return register, table


def edited(table: gpd.GeoDataFrame, random: np.random.Generator, rows: int) -> gpd.GeoDataFrame:
    """The table with other numbers and places in some rows."""
    chosen = random.choice(len(table), min(rows, len(table)), replace=False)
    table = table.copy()
    table.loc[chosen, "BEDS"] = random.integers(10**6, 10**9, len(chosen))
    moved = shapely.transform(table.geometry.to_numpy()[chosen], lambda xy: xy + 3.0)
    table.loc[chosen, "geometry"] = gpd.GeoSeries(moved, index=chosen, crs=table.crs)
    return table


def accept(folder: str, number: int, ready: object) -> None:
    """Accept a delivery, as a process of its own."""
    register = registers.open_register(read_city(folder, files=False))
    ready.set()
    registers.accept(register, number)


def said(register: Register) -> list[object]:
    """All values that anybody reads out of a register."""
    tables = [registers.table(register, "clinics", version=number) for number in (None, 1)]
    told = [one.__dict__ | {"doubts": None, "changes": None} for one in registers.deliveries(register)]
    return [[[*one.index, *encode_rows(one), one.crs] for one in tables], str(told),
            registers.history(register).to_json()]  # fmt: skip


def kill(folder: Path, times: int, assets: int, random: np.random.Generator) -> int:
    """Kill accepting processes at random; return how many times that did harm."""
    register, table = begun(folder, assets)
    context, harm, hit, longest = multiprocessing.get_context("spawn"), 0, 0, 1.0
    for _ in range(times):
        table = edited(table, random, max(assets // 50, 1))
        made = registers.deliver(register, "clinics", table, author="B")
        before = registers.version(register)
        ready = context.Event()
        writer = context.Process(target=accept, args=(str(folder), made.id, ready))
        writer.start()
        ready.wait()
        began = time.monotonic()
        writer.join(random.uniform(0, longest))
        if writer.is_alive():
            os.kill(writer.pid, signal.SIGKILL)
            hit += 1
        else:
            longest = min(longest, 1.2 * (time.monotonic() - began) + 0.05)
        writer.join()
        state = registers.delivery(register, made.id).state
        sound = registers.version(register) == before + (state == registers.ACCEPTED)
        if state == registers.PENDING:
            registers.accept(register, made.id)
        whole = registers.fsck(register).empty
        same = (registers.table(register, "clinics")["BEDS"].to_numpy() == table["BEDS"].to_numpy()).all()
        harm += not (sound and whole and same)
    print(f"kill: {times} times, {hit} before the end, {harm} with harm")
    return harm


def flip(folder: Path, times: int, assets: int, random: np.random.Generator) -> int:
    """Flip single bits; return how many were neither found nor harmless."""
    register, table = begun(folder, assets)
    made = registers.deliver(register, "clinics", edited(table, random, assets // 10), author="B")
    registers.accept(register, made.id)
    whole, good = register.path.read_bytes(), said(register)
    filled, missed, found = np.flatnonzero(np.frombuffer(whole, np.uint8)), [], 0
    for place in random.choice(filled, times).tolist():
        bad = bytearray(whole)
        bad[place] ^= 1 << int(random.integers(8))
        register.path.write_bytes(bad)
        try:
            told = not registers.fsck(register).empty
        except RegisterError:
            told = True
        found += told
        if not told and said(register) != good:
            missed.append(place)
    print(f"flip: {times} bytes, {found} found, {times - found - len(missed)} harmless, missed {missed}")
    return len(missed)


def speed(folder: Path, assets: int, random: np.random.Generator) -> int:
    """Measure 100 changes accepted into so many assets, beside writing the layer anew."""
    from asset_inventory.inventory.register import decisions, store

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


def run() -> int:
    """Do what the command line asks."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("what", choices=["kill", "flip", "speed"])
    asked.add_argument("--times", type=int, default=300)
    asked.add_argument("--assets", type=int, default=1000)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    random, folder = np.random.default_rng(given.seed), Path(tempfile.mkdtemp(prefix="register-"))
    try:
        if given.what == "speed":
            return int(speed(folder, given.assets, random) > 0)
        return int({"kill": kill, "flip": flip}[given.what](folder, given.times, given.assets, random) > 0)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(run())
