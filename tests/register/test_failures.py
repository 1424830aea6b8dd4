"""What becomes of the register when writers meet or are killed, bytes turn over, and somebody
writes past it.

`python -m tests.long.register_failures` does the same for as long as one likes.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import threading

import numpy as np
import pytest

from asset_inventory import register as registers
from asset_inventory.model.errors import RegisterError
from asset_inventory.model.reading import read_city
from tests.support.clinic_register import CITY, alter, clinics, hand_in, whole
from tests.support.failure_injection import flipped, live, open_city, read_all, rebuilt, shown_by
from tests.support.paths import PROJECT


def test_two_writers_lose_nothing(register):
    ids = {"ID": [*"abcd"], "NAME": ["n"] * 4}
    hand_in(register, clinics(**ids, BEDS=[0] * 4))
    edited = [
        clinics(**ids, BEDS=np.where(np.arange(4) == one, 1 + one, 0).tolist()) for one in range(4)
    ]
    waiting = [registers.deliver(register, "clinics", one) for one in edited]
    faults = []

    def accept(some: list) -> None:
        try:
            for one in some:
                registers.accept(register, one.id)
        except RegisterError as fault:
            faults.append(fault)

    both = [threading.Thread(target=accept, args=(waiting[start::2],)) for start in (0, 1)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert faults == []
    assert registers.table(register, "clinics")["BEDS"].tolist() == [1, 2, 3, 4]
    assert sorted(one.version for one in registers.deliveries(register)) == [1, 2, 3, 4, 5]
    assert whole(register) == []


def test_a_writer_killed_in_the_middle_leaves_the_old_state(register):
    hand_in(register, clinics())
    made = registers.deliver(register, "clinics", clinics(BEDS=[1, 2, 3]))
    script = (
        "import os, signal, sys\n"
        "from asset_inventory import register as registers\n"
        "from asset_inventory.register import decisions\n"
        "from asset_inventory.model.reading import read_city\n"
        "decisions.write_changes = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "registers.accept(registers.open_register(read_city(sys.argv[1], files=False)), int(sys.argv[2]))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, register.path.parent, str(made.id)], cwd=PROJECT
    )
    assert ran.returncode == -signal.SIGKILL
    assert registers.table(register, "clinics")["BEDS"].tolist() == [10, 20, 30]
    assert whole(register) == []
    assert registers.accept(register, made.id).version == 2
    assert whole(register) == []


@pytest.mark.slow
def test_any_version_of_a_life_of_deliveries_is_rebuilt_to_the_last_bit(tmp_path):
    register = open_city(tmp_path)
    sorts = ["file"] * 5 + [
        "rejected",
        "waiting",
        "file",
        "last undone",
        "late",
        "waiting",
        "older undone",
        "file",
    ]
    past = live(register, sorts, np.random.default_rng(1))
    states = [one.state for one in registers.deliveries(register)]
    assert [states.count(one) for one in ("accepted", "pending", "rejected")] == [10, 1, 1]
    assert len(past) == registers.version(register) + 1
    assert rebuilt(register, past) == []
    assert whole(register) == []


def test_a_flipped_byte_is_found_or_harmless(register, two_versions):
    register.path.write_bytes(two_versions)
    good, random = (shown_by(register), read_all(register)), np.random.default_rng(11)
    for places in (
        np.arange(len(two_versions)),
        np.flatnonzero(np.frombuffer(two_versions, np.uint8)),
    ):
        for place in random.choice(places, 6, replace=False).tolist():
            bit = int(random.integers(8))
            assert flipped(register, two_versions, good, place, bit) != "missed", (place, bit)


@pytest.mark.parametrize("place", [2, 5, 8, 11], ids=["version", "system", "byte order", "kind"])
def test_a_geometry_that_only_other_programs_read_otherwise_is_found(register, two_versions, place):
    """A point's blob: GP, version, flags, system (4 bytes), byte order, kind (4 bytes), x and y."""
    start = two_versions.index(b"GP\0")
    register.path.write_bytes(two_versions)
    good = shown_by(register), read_all(register)
    assert flipped(register, two_versions, good, start + place, 1) == "found"


@pytest.fixture(scope="module")
def two_versions(tmp_path_factory) -> bytes:
    folder = tmp_path_factory.mktemp("two_versions")
    (folder / "city.toml").write_text(CITY, encoding="utf-8")
    register = registers.open_register(read_city(folder, files=False))
    hand_in(register, clinics(), author="A")
    hand_in(register, clinics(BEDS=[1, 20, 30]), author="B")
    return register.path.read_bytes()


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("UPDATE clinics SET BEDS = 99 WHERE fid = 1", "register_assets_altered"),
        ("UPDATE clinics SET BEDS = 'many' WHERE fid = 1", "register_unreadable"),
        ("UPDATE clinics SET asset_version = 7", "register_assets_altered"),
        ("UPDATE changes SET after = '11' WHERE column_name NOTNULL", "register_delivery_altered"),
        ("UPDATE deliveries SET author = 'nobody'", "register_delivery_altered"),
        ("DELETE FROM deliveries WHERE version = 1", "register_versions_gap"),
        ("DELETE FROM changes WHERE column_name NOTNULL", "register_history_differs"),
        ("UPDATE register_layers SET version = 9", "register_layer_altered"),
        ("UPDATE gpkg_contents SET max_x = min_x", "register_extent_wrong"),
        ("UPDATE gpkg_ogr_contents SET feature_count = 9", "register_count_wrong"),
        ("DELETE FROM rtree_clinics_geom WHERE id = 2", "register_index_wrong"),
        (
            "UPDATE gpkg_spatial_ref_sys SET definition = 'x' WHERE srs_id = 32749",
            "register_rebuilt",
        ),
        ("DROP TRIGGER rtree_clinics_geom_insert", "register_rebuilt"),
        (
            "CREATE TRIGGER mine AFTER INSERT ON clinics BEGIN DELETE FROM changes; END",
            "register_rebuilt",
        ),
        ("ALTER TABLE clinics ADD COLUMN mine TEXT", "register_rebuilt"),
        ("DELETE FROM register_about WHERE key = 'structure'", "register_rebuilt"),
    ],
)
def test_what_somebody_wrote_past_the_register_is_found(register, two_versions, sql, code):
    register.path.write_bytes(two_versions)
    alter(register, sql)
    assert code in whole(register)


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE qgis_projects (name TEXT PRIMARY KEY, metadata BLOB, content BLOB)",
        "CREATE TABLE gpkg_metadata (id INTEGER PRIMARY KEY, metadata TEXT)",
        "INSERT INTO gpkg_extensions VALUES ('gpkg_metadata', NULL, 'gpkg_metadata', 'http://a', 'read-write')",
        "CREATE INDEX mine ON clinics (BEDS)",
        "UPDATE layer_styles SET useAsDefault = 0",
        "UPDATE gpkg_contents SET description = 'clinics', last_change = '2026-01-01T00:00:00.000Z'",
    ],
)
def test_what_qgis_keeps_in_the_file_for_itself_is_no_fault(register, two_versions, sql):
    """A project, a layer's metadata, an index and a style, which QGIS 3.40 saves into a package
    when it is asked to.
    """
    register.path.write_bytes(two_versions)
    alter(register, sql)
    assert whole(register) == []
