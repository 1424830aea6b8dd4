"""The page without a pointer: every control is reached by Tab, seen when it is, worked by keys,
and left again.
"""

from __future__ import annotations

import pandas as pd
import pytest

from asset_inventory.outputs.map.city_map import write_map
from tests.support.accessibility import focus_is_seen
from tests.support.browser import until
from tests.support.map_page import painted
from tests.support.town_assessment import town_assessment

pytestmark = pytest.mark.chromium

# Every control that is on the screen now; of radio buttons only the chosen one has a place in the
# order.
CONTROLS = """() => [...document.querySelectorAll("a[href], button, input, select, summary, [tabindex]")]
    .filter((one) => one.tabIndex >= 0 && one.checkVisibility({ checkVisibilityCSS: true }))
    .filter((one) => one.type !== "radio" || one.checked)
    .map((one, place) => { one.__control = place; return one.id || one.className || one.textContent.slice(0, 40); })"""


@pytest.fixture
def opened(open_page, edit, tmp_path):
    folder = edit(
        (
            '[[assets]]\nname = "buildings"',
            '[[context]]\nname = "Outline"\npath = "landslide.gpkg"\n'
            'source = { title = "Outline", licence = "CC0-1.0" }\n\n[[assets]]\nname = "buildings"',
        )
    )
    return open_page(write_map(town_assessment(folder), tmp_path / "map.html"))


def tab_to(page, selector, *, key="Tab", most=80):
    """Press Tab until a control has the focus."""
    for _ in range(most):
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press(key)
    pytest.fail(f"{selector} is not reached by {key}")


def test_every_control_is_reached_seen_and_left_again(opened):
    page = opened.page
    for step in ("closed", "open"):
        if step == "open":
            page.click("#tab-layers")
            for fold in page.locator("#filters summary:visible").all():
                fold.click()
            # a filter writes its boxes when it is opened
            until(
                page,
                "document.querySelectorAll('#filters details[open]:not(:has(input, select))').length",
                0,
            )
        names = page.evaluate(CONTROLS)
        seen, unseen = [], []
        tab_to(page, "[data-language]:first-child", key="Shift+Tab")
        page.keyboard.press("Shift+Tab")
        for _ in range(len(names) + 5):
            page.keyboard.press("Tab")
            place = page.evaluate("document.activeElement.__control ?? -1")
            if place in (-1, *seen[:1]):
                break
            seen.append(place)
            if step == "closed" and not focus_is_seen(page):
                unseen.append(names[place])
        assert [names[place] for place in range(len(names)) if place not in seen] == []
        assert len(seen) == len(set(seen))  # no control holds the focus
        assert unseen == []
        page.evaluate(
            "(last) => [...document.querySelectorAll('*')].find((one) => one.__control === last).focus()",
            seen[-1],
        )
        back = [seen[-1]]
        while back[-1] != seen[0] and len(back) <= len(seen):
            page.keyboard.press("Shift+Tab")
            back.append(page.evaluate("document.activeElement.__control ?? -1"))
        assert back == seen[::-1]
    assert opened.wrong == []


def test_what_is_chosen_in_the_panel_is_chosen_by_keys(opened):
    page = opened.page
    tab_to(page, "[data-language=id]")
    page.keyboard.press("Enter")
    assert page.title() == "Peta keterpaparan dan kerusakan aset Tiny Town"
    tab_to(page, "[data-language=en]", key="Shift+Tab")
    page.keyboard.press("Space")
    assert page.title() == "Asset exposure and damage map of Tiny Town"
    tab_to(page, "#hazard")
    page.keyboard.press("ArrowDown")
    assert page.inner_text("#period-text") == "100 years"
    tab_to(page, "#period")
    page.keyboard.press("ArrowLeft")
    assert page.inner_text("#period-text") == "50 years"
    page.keyboard.press("Home")
    assert page.get_attribute("#period", "aria-valuetext") == "10 years"
    tab_to(page, "#tab-focus")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.id") == "tab-layers"
    tab_to(page, "[name=districts]")
    page.keyboard.press("ArrowUp")
    assert page.is_checked("[name=districts][value=score]")
    tab_to(page, "#show-exposed")
    page.keyboard.press("Space")
    assert "hide=exposed" in page.evaluate("location.hash")
    page.keyboard.press("Space")
    tab_to(page, "#filters [data-filter=asset_type] summary")
    page.keyboard.press("Enter")
    page.wait_for_selector("#filter-asset_type input")
    house = page.locator('#filter-asset_type label:has(:text-is("house")) input')
    box = f'#filter-asset_type [value="{house.get_attribute("value")}"]'
    tab_to(page, box)
    page.keyboard.press("Space")
    until(page, "document.getElementById('count-exposed').textContent === '1'")
    tab_to(page, "#only button", key="Shift+Tab")
    page.keyboard.press("Enter")
    until(page, "document.getElementById('count-exposed').textContent === '3'")
    # a chip that is gone has left the focus where a reader goes on
    assert page.evaluate("document.activeElement.id") == "tab-layers"
    tab_to(page, box)
    page.keyboard.press("Space")
    until(page, "document.getElementById('count-exposed').textContent === '1'")
    tab_to(page, "#filter-none", key="Shift+Tab")
    page.keyboard.press("Enter")
    until(page, "document.getElementById('count-exposed').textContent === '3'")
    assert page.evaluate("document.activeElement.matches('#filters summary')")
    tab_to(page, "#show-context-0")
    page.keyboard.press("Space")
    assert not page.is_checked("#show-context-0")
    assert opened.wrong == []


def test_what_is_taken_away_is_taken_by_keys(opened):
    page = opened.page
    tab_to(page, "#tab-focus")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    tab_to(page, "#take-table")
    with page.expect_download() as taken:
        page.keyboard.press("Enter")
    assert len(pd.read_csv(taken.value.path())) == 4
    tab_to(page, "#take-picture")
    with page.expect_download() as taken:
        page.keyboard.press("Space")
    assert taken.value.path().read_bytes()[:4] == b"\x89PNG"
    page.evaluate("window.print = () => { window.__printed = true; }")
    tab_to(page, "#take-print")
    page.keyboard.press("Enter")
    until(page, "window.__printed === true")
    assert opened.wrong == []


def test_tables_are_sorted_and_rows_flown_to_by_keys(opened):
    page = opened.page

    def names():
        return [
            text.split("\n")[0]
            for text in page.locator("#focus-rows [scope=row]").all_inner_texts()
        ]

    assert names() == ["West", "East", "outside all districts"]
    tab_to(page, "#panel-focus th:nth-child(3) button")  # annual damage, the greatest first
    page.keyboard.press("Enter")
    assert names() == ["West", "East", "outside all districts"]
    assert page.get_attribute("#panel-focus th:nth-child(3)", "aria-sort") == "descending"
    page.keyboard.press("Enter")
    assert names() == ["East", "West", "outside all districts"]  # what is not known stays last
    assert page.get_attribute("#panel-focus th:nth-child(3)", "aria-sort") == "ascending"
    assert page.get_attribute("#panel-focus th:nth-child(1)", "aria-sort") == "none"
    tab_to(page, "#focus-rows .go")
    assert page.evaluate("document.activeElement.textContent").startswith("East")
    page.keyboard.press("Enter")
    page.wait_for_selector(".leaflet-popup-content")
    assert "Rp30" in page.inner_text(".leaflet-popup-content")
    assert page.evaluate("document.activeElement.closest('[role=dialog]') !== null")
    page.keyboard.press("Escape")
    page.wait_for_selector(".leaflet-popup-content", state="detached")
    assert page.evaluate("document.activeElement.textContent").startswith("East")
    # the district that was flown to is chosen: the list of assets is its own, until it is cleared
    tab_to(page, "#only button", key="Shift+Tab")
    until(page, "document.querySelectorAll('#asset-rows tr').length", 1)
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "tab-focus"
    page.keyboard.press("ArrowRight")
    assert page.is_visible("#asset-rows")
    tab_to(page, "#panel-assets th:nth-child(1) button")
    page.keyboard.press("Enter")
    assert page.inner_text("#asset-rows tr:first-child").startswith("buildings:D")
    assert opened.wrong == []


def test_the_search_is_worked_by_keys(opened):
    page = opened.page
    tab_to(page, "#find-text")
    # at once: a search that is still asked would begin the list anew
    page.keyboard.insert_text("buildings")
    page.wait_for_selector("#find-list [role=option] >> nth=2")
    chosen = "document.getElementById('find-text').getAttribute('aria-activedescendant')"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(chosen) == "find-1"
    assert page.get_attribute("#find-1", "aria-selected") == "true"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert page.evaluate(chosen) == f"find-{page.locator('#find-list [role=option]').count() - 1}"
    page.keyboard.press("Escape")
    assert page.get_attribute("#find-text", "aria-expanded") == "false"
    page.keyboard.press("ArrowDown")
    assert page.is_visible("#find-list")
    page.keyboard.press("Tab")  # the list holds nobody
    assert not page.is_visible("#find-list")
    page.keyboard.press("Shift+Tab")
    page.wait_for_selector("#find-list [role=option]")
    first = page.inner_text("#find-0 span")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector(".popup h2")
    assert page.inner_text(".popup h2") == first
    # figures longer than the popup are scrolled, and its button is reached
    tab_to(page, ".leaflet-popup-close-button", most=4)
    page.keyboard.press("Enter")
    page.wait_for_selector(".leaflet-popup-content", state="detached")
    assert page.evaluate("document.activeElement.id") == "find-text"
    assert opened.wrong == []


def test_the_map_is_moved_and_zoomed_by_keys(opened):
    page = opened.page
    page.evaluate("void map_city.setZoom(map_city.getMinZoom(), { animate: false })")
    zoom = page.evaluate("map_city.getZoom()")
    tab_to(page, "#map_city")
    west = page.evaluate("map_city.getCenter().lng")
    page.keyboard.press("ArrowRight")
    until(page, f"map_city.getCenter().lng > {west}")
    painted(page)
    page.keyboard.press("+")
    until(page, f"map_city.getZoom() === {zoom + 1}")
    painted(page)
    tab_to(page, ".leaflet-control-zoom-out")
    page.keyboard.press("Enter")
    until(page, f"map_city.getZoom() === {zoom}")
    tab_to(page, "#legend summary")
    page.keyboard.press("Enter")
    assert not page.is_visible("#legend-body")
    assert opened.wrong == []


def test_the_sheet_of_a_phone_is_worked_by_keys(open_page, town_page):
    opened = open_page(town_page(), width=390, height=844)
    page = opened.page
    tab_to(page, "#tab-focus")
    assert page.get_attribute("#tab-focus", "aria-expanded") == "false"
    page.keyboard.press("Enter")
    assert page.get_attribute("#tab-focus", "aria-expanded") == "true"
    tab_to(page, "#focus-rows .go")
    page.keyboard.press("Enter")
    page.wait_for_selector(".leaflet-popup-content")
    page.keyboard.press("Escape")
    page.wait_for_selector(".leaflet-popup-content", state="detached")
    # the row lies in the folded sheet: its tab has the focus instead
    assert page.evaluate("document.activeElement.id") == "tab-focus"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    tab_to(page, "#hazard")
    page.keyboard.press("ArrowDown")
    page.wait_for_selector("#periods")
    assert opened.wrong == []
