"""Interactive maps: one folium map in one HTML file, which opens from disk without any network.

The page (`page.py`, `static/`) draws what `city_layer.py`, `page_data.py` and `hazard_maps.py` prepare; colours
and legends come from the class tables of `style.py`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import folium
import geopandas as gpd
import numpy as np
import shapely
from babel.numbers import get_currency_symbol
from folium.template import Template

from asset_inventory.inventory.values import rule_name
from asset_inventory.outputs.audience import hidden_by_layer, public_part
from asset_inventory.outputs.city_layer import city_layer, filter_words, worst_assets
from asset_inventory.outputs.hazard_maps import HazardOnMap, hazards_on_map
from asset_inventory.outputs.page import Page
from asset_inventory.outputs.page_content import page_content
from asset_inventory.outputs.page_data import (
    MOST_CONTEXT_VERTICES,
    counts_of_city,
    counts_of_maps,
    drawn_districts,
    exercise_titles,
    findings_said,
    sources_of,
)
from asset_inventory.outputs.shapes import pack, simplify_to
from asset_inventory.outputs.style import Classes, ead_classes, exposure_classes, is_bottom, score_classes
from asset_inventory.sources.projections import to_wgs84
from asset_inventory.sources.runs import write_page
from asset_inventory.sources.vectors import read_features
from asset_inventory.tables import OUTSIDE_DISTRICTS
from asset_inventory.words import LANGUAGES, say

if TYPE_CHECKING:
    from asset_inventory.assessment import Assessment
    from asset_inventory.sources.city import City, Source

# What the tables say in a word of the program, and the sentence for it
WHOLE_WORLD = (-180.0, -60.0, 180.0, 75.0)  # west, south, east, north, where a city has no places
RULES = {
    "trapezoid": "map.rule.trapezoid", "bounds only": "map.rule.bounds_only", "bounds void": "map.rule.bounds_void",
    "share of dwellings": "map.people_rule.dwellings", "share of area": "map.people_rule.area",
    "not known": "number.not_known", "field": "map.value_rule.field", "piece": "map.value_rule.piece",
    "m": "map.value_rule.m", "m2": "map.value_rule.m2", "m2 x levels": "map.value_rule.m2_levels",
}


class CityMap(folium.Map):
    """A folium map that asks nothing from anywhere and takes what folium can add, as far as that needs no network."""

    default_js: Sequence[tuple[str, str]] = ()
    default_css: Sequence[tuple[str, str]] = ()
    _template = Template("""
        {% macro html(this, kwargs) %}
        <div class="folium-map" id={{ this.get_name()|tojson }} role="region"
             data-word-label="map.region" aria-label="{{ this.label|e }}"></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = L.map({{ this.get_name()|tojson }}, {
            center: {{ this.location|tojson }},
            crs: L.CRS.{{ this.crs }},
            ...{{ this.options|tojavascript }}
        });
        {% endmacro %}
    """)

    def __init__(self, page: Page, *, centre: tuple[float, float], label: str) -> None:
        super().__init__(
            location=list(centre), tiles=None, zoom_start=12, prefer_canvas=True, zoom_control=False,
            attribution_control=False, zoom_snap=0.25, max_zoom=20)
        self._id = "city"  # folium's own is random, and the same input must give the same bytes
        self.label = label
        page.add_child(self)


def write_map(
    assessment: Assessment, path: Path, *, language: str | None = None,
    hazard_pictures: Sequence[HazardOnMap] | None = None, audience: str = "internal",
) -> Path:
    """Write the map of an assessment as one HTML file and return its path.

    It starts in `language`, else the city's, else English; both languages are in the file. The hazard
    maps are read from the city's files unless they are given. A page for the `audience` "public" holds only
    public layers and columns. Raises SourceError where one of these
    files cannot be read, or the page cannot be written.
    """
    page = city_map(assessment, language=language, hazard_pictures=hazard_pictures, audience=audience).get_root()
    return write_page(path, page.render())


def city_map(
    assessment: Assessment, *, language: str | None = None, hazard_pictures: Sequence[HazardOnMap] | None = None,
    audience: str = "internal",
) -> CityMap:
    """Return the map of an assessment as a folium map, to add to and to save; see `write_map`."""
    spoken = language or assessment.city.language or "en"
    public = audience == "public"
    assessment = public_part(assessment) if public else assessment
    hidden = hidden_by_layer(assessment.city) if public else {}
    hazards = hazards_on_map(assessment) if hazard_pictures is None else hazard_pictures
    districts = assessment.focus_areas.sort_values("rank", kind="stable", na_position="last").reset_index(drop=True)
    tables = {
        "ead": ead_classes(districts["ead"], breaks=assessment.city.map.ead_breaks or ()),
        "score": score_classes(), "exposure": exposure_classes()}
    tables |= {f"hazard-{place}": hazard.classes for place, hazard in enumerate(hazards)}
    context = _context(assessment.city)
    box = _bounds(assessment)
    layer = city_layer(assessment, [(one.hazard.name, one.periods) for one in hazards], language=spoken,
                       without=frozenset.intersection(*hidden.values()) if hidden else ())
    blocks = _blocks(assessment, hazards, tables, context, box, spoken)
    blocks["assets"] = {
        "worst": worst_assets(assessment, layer.order),
        "hidden": {name: sorted(columns) for name, columns in hidden.items()},
        "folder": None if public else _folder(assessment.city),
        "filters": filter_words(assessment.assets),
    }
    content = page_content(assessment, districts, tables, blocks, context, spoken) | {"audience": f"map.{audience}"}
    title = say("map.title", spoken, city=assessment.city.name)
    page = Page(language=spoken, title=title, content=content, blocks=blocks)
    centre = ((box[0][0] + box[1][0]) / 2, (box[0][1] + box[1][1]) / 2)
    drawn = CityMap(page, centre=centre, label=say("map.region", spoken))
    layer.add_to(drawn)
    blocks["assets"]["layer"] = layer.get_name()
    return drawn


def _blocks(
    assessment: Assessment, hazards: Sequence[HazardOnMap], tables: Mapping[str, Classes], context: list[dict],
    box: list[list[float]], language: str,
) -> dict[str, object]:
    """Return the page's data by name, as its scripts read it."""
    city = assessment.city
    exercise = exercise_titles(assessment)
    return {
        "page": {
            "city": city.name, "language": language, "bounds": box, "outside": OUTSIDE_DISTRICTS, "rules": RULES,
            "symbols": {one: _symbol(city.currency, one) for one in LANGUAGES}, "counts": counts_of_city(assessment),
            "exercise": exercise,
            "painting": _painting(assessment.focus_areas)},
        "classes": {name: _class_table(table) for name, table in tables.items()},
        "districts": drawn_districts(assessment.focus_areas),
        "hazards": _hazard_list(hazards, assessment),
        **{f"hazard-{i}-{j}": body for i, hazard in enumerate(hazards) for j, body in enumerate(hazard.bodies)},
        "context": [{"shapes": layer["shapes"]} for layer in context],
        "about": {
            "findings": findings_said(assessment.findings),
            "sources": [{"use": use, "name": name, **_source(source)} for use, name, source in sources_of(city)],
            "prices": [
                {"asset_type": kind, "amount": rule.amount, "per": rule_name(rule), "source": rule.source,
                 "exercise": rule.exercise} for kind, rule in city.values.items()],
            "versions": _pairs(assessment.provenance.get("versions", {})),
            "inputs": _pairs(assessment.provenance.get("inputs", {}))},
    }


def _painting(focus_areas: gpd.GeoDataFrame) -> str:
    """Return what districts are coloured by at first: where none has an EAD the score says where to look."""
    return next((name for name in ("ead", "score") if focus_areas[name].notna().any()), "outline")


def _source(source: Source) -> dict[str, object]:
    return {"title": source.title, "publisher": source.publisher, "licence": source.licence, "url": source.url,
            "date": source.date.isoformat() if source.date else None, "exercise": source.exercise}


def _hazard_list(hazards: Sequence[HazardOnMap], assessment: Assessment) -> list[dict[str, object]]:
    counts, priced = counts_of_maps(assessment.ledger), set(assessment.damage["hazard"].astype(str))
    # a scenario's NaN is equal to nothing, so it cannot be looked up as it stands
    known = {(name, None if math.isnan(period) else period): row for (name, period), row in counts.items()}
    found = []
    for one in hazards:
        hazard = one.hazard
        periods = [None if math.isnan(period) else float(period) for period in one.periods]
        found.append({
            "name": hazard.name, "kind": hazard.kind, "measure": hazard.intensity.measure, "unit": hazard.unit,
            "outside": hazard.outside, "exercise": hazard.source.exercise, "priced": hazard.name in priced,
            "maps": [{"return_period": period, "counts": known[hazard.name, period], "grid": "png" in body}
                     for period, body in zip(periods, one.bodies, strict=True)]})
    return found


def _class_table(table: Classes) -> dict[str, object]:
    return {"unit": table.unit, "classes": [
        {"colour": one.colour, "low": _finite(one.low), "high": _finite(one.high), "value": one.value, "key": one.key,
         "label": one.label, "unknown": one.unknown, "bottom": is_bottom(one)} for one in table.classes]}


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _context(city: City) -> list[dict[str, object]]:
    """Return the context layers in longitude and latitude, simplified."""
    found = []
    for layer in city.context:
        name = layer.name or layer.path.stem
        table = read_features(layer.path, source=name, layer=layer.layer, crs=layer.crs).table
        simple, _ = simplify_to(table, most_vertices=MOST_CONTEXT_VERTICES)
        found.append({"name": name, "count": len(table), "shapes": pack(simple[["geometry"]])})
    return found


def _bounds(assessment: Assessment) -> list[list[float]]:
    """Return south, west and north, east of the districts, else of the assets, else of the whole world."""
    shapes = to_wgs84(assessment.focus_areas[["geometry"]]).geometry.to_numpy()
    if shapely.is_missing(shapes).all():
        shapes = to_wgs84(assessment.assets[["geometry"]]).geometry.to_numpy()
    bounds = shapely.total_bounds(shapes)
    if not np.isfinite(bounds).all():
        bounds = np.array(WHOLE_WORLD)
    west, south, east, north = np.round(bounds, 6).tolist()
    return [[south, west], [north, east]]


def _folder(city: City) -> str:
    """Return the city's folder as a reader types it, without a path of this machine."""
    return "/".join(city.folder.parts[-2:]) if city.folder.parent.name == "data" else city.folder.name


def _pairs(mapping: Mapping[str, object]) -> list[list[str]]:
    return [[str(name), str(value)] for name, value in mapping.items()]


def _symbol(currency: str, language: str) -> str:
    # the rupiah is «Rp» in every language, as in `words.money`
    return get_currency_symbol(currency, locale="id" if currency == "IDR" else language)
