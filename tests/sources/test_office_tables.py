"""Tables that offices fill in: titles above, merged cells, several sheets, workbooks and text alike."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from asset_inventory.errors import SourceError
from asset_inventory.sources.office_tables import read_office_table

HEADINGS = {"group": ("kelompok",), "voter": ("pemilih",), "rank": ("peringkat", "urutan ke")}
ROWS = [["Suara warga 2026"], [], ["Kelompok", "No. Urut", "Pemilih", "Urutan ke"], ["PKK", "1", "ibu", "2"], [],
        ["PKK", "2", "nenek", "1"]]  # fmt: skip


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
            4: {"group": "PKK", "voter": "ibu", "rank": "2"}, 6: {"group": "PKK", "voter": "nenek", "rank": "1"},
        }  # fmt: skip
        assert table.loc[5].isna().all()
        assert found[["code", "column"]].to_numpy().tolist() == [["column_passed_over", "No. Urut"]]


def test_merged_cells_say_the_same_in_each_and_are_told(tmp_path):
    rows = [["group", "voter", "rank"], ["PKK", "ibu", 2], [None, "nenek", 1]]
    table, found = read(workbook(tmp_path / "suara.xlsx", rows, merged="A2:A3"))
    assert table["group"].tolist() == ["PKK", "PKK"]
    assert table["rank"].tolist() == ["2", "1"]
    assert found[["source", "code", "count"]].to_numpy().tolist() == [["suara.xlsx, Lembar 1", "cells_merged", 1]]


def test_the_sheet_with_the_headings_is_read_and_the_others_are_said(tmp_path):
    table, found = read(workbook(tmp_path / "suara.xlsx", [["Catatan"], ["rapat 1"]], ROWS))
    assert len(table.dropna()) == 2
    assert found["code"].tolist() == ["sheet_passed_over", "column_passed_over"]
    assert found["arguments"].iloc[0] == {"sheet": "Lembar 1"}


def test_a_file_without_the_headings_says_which_are_wanted(tmp_path):
    table, found = read(workbook(tmp_path / "suara.xlsx", [["nama", "alamat"], ["a", "b"]]))
    assert len(table) == 0
    assert found[["code", "severity"]].to_numpy().tolist() == [["office_table_without_headings", "error"]]
    assert found["arguments"].iloc[0] == {"headings": "kelompok, peringkat"}


def test_a_heading_that_stands_twice_is_said(tmp_path):
    table, found = read(workbook(tmp_path / "suara.xlsx", [["group", "rank", "peringkat"], ["a", "1", "2"]]))
    assert table["rank"].tolist() == ["1"]
    assert found[["code", "column"]].to_numpy().tolist() == [["column_repeated", "peringkat"]]


@pytest.mark.parametrize("content", [b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", b"\x00\x01" * 99])
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
