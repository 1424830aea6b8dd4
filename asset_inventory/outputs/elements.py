"""What of folium a closed page takes: plain shapes and controls, plugins that are vendored, and nothing else.

An element that needs the network, that the page's policy would stop, or that puts text raw into a script is refused
by name before anything is written; the vendored plugins stand in `static/` and its manifest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from branca.colormap import ColorMap
from branca.element import Element, JavascriptLink
from folium.elements import JSCSSMixin
from folium.features import ClickForLatLng, ClickForMarker, CustomIcon, DivIcon, GeoJson, GeoJsonDetail, TopoJson
from folium.map import Icon, Popup, Tooltip
from folium.plugins import Fullscreen
from folium.raster_layers import ImageOverlay, TileLayer, VideoOverlay, WmsTileLayer

from asset_inventory.errors import AssetInventoryError

# Each plugin with its script and its style in `static/`
VENDORED = {Fullscreen: ("fullscreen/Control.FullScreen.js", "fullscreen/Control.FullScreen.css")}
_RAW_TEXT = (Popup, Tooltip, GeoJsonDetail, ClickForMarker, ClickForLatLng, DivIcon)
_FROM_THE_NETWORK = (TileLayer, WmsTileLayer, VideoOverlay, Icon, ColorMap, TopoJson)


def elements_below(element: Element) -> Iterator[Element]:
    """Yield all that an element holds, at any depth."""
    for child in element._children.values():
        yield child
        yield from elements_below(child)


def refuse(elements: Iterable[Element]) -> None:
    """Raise AssetInventoryError, naming the first of these that cannot work on a closed page."""
    for element in elements:
        if not _works(element):
            raise AssetInventoryError("error.map_element", element=type(element).__name__)


def vendored(elements: Iterable[Element]) -> tuple[list[str], list[str]]:
    """Return the scripts and the styles in `static/` that these elements need, each once."""
    kinds = {kind for kind in VENDORED for element in elements if type(element) is kind}
    files = [VENDORED[kind] for kind in VENDORED if kind in kinds]
    return [script for script, _ in files], [style for _, style in files]


def _works(element: Element) -> bool:
    if type(element) in VENDORED:
        return True
    if isinstance(element, (ImageOverlay, CustomIcon)):
        return _picture(element).startswith("data:")
    if isinstance(element, (*_RAW_TEXT, *_FROM_THE_NETWORK)) or (isinstance(element, GeoJson) and not element.embed):
        return False
    links = [*getattr(element, "default_js", ()), *getattr(element, "default_css", ())]
    return not (isinstance(element, JSCSSMixin) and links) and not isinstance(element, JavascriptLink)


def _picture(element: ImageOverlay | CustomIcon) -> str:
    return element.url if isinstance(element, ImageOverlay) else element.options["icon_url"]
