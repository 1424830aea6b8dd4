"""The tables that people and offices fill in: their columns, and under which headings these may stand.

A form that was written in one language is read whatever the language of the city is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from asset_inventory.inventory import district_indicators
from asset_inventory.resilience import actions, ballots
from asset_inventory.words import LANGUAGES, say


@dataclass(frozen=True)
class Form:
    """One form: its name, its columns in order, and those without which a sheet is not taken for it."""

    name: str
    columns: tuple[str, ...]
    needed: tuple[str, ...]


FORMS = (
    Form("statements", ballots.STATEMENT_COLUMNS, ("group", "statement")),
    Form("votes", ballots.VOTE_COLUMNS, ("group", "pressure", "rank")),
    Form("indicators", district_indicators.COLUMNS, ("district", "indicator", "value")),
    Form("actions", actions.COLUMNS, ("action", "owner")),
)
FILLED = tuple(form.name for form in FORMS)  # what city.toml calls them


def heading(column: str) -> str:
    """Return the heading of a column on a form, in both languages: «Kelompok / Group»."""
    return " / ".join(dict.fromkeys(say(f"form.head.{column}", language) for language in reversed(LANGUAGES)))


def headings(form: Form) -> Mapping[str, tuple[str, ...]]:
    """Return the words under which each column of a form may stand: in both languages, or either."""
    return {name: (heading(name), *(say(f"form.head.{name}", language) for language in LANGUAGES))
            for name in form.columns}  # fmt: skip
