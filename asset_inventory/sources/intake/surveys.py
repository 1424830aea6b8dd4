"""A grid looked at cell by cell before it is trusted: is it whole, and what do its cells hold."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from asset_inventory.errors import SourceError
from asset_inventory.sources.faults import WARNING, Fault
from asset_inventory.sources.intake.datums import no_sure_way, shifted, within_use
from asset_inventory.sources.projections import WGS84, Shift, carry, looks_like
from asset_inventory.sources.rasters import Grid, Marked, open_grid, reading, sample, summed

MOST_CELLS = 500_000_000  # looked at one by one; of larger grids a sample is
FEET = ("ft", "feet", "foot", "us-ft", "us survey foot", "ftus")
# What to do is the same as for a layer of features.
_NO_SYSTEM = {f"error.layer_without_crs.{looks}": f"crs_none_{looks}" for looks in ("degrees", "metres")}
MOST_ON_EARTH = 10**11  # a grid of 1 m cells over 300 km; more is a mistake or a trap


@dataclass(frozen=True)
class Surveyed:
    """What a grid says of itself (None where it cannot be opened), what is wrong with it, how it comes to WGS 84."""

    grid: Grid | None
    faults: tuple[Fault, ...]
    shift: Shift | None = None


def survey(path: Path, *, name: str, crs: str | None = None) -> Surveyed:
    """Return what the header and the cells of a grid say; `name` is what its sender calls it."""
    try:
        grid = open_grid(path, crs=crs)
    except SourceError as fault:
        return Surveyed(None, (Fault(_NO_SYSTEM.get(fault.key, fault.key), arguments=fault.plainly(name)),))
    if grid.width * grid.height > MOST_ON_EARTH:
        return Surveyed(grid, (Fault("grid_too_large", arguments={"rows": grid.height, "columns": grid.width}),))
    lost = no_sure_way(grid.crs) or _misplaced(grid)
    if lost:
        return Surveyed(grid, (lost,))
    west, south, east, north = grid.bounds
    shift, faults = shifted(grid.crs, np.array([(x, y) for x in (west, east) for y in (south, north)]))
    try:
        if grid.width * grid.height > MOST_CELLS:
            faults.append(Fault("grid_not_read_whole", WARNING, arguments={"cells": grid.width * grid.height}))
            looked = sample(grid)
            known, marks, endless = int(np.isfinite(looked.values).sum()), looked.undeclared, looked.endless
        else:
            known, marks, endless = _counted(grid)
    except SourceError as fault:
        return Surveyed(grid, (Fault(fault.key, arguments=fault.plainly(name)),))
    if marks:
        faults.append(Fault("grid_mark_undeclared", arguments={"cells": marks}))
    if endless:
        faults.append(Fault("grid_endless", count=endless))
    if not (known or marks or endless):
        faults.append(Fault("grid_says_nothing"))
    if grid.bands > 1:
        faults.append(Fault("grid_several_bands", WARNING, arguments={"bands": grid.bands}))
    if grid.unit and grid.unit.strip().casefold() in FEET:
        faults.append(Fault("grid_in_feet", WARNING, arguments={"unit": grid.unit[:40]}))
    if grid.scale != 1.0 or grid.offset != 0.0:
        faults.append(Fault("grid_scaled", WARNING, arguments={"scale": grid.scale, "offset": grid.offset}))
    if grid.transform.b or grid.transform.d:
        faults.append(Fault("grid_rotated", WARNING))
    elif grid.transform.e > 0:
        faults.append(Fault("grid_south_up", WARNING))
    return Surveyed(grid, tuple(faults), shift)


def _misplaced(grid: Grid) -> Fault | None:
    """Return that a grid cannot lie where its system has places: degrees called metres, or metres called degrees."""
    west, south, east, north = grid.bounds
    if grid.crs.is_geographic:  # a grid of the whole earth may reach half a cell beyond it
        lies = max(abs(west), abs(east)) > 361 or max(abs(south), abs(north)) > 91
    elif looks_like(grid.bounds) == "degrees" and within_use(grid.bounds, grid.crs):
        return Fault("crs_lies_degrees", arguments={"crs": grid.crs.name})
    else:
        corners = np.array([(x, y) for x in (west, east) for y in (south, north)])
        lies = not np.isfinite(carry(corners, grid.crs, WGS84)).any()
    return Fault("crs_lies", arguments={"crs": grid.crs.name}) if lies else None


def _counted(grid: Grid) -> tuple[int, int, int]:
    """Return how many cells say something, hold a mark of «nothing» that the file does not declare, hold infinity."""
    marks: list[Marked] = []
    known = 0
    rows, columns = grid.tile
    with reading(grid, marks=marks) as read:
        for top in range(0, grid.height, rows):
            for left in range(0, grid.width, columns):
                row, column = np.mgrid[top : min(top + rows, grid.height), left : min(left + columns, grid.width)]
                known += int(np.isfinite(read(row.ravel(), column.ravel())).sum())
    return known, *summed(marks)
