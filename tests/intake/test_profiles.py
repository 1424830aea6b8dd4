"""What a profile states of a file, by pencil, and how little of a large one is read."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import Point, box

from asset_inventory import intake
from asset_inventory.intake import data_files, profile_folder, profiles
from asset_inventory.intake.containers import unpack
from asset_inventory.intake.profiles import Profile, from_plain, profiles_of
from asset_inventory.model.errors import RequestError

UTM = "EPSG:32749"
WRITERS = {
    "gpkg": lambda table, path: table.to_file(path),
    "shp": lambda table, path: table.to_file(path),
    "geojson": lambda table, path: table.to_file(path),
    "parquet": lambda table, path: table.to_parquet(path),
}


def _layer(count: int, repeated: int | None = None) -> gpd.GeoDataFrame:
    codes = [f"A{i:03d}" for i in range(count)]
    if repeated is not None:
        codes[repeated] = codes[0]
    places = [Point(436_000 + 10 * i, 9_226_000) for i in range(count)]
    return gpd.GeoDataFrame({"KODE": codes, "N": range(count)}, geometry=places, crs=UTM)


def _profiles(path: Path, copies: Path) -> list[Profile]:
    copies.mkdir()
    return [from_plain(plain) for plain in profiles_of(unpack(path, copies).datasets, path.name)]


@pytest.mark.parametrize("ending", WRITERS)
@pytest.mark.parametrize(("repeated", "unique"), [(None, True), (22, False)])
def test_a_long_layer_is_looked_at_in_part_and_its_ids_in_full(
    tmp_path, monkeypatch, ending, repeated, unique
):
    """25 rows, of which 10 are looked at; row 22 has the code of row 0."""
    monkeypatch.setattr(profiles, "MOST_ROWS", 10)
    monkeypatch.setattr(profiles, "LARGEST_TEXT", 100)  # so that GeoJSON is a long one
    path = tmp_path / f"a.{ending}"
    WRITERS[ending](_layer(25, repeated), path)
    (found,) = _profiles(path, tmp_path / "copies")
    assert (found.kind, found.shapes, found.crs) == ("vector", "points", UTM)
    assert (found.rows, found.looked) == (25, 10)
    code = found.field_of("KODE")
    assert code is not None and code.unique is unique
    assert code.distinct == (25 if unique else 24)


def test_fields_by_pencil(tmp_path):
    """Of four cells one is empty: 3 of 4 are filled, all three are numbers, two differ."""
    table = _layer(4)
    table["LUAS"] = ["1.500,5", "", "20", "20"]
    path = tmp_path / "a.gpkg"
    table.to_file(path)
    (found,) = _profiles(path, tmp_path / "copies")
    area = found.field_of("LUAS")
    assert area is not None
    assert (area.filled, area.numbers, area.distinct, area.unique) == (0.75, 1.0, 2, False)
    assert (area.least, area.most, area.whole) == (20, 1500.5, False)
    assert area.words == {"20": 2, "1.500,5": 1}


@pytest.mark.parametrize(
    ("step", "size", "covered", "overlapping"),
    [(100, 100, 1.0, 0.0), (100, 50, 0.3, 0.0), (100, 200, 1.0, 0.8)],
)
def test_polygons_tile_or_leave_gaps_or_overlap(tmp_path, step, size, covered, overlapping):
    """6 × 6 squares, side by side; of half the side, so that a quarter of the inside is covered;
    and of twice the side, so that nearly all lies in several.
    """
    squares = [
        box(x, y, x + size, y + size) for x in range(0, 600, step) for y in range(0, 600, step)
    ]
    table = gpd.GeoDataFrame({"N": range(36)}, geometry=squares, crs=UTM)
    path = tmp_path / "a.gpkg"
    table.set_geometry(table.translate(436_000, 9_226_000)).to_file(path)
    (found,) = _profiles(path, tmp_path / "copies")
    assert found.covered == pytest.approx(covered, abs=0.05)
    assert found.overlapping == pytest.approx(overlapping, abs=0.15)


def test_places_are_those_of_the_layer_in_another_system(tmp_path):
    """1e-5 degrees are 1.1 m, so a place in degrees and in metres is the same to 2 of them."""
    layer = _layer(8)
    layer.to_file(tmp_path / "metres.gpkg")
    layer.to_crs(4326).to_file(tmp_path / "degrees.geojson")
    (metres,), (degrees,) = (
        _profiles(tmp_path / name, tmp_path / f"copies {name}")
        for name in ("metres.gpkg", "degrees.geojson")
    )
    assert np.abs(np.array(metres.places) - np.array(degrees.places)).max() <= 1
    assert metres.degrees == pytest.approx(degrees.degrees, abs=1e-4)


def test_a_long_text_table_is_cut_behind_a_row(tmp_path, monkeypatch):
    monkeypatch.setattr(profiles, "LARGEST_TEXT", 200)
    path = tmp_path / "a.csv"
    rows = [f"P{i:03d},110.4{i:03d},-6.9{i:03d}" for i in range(50)]
    path.write_text("\n".join(["kode,bujur,lintang", *rows]), encoding="utf-8")
    (found,) = _profiles(path, tmp_path / "copies")
    # 19 bytes of a heading and 22 a row: byte 200 lies in the ninth
    assert found.rows == 9 and found.problem == ""
    assert path.stat().st_size > 1000  # ours is a copy


def test_links_hidden_files_and_descriptions_are_no_data(tmp_path):
    for name in ("a.gpkg", ".b.gpkg", "a.qml", "LICENSE-of_a", "c.tif"):
        (tmp_path / name).touch()
    (tmp_path / "link.gpkg").symlink_to(tmp_path / "a.gpkg")
    (tmp_path / "d.gdb").mkdir()
    assert data_files(tmp_path) == ["a.gpkg", "c.tif", "d.gdb"]
    found, _ = profile_folder(tmp_path)
    assert [one.kind for one in found] == ["none"] * 3


def test_a_folder_of_very_many_files_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(intake, "MOST_FILES", 2)
    for name in "abc":
        (tmp_path / f"{name}.tif").touch()
    with pytest.raises(RequestError) as fault:
        data_files(tmp_path)
    assert fault.value.key == "error.many_files" and fault.value.arguments["files"] == 3
