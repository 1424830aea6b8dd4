"""The tables of what districts are compared by: goalposts, values, how criteria go together, what ranks hang on."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from asset_inventory.inventory.district_indicators import unit_of
from asset_inventory.outputs.naming import district_names
from asset_inventory.outputs.preliminary.standing_tables import shown_districts
from asset_inventory.outputs.preliminary.tables import head, printed
from asset_inventory.outputs.preliminary.terms import criterion_said, word_said
from asset_inventory.outputs.printing import BITS, Scale, scale_of
from asset_inventory.outputs.report_tables import Cell, Head, Link, Printed
from asset_inventory.resilience.criteria import FIGURES, HECTARE, OF_PEOPLE
from asset_inventory.resilience.standings import front_groups
from asset_inventory.words import currency_sign, number, say

if TYPE_CHECKING:
    from asset_inventory.preliminary import PreliminaryAssessment

_MONEY = ("ead", "ead_per_hectare")
_OF_SIZE = ("ead", "assets_exposed", *OF_PEOPLE)  # sums, of which a larger district has more
_DENSE = "per hectare"
_DENSITY = {"ead": "ead_per_hectare"}


def goalposts_table(preliminary: PreliminaryAssessment, language: str) -> Printed | None:
    """Return the criteria: their units, where each scores 0 and 1, a stated weight, and whether the front has it."""
    city = preliminary.assessment.city
    criteria = city.resilience.criteria
    front = {name for group in front_groups(criteria).values() for name in group}
    compared = set(preliminary.criteria["criterion"].astype(str))
    names = [one for one in criteria if one in compared]
    columns = [
        (head("criterion", language), [criterion_said(city, one, language) for one in names]),
        (head("unit", language), [_unit_said(preliminary, one, language) or "–" for one in names]),
        *((head(f"goalpost_{end}", language, "scores", is_number=True),
           [number(getattr(criteria[one], end), language) for one in names]) for end in ("worst", "best")),
        (head("of_front", language, "front"),
         [say("preliminary.of_front.yes" if one in front else "preliminary.of_front.no", language) for one in names]),
    ]  # fmt: skip
    if city.resilience.stated_weights:
        columns.insert(4, (head("stated_weight", language, "shares", is_number=True),
                           [number(criteria[one].weight, language) for one in names]))  # fmt: skip
    return printed("goalposts", columns, language)


def _unit_said(preliminary: PreliminaryAssessment, name: str, language: str) -> str:
    """Return the unit of a criterion: of a figure by our words, of an indicator as its table has it; "" without."""
    city = preliminary.assessment.city
    figure = city.resilience.criteria[name].of or name
    if figure in FIGURES:
        return say(f"preliminary.unit.{figure}", language, currency=currency_sign(city.currency, language))
    return unit_of(preliminary.indicators, figure)


def criteria_table(
    preliminary: PreliminaryAssessment, link: Link, language: str, *, district: str | None = None
) -> Printed | None:
    """Return what the districts that the page speaks of (or one of them) have by each criterion."""
    table, city = preliminary.criteria, preliminary.assessment.city
    ids = shown_districts(preliminary) if district is None else [district]
    table = table[table["district"].astype(str).isin(ids).to_numpy()]
    names = district_names(preliminary.assessment.focus_areas, language)
    values = table.pivot(index="district", columns="criterion", values="value").reindex(ids) if len(table) else table
    columns = [(head("district", language), [Cell(names.get(one, one), link("district", one)) for one in ids])]
    hectares = _hectares_of(preliminary.assessment.districts, ids)
    for name in (one for one in city.resilience.criteria if len(table)):
        told = values[name] if name in values else pd.Series(math.nan, index=ids)
        figure, text = city.resilience.criteria[name].of or name, criterion_said(city, name, language)
        unit = "" if figure in FIGURES else _unit_said(preliminary, name, language)  # ours say what they are
        columns.append(_criterion(told, figure, text, city.currency, language, unit=unit))
        if figure in _OF_SIZE:  # a large district has more of it: beside the whole stands how dense it lies
            text = say("preliminary.per_hectare", language, criterion=text)
            columns.append(_criterion(told / hectares, _DENSITY.get(figure, _DENSE), text, city.currency, language))
    if len(columns) == 1:
        return None
    return printed("criteria", columns, language) if district is None else printed(
        "criteria-here", columns[1:], language)  # fmt: skip


def _criterion(
    told: pd.Series, figure: str, text: str, currency: str, language: str, *, unit: str = ""
) -> tuple[Head, list[str]]:
    """Return the column of a criterion: its heading with the unit in which its values are printed, and these."""
    scale = scale_of(float(told.max())) if told.max() >= 1e6 else Scale(decimals=3)
    if figure in _MONEY or scale.key:
        unit = scale.unit(currency, language) if figure in _MONEY else say(scale.key, language)
    digits = 0 if figure in OF_PEOPLE else min(_digits(told), 1) if figure == _DENSE else _digits(told)
    cells = [scale.printed(one, language) if scale.key else
             number(one, language, decimals=None if math.isnan(one) else digits) for one in told]  # fmt: skip
    return Head(text + (f" ({unit})" if unit else ""), "scores"), cells


def _hectares_of(districts: pd.DataFrame, ids: list[str]) -> pd.Series:
    area = pd.Series(shapely.area(districts.geometry.to_numpy()), index=districts["district"].astype(str))
    return area.reindex(ids).replace(0.0, math.nan) / HECTARE


def _digits(values: pd.Series) -> int:
    """Return with how many decimals (at most three) all values are told as they are, so that they stand alike."""
    known = values.dropna()
    return next((digits for digits in range(3) if np.allclose(known, known.round(digits), rtol=BITS, atol=BITS)), 3)


def shifts_table(preliminary: PreliminaryAssessment, language: str) -> Printed | None:
    """Return how far ranks move where districts are compared in another way (Saisana's mean shift)."""
    table, city = preliminary.rank_shifts, preliminary.assessment.city
    names = district_names(preliminary.assessment.focus_areas, language)
    told = []
    for row in table.to_dict("records"):
        way = word_said("preliminary.choice_of.", row["choice"], language)
        if pd.notna(row["criterion"]):
            way += f": {criterion_said(city, str(row['criterion']), language)}"
        told.append(way)
    moved = ["–" if pd.isna(one) else names.get(str(one), str(one)) for one in table["district"]]
    columns = [
        (head("another_way", language), told),
        (head("mean_shift", language, "shifts", is_number=True),
         [number(one, language, decimals=1) for one in table["mean_shift"]]),
        (head("largest_shift", language, "shifts", is_number=True),
         [number(one, language) for one in table["largest_shift"]]),
        (head("moves_most", language), moved),
    ]  # fmt: skip
    return printed("shifts", columns, language)


def correlations_table(preliminary: PreliminaryAssessment, language: str) -> Printed | None:
    """Return how far each two criteria go together, as a matrix: what goes together counts twice."""
    table = preliminary.correlations
    known = {(str(one), str(other)): value for one, other, value in
             table[["criterion", "other", "correlation"]].itertuples(index=False)}  # fmt: skip
    city = preliminary.assessment.city
    names = [one for one in city.resilience.criteria if any(one in pair for pair in known)]
    columns = [(head("criterion", language), [criterion_said(city, one, language) for one in names])]
    for other in names:
        told = ["1" if one == other else number(known.get((one, other), known.get((other, one), math.nan)), language,
                                                decimals=2) for one in names]  # fmt: skip
        columns.append((Head(criterion_said(city, other, language), "correlations"), told))
    return printed("correlations", columns, language)
