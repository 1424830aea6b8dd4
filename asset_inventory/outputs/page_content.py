"""What fills the page's template: its head, and the still picture and table for readers without scripts."""

from __future__ import annotations

import math
import shlex
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import geopandas as gpd

from asset_inventory.explanation.conventions import sentences
from asset_inventory.outputs.audience import silent_columns
from asset_inventory.outputs.coming import found_to_come, words_to_come
from asset_inventory.outputs.page import LANGUAGE_NAMES, filled
from asset_inventory.outputs.page_blocks import folder_of
from asset_inventory.outputs.page_data import credit_of, newest_date, texts, total_ead
from asset_inventory.outputs.still import still_picture
from asset_inventory.outputs.style import Classes, label
from asset_inventory.risk.exceedance import bounded_by
from asset_inventory.risk.joint import is_known
from asset_inventory.tables import OUTSIDE_DISTRICTS, known_sum
from asset_inventory.words import LANGUAGES, number, say

if TYPE_CHECKING:
    from asset_inventory.assessment import Assessment
    from asset_inventory.sources.city import City

_TITLES = {"share": "focus.legend.share"}  # of a picture that only some pages have
_LAST_HEADS = {"share": "focus.share", "score": "map.score", "assets": "map.assets"}


def page_content(
    assessment: Assessment, districts: gpd.GeoDataFrame, tables: Mapping[str, Classes], blocks: Mapping[str, dict],
    context: list[dict], language: str, audience: str,
) -> dict[str, object]:
    """Return what fills the page's template: its head, and the still picture and table for readers without scripts."""
    city, currency = assessment.city, assessment.city.currency
    counts = blocks["page"]["counts"]
    drawn_key = "map.drawn" if counts["unusable"] else "map.drawn_all"
    painting = blocks["page"]["painting"]
    column = painting if painting in tables else "ead"
    classes, picture_title = tables[column], _TITLES.get(column, f"map.legend.{column}")
    told = blocks.get("preliminary") or {}
    picture_values = {"top": told["top"], "draws": told["draws"]} if told else {}
    common = frame_content([city], blocks, language)
    mark = say("map.exercise_mark", language) if common["exercise"] else None
    return common | {
        "found": _found(assessment, districts, counts, painting, audience), "by": blocks["page"]["by"],
        "heads": ("map.ead_short" if blocks["page"]["by"] == "ead" else "map.assets_exposed",
                  _LAST_HEADS[blocks["page"]["last"]]),
        "last": blocks["page"]["last"],
        "found_to_come": found_to_come(assessment),
        "to_come": words_to_come(assessment), "counts": counts,
        "drawn": {"key": drawn_key, "values": {"drawn": counts["assets"] - counts["unusable"]}},
        "filters": list(blocks["assets"]["filters"]),
        "context": context,
        "painting": painting, "picture_title": picture_title, "picture_values": picture_values,
        "picture": still_picture(
            districts, classes, column=column, title=say(picture_title, language, **picture_values), mark=mark),
        "still_legend": [{"colour": one.colour, "unknown": one.unknown,
                          "label": label(one, classes, language, currency=currency)} for one in classes.classes],
        "still_rows": _still_rows(districts, language, currency),
    }


def frame_content(cities: Sequence[City], blocks: Mapping[str, dict], language: str) -> dict[str, object]:
    """Return what fills the template of any page about these cities: title, languages, exercise, sources, «about»."""
    by_language = sorted(LANGUAGES, key=lambda code: code != language)  # the one it opens in stands first

    told = [one for city in cities for one in sentences(city)]

    def fill(key: str, values: Mapping[str, object]) -> str:
        return filled(key, language, values, cities[0].currency)

    return {
        "say": fill, "say_in": say, "language": language,
        "languages": [(code, LANGUAGE_NAMES.get(code, code)) for code in by_language],
        "title": blocks["page"]["title"],
        "newest": max(filter(None, map(newest_date, cities)), default=None),
        "exercise": ", ".join(blocks["page"]["exercise"]),
        "left_out": ", ".join(blocks["page"]["left_out"]),
        "to_come": [], "preliminary": None, "findings": bool(blocks["about"]["findings"]),
        "prices": bool(blocks["about"]["prices"] or blocks["about"]["stresses"]),
        "tolerance": math.ceil(blocks["districts"]["tolerance"]),
        "convention": [one for place, one in enumerate(told) if one not in told[:place]],
        "credit": credit_of(cities),
    }


def traces_of(cities: Sequence[City], audience: str) -> list[str]:
    """Return the commands that trace an asset's figures, one for each city; none for the public."""
    folders = dict.fromkeys(map(folder_of, cities)) if audience != "public" else ()
    return [f"asset-inventory explain {shlex.quote(folder)}" for folder in folders]


def _found(
    assessment: Assessment, districts: gpd.GeoDataFrame, counts: Mapping[str, int], painting: str, audience: str
) -> dict[str, object]:
    """Return the one sentence of what was found: its key and values."""
    total = total_ead(assessment.focus_areas)
    values: dict[str, object] = {"exposed": counts["exposed"], "assets": counts["assets"]}
    first = districts[districts["rank"] == 1]
    if not is_known(assessment.joint, assessment.exposure, assessment.ead):
        return _found_exposed(assessment, values, painting, audience)
    if len(first) and math.isfinite(total["ead"]):
        values["district"] = texts(first["name"])[0] or str(first["district"].iloc[0])
        return {"key": "map.found", "values": values | {"ead": {"money": total["ead"]}}}
    if math.isfinite(total["low"]) and math.isfinite(total["high"]):
        bounds = {"low": {"money": total["low"]}, "high": {"money": total["high"]}}
        if maps := bounded_by(assessment.ead):
            few = {"word": "map.few_maps", "values": {"count": maps}}
            return {"key": "map.found_few", "values": values | bounds | {"few": few}}
        return {"key": "map.found_bounds", "values": values | bounds}
    least = known_sum(assessment.focus_areas["ead_low"])
    if bounded_by(assessment.ead) and least > 0:
        few = {"word": "map.no_upper_bound", "values": {}}
        return {"key": "map.found_at_least", "values": values | {"low": {"money": least}, "few": few}}
    return _found_exposed(assessment, values, painting, audience)


def _found_exposed(
    assessment: Assessment, values: dict[str, object], painting: str, audience: str
) -> dict[str, object]:
    """Return what is said of a city without expected annual damage: its key and values."""
    key = "map.found_exposed" if painting == "assets_exposed" else "map.found_exposure"
    return {"key": key, "values": values | {"reason": {"word": _why_no_ead(assessment, audience), "values": {}}}}


def _why_no_ead(assessment: Assessment, audience: str) -> str:
    """Return the key of the reason why a page has no expected annual damage."""
    if audience == "public" and "ead" in silent_columns(assessment.city):
        return "map.no_ead.internal"
    if bounded_by(assessment.ead) and assessment.joint["ead_low"].notna().any():
        return "map.no_ead.few_maps"
    without = [name for name, missing in (
        ("value", assessment.assets["value"].isna().all()),
        ("curve", not (assessment.city.curves or assessment.city.yearly))) if missing]
    if without:
        return "map.no_ead." + "_".join(without)
    if len(assessment.exposure) and assessment.exposure["return_period"].isna().all():
        return "map.no_ead.scenario"
    return "map.no_ead.other"


def _still_rows(districts: gpd.GeoDataFrame, language: str, currency: str) -> list[dict[str, str | None]]:
    names, parents = texts(districts["name"]), texts(districts["parent"])
    rows = []
    for place, area in enumerate(districts.itertuples()):
        outside = str(area.district) == OUTSIDE_DISTRICTS
        name = say("map.outside_districts", language) if outside else names[place] or str(area.district)
        rows.append({
            "rank": number(area.rank, language, decimals=0) if math.isfinite(area.rank) else "–",
            "name": name, "parent": parents[place], "ead": filled("map.number", language, {
                "number": {"money": _known(area.ead)}}, currency),
            "exposed": number(int(area.assets_exposed), language), "assets": number(int(area.assets), language),
            "score": number(area.score, language, decimals=2) if math.isfinite(area.score) else "–",
            "share": filled("map.number", language, {"number": {"percent": _known(area.share)}}, currency)
            if hasattr(area, "share") else None})
    return rows


def _known(figure: float) -> float | None:
    return float(figure) if math.isfinite(figure) else None
