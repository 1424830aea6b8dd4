"""A layer of the register given back to its department, with what lets its return be told from the register's state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj

from asset_inventory.errors import SourceError
from asset_inventory.inventory.sameness import GRID, record_hashes
from asset_inventory.sources import exports
from asset_inventory.sources.exports import Exported
from asset_inventory.sources.schemas import Schema

# Metres of a degree on the equator: the grid of a layer in degrees is nowhere coarser than that of one in metres.
_METRES_A_DEGREE = 111_320.0


@dataclass(frozen=True)
class Base:
    """What an export says of itself: the `version` of the register and the `layer` it was made from.

    `ids` are the assets by the hash of their record, several where records are alike; the hash is over `fields`.
    """

    version: int
    layer: str
    fields: tuple[str, ...]
    ids: Mapping[str, tuple[str, ...]]


def export_layer(
    table: gpd.GeoDataFrame, schema: Schema, to: Path, *, version: int, layer: str, with_ids: bool = False
) -> Exported:
    """Write a layer in its delivered schema, and beside it `<name>.base.json`, by which its assets are known again.

    The table has the asset_id as its index, the delivered fields, and the geometry in the delivered system. See
    `sources.exports.write_layer` for what is not written, and what is raised.
    """
    fields = [name for name in schema.names if name in table]
    ids: dict[str, list[str]] = {}
    for found, asset in zip(_hashes(table, fields), table.index.astype("str"), strict=True):
        ids.setdefault(found, []).append(asset)
    base = {"version": version, "layer": layer, "fields": fields, "records": ids}
    return exports.write_layer(table, schema, to, with_ids=with_ids, base=base)


def read_base(layer: Path) -> Base | None:
    """Return what an export wrote beside a layer's file, None where there is nothing.

    Raises SourceError when what lies there was not written by an export.
    """
    plain = exports.read_base(layer)
    if plain is None:
        return None
    version, name, fields, records = (plain.get(key) for key in ("version", "layer", "fields", "records"))
    sound = type(version) is int and isinstance(name, str) and _words(fields) and isinstance(records, dict)
    if not sound or not all(_words(ids) for ids in records.values()):
        raise SourceError("error.base_unreadable", path=str(layer), fault=", ".join(sorted(plain)[:5]))
    return Base(version, name, tuple(fields), {key: tuple(ids) for key, ids in records.items()})


def known_by(base: Base, table: gpd.GeoDataFrame) -> pd.Series:
    """Return for each feature of a delivery the asset_id of the exported record that says the same, else null.

    Of records that are alike each feature gets another, in the order of rows.
    """
    hashes = pd.Series(_hashes(table, [name for name in base.fields if name in table]))
    turns = hashes.groupby(hashes).cumcount()
    ids = [
        known[turn] if turn < len(known := base.ids.get(found, ())) else None
        for found, turn in zip(hashes, turns, strict=True)
    ]
    return pd.Series(ids, index=table.index, dtype="str")


def _words(given: object) -> bool:
    return isinstance(given, list) and all(isinstance(one, str) for one in given)


def _hashes(table: gpd.GeoDataFrame, fields: list[str]) -> np.ndarray:
    crs = pyproj.CRS.from_user_input(table.crs) if table.crs else None
    grid = GRID / _METRES_A_DEGREE if crs is not None and crs.is_geographic else GRID
    return record_hashes(pd.DataFrame(table[fields]), table.geometry.to_numpy(), grid=grid)
