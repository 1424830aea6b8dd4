"""Odd input ends in a sentence that names it, never in a fault of the program (exit 3) and never
in silence.
"""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from asset_inventory.assessment.run import assess
from asset_inventory.cli import main
from asset_inventory.model.reading import read_city
from tests.support.town import X, Y

pytestmark = pytest.mark.slow


def run(capsys, *arguments) -> tuple[int, str, list[str]]:
    code = main([*map(str, arguments), "--language", "en"])
    said = capsys.readouterr()
    return code, said.out, said.err.splitlines()


def write(path: Path, geometry=None, **columns) -> None:
    size = len(next(iter(columns.values())))
    geometry = (
        [shapely.Point(X + 10 + n, Y + 10) for n in range(size)] if geometry is None else geometry
    )
    gpd.GeoDataFrame(columns, geometry=geometry, crs="EPSG:32749").to_file(path)


@pytest.mark.parametrize(
    "text",
    [
        "hazards = 3",
        'assets = "x"',
        "name = 3",
        "crs = []",
        "[[hazards]]\nname = ['x']\nmaps = {}",
        "districts = []",
        "[[assets]]\nname = 'a'\nasset_type = { tags = ['a'] }",
        "[[curves]]\nhazard = 1",
        "scores = 'x'",
        "[[assets]]\npath = ''",
        f"[[assets]]\npath = '{'x' * 300}'",
        f"a = {'[' * 3000}{']' * 3000}",
        "x" * 10,
        "[[hazards]]\nmaps = [{ return_period = true, path = 'a.tif' }]",
        "[scores]\nead_per_value = { worst = nan, best = inf, weight = 1 }",
    ],
)
def test_a_city_file_of_nonsense_is_told_line_by_line(capsys, tmp_path, text):
    (tmp_path / "city.toml").write_text(text, encoding="utf-8")
    for command in ("check", "assess"):
        code, out, err = run(capsys, command, tmp_path)
        assert code == 1
        assert not out
        assert err
        assert "error in the program" not in err[0]


def test_faults_are_told_in_terms_of_what_was_meant(capsys, edit):
    folder = edit(
        ('"road"', '{ tags = ["a"] }'), ("return_period = 10, path", "return_period = true, path")
    )
    _, _, err = run(capsys, "check", folder)
    assert len(err) == 3
    assert 'assets[1] "roads", asset_type, tags[0]: "a" is not valid here' in err[1]
    assert 'return_period: "True" is not a number' in err[2]


@pytest.mark.parametrize("path", ["/etc/passwd", "/etc/passwd/x", "x" * 300, "roads.gpkg"])
def test_a_path_that_is_no_city_is_one_line(capsys, town, path):
    code, _, err = run(capsys, "assess", town / path if path == "roads.gpkg" else path)
    assert (code, len(err)) == (1, 1)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("columns", "geometry"),
    [
        (
            {
                "ID": ["A", "A", "A#2"],
                "NAME": ["=x", "'=x", "a{b}%s"],
                "VALUE": [1, 2, 3],
                "KIND": ["=x", "'=x", "\x1b[31m"],
            },
            None,
        ),
        (
            {
                "ID": [1e19, 2.0, np.nan],
                "NAME": list("abc"),
                "KIND": ["k"] * 3,
                "VALUE": [1e19, -1e300, np.inf],
            },
            None,
        ),
        ({"ID": ["A"], "NAME": ["a"], "KIND": ["k"], "VALUE": [1.0]}, [None]),
        ({"ID": ["A"], "NAME": ["a"], "KIND": ["k"], "VALUE": [1.0]}, [shapely.Polygon()]),
        (
            {"ID": ["A"], "NAME": ["a" * 10_000], "KIND": ["k"], "VALUE": [0.0]},
            [shapely.Point(0, 0)],
        ),
    ],
)
def test_odd_layers_are_assessed_and_drawn(capsys, town, tmp_path, columns, geometry):
    write(town / "buildings.gpkg", geometry, **columns)
    code, out, err = run(
        capsys, "assess", town, "--results", tmp_path / "r", "--map", tmp_path / "m.html"
    )
    assert code in (0, 1), err
    assert "assets in 2 layers" in out
    assert "\x1b" not in out
    assert (tmp_path / "m.html").exists()
    code, out, err = run(capsys, "check", town)
    assert code in (0, 1), err
    for asset_id in read_ids(tmp_path / "r"):
        code, out, err = run(capsys, "explain", town, asset_id)
        assert code == 0, err
        assert "\x1b" not in out


def read_ids(results: Path) -> list[str]:
    import pandas as pd

    return pd.read_csv(results / "assets.csv")["asset_id"].tolist()


def test_a_city_without_districts_and_without_a_usable_asset(capsys, edit, tmp_path):
    folder = edit(
        (
            '[districts]\npath = "districts.gpkg"\nid = "CODE"\n'
            'source = { title = "Districts", licence = "CC0-1.0" }\n',
            "",
        )
    )
    write(folder / "buildings.gpkg", [None], ID=["A"], NAME=["a"], KIND=["k"], VALUE=[1.0])
    write(folder / "roads.gpkg", [None], ID=["B"])
    code, out, err = run(
        capsys, "assess", folder, "--results", tmp_path / "r", "--map", tmp_path / "m.html"
    )
    assert (code, err) == (1, [])
    assert "without usable geometry: 2" in out
    assert "No asset is exposed, so the districts are not compared" in out


def test_a_layer_that_selects_nothing_and_an_empty_one_are_errors(capsys, edit):
    folder = edit(('owner = "Works"', 'where = { KIND = "castle" }'))
    code, out, _ = run(capsys, "check", folder)
    assert code == 1
    assert '"where" in city.toml selects none of 4 features' in out and '"house" (2)' in out
    write(folder / "roads.gpkg", [], ID=np.array([], dtype=object))
    code, out, _ = run(capsys, "check", folder)
    assert "roads contains no features." in out


@pytest.mark.slow
@pytest.mark.parametrize("name", ["a city", "kota «ä» 'q'", "-dash", "per%20cent"])
def test_odd_names_of_folders_and_files(capsys, town, tmp_path, name):
    folder = town.rename(tmp_path / name)
    (folder / "roads.gpkg").rename(folder / f"{name}.GPKG")
    (folder / "flood_50.tif").rename(folder / f"{name}.TIF")
    text = (folder / "city.toml").read_text(encoding="utf-8")
    text = text.replace('"roads.gpkg"', f'"{name}.GPKG"').replace('"flood_50.tif"', f'"{name}.TIF"')
    (folder / "city.toml").write_text(text, encoding="utf-8")
    code, out, err = run(
        capsys, "assess", folder, "--results", tmp_path / "r", "--map", tmp_path / "m.html"
    )
    assert (code, err) == (1, []), err  # the depot has no geometry
    assert "Rp90 a year" in out
    assert f"{name}.GPKG" in (tmp_path / "r" / "run.json").read_text(encoding="utf-8")


def test_only_is_said_and_does_not_overwrite_the_whole(capsys, monkeypatch, town, tmp_path):
    monkeypatch.chdir(tmp_path)
    run(capsys, "assess", town)
    run(capsys, "assess", town, "--only", "roads")
    assert {path.name for path in (tmp_path / "results").iterdir()} == {"town", "town-roads"}
    assert '"only": "roads"' in (tmp_path / "results" / "town-roads" / "run.json").read_text(
        encoding="utf-8"
    )


def test_the_same_file_twice_is_the_same_city(town):
    assert read_city(town) == read_city(town)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "(lama) jalan",
        "-x",
        "'a' \"b\"",
        "#1",
        "Jalan é ü 日本 👍",
        "jalan.",
        "nul",
        "deliveries",
        "gpkg_contents",
        "Buildings",
        "Jalan / gang",
        "x" * 200,
    ],
)
def test_a_layer_of_any_honest_name_is_taken_into_the_register_and_given_back(
    edit, ask, tmp_path, name
):
    town = edit(('name = "roads"', f"name = {json.dumps(name, ensure_ascii=False)}"))
    code, said = ask("start", town)
    assert code == 1  # the depot has no geometry
    assert "Data submission 2 is accepted" in said
    assert ask("fsck", town)[0] == 0
    assert set(assess(read_city(town)).assets["layer"]) == {"buildings", name}
    assert ask("export", town, "--layer", name, "--to", tmp_path / "back.gpkg")[0] == 0
    assert gpd.read_file(tmp_path / "back.gpkg")["ID"].tolist() == ["C"]


@pytest.mark.parametrize(
    "name",
    ["../x", "/etc/x", "a/../b", "..\\\\x", ".", "x\\u0000", "a\\u202eb", "a\\nb", " ", "x" * 201],
)
def test_what_is_a_path_or_cannot_be_seen_names_no_layer_and_nothing_is_begun(edit, ask, name):
    town = edit(('name = "roads"', f'name = "{name}"'))
    for command in ("check", "start", "assess"):
        code, said = ask(command, town)
        assert (code, "is not a valid name" in said or "is not valid TOML" in said) == (1, True)
        assert len(said.splitlines()) <= 3 and "\0" not in said
    assert not (town / "register.gpkg").exists()
