"""How QGIS draws a layer at first: the text of a style, in its own words (QML)."""

from __future__ import annotations

DRAWN = {
    "Point": ("marker", "SimpleMarker", {"name": "circle", "color": "0,114,178,255", "outline_color": "255,255,255,255",
              "outline_width": "0.3", "size": "2.4", "size_unit": "MM"}),
    "LineString": ("line", "SimpleLine", {"line_color": "0,114,178,255", "line_width": "0.5", "line_width_unit": "MM",
                   "capstyle": "round", "joinstyle": "round", "line_style": "solid"}),
    "Polygon": ("fill", "SimpleFill", {"color": "0,114,178,70", "outline_color": "0,114,178,255",
                "outline_width": "0.3", "outline_width_unit": "MM", "outline_style": "solid", "style": "solid"}),
}  # fmt: skip


def symbols(kind: str) -> str | None:
    """Return the style of a layer of such geometries (`Point`, `MultiPolygon Z`), None where they are mixed."""
    for ending, (sort, layer, options) in DRAWN.items():
        if kind.removesuffix(" Z").endswith(ending):
            listed = "".join(
                f'<Option name="{name}" value="{value}" type="QString"/>' for name, value in options.items()
            )
            symbol = f'<symbol type="{sort}" name="0" alpha="1" clip_to_extent="1" force_rhr="0">'
            return (
                "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
                '<qgis version="3.22.0" styleCategories="Symbology"><renderer-v2 type="singleSymbol" '
                f'enableorderby="0" forceraster="0"><symbols>{symbol}<layer class="{layer}" enabled="1" locked="0" '
                f'pass="0"><Option type="Map">{listed}</Option></layer></symbol></symbols></renderer-v2></qgis>'
            )
    return None
