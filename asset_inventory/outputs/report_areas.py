"""The focus areas of a report as cards: figures, the assets to look at first, and two small maps of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from asset_inventory.outputs.naming import asset_names, district_names
from asset_inventory.outputs.page_data import exercise_titles
from asset_inventory.outputs.report_figures import Figures, part_of, rows_by, total_of, worst
from asset_inventory.outputs.report_maps import district_map, where_in_city
from asset_inventory.outputs.report_sentences import bounds_said, people_says
from asset_inventory.outputs.report_tables import Link
from asset_inventory.words import money, number, say

if TYPE_CHECKING:
    from asset_inventory.assessment import Assessment

FOCUS_AREAS = 5


def focus_cards(assessment: Assessment, figures: Figures, link: Link, language: str) -> list[dict[str, object]]:
    """Return the focus areas as they are shown: rank, figures, three assets and maps of each."""
    areas, currency = assessment.focus_areas, assessment.city.currency
    names, rows = district_names(areas, language), rows_by(figures, "district")
    first = areas[(areas["rank"] <= FOCUS_AREAS) & (areas["assets_exposed"] > 0)].sort_values("rank")
    mark = say("map.exercise_mark", language) if exercise_titles(assessment) else None
    cards = []
    for _, area in first.iterrows():
        district = str(area["district"])
        inside, name = part_of(figures, rows[district]), names[district]
        total = total_of(inside)
        cards.append({
            "rank": str(int(area["rank"])), "name": name, "href": link("district", district),
            "parent": str(area["parent"]) if pd.notna(area["parent"]) and f"({area['parent']})" not in name else "",
            "facts": _area_facts(area, total, currency, language),
            "worst": [f"{asset} ({kind})" for asset, kind in _worst_names(inside)],
            "locator": where_in_city(areas, district, say("report.where", language, district=name)),
            "map": district_map(areas, district, assessment.assets.geometry.to_numpy(), inside, mark=mark,
                                title=say("report.map_of", language, district=name), language=language),
        })  # fmt: skip
    return cards


def _area_facts(area: pd.Series, total: pd.Series, currency: str, language: str) -> list[tuple[str, str]]:
    facts = [(say("map.assets_exposed", language),
              say("map.of", language, part=int(area["assets_exposed"]), whole=int(area["assets"])))]  # fmt: skip
    if pd.notna(total["ead"]) or pd.notna(total["ead_low"]):
        facts += [(say("map.ead", language), money(total["ead"], currency, language)),
                  (say("map.bounds", language), bounds_said(total, currency, language))]  # fmt: skip
    if pd.notna(area["score"]):
        facts.append((say("map.score", language), number(area["score"], language, decimals=2)))
    people = people_says(area, language)
    return [*facts, (say("map.people_exposed", language), people)] if people else facts


def _worst_names(figures: Figures) -> list[tuple[str, str]]:
    rows = worst(figures, most=3)
    return list(zip(map(str, asset_names(rows)), rows["asset_type"].astype(str), strict=True))
