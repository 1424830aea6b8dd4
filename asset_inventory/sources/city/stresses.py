"""What a city declares of a stress: how often it comes, and what that costs a year."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from asset_inventory.sources.city.declared import Declared, Number, Text, Words

_Share = Annotated[Number, Field(ge=0, le=1)]
_Often = Annotated[Number, Field(gt=0)]
_Days = Annotated[Number, Field(gt=0, le=366)]


class Occurrence(Declared):
    """How often a stress comes: days a year, or events a year with the days that one takes.

    `service_lost` is the share of these days on which an asset that it reaches serves nobody; of a type that says so
    in `[[yearly]]` that one holds. Where neither says it the days of service lost are not known.
    """

    days_per_year: _Days | None = None
    events_per_year: _Often | None = None
    days_per_event: _Days | None = None
    service_lost: _Share | None = None
    source: Text
    exercise: bool = False

    @property
    def days(self) -> float | None:
        """Return the days a year on which the stress is there, None where only its events are told."""
        if self.events_per_year is not None and self.days_per_event is not None:
            return self.events_per_year * self.days_per_event
        return self.days_per_year


class YearlyPrice(Declared):
    """What a stress costs a year, of the share of an asset that it reaches.

    A `fraction` (0-1) of the value, or a `cost` per m2, metre or piece; each year, or `each` event, times events a
    year. `service_lost` is the share of its days on which the asset serves nobody.
    """

    hazard: Text
    asset_types: Words
    fraction: _Share | None = None
    cost: Annotated[Number, Field(ge=0)] | None = None
    per: Literal["m2", "m", "piece"] | None = None
    each: Literal["year", "event"] = "year"
    service_lost: _Share | None = None
    source: Text
    exercise: bool = False
