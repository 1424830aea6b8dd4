"""Classes of intensity: half-open, the minimum excluded and the maximum included, as InaSAFE has them.

Zones that a map calls by words are classes too: each word stands for a number, and its class reaches down to the number
of the next milder word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from asset_inventory.sources.city.classes import bound
from asset_inventory.sources.city.models import CurveRule, Hazard

# Of an intensity: a grid in single precision holds 0.7 as 0.69999999, and one in cm becomes 0.70000000000000007 m.
SAME_INTENSITY = 1e-6


@dataclass(frozen=True)
class ClassFractions:
    """The damage fraction of each class: above which intensity it begins (the program's unit), and its word if any."""

    above: tuple[float, ...]
    damage: tuple[float, ...]
    words: tuple[str, ...] = ()


def bounds_passed(bounds: Sequence[float], intensities: np.ndarray) -> np.ndarray:
    """Return how many of the rising bounds each intensity lies above; an intensity equal to a bound is not above it.

    Equal is what differs by no more than a millionth. Any shape; of NaN nothing can be told, and it is given 0.
    """
    bounds = np.asarray(bounds, dtype=float)
    lifted = bounds + SAME_INTENSITY * np.abs(bounds)
    intensities = np.asarray(intensities, dtype=float)
    return np.searchsorted(lifted, np.where(np.isnan(intensities), -np.inf, intensities), side="left")


def bounds_of_words(hazard: Hazard) -> dict[str, float]:
    """Return of each word of a hazard's maps the intensity above which its class begins, mildest first.

    Words of one number are one class.
    """
    words = hazard.words
    numbers = sorted(set(words.values()))
    first = 0.0 if not numbers or numbers[0] > 0 else numbers[0] - 1.0  # a class at 0 or below is never exposed
    begins = dict(zip(numbers, [first, *numbers], strict=False))
    return {word: begins[number] for word, number in words.items()}


def class_fractions(rule: CurveRule, hazard: Hazard) -> ClassFractions:
    """Return the damage by class that a rule of `city.toml` declares; the city's own check has found no fault in it."""
    if rule.fractions is not None:
        by_bound: dict[float, tuple[float, list[str]]] = {}
        for word, above in bounds_of_words(hazard).items():
            by_bound.setdefault(above, (rule.fractions[word], []))[1].append(word)
        above, said = tuple(by_bound), list(by_bound.values())
        return ClassFractions(above, tuple(one for one, _ in said), tuple(" / ".join(names) for _, names in said))
    pairs = sorted((bound(text), share) for text, share in (rule.fractions_above or {}).items())
    # a product such as 7 × 0.01 carries a last digit that nobody would read
    return ClassFractions(tuple(float(f"{one * hazard.factor:.12g}") for one, _ in pairs),
                          tuple(share for _, share in pairs))  # fmt: skip
