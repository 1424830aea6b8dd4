"""One bad file for each code of a finding: the file is made here, read as if it were handed in,
and named rightly.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely

from asset_inventory.intake import Validation, containers, judging, tables, validate_file
from asset_inventory.intake.documents import read_geojson
from asset_inventory.intake.reading import examine
from asset_inventory.intake.records import Asked
from asset_inventory.intake.tables import placed
from asset_inventory.io.table_files import read_cells
from asset_inventory.messages import finding_families

SEMARANG = (110.42, -6.98)
SQUARE = shapely.box(110.42, -6.98, 110.421, -6.979)
OTHER = shapely.box(110.43, -6.98, 110.431, -6.979)


def codes_in(path: Path, folder: Path, **options) -> set[str]:
    """The codes of all that is found in a file."""
    folder.mkdir(exist_ok=True)
    found = examine(path, folder, **options)
    return {
        row["code"]
        for row in [
            *found["problems"],
            *(row for one in found["layers"] for row in one["problems"]),
        ]
    }


def geojson(path: Path, *shapes: object, **members: object) -> Path:
    features = [
        {"type": "Feature", "properties": {"id": str(number)}, "geometry": shape}
        for number, shape in enumerate(shapes)
    ]
    path.write_text(
        json.dumps({"type": "FeatureCollection", "features": features, **members}), encoding="utf-8"
    )
    return path


def point(x: object = SEMARANG[0], y: object = SEMARANG[1]) -> dict:
    return {"type": "Point", "coordinates": [x, y]}


def layer(geometry=(SQUARE, OTHER), crs="EPSG:4326", **columns) -> gpd.GeoDataFrame:
    given = columns or {"id": ["007", "008"], "worth": [1.5, 2.5]}
    return gpd.GeoDataFrame(given, geometry=list(geometry), crs=crs)


def shapefile(folder: Path, **options) -> Path:
    layer(**options).to_file(folder / "a.shp")
    return folder / "a.shp"


def without_prj(path: Path) -> Path:
    path.with_suffix(".prj").unlink()
    return path


def changed(path: Path, place: int, new: bytes) -> Path:
    data = bytearray(path.read_bytes())
    data[place : place + len(new)] = new
    path.write_bytes(data)
    return path


def cut(path: Path, share: float = 0.6) -> Path:
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    return path


def longer(path: Path) -> Path:
    path.write_bytes(path.read_bytes() + bytes(30))
    return path


def table(folder: Path, text: str, name: str = "a.csv", encoding: str = "utf-8") -> Path:
    (folder / name).write_bytes(text.encode(encoding))
    return folder / name


PLACE = {"lat": -6.98, "lng": 110.42}


def listed(folder: Path, content: object) -> Path:
    return table(folder, json.dumps(content), "a.json")


def overpass(folder: Path, *elements: dict, **members: object) -> Path:
    return listed(folder, {"osm3s": {}, "elements": list(elements), **members})


def member(relation_type: str) -> dict:
    """A relation of one straight way."""
    line = [{"lat": -6.98, "lon": 110.42}, {"lat": -6.98, "lon": 110.43}]
    ways = [{"type": "way", "ref": 1, "role": "outer", "geometry": line}]
    return {"type": "relation", "id": 1, "tags": {"type": relation_type}, "members": ways}


def archive(
    folder: Path, *members: tuple[str, bytes], name: str = "a.zip", how: int = zipfile.ZIP_DEFLATED
) -> Path:
    with zipfile.ZipFile(folder / name, "w", how) as made:
        for member, data in members:
            made.writestr(member, data)
    return folder / name


def geopackage(folder: Path, *statements: str, **options) -> Path:
    path = folder / "a.gpkg"
    layer(**options).to_file(path, layer="assets", driver="GPKG")
    with sqlite3.connect(path) as base:
        for (name,) in base.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            base.execute(f'DROP TRIGGER "{name}"')
        for statement in statements:
            base.execute(statement)
    base.close()
    return path


def grid(folder: Path, values: np.ndarray, transform=None, **options) -> Path:
    place = transform or rasterio.Affine(10, 0, 436000, 0, -10, 9228000)
    given = {"crs": "EPSG:32749", "nodata": None, "dtype": "float32", "count": 1} | options
    height, width = values.shape
    scales, units = given.pop("scales", None), given.pop("units", None)
    given |= {"driver": "GTiff", "height": height, "width": width, "transform": place}
    with rasterio.open(folder / "a.tif", "w", **given) as file:
        file.write(values.astype("float32"), 1)
        if scales:
            file.scales = scales
        if units:
            file.units = units
    return folder / "a.tif"


def nested(folder: Path, depth: int) -> Path:
    """A table inside so many zips, each inside the other."""
    data = CSV.encode()
    for number in range(depth):
        path = archive(folder, ("a.zip" if number else "a.csv", data))
        data = path.read_bytes()
    return path


def _without_index(path: Path) -> Path:
    path.with_suffix(".shx").unlink()
    return path


def linked(folder: Path) -> Path:
    (folder / "b.geojson").write_text("{}")
    os.symlink(folder / "b.geojson", folder / "a.geojson")
    return folder / "a.geojson"


def linking(folder: Path) -> Path:
    link = zipfile.ZipInfo("a.geojson")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(folder / "a.zip", "w") as made:
        made.writestr(link, "/etc/hostname")
    return folder / "a.zip"


def locked(folder: Path) -> Path:
    path = archive(folder, ("a.csv", b"lon,lat\n1,2\n"))
    data = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    path.write_bytes(data)
    return path


def workbook(
    folder: Path, *sheets: tuple[str, str, list[list[object]]], extra: bytes = b""
) -> Path:
    """A workbook made by hand, of sheets: name, state, rows."""
    spread = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    numbers = range(1, len(sheets) + 1)
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}" state="{state}" r:id="rId{n}"/>'
        for n, (name, state, _) in zip(numbers, sheets, strict=True)
    )
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{office}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in numbers
    )
    kinds = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'spreadsheetml.worksheet+xml"/>'
        for n in numbers
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType='
        '"application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
        f'officedocument.spreadsheetml.sheet.main+xml"/>{kinds}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{office}/'
        'officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{spread}" xmlns:r="{office}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">{related}</Relationships>',
    }
    for n, (_, _, rows) in zip(numbers, sheets, strict=True):
        cells = "".join(
            "<row>"
            + "".join(
                f"<c><v>{cell}</v></c>"
                if isinstance(cell, int | float)
                else f'<c t="inlineStr"><is><t>{cell}</t></is></c>'
                for cell in row
            )
            + "</row>"
            for row in rows
        )
        parts[f"xl/worksheets/sheet{n}.xml"] = (
            f'<worksheet xmlns="{spread}"><sheetData>{cells}</sheetData></worksheet>'
        )
    head = b'<?xml version="1.0"?>'
    return archive(
        folder,
        *((name, head + extra + text.encode()) for name, text in parts.items()),
        name="a.xlsx",
    )


ROWS = [["id", "lon", "lat"], ["007", *SEMARANG], ["008", 110.43, -6.97]]
CSV = "id,lon,lat\n007,110.42,-6.98\n"
# fmt: off
CODE: dict[str, Callable[[Path], Path]] = {
    "file_is_link": linked,
    "file_is_no_file": lambda folder: folder,
    "not_read": lambda folder: table(folder, "%PDF-1.7", "a.shp"),
    "zip_many_members": lambda folder: archive(folder, *((f"{n}.csv", b"a") for n in range(4))),
    "zip_encrypted": locked,
    "zip_link": linking,
    "zip_path": lambda folder: archive(folder, ("../a.csv", CSV.encode())),
    "zip_name_twice": lambda folder: archive(folder, ("a.csv", CSV.encode()), ("A.csv", CSV.encode())),
    "zip_method": lambda folder: archive(folder, ("a.csv", CSV.encode()), how=zipfile.ZIP_BZIP2),
    "zip_too_large": lambda folder: archive(folder, ("a.csv", CSV.encode() * 20)),
    "zip_bomb": lambda folder: archive(folder, ("a.csv", b"0" * (60 * 2**20))),
    "file_too_large": lambda folder: table(folder, CSV),
    "zip_deep": lambda folder: nested(folder, 4),
    "zip_damaged": lambda folder: cut(archive(folder, ("a.csv", CSV.encode() * 99))),
    "workbook_damaged": lambda folder: cut(workbook(folder, ("a", "visible", ROWS))),
    "zip_without_data": lambda folder: archive(folder, ("readme.txt", b"hello")),
    "member_not_read": lambda folder: archive(folder, ("a.csv", CSV.encode()), ("readme.txt", b"hello")),
    "xml_entities": lambda folder: workbook(folder, ("a", "visible", ROWS), extra=b'<!DOCTYPE a [<!ENTITY b "c">]>'),
    "json_deep": lambda folder: table(folder, "[" * 60 + "]" * 60, "a.geojson"),
    "json_not_utf8": lambda folder: table(folder, '{"type": "Jalan Çiğ"}', "a.geojson", "cp1254"),
    "json_broken": lambda folder: cut(geojson(folder / "a.geojson", point())),
    "json_half_character": lambda folder: table(
        folder, r'{"type": "Feature", "properties": {"a\udfff": "b\ud83d"}, "geometry": null}', "a.geojson"
    ),
    "json_key_twice": lambda folder: table(
        folder, '{"type": "Feature", "properties": {"a": 1, "a": 2}, "geometry": null}', "a.geojson"
    ),
    "json_no_features": lambda folder: table(folder, '{"type": "Topology"}', "a.geojson"),
    "json_several_lists": lambda folder: listed(folder, {"a": [PLACE], "b": [PLACE]}),
    "list_entry_odd": lambda folder: listed(folder, [PLACE, PLACE, 7]),
    "list_uneven": lambda folder: listed(folder, [[-6.98, 110.42], [-6.97, 110.42], [-6.96, 110.42, 1]]),
    "list_without_names": lambda folder: listed(folder, [[-6.98, 110.42]]),
    "list_order_presumed": lambda folder: listed(folder, [[51.41, 6.91]]),
    "overpass_error": lambda folder: overpass(folder, remark="runtime error: Query timed out"),
    "osm_entries_left": lambda folder: overpass(folder, {"type": "count", "id": 0}),
    "osm_nodes_missing": lambda folder: overpass(folder, {"type": "way", "id": 1, "nodes": [1, 2]}),
    "osm_ring_open": lambda folder: overpass(folder, member("multipolygon")),
    "osm_relations_left": lambda folder: overpass(folder, member("route")),
    "crs_link": lambda folder: geojson(
        folder / "a.geojson", point(), crs={"type": "link", "properties": {"href": "http://127.0.0.1:9/a"}}
    ),
    "crs_not_known": lambda folder: geojson(
        folder / "a.geojson", point(), crs={"type": "name", "properties": {"name": "EPSG:999999"}}
    ),
    "crs_none_degrees": lambda folder: without_prj(shapefile(folder)),
    "crs_none_metres": lambda folder: without_prj(shapefile(folder, geometry=[shapely.Point(4e5, 9e6)] * 2)),
    "crs_unusable": lambda folder: geopackage(
        folder, "UPDATE gpkg_geometry_columns SET srs_id = -1", "UPDATE gpkg_contents SET srs_id = -1",
        geometry=[shapely.box(4e5, 9e6, 4.1e5, 9.1e6)] * 2,
    ),
    "crs_ballpark": lambda folder: geopackage(folder, crs="EPSG:4001"),
    "datum_unsure": lambda folder: geopackage(folder, crs="EPSG:4211"),
    "datum_accuracy_unknown": lambda folder: grid(folder, np.ones((3, 3)), crs="+proj=utm +zone=49 +south "
        "+ellps=bessel +towgs84=-377,681,-50"),
    "datum_outside": lambda folder: geopackage(folder, crs="EPSG:9470", geometry=[shapely.Point(5, 52)] * 2),
    "datum_grid_missing": lambda folder: geopackage(folder, crs="EPSG:4277", geometry=[shapely.Point(-0.1, 51.5)] * 2),
    "crs_lies_degrees": lambda folder: geopackage(folder, crs="EPSG:32749"),
    "crs_lies": lambda folder: geojson(folder / "a.geojson", point(436000, 9228000)),
    "crs_presumed": lambda folder: table(folder, CSV),
    "feature_malformed": lambda folder: table(folder, '{"type": "FeatureCollection", "features": [7]}', "a.geojson"),
    "entry_of_another_type": lambda folder: table(
        folder, '{"type": "FeatureCollection", "features": [{"type": "Foo"}]}', "a.geojson"
    ),
    "geometry_broken": lambda folder: geojson(folder / "a.geojson", point("110.42")),
    "geometry_null": lambda folder: geojson(folder / "a.geojson", None),
    "geometry_empty": lambda folder: geojson(folder / "a.geojson", {"type": "Polygon", "coordinates": []}),
    "geometry_unmeasurable": lambda folder: geojson(
        folder / "a.geojson", {"type": "LineString", "coordinates": [SEMARANG, SEMARANG]}
    ),
    "coordinates_endless": lambda folder: geopackage(folder, geometry=[shapely.Point(np.inf, 0), SQUARE]),
    "coordinates_zero": lambda folder: geojson(folder / "a.geojson", point(0, 0), point()),
    "coordinates_swapped": lambda folder: geojson(folder / "a.geojson", point(-6.98, 110.42), point()),
    "coordinates_beyond": lambda folder: geojson(folder / "a.geojson", point(1100.42, -6.98), point()),
    "latitude_signs_differ": lambda folder: geojson(folder / "a.geojson", point(), point(y=6.97), point(y=-6.96)),
    "shape_around_world": lambda folder: geojson(
        folder / "a.geojson", {"type": "LineString", "coordinates": [[179, -7], [-179, -7]]}
    ),
    "coordinates_blank": lambda folder: table(folder, CSV + "008,,\n"),
    "coordinates_no_number": lambda folder: table(folder, CSV + "008,kota,lama\n"),
    "coordinates_in_minutes": lambda folder: table(folder, "id,bujur,lintang\n7,110 25.2 BT,6 58.8 LS\n"),
    "coordinates_no_degrees": lambda folder: table(folder, "id,lon,lat\n7,436000,9228000\n"),
    "shapefile_header": lambda folder: changed(shapefile(folder), 0, b"\x01\x02"),
    "shapefile_cut": lambda folder: cut(shapefile(folder)),
    "shapefile_records": lambda folder: _without_index(changed(shapefile(folder), 100, struct.pack(">i", 7))),
    "shapefile_length": lambda folder: longer(shapefile(folder)),
    "shapefile_bytes_unused": lambda folder: longer(shapefile(folder)),
    "table_damaged": lambda folder: cut(shapefile(folder).with_suffix(".dbf")).with_suffix(".shp"),
    "counts_differ": lambda folder: changed(
        shapefile(folder).with_suffix(".dbf"), 4, struct.pack("<I", 1)
    ).with_suffix(".shp"),
    "rows_deleted": lambda folder: _deleted(shapefile(folder)),
    "column_name_cut": lambda folder: _renamed(shapefile(folder)),
    "number_not_readable": lambda folder: geopackage(folder, "UPDATE assets SET worth = 'much' WHERE rowid = 1"),
    "features_missing": lambda folder: _placemarks(folder),
    "not_readable": lambda folder: table(folder, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 99, "a.xls", "latin-1"),
    "no_layer": lambda folder: table(folder, '<kml xmlns="http://www.opengis.net/kml/2.2"><Document/></kml>', "a.kml"),
    "database_damaged": lambda folder: cut(geopackage(folder)),
    "database_no_package": lambda folder: geopackage(folder, "DROP TABLE gpkg_contents"),
    "database_view": lambda folder: geopackage(
        folder, "ALTER TABLE assets RENAME TO hidden", "CREATE VIEW assets AS SELECT * FROM hidden"
    ),
    "database_contents": lambda folder: geopackage(folder, "UPDATE gpkg_contents SET data_type = 'x'"),
    "rows_blank": lambda folder: table(folder, CSV + ",,\n"),
    "table_empty": lambda folder: table(folder, "\n\n# \n", "a.csv"),
    "table_broken": lambda folder: table(folder, CSV + '"008,1,2\n'),
    "table_without_places": lambda folder: table(folder, "id,nama\n7,a\n"),
    "sheet_hidden": lambda folder: workbook(folder, ("a", "visible", ROWS), ("b", "hidden", ROWS)),
    "sheet_without_places": lambda folder: workbook(folder, ("a", "visible", ROWS), ("b", "visible", [["x"], ["y"]])),
    "number_rounded": lambda folder: workbook(
        folder, ("a", "visible", [ROWS[0], [9007199254740993, *SEMARANG], [12345678901234567890, *SEMARANG]])
    ),
    "rows_above_headings": lambda folder: table(folder, "Daftar jembatan,,\n,,\n" + CSV),
    "sheet_too_large": lambda folder: workbook(folder, ("a", "visible", ROWS)),
    "parquet_without_geometry": lambda folder: _parquet(folder),
    "layer_without_features": lambda folder: geojson(folder / "a.geojson"),
    "id_twice": lambda folder: table(folder, "id,lon,lat\n7,110.4,-7\n7,110.5,-7\n8,110.4,-7.1\n9,110.4,-7.2\n"),
    "text_formula": lambda folder: table(folder, "id,nama,lon,lat\n7,=1+1,110.4,-7\n"),
    "text_hidden": lambda folder: table(folder, "id,nama,lon,lat\n7,a\u202eb,110.4,-7\n"),
    "text_nul": lambda folder: table(folder, "id,nama,lon,lat\n7,a\0b,110.4,-7\n" + "8,b,110.4,-7\n" * 9),
    "grid_too_large": lambda folder: grid(folder, np.ones((9, 9))),
    "grid_not_read_whole": lambda folder: grid(folder, np.ones((9, 9))),
    "grid_mark_undeclared": lambda folder: grid(folder, np.array([[1, -9999], [2, 3]])),
    "grid_says_nothing": lambda folder: grid(folder, np.full((3, 3), -1.0), nodata=-1),
    "grid_several_bands": lambda folder: grid(folder, np.ones((3, 3)), count=2),
    "grid_in_feet": lambda folder: grid(folder, np.ones((3, 3)), units=["ft"]),
    "grid_scaled": lambda folder: grid(folder, np.ones((3, 3)), scales=[0.1]),
    "grid_rotated": lambda folder: grid(
        folder, np.ones((3, 3)), rasterio.Affine(10, 2, 436000, 2, -10, 9228000)
    ),
    "grid_south_up": lambda folder: grid(folder, np.ones((3, 3)), rasterio.Affine(10, 0, 436000, 0, 10, 9228000)),
}
# fmt: on
# What only shows with something besides the file.
LOWERED = {
    "zip_too_large": (containers, "MOST_BYTES", 250),
    "file_too_large": (containers, "MOST_BYTES", 3),
    "zip_many_members": (containers, "MOST_MEMBERS", 3),
    "sheet_too_large": (tables, "MOST_CELLS", 3),
    "grid_too_large": (judging, "MOST_ON_EARTH", 3),
    "grid_not_read_whole": (judging, "MOST_CELLS", 3),
}
BESIDE = {"shapefile_without_index": ".shx", "shapefile_without_table": ".dbf"}


def _deleted(path: Path) -> Path:
    dbf = path.with_suffix(".dbf")
    data = dbf.read_bytes()
    return changed(dbf, struct.unpack("<H", data[8:10])[0], b"*").with_suffix(".shp")


def _renamed(path: Path) -> Path:
    dbf = path.with_suffix(".dbf")
    return changed(dbf, 64, b"id\0\0\0\0\0\0\0\0\0").with_suffix(".shp")


def _placemarks(folder: Path) -> Path:
    place = "<Placemark><Point><coordinates>110.42,-6.98</coordinates></Point></Placemark>"
    text = f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{place}<!-- {place} --></Document></kml>'
    return table(folder, text, "a.kml")


def _parquet(folder: Path) -> Path:
    layer().drop(columns="geometry").to_parquet(folder / "a.parquet")
    return folder / "a.parquet"


@pytest.mark.slow
@pytest.mark.parametrize("code", sorted(CODE))
def test_each_fault_is_named(tmp_path, monkeypatch, code):
    if code in LOWERED:
        monkeypatch.setattr(*LOWERED[code])
    given = tmp_path / "given"
    given.mkdir()
    assert code in codes_in(CODE[code](given), tmp_path / "work")


@pytest.mark.parametrize(("code", "suffix"), BESIDE.items())
def test_a_shapefile_without_one_of_its_files(tmp_path, code, suffix):
    path = shapefile(tmp_path)
    path.with_suffix(suffix).unlink()
    assert code in codes_in(path, tmp_path / "work")


def test_a_shapefile_with_the_index_of_another(tmp_path):
    path = shapefile(tmp_path)
    changed(path.with_suffix(".shx"), 104, b"\x7f")
    assert codes_in(path, tmp_path / "work") == {"shapefile_index_disagrees"}


def judgement(path: Path) -> Validation:
    (path.parent / "work").mkdir()
    return validate_file(path, examine(path, path.parent / "work"))


def test_a_zip_within_a_zip_within_a_zip_is_read(tmp_path):
    judged = judgement(nested(tmp_path, 3))
    assert (judged.status, judged.read, judged.name) == ("accepted", 1, "a.zip")
    assert judged.problems[0]["source"] == "a.zip/a.zip/a.zip/a.csv"


def test_a_zip_that_holds_a_bad_one_loses_only_that(tmp_path):
    """Of five members one is locked, one damaged, one a workbook that would draw in other files:
    two are read.
    """
    (tmp_path / "in").mkdir()
    lock = locked(tmp_path / "in").read_bytes()
    bad = workbook(
        tmp_path / "in", ("a", "visible", ROWS), extra=b'<!DOCTYPE a [<!ENTITY b "c">]>'
    ).read_bytes()
    whole = archive(
        tmp_path / "in", ("jalan.csv", CSV.encode()), ("notes.txt", b"hello")
    ).read_bytes()
    members = [
        ("a.csv", CSV.encode()),
        ("b.zip", lock),
        ("c.zip", whole[:-9]),
        ("d.xlsx", bad),
        ("e.zip", whole),
    ]
    judged = judgement(archive(tmp_path, *members))
    assert (judged.status, judged.read, judged.kept) == ("accepted_with_problems", 2, 2)
    assert [
        row["code"] for one in judged.layers for row in one.problems if row["severity"] == "error"
    ] == ["zip_encrypted", "zip_damaged", "xml_entities"]
    assert judged.layers[-1].name == "a.zip/e.zip/jalan.csv"
    assert [(row["code"], row["arguments"]["member"]) for row in judged.problems] == [
        ("member_not_read", "e.zip/notes.txt")
    ]


def test_a_bomb_in_parts_is_one_bomb(tmp_path, monkeypatch):
    """Sixteen zips of 0.1 MB each, in one of some kB: each alone is no bomb, together they are
    more than is allowed.
    """
    (tmp_path / "in").mkdir()
    part = archive(tmp_path / "in", ("a.csv", b"0" * 100_000)).read_bytes()
    path = archive(tmp_path, *((f"{number}.zip", part) for number in range(16)))
    monkeypatch.setattr(containers, "BOMB_BYTES", 10**6)
    judged = judgement(path)
    assert (judged.status, judged.read, [row["code"] for row in judged.problems]) == (
        "rejected",
        0,
        ["zip_bomb"],
    )
    assert judged.layers == ()


def test_members_are_counted_over_all_zips_together(tmp_path, monkeypatch):
    (tmp_path / "in").mkdir()
    part = archive(
        tmp_path / "in", *((f"{number}.csv", CSV.encode()) for number in range(3))
    ).read_bytes()
    monkeypatch.setattr(containers, "MOST_MEMBERS", 7)
    assert [
        row["code"]
        for row in judgement(archive(tmp_path, ("a.zip", part), ("b.zip", part))).problems
    ] == ["zip_many_members"]


@pytest.mark.parametrize("suffix", [".shp", ".dbf", ".prj"])
@pytest.mark.parametrize("grows", [True, False])
def test_a_file_that_is_still_being_written_is_not_read(tmp_path, monkeypatch, suffix, grows):
    """Between two looks one of a shapefile's files grows, or goes."""
    path = shapefile(tmp_path)
    other = path.with_suffix(suffix)
    monkeypatch.setattr(
        containers.time, "sleep", lambda _: other.write_bytes(b"more") if grows else other.unlink()
    )
    assert codes_in(path, tmp_path / "work") == {"file_changing"}


def test_a_file_that_changes_while_it_is_copied_is_not_read(tmp_path, monkeypatch):
    path, copy = shapefile(tmp_path), shutil.copyfile
    monkeypatch.setattr(
        containers.shutil, "copyfile", lambda one, to: (copy(one, to), os.utime(one, (1, 1)))
    )
    assert codes_in(path, tmp_path / "work") == {"file_changing"}


def test_only_a_new_file_is_looked_at_twice(tmp_path, monkeypatch):
    path, waits = shapefile(tmp_path), []
    monkeypatch.setattr(containers.time, "sleep", waits.append)
    assert codes_in(path, tmp_path / "work") == set()
    for file in tmp_path.glob("a.*"):
        os.utime(file, (1e9, 1e9))
    assert codes_in(path, tmp_path / "again") == set()
    assert waits == [containers.WAIT]


def test_a_file_that_may_not_be_opened_is_told(tmp_path, monkeypatch):
    path = shapefile(tmp_path)

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(containers.shutil, "copyfile", refuse)
    assert codes_in(path, tmp_path / "work") == {"file_not_open"}


def test_halves_of_characters_that_belong_together_stay(tmp_path):
    """In the source of the JSON: a whole smile, a half one, and a backslash before letters that
    only look like one.
    """
    (tmp_path / "a.geojson").write_text(
        r'{"type": "Feature", "properties": {"a": "\ud83d\ude00 \ud83d \\ud800"}, "geometry": null}',
        encoding="utf-8",
    )
    records = read_geojson(tmp_path / "a.geojson")
    assert records.table["a"].tolist() == ["\U0001f600 \ufffd \\ud800"]
    assert [(fault.code, fault.count) for fault in records.faults if fault.rows is None] == [
        ("json_half_character", 1)
    ]


def test_a_stated_system_is_said(tmp_path):
    path = geopackage(tmp_path)
    assert codes_in(path, tmp_path / "work", crs="EPSG:4755") == {"crs_overridden"}


@pytest.mark.parametrize("numbered", [b"populati_1", b"populati_2"])
def test_a_name_that_was_numbered_when_it_was_cut_is_told(tmp_path, numbered):
    path = shapefile(tmp_path)
    changed(changed(path.with_suffix(".dbf"), 32, b"population"), 64, numbered)
    assert codes_in(path, tmp_path / "work") == {"column_name_cut"}


@pytest.mark.parametrize(
    ("lon", "lat"),
    [
        ("110° 25' 12\" BT", "6° 58' 48\" LS"),
        ("110:25:12 E", "6:58:48 S"),
        ("110d25m12s", "6d58m48s S"),
        ("110 deg 25 min 12 sec E", "S 6 deg 58.8 min"),
        ("110 derajat 25 menit 12 detik BT", "LS 6 derajat 58 menit 48 detik"),
        ("110,42 BT", "6,98 LS"),
    ],
)
def test_a_place_in_degrees_and_minutes(lon, lat):
    records = placed(pd.DataFrame({"lon": [lon], "lat": [lat]}, dtype="str"), [], Asked())
    assert shapely.get_coordinates(records.geometry).round(9).tolist() == [[110.42, -6.98]]


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [
        ("6 58 48 LS", "110 25 12 BT", "coordinates_swapped"),
        ("110d25m12s E", "6d58m48s", "coordinates_no_number"),  # seconds, or south?
        ("110 61 E", "6 58 S", "coordinates_no_number"),
    ],
)
def test_a_place_that_could_be_another_is_put_aside(lon, lat, code):
    records = placed(pd.DataFrame({"lon": [lon], "lat": [lat]}, dtype="str"), [], Asked())
    assert [
        fault.code for fault in records.faults if fault.rows is not None and len(fault.rows)
    ] == [code]


def test_a_title_above_the_headings_is_no_row(tmp_path):
    found, faults = read_cells(table(tmp_path, "Daftar jembatan,,\n,,\n" + CSV), source="a.csv")
    assert found.to_dict("list") == {"id": ["007"], "lon": ["110.42"], "lat": ["-6.98"]}
    assert [(fault.code, fault.count) for fault in faults] == [("rows_above_headings", 2)]


def test_the_separator_that_a_spreadsheet_states_is_taken(tmp_path):
    path = table(tmp_path, "sep=;\r\nid;lon;lat\r\n007;110,42;-6,98\r\n")
    assert codes_in(path, tmp_path / "work") == {"crs_presumed"}


@pytest.mark.parametrize(
    ("crs", "corner", "size", "code"),
    [
        ("EPSG:4326", (436000, 9228000), 10, "crs_lies"),
        ("EPSG:32749", (110.42, -6.98), 0.001, "crs_lies_degrees"),
        (None, (110.42, -6.98), 0.001, "crs_none_degrees"),
        (None, (436000, 9228000), 10, "crs_none_metres"),
    ],
)
def test_a_grid_that_cannot_lie_where_it_says_is_refused(tmp_path, crs, corner, size, code):
    place = rasterio.Affine(size, 0, corner[0], 0, -size, corner[1])
    assert codes_in(grid(tmp_path, np.ones((3, 3)), place, crs=crs), tmp_path / "work") == {code}


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3857"])
def test_a_grid_of_the_whole_earth_lies_where_it_says(tmp_path, crs):
    west, north, size = (
        (-180.5, 90.5, 361 / 9) if crs == "EPSG:4326" else (-20037508, 20037508, 20037508 / 4.5)
    )
    place = rasterio.Affine(size, 0, west, 0, -size / 2 if crs == "EPSG:4326" else -size, north)
    assert codes_in(grid(tmp_path, np.ones((9, 9)), place, crs=crs), tmp_path / "work") == set()


def test_metres_under_headings_of_degrees_are_taken_once_their_system_is_stated(tmp_path):
    path = table(tmp_path, "id,lon,lat\n7,436000,9228000\n")
    assert codes_in(path, tmp_path / "metres", crs="EPSG:32749") == set()
    assert codes_in(path, tmp_path / "degrees", crs="EPSG:4326") == {"crs_lies"}


def test_every_code_has_its_bad_file():
    said = set(finding_families()["files"])
    shown = {
        *CODE,
        *BESIDE,
        "shapefile_index_disagrees",
        "crs_overridden",
        "file_changing",
        "file_not_open",
    }
    # in test_named_faults.py, test_osm_xml.py and inventory/test_backdrop.py
    shown |= {"formulas_not_calculated", "grid_endless", "osm_deleted", "shapefile_without_shapes"}
    shown.add("osm_driver_missing")
    assert said - shown == set()
