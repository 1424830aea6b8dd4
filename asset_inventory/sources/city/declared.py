"""What every declaration of `city.toml` is made of."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

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
# Return periods; a tide that floods comes several times a day, and nobody knows a rarer event than the last.
PositiveYears = Annotated[Number, Field(ge=0.001, le=1e7)]
Text = Annotated[str, Field(min_length=1)]
# A word or a list of words; a single word is a list of one.
Words = Annotated[
    tuple[Text, ...],
    BeforeValidator(
        lambda given: [given] if isinstance(given, str) else given, json_schema_input_type=Text | tuple[Text, ...]
    ),
]


class Declared(BaseModel):
    """A declaration: frozen, and no key that we do not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)
