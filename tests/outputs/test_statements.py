"""What the demo city's pages state of money and priorities: figures that a reader could act on stand
next to what limits them, and one word is never used for two figures.
"""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import openpyxl
import pytest

from asset_inventory.assessment.resilience import assess_resilience
from asset_inventory.messages import LANGUAGES, say
from asset_inventory.outputs.files.workbooks import write_planning_workbook
from asset_inventory.outputs.map.city_map import write_map
from asset_inventory.outputs.report import pdf
from asset_inventory.outputs.report.write import write_report, write_resilience_report
from asset_inventory.outputs.views.city_words import in_city_words
from asset_inventory.outputs.views.qgis_styles import condition_on
from asset_inventory.outputs.views.ranking import resilience_summary
from asset_inventory.outputs.views.style import score_classes
from tests.support.map_page import popup_text, settled
from tests.support.page_contents import Page

MISSING = {
    "en": (
        "77 of 177 kelurahan have no asset data.",
        "Not assessed, without a hazard map or an indicator: ",
        "Landslide",
        "No data does not mean safe.",
    ),
    "id": (
        "77 dari 177 kelurahan tidak memiliki data aset.",
        "Belum dikaji, tanpa peta bahaya atau indikator: ",
        "Tanah longsor",
        "Tidak ada data tidak berarti aman.",
    ),
}


pytestmark = pytest.mark.slow  # the pages of the demo city in both languages


@pytest.fixture(scope="module")
def semarang(assessed_once):
    return assess_resilience(assessed_once("semarang"), water=False)


@pytest.fixture(scope="module")
def maps(semarang, tmp_path_factory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("maps")
    return {
        language: write_map(semarang, folder / f"{language}.html", language=language).read_text(
            encoding="utf-8"
        )
        for language in LANGUAGES
    }


@pytest.fixture(scope="module")
def report(semarang, tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    return write_report(semarang, folder, languages=LANGUAGES)


@pytest.fixture(scope="module")
def assessment(semarang, tmp_path_factory):
    folder = tmp_path_factory.mktemp("assessment")
    return write_resilience_report(semarang, folder, languages=LANGUAGES)


def text_of(page: str | Path) -> str:
    source = page.read_text(encoding="utf-8") if isinstance(page, Path) else page
    bare = re.sub(r"<(script|style).*?</\1>", " ", source, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", bare)).split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_assessed_stands_on_the_map_and_on_page_one(maps, report, assessment, language):
    for page in (
        maps[language],
        report.reports[language],
        report.summaries[language],
        assessment.reports[language],
    ):
        text = text_of(page)
        for part in MISSING[language]:
            assert part in text, part
    panel = maps[language].split('id="panel-focus"')[1]
    assert 'data-word="map.not_assessed"' in panel.split('id="panel-assets"')[0]


@pytest.mark.parametrize(
    ("language", "follows"),
    [
        ("en", "(terrain of 2019): Rp67.4 billion. Under the assumed rates"),
        ("id", "(permukaan tanah 2019): Rp67,4 miliar. Dengan asumsi laju"),
    ],
)
def test_todays_figure_follows_the_mapped_one_on_the_map(maps, language, follows):
    assert follows in text_of(maps[language])


# Each with the pages on which it stands; spaces are as `text_of` leaves them.
STATED = {
    "en": (
        ("robustness: medium", ("assessment",)),
        ("3 more cannot be judged (missing data).", ("assessment",)),
        ("Moderate agreement among the groups (Kendall's W 0.59, 4 groups; indicative).",
         ("assessment",)),
        ("The forum decides on the priority kelurahan", ("assessment",)),
        ("This is not a disaster risk map (Peta Risiko Bencana)", ("map", "report", "assessment")),
        ("replacement value of the assets that have one (public and private; not the book value of"
         " regional property)", ("report", "summary", "assessment")),
        ("long-term average direct damage per year", ("report", "assessment")),
        ("The chance is 1/T in any year; such events can happen in consecutive years",
         ("report", "assessment")),
        ("(maps, curves and values taken as correct)", ("report", "summary", "assessment")),
        ("zero for the assets in the inventory", ("report", "summary", "assessment")),
        ("including its interaction with sea level rise", ("map", "report")),
        ("the EAD of 4 assets is above 10% of their value a year", ("report",)),
        ("not calibrated for this city", ("report", "assessment")),
        ("2.3 + Flood 65.2 − overlap 0.1 = 67.4", ("report", "summary", "assessment")),
    ),
    "id": (
        ("kemantapan: sedang", ("assessment",)),
        ("3 lagi belum dapat dinilai (data kurang).", ("assessment",)),
        ("Kesepakatan antarkelompok sedang (W Kendall 0,59, 4 kelompok; indikatif).",
         ("assessment",)),
        ("Forum memutuskan kelurahan prioritas", ("assessment",)),
        ("Ini bukan Peta Risiko Bencana menurut Perka BNPB 2/2012.",
         ("map", "report", "assessment")),
        ("nilai penggantian aset yang diketahui (milik pemerintah dan swasta; bukan nilai BMD)",
         ("report", "summary", "assessment")),
        ("rata-rata jangka panjang kerusakan langsung per tahun", ("report", "assessment")),
        ("Peluangnya 1/T setiap tahun; kejadian demikian dapat terjadi pada tahun berturut-turut",
         ("report", "assessment")),
        ("(dengan anggapan peta, kurva, dan nilai benar)", ("report", "summary", "assessment")),
        ("nol untuk aset yang terdata", ("report", "summary", "assessment")),
        ("termasuk interaksinya dengan kenaikan muka air laut", ("map", "report")),
        ("4 aset melebihi 10% nilainya per tahun", ("report",)),
        ("belum dikalibrasi untuk kota ini", ("report", "assessment")),
        ("2,3 + Banjir 65,2 − tumpang tindih 0,1 = 67,4", ("report", "summary", "assessment")),
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_page_states_what_limits_its_figures(maps, report, assessment, language):
    texts = {
        "map": text_of(maps[language]),
        "report": text_of(report.reports[language]),
        "summary": text_of(report.summaries[language]),
        "assessment": text_of(assessment.reports[language]),
    }
    for sentence, pages in STATED[language]:
        for page in pages:
            assert sentence in texts[page], (page, sentence)


@pytest.mark.chromium
def test_the_summary_with_a_proposal_is_two_sheets_of_paper(report, tmp_path):
    with pdf.printer() as print_page:
        for language, page in report.summaries.items():
            print_page(page, tmp_path / f"{language}.pdf")
            data = (tmp_path / f"{language}.pdf").read_bytes()
            assert len(re.findall(rb"/Type\s*/Page\b(?!s)", data)) == 2, language


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_score_of_assets_is_not_called_the_score_of_the_ranking(assessment, language):
    of_assets = say("map.score", language)
    of_ranking = say("preliminary.head.score", language)
    assert not of_ranking.startswith(of_assets) and not of_assets.startswith(of_ranking)
    for key in ("map.layer.score", "map.legend.score", "map.about.scores"):
        assert of_assets.casefold() in say(key, language).casefold()
    text = text_of(assessment.reports[language])
    assert of_ranking in text and of_assets not in text


def test_a_district_without_a_rank_has_no_score_on_any_page(semarang, maps, assessment):
    (found,) = re.findall(r'id="data-districts">(.*?)</script>', maps["en"], re.DOTALL)
    rows = json.loads(found)
    unranked = [place for place, rank in enumerate(rows["rank"]) if rank is None]
    assert len(unranked) > 150
    assert {rows["score"][place] for place in unranked} == {None}
    table = Page(assessment.reports["en"]).tables["all-districts"]
    ranks = {row[1]: (row[0], row[2]) for row in table[1:]}
    assert ranks["Bandarharjo"] == ("–", "–")  # from one asset
    assert ranks["Karangroto"] == ("1", "0.05")
    unknown = score_classes().classes[-1]
    assert say(unknown.key, "en") == "not ranked: too few assets or no data"
    condition = condition_on("score", unless="not_ranked")(unknown)
    assert condition == 'if("not_ranked" IS NULL, "score", NULL) IS NULL'


@pytest.mark.chromium
@pytest.mark.parametrize(
    ("language", "said", "silent"),
    [
        (
            "en",
            ("not ranked: too few assets (1 asset)", "about 16,400", "Flood: 684"),
            "Priority score",
        ),
        (
            "id",
            ("tidak diperingkat: aset terlalu sedikit (1 aset)", "sekitar 16.400", "Banjir: 684"),
            "Skor prioritas (",
        ),
    ],
)
def test_the_popup_of_a_district_without_a_rank_gives_the_reason_and_no_score(
    maps, open_page, tmp_path, language, said, silent
):
    (tmp_path / "map.html").write_text(maps[language], encoding="utf-8")
    opened = open_page(tmp_path / "map.html")
    opened.page.click('#focus-rows tr:has-text("Bandarharjo") button')
    text = popup_text(opened.page)
    for part in said:
        assert part in text, (part, text)
    assert silent not in text
    assert say("map.score", language) in text
    settled(opened)


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        ("en", ("Frequent event only (103 assets)", "Rarer events are not costed (25-year map")),
        ("id", ("Hanya kejadian sering (103 aset)", "Kejadian lebih jarang tidak dihitung (peta")),
    ],
)
def test_where_the_ead_of_a_stress_stands_its_rarer_events_are_said_not_to_be_costed(
    semarang, report, assessment, language, parts
):
    terminal = " ".join(in_city_words(resilience_summary)(semarang, language))
    pages = (report.summaries, report.reports, assessment.reports)
    for text in (terminal, *(text_of(page[language]) for page in pages)):
        for part in parts:
            assert part in text, part


@pytest.mark.parametrize(
    ("language", "flag", "caption"),
    [
        ("en", "Bandarharjo (15.4%)", "land subsidence includes its interaction"),
        ("id", "Bandarharjo (15,4%)", "penurunan muka tanah termasuk interaksinya"),
    ],
)
def test_the_assessment_flags_an_implausible_share_and_says_what_a_percentage_includes(
    assessment, language, flag, caption
):
    page = Page(assessment.reports[language])
    text = text_of(assessment.reports[language])
    assert flag in text and caption in text
    shares = [row[3] for row in page.tables["criteria"][1:]]
    assert all(cell.endswith("%") for cell in shares if cell[0].isdigit())


@pytest.mark.parametrize(
    ("language", "heading"),
    [
        ("en", "EAD as mapped, terrain of 2019 (IDR a year)"),
        ("id", "EAD menurut peta, permukaan tanah 2019 (IDR per tahun)"),
    ],
)
def test_the_musrenbang_workbook_says_of_which_year_its_damage_is(
    semarang, tmp_path, language, heading
):
    path = write_planning_workbook(semarang, tmp_path / "planning.xlsx", language=language)
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert heading in [cell.value for cell in sheet[5]]


def test_displaced_people_and_what_they_need_are_written_to_three_digits(report):
    page = Page(report.reports["en"])
    for name in ("needs", "groups"):
        for row in page.tables[name][1:]:
            for cell in row[2:]:
                assert len(re.sub("[,.]", "", cell).rstrip("0")) <= 3, (name, cell)
    assert page.tables["needs"][-1][2] == "16,100"
