"""The content of a report's pages: the whole city, its summary, focus areas, districts, departments."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd
from markupsafe import Markup

from asset_inventory.assessment.ead_sentences import ead_sentence
from asset_inventory.assessment.price_sentences import about, chronic_hazard_sentences, steps_of
from asset_inventory.assessment.resilience import priority_districts_of
from asset_inventory.disclosure.assessment import is_withheld
from asset_inventory.messages import (
    LANGUAGE_NAMES,
    LANGUAGES,
    NO_CURRENCY,
    amount,
    labelled,
    money,
    number,
    percent,
    say,
)
from asset_inventory.messages.glossary import glossary
from asset_inventory.model.tables import OUTSIDE_DISTRICTS, known_sum
from asset_inventory.outputs.map.content import static_map
from asset_inventory.outputs.report.maps import district_map, legend, where_in_city
from asset_inventory.outputs.report.people import people_tables
from asset_inventory.outputs.report.plots import as_svg, ead_plot, exceedance_plot, exposure_plot
from asset_inventory.outputs.views import sentences
from asset_inventory.outputs.views.city import (
    exercise_labels,
    exercise_titles,
    finding_and_remedy,
    format_licence,
    sources_in,
)
from asset_inventory.outputs.views.figures import (
    Figures,
    counts,
    data_of,
    part_named,
    total_of,
    worst,
)
from asset_inventory.outputs.views.projection import (
    ead_called,
    projection_sentences,
    return_periods,
    sources,
    terrain_of,
    today_sentences,
)
from asset_inventory.outputs.views.resilience import priority_sentence, share_fact
from asset_inventory.outputs.views.style import ead_classes, label
from asset_inventory.outputs.views.table_view import (
    Link,
    TableView,
    asset_and_type_names,
    district_names,
    format_day,
    kept_answers,
)
from asset_inventory.outputs.views.tables import (
    chronic_hazard_tables,
    damage_and_ead_tables,
    data_table,
    exposure_counts_table,
    future_table,
    has_money,
    maps_table,
    parts_table,
    worst_table,
)
from asset_inventory.risk.dependence import is_known
from asset_inventory.vulnerability.prices import Price, prices_of

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.figure import Figure

    from asset_inventory.assessment.resilience import ResilienceAssessment
    from asset_inventory.assessment.run import Assessment
    from asset_inventory.model.city import City

MOST_FINDINGS = 60
METHODS = (
    "counting",
    "unknown",
    "damage",
    "values",
    "ead",
    "bounds",
    "stress",
    "people",
    "focus",
    "age",
    "rounding",
)


@dataclass(frozen=True)
class Place:
    """Where a page lies among the others of a report, and what it is called there."""

    file: str  # the page itself, as seen from the report's folder
    # the same page in other languages, by language
    others: Mapping[str, str] = field(default_factory=dict)
    report: str = ""  # the page of the whole city, as seen from this one
    summary: str = ""
    # pages by district, as seen from this one
    districts: Mapping[str, str] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)

    def link(self, by: str, part: str) -> str:
        """Return the address of the page of a district or owner, "" where it has none."""
        return {"district": self.districts, "owner": self.owners}.get(by, {}).get(part, "")


def shared_content(assessment: Assessment, place: Place, language: str) -> dict[str, object]:
    """Return the frame of every page: readers, exercise, date, and what is left out."""
    return _around(assessment, language) | {
        "language": language,
        "place": place,
        "others": [
            (code, LANGUAGE_NAMES[code], place.others[code])
            for code in LANGUAGES
            if code in place.others
        ],
        "audience": say(f"map.{assessment.audience}", language),
        "numbers": footnotes(""),
        "say": lambda key, **values: say(key, language, **values),
    }


@kept_answers
def _around(assessment: Assessment, language: str) -> dict[str, object]:
    """Return what surrounds the pages of all parts alike."""
    return {
        "city": assessment.city.name,
        "exercise": ", ".join(exercise_labels(assessment, language)),
        "made": creation_note(assessment, language),
        "yearly": chronic_hazard_sentences(
            assessment.city,
            assessment.chronic_hazards,
            language,
            counts=assessment.exposure_counts,
        ),
        "left_out": sentences.omitted(assessment, language),
    }


def footnotes(page: str, methods: Sequence[str] = METHODS) -> dict[str, object]:
    """Return each method's footnote number, and the `page` of the methods ("" for the same)."""
    return {"page": page} | {method: number for number, method in enumerate(methods, start=1)}


def creation_note(assessment: Assessment, language: str) -> str:
    """Return when an assessment was made and by which version, "" where no day is known."""
    day, versions = assessment.provenance.get("day"), assessment.provenance["versions"]
    if not day:
        return ""
    return say(
        "report.made",
        language,
        date=format_day(day, language),
        version=versions.get("asset_inventory", ""),
    )


def money_hidden(assessment: Assessment) -> bool:
    """Return whether these readers may not know what anything is worth."""
    return is_withheld("value", assessment)


def large_figures(
    assessment: Assessment, figures: Figures, language: str
) -> list[tuple[str, str, str]]:
    """Return the large figures: a figure, what it is, and the method behind it."""
    states, total, currency = counts(figures), total_of(figures), assessment.city.currency
    cards = [(number(states["assets"], language), say("report.card.assets", language), "")]
    if figures.maps:
        cards.append(
            (number(states["exposed"], language), say("report.card.exposed", language), "counting")
        )
    unknown = number(states["no_data"] + states["unusable"], language)
    cards.append((unknown, say("report.card.unknown", language), "unknown"))
    if pd.notna(total["ead"]):
        rows = figures.assets["row"].to_numpy()
        mapped = say("report.card.ead", language, terrain=terrain_of(assessment, language))
        label = ". ".join([mapped, *today_sentences(assessment, language, rows=rows)])
        cards.append((money(total["ead"], currency, language), label, "ead"))
    if pd.notna(total["ead_low"]):
        missing = int(total["without_figure"]) if pd.notna(total["ead"]) else 0
        key = "report.card.bounds_with" if missing else "report.card.bounds"
        cards.append(
            (
                sentences.bounds_sentence(total, currency, language),
                say(key, language, count=missing),
                "bounds",
            )
        )
    value = known_sum(figures.assets["value"])
    if not math.isnan(value):
        cards.append(
            (money(value, currency, language), say("report.card.value", language), "values")
        )
    return cards


def ead_picture(assessment: Assessment, language: str) -> dict[str, object] | None:
    """Return the districts by EAD, where any has a figure, with the legend."""
    areas, city = assessment.district_damage, assessment.city
    if not areas["ead"].notna().any() or not is_known(
        assessment.joint_ead, assessment.exposure, assessment.ead
    ):
        return None
    classes = ead_classes(areas["ead"], breaks=city.map.ead_breaks or ())
    mark = say("map.exercise_mark", language) if exercise_titles(assessment) else None
    title = ead_called("map.legend.ead", assessment, language)
    return {
        "title": title,
        "svg": static_map(
            areas[areas["district"].astype(str) != OUTSIDE_DISTRICTS],
            classes,
            column="ead",
            title=title,
            mark=mark,
        ),
        "legend": [
            (
                a_class.colour,
                a_class.no_data,
                label(a_class, classes, language, currency=city.currency),
            )
            for a_class in classes.classes
        ],
    }


def findings_content(assessment: Assessment, language: str) -> dict[str, object]:
    """Return the findings that a page prints (severity, its word, sentence, remedy), and how many
    more there are.

    """
    table = assessment.findings[assessment.findings["severity"] != "repaired"]
    rows = [
        (
            str(row["severity"]),
            say(f"severity.{row['severity']}", language),
            *finding_and_remedy(row, assessment, language),
        )
        for row in table.iloc[:MOST_FINDINGS].to_dict("records")
    ]
    return {"findings": rows, "more_findings": max(len(table) - MOST_FINDINGS, 0)}


@kept_answers
def method_sentences(assessment: Assessment, language: str) -> list[tuple[str, str]]:
    """Return the methods behind the figures in the order of footnotes: name and sentence."""
    city = assessment.city
    rule = say(f"damage_rule.{city.damage_rule.replace(' ', '_')}", language)
    arguments = {
        "damage": {"rule": rule},
        "values": {
            "currency": city.currency,
            "year": str(city.price_year or say("number.not_known", language)),
        },
        "ead": {"convention": ead_sentence(city, language)},
        "stress": {
            "stresses": "; ".join(f"{name}: {text}" for name, text, _ in about(city, language))
            or say("report.method.no_stress", language)
        },
    }
    sentences_of = [
        (name, say(f"report.method.{name}", language, **arguments.get(name, {})))
        for name in METHODS
    ]
    if city.currency == NO_CURRENCY:
        sentences_of[METHODS.index("values")] = ("values", say("report.method.no_values", language))
    return sentences_of


def price_sentences(city: City, language: str) -> list[tuple[str, str, Price, str, list[str]]]:
    """Return each price that the city declares: type, amount, the price, its source, its steps."""
    return [
        (
            labelled("asset_type", asset_type, language),
            amount(price.amount, city.currency, language),
            price,
            labelled("source", price.source, language),
            steps_of(price, city.currency, language),
        )
        for asset_type, price in prices_of(city).items()
    ]


def source_sentences(assessment: Assessment, language: str) -> list[dict[str, object]]:
    """Return every source that the city names: its use, the source, its date in words."""
    return [
        {
            "what": use,
            "source": source,
            "date": format_day(source.date, language),
        }
        for use, source in sources_in(assessment.city, language)
    ]


def listed(pages: Mapping[str, str], names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return names and addresses of pages, by name."""
    return sorted(
        ((names[part], href) for part, href in pages.items()), key=lambda entry: entry[0].casefold()
    )


_WORST = 3  # assets that the card of a district names
_SHOWN_DISTRICTS = 3  # by damage relative to value, where none is proposed


def _shown_districts(areas: gpd.GeoDataFrame, pra: ResilienceAssessment | None) -> gpd.GeoDataFrame:
    """Return the priority districts in their order; without a resilience assessment those with the
    highest damage relative to value.
    """
    if pra is None:
        shown = areas[(areas["rank"] <= _SHOWN_DISTRICTS) & (areas["assets_exposed"] > 0)]
        return shown.sort_values("rank")
    by_id = areas.set_index(areas["district"].astype(str), drop=False)
    priority = priority_districts_of(pra).districts
    return by_id.loc[[district for district in priority if district in by_id.index]]


def district_cards(
    assessment: Assessment,
    figures: Figures,
    link: Link,
    language: str,
    *,
    pra: ResilienceAssessment | None,
) -> list[dict[str, object]]:
    """Return the districts as they are shown: their order, figures, three assets and maps of each."""
    areas = assessment.district_damage
    names = district_names(areas, language)
    mark = say("map.exercise_mark", language) if exercise_titles(assessment) else None
    cards = []
    for order, (_, area) in enumerate(_shown_districts(areas, pra).iterrows(), start=1):
        district = str(area["district"])
        inside, name = part_named(figures, "district", district), names[district]
        total = total_of(inside)
        cards.append(
            {
                "rank": str(order),
                "name": name,
                "href": link("district", district),
                "parent": str(area["parent"])
                if pd.notna(area["parent"]) and f"({area['parent']})" not in name
                else "",
                "facts": _area_facts(area, total, assessment, language, pra=pra),
                "worst": _worst_names(inside, language),
                "locator": where_in_city(
                    areas, district, say("report.where", language, district=name)
                ),
                "map": district_map(
                    areas,
                    district,
                    assessment.assets.geometry.to_numpy(),
                    inside,
                    mark=mark,
                    title=say("report.map_of", language, district=name),
                    language=language,
                ),
            }
        )
    return cards


def _area_facts(
    area: pd.Series,
    total: pd.Series,
    assessment: Assessment,
    language: str,
    *,
    pra: ResilienceAssessment | None,
) -> list[tuple[str, str]]:
    """Return the facts of a district; a resilience assessment has its own score, in % of
    simulations.
    """
    currency = assessment.city.currency
    facts = [] if pra is None else share_fact(pra, str(area["district"]), language)
    facts += [
        (
            say("map.assets_exposed", language),
            say("map.of", language, part=int(area["assets_exposed"]), whole=int(area["assets"])),
        )
    ]
    if pd.notna(total["ead"]) or pd.notna(total["ead_low"]):
        facts += [
            (
                ead_called("map.ead", assessment, language),
                money(total["ead"], currency, language),
            ),
            (say("map.bounds", language), sentences.bounds_sentence(total, currency, language)),
        ]
    if pd.notna(area["ead_per_value"]):
        share = percent(area["ead_per_value"], language)
        facts.append((say("map.ead_per_value", language), share))
    if pra is None and pd.notna(area["score"]) and pd.isna(area["not_ranked"]):
        facts.append((say("map.score", language), number(area["score"], language, decimals=2)))
    people = sentences.people_sentence(area, language)
    return [*facts, (say("map.people_exposed", language), people)] if people else facts


def _worst_names(figures: Figures, language: str) -> list[str]:
    """Return the names of the three assets with the highest EAD; parts of one road are named once."""
    rows = worst(figures, limit=4 * _WORST)
    return list(dict.fromkeys(asset_and_type_names(rows, language)))[:_WORST]


def glossary_content(language: str) -> dict[str, list[tuple[str, ...]]]:
    """Return the glossary of the annex.

    `explained` are terms with what they mean; `terms` are all terms in the page's language, in the
    other languages, and their sources.
    """
    return {
        "explained": [
            (say(f"report.term.{term}", language), say(f"report.term.{term}.about", language))
            for term in TERMS
        ],
        "terms": [
            (
                term.terms[language],
                "; ".join(term.terms[other] for other in LANGUAGES if other != language),
                "; ".join(filter(None, term.sources.values())),
            )
            for term in glossary()
        ],
    }


MOST_TYPES = 14
FIRST_SURVEYS = 4
# fmt: off
TERMS = ("hazard", "shock", "stress", "exposed", "unknown", "return_period", "damage", "damage_curve", "ead", "bounds",
         "focus_area", "finding")
# fmt: on


def city_page(
    assessment: Assessment,
    figures: Figures,
    place: Place,
    language: str,
    *,
    pra: ResilienceAssessment | None = None,
) -> dict[str, object]:
    """Return what fills the page of the whole city."""
    city, areas, hidden = assessment.city, assessment.district_damage, money_hidden(assessment)
    data = data_of(assessment, figures)
    columns, link = ("asset_type", "owner", "district"), place.link
    by = [column for column in columns if figures.assets[column].notna().any()]
    count = int((areas["assets"] == 0).sum()) if city.districts else 0
    without = say("report.empty_districts", language, count=count) if count else ""
    return shared_content(assessment, place, language) | {
        "title": say("report.title", language, city=city.name),
        **_opening(assessment, figures, place, language, pra),
        "hazards": _hazards(assessment, language),
        "future": _future(assessment, figures, language, hidden=hidden),
        "parts": [parts_table(figures, column, assessment, link, language) for column in by],
        "stresses": chronic_hazard_tables(figures, assessment, by, link, language, hidden=hidden),
        "people": people_tables(assessment, language),
        "empty_districts": without,
        "plots": _plots(assessment, figures, language),
        **damage_and_ead_tables(assessment, language),
        "data": data_table(data, language) if len(data) else None,
        **findings_content(assessment, language),
        "methods": method_sentences(assessment, language),
        "sources": source_sentences(assessment, language),
        "prices": price_sentences(city, language),
        "glossary": glossary_content(language),
        "ledger": exposure_counts_table(figures, language) if figures.maps else None,
        "district_pages": listed(place.districts, district_names(areas, language)),
        "districts": city.districts is not None,
        "owner_pages": listed(place.owners, {owner: owner for owner in place.owners}),
    }


def _opening(
    assessment: Assessment,
    figures: Figures,
    place: Place,
    language: str,
    pra: ResilienceAssessment | None,
) -> dict[str, object]:
    """Return what fills the first two pages, with which the report opens as well."""
    types = parts_table(figures, "asset_type", assessment, place.link, language)
    data, picture = data_of(assessment, figures), ead_picture(assessment, language)
    hidden, inside = money_hidden(assessment), assessment.audience == "internal"
    survey = sentences.survey_next(assessment, figures, data, language) if inside else []
    by_damage = is_known(assessment.joint_ead, assessment.exposure, assessment.ead)
    indicator = "report.ranked_by" if by_damage else "report.ranked_by_exposed"
    priority, title, order = "", "report.section.focus", say(indicator, language)
    if pra is not None:
        priority = priority_sentence(pra, language)
        chosen = "_chosen" if priority_districts_of(pra).chosen else ""
        title = f"report.section.priority{chosen}"
        order = "" if chosen else say("preliminary.proposed_by", language)
    room = picture is None and len(types.rows) <= MOST_TYPES  # for one of both
    return {
        "summary": sentences.ten_sentences(
            assessment, figures, language, hidden=hidden, priority=priority
        ),
        "cards_list": large_figures(assessment, figures, language),
        "picture": picture,
        "types": types if room else None,
        "areas": district_cards(assessment, figures, place.link, language, pra=pra),
        "areas_title": say(title, language),
        "ranked_by": order,
        "areas_note": "" if priority else "focus",
        "legend": legend(language),
        "maps": _maps(assessment, figures, language),
        "survey": survey[:FIRST_SURVEYS],
        "further_survey": survey[FIRST_SURVEYS:],
    }


def summary_page(
    assessment: Assessment,
    figures: Figures,
    place: Place,
    language: str,
    *,
    pra: ResilienceAssessment | None = None,
) -> dict[str, object]:
    """Return what fills the two pages for whoever reads no more than two."""
    return shared_content(assessment, place, language) | {
        "title": say("report.summary_title", language, city=assessment.city.name),
        **_opening(assessment, figures, place, language, pra),
        "numbers": footnotes(place.report),
    }


def part_page(
    assessment: Assessment,
    city_figures: Figures,
    part_type: str,
    part: str,
    place: Place,
    language: str,
) -> dict[str, object]:
    """Return the content of a page of a part, by `part_type` a "district" or an "owner"."""
    figures, city, areas = (
        part_named(city_figures, part_type, part),
        assessment.city,
        assessment.district_damage,
    )
    name = district_names(areas, language).get(part, part) if part_type == "district" else part
    data = data_of(assessment, figures)
    is_there, hidden, link = bool(len(figures.assets)), money_hidden(assessment), place.link
    columns = ("asset_type", "owner" if part_type == "district" else "district") if is_there else ()
    by = [column for column in columns if figures.assets[column].notna().any()]
    inside = is_there and assessment.audience == "internal"
    area, drawn, people = None, {"locator": "", "map": ""}, []
    if part_type == "district":
        area = areas[areas["district"].astype(str) == part].iloc[0]
        mark = say("map.exercise_mark", language) if exercise_titles(assessment) else None
        shapes, title = (
            assessment.assets.geometry.to_numpy(),
            say("report.map_of", language, district=name),
        )
        about = {"title": title, "language": language}
        drawn = {
            "locator": where_in_city(areas, part, say("report.where", language, district=name)),
            "map": district_map(areas, part, shapes, figures, mark=mark, **about),
        }
        people = people_tables(assessment, language, district=part)
    return (
        shared_content(assessment, place, language)
        | drawn
        | {
            "title": say("report.part_title", language, part=name, city=city.name),
            "legend": legend(language),
            "summary": sentences.part_sentences(
                assessment, figures, city_figures, language, area=area, hidden=hidden
            ),
            "parts": [parts_table(figures, column, assessment, link, language) for column in by],
            "maps": _maps(assessment, figures, language) if is_there else None,
            "stresses": chronic_hazard_tables(
                figures, assessment, by, link, language, hidden=hidden
            ),
            "future": _future(assessment, figures, language, hidden=hidden),
            "worst": worst_table(figures, assessment, language, by=part_type) if is_there else None,
            "people": people,
            "data": data_table(data, language) if len(data) else None,
            "survey": sentences.survey_next(assessment, figures, data, language) if inside else [],
            "methods": method_sentences(assessment, language),
        }
    )


def _maps(assessment: Assessment, figures: Figures, language: str) -> TableView | None:
    kinds = {hazard.name: hazard.kind for hazard in assessment.city.hazards}
    return maps_table(figures, kinds, assessment.city.currency, language) if figures.maps else None


def _future(
    assessment: Assessment, figures: Figures, language: str, *, hidden: bool
) -> dict[str, object] | None:
    """Return the projection of these assets: sentences, table, return periods; None if none."""
    rows = figures.assets["row"].to_numpy()
    projected = [] if hidden else projection_sentences(assessment, language, rows=rows)
    if not projected:
        return None
    return {
        "sentences": projected,
        "table": future_table(assessment, rows, language),
        "often": return_periods(assessment, language),
        "sources": sources(assessment.city.future, language),
    }


def _hazards(assessment: Assessment, language: str) -> list[str]:
    """Return each hazard's maps, its exposure threshold, and its sources."""
    sentences = []
    for hazard in assessment.city.hazards:
        unit = hazard.intensity.unit
        threshold = hazard.exposed_from
        key = "report.hazard_from" if threshold else "report.hazard_any"
        sentences.append(
            say(
                key,
                language,
                hazard=hazard.name,
                measure=hazard.intensity.measure,
                unit=unit,
                least=number(threshold or 0.0, language),
                source=hazard.source.title,
                licence=format_licence(hazard.source.licence, language),
            )
        )
    return sentences


def _plots(assessment: Assessment, figures: Figures, language: str) -> list[tuple[str, Markup]]:
    """Return the still figures, each with what it is."""
    shocks = {hazard.name for hazard in assessment.city.hazards if hazard.kind == "shock"}
    priced = shocks & set(assessment.ead["hazard"].astype(str))
    hazards = list(dict.fromkeys(hazard for hazard, _ in figures.maps))
    drawn: list[tuple[str, Markup]] = []
    for hazard in hazards:
        if hazard in priced:
            drawn.append(_svg(exceedance_plot(assessment, hazard, language=language), len(drawn)))
    if has_money(figures) and figures.assets["ead"].notna().any():
        drawn += [
            _svg(ead_plot(assessment, by=by, language=language), len(drawn) + place)
            for place, by in enumerate(("asset_type", "district"))
        ]
    for hazard in hazards:
        drawn.append(_svg(exposure_plot(assessment, hazard, language=language), len(drawn)))
    return drawn


def _svg(figure: Figure, place: int) -> tuple[str, Markup]:
    """Return a figure's title and the figure, with its own ids for a page with several."""
    text = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>f{place}-", as_svg(figure))
    title = figure.get_suptitle().replace("\n", " ").replace(r"\$", "$")
    # letters are drawn as shapes: whoever does not see them hears the title
    text = text.replace("<svg ", f'<svg role="img" aria-label="{html.escape(title)}" ', 1)
    return title, Markup(text)  # noqa: S704
