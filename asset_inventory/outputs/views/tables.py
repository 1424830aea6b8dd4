"""The tables of a report as they are printed: words and numbers in one language, parts that add up to their totals.

A heading bears the name of the method (`note`) that its figures come from, to which the page makes a footnote.

The tables of a report on stresses: what each takes a year and the days of service lost, apart from shocks.

What is lost on each map and a year, of a city and its parts, as tables in words, for paper and terminal.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from asset_inventory.assessment.breakdowns import CITY, damage_sums_of, ead_sums_of
from asset_inventory.messages import number, say
from asset_inventory.model.tables import known_sum
from asset_inventory.outputs.views.figures import BOUNDS, Figures, by_map, by_map_and_type, by_part, rarest_maps, worst
from asset_inventory.outputs.views.naming import (
    BITS,
    Scale,
    asset_names,
    format_day,
    in_steps,
    part_names,
    scale_of,
    years,
)
from asset_inventory.outputs.views.summary import sums
from asset_inventory.risk.exposure import STATES

if TYPE_CHECKING:
    from asset_inventory.assessment.run import Assessment
    from asset_inventory.model.city import City

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


def exposure_counts_table(figures: Figures, language: str) -> Printed:
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
             Cell(format_day(row["data_date"], language)),
             Cell(number(row["age"], language)), Cell(percent(row["missing_share"], language)),
             Cell(field_sentences(row["missing_counted"], language) or "–"),
             Cell(number(row["assets_without_figure"], language))))
        for row in data.to_dict("records")
    ]
    words = {"owner", "layer", "data_date", "missing_counted"}
    names = ("owner", "layer", "assets", "data_date", "age", "missing_share", "missing_counted", "without_figure")
    heads = tuple(Head(say(f"report.head.{name}", language), "age" if name in ("age", "missing_share") else "",
                       is_number=name not in words) for name in names)  # fmt: skip
    return Printed("data", say("report.caption.data", language), heads, tuple(rows))


def field_sentences(names: str, language: str) -> str:
    """Return columns of ASSETS, as OWNERSHIP lists them, in words."""
    return ", ".join(say(f"column.{name}", language) for name in names.split(", ") if name)


def percent(share: float, language: str) -> str:
    """Return a share (0-1) as percent with one decimal; NaN is «not known»."""
    return number(share, language) if math.isnan(share) else f"{number(100 * share, language, decimals=1)} %"


def has_money(figures: Figures) -> bool:
    """Tell whether there is any EAD, or bounds of it, to print."""
    return bool(figures.assets[["ead", "ead_low"]].notna().any(axis=None))


if TYPE_CHECKING:
    from asset_inventory.assessment.run import Assessment


def by_chronic_hazard(figures: Figures, assessment: Assessment, by: str) -> pd.DataFrame:
    """Return a row a stress and part that it reaches or may reach (`hazard`, `part`), the greatest damage first.

    `reached` and `perhaps` count assets, `yearly_damage` is what is known of their sum (currency/year) and
    `without_figure` of how many it is not; `days_lost` adds up days of service (day/year), `days_most` is the most at
    one.
    """
    stress = assessment.stress
    place = pd.Series(np.arange(len(figures.assets)), index=figures.assets["row"].to_numpy())
    inside = place.reindex(stress["asset_id"].cat.codes.to_numpy()).to_numpy()
    table, inside = stress[~np.isnan(inside)], inside[~np.isnan(inside)].astype(int)
    reached = (table["exposed_fraction"] > 0).to_numpy()
    known = pd.DataFrame({
        "hazard": table["hazard"].astype(str).to_numpy(),
        "part": figures.assets[by].iloc[inside].to_numpy(dtype=object),
        "reached": reached, "perhaps": ~reached, "without_figure": reached & table["yearly_damage"].isna().to_numpy(),
        "yearly_damage": table["yearly_damage"].where(reached).to_numpy(),
        "days_lost": table["days_lost"].where(reached).to_numpy()})  # fmt: skip
    grouped = known.groupby(["hazard", "part"], dropna=False, sort=False)
    sums = grouped[["reached", "perhaps", "without_figure"]].sum()
    sums[["yearly_damage", "days_lost"]] = grouped[["yearly_damage", "days_lost"]].sum(min_count=1)
    sums["days_most"] = grouped["days_lost"].max()
    return sums.reset_index().sort_values(
        ["hazard", "yearly_damage", "reached", "part"], ascending=[True, False, False, True], na_position="last",
        ignore_index=True)  # fmt: skip


def chronic_hazard_tables(
    figures: Figures, assessment: Assessment, by: list[str], link: Link, language: str, *, hidden: bool = False
) -> list[Printed]:
    """Return a table for each column of ASSETS in `by`; none where no stress says how often it comes, or reaches them.

    With `hidden` the readers may not know what anything costs.
    """
    tables = [(column, by_chronic_hazard(figures, assessment, column)) for column in by]
    return [_printed(table, column, assessment, link, language, hidden=hidden)
            for column, table in tables if len(table)]  # fmt: skip


def _printed(
    table: pd.DataFrame, by: str, assessment: Assessment, link: Link, language: str, *, hidden: bool
) -> Printed:
    currency, kind = assessment.city.currency, area_kind(by, assessment.city)
    with_money = not hidden and bool(table["yearly_damage"].notna().any())
    scale = scale_of(known_sum(table["yearly_damage"])) if with_money else Scale()
    heads = [Head(say("report.head.hazard", language), is_number=False),
             Head(say(f"report.head.{kind}", language), is_number=False)]  # fmt: skip
    money = ["yearly_damage", "without_figure"] if with_money else []
    names = ["reached", "perhaps", *money, "days_lost", "days_most"]
    heads += [Head(say(f"report.head.{name}", language, unit=scale.unit(currency, language)), "stress")
              for name in names]  # fmt: skip
    rows: list[Row] = []
    for hazard in table["hazard"].unique():
        of_hazard = table[table["hazard"] == hazard]
        rows += _rows(str(hazard), of_hazard, by, names, scale, assessment, link, language)
    notes = rounding(scale, currency, language) if with_money else ()
    caption = say("report.caption.stress", language, part=say(f"report.by.{kind}", language))
    return Printed(f"stress-by-{by}", caption, tuple(heads), tuple(rows), notes)


def _rows(
    hazard: str, table: pd.DataFrame, by: str, names: list[str], scale: Scale, assessment: Assessment, link: Link,
    language: str,
) -> Iterator[Row]:  # fmt: skip
    """Yield the rows of one stress, and their sum."""
    rounded, total = in_steps(table["yearly_damage"].to_numpy(), scale.step)
    money = [scale.printed(one, language, exact=exact)
             for one, exact in zip(rounded, table["yearly_damage"], strict=True)]  # fmt: skip
    parts = part_names(table["part"], assessment.focus_areas, by, language)
    for row, name, said in zip(table.to_dict("records"), parts, money, strict=True):
        told = {one: said if one == "yearly_damage" else _count(row[one], language) for one in names}
        yield Row((Cell(hazard), Cell(name, link(by, str(row["part"]))), *(Cell(told[one]) for one in names)))
    most = table["days_most"].max()
    sums = {one: most if one == "days_most" else known_sum(table[one]) for one in names}
    told = {one: scale.printed(total, language) if one == "yearly_damage" else _count(sums[one], language)
            for one in names}  # fmt: skip
    yield Row((Cell(hazard), Cell(say("report.total", language)), *(Cell(told[one]) for one in names)), is_sum=True)


def _count(value: float, language: str) -> str:
    return number(value if np.isnan(value) else round(float(value), 1), language)


if TYPE_CHECKING:
    from asset_inventory.assessment.run import Assessment

_NONE = "–"


def damage_and_ead_tables(assessment: Assessment, language: str) -> dict[str, Printed | None]:
    """Return what is lost a year and on each map of priced hazards, by asset type; None where nothing of it is known.

    The assessment must hold no more than its readers may know.
    """
    damage, ead = (made(assessment, by=["asset_type"]) for made in (damage_sums_of, ead_sums_of))
    lost = damage.groupby("hazard", observed=True)["damage"].transform("max") > 0
    return {
        "damage_sums": damage_table(damage[lost], assessment, "asset_type", language) if lost.any() else None,
        "ead_sums": (ead_table(ead, assessment, "asset_type", language)
                     if ead[["ead", "ead_low"]].notna().any(axis=None) else None),
    }  # fmt: skip


def damage_table(sums: pd.DataFrame, assessment: Assessment, by: str | None, language: str) -> Printed:
    """Return DAMAGE_SUMS in words: a row a map and part, those of the whole city below them.

    `by` is the column of ASSETS that the parts are of, None for the city alone.
    """
    scale = scale_of(float(np.nan_to_num(sums["damage"].max())))
    rows = []
    for _, of_map in sums.groupby(["hazard", "return_period"], sort=False, dropna=False, observed=True):
        first = of_map.iloc[0]
        said = (str(first["hazard"]), years(float(first["return_period"]), language))
        for row, name, told in _parts(of_map, "damage", assessment, by, scale, language):
            counts = [number(int(row[one]), language) for one in ("assets", "exposed", "unknown")]
            same = row["damage_low"] == row["damage"] == row["damage_high"]
            money = [told, _NONE if same else between(row["damage_low"], row["damage_high"], scale, language)]
            cells = [*said, *name, *counts, *money, number(int(row["without_figure"]), language)]
            rows.append(Row(tuple(map(Cell, cells)), is_sum=bool(by) and row["by"] == CITY))
    unit = scale.unit(assessment.city.currency, language)
    heads = [*_word_heads(("hazard", "map"), assessment, by, language),
             *(Head(say(f"report.head.{one}", language), note) for one, note in
               (("assets", ""), ("exposed", "counting"), ("unknown", "counting"))),
             Head(say("report.head.damage", language, unit=unit), "damage"),
             Head(say("report.head.lies_between", language, unit=unit), "bounds"),
             Head(say("report.head.without_figure", language), "damage")]  # fmt: skip
    return Printed("damage-sums", say("report.caption.damage_sums", language), tuple(heads), tuple(rows),
                   rounding(scale, assessment.city.currency, language))  # fmt: skip


def ead_table(sums: pd.DataFrame, assessment: Assessment, by: str | None, language: str) -> Printed:
    """Return EAD_SUMS in words: a row a hazard and part, those of the whole city below them.

    Where maps of a hazard are not nested its rows come again without the maps that cover less than they should.
    """
    known = sums[["ead", "ead_low"]].max().max()
    scale = scale_of(float(np.nan_to_num(known)))
    rows = []
    for _, of_hazard in sums.groupby(["hazard", "left_out"], sort=False, dropna=False, observed=True):
        for row, name, told in _parts(of_hazard, "ead", assessment, by, scale, language):
            void = row["rule"] == "bounds void"
            bounds = (say("report.no_bounds", language) if void
                      else between(row["ead_low"], row["ead_high"], scale, language))  # fmt: skip
            figure = say("report.bounds_only", language) if row["rule"] == "bounds only" else told
            cells = [str(row["hazard"]), *name, number(int(row["assets"]), language), figure, bounds,
                     number(int(row["without_figure"]), language), _maps(row, language)]  # fmt: skip
            rows.append(Row(tuple(map(Cell, cells)), is_sum=bool(by) and row["by"] == CITY))
    unit = scale.unit(assessment.city.currency, language)
    heads = [*_word_heads(("hazard",), assessment, by, language), Head(say("report.head.assets", language)),
             Head(say("report.head.ead", language, unit=unit), "ead"),
             Head(say("report.head.lies_between", language, unit=unit), "bounds"),
             Head(say("report.head.without_figure", language), "ead"),
             Head(say("report.head.maps", language), "bounds", is_number=False)]  # fmt: skip
    refuted = ((say("report.maps_refuted", language), "bounds"),) if sums["left_out"].notna().any() else ()
    return Printed("ead-sums", say("report.caption.ead_sums", language), tuple(heads), tuple(rows),
                   (*refuted, *rounding(scale, assessment.city.currency, language)))  # fmt: skip


def _word_heads(names: Sequence[str], assessment: Assessment, by: str | None, language: str) -> Iterator[Head]:
    named = (*names, *((area_kind(by, assessment.city),) if by else ()))
    return (Head(say(f"report.head.{name}", language), is_number=False) for name in named)


def _parts(
    sums: pd.DataFrame, name: str, assessment: Assessment, by: str | None, scale: Scale, language: str
) -> Iterator[tuple[pd.Series, tuple[str, ...], str]]:
    """Yield of each part, then of the city, its row, what it is called, and its sum in whole steps.

    Where the parts are all of the city they add up to what is printed of it.
    """
    parts, city = sums[(sums["by"] == by).to_numpy()], sums[(sums["by"] == CITY).to_numpy()].iloc[0]
    if len(parts) and parts["assets"].sum() == city["assets"]:
        steps, total = in_steps(parts[name].to_numpy(), scale.step)
    else:
        steps, total = np.round(parts[name].to_numpy() / scale.step) * scale.step, _whole(city[name], scale)
    called = part_names(parts["part"], assessment.focus_areas, by or "", language)
    for (_, row), step, title in zip(parts.iterrows(), steps, called, strict=True):
        yield row, (title,), scale.printed(step, language, exact=row[name])
    whole = (say("report.total", language),) if by else ()
    yield city, whole, scale.printed(total, language, exact=city[name])


def _whole(amount: float, scale: Scale) -> float:
    return math.nan if math.isnan(amount) else math.floor(amount / scale.step + 0.5 + BITS) * scale.step


def _maps(row: pd.Series, language: str) -> str:
    """Return on how many maps a figure rests, and which were left out for it."""
    count = int(row["maps"])
    if pd.isna(row["left_out"]):
        return number(count, language)
    return say("report.maps_without", language, maps=count, periods=row["left_out"])
