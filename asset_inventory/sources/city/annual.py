"""By which convention a city reckons expected annual damage (EAD), and up to which event it is protected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Tag

from asset_inventory.sources.city.declared import Declared, PositiveYears, Text


class EadRule(Declared):
    """How damages under several return periods become expected annual damage.

    `between` two maps damage is a straight line over annual frequency (trapezoid) or over its logarithm. The `tail`
    beyond the rarest map stays level (flat), is not counted (none), or grows on with the logarithm of frequency up to
    the value of each asset (log). The annual `frequency` is 1/T; 1 - exp(-1/T) only where the return periods are those
    of peaks over a threshold, of which several can come in one year.
    """

    between: Literal["trapezoid", "log-linear"] = "trapezoid"
    tail: Literal["flat", "none", "log"] = "flat"
    frequency: Literal["1/T", "1 - exp(-1/T)"] = "1/T"


class Protection(Declared):
    """Up to which return period (year) a defence holds; its maps are drawn as if it did not.

    Damages of events as frequent or more are taken as zero, and what rarer maps say stays: a step. That differs from
    `no_damage_return_period`, where nothing floods yet and damage grows from zero to what the first map says.
    """

    return_period: PositiveYears
    source: Text | None = None


def _spelled_out(given: float | Protection) -> Protection:
    return given if isinstance(given, Protection) else Protection(return_period=given)


def _shape(given: Any) -> str:
    return "with its source" if isinstance(given, (Mapping, Protection)) else "alone"


# A return period alone, or with who says so.
ProtectionLevel = Annotated[
    Annotated[PositiveYears, Tag("alone")] | Annotated[Protection, Tag("with its source")],
    Discriminator(_shape), AfterValidator(_spelled_out),
]  # fmt: skip
