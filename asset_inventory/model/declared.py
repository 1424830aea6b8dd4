"""What every declaration of `city.toml` is made of, and how checks read a document of any form."""

from __future__ import annotations

import copyreg
import difflib
import itertools
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Annotated, Any, TypeGuard

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from asset_inventory.model.errors import Arguments

# A declaration may be sent to another process.
copyreg.pickle(MappingProxyType, lambda held: (MappingProxyType, (dict(held),)))

GRID_SUFFIXES = (".tif", ".tiff", ".asc")
METRES_PER_UNIT = {"m": 1.0, "cm": 0.01, "mm": 0.001, "ft": 0.3048}
OUT_OF_RANGE = "number_out_of_range"
LARGEST = 1e18  # of any number; products of larger ones have no end


def _in_range(given: float) -> float:
    if abs(given) > LARGEST:
        raise PydanticCustomError(OUT_OF_RANGE, "out of range", {"most": LARGEST})
    return given


# strict: a text or a true is no number
Number = Annotated[float, Field(strict=True, allow_inf_nan=False), AfterValidator(_in_range)]
# Return periods; a tide that floods comes several times a day, and nobody knows a rarer event than
# the last.
PositiveYears = Annotated[Number, Field(ge=0.001, le=1e7)]
Text = Annotated[str, Field(min_length=1)]
# A word or a list of words; a single word is a list of one.
Words = Annotated[
    tuple[Text, ...],
    BeforeValidator(
        lambda given: [given] if isinstance(given, str) else given,
        json_schema_input_type=Text | tuple[Text, ...],
    ),
]


class Declared(BaseModel):
    """A declaration: frozen, and no key that we do not know."""

    # A validator is built when it is first needed, so that only that of the whole city is.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


Fault = tuple[str, str, Arguments]  # where, key of `words`, what fills it
# What fills a fault may hold under this key, by which `with_near` fills its sentence.
AMONG = "among"
_LOOKED_THROUGH = 1000  # names of many, for one that is near
_LISTED = 50


def tables(document: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """Return the tables listed under a key; none where there is no list."""
    given = document.get(key)
    return (
        [table for table in given if isinstance(table, Mapping)]
        if isinstance(given, (list, tuple))
        else []
    )


def joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return for each name in pairs the one that stands for all that the pairs join to it."""
    stands: dict[str, str] = {}

    def standing(name: str) -> str:
        while stands.setdefault(name, name) != name:
            stands[name] = name = stands[stands[name]]
        return name

    for first, second in pairs:
        stands[standing(second)] = standing(first)
    return {name: standing(name) for name in stands}


def is_number(given: Any) -> TypeGuard[float]:
    """Tell a number from all else; true and false are none."""
    return isinstance(given, (int, float)) and not isinstance(given, bool)


def not_known(key: str, given: str, names: Iterable[str]) -> tuple[str, Arguments]:
    """Return the sentence on a name that is not known, and what fills it, for `with_near`."""
    return key, {"given": given, AMONG: names}


def with_near(fault: Fault) -> Fault:
    """Return a fault that names the near name, or else the names there are; any other as it is.

    That is left to the faults which are shown: to look for names is slow, and a file may hold many
    that are not known.
    """
    where, key, arguments = fault
    if AMONG not in arguments:
        return fault
    filled = {name: value for name, value in arguments.items() if name != AMONG}
    names = list(dict.fromkeys(itertools.islice(arguments[AMONG], _LOOKED_THROUGH)))
    near = difflib.get_close_matches(str(filled["given"]), names, n=1)
    if near:
        return where, key + "_near", filled | {"near": near[0]}
    return (
        where,
        key,
        filled | {"names": ", ".join(names[:_LISTED]) + (", …" if len(names) > _LISTED else "")},
    )
