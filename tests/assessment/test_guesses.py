"""What files are for is guessed right, and a wrong guess is never sure."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from asset_inventory.assessment.field_guesses import ASK, GuessedFile
from asset_inventory.assessment.guesses import GuessedFolder, guess
from asset_inventory.intake import profile_folder
from asset_inventory.intake.descriptions import descriptions_of
from asset_inventory.intake.profiles import CellProfile, FieldProfile, Profile
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
    return answer.replace("\n", " "), bool(found and found.sure)


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
        texts = descriptions_of(place, [one.profile.file])[one.profile.file]
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


def _field(name: str, words: Mapping[str, int], **more: object) -> FieldProfile:
    about = {"filled": 1.0, "distinct": len(words), "unique": False, "numbers": 0.0, "whole": False}
    return FieldProfile(
        **{"name": name, "least": None, "most": None, "words": words, **about, **more}
    )


@pytest.mark.parametrize(
    ("name", "years", "sure"),
    [
        ("Depth (Max).Q100.Terrain", "100", True),
        ("flood_2050_rcp85_rp100", "100", True),
        ("wd_T050", "50", True),
        ("D_200yr", "200", True),
        ("banjir_kala_ulang_25_th", "25", True),
        ("1in100_inundation_map", "100", True),
        ("banjir_T2007", ASK, True),
        ("rob_rp2020", ASK, True),
        ("banjir_20_feb_2014", ASK, True),
        ("banjir_02_2014", ASK, True),
        ("genangan_25_desember", ASK, True),
        ("banjir_desa_25", "25", False),
        ("flood_2050_010", "10", False),
        ("lembang_6.8_shakemap", "none", True),
    ],
)
def test_return_periods_of_names(name: str, years: str, sure: bool) -> None:
    """What may be a day, a month or a year is asked; another bare number is to check."""
    cells = CellProfile(1.0, 0.0, 3.5, 0.5, False, (), None, "m", {}, 100)
    (found,) = guess([Profile(f"{name}.tif", kind="raster", cells=cells)]).files
    assert found.role.answer == "hazard"
    assert _said(found, "return_period") == (years, sure)


def test_classes_at_the_end_of_longer_words_are_in_the_order_of_danger() -> None:
    words = {
        f"Zona Kerentanan Gerakan Tanah {word}": 2
        for word in ("Tinggi", "Menengah", "Sangat Rendah")
    }
    zones = Profile(
        "ZRGT.shp", kind="vector", shapes="polygons", rows=6, fields=(_field("UNSUR", words),)
    )
    (found,) = guess([zones]).files
    assert found.role.answer == "hazard" and found.answer("class_field") == "UNSUR"
    ends = [word.rsplit("tanah ")[1] for word in found.answer("classes").split("\n")]
    assert ends == ["sangat rendah", "menengah", "tinggi"]


def test_a_part_of_the_residents_is_not_the_population() -> None:
    codes = _field("KODE", {f"32.74.01.100{i}": 1 for i in range(5)}, unique=True)
    numbers = {"numbers": 1.0, "whole": True, "least": 12.0}
    poor = _field("Penduduk Miskin", {"120": 1, "90": 1}, most=120.0, **numbers)
    whole = _field("Jumlah Penduduk", {"4000": 1, "3100": 1}, most=4000.0, **numbers)
    (found,) = guess([Profile("p.xlsx", kind="table", rows=5, fields=(codes, poor, whole))]).files
    assert found.role.answer == "population"
    assert (found.answer("id"), found.answer("population")) == ("KODE", "Jumlah Penduduk")
