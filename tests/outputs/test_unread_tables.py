"""A table that people filled in and whose file cannot be read: every page says so first, and
none says «nobody».
"""

from __future__ import annotations

import dataclasses
import re

import pytest

from asset_inventory.assessment.resilience import assess_resilience, gaps
from asset_inventory.assessment.run import assess
from asset_inventory.disclosure.resilience import disclosed_resilience
from asset_inventory.messages import LANGUAGES, say
from asset_inventory.model.reading import read_city
from asset_inventory.model.resilience import SURVEY_FORMS
from asset_inventory.outputs.files.workbooks import planning_sheets, write_planning_workbook
from asset_inventory.outputs.map.city_map import write_map
from asset_inventory.outputs.publish import publish
from asset_inventory.outputs.report.write import write_resilience_report
from asset_inventory.outputs.views.resilience import survey_sentences
from tests.support.page_contents import Page
from tests.support.public_data import PUBLIC_LAYERS
from tests.support.survey_fixtures import DAY

pytestmark = pytest.mark.slow

openpyxl = pytest.importorskip("openpyxl")

# What is said where a table was not handed in, or says nothing of a place.
# fmt: off
NOBODY = ("preliminary.no_statements", "preliminary.no_votes", "preliminary.no_actions", "preliminary.nobody_named",
          "preliminary.here.none.statements", "preliminary.here.none.programmes", "preliminary.here.no_own_actions",
          "preliminary.gap.none", "focus.nothing_yet", "resilience.nothing.statements", "resilience.nothing.votes",
          "resilience.nothing.actions", "resilience.nothing.indicators", "resilience.nothing.gaps",
          "resilience.nothing.burdens", "resilience.nothing.vulnerability", "resilience.nothing.products",
          "finding.nothing_filled_in.remedy")
# fmt: on
# fmt: off
PARTS = {"statements": "statements", "votes": "votes", "actions": "actions", "indicators": "indicators",
         "gaps": "actions", "burdens": "indicators", "vulnerability": "indicators"}
# fmt: on


def unread(language: str, *names: str) -> list[str]:
    return [
        say("preliminary.unread", language, table=say(f"form.{name}", language))
        for name in names or SURVEY_FORMS
    ]


def silent_of(text: str, language: str) -> None:
    """Assert that a text tells of nobody who did nothing."""
    for key in NOBODY:
        assert say(key, language, count=2).rstrip(".") not in text, key


@pytest.fixture
def broken(town_with_voices):
    """The town with four tables that are no tables."""
    declared = town_with_voices / "city.toml"
    text = declared.read_text(encoding="utf-8")
    assert PUBLIC_LAYERS[0] in text
    declared.write_text(text.replace(*PUBLIC_LAYERS), encoding="utf-8")
    for name in SURVEY_FORMS:
        (town_with_voices / f"{name}.csv").write_bytes(b"\x00\x01 no table")
    return town_with_voices


@pytest.fixture
def drawn(broken):
    return assess_resilience(assess(read_city(broken), day=DAY), day=DAY)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_says_first_what_could_not_be_read(drawn, tmp_path, language):
    write_resilience_report(drawn, tmp_path, languages=(language,), per=("district", "owner"))
    pages = list(tmp_path.rglob("*.html"))
    assert len(pages) > 3
    for path in pages:
        html = path.read_text(encoding="utf-8")
        head, body = html.split("<main>")
        for sentence, name in zip(unread(language), SURVEY_FORMS, strict=True):
            assert sentence in head and f"{name}.csv" in head, (path.name, name)
        silent_of(body, language)
    body = next(path for path in pages if path.name.startswith("preliminary")).read_text(
        encoding="utf-8"
    )
    sections = dict(re.findall(r'<h2 id="part-(\w+)">(.*?)</section>', body, re.DOTALL))
    for section, name in (
        ("found", "statements"),
        ("found", "votes"),
        ("found", "actions"),
        ("found", "indicators"),
        ("statements", "statements"),
        ("perceptions", "votes"),
        ("actions", "actions"),
        ("focus", "indicators"),
        ("unknown", "indicators"),
    ):
        assert unread(language, name)[0] in sections[section], (section, name)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_public_edition_says_so_without_a_file(drawn, tmp_path, language):
    first = publish(drawn, tmp_path / "out", languages=(language,))
    for page in (first, next((tmp_path / "out" / "resilience").glob("preliminary-*.html"))):
        text = Page(page).text
        assert all(sentence in text for sentence in unread(language)), page.name
        assert ".csv" not in text
        silent_of(text, language)
    html = (tmp_path / "out" / "map.html").read_text(encoding="utf-8")
    assert (
        say("form.votes", "id") + " / " + say("form.votes", "en") in html
        and "votes.csv" not in html
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_map_says_so_at_its_head_and_never_that_nothing_was_raised(drawn, tmp_path, language):
    html = write_map(drawn, tmp_path / "m.html", language=language).read_text(encoding="utf-8")
    said = re.search(r'<p class="left-out" role="note">(.*?)</p>', html)[1]
    assert say("map.left_out", language) in said
    for name in SURVEY_FORMS:
        assert f"{say(f'form.{name}', 'id')} / {say(f'form.{name}', 'en')} ({name}.csv)" in said
    assert '"unread":["statements","votes","indicators","actions"]' in html


@pytest.mark.chromium
def test_a_map_without_anything_to_show_does_not_say_that_nothing_was_raised(
    broken, tmp_path, open_page
):
    text = (broken / "city.toml").read_text(encoding="utf-8")
    (broken / "city.toml").write_text(
        re.sub(r"\[resilience\.criteria.*?(?=\n\[|\Z)", "", text, flags=re.DOTALL), encoding="utf-8"
    )
    opened = open_page(
        write_map(assess_resilience(assess(read_city(broken), day=DAY)), tmp_path / "m.html")
    )
    assert opened.page.evaluate("document.getElementById('nothing-yet').hidden")


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_terminal_says_so_of_the_whole_and_of_each_part(
    broken, ask, tmp_path, monkeypatch, language
):
    monkeypatch.chdir(tmp_path)
    code, said = ask("resilience", broken, language=language)
    first = said.splitlines()[: len(SURVEY_FORMS) + 2]
    assert code == 1
    for sentence in unread(language):
        assert any(line.startswith(sentence) for line in first), sentence
    silent_of(said, language)
    for part, name in PARTS.items():
        code, said = ask("resilience", broken, "--only", part, language=language)
        assert (code, unread(language, name)[0] in said) == (1, True), part
        silent_of(said, language)
    assert (
        unread(language, "indicators")[0]
        in ask("resilience", broken, "--district", "West", language=language)[1]
    )


def test_the_terminal_says_so_to_a_program_too(broken, ask):
    code, said = ask("resilience", broken, "--only", "gaps", "--json")
    assert code == 1 and said.count(unread("en", "actions")[0]) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_says_so_on_every_sheet_and_counts_no_action(drawn, tmp_path, language):
    book = openpyxl.load_workbook(
        write_planning_workbook(drawn, tmp_path / "a.xlsx", language=language)
    )
    for sheet in book:
        assert all(sentence in sheet["A2"].value for sentence in unread(language)), sheet.title
    focus, _, actions, lacking, _ = planning_sheets(drawn, language)
    assert focus.rows and all(row["actions"] is None for row in focus.rows)
    assert not actions.rows and not lacking.rows  # nobody knows that nothing is done there


def test_of_what_could_not_be_read_nothing_is_counted_or_concluded(drawn):
    for told in (drawn, disclosed_resilience(drawn)):
        assert told.unread == SURVEY_FORMS
        assert (
            told.shocks_and_stresses["statements"].isna().all()
            and not told.shocks_and_stresses["mismatch"].notna().any()
        )
        assert gaps(told) == type(gaps(told))((), (), ())
    # poverty is measured by an indicator that was handed in
    assert (
        drawn.shocks_and_stresses.set_index("pressure").loc["poverty", "indicator"] == "poor people"
    )
    codes = set(drawn.findings["code"])
    assert codes.isdisjoint(
        {"criterion_without_figure", "pressure_without_value", "nothing_filled_in"}
    )


def test_a_table_that_was_read_or_never_declared_is_not_among_them(town_with_voices):
    (town_with_voices / "votes.csv").write_bytes(b"\x00\x01 no table")
    (town_with_voices / "statements.csv").write_text("group,statement\n", encoding="utf-8")
    text = (town_with_voices / "city.toml").read_text(encoding="utf-8")
    text = "\n".join(line for line in text.splitlines() if not line.startswith("actions ="))
    (town_with_voices / "city.toml").write_text(text, encoding="utf-8")
    drawn = assess_resilience(assess(read_city(town_with_voices), day=DAY), day=DAY)
    assert drawn.unread == ("votes",)
    assert drawn.shocks_and_stresses["statements"].tolist() == [0] * len(drawn.shocks_and_stresses)


def test_a_decision_is_recorded_with_a_word_on_the_indicators_that_were_not_read(broken, ask):
    code, said = ask(
        "decide", broken, "West", "--choice", "chosen", "--group", "Forum", "--reason", "the tide"
    )
    assert code == 0 and unread("en", "indicators")[0] in said


def test_what_to_survey_is_told_where_every_criterion_that_could_be_read_is_known(drawn):
    known = dataclasses.replace(drawn, criteria=drawn.criteria.dropna(subset="value"))
    missing = say("preliminary.survey", "en", districts="", criteria="").split(":")[0]
    assert not any(line.startswith(missing) for line in survey_sentences(known, "en"))
