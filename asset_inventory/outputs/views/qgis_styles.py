"""QGIS styles from the class tables of `style.py`: rules for vector layers, a shader for grids.

Rules, not a graduated renderer: only rules give what is not known a look of its own. Lengths are
millimetres, so that a hatching is as wide on a print as on a screen.
"""

import math
import re
import sys
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

from asset_inventory.outputs.views import style

GEOMETRIES = {"point": "Point", "line": "Line", "polygon": "Polygon"}
DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
VERSION = "3.22.0"  # the oldest that opens what is written here
HATCH_GROUND = "#f4f5f7"
OUTLINE, _LINE, _CASING = 0.26, 0.4, 0.3
_HATCH_STEP, _HATCH_LINE = 1.3, 0.3
_READABLE = 3  # the contrast from which a line shows on its ground (WCAG 2.2)
# Control characters and what else XML 1.0 cannot hold, and the beginning of what QGIS would run
# inside a label
_NO_TEXT = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_RUN, _NOT_RUN = "[%", "[\u200b%"

Condition = Callable[[style.Class], str]


@dataclass(frozen=True)
class Look:
    """How classes are drawn apart from colours: the opacity of fills (0-1), the width of outlines.

    An outline is in millimetre, or in metre on the ground, so that from afar it does not cover a
    small area. With `in_order` an earlier class is drawn above a later one, whatever the order of
    features in the file.
    """

    opacity: float = 1.0
    outline: float = OUTLINE
    on_ground: bool = False
    in_order: bool = False


PLAIN, ASSETS = Look(), Look(outline=0.4, on_ground=True, in_order=True)


def qgis_style(
    classes: style.Classes,
    column: str,
    geometry: str,
    look: Look = PLAIN,
    *,
    language: str,
    currency: str = "",
) -> str:
    """Return a QGIS style (QML) for a column; `geometry` is "point", "line" or "polygon"."""
    root = Element("qgis", version=VERSION, styleCategories="Symbology")
    root.append(
        rules_of(
            classes, geometry, condition_on(column), look, language=language, currency=currency
        )
    )
    SubElement(root, "layerOpacity").text = "1"
    SubElement(root, "layerGeometryType").text = str(list(GEOMETRIES).index(geometry))
    return xml_text(root)


def xml_text(root: Element) -> str:
    """Return a QGIS document; signs outside XML are replaced, and no text is an expression."""
    for element in root.iter():
        element.text = element.text and described_rules(element.text)
        element.attrib.update(
            {name: described_rules(value) for name, value in element.attrib.items()}
        )
    return f"{DOCTYPE}{tostring(root, encoding='unicode')}\n"


def described_rules(text: str) -> str:
    """Return text as a QGIS document contains it."""
    return _NO_TEXT.sub("\ufffd", text).replace(_RUN, _NOT_RUN)


def rules_of(
    classes: style.Classes,
    geometry: str,
    condition: Condition,
    look: Look = PLAIN,
    *,
    language: str,
    currency: str = "",
) -> Element:
    """Return a renderer with a rule for each class; `condition` gives its expression."""
    renderer = Element(
        "renderer-v2",
        type="RuleRenderer",
        symbollevels=str(int(look.in_order)),
        forceraster="0",
        enableorderby="0",
    )
    rules, symbols = SubElement(renderer, "rules", key="root"), SubElement(renderer, "symbols")
    for place, a_class in enumerate(classes.classes):
        text = style.label(a_class, classes, language, currency=currency)
        SubElement(
            rules, "rule", key=f"r{place}", symbol=str(place), label=text, filter=condition(a_class)
        )
        drawn = class_symbol(a_class, str(place), geometry, look)
        for level, layer in enumerate(drawn.findall("layer") if look.in_order else ()):
            layer.set("pass", str(2 * (len(classes.classes) - place) + min(level, 1)))
        symbols.append(drawn)
    return renderer


def with_rule(renderer: Element, text: str, expression: str, drawn: Element) -> Element:
    """Return a renderer of rules with one more; its symbol needs a new name."""
    name = drawn.attrib["name"]
    extended = deepcopy(renderer)
    SubElement(
        extended.find("rules"), "rule", key=f"r{name}", symbol=name, label=text, filter=expression
    )
    extended.find("symbols").append(drawn)
    return extended


def single(drawn: Element) -> Element:
    """Return a renderer that draws every feature alike."""
    renderer = Element(
        "renderer-v2", type="singleSymbol", symbollevels="0", forceraster="0", enableorderby="0"
    )
    SubElement(renderer, "symbols").append(drawn)
    return renderer


def condition_on(column: str, *, unless: str = "") -> Condition:
    """Return what gives the expression by which a feature's column is in a class.

    Where the column `unless` has a value, a feature counts as not known.
    """
    name, other = (f'"{text.replace(chr(34), 2 * chr(34))}"' for text in (column, unless))
    if unless:
        name = f"if({other} IS NULL, {name}, NULL)"

    def condition(a_class: style.Class) -> str:
        if a_class.value is not None:
            return f"{name} = {quoted(a_class.value)}"
        if a_class.no_data:
            return f"{name} IS NULL"
        # QGIS would round the smallest number above 0 to 0
        low = f"{name} > 0" if style.is_bottom(a_class) else f"{name} >= {a_class.low!r}"
        if style.is_bottom(style.Class("", low=a_class.high)):
            return f"{name} = 0"
        return low if math.isinf(a_class.high) else f"{low} AND {name} < {a_class.high!r}"

    return condition


def quoted(word: str) -> str:
    """Return a word as an expression of QGIS has it."""
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


def class_symbol(a_class: style.Class, name: str, geometry: str, look: Look) -> Element:
    """Return the symbol of a class; what is not known is hatched, dashed or a diamond."""
    edge = style.edge_colour(a_class)
    if geometry == "line":
        dashes = {"use_custom_dash": str(int(a_class.no_data)), "customdash": "3;2"}
        return symbol(
            geometry,
            name,
            ("SimpleLine", line_of(edge, _LINE + _CASING)),
            ("SimpleLine", line_of(a_class.colour, _LINE) | dashes),
            own=1,
        )
    if geometry == "point":
        return symbol(
            geometry,
            name,
            (
                "SimpleMarker",
                {
                    "name": "diamond" if a_class.no_data else "circle",
                    "color": paint(a_class.colour),
                    "outline_color": paint(edge),
                    "outline_width": "0.3",
                    "size": "2.6" if a_class.no_data else "2.1",
                },
            ),
        )
    outline = {
        "outline_color": paint(edge),
        "outline_width": f"{look.outline:g}",
        "outline_width_unit": "RenderMetersInMapUnits" if look.on_ground else "MM",
    }
    fill = {"color": paint(a_class.colour, look.opacity), "style": "solid"}
    if not a_class.no_data:
        return symbol(geometry, name, ("SimpleFill", fill | outline))
    # a light class would be lost as lines on the light ground, so it becomes the ground itself
    lines_show = style.contrast(a_class.colour, HATCH_GROUND) >= _READABLE
    ground, ink = (
        (HATCH_GROUND, a_class.colour) if lines_show else (a_class.colour, style.DARK_EDGE)
    )
    below = {"color": paint(ground, look.opacity), "outline_style": "no"}
    lines = {"angle": "45", "distance": str(_HATCH_STEP), "line_width": str(_HATCH_LINE)}
    return symbol(
        geometry,
        name,
        ("SimpleFill", below),
        ("LinePatternFill", lines | {"color": paint(ink)}),
        ("SimpleFill", {"style": "no"} | outline),
        own=int(lines_show),
    )


def symbol(
    geometry: str, name: str, *layers: tuple[str, Mapping[str, str]], own: int = 0
) -> Element:
    """Return a symbol of such layers (QGIS's class and its options), the lowest first.

    The layer at place `own` has the symbol's own colour: the others keep theirs when somebody
    changes it in QGIS.
    """
    of_qgis = {"point": "marker", "line": "line", "polygon": "fill"}[geometry]
    node = Element("symbol", type=of_qgis, name=name, alpha="1", clip_to_extent="1", force_rhr="0")
    for place, (drawn, values) in enumerate(layers):
        locked = str(int(place != own))
        about = {"class": drawn, "enabled": "1", "locked": locked, "pass": "0"}
        layer = SubElement(node, "layer", about)
        options = SubElement(layer, "Option", type="Map")
        for key, value in values.items():
            SubElement(options, "Option", type="QString", name=key, value=value)
    return node


def line_of(colour: str, width: float) -> dict[str, str]:
    """Return the options of a line of a width (millimetre)."""
    ends = {"joinstyle": "round", "capstyle": "round"}
    return {"line_color": paint(colour), "line_width": f"{width:g}"} | ends


def paint(colour: str, opacity: float = 1.0) -> str:
    """Return a colour as QGIS writes it: red, green, blue and opacity, 0-255."""
    parts = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
    return ",".join(map(str, (*parts, round(255 * opacity))))


def shader_of(
    classes: style.Classes, threshold: float, *, language: str, opacity: float
) -> Element:
    """Return a renderer for a grid of intensities, transparent below `threshold` and classes."""
    ranged = sorted(
        (a_class for a_class in classes.classes if a_class.has_range),
        key=lambda a_class: a_class.low,
    )
    highs = [_below(a_class.high) for a_class in ranged]
    lowest = _below(max(threshold, ranged[0].low))
    renderer = Element(
        "rasterrenderer",
        {
            "type": "singlebandpseudocolor",
            "band": "1",
            "opacity": f"{opacity:g}",
            "alphaBand": "-1",
            "classificationMin": repr(lowest),
            "classificationMax": repr(highs[-1]),
        },
    )
    clear = SubElement(SubElement(renderer, "rasterTransparency"), "singleValuePixelList")
    entry = {"min": repr(-sys.float_info.max), "max": repr(lowest), "percentTransparent": "100"}
    SubElement(clear, "pixelListEntry", entry)
    about = {"colorRampType": "DISCRETE", "classificationMode": "1", "clip": "0"}
    about |= {"labelPrecision": "4", "minimumValue": repr(lowest), "maximumValue": repr(highs[-1])}
    shader = SubElement(SubElement(renderer, "rastershader"), "colorrampshader", about)
    for a_class, high in zip(ranged, highs, strict=True):
        item = {"value": repr(high), "color": a_class.colour, "alpha": "255"}
        SubElement(shader, "item", item, label=style.label(a_class, classes, language))
    return renderer


def _below(bound: float) -> float:
    """Return the greatest number below a bound: QGIS takes «at most», a class «less than»."""
    return bound if math.isinf(bound) else math.nextafter(bound, -math.inf)


def mark_symbol(text: str) -> Element:
    """Return a fill that repeats a text across an area, as the page writes its mark."""
    steps = {"distance_x": "68", "distance_y": "68", "displacement_x": "0"}
    letters = {
        "chr": text,
        "font": "Sans Serif",
        "font_style": "Bold",
        "size": "5.6",
        "angle": "-25.7",
        "color": paint("#7a1420", 0.5),
        "outline_color": paint(style.WHITE_EDGE, 0.45),
        "outline_width": "0.2",
    }
    fill = symbol("polygon", "0", ("PointPatternFill", steps))
    fill[0].append(symbol("point", "@0@0", ("FontMarker", letters)))
    return fill
