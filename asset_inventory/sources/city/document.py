"""How the checks read a document of city.toml that may be of any form: what is not as expected is skipped."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Iterable, Mapping
from typing import Any

Fault = tuple[str, str, dict]  # where, key of `words`, what fills it
# What fills a fault may hold under this key, by which `with_near` fills its sentence.
AMONG = "among"
_LOOKED_THROUGH = 1000  # names of many, for one that is near
_LISTED = 50


def tables(document: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """Return the tables listed under a key; none where there is no list."""
    given = document.get(key)
    return [table for table in given if isinstance(table, Mapping)] if isinstance(given, (list, tuple)) else []


def joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return for each name in pairs the one that stands for all that pairs join to it, directly or by others."""
    stands: dict[str, str] = {}

    def standing(name: str) -> str:
        while stands.setdefault(name, name) != name:
            stands[name] = name = stands[stands[name]]
        return name

    for first, second in pairs:
        stands[standing(second)] = standing(first)
    return {name: standing(name) for name in stands}


def is_number(given: Any) -> bool:
    """Tell a number from all else; true and false are none."""
    return isinstance(given, (int, float)) and not isinstance(given, bool)


def not_known(key: str, given: str, names: Iterable[str]) -> tuple[str, dict]:
    """Return the sentence that says a name is not known, and what fills it; `with_near` fills in the rest."""
    return key, {"given": given, AMONG: names}


def with_near(fault: Fault) -> Fault:
    """Return a fault that says which name is near where one is, else which there are; any other fault as it is.

    That is left to the faults which are shown: to look for names is slow, and a file may hold many that are not known.
    """
    where, key, arguments = fault
    if AMONG not in arguments:
        return fault
    filled = {name: one for name, one in arguments.items() if name != AMONG}
    names = list(dict.fromkeys(itertools.islice(arguments[AMONG], _LOOKED_THROUGH)))
    near = difflib.get_close_matches(str(filled["given"]), names, n=1)
    if near:
        return where, key + "_near", filled | {"near": near[0]}
    return where, key, filled | {"names": ", ".join(names[:_LISTED]) + (", …" if len(names) > _LISTED else "")}
