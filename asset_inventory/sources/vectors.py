"""Layers that a city names: features and findings out of files that nobody trusts, nothing lost on the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.errors import SourceError
from asset_inventory.sources.city import AssetLayer
from asset_inventory.sources.delimited import TEXT_TABLES, read_text_table
from asset_inventory.sources.intake import Taken, take
from asset_inventory.sources.intake.records import Asked
from asset_inventory.sources.projections import WGS84, carry_bounds
from asset_inventory.sources.schemas import SHAPEFILE, Schema
from asset_inventory.tables import findings
from asset_inventory.words import name_of

# The one field that GDAL makes in a .dbf, which must have one.
_ROW_NUMBER = "FID", "N", 11, 0
# What begins the codes of FINDINGS on shapes and where they lie.
_OF_SHAPES = ("geometry_", "coordinates_", "crs_", "shape_", "collection_", "latitude_")


@dataclass(frozen=True)
class Layer:
    """One layer to read: where it is, what findings call it, and what of it is wanted.

    `crs` states or overrides the file's own system; `columns`, one of which may be named twice, are fields of the file:
    None are all of them, with their schema and the shapes as delivered, neither flat nor repaired; `where` keeps the
    rows whose field is one of the words given (`*` = any), their case aside where `ignore_case`; `coordinates` names
    the columns of a table that hold x and y, or WKT.
    """

    path: Path
    source: str
    layer: str | None = None
    crs: str | None = None
    columns: tuple[str, ...] | None = ()
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ignore_case: bool = False
    coordinates: tuple[str, ...] = ()


@dataclass(frozen=True)
class Features:
    """What one layer gave: a row for each selected feature in its own system, and what was found on the way.

    The index is the feature's name in the file (the number that QGIS shows, else its row from 0), by which findings
    name it. A feature in quarantine has no geometry. `refused`: nothing of the layer can be used, every feature is in
    quarantine. `extent` (west, south, east, north) is that of the whole file in its own coordinates, whatever they
    mean; NaN where there is none. `lost` are such bounds of each feature in quarantine, in order. `schema` is how the
    layer was delivered, where all fields were asked for and it is not refused. `repaired` counts repaired features.
    `member` is the name in its zip of what was read, empty where that was no zip.
    """

    table: gpd.GeoDataFrame
    findings: pd.DataFrame
    read: int
    refused: bool
    extent: np.ndarray
    lost: np.ndarray
    schema: Schema | None = None
    repaired: int = 0
    member: str = ""

    @property
    def counts(self) -> dict[str, int]:
        """Return how many of the selected features were read, kept, of these repaired, and put in quarantine."""
        lost = int(self.table.geometry.isna().sum())
        return {"read": len(self.table), "kept": len(self.table) - lost, "repaired": self.repaired, "quarantined": lost}

    @property
    def not_selected(self) -> int:
        """Return how many features `where` left out."""
        return self.read - len(self.table)


def read_features(layer: Layer) -> Features:
    """Return the features of one layer, with the columns asked for; see `read_layers`."""
    return read_layers([layer])[0]


def read_whole(path: Path, declared: AssetLayer, *, last: Mapping[str, object] | None = None) -> Features:
    """Return all that a file holds for one of the city's layers, as it was delivered, with its schema.

    The one layer in it is taken, whatever it is called; of several the one that the city reads, or that came last.
    The system that the city states is that of its own file, of a table, and of what has none that can be used; any
    other file lies where it says. `last` is the schema that the layer's last delivery came in: what calls its system
    as that did lies where that did, and of a layer without fields none is made. Raises SourceError as `read_layers`
    does.
    """
    features = _where_it_lies(path, declared, last or {})
    return _without_row_numbers(features) if last and not last.get("fields") else features


def _where_it_lies(path: Path, declared: AssetLayer, last: Mapping[str, object]) -> Features:
    layer = Layer(path, name_of(path), None, None, None, coordinates=declared.coordinates)
    among = declared.layer or str(last.get("layer", ""))
    stated = replace(layer, crs=declared.crs)
    if path.suffix.lower() in TEXT_TABLES or _same_file(path, declared.path):
        return _one_of(stated, among)
    features = _one_of(layer, among)
    if features.refused and declared.crs and features.findings["code"].str.startswith("crs_").any():
        return _one_of(stated, among)
    if features.schema is not None and last.get("stated") and features.schema.crs == last.get("crs"):
        return _one_of(replace(layer, crs=str(last["stated"])), among)
    return features


def _without_row_numbers(features: Features) -> Features:
    """Return the features without what programs write into the .dbf of a layer that has no fields: its row numbers."""
    schema = features.schema
    if schema is None or schema.driver != SHAPEFILE or len(schema.fields) != 1:
        return features
    (only,) = schema.fields
    if (only.name, only.kind, only.width, only.precision) != _ROW_NUMBER:
        return features
    numbers = features.table[only.name]
    if numbers.isna().any() or numbers.duplicated().any() or (numbers < 0).any():
        return features
    bare = replace(schema, fields=(), encoding="", cpg=None, language=0)
    return replace(features, table=features.table.drop(columns=only.name), schema=bare)


def _same_file(path: Path, other: Path) -> bool:
    return path.exists() and other.exists() and path.samefile(other)


def _one_of(layer: Layer, among: str) -> Features:
    """Return the features of a file's only layer, of several those of the one named."""
    try:
        return read_features(layer)
    except SourceError as fault:
        if fault.key != "error.several_layers" or not among:
            raise
        return read_features(replace(layer, layer=among))


def read_layers(layers: Iterable[Layer]) -> list[Features]:
    """Return the features of many layers, each read by a process of its own and judged like anything handed in.

    What is repaired is a finding, what is not fit to be used is in quarantine with its reason. Raises SourceError
    when a file, layer or field is not there, it is not clear which layer is meant, or PROJ does not know `crs`.
    """
    layers = [one if one.columns is None else replace(one, columns=tuple(dict.fromkeys(one.columns))) for one in layers]
    asked = [Asked(True, one.layer, one.columns, one.where, one.ignore_case, one.coordinates) for one in layers]
    jobs = [(one.path, one.source, one.crs, of_file) for one, of_file in zip(layers, asked, strict=True)]
    return [_features(one, taken) for one, taken in zip(layers, take(jobs), strict=True)]


def read_fields(
    path: Path, columns: Iterable[str], *, source: str, layer: str | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return columns of a text table or of a layer's features, whose shapes do not matter, and FINDINGS.

    The cells of a text table are text, those of a layer have its types. Of a layer from which nothing can be read no
    row is left, with the reason. Raises SourceError where the file, layer or a column is not there.
    """
    columns = tuple(dict.fromkeys(columns))
    if path.suffix.lower() not in TEXT_TABLES:
        features = read_features(Layer(path, source, layer, columns=columns))
        found = features.findings
        if len(features.table):
            found = found[~found["code"].str.startswith(_OF_SHAPES)]
        return pd.DataFrame(features.table[list(columns)]), found
    table, rows = read_text_table(path, source=source)
    for name in columns:
        if name not in table.columns:
            listed = ", ".join(table.columns[:20])
            raise SourceError("error.no_such_field", path=str(path), source=source, field=name, fields=listed)
    return table[list(columns)], findings(rows)


def extent_in_degrees(layer: Layer) -> np.ndarray:
    """Return the bounds of a layer's file in longitude and latitude, NaN where it is empty or not fit to be used.

    Raises what `read_layers` raises.
    """
    features = read_features(layer)
    if features.refused or not np.isfinite(features.extent).all():
        return np.full(4, np.nan)
    return carry_bounds(features.extent, features.table.crs, WGS84)


def _features(layer: Layer, taken: Taken) -> Features:
    table = taken.table if layer.columns is None else taken.table.reindex(columns=list(layer.columns))
    made = gpd.GeoDataFrame(table, geometry=taken.geometry, crs=taken.crs)
    extent = np.array(taken.extent)
    return Features(
        made, findings(taken.problems), taken.read, taken.refused, extent, taken.lost, taken.schema, taken.repaired,
        taken.member,
    )
