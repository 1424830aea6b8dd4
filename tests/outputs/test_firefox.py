"""The map in Firefox, from disk and without a network: ready, drawn, asked, in both languages."""

from __future__ import annotations

import re

import pytest

from asset_inventory.assessment.run import assess
from asset_inventory.model.reading import read_city
from asset_inventory.outputs.map.city_map import write_map
from asset_inventory.outputs.map.compared_maps import Side, write_comparison
from asset_inventory.outputs.views.style import BLUES, ORRD, UNKNOWN_COLOUR
from tests.support.firefox import FirefoxFault, firefox
from tests.support.map_page import (
    BACKGROUND,
    COLOUR_OF_A,
    HOUSE_A,
    HOUSE_D,
    NORTH_EAST,
    NORTH_WEST,
    SOUTH_EAST,
    SOUTH_WEST,
    legend_folded,
    over,
    rectangle,
    share,
)

pytestmark = pytest.mark.firefox
ENTER, ESCAPE, DOWN, END, HOME = "\ue007", "\ue00c", "\ue015", "\ue010", "\ue011"


@pytest.fixture(scope="module")
def tab(firefox_program, tmp_path_factory):
    with firefox(firefox_program, tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture
def page(tab, assessment, tmp_path):
    """The map of the town, ready."""
    tab.wrong.clear()
    tab.show(width=1280, height=800)
    tab.go(write_map(assessment, tmp_path / "map.html").as_uri())
    tab.until("window.__mapReady === true")
    return tab


def click(page, box):
    left, top, right, bottom = rectangle(page, box)
    with legend_folded(page):
        page.click((left + right) / 2, (top + bottom) / 2)


def popup_text(page):
    page.until("document.querySelector('.leaflet-popup-content') !== null")
    return page.evaluate("document.querySelector('.leaflet-popup-content').innerText")


def choose(page, selector, value):
    page.evaluate(
        """([selector, value]) => {
        const box = document.querySelector(selector);
        box.value = value;
        box.dispatchEvent(new Event(box.type === "range" ? "input" : "change", { bubbles: true }));
    }""",
        [selector, value],
    )


def settled(page):
    page.evaluate("1")  # hears what is still to be heard
    assert page.wrong == []
    assert page.evaluate("__violations") == []


def test_the_network_is_refused_and_the_page_asks_for_nothing(page):
    settled(page)
    assert page.evaluate("document.title") == "Asset exposure and damage map of Tiny Town"
    with pytest.raises(FirefoxFault):
        page.go("http://example.org/")
    assert page.wrong[0] == "asked for http://example.org/"  # a request would have been heard


def test_districts_hazards_and_assets_are_drawn(page):
    assert share(page, NORTH_WEST, over(ORRD[4], 0.82)) > 0.7
    assert share(page, NORTH_EAST, over(ORRD[0], 0.82)) > 0.7
    # between two zooms tiles are stretched, and thin lines lose their colour
    page.evaluate("() => { map_city.setZoom(20, { animate: false }); }")
    assert share(page, HOUSE_A, COLOUR_OF_A) > 0.5
    assert 0.05 < share(page, HOUSE_D, "#8a7200") < 0.6
    choose(page, "#hazard", "0")
    assert share(page, SOUTH_WEST, over(BLUES[3], 0.9)) > 0.7
    assert share(page, SOUTH_EAST, over(BLUES[4], 0.9)) > 0.7
    assert 0.05 < share(page, NORTH_EAST, UNKNOWN_COLOUR) < 0.6
    choose(page, "#period", "0")
    assert page.evaluate("document.getElementById('period-text').textContent") == "10 years"
    assert share(page, SOUTH_WEST, over(BLUES[1], 0.9)) > 0.7
    settled(page)


def test_a_click_shows_figures_and_another_language_the_same_ones(page):
    click(page, HOUSE_A)
    text = popup_text(page)
    for figure in (
        "House A",
        "buildings:A",
        "Rp1,000 (value recorded for the asset)",
        "Rp9 to Rp30",
    ):
        assert figure in text
    assert re.search(r"100 years\s+50%\s+2\.00.m\s+25% = Rp250", text)
    page.evaluate("() => document.querySelector('[data-language=id]').click()")
    assert page.evaluate("document.title") == "Peta keterpaparan dan kerusakan aset Tiny Town"
    assert page.evaluate("document.documentElement.lang") == "id"
    assert "Rp1.000 (nilai yang tercatat untuk aset)" in popup_text(page)
    settled(page)


def test_a_name_is_found_and_flown_to_by_keys(page):
    page.evaluate("() => document.getElementById('find-text').focus()")
    page.press(*"clinic")
    page.until("document.querySelector('#find-list [role=option]') !== null")
    page.press(DOWN, ENTER)
    assert "buildings:B" in popup_text(page)
    page.press(ESCAPE)
    page.until("document.querySelector('.leaflet-popup-content') === null")
    assert page.evaluate("document.activeElement.id") == "find-text"
    settled(page)


def test_the_sheet_that_is_printed_bears_the_picture(page):
    page.evaluate("() => { dispatchEvent(new Event('beforeprint')); }")
    # what lies under the panel is not looked at
    assert page.evaluate("document.getElementById('print-picture').width") == page.evaluate(
        "map_city.getContainer().offsetWidth - document.getElementById('panel').offsetWidth - 14"
    )
    assert page.evaluate("document.querySelectorAll('#print-list tbody tr').length") == 3
    settled(page)


def test_two_sides_are_drawn_and_the_divider_is_moved_by_keys(tab, edit, tmp_path):
    side = Side(assess(read_city(edit(("exposed_from = 0.1", "exposed_from = 0.6")))))
    tab.wrong.clear()
    tab.show(width=1280, height=800)
    tab.go(
        write_comparison(side, side, tmp_path / "two.html", maps=("flood:10", "flood:100")).as_uri()
    )
    tab.until("window.__mapReady === true")
    tab.evaluate("document.getElementById('legend').open = false")
    west, east = (33, 2, 46, 20), (56, 2, 95, 20)
    assert share(tab, west, BACKGROUND) > 0.7
    assert share(tab, east, over(BLUES[4], 0.9)) > 0.7
    tab.evaluate("document.getElementById('divider').focus()")
    tab.press(HOME)
    assert share(tab, west, over(BLUES[3], 0.9)) > 0.7
    tab.press(END)
    assert share(tab, east, over(BLUES[1], 0.9)) > 0.7
    assert tab.wrong == []
