"""The tables of a report as they are printed: words and numbers in one language, parts that add up to their totals.

A heading bears the name of the method (`note`) that its figures come from, to which the page makes a footnote.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from asset_inventory.outputs.coming import sums
from asset_inventory.outputs.naming import asset_names, day_said, part_names, years
from asset_inventory.outputs.printing import BITS, Scale, in_steps, scale_of
from asset_inventory.outputs.report_figures import (
    BOUNDS,
    Figures,
    by_map,
    by_map_and_type,
    by_part,
    rarest_maps,
    worst,
)
from asset_inventory.risk.exposure import STATES
from asset_inventory.tables import known_sum
from asset_inventory.words import number, say

if TYPE_CHECKING:
    from asset_inventory.assessment import Assessment
    from asset_inventory.sources.city import City

COUNTS = ("assets", "exposed", "unknown", "not_exposed", "unusable")
FIVE = 5
MOST_HAZARDS = 4  # with a column of their own in the tables of parts
_NOTES = dict.fromkeys(COUNTS, "counting") | {"assets": "", "ead": "ead", "bounds": "bounds", "without_figure": "ead",
                                              "damage": "damage"}  # fmt: skip


@dataclass(frozen=True)
class Head:
    """A heading: its text, the method behind its figures ("" for none), and whether numbers stand below it."""

    text: str
    note: str = ""
    is_number: bool = True


@dataclass(frozen=True)
class Cell:
    """A cell: its text, where it leads to ("" for nowhere), and a share (0-1) to be drawn behind it, or NaN."""

    text: str
    href: str = ""
    share: float = math.nan


@dataclass(frozen=True)
class Row:
    """A row: its cells, and whether it is a sum of those above it."""

    cells: tuple[Cell, ...]
    is_sum: bool = False


@dataclass(frozen=True)
class Printed:
    """A table: its name in the page (an id), its caption, headings, rows, and sentences below it with their methods."""

    name: str
    caption: str
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    notes: tuple[tuple[str, str], ...] = ()


Link = Callable[[str, str], str]  # kind of part and part -> the address of its page, "" without one


def parts_table(figures: Figures, by: str, assessment: Assessment, link: Link, language: str) -> Printed:
    """Return the assets of each type, district or owner: how they are counted over all maps together, and their EAD."""
    table, currency = by_part(figures, by), assessment.city.currency
    names = part_names(table["part"], assessment.focus_areas, by, language)
    columns = _count_columns(table, figures, language)
    notes: tuple[tuple[str, str], ...] = ()
    if has_money(figures):
        scale = scale_of_sums(table)
        columns += _money_columns(table, scale, currency, language)
        notes = rounding(scale, currency, language)
    named = [Cell(name, link(by, str(part))) for part, name in zip(table["part"], names, strict=True)]
    rows = [Row(cells) for cells in zip(named, *(column.cells for column in columns), strict=True)]
    whole = Row((Cell(say("report.total", language)), *(Cell(column.total) for column in columns)), is_sum=True)
    kind = area_kind(by, assessment.city)
    caption = say("report.caption.parts", language, part=say(f"report.by.{kind}", language))
    first = Head(say(f"report.head.{kind}", language), is_number=False)
    return Printed(f"by-{by}", caption, (first, *(column.head for column in columns)), (*rows, whole), notes)


def area_kind(by: str, city: City) -> str:
    """Return "square" for the districts of a city that declares none, else the part's own word."""
    return "square" if by == "district" and city.districts is None else by


@dataclass(frozen=True)
class _Column:
    head: Head
    cells: list[Cell]
    total: str


def _count_columns(table: pd.DataFrame, figures: Figures, language: str) -> list[_Column]:
    """Return how many assets are counted how; where there are few hazards, also how many each of them exposes."""
    names = {name: (say(f"report.head.{name}", language), _NOTES[name]) for name in COUNTS}
    hazards = list(rarest_maps(figures))
    if 1 < len(hazards) <= MOST_HAZARDS:
        place = list(names).index("exposed") + 1
        each = {f"exposed: {one}": (say("report.head.exposed_to", language, hazard=one), "counting") for one in hazards}
        names = dict([*list(names.items())[:place], *each.items(), *list(names.items())[place:]])
    columns = []
    for name, (text, note) in names.items():
        shares = table[name] / table["assets"] if name.startswith("exposed") else [math.nan] * len(table)
        cells = [Cell(number(int(one), language), share=share) for one, share in zip(table[name], shares, strict=True)]
        columns.append(_Column(Head(text, note), cells, number(int(table[name].sum()), language)))
    return columns


def scale_of_sums(table: pd.DataFrame) -> Scale:
    """Return the unit in which the sums of a table of EAD are printed: that of its EAD, else of its bounds."""
    sums = [known_sum(table[name]) for name in BOUNDS]
    return scale_of(next((one for one in sums if one > 0), 0.0))


def _money_columns(table: pd.DataFrame, scale: Scale, currency: str, language: str) -> list[_Column]:
    """Return EAD, the assets without it, and what all of them together lie between."""
    unit = scale.unit(currency, language)
    rounded, total = in_steps(table["ead"].to_numpy(), scale.step)
    ead = [Cell(scale.printed(one, language, exact=exact)) for one, exact in zip(rounded, table["ead"], strict=True)]
    missing = [Cell(number(int(one), language)) for one in table["without_figure"]]
    bounds = [Cell(between(low, high, scale, language))
              for low, high in zip(table["ead_low"], table["ead_high"], strict=True)]  # fmt: skip
    whole = [float(table[name].sum()) if table[name].notna().all() else math.nan for name in BOUNDS[1:]]
    heads = {name: Head(say(f"report.head.{name}", language, unit=unit), _NOTES[name])
             for name in ("ead", "without_figure", "bounds")}  # fmt: skip
    return [
        _Column(heads["ead"], ead, scale.printed(total, language)),
        _Column(heads["without_figure"], missing, number(int(table["without_figure"].sum()), language)),
        _Column(heads["bounds"], bounds, between(*whole, scale, language)),
    ]


def between(low: float, high: float, scale: Scale, language: str) -> str:
    """Return bounds as they are printed: what one lies between, or at least, or that they are not known.

    The lower one is rounded down and the upper one up, so that what is printed still holds.
    """
    if math.isnan(low):
        return number(low, language)
    least = scale.printed(math.floor(low / scale.step + BITS) * scale.step, language)
    if math.isnan(high):
        return say("report.at_least", language, low=least)
    return f"{least} – {scale.printed(math.ceil(high / scale.step - BITS) * scale.step, language)}"


def rounding(scale: Scale, currency: str, language: str) -> tuple[tuple[str, str], ...]:
    """Return the sentence that says once how the money of a table is rounded."""
    step = scale.printed(scale.step, language)
    return ((say("report.rounded", language, step=step, unit=scale.unit(currency, language)), "rounding"),)


def maps_table(figures: Figures, kinds: dict[str, str], currency: str, language: str) -> Printed:
    """Return how the assets are counted on each hazard map, and what they lose there where that is known of any.

    `kinds` has "shock" or "stress" by hazard.
    """
    table = by_map(figures)
    priced = bool((table["damage"] > 0).any())
    scale = scale_of(float(table["damage"].max())) if priced else Scale()
    rows = []
    for row in table.to_dict("records"):
        words = (row["hazard"], say(f"kind.{kinds[row['hazard']]}", language), years(row["return_period"], language))
        counts = [Cell(number(row[name], language),
                       share=row[name] / row["assets"] if name == "exposed" and row["assets"] else math.nan)
                  for name in COUNTS]  # fmt: skip
        lost = np.round(row["damage"] / scale.step) * scale.step
        money = (scale.printed(lost, language, exact=row["damage"]), number(row["without_figure"], language))
        rows.append(Row((*map(Cell, words), *counts, *(map(Cell, money) if priced else ()))))
    heads = [Head(say(f"report.head.{name}", language), is_number=False) for name in ("hazard", "kind", "map")]
    heads += [Head(say(f"report.head.{name}", language), _NOTES[name]) for name in COUNTS]
    unit = scale.unit(currency, language)
    heads += [Head(say(f"report.head.{name}", language, unit=unit), _NOTES[name])
              for name in (("damage", "without_figure") if priced else ())]  # fmt: skip
    return Printed("by-map", say("report.caption.maps", language), tuple(heads), tuple(rows))


def ledger_table(figures: Figures, language: str) -> Printed:
    """Return the accounting: on each map each type's assets, and below them their sum, which is all assets."""
    table, rows = by_map_and_type(figures), []
    for hazard, period in figures.maps:
        same = table["return_period"].isna() if math.isnan(period) else table["return_period"] == period
        of_map = table[(table["hazard"] == hazard) & same]
        head = (Cell(hazard), Cell(years(period, language)))
        of_types = zip(of_map["asset_type"], of_map[list(COUNTS)].to_numpy(), strict=True)
        rows += [Row((*head, Cell(kind), *_counted(counts, language))) for kind, counts in of_types]
        whole = _counted(of_map[list(COUNTS)].sum().to_numpy(), language)
        rows.append(Row((*head, Cell(say("report.total", language)), *whole), is_sum=True))
    words = [Head(say(f"report.head.{name}", language), is_number=False) for name in ("hazard", "map", "asset_type")]
    heads = (*words, *(Head(say(f"report.head.{name}", language), _NOTES[name]) for name in COUNTS))
    return Printed("ledger", say("report.caption.ledger", language), heads, tuple(rows),
                   ((say("report.ledger_adds_up", language), "counting"),))  # fmt: skip


def future_table(assessment: Assessment, rows: np.ndarray, language: str) -> Printed:
    """Return EAD of some `rows` of ASSETS in each year that the city looks at, and its share due to sinking ground."""
    table, currency = sums(assessment, rows=rows), assessment.city.currency
    scale = scale_of(float(table["ead_low"].max()))
    rounded = np.round(table["ead"].to_numpy(dtype=float) / scale.step) * scale.step
    printed = []
    for row, ead in zip(table.to_dict("records"), rounded, strict=True):
        said = scale.printed(ead, language, exact=row["ead"])
        if row["at_least"] and not math.isnan(ead):
            said = say("future.at_least", language, ead=said)
        cells = (row["hazard"], str(row["year"]), number(row["added_depth"], language, decimals=2), said,
                 between(row["ead_low"], row["ead_high"], scale, language), percent(row["share"], language),
                 number(row["assets_without_figure"], language))  # fmt: skip
        printed.append(Row(tuple(map(Cell, cells))))
    unit = scale.unit(currency, language)
    heads = [Head(say("future.head.hazard", language), is_number=False), Head(say("future.head.year", language)),
             Head(say("future.head.added_depth", language)), Head(say("future.head.ead", language, unit=unit), "ead"),
             Head(say("report.head.lies_between", language, unit=unit), "bounds"),
             Head(say("future.head.share", language)), Head(say("future.head.without_figure", language))]  # fmt: skip
    notes = rounding(scale, currency, language)
    return Printed("to-come", say("future.caption", language), tuple(heads), tuple(printed), notes)


def _counted(values: Sequence[int], language: str) -> list[Cell]:
    return [Cell(number(int(one), language)) for one in values]


def worst_table(
    figures: Figures, assessment: Assessment, language: str, *, by: str | None = None, most: int = FIVE
) -> Printed:
    """Return the assets to look at first; `by` is the part that the page is about, whose column it goes without."""
    rows = worst(figures, most=most)
    columns: list[tuple[Head, list[str]]] = [
        (Head(say("report.head.asset", language), is_number=False), [str(one) for one in asset_names(rows)]),
        (Head(say("report.head.asset_id", language), is_number=False), rows["asset_id"].astype(str).tolist()),
        (Head(say("report.head.asset_type", language), is_number=False), rows["asset_type"].astype(str).tolist()),
    ]
    for column in ("district", "owner"):
        if column != by and rows[column].notna().any():
            names = part_names(rows[column], assessment.focus_areas, column, language)
            kind = area_kind(column, assessment.city)
            columns.append((Head(say(f"report.head.{kind}", language), is_number=False), names))
    states = [say(f"map.class.{STATES[int(one)]}", language) for one in rows["state"]]
    columns.append((Head(say("report.head.state", language), "counting", is_number=False), states))
    notes: tuple[tuple[str, str], ...] = ()
    if has_money(figures):
        columns += _worst_money(rows, scale_of_sums(rows), assessment.city.currency, language)
        if rows["ead"].isna().any() and rows["ead_low"].notna().any():
            notes = ((say("report.ranked_by_bounds", language), "bounds"),)
    cells = zip(*(texts for _, texts in columns), strict=True)
    return Printed("worst", say("report.caption.worst", language, count=len(rows)), tuple(head for head, _ in columns),
                   tuple(Row(tuple(map(Cell, texts))) for texts in cells), notes)  # fmt: skip


def _worst_money(rows: pd.DataFrame, scale: Scale, currency: str, language: str) -> list[tuple[Head, list[str]]]:
    unit = scale.unit(currency, language)
    rounded = np.round(rows["ead"].to_numpy(dtype=float) / scale.step) * scale.step
    ead = [scale.printed(one, language, exact=exact) for one, exact in zip(rounded, rows["ead"], strict=True)]
    bounds = [between(low, high, scale, language)
              for low, high in zip(rows["ead_low"], rows["ead_high"], strict=True)]  # fmt: skip
    return [(Head(say("report.head.ead", language, unit=unit), "ead"), ead),
            (Head(say("report.head.lies_between", language, unit=unit), "bounds"), bounds)]  # fmt: skip


def data_table(data: pd.DataFrame, language: str) -> Printed:
    """Return OWNERSHIP as it is printed: whose data is how old, and how much of it is missing."""
    rows = [
        Row((Cell(say("ownership.nobody", language) if pd.isna(row["owner"]) else str(row["owner"])),
             Cell(str(row["layer"])), Cell(number(row["assets"], language)),
             Cell(day_said(row["data_date"], language)),
             Cell(number(row["age"], language)), Cell(percent(row["missing_share"], language)),
             Cell(fields_said(row["missing_counted"], language) or "–"),
             Cell(number(row["assets_without_figure"], language))))
        for row in data.to_dict("records")
    ]
    words = {"owner", "layer", "data_date", "missing_counted"}
    names = ("owner", "layer", "assets", "data_date", "age", "missing_share", "missing_counted", "without_figure")
    heads = tuple(Head(say(f"report.head.{name}", language), "age" if name in ("age", "missing_share") else "",
                       is_number=name not in words) for name in names)  # fmt: skip
    return Printed("data", say("report.caption.data", language), heads, tuple(rows))


def fields_said(names: str, language: str) -> str:
    """Return columns of ASSETS, as OWNERSHIP lists them, in words."""
    return ", ".join(say(f"column.{name}", language) for name in names.split(", ") if name)


def percent(share: float, language: str) -> str:
    """Return a share (0-1) as percent with one decimal; NaN is «not known»."""
    return number(share, language) if math.isnan(share) else f"{number(100 * share, language, decimals=1)} %"


def has_money(figures: Figures) -> bool:
    """Tell whether there is any EAD, or bounds of it, to print."""
    return bool(figures.assets[["ead", "ead_low"]].notna().any(axis=None))
