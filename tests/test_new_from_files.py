"""A folder of files becomes a city that can be read, with a first map, and with every guess explained."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from openpyxl import Workbook

from asset_inventory.inventory.districts import read_districts
from asset_inventory.model.reading import read_city
from tests.support.commands import run
from tests.support.misleading_folders import FOLDERS, depths
from tests.support.paths import SHARED


def _made(name: str, place: Path) -> Path:
    place.mkdir(exist_ok=True)
    FOLDERS[name](place)
    return place


def _drafted(city: Path) -> str:
    text = (city / "city.toml").read_text(encoding="utf-8")
    tomllib.loads(text)
    return text


@pytest.mark.parametrize(("language", "check"), [("en", "CHECK"), ("id", "PERIKSA")])
def test_one_command_leads_from_files_to_a_first_map(capsys, tmp_path, language, check):
    """30 schools; the east half of the place is deep, its west edge and four rows hold nothing."""
    files, city = _made("mixed-units", tmp_path / "berkas"), tmp_path / "kota"
    code, out, _ = run(capsys, "new", city, "--from", files, "--no-input", "--language", language)
    assert code == 0
    text = _drafted(city)
    assert f"# {check}: " in text and 'asset_id = "KODE"' in text
    # one set of maps with two units is two hazards
    assert text.count("[[hazards]]") == 2
    assert (city / "maps" / "kota.html").exists()
    counts = pd.read_csv(city / "results" / "exposure_counts.csv")
    parts = counts[["exposed", "not_exposed", "no_data", "unusable"]].sum(axis=1)
    assert (counts["assets"] == parts).all()
    assert set(counts.groupby(["hazard", "return_period"])["assets"].sum()) == {30}
    assert any(str(city / "city.toml") in line for line in out)
    code, _, err = run(capsys, "new", city, "--from", files, "--no-input", "--language", language)
    assert code == 1 and len(err) == 1  # never over an existing one
    assert _drafted(city) == text


def test_tables_of_depths_and_levels_by_asset_become_hazards(capsys, tmp_path):
    """30 schools above water levels, 250 of 500 buildings in tables of depths.

    A school's water is 0.93 m deep at 100 years; building 2i is at least 1 cm deep where
    2i * 140 // 500 >= 1: all but the first two.
    """
    files, city = _made("levels-per-asset", tmp_path / "berkas"), tmp_path / "kota"
    code, _, err = run(capsys, "new", city, "--from", files, "--no-input", "--language", "en")
    assert (code, err) == (0, [])
    counts = pd.read_csv(city / "results" / "exposure_counts.csv")
    parts = counts[["exposed", "not_exposed", "no_data", "unusable"]].sum(axis=1)
    assert (counts["assets"] == parts).all()
    rarest = counts[counts["return_period"] == 100].groupby("hazard")[["exposed", "no_data"]].sum()
    assert rarest.loc["muka air elevasi"].to_list() == [30, 500]
    assert rarest.loc["hasil bangunan"].to_list() == [248, 30 + 250]
    assert set(counts["return_period"]) == {10, 25, 50, 100}
    assert "KODE has the ids of sekolah.geojson" in _drafted(city)
    (city / "city.toml").unlink()
    (files / "bangunan.gpkg").unlink()  # without their layer, ids are those of nothing
    run(capsys, "new", city, "--from", files, "--no-input", "--language", "en")
    assert _drafted(city).count("[[hazards]]") == 1


def test_zones_with_depths_ranges_and_numbers_become_hazards(capsys, tmp_path):
    files, city = _made("zones-with-values", tmp_path / "berkas"), tmp_path / "kota"
    code, _, err = run(capsys, "new", city, "--from", files, "--no-input", "--language", "id")
    assert (code, err) == (0, [])
    hazards = {one.name: one for one in read_city(city).hazards}
    assert set(hazards) == {"banjir kejadian", "genangan", "bahaya banjir"}
    depths = hazards["genangan"]
    assert (depths.intensity.measure, depths.intensity.unit) == ("water depth", "m")
    assert [one.return_period for one in depths.maps] == [10, 50]
    ranges = hazards["banjir kejadian"].maps[0]
    assert ranges.order == ("0 - 0,5 m", "0,5 s/d 1 m", "> 1 m")
    lines = [line for line in _drafted(city).splitlines() if "gridcode" in line]
    assert len(lines) == 2 and all("PERIKSA" in line for line in lines)
    assert (city / "maps" / "kota.html").exists()


def test_residents_in_a_sheet_of_a_workbook_below_a_title_are_read(capsys, tmp_path):
    """64 kelurahan with 3,100 + 37 i residents: 3,100 * 64 + 37 * 63 * 64 / 2 = 272,992."""
    files, city = _made("workbooks-in-a-zip", tmp_path / "berkas"), tmp_path / "kota"
    run(capsys, "new", city, "--from", files, "--no-input", "--language", "en")
    assert 'layer = "penduduk/2024"' in _drafted(city)
    districts, problems = read_districts(read_city(city))
    assert districts["population"].sum() == 272_992
    assert problems["code"].to_list() == ["rows_above_headings"]


def test_what_nobody_knows_is_a_gap_and_never_a_placeholder(capsys, tmp_path):
    city = tmp_path / "kota"
    run(
        capsys,
        "new",
        city,
        "--from",
        _made("classes", tmp_path / "berkas"),
        "--no-input",
        "--language",
        "en",
    )
    text = _drafted(city)
    assert "..." not in "".join(line for line in text.splitlines() if not line.startswith("#"))
    read = read_city(city)
    assert read.name == "Kota"
    assert read.hazards[0].source.licence is None
    assert any(line.startswith("# currency = ") and "GAP" in line for line in text.splitlines())
    # in the order of danger, whatever the case of the letters
    landslide = next(one for one in read.hazards if "longsor" in one.name)
    assert landslide.maps[0].order == ("rendah", "sedang", "tinggi", "sangat tinggi")


def test_layers_that_are_there_several_times_are_used_once_and_named(capsys, tmp_path):
    city = tmp_path / "kota"
    files = _made("two-formats", tmp_path / "berkas")
    code, out, _ = run(capsys, "new", city, "--from", files, "--no-input", "--language", "en")
    assert code == 0 and any("no hazard map was found" in line for line in out)
    text = _drafted(city)
    assert text.count("[[assets]]") == 2
    for copy in ("jalan.shp", "kiriman/jalan.zip#jalan.shp"):
        assert f"{copy}: duplicate (100% of the places of jalan.gpkg)" in text


@pytest.mark.parametrize("name", ["empty", "nothing"])
def test_a_folder_without_a_layer_gives_gaps(capsys, tmp_path, name):
    files = tmp_path / "berkas"
    files.mkdir()
    if name in FOLDERS:
        FOLDERS[name](files)
    code, out, err = run(
        capsys, "new", tmp_path / "kota", "--from", files, "--no-input", "--language", "en"
    )
    assert (code, err) == (0, []) and "No map yet" in out[-1]
    assert "# assets = ..." in _drafted(tmp_path / "kota")


def test_a_folder_that_is_not_there_is_an_error(capsys, tmp_path):
    code, _, err = run(
        capsys, "new", tmp_path / "kota", "--from", tmp_path / "x", "--language", "en"
    )
    assert code == 1 and err == [
        f"{tmp_path / 'x'}: there is no such folder; give the folder with the files"
    ]
    assert not (tmp_path / "kota").exists()


def test_names_of_files_are_text_wherever_they_stand(capsys, tmp_path):
    """A quote, a line break and brackets in a name end no text and no comment of the draft."""
    files = _made("mixed-units", tmp_path / "berkas")
    hostile = 'a"\n[[hazards]]\nname = "x'
    shutil.move(files / "sekolah.geojson", files / f"{hostile}.geojson")
    (files / f"{hostile}.png.bin").write_bytes(b"\x89PNG")
    code, _, err = run(
        capsys, "new", tmp_path / "kota", "--from", files, "--no-input", "--language", "en"
    )
    assert code == 0, err
    assert len(tomllib.loads(_drafted(tmp_path / "kota"))["hazards"]) == 2
    assert read_city(tmp_path / "kota").assets[0].path.name == f"{hostile}.geojson"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_terminal_is_asked_for_what_no_file_states(tmp_path):
    """The name, the currency, and the return periods of maps that have a year in their names."""
    files, city = _made("years", tmp_path / "berkas"), tmp_path / "kota"
    FOLDERS["classes"](files)
    main, other = pty.openpty()
    command = [
        sys.executable,
        "-m",
        "asset_inventory",
        "new",
        str(city),
        "--from",
        str(files),
        "--language",
        "en",
    ]
    answers = b"Kota Baru\nidr\n50\n\n\n"
    with subprocess.Popen(
        command, stdin=other, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as running:
        os.write(main, answers)
        said = running.communicate(timeout=300)[0].decode()
    assert running.returncode == 0, said
    assert "Return period in years of banjir_2007.tif" in said
    read = read_city(city)
    assert (read.name, read.currency) == ("Kota Baru", "IDR")
    periods = {one.name: [a_map.return_period for a_map in one.maps] for one in read.hazards}
    assert periods["banjir 2007"] == [50] and periods["banjir 2020"] == [None]


@pytest.mark.slow
@pytest.mark.skipif(not (SHARED / "badfiles").is_dir(), reason="needs the shared data")
def test_files_that_break_readers_give_gaps_and_findings(capsys, tmp_path):
    code, out, _ = run(
        capsys,
        "new",
        tmp_path / "kota",
        "--from",
        SHARED / "badfiles",
        "--no-input",
        "--language",
        "en",
    )
    assert code in (0, 1) and (tmp_path / "kota" / "maps" / "kota.html").exists()
    _drafted(tmp_path / "kota")
    assert any("zip_encrypted" not in line and "encrypted" in line for line in out)


def test_a_workbook_of_an_office_is_a_layer(capsys, tmp_path):
    """Below a title and a blank row, with headings of coordinates that are not the usual ones."""
    files, city = _made("mixed-units", tmp_path / "berkas"), tmp_path / "kota"
    places = gpd.read_file(files / "sekolah.geojson").geometry
    book = Workbook()
    rows = [["DAFTAR ASET"], [], ["No", "Kode Aset", "Nama Aset", "Koordinat X", "Koordinat Y"]]
    rows += [[i + 1, f"A{i}", f"Pompa {i}", at.x, at.y] for i, at in enumerate(places)]
    for row in rows:
        book.active.append(row)
    book.save(files / "aset.xlsx")
    code, out, err = run(capsys, "new", city, "--from", files, "--no-input", "--language", "en")
    assert code == 0, (out, err)
    layer = next(one for one in read_city(city).assets if one.path.name == "aset.xlsx")
    assert (layer.x, layer.y, layer.crs) == ("Koordinat X", "Koordinat Y", "EPSG:32749")
    assert layer.fields.asset_id == ("Kode Aset",)
    counts = pd.read_csv(city / "results" / "exposure_counts.csv")
    assert set(counts.groupby(["hazard", "return_period"])["assets"].sum()) == {60}


def test_residents_by_names_alone_are_a_gap_that_states_what_lacks(capsys, tmp_path):
    files, city = _made("residents-by-name", tmp_path / "berkas"), tmp_path / "kota"
    run(capsys, "new", city, "--from", files, "--no-input", "--language", "en")
    text = _drafted(city)
    assert "# districts.population = ...   # GAP: penduduk.csv has residents by name" in text
    assert "[districts.population]" not in text and '# currency = "IDR"' in text


def test_points_that_lie_elsewhere_are_brought_to_the_city_and_marked(capsys, tmp_path):
    """Of 20 points with swapped columns and 30 in the neighbouring zone, all lie in a district."""
    files, city = _made("elsewhere", tmp_path / "berkas"), tmp_path / "kota"
    depths(files / "banjir_Q25.tif", 1.8)
    code, out, _ = run(capsys, "new", city, "--from", files, "--no-input", "--language", "en")
    text = _drafted(city)
    assert 'x = "LAT"   # CHECK' in text and 'crs = "EPSG:32749"   # CHECK: in EPSG:32750' in text
    assert code == 0 and any("50 assets in 2 layers and 64 districts" in line for line in out)


def test_a_letter_is_no_name_of_a_hazard(capsys, tmp_path):
    files, city = tmp_path / "berkas", tmp_path / "kota"
    (files / "rob").mkdir(parents=True)
    for name in ("D_20yr", "D_100yr", "rob/h_rp005"):
        depths(files / f"{name}.tif", 1.8)
    run(capsys, "new", city, "--from", files, "--no-input", "--language", "en")
    text = _drafted(city)
    assert 'name = "hazard"   # CHECK' in text and 'name = "rob"   # CHECK' in text
