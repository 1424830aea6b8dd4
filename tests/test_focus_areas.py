"""Focus areas: themes of a city with what speaks for them, and what its forum decides on them.

The town has five shocks and stresses, of which the flood alone names drivers (7 and 8).
"""

from __future__ import annotations

import html
import json
import math
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from asset_inventory import register as registers
from asset_inventory.assessment.resilience import assess_resilience
from asset_inventory.assessment.run import assess
from asset_inventory.cli import main
from asset_inventory.disclosure.resilience import disclosed_resilience
from asset_inventory.model.errors import CityError, RegisterError
from asset_inventory.model.library import resilience_drivers
from asset_inventory.model.reading import read_city
from asset_inventory.model.resilience import FocusArea, Pressure
from asset_inventory.outputs.report.write import write_resilience_report
from asset_inventory.register.integrity import examine
from asset_inventory.resilience.priorities import (
    MEASURED,
    NO_PROGRAMME,
    PERCEIVED,
    evidence_at_choice,
    themes,
)
from tests.support.clinic_register import alter, open_clinics

WATER = """
[[focus_areas]]
id = "water"
name = { id = "Air dan banjir", en = "Water and flood" }
pressures = ["flood", "sinking"]

[[focus_areas]]
id = "livelihoods"
name = { id = "Mata pencaharian", en = "Livelihoods" }
pressures = ["poverty"]
drivers = ["2"]
"""
BODY = ("--group", "Forum", "--reason", "the tide comes daily", "--day", "2026-03-02")


@pytest.fixture
def ask(town_with_voices: Path, capsys) -> Callable[..., tuple[int, str]]:
    """A function that runs a command on the town: its exit code, and what it printed."""

    def run(command: str, *arguments: str, language: str = "en") -> tuple[int, str]:
        code = main([command, str(town_with_voices), *arguments, "--language", language])
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


def declare(town: Path, text: str = WATER) -> Path:
    city = town / "city.toml"
    declared = city.read_text(encoding="utf-8")
    city.write_text(
        declared.replace("[resilience]\n", f"{text}\n[resilience]\n", 1), encoding="utf-8"
    )
    return town


def drawn(town: Path):
    return assess_resilience(assess(read_city(town)))


# What speaks for a theme


def pressure(name: str, *drivers: str) -> Pressure:
    return Pressure(id=name, name=name, kind="stress", drivers=drivers)


RAISED = pd.DataFrame(
    {
        "pressure": ["a", "b", "c", "d"],
        "perceived_rank": [1.0, 2.0, 3.0, math.nan],
        "statements": [4.0, 0.0, 1.0, 2.0],
        "cost": [math.nan, 50.0, 20.0, 70.0],
        "cost_rank": [math.nan, 2.0, 3.0, 1.0],
    }
)
DONE = pd.DataFrame(
    {
        "pressures": [("a",), ("b", "c"), ("d",)],
        "drivers": [("1",), (), ()],
        "status": ["running", None, "stopped"],
    }
)
AREAS = [
    FocusArea(id="one", name="One", pressures=["a", "d"]),
    FocusArea(id="two", name="Two", pressures=["b", "c"], drivers=["1"]),
    FocusArea(id="three", name="Three", drivers=["5"]),
    FocusArea(id="four", name="Four", pressures=["c"]),
]


def test_reasons_ranks_sums_and_programmes_of_each_theme():
    """`one` has the first by votes and by EAD, and d, whose programme stopped; `two` has nobody
    among the first one, and three programmes that answer or serve it, of which one counts twice in
    neither; `three` has a driver without a programme.
    """
    table = themes(AREAS, [pressure(name) for name in "abcd"], RAISED, DONE, first=1)
    rows = table.set_index("theme").to_dict("index")
    assert table["theme"].tolist() == ["one", "three", "two", "four"]
    assert rows["one"]["reasons"] == (PERCEIVED, MEASURED, NO_PROGRAMME)
    assert (rows["one"]["perceived_rank"], rows["one"]["statements"], rows["one"]["cost"]) == (
        1,
        6,
        70,
    )
    assert rows["one"]["pressures_without_programme"] == ("d",)
    assert [rows[name]["programmes"] for name in ("one", "two", "three", "four")] == [1, 2, 0, 1]
    assert rows["two"]["reasons"] == () and rows["three"]["reasons"] == (NO_PROGRAMME,)
    # themes with as many reasons: what is perceived as more pressing comes first
    assert rows["two"]["perceived_rank"] < rows["four"]["perceived_rank"]


def test_more_reasons_come_first_whatever_the_order_of_declaration():
    pressures = [pressure(name) for name in "abcd"]
    there = themes(AREAS, pressures, RAISED, DONE, first=2)
    back = themes(AREAS[::-1], pressures, RAISED, DONE, first=2)
    assert there["theme"].tolist() == back["theme"].tolist()
    counts = there["reasons"].map(len).tolist()
    assert counts == sorted(counts, reverse=True)


def test_without_a_list_of_programmes_nothing_is_said_of_them():
    table = themes(AREAS, [pressure(name) for name in "abcd"], RAISED, None, first=1)
    assert table["programmes"].isna().all()
    assert not any(NO_PROGRAMME in reasons for reasons in table["reasons"])


def test_a_city_that_declares_none_has_a_theme_for_each_driver():
    pressures = [pressure("a", "7"), pressure("b", "7", "8"), pressure("c"), pressure("d", "8")]
    served = DONE.assign(drivers=[tuple(resilience_drivers()), (), ()])
    table = themes([], pressures, RAISED, served, first=1)
    assert set(table["theme"]) == {*resilience_drivers()}
    within = dict(zip(table["theme"], table["pressures"], strict=True))
    assert {name: several for name, several in within.items() if several} == {
        "7": ("a", "b"),
        "8": ("b", "d"),
    }
    # nothing but empty themes could be listed
    assert themes([], [], RAISED.iloc[:0], served, first=1).empty


def test_a_choice_is_compared_with_the_reasons():
    table = themes(AREAS, [pressure(name) for name in "abcd"], RAISED, DONE, first=1)
    told = {
        (theme, choice): evidence_at_choice(table, theme, choice)["figures"]
        for theme in ("one", "two", "gone")
        for choice in ("chosen", "not chosen", "withdrawn")
    }
    assert told == {
        ("one", "chosen"): "with",
        ("one", "not chosen"): "against",
        ("two", "chosen"): "against",
        ("two", "not chosen"): "with",
        ("gone", "chosen"): "no figures",
        ("gone", "not chosen"): "no figures",
        **{(theme, "withdrawn"): None for theme in ("one", "two", "gone")},
    }
    assert evidence_at_choice(table, "two", "chosen")["rank"] == 3


# The declaration


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ('pressures = ["flod"]', 'did you mean "flood"'),
        ('drivers = ["13"]', '"13" is not a driver'),
        ("", "neither `pressures` nor `drivers`"),
    ],
)
def test_faults_of_focus_areas_are_named(town_with_voices, given, fault):
    declare(town_with_voices, f'[[focus_areas]]\nid = "water"\nname = "Water"\n{given}\n')
    with pytest.raises(CityError) as caught:
        read_city(town_with_voices)
    assert fault in str(caught.value) and "focus_areas" in str(caught.value)


def test_two_focus_areas_of_one_id_are_refused(town_with_voices):
    declare(town_with_voices, WATER + WATER)
    with pytest.raises(CityError, match="focus_areas"):
        read_city(town_with_voices)


# Decisions


def decide(register, choice: str = "chosen", *, theme: str = "water", **entry) -> pd.DataFrame:
    entry = {
        "group": "Forum",
        "reason": "the tide",
        "day": pd.Timestamp("2026-03-02").date(),
    } | entry
    figures = {
        "rank": 1.0,
        "top": None,
        "top_share": None,
        "robustness": None,
        "non_dominated": False,
        "figures": "with",
    }
    district = entry.pop("district", None)
    return registers.decide(
        register, district, choice, theme=None if district else theme, figures=figures, **entry
    )


def test_a_decision_on_a_theme_replaces_none_on_a_district_of_the_same_id(tmp_path):
    register = open_clinics(tmp_path)
    decide(register, theme="1")
    decide(register, district="1")
    table = decide(register, "not chosen", theme="1")
    assert table["stands"].tolist() == [False, True, True]
    assert table["theme"].fillna("-").tolist() == ["1", "-", "1"]
    assert table["district"].fillna("-").tolist() == ["-", "1", "-"]
    table = decide(register, "withdrawn", theme="1")
    assert table["stands"].tolist() == [False, True, False, False]
    with pytest.raises(RegisterError, match='no decision on "1" is in force'):
        decide(register, "withdrawn", theme="1")
    assert examine(register.path).empty


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE register_decisions SET theme = 'roads' WHERE decision_id = 1",
        "UPDATE register_decisions SET theme = NULL WHERE decision_id = 1",
        "UPDATE register_decisions SET theme = 'water', district = '' WHERE decision_id = 2",
        "UPDATE register_decisions SET theme = '' WHERE decision_id = 2",
    ],
)
def test_a_decision_that_was_moved_to_another_subject_is_found(tmp_path, sql):
    register = open_clinics(tmp_path)
    decide(register)
    decide(register, district="1")
    alter(register, sql)
    assert "register_decision_altered" in examine(register.path)["code"].tolist()
    with pytest.raises(RegisterError, match="changed or deleted"):
        registers.recorded_decisions(register)


@pytest.mark.slow
def test_a_focus_area_is_decided_by_its_name_in_either_language(ask, town_with_voices):
    declare(town_with_voices)
    code, said = ask("decide", "--focus-area", "air dan banjir", "--choice", "chosen", *BODY)
    first, second, third = said.strip().splitlines()
    assert code == 0 and first.startswith("Decision 1 is recorded in ")
    assert "Water and flood (water): chosen, in line with the data" in second
    # the flood: first by votes and by EAD; no programme answers the sinking ground
    assert third.startswith("Reasons in the current data: perceived rank 1; EAD as mapped Rp")
    assert third.endswith("no programme for Sinking ground.")
    code, said = ask("decide", "--focus-area", "livelihoods", "--choice", "not chosen", *BODY)
    assert code == 0 and "Livelihoods (livelihoods): not chosen" in said
    assert ask("decide", "West", "--choice", "chosen", *BODY)[0] == 0
    code, said = ask("decide", language="id")
    assert code == 0 and "Air dan banjir (water): dipilih" in said and "West (1)" in said
    code, said = ask("resilience", "--only", "focus-areas", "--json")
    rows = {row["theme"]: row for row in json.loads(said)["focus-areas"]}
    assert rows["water"]["decision"].startswith("chosen (") and "2026" in rows["water"]["decision"]
    code, said = ask("resilience", "--only", "decisions")
    assert "Water and flood" in said and "West" in said
    # a priority district is a place, whatever was decided on themes
    code, said = ask("resilience", "--only", "priorities")
    assert "West" in said and "Water" not in said


@pytest.mark.slow
def test_what_names_no_focus_area_is_refused_with_what_there_is(ask, town_with_voices):
    code, said = ask("decide", "--focus-area", "Watter and flood", "--choice", "chosen", *BODY)
    assert code == 1 and 'no focus area is called "Watter and flood"' in said and "12" in said
    declare(town_with_voices)
    code, said = ask("decide", "--focus-area", "Watter and flood", "--choice", "chosen", *BODY)
    assert code == 1 and 'did you mean "Water and flood"?' in said
    code, said = ask("decide", "West", "--focus-area", "water", "--choice", "chosen", *BODY)
    assert code == 2 and "--focus-area" in said
    assert not (town_with_voices / "register.gpkg").exists()


@pytest.mark.slow
def test_a_decision_on_a_theme_that_is_gone_is_a_finding_and_can_be_withdrawn(
    ask, town_with_voices
):
    before = (town_with_voices / "city.toml").read_text(encoding="utf-8")
    declare(town_with_voices)
    assert ask("decide", "--focus-area", "water", "--choice", "chosen", *BODY)[0] == 0
    (town_with_voices / "city.toml").write_text(before, encoding="utf-8")
    said = ask("resilience", "--only", "findings")[1]
    assert 'decision 1 is on the focus area "water"' in said and "--choice withdrawn" in said
    code, said = ask("decide", "--focus-area", "water", "--choice", "withdrawn", *BODY)
    assert code == 0 and "decision withdrawn" in said
    assert 'the focus area "water"' not in ask("resilience", "--only", "findings")[1]


# Pages


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "id"])
def test_the_assessment_lists_focus_areas_and_what_the_forum_decided(
    town_with_voices, tmp_path, language
):
    declare(town_with_voices)
    register = registers.open_register(read_city(town_with_voices))
    decide(register)
    path = write_resilience_report(drawn(town_with_voices), tmp_path, languages=(language,))
    page = path.reports[language].read_text(encoding="utf-8")
    text = html.unescape(re.sub(r"<[^>]+>", "", page))
    expected = {
        "en": (
            "Focus areas (themes)",
            "Water and flood",
            "1 focus area decided by the forum: Water and flood.",
            "Shocks and stresses in no focus area: Landslide, Power cuts.",
            "chosen (2 March 2026)",
        ),
        "id": (
            "Area fokus (tema)",
            "Air dan banjir",
            "1 area fokus diputuskan forum: Air dan banjir.",
            "Guncangan dan tekanan di luar area fokus: Longsor, Listrik padam.",
            "dipilih (2 Maret 2026)",
        ),
    }
    for sentence in expected[language]:
        assert sentence in text


@pytest.mark.slow
def test_the_public_edition_has_no_reason_that_rests_on_internal_programmes(town_with_voices):
    declare(town_with_voices)
    register = registers.open_register(read_city(town_with_voices))
    decide(register)
    inside = drawn(town_with_voices)
    public = disclosed_resilience(inside)
    assert any(NO_PROGRAMME in reasons for reasons in inside.themes["reasons"])
    assert public.themes["programmes"].isna().all()
    assert not any(NO_PROGRAMME in reasons for reasons in public.themes["reasons"])
    (row,) = public.decisions.to_dict("records")
    assert (row["theme"], row["choice"], row["group"], row["reason"]) == ("water", "chosen", "", "")
    assert pd.isna(row["figures"])  # which the public's other reasons would contradict
