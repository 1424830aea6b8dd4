"""What holds for the whole test run."""

from __future__ import annotations

import datetime
import functools
import gc
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import affine
import geopandas
import hypothesis
import numpy as np
import pytest
import rasterio
import shapely

if TYPE_CHECKING:
    from asset_inventory.assessment import Assessment

DATA = Path(__file__).parents[1] / "data"
AT_START = dict(os.environ)
IN_CI = AT_START.get("CI", "").lower() == "true"

# A slow machine is no fault, and what is handed in is judged by the same examples every time; EXAMPLES asks for more.
hypothesis.settings.register_profile(
    "project", deadline=None, derandomize=IN_CI, max_examples=int(AT_START.get("EXAMPLES", "40"))
)
hypothesis.settings.load_profile("project")


@pytest.fixture(autouse=True)
def unchanged_environment() -> Iterator[None]:
    """A command sets GDAL's variables for its own process; here it shares one with the tests that follow.

    What a fixture of a whole module sets is taken back too.
    """
    yield
    of_pytest = {name: value for name, value in os.environ.items() if name == "PYTEST_CURRENT_TEST"}
    os.environ.clear()
    os.environ.update(AT_START | of_pytest)


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end, so that nobody looks through it again and again."""
    gc.collect()
    gc.freeze()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite-golden", action="store_true", help="write tests/golden/ anew from what is reckoned today"
    )


@pytest.fixture(scope="session")
def assessed_once() -> Callable[..., Assessment]:
    """A function that assesses a city that ships, once for all tests of a process; what it returns is only read."""
    from asset_inventory.assessment import assess
    from asset_inventory.sources.city import read_city

    @functools.cache
    def made(name: str, day: datetime.date | None = None) -> Assessment:
        return assess(read_city(DATA / name), day=day)

    return made


def find_chromium() -> str | None:
    """The path of a browser that Playwright can drive, or None."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for path in map(shutil.which, names) if path), None)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser, for tests marked `chromium`."""
    return find_chromium()


def find_firefox() -> str | None:
    """The path of a Firefox, or None."""
    return next((path for path in map(shutil.which, ("firefox-esr", "firefox")) if path), None)


@pytest.fixture(scope="session")
def firefox_program() -> str:
    """The path of Firefox, for tests marked `firefox`."""
    return find_firefox()


@functools.cache
def find_gdal() -> str | None:
    """The Python that Debian's GDAL comes with, if its checker of GeoPackages is there, or None."""
    python = "/usr/bin/python3"
    try:
        ran = subprocess.run([python, "-c", "from osgeo_utils.samples import validate_gpkg"], capture_output=True)
    except OSError:
        return None
    return python if ran.returncode == 0 else None


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker, find, name, package in (
        ("chromium", find_chromium, "Chromium on the PATH", "chromium"),
        ("firefox", find_firefox, "Firefox on the PATH", "firefox-esr"),
        ("libreoffice", lambda: shutil.which("soffice"), "LibreOffice Calc", "libreoffice-calc-nogui"),
        ("gdal", find_gdal, "GDAL for /usr/bin/python3", "python3-gdal"),
    ):
        if item.get_closest_marker(marker) and not find():
            (pytest.fail if IN_CI else pytest.skip)(f"no {name} (Debian: sudo apt install {package})")


# The town. A square of 100 m, its lower left corner at (X, Y) in UTM 49S; north is up.
#
#     +---------+---------+      grid: four cells of 50 m, depth in metres at return period 10 / 50 / 100 years
#     |    0    | nodata  |      A  house, 20 x 20 m at (10, 40): half in the south-west cell, half in the north-west
#     |  A   [ D ]        |      B  clinic, a point at (75, 25)
#     |--A------+---------|      C  road, from (0, 25) to (100, 25): half in each southern cell
#     |=C=======|===B====C|      D  house, 20 x 20 m at (40, 60): half in the north-west cell, half on nodata
#     |0.5/1/2  |  1/2/4  |      E  depot without a geometry
#     +---------+---------+
#
# Landslide zone «high»: the southern half. Districts: «1» the western half, «2» the eastern.
# Damage curve: straight from (0 m, 0) to (4 m, 1). Values: A 1000, B 500, C 10 a metre = 1000, D 800, E 100.
X, Y = 436_000.0, 9_227_000.0
DEPTHS = {10: (0.5, 1.0), 50: (1.0, 2.0), 100: (2.0, 4.0)}

TOWN_TOML = """
name = "Tiny Town"
crs = "EPSG:32749"
currency = "IDR"
language = "en"

[districts]
path = "districts.gpkg"
id = "CODE"
source = { title = "Districts", licence = "CC0-1.0" }

[[assets]]
name = "buildings"
path = "buildings.gpkg"
asset_type = { field = "KIND" }
owner = "Works"
source = { title = "Buildings", licence = "CC0-1.0" }
fields = { asset_id = "ID", name = "NAME", value = "VALUE" }

[[assets]]
name = "roads"
path = "roads.gpkg"
asset_type = "road"
source = { title = "Roads", licence = "CC0-1.0" }
fields = { asset_id = "ID" }

[values]
road = { per = "m", amount = 10, source = "by pencil" }

[[hazards]]
name = "flood"
kind = "shock"
intensity = { measure = "water depth", unit = "m" }
exposed_from = 0.1
nodata_means = "unknown"
no_damage_return_period = 5
maps = [
  { return_period = 100, path = "flood_100.tif" },
  { return_period = 10, path = "flood_10.tif" },
  { return_period = 50, path = "flood_50.tif" },
]
source = { title = "Flood", licence = "CC0-1.0", exercise = true }

[[hazards]]
name = "landslide"
kind = "shock"
intensity = { measure = "susceptibility class", unit = "class" }
outside = "not exposed"
maps = [ { path = "landslide.gpkg", intensity_field = "CLASS", order = ["low", "high"] } ]
source = { title = "Landslide", licence = "CC0-1.0" }

[[curves]]
hazard = "flood"
asset_types = "*"
path = "straight.csv"
source = { title = "by pencil", licence = "CC0-1.0" }

[scores]
ead_per_value = { worst = 0.1, best = 0, weight = 0.5 }
exposed_share = { worst = 1, best = 0, weight = 0.5 }
"""


@pytest.fixture
def town(tmp_path: Path, town_once: Path) -> Path:
    """The folder of the town drawn above: a copy that a test may change."""
    return shutil.copytree(town_once, tmp_path / "town")


@pytest.fixture(scope="session")
def town_once(tmp_path_factory) -> Path:
    """Where the town drawn above stands as it was made once; never changed."""
    folder = tmp_path_factory.mktemp("drawn") / "town"
    folder.mkdir()
    (folder / "city.toml").write_text(TOWN_TOML, encoding="utf-8")
    (folder / "straight.csv").write_text("intensity_m,damage\n0,0\n4,1\n", encoding="utf-8")
    house = [
        shapely.box(X + 10, Y + 40, X + 30, Y + 60),
        shapely.Point(X + 75, Y + 25),
        shapely.box(X + 40, Y + 60, X + 60, Y + 80),
        None,
    ]
    _write(
        folder / "buildings.gpkg",
        house,
        ID=["A", "B", "D", "E"],
        NAME=["House A", "Clinic B", None, "Depot E"],
        KIND=["house", "clinic", "house", "depot"],
        VALUE=[1000.0, 500.0, 800.0, 100.0],
    )
    _write(folder / "roads.gpkg", [shapely.LineString([(X, Y + 25), (X + 100, Y + 25)])], ID=["C"])
    _write(
        folder / "districts.gpkg",
        [shapely.box(X, Y, X + 50, Y + 100), shapely.box(X + 50, Y, X + 100, Y + 100)],
        CODE=["1", "2"],
    )
    _write(folder / "landslide.gpkg", [shapely.box(X, Y, X + 100, Y + 50)], CLASS=["high"])
    for period, (west, east) in DEPTHS.items():
        write_grid(folder / f"flood_{period}.tif", np.array([[0.0, -9999.0], [west, east]]))
    return folder


def write_grid(path: Path, values: np.ndarray, *, nodata: float | None = -9999.0, cell: float = 50.0) -> Path:
    """Write a grid whose lower left corner is the town's."""
    transform = affine.Affine(cell, 0, X, 0, -cell, Y + cell * values.shape[0])
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=values.shape[0],
        width=values.shape[1],
        count=1,
        dtype="float32",
        crs="EPSG:32749",
        transform=transform,
        nodata=nodata,
    ) as dataset:
        dataset.write(values.astype("float32"), 1)
    return path


def _write(path: Path, geometry: list, **columns: list) -> None:
    geopandas.GeoDataFrame(columns, geometry=geometry, crs="EPSG:32749").to_file(path, driver="GPKG")


@pytest.fixture
def edit(town: Path) -> Callable[..., Path]:
    """A function that replaces texts in the town's city.toml, each of which must be there, and returns its folder."""

    def replace(*pairs: tuple[str, str]) -> Path:
        text = (town / "city.toml").read_text(encoding="utf-8")
        for old, new in pairs:
            assert old in text, old
            text = text.replace(old, new, 1)
        (town / "city.toml").write_text(text, encoding="utf-8")
        return town

    return replace


@pytest.fixture
def ask(capsys) -> Callable[..., tuple[int, str]]:
    """A function that runs a command, and returns its exit code and what it said on both streams."""
    from asset_inventory.cli import main

    def run(*arguments: object, language: str = "en") -> tuple[int, str]:
        code = main([*map(str, arguments), "--language", language])
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


@pytest.fixture(scope="session")
def started_once(tmp_path_factory) -> Path:
    """Where a town stands whose register was filled once."""
    return tmp_path_factory.mktemp("started") / "town"


@pytest.fixture
def started(town: Path, ask, started_once) -> Path:
    """The town with a register that was filled from its files."""
    if not started_once.exists():
        assert ask("start", town)[0] == 1  # the depot has no geometry, which must be mended
        shutil.copytree(town, started_once)
    shutil.copytree(started_once, town, dirs_exist_ok=True)  # files of other bytes were not what was handed in
    return town


# What people of the town say. Districts are called West («1») and East («2»). The flood is tied to the sea, and the
# ground sinks 0.05 m a year. Six of the PKK vote alike, five of the traders the other way round, two of an office.
VOICES_TOML = """
[future]
today = 2026
years = [10]
source = "by pencil"
subsidence_rate = 0.05

[[pressures]]
id = "flood"
name = { id = "Banjir", en = "Flood" }
kind = "shock"
drivers = ["7", "8"]
measured_by = { hazard = "flood" }

[[pressures]]
id = "slide"
name = { id = "Longsor", en = "Landslide" }
kind = "shock"
measured_by = { hazard = "landslide" }

[[pressures]]
id = "power"
name = { id = "Listrik padam", en = "Power cuts" }
kind = "shock"

[[pressures]]
id = "sinking"
name = { id = "Penurunan tanah", en = "Sinking ground" }
kind = "stress"

[[pressures]]
id = "poverty"
name = { id = "Kemiskinan", en = "Poverty" }
kind = "stress"
measured_by = { indicator = "poor people" }

[[influences]]
stress = "sinking"
shock = "flood"
by = "sinking ground"
reason = { id = "air lebih dalam", en = "the water stands deeper" }

[[influences]]
stress = "poverty"
shock = "flood"
reason = "less to rebuild with"

[resilience]
statements = { path = "statements.csv", source = "Forum", exercise = true }
votes = { path = "votes.csv", source = "Forum", exercise = true }
indicators = { path = "indicators.csv", source = "Social office" }
actions = { path = "actions.csv", source = "Planning office" }
top = 1
draws = 1000

[resilience.criteria]
ead_per_value = { worst = 0.2, best = 0, front = true }
exposed_share = { worst = 1, best = 0 }
poverty = { of = "poor people", worst = 40, best = 0, front = true }
"""
_VOTED = {("PKK", 6): ("flood", "power", "sinking", "slide", "poverty"),
          ("Pedagang", 5): ("poverty", "power", "flood", "sinking", "slide"),
          ("Dinas PU", 2): ("slide", "flood", "sinking", "power", "poverty")}  # fmt: skip
VOICES = {
    "statements.csv": """Kelompok,Pernyataan,Kelurahan,Jenis,Guncangan atau tekanan,Digabung oleh,Alasan
PKK,Air masuk rumah tiap pasang,West,guncangan,flood,Forum,airnya sama
PKK,Jalan turun setiap tahun,east,tekanan,sinking,Forum,tanahnya turun
Pedagang,Listrik sering padam,,guncangan,,,
Pedagang,Sampah menumpuk,East,,,,
""",
    "votes.csv": "group,voter,pressure,rank\n" + "".join(
        f"{group},{voter},{name},{place}\n" for (group, voters), order in _VOTED.items()
        for voter in range(1, voters + 1) for place, name in enumerate(order, start=1)),
    "indicators.csv": """district,indicator,value,unit,year,source,better
West,poor people,30,%,2025,Social office,lower
East,poor people,10,%,2025,Social office,lower
""",
    "actions.csv": """action,owner,districts,pressures,drivers,budget,first_year,last_year,status
Pump house,Works,West,flood,7,2000,2026,2027,running
Cash for the poor,Social,,poverty,2,500,2026,2026,planned
""",
}  # fmt: skip


@pytest.fixture
def town_with_voices(town: Path, voices_once: Path) -> Path:
    """The town with everything that a preliminary resilience assessment asks for: a copy that a test may change."""
    return shutil.copytree(voices_once, town, dirs_exist_ok=True)


@pytest.fixture(scope="session")
def voices_once(town_once: Path, tmp_path_factory) -> Path:
    """Where the town with voices stands as it was made once; never changed."""
    town = shutil.copytree(town_once, tmp_path_factory.mktemp("voices") / "town")
    _write(
        town / "districts.gpkg",
        [shapely.box(X, Y, X + 50, Y + 100), shapely.box(X + 50, Y, X + 100, Y + 100)],
        CODE=["1", "2"],
        NAME=["West", "East"],
    )
    declared = (town / "city.toml").read_text(encoding="utf-8")
    declared = declared.replace('id = "CODE"', 'id = "CODE"\nname = "NAME"')
    declared = declared.replace('exposed_from = 0.1', 'exposed_from = 0.1\nwater = "sea"\nsurveyed = 2020')
    (town / "city.toml").write_text(declared + VOICES_TOML, encoding="utf-8")
    for name, text in VOICES.items():
        (town / name).write_text(text, encoding="utf-8")
    return town
