"""A grid looked at cell by cell before it is trusted: is it whole, and what do its cells hold.

One dataset judged, layer by layer, as plain values: what was read, kept, repaired, put in
quarantine, and why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyproj
import shapely

from asset_inventory.intake.containers import Dataset
from asset_inventory.intake.drivers import read_layers, schema_of
from asset_inventory.intake.json_lists import read_json
from asset_inventory.intake.recognition import PARTS, RASTERS, READ, VECTORS
from asset_inventory.intake.records import (
    Asked,
    Records,
    dataset_of,
    demand,
    fitting,
    hand_over,
    layer_of,
)
from asset_inventory.intake.rules import Rules, of_the_city
from asset_inventory.intake.screening import Screened, screen, write_quarantine
from asset_inventory.intake.tables import read_places
from asset_inventory.io.geometries import (
    WGS84,
    Shift,
    carry,
    carry_bounds,
    code_of,
    looks_like,
    no_sure_way,
    shifted,
    within_use,
)
from asset_inventory.io.rasters import Grid, Marked, open_grid, reading, sample, summed, windows
from asset_inventory.model.errors import SourceError
from asset_inventory.model.tables import WARNING, Fault, as_findings

MOST_CELLS = 500_000_000  # of a grid in which each is looked at; a larger one is sampled
FEET = ("ft", "feet", "foot", "us-ft", "us survey foot", "ftus")
# What to do is the same as for a layer of features.
_NO_SYSTEM = {
    f"error.layer_without_crs.{looks}": f"crs_none_{looks}" for looks in ("degrees", "metres")
}
MOST_ON_EARTH = 10**11  # a grid of 1 m cells over 300 km; more is a mistake or a trap


@dataclass(frozen=True)
class Surveyed:
    """A grid by its header (None if it does not open), its faults, its way to WGS 84."""

    grid: Grid | None
    faults: tuple[Fault, ...]
    shift: Shift | None = None


def survey(path: Path, *, name: str, crs: str | None = None) -> Surveyed:
    """Return what the header and the cells of a grid hold; `name` is its sender's name for it."""
    try:
        grid = open_grid(path, crs=crs)
    except SourceError as fault:
        code = _NO_SYSTEM.get(fault.key, fault.key)
        return Surveyed(None, (Fault(code, arguments=fault.plainly(name)),))
    cells = grid.width * grid.height
    if cells > MOST_ON_EARTH:
        sides = {"rows": grid.height, "columns": grid.width}
        return Surveyed(grid, (Fault("grid_too_large", arguments=sides),))
    lost = no_sure_way(grid.crs) or _misplaced(grid)
    if lost:
        return Surveyed(grid, (lost,))
    shift, faults = shifted(grid.crs, _corners(grid))
    try:
        if cells > MOST_CELLS:
            faults.append(Fault("grid_not_read_whole", WARNING, arguments={"cells": cells}))
            looked = sample(grid)
            known = int(np.isfinite(looked.values).sum())
            marks, endless = looked.undeclared, looked.endless
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
        formula = {"scale": grid.scale, "offset": grid.offset}
        faults.append(Fault("grid_scaled", WARNING, arguments=formula))
    if grid.transform.b or grid.transform.d:
        faults.append(Fault("grid_rotated", WARNING))
    elif grid.transform.e > 0:
        faults.append(Fault("grid_south_up", WARNING))
    return Surveyed(grid, tuple(faults), shift)


def _misplaced(grid: Grid) -> Fault | None:
    """Return that a grid lies outside its system: degrees called metres, or the reverse."""
    west, south, east, north = grid.bounds
    if grid.crs.is_geographic:  # a grid of the whole earth may reach half a cell beyond it
        lies = max(abs(west), abs(east)) > 361 or max(abs(south), abs(north)) > 91
    elif looks_like(grid.bounds) == "degrees" and within_use(grid.bounds, grid.crs):
        return Fault("crs_lies_degrees", arguments={"crs": grid.crs.name})
    else:
        lies = not np.isfinite(carry(_corners(grid), grid.crs, WGS84)).any()
    return Fault("crs_lies", arguments={"crs": grid.crs.name}) if lies else None


def _corners(grid: Grid) -> np.ndarray:
    west, south, east, north = grid.bounds
    return np.array([(x, y) for x in (west, east) for y in (south, north)])


def _counted(grid: Grid) -> tuple[int, int, int]:
    """Return how many cells have data, an undeclared mark of «nothing», or infinity."""
    marks: list[Marked] = []
    with reading(grid, marks=marks) as read:
        parts = (np.isfinite(read.window(window)).sum() for window in windows(grid, *grid.tile))
        known = int(sum(parts))
    return known, *summed(marks)


LayerValidation = dict[str, object]
_SHAPE = "geometry"  # what our tables call the shape itself


def validated_layers(
    dataset: Dataset, *, number: int, quarantine: Path, crs: str | None, rules: Rules | None
) -> Iterator[LayerValidation]:
    """Yield the judgement of each layer or grid of a dataset; the rest is added to `quarantine`.

    `number` is how many layers of the same container came before.
    """
    if dataset.fault or dataset.kind not in READ:
        yield _not_read(dataset)
        return
    if dataset.kind in RASTERS:
        for_layer = rules and Fault("grid_for_layer", arguments={"layer": rules.layer})
        yield refused(dataset, for_layer) if for_layer else _surveyed(dataset, crs)
        return
    request = Asked(coordinates=rules.coordinates if rules else ())
    layers = of_the_city(reader_of(dataset.kind, request)(dataset), rules)
    for place, records in enumerate(layers, start=number + 1):
        screened = screen(records, crs=crs, rules=rules)
        plain = ("", dataset.path.stem, Path(dataset.name).stem)  # a layer called like its file
        name = dataset.name if records.layer in plain else f"{dataset.name}: {records.layer}"
        if not screened.kept.all():
            write_quarantine(screened, quarantine, layer=f"{place} {name}"[:60], name=name)
        yield _judged(screened, name) | {"bounds": _bounds(screened)}


def layer_handed_over(
    datasets: tuple[Dataset, ...], request: Asked, *, to: Path, crs: str | None, source: str
) -> LayerValidation:
    """Return the judgement of the one layer asked for, and hand it over; see `records.py`."""
    dataset, request = dataset_of(datasets, request)
    if dataset.fault or dataset.kind not in VECTORS:
        return _not_read(replace(dataset, name=source))
    records = layer_of(list(reader_of(dataset.kind, request)(dataset)), request, dataset.name)
    read = len(records.geometry)
    extent = shapely.total_bounds(records.geometry).tolist() if read else [float("nan")] * 4
    if not any(fault.refuses for fault in records.faults):
        demand(records, request, dataset)
        records = fitting(records, request)
    if request.whole and _SHAPE in records.table:
        records = replace(records, table=records.table.drop(columns=_SHAPE))
        records = records.with_faults(Fault("field_called_geometry", WARNING, column=_SHAPE))
    screened = screen(records, crs=crs, whole=False)
    table = screened.records.table
    if not request.whole:
        table = table[[name for name in request.columns or () if name in table]]
    # with its schema a layer is handed over as it was delivered: heights stay, and repairs are the
    # reader's affair
    geometry = screened.records.geometry if request.whole else screened.geometry
    wkt = screened.records.crs.to_wkt() if screened.records.crs else None
    schema = None
    if request.whole and not screened.refused:
        stated = wkt if screened.records.crs != records.crs else None
        schema = replace(schema_of(dataset, records), stated=stated or "").plain()
    hand_over(table, geometry, screened.kept, screened.records.names, to)
    about = {"in_file": read, "extent": extent, "wkt": wkt, "schema": schema}
    about |= {"member": dataset.name.partition("/")[2]}
    return {**_judged(screened, source), **about}


def refused(dataset: Dataset, *faults: Fault) -> LayerValidation:
    """Return the judgement of a dataset from which nothing was read."""
    problems = as_findings(faults, source=dataset.name)
    about = {"name": dataset.name, "kind": dataset.kind, "crs": None, "problems": problems}
    return {**about, "read": 0, "kept": 0, "repaired": 0, "quarantined": 0, "refused": True}


def _not_read(dataset: Dataset) -> LayerValidation:
    part = Fault("shapefile_without_shapes", arguments={"stem": Path(dataset.name).stem})
    other = part if dataset.kind in PARTS else Fault("not_read", arguments={"kind": dataset.kind})
    return refused(dataset, dataset.fault or other)


def reader_of(file_format: str, request: Asked) -> Callable[[Dataset], Iterable[Records]]:
    """Return the function that reads what is asked of a kind of file: dataset -> layers."""
    if file_format == "geojson":
        return lambda dataset: [read_json(dataset, request)]
    if file_format == "geoparquet":
        from asset_inventory.intake.documents import read_geoparquet

        return lambda dataset: [read_geoparquet(dataset.path, request.most)]
    if file_format == "text table":
        return lambda dataset: [read_places(dataset, request)]
    if file_format in ("workbook", "old workbook"):
        from asset_inventory.intake.tables import read_workbook

        return lambda dataset: read_workbook(dataset.path, request)
    return lambda dataset: read_layers(dataset, request)


def _judged(screened: Screened, name: str) -> LayerValidation:
    return {
        "name": name,
        "kind": "vector",
        "crs": _system(screened.records.crs),
        **_way(screened.shift),
        "read": len(screened.kept),
        "kept": int(screened.kept.sum()),
        "repaired": int(screened.repaired.sum()),
        "quarantined": int((~screened.kept).sum()),
        "refused": screened.refused,
        "problems": as_findings(screened.faults, source=name, labels=screened.records.labels),
    }


_FULL_CIRCLE = 360  # degrees


def _bounds(screened: Screened) -> dict[str, list[float]]:
    """Return the bounds in WGS 84 of the first feature of each fault, by its label."""
    records, placed = screened.records, {}
    for fault in screened.faults:
        if records.crs is None or fault.rows is None or not len(fault.rows):
            continue
        row = fault.rows[0]
        bounds = carry_bounds(shapely.bounds(records.geometry[row]), records.crs, WGS84)
        if (np.abs(bounds) <= _FULL_CIRCLE).all():  # neither NaN nor far beyond the world
            placed[str(records.names[row])] = bounds.round(7).tolist()
    return placed


def _surveyed(dataset: Dataset, crs: str | None) -> LayerValidation:
    surveyed = survey(dataset.path, name=dataset.name, crs=crs)
    about, grid = dict.fromkeys(("nodata", "unit", "bands")), surveyed.grid
    if grid is not None:
        nodata = grid.nodata if grid.nodata == grid.nodata else None
        about = {"nodata": nodata, "unit": grid.unit, "bands": grid.bands}
    return {
        **refused(dataset, *surveyed.faults),
        "kind": "raster",
        "crs": _system(grid.crs) if grid else None,
        **_way(surveyed.shift),
        "grid": about,
        "refused": any(fault.refuses for fault in surveyed.faults),
    }


def _system(crs: pyproj.CRS | None) -> str | None:
    return None if crs is None else code_of(crs) or crs.name


def _way(shift: Shift | None) -> dict[str, object]:
    """Return the datum shift of a layer to WGS 84 and how sure it is (metre), if any."""
    return {"operation": shift.operation, "accuracy": shift.accuracy} if shift else {}
