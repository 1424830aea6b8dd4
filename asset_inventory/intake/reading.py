"""What a process does that reads untrusted files; `workers.py` starts it with a folder.

The folder holds `job.json`; results are written there as `found.json`, quarantine as a GeoPackage,
and a layer that is asked for as plain arrays. GDAL is loaded after its environment is closed, and
memory and time are limited where the system offers it. Whatever happens here ends here: the parent
process sees a result, or none.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from asset_inventory.intake.containers import size_of
from asset_inventory.io.environment import close
from asset_inventory.messages import name_of
from asset_inventory.model.errors import (
    AssetInventoryError,
    RequestError,
    in_one_line,
    is_disk_full,
)

if TYPE_CHECKING:
    from asset_inventory.intake.containers import Dataset, Unpacked
    from asset_inventory.intake.judging import LayerValidation
    from asset_inventory.intake.records import Asked
    from asset_inventory.intake.rules import Rules
    from asset_inventory.model.tables import Fault

# Bytes that a reader may map beyond those at its start, and more for each byte of the file.
MEMORY, MEMORY_A_BYTE = 3 * 2**29, 12
LARGEST_FILE = 2**31
LEAST_ROOM = 2**20  # bytes free where we write; with less the disk is full
JOB, FOUND, QUARANTINE, HANDED = "job.json", "found.json", "quarantine.gpkg", "handed"


class Refused(TypedDict):
    """Why a reader takes nothing: an error, and whether it is a RequestError."""

    key: str
    filled: dict[str, Any]
    request: bool


def main(folder: Path) -> None:
    """Do the job that lies in a folder and write down what was found."""
    job = json.loads((folder / JOB).read_text(encoding="utf-8"))
    close(os.environ)
    path = Path(job["path"])
    seconds, more = job["seconds"]

    def allow(size: int) -> None:
        limit(size, seconds=seconds + more * size / 2**20)

    allow(size_of(path))
    os.chdir(folder)  # GDAL takes a path as UTF-8, which that of a temporary folder need not be
    folder = Path()
    try:
        if job["profile"]:
            result = profiles(path, folder, job["source"], allow=allow)
        elif job["sheets"]:
            result = sheets(path, folder, job["source"], allow=allow)
        else:
            result = examine(path, folder, crs=job["crs"], allow=allow, **_asked(job))
    except Exception as fault:  # the border: what a hostile file does to a reader is not thrown on
        result = {"refused": _told(fault, job["path"] if job["asked"] else job["source"], folder)}
    (folder / FOUND).write_text(json.dumps(result), encoding="utf-8")


def _told(thrown: Exception, name: str, folder: Path) -> Refused:
    """Return what a reader threw, as another process reads it; a full disk throws many things."""
    if isinstance(thrown, AssetInventoryError):
        filled = thrown.plainly(name)
        return {"key": thrown.key, "filled": filled, "request": isinstance(thrown, RequestError)}
    if isinstance(thrown, MemoryError):
        return {"key": "error.reading_memory", "filled": {}, "request": False}
    if is_disk_full(thrown) or shutil.disk_usage(folder).free < LEAST_ROOM:
        filled = {"folder": str(folder.resolve().parents[1])}
        return {"key": "error.reading_no_room", "filled": filled, "request": True}
    filled = {"fault": f"{type(thrown).__name__}: {in_one_line(thrown)}"}
    return {"key": "error.reading_failed", "filled": filled, "request": False}


def _asked(job: dict[str, Any]) -> dict[str, Any]:
    """Return what a job asks for, as `examine` takes it."""
    from asset_inventory.intake.records import Asked
    from asset_inventory.intake.rules import from_plain

    rules = None if job["rules"] is None else from_plain(job["rules"])
    if job["asked"] is None:
        return {"rules": rules}
    return {"rules": rules, "name": job["source"], "asked": Asked(**job["asked"])}


def prepare() -> None:
    """Import what most readings need, before a process makes copies of itself."""
    close(os.environ)
    import pandas as pd

    from asset_inventory.intake import judging  # noqa: F401

    pd.Series(["-"], dtype="str")  # the first text imports more, which each copy would do again


def limit(size: int = 0, *, seconds: float | None = None) -> None:
    """Limit this process: memory (more for a large file), time, written files, no core dump.

    `seconds` are those of the processor that are left to it from now on; time in which it waits,
    for a disk or for a machine that has other things to do, does not count. The system ends a
    process that takes more, with SIGXCPU. Does nothing on Windows.
    """
    try:
        import resource
    except ImportError:
        return
    mapped = Path("/proc/self/statm")
    if mapped.exists():
        pages = int(mapped.read_text().split()[0])
        _limit(resource.RLIMIT_AS, pages * resource.getpagesize() + MEMORY + MEMORY_A_BYTE * size)
    if seconds is not None:
        _limit(resource.RLIMIT_CPU, math.ceil(time.process_time() + seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _limit(resource.RLIMIT_FSIZE, LARGEST_FILE)


def _limit(what: int, upper: int) -> None:
    """Set a limit to what we allow, or to what the system allows where that is less."""
    import resource

    _, hard = resource.getrlimit(what)
    resource.setrlimit(what, (upper if hard == resource.RLIM_INFINITY else min(upper, hard), hard))


def examine(
    path: Path,
    folder: Path,
    *,
    crs: str | None = None,
    rules: Rules | None = None,
    asked: Asked | None = None,
    name: str | None = None,
    allow: Callable[[int], None] | None = None,
) -> dict[str, Any]:
    """Return what a file holds as plain values: container problems, and layers' judgements.

    The file is checked against the `rules` of a city. With `asked` a single layer is read and
    handed over in `folder`; `name` is what its owner calls it, and `allow` is called with the bytes
    that lie unpacked, which may be many more than the file has. Copies and quarantine are written
    to `folder`. Raises SourceError when there is no such file or PROJ does not know `crs`; with
    `asked` also when there is no such layer or field, or a package that reads the file is not
    installed.
    """
    from asset_inventory.intake.judging import layer_handed_over
    from asset_inventory.io.geometries import reference_system
    from asset_inventory.model.tables import as_findings

    source = name or name_of(path)
    if crs is not None:
        reference_system(crs, source=source)
    unpacked = _unpacked(path, folder, allow, patient=asked is None)
    layers: list[LayerValidation] = []
    if asked is None:
        for dataset in unpacked.datasets:
            _judge(dataset, layers, folder / QUARANTINE, crs, rules)
    elif unpacked.datasets:
        datasets, to = unpacked.datasets, folder / HANDED
        layers.append(layer_handed_over(datasets, asked, to=to, crs=crs, source=source))
    return {"problems": as_findings(unpacked.faults, source=source), "layers": layers}


def profiles(
    path: Path, folder: Path, source: str, *, allow: Callable[[int], None] | None = None
) -> dict[str, Any]:
    """Return the profiles of what a file holds as plain values, with the container's problems."""
    from asset_inventory.intake.profiles import profiles_of
    from asset_inventory.model.tables import as_findings

    unpacked = _unpacked(path, folder, allow, patient=False)
    problems = as_findings(unpacked.faults, source=source)
    return {"problems": problems, "profiles": profiles_of(unpacked.datasets, source)}


def sheets(
    path: Path, folder: Path, source: str, *, allow: Callable[[int], None] | None = None
) -> dict[str, Any]:
    """Return an office table's sheets as plain values, with its problems; see `examine`.

    Raises SourceError when there is no such file, or the package that reads workbooks is not
    installed.
    """
    from asset_inventory.intake.tables import read_sheets
    from asset_inventory.model.tables import as_findings

    unpacked = _unpacked(path, folder, allow)
    # for an archive without a table, warnings about its members add nothing
    datasets, all_sheets = unpacked.datasets, []
    of_container = (x for x in unpacked.faults if datasets or x.severity == "error")
    faults = [_of_no_sheet(fault) for fault in of_container]
    for dataset in datasets:
        dataset_sheets, more = read_sheets(dataset)
        name = dataset.name if len(datasets) > 1 else ""
        all_sheets += [sheet | {"name": sheet["name"] or name} for sheet in dataset_sheets]
        faults += more
    return {"problems": as_findings(faults, source=source), "sheets": all_sheets}


def _unpacked(
    path: Path, folder: Path, allow: Callable[[int], None] | None, *, patient: bool = True
) -> Unpacked:
    from asset_inventory.intake.containers import unpack

    copies = folder / "copies"
    copies.mkdir()
    unpacked = unpack(path, copies, patient=patient)
    if allow is not None:
        allow(sum(file.stat().st_size for file in copies.rglob("*") if file.is_file()))
    return unpacked


def _of_no_sheet(fault: Fault) -> Fault:
    """Return an archive's faults in the words of tables, where its own are those of layers."""
    from asset_inventory.model.tables import Fault

    if fault.code == "zip_without_data":
        return Fault("no_office_table", arguments={"kind": "zip, .ods"})
    if fault.code in ("zip_bomb", "zip_too_large"):
        arguments = {"fault": f"> {fault.arguments['size']} MB"}
        return Fault("office_table_not_readable", arguments=arguments)
    return fault


def _judge(
    dataset: Dataset,
    layers: list[LayerValidation],
    quarantine: Path,
    crs: str | None,
    rules: Rules | None,
) -> None:
    """Judge the layers of one dataset; an error of its reader refuses only the rest of it."""
    from asset_inventory.intake.judging import refused, validated_layers
    from asset_inventory.model.tables import Fault

    options = {"number": len(layers), "quarantine": quarantine, "crs": crs, "rules": rules}
    try:  # one by one, for what was judged before its reader failed stays judged
        for layer in validated_layers(dataset, **options):
            layers.append(layer)
    except Exception as fault:  # the border: a member that fells its reader costs others nothing
        refusal = _told(fault, dataset.name, quarantine.parent)
        layers.append(refused(dataset, Fault(refusal["key"], arguments=refusal["filled"])))
