"""The layer of a whole city as a browser and node read it: nothing lost, the right asset
clicked, text as text.
"""

from __future__ import annotations

import base64
import json
import re
import subprocess
import warnings
from pathlib import Path
from types import SimpleNamespace

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import MemoryFile

from asset_inventory.io.geometries import carry
from asset_inventory.messages import say
from asset_inventory.model.errors import TableError
from asset_inventory.outputs.map import layers, page
from asset_inventory.outputs.map import layers as layer_parts
from asset_inventory.outputs.map.city_map import offline_map
from asset_inventory.outputs.map.encoding import grid_of
from asset_inventory.outputs.map.layers import AssetsOnMap, Icons, inline_scripts
from asset_inventory.outputs.views.style import (
    ORRD,
    UNKNOWN_COLOUR,
    Class,
    Classes,
    exposure_classes,
)
from tests.support.hostile_text import HOSTILE
from tests.support.map_page import over, painted

HERE = Path(__file__).parent
CRS = "EPSG:32749"
X, Y = 436_000.0, 9_227_000.0
COUNT = 100_000
# A page may not be polled from outside by text under its policy: it opens at once, and its promise
# is awaited
OPEN = "window.__mapReady = true;"


def closed(drawn: folium.Map, *, policy: bool = True, first: str = "", last: str = "") -> str:
    """The page of a folium map with Leaflet inside, its scripts named by hash, and scripts
    before and after its own.
    """
    drawn.default_js, drawn.default_css = [], []
    first = OPEN + first
    html = drawn.get_root().render()
    lead = f"<script>{first}</script><script>{page.leaflet_script()}</script><style>{page.leaflet_style()}</style>"
    html = html.replace("</html>", f"<script>{last}</script></html>")
    html = re.sub(r'<meta name="viewport".*?/>', "", html, flags=re.S)
    if policy:
        scripts = {
            first,
            page.leaflet_script(),
            *re.findall(r"<script>(.*?)</script>", html, re.S),
            *inline_scripts(),
        }
        allowed = page.policy(sorted(scripts))
        lead = f'<meta http-equiv="Content-Security-Policy" content="{allowed}">{lead}'
    return html.replace("<head>", f'<head><meta charset="utf-8">{lead}', 1)


def drawn_with(layer: AssetsOnMap, **options) -> folium.Map:
    drawn = folium.Map(
        tiles=None,
        location=[-6.99, 110.42],
        zoom_start=18,
        max_zoom=20,
        fade_animation=False,
        **options,
    )
    layer.add_to(drawn)
    return drawn


@pytest.fixture(scope="module")
def show(open_shared_page, tmp_path_factory):
    """Open the page of a layer; gives what `open_page` gives."""

    def shown(layer, *, html=None, options=None, **kinds) -> SimpleNamespace:
        path = tmp_path_factory.mktemp("page") / "map.html"
        path.write_text(
            html or closed(drawn_with(layer, **(options or {})), **kinds),
            encoding="utf-8",
            newline="\n",
        )
        opened = open_shared_page(path)
        opened.page.evaluate("window.assets_on_map_0 && assets_on_map_0.ready")
        return opened

    return shown


def settled(opened):
    assert opened.wrong == []
    assert opened.violations() == []


# A city by chance


def random_city(count: int = COUNT) -> gpd.GeoDataFrame:
    """Points, lines and areas by chance on 4 km: a third of the areas has a hole, a third two
    parts, some nothing.
    """
    chance = np.random.default_rng(20260101)
    middle = chance.uniform(0, 4000, (count, 2)) + (X, Y)
    kind = chance.choice(
        ["area", "holed", "parts", "line", "lines", "point", "points", "none"],
        count,
        p=[0.3, 0.15, 0.15, 0.12, 0.05, 0.15, 0.05, 0.03],
    )
    shapes = np.full(count, None, dtype=object)

    def around(rows, corners, size):
        angle = np.sort(chance.uniform(0, 2 * np.pi, (len(rows), corners)), axis=1)
        reach = size * chance.uniform(0.6, 1, (len(rows), corners))
        at = np.stack([np.cos(angle) * reach, np.sin(angle) * reach], axis=-1)
        return at if chance.random() < 0.5 else at[:, ::-1]

    rows = np.flatnonzero(kind == "area")
    shapes[rows] = shapely.polygons(
        middle[rows][:, None] + around(rows, 7, chance.uniform(2, 30, (len(rows), 1)))
    )
    rows = np.flatnonzero(kind == "holed")
    ring = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * chance.uniform(4, 30, (len(rows), 1, 1))
    outer, hole = (middle[rows][:, None] + ring * scale for scale in (1, 0.5))
    shapes[rows] = shapely.polygons(outer, shapely.linearrings(hole)[:, None])
    rows = np.flatnonzero(kind == "parts")
    pairs = np.stack(
        [shapely.box(*(middle[rows] + s).T, *(middle[rows] + s + 8).T) for s in (0, 12)], axis=1
    )
    shapes[rows] = shapely.multipolygons(pairs)
    rows = np.flatnonzero(kind == "line")
    shapes[rows] = shapely.linestrings(
        middle[rows][:, None] + chance.uniform(-40, 40, (len(rows), 5, 2))
    )
    rows = np.flatnonzero(kind == "lines")
    pairs = [
        shapely.linestrings(middle[rows][:, None] + chance.uniform(-40, 40, (len(rows), 3, 2)))
        for _ in range(2)
    ]
    shapes[rows] = shapely.multilinestrings(np.stack(pairs, axis=1))
    rows = np.flatnonzero(kind == "point")
    shapes[rows] = shapely.points(middle[rows])
    rows = np.flatnonzero(kind == "points")
    pairs = [shapely.points(middle[rows] + chance.uniform(-9, 9, (len(rows), 2))) for _ in range(2)]
    shapes[rows] = shapely.multipoints(np.stack(pairs, axis=1))
    number = chance.permutation(count)
    return gpd.GeoDataFrame(
        {
            "asset_id": [f"buildings:{one}" for one in number],
            "name": pd.Series(
                [None if one % 7 == 0 else f"Gedung {one}\n№ \\{one % 13}" for one in number],
                dtype=object,
            ),
            "asset_type": pd.Categorical(chance.choice(["house", "clinic", "road"], count)),
            "owner": pd.Series(np.where(chance.random(count) < 0.3, None, "Dinas"), dtype=object),
            "value": np.where(chance.random(count) < 0.1, np.nan, chance.lognormal(18, 2, count)),
            "depth": np.where(np.arange(count) % 50 == 0, chance.uniform(-3, 9, count), np.nan),
            "huge": np.where(kind == "point", 1e300, chance.random(count)),
            "levels": chance.integers(-5, 40, count),
            "public": chance.random(count) < 0.5,
        },
        geometry=shapes,
        crs=CRS,
    )


CODES = {"state": exposure_classes(), "depth": Classes("", tuple(Class(colour) for colour in ORRD))}


@pytest.fixture(scope="module")
def city():
    table = random_city()
    chance = np.random.default_rng(7)
    classes = {
        "state": chance.integers(0, 4, COUNT).astype(np.uint8),
        "depth": chance.choice([0, 1, 2, 3, 4, 255], COUNT).astype(np.uint8),
    }
    shown = ["name", "asset_type", "owner", "value", "depth", "huge", "levels", "public"]
    layer = AssetsOnMap(
        table,
        classes=classes,
        styles=CODES,
        colour_by="state",
        popup=shown,
        search=["name", "asset_id"],
        name="city",
        decimals={"value": 2, "depth": 3},
    )
    return SimpleNamespace(table=table, classes=classes, layer=layer)


@pytest.fixture(scope="module")
def city_page(show, city):
    last = (
        "window.__clicked = []; assets_on_map_0.on('assetclick',"
        " (event) => __clicked.push([event.index, event.latlng.lng, event.latlng.lat]));"
    )
    return show(None, html=closed(drawn_with(city.layer), last=last))


BLOCK_JS = """async (number) => {
    const block = await assets_on_map_0.block(number);
    const text = (array) => { let out = "";
        const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
        for (let i = 0; i < bytes.length; i += 8192) out += String.fromCharCode(...bytes.subarray(i, i + 8192));
        return btoa(out); };
    return Object.fromEntries(Object.entries(block).map(([name, value]) => [name,
        Array.isArray(value) ? value.map(text) : ArrayBuffer.isView(value) ? text(value) : value]));
}"""
KINDS = {"xs": np.int32, "ys": np.int32, "starts": np.uint32, "ringOf": np.uint32}


def arrays(block):
    """A block of a page as numpy arrays."""

    def array(text, name):
        return np.frombuffer(base64.b64decode(text), dtype=KINDS.get(name, np.uint8))

    return {
        name: [array(one, name) for one in value]
        if isinstance(value, list)
        else array(value, name)
        if isinstance(value, str)
        else value
        for name, value in block.items()
    }


def shapes_of(block):
    """The shapes of a decoded block, put together by shapely, in web mercator metres."""
    size = 2 * np.pi * 6_378_137.0
    scale = size / 2.0 ** block["bits"]
    places = np.column_stack((block["xs"] * scale - size / 2, size / 2 - block["ys"] * scale))
    ring_of = np.repeat(np.arange(len(block["starts"]) - 1), np.diff(block["starts"]))
    owner = np.repeat(np.arange(block["count"]), np.diff(block["ringOf"]))
    holes = np.unpackbits(block["holes"], bitorder="little")[: len(owner)].astype(bool)
    kinds, found = block["kinds"][owner], np.full(block["count"], None, dtype=object)

    def gather(parts, owners, many):
        counts = np.bincount(owners, minlength=block["count"])
        single = counts[owners] == 1
        found[owners[single]] = parts[single]
        groups, place = np.unique(owners[~single], return_inverse=True)
        if len(groups):
            found[groups] = many(parts[~single], indices=place)

    at = np.flatnonzero(kinds == 0)
    gather(shapely.points(places[block["starts"][at]]), owner[at], shapely.multipoints)
    at = kinds[ring_of] == 1
    _, place = np.unique(ring_of[at], return_inverse=True)
    gather(
        shapely.linestrings(places[at], indices=place), owner[kinds == 1], shapely.multilinestrings
    )
    # the closing vertex comes back, also where the grid has made the last one equal to the first
    areas = np.flatnonzero(kinds == 2)
    at = np.concatenate(
        (np.flatnonzero(np.isin(ring_of, areas)), block["starts"][areas].astype(np.int64))
    )
    ring = np.concatenate((ring_of[np.isin(ring_of, areas)], areas))
    at = at[np.argsort(ring, kind="stable")]
    _, place = np.unique(np.sort(ring), return_inverse=True)
    rings = shapely.linearrings(places[at], indices=place)
    part = np.cumsum(~holes[kinds == 2]) - 1
    gather(
        shapely.polygons(rings, indices=part),
        owner[kinds == 2][~holes[kinds == 2]],
        shapely.multipolygons,
    )
    return found


def assert_the_same_city(city, blocks, groups):
    """Every shape within half a step, every class and every attribute equal."""
    order, table = city.layer.order, city.table
    assert sum(block["count"] for block in blocks) == COUNT
    assert sorted(order.tolist()) == list(range(COUNT))
    original = shapely.orient_polygons(table.geometry.to_numpy()[order])
    original = shapely.transform(original, lambda xy: carry(xy, CRS, "EPSG:3857"))
    decoded = np.concatenate([shapes_of(block) for block in blocks])
    step = 2 * np.pi * 6_378_137.0 / 2.0**28
    missing = shapely.is_missing(original)
    assert (shapely.is_missing(decoded) == missing).all()
    assert (shapely.get_type_id(decoded) == shapely.get_type_id(original)).all()
    same = shapely.equals_exact(decoded, original, tolerance=step * 0.71)
    # a ring that crosses itself goes neither way round
    crossing = ~shapely.is_valid(original) & ~missing
    same |= crossing & shapely.equals_exact(
        decoded, shapely.reverse(original), tolerance=step * 0.71
    )
    assert same[~missing].all()
    assert 0 < crossing.sum() < COUNT / 100
    for place, name in enumerate(city.classes):
        codes = np.concatenate([block["classes"][place] for block in blocks])
        assert (codes == city.classes[name][order]).all()
    for name in groups[0]:
        read = pd.Series([value for group in groups for value in group[name]], dtype=object)
        kept = table[name].iloc[order].reset_index(drop=True)
        kept = (
            kept.round({"value": 2, "depth": 3}.get(name, 9))
            if name in ("value", "depth")
            else kept
        )
        kept = kept.astype(object).where(kept.notna(), None)
        assert read.where(read.notna(), None).tolist() == kept.tolist(), name


@pytest.mark.chromium
def test_a_browser_reads_back_every_shape_class_and_attribute(city, city_page):
    blocks = [arrays(city_page.page.evaluate(BLOCK_JS, number)) for number in range(2)]
    groups = city_page.page.evaluate("""async () => { const found = [];
        for (let i = 0; i * 4096 < assets_on_map_0.count; i += 1) found.push(await assets_on_map_0.group(i));
        return found; }""")
    assert_the_same_city(city, blocks, groups)
    assert city_page.page.evaluate("assets_on_map_0.ready") == {"assets": COUNT, "missing": 0}
    settled(city_page)


def test_node_reads_back_the_same(city, node, tmp_path):
    read = exported(node, city.layer, tmp_path)
    assert_the_same_city(city, [arrays(block) for block in read["blocks"]], read["groups"])


def test_node_reads_back_areas_of_four_corners(node, tmp_path):
    chance = np.random.default_rng(11)
    middle = chance.uniform(0, 900, (500, 1, 2)) + (X, Y)
    corners = (
        middle + np.array([[-9, -5], [9, -5], [9, 5], [-9, 5]]) + chance.uniform(-2, 2, (500, 4, 2))
    )
    table = gpd.GeoDataFrame({"value": np.arange(500)}, geometry=shapely.polygons(corners), crs=CRS)
    layer = AssetsOnMap(table, colour_by="value", popup=["value"])
    read = exported(node, layer, tmp_path)
    (block,) = (arrays(one) for one in read["blocks"])
    decoded = shapes_of({**block, "holes": np.zeros(63, dtype=np.uint8)})  # no ring is flagged
    original = shapely.transform(
        shapely.orient_polygons(table.geometry.to_numpy()[layer.order]),
        lambda xy: carry(xy, CRS, "EPSG:3857"),
    )
    assert shapely.equals_exact(
        decoded, original, tolerance=2 * np.pi * 6_378_137.0 / 2.0**28 * 0.71
    ).all()
    assert read["groups"][0]["value"] == layer.order.tolist()


def exported(node, layer, folder, *calls):
    """What a layer answers to calls, else all of it, as node opens it."""
    (folder / "map.html").write_text("\n".join(layer.pieces()), encoding="utf-8")
    given = [json.dumps(calls)] if calls else []
    command = [node, str(HERE / "static" / "export.js"), str(folder / "map.html"), *given]
    return json.loads(
        subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True).stdout
    )


# What lies under a click


def expected_under(table, order, places, *, zoom, reach):
    """What shapely says lies there: painted points, lines, smallest area; else the nearest
    within reach; by index.
    """
    pixel = 2 * np.pi * 6_378_137.0 / (256 * 2**zoom)
    half, step = np.pi * 6_378_137.0, 2 * np.pi * 6_378_137.0 / 2.0**28

    def on_grid(xy):
        return np.rint((carry(xy, CRS, "EPSG:3857") + half) / step) * step - half

    shapes = shapely.transform(table.geometry.to_numpy()[order], on_grid)
    tree = shapely.STRtree(shapes)
    dims = shapely.get_dimensions(shapes)
    # at zoom 18 a point without an icon is painted with a radius of 6 pixels, a line 4 pixels wide;
    # one more counts and an edge belongs to its area, also where it lies on the grid to the last
    # nanometre
    drawn = np.array([6 + 1, 4 / 2 + 1, 0]) * pixel + 1e-6
    found = []
    for place in places:
        near = tree.query(place, predicate="dwithin", distance=reach * pixel + drawn.max())
        away = shapely.distance(shapes[near], place)
        ranks = [
            (0, dims[one], shapely.area(shapes[one]) if dims[one] == 2 else gap, one)
            if gap <= drawn[dims[one]]
            else (1, gap, 0, one)
            for one, gap in zip(near, away, strict=True)
            if gap <= max(reach * pixel, drawn[dims[one]])
        ]
        found.append(int(min(ranks)[3]) if ranks else None)
    return found


def test_the_right_asset_lies_under_200_places(city, node, tmp_path):
    chance = np.random.default_rng(3)
    shapes = city.table.geometry.to_numpy()
    rows = chance.choice(np.flatnonzero(~shapely.is_missing(shapes)), 180, replace=False)
    inside = shapely.get_coordinates(shapely.point_on_surface(shapes[rows]))
    anywhere = chance.uniform(0, 4000, (20, 2)) + (X, Y)
    places = np.concatenate([inside, anywhere])
    mercator = carry(places, CRS, "EPSG:3857")
    expected = expected_under(
        city.table, city.layer.order, shapely.points(mercator), zoom=18, reach=6
    )
    # of the world, from its north-west
    shares = 0.5 + mercator * [1, -1] / (2 * np.pi * 6_378_137.0)
    calls = (["at", {"x": x, "y": y, "zoom": 18, "reach": 6}] for x, y in shares.tolist())
    assert exported(node, city.layer, tmp_path, *calls) == expected
    assert len({*expected}) > 150


@pytest.mark.chromium
def test_a_click_on_200_assets_opens_the_figures_of_the_smallest_under_it(city, city_page):
    browser, table = city_page.page, city.table
    browser.evaluate("__clicked.length = 0")
    # few tiles are drawn anew under each place
    browser.set_viewport_size({"width": 320, "height": 240})
    shapes = table.geometry.to_numpy()
    rows = np.random.default_rng(5).choice(
        np.flatnonzero(~shapely.is_missing(shapes)), 200, replace=False
    )
    places = shapely.get_coordinates(shapely.point_on_surface(shapes[rows]))
    read = []
    for place in carry(places, CRS, "EPSG:4326"):
        browser.evaluate(
            """([lon, lat]) => { const map = assets_on_map_0._map; map.closePopup();
            map.setView([lat, lon], 18, { animate: false }); }""",
            place.tolist(),
        )
        browser.wait_for_selector(".leaflet-popup-content", state="detached")
        browser.mouse.click(160, 120)
        browser.wait_for_selector(".leaflet-popup-content dd")
        read.append(
            browser.evaluate(
                """() => Object.fromEntries([...document.querySelectorAll(".leaflet-popup-content dt")]
            .map((term) => [term.textContent, term.nextElementSibling.textContent]))"""
            )
        )
    clicked = browser.evaluate("__clicked")  # [index, longitude, latitude]
    where = shapely.points(carry(np.array(clicked)[:, 1:], "EPSG:4326", "EPSG:3857"))
    expected = expected_under(table, city.layer.order, where, zoom=18, reach=6)
    assert [index for index, _, _ in clicked] == expected
    # many lie above one another: what was opened is the one that was aimed at, or a smaller one
    # above it
    aimed = np.argsort(city.layer.order)[rows]
    assert 20 < (np.array(expected) != aimed).sum() < 180
    for index, figures in zip(expected, read, strict=True):
        row = table.iloc[city.layer.order[index]]
        assert figures["name"] == (row["name"] or "not available")
        assert figures["owner"] == (row["owner"] or "not available")
        assert figures["levels"] == str(row["levels"])
        assert figures["public"] == str(row["public"]).lower()
    settled(city_page)


def test_names_and_ids_are_found_whatever_their_accents_and_capitals(city, node, tmp_path):
    ids = city.table["asset_id"].to_numpy()[city.layer.order]
    sought = ("BUILDINGS:4711", "gédung 4712", "no such thing", "  ")
    by_id, by_name, *others = exported(
        node, city.layer, tmp_path, *(["search", text, 1] for text in sought)
    )
    assert by_id == [
        {"index": int(np.flatnonzero(ids == "buildings:4711")[0]), "text": "buildings:4711"}
    ]
    assert ids[by_name[0]["index"]] == "buildings:4712"
    assert others == [[], []]


def test_counts_follow_the_filter(city, node, tmp_path):
    state, depth = city.classes["state"], city.classes["depth"]
    whole, _, filtered, other, _, all_depths = exported(
        node,
        city.layer,
        tmp_path,
        ["counts", "state"],
        ["filter", {"depth": [2, 4]}],
        ["counts", "state"],
        ["counts", "state", {"depth": [0]}],
        ["filter", {}],
        ["counts", "depth"],
    )
    assert whole[:4] == np.bincount(state, minlength=4).tolist()
    assert filtered[:4] == np.bincount(state[np.isin(depth, (2, 4))], minlength=4).tolist()
    assert other[:4] == np.bincount(state[depth == 0], minlength=4).tolist()
    assert sum(all_depths) == COUNT


# What is painted


def squares():
    """Three squares of 60 m side by side: worst, palest and unknown; a small one of the palest
    lies in the worst.
    """
    boxes = [shapely.box(X + left, Y, X + left + 60, Y + 60) for left in (0, 80, 160)]
    table = gpd.GeoDataFrame(
        {"name": ["a", "b", "c", "d"]},
        geometry=[*boxes, shapely.box(X + 20, Y + 20, X + 40, Y + 40)],
        crs=CRS,
    )
    style = Classes("", (Class("#00ff00"), Class("#0000ff"), Class(UNKNOWN_COLOUR, no_data=True)))
    return (
        table,
        {
            "one": np.array([1, 0, 2, 0], dtype=np.uint8),
            "two": np.array([0, 1, 1, 1], dtype=np.uint8),
        },
        {"one": style, "two": style},
    )


def square_layer(**options):
    table, classes, styles = squares()
    return AssetsOnMap(
        table, classes=classes, styles=styles, colour_by="one", popup=["name"], **options
    )


AT = {
    "worst": (8, 30),
    "palest": (110, 30),
    "unknown": (190, 30),
    "small": (30, 30),
    "outside": (70, 30),
}


def picture_of(opened, frame=None):
    """What is on the screen, once the map, or that of a frame, is painted: red, green and blue
    by row and column.
    """
    painted(frame or opened.page)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with MemoryFile(opened.page.screenshot()) as file, file.open() as dataset:
            return dataset.read()[:3].astype(float)


def colours(opened, *, zoom=18):
    """The colour painted at the named places, by screenshot: mean of 16 pixels square."""
    places = carry(np.array(list(AT.values())) + (X, Y), CRS, "EPSG:4326")
    at = opened.page.evaluate(
        """([places, zoom]) => {
        const map = Object.values(window).find((one) => one instanceof L.Map);
        map.closePopup(); const [lon, lat] = places[1]; map.setView([lat, lon], zoom, { animate: false });
        return places.map(([x, y]) => map.latLngToContainerPoint([y, x])).map((one) => [one.x, one.y]); }""",
        [places.tolist(), zoom],
    )
    picture = picture_of(opened)
    parts = {
        name: picture[:, round(y) - 8 : round(y) + 8, round(x) - 8 : round(x) + 8]
        for name, (x, y) in zip(AT, at, strict=True)
    }
    return SimpleNamespace(
        parts=parts,
        **{
            name: "#" + "".join(f"{round(v):02x}" for v in part.mean(axis=(1, 2)))
            for name, part in parts.items()
        },
    )


def assert_painted(opened):
    seen = colours(opened)
    assert (seen.worst, seen.palest, seen.outside) == ("#0000ff", "#00ff00", "#dddddd")
    assert seen.small == "#00ff00"  # the smaller lies above the larger, whatever their classes
    hatching = seen.parts["unknown"]
    assert hatching.std() > 10  # lines and light between them
    assert hatching.min() < 0xA0 < hatching.max()


@pytest.mark.chromium
def test_assets_are_painted_by_class_and_the_unknown_is_hatched(show):
    opened = show(square_layer())
    assert_painted(opened)
    settled(opened)


@pytest.mark.chromium
def test_another_colour_and_a_filter_need_no_reload(show):
    opened = show(square_layer())
    opened.page.evaluate("assets_on_map_0.setColour('two')")
    seen = colours(opened)
    assert (seen.worst, seen.palest, seen.unknown) == ("#00ff00", "#0000ff", "#0000ff")
    opened.page.evaluate("assets_on_map_0.setFilter({ one: [0] })")
    seen = colours(opened)
    assert (seen.worst, seen.palest, seen.unknown) == ("#dddddd", "#0000ff", "#dddddd")
    opened.page.evaluate("assets_on_map_0.setFilter({ one: null })")
    assert colours(opened).unknown == "#0000ff"
    settled(opened)


@pytest.mark.chromium
@pytest.mark.parametrize(
    "missing",
    [
        "delete window.Worker",
        "delete window.OffscreenCanvas",
        "window.Worker = class { constructor() { setTimeout(() => this.onerror(new Event('error'))); } postMessage() {}"
        " terminate() {} }",
    ],
)
def test_without_a_worker_the_page_does_the_same_by_itself(show, missing):
    opened = show(square_layer(), first=missing)
    assert_painted(opened)
    opened.page.mouse.click(640, 400)
    opened.page.wait_for_selector(".leaflet-popup-content")
    assert opened.page.inner_text(".leaflet-popup-content dd") == "b"
    settled(opened)


@pytest.mark.chromium
def test_a_policy_without_workers_leaves_the_page_to_itself(show):
    html = closed(drawn_with(square_layer())).replace("worker-src blob:", "worker-src 'none'")
    opened = show(None, html=html)
    assert_painted(opened)


@pytest.mark.chromium
def test_nothing_vanishes_from_far_away(show):
    # at zoom 10 the four squares are a pixel or two: the worst class is seen
    opened = show(square_layer())
    opened.page.evaluate("""() => { const map = Object.values(window).find((one) => one instanceof L.Map);
        map.setView([-6.99, 110.42], 10, { animate: false }); }""")
    picture = picture_of(opened)
    # nine tenths of it above the ground
    wanted = [round(0.1 * int("dd", 16)), round(0.1 * int("dd", 16)), 255 - round(0.1 * 34)]
    blue = (np.abs(picture - np.array(wanted)[:, None, None]).max(axis=0) <= 8).sum()
    assert 1 <= blue <= 12


@pytest.mark.chromium
def test_points_and_lines_are_painted_and_found(show):
    table = gpd.GeoDataFrame(
        {"name": ["p", "l"]},
        crs=CRS,
        geometry=[
            shapely.Point(X + 110, Y + 30),
            shapely.LineString([(X, Y + 30), (X + 60, Y + 30)]),
        ],
    )
    style = Classes("", (Class("#00ff00"), Class("#0000ff")))
    layer = AssetsOnMap(
        table, classes={"k": np.array([0, 1], dtype=np.uint8)}, styles={"k": style}, colour_by="k"
    )
    opened = show(layer)
    seen = colours(opened)
    red, green, blue = (int(seen.palest[place : place + 2], 16) for place in (1, 3, 5))
    assert green > max(red, blue) + 10
    red, green, blue = (int(seen.small[place : place + 2], 16) for place in (1, 3, 5))
    assert blue > max(red, green) + 10
    settled(opened)


def pixels_at(opened, x, y, *, zoom):
    """The 24 × 24 pixels around a place of the table (metres from its corner), at a zoom."""
    place = carry(np.array([[x, y]]) + (X, Y), CRS, "EPSG:4326")[0]
    left, top = opened.page.evaluate(
        """([lon, lat, zoom]) => {
        const map = Object.values(window).find((one) => one instanceof L.Map);
        map.setView([lat, lon], zoom, { animate: false });
        const at = map.latLngToContainerPoint([lat, lon]); return [at.x, at.y].map(Math.round); }""",
        [*place.tolist(), zoom],
    )
    return picture_of(opened)[:, top - 12 : top + 12, left - 12 : left + 12]


def share_of(part, colour):
    wanted = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)])
    return float((np.abs(part - wanted[:, None, None]).max(axis=0) <= 24).mean())


@pytest.mark.chromium
def test_a_point_with_room_has_the_icon_of_its_type_and_a_crowd_is_dots(show):
    crowd = [shapely.Point(X + 2 * place, Y) for place in range(5)]
    alone = [shapely.Point(X + 500, Y), shapely.Point(X + 1000, Y)]
    table = gpd.GeoDataFrame({"name": list("abcdefg")}, geometry=[*crowd, *alone], crs=CRS)
    style = Classes("", (Class("#0000ff"),))
    layer = AssetsOnMap(
        table,
        # the last has a type without an icon
        classes={"k": np.zeros(7, dtype=np.uint8), "t": np.array([0] * 6 + [1], dtype=np.uint8)},
        styles={"k": style},
        colour_by="k",
        icons=Icons("t", [0, -1], ["M0 0H15V15H0Z"]),
    )
    opened = show(layer)
    with_icon, without = (pixels_at(opened, x, 0, zoom=16) for x in (500, 1000))
    # a white square in a blue disc of nine pixels; a smaller disc without
    assert share_of(with_icon[:, 9:15, 9:15], "#ffffff") == 1
    assert share_of(with_icon, "#0000ff") > 0.05
    assert share_of(without[:, 9:15, 9:15], "#0000ff") == 1
    assert share_of(without, "#0000ff") < np.pi * 6**2 / 24**2
    # five lie in less than 20 pixels: no icon
    assert share_of(pixels_at(opened, 4, 0, zoom=16)[:, 9:15, 9:15], "#0000ff") > 0.5
    settled(opened)


@pytest.mark.chromium
def test_what_is_not_exposed_is_hollow_and_an_exposed_area_never_covers_its_ground_from_afar(show):
    table = gpd.GeoDataFrame(
        {"name": ["a", "b"]},
        geometry=[shapely.box(X + left, Y, X + left + 60, Y + 60) for left in (0, 80)],
        crs=CRS,
    )
    opened = show(
        AssetsOnMap(
            table,
            classes={"k": np.array([0, 2], dtype=np.uint8)},
            styles={"k": exposure_classes()},
            colour_by="k",
        )
    )
    exposed = exposure_classes().classes[0].colour
    near, far = (pixels_at(opened, 30, 30, zoom=zoom) for zoom in (19, 16))
    assert share_of(near[:, 4:20, 4:20], exposed) == 1
    assert share_of(far[:, 9:15, 9:15], over(exposed, 0.8, "#dddddd")) == 1
    # its edge is seen, its ground too
    hollow = pixels_at(opened, 80, 30, zoom=19)
    assert hollow.mean(axis=0).min() < 160
    assert share_of(hollow[:, :, 18:], over("#ffffff", 0.6, "#dddddd")) == 1
    settled(opened)


@pytest.mark.chromium
def test_a_mark_is_written_through_the_tiles(show):
    opened = show(square_layer(mark="EXERCISE"))
    colours(opened)  # to where the squares are
    marked = picture_of(opened)
    opened.page.evaluate("assets_on_map_0.setMark(null)")
    plain = picture_of(opened)
    # letters of 21 pixels on nearly nothing but empty ground
    assert 300 < (marked != plain).any(axis=0).sum() < 100_000
    settled(opened)


@pytest.mark.chromium
def test_an_outline_and_bounds_are_given_back(show):
    opened = show(square_layer())
    index = square_layer().order.tolist().index(1)
    outline = opened.page.evaluate(
        """async (index) => { const one = await assets_on_map_0.outline(index);
        return [one.kind, one.rings.map((ring) => [ring.hole, ring.latlngs.map((at) => [at.lng, at.lat])])];
        }""",
        index,
    )
    corners = carry(np.array(outline[1][0][1]), "EPSG:4326", CRS) - (X, Y)
    assert outline[0] == "polygon"
    assert (
        np.abs(corners - [[80, 0], [140, 0], [140, 60], [80, 60]]).max() < 0.5
        or np.abs(np.sort(corners, axis=0) - [[80, 0], [80, 0], [140, 60], [140, 60]]).max() < 0.2
    )
    west, south, east, north = map(
        float,
        opened.page.evaluate(
            "(index) => assets_on_map_0.bounds(index).then((one) => one.toBBoxString())", index
        ).split(","),
    )
    box = carry(np.array([[west, south], [east, north]]), "EPSG:4326", CRS) - (X, Y)
    assert np.abs(box - [[80, 0], [140, 60]]).max() < 0.3
    assert opened.page.evaluate("assets_on_map_0.outline(99)") is None
    assert opened.page.evaluate("assets_on_map_0.bounds(-1)") is None
    assert opened.page.evaluate("assets_on_map_0.attributes(4)") is None


# Hostile text

TITLE = "<img src=x onerror=__run()>{{7*7}}</script>${__run()}"
RUN = "window.__ran = 0; window.__run = () => { window.__ran += 1; };"


@pytest.fixture(scope="module")
def hostile_layer():
    table = gpd.GeoDataFrame(
        {"name": HOSTILE, "owner": HOSTILE[::-1]},
        crs=CRS,
        geometry=[
            shapely.box(X + 40 * place, Y, X + 40 * place + 20, Y + 20)
            for place in range(len(HOSTILE))
        ],
    )
    table["__proto__"] = table["name"]
    return AssetsOnMap(
        table, colour_by="name", popup=["name", "owner", "__proto__"], search=["name"], name=TITLE
    )


@pytest.mark.chromium
def test_hostile_names_are_text(hostile_layer, show):
    drawn = drawn_with(hostile_layer)
    folium.LayerControl(collapsed=False).add_to(drawn)
    opened = show(None, html=closed(drawn, first=RUN))
    browser, order = opened.page, hostile_layer.order
    assert len(HOSTILE) == 40
    for place in range(40):
        row = order[place]
        browser.evaluate(
            """async (index) => { const map = assets_on_map_0._map; map.closePopup();
            const box = await assets_on_map_0.bounds(index);
            map.setView(box.getCenter(), 19, { animate: false }); }""",
            place,
        )
        browser.mouse.click(640, 400)
        browser.wait_for_selector(".leaflet-popup-content dd")
        texts = browser.locator(".leaflet-popup-content dd").evaluate_all(
            "(all) => all.map((one) => one.textContent)"
        )
        assert texts == [HOSTILE[row], HOSTILE[::-1][row], HOSTILE[row]]
        assert browser.locator(".leaflet-popup-content dd *").count() == 0
    label = browser.locator(".leaflet-control-layers-overlays label").evaluate(
        "(one) => one.textContent"
    )
    assert label.strip() == TITLE
    assert browser.evaluate("__ran") == 0
    settled(opened)


def test_hostile_names_are_found(hostile_layer, node, tmp_path):
    sought = ["{{7*7}}", "${__run()}", "<SCRIPT>", "é", "\\n", "`+__run()"]
    for found in exported(node, hostile_layer, tmp_path, *(["search", text] for text in sought)):
        assert found
        assert all(one["text"] in HOSTILE for one in found)


# Damage


def damaged(layer, kind):
    """The page of a layer with one letter of its first piece of this kind changed."""
    html = closed(drawn_with(layer))
    number = next(place for place, part in enumerate(layer.parts) if part.kind == kind)
    start = html.index(f'data-part="{number}">') + len(f'data-part="{number}">')
    place = start + len(layer.parts[number].text) // 2
    return html[:place] + ("A" if html[place] != "A" else "B") + html[place + 1 :]


@pytest.mark.chromium
def test_a_damaged_block_is_said_on_the_page(show):
    opened = show(None, html=damaged(square_layer(), "blocks"))
    alert = opened.page.inner_text("[role=alert]")
    assert alert.startswith("This file is damaged or incomplete: 4 of 4 assets cannot be shown.")
    opened.page.evaluate("assets_on_map_0.setLanguage('id')")
    assert opened.page.inner_text("[role=alert]").startswith("Berkas ini rusak")
    assert opened.page.evaluate("assets_on_map_0.ready") == {"assets": 4, "missing": 4}


@pytest.mark.chromium
def test_damaged_figures_are_said_in_the_popup(show):
    opened = show(None, html=damaged(square_layer(), "columns"))
    colours(opened)
    opened.page.mouse.click(640, 400)
    opened.page.wait_for_selector(".leaflet-popup-content")
    assert opened.page.inner_text(".leaflet-popup-content").startswith(
        "This file is damaged or incomplete: the figures of this asset cannot be read"
    )


@pytest.mark.chromium
def test_a_file_cut_short_says_so(show):
    html = closed(drawn_with(square_layer()), policy=False)
    opened = show(None, html=html[: html.index('data-part="0">') + 60])
    opened.page.wait_for_selector("[role=alert]")
    assert "4 of 4 assets cannot be shown" in opened.page.inner_text("[role=alert]")


OLD_BROWSERS = [
    "delete window.DecompressionStream",
    "window.DecompressionStream = class { constructor() { throw new TypeError('deflate-raw'); } }",
]


@pytest.mark.chromium
@pytest.mark.parametrize("missing", OLD_BROWSERS)
def test_an_old_browser_is_named_what_it_lacks(show, missing):
    opened = show(square_layer(), first=missing + "; delete window.Worker")
    assert opened.page.locator("[role=alert]").all_inner_texts() == [
        say("map.layer.old_browser", "en")
    ]
    opened.page.evaluate("assets_on_map_0.setLanguage('id')")
    assert opened.page.locator("[role=alert]").all_inner_texts() == [
        say("map.layer.old_browser", "id")
    ]
    settled(opened)


# Use


@pytest.mark.chromium
@pytest.mark.parametrize("count", [4, 20_000])
def test_it_is_shown_inside_a_notebook(show, count):
    drawn = offline_map(location=[-6.99, 110.42], zoom_start=15)
    if count == 4:
        layer = square_layer()
    else:
        layer = AssetsOnMap(random_city(count), colour_by="value", popup=["name"])
    layer.add_to(drawn)
    drawn.fit_bounds(layer.get_bounds())
    html = f"<!DOCTYPE html><script>{OPEN} window.__violations = []</script>{drawn._repr_html_()}"
    opened = show(None, html=html)
    frame = opened.page.frames[1]
    frame.wait_for_function("window.assets_on_map_0")
    assert frame.evaluate("assets_on_map_0.ready") == {"assets": count, "missing": 0}
    assert len(opened.page.workers) == 1  # from a blob: address, inside the frame
    picture = picture_of(opened, frame)
    box = opened.page.locator("iframe").bounding_box()
    inside = picture[
        :,
        10 : round(box["height"]) - 30,
        round(box["x"]) + 60 : round(box["x"] + box["width"]) - 20,
    ]
    assert ((np.ptp(inside, axis=0) > 40).mean()) > 0.01  # colours, not the grey of an empty map
    assert opened.wrong == []


@pytest.mark.chromium
def test_it_stands_in_a_group_beside_another(show):
    drawn = folium.Map(tiles=None, location=[-6.99, 110.42], zoom_start=17)
    group = folium.FeatureGroup(name="group").add_to(drawn)
    square_layer().add_to(group)
    square_layer(show=False).add_to(drawn)
    folium.LayerControl().add_to(drawn)
    opened = show(None, html=closed(drawn))
    assert opened.page.evaluate("assets_on_map_1.ready") == {"assets": 4, "missing": 0}
    assert opened.page.evaluate("assets_on_map_1._map") is None
    assert_painted(opened)
    settled(opened)


@pytest.mark.chromium
def test_an_empty_table_is_an_empty_layer(show):
    table = gpd.GeoDataFrame({"ead": pd.Series(dtype=float)}, geometry=[], crs=CRS)
    opened = show(AssetsOnMap(table, popup=["ead"], search=["ead"]))
    assert opened.page.evaluate("assets_on_map_0.ready") == {"assets": 0, "missing": 0}
    assert opened.page.evaluate("assets_on_map_0.search('a')") == []
    settled(opened)


def test_the_same_table_gives_the_same_bytes():
    one, two = (
        "\n".join(
            AssetsOnMap(random_city(3_000), colour_by="value", popup=["name", "depth"]).pieces()
        )
        for _ in range(2)
    )
    assert re.sub(r"assets_on_map_\w+", "", one) == re.sub(r"assets_on_map_\w+", "", two)
    drawn = [drawn_with(square_layer()) for _ in range(2)]
    assert (
        len({"\n".join(next(iter(layers._layers_below(one.get_root()))).pieces()) for one in drawn})
        == 1
    )


def test_it_is_rendered_as_often_as_one_likes():
    drawn = drawn_with(square_layer())
    first = drawn.get_root().render()
    assert drawn.get_root().render().count("data-layer=") == first.count("data-layer=")


def test_its_scripts_are_named_for_a_policy():
    html = drawn_with(square_layer()).get_root().render()
    own = [
        text
        for text in re.findall(r"<script>(.*?)</script>", html, re.S)
        if "assetsOnMap.layer(" not in text
    ]
    assert {text for text in own if "L_" not in text} == set(inline_scripts())


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([1.0, 2.0, 40.0, np.nan], None),
        (["a", "b", "a", None], ["a", "b", None, None]),
        ([True, False, True, True], None),
        ([-5.0, 0.0, 5.0, 50.0], None),
    ],
)
def test_a_column_of_ones_own_is_coloured_by_the_rules_of_styles(values, labels):
    table = squares()[0].assign(mine=pd.Series(values))
    layer = AssetsOnMap(table, colour_by="mine")
    style = layer.styles["mine"]
    assert style.classes[-1].no_data
    if labels:
        assert [one.label for one in style.classes] == labels
    looks = layer.head["styles"]["mine"]
    assert sorted(one["rank"] for one in looks) == list(range(len(looks)))


def test_the_worst_class_lies_above_and_unknown_above_the_palest_only():
    ranks = {one["colour"]: one["rank"] for one in layer_parts.looks(exposure_classes())}
    exposed, unknown, not_exposed = exposure_classes().classes[:3]
    assert ranks[exposed.colour] > ranks[unknown.colour] > ranks[not_exposed.colour]


def test_the_layer_knows_its_bounds():
    (south, west), (north, east) = square_layer().get_bounds()
    corners = carry(np.array([[X, Y], [X + 220, Y + 60]]), CRS, "EPSG:4326")
    assert np.abs(corners - [[west, south], [east, north]]).max() < 2e-5


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"popup": ["nothing"]}, "error.layer_column"),
        ({"colour_by": "nothing"}, "error.layer_column"),
        (
            {"classes": {"one": np.zeros(3, np.uint8), "two": np.zeros(4, np.uint8)}},
            "error.layer_class_length",
        ),
        ({"styles": {}}, "error.layer_style"),
    ],
)
def test_wrong_use_is_said_by_name(change, key):
    table, classes, styles = squares()
    with pytest.raises(TableError) as caught:
        AssetsOnMap(
            table,
            **{"classes": classes, "styles": styles, "colour_by": "one", "name": "mine"} | change,
        )
    assert caught.value.key == key
    assert "mine" in str(caught.value)
    assert "mine" in caught.value.say("id")


def test_a_table_without_a_system_is_refused():
    with pytest.raises(TableError, match="no coordinate reference system"):
        AssetsOnMap(squares()[0].set_crs(None, allow_override=True), colour_by="name")


def test_a_grid_is_named_for_the_whole_layer():
    assert grid_of(COUNT).bits == 28
