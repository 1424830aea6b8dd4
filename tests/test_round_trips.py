"""Layers of real cities given out and handed in again: whatever programs did to the files on the
way, 0 changes.

Every layer through every drift, large ones too: `python -m tests.long.round_trips`; every bad file
twice: `python -m tests.long.bad_files`.
"""

from __future__ import annotations

import datetime
import warnings
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from tests.support.format_drift import (
    ADDED,
    COLLECTION,
    DRIFTS,
    DRIVERS,
    SHARED,
    RealLayer,
    asked,
    city_of,
    difference,
    handed_in,
    missing,
    read,
    real_layers,
    twice,
    write,
)
from tests.support.town import X, Y

pytestmark = pytest.mark.slow

needs_cities = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the layers of real cities are not on this machine"
)
# One of each kind: its ids are nobody's, its names are longer than a shapefile takes, its numbers
# are floats.
NAMES = ("building-points.shp", "finv_tut4b_lines.gpkg", "osm_health_selected.geojson")
# Each drift goes to one of them, in turn.
EACH = [(name, drift) for number, drift in enumerate(DRIFTS) for name in (NAMES[number % 3],)]


@pytest.fixture(scope="module")
def cities(tmp_path_factory) -> dict[str, Path]:
    """A city for each of these layers, in whose register it is version 1."""
    if not SHARED.is_dir():
        return {}
    layers = {layer.path.name: layer for layer in real_layers()}
    folder = tmp_path_factory.mktemp("cities")
    made = {name: city_of(layers[name], folder / name) for name in NAMES}
    for name, city in made.items():
        assert handed_in(city, city / name, accept=True)["delivery"]["version"] == 1
    return made


@pytest.mark.slow
@needs_cities
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("end", DRIVERS)
def test_a_layer_is_given_out_as_any_kind_of_file_and_comes_back_unchanged(
    cities, tmp_path, name, end
):
    out = tmp_path / f"out{end}"
    assert asked("export", cities[name], "--layer", "layer", "--to", out)["code"] == 0
    assert difference(handed_in(cities[name], out)) == {}
    assert read(out).geometry.notna().all()


@pytest.mark.slow
@needs_cities
@pytest.mark.parametrize(("name", "drift"), EACH)
def test_a_drift_is_no_change(cities, tmp_path, name, drift):
    ends = DRIFTS[drift].ends
    name = (
        name
        if Path(name).suffix in ends
        else next(one for one in NAMES if Path(one).suffix in ends)
    )
    if reason := missing(DRIFTS[drift].needs):
        pytest.skip(reason)
    made = DRIFTS[drift].make(cities[name] / name, tmp_path, "EPSG:32749")
    answer = handed_in(cities[name], made)
    assert difference(answer) == {}
    assert answer["delivery"]["report"]["fields_added"] == (
        ["CATATAN"] if "unknown" in drift else []
    )


@pytest.mark.slow
@pytest.mark.skipif(
    not COLLECTION.is_dir(), reason="the collection of bad files is not beside the project"
)
@pytest.mark.parametrize(
    "path",
    [
        "shp/gen-bowties/assets.shp",
        "shp/gen-null-geom/assets.shp",
        "geojson/gen-dup-keys/assets.geojson",
        "gpkg/gen-text-numbers/assets.gpkg",
        "csv/gen-swapped-some/assets.csv",
    ],
)
def test_a_bad_file_that_is_taken_says_nothing_new_the_second_time(tmp_path, path):
    how, differing = twice(path, tmp_path / "city")
    assert how.startswith("taken") and not differing


# What a delivery leaves behind


def town(folder: Path, *, stated: str = "", crs: object = "EPSG:32749", end: str = ".gpkg") -> Path:
    """A city with one layer of three assets, whose fields are of every kind and whose names are
    cut alike.
    """
    table = gpd.GeoDataFrame(
        {
            "NAMA_BANGUNAN": ["SDN 1 Genuk", None, "Jalan Çiğ"],
            "NAMA_BANGUNAN_LAMA": ["a", "b", None],
            "TANGGAL": [datetime.date(2024, 2, 29), None, datetime.date(1999, 12, 31)],
            "DILIHAT": pd.to_datetime(["2024-03-01 12:30", None, "2024-03-01 00:00"]),
            "AKTIF": [True, False, True],
            "NOMOR": [2**53 + 1, -7, 0],
            "NILAI": [0.1 + 0.2, 1.5e-12, 3e17],
        },
        geometry=[shapely.Point(X + 100 * step, Y) for step in range(3)],
        crs="EPSG:32749",
    )
    file = folder / f"aset{end}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table.set_crs(crs, allow_override=True).to_file(file, driver=DRIVERS[end])
    return city_of(RealLayer(file, "EPSG:32749", stated), folder / "kota")


def cells(path: Path) -> dict[str, list]:
    table = read(path)
    return {
        name: table[name].astype(object).where(table[name].notna(), None).tolist()
        for name in table.columns[:-1]
    }


@pytest.mark.slow
def test_what_was_cut_for_a_shapefile_has_its_name_again(tmp_path):
    city, out = town(tmp_path), tmp_path / "out"
    assert handed_in(city, city / "aset.gpkg", accept=True)["delivery"]["version"] == 1
    assert asked("export", city, "--layer", "layer", "--to", out / "a.shp")["code"] == 0
    cut = read(out / "a.shp")
    assert [*cut.columns[:3]] == ["NAMA_BANGU", "NAMA_BAN_1", "TANGGAL"]
    assert difference(handed_in(city, out / "a.shp")) == {}
    write(cut.assign(NAMA_BAN_1=["a", "b", "c"]), out / "a.shp")
    answer = handed_in(city, out / "a.shp", accept=True)["delivery"]
    assert (answer["version"], answer["edited"], answer["report"]["fields_missing"]) == (2, 1, [])
    for file in ("a.shp", "b.gpkg", "c.geojson"):
        assert (
            asked("export", city, "--layer", "layer", "--to", out / file, "--replace")["problems"]
            == []
        )
        assert difference(handed_in(city, out / file)) == {}
    assert cells(out / "a.shp")["NAMA_BAN_1"] == ["a", "b", "c"]
    assert cells(out / "b.gpkg")["NAMA_BANGUNAN_LAMA"] == ["a", "b", "c"]
    assert cells(out / "b.gpkg")["NAMA_BANGUNAN"] == cells(city / "aset.gpkg")["NAMA_BANGUNAN"]


def test_a_layer_is_given_back_on_the_system_in_which_it_came_last(tmp_path):
    city, out = town(tmp_path), tmp_path / "out.gpkg"
    handed_in(city, city / "aset.gpkg", accept=True)
    write(
        read(city / "aset.gpkg").assign(AKTIF=True).to_crs("EPSG:4326"), tmp_path / "degrees.gpkg"
    )
    assert handed_in(city, tmp_path / "degrees.gpkg", accept=True)["delivery"]["edited"] == 1
    assert asked("export", city, "--layer", "layer", "--to", out)["code"] == 0
    back = read(out)
    assert back.crs == "EPSG:4326"
    assert back.total_bounds == pytest.approx([110.4206, -6.9929, 110.4224, -6.9929], abs=1e-4)
    assert difference(handed_in(city, out)) == {}


def test_ids_that_were_asked_for_come_back_and_go_again(tmp_path):
    city, out = town(tmp_path), tmp_path / "out.gpkg"
    handed_in(city, city / "aset.gpkg", accept=True)
    assert asked("export", city, "--layer", "layer", "--to", out, "--with-ids")["code"] == 0
    write(read(out).assign(NOMOR=[1, 2, 3]), tmp_path / "edited.gpkg")
    assert handed_in(city, tmp_path / "edited.gpkg", accept=True)["delivery"]["edited"] == 3
    for more, wanted in (["--with-ids"], True), ([], True), (["--without-ids"], False):
        assert (
            asked("export", city, "--layer", "layer", "--to", out, "--replace", *more)["problems"]
            == []
        )
        assert ("asset_id" in read(out)) == wanted


SPHERE = (
    "+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=111 +x_0=0 +y_0=0 +k=1 +units=m +no_defs"
)


@pytest.mark.parametrize("own", ["EPSG:32748", SPHERE], ids=["of the zone beside", "of a sphere"])
def test_a_system_that_the_city_had_to_state_holds_for_what_comes_back(tmp_path, own):
    """The .prj is wrong, or leads nowhere but by a guess; the city says what is meant."""
    city, out = town(tmp_path, stated="EPSG:32749", crs=own, end=".shp"), tmp_path / "out.shp"
    assert handed_in(city, city / "aset.shp", accept=True)["delivery"]["added"] == 3
    assert asked("export", city, "--layer", "layer", "--to", out)["code"] == 0
    assert out.with_suffix(".prj").read_bytes() == (city / "aset.prj").read_bytes()
    assert difference(handed_in(city, out)) == {}
    right = read(city / "aset.shp").set_crs("EPSG:32749", allow_override=True).to_crs("EPSG:4326")
    write(right, tmp_path / "right.gpkg")
    assert difference(handed_in(city, tmp_path / "right.gpkg")) == {}


@pytest.mark.slow
@pytest.mark.parametrize("drift", DRIFTS)
def test_shapes_without_a_table_get_none_on_the_way(tmp_path, drift):
    """A shapefile without a .dbf: what programs write into the one that they make, row numbers,
    is no field.
    """
    if why := missing(DRIFTS[drift].needs):
        pytest.skip(why)
    squares = gpd.GeoDataFrame(
        geometry=[shapely.box(X + 9 * n, Y, X + 9 * n + n + 1, Y + 5) for n in range(5)]
    )
    file = write(squares.set_crs("EPSG:32749"), tmp_path / "atap.shp")
    file.with_suffix(".dbf").unlink()
    city = city_of(RealLayer(file, "EPSG:32749"), tmp_path / "kota")
    assert handed_in(city, city / "atap.shp", accept=True)["delivery"]["added"] == 5
    (tmp_path / "back").mkdir()
    answer = handed_in(city, DRIFTS[drift].make(file, tmp_path / "back", "EPSG:32749"), accept=True)
    assert difference(answer) == {}
    told = answer["delivery"]["report"]["fields_added"]
    assert told == ([ADDED] if drift.startswith("an unknown field") else [])
    out = tmp_path / "out" / "atap.shp"
    assert asked("export", city, "--layer", "layer", "--to", out)["problems"] == []
    assert difference(handed_in(city, out)) == {}
    assert (
        asked("export", city, "--layer", "layer", "--to", out, "--replace", "--without-ids")[
            "problems"
        ]
        == []
    )
    assert out.with_suffix(".dbf").exists() == bool(told)
