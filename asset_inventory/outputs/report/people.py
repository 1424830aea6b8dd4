"""What a report says of people: how many are in which class of a hazard, who is displaced, and what they need.

Needs and counts are rounded here only. For the public no number of people from 1 to 9 is printed.

The tables of what is told of people district by district: how many, of which groups, what they bear and would need.

Counts are rounded here only, needs up. What a rule assumes of a district is called an assumption beside its figure.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from asset_inventory.disclosure.assessment import is_few
from asset_inventory.messages import knows, money, number, say
from asset_inventory.model.library.rates import displacement_sets, fatality_models, needs, ratios
from asset_inventory.model.tables import known_sum
from asset_inventory.outputs.report.district_tables import shown_districts
from asset_inventory.outputs.report.resilience_tables import head, printed
from asset_inventory.outputs.views.naming import district_names, kept_answers, years
from asset_inventory.outputs.views.resilience import translate
from asset_inventory.outputs.views.tables import Cell, Head, Link, Printed, Row
from asset_inventory.resilience.equity import DISPLACED, EAD_PER_HEAD, EXPOSED, GROUPS, PEOPLE
from asset_inventory.risk.people import BY_DWELLINGS, needs_of, rounded_up, totals_by_class

if TYPE_CHECKING:
    from asset_inventory.assessment.run import Assessment

# The groups that those who run a shelter ask for first.
_GROUPS = ("under 5", "over 60", "disabled", "pregnant", "lactating")


def people_tables(
    assessment: Assessment, language: str, *, district: str | None = None
) -> list[Printed]:
    """Return the tables on people of the city or of a district: by class, needs, groups; none without residents."""
    people, sums = _people_of(assessment, district)
    if people["people"].notna().sum() == 0:
        return []
    return [_by_class(sums, people, assessment, language), *_for_displaced(sums, assessment, language)]


@kept_answers
def _people_of(assessment: Assessment, district: str | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of PEOPLE of the city or of a district, and their totals by class."""
    people = assessment.people
    if district is not None:
        people = people.iloc[_rows_of_districts(assessment).get(district, [])]
    return people, totals_by_class(people)


@kept_answers
def _rows_of_districts(assessment: Assessment) -> dict[str, np.ndarray]:
    district = assessment.people["district"].astype(str)
    return district.groupby(district, sort=False).indices


def people_sentences(count: float, assessment: Assessment, language: str) -> str:
    """Return a number of people as it is printed for the readers of an edition: «< 10» of fewer to the public."""
    return say("people.few", language) if is_few(count, assessment) else format_people(count, language)


def format_people(count: float, language: str) -> str:
    """Return a number of people as it is printed: whole, «< 1» for less than one."""
    if 0 < count < 1:
        return say("people.under_one", language)
    return number(count if math.isnan(count) else round(count), language)


def format_class(name: str, language: str) -> str:
    """Return what a class of a set is called; a class that is a number is called by it."""
    key = f"people_class.{name.replace(' ', '_')}"
    return say(key, language) if knows(key, language) else name


def _by_class(
    sums: pd.DataFrame, people: pd.DataFrame, assessment: Assessment, language: str
) -> Printed:
    deadly = bool(sums["fatalities"].notna().any())
    names = ["people", "displaced", *(["fatalities"] if deadly else [])]
    untold = bool(sums["districts_not_known"].any())
    rows = [
        Row((*(Cell(one) for one in (str(row["hazard"]), years(row["return_period"], language),
                                     format_class(str(row["class"]), language))),
             *(Cell(people_sentences(row[name], assessment, language)) for name in names),
             *([Cell(number(row["districts_not_known"], language))] if untold else [])))
        for row in sums[(sums["people"] != 0) | (sums["districts_not_known"] > 0)].to_dict("records")
    ]  # fmt: skip
    heads = [Head(say(f"report.head.{name}", language), is_number=False) for name in ("hazard", "map", "class")]
    heads += [Head(say(f"report.head.{name}", language), "people") for name in names]
    heads += [Head(say("report.head.districts_not_known", language), "people")] if untold else []
    notes = tuple((one, "people") for one in _notes(people, assessment, language))
    return Printed("people-by-class", say("report.caption.people", language), tuple(heads), tuple(rows), notes)


def _notes(people: pd.DataFrame, assessment: Assessment, language: str) -> list[str]:
    """Return how people were spread over classes and by which rates, with what the authors of these warn of."""
    rules = people.drop_duplicates("district")["people_rule"].astype(str)
    said = [say("report.people_spread", language, dwellings=int((rules == BY_DWELLINGS).sum()), districts=len(rules))]
    if (people["people"][people["class"].astype(str) == "unknown"] > 0).any():
        said.append(say("report.people_unknown", language))
    untold = [one.name for one in assessment.city.hazards if one.people is None]
    if untold:
        said.append(say("report.people_without_rates", language, hazards=", ".join(untold)))
    for hazard in assessment.city.hazards:
        if hazard.people is None or hazard.name not in set(people["hazard"].astype(str)):
            continue
        of_set = displacement_sets()[hazard.people.displacement]
        said.append(say("report.people_rates", language, hazard=hazard.name, displacement=of_set.name,
                        source=of_set.classes[0].source))  # fmt: skip
        if hazard.people.fatality is not None:
            model = fatality_models()[hazard.people.fatality]
            said.append(say("report.people_deaths", language, hazard=hazard.name, fatality=model.name,
                            source=model.source))  # fmt: skip
            said += [say("report.people_caveat", language, hazard=hazard.name)] if model.caveat else []
    return said


def _for_displaced(sums: pd.DataFrame, assessment: Assessment, language: str) -> list[Printed]:
    """Return what the displaced of each map need, and of which groups they are by national shares."""
    needed, groups = [], []
    shares = {one.group: one.share for one in ratios()}
    for (hazard, period), rows in sums.groupby(["hazard", "return_period"], sort=False, dropna=False, observed=True):
        displaced = known_sum(rows["displaced"])
        head = (
            Cell(str(hazard)),
            Cell(years(period, language)),
            Cell(people_sentences(displaced, assessment, language)),
        )
        # what they need would tell how many they are
        few = is_few(displaced, assessment)
        silent = say("people_rule.withheld", language)
        amounts = [silent if few else number(rounded_up(one), language) for _, one, _, _ in needs_of(displaced)]
        needed.append(Row((*head, *map(Cell, amounts))))
        counts = [
            silent if few else people_sentences(displaced * shares[name], assessment, language) for name in _GROUPS
        ]
        groups.append(Row((*head, *map(Cell, counts))))
    first = [Head(say(f"report.head.{name}", language), is_number=False) for name in ("hazard", "map")]
    first.append(Head(say("report.head.displaced", language), "people"))
    things = [Head(say(f"need.{name.replace(' ', '_')}", language), "people") for name, *_ in needs_of(0.0)]
    kinds = [Head(say(f"people_group.{name.replace(' ', '_')}", language), "people") for name in _GROUPS]
    notes = [say("report.people_needs", language)]
    if (sums["people"][sums["class"].astype(str) == "unknown"] > 0).any():
        notes.append(say("report.people_needs_least", language))
    return [
        Printed("needs", say("report.caption.needs", language), (*first, *things), tuple(needed),
                tuple((one, "people") for one in notes)),
        Printed("groups", say("report.caption.groups", language), (*first, *kinds), tuple(groups)),
    ]  # fmt: skip


if TYPE_CHECKING:
    from asset_inventory.assessment.resilience import ResilienceAssessment

_OF_DISTRICTS = (PEOPLE, EXPOSED, DISPLACED, *GROUPS, EAD_PER_HEAD)


def people_of_districts(preliminary: ResilienceAssessment, link: Link, language: str) -> Printed | None:
    """Return people, groups and damage per head of the districts that the page speaks of; None without residents."""
    table, currency = preliminary.district_people, preliminary.assessment.city.currency
    if not len(table):
        return None
    names, ids = district_names(preliminary.assessment.focus_areas, language), shown_districts(preliminary)
    told = {(str(row["district"]), str(row["item"])): row for row in table.to_dict("records")}
    columns = [(head("district", language), [Cell(names.get(one, one), link("district", one)) for one in ids])]
    for item in _OF_DISTRICTS:
        rows = [told.get((one, item)) for one in ids]
        amounts = [number(math.nan, language) if row is None else _amount(row, currency, language) for row in rows]
        columns.append((Head(format_need(item, language), "groups", is_number=True), amounts))
    return printed("people-of-districts", columns, language)


def people_of_district(preliminary: ResilienceAssessment, district: str, language: str) -> Printed | None:
    """Return all that is told of a district's people, and by which rule; None where nobody counted them."""
    table = preliminary.district_people
    rows = table[(table["district"].astype(str) == district).to_numpy()].to_dict("records")
    currency = preliminary.assessment.city.currency
    columns = [
        (head("what", language), [format_need(str(row["item"]), language) for row in rows]),
        (head("how_many", language, "groups", is_number=True), [_amount(row, currency, language) for row in rows]),
        (head("told_by", language), [_rule(row, language) for row in rows]),
    ]
    return printed("people-here", columns, language)


def format_need(item: str, language: str) -> str:
    """Return what an item of DISTRICT_PEOPLE is called."""
    family = "people_group." if item in GROUPS else "need." if item in _needs() else "preliminary.person."
    return translate(family, item, language)


def _needs() -> set[str]:
    return {one.name for one in needs()}


def _amount(row: Mapping[str, object], currency: str, language: str) -> str:
    """Return an amount, or what it lies between where it is not known."""
    def said(value: float) -> str:
        if row["item"] == EAD_PER_HEAD:
            return money(value, currency, language)
        return number(rounded_up(value), language) if row["item"] in _needs() else format_people(value, language)

    if not math.isnan(row["amount"]):
        return said(row["amount"])
    if math.isnan(row["amount_low"]) or math.isnan(row["amount_high"]):
        return number(math.nan, language)
    ends = said(row["amount_low"]), said(row["amount_high"])
    return ends[0] if ends[0] == ends[1] else " – ".join(ends)


def _rule(row: Mapping[str, object], language: str) -> str:
    rule = translate("people_rule.", row["rule"], language)
    return say("preliminary.assumed", language, rule=rule) if row["assumed"] else rule


def products_table(preliminary: ResilienceAssessment, link: Link, language: str) -> Printed | None:
    """Return BNPB's H, V and C of the districts that the page speaks of on each hazard's rarest map, and products.

    None of the products is the risk; each bears its formula.
    """
    table, ids = preliminary.products, shown_districts(preliminary)
    if not len(table):
        return None
    rarest = table.groupby(table["hazard"].astype(str))["return_period"].transform("max")
    here = table["district"].astype(str).isin(ids) & (table["return_period"].eq(rarest) | rarest.isna())
    rows = table[here.to_numpy()].to_dict("records")
    names = district_names(preliminary.assessment.focus_areas, language)
    columns = [
        (head("district", language), [Cell(names[str(row["district"])], link("district", str(row["district"])))
                                      for row in rows]),
        (Head(say("report.head.hazard", language), is_number=False),
         [f"{row['hazard']}, {years(float(row['return_period']), language)}" for row in rows]),
        (head("index", language, "bnpb", is_number=True), _limits(rows, "index", language)),
        (head("vulnerability", language, "bnpb", is_number=True), _limits(rows, "vulnerability", language)),
        (head("capacity", language, "bnpb", is_number=True),
         [number(row["capacity"], language, decimals=2) for row in rows]),
        (head("product", language, "bnpb"), [str(row["product"]) for row in rows]),
        (head("value", language, "bnpb", is_number=True), _limits(rows, "value", language)),
    ]  # fmt: skip
    return printed("products", columns, language)


def _limits(rows: list[Mapping[str, object]], name: str, language: str) -> list[str]:
    told = []
    for row in rows:
        ends = [number(row[f"{name}_{end}"], language, decimals=2) if pd.notna(row[f"{name}_{end}"]) else
                number(math.nan, language) for end in ("low", "high")]  # fmt: skip
        told.append(ends[0] if ends[0] == ends[1] else " – ".join(ends))
    return told
