"""The workbook for the planning meeting: what is known stands in it, the rest is to fill in,
nothing is alive.
"""

from __future__ import annotations

import csv
import dataclasses
import subprocess

import pandas as pd
import pytest

from asset_inventory.messages import say
from asset_inventory.model.library import resilience_drivers
from asset_inventory.outputs.files.workbooks import write_planning_workbook
from tests.support.hostile_text import HOSTILE

openpyxl = pytest.importorskip("openpyxl")

SHEETS = ("focus", "themes", "actions", "gaps", "statements")


@pytest.fixture
def drawn(town_resilience):
    return town_resilience


@pytest.fixture(params=["id", "en"])
def book(drawn, request, tmp_path):
    path = write_planning_workbook(drawn, tmp_path / "planning.xlsx", language=request.param)
    return request.param, openpyxl.load_workbook(path)


def rows_of(page) -> list[list]:
    """The rows of a sheet below its headings, without the spare ones for filling in."""
    rows = [list(row) for row in page.iter_rows(min_row=6, values_only=True)]
    return [row for row in rows if any(cell is not None for cell in row)]


def test_what_is_known_stands_in_it_and_the_rest_is_for_the_meeting(book):
    language, opened = book
    assert opened.sheetnames == [say(f"preliminary.planning.{one}", language) for one in SHEETS]
    focus, themes, actions, gaps, statements = opened.worksheets
    # people chose West: rank 1, among the first in 31.6% of the draws, EAD A 15 + C 45 = 60, one
    # action there
    west = rows_of(focus)[0]
    assert (west[0], west[3], west[7], west[9]) == ("West", 1, 60, 1) and west[5] == 0.316
    assert west[4] == 3  # assets on which its rank rests
    assert west[10:] == [None] * 4
    whole_city = say("preliminary.whole_city", language)
    assert [(row[0], row[2], row[8]) for row in rows_of(actions)] == [
        ("West", "Pump house", 2000),
        (whole_city, "Cash for the poor", 500),
    ]
    assert [row[10] for row in rows_of(actions)] == [2026, 2026]
    assert len(rows_of(gaps)) == 10 + 3  # drivers, pressures; the focus area has its pump house
    assert len(rows_of(statements)) == 4
    # the flood alone names drivers: of 8 nothing is done, 7 has the pump house; 2 has the cash
    first = [resilience_drivers()[driver][language == "id"] for driver in ("8", "7")]
    assert [row[0] for row in rows_of(themes)][:2] == first
    assert [row[3] for row in rows_of(themes)] == [1, 1, *[0] * 9, 1]
    for page in (focus, themes, actions, gaps):
        head = page.max_column
        assert page.cell(6, head).fill.fgColor.rgb == "FFFFFBE6"
        assert page.max_row >= 6 + 19  # rows for what nobody has thought of yet


def test_a_focus_area_without_any_action_has_a_row_to_fill_in(drawn, tmp_path):
    asked = dataclasses.replace(drawn, decisions=drawn.decisions.assign(choice="chosen"))
    opened = openpyxl.load_workbook(
        write_planning_workbook(asked, tmp_path / "a.xlsx", language="en")
    )
    assert ["East", *[None] * 18] in rows_of(opened["Programmes by district"])


def test_what_rests_on_exercise_data_says_so_on_its_sheet_and_in_print(book):
    language, opened = book
    exercise = say("map.exercise", language)
    # the districts are compared by an invented flood, the statements are invented
    for page in opened.worksheets:
        assert page["A2"].value.startswith(exercise) and "Forum" in page["A2"].value
        assert exercise in page.oddHeader.center.text
        assert page.page_setup.orientation == "landscape" and page.print_title_rows == "$5:$5"
        assert page.freeze_panes == "B6"
        # the lines above the headings are no wider than the table, so that its print is no smaller
        # for them
        assert page.print_area.endswith(
            f"${page.cell(5, page.max_column).column_letter}${page.max_row}"
        )
        assert {one.max_col for one in page.merged_cells.ranges} == {page.max_column}


def hostile(drawn):
    texts = pd.Series(HOSTILE, dtype="str")
    count = len(HOSTILE)
    statements = pd.concat([drawn.statements.iloc[:1]] * count, ignore_index=True).assign(
        row=range(count), group=texts, statement=texts, reason=texts, merged_by=texts
    )
    actions = pd.concat([drawn.programmes.iloc[:1]] * count, ignore_index=True).assign(
        row=range(count), action=texts, owner=texts, fund=texts, programme=texts
    )
    return dataclasses.replace(drawn, statements=statements, programmes=actions)


def test_no_text_becomes_a_formula_or_a_link(drawn, tmp_path):
    path = write_planning_workbook(hostile(drawn), tmp_path / "a.xlsx", language="en")
    opened = openpyxl.load_workbook(path)
    for page in opened.worksheets:
        assert not page._hyperlinks
        assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)
    told = {row[3] for row in rows_of(opened["Issues by district"])}
    assert {one for one in HOSTILE if one.startswith(("=", "+", "-", "@"))} <= told


@pytest.mark.libreoffice
def test_libreoffice_opens_it_and_reads_the_same(drawn, tmp_path):
    path = write_planning_workbook(drawn, tmp_path / "planning.xlsx", language="id")
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,3",
            "--outdir",
            str(tmp_path),
            str(path),
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    (found,) = tmp_path.glob("*.csv")
    with found.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    assert ["West", "Pump house"] in [[row[0], row[2]] for row in rows if len(row) > 2]
