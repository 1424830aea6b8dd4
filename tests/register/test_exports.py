"""A layer in, the same layer out: every byte of an unchanged shapefile, no change in the
register, nothing ever cut.
"""

from __future__ import annotations

import datetime
import json
import os
import sqlite3
import warnings
import zipfile
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from asset_inventory import register as registers
from asset_inventory.intake.layers import Features, Layer, read_layers
from asset_inventory.io import dbase, layer_files
from asset_inventory.io.schemas import SUFFIXES, Field, Schema, schema_from
from asset_inventory.messages import LANGUAGES, describe_finding
from asset_inventory.model.errors import SourceError
from asset_inventory.model.reading import read_city
from asset_inventory.register.changes import diff
from asset_inventory.register.export import Base, export_layer, known_by, read_base
from tests.support.format_drift import missing, seen_by
from tests.support.paths import SHARED

REAL_CITIES = SHARED / "data"
X, Y = 436_000.0, 9_227_000.0
POINT = shapely.Point(X, Y)
PRJ = (  # as ESRI writes it, which GDAL would write otherwise
    'PROJCS["WGS_1984_UTM_Zone_49S",GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,'
    '298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],'
    'PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",10000000.0],PARAMETER["Central_Meridian",111.0],'
    'PARAMETER["Scale_Factor",0.9996],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)
# Every kind of field a department has: name, kind, width, decimals, and what three records hold.
FIELDS = {
    "NAMA": ("C", 12, 0, ["Jl. Dépok", "", "=1+1"]),
    "KODE": ("C", 254, 0, ["007", "1E5", "x" * 254]),
    "LANTAI": ("N", 4, 0, ["   1", "****", " -12"]),
    "ID15": ("N", 15, 0, ["123456789012345", "     2147483648", "              0"]),
    "ID18": ("N", 18, 0, ["123456789012345678", "*" * 18, "                 7"]),
    "ID20": ("N", 20, 0, ["12345678901234567891", "                   1", " 9007199254740993000"]),
    "NILAI": ("N", 12, 2, ["333333333.33", "       -0.50", "************"]),
    "LEBAR": (
        "N",
        24,
        15,
        ["       0.300000000000000", "1000000000000.0000000000", "       3.141592653589793"],
    ),
    "LUAS": ("F", 19, 11, [" 1.50000000000e+001", "                   ", "-2.25000000000e-300"]),
    "TGL": ("D", 8, 0, ["20240229", "00000000", "19991231"]),
    "AKTIF": ("L", 1, 0, ["Y", "?", "N"]),
    "KOSONG": ("N", 9, 0, ["         "] * 3),
}


def shapefile(
    path: Path, *, encoding="latin-1", cpg=None, language=0x57, shapes=None, fields=FIELDS
) -> Path:
    """A shapefile by hand: the .dbf byte by byte, points 10 m apart."""
    shapes = shapely.points(X + 10.0 * np.arange(3), Y) if shapes is None else shapes
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pyogrio.raw.write(
            path,
            shapely.to_wkb(shapes),
            [],
            [],
            geometry_type=_kind(shapes),
            driver="ESRI Shapefile",
        )
    size, width = 33 + 32 * len(fields), 1 + sum(one[1] for one in fields.values())
    parts = [bytes([3, 99, 12, 31]), (3).to_bytes(4, "little"), size.to_bytes(2, "little")]
    parts += [width.to_bytes(2, "little"), bytes(17), bytes([language, 0, 0])]
    for name, (kind, wide, decimals, _) in fields.items():
        parts += [
            name.encode(encoding).ljust(11, b"\0"),
            kind.encode(),
            bytes(4),
            bytes([wide, decimals]),
            bytes(14),
        ]
    parts.append(b"\r")
    for row in range(3):
        cells = (one[3][row].encode(encoding).ljust(one[1]) for one in fields.values())
        parts.append(b" " + b"".join(cells))
    path.with_suffix(".dbf").write_bytes(b"".join(parts) + b"\x1a")
    path.with_suffix(".prj").write_text(PRJ, encoding="ascii")
    path.with_suffix(".cpg").unlink(missing_ok=True)
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg, encoding="ascii")
    return path


def _kind(shapes: np.ndarray) -> str:
    first = next(one for one in shapes if one is not None)
    return first.geom_type.removeprefix("Multi") + " Z" * first.has_z


def whole(*paths: Path) -> list[Features]:
    return read_layers([Layer(path, path.name, columns=None) for path in paths])


def in_register(features: Features) -> gpd.GeoDataFrame:
    return features.table.set_axis([f"layer:{number}" for number in range(len(features.table))])


def given_back(features: Features, to: Path, **options) -> layer_files.Exported:
    return export_layer(
        in_register(features), features.schema, to, version=3, layer="layer", **options
    )


def assert_nothing_changed(before: Features, after: Features) -> None:
    tolerance = 1e-9 if before.table.crs.is_geographic else 1e-3
    assert len(before.table) == len(after.table)
    assert diff(in_register(before), in_register(after), tolerance=tolerance).empty
    assert before.schema == after.schema


def assert_same_bytes(one: Path, other: Path) -> None:
    """The .dbf but for its date and the sign of its end, the others to the last byte."""
    for end in (".shp", ".shx", ".prj", ".cpg"):
        first, second = one.with_suffix(end), other.with_suffix(end)
        assert first.exists() == second.exists(), end
        assert not first.exists() or first.read_bytes() == second.read_bytes(), end
    first, second = (path.with_suffix(".dbf").read_bytes() for path in (one, other))
    head = int.from_bytes(first[8:10], "little")
    assert first[head:].removesuffix(b"\x1a") == second[head:].removesuffix(b"\x1a")
    assert (first[0], first[4:12], first[29]) == (second[0], second[4:12], second[29])
    about, about_now = (pyogrio.read_info(path) for path in (one, other))
    for key in ("fields", "dtypes", "ogr_types", "geometry_type", "features", "crs", "encoding"):
        assert np.array_equal(about[key], about_now[key]), key


# Round trips


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory):
    """Hand-made shapefiles, read, given back, and read again: name -> (features, path, again,
    path).
    """
    folder = tmp_path_factory.mktemp("made")
    square, hole = (
        shapely.box(X, Y, X + 10, Y + 10).reverse(),
        shapely.box(X + 2, Y + 2, X + 4, Y + 4),
    )
    ring = shapely.Polygon(square.exterior, [hole.exterior])
    lines = [
        shapely.LineString([(X, Y, 1), (X + 9, Y, 2.5)]),
        shapely.LineString([(X, Y, 0), (X, Y + 7, 3)]),
    ]
    far = shapely.transform(ring, lambda xy: xy + 100)
    paths = [
        shapefile(folder / "latin1.shp"),
        shapefile(folder / "cp1252.shp", cpg="1252", encoding="cp1252", language=0x03),
        shapefile(
            folder / "utf8.shp",
            cpg="UTF-8",
            encoding="utf-8",
            language=0,
            fields={
                "NAMA": ("C", 12, 0, ["Dépok", "數據", ""]),
                "É": ("N", 9, 0, ["       12", " " * 9, "0"]),
            },
        ),
        shapefile(folder / "lines.shp", shapes=np.array([*lines, shapely.multilinestrings(lines)])),
        shapefile(
            folder / "areas.shp", shapes=np.array([ring, shapely.MultiPolygon([ring, far]), far])
        ),
    ]
    back = folder / "back"
    first = whole(*paths)
    for features, path in zip(first, paths, strict=True):
        assert given_back(features, back / path.name).findings.empty
    again = whole(*(back / path.name for path in paths))
    return {
        path.stem: (one, path, other, back / path.name)
        for path, one, other in zip(paths, first, again, strict=True)
    }


@pytest.mark.parametrize("name", ["latin1", "cp1252", "utf8", "lines", "areas"])
def test_a_shapefile_comes_back_byte_by_byte(by_hand, name):
    before, path, after, back = by_hand[name]
    if name != "utf8":
        assert_same_bytes(path, back)
    assert_nothing_changed(before, after)
    assert schema_from(json.loads(json.dumps(before.schema.plain()))) == before.schema


def test_what_the_schema_says(by_hand):
    schema = by_hand["latin1"][0].schema
    fields = {field.name: field for field in schema.fields}
    assert [*fields] == [*FIELDS]
    assert fields["NILAI"] == Field("NILAI", "N", 12, 2, "*")
    assert fields["LUAS"] == Field("LUAS", "F", 19, 11, " ", "e3")
    assert (fields["AKTIF"].signs, fields["KOSONG"].blank, fields["TGL"].blank) == ("YN", " ", "0")
    assert (schema.driver, schema.geometry, schema.encoding, schema.cpg) == (
        "shapefile",
        "Point",
        "iso8859-1",
        None,
    )
    assert (schema.prj, schema.language) == (PRJ, 0x57)
    utf8 = by_hand["utf8"][0].schema
    assert (utf8.encoding, utf8.cpg, utf8.names) == ("utf-8", "UTF-8", ["NAMA", "É"])


def test_whole_numbers_are_exact_whatever_their_size(by_hand):
    """2^53 is 9,007,199,254,740,992; a float next to a gap would have rounded these."""
    table = by_hand["latin1"][0].table
    assert table["ID18"].tolist() == [123456789012345678, None, 7]
    assert table["ID20"].tolist() == [12345678901234567891, 1, 9007199254740993000]
    assert table["ID15"].tolist() == [123456789012345, 2147483648, 0]


def test_heights_and_shapes_that_are_not_valid_come_as_they_were_delivered(by_hand, tmp_path):
    assert shapely.has_z(by_hand["lines"][0].table.geometry.to_numpy()).all()
    spike = shapely.Polygon(
        [
            (X, Y),
            (X, Y + 99),
            (X + 99, Y + 99),
            (X + 99, Y),
            (X + 50, Y),
            (X + 50, Y - 1),
            (X + 50, Y),
        ]
    )
    path = shapefile(tmp_path / "a.shp", shapes=np.array([spike] * 3))
    (features,) = whole(path)
    assert features.findings["code"].tolist() == ["text_formula", "geometry_repaired"]
    given_back(features, tmp_path / "back" / "a.shp")
    assert_same_bytes(path, tmp_path / "back" / "a.shp")


GPKG = (
    "CREATE TABLE jalan (nomor INTEGER PRIMARY KEY, bentuk MULTIPOLYGON, nama TEXT(30), kecil SMALLINT, besar INTEGER,"
    " nilai REAL, ada BOOLEAN, tgl DATE, saat DATETIME, foto BLOB, bebas TEXT(9))"
)


def package(path: Path) -> Path:
    """A GeoPackage whose table was declared by hand, written with SQLite alone but for the first
    empty layer.
    """
    empty = gpd.GeoDataFrame(
        {"a": pd.Series([], dtype="str")}, geometry=gpd.GeoSeries([], crs=32749)
    )
    pyogrio.write_dataframe(
        empty,
        path,
        layer="jalan",
        geometry_type="MultiPolygon",
        layer_options={"GEOMETRY_NAME": "bentuk", "FID": "nomor", "SPATIAL_INDEX": "NO"},
    )
    square = shapely.MultiPolygon([shapely.box(X, Y, X + 10, Y + 10)])
    blob = b"GP\x00\x01" + (32749).to_bytes(4, "little") + shapely.to_wkb(square)
    rows = [
        (
            "Dépok 數據",
            -32768,
            2**62 + 1,
            0.1,
            1,
            "2024-02-29",
            "2024-02-29T12:30:00.250Z",
            b"\x00\xff",
            "007",
        ),
        (None, None, None, None, None, None, None, None, None),
        ("", 0, -1, -1e300, 0, "1999-12-31", "1999-12-31T00:00:00.000Z", b"", "x" * 9),
    ]
    with closing(sqlite3.connect(path)) as base, base:
        for trigger in [
            row[0] for row in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        ]:
            base.execute(f'DROP TRIGGER "{trigger}"')
        base.execute("DROP TABLE jalan")
        base.execute("DELETE FROM gpkg_ogr_contents")  # GDAL's own count of rows
        base.execute(GPKG)
        marks = ", ".join("?" * 10)
        base.executemany(
            f"INSERT INTO jalan VALUES (NULL, {marks})", [(blob, *row) for row in rows]
        )
    return path


COLLECTION = """{"type": "FeatureCollection", "name": "aset", "crs": {"type": "name", "properties":
{"name": "urn:ogc:def:crs:EPSG::32749"}}, "features": [
{"type": "Feature", "properties": {"id": 9007199254740993, "n": 1, "x": 0.1, "t": "007", "b": true,
 "s": {"a": [1, "é"]}, "m": 1, "o": "once"}, "geometry": {"type": "Point",
 "coordinates": [436000.123456789, 9227000.1, 3]}},
{"type": "Feature", "properties": {"id": null, "n": null, "x": 2, "t": "", "b": null, "s": null, "m": "a"},
 "geometry": {"type": "MultiPoint", "coordinates": [[436000, 9227000], [436001, 9227001]]}}]}"""


def test_a_geopackage_and_a_collection_come_back_as_they_were_declared(tmp_path):
    (tmp_path / "b.geojson").write_text(COLLECTION, encoding="utf-8")
    paths = [package(tmp_path / "a.gpkg"), tmp_path / "b.geojson"]
    first = whole(*paths)
    assert first[0].table["foto"].tolist() == [b"\x00\xff", None, b""]
    assert first[0].table["besar"].tolist() == [2**62 + 1, None, -1]
    assert first[1].table["id"].tolist() == [9007199254740993, None]
    for features, path in zip(first, paths, strict=True):
        assert given_back(features, tmp_path / "back" / path.name).findings.empty
    for before, after in zip(
        first, whole(*(tmp_path / "back" / path.name for path in paths)), strict=True
    ):
        assert_nothing_changed(before, after)
    cells = []
    for path in (tmp_path / "a.gpkg", tmp_path / "back" / "a.gpkg"):
        with closing(sqlite3.connect(path)) as base:
            declared = [row[1:3] for row in base.execute("PRAGMA table_info(jalan)")]
            cells.append(
                (
                    declared,
                    base.execute(
                        f"SELECT {', '.join(first[0].schema.names)} FROM jalan"
                    ).fetchall(),
                )
            )
    assert cells[0] == cells[1]
    read, again = (
        json.loads(path.read_text(encoding="utf-8"))
        for path in (paths[1], tmp_path / "back" / "b.geojson")
    )
    assert read == again
    assert not (tmp_path / "back" / "a.gpkg-journal").exists()


@pytest.mark.slow
@pytest.mark.skipif(
    not REAL_CITIES.is_dir(), reason="the layers of real cities are not on this machine"
)
def test_the_layers_of_cities_come_back(tmp_path):
    names = (
        "jakarta/boundaries/kecamatan_jakarta.shp",
        "jakarta/exposure/building-points.shp",
        "canflood-bc/exposure/finv_tut7_polys.gpkg",
        "canflood-bc/exposure/finv_tut2.gpkg",
        "semarang/osm_health_selected.geojson",
        "semarang/osm_facilities_excerpt.geojson",
    )
    paths = [REAL_CITIES / name for name in names]
    back = [tmp_path / path.name for path in paths]
    first = whole(*paths)
    for features, to in zip(first, back, strict=True):
        assert given_back(features, to).findings.empty
    for before, after, path, to in zip(first, whole(*back), paths, back, strict=True):
        assert_nothing_changed(before, after)
        known = known_by(read_base(to), after.table)
        assert known.tolist() == in_register(before).index.tolist()
        if path.suffix == ".shp":
            assert_same_bytes(path, to)


@pytest.mark.slow
@pytest.mark.skipif(
    not REAL_CITIES.is_dir(), reason="the layers of real cities are not on this machine"
)
@pytest.mark.parametrize("program", ["pyogrio", "fiona", "gdal"])
def test_programs_see_the_definitions_that_were_delivered(given_out, program):
    if reason := missing(program):
        pytest.skip(reason)
    delivered, back = seen_by(program, [*given_out]), seen_by(program, [*given_out.values()])
    assert delivered == back
    assert len(delivered) == len(given_out) and all(one[0] for one in delivered)


@pytest.fixture(scope="module")
def given_out(tmp_path_factory) -> dict[Path, Path]:
    """Shapefiles of a real city, and what is given back of each; .prj, .cpg and headers are
    theirs byte by byte.
    """
    names = (
        "boundaries/kecamatan_jakarta",
        "boundaries/kelurahan_jakarta",
        "exposure/building-points",
    )
    paths = [REAL_CITIES / "jakarta" / f"{name}.shp" for name in names]
    folder, made = tmp_path_factory.mktemp("given"), {}
    for path, features in zip(paths, whole(*paths), strict=True):
        made[path] = folder / path.name
        assert given_back(features, made[path]).findings.empty
        assert_same_bytes(path, made[path])
    return made


def test_a_table_or_a_shapefile_goes_into_a_geopackage_too(by_hand, tmp_path):
    table = tmp_path / "a.csv"
    table.write_text("id,lon,lat,note\n007,110.42,-6.98,a\n008,110.43,-6.97,\n", encoding="utf-8")
    first = [*whole(table), by_hand["latin1"][0], by_hand["areas"][0]]
    back = [tmp_path / f"{number}.gpkg" for number in range(len(first))]
    for features, to in zip(first, back, strict=True):
        assert given_back(features, to).findings.empty
    for before, after in zip(first, whole(*back), strict=True):
        tolerance = 1e-9 if before.table.crs.is_geographic else 1e-3
        assert diff(in_register(before), in_register(after), tolerance=tolerance).empty
        assert after.schema.names == before.schema.names
    assert first[0].schema.driver == "text table"


def test_a_layer_that_is_refused_has_no_schema_and_a_field_called_geometry_is_told(tmp_path):
    (tmp_path / "broken.gpkg").write_bytes(package(tmp_path / "a.gpkg").read_bytes()[:30_000])
    (tmp_path / "a.geojson").write_text(COLLECTION.replace('"n"', '"geometry"'), encoding="utf-8")
    broken, named = whole(tmp_path / "broken.gpkg", tmp_path / "a.geojson")
    assert (broken.refused, broken.schema, len(broken.table)) == (True, None, 0)
    assert "field_called_geometry" in named.findings["code"].tolist()
    assert named.table.geometry.geom_type.tolist() == ["Point", "MultiPoint"]


# What does not fit


def point_layer(driver="shapefile", geometry=(POINT,), **fields) -> tuple[gpd.GeoDataFrame, Schema]:
    """A layer of one point: column -> (field without a name, value)."""
    table = gpd.GeoDataFrame(
        {
            name: pd.Series([value], index=["a:1"], dtype=object)
            for name, (_, value) in fields.items()
        },
        geometry=gpd.GeoSeries([*geometry], index=["a:1"], crs=32749),
    )
    schema = Schema(
        driver,
        tuple(Field(name, *one) for name, (one, _) in fields.items()),
        "Point" if driver == "shapefile" else "POINT",
        "latin-1",
        layer="a",
        crs=table.crs.to_wkt(),
    )
    return table, schema


TOO_MUCH = [
    ("number_too_wide", ("N", 12, 2), 333333333333333.3),
    ("number_too_wide", ("N", 4, 0), 12345),
    ("number_too_wide", ("N", 9, 0), -(2**31)),
    ("number_too_wide", ("F", 9, 3, " ", "e3"), 1.5),
    ("number_rounded", ("N", 12, 2), 0.125),
    ("number_rounded", ("N", 12, 0), 1.5),
    ("number_rounded", ("D", 8, 0), datetime.datetime(2024, 3, 1, 12, 30)),
    ("text_too_long", ("C", 254, 0), "é" * 255),
    ("text_too_long", ("C", 3, 0), 1234),
    ("text_signs", ("C", 9, 0), "數"),
    ("text_signs", ("C", 9, 0), "a\0b"),
    ("value_kind", ("N", 9, 0), "twelve"),
    ("value_kind", ("N", 9, 2), float("inf")),
    ("value_kind", ("L", 1, 0), 2),
    ("value_kind", ("D", 8, 0), "yesterday"),
    ("value_kind", ("C", 9, 0), b"\x00"),
    ("field_kind", ("M", 10, 0), None),
]


@pytest.mark.parametrize(("code", "field", "value"), TOO_MUCH)
def test_what_does_not_fit_a_shapefile_is_told_and_nothing_is_written(tmp_path, code, field, value):
    table, schema = point_layer(A=(field, value))
    done = export_layer(table, schema, tmp_path / "a.shp", version=1, layer="a")
    assert done.findings["code"].tolist() == [f"export_{code}"]
    assert (done.written, [*tmp_path.iterdir()]) == ((), [])
    for language in LANGUAGES:
        said, remedy = describe_finding(done.findings.iloc[0].to_dict(), language)
        assert "a.shp" in said and '"A"' in said and remedy
        assert code == "field_kind" or "a:1" in said


@pytest.mark.parametrize(
    ("code", "field", "value"),
    [
        ("number_too_wide", ("SMALLINT",), 32768),
        ("number_too_wide", ("INTEGER",), 2**63),
        ("number_too_wide", ("BOOLEAN",), 2),
        ("number_rounded", ("INTEGER",), 0.5),
        ("number_rounded", ("FLOAT",), 0.1),
        ("number_rounded", ("REAL",), 2**53 + 1),
        ("text_too_long", ("TEXT", 3), "四四四四"),
        ("text_signs", ("TEXT",), "a\0b"),
        ("value_kind", ("REAL",), "x"),
        ("value_kind", ("BLOB",), "x"),
        ("value_kind", ("DATE",), "x"),
        ("value_kind", ("DATETIME",), "x"),
    ],
)
def test_what_does_not_fit_a_geopackage_is_told_and_nothing_is_written(
    tmp_path, code, field, value
):
    table, schema = point_layer("GPKG", A=(field, value))
    done = export_layer(table, schema, tmp_path / "a.gpkg", version=1, layer="a")
    assert done.findings["code"].tolist() == [f"export_{code}"]
    assert (done.written, [*tmp_path.iterdir()]) == ((), [])


def test_what_fits_exactly_goes_in(tmp_path):
    """Zeros behind the point are no loss: 123456789012 has no room for «.00» in 12 places, and
    needs none.
    """
    values = {
        "A": (("N", 12, 2), 123456789012),
        "B": (("N", 9, 0), "-12345678"),
        "C": (("C", 3, 0), 7.0),
        "D": (("N", 9, 3), 0.1),
        "E": (("D", 8, 0), datetime.date(2024, 2, 29)),
        "F": (("L", 1, 0), True),
        "G": (("C", 4, 0), "ab    "),
    }
    table, schema = point_layer(**values)
    assert export_layer(table, schema, tmp_path / "a.shp", version=1, layer="a").findings.empty
    record = (tmp_path / "a.dbf").read_bytes()[33 + 7 * 32 : -1]
    assert record == b" 123456789012-123456787      0.10020240229Tab  "


DECIMALS = st.integers(0, 6)
NUMBERS = st.one_of(
    st.integers(-(10**18), 10**18),
    st.floats(allow_nan=False),
    st.decimals(-9999, 9999, places=2).map(float),
)


@settings(max_examples=100, deadline=None)
@given(NUMBERS, st.integers(1, 20), DECIMALS, st.sampled_from(["", "e3"]), st.booleans())
def test_a_number_goes_in_exactly_or_is_told(value, width, precision, signs, alone):
    """By law: what stands in the cell is the value to 15 digits, or there is a finding; never
    something between.
    """
    field = Field("A", "N", width, precision, "*", signs)
    column = pd.Series([value], dtype=object if alone else None)
    if column.dtype == object and not alone:
        return  # more than 64 bits
    body, faults = dbase.records(pd.DataFrame({"A": column}), Schema("shapefile", (field,)))
    text = body[0, 1:].tobytes().decode()
    assert len(text) == width
    if not faults:
        # adding 0 makes -0 and 0 alike
        assert f"{float(text) + 0.0:.15g}" == f"{float(value) + 0.0:.15g}"
        assert (
            not (isinstance(value, int) and text.strip().lstrip("-").isdigit())
            or int(text) == value
        )
    assert {fault.code for fault in faults} <= {
        "export_number_too_wide",
        "export_number_rounded",
        "export_value_kind",
    }


def test_shapes_that_do_not_fit_are_told(tmp_path):
    for shape, kind in (
        (shapely.Point(X, Y, 1), "Point"),
        (shapely.Point(X, Y), "Point Z"),
        (shapely.box(X, Y, X + 1, Y + 1), "LineString"),
        (shapely.MultiPoint([(X, Y), (X, Y + 1)]), "Point"),
    ):
        table, schema = point_layer(geometry=[shape], A=(("C", 3, 0), "a"))
        schema = Schema(schema.driver, schema.fields, kind, "latin-1")
        done = export_layer(table, schema, tmp_path / "a.shp", version=1, layer="a")
        assert done.findings["code"].tolist() == ["export_shape_kind"]
    table, schema = point_layer(geometry=[None], A=(("C", 3, 0), "a"))
    assert export_layer(table, schema, tmp_path / "a.shp", version=1, layer="a").written


def test_a_shapefile_with_measures_keeps_its_kind_and_one_without_records_its_header(tmp_path):
    for kind, number, shape in (
        ("Point M", 21, POINT),
        ("LineString M", 23, shapely.LineString([(X, Y), (X, Y + 1)])),
        ("Polygon M", 25, shapely.box(X, Y, X + 1, Y + 1)),
        ("MultiPoint", 8, shapely.MultiPoint([(X, Y), (X, Y + 1)])),
    ):
        table, schema = point_layer(geometry=[shape], A=(("C", 3, 0), "a"))
        schema = Schema(schema.driver, schema.fields, kind, "latin-1")
        for rows in (table, table.iloc[:0]):
            done = export_layer(rows, schema, tmp_path / "a.shp", version=1, layer="a")
            assert done.findings.empty, kind
            head = (tmp_path / "a.shp").read_bytes()[:100]
            assert int.from_bytes(head[32:36], "little") == number
            assert (tmp_path / "a.dbf").read_bytes()[4] == len(rows)


def test_a_field_of_another_name_is_left_out_and_one_that_stands_twice_refused(tmp_path):
    table, schema = point_layer(A=(("C", 3, 0), "a"))
    done = export_layer(
        table.assign(B="b", NONE=None), schema, tmp_path / "a.shp", version=1, layer="a"
    )
    assert done.findings[["code", "severity", "column"]].to_numpy().tolist() == [
        ["export_field_left_out", "warning", "B"]
    ]
    table, schema = point_layer(ASSET_ID=(("C", 3, 0), "a"))
    done = export_layer(table, schema, tmp_path / "a.shp", version=1, layer="a", with_ids=True)
    assert done.findings["code"].tolist() == ["export_field_twice"]


# In its place


def test_the_ids_of_assets_come_back_by_the_base_or_as_a_field(by_hand, tmp_path):
    features = by_hand["latin1"][0]
    twins = gpd.GeoDataFrame(pd.concat([features.table, features.table.iloc[[1, 1]]]))
    twins.index = ["a:1", "a:2", "a:3", "a:4", "a:5"]
    done = export_layer(
        twins, features.schema, tmp_path / "a.shp", version=7, layer="aset", with_ids=True
    )
    assert {path.suffix for path in done.written} == {".shp", ".shx", ".dbf", ".prj", ".json"}
    (again,) = whole(tmp_path / "a.shp")
    base = read_base(tmp_path / "a.shp")
    assert (base.version, base.layer, base.fields) == (7, "aset", (*FIELDS,))
    assert again.table["asset_id"].tolist() == ["a:1", "a:2", "a:3", "a:4", "a:5"]
    edited = again.table.assign(NAMA=["other", *again.table["NAMA"].iloc[1:]])
    assert known_by(base, edited).fillna("").tolist() == ["", "a:2", "a:3", "a:4", "a:5"]
    assert known_by(base, edited.iloc[[1, 1, 1, 1]].reset_index()).fillna("").tolist() == [
        "a:2",
        "a:4",
        "a:5",
        "",
    ]


def zipped(to: Path, *members: tuple[str, Path | bytes]) -> Path:
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, given in members:
            archive.writestr(name, given if isinstance(given, bytes) else given.read_bytes())
    return to


def of_zip(path: Path, layer: str | None = None) -> Base | None:
    """The base that is found for the layer that is read out of a zip."""
    (features,) = read_layers([Layer(path, path.name, layer, columns=None)])
    assert not features.refused, features.findings["code"]
    return read_base(path, features.member)


def test_a_base_is_found_in_a_zip_beside_the_layer_it_belongs_to(by_hand, tmp_path):
    features = by_hand["latin1"][0]
    versions = {"a": 7, "b": 8, "c": 9}
    for name, version in versions.items():
        to = tmp_path / name / f"{name}.shp"
        export_layer(in_register(features), features.schema, to, version=version, layer=name)
    members = [
        (f"kirim/{path.name}", path)
        for name in "ab"
        for path in sorted((tmp_path / name).iterdir())
    ]
    alone = zipped(
        tmp_path / "Dinas Kesehatan.zip", *[one for one in members if one[1].parent.name == "a"]
    )
    assert of_zip(alone).version == 7
    assert [
        of_zip(zipped(tmp_path / "two.zip", *members), layer=name).version for name in "ab"
    ] == [7, 8]
    lonely = [one for one in members if one[1].parent.name == "a" and "base" not in one[0]]
    elsewhere = [
        ("b.base.json", tmp_path / "b" / "b.base.json"),
        ("a.base.json", tmp_path / "a" / "a.base.json"),
    ]
    assert of_zip(zipped(tmp_path / "lonely.zip", *lonely, *elsewhere)) is None
    (tmp_path / "lonely.base.json").write_bytes((tmp_path / "c" / "c.base.json").read_bytes())
    assert of_zip(tmp_path / "lonely.zip").version == 9  # beside the zip itself, as beside any file
    inner = zipped(tmp_path / "nested.zip", ("a.zip", alone), elsewhere[1])
    assert of_zip(inner) is None


def test_a_base_of_a_zip_is_bounded_as_one_beside_a_file_is(by_hand, tmp_path, monkeypatch):
    given_back(by_hand["latin1"][0], tmp_path / "a.shp")
    parts = [(path.name, path) for path in sorted(tmp_path.iterdir()) if path.suffix != ".json"]
    monkeypatch.setattr("asset_inventory.register.export._LARGEST_BASE", 2**20)
    large = b" " * (2**20 + 1)
    (tmp_path / "a.base.json").write_bytes(large)
    for call in (
        lambda: read_base(tmp_path / "a.shp"),
        lambda: of_zip(zipped(tmp_path / "large.zip", *parts, ("a.base.json", large))),
        lambda: of_zip(zipped(tmp_path / "none.zip", *parts, ("A.base.json", b"[1]"))),
        lambda: read_base(tmp_path / "a.dbf", "a.shp"),
    ):
        with pytest.raises(SourceError) as caught:
            call()
        assert caught.value.key == "error.base_unreadable"
    bomb = zipped(tmp_path / "bomb.zip", *parts, ("a.base.json", b" " * (60 * 2**20)))
    (features,) = read_layers([Layer(bomb, "bomb.zip", columns=None)])
    assert features.findings["code"].tolist() == ["zip_bomb"]
    with pytest.raises(SourceError):
        read_base(bomb, "a.shp")


def test_a_new_export_takes_the_place_of_an_old_one_whole(by_hand, tmp_path, monkeypatch):
    old, new = (by_hand[name][0] for name in ("utf8", "latin1"))
    given_back(old, tmp_path / "a.shp")
    (tmp_path / "a.qix").write_bytes(b"an index of the shapes that were there")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    monkeypatch.setattr(os, "fsync", _full_disk)
    with pytest.raises(SourceError) as caught:
        given_back(new, tmp_path / "a.shp")
    assert caught.value.key == "error.disk_full"
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    monkeypatch.undo()
    given_back(new, tmp_path / "a.shp")
    assert {path.name for path in tmp_path.iterdir()} == {
        "a.shp",
        "a.shx",
        "a.dbf",
        "a.prj",
        "a.base.json",
    }


def _full_disk(_: int) -> None:
    raise OSError(28, os.strerror(28))


def test_what_does_not_come_back_as_it_was_is_not_put_in_its_place(by_hand, tmp_path, monkeypatch):
    header = layer_files.dbase.header
    monkeypatch.setattr(
        layer_files.dbase,
        "header",
        lambda schema, count: header(schema, count).replace(b"N", b"C", 1),
    )
    with pytest.raises(SourceError) as caught:
        given_back(by_hand["lines"][0], tmp_path / "a.shp")
    assert caught.value.key in ("error.export_differs", "error.export_failed")
    assert [*tmp_path.iterdir()] == []


def test_errors_of_an_export_say_what_to_do(by_hand, tmp_path):
    features = by_hand["latin1"][0]
    (tmp_path / "a.base.json").write_text('{"version": "x"}', encoding="utf-8")
    (tmp_path / "b.base.json").write_text("[]", encoding="utf-8")
    table, schema = point_layer("GPKG", A=(("TEXT",), "a"))
    (tmp_path / "a.gpkg-wal").write_bytes(b"open")
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    for key, call in {
        "error.export_suffix": lambda: given_back(features, tmp_path / "a.tab"),
        "error.base_unreadable": lambda: (
            read_base(tmp_path / "a.shp"),
            read_base(tmp_path / "b.shp"),
        ),
        "error.export_open": lambda: export_layer(
            table, schema, tmp_path / "a.gpkg", version=1, layer="a"
        ),
        "error.no_folder_there": lambda: given_back(features, tmp_path / "file" / "a.shp"),
        "error.schema_unreadable": lambda: schema_from({"driver": 1, "fields": []}),
    }.items():
        with pytest.raises(SourceError) as caught:
            call()
        assert caught.value.key == key
        assert all("\n" not in caught.value.say(language) for language in LANGUAGES)
    assert read_base(tmp_path / "none.shp") is None
    assert SUFFIXES["shapefile"] == ".shp"


# Through the register


CITY = """
name = "Tiny Town"
crs = "EPSG:32749"
currency = "IDR"
"""
ONE_LAYER = """
[[assets]]
name = "{name}"
path = "{name}.shp"
asset_type = "clinic"
source = {{ title = "Clinics", licence = "CC0-1.0" }}
"""


def test_what_the_register_holds_is_given_back_byte_by_byte(by_hand, tmp_path):
    chosen = {name: by_hand[name] for name in ("latin1", "lines")}
    (tmp_path / "city.toml").write_text(
        CITY + "".join(ONE_LAYER.format(name=name) for name in chosen)
    )
    register = registers.open_register(read_city(tmp_path, files=False))
    for name, (features, path, *_) in chosen.items():
        delivery = registers.deliver(register, name, features.table, schema=features.schema.plain())
        registers.accept(register, delivery.id)
        table, schema = (
            registers.table(register, name),
            schema_from(registers.schema(register, name)),
        )
        done = export_layer(
            table, schema, tmp_path / f"{name}.shp", version=delivery.id, layer=name
        )
        assert done.findings.empty
        assert_same_bytes(path, tmp_path / f"{name}.shp")
        assert (
            known_by(read_base(tmp_path / f"{name}.shp"), features.table).tolist()
            == table.index.tolist()
        )


def test_a_list_and_an_answer_of_overpass_are_given_back_as_geojson(tmp_path):
    places = [{"id": "a", "n": 1, "lat": -6.98, "lng": 110.42}, {"id": "b", "lat": -6.97, "lng": 110.43}]  # fmt: skip
    node = {"type": "node", "id": 5, "lat": -6.9, "lon": 110.4, "tags": {"amenity": "clinic"}}
    (tmp_path / "a.json").write_text(json.dumps(places), encoding="utf-8")
    answer = json.dumps({"osm3s": {}, "elements": [node]})
    (tmp_path / "o.json").write_text(answer, encoding="utf-8")
    first = whole(tmp_path / "a.json", tmp_path / "o.json")
    back = [tmp_path / "a.geojson", tmp_path / "o.geojson"]
    for features, to in zip(first, back, strict=True):
        assert given_back(features, to).findings.empty
    for before, after in zip(first, whole(*back), strict=True):
        assert diff(in_register(before), in_register(after), tolerance=1e-9).empty
