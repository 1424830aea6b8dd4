"""The command that draws a backdrop for a city's map out of an extract of OpenStreetMap."""

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import geopandas as gpd
import numpy as np

from asset_inventory.assessment.read import read_assets
from asset_inventory.cli import shared
from asset_inventory.cli.shared import finding_lines
from asset_inventory.intake.recognition import day_of_extract, recognise
from asset_inventory.inventory import backdrop
from asset_inventory.inventory.districts import read_districts
from asset_inventory.io.atomic import demand_replaceable, together
from asset_inventory.io.city_file import entry_text, read_text, with_entries
from asset_inventory.io.layer_files import write_layer
from asset_inventory.io.schemas import GEOJSON, INTEGER, TEXT, Field, Schema
from asset_inventory.messages import name_of, say
from asset_inventory.model.city import City
from asset_inventory.model.errors import CityError, RequestError
from asset_inventory.model.tables import rows_of

FOLDER = "context"
LICENCE, ADDRESS = "ODbL-1.0", "https://www.openstreetmap.org/copyright"
_EXTRACTS = ("osm extract", "osm xml")
_LABELS = {
    "coast": "context.kind.coast",
    "water": "context.kind.water",
    "river": "context.kind.river",
    "road": "context.kind.road",
    "built_up": "context.kind.built_up",
    "place": "context.kind.place",
}


def context(
    language: str,
    explicit_language: str | None,
    *,
    folder: Path,
    extract: Path,
    date: datetime.datetime | None,
) -> int:
    """Write the backdrop of a city and declare it in its city.toml; 1 where nothing was written."""
    toml = folder / "city.toml" if folder.is_dir() or folder.suffix != ".toml" else folder
    with shared.city_in_its_language(folder, language, explicit_language) as (city, spoken):
        demand_replaceable(toml)
        _demand_extract(extract)
        bounds = _bounds(city)
        found = backdrop.read_backdrop(extract, bounds, str(city.crs))
        if len(found.findings):
            for line in finding_lines(rows_of(found.findings), spoken):
                click.echo(line, err=True)
            return 1
        box = backdrop.box_to_ask_for(bounds, str(city.crs))
        if found.covered < backdrop.LEAST_COVERED:
            estimated = "error.context_elsewhere_estimated"
            raise RequestError(
                estimated if found.estimated else "error.context_elsewhere",
                path=str(extract),
                city=city.name,
                percent=100 * found.covered,
                box=box,
            )
        day = date.date() if date else day_of_extract(extract)
        entries = [_entry(kind, table, day) for kind, table in found.layers.items()]
        _write(toml, found.layers, entries, spoken)
        if found.covered < 1 - backdrop.MARGIN:
            click.echo(say("context.covered", spoken, percent=100 * found.covered, box=box))
        if found.estimated:
            click.echo(say("context.estimated", spoken, percent=100 * found.covered))
        if day is None:
            click.echo(say("context.no_date", spoken, path=str(extract)))
    return 0


def _demand_extract(path: Path) -> None:
    if path.is_dir():
        raise RequestError("error.context_folder", path=str(path))
    if not path.is_file():
        raise RequestError("error.no_file", path=str(path), source=name_of(path))
    kind = recognise(path)
    if kind not in _EXTRACTS:
        raise RequestError("error.context_not_osm", path=str(path), kind=kind)


def _bounds(city: City) -> np.ndarray:
    """Return the box of the city's districts, else of its assets, in metres of its system."""
    districts, _ = read_districts(city)
    table = districts
    if table is None:
        assets = read_assets(city).assets
        table = assets[assets["usable"].to_numpy(dtype=bool)]
    bounds = table.total_bounds
    if not np.isfinite(bounds).all():
        raise CityError("error.context_no_place", path=str(city.folder))
    return bounds


def _file_of(kind: str) -> str:
    return f"{FOLDER}/osm-{kind.replace('_', '-')}.geojson"


def _entry(kind: str, table: gpd.GeoDataFrame, day: datetime.date | None) -> dict[str, Any]:
    """Return the layer as city.toml declares it."""
    names: object = "name" if "name" in table else None
    if "name_id" in table:
        names = {"id": "name_id", "en": "name_en"}
    fields = {"name": names, "importance": "importance" if "importance" in table else None}
    source = {"title": "OpenStreetMap", "licence": LICENCE, "date": day, "url": ADDRESS}
    label = {language: say(_LABELS[kind], language) for language in ("id", "en")}
    entry: dict[str, Any] = {"path": _file_of(kind), "kind": kind, "label": label}
    entry["fields"] = {name: field for name, field in fields.items() if field is not None}
    entry["source"] = {name: value for name, value in source.items() if value is not None}
    return {name: value for name, value in entry.items() if value}


def _write(
    toml: Path, layers: Mapping[str, gpd.GeoDataFrame], entries: list[dict[str, Any]], language: str
) -> None:
    """Write the layers and declare them, all or nothing, and say what was done."""
    before = read_text(toml)
    after = with_entries(before, "context", entries, comment=say("context.comment", language))
    with together(toml.parent, last=toml.name) as draft:
        for kind, table in layers.items():
            write_layer(table, _schema(table), draft / _file_of(kind))
        if after not in (None, before):
            (draft / toml.name).write_bytes(after.encode())
    for kind, table in layers.items():
        path = str(toml.parent / _file_of(kind))
        click.echo(
            say(
                "context.layer",
                language,
                layer=say(_LABELS[kind], language),
                count=len(table),
                path=path,
            )
        )
    if after is None:
        click.echo(say("context.by_hand", language, path=str(toml)))
        for entry in entries:
            click.echo("\n" + entry_text("context", entry))
    else:
        key = "context.declared" if after != before else "context.declared_before"
        click.echo(say(key, language, path=str(toml)))


def _schema(table: gpd.GeoDataFrame) -> Schema:
    """Return the fields of a layer; one without a name has none."""
    fields = [Field("importance", INTEGER)] if "importance" in table else []
    fields += [Field(name, TEXT, optional=True) for name in backdrop.NAMES if name in table]
    return Schema(GEOJSON, tuple(fields))
