"""A city's assets and hazards: overlay, damage, priority areas, reports and maps.

The names a notebook needs are loaded when first used, so that `asset-inventory --help` waits for no
pandas. Importing this package changes no environment variable and no driver of the process it is
imported into.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from asset_inventory.assessment import display

if TYPE_CHECKING:
    from asset_inventory.assessment.explain import explain
    from asset_inventory.assessment.resilience import ResilienceAssessment, assess_resilience
    from asset_inventory.assessment.run import Assessment, assess
    from asset_inventory.model.city import City
    from asset_inventory.model.reading import read_city

__version__ = "0.1.0"
__all__ = [
    "Assessment",
    "City",
    "ResilienceAssessment",
    "__version__",
    "assess",
    "assess_resilience",
    "explain",
    "read_city",
]

_MODULES = {
    "Assessment": "asset_inventory.assessment.run",
    "City": "asset_inventory.model.reading",
    "ResilienceAssessment": "asset_inventory.assessment.resilience",
    "assess": "asset_inventory.assessment.run",
    "assess_resilience": "asset_inventory.assessment.resilience",
    "explain": "asset_inventory.assessment.explain",
    "read_city": "asset_inventory.model.reading",
}


# an assessment shows itself by what is above all layers, whichever module made it
display.functions(lambda name: getattr(import_module("asset_inventory.notebook"), name))


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
