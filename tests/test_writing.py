"""Every command that writes, on a full disk and at a place that is taken: one line, exit 1, and
nothing half.

A few of the calls of `tests/support/writing.py`; all of them, killed midway too, run in
`tests/long/writing.py`.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from asset_inventory.cli import main
from asset_inventory.messages import FOLDER
from tests.support.disk_limits import no_file_larger_than
from tests.support.writing import DISK, READING, ROWS, Row, arguments, commands, tree

QUICK = ("new", "map", "curves", "ballot", "validate")
BY_NAME = {row.name: row for row in ROWS}


def test_every_command_has_a_row_or_only_reads():
    writing = {row.command for row in ROWS}
    assert writing | READING == commands() and not writing & READING


@pytest.fixture
def call(town_once, capsys, tmp_path):
    """A function that makes a call of a row in a town, and returns its exit code and what it
    said of faults.
    """
    city = shutil.copytree(town_once, tmp_path / "town")
    (city / "out").mkdir()

    def run(row: Row, language: str = "en") -> tuple[int, str]:
        return main(arguments(row, city, language)), capsys.readouterr().err

    return run


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.smoke if name == "ballot" else ()) for name in QUICK],
)
def test_on_a_full_disk_a_command_says_so_in_one_line_and_leaves_what_was(call, tmp_path, name):
    row, out = BY_NAME[name], tmp_path / "town" / "out"
    with no_file_larger_than(1000):
        code, said = call(row)
    assert (
        code == 1 and DISK["en"][0] in said and str(out) in said and len(said.splitlines()) == 1
    ), said
    assert tree(out) == {} and not list(out.iterdir())
    assert call(row)[0] in (0, 1)
    before = tree(out)
    assert before
    if row.again:
        with no_file_larger_than(1000):
            code, said = call(row, "id")
        assert code == 1 and DISK["id"][0] in said and tree(out) == before
        assert call(row, "id")[0] in (0, 1) and tree(out).keys() == before.keys()


@pytest.mark.slow
def test_an_assessment_on_a_full_disk_leaves_the_one_before_as_it_was(call, tmp_path):
    out = tmp_path / "town" / "out"
    assert call(BY_NAME["assess"])[0] == 1
    before = tree(out)
    for most in (30_000, 110_000):  # a table, and what GDAL makes of a GeoPackage
        with no_file_larger_than(most):
            code, said = call(BY_NAME["assess"], "id")
        assert code == 1 and DISK["id"][0] in said and len(said.splitlines()) == 1, said
        assert tree(out) == before


@pytest.mark.parametrize("name", QUICK[1:])
def test_a_pipe_at_the_place_of_an_output_is_left_there(call, tmp_path, name):
    row, out = BY_NAME[name], tmp_path / "town" / "out"
    for file in (*row.files, *("/".join(one) for one in row.folders)):
        path = out / file
        path.parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(path)
        before = tree(out)
        code, said = call(row)
        assert code == 1 and str(path) in said and path.is_fifo(), said
        assert tree(out) == before
        path.unlink()


def test_new_keeps_no_half_of_a_city(call, tmp_path):
    out = tmp_path / "town" / "out"
    with no_file_larger_than(1000):
        assert call(BY_NAME["new"])[0] == 1
    assert call(BY_NAME["new"]) == (0, "")
    assert (out / "kota" / "city.toml").read_bytes() == (FOLDER / "en" / "city.toml").read_bytes()


@pytest.mark.slow
@pytest.mark.skipif(
    os.geteuid() != 0, reason="only the administrator (root) can mount a small disk"
)
def test_an_assessment_stops_where_temporary_files_find_no_room(town_once, tmp_path):
    (tmp_path / "passes").mkdir()
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", tmp_path / "passes"], check=True
    )
    try:
        (tmp_path / "passes" / "filler").write_bytes(bytes(2**16 - 4096))
        call = [
            "assess",
            town_once,
            "--language",
            "en",
            "--results",
            tmp_path / "r",
            "--map",
            tmp_path / "m.html",
        ]
        ran = subprocess.run(
            [sys.executable, "-m", "asset_inventory", *call],
            capture_output=True,
            text=True,
            env=os.environ | {"TMPDIR": str(tmp_path / "passes")},
        )
    finally:
        subprocess.run(["umount", tmp_path / "passes"], check=True)
    assert ran.returncode == 1 and len(ran.stderr.splitlines()) == 1, ran.stderr
    assert "the disk has no space" in ran.stderr and str(tmp_path / "passes") in ran.stderr
    assert [one.name for one in tmp_path.iterdir()] == ["passes"]


@pytest.mark.slow
def test_a_command_writes_where_standard_error_is_closed(town_once, tmp_path):
    city = shutil.copytree(town_once, tmp_path / "town")
    command = [
        sys.executable,
        "-m",
        "asset_inventory",
        *arguments(BY_NAME["exchange --qgis"], city, "en"),
    ]
    ran = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: os.close(2),
        check=False,
        timeout=300,
    )
    assert (
        ran.returncode in (0, 1)
        and "cannot be written" not in ran.stdout
        and "internal" not in ran.stdout
    )
    assert (city / "out" / "q" / "results.qgz").is_file()


def test_an_output_that_is_led_into_a_full_disk_is_told_in_one_line():
    if not os.path.exists("/dev/full"):
        pytest.skip("only Linux has a disk that is always full")
    with open("/dev/full", "w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "asset_inventory", "schema"], stdout=full, stderr=subprocess.PIPE
        )
    assert ran.returncode == 1
    assert ran.stderr.decode().splitlines() == [
        (
            "standard output cannot be written: the disk is full; free some space, or "
            "choose another location"
        )
    ]


@pytest.mark.slow
def test_who_ends_a_command_finds_nothing_half(town_once, tmp_path):
    to = tmp_path / "deep" / "m.html"
    call = [
        sys.executable,
        "-m",
        "asset_inventory",
        "map",
        town_once,
        "--language",
        "en",
        "--to",
        to,
    ]
    with subprocess.Popen(
        call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        while running.poll() is None and not list(tmp_path.glob("deep/.asset*")):
            time.sleep(0.01)
        running.send_signal(signal.SIGTERM)
        _, said = running.communicate()
    assert (running.returncode, said.strip()) == (143, "Stopped; no incomplete file was left.")
    assert list(tmp_path.iterdir()) == []
