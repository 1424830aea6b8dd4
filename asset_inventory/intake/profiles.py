"""What the files of a folder hold, seen in their headers and first rows, as plain values.

A profile is enough to guess what a file is for; it holds no row of it. Files are read by the
processes of `workers.py`, so that a hostile one costs only its own profile.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyogrio
import shapely

from asset_inventory.intake.containers import Dataset
from asset_inventory.intake.drivers import read_layers
from asset_inventory.intake.judging import reader_of
from asset_inventory.intake.recognition import RASTERS, VECTORS
from asset_inventory.intake.records import Asked, Records
from asset_inventory.intake.tables import read_sheets
from asset_inventory.io.geometries import WGS84, carry, carry_bounds, code_of, looks_like
from asset_inventory.io.rasters import Grid, open_grid, sample
from asset_inventory.model.errors import SourceError
from asset_inventory.model.tables import Fault
from asset_inventory.model.texts import as_numbers, as_text

MOST_ROWS = 100_000  # looked at in a layer
MOST_WORDS, LONGEST_WORD = 40, 80
MOST_PLACES = 20_000  # kept to find the same layer in another file
MOST_SHEET_ROWS, DEEPEST_TITLE = 2_000, 20
LARGEST_TEXT = 32 * 2**20  # bytes of a text table that are looked at
_WITHOUT_PLACES = ("table_without_places", "sheet_without_places")
_NO_SYSTEM = "error.layer_without_crs."
# points in each direction, to see whether polygons tile, and where they lie in the cells of their
# grid: on no border of shapes that halve a place again and again
_GRID_SIDE, _ASIDE = 61, 0.382
_DIMENSIONS = ("points", "lines", "polygons")


@dataclass(frozen=True)
class FieldProfile:
    """One field of the rows looked at: how full it is, its numbers, and its most frequent words.

    `filled` is a share of the rows, `numbers` a share of the filled cells; `distinct` counts
    values, and is exact over all rows (not only those looked at) where `unique` is True.
    """

    name: str
    filled: float
    distinct: int
    unique: bool
    numbers: float
    whole: bool
    least: float | None
    most: float | None
    words: Mapping[str, int]


@dataclass(frozen=True)
class CellProfile:
    """The sampled cells of a raster; `known` is the share with a value, `tags` its metadata."""

    known: float
    least: float | None
    most: float | None
    zeros: float
    whole: bool
    values: Sequence[float]
    nodata: float | None
    unit: str | None
    tags: Mapping[str, str]
    cells: int


@dataclass(frozen=True)
class Profile:
    """One layer, raster or table of a folder.

    `file` is its path in the folder, `member` its name in an archive, `layer` that in its file.
    `kind` is `vector`, `raster`, `table` (without places) or `none` where `problem`, the code of a
    finding, kept it from being read. `bounds` are in its own system, `degrees` on WGS 84 (empty
    where not known). `covered` is the share of the hull of polygons that lies in one of them,
    `overlapping` the share of that in several. `places` are centres of bounds on a grid of 1e-5
    degrees.
    """

    file: str
    member: str = ""
    layer: str = ""
    format: str = ""
    kind: str = "none"
    problem: str = ""
    crs: str | None = None
    looks: str = "unknown"
    bounds: Sequence[float] = ()
    degrees: Sequence[float] = ()
    rows: int = 0
    looked: int = 0
    shapes: str = ""
    covered: float = 0.0
    overlapping: float = 0.0
    fields: Sequence[FieldProfile] = ()
    places: Sequence[Sequence[int]] = field(default=(), repr=False)
    cells: CellProfile | None = None

    @property
    def name(self) -> str:
        """Return the path in the folder, with the member and the layer where there are several."""
        part = self.member or self.layer
        return f"{self.file}#{part}" if part else self.file

    def field_of(self, name: str) -> FieldProfile | None:
        """Return the field of this name, if any."""
        return next((one for one in self.fields if one.name == name), None)


def from_plain(plain: Mapping[str, Any]) -> Profile:
    """Return a profile from the plain values that a reading process wrote."""
    cells = plain["cells"]
    return Profile(
        **{
            **plain,
            "fields": tuple(FieldProfile(**one) for one in plain["fields"]),
            "cells": None if cells is None else CellProfile(**cells),
        }
    )


def profiles_of(datasets: Iterable[Dataset], source: str) -> list[dict[str, Any]]:
    """Return the profiles of what a file holds as plain values; `source` is its path."""
    profiles: list[Profile] = []
    datasets = list(datasets)
    for dataset in datasets:
        member = dataset.name.partition("/")[2] if len(datasets) > 1 or "/" in dataset.name else ""
        start = Profile(source, member, format=dataset.kind)
        try:
            profiles += _profiles(dataset, start)
        except SourceError as fault:
            profiles.append(replace(start, problem=fault.key))
    plain: list[dict[str, Any]] = json.loads(json.dumps([asdict(one) for one in profiles]))
    return plain


def _profiles(dataset: Dataset, start: Profile) -> list[Profile]:
    if dataset.fault is not None:
        return [replace(start, problem=dataset.fault.code)]
    if dataset.kind in RASTERS:
        return [_of_grid(dataset.path, start)]
    if dataset.kind not in VECTORS:
        return [replace(start, problem="not_read")]
    large = dataset.path.is_file() and dataset.path.stat().st_size > LARGEST_TEXT
    if large and dataset.kind == "text table":
        _shorten(dataset.path)
    request = Asked(most=MOST_ROWS)
    # GDAL reads a part of a long GeoJSON; our own reader, which knows more of JSON, the whole
    read = read_layers if large and dataset.kind == "geojson" else None
    layers = read(dataset, request) if read else list(reader_of(dataset.kind, request)(dataset))
    named = len(layers) > 1
    profiles = []
    for records in layers:
        faults = [fault for fault in records.faults if fault.refuses]
        if any(fault.code in _WITHOUT_PLACES for fault in faults):
            profiles += _of_sheets(dataset, start)
            continue
        layer = replace(start, layer=records.layer if named else "")
        profiles.append(_of_records(dataset, records, layer, faults))
    return profiles


def _shorten(path: Path) -> None:
    """Cut our copy of a long text table behind a whole row."""
    with path.open("r+b") as file:
        file.seek(LARGEST_TEXT)
        file.readline()
        file.truncate()


def _of_records(
    dataset: Dataset, records: Records, start: Profile, faults: Sequence[Fault]
) -> Profile:
    if faults:
        return replace(start, problem=faults[0].code)
    geometry = records.geometry
    there = ~shapely.is_missing(geometry) & ~shapely.is_empty(geometry)
    if not there.any():
        code = "no_geometry" if len(geometry) else "no_features"
        return replace(start, problem=code, rows=len(geometry), looked=len(geometry))
    rows = _rows(dataset, records)
    bounds = shapely.total_bounds(geometry)
    degrees, places = _places(shapely.bounds(geometry[there]), records)
    shapes = _shapes(geometry[there])
    covered, overlapping = _tiling(geometry[there]) if shapes == "polygons" else (0.0, 0.0)
    fields = tuple(_field(records.table[name]) for name in records.table.columns)
    if rows > len(geometry):
        fields = _in_full(dataset, records, fields, rows)
    return replace(
        start,
        kind="vector",
        crs=None if records.crs is None else code_of(records.crs) or records.crs.to_wkt(),
        looks=looks_like(bounds),
        bounds=bounds.tolist() if np.isfinite(bounds).all() else (),
        degrees=degrees,
        rows=rows,
        looked=len(geometry),
        shapes=shapes,
        covered=covered,
        overlapping=overlapping,
        fields=fields,
        places=places,
    )


def _rows(dataset: Dataset, records: Records) -> int:
    """Return how many rows a layer has by its header, where not all were looked at."""
    looked = len(records.geometry)
    if looked < MOST_ROWS:
        return looked
    if dataset.kind == "geoparquet":
        import pyarrow.parquet as parquet

        return int(parquet.ParquetFile(dataset.path).metadata.num_rows)
    try:
        about = pyogrio.read_info(dataset.path, layer=records.layer or None)
    except (pyogrio.errors.DataSourceError, ValueError):  # not a file of GDAL
        return looked
    return max(int(about["features"]), looked)


def _in_full(
    dataset: Dataset, records: Records, fields: Sequence[FieldProfile], rows: int
) -> tuple[FieldProfile, ...]:
    """Return the fields; one that is unique in the rows looked at is counted in all rows."""
    names = [one.name for one in fields if one.unique]
    if not names:
        return tuple(fields)
    if dataset.kind == "geoparquet":
        import pyarrow.parquet as parquet

        cells = parquet.read_table(dataset.path, columns=names).to_pandas()
    else:
        options: dict[str, Any] = {"columns": names, "read_geometry": False}
        cells = pyogrio.read_dataframe(dataset.path, layer=records.layer or None, **options)
    counts = {name: int(cells[name].nunique()) for name in names if name in cells}
    return tuple(
        replace(one, distinct=counts[one.name], unique=counts[one.name] == rows)
        if one.name in counts
        else one
        for one in fields
    )


def _places(boxes: np.ndarray, records: Records) -> tuple[list[float], list[list[int]]]:
    """Return the extent in degrees, and centres; empty where nobody knows the system."""
    if records.crs is None:
        return [], []
    try:
        centres = carry((boxes[:, :2] + boxes[:, 2:]) / 2, records.crs, WGS84)
    except SourceError:  # no way to longitude and latitude that is sure
        return [], []
    centres = centres[np.isfinite(centres).all(axis=1)]
    if not len(centres):
        return [], []
    extent = carry_bounds(
        np.array([*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0)]), records.crs, WGS84
    )
    if not np.isfinite(extent).all():
        return [], []
    rounded = np.unique(np.round(centres * 1e5).astype(np.int64), axis=0)
    return extent.tolist(), rounded[:MOST_PLACES].tolist()


def _shapes(geometry: np.ndarray) -> str:
    dimensions = np.unique(shapely.get_dimensions(geometry))
    return _DIMENSIONS[int(dimensions[0])] if len(dimensions) == 1 else "mixed"


def _tiling(polygons: np.ndarray) -> tuple[float, float]:
    """Return the share of the hull in a polygon, and the share of that in several.

    Points of a grid over the hull are counted, so a layer of crossing or broken shapes does no
    harm and small gaps between the shapes do not count.
    """
    polygons = polygons[:5_000]
    hull = shapely.convex_hull(shapely.GeometryCollection(list(shapely.envelope(polygons))))
    west, south, east, north = shapely.bounds(hull)
    steps = (np.arange(_GRID_SIDE) + _ASIDE) / _GRID_SIDE
    x, y = np.meshgrid(west + (east - west) * steps, south + (north - south) * steps)
    points = shapely.points(x.ravel(), y.ravel())
    points = points[shapely.intersects(hull, points)]
    if not len(points):
        return 0.0, 0.0
    sound = shapely.make_valid(polygons)
    inside, _ = shapely.STRtree(sound).query(points, predicate="intersects")
    times = np.bincount(inside, minlength=len(points))
    covered = int((times > 0).sum())
    return covered / len(points), (int((times > 1).sum()) / covered if covered else 0.0)


def word_order(words: Iterable[str]) -> np.ndarray:
    """Return the order (n,) in which words that are equally frequent are kept, in any case.

    It is the same for all files. So two fields of the same ids keep the same words, and a word of a
    field that is before the last word of another one, and not among its words, is not in it.
    """
    return pd.util.hash_array(np.array([str(word).casefold() for word in words], dtype=object))


def _most_frequent(counts: pd.Series) -> dict[str, int]:
    """Return the most frequent words, cut, with their counts (a Series by word)."""
    words = pd.DataFrame({"count": counts.to_numpy(), "word": counts.index.str[:LONGEST_WORD]})
    words["order"] = word_order(words["word"])
    kept = words.sort_values(["count", "order"], ascending=[False, True]).head(MOST_WORDS)
    return dict(zip(kept["word"], kept["count"].tolist(), strict=True))


def _field(column: pd.Series) -> FieldProfile:
    texts = as_text(column)
    filled = texts.notna() & (texts.str.strip() != "")
    cells = texts[filled].str.strip()
    counts = cells.value_counts()
    numbers = as_numbers(column, doubtful="decimal")[0][filled].dropna()
    return FieldProfile(
        name=str(column.name),
        filled=float(filled.mean()) if len(column) else 0.0,
        distinct=len(counts),
        unique=bool(len(counts) == len(column) and len(column) > 0),
        numbers=len(numbers) / len(cells) if len(cells) else 0.0,
        whole=bool(len(numbers) and (numbers % 1 == 0).all()),
        least=float(numbers.min()) if len(numbers) else None,
        most=float(numbers.max()) if len(numbers) else None,
        words=_most_frequent(counts),
    )


def _of_sheets(dataset: Dataset, start: Profile) -> list[Profile]:
    """Return each sheet with a heading as a table without places."""
    sheets, _ = read_sheets(dataset)
    tables = [(str(sheet["name"]), _below_heading(sheet["rows"])) for sheet in sheets]
    profiles = [
        replace(
            start,
            layer=name,
            kind="table",
            rows=len(table),
            looked=min(len(table), MOST_SHEET_ROWS),
            fields=tuple(_field(table.iloc[:MOST_SHEET_ROWS, at]) for at in range(table.shape[1])),
        )
        for name, table in tables
        if len(table)
    ]
    return profiles or [replace(start, problem="table_empty")]


def _below_heading(rows: Any) -> pd.DataFrame:
    """Return the rows below the first one that is as full as any at the top of the sheet."""
    full = [sum(bool(str(cell).strip()) for cell in row) for row in rows[:DEEPEST_TITLE]]
    if not full or max(full) < 2:
        return pd.DataFrame()
    at = full.index(max(full))
    width = max(len(row) for row in rows[at:])
    body = [[*row, *[""] * (width - len(row))] for row in rows[at + 1 :] if any(row)]
    names = [str(cell).strip() for cell in rows[at]] + [""] * (width - len(rows[at]))
    table = pd.DataFrame(body, columns=range(width), dtype="str")
    table.columns = pd.Index(names)
    return table.loc[:, [bool(name) for name in names]]


def _of_grid(path: Path, start: Profile) -> Profile:
    try:
        grid, stated = open_grid(path), True
    except SourceError as fault:
        if not fault.key.startswith(_NO_SYSTEM):
            raise
        grid, stated = open_grid(path, crs=WGS84), False
    looked = sample(grid).values
    known = looked[np.isfinite(looked)]
    values = np.unique(known[:200_000])
    corners = np.array([grid.bounds[[0, 1]], grid.bounds[[2, 3]]])
    degrees = carry(corners, grid.crs, WGS84).ravel() if stated else np.full(4, np.nan)
    nodata = grid.nodata
    cells = CellProfile(
        known=len(known) / len(looked) if len(looked) else 0.0,
        least=float(known.min()) if len(known) else None,
        most=float(known.max()) if len(known) else None,
        zeros=float((known == 0).mean()) if len(known) else 0.0,
        whole=bool(len(known) and (known % 1 == 0).all()),
        values=values[:MOST_WORDS].tolist() if len(values) <= MOST_WORDS else (),
        nodata=nodata if nodata is not None and np.isfinite(nodata) else None,
        unit=grid.unit,
        tags=_tags(grid),
        cells=grid.width * grid.height,
    )
    return replace(
        start,
        kind="raster",
        crs=(code_of(grid.crs) or grid.crs.to_wkt()) if stated else None,
        looks=looks_like(grid.bounds),
        bounds=grid.bounds.tolist(),
        degrees=degrees.tolist() if np.isfinite(degrees).all() else (),
        cells=cells,
    )


def _tags(grid: Grid) -> dict[str, str]:
    """Return the first texts of a raster's own metadata."""
    import rasterio

    with rasterio.open(grid.path) as dataset:
        tags = {**dataset.tags(), **dataset.tags(grid.band)}
        title = dataset.descriptions[grid.band - 1]
    if title:
        tags["DESCRIPTION"] = title
    return {str(name)[:LONGEST_WORD]: str(text)[:200] for name, text in list(tags.items())[:20]}
