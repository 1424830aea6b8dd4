"""The tables of what is told of people district by district: how many, of which groups, what they bear and would need.

Counts are rounded here only, needs up. What a rule assumes of a district is called an assumption beside its figure.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from asset_inventory.library.rates import needs
from asset_inventory.outputs.naming import district_names, years
from asset_inventory.outputs.preliminary.standing_tables import shown_districts
from asset_inventory.outputs.preliminary.tables import head, printed
from asset_inventory.outputs.preliminary.terms import word_said
from asset_inventory.outputs.report_people import people_said
from asset_inventory.outputs.report_tables import Cell, Head, Link, Printed
from asset_inventory.resilience.district_people import DISPLACED, EAD_PER_HEAD, EXPOSED, GROUPS, PEOPLE
from asset_inventory.risk.people import rounded_up
from asset_inventory.words import money, number, say

if TYPE_CHECKING:
    from asset_inventory.preliminary import PreliminaryAssessment

_OF_DISTRICTS = (PEOPLE, EXPOSED, DISPLACED, *GROUPS, EAD_PER_HEAD)


def people_of_districts(preliminary: PreliminaryAssessment, link: Link, language: str) -> Printed | None:
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
        columns.append((Head(item_said(item, language), "groups", is_number=True), amounts))
    return printed("people-of-districts", columns, language)


def people_of_district(preliminary: PreliminaryAssessment, district: str, language: str) -> Printed | None:
    """Return all that is told of a district's people, and by which rule; None where nobody counted them."""
    table = preliminary.district_people
    rows = table[(table["district"].astype(str) == district).to_numpy()].to_dict("records")
    currency = preliminary.assessment.city.currency
    columns = [
        (head("what", language), [item_said(str(row["item"]), language) for row in rows]),
        (head("how_many", language, "groups", is_number=True), [_amount(row, currency, language) for row in rows]),
        (head("told_by", language), [_rule(row, language) for row in rows]),
    ]
    return printed("people-here", columns, language)


def item_said(item: str, language: str) -> str:
    """Return what an item of DISTRICT_PEOPLE is called."""
    family = "people_group." if item in GROUPS else "need." if item in _needs() else "preliminary.person."
    return word_said(family, item, language)


def _needs() -> set[str]:
    return {one.name for one in needs()}


def _amount(row: Mapping[str, object], currency: str, language: str) -> str:
    """Return an amount, or what it lies between where it is not known."""
    def said(value: float) -> str:
        if row["item"] == EAD_PER_HEAD:
            return money(value, currency, language)
        return number(rounded_up(value), language) if row["item"] in _needs() else people_said(value, "internal",
                                                                                               language)  # fmt: skip

    if not math.isnan(row["amount"]):
        return said(row["amount"])
    if math.isnan(row["amount_low"]) or math.isnan(row["amount_high"]):
        return number(math.nan, language)
    ends = said(row["amount_low"]), said(row["amount_high"])
    return ends[0] if ends[0] == ends[1] else " – ".join(ends)


def _rule(row: Mapping[str, object], language: str) -> str:
    rule = word_said("people_rule.", row["rule"], language)
    return say("preliminary.assumed", language, rule=rule) if row["assumed"] else rule


def products_table(preliminary: PreliminaryAssessment, link: Link, language: str) -> Printed | None:
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
