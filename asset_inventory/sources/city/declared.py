"""What every declaration of `city.toml` is made of."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

# strict: a text or a true is no number
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
PositiveYears = Annotated[Number, Field(gt=0)]
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
