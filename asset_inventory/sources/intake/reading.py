"""The process that reads what nobody trusts: `python -m asset_inventory.sources.intake.reading FOLDER`.

FOLDER holds `job.json`; what was found is written there as `found.json`, quarantine as a GeoPackage. GDAL is
loaded after its environment is closed, and memory and time are limited where the system offers it. Whatever
happens here ends here: the one who asked sees a result, or none.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from asset_inventory.errors import AssetInventoryError, in_one_line, no_room
from asset_inventory.sources.environment import close

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from asset_inventory.sources.archives import Dataset
    from asset_inventory.sources.faults import Fault
    from asset_inventory.sources.intake.records import Records
    from asset_inventory.sources.intake.rules import Rules
    from asset_inventory.sources.intake.screening import Screened
    from asset_inventory.sources.projections import Shift

MEMORY = 3 * 2**29  # bytes beyond what the process has mapped at its start
LARGEST_FILE = 2**31
LEAST_ROOM = 2**20  # bytes free where we write; with less the disk is full
JOB, FOUND, QUARANTINE = "job.json", "found.json", "quarantine.gpkg"


def main(folder: Path) -> None:
    """Do the job that lies in a folder and write down what was found."""
    job = json.loads((folder / JOB).read_text(encoding="utf-8"))
    close(os.environ)
    limit()
    try:
        found = examine(Path(job["path"]), folder, crs=job["crs"], rules=job["rules"])
    except Exception as fault:  # the border: what a hostile file does to a reader is told, not thrown
        key, filled = _told(fault, job["source"], folder)
        found = {"refused": {"key": key, "filled": filled}}
    (folder / FOUND).write_text(json.dumps(found), encoding="utf-8")


def _told(fault: Exception, name: str, folder: Path) -> tuple[str, dict[str, object]]:
    """Return the key of `words` that says what a reader threw, and what fills it; a full disk throws many things."""
    if isinstance(fault, AssetInventoryError):
        return fault.key, fault.plainly(name)
    if isinstance(fault, MemoryError):
        return "error.reading_memory", {}
    if no_room(fault) or shutil.disk_usage(folder).free < LEAST_ROOM:
        return "error.reading_no_room", {"folder": str(folder.parent)}
    return "error.reading_failed", {"fault": f"{type(fault).__name__}: {in_one_line(fault)}"}


def limit() -> None:
    """Limit this process: memory, the size of files it writes, no core dump. Does nothing on Windows."""
    try:
        import resource
    except ImportError:
        return
    mapped = Path("/proc/self/statm")
    if mapped.exists():
        pages = int(mapped.read_text().split()[0])
        most = pages * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    least = LARGEST_FILE if hard == resource.RLIM_INFINITY else min(LARGEST_FILE, hard)
    resource.setrlimit(resource.RLIMIT_FSIZE, (least, hard))


def examine(
    path: Path, folder: Path, *, crs: str | None = None, rules: dict[str, object] | None = None
) -> dict[str, object]:
    """Return what a file holds, as plain values: the problems of its container and a judgement for each layer.

    `rules` are those of a city, as `Rules.plain` gives them. Copies and quarantine are written to `folder`. Raises
    SourceError when there is no such file or PROJ does not know `crs`.
    """
    from asset_inventory.sources.containers import unpack
    from asset_inventory.sources.intake.rules import from_plain
    from asset_inventory.sources.projections import reference_system

    if crs is not None:
        reference_system(crs, source=path.name)
    copies = folder / "copies"
    copies.mkdir()
    unpacked = unpack(path, copies)
    asked = None if rules is None else from_plain(rules)
    layers: list[dict[str, object]] = []
    for dataset in unpacked.datasets:
        _dataset(dataset, layers, folder, crs, asked)
    return {"problems": _lines(unpacked.faults, path.name, None), "layers": layers}


def _dataset(
    dataset: Dataset, layers: list[dict[str, object]], folder: Path, crs: str | None, rules: Rules | None
) -> None:
    """Judge the layers of one dataset; what its reader throws refuses what is left of it, and nothing else."""
    from asset_inventory.sources.faults import Fault

    try:
        _layers(dataset, layers, folder, crs, rules)
    except Exception as fault:  # the border: a member that fells its reader costs the others nothing
        key, filled = _told(fault, dataset.name, folder)
        layers.append(_refused(dataset, Fault(key, arguments=filled)))


def _layers(
    dataset: Dataset, layers: list[dict[str, object]], folder: Path, crs: str | None, rules: Rules | None
) -> None:
    from asset_inventory.sources.faults import Fault
    from asset_inventory.sources.intake.rules import of_the_city
    from asset_inventory.sources.recognition import RASTERS, READ

    if dataset.fault:
        layers.append(_refused(dataset, dataset.fault))
        return
    if dataset.kind not in READ:
        layers.append(_refused(dataset, Fault("not_read", arguments={"kind": dataset.kind})))
        return
    if dataset.kind in RASTERS and rules is not None:
        layers.append(_refused(dataset, Fault("grid_for_layer", arguments={"layer": rules.layer})))
        return
    if dataset.kind in RASTERS:
        layers.append(_surveyed(dataset, crs))
        return
    coordinates = rules.coordinates if rules else ()
    for records in of_the_city(_reader(dataset.kind, coordinates)(dataset.path), rules):
        layers.append(_screened(records, dataset, folder, len(layers), crs, rules))


def _reader(kind: str, coordinates: tuple[str, ...]) -> Callable[[Path], Iterable[Records]]:
    """Return the function that reads a kind of file: path -> layers; `coordinates` are those of a table's columns."""
    if kind == "geojson":
        from asset_inventory.sources.intake.documents import read_geojson

        return lambda path: [read_geojson(path)]
    if kind == "geoparquet":
        from asset_inventory.sources.intake.columnar import read_geoparquet

        return lambda path: [read_geoparquet(path)]
    if kind == "text table":
        from asset_inventory.sources.intake.places import read_places

        return lambda path: [read_places(path, coordinates=coordinates)]
    if kind in ("workbook", "old workbook"):
        from asset_inventory.sources.intake.workbooks import read_workbook

        return lambda path: read_workbook(path, coordinates=coordinates)
    from asset_inventory.sources.intake.drivers import read_layers

    return lambda path: read_layers(path, kind)


def _screened(
    records: Records, dataset: Dataset, folder: Path, number: int, crs: str | None, rules: Rules | None
) -> dict[str, object]:
    from asset_inventory.sources.intake.screening import screen

    found = screen(records, crs=crs, rules=rules)
    plain = ("", dataset.path.stem, Path(dataset.name).stem)  # a layer called like its file
    name = dataset.name if records.layer in plain else f"{dataset.name}: {records.layer}"
    if not found.kept.all():
        _write_quarantine(found, folder / QUARANTINE, name, number)
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
        "problems": _lines(found.faults, name, found.records.labels),
    }


def _surveyed(dataset: Dataset, crs: str | None) -> dict[str, object]:
    from asset_inventory.sources.intake.surveys import survey

    found = survey(dataset.path, name=dataset.name, crs=crs)
    grid = found.grid
    return {
        **_refused(dataset, *found.faults),
        "kind": "raster",
        "crs": _system(grid.crs) if grid else None,
        **_way(found.shift),
        "nodata": grid.nodata if grid and grid.nodata == grid.nodata else None,
        "unit": grid.unit if grid else None,
        "bands": grid.bands if grid else None,
        "refused": any(fault.refuses for fault in found.faults),
    }


def _refused(dataset: Dataset, *faults: Fault) -> dict[str, object]:
    counts = dict.fromkeys(("read", "kept", "repaired", "quarantined"), 0)
    return {
        "name": dataset.name, "kind": dataset.kind, "format": dataset.kind, "crs": None, **_way(None), "refused": True,
        **{f"features_{name}": count for name, count in counts.items()}, "problems": _lines(faults, dataset.name, None),
    }  # fmt: skip


def _system(crs: object) -> str | None:
    if crs is None:
        return None
    authority = crs.to_authority(min_confidence=100)
    return ":".join(authority) if authority else crs.name


def _way(shift: Shift | None) -> dict[str, object]:
    """Return what moves a layer to WGS 84's datum and how sure that is (metre); none where nothing moves."""
    return {"operation": shift.operation if shift else None, "accuracy": shift.accuracy if shift else None}


def _lines(faults: Iterable[Fault], source: str, labels: object) -> list[dict[str, object]]:
    from asset_inventory.sources.faults import told

    return told(faults, source=source, labels=labels)


def _write_quarantine(found: Screened, path: Path, name: str, number: int) -> None:
    from asset_inventory.sources.intake.quarantine import write_quarantine

    write_quarantine(found, path, layer=f"{number + 1} {name}"[:60], name=name)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
