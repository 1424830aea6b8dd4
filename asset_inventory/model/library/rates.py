"""The shipped rates for people: the displaced, deaths, and the needs of the displaced.

`people/displacement.csv` has the classes of each set, `people/fatality.toml` the models of deaths
in an earthquake, `people/needs.csv` the needs of a displaced person (Perka BNPB 7/2008),
`people/ratios.csv` the shares of people of an age or state, as a national assumption.
`people/groups.csv` has the names that offices use in their own counts of such groups,
`people/wealth.csv` the words of indicators of wealth or poverty. README.md lists the facts from
InaSAFE's definitions, and our own.
"""

from __future__ import annotations

import csv
import math
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

FOLDER = Path(__file__).parent / "people"
MMI = "MMI"
# The classes of Mercalli's scale by their number.
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


@dataclass(frozen=True)
class PeopleClass:
    """A class of a set: its bounds (infinite: open), and the share of people displaced (0-1).

    `words` are its names on maps, its own name first.
    """

    name: str
    above: float
    upto: float
    affected: bool
    displaced: float
    words: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class DisplacementSet:
    """Classes in rising order, the unit of their bounds, and the class `beyond` the last bound."""

    name: str
    unit: str
    beyond: str
    classes: tuple[PeopleClass, ...]


@dataclass(frozen=True)
class FatalityModel:
    """The share of people that dies at an intensity: a table, a power of ten, or a lognormal law.

    It is 0 below `least`. `caveat` names the warning of its authors, "" without one.
    """

    name: str
    form: str
    unit: str
    least: float
    source: str
    caveat: str
    numbers: Mapping[str, float]

    def rate(self, intensity: float) -> float:
        """Return the share (0-1) that dies at a whole intensity; a table's last share beyond it."""
        if intensity < self.least:
            return 0.0
        numbers = self.numbers
        if self.form == "table":
            return numbers[str(int(min(intensity, max(map(int, numbers)))))]
        if self.form == "power of ten":
            return min(1.0, 10 ** (numbers["slope"] * intensity - numbers["offset"]))
        return _normal(math.log(intensity / numbers["theta"]) / numbers["beta"])


@dataclass(frozen=True)
class Need:
    """A need of each displaced person, every week or once."""

    name: str
    amount: float
    unit: str
    every: str
    source: str


@dataclass(frozen=True)
class Ratio:
    """The share of people (0-1) in a group, where nobody counted them."""

    group: str
    share: float
    source: str


def _normal(deviate: float) -> float:
    return math.erfc(-deviate / math.sqrt(2)) / 2


def mmi_number(name: str) -> int:
    """Return the whole number of a class of Mercalli's scale; raises ValueError for others."""
    return _ROMAN.index(name) + 1


@lru_cache
def displacement_sets() -> Mapping[str, DisplacementSet]:
    """Return the shipped sets of classes by name."""
    rows: dict[str, list[dict[str, str]]] = {}
    for row in _rows("displacement.csv"):
        rows.setdefault(row["set"], []).append(row)
    return MappingProxyType(
        {
            name: DisplacementSet(name, of[0]["unit"], of[0]["beyond"], tuple(map(_class, of)))
            for name, of in rows.items()
        }
    )


def _class(row: Mapping[str, str]) -> PeopleClass:
    words = (row["class"], *filter(None, row["words"].split(";")))
    upto = float(row["upto"]) if row["upto"] else math.inf
    above, displaced = float(row["above"]), float(row["displaced"])
    return PeopleClass(
        name=row["class"],
        above=above,
        upto=upto,
        affected=row["affected"] == "yes",
        displaced=displaced,
        words=words,
        source=row["source"],
    )


@lru_cache
def fatality_models() -> Mapping[str, FatalityModel]:
    """Return the shipped models of deaths in an earthquake by name."""
    models = tomllib.loads((FOLDER / "fatality.toml").read_text(encoding="utf-8"))
    return MappingProxyType({name: _model(name, dict(given)) for name, given in models.items()})


def _model(name: str, given: dict[str, Any]) -> FatalityModel:
    form, unit, least, source = (given.pop(key) for key in ("form", "unit", "from", "source"))
    caveat = given.pop("caveat", "")
    return FatalityModel(
        name=name,
        form=form,
        unit=unit,
        least=float(least),
        source=source,
        caveat=caveat,
        numbers=MappingProxyType(given.pop("rates", given)),
    )


@lru_cache
def needs() -> tuple[Need, ...]:
    """Return the needs of a displaced person."""
    return tuple(
        Need(
            name=row["need"],
            amount=float(row["amount"]),
            unit=row["unit"],
            every=row["every"],
            source=row["source"],
        )
        for row in _rows("needs.csv")
    )


@lru_cache
def ratios() -> tuple[Ratio, ...]:
    """Return the shares of groups among all people: InaSAFE's defaults, an assumption anywhere."""
    return tuple(
        Ratio(row["group"], float(row["share"]), row["source"]) for row in _rows("ratios.csv")
    )


@lru_cache
def group_names() -> Mapping[str, tuple[str, ...]]:
    """Return the names of the indicators in which offices count people, by group."""
    names: dict[str, tuple[str, ...]] = {}
    for row in _rows("groups.csv"):
        names[row["group"]] = (*names.get(row["group"], ()), row["name"])
    return MappingProxyType(names)


@lru_cache
def wealth_words() -> Mapping[str, bool]:
    """Return the words of a name that mean wealth or poverty (True), or that exclude it (False)."""
    return MappingProxyType({row["word"]: row["tells"] == "yes" for row in _rows("wealth.csv")})


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)
