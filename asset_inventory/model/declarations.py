"""What every declaration of `city.toml` is made of, and the faults that several of them share."""

from __future__ import annotations

import copyreg
import datetime
import difflib
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from asset_inventory.model.errors import Arguments
from asset_inventory.model.texts import few

# A declaration may be sent to another process.
copyreg.pickle(MappingProxyType, lambda mapping: (MappingProxyType, (dict(mapping),)))

GRID_SUFFIXES = (".tif", ".tiff", ".asc")
METRES_PER_UNIT = {"m": 1.0, "cm": 0.01, "mm": 0.001, "ft": 0.3048}
OUT_OF_RANGE = "number_out_of_range"
LARGEST = 1e18  # of any number; products of larger ones may be infinite


def _in_range(given: float) -> float:
    if abs(given) > LARGEST:
        raise PydanticCustomError(OUT_OF_RANGE, "out of range", {"most": LARGEST})
    return given


# strict: a text or a true is no number
Number = Annotated[float, Field(strict=True, allow_inf_nan=False), AfterValidator(_in_range)]
# Return periods: a tide can flood several times a day, and no map shows events beyond the last one.
PositiveYears = Annotated[Number, Field(ge=0.001, le=1e7)]
Text = Annotated[str, Field(min_length=1)]
# How people write that they do not know a licence.
# fmt: off
_UNSTATED = frozenset({"", "-", "?", "none", "n/a", "unknown", "not known", "not stated", "unstated", "tidak ada",
                       "tidak diketahui", "tidak disebutkan", "tidak dinyatakan", "tidak dicantumkan",
                       "belum diketahui"})
# fmt: on
# A word or a list of words; a single word is a list of one.
Words = Annotated[
    tuple[Text, ...],
    BeforeValidator(
        lambda given: [given] if isinstance(given, str) else given,
        json_schema_input_type=Text | tuple[Text, ...],
    ),
]


# Pydantic's names of the faults of a value that has the right type and is beyond a limit.
_BEYOND_LIMITS = {
    "finite_number",
    "greater_than",
    "greater_than_equal",
    "less_than",
    "less_than_equal",
    OUT_OF_RANGE,
    "string_pattern_mismatch",
    "string_too_long",
    "string_too_short",
    "too_long",
    "too_short",
}
LENIENT = {"lenient": True}  # the context in which a declaration accepts every value that it can


class Declared(BaseModel):
    """A declaration: frozen, and without unknown keys.

    A `LENIENT` validation never fails, so that all other checks run too. A value of a wrong type
    becomes the default, or None without a default; so does each such entry of a list or table.
    `model_fields_set` has its key. A number or text beyond a limit stays.
    """

    # A validator is built on first use, so that only that of the whole city is built.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, given: Any, info: ValidationInfo) -> Any:
        if not info.context or not isinstance(given, Mapping):
            return given
        fields = {field.alias or name: field for name, field in cls.model_fields.items()}
        return {
            key: given.get(key)
            for key, field in fields.items()
            if key in given or field.is_required()
        }

    @field_validator("*", mode="wrap")
    @classmethod
    def _what_passes(
        cls, given: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo
    ) -> Any:
        if not info.context:
            return handler(given)

        def passed(value: Any) -> Any:
            try:
                return handler(value)
            except ValidationError as error:
                several = isinstance(value, (list, Mapping))
                beyond = all(
                    fault["type"] in _BEYOND_LIMITS and (several or not fault["loc"])
                    for fault in error.errors(include_url=False, include_input=False)
                )
                return value if beyond else None

        accepted = passed(given)
        if accepted is not None:
            return accepted
        no_entry, no_key = passed([]), passed({})
        if isinstance(given, list) and isinstance(no_entry, Sequence):
            return tuple((passed([entry]) or [None])[0] for entry in given)
        if isinstance(given, Mapping) and isinstance(no_key, Mapping):
            return {key: (passed({key: entry}) or {}).get(key) for key, entry in given.items()}
        field = cls.model_fields[info.field_name or ""]
        if not field.is_required():
            return field.get_default(call_default_factory=True)
        return no_key if no_entry is None else no_entry


class Name(Declared):
    """A name in both languages; one text serves for both."""

    id: Text
    en: Text

    def said(self, language: str) -> str:
        """Return the name in a language."""
        return self.id if language == "id" else self.en

    @property
    def by_language(self) -> dict[str, str]:
        """Return the name by language."""
        return {"id": self.id, "en": self.en}


def _number_of_languages(given: Any) -> str:
    return "in both" if isinstance(given, (Mapping, Name)) else "alone"


if TYPE_CHECKING:
    BothNames = Name
else:  # a name, or the one text that is the same in both languages
    BothNames = Annotated[
        Annotated[Text, Tag("alone")] | Annotated[Name, Tag("in both")],
        Discriminator(_number_of_languages),
        AfterValidator(
            lambda given: given if isinstance(given, Name) else Name(id=given, en=given)
        ),
    ]


def _licence(given: str) -> str | None:
    return None if given.strip().casefold() in _UNSTATED else given


class Source(Declared):
    """Who made a layer, when, under which licence; all results of `exercise` data are marked so.

    Readers see its `label` in their language, without one its title. What is not known is left out;
    a `licence` such as "unknown" or "-" is none either.
    """

    title: Text
    label: BothNames | None = None
    licence: Annotated[Text, AfterValidator(_licence)] | None = None
    publisher: str | None = None
    date: datetime.date | None = None
    url: str | None = None
    exercise: bool = False


Visibility = Literal["public", "internal"]
Where = Annotated[Mapping[Text, Words], AfterValidator(MappingProxyType)]
Fault = tuple[str, str, Arguments]  # place, key of a sentence, its arguments
# An argument with the known names, from which `with_near` makes the others.
AMONG = "among"
_LOOKED_THROUGH = 1000  # known names that are compared with an unknown one
_NAMES_LISTED = 50
_Model = TypeVar("_Model", bound=Declared)
_Value = TypeVar("_Value")


def placed(key: str, models: Iterable[_Model]) -> Iterator[tuple[str, _Model]]:
    """Yield each declaration of a list with its place, such as `hazards[0] "flood"`."""
    for number, model in enumerate(models):
        name = getattr(model, "id", getattr(model, "name", None))
        if model is not None:
            yield f"{key}[{number}]" + (f' "{name}"' if name is not None else ""), model


def passing(values: Iterable[_Value | None] | None) -> list[_Value]:
    """Return the valid entries of a list; an entry that failed is None."""
    return [value for value in values or () if value is not None]


def first_fall(numbers: Iterable[float | None] | None) -> Iterator[tuple[float, float]]:
    """Yield the first two neighbours that do not rise, if any."""
    falls = (pair for pair in itertools.pairwise(passing(numbers)) if pair[0] >= pair[1])
    yield from itertools.islice(falls, 1)


def rising(where: str, breaks: Iterable[float] | None) -> Iterator[Fault]:
    """Yield a fault for the first two breaks of classes that do not rise."""
    for first, second in first_fall(breaks):
        yield where, "fault.breaks_not_rising", {"first": first, "second": second}


def named_twice(key: str, names: Iterable[str | None]) -> Iterator[Fault]:
    """Yield a fault for each name that several declarations of a list share."""
    for name, count in Counter(passing(names)).items():
        if count > 1:
            yield key, "fault.name_twice", {"given": name, "times": count}


def same_word(where: str, meant: Mapping[str, Any] | None) -> Iterator[Fault]:
    """Yield a fault for each two words that differ only in case and have different meanings."""
    first: dict[str, str] = {}
    meant = meant or {}
    for word, meaning in meant.items():
        other = first.setdefault(word.strip().casefold(), word)
        if meant[other] != meaning:
            yield where, "fault.same_word", {"given": other, "other": word}


def joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return for each name in pairs the one that represents all names joined to it."""
    leaders: dict[str, str] = {}

    def leader_of(name: str) -> str:
        while leaders.setdefault(name, name) != name:
            leaders[name] = name = leaders[leaders[name]]
        return name

    for first, second in pairs:
        leaders[leader_of(second)] = leader_of(first)
    return {name: leader_of(name) for name in leaders}


def not_known(key: str, given: str, names: Iterable[str]) -> tuple[str, Arguments]:
    """Return the key of the sentence on an unknown name, and its arguments, for `with_near`."""
    return key, {"given": given, AMONG: names}


def with_near(fault: Fault) -> Fault:
    """Return a fault of an unknown name with a near name or the known ones; others unchanged.

    Only faults that are shown need it: the search is slow, and a file may hold many unknown names.
    """
    where, key, arguments = fault
    if AMONG not in arguments:
        return fault
    filled = {name: value for name, value in arguments.items() if name != AMONG}
    names = list(dict.fromkeys(itertools.islice(arguments[AMONG], _LOOKED_THROUGH)))
    near = difflib.get_close_matches(str(filled["given"]), names, n=1)
    if near:
        return where, key + "_near", filled | {"near": near[0]}
    return where, key, filled | {"names": few(names, _NAMES_LISTED)}
