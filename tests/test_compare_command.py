"""`map --compare` as people type it: what it writes, and what it says of a slip of the pen."""

from __future__ import annotations

import os
import shutil

import pytest

from asset_inventory.cli import main

DEEPER = ("exposed_from = 0.1", "exposed_from = 0.6")


# depot E has no geometry, which somebody should mend: everything is written, and the code says so
def run(capsys, *arguments):
    code = main([*map(str, arguments), "--language", "en"])
    said = capsys.readouterr()
    return code, said.out.splitlines(), said.err.splitlines()


@pytest.fixture
def two_cities(edit, tmp_path, monkeypatch):
    """The folders of the town and of its copy, from the folder in which they stand."""
    folder = edit(DEEPER)
    shutil.copytree(folder, tmp_path / "town 2050")
    monkeypatch.chdir(tmp_path)
    return folder, tmp_path / "town 2050"


@pytest.mark.slow
def test_two_maps_of_a_city_have_a_file_of_their_own(capsys, two_cities):
    code, out, err = run(capsys, "map", "town", "--compare", "10", "flood:100")
    assert (code, err) == (1, [])
    assert out == ["Map: maps/town-flood-10-flood-100.html"]
    text = (two_cities[0] / "city.toml").read_text(encoding="utf-8")
    public = text.replace('name = "buildings"', 'name = "buildings"\nvisibility = "public"', 1)
    (two_cities[0] / "city.toml").write_text(public, encoding="utf-8")
    code, out, _ = run(
        capsys, "map", "town", "--compare", "landslide", "flood:100", "--audience", "public"
    )
    assert (code, out) == (1, ["Map: maps/town-landslide-flood-100-public.html"])
    code, out, _ = run(capsys, "map", "town", "--compare", "10", "100", "--to", "mine.html")
    assert (code, out) == (1, ["Map: mine.html"])


@pytest.mark.slow
def test_two_cities_are_told_by_their_labels_else_by_their_folders(capsys, two_cities):
    code, out, err = run(capsys, "map", "--compare", "town", "town 2050")
    assert (code, err, out) == (1, [], ["Map: maps/town-town-2050.html"])
    with open("maps/town-town-2050.html", encoding="utf-8") as file:
        assert "<title>Comparison of town and town 2050</title>" in file.read()
    code, out, _ = run(
        capsys,
        "map",
        "town",
        "--compare",
        "town",
        "town 2050",
        "--labels",
        "today",
        "2050",
        "--to",
        "it.html",
    )
    assert code == 1
    with open("it.html", encoding="utf-8") as file:
        assert "<title>Comparison of today and 2050</title>" in file.read()


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("town", "--compare", "flod:10", "flood:100"), 1, 'did you mean "flood:10"?'),
        (("town", "--compare", "10", "10"), 1, "gives the same hazard map twice"),
        (
            ("town", "--compare", "10", "20"),
            1,
            "choose from flood:10, flood:50, flood:100, landslide",
        ),
        (("town", "--compare", "town", "twn 2050"), 1, 'did you mean "town 2050"?'),
        (
            ("--compare", "10", "100"),
            1,
            '"10": not a folder with a city.toml; give the folders of two cities',
        ),
        (("gone", "--compare", "town", "town 2050"), 1, "compares two cities other than gone"),
        (
            ("town", "--compare", "10", "100", "--audience", "public"),
            1,
            "a public page needs public assets",
        ),
        (("town", "--labels", "a", "b"), 1, "--labels is for the comparison of two cities"),
        (("--only", "flood"), 2, "CITY is missing."),
        (("town", "--compare", "10"), 2, "Option --compare needs 2 values after it: A B."),
        (("town", "--labels", "a"), 2, "Option --labels needs 2 values after it: A B."),
    ],
)
def test_a_slip_of_the_pen_is_one_line(capsys, two_cities, arguments, code, says):
    found, out, err = run(capsys, "map", *arguments)
    assert (found, out, len(err)) == (code, [], 1)
    assert says in err[0]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ("--compare", "10"),
            "Opsi --compare memerlukan 2 nilai. Lihat `asset-inventory map --help`.",
        ),
        (("--labels", "a"), "Opsi --labels memerlukan 2 nilai."),
        (("--only",), "Opsi --only memerlukan 1 nilai."),
        (("--labels", "a", "b"), "--labels berlaku untuk perbandingan dua kota"),
    ],
)
def test_a_slip_of_the_pen_in_indonesian(capsys, two_cities, arguments, says):
    assert main(["map", "--language", "id", "town", *arguments]) in (1, 2)
    assert says in capsys.readouterr().err


def test_a_wrong_map_is_told_before_anything_is_reckoned(capsys, two_cities, monkeypatch):
    def reckoned(*_, **__):
        raise AssertionError("assessed first")

    monkeypatch.setattr("asset_inventory.assessment.run.assess", reckoned)
    assert run(capsys, "map", "town", "--compare", "flod:10", "100")[0] == 1


def test_two_cities_are_not_assessed_where_their_map_cannot_be_replaced(
    capsys, two_cities, monkeypatch
):
    def assessed(*_, **__):
        raise AssertionError("assessed first")

    monkeypatch.setattr("asset_inventory.cli.shared.assess_city", assessed)
    os.mkfifo("pipe.html")
    code, out, err = run(capsys, "map", "--compare", "town", "town 2050", "--to", "pipe.html")
    assert (code, out, len(err)) == (1, [], 1) and "pipe.html" in err[0]


@pytest.mark.parametrize(
    "arguments",
    [("map", "town", "--to"), ("assess", "town", "--map"), ("resilience", "town", "--map")],
    ids=lambda words: words[0],
)
def test_a_page_never_replaces_the_description_of_a_city(capsys, two_cities, arguments):
    toml = two_cities[0] / "city.toml"
    before = toml.read_bytes()
    code, out, err = run(capsys, *arguments, toml)
    assert (code, out) == (1, [])
    assert err == [f"{toml} is not written: a page ends in .html; choose another name"]
    assert toml.read_bytes() == before


def test_the_help_says_what_can_be_compared(capsys):
    for language, word in (("en", "side by side"), ("id", "Bandingkan dua")):
        assert main(["map", "--help", "--language", language]) == 0
        said = " ".join(capsys.readouterr().out.split())
        assert "--compare A B" in said
        assert word in said
