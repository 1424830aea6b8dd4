"""Interactive maps: one folium map in one HTML file, which opens from disk without any network.

The page (`page.py`, `static/`) draws what `city_layer.py`, `views/city.py` and `hazard_layers.py`
prepare; colours and legends come from the class tables of `style.py`. The intersections behind
figures ship for the assets with the highest expected annual damage only, since those of a whole
city would outweigh all else; for the others a page names the command that prints them.
"""

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
from folium.template import Template

from asset_inventory.assessment.compare import map_findings
from asset_inventory.assessment.ead_sentences import ead_sentences
from asset_inventory.assessment.resilience import ResilienceAssessment
from asset_inventory.assessment.run import Assessment
from asset_inventory.disclosure.assessment import FEW, withheld_columns
from asset_inventory.hazards.intersections import Cuts, intersections, open_hazard
from asset_inventory.io.atomic import together
from asset_inventory.io.table_files import write_page
from asset_inventory.messages import say
from asset_inventory.model.errors import RequestError
from asset_inventory.model.hazards import Hazard
from asset_inventory.outputs.map import resilience
from asset_inventory.outputs.map.base_map import BaseMap, ContextTable, base_map, read_context
from asset_inventory.outputs.map.city_layer import (
    LIMITS,
    Limits,
    Shown,
    asset_tables,
    city_layer,
    district_parts,
    file_names,
    filter_words,
    overview_part,
    total_column,
    worst_assets,
)
from asset_inventory.outputs.map.content import (
    about_block,
    bounds_of,
    class_table,
    hazard_bodies,
    hazard_list,
    page_block,
    page_content,
    painting_of,
    traces_of,
)
from asset_inventory.outputs.map.encoding import encoded
from asset_inventory.outputs.map.hazard_layers import HazardOnMap, hazards_on_map
from asset_inventory.outputs.map.page import (
    WORDS,
    Page,
    data_address,
    leaflet_script,
    leaflet_style,
)
from asset_inventory.outputs.views import style
from asset_inventory.outputs.views.city import (
    counts_of_city,
    displaced_in,
    district_shapes,
    in_page_order,
    numbers,
    worst_first,
)
from asset_inventory.outputs.views.city_words import in_city_words
from asset_inventory.outputs.views.summary import not_assessed_terms
from asset_inventory.outputs.views.tiles import people_of_places, services, tile_figures
from asset_inventory.risk.dependence import is_known
from asset_inventory.risk.exposure import reached
from asset_inventory.vulnerability.curves import DamageCurve, curves_for, damage_at

MOST_ASSETS = 5_000
MOST_INTERSECTIONS = 12  # of an asset under one map, the most severe; the page shows the count
# Sentences of the page of two maps that this page has too
COMPARED = (
    "compare.left",
    "compare.right",
    "compare.difference",
    "compare.divider",
    "compare.not_comparable",
    "compare.intensity",
    "compare.note.intensity",
    "compare.note.threshold",
)
COLUMNS = ("index", "hazard", "map", "share", "intensity", "curve", "of")

# Each with its return periods (NaN: a scenario), as on the page
Maps = Sequence[tuple["Hazard", Sequence[float]]]


def popup_breakdown(
    assessment: Assessment, maps: Maps, order: np.ndarray, *, limit: int = MOST_ASSETS
) -> dict[str, object]:
    """Return the intersections where a hazard reaches the worst assets, or is not known, packed by
    column, their curves, and the city's convention for annual damage.

    An intersection has its asset's place in a layer of this `order`, the places of hazard and map, its
    share of the asset (0-1), intensity (hazard's unit; None: not known), the damage fraction the
    curve gives there (None: no curve or not known) and how many such intersections the asset has under the
    map. Raises SourceError where a file cannot be read.
    """
    rows = worst_first(assessment, limit=limit)
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.arange(len(order))
    assets = assessment.assets.iloc[rows].reset_index(drop=True)
    curves, _ = curves_for(assessment.city, assets["asset_type"].astype(str).unique())
    cuts: Cuts = []
    tables = [
        _under(assessment, assets, curves, cuts, place, *a_map) for place, a_map in enumerate(maps)
    ]
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=COLUMNS)
    table["index"] = places[rows][table["asset"].to_numpy(dtype=np.int64)] if len(table) else []
    table = table.sort_values(["index", "hazard", "map"], kind="stable")
    text = json.dumps({name: _plain(table[name]) for name in COLUMNS}, separators=(",", ":"))
    named = {hazard.name for hazard, _ in maps}
    return {
        "intersections": encoded([text.encode()]),
        "limit": limit,
        "convention": ead_sentences(assessment.city),
        "assets": np.sort(places[rows]).tolist(),
        "curves": [
            [hazard, asset_type, f"{curve.id}: {curve.citation}"]
            for (hazard, asset_type), curve in sorted(curves.items(), key=lambda pair: pair[0])
            if hazard in named
        ],
    }


def _under(
    assessment: Assessment,
    assets: pd.DataFrame,
    curves: dict[tuple[str, str], DamageCurve],
    cuts: Cuts,
    place: int,
    hazard: Hazard,
    periods: Sequence[float],
) -> pd.DataFrame:
    """Return the intersections of these assets with one hazard's maps, the most severe of each first."""
    city = assessment.city
    opened = open_hazard(hazard, city.crs, checked=False)
    table = pd.concat(
        intersections(assets.geometry.to_numpy(), opened, ids=assets["asset_id"], cuts=cuts),
        ignore_index=True,
    )
    exposed, unknown = (
        reached(table["intensity"].to_numpy(), hazard),
        table["intensity"].isna().to_numpy(),
    )
    table = table[exposed | unknown].reset_index(drop=True)
    floors = (
        assets["floor_height"].fillna(0.0).to_numpy(dtype=float)
        if "floor_height" in assets
        else 0.0
    )
    floors = np.broadcast_to(floors if hazard.unit == "m" else 0.0, len(assets))[table["asset"]]
    kinds = assets["asset_type"].astype(str).to_numpy()[table["asset"]]
    fractions = np.full(len(table), np.nan)
    for asset_type in np.unique(kinds):  # as many as there are curves
        if (hazard.name, asset_type) in curves:
            of_kind = kinds == asset_type
            depth = table["intensity"].to_numpy()[of_kind] - floors[of_kind]
            fractions[of_kind] = damage_at(curves[hazard.name, asset_type], depth)
    table = table.assign(
        hazard=place,
        map=pd.Index(periods).get_indexer(table["return_period"]),
        curve=np.round(fractions, 3),
        share=table["share"].round(4),
        intensity=table["intensity"].round(3),
    )
    table = table.sort_values(
        ["asset", "map", "intensity", "share"], ascending=[True, True, False, False]
    )
    groups = table.groupby(["asset", "map"], sort=False)
    return table.assign(of=groups["share"].transform("size"))[
        groups.cumcount() < MOST_INTERSECTIONS
    ]


def _plain(values: pd.Series) -> list:
    return values.astype(object).where(values.notna(), None).tolist()


class CityMap(folium.Map):
    """A folium map that needs no network, and takes what folium can add under that condition."""

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
            location=list(centre),
            tiles=None,
            zoom_start=12,
            prefer_canvas=True,
            zoom_control=False,
            attribution_control=False,
            zoom_snap=0.25,
            max_zoom=20,
        )
        self._id = "city"  # folium's own is random, and the same input must give the same bytes
        self.page, self.label = page, label
        self.left_out: list[dict[str, Any]] = []  # sentences on what the page leaves out
        page.add_child(self)


def offline_map(**options: object) -> folium.Map:
    """Return a folium map that needs no network: it holds Leaflet, and no tiles by default.

    It takes folium's options and is shown in a notebook like any other;
    `AssetsOnMap(...).add_to(it)`.
    """
    drawn = folium.Map(**{"tiles": None, **options})
    drawn.default_js = [("leaflet", data_address("text/javascript", leaflet_script()))]
    drawn.default_css = [("leaflet_css", data_address("text/css", leaflet_style()))]
    return drawn


@in_city_words
def write_map(
    assessed: Assessment | ResilienceAssessment,
    path: Path,
    *,
    language: str | None = None,
    hazard_pictures: Sequence[HazardOnMap] | None = None,
    limits: Limits = LIMITS,
    on_notice: Callable[[str], object] | None = None,
) -> Path:
    """Write the map of an assessment, or of a preliminary resilience assessment, as one HTML file;
    return its path.

    It starts in `language`, else the city's, else English; both languages are in the file. The
    hazard maps are read from the city's files unless they are given. A city of more assets than
    `limits` let into one file becomes an overview, and next to it a folder of its name with a file
    for each district; `on_notice` gets what is left out, in the page's language. Shares, voices and
    decisions are on the overview alone. Raises SourceError where one of these files cannot be read,
    or a page cannot be written.
    """
    spoken, shown, hazards, context = _prepared(assessed, language, hazard_pictures, limits)
    assessment = shown.summed
    if len(assessment.assets) > limits.one_file:
        files = file_names(sorted(assessment.assets["district"].astype(str).unique()), path.stem)
        shown = dataclasses.replace(
            shown, drawn=overview_part(assessment, limits.overview), files=files
        )
    whole = _drawn(shown, hazards, context, spoken)
    for note in whole.left_out if on_notice else ():
        on_notice(say(note["key"], spoken, **note["values"]))
    with together(path.parent) as staging:
        write_page(staging / path.name, whole.get_root().render())
        for district, part in district_parts(assessment) if shown.files else ():
            page = _drawn(Shown(part, part, limits, district=district), hazards, context, spoken)
            write_page(staging / shown.files[district], page.get_root().render())
    return path


@in_city_words
def city_map(
    assessed: Assessment | ResilienceAssessment,
    *,
    hazard: str | None = None,
    return_period: float | None = None,
    language: str | None = None,
    hazard_pictures: Sequence[HazardOnMap] | None = None,
    limits: Limits = LIMITS,
) -> CityMap:
    """Return the map of an assessment as a folium map, to add to and to save; see `write_map`.

    It opens on the rarest map of a `hazard`, or on that of a `return_period`. Raises RequestError
    where the assessment has no such map.
    """
    spoken, shown, hazards, context = _prepared(assessed, language, hazard_pictures, limits)
    opens = _opening(hazards, hazard, return_period)
    drawn = _drawn(shown, hazards, context, spoken)
    drawn.page.opens = opens
    return drawn


def _opening(
    hazards: Sequence[HazardOnMap], hazard: str | None, return_period: float | None
) -> str:
    """Return what the address of a page remembers of a hazard map, "" of none."""
    if hazard is None and return_period is None:
        return ""
    periods = next((on_map.periods for on_map in hazards if on_map.hazard.name == hazard), ())
    if not len(periods) or return_period not in (None, *periods):
        every = "; ".join(
            f"{on_map.hazard.name} ({', '.join(f'{period:g}' for period in on_map.periods)})"
            for on_map in hazards
        ).replace(" (nan)", "")
        asked = " ".join(str(part) for part in (hazard, return_period) if part is not None)
        raise RequestError("error.map_not_assessed", asked=asked, maps=every)
    return view_of(str(hazard), return_period)


def view_of(hazard: str, return_period: float | None) -> str:
    """Return what the address of a page remembers of a hazard map, after its #."""
    known = return_period is not None and np.isfinite(return_period)
    # a number as JavaScript writes it
    period = {"period": f"{return_period:.15g}"} if known else {}
    return urlencode({"hazard": hazard, **period})


def _prepared(
    assessed: Assessment | ResilienceAssessment,
    language: str | None,
    hazard_pictures: Sequence[HazardOnMap] | None,
    limits: Limits,
) -> tuple[str, Shown, Sequence[HazardOnMap], Sequence[ContextTable]]:
    """Return the language to open in, what is shown, the hazard maps, and the context layers."""
    if isinstance(assessed, ResilienceAssessment):
        pra, assessment = assessed, assessed.assessment
    else:
        pra, assessment = None, assessed
    hazards = hazards_on_map(assessment) if hazard_pictures is None else hazard_pictures
    return (
        assessment.city.language_for(language),
        Shown(assessment, assessment, limits, pra=pra),
        hazards,
        read_context(assessment.city),
    )


def _drawn(
    shown: Shown, hazards: Sequence[HazardOnMap], context: Sequence[ContextTable], language: str
) -> CityMap:
    assessment, drawn = shown.summed, shown.drawn
    hidden = withheld_columns(assessment)
    areas = (
        resilience.ranked(shown.pra, assessment.district_damage)
        if shown.pra
        else assessment.district_damage
    )
    if shown.pra:
        shares = resilience.top_shares_of(shown.pra, areas["district"].astype(str))
        areas = areas.assign(share=shares.to_numpy())
    districts = in_page_order(areas)
    tables = {
        "ead": style.ead_classes(districts["ead"], breaks=assessment.city.map.ead_breaks or ()),
        "ead_per_value": style.ead_per_value_classes(
            districts["ead_per_value"].where(districts["rank"].notna())
        ),
        "assets_exposed": style.count_classes(districts["assets_exposed"]),
        "score": style.score_classes(),
    }
    tables |= {f"hazard-{place}": hazard.classes for place, hazard in enumerate(hazards)}
    of_assets = asset_tables(drawn, [hazard.classes for hazard in hazards])
    if shown.pra:
        tables["share"] = style.share_classes(
            likely=assessment.city.resilience.likely, firm=assessment.city.resilience.firm
        )
    box = bounds_of([assessment])
    around = base_map(context, assessment, districts, box)
    layer = city_layer(
        drawn,
        [(on_map.hazard.name, on_map.periods) for on_map in hazards],
        language=language,
        without=frozenset.intersection(*hidden.values()) if hidden else (),
        tables=of_assets,
        limits=shown.limits,
    )
    blocks = _blocks(shown, districts, hazards, tables | of_assets, box, language)
    online = assessment.city.map.online
    blocks["context"] = around.block | {"online": online.model_dump() if online else None}
    blocks["tiles"] = tile_figures(
        assessment,
        [(on_map.hazard.name, on_map.periods) for on_map in hazards],
        blocks["districts"]["id"],
    ) | {
        "people_in_any": people_of_places(districts["people_exposed"], districts["people_rule"]),
        "total": total_column([on_map.hazard.name for on_map in hazards], layer.head["order"]),
        "essential": services(assessment.city, assessment.assets["asset_type"].astype(str)),
    }
    blocks["assets"] = {
        "worst": worst_assets(drawn, layer.order),
        "hidden": {name: sorted(columns) for name, columns in hidden.items()},
        "left_out": sorted(shown.limits.left_out(len(drawn.assets))),
        "filters": filter_words(drawn.assets),
    }
    blocks["breakdown"] = popup_breakdown(
        drawn, [(on_map.hazard, on_map.periods) for on_map in hazards], layer.order
    )
    city = _map_in(_page(shown, districts, tables, blocks, around, language), box, language)
    layer.add_to(city)
    blocks["assets"]["layer"] = layer.get_name()
    city.left_out = [*shown.less(), *around.notes]
    return city


def _page(
    shown: Shown,
    districts: gpd.GeoDataFrame,
    tables: Mapping[str, style.Classes],
    blocks: dict[str, Any],
    around: BaseMap,
    language: str,
) -> Page:
    """Return the page around the map, with the sentences of a resilience assessment if any."""
    title, pra, online = shown.title(), shown.pra, shown.summed.city.map.online
    content = page_content(shown.summed, districts, tables, blocks, around.layers, language) | {
        "audience": f"map.{shown.summed.audience}",
        "traces": traces_of([shown.summed]),
        "less": shown.less(),
        "base_map_notes": around.notes,
        "divided": bool(shown.files),
        "online": online,
        "preliminary": blocks.get("preliminary"),
        "resilience_summary": resilience.summary_lines(pra, districts) if pra else None,
    }
    heading = say(title["word"], language, **title["values"])
    words = (*WORDS, *COMPARED, *(("focus.",) if pra else ()))
    return Page(
        language=language,
        title=heading,
        content=content,
        blocks=blocks,
        words=words,
        host=online.host if online else None,
    )


def _map_in(page: Page, box: list[list[float]], language: str) -> CityMap:
    centre = ((box[0][0] + box[1][0]) / 2, (box[0][1] + box[1][1]) / 2)
    return CityMap(page, centre=centre, label=say("map.region", language))


def _blocks(
    shown: Shown,
    areas: gpd.GeoDataFrame,
    hazards: Sequence[HazardOnMap],
    tables: Mapping[str, style.Classes],
    box: list[list[float]],
    language: str,
) -> dict[str, Any]:
    """Return the page's data by name for its scripts; `areas` are districts in page order."""
    assessment, pra = shown.summed, shown.pra
    districts = district_shapes(areas)
    if len(assessment.people):
        at_least = FEW if assessment.audience == "public" else 0
        districts["displaced"] = displaced_in(assessment.people, districts["id"], at_least=at_least)
    page = page_block(assessment, shown.title(), box, language)
    by = (
        "ead" if is_known(assessment.joint_ead, assessment.exposure, assessment.ead) else "exposure"
    )
    blocks: dict[str, Any] = {
        "page": page
        | {"counts": counts_of_city(assessment), "painting": painting_of(areas, by=by), "by": by},
        "classes": {name: class_table(table) for name, table in tables.items()},
        "districts": districts | {"file": [shown.files.get(an_id) for an_id in districts["id"]]},
        "hazards": [
            entry | {"apart": [_apart(on_map.hazard, other.hazard) for other in hazards]}
            for entry, on_map in zip(hazard_list(hazards, assessment), hazards, strict=True)
        ],
        **hazard_bodies(hazards),
        "about": about_block(assessment),
    }
    proposed = resilience.summary_lines(pra, areas) if pra else None
    blocks["page"]["first"] = proposed and {"word": proposed["key"], "values": proposed["values"]}
    blocks["page"]["not_assessed"] = not_assessed_terms(assessment)
    if pra:
        blocks["districts"]["share"] = numbers(areas["share"], decimals=12)
        blocks["page"]["left_out"] += resilience.unread_tables(pra)
        blocks["page"]["exercise"] = list(
            dict.fromkeys([*page["exercise"], *resilience.fictitious_tables(pra)])
        )
        blocks["preliminary"] = resilience.resilience_block(pra, areas)
    blocks["page"]["last"] = _last_column(blocks)
    blocks["page"]["rank"] = _rank_word(blocks["page"]["last"])
    return blocks


def _apart(left: Hazard, right: Hazard) -> dict[str, Any] | None:
    """Return why the figures of two hazards are not comparable, as the page of two maps has it."""
    reasons = (finding for finding in map_findings(left, right) if finding.forbids)
    return next(({"word": one.key, "values": one.values} for one in reasons), None)


def _rank_word(last: str) -> str:
    """Return the key of what the ranks on a page go by, so that no popup has a rank without it."""
    by = {"share": "priority", "ead_per_value": "damage", "assets": "exposed"}
    return f"map.rank.{by[last]}"


def _last_column(blocks: Mapping[str, Any]) -> str:
    """Return the last column of the list of districts: % of simulations, damage relative to value,
    or assets.
    """
    if (blocks.get("preliminary") or {}).get("compared"):
        return "share"
    known = any(share is not None for share in blocks["districts"]["ead_per_value"])
    return "ead_per_value" if known else "assets"
