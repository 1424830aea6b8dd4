"""Methods by which an assessment shows itself; their functions are in layers above this one.

Imports point down, so an assessment cannot import what draws it. The package, which is above all,
gives the functions (`functions`) when it is imported itself; they are loaded at the first use.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MethodType
from typing import Any

Load = Callable[[str], Callable[..., Any]]
_load: Load


def functions(load: Load) -> None:
    """Give what returns the function of a method by its name."""
    global _load
    _load = load


class Method:
    """A method with the signature and the docstring of the function that `functions` gives."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, shown: object | None, owner: type | None = None) -> Callable[..., Any]:
        """Return the function, bound to what shows itself where it is asked of one."""
        function = _load(self.name)
        return function if shown is None else MethodType(function, shown)


class Shown:
    """What shows itself: its figures, map and plot (`asset_inventory.notebook`)."""

    summary = Method("summary")
    explore = Method("explore")
    plot = Method("plot")
    _repr_html_ = Method("as_html")
