"""The stories in README and docs: played in an empty folder, their commands answer what stands
there, word by word.
"""

from __future__ import annotations

import difflib
import re
import shlex
import sys
from pathlib import Path

import pytest

from asset_inventory.cli import main
from tests.support.paths import PROJECT

pytestmark = pytest.mark.story

GUIDES = {"en": PROJECT / "docs" / "nine-months.md", "id": PROJECT / "docs" / "sembilan-bulan.md"}


@pytest.fixture
def make_story(monkeypatch):
    """The script that plays and writes the story."""
    monkeypatch.syspath_prepend(str(PROJECT / "scripts"))
    import make_story

    yield make_story
    sys.modules.pop("make_story")


def held_to(make_story, page: Path, folder: Path, *, which: int = 0) -> str:
    """Play a story of a page, hold its answers to what stands there, and return it."""
    story = make_story.stories_in(page.read_text(encoding="utf-8"))[which]
    now = make_story.played(story, folder.resolve())
    found, kept = (make_story.blanked(one).splitlines() for one in (now, story))
    assert found == kept, "\n".join(
        difflib.unified_diff(kept, found, page.name, "now", lineterm="")
    )
    return story


def commands_in(text: str) -> list[list[str]]:
    """The words of every command that is typed or named in a page, without the program's name."""
    typed = re.findall(r"^\$ asset-inventory (.*)$", text, re.MULTILINE)
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    named = re.findall(r"`asset-inventory\s+([^`]*)`", prose)
    return [shlex.split(one) for one in (*typed, *named)]


def test_each_command_of_the_story_answers_what_stands_in_readme(make_story, tmp_path):
    """Days, times and the folder apart. What has changed is written anew by `make story`."""
    story = held_to(make_story, PROJECT / "README.md", tmp_path)
    typed = {line.split()[2] for line in story.splitlines() if line.startswith("$ asset-inventory")}
    assert typed == {
        "start",
        "export",
        "validate",
        "deliver",
        "review",
        "accept",
        "history",
        "undo",
        "reject",
        "fsck",
    }
    assert "12 added" in story and "invented" in story


def test_readme_leads_from_an_empty_folder_to_a_preliminary_resilience_assessment(
    make_story, tmp_path
):
    story = held_to(make_story, PROJECT / "README.md", tmp_path, which=1)
    typed = [line.split()[2] for line in story.splitlines() if line.startswith("$ asset-inventory")]
    assert typed == ["demo", "ballot", "resilience", "resilience", "decide", "decide", "resilience"]
    assert "invented" in story


@pytest.mark.parametrize("language", GUIDES)
def test_the_nine_months_answer_what_stands_in_the_guide(make_story, tmp_path, language):
    story = held_to(make_story, GUIDES[language], tmp_path)
    assert all(
        line.endswith(f"--language {language}")
        for line in story.splitlines()
        if line.startswith("$ asset")
    )
    assert len(re.findall(r"^## (?:Month|Bulan) \d:", story, re.MULTILINE)) == 9


@pytest.mark.parametrize("language", GUIDES)
def test_every_command_that_a_guide_names_is_there_with_its_options(capsys, language):
    for command, *words in commands_in(GUIDES[language].read_text(encoding="utf-8")):
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            raise SystemExit(main([command, "--help", "--language", "en"]))
        said = capsys.readouterr().out
        assert end.value.code == 0 and command in said, command
        for option in (one for one in words if one.startswith("--")):
            assert option in said, f"{command} {option}"
        for part in re.findall(r"--only (\S+)", " ".join(words)):
            assert re.search(rf"\b{part}\b", said), part


def test_both_guides_type_and_name_the_same():
    both = [commands_in(path.read_text(encoding="utf-8")) for path in GUIDES.values()]
    english, indonesian = (
        [[word for word in one if word not in GUIDES] for one in side] for side in both
    )
    assert english == indonesian and len(english) > 15
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert all(f"docs/{path.name}" in readme for path in GUIDES.values())


def test_another_answer_is_seen_and_a_day_is_not(make_story, tmp_path):
    story = "```text\n$ asset-inventory fsck kota --language en\nwhole since 2026-03-01\n```\n"
    now = make_story.played(story, tmp_path)
    assert "kota/city.toml: no such city file" in now and "whole" not in now
    assert make_story.blanked("2026-03-01, 2026-03-01 07:30 and 2026-03-01T07:30:00.123+00:00") == (
        "<day>, <time> and <time>"
    )
