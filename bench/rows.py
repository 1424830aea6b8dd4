"""A row of the bench: what was measured, ours beside a peer's, and what is asked of the ratio."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

Result = TypeVar("Result")
HEAD = ("measure", "ours", "against", "theirs", "ratio", "asked", "")
WELL, MISSED = "well", "MISSED"


@dataclass(frozen=True)
class Row:
    """One measure. `ratio` is said by its maker, for some are «how much faster» and some «how much
    more».

    `asked` is a bound such as ">= 12", for the ratio or, where there is none, for ours; it may be
    empty.
    """

    measure: str
    ours: float
    unit: str = "s"
    against: str = ""
    theirs: float | None = None
    ratio: float | None = None
    asked: str = ""

    @property
    def verdict(self) -> str:
        """Tell whether what is asked is met; empty where nothing is asked."""
        if not self.asked:
            return ""
        sign, bound = self.asked.split()[:2]
        figure = self.ours if self.ratio is None else self.ratio
        return (
            WELL if (figure >= float(bound) if sign == ">=" else figure <= float(bound)) else MISSED
        )

    def cells(self) -> tuple[str, ...]:
        """Return the row as texts, in the order of HEAD."""
        theirs = "" if self.theirs is None else _written(self.theirs, self.unit)
        ratio = "" if self.ratio is None else f"{self.ratio:.3g}"
        return (
            self.measure,
            _written(self.ours, self.unit),
            self.against,
            theirs,
            ratio,
            self.asked,
            self.verdict,
        )


def faster(measure: str, ours: float, against: str, theirs: float, asked: str = "") -> Row:
    """Return a row that tells how many times as fast as a peer we are."""
    return Row(measure, ours, "s", against, theirs, theirs / ours, asked)


def table(rows: Iterable[Row]) -> str:
    """Return rows as a table in Markdown, its columns in line."""
    lines = [HEAD, *(row.cells() for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(HEAD))]
    texts = [
        "| "
        + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        + " |"
        for line in lines
    ]
    return "\n".join(
        [texts[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *texts[1:]]
    )


def timed(work: Callable[[], Result], *, least: float = 1.0, most: int = 7) -> tuple[float, Result]:
    """Return the median seconds of some work, done again until `least` seconds or `most` times,
    and its result.
    """
    seconds: list[float] = []
    while not seconds or (sum(seconds) < least and len(seconds) < most):
        result = None  # the next run has the memory of the last
        start = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), result


def side_by_side(
    ours: Callable[[], Result], theirs: Callable[[], Result], *, times: int = 3
) -> tuple[float, Result, float, Result]:
    """Return the median seconds and the result of ours and of theirs, done by turns: both meet the
    same machine.

    A peer that takes more than ten seconds is run once.
    """
    mine, peers = [], []
    for _ in range(times):
        our_result = their_result = None
        seconds, our_result = timed(ours, least=0.5)
        mine.append(seconds)
        seconds, their_result = timed(theirs, least=0.0)
        peers.append(seconds)
        if seconds > 10:
            break
    return statistics.median(mine), our_result, statistics.median(peers), their_result


def _written(figure: float, unit: str) -> str:
    if unit == "s":
        return f"{figure:.3f} s" if figure < 1 else f"{figure:.1f} s"
    if unit in ("GB", "MB"):
        return f"{figure:.2f} {unit}"
    if unit == "ms":
        return f"{figure:.0f} ms"
    return f"{figure:.1e}" if figure < 0.01 else f"{figure:.3g}"
