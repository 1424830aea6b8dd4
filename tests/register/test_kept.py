"""Stores of earlier releases, kept for ever: every release opens them, whole, with each value they
ever held.

`stores/schema1.gpkg.gz` is of before decisions on districts were kept, `schema2` of when they first
were, `schema3` of when decisions on focus areas were added; each was made with

    python -m tests.register.test_kept

which also wrote, in `stores/schema1.json`, what could be read out of it on that day. A release that
builds its tables otherwise makes the next pair by the same command; a pair that is there is never
made anew.
"""

from __future__ import annotations

import datetime
import gzip
import json
import shutil
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from asset_inventory import register as registers
from asset_inventory.io.schemas import SHAPEFILE, Field, Schema, schema_from
from asset_inventory.model.errors import RegisterError
from asset_inventory.outputs.report.review_tables import doubt_sentences
from asset_inventory.register import Register, store
from asset_inventory.register.export import Base
from tests.support.clinic_register import (
    STORES,
    X,
    Y,
    clinics,
    hand_in,
    open_clinics,
    register_contents,
    whole,
)

DAY = datetime.date(2026, 3, 2)
KEPT = sorted(STORES.glob("schema*.json"))
LATEST = 1 + len(store.UPGRADES)


def of_every_kind() -> dict[str, object]:
    return {
        "OPEN": [True, False, True],
        "AREA": [1.5, None, 0.1],
        "DAY": [datetime.date(2024, 3, 1), None, None],
        "AT": pd.Series(["2024-03-01T12:00:00.001", None, "2024-03-02"], dtype="datetime64[us]"),
        "FINER": pd.Series(["2024-03-01T12:00:00.000001", None, None], dtype="datetime64[us]"),
        "HOUR": [datetime.time(1, 2, 3), None, None],
        "BIG": [2**70, None, 1],
        "LIST": [[1, "a"], None, None],
    }


def fill(register: Register) -> None:
    """Hand in points and mixed shapes, of which some wait, are rejected, merged and taken back."""
    lines = [shapely.LineString([(X, Y, 1), (X + 9, Y, 2)]), shapely.Point(X, Y), None]
    roads = gpd.GeoDataFrame({"Ä b": ["x", "y", None]}, geometry=lines, crs="EPSG:32749").to_crs(
        "EPSG:4326"
    )
    fields = Field("ID", "C", 10), Field("BEDS", "N", 4, 0)
    hand_in(
        register,
        clinics(**of_every_kind()),
        author="Dinas Kesehatan",
        file_name="klinik.shp",
        sha256="ab" * 32,
        schema=Schema(SHAPEFILE, fields, "Point", cpg="UTF-8").plain(),
    )
    hand_in(register, roads, "roads", author="Dinas PU", note="jalan «é»")
    fewer = clinics(**of_every_kind() | {"BEDS": [11, 20, 30]}).drop(columns="NAME")
    fewer.loc[1, "geometry"] = shapely.Point(X + 500, Y + 500)
    hand_in(register, fewer, author="B")
    late = clinics(NAME=["Candi Baru", "Genuk", None])
    hand_in(register, late, author="C", base=Base(1, "clinics", (), {}))
    made = registers.deliver(register, "roads", roads.assign(W=[1, 2, 3]))
    registers.reject(register, made.id, "not measured")
    registers.accept(register, registers.undo(register, 3, "U", note="back").id)
    registers.deliver(
        register, "clinics", clinics(ID=["1", "2", "4"], BEDS=["ten", "20", None]), author="D"
    )
    at_that_time = {
        "rank": 2.0,
        "top": 5.0,
        "top_share": 0.75,
        "robustness": "medium",
        "non_dominated": True,
    }
    for choice, figures in (("chosen", "with"), ("withdrawn", None), ("not chosen", "against")):
        registers.decide(
            register,
            "33.74.01",
            choice,
            group="Pokja «Ketahanan»",
            reason="warga lebih dulu",
            day=DAY,
            figures=at_that_time | {"figures": figures},
        )
    of_theme = dict.fromkeys(at_that_time) | {"rank": 1.0, "non_dominated": False}
    registers.decide(
        register,
        None,
        "chosen",
        theme="air",
        group="Pokja «Ketahanan»",
        reason="banjir dan rob",
        day=DAY,
        figures=of_theme | {"figures": "with"},
    )


@pytest.fixture(params=KEPT, ids=[path.stem for path in KEPT])
def kept(request, tmp_path) -> tuple[Register, dict[str, object]]:
    packed = request.param.with_suffix(".gpkg.gz").read_bytes()
    (tmp_path / "register.gpkg").write_bytes(gzip.decompress(packed))
    golden = json.loads(request.param.read_text(encoding="utf-8"))
    return open_clinics(tmp_path), golden


@pytest.mark.slow
def test_each_kept_store_is_opened_whole_with_every_value_it_ever_held(kept):
    register, golden = kept
    assert whole(register) == []
    told = register_contents(register)
    assert told.keys() - golden.keys() <= {"decisions"}  # of which the first release knew nothing
    assert "decisions" in golden or told["decisions"] == []
    # A robustness of an earlier release is read by its name of today; decisions were on districts
    for decision in golden.get("decisions", ()):
        decision |= {"theme": decision.get("theme")}
        decision["robustness"] = {"likely": "medium"}.get(
            decision["robustness"], decision["robustness"]
        )
    for part, values in golden.items():
        assert told[part] == values, part
    # So that it can be exported
    assert schema_from(registers.schema(register, "clinics")).names == [
        "ID",
        "BEDS",
    ]
    (waiting,) = registers.pending(register)
    (doubt,) = doubt_sentences(waiting.doubts)  # kept before names stood beside them
    assert doubt[1]["asset"] == "clinics:3"
    with pytest.raises(RegisterError, match="--allow-doubts"):
        registers.accept(register, waiting.id, allow_removals=1)
    made = registers.accept(register, waiting.id, allow_removals=1, allow_doubts=True)
    assert made.version == max(one["version"] or 0 for one in golden["deliveries"]) + 1
    assert whole(register) == []


def test_there_is_a_kept_store_of_each_schema():
    assert [path.stem for path in KEPT] == [f"schema{number}" for number in range(1, LATEST + 1)]
    assert all(path.stat().st_size < 100_000 for path in STORES.iterdir())


# Upgrades


def test_an_older_store_is_upgraded_and_kept(register, monkeypatch):
    hand_in(register, clinics())
    before = register_contents(register)
    step = lambda connection: connection.execute("CREATE TABLE later (a)")  # noqa: E731
    monkeypatch.setattr(store, "UPGRADES", (*store.UPGRADES, step))
    assert register_contents(register) == before and whole(register) == []
    with closing(sqlite3.connect(register.path)) as connection:
        assert connection.execute("SELECT count(*) FROM later").fetchone() == (0,)
    monkeypatch.undo()
    with pytest.raises(RegisterError, match="newer release") as caught:
        registers.layers(register)
    assert "rilis" in caught.value.say("id")
    old = Register(register.path.with_name(f"register.schema{LATEST}.gpkg"), register.city)
    assert register_contents(old) == before and whole(old) == []


@pytest.mark.parametrize("fault", ["sql", "ours"])
def test_an_upgrade_that_fails_leaves_the_old_store_as_it_was(register, monkeypatch, fault):
    def fail(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE later (a)")
        connection.execute("DELETE FROM changes")
        if fault == "ours":
            raise RegisterError("error.register_row", table="changes", row="1", fault="x")
        connection.execute("SELECT nothing FROM nowhere")

    hand_in(register, clinics())
    before = register_contents(register)
    monkeypatch.setattr(store, "UPGRADES", (*store.UPGRADES, fail))
    for do in (registers.layers, lambda one: registers.reject(one, 1, "no")):
        with pytest.raises(RegisterError):
            do(register)
    assert whole(register) == ["register_unreadable"]
    monkeypatch.undo()
    assert register_contents(register) == before and whole(register) == []
    assert not [path for path in register.path.parent.iterdir() if ".part" in path.name]


def make() -> None:
    """Write the store of this release's schema, and what can be read out of it."""
    to = STORES / f"schema{LATEST}.gpkg.gz"
    if to.exists():
        sys.exit(
            f"{to} is kept for ever; only while no release has this schema may it be deleted and made anew"
        )
    folder = Path(tempfile.mkdtemp())
    register = open_clinics(folder)
    fill(register)
    STORES.mkdir(exist_ok=True)
    to.write_bytes(gzip.compress(register.path.read_bytes()))
    read = json.dumps(register_contents(register), indent=1, ensure_ascii=False)
    to.with_name(f"schema{LATEST}.json").write_text(read, encoding="utf-8")
    shutil.rmtree(folder)


if __name__ == "__main__":
    make()
