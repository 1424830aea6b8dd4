"""Which shipped curves could serve a type of asset that has none: found by the words that people use for it."""

from __future__ import annotations

from asset_inventory.library import GLOBAL, ShippedCurve, meant_by, shipped_curves
from asset_inventory.sources.city.models import City, Hazard
from asset_inventory.sources.curves import unit_inside
from asset_inventory.tables import finding

_NAMED = 3  # candidates that a finding names: a hint; the command that lists all of them stands behind


def candidates(asset_type: str, hazard: Hazard, city: City) -> tuple[ShippedCurve, ...]:
    """Return the shipped curves for an asset type under a hazard, in its unit; none where the words are not known.

    Those of the city's own continent, as its currency tells it, come first, then those of the whole world; of other
    continents only where there are neither.
    """
    kinds, classes = meant_by(_about(hazard), "hazards"), set(meant_by(asset_type, "classes"))
    near = meant_by(city.currency, "regions")
    fitting = [
        curve for curve in shipped_curves().values()
        if curve.hazard in kinds and classes & set(curve.classes)
        and unit_inside(curve.unit).casefold() == hazard.unit.casefold()
    ]  # fmt: skip
    # A set that names its classes by number only is a last resort.
    fitting.sort(key=lambda curve: classes.isdisjoint(meant_by(curve.title, "classes")))
    here = [curve for curve in fitting if curve.region in near]
    everywhere = [curve for curve in fitting if curve.region == GLOBAL]
    return tuple([*here, *everywhere] or fitting)


def type_without_curve(asset_type: str, hazard: Hazard, city: City, *, count: int) -> dict[str, object]:
    """Return a row of FINDINGS on a type that no curve serves, of so many assets: with the first candidates, if any."""
    named = [curve.id for curve in candidates(asset_type, hazard, city)[:_NAMED]]
    said = ", ".join([*named, f"«{listing(asset_type, hazard)}»"])
    told = {"source": asset_type, "severity": "warning", "count": count, "hazard": hazard.name}
    elsewhere = [] if named else in_other_units(hazard, asset_type)
    if elsewhere:
        return finding("type_without_curve_unit", unit=hazard.unit, candidates=", ".join(elsewhere), **told)
    return finding("type_without_curve", candidates=said, **told)


def in_other_units(hazard: Hazard, asset_type: str | None = None) -> list[str]:
    """Return a shipped curve for a hazard (and an asset type) in each unit, where none is in the hazard's own unit."""
    kinds = meant_by(_about(hazard), "hazards")
    classes = None if asset_type is None else set(meant_by(asset_type, "classes"))
    by_unit: dict[str, str] = {}
    for curve in shipped_curves().values():
        if curve.hazard in kinds and (classes is None or classes & set(curve.classes)):
            by_unit.setdefault(unit_inside(curve.unit).casefold(), f"{curve.id} ({curve.measure}, {curve.unit})")
    return [] if hazard.unit.casefold() in by_unit else list(by_unit.values())[:_NAMED]


def listing(asset_type: str, hazard: Hazard) -> str:
    """Return the command that lists the shipped curves for an asset type and a hazard, where their words are known."""
    kinds, classes = meant_by(_about(hazard), "hazards"), meant_by(asset_type, "classes")
    known = [*(f"--hazard {kind}" for kind in kinds[:1]), *(f"--class {name}" for name in classes if len(classes) == 1)]
    return " ".join(["asset-inventory curves", *known])


def _about(hazard: Hazard) -> str:
    return f"{hazard.name} {hazard.intensity.measure}"
