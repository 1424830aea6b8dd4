"""The features and findings of a city's layers out of untrusted files, with nothing lost.

For a file that is handed in, a city has rules: which of its layers it is, and what that asks for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.intake import Job, of_the_file, read
from asset_inventory.intake.reading import HANDED
from asset_inventory.intake.records import Asked, taken_over
from asset_inventory.intake.rules import NumberRule, Rules, WordRule
from asset_inventory.io.geometries import WGS84, carry_bounds
from asset_inventory.io.rasters import open_grid
from asset_inventory.io.schemas import SHAPEFILE, Schema, schema_from
from asset_inventory.io.table_files import TEXT_TABLES, read_text_table
from asset_inventory.messages import name_of
from asset_inventory.model.city import AssetLayer, City, Condition, Districts, FieldType
from asset_inventory.model.errors import RequestError, SourceError
from asset_inventory.model.hazards import HazardMap
from asset_inventory.model.tables import findings, numbers_of
from asset_inventory.model.texts import near_names, nearest

# The one field that GDAL makes in a .dbf, which must have one.
_ROW_NUMBER = "FID", "N", 11, 0
# What begins the codes of FINDINGS on shapes and where they lie.
_OF_SHAPES = ("geometry_", "coordinates_", "crs_", "shape_", "collection_", "latitude_")


@dataclass(frozen=True)
class Layer:
    """One layer to read: where it is, what findings call it, and what is wanted of it.

    `crs` states or overrides the file's own system; `columns` are fields of the file, and one may
    be named twice: None are all of them, with their schema and the shapes as delivered, neither
    flat nor repaired; `where` keeps the rows where a field is one of the words given (`*` = any),
    whatever their case with `ignore_case`; `coordinates` names the columns of a table that hold x
    and y, or WKT; `box` is what is read of an extract of OpenStreetMap, and `places` whether a
    table needs coordinates, see `Asked`.
    """

    path: Path
    source: str
    layer: str | None = None
    crs: str | None = None
    columns: tuple[str, ...] | None = ()
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ignore_case: bool = False
    coordinates: tuple[str, ...] = ()
    box: tuple[float, ...] = ()
    places: bool = True


@dataclass(frozen=True)
class Features:
    """What one layer gave: a row per selected feature in its own system, and the findings.

    The index is the feature's name in the file (the number that QGIS shows, else its row from 0),
    by which findings name it. A feature in quarantine has no geometry. `refused`: nothing of the
    layer can be used, every feature is in quarantine. `extent` (west, south, east, north) is that
    of the whole file in its own coordinates, whatever they mean; NaN where there is none. `lost`
    are such bounds of each feature in quarantine, in order. `schema` is how the layer was
    delivered, where all fields were asked for and it is not refused. `repaired` counts repaired
    features. `member` is the name in its zip of what was read, empty where that was no zip.
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
        """Return how many selected features were read, kept, repaired and put in quarantine."""
        lost = int(self.table.geometry.isna().sum())
        counts = {"read": len(self.table), "kept": len(self.table) - lost}
        return counts | {"repaired": self.repaired, "quarantined": lost}

    @property
    def not_selected(self) -> int:
        """Return how many features `where` left out."""
        return self.read - len(self.table)


def read_features(layer: Layer) -> Features:
    """Return the features of one layer, with the columns asked for; see `read_layers`."""
    return read_layers([layer])[0]


def read_whole(
    path: Path, declared: AssetLayer, *, last: Mapping[str, object] | None = None
) -> Features:
    """Return all that a file holds for a layer of the city, as delivered, with its schema.

    The file's only layer is taken, whatever its name; of several the one that the city reads, or
    that came last. The system that the city states holds for its own file, for a table, and for a
    file without a usable system; any other file lies in its own. `last` is the schema of the
    layer's last delivery: a file with the same system lies where that one did, and a layer that had
    no fields gets none. Raises SourceError as `read_layers` does.
    """
    features = _where_it_lies(path, declared, last or {})
    return _without_row_numbers(features) if last and not last.get("fields") else features


def _where_it_lies(path: Path, declared: AssetLayer, last: Mapping[str, object]) -> Features:
    layer = Layer(
        path=path,
        source=name_of(path),
        layer=None,
        crs=None,
        columns=None,
        coordinates=declared.coordinates,
    )
    among = declared.layer or str(last.get("layer", ""))
    stated = replace(layer, crs=declared.crs)
    both = path.exists() and declared.path.exists()
    if path.suffix.lower() in TEXT_TABLES or (both and path.samefile(declared.path)):
        return _one_of(stated, among)
    features = _one_of(layer, among)
    if features.refused and declared.crs and features.findings["code"].str.startswith("crs_").any():
        return _one_of(stated, among)
    same = features.schema is not None and features.schema.crs == last.get("crs")
    if same and last.get("stated"):
        return _one_of(replace(layer, crs=str(last["stated"])), among)
    return features


def _without_row_numbers(features: Features) -> Features:
    """Return the features without the row numbers that programs add to an empty .dbf."""
    schema = features.schema
    if schema is None or schema.driver != SHAPEFILE or len(schema.fields) != 1:
        return features
    (field,) = schema.fields
    if (field.name, field.kind, field.width, field.precision) != _ROW_NUMBER:
        return features
    numbers = features.table[field.name]
    if numbers.isna().any() or numbers.duplicated().any() or (numbers < 0).any():
        return features
    bare = replace(schema, fields=(), encoding="", cpg=None, language=0)
    return replace(features, table=features.table.drop(columns=field.name), schema=bare)


def _one_of(layer: Layer, among: str) -> Features:
    """Return the features of a file's only layer, of several those of the one named."""
    try:
        return read_features(layer)
    except RequestError as fault:
        if fault.key != "error.several_layers" or not among:
            raise
        return read_features(replace(layer, layer=among))


LayerReader = Callable[[Iterable[Layer]], list[Features]]


def read_layers(layers: Iterable[Layer]) -> list[Features]:
    """Return the features of many layers, each read and judged like anything handed in.

    A repair is a finding; a feature that cannot be used is in quarantine with its reason. Raises
    SourceError when a file, layer or field is not there, it is not clear which layer is meant, or
    PROJ does not know `crs`.
    """
    layers = list(layers)
    with read([_job(layer) for layer in layers]) as done:
        return [_features(layer, *of_one) for layer, of_one in zip(layers, done, strict=True)]


@contextmanager
def reading_ahead(layers: Iterable[Layer]) -> Iterator[LayerReader]:
    """Start to read layers, and give a `read_layers` that takes them over as soon as they are read.

    Meanwhile the caller does something else. Other layers are read when they are asked for.
    """
    started = list(layers)
    with ExitStack() as folders, ThreadPoolExecutor(max_workers=1) as pool:
        # the thread only waits for the processes that read
        done = pool.submit(folders.enter_context, read([_job(layer) for layer in started]))

        def read_started(layers: Iterable[Layer]) -> list[Features]:
            return [
                _features(layer, *done.result()[started.index(layer)])
                if layer in started
                else read_features(layer)
                for layer in layers
            ]

        yield read_started


def _job(layer: Layer) -> Job:
    columns = None if layer.columns is None else tuple(dict.fromkeys(layer.columns))
    request = Asked(
        one=True,
        layer=layer.layer,
        columns=columns,
        where=dict(layer.where),
        ignore_case=layer.ignore_case,
        coordinates=layer.coordinates,
        box=layer.box,
        places=layer.places,
    )
    return Job(layer.path, layer.source, layer.crs, request)


def read_fields(
    path: Path, columns: Iterable[str], *, source: str, layer: str | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return columns of a text table or of a layer without its shapes, and FINDINGS.

    The cells of a text table are text, those of a layer have its types. A layer from which nothing
    can be read gives no row, with the reason. Raises SourceError where the file, layer or a column
    is not there.
    """
    columns = tuple(dict.fromkeys(columns))
    if path.suffix.lower() not in TEXT_TABLES:
        features = read_features(Layer(path, source, layer, columns=columns, places=False))
        layer_findings = features.findings
        if len(features.table):
            layer_findings = layer_findings[~layer_findings["code"].str.startswith(_OF_SHAPES)]
        return pd.DataFrame(features.table[list(columns)]), layer_findings
    table, rows = read_text_table(path, source=source, headings=columns)
    for name in columns:
        if name not in table.columns:
            near = near_names(name, table.columns)
            key = "error.no_such_field_near" if near else "error.no_such_field"
            raise RequestError(
                key,
                path=str(path),
                source=source,
                field=name,
                near=near[0] if near else "",
                others=len(near) - 1,
                fields=", ".join(table.columns[:20]),
            )
    return table[list(columns)], findings(rows)


def _features(layer: Layer, folder: Path, result: dict[str, Any]) -> Features:
    """Return the features that a reading process handed over in its folder."""
    result = of_the_file(result, layer.source)
    of_layers = (row for judged in result["layers"] for row in judged["problems"])
    rows = [*result["problems"], *of_layers]
    judged: dict[str, Any] = {"in_file": 0, "refused": True, "extent": [np.nan] * 4}
    table, geometry, lost = pd.DataFrame(), np.zeros(0, dtype=object), np.zeros((0, 4))
    # a reader may have failed while it handed over
    if result["layers"] and (folder / HANDED).exists():
        (judged,) = result["layers"]
        table, geometry, lost = taken_over(folder / HANDED)
    if layer.columns is not None:
        table = table.reindex(columns=list(dict.fromkeys(layer.columns)))
    schema = judged.get("schema")
    return Features(
        table=gpd.GeoDataFrame(table, geometry=geometry, crs=judged.get("wkt")),
        findings=findings(rows),
        read=judged["in_file"],
        refused=judged["refused"],
        extent=np.array(judged["extent"]),
        lost=lost,
        schema=schema and schema_from(schema),
        repaired=judged.get("repaired", 0),
        member=judged.get("member", ""),
    )


DISTRICTS = "districts"  # the name that chooses the districts, where no layer of assets has it


def rules_for(city: City, path: Path, *, layer: str | None = None) -> Rules:
    """Return what the city asks of a file for a `layer`, or for the layer of that name.

    The city's extent is read from its own files: districts, else its other layers of assets, else
    its hazard maps, else what the layer holds today. Raises SourceError where no layer has that
    name, or the file's identifies none.
    """
    name, declared = chosen_layer(city, path, layer)
    common: dict[str, Any] = {"city": city.name, "layer": name, "city_crs": city.crs}
    # a table has no system of its own, so for one the city states it and overrides nothing
    overrides = declared.path.suffix.lower() not in TEXT_TABLES
    common |= {"box": _city_box(city, declared, path), "crs_overrides": overrides}
    common |= {"sub_layer": declared.layer, "crs": declared.crs}
    if isinstance(declared, Districts):
        wanted = tuple(field for field in (declared.name, declared.parent) if field)
        required = tuple(dict.fromkeys((declared.id, *wanted)))
        # a district of several parts has as many rows
        return Rules(**common, asked=required, ids=(declared.id,), ids_repeat=True, wanted=wanted)
    where = tuple((field, tuple(words)) for field, words in (declared.where or {}).items())
    numbers, words = _number_rules(declared), _word_rules(declared, city)
    required = tuple(dict.fromkeys((*declared.asked(), *(field for field, _ in where))))
    fields, needed = declared.fields, _type_field(declared)
    of_conditions = [rule.field for rule in _conditions(declared)]
    field_names = (fields.name, fields.owner, *(rule.field for rule in numbers), *of_conditions)
    wanted = tuple(dict.fromkeys(field for field in field_names if field and field not in needed))
    return Rules(
        **common,
        coordinates=declared.coordinates,
        where=where,
        ignore_case=bool(declared.ignore_case),
        asked=required,
        ids=fields.asset_id or (),
        needed=needed,
        wanted=wanted,
        numbers=numbers,
        words=words,
    )


def chosen_layer(
    city: City, path: Path, name: str | None = None
) -> tuple[str, AssetLayer | Districts]:
    """Return the layer of the city that a file is handed in for, and its name; see `rules_for`."""
    layers: dict[str, AssetLayer | Districts] = {layer.name: layer for layer in city.assets}
    if city.districts is not None:
        layers.setdefault(DISTRICTS, city.districts)
    names = ", ".join(layers)
    if name is not None:
        spelled = [known for known in layers if known.casefold() == name.casefold()]
        meant = [name] if name in layers else spelled
        if len(meant) != 1:
            near = nearest(name, layers)
            key = "error.layer_near" if near else "error.layer_unknown"
            raise RequestError(key, given=name, near=near, names=names)
        return meant[0], layers[meant[0]]
    for fits in _ways_to_identify(path):
        fitting = [known for known, layer in layers.items() if fits(known, layer.path)]
        if len(fitting) == 1:
            return fitting[0], layers[fitting[0]]
        if fitting:
            raise RequestError("error.layer_not_told", path=path.name, names=", ".join(fitting))
    if len(city.assets) == 1:
        return city.assets[0].name, city.assets[0]
    raise RequestError("error.layer_not_told", path=path.name, names=names)


def _ways_to_identify(path: Path) -> Iterable[Callable[[str, Path], bool]]:
    """Return how the name of a file identifies a layer (its name, its file), surest first.

    In `Jalan_2026-11 final.zip` the layer `jalan` is identified by its word.
    """
    file, stem = path.name.casefold(), _stem(path.name)
    words = set(_words(path.name))
    return (
        lambda _, own: file == own.name.casefold(),
        lambda name, own: stem in (name.casefold(), _stem(own.name)),
        lambda name, own: any(x and set(x) <= words for x in (_words(name), _words(own.name))),
    )


def _stem(name: str) -> str:
    return name.casefold().partition(".")[0]


def _words(name: str) -> list[str]:
    """Return the words of a file's name, without numbers and endings."""
    return re.findall(r"[^\W\d_]+", _stem(name))


def _type_field(layer: AssetLayer) -> tuple[str, ...]:
    """Return the field that must hold each asset's type; none where a blank one has a default."""
    rule = layer.asset_type
    if isinstance(rule, FieldType):
        return () if rule.otherwise else (rule.field,)
    return (layer.fields.asset_type,) if rule is None and layer.fields.asset_type else ()


def _conditions(layer: AssetLayer) -> list[Condition]:
    both = (layer.fields.condition, layer.fields.criticality)
    return [rule for rule in both if isinstance(rule, Condition)]


def _number_rules(layer: AssetLayer) -> tuple[NumberRule, ...]:
    rules = []
    for column in numbers_of("ASSETS"):
        field = getattr(layer.fields, column.name)
        if isinstance(field, str):
            rules.append(NumberRule(field, column.least, column.most))
    return tuple(rules)


def _word_rules(layer: AssetLayer, city: City) -> tuple[WordRule, ...]:
    """Return the words that conditions and types may be, besides the types that the city names."""
    rule = layer.asset_type
    rules = [WordRule(condition.field, tuple(condition.map)) for condition in _conditions(layer)]
    if isinstance(rule, FieldType) and rule.map:
        of_curves = [name for curve in city.curves for name in curve.asset_types if name != "*"]
        known = [] if rule.otherwise else [*rule.map.values(), *city.values, *of_curves]
        words = tuple(dict.fromkeys((*rule.map, *known)))
        rules.append(WordRule(rule.field, words, rule.otherwise))
    return tuple(rules)


def _city_box(city: City, layer: AssetLayer | Districts, path: Path) -> tuple[float, ...]:
    """Return the city's bounds in degrees; empty where none of its files has any."""
    districts = [] if city.districts in (None, layer) else [city.districts]
    others = [other for other in city.assets if other is not layer]
    hazards = [a_map for hazard in city.hazards for a_map in hazard.maps if not a_map.is_table]
    today = [] if layer.path.resolve() == path.resolve() else [layer]
    for group in (districts, others, hazards, today):
        bounds = [extent for extent in map(_extent, group) if np.isfinite(extent).all()]
        if bounds:
            together = np.array(bounds)
            return (*together[:, :2].min(axis=0).tolist(), *together[:, 2:].max(axis=0).tolist())
    return ()


def _extent(declared: AssetLayer | Districts | HazardMap) -> np.ndarray:
    """Return a city file's bounds in degrees; NaN where unreadable, which `check` reports."""
    coordinates = declared.coordinates if isinstance(declared, AssetLayer) else ()
    try:
        if isinstance(declared, HazardMap) and declared.is_grid:
            grid = open_grid(declared.path, band=declared.band, crs=declared.crs)
            return carry_bounds(grid.bounds, grid.crs, WGS84)
        of_file = (declared.path, declared.path.name, declared.layer, declared.crs)
        features = read_features(Layer(*of_file, coordinates=coordinates))
        if not features.refused and np.isfinite(features.extent).all():
            return carry_bounds(features.extent, features.table.crs, WGS84)
    except SourceError:
        pass
    return np.full(4, np.nan)
