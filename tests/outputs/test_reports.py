"""The report: its figures are those of the tables, add up, and are the same in both languages;
its links lead on.
"""

from __future__ import annotations

import csv
import datetime
import os
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from asset_inventory.assessment.ead_sentences import ead_sentence
from asset_inventory.assessment.run import Assessment, assess
from asset_inventory.disclosure.assessment import disclosed
from asset_inventory.messages import describe_finding, with_city_words
from asset_inventory.model.errors import SourceError
from asset_inventory.model.reading import read_city
from asset_inventory.model.tables import findings
from asset_inventory.outputs.files.results import write_results
from asset_inventory.outputs.report import pdf, write
from asset_inventory.outputs.report.pages import findings_content
from asset_inventory.outputs.report.write import write_report
from asset_inventory.outputs.views.city import finding_sentences
from asset_inventory.outputs.views.figures import (
    by_map_and_type,
    by_part,
    figures_of,
    part_of,
    rows_by,
    worst,
)
from asset_inventory.outputs.views.sentences import ten_sentences
from asset_inventory.outputs.views.table_view import scale_of
from asset_inventory.outputs.views.tables import between
from asset_inventory.risk.dependence import is_known
from tests.support.accessibility import grave_faults, weak_texts
from tests.support.hostile_text import HOSTILE, STEERING
from tests.support.page_contents import CUT_CELLS, Page, follow, numbers_in, resolved
from tests.support.public_data import PUBLIC, SAYS_VALUE
from tests.support.town import FIFTY, START, TEN

pytestmark = pytest.mark.slow

COUNTED = ("Assets", "Exposed", "No data", "Not exposed", "No usable geometry")
DAY = datetime.date(2026, 11, 26)


@pytest.fixture(scope="module")
def semarang(assessed_once) -> Assessment:
    return assessed_once("semarang", DAY)


@pytest.fixture(scope="module")
def pages(semarang, tmp_path_factory) -> write.WrittenReport:
    return write_report(semarang, tmp_path_factory.mktemp("report"), languages=("id", "en"))


@pytest.fixture(scope="module")
def whole(semarang, tmp_path_factory) -> write.WrittenReport:
    return write_report(
        semarang, tmp_path_factory.mktemp("whole"), languages=("en",), per=("district",)
    )


@pytest.fixture
def assessment(town) -> Assessment:
    return assess(read_city(town), day=DAY)


def test_ten_sentences_by_pencil(assessment):
    # of five assets A, B and C are exposed; D lies half on nodata, of E nobody knows where it
    # stands EAD 15 + 30 + 45 + 0 = 90 of A, B, C and D, worth 1000 + 500 + 1000 + 800 = 3300: but
    # D's is not known
    said = ten_sentences(assessment, figures_of(assessment), "en")
    assert len(said) <= 10
    assert said[0] == "Tiny Town: 5 assets in 2 layers and 2 districts; without usable geometry: 1."
    assert said[4] == (
        "On all hazard maps combined, of 5 assets: exposed 3 (60%), no data 1, not exposed 0, "
        "without usable geometry 1."
    )
    # money and the districts come second and third
    assert said[1].endswith("Included hazards: flood. Not included: landslide.")
    assert said[2].startswith("Highest damage relative to value (indicator)")
    table = by_part(figures_of(assessment), "asset_type").set_index("part")
    assert table["ead"].drop("depot").to_dict() == pytest.approx(
        {"road": 45, "clinic": 30, "house": 15}
    )
    assert table.loc["house", ["assets", "exposed", "no_data"]].tolist() == [2, 1, 1]
    assert np.isnan(table.loc["depot", "ead"]) and table.loc["depot", "unusable"] == 1
    assert '"road" (1 asset): Rp45, 50% of the total.' in said[6]


@pytest.mark.slow
def test_what_is_printed_adds_up_and_is_what_the_tables_hold(semarang, pages):
    page = Page(pages.reports["en"])
    figures = figures_of(semarang)
    keys = ["hazard", "return_period", "asset_type"]
    ledger = semarang.exposure_counts.astype({"hazard": "str", "asset_type": "str"}).groupby(
        keys, dropna=False
    )
    ledger = ledger.sum(numeric_only=True).sort_index()
    own = by_map_and_type(figures).set_index(keys).sort_index()
    pd.testing.assert_frame_equal(
        own, ledger[own.columns], check_dtype=False, check_index_type=False
    )
    scale = scale_of(semarang.district_damage["ead"].sum())
    for name in ("by-asset_type", "by-district"):
        rows = page.tables[name][1:]
        kept = [place for place, one in enumerate(page.tables[name][0]) if one in COUNTED]
        counts = np.array([[int(row[place].replace(",", "")) for place in kept] for row in rows])
        assert (counts[:-1].sum(axis=0) == counts[-1]).all() and (
            counts[:, 1:].sum(axis=1) == counts[:, 0]
        ).all()
        place = page.tables[name][0].index("EAD (Rp billion; terrain of 2019)")
        told = [row[place] for row in rows if row[place] != "not available"]
        cents = [0 if one.startswith("<") else round(100 * float(one)) for one in told]
        assert (
            sum(cents[:-1])
            == cents[-1]
            == round(100 * semarang.district_damage["ead"].sum() / scale.divisor)
        )
    areas = semarang.district_damage.set_index("district")
    by_district = by_part(figures, "district").set_index("part")
    for column, named in (
        ("ead", "ead"),
        ("ead_low", "ead_low"),
        ("exposed", "assets_exposed"),
        ("assets", "assets"),
    ):
        there = areas.loc[by_district.index, named]
        np.testing.assert_allclose(
            by_district[column].astype(float), there.astype(float), rtol=1e-9
        )
    sums = [row for row in page.tables["exposure-counts"][1:] if row[2] == "Total"]
    assert len(sums) == 10 and {row[3] for row in sums} == {"3,186"}


def test_both_languages_print_the_same_numbers(pages):
    for written in (pages.reports, pages.summaries):
        english, indonesian = (Page(written[language]) for language in ("en", "id"))
        assert list(english.tables) == list(indonesian.tables)
        for name, table in english.tables.items():
            if name == "terms":  # begins with the language of the page
                continue
            told = indonesian.tables[name]
            assert [numbers_in(" ".join(row), "en") for row in table[1:]] == [
                numbers_in(" ".join(row), "id") for row in told[1:]
            ], name
        figures = [
            sorted(numbers_in(page.text, language))
            for page, language in ((english, "en"), (indonesian, "id"))
        ]
        assert figures[0] == figures[1]


@pytest.mark.slow
def test_every_link_leads_somewhere(assessment, whole, tmp_path):
    town = write_report(
        assessment, tmp_path / "a", languages=("en", "id"), per=("district", "owner")
    )
    names = sorted(path.name for path in town.parts)
    assert len(names) == 2 * 4  # two districts, what lies outside both, one department
    assert "0001-works-en.html" in names and "0003-outside-all-districts-id.html" in names
    assert follow((tmp_path / "a").resolve(), resolved(town)) > 100
    assert len(whole.parts) == 178
    assert follow(whole.reports["en"].parent.resolve(), resolved(whole)) > 178 * 10


def test_a_page_of_a_part_tells_its_own(assessment, tmp_path):
    written = write_report(assessment, tmp_path, languages=("en",), per=("district", "owner"))
    east = Page(next(path for path in written.parts if path.name.startswith("0002")))
    # in the east stands clinic B: EAD 30 of 90; the road's middle lies on the border
    # the clinic is exposed to both the flood and the zone of landslides
    assert ["clinic", "1", "1", "1", "1", "0", "0", "0"] in [
        row[:8] for row in east.tables["by-asset_type"]
    ]
    works = Page(next(path for path in written.parts if path.parent.name == "departments"))
    assert {row[1] for row in works.tables["worst"][1:]} <= {
        "buildings:A",
        "buildings:B",
        "buildings:D",
    }
    assert works.tables["by-asset_type"][-1][1] == "4" and "roads:C" not in works.text
    figures = figures_of(assessment)
    inside = part_of(figures, rows_by(figures, "owner")["Works"])
    assert worst(inside, limit=5)["asset_id"].tolist() == [
        "buildings:B",
        "buildings:A",
        "buildings:D",
    ]


@pytest.mark.slow
def test_a_district_without_assets_is_not_called_safe(semarang, whole):
    empty = semarang.district_damage["district"][semarang.district_damage["assets"] == 0].iloc[0]
    number = sorted(semarang.district_damage["district"].astype(str)).index(str(empty)) + 1
    text = Page(next(path for path in whole.parts if path.name.startswith(f"{number:04d}-"))).text
    assert (
        "No asset in this kelurahan has been submitted. This does not mean that there are none."
        in text
    )


@pytest.mark.slow
def test_a_public_report_holds_nothing_internal(edit, tmp_path):
    assessment = assess(read_city(edit(PUBLIC)), day=DAY)
    written = write_report(
        disclosed(assessment), tmp_path, languages=("en", "id"), per=("district",)
    )
    for path in written.every():
        text = path.read_text(encoding="utf-8")
        for internal in ("roads:", "roads.gpkg", "Roads", "Works", "Rp"):
            assert internal not in text, (path.name, internal)
        assert "TERBUKA / PUBLIC" in text and "TERBATAS –" not in text
    with pytest.raises(SourceError, match="local government agencies are restricted data"):
        write_report(disclosed(assessment), tmp_path, languages=("en",), per=("owner",))
    told = assess(read_city(edit((PUBLIC[1], SAYS_VALUE[1]))), day=DAY)
    owners = write_report(disclosed(told), tmp_path / "told", languages=("en",), per=("owner",))
    assert [path.name for path in owners.parts] == ["0001-works-en.html"]


@pytest.mark.slow
def test_exercise_data_is_called_so_on_every_page(assessment, tmp_path):
    written = write_report(assessment, tmp_path, languages=("en",), per=("district", "owner"))
    for path in written.every():
        text = path.read_text(encoding="utf-8")
        # the head, and the foot of a print
        assert text.count("FICTITIOUS TRAINING DATA, not for decisions") >= 2, path
    # drawn into the maps
    assert ">FICTITIOUS DATA</text>" in written.reports["en"].read_text(encoding="utf-8")


@pytest.mark.slow
def test_two_runs_write_the_same_bytes(assessment, tmp_path):
    one, other = (
        write_report(assessment, tmp_path / name, languages=("id",), per=("owner",))
        for name in "ab"
    )
    assert [path.read_bytes() for path in one.every()] == [
        path.read_bytes() for path in other.every()
    ]


def hostile(assessment: Assessment) -> Assessment:
    """The town with forty houses whose every word is hostile."""
    count = len(HOSTILE)
    rows = np.resize(np.flatnonzero(assessment.assets["asset_id"] == "buildings:A"), count)
    ids = [f"{name}:{place}" for place, name in enumerate(HOSTILE)]
    words = pd.Categorical(HOSTILE, categories=list(dict.fromkeys(HOSTILE)))
    assets = (
        assessment.assets.iloc[rows]
        .reset_index(drop=True)
        .assign(
            asset_id=ids,
            name=HOSTILE,
            asset_type=words,
            owner=HOSTILE[::-1],
            layer=words,
            district=words,
        )
    )
    areas = (
        assessment.district_damage.iloc[np.zeros(count, dtype=int)]
        .reset_index(drop=True)
        .assign(
            district=HOSTILE, name=HOSTILE, parent=HOSTILE[::-1], rank=np.arange(1.0, count + 1)
        )
    )
    asset_id = pd.Categorical(ids, categories=ids)
    exposure = (
        assessment.exposure.iloc[np.zeros(count, dtype=int)]
        .reset_index(drop=True)
        .assign(asset_id=asset_id)
    )
    ead = (
        assessment.ead.iloc[np.zeros(count, dtype=int)]
        .reset_index(drop=True)
        .assign(asset_id=asset_id)
    )
    source = assessment.city.assets[0].source.model_copy(
        update={"title": HOSTILE[0], "licence": HOSTILE[2]}
    )
    city = assessment.city.model_copy(
        update={
            "name": " ".join(HOSTILE[:5]),
            "assets": tuple(
                one.model_copy(update={"source": source}) for one in assessment.city.assets
            ),
        }
    )
    scores = (
        assessment.scores.iloc[np.zeros(count, dtype=int)]
        .reset_index(drop=True)
        .assign(asset_id=asset_id)
    )
    joint = (
        assessment.joint_ead.iloc[np.zeros(count, dtype=int)]
        .reset_index(drop=True)
        .assign(asset_id=asset_id)
    )
    changed = {
        "assets": assets,
        "district_damage": areas,
        "exposure": exposure,
        "ead": ead,
        "joint_ead": joint,
        "scores": scores,
        "city": city,
    }
    return Assessment(**{**vars(assessment), **changed})


NO_HAZARDS = 'name = "{}"\nvisibility = "internal"\n'


def test_where_no_map_was_looked_at_nothing_is_called_safe(edit, tmp_path):
    hidden = [(f'name = "{name}"\n', NO_HAZARDS.format(name)) for name in ("flood", "landslide")]
    town = assess(read_city(edit(PUBLIC, *hidden)), day=DAY)
    written = write_report(disclosed(town), tmp_path, languages=("en",), per=("district",))
    for path in written.every():
        page = Page(path)
        if "No asset in this district has been submitted" not in page.text:
            assert "No hazard map is available, so exposure is unknown" in page.text, path.name
        assert "exposed 0" not in page.text and "no asset is exposed" not in page.text
        assert "by-map" not in page.tables and "exposure-counts" not in page.tables
    kinds = {row[0]: row[1:] for row in Page(written.reports["en"]).tables["by-asset_type"][1:]}
    # Assets, exposed, unknown, not exposed, without geometry
    assert kinds["house"] == [
        "2",
        "0",
        "2",
        "0",
        "0",
    ]


@pytest.mark.slow
def test_the_methods_name_the_rule_that_the_city_declares(edit, tmp_path):
    rule = '[ead]\nbetween = "log-linear"\ntail = "none"\nfrequency = "1 - exp(-1/T)"\n\n[scores]'
    declared = (
        "no_damage_return_period = 5",
        'protection = { return_period = 20, source = "Dike book" }',
    )
    town = assess(read_city(edit(("[scores]", rule), declared)), day=DAY)
    written = write_report(town, tmp_path, languages=("en", "id"))
    for language, others in (
        ("en", ("trapezoid", "flat tail")),
        ("id", ("trapesium", "ekor datar")),
    ):
        text = Page(written.reports[language]).text
        with with_city_words(town.city.words):
            assert ead_sentence(town.city, language) in text and "Dike book" in text
        assert not [one for one in others if one in text]


def test_a_public_page_says_that_a_hazard_could_not_be_used_and_not_where_its_file_lies(
    edit, town, tmp_path
):
    (town / "landslide.gpkg").write_text("no zones", encoding="utf-8")
    refused = assess(read_city(edit(PUBLIC)), day=DAY)
    assert refused.provenance["left_out"] == {"landslide": "public"}
    page = Page(write_report(disclosed(refused), tmp_path / "a", languages=("en",)).reports["en"])
    assert "NOT INCLUDED in these figures" in page.text and "landslide.gpkg" in page.text
    assert str(tmp_path) not in page.text


def test_what_is_not_public_is_not_called_missing(edit, tmp_path):
    told = assess(read_city(edit(PUBLIC)), day=DAY)  # its values are internal
    written = write_report(disclosed(told), tmp_path, languages=("en",), per=("district",))
    text = "".join(Page(path).text for path in written.every())
    assert "Replacement values and damage are not public." in text
    for wrong in (
        "have no value",
        "no damage curve",
        "no hazard has both",
        "To mend",
        "is missing",
    ):
        assert wrong not in text, wrong


@pytest.mark.slow
def test_pages_for_other_readers_do_not_stay_beside_public_ones(edit, tmp_path):
    town = assess(read_city(edit((PUBLIC[0], SAYS_VALUE[1]))), day=DAY)
    folder = tmp_path / "out"
    write_report(town, folder, languages=("en", "id"), per=("owner", "district"))
    (folder / "report-en.pdf").write_bytes(b"%PDF")
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    written = write_report(disclosed(town), folder, languages=("en",))
    assert {path for path in folder.rglob("*") if path.is_file()} == {
        *written.every(),
        folder / "notes.txt",
    }


def test_whose_curves_they_are_is_said(semarang, pages):
    curves = {rule.curve for rule in semarang.city.curves if rule.curve}
    assert curves and all(one.startswith("jrc/") for one in curves)
    text = Page(pages.reports["en"]).text
    assert "Huizinga" in text and "https://doi.org/10.2760/16510" in text and "CC-BY-4.0" in text


def test_a_scenario_has_its_damage_and_squares_are_called_so(assessed_once, tmp_path):
    kampen = assessed_once("kampen", DAY)
    page = Page(write_report(kampen, tmp_path, languages=("en",)).reports["en"])
    heads, row = page.tables["by-map"]
    damage = kampen.damage["damage"].sum()
    scale = scale_of(damage)
    assert heads[-2] == f"Damage in one event ({scale.unit('EUR', 'en')})"
    assert float(row[-2].replace(",", "")) * scale.divisor == pytest.approx(damage, rel=1e-3)
    assert page.tables["by-district"][0][0] == "1 km square" and "By 1 km square" in page.text


def test_printed_bounds_hold_and_a_small_count_of_people_is_no_zero(semarang):
    scale = scale_of(12_345_678.0)  # ten thousand is the last digit that is printed
    assert between(1_239_999.0, 1_240_001.0, scale, "en") == "1.23 – 1.25"
    assert between(1_240_000.0, 1_240_000.0, scale, "en") == "1.24 – 1.24"
    assert between(1.0, np.nan, scale, "id") == "paling sedikit 0,00"
    areas = semarang.district_damage
    few = areas.assign(
        people_exposed=np.where(areas.index == 0, 0.0, np.nan),
        people_rule=np.where(areas.index < 3, "fewer than 10", "not known"),
    )
    town = Assessment(**{**vars(semarang), "district_damage": few})
    said = " ".join(ten_sentences(town, figures_of(town), "en"))
    assert (
        "Residents live in mapped hazard zones; the number is withheld because it is small" in said
    )
    assert "About 0 residents" not in said


@pytest.mark.chromium
def test_forty_hostile_names_are_text(assessment, tmp_path, open_page):
    written = write_report(
        hostile(assessment), tmp_path, languages=("en",), per=("district", "owner")
    )
    for path in written.every():
        assert path.is_relative_to(tmp_path) and re.fullmatch(r"[0-9a-z-]+\.html", path.name)
        page = Page(path)
        assert page.live == [], path.name
        assert "\x00" not in path.read_text(encoding="utf-8")
    shown = Page(written.reports["en"]).text
    for name in HOSTILE:
        assert STEERING.sub("\ufffd", name) in shown, name
    opened = open_page(written.reports["en"], ready=False)
    assert opened.wrong == []


@pytest.mark.chromium
def test_a_report_is_read_on_any_screen_by_anybody(pages, open_page):
    for width, height, touch in ((1280, 800, False), (390, 844, True)):
        for path in (pages.reports["id"], pages.summaries["en"]):
            opened = open_page(path, width=width, height=height, touch=touch, ready=False)
            assert grave_faults(opened.page) == []
            assert weak_texts(opened.page) == []
            assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
            assert opened.wrong == [] and opened.violations() == []


def test_forty_hostile_names_are_text_in_the_geopackage_and_csv_too(assessment, tmp_path):
    city = hostile(assessment)
    write_results(replace(city, findings=findings([])), tmp_path, language="en")
    with closing(sqlite3.connect(tmp_path / "results.gpkg")) as store:
        held = [name for (name,) in store.execute("SELECT name FROM assets_polygons ORDER BY fid")]
        areas = [
            name for (name,) in store.execute("SELECT district FROM district_damage ORDER BY fid")
        ]
    # a zero byte ends a text in SQLite
    expected = [one.partition("\x00")[0] for one in HOSTILE]
    assert held == expected and areas == expected
    with (tmp_path / "assets.csv").open(encoding="utf-8", newline="") as stream:
        names = [row["name"] for row in csv.DictReader(stream)]
    # What would end a line or a text for some
    told = [re.sub(r"[\r\x00]", "\ufffd", one) for one in HOSTILE]
    assert [one.removeprefix("'") for one in names] == [one.removeprefix("'") for one in told]
    assert not any(one[:1] in "=+-@\t\r" for one in names if one)


@pytest.mark.chromium
def test_the_summary_is_two_sheets_of_paper_and_no_table_is_cut(
    pages, assessment, open_page, tmp_path
):
    department = write_report(
        assessment, tmp_path / "town", languages=("id",), per=("owner",)
    ).parts[0]
    with pdf.printer() as print_page:
        for language, path in pages.summaries.items():
            print_page(path, tmp_path / f"{language}.pdf")
            assert sheets(tmp_path / f"{language}.pdf") == 2
            # a path of this machine, dead elsewhere
            assert b"file:" not in (tmp_path / f"{language}.pdf").read_bytes()
            assert pdf.is_print_of(tmp_path / f"{language}.pdf", path)
        print_page(pages.reports["en"], tmp_path / "report.pdf")
    assert 8 < sheets(tmp_path / "report.pdf") < 25
    assert not pdf.is_print_of(tmp_path / "report.pdf", pages.reports["id"])
    for path in (pages.reports["id"], department):
        opened = open_page(path, width=703, ready=False)  # A4 without its margins, in CSS pixels
        opened.page.emulate_media(media="print")
        assert opened.page.evaluate(CUT_CELLS) == []


def sheets(path: Path) -> int:
    data = path.read_bytes()
    assert data.startswith(b"%PDF")
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", data))


@pytest.mark.smoke
def test_the_command_writes_both_languages_and_says_where(town, ask, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    code, said = ask("report", town, "--per", "district", "--per", "owner")
    assert code == 1  # the depot has no geometry, which must be mended
    assert "Report: reports/town/report-en.html" in said
    assert "4 pages by district and local government agency: reports/town" in said
    from asset_inventory.cli import main

    assert (
        main(["report", str(town), "--language", "both", "--audience", "public", "--to", "out"])
        == 1
    )
    capsys.readouterr()
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "report-en.html",
        "report-id.html",
        "summary-en.html",
        "summary-id.html",
    ]
    assert main(["report", str(town), "--language", "fr"]) == 2
    assert "en, id, both" in capsys.readouterr().err
    monkeypatch.setattr(pdf, "_BROWSERS", ())
    code, said = ask("report", town, "--pdf")
    assert "print it (Ctrl+P)" in said and not list(tmp_path.rglob("*.pdf"))


@pytest.mark.chromium
def test_the_command_prints(town, ask, tmp_path):
    said = ask("report", town, "--pdf", "--to", tmp_path / "out")[1]
    assert "2 pages printed" in said
    assert sorted(path.name for path in (tmp_path / "out").glob("*.pdf")) == [
        "report-en.pdf",
        "summary-en.pdf",
    ]


@pytest.mark.skipif(os.name != "posix", reason="a script stands in for a browser")
@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("exec sleep 60", "was not printed within .* minutes"),
        ("exit 1", "was not printed"),
    ],
)
def test_a_browser_that_hangs_or_ends_is_an_error(tmp_path, monkeypatch, script, says):
    (tmp_path / "page.html").write_text("<p>", encoding="utf-8")
    browser = tmp_path / "browser"
    browser.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    browser.chmod(0o755)
    monkeypatch.setattr(pdf, "_BROWSERS", (str(browser),))
    monkeypatch.setattr(pdf, "_PATIENCE", 0.5 if "sleep" in script else 60)
    with pdf.printer() as print_page, pytest.raises(SourceError, match=says):
        print_page(tmp_path / "page.html", tmp_path / "page.pdf")
    assert not (tmp_path / "page.pdf").exists()


def test_a_page_that_no_browser_prints_by_itself_is_an_error(tmp_path):
    (tmp_path / "page.html").write_text("<p>", encoding="utf-8")
    with pytest.raises(SourceError, match="was not printed"):
        pdf._by_command("no-such-browser", tmp_path / "page.html", tmp_path / "page.pdf", tmp_path)


def test_without_values_no_page_prints_a_damage_of_nought(edit, tmp_path):
    made = assess(
        read_city(
            edit(
                (', value = "VALUE" }', " }"),
                ('road = { per = "m", amount = 10, source = "by pencil" }\n', ""),
            )
        ),
        day=DAY,
    )
    assert (
        not is_known(made.joint_ead, made.exposure, made.ead) and made.joint_ead["ead"].eq(0).any()
    )
    written = write_report(made, tmp_path, languages=("en",))
    for path in (written.reports["en"], written.summaries["en"]):
        text = Page(path).text
        assert (
            "Rp0" not in text
            and "zero for the assets in the inventory" not in text
            and "It is of:" not in text
        )
    assert figures_of(made).assets["ead"].isna().all()


@pytest.mark.parametrize("audience", ["internal", "public"])
def test_the_public_is_not_told_what_to_write_into_the_city_file(edit, tmp_path, audience):
    made = assess(read_city(edit((TEN, ""), (FIFTY, ""), (START, ""))), day=DAY)
    assert "no_upper_bound" in set(made.findings["code"])
    remedies = [
        describe_finding(row, "en")[1]
        for row in made.findings.to_dict("records")
        if row["code"] == "no_upper_bound"
    ]
    inside, edition = audience == "internal", disclosed(made, audience)
    for told in (
        findings_content(edition, "en")["findings"],
        [("", "", *finding["texts"]["en"]) for finding in finding_sentences(edition)],
    ):
        assert any(remedies[0] in one for one in told) == inside
