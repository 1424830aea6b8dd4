"""A layer of the register given back to its department, with what lets its return be told from the register's state."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj

from asset_inventory.errors import SourceError, in_one_line
from asset_inventory.inventory.sameness import record_hashes
from asset_inventory.inventory.shape_sameness import GRID
from asset_inventory.sources import exports
from asset_inventory.sources.archives import read_beside
from asset_inventory.sources.export_kinds import in_file
from asset_inventory.sources.exports import Exported
from asset_inventory.sources.schemas import BASE, Field, Schema

# Metres of a degree on the equator: the grid of a layer in degrees is nowhere coarser than that of one in metres.
_METRES_A_DEGREE = 111_320.0
_LARGEST_BASE = 2**28  # bytes; a million assets are about a quarter of that


@dataclass(frozen=True)
class Base:
    """What an export says of itself: the `version` of the register and the `layer` it was made from.

    `ids` are the assets by the hash of their record, several where records are alike; the hash is over `fields`.
    `names` are the register's names of the fields that are called otherwise in the file, by their name there. `past`
    tells what the register had become by then (see `register.past`); empty where that was not written.
    """

    version: int
    layer: str
    fields: tuple[str, ...]
    ids: Mapping[str, tuple[str, ...]]
    names: Mapping[str, str] = field(default_factory=dict)
    past: str = ""


def export_layer(
    table: gpd.GeoDataFrame, schema: Schema | None, to: Path, *, version: int, layer: str, past: str = "",
    with_ids: bool = False,
) -> Exported:
    """Write a layer as it was delivered, and beside it `<name>.base.json`, by which its assets are known again.

    The table has the asset_id as its index, the register's names of its fields, and its geometry in any system. A file
    of another kind than the delivered one, and any without a schema, holds all of the layer's fields. See
    `sources.exports.write_layer` and `sources.export_kinds.in_file` for what is not written, and what is raised.
    """
    if schema is None:
        schema = Schema("", tuple(Field(name, "") for name in table.columns.drop(table.geometry.name)))
    table, schema = in_file(table, schema, to)
    fields = [name for name in schema.names if name in table]
    known = schema.columns
    ids: dict[str, list[str]] = {}
    hashes = _hashes(table.rename(columns=known), [known[name] for name in fields])
    for found, asset in zip(hashes, table.index.astype("str"), strict=True):
        ids.setdefault(found, []).append(asset)
    base = {"version": version, "layer": layer, "fields": [known[name] for name in fields], "records": ids}
    if names := {name: known[name] for name in fields if known[name] != name}:
        base["names"] = names
    if past:
        base["past"] = past
    return exports.write_layer(table, schema, to, with_ids=with_ids, base=base)


def read_base(layer: Path, member: str = "") -> Base | None:
    """Return what an export wrote beside a layer's file, or in a zip beside the member that is the layer; else None.

    Raises SourceError when what lies there was not written by an export.
    """
    plain = _plain_base(layer, member)
    if plain is None:
        return None
    version, name, fields, records = (plain.get(key) for key in ("version", "layer", "fields", "records"))
    names, past = plain.get("names", {}), plain.get("past", "")
    sound = type(version) is int and isinstance(name, str) and _words(fields) and isinstance(records, dict)
    sound = sound and isinstance(names, dict) and _words([*names.values(), past])
    if not sound or not all(_words(ids) for ids in records.values()):
        raise SourceError("error.base_unreadable", path=str(layer), fault=", ".join(sorted(plain)[:5]))
    return Base(version, name, tuple(fields), {key: tuple(ids) for key, ids in records.items()}, names, past)


def _plain_base(layer: Path, member: str = "") -> dict[str, object] | None:
    """Return the JSON that lies beside a layer's file, or in a zip beside the member that is the layer; else None."""
    path = layer.with_suffix(BASE)
    try:
        written = read_beside(layer, member, BASE, most=_LARGEST_BASE) if member else None
        if written is not None:
            path = layer
        elif path.stat().st_size > _LARGEST_BASE:
            raise ValueError(f"> {_LARGEST_BASE // 2**20} MB")
        else:
            written = path.read_bytes()
        found = json.loads(written.decode("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as fault:
        raise SourceError("error.base_unreadable", path=str(path), fault=in_one_line(fault)) from None
    if not isinstance(found, dict):
        raise SourceError("error.base_unreadable", path=str(path), fault=type(found).__name__)
    return found


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
