"""Folders that lead a reader of names astray; tests/assessment/draft_answers.toml has the right answers."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
from affine import Affine
from openpyxl import Workbook
from shapely.geometry import LineString, Point, box

UTM = "EPSG:32749"
# The south-west corner of all folders, near Simpang Lima in Semarang, metres in UTM 49S.
EAST, NORTH = 436_000, 9_226_000


def _schools(count: int = 30) -> gpd.GeoDataFrame:
    places = [Point(EAST + 137 * i % 3900, NORTH + 211 * i % 3900) for i in range(count)]
    return gpd.GeoDataFrame(
        {
            "KODE": [f"{203_280 + i:08d}" for i in range(count)],
            "NAMA": [f"SDN Bandarharjo {i + 1}" for i in range(count)],
            "JENIS": [("SD", "SMP", "SMA")[i % 3] for i in range(count)],
        },
        geometry=places,
        crs=UTM,
    )


def _roads(first: int, count: int) -> gpd.GeoDataFrame:
    lines = [
        LineString([(EAST, NORTH + 40 * i), (EAST + 2000, NORTH + 40 * i + 15)])
        for i in range(first, first + count)
    ]
    return gpd.GeoDataFrame(
        {
            "KODE": [f"J{i:04d}" for i in range(first, first + count)],
            "NAMA": [f"Jalan Kenanga {i}" for i in range(first, first + count)],
            "JENIS": [("arteri", "kolektor", "lokal")[i % 3] for i in range(first, first + count)],
        },
        geometry=lines,
        crs=UTM,
    )


def _districts(side: int) -> gpd.GeoDataFrame:
    """Return side × side squares that tile 4 km: kelurahan of 16 kecamatan, where side is 8."""
    step = 4000 / side
    rows = [(x, y) for y in range(side) for x in range(side)]
    borough = [4 * (y * 4 // side) + x * 4 // side + 1 for x, y in rows]
    if side == 4:
        codes = [f"33.74.{part:02d}" for part in borough]
    else:
        codes = [f"33.74.{part:02d}.{1001 + i}" for i, part in enumerate(borough)]
    return gpd.GeoDataFrame(
        {
            "KODE": codes,
            "NAMA": [f"Wilayah {side}-{i + 1}" for i in range(len(rows))],
            "KEC": [f"Wilayah 4-{part}" for part in borough],
        },
        geometry=[
            box(EAST + x * step, NORTH + y * step, EAST + (x + 1) * step, NORTH + (y + 1) * step)
            for x, y in rows
        ],
        crs=UTM,
    )


def _zones(words: list[str], field: str, count: int = 12) -> gpd.GeoDataFrame:
    """Return separate zones over a part of the place, with the words in turn."""
    squares = [
        box(
            EAST + 320 * i, NORTH + 250 * (i % 5), EAST + 320 * i + 250, NORTH + 250 * (i % 5) + 200
        )
        for i in range(count)
    ]
    return gpd.GeoDataFrame(
        {field: [words[i % len(words)] for i in range(count)]}, geometry=squares, crs=UTM
    )


def depths(path: Path, deepest: float, kind: str = "float32", unit: str | None = None) -> None:
    """Write a basin of depths: dry at the west edge, deepest in the east."""
    slope = np.clip(np.linspace(-1, 1, 80), 0, None) * deepest
    cells = np.tile(slope, (80, 1)).astype(kind)
    cells[:4] = -9999
    with rasterio.open(
        path, "w", driver="GTiff", width=80, height=80, count=1, dtype=kind, nodata=-9999, crs=UTM,
        transform=Affine(50, 0, EAST, 0, -50, NORTH + 4000),
    ) as grid:  # fmt: skip
        grid.write(cells, 1)
        if unit is not None:
            grid.update_tags(UNIT=unit)


def _workbook(path: Path, sheets: dict[str, list[list[object]]]) -> None:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)


def _names_that_lie(folder: Path) -> None:
    """Hazard zones in sekolah, schools in banjir_100, depths in peta_jalan."""
    _zones(["rendah", "sedang", "tinggi"], "KELAS").to_file(folder / "sekolah.geojson")
    _schools().to_file(folder / "banjir_100.geojson")
    depths(folder / "peta_jalan.tif", 2.1)


def _two_levels(folder: Path) -> None:
    """Kecamatan and kelurahan under names that do not say which is which."""
    _districts(4)[["KODE", "NAMA", "geometry"]].to_file(folder / "batas_a.shp")
    _districts(8).to_file(folder / "batas_b.shp")


def _mixed_units(folder: Path) -> None:
    """One set of maps, of which one is in centimetres."""
    depths(folder / "banjir_rp010.tif", 110, "int16", "cm")
    depths(folder / "banjir_rp050.tif", 1.8)
    _schools().to_file(folder / "sekolah.geojson")


def _latin_1_headers(folder: Path) -> None:
    """Signs of Latin-1 in the header, semicolons, and commas as decimal signs."""
    places = _schools().to_crs("EPSG:4326")
    rows = ["Nº;Nama Fasilitas;Jenis;Nilai (±Rp);Bujur;Lintang"]
    for i, (name, kind, at) in enumerate(
        zip(places["NAMA"], places["JENIS"], places.geometry, strict=True)
    ):
        east, north = (f"{value:.6f}".replace(".", ",") for value in (at.x, at.y))
        rows.append(f"{i + 1};{name};{kind};{1_250_000_000 + 1000 * (i // 3)};{east};{north}")
    (folder / "fasilitas.csv").write_bytes("\r\n".join(rows).encode("latin-1"))
    depths(folder / "banjir_100th.tif", 1.8)


def _empty(folder: Path) -> None:
    """Files without a row, a sheet without a cell, and files of no byte."""
    (folder / "kosong.shp").touch()
    (folder / "nol.tif").touch()
    (folder / "tanpa_fitur.geojson").write_text('{"type": "FeatureCollection", "features": []}')
    _workbook(folder / "lembar.xlsx", {"Sheet1": []})


def _two_formats(folder: Path) -> None:
    """The same roads three times, and other roads under a name like theirs."""
    roads = _roads(0, 40)
    roads.to_file(folder / "jalan.gpkg")
    roads.to_file(folder / "jalan.shp")
    sent = folder / "kiriman"
    sent.mkdir()
    with zipfile.ZipFile(sent / "jalan.zip", "w") as archive:
        for part in sorted(folder.glob("jalan.*")):
            if part.suffix != ".gpkg":
                archive.write(part, part.name)
    _roads(40, 40).to_file(folder / "jalan_selatan.geojson")


def _years(folder: Path) -> None:
    """Years of events and of studies, some with a return period, some without."""
    for i, name in enumerate(
        (
            "banjir_2007",
            "banjir_2020",
            "genangan_Q25",
            "genangan_kala ulang 50 tahun",
            "genangan_Q100_2023",
        )
    ):
        depths(folder / f"{name}.tif", 1.1 + 0.2 * i)
    _zones(["2013", "2014"], "TAHUN").to_file(folder / "kejadian.geojson")


def _no_crs(folder: Path) -> None:
    """Shapefiles without .prj, in metres and in degrees; the districts state their system."""
    _districts(8).to_file(folder / "kelurahan.geojson")
    for name, layer in (("pompa", _schools()), ("sekolah", _schools().to_crs("EPSG:4326"))):
        layer.to_file(folder / f"{name}.shp")
        (folder / f"{name}.prj").unlink()


def _workbooks_in_a_zip(folder: Path) -> None:
    """Nested workbooks: places with decimal commas, residents on the second sheet under a title."""
    districts = _districts(8)
    districts.to_file(folder / "kelurahan.geojson")
    places = _schools(12).to_crs("EPSG:4326")
    clinics: list[list[object]] = [["Kode", "Nama Puskesmas", "Jenis", "Lintang", "Bujur"]]
    for i, at in enumerate(places.geometry):
        kind = ("Rawat inap", "Nonrawat inap")[i % 2]
        east, north = (f"{value:.6f}".replace(".", ",") for value in (at.x, at.y))
        clinics.append([f"P{i:03d}", f"Puskesmas Kenanga {i + 1}", kind, north, east])
    residents: list[list[object]] = [
        ["Penduduk menurut kelurahan"],
        ["KODE BPS", "Kelurahan", "Jumlah Penduduk"],
    ]
    for i, (code, name) in enumerate(zip(districts["KODE"], districts["NAMA"], strict=True)):
        residents.append([code, name, 3_100 + 37 * i])
    _workbook(folder / "puskesmas.xlsx", {"Puskesmas": clinics})
    _workbook(folder / "penduduk.xlsx", {"Catatan": [["Sumber: dinas"]], "2024": residents})
    with zipfile.ZipFile(folder / "data.zip", "w") as archive:
        archive.write(folder / "puskesmas.xlsx", "dinkes/puskesmas.xlsx")
        archive.write(folder / "penduduk.xlsx", "bps/penduduk.xlsx")
    (folder / "puskesmas.xlsx").unlink()
    (folder / "penduduk.xlsx").unlink()


def _depths_per_asset(folder: Path) -> None:
    """Buildings, and a table of their depths by return period."""
    count = 50
    corners = [(EAST + 60 * i, NORTH + 45 * (i % 7)) for i in range(count)]
    gpd.GeoDataFrame(
        {
            "GID": [f"B{i:05d}" for i in range(count)],
            "FUNGSI": [("rumah", "toko", "gudang")[i % 3] for i in range(count)],
            "LUAS_M2": [(6 + i % 4) * 9.0 for i in range(count)],
        },
        geometry=[box(x, y, x + 6 + i % 4, y + 9) for i, (x, y) in enumerate(corners)],
        crs=UTM,
    ).to_file(folder / "bangunan.gpkg")
    pd.DataFrame(
        [
            (f"B{i:05d}", years, round(0.03 * (i % 20) * depth, 2))
            for i in range(count)
            for years, depth in ((10, 0.5), (50, 1.0), (100, 1.4))
        ],
        columns=["GID", "RP", "depth_m"],
    ).to_csv(folder / "kedalaman.csv", index=False)


def _which_field(folder: Path) -> None:
    """Fields that are unique and no id, an id with leading zeros, three fields about storeys."""
    places = _schools(40)
    places.insert(0, "OBJECTID", [i % 20 + 1 for i in range(40)])
    places.insert(1, "SHAPE_AREA", [123.25 + 7.5 * i for i in range(40)])
    places.insert(2, "NO_TELP", [f"0247{610_000 + 31 * i}" for i in range(40)])
    places = places.rename(columns={"KODE": "KODE_ASET"})
    places["HARGA"] = [2_000_000_000 + 5_000_000 * (i % 9) for i in range(40)]
    places["LUAS"] = [120 + 10 * (i % 6) for i in range(40)]
    places["JML_LANTAI"] = [1 + i % 3 for i in range(40)]
    places["TINGGI_LANTAI"] = [0.2 + 0.1 * (i % 5) for i in range(40)]
    places["KETERANGAN"] = [f"survei {2019 + i % 4}" for i in range(40)]
    places.to_file(folder / "aset.gpkg")


def _classes(folder: Path) -> None:
    """Classes in any case of letters, and zones with their return period in a field."""
    words = ["Sangat Tinggi", "tinggi", "SEDANG", "rendah", "Tinggi"]
    _zones(words, "KERAWANAN").to_file(folder / "rawan_longsor.geojson")
    _zones(["Q25", "Q50"], "KALA_ULANG").to_file(folder / "zona_banjir.geojson")
    _schools().to_file(folder / "jembatan.geojson")


def _residents_by_name(folder: Path) -> None:
    """Kelurahan with codes, and residents by their names alone, as BPS publishes them."""
    places = _districts(8)
    places.to_file(folder / "kelurahan.geojson")
    pd.DataFrame(
        {
            "Kelurahan": [name.upper() for name in places["NAMA"]],
            "Jumlah Penduduk": [4_100 + 37 * i for i in range(len(places))],
            "Kepadatan per km2": [9_000 + 11 * i for i in range(len(places))],
        }
    ).to_csv(folder / "penduduk.csv", index=False)


def _elsewhere(folder: Path) -> None:
    """Points whose columns LAT and LON are swapped, and points with the neighbouring UTM zone."""
    _districts(8).to_file(folder / "kelurahan.geojson")
    _schools().set_crs("EPSG:32750", allow_override=True).to_file(folder / "sekolah.shp")
    places = _schools(20).to_crs("EPSG:4326")
    pd.DataFrame(
        {
            "KODE": [f"M{i:03d}" for i in range(20)],
            "NAMA": [f"Masjid {i % 7}" for i in range(20)],
            "LAT": places.geometry.x.round(6),
            "LON": places.geometry.y.round(6),
        }
    ).to_csv(folder / "masjid.csv", index=False)


def _values_and_kinds(folder: Path) -> None:
    """Parcels with the value of land and building, an inventory of kinds, and names that a DBF cut."""
    count = 40
    corners = [(EAST + 80 * i, NORTH + 45 * (i % 7)) for i in range(count)]
    parcels = gpd.GeoDataFrame(
        {
            "FOLIO": [f"{7_100_000 + i}" for i in range(count)],
            "USE": [("APARTMENT", "STORE")[i % 2] for i in range(count)],
            "TOT_VALUE": [900_000.0 + 1000 * (i % 9) for i in range(count)],
            "LAND_VALUE": [600_000.0 + 1000 * (i % 9) for i in range(count)],
        },
        geometry=[box(x, y, x + 20, y + 20) for x, y in corners],
        crs=UTM,
    )
    parcels.to_file(folder / "parcels.gpkg")
    parcels["IMPR_VALUE"] = 300_000.0 + 1000 * (np.arange(count) % 9)
    parcels.geometry = parcels.translate(0, 1500)
    parcels.to_file(folder / "parcels_north.gpkg")
    places = _schools(count)
    pd.DataFrame(
        {
            "Nomor Register": [f"{i + 1:06d}" for i in range(count)],
            "Nama Barang": [f"Bangunan Gedung {('Kantor', 'Gudang')[i % 2]}" for i in range(count)],
            "X": places.geometry.x + 31,
            "Y": places.geometry.y + 17,
        }
    ).to_csv(folder / "kib_c.csv", index=False)
    roads = _roads(0, 12)
    roads.columns = ["wegnummer", "straatnaam", "wegtype", "geometry"]
    roads["replacemen"] = [1_000_000 + 500 * (i % 4) for i in range(12)]
    roads.to_file(folder / "wegvakken.shp")


def _levels_per_asset(folder: Path) -> None:
    """Levels with a column for each return period, and depths with a file for each, of two layers."""
    schools = _schools()
    schools.to_file(folder / "sekolah.geojson")
    heading = ["No", "KODE", "Nama Sekolah", "Elevasi tanah", "Q10", "Q25", "Q100"]
    levels: list[list[object]] = [["Muka air banjir (m)"], [*heading]]
    for i, (code, name) in enumerate(zip(schools["KODE"], schools["NAMA"], strict=True)):
        ground = 1.1 + 0.05 * (i % 7)
        rises = [round(ground + rise, 2) for rise in (0.21, 0.46, 0.93)]
        levels.append([i + 1, code, name, round(ground, 2), *rises])
    _workbook(folder / "muka_air.xlsx", {"Catatan": [["Sumber: dinas"]], "Elevasi": levels})
    count = 500  # more ids than a profile keeps
    gpd.GeoDataFrame(
        {
            "GID": [f"B{i:05d}" for i in range(count)],
            "FUNGSI": [("rumah", "toko", "gudang")[i % 3] for i in range(count)],
        },
        geometry=[
            box(EAST + 8 * i, NORTH + 45 * (i % 7), EAST + 8 * i + 6, NORTH + 45 * (i % 7) + 9)
            for i in range(count)
        ],
        crs=UTM,
    ).to_file(folder / "bangunan.gpkg")
    for years, deepest in ((50, 80), (100, 140)):
        place = folder / f"model_rp{years:03d}"
        place.mkdir()
        pd.DataFrame(
            {
                "ID_BANGUNAN": [f"B{i:05d}" for i in range(0, count, 2)],
                "kecepatan": [round(0.1 * (i % 9), 1) for i in range(0, count, 2)],
                "kedalaman_cm": [i * deepest // count for i in range(0, count, 2)],
            }
        ).to_csv(place / "hasil_bangunan.csv", index=False)


def _zones_with_values(folder: Path) -> None:
    """Zones with depths, ranges of depths, and numbers of classes that no text explains."""
    for years, deepest in ((10, 0.9), (50, 1.6)):
        zones = _zones(["a", "b", "c"], "ZONA")
        zones["KEDALAMAN"] = [round(deepest * (i + 1) / 12, 2) for i in range(len(zones))]
        zones.to_file(folder / f"genangan_q{years}.shp")
    ranges = ["> 1 m", "0 - 0,5 m", "0,5 s/d 1 m"]
    _zones(ranges, "TINGGI_GENANGAN").to_file(folder / "banjir_kejadian.geojson")
    for years in (25, 100):
        (folder / f"rp{years:03d}").mkdir()
        zones = _zones(["1", "2", "3", "4"], "gridcode")
        zones["gridcode"] = zones["gridcode"].astype(int)
        zones.to_file(folder / f"rp{years:03d}" / "bahaya_banjir.geojson")
    _schools().to_file(folder / "sekolah.geojson")


FOLDERS: dict[str, Callable[[Path], None]] = {
    "names-that-lie": _names_that_lie,
    "two-levels": _two_levels,
    "mixed-units": _mixed_units,
    "latin-1-headers": _latin_1_headers,
    "empty": _empty,
    "two-formats": _two_formats,
    "years": _years,
    "no-crs": _no_crs,
    "workbooks-in-a-zip": _workbooks_in_a_zip,
    "depths-per-asset": _depths_per_asset,
    "which-field": _which_field,
    "classes": _classes,
    "residents-by-name": _residents_by_name,
    "elsewhere": _elsewhere,
    "values-and-kinds": _values_and_kinds,
    "levels-per-asset": _levels_per_asset,
    "zones-with-values": _zones_with_values,
}
