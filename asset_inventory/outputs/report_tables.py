"""The tables of a report as they are printed: words and numbers in one language, parts that add up to their totals.

A heading bears the name of the method (`note`) that its figures come from, to which the page makes a footnote.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from asset_inventory.outputs.naming import asset_names, part_names, years
from asset_inventory.outputs.printing import Scale, in_steps, scale_of
from asset_inventory.outputs.report_figures import BOUNDS, Figures, by_map, by_map_and_type, by_part, worst
from asset_inventory.risk.exposure import STATES
from asset_inventory.words import number, say

COUNTS = ("assets", "exposed", "unknown", "not_exposed", "unusable")
FIVE = 5
_NOTES = dict.fromkeys(COUNTS, "counting") | {"assets": "", "ead": "ead", "bounds": "bounds", "without_figure": "ead"}


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
    """A table: its name in the page (an id), its caption, headings, rows, and sentences below it."""

    name: str
    caption: str
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


Link = Callable[[str, str], str]  # kind of part and part -> the address of its page, "" without one


def parts_table(figures: Figures, by: str, about: pd.DataFrame, currency: str, link: Link, language: str) -> Printed:
    """Return the assets of each type, district or owner: how they are counted over all maps together, and their EAD.

    `about` is DISTRICTS, by which districts are named.
    """
    table = by_part(figures, by)
    names = part_names(table["part"], about, by, language)
    columns = [[number(int(one), language) for one in table[name]] for name in COUNTS]
    totals = [number(int(table[name].sum()), language) for name in COUNTS]
    heads = [Head(say(f"report.head.{name}", language), _NOTES[name]) for name in COUNTS]
    notes: tuple[str, ...] = ()
    if has_money(figures):
        scale = scale_of(float(table["ead"].sum() or table["ead_low"].sum()))
        money_heads, money_columns, money_totals = _money_columns(table, scale, currency, language)
        heads, columns, totals = [*heads, *money_heads], [*columns, *money_columns], [*totals, *money_totals]
        notes = rounding(scale, currency, language)
    cells = [[Cell(text) for text in column] for column in columns]
    shares = (table["exposed"] / table["assets"]).tolist()
    place = COUNTS.index("exposed")
    cells[place] = [Cell(text, share=share) for text, share in zip(columns[place], shares, strict=True)]
    named = [Cell(name, link(by, str(part))) for part, name in zip(table["part"], names, strict=True)]
    rows = [Row(of_part) for of_part in zip(named, *cells, strict=True)]
    whole = Row((Cell(say("report.total", language)), *map(Cell, totals)), is_sum=True)
    caption = say("report.caption.parts", language, part=say(f"plot.by.{by}", language))
    first = Head(say(f"report.head.{by}", language), is_number=False)
    return Printed(f"by-{by}", caption, (first, *heads), (*rows, whole), notes)


def _money_columns(
    table: pd.DataFrame, scale: Scale, currency: str, language: str
) -> tuple[list[Head], list[list[str]], list[str]]:
    """Return EAD, what it lies between and the assets without it: headings, columns and totals."""
    unit = scale.unit(currency, language)
    rounded = {name: in_steps(table[name].to_numpy(), scale.step) for name in BOUNDS}
    whole = {name: total if name == "ead" or table[name].notna().all() else math.nan
             for name, (_, total) in rounded.items()}  # fmt: skip
    ead = [scale.printed(one, language, exact=exact)
           for one, exact in zip(rounded["ead"][0], table["ead"], strict=True)]  # fmt: skip
    bounds = [between(low, high, scale, language, exact=exact)
              for low, high, exact in zip(rounded["ead_low"][0], rounded["ead_high"][0], table["ead_high"],
                                          strict=True)]  # fmt: skip
    missing = [number(int(one), language) for one in table["without_figure"]]
    heads = [Head(say(f"report.head.{name}", language, unit=unit), _NOTES[name])
             for name in ("ead", "bounds", "without_figure")]  # fmt: skip
    totals = [scale.printed(whole["ead"], language), between(whole["ead_low"], whole["ead_high"], scale, language),
              number(int(table["without_figure"].sum()), language)]  # fmt: skip
    return heads, [ead, bounds, missing], totals


def between(low: float, high: float, scale: Scale, language: str, *, exact: float = 0.0) -> str:
    """Return rounded bounds as they are printed: what one lies between, or at least, or that they are not known.

    `exact` is the upper one before it was rounded: where nothing is left of it, it is said to be less than a step.
    """
    if math.isnan(low):
        return number(low, language)
    if math.isnan(high):
        return say("report.at_least", language, low=scale.printed(low, language))
    return f"{scale.printed(low, language)} – {scale.printed(high, language, exact=exact)}"


def rounding(scale: Scale, currency: str, language: str) -> tuple[str, ...]:
    """Return the sentence that says once how the money of a table is rounded."""
    step = scale.printed(scale.step, language)
    return (say("report.rounded", language, step=step, unit=scale.unit(currency, language)),)


def maps_table(figures: Figures, kinds: dict[str, str], language: str) -> Printed:
    """Return how the assets are counted on each hazard map; `kinds` has "shock" or "stress" by hazard."""
    rows = [
        Row((Cell(row["hazard"]), Cell(say(f"kind.{kinds[row['hazard']]}", language)),
             Cell(years(row["return_period"], language)),
             *(Cell(number(row[name], language),
                    share=row[name] / row["assets"] if name == "exposed" and row["assets"] else math.nan)
               for name in COUNTS)))
        for row in by_map(figures).to_dict("records")
    ]
    words = [Head(say(f"report.head.{name}", language), is_number=False) for name in ("hazard", "kind", "map")]
    heads = (*words, *(Head(say(f"report.head.{name}", language), _NOTES[name]) for name in COUNTS))
    return Printed("by-map", say("report.caption.maps", language), heads, tuple(rows))


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
                   (say("report.ledger_adds_up", language),))  # fmt: skip


def _counted(values: Sequence[int], language: str) -> list[Cell]:
    return [Cell(number(int(one), language)) for one in values]


def worst_table(
    figures: Figures, about: pd.DataFrame, currency: str, language: str, *, by: str | None = None, most: int = FIVE
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
            names = part_names(rows[column], about, column, language)
            columns.append((Head(say(f"report.head.{column}", language), is_number=False), names))
    states = [say(f"map.class.{STATES[int(one)]}", language) for one in rows["state"]]
    columns.append((Head(say("report.head.state", language), "counting", is_number=False), states))
    if has_money(figures):
        scale = scale_of(float(rows["ead"].max() if rows["ead"].notna().any() else rows["ead_low"].max()))
        columns += _worst_money(rows, scale, currency, language)
    cells = zip(*(texts for _, texts in columns), strict=True)
    return Printed("worst", say("report.caption.worst", language, count=len(rows)), tuple(head for head, _ in columns),
                   tuple(Row(tuple(map(Cell, texts))) for texts in cells))  # fmt: skip


def _worst_money(
    rows: pd.DataFrame, scale: Scale, currency: str, language: str
) -> list[tuple[Head, list[str]]]:
    unit = scale.unit(currency, language)
    rounded = {name: np.round(rows[name].to_numpy(dtype=float) / scale.step) * scale.step for name in BOUNDS}
    bounds = [between(low, high, scale, language, exact=exact)
              for low, high, exact in zip(rounded["ead_low"], rounded["ead_high"], rows["ead_high"],
                                          strict=True)]  # fmt: skip
    return [
        (Head(say("report.head.ead", language, unit=unit), "ead"),
         [scale.printed(one, language, exact=exact) for one, exact in zip(rounded["ead"], rows["ead"], strict=True)]),
        (Head(say("report.head.bounds", language, unit=unit), "bounds"), bounds),
    ]  # fmt: skip


def data_table(data: pd.DataFrame, language: str) -> Printed:
    """Return OWNERSHIP as it is printed: whose data is how old, and how much of it is missing."""
    rows = [
        Row((Cell(say("ownership.nobody", language) if pd.isna(row["owner"]) else str(row["owner"])),
             Cell(str(row["layer"])), Cell(number(row["assets"], language)),
             Cell(say("map.about.undated", language) if pd.isna(row["data_date"]) else str(row["data_date"])),
             Cell(number(row["age"], language)), Cell(percent(row["missing_share"], language)),
             Cell(str(row["missing_counted"]) or "–"), Cell(number(row["assets_without_figure"], language))))
        for row in data.to_dict("records")
    ]
    words = {"owner", "layer", "data_date", "missing_counted"}
    names = ("owner", "layer", "assets", "data_date", "age", "missing_share", "missing_counted", "without_figure")
    heads = tuple(Head(say(f"report.head.{name}", language), "age" if name in ("age", "missing_share") else "",
                       is_number=name not in words) for name in names)  # fmt: skip
    return Printed("data", say("report.caption.data", language), heads, tuple(rows))


def percent(share: float, language: str) -> str:
    """Return a share (0-1) as percent with one decimal; NaN is «not known»."""
    return number(share, language) if math.isnan(share) else f"{number(100 * share, language, decimals=1)} %"


def has_money(figures: Figures) -> bool:
    """Tell whether there is any EAD, or bounds of it, to print."""
    return bool(figures.assets[["ead", "ead_low"]].notna().any(axis=None))
