"""Packages of an assessment for other systems: the Risk Data Library Standard 0.3, and STAC 1.1.

RDLS: one JSON document with a list of data sets as the standard's package schema wants it: one a
hazard, one an asset layer, one a source of damage curves, one of results. What the standard has no
code or field for is in `details`.

STAC: a static catalogue, a collection a data set, an item a map, layer or run. All links are
relative, so that the folder can be put anywhere. Bounds are in WGS 84; the date of an item is that
of its source, else the day of the assessment.
"""

import datetime
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path

import numpy as np

from asset_inventory.assessment.run import Assessment
from asset_inventory.io.stored_runs import replacing, write_checksums
from asset_inventory.io.table_files import write_json
from asset_inventory.messages import labelled, say
from asset_inventory.model.errors import RequestError
from asset_inventory.outputs.exchange import rdls_fields
from asset_inventory.outputs.exchange.data import (
    CSV,
    EXPOSURE,
    GEOPACKAGE,
    GEOTIFF,
    HAZARD,
    LOSS,
    PLACES,
    RDLS,
    STAC,
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
    write_data,
)
from asset_inventory.outputs.views.city_words import in_city_words

SCHEMA = "https://docs.riskdatalibrary.org/en/0__3__0/rdls_schema.json"
_FORMATS = {GEOTIFF: "GeoTIFF (tif)", GEOPACKAGE: "GeoPackage (gpkg)", CSV: "CSV (csv)"}
_FIELDS = {
    HAZARD: rdls_fields.hazard_fields,
    EXPOSURE: rdls_fields.exposure_fields,
    VULNERABILITY: rdls_fields.vulnerability_fields,
    LOSS: rdls_fields.loss_fields,
}
_ROLES = ("publisher", "creator", "contact_point")
_CODE = re.compile(r"(EPSG|ESRI):[0-9]+")


@in_city_words
def write_rdls(package: Package) -> Path:
    """Write `rdls.json` next to the data of a package, and return its path.

    Raises SourceError where the standard has no code for anything in the package, or it cannot be
    written.
    """
    datasets = [
        entry for dataset in package.datasets if (entry := _dataset(package, dataset)) is not None
    ]
    if not datasets:
        raise RequestError("error.rdls_empty", hazards=", ".join(omitted_from_rdls(package)))
    return write_json(package.folder / RDLS, {"datasets": datasets})


def omitted_from_rdls(package: Package) -> list[str]:
    """Return the hazards of a package for which the standard has no code that is near."""
    return [
        dataset.name
        for dataset in package.of(HAZARD)
        if rdls_fields.hazard_terms(dataset.hazard) is None
    ]


def _dataset(package: Package, dataset: Dataset) -> dict[str, object] | None:
    """Return a data set in the standard's fields, None where what it is about has no code there."""
    about = _FIELDS[dataset.part](package, dataset)
    if about is None:
        return None
    fields, notes = about
    box = united(resource.bounds for resource in dataset.resources) or _city_box(package)
    licence = licence_of(dataset.bases)
    details = [*dataset.notes, *notes, *_notes(package, dataset, licence)]
    return {
        "id": rdls_fields.identity(package, dataset.id),
        "title": dataset.title,
        "description": dataset.description,
        "risk_data_type": [dataset.part],
        "version": package.day.isoformat(),
        "details": " ".join(details),
        "spatial": {"scale": "urban"} | ({"bbox": list(box)} if box else {}),
        "license": licence,
        "attributions": list(_attributions(package, dataset)),
        "sources": list(_sources(package, dataset)),
        "resources": [_resource(package, dataset, resource) for resource in dataset.resources],
        "links": [{"href": SCHEMA, "rel": "describedby"}],
        **fields,
    }


def _city_box(package: Package) -> tuple[float, float, float, float] | None:
    return united(resource.bounds for dataset in package.datasets for resource in dataset.resources)


def _resource(package: Package, dataset: Dataset, resource: Resource) -> dict[str, object]:
    title = titled(resource.title, dataset.exercise, package.language)
    fields = {
        "id": resource.id,
        "title": title,
        "description": resource.description,
        "data_format": _FORMATS[resource.format],
        "access_modality": "file_download",
        "download_url": resource.path.relative_to(package.folder).as_posix(),
    }
    if resource.crs and _CODE.fullmatch(resource.crs):
        fields["coordinate_system"] = resource.crs
    if resource.cells and np.isfinite(resource.cells.side):
        fields["spatial_resolution"] = round(resource.cells.side, 3)
    return fields


def _notes(package: Package, dataset: Dataset, licence: str) -> Iterator[str]:
    language = package.language
    yield say("exchange.beside", language)
    if licence != licence_of(()) and not is_spdx(licence):
        yield say("exchange.licence_in_words", language, licence=licence)
    if any(
        stated(basis.licence) == licence_of(())
        for basis in dataset.bases
        if basis.licence is not None
    ):
        yield say("exchange.licence_not_stated", language)
    if any(basis.licence is None for basis in dataset.bases):
        yield say("exchange.prices", language)
    if any(
        resource.crs is None or not _CODE.fullmatch(resource.crs)
        for resource in dataset.resources
        if resource.bounds
    ):
        yield say("exchange.crs_without_code", language)
    if dataset.part == LOSS or not dataset.bases[0].address:
        yield say("exchange.no_address", language)
    if package.audience == "public":
        yield say("exchange.public", language)


# Who made a data set, and the sources it rests on


def _attributions(package: Package, dataset: Dataset) -> Iterator[dict[str, object]]:
    """Yield who is responsible for a data set; its own name replaces an unknown address."""
    first, own = dataset.bases[0], rdls_fields.identity(package, dataset.id)
    name = package.assessment.city.name if dataset.part == LOSS else first.publisher or first.title
    address = None if dataset.part == LOSS else first.address
    for role in _ROLES:
        yield {"id": role, "role": role, "entity": {"name": name, "url": address or own}}
    providers = (
        {basis.publisher: basis for basis in dataset.bases if basis.publisher}
        if dataset.part == LOSS
        else {}
    )
    for place, (publisher, basis) in enumerate(providers.items(), start=1):
        yield {
            "id": f"provider_{place}",
            "role": "resource_provider",
            "entity": {"name": publisher, "url": basis.address or own},
        }


def _sources(package: Package, dataset: Dataset) -> Iterator[dict[str, object]]:
    for place, basis in enumerate(dataset.bases, start=1):
        name = labelled("source", basis.title, package.language)
        yield {"id": f"source_{place}", "name": name, "component": basis.part} | _known(basis)


def _known(basis: Basis) -> dict[str, object]:
    description = ", ".join(filter(None, (basis.publisher, basis.date and basis.date.isoformat())))
    licence = None if basis.licence is None else stated(basis.licence)
    fields = {"description": description, "url": basis.address, "license": licence}
    return {name: value for name, value in fields.items() if value}


VERSION = "1.1.0"
PROJECTION = "https://stac-extensions.github.io/projection/v2.0.0/schema.json"
FILE = "https://stac-extensions.github.io/file/v2.1.0/schema.json"
_MEDIA = {
    GEOTIFF: "image/tiff; application=geotiff",
    GEOPACKAGE: "application/geopackage+sqlite3",
    CSV: "text/csv",
}
_JSON, _GEOJSON = "application/json", "application/geo+json"
_CATALOG, _COLLECTION = "catalog.json", "collection.json"
# A checksum is a multihash: 0x12 means SHA-256, 0x20 that 32 bytes follow.
_SHA256 = "1220"
_WORLD = (-180.0, -90.0, 180.0, 90.0)


@in_city_words
def write_stac(package: Package) -> list[Path]:
    """Write a catalogue next to the data of a package; return its documents, `stac/catalog.json`
    first.

    Raises SourceError where it cannot be written.
    """
    root, city = package.folder / STAC, package.assessment.city
    links = [_link("root", _CATALOG, _JSON)]
    links += [
        _link("child", f"{dataset.id}/{_COLLECTION}", _JSON, dataset.title)
        for dataset in package.datasets
    ]
    title = say("exchange.catalog", package.language, city=city.name)
    about = say(
        "exchange.public" if package.audience == "public" else "map.internal", package.language
    )
    catalog = {
        "type": "Catalog",
        "stac_version": VERSION,
        "id": "assessment",
        "title": title,
        "description": f"{title}. {about}",
        "links": links,
    }
    written = [write_json(root / _CATALOG, catalog)]
    for dataset in package.datasets:
        written += _write_collection(package, dataset, root / dataset.id)
    return written


def _write_collection(package: Package, dataset: Dataset, folder: Path) -> list[Path]:
    items = _items(package, dataset)
    boxes = [item["bbox"] for item in items if item.get("bbox")]
    box = (
        united(map(tuple, boxes))
        or united(resource.bounds for dataset in package.datasets for resource in dataset.resources)
        or _WORLD
    )
    links = (
        _upward(1)
        + [
            _link("item", f"{item['id']}/{item['id']}.json", _GEOJSON, item["properties"]["title"])
            for item in items
        ]
        + _licence_texts(dataset.bases)
    )
    dates = sorted(item["properties"]["datetime"] for item in items)
    collection = {
        "type": "Collection",
        "stac_version": VERSION,
        "id": dataset.id,
        "title": dataset.title,
        "description": " ".join(
            (dataset.description, *dataset.notes, *_in_words(package, dataset))
        ),
        "license": _licence(dataset.bases),
        "keywords": [dataset.part, *(["exercise"] if dataset.exercise else [])],
        "providers": _providers(package, dataset),
        "extent": {
            "spatial": {"bbox": [list(box)]},
            "temporal": {"interval": [[dates[0], dates[-1]]]},
        },
        "links": links,
    }
    written = [write_json(folder / _COLLECTION, collection)]
    return written + [
        write_json(folder / item["id"] / f"{item['id']}.json", item) for item in items
    ]


def _items(package: Package, dataset: Dataset) -> list[dict[str, object]]:
    """Return an item a hazard map; of what belongs together, one item with all its files."""
    if dataset.part == HAZARD:
        return [
            _item(
                package,
                dataset,
                resource.id,
                titled(resource.title, dataset.exercise, package.language),
                (resource,),
            )
            for resource in dataset.resources
        ]
    return [_item(package, dataset, f"{dataset.id}-data", dataset.title, dataset.resources)]


def _item(
    package: Package, dataset: Dataset, name: str, title: str, resources: tuple[Resource, ...]
) -> dict[str, object]:
    box = united(resource.bounds for resource in resources)
    placed = [resource for resource in resources if resource.bounds]
    properties = {
        "title": title,
        "description": dataset.description,
        "datetime": f"{_date(package, dataset).isoformat()}T00:00:00Z",
        "license": _licence(dataset.bases),
    }
    periods = [
        period for resource in resources for period in resource.periods if period is not None
    ]
    if periods:
        properties["asset_inventory:return_periods"] = periods
    if placed:
        properties["proj:code"] = placed[0].crs
    cells = next((resource.cells for resource in resources if resource.cells), None)
    if cells:
        properties |= {"proj:shape": list(cells.shape), "proj:transform": list(cells.transform)}
    document = {
        "type": "Feature",
        "stac_version": VERSION,
        "id": name,
        "geometry": _geometry(box),
        "properties": properties,
        "stac_extensions": [PROJECTION, FILE] if placed else [FILE],
        "collection": dataset.id,
        "links": [*_upward(2), _link("collection", f"../{_COLLECTION}", _JSON)],
        "assets": {resource.id: _asset(package, resource, dataset) for resource in resources},
    }
    return document | ({"bbox": list(box)} if box else {})


def _asset(package: Package, resource: Resource, dataset: Dataset) -> dict[str, object]:
    path = resource.path.relative_to(package.folder).as_posix()
    return {
        "href": f"../../../{path}",
        "title": resource.title,
        "description": resource.description,
        "type": _MEDIA[resource.format],
        "roles": ["data", dataset.part],
        "file:size": resource.size,
        "file:checksum": f"{_SHA256}{resource.sha256}",
    }


def _geometry(box: tuple[float, float, float, float] | None) -> dict[str, object] | None:
    """Return bounds as a shape, split at the antimeridian, as GeoJSON requires."""
    if box is None:
        return None
    west, south, east, north = box
    spans = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
    rings = [[[[w, south], [e, south], [e, north], [w, north], [w, south]]] for w, e in spans]
    if len(rings) == 1:
        return {"type": "Polygon", "coordinates": rings[0]}
    return {"type": "MultiPolygon", "coordinates": rings}


def _upward(depth: int) -> list[dict[str, str]]:
    """Return the links from a document at some depth in the catalogue to its parents."""
    above = _CATALOG if depth == 1 else _COLLECTION
    return [_link("root", "../" * depth + _CATALOG, _JSON), _link("parent", f"../{above}", _JSON)]


def _link(relation: str, href: str, media: str, title: str | None = None) -> dict[str, str]:
    return {
        "rel": relation,
        "href": href if href.startswith("../") else f"./{href}",
        "type": media,
    } | ({"title": title} if title else {})


# Licence, providers and date of a data set


def _licence(bases: Iterable[Basis]) -> str:
    """Return the one SPDX identifier; «other», as specified, for several or none."""
    licence = licence_of(bases)
    return licence if _identifier(licence) else "other"


def _identifier(licence: str) -> bool:
    return is_spdx(licence) and " " not in licence


def _licence_texts(bases: Iterable[Basis]) -> list[dict[str, str]]:
    """Return a link to the text of each licence that SPDX knows."""
    known = dict.fromkeys(stated(base.licence) for base in bases if base.licence is not None)
    return [
        {
            "rel": "license",
            "href": f"https://spdx.org/licenses/{licence}.html",
            "type": "text/html",
            "title": licence,
        }
        for licence in known
        if _identifier(licence) and not licence.startswith("LicenseRef-")
    ]


def _in_words(package: Package, dataset: Dataset) -> list[str]:
    """Return the notes on a licence that is more than one identifier of SPDX."""
    licence = licence_of(dataset.bases)
    if _identifier(licence):
        return []
    if licence == licence_of(()):
        return [say("exchange.licence_not_stated", package.language)]
    return [say("exchange.licence_in_words", package.language, licence=licence)]


def _providers(package: Package, dataset: Dataset) -> list[dict[str, object]]:
    names = {
        basis.publisher or basis.title: basis
        for basis in dataset.bases
        if basis.licence is not None
    }
    providers = [
        {"name": name, "roles": ["producer", "licensor"]}
        | ({"url": basis.address} if basis.address else {})
        for name, basis in names.items()
    ]
    return [*providers, {"name": package.assessment.city.name, "roles": ["processor"]}]


def _date(package: Package, dataset: Dataset) -> datetime.date:
    dates = [basis.date for basis in dataset.bases if basis.date]
    return package.day if dataset.part == LOSS or not dates else max(dates)


@in_city_words
def write_catalogues(
    assessment: Assessment,
    folder: Path,
    kinds: Collection[str],
    *,
    language: str,
    on_notice: Callable[[str], object] = lambda _: None,
) -> list[Path]:
    """Write an assessment's data and the catalogues of these kinds (`KINDS`) on it; return each
    catalogue's first page.

    A package that was written there before is replaced whole; one that cannot be finished leaves
    that one as it was. `on_notice` is called with a sentence on what a catalogue has no place for.
    Raises SourceError where files that are no package's lie in the way, where nothing may be given
    to the audience, where a standard has no code for anything, and where something cannot be read
    or written.
    """
    with replacing(folder, PLACES) as staging:
        package = write_data(assessment, staging, language=language)
        documents = [KINDS[name](package, on_notice) for name in KINDS if name in kinds]
        data = [resource.path for dataset in package.datasets for resource in dataset.resources]
        write_checksums(staging, [*data, *(path for written in documents for path in written)])
    return [folder / written[0].relative_to(staging) for written in documents]


def _rdls(package: Package, on_notice: Callable[[str], object]) -> list[Path]:
    written = write_rdls(package)
    missing = omitted_from_rdls(package)
    if missing:
        on_notice(say("exchange.no_code", package.language, names=", ".join(missing)))
    return [written]


KINDS = {"rdls": _rdls, "stac": lambda package, _: write_stac(package)}
