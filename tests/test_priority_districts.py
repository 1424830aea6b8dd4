"""One list of priority districts: the demo city's proposal is the same, in the same order, on the
map, in the report, its summary, the assessment, the workbook and the terminal; pages of an
assessment alone show damage relative to value and propose no district.
"""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import openpyxl
import pytest

from asset_inventory.assessment.resilience import assess_resilience, priority_districts_of
from asset_inventory.outputs.files.workbooks import write_planning_workbook
from asset_inventory.outputs.map.city_map import write_map
from asset_inventory.outputs.report.write import write_report, write_resilience_report
from asset_inventory.outputs.views.city_words import in_city_words
from asset_inventory.outputs.views.ranking import resilience_summary
from asset_inventory.outputs.views.summary import five_lines

pytestmark = pytest.mark.slow

PROPOSED = {"en": "Proposed priority kelurahan: ", "id": "Usulan kelurahan prioritas: "}
LANGUAGES = ("en", "id")


@pytest.fixture(scope="module")
def semarang(assessed_once):
    return assess_resilience(assessed_once("semarang"), water=False)


@pytest.fixture(scope="module")
def names(semarang) -> list[str]:
    """The names of the proposed districts, computed from the ranking itself."""
    ranking = semarang.district_ranking
    named = semarang.assessment.districts.set_index("district")["name"]
    first = ranking.sort_values("top_share", ascending=False, kind="stable")["district"].head(5)
    assert tuple(first) == priority_districts_of(semarang).districts
    return named[first].tolist()


def text_of(path: Path) -> str:
    return html.unescape(path.read_text(encoding="utf-8"))


def cards(path: Path) -> list[str]:
    """The names on the cards of a report, in their order."""
    found = re.findall(
        r'<span class="rank">\d+</span> <(?:a href="[^"]*"|bdi)>([^<]+)<', text_of(path)
    )
    return [name.partition(" (")[0] for name in found]


@pytest.mark.slow
def test_the_proposal_is_the_same_list_on_every_page_of_a_run_that_includes_it(
    semarang, names, tmp_path
):
    report = write_report(semarang, tmp_path / "report", languages=LANGUAGES)
    assessment = write_resilience_report(semarang, tmp_path / "assessment", languages=LANGUAGES)
    page = text_of(write_map(semarang, tmp_path / "map.html"))
    rows = json.loads(re.search(r'id="data-districts">(.*?)</script>', page, re.S)[1])
    assert rows["name"][:5] == names
    assert PROPOSED["id"] + ", ".join(names) in page  # the language of the city
    summary = in_city_words(resilience_summary)
    for language in LANGUAGES:
        sentence = PROPOSED[language] + ", ".join(names)
        for pages in (report.reports, report.summaries):
            assert sentence in text_of(pages[language]), language
            assert cards(pages[language]) == names
        assert sentence in text_of(assessment.reports[language])
        assert f"{sentence}." in summary(semarang, language)
        book = openpyxl.load_workbook(
            write_planning_workbook(semarang, tmp_path / f"{language}.xlsx", language=language)
        )
        first_column = [cell.value for cell in book.worksheets[0]["A"]]
        places = [first_column.index(name) for name in names]
        assert places == list(range(places[0], places[0] + 5))


@pytest.mark.slow
def test_an_assessment_alone_proposes_no_district(semarang, tmp_path):
    alone = semarang.assessment
    pages = write_report(alone, tmp_path / "report", languages=LANGUAGES)
    page = write_map(alone, tmp_path / "map.html")
    lines = in_city_words(five_lines)
    for language, indicator in (
        ("en", "amage relative to value"),
        ("id", "Kerusakan relatif terhadap nilai aset"),
    ):
        for path in (pages.reports[language], pages.summaries[language]):
            text = text_of(path)
            assert indicator in text
            assert PROPOSED[language] not in text
        assert indicator in lines(alone, language)[3]
    assert PROPOSED["en"] not in text_of(page)


def test_every_rank_rests_on_enough_assets_and_says_on_how_many(semarang):
    fewest = semarang.assessment.city.fewest_assets
    assert fewest == 5
    for table in (semarang.district_ranking, semarang.assessment.district_damage):
        ranked = table[table["rank"].notna()]
        assert len(ranked) == 25
        assert (ranked["assets"] >= fewest).all()
        thin = table[table["not_ranked"] == "few assets"]
        assert len(thin) == 152
        assert (thin["assets"] < fewest).all()
