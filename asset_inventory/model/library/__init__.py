"""The damage curves that ship, each with its licence; `vulnerability.curves` reads the points.

A set of curves is a folder: `set.toml` has its author, `curves.csv` lists its curves,
`points.csv` holds their points. `classes.csv`, `hazards.csv` and `regions.csv` have the words,
Indonesian and English, for the terms of the lists. `jrc/costs.toml` has the numbers of JRC's rule
for the greatest damage of a building. README.md has the sources and all changes.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

FOLDER = Path(__file__).parent
GLOBAL = "global"  # the region of a curve for the whole world

_Words = dict[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True)
class ShippedCurve:
    """A shipped curve without its points; `points` is the file with those of its set.

    `asset_class` is one of the library's classes or several («education, health»), `region` a
    continent or «global».
    """

    id: str
    title: str
    hazard: str
    asset_class: str
    region: str
    measure: str
    unit: str
    notes: str
    set_title: str
    licence: str
    citation: str
    doi: str
    points: Path

    @property
    def classes(self) -> tuple[str, ...]:
        """Return its classes of assets."""
        return tuple(self.asset_class.split(", "))

    @property
    def set_name(self) -> str:
        """Return the name of its set, the first part of its id."""
        return self.id.partition("/")[0]


@dataclass(frozen=True)
class Declarable:
    """A factor that a city may declare: its default, and the author of that choice."""

    value: float
    source: str


@dataclass(frozen=True)
class SectorCost:
    """JRC's numbers of a sector: building cost = a x GDP per person ^ b, and content."""

    a: float
    b: float
    content: Declarable


@dataclass(frozen=True)
class GreatestDamage:
    """JRC's rule for the greatest damage per m2: sectors, factors, money and year of costs."""

    currency: str
    price_year: int
    sectors: Mapping[str, SectorCost]
    defaults: Mapping[str, Declarable]
    citation: str
    doi: str
    licence: str


@lru_cache
def greatest_damage() -> GreatestDamage:
    """Return the numbers of JRC's rule for the greatest damage of a building per m2."""
    costs, curve_set = (
        tomllib.loads((FOLDER / "jrc" / name).read_text(encoding="utf-8"))
        for name in ("costs.toml", "set.toml")
    )
    sectors = {
        name: SectorCost(**{**row, "content": Declarable(**row["content"])})
        for name, row in costs["sectors"].items()
    }
    defaults = {name: Declarable(**row) for name, row in costs["defaults"].items()}
    return GreatestDamage(
        currency=costs["currency"],
        price_year=costs["price_year"],
        sectors=MappingProxyType(sectors),
        defaults=MappingProxyType(defaults),
        citation=curve_set["citation"],
        doi=curve_set["doi"],
        licence=curve_set["licence"],
    )


@lru_cache
def shipped_curves() -> Mapping[str, ShippedCurve]:
    """Return every shipped curve by its id (`jrc/asia/commercial`), in the order of the lists."""
    curves: dict[str, ShippedCurve] = {}
    for about in sorted(FOLDER.glob("*/set.toml")):
        curve_set = tomllib.loads(about.read_text(encoding="utf-8"))
        with (about.parent / "curves.csv").open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                curves[row["id"]] = ShippedCurve(
                    **row,
                    set_title=curve_set["title"],
                    licence=curve_set["licence"],
                    citation=curve_set["citation"],
                    doi=curve_set["doi"],
                    points=about.parent / "points.csv",
                )
    return MappingProxyType(curves)


def meant_by(text: str, word_list: Literal["classes", "hazards", "regions"]) -> tuple[str, ...]:
    """Return the library's names for the subjects of a text, each once, in the text's order.

    The longest words win («rumah sakit» is health, «rumah» residential), and words without a
    subject («European Commission») hide the words in them. Case, blanks, signs and an English
    plural do not count.
    """
    words = _words(word_list)
    names_meant: list[str] = []
    longest = max(map(len, words))
    text_words = re.findall(r"[^\W\d_]+", text.casefold())
    place = 0
    while place < len(text_words):
        for length in range(min(longest, len(text_words) - place), 0, -1):
            phrase = tuple(text_words[place : place + length])
            names = words.get(phrase, words.get((*phrase[:-1], phrase[-1].removesuffix("s"))))
            if names is not None:
                names_meant += names
                place += length - 1
                break
        place += 1
    return tuple(dict.fromkeys(names_meant))


@lru_cache
def _words(word_list: str) -> _Words:
    words: _Words = {}
    with (FOLDER / f"{word_list}.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            phrase = tuple(row["word"].split())
            words[phrase] = (*words.get(phrase, ()), *filter(None, [row["means"]]))
    return words


@dataclass(frozen=True)
class FloodIndexRule:
    """BNPB's flood hazard index: «Fuzzy Large» (m), breaks of its classes and by depth (m)."""

    midpoint: float
    spread: float
    classes: tuple[float, ...]
    depths: tuple[float, ...]
    source: str


@lru_cache
def flood_index_rule() -> FloodIndexRule:
    """Return the numbers of BNPB's flood hazard index."""
    numbers = tomllib.loads((FOLDER / "bnpb" / "index.toml").read_text(encoding="utf-8"))["flood"]
    return FloodIndexRule(
        **{**numbers, "classes": tuple(numbers["classes"]), "depths": tuple(numbers["depths"])}
    )


@lru_cache
def resilience_drivers() -> Mapping[str, tuple[str, ...]]:
    """Return the City Resilience Framework's drivers by number: English and Indonesian name."""
    with (FOLDER / "city_resilience" / "drivers.csv").open(encoding="utf-8", newline="") as stream:
        return MappingProxyType(
            {row["driver"]: (row["en"], row["id"]) for row in csv.DictReader(stream)}
        )
