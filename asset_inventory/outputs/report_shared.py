"""What all pages of a report have: where they lie, who may read them, large figures, methods, sources, findings."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from asset_inventory.explanation.conventions import said
from asset_inventory.explanation.stress_words import about, sentences, steps_of
from asset_inventory.outputs.audience import silent_columns
from asset_inventory.outputs.naming import day_said
from asset_inventory.outputs.page import LANGUAGE_NAMES
from asset_inventory.outputs.page_data import exercise_titles, sources_of
from asset_inventory.outputs.report_figures import Figures, counts, total_of
from asset_inventory.outputs.report_sentences import bounds_said, left_out
from asset_inventory.outputs.still import still_picture
from asset_inventory.outputs.style import ead_classes, label
from asset_inventory.risk.joint import is_known
from asset_inventory.sources.prices import Price, prices_of
from asset_inventory.tables import OUTSIDE_DISTRICTS, known_sum
from asset_inventory.words import LANGUAGES, amount, finding_says, money, number, say

if TYPE_CHECKING:
    from asset_inventory.assessment import Assessment
    from asset_inventory.sources.city import City

MOST_FINDINGS = 60
METHODS = ("counting", "unknown", "damage", "values", "ead", "bounds", "stress", "people", "focus", "age", "rounding")


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


def shared_content(assessment: Assessment, place: Place, audience: str, language: str) -> dict[str, object]:
    """Return what stands around every page: for whom it is, what is an exercise, when it was made, what is left out."""
    exercise = exercise_titles(assessment)
    return {
        "city": assessment.city.name, "language": language, "place": place,
        "others": [(code, LANGUAGE_NAMES[code], place.others[code]) for code in LANGUAGES if code in place.others],
        "audience": say(f"map.{audience}", language), "exercise": ", ".join(exercise),
        "made": made_said(assessment, language), "yearly": sentences(assessment.city, assessment.stress, language),
        "left_out": left_out(assessment, language), "numbers": footnotes(""),
        "say": lambda key, **values: say(key, language, **values),
    }  # fmt: skip


def footnotes(page: str, methods: Sequence[str] = METHODS) -> dict[str, object]:
    """Return the number of each method's footnote, and the `page` on which the methods stand ("" for the same)."""
    return {"page": page} | {one: number for number, one in enumerate(methods, start=1)}


def made_said(assessment: Assessment, language: str) -> str:
    """Return when an assessment was made and by which version, "" where no day is known."""
    day, versions = assessment.provenance.get("day"), assessment.provenance["versions"]
    if not day:
        return ""
    return say("report.made", language, date=day_said(day, language), version=versions.get("asset_inventory", ""))


def money_hidden(assessment: Assessment, audience: str) -> bool:
    """Tell whether these readers may not know what anything is worth."""
    return audience == "public" and "value" in silent_columns(assessment.city)


def large_figures(assessment: Assessment, figures: Figures, language: str) -> list[tuple[str, str, str]]:
    """Return what stands large: a figure, what it is, and the method behind it."""
    found, total, currency = counts(figures), total_of(figures), assessment.city.currency
    cards = [(number(found["assets"], language), say("report.card.assets", language), "")]
    if figures.maps:
        cards.append((number(found["exposed"], language), say("report.card.exposed", language), "counting"))
    unknown = number(found["unknown"] + found["unusable"], language)
    cards.append((unknown, say("report.card.unknown", language), "unknown"))
    if pd.notna(total["ead"]):
        cards.append((money(total["ead"], currency, language), say("report.card.ead", language), "ead"))
    if pd.notna(total["ead_low"]):
        missing = int(total["without_figure"]) if pd.notna(total["ead"]) else 0
        key = "report.card.bounds_with" if missing else "report.card.bounds"
        cards.append((bounds_said(total, currency, language), say(key, language, count=missing), "bounds"))
    value = known_sum(figures.assets["value"])
    if not math.isnan(value):
        cards.append((money(value, currency, language), say("report.card.value", language), "values"))
    return cards


def ead_picture(assessment: Assessment, language: str) -> dict[str, object] | None:
    """Return the districts by EAD, where any has a figure, with the legend."""
    areas, city = assessment.focus_areas, assessment.city
    if not areas["ead"].notna().any() or not is_known(assessment.joint, assessment.exposure, assessment.ead):
        return None
    classes = ead_classes(areas["ead"], breaks=city.map.ead_breaks or ())
    mark = say("map.exercise_mark", language) if exercise_titles(assessment) else None
    title = say("map.legend.ead", language)
    return {"title": title, "svg": still_picture(areas[areas["district"].astype(str) != OUTSIDE_DISTRICTS], classes,
                                                 column="ead", title=title, mark=mark),
            "legend": [(one.colour, one.unknown, label(one, classes, language, currency=city.currency))
                       for one in classes.classes]}  # fmt: skip


def findings_content(assessment: Assessment, audience: str, language: str) -> dict[str, object]:
    """Return the findings that a page prints (severity, its word, sentence, remedy), and how many more there are.

    The public is told no remedy: it says what staff write into city.toml.
    """
    table = assessment.findings[assessment.findings["severity"] != "repaired"]
    rows = [(str(row["severity"]), say(f"severity.{row['severity']}", language), *_said(row, audience, language))
            for row in table.iloc[:MOST_FINDINGS].to_dict("records")]  # fmt: skip
    return {"findings": rows, "more_findings": max(len(table) - MOST_FINDINGS, 0)}


def _said(row: dict[str, object], audience: str, language: str) -> tuple[str, str]:
    sentence, remedy = finding_says(row, language)
    return sentence, remedy if audience == "internal" else ""


def methods_said(assessment: Assessment, language: str) -> list[tuple[str, str]]:
    """Return the methods behind the figures in the order of their footnotes: name and what it says."""
    city = assessment.city
    rule = say(f"damage_rule.{city.damage_rule.replace(' ', '_')}", language)
    told = {"damage": {"rule": rule}, "values": {"currency": city.currency,
            "year": str(city.price_year or say("number.not_known", language))},
            "ead": {"convention": said(city, language)},
            "stress": {"stresses": "; ".join(f"{name}: {text}" for name, text, _ in about(city, language))
                       or say("report.method.no_stress", language)}}  # fmt: skip
    return [(one, say(f"report.method.{one}", language, **told.get(one, {}))) for one in METHODS]


def prices_said(city: City, language: str) -> list[tuple[str, str, Price, list[str]]]:
    """Return each price that the city declares: whose it is, what it comes to, and by which steps."""
    return [(kind, amount(price.amount, city.currency, language), price, steps_of(price, city.currency, language))
            for kind, price in prices_of(city).items()]  # fmt: skip


def sources_said(assessment: Assessment, language: str) -> list[dict[str, object]]:
    """Return every source that the city names: what it is for, the source itself, its date in words."""
    return [{"what": say(key, language, name=name), "source": source,
             "date": day_said(source.date, language)}
            for key, name, source in sources_of(assessment.city)]  # fmt: skip


def listed(pages: Mapping[str, str], names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return names and addresses of pages, by name."""
    return sorted(((names[part], href) for part, href in pages.items()), key=lambda one: one[0].casefold())
