"""The layers of a QGIS project: assets and districts as on the page, hazard maps, and background."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from asset_inventory.assessment.run import Assessment
from asset_inventory.intake.layers import Layer, read_features
from asset_inventory.io.geometries import to_city
from asset_inventory.io.raster_output import areas_of, edge_of, write_grid
from asset_inventory.io.rasters import Grid, open_grid
from asset_inventory.io.table_files import KINDS
from asset_inventory.messages import labelled, say
from asset_inventory.model.city import City
from asset_inventory.model.data_status import status_word
from asset_inventory.model.declarations import Source
from asset_inventory.model.hazards import Hazard, HazardMap
from asset_inventory.outputs.map.city_layer import LETTERS
from asset_inventory.outputs.map.content import painting_of
from asset_inventory.outputs.map.hazard_layers import (
    NO_DATA_CODE,
    blanks,
    classes_of_hazard,
    codes_of_hazard,
    intensities_met,
    zone_shapes,
    zones_by_period,
)
from asset_inventory.outputs.views import qgis_styles
from asset_inventory.outputs.views.city import maps_of, sources_of
from asset_inventory.outputs.views.style import (
    DARK_EDGE,
    Classes,
    count_classes,
    ead_classes,
    exposure_classes,
    score_classes,
)
from asset_inventory.outputs.views.table_view import years
from asset_inventory.risk.dependence import is_known

RESULTS = "results.gpkg"
DISTRICTS = qgis_styles.Look(opacity=0.82)
KIND_OF = dict(zip(KINDS, qgis_styles.GEOMETRIES, strict=True))  # by the dimension of a geometry
OF_KIND = {"point": "qgis.points", "line": "qgis.lines", "polygon": "qgis.areas"}
_ASSETS_NAMED = (
    "asset_id",
    "asset_type",
    "owner",
    "district",
    "value",
    "exposed_share",
    "ead",
    "score",
    "data_status",
)
# fmt: off
_AREAS_NAMED = (
    "district", "parent", "ead", "assets_exposed", "assets_without_figure", "people_exposed", "score", "rank",
    "data_status")
# fmt: on


@dataclass(frozen=True)
class Drawn:
    """One layer of a project.

    `id` has more than ten letters, or QGIS makes one of its own. `address` is its file (and layer)
    next to the project, `kind` "point", "line", "polygon" or "grid", `look` its renderer, `looks`
    more of them by name. `sources` are as `sources_of` gives them, `notes` keys of `words`,
    `fields` what columns are called. `counted` asks QGIS to count each class. `above` is what a
    layer of the base map covers: "hazards", "districts", or nothing. What is not in the results yet
    is in `table`, or written to a path by `write`.
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
    above: str = ""
    table: gpd.GeoDataFrame | None = None
    write: Callable[[Path], object] | None = None


@dataclass(frozen=True)
class Group:
    """Layers and groups under a name; `one_only` shows at most one of them at a time."""

    name: str
    members: "tuple[Group | Drawn, ...]"
    shown: bool = True
    one_only: bool = False

    def layers(self) -> list[Drawn]:
        """Return all layers of the group and of the groups in it, in order."""
        return [
            layer
            for member in self.members
            for layer in ([member] if isinstance(member, Drawn) else member.layers())
        ]


def assets_group(
    assessment: Assessment, themes: list[str], crs: pyproj.CRS, *, language: str
) -> Group:
    """Return the assets by geometry, coloured by their state on all maps or under a theme's.

    `themes` are the names of the maps, in the order of `maps_of`.
    """
    table, name = exposure_classes(), say("map.assets", language)
    # an unusable asset has no place on a map
    states = Classes(
        table.title, tuple(a_class for a_class in table.classes if a_class.value != "unusable")
    )
    sources = tuple(use for use in sources_of(assessment.city) if use[0] == "map.about.assets")
    fields = named(_ASSETS_NAMED, language)
    dimensions = shapely.get_dimensions(assessment.assets.geometry.to_numpy())
    layers = []
    for dimension, geometry in KIND_OF.items():
        if not (dimensions == dimension).any():
            continue
        written = f"assets_{KINDS[dimension]}"
        all_maps, *by_map = (
            qgis_styles.rules_of(states, geometry, condition, qgis_styles.ASSETS, language=language)
            for condition in (
                qgis_styles.condition_on("state"),
                *map(under_map, range(len(themes))),
            )
        )
        layers.append(
            Drawn(
                id=written,
                name=say(OF_KIND[geometry], language, name=name),
                address=address_of(RESULTS, written),
                kind=geometry,
                crs=crs,
                look=all_maps,
                sources=sources,
                looks=dict(zip(themes, by_map, strict=True)),
                fields=fields,
                counted=True,
            )
        )
    return Group(name, tuple(layers))


def under_map(place: int) -> qgis_styles.Condition:
    """Return a function for the expression of a state under a map, by its place in `maps_of`."""
    return lambda a_class: f"substr(\"state_by_map\", {place + 1}, 1) = '{LETTERS[a_class.value]}'"


def districts_group(assessment: Assessment, crs: pyproj.CRS, *, language: str) -> Group:
    """Return the districts by what the page colours them by, where it has figures."""
    city, areas = assessment.city, assessment.district_damage
    if areas.geometry.isna().all():
        return Group(say("map.districts", language), ())
    by = (
        "ead"
        if is_known(assessment.joint_ead, assessment.exposure, assessment.ead)
        else "assets_exposed"
    )
    figure = (
        ead_classes(areas["ead"], breaks=city.map.ead_breaks or ())
        if by == "ead"
        else count_classes(areas[by])
    )
    tables = {by: figure, "score": score_classes()}
    looks = {
        name: qgis_styles.rules_of(
            table,
            "polygon",
            qgis_styles.condition_on(name, unless="not_ranked" if name == "score" else ""),
            DISTRICTS,
            language=language,
            currency=city.currency,
        )
        for name, table in tables.items()
        if areas[name].notna().any()
    }
    looks["outline"] = qgis_styles.single(border(DARK_EDGE))
    uses = ("map.about.districts", "map.about.population")
    sources = tuple(use for use in sources_of(city) if use[0] in uses)
    first, address = painting_of(areas, by=by), address_of(RESULTS, "district_damage")
    fields, layers = named(_AREAS_NAMED, language), []
    for name, look in looks.items():
        drawn = f"districts-{name}", say(f"map.layer.{name}", language), address
        about: dict[str, Any] = {"fields": fields, "shown": name == first}
        layers.append(Drawn(*drawn, "polygon", crs, look, sources, **about))
    return Group(say("map.districts", language), tuple(layers), one_only=True)


def border(
    colour: str, *, name: str = "0", width: float = qgis_styles.OUTLINE, dash: str = "solid"
) -> Element:
    """Return the symbol of an outline without filling; `width` is in millimetre."""
    ink = qgis_styles.paint(colour)
    fill = {"style": "no", "color": ink, "outline_color": ink}
    fill |= {"outline_width": f"{width:g}", "outline_style": dash}
    return qgis_styles.symbol("polygon", name, ("SimpleFill", fill))


def named(columns: tuple[str, ...], language: str) -> dict[str, str]:
    """Return what columns are called on the page."""
    return {name: say(f"map.{name}", language) for name in columns}


def address_of(file: str, layer: str) -> str:
    """Return the address of a layer of a GeoPackage as a QGIS project next to the file has it."""
    return f"./{file}|layername={layer}"


def box_of(assessment: Assessment) -> np.ndarray | None:
    """Return west, south, east, north of the districts, else of the assets; None without places."""
    for table in (assessment.district_damage, assessment.assets):
        box = shapely.total_bounds(table.geometry.to_numpy())
        if np.isfinite(box).all():
            return box
    return None


FOLDER = "map_layers"
PACKAGE = f"{FOLDER}/map_layers.gpkg"
EXERCISE_ID = "exercise-mark"
_GRID_OPACITY, ZONES, HATCHING = 0.9, qgis_styles.Look(opacity=0.85), qgis_styles.Look(opacity=0.75)
_EDGE_COLOUR, _CONTEXT_LINE, _CONTEXT_FILL = "#08306b", "#64748b", "#cbd5e1"
# The base map as the page draws it (static/src/base_map.js): its kinds from the highest, each with
# what it covers, and their colours; the widths of lines are in millimetre.
_ABOVE = {
    "place": "hazards",
    "boundary": "hazards",
    "road": "hazards",
    "coast": "districts",
    "water": "districts",
    "river": "districts",
    None: "",
    "built_up": "",
}
_FILLS = {"water": "#aed1e9", "built_up": "#e5ded2"}
_LINES = {"road": ("#ffffff", 0.5), "coast": ("#4f86ad", 0.35), "river": ("#9cc6e3", 0.5)}
_BORDER, _ROAD_EDGE = "#56627a", "#7f8a99"


def hazards_group(assessment: Assessment, *, language: str) -> Group:
    """Return every hazard map under the names that the page's controls give it; at first none is
    shown.

    Raises SourceError where a file of the city cannot be read.
    """
    groups = []
    for place, (name, periods) in enumerate(maps_of(assessment), start=1):
        hazard = assessment.city.hazard(name)
        layers_of = _layers_by_period(assessment, hazard, f"hazard-map-{place}", language)
        maps = tuple(
            Group(years(period, language), layers_of[_key(period)], shown=False)
            for period in periods
            if _key(period) in layers_of
        )
        count = say("map.maps", language, count=len(periods))
        title = say(f"map.kind.{hazard.kind}", language, hazard=name, maps=count)
        groups.append(Group(title, maps, one_only=True))
    return Group(say("map.hazard", language), tuple(groups))


def themes_of(assessment: Assessment, *, language: str) -> list[str]:
    """Return the title of each hazard map in the order of `maps_of`, as in the page's legend."""
    return [
        title_of(assessment.city.hazard(name), period, language=language)
        for name, periods in maps_of(assessment)
        for period in periods
    ]


def title_of(
    hazard: Hazard, period: float | None, *, language: str, measure: str | None = None
) -> str:
    """Return the title of a hazard map as in the page's legend: «flood, 10 years: water depth»."""
    when = years(math.nan if period is None else period, language)
    measure = measure or hazard.intensity.measure
    return say("map.legend.hazard", language, hazard=hazard.name, period=when, measure=measure)


def context_group(city: City, *, language: str) -> Group:
    """Return the base map, its highest layer first; raises SourceError where one cannot be read."""
    layers, heights = [], list(_ABOVE)
    numbered = enumerate(city.context, start=1)
    for place, layer in sorted(numbered, key=lambda entry: heights.index(entry[1].kind)):
        name = layer.name or layer.path.stem
        table = to_city(
            read_features(Layer(layer.path, name, layer.layer, layer.crs)).table,
            city.crs,
            source=name,
        )[0]
        dimensions = shapely.get_dimensions(table.geometry.to_numpy())
        kinds = {
            geometry: table[dimensions == dimension] for dimension, geometry in KIND_OF.items()
        }
        kinds = {geometry: features for geometry, features in kinds.items() if len(features)}
        for geometry, features in kinds.items():
            stem = file_stem(f"context-{place}", name, geometry)
            called = labelled("layer", name, language)
            title = called if len(kinds) == 1 else say(OF_KIND[geometry], language, name=called)
            layers.append(
                Drawn(
                    id=stem,
                    name=title,
                    address=address_of(PACKAGE, stem),
                    kind=geometry,
                    crs=pyproj.CRS(city.crs),
                    look=qgis_styles.single(_context_symbol(layer.kind, geometry)),
                    sources=(("map.about.context", name, layer.source),),
                    above=_ABOVE[layer.kind],
                    table=features[["geometry"]],
                )
            )
    return Group(say("map.context", language), tuple(layers))


def mark_layer(box: np.ndarray, crs: pyproj.CRS, *, language: str) -> Drawn:
    """Return the layer that writes «exercise data» across `box` and as far again around it."""
    west, south, east, north = box
    reach = max(east - west, north - south, 1.0)
    around = shapely.box(west - reach, south - reach, east + reach, north + reach)
    text = say("map.exercise_mark", language)
    return Drawn(
        id=EXERCISE_ID,
        name=text,
        address=address_of(PACKAGE, EXERCISE_ID),
        kind="polygon",
        crs=crs,
        look=qgis_styles.single(qgis_styles.mark_symbol(text)),
        table=gpd.GeoDataFrame(geometry=[around], crs=crs),
    )


def file_stem(*parts: str) -> str:
    """Return a name for a file or its layer: letters, digits and points for any system."""
    words = (re.sub(r"[^0-9A-Za-z.]+", "-", part).strip("-.").lower()[:40] for part in parts)
    return "-".join(filter(None, words))


def _layers_by_period(
    assessment: Assessment, hazard: Hazard, lead: str, language: str
) -> dict[float | None, tuple[Drawn, ...]]:
    """Return the layers of a hazard's maps by return period; `lead` begins their file names."""
    city = assessment.city
    zones = zones_by_period(hazard, city.crs)
    classes = classes_of_hazard(hazard, intensities_met(assessment.exposure, hazard.name), zones)
    grids = {a_map.return_period: a_map for a_map in hazard.maps if a_map.is_grid}

    def stem(period: float | None) -> str:
        return file_stem(lead, hazard.name, "scenario" if period is None else f"{period:.15g}")

    layers = {
        _key(period): (
            _zone_layer(hazard, table, _key(period), stem(_key(period)), classes, language),
        )
        for period, table in zones.items()
    }
    return layers | {
        period: _grid_layers(hazard, a_map, stem(period), classes, city.crs, language)
        for period, a_map in grids.items()
    }


def _key(period: float) -> float | None:
    # a scenario's NaN is equal to nothing, so it cannot be looked up as it is
    return None if math.isnan(period) else float(period)


def _zone_layer(
    hazard: Hazard,
    zones: gpd.GeoDataFrame,
    period: float | None,
    stem: str,
    classes: Classes,
    language: str,
) -> Drawn:
    drawn = zones.iloc[zone_shapes(zones, classes)].reset_index(drop=True)
    look = qgis_styles.rules_of(
        classes, "polygon", qgis_styles.condition_on("intensity"), ZONES, language=language
    )
    return Drawn(
        id=stem,
        name=title_of(hazard, period, language=language),
        address=address_of(PACKAGE, stem),
        kind="polygon",
        crs=drawn.crs,
        look=look,
        sources=_source_of(hazard),
        table=drawn[["intensity", "geometry"]],
        notes=("map.legend.between_zones",) if hazard.outside == "unknown" else (),
    )


def _grid_layers(
    hazard: Hazard, a_map: HazardMap, stem: str, classes: Classes, city_crs: object, language: str
) -> tuple[Drawn, ...]:
    """Return a grid's layer; above it one of the cells without data, where there are any."""
    grid = open_grid(
        a_map.path,
        band=a_map.band,
        crs=a_map.crs,
        terrain=a_map.terrain,
        below_ground=hazard.counts_below_ground,
    )
    look = qgis_styles.shader_of(
        classes, hazard.threshold, language=language, opacity=_GRID_OPACITY
    )
    write = partial(
        write_grid,
        grid,
        factor=hazard.factor,
        unit=hazard.unit,
        drawn=True,
        status=status_word(hazard.source.exercise),
        blanks=tuple(blanks(hazard).values()),
    )
    values = Drawn(
        id=stem,
        name=title_of(hazard, a_map.return_period, language=language),
        address=f"./{FOLDER}/{stem}.tif",
        kind="grid",
        crs=grid.crs,
        look=look,
        sources=_source_of(hazard),
        write=write,
    )
    unknown = _unknown_parts(hazard, grid, classes, city_crs)
    if unknown.empty:
        return (values,)
    title = title_of(
        hazard, a_map.return_period, language=language, measure=say("map.class.no_data", language)
    )
    stem = f"{stem}-unknown"
    above = Drawn(
        id=stem,
        name=title,
        address=address_of(PACKAGE, stem),
        kind="polygon",
        crs=unknown.crs,
        look=_look_of_unknown(classes, language),
        sources=_source_of(hazard),
        table=unknown,
    )
    return (above, values)


def _unknown_parts(
    hazard: Hazard, grid: Grid, classes: Classes, city_crs: object
) -> gpd.GeoDataFrame:
    """Return where a grid has no data: `part` "inside" are its cells, "edge" its end."""
    inside = areas_of(
        grid, codes_of_hazard(hazard, classes), NO_DATA_CODE, **blanks(hazard)
    ).assign(part="inside")
    inside = to_city(inside, city_crs, source=hazard.name)[0]
    ends = [edge_of(grid, city_crs)] if hazard.outside == "unknown" else []
    edge = gpd.GeoDataFrame({"part": ["edge"] * len(ends)}, geometry=ends, crs=inside.crs)
    both = pd.concat([inside, edge], ignore_index=True)
    return both[both.geometry.notna()]


def _look_of_unknown(classes: Classes, language: str) -> Element:
    unknown = Classes("", tuple(a_class for a_class in classes.classes if a_class.no_data))
    look = qgis_styles.rules_of(
        unknown, "polygon", lambda _: "\"part\" = 'inside'", HATCHING, language=language
    )
    edge = border(_EDGE_COLOUR, name="edge", width=0.4, dash="dash")
    return qgis_styles.with_rule(
        look, say("map.legend.beyond", language), "\"part\" = 'edge'", edge
    )


def _source_of(hazard: Hazard) -> tuple:
    return (("map.about.hazard", hazard.name, hazard.source),)


def _context_symbol(kind: str | None, geometry: str) -> Element:
    if kind == "boundary" and geometry == "polygon":
        return border(_BORDER, width=0.4, dash="dash")
    if kind == "boundary" and geometry == "line":
        line = qgis_styles.line_of(_BORDER, 0.4) | {"line_style": "dash"}
        return qgis_styles.symbol(geometry, "0", ("SimpleLine", line))
    if kind in _FILLS and geometry == "polygon":
        plain = {"color": qgis_styles.paint(_FILLS[kind]), "outline_style": "no"}
        return qgis_styles.symbol(geometry, "0", ("SimpleFill", plain))
    if kind in _LINES and geometry == "line":
        colour, width = _LINES[kind]
        lines = [("SimpleLine", qgis_styles.line_of(colour, width))]
        if kind == "road":  # white on any ground, so it has edges
            lines.insert(0, ("SimpleLine", qgis_styles.line_of(_ROAD_EDGE, width + 0.3)))
        return qgis_styles.symbol(geometry, "0", *lines, own=len(lines) - 1)
    fill = qgis_styles.paint(_CONTEXT_FILL, 0.5)
    edge = {"outline_color": qgis_styles.paint(_CONTEXT_LINE), "outline_width": "0.32"}
    layer = {
        "polygon": ("SimpleFill", {"color": fill, "style": "solid"} | edge),
        "line": ("SimpleLine", qgis_styles.line_of(_CONTEXT_LINE, 0.32)),
        "point": ("SimpleMarker", {"name": "circle", "color": fill, "size": "1.1"} | edge),
    }
    return qgis_styles.symbol(geometry, "0", layer[geometry])
