"""The glossary: one term for each concept, in both languages, and phrases that no sentence uses."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from asset_inventory.messages import FOLDER, LANGUAGES


@dataclass(frozen=True)
class Term:
    """One concept: its standard term and source by language, and phrases that never stand for it."""

    concept: str
    terms: Mapping[str, str]
    sources: Mapping[str, str]
    forbidden: Mapping[str, tuple[str, ...]]


@lru_cache
def glossary() -> tuple[Term, ...]:
    """Return all terms, in the order of the file.

    Examples
    --------
    >>> term = next(term for term in glossary() if term.concept == "return_period")
    >>> term.terms["en"]
    'return period of T years (annual probability 1/T)'
    """
    return tuple(
        Term(
            concept,
            terms={language: entry[language] for language in LANGUAGES},
            sources={language: entry["source"][language] for language in LANGUAGES},
            forbidden=_phrases(entry.get("forbidden", {})),
        )
        for concept, entry in _file()["terms"].items()
    )


def forbidden_phrases() -> tuple[str, ...]:
    """Return the phrases of all terms, and of both languages, that no sentence uses."""
    tables = (_phrases(_file()["forbidden"]), *(term.forbidden for term in glossary()))
    return tuple(phrase for table in tables for phrases in table.values() for phrase in phrases)


def forbidden_in(text: str) -> Iterator[str]:
    """Yield each forbidden phrase that a text has, as whole words in any case of letters.

    Examples
    --------
    >>> list(forbidden_in("What  it costs is Reckoned."))
    ['reckoned']
    >>> list(forbidden_in("unreckoned"))
    []
    """
    words = " ".join(text.lower().split())
    for phrase in forbidden_phrases():
        if phrase in words and re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", words):
            yield phrase


def _phrases(table: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {language: tuple(table.get(language, ())) for language in LANGUAGES}


@lru_cache
def _file() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "glossary.toml").read_text(encoding="utf-8"))
