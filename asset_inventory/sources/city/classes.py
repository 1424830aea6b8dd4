"""What a city declares by class: which share is damaged in each, and by which shipped rates people are counted.

Classes of numbers are half-open, the minimum excluded and the maximum included, as InaSAFE has them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator, Field

from asset_inventory.sources.city.declared import Declared, Number, Text

Share = Annotated[Number, Field(ge=0, le=1)]


def bound(given: str) -> float:
    """Return the number that a bound is written as, NaN where it is none."""
    try:
        number = float(given)
    except ValueError:
        return math.nan
    return number if math.isfinite(number) else math.nan


# The damage fraction of each class, by the map's own word.
Fractions = Annotated[Mapping[Text, Share], Field(min_length=1), AfterValidator(MappingProxyType)]
# The damage fraction above each number, in the hazard's unit, up to the next; 0 up to the first.
FractionsAbove = Annotated[Mapping[Text, Share], Field(min_length=1), AfterValidator(MappingProxyType)]


class PeopleRates(Declared):
    """By which shipped rates people are counted under a hazard: who is displaced, and who dies in an earthquake."""

    displacement: Text
    fatality: Text | None = None
