"""Each file is read by a process of its own, whatever happens to the processes and wherever they are started."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from asset_inventory.sources import intake
from asset_inventory.sources.intake import take_in, workers
from asset_inventory.sources.vectors import Layer, read_layers

POINT = shapely.Point(110.42, -6.98)
forks = pytest.mark.skipif(not workers.FORKS, reason="a process that makes copies of itself is kept on Linux only")


@pytest.fixture
def sound(tmp_path) -> Path:
    gpd.GeoDataFrame({"id": ["1"]}, geometry=[POINT], crs="EPSG:4326").to_file(tmp_path / "a.gpkg")
    return tmp_path / "a.gpkg"


def kept() -> subprocess.Popen:
    return workers._kept(os.getpid(), sys.executable)


@forks
def test_a_process_is_kept_and_started_again_when_it_has_died(sound):
    assert take_in(sound).kept == 1
    first = kept().pid
    assert take_in(sound).kept == 1
    assert kept().pid == first
    kept().kill()
    kept().wait()
    assert take_in(sound).kept == 1
    assert kept().pid != first


def test_where_no_process_is_kept_one_is_started_for_each_file(sound, monkeypatch):
    monkeypatch.setattr(workers, "FORKS", False)
    assert take_in(sound).kept == 1
    monkeypatch.setattr(intake, "SECONDS", 0.01)
    monkeypatch.setattr(intake, "SECONDS_A_MEGABYTE", 0.0)
    assert [row["code"] for row in take_in(sound).problems] == ["error.reading_slow"]


@forks
def test_a_slow_file_does_not_stop_those_beside_it(tmp_path, sound):
    jobs = []
    for number, seconds in enumerate((20.0, 0.0, 20.0)):
        folder = tmp_path / str(number)
        folder.mkdir()
        intake._prepared(folder, sound, "a.gpkg", None)
        jobs.append((str(folder), seconds))
    assert workers.do(jobs) == [0, workers.SLOW, 0]


def test_threads_do_not_mix_what_they_asked_for(tmp_path):
    read = {}

    def ask(name: str) -> None:
        path = tmp_path / f"{name}.geojson"
        gpd.GeoDataFrame({"id": [name]}, geometry=[POINT], crs="EPSG:4326").to_file(path)
        read[name] = read_layers([Layer(path, name, columns=("id",))] * 2)

    threads = [threading.Thread(target=ask, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {name: [one.table["id"].tolist() for one in both] for name, both in read.items()} == {
        name: [[name], [name]] for name in "abcd"
    }


def test_code_that_lies_beside_a_file_is_not_run(sound):
    for module in ("numpy", "json", "geopandas", "asset_inventory"):
        (sound.parent / f"{module}.py").write_text("open('ran.txt', 'w').close()\n", encoding="utf-8")
    script = Path(sys.executable).with_name("asset-inventory")
    environment = os.environ | {"PYTHONPATH": str(Path(intake.__file__).parents[3]), "PYTHONWARNINGS": "error"}
    command = [sys.executable, "-P", "-m", "asset_inventory"] if not script.exists() else [script]
    done = subprocess.run(
        [*command, "validate", "a.gpkg"], cwd=sound.parent, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert not (sound.parent / "ran.txt").exists()
