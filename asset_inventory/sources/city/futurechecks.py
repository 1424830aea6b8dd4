"""What no single field of `[future]` can tell: water, years and rates that do not meet."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from asset_inventory.sources.city.declared import GRID_SUFFIXES, METRES_PER_UNIT
from asset_inventory.sources.city.document import Fault

RATES = ("subsidence_rate", "sea_level_rise", "channel_subsidence_rate", "gumbel")


def future_faults(document: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield every fault of what is to come, and of the water that it raises; what is of no form is skipped."""
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


def _of_water(where: str, hazard: Mapping[str, Any], future: Mapping[str, Any] | None) -> Iterator[Fault]:
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
    years = [one for one in future.get("years", ()) if isinstance(one, int)] if _is_list(future.get("years")) else []
    wrong = next((pair for pair in itertools.pairwise(years) if pair[0] >= pair[1]), None)
    if wrong:
        yield "future, years", "fault.years_not_rising", {"first": str(wrong[0]), "second": str(wrong[1])}
    for key in RATES:
        rate = future.get(key)
        if rate is not None and "source" not in future and not (isinstance(rate, Mapping) and "source" in rate):
            if not (isinstance(rate, Mapping) and "path" in rate):
                yield f"future, {key}", "fault.rate_without_source", {}
    layer = future.get("subsidence_rate")
    if isinstance(layer, Mapping) and isinstance(layer.get("path"), str):
        is_grid = layer["path"].lower().endswith(GRID_SUFFIXES)
        if is_grid and ("field" in layer or "layer" in layer):
            yield "future, subsidence_rate", "fault.not_for_grids", {"key": "field" if "field" in layer else "layer"}
        if not is_grid and "field" not in layer:
            yield "future, subsidence_rate", "fault.rates_need_field", {}


def _is_list(given: Any) -> bool:
    return isinstance(given, list)
