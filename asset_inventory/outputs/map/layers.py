"""A folium layer that holds a whole city in one file: a million assets with their attributes.

    AssetsOnMap(table, colour_by="ead", popup=["name", "ead"]).add_to(folium.Map())

Geometry and classes are written as blocks, attributes as groups of columns (`encoding.py`). Each
piece is in an element of its own, followed by a short script that is always the same, which
hands it to one worker while the page is still being read (`static/src/layer/`).
"""

import dataclasses
import html
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from branca.element import Element, Figure
from folium.elements import JSCSSMixin
from folium.map import Layer
from folium.template import Template

from asset_inventory.messages import page_languages, say
from asset_inventory.model.errors import TableError
from asset_inventory.outputs.map import encoding
from asset_inventory.outputs.views.style import (
    UNKNOWN_COLOUR,
    Class,
    Classes,
    classify,
    ead_classes,
    even_breaks,
)

WORDS = ("map.layer.damaged", "map.layer.no_figures", "map.layer.old_browser", "number.not_known")
WORKERS = min(4, os.cpu_count() or 1)


@dataclasses.dataclass(frozen=True)
class Part:
    """One piece of the file: blocks, columns, searched columns or their words, of these assets."""

    kind: str
    first: int
    count: int
    text: str = dataclasses.field(repr=False)


@dataclasses.dataclass(frozen=True)
class Icons:
    """Icons in points: the class of their types (None: all have one type), the place in `paths` of
    each code of it (-1: none), and the outlines (SVG path data on a grid of 15 × 15).
    """

    by: str | None
    of: Sequence[int]
    paths: Sequence[str]


def plans_of_layer(
    table: pd.DataFrame, popup: Sequence[str], search: Sequence[str], decimals: Mapping[str, int]
) -> dict[str, list[encoding.Column]]:
    """Return the columns by family; searched ones are apart, so that a search opens only them."""
    shown = [name for name in dict.fromkeys(popup) if name not in search]
    return {
        "columns": encoding.plan_columns(table, shown, decimals=decimals),
        "sought": encoding.plan_columns(table, list(dict.fromkeys(search)), decimals=decimals),
    }


def parts_of_layer(
    table: gpd.GeoDataFrame,
    order: np.ndarray,
    classes: Mapping[str, np.ndarray],
    plans: dict[str, list[encoding.Column]],
    grid: encoding.Grid,
) -> tuple[list[Part], np.ndarray]:
    """Return the pieces in the file's order, and the layer's bounds in degrees, or NaN."""
    shapes = table.geometry.to_numpy()
    codes = np.array([np.asarray(a_class, dtype=np.uint8) for a_class in classes.values()]).reshape(
        len(classes), len(table)
    )
    firsts = range(0, len(order), encoding.BLOCK)

    def blocks(first: int) -> tuple[Part, np.ndarray]:
        rows = order[first : first + encoding.BLOCK]
        data, box = encoding.encode_block(
            shapes[rows], codes[:, rows], table.crs, first=first, grid=grid
        )
        return Part("blocks", first, len(rows), encoding.encoded(data)), box

    def columns(family: str, first: int) -> Part:
        rows = order[first : first + encoding.BLOCK]
        groups = (
            encoding.group_parts(plans[family], rows[start : start + encoding.GROUP])
            for start in range(0, len(rows), encoding.GROUP)
        )
        return Part(
            family, first, len(rows), "\n".join(encoding.encoded(group) for group in groups)
        )

    # deflate, GEOS and PROJ let other threads run; the pieces come back in their order
    with ThreadPoolExecutor(WORKERS) as pool:
        drawn = list(pool.map(blocks, firsts))
        families = [family for family, planned in plans.items() if planned]
        figures = [
            part
            for family in families
            for part in pool.map(lambda first, f=family: columns(f, first), firsts)
        ]
    dictionary = json.dumps(
        {family: [list(column.words) for column in planned] for family, planned in plans.items()}
    )
    parts = (
        [part for part, _ in drawn]
        + [Part("dictionary", 0, 0, encoding.encoded([dictionary.encode()]))]
        + figures
    )
    return parts, _bounds([box for _, box in drawn], grid)


def _bounds(boxes: list[np.ndarray], grid: encoding.Grid) -> np.ndarray:
    boxes = [box for box in boxes if np.isfinite(box).all()]
    if not boxes:
        return np.full(4, np.nan)
    stacked = np.array(boxes)
    corners = np.array([stacked[:, :2].min(axis=0), stacked[:, 2:].max(axis=0)])
    (west, north), (east, south) = grid.degrees(corners)
    return np.array([south, west, north, east])


def head_of_layer(
    table: gpd.GeoDataFrame,
    parts: list[Part],
    box: np.ndarray,
    classes: Mapping[str, np.ndarray],
    styles: Mapping[str, Classes],
    popup: Sequence[str],
    search: Sequence[str],
) -> dict[str, object]:
    """Return what a page needs before the first piece: counts, bounds, classes, columns, words."""
    south, west, north, east = np.round(box, 7).tolist()
    return {
        "count": len(table),
        "bounds": [[south, west], [north, east]] if np.isfinite(box).all() else None,
        "parts": [{"kind": part.kind, "first": part.first, "count": part.count} for part in parts],
        "classes": list(classes),
        "styles": {name: looks(style) for name, style in styles.items()},
        "popup": list(popup),
        "order": list(dict.fromkeys([*popup, *search])),
        "words": {
            language: {
                key: say(key, language, missing="{missing}", total="{total}") for key in WORDS
            }
            for language in page_languages()
        },
    }


def looks(style: Classes) -> list[dict[str, object]]:
    """Return the colour of each class and its rank: where assets meet the higher one is seen.

    Dark means «look here first»; what is not known is above the palest class only.
    """
    pale = [
        sum(
            int(a_class.colour[place : place + 2], 16) * share
            for place, share in ((1, 299), (3, 587), (5, 114))
        )
        for a_class in style.classes
    ]
    palest = max(
        (
            lightness
            for lightness, a_class in zip(pale, style.classes, strict=True)
            if not a_class.no_data
        ),
        default=0,
    )
    keys = [
        palest - 1 if a_class.no_data else lightness
        for lightness, a_class in zip(pale, style.classes, strict=True)
    ]
    ranks = {
        place: rank
        for rank, place in enumerate(
            sorted(range(len(keys)), key=lambda place: (-keys[place], place))
        )
    }
    return [
        {
            "colour": a_class.colour,
            "no_data": a_class.no_data,
            "rank": ranks[place],
            "form": form(a_class),
        }
        for place, a_class in enumerate(style.classes)
    ]


def form(a_class: Class) -> str:
    """Return the form of a point: a ring where it is not exposed, a diamond without data, a disc."""
    if a_class.value == "not_exposed":
        return "ring"
    return "diamond" if a_class.no_data and a_class.value != "exposed" else "disc"


STATIC = Path(__file__).parent / "static"
# Hands the piece before it to the layer: one text, so one hash in a content security policy.
TAKE = "assetsOnMap.take(document.currentScript.previousElementSibling);"
# ColorBrewer's Dark2 (Cynthia Brewer), for words that have no order; a rarer word is «other».
DARK2 = ("#1b9e77", "#d95f02", "#7570b3", "#e7298a", "#66a61e", "#e6ab02", "#a6761d")
OTHER_COLOUR = "#4b5563"


class AssetsOnMap(JSCSSMixin, Layer):
    """All assets of a table as one layer of any folium map.

    `classes` has one byte for each asset under the name of each thing that colours or filters,
    `styles` the class table of those that colour; `colour_by` is one of these names, or a column of
    the table; its classes then follow the rules of `style.py`. `popup` and `search` are columns
    to be shown on a click (unless the page has a popup of its own, `own_popup=False`) and searched;
    `decimals` is how many of a number are kept (the fewest that lose nothing, at most 3). `mark` is
    written through every tile. Up to `most_fine` assets keep a grid of 0.15 m, more have one of 0.3
    m. Raises TableError for a table without CRS, a column that is not there, classes of another
    length, or a name with classes or a style only.

    `order` then holds the table's row of each asset of the layer: what a page calls `index` is a
    place in it.
    """

    default_js: Sequence[tuple[str, str]] = ()
    default_css: Sequence[tuple[str, str]] = ()
    _template = Template("""
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = assetsOnMap.layer({{ this.get_name()|tojson }});
        {% endmacro %}
    """)

    def __init__(
        self,
        table: gpd.GeoDataFrame,
        *,
        classes: Mapping[str, np.ndarray] | None = None,
        styles: Mapping[str, Classes] | None = None,
        colour_by: str = "ead",
        popup: Sequence[str] = (),
        own_popup: bool = True,
        search: Sequence[str] = (),
        name: str | None = None,
        show: bool = True,
        language: str = "en",
        decimals: Mapping[str, int] | None = None,
        icons: Icons | None = None,
        mark: str | None = None,
        pane: str = "overlayPane",
        most_fine: int = encoding.MOST_FINE,
    ) -> None:
        # Leaflet's control writes a layer's name as markup, and folium's puts it through a template
        super().__init__(
            name=html.escape(name or colour_by).replace("{", "&#123;"), overlay=True, show=show
        )
        self._name = "AssetsOnMap"
        layer = name or colour_by
        classes, styles = dict(classes or {}), dict(styles or {})
        if colour_by not in styles and colour_by not in classes:
            _demand_columns(table, [colour_by], layer)
            styles[colour_by], classes[colour_by] = _own_classes(table[colour_by])
        _check(table, classes, styles, colour_by, [*popup, *search], layer)
        self.styles = styles
        self.order = encoding.hilbert_order(table)
        planned = plans_of_layer(table, popup, search, decimals or {})
        grid = encoding.grid_of(len(table), most_fine)
        self.parts, box = parts_of_layer(table, self.order, classes, planned, grid)
        self.head = head_of_layer(table, self.parts, box, classes, styles, popup, search) | {
            "columns": {
                family: [column.head() for column in columns] for family, columns in planned.items()
            },
            "icons": dataclasses.asdict(icons) if icons else None,
            "colour_by": colour_by,
            "language": language,
            "mark": mark,
            "pane": pane,
            "opacity": 1,
        }
        if not own_popup:  # the page that holds the layer shows these columns in a popup of its own
            self.head["popup"] = []

    def get_name(self) -> str:
        """Return the layer's name in scripts: its place on the page, so that builds are alike."""
        root = self.get_root()
        if not isinstance(root, Figure):
            return super().get_name()
        return f"assets_on_map_{next(place for place, layer in enumerate(_layers_below(root)) if layer is self)}"

    def pieces(self) -> Iterator[str]:
        """Yield the layer's elements, its head first, each with the script that hands it over."""
        name = self.get_name()
        head = json.dumps(self.head, separators=(",", ":"), sort_keys=True)
        texts = [encoding.as_text(head.encode()), *(part.text for part in self.parts)]
        for place, text in enumerate(texts):
            number = "head" if place == 0 else place - 1
            yield (
                f'<script type="text/plain" data-layer="{name}" data-part="{number}">{text}</script>\n'
                f"<script>{TAKE}</script>"
            )

    def render(self, **kwargs: object) -> None:
        """Put the layer's script and pieces into its page, before the map's own script."""
        figure = self.get_root()
        assert isinstance(figure, Figure), "add the layer to a map first"
        figure.html.add_child(
            _Finished(f"<script>{bundle('layer')}</script>"), name="assets_on_map_script", index=0
        )
        figure.html.add_child(_Finished("\n".join(self.pieces())), name=f"{self.get_name()}_pieces")
        super().render(**kwargs)

    def _get_self_bounds(self) -> list[list[float | None]]:
        return self.head["bounds"] or [[None, None], [None, None]]


def inline_scripts() -> tuple[str, ...]:
    """Return the text of every script that a page with such layers runs, for the hashes of its
    policy.

    The policy also needs `worker-src blob:`; without it the layer works in the page itself, more
    slowly.
    """
    return bundle("layer"), TAKE


@lru_cache
def bundle(name: str) -> str:
    """Return a script of `static/bundles/`, which `npm run build` makes of `static/src/`."""
    text = (STATIC / "bundles" / f"{name}.js").read_text(encoding="utf-8")
    assert "</script" not in text.lower(), name
    return text


class _Finished(Element):
    """Text that goes into the page as it is: data never goes through a template."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def render(self, **kwargs: object) -> str:
        return self.text


def _check(
    table: gpd.GeoDataFrame,
    classes: Mapping[str, np.ndarray],
    styles: Mapping[str, Classes],
    colour_by: str,
    columns: Sequence[str],
    layer: str,
) -> None:
    if table.crs is None:
        raise TableError("error.layer_crs", layer=layer)
    _demand_columns(table, columns, layer)
    for name in (colour_by, *styles):
        if name not in classes or name not in styles:
            raise TableError("error.layer_style", layer=layer, name=name)
    for name, codes in classes.items():
        if len(codes) != len(table):
            raise TableError(
                "error.layer_class_length",
                layer=layer,
                name=name,
                found=len(codes),
                count=len(table),
            )


def _demand_columns(table: pd.DataFrame, columns: Sequence[str], layer: str) -> None:
    for column in columns:
        if column not in table:
            raise TableError(
                "error.layer_column",
                layer=layer,
                column=column,
                columns=", ".join(map(str, table.columns)),
            )


def _own_classes(values: pd.Series) -> tuple[Classes, np.ndarray]:
    """Return classes for a column of a user's own, and the class of each row."""
    if pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype):
        numbers = values.to_numpy(dtype=float, na_value=np.nan)
        table = _number_classes(numbers)
        return table, classify(numbers, table)
    words = values.astype(object)
    kinds = words.value_counts().index[: len(DARK2)]  # the most frequent first
    table = Classes(
        "",
        (
            *(
                Class(colour, value=str(word), label=str(word))
                for colour, word in zip(DARK2, kinds, strict=False)
            ),
            Class(OTHER_COLOUR, key="map.class.other"),
            Class(UNKNOWN_COLOUR, key="map.class.no_data", no_data=True),
        ),
    )
    codes = pd.Index(kinds).get_indexer(words)
    other, unknown = len(table.classes) - 2, len(table.classes) - 1
    codes = np.where(words.isna(), unknown, np.where(codes < 0, other, codes))
    return table, codes.astype(np.uint8)


def _number_classes(numbers: np.ndarray) -> Classes:
    known = numbers[np.isfinite(numbers)]
    if not (known < 0).any():
        return dataclasses.replace(ead_classes(known), title="", unit="")
    lows = (float(known.min()), *even_breaks(known, above=float(known.min()), count=5))
    colours = [
        a_class.colour for a_class in ead_classes(np.arange(1, 1000)).classes if a_class.has_range
    ][1:]
    ranges = (
        Class(colour, low=low, high=high)
        for colour, low, high in zip(colours, lows, (*lows[1:], np.inf), strict=False)
    )
    return Classes("", (*ranges, Class(UNKNOWN_COLOUR, key="map.class.no_data", no_data=True)))


def _layers_below(element: Element) -> Iterator[AssetsOnMap]:
    for child in element._children.values():
        if isinstance(child, AssetsOnMap):
            yield child
        yield from _layers_below(child)
