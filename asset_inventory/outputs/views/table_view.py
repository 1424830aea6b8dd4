"""A table declared once, by its columns and rows, and printed to a page, a terminal or a workbook.

A page prints `headings` and `lines` (macro `table`), a terminal their texts
(`cli.console.print_view`), a workbook the values themselves under the number format of their column
(`outputs.files.workbooks.write_view`).
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from asset_inventory.messages import knows, number, say, shown
from asset_inventory.outputs.views.naming import Scale, format_day, years

Row = Mapping[str, Any]
Link = Callable[[str, str], str]  # kind of part and part -> the address of its page, "" without one


@dataclass(frozen=True)
class Format:
    """How a value is written in a language (`text`), whether a number, and if missing.

    `workbook` is the number format of cells that hold the value itself.
    """

    text: Callable[[Any, str], str]
    is_number: bool = True
    missing: str = ""
    workbook: str = "General"

    def __call__(self, value: object, language: str) -> str:
        """Return a value as it is read."""
        return self.missing if self.missing and pd.isna(value) else self.text(value, language)


def _text(value: object, language: str) -> str:
    return number(math.nan, language) if pd.isna(value) else shown(str(value))


TEXT = Format(_text, is_number=False)


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
    def lines(self) -> list[tuple[bool, list[Cell]]]:
        """Of each row whether it is a sum, and its cells."""
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
        text = column.format(column.value(row), self.language)
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


def percent(share: float, language: str) -> str:
    """Return a share (0-1) as percent with one decimal; NaN is «not known»."""
    return (
        number(share, language)
        if math.isnan(share)
        else f"{number(100 * share, language, decimals=1)} %"
    )


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
    """Return the format of ids that have names; an id without one stands as it is."""
    return Format(lambda key, _: names.get(str(key), str(key)), is_number=False)


def words(family: str) -> Format:
    """Return the format of words whose keys begin with `family`."""
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
