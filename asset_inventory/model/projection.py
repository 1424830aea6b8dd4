"""A city's projection of its ground and its sea, and the damage factor of worn assets."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag

from asset_inventory.model.declarations import (
    GRID_SUFFIXES,
    Declared,
    Fault,
    Number,
    Source,
    Text,
    first_fall,
)

CalendarYear = Annotated[int, Field(strict=True, ge=1900, le=2200)]
YearsAhead = Annotated[int, Field(strict=True, ge=1, le=200)]
Positive = Annotated[Number, Field(gt=0)]


class Rate(Declared):
    """A rate for the whole city (m/year) and its source, by default that of `[future]`."""

    rate: Number
    source: Text | None = None
    exercise: bool = False


class RateLayer(Declared):
    """Rates of vertical motion on a grid, or in polygons with a `field`, in a unit of length a
    year.

    `positive` states the direction of positive rates; a layer with positive rising is negated.
    """

    path: Path
    layer: str | None = None
    crs: str | None = None
    band: Annotated[int, Field(ge=1)] = 1
    field: Text | None = None
    unit: Literal["m", "cm", "mm", "ft"]
    positive: Literal["sinking", "rising"]
    source: Source

    @property
    def exercise(self) -> bool:
        """Return whether the layer is no real data."""
        return self.source.exercise


def _spelled_out(given: float | Rate) -> Rate:
    return given if isinstance(given, Rate) else Rate(rate=given)


def _shape(given: Any) -> str:
    if isinstance(given, Mapping):
        return "as a layer" if "path" in given else "with its source"
    if isinstance(given, RateLayer):
        return "as a layer"
    return "with its source" if isinstance(given, Rate) else "alone"


if TYPE_CHECKING:
    CityRate = Rate
    SinkingRate = Rate | RateLayer
else:
    _CityRate = Annotated[Number, Tag("alone")] | Annotated[Rate, Tag("with its source")]
    # A rate alone, or with its source.
    CityRate = Annotated[Annotated[_CityRate, Discriminator(_shape)], AfterValidator(_spelled_out)]
    # The same, or a layer of rates.
    SinkingRate = Annotated[
        Annotated[_CityRate | Annotated[RateLayer, Tag("as a layer")], Discriminator(_shape)],
        AfterValidator(
            lambda given: given if isinstance(given, RateLayer) else _spelled_out(given)
        ),
    ]


class Gumbel(Declared):
    """The scale (m) of a Gumbel law of the sea's yearly highest levels; only a sentence on return
    periods rests on it.

    `uncertainty` (m) is the standard deviation of the rise until the last of the years.
    """

    scale: Positive
    uncertainty: Annotated[Number, Field(ge=0)] | None = None
    source: Text | None = None
    exercise: bool = False


class Future(Declared):
    """How fast the ground sinks and the sea rises, and the years of the projection.

    `years` count from `today`, a stated year, so that a later run gives the same results.
    `subsidence_rate` is positive for land subsidence; `channel_subsidence_rate` is that of the
    channels from which inland water comes (m/year).
    """

    today: CalendarYear
    years: Annotated[tuple[YearsAhead, ...], Field(min_length=1, max_length=5)] = (10, 25)
    subsidence_rate: SinkingRate | None = None
    sea_level_rise: CityRate | None = None
    channel_subsidence_rate: CityRate | None = None
    gumbel: Gumbel | None = None
    source: Text | None = None
    exercise: bool = False

    @property
    def calendar(self) -> tuple[int, ...]:
        """Return the years of the projection, today's first."""
        return (self.today, *(self.today + year for year in self.years))

    @property
    def rates(self) -> dict[str, Rate | RateLayer]:
        """Return the stated rates by their key."""
        names = ("subsidence_rate", "sea_level_rise", "channel_subsidence_rate")
        stated = {name: getattr(self, name) for name in names}
        return {name: rate for name, rate in stated.items() if rate is not None}

    @property
    def invented(self) -> bool:
        """Return whether any of the rates is no real data."""
        stated = [*self.rates.values(), *([self.gumbel] if self.gumbel else [])]
        return self.exercise or any(rate.exercise for rate in stated)

    def faults(self, waters: Collection[str | None]) -> Iterator[Fault]:
        """Yield every fault of the years and rates; `waters` are those that hazards declare."""
        given, layer = self.model_fields_set, self.subsidence_rate
        if not waters:
            yield "future", "fault.future_without_water", {}
        if given.isdisjoint(("subsidence_rate", "sea_level_rise")):
            yield "future", "fault.future_without_rate", {}
        if "sea" not in waters and "sea_level_rise" in given and waters:
            yield "future", "fault.sea_without_sea_water", {}
        for first, second in first_fall(self.years):
            arguments = {"first": str(first), "second": str(second)}
            yield "future, years", "fault.years_not_rising", arguments
        for key in ("subsidence_rate", "sea_level_rise", "channel_subsidence_rate", "gumbel"):
            rate = getattr(self, key)
            stated = isinstance(rate, RateLayer) or (rate and "source" in rate.model_fields_set)
            if key in given and "source" not in given and not stated:
                yield f"future, {key}", "fault.rate_without_source", {}
        if isinstance(layer, RateLayer) and layer.path is not None:
            is_grid = layer.path.suffix.lower() in GRID_SUFFIXES
            of_zones = layer.model_fields_set & {"field", "layer"}
            if is_grid and of_zones:
                yield "future, subsidence_rate", "fault.not_for_grids", {"key": min(of_zones)}
            if not is_grid and "field" not in of_zones:
                yield "future, subsidence_rate", "fault.rates_need_field", {}

    def source_of(self, rate: Rate | RateLayer | Gumbel) -> str:
        """Return the source of a rate."""
        source = rate.source.title if isinstance(rate, RateLayer) else rate.source
        return source or self.source or ""


class ConditionFactor(Declared):
    """The damage factor of worn assets: the damage ratio times 1 + beta (1 - condition), at most 1.

    It applies to `asset_types`, by default to all. `unknown` is the condition of assets without a
    known one; if it is not stated, their damage is not known either.
    """

    beta: Annotated[Number, Field(ge=0)] = 0.0
    asset_types: tuple[Text, ...] | None = None
    unknown: Annotated[Number, Field(ge=0, le=1)] | None = None
    source: Text
    exercise: bool = False

    def holds_for(self, asset_type: str) -> bool:
        """Return whether the condition of assets of a type counts."""
        return self.beta > 0 and (self.asset_types is None or asset_type in self.asset_types)
