"""The register while somebody else has it open: QGIS, GDAL or another program, reading or
writing.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pyogrio
import pytest

from asset_inventory import register as registers
from asset_inventory.io import geopackage
from asset_inventory.model.errors import RegisterError
from asset_inventory.register import Register
from tests.support.clinic_register import clinics, hand_in, whole

# Opens the register, says so, and goes on when it is told: as QGIS opens a layer to be edited (its
# journal beside it) or as GDAL's tools open one to be read.
WITH_GDAL = """
import sys
from osgeo import gdal
gdal.UseExceptions()
path, how = sys.argv[1:]
if how == "qgis":
    gdal.SetConfigOption("OGR_SQLITE_JOURNAL", "WAL")
package = gdal.OpenEx(path, gdal.OF_VECTOR | (0 if how == "reading" else gdal.OF_UPDATE))
layer = package.GetLayerByName("clinics")
if how == "writing":
    package.StartTransaction()
feature = layer.GetNextFeature()
beds = feature["BEDS"]
if how == "writing":
    feature["BEDS"] = 99
    layer.SetFeature(feature)
print("open", flush=True)
sys.stdin.readline()
if how == "writing":
    package.RollbackTransaction()
else:
    print(beds, *(feature["BEDS"] for feature in iter(layer.GetNextFeature, None)))
"""


@contextmanager
def with_sqlite(path: Path) -> Iterator[Callable[[], list[int]]]:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT BEDS FROM clinics")
        first = next(rows)
        yield lambda: [beds for (beds,) in (first, *rows)]


@contextmanager
def with_pyogrio(path: Path) -> Iterator[Callable[[], list[int]]]:
    with pyogrio.open_arrow(
        path, layer="clinics", columns=["BEDS"], batch_size=1, use_pyarrow=True
    ) as (_, batches):
        first = batches.read_next_batch()
        yield lambda: [beds for batch in (first, *batches) for beds in batch["BEDS"].to_pylist()]


@contextmanager
def with_gdal(path: Path, how: str = "reading") -> Iterator[Callable[[], list[int]]]:
    with subprocess.Popen(
        ["/usr/bin/python3", "-c", WITH_GDAL, str(path), how],
        text=True,
        env={"PATH": os.defpath},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as program:
        assert program.stdout.readline() == "open\n"
        yield lambda: [int(beds) for beds in program.communicate("\n")[0].split()]


@contextmanager
def with_qgis(path: Path) -> Iterator[Callable[[], list[int]]]:
    with with_gdal(path, "qgis") as rest:
        yield rest


@pytest.mark.slow
@pytest.mark.parametrize(
    ("reading", "in_the_way"),
    [
        (with_sqlite, True),
        (with_pyogrio, False),
        pytest.param(with_gdal, True, marks=pytest.mark.gdal),
        pytest.param(with_qgis, False, marks=pytest.mark.gdal),
    ],
)
def test_a_reader_is_not_disturbed_or_asked_to_close_the_layer(
    register, monkeypatch, reading, in_the_way
):
    """Whoever reads a table from beginning to end is in the way, unless the file has its journal
    beside it (WAL).
    """
    hand_in(register, clinics())
    made = registers.deliver(register, "clinics", clinics(BEDS=[1, 2, 3]))
    monkeypatch.setattr(geopackage, "PATIENCE", 0.3)
    with reading(register.path) as read:
        if in_the_way:
            with pytest.raises(RegisterError, match="close the layer in QGIS"):
                registers.accept(register, made.id)
        else:
            registers.accept(register, made.id)
        beds = read()
    # pyogrio asks for each part anew
    assert len(beds) == 3 if reading is with_pyogrio else beds == [10, 20, 30]
    if in_the_way:
        assert registers.delivery(register, made.id).state == registers.PENDING
        registers.accept(register, made.id)
    assert registers.version(register) == 2 and registers.table(register, "clinics")[
        "BEDS"
    ].tolist() == [1, 2, 3]
    assert whole(register) == []
    assert not [
        path.name
        for path in register.path.parent.iterdir()
        if path.name.startswith("register.gpkg-")
    ]


def all_that_writes(register: Register, waiting: int) -> dict[str, Callable[[], object]]:
    return {
        "deliver": lambda: registers.deliver(register, "clinics", clinics(BEDS=[7, 8, 9])),
        "accept": lambda: registers.accept(register, waiting),
        "reject": lambda: registers.reject(register, waiting, "no"),
        "undo": lambda: registers.undo(register, 1, "me"),
    }


@contextmanager
def written_with_sqlite(path: Path) -> Iterator[None]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield


@contextmanager
def written_with_gdal(path: Path) -> Iterator[None]:
    with with_gdal(path, "writing") as rest:
        yield
        rest()


@pytest.mark.slow
@pytest.mark.parametrize(
    "writing", [written_with_sqlite, pytest.param(written_with_gdal, marks=pytest.mark.gdal)]
)
def test_who_writes_longer_than_we_wait_is_named_and_nothing_is_changed(
    register, monkeypatch, writing
):
    hand_in(register, clinics())
    made = registers.deliver(register, "clinics", clinics(BEDS=[1, 2, 3]))
    monkeypatch.setattr(geopackage, "PATIENCE", 0.2)
    with writing(register.path):
        for do in all_that_writes(register, made.id).values():
            with pytest.raises(RegisterError, match="close the layer in QGIS"):
                do()
    assert [one.state for one in registers.deliveries(register)] == ["accepted", "pending"]
    assert whole(register) == []
    assert registers.accept(register, made.id).version == 2
