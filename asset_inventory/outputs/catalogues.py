"""Packages of an assessment for other systems: its data once, and around it the documents that were asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from asset_inventory.assessment import Assessment
from asset_inventory.outputs.exchange import PLACES, write_data
from asset_inventory.outputs.packaged import Package
from asset_inventory.outputs.rdls import left_out, write_rdls
from asset_inventory.outputs.stac import write_stac
from asset_inventory.sources.packages import replacing, write_checksums
from asset_inventory.words import say


def write_catalogues(
    assessment: Assessment,
    folder: Path,
    kinds: Collection[str],
    *,
    language: str,
    audience: str = "internal",
    tell: Callable[[str], object] = lambda _: None,
) -> list[Path]:
    """Write an assessment's data and the catalogues of these kinds (`KINDS`) on it; return each catalogue's first page.

    A package that was written there before is replaced whole; one that cannot be finished leaves that one as it was.
    `tell` is called with a sentence on what a catalogue has no place for. Raises SourceError where files that are no
    package's lie in the way, where nothing may be given to the audience, where a standard has no code for anything, and
    where something cannot be read or written.
    """
    with replacing(folder, PLACES) as made:
        package = write_data(assessment, made, audience=audience, language=language)
        documents = [KINDS[kind](package, tell) for kind in KINDS if kind in kinds]
        data = [one.path for dataset in package.datasets for one in dataset.resources]
        write_checksums(made, [*data, *(path for written in documents for path in written)])
    return [folder / written[0].relative_to(made) for written in documents]


def _rdls(package: Package, tell: Callable[[str], object]) -> list[Path]:
    written = write_rdls(package)
    missing = left_out(package)
    if missing:
        tell(say("exchange.no_code", package.language, names=", ".join(missing)))
    return [written]


KINDS = {"rdls": _rdls, "stac": lambda package, _: write_stac(package)}
