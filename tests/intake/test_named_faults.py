"""What is wrong with a file is called by its name, in both languages: a part alone, SQL,
infinity, formulas, a link.
"""

from __future__ import annotations

import struct
import zipfile

import numpy as np
import pytest
import rasterio
import xlsxwriter
from affine import Affine

from asset_inventory.intake import ACCEPTED, REJECTED, take_in
from asset_inventory.intake.recognition import recognise
from asset_inventory.io.rasters import open_grid, sample
from asset_inventory.messages import LANGUAGES, describe_finding, shown

# A table of one field and one row, as dBASE III has it.
# fmt: off
DBF = (struct.pack("<B3BIHH20x", 3, 126, 11, 30, 1, 65, 11) + b"NAME".ljust(11, b"\0") + b"C" + b"\0" * 4
       + bytes([10, 0]) + b"\0" * 14 + b"\r " + b"abc".ljust(10) + b"\x1a")
# fmt: on


def problems(path) -> list[dict]:
    return list(take_in(path).all_problems)


@pytest.mark.parametrize("packed", [False, True], ids=["alone", "in a zip"])
def test_a_part_of_a_shapefile_alone_is_told_which_part_is_missing(tmp_path, packed):
    (tmp_path / "jalan.dbf").write_bytes(DBF)
    path = tmp_path / "jalan.dbf"
    if packed:
        with zipfile.ZipFile(tmp_path / "jalan.zip", "w") as archive:
            archive.write(path, "jalan.dbf")
        path = tmp_path / "jalan.zip"
    judged = take_in(path)
    assert judged.status == REJECTED
    (row,) = judged.all_problems
    assert row["code"] == "shapefile_without_shapes"
    for language in LANGUAGES:
        sentence, remedy = describe_finding(row, language)
        assert "jalan.shp" in sentence and "jalan.shp" in remedy and "dbf table" not in sentence
    assert describe_finding(row, "en")[0].endswith(
        "the file with the geometry, jalan.shp, was not submitted."
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("dump.sql", "lon,lat\n110.4,-7\n"),
        ("dump.csv", "CREATE TABLE a (lon real);\nINSERT INTO a VALUES (1);"),
        ("dump.txt", "-- PostgreSQL\n\nSET client_encoding = 'UTF8';\n"),
        ("dump", "BEGIN TRANSACTION;\nDROP TABLE a;"),
        ("copy", "COPY public.a (lon, lat) FROM stdin;\n110.4\t-7\n"),
    ],
)
def test_a_database_written_out_as_sql_is_not_read_as_a_table(tmp_path, name, text):
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert recognise(tmp_path / name) == "SQL"
    (row,) = problems(tmp_path / name)
    assert (row["code"], row["arguments"]["kind"]) == ("not_read", "SQL")


@pytest.mark.parametrize(
    "text",
    [
        "create date time,lon,lat\n1,110.4,-7\n",
        "Begin;End;lon;lat\n1;2;110.4;-7\n",
        "set,lon,lat\n1,110.4,-7\n",
        "insert,lon,lat\n1,110.4,-7\n",
    ],
)
def test_a_table_whose_headings_sound_like_sql_is_a_table(tmp_path, text):
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    assert (
        recognise(tmp_path / "a.csv") == "text table"
        and take_in(tmp_path / "a.csv").status == ACCEPTED
    )


@pytest.mark.slow
@pytest.mark.parametrize(("declared", "marks"), [(-9999.0, 0), (None, 1)])
def test_infinity_in_a_grid_is_called_so(tmp_path, declared, marks):
    cells = np.ones((1, 20, 20), dtype="float32")
    cells[0, 3, 3], cells[0, 4, 4], cells[0, 5, 5] = np.inf, -np.inf, -9999
    with rasterio.open(
        tmp_path / "g.tif",
        "w",
        driver="GTiff",
        height=20,
        width=20,
        count=1,
        dtype="float32",
        crs="EPSG:32749",
        transform=Affine(10, 0, 436_000, 0, -10, 9_228_000),
        nodata=declared,
    ) as grid:
        grid.write(cells)
    looked = sample(open_grid(tmp_path / "g.tif"))
    assert (looked.endless, looked.undeclared, int(np.isnan(looked.values).sum())) == (2, marks, 3)
    rows = {row["code"]: row for row in problems(tmp_path / "g.tif")}
    assert set(rows) == {"grid_endless", *(["grid_mark_undeclared"] if marks else [])}
    assert rows["grid_endless"]["count"] == 2
    assert describe_finding(rows["grid_endless"], "en")[0] == (
        "g.tif: 2 cells are plus or minus infinity, which is not a measurement."
    )


def test_formulas_that_were_never_calculated_are_a_warning(tmp_path):
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        page = book.add_worksheet("Aset")
        page.write_row(0, 0, ["lon", "lat", "name", "beds"])
        page.write_row(1, 0, [110.4, -7, "a"])
        page.write_formula(1, 3, "=1+2", None, "")
        page.write_row(2, 0, [110.41, -7, "b"])
        page.write_formula(2, 3, "=D2+1", None, 4)
    judged = take_in(tmp_path / "a.xlsx")
    assert judged.status == ACCEPTED
    (row,) = [one for one in judged.all_problems if one["code"].startswith("formulas")]
    assert (row["severity"], row["count"], row["arguments"]["sheet"]) == ("warning", 1, "Aset")
    assert describe_finding(row, "id")[0] == (
        'a.xlsx: Aset: 1 rumus pada lembar "Aset" belum pernah dihitung, sehingga nilainya tidak ada dalam berkas.'
    )


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_link_to_nothing_is_called_so_and_never_offered_instead(started, ask, tmp_path, language):
    link = tmp_path / "in" / "clinics.gpkg"
    link.parent.mkdir()
    link.symlink_to(tmp_path / "gone.gpkg")
    code, said = ask("deliver", started, link, language=language)
    assert code == 1 and said.count(str(link)) == 1
    assert ("is a link" if language == "en" else "adalah tautan") in said
    code, said = ask("deliver", started, link.with_name("clinic.gpkg"), language=language)
    assert code == 1 and str(link) not in said  # nor is it what was meant


TURNS = [
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
    0x200E,
    0x200F,
    0x61C,
    0x2028,
    0x2029,
    0xFEFF,
    0x1B,
    0x7,
    0x9B,
]


@pytest.mark.parametrize("sign", TURNS, ids=hex)
def test_no_sign_that_turns_text_round_or_moves_a_cursor_is_shown(sign):
    assert shown(f"a{chr(sign)}b") == "a\ufffdb"


@pytest.mark.parametrize("as_city", [True, False], ids=["check", "validate"])
def test_no_such_sign_of_a_file_name_reaches_the_terminal(town, ask, tmp_path, as_city):
    odd = "a\u202egpj\x1b[31m.csv"
    if as_city:
        text = (town / "city.toml").read_text(encoding="utf-8")
        (town / "city.toml").write_text(
            text.replace('path = "districts.gpkg"', 'path = "d\u202egpj.gpkg"'), encoding="utf-8"
        )
        said = ask("check", town)[1]
        assert "gpj.gpkg" in said
    else:
        (tmp_path / odd).write_text("lon,lat\n110.4,-7\n", encoding="utf-8")
        said = ask("validate", tmp_path / odd)[1]
        assert "gpj" in said
    assert not {"\u202e", "\x1b"} & set(said)
