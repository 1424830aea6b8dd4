"""The bench measures what it says on a tiny city, and agrees with its peers; how long it takes
is not judged here.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely

from asset_inventory import assess, read_city
from tests.support.paths import PROJECT

pytestmark = pytest.mark.bench

BENCH = PROJECT / "bench"
SIZE, CELLS = 500, 400


def room(name: str) -> ModuleType:
    """A file of the bench, which is no package, as a module."""
    spec = importlib.util.spec_from_file_location(f"bench_{name}", BENCH / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    """Where the tiny city is made, once."""
    return tmp_path_factory.mktemp("bench")


def printed(data: Path, *options: str) -> str:
    """What a run prints."""
    command = [
        BENCH / "run.py",
        "--size",
        SIZE,
        "--cells",
        CELLS,
        "--data",
        data,
        "--quick",
        *options,
    ]
    done = subprocess.run([sys.executable, *map(str, command)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def said(data) -> str:
    """What a run prints; the programs are left out, for they are installed from the network."""
    return printed(data, "--without", "programs", "--options", "protection", "for the public")


@pytest.fixture(scope="module")
def rows(said) -> dict[tuple[str, str], list[str]]:
    return table_of(said)


def table_of(said: str) -> dict[tuple[str, str], list[str]]:
    """The table that was printed: its cells by measure and peer."""
    lines = [line.strip("|").split("|") for line in said.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line] for line in lines[2:]]
    return {(row[0], row[2]): row for row in cells}


def test_every_measure_has_its_row(rows, said):
    layer = "reading the layer + writing its result, Arrow"
    always = [
        ("500 polygons x grid: share and depth of every cell", "exactextract"),
        ("500 polygons x grid: mean depth", "exactextract"),
        ("500 polygons x zones", "geopandas.overlay"),
        ("1 polygon x 6 grids, files to file", ""),
        ("1 polygon x 6 grids, reading the packages", ""),
        ("1 polygon x 6 grids, assess()", ""),
        ("500 polygons x 6 grids, assess()", "the same for 50"),
        ("500 polygons x 6 grids, assess(): peak memory", ""),
        ("500 polygons x 6 grids, assess()", layer),
        ("500 polygons x 6 grids, writing GeoPackage, CSV, run.json", ""),
        ("500 polygons, grids of 1,600 x 1,600: peak memory", "grids of 400 x 400"),
        ("177 districts x 6 criteria x 10,000 draws", ""),
        (
            "a clean shapefile of 500 buildings: validate, whole process",
            "pyogrio.read_dataframe + is_valid, whole process",
        ),
        (
            "a shapefile of 500 buildings with 100 changes: deliver, whole process",
            "pyogrio.read_dataframe of both layers, whole process",
        ),
    ]
    assert [one for one in always if one not in rows] == []
    # peers that the tests do not ask for are measured where they are, and else named
    for name, row in {
        "rasterstats": ("500 polygons x grid: mean depth", "rasterstats (cell centres, not exact)"),
        "nismod-snail": ("125 lines x grid", "snail"),
    }.items():
        assert (f"not installed: {name} " in said) == (row not in rows)


def test_each_option_stands_beside_the_plain_assessment_of_the_same_run(rows):
    before = f"{SIZE} polygons x 6 grids, assess(): "
    found = {
        row[0].removeprefix(before) for row in rows.values() if row[2] == "the same without it"
    }
    assert found == {"protection", "for the public"}  # those asked for
    assert all(float(rows[before + name, "the same without it"][4]) > 0 for name in found)


def test_every_option_declares_what_the_plain_city_does_without(data, monkeypatch):
    monkeypatch.syspath_prepend(BENCH)
    options = room("options")
    plain = room("make_city").make_city(data, "100", cells=CELLS)
    without = assess(read_city(plain))
    for name in options.OPTIONS:
        assessment = assess(read_city(options.edited(plain, name)))
        assert assessment.provenance["rules"] != without.provenance["rules"], name
        errors = assessment.findings.loc[assessment.findings["severity"] == "error", "code"]
        assert set(errors) <= set(without.findings["code"]), name
        assert assessment.joint_ead["ead"].notna().any(), name


def test_the_answers_are_those_of_the_peers(rows):
    agreements = {
        ("500 polygons x grid: wet cells apart", "exactextract"),
        ("500 polygons x grid: mean depth apart", "exactextract"),
        ("500 polygons x zones: areas apart, of the building", "geopandas.overlay"),
    }
    assert {place: rows[place][-1] for place in agreements} == dict.fromkeys(agreements, "well")


def test_a_ratio_is_theirs_over_ours(rows):
    for row in rows.values():
        if row[3].endswith(" s") and row[2] in ("exactextract", "geopandas.overlay"):
            ours, theirs = (float(cell.removesuffix(" s")) for cell in (row[1], row[3]))
            # written with three digits, or one decimal
            assert float(row[4]) == pytest.approx(theirs / ours, rel=0.25)


@pytest.mark.chromium
def test_pages_are_built_and_opened_beside_folium(data):
    said = printed(data, "--maps")
    rows, folium = table_of(said), "folium.GeoJson, prefer_canvas"
    figures = (
        "HTML",
        "build",
        "peak memory above the input",
        "ready",
        "zoom, worst frame",
        "click to popup",
        "heap, page and worker",
        "arrays beside it",
    )
    for figure in figures:
        assert (f"{SIZE} assets, 8 attributes: {figure}", "") in rows
        ours, _, theirs, ratio = rows[f"{SIZE} assets, 8 attributes: {figure}", folium][1:5]
        assert float(ours.split()[0]) > 0
        assert float(ratio) > 0 and theirs
        assert (f"{SIZE} assets x 6 return periods, page of `map`: {figure}", "") in rows
    assert ("not installed: mapclassify " in said) == (
        (f"{SIZE} assets, 8 attributes: HTML", "GeoDataFrame.explore(), one colour") not in rows
    )
    # what each column takes: eight attributes, geometry and the class that colours
    layer = next(
        line for line in said.splitlines() if line.startswith(f"{SIZE} assets, layer, bytes")
    )
    columns = [
        part.rsplit(" ", 1)[0]
        for part in layer.partition("asset: ")[2].partition(";")[0].split(", ")
    ]
    assert columns == [
        "geometry",
        "class ead",
        "asset_id",
        "asset_type",
        "district",
        "levels",
        "value",
        "depth",
        "damage",
        "ead",
    ]


def test_what_is_missed_is_said():
    table = room("rows")
    assert [table.Row("a", 1.0, ratio=ratio, asked=">= 4").verdict for ratio in (4.0, 3.9)] == [
        "well",
        "MISSED",
    ]
    assert [table.Row("a", ours, "GB", asked="<= 3").verdict for ours in (3.0, 3.1)] == [
        "well",
        "MISSED",
    ]
    assert table.Row("a", 1.0).verdict == ""
    assert table.faster("a", 0.5, "b", 2.0).ratio == 4


def test_the_city_is_as_described_and_always_the_same(data):
    city = room("make_city")
    many = city.buildings(20_000)
    assert many.equals(city.buildings(20_000))
    corners = shapely.get_num_coordinates(many.geometry.to_numpy()) - 1
    assert corners.min() == 4 and corners.max() == 12
    # 0.5 % of them cross themselves: 100 of 20,000, give or take three times its square root
    assert abs((~many.is_valid).sum() - 100) <= 30
    box = shapely.box(city.WEST, city.SOUTH, city.WEST + city.SIDE, city.SOUTH + city.SIDE)
    for layer in (many, city.roads(1000), city.points(1000), city.districts()):
        assert layer.within(box.buffer(1e-6)).all()
    assert len(city.districts()) == 100
    vertices = shapely.get_num_coordinates(city.roads(1000).geometry.to_numpy())
    assert vertices.min() == 2 and vertices.max() == 20
    city.make_city(data, str(SIZE), cells=CELLS)
    zones = gpd.read_file(data / "zones.gpkg")
    assert set(zones["class"]) == {1, 2, 3} and zones.is_valid.all()
    assert shapely.get_num_interior_rings(zones.geometry.explode().to_numpy()).max() > 10


def test_rarer_floods_are_deeper(data):
    city = room("make_city")
    city.make_hazard(data, cells=CELLS)
    depths = []
    for period in city.PERIODS:
        with rasterio.open(city.grid_path(data, period)) as grid:
            depths.append(grid.read(1, masked=True).filled(0.0))
    assert all((rarer >= before).all() for before, rarer in zip(depths, depths[1:], strict=False))
    assert all(
        np.mean(rarer > 0) > np.mean(before > 0)
        for before, rarer in zip(depths, depths[1:], strict=False)
    )
