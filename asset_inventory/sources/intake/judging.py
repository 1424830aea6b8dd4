"""One dataset judged, layer by layer, as plain values: what was read, kept, repaired, put in quarantine, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pyproj
import shapely

from asset_inventory.sources.archives import Dataset
from asset_inventory.sources.faults import WARNING, Fault, told
from asset_inventory.sources.intake.asking import dataset_of, demand, fitting, layer_of
from asset_inventory.sources.intake.documents import read_geojson
from asset_inventory.sources.intake.drivers import read_layers
from asset_inventory.sources.intake.handover import hand_over
from asset_inventory.sources.intake.headers import schema_of
from asset_inventory.sources.intake.places import read_places
from asset_inventory.sources.intake.quarantine import write_quarantine
from asset_inventory.sources.intake.records import Asked, Records
from asset_inventory.sources.intake.rules import Rules, of_the_city
from asset_inventory.sources.intake.screening import Screened, screen
from asset_inventory.sources.projections import Shift
from asset_inventory.sources.recognition import PARTS, RASTERS, READ, VECTORS

Judgement = dict[str, object]
_SHAPE = "geometry"  # what our tables call the shape itself


def judged_layers(
    dataset: Dataset, *, number: int, quarantine: Path, crs: str | None, rules: Rules | None
) -> Iterator[Judgement]:
    """Yield the judgement of each layer of a dataset, a grid too; what was not kept is added to `quarantine`.

    `number` is how many layers of the same container came before.
    """
    if dataset.fault or dataset.kind not in READ:
        yield _not_read(dataset)
        return
    if dataset.kind in RASTERS:
        yield _surveyed(dataset, crs) if rules is None else _grid_for_layer(dataset, rules)
        return
    asked = Asked(coordinates=rules.coordinates if rules else ())
    for place, records in enumerate(of_the_city(_reader(dataset.kind, asked)(dataset), rules), start=number + 1):
        found = screen(records, crs=crs, rules=rules)
        plain = ("", dataset.path.stem, Path(dataset.name).stem)  # a layer called like its file
        name = dataset.name if records.layer in plain else f"{dataset.name}: {records.layer}"
        if not found.kept.all():
            write_quarantine(found, quarantine, layer=f"{place} {name}"[:60], name=name)
        yield _judged(found, dataset, name)


def layer_handed_over(
    datasets: tuple[Dataset, ...], asked: Asked, *, to: Path, crs: str | None, source: str
) -> Judgement:
    """Return the judgement of the one layer that is asked for and hand it over; see `asking.py`."""
    dataset, asked = dataset_of(datasets, asked)
    if dataset.fault or dataset.kind not in VECTORS:
        return _not_read(replace(dataset, name=source))
    records = layer_of(list(_reader(dataset.kind, asked)(dataset)), asked, dataset.name)
    read = len(records.geometry)
    extent = shapely.total_bounds(records.geometry).tolist() if read else [float("nan")] * 4
    if not any(fault.refuses for fault in records.faults):
        demand(records, asked, dataset)
        records = fitting(records, asked)
    if asked.whole and _SHAPE in records.table:
        records = replace(records, table=records.table.drop(columns=_SHAPE))
        records = records.with_faults(Fault("field_called_geometry", WARNING, column=_SHAPE))
    found = screen(records, crs=crs, whole=False)
    columns = [name for name in asked.columns if name in found.records.table] if not asked.whole else None
    table = found.records.table if columns is None else found.records.table[columns]
    # with its schema a layer is handed over as it was delivered: heights stay, and repairs are the reader's affair
    geometry = found.records.geometry if asked.whole else found.geometry
    wkt = found.records.crs.to_wkt() if found.records.crs else None
    schema = None
    if asked.whole and not found.refused:
        stated = wkt if found.records.crs != records.crs else None
        schema = replace(schema_of(dataset, records), stated=stated or "").plain()
    hand_over(table, geometry, found.kept, found.records.names, to)
    member = dataset.name.partition("/")[2]
    about = {"features_in_file": read, "extent": extent, "wkt": wkt, "schema": schema, "member": member}
    return {**_judged(found, dataset, source), **about}


def refused(dataset: Dataset, *faults: Fault) -> Judgement:
    """Return the judgement of a dataset of which nothing was read."""
    counts = dict.fromkeys(("read", "kept", "repaired", "quarantined"), 0)
    return {
        "name": dataset.name, "kind": dataset.kind, "format": dataset.kind, "crs": None, **_way(None), "refused": True,
        **{f"features_{name}": count for name, count in counts.items()}, "problems": told(faults, source=dataset.name),
    }  # fmt: skip


def _grid_for_layer(dataset: Dataset, rules: Rules) -> Judgement:
    """Return the judgement of a grid that was handed in for a layer of features."""
    return refused(dataset, Fault("grid_for_layer", arguments={"layer": rules.layer}))


def _not_read(dataset: Dataset) -> Judgement:
    part = Fault("shapefile_without_shapes", arguments={"stem": Path(dataset.name).stem})
    other = part if dataset.kind in PARTS else Fault("not_read", arguments={"kind": dataset.kind})
    return refused(dataset, dataset.fault or other)


def _reader(kind: str, asked: Asked) -> Callable[[Dataset], Iterable[Records]]:
    """Return the function that reads what is asked of a kind of file: dataset -> layers."""
    if kind == "geojson":
        return lambda dataset: [read_geojson(dataset.path, schema=asked.whole)]
    if kind == "geoparquet":
        from asset_inventory.sources.intake.columnar import read_geoparquet

        return lambda dataset: [read_geoparquet(dataset.path)]
    if kind == "text table":
        return lambda dataset: [read_places(dataset, asked)]
    if kind in ("workbook", "old workbook"):
        from asset_inventory.sources.intake.workbooks import read_workbook

        return lambda dataset: read_workbook(dataset.path, asked)
    return lambda dataset: read_layers(dataset, asked)


def _judged(found: Screened, dataset: Dataset, name: str) -> Judgement:
    return {
        "name": name,
        "kind": "vector",
        "format": dataset.kind,
        "crs": _system(found.records.crs),
        **_way(found.shift),
        "features_read": len(found.kept),
        "features_kept": int(found.kept.sum()),
        "features_repaired": int(found.repaired.sum()),
        "features_quarantined": int((~found.kept).sum()),
        "refused": found.refused,
        "problems": told(found.faults, source=name, labels=found.records.labels),
    }


def _surveyed(dataset: Dataset, crs: str | None) -> Judgement:
    from asset_inventory.sources.intake.surveys import survey

    found = survey(dataset.path, name=dataset.name, crs=crs)
    grid = found.grid
    return {
        **refused(dataset, *found.faults),
        "kind": "raster",
        "crs": _system(grid.crs) if grid else None,
        **_way(found.shift),
        "nodata": grid.nodata if grid and grid.nodata == grid.nodata else None,
        "unit": grid.unit if grid else None,
        "bands": grid.bands if grid else None,
        "refused": any(fault.refuses for fault in found.faults),
    }


def _system(crs: pyproj.CRS | None) -> str | None:
    if crs is None:
        return None
    authority = crs.to_authority(min_confidence=100)
    return ":".join(authority) if authority else crs.name


def _way(shift: Shift | None) -> dict[str, object]:
    """Return what moves a layer to WGS 84's datum and how sure that is (metre); none where nothing moves."""
    return {"operation": shift.operation if shift else None, "accuracy": shift.accuracy if shift else None}
