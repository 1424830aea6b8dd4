"""Shapefiles that programs edited in place, made here byte by byte: what is read of them is what
GDAL reads.
"""

from __future__ import annotations

import struct
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely

from asset_inventory.assessment.run import assess
from asset_inventory.intake import Validation, validate_file
from asset_inventory.intake.layers import Layer, read_features
from asset_inventory.intake.reading import examine
from asset_inventory.model.reading import read_city

HEADER, RECORD = 100, 8  # bytes
SIDE = 0.001  # degree


def square(number: int, corners: int = 4) -> shapely.Polygon:
    """A square of the grid; further corners lie on its western side and change nothing but its
    bytes.
    """
    west, south = 110.4 + 2 * SIDE * number, -6.98
    more = [(west, south + SIDE * place / (corners - 3)) for place in range(1, corners - 3)]
    return shapely.Polygon(
        [
            (west, south),
            *more,
            (west, south + SIDE),
            (west + SIDE, south + SIDE),
            (west + SIDE, south),
        ]
    )


def content(shape: shapely.Polygon) -> bytes:
    """A polygon as a .shp holds it, without the head of its record."""
    corners = shapely.get_coordinates(shape)
    head = struct.pack("<i4d3i", 5, *shape.bounds, 1, len(corners), 0)
    return head + corners.astype("<f8").tobytes()


def record(number: int, shape: shapely.Polygon) -> bytes:
    return struct.pack(">2i", number, len(content(shape)) // 2) + content(shape)


def header(length: int) -> bytes:
    start = struct.pack(">7i", 9994, 0, 0, 0, 0, 0, length // 2)
    return start + struct.pack("<2i8d", 1000, 5, 110, -7, 111, -6, 0, 0, 0, 0)


def shapefile(
    path: Path, records: list[bytes], *, between: int = 0, names: int | None = None
) -> Path:
    """A shapefile of these records, each followed by so many bytes that belong to none; a row
    «a0», «a1» … for each.
    """
    places, body = [], b""
    for one in records:
        places.append((HEADER + len(body), len(one) - RECORD))
        body += one + b"\xaa" * between
    path.write_bytes(header(HEADER + len(body)) + body)
    write_index(path, places)
    rows = len(records) if names is None else names
    head = bytes([3, 126, 1, 1]) + struct.pack("<I2H", rows, 32 + 2 * 32 + 1, 1 + 6 + 6) + bytes(20)
    fields = b"".join(
        name.ljust(11, b"\0") + kind + bytes(4) + b"\x06\0" + bytes(14)
        for name, kind in ((b"ID", b"C"), (b"WORTH", b"N"))
    )
    cells = b"".join(
        b" " + f"a{row}".ljust(6).encode() + str(row).rjust(6).encode() for row in range(rows)
    )
    path.with_suffix(".dbf").write_bytes(head + fields + b"\r" + cells + b"\x1a")
    path.with_suffix(".prj").write_text(
        gpd.GeoSeries([], crs=4326).crs.to_wkt("WKT1_ESRI"), encoding="utf-8"
    )
    return path


def write_index(path: Path, places: list[tuple[int, int]]) -> None:
    entries = b"".join(struct.pack(">2i", start // 2, length // 2) for start, length in places)
    path.with_suffix(".shx").write_bytes(header(HEADER + len(entries)) + entries)


def places_of(path: Path) -> list[tuple[int, int]]:
    entries = (
        np.frombuffer(path.with_suffix(".shx").read_bytes()[HEADER:], dtype=">i4").astype(int) * 2
    )
    return [tuple(pair) for pair in entries.reshape(-1, 2).tolist()]


def edit_in_place(path: Path, row: int, shape: shapely.Polygon) -> None:
    """Give a row another shape as a GIS does: where it lay if it fits there, else at the end of
    the .shp.
    """
    data, places, new = bytearray(path.read_bytes()), places_of(path), content(shape)
    start = places[row][0] if len(new) <= places[row][1] else len(data)
    data[start : start + RECORD + len(new)] = record(row + 1, shape)
    data[24:28] = struct.pack(">i", len(data) // 2)
    places[row] = (start, len(new))
    path.write_bytes(data)
    write_index(path, places)


def delete(path: Path, *rows: int) -> Path:
    """Mark rows of the .dbf as deleted; their shapes stay, as a GIS leaves them."""
    table = path.with_suffix(".dbf")
    data = bytearray(table.read_bytes())
    head, width = struct.unpack("<2H", data[8:12])
    for row in rows:
        data[head + row * width] = ord("*")
    table.write_bytes(data)
    return path


def plain(count: int = 5, first: int = 1) -> list[bytes]:
    return [record(first + number, square(number)) for number in range(count)]


def judged(path: Path) -> Validation:
    work = path.parent / f"work{len(list(path.parent.glob('work*')))}"
    work.mkdir()
    return validate_file(path, examine(path, work))


def codes(one: Validation) -> dict[str, dict[str, object]]:
    return {row["code"]: row["arguments"] for row in one.problems}


def assert_read_as_gdal_reads_it(path: Path) -> None:
    table = read_features(Layer(path, path.name, columns=("ID", "WORTH"))).table
    _, numbers, shapes, (names, worths) = pyogrio.raw.read(path, return_fids=True)
    assert table.index.tolist() == numbers.tolist()
    assert table["ID"].tolist() == names.tolist() and table["WORTH"].tolist() == worths.tolist()
    assert shapely.equals_exact(table.geometry.to_numpy(), shapely.from_wkb(shapes)).all()


def test_a_record_that_grew_is_read_from_the_end_of_the_file(tmp_path):
    path = shapefile(tmp_path / "a.shp", plain())
    edit_in_place(path, 2, square(7, corners=9))
    one = judged(path)
    assert (one.status, one.read, one.kept, one.repaired) == ("accepted", 5, 5, 0)
    assert codes(one) == {"shapefile_bytes_unused": {"bytes": len(record(3, square(2)))}}
    assert_read_as_gdal_reads_it(path)
    assert read_features(Layer(path, "a.shp")).table.geometry.iloc[2].equals(square(7))


@pytest.mark.parametrize("seed", range(3))
def test_a_file_that_was_edited_again_and_again_is_read_as_gdal_reads_it(tmp_path, seed):
    chance = np.random.default_rng(seed)
    path = shapefile(tmp_path / "a.shp", plain(9))
    for number in range(40):
        edit_in_place(
            path, int(chance.integers(9)), square(number, corners=int(chance.integers(4, 12)))
        )
    delete(path, *chance.choice(9, 3, replace=False).tolist())
    one = judged(path)
    assert (one.status, one.read) == ("accepted", 6)
    assert set(codes(one)) == {"shapefile_bytes_unused", "rows_deleted"}
    assert_read_as_gdal_reads_it(path)


@pytest.mark.parametrize("first", [0, 26, -3])
def test_record_numbers_may_begin_anywhere_with_an_index_and_without(tmp_path, first):
    path = shapefile(tmp_path / "a.shp", plain(25, first=first))
    one = judged(path)
    assert (one.read, one.kept, one.repaired, one.problems) == (25, 25, 0, ())
    assert_read_as_gdal_reads_it(path)
    path.with_suffix(".shx").unlink()
    one = judged(path)
    assert (one.read, one.kept, set(codes(one))) == (25, 25, {"shapefile_without_index"})


def test_numbers_that_leave_some_out_and_numbers_that_are_all_alike_are_read(tmp_path):
    path = shapefile(
        tmp_path / "a.shp", [record(number, square(number)) for number in (1, 2, 5, 9)]
    )
    path.with_suffix(".shx").unlink()
    assert judged(path).kept == 4
    path = shapefile(tmp_path / "b.shp", [record(0, square(number)) for number in range(4)])
    assert (judged(path).kept, judged(path).problems) == (4, ())


def test_gaps_between_records_are_stated_and_everything_is_read(tmp_path):
    path = shapefile(tmp_path / "a.shp", plain(25), between=16)
    one = judged(path)
    assert (one.status, one.kept, codes(one)) == (
        "accepted",
        25,
        {"shapefile_bytes_unused": {"bytes": 25 * 16}},
    )
    assert_read_as_gdal_reads_it(path)


def test_deleted_rows_are_left_out_with_their_shapes_and_counted(tmp_path):
    path = delete(shapefile(tmp_path / "a.shp", plain(30)), 0, 3, 4, 10, 29)
    one = judged(path)
    assert (one.status, one.read, one.kept, one.quarantined) == ("accepted", 25, 25, 0)
    (row,) = one.problems
    assert (row["code"], row["severity"], row["count"]) == ("rows_deleted", "warning", 5)
    assert_read_as_gdal_reads_it(path)


def test_a_bad_number_behind_a_deleted_row_is_told_of_the_row_that_has_it(tmp_path):
    path = delete(shapefile(tmp_path / "a.shp", plain()), 0, 2)
    table = path.with_suffix(".dbf")
    table.write_bytes(table.read_bytes().replace(b"a3         3", b"a3      nine"))
    one = judged(path)
    assert (one.read, one.kept) == (3, 2)
    (row,) = (row for row in one.problems if row["code"] == "number_not_readable")
    assert (row["feature"], row["count"]) == ("3", 1)


def test_whole_numbers_beyond_a_float_stay_exact_where_rows_are_deleted(tmp_path):
    path = tmp_path / "a.shp"
    big = [2**53 + 1, 2**53 + 3, 2**53 + 5]
    gpd.GeoDataFrame(
        {"BIG": big}, geometry=[square(number) for number in range(3)], crs=4326
    ).to_file(path)
    delete(path, 1)
    assert read_features(Layer(path, "a.shp", columns=None)).table["BIG"].tolist() == [
        big[0],
        big[2],
    ]


def test_a_file_without_rows_that_are_not_deleted_is_refused(tmp_path):
    one = judged(delete(shapefile(tmp_path / "a.shp", plain(2)), 0, 1))
    assert (one.status, one.read) == ("rejected", 0)
    assert set(codes(one)) == {"rows_deleted", "layer_without_features"}


def test_a_record_that_grew_cannot_be_told_from_its_forerunner_without_the_index(tmp_path):
    path = shapefile(tmp_path / "a.shp", plain())
    edit_in_place(path, 2, square(7, corners=9))
    path.with_suffix(".shx").unlink()
    one = judged(path)
    assert (one.status, codes(one)) == (
        "rejected",
        {"shapefile_records": {"records": 5, "place": HEADER + 5 * len(record(1, square(0)))}},
    )


LENGTH = len(content(square(0)))
WHOLE = [(HEADER + number * (RECORD + LENGTH), LENGTH) for number in range(5)]


@pytest.mark.slow
@pytest.mark.parametrize(
    "places",
    [
        [*WHOLE[:4], (WHOLE[4][0] + RECORD + LENGTH, LENGTH)],  # beyond the file
        [*WHOLE[:4], (WHOLE[4][0], LENGTH + 2)],  # of another length
        [*WHOLE[:4], (WHOLE[4][0] - 2, LENGTH)],  # where no record begins
        [*WHOLE[:4], (0, LENGTH)],
        [*WHOLE[:4], WHOLE[3]],  # the same record twice
        WHOLE[:4],  # fewer than the .dbf has rows
        [],
    ],
)
def test_an_index_that_does_not_lead_to_the_records_is_made_again(tmp_path, places):
    path = shapefile(tmp_path / "a.shp", plain())
    write_index(path, places)
    one = judged(path)
    assert (one.read, one.kept, set(codes(one))) == (5, 5, {"shapefile_index_disagrees"})
    write_index(path, WHOLE)
    assert_read_as_gdal_reads_it(path)


def test_a_record_within_another_is_not_followed(tmp_path):
    """The square holds, where its corners stand, the bytes of the head of a record."""
    path = shapefile(tmp_path / "a.shp", plain())
    data = bytearray(path.read_bytes())
    inner = WHOLE[3][0] + RECORD + 60
    data[inner : inner + RECORD] = struct.pack(">2i", 5, 4)
    path.write_bytes(data)
    write_index(path, [*WHOLE[:4], (inner, 8)])
    assert "shapefile_index_disagrees" in codes(judged(path))


def test_where_rows_and_records_differ_in_number_a_sound_index_does_not_help(tmp_path):
    path = shapefile(tmp_path / "a.shp", plain(), names=4)
    assert codes(judged(path)) == {"counts_differ": {"rows": 4, "shapes": 5}}
    edit_in_place(path, 2, square(7, corners=9))
    one = judged(path)
    assert (one.status, one.read, one.kept) == ("rejected", 5, 0)
    assert codes(one)["counts_differ"] == {"rows": 4, "shapes": 5}


def test_a_header_that_misstates_the_length_is_stated_where_the_index_leads_to_all_records(
    tmp_path,
):
    path = shapefile(tmp_path / "a.shp", plain())
    path.write_bytes(path.read_bytes() + bytes(30))
    one = judged(path)
    size = path.stat().st_size
    assert (one.kept, one.repaired) == (5, 5)
    assert codes(one) == {
        "shapefile_length": {"bytes": size, "stated": size - 30},
        "shapefile_bytes_unused": {"bytes": 30},
    }
    path.write_bytes(path.read_bytes()[: WHOLE[4][0] + 20])
    assert set(codes(judged(path))) == {"shapefile_cut"}


@pytest.mark.slow
def test_a_shapefile_edited_in_place_goes_through_every_command_of_a_city(town, edit, ask):
    """A has one more corner on its edge, which changes no figure, and lies at the end of the
    .shp; D is deleted.
    """
    before = assess(read_city(town)).ead.set_index("asset_id")["ead"]
    houses = gpd.read_file(town / "buildings.gpkg").dropna(subset="geometry")
    houses.geometry = [
        shape.buffer(0.5) if shape.geom_type == "Point" else shape for shape in houses.geometry
    ]
    path = town / "buildings.shp"
    houses.to_file(path)
    corners = shapely.get_coordinates(houses.geometry.iloc[0]).tolist()
    corners.insert(1, [(corners[0][0] + corners[1][0]) / 2, (corners[0][1] + corners[1][1]) / 2])
    edit_in_place(path, 0, shapely.Polygon(corners))
    delete(path, houses["ID"].tolist().index("D"))
    edit(('owner = "Works"', 'owner = "Works"\ncomplete = true'))
    ask("start", town)
    for code, said in (ask("validate", path), ask("deliver", town, path, "--layer", "buildings")):
        assert code == 0, said
        assert "1 row of the .dbf is marked as deleted" in said and "belong to no record" in said, (
            said
        )
    assert ask("accept", town, 3, "--allow-removals", 2)[0] == 0  # D, and E that had no place
    assert ask("export", town, "--layer", "buildings", "--to", town / "out.shp")[0] == 0
    assert sorted(gpd.read_file(town / "out.shp")["ID"]) == ["A", "B"]
    edit(("buildings.gpkg", "buildings.shp"))
    code, said = ask("check", town)
    assert "1 row of the .dbf is marked as deleted" in said, said
    after = assess(read_city(town)).ead.set_index("asset_id")["ead"]
    assert (
        after["buildings:A"] == pytest.approx(before["buildings:A"], rel=1e-12)
        and "buildings:D" not in after.index
    )
