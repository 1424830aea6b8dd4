"""What a city declares of a stress: how often it comes, and what that costs a year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from asset_inventory.model import declared

_Share = Annotated[declared.Number, Field(ge=0, le=1)]
_Often = Annotated[declared.Number, Field(gt=0)]
_Days = Annotated[declared.Number, Field(gt=0, le=366)]


class Occurrence(declared.Declared):
    """How often a stress comes: days a year, or events a year with the days that one takes.

    `service_lost` is the share of these days on which an asset that it reaches serves nobody; of a
    type that says so in `[[yearly]]` that one holds. Where neither says it the days of service lost
    are not known.
    """

    days_per_year: _Days | None = None
    events_per_year: _Often | None = None
    days_per_event: _Days | None = None
    service_lost: _Share | None = None
    source: declared.Text
    exercise: bool = False

    @property
    def days(self) -> float | None:
        """Return the days a year of the stress, None where only its events are known."""
        if self.events_per_year is not None and self.days_per_event is not None:
            return self.events_per_year * self.days_per_event
        return self.days_per_year


class YearlyPrice(declared.Declared):
    """What a stress costs a year, of the share of an asset that it reaches.

    A `fraction` (0-1) of the value, or a `cost` per m2, metre or piece; each year, or `each` event,
    times events a year. `service_lost` is the share of its days on which the asset serves nobody.
    """

    hazard: declared.Text
    asset_types: declared.Words
    fraction: _Share | None = None
    cost: Annotated[declared.Number, Field(ge=0)] | None = None
    per: Literal["m2", "m", "piece"] | None = None
    each: Literal["year", "event"] = "year"
    service_lost: _Share | None = None
    source: declared.Text
    exercise: bool = False


_DAYS = 366  # the most that a year has
_ANY = "*"


def chronic_hazard_findings(document: Mapping[str, Any]) -> Iterator[declared.Fault]:
    """Yield every fault of stresses, and of curves on them; what is of no form is skipped."""
    hazards, yearly = declared.tables(document, "hazards"), declared.tables(document, "yearly")
    kinds = {one["name"]: one for one in hazards if isinstance(one.get("name"), str)}
    for number, hazard in enumerate(hazards):
        where = f"hazards[{number}]" + (
            f' "{hazard["name"]}"' if isinstance(hazard.get("name"), str) else ""
        )
        yield from _of_hazard(where, hazard)
    claimed: set[tuple[str, str]] = set()
    for number, rule in enumerate(yearly):
        yield from _of_price(f"yearly[{number}]", rule, kinds)
        given = rule.get("hazard")
        for pair in dict.fromkeys((given, kind) for kind in _types(rule) if isinstance(given, str)):
            if pair in claimed:
                yield (
                    f"yearly[{number}]",
                    "fault.yearly_twice",
                    {"given": pair[0], "asset_type": pair[1]},
                )
            claimed.add(pair)
    for number, curve in enumerate(declared.tables(document, "curves")):
        given = curve.get("hazard")
        if not isinstance(given, str) or kinds.get(given, {}).get("kind") != "stress":
            continue
        bare = [kind for kind in _types(curve) if not {(given, kind), (given, _ANY)} & claimed]
        if bare:
            yield (
                f"curves[{number}]",
                "fault.curve_on_stress",
                {"given": given, "asset_types": ", ".join(bare)},
            )


def _of_hazard(where: str, hazard: Mapping[str, Any]) -> Iterator[declared.Fault]:
    if hazard.get("kind") == "shock":
        for key in ("occurrence", "reach"):
            if key in hazard:
                yield where, "fault.not_for_shocks", {"key": key}
        return
    told = hazard.get("occurrence")
    if isinstance(told, Mapping):
        yield from _of_occurrence(f"{where}, occurrence", told)
    if "reach" in hazard:
        yield from _of_reach(where, hazard)


def _of_occurrence(where: str, told: Mapping[str, Any]) -> Iterator[declared.Fault]:
    if ("days_per_year" in told) == ("events_per_year" in told):
        yield where, "fault.days_or_events", {}
    elif "days_per_event" in told and "events_per_year" not in told:
        yield where, "fault.days_of_no_event", {}
    events, days = told.get("events_per_year"), told.get("days_per_event")
    if declared.is_number(events) and declared.is_number(days) and events * days > _DAYS:
        yield where, "fault.more_days_than_a_year", {"days": events * days, "most": _DAYS}


def _of_reach(where: str, hazard: Mapping[str, Any]) -> Iterator[declared.Fault]:
    maps, reach = declared.tables(hazard, "maps"), hazard["reach"]
    periods = sorted(
        float(a_map["return_period"])
        for a_map in maps
        if declared.is_number(a_map.get("return_period"))
    )
    # what these hold is seen when they are opened
    in_files = any("return_period_field" in a_map for a_map in maps)
    if declared.is_number(reach) and not in_files and float(reach) not in periods:
        yield (
            where,
            "fault.reach_is_no_map",
            {"given": reach, "periods": ", ".join(f"{period:g}" for period in periods)},
        )


def _of_price(
    where: str, rule: Mapping[str, Any], hazards: Mapping[str, Mapping[str, Any]]
) -> Iterator[declared.Fault]:
    given = rule.get("hazard")
    if ("fraction" in rule) == ("cost" in rule):
        yield where, "fault.fraction_or_cost", {}
    if ("cost" in rule) != ("per" in rule):
        yield where, "fault.cost_per_what", {}
    if not isinstance(given, str):
        return
    if given not in hazards:
        yield where, *declared.not_known("fault.hazard_not_declared", given, hazards)
    elif hazards[given].get("kind") == "shock":
        yield where, "fault.yearly_on_shock", {"given": given}
    elif "occurrence" not in hazards[given]:
        yield where, "fault.yearly_without_occurrence", {"given": given}
    elif rule.get("each") == "event" and not _counts_events(hazards[given]["occurrence"]):
        yield where, "fault.price_of_no_event", {"given": given}


def _counts_events(occurrence: Any) -> bool:
    return isinstance(occurrence, Mapping) and "events_per_year" in occurrence


def _types(rule: Mapping[str, Any]) -> list[str]:
    given = rule.get("asset_types")
    return [
        one
        for one in ([given] if isinstance(given, str) else given if isinstance(given, list) else [])
        if isinstance(one, str)
    ]
