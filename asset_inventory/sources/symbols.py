"""How QGIS draws a layer at first: the text of a style, in its own words (QML)."""

from __future__ import annotations

# Okabe and Ito's colours (2008), which nearly everybody tells apart; without the yellow, too pale for a line on white.
COLOURS = ("0,114,178", "213,94,0", "0,158,115", "204,121,167", "230,159,0", "86,180,233", "0,0,0")
_DRAWN = {
    "Point": ("marker", "SimpleMarker", {"name": "circle", "color": "{},255", "outline_color": "255,255,255,255",
              "outline_width": "0.3", "size": "2.4", "size_unit": "MM"}),
    "LineString": ("line", "SimpleLine", {"line_color": "{},255", "line_width": "0.5", "line_width_unit": "MM",
                   "capstyle": "round", "joinstyle": "round", "line_style": "solid"}),
    "Polygon": ("fill", "SimpleFill", {"color": "{},70", "outline_color": "{},255",
                "outline_width": "0.3", "outline_width_unit": "MM", "outline_style": "solid", "style": "solid"}),
}  # fmt: skip


def symbols(kind: str, colour: str) -> str | None:
    """Return the style of a layer of such geometries (`Point`, `MultiPolygon Z`), None where they are mixed."""
    for ending, (sort, layer, options) in _DRAWN.items():
        if kind.removesuffix(" Z").endswith(ending):
            listed = "".join(
                f'<Option name="{name}" value="{value.format(colour)}" type="QString"/>'
                for name, value in options.items()
            )
            symbol = f'<symbol type="{sort}" name="0" alpha="1" clip_to_extent="1" force_rhr="0">'
            return (
                "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
                '<qgis version="3.22.0" styleCategories="Symbology"><renderer-v2 type="singleSymbol" '
                f'enableorderby="0" forceraster="0"><symbols>{symbol}<layer class="{layer}" enabled="1" locked="0" '
                f'pass="0"><Option type="Map">{listed}</Option></layer></symbol></symbols></renderer-v2></qgis>'
            )
    return None


def all_symbols() -> list[str]:
    """Return every style that `symbols` gives."""
    return [symbols(kind, colour) for kind in _DRAWN for colour in COLOURS]
