"""What a report says of people: how many are in which class of a hazard, who is displaced, and what they need.

Needs and counts are rounded here only. For the public no number of people from 1 to 9 is printed.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from asset_inventory.library.rates import displacement_sets, fatality_models, ratios
from asset_inventory.outputs.audience import FEW
from asset_inventory.outputs.naming import years
from asset_inventory.outputs.report_tables import Cell, Head, Printed, Row
from asset_inventory.risk.people import BY_DWELLINGS, needs_of, rounded_up, totals_by_class
from asset_inventory.tables import known_sum
from asset_inventory.words import knows, number, say

if TYPE_CHECKING:
    from asset_inventory.assessment import Assessment

# The groups that those who run a shelter ask for first.
_GROUPS = ("under 5", "over 60", "disabled", "pregnant", "lactating")


def people_tables(
    assessment: Assessment, audience: str, language: str, *, district: str | None = None
) -> list[Printed]:
    """Return the tables on people of the city or of a district: by class, needs, groups; none without residents."""
    people = assessment.people
    if district is not None:
        people = people[(people["district"].astype(str) == district).to_numpy()]
    if people["people"].notna().sum() == 0:
        return []
    sums = totals_by_class(people)
    return [_by_class(sums, people, assessment, audience, language), *_for_displaced(sums, audience, language)]


def people_said(count: float, audience: str, language: str) -> str:
    """Return a number of people as it is printed: whole, «< 1» for less than one, and «< 10» to the public."""
    if count > 0 and round(count) < FEW and audience == "public":
        return say("people.few", language)
    if 0 < count < 1:
        return say("people.under_one", language)
    return number(count if math.isnan(count) else round(count), language)


def class_said(name: str, language: str) -> str:
    """Return what a class of a set is called; a class that is a number is called by it."""
    key = f"people_class.{name.replace(' ', '_')}"
    return say(key, language) if knows(key, language) else name


def _by_class(
    sums: pd.DataFrame, people: pd.DataFrame, assessment: Assessment, audience: str, language: str
) -> Printed:
    deadly = bool(sums["fatalities"].notna().any())
    names = ["people", "displaced", *(["fatalities"] if deadly else [])]
    untold = bool(sums["districts_not_known"].any())
    rows = [
        Row((*(Cell(one) for one in (str(row["hazard"]), years(row["return_period"], language),
                                     class_said(str(row["class"]), language))),
             *(Cell(people_said(row[name], audience, language)) for name in names),
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


def _for_displaced(sums: pd.DataFrame, audience: str, language: str) -> list[Printed]:
    """Return what the displaced of each map need, and of which groups they are by national shares."""
    needed, groups = [], []
    shares = {one.group: one.share for one in ratios()}
    for (hazard, period), rows in sums.groupby(["hazard", "return_period"], sort=False, dropna=False, observed=True):
        displaced = known_sum(rows["displaced"])
        head = (Cell(str(hazard)), Cell(years(period, language)), Cell(people_said(displaced, audience, language)))
        # what they need would tell how many they are
        few = displaced > 0 and round(displaced) < FEW and audience == "public"
        silent = say("people_rule.withheld", language)
        amounts = [silent if few else number(rounded_up(one), language) for _, one, _, _ in needs_of(displaced)]
        needed.append(Row((*head, *map(Cell, amounts))))
        counts = [silent if few else people_said(displaced * shares[name], audience, language) for name in _GROUPS]
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
