"""Vector layers: one file in, features and findings out, nothing lost on the way."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pyproj
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from asset_inventory.errors import SourceError
from asset_inventory.sources.delimited import read_delimited
from asset_inventory.sources.geometries import mended
from asset_inventory.sources.projections import WGS84, carry_bounds, looks_like, reference_system
from asset_inventory.sources.texts import OSM_TAGS, as_text, nearest, tag_in
from asset_inventory.tables import finding, findings, join_findings

TEXT_TABLES = (".csv", ".tsv", ".txt")
PARQUET = (".parquet", ".geoparquet")


@dataclass(frozen=True)
class Features:
    """What one file gave: a row per selected feature in its own system, and what was found on the way.

    The index of the table is the feature's row in the file, counted from 0, by which findings name it.
    """

    table: gpd.GeoDataFrame
    findings: pd.DataFrame
    read: int

    @property
    def not_selected(self) -> int:
        """Return how many features `where` left out."""
        return self.read - len(self.table)


def read_features(
    path: Path,
    *,
    source: str,
    layer: str | None = None,
    crs: str | None = None,
    columns: Iterable[str] = (),
    where: Mapping[str, tuple[str, ...]] | None = None,
    coordinates: tuple[str, ...] = (),
) -> Features:
    """Return the features of one layer, one row each, with the columns asked for.

    `source` names the layer in findings; `crs` states or overrides the file's own; `where` keeps the
    rows whose field is one of the words given (`*` = any); `coordinates` names the columns of a text
    table that hold x and y, or WKT. A geometry that cannot be read becomes None and a finding, an
    invalid one is repaired and a finding.

    Raises SourceError when the file, layer or a field is not there, and when the coordinate reference
    system is neither in the file nor stated.
    """
    wanted = list(dict.fromkeys([*columns, *(where or {})]))
    suffix = path.suffix.lower()
    if not path.exists():
        raise SourceError("error.no_file", path=str(path), source=source)
    if suffix in TEXT_TABLES:
        table, rows = read_delimited(path, source=source, coordinates=coordinates)
        fields = list(table.columns)
    elif suffix in PARQUET:
        table, rows = _read_parquet(path, source=source), []
        fields = list(table.columns)
    else:
        table, rows, fields = _read_ogr(path, source=source, layer=layer, columns=wanted)
    _demand(wanted, [name for name in fields if name != table.geometry.name], path, source)
    read = len(table)
    table = _select(table, where)
    table, stated = _state_crs(table, crs, source)
    geometry, repairs = mended(table.geometry.to_numpy(), table.index, source=source)
    kept = gpd.GeoDataFrame(pd.DataFrame(table)[wanted], geometry=geometry, crs=table.crs)
    return Features(kept, join_findings([findings([*rows, *stated]), repairs]), read)


def layer_names(path: Path, *, source: str) -> list[str]:
    """Return the layers of a file that hold geometry; raises SourceError for what is no vector file."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            return [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
    except DataSourceError:
        raise SourceError("error.not_a_layer", path=str(path), source=source) from None


def _read_ogr(
    path: Path,
    *,
    source: str,
    layer: str | None,
    columns: list[str],
) -> tuple[gpd.GeoDataFrame, list[dict], list[str]]:
    """Return the columns asked for, rows of FINDINGS, and the names of all fields there are."""
    name = _layer(path, layer, source)
    rows: list[dict] = []
    try:
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            fields = [str(field) for field in pyogrio.read_info(path, layer=name)["fields"]]
            in_tags = [column for column in columns if column not in fields] if OSM_TAGS in fields else []
            asked = [c for c in columns if c in fields] + ([OSM_TAGS] if in_tags else [])
            meta, _, blobs, values = pyogrio.raw.read(path, layer=name, columns=asked)
    except (DataSourceError, DataLayerError) as fault:
        raise SourceError("error.not_readable", path=str(path), source=source, fault=str(fault)[:120]) from None
    texts = dict.fromkeys(str(one.message).split(". ")[0][:160] for one in said if one.category is RuntimeWarning)
    rows += [finding("reader_said", source=source, severity="warning", text=text) for text in texts]
    blobs = np.full(len(values[0]) if values else 0, None) if blobs is None else blobs
    geometry = shapely.from_wkb(blobs, on_invalid="ignore")
    broken = shapely.is_missing(geometry) & np.array([blob is not None for blob in blobs], dtype=bool)
    if broken.any():
        rows.append(
            finding(
                "geometry_not_readable",
                source=source,
                severity="error",
                count=int(broken.sum()),
                feature=str(int(np.flatnonzero(broken)[0])),
            )
        )
    data = {str(field): column for field, column in zip(meta["fields"], values, strict=True)}
    table = gpd.GeoDataFrame(data, geometry=geometry, crs=meta["crs"] or None)
    for key in in_tags:
        table[key] = tag_in(table[OSM_TAGS], key)
    return table, rows, fields + in_tags


def _layer(path: Path, layer: str | None, source: str) -> str:
    names = layer_names(path, source=source)
    if not names:
        raise SourceError("error.no_geometry_layer", path=str(path), source=source)
    if layer is None and len(names) > 1:
        raise SourceError("error.several_layers", path=str(path), source=source, layers=", ".join(names))
    if layer is not None and layer not in names:
        raise SourceError("error.no_such_layer", path=str(path), source=source, layer=layer, layers=", ".join(names))
    return layer or names[0]


def _read_parquet(path: Path, *, source: str) -> gpd.GeoDataFrame:
    try:
        return gpd.read_parquet(path)
    except ImportError:
        raise SourceError("error.parquet_needs_pyarrow", path=str(path), source=source) from None
    except (ValueError, OSError, TypeError) as fault:  # what geopandas and pyarrow raise for a file of another kind
        raise SourceError("error.not_readable", path=str(path), source=source, fault=str(fault)[:120]) from None


def _demand(wanted: list[str], there: list[str], path: Path, source: str) -> None:
    """Raise SourceError when a field that is asked for is not there, and say which would be near."""
    missing = [name for name in wanted if name not in there]
    if not missing:
        return
    if path.suffix.lower() == ".shp" and not any(path.with_suffix(end).exists() for end in (".dbf", ".DBF")):
        raise SourceError("error.no_dbf", path=str(path), source=source, field=missing[0])
    near = nearest(missing[0], there)
    key = "error.no_such_field_near" if near else "error.no_such_field" if there else "error.no_fields"
    listed = ", ".join(sorted(there)[:20])
    raise SourceError(key, path=str(path), source=source, field=missing[0], near=near, fields=listed)


def _select(table: gpd.GeoDataFrame, where: Mapping[str, tuple[str, ...]] | None) -> gpd.GeoDataFrame:
    keep = np.ones(len(table), dtype=bool)
    for field, words in (where or {}).items():
        given = as_text(table[field])
        chosen = given.notna() if "*" in words else given.isin(words)
        keep &= chosen.to_numpy(dtype=bool)
    return table if keep.all() else table[keep]


def _state_crs(table: gpd.GeoDataFrame, crs: str | None, source: str) -> tuple[gpd.GeoDataFrame, list[dict]]:
    """Return the table with its system stated, and a finding when that overrides another."""
    if crs is None:
        if table.crs is None:
            raise SourceError(f"error.layer_without_crs.{looks_like(table.total_bounds)}", source=source)
        return table, []
    stated = reference_system(crs, source=source)
    found: pyproj.CRS | None = table.crs
    table = table.set_crs(stated, allow_override=True)
    if found is None or found == stated:
        return table, []
    return table, [
        finding(
            "crs_overridden",
            source=source,
            severity="warning",
            count=len(table),
            found=found.name,
            stated=stated.to_string(),
        )
    ]


def extent_of(path: Path, *, source: str, layer: str | None = None, coordinates: tuple[str, ...] = ()) -> np.ndarray:
    """Return the bounds (west, south, east, north) of a layer in its file's own coordinates, whatever they mean.

    Raises SourceError for what is no vector file.
    """
    if path.suffix.lower() in TEXT_TABLES:
        return read_delimited(path, source=source, coordinates=coordinates)[0].total_bounds
    if path.suffix.lower() in PARQUET:
        return _read_parquet(path, source=source).total_bounds
    return np.array(pyogrio.read_info(path, layer=_layer(path, layer, source), force_total_bounds=True)["total_bounds"])


def extent_in_degrees(
    path: Path, *, source: str, layer: str | None = None, crs: str | None = None, coordinates: tuple[str, ...] = ()
) -> np.ndarray:
    """Return the bounds of a layer in longitude and latitude, NaN where it is empty or without a system.

    `crs` states or overrides the file's own. Raises SourceError for what is not there or no vector file.
    """
    if not path.exists():
        raise SourceError("error.no_file", path=str(path), source=source)
    found = crs
    try:
        bounds = extent_of(path, source=source, layer=layer, coordinates=coordinates)
        if found is None and path.suffix.lower() in PARQUET:
            found = _read_parquet(path, source=source).crs
        elif found is None and path.suffix.lower() not in TEXT_TABLES:
            found = pyogrio.read_info(path, layer=_layer(path, layer, source))["crs"]
    except (DataSourceError, DataLayerError) as fault:
        raise SourceError("error.not_readable", path=str(path), source=source, fault=str(fault)[:120]) from None
    if not found or not np.isfinite(bounds).all():
        return np.full(4, np.nan)
    return carry_bounds(bounds, reference_system(found, source=source), WGS84)
