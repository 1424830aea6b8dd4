"""The damage curves that ship, each with its licence; `vulnerability.curves` reads the points.

A set of curves is a folder: `set.toml` says whose it is, `curves.csv` lists its curves,
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
GLOBAL = "global"  # the region of a curve that is of the whole world

_Words = dict[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True)
class ShippedCurve:
    """What is known of a shipped curve but its points; `points` is the file of its set's points.

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
        """Return the classes of assets that it is for."""
        return tuple(self.asset_class.split(", "))

    @property
    def set_name(self) -> str:
        """Return the name of its set, with which its id begins."""
        return self.id.partition("/")[0]


@dataclass(frozen=True)
class Declarable:
    """A factor that a city may declare: its default, and the author of that choice."""

    value: float
    source: str


@dataclass(frozen=True)
class SectorCost:
    """What JRC's rule takes of a sector: building cost = a x GDP per person ^ b, and content."""

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
    costs, whole = (
        tomllib.loads((FOLDER / "jrc" / name).read_text(encoding="utf-8"))
        for name in ("costs.toml", "set.toml")
    )
    sectors = {
        name: SectorCost(**{**row, "content": Declarable(**row["content"])})
        for name, row in costs["sectors"].items()
    }
    defaults = {name: Declarable(**row) for name, row in costs["defaults"].items()}
    return GreatestDamage(
        costs["currency"],
        costs["price_year"],
        MappingProxyType(sectors),
        MappingProxyType(defaults),
        whole["citation"],
        whole["doi"],
        whole["licence"],
    )


@lru_cache
def shipped_curves() -> Mapping[str, ShippedCurve]:
    """Return every shipped curve by its id (`jrc/asia/commercial`), in the order of the lists."""
    curves: dict[str, ShippedCurve] = {}
    for about in sorted(FOLDER.glob("*/set.toml")):
        whole = tomllib.loads(about.read_text(encoding="utf-8"))
        with (about.parent / "curves.csv").open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                curves[row["id"]] = ShippedCurve(
                    **row,
                    set_title=whole["title"],
                    licence=whole["licence"],
                    citation=whole["citation"],
                    doi=whole["doi"],
                    points=about.parent / "points.csv",
                )
    return MappingProxyType(curves)


def meant_by(text: str, kind: Literal["classes", "hazards", "regions"]) -> tuple[str, ...]:
    """Return the library's names for what a text is about, each once, in the text's order.

    The longest words win («rumah sakit» is health, «rumah» residential), and a word that stands for
    nothing («European Commission») hides what is in it. Case, blanks, signs and an English plural
    do not count.
    """
    words = _words(kind)
    names_meant: list[str] = []
    longest = max(map(len, words))
    said = re.findall(r"[^\W\d_]+", text.casefold())
    place = 0
    while place < len(said):
        for length in range(min(longest, len(said) - place), 0, -1):
            phrase = tuple(said[place : place + length])
            names = words.get(phrase, words.get((*phrase[:-1], phrase[-1].removesuffix("s"))))
            if names is not None:
                names_meant += names
                place += length - 1
                break
        place += 1
    return tuple(dict.fromkeys(names_meant))


@lru_cache
def _words(kind: str) -> _Words:
    words: _Words = {}
    with (FOLDER / f"{kind}.csv").open(encoding="utf-8", newline="") as stream:
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
    told = tomllib.loads((FOLDER / "bnpb" / "index.toml").read_text(encoding="utf-8"))["flood"]
    return FloodIndexRule(
        **{**told, "classes": tuple(told["classes"]), "depths": tuple(told["depths"])}
    )


@lru_cache
def resilience_drivers() -> Mapping[str, tuple[str, ...]]:
    """Return the City Resilience Framework's drivers by number: English and Indonesian name."""
    with (FOLDER / "city_resilience" / "drivers.csv").open(encoding="utf-8", newline="") as stream:
        return MappingProxyType(
            {row["driver"]: (row["en"], row["id"]) for row in csv.DictReader(stream)}
        )
