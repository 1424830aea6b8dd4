"""A city's shocks and stresses, what worsens what, and the tables that people fill in: as `city.toml` declares them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag

from asset_inventory.sources.city.declared import Declared, Number, Text

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


# A name, or the one text that is the same in both languages.
BothNames = Annotated[
    Annotated[Text, Tag("alone")] | Annotated[Name, Tag("in both")],
    Discriminator(_shape), AfterValidator(lambda given: given if isinstance(given, Name) else Name(id=given, en=given)),
]  # fmt: skip


class Measured(Declared):
    """By what a pressure is measured: a hazard of the city, or an indicator of its districts."""

    hazard: Text | None = None
    indicator: Text | None = None


class Pressure(Declared):
    """A shock (sudden) or stress (chronic) that the city knows; without `measured_by` it is felt and not measured."""

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

    `by` says which of the two that deepen water the stress is, so that what it adds is taken from the years to come of
    the hazard by which the shock is measured.
    """

    stress: Text
    shock: Text
    by: Literal["sinking ground", "rising sea"] | None = None
    reason: BothNames
    source: Text | None = None


class FilledTable(Declared):
    """A table that offices or people fill in: a workbook or a text table; an `exercise` is called so everywhere.

    What people wrote in it is for the inside unless it is declared `public`; who voted how never leaves it.
    """

    path: Path
    source: Text
    exercise: bool = False
    visibility: Literal["public", "internal"] = "internal"


class IndicatorField(Declared):
    """An indicator of the districts that is a field of a layer or a column of a table: what its numbers say."""

    field: Text
    unit: Text | None = None
    year: Annotated[int, Field(ge=1900, le=2200)]
    better: Literal["higher", "lower"]
    source: Text | None = None


class IndicatorTable(FilledTable):
    """Indicators of the districts: a filled form, or with `id` and `fields` a layer or table with a row per district.

    `fields` has the indicators by name, `id` is the field of the district's id or name, as in [districts.population].
    """

    layer: Text | None = None
    id: Text | None = None
    fields: Annotated[Mapping[Text, IndicatorField], AfterValidator(MappingProxyType)] = Field(
        default_factory=dict, validate_default=True
    )


class Criterion(Declared):
    """Where a criterion of the districts scores 0 (worst) and 1 (best), its weight, and its group on the front.

    `of` names a figure of the assessment or an indicator of the districts, by default the criterion's own name. `front`
    puts a criterion on the front: by itself where it is true, together with the others of a group where it names one.
    """

    of: Text | None = None
    worst: Number
    best: Number
    weight: Annotated[Number, Field(gt=0)] = 1.0
    front: bool | Text = False

    def group(self, name: str) -> str | None:
        """Return the group in which a criterion of that name stands on the front; None where it is not on it."""
        return name if self.front is True else self.front or None


class Resilience(Declared):
    """How the preliminary resilience assessment is drawn up: the tables it rests on, and how districts are compared.

    Weights are drawn uniform where `stated_weights` is 0, else around those of the criteria, the closer the greater it
    is. A rank is firm from a share of `firm` of the draws on, likely from `likely` on, else contested. How much ranks
    hang on a goalpost is told by moving its worst end by `goalpost_step` of its range either way; two criteria whose
    rank correlation is `correlated` or more are said to count twice. A pressure among the `costliest` that few feel is
    said to be overlooked.
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
