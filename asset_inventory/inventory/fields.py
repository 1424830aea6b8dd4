"""Which field of a delivery is which of the register: shapefiles cut names to ten, and programs change their case."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from asset_inventory.sources.intake.shapefiles import CUT


@dataclass(frozen=True)
class Fields:
    """`names` from delivered to known ones, in the delivery's order; what it has `added`, and what is `missing`."""

    names: Mapping[str, str]
    added: tuple[str, ...]
    missing: tuple[str, ...]


def identify_fields(
    known: Sequence[str], delivered: Sequence[str], *, names: Mapping[str, str] | None = None
) -> Fields:
    """Return which delivered field is which known one.

    By `names` (delivered to known, as an export wrote them down), else by the same name, else by the same in any
    case, else by the name cut to ten characters or bytes. A cut that fits two fields is nobody's: it is added.
    """
    found = {name: full for name, full in (names or {}).items() if name in delivered and full in known}
    for form in _FORMS:
        for name, full in _once(form, [k for k in known if k not in found.values()]).items():
            fitting = [d for d in delivered if d not in found and form(d) == name]
            if len(fitting) == 1:
                found[fitting[0]] = full
    return Fields(
        {name: found[name] for name in delivered if name in found},
        tuple(name for name in delivered if name not in found),
        tuple(name for name in known if name not in found.values()),
    )


def renamed(table: pd.DataFrame, fields: Fields) -> pd.DataFrame:
    """Return a delivered table with the fields by their known names."""
    return table.rename(columns=dict(fields.names))


def _once(form: Callable[[str], str], names: Sequence[str]) -> dict[str, str]:
    """Return names by their form, without forms that several share."""
    forms = [form(name) for name in names]
    return {one: name for one, name in zip(forms, names, strict=True) if forms.count(one) == 1}


def _cut_to_bytes(name: str) -> str:
    return name.encode()[:CUT].decode(errors="ignore").casefold()


_FORMS: tuple[Callable[[str], str], ...] = (
    str,
    str.casefold,
    lambda name: name[:CUT].casefold(),
    _cut_to_bytes,
)
