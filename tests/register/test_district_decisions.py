"""Decisions on districts: recorded as they were taken, never rewritten, the last one stands,
each byte watched.
"""

from __future__ import annotations

import datetime
import gzip
import json
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asset_inventory import register as registers
from asset_inventory.model.errors import AssetInventoryError, RegisterError
from asset_inventory.model.tables import CHOICES, TABLES
from asset_inventory.register import Register, store
from tests.support.clinic_register import STORES, alter, clinics, hand_in, open_clinics, whole
from tests.support.disk_limits import no_file_larger_than, nothing_may_be_written
from tests.support.paths import PROJECT

DAY = datetime.date(2026, 3, 2)
SAID = {
    "rank": 4.0,
    "top": 5.0,
    "top_share": 0.4,
    "robustness": "low",
    "non_dominated": True,
    "figures": "with",
}
# fmt: off
NO_FIGURES = {"rank": None, "top": None, "top_share": float("nan"), "robustness": None, "non_dominated": False,
              "figures": "no figures"}
# fmt: on


def decide(register: Register, district: str = "1", choice: str = "chosen", **told) -> pd.DataFrame:
    told = {"group": "Forum", "reason": "the dike is old", "day": DAY, "figures": SAID} | told
    return registers.decide(register, district, choice, **told)


# What stands


def test_the_first_decision_begins_a_register_and_says_all_that_was_said(register):
    assert registers.recorded_decisions(register).empty and not registers.exists(register)
    told = decide(register, reason="  the dike is old\n")
    assert (
        registers.exists(register)
        and registers.layers(register) == []
        and registers.version(register) == 0
    )
    row = told.astype(object).where(told.notna(), None).iloc[-1].to_dict()
    at = datetime.datetime.fromisoformat(row.pop("recorded_at"))
    assert abs(datetime.datetime.now(datetime.UTC) - at) < datetime.timedelta(minutes=1)
    assert (
        row
        == {
            "decision": 1,
            "day": "2026-03-02",
            "group": "Forum",
            "district": "1",
            "theme": None,
            "choice": "chosen",
            "reason": "the dike is old",
            "stands": True,
        }
        | SAID
    )
    assert [*told] == [column.name for column in TABLES["DECISIONS"].columns]
    assert whole(register) == []
    hand_in(register, clinics())  # which the register takes as if it had begun with it
    assert registers.version(register) == 1 and len(registers.recorded_decisions(register)) == 1
    assert whole(register) == []


def test_a_decision_is_taken_back_or_turned_round_by_a_later_one_and_stays_written(register):
    steps = [
        ("1", "chosen"),
        ("2", "chosen"),
        ("1", "withdrawn"),
        ("1", "not chosen"),
        ("2", "withdrawn"),
    ]
    for district, choice in steps:
        told = decide(register, district, choice, figures=NO_FIGURES)
    assert [*zip(told["district"], told["choice"], strict=True)] == steps
    # of «1» the fourth is the last and no withdrawal; of «2» the last takes back
    assert told["stands"].tolist() == [False, False, False, True, False]
    assert told[["rank", "top", "top_share", "robustness"]].isna().all(axis=None)
    assert not told["non_dominated"].any() and set(told["figures"]) == {"no figures"}


def test_a_day_is_looked_back_at(register):
    for choice, day in (("chosen", 2), ("withdrawn", 5), ("not chosen", 9)):
        decide(register, "1", choice, day=datetime.date(2026, 3, day))
    then = {
        day: registers.recorded_decisions(register, until=datetime.date(2026, 3, day))
        for day in (1, 4, 8, 9)
    }
    assert {day: table["stands"].tolist() for day, table in then.items()} == {
        1: [],
        4: [True],
        8: [False, False],
        9: [False, False, True],
    }


@pytest.mark.slow
@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from("123"), st.sampled_from(CHOICES)), max_size=12))
def test_at_most_one_decision_on_a_district_stands_and_it_is_the_last(tmp_path_factory, steps):
    register, kept = open_clinics(tmp_path_factory.mktemp("law")), []
    for district, choice in steps:
        try:
            decide(register, district, choice)
            kept.append((district, choice))
        except RegisterError as fault:
            assert fault.key == "error.nothing_to_withdraw" and choice == "withdrawn"
            assert [one for name, one in kept if name == district][-1:] in ([], ["withdrawn"])
    told = registers.recorded_decisions(register)
    assert [*zip(told["district"], told["choice"], strict=True)] == kept
    last = {district: (place, choice) for place, (district, choice) in enumerate(kept)}
    stands = {place for place, choice in last.values() if choice != "withdrawn"}
    assert set(told.index[told["stands"]]) == stands
    assert whole(register) == [] if kept else not registers.exists(register)


def test_layers_deliveries_and_their_undoing_are_not_disturbed(register):
    made = hand_in(register, clinics())
    before = registers.table(register, "clinics").to_json(), registers.history(register).to_json()
    decide(register)
    hand_in(register, clinics(BEDS=[1, 2, 3]))
    registers.accept(register, registers.undo(register, made.id + 1, "me").id)
    decide(register, "2", "not chosen")
    assert registers.table(register, "clinics").to_json() == before[0]
    assert registers.history(register).iloc[:3].to_json() == before[1]
    assert registers.version(register) == 3 and len(registers.deliveries(register)) == 3
    assert registers.recorded_decisions(register)["decision"].tolist() == [1, 2]
    assert whole(register) == []


# What is refused


def test_what_cannot_be_decided_is_said_and_records_nothing(register):
    decide(register, day=datetime.date(2026, 3, 9))
    refused = {
        "error.decision_without_group": {"group": " "},
        "error.decision_without_reason": {"reason": "\n"},
        "error.no_such_choice": {"choice": "maybe"},
        "error.nothing_to_withdraw": {"choice": "withdrawn", "district": "2"},
        "error.decision_before_another": {"choice": "not chosen", "day": datetime.date(2026, 3, 8)},
    }
    for key, given_so in refused.items():
        with pytest.raises(RegisterError) as caught:
            decide(register, **given_so)
        assert caught.value.key == key
        assert caught.value.say("en") != caught.value.say("id")
        assert "nothing was recorded" in caught.value.say("en") and "dicatat" in caught.value.say(
            "id"
        )
    assert len(registers.recorded_decisions(register)) == 1 and whole(register) == []


@pytest.mark.slow
def test_a_register_that_is_lost_is_not_begun_anew_by_a_decision(register):
    hand_in(register, clinics())
    hand_in(register, clinics(BEDS=[1, 2, 3]))
    register.path.unlink()
    for do in (registers.recorded_decisions, decide):
        with pytest.raises(RegisterError) as caught:
            do(register)
        assert caught.value.key == "error.register_lost"


# Bad weather


@pytest.fixture(scope="module")
def three_decisions(tmp_path_factory) -> bytes:
    register = open_clinics(tmp_path_factory.mktemp("three"))
    decide(
        register,
        "Rejosari-7",
        reason="the pump stands idle, and the school beside it is the shelter",
    )
    decide(register, "Rejosari-7", "withdrawn", group="Wali kota", figures=SAID | {"figures": None})
    decide(register, "Kemijen-12", "not chosen", figures=NO_FIGURES)
    return register.path.read_bytes()


@pytest.mark.slow
def test_any_flipped_byte_of_a_decision_is_found(register, three_decisions):
    register.path.write_bytes(three_decisions)
    with closing(sqlite3.connect(register.path)) as connection:
        rows = connection.execute("SELECT *, checksum FROM register_decisions").fetchall()
    # Each row's last cell but an empty one; rows grow downwards
    seals = [three_decisions.rindex(row[-1].encode()) for row in rows]
    first, last = min(seals) - 60 - len(repr(rows[-1])), max(seals) + 32
    also = three_decisions.index(rows[-1][-1].encode())  # the last seal, kept beside them
    told = registers.recorded_decisions(register)
    missed = []
    for place in (*range(also - 60, also + 40), *range(first, last)):
        bad = bytearray(three_decisions)
        bad[place] ^= 1 << (place % 8)
        register.path.write_bytes(bad)
        try:
            found = bool(whole(register))
            same = found or registers.recorded_decisions(register).equals(told)
        except RegisterError:
            continue
        if not found and not same:
            missed.append(place)
    assert missed == []


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE register_decisions SET choice = 'chosen' WHERE decision_id = 3",
        "UPDATE register_decisions SET figures = 'against' WHERE decision_id = 1",
        "UPDATE register_decisions SET top_share = 0.41 WHERE decision_id = 1",
        "UPDATE register_decisions SET reason = x'ff' WHERE decision_id = 1",
        "UPDATE register_decisions SET checksum = 'x' WHERE decision_id = 2",
        "DELETE FROM register_decisions WHERE decision_id = 1",
        "DELETE FROM register_decisions WHERE decision_id = 3",  # cut off at the end
        "DELETE FROM register_decisions",
        "UPDATE register_about SET value = '' WHERE key = 'last_decision'",
        "DELETE FROM register_about WHERE key = 'last_decision'",
    ],
)
def test_what_somebody_wrote_past_the_register_is_found(register, three_decisions, sql):
    register.path.write_bytes(three_decisions)
    alter(register, sql)
    rows = registers.fsck(register).to_dict("records")
    assert "register_decision_altered" in [row["code"] for row in rows]


def test_a_decision_that_was_rewritten_with_a_seal_of_its_own_breaks_the_chain(
    register, three_decisions
):
    register.path.write_bytes(three_decisions)
    with closing(sqlite3.connect(register.path)) as connection, connection:
        row = connection.execute(
            "SELECT * FROM register_decisions WHERE decision_id = 1"
        ).fetchone()
        row = ["not chosen" if one == "chosen" else one for one in row[1:-2]]
        sealed = store.checksum("", *row)
        connection.execute(
            "UPDATE register_decisions SET choice = 'not chosen', checksum = ? WHERE decision_id = 1",
            (sealed,),
        )
    (found,) = registers.fsck(register).to_dict("records")
    assert (found["code"], found["arguments"]) == ("register_decision_altered", {"number": "2"})


def test_what_nobody_can_read_as_a_decision_is_told(register, three_decisions):
    register.path.write_bytes(three_decisions)
    alter(register, "UPDATE register_decisions SET rank = 'first' WHERE decision_id = 1")
    with pytest.raises(RegisterError) as caught:
        registers.recorded_decisions(register)
    assert caught.value.key == "error.register_row" and "register_decisions" in str(caught.value)
    assert {"register_decision_altered", "register_unreadable"} <= set(whole(register))


def test_two_at_once_lose_nothing(register):
    hand_in(register, clinics())
    faults = []

    def record(names: str) -> None:
        try:
            for name in names:
                decide(register, name)
        except RegisterError as fault:
            faults.append(fault)

    both = [threading.Thread(target=record, args=(names,)) for names in ("abcd", "efgh")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    told = registers.recorded_decisions(register)
    assert faults == [] and sorted(told["district"]) == [*"abcdefgh"] and told["stands"].all()
    assert whole(register) == []


@pytest.mark.slow
def test_two_processes_may_both_begin_the_register(register):
    script = (
        "import datetime, sys\n"
        "from asset_inventory import register as registers\n"
        "from asset_inventory.model.reading import read_city\n"
        "figures = dict.fromkeys(('rank', 'top', 'top_share', 'robustness', 'figures')) | {'non_dominated': False}\n"
        "register = registers.open_register(read_city(sys.argv[1], files=False))\n"
        "registers.decide(register, sys.argv[2], 'chosen', group='G', reason='R', day=datetime.date(2026, 1, 1),\n"
        "                 figures=figures)\n"
    )
    asked = [
        subprocess.Popen([sys.executable, "-c", script, register.path.parent, name], cwd=PROJECT)
        for name in "ab"
    ]
    assert [one.wait() for one in asked] == [0, 0]
    assert (
        sorted(registers.recorded_decisions(register)["district"]) == ["a", "b"]
        and whole(register) == []
    )


@pytest.mark.slow
def test_a_writer_killed_in_the_middle_leaves_the_old_state(register):
    decide(register)
    script = (
        "import datetime, os, signal, sys\n"
        "from asset_inventory import register as registers\n"
        "from asset_inventory.register import store\n"
        "from asset_inventory.model.reading import read_city\n"
        "store.write_sealed_about = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "registers.decide(registers.open_register(read_city(sys.argv[1], files=False)), '2', 'chosen', group='G',\n"
        "                 reason='R', day=datetime.date(2026, 1, 1), figures={'rank': 1, 'top': 5, 'top_share': 1,\n"
        "                 'robustness': 'firm', 'non_dominated': True, 'figures': 'with'})\n"
    )
    ran = subprocess.run([sys.executable, "-c", script, register.path.parent], cwd=PROJECT)
    assert ran.returncode == -signal.SIGKILL
    assert (
        registers.recorded_decisions(register)["district"].tolist() == ["1"]
        and whole(register) == []
    )
    assert len(decide(register, "2")) == 2 and whole(register) == []


def test_a_full_disk_is_told_and_leaves_what_was(register):
    decide(register)
    with (
        no_file_larger_than(len(register.path.read_bytes()) + 20_000),
        pytest.raises(AssetInventoryError) as caught,
    ):
        decide(register, "2", reason="w" * 200_000)
    assert caught.value.key == "error.disk_full"
    assert len(registers.recorded_decisions(register)) == 1 and whole(register) == []
    assert len(decide(register, "2", reason="w" * 200_000)) == 2


# A store of an older release


@pytest.fixture
def of_the_first_release(open_folder) -> Register:  # noqa: F811
    (open_folder / "register.gpkg").write_bytes(
        gzip.decompress((STORES / "schema1.gpkg.gz").read_bytes())
    )
    return open_clinics(open_folder)


def test_an_older_store_without_decisions_gets_a_place_for_them(of_the_first_release):
    register = of_the_first_release
    version = registers.version(Register(register.path, register.city))
    assert registers.recorded_decisions(register).empty and whole(register) == []
    assert register.path.with_name("register.schema1.gpkg").is_file()
    assert decide(register)["stands"].tolist() == [True]
    assert registers.version(register) == version and whole(register) == []


def test_an_older_store_is_looked_at_where_nothing_may_be_written(of_the_first_release):
    register = of_the_first_release
    bytes_before = register.path.read_bytes()
    with nothing_may_be_written(register.path.parent, register.path):
        assert registers.recorded_decisions(register).empty
        assert registers.layers(register) == ["clinics", "roads"] and whole(register) == []
        told = json.loads((STORES / "schema1.json").read_text(encoding="utf-8"))
        assert len(registers.history(register)) == len(told["history"])
        with pytest.raises(AssetInventoryError):
            decide(register)
    assert register.path.read_bytes() == bytes_before
    assert [path.name for path in register.path.parent.iterdir() if "schema" in path.name] == []
