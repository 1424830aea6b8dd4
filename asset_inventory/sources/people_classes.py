"""By which classes and rates people are counted under a hazard: what a city names of the library, made ready."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from asset_inventory.library.rates import (
    MMI,
    DisplacementSet,
    PeopleClass,
    displacement_sets,
    fatality_models,
    mmi_number,
)
from asset_inventory.sources.city.models import METRES_PER_UNIT, Hazard
from asset_inventory.sources.class_steps import bounds_of_words, bounds_passed

NOT_EXPOSED, UNKNOWN = "not exposed", "unknown"


@dataclass(frozen=True)
class PeopleClasses:
    """The classes under a hazard, mildest first, after «not exposed» and before «unknown», each with its rates (0-1).

    `bounds` rise, and `places` tells for each number of bounds passed which class that is. Rates of «not exposed» are
    0, those of «unknown» NaN; `fatality` is NaN throughout where no model is declared.
    """

    names: tuple[str, ...]
    displaced: np.ndarray
    fatality: np.ndarray
    bounds: tuple[float, ...]
    places: np.ndarray

    def of(self, intensities: np.ndarray) -> np.ndarray:
        """Return the place of the class of each intensity; NaN is «unknown», never the mildest class."""
        place = self.places[bounds_passed(self.bounds, intensities)]
        return np.where(np.isnan(intensities), len(self.names) - 1, place)


def people_classes(hazard: Hazard) -> PeopleClasses | None:
    """Return the classes and rates that a hazard declares, None where it declares none."""
    if hazard.people is None:
        return None
    of_set = displacement_sets()[hazard.people.displacement]
    names = (NOT_EXPOSED, *(one.name for one in of_set.classes), UNKNOWN)
    bounds, places = _by_words(hazard, of_set) if hazard.words else _by_numbers(of_set)
    displaced = np.array([0.0, *(one.displaced for one in of_set.classes), math.nan])
    return PeopleClasses(names, displaced, _fatality(hazard, of_set), bounds, places)


def class_of_word(of_set: DisplacementSet, word: str) -> PeopleClass | None:
    """Return the class that a map's word means, None where it means none."""
    return next((one for one in of_set.classes if word.casefold() in map(str.casefold, one.words)), None)


def _by_numbers(of_set: DisplacementSet) -> tuple[tuple[float, ...], np.ndarray]:
    factor = METRES_PER_UNIT.get(of_set.unit, 1.0)
    bounds = [one.above * factor for one in of_set.classes]
    places = list(range(len(of_set.classes) + 1))
    last = of_set.classes[-1].upto
    if not math.isinf(last):
        bounds.append(last * factor)
        places.append(0 if of_set.beyond == NOT_EXPOSED else len(of_set.classes) + 1)
    return tuple(float(f"{one:.12g}") for one in bounds), np.array(places)


def _by_words(hazard: Hazard, of_set: DisplacementSet) -> tuple[tuple[float, ...], np.ndarray]:
    begins = bounds_of_words(hazard)
    by_bound = {above: of_set.classes.index(class_of_word(of_set, word)) + 1 for word, above in begins.items()}
    return tuple(by_bound), np.array([0, *by_bound.values()])


def _fatality(hazard: Hazard, of_set: DisplacementSet) -> np.ndarray:
    named = hazard.people.fatality if hazard.people else None
    if named is None or of_set.unit != MMI:
        return np.full(len(of_set.classes) + 2, math.nan)
    model = fatality_models()[named]
    return np.array([0.0, *(model.rate(mmi_number(one.name)) for one in of_set.classes), math.nan])
