"""The numbers by which BNPB's vulnerability and capacity are told beside our own figures, each with where it was read.

`bnpb/vulnerability.toml` has the weights of the parts and of what each is made of, the cuts of the capacity index (IKD)
and the products that are told. README.md says what was looked for and not found.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from asset_inventory.library import FOLDER

FILE = FOLDER / "bnpb" / "vulnerability.toml"
PARTS = ("social", "physical", "economic", "environment")


@dataclass(frozen=True)
class Component:
    """What a part of the vulnerability is made of: filled in as one of `names`, `weight` (0-1) in its part."""

    part: str
    name: str
    names: tuple[str, ...]
    weight: float
    source: str
    second_hand: bool


@dataclass(frozen=True)
class Cuts:
    """Where the capacity index is cut into low, medium and high: each upto and including its number."""

    upto: tuple[float, float]
    source: str
    second_hand: bool


@dataclass(frozen=True)
class Product:
    """A product of hazard, vulnerability and capacity by its formula, and where that was read."""

    name: str
    source: str
    second_hand: bool


@dataclass(frozen=True)
class VulnerabilityRules:
    """The weights of the parts for a flood, what they are made of, and how capacity and products are told."""

    classes: int
    weights: Mapping[str, float]
    weights_source: str
    components: tuple[Component, ...]
    capacity_names: tuple[str, ...]
    cuts: tuple[Cuts, ...]
    products: tuple[Product, ...]


@lru_cache
def vulnerability_rules() -> VulnerabilityRules:
    """Return the rules by which BNPB's vulnerability and capacity are told."""
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return VulnerabilityRules(
        told["classes"],
        MappingProxyType({part: told["flood"][part] for part in PARTS}),
        told["flood"]["source"],
        tuple(Component(**{**one, "names": tuple(one["names"])}) for one in told["components"]),
        tuple(told["capacity"]["names"]),
        tuple(Cuts(**{**one, "upto": tuple(one["upto"])}) for one in told["capacity"]["cuts"]),
        tuple(Product(**one) for one in told["products"]),
    )
