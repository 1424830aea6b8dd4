"""`asset-inventory context`: the base map of a city out of an extract of OpenStreetMap."""

from __future__ import annotations

import json
import shutil
import tomllib

import geopandas as gpd
import pytest

from asset_inventory.model.reading import read_city
from tests.support.commands import run
from tests.support.osm_extract import square, write_extract
from tests.support.paths import DATA

pytestmark = pytest.mark.slow

ROAD = ([(-5, 50), (105, 50)], {"highway": "primary", "name": "Jalan Raya"})
RIVER = ([(50, -5), (50, 105)], {"waterway": "river", "name": "Kali"})
POND = (square(10, 10, 30), {"natural": "water"})


@pytest.fixture
def extract(tmp_path):
    return write_extract(tmp_path / "kota.osm", [ROAD, RIVER, POND])


def context(capsys, town, path, *more, language="en"):
    return run(capsys, "context", town, "--from", path, "--language", language, *more)


@pytest.mark.smoke
def test_the_layers_are_written_and_declared_and_nothing_else_changes(capsys, town, extract):
    toml = town / "city.toml"
    before = toml.read_bytes()
    code, out, err = context(capsys, town, extract, "--date", "2026-10-08")
    assert (code, err) == (0, [])
    assert out[:3] == [
        f"Water: 1 feature, {town}/context/osm-water.geojson",
        f"Rivers and canals: 1 feature, {town}/context/osm-river.geojson",
        f"Main roads: 1 feature, {town}/context/osm-road.geojson",
    ]
    assert out[3].startswith(f"{toml} declares these layers; your own text in it is unchanged.")
    after = toml.read_bytes()
    assert after.startswith(before)
    declared = tomllib.loads(after.decode())["context"]
    assert [entry["kind"] for entry in declared] == ["water", "river", "road"]
    assert {entry["source"]["licence"] for entry in declared} == {"ODbL-1.0"}
    assert {entry["source"]["title"] for entry in declared} == {"OpenStreetMap"}
    assert {str(entry["source"]["date"]) for entry in declared} == {"2026-10-08"}
    roads = json.loads((town / "context" / "osm-road.geojson").read_text(encoding="utf-8"))
    assert [part["properties"] for part in roads["features"]] == [
        {"importance": 2, "name": "Jalan Raya"}
    ]
    assert [layer.kind for layer in read_city(town).context] == ["water", "river", "road"]
    # once more: the files are made anew, the declaration stays as it is
    code, out, _ = context(capsys, town, extract, "--date", "2026-10-08")
    assert code == 0 and "declares these layers already and is unchanged" in out[3]
    assert toml.read_bytes() == after


def test_a_declaration_that_cannot_be_extended_is_left_and_the_lines_are_given(
    capsys, town, extract
):
    toml = town / "city.toml"
    own = 'context = [ { path = "roads.gpkg", source = { title = "R", licence = "MIT" } } ]\n'
    toml.write_text(own + toml.read_text(encoding="utf-8"), encoding="utf-8")
    before = toml.read_bytes()
    code, out, _ = context(capsys, town, extract, language="id")
    assert code == 0 and toml.read_bytes() == before
    assert "tidak diubah" in out[3]
    lines = "\n".join(out[4:-2])
    assert [entry["path"] for entry in tomllib.loads(lines)["context"]] == [
        "context/osm-water.geojson",
        "context/osm-river.geojson",
        "context/osm-road.geojson",
    ]
    assert out[-1].startswith(f"{extract} tidak menyatakan tanggalnya")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("none.osm.pbf", None, "the file {path} does not exist"),
        ("grid.osm.pbf", b"II*\x00" + b"\x01" * 100, 'it is of the kind "geotiff"'),
        ("page.osm", b"<html><body>Not found</body></html>", 'it is of the kind "web page"'),
        ("cut.osm.pbf", "cut", "{name} cannot be read"),
    ],
)
def test_a_file_that_is_no_extract_is_refused_and_nothing_is_written(
    capsys, town, tmp_path, name, content, said
):
    path, toml = tmp_path / name, town / "city.toml"
    if content == "cut":
        content = (DATA / "kampen" / "assets" / "kampen.osm.pbf").read_bytes()[:200_000]
    if content is not None:
        path.write_bytes(content)
    before = toml.read_bytes()
    code, out, err = context(capsys, town, path)
    assert (code, out) == (1, [])
    assert len(err) == 1 and said.format(path=path, name=name) in err[0]
    assert toml.read_bytes() == before and not (town / "context").exists()


@pytest.mark.parametrize(
    ("language", "said"), [("en", "is a folder, not a file"), ("id", "adalah folder, bukan berkas")]
)
def test_a_folder_is_no_extract(capsys, town, tmp_path, language, said):
    code, out, (line,) = context(capsys, town, tmp_path, language=language)
    assert (code, out) == (1, []) and line.startswith(f"{tmp_path} {said}")
    assert ".osm.pbf" in line


def test_an_extract_of_another_place_is_refused_with_the_bounds_that_are_needed(
    capsys, town, tmp_path
):
    far = write_extract(tmp_path / "far.osm", [([(90_000, 0), (91_000, 0)], {"highway": "trunk"})])
    code, out, err = context(capsys, town, far)
    assert (code, out) == (1, [])
    assert "covers 0% of the area of Tiny Town" in err[0]
    # 435.995-436.105 km east, 9226.995-9227.105 km north in UTM 49S, outward to 0.001 degrees
    assert "these bounds: 110.420,-6.993,110.422,-6.991 (west" in err[0]
    assert not (town / "context").exists()


def test_an_extract_of_a_part_is_taken_and_the_share_is_stated(capsys, town, tmp_path):
    part = write_extract(
        tmp_path / "part.osm",
        [([(-5, 0), (105, 0)], {"highway": "trunk"}), ([(0, 60), (100, 60)], {"highway": "trunk"})],
    )
    code, out, _ = context(capsys, town, part, "--date", "2026-10-08")
    assert code == 0
    # 60 m of 100 m
    assert "The extract covers 60" in out[-2]
    assert "60.0% of the city, is estimated from the extents" in out[-1]
    _, out, _ = context(capsys, town, part, "--date", "2026-10-08", language="id")
    assert "60,0% dari kota, diperkirakan dari jangkauan fitur" in out[-1]


@pytest.mark.slow
def test_the_base_map_of_kampen_can_be_made_again(capsys, tmp_path):
    city = tmp_path / "kampen"
    shutil.copytree(DATA / "kampen", city)
    toml, extract = city / "city.toml", city / "assets" / "kampen.osm.pbf"
    declared = toml.read_text(encoding="utf-8")
    toml.write_text(declared.partition("\n# Base map")[0], encoding="utf-8")
    shutil.rmtree(city / "context")
    code, out, _ = run(capsys, "context", city, "--from", extract, "--language", "en")
    assert code == 0 and len(out) == 5
    assert toml.read_text(encoding="utf-8") == declared
    entries = tomllib.loads(declared)["context"]
    assert [entry["kind"] for entry in entries] == ["built_up", "water", "river", "road"]
    assert {str(entry["source"]["date"]) for entry in entries} == {"2023-01-30"}
    sizes = []
    for entry in entries:
        made, shipped = (
            gpd.read_file(folder / entry["path"]) for folder in (city, DATA / "kampen")
        )
        sizes.append((city / entry["path"]).stat().st_size)
        # another release of GEOS may simplify another vertex away
        assert len(made) == pytest.approx(len(shipped), abs=3)
        metres = [table.to_crs("EPSG:28992").geometry for table in (made, shipped)]
        assert metres[0].area.sum() == pytest.approx(metres[1].area.sum(), rel=1e-3)
        assert metres[0].length.sum() == pytest.approx(metres[1].length.sum(), rel=1e-3)
    assert sum(sizes) < 300_000
