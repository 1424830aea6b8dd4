"""Two sides in one page, as a planner opens it: both panes, the divider, the table, the popups,
without a network.
"""

from __future__ import annotations

import json
import re
import shutil

import geopandas
import numpy as np
import pytest
import rasterio
import shapely
from rasterio.io import MemoryFile

from asset_inventory.assessment.run import assess
from asset_inventory.disclosure.assessment import disclosed
from asset_inventory.messages import LANGUAGES, say
from asset_inventory.model.reading import read_city
from asset_inventory.outputs.map.compared_maps import Side, write_comparison
from asset_inventory.outputs.views.style import BLUES, PURPLES, exposure_classes
from tests.support.accessibility import SIZES, focus_is_seen, grave_faults, weak_texts
from tests.support.browser import until
from tests.support.hostile_text import HOSTILE_NAMES
from tests.support.map_page import (
    BACKGROUND,
    HOUSE_A,
    HOUSE_D,
    click,
    over,
    painted,
    popup_text,
    rectangle,
    settled,
    share,
)
from tests.support.page_contents import decoded, head
from tests.support.public_data import MONEY, PUBLIC
from tests.support.town import X, Y

# House A, 0.5 m deep in the frequent flood, is reached by the rare one only
DEEPER = ("exposed_from = 0.1", "exposed_from = 0.6")
SOUTH_WEST, SOUTH_EAST = (33, 2, 46, 20), (56, 2, 95, 20)
TABLE = [
    ["Assets", "5", "5", "0"],
    ["exposed", "2", "3", "+1"],
    ["no data", "1", "1", "0"],
    ["not exposed", "1", "0", "−1"],
    ["no usable geometry", "1", "1", "0"],
    ["Damage from one event", "Rp250", "Rp1,500", "+Rp1,250"],
    ["Assets without damage figure", "2", "2", "difference over 3 assets with both figures"],
]


@pytest.fixture
def two_floods(edit, tmp_path):
    """Write the town's frequent flood beside its rare one and return the file."""

    def written(*pairs, maps=("flood:10", "flood:100"), audience="internal", **options):
        side = Side(disclosed(assess(read_city(edit(DEEPER, *pairs))), audience))
        return write_comparison(side, side, tmp_path / "two.html", maps=maps, **options)

    return written


@pytest.fixture
def two_towns(town, tmp_path):
    """Write the town beside itself after a delivery: clinic B has gone, depot F has come."""

    def written(*pairs, labels=("today", "2050"), audience="internal", **options):
        later = tmp_path / "later"
        shutil.copytree(town, later)
        text = (later / "city.toml").read_text(encoding="utf-8")
        for old, new in pairs:
            assert old in text
            text = text.replace(old, new, 1)
        (later / "city.toml").write_text(text, encoding="utf-8")
        geopandas.GeoDataFrame(
            {
                "ID": ["A", "D", "E", "F"],
                "NAME": ["House A", None, "Depot E", "Depot F"],
                "KIND": ["house", "house", "depot", "depot"],
                "VALUE": [1000.0, 800.0, 100.0, 60.0],
            },
            geometry=[
                shapely.box(X + 10, Y + 40, X + 30, Y + 60),
                shapely.box(X + 40, Y + 60, X + 60, Y + 80),
                None,
                shapely.Point(X + 75, Y + 10),
            ],
            crs="EPSG:32749",
        ).to_file(later / "buildings.gpkg", driver="GPKG")
        sides = [
            Side(disclosed(assess(read_city(folder)), audience), label)
            for folder, label in zip((town, later), labels, strict=True)
        ]
        return write_comparison(*sides, tmp_path / "two.html", **options)

    return written


@pytest.fixture
def two_cities(town, tmp_path):
    """Write the town beside another of the same shapes, one zone of UTM (6 degrees) further west,
    with a currency and assets of its own.
    """

    def written(**options):
        west = tmp_path / "west"
        shutil.copytree(town, west)
        for path in west.glob("*.gpkg"):
            table = geopandas.read_file(path)
            table.set_crs("EPSG:32748", allow_override=True).to_file(path, driver="GPKG")
        for path in west.glob("*.tif"):
            with rasterio.open(path, "r+") as grid:
                grid.crs = "EPSG:32748"
        text = (west / "city.toml").read_text(encoding="utf-8")
        for old, new in (
            ('"EPSG:32749"', '"EPSG:32748"'),
            ('"IDR"', '"EUR"'),
            ('name = "buildings"', 'name = "houses"'),
            ('name = "roads"', 'name = "lanes"'),
        ):
            assert old in text
            text = text.replace(old, new, 1)
        (west / "city.toml").write_text(text, encoding="utf-8")
        sides = [Side(assess(read_city(folder)), folder.name) for folder in (town, west)]
        return write_comparison(*sides, tmp_path / "two.html", **options)

    return written


def opened_wide(open_page, path, **options):
    opened = open_page(path, **options)
    opened.page.evaluate("document.getElementById('legend').open = false")
    return opened


def rows(page, selector):
    return [
        [cell.inner_text() for cell in row.locator("th, td").all()]
        for row in page.locator(selector).all()
    ]


def legend(page):
    page.evaluate("document.getElementById('legend').open = true")
    lines = page.locator("#legend-body li:not(.heads)").all()
    texts = [re.split(r"\n+", line.inner_text().replace("\u00a0", " ")) for line in lines]
    return {parts[0]: parts[1:] for parts in texts}


pytestmark = pytest.mark.chromium


@pytest.mark.smoke
def test_it_says_what_is_left_and_right_and_counts_both(open_page, two_floods):
    opened = opened_wide(open_page, two_floods())
    page = opened.page
    assert page.title() == page.inner_text("h1") == "Comparison of two hazard maps of Tiny Town"
    assert page.inner_text("#titles") == "Left: flood, 10 years. Right: flood, 100 years."
    assert (
        page.inner_text("#summary")
        == "Exposed assets only on the left: 0; only on the right: 1; on both sides: 2."
    )
    assert rows(page, "#both-rows tr") == TABLE
    assert "which may also be exposed: 1 on the left, 1 on the right" in page.inner_text("#notes")
    found = legend(page)
    # B and C meet 1 m at most in the frequent flood; A 2 m, B and C 4 m in the rare one
    assert found["0.75 m – 1.5 m"] == ["2", "0"]
    assert found["1.5 m – 3 m"] == ["0", "1"]
    assert found["3 m or more"] == ["0", "2"]
    assert found["exposed"] == ["2", "3"]
    assert "FICTITIOUS TRAINING DATA" in page.inner_text(".exercise")
    settled(opened)


def test_both_panes_are_drawn_and_the_keyboard_moves_the_divider(open_page, two_floods):
    opened = opened_wide(open_page, two_floods())
    page = opened.page
    # left the frequent flood, below its threshold in the west; right the rare one, 4 m in the east
    assert share(page, SOUTH_WEST, BACKGROUND) > 0.7
    assert share(page, SOUTH_EAST, over(BLUES[4], 0.9)) > 0.7
    page.focus("#divider")
    page.keyboard.press("Home")
    assert share(page, SOUTH_WEST, over(BLUES[3], 0.9)) > 0.7
    page.keyboard.press("End")
    assert share(page, SOUTH_EAST, over(BLUES[1], 0.9)) > 0.7
    assert (
        page.get_attribute("#divider", "aria-valuetext") == "The left side takes 100% of the width"
    )
    page.keyboard.press("ArrowLeft")
    assert page.input_value("#divider") == "99"
    # the map itself has not moved, and goes on with its panes when it does
    page.keyboard.press("Home")
    page.evaluate("void map_city.panBy([40, 0], { animate: false })")
    assert share(page, SOUTH_WEST, over(BLUES[3], 0.9)) > 0.7
    settled(opened)


def test_assets_of_both_panes_are_one_layer_in_two_colourings(open_page, two_floods):
    path = two_floods()
    text = path.read_text(encoding="utf-8")
    assert text.count('data-part="head"') == text.count('data-part="0"') == 1
    opened = opened_wide(open_page, path)
    page = opened.page
    page.evaluate("void map_city.setZoom(20, { animate: false })")
    assert share(page, HOUSE_A, "#ffffff") > 0.3
    page.focus("#divider")
    page.keyboard.press("Home")
    assert share(page, HOUSE_A, exposure_classes().classes[0].colour) > 0.3
    settled(opened)


def test_the_grip_is_dragged_by_mouse_and_touch(open_page, two_floods):
    path = two_floods()
    opened = opened_wide(open_page, path)
    page = opened.page
    centre = page.evaluate("map_city.getCenter().lng")
    box = page.locator("#divider").bounding_box()
    at = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*at)
    page.mouse.down()
    page.mouse.move(at[0] + 200, at[1], steps=5)
    page.mouse.up()
    assert int(page.input_value("#divider")) > 60
    assert page.evaluate("map_city.getCenter().lng") == centre
    settled(opened)
    phone = open_page(path, width=390, height=844, touch=True)
    page = phone.page
    box = page.locator("#divider").bounding_box()
    assert box["height"] >= 44
    touch = page.context.new_cdp_session(page)
    start = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [start]})
    for step in (20, 60, 100):
        touch.send(
            "Input.dispatchTouchEvent",
            {"type": "touchMove", "touchPoints": [{**start, "x": start["x"] - step}]},
        )
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert int(page.input_value("#divider")) < 35
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    settled(phone)


def test_a_popup_has_both_values_and_their_difference(open_page, two_floods):
    opened = opened_wide(open_page, two_floods())
    page = opened.page
    click(page, HOUSE_A)
    popup_text(page)
    # half of the house at 2 m: 1000 x 0.5 x 2 / 4
    assert rows(page, ".popup tbody tr") == [
        ["Status", "not exposed", "exposed", "differs"],
        ["Exposed share", "0%", "50%", "+50 percentage points"],
        ["Intensity", "–", "2.00\u00a0m", "–"],
        ["Damage", "Rp0", "Rp250", "+Rp250"],
    ]
    assert "asset-inventory" not in page.inner_text(".popup")
    assert "asset-inventory explain town ASSET_ID" in page.text_content("#panel-about")
    page.keyboard.press("Escape")
    page.wait_for_selector(".leaflet-popup-content", state="detached")
    # D lies on both sides of the divider; half of it is not known, and that is not nothing
    click(page, HOUSE_D)
    popup_text(page)
    assert rows(page, ".popup tbody tr")[0] == ["Status", "no data", "no data", "the same"]
    assert rows(page, ".popup tbody tr")[-1] == [
        "Damage",
        "not available",
        "not available",
        "not available",
    ]
    settled(opened)


def test_which_assets_are_drawn_follows_how_both_sides_count_them(open_page, two_floods):
    opened = opened_wide(open_page, two_floods())
    page = opened.page
    page.evaluate("void map_city.setZoom(20, { animate: false })")
    page.check("input[value='compare.moves.right']")
    assert page.inner_text("label:has(input[value='compare.moves.right']) .count") == "1"
    assert share(page, HOUSE_A, "#ffffff") > 0.3
    assert share(page, HOUSE_D, "#8a7200") == 0
    page.check("input[value='compare.moves.both']")
    assert share(page, HOUSE_A, "#ffffff") < 0.05
    # what is found is shown again
    page.fill("#find-text", "House A")
    page.wait_for_selector("#find-list [role=option]")
    assert "hidden; select to show" in page.inner_text("#find-list")
    page.click("#find-0")
    popup_text(page)
    assert page.is_checked("input[value='compare.moves.all']")
    settled(opened)


def test_other_maps_are_chosen_and_a_link_remembers_them(open_page, two_floods, tmp_path):
    opened = opened_wide(open_page, two_floods())
    page = opened.page
    page.select_option("#choose-right", label="landslide, scenario (no return period)")
    assert share(page, SOUTH_EAST, over(PURPLES[4], 0.85)) > 0.7
    notes = page.inner_text("#notes")
    assert "The hazards differ: flood on the left, landslide on the right." in notes
    assert "water depth (m) on the left, susceptibility class (class) on the right" in notes
    table = {row[0]: row[1:] for row in rows(page, "#both-rows tr")}
    # D lies outside the zone
    assert table["exposed"] == ["2", "3", "not comparable"]
    assert table["not exposed"] == ["1", "1", "not comparable"]
    assert table["Damage from one event"] == ["Rp250", "damage not calculated", "not comparable"]
    again = open_page(tmp_path / "two.html", address=page.evaluate("location.hash"))
    assert (
        again.page.inner_text("#titles")
        == "Left: flood, 10 years. Right: landslide, scenario (no return period)."
    )
    settled(opened)
    settled(again)


def test_hazards_that_cannot_be_compared_are_named_by_their_labels(open_page, two_floods):
    label = 'name = "flood"', 'name = "flood"\nlabel = { id = "Banjir", en = "Floods" }'
    reason = "The intensity measures differ: water depth (m) on the left, susceptibility class (class) on the right."
    opened = opened_wide(open_page, two_floods(label, maps=("flood:100", "landslide")))
    page = opened.page
    assert page.inner_text("#summary") == f"{reason} Numbers of exposed assets are not comparable."
    notes = page.inner_text("#notes")
    assert reason in notes
    assert "The hazards differ: Floods on the left, landslide on the right." in notes
    assert "Differences in amounts" not in notes  # there are none
    # no choice counts what is exposed on one side against the other
    choices = [radio.get_attribute("value") for radio in page.locator("#moves input").all()]
    assert "compare.moves.all" in choices
    assert not {f"compare.moves.{name}" for name in ("left", "right", "both")} & {*choices}
    page.click("[data-language=id]")
    notes = page.inner_text("#notes")
    assert "Bahayanya berbeda: Banjir di kiri, tanah longsor di kanan." in notes
    settled(opened)


def test_the_language_changes_without_a_reload(open_page, two_floods):
    opened = opened_wide(open_page, two_floods())
    page = opened.page
    click(page, HOUSE_A)
    popup_text(page)
    page.click("[data-language=id]")
    assert page.title() == "Perbandingan dua peta bahaya Tiny Town"
    assert page.inner_text("#titles") == "Kiri: banjir, 10 tahun. Kanan: banjir, 100 tahun."
    assert rows(page, "#both-rows tr")[5] == [
        "Kerusakan akibat satu kejadian",
        "Rp250",
        "Rp1.500",
        "+Rp1.250",
    ]
    assert rows(page, ".popup tbody tr")[0] == [
        "Status aset",
        "tidak terpapar",
        "terpapar",
        "berbeda",
    ]
    assert legend(page)["3 m atau lebih"] == ["0", "2"]
    assert page.inner_text("label:has(#move-1)").split("\n")[0] == "terpapar hanya di kanan"
    assert page.get_attribute("#divider", "aria-label") == "Pembatas antara kiri dan kanan"
    settled(opened)


def test_an_old_browser_has_the_table_and_the_browsers_that_the_map_needs(open_page, two_floods):
    opened = open_page(
        two_floods(), first="delete window.DecompressionStream; delete window.Worker", ready=False
    )
    opened.page.wait_for_selector("#still [role=alert]")
    seen = opened.page.locator("[role=alert]:visible").all_inner_texts()
    assert sorted(seen) == sorted(say("map.layer.old_browser", language) for language in LANGUAGES)
    assert rows(opened.page, "#still .both tbody tr") == TABLE
    settled(opened)


def test_without_scripts_and_on_paper_there_is_the_table_of_both_sides(open_page, two_floods):
    path = two_floods()
    still = open_page(path, scripts=False).page
    assert "open this file in Chrome or Firefox" in still.inner_text("#still")
    assert "buka berkas ini di Chrome atau Firefox" in still.inner_text("#still")
    assert rows(still, "#still .both tbody tr") == TABLE
    assert ["exposed only on the right", "1"] in rows(still, "#still .list:not(.both) tr")
    assert "No data does not mean safe" in still.inner_text("#still .notes")
    assert not still.is_visible("#live")
    opened = open_page(path)
    page = opened.page
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.is_visible("#print-picture")
    assert page.is_visible("#both-rows")
    assert not page.is_visible("#divider")
    assert page.is_visible(".print-mark")
    settled(opened)


def test_the_printed_legend_is_as_large_as_that_of_the_map_of_a_city(
    open_page, two_floods, town_page
):
    sizes = []
    for path in (two_floods(), town_page()):
        opened = open_page(path, width=1440, height=900)
        page = opened.page
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        drawn = page.evaluate("document.getElementById('print-picture').width")
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 710, "height": 1039})  # A4 without its margins
        assert not page.is_visible("#top")  # the picture has title, date and marks
        # pixels on paper for each of the picture's, whose legend is written alike on all pages
        sizes.append(page.locator("#print-picture").bounding_box()["width"] / drawn)
        boxes = set(re.findall(rb"/MediaBox ?\[([^]]+)\]", page.pdf(prefer_css_page_size=True)))
        assert [[round(float(end)) for end in box.split()] for box in boxes] == [[0, 0, 595, 842]]
        settled(opened)
    assert sizes[0] >= sizes[1]


def test_a_picture_has_both_sides_and_says_which_is_which(open_page, two_floods):
    opened = open_page(two_floods())
    page = opened.page
    painted(page)
    box = rectangle(page, SOUTH_EAST)
    frame = [page.locator("#map_city").bounding_box()[side] for side in ("x", "y")]
    with page.expect_download() as taken:
        page.click("#take-picture")
    with (
        pytest.warns(),
        MemoryFile(taken.value.path().read_bytes()) as file,
        file.open() as dataset,
    ):
        picture = dataset.read()[:3].astype(int)
    left, top, right, bottom = (int(edge - frame[place % 2]) for place, edge in enumerate(box))
    wanted = np.array([int(over(BLUES[4], 0.9)[place : place + 2], 16) for place in (1, 3, 5)])[
        :, None, None
    ]
    part = picture[:, top + 2 : bottom - 2, left + 2 : right - 2]
    assert (np.abs(part - wanted).max(axis=0) <= 10).mean() > 0.7
    settled(opened)


@pytest.mark.parametrize("size", list(SIZES))
def test_everyone_can_use_both_sides(open_page, two_towns, size):
    opened = open_page(two_towns(), **SIZES[size])
    page = opened.page
    for tab in ("layers", "figures", "about"):
        if page.is_visible(f"#tab-{tab}"):
            page.click(f"#tab-{tab}")
        painted(page)
        assert grave_faults(page) == [], tab
        assert weak_texts(page) == [], tab
    if size == "desk":
        page.focus("#divider")
        page.keyboard.press("ArrowRight")
        assert focus_is_seen(page)
        page.evaluate("document.getElementById('legend').open = false")
        click(page, HOUSE_A)
        popup_text(page)
        painted(page)
        assert grave_faults(page) == []
        assert weak_texts(page) == []
    settled(opened)


def test_two_assessments_are_followed_asset_by_asset(open_page, two_towns):
    opened = opened_wide(open_page, two_towns())
    page = opened.page
    assert page.title() == "Comparison of today and 2050"
    assert (
        page.inner_text("#titles")
        == "Left: today (all hazard maps combined). Right: 2050 (all hazard maps combined)."
    )
    notes = page.inner_text("#notes")
    assert (
        "Assets on both sides, matched by ID: 4; 0 of them differ in type, value or shape." in notes
    )
    assert "Only on the left: 1. Only on the right: 1." in notes
    table = {row[0]: row[1:] for row in rows(page, "#both-rows tr")}
    assert table["exposed"] == ["3", "3", "0"]
    # A 15, B 30, C 45, D 0; without B, and F is flooded as B is: 30 x 60 / 500 = 3.6
    assert table["Expected annual damage (EAD)"] == ["Rp90", "Rp64", "Rp0"]
    assert table["Assets without EAD"] == ["1", "1", "difference over 3 assets with both figures"]
    page.check("input[value='compare.moves.only_right']")
    page.fill("#find-text", "Depot F")
    page.wait_for_selector("#find-list [role=option]")
    assert page.locator("#find-list [role=option]").count() == 1
    page.click("#find-0")
    popup_text(page)
    assert rows(page, ".popup tbody tr") == [
        ["Status", "absent", "exposed", "differs"],
        ["Replacement value", "absent", "Rp60", "–"],
        ["Expected annual damage (EAD)", "absent", "Rp4", "–"],
    ]
    assert "asset-inventory explain later ASSET_ID" in page.text_content("#panel-about")
    assert page.is_checked("input[value='compare.moves.only_right']")
    page.keyboard.press("Escape")
    page.wait_for_selector(".leaflet-popup-content", state="detached")
    page.evaluate("void map_city.fitBounds(assets_on_map_0.getBounds(), { animate: false })")
    page.check("input[value='compare.moves.all']")
    page.select_option("#choose", label="flood, 100 years")
    assert page.inner_text("[data-title=right]") == "2050 (flood, 100 years)"
    painted(page)
    click(page, HOUSE_A)
    popup_text(page)
    assert ["Damage", "Rp250", "Rp250", "Rp0"] in rows(page, ".popup tbody tr")
    assert page.locator("#panel-about code").count() == 2  # a command for each of the two folders
    settled(opened)


def test_what_may_not_be_compared_is_said(open_page, two_towns):
    opened = opened_wide(
        open_page,
        two_towns(
            ('currency = "IDR"', 'currency = "EUR"'), ("exposed_from = 0.1", "exposed_from = 0.6")
        ),
    )
    page = opened.page
    assert "The currencies differ: IDR on the left, EUR on the right." in page.inner_text("#notes")
    table = {row[0]: row[1:] for row in rows(page, "#both-rows tr")}
    assert table["Expected annual damage (EAD)"][2] == "not comparable"
    assert table["exposed"][2] == "not comparable"
    page.select_option("#choose", label="flood, 100 years")
    assert (
        "The exposure thresholds differ: 0.1 m on the left, 0.6 m on the right."
        in page.inner_text("#notes")
    )
    click(page, HOUSE_A)
    popup_text(page)
    assert {row[3] for row in rows(page, ".popup tbody tr")[1:]} <= {
        "not comparable",
        "0.00\u00a0m",
    }
    settled(opened)


@pytest.mark.slow
def test_each_side_has_its_own_currency(open_page, two_towns):
    path = two_towns(('currency = "IDR"', 'currency = "EUR"'))
    damage = ["Rp90", "€64", "not comparable"]
    still = open_page(path, scripts=False, ready=False).page
    table = {row[0]: row[1:] for row in rows(still, "#still .both tbody tr")}
    assert table["Expected annual damage (EAD)"] == damage
    opened = opened_wide(open_page, path)
    page = opened.page
    table = {row[0]: row[1:] for row in rows(page, "#both-rows tr")}
    assert table["Expected annual damage (EAD)"] == damage
    prices = page.locator("#prices strong").all_text_contents()
    assert [price.split(" ")[0] for price in prices] == ["Rp10", "€10"]
    page.select_option("#choose", label="flood, 100 years")
    click(page, HOUSE_A)
    popup_text(page)
    table = {row[0]: row[1:] for row in rows(page, ".popup tbody tr")}
    assert table["Damage"] == ["Rp250", "€250", "not comparable"]
    assert table["Replacement value"] == ["Rp1,000", "€1,000", "not comparable"]
    page.keyboard.press("Escape")
    page.wait_for_selector(".leaflet-popup-content", state="detached")
    click(page, (5, 85, 35, 98))
    popup_text(page)
    table = {row[0]: row[1:] for row in rows(page, ".popup tbody tr")}
    assert [cell[0] for cell in table["Expected annual damage (EAD)"]] == ["R", "€", "n"]
    settled(opened)


@pytest.mark.slow
def test_two_cities_far_apart_are_opened_one_at_a_time(open_page, two_cities):
    path = two_cities()
    opened = opened_wide(open_page, path)
    page = opened.page
    assert page.inner_text("#summary").startswith("The two sides share no asset")
    page.click("[data-language=id]")
    assert page.inner_text("#summary").startswith("Tidak ada aset yang sama di kedua sisi")
    page.click("[data-language=en]")
    table = {row[0]: row[1:] for row in rows(page, "#both-rows tr")}
    assert table["Assets"] == ["5", "5", "not comparable"]
    assert {cells[2] for cells in table.values()} == {"not comparable"}
    assert "share no asset" not in page.inner_text("#notes")
    assert page.locator("input[value='compare.moves.right']").count() == 0

    def seen(side):
        """Where the map looks: at this side's assets, all of whose pane is shown."""
        until(page, f"assets_on_map_{side}.getBounds().contains(map_city.getCenter())")
        until(page, "document.getElementById('divider').value", ("100", "0")[side])

    seen(0)
    assert page.evaluate("map_city.getBounds().getEast() - map_city.getBounds().getWest()") < 0.1
    assert grave_faults(page) == []
    page.click("text=Show west")
    seen(1)
    page.fill("#find-text", "House A")
    page.wait_for_selector("#find-list [role=option]")
    assert page.locator("#find-list [role=option]").count() == 2
    page.click("#find-0")
    seen(0)
    # assets of the other city alone are looked at there
    page.click("input[value='compare.moves.only_right']")
    seen(1)
    page.click("input[value='compare.moves.only_left']")
    seen(0)
    page.click("input[value='compare.moves.all']")
    page.click("text=Show west")
    seen(1)
    link = page.evaluate("location.hash")
    again = opened_wide(open_page, path, address=link)
    page = again.page
    seen(1)
    settled(opened)
    settled(again)


def test_two_sides_that_overlap_open_on_both(open_page, two_towns):
    page = opened_wide(open_page, two_towns()).page
    assert page.locator(".go").count() == 0
    assert page.input_value("#divider") == "50"


def test_a_district_is_told_as_both_sides_have_it(open_page, two_towns):
    opened = opened_wide(open_page, two_towns())
    click(opened.page, (5, 85, 35, 98))
    popup_text(opened.page)
    table = {row[0]: row[1:] for row in rows(opened.page, ".popup tbody tr")}
    # the western half holds A, the road by its middle, and D
    assert table["Assets"] == ["3", "3", "0"]
    assert table["Exposed assets"] == ["2", "2", "0"]
    settled(opened)


def test_hostile_names_show_as_text(open_page, two_towns):
    opened = opened_wide(
        open_page,
        two_towns(
            ('name = "Tiny Town"', f"name = '{HOSTILE_NAMES[3]}'"),
            ('title = "Roads"', f"title = '{HOSTILE_NAMES[0]}'"),
            labels=(HOSTILE_NAMES[0], HOSTILE_NAMES[1] + HOSTILE_NAMES[2] + HOSTILE_NAMES[3]),
        ),
    )
    page = opened.page
    assert HOSTILE_NAMES[0] in page.inner_text("h1")
    assert HOSTILE_NAMES[3] in page.inner_text("[data-title=right]")
    page.click("#tab-about")
    assert HOSTILE_NAMES[0] in page.inner_text("#sources")
    click(page, HOUSE_A)
    popup_text(page)
    page.click("[data-language=id]")
    settled(opened)


def test_the_same_input_gives_the_same_bytes(two_floods, two_towns, edit, tmp_path):
    first = two_floods().read_bytes()
    side = Side(assess(read_city(edit())))
    assert (
        write_comparison(
            side, side, tmp_path / "again.html", maps=("flood:10", "flood:100")
        ).read_bytes()
        == first
    )
    second = two_towns().read_bytes()
    sides = [
        Side(assess(read_city(tmp_path / name)), label)
        for name, label in (("town", "today"), ("later", "2050"))
    ]
    assert write_comparison(*sides, tmp_path / "again.html").read_bytes() == second


def test_a_public_comparison_holds_nothing_internal(open_page, two_floods, two_towns):
    path = two_floods(PUBLIC, audience="public")
    text = path.read_text(encoding="utf-8")
    assert "buildings" in decoded(text)
    for name in ("roads:", "roads.gpkg", "asset-inventory explain"):
        assert name not in decoded(text).replace("asset-inventory explain ${", ""), name
    columns = {
        one["name"].rpartition(".")[2] for part in head(text)["columns"].values() for one in part
    }
    assert not columns & ({"owner", "condition", "annual"} | MONEY)
    block = json.loads(re.search(r'id="data-comparison">(.*?)</script>', text, re.S)[1])
    assert "money" not in json.dumps(block["pairs"])
    assert "asset-inventory" not in text  # no command that names a folder
    opened = opened_wide(open_page, path)
    assert [row[0] for row in rows(opened.page, "#both-rows tr")] == [row[0] for row in TABLE[:5]]
    click(opened.page, HOUSE_A)
    assert "Rp" not in popup_text(opened.page)
    settled(opened)


def test_a_public_page_of_two_assessments_holds_nothing_internal(open_page, town, two_towns):
    text = (town / "city.toml").read_text(encoding="utf-8")
    (town / "city.toml").write_text(text.replace(*PUBLIC, 1), encoding="utf-8")
    path = two_towns(audience="public")
    text = path.read_text(encoding="utf-8")
    assert "roads:" not in decoded(text)
    for found in re.findall(r'data-part="head">(.*?)</script>', text):
        families = head(f'data-part="head">{found}</script>')["columns"].values()
        columns = {one["name"].rpartition(".")[2] for part in families for one in part}
        assert "partner" in columns
        assert not columns & ({"owner", "condition", "annual"} | MONEY)
    opened = opened_wide(open_page, path)
    assert "Expected annual damage (EAD)" not in opened.page.inner_text("#both-rows")
    click(opened.page, HOUSE_A)
    assert "Rp" not in popup_text(opened.page)
    until(opened.page, "document.querySelectorAll('.popup code').length", 0)
    settled(opened)
