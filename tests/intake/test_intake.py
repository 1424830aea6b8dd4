"""What was handed in is read apart, counted to the last feature, and left as it was."""

from __future__ import annotations

import errno
import glob
import hashlib
import html
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pyproj
import pytest
import rasterio
import shapely
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pyogrio.errors import DataSourceError

from asset_inventory import intake
from asset_inventory.cli import main
from asset_inventory.intake import (
    ACCEPTED,
    REJECTED,
    WITH_PROBLEMS,
    Validation,
    documents,
    drivers,
    take_in,
    validate_file,
    workers,
)
from asset_inventory.intake.containers import hash_of
from asset_inventory.intake.layers import Layer, read_layers
from asset_inventory.intake.reading import examine
from asset_inventory.intake.records import Records
from asset_inventory.intake.screening import screen
from asset_inventory.io.geometries import carry
from asset_inventory.messages import describe_finding

SQUARE = shapely.box(110.42, -6.98, 110.421, -6.979)


def written(path: Path, geometry: list, **columns) -> Path:
    given = columns or {"id": [f"{number:03d}" for number in range(len(geometry))]}
    gpd.GeoDataFrame(given, geometry=geometry, crs="EPSG:4326").to_file(path)
    return aged(path)


def aged(path: Path) -> Path:
    """A file and those beside it, as if they had been there for long: the reading process waits
    for none of them.
    """
    for file in path.parent.glob(f"{glob.escape(path.stem)}.*"):
        os.utime(file, (1.7e9, 1.7e9))
    return path


def digests(folder: Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}


def test_entries_of_a_type_that_geojson_does_not_have_are_no_features_and_rows_keep_their_numbers(
    tmp_path,
):
    place = {"type": "Point", "coordinates": [110.42, -6.98]}
    kinds = [
        ("Foo", place),
        ("Feature", {"type": "Point", "coordinates": "foo"}),
        ("Feature", place),
        ("Bar", None),
        ("feature", place),
        ("Point", None),
    ]
    entries = [{"type": kind, "properties": {}, "geometry": shape} for kind, shape in kinds]
    (tmp_path / "a.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": [*entries, 7, None]})
    )
    judged = take_in(aged(tmp_path / "a.geojson"))
    assert (judged.read, judged.kept, judged.quarantined) == (6, 1, 5)
    found = pd.DataFrame(judged.all_problems).set_index("code")
    assert found["count"].to_dict() == {
        "entry_of_another_type": 2,
        "geometry_broken": 1,
        "feature_malformed": 4,
    }
    assert found["severity"]["entry_of_another_type"] == "warning"
    assert (found["feature"]["geometry_broken"], found["feature"]["feature_malformed"]) == (
        "1",
        "4",
    )
    assert "(first: row 0, Foo)" in describe_finding(judged.all_problems[0], "en")[0]


@pytest.mark.parametrize(
    "name", ["a.shp", "a.gpkg", "a.fgb", "a.geojson", "-a b!.geojson", "!Aset – Çiğ 数据.gpkg"]
)
def test_a_sound_file_is_accepted_whole_and_left_as_it_was(tmp_path, name):
    path = written(
        tmp_path / f"a{Path(name).suffix}", [SQUARE, shapely.box(110.43, -6.98, 110.431, -6.979)]
    )
    path = path.rename(tmp_path / name)  # GDAL does not write what we read
    before = digests(tmp_path)
    judged = take_in(path)
    assert (judged.status, judged.read, judged.kept, judged.repaired, judged.quarantined) == (
        ACCEPTED,
        2,
        2,
        0,
        0,
    )
    assert (judged.crs, judged.problems) == (
        "OGC:CRS84" if name.endswith("json") else "EPSG:4326",
        (),
    )
    assert digests(tmp_path) == before


def test_what_is_not_kept_lies_in_quarantine_whole_and_can_be_handed_in_again(tmp_path):
    """Of four features one is sound, one has no shape, one no length, and two share an id with
    none: 2 kept.
    """
    line = shapely.LineString([(110.42, -6.98), (110.42, -6.98)])
    columns = {"id": ["1", "2", "3", "4"], "nama": ["a", "b", "c", "d"]}
    path = written(tmp_path / "jalan.gpkg", [SQUARE, None, line, SQUARE], **columns)
    judged = take_in(path, quarantine=tmp_path / "out" / "quarantine.gpkg")
    assert (judged.status, judged.read, judged.kept, judged.quarantined) == (WITH_PROBLEMS, 4, 2, 2)
    table = gpd.read_file(tmp_path / "out" / "quarantine.gpkg")
    assert table["id"].tolist() == ["2", "3"]
    assert table["nama"].tolist() == ["b", "c"]
    assert table["row"].tolist() == ["2", "3"]  # GeoPackage counts from 1
    assert (
        "no geometry" in table["reason_en"][0]
        and "tidak memiliki geometri" in table["reason_id"][0]
    )
    assert table.geometry[0] is None and table.geometry[1].equals_exact(line, 0)
    table.geometry = [SQUARE, SQUARE]
    table.drop(columns=["reason_en", "reason_id"]).to_file(tmp_path / "mended.gpkg")
    assert take_in(aged(tmp_path / "mended.gpkg")).status == ACCEPTED


def test_a_container_is_the_sum_of_its_layers(tmp_path):
    written(tmp_path / "a.geojson", [SQUARE])
    written(tmp_path / "b.geojson", [SQUARE, None])
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for name in ("a.geojson", "b.geojson"):
            archive.write(tmp_path / name, f"folder/{name}")
    judged = take_in(aged(tmp_path / "all.zip"))
    assert (judged.status, judged.read, judged.kept, judged.quarantined) == (WITH_PROBLEMS, 3, 2, 1)
    assert [(one.name, one.status) for one in judged.layers] == [
        ("all.zip/folder/a.geojson", ACCEPTED),
        ("all.zip/folder/b.geojson", WITH_PROBLEMS),
    ]


def test_what_an_export_wrote_beside_a_layer_is_no_layer_of_its_zip(tmp_path):
    written(tmp_path / "a.geojson", [SQUARE])
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(tmp_path / "a.geojson", "a.geojson")
        archive.writestr("a.BASE.json", '{"version": 1}')
    judged = take_in(aged(tmp_path / "a.zip"))
    assert (judged.status, judged.read, judged.layers, judged.all_problems) == (ACCEPTED, 1, (), ())


@pytest.mark.parametrize(
    ("thrown", "code"),
    [
        (MemoryError(), "error.reading_memory"),
        (ZeroDivisionError("by\nhand"), "error.reading_failed"),
    ],
)
def test_a_member_that_cannot_be_read_costs_the_others_nothing(tmp_path, monkeypatch, thrown, code):
    """Of a zip's three layers the middle one makes its reader fail: 1 + 0 + 1 read."""
    written(tmp_path / "a.geojson", [SQUARE])
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.write(tmp_path / "a.geojson", "a.geojson")
        archive.writestr("b.parquet", b"PAR1 and so on")
        archive.write(tmp_path / "a.geojson", "c.geojson")
    (tmp_path / "work").mkdir()
    monkeypatch.setattr(documents, "read_geoparquet", raising(thrown))
    judged = validate_file(tmp_path / "all.zip", examine(tmp_path / "all.zip", tmp_path / "work"))
    assert (judged.status, judged.read, judged.kept) == (WITH_PROBLEMS, 2, 2)
    assert [one.status for one in judged.layers] == [ACCEPTED, REJECTED, ACCEPTED]
    assert [row["code"] for row in judged.all_problems] == [code]
    sentence, _ = describe_finding(judged.all_problems[0], "en")
    assert "all.zip/b.parquet" in sentence and "\n" not in sentence


def test_a_driver_that_follows_files_is_never_asked(tmp_path):
    """A file called GeoJSON that is a virtual layer of another file: refused by what it is."""
    (tmp_path / "secret.csv").write_text("id,lon,lat\n1,110,-7\n")
    (tmp_path / "a.geojson").write_text(
        f'<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>{tmp_path}/secret.csv</SrcDataSource>'
        "</OGRVRTLayer></OGRVRTDataSource>"
    )
    judged = take_in(aged(tmp_path / "a.geojson"))
    assert (judged.status, judged.read) == (REJECTED, 0)
    assert [row["code"] for row in judged.problems] == ["not_read"]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the system counts no time of the processor")
def test_a_reader_that_takes_too_much_of_the_processor_is_stopped_and_the_file_not_called_damaged(
    tmp_path, monkeypatch
):
    """60,000 points of 60 properties each, where a reader may take a second."""
    path = tmp_path / "a.geojson"
    properties = json.dumps({f"p{number}": "x" for number in range(60)})
    place = '{"type": "Point", "coordinates": [110, -7]}'
    feature = f'{{"type": "Feature", "properties": {properties}, "geometry": {place}}}'
    path.write_text(
        f'{{"type": "FeatureCollection", "features": [{", ".join([feature] * 60_000)}]}}'
    )
    monkeypatch.setattr(intake, "SECONDS", 1)
    monkeypatch.setattr(intake, "SECONDS_A_MEGABYTE", 0)
    monkeypatch.setattr(workers, "PATIENCE", 600)
    (row,) = take_in(aged(path)).problems
    assert row["code"] == "error.reading_slow"
    sentence, _ = describe_finding(row, "en")
    assert "exceeds the limit of processor time (1 seconds" in sentence
    monkeypatch.setattr(workers, "PATIENCE", 0.001)
    (row,) = take_in(path).problems
    assert (
        row["code"] == "error.reading_stuck"
        and "was not read within" in describe_finding(row, "en")[0]
    )


def test_a_geopackage_is_sound_however_fast_the_clock_runs(tmp_path, monkeypatch):
    """Each look at the clock finds it a minute later, as on a machine that has other things to
    do.
    """
    path = written(tmp_path / "a.gpkg", [SQUARE] * 5000)
    moments = itertools.count(step=60.0)
    monkeypatch.setattr(time, "monotonic", lambda: next(moments))
    (tmp_path / "work").mkdir()
    judged = validate_file(path, examine(path, tmp_path / "work"))
    assert (judged.status, judged.kept, judged.problems) == (ACCEPTED, 5000, ())


def test_the_limits_of_an_archive_are_those_of_what_it_unpacks_to(tmp_path):
    table = "id,lon,lat\n" + "7,110.42,-6.98\n" * 5000
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", table)
        archive.writestr("b.csv", table)
    (tmp_path / "work").mkdir()
    sizes: list[int] = []
    examine(tmp_path / "a.zip", tmp_path / "work", allow=sizes.append)
    assert sizes == [2 * len(table)]
    assert sizes[0] > 20 * (tmp_path / "a.zip").stat().st_size


@pytest.mark.parametrize(
    "said", ["KML; libstdc++ exception : std::bad_alloc", "OSM Open(): out of memory"]
)
def test_a_library_that_runs_out_of_memory_does_not_make_the_file_unreadable(said):
    assert drivers._not_readable(DataSourceError(said)).code == "error.reading_memory"
    assert drivers._not_readable(DataSourceError("no such driver")).code == "not_readable"


def test_a_reader_that_dies_is_told(tmp_path, monkeypatch):
    path = written(tmp_path / "a.gpkg", [SQUARE])
    monkeypatch.setattr(sys, "executable", "/bin/false")
    judged = take_in(path)
    assert (judged.status, [row["code"] for row in judged.problems]) == (
        REJECTED,
        ["error.reading_died"],
    )


@pytest.mark.slow
@pytest.mark.skipif(
    sys.platform != "linux", reason="memory is limited where the system offers it: on Linux"
)
def test_a_reader_is_held_to_its_memory():
    code = (
        "from asset_inventory.intake import reading\nreading.limit()\n"
        "try:\n    bytearray(8 * 2**30)\nexcept MemoryError:\n    print('held')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "held"


# Laws

# fmt: off
SHAPES = st.sampled_from(
    [
        SQUARE, None, shapely.Point(), shapely.Point(0, 0), shapely.Point(-6.98, 110.42), shapely.Point(110.4, -7),
        shapely.Polygon([(110.42, -6.98), (110.421, -6.979), (110.421, -6.98), (110.42, -6.979)]),
        shapely.LineString([(110.4, -7), (110.4, -7)]), shapely.Point(np.nan, -7), shapely.Point(1e308, 0),
        shapely.GeometryCollection([SQUARE, shapely.Point(110.4, -7)]), shapely.Polygon(),
        shapely.MultiPolygon([SQUARE, shapely.box(110.4205, -6.98, 110.4215, -6.979)]),
    ]
)
# fmt: on


@settings(max_examples=60, deadline=None)
@given(st.lists(SHAPES, min_size=1, max_size=12))
def test_read_is_kept_and_quarantined_and_judging_the_kept_again_changes_nothing(shapes):
    geometry = np.array([*shapes, None], dtype=object)[:-1]
    table = pd.DataFrame({"id": [str(number) for number in range(len(shapes))]})
    records = Records(table, geometry, pyproj.CRS.from_epsg(4326))
    first = screen(records)
    if not first.refused:
        touched = [fault.rows for fault in first.faults if fault.severity == "error"]
        assert set(np.concatenate([*touched, []]).astype(int)) == set(np.flatnonzero(~first.kept))
    kept = first.geometry[first.kept]
    assert not (first.repaired & ~first.kept).any()
    if len(kept):
        again = screen(Records(table[first.kept].reset_index(drop=True), kept, records.crs))
        assert again.faults == () and again.kept.all() and not again.repaired.any()
        assert all(one.equals_exact(two, 0) for one, two in zip(again.geometry, kept, strict=True))


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(SHAPES, min_size=1, max_size=8))
@example([None, shapely.Point(), shapely.LineString([(110.4, -7), (110.4, -7)]), SQUARE])
def test_quarantine_handed_in_again_as_it_is_gives_the_same_reasons(shapes):
    """Through real files: nothing is lost on the way, what was kept is not there, and nothing there
    is kept.

    Points beyond the world among sound ones are bad rows; when they are alone, it is the system
    that lies.
    """
    with tempfile.TemporaryDirectory() as made:
        path = Path(made) / "a.gpkg"
        table = gpd.GeoDataFrame(
            {"id": [str(number) for number in range(len(shapes))]}, geometry=shapes, crs=4326
        )
        pyogrio.write_dataframe(table, path, geometry_type="Unknown")
        first = judged_in(path, Path(made) / "first")
        assert (first.read, first.kept + first.quarantined) == (len(shapes), len(shapes))
        quarantine = Path(made) / "first" / "quarantine.gpkg"
        assert quarantine.exists() == (first.quarantined > 0)
        if first.quarantined:
            again = judged_in(quarantine, Path(made) / "again")
            assert (again.read, again.kept) == (first.quarantined, 0)
            before, reasons = (
                {row["code"] for row in one.problems if row["severity"] == "error"}
                for one in (first, again)
            )
            if "crs_lies" not in reasons:
                assert reasons == before
            else:
                assert (
                    before & {"crs_lies", "coordinates_beyond"} and reasons - {"crs_lies"} <= before
                )


def judged_in(path: Path, folder: Path) -> Validation:
    folder.mkdir()
    return validate_file(path, examine(path, folder))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_damaged_file_is_never_a_traceback_and_never_a_silent_loss(data):
    """Bytes are changed at random in a sound GeoJSON of 9 points: whatever is read, all is
    accounted for.
    """
    places = [{"type": "Point", "coordinates": [110 + n / 99, -7]} for n in range(9)]
    features = [
        {"type": "Feature", "properties": {"id": str(n)}, "geometry": one}
        for n, one in enumerate(places)
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    place = data.draw(st.integers(0, len(text) - 1))
    byte = data.draw(st.integers(0, 255))
    with tempfile.TemporaryDirectory() as made:
        path = Path(made) / "a.geojson"
        path.write_bytes(text[:place] + bytes([byte]) + text[place + 1 :])
        (Path(made) / "work").mkdir()
        found = examine(path, Path(made) / "work")
    layer = found["layers"][0]
    assert layer["read"] == layer["kept"] + layer["quarantined"]
    assert layer["read"] == 9 or layer["problems"] or found["problems"]


def sound(path: Path) -> Path:
    """A sound file of nine squares, or a grid, in the format of its suffix."""
    if path.suffix == ".tif":
        place = rasterio.Affine(10, 0, 436000, 0, -10, 9228000)
        options = {
            "driver": "GTiff",
            "width": 40,
            "height": 40,
            "count": 1,
            "dtype": "float32",
            "crs": "EPSG:32749",
        }
        with rasterio.open(path, "w", transform=place, **options) as file:
            file.write(np.arange(1600, dtype="float32").reshape(1, 40, 40))
        return path
    squares = [shapely.box(110 + n / 99, -7, 110.001 + n / 99, -6.999) for n in range(9)]
    if path.suffix == ".csv":
        rows = [
            f"{n},Jalan {n},{square.centroid.x},{square.centroid.y}"
            for n, square in enumerate(squares)
        ]
        path.write_text("\n".join(["id,nama,lon,lat", *rows]), encoding="utf-8")
        return path
    if path.suffix == ".parquet":
        gpd.GeoDataFrame({"id": range(9)}, geometry=squares, crs="EPSG:4326").to_parquet(path)
        return path
    if path.suffix == ".zip":
        inner = sound(path.with_suffix(".shp"))
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in inner.parent.glob("a.[sdpc]*"):
                archive.write(file, file.name)
        return path
    return written(path, squares)


@pytest.mark.slow
def test_lists_and_objects_in_cells_of_geoparquet_are_text_as_those_of_geojson(tmp_path):
    """A box of struct is what GDAL puts into every GeoParquet that it writes."""
    cells = {"bbox": [{"xmin": 110.5, "xmax": 111}, None], "tags": [["a", "é"], []]}
    shapes = [shapely.Point(110.5, -7), shapely.Point(111, -7)]
    gpd.GeoDataFrame(cells, geometry=shapes, crs="EPSG:4326").to_parquet(tmp_path / "a.parquet")
    (features,) = read_layers([Layer(tmp_path / "a.parquet", "a.parquet", columns=None)])
    table = features.table.astype(object).where(features.table.notna(), None)
    assert [json.loads(table["bbox"].iloc[0]), table["bbox"].iloc[1]] == [
        {"xmin": 110.5, "xmax": 111.0},
        None,
    ]
    assert table["tags"].tolist() == ['["a", "é"]', "[]"]


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".shp", ".gpkg", ".fgb", ".csv", ".zip", ".tif", ".parquet"])
def test_bytes_changed_at_random_in_any_format_end_in_a_judgement(tmp_path, suffix):
    """Twenty damaged copies of each format: every fault is one that is known by name, and
    nothing vanishes.
    """
    whole = sound(tmp_path / f"a{suffix}").read_bytes()
    chance = np.random.default_rng(suffix.encode()[-1])
    for number in range(20):
        damaged = bytearray(whole)
        start, length = int(chance.integers(len(whole))), int(chance.integers(1, 64))
        damaged[start : start + length] = chance.bytes(min(length, len(whole) - start))
        folder = tmp_path / str(number)
        (folder / "work").mkdir(parents=True)
        for file in tmp_path.glob("a.*"):
            shutil.copyfile(file, folder / file.name)
        (folder / f"a{suffix}").write_bytes(damaged)
        judged = validate_file(
            folder / f"a{suffix}", examine(folder / f"a{suffix}", folder / "work")
        )
        assert judged.read == judged.kept + judged.quarantined
        assert judged.kind == "raster" or judged.read == 9 or judged.all_problems


# Datums of Indonesia


# fmt: off
CONTROL_POINTS = [(110.40, -6.98), (106.83, -6.18), (112.75, -7.25), (107.61, -6.92), (110.37, -7.80),
                  (115.22, -8.66), (104.75, -2.98), (119.43, -5.14), (116.11, -8.58), (98.67, 3.59)]
# fmt: on


@pytest.mark.parametrize("code", ["EPSG:4211", "EPSG:4238", "EPSG:4755", "EPSG:9470", "EPSG:4813"])
def test_ten_places_come_out_as_by_the_best_operation_that_proj_has(code):
    group = pyproj.transformer.TransformerGroup(
        code, "EPSG:4326", always_xy=True, allow_ballpark=False
    )
    places = np.array(CONTROL_POINTS)
    if code == "EPSG:4813":  # counts longitude from Jakarta
        places[:, 0] -= 106 + 48 / 60 + 27.79 / 3600
    ours = carry(places, code, "EPSG:4326")
    best = np.array([_by_best(group, x, y) for x, y in places])
    metres = pyproj.Geod(ellps="WGS84").inv(*ours.T, *best.T)[2]
    assert metres.max() < 0.5


def _by_best(group: pyproj.transformer.TransformerGroup, x: float, y: float) -> tuple[float, float]:
    """The most accurate operation in whose area of use the place comes out, else the first that
    there is.
    """
    fitting = []
    for one in group.transformers:
        (east, north), use = one.transform(x, y), one.area_of_use
        if use is None or (use.west <= east <= use.east and use.south <= north <= use.north):
            fitting.append((one.accuracy, east, north))
    return min(fitting)[1:] if fitting else group.transformers[0].transform(x, y)


# What EPSG's register says of each at Semarang: the operation, its accuracy (m), and what is told
# of it.
TO_WGS84 = {
    "EPSG:4211": ("Batavia to WGS 84 (1)", 6.0, {"datum_unsure"}),
    "EPSG:4238": ("ID74 to WGS 84 (3)", 3.0, set()),
    "EPSG:4755": ("DGN95 to WGS 84 (1)", 1.0, set()),
    "EPSG:9470": ("Inverse of DGN95 to SRGI2013 (1) + DGN95 to WGS 84 (1)", 1.2, set()),
    "EPSG:4813": (
        "Batavia (Jakarta) to Batavia (1) + Batavia to WGS 84 (1)",
        6.0,
        {"datum_unsure"},
    ),
    "EPSG:23839": ("DGN95 to WGS 84 (1)", 1.0, set()),
    "EPSG:32749": (None, None, set()),
    "EPSG:9707": (None, None, set()),  # WGS 84 with heights
    "OGC:CRS84": (None, None, set()),
}


@pytest.mark.parametrize("code", TO_WGS84)
def test_the_operation_to_wgs84_is_recorded_with_its_accuracy(code):
    crs, place = (
        pyproj.CRS.from_user_input(code),
        carry(np.array([[110.42, -6.98]]), "EPSG:4326", code),
    )
    found = screen(Records(pd.DataFrame({"id": ["7"]}), shapely.points(place), crs))
    shift = found.shift
    assert (shift.operation if shift else None, shift.accuracy if shift else None) == TO_WGS84[
        code
    ][:2]
    assert {fault.code for fault in found.faults} == TO_WGS84[code][2]


def test_of_several_operations_the_least_sure_is_told():
    """ID74 has three ways, each for its part of the country; far away from all, one is used
    outside its area.
    """
    crs, far = pyproj.CRS.from_epsg(4238), shapely.Point(5, 52)
    for shapes, outside in (([far], True), ([shapely.Point(110.42, -6.98)] * 3, False)):
        found = screen(Records(pd.DataFrame(index=range(len(shapes))), np.array(shapes), crs))
        assert found.shift.outside is outside
        assert ("datum_outside" in {fault.code for fault in found.faults}) is outside


def test_the_operation_stands_in_every_judgement(tmp_path, capsys):
    path = tmp_path / "a.gpkg"
    gpd.GeoDataFrame(
        {"id": ["7"]}, geometry=[shapely.Point(110.42, -6.98)], crs="EPSG:4211"
    ).to_file(path)
    aged(path)
    assert (
        main(["validate", str(path), "--html", str(tmp_path / "page.html"), "--language", "en"])
        == 0
    )
    line = 'a.gpkg: to WGS 84 by "Batavia to WGS 84 (1)", accuracy 6 m.'
    assert capsys.readouterr().out.splitlines()[1] == line
    page = html.unescape((tmp_path / "page.html").read_text(encoding="utf-8"))
    assert line in page and 'ke WGS 84 dengan "Batavia to WGS 84 (1)", ketelitian 6 m.' in page


# The command


def test_the_judgement_for_machines(tmp_path, capsys):
    path = written(tmp_path / "a.gpkg", [SQUARE, None])
    assert main(["validate", str(path), "--json", "--language", "en"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert {name: said[name] for name in said if name != "problems"} == {
        "source": "a.gpkg",
        "status": "accepted_with_problems",
        "kind": "vector",
        "crs": "EPSG:4326",
        "features_read": 2,
        "features_kept": 1,
        "features_repaired": 0,
        "features_quarantined": 1,
        "operation": None,
        "accuracy": None,
    }
    assert said["problems"] == [
        {
            "code": "geometry_null",
            "severity": "error",
            "column": None,
            "feature": 2,
            "count": 1,
            "bounds": None,
            "message": "a.gpkg: 1 feature has no geometry (first: row 2). Draw the geometry, "
            "or delete the row.",
        }
    ]


def test_the_judgement_for_people_in_both_languages(tmp_path, capsys):
    path = written(tmp_path / "a.gpkg", [SQUARE, None])
    quarantine = tmp_path / "q.gpkg"
    assert main(["validate", str(path), "--quarantine", str(quarantine), "--language", "id"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == (
        "a.gpkg (EPSG:4326): 2 fitur dibaca, 1 diterima (0 di antaranya diperbaiki), 1 dikarantina."
    )
    assert lines[-1] == f"Karantina: {quarantine}"
    assert quarantine.exists()
    assert main(["validate", str(tmp_path / "none.gpkg"), "--language", "en"]) == 1
    assert "none.gpkg" in capsys.readouterr().out


def test_a_terminal_shows_a_table_in_colours_and_nothing_that_a_file_wrote_for_it(
    tmp_path, capsys, monkeypatch
):
    path = tmp_path / "a.csv"
    rows = [
        "id,na\x1b[31mma,lon,lat",
        "7,=1+1,110.4,-7",
        "8,b,,",
        *["9,a longer name,110.4,-7"] * 9,
    ]
    path.write_text("\n".join(rows), encoding="utf-8")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    for name, value in (("COLUMNS", "110"), ("TERM", "xterm"), ("NO_COLOR", "")):
        monkeypatch.setenv(name, value)
    assert main(["validate", str(path), "--language", "en"]) == 1
    shown = capsys.readouterr().out
    assert "\x1b[31mERROR" in shown and "\x1b[31mma" not in shown
    lines = [re.sub("\x1b\\[[0-9;]*m", "", line).rstrip() for line in shown.splitlines()]
    assert max(map(len, lines)) <= 110
    assert (
        lines[2].split("  ")
        and lines[2].split() == "Severity Location Data quality issue Remedy Count".split()
    )
    (first,) = (line for line in lines if line.strip().startswith("ERROR"))
    assert re.search(r"a\.csv +a\.csv: 1 row has no coordinates .* 1$", first)
    assert re.match(" +row 1 ", lines[lines.index(first) + 1])


def test_a_system_that_is_not_known_is_named(tmp_path, capsys):
    path = written(tmp_path / "a.gpkg", [SQUARE])
    assert main(["validate", str(path), "--crs", "EPSG:99", "--language", "en"]) == 1
    assert "EPSG:99" in capsys.readouterr().out


@pytest.mark.skipif(os.name == "nt", reason="a folder that cannot be written is made by its mode")
def test_a_folder_that_cannot_be_written_is_only_read(tmp_path):
    path = written(tmp_path / "a.gpkg", [SQUARE])
    tmp_path.chmod(0o555)
    try:
        assert take_in(path).status == ACCEPTED
    finally:
        tmp_path.chmod(0o755)


# Odd surroundings


@pytest.mark.skipif(os.name == "nt", reason="names that Windows does not allow")
@pytest.mark.parametrize(
    "name",
    [
        "a b'c\"d;e&f$(g).geojson",
        "a\nb.geojson",
        "--json.geojson",
        "[b]ı 数.GEOJSON",
        b"caf\xe9.geojson",
        "JALAN.SHP",
    ],
)
def test_a_file_of_any_name_is_read_and_named(tmp_path, name):
    name = os.fsdecode(name)
    made = written(tmp_path / ("a.shp" if name.endswith("SHP") else "a.geojson"), [SQUARE, None])
    for file in tmp_path.glob("a.*"):
        file.rename(
            tmp_path / (name if file == made else f"{Path(name).stem}{file.suffix.upper()}")
        )
    (tmp_path / "work").mkdir()
    judged = validate_file(tmp_path / name, examine(tmp_path / name, tmp_path / "work"))
    assert (judged.status, judged.read, judged.kept, len(judged.problems)) == (
        WITH_PROBLEMS,
        2,
        1,
        1,
    )
    assert judged.name == name.encode("utf-8", "replace").decode().replace("?", "\ufffd")
    assert len(describe_finding(judged.problems[0], "en")[0].splitlines()) == 1
    assert len(gpd.read_file(tmp_path / "work" / "quarantine.gpkg")) == 1


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="these surroundings are not to be had on Windows")
@pytest.mark.parametrize("locale", ["C", "tr_TR.UTF-8"])
def test_the_surroundings_change_no_judgement(tmp_path, locale):
    """PROJ's data of another installation, a temporary folder of an odd name, a locale without
    UTF-8 or with two i.
    """
    path = written(tmp_path / "-İ ğ.shp", [SQUARE, None])
    (tmp_path / "tmp é 数").mkdir()
    surroundings = {
        "LC_ALL": locale,
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "PROJ_DATA": "/nonexistent",
    }
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "asset_inventory",
            "validate",
            "--json",
            "--html",
            "page.html",
            "--",
            path.name,
        ],
        env=os.environ | surroundings | {"TMPDIR": str(tmp_path / "tmp é 数")},
        cwd=tmp_path,
        capture_output=True,
    )
    said = json.loads(done.stdout)
    assert (done.returncode, done.stderr, said["crs"], said["features_read"]) == (
        1,
        b"",
        "EPSG:4326",
        2,
    )
    assert [row["code"] for row in said["problems"]] == ["geometry_null"]
    assert (tmp_path / "page.html").exists() and len(
        gpd.read_file(tmp_path / "quarantine.gpkg")
    ) == 1
    assert not list((tmp_path / "tmp é 数").iterdir())


# A full disk


@pytest.mark.slow
@pytest.mark.skipif(
    sys.platform != "linux",
    reason="the size of files is limited where the system offers it: on Linux",
)
def test_a_disk_without_room_for_the_copy_is_said(tmp_path):
    """A table of 30 kB, where a process may write files of 20 kB."""
    table = tmp_path / "a.csv"
    table.write_text("id,lon,lat\n" + "7,110.42,-6.98\n" * 2000)
    code = (
        "import resource, sys\nresource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        f"from asset_inventory.cli import main\nsys.exit(main(['validate', {str(aged(table))!r}, '--language', 'en']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "")
    assert "the disk has no space" in done.stdout


def test_a_machine_without_a_temporary_folder_is_said(tmp_path, monkeypatch, capsys):
    path = written(tmp_path / "a.gpkg", [SQUARE])
    monkeypatch.setattr(
        tempfile, "TemporaryDirectory", raising(FileNotFoundError("No usable temporary directory"))
    )
    assert main(["validate", str(path), "--json", "--language", "en"]) == 1
    assert "disk" in json.loads(capsys.readouterr().out)["problems"][0]["message"]


def test_a_disk_without_room_for_the_quarantine_is_said_and_the_last_one_stays(
    tmp_path, monkeypatch, capsys
):
    path = written(tmp_path / "a.gpkg", [SQUARE, None])
    (tmp_path / "q.gpkg").write_text("the last one")
    monkeypatch.setattr(
        shutil, "copyfile", raising(OSError(errno.ENOSPC, "No space left on device"))
    )
    assert (
        main(["validate", str(path), "--quarantine", str(tmp_path / "q.gpkg"), "--language", "en"])
        == 1
    )
    assert "the disk is full" in capsys.readouterr().err
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.gpkg", "q.gpkg"]
    assert (tmp_path / "q.gpkg").read_text() == "the last one"


def raising(fault: Exception) -> Callable[..., None]:
    """A function that only throws."""

    def throw(*_: object, **__: object) -> None:
        raise fault

    return throw


def test_a_quarantine_that_cannot_be_written_is_one_line(tmp_path, capsys):
    path = written(tmp_path / "a.gpkg", [SQUARE, None])
    assert (
        main(
            [
                "validate",
                str(path),
                "--quarantine",
                str(tmp_path / "a.gpkg" / "q.gpkg"),
                "--language",
                "en",
            ]
        )
        == 1
    )
    assert "q.gpkg cannot be written" in capsys.readouterr().err


def test_a_geodatabase_has_one_hash_of_all_its_files(tmp_path):
    folder = tmp_path / "a.gdb"
    gpd.GeoDataFrame({"id": ["1"]}, geometry=[shapely.Point(110.4, -6.9)], crs=4326).to_file(
        folder, driver="OpenFileGDB"
    )
    first = hash_of(folder)
    shutil.copytree(folder, tmp_path / "b.gdb")
    assert hash_of(tmp_path / "b.gdb") == first
    table = sorted(folder.glob("*.gdbtable"))[-1]
    table.write_bytes(table.read_bytes()[:-1] + b"!")
    assert hash_of(folder) != first
