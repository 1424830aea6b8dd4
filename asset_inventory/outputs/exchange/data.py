"""The data of an assessment as open files, written once for every kind of package.

Hazard grids are GeoTIFFs of their own cells, zones, assets and districts GeoPackages, all else CSV.
Intensities are in the program's unit (metre for lengths), shapes in the city's system. For the
public the files are made of what is public only.
"""

import datetime
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.assessment.ead_sentences import below_ground
from asset_inventory.assessment.run import Assessment
from asset_inventory.disclosure.assessment import visible_tables, withheld_columns
from asset_inventory.hazards.raster_intersections import cell_side
from asset_inventory.hazards.zone_intersections import read_zones
from asset_inventory.io.crs import code_of, extent
from asset_inventory.io.raster_output import write_grid
from asset_inventory.io.rasters import open_grid
from asset_inventory.io.stored_runs import size_and_sha256
from asset_inventory.io.table_files import write_package, write_tables
from asset_inventory.messages import say
from asset_inventory.model.city import City, Hazard, HazardMap
from asset_inventory.model.errors import RequestError
from asset_inventory.model.tables import EXERCISE, REAL
from asset_inventory.outputs.exchange import datapackage as dp
from asset_inventory.outputs.views.city import rule_sources
from asset_inventory.vulnerability.curves import constituents, curves_for, read_curve

DATA, STAC, RDLS = PLACES = ("data", "stac", "rdls.json")
_TABLES = ("exposure", "damage", "ead", "chronic_hazards", "exposure_counts", "scores")
AREAS = "focus_areas"


def write_data(assessment: Assessment, folder: Path, *, language: str) -> dp.Package:
    """Write an assessment's data into a folder, and return the data sets with the facts of their
    files.

    Equal assessments of one day give equal bytes. Raises SourceError where nothing may be given to
    the audience, where it is not known on which day the assessment was made, and where something
    cannot be read or written.
    """
    held = assessment
    if not held.provenance.get("day"):
        raise RequestError("error.package_without_day")
    day = datetime.date.fromisoformat(held.provenance["day"])
    if not held.city.hazards and held.assets.empty:
        raise RequestError("error.package_empty", city=held.city.name)
    package = dp.Package(held, folder, language, day, ())
    hidden = withheld_columns(held)
    curves = _served(held)
    datasets = [*_hazards(package), *_assets(package, hidden), *_curves(package, curves)]
    datasets += _results(package, curves)
    return dp.Package(held, folder, language, day, tuple(datasets))


# Hazards


def _hazards(package: dp.Package) -> Iterator[dp.Dataset]:
    city, language = package.assessment.city, package.language
    for place, hazard in enumerate(city.hazards, start=1):
        name = dp.safe_name(place, dp.HAZARD, hazard.name)
        resources = [_grid(package, name, hazard, a_map) for a_map in hazard.maps if a_map.is_grid]
        zones = [a_map for a_map in hazard.maps if not a_map.is_grid]
        resources += [_zones(package, name, hazard, zones)] if zones else []
        resources.sort(key=lambda one: (len(one.periods), one.periods[0] or 0.0))
        unsaid = say(
            "exchange.unknown" if hazard.outside == "unknown" else "exchange.not_exposed", language
        )
        notes = [say("exchange.outside", language, said=unsaid)]
        if hazard.nodata_means:
            known = hazard.nodata_means == "not exposed"
            means = say("exchange.not_exposed" if known else "exchange.unknown", language)
            notes.append(say("exchange.nodata", language, said=means))
        notes.append(
            say("exchange.threshold", language, threshold=hazard.threshold, unit=hazard.unit)
        )
        notes += [say(told["word"], language, **told["values"]) for told in below_ground([hazard])]
        exercise = hazard.source.exercise
        yield dp.Dataset(
            name,
            dp.HAZARD,
            hazard.name,
            dp.titled(
                say("exchange.hazard", language, name=hazard.name, city=city.name),
                exercise,
                language,
            ),
            _described(
                say(
                    "exchange.hazard.about",
                    language,
                    measure=hazard.intensity.measure,
                    unit=hazard.unit,
                ),
                exercise,
                language,
            ),
            (dp.basis_of(hazard.source, dp.HAZARD),),
            exercise,
            tuple(resources),
            tuple(notes),
            hazard,
        )


def _grid(package: dp.Package, name: str, hazard: Hazard, one: HazardMap) -> dp.Resource:
    grid = open_grid(
        one.path,
        band=one.band,
        crs=one.crs,
        terrain=one.terrain,
        below_ground=hazard.counts_below_ground,
    )
    identity = f"{name}-{_period_name(one.return_period)}"
    path = write_grid(
        grid,
        package.folder / DATA / name / f"{identity}{dp.GEOTIFF}",
        factor=hazard.factor,
        unit=hazard.unit,
        status=_status(hazard.source.exercise),
    )
    side = cell_side(grid, package.assessment.city.crs)
    return _resource(
        path,
        _map_title(hazard, (one.return_period,), package.language),
        say("exchange.grid", package.language, measure=hazard.intensity.measure, unit=hazard.unit),
        bounds=extent(grid.bounds, grid.crs),
        crs=code_of(grid.crs),
        periods=(one.return_period,),
        cells=dp.Cells((grid.height, grid.width), tuple(grid.transform)[:6], side),
    )


def _zones(package: dp.Package, name: str, hazard: Hazard, maps: list[HazardMap]) -> dp.Resource:
    city = package.assessment.city
    parts = [read_zones(hazard, a_map, city.crs)[0].assign(word=None) for a_map in maps]
    for table, one in zip(parts, maps, strict=True):
        words = dict(enumerate(one.order or (), start=1))
        table["word"] = table["intensity"].map(words).astype(object)
    table = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=parts[0].crs)
    table["data_status"] = _status(hazard.source.exercise)
    path = package.folder / DATA / name / f"{name}-zones{dp.GEOPACKAGE}"
    write_package(
        path,
        {"zones": table},
        {},
        {},
        status=_status(hazard.source.exercise),
        day=package.day.isoformat(),
    )
    years = sorted(set(table["return_period"].dropna()))
    periods = (*years, *([None] if table["return_period"].isna().any() or not years else []))
    return _resource(
        path,
        _map_title(hazard, periods, package.language),
        say("exchange.zones", package.language, measure=hazard.intensity.measure, unit=hazard.unit),
        bounds=extent(table.total_bounds, city.crs),
        crs=code_of(city.crs),
        periods=periods,
    )


def _period_name(period: float | None) -> str:
    return "scenario" if period is None else f"{period:g}-years".replace(".", "-").replace("+", "")


def _map_title(hazard: Hazard, periods: tuple[float | None, ...], language: str) -> str:
    years = [f"{period:g}" for period in periods if period is not None]
    if not years:
        return say("exchange.scenario", language, name=hazard.name)
    return say(
        "exchange.period", language, name=hazard.name, count=len(years), years=", ".join(years)
    )


# Assets


def _assets(package: dp.Package, hidden: Mapping[str, frozenset[str]]) -> Iterator[dp.Dataset]:
    city, language, whole = package.assessment.city, package.language, package.assessment.assets
    for place, layer in enumerate(city.assets, start=1):
        table = whole[(whole["layer"].astype(str) == layer.name).to_numpy()]
        if table.empty:
            continue
        kept = table.drop(
            columns=[column for column in table.columns if column in hidden.get(layer.name, ())]
        )
        name = dp.safe_name(place, dp.EXPOSURE, layer.name)
        path = package.folder / DATA / f"{name}{dp.GEOPACKAGE}"
        write_package(path, {"assets": kept}, {}, {}, status=REAL, day=package.day.isoformat())
        about = say(
            "exchange.assets.about",
            language,
            name=layer.name,
            count=len(table),
            currency=city.currency,
        )
        exercise = bool((table["data_status"].astype(str) == EXERCISE).any())
        title = say("exchange.assets", language, name=layer.name, city=city.name)
        resource = _resource(
            path, title, about, bounds=extent(table.total_bounds, city.crs), crs=code_of(city.crs)
        )
        yield dp.Dataset(
            name,
            dp.EXPOSURE,
            layer.name,
            dp.titled(title, exercise, language),
            _described(about, exercise, language),
            (dp.basis_of(layer.source, dp.EXPOSURE), *_prices(city, table)),
            exercise,
            (resource,),
        )


def _prices(city: City, table: pd.DataFrame) -> Iterator[dp.Basis]:
    """Yield where the prices come from by which assets of a table are valued."""
    types = set(table["asset_type"].astype(str))
    priced = [rule.source for name, rule in city.values.items() if name in types]
    yield from (dp.Basis(title, dp.EXPOSURE, None) for title in dict.fromkeys(priced))
    by_rule = [source for name, source in rule_sources(city).items() if name in types]
    yield from (dp.basis_of(source, dp.EXPOSURE) for source in dict.fromkeys(by_rule))


# Damage curves


def _served(assessment: Assessment) -> list[dp.ServedCurve]:
    """Return the damage curves that serve an asset type of the assessment, in the city's order."""
    city = assessment.city
    types = assessment.assets["asset_type"].astype(str).unique() if len(assessment.assets) else ()
    pairs = curves_for(city, sorted(types))[0]
    found = []
    for rule in city.curves:
        curve = read_curve(rule, city.folder, city.hazard(rule.hazard))
        served = tuple(
            name
            for (hazard, name), one in pairs.items()
            if hazard == rule.hazard and curve in constituents(one)
        )
        if served and not any(
            (one.curve, one.hazard.name) == (curve, rule.hazard) for one in found
        ):
            name = curve.id if curve.steps else rule.curve or Path(curve.id).name
            name += f" ({rule.part})" if rule.part else ""
            invented = rule.source is not None and rule.source.exercise
            found.append(
                dp.ServedCurve(
                    name,
                    curve,
                    city.hazard(rule.hazard),
                    served,
                    rule.curve is not None,
                    dp.curve_basis(curve, rule.source),
                    invented,
                )
            )
    return found


def _curves(package: dp.Package, served: list[dp.ServedCurve]) -> Iterator[dp.Dataset]:
    language = package.language
    by_source = sorted(served, key=lambda one: (one.basis.title, one.basis.licence))
    grouped = groupby(by_source, key=lambda one: (one.basis.title, one.basis.licence))
    for place, (_, group) in enumerate(grouped, start=1):
        curves = tuple(group)
        basis, exercise = curves[0].basis, any(curve.exercise for curve in curves)
        name = dp.safe_name(place, dp.VULNERABILITY, basis.title)
        path = _table(package, name, pd.concat(map(_points, curves), ignore_index=True), REAL)
        title = say("exchange.curves", language, name=basis.title)
        about = say("exchange.curves.about", language, count=len(curves))
        yield dp.Dataset(
            name,
            dp.VULNERABILITY,
            basis.title,
            dp.titled(title, exercise, language),
            _described(about, exercise, language),
            (basis,),
            exercise,
            (_resource(path, title, about),),
            curves=curves,
        )


def _points(one: dp.ServedCurve) -> pd.DataFrame:
    curve = one.curve
    return pd.DataFrame(
        {
            "curve": one.name,
            "hazard": one.hazard.name,
            "asset_types": "; ".join(one.asset_types),
            "intensity": curve.intensities,
            "unit": curve.unit,
            "damage": curve.damage,
            "between": "step" if curve.steps else "line",
            "class": curve.words or None,
            "unit_of_damage": curve.unit_of_damage,
            "std": curve.std or np.nan,
            "licence": curve.licence,
            "source": curve.citation,
            "data_status": _status(one.exercise),
        }
    )


# Results


def _results(package: dp.Package, curves: list[dp.ServedCurve]) -> Iterator[dp.Dataset]:
    """Yield the data set of what was computed; none where no asset was held against a hazard."""
    held, language = package.assessment, package.language
    if held.exposure.empty:
        return
    city = held.city
    exercise = _rests_on_exercise(held)
    status = _status(exercise)
    tables = visible_tables({name: getattr(held, name) for name in (*_TABLES, AREAS)}, held)
    areas = tables.pop(AREAS)
    resources = [
        _result(package, name, table, status) for name, table in tables.items() if len(table)
    ]
    path = package.folder / DATA / f"loss-{AREAS}{dp.GEOPACKAGE}"
    write_package(path, {AREAS: areas}, {}, {}, status=status, day=package.day.isoformat())
    resources.append(
        _resource(
            path,
            say("sheet.focus_areas", language),
            say("sheet.focus_areas.row", language),
            bounds=extent(areas.total_bounds, city.crs),
            crs=code_of(city.crs),
        )
    )
    left_out = held.provenance.get("left_out") or {}
    notes = [say("exchange.left_out", language, names=", ".join(left_out))] if left_out else []
    title = say("exchange.results", language, city=city.name)
    about = say("exchange.results.about", language, currency=city.currency)
    yield dp.Dataset(
        dp.LOSS,
        dp.LOSS,
        city.name,
        dp.titled(title, exercise, language),
        _described(about, exercise, language),
        tuple(_all_bases(package, curves)),
        exercise,
        tuple(resources),
        tuple(notes),
    )


def _rests_on_exercise(held: Assessment) -> bool:
    """Tell whether anything that is left for these readers is exercise data."""
    tables = (held.assets, held.exposure, held.damage, held.ead, held.focus_areas)
    return any((table["data_status"].astype(str) == EXERCISE).any() for table in tables)


def _result(package: dp.Package, name: str, table: pd.DataFrame, status: str) -> dp.Resource:
    path = _table(package, f"{dp.LOSS}-{name}", table, status)
    return _resource(
        path, say(f"sheet.{name}", package.language), say(f"sheet.{name}.row", package.language)
    )


def _all_bases(package: dp.Package, curves: list[dp.ServedCurve]) -> list[dp.Basis]:
    city = package.assessment.city
    found = [dp.basis_of(hazard.source, dp.HAZARD) for hazard in city.hazards]
    for layer in city.assets:
        table = package.assessment.assets
        table = table[(table["layer"].astype(str) == layer.name).to_numpy()]
        found += (
            [dp.basis_of(layer.source, dp.EXPOSURE), *_prices(city, table)] if len(table) else []
        )
    found += [curve.basis for curve in curves]
    if city.districts:
        people = city.districts.population
        found += [dp.basis_of(city.districts.source, dp.EXPOSURE)] + (
            [dp.basis_of(people.source, dp.EXPOSURE)] if people else []
        )
    return list(dict.fromkeys(found))


# Files


def _table(package: dp.Package, name: str, table: pd.DataFrame, status: str) -> Path:
    return write_tables(package.folder / DATA, {name: table}, status=status)[0]


def _resource(path: Path, title: str, description: str, **facts: object) -> dp.Resource:
    size, sha256 = size_and_sha256(path)
    return dp.Resource(path.stem, path, title, description, size, sha256, **facts)


def _status(exercise: bool) -> str:
    return EXERCISE if exercise else REAL


def _described(about: str, exercise: bool, language: str) -> str:
    return f"{about} {say('exchange.exercise', language)}" if exercise else about
