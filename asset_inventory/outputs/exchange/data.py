"""The data of an assessment as open files, written once for every kind of package.

Hazard grids are GeoTIFFs of their own cells, zones, assets and districts GeoPackages, all else CSV.
Intensities are in the program's unit (metre for lengths), shapes in the city's system. Files for
the public are made of public data only. A licence is passed on as the city states it: where it is
an SPDX expression it is written as SPDX does; what rests on several sources is under all of their
licences at once.
"""

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from urllib.parse import urlsplit

import geopandas as gpd
import numpy as np
import pandas as pd
from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from asset_inventory.assessment.ead_sentences import below_ground
from asset_inventory.assessment.run import Assessment
from asset_inventory.disclosure.assessment import (
    require_licences,
    visible_tables,
    withheld_columns,
)
from asset_inventory.hazards.asset_values import read_values
from asset_inventory.hazards.raster_intersections import cell_side
from asset_inventory.hazards.zone_intersections import read_zones
from asset_inventory.io.geometries import code_of, extent
from asset_inventory.io.raster_output import write_grid
from asset_inventory.io.rasters import open_grid
from asset_inventory.io.stored_runs import size_and_sha256
from asset_inventory.io.table_files import write_package, write_tables
from asset_inventory.messages import labelled, say
from asset_inventory.model.city import City
from asset_inventory.model.data_status import has_exercise, status_word
from asset_inventory.model.declarations import Source
from asset_inventory.model.errors import RequestError
from asset_inventory.model.hazards import Hazard, HazardMap
from asset_inventory.model.library import shipped_curves
from asset_inventory.model.tables import REAL
from asset_inventory.outputs.views.city import rule_sources
from asset_inventory.outputs.views.city_words import in_city_words
from asset_inventory.vulnerability.curves import DamageCurve, constituents, curves_for, read_curve

DATA, STAC, RDLS = PLACES = ("data", "stac", "rdls.json")
NOT_STATED = "not stated"
_NAME_LENGTH = 40


@dataclass(frozen=True)
class Basis:
    """A source of data; `part` is its sort, `licence` is None where none is required.

    `address` is a web address, None where the city gives none.
    """

    title: str
    part: str
    licence: str | None
    publisher: str | None = None
    address: str | None = None
    date: datetime.date | None = None


@dataclass(frozen=True)
class Cells:
    """The cells of a grid in its own system: rows, columns, the six numbers of its transform."""

    shape: tuple[int, int]
    transform: tuple[float, ...]
    side: float  # metre


@dataclass(frozen=True)
class Resource:
    """One file: `bounds` in WGS 84 (degrees), the system's code `crs`, its maps' `periods`.

    A period None is a scenario. What has no place has neither bounds nor a system.
    """

    id: str
    path: Path
    title: str
    description: str
    size: int
    sha256: str
    bounds: tuple[float, float, float, float] | None = None
    crs: str | None = None
    periods: tuple[float | None, ...] = ()
    cells: Cells | None = None

    @property
    def format(self) -> str:
        """Return the file's ending, which shows its format."""
        return self.path.suffix


@dataclass(frozen=True)
class ServedCurve:
    """A damage curve by the name that the city gives it, and the asset types it serves."""

    name: str
    curve: DamageCurve
    hazard: Hazard
    asset_types: tuple[str, ...]
    shipped: bool
    basis: Basis
    exercise: bool


@dataclass(frozen=True)
class Dataset:
    """Files of one part of a risk assessment with the same sources; `id` is fit for a file name."""

    id: str
    part: str
    name: str
    title: str
    description: str
    bases: tuple[Basis, ...]
    exercise: bool
    resources: tuple[Resource, ...]
    notes: tuple[str, ...] = ()
    hazard: Hazard | None = None
    curves: tuple[ServedCurve, ...] = ()


@dataclass(frozen=True)
class Package:
    """Data sets in a folder, in the order of `PARTS`; `assessment` is what the readers may hold."""

    assessment: Assessment
    folder: Path
    language: str
    day: datetime.date
    datasets: tuple[Dataset, ...]

    @property
    def audience(self) -> str:
        """Return for whom the data sets are."""
        return self.assessment.audience

    def of(self, part: str) -> tuple[Dataset, ...]:
        """Return the data sets of one part."""
        return tuple(dataset for dataset in self.datasets if dataset.part == part)


def united(
    boxes: Iterable[tuple[float, float, float, float] | None],
) -> tuple[float, float, float, float] | None:
    """Return the bounds of all bounds (degrees) or None; west > east across the antimeridian."""
    known = [box for box in boxes if box is not None]
    if not known:
        return None
    across = any(west > east for west, _, east, _ in known)
    turned = [
        tuple(x + 360 if across and x < 0 else x for x in (west, east))
        for west, _, east, _ in known
    ]
    west, east = min(x for x, _ in turned), max(x for _, x in turned)
    return (
        west,
        min(box[1] for box in known),
        east - 360 if east > 180 else east,
        max(box[3] for box in known),
    )


def basis_of(source: Source, part: str) -> Basis:
    """Return a source of `city.toml` as what something is made of."""
    return Basis(
        title=source.title,
        part=part,
        licence=source.licence or NOT_STATED,
        publisher=source.publisher,
        address=_address(source.url),
        date=source.date,
    )


def curve_basis(curve: DamageCurve, source: Source | None) -> Basis:
    """Return the source of a damage curve: the city's own source, or the set that ships."""
    if source is not None:
        return basis_of(source, VULNERABILITY)
    doi = shipped_curves()[curve.id].doi
    address = _address(f"https://doi.org/{doi}") if doi else None
    return Basis(
        title=curve.source,
        part=VULNERABILITY,
        licence=curve.licence,
        publisher=curve.citation,
        address=address,
    )


def licence_of(bases: Iterable[Basis]) -> str:
    """Return the licence of all sources: SPDX where all are, else their words, or «not stated».

    A source that needs no licence, such as a price, does not count.
    """
    licences = list(
        dict.fromkeys(stated(base.licence) for base in bases if base.licence is not None)
    )
    if not licences:
        return NOT_STATED
    if len(licences) == 1 or not all(map(is_spdx, licences)):
        return "; ".join(licences)
    return " AND ".join(f"({licence})" if " " in licence else licence for licence in licences)


def stated(licence: str) -> str:
    """Return a licence as SPDX writes it, else its own words."""
    bare = licence.strip()
    return next(filter(None, (_spdx(bare), _spdx(re.sub(r"\s+", "-", bare)))), licence)


def is_spdx(licence: str) -> bool:
    """Return whether a licence is an SPDX identifier or expression."""
    return _spdx(licence) is not None


def safe_name(place: int, part: str, name: str) -> str:
    """Return a name that any system can write, unique by `place`, near the city's own word."""
    word = re.sub(r"[^0-9A-Za-z]+", "-", name)[:_NAME_LENGTH].strip("-").lower()
    return "-".join(filter(None, (part, f"{place:02d}", word)))


def titled(title: str, exercise: bool, language: str) -> str:
    """Return a title, which calls exercise data so."""
    return f"{say('map.exercise', language)} – {title}" if exercise else title


def _spdx(licence: str) -> str | None:
    try:
        return canonicalize_license_expression(licence)
    except InvalidLicenseExpression:
        return None


def _address(url: str | None) -> str | None:
    """Return a web address, None for what is none or holds what an address cannot."""
    if url is None or re.search(r"[\s<>\"{}|\\^`\x00-\x1f\x7f-\x9f\u2028\u2029]", url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None


_TABLES = ("exposure", "damage", "ead", "chronic_hazards", "exposure_counts", "scores")
AREAS = "district_damage"


@in_city_words
def write_data(assessment: Assessment, folder: Path, *, language: str) -> Package:
    """Write an assessment's data into a folder, and return the data sets with the facts of their
    files.

    Equal assessments of one day give equal bytes. Raises SourceError where nothing may be given to
    the audience, where public data have no licence, where it is not known on which day the
    assessment was made, and where something cannot be read or written.
    """
    if not assessment.provenance.get("day"):
        raise RequestError("error.package_without_day")
    day = datetime.date.fromisoformat(assessment.provenance["day"])
    if not assessment.city.hazards and assessment.assets.empty:
        raise RequestError("error.package_empty", city=assessment.city.name)
    if assessment.audience == "public":
        require_licences(assessment.city)
    package = Package(assessment=assessment, folder=folder, language=language, day=day, datasets=())
    hidden = withheld_columns(assessment)
    curves = _served(assessment)
    datasets = [*_hazards(package), *_assets(package, hidden), *_curves(package, curves)]
    datasets += _results(package, curves)
    return Package(
        assessment=assessment, folder=folder, language=language, day=day, datasets=tuple(datasets)
    )


# Hazards


def _hazards(package: Package) -> Iterator[Dataset]:
    city, language = package.assessment.city, package.language
    for place, hazard in enumerate(city.hazards, start=1):
        name = safe_name(place, HAZARD, hazard.name)
        resources = [_grid(package, name, hazard, a_map) for a_map in hazard.maps if a_map.is_grid]
        tables = [a_map for a_map in hazard.maps if a_map.is_table]
        zones = [a_map for a_map in hazard.maps if not (a_map.is_grid or a_map.is_table)]
        resources += [_zones(package, name, hazard, zones)] if zones else []
        resources += [_values(package, name, hazard, tables)] if tables else []
        resources.sort(key=lambda resource: (len(resource.periods), resource.periods[0] or 0.0))
        beyond = say(
            "exchange.unknown" if hazard.outside == "unknown" else "exchange.not_exposed", language
        )
        notes = [say("exchange.outside", language, said=beyond)]
        if hazard.nodata_means:
            known = hazard.nodata_means == "not exposed"
            means = say("exchange.not_exposed" if known else "exchange.unknown", language)
            notes.append(say("exchange.nodata", language, said=means))
        notes.append(
            say("exchange.threshold", language, threshold=hazard.threshold, unit=hazard.unit)
        )
        notes += [say(note["word"], language, **note["values"]) for note in below_ground([hazard])]
        exercise = hazard.source.exercise
        called = labelled("hazard", hazard.name, language)
        yield Dataset(
            id=name,
            part=HAZARD,
            name=hazard.name,
            title=titled(
                say("exchange.hazard", language, name=called, city=city.name),
                exercise,
                language,
            ),
            description=_described(
                say(
                    "exchange.hazard.about",
                    language,
                    measure=hazard.intensity.measure,
                    unit=hazard.unit,
                ),
                exercise,
                language,
            ),
            bases=(basis_of(hazard.source, HAZARD),),
            exercise=exercise,
            resources=tuple(resources),
            notes=tuple(notes),
            hazard=hazard,
        )


def _grid(package: Package, name: str, hazard: Hazard, a_map: HazardMap) -> Resource:
    grid = open_grid(
        a_map.path,
        band=a_map.band,
        crs=a_map.crs,
        terrain=a_map.terrain,
        below_ground=hazard.counts_below_ground,
    )
    identity = f"{name}-{_period_name(a_map.return_period)}"
    path = write_grid(
        grid,
        package.folder / DATA / name / f"{identity}{GEOTIFF}",
        factor=hazard.factor,
        unit=hazard.unit,
        status=status_word(hazard.source.exercise),
    )
    side = cell_side(grid, package.assessment.city.crs)
    return _resource(
        path,
        _map_title(hazard, (a_map.return_period,), package.language),
        say("exchange.grid", package.language, measure=hazard.intensity.measure, unit=hazard.unit),
        bounds=extent(grid.bounds, grid.crs),
        crs=code_of(grid.crs),
        periods=(a_map.return_period,),
        cells=Cells((grid.height, grid.width), tuple(grid.transform)[:6], side),
    )


def _zones(package: Package, name: str, hazard: Hazard, maps: list[HazardMap]) -> Resource:
    city = package.assessment.city
    parts = [read_zones(hazard, a_map, city.crs)[0].assign(word=None) for a_map in maps]
    for table, a_map in zip(parts, maps, strict=True):
        words = dict(enumerate(a_map.order or (), start=1))
        table["word"] = table["intensity"].map(words).astype(object)
    table = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=parts[0].crs)
    table["data_status"] = status_word(hazard.source.exercise)
    path = package.folder / DATA / name / f"{name}-zones{GEOPACKAGE}"
    write_package(
        path,
        {"zones": table},
        {},
        {},
        status=status_word(hazard.source.exercise),
        day=package.day.isoformat(),
    )
    periods = _periods(table)
    return _resource(
        path,
        _map_title(hazard, periods, package.language),
        say("exchange.zones", package.language, measure=hazard.intensity.measure, unit=hazard.unit),
        bounds=extent(table.total_bounds, city.crs),
        crs=code_of(city.crs),
        periods=periods,
    )


def _values(package: Package, name: str, hazard: Hazard, maps: list[HazardMap]) -> Resource:
    """Return the intensities by asset, of the assets in the package."""
    known = package.assessment.assets["asset_id"].astype(str)
    table = pd.concat([read_values(hazard, a_map)[0] for a_map in maps], ignore_index=True)
    table = table[table["asset_id"].isin(known)].drop(columns="row").reset_index(drop=True)
    status = status_word(hazard.source.exercise)
    (path,) = write_tables(package.folder / DATA / name, {f"{name}-assets": table}, status=status)
    periods = _periods(table)
    about = {"measure": hazard.intensity.measure, "unit": hazard.unit}
    title = _map_title(hazard, periods, package.language)
    description = say("exchange.values", package.language, **about)
    return _resource(path, title, description, periods=periods)


def _periods(table: pd.DataFrame) -> tuple[float | None, ...]:
    """Return the return periods of a hazard's table in rising order, None for a scenario."""
    years = sorted(set(table["return_period"].dropna()))
    return (*years, *([None] if table["return_period"].isna().any() or not years else []))


def _period_name(period: float | None) -> str:
    return "scenario" if period is None else f"{period:g}-years".replace(".", "-").replace("+", "")


def _map_title(hazard: Hazard, periods: tuple[float | None, ...], language: str) -> str:
    years = [f"{period:g}" for period in periods if period is not None]
    called = labelled("hazard", hazard.name, language)
    if not years:
        return say("exchange.scenario", language, name=called)
    return say("exchange.period", language, name=called, count=len(years), years=", ".join(years))


# Assets


def _assets(package: Package, hidden: Mapping[str, frozenset[str]]) -> Iterator[Dataset]:
    city, language, assets = package.assessment.city, package.language, package.assessment.assets
    for place, layer in enumerate(city.assets, start=1):
        table = assets[(assets["layer"].astype(str) == layer.name).to_numpy()]
        if table.empty:
            continue
        kept = table.drop(
            columns=[column for column in table.columns if column in hidden.get(layer.name, ())]
        )
        name = safe_name(place, EXPOSURE, layer.name)
        path = package.folder / DATA / f"{name}{GEOPACKAGE}"
        write_package(path, {"assets": kept}, {}, {}, status=REAL, day=package.day.isoformat())
        called = labelled("layer", layer.name, language)
        about = say(
            "exchange.assets.about",
            language,
            name=called,
            count=len(table),
            currency=city.currency,
        )
        exercise = has_exercise(table)
        title = say("exchange.assets", language, name=called, city=city.name)
        resource = _resource(
            path, title, about, bounds=extent(table.total_bounds, city.crs), crs=code_of(city.crs)
        )
        yield Dataset(
            id=name,
            part=EXPOSURE,
            name=layer.name,
            title=titled(title, exercise, language),
            description=_described(about, exercise, language),
            bases=(basis_of(layer.source, EXPOSURE), *_prices(city, table)),
            exercise=exercise,
            resources=(resource,),
        )


def _prices(city: City, table: pd.DataFrame) -> Iterator[Basis]:
    """Yield where the prices come from by which assets of a table are valued."""
    types = set(table["asset_type"].astype(str))
    priced = [rule.source for name, rule in city.values.items() if name in types]
    yield from (Basis(title, EXPOSURE, None) for title in dict.fromkeys(priced))
    by_rule = [source for name, source in rule_sources(city).items() if name in types]
    yield from (basis_of(source, EXPOSURE) for source in dict.fromkeys(by_rule))


# Damage curves


def _served(assessment: Assessment) -> list[ServedCurve]:
    """Return the damage curves that serve an asset type of the assessment, in the city's order."""
    city = assessment.city
    types = assessment.assets["asset_type"].astype(str).unique() if len(assessment.assets) else ()
    pairs = curves_for(city, sorted(types))[0]
    served_curves = []
    for rule in city.curves:
        curve = read_curve(rule, city.folder, city.hazard(rule.hazard))
        served = tuple(
            name
            for (hazard, name), serving in pairs.items()
            if hazard == rule.hazard and curve in constituents(serving)
        )
        if served and not any(
            (known.curve, known.hazard.name) == (curve, rule.hazard) for known in served_curves
        ):
            name = curve.id if curve.steps else rule.curve or Path(curve.id).name
            name += f" ({rule.part})" if rule.part else ""
            invented = rule.source is not None and rule.source.exercise
            served_curves.append(
                ServedCurve(
                    name=name,
                    curve=curve,
                    hazard=city.hazard(rule.hazard),
                    asset_types=served,
                    shipped=rule.curve is not None,
                    basis=curve_basis(curve, rule.source),
                    exercise=invented,
                )
            )
    return served_curves


def _curves(package: Package, served: list[ServedCurve]) -> Iterator[Dataset]:
    language = package.language
    by_source = sorted(served, key=lambda curve: (curve.basis.title, curve.basis.licence))
    grouped = groupby(by_source, key=lambda curve: (curve.basis.title, curve.basis.licence))
    for place, (_, group) in enumerate(grouped, start=1):
        curves = tuple(group)
        basis, exercise = curves[0].basis, any(curve.exercise for curve in curves)
        name = safe_name(place, VULNERABILITY, basis.title)
        path = _table(package, name, pd.concat(map(_points, curves), ignore_index=True), REAL)
        title = say("exchange.curves", language, name=labelled("source", basis.title, language))
        about = say("exchange.curves.about", language, count=len(curves))
        yield Dataset(
            id=name,
            part=VULNERABILITY,
            name=basis.title,
            title=titled(title, exercise, language),
            description=_described(about, exercise, language),
            bases=(basis,),
            exercise=exercise,
            resources=(_resource(path, title, about),),
            curves=curves,
        )


def _points(served: ServedCurve) -> pd.DataFrame:
    curve = served.curve
    return pd.DataFrame(
        {
            "curve": served.name,
            "hazard": served.hazard.name,
            "asset_types": "; ".join(served.asset_types),
            "intensity": curve.intensities,
            "unit": curve.unit,
            "damage": curve.damage,
            "between": "step" if curve.steps else "line",
            "class": curve.words or None,
            "unit_of_damage": curve.unit_of_damage,
            "std": curve.std or np.nan,
            "licence": curve.licence or NOT_STATED,
            "source": curve.citation,
            "data_status": status_word(served.exercise),
        }
    )


# Results


def _results(package: Package, curves: list[ServedCurve]) -> Iterator[Dataset]:
    """Yield the data set of what was computed; none where no asset was held against a hazard."""
    assessment, language = package.assessment, package.language
    if assessment.exposure.empty:
        return
    city = assessment.city
    figures = ("assets", "exposure", "damage", "ead", AREAS)
    exercise = any(has_exercise(getattr(assessment, name)) for name in figures)
    status = status_word(exercise)
    tables = visible_tables(
        {name: getattr(assessment, name) for name in (*_TABLES, AREAS)}, assessment
    )
    areas = tables.pop(AREAS)
    resources = [
        _result(package, name, table, status) for name, table in tables.items() if len(table)
    ]
    path = package.folder / DATA / f"loss-{AREAS}{GEOPACKAGE}"
    write_package(path, {AREAS: areas}, {}, {}, status=status, day=package.day.isoformat())
    resources.append(
        _resource(
            path,
            say("sheet.district_damage", language),
            say("sheet.district_damage.row", language),
            bounds=extent(areas.total_bounds, city.crs),
            crs=code_of(city.crs),
        )
    )
    left_out = assessment.provenance.get("left_out") or {}
    notes = [say("exchange.left_out", language, names=", ".join(left_out))] if left_out else []
    title = say("exchange.results", language, city=city.name)
    about = say("exchange.results.about", language, currency=city.currency)
    yield Dataset(
        id=LOSS,
        part=LOSS,
        name=city.name,
        title=titled(title, exercise, language),
        description=_described(about, exercise, language),
        bases=tuple(_all_bases(package, curves)),
        exercise=exercise,
        resources=tuple(resources),
        notes=tuple(notes),
    )


def _result(package: Package, name: str, table: pd.DataFrame, status: str) -> Resource:
    path = _table(package, f"{LOSS}-{name}", table, status)
    return _resource(
        path, say(f"sheet.{name}", package.language), say(f"sheet.{name}.row", package.language)
    )


def _all_bases(package: Package, curves: list[ServedCurve]) -> list[Basis]:
    city = package.assessment.city
    bases = [basis_of(hazard.source, HAZARD) for hazard in city.hazards]
    for layer in city.assets:
        table = package.assessment.assets
        table = table[(table["layer"].astype(str) == layer.name).to_numpy()]
        bases += [basis_of(layer.source, EXPOSURE), *_prices(city, table)] if len(table) else []
    bases += [curve.basis for curve in curves]
    if city.districts:
        people = city.districts.population
        bases += [basis_of(city.districts.source, EXPOSURE)] + (
            [basis_of(people.source, EXPOSURE)] if people else []
        )
    return list(dict.fromkeys(bases))


# Files


def _table(package: Package, name: str, table: pd.DataFrame, status: str) -> Path:
    return write_tables(package.folder / DATA, {name: table}, status=status)[0]


def _resource(path: Path, title: str, description: str, **facts: object) -> Resource:
    size, sha256 = size_and_sha256(path)
    return Resource(
        id=path.stem,
        path=path,
        title=title,
        description=description,
        size=size,
        sha256=sha256,
        **facts,
    )


def _described(about: str, exercise: bool, language: str) -> str:
    return f"{about} {say('exchange.exercise', language)}" if exercise else about


HAZARD, EXPOSURE, VULNERABILITY, LOSS = PARTS = ("hazard", "exposure", "vulnerability", "loss")
GEOTIFF, GEOPACKAGE, CSV = ".tif", ".gpkg", ".csv"
