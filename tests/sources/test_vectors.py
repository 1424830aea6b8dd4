"""Layers of every format give the same features; what is broken is a finding and nothing is lost."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from asset_inventory.errors import SourceError
from asset_inventory.sources.vectors import extent_of, layer_names, read_features
from asset_inventory.words import LANGUAGES

SQUARE = shapely.box(0, 0, 10, 10)
BOW_TIE = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
OTHER = shapely.box(20, 0, 30, 10)


def layer(geometry=(SQUARE, OTHER), **columns) -> gpd.GeoDataFrame:
    given = columns or {"ID": ["007", "008"], "KIND": ["school", "clinic"]}
    return gpd.GeoDataFrame(given, geometry=list(geometry), crs="EPSG:32749")


def write(table: gpd.GeoDataFrame, path, **options):
    table.to_parquet(path) if path.suffix == ".parquet" else table.to_file(path, **options)
    return path


def codes(features) -> dict[str, int]:
    return dict(zip(features.findings["code"], features.findings["count"], strict=True))


@pytest.mark.parametrize("name", ["a.shp", "a.gpkg", "a.fgb", "a.parquet", "a.geojson"])
def test_every_format_gives_the_same_features(tmp_path, name):
    table = layer()
    path = write(table.to_crs(4326) if name.endswith("json") else table, tmp_path / name)
    features = read_features(path, source="layer", columns=["ID"], where={"KIND": ("school", "other")})
    assert features.table["ID"].tolist() == ["007"]
    assert (features.read, features.not_selected) == (2, 1)
    there = features.table.to_crs(32749).geometry.iloc[0]
    assert there.symmetric_difference(SQUARE).area < 1e-3


@pytest.mark.parametrize(
    ("text", "coordinates"),
    [
        ("id,lon,lat\n007,110.4,-7.0\n008,,\n", ()),
        ("id;Bujur;Lintang\n007;110.4;-7.0\n008;x;y\n", ()),
        ("id\twkt\n007\tPOINT (110.4 -7.0)\n008\tPOINT (\n", ()),
        ("id,e,n\n007,110.4,-7.0\n008,,\n", ("e", "n")),
    ],
)
def test_text_tables_with_coordinates(tmp_path, text, coordinates):
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    features = read_features(path, source="table", columns=["id"], crs="EPSG:4326", coordinates=coordinates)
    assert features.table["id"].tolist() == ["007", "008"]  # ids stay text
    assert features.table.geometry.iloc[0] == shapely.Point(110.4, -7)
    assert features.table.geometry.iloc[1] is None
    assert codes(features) == {"coordinates_not_readable": 1, "geometry_unusable": 1}
    assert extent_of(path, source="table").tolist() == [110.4, -7, 110.4, -7] if not coordinates else True


def test_a_line_break_inside_quotes_and_latin_1(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes('id,name,x,y\n1,"Caf\u00e9\nline two",1,2\n2,b\n'.encode("cp1252"))
    features = read_features(path, source="table", columns=["name"], crs="EPSG:32749")
    assert features.table["name"].tolist() == ["Caf\u00e9\nline two", "b"]
    assert codes(features) == {"not_utf8": 1, "row_uneven": 1, "coordinates_not_readable": 1, "geometry_unusable": 1}


def test_invalid_is_repaired_empty_and_flat_are_unusable(tmp_path):
    line = shapely.Polygon([(0, 0), (5, 5), (0, 0)])
    table = layer((BOW_TIE, shapely.Polygon(), None, line), ID=["a", "b", "c", "d"])
    features = read_features(write(table, tmp_path / "a.gpkg"), source="layer", columns=["ID"])
    assert len(features.table) == 4
    assert codes(features) == {"geometry_repaired_much": 2, "geometry_unusable": 3}
    # a bow tie is two triangles of 25 m2 each
    assert features.table.geometry.iloc[0].area == pytest.approx(50)


def test_a_collection_keeps_its_largest_kind(tmp_path):
    mixed = shapely.GeometryCollection([shapely.Point(0, 0), SQUARE, shapely.box(20, 0, 30, 10)])
    features = read_features(write(layer((mixed,), ID=["a"]), tmp_path / "a.gpkg"), source="layer")
    assert features.table.geometry.iloc[0].geom_type == "MultiPolygon"
    assert features.table.geometry.iloc[0].area == pytest.approx(200)
    assert codes(features) == {"collection_reduced": 1}


def test_findings_name_the_row_of_the_file(tmp_path):
    table = layer((SQUARE, SQUARE, BOW_TIE), KIND=["a", "a", "b"])
    features = read_features(write(table, tmp_path / "a.gpkg"), source="layer", where={"KIND": ("b",)})
    assert features.findings["feature"].tolist() == ["2"]
    assert features.table.index.tolist() == [2]


def test_further_tags_of_openstreetmap_are_columns_too(tmp_path):
    table = layer(other_tags=['"amenity"=>"school","name:id"=>"SD \\"1\\""', '"shop"=>"yes"'])
    features = read_features(
        write(table, tmp_path / "a.gpkg"), source="osm", columns=["amenity"], where={"amenity": ("*",)}
    )
    assert features.table["amenity"].tolist() == ["school"]


def test_a_stated_system_overrides_and_says_so(tmp_path):
    path = write(layer(), tmp_path / "a.gpkg")
    features = read_features(path, source="layer", crs="EPSG:32750")
    assert features.table.crs.to_epsg() == 32750
    assert codes(features) == {"crs_overridden": 2}
    assert not codes(read_features(path, source="layer", crs="EPSG:32749"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_error_says_what_where_and_what_to_do(tmp_path, language):
    table = layer()
    shapes = write(table, tmp_path / "shapes.shp")
    (tmp_path / "shapes.dbf").unlink()
    write(table, tmp_path / "two.gpkg", layer="one")
    write(table, tmp_path / "two.gpkg", layer="two")
    (tmp_path / "no.gpkg").write_bytes(b"nothing")
    (tmp_path / "plain.csv").write_text("id,name\n1,a\n", encoding="utf-8")
    (tmp_path / "empty.csv").write_text("", encoding="utf-8")
    (tmp_path / "bad.parquet").write_bytes(b"nothing")
    write(table, tmp_path / "free.shp")
    (tmp_path / "free.prj").unlink()
    cases = [
        (shapes, {"columns": ["ID"]}, ".dbf", "ID"),
        (tmp_path / "gone.shp", {}, "gone.shp", "path"),
        (tmp_path / "two.gpkg", {}, "one, two", "layer ="),
        (tmp_path / "two.gpkg", {"layer": "three"}, "three", "one, two"),
        (tmp_path / "two.gpkg", {"layer": "one", "columns": ["KIN"]}, "KIN", "KIND"),
        (tmp_path / "no.gpkg", {}, "no.gpkg", "GeoPackage"),
        (tmp_path / "plain.csv", {}, "id, name", "wkt ="),
        (tmp_path / "empty.csv", {}, "empty.csv", ""),
        (tmp_path / "bad.parquet", {}, "bad.parquet", "QGIS"),
        (tmp_path / "free.shp", {}, "layer", 'crs = "EPSG'),
        (shapes, {"crs": "EPSG:1"}, "EPSG:1", "EPSG:32749"),
    ]
    for path, options, what, remedy in cases:
        with pytest.raises(SourceError) as caught:
            read_features(path, source="layer", **options)
        said = caught.value.say(language)
        assert what in said, said
        assert remedy in said, said
        assert "\n" not in said


def test_shapes_alone_load_when_no_field_is_asked(tmp_path):
    path = write(layer(), tmp_path / "shapes.shp")
    (tmp_path / "shapes.dbf").unlink()
    assert len(read_features(path, source="layer").table) == 2
    assert layer_names(path, source="layer") == ["shapes"]
    assert np.isfinite(extent_of(path, source="layer")).all()


def test_a_small_repair_is_no_error_and_a_collection_is_repaired_too(tmp_path):
    spike = shapely.Polygon([(0, 0), (100, 0), (100, 100), (50, 100), (50, 101), (50, 100), (0, 100)])
    nested = shapely.GeometryCollection([shapely.GeometryCollection([shapely.GeometryCollection([BOW_TIE])])])
    features = read_features(write(layer((spike, nested)), tmp_path / "a.gpkg"), source="layer")
    assert codes(features) == {"collection_reduced": 1, "geometry_repaired": 1, "geometry_repaired_much": 1}
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


def test_equal_column_names_and_very_long_cells(tmp_path):
    ring = ", ".join(f"{np.cos(a):.12f} {np.sin(a):.12f}" for a in np.linspace(0, 2 * np.pi, 9000, endpoint=False))
    path = tmp_path / "table.csv"
    path.write_text(f'id,name,name,wkt\n1,a,b,"POLYGON (({ring}, 1 0))"\n', encoding="utf-8")
    features = read_features(path, source="table", crs="EPSG:32749", columns=["name", "name#3"])
    assert features.table[["name", "name#3"]].iloc[0].tolist() == ["a", "b"]
    assert features.table.area.iloc[0] == pytest.approx(np.pi, rel=1e-5)
    assert codes(features) == {"column_repeated": 1}
