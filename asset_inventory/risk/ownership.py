"""Who answers for what: how old each department's data is, how much of it is missing, and what risk rests on it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.inventory.values import OWN
from asset_inventory.sources.city import AssetLayer
from asset_inventory.tables import TABLES, check, known_sum

# Columns of ASSETS of which it is counted how much is missing, where city.toml names a field for them.
COUNTED = ("name", "value", "floor_height", "area", "levels", "condition", "criticality")


def ownership(
    assets: gpd.GeoDataFrame,
    figures: pd.DataFrame,
    layers: Iterable[AssetLayer],
    *,
    delivered: Mapping[str, datetime.date],
    day: datetime.date | None,
) -> pd.DataFrame:
    """Return OWNERSHIP of ASSETS, whose rows are those of `figures` (`ead`, currency/year, NaN = not known).

    The data of a layer is of the day that its source in city.toml says, or of that on which it was last handed in
    (`delivered`), whichever is later; without either its age is not known, nor is it without a `day` to reckon it on.
    A value is missing where the field that city.toml names has none: a price of the city does not make up for it.
    `ead` is NaN where all that is known of it is the 0 of assets that no map reaches.
    Departments come in the order of their names, what nobody owns last; the rows add up to all assets.
    """
    whole = known_sum(figures["ead"])
    owner, of_layer = assets["owner"].astype("str"), assets["layer"].astype("str")
    rows = []
    for layer in layers:
        counted = [name for name in COUNTED if getattr(layer.fields, name) is not None]
        date = max(filter(None, (layer.source.date, delivered.get(layer.name))), default=None)
        age = (day - date).days if day and date else np.nan
        for name, places in _places(owner, (of_layer == layer.name).to_numpy()).items():
            ead = figures["ead"].to_numpy()[places]
            missing, damage = int(np.isnan(ead).sum()), known_sum(ead)
            if missing and damage == 0:  # the 0 of assets that no map reaches tells nothing of the others
                damage = np.nan
            rows.append({
                "owner": name or None, "layer": layer.name, "assets": len(places),
                "data_date": date.isoformat() if date else None, "age": age,
                "missing_counted": ", ".join(counted), "missing_share": _missing(assets.iloc[places], counted),
                "assets_without_figure": missing, "ead": damage,
                "ead_share": damage / whole if whole > 0 else np.nan,
            })  # fmt: skip
    table = pd.DataFrame(rows, columns=[column.name for column in TABLES["OWNERSHIP"].columns])
    words = {column.name: "str" for column in TABLES["OWNERSHIP"].columns if column.kind == "word"}
    table = table.astype(words).astype({"assets": "int64", "assets_without_figure": "int64", "age": "float64"})
    table = table.iloc[np.argsort(table["owner"].fillna("\U0010ffff").to_numpy(), kind="stable")]
    return check(table.reset_index(drop=True), "OWNERSHIP")


def _places(owner: pd.Series, chosen: np.ndarray) -> dict[str, np.ndarray]:
    """Return the chosen rows by their owner, "" for none."""
    rows = np.flatnonzero(chosen)
    named = owner.fillna("").iloc[rows].reset_index(drop=True)
    return {str(name): rows[places] for name, places in named.groupby(named).indices.items()}


def _missing(assets: pd.DataFrame, counted: list[str]) -> float:
    """Return the share (0-1) of these columns' cells that are not known; NaN without any."""
    if not (counted and len(assets)):
        return np.nan
    own = assets["value_rule"] == OWN
    gaps = [(~own if name == "value" else assets[name].isna()).to_numpy(dtype=bool) for name in counted]
    return float(np.mean(gaps))
