"""What a delivery would leave behind in its layer: what `check` will find once it is accepted, and not today."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from asset_inventory.inventory import register as registers
from asset_inventory.inventory.assets import arranged, features_of
from asset_inventory.inventory.changes import ADDED
from asset_inventory.inventory.register import Delivery, Register
from asset_inventory.sources.city import AssetLayer
from asset_inventory.tables import empty, finding, findings, join_findings


def would_find(register: Register, made: Delivery) -> pd.DataFrame:
    """Return FINDINGS that a delivery in full adds to those of its layer, counted by how many more there would be.

    None of a layer that city.toml does not declare, or where nothing changes. Raises what `assess` raises.
    """
    layer = next((one for one in register.city.assets if one.name == made.layer), None)
    if layer is None or made.changes.empty:
        return empty("FINDINGS")
    sides = _sides(register, made, layer)
    today, then = (arranged(features_of(side, layer), layer, register.city, in_register=True)[1] for side in sides)
    return join_findings([_more(today, then), findings(_of_another_kind(*sides, layer.name))])


def _sides(register: Register, made: Delivery, layer: AssetLayer) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return the layer without the delivery and with it: all of it where ids are touched, else the rows that change."""
    ids = made.changes["column"].isin(layer.fields.asset_id or ()) | (made.changes["change"] == ADDED)
    if ids.any():
        return registers.both_sides(register, made.id)
    return registers.changed_rows(register, made)


def _more(today: pd.DataFrame, then: pd.DataFrame) -> pd.DataFrame:
    """Return the findings of then by how many more there are than today."""
    key = ["code", "column"]
    counts = today.fillna({"column": ""}).groupby(key)["count"].sum()
    named = pd.MultiIndex.from_frame(then[key].fillna({"column": ""}))
    more = then["count"] - counts.reindex(named).fillna(0).astype("int64").to_numpy()
    return then.assign(count=more)[(more > 0).to_numpy()]


def _of_another_kind(before: gpd.GeoDataFrame, after: gpd.GeoDataFrame, source: str) -> list[dict[str, object]]:
    """Return a finding where shapes become of another kind: a line that is an area now is valued otherwise."""
    ids = before.index.intersection(after.index)
    kinds = [shapely.get_dimensions(side.geometry.reindex(ids).to_numpy()) for side in (before, after)]
    other = (kinds[0] >= 0) & (kinds[1] >= 0) & (kinds[0] != kinds[1])
    if not other.any():
        return []
    feature = str(ids[np.flatnonzero(other)[0]])
    return [finding("shape_of_other_kind", source=source, severity="warning", count=int(other.sum()), feature=feature)]
