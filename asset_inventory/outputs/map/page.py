"""One closed HTML file: everything inline, no network, text from data never as markup.

A content security policy names the hash of every script. Plain shapes and controls of folium and
vendored plugins (`static/` and its manifest) are taken; an element that needs the network, that the
policy would stop, or that puts text raw into a script, is refused by name before writing.
"""

import base64
import hashlib
import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import jinja2
from branca.colormap import ColorMap
from branca.element import Element, Figure, JavascriptLink
from folium.elements import JSCSSMixin
from folium.features import (
    ClickForLatLng,
    ClickForMarker,
    CustomIcon,
    DivIcon,
    GeoJson,
    GeoJsonDetail,
    TopoJson,
)
from folium.map import Icon, Layer, Popup, Tooltip
from folium.raster_layers import ImageOverlay, TileLayer, VideoOverlay, WmsTileLayer
from markupsafe import Markup

from asset_inventory.messages import (
    ANY_KIND,
    LABEL_KINDS,
    city_words,
    long_date,
    messages,
    money,
    number,
    page_languages,
    percent,
    percent_change,
    say,
    with_city_words,
)
from asset_inventory.model.errors import AssetInventoryError
from asset_inventory.outputs.map.layers import AssetsOnMap, bundle, inline_scripts

# Each plugin with its script and its style in `static/`. It is known by its name, for an import would
# load all plugins of folium.
VENDORED = {
    "folium.plugins.fullscreen.Fullscreen": (
        "fullscreen/Control.FullScreen.js",
        "fullscreen/Control.FullScreen.css",
    )
}
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
    used = {_plugin(element) for element in elements}
    files = [files for name, files in VENDORED.items() if name in used]
    return [script for script, _ in files], [style for _, style in files]


def _plugin(element: Element) -> str:
    return f"{type(element).__module__}.{type(element).__qualname__}"


def _works(element: Element) -> bool:
    if _plugin(element) in VENDORED:
        return True
    if isinstance(element, (ImageOverlay, CustomIcon)):
        return _picture(element).startswith("data:")
    if isinstance(element, (*_RAW_TEXT, *_FROM_THE_NETWORK)) or (
        isinstance(element, GeoJson) and not element.embed
    ):
        return False
    links = [*getattr(element, "default_js", ()), *getattr(element, "default_css", ())]
    return not (isinstance(element, JSCSSMixin) and links) and not isinstance(
        element, JavascriptLink
    )


def _picture(element: ImageOverlay | CustomIcon) -> str:
    return element.url if isinstance(element, ImageOverlay) else element.options["icon_url"]


STATIC = Path(__file__).parent / "static"
WORDS = ("map.", "number.")  # how the keys of a page's sentences begin
LEAFLET_CSS = "leaflet/leaflet.css"


class Page(Figure):
    """A branca figure that renders as one closed file around a map.

    `content` fills the page's `template`, `blocks` are the data that its `script` reads (of
    `static/bundles/`; template and `styles` are in `static/`). It holds the sentences with keys
    that begin with one of `words`.
    """

    def __init__(
        self,
        *,
        language: str,
        title: str,
        content: Mapping[str, object],
        blocks: Mapping[str, object],
        template: str = "page.html",
        script: str = "map",
        styles: Sequence[str] = ("page.css",),
        words: tuple[str, ...] = WORDS,
        host: str | None = None,
    ) -> None:
        super().__init__()
        self.language, self.heading, self.content, self.blocks = language, title, content, blocks
        self.template, self.bundle, self.styles, self.words = template, script, styles, words
        self.host = host  # that the page may ask for pictures, if its reader wants them
        self.city_words = city_words()  # a notebook renders the page later
        self.opens = ""  # what its address remembers, where it is opened without an address

    def render(self, **kwargs: object) -> str:
        """Return the whole file. Raises AssetInventoryError for an element that would need the
        network.
        """
        with with_city_words(self.city_words):
            return self._rendered(**kwargs)

    def _rendered(self, **kwargs: object) -> str:
        refuse(elements_below(self))
        with _names_as_text(elements_below(self)):
            for child in self._children.values():
                child.render(**kwargs)
        elements = list(elements_below(self))
        refuse(elements)  # some come about while others are rendered
        plugins, styles = vendored(elements)
        inner = Markup(self.html.render())  # noqa: S704 - our own div
        body = _template(self.template).render(map=inner, **self.content)
        scripts = [
            leaflet_script(),
            *map(_text, plugins),
            bundle(self.bundle),
            self._map_script(),
            "inventory.start(map_city);",
        ]
        allowed = [
            *scripts,
            *(
                inline_scripts()
                if any(isinstance(element, AssetsOnMap) for element in elements)
                else ()
            ),
        ]
        data = {"words": _catalogues(self.words), "labels": _labels()} | dict(self.blocks)
        data |= {"opens": self.opens} if self.opens else {}
        return "\n".join(
            (
                "<!DOCTYPE html>",
                f'<html lang="{self.language}">',
                "<head>",
                '<meta charset="utf-8">',
                f'<meta http-equiv="Content-Security-Policy" content="{policy(allowed, self.host)}">',
                '<meta name="viewport" content="width=device-width, initial-scale=1">',
                f"<title>{jinja2.filters.escape(self.heading)}</title>",
                *(f"<style>{style_with_pictures(name)}</style>" for name in (LEAFLET_CSS, *styles)),
                *(f"<style>{_text(name)}</style>" for name in self.styles),
                "</head>",
                "<body>",
                body,
                *(_data(name, block) for name, block in data.items()),
                *(f"<script>{script}</script>" for script in scripts),
                "</body>",
                "</html>",
                "",
            )
        )

    def _map_script(self) -> str:
        """Return the map's script, where the end of its element is escaped in texts."""
        return re.sub(
            r"<(?=/script|!--)", r"\\x3c", self.script.render().strip(), flags=re.IGNORECASE
        )


def policy(scripts: list[str], host: str | None = None) -> str:
    """Return the content security policy under which only these inline scripts run, and pictures
    come from this host alone, if any.
    """
    pictures = f" https://{host}" if host else ""
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'"
        for s in scripts
    )
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data: blob:{pictures}; "
        "worker-src blob:; base-uri 'none'; form-action 'none'"
    )


def as_json(value: object) -> str:
    """Return JSON for a script element: without «<», and without numbers that JSON lacks."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def fill_sentence(key: str, language: str, values: Mapping[str, object], symbol: str) -> str:
    """Return a sentence with values that carry their kind, as the page's scripts fill it.

    A kind is {"money": 1.2e9}, {"percent": 0.87}, {"date": "2024-03-01"} or {"word": key, "values":
    {…}}; anything else is the value itself.
    """
    return say(
        key, language, **{name: _written(value, language, symbol) for name, value in values.items()}
    )


def _written(value: object, language: str, currency: str) -> object:
    if isinstance(value, list):
        return ", ".join(str(_written(part, language, currency)) for part in value)
    if not isinstance(value, Mapping):
        return value
    if "word" in value:
        return fill_sentence(value["word"], language, value.get("values", {}), currency)
    ((kind, inner),) = value.items()
    if inner is None:
        return say("number.not_known", language)
    if kind == "money":
        return money(inner, currency, language)
    if kind == "money_change":
        return _with_minus(("+" if inner > 0 else "") + money(inner, currency, language))
    if kind == "percent":
        return percent(inner, language)
    if kind == "percent_change":
        return _with_minus(percent_change(inner, language))
    if kind == "date":
        return long_date(inner, language)
    if kind == "change":
        return _with_minus(("+" if inner > 0 else "") + number(inner, language))
    return number(inner, language)


def _with_minus(change: str) -> str:
    """Return a change with a minus for a hyphen, after which a line may end."""
    return change.replace("-", "\N{MINUS SIGN}")


def _catalogues(prefixes: tuple[str, ...]) -> dict[str, dict[str, list[str]]]:
    return {
        language: {key: list(forms) for key, forms in messages(language, prefixes=prefixes).items()}
        for language in page_languages()
    }


def _labels() -> dict[str, object]:
    """Return the city's labels by kind and name, and the kinds of each place in a sentence."""
    kinds = {name: [*kinds, ANY_KIND] for name, kinds in LABEL_KINDS.items()}
    return {"kinds": kinds, "labels": dict(city_words().labels)}


def _data(name: str, block: object) -> str:
    return f'<script type="application/json" id="data-{name}">{as_json(block)}</script>'


@contextmanager
def _names_as_text(elements: Iterable[Element]) -> Iterator[None]:
    """Let names of layers appear as text while rendering, as Leaflet takes them as markup."""
    # An `AssetsOnMap` escapes its own name.
    named = [
        (element, element.layer_name)
        for element in elements
        if isinstance(element, Layer) and not isinstance(element, AssetsOnMap)
    ]
    for layer, name in named:
        # and folium puts them through a template
        layer.layer_name = html.escape(name).replace("{", "&#123;")
    try:
        yield
    finally:
        for layer, name in named:
            layer.layer_name = name


@lru_cache
def _template(name: str) -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(STATIC),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)


@lru_cache
def _text(name: str) -> str:
    text = (STATIC / name).read_text(encoding="utf-8")
    assert "</script" not in text.lower(), name
    return text


def leaflet_script() -> str:
    """Return Leaflet as a page contains it."""
    # a browser's developer tools would ask for the map of the source
    return re.sub(r"\n?//# sourceMappingURL=.*\s*$", "", _text("leaflet/leaflet.js"))


@lru_cache
def style_with_pictures(name: str) -> str:
    """Return a vendored style with its pictures, which are next to it, as data addresses."""

    def picture(match: re.Match[str]) -> str:
        mime = {".png": "image/png", ".svg": "image/svg+xml"}[Path(match[1]).suffix]
        return f"url({data_address(mime, (STATIC / name).with_name(Path(match[1]).name).read_bytes())})"

    return re.sub(r"url\(([\w./-]+\.(?:png|svg))\)", picture, _text(name))


def leaflet_style() -> str:
    """Return Leaflet's style with its pictures inside."""
    return style_with_pictures(LEAFLET_CSS)


def data_address(mime: str, content: str | bytes) -> str:
    """Return an address that holds its content, of this MIME type."""
    data = content.encode() if isinstance(content, str) else content
    return f"data:{mime};base64,{base64.b64encode(data).decode()}"
