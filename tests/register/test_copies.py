"""The copies of a register after somebody has put an older file in its place: none of another
history is ever lost.
"""

from __future__ import annotations

import datetime
import json
import shutil
from pathlib import Path

import pytest

from asset_inventory import register as registers
from asset_inventory.cli import main
from asset_inventory.register import Register, store
from tests.support.clinic_register import (
    alter,
    clinics,
    hand_in,
    register_contents,
    the_copy,
    whole,
)

pytestmark = pytest.mark.slow


def folder_of(register: Register) -> Path:
    return register.path.with_name("register.copies")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def filled(register: Register, versions: int) -> None:
    for beds in range(versions):
        hand_in(register, clinics(BEDS=[beds, 20, 30]))


def apart(register: Register) -> dict[str, int]:
    found = registers.copies_apart(register)
    return dict(zip(found["code"], found["count"].tolist(), strict=True))


@pytest.fixture
def rolled_back(register) -> tuple[Register, dict[str, bytes]]:
    """A register of version 7 in whose place lies its copy of version 2, and the copies as they
    lie there.
    """
    filled(register, 7)
    copies = contents(folder_of(register))
    assert sorted(copies) == [f"register.v{number:06d}.gpkg" for number in range(2, 7)]
    register.path.write_bytes(copies["register.v000002.gpkg"])
    return register, copies


@pytest.mark.slow
def test_newer_copies_are_named_after_a_register_was_put_back(rolled_back):
    register, _ = rolled_back
    assert whole(register) == []
    found = registers.copies_apart(register)
    assert apart(register) == {"register_copies_newer": 4}
    (told,) = found["arguments"]
    assert (told["version"], told["newest"]) == ("2", "6")
    assert told["names"] == ", ".join(f"register.v{number:06d}.gpkg" for number in (6, 5, 4, 3))
    made = registers.deliver(register, "clinics", clinics(BEDS=[99, 20, 30]))
    assert apart(register) == {"register_copies_other_history": 4}  # it has begun to go another way
    registers.accept(register, made.id)
    assert apart(register) == {"register_copies_other_history": 4}


@pytest.mark.slow
def test_no_copy_of_another_history_is_removed_or_overwritten_by_any_accept(rolled_back):
    register, copies = rolled_back
    others = {name: kept for name, kept in copies.items() if name > "register.v000002.gpkg"}
    for beds in range(20, 28):
        hand_in(register, clinics(BEDS=[beds, 20, 30]))
        now = contents(folder_of(register))
        assert {name: now[name] for name in others} == others
    mine = sorted(name for name in now if now[name] != copies.get(name))
    # version 3 to 6 are another history's names
    assert mine == [
        f"register.v{number:06d}{end}.gpkg"
        for number, end in ((5, "-2"), (6, "-2"), (7, ""), (8, ""), (9, ""))
    ]
    assert the_copy(register).path.name == "register.v000009.gpkg"
    assert registers.version(register) == 10 and whole(register) == []


@pytest.mark.slow
def test_the_copy_just_made_stays_and_is_the_newest_of_this_history(register):
    filled(register, 1)
    first = register.path.read_bytes()
    filled(register, 7)
    register.path.write_bytes(first)
    made = registers.deliver(register, "clinics", clinics(BEDS=[99, 20, 30]))
    registers.accept(register, made.id)
    copy = the_copy(register)
    assert registers.version(copy) == 1 and copy.path.exists()
    assert [one.author for one in registers.deliveries(copy)] == ["", ""]
    assert registers.deliveries(copy)[-1].delivered_at == made.delivered_at


@pytest.mark.slow
def test_the_same_version_reached_another_way_is_another_history(register):
    """Back to version 1, and another delivery accepted there: both histories have a version 2
    and a version 3.
    """
    filled(register, 1)
    first = register.path.read_bytes()
    filled(register, 3)
    before = contents(folder_of(register))
    register.path.write_bytes(first)
    for beds in (70, 80, 90):
        hand_in(register, clinics(BEDS=[beds, 20, 30]))
    # In that of version 1 another delivery waits
    assert apart(register) == {"register_copies_other_history": 3}
    now = contents(folder_of(register))
    assert before["register.v000002.gpkg"] == now["register.v000002.gpkg"]
    assert registers.table(the_copy(register), "clinics")["BEDS"].iloc[0] == 80


@pytest.mark.slow
def test_a_delivery_accepted_a_second_time_makes_another_history(rolled_back):
    """The copy holds the delivery that was accepted next; accepting it again is not the same
    decision.
    """
    register, copies = rolled_back
    (waiting,) = registers.pending(register)
    registers.accept(register, waiting.id)
    assert registers.version(register) == 3 and apart(register) == {
        "register_copies_other_history": 4
    }
    assert contents(folder_of(register))["register.v000003.gpkg"] == copies["register.v000003.gpkg"]


def test_a_rejection_that_is_gone_is_seen_though_the_version_is_the_same(register):
    filled(register, 2)
    before = register.path.read_bytes()
    registers.reject(
        register, registers.deliver(register, "clinics", clinics(BEDS=[7, 20, 30])).id, "no"
    )
    waits = registers.deliver(register, "clinics", clinics(BEDS=[8, 20, 30]))
    registers.accept(register, waits.id)
    assert apart(register) == {}
    register.path.write_bytes(before)
    assert apart(register) == {"register_copies_newer": 1}


@pytest.mark.slow
def test_another_citys_register_in_its_place_takes_no_copy_away(register, tmp_path):
    filled(register, 5)
    copies = contents(folder_of(register))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "city.toml").write_bytes((tmp_path / "city.toml").read_bytes())
    other = Register(elsewhere / "register.gpkg", register.city)
    filled(other, 7)
    shutil.copy(other.path, register.path)
    assert apart(register) == {"register_copies_other_history": 5}
    assert the_copy(register) is None
    filled(register, 7)
    now = contents(folder_of(register))
    assert {name: now[name] for name in copies} == copies and len(now) == 10


@pytest.mark.slow
def test_copies_that_cannot_be_read_are_named_and_stay(register):
    filled(register, 4)
    folder = folder_of(register)
    (folder / "register.v000003.gpkg").write_bytes(b"nothing" * 1000)
    (folder / "register.v000004.gpkg").mkdir()
    assert apart(register) == {"register_copies_unreadable": 2}
    filled(register, 8)
    assert (folder / "register.v000003.gpkg").read_bytes() == b"nothing" * 1000
    assert (folder / "register.v000004.gpkg").is_dir() and (
        folder / "register.v000004-2.gpkg"
    ).exists() is False
    assert len(list(folder.iterdir())) == 7 and apart(register) == {"register_copies_unreadable": 2}
    assert the_copy(register).path.name == "register.v000011.gpkg"


@pytest.mark.slow
def test_a_clock_that_was_set_back_makes_no_other_history(register, monkeypatch):
    times = iter(f"2026-03-02T10:{60 - number:02d}:00.000+00:00" for number in range(1, 60))
    monkeypatch.setattr(store, "now", lambda: next(times))
    monkeypatch.setattr("asset_inventory.register.store.now", lambda: next(times))
    filled(register, 8)
    assert apart(register) == {}
    assert sorted(contents(folder_of(register))) == [
        f"register.v{number:06d}.gpkg" for number in range(3, 8)
    ]


@pytest.mark.slow
def test_a_damaged_register_is_offered_copies_of_its_own_history_only(rolled_back):
    register, _ = rolled_back
    hand_in(register, clinics(BEDS=[99, 20, 30]))
    alter(register, "UPDATE clinics SET BEDS = 7")
    alter(register, "UPDATE deliveries SET author = 'another' WHERE delivery_id = 1")
    assert whole(register) and apart(register) == {"register_copies_other_history": 5}
    assert registers.version(the_copy(register)) == 2
    assert len(registers.whole_copies(register)) == 1
    register.path.write_bytes(b"nothing" * 1000)  # nobody can tell any more whose it was
    found = {registers.version(one) for one in registers.whole_copies(register)}
    assert found == {6, 2} and the_copy(register) is None


def test_decisions_on_districts_tell_histories_apart_too(register):
    figures = dict.fromkeys(("rank", "top", "top_share", "robustness", "figures")) | {
        "non_dominated": False
    }
    decide = lambda reason: registers.decide(  # noqa: E731
        register,
        "33.74.01",
        "chosen",
        group="Pokja",
        reason=reason,
        day=datetime.date(2026, 3, 2),
        figures=figures,
    )
    filled(register, 1)
    before = register.path.read_bytes()
    decide("warga lebih dulu")
    filled(register, 1)
    register.path.write_bytes(before)
    assert apart(register) == {"register_copies_newer": 1}
    decide("sungai lebih dulu")
    assert apart(register) == {"register_copies_other_history": 1}


def test_an_upgrade_overwrites_no_older_file_of_another_history(register, monkeypatch):
    filled(register, 1)
    old = register.path.read_bytes()
    filled(register, 2)
    newer = register.path.read_bytes()
    step = lambda connection: connection.execute("CREATE TABLE later (a)")  # noqa: E731
    monkeypatch.setattr(store, "UPGRADES", (*store.UPGRADES, step))
    latest = len(store.UPGRADES)
    registers.layers(register)
    kept = register.path.with_name(f"register.schema{latest}.gpkg")
    first = kept.read_bytes()
    register.path.write_bytes(old)
    registers.layers(register)
    assert kept.read_bytes() == first
    again = Register(kept.with_name(f"register.schema{latest}-2.gpkg"), register.city)
    monkeypatch.undo()
    assert registers.version(again) == 1 and registers.version(Register(kept, register.city)) == 3
    register.path.write_bytes(newer)
    assert register_contents(register) == register_contents(Register(kept, register.city))


@pytest.mark.slow
def test_fsck_deliver_and_accept_name_newer_copies_and_another_history(register, capsys):
    filled(register, 7)
    city = register.path.parent
    clinics(BEDS=[99, 20, 30]).to_file(city / "clinics.gpkg")
    register.path.write_bytes((folder_of(register) / "register.v000003.gpkg").read_bytes())

    def ask(*typed: str, language: str = "en") -> tuple[int, str]:
        code = main([typed[0], str(city), *typed[1:], "--language", language])
        told = capsys.readouterr()
        return code, told.out + told.err

    copies = str(folder_of(register))
    code, told = ask("fsck")
    assert (
        code == 1
        and f"{copies} contains 3 copies that are newer" in told
        and "register.v000006.gpkg" in told
    )
    assert "is intact" in told and "No action needed" not in told
    assert "lebih baru" in ask("fsck", language="id")[1]
    plain = json.loads(ask("fsck", "--json")[1])
    assert plain["whole"] and [row["code"] for row in plain["problems"]] == [
        "register_copies_newer"
    ]
    code, told = ask("deliver", str(city / "clinics.gpkg"))
    assert code == 0 and "3 copies that are newer" in told
    code, told = ask("accept", "5")
    assert code == 0 and "3 copies of another history" in told
    code, told = ask("fsck")
    assert code == 1 and "another history" in told
    plain = json.loads(ask("reject", "4", "--why", "x", "--json")[1])
    assert [row["code"] for row in plain["warnings"]] == ["register_copies_other_history"]
