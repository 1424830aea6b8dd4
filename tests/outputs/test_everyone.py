"""Everyone can use the page: by axe-core, by contrast, enlarged, with little motion, in both
languages.
"""

from __future__ import annotations

import hashlib
import json
import subprocess

import pytest

from asset_inventory.outputs.map.content import class_table
from asset_inventory.outputs.map.layers import looks
from asset_inventory.outputs.map.page import STATIC
from asset_inventory.outputs.views.style import (
    COOL,
    WARM,
    asset_classes,
    contrast,
    ead_classes,
    edge_colour,
    intensity_classes,
    score_classes,
)
from tests.support.accessibility import AXE, SIZES, grave_faults, weak_texts
from tests.support.browser import until
from tests.support.map_page import BACKGROUND, filter_by, over, painted, show_tab

pytestmark = pytest.mark.chromium
TILES = STATIC / "src" / "layer" / "tiles.js"


@pytest.fixture
def map_of(open_page, town_page):
    def opened(*, language="en", address="", **options):
        return open_page(town_page(language), address=address, **options)

    return opened


def test_axe_is_as_it_was_taken():
    manifest = json.loads((AXE.parent / "manifest.json").read_text(encoding="utf-8"))
    assert manifest.keys() == {"name", "version", "licence", "origin", "files"}
    assert manifest["files"] == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in AXE.parent.iterdir()
        if path.name != "manifest.json"
    }
    assert f"axe v{manifest['version']}" in AXE.read_text(encoding="utf-8")[:100]


def sound(page, when):
    assert grave_faults(page) == [], when
    assert weak_texts(page) == [], when


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize("size", list(SIZES))
def test_no_grave_fault_wherever_a_reader_goes(map_of, size, language):
    opened = map_of(**SIZES[size], address=f"#lang={language}")
    page = opened.page
    sound(page, "at the start")
    for tab in ("focus", "assets", "layers", "about"):
        show_tab(page, tab)
        sound(page, tab)
    show_tab(page, "focus")
    page.click("#focus-rows .go >> nth=0")
    page.wait_for_selector(".leaflet-popup-content")
    sound(page, "with the popup of a district")
    show_tab(page, "assets")
    page.click("#asset-rows .go >> nth=0")
    page.wait_for_selector(".figures")
    sound(page, "with the popup of an asset")
    page.click(".leaflet-popup-close-button")
    show_tab(page, "layers")
    page.select_option("#hazard", "0")
    for fold in page.locator("#filters summary:visible").all():
        fold.click()
    filter_by(page, "asset_type", "house")
    sound(page, "with a hazard map, a district and a filter")
    show_tab(page, "assets")
    page.click("#open-table")
    page.wait_for_selector("#table-view .rows [role=row]")
    sound(page, "with the table of assets")
    page.click("#close-table")
    if size == "phone":
        page.click("#tab-assets")
        page.click("#legend summary")
    page.fill("#find-text", "cl")
    page.wait_for_selector("#find-list [role=option]")
    sound(page, "with a list of what was found")
    assert opened.violations() == []


def test_the_page_without_scripts_has_no_weak_text(open_page, town_page):
    page = open_page(town_page(), scripts=False).page
    assert weak_texts(page) == []


def test_every_edge_and_mark_is_told_from_the_ground_it_lies_on(node):
    money, depth = ead_classes([1.0, 2.0, 3.0, 4.0, 5.0]), intensity_classes([], unit="m")
    other = intensity_classes(range(1, 10), unit="MMI")
    grounds = {BACKGROUND, "#f4f5f7"}  # the map's own, and that of hatching
    for table, opacity in ((money, 0.82), (score_classes(), 0.82), (depth, 0.9), (other, 0.85)):
        for one in table.classes:
            if not one.no_data:
                grounds.add(over(one.colour, opacity))
                assert contrast(edge_colour(one), over(one.colour, opacity)) >= 3, one
    assert ["#b30000", "#ffffff"] in [
        [one["colour"], one["edge"]] for one in class_table(money)["classes"]
    ]
    looked_at = [
        one
        for palette in (WARM, COOL)
        for one in looks(asset_classes(depth, palette, unknown=True))
    ]
    script = (
        f"import {{ look }} from {TILES.as_uri()!r};"
        f"console.log(JSON.stringify({json.dumps(looked_at)}.map(look)));"
    )
    command = [node, "--input-type=module", "--eval", script]
    for mark in json.loads(subprocess.run(command, capture_output=True, check=True).stdout):
        parts = [mark[name] for name in ("colour", "edge", "casing")]
        for ground in {*grounds, "#ffffff"}:  # a legend is white
            assert max(contrast(part, ground) for part in parts) >= 3, (mark, ground)
        # every part of a symbol is told from the one around it, or from the one around that
        assert contrast(mark["edge"], mark["casing"]) >= 3
        if not mark["no_data"]:
            assert contrast(mark["icon"], mark["colour"]) >= 3, mark


def test_a_reader_may_enlarge_the_page(map_of):
    page = map_of(**SIZES["phone"]).page
    assert (
        page.get_attribute("meta[name=viewport]", "content")
        == "width=device-width, initial-scale=1"
    )
    zoom = page.evaluate("map_city.getZoom()")
    pinch = page.context.new_cdp_session(page)
    x, y = page.evaluate("map_city.getContainer().getBoundingClientRect().x + 195"), 450
    pinch.send(
        "Input.synthesizePinchGesture",
        {"x": x, "y": y, "scaleFactor": 0.5, "gestureSourceType": "touch"},
    )
    until(page, f"map_city.getZoom() < {zoom}")  # two fingers on the map


# 1280 x 1024 at 200 % and 400 %, 1280 x 800 at 200 %, a phone on its side
@pytest.mark.parametrize(("width", "height"), [(640, 512), (320, 256), (640, 400), (844, 390)])
def test_an_enlarged_page_cuts_nothing_off(map_of, width, height):
    opened = map_of(width=width, height=height, motion=True)
    page = opened.page
    # what is wider than the window would have to be scrolled both ways
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.getElementById('map-box').getBoundingClientRect().height") >= 300
    for tab in ("focus", "assets", "layers", "about"):
        show_tab(page, tab)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        last = page.locator(f"#panel-{tab} > *:visible").last
        last.scroll_into_view_if_needed()
        assert last.is_visible()
        if width < 700:
            page.click(f"#tab-{tab}")
    page.locator("#find-text").scroll_into_view_if_needed()
    page.fill("#find-text", "clinic")
    page.wait_for_selector("#find-list [role=option]")
    page.click("#find-0")
    page.wait_for_selector(".leaflet-popup-content")
    painted(page)
    # the popup lies within the map, its figures within the popup
    assert page.evaluate("""() => {
        const map = document.getElementById("map-box").getBoundingClientRect();
        const popup = document.querySelector(".leaflet-popup-content-wrapper").getBoundingClientRect();
        return popup.left >= map.left - 1 && popup.right <= map.right + 1 && popup.top >= map.top - 1;
    }""")
    assert opened.wrong == []


def test_whoever_asks_for_less_motion_gets_it(map_of):
    opened = map_of(motion=True)
    page = opened.page
    page.emulate_media(reduced_motion="reduce")
    page.reload()
    page.wait_for_selector(".leaflet-control-zoom-in")
    until(page, "window.__mapReady === true")
    moved = page.evaluate("""() => {
        const [zoom, at] = [map_city.getZoom(), map_city.getCenter()];
        document.querySelector(".leaflet-control-zoom-in").click();
        const zoomed = map_city.getZoom() - zoom;
        const pane = map_city.getPane("mapPane").getBoundingClientRect().x;
        map_city.panBy([50, 0]);
        return { zoomed, panned: pane - map_city.getPane("mapPane").getBoundingClientRect().x,
                 moving: map_city.getPane("mapPane").className.includes("leaflet-zoom-anim") };
    }""")
    assert moved == {"zoomed": 1, "panned": 50, "moving": False}
    assert (
        page.evaluate(
            "[...document.querySelectorAll('*')].filter((one) => "
            "parseFloat(getComputedStyle(one).transitionDuration) > 0).length"
        )
        == 0
    )
    page.click("#focus-rows .go >> nth=0")
    page.wait_for_selector(".leaflet-popup-content")
    assert opened.wrong == []


def test_counts_are_heard_after_every_change(map_of):
    page = map_of().page
    assert page.get_attribute("#news", "aria-live") == "polite"
    page.select_option("#hazard", "1")
    page.wait_for_function(
        "document.getElementById('news').textContent.startsWith('3 ')", timeout=2000
    )
    page.click("[data-language=id]")
    page.select_option("#hazard", "-1")
    page.wait_for_function(
        "document.getElementById('news').textContent.includes('terpapar')", timeout=2000
    )
