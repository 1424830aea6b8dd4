"""The empty forms: written, filled in with a spreadsheet, and read again; the ballot to print in
both languages.
"""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from asset_inventory.assessment.survey_forms import FORMS, heading, headings, read_office_table
from asset_inventory.model.city import City
from asset_inventory.model.errors import SourceError
from asset_inventory.model.reading import read_city
from asset_inventory.model.resilience import Pressure
from asset_inventory.outputs.report.write import write_forms

pytestmark = pytest.mark.slow

# fmt: off
DISTRICTS = pd.DataFrame({
    "district": ["01", "02", "03"], "name": ["Kauman", "Kauman", "Genuk"], "parent": ["Mijen", "Tengah", "Genuk"],
})
# fmt: on


@pytest.fixture
def city(town: Path) -> City:
    pressures = (
        Pressure(id="rob", name={"id": "Rob", "en": "Tidal flooding"}, kind="stress"),
        Pressure(id="fire", name={"id": "Kebakaran <b>", "en": "Fire"}, kind="shock"),
    )
    return read_city(town).model_copy(update={"pressures": pressures})


@pytest.mark.smoke
def test_a_form_that_is_filled_in_is_read(city, tmp_path):
    paths = {path.stem: path for path in write_forms(city, DISTRICTS, tmp_path / "forms")}
    assert set(paths) == {*(form.name for form in FORMS), "ballot"}
    for form in FORMS:
        book = openpyxl.load_workbook(paths[form.name])
        page = book.active
        row = next(
            cells[0].row for cells in page.iter_rows() if cells[0].value == heading(form.columns[0])
        )
        for place, name in enumerate(form.columns, start=1):
            page.cell(row + 1, place, f"{name} 1")
            page.cell(row + 3, place, f"{name} 2")
        book.save(paths[form.name])
        table, found = read_office_table(
            paths[form.name], headings(form), source=form.name, needed=form.needed
        )
        assert len(found) == 0
        assert table.dropna().to_numpy().tolist() == [
            [f"{name} {one}" for name in form.columns] for one in (1, 2)
        ]
        assert len(table) == 3  # one empty row between, none of those below


def test_an_empty_form_has_no_rows(city, tmp_path):
    paths = {path.stem: path for path in write_forms(city, None, tmp_path)}
    for form in FORMS:
        table, found = read_office_table(
            paths[form.name], headings(form), source=form.name, needed=form.needed
        )
        assert len(table) == 0
        # Which is said, and is no error
        assert found["code"].tolist() == ["office_table_without_rows"]
        assert found["severity"].tolist() == ["warning"]


def test_cells_offer_the_citys_own_words(city, tmp_path):
    write_forms(city, DISTRICTS, tmp_path)
    page = openpyxl.load_workbook(tmp_path / "statements.xlsx").active
    offered = {one.formula1 for one in page.data_validations.dataValidation}
    words = [
        [cell[0].value for cell in page[area.replace("$", "").lstrip("=")]]
        for area in sorted(offered)
    ]
    assert words == [
        ["Kauman, Mijen", "Kauman, Tengah", "Genuk"],
        ["guncangan", "tekanan"],
        ["Rob", "Kebakaran <b>"],
    ]


def test_the_ballot_says_everything_in_both_languages_and_holds_text_as_text(city, tmp_path):
    write_forms(city, DISTRICTS, tmp_path)
    page = (tmp_path / "ballot.html").read_text(encoding="utf-8")
    for said in ("Guncangan (mendadak)", "Shocks (sudden)", "Tidal flooding", "Kelompok", "Group"):
        assert said in page
    assert "Kebakaran &lt;b&gt;" in page and "<b>" not in page
    assert "default-src &#39;none&#39;" in page


def test_what_somebody_filled_in_is_never_written_over(city, tmp_path):
    (tmp_path / "votes.xlsx").write_bytes(b"filled in")
    with pytest.raises(SourceError) as told:
        write_forms(city, DISTRICTS, tmp_path)
    assert told.value.key == "error.form_there"
    assert (tmp_path / "votes.xlsx").read_bytes() == b"filled in"
    assert not (tmp_path / "statements.xlsx").exists()


def test_headings_stand_in_either_language_or_both():
    for form in FORMS:
        told = [word.casefold() for words in headings(form).values() for word in set(words)]
        assert len(told) == len(set(told)), form.name
