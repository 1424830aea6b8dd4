"""The register on disks that are full, and where nothing may be written; and the copies that are
kept of it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable

import pytest

from asset_inventory import register as registers
from asset_inventory.model.errors import AssetInventoryError
from asset_inventory.model.reading import read_city
from asset_inventory.register import Register
from tests.support.clinic_register import CITY, clinics, hand_in, the_copy, whole
from tests.support.disk_limits import no_file_larger_than, nothing_may_be_written

MANY = {"ID": [*map(str, range(500))], "NAME": ["n" * 500] * 500}


def state(register: Register) -> list[object]:
    said = [(one.id, one.state, one.version, one.reason) for one in registers.deliveries(register)]
    return [said, registers.table(register, "clinics").to_json(), whole(register)]


def all_that_writes(register: Register, waiting: int) -> dict[str, Callable[[], object]]:
    many = clinics(**MANY, BEDS=[*range(500)])
    return {
        "deliver": lambda: registers.deliver(register, "clinics", many),
        "reject": lambda: registers.reject(register, waiting, "w" * 200_000),
        "undo": lambda: registers.undo(register, 2, "u" * 200_000),
        "accept": lambda: registers.accept(register, waiting, allow_doubts=True),
    }


@pytest.fixture(scope="module")
def waiting_store(tmp_path_factory) -> tuple[bytes, list[object]]:
    """A store of two versions in which a large delivery waits, the third, and its state."""
    folder = tmp_path_factory.mktemp("waiting")
    (folder / "city.toml").write_text(CITY, encoding="utf-8")
    register = registers.open_register(read_city(folder, files=False))
    hand_in(register, clinics())
    hand_in(register, clinics(BEDS=[11, 20, 30]))
    registers.deliver(register, "clinics", clinics(**MANY, BEDS=[*range(500)]))
    return register.path.read_bytes(), state(register)


@pytest.mark.slow
@pytest.mark.parametrize("what", ["deliver", "reject", "undo", "accept", "accept, at the copy"])
def test_a_full_disk_is_told_and_leaves_what_was(register, waiting_store, what):
    store, before = waiting_store
    register.path.write_bytes(store)
    do = all_that_writes(register, 3)[what.split(",")[0]]
    most = len(store) + 50_000 if what == "accept" else 20_000 if "copy" in what else 100_000
    with no_file_larger_than(most), pytest.raises(AssetInventoryError) as caught:
        do()
    assert caught.value.key == "error.disk_full"
    assert "disk is full" in caught.value.say("en") and "disk penuh" in caught.value.say("id")
    assert state(register) == before
    beside = {path.name for path in register.path.parent.rglob("*")} - {
        "city.toml",
        "register.gpkg",
    }
    assert beside <= {"register.copies", "register.v000002.gpkg"}  # no journal, no half of a copy
    do()
    assert state(register) != before and whole(register) == []


def test_a_copy_that_cannot_be_made_refuses_the_delivery(register):
    hand_in(register, clinics())
    made = registers.deliver(register, "clinics", clinics(BEDS=[1, 2, 3]))
    before, folder = state(register), register.path.with_name("register.copies")
    shutil.rmtree(folder)
    folder.write_text("not a folder")
    with pytest.raises(AssetInventoryError) as caught:
        registers.accept(register, made.id, allow_doubts=True)
    assert caught.value.key == "error.no_folder_there" and "register.copies" in str(caught.value)
    assert state(register) == before
    folder.unlink()
    assert registers.accept(register, made.id, allow_doubts=True).version == 2


@pytest.mark.slow
def test_the_last_five_copies_are_kept_and_each_is_a_register(register):
    folder = register.path.with_name("register.copies")
    folder.mkdir()
    left = folder / ".asset-inventory-ab12"
    left.mkdir()
    (left / "register.v000000.gpkg").write_bytes(b"what a writer was making that was killed")
    os.utime(left, (0, 0))
    for beds in range(7):
        hand_in(register, clinics(BEDS=[beds, 20, 30]))
    assert sorted(path.name for path in folder.iterdir()) == [
        f"register.v{number:06d}.gpkg" for number in range(2, 7)
    ]
    for number in range(2, 7):
        copy = Register(folder / f"register.v{number:06d}.gpkg", register.city)
        assert registers.version(copy) == number and whole(copy) == []
        assert registers.table(copy, "clinics")["BEDS"].iloc[0] == number - 1
        # What was accepted next
        assert [one.state for one in registers.pending(copy)] == ["pending"]
    assert the_copy(register).path == folder / "register.v000006.gpkg"
    (folder / "register.v000006.gpkg").write_bytes(b"nothing" * 1000)
    assert the_copy(register).path == folder / "register.v000005.gpkg"
    for path in folder.iterdir():  # whatever becomes of them, the register does not ask them
        path.write_bytes(b"nothing")
    assert whole(register) == [] and the_copy(register) is None


@pytest.mark.parametrize("what", ["folder", "file"])
def test_where_nothing_may_be_written_all_is_read_and_nothing_changed(
    open_folder, waiting_store, what
):
    (open_folder / "city.toml").write_text(CITY, encoding="utf-8")
    register = registers.open_register(read_city(open_folder, files=False))
    register.path.write_bytes(waiting_store[0])
    files = [register.path] if what == "file" else []
    with nothing_may_be_written(open_folder, *files):
        assert state(register) == waiting_store[1]
        for name, do in all_that_writes(register, 3).items():
            with pytest.raises(AssetInventoryError) as caught:
                do()
            assert caught.value.key == (
                "error.not_writable" if name == "accept" else "error.register_not_usable"
            )
    assert state(register) == waiting_store[1]
    assert registers.accept(register, 3, allow_doubts=True).version == 3


def test_a_register_cannot_be_begun_where_nothing_may_be_written(open_folder):
    (open_folder / "city.toml").write_text(CITY, encoding="utf-8")
    register = registers.open_register(read_city(open_folder, files=False))
    with nothing_may_be_written(open_folder), pytest.raises(AssetInventoryError) as caught:
        registers.deliver(register, "clinics", clinics())
    assert caught.value.key == "error.register_not_usable"
    assert not register.path.exists() and not registers.exists(register)
