"""Pages of real cities, opened and decoded: they count as EXPOSURE_COUNTS counts, and public
ones hold nothing internal.
"""

from __future__ import annotations

import base64
import dataclasses
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from asset_inventory.assessment.run import assess
from asset_inventory.disclosure.assessment import disclosed, hidden_columns
from asset_inventory.messages import describe_finding
from asset_inventory.model.city import City
from asset_inventory.model.reading import read_city
from asset_inventory.outputs.map.base_map import read_context
from asset_inventory.outputs.map.city_map import write_map
from asset_inventory.outputs.map.hazard_layers import hazards_on_map
from asset_inventory.outputs.views.city import sources_of
from asset_inventory.risk.exposure import STATES
from tests.support.browser import until
from tests.support.jakarta import JAKARTA, TOML
from tests.support.map_page import painted, popup_text, settled, show_tab
from tests.support.page_contents import block_of, decoded, head, layer_of
from tests.support.paths import DATA
from tests.support.search import search

COUNTS = ("exposed", "not_exposed", "no_data", "unusable")
WITHOUT_JAKARTA = "the Jakarta layers (not ours to ship) are not beside the project"
CITIES = (
    "semarang",
    "canflood-bc",
    "kampen",
    pytest.param("jakarta", marks=pytest.mark.skipif(not JAKARTA.is_dir(), reason=WITHOUT_JAKARTA)),
)
SHIPPED = ("semarang", "canflood-bc", "kampen")


@pytest.fixture(scope="module")
def city_of(tmp_path_factory) -> Callable[[str], City]:
    """A function that reads a city by its name; Jakarta is assembled from the layers beside the
    project.
    """

    def found(name: str) -> City:
        if name != "jakarta":
            return read_city(DATA / name)
        folder = tmp_path_factory.mktemp("jakarta")
        (folder / "city.toml").write_text(TOML, encoding="utf-8")
        return read_city(folder)

    return found


@pytest.fixture(scope="module")
def built(assessed_once, city_of, tmp_path_factory) -> Callable[..., SimpleNamespace]:
    """A function that assesses a city and writes its page, each once."""
    kept: dict[tuple[str, str], SimpleNamespace] = {}
    assessments: dict[str, object] = {}

    def made(name: str, audience: str = "internal") -> SimpleNamespace:
        if name not in assessments:
            assessment = assessed_once(name) if name in SHIPPED else assess(city_of(name))
            assessments[name] = assessment, hazards_on_map(assessment)
        if (name, audience) not in kept:
            assessment, pictures = assessments[name]
            path = tmp_path_factory.mktemp(name) / "map.html"
            write_map(
                disclosed(assessment, audience),
                path,
                language="en",
                hazard_pictures=pictures if audience == "internal" else None,
            )
            kept[name, audience] = SimpleNamespace(assessment=assessment, path=path)
        return kept[name, audience]

    return made


def columns_of(layer: dict) -> pd.DataFrame:
    """The attributes of every asset in the layer's order."""
    return pd.concat(
        [pd.DataFrame(group, dtype=object) for group in layer["groups"]], ignore_index=True
    )


def shown_number(page, selector: str) -> int:
    return int(re.sub(r"\D", "", page.inner_text(selector)))


def of_map(ledger: pd.DataFrame, hazard: str, period: float | None) -> pd.DataFrame:
    same = ledger["return_period"].isna() if period is None else ledger["return_period"] == period
    return ledger[same & (ledger["hazard"] == hazard)]


# Counts


@pytest.mark.chromium
@pytest.mark.parametrize("name", CITIES)
def test_the_page_counts_under_every_map_as_the_ledger_does(built, open_page, name):
    one = built(name)
    opened, ledger = open_page(one.path), one.assessment.exposure_counts
    page, tables = opened.page, block_of(one.path.read_text(encoding="utf-8"), "classes")
    assert shown_number(page, ".counts div:first-child dd") == len(one.assessment.assets)
    assert page.evaluate("assets_on_map_0.count") == len(one.assessment.assets)
    seen = 0
    for place, hazard in enumerate(block_of(one.path.read_text(encoding="utf-8"), "hazards")):
        page.select_option("#hazard", str(place))
        several = len(hazard["maps"]) > 1
        assert page.is_visible("#period") == several
        for number, shown in enumerate(hazard["maps"]):
            if several:
                page.focus("#period")
                page.evaluate(
                    "(at) => { const bar = document.getElementById('period'); bar.value = at;"
                    " bar.dispatchEvent(new Event('input')); }",
                    number,
                )
            rows = of_map(ledger, hazard["name"], shown["return_period"])
            expected = {state: int(rows[state].sum()) for state in COUNTS}
            assert sum(expected.values()) == len(one.assessment.assets)
            assert {state: shown_number(page, f"#count-{state}") for state in COUNTS} == expected
            counted = page.evaluate(
                "(name) => assets_on_map_0.counts(name, {})", f"map-{place}-{number}"
            )
            by_state = dict.fromkeys(expected, 0)
            for count, a_class in zip(counted, tables[f"assets-{place}"]["classes"], strict=False):
                by_state[a_class["value"]] += count
            assert by_state == expected
            seen += 1
    assert seen == len(ledger[["hazard", "return_period"]].drop_duplicates())
    assert opened.wrong == []
    assert opened.violations() == []


@pytest.mark.slow
@pytest.mark.parametrize("name", CITIES)
def test_the_ledger_can_be_made_again_from_the_bytes_of_the_page(built, node, name):
    """Every asset's type, district and state under every map, counted, is EXPOSURE_COUNTS row by
    row.
    """
    one = built(name)
    layer = layer_of(node, one.path)
    assets = columns_of(layer)[["asset_type", "district"]].astype(str)
    classes = head(one.path.read_text(encoding="utf-8"))["classes"]
    tables = block_of(one.path.read_text(encoding="utf-8"), "classes")
    states = [
        [
            np.frombuffer(base64.b64decode(block["classes"][place]), np.uint8)
            for block in layer["blocks"]
        ]
        for place in range(len(classes))
    ]
    keys = ["asset_type", "district"]
    for place, hazard in enumerate(block_of(one.path.read_text(encoding="utf-8"), "hazards")):
        for number, shown in enumerate(hazard["maps"]):
            words = np.array([one["value"] for one in tables[f"assets-{place}"]["classes"]])
            codes = words[np.concatenate(states[classes.index(f"map-{place}-{number}")])]
            made = assets.assign(**{state: codes == state for state in STATES}).groupby(keys)
            made = made[list(STATES)].sum().astype("int64")
            kept = of_map(one.assessment.exposure_counts, hazard["name"], shown["return_period"])
            kept = kept.astype(dict.fromkeys(keys, str))
            kept = kept[kept["assets"] > 0].groupby(keys)[list(STATES)].sum().astype("int64")
            pd.testing.assert_frame_equal(made.sort_index(), kept.sort_index())


@pytest.mark.chromium
@pytest.mark.parametrize("name", CITIES)
def test_every_map_of_a_hazard_paints_something(built, open_page, name):
    path = built(name).path
    opened = open_page(path)
    page = opened.page
    show_tab(page, "layers")
    for box in ("exposed", "no_data", "not_exposed"):
        page.uncheck(f"#show-{box}")
    page.check("input[name=districts][value=outline]")
    painted(page)
    bare = page.locator("#map-box").screenshot()
    for place in range(len(block_of(path.read_text(encoding="utf-8"), "hazards"))):
        page.select_option("#hazard", str(place))
        painted(page)
        pane = "document.querySelector('.leaflet-hazards-pane')"
        assert page.evaluate(f"{pane}.querySelector('canvas, img, svg') !== null")
        assert page.locator("#map-box").screenshot() != bare
    assert opened.wrong == []


# Circles by district where assets lie too close

# What is written into canvases, by the pane that they lie in
WRITTEN = """window.__written = [];
const write = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
  if (this.canvas.closest(".leaflet-circles-pane")) __written.push(text);
  return write.call(this, text, ...rest);
};"""
FAINT = "getComputedStyle(document.querySelector('.leaflet-assets-pane')).opacity"
CIRCLE = "#legend-body li:has-text('number of exposed assets')"


@pytest.mark.chromium
@pytest.mark.slow
def test_the_whole_city_shows_how_many_assets_are_exposed_in_each_district(built, open_page):
    one = built("semarang")
    opened = open_page(one.path, address="#hazard=banjir&period=100", first=WRITTEN)
    page, found = opened.page, one.assessment
    painted(page)
    ledger = of_map(found.exposure_counts, "banjir", 100.0)
    by_district = ledger.groupby("district")["exposed"].sum().sort_values()
    written = {int(text.replace(",", "")) for text in page.evaluate("__written") if text}
    # the greatest have room for their number
    assert {int(count) for count in by_district.iloc[-5:]} <= written <= {*by_district.astype(int)}
    assert page.evaluate(FAINT) == "0.35"
    assert page.locator(CIRCLE).count() == 1
    blocks = one.path.read_text(encoding="utf-8")
    districts = block_of(blocks, "districts")
    row = districts["id"].index(by_district.index[-1])
    place = block_of(blocks, "context")["districts"]["places"][row][1::-1]
    at = page.evaluate("(place) => map_city.latLngToContainerPoint(place)", place)
    frame = page.locator("#map-box").bounding_box()
    page.mouse.click(frame["x"] + at["x"], frame["y"] + at["y"])
    assert districts["name"][row] in popup_text(page)
    page.evaluate("document.querySelector('.leaflet-popup-close-button').click()")
    page.evaluate("(place) => { map_city.setView(place, 16); }", place)
    painted(page)
    assert page.evaluate(FAINT) == "1"
    assert page.locator(CIRCLE).count() == 0
    assert opened.wrong == []


# The fill of every polygon of the districts; None where it is hatched.
FILLS = """() => {
  const fills = [];
  map_city.eachLayer(({ options }) => {
    if (options.pane === "districts" && options.fillColor) fills.push(options.hatch ? null : options.fillColor);
  });
  return fills;
}"""


@pytest.mark.chromium
@pytest.mark.slow
def test_where_first_is_coloured_by_what_its_list_is_sorted_by(built, open_page):
    one = built("semarang")
    opened = open_page(one.path)
    page, districts = opened.page, one.assessment.district_damage
    painted(page)
    table = block_of(one.path.read_text(encoding="utf-8"), "classes")["ead_per_value"]["classes"]
    expected: Counter[str | None] = Counter()
    for shape, value, rank in zip(
        districts.geometry, districts["ead_per_value"], districts["rank"], strict=True
    ):
        fits = [
            entry["colour"] for entry in table if not entry["no_data"] and entry["low"] <= value
        ]
        expected[fits[-1] if rank > 0 else None] += len(shapely.get_parts(shape))
    drawn = Counter(page.evaluate(FILLS))
    assert drawn == expected
    assert len(drawn) == 7  # zero, five ranges, not ranked
    shares = page.locator("#focus-rows tr td:last-child").all_inner_texts()
    ranked = int(districts["rank"].notna().sum())
    shown = [float(text.strip("<%")) for text in shares[:ranked]]
    assert shown == sorted(shown, reverse=True)
    assert shown_number(page, "#count-ead_per_value") == ranked
    assert "damage relative to asset value" in page.inner_text("#legend-body h2")
    show_tab(page, "layers")
    page.check("input[name=districts][value=ead]")
    assert "by=ead" in page.url
    assert "EAD as mapped" in page.inner_text("#legend-body h2")
    assert opened.wrong == []


@pytest.mark.chromium
@pytest.mark.slow
def test_the_legend_has_the_classes_that_any_asset_has(built, open_page):
    one = built("semarang")
    opened = open_page(one.path, address="#hazard=banjir&period=100")
    page = opened.page
    blocks = one.path.read_text(encoding="utf-8")
    hazards = block_of(blocks, "hazards")
    place = [hazard["name"] for hazard in hazards].index("banjir")
    number = [shown["return_period"] for shown in hazards[place]["maps"]].index(100)
    table = block_of(blocks, "classes")[f"assets-{place}"]["classes"]
    counted = page.evaluate(f"assets_on_map_0.counts('map-{place}-{number}', {{}})")[: len(table)]
    assert 0 in counted and sum(count > 0 for count in counted) > 2
    rows = page.locator("#legend-body ul:last-child li:has(.count):visible")
    shown = [int(text.replace(",", "")) for text in rows.locator(".count").all_inner_texts()]
    assert shown == [
        count
        for count, entry in zip(counted, table, strict=True)
        if count and entry["value"] != "unusable"
    ]
    assert "Assets by flood depth" in page.inner_text("#legend-body")


@pytest.mark.chromium
@pytest.mark.parametrize("name", CITIES)
def test_the_table_that_is_taken_away_holds_every_usable_asset_and_its_annual_damage(
    built, open_page, name
):
    one = built(name)
    opened = open_page(one.path)
    page, assessment = opened.page, one.assessment
    show_tab(page, "layers")
    with page.expect_download() as taken:
        page.click("#take-table")
    table = pd.read_csv(taken.value.path(), encoding="utf-8-sig", low_memory=False)
    rows = table.set_index("asset_id")
    usable = assessment.assets.loc[assessment.assets.geometry.notna(), "asset_id"]
    assert set(rows.index) == set(usable)
    for part, year in (
        (assessment.ead, ""),
        *((of, f"{year} ") for year, of in assessment.future_ead.groupby("year")),
    ):
        for hazard, of_hazard in part.groupby("hazard", observed=True):
            expected = of_hazard.set_index("asset_id")["ead"].reindex(rows.index)
            if expected.notna().any():
                np.testing.assert_allclose(
                    rows[f"{hazard} {year}ead"].to_numpy(float), expected.to_numpy(float), rtol=1e-4
                )
    assert opened.wrong == []


@pytest.mark.chromium
def test_the_list_keeps_room_below_a_long_answer_and_a_comparison(built, open_page):
    opened = open_page(built("semarang").path, width=1366, height=800)
    page = opened.page
    page.click("[data-ask=unknown]")
    page.select_option("#other", index=2)
    page.click("#tab-layers")
    assert page.locator(".sheet").bounding_box()["height"] >= 140
    with page.expect_download():
        page.click("#take-table")
    assert opened.wrong == []


@pytest.mark.chromium
@pytest.mark.parametrize("out", [0, 2])
def test_a_popup_on_a_phone_is_whole_on_the_map_wherever_the_city_is_tapped(built, open_page, out):
    opened = open_page(
        built("semarang").path, address="#ask=first", width=390, height=844, touch=True
    )
    page = opened.page
    if out:
        page.evaluate(f"void map_city.setZoom(map_city.getZoom() - {out}, {{ animate: false }})")
    view = page.evaluate("[map_city.getCenter(), map_city.getZoom()]")
    city = block_of(built("semarang").path.read_text(encoding="utf-8"), "page")["bounds"]
    for part in (0.25, 0.5, 0.75):
        page.evaluate("([at, zoom]) => void map_city.closePopup().setView(at, zoom)", view)
        x, y = page.evaluate(
            """([part, [[south, west], [north, east]]]) => {
            const frame = map_city.getContainer().getBoundingClientRect();
            const at = map_city.latLngToContainerPoint([north + 0.4 * (south - north), west + part * (east - west)]);
            return [frame.x + at.x, frame.y + at.y];
        }""",
            [part, city],
        )
        page.touchscreen.tap(x, y)
        # the heading, below the box to find in; the button that closes it; and all of it on the map
        head = "document.querySelector('.leaflet-popup h2')?.getBoundingClientRect()"
        find = "document.getElementById('find').getBoundingClientRect()"
        until(page, f"{head}?.top >= {find}.bottom", True)
        foot = "document.querySelector('.leaflet-popup').getBoundingClientRect().bottom"
        assert page.evaluate(f"{foot} <= map_city.getContainer().getBoundingClientRect().bottom")
        close = "document.querySelector('.leaflet-popup-close-button').getBoundingClientRect()"
        spot = f"document.elementFromPoint({close}.x + 9, {close}.y + 9)?.textContent"
        until(page, spot, "×")
    assert opened.wrong == []


# What each city stands for


@pytest.mark.chromium
@pytest.mark.slow
def test_a_road_that_only_the_base_map_has_is_found(built, open_page):
    opened = open_page(built("kampen").path)
    page = opened.page
    settled(opened)
    assert search(page, "zwolsewg").groups == {"Base map": [["Zwolseweg", ""]]}
    page.press("#find-text", "Enter")
    until(page, "document.getElementById('news').textContent", "Zwolseweg")
    # all parts of the road, and little else
    roads = gpd.read_file(DATA / "kampen/context/osm-road.geojson")
    west, south, east, north = roads[roads["name"] == "Zwolseweg"].total_bounds
    assert page.evaluate(f"map_city.getBounds().contains([[{south}, {west}], [{north}, {east}]])")
    assert page.evaluate("map_city.getZoom()") >= 13
    assert opened.wrong == []


@pytest.mark.chromium
@pytest.mark.slow
def test_kampen_states_what_is_not_known(built, open_page):
    one = built("kampen")
    exposed = one.assessment.exposure_counts["exposed"].sum()
    priced = one.assessment.damage["damage"].notna().sum()
    assert (exposed, priced) == (20_415, 12_490)
    opened = open_page(one.path, address="#ask=unknown")
    page = opened.page
    until(
        page,
        "document.getElementById('answer').textContent",
        "No data on one or more hazard maps, and not exposed on the others: 0 of 29,673 assets. "
        f"{(~one.assessment.assets['usable']).sum()} assets have no usable geometry. "
        "No single figure of the expected annual damage (EAD) is available. "
        f"Flood: {exposed - priced:,} exposed assets have no damage figure. No data does not mean safe.",
    )
    assert page.inner_text("#asset-count") == "No asset fits this choice."
    assert page.locator("#legend-body h2:visible").count() == 1
    assert opened.wrong == []


@pytest.mark.chromium
def test_kampen_has_one_map_and_claims_no_annual_damage(built, open_page):
    one = built("kampen")
    opened = open_page(one.path)
    page = opened.page
    assert len(one.assessment.assets) == 29_673
    assert page.inner_text(".summary").endswith(
        " Because no hazard map has a return period, the map and lists show exposed assets instead "
        "of expected annual damage (EAD)."
    )
    assert page.inner_text("#panel-focus h2") == "Exposed assets"
    page.select_option("#hazard", "0")
    assert page.inner_text("#period-text") == "scenario (no return period)"
    assert not page.is_visible("#period")
    assert not page.is_visible("input[name=districts][value=ead]")
    assert page.inner_text("#panel-focus h2") == "Damage (Flood)"
    page.click("#tab-assets")
    page.click("#asset-rows .go >> nth=0")
    page.wait_for_selector(".leaflet-popup-content")
    assert "expected annual damage (EAD)" not in page.inner_text(".leaflet-popup-content")
    html = one.path.read_text(encoding="utf-8")
    assert not {column["name"] for part in head(html)["columns"].values() for column in part} & {
        "0.ead",
        "0.ead_low",
    }
    assert set(block_of(html, "districts")["ead"]) == {None}
    assert set(block_of(html, "assets")["worst"]["ead"]) == {None}
    assert opened.wrong == []


@pytest.mark.chromium
def test_a_rarer_map_that_is_shallower_is_a_finding_on_the_page(built, open_page):
    one = built("canflood-bc")
    opened = open_page(one.path)
    page = opened.page
    page.click("#tab-about")
    rows = [
        row
        for row in one.assessment.findings.to_dict("records")
        if row["code"] in ("rarer_map_smaller", "rarer_map_covers_less")
    ]
    maps = {f"river flood (depth_rp{period}.tif)" for period in ("0100", "0200", "1000")}
    assert {row["source"] for row in rows} == maps
    for language in ("en", "id"):
        page.click(f"[data-language={language}]")
        said = page.inner_text("#findings")
        for row in rows:
            assert all(sentence in said for sentence in describe_finding(row, language))
    assert opened.wrong == []


@pytest.mark.chromium
@pytest.mark.skipif(not JAKARTA.is_dir(), reason=WITHOUT_JAKARTA)
def test_jakarta_stands_whole_on_one_page(built, open_page):
    one = built("jakarta")
    html = one.path.read_text(encoding="utf-8")
    layers = one.assessment.assets["layer"].astype(str).value_counts().to_dict()
    assert layers == {"roads": 18_574, "buildings": 15_545}
    shapes = block_of(html, "districts")["shapes"]["polygon"]
    assert len(set(shapes["rows"])) == 261
    hazards = {hazard["name"]: place for place, hazard in enumerate(block_of(html, "hazards"))}
    assert set(hazards) == {"flood 2007", "flood depth", "earthquake"}
    zones = block_of(html, f"hazard-{hazards['flood 2007']}-0")
    assert len(set(zones["shapes"]["polygon"]["rows"])) == len(zones["codes"]) > 500
    for name in ("flood depth", "earthquake"):
        assert "png" in block_of(html, f"hazard-{hazards[name]}-0")
    opened = open_page(one.path, width=390, height=844, touch=True)
    assert opened.page.inner_text("#drawn") == "" or "34,119" in opened.page.text_content("#drawn")
    assert opened.wrong == []


# For the public


def all_internal(city: City) -> City:
    """The city with its first public layer left public and every column of it called internal
    that can be.
    """
    first, *others = [layer for layer in city.assets if layer.visibility == "public"]
    said = dict.fromkeys(
        ("value", "owner", "condition", "name", "floor_height", "area", "levels", "criticality"),
        "internal",
    )
    return city.model_copy(
        update={
            "assets": (
                first.model_copy(update={"column_visibility": said}),
                *(layer.model_copy(update={"visibility": "internal"}) for layer in others),
                *(layer for layer in city.assets if layer.visibility != "public"),
            )
        }
    )


def public_page(assessment, folder: Path) -> SimpleNamespace:
    """A public page, all that it holds as text, its data and the layer's columns."""
    html = write_map(disclosed(assessment), folder / "map.html", language="id").read_text(
        encoding="utf-8"
    )
    columns = {
        one["name"].rpartition(".")[2] for part in head(html)["columns"].values() for one in part
    }
    return SimpleNamespace(path=folder / "map.html", html=html, text=decoded(html), columns=columns)


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_a_public_page_holds_no_internal_column(built, node, tmp_path, name):
    assessment = built(name).assessment
    page = public_page(assessment, tmp_path)
    assets = columns_of(layer_of(node, page.path))
    layers = assets["asset_id"].str.partition(":")[0]
    assert set(layers) == {
        layer.name for layer in assessment.city.assets if layer.visibility == "public"
    }
    for layer in assessment.city.assets:
        hidden = hidden_columns(layer)
        assert {"owner", "condition"} <= hidden
        for column in assets.columns:
            if column.rpartition(".")[2] in hidden - {"value_rule", "rule"}:
                assert assets.loc[layers == layer.name, column].isna().all(), column
    assert not page.columns & {"condition", "criticality", "floor_height", "area", "levels"}
    assert not {"owner", "condition"} & set(head(page.html)["classes"])
    sources = {hazard.name for hazard in assessment.city.hazards}
    others = assessment.findings[
        ~assessment.findings["source"].str.split(" (", regex=False).str[0].isin(sources)
    ]
    for row in others.to_dict("records"):
        assert describe_finding(row, "id")[0] not in page.text
    assert "asset-inventory explain " not in page.text.replace("asset-inventory explain ${", "")


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_a_public_page_of_internal_columns_holds_none_of_their_words_and_figures(
    built, node, tmp_path, name
):
    """Owner and condition are filled with what no other text says; then every byte is looked
    through.
    """
    whole = built(name).assessment
    assets = whole.assets.copy()
    assets["owner"], assets["condition"] = "Dinas Rahasia 4711", 0.31415926
    if "criticality" in assets:
        assets["criticality"] = 0.27182818
    city = all_internal(whole.city)
    page = public_page(dataclasses.replace(whole, city=city, assets=assets), tmp_path)
    told = {
        "asset_id",
        "asset_type",
        "district",
        "data_status",
        "exposed_fraction",
        "no_data_fraction",
        "intensity_mean",
        "intensity_max",
        "damage_ratio",
    }
    assert page.columns <= told
    public = city.assets[0]
    assert set(columns_of(layer_of(node, page.path))["asset_id"].str.partition(":")[0]) == {
        public.name
    }
    for secret in ("Dinas Rahasia", "0.3141", "0.2718"):
        assert secret not in page.text, secret
    public_sources = sources_of(city.model_copy(update={"assets": (public,)}))
    open_words = "\n".join(
        [
            *(whole.district_damage["name"].dropna() if whole.city.districts else ()),
            *(f"{source.title} {source.publisher}" for _, _, source in public_sources),
            *(text for layer in read_context(city) for text in layer.table["id"].dropna()),
        ]
    )
    names = {
        str(one)
        for one in assets["name"].dropna()
        if len(str(one)) > 7 and str(one) not in open_words
    }
    assert name == "canflood-bc" or len(names) >= 40
    internal = decoded(built(name).path.read_text(encoding="utf-8"))
    for one in sorted(names):
        written = {one, json.dumps(one)[1:-1], json.dumps(one, ensure_ascii=False)[1:-1]}
        assert any(text in internal for text in written), one
        assert not any(text in page.text for text in written), one
    for layer in city.assets[1:]:
        assert f"{layer.name}:" not in page.text, layer.name
        assert f'"title":{json.dumps(layer.source.title, ensure_ascii=False)}' not in page.text
    assert block_of(page.html, "about")["prices"] == []
    assert set(block_of(page.html, "assets")["worst"]["ead"]) == {None}
    districts = block_of(page.html, "districts")
    assert {one for column in ("ead", "ead_low", "ead_high") for one in districts[column]} == {None}


@pytest.mark.chromium
@pytest.mark.slow
def test_a_comparison_of_two_hazards_names_districts_on_both_and_has_both_legends(built, open_page):
    one = built("semarang")
    opened = open_page(
        one.path,
        address="#hazard=banjir&period=100&with=rob:10",
        first=WRITTEN.replace(".leaflet-circles-pane", "#other-map .leaflet-names-pane"),
    )
    page = opened.page
    painted(page)
    blocks = one.path.read_text(encoding="utf-8")
    assert set(page.evaluate("__written")) & set(block_of(blocks, "districts")["name"])
    legend = page.locator("#legend-body")
    for hazard, period, label in (("banjir", 100, "Flood"), ("rob", 10, "Tidal flooding")):
        hazards = block_of(blocks, "hazards")
        place = [shown["name"] for shown in hazards].index(hazard)
        number = [shown["return_period"] for shown in hazards[place]["maps"]].index(period)
        counted = page.evaluate(f"assets_on_map_0.counts('map-{place}-{number}', {{}})")
        table = block_of(blocks, "classes")[f"assets-{place}"]["classes"]
        wanted = sum(
            count > 0 and entry["value"] != "unusable"
            for count, entry in zip(counted, table, strict=False)
        )
        rows = legend.locator(f"h2:has-text('Assets by'):has-text('· {label}') + ul > li:visible")
        rows.filter(has=page.locator(".count")).nth(wanted - 1).wait_for()
        assert rows.filter(has=page.locator(".count")).count() == wanted
    # damage of an event and damage a year have no difference, and the latter is called EAD
    damage = page.locator("#differences tr").nth(2).locator("td")
    damage.nth(2).wait_for()
    event, yearly, difference = damage.all_inner_texts()
    assert event.startswith("Rp") and yearly.startswith("EAD Rp")
    assert difference == "not comparable"
    assert opened.wrong == []


@pytest.mark.chromium
@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1280, 720), (390, 844)])
def test_no_name_of_the_list_lies_on_its_figure(built, open_page, width, height, language):
    opened = open_page(
        built("semarang").path, address=f"#lang={language}&ask=floods", width=width, height=height
    )
    page = opened.page
    page.click("#tab-focus")
    apart = """[...document.querySelectorAll("#focus-rows tr")].map(({ children: [, name, figure] }) => {
        const range = document.createRange();
        range.selectNodeContents(figure);
        return range.getBoundingClientRect().left - name.querySelector("span").getBoundingClientRect().right;
    })"""
    gaps = page.evaluate(apart)
    assert len(gaps) > 100 and min(gaps) >= 0
    fits = "(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth)"
    assert page.evaluate(f"{fits}(document.querySelector('.sheet'))")
    assert opened.wrong == []
