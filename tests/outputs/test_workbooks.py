"""The workbook says what the tables say, in either language, and nothing in it is alive."""

from __future__ import annotations

import csv
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from asset_inventory.messages import LABEL_KINDS, labelled, say, with_city_words
from asset_inventory.model.errors import SourceError
from asset_inventory.outputs.files import workbooks
from asset_inventory.outputs.files.workbooks import sheets_of, write_workbook
from tests.support.hostile_text import HOSTILE

pytestmark = pytest.mark.slow

openpyxl = pytest.importorskip("openpyxl")


@pytest.fixture(scope="module")
def assessment(assessed_once):
    return assessed_once("semarang")


@pytest.fixture(scope="module", params=[pytest.param("id", marks=pytest.mark.slow), "en"])
def book(assessment, request, tmp_path_factory):
    path = write_workbook(
        assessment, tmp_path_factory.mktemp("book") / "semarang.xlsx", language=request.param
    )
    return request.param, openpyxl.load_workbook(path)


def shown_cells(
    assessment, name: str, table: pd.Series, language: str, missing: str | None
) -> list:
    """Return the texts of a column as a reader sees them: names by the labels of the city."""
    with with_city_words(assessment.city.words):
        return [
            missing
            if pd.isna(text)
            else labelled(name, text, language)
            if name in LABEL_KINDS
            else text
            for text in table
        ]


def rows_of(page) -> list[tuple]:
    return [*page.iter_rows(values_only=True)]


def test_each_sheet_says_what_its_table_says(assessment, book):
    language, opened = book
    sheets = sheets_of(assessment, language)
    with with_city_words(assessment.city.words):
        names = [say(f"sheet.{one.name}", language) for one in sheets]
    assert opened.sheetnames[1:] == names
    for sheet, title in zip(sheets, names, strict=True):
        _, *rows = rows_of(opened[title])
        assert len(rows) == len(sheet.rows) > 0
        for name, cells in zip(sheet.rows.columns, zip(*rows, strict=True), strict=True):
            expected = sheet.rows[name]
            if pd.api.types.is_numeric_dtype(expected.dtype):
                given = np.array([np.nan if cell is None else cell for cell in cells], dtype=float)
                # XlsxWriter: 16 digits
                np.testing.assert_allclose(given, expected.to_numpy(dtype=float), rtol=1e-15)
            elif name not in workbooks._WORDED:
                assert [*cells] == shown_cells(assessment, name, expected, language, None)


def test_headings_are_named_with_their_units_stay_in_sight_and_can_be_filtered(book):
    language, opened = book
    page = opened[say("sheet.ead", language)]
    heads = [cell.value for cell in page[1]]
    assert (
        heads[:3]
        == {
            "en": ["asset ID", "hazard", "expected annual damage (EAD) (IDR a year)"],
            "id": ["ID aset", "bahaya", "kerusakan tahunan rata-rata (EAD) (IDR per tahun)"],
        }[language]
    )
    for one in opened.worksheets[1:]:
        assert one.freeze_panes == "B2"
        assert one.auto_filter.ref == f"A1:{one.cell(one.max_row, one.max_column).coordinate}"
    assert page["C2"].number_format == "#,##0"
    assert opened[say("sheet.exposure", language)]["D2"].number_format == "0.000"


def test_every_column_is_explained_and_exercise_data_is_called_so(assessment, book):
    language, opened = book
    told = rows_of(opened.worksheets[0])
    names = {(row[0], row[2]) for row in told if row[2]}
    with with_city_words(assessment.city.words):
        wanted = {
            (say(f"sheet.{one.name}", language), name)
            for one in sheets_of(assessment, language)
            for name in one.rows.columns
        }
    assert wanted <= names and all(row[4] for row in told if row[2])
    exercise = say("map.exercise", language)
    assert exercise in {row[0] for row in told}
    assert all(exercise in page.oddHeader.center.text for page in opened.worksheets)
    scores = rows_of(opened[say("sheet.scores", language)])
    assert {row[-1] for row in scores[1:]} == {say("data_status.exercise", language)}


@pytest.mark.slow
def test_hostile_names_are_dead_text(assessment, tmp_path):
    names = [
        '=HYPERLINK("http://x.test","a")',
        "+1",
        "@x",
        "-2+3",
        "\t=1",
        "_x0041_",
        "\x07bell",
        "12",
        "TRUE",
        "#N/A",
        "http://x.test",
        "mailto:a@x.test",
        "a" * 40_000,
        "\ud800",
        "<b>&</b>",
        "internal:Sheet1!A1",
        *HOSTILE,
    ]
    assets = assessment.assets.head(len(names))
    assets = assets.assign(name=pd.Series(names, index=assets.index, dtype=object))
    few = assessment.__class__(**{**vars(assessment), "assets": assets})
    path = write_workbook(few, tmp_path / "hostile.xlsx", language="en")
    page = openpyxl.load_workbook(path)["Assets"]
    place = [cell.value for cell in page[1]].index("name") + 1
    cells = [page.cell(row, place) for row in range(2, len(names) + 2)]
    assert {cell.data_type for cell in cells} == {"s"} and not any(cell.hyperlink for cell in cells)
    expected = [name.encode("utf-8", "replace").decode() for name in names]
    expected[names.index("a" * 40_000)] = "a" * 32_766 + "…"
    assert [openpyxl.utils.escape.unescape(cell.value) for cell in cells] == [
        openpyxl.utils.escape.unescape(one) if one != "_x0041_" else one for one in expected
    ]
    with zipfile.ZipFile(path) as packed:
        assert not any("externalLink" in one or one.endswith(".bin") for one in packed.namelist())
        pages = "".join(
            packed.read(one).decode() for one in packed.namelist() if "worksheets/" in one
        )
    assert "<f>" not in pages and "hyperlink" not in pages


def test_a_table_longer_than_a_sheet_goes_on_in_the_next(assessment, tmp_path, monkeypatch):
    monkeypatch.setattr(workbooks, "MOST_ROWS", 2001)
    opened = openpyxl.load_workbook(
        write_workbook(assessment, tmp_path / "long.xlsx", language="en"), read_only=True
    )
    parts = [rows_of(opened[name])[1:] for name in opened.sheetnames if name.startswith("Assets")]
    assert [len(rows) for rows in parts] == [2000, len(assessment.assets) - 2000]
    assert [row[0] for rows in parts for row in rows] == assessment.assets["asset_id"].tolist()


def test_without_a_place_to_write_it_is_told(assessment, tmp_path):
    (tmp_path / "taken").mkdir()
    with pytest.raises(SourceError, match="taken"):
        write_workbook(assessment, tmp_path / "taken", language="en")
    assert [one.name for one in tmp_path.iterdir()] == ["taken"]


def in_libreoffice(path: Path, folder: Path) -> dict[str, list[list[str]]]:
    """Every sheet as LibreOffice Calc opens it and writes it as CSV, numbers as they are, not as
    they are shown.
    """
    # comma, quote, UTF-8, from line 1; then: quote all text, nothing as shown, no formulas, all
    # sheets
    asked = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,false,false,false,false,-1"
    subprocess.run(
        [
            "soffice",
            "--headless",
            f"-env:UserInstallation=file://{folder / 'office'}",
            "--convert-to",
            asked,
            "--outdir",
            str(folder),
            str(path),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    found = {}
    for one in folder.glob(f"{path.stem}-*.csv"):
        with one.open(encoding="utf-8", newline="") as stream:
            found[one.stem.removeprefix(f"{path.stem}-")] = [*csv.reader(stream)]
    return found


@pytest.mark.libreoffice
def test_libreoffice_reads_every_sheet_as_it_was_written(assessment, tmp_path):
    found = in_libreoffice(
        write_workbook(assessment, tmp_path / "semarang.xlsx", language="en"), tmp_path
    )
    sheets = sheets_of(assessment, "en")
    with with_city_words(assessment.city.words):
        names = [say(f"sheet.{one.name}", "en") for one in sheets]
    assert set(names) < set(found)
    for sheet, title in zip(sheets, names, strict=True):
        _, *rows = found[title]
        assert len(rows) == len(sheet.rows)
        for name, cells in zip(sheet.rows.columns, zip(*rows, strict=True), strict=True):
            expected = sheet.rows[name]
            if pd.api.types.is_bool_dtype(expected.dtype):
                assert [cell == "TRUE" for cell in cells] == expected.tolist()
            elif pd.api.types.is_numeric_dtype(expected.dtype):
                given = np.array([float(cell or "nan") for cell in cells])
                np.testing.assert_allclose(given, expected.to_numpy(dtype=float), rtol=1e-12)
            elif name not in workbooks._WORDED:
                assert [*cells] == shown_cells(assessment, name, expected, "en", "")


@pytest.mark.libreoffice
def test_libreoffice_reckons_no_name(assessment, tmp_path):
    names = ['=HYPERLINK("http://x.test","a")', "=1+1", "+1", "-2+3", "@x", "=cmd|' /C calc'!A0"]
    assets = assessment.assets.head(len(names))
    few = replace(
        assessment, assets=assets.assign(name=pd.Series(names, index=assets.index, dtype=object))
    )
    heads, *rows = in_libreoffice(
        write_workbook(few, tmp_path / "few.xlsx", language="en"), tmp_path
    )["Assets"]
    assert [row[heads.index("name")] for row in rows] == names
