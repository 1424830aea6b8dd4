"""A city's shocks and stresses, what worsens what, and the tables that people fill in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag

from asset_inventory.model.library import resilience_drivers
from asset_inventory.model.texts import (
    Declared,
    Fault,
    Number,
    Text,
    is_number,
    not_known,
    tables,
)

FEWEST_VOTERS = 5
Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9 _-]*$", max_length=60)]
Share = Annotated[Number, Field(ge=0, le=1)]


class Name(Declared):
    """A name in both languages; one text serves for both."""

    id: Text
    en: Text

    def said(self, language: str) -> str:
        """Return the name in a language."""
        return self.id if language == "id" else self.en


def _shape(given: Any) -> str:
    return "in both" if isinstance(given, (Mapping, Name)) else "alone"


if TYPE_CHECKING:
    BothNames = Name
else:  # a name, or the one text that is the same in both languages
    BothNames = Annotated[
        Annotated[Text, Tag("alone")] | Annotated[Name, Tag("in both")],
        Discriminator(_shape),
        AfterValidator(
            lambda given: given if isinstance(given, Name) else Name(id=given, en=given)
        ),
    ]


class Measured(Declared):
    """By what a pressure is measured: a hazard of the city, or an indicator of its districts."""

    hazard: Text | None = None
    indicator: Text | None = None


class Pressure(Declared):
    """A shock (sudden) or stress (chronic) that the city knows; without `measured_by` it is felt
    and not measured.
    """

    id: Key
    name: BothNames
    also: tuple[Text, ...] = ()
    kind: Literal["shock", "stress"]
    drivers: tuple[Text, ...] = ()
    measured_by: Measured | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Return every name by which people call it."""
        return tuple(dict.fromkeys([self.name.id, self.name.en, *self.also]))


class Influence(Declared):
    """A stress that worsens a shock, why, and who says so.

    `by` says which of the two that deepen water the stress is, so that what it adds is taken from
    the years to come of the hazard by which the shock is measured.
    """

    stress: Text
    shock: Text
    by: Literal["sinking ground", "rising sea"] | None = None
    reason: BothNames
    source: Text | None = None


class FilledTable(Declared):
    """A table that offices or people fill in: a workbook or a text table; an `exercise` is called
    so everywhere.

    What people wrote in it is for the inside unless it is declared `public`; who voted how never
    leaves it.
    """

    path: Path
    source: Text
    exercise: bool = False
    visibility: Literal["public", "internal"] = "internal"


class IndicatorField(Declared):
    """An indicator of the districts that is a field of a layer or a column of a table: what its
    numbers say.
    """

    field: Text
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
    """Where a criterion of the districts scores 0 (worst) and 1 (best), its weight, and its group
    on the front.

    `of` names a figure of the assessment or an indicator of the districts, by default the
    criterion's own name. `front` puts a criterion on the front: by itself where it is true,
    together with the others of a group where it names one.
    """

    of: Text | None = None
    worst: Number
    best: Number
    weight: Annotated[Number, Field(gt=0)] = 1.0
    front: bool | Text = False

    def group(self, name: str) -> str | None:
        """Return the group of the criterion of that name for the front; None if not on it."""
        return name if self.front is True else self.front or None


SURVEY_FORMS = ("statements", "votes", "indicators", "actions")


class Resilience(Declared):
    """How the preliminary resilience assessment is drawn up: the tables it rests on, and how
    districts are compared.

    Weights are drawn uniform where `stated_weights` is 0, else around those of the criteria, the
    closer the greater it is. A rank is firm from a share of `firm` of the draws on, likely from
    `likely` on, else contested. How much ranks hang on a goalpost is told by moving its worst end
    by `goalpost_step` of its range either way; two criteria whose rank correlation is `correlated`
    or more are said to count twice. A pressure among the `costliest` that few feel is said to be
    overlooked.
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


MOST_ON_FRONT = 4


def resilience_findings(document: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield every fault of pressures, influences and the assessment; bad forms are skipped."""
    pressures, hazards = tables(document, "pressures"), tables(document, "hazards")
    yield from _names(pressures)
    kinds = {
        hazard["name"]: _kind(hazard) for hazard in hazards if isinstance(hazard.get("name"), str)
    }
    for number, one in enumerate(pressures):
        where = f"pressures[{number}]" + (
            f' "{one["id"]}"' if isinstance(one.get("id"), str) else ""
        )
        yield from _measured(where, one, kinds)
        yield from _driven(where, one)
    yield from _influences(tables(document, "influences"), pressures)
    settings = document.get("resilience")
    if isinstance(settings, Mapping):
        yield from _criteria(settings)
        indicators = settings.get("indicators")
        if isinstance(indicators, Mapping) and ("id" in indicators) != bool(
            indicators.get("fields")
        ):
            yield "resilience, indicators", "fault.indicator_fields", {}
        firm, likely = settings.get("firm", 0.9), settings.get("likely", 0.5)
        if is_number(firm) and is_number(likely) and likely >= firm:
            yield "resilience", "fault.likely_above_firm", {"likely": likely, "firm": firm}


def _kind(one: Mapping[str, Any]) -> str | None:
    given = one.get("kind")
    return given if isinstance(given, str) else None


def _names(pressures: list[Mapping[str, Any]]) -> Iterator[Fault]:
    ids = [pressure["id"] for pressure in pressures if isinstance(pressure.get("id"), str)]
    for name, count in Counter(ids).items():
        if count > 1:
            yield "pressures", "fault.name_twice", {"given": name, "times": count}
    bearers: dict[str, set[str]] = {}
    for pressure in pressures:
        for name in _called(pressure):
            bearers.setdefault(" ".join(name.split()).casefold(), set()).add(
                str(pressure.get("id"))
            )
    for name, several in bearers.items():
        if len(several) > 1:
            yield (
                "pressures",
                "fault.pressure_name_shared",
                {"given": name, "pressures": ", ".join(sorted(several))},
            )


def _called(one: Mapping[str, Any]) -> list[str]:
    name = one.get("name")
    given = (
        [name]
        if isinstance(name, str)
        else list(name.values())
        if isinstance(name, Mapping)
        else []
    )
    also = one.get("also")
    given += [one.get("id"), *(also if isinstance(also, list) else [])]
    return [text for text in given if isinstance(text, str)]


def _driven(where: str, one: Mapping[str, Any]) -> Iterator[Fault]:
    given, known = one.get("drivers"), resilience_drivers()
    for number in given if isinstance(given, list) else []:
        if isinstance(number, str) and number not in known:
            yield where, "fault.driver_not_known", {"given": number, "drivers": ", ".join(known)}


def _measured(where: str, one: Mapping[str, Any], kinds: Mapping[str, Any]) -> Iterator[Fault]:
    given = one.get("measured_by")
    if not isinstance(given, Mapping):
        return
    if ("hazard" in given) == ("indicator" in given):
        yield where, "fault.measured_by_one", {}
    hazard = given.get("hazard")
    if not isinstance(hazard, str):
        return
    if hazard not in kinds:
        yield where, *not_known("fault.hazard_not_declared", hazard, kinds)
    elif {kinds[hazard], _kind(one)} == {"shock", "stress"}:
        yield (
            where,
            "fault.measured_by_other_kind",
            {"given": hazard, "kind": kinds[hazard], "own": one["kind"]},
        )


def _influences(
    influences: list[Mapping[str, Any]], pressures: list[Mapping[str, Any]]
) -> Iterator[Fault]:
    kinds = {
        pressure["id"]: pressure.get("kind")
        for pressure in pressures
        if isinstance(pressure.get("id"), str)
    }
    of_role = {
        role: [name for name, kind in kinds.items() if kind == role] for role in ("stress", "shock")
    }
    seen: set[tuple[str, str]] = set()
    for number, one in enumerate(influences):
        where = f"influences[{number}]"
        for role in ("stress", "shock"):
            given = one.get(role)
            if not isinstance(given, str):
                continue
            if given not in kinds:
                yield where, *not_known("fault.pressure_not_declared", given, of_role[role])
            elif kinds[given] in ("shock", "stress") and kinds[given] != role:
                yield (
                    where,
                    "fault.influence_of_other_kind",
                    {"given": given, "kind": kinds[given], "role": role},
                )
        pair = str(one.get("stress")), str(one.get("shock"))
        if pair in seen:
            yield where, "fault.influence_twice", {"stress": pair[0], "shock": pair[1]}
        seen.add(pair)


def _criteria(settings: Mapping[str, Any]) -> Iterator[Fault]:
    given = settings.get("criteria")
    given = given if isinstance(given, Mapping) else {}
    criteria = {name: one for name, one in given.items() if isinstance(one, Mapping)}
    for name, one in criteria.items():
        if "worst" in one and one.get("worst") == one.get("best"):
            yield (
                f"resilience, criteria, {name}",
                "fault.goalposts_equal",
                {"given": str(one["worst"])},
            )
    marked = {name: one.get("front") for name, one in criteria.items()}
    groups = dict.fromkeys(
        name if front is True else front
        for name, front in marked.items()
        if front is True or isinstance(front, str)
    )
    if len(groups) > MOST_ON_FRONT:
        yield (
            "resilience, criteria",
            "fault.front_too_wide",
            {"given": ", ".join(groups), "most": MOST_ON_FRONT},
        )
