"""A city's assets and hazards, laid over one another, explained and drawn.

The names a notebook needs are loaded when first used, so that `asset-inventory --help` waits for no pandas. Importing
this package changes no environment variable and no driver of the process it is imported into.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asset_inventory.assessment import Assessment, assess
    from asset_inventory.explanation import explain
    from asset_inventory.preliminary import PreliminaryAssessment, draw_up
    from asset_inventory.sources.city import City, read_city

__version__ = "0.1.0"
__all__ = ["Assessment", "City", "PreliminaryAssessment", "__version__", "assess", "draw_up", "explain", "read_city"]

_ROOMS = {
    "Assessment": "asset_inventory.assessment",
    "City": "asset_inventory.sources.city",
    "PreliminaryAssessment": "asset_inventory.preliminary",
    "assess": "asset_inventory.assessment",
    "draw_up": "asset_inventory.preliminary",
    "explain": "asset_inventory.explanation",
    "read_city": "asset_inventory.sources.city",
}


def __getattr__(name: str) -> object:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_ROOMS[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
