"""What stands on each page of a report: of the whole city, its two-page summary, a district and a department."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd
from markupsafe import Markup

from asset_inventory.errors import SourceError
from asset_inventory.outputs.frames import as_svg
from asset_inventory.outputs.naming import asset_names, district_names
from asset_inventory.outputs.page import LANGUAGE_NAMES
from asset_inventory.outputs.page_data import exercise_titles, sources_of
from asset_inventory.outputs.plots import ead_plot, exceedance_plot, exposure_plot
from asset_inventory.outputs.report_figures import Figures, counts, data_of, part_of, rows_by, total_of, worst
from asset_inventory.outputs.report_maps import district_map, legend, where_in_city
from asset_inventory.outputs.report_sentences import (
    left_out,
    part_sentences,
    people_says,
    survey_next,
    ten_sentences,
)
from asset_inventory.outputs.report_tables import (
    data_table,
    has_money,
    ledger_table,
    maps_table,
    parts_table,
    worst_table,
)
from asset_inventory.outputs.still import still_picture
from asset_inventory.outputs.style import ead_classes, label
from asset_inventory.tables import OUTSIDE_DISTRICTS
from asset_inventory.words import LANGUAGES, amount, finding_says, money, number, say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from asset_inventory.assessment import Assessment

FOCUS_AREAS, MOST_FINDINGS, MOST_TYPES = 5, 60, 14
METHODS = ("counting", "unknown", "damage", "values", "ead", "bounds", "people", "focus", "age", "rounding")
TERMS = ("hazard", "shock", "stress", "exposed", "unknown", "return_period", "damage", "damage_curve", "ead", "bounds",
         "focus_area", "finding")  # fmt: skip


@dataclass(frozen=True)
class Place:
    """Where a page lies among the others of a report, and what it is called there."""

    file: str  # the page itself, as seen from the report's folder
    others: Mapping[str, str] = field(default_factory=dict)  # the same page in other languages, by language
    report: str = ""  # the page of the whole city, as seen from this one
    summary: str = ""
    districts: Mapping[str, str] = field(default_factory=dict)  # pages by district, as seen from this one
    owners: Mapping[str, str] = field(default_factory=dict)

    def link(self, kind: str, part: str) -> str:
        """Return the address of the page of a district or owner, "" where it has none."""
        return {"district": self.districts, "owner": self.owners}.get(kind, {}).get(part, "")


def city_page(
    assessment: Assessment, figures: Figures, place: Place, audience: str, language: str
) -> dict[str, object]:
    """Return what fills the page of the whole city."""
    city, areas = assessment.city, assessment.focus_areas
    data = data_of(assessment, figures)
    by = [column for column in ("asset_type", "owner", "district") if figures.assets[column].notna().any()]
    without = int((areas["assets"] == 0).sum())
    return _common(assessment, place, audience, language) | {
        "title": say("report.title", language, city=city.name),
        "found": ten_sentences(assessment, figures, language),
        "cards_list": _cards(assessment, figures, language),
        "picture": _picture(assessment, language),
        "maps": maps_table(figures, _kinds(assessment), language),
        "hazards": _hazards(assessment, language),
        "parts": [parts_table(figures, column, areas, city.currency, place.link, language) for column in by],
        "empty_districts": say("report.empty_districts", language, count=without) if without else "",
        "plots": _plots(assessment, figures, language),
        "areas": focus_cards(assessment, figures, place, language),
        "legend": legend(language),
        "survey": survey_next(assessment, figures, data, language),
        "data": data_table(data, language) if len(data) else None,
        **_findings(assessment, language),
        "methods": _methods(assessment, language),
        "sources": _sources(assessment, language),
        "prices": [(kind, amount(rule.amount, city.currency, language), rule) for kind, rule in city.values.items()],
        "terms": [(say(f"report.term.{one}", language), say(f"report.term.{one}.about", language)) for one in TERMS],
        "ledger": ledger_table(figures, language),
        "district_pages": _listed(place.districts, district_names(areas, language)),
        "owner_pages": _listed(place.owners, {one: one for one in place.owners}),
    }  # fmt: skip


def summary_page(
    assessment: Assessment, figures: Figures, place: Place, audience: str, language: str
) -> dict[str, object]:
    """Return what fills the two pages for whoever reads no more than two."""
    types = parts_table(figures, "asset_type", assessment.focus_areas, assessment.city.currency, place.link, language)
    data, picture = data_of(assessment, figures), _picture(assessment, language)
    return _common(assessment, place, audience, language) | {
        "title": say("report.summary_title", language, city=assessment.city.name),
        "found": ten_sentences(assessment, figures, language),
        "cards_list": _cards(assessment, figures, language),
        "picture": picture,
        "areas": focus_cards(assessment, figures, place, language)[:3],
        "legend": legend(language),
        "maps": maps_table(figures, _kinds(assessment), language),
        "types": types if picture is None and len(types.rows) <= MOST_TYPES else None,  # there is room for one of both
        "survey": survey_next(assessment, figures, data, language)[:4],
        "numbers": _footnotes(place.report),
    }  # fmt: skip


def part_page(
    assessment: Assessment, whole: Figures, kind: str, part: str, place: Place, audience: str, language: str
) -> dict[str, object]:
    """Return what fills the page of a district or of a department (`kind` "district" or "owner")."""
    rows = rows_by(whole, kind).get(part, [])
    figures, city, areas = part_of(whole, rows), assessment.city, assessment.focus_areas
    name = district_names(areas, language).get(part, part) if kind == "district" else part
    data = data_of(assessment, figures)
    is_there = bool(len(figures.assets))
    other = "owner" if kind == "district" else "district"
    by = [column for column in ("asset_type", other) if is_there and figures.assets[column].notna().any()]
    area = areas[areas["district"].astype(str) == part].iloc[0] if kind == "district" else None
    mark = say("map.exercise_mark", language) if exercise_titles(assessment) else None
    drawn = {"locator": "", "map": ""}
    if kind == "district":
        drawn = {"locator": where_in_city(areas, part, say("report.where", language,
                 district=name)), "map": district_map(areas, part, assessment.assets.geometry.to_numpy(), figures,
                 title=say("report.map_of", language, district=name), mark=mark, language=language)}  # fmt: skip
    return _common(assessment, place, audience, language) | drawn | {
        "title": say("report.part_title", language, part=name, city=city.name),
        "kind": kind, "name": name, "legend": legend(language),
        "found": part_sentences(assessment, figures, whole, language, area=area),
        "parts": [parts_table(figures, column, areas, city.currency, place.link, language) for column in by],
        "maps": maps_table(figures, _kinds(assessment), language) if is_there else None,
        "worst": worst_table(figures, areas, city.currency, language, by=kind) if is_there else None,
        "data": data_table(data, language) if len(data) else None,
        "survey": survey_next(assessment, figures, data, language) if is_there else [],
        "methods": _methods(assessment, language),
    }  # fmt: skip


def focus_cards(assessment: Assessment, figures: Figures, place: Place, language: str) -> list[dict[str, object]]:
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
            "rank": str(int(area["rank"])), "name": name, "href": place.link("district", district),
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
                  (say("map.bounds", language), _between(total, currency, language))]  # fmt: skip
    if pd.notna(area["score"]):
        facts.append((say("map.score", language), number(area["score"], language, decimals=2)))
    people = people_says(area, language)
    return [*facts, (say("map.people_exposed", language), people)] if people else facts


def _between(total: pd.Series, currency: str, language: str) -> str:
    low, high = (money(total[name], currency, language) for name in ("ead_low", "ead_high"))
    return low if pd.isna(total["ead_low"]) else say("map.low_to_high", language, low=low, high=high)


def _worst_names(figures: Figures) -> list[tuple[str, str]]:
    rows = worst(figures, most=3)
    return list(zip(map(str, asset_names(rows)), rows["asset_type"].astype(str), strict=True))


# What all pages have


def _common(assessment: Assessment, place: Place, audience: str, language: str) -> dict[str, object]:
    exercise = exercise_titles(assessment)
    day = assessment.provenance.get("day")
    return {
        "city": assessment.city.name, "language": language, "place": place,
        "others": [(code, LANGUAGE_NAMES[code], place.others[code]) for code in LANGUAGES if code in place.others],
        "audience": say(f"map.{audience}", language), "exercise": ", ".join(exercise),
        "made": say("report.made", language, date=day, version=assessment.provenance["versions"].get(
            "asset_inventory", "")) if day else "",
        "left_out": left_out(assessment, language), "numbers": _footnotes(""),
        "say": lambda key, **values: say(key, language, **values),
    }  # fmt: skip


def _footnotes(page: str) -> dict[str, object]:
    """Return the number of each method's footnote, and the `page` on which the methods stand ("" for the same)."""
    return {"page": page} | {one: number for number, one in enumerate(METHODS, start=1)}


def _kinds(assessment: Assessment) -> dict[str, str]:
    return {hazard.name: hazard.kind for hazard in assessment.city.hazards}


def _cards(assessment: Assessment, figures: Figures, language: str) -> list[tuple[str, str, str]]:
    """Return what stands large: a figure, what it is, and the method behind it."""
    found, total, currency = counts(figures), total_of(figures), assessment.city.currency
    cards = [(number(found["assets"], language), say("report.card.assets", language), ""),
             (number(found["exposed"], language), say("report.card.exposed", language), "counting"),
             (number(found["unknown"] + found["unusable"], language), say("report.card.unknown", language),
              "unknown")]  # fmt: skip
    if pd.notna(total["ead"]):
        cards.append((money(total["ead"], currency, language), say("report.card.ead", language), "ead"))
    if pd.notna(total["ead_low"]):
        cards.append((_between(total, currency, language), say("report.card.bounds", language), "bounds"))
    value = figures.assets["value"].sum(min_count=1)
    if pd.notna(value):
        cards.append((money(value, currency, language), say("report.card.value", language), "values"))
    return cards


def _picture(assessment: Assessment, language: str) -> dict[str, object] | None:
    """Return the districts by EAD, where any has a figure, with the legend."""
    areas, city = assessment.focus_areas, assessment.city
    if not areas["ead"].notna().any():
        return None
    classes = ead_classes(areas["ead"], breaks=city.map.ead_breaks or ())
    mark = say("map.exercise_mark", language) if exercise_titles(assessment) else None
    title = say("map.legend.ead", language)
    return {"title": title, "svg": still_picture(areas[areas["district"].astype(str) != OUTSIDE_DISTRICTS], classes,
                                                 column="ead", title=title, mark=mark),
            "legend": [(one.colour, one.unknown, label(one, classes, language, currency=city.currency))
                       for one in classes.classes]}  # fmt: skip


def _hazards(assessment: Assessment, language: str) -> list[str]:
    """Return of each hazard what its maps tell, from when on an asset counts as exposed, and whose they are."""
    said = []
    for hazard in assessment.city.hazards:
        unit = hazard.intensity.unit
        least = hazard.exposed_from
        key = "report.hazard_from" if least else "report.hazard_any"
        said.append(say(key, language, hazard=hazard.name, measure=hazard.intensity.measure, unit=unit,
                        least=number(least or 0.0, language), source=hazard.source.title,
                        licence=hazard.source.licence))  # fmt: skip
    return said


def _plots(assessment: Assessment, figures: Figures, language: str) -> list[tuple[str, Markup]]:
    """Return the still figures, each with what it is; none without matplotlib."""
    priced = set(assessment.ead["hazard"].astype(str))
    hazards = list(dict.fromkeys(hazard for hazard, _ in figures.maps))
    drawn: list[tuple[str, Markup]] = []
    try:
        for hazard in hazards:
            if hazard in priced:
                drawn.append(_svg(exceedance_plot(assessment, hazard, language=language), len(drawn)))
        if has_money(figures) and figures.assets["ead"].notna().any():
            drawn += [_svg(ead_plot(assessment, by=by, language=language), len(drawn) + place)
                      for place, by in enumerate(("asset_type", "district"))]  # fmt: skip
        for hazard in hazards:
            drawn.append(_svg(exposure_plot(assessment, hazard, language=language), len(drawn)))
    except SourceError:
        return []
    return drawn


def _svg(figure: Figure, place: int) -> tuple[str, Markup]:
    """Return a figure's title and the figure, its ids made its own so that several stand in one page."""
    text = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>f{place}-", as_svg(figure))
    title = figure.get_suptitle().replace("\n", " ").replace(r"\$", "$")
    # letters are drawn as shapes: whoever does not see them hears the title
    text = text.replace("<svg ", f'<svg role="img" aria-label="{html.escape(title)}" ', 1)
    return title, Markup(text)  # noqa: S704


def _findings(assessment: Assessment, language: str) -> dict[str, object]:
    table = assessment.findings[assessment.findings["severity"] != "repaired"]
    rows = [(str(row["severity"]), say(f"severity.{row['severity']}", language), *finding_says(row, language))
            for row in table.iloc[:MOST_FINDINGS].to_dict("records")]  # fmt: skip
    return {"findings": rows, "more_findings": max(len(table) - MOST_FINDINGS, 0)}


def _methods(assessment: Assessment, language: str) -> list[tuple[str, str]]:
    """Return the methods behind the figures in the order of their footnotes: name and what it says."""
    city = assessment.city
    told = {"damage": {"rule": city.damage_rule}, "values": {"currency": city.currency,
            "year": str(city.price_year or say("number.not_known", language))}}  # fmt: skip
    return [(one, say(f"report.method.{one}", language, **told.get(one, {}))) for one in METHODS]


def _sources(assessment: Assessment, language: str) -> list[dict[str, object]]:
    return [{"what": say(key, language, name=name), "source": source,
             "date": source.date.isoformat() if source.date else say("map.about.undated", language)}
            for key, name, source in sources_of(assessment.city)]  # fmt: skip


def _listed(pages: Mapping[str, str], names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return names and addresses of pages, by name."""
    return sorted(((names[part], href) for part, href in pages.items()), key=lambda one: one[0].casefold())


