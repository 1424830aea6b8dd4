"""Each file is read by a process of its own, whatever happens to the processes and wherever they
are started.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from asset_inventory import intake
from asset_inventory.intake import reading, take_in, workers
from asset_inventory.intake.layers import Layer, read_layers

POINT = shapely.Point(110.42, -6.98)
BUSY = "from asset_inventory.intake import reading\nreading.limit(seconds=1)\nwhile True: pass"
forks = pytest.mark.skipif(
    not workers.FORKS, reason="a process that makes copies of itself is kept on Linux only"
)


@pytest.fixture
def sound(tmp_path) -> Path:
    gpd.GeoDataFrame({"id": ["1"]}, geometry=[POINT], crs="EPSG:4326").to_file(tmp_path / "a.gpkg")
    return tmp_path / "a.gpkg"


def kept() -> subprocess.Popen:
    return workers._kept(os.getpid(), sys.executable)


@pytest.mark.slow
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


@pytest.mark.slow
def test_where_no_process_is_kept_one_is_started_for_each_file(sound, monkeypatch):
    monkeypatch.setattr(workers, "FORKS", False)
    assert take_in(sound).kept == 1
    monkeypatch.setattr(workers, "PATIENCE", 0.001)
    assert [row["code"] for row in take_in(sound).problems] == ["error.reading_stuck"]


@forks
def test_a_slow_file_does_not_stop_those_beside_it(tmp_path, sound):
    jobs = []
    for number, seconds in enumerate((20.0, 0.0, 20.0)):
        folder = tmp_path / str(number)
        intake.Job(sound, "a.gpkg").write(folder)
        jobs.append((str(folder), seconds))
    assert workers.do(jobs) == [0, workers.STUCK, 0]


def busy() -> None:
    while True:
        pass


@pytest.mark.slow
@forks
@pytest.mark.parametrize(
    ("job", "clock", "ended"),
    [
        (lambda: time.sleep(3), 60.0, 0),
        (busy, 600.0, workers.SLOW),
        (lambda: time.sleep(60), 0.5, workers.STUCK),
    ],
)
def test_a_reader_is_stopped_for_what_it_takes_of_the_processor_and_not_for_waiting(
    tmp_path, monkeypatch, job: Callable[[], None], clock: float, ended: int | str
):
    """Each may take one second of the processor: one waits three seconds, one computes for ever,
    one never wakes.
    """

    def main(_: Path) -> None:
        reading.limit(seconds=1)
        job()

    monkeypatch.setattr(reading, "main", main)
    assert workers._do_forked([(str(tmp_path), clock)]) == [ended]


@pytest.mark.slow
@forks
def test_the_time_of_the_processor_that_was_spent_before_a_limit_does_not_count():
    code = "import time\nwhile time.process_time() < 2: pass\n" + BUSY.replace(
        "while True: pass", "print('read')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "read\n"
    code = subprocess.run([sys.executable, "-c", BUSY], check=False).returncode
    assert (code, workers._how(code)) == (-signal.SIGXCPU, workers.SLOW)


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


@pytest.mark.slow
def test_code_that_lies_beside_a_file_is_not_run(sound):
    for module in ("numpy", "json", "geopandas", "asset_inventory"):
        (sound.parent / f"{module}.py").write_text(
            "open('ran.txt', 'w').close()\n", encoding="utf-8"
        )
    script = Path(sys.executable).with_name("asset-inventory")
    environment = os.environ | {
        "PYTHONPATH": str(Path(intake.__file__).parents[3]),
        "PYTHONWARNINGS": "error",
    }
    command = [sys.executable, "-P", "-m", "asset_inventory"] if not script.exists() else [script]
    done = subprocess.run(
        [*command, "validate", "a.gpkg"],
        cwd=sound.parent,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert not (sound.parent / "ran.txt").exists()
