"""Nothing that happens in the reading of one file reaches the reading of the next, by the kept
process.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from asset_inventory.intake import workers

pytestmark = pytest.mark.skipif(
    not workers.FORKS, reason="a process that makes copies of itself is kept on Linux only"
)

# In the reading process: write down its state, read the file, then do what hostile code would do
# there.
READER = """
import json, os, resource, signal, sys, threading
from pathlib import Path

from asset_inventory.intake import reading, workers

LOG = Path(sys.argv[1])
LIMITS = ("RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_CORE")
read = reading.main


def state(folder):
    import pandas, pyogrio, pyproj

    links = {name: os.readlink(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd")
             if os.path.exists(f"/proc/self/fd/{name}")}
    mask = os.umask(0)
    os.umask(mask)
    return {
        "environment": dict(os.environ), "folder": os.getcwd(), "mask": mask, "niceness": os.nice(0),
        "descriptors": {name: link.replace(str(folder), "") for name, link in links.items() if "pipe:" not in link},
        "pipes": sum("pipe:" in link for link in links.values()),
        "limits": {name: resource.getrlimit(getattr(resource, name)) for name in LIMITS},
        "modules": sorted(sys.modules), "places": list(sys.path), "pandas": "stolen" in vars(pandas),
        "gdal": [pyogrio.get_gdal_config_option(name) for name in ("OSM_USE_CUSTOM_INDEXING", "GDAL_SKIP", "STOLEN")],
        "network": pyproj.network.is_network_enabled(), "threads": threading.active_count(),
        "alarm": signal.getsignal(signal.SIGALRM) is signal.SIG_DFL, "recursion": sys.getrecursionlimit(),
        "beside": sorted(os.listdir(folder)),
    }


def main(folder):
    (LOG / f"{len(os.listdir(LOG))}.json").write_text(json.dumps(state(folder)))
    read(folder)
    import pandas, pyogrio, pyproj

    os.environ["STOLEN"] = "1"
    os.nice(1)
    os.umask(0o777)
    (Path.cwd() / "stolen").mkdir()
    os.chdir("stolen")
    os.dup(1)
    os.memfd_create("stolen")
    for name, most in (("RLIMIT_NOFILE", 20), ("RLIMIT_AS", 2**30), ("RLIMIT_FSIZE", 2**10)):
        resource.setrlimit(getattr(resource, name), (most, most))
    sys.modules["stolen"] = sys.modules["json"]
    sys.path.insert(0, os.getcwd())
    sys.setrecursionlimit(5000)
    pandas.stolen = True
    pyogrio.set_gdal_config_options({"OSM_USE_CUSTOM_INDEXING": "NO", "GDAL_SKIP": "", "STOLEN": "YES"})
    pyproj.network.set_network_enabled(True)
    signal.signal(signal.SIGALRM, signal.SIG_IGN)


reading.main = main
"""
# A command, whose copy is kept; and one whose kept process is started for it.
COPIED = (
    READER
    + """
workers.start()
assert isinstance(workers._kept(os.getpid(), sys.executable), workers._Kept)
"""
)
SERVING = READER + "workers.serve()\n"
STARTED = """
import sys
import geopandas
from asset_inventory.intake import workers

workers._command = lambda *_: [sys.executable, "-P", *sys.argv[2:4]]
"""
TAKING = """
from asset_inventory.intake import take_in

for path in sys.argv[4:]:
    print(take_in(Path(path)).kept)
"""


@pytest.fixture
def files(tmp_path) -> list[Path]:
    """Files of four formats, the second one with a shape that is put in quarantine, the third
    with a GDAL option.
    """
    layer = gpd.GeoDataFrame(
        {"id": ["1", "2"]}, geometry=shapely.points([[110.42, -6.98], [110.43, -6.99]]), crs=4326
    )
    tag = '<tag k="amenity" v="clinic"/>'
    osm = f'<osm version="0.6"><node id="1" version="1" lat="-6.98" lon="110.42">{tag}</node></osm>'
    folder = tmp_path / "files"
    folder.mkdir()
    paths = [folder / name for name in ("a.gpkg", "b.geojson", "c.osm", "d.fgb", "e.gpkg")]
    for path in (paths[0], paths[3], paths[4]):
        layer.to_file(path)
    layer.set_geometry([layer.geometry[0], shapely.Point()]).to_file(paths[1])
    paths[2].write_text(osm, encoding="utf-8")
    return paths


@pytest.mark.parametrize("kept", ["a copy of the command", "started by the command"])
def test_nothing_passes_from_one_hostile_file_to_the_next(tmp_path, files, kept):
    log, serving, asking = tmp_path / "log", tmp_path / "serving.py", tmp_path / "asking.py"
    log.mkdir()
    serving.write_text(SERVING, encoding="utf-8")
    begun = COPIED if kept.startswith("a copy") else STARTED + "from pathlib import Path\n"
    asking.write_text(begun + TAKING, encoding="utf-8")
    package = str(Path(workers.__file__).parents[3])
    done = subprocess.run(
        [sys.executable, "-P", asking, log, serving, log, *files],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": package},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["2", "1", "1", "2", "2"]
    first, *later = [
        json.loads((log / f"{number}.json").read_text("utf-8")) for number in range(len(files))
    ]
    assert later == [first] * len(later)
    assert (first["pipes"], first["beside"], first["network"]) == (
        1,
        ["job.json", "said.txt"],
        False,
    )
    assert "STOLEN" not in first["environment"]
    files_open = [name for name in first["descriptors"].values() if not name.endswith("proj.db")]
    assert sorted(files_open) == ["/dev/null", "/said.txt", "/said.txt"]
    assert not (set(tmp_path.iterdir()) - {log, serving, asking, tmp_path / "files"})
