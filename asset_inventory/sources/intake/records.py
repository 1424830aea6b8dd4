"""What a reader takes out of one layer before anything is judged: every row, with its geometry or without."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
import pyproj
import shapely

from asset_inventory.sources.faults import Fault, rows_where
from asset_inventory.sources.schemas import Schema


@dataclass(frozen=True)
class Asked:
    """What is wanted of a file: all it holds, or (`one`) a single layer with some fields of the rows that fit.

    `columns` None are all fields of the layer, with their schema and the shapes as delivered, neither flat nor
    repaired. `where` keeps the rows whose field is one of the words given (`*` = any), their case aside where
    `ignore_case`; `coordinates` names the columns of a table that hold x and y, or WKT.
    """

    one: bool = False
    layer: str | None = None
    columns: tuple[str, ...] | None = ()
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ignore_case: bool = False
    coordinates: tuple[str, ...] = ()

    @property
    def fields(self) -> list[str]:
        """Return every field that is asked for by its name, once."""
        return list(dict.fromkeys([*(self.columns or ()), *self.where]))

    @property
    def whole(self) -> bool:
        """Tell whether all fields of the layer are wanted, with their schema."""
        return self.one and self.columns is None

    def plain(self) -> dict[str, object]:
        """Return what is asked as values that JSON has."""
        where = {name: list(words) for name, words in self.where.items()}
        return {
            "one": self.one, "layer": self.layer, "columns": None if self.columns is None else list(self.columns),
            "where": where, "ignore_case": self.ignore_case, "coordinates": list(self.coordinates),
        }  # fmt: skip


@dataclass(frozen=True)
class Records:
    """One layer as it was read.

    `table` holds the attributes (one row a feature), `geometry` its shapes (None = none or not readable),
    `labels` the name of each row in its file, `fields` the names of all its fields where not all were read, `schema`
    how they were delivered, where only the reader can tell and is asked.
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
        """Return the chosen rows alone, and the faults that touch one of them or the whole layer."""
        place = np.cumsum(chosen) - 1
        faults = [
            fault if fault.rows is None else replace(fault, rows=place[fault.rows[chosen[fault.rows]]])
            for fault in self.faults
        ]
        return replace(
            self,
            table=self.table[chosen].reset_index(drop=True),
            geometry=self.geometry[chosen],
            labels=self.names[chosen],
            faults=tuple(fault for fault in faults if fault.rows is None or len(fault.rows)),
        )

    def with_faults(self, *more: Fault) -> Records:
        """Return the same records with more faults."""
        return replace(self, faults=(*self.faults, *more))


def nothing(*faults: Fault, layer: str = "") -> Records:
    """Return a layer from which nothing could be read, and why."""
    return Records(pd.DataFrame(), np.zeros(0, dtype=object), None, faults, layer)


def from_wkb(blobs: np.ndarray) -> tuple[np.ndarray, list[Fault]]:
    """Return the shapes of many blobs, read one by one so that a broken one hides no other."""
    blobs = np.asarray(blobs, dtype=object)
    geometry = shapely.from_wkb(blobs, on_invalid="ignore")
    there = np.array([blob is not None and len(blob) > 0 for blob in blobs], dtype=bool)
    broken = rows_where(shapely.is_missing(geometry) & there)
    return geometry, [Fault("geometry_broken", rows=broken)] if len(broken) else []
