"""Which hazards are fit to be used; one whose file is at fault is left out, and that is said."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from asset_inventory.errors import SourceError
from asset_inventory.hazards.pieces import OpenHazard, open_hazard
from asset_inventory.sources.city import Hazard
from asset_inventory.tables import finding


def open_hazards(hazards: Iterable[Hazard], city_crs: object) -> tuple[list[OpenHazard], list[dict]]:
    """Return the hazards made ready, and rows of FINDINGS on those whose files are not fit to be used.

    Raises what `open_hazard` raises where city.toml is to be mended and not the file.
    """
    opened, rows = [], []
    for hazard in hazards:
        try:
            opened.append(open_hazard(hazard, city_crs))
        except SourceError as fault:
            rows += left_out(hazard, fault)
    return opened, rows


def left_out(hazard: Hazard, fault: SourceError) -> list[dict]:
    """Return rows of FINDINGS on a hazard that is left out; raises the fault again where city.toml is to be mended."""
    if not fault.of_the_file:
        raise fault
    arguments = {name: str(value) for name, value in fault.arguments.items() if name != "source"}
    source = f"{hazard.name} ({Path(_path(fault)).name})"
    return [
        *fault.rows,
        finding(fault.key, source=source, severity="error", **arguments),
        finding("hazard_refused", source=hazard.name, severity="error"),
    ]


def is_of(fault: SourceError, hazard: Hazard) -> bool:
    """Tell whether a fault is one of a hazard's files."""
    files = (path for one in hazard.maps for path in (one.path, one.terrain) if path)
    return _path(fault) in map(str, files)


def _path(fault: SourceError) -> str:
    return str(fault.arguments.get("path", fault.arguments.get("source", "")))
