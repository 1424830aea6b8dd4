"""Names of districts, departments, assets and hazard maps, and numbers as a page prints them.

Money of one table has one unit. Parts are rounded by largest remainder (Hamilton's rule): each is
cut to the last printed digit, and what the total has more goes, a step each, to the parts that were
cut most. So a printed part is less than one step from its true value, and a column adds up to the
total below it.
"""

import datetime
import math
import weakref
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import TypeVar

import numpy as np
import pandas as pd
from babel.dates import format_date

from asset_inventory.messages import currency_sign, number, say
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
    """Return the names of DISTRICTS (or FOCUS_AREAS); equal ones by what they are part of.

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
    told = dict(zip(table["district"].astype(str), names, strict=True))
    return told | {OUTSIDE_DISTRICTS: say("map.outside_districts", language)}


def part_names(
    parts: Iterable[object], districts: pd.DataFrame, by: str, language: str
) -> list[str]:
    """Return the names of parts by a column of ASSETS; a missing one is «not said»."""
    told = district_names(districts, language) if by == "district" else {}
    return [
        say("plot.not_said", language) if pd.isna(part) else str(told.get(str(part), part))
        for part in parts
    ]


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
    return format_date(datetime.date.fromisoformat(str(day)), format="long", locale=language)


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
        """The least amount that is told from nothing (currency)."""
        return self.divisor / 10**self.decimals

    def rounded(self, amount: float) -> float:
        """Return an amount rounded to whole steps."""
        return np.round(amount / self.step) * self.step

    def unit(self, currency: str, language: str) -> str:
        """Return the unit as it stands in a heading: «Rp billion», «Rp miliar»."""
        return " ".join(
            filter(None, (currency_sign(currency, language), self.key and say(self.key, language)))
        )

    def printed(self, amount: float, language: str, *, exact: float = 0.0) -> str:
        """Return an amount that is a whole number of steps, without its unit; NaN is «not known».

        Where nothing is left of an `exact` amount it is said to be less than a step.
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
            whole = len(str(int(abs(total) / divisor)))
            return Scale(divisor, key, max(DIGITS - whole, 0))
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
    most = np.argsort(-(exact - cut), kind="stable")[:over]
    cut[most] += 1
    rounded = np.full(len(parts), np.nan)
    rounded[known] = cut * step
    return rounded, total * step
