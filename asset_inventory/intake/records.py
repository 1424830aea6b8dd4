"""The records of one layer: which layer and rows are meant, its fields, and the way back.

Every row is read, with its geometry or without. They are handed back as plain arrays in files,
which hold no code and need no driver.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyproj
import shapely

from asset_inventory.intake.containers import Dataset
from asset_inventory.io.schemas import Schema
from asset_inventory.model.arrays import objects
from asset_inventory.model.errors import RequestError, SourceError
from asset_inventory.model.tables import WARNING, Fault
from asset_inventory.model.texts import (
    as_text,
    matching,
    near_listed,
    near_names,
    near_words,
    words_listed,
)


@dataclass(frozen=True)
class Asked:
    """What is wanted of a file: all, or (`one`) some fields of one layer's rows that fit.

    `columns` None are all fields of the layer, with their schema and the shapes as delivered,
    neither flat nor repaired. `where` keeps the rows where a field is one of the words given (`*` =
    any), whatever their case with `ignore_case`; `coordinates` names the columns of a table that
    hold x and y, or WKT. `box` (west, south, east, north in degrees) leaves what lies beyond it,
    and what does not fit `where`, unread and uncounted: only in extracts of OpenStreetMap, which
    hold whole countries. `most` limits the rows that are read, where only a look is wanted. Without
    `places`, a table needs no coordinates, and its rows have no shapes. `member` is the file of an
    archive of several that was chosen.
    """

    one: bool = False
    layer: str | None = None
    columns: tuple[str, ...] | None = ()
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ignore_case: bool = False
    coordinates: tuple[str, ...] = ()
    box: tuple[float, ...] = ()
    most: int | None = None
    places: bool = True
    member: str = ""

    @property
    def fields(self) -> list[str]:
        """Return every field that is asked for by its name, once."""
        return list(dict.fromkeys([*(self.columns or ()), *self.where]))

    @property
    def whole(self) -> bool:
        """Return whether all fields of the layer are wanted, with their schema."""
        return self.one and self.columns is None


@dataclass(frozen=True)
class Records:
    """One layer as it was read.

    `table` holds the attributes (one row a feature), `geometry` its shapes (None = none or not
    readable), `labels` the name of each row in its file, `fields` the names of all its fields where
    not all were read, `schema` how they were delivered, where only the reader knows it and is
    asked.
    """

    table: pd.DataFrame
    geometry: np.ndarray
    crs: pyproj.CRS | None
    faults: tuple[Fault, ...] = ()
    layer: str = ""
    labels: np.ndarray | None = None
    fields: tuple[str, ...] | None = None
    schema: Schema | None = None

    @property
    def all_fields(self) -> list[str]:
        """Return the names of all fields of the layer."""
        return [str(name) for name in (self.table.columns if self.fields is None else self.fields)]

    @property
    def names(self) -> np.ndarray:
        """Return the name of each row in its file: its label, else its number from 0."""
        return np.arange(len(self.geometry)) if self.labels is None else self.labels

    def only(self, chosen: np.ndarray) -> Records:
        """Return the chosen rows, and the faults that touch one of them or the whole layer."""
        place, faults = np.cumsum(chosen) - 1, []
        for fault in self.faults:
            rows = fault.rows
            moved = fault if rows is None else replace(fault, rows=place[rows[chosen[rows]]])
            faults += [moved] * moved.applies
        return replace(
            self,
            table=self.table[chosen].reset_index(drop=True),
            geometry=self.geometry[chosen],
            labels=self.names[chosen],
            faults=tuple(faults),
        )

    def with_faults(self, *more: Fault) -> Records:
        """Return the same records with more faults."""
        return replace(self, faults=(*self.faults, *more))


def nothing(*faults: Fault, layer: str = "") -> Records:
    """Return a layer from which nothing could be read, and why."""
    return Records(
        table=pd.DataFrame(),
        geometry=np.zeros(0, dtype=object),
        crs=None,
        faults=faults,
        layer=layer,
    )


def from_wkb(blobs: np.ndarray) -> tuple[np.ndarray, list[Fault]]:
    """Return the shapes of many blobs, read one by one so that a broken one hides no other."""
    blobs = np.asarray(blobs, dtype=object)
    geometry = shapely.from_wkb(blobs, on_invalid="ignore")
    filled = np.array([blob is not None and len(blob) > 0 for blob in blobs], dtype=bool)
    broken = np.flatnonzero(shapely.is_missing(geometry) & filled)
    return geometry, [Fault("geometry_broken", rows=broken)] if len(broken) else []


_SHAPES = "shapes"
_BYTES = "bytes.json"  # hexadecimal digits
_TEXTS = "OU"  # kinds of numpy arrays that are written as JSON


def hand_over(
    table: pd.DataFrame, geometry: np.ndarray, kept: np.ndarray, names: np.ndarray, folder: Path
) -> None:
    """Write a layer into a new folder: its columns, kept shapes, and the names of its rows.

    Only the bounds of a shape that was not kept are handed over. Numbers, truths, dates and bytes
    keep their type; other cells become text, numbers or nothing, as JSON has them.
    """
    folder.mkdir()
    np.save(folder / "names.npy", names)
    np.save(folder / "bounds.npy", shapely.bounds(geometry[~kept]))
    blobs = np.where(kept, shapely.to_wkb(geometry), None)
    lengths = np.array([-1 if blob is None else len(blob) for blob in blobs], dtype=np.int64)
    np.save(folder / f"{_SHAPES}.lengths.npy", lengths)
    (folder / f"{_SHAPES}.wkb").write_bytes(b"".join(blob for blob in blobs if blob is not None))
    columns = [str(name) for name in table.columns]
    (folder / "columns.json").write_text(json.dumps(columns), encoding="utf-8")
    for number, name in enumerate(table.columns):
        cells = table[name].to_numpy()
        if pd.api.types.is_extension_array_dtype(table[name].dtype) or cells.dtype.kind in _TEXTS:
            values = table[name].astype(object).where(table[name].notna(), None).tolist()
            of_bytes = {type(cell) for cell in values} - {type(None)} == {bytes}
            text = json.dumps(values, default=bytes.hex if of_bytes else str)
            file = folder / f"{number}.{_BYTES if of_bytes else 'json'}"
            file.write_text(text, encoding="utf-8")
        else:
            np.save(folder / f"{number}.npy", cells)


def taken_over(folder: Path) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Return a layer that was handed over: columns by the names of rows, shapes, bounds.

    A shape that was not kept is None, and its bounds (west, south, east, north; NaN = none) are a
    row of the last.
    """
    index = pd.Index(np.load(folder / "names.npy", allow_pickle=False))
    columns = json.loads((folder / "columns.json").read_text(encoding="utf-8"))
    cells = {name: _cells(folder, number) for number, name in enumerate(columns)}
    table = pd.DataFrame(cells, index=index)
    lengths = np.load(folder / f"{_SHAPES}.lengths.npy", allow_pickle=False)
    data = (folder / f"{_SHAPES}.wkb").read_bytes()
    ends = np.cumsum(np.maximum(lengths, 0)).tolist()
    parts = zip(ends, lengths.tolist(), strict=True)
    blobs = objects(None if size < 0 else data[end - size : end] for end, size in parts)
    return table, shapely.from_wkb(blobs), np.load(folder / "bounds.npy", allow_pickle=False)


def _cells(folder: Path, number: int) -> np.ndarray:
    array = folder / f"{number}.npy"
    if array.exists():
        return np.load(array, allow_pickle=False)
    texts, hexed = folder / f"{number}.json", folder / f"{number}.{_BYTES}"
    cells = json.loads((hexed if hexed.exists() else texts).read_text(encoding="utf-8"))
    if hexed.exists():
        cells = [None if cell is None else bytes.fromhex(cell) for cell in cells]
    return objects(cells)


def near_fault(code: str, column: str, near: Sequence[tuple[str, str, int]]) -> Fault:
    """Return the warning of the words of a column that nearly are words of the city."""
    words, count = {"words": near_listed(near)}, sum(count for *_, count in near)
    return Fault(code, WARNING, column=column, count=count, arguments=words)


SELECTS_NONE = "layer_selects_none"  # the fault of a layer in which `where` leaves no row
# what our copy of a file is called, and so the layer of a format that has no names for layers
_COPY = "source"


def dataset_of(datasets: Sequence[Dataset], request: Asked) -> tuple[Dataset, Asked]:
    """Return the dataset that is meant and what is asked of it; the layer's name chooses.

    It is the name of a file, or that with one of its layers ("residents/2024"). Raises SourceError
    where it does not choose one.
    """
    stems = [Path(dataset.name).stem for dataset in datasets]
    member, within, layer = (request.layer or "").partition("/")
    if len(datasets) == 1 and not (within and stems == [member]):
        return datasets[0], request
    meant = [dataset for dataset, stem in zip(datasets, stems, strict=True) if stem == member]
    if len(meant) != 1:
        raise _not_clear(stems, request)
    return meant[0], replace(request, layer=layer or None, member=member)


def layers_of(names: Sequence[str], request: Asked, file: str) -> list[str]:
    """Return the names of the layers to read out of those there are in `file`.

    Raises SourceError where one is asked for and it is not clear which.
    """
    if not request.one or not names:
        return list(names)
    shown = [Path(file).stem if name in ("", _COPY) else name for name in names]
    if request.layer is None and len(names) == 1:
        return list(names)
    meant = [name for name, title in zip(names, shown, strict=True) if title == request.layer]
    if len(meant) != 1:
        raise _not_clear(shown, request)
    return meant


def layer_of(layers: Sequence[Records], request: Asked, file: str) -> Records:
    """Return the layer that is asked for out of those that were read; see `layers_of`."""
    if len(layers) == 1 and any(fault.refuses for fault in layers[0].faults):
        return layers[0]  # whatever it would have been called
    by_name = {records.layer: records for records in layers}
    return by_name[layers_of(list(by_name), request, file)[0]]


def _not_clear(names: Sequence[str], request: Asked) -> SourceError:
    listed = ", ".join(f"{request.member}/{name}" if request.member else name for name in names)
    if request.layer is None:
        return RequestError("error.several_layers", layers=listed)
    return RequestError("error.no_such_layer", layer=request.layer, layers=listed)


def demand(records: Records, request: Asked, dataset: Dataset) -> None:
    """Raise SourceError when a field that is asked for is missing, and name the nearest."""
    # in our tables «geometry» is the shape itself
    known = [name for name in records.all_fields if name != "geometry"]
    missing = [name for name in request.fields if name not in known]
    if not missing:
        return
    if dataset.kind == "shapefile" and not dataset.path.with_suffix(".dbf").exists():
        raise RequestError("error.no_dbf", field=missing[0])
    near = near_names(missing[0], known)
    key = "error.no_such_field" if known else "error.no_fields"
    key = "error.no_such_field_near" if near else key
    first, listed = near[0] if near else "", ", ".join(sorted(known)[:20])
    others = len(near) - 1  # no sentence has it; where it is 0 the near name is the only one
    raise RequestError(key, field=missing[0], near=first, others=others, fields=listed)


def fitting(records: Records, request: Asked) -> Records:
    """Return the rows with one of the words asked for in each field, and what `selected` finds."""
    chosen, faults = selected(records.table, request.where, ignore_case=request.ignore_case)
    return (records if chosen.all() else records.only(chosen)).with_faults(*faults)


def selected(
    table: pd.DataFrame, where: Mapping[str, Sequence[str]], *, ignore_case: bool
) -> tuple[np.ndarray, list[Fault]]:
    """Return which rows hold a wanted word in each field; report near words, and no row left."""
    chosen, faults = np.ones(len(table), dtype=bool), []
    fields = {name: as_text(table[name]) for name in where if name in table.columns}
    for name, values in fields.items():
        fits = matching(values, where[name], ignore_case=ignore_case)
        chosen &= fits
        if near := near_words(values[~fits], where[name]):
            faults.append(near_fault("where_word_near", name, near))
    if len(table) and not chosen.any():
        words = "; ".join(f"{name}: {words_listed(values)}" for name, values in fields.items())
        faults.append(Fault(SELECTS_NONE, arguments={"read": len(table), "words": words}))
    return chosen, faults
