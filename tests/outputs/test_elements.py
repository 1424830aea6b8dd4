"""What a user adds to our map with folium: it works in a real browser on the closed page, or it
is refused by name.
"""

from __future__ import annotations

import base64

import folium
import pytest
from branca.colormap import LinearColormap
from branca.element import JavascriptLink
from folium import plugins

from asset_inventory.model.errors import AssetInventoryError
from asset_inventory.outputs.map.city_map import city_map
from asset_inventory.outputs.map.page import STATIC
from tests.support.browser import until

HEIGHT = "map_city.getContainer().offsetHeight"
HERE = [-6.99240, 110.42103]  # the north-west of the town, free of assets
PICTURE = (
    "data:image/png;base64,"
    + base64.b64encode((STATIC / "leaflet/marker-icon.png").read_bytes()).decode()
)
AREA = {
    "type": "Feature",
    "properties": {"name": "</script><script>alert(1)</script>"},
    "geometry": {
        "type": "Polygon",
        "coordinates": [
            [[110.4205, -6.9925], [110.4207, -6.9925], [110.4207, -6.9923], [110.4205, -6.9925]]
        ],
    },
}
TILES = "https://tiles.example/{z}/{x}/{y}.png"

WORKING = {
    "Marker": (lambda: folium.Marker(HERE), "img.leaflet-marker-icon"),
    "Marker with a picture": (
        lambda: folium.Marker(HERE, icon=folium.CustomIcon(PICTURE, (25, 41))),
        "img.leaflet-marker-icon",
    ),
    "Circle": (lambda: folium.Circle(HERE, radius=3), None),
    "CircleMarker": (lambda: folium.CircleMarker(HERE), None),
    "PolyLine": (lambda: folium.PolyLine([HERE, [-6.9925, 110.4205]]), None),
    "Rectangle": (lambda: folium.Rectangle([HERE, [-6.9925, 110.4205]]), None),
    "GeoJson": (lambda: folium.GeoJson(AREA), None),
    "ImageOverlay": (
        lambda: folium.raster_layers.ImageOverlay(PICTURE, [HERE, [-6.9923, 110.4212]]),
        "img.leaflet-image-layer",
    ),
    "FeatureGroup": (
        lambda: folium.FeatureGroup(name="</script><b>").add_child(folium.Marker(HERE)),
        "img.leaflet-marker-icon",
    ),
    "LayerControl": (lambda: folium.LayerControl(collapsed=False), ".leaflet-control-layers"),
    "LatLngPopup": (lambda: folium.LatLngPopup(), None),
    "Fullscreen": (
        lambda: plugins.Fullscreen(title="Penuh", title_cancel="Kembali"),
        ".fullscreen-icon",
    ),
}
REFUSED = {
    "Popup": lambda: folium.Marker(HERE, popup="name"),
    "Tooltip": lambda: folium.CircleMarker(HERE, tooltip="name"),
    "GeoJsonTooltip": lambda: folium.GeoJson(AREA, tooltip=folium.GeoJsonTooltip(["name"])),
    "GeoJsonPopup": lambda: folium.GeoJson(AREA, popup=folium.GeoJsonPopup(["name"])),
    "DivIcon": lambda: folium.Marker(HERE, icon=folium.DivIcon("<b>name</b>")),
    "Icon": lambda: folium.Marker(HERE, icon=folium.Icon()),
    "CustomIcon": lambda: folium.Marker(
        HERE, icon=folium.CustomIcon("https://pictures.example/a.png", (9, 9))
    ),
    "ClickForMarker": lambda: folium.ClickForMarker("<b>here</b>"),
    "ClickForLatLng": lambda: folium.ClickForLatLng(),
    "TileLayer": lambda: folium.TileLayer("OpenStreetMap"),
    "WmsTileLayer": lambda: folium.WmsTileLayer("https://tiles.example/wms", "water"),
    "ImageOverlay": lambda: folium.raster_layers.ImageOverlay(
        "https://pictures.example/a.png", [HERE, HERE]
    ),
    "VideoOverlay": lambda: folium.raster_layers.VideoOverlay(
        "https://pictures.example/a.mp4", [HERE, HERE]
    ),
    "LinearColormap": lambda: LinearColormap(["white", "black"]),
    "JavascriptLink": lambda: JavascriptLink("https://scripts.example/a.js"),
    "MeasureControl": lambda: plugins.MeasureControl(),
    "MiniMap": lambda: plugins.MiniMap(tile_layer=folium.TileLayer(TILES, attr="tiles")),
    "MarkerCluster": lambda: plugins.MarkerCluster([HERE]),
    "FastMarkerCluster": lambda: plugins.FastMarkerCluster([HERE]),
    "HeatMap": lambda: plugins.HeatMap([HERE]),
    "Draw": lambda: plugins.Draw(),
    "MousePosition": lambda: plugins.MousePosition(),
    "LocateControl": lambda: plugins.LocateControl(),
}


@pytest.fixture
def page_with(assessment, open_page, tmp_path):
    """Add an element to the town's map and open the page."""

    def opened(*elements):
        drawn = city_map(assessment)
        for element in elements:
            element.add_to(drawn)
        drawn.save(str(tmp_path / "map.html"))
        return open_page(tmp_path / "map.html")

    return opened


def settled(opened):
    assert opened.wrong == []
    assert opened.violations() == []


@pytest.mark.chromium
@pytest.mark.parametrize("name", WORKING)
def test_it_works_on_the_closed_page(page_with, name):
    make, seen = WORKING[name]
    opened = page_with(make())
    page = opened.page
    if seen:
        assert page.locator(seen).count() == 1
        assert page.locator(seen).bounding_box()["width"] > 8
    page.mouse.click(400, 400)
    # the page's own popup still opens
    page.click("#tab-assets")
    page.click("#asset-rows .go >> nth=0")
    page.wait_for_selector(".leaflet-popup-content h2")
    settled(opened)


@pytest.mark.chromium
def test_a_markers_picture_is_in_the_file(page_with):
    picture = page_with(folium.Marker(HERE)).page.locator("img.leaflet-marker-icon")
    assert picture.get_attribute("src").startswith("data:image/png")
    assert picture.evaluate("(image) => image.naturalWidth") == 25


@pytest.mark.chromium
def test_the_map_fills_the_screen_and_comes_back(page_with):
    opened = page_with(plugins.Fullscreen(title="Penuh", title_cancel="Kembali"))
    page, button = opened.page, opened.page.locator(".fullscreen-icon")
    assert button.get_attribute("title") == "Penuh"
    assert button.evaluate("(one) => getComputedStyle(one).backgroundImage").startswith(
        'url("data:image/svg+xml'
    )
    whole = page.evaluate("innerHeight")
    low = page.evaluate(HEIGHT)
    assert low < whole
    button.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".leaflet-fullscreen-on")
    until(page, "document.fullscreenElement && document.fullscreenElement.id", "map_city")
    until(page, HEIGHT, whole)
    assert button.get_attribute("title") == "Kembali"
    button.click()
    page.wait_for_selector(".leaflet-fullscreen-on", state="detached")
    until(page, HEIGHT, low)
    settled(opened)


@pytest.mark.chromium
def test_a_layer_control_shows_and_hides_the_assets(page_with):
    opened = page_with(
        folium.FeatureGroup(name="{{7*7}}<img src=x onerror=alert(1)>"),
        folium.LayerControl(collapsed=False),
    )
    page = opened.page
    labels = page.locator(".leaflet-control-layers-overlays label")
    assert [text.strip() for text in labels.all_text_contents()] == [
        "assets",
        "{{7*7}}<img src=x onerror=alert(1)>",
    ]
    labels.first.locator("input").uncheck()
    assert page.evaluate("assets_on_map_0._map") is None
    labels.first.locator("input").check()
    assert page.evaluate("assets_on_map_0._map !== null")
    settled(opened)


@pytest.mark.slow
@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_by_name_in_one_line(assessment, name):
    drawn = city_map(assessment)
    REFUSED[name]().add_to(drawn)
    with pytest.raises(AssetInventoryError) as caught:
        drawn.get_root().render()
    for language in ("en", "id"):
        assert f'"{name}"' in caught.value.say(language)
        assert "\n" not in caught.value.say(language)
