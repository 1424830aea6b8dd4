"""What a city expects of its ground and its sea, and how much more a worn asset is damaged."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag

from asset_inventory.model.texts import (
    GRID_SUFFIXES,
    METRES_PER_UNIT,
    Declared,
    Fault,
    Number,
    Text,
)

CalendarYear = Annotated[int, Field(strict=True, ge=1900, le=2200)]
YearsAhead = Annotated[int, Field(strict=True, ge=1, le=200)]
Positive = Annotated[Number, Field(gt=0)]


class Rate(Declared):
    """A rate for the whole city (m/year), and who says so; without a source of its own that of
    `[future]`.
    """

    rate: Number
    source: Text | None = None
    exercise: bool = False


class RateSource(Declared):
    """Who made a layer of rates, under which licence."""

    title: Text
    licence: Text
    publisher: str | None = None
    url: str | None = None
    exercise: bool = False


class RateLayer(Declared):
    """Rates of vertical motion on a grid, or in polygons with a `field`, in a unit of length a
    year.

    `positive` says which way the layer counts; one of motion upwards is negated.
    """

    path: Path
    layer: str | None = None
    crs: str | None = None
    band: Annotated[int, Field(ge=1)] = 1
    field: Text | None = None
    unit: Literal["m", "cm", "mm", "ft"]
    positive: Literal["sinking", "rising"]
    source: RateSource

    @property
    def exercise(self) -> bool:
        """Tell whether the layer is no real data."""
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
    """The scale (m) of a Gumbel law of the sea's yearly highest levels, for a sentence on return
    periods alone.

    `uncertainty` (m) is the standard deviation of the rise until the last of the years.
    """

    scale: Positive
    uncertainty: Annotated[Number, Field(ge=0)] | None = None
    source: Text | None = None
    exercise: bool = False


class Future(Declared):
    """How fast the ground sinks and the sea rises, and which years to look at.

    `years` count from `today`, which is stated so that a run gives the same tomorrow.
    `subsidence_rate` is positive for sinking ground, `channel_subsidence_rate` that of the channels
    which inland water comes from (m/year).
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
        """Return the years that are looked at, today's first."""
        return (self.today, *(self.today + year for year in self.years))

    @property
    def rates(self) -> dict[str, Rate | RateLayer]:
        """Return the rates that are stated, by their key."""
        names = ("subsidence_rate", "sea_level_rise", "channel_subsidence_rate")
        stated = {name: getattr(self, name) for name in names}
        return {name: one for name, one in stated.items() if one is not None}

    @property
    def invented(self) -> bool:
        """Tell whether any of the rates is no real data."""
        stated = [*self.rates.values(), *([self.gumbel] if self.gumbel else [])]
        return self.exercise or any(one.exercise for one in stated)

    def source_of(self, rate: Rate | RateLayer | Gumbel) -> str:
        """Return who says a rate."""
        said = rate.source.title if isinstance(rate, RateLayer) else rate.source
        return said or self.source or ""


class ConditionFactor(Declared):
    """How much more a worn asset is harmed: its damage fraction times 1 + beta (1 - condition), at
    most 1.

    `asset_types` are those that it holds for, by default all. `unknown` is the condition to take
    where none is known; not stated, the damage there is not known either.
    """

    beta: Annotated[Number, Field(ge=0)] = 0.0
    asset_types: tuple[Text, ...] | None = None
    unknown: Annotated[Number, Field(ge=0, le=1)] | None = None
    source: Text
    exercise: bool = False


RATES = ("subsidence_rate", "sea_level_rise", "channel_subsidence_rate", "gumbel")


def projection_findings(document: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield every fault of the projection and of water that it raises; bad forms are skipped."""
    given, hazards = document.get("future"), document.get("hazards")
    future = given if isinstance(given, Mapping) else None
    tied = []
    for number, hazard in enumerate(hazards if isinstance(hazards, list) else ()):
        if isinstance(hazard, Mapping) and "water" in hazard:
            tied.append(hazard["water"])
            name = f' "{hazard["name"]}"' if isinstance(hazard.get("name"), str) else ""
            yield from _of_water(f"hazards[{number}]{name}", hazard, future)
    if future is not None:
        yield from _of_future(future, tied)


def _of_water(
    where: str, hazard: Mapping[str, Any], future: Mapping[str, Any] | None
) -> Iterator[Fault]:
    intensity = hazard.get("intensity")
    unit = intensity.get("unit") if isinstance(intensity, Mapping) else None
    if isinstance(unit, str) and unit not in METRES_PER_UNIT:
        yield where, "fault.water_not_depth", {"unit": unit}
    if hazard.get("kind") == "stress":
        yield where, "fault.water_on_stress", {}
    surveyed, today = hazard.get("surveyed"), (future or {}).get("today")
    if surveyed is None:
        yield where, "fault.water_without_survey", {}
    elif isinstance(surveyed, int) and isinstance(today, int) and surveyed > today:
        yield where, "fault.survey_after_today", {"surveyed": str(surveyed), "today": str(today)}
    if hazard["water"] == "inland" and future is not None:
        for key in ("subsidence_rate", "channel_subsidence_rate"):
            if key not in future:
                yield where, "fault.inland_without_rate", {"key": key}


def _of_future(future: Mapping[str, Any], tied: list[Any]) -> Iterator[Fault]:
    if not tied:
        yield "future", "fault.future_without_water", {}
    if "subsidence_rate" not in future and "sea_level_rise" not in future:
        yield "future", "fault.future_without_rate", {}
    if "sea" not in tied and "sea_level_rise" in future and tied:
        yield "future", "fault.sea_without_sea_water", {}
    years = (
        [one for one in future.get("years", ()) if isinstance(one, int)]
        if _is_list(future.get("years"))
        else []
    )
    wrong = next((pair for pair in itertools.pairwise(years) if pair[0] >= pair[1]), None)
    if wrong:
        yield (
            "future, years",
            "fault.years_not_rising",
            {"first": str(wrong[0]), "second": str(wrong[1])},
        )
    for key in RATES:
        rate = future.get(key)
        if (
            rate is not None
            and "source" not in future
            and not (isinstance(rate, Mapping) and "source" in rate)
        ):
            if not (isinstance(rate, Mapping) and "path" in rate):
                yield f"future, {key}", "fault.rate_without_source", {}
    layer = future.get("subsidence_rate")
    if isinstance(layer, Mapping) and isinstance(layer.get("path"), str):
        is_grid = layer["path"].lower().endswith(GRID_SUFFIXES)
        if is_grid and ("field" in layer or "layer" in layer):
            yield (
                "future, subsidence_rate",
                "fault.not_for_grids",
                {"key": "field" if "field" in layer else "layer"},
            )
        if not is_grid and "field" not in layer:
            yield "future, subsidence_rate", "fault.rates_need_field", {}


def _is_list(given: Any) -> bool:
    return isinstance(given, list)
