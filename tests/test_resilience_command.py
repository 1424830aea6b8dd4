"""`resilience CITY`: all of it once, each part alone, in both languages, for both audiences, and
reckoned again.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pandas as pd
import pytest

from asset_inventory.assessment.resilience import ON_WATER, assess_resilience, ranking_of
from asset_inventory.assessment.run import assess
from asset_inventory.cli import main
from asset_inventory.cli.resilience import PARTS, PARTS_ON_WATER, print_part, table_of
from asset_inventory.messages import LANGUAGES
from asset_inventory.model.reading import read_city

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    """Where nobody says where, files are written below the folder in which one works."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_whole_is_told_written_and_stands(town_with_voices, tmp_path, ask, language):
    code, said = ask(
        "resilience", town_with_voices, "--results", tmp_path / "drawn", language=language
    )
    assert code == 1  # the depot has no geometry, which must be mended
    for told in ("PKK 6", " = 1", "East", str(tmp_path / "drawn")):
        assert told in said, told
    there = {path.name for path in (tmp_path / "drawn").iterdir()}
    assert {
        "run.json",
        "resilience.gpkg",
        "district_ranking.csv",
        "votes.csv",
        "programmes.csv",
        "findings.csv",
    } <= there
    code, said = ask("verify", tmp_path / "drawn", language=language)
    assert code == 0, said


def test_every_table_says_whether_it_is_invented(town_with_voices, tmp_path, ask):
    ask("resilience", town_with_voices, "--results", tmp_path)
    told = {
        path.stem: pd.read_csv(path)["data_status"].unique().tolist()
        for path in tmp_path.glob("*.csv")
    }
    assert told["votes"] == told["statements"] == told["district_ranking"] == ["exercise"]
    assert told["programmes"] == told["district_indicators"] == ["real"]


def test_each_part_is_told_in_both_languages(town_with_voices, capsys):
    drawn = assess_resilience(assess(read_city(town_with_voices)))
    for part in PARTS:
        told = []
        for language in LANGUAGES:
            print_part(part, drawn, language)
            told.append(capsys.readouterr().out.strip())
        assert all(told) and told[0] != told[1], part


def test_a_part_alone_rests_on_less_and_says_the_same(town_with_voices):
    assessment = assess(read_city(town_with_voices))
    whole, less = assess_resilience(assessment), assess_resilience(assessment, water=False)
    for part in set(PARTS) - set(PARTS_ON_WATER):
        assert table_of(part, whole, "en").equals(table_of(part, less, "en")), part
    pd.testing.assert_frame_equal(ranking_of(assessment)[0], whole.district_ranking)
    tables = [
        one.name
        for one in dataclasses.fields(whole)
        if isinstance(getattr(whole, one.name), pd.DataFrame)
    ]
    lost = {name for name in tables if len(getattr(whole, name)) and not len(getattr(less, name))}
    assert lost and lost <= set(ON_WATER)
    assert all(not len(getattr(less, name)) for name in ON_WATER)


def test_a_part_alone_writes_nothing(town_with_voices, ask, tmp_path):
    _, said = ask("resilience", town_with_voices, "--only", "gaps")
    assert "Power cuts" in said
    assert not list((tmp_path / "here").iterdir())


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_city_that_declares_nothing_is_told_so_and_has_its_map(town, tmp_path, ask, language):
    code, _ = ask(
        "resilience",
        town,
        "--results",
        tmp_path / "drawn",
        "--map",
        tmp_path / "map.html",
        language=language,
    )
    assert code == 1  # for the depot
    assert ask("verify", tmp_path / "drawn")[0] == 0
    said = ask("resilience", town, "--only", "findings", language=language)[1]
    assert "[resilience.criteria.ead_per_hectare]" in said
    assert (tmp_path / "map.html").stat().st_size > 100_000


def test_a_part_as_machines_read_it(town_with_voices, ask):
    _, said = ask("resilience", town_with_voices, "--only", "districts", "--json")
    rows = json.loads(said)["districts"]
    assert [(row["district_name"], row["rank"]) for row in rows] == [("West", 1), ("East", 2)]
    assert rows[0]["score"] is None


def test_a_part_that_is_mistyped_is_told_what_is_near(town_with_voices, ask):
    assert ask("resilience", town_with_voices, "--only", "statments")[0] == 2
    for language, near in (
        ("en", "did you mean statements?"),
        ("id", "apakah maksudnya statements?"),
    ):
        assert (
            near in ask("resilience", town_with_voices, "--only", "statments", language=language)[1]
        )


@pytest.mark.slow
def test_a_vote_that_changed_is_an_input_that_changed(town_with_voices, tmp_path, ask):
    ask("resilience", town_with_voices, "--results", tmp_path / "drawn")
    votes = town_with_voices / "votes.csv"
    votes.write_text(
        votes.read_text(encoding="utf-8").replace("PKK,1,flood,1", "PKK,1,flood,9"),
        encoding="utf-8",
    )
    code, said = ask("verify", tmp_path / "drawn")
    assert code == 1 and "votes.csv" in said


@pytest.mark.smoke
def test_a_public_folder_holds_no_voter_and_no_word_of_a_person(town_with_voices, tmp_path, ask):
    ask("resilience", town_with_voices, "--results", tmp_path / "drawn", "--audience", "public")
    assert ask("verify", tmp_path / "drawn", town_with_voices)[0] == 0
    held = b"".join(path.read_bytes() for path in (tmp_path / "drawn").iterdir())
    for word in (b"Air masuk rumah", b"Dinas PU", b"Pump house", b"Social office", b"poor people"):
        assert word not in held, word
    ranks = pd.read_csv(tmp_path / "drawn" / "group_ranks.csv")
    assert set(ranks["group"]) == {"PKK", "Pedagang"}
    assert not (tmp_path / "drawn" / "votes.csv").exists()


@pytest.mark.slow
def test_a_decision_taken_afterwards_leaves_the_run_as_it_was(town_with_voices, tmp_path, ask):
    declared = town_with_voices / "city.toml"
    declared.write_text(
        'register = "register.gpkg"\n' + declared.read_text(encoding="utf-8"), encoding="utf-8"
    )
    ask("start", town_with_voices)
    reasoned = ("--group", "Forum", "--reason", "moved")
    chosen = ("decide", town_with_voices, "West", "--choice", "chosen", *reasoned)
    assert ask(*chosen)[0] == 0
    ask("resilience", town_with_voices, "--results", tmp_path / "drawn")
    _, said = ask("resilience", town_with_voices, "--results", tmp_path / "again")
    assert "decided by the forum: West" in said
    assert ask("decide", town_with_voices, "West", "--choice", "withdrawn", *reasoned)[0] == 0
    code, said = ask("verify", tmp_path / "drawn")
    assert code == 0, said
    assert (
        "Proposed priority districts: East."
        in ask("resilience", town_with_voices, "--results", tmp_path / "later")[1]
    )


@pytest.mark.slow
def test_pages_and_the_workbook_for_the_meeting_are_written_where_asked(town_with_voices, capsys):
    assert (
        main(
            [
                "resilience",
                str(town_with_voices),
                "--language",
                "both",
                "--per",
                "district",
                "--to",
                "out",
            ]
        )
        == 1
    )
    said = capsys.readouterr().out
    assert "Preliminary Resilience Assessment: out/preliminary-en.html" in said
    there = {path.relative_to(Path("out")).as_posix() for path in (Path("out")).rglob("*.*")}
    assert there == {
        "preliminary-en.html",
        "preliminary-id.html",
        "planning-en.xlsx",
        "planning-id.xlsx",
        *(
            f"districts/{name}-{language}.html"
            for language in LANGUAGES
            for name in ("0001-west", "0002-east", "0003-outside-all-districts")
        ),
    }


@pytest.mark.slow
def test_a_public_page_has_no_workbook_beside_it_that_an_earlier_run_left(town_with_voices, ask):
    ask("resilience", town_with_voices, "--to", "out")
    assert (Path("out") / "planning-en.xlsx").exists()
    said = ask("resilience", town_with_voices, "--audience", "public", "--to", "out")[1]
    assert "out/preliminary-en.html" in said
    assert [path.name for path in (Path("out")).iterdir()] == ["preliminary-en.html"]


@pytest.mark.chromium
def test_the_pages_are_printed(town_with_voices, ask):
    assert "1 page printed" in ask("resilience", town_with_voices, "--pdf", "--to", "out")[1]
    assert (Path("out") / "preliminary-en.pdf").read_bytes().startswith(b"%PDF")


ASKED = (
    ("--map", "m.html"),
    ("--results", "r"),
    ("--to", "p"),
    ("--per", "owner"),
    ("--pdf",),
    ("--language", "both"),
)


@pytest.mark.parametrize("asked", ASKED)
def test_what_one_part_or_district_would_not_write_is_refused(town_with_voices, capsys, asked):
    for alone in (("--only", "gaps"), ("--district", "West")):
        assert main(["resilience", str(town_with_voices), *alone, *asked]) == 2
        said = "".join(capsys.readouterr())
        assert alone[0] in said and asked[0] in said
    assert list(Path().iterdir()) == []
    written = asked[0] in ("--map", "--results")  # with the tables for machines too
    if not written:
        assert main(["resilience", str(town_with_voices), "--json", *asked]) == 2
        assert "--json" in "".join(capsys.readouterr())


def test_one_part_and_one_district_are_not_asked_for_at_once(town_with_voices, ask):
    code, said = ask("resilience", town_with_voices, "--only", "gaps", "--district", "West")
    assert code == 2 and "--only" in said and "--district" in said
