"""The content of a page's template and the data that its scripts read; a static map without scripts."""

import math
import shlex
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from markupsafe import Markup, escape

from asset_inventory.assessment.ead_sentences import ALONE, ead_sentences
from asset_inventory.assessment.price_sentences import about, steps_of
from asset_inventory.assessment.run import Assessment
from asset_inventory.disclosure.assessment import is_withheld
from asset_inventory.io.geometries import to_wgs84
from asset_inventory.messages import (
    LANGUAGE_NAMES,
    currency_sign,
    labelled,
    number,
    page_languages,
    say,
    shown,
)
from asset_inventory.model.city import City
from asset_inventory.model.declarations import METRES_PER_UNIT, Source
from asset_inventory.model.hazards import Hazard
from asset_inventory.model.tables import OUTSIDE_DISTRICTS, known_sum
from asset_inventory.outputs.map.hazard_layers import HazardOnMap
from asset_inventory.outputs.map.page import fill_sentence
from asset_inventory.outputs.views import city as views
from asset_inventory.outputs.views import style
from asset_inventory.outputs.views.projection import (
    Term,
    mapped_word,
    projection_figures,
    projection_terms,
    stated_terrain,
    terrain_term,
)
from asset_inventory.outputs.views.summary import not_assessed_terms
from asset_inventory.risk.annual_damage import BY_RULE, YEARLY, bounded_by
from asset_inventory.risk.chronic_hazards import reach_of
from asset_inventory.risk.dependence import RELATIONS, is_known
from asset_inventory.risk.exceedance import rests_on
from asset_inventory.vulnerability.prices import prices_of

WIDTH = 900


def static_map(
    districts: gpd.GeoDataFrame,
    classes: style.Classes,
    *,
    column: str,
    title: str,
    mark: str | None = None,
) -> Markup:
    """Return the districts as SVG, coloured by a column; `mark` is across it for exercise data."""
    shapes = to_wgs84(districts).geometry.to_numpy()
    present = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    if not present.any():
        return Markup("")
    west, south, east, north = shapely.total_bounds(shapes[present])
    # a degree of longitude is shorter than one of latitude by this factor
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = WIDTH / max((east - west) * squeeze, 1e-9)
    height = max(1, round((north - south) * scale))

    def place(xy: np.ndarray) -> np.ndarray:
        return np.column_stack(((xy[:, 0] - west) * squeeze * scale, (north - xy[:, 1]) * scale))

    codes = style.classify(districts[column].to_numpy(dtype=float), classes)
    names = districts["name"].fillna(districts["district"]).astype(str)
    paths = [
        f'<path d="{_path(shape)}" fill="{_fill(classes, code)}"{_stroke(classes, code)}>'
        f"<title>{escape(shown(name))}</title></path>"
        for shape, code, name in zip(
            shapely.transform(shapes[present], place), codes[present], names[present], strict=True
        )
    ]
    return Markup("\n").join(
        (
            Markup(f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}">'),
            _HATCH,
            Markup(f'<g stroke="{style.DARK_EDGE}" stroke-width="0.8" fill-rule="evenodd">'),
            *(Markup(path) for path in paths),  # noqa: S704
            Markup("</g>"),
            marks(mark, height),
            Markup("</svg>"),
        )
    )


_HATCH = Markup(
    '<defs><pattern id="no-data" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="6" height="6" fill="#f4f5f7"/><rect width="1.2" height="6" fill="#7d8692"/></pattern></defs>'
)


def _fill(classes: style.Classes, code: int) -> str:
    if code >= len(classes.classes):
        return "none"
    a_class = classes.classes[code]
    return "url(#no-data)" if a_class.no_data else a_class.colour


def _stroke(classes: style.Classes, code: int) -> str:
    edge = (
        style.edge_colour(classes.classes[code]) if code < len(classes.classes) else style.DARK_EDGE
    )
    return "" if edge == style.DARK_EDGE else f' stroke="{edge}"'


def _path(shape: shapely.Geometry) -> str:
    return "".join(
        ("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in shapely.get_coordinates(ring)[:-1]) + "Z")
        for ring in shapely.get_rings(shapely.get_parts(shape))
    )


def marks(mark: str | None, height: int) -> Markup:
    """Return a word written through a picture of this height, again and again."""
    if not mark:
        return Markup("")
    return Markup("").join(_mark_texts(mark, height))


def _mark_texts(mark: str, height: int) -> Iterable[Markup]:
    for y in range(90, height + 90, 180):
        for x in range(150, WIDTH + 150, 300):
            yield Markup(
                '<text x="{x}" y="{y}" transform="rotate(-26 {x} {y})" text-anchor="middle" font-size="26" '
                'font-weight="700" fill="#7a1420" fill-opacity="0.45">{mark}</text>'
            ).format(x=x, y=y, mark=mark)


# The program's words in the tables, and the sentence for each
WHOLE_WORLD = (-180.0, -60.0, 180.0, 75.0)  # west, south, east, north, where a city has no places
RULES = {
    **{rule: f"map.rule.{rule.replace(' ', '_').replace('-', '_')}" for rule in BY_RULE},
    YEARLY: "map.rule.yearly_price",
    "bounds only": "map.rule.bounds_only",
    "bounds void": "map.rule.bounds_void",
    "share of dwellings": "map.people_rule.dwellings",
    "share of area": "map.people_rule.area",
    "fewer than 10": "map.people_rule.few",
    "withheld": "map.people_rule.withheld",
    **{word: f"map.relation.{word.replace(' ', '_')}" for word in RELATIONS if word not in ALONE},
    "not known": "number.not_known",
    "field": "map.value_rule.field",
    "piece": "map.value_rule.piece",
    "m": "map.value_rule.m",
    "m2": "map.value_rule.m2",
    "m2 x levels": "map.value_rule.m2_levels",
    "jrc": "map.value_rule.jrc",
    "jrc x levels": "map.value_rule.jrc_levels",
}


def page_block(
    assessment: Assessment, title: Mapping[str, object], box: list[list[float]], language: str
) -> dict:
    """Return what all scripts of a page need: `title` (key and values), `box` (two corners)."""
    city = assessment.city
    return {
        "city": city.name,
        "title": title,
        "language": language,
        "bounds": box,
        "outside": OUTSIDE_DISTRICTS,
        "rules": RULES,
        "symbols": symbols_of(city),
        "exercise": views.exercise_titles(assessment),
        "terrain": stated_terrain(assessment),
        "left_out": list(assessment.provenance.get("left_out", {})),
    }


def about_block(assessment: Assessment) -> dict[str, list[Any]]:
    """Return what «about» shows: findings, sources, prices, versions and input files."""
    city = assessment.city
    return {
        "findings": views.finding_sentences(assessment),
        "sources": [
            {"use": use, "kind": views.KINDS_BY_USE.get(use, ""), "name": name, **_source(source)}
            for use, name, source in views.sources_of(city)
        ],
        "prices": [
            {
                "asset_type": asset_type,
                "amount": price.amount,
                "per": price.rule,
                "source": price.source,
                "exercise": price.exercise,
                "steps": {code: steps_of(price, city.currency, code) for code in page_languages()},
            }
            for asset_type, price in prices_of(city).items()
        ],
        "stresses": _stresses(city),
        "versions": _pairs(assessment.provenance.get("versions", {})),
        "inputs": _pairs(assessment.provenance.get("inputs", {})),
    }


def _stresses(city: City) -> list[dict[str, object]]:
    """Return how stresses are priced, in every language."""
    by_language = {code: about(city, code) for code in page_languages()}
    return [
        {
            "name": {code: row[0] for code, row in zip(by_language, rows, strict=True)},
            "sentence": {code: row[1] for code, row in zip(by_language, rows, strict=True)},
            "exercise": rows[0][2],
        }
        for rows in zip(*by_language.values(), strict=True)
    ]


def painting_of(district_damage: gpd.GeoDataFrame, *, by: str) -> str:
    """Return the first colouring of districts: share of simulations, EAD and score (`by` EAD), assets."""
    columns = (
        name
        for name in ("share", *(("ead", "score") if by == "ead" else ()))
        if name in district_damage
    )
    without = "assets_exposed" if (district_damage["assets_exposed"] > 0).any() else "outline"
    return next((name for name in columns if district_damage[name].notna().any()), without)


def _source(source: Source) -> dict[str, object]:
    return {
        "title": source.title,
        "publisher": source.publisher,
        "licence": source.licence,
        "url": source.url,
        "date": source.date.isoformat() if source.date else None,
        "exercise": source.exercise,
    }


def hazard_list(hazards: Sequence[HazardOnMap], assessment: Assessment) -> list[dict[str, object]]:
    """Return what the page shows of each hazard: its maps, and how many annual damage rests on."""
    counts, priced = (
        views.counts_of_maps(assessment.exposure_counts),
        set(assessment.damage["hazard"].astype(str)),
    )
    # a scenario's NaN is equal to nothing, so it cannot be looked up as it is
    known = {
        (name, None if math.isnan(period) else period): row
        for (name, period), row in counts.items()
    }
    by_year = _by_year(assessment)
    entries = []
    for on_map in hazards:
        hazard = on_map.hazard
        periods = [None if math.isnan(period) else float(period) for period in on_map.periods]
        entries.append(
            {
                "name": hazard.name,
                "kind": hazard.kind,
                "measure": hazard.intensity.measure,
                "unit": hazard.unit,
                "outside": hazard.outside,
                "exercise": hazard.source.exercise,
                "priced": hazard.name in priced,
                "by_year": hazard.name in by_year,
                "reach": _reach(hazard, on_map.periods),
                "terrain": stated_terrain(assessment, hazard=hazard.name),
                "rests_on": by_year.get(hazard.name)
                or int(rests_on(on_map.periods, hazard.protected_to).sum()),
                "maps": [
                    {
                        "return_period": period,
                        "counts": known[hazard.name, period],
                        "grid": "png" in body,
                        "no_data": _draws_no_data(body, on_map.classes),
                    }
                    for period, body in zip(periods, on_map.bodies, strict=True)
                ],
            }
        )
    return entries


def _draws_no_data(body: Mapping[str, Any], classes: style.Classes) -> bool:
    """Return whether a map on the page has areas without data."""
    codes = set(body.get("codes", ()))
    return "no_data" in body or any(classes.classes[code].no_data for code in codes)


def _reach(hazard: Hazard, periods: Sequence[float]) -> int | None:
    """Return the place of the map of what a stress reaches so often; None where nobody states how
    often.
    """
    if hazard.occurrence is None:
        return None
    reached = reach_of(hazard, np.array(periods, dtype=float))
    return 0 if math.isnan(reached) else list(periods).index(reached)


def _by_year(assessment: Assessment) -> dict[str, int]:
    """Return the stresses that have a yearly price, and on how many maps the EAD of each rests."""
    names = {rule.hazard for rule in assessment.city.yearly}
    ead = assessment.ead[assessment.ead["hazard"].isin(names)]
    return {
        str(name): int(maps)
        for name, maps in ead.groupby("hazard", observed=True)["maps"].max().items()
    }


def hazard_bodies(
    hazards: Sequence[HazardOnMap], *, lead: str = ""
) -> dict[str, dict[str, object]]:
    """Return every map of the hazards by its name on the page."""
    return {
        f"{lead}hazard-{i}-{j}": body
        for i, hazard in enumerate(hazards)
        for j, body in enumerate(hazard.bodies)
    }


def class_table(table: style.Classes) -> dict[str, object]:
    """Return a class table as the page's legend and colours read it."""
    return {
        "unit": table.unit,
        "classes": [
            {
                "colour": a_class.colour,
                "edge": style.edge_colour(a_class),
                "low": _finite(a_class.low),
                "high": _finite(a_class.high),
                "value": a_class.value,
                "key": a_class.key,
                "label": a_class.label,
                "no_data": a_class.no_data,
                "bottom": style.is_bottom(a_class),
            }
            for a_class in table.classes
        ],
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def bounds_of(assessments: Iterable[Assessment]) -> list[list[float]]:
    """Return south, west and north, east of districts, else assets, else the whole world."""
    boxes = np.array([_box(assessment) for assessment in assessments])
    boxes = boxes[np.isfinite(boxes).all(axis=1)]
    bounds = (
        np.concatenate((boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)))
        if len(boxes)
        else WHOLE_WORLD
    )
    west, south, east, north = np.round(bounds, 6).tolist()
    return [[south, west], [north, east]]


def _box(assessment: Assessment) -> np.ndarray:
    shapes = to_wgs84(assessment.district_damage[["geometry"]]).geometry.to_numpy()
    if shapely.is_missing(shapes).all():
        shapes = to_wgs84(assessment.assets[["geometry"]]).geometry.to_numpy()
    return shapely.total_bounds(shapes) if len(shapes) else np.full(4, np.nan)


def folder_of(city: City) -> str:
    """Return the city's folder as a reader types it, without a path of this machine."""
    return (
        "/".join(city.folder.parts[-2:]) if city.folder.parent.name == "data" else city.folder.name
    )


def _pairs(mapping: Mapping[str, object]) -> list[list[str]]:
    return [[str(name), str(value)] for name, value in mapping.items()]


def symbols_of(city: City) -> dict[str, str]:
    """Return how a city's currency is written before an amount, in every language."""
    return {code: currency_sign(city.currency, code) for code in page_languages()}


_TITLES = {"share": "focus.legend.share"}  # of a picture that only some pages have
_LAST_HEADS = {
    "share": "focus.share",
    "ead_per_value": "map.ead_per_value_short",
    "assets": "map.assets",
}


def _plain_head(word: str) -> Term:
    return {"word": word, "values": {}}


def page_content(
    assessment: Assessment,
    districts: gpd.GeoDataFrame,
    tables: Mapping[str, style.Classes],
    blocks: Mapping[str, Any],
    context: list[dict],
    language: str,
) -> dict[str, object]:
    """Return the content of the page's template: head, and static picture and table."""
    city, currency = assessment.city, assessment.city.currency
    counts = blocks["page"]["counts"]
    drawn_key = "map.drawn" if counts["unusable"] else "map.drawn_all"
    painting = blocks["page"]["painting"]
    column = painting if painting in tables else "ead"
    classes, picture_title = tables[column], _TITLES.get(column, f"map.legend.{column}")
    block = blocks.get("preliminary") or {}
    terrain = blocks["page"]["terrain"]
    ead_head = mapped_word("map.ead_short", terrain)
    simulated = {"top": block["top"], "draws": block["draws"]} if block else {}
    picture = (
        mapped_word(picture_title, terrain)
        if column == "ead"
        else {"word": picture_title, "values": simulated}
    )
    title, common = (
        fill_sentence(picture["word"], language, picture["values"], currency),
        frame_content([city], blocks, language),
    )
    mark = say("map.exercise_mark", language) if common["exercise"] else None
    return common | {
        "summary": _summary(assessment, districts, counts, painting),
        "by": blocks["page"]["by"],
        "heads": (
            # a short one: the tile above it has the year of the terrain
            _plain_head("map.ead_head" if blocks["page"]["by"] == "ead" else "map.assets_exposed"),
            _plain_head(_LAST_HEADS[blocks["page"]["last"]]),
        ),
        "ead_head": ead_head,
        "last": blocks["page"]["last"],
        "not_assessed": not_assessed_terms(assessment),
        "projection_summary": next(iter(projection_figures(assessment)), None),
        "projection": projection_terms(assessment),
        "counts": counts,
        "drawn": {"key": drawn_key, "values": {"drawn": counts["assets"] - counts["unusable"]}},
        "filters": list(blocks["assets"]["filters"]),
        "questions": questions(blocks),
        "context": context,
        "painting": painting,
        "picture_title": picture["word"],
        "picture_values": picture["values"],
        "picture": static_map(
            views.without_unranked_scores(districts),
            classes,
            column=column,
            title=title,
            mark=mark,
        ),
        "still_legend": [
            {
                "colour": a_class.colour,
                "no_data": a_class.no_data,
                "label": style.label(a_class, classes, language, currency=currency),
            }
            for a_class in classes.classes
        ],
        "still_rows": _still_rows(districts, language, currency),
    }


def questions(blocks: Mapping[str, Any]) -> list[Term]:
    """Return the questions that the page answers, each with its sentence: `ask`, `word`, `values`."""
    depths = {hazard["unit"] for hazard in blocks["hazards"]} <= {*METRES_PER_UNIT}
    years = [int(year) for of in blocks["tiles"]["years"].values() for year in of]
    words = {
        "first": "map.ask.first",
        "floods": "map.ask.floods" if depths else "map.ask.exposed",
        "cost": "map.ask.cost",
        "change": "map.ask.change",
        "unknown": "map.ask.unknown",
    }
    return [
        {"ask": ask, "word": word, "values": {"year": str(max(years))} if ask == "change" else {}}
        for ask, word in words.items()
        if years or ask != "change"
    ]


def frame_content(
    cities: Sequence[City], blocks: Mapping[str, Any], language: str
) -> dict[str, object]:
    """Return the content of any page about these cities: title, languages, sources, «about»."""
    # the one it opens in comes first
    by_language = sorted(page_languages(), key=lambda code: code != language)
    lines = [sentence for city in cities for sentence in ead_sentences(city)]

    def fill(key: str, values: Mapping[str, object]) -> str:
        return fill_sentence(key, language, values, cities[0].currency)

    return {
        "say": fill,
        "say_in": say,
        "language": language,
        "languages": [(code, LANGUAGE_NAMES.get(code, code)) for code in by_language],
        "title": blocks["page"]["title"],
        "newest": max(filter(None, map(views.newest_date, cities)), default=None),
        "labels": lambda kind, names: ", ".join(
            dict.fromkeys(labelled(kind, name, language) for name in names)
        ),
        "exercise": blocks["page"]["exercise"],
        "left_out": blocks["page"]["left_out"],
        "projection": [],
        "base_map_notes": [],
        "preliminary": None,
        "findings": bool(blocks["about"]["findings"]),
        "prices": bool(blocks["about"]["prices"] or blocks["about"]["stresses"]),
        "tolerance": math.ceil(blocks["districts"]["tolerance"]),
        "convention": [
            sentence for place, sentence in enumerate(lines) if sentence not in lines[:place]
        ],
        "credits": views.credits_of(cities),
    }


def traces_of(assessments: Sequence[Assessment]) -> list[str]:
    """Return the commands that trace an asset's figures, one for each city; none for the public."""
    folders = dict.fromkeys(
        folder_of(assessment.city) for assessment in assessments if assessment.audience != "public"
    )
    return [f"asset-inventory explain {shlex.quote(folder)}" for folder in folders]


def _summary(
    assessment: Assessment, districts: gpd.GeoDataFrame, counts: Mapping[str, int], painting: str
) -> dict[str, object]:
    """Return the sentence that sums up the page: its key and values."""
    total = views.total_ead(assessment.district_damage)
    values: dict[str, object] = {"exposed": counts["exposed"], "assets": counts["assets"]}
    as_mapped = {"terrain": terrain_term(assessment)}
    if not is_known(assessment.joint_ead, assessment.exposure, assessment.ead):
        return _exposure_summary(assessment, values, painting)
    if math.isfinite(total["ead"]):
        return {"key": "map.found", "values": values | as_mapped | {"ead": {"money": total["ead"]}}}
    if math.isfinite(total["low"]) and math.isfinite(total["high"]):
        bounds = as_mapped | {"low": {"money": total["low"]}, "high": {"money": total["high"]}}
        if maps := bounded_by(assessment.ead):
            few = {"word": "map.few_maps", "values": {"count": maps}}
            return {"key": "map.found_few", "values": values | bounds | {"few": few}}
        return {"key": "map.found_bounds", "values": values | bounds}
    lower = known_sum(assessment.district_damage["ead_low"])
    if bounded_by(assessment.ead) and lower > 0:
        few = {"word": "map.no_upper_bound", "values": {}}
        return {
            "key": "map.found_at_least",
            "values": values | as_mapped | {"low": {"money": lower}, "few": few},
        }
    return _exposure_summary(assessment, values, painting)


def _exposure_summary(
    assessment: Assessment, values: dict[str, object], painting: str
) -> dict[str, object]:
    """Return the sentence of a city without expected annual damage: its key and values."""
    key = "map.found_exposed" if painting == "assets_exposed" else "map.found_exposure"
    return {
        "key": key,
        "values": values | {"reason": {"word": _why_no_ead(assessment), "values": {}}},
    }


def _why_no_ead(assessment: Assessment) -> str:
    """Return the key of the reason why a page has no expected annual damage."""
    if is_withheld("ead", assessment):
        return "map.no_ead.internal"
    if bounded_by(assessment.ead) and assessment.joint_ead["ead_low"].notna().any():
        return "map.no_ead.few_maps"
    without = [
        name
        for name, missing in (
            ("value", assessment.assets["value"].isna().all()),
            ("curve", not (assessment.city.curves or assessment.city.yearly)),
        )
        if missing
    ]
    if without:
        return "map.no_ead." + "_".join(without)
    if len(assessment.exposure) and assessment.exposure["return_period"].isna().all():
        return "map.no_ead.scenario"
    return "map.no_ead.other"


def _still_rows(
    districts: gpd.GeoDataFrame, language: str, currency: str
) -> list[dict[str, str | None]]:
    names, parents = views.texts(districts["name"]), views.texts(districts["parent"])
    rows = []
    for place, area in enumerate(districts.itertuples()):
        outside = str(area.district) == OUTSIDE_DISTRICTS
        name = (
            say("map.outside_districts", language)
            if outside
            else names[place] or str(area.district)
        )
        rows.append(
            {
                "rank": number(area.rank, language, decimals=0)
                if math.isfinite(area.rank)
                else "–",
                "name": name,
                "parent": parents[place],
                "ead": fill_sentence(
                    "map.number", language, {"figure": {"money": _known(area.ead)}}, currency
                ),
                "exposed": say(
                    "map.of",
                    language,
                    part=int(area.assets_exposed),
                    whole=int(area.assets),
                ),
                "assets": number(int(area.assets), language),
                "ead_per_value": fill_sentence(
                    "map.number",
                    language,
                    {"figure": {"percent": area.ead_per_value}},
                    currency,
                )
                if math.isfinite(area.ead_per_value)
                else "–",
                "share": fill_sentence(
                    "map.number", language, {"figure": {"percent": _known(area.share)}}, currency
                )
                if hasattr(area, "share")
                else None,
            }
        )
    return rows


def _known(figure: float) -> float | None:
    return float(figure) if math.isfinite(figure) else None
