"""How the checks read a document of city.toml that may be of any form: what is not as expected is skipped."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

Fault = tuple[str, str, dict]  # where, key of `words`, what fills it


def tables(document: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """Return the tables listed under a key; none where there is no list."""
    given = document.get(key)
    return [table for table in given if isinstance(table, Mapping)] if isinstance(given, (list, tuple)) else []


def is_number(given: Any) -> bool:
    """Tell a number from all else; true and false are none."""
    return isinstance(given, (int, float)) and not isinstance(given, bool)


def not_known(key: str, given: str, names: list[str]) -> tuple[str, dict]:
    """Return the sentence that says a name is not known, and what fills it, with the name that is near if one is."""
    near = difflib.get_close_matches(given, names, n=1)
    return (key + "_near", {"given": given, "near": near[0]}) if near else (key, {"given": given})
