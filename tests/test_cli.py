"""The command line as people meet it: help, typos, errors as one line, exit codes, two languages."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from asset_inventory.cli import main

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


def run(capsys, *arguments: str) -> tuple[int, list[str], list[str]]:
    code = main(list(map(str, arguments)))
    said = capsys.readouterr()
    return code, said.out.splitlines(), said.err.splitlines()


def process(*arguments: str, **options) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "asset_inventory", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        **options,
    )


@pytest.mark.parametrize(
    ("language", "heading", "word"), [("en", "Usage:", "Commands:"), ("id", "Cara pakai:", "Perintah:")]
)
def test_help_is_in_the_readers_language(capsys, language, heading, word):
    for arguments in (("--language", language), ("--language", language, "--help"), (f"--language={language}", "-h")):
        code, out, err = run(capsys, *arguments)
        assert code == 0
        assert out[0].startswith(heading)
        assert word in out
        assert not err
    for command in ("new", "check", "assess", "map", "explain", "demo", "schema", "doctor"):
        code, out, err = run(capsys, command, "--language", language, "--help")
        assert (code, out[0].startswith(heading), err) == (0, True, [])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("asess",), "There is no command «asess»; did you mean «assess»?"),
        (("xyzzy",), "There is no command «xyzzy»."),
        (("assess", "--onli", "x"), "There is no option --onli; did you mean --only?"),
        (("assess",), "«CITY» is missing."),
        (("explain", "a"), "«ASSET_ID» is missing."),
        (("--language", "fr"), "«language» is not right"),
        (("assess", "a", "b"), "The command was not understood"),
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
    for language, word in (("en", "no such city file"), ("id", "berkas kota tidak ada")):
        code, out, err = run(capsys, "assess", tmp_path / "gone", "--language", language)
        assert (code, out, len(err)) == (1, [], 1)
        assert word in err[0]


def test_a_fault_of_ours_is_a_sentence_and_exit_3(capsys, monkeypatch, town):
    def broken(*_, **__):
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr("asset_inventory.assessment.assess", broken)
    code, _, err = run(capsys, "map", town)
    assert code == 3
    assert err == [
        "a fault of the program, not of yours (ZeroDivisionError: by nothing); "
        "please report it with the command you typed"
    ]


def test_schema_and_tables(capsys):
    code, out, _ = run(capsys, "schema")
    assert code == 0
    assert json.loads("\n".join(out))["title"] == "city.toml"
    code, out, _ = run(capsys, "schema", "--tables")
    assert code == 0
    assert any(line.startswith("| `LEDGER`") for line in out)


def test_doctor_says_what_is_installed_and_that_proj_works(capsys):
    code, out, _ = run(capsys, "doctor", "--language", "en")
    assert code == 0
    assert any(line.startswith("proj ") for line in out)
    assert "Coordinates are transformed rightly." in out


@pytest.mark.parametrize("language", ["en", "id"])
def test_new_writes_a_city_whose_only_faults_are_its_missing_files(capsys, tmp_path, language):
    code, out, _ = run(capsys, "new", tmp_path / "kota", "--language", language)
    assert code == 0
    assert "asset-inventory check" in out[0]
    code, _, err = run(capsys, "check", tmp_path / "kota", "--language", language)
    assert code == 1
    assert len(err) == 5  # a headline, one layer, three grids
    assert all(word in line for line in err[1:] for word in (str(tmp_path),))
    code, _, err = run(capsys, "new", tmp_path / "kota", "--language", language)
    assert code == 1
    assert len(err) == 1


def test_help_imports_no_pandas_and_needs_no_terminal():
    code = "import sys; from asset_inventory.cli import main; main(['--help']); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True)
    loaded = done.stderr
    for heavy in ("pandas", "numpy", "geopandas", "pyogrio", "rasterio", "folium", "pydantic"):
        assert heavy not in loaded.split()
    assert "Usage:" in done.stdout


def test_under_lc_all_c_and_a_foreign_proj_it_speaks_and_works(town):
    environment = {**os.environ, "LC_ALL": "C", "PROJ_DATA": "/nowhere", "PROJ_LIB": "/nowhere"}
    done = process("check", town, env=environment)
    assert done.returncode == 1  # the depot has no geometry
    assert "Not ready" in done.stdout
    assert "Traceback" not in done.stderr
