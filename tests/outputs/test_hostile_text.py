"""Forty hostile texts in every place of a page that a city or its data fills: shown as text, and nothing runs."""

from __future__ import annotations

import csv
import re
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from asset_inventory.outputs.maps import write_map
from asset_inventory.sources.city import City, read_city
from asset_inventory.tables import empty, finding, findings
from tests.conftest import X, Y
from tests.outputs.conftest import STEERING, of_one_hazard
from tests.outputs.test_layers import HOSTILE

pytestmark = pytest.mark.chromium

COUNT = len(HOSTILE)
LONG = next(one for one in HOSTILE if len(one) == 10_000)
# What runs if any of it runs: a dialog would be seen by `open_page`, a call by the count
ARMED = [one.replace("__run()", "alert(1)") for one in HOSTILE]


def hostile_city(folder) -> City:
    """The town with forty hazards, forty layers and forty sources, all called by hostile names."""
    city = read_city(folder)
    flood, layer = city.hazards[0], city.assets[0]
    sources = [flood.source.model_copy(update={
        "title": name, "publisher": ARMED[-place], "licence": name, "url": f"https://{name}", "exercise": True,
    }) for place, name in enumerate(ARMED)]
    hazards = tuple(
        flood.model_copy(update={
            "name": name, "source": source, "maps": flood.maps[:1],
            "intensity": flood.intensity.model_copy(update={"measure": name})})
        for name, source in zip(ARMED, sources, strict=True))
    layers = tuple(layer.model_copy(update={"name": name, "source": source})
                   for name, source in zip(ARMED, sources, strict=True))
    values = {name: city.values["road"].model_copy(update={"source": name}) for name in ARMED}
    return city.model_copy(update={
        "name": " ".join(ARMED), "hazards": hazards, "assets": layers, "values": values, "curves": ()})


def hostile_assessment(folder) -> SimpleNamespace:
    """Forty houses in forty districts, each exposed to one of forty hazards; whatever is text is hostile."""
    side = [(X + 12 * (place % 8), Y + 18 * (place // 8)) for place in range(COUNT)]
    ids = pd.CategoricalDtype([f"{name}:{name}" for name in ARMED])
    asset_id = pd.Categorical(ids.categories, dtype=ids)
    assets = gpd.GeoDataFrame({
        "asset_id": list(ids.categories), "layer": ARMED, "name": ARMED, "asset_type": ARMED, "owner": ARMED[::-1],
        "district": ARMED, "value": 1000.0, "value_rule": "field", "source": ARMED, "data_status": "real",
        "usable": True}, geometry=[shapely.box(x, y, x + 6, y + 6) for x, y in side], crs="EPSG:32749")
    exposure = pd.DataFrame({
        "asset_id": asset_id, "hazard": ARMED, "return_period": 100.0, "exposed_fraction": 1.0,
        "unknown_fraction": 0.0, "intensity_mean": 1.0, "intensity_max": 1.0, "data_status": "real"})
    damage = exposure[["asset_id", "hazard", "return_period"]].assign(damage_fraction=0.5, damage=500.0)
    ead = pd.DataFrame({"asset_id": asset_id, "hazard": ARMED, "ead": np.arange(40.0, 0, -1), "ead_low": 1.0,
                        "ead_high": 90.0, "rule": "trapezoid", "maps": 3, "data_status": "real"})
    ledger = pd.DataFrame([
        {"asset_type": kind, "hazard": hazard, "return_period": 100.0, "district": kind, "assets": 1,
         "exposed": int(kind == hazard), "not_exposed": int(kind != hazard), "unknown": 0, "unusable": 0}
        for kind in ARMED for hazard in ARMED])
    focus = gpd.GeoDataFrame({
        "district": ARMED, "name": ARMED[::-1], "parent": ARMED, "ead": np.arange(40.0, 0, -1), "ead_low": 1.0,
        "ead_high": 90.0, "assets": 1, "assets_exposed": 1, "assets_counted": 1, "assets_without_figure": 0,
        "people_exposed": np.nan, "people_rule": "not known", "score": 0.5, "score_low": 0.5, "score_high": 0.5,
        "rank": np.arange(1.0, 41), "data_status": "real",
    }, geometry=[shapely.box(x - 2, y - 4, x + 9, y + 12) for x, y in side], crs="EPSG:32749")
    said = findings([finding("geometry_broken", source=name, severity="error", feature=name, column=name)
                     for name in ARMED] + [
        finding("reader_said", source="layer", severity="warning", text=name)
        for name in ARMED])
    return SimpleNamespace(
        city=hostile_city(folder), assets=assets, districts=focus[["district", "name", "parent", "geometry"]],
        exposure=exposure, damage=damage, ead=ead, joint=of_one_hazard(ead), ledger=ledger, scores=None,
        focus_areas=focus, findings=said, stress=empty("STRESS"), people=empty("PEOPLE"), future=empty("FUTURE_EAD"),
        provenance={"versions": {name: name for name in ARMED}, "inputs": {name: name for name in ARMED}})


@pytest.fixture
def hostile(town, tmp_path, open_page) -> SimpleNamespace:
    path = write_map(hostile_assessment(town), tmp_path / "map.html", language="en")
    return open_page(path)


def plain(text: str) -> str:
    """Text without what HTML makes of white space and NUL, and sentences of what would steer a terminal."""
    return re.sub(r"\s+", " ", STEERING.sub(" ", text).replace("\ufffd", " ")).strip()


def texts(page, selector: str) -> str:
    return plain(" ".join(page.locator(selector).evaluate_all("(all) => all.map((one) => one.textContent)")))


def clean(opened: SimpleNamespace) -> None:
    assert opened.wrong == []
    assert opened.violations() == []
    page = opened.page
    assert page.locator("img[src=x], svg[onload], b, body iframe, textarea").count() == 0
    # nothing was added to the scripts of the page: what the policy names is all there is
    assert page.evaluate("[...document.scripts].filter((one) => one.textContent.includes('alert(1)')"
                         " && one.type !== 'application/json').length") == 0


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
    assert set(page.locator("#sources a").evaluate_all("(all) => all.map((one) => one.protocol)")) == {"https:", ":"}
    clean(hostile)


def test_hazards_filters_and_the_legend_are_shown_as_text(hostile):
    page = hostile.page
    options = page.locator("#hazard option").evaluate_all("(all) => all.map((one) => one.textContent)")
    assert len(options) == COUNT + 1
    page.click("#filters summary")
    for place, name in enumerate(ARMED):
        assert plain(name) in plain(options[place + 1])
        page.select_option("#hazard", str(place))
        assert plain(name) in texts(page, "#legend")
        assert page.inner_text("#count-exposed") == "1"
    for column in ("asset_type", "owner", "district"):
        shown = texts(page, f"#filter-{column}")
        assert all(plain(name) in shown for name in ARMED), column
        page.select_option(f"#filter-{column}", index=3)
        page.wait_for_timeout(150)
        assert "alert" not in page.evaluate("location.hash") or "%" in page.evaluate("location.hash")
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
        page.fill("#find-text", sought)
        page.wait_for_timeout(200)
        page.wait_for_selector("#find-list li")
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
    with page.expect_download() as taken:
        page.click("#take-table")
    with open(taken.value.path(), encoding="utf-8-sig", newline="") as stream:
        table = list(csv.DictReader(stream))
    assert len(table) == COUNT
    bare = [name.replace("\r", "\n") for name in ARMED]
    kept = [row["name"].replace("\r", "\n").removeprefix("'") for row in table]
    assert sorted(one.removeprefix("'") for one in bare) == sorted(kept)
    clean(hostile)
