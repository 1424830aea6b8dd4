"""What a table of the package is: its columns, their units and ranges, and what names a row."""

from __future__ import annotations

from dataclasses import dataclass

SIDES = ("before", "after")  # of a delivery


@dataclass(frozen=True)
class Column:
    """One column: its name, what it holds, its unit, whether a row may lack it, and its range."""

    name: str
    kind: str  # "word", "number", "count", "flag", "geometry", "any"
    unit: str = ""
    missing: bool = False
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True)
class Table:
    """One table: what a row is, its columns, and the columns that together name a row."""

    name: str
    row: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()


def word(name: str, *, missing: bool = False) -> Column:
    """Return a column of words."""
    return Column(name, "word", missing=missing)


def number(name: str, unit: str, *, least: float | None = 0.0, most: float | None = None) -> Column:
    """Return a column of numbers that may be NaN: not known."""
    return Column(name, "number", unit, True, least, most)


def share(name: str) -> Column:
    """Return a column of shares, every one known."""
    return Column(name, "number", "0-1", False, 0.0, 1.0)


def count(name: str) -> Column:
    """Return a column of whole numbers."""
    return Column(name, "count", "", False, 0.0)


def before_and_after(*names: str) -> tuple[Column, ...]:
    """Return two columns of counts for each name: before and after a delivery."""
    return tuple(count(f"{name}_{side}") for name in names for side in SIDES)


STATUS = word("data_status")
PERIOD = Column("return_period", "number", "year; NaN = scenario", True, 0.0)
GEOMETRY = Column("geometry", "geometry", "metre", True)
