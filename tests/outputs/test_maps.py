"""The map as a planner opens it: a real browser, the file on disk, no network."""

from __future__ import annotations

import re
import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import MemoryFile

from asset_inventory.assessment.run import assess
from asset_inventory.io.geometries import carry
from asset_inventory.io.table_files import guarded
from asset_inventory.messages import LANGUAGES, describe_finding, say
from asset_inventory.model.reading import read_city
from asset_inventory.model.tables import finding, findings
from asset_inventory.outputs.map import city_layer
from asset_inventory.outputs.map.city_map import city_map, write_map
from asset_inventory.outputs.views.style import BLUES, ORRD, PURPLES, UNKNOWN_COLOUR, WARM
from asset_inventory.risk.dependence import is_known
from tests.support.browser import until
from tests.support.hostile_text import HOSTILE_NAMES
from tests.support.map_page import (
    BACKGROUND,
    COLOUR_OF_A,
    EXPOSED,
    HOUSE_A,
    HOUSE_D,
    NORTH_EAST,
    NORTH_WEST,
    SOUTH_EAST,
    SOUTH_WEST,
    TILES,
    click,
    filter_by,
    over,
    painted,
    popup_text,
    rectangle,
    settled,
    share,
    show_tab,
)
from tests.support.town import TOWN_TOML, X, Y
from tests.support.town_assessment import town_assessment, with_more_assets

pytestmark = pytest.mark.chromium


@pytest.fixture
def map_of(open_page, tmp_path):
    """Write the map of an assessment and open it."""

    def opened(assessment, *, language=None, **options):
        path = write_map(assessment, tmp_path / "map.html", language=language)
        return open_page(path, motion=True, **options)

    return opened


@pytest.fixture
def town_map(open_page, town_page):
    return open_page(town_page(), motion=True)


@pytest.mark.smoke
def test_it_opens_without_a_network_and_says_when_it_is_ready(town_map):
    page = town_map.page
    assert page.title() == "Asset exposure and damage map of Tiny Town"
    assert page.evaluate("performance.getEntriesByName('map-ready').length") == 1
    # 60 of the west's 1,000 of value, 30 of the east's
    assert page.inner_text("#answer") == (
        "Highest damage relative to value (an indicator, not a priority ranking; "
        "districts with too few assets left out): West 6% (3 assets), East 3% (1 asset)."
    )
    # 3 + 0 + 1 + 1 are the 5 assets
    assert page.evaluate(TILES) == {
        "Annual damage (EAD)": ["Rp90", "4 assets with a figure"],
        "Exposed assets": ["3 of 5", "0 not exposed · 1 no data · 1 unusable geometry"],
        "Residents exposed": ["1,230 or more", "estimate, 1 district"],
        "Exposed services": ["Health 1 of 1"],
    }
    settled(town_map)


def test_a_question_sets_map_list_sentence_and_figures(town_map):
    page = town_map.page
    page.click("[data-ask=floods]")
    until(
        page,
        "document.getElementById('answer').textContent",
        "flood, 100 years: 3 of 5 assets are exposed. "
        "1 asset has no map data: that does not mean safe.",
    )
    # a quarter of 1,000, half of twice that, three quarters of 1,000: 250 + 500 + 750
    assert page.evaluate(TILES)["Damage if the event happens"] == [
        "Rp1,500",
        "3 exposed assets with a figure · EAD Rp90",
    ]
    assert share(page, SOUTH_EAST, over(BLUES[4], 0.9)) > 0.7
    assert page.is_visible("#asset-rows")
    page.click("[data-ask=cost]")
    until(
        page,
        "document.getElementById('answer').textContent",
        "Expected annual damage (EAD) of all hazards: Rp90 a year (4 assets with a figure).",
    )
    assert share(page, NORTH_WEST, over(ORRD[4], 0.82)) > 0.7
    page.click("[data-ask=unknown]")
    until(
        page,
        "document.getElementById('answer').textContent",
        "No data on one or more hazard maps, and not exposed on the others: 1 of 5 assets. "
        "1 asset has no usable geometry. No data does not mean safe.",
    )
    assert share(page, HOUSE_A, COLOUR_OF_A) == 0
    names = "[...document.querySelectorAll('#asset-rows .go span')].map((one) => one.textContent).join()"
    until(page, names, "buildings:D")
    assert [
        button.get_attribute("aria-pressed") for button in page.locator("[data-ask]").all()
    ] == ["false", "false", "false", "true"]
    settled(town_map)


def test_districts_are_drawn_by_expected_annual_damage_and_by_score(town_map):
    page = town_map.page
    # 60 is the highest class, 30 the lowest above 0
    assert share(page, NORTH_WEST, over(ORRD[4], 0.82)) > 0.7
    assert share(page, NORTH_EAST, over(ORRD[0], 0.82)) > 0.7
    show_tab(page, "layers")
    page.check("input[name=districts][value=score]")
    # 0.25 is the second worst class, 0.9 the best
    assert share(page, NORTH_WEST, over(ORRD[3], 0.82)) > 0.7
    assert share(page, NORTH_EAST, over(ORRD[0], 0.82)) > 0.7
    page.check("input[name=districts][value=outline]")
    assert share(page, NORTH_WEST, BACKGROUND) > 0.7
    settled(town_map)


def test_a_comparison_keeps_the_view_and_its_legend_names_both_maps(town_map):
    page = town_map.page
    # a city is fitted into its window at a part of a zoom
    address = page.url.partition("#")[0] + "#view=-6.99,110.42,18.5&lang=en"
    page.goto("about:blank")
    page.goto(address)
    until(page, "window.__mapReady === true")
    page.select_option("#hazard", label="flood (shock), 3 maps")
    scale = page.inner_text(".leaflet-control-scale-line")
    wide = "document.querySelector('.leaflet-control-scale-line').style.width"
    before = page.evaluate(wide)
    page.select_option("#other", label="landslide, scenario (no return period)")
    until(
        page,
        "[...document.querySelectorAll('#legend-body h2')].some((one) => one.textContent.startsWith('landslide'))",
        True,
    )
    page.check("#side-by-side")
    until(page, "document.querySelector('.leaflet-container').offsetWidth < innerWidth / 2", True)
    assert page.inner_text(".leaflet-control-scale-line") == scale
    assert page.evaluate(wide) == before
    settled(town_map)


# The second map of a comparison, once it is there, and where on it a place of the first lies
NOTE_SECOND = "() => { L.Map.addInitHook(function () { window.second_map = this; }); }"
ON_SECOND = """() => {
    second_map.getContainer().getBoundingClientRect(); // the layout is done
    const { x, y } = second_map.latLngToContainerPoint(map_city.containerPointToLatLng([90, 200]));
    const { x: width, y: height } = second_map.getSize();
    const box = second_map.getContainer();
    return [Math.round(x), Math.round(y), width - box.clientWidth, height - box.clientHeight];
}"""


@pytest.mark.parametrize("beside", [False, True])
def test_both_sides_show_one_place_when_the_sheet_of_a_phone_closes(open_page, town_page, beside):
    opened = open_page(town_page(), width=390, height=844, touch=True)
    page = opened.page
    page.evaluate(NOTE_SECOND)
    page.click("[data-ask=floods]")
    page.click("#tab-focus")
    page.select_option("#other", index=1)
    page.set_checked("#side-by-side", beside)
    page.click("#tab-focus")
    until(page, "document.querySelector('#panel.open') === null", True)
    until(page, f"({ON_SECOND})()", [90, 200, 0, 0])
    # its titles have the room that the map has
    assert page.locator("#other-titles").bounding_box()["height"] < 60
    # nor does the scale of the left half lie on the credit
    scale, credit = (
        page.locator(one).first.bounding_box() for one in (".leaflet-control-scale-line", "#credit")
    )
    above = scale["y"] + scale["height"] <= credit["y"]
    assert above or scale["x"] >= credit["x"] + credit["width"]
    settled(opened)


def test_side_by_side_the_same_places_are_seen_next_to_the_panel(open_page, town_page):
    opened = open_page(town_page(), width=1440, height=900)
    page = opened.page
    page.evaluate(NOTE_SECOND)
    seen = "map_city.containerPointToLatLng([(innerWidth - 344) / {}, 400]).lng.toFixed(4)"
    middle = page.evaluate(seen.format(2))
    page.select_option("#other", index=1)
    page.check("#side-by-side")
    until(page, f"({ON_SECOND})()", [90, 200, 0, 0])
    # what was in the middle of both is in the middle of each; no legend lies on one of them
    until(page, seen.format(4), middle)
    assert page.locator("#legend-body").is_hidden()
    # the titles do not lie on a popup
    show_tab(page, "focus")
    page.click("#focus-rows tr:nth-child(1) button")
    popup_text(page)
    title, popup = (
        f"document.querySelector('{one}').getBoundingClientRect()"
        for one in ("#other-titles", ".leaflet-popup")
    )
    until(page, f"{title}.bottom <= {popup}.top", True)
    page.keyboard.press("Escape")
    middle = page.evaluate(seen.format(4))
    page.uncheck("#side-by-side")
    until(page, seen.format(2), middle)
    settled(opened)


def test_no_second_map_cuts_a_popup(town_map):
    page = town_map.page
    page.select_option("#other", index=1)
    show_tab(page, "focus")
    page.click("#focus-rows tr:nth-child(1) button")
    popup_text(page)
    close = "document.querySelector('.leaflet-popup-close-button').getBoundingClientRect()"
    spot = f"document.elementFromPoint({close}.x + 9, {close}.y + 9)?.textContent"
    until(page, spot, "×")
    page.click(".leaflet-popup-close-button")
    page.wait_for_selector("#other-map", state="visible")
    settled(town_map)


def test_the_legend_lists_no_class_that_is_not_drawn(town_map):
    page = town_map.page
    page.click("[data-ask=unknown]")
    drawn = """[...document.querySelectorAll('#legend-body li:has(.count)')]
        .filter((one) => !one.hidden).map((one) => one.textContent).join()"""
    until(page, drawn, "no data1")
    settled(town_map)


def test_every_map_of_a_hazard_is_drawn_one_return_period_at_a_time(town_map):
    page = town_map.page
    page.select_option("#hazard", label="flood (shock), 3 maps")
    # 100 years: 2 m in the south-west, 4 m in the south-east; a hazard map leaves districts their
    # borders only
    assert page.inner_text("#period-text") == "100 years"
    assert share(page, SOUTH_WEST, over(BLUES[3], 0.9)) > 0.7
    assert share(page, SOUTH_EAST, over(BLUES[4], 0.9)) > 0.7
    assert share(page, NORTH_WEST, BACKGROUND) > 0.7
    # no data is hatched: lines and light between them, never the background of what is dry
    assert 0.05 < share(page, NORTH_EAST, UNKNOWN_COLOUR) < 0.6
    page.focus("#period")
    page.keyboard.press("Home")
    assert page.inner_text("#period-text") == "10 years"
    assert share(page, SOUTH_WEST, over(BLUES[1], 0.9)) > 0.7
    assert share(page, SOUTH_EAST, over(BLUES[2], 0.9)) > 0.7
    page.select_option("#hazard", "-1")
    assert share(page, NORTH_WEST, over(ORRD[4], 0.82)) > 0.7
    settled(town_map)


def test_breaks_of_the_city_part_the_classes_of_map_and_legend(map_of, edit):
    opened = map_of(
        town_assessment(
            edit(
                ('unit = "m" }', 'unit = "m", breaks = [0.5, 3.0] }'),
                ("[scores]", "[map]\nead_breaks = [50]\n\n[scores]"),
            )
        )
    )
    page = opened.page
    show_tab(page, "layers")
    page.check("input[name=districts][value=ead]")
    # 60 in the west, 30 in the east
    assert "less than Rp50\nRp50 or more" in page.inner_text("#legend")
    assert share(page, NORTH_WEST, over(ORRD[4], 0.82)) > 0.7
    assert share(page, NORTH_EAST, over(ORRD[0], 0.82)) > 0.7
    page.select_option("#hazard", "0")
    assert "0.1 m – 0.5 m\n0.5 m – 3 m\n3 m or more" in page.inner_text("#legend").replace(
        "\xa0", " "
    )
    assert share(page, SOUTH_WEST, over(BLUES[2], 0.9)) > 0.7
    assert share(page, SOUTH_EAST, over(BLUES[4], 0.9)) > 0.7
    settled(opened)


def test_zones_are_drawn(town_map):
    page = town_map.page
    page.select_option("#hazard", "1")
    assert share(page, SOUTH_WEST, over(PURPLES[4], 0.85)) > 0.7
    assert share(page, NORTH_WEST, BACKGROUND) > 0.7
    assert "high" in page.inner_text("#legend")
    # a scenario has no return period to choose
    assert not page.is_visible("#period")
    settled(town_map)


def test_assets_look_as_they_are_counted_under_the_map_shown(town_map):
    page = town_map.page
    # between two zooms tiles are stretched, and thin lines lose their colour
    page.evaluate("void map_city.setZoom(20, { animate: false })")
    assert share(page, HOUSE_A, COLOUR_OF_A) > 0.5
    assert 0.05 < share(page, HOUSE_D, "#8a7200") < 0.6
    show_tab(page, "layers")
    page.uncheck("#show-exposed")
    assert share(page, HOUSE_A, COLOUR_OF_A) == 0
    page.check("#show-exposed")
    page.select_option("#hazard", "1")
    # outside the landslide zone D is not exposed: white, and the sign in the legend is the same
    assert share(page, HOUSE_D, "#ffffff") > 0.5
    assert page.inner_text("#count-no_data") == "0"
    page.uncheck("#show-not_exposed")
    assert share(page, HOUSE_D, BACKGROUND) > 0.5
    settled(town_map)


def test_a_name_is_found_and_flown_to_by_keyboard(town_map):
    page = town_map.page
    page.focus("#find-text")
    page.keyboard.type("clinic")
    first = "document.querySelector('#find-list [role=option]')?.innerText"
    until(page, first, "Clinic B\nclinic · East")
    assert page.inner_text("#news") == "1 found"
    page.keyboard.press("ArrowDown")
    assert page.get_attribute("#find-text", "aria-activedescendant") == "find-0"
    page.keyboard.press("Enter")
    assert "buildings:B" in popup_text(page)
    page.keyboard.press("Escape")
    page.wait_for_selector(".leaflet-popup-content", state="detached")
    assert page.evaluate("document.activeElement.id") == "find-text"
    settled(town_map)


def test_ids_and_districts_are_found_too_and_nothing_is_said(town_map):
    page = town_map.page
    page.fill("#find-text", "roads:")
    page.wait_for_selector("#find-list [role=option]")
    assert "roads:C" in page.inner_text("#find-list")
    page.fill("#find-text", "west")
    until(
        page,
        "document.querySelector('#find-list [role=option] span')?.textContent",
        "West",
    )
    page.click("#find-0")
    assert "Rp60" in popup_text(page)
    page.fill("#find-text", "nowhere")
    page.wait_for_selector("#find-list .quiet")
    assert page.inner_text("#find-list") == "no results"
    settled(town_map)


def test_a_filter_leaves_the_others_out_and_the_counts_follow(open_page, town_page):
    opened = open_page(town_page(), motion=True)
    page = opened.page
    filter_by(page, "asset_type", "house")
    # A is exposed, of D the half is unknown
    until(page, "document.getElementById('count-exposed').textContent", "1")
    assert page.inner_text("#news") == "1 assets exposed, 1 without map data, 0 not exposed"
    assert share(page, HOUSE_A, COLOUR_OF_A) > 0.5
    until(page, EXPOSED, ["1 of 2", "0 not exposed · 1 no data"])
    filter_by(page, "asset_type", "house", "clinic")
    until(page, EXPOSED, ["2 of 3", "0 not exposed · 1 no data"])
    filter_by(page, "district", "East")
    until(page, "document.getElementById('count-exposed').textContent", "1")
    assert share(page, HOUSE_A, COLOUR_OF_A) == 0
    page.select_option("#hazard", "1")
    again = open_page(town_page(), address=page.evaluate("location.hash"))
    assert again.page.input_value("#hazard") == "1"
    assert again.page.inner_text("#only") == "clinic, house, East ×"
    assert again.page.evaluate(EXPOSED) == [
        "1 of 1",
        "0 not exposed · 0 no data",
    ]
    page.click("#filter-none")
    until(page, "document.getElementById('count-exposed').textContent", "3")
    assert not page.is_visible("#only")
    assert "district" not in page.evaluate("location.hash")
    settled(opened)
    settled(again)


CHOSEN = """[...document.querySelectorAll("#hazard, #year, [id^=show-], input[name=districts]")]
  .map((box) => box.type === "checkbox" || box.type === "radio" ? box.checked : box.value)"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "ask, change",
    [
        ("floods", lambda page: page.select_option("#hazard", "-1")),
        ("floods", lambda page: page.check("#show-not_exposed")),
        ("unknown", lambda page: page.check("#show-exposed")),
        ("cost", lambda page: page.select_option("#hazard", "0")),
        ("first", lambda page: page.select_option("#hazard", "1")),
        ("floods", lambda page: page.check("input[name=districts][value=ead]")),
    ],
)
def test_a_link_opens_what_was_changed_after_a_question(open_page, town_page, ask, change):
    first = open_page(town_page()).page
    first.click(f"[data-ask={ask}]")
    asked = first.evaluate(CHOSEN)
    show_tab(first, "layers")
    change(first)
    again = open_page(town_page(), address=first.evaluate("location.hash")).page
    assert again.evaluate(CHOSEN) == first.evaluate(CHOSEN) != asked


def test_a_link_opens_the_tab_that_was_chosen_after_a_question(open_page, town_page):
    first = open_page(town_page()).page
    first.click("[data-ask=floods]")
    show_tab(first, "about")
    again = open_page(town_page(), address=first.evaluate("location.hash")).page
    assert again.is_visible("#panel-about") and not again.is_visible("#panel-assets")
    again.click("[data-ask=floods]")
    assert "tab=" not in again.evaluate("location.hash")
    assert again.is_visible("#panel-assets")
    nonsense = open_page(town_page(), address="#ask=floods&tab=unknown")
    assert nonsense.page.is_visible("#panel-assets")
    settled(nonsense)


def test_the_link_to_a_view_is_seen_and_said_to_be_copied(open_page, town_page):
    clipboard = """Object.defineProperty(navigator, "clipboard", { value: {
        writeText: async (text) => { if (window.__refused) throw new Error("no"); window.__copied = text; } } });"""
    opened = open_page(town_page(), width=1280, height=720, first=clipboard)
    page = opened.page
    show_tab(page, "layers")
    seen = """(id) => {
        const [part, room] = [id, "panel"].map((one) => document.getElementById(one).getBoundingClientRect());
        return part.height > 0 && part.top >= room.top && part.bottom <= room.bottom;
    }"""
    page.evaluate("window.__refused = true")
    page.click("#take-link")
    until(page, f"({seen})('link-text')", True)
    assert page.is_hidden("#link-copied")
    page.evaluate("window.__refused = false")
    page.click("#take-link")
    until(page, "window.__copied === location.href", True)
    until(page, f"({seen})('link-text') && ({seen})('link-copied')", True)
    assert page.inner_text("#link-copied") == "The link is copied."
    settled(opened)


def test_no_sentence_claims_all_assets_on_the_map_while_a_class_is_off(town_map):
    page = town_map.page
    show_tab(page, "layers")
    assert page.is_visible("#drawn")
    page.uncheck("#show-not_exposed")
    until(page, "document.getElementById('drawn').hidden", True)
    page.check("#show-not_exposed")
    until(page, "document.getElementById('drawn').hidden", False)
    settled(town_map)


def test_boxes_of_a_filter_are_checked_one_after_the_other_by_keyboard(town_map):
    page = town_map.page
    show_tab(page, "layers")
    page.focus("#filters [data-filter=asset_type] summary")
    page.keyboard.press("Enter")
    page.wait_for_selector("#filter-asset_type input")
    page.keyboard.press("Tab")
    held = "document.activeElement.parentElement.textContent"
    assert page.evaluate(held) == "clinic"
    page.keyboard.press("Space")
    until(page, EXPOSED, ["1 of 1", "0 not exposed · 0 no data"])
    assert page.evaluate(held) == "clinic"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate(held) == "house"
    page.keyboard.press("Space")
    until(page, EXPOSED, ["2 of 3", "0 not exposed · 1 no data"])
    assert page.inner_text("#filters [data-filter=asset_type] .count") == "2 of 4"
    assert page.inner_text("#only") == "clinic, house ×"
    page.keyboard.press("Space")
    until(page, EXPOSED, ["1 of 1", "0 not exposed · 0 no data"])
    settled(town_map)


def test_a_link_opens_a_district_with_its_border_its_figures_and_its_name(open_page, town_page):
    plain = open_page(town_page(), address="#by=outline")
    opened = open_page(town_page(), address="#by=outline&in=1")
    page, border = opened.page, (-2, 60, 2, 95)
    # 4 pixels wide instead of 1, of about 25
    assert share(plain.page, border, "#374151") < 0.06 < 0.1 < share(page, border, "#374151")
    assert page.inner_text("#only") == "West ×"
    # A and C of A, C and D
    assert page.evaluate(EXPOSED) == ["2 of 3", "0 not exposed · 1 no data"]
    page.click("#only button")
    until(page, f"{EXPOSED}[0]", "3 of 5")
    assert not page.is_visible("#only")
    assert "in=" not in page.evaluate("location.hash")
    assert share(page, border, "#374151") == share(plain.page, border, "#374151")
    settled(opened)


def test_what_the_filter_hides_is_found_and_shown_when_it_is_chosen(town_map):
    page = town_map.page
    filter_by(page, "asset_type", "house")
    filter_by(page, "owner", "Works")
    page.uncheck("#show-exposed")
    page.fill("#find-text", "clinic")
    page.wait_for_selector("#find-list [role=option]")
    assert page.inner_text("#find-0").split("\n") == [
        "Clinic B",
        "clinic · East · hidden; select to show",
    ]
    page.click("#find-0")
    assert "buildings:B" in popup_text(page)
    # what does not hide it stays
    assert page.inner_text("#only") == "Works ×"
    assert page.is_checked("#show-exposed")
    assert page.inner_text("#news").startswith("Filters hiding this asset have been cleared. ")
    page.fill("#find-text", "house")
    until(
        page,
        "document.getElementById('find-1')?.innerText",  # behind the type itself
        "House A\nhouse · West",
    )
    settled(town_map)


def test_the_filtered_table_is_taken_away_and_runs_no_formula(map_of, assessment):
    name = '=HYPERLINK("x");=1+1;"=2\t\uff1d3\n\'=4; =5'
    assessment.assets.loc[[0], "name"] = name
    opened = map_of(assessment)
    page = opened.page
    filter_by(page, "asset_type", "house")
    with page.expect_download() as taken:
        page.click("#take-table")
    assert taken.value.suggested_filename == "Tiny-Town.csv"
    table = pd.read_csv(taken.value.path(), encoding="utf-8-sig")
    rows = table.set_index("asset_id")
    assert sorted(rows.index) == ["buildings:A", "buildings:D"]
    assert rows.loc["buildings:A", "name"] == guarded(name)
    assert rows.loc["buildings:A", "flood 100 damage"] == 250
    assert rows["state"].tolist() == [
        {"buildings:A": "exposed", "buildings:D": "no_data"}[one] for one in rows.index
    ]
    assert set(rows["data_status"]) == {"exercise"}
    settled(opened)


def test_the_table_of_assets_is_sorted_by_any_column(town_map):
    page = town_map.page
    show_tab(page, "assets")
    page.click("#open-table")
    rows = "[...document.querySelectorAll('#table-view .rows [role=row]')]"
    names = f"{rows}.map((row) => row.firstElementChild.textContent).join()"
    until(page, names, "roads:C,Clinic B,House A,buildings:D")  # by annual damage, none comes last
    head = page.locator("#table-view [role=columnheader]").first
    for order, expected in (
        ("ascending", "buildings:D,Clinic B,House A,roads:C"),
        ("descending", "roads:C,House A,Clinic B,buildings:D"),
    ):
        head.locator("button").click()
        until(page, names, expected)
        assert head.get_attribute("aria-sort") == order
    settled(town_map)


def test_the_list_of_assets_holds_what_the_filter_shows(town_map):
    page = town_map.page
    show_tab(page, "assets")
    names = "[...document.querySelectorAll('#asset-rows .go span')].map((one) => one.textContent).join()"
    until(page, names, "roads:C,Clinic B,House A,buildings:D")
    assert not page.is_visible("#asset-count")
    filter_by(page, "asset_type", "house")
    until(page, names, "House A,buildings:D")
    assert page.text_content("#asset-count") == "2 of 2 filtered assets"
    page.uncheck("#show-no_data")
    until(page, names, "House A")
    filter_by(page, "asset_type", "clinic")
    until(page, names, "Clinic B")
    page.click("[data-language=id]")
    show_tab(page, "assets")
    assert page.inner_text("#asset-count") == "1 dari 1 aset yang tersaring"
    show_tab(page, "layers")
    page.click("#filter-none")
    page.check("#show-no_data")
    until(page, names, "roads:C,Clinic B,House A,buildings:D")
    settled(town_map)


def test_a_filter_lists_its_own_highest_beyond_those_in_the_page(map_of, assessment, monkeypatch):
    """The page holds the first asset only; the others are opened from its columns, with the same
    figures.
    """
    monkeypatch.setattr(city_layer.views, "WORST_ASSETS", 1)
    opened = map_of(assessment)
    page = opened.page
    rows = "[...document.querySelectorAll('#asset-rows tr')].map((one) => one.innerText.replace(/\\s+/g, ' ')).join()"
    show_tab(page, "assets")
    until(page, rows, "roads:C road Rp45")
    filter_by(page, "asset_type", "house")
    show_tab(page, "assets")
    until(page, rows, "House A house Rp15,buildings:D house Rp0")
    settled(opened)


def test_going_to_many_places_by_script_leaves_no_error(town_map):
    page = town_map.page
    page.evaluate("""async () => {
        const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
        const rows = () => [...document.querySelectorAll('#focus-rows tr.flies, #asset-rows tr')];
        for (let turn = 0; turn < 90; turn += 1) {
            rows()[turn % rows().length].click();
            await pause(turn % 5 * 40);
        }
    }""")
    popup_text(page)
    settled(town_map)


def test_a_picture_of_the_view_is_taken_away_with_its_legend(town_map):
    page = town_map.page
    page.select_option("#hazard", "0")
    painted(page)
    show_tab(page, "layers")
    with page.expect_download() as taken:
        page.click("#take-picture")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with MemoryFile(taken.value.path().read_bytes()) as file, file.open() as dataset:
            picture = dataset.read()[:3].astype(int)
    assert picture.shape[1] > page.evaluate("map_city.getContainer().offsetHeight") + 100
    # the water, the assets and the red of the mark are in it
    for colour in (over(BLUES[3], 0.9), WARM[4], "#7a1420"):
        wanted = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)])[
            :, None, None
        ]
        assert (np.abs(picture - wanted).max(axis=0) <= 10).sum() > 50, colour
    settled(town_map)


def test_a_printed_sheet_bears_the_picture_of_the_view_however_it_is_asked_for(town_map):
    page = town_map.page
    page.evaluate("window.print = () => { window.__printed = true; }")
    show_tab(page, "layers")
    page.click("#take-print")
    until(page, "window.__printed === true", True)
    # the browser says so itself, by its own command too, and does not wait
    page.evaluate("""addEventListener("beforeprint", () => { window.__sheet = [
        document.documentElement.className, document.getElementById("print-picture").width]; })""")
    page.pdf()
    assert page.evaluate("__sheet[0]") == "live pictured"
    # what lies under the panel is not looked at
    panel = "document.getElementById('panel').offsetWidth + 14"
    assert page.evaluate(f"__sheet[1] === map_city.getContainer().offsetWidth - ({panel})")
    assert page.evaluate("document.documentElement.className") == "live"
    for hazard, colour in (("-1", over(ORRD[4], 0.82)), ("0", over(BLUES[3], 0.9))):
        page.select_option("#hazard", hazard)
        painted(page)
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        wanted = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
        found = page.evaluate(
            """(wanted) => {
            const sheet = document.getElementById("print-picture");
            const copy = new OffscreenCanvas(sheet.width, sheet.height).getContext("2d", { willReadFrequently: true });
            copy.drawImage(sheet, 0, 0);
            const { data } = copy.getImageData(0, 0, sheet.width, sheet.height);
            let count = 0;
            for (let i = 0; i < data.length; i += 4) {
                if (wanted.every((part, place) => Math.abs(data[i + place] - part) <= 3)) count += 1;
            }
            return count;
        }""",
            wanted,
        )
        assert found > 5_000, hazard
    page.emulate_media(media="print")
    assert page.is_visible("#print-picture")
    assert (
        page.get_attribute("#print-picture", "aria-label")
        == "Asset exposure and damage map of Tiny Town"
    )
    assert not page.is_visible("#map-box")
    assert page.is_visible(".print-mark")
    settled(town_map)


def test_findings_stand_on_the_page_in_both_languages(map_of, assessment):
    rows = [
        finding("geometry_broken", source="buildings", severity="error", feature="E", count=1),
        finding("geometry_broken", source="roads", severity="repaired", feature="C", count=1),
    ]
    opened = map_of(replace(assessment, findings=findings(rows)))
    page = opened.page
    page.click("#tab-about")
    said = [describe_finding(rows[0], language) for language in ("en", "id")]
    assert page.inner_text("#findings").split("\n") == ["error " + said[0][0], said[0][1]]
    page.click("[data-language=id]")
    assert page.inner_text("#findings").split("\n") == ["kesalahan " + said[1][0], said[1][1]]
    settled(opened)


def test_context_is_drawn_behind_and_can_be_left_out(map_of, edit):
    folder = edit(
        (
            '[[assets]]\nname = "buildings"',
            '[[context]]\nname = "Outline"\npath = "landslide.gpkg"\n'
            'source = { title = "Outline", licence = "CC0-1.0" }\n\n[[assets]]\nname = "buildings"',
        )
    )
    opened = map_of(town_assessment(folder))
    page = opened.page
    show_tab(page, "layers")
    page.check("input[name=districts][value=outline]")
    assert share(page, SOUTH_EAST, over("#cbd5e1", 0.5)) > 0.7
    page.uncheck("#show-context-0")
    assert share(page, SOUTH_EAST, BACKGROUND) > 0.7
    settled(opened)


@pytest.mark.smoke
def test_a_click_on_an_asset_shows_its_figures(town_map):
    page = town_map.page
    click(page, HOUSE_A)
    text = popup_text(page)
    for figure in (
        "House A",
        "buildings:A",
        "house",
        "Works",
        "West",
        "Rp1,000 (value recorded for the asset)",
        "Rp15",
        "Rp9 to Rp30",
        "trapezoidal over annual exceedance frequency, flat tail (from 3 maps)",
        "fictitious" if "fictitious" in text else "real",
    ):
        assert figure in text
    # commands are for GIS staff: «About» names the one that traces a figure, no popup does
    assert "asset-inventory" not in text
    page.click("#tab-about")
    assert "asset-inventory explain town ASSET_ID" in page.inner_text("#panel-about")
    # 100 years: half of the house at 2 m, a quarter of its value
    assert re.search(r"100 years\s+50%\s+2\.00.m\s+25% = Rp250", text)
    assert re.search(
        r"scenario \(no return period\)\s+50%\s+2\.00.class\s+damage not calculated", text
    )
    settled(town_map)


def test_what_a_map_does_not_say_is_told_as_unknown(town_map):
    page = town_map.page
    click(page, HOUSE_D)
    text = popup_text(page)
    assert re.search(r"10 years\s+0% \+ 50% no data\s+–\s+–", text)
    assert "at least Rp0, no upper bound" in text
    settled(town_map)


def test_a_click_on_a_district_shows_its_figures(town_map):
    page = town_map.page
    click(page, NORTH_WEST)
    text = popup_text(page)
    figures = (
        "West",
        "Town",
        "Rp60",
        "at least Rp36, no upper bound",
        "2 of 3",
        "about 1,230 (by share of area exposed)",
        "0.25",
    )
    for figure in figures:
        assert figure in text
    page.keyboard.press("Escape")
    page.wait_for_selector(".leaflet-popup-content", state="detached")
    page.evaluate("""void map_city.fitBounds(assets_on_map_0.getBounds(),
        { animate: false, paddingBottomRight: [document.getElementById("panel").offsetWidth + 20, 0] })""")
    painted(page)
    click(page, NORTH_EAST)
    assert re.search(r"Exposed residents \(estimate\)\s+not available", popup_text(page))
    settled(town_map)


def test_a_row_of_district_damage_flies_there(town_map):
    page = town_map.page
    rows = page.locator("#focus-rows tr")
    assert [row.split()[:2] for row in rows.all_inner_texts()] == [
        ["1", "West"],
        ["2", "East"],
        ["–", "outside"],
    ]
    lon, lat = carry(np.array([[X + 75, Y + 50]]), "EPSG:32749", "EPSG:4326")[0].tolist()
    shown = "([lat, lon]) => map_city.getBounds().contains([lat, lon])"
    page.evaluate("([lat, lon]) => void map_city.setView([lat, lon + 1])", [lat, lon])
    assert not page.evaluate(shown, [lat, lon])
    page.click("#focus-rows tr:nth-child(2)")
    assert "Rp30" in popup_text(page)
    assert page.evaluate(shown, [lat, lon])
    # what has no place on the map has nothing to press
    assert rows.nth(2).locator("button").count() == 0
    settled(town_map)


def test_the_language_changes_without_a_reload_and_is_remembered(open_page, town_page):
    opened = open_page(town_page(), motion=True)
    page = opened.page
    click(page, HOUSE_A)
    assert "Rp1,000" in popup_text(page)
    page.click("[data-language=id]")
    assert page.title() == "Peta keterpaparan dan kerusakan aset Tiny Town"
    assert page.evaluate("document.documentElement.lang") == "id"
    assert "Rp1.000 (nilai yang tercatat untuk aset)" in popup_text(page)
    assert "tidak ada data" in page.inner_text("#legend")
    assert "lang=id" in page.url
    assert page.get_attribute(".leaflet-control-zoom-in", "aria-label") == "Perbesar"
    again = open_page(town_page(), address="#lang=id")
    assert again.page.title() == "Peta keterpaparan dan kerusakan aset Tiny Town"
    settled(opened)
    settled(again)


@pytest.mark.parametrize("language", ["en", "id"])
def test_the_page_says_the_same_with_and_without_scripts(open_page, town_page, language):
    with_scripts = open_page(town_page(language), motion=True).page
    without = open_page(town_page(language), scripts=False).page
    for part in (".audience", "h1", ".date", ".exercise"):
        assert with_scripts.inner_text(part) == without.inner_text(part)
    # the answers on the panel take the place of the summary and the counts, with the same figures
    for part in (".summary", ".counts"):
        assert not with_scripts.is_visible(part)
        assert without.is_visible(part)
        assert with_scripts.text_content(part) == without.text_content(part)
    counts = [int(text) for text in without.locator(".counts dd").all_inner_texts()]
    assert counts[0] == sum(counts[1:]) == 5
    tile = " ".join(with_scripts.evaluate(TILES)[say("map.assets_exposed", language)])
    exposed, whole, not_exposed, no_data, unusable = map(int, re.findall(r"\d+", tile))
    assert [whole, exposed, not_exposed, no_data, unusable] == counts
    # number by number, Babel and the browser write alike
    rows = [
        re.split(r"\s+", row) for row in with_scripts.locator("#focus-rows tr").all_inner_texts()
    ]
    still = [re.split(r"\s+", row) for row in without.locator("#still tbody tr").all_inner_texts()]
    assert [row[:1] + row[-1:] for row in rows] == [row[:1] + row[-1:] for row in still]


def test_an_old_browser_has_the_picture_the_table_and_the_browsers_that_the_map_needs(
    open_page, town_page
):
    opened = open_page(
        town_page(), first="delete window.DecompressionStream; delete window.Worker", ready=False
    )
    page = opened.page
    page.wait_for_selector("#still [role=alert]")
    seen = page.locator("[role=alert]:visible").all_inner_texts()
    assert sorted(seen) == sorted(say("map.layer.old_browser", language) for language in LANGUAGES)
    assert page.locator("#still tbody tr").count() == 3
    assert not page.is_visible("#live")
    settled(opened)


def test_without_scripts_there_is_a_picture_a_table_and_a_way_out(open_page, town_page):
    page = open_page(town_page(), scripts=False).page
    assert "open this file in Chrome or Firefox" in page.inner_text("#still")
    assert "buka berkas ini di Chrome atau Firefox" in page.inner_text("#still")
    assert page.locator("#still svg path").count() >= 2
    assert "FICTITIOUS DATA" in page.text_content("#still svg")
    assert page.locator("#still tbody tr").count() == 3
    assert not page.is_visible("#live")
    assert not page.is_visible("[data-language=id]")


def test_hostile_names_show_as_text(map_of, assessment):
    assessment.assets.loc[[0, 1, 4], "name"] = list(HOSTILE_NAMES[:3])
    assessment.assets["asset_type"] = HOSTILE_NAMES[3]
    assessment.assets["owner"] = HOSTILE_NAMES[0]
    assessment.district_damage["name"] = [HOSTILE_NAMES[3], HOSTILE_NAMES[1], HOSTILE_NAMES[2]]
    assessment.district_damage["parent"] = HOSTILE_NAMES[0]
    source = assessment.city.assets[0].source.model_copy(
        update={
            "title": HOSTILE_NAMES[0],
            "licence": HOSTILE_NAMES[3],
            "url": "javascript:alert(1)",
            "exercise": True,
        }
    )
    hazard = assessment.city.hazards[0]
    intensity = hazard.intensity.model_copy(update={"measure": HOSTILE_NAMES[3]})
    layer = assessment.city.assets[0].model_copy(
        update={"source": source, "name": HOSTILE_NAMES[2]}
    )
    flood = hazard.model_copy(update={"intensity": intensity, "source": source})
    city = assessment.city.model_copy(
        update={
            "name": HOSTILE_NAMES[3],
            "assets": (layer,),
            "hazards": (flood, *assessment.city.hazards[1:]),
        }
    )
    opened = map_of(replace(assessment, city=city))
    page = opened.page
    assert page.inner_text("h1") == f"Asset exposure and damage map of {HOSTILE_NAMES[3]}"
    assert HOSTILE_NAMES[0] in page.inner_text(".exercise")
    page.select_option("#hazard", "0")
    assert HOSTILE_NAMES[3] in page.inner_text("#legend")
    page.click("#tab-about")
    assert HOSTILE_NAMES[0] in page.inner_text("#sources")
    assert page.locator("#sources a").count() == 0
    page.click("#tab-focus")
    assert HOSTILE_NAMES[3] in page.inner_text("#focus-rows")
    page.click("#tab-assets")
    assert all(name in page.inner_text("#asset-rows") for name in HOSTILE_NAMES[:3])
    page.click("#legend summary")
    click(page, HOUSE_A)
    text = popup_text(page)
    assert HOSTILE_NAMES[0] in text
    assert HOSTILE_NAMES[3] in text
    page.hover("h1")
    page.mouse.move(*rectangle(page, NORTH_EAST)[:2])
    page.click("[data-language=id]")
    assert page.evaluate("document.querySelectorAll('img[src=x]').length") == 0
    settled(opened)


def test_exercise_data_is_marked_in_the_picture_and_on_paper(map_of, edit):
    opened = map_of(town_assessment(edit()))
    page = opened.page
    drawn = """() => {
        const { width, height } = document.querySelector('.leaflet-exercise-pane canvas');
        const brush = Object.assign(document.createElement('canvas'), { width, height })
            .getContext('2d', { willReadFrequently: true });
        brush.drawImage(document.querySelector('.leaflet-exercise-pane canvas'), 0, 0);
        const quarter = (x, y) => brush.getImageData(x, y, width / 2, height / 2).data.some(Boolean);
        return [0, width / 2].flatMap((x) => [0, height / 2].map((y) => quarter(x, y)));
    }"""
    assert page.evaluate(drawn) == [True] * 4
    page.emulate_media(media="print")
    assert page.is_visible(".print-mark")
    assert page.inner_text(".print-mark").startswith("FICTITIOUS DATA")
    assert page.is_visible(".leaflet-exercise-pane canvas")
    assert not page.is_visible(".languages")
    settled(opened)


def test_real_data_bears_no_mark(map_of, edit):
    assessment = town_assessment(edit((", exercise = true", "")))
    for name in ("exposure", "damage", "ead", "district_damage"):
        getattr(assessment, name)["data_status"] = "real"
    opened = map_of(assessment)
    assert opened.page.locator(".leaflet-exercise-pane").count() == 0
    assert opened.page.locator(".exercise").count() == 0
    settled(opened)


def test_every_asset_is_drawn_and_those_without_a_place_are_said(map_of, assessment):
    opened = map_of(with_more_assets(assessment, 5_100))
    page = opened.page
    show_tab(page, "layers")
    assert page.inner_text("#drawn") == "The map shows all 5,104 assets with a usable geometry."
    assert page.evaluate("assets_on_map_0.count") == 5_105
    # what the layer holds is what the ledger counts
    counts = page.evaluate("assets_on_map_0.counts('map-1-0', {})")
    # low, high, no data, not exposed, without geometry
    assert counts[:5] == [0, 3, 0, 5_101, 1]
    page.select_option("#hazard", "1")
    assert page.inner_text("#count-exposed") == "3"
    page.click("[data-language=id]")
    assert page.inner_text("#drawn").startswith("Peta menampilkan seluruh 5.104 aset")
    settled(opened)


def test_a_phone_shows_the_map_and_a_sheet(open_page, town_page):
    opened = open_page(town_page(), motion=True, width=390, height=844, touch=True)
    page = opened.page
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.evaluate("document.getElementById('map-box').getBoundingClientRect().height") > 450
    assert not page.is_visible("#legend-body")
    assert not page.is_visible("#focus-rows")
    # the sentence is in the sheet, the figures and the questions are above its handle
    assert not page.is_visible("#answer")
    assert page.is_visible("#tiles") and page.is_visible("[data-ask=first]")
    page.tap("#tab-focus")
    assert page.is_visible("#focus-rows") and page.is_visible("#answer")
    small = """() => [...document.querySelectorAll("button, select, summary, .leaflet-bar a, #panel label, input")]
        .filter((one) => one.offsetParent && one.type !== 'radio' && one.type !== 'checkbox')
        .filter((one) => one.getBoundingClientRect().height < 43.5).map((one) => one.outerHTML)"""
    assert page.evaluate(small) == []
    page.tap("#focus-rows tr:nth-child(1) button")
    assert "Rp60" in popup_text(page)
    assert not page.is_visible("#focus-rows")
    # the sheet has given its room back before the map flew: the card has half of the map's height
    heights = "['.leaflet-popup-content', '#map-box'].map((one) => document.querySelector(one).offsetHeight)"
    card, room = page.evaluate(heights)
    assert card > room / 2
    # and a change of its room does not end the flight: the card is whole on the map, once it is there
    close = "document.querySelector('.leaflet-popup-close-button').getBoundingClientRect()"
    until(page, f"document.elementFromPoint({close}.x + 5, {close}.y + 5)?.textContent", "×")
    assert page.evaluate(EXPOSED)[0] == "2 of 3"
    page.tap("#tab-layers")
    filter_by(page, "asset_type", "house")
    until(page, EXPOSED, ["1 of 2", "0 not exposed · 1 no data"])
    assert page.evaluate(small) == []
    page.select_option("#hazard", "0")
    page.tap("#tab-layers")
    assert not page.is_visible("#hazard")
    page.tap("#legend summary")
    assert "1.5 m – 3 m" in page.inner_text("#legend-body").replace("\xa0", " ")
    settled(opened)


def test_a_view_in_the_address_is_opened_and_nonsense_is_not(open_page, town_page):
    page = open_page(town_page(), address="#lang=xx&view=-6.99240,110.42103,18.5").page
    assert page.evaluate("map_city.getZoom()") == 18.5
    assert page.title() == "Asset exposure and damage map of Tiny Town"
    nonsense = open_page(town_page(), address="#view=a,b,c")
    assert nonsense.page.evaluate("map_city.getZoom()") > 19  # the whole town fills the screen
    settled(nonsense)


def test_a_city_with_scores_alone_opens_with_the_score(map_of, assessment):
    for name in ("ead", "ead_low", "ead_high", "ead_per_value"):
        assessment.district_damage[name] = float("nan")
    opened = map_of(assessment)
    assert opened.page.is_checked("input[name=districts][value=score]")
    assert "0.2 – 0.4" in opened.page.inner_text("#legend")
    assert "EAD cannot be calculated from these data" in opened.page.text_content(".summary")
    settled(opened)


def test_a_city_without_hazard_maps_or_figures_still_opens(map_of, town):
    assessment = town_assessment(town)
    none = {
        name: getattr(assessment, name).iloc[:0]
        for name in ("exposure", "damage", "ead", "exposure_counts")
    }
    for name in ("ead", "ead_low", "ead_high", "score", "rank"):
        assessment.district_damage[name] = float("nan")
    assessment.district_damage["assets_exposed"] = 0
    city = read_city(town).model_copy(update={"hazards": (), "curves": ()})
    opened = map_of(replace(assessment, city=city, **none))
    assert opened.page.inner_text("#answer") == (
        "0 of 5 assets lie in at least one mapped hazard zone."
    )
    assert not opened.page.is_visible("#hazard")
    settled(opened)


@pytest.mark.parametrize(
    ("without", "reason"),
    [
        ("value", "no replacement values are available"),
        ("curve", "no damage curves are declared"),
        ("value and curve", "neither replacement values nor damage curves are available"),
    ],
)
def test_without_values_or_curves_the_page_shows_exposed_assets_and_why(
    edit, open_page, tmp_path, without, reason
):
    changes = []
    if "value" in without:
        changes += [
            (', value = "VALUE" }', " }"),
            ('road = { per = "m", amount = 10, source = "by pencil" }\n', ""),
        ]
    if "curve" in without:
        curve = re.search(r"\[\[curves\]\].*?\n\n", TOWN_TOML, re.DOTALL).group(0)
        changes.append((curve, ""))
    scores = TOWN_TOML[TOWN_TOML.index("[scores]") :]
    made = assess(read_city(edit(*changes, (scores, "[scores]\nfewest_assets = 1\n"))))
    assert not is_known(made.joint_ead, made.exposure, made.ead)
    opened = open_page(write_map(made, tmp_path / "map.html", language="en"), motion=True)
    page = opened.page
    # A, B and C lie on water or in the landslide zone; A and C are in the western district, B in
    # the eastern
    assert page.text_content(".summary").strip() == (
        f"3 of 5 assets lie in at least one mapped hazard zone. Because {reason}, the map and lists "
        "show exposed assets instead of expected annual damage (EAD)."
    )
    assert page.is_checked("input[name=districts][value=assets_exposed]")
    assert "Districts: number of exposed assets" in page.inner_text("#legend")
    rows = [row.split() for row in page.locator("#focus-rows tr").all_inner_texts()]
    assert [(row[0], row[-2], row[-1]) for row in rows[:2]] == [("1", "2", "3"), ("2", "1", "1")]
    heads = [
        head.strip(" \n▲▼") for head in page.locator("#panel-focus th[scope=col]").all_inner_texts()
    ]
    assert heads == ["No.", "District", "Exposed assets, all hazards", "Assets"]
    left, top, right, bottom = rectangle(page, NORTH_EAST)
    page.mouse.move((left + right) / 2, (top + bottom) / 2)
    until(page, "(document.querySelector('.leaflet-tooltip') || {}).textContent", "2 · 1")
    page.click("#tab-assets")
    shares = {
        row.split("\n")[0]: row.split()[-1]
        for row in page.locator("#asset-rows tr").all_inner_texts()
    }
    assert shares == {"Clinic B": "100%", "roads:C": "100%", "House A": "50%", "buildings:D": "0%"}
    # the same without scripts
    still = open_page(tmp_path / "map.html", scripts=False, ready=False).page
    assert "number of exposed assets" in still.inner_text("#still")
    assert "Annual damage (EAD)" not in still.inner_text("#still")
    settled(opened)


def test_it_is_shown_inside_a_notebook(assessment, open_page, tmp_path):
    """A notebook puts a folium map into a frame of its own: policy, worker and controls hold
    there too.
    """
    frame = city_map(assessment)._repr_html_()
    (tmp_path / "notebook.html").write_text(
        f"<!DOCTYPE html><script>window.__mapReady = true</script>{frame}", encoding="utf-8"
    )
    opened = open_page(tmp_path / "notebook.html")
    inner = opened.page.frames[1]
    until(inner, "window.__mapReady === true", True)
    assert len(opened.page.workers) == 1
    until(inner, f"{EXPOSED}[0]", "3 of 5")
    assert inner.is_visible("#tiles")
    inner.click("[data-language=id]")
    assert inner.inner_text("h1") == "Peta keterpaparan dan kerusakan aset Tiny Town"
    inner.click("#tab-assets")
    inner.click("#asset-rows .go >> nth=0")
    inner.wait_for_selector(".leaflet-popup-content h2")
    assert opened.wrong == []
    assert opened.violations() == []
