"""Readers see the labels of a city in their language; tables and files keep the names."""

from __future__ import annotations

import datetime
import html
import json
import re
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from asset_inventory.assessment.run import Assessment, assess
from asset_inventory.disclosure.assessment import disclosed
from asset_inventory.messages import area_names, labelled, with_city_words
from asset_inventory.model.errors import CityError
from asset_inventory.model.reading import read_city
from asset_inventory.outputs.exchange.qgis_layers import title_of
from asset_inventory.outputs.files.results import write_results
from asset_inventory.outputs.files.workbooks import write_workbook
from asset_inventory.outputs.map.city_map import write_map
from asset_inventory.outputs.map.compared_maps import Side, write_comparison
from asset_inventory.outputs.publish import publish
from asset_inventory.outputs.report.plots import exceedance_plot
from asset_inventory.outputs.report.write import write_forms, write_report
from tests.support.map_page import HOUSE_A, click, popup_text, settled

pytestmark = pytest.mark.slow

FLOOD = '{ id = "Banjir sungai", en = "River flood" }'
LABELS = (
    ('id = "CODE"', 'id = "CODE"\ncalled = { id = "kelurahan", en = "ward" }'),
    ('name = "flood"', f'name = "flood"\nlabel = {FLOOD}'),
    (
        'measure = "water depth"',
        'measure = "water depth", label = { id = "tinggi air di jalan", en = "height of water in streets" }',
    ),
    (
        'name = "buildings"',
        'name = "buildings"\nlabel = { id = "Gedung", en = "Public buildings" }',
    ),
    (
        'title = "Flood"',
        'title = "Flood", label = { id = "Peta banjir", en = "Maps of the river board" }',
    ),
    (
        "[values]",
        '[labels]\nhouse = { id = "Rumah", en = "Dwelling" }\n'
        'clinic = { id = "Klinik", en = "Health centre" }\n'
        '"by pencil" = { id = "dengan pensil", en = "in pencil" }\n\n[values]',
    ),
)
ENGLISH = (
    "River flood",
    "height of water in streets",
    "Public buildings",
    "Maps of the river board",
    "Dwelling",
)
INDONESIAN = ("Banjir sungai", "tinggi air di jalan", "Gedung", "Peta banjir", "Rumah")


@pytest.fixture
def labelled_town(edit) -> Path:
    return edit(*LABELS)


@pytest.fixture
def assessment(labelled_town) -> Assessment:
    return assess(labelled_town)


def text_of(page: Path) -> str:
    """Return what a reader of a page sees."""
    shown = re.sub(
        r"<(style|script).*?</\1>", "", page.read_text(encoding="utf-8"), flags=re.DOTALL
    )
    return html.unescape(re.sub(r"<[^>]*>", " ", shown))


def block_of(page: Path, name: str) -> object:
    text = page.read_text(encoding="utf-8")
    (found,) = re.findall(rf'<script type="application/json" id="data-{name}">(.*?)</script>', text)
    return json.loads(found)


def test_a_report_has_the_labels_of_its_language(assessment, tmp_path):
    pages = write_report(assessment, tmp_path, languages=("en", "id")).reports
    english, indonesian = (text_of(pages[language]) for language in ("en", "id"))
    for text, own, other in ((english, ENGLISH, INDONESIAN), (indonesian, INDONESIAN, ENGLISH)):
        assert [label for label in own if label not in text] == []
        assert [label for label in other if label in text] == []
    assert "in pencil" in english
    assert "dengan pensil" in indonesian


def test_a_map_has_the_labels_of_both_languages_and_keeps_names_as_keys(assessment, tmp_path):
    page = write_map(assessment, tmp_path / "map.html", language="en")
    assert "Maps of the river board" in text_of(page)
    labels = block_of(page, "labels")
    assert labels["labels"]["hazard"]["flood"] == {"id": "Banjir sungai", "en": "River flood"}
    assert labels["labels"][""]["house"] == {"id": "Rumah", "en": "Dwelling"}
    assert labels["kinds"]["asset_type"] == ["asset_type", ""]
    assert [hazard["name"] for hazard in block_of(page, "hazards")] == ["flood", "landslide"]


def test_a_workbook_has_labels_and_tables_keep_names(assessment, tmp_path):
    path = write_workbook(assessment, tmp_path / "tables.xlsx", language="id")
    cells = {
        str(cell)
        for sheet in openpyxl.load_workbook(path).worksheets
        for row in sheet.iter_rows(values_only=True)
        for cell in row
    }
    assert {"Banjir sungai", "Gedung", "Rumah", "Klinik"} <= cells
    assert not cells & {"flood", "house", "clinic"}
    write_results(assessment, tmp_path / "results", language="id")
    exposure = pd.read_csv(tmp_path / "results" / "exposure.csv")
    assert set(exposure["hazard"]) == {"flood", "landslide"}


@pytest.mark.smoke
def test_the_terminal_has_labels_and_the_words_for_districts(ask, labelled_town, tmp_path):
    results, page = tmp_path / "results", tmp_path / "map.html"
    asked = ("assess", labelled_town, "--results", results, "--map", page)
    _, english = ask(*map(str, asked), "--language", "en")
    assert "River flood, return period 100 years" in english
    assert "2 wards" in english
    _, indonesian = ask(*map(str, asked), "--language", "id")
    assert "Banjir sungai" in indonesian
    assert "2 kelurahan" in indonesian


def test_findings_and_explanations_have_labels_and_errors_what_was_typed(ask, labelled_town):
    _, checked = ask("check", str(labelled_town), "--language", "id")
    assert "Banjir sungai" in checked
    assert "flood:" not in checked
    _, explained = ask("explain", str(labelled_town), "buildings:A", "--language", "en")
    assert "type Dwelling" in explained
    assert "River flood" in explained
    _, refused = ask("assess", str(labelled_town), "--only", "floods", "--language", "en")
    assert "flood" in refused
    assert "River flood" not in refused


def test_figures_and_titles_of_gis_layers_have_labels(assessment):
    flood = assessment.city.hazard("flood")
    assert "Banjir sungai" in exceedance_plot(assessment, "flood", language="id").get_suptitle()
    with with_city_words(assessment.city.words):
        assert (
            title_of(flood, 10.0, language="id") == "Banjir sungai, 10 tahun: tinggi air di jalan"
        )


def test_a_label_is_text_and_never_markup(edit, tmp_path):
    hostile = "<script>alert(1)</script>"
    edit(('name = "flood"', f'name = "flood"\nlabel = "{hostile}"'))
    assessment = assess(edit())
    pages = write_report(assessment, tmp_path, languages=("en",)).reports
    page = write_map(assessment, tmp_path / "map.html", language="en")
    for path in (pages["en"], page):
        text = path.read_text(encoding="utf-8")
        assert hostile not in text
        assert "alert(1)" in text


def test_without_a_label_common_words_are_translated_and_other_names_shown(edit):
    named = read_city(edit(('name = "landslide"', 'name = "Slope 7"')))
    with with_city_words(named.words):
        assert labelled("hazard", "flood", "id") == "banjir"
        assert labelled("measure", "water depth", "id") == "kedalaman air"
        assert labelled("hazard", "Slope 7", "id") == "Slope 7"


def test_several_names_have_their_labels_each(labelled_town):
    with with_city_words(read_city(labelled_town).words):
        assert labelled("hazards", "landslide, flood", "en") == "landslide, River flood"


def test_two_cities_side_by_side_have_the_labels_of_both(assessment, tmp_path):
    city = assessment.city.words
    other = type(city)({"en": {"called": "parish"}}, {"hazard": {"fire": {"en": "F", "id": "K"}}})
    both = city.with_other(other)
    assert both.areas == {}
    assert both.labels["hazard"].keys() == {"flood", "landslide", "fire"}
    side = Side(assessment)
    page = tmp_path / "both.html"
    write_comparison(side, side, page, maps=("flood:10", "flood:50"), language="en")
    assert block_of(page, "labels")["labels"]["hazard"]["flood"]["en"] == "River flood"


@pytest.mark.parametrize(
    ("label", "says"),
    [
        ('""', "is empty"),
        ('{ id = "Banjir" }', "en"),
        ('{ id = "Banjir", en = "Flood", nl = "Vloed" }', "nl"),
        ("3", "label"),
    ],
)
def test_a_label_of_an_unknown_language_or_without_text_is_a_fault(edit, label, says):
    folder = edit(('name = "flood"', f'name = "flood"\nlabel = {label}'))
    with pytest.raises(CityError) as refused:
        read_city(folder)
    assert says in str(refused.value)


def test_a_source_has_one_label(edit):
    folder = edit(
        ('title = "Buildings"', 'title = "Buildings", label = "Buildings of the city"'),
        ('title = "Flood"', 'title = "Buildings", label = "Gedung"'),
    )
    with pytest.raises(CityError, match='"Buildings" has several labels'):
        read_city(folder)


def test_an_error_of_a_city_calls_its_districts_as_it_does(labelled_town):
    fault = CityError("error.no_such_asset", given="x", near="")
    fault.city_words = read_city(labelled_town).words
    with with_city_words(fault.city_words):
        assert area_names("en")["called_plural"] == "wards"
    assert fault.say("en")


@pytest.fixture
def of_one_language(edit) -> Path:
    return edit(('language = "en"', 'language = "id"\nlanguages = ["id"]'))


def test_a_city_of_one_language_has_pages_without_a_switch(of_one_language, tmp_path):
    assessment = assess(of_one_language, day=datetime.date(2026, 12, 1))
    page = write_map(assessment, tmp_path / "map.html")
    text = page.read_text(encoding="utf-8")
    assert '<html lang="id">' in text
    assert "data-language=" not in text
    assert list(block_of(page, "words")) == ["id"]
    public = publish(disclosed(assessment), tmp_path / "public", languages=("id",))
    assert public.name == "index.html"
    assert [path.name for path in (tmp_path / "public").glob("index*")] == ["index.html"]
    (form,) = [path for path in forms_of(assessment, tmp_path / "forms") if "votes" in path.name]
    headings = [cell.value for cell in openpyxl.load_workbook(form).active[4]]
    assert "Kelompok" in headings


def forms_of(assessment: Assessment, folder: Path) -> list[Path]:
    return write_forms(assessment.city, assessment.districts, folder)


@pytest.mark.parametrize("asked", ["en", "both"])
def test_another_language_than_the_citys_is_refused_in_its_own(ask, of_one_language, asked):
    code, said = ask("report", str(of_one_language), "--language", asked)
    assert code == 1
    assert '"en"' in said
    assert "id" in said


def test_a_city_of_one_language_speaks_it_whatever_the_machine_speaks(of_one_language, tmp_path):
    city = read_city(of_one_language)
    assert city.language_for(None, otherwise="en") == "id"
    with pytest.raises(CityError, match='id only, not in "en"'):
        write_report(assess(city), tmp_path, languages=("id", "en"))


def test_the_language_of_a_city_is_one_of_its_languages(edit):
    folder = edit(('language = "en"', 'language = "en"\nlanguages = ["id"]'))
    with pytest.raises(CityError, match='"en" is not one of the city.s languages'):
        read_city(folder)


@pytest.mark.chromium
def test_a_map_changes_its_labels_with_its_language(assessment, open_page, tmp_path):
    opened = open_page(write_map(assessment, tmp_path / "map.html", language="en"), motion=True)
    page = opened.page
    click(page, HOUSE_A)
    popup = popup_text(page)
    assert "Dwelling" in popup
    assert "River flood" in popup
    assert "River flood" in page.text_content("#hazard")
    page.click("#tab-about")
    assert "Assets: Public buildings" in page.inner_text("#sources")
    page.click("[data-language=id]")
    assert "Gedung" in page.inner_text("#sources")
    assert "Public buildings" not in page.inner_text("#sources")
    assert "Banjir sungai" in page.text_content("#hazard")
    assert "Peta banjir" in page.text_content(".exercise")
    settled(opened)


@pytest.mark.chromium
def test_a_map_of_one_language_works_without_a_switch(of_one_language, open_page, tmp_path):
    opened = open_page(write_map(assess(of_one_language), tmp_path / "map.html"))
    assert opened.page.get_attribute("html", "lang") == "id"
    assert opened.page.query_selector(".languages") is None
    settled(opened)
