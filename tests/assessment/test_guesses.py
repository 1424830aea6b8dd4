"""What files are for is guessed right, and a wrong guess is never sure."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import pytest

from asset_inventory.assessment.guesses import ASK, GuessedFile, GuessedFolder, guess
from asset_inventory.intake import profile_folder
from asset_inventory.intake.descriptions import description_of
from tests.support.misleading_folders import FOLDERS
from tests.support.paths import DATA, SHARED

ANSWERS = tomllib.loads((Path(__file__).parent / "draft_answers.toml").read_text(encoding="utf-8"))
Outcome = tuple[str, str, str, str, bool]  # file, question, right answer, given answer, sure


def _folder(name: str, made: Path) -> Path:
    if name in FOLDERS:
        place = made / name
        place.mkdir()
        FOLDERS[name](place)
        return place
    if name == "demo":
        return _demo(made)
    if not (SHARED / "data" / name).is_dir():
        pytest.skip("needs the shared data")
    return SHARED / "data" / name


def _demo(made: Path) -> Path:
    """Return the files of the demo city without its city.toml."""
    unwanted = shutil.ignore_patterns("city.toml", "__*", "*.py", "register")
    return shutil.copytree(DATA / "semarang", made / "demo", ignore=unwanted)


def _said(one: GuessedFile, question: str) -> tuple[str, bool]:
    if question == "role":
        return one.role.answer, one.role.sure
    found = one.answers.get(question)
    answer = "none" if found is None or not found.answer else found.answer
    return answer.replace("\n", " ") if question == "classes" else answer, bool(
        found and found.sure
    )


def _outcomes(
    place: Path, found: GuessedFolder, answers: dict[str, dict[str, str]]
) -> list[Outcome]:
    """Return each answer of a person with that of the guesser."""
    outcomes: list[Outcome] = []
    if "" in answers:
        outcomes = [("", "crs", answers[""]["crs"], found.crs.answer, found.crs.sure)]
    sets: dict[str, set[str]] = {}
    for key, right in answers.items():
        named = [one for one in found.files if key in (one.profile.name, one.profile.file)]
        if not key:
            continue
        # a workbook has a role where one of its sheets has
        one = max(named, key=lambda each: each.role.answer != "unknown")
        texts = description_of(place, one.profile.file)
        licence = texts.licence or ("ODbL" if one.profile.format.startswith("osm ") else ASK)
        stated = {"licence": licence, "publisher": texts.publisher or ASK}
        for question, answer in right.items():
            if question == "map_set":
                sets.setdefault(answer, set()).add(_said(one, question)[0])
            elif question in stated:
                outcomes.append((key, question, answer, stated[question], False))
            else:
                outcomes.append((key, question, answer, *_said(one, question)))
    names = [name for each in sets.values() for name in each]
    whole = all(len(each) == 1 for each in sets.values()) and len(set(names)) == len(names)
    return [*outcomes, *(("", "map_set", name, name if whole else "", True) for name in sets)]


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Outcome]]:
    made = tmp_path_factory.mktemp("folders")
    places = {
        name: _folder(name, made)
        for name in ANSWERS
        if name in FOLDERS or name == "demo" or (SHARED / "data" / name).is_dir()
    }
    return {
        name: _outcomes(place, guess(profile_folder(place)[0]), ANSWERS[name])
        for name, place in places.items()
    }


def test_nineteen_of_twenty_answers_are_right(outcomes: dict[str, list[Outcome]]) -> None:
    given = [one for listed in outcomes.values() for one in listed]
    wrong = [one for one in given if one[2] != one[3]]
    assert len(given) > 150 and len(wrong) <= 0.05 * len(given), wrong


def test_a_wrong_answer_is_never_sure(outcomes: dict[str, list[Outcome]]) -> None:
    wrong = [(name, one) for name, listed in outcomes.items() for one in listed if one[2] != one[3]]
    assert not [each for each in wrong if each[1][4]]


def test_what_is_a_return_period_only_for_a_person_is_asked(
    outcomes: dict[str, list[Outcome]],
) -> None:
    """«banjir_2007» is an event of a year: no number is taken from it."""
    asked = [
        one for listed in outcomes.values() for one in listed if one[1:3] == ("return_period", ASK)
    ]
    assert len(asked) >= 3 and all(one[3] == ASK for one in asked)
