"""What people decide on districts, from the command line: recorded beside the figures, listed,
refused.

In the town West (1) is in greater need by its rank and East (2) in more of the draws, so that the
figures point to both where one district is looked at first (`top = 1`).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pytest

from asset_inventory.cli import main

pytestmark = pytest.mark.slow


@pytest.fixture
def ask(town_with_voices: Path, capsys) -> Callable[..., tuple[int, str]]:
    """A function that runs `decide` on the town, and returns its exit code and what it said on
    both streams.
    """

    def run(*arguments: object, language: str = "en", command: str = "decide") -> tuple[int, str]:
        code = main([command, str(town_with_voices), *map(str, arguments), "--language", language])
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


@pytest.mark.smoke
def test_decisions_are_recorded_with_what_the_figures_say_and_listed(ask, town_with_voices):
    code, said = ask()
    assert code == 0 and said.startswith(
        f"The register of {town_with_voices} has no decision on districts"
    )
    code, said = ask(
        "West",
        "--choice",
        "chosen",
        "--group",
        "Forum",
        "--reason",
        "the clinic stands there",
        "--day",
        "2026-03-02",
    )
    assert code == 0
    first, second, third = said.strip().splitlines()
    assert first == f"Decision 1 is recorded in {town_with_voices / 'register.gpkg'}:"
    assert second == (
        "1. 2 March 2026, Forum. West (1): chosen, in line with the priority ranking. "
        "Reason: the clinic stands there"
    )
    assert third.startswith("Current priority ranking: rank 1 (3 assets); in the top 1 in ")
    code, said = ask(
        "east",
        "--choice",
        "not chosen",
        "--group",
        "Mayor",
        "--reason",
        "others pay for it",
        "--json",
    )
    row = json.loads(said)["decision"]
    assert (row["district"], row["name"], row["figures"], row["rank"], row["top"]) == (
        "2",
        "East",
        "against",
        2,
        1,
    )
    assert row["robustness"] in ("high", "medium") and row["stands"] is True
    code, said = ask("1", "--choice", "withdrawn", "--group", "Forum", "--reason", "moved")
    assert code == 0 and "Forum. West (1): decision withdrawn. Reason: moved" in said
    code, said = ask()
    assert [line[:2] for line in said.splitlines()] == ["1.", "2.", "3.", "3 "]
    assert said.count("[no longer in force]") == 2 and "3 decisions, 1 in force." in said
    code, said = ask(language="id")
    assert (
        "West (1): dipilih, sesuai peringkat prioritas. Alasan: the clinic stands "
        "there [tidak berlaku lagi]"
    ) in said
    assert (
        "East (2): tidak dipilih, berbeda dari peringkat prioritas. Alasan: others pay for it\n"
    ) in said
    assert [one["stands"] for one in json.loads(ask("--json")[1])["decisions"]] == [
        False,
        True,
        False,
    ]
    assert ask(command="fsck")[0] == 0


def test_a_town_without_criteria_says_that_there_are_no_figures(town, capsys):
    told = [str(town), "1", "--choice", "not chosen", "--group", "G", "--reason", "R"]
    assert main(["decide", *told, "--language", "en"]) == 0
    said = capsys.readouterr().out
    assert "1: not chosen, not ranked. Reason: R" in said and "[resilience.criteria]" in said
    assert main(
        [
            "assess",
            str(town),
            "--language",
            "en",
            "--results",
            str(town / "out"),
            "--map",
            str(town / "map.html"),
        ]
    ) in (0, 1)
    assert "register" not in capsys.readouterr().err  # its layers are still read from their files


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (
            ("Wst", "--choice", "chosen", "--group", "G", "--reason", "R"),
            1,
            ('did you mean "West"', 'maksudnya "West"'),
        ),
        (
            ("Atlantis", "--choice", "chosen", "--group", "G", "--reason", "R"),
            1,
            ("is not among the districts of the city", "tidak termasuk wilayah kota"),
        ),
        (("West", "--choice", "chosen", "--reason", "R"), 1, ("--group", "--group")),
        (
            ("West", "--choice", "chosen", "--group", "G", "--reason", " "),
            1,
            ("give it with --reason", "berikan dengan --reason"),
        ),
        (
            ("West", "--choice", "chosen", "--group", "G", "--reason", "\u200b-"),
            1,
            ("give it with --reason", "berikan dengan --reason"),
        ),
        (
            ("West", "--choice", "withdrawn", "--group", "G", "--reason", "R"),
            1,
            ("withdrawn", "dicabut"),
        ),
        (
            ("West", "--group", "G", "--reason", "R"),
            2,
            ("give the decision with --choice", "berikan keputusannya dengan --choice"),
        ),
        (
            ("--choice", "chosen"),
            2,
            ("give the district of the decision", "sebutkan wilayah yang diputuskan"),
        ),
        (
            ("West", "--choice", "maybe"),
            2,
            ("chosen, not chosen, withdrawn", "chosen, not chosen, withdrawn"),
        ),
        (
            ("West", "--choice", "chosen", "--day", "2199-01-01"),
            2,
            ("1 January 2199", "1 Januari 2199"),
        ),
    ],
)
def test_what_cannot_be_recorded_is_said_in_both_languages(
    ask, town_with_voices, arguments, code, said
):
    for language, part in zip(("en", "id"), said, strict=True):
        given, text = ask(*arguments, language=language)
        assert given == code and part in text and "Traceback" not in text
    assert not (town_with_voices / "register.gpkg").exists()
    if code == 1:
        assert json.loads(ask(*arguments, "--json")[1].splitlines()[0])["error"]["message"]


def test_what_is_no_text_becomes_one(ask):
    code, said = ask(
        "West",
        "--choice",
        "chosen",
        "--group",
        "F\udcff",
        "--reason",
        " the clinic\n stands\x1b there ",
    )
    assert (
        code == 0
        and "F?. West (1): chosen" in said
        and "Reason: the clinic stands\ufffd there\n" in said
    )
    assert ask(command="fsck")[0] == 0


@pytest.mark.slow
def test_a_decision_on_a_district_that_is_gone_is_said_and_can_be_withdrawn(ask, town_with_voices):
    told = ("--group", "Forum", "--reason", "moved")
    assert ask("East", "--choice", "chosen", *told)[0] == 0
    districts = gpd.read_file(town_with_voices / "districts.gpkg")
    districts[districts["CODE"] != "2"].to_file(town_with_voices / "districts.gpkg")
    for language, part in (
        ("en", 'decision 1 is on "2"'),
        ("id", 'keputusan 1 berlaku untuk "2"'),
    ):
        assert part in ask("--only", "findings", command="resilience", language=language)[1]
    assert "2" in ask("--only", "priorities", command="resilience")[1].splitlines()[-2].split()
    assert ask("2", "--choice", "chosen", *told)[0] == 1
    code, said = ask("2", "--choice", "withdrawn", *told)
    assert code == 0 and "Forum. 2: decision withdrawn" in said
    assert ask("2", "--choice", "withdrawn", *told)[0] == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "done",
    [
        "UPDATE register_decisions SET reason = 'paid for' WHERE decision_id = 1",
        "UPDATE register_decisions SET choice = 'maybe' WHERE decision_id = 1",
        "DELETE FROM register_decisions",
    ],
)
def test_nothing_rests_on_a_decision_that_was_altered(ask, town_with_voices, done):
    told = ("--group", "Forum", "--reason", "moved")
    assert ask("East", "--choice", "chosen", *told)[0] == 0
    with closing(sqlite3.connect(town_with_voices / "register.gpkg")) as connection:
        connection.execute(done)
        connection.commit()
    for language, part in (
        ("en", "was changed or deleted after it was recorded"),
        ("id", "diubah atau dihapus setelah dicatat"),
    ):
        for arguments, command in (
            ((), "decide"),
            (("West", "--choice", "chosen", *told), "decide"),
            (("--only", "priorities"), "resilience"),
        ):
            code, said = ask(*arguments, command=command, language=language)
            assert code == 1 and part in said and "fsck" in said
