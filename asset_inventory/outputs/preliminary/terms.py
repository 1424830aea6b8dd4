"""What the preliminary resilience assessment calls things where people read them: pressures, groups, shares, years."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from asset_inventory.library import resilience_drivers
from asset_inventory.outputs.page_data import exercise_titles
from asset_inventory.outputs.printing import BITS
from asset_inventory.outputs.report_sentences import left_out
from asset_inventory.preliminary import PreliminaryAssessment, status_of_table
from asset_inventory.preliminary.filled import file_of
from asset_inventory.preliminary.forms import FILLED
from asset_inventory.resilience.ballots import SMALL_GROUPS
from asset_inventory.resilience.criteria import FIGURES
from asset_inventory.resilience.standings import front_groups
from asset_inventory.tables import EXERCISE
from asset_inventory.words import finding_says, knows, number, say

if TYPE_CHECKING:
    from asset_inventory.sources.city import City


def pressure_names(city: City, language: str) -> dict[str, str]:
    """Return what each pressure is called, by its id, in the city's order."""
    return {one.id: one.name.said(language) for one in city.pressures}


def driver_names(language: str) -> dict[str, str]:
    """Return what each driver of the City Resilience Framework is called, by its number."""
    return {driver: names[language == "id"] for driver, names in resilience_drivers().items()}


def group_said(group: object, language: str) -> str:
    """Return what a group is called; groups too small to be shown alone have one name together."""
    if pd.isna(group):
        return say("preliminary.group_unnamed", language)
    return say("preliminary.smaller_groups", language) if group == SMALL_GROUPS else str(group)


def criterion_said(city: City, name: str, language: str) -> str:
    """Return what a criterion is called: the figure that it names by our word, an indicator by the city's own."""
    declared = city.resilience.criteria.get(name)
    figure = declared.of if declared is not None and declared.of else name
    return say(f"resilience.figure.{figure}", language) if figure in FIGURES else name


def front_said(city: City, language: str) -> str:
    """Return by what the front compares: its criteria, and those of a group behind the name of the group."""
    return ", ".join(
        criterion_said(city, names[0], language) if len(names) == 1 else
        f"{group} ({', '.join(criterion_said(city, one, language) for one in names)})"
        for group, names in front_groups(city.resilience.criteria).items()
    )  # fmt: skip


def weights_said(city: City, language: str) -> str:
    """Return how weights are drawn: over all of them, or around those that are stated."""
    stated = city.resilience.stated_weights
    return say("preliminary.weights.stated", language, sureness=stated) if stated else say(
        "preliminary.weights.uniform", language)  # fmt: skip


def word_said(family: str, word: object, language: str) -> str:
    """Return a word of a table in a language (its key begins with `family`), as it is where we have none for it."""
    if pd.isna(word):
        return say("number.not_known", language)
    key = f"{family}{str(word).replace(' ', '_').replace(',', '')}"
    return say(key, language) if knows(key, language) else str(word)


def share_said(share: float, language: str) -> str:
    """Return a share of draws in whole percent; what is neither none nor all is never called so."""
    if math.isnan(share):
        return number(share, language)
    if 0 < share < 0.005:
        return "<1 %"
    if 0.995 <= share < 1:
        return ">99 %"
    return f"{number(100 * share, language, decimals=0)} %"


def draws_said(share: float, language: str) -> str:
    """Return a share of draws in whole percent, as `whole_percent` has it; not nothing is never called so."""
    if math.isnan(share):
        return number(share, language)
    whole = whole_percent(share)
    return "<1 %" if share > 0 and not whole else f"{number(100 * whole, language, decimals=0)} %"


def whole_percent(share: float) -> float:
    """Return a share cut to whole percent, never more than it is, so that it reaches no cut of sureness it misses."""
    return share if math.isnan(share) else math.floor(100 * share + BITS) / 100


def years_said(first: float, last: float, language: str) -> str:
    """Return the years of an action: from, until, or both; nothing is said where neither is known."""
    one, other = ("" if math.isnan(year) else str(int(year)) for year in (first, last))
    if one and other:
        return one if one == other else f"{one}–{other}"
    key = "preliminary.years.from" if one else "preliminary.years.until"
    return say(key, language, year=one or other) if one or other else say("number.not_known", language)


def named(
    ids: Iterable[str], names: Mapping[str, str], language: str, *, most: int | None = None, whole: int = 0
) -> str:
    """Return names of ids in a row, at most so many, the rest counted (of `whole`, where that is more); «–» of none."""
    told = [names.get(str(one), str(one)) for one in ids]
    left = max(whole, len(told)) - len(told[:most])
    if left:
        return say("preliminary.and_more", language, names=", ".join(told[:most]), count=left)
    return ", ".join(told) or "–"


def beaters(whom: object) -> list[str]:
    """Return the districts that beat one, as STANDINGS lists them."""
    return [] if pd.isna(whom) or not whom else str(whom).split(", ")


def invented(preliminary: PreliminaryAssessment, language: str) -> list[str]:
    """Return what is exercise data in an assessment and in the tables that people filled in: titles, each once.

    A table whose source is not told is called by its form.
    """
    declared = {name: getattr(preliminary.assessment.city.resilience, name) for name in FILLED}
    own = [one.source or say(f"form.{name}", language) for name, one in declared.items()
           if one is not None and one.exercise]  # fmt: skip
    return list(dict.fromkeys([*exercise_titles(preliminary.assessment), *own]))


def unread_said(preliminary: PreliminaryAssessment, language: str, *names: str) -> list[str]:
    """Return that a table could not be read, a sentence for each of these (of all without names) that could not."""
    return [say("preliminary.unread", language, table=say(f"form.{name}", language))
            for name in preliminary.unread if not names or name in names]  # fmt: skip


def left_out_said(preliminary: PreliminaryAssessment, language: str) -> list[str]:
    """Return what is in none of the figures because its file cannot be used: layers, hazards, and tables of people.

    The inside reads why and what to do about it.
    """
    said = left_out(preliminary.assessment, language)
    for name in preliminary.unread:
        line, found = unread_said(preliminary, language, name), preliminary.findings
        if not preliminary.is_public:
            file = file_of(preliminary.assessment.city, name)
            rows = found[((found["source"] == file) & (found["severity"] == "error")).to_numpy()].to_dict("records")
            line += [part for row in rows for part in finding_says(row, language)]
        said.append(" ".join(line))
    return said


def mark_of(preliminary: PreliminaryAssessment, tables: Iterable[str], language: str) -> str:
    """Return the mark of exercise data for what shows some tables, "" where all of them are real.

    A table with a `data_status` of its own is marked where any of its rows is; "assessment" is all that it shows.
    """
    for name in tables:
        if name == "assessment":
            if exercise_titles(preliminary.assessment):
                return say("map.exercise_mark", language)
            continue
        table = getattr(preliminary, name)
        told = set(table["data_status"].astype(str)) if "data_status" in table else {status_of_table(preliminary, name)}
        if EXERCISE in told:
            return say("map.exercise_mark", language)
    return ""
