"""Tables that offices fill in: titles above, merged cells, several sheets, workbooks and text
alike.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import xlsxwriter

from asset_inventory.assessment.survey_forms import read_office_table
from asset_inventory.intake.containers import Dataset
from asset_inventory.intake.tables import read_sheets
from asset_inventory.messages import describe_finding
from asset_inventory.model.errors import SourceError

HEADINGS = {"group": ("kelompok",), "voter": ("pemilih",), "rank": ("peringkat", "urutan ke")}
# fmt: off
ROWS = [["Suara warga 2026"], [], ["Kelompok", "No. Urut", "Pemilih", "Urutan ke"], ["PKK", "1", "ibu", "2"], [],
        ["PKK", "2", "nenek", "1"]]
# fmt: on


def read(path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    return read_office_table(path, HEADINGS, source=path.name, needed=("group", "rank"))


def workbook(path: Path, *sheets: list[list[str]], merged: str | None = None) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"Lembar {number + 1}")
        for row in rows:
            sheet.append(row)
        if merged and number == 0:
            sheet.merge_cells(merged)
    book.save(path)
    return path


def test_a_table_below_a_title_keeps_the_numbers_of_its_rows(tmp_path):
    path = tmp_path / "suara.csv"
    path.write_text("\n".join(";".join(row) for row in ROWS), encoding="utf-8")
    for made in (path, workbook(tmp_path / "suara.xlsx", ROWS)):
        table, found = read(made)
        assert table.columns.tolist() == list(HEADINGS)
        assert table.dropna().to_dict("index") == {
            4: {"group": "PKK", "voter": "ibu", "rank": "2"},
            6: {"group": "PKK", "voter": "nenek", "rank": "1"},
        }
        assert table.loc[5].isna().all()
        assert found[["code", "column"]].to_numpy().tolist() == [["column_passed_over", "No. Urut"]]


def test_merged_cells_say_the_same_in_each_and_are_told(tmp_path):
    rows = [["group", "voter", "rank"], ["PKK", "ibu", 2], [None, "nenek", 1]]
    table, found = read(workbook(tmp_path / "suara.xlsx", rows, merged="A2:A3"))
    assert table["group"].tolist() == ["PKK", "PKK"]
    assert table["rank"].tolist() == ["2", "1"]
    assert found[["source", "code", "count"]].to_numpy().tolist() == [
        ["suara.xlsx, Lembar 1", "cells_merged", 1]
    ]


def test_the_sheet_with_the_headings_is_read_and_the_others_are_said(tmp_path):
    table, found = read(workbook(tmp_path / "suara.xlsx", [["Catatan"], ["rapat 1"]], ROWS))
    assert len(table.dropna()) == 2
    assert found["code"].tolist() == ["sheet_passed_over", "column_passed_over"]
    assert found["arguments"].iloc[0] == {"sheet": "Lembar 1"}


def test_a_file_without_the_headings_says_which_are_wanted(tmp_path):
    table, found = read(workbook(tmp_path / "suara.xlsx", [["nama", "alamat"], ["a", "b"]]))
    assert len(table) == 0
    assert found[["code", "severity"]].to_numpy().tolist() == [
        ["office_table_without_headings", "error"]
    ]
    assert found["arguments"].iloc[0] == {"headings": "kelompok, peringkat"}


def test_a_heading_that_stands_twice_is_said(tmp_path):
    table, found = read(
        workbook(tmp_path / "suara.xlsx", [["group", "rank", "peringkat"], ["a", "1", "2"]])
    )
    assert table["rank"].tolist() == ["1"]
    assert found[["code", "column"]].to_numpy().tolist() == [["column_repeated", "peringkat"]]


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", b"\x00\x01" * 99]
)
def test_a_broken_file_is_an_error_and_no_traceback(tmp_path, content):
    path = tmp_path / "suara.xlsx"
    path.write_bytes(content)
    table, found = read(path)
    assert len(table) == 0
    assert (found["severity"] == "error").sum() >= 1


def test_a_file_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(SourceError) as told:
        read(tmp_path / "suara.xlsx")
    assert told.value.key == "error.no_file"


def errors_in_a_workbook(path: Path) -> Path:
    """«A» with errors of formulas, a formula nobody has reckoned, percents and a hidden row."""
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet("A")
        for row, cells in enumerate(
            [["group", "voter", "rank"], *[["PKK", str(one)] for one in range(1, 6)]]
        ):
            page.write_row(row, 0, cells)
        page.write_formula(1, 2, "=B9/0", None, "#DIV/0!")
        page.write_formula(2, 2, "=Other!A1", None, "#REF!")
        page.write_formula(3, 2, "=1+1", None, 2)
        page.write_formula(4, 2, "=1+1", None, "")
        page.write_number(5, 2, 0.125, book.add_format({"num_format": "0.0%"}))
        page.set_row(5, None, None, {"hidden": True})
    return path


def test_errors_of_formulas_and_percents_are_read_as_people_see_them(tmp_path):
    table, found = read(errors_in_a_workbook(tmp_path / "suara.xlsx"))
    assert table["rank"].fillna("").tolist() == ["#DIV/0!", "#REF!", "2", "=1+1", "12.5%"]
    assert found[["code", "count"]].to_numpy().tolist() == [
        ["rows_hidden", 1],
        ["formulas_not_calculated", 1],
    ]


def test_a_formula_that_no_program_has_reckoned_is_no_empty_cell(tmp_path):
    table, _ = read(
        workbook(tmp_path / "suara.xlsx", [["group", "voter", "rank"], ["PKK", "ibu", "=1+1"]])
    )
    assert table["rank"].tolist() == ["=1+1"]


def test_a_cell_in_the_last_corner_is_told_and_not_read(tmp_path):
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    book.active.cell(1_048_576, 16_384, "x")
    book.save(tmp_path / "suara.xlsx")
    table, found = read(tmp_path / "suara.xlsx")
    assert (len(table), found["code"].tolist()) == (0, ["sheet_too_large"])


def test_a_row_longer_than_its_headings_is_left_out_and_said(tmp_path):
    path = tmp_path / "suara.csv"
    # 8,2 without quotation marks would be 8; blank cells at the end of a row say nothing
    path.write_text("group,voter,rank\nPKK,ibu,8,2\nPKK,nenek,1,,\n", encoding="utf-8")
    table, found = read(path)
    assert table.to_dict("index") == {3: {"group": "PKK", "voter": "nenek", "rank": "1"}}
    assert found[["code", "severity", "count"]].to_numpy().tolist() == [
        ["office_row_slipped", "error", 1]
    ]


def test_what_stands_beside_the_table_is_said(tmp_path):
    rows = [["group", "voter", "rank", ""], ["PKK", "ibu", "1", "ragu"]]
    table, found = read(workbook(tmp_path / "suara.xlsx", rows))
    assert len(table) == 1
    assert found["code"].tolist() == ["cells_without_heading"]


def test_a_table_that_nobody_filled_in_is_said(tmp_path):
    path = tmp_path / "suara.csv"
    path.write_text("group,voter,rank\n", encoding="utf-8")
    assert read(path)[1]["code"].tolist() == ["office_table_without_rows"]


def test_an_open_quotation_mark_is_told_with_its_line(tmp_path):
    path = tmp_path / "suara.csv"
    path.write_text('group,voter,rank\nPKK,"ibu"x,1\n', encoding="utf-8")
    _, found = read(path)
    assert found["code"].tolist() == ["error.text_table_broken"]
    assert describe_finding(found.iloc[0], "en")[0].startswith(
        "suara.csv: suara.csv cannot be read as a table (2: "
    )


@pytest.mark.parametrize(
    ("member", "code"),
    [("content.xml", "no_office_table"), ("xl/workbook.xml", "office_table_not_readable")],
)
def test_what_holds_no_sheet_is_told_in_the_words_of_tables(tmp_path, member, code):
    with zipfile.ZipFile(tmp_path / "suara.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr(member, "<x/>" if member == "content.xml" else b"\0" * (60 * 2**20))
    _, found = read(tmp_path / "suara.xlsx")
    assert found["code"].tolist() == [code]
    assert not any("QGIS" in describe_finding(row, "en")[1] for row in found.to_dict("records"))


def test_the_sheets_of_several_tables_in_a_zip_bear_their_names(tmp_path):
    with zipfile.ZipFile(tmp_path / "suara.zip", "w") as archive:
        for name in ("a.csv", "b.csv"):
            archive.writestr(name, "group,voter,rank\nPKK,ibu,1\n")
    table, found = read(tmp_path / "suara.zip")
    assert len(table) == 1
    assert [row["arguments"]["sheet"] for row in found.to_dict("records")] == ["suara.zip/b.csv"]


def test_of_an_old_workbook_it_is_said_what_it_cannot_tell(tmp_path):
    # what makes it old is how it is recognised; its cells are read by the same reader
    path = errors_in_a_workbook(tmp_path / "suara.xlsx")
    (sheet,), faults = read_sheets(Dataset("old workbook", path, "suara.xls"))
    assert [one.code for one in faults] == ["old_workbook"]
    assert (sheet["rows"][1][2], sheet["rows"][5][2]) == ("", "0.125")
