"""Tables written down by hand, which keep the contracts of `asset_inventory.model.tables`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import geopandas as gpd
import pandas as pd

from asset_inventory.model.tables import TABLES, check


def contract_table(
    name: str,
    rows: Iterable[Mapping[str, object]] | Mapping[str, object],
    *,
    crs: str = "EPSG:32749",
) -> pd.DataFrame:
    """The table with these rows, or columns, checked; what they leave out is not known."""
    columns = TABLES[name].columns
    table = pd.DataFrame(rows).reindex(columns=[column.name for column in columns])
    table = table.astype({column.name: "str" for column in columns if column.kind == "word"})
    if any(column.kind == "geometry" for column in columns):
        table = gpd.GeoDataFrame(table, geometry="geometry", crs=crs)
    return check(table, name)
