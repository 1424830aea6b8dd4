"""The story in README: played in an empty folder, its commands answer what stands there, word by word."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def make_story(monkeypatch):
    """The script that plays and writes the story."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import make_story

    yield make_story
    sys.modules.pop("make_story")


def test_each_command_of_the_story_answers_what_stands_in_readme(make_story, tmp_path):
    """Days, times and the folder apart. What has changed is written anew by `make story`."""
    story = make_story.story_in((ROOT / "README.md").read_text(encoding="utf-8"))
    now = make_story.played(story, tmp_path.resolve())
    found, kept = (make_story.blanked(one).splitlines() for one in (now, story))
    assert found == kept, "\n".join(difflib.unified_diff(kept, found, "README.md", "now", lineterm=""))
    typed = {line.split()[2] for line in story.splitlines() if line.startswith("$ asset-inventory")}
    assert typed == {"start", "export", "validate", "deliver", "review", "accept", "history", "undo", "reject", "fsck"}
    assert "12 added" in story and "invented" in story


def test_another_answer_is_seen_and_a_day_is_not(make_story, tmp_path):
    story = "```text\n$ asset-inventory fsck kota --language en\nwhole since 2026-03-01\n```\n"
    now = make_story.played(story, tmp_path)
    assert "kota/city.toml: no such city file" in now and "whole" not in now
    assert make_story.blanked("2026-03-01, 2026-03-01 07:30 and 2026-03-01T07:30:00.123+00:00") == (
        "<day>, <time> and <time>"
    )
