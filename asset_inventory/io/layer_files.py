"""Layers given back as they were delivered: shapefile, GeoPackage or GeoJSON in their schema.

GDAL writes the shapes alone; attributes are written here (`dbase.py`), for GDAL cuts what is too
wide. What was written is read again and compared before it comes to its place (`atomic.py`).
"""

from __future__ import annotations

import errno
import json
import sqlite3
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, GeometryError

from asset_inventory.io import dbase
from asset_inventory.io import layer_formats as packages
from asset_inventory.io.atomic import is_full, together
from asset_inventory.io.layer_formats import (
    MULTI,
    as_kind,
    collection,
    demand_same,
    demand_same_shapes,
    features_in,
    shape_faults,
)
from asset_inventory.io.schemas import (
    BASE,
    GEOJSON,
    GEOPACKAGE,
    SHAPEFILE,
    SHAPEFILE_PARTS,
    SHAPES,
    TEXT,
    Field,
    Schema,
)
from asset_inventory.model.errors import RequestError, SourceError, in_one_line, write_error
from asset_inventory.model.tables import ERROR, WARNING, Fault, as_findings, findings

ID_FIELD = "asset_id"
_OPEN = ("-wal", "-shm", "-journal")
_OF_GDAL = (DataSourceError, DataLayerError, FeatureError, GeometryError)
_FAILED = (*_OF_GDAL, RuntimeError, ValueError, sqlite3.Error)
# What a .shp of a kind takes, and the kinds of a GeoPackage, where each takes itself.
# fmt: off
_FITTING = {
    "Point": ("Point",), "MultiPoint": ("MultiPoint",), "LineString": ("LineString", "MultiLineString"),
    "Polygon": ("Polygon", "MultiPolygon"),
}
# fmt: on
_KINDS = ("Point", "LineString", "Polygon", *MULTI, "GeometryCollection")


@dataclass(frozen=True)
class Exported:
    """The files that were `written`, none where an error is among the FINDINGS."""

    written: tuple[Path, ...]
    findings: pd.DataFrame


def write_layer(
    table: gpd.GeoDataFrame,
    schema: Schema,
    to: Path,
    *,
    with_ids: bool = False,
    base: Mapping[str, object] | None = None,
) -> Exported:
    """Write a layer as `export_kinds.in_file` gave it, and `base` as `<name>.base.json` next to it.

    The table's index is the asset_id, which `with_ids` adds as a last field. A value that does not
    fit its field, or a shape that does not fit the layer, is an error by its asset and column, and
    nothing is written. A column that the schema lacks is left out with a warning.

    Raises SourceError when the place cannot be written, or what was written does not come back as
    it is.
    """
    table, schema = _with_ids(table, schema) if with_ids else (table, schema)
    formats = {SHAPEFILE: _shapefile, GEOPACKAGE: _package, GEOJSON: _document}
    write, faults = formats[schema.driver](table, schema)
    faults += _left_out(table, schema)
    rows = as_findings(faults, source=to.name, labels=table.index.to_numpy(dtype=object))
    if any(fault.severity == ERROR for fault in faults):
        return Exported((), findings(rows))
    written: list[Path] = []
    with _writing(to, written) as path:
        write(path)
        if base is not None:
            text = json.dumps(base, ensure_ascii=False) + "\n"
            path.with_suffix(BASE).write_text(text, encoding="utf-8")
    return Exported(tuple(written), findings(rows))


def there_already(to: Path) -> Path | None:
    """Return the first file that writing a layer here would take away, None where there is none."""
    companions = [to.with_suffix(BASE)]  # of an export of another kind under the same name
    if to.suffix.lower() == ".shp":
        companions += [to.with_suffix(end) for end in SHAPEFILE_PARTS]
    return next((path for path in (to, *companions) if path.is_file()), None)


def _with_ids(table: gpd.GeoDataFrame, schema: Schema) -> tuple[gpd.GeoDataFrame, Schema]:
    ids = table.index.astype("str")
    if schema.driver == SHAPEFILE:
        width = max([1, *(len(an_id.encode()) for an_id in ids)])
        schema = replace(schema, encoding=schema.encoding or "utf-8")
        field = Field(ID_FIELD, "C", min(width, dbase.WIDEST_TEXT), 0, " ")
    else:
        field = Field(ID_FIELD, "TEXT" if schema.driver == GEOPACKAGE else TEXT)
    existing = {name.lower() for name in schema.names}
    if ID_FIELD not in existing:
        table = table.assign(**{ID_FIELD: pd.Series(ids, index=table.index)})
    return table, replace(schema, fields=(*schema.fields, field))


def _left_out(table: gpd.GeoDataFrame, schema: Schema) -> list[Fault]:
    known = {*schema.names, table.geometry.name}
    return [
        Fault("export_field_left_out", WARNING, column=str(name))
        for name in table.columns
        if name not in known and table[name].notna().any()
    ]


# Shapefile


def _shapefile(
    table: gpd.GeoDataFrame, schema: Schema
) -> tuple[Callable[[Path], None], list[Fault]]:
    faults = dbase.not_writable(schema)
    if faults:
        return _refuse, faults
    if schema.geometry not in SHAPES.values():
        return _refuse, [Fault("export_layer_kind", arguments={"kind": schema.geometry})]
    body, faults = dbase.records(table, schema)
    geometry_type, _, more = schema.geometry.partition(" ")
    shapes = as_kind(table.geometry.to_numpy(), geometry_type if "Point" in geometry_type else None)
    fitting = _FITTING.get(geometry_type, ())
    faults += shape_faults(shapes, fitting, schema.geometry, heights=more == "Z")
    size = max(body.size, shapely.get_num_coordinates(shapes).sum() * (32 if more else 16))
    if size > dbase.LARGEST:
        faults.append(Fault("export_too_large", arguments={"size": int(size) // 2**20}))
    return lambda path: _write_shapefile(path, shapes, body, schema), faults


def _refuse(path: Path) -> None:
    raise AssertionError(path)


def _write_shapefile(path: Path, shapes: np.ndarray, body: np.ndarray, schema: Schema) -> None:
    table = path.with_suffix(".dbf")
    measured = schema.geometry.endswith(" M")
    if measured:  # GDAL makes no such file again, but adds to one
        _write_empty(path, next(key for key, shape in SHAPES.items() if shape == schema.geometry))
    if len(shapes) or not measured:
        options: dict[str, Any] = {"geometry_type": schema.geometry.removesuffix(" M")}
        options |= {"driver": "ESRI Shapefile", "encoding": "utf-8", "crs": None}
        pyogrio.raw.write(
            path, shapely.to_wkb(shapes, output_dimension=3), [], [], append=measured, **options
        )
    if schema.encoding:
        table.write_bytes(dbase.header(schema, len(body)) + body.tobytes() + b"\x1a")
    else:
        table.unlink(missing_ok=True)
    for end, text in ((".cpg", schema.cpg), (".prj", schema.prj)):
        path.with_suffix(end).unlink(missing_ok=True)
        if text is not None:
            path.with_suffix(end).write_bytes(text.encode("latin-1"))
    with warnings.catch_warnings():  # pyogrio's own, of dates with numpy 2.5
        warnings.simplefilter("ignore", DeprecationWarning)
        about, _, blobs, cells = pyogrio.raw.read(path, encoding=schema.encoding or None)
    demand_same(about["fields"].tolist() == schema.names or not schema.fields, path, "fields")
    demand_same_shapes(shapes, blobs, path)
    place = 1
    for field, column in zip(schema.fields, cells, strict=False):
        _same_cells(body[:, place : place + field.width], column, field, schema.encoding, path)
        place += field.width


def _write_empty(path: Path, number: int) -> None:
    """Write a shapefile without records, with this number as its kind of shapes."""
    start = (9994).to_bytes(4, "big") + bytes(20) + (50).to_bytes(4, "big")
    start += (1000).to_bytes(4, "little") + number.to_bytes(4, "little")
    for part in (path, path.with_suffix(".shx")):
        part.write_bytes(start.ljust(100, b"\0"))
    table = Schema(SHAPEFILE, (Field("ID", "N", 9, 0),))
    path.with_suffix(".dbf").write_bytes(dbase.header(table, 0))


def _same_cells(
    written: np.ndarray, cells: np.ndarray, field: Field, encoding: str, path: Path
) -> None:
    """Compare what GDAL reads in a field with the bytes that were written there."""
    texts = [bytes(cell).decode(encoding).strip(" \0") for cell in written]
    day = field.kind == "D"
    present = [bool(text.strip("*?")) and not (day and not text.strip("0")) for text in texts]
    known = ~pd.isna(cells)
    if field.kind == "C":
        alike = [text == (cell or "").strip() for text, cell in zip(texts, cells, strict=True)]
    elif field.kind in "NF":
        both = zip(texts, present, strict=True)
        wanted = np.array([float(text) if filled else np.nan for text, filled in both])
        alike = (wanted == np.asarray(cells, dtype=float)) | (np.isnan(wanted) & ~known)
    elif day:
        days = pd.Series(cells).dt.strftime("%Y%m%d").fillna("")
        both = zip(texts, days, present, strict=True)
        alike = [text == read or not (filled or read) for text, read, filled in both]
    else:
        rows = zip(texts, cells, known, present, strict=True)
        alike = [
            (x in "TtYy") == bool(cell) if is_known else not filled
            for x, cell, is_known, filled in rows
        ]
    demand_same(bool(np.all(alike)), path, field.name)


# GeoPackage and GeoJSON


def _package(table: gpd.GeoDataFrame, schema: Schema) -> tuple[Callable[[Path], None], list[Fault]]:
    columns, faults = packages.columns(table, schema)
    geometry_type, _, more = schema.geometry.partition(" ")
    named = next((name for name in _KINDS if name.upper() == geometry_type.upper()), None)
    if named is None and geometry_type.upper() != "GEOMETRY":
        return _refuse, [*faults, Fault("export_layer_kind", arguments={"kind": schema.geometry})]
    shapes = as_kind(table.geometry.to_numpy(), named)
    heights = None if "?" in more else "Z" in more
    fitting = _KINDS if named is None else (named,)
    faults += shape_faults(shapes, fitting, schema.geometry, heights=heights)

    def write(path: Path) -> None:
        packages.write(path, shapes, columns, schema, geometry_type=named or "Unknown")
        demand_same_shapes(shapes, packages.shapes_in(path, schema), path)
        wanted = [*zip(*columns.values(), strict=True)]
        demand_same(packages.cells_in(path, schema, [*columns]) == wanted, path, "fields")

    return write, faults


def _document(
    table: gpd.GeoDataFrame, schema: Schema
) -> tuple[Callable[[Path], None], list[Fault]]:
    text, faults = collection(table, schema)

    def write(path: Path) -> None:
        path.write_text(text, encoding="utf-8", newline="\n")
        shapes, properties = features_in(path)
        demand_same_shapes(table.geometry.to_numpy(), shapely.to_wkb(shapes), path)
        for field in schema.fields:
            if field.name in table:
                present = [a_property.get(field.name) is not None for a_property in properties]
                demand_same(bool((table[field.name].notna() == present).all()), path, field.name)

    return write, faults


# Into place


@contextmanager
def _writing(to: Path, written: list[Path]) -> Iterator[Path]:
    """Give the path of a file that comes to its place with its companions, listed in `written`.

    An error becomes a SourceError.
    """
    if any(to.with_name(to.name + end).exists() for end in _OPEN):
        raise RequestError("error.export_open", path=str(to))
    old = [to.with_suffix(BASE)]  # of the version before
    # until the main one comes, the last, there is none that could be read
    if to.suffix.lower() == ".shp":
        old += [to, *(to.with_suffix(end) for end in SHAPEFILE_PARTS)]
    with together(to.parent, last=to.name, without=old) as folder, warnings.catch_warnings():
        warnings.simplefilter("error")
        for harmless in ("'crs' was not provided", "Measured \\(M\\) geometry types"):
            warnings.filterwarnings("ignore", message=harmless)
        try:
            yield folder / to.name
        except (*_FAILED, UserWarning, RuntimeWarning) as fault:
            if is_full(folder):
                raise write_error(to, OSError(errno.ENOSPC, in_one_line(fault))) from None
            text = in_one_line(fault)
            raise SourceError("error.export_failed", path=str(to), fault=text) from None
        names = (path.name for path in folder.iterdir())
        ordered = sorted(names, key=lambda name: (name == to.name, name))
        written += [to.with_name(name) for name in ordered]
