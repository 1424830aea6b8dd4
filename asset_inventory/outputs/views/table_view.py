"""A table declared once, and printed to a page, a terminal or a workbook; its names and numbers.

A page prints `headings` and `lines` (macro `table`), a terminal their texts
(`cli.shared.print_view`), a workbook the values themselves under the number format of their column
(`outputs.files.workbooks.write_view`).

Money of one table has one unit. Parts are rounded by largest remainder (Hamilton's rule): each is
cut to the last printed digit, and what the total has more goes, a step each, to the parts that were
cut most. So a printed part is less than one step from its true value, and a column adds up to the
total below it.
"""

import math
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from asset_inventory.messages import (
    LABEL_KINDS,
    currency_sign,
    knows,
    labelled,
    long_date,
    number,
    percent,
    say,
    shown,
)
from asset_inventory.model.tables import OUTSIDE_DISTRICTS

Answer = TypeVar("Answer")
_KEPT = 3  # an assessment, and the tables of districts that a page asks about by turns


def kept_answers(compute: Callable[..., Answer]) -> Callable[..., Answer]:
    """Return a function that keeps its answers for the last objects it was given first.

    A page for each of many parts asks the same of one assessment again and again; nobody changes an
    answer.
    """
    last: list[tuple[weakref.ref, dict[tuple[object, ...], Answer]]] = []

    @wraps(compute)
    def kept(about: object, *rest: object) -> Answer:
        answers = next((known for reference, known in last if reference() is about), None)
        if answers is None:
            answers = {}
            last[:] = [(weakref.ref(about), answers), *last[: _KEPT - 1]]
        if rest not in answers:
            answers[rest] = compute(about, *rest)
        return answers[rest]

    return kept


@kept_answers
def district_names(districts: pd.DataFrame, language: str) -> dict[str, str]:
    """Return the names of DISTRICTS (or DISTRICT_DAMAGE); equal ones by what they are part of.

    Those that this leaves alike, and a district without a name, are called by their id; what lies
    outside all has a name of its own.
    """
    table = districts[districts["district"].astype(str) != OUTSIDE_DISTRICTS]
    names = table["name"].fillna(table["district"].astype(str)).astype(str)
    alike = names.duplicated(keep=False) & table["parent"].notna()
    names = names.where(~alike, names + " (" + table["parent"].astype(str) + ")")
    names = names.where(
        ~names.duplicated(keep=False), names + " (" + table["district"].astype(str) + ")"
    )
    by_id = dict(zip(table["district"].astype(str), names, strict=True))
    return by_id | {OUTSIDE_DISTRICTS: say("map.outside_districts", language)}


def part_names(
    parts: Iterable[object], districts: pd.DataFrame, by: str, language: str
) -> list[str]:
    """Return the names of parts by a column of ASSETS; a missing one is «not stated»."""
    by_id = district_names(districts, language) if by == "district" else {}

    def name(part: object) -> str:
        return (
            labelled(by, part, language) if by in LABEL_KINDS else by_id.get(str(part), str(part))
        )

    return [say("plot.not_said", language) if pd.isna(part) else name(part) for part in parts]


def years(period: float, language: str) -> str:
    """Return a return period in words, of NaN that the map is a scenario."""
    if math.isnan(period):
        return say("map.scenario", language)
    # what is no whole number of years takes the plural
    count = int(period) if period == int(period) else 2
    return say("map.years", language, count=count, years=number(float(period), language))


def format_day(day: object, language: str) -> str:
    """Return a day (ISO 8601 text, or nothing) as the country writes it."""
    if pd.isna(day) or not day:
        return say("map.about.undated", language)
    return long_date(str(day), language)


def asset_and_type_names(assets: pd.DataFrame, language: str) -> list[str]:
    """Return what assets are called, with their types; one without a name by its type and id."""
    return [
        say("report.unnamed_asset", language, asset_type=kind, id=str(asset_id))
        if pd.isna(name)
        else f"{name} ({kind})"
        for name, asset_id, kind in zip(
            assets["name"],
            assets["asset_id"],
            part_names(assets["asset_type"], assets, "asset_type", language),
            strict=True,
        )
    ]


def asset_names(assets: pd.DataFrame) -> list[str]:
    """Return what assets are called: their names, or their ids."""
    return (
        assets["name"]
        .astype(object)
        .where(assets["name"].notna(), assets["asset_id"].astype(object))
        .tolist()
    )


DIGITS = 4  # that the greatest sum of a table is printed with
_SCALES = ((1e12, "number.trillion"), (1e9, "number.billion"), (1e6, "number.million"))
BITS = 1e-9  # of a step: sums carry the last bits of their parts


@dataclass(frozen=True)
class Scale:
    """The unit of printed money: its `divisor` (currency), its word, and its decimals."""

    divisor: float = 1.0
    key: str = ""
    decimals: int = 0

    @property
    def step(self) -> float:
        """The least amount that differs from nothing (currency)."""
        return self.divisor / 10**self.decimals

    def rounded(self, amount: float) -> float:
        """Return an amount rounded to whole steps."""
        return np.round(amount / self.step) * self.step

    def unit(self, currency: str, language: str) -> str:
        """Return the unit as it is in a heading: «Rp billion», «Rp miliar»."""
        return " ".join(
            filter(None, (currency_sign(currency, language), self.key and say(self.key, language)))
        )

    def printed(self, amount: float, language: str, *, exact: float = 0.0) -> str:
        """Return an amount that is a whole number of steps, without its unit; NaN is «not known».

        Where nothing is left of an `exact` amount it is shown as less than a step.
        """
        if math.isnan(amount):
            return number(amount, language)
        if amount == 0 and exact > 0:
            return f"<{self.printed(self.step, language)}"
        return number(amount / self.divisor, language, decimals=self.decimals)


def scale_of(total: float) -> Scale:
    """Return the unit that prints a total (currency) with four digits; below a million all."""
    for divisor, key in _SCALES:
        if abs(total) >= divisor:
            digits = len(str(int(abs(total) / divisor)))
            return Scale(divisor, key, max(DIGITS - digits, 0))
    return Scale()


def in_steps(parts: Sequence[float], step: float) -> tuple[np.ndarray, float]:
    """Return parts rounded to whole steps, and their total, which they add up to, without NaN.

    The total is the rounded sum; a sum of nothing is NaN. Raises ValueError for parts below 0.
    """
    parts = np.asarray(parts, dtype=float)
    known = ~np.isnan(parts)
    if not known.any():
        return parts.copy(), math.nan
    if (parts[known] < 0).any():
        raise ValueError("parts below 0 have no largest remainder")
    exact = parts[known] / step
    cut = np.floor(exact + BITS)
    total = math.floor(exact.sum() + 0.5 + BITS)
    over = int(total - cut.sum())
    largest = np.argsort(-(exact - cut), kind="stable")[:over]
    cut[largest] += 1
    rounded = np.full(len(parts), np.nan)
    rounded[known] = cut * step
    return rounded, total * step


Row = Mapping[str, Any]
Link = Callable[[str, str], str]  # kind of part and part -> the address of its page, "" without one


@dataclass(frozen=True)
class Format:
    """How a value is written in a language (`text`), whether a number, and if missing.

    `workbook` is the number format of cells that hold the value itself. Where names `has_labels`
    these are written.
    """

    text: Callable[[Any, str], str]
    is_number: bool = True
    missing: str = ""
    workbook: str = "General"
    has_labels: bool = False

    def __call__(self, value: object, language: str) -> str:
        """Return a value as it is read."""
        return self.missing if self.missing and pd.isna(value) else self.text(value, language)


def _text(value: object, language: str) -> str:
    return number(math.nan, language) if pd.isna(value) else shown(str(value))


TEXT = Format(_text, is_number=False, has_labels=True)


@dataclass(frozen=True)
class Cell:
    """A cell of a page: its text, its link ("" for none), and a share (0-1) drawn behind it."""

    text: str
    href: str = ""
    share: float = math.nan


@dataclass(frozen=True)
class Column:
    """A column: the key of its heading, how it is written (as text), and the method (`note`) of its
    figures.

    `source` is the column of the rows, or computes a value from a row; without it the column is
    that of the `label`. `heading` stands for a label that is no message, such as the name of a
    criterion. `values` fill the label's message. An `unbroken` column is not wrapped in a terminal.
    Text of a kind that has labels, such as `hazard`, is shown by them.
    """

    label: str
    format: Format = TEXT
    note: str = ""
    source: str | Callable[[Row], object] | None = None
    heading: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    href: Callable[[Row], str] | None = None
    share: Callable[[Row], float] | None = None
    unbroken: bool = False

    def value(self, row: Row) -> object:
        """Return what a row has in this column."""
        return self.source(row) if callable(self.source) else row[self.source or self.label]

    def text(self, value: object, language: str) -> str:
        """Return a value of this column as it is read."""
        kind = self.source if isinstance(self.source, str) else self.label
        if self.format.has_labels and kind in LABEL_KINDS and isinstance(value, str):
            value = labelled(kind, value, language)
        return self.format(value, language)


# The explained term of the glossary (`report.term.*`) in the heading of a column, by its label.
_EXPLAINED = {
    "hazard": "hazard",
    "map": "return_period",
    "exposed": "exposed",
    "no_data": "unknown",
    "damage": "damage",
    "ead": "ead",
    "lies_between": "bounds",
}


@dataclass(frozen=True)
class TableView:
    """A table in one language: its name (an id), caption, columns, rows, and notes below.

    A row with `is_sum` adds up those above it, and has neither links nor shares. `labels` begins
    the keys of headings.
    """

    name: str
    columns: Sequence[Column]
    rows: pd.DataFrame | Sequence[Row]
    language: str
    caption: str = ""
    labels: str = "report.head."
    notes: Sequence[tuple[str, str]] = ()

    @property
    def headings(self) -> list[str]:
        """The heading of each column."""
        return [
            column.heading or say(self.labels + column.label, self.language, **column.values)
            for column in self.columns
        ]

    @property
    def hints(self) -> list[str]:
        """What the term in the heading of each column means, "" where the glossary explains none."""
        return [
            say(f"report.term.{_EXPLAINED[column.label]}.about", self.language)
            if column.label in _EXPLAINED
            else ""
            for column in self.columns
        ]

    @property
    def lines(self) -> list[tuple[bool, list[Cell]]]:
        """Whether each row is a sum, and its cells."""
        rows = self.rows.to_dict("records") if isinstance(self.rows, pd.DataFrame) else self.rows
        return [
            (bool(row.get("is_sum")), [self._cell(row, column) for column in self.columns])
            for row in rows
        ]

    @property
    def texts(self) -> list[list[str]]:
        """The texts of each row."""
        return [[cell.text for cell in cells] for _, cells in self.lines]

    def _cell(self, row: Row, column: Column) -> Cell:
        text = column.text(column.value(row), self.language)
        if row.get("is_sum"):
            return Cell(text)
        return Cell(
            text,
            column.href(row) if column.href else "",
            column.share(row) if column.share else math.nan,
        )


# Formats


def translate(family: str, word: object, language: str) -> str:
    """Return a word in a language (its key begins with `family`), unchanged without a key."""
    if pd.isna(word):
        return say("number.not_known", language)
    key = f"{family}{str(word).replace(' ', '_').replace(',', '')}"
    return say(key, language) if knows(key, language) else str(word)


WRITTEN = Format(lambda text, _: text)  # a number that the column's source has written out
NUMBER = Format(number)
RANK = Format(number, missing="–")
PERCENT = Format(percent)
YEARS = Format(lambda period, language: years(float(period), language), is_number=False)
DAY = Format(format_day, is_number=False)
MAP = Column("map", YEARS, source="return_period")


def decimals(count: int) -> Format:
    """Return the format of numbers with so many digits behind the point."""
    return Format(lambda value, language: number(value, language, decimals=count))


def names_of(names: Mapping[str, str]) -> Format:
    """Return the format of ids that have names; an id without one is kept as it is."""
    return Format(lambda key, _: names.get(str(key), str(key)), is_number=False)


def words(family: str) -> Format:
    """Return the format of words with keys that begin with `family`."""
    return Format(lambda word, language: translate(family, word, language), is_number=False)


def money_in(scale: Scale) -> Format:
    """Return the format of amounts in a scale's unit: exact ones, or pairs of steps and exact."""

    def text(amount: float | tuple[float, float], language: str) -> str:
        steps, exact = amount if isinstance(amount, tuple) else (scale.rounded(amount), amount)
        return scale.printed(steps, language, exact=exact)

    return Format(text)


def limits(text: Callable[[float, str], str]) -> Format:
    """Return the format of a pair of bounds; a pair that reads alike is written once."""

    def both(pair: tuple[float, float], language: str) -> str:
        ends = [text(end, language) for end in pair]
        return ends[0] if ends[0] == ends[1] else " – ".join(ends)

    return Format(both)
