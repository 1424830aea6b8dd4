"""Forty hostile texts in every place of a page that a city or its data fills: shown as text, and
nothing runs.
"""

from __future__ import annotations

import csv
import re
from types import SimpleNamespace

import pytest

from asset_inventory.outputs.map.city_map import write_map
from tests.support.hostile_text import ARMED, COUNT, HOSTILE, STEERING, hostile_assessment
from tests.support.map_page import painted, show_tab

pytestmark = pytest.mark.chromium

LONG = next(one for one in HOSTILE if len(one) == 10_000)


@pytest.fixture
def hostile(town, tmp_path, open_page) -> SimpleNamespace:
    path = write_map(hostile_assessment(town), tmp_path / "map.html", language="en")
    return open_page(path)


def plain(text: str) -> str:
    """Text without what HTML makes of white space and NUL, and sentences of what would steer a
    terminal.
    """
    return re.sub(r"\s+", " ", STEERING.sub(" ", text).replace("\ufffd", " ")).strip()


def texts(page, selector: str) -> str:
    return plain(
        " ".join(page.locator(selector).evaluate_all("(all) => all.map((one) => one.textContent)"))
    )


def clean(opened: SimpleNamespace) -> None:
    assert opened.wrong == []
    assert opened.violations() == []
    page = opened.page
    assert page.locator("img[src=x], svg[onload], b, body iframe, textarea").count() == 0
    # nothing was added to the scripts of the page: what the policy names is all there is
    assert (
        page.evaluate(
            "[...document.scripts].filter((one) => one.textContent.includes('alert(1)')"
            " && one.type !== 'application/json').length"
        )
        == 0
    )


def test_titles_lists_and_findings_are_shown_as_text(hostile):
    page = hostile.page
    title = texts(page, "h1")
    for language in ("en", "id"):
        page.click(f"[data-language={language}]")
        page.click("#tab-about")
        for place in ("#sources", "#prices", "#versions", "#inputs", "#findings"):
            shown = texts(page, place)
            for name in ARMED:
                assert plain(name) in shown, (place, name[:40])
        for tab, rows in (("focus", "#focus-rows"), ("assets", "#asset-rows")):
            page.click(f"#tab-{tab}")
            shown = texts(page, rows)
            assert all(plain(name) in shown for name in ARMED)
        assert all(plain(name) in title for name in ARMED)
        assert all(plain(name) in texts(page, ".exercise") for name in ARMED)
    # an address that is none has no protocol at all
    assert set(
        page.locator("#sources a").evaluate_all("(all) => all.map((one) => one.protocol)")
    ) == {"https:", ":"}
    clean(hostile)


def test_hazards_filters_and_the_legend_are_shown_as_text(hostile):
    page = hostile.page
    options = page.locator("#hazard option").evaluate_all(
        "(all) => all.map((one) => one.textContent)"
    )
    assert len(options) == COUNT + 1
    show_tab(page, "layers")
    for place, name in enumerate(ARMED):
        assert plain(name) in plain(options[place + 1])
        page.select_option("#hazard", str(place))
        assert plain(name) in texts(page, "#legend")
        assert page.inner_text("#count-exposed") == "1"
    for column in ("asset_type", "owner", "district"):
        page.click(f"#filters [data-filter={column}] summary")
        page.wait_for_selector(f"#filter-{column} input")
        shown = texts(page, f"#filter-{column}")
        assert all(plain(name) in shown for name in ARMED), column
        page.locator(f"#filter-{column} input").nth(2).check()
        painted(page)
        chosen = page.locator(f"#filter-{column} label").nth(2).text_content()
        assert plain(chosen) in texts(page, "#only")
        assert "alert" not in page.evaluate("location.hash") or "%" in page.evaluate(
            "location.hash"
        )
        page.click("#filter-none")
    clean(hostile)


def test_popups_and_search_show_them_as_text(hostile):
    page = hostile.page
    page.click("#tab-assets")
    for place, name in enumerate(ARMED):
        page.evaluate("void map_city.closePopup()")
        page.wait_for_selector(".leaflet-popup-content", state="detached")
        page.evaluate("(at) => document.querySelectorAll('#asset-rows .go')[at].click()", place)
        page.wait_for_selector(".leaflet-popup-content h2", timeout=5000)
        shown = texts(page, ".leaflet-popup-content")
        assert plain(name) in shown, name[:40]
        assert plain(ARMED[::-1][place]) in shown
        assert texts(page, ".leaflet-popup-content h2") == plain(name)
    for name in ARMED:
        sought = plain(name)[:60]
        if not sought:
            continue
        page.evaluate("document.getElementById('find-list').replaceChildren()")
        page.fill("#find-text", sought)
        page.wait_for_selector("#find-list > *")
    clean(hostile)


def test_without_scripts_they_are_text_too(town, tmp_path, open_page):
    path = write_map(hostile_assessment(town), tmp_path / "map.html", language="id")
    opened = open_page(path, scripts=False)
    shown = plain(opened.page.text_content("#still tbody"))
    assert all(plain(name) in shown for name in ARMED)
    assert opened.page.locator("#still svg path").count() == COUNT
    assert opened.wrong == []


def test_what_is_taken_away_holds_them_as_cells(hostile):
    page = hostile.page
    show_tab(page, "layers")
    with page.expect_download() as taken:
        page.click("#take-table")
    with open(taken.value.path(), encoding="utf-8-sig", newline="") as stream:
        table = list(csv.DictReader(stream))
    assert len(table) == COUNT
    bare = [name.replace("\r", "\n") for name in ARMED]
    kept = [row["name"].replace("\r", "\n").removeprefix("'") for row in table]
    assert sorted(one.removeprefix("'") for one in bare) == sorted(kept)
    clean(hostile)
