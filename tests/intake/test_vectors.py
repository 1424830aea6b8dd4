"""Layers of every format give the same features; what is broken is a finding and nothing is
lost.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from asset_inventory.intake import layers
from asset_inventory.intake.layers import Features, Layer
from asset_inventory.messages import LANGUAGES
from asset_inventory.model.errors import SourceError

X, Y = 435_000, 9_228_000  # in Semarang
SQUARE = shapely.box(X, Y, X + 10, Y + 10)
BOW_TIE = shapely.Polygon([(X, Y), (X + 10, Y + 10), (X + 10, Y), (X, Y + 10)])
OTHER = shapely.box(X + 20, Y, X + 30, Y + 10)


def layer(geometry=(SQUARE, OTHER), **columns) -> gpd.GeoDataFrame:
    given = columns or {"ID": ["007", "008"], "KIND": ["school", "clinic"]}
    return gpd.GeoDataFrame(given, geometry=list(geometry), crs="EPSG:32749")


def write(table: gpd.GeoDataFrame, path, **options):
    table.to_parquet(path) if path.suffix == ".parquet" else table.to_file(path, **options)
    return path


def read_features(
    path, *, source="layer", columns=(), where=None, coordinates=(), **more
) -> Features:
    return layers.read_features(
        Layer(
            path, source, columns=tuple(columns), where=where or {}, coordinates=coordinates, **more
        )
    )


def codes(features) -> dict[str, int]:
    return dict(zip(features.findings["code"], features.findings["count"], strict=True))


@pytest.mark.parametrize("name", ["a.shp", "a.gpkg", "a.fgb", "a.parquet", "a.geojson"])
def test_every_format_gives_the_same_features(tmp_path, name):
    table = layer()
    path = write(table.to_crs(4326) if name.endswith("json") else table, tmp_path / name)
    features = read_features(
        path, source="layer", columns=["ID"], where={"KIND": ("school", "other")}
    )
    assert features.table["ID"].tolist() == ["007"]
    assert (features.read, features.not_selected) == (2, 1)
    there = features.table.to_crs(32749).geometry.iloc[0]
    assert there.symmetric_difference(SQUARE).area < 1e-3


@pytest.mark.parametrize(
    ("text", "coordinates", "code"),
    [
        ("id,lon,lat\n007,110.4,-7.0\n008,,\n", (), "coordinates_blank"),
        ("id;Bujur;Lintang\n007;110.4;-7.0\n008;x;y\n", (), "coordinates_no_number"),
        ("id\twkt\n007\tPOINT (110.4 -7.0)\n008\tPOINT (\n", (), "geometry_broken"),
        ("id,e,n\n007,110.4,-7.0\n008,,\n", ("e", "n"), "coordinates_blank"),
    ],
)
def test_text_tables_with_coordinates(tmp_path, text, coordinates, code):
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    features = read_features(
        path, source="table", columns=["id"], crs="EPSG:4326", coordinates=coordinates
    )
    assert features.table["id"].tolist() == ["007", "008"]  # ids stay text
    assert features.table.geometry.iloc[0] == shapely.Point(110.4, -7)
    assert features.table.geometry.iloc[1] is None
    assert codes(features) == {code: 1}
    assert features.extent.tolist() == [110.4, -7, 110.4, -7]
    assert np.isnan(features.lost).all()


def test_a_line_break_inside_quotes_and_latin_1(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes('id,name,x,y\n1,"Caf\u00e9\nline two",435000,9228000\n2,b\n'.encode("cp1252"))
    features = read_features(path, source="table", columns=["name"], crs="EPSG:32749")
    assert features.table["name"].tolist() == ["Caf\u00e9\nline two", "b"]
    assert codes(features) == {"not_utf8": 1, "row_uneven": 1, "coordinates_blank": 1}


def test_invalid_is_repaired_empty_and_flat_are_unusable(tmp_path):
    line = shapely.Polygon([(X, Y), (X + 5, Y + 5), (X, Y)])
    table = layer((BOW_TIE, shapely.Polygon(), None, line), ID=["a", "b", "c", "d"])
    features = read_features(write(table, tmp_path / "a.gpkg"), source="layer", columns=["ID"])
    assert len(features.table) == 4
    # a bow tie covers the two triangles that it becomes; a line to and fro covers nothing
    found = codes(features)
    assert {
        name: found.pop(name) for name in ("geometry_null", "geometry_empty", "geometry_repaired")
    } == {"geometry_null": 1, "geometry_empty": 1, "geometry_repaired": 1}
    assert sum(found.values()) == 1, found
    assert features.table.geometry.isna().tolist() == [False, True, True, True]
    assert features.table.area.iloc[0] == pytest.approx(50)
    # of what is in quarantine the bounds are known, where there is anything
    assert features.lost[2].tolist() == [X, Y, X + 5, Y + 5]
    assert np.isnan(features.lost[:2]).all()


def test_a_collection_keeps_its_largest_kind(tmp_path):
    mixed = shapely.GeometryCollection([shapely.Point(X, Y), SQUARE, OTHER])
    features = read_features(write(layer((mixed,), ID=["a"]), tmp_path / "a.gpkg"), source="layer")
    assert features.table.geometry.iloc[0].geom_type == "MultiPolygon"
    assert features.table.geometry.iloc[0].area == pytest.approx(200)
    assert codes(features) == {"collection_reduced": 1}


def test_findings_name_the_row_of_the_file(tmp_path):
    table = layer((SQUARE, SQUARE, BOW_TIE), KIND=["a", "a", "b"])
    features = read_features(
        write(table, tmp_path / "a.gpkg"), source="layer", where={"KIND": ("b",)}
    )
    # the number by which QGIS knows the row: in a GeoPackage the first is 1
    assert features.findings["feature"].tolist() == ["3"]
    assert features.table.index.tolist() == [3]


def test_further_tags_of_openstreetmap_are_columns_too(tmp_path):
    table = layer(other_tags=['"amenity"=>"school","name:id"=>"SD \\"1\\""', '"shop"=>"yes"'])
    features = read_features(
        write(table, tmp_path / "a.gpkg"),
        source="osm",
        columns=["amenity"],
        where={"amenity": ("*",)},
    )
    assert features.table["amenity"].tolist() == ["school"]


def test_a_stated_system_overrides_and_says_so(tmp_path):
    path = write(layer(), tmp_path / "a.gpkg")
    features = read_features(path, source="layer", crs="EPSG:32750")
    assert features.table.crs.to_epsg() == 32750
    assert codes(features) == {"crs_overridden": 1}
    assert not codes(read_features(path, source="layer", crs="EPSG:32749"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_error_says_what_where_and_what_to_do(tmp_path, language):
    table = layer()
    shapes = write(table, tmp_path / "shapes.shp")
    (tmp_path / "shapes.dbf").unlink()
    write(table, tmp_path / "two.gpkg", layer="one")
    write(table, tmp_path / "two.gpkg", layer="two")
    (tmp_path / "plain.csv").write_text("id,name\n1,a\n", encoding="utf-8")
    cases = [
        (shapes, {"columns": ["ID"]}, ".dbf", "ID"),
        (tmp_path / "gone.shp", {}, "gone.shp", "folder"),
        (tmp_path / "two.gpkg", {}, "one, two", "layer ="),
        (tmp_path / "two.gpkg", {"layer": "three"}, "three", "one, two"),
        (tmp_path / "two.gpkg", {"layer": "one", "columns": ["KIN"]}, "KIN", "KIND"),
        (tmp_path / "plain.csv", {}, "id, name", "wkt ="),
        (shapes, {"crs": "EPSG:1"}, "EPSG:1", "EPSG:32749"),
    ]
    for path, options, what, remedy in cases:
        with pytest.raises(SourceError) as caught:
            read_features(path, source="layer", **options)
        said = caught.value.say(language)
        assert what in said, said
        assert remedy in said, said
        assert "\n" not in said


def test_a_file_that_is_not_fit_to_be_used_is_refused_with_its_reason(tmp_path):
    (tmp_path / "no.gpkg").write_bytes(b"nothing")
    (tmp_path / "empty.csv").write_text("", encoding="utf-8")
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 nothing")
    write(layer(), tmp_path / "free.shp")
    (tmp_path / "free.prj").unlink()
    (tmp_path / "link.shp").symlink_to(tmp_path / "free.shp")
    codes_of = {
        "no.gpkg": "table_without_places",
        "empty.csv": "not_read",
        "bad.parquet": "parquet_without_geometry",
        "free.shp": "crs_none_metres",
        "link.shp": "file_is_link",
    }
    read = layers.read_layers(Layer(tmp_path / name, name) for name in codes_of)
    assert [list(codes(features)) for features in read] == [[code] for code in codes_of.values()]
    assert all(features.refused and features.table.geometry.isna().all() for features in read)
    # what could be read is counted, and where it lies in its own coordinates is known
    assert [(features.read, len(features.table)) for features in read] == [
        (0, 0),
        (0, 0),
        (0, 0),
        (2, 2),
        (0, 0),
    ]
    assert read[3].extent.tolist() == [X, Y, X + 30, Y + 10]


def test_shapes_alone_load_when_no_field_is_asked(tmp_path):
    path = write(layer(), tmp_path / "shapes.shp")
    (tmp_path / "shapes.dbf").unlink()
    features = read_features(path)
    assert (len(features.table), codes(features)) == (2, {"shapefile_without_table": 1})


def test_many_layers_come_back_in_the_order_in_which_they_were_asked_for(tmp_path):
    paths = [write(layer(ID=[f"{n}a", f"{n}b"]), tmp_path / f"{n}.gpkg") for n in range(7)]
    read = layers.read_layers(Layer(path, path.stem, columns=("ID",)) for path in paths)
    assert [features.table["ID"].iloc[0] for features in read] == [f"{n}a" for n in range(7)]


def test_a_file_geodatabase_is_a_folder_and_is_read_too(tmp_path):
    path = write(layer(), tmp_path / "Kota.gdb", driver="OpenFileGDB", layer="sekolah")
    (path / "PC01.1234.sr.lock").write_text("", encoding="utf-8")
    (path / "a00000099.gdbtable").symlink_to("/etc/hostname")
    features = read_features(path, layer="sekolah", columns=["ID"])
    assert (features.table["ID"].tolist(), codes(features)) == (["007", "008"], {})
    (tmp_path / "empty.gdb").mkdir()
    assert codes(read_features(tmp_path / "empty.gdb")) == {"file_is_no_file": 1}


def test_values_keep_their_kind(tmp_path):
    table = layer(
        T=["=1+1", None],
        N=[1, 2**53 + 1],
        F=[0.1, np.nan],
        B=[True, False],
        D=np.array(["2024-02-29", "NaT"], dtype="datetime64[ms]"),
    )
    read = read_features(write(table, tmp_path / "a.gpkg"), columns=list("TNFBD")).table
    assert (read["T"].iloc[0], read["T"].isna().tolist()) == ("=1+1", [False, True])
    assert (read["N"].tolist(), read["B"].tolist()) == ([1, 2**53 + 1], [True, False])
    np.testing.assert_array_equal(read["F"], [0.1, np.nan])
    assert read["D"].dt.year.iloc[0] == 2024
    assert read["D"].isna().tolist() == [False, True]


def test_a_small_repair_is_no_error_and_a_collection_is_repaired_too(tmp_path):
    ring = [(0, 0), (100, 0), (100, 100), (50, 100), (50, 101), (50, 100), (0, 100)]
    spike = shapely.Polygon([(X + x, Y + y) for x, y in ring])
    nested = shapely.GeometryCollection(
        [shapely.GeometryCollection([shapely.GeometryCollection([BOW_TIE])])]
    )
    features = read_features(write(layer((spike, nested)), tmp_path / "a.gpkg"), source="layer")
    assert codes(features) == {"collection_reduced": 1, "geometry_repaired": 2}
    assert features.table.area.tolist() == pytest.approx([10_000, 50])


def test_a_whole_number_selects_also_where_a_gap_makes_it_a_float(tmp_path):
    path = write(layer(N=[1.0, np.nan]), tmp_path / "a.gpkg")
    assert len(read_features(path, source="layer", where={"N": ("1",)}).table) == 1
    assert len(read_features(path, source="layer", where={"N": ("*",)}).table) == 1


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_a_spreadsheets_encoding_and_decimal_commas(tmp_path, encoding):
    path = tmp_path / "table.csv"
    path.write_bytes("id;lon;lat\n1;110,461;-7,023\n2;110,5;-7\n".encode(encoding))
    features = read_features(path, source="table", crs="EPSG:4326")
    assert features.table.geometry.iloc[0] == shapely.Point(110.461, -7.023)


def test_very_long_cells_are_read_and_equal_column_names_refused(tmp_path):
    angles = np.linspace(0, 2 * np.pi, 9000, endpoint=False)
    ring = ", ".join(f"{X + np.cos(a):.12f} {Y + np.sin(a):.12f}" for a in angles)
    path = tmp_path / "table.csv"
    path.write_text(
        f'id,name,title,wkt\n1,a,b,"POLYGON (({ring}, {X + 1} {Y}))"\n', encoding="utf-8"
    )
    features = read_features(path, source="table", crs="EPSG:32749", columns=["name", "title"])
    assert features.table[["name", "title"]].iloc[0].tolist() == ["a", "b"]
    assert features.table.area.iloc[0] == pytest.approx(np.pi, rel=1e-5)
    assert not codes(features)
    path.write_text(path.read_text(encoding="utf-8").replace("title", "name"), encoding="utf-8")
    assert codes(read_features(path, crs="EPSG:32749", columns=["name"])) == {"column_repeated": 1}


def test_layers_read_ahead_are_as_read_at_once_and_their_errors_come_when_they_are_taken(tmp_path):
    paths = [tmp_path / f"{name}.geojson" for name in ("first", "second", "third")]
    for number, path in enumerate(paths):
        gpd.GeoDataFrame({"ID": [number]}, geometry=[shapely.Point(number, 0)], crs=4326).to_file(
            path
        )
    first, second, third = (Layer(path, path.stem, columns=("ID",)) for path in paths)
    missing = Layer(tmp_path / "none.geojson", "none")
    with layers.reading_ahead([first, second, missing]) as read:
        taken = read([second, third]) + read([first])
        with pytest.raises(SourceError):
            read([missing])
    at_once = layers.read_layers([second, third, first])
    assert [features.table["ID"].tolist() for features in taken] == [[1], [2], [0]]
    for features, expected in zip(taken, at_once, strict=True):
        pd.testing.assert_frame_equal(features.table, expected.table)
        pd.testing.assert_frame_equal(features.findings, expected.findings)
