"""The damage curves that ship, each with its licence; the points themselves are read by `sources.curves`.

A set of curves is a folder: `set.toml` says whose it is, `curves.csv` lists its curves, `points.csv`
holds their points. README.md says where each came from and what was done to it.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class ShippedCurve:
    """What is known of a shipped curve, its points apart; `points` is the file that holds those of its set."""

    id: str
    title: str
    hazard: str
    measure: str
    unit: str
    notes: str
    set_title: str
    licence: str
    citation: str
    doi: str
    points: Path


@lru_cache
def shipped_curves() -> Mapping[str, ShippedCurve]:
    """Return every shipped curve by its id (`jrc/asia/commercial`), set by set in the order of their lists."""
    curves: dict[str, ShippedCurve] = {}
    for about in sorted(FOLDER.glob("*/set.toml")):
        whole = tomllib.loads(about.read_text(encoding="utf-8"))
        with (about.parent / "curves.csv").open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                curves[row["id"]] = ShippedCurve(
                    **row, set_title=whole["title"], licence=whole["licence"], citation=whole["citation"],
                    doi=whole["doi"], points=about.parent / "points.csv")
    return MappingProxyType(curves)
