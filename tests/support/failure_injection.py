"""Lives of a register, good and bad: what the suite's few rounds have in common with the many of
tests/long.

The city has two layers, both complete and with ids of their own: clinics are points, buildings are
of every kind.
"""

from __future__ import annotations

import datetime
import hashlib
import sqlite3
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from asset_inventory import register as registers
from asset_inventory.model.errors import RegisterError
from asset_inventory.model.reading import read_city
from asset_inventory.register import Register
from asset_inventory.register.changes import diff, encode_rows
from tests.support.clinic_register import X, Y

LAYERS = ("clinics", "buildings")
# What becomes of a delivery in a register's life, and how often.
SORTS = {
    "file": 0.6,
    "rejected": 0.08,
    "waiting": 0.08,
    "late": 0.08,
    "last undone": 0.08,
    "older undone": 0.08,
}
_HEAD = 'name = "Weather"\ncrs = "EPSG:32749"\ncurrency = "IDR"\n'
_LAYER = """[[assets]]
name = "{name}"
path = "{name}.gpkg"
complete = true
asset_type = "{name}"
source = {{ title = "{name}", licence = "CC0-1.0" }}
fields = {{ asset_id = "ID" }}
"""


def open_city(folder: Path) -> Register:
    """The register of a city in this folder, which is made where there is none."""
    folder.mkdir(parents=True, exist_ok=True)
    toml = folder / "city.toml"
    if not toml.exists():
        toml.write_text(
            _HEAD + "".join(_LAYER.format(name=name) for name in LAYERS), encoding="utf-8"
        )
    return registers.open_register(read_city(folder, files=False))


def squares(assets: int) -> gpd.GeoDataFrame:
    """So many square assets in rows of 1,000, with their number of beds."""
    number = np.arange(assets)
    x, y = X + 20.0 * (number % 1000), Y + 20.0 * (number // 1000)
    return gpd.GeoDataFrame(
        {"ID": number.astype(str), "BEDS": number},
        geometry=shapely.box(x, y, x + 9, y + 9),
        crs="EPSG:32749",
    )


def begun(folder: Path, assets: int) -> tuple[Register, gpd.GeoDataFrame]:
    """A register with one version of so many square clinics, and the table that was handed in."""
    register, table = open_city(folder), squares(assets)
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


def equal(first: gpd.GeoDataFrame, second: gpd.GeoDataFrame) -> bool:
    """Whether two tables have the same assets, which say the same and have the same shapes to
    the last bit.
    """
    if set(first.index) != set(second.index) or first.crs != second.crs:
        return False
    shapes = [
        shapely.to_wkb(table.geometry.reindex(first.index).to_numpy()) for table in (first, second)
    ]
    fields = [pd.DataFrame(table.drop(columns="geometry")) for table in (first, second)]
    return bool((shapes[0] == shapes[1]).all()) and diff(*fields).empty


def read_all(register: Register) -> list[object]:
    """All values that anybody reads out of a register: of every version, every delivery, and as
    a map is drawn.
    """
    read: list[object] = [registers.history(register).to_json()]
    for one in registers.deliveries(register):
        full = registers.delivery(register, one.id)
        tables = {
            name: getattr(full, name).to_json()
            for name in ("doubts", "changes", "conflicts", "undone")
        }
        read.append(
            (asdict(replace(full, doubts=None, changes=None, conflicts=None, undone=None)), tables)
        )
    for layer in registers.layers(register):
        for version in (*range(registers.version(register) + 1), None):
            table = registers.table(register, layer, version=version)
            read.append((layer, version, [*table.index], [*encode_rows(table)], table.crs))
        read.append(registers.schema(register, layer))
        read.append(read_by_gdal(register, layer))
    return read


def read_by_gdal(register: Register, layer: str) -> tuple[object, ...]:
    """All that another program reads of a layer: its rows, its bounds, and what a map of a part
    of it draws.
    """
    _, fid, shapes, fields = pyogrio.raw.read(register.path, layer=layer, return_fids=True)
    bounds = pyogrio.read_info(register.path, layer=layer)["total_bounds"]
    near = pyogrio.raw.read(
        register.path, layer=layer, return_fids=True, bbox=(X, Y, X + 300, Y + 300)
    )[1]
    return fid.tolist(), [*shapes], repr([one.tolist() for one in fields]), bounds, near.tolist()


def said_by(register: Register) -> dict[str, str]:
    """The hash of all that each table of a store says, but for when its layers were last written
    to.
    """
    said = {}
    with closing(sqlite3.connect(register.path)) as connection:
        names = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%rtree_%_node%' ORDER BY 1"
        for (name,) in connection.execute(names).fetchall():
            rows = connection.execute(f'SELECT * FROM "{name}" ORDER BY 1').fetchall()
            if name == "gpkg_contents":
                rows = [(*row[:4], *row[5:]) for row in rows]
            said[name] = hashlib.blake2b(repr(rows).encode("utf-8", "backslashreplace")).hexdigest()
        said["sqlite"] = repr(connection.execute("PRAGMA integrity_check").fetchall())
    return said


def shown_by(register: Register) -> list[object]:
    """What SQL and GDAL see of a store, which tells much sooner than `read_all` that nothing has
    changed.
    """
    return [
        said_by(register),
        *(read_by_gdal(register, layer) for layer in registers.layers(register)),
    ]


def flipped(
    register: Register, whole: bytes, good: tuple[list[object], ...], place: int, bit: int
) -> str:
    """What becomes of a store with one bit of one byte turned over: it is `found`, `harmless`, or
    `missed`.

    `good` is what `shown_by` and `read_all` said of the whole one. Harmless is what neither SQL nor
    GDAL shows; where they do and fsck is content, all that is read must be as before.
    """
    bad = bytearray(whole)
    bad[place] ^= 1 << bit
    register.path.write_bytes(bad)
    try:
        if not registers.fsck(register).empty:
            return "found"
    except RegisterError:
        return "found"
    try:
        return (
            "harmless"
            if shown_by(register) == good[0] or read_all(register) == good[1]
            else "missed"
        )
    except (RegisterError, ValueError, RuntimeError):  # which fsck should have foretold
        return "missed"


# A life: deliveries of every sort, and what must stand after each


def sorts_of(deliveries: int, random: np.random.Generator) -> list[str]:
    """What becomes of so many deliveries, by chance; each layer has two files first, so that one
    can be undone.
    """
    return ["file"] * 4 + random.choice([*SORTS], deliveries - 4, p=[*SORTS.values()]).tolist()


def live(
    register: Register, sorts: list[str], random: np.random.Generator
) -> list[dict[str, gpd.GeoDataFrame]]:
    """Hand in a random delivery of each sort in turn; return for each version what each layer must
    have been.

    What stands after a whole file is known without asking the register, and so is what the last
    delivery's undoing brings back; after the undoing of an older one, and a merge, it is what could
    be read on that day.
    """
    past: list[dict[str, gpd.GeoDataFrame]] = [{layer: _first(layer).iloc[:0] for layer in LAYERS}]
    waiting: list[int] = []
    for number, sort in enumerate(sorts):
        layer = LAYERS[number % 2] if number < 4 else str(random.choice(LAYERS))
        before = past[-1][layer]
        file = (
            changed(before, layer, random) if len(before) else _first(layer).reset_index(drop=True)
        )
        if sort == "file":
            _accept(register, registers.deliver(register, layer, file, author=f"{number}").id)
            past.append(past[-1] | {layer: _standing(before, file, layer)})
        elif sort == "rejected":
            registers.reject(register, registers.deliver(register, layer, file).id, "not this one")
        elif sort == "waiting":
            waiting.append(registers.deliver(register, layer, file).id)
        else:
            past.append(past[-1] | _taken_back(register, sort, layer, past, waiting, random))
    return past


def _taken_back(
    register: Register,
    sort: str,
    layer: str,
    past: list,
    waiting: list[int],
    random: np.random.Generator,
) -> dict[str, gpd.GeoDataFrame]:
    """Undo something, or accept what has waited long; return what its layer must be now."""
    accepted = [one for one in registers.deliveries(register) if one.state == registers.ACCEPTED]
    if sort == "last undone":
        last = max((one for one in accepted if one.layer == layer), key=lambda one: one.version)
        _accept(register, registers.undo(register, last.id, "U").id)
        return {layer: past[last.version - 1][layer]}
    if sort == "late" and waiting:
        number = waiting.pop(int(random.integers(len(waiting))))
    else:
        older = accepted[2:]  # not the first file of a layer
        number = registers.undo(register, older[int(random.integers(len(older)))].id, "U").id
    made = _accept(register, number)
    return {made.layer: registers.table(register, made.layer)}


def _accept(register: Register, number: int) -> registers.Delivery:
    return registers.accept(
        register, number, take="theirs", allow_removals=10**6, allow_doubts=True
    )


def _first(layer: str) -> gpd.GeoDataFrame:
    table = squares(40)
    if layer == "clinics":
        table = table.set_geometry(table.centroid)
    return table.set_index(pd.Index([f"{layer}:{one}" for one in table["ID"]]))


def rebuilt(register: Register, past: list[dict[str, gpd.GeoDataFrame]]) -> list[tuple[int, str]]:
    """The versions and layers that are not rebuilt as they were; none where all is well."""
    return [
        (version, layer)
        for version, layers in enumerate(past)
        for layer, then in layers.items()
        if not equal(registers.table(register, layer, version=version), then)
    ]


def _standing(before: gpd.GeoDataFrame, file: gpd.GeoDataFrame, layer: str) -> gpd.GeoDataFrame:
    """What a complete layer is once a file is in: the file, and in fields that it lacks what
    stood there.
    """
    table = file.set_index(pd.Index([f"{layer}:{one}" for one in file["ID"]]))
    for name in before.columns.difference(table.columns):
        table[name] = before[name].astype(object).reindex(table.index)
    return table


def changed(table: gpd.GeoDataFrame, layer: str, random: np.random.Generator) -> gpd.GeoDataFrame:
    """A file made of a layer by somebody who edits, moves, adds and removes some, in any order."""
    file = table.reset_index(drop=True)
    names = [name for name in file.columns if name not in ("ID", "geometry")]
    if random.random() < 0.2:
        names.append(f"F{random.integers(6)}")
    for name in random.choice(names, min(2, len(names)), replace=False):
        column = (
            file[name].astype(object)
            if name in file
            else pd.Series([None] * len(file), dtype=object)
        )
        for row in random.choice(len(file), min(3, len(file)), replace=False):
            column[row] = _cell(random)
        file[name] = column.infer_objects()
    for row in random.choice(len(file), min(2, len(file)), replace=False):
        file.loc[row, "geometry"] = _shape(layer, random)
    if random.random() < 0.5 and len(file) > 20:
        file = file.drop(index=random.choice(file.index, 2, replace=False))
    if random.random() < 0.5:
        free = sorted({str(one) for one in range(80)} - set(file["ID"]))
        row = {
            "ID": free[int(random.integers(len(free)))],
            "geometry": _shape(layer, random, none=True),
        }
        file = gpd.GeoDataFrame(
            pd.concat([file, gpd.GeoDataFrame([row], crs=file.crs)], ignore_index=True)
        )
    if random.random() < 0.2 and len(names) > 1:
        file = file.drop(columns=names[0])
    return file.sample(frac=1, random_state=int(random.integers(2**31))).reset_index(drop=True)


def _cell(random: np.random.Generator) -> object:
    made = (
        lambda: int(random.integers(-(10**9), 10**9)),
        lambda: float(random.normal()),
        lambda: bool(random.integers(2)),
        lambda: f"jalan {random.integers(99)} «é»",
        lambda: datetime.date(2020, 1, 1 + int(random.integers(28))),
        lambda: pd.Timestamp("2024-03-01") + pd.Timedelta(int(random.integers(10**6)), unit="us"),
        lambda: None,
        lambda: 2**70,
        lambda: [1, "a"],
    )
    return made[int(random.integers(len(made)))]()


def _shape(
    layer: str, random: np.random.Generator, *, none: bool = False
) -> shapely.Geometry | None:
    x, y = X + random.uniform(0, 1000), Y + random.uniform(0, 1000)
    if layer == "clinics":
        return shapely.Point(x, y)
    shapes = (
        shapely.box(x, y, x + 7, y + 5),
        shapely.Point(x, y),
        shapely.LineString([(x, y), (x + 9, y + 1)]),
        shapely.MultiPolygon(
            [shapely.box(x, y, x + 2, y + 2), shapely.box(x + 5, y, x + 8, y + 2)]
        ),
        shapely.Polygon([(x, y, 1), (x + 4, y, 1), (x, y + 4, 2)]),
        None if none else shapely.box(x, y, x + 1, y + 9),
    )
    return shapes[int(random.integers(len(shapes)))]
