"""The command line as people meet it: help, typos, errors as one line, exit codes, two
languages.
"""

from __future__ import annotations

import dataclasses
import inspect
import json
import os
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import geopandas
import pytest

from asset_inventory.assessment.run import assess
from asset_inventory.cli import commands, resilience
from asset_inventory.cli.commands import COMMANDS
from asset_inventory.messages import LANGUAGES, say
from asset_inventory.model import tables
from asset_inventory.model.reading import read_city
from asset_inventory.outputs.views.summary import five_lines
from tests.support.commands import run

LOCALE = {"LC_ALL": "C.UTF-8"}


@pytest.fixture(autouse=True)
def own_environment(monkeypatch):
    """What the command sets in its process's environment is undone after each test."""
    before = dict(os.environ)
    yield
    for name in set(os.environ) - set(before):
        monkeypatch.delenv(name)
    for name, value in before.items():
        monkeypatch.setenv(name, value)


def process(*arguments: str, **options) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "asset_inventory", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        **options,
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_of_commands_shows_the_whole_first_sentence_of_each(capsys, language):
    _, out, _ = run(capsys, "--language", language, "--help")
    listed = dict(line.split(maxsplit=1) for line in out[-len(COMMANDS) :])
    assert listed == {
        command.name: say(command.key, language).split(". ")[0].rstrip(".") + "."
        for command in COMMANDS
    }


@pytest.mark.parametrize(
    ("language", "heading", "word"),
    [("en", "Usage:", "Commands:"), ("id", "Penggunaan:", "Perintah:")],
)
def test_help_is_in_the_readers_language(capsys, language, heading, word):
    for arguments in (
        ("--language", language),
        ("--language", language, "--help"),
        (f"--language={language}", "-h"),
    ):
        code, out, err = run(capsys, *arguments)
        assert code == 0
        assert out[0].startswith(heading)
        assert word in out
        assert not err
    for command in (
        "new",
        "check",
        "assess",
        "map",
        "explain",
        "demo",
        "schema",
        "doctor",
        "validate",
        "curves",
    ):
        code, out, err = run(capsys, command, "--language", language, "--help")
        assert (code, out[0].startswith(heading), err) == (0, True, [])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("asess",), 'There is no command "asess"; did you mean "assess"?'),
        (("xyzzy",), 'There is no command "xyzzy".'),
        (("assess", "--onli", "x"), "There is no option --onli; did you mean --only?"),
        (("assess",), "CITY is missing."),
        (("explain", "a"), "ASSET_ID is missing."),
        (("--language", "fr"), '--language: "fr" is not one of en, id'),
        (("assess", "a", "b"), "Unexpected argument b"),
    ],
)
def test_a_wrong_call_is_one_line_and_exit_2(capsys, arguments, says):
    code, out, err = run(capsys, *arguments)
    assert code == 2
    assert not out
    assert len(err) == 1
    assert err[0].startswith(says)
    assert "--help" in err[0]


def test_a_city_that_is_not_there_is_one_line_and_exit_1(capsys, tmp_path):
    for language, word in (("en", "there is no city.toml"), ("id", "tidak ada city.toml")):
        code, out, err = run(capsys, "assess", tmp_path / "gone", "--language", language)
        assert (code, out, len(err)) == (1, [], 1)
        assert word in err[0]


@pytest.mark.parametrize("name", ["city.tml", "citi.toml"])
def test_a_slip_in_the_name_of_a_city_file_is_stated_as_it_was_typed(capsys, tmp_path, name):
    path = tmp_path / name
    for language, said in (("en", "does not exist; give the folder"), ("id", "tidak ada; berikan")):
        code, out, (line,) = run(capsys, "map", path, "--language", language)
        assert (code, out) == (1, []) and line.startswith(f"{path} {said}")


def test_a_fault_of_ours_is_a_sentence_and_exit_3(capsys, monkeypatch, town):
    def broken(*_, **__):
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr("asset_inventory.assessment.run.assess", broken)
    code, _, err = run(capsys, "map", town)
    assert code == 3
    assert err == [
        "error in the program, not in your data (ZeroDivisionError: by nothing); "
        "please report it with the command you typed"
    ]


def test_schema_and_tables(capsys):
    code, out, _ = run(capsys, "schema")
    assert code == 0
    assert json.loads("\n".join(out))["title"] == "city.toml"
    code, out, _ = run(capsys, "schema", "--tables")
    assert code == 0
    assert any(line.startswith("| `EXPOSURE_COUNTS`") for line in out)


def test_doctor_says_what_is_installed_and_that_proj_works(capsys):
    code, out, _ = run(capsys, "doctor", "--language", "en")
    assert code == 0
    assert any(line.startswith("proj ") for line in out)
    assert "Coordinates are transformed correctly." in out


@pytest.mark.parametrize("language", ["en", "id"])
def test_new_writes_a_city_whose_only_faults_are_its_missing_files_and_gaps(
    capsys, tmp_path, language
):
    code, out, _ = run(capsys, "new", tmp_path / "kota", "--language", language)
    assert code == 0
    assert "asset-inventory check" in out[0]
    code, _, err = run(capsys, "check", tmp_path / "kota", "--language", language)
    assert code == 1
    gaps = [line for line in err if '"..."' in line or '"YYYY-MM-DD"' in line]
    # the city's name; publisher, date and licence of the layer and of the hazard
    assert len(gaps) == 7
    assert len(err) == 5 + len(gaps)  # a headline, one layer, three grids
    assert all(str(tmp_path) in line for line in err[1:] if line not in gaps)
    code, _, err = run(capsys, "new", tmp_path / "kota", "--language", language)
    assert code == 1
    assert len(err) == 1


def test_help_imports_no_pandas_and_needs_no_terminal():
    code = "import sys; from asset_inventory.cli import main; main(['--help']); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True
    )
    loaded = done.stderr
    for heavy in ("pandas", "numpy", "geopandas", "pyogrio", "rasterio", "folium", "pydantic"):
        assert heavy not in loaded.split()
    assert "Usage:" in done.stdout


@pytest.mark.slow
def test_under_lc_all_c_and_a_foreign_proj_it_speaks_and_works(town):
    environment = {**os.environ, "LC_ALL": "C", "PROJ_DATA": "/nowhere", "PROJ_LIB": "/nowhere"}
    done = process("check", town, env=environment)
    assert done.returncode == 1  # the depot has no geometry
    assert "Not ready" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("language", "words", "owned"),
    [
        (
            "en",
            [
                "Tiny Town: 5 assets in 2 layers and 2 districts; without usable geometry: 1.",
                "return period 100 years: 3 assets exposed, 1 without map data",
                "(survey year not stated): Rp90 a year (assets with a figure: 4; without: 1)",
                "Highest damage relative to value (indicator): 2 6% (1 asset), 1 2.1% (3 assets)",
                "errors 1",
            ],
            ["Works", "buildings", "4", "not available", "12.5%", "1", "Rp45", "50%"],
        ),
        (
            "id",
            [
                "Tiny Town: 5 aset dalam 2 lapisan dan 2 wilayah; tanpa geometri yang dapat dipakai: 1.",
                "kala ulang 100 tahun: 3 aset terpapar, 1 tanpa data peta",
                "(tahun survei tidak disebutkan): Rp90 per tahun (aset dengan angka: 4; tanpa angka: 1)",
                "Kerusakan relatif terhadap nilai aset tertinggi (indikator): 2 6% (1 aset), 1 2,1% (3 aset)",
                "kesalahan 1",
            ],
            ["Works", "buildings", "4", "belum tersedia", "12,5%", "1", "Rp45", "50%"],
        ),
    ],
)
def test_assess_writes_everything_and_says_five_lines(
    capsys, monkeypatch, town, tmp_path, language, words, owned
):
    monkeypatch.chdir(tmp_path)
    code, out, err = run(capsys, "assess", town, "--verbose", "--language", language)
    assert (code, err) == (1, [])  # the depot has no geometry, which must be mended
    for line, word in zip(out, words, strict=False):
        assert word in line
    # 4 buildings of unknown age, 1 of 8 values missing, 1 without EAD; half of the city's EAD
    row = next(line.split("  ") for line in out[5:] if "Works" in line)
    assert [cell.strip() for cell in row if cell.strip()] == owned
    assert "name, value" in out[-3]
    assert out[-2].endswith(str(Path("maps") / "town.html"))
    assert out[-1].endswith(str(Path("results") / "town"))
    assert (tmp_path / "maps" / "town.html").stat().st_size > 100_000
    assert {path.name for path in (tmp_path / "results" / "town").iterdir()} == {
        "results.gpkg",
        "run.json",
        "assets.csv",
        "damage.csv",
        "damage_summary.csv",
        "ead.csv",
        "ead_summary.csv",
        "exposure.csv",
        "findings.csv",
        "district_damage.csv",
        "joint_ead.csv",
        "exposure_counts.csv",
        "ownership.csv",
        "scores.csv",
    }


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "(indicator): 2 6% (1 asset)."), ("id", "(indikator): 2 6% (1 aset).")],
)
def test_a_district_without_exposed_assets_is_not_named(town, language, words):
    made = assess(read_city(town))
    areas = made.district_damage.assign(
        assets_exposed=(made.district_damage["rank"] == 1).astype(int)
    )
    assert five_lines(dataclasses.replace(made, district_damage=areas), language)[3].endswith(words)


def test_the_citys_own_language_is_spoken_unless_another_is_asked_for(capsys, edit):
    folder = edit(('language = "en"', 'language = "id"'))
    assert run(capsys, "explain", folder, "roads:C")[1][1].startswith("Nilai penggantian:")
    assert run(capsys, "explain", folder, "roads:C", "--language", "en")[1][1].startswith(
        "Replacement value:"
    )
    code, _, err = run(capsys, "explain", folder, "roads:D")
    assert (code, err) == (
        1,
        ['kota ini tidak memiliki aset "roads:D"; apakah maksudnya "roads:C"?'],
    )


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "id"])
def test_a_map_without_crs_and_a_field_without_dbf_are_one_line_each(
    capsys, town, tmp_path, language
):
    (town / "flood_50.asc").write_text(
        "ncols 1\nnrows 1\nxllcorner 0\nyllcorner 0\ncellsize 1\n1\n", encoding="utf-8"
    )
    text = (town / "city.toml").read_text(encoding="utf-8")
    (town / "city.toml").write_text(text.replace("flood_50.tif", "flood_50.asc"), encoding="utf-8")
    code, out, err = run(capsys, "assess", town, "--language", language)
    assert (code, err) == (1, [])
    assert any("crs = " in line and "flood_50.asc" in line for line in out)
    geopandas.read_file(town / "buildings.gpkg").dropna(subset="geometry").iloc[:1].to_file(
        town / "buildings.shp"
    )
    (town / "buildings.dbf").unlink()
    (town / "city.toml").write_text(
        text.replace("buildings.gpkg", "buildings.shp"), encoding="utf-8"
    )
    code, out, err = run(capsys, "assess", town, "--language", language)
    assert (code, out, len(err)) == (1, [], 1)
    assert ".dbf" in err[0]
    (town / "city.toml").write_text(text.replace('asset_types = "*"\n', ""), encoding="utf-8")
    code, out, err = run(capsys, "assess", town, "--language", language)
    assert (code, out, len(err)) == (1, [], 2)
    assert "asset_types" in err[1]


def test_a_folder_that_cannot_be_written_is_one_line(capsys, town, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    code, _, err = run(capsys, "assess", town, "--results", tmp_path / "file" / "x")
    assert (code, len(err)) == (1, 1)
    assert "cannot be written" in err[0] and "is a file, not a folder" in err[0]


@pytest.mark.slow
def test_progress_is_shown_in_a_terminal_only(town, tmp_path):
    script = "script" if shutil.which("script") else None
    if script is None or sys.platform != "linux":
        pytest.skip("no «script» command that gives a terminal")
    command = f"{sys.executable} -m asset_inventory map {town} --to {tmp_path / 'map.html'}"
    done = subprocess.run(
        [script, "-qec", command, "/dev/null"], capture_output=True, text=True, check=False
    )
    assert "Assessing Tiny Town" in done.stdout
    assert "Assessing" not in process("map", town, "--to", tmp_path / "map.html").stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Only the map is public: the results in"),
        ("id", "Hanya petanya yang terbuka: hasil di"),
    ],
)
def test_a_map_for_the_public_says_that_its_results_are_internal(
    edit, tmp_path, capsys, monkeypatch, language, said
):
    town = edit(('owner = "Works"', 'owner = "Works"\nvisibility = "public"'))
    monkeypatch.chdir(tmp_path)
    asked = ("assess", town, "--language", language, "--results", tmp_path / "out")
    _, out, _ = run(capsys, *asked, "--audience", "public")
    assert [str(tmp_path / "out") in line for line in out if line.startswith(said)] == [True]
    _, out, _ = run(capsys, *asked)
    assert not any(said in line for line in out)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: one.name)
def test_each_command_has_a_function_that_takes_what_it_declares(command):
    module, name = command.run.split(":")
    run = getattr(import_module(f"asset_inventory.cli.{module}"), name)
    taken = inspect.signature(run).parameters
    given = {one.name for one in (make("en") for make in command.takes) if one.expose_value}
    if hasattr(run, "__wrapped__"):  # on a city or its register
        given -= {"folder"} | ({"as_json"} if "answer" in taken else set())
    needed = {
        one.name
        for one in list(taken.values())[1 if "answer" in taken else 2 :]
        if one.default is one.empty and one.kind is not one.VAR_KEYWORD
    }
    free = any(one.kind is one.VAR_KEYWORD for one in taken.values())
    assert needed <= given and (free or given <= set(taken))


def test_the_words_of_options_are_those_of_what_they_choose_from():
    """Help names them without importing the tables, so they stand there once more."""
    assert commands.CHOICES == tables.CHOICES
    assert set(commands.PARTS) == set(resilience._PARTS)
    assert set(commands.BY.values()) <= {column.name for column in tables.TABLES["ASSETS"].columns}


def test_the_demo_is_a_copy_of_the_demo_city_that_is_assessed(
    town_once, capsys, tmp_path, monkeypatch
):
    monkeypatch.setattr("asset_inventory.cli.start.demo_city", lambda: town_once)
    code, out, _ = run(capsys, "demo", "--to", tmp_path / "demo", "--language", "en")
    assert code == 1  # the depot has no geometry
    assert (tmp_path / "demo" / "semarang" / "city.toml").read_bytes() == (
        town_once / "city.toml"
    ).read_bytes()
    assert out[-2].startswith("Results: ") and list((tmp_path / "demo").glob("*.html"))


def test_the_demo_answers_in_the_language_of_the_system(town_once, capsys, tmp_path, monkeypatch):
    """The town speaks English, the system Indonesian."""
    monkeypatch.setattr("asset_inventory.cli.start.demo_city", lambda: town_once)
    monkeypatch.setattr("asset_inventory.cli.language_of_machine", lambda: "id")
    _, out, _ = run(capsys, "demo", "--to", tmp_path)
    assert out[-2].startswith("Hasil: ")
