"""The search of a map page: groups, keys, typing errors, types as filters, and what a public page
finds.
"""

from __future__ import annotations

import pytest
import shapely

from asset_inventory.assessment.run import assess
from asset_inventory.disclosure.assessment import disclosed
from asset_inventory.model.reading import read_city
from asset_inventory.outputs.map.city_map import write_map
from tests.support.accessibility import grave_faults, weak_texts
from tests.support.browser import until
from tests.support.map_page import painted, popup_text, settled
from tests.support.public_data import PUBLIC
from tests.support.search import search
from tests.support.town import X, Y, add_survey, write_layer

pytestmark = pytest.mark.chromium
CHOSEN = "document.getElementById('find-text').getAttribute('aria-activedescendant')"


@pytest.fixture
def town_map(open_page, town_page):
    return open_page(town_page())


@pytest.mark.smoke
def test_results_are_grouped_and_a_type_is_a_filter(town_map):
    page = town_map.page
    found = search(page, "houses")
    assert found.groups == {
        "Asset types": [["house", "show only these 2 assets"]],
        "Assets": [
            ["House A", "house · West"],
            ["buildings:D", "house · West"],
        ],
    }
    assert (found.said, found.note) == ("3 found", "")
    assert [fault for fault in grave_faults(page) if "find-" in fault] == []
    assert weak_texts(page) == []
    page.click("#find-0")
    until(page, "document.getElementById('count-exposed').textContent", "1")
    assert page.inner_text("#only").startswith("house")
    assert "asset_type=house" in page.evaluate("location.hash")
    settled(town_map)


def test_a_type_is_shown_in_the_whole_city_whatever_district_is_chosen(town_map):
    page = town_map.page
    search(page, "east")
    page.click("#find-0")
    until(page, "document.getElementById('only').textContent", "East ×")
    found = search(page, "houses")
    assert found.groups["Asset types"] == [["house", "show only these 2 assets"]]
    page.click("#find-0")
    until(page, "document.getElementById('only').textContent", "house ×")
    assert page.locator(".leaflet-popup-content").count() == 0
    until(page, "document.querySelector('#tiles div:nth-child(2) strong').textContent", "1 of 2")
    settled(town_map)


def test_what_a_filter_hides_is_found_and_shown_when_it_is_chosen(town_map):
    page = town_map.page
    search(page, "houses")
    page.click("#find-0")
    until(page, "document.getElementById('count-exposed').textContent", "1")
    assert search(page, "clinic").groups == {
        "Assets": [["Clinic B", "clinic · East · hidden; select to show"]]
    }
    page.click("#find-0")
    assert "buildings:B" in popup_text(page)
    until(page, "document.getElementById('count-exposed').textContent", "3")
    assert "asset_type" not in page.evaluate("location.hash")
    assert page.inner_text("#news").startswith("Filters hiding this asset have been cleared. ")
    settled(town_map)


def test_keys_go_through_all_groups(town_map):
    page = town_map.page
    search(page, "house")
    page.focus("#find-text")
    page.keyboard.press("Home")  # of the text, while nothing is chosen
    assert page.evaluate(CHOSEN) is None
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(CHOSEN) == "find-1"
    page.keyboard.press("End")
    assert page.evaluate(CHOSEN) == "find-2"
    page.keyboard.press("ArrowDown")
    assert page.evaluate(CHOSEN) == "find-0"
    page.keyboard.press("End")
    page.keyboard.press("Home")
    assert page.evaluate(CHOSEN) == "find-0"
    assert page.locator("#find-list [aria-selected=true]").count() == 1
    page.keyboard.press("Escape")
    assert not page.is_visible("#find-list")
    assert page.evaluate(CHOSEN) is None
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    assert "buildings:D" in popup_text(page)
    page.keyboard.press("Escape")
    page.wait_for_selector(".leaflet-popup-content", state="detached")
    assert page.evaluate("document.activeElement.id") == "find-text"
    assert not page.is_visible("#find-list")  # it would lie on what was found
    page.click("#find-text")
    until(page, "!document.getElementById('find-list').hidden")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("clinic")
    page.keyboard.press("Enter")  # before the list answers it
    assert "buildings:B" in popup_text(page)
    settled(town_map)


def test_typing_errors_are_forgiven_and_said(open_page, town_page):
    opened = open_page(town_page(), address="#lang=id")
    found = search(opened.page, "clinci")
    assert found.groups == {"Aset": [["Clinic B", "clinic · East"]]}
    assert found.note == "Tidak ada yang sama persis. Ejaan yang mirip:"
    assert found.said == f"{found.note} 1 ditemukan"
    apart = search(opened.page, "depot west")
    assert apart.note == "Tidak ada yang cocok dengan semua kata. Yang cocok dengan satu kata:"
    assert list(apart.groups) == ["Wilayah"]
    assert [fault for fault in grave_faults(opened.page) if "find-" in fault] == []
    assert search(opened.page, "zzzzzz").said == "tidak ada hasil"
    assert [fault for fault in grave_faults(opened.page) if "find-" in fault] == []
    settled(opened)


@pytest.fixture
def streets(town, edit):
    """The town with three roads of one name, two of them in the west, whose district is part of
    «North».
    """
    add_survey(town)
    ends = [(5, 45), (10, 40), (60, 95)]
    lines = [shapely.LineString([(X + west, Y + 30), (X + east, Y + 30)]) for west, east in ends]
    write_layer(
        town / "roads.gpkg", lines, ID=["C", "F", "G"], NAME=["Jl. Mawar", "Jl. Mawar", "Jl. Mawar"]
    )
    return edit(('fields = { asset_id = "ID" }', 'fields = { asset_id = "ID", name = "NAME" }'))


def test_a_street_of_several_parts_is_one_result(streets, open_page, tmp_path):
    path = write_map(assess(read_city(streets)), tmp_path / "map.html", language="en")
    page = open_page(path).page
    found = search(page, "jalan mawar")
    assert found.groups == {
        "Roads and other lines": [["Jl. Mawar", "West · 2 assets"], ["Jl. Mawar", "East · 1 asset"]]
    }
    page.click("#find-0")
    until(page, "document.getElementById('news').textContent", "Jl. Mawar: West · 2 assets")
    painted(page)
    # both parts of the west are on the map: 5 to 45 m
    assert page.evaluate("map_city.getBounds().contains(map_city.getCenter())")
    assert page.locator(".leaflet-popup").count() == 0
    search(page, "jalan mawar")
    page.click("#find-1")
    assert "roads:G" in popup_text(page)


def test_a_public_page_finds_nothing_internal(town, edit, open_page, tmp_path):
    """The roads are internal, and what buildings are worth and who owns them."""
    assessment = disclosed(assess(read_city(edit(PUBLIC))), "public")
    opened = open_page(write_map(assessment, tmp_path / "map.html", language="en"))
    page = opened.page
    assert search(page, "clinic").groups
    for text in ("roads:C", "roads", "road", "C", "jalan", "Works", "1000", "depto road"):
        assert "road" not in str(search(page, text).groups).lower(), text
        assert "Works" not in str(search(page, text).groups), text
    settled(opened)
