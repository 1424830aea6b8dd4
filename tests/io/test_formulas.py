"""No text of a table becomes a formula, at whatever sign a spreadsheet splits it; and every text
comes back.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_inventory.io.table_files import guarded, read_table, unguarded, write_tables

# fmt: off
LIVE = ["=1+1", "+1", "-1+2", "@SUM(1)", "\t=1+1", " =1+1", '"=1+1"', "\uff1d1+1", "\uff0b1", "\uff0d1+2",
        "\uff20SUM(1)"]
# fmt: on
# fmt: off
NAMES = [*LIVE, "Klinik;=1+1+cmd|' /C calc'!A0", *(f"Klinik{sign}{one}" for sign in ";\t\n" for one in LIVE),
         "'=1", "''=1", "x;'=1", 'a,"b;=1+1', 'RS "A";=1+1', "a;;=1", "a;\n=1", "Jalan 1-2", "a; b", "",
         "'quoted"]
# fmt: on
TEXTS = (
    st.text(alphabet=st.sampled_from("=+-@\t\r\n;'\" \xa0\uff1d\uff0b\uff0d\uff20a1,")) | st.text()
)


@given(TEXTS)
def test_what_is_guarded_comes_back_as_it_was(text):
    assert unguarded(guarded(text)) == text


@given(TEXTS)
def test_no_part_of_a_guarded_text_starts_a_formula(text):
    for part in guarded(text).replace("\t", ";").replace("\n", ";").replace("\r", ";").split(";"):
        assert part.lstrip(' \xa0\u3000"')[:1] not in {*"=+-@\uff1d\uff0b\uff0d\uff20"} - {""}


@given(
    st.lists(
        TEXTS.filter(lambda one: not {*"\r\0"} & {*one} and one.isprintable() | ("\n" in one)),
        min_size=1,
    )
)
def test_a_table_comes_back_from_its_file_as_it_was(tmp_path_factory, texts):
    folder = tmp_path_factory.mktemp("tables", numbered=True)
    table = pd.DataFrame(
        {"=name": pd.Series(texts, dtype="str"), "kind": pd.Categorical(texts), "number": 1.5}
    )
    write_tables(folder, {"a": table}, status="real")
    found = read_table(folder / "a.csv")
    assert found["=name"].tolist() == texts and found["kind"].tolist() == texts
    assert set(found["number"]) == {"1.5"}


def test_a_table_of_an_earlier_release_is_read_as_it_was_then(tmp_path):
    # it guarded the start of a cell only, and no wide sign
    (tmp_path / "a.csv").write_text(
        "name\n'=1+1\nKlinik;=1+1\n\uff1d1\n'quoted\n\" =1\"\n", encoding="utf-8"
    )
    assert read_table(tmp_path / "a.csv")["name"].tolist() == [
        "=1+1",
        "Klinik;=1+1",
        "\uff1d1",
        "'quoted",
        " =1",
    ]


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize("separator", [";", "\t", ","])
def test_libreoffice_sees_no_formula_at_whatever_sign_it_splits(tmp_path, separator):
    table = pd.DataFrame({"name": NAMES, "other": ["b"] * len(NAMES)})
    write_tables(tmp_path, {"a": table}, status="real")
    found = cells_in_libreoffice(tmp_path / "a.csv", separator)
    assert len(found) > len(NAMES)
    assert [cell.value for cell in found if cell.data_type == "f"] == []
    (tmp_path / "live.csv").write_text(f"name\nKlinik{separator}=1+1\n", encoding="utf-8")
    assert [cell.value for cell in cells_in_libreoffice(tmp_path / "live.csv", separator)][
        -1
    ] == "=1+1"


def cells_in_libreoffice(path: Path, separator: str) -> list[openpyxl.cell.Cell]:
    """Every cell that is filled, of a CSV that is opened with a separator, quotes and UTF-8,
    formulas evaluated.
    """
    read = f"Text - txt - csv (StarCalc):{ord(separator)},34,76,1,,0,false,true,false,false,false,0,true"
    subprocess.run(
        [
            "soffice",
            "--headless",
            f"-env:UserInstallation=file://{path.parent / 'office'}",
            f"--infilter={read}",
            "--convert-to",
            "xlsx",
            "--outdir",
            str(path.parent),
            str(path),
        ],
        check=True,
        capture_output=True,
        timeout=240,
    )
    sheet = openpyxl.load_workbook(path.with_suffix(".xlsx")).active
    return [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_words_that_repeat_are_made_safe_as_all_others(tmp_path):
    words = ["=1+1", "b", None, "x\ry", "'=1", "b"]
    columns = {"repeated": pd.Categorical(words), "plain": words}
    tables = {name: pd.DataFrame({"a": cells}) for name, cells in columns.items()}
    paths = write_tables(tmp_path, tables, status="real")
    repeated, plain = (path.read_text(encoding="utf-8") for path in paths)
    assert repeated == plain
    assert repeated.splitlines()[1:3] == ["'=1+1,real", "b,real"]
