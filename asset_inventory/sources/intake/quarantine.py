"""What was put in quarantine, whole and with its reason, in a file that GIS staff can open, mend and hand in again."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from asset_inventory.sources.faults import ERROR, told
from asset_inventory.words import LANGUAGES, finding_says

_THIS_ROW = "\N{SYMBOL FOR UNIT SEPARATOR}"
# What a finding says of many rows, «(first: row 7)», says nothing of one.
_FIRST = re.compile(rf"\s*\([^()]*{_THIS_ROW}[^()]*\)")

if TYPE_CHECKING:
    from asset_inventory.sources.intake.screening import Screened


def write_quarantine(found: Screened, path: Path, *, layer: str, name: str) -> None:
    """Add the rows of a layer that were not kept to a GeoPackage: their fields, shape, reason and remedy.

    `row` is the row's name in its file. Fields that GeoPackage does not know are written as text.
    """
    lost = np.flatnonzero(~found.kept)
    table = found.records.table.iloc[lost].reset_index(drop=True)
    labels = found.records.labels
    told = pd.DataFrame({"row": [str(row if labels is None else labels[row]) for row in lost]})
    for language in LANGUAGES:
        reasons = _reasons(found, name, language)
        told[f"reason_{language}"] = reasons[lost]
    taken = {name.lower() for name in told.columns} | {"geom", "fid"}
    table.columns = [f"{name}_" if str(name).lower() in taken else str(name) for name in table.columns]
    for name in table.columns:
        if table[name].dtype == object:
            table[name] = table[name].map(str, na_action="ignore")
    geometry = found.records.geometry[lost]
    measured = shapely.has_m(geometry)
    geometry[measured] = shapely.force_3d(geometry[measured])  # the writer knows no measures along a line
    whole = gpd.GeoDataFrame(pd.concat([told, table], axis=1), geometry=geometry, crs=found.records.crs)
    with warnings.catch_warnings():
        # What has no system is in quarantine for just that.
        warnings.filterwarnings("ignore", message="'crs' was not provided")
        pyogrio.write_dataframe(whole, path, layer=layer, driver="GPKG", geometry_type="Unknown", append=path.exists())


def _reasons(found: Screened, name: str, language: str) -> np.ndarray:
    """Return for each row what is wrong with it and what to do; a fault of the whole source goes for all its rows."""
    reasons = np.full(len(found.kept), "", dtype=object)
    for fault, row in zip(found.faults, told(found.faults, source=name, labels=found.records.labels), strict=True):
        if fault.severity == ERROR:
            of_one = row if fault.rows is None else row | {"count": 1, "feature": _THIS_ROW}
            said = " ".join(finding_says(of_one, language))
            rows = slice(None) if fault.rows is None else fault.rows
            reasons[rows] = reasons[rows] + _FIRST.sub("", said) + " "
    return reasons
