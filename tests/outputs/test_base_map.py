"""The base map of a page: context layers by kind within a budget of bytes, and names above them."""

from __future__ import annotations

import dataclasses
import io
import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from PIL import Image

from asset_inventory.io.geometries import WGS84, carry
from asset_inventory.model.city import ContextLayer
from asset_inventory.model.declarations import Source
from asset_inventory.model.reading import read_city
from asset_inventory.outputs.map import base_map as base
from asset_inventory.outputs.map.base_map import ContextTable, asset_roads, base_map, district_names
from asset_inventory.outputs.map.city_map import write_map
from asset_inventory.outputs.views.city import in_page_order
from tests.support.browser import until
from tests.support.map_page import SOUTH_EAST, painted, rectangle, settled, share
from tests.support.osm_extract import degrees, square
from tests.support.town import X, Y
from tests.support.town_assessment import town_assessment

SOURCE = Source(title="OpenStreetMap", publisher="OSM", licence="ODbL-1.0")
WATER, ROAD_EDGE, ROAD = "#aed1e9", "#7f8a99", "#ffffff"


def layer_of(kind, shapes, names=None, importance=2):
    declared = ContextLayer(path=f"{kind}.geojson", kind=kind, source=SOURCE)
    names = pd.Series([None] * len(shapes) if names is None else names, dtype="str")
    columns = {"importance": importance, "id": names, "en": names}
    return ContextTable(declared, gpd.GeoDataFrame(columns, geometry=shapes, crs=WGS84))


def wandering(count, vertices, seed=1):
    """Roads that wander through the box of a city, 20 m a step."""
    random = np.random.default_rng(seed)
    steps = random.normal(0, 2e-4, (count, vertices, 2)).cumsum(axis=1)
    starts = random.uniform((110.3, -7.1), (110.5, -6.9), (count, 1, 2))
    return shapely.linestrings(starts + steps)


BOX = [[-7.1, 110.3], [-6.9, 110.5]]


def made(tables, assessment, **options):
    districts = in_page_order(assessment.district_damage)
    return base_map(tables, assessment, districts, BOX, **options)


@pytest.mark.parametrize(
    ("budget", "notes"), [(10_000, 2), (30_000, 2), (140_000, 1), (2_000_000, 0)]
)
def test_layers_fit_into_the_budget_and_the_page_states_what_is_left_out(assessment, budget, notes):
    roads = layer_of("road", wandering(400, 150), importance=np.repeat([1, 2, 3, 4], 100))
    water = layer_of("water", shapely.buffer(wandering(200, 2, seed=2), 1e-3))
    done = made([roads, water], assessment, budget=budget)
    assert len(json.dumps(done.block, ensure_ascii=False).encode()) <= budget
    stated = ["map.less.base_map", "map.less.base_map_parts"]
    assert [note["key"] for note in done.notes] == stated[:notes]
    assert [layer["kind"] for layer in done.block["layers"]] == ["road", "water"]


@pytest.mark.slow
def test_a_million_vertices_fit_into_a_megabyte(assessment):
    done = made([layer_of("road", wandering(5_000, 200))], assessment)
    size = len(json.dumps(done.block, ensure_ascii=False).encode())
    assert 200_000 < size <= base.BUDGET == 1_000_000


def test_what_nothing_makes_smaller_is_left_out_whole(assessment):
    names = ["n" * 50 + str(number) for number in range(500)]
    points = shapely.points(shapely.get_coordinates(wandering(500, 2))[::2])
    places = layer_of("place", points, names, importance=1)
    pond = layer_of("water", [shapely.box(110.4, -7, 110.41, -6.99)])
    done = made([places, pond], assessment, budget=5_000)
    assert [layer["words"] for layer in done.block["layers"]] == [[], []]
    assert done.notes[0]["key"] == "map.less.base_map_parts"
    assert len(done.block["layers"][1]["shapes"]) > 50


def test_each_step_is_coarser_than_the_one_before():
    metres, least = zip(*base.STEPS, strict=True)
    assert list(metres) == sorted(metres) and list(least) == sorted(least, reverse=True)
    assert base.STEPS[0] == (0, base.LEAST_IMPORTANT)


def test_what_lies_beyond_where_a_page_can_be_moved_is_left_out(assessment):
    far = shapely.linestrings([[(111, -7), (111.1, -7)], [(110.4, -7), (110.5, -7)]])
    done = made([layer_of("road", far, ["far", "near"])], assessment)
    assert done.block["layers"][0]["words"] == ["near"]


def test_a_name_is_one_text_or_one_a_language(assessment):
    table = layer_of("river", wandering(4, 9)).table
    table["id"] = pd.Series(["Kali", None, "Kali\x1fB", None], dtype="str")
    table["en"] = pd.Series(["River", "Only", "Kali\x1fB", None], dtype="str")
    declared = ContextLayer(path="r.geojson", kind="river", source=SOURCE)
    words = made([ContextTable(declared, table)], assessment).block["layers"][0]["words"]
    assert sorted(words, key=str) == ["Kali B", "Only", ["Kali", "River"]]


def test_fields_give_names_and_importance(edit):
    folder = edit(
        (
            '[[assets]]\nname = "buildings"',
            '[[context]]\npath = "lines.geojson"\nkind = "road"\n'
            'fields = { name = { id = "nama", en = "name" }, importance = "class" }\n'
            'source = { title = "R", licence = "MIT" }\n\n[[assets]]\nname = "buildings"',
        )
    )
    lines = shapely.linestrings([[(110.4, -7), (110.5, -7)]] * 4)
    columns = {
        "nama": ["A", None, "C", "D"],
        "name": ["a", "b", None, "d"],
        "class": ["1", "9", "x", None],
    }
    gpd.GeoDataFrame(columns, geometry=lines, crs=WGS84).to_file(folder / "lines.geojson")
    (table,) = [context.table for context in base.read_context(read_city(folder))]
    # 9 is as little as there is; what is no number has the usual importance
    assert table["importance"].tolist() == [1, 4, 2, 2]
    assert table["id"].fillna("-").tolist() == ["A", "-", "C", "D"]


def test_names_of_districts_lie_in_them_and_those_of_parents_in_the_parents(assessment):
    west, east = shapely.box(X, Y, X + 100, Y + 100), shapely.box(X + 100, Y, X + 300, Y + 100)
    # a horseshoe, whose middle lies outside
    shoe = shapely.Polygon(
        [(0, 0), (300, 0), (300, 300), (240, 300), (240, 60), (60, 60), (60, 300), (0, 300)]
    )
    shoe = shapely.transform(shoe, lambda xy: xy + (X, Y + 100))
    table = gpd.GeoDataFrame(
        {"parent": ["North", "North", "South", None]},
        geometry=[west, east, shoe, None],
        crs="EPSG:32749",
    )
    names = district_names(table)
    assert names["places"][3] is None
    for (lon, lat, radius), shape in zip(names["places"][:3], table.geometry[:3], strict=True):
        point = shapely.Point(carry(np.array([[lon, lat]]), WGS84, "EPSG:32749")[0])
        assert shape.contains(point)
        # five decimals of a degree are a metre
        assert shapely.distance(point, shape.exterior) == pytest.approx(radius, abs=2)
    # the largest circles: 100 m wide, 100 m high, and 60 m wide
    assert [place[2] for place in names["places"][:3]] == pytest.approx([50, 50, 33], abs=4)
    assert [name for name, *_ in names["parents"]] == ["North", "South"]


def test_only_declared_names_are_written(assessment):
    # the town's districts have ids alone
    assert made([], assessment).block["districts"] is None
    city = assessment.city.model_copy(
        update={"districts": assessment.city.districts.model_copy(update={"name": "NAME"})}
    )
    named = dataclasses.replace(assessment, city=city)
    assert len(made([], named).block["districts"]["places"]) == len(named.district_damage)


def test_the_longest_roads_among_the_assets_are_named(assessment):
    lines = [
        shapely.LineString([(X, Y + n), (X + length, Y + n)])
        for n, length in enumerate((200, 290, 600, 600, 3000))
    ]
    names = ["Jalan A", "Gang B", "Jalan C", "Jalan A", "Jalan D"]
    rows = assessment.assets.iloc[[4] * 5].assign(name=names, asset_id=[f"r:{n}" for n in range(5)])
    assets = gpd.GeoDataFrame(rows.reset_index(drop=True), geometry=lines, crs="EPSG:32749")
    roads = asset_roads(dataclasses.replace(assessment, assets=assets))
    # 200 + 600 m of A, 600 m of C, 3,000 m of D; B has less than 300 m
    assert roads[["id", "importance"]].to_numpy().tolist() == [
        ["Jalan A", 4],
        ["Jalan C", 4],
        ["Jalan D", 2],
    ]


# On the page

POND = square(55, 2, 40)
MAPPED = (
    '[[assets]]\nname = "buildings"',
    '[[context]]\npath = "water.geojson"\nkind = "water"\nfields = { name = { id = "nama", en = "name" } }\n'
    'label = { id = "Perairan", en = "Water" }\n'
    'source = { title = "W", publisher = "OSM", licence = "ODbL-1.0" }\n\n'
    '[[context]]\npath = "road.geojson"\nkind = "road"\nfields = { name = "name" }\n'
    'source = { title = "W", publisher = "OSM", licence = "ODbL-1.0" }\n\n'
    '[[assets]]\nname = "buildings"',
)
INK = """(box) => {
    const canvas = map_city.getPane("names").querySelector("canvas");
    const frame = canvas.getBoundingClientRect();
    const scale = canvas.width / frame.width;
    const [left, top, right, bottom] = box.map((side, place) => scale * (side - (place % 2 ? frame.top : frame.left)));
    const { data } = canvas.getContext("2d").getImageData(left, top, right - left, bottom - top);
    return data.filter((_, place) => place % 4 === 3).reduce((sum, alpha) => sum + (alpha > 0), 0);
}"""


@pytest.fixture
def mapped(edit):
    folder = edit(MAPPED)
    pond = shapely.Polygon([degrees(*vertex) for vertex in POND])
    names = {"nama": ["Embung"], "name": ["Pond"]}
    gpd.GeoDataFrame(names, geometry=[pond], crs=WGS84).to_file(folder / "water.geojson")
    road = shapely.LineString([degrees(-20, 95), degrees(120, 95)])
    gpd.GeoDataFrame({"name": ["Jalan Raya"]}, geometry=[road], crs=WGS84).to_file(
        folder / "road.geojson"
    )
    return town_assessment(folder)


@pytest.mark.chromium
@pytest.mark.smoke
def test_water_lies_above_the_districts_colours_and_can_be_left_out(mapped, open_page, tmp_path):
    opened = open_page(write_map(mapped, tmp_path / "map.html"))
    page = opened.page
    page.click("#tab-layers")
    assert page.inner_text("label:has(#show-context-0)").strip() == "Water"
    page.uncheck("#show-names")
    assert share(page, SOUTH_EAST, WATER) > 0.7
    page.uncheck("#show-context-0")
    assert share(page, SOUTH_EAST, WATER) < 0.05
    page.check("#show-context-0")
    # a hazard map lies above the water, and roads above the hazard map
    page.select_option("#hazard", "0")
    assert share(page, SOUTH_EAST, WATER) < 0.05
    assert share(page, (60, 93, 95, 97), ROAD, ROAD_EDGE) > 0.5
    assert "OSM (ODbL-1.0)" in page.inner_text("#credit")
    settled(opened)


TILES = """document.querySelectorAll(".leaflet-online-pane img.leaflet-tile-loaded").length"""


@pytest.mark.chromium
def test_an_online_map_is_asked_for_only_while_its_reader_wants_it(edit, open_page, tmp_path):
    tiles = "https://tiles.example.org/{z}/{x}/{y}.png"
    online = f'[map.online]\ntiles = "{tiles}"\nattribution = "Office of maps"\n\n'
    folder = edit(('[[assets]]\nname = "buildings"', f'{online}[[assets]]\nname = "buildings"'))
    path = write_map(town_assessment(folder), tmp_path / "map.html")
    assert "img-src data: blob: https://tiles.example.org;" in path.read_text(encoding="utf-8")
    opened = open_page(path)
    page, picture = opened.page, io.BytesIO()
    Image.new("RGB", (256, 256), "#7fb87f").save(picture, "png")
    page.route(
        "https://tiles.example.org/**",
        lambda route: route.fulfill(body=picture.getvalue(), content_type="image/png"),
    )
    page.click("#tab-layers")
    painted(page)
    assert opened.wrong == []  # nothing was asked for
    label = "Online base map: Office of maps (asks tiles.example.org for pictures)"
    assert page.inner_text("label:has(#show-online)").strip() == label
    page.check("#show-online")
    until(page, f"{TILES} > 0")
    assert "Office of maps" in page.inner_text("#credit")
    asked = set(opened.wrong)
    assert asked and all(one.startswith("asked for https://tiles.example.org/") for one in asked)
    # what is copied into a picture of the view may not come from elsewhere
    with page.expect_download() as download:
        page.click("#take-picture")
    assert download.value.path().stat().st_size > 10_000
    page.uncheck("#show-online")
    until(page, f"{TILES} === 0")
    assert "Office of maps" not in page.inner_text("#credit")
    assert opened.violations() == []


@pytest.mark.chromium
def test_names_follow_the_language_and_come_into_the_picture(mapped, open_page, tmp_path):
    opened = open_page(write_map(mapped, tmp_path / "map.html"))
    page = opened.page
    page.click("#tab-layers")
    painted(page)
    pond = rectangle(page, (55, 2, 95, 42))
    english = page.evaluate(INK, pond)
    page.click("[data-language=id]")
    # «Embung» takes more ink than «Pond»
    assert page.evaluate(INK, pond) > english > 0
    pictures = []
    for step in ("check", "uncheck"):
        getattr(page, step)("#show-names")
        painted(page)
        with page.expect_download() as taken:
            page.click("#take-picture")
        pictures.append(taken.value.path().read_bytes())
    assert page.evaluate(INK, pond) == 0
    assert pictures[0] != pictures[1]
    assert opened.violations() == []


@pytest.mark.chromium
@pytest.mark.slow
def test_a_simplified_base_map_is_stated_in_the_page_and_the_log(
    mapped, open_page, tmp_path, monkeypatch
):
    monkeypatch.setitem(base.base_map.__kwdefaults__, "budget", 150)
    log = []
    path = write_map(mapped, tmp_path / "map.html", language="en", on_notice=log.append)
    assert log == [
        "The base map is simplified to 1,024 m, to keep the page small.",
        "The least important parts of the base map are left out, to keep the page small.",
    ]
    opened = open_page(path)
    opened.page.click("#tab-about")
    assert "\n".join(log) in opened.page.inner_text("#panel-about").replace("\n\n", "\n")
    settled(opened)


@pytest.mark.chromium
@pytest.mark.slow
def test_a_page_without_a_base_map_is_ready_too(open_page, tmp_path, assessment):
    opened = open_page(write_map(assessment, tmp_path / "map.html"))
    assert opened.page.locator("[id^=show-context]").count() == 0
    opened.page.click("#tab-layers")
    opened.page.uncheck("#show-names")
    settled(opened)
