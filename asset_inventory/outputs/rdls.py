"""A package of the Risk Data Library Standard 0.3: one JSON document on the data files of an assessment.

The document is a list of data sets as the standard's package schema wants it: one a hazard, one an asset layer, one a
source of damage curves, one of results. What the standard has no code or field for is said in `details`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from asset_inventory.errors import SourceError
from asset_inventory.outputs.exchange import RDLS
from asset_inventory.outputs.packaged import (
    CSV,
    EXPOSURE,
    GEOPACKAGE,
    GEOTIFF,
    HAZARD,
    LOSS,
    VULNERABILITY,
    Basis,
    Dataset,
    Package,
    Resource,
    is_spdx,
    licence_of,
    stated,
    titled,
    united,
)
from asset_inventory.outputs.rdls_parts import (
    exposure_fields,
    hazard_fields,
    identity,
    loss_fields,
    vulnerability_fields,
)
from asset_inventory.outputs.rdls_terms import hazard_terms
from asset_inventory.sources.runs import write_json
from asset_inventory.words import say

SCHEMA = "https://docs.riskdatalibrary.org/en/0__3__0/rdls_schema.json"
_FORMATS = {GEOTIFF: "GeoTIFF (tif)", GEOPACKAGE: "GeoPackage (gpkg)", CSV: "CSV (csv)"}
_FIELDS = {HAZARD: hazard_fields, EXPOSURE: exposure_fields, VULNERABILITY: vulnerability_fields, LOSS: loss_fields}
_ROLES = ("publisher", "creator", "contact_point")
_CODE = re.compile(r"(EPSG|ESRI):[0-9]+")


def write_rdls(package: Package) -> Path:
    """Write `rdls.json` beside the data of a package, and return its path.

    Raises SourceError where the standard has no code for anything in the package, or it cannot be written.
    """
    datasets = [dataset for one in package.datasets if (dataset := _dataset(package, one)) is not None]
    if not datasets:
        raise SourceError("error.rdls_empty", hazards=", ".join(left_out(package)))
    return write_json(package.folder / RDLS, {"datasets": datasets})


def left_out(package: Package) -> list[str]:
    """Return the hazards of a package for which the standard has no code that is near."""
    return [one.name for one in package.of(HAZARD) if hazard_terms(one.hazard) is None]


def _dataset(package: Package, one: Dataset) -> dict[str, object] | None:
    """Return a data set in the standard's fields, None where what it is about has no code there."""
    about = _FIELDS[one.part](package, one)
    if about is None:
        return None
    fields, notes = about
    box = united(resource.bounds for resource in one.resources) or _city_box(package)
    licence = licence_of(one.bases)
    details = [*one.notes, *notes, *_notes(package, one, licence)]
    return {
        "id": identity(package, one.id), "title": one.title, "description": one.description,
        "risk_data_type": [one.part], "version": package.day.isoformat(), "details": " ".join(details),
        "spatial": {"scale": "urban"} | ({"bbox": list(box)} if box else {}), "license": licence,
        "attributions": list(_attributions(package, one)), "sources": list(_sources(one)),
        "resources": [_resource(package, one, resource) for resource in one.resources],
        "links": [{"href": SCHEMA, "rel": "describedby"}], **fields}  # fmt: skip


def _city_box(package: Package) -> tuple[float, float, float, float] | None:
    return united(one.bounds for dataset in package.datasets for one in dataset.resources)


def _resource(package: Package, dataset: Dataset, one: Resource) -> dict[str, object]:
    title = titled(one.title, dataset.exercise, package.language)
    told = {"id": one.id, "title": title, "description": one.description, "data_format": _FORMATS[one.format],
            "access_modality": "file_download", "download_url": one.path.relative_to(package.folder).as_posix()}
    if one.crs and _CODE.fullmatch(one.crs):
        told["coordinate_system"] = one.crs
    if one.cells and np.isfinite(one.cells.side):
        told["spatial_resolution"] = round(one.cells.side, 3)
    return told


def _notes(package: Package, one: Dataset, licence: str) -> Iterator[str]:
    language = package.language
    yield say("exchange.beside", language)
    if licence != licence_of(()) and not is_spdx(licence):
        yield say("exchange.licence_in_words", language, licence=licence)
    if any(stated(basis.licence) == licence_of(()) for basis in one.bases if basis.licence is not None):
        yield say("exchange.licence_not_stated", language)
    if any(basis.licence is None for basis in one.bases):
        yield say("exchange.prices", language)
    if any(one.crs is None or not _CODE.fullmatch(one.crs) for one in one.resources if one.bounds):
        yield say("exchange.crs_without_code", language)
    if one.part == LOSS or not one.bases[0].address:
        yield say("exchange.no_address", language)
    if package.audience == "public":
        yield say("exchange.public", language)


# Who and whose


def _attributions(package: Package, one: Dataset) -> Iterator[dict[str, object]]:
    """Yield who stands behind a data set; an address is demanded, so where none is known the set's own name stands."""
    first, own = one.bases[0], identity(package, one.id)
    name = package.assessment.city.name if one.part == LOSS else first.publisher or first.title
    address = None if one.part == LOSS else first.address
    for role in _ROLES:
        yield {"id": role, "role": role, "entity": {"name": name, "url": address or own}}
    providers = {basis.publisher: basis for basis in one.bases if basis.publisher} if one.part == LOSS else {}
    for place, (publisher, basis) in enumerate(providers.items(), start=1):
        yield {"id": f"provider_{place}", "role": "resource_provider",
               "entity": {"name": publisher, "url": basis.address or own}}  # fmt: skip


def _sources(one: Dataset) -> Iterator[dict[str, object]]:
    for place, basis in enumerate(one.bases, start=1):
        yield {"id": f"source_{place}", "name": basis.title, "component": basis.part} | _known(basis)


def _known(basis: Basis) -> dict[str, object]:
    told = ", ".join(filter(None, (basis.publisher, basis.date and basis.date.isoformat())))
    licence = None if basis.licence is None else stated(basis.licence)
    given = {"description": told, "url": basis.address, "license": licence}
    return {name: value for name, value in given.items() if value}
