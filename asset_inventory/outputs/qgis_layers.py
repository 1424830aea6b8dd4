"""What a QGIS project holds of an assessment's tables: its assets and districts, named and coloured as on the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from asset_inventory.outputs.city_layer import LETTERS
from asset_inventory.outputs.page_blocks import painting_of
from asset_inventory.outputs.page_data import sources_of
from asset_inventory.outputs.qgis_styles import (
    ASSETS,
    GEOMETRIES,
    OUTLINE,
    Condition,
    Look,
    condition_on,
    paint,
    rules_of,
    single,
    symbol,
)
from asset_inventory.outputs.style import (
    DARK_EDGE,
    Classes,
    count_classes,
    ead_classes,
    exposure_classes,
    score_classes,
)
from asset_inventory.risk.joint import is_known
from asset_inventory.sources.runs import KINDS
from asset_inventory.words import say

if TYPE_CHECKING:
    from asset_inventory.assessment import Assessment
    from asset_inventory.sources.city import Source

RESULTS = "results.gpkg"
DISTRICTS = Look(opacity=0.82)
KIND_OF = dict(zip(KINDS, GEOMETRIES, strict=True))  # by the dimension of a geometry
OF_KIND = {"point": "qgis.points", "line": "qgis.lines", "polygon": "qgis.areas"}
_ASSETS_NAMED = ("asset_id", "asset_type", "owner", "district", "value", "exposed_share", "ead", "score", "data_status")
_AREAS_NAMED = (
    "district", "parent", "ead", "assets_exposed", "assets_without_figure", "people_exposed", "score", "rank",
    "data_status")  # fmt: skip


@dataclass(frozen=True)
class Drawn:
    """One layer of a project.

    `id` has more than ten letters, or QGIS makes one of its own. `address` is its file (and layer) beside the project,
    `kind` "point", "line", "polygon" or "grid", `look` its renderer and `looks` more of them by name. `sources` are as
    `sources_of` gives them, `notes` keys of `words`, `fields` what columns are called. `counted` asks QGIS to count
    each class. What is not in the results yet is in `table`, or written to a path by `write`.
    """

    id: str
    name: str
    address: str
    kind: str
    crs: pyproj.CRS
    look: Element
    sources: tuple[tuple[str, str, Source], ...] = ()
    looks: Mapping[str, Element] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    shown: bool = True
    counted: bool = False
    table: gpd.GeoDataFrame | None = None
    write: Callable[[Path], object] | None = None


@dataclass(frozen=True)
class Group:
    """Layers and groups under a name; `one_only` shows at most one of them at a time."""

    name: str
    members: tuple[Group | Drawn, ...]
    shown: bool = True
    one_only: bool = False

    def layers(self) -> list[Drawn]:
        """Return all layers of the group and of the groups in it, in order."""
        return [layer for one in self.members for layer in ([one] if isinstance(one, Drawn) else one.layers())]


def assets_group(assessment: Assessment, themes: list[str], crs: pyproj.CRS, *, language: str) -> Group:
    """Return the assets by geometry, coloured by how each is counted: over all maps, or under the map of each theme.

    `themes` are the names of the maps, in the order of `maps_of`.
    """
    table, name = exposure_classes(), say("map.assets", language)
    # an unusable asset has no place on a map
    states = Classes(table.title, tuple(one for one in table.classes if one.value != "unusable"))
    sources = tuple(one for one in sources_of(assessment.city) if one[0] == "map.about.assets")
    fields = named(_ASSETS_NAMED, language)
    dimensions = shapely.get_dimensions(assessment.assets.geometry.to_numpy())
    layers = []
    for dimension, kind in KIND_OF.items():
        if not (dimensions == dimension).any():
            continue
        written = f"assets_{KINDS[dimension]}"
        whole, *by_map = (
            rules_of(states, kind, condition, ASSETS, language=language)
            for condition in (condition_on("state"), *map(under_map, range(len(themes)))))  # fmt: skip
        layers.append(Drawn(
            written, say(OF_KIND[kind], language, name=name), address_of(RESULTS, written), kind, crs, whole, sources,
            dict(zip(themes, by_map, strict=True)), fields, counted=True))  # fmt: skip
    return Group(name, tuple(layers))


def under_map(place: int) -> Condition:
    """Return what gives the expression by which an asset has a state under a map, by its place in `maps_of`."""
    return lambda one: f"substr(\"state_by_map\", {place + 1}, 1) = '{LETTERS[one.value]}'"


def districts_group(assessment: Assessment, crs: pyproj.CRS, *, language: str) -> Group:
    """Return the districts by what the page colours them by; what has no figure is not offered there nor here."""
    city, areas = assessment.city, assessment.focus_areas
    if areas.geometry.isna().all():
        return Group(say("map.districts", language), ())
    by = "ead" if is_known(assessment.joint, assessment.exposure, assessment.ead) else "assets_exposed"
    figure = ead_classes(areas["ead"], breaks=city.map.ead_breaks or ()) if by == "ead" else count_classes(areas[by])
    tables = {by: figure, "score": score_classes()}
    looks = {
        name: rules_of(table, "polygon", condition_on(name), DISTRICTS, language=language, currency=city.currency)
        for name, table in tables.items() if areas[name].notna().any()}  # fmt: skip
    looks["outline"] = single(border(DARK_EDGE))
    sources = tuple(one for one in sources_of(city) if one[0] in ("map.about.districts", "map.about.population"))
    first, address = painting_of(areas, by=by), address_of(RESULTS, "focus_areas")
    return Group(say("map.districts", language), tuple(
        Drawn(f"districts-{name}", say(f"map.layer.{name}", language), address, "polygon", crs, look, sources,
              fields=named(_AREAS_NAMED, language), shown=name == first)
        for name, look in looks.items()), one_only=True)  # fmt: skip


def border(colour: str, *, name: str = "0", width: float = OUTLINE, dash: str = "solid") -> Element:
    """Return the symbol of an outline without filling; `width` is in millimetre."""
    return symbol("polygon", name, ("SimpleFill", {
        "style": "no", "color": paint(colour), "outline_color": paint(colour), "outline_width": f"{width:g}",
        "outline_style": dash}))  # fmt: skip


def named(columns: tuple[str, ...], language: str) -> dict[str, str]:
    """Return what columns are called on the page."""
    return {name: say(f"map.{name}", language) for name in columns}


def address_of(file: str, layer: str) -> str:
    """Return where a layer of a GeoPackage lies, as QGIS writes it in a project beside the file."""
    return f"./{file}|layername={layer}"


def box_of(assessment: Assessment) -> np.ndarray | None:
    """Return west, south, east, north of the districts, else of the assets, in their system; None without places."""
    for table in (assessment.focus_areas, assessment.assets):
        box = shapely.total_bounds(table.geometry.to_numpy())
        if np.isfinite(box).all():
            return box
    return None
