"""A city's shocks and stresses, their influences, and the tables that people fill in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Field

from asset_inventory.model.declarations import (
    BothNames,
    Declared,
    Fault,
    Number,
    Text,
    named_twice,
    not_known,
    passing,
    placed,
)
from asset_inventory.model.errors import Arguments
from asset_inventory.model.library import resilience_drivers

if TYPE_CHECKING:
    from asset_inventory.model.hazards import Hazard

FEWEST_VOTERS = 5
MOST_ON_FRONT = 4
_MEASURED_BY_OTHER_KIND = {
    "shock": "fault.shock_measured_by_other_kind",
    "stress": "fault.stress_measured_by_other_kind",
}
_OF_OTHER_KIND = {"stress": "fault.stress_of_other_kind", "shock": "fault.shock_of_other_kind"}
Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9 _-]*$", max_length=60)]
Share = Annotated[Number, Field(ge=0, le=1)]


class Measured(Declared):
    """The measure of a shock or stress: a hazard of the city, or an indicator of its districts."""

    hazard: Text | None = None
    indicator: Text | None = None


class Pressure(Declared):
    """A shock (sudden) or stress (chronic) of the city; without `measured_by` it is perceived and
    not measured.
    """

    id: Key
    name: BothNames
    also: tuple[Text, ...] = ()
    kind: Literal["shock", "stress"]
    drivers: tuple[Text, ...] = ()
    measured_by: Measured | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Return every name that people use for it."""
        return tuple(dict.fromkeys(passing([self.name.id, self.name.en, *self.also])))

    def faults(self, where: str, hazards: Mapping[str, Hazard]) -> Iterator[Fault]:
        """Yield every fault of its measure, and of unknown drivers."""
        yield from _unknown_drivers(where, self.drivers)
        if self.measured_by is None:
            return
        given, name = self.measured_by.model_fields_set, self.measured_by.hazard
        if ("hazard" in given) == ("indicator" in given):
            yield where, "fault.measured_by_one", {}
        if name is not None and name not in hazards:
            yield where, *not_known("fault.hazard_not_declared", name, hazards)
        elif name is not None and {hazards[name].kind, self.kind} == {"shock", "stress"}:
            yield where, _MEASURED_BY_OTHER_KIND[self.kind], {"given": name}


class Influence(Declared):
    """A stress that worsens a shock, the reason, and the source.

    `by` states which of the two causes of deeper water the stress is; its contribution then comes
    from the projection of the hazard that measures the shock.
    """

    stress: Text
    shock: Text
    by: Literal["sinking ground", "rising sea"] | None = None
    reason: BothNames
    source: Text | None = None


class FocusArea(Declared):
    """A theme on which a city's forum focuses (100 Resilient Cities: area fokus): its shocks and
    stresses, and the drivers of the City Resilience Framework that it strengthens.

    Districts are no focus areas; a city proposes priority districts.
    """

    id: Key
    name: BothNames
    pressures: tuple[Text, ...] = ()
    drivers: tuple[Text, ...] = ()


class FilledTable(Declared):
    """A table that offices or people fill in: a workbook or a text table; an `exercise` is marked
    as such everywhere.

    Its texts are internal unless it is declared `public`; single votes are never published.
    """

    path: Path
    source: Text
    exercise: bool = False
    visibility: Literal["public", "internal"] = "internal"


class IndicatorField(Declared):
    """An indicator of the districts in a field of a layer or a column of a table: the meaning of
    its numbers.
    """

    field: Text
    label: BothNames | None = None
    unit: Text | None = None
    year: Annotated[int, Field(ge=1900, le=2200)]
    better: Literal["higher", "lower"]
    source: Text | None = None


class IndicatorTable(FilledTable):
    """Indicators of the districts: a filled form, or with `id` and `fields` a layer or table with a
    row per district.

    `fields` has the indicators by name, `id` is the field of the district's id or name, as in
    [districts.population].
    """

    layer: Text | None = None
    id: Text | None = None
    fields: Annotated[Mapping[Text, IndicatorField], AfterValidator(MappingProxyType)] = Field(
        default_factory=dict, validate_default=True
    )


class Criterion(Declared):
    """The values at which a criterion of the districts scores 0 (worst) and 1 (best), its weight,
    and its group on the Pareto front.

    `of` names a figure of the assessment or an indicator of the districts, by default the
    criterion's own name. `front` puts a criterion on the front: alone if it is true, together with
    the other criteria of a group if it names that group.
    """

    of: Text | None = None
    label: BothNames | None = None
    worst: Number
    best: Number
    weight: Annotated[Number, Field(gt=0)] = 1.0
    front: bool | Text = False

    def group(self, name: str) -> str | None:
        """Return the group of the criterion of that name for the front; None if not on it."""
        return name if self.front is True else self.front or None


SURVEY_FORMS = ("statements", "votes", "indicators", "actions")


class Resilience(Declared):
    """The settings of the preliminary resilience assessment: its tables, and how districts are
    compared.

    Simulated weights are uniform if `stated_weights` is 0, else around those of the criteria: the
    greater it is, the closer. A rank is firm from a share of `firm` of the simulations on, likely
    from `likely` on, else contested. The sensitivity of ranks to a goalpost is that to moving its
    worst end by `goalpost_step` of its range either way; two criteria with a rank correlation of
    `correlated` or more are reported to count twice. A shock or stress among the `costliest` that
    few perceive is reported as overlooked.
    """

    statements: FilledTable | None = None
    votes: FilledTable | None = None
    indicators: IndicatorTable | None = None
    actions: FilledTable | None = None
    criteria: Annotated[Mapping[Text, Criterion], AfterValidator(MappingProxyType)] = Field(
        default_factory=dict, validate_default=True
    )
    top: Annotated[int, Field(ge=1, le=50)] = 5
    draws: Annotated[int, Field(ge=100, le=100_000)] = 10_000
    seed: Annotated[int, Field(ge=0)] = 0
    stated_weights: Annotated[Number, Field(ge=0)] = 0.0
    floor: Annotated[Number, Field(gt=0, lt=1)] = 0.01
    firm: Share = 0.9
    likely: Share = 0.5
    goalpost_step: Annotated[Number, Field(gt=0, lt=1)] = 0.1
    correlated: Share = 0.9
    fewest_voters: Annotated[int, Field(ge=1)] = FEWEST_VOTERS
    costliest: Annotated[int, Field(ge=1)] = 3

    @property
    def filled(self) -> dict[str, FilledTable]:
        """Return the declared tables that people and offices fill in, by their key."""
        return {name: table for name in SURVEY_FORMS if (table := getattr(self, name)) is not None}

    def faults(self) -> Iterator[Fault]:
        """Yield every fault of criteria, indicators and shares that contradict each other."""
        arguments: Arguments
        criteria = {
            name: criterion for name, criterion in self.criteria.items() if criterion is not None
        }
        for name, criterion in criteria.items():
            if criterion.worst is not None and criterion.worst == criterion.best:
                arguments = {"given": f"{criterion.worst:.15g}"}
                yield f"resilience, criteria, {name}", "fault.goalposts_equal", arguments
        groups = dict.fromkeys(
            passing(criterion.group(name) for name, criterion in criteria.items())
        )
        if len(groups) > MOST_ON_FRONT:
            arguments = {"given": ", ".join(groups), "most": MOST_ON_FRONT}
            yield "resilience, criteria", "fault.front_too_wide", arguments
        indicators = self.indicators
        if indicators and ("id" in indicators.model_fields_set) != bool(indicators.fields):
            yield "resilience, indicators", "fault.indicator_fields", {}
        if self.likely >= self.firm:
            arguments = {"likely": self.likely, "firm": self.firm}
            yield "resilience", "fault.likely_above_firm", arguments


def _unknown_drivers(where: str, drivers: Sequence[str]) -> Iterator[Fault]:
    known = resilience_drivers()
    for number in passing(drivers):
        if number not in known:
            arguments: Arguments = {"given": number, "drivers": ", ".join(known)}
            yield where, "fault.driver_not_known", arguments


def focus_area_faults(areas: Sequence[FocusArea], pressures: Sequence[Pressure]) -> Iterator[Fault]:
    """Yield every fault of focus areas: a name twice, unknown or no shocks, stresses and drivers."""
    yield from named_twice("focus_areas", [area.id for area in passing(areas)])
    known = [pressure.id for pressure in passing(pressures) if pressure.id is not None]
    for where, area in placed("focus_areas", areas):
        for given in passing(area.pressures):
            if given not in known:
                yield where, *not_known("fault.pressure_not_declared", given, known)
        yield from _unknown_drivers(where, area.drivers)
        if not area.pressures and not area.drivers:
            yield where, "fault.focus_area_empty", {}


def pressure_faults(
    pressures: Sequence[Pressure], influences: Sequence[Influence], hazards: Mapping[str, Hazard]
) -> Iterator[Fault]:
    """Yield every fault of shocks and stresses, of their names and of their influences."""
    yield from named_twice("pressures", [pressure.id for pressure in passing(pressures)])
    bearers: dict[str, set[str]] = {}
    for where, pressure in placed("pressures", pressures):
        yield from pressure.faults(where, hazards)
        for name in passing((pressure.id, *pressure.names)):
            bearers.setdefault(" ".join(name.split()).casefold(), set()).add(str(pressure.id))
    for name, several in bearers.items():
        if len(several) > 1:
            arguments = {"given": name, "pressures": ", ".join(sorted(several))}
            yield "pressures", "fault.pressure_name_shared", arguments
    kinds = {
        pressure.id: pressure.kind for pressure in passing(pressures) if pressure.id is not None
    }
    of_role = {
        role: [name for name, kind in kinds.items() if kind == role] for role in ("stress", "shock")
    }
    seen: set[tuple[str, str]] = set()
    for where, influence in placed("influences", influences):
        pair = influence.stress, influence.shock
        for role, given in zip(of_role, pair, strict=True):
            if given is not None and given not in kinds:
                yield where, *not_known("fault.pressure_not_declared", given, of_role[role])
            elif given is not None and kinds[given] not in (role, None):
                yield where, _OF_OTHER_KIND[role], {"given": given}
        if pair in seen and None not in pair:
            yield where, "fault.influence_twice", {"stress": pair[0], "shock": pair[1]}
        seen.add(pair)
