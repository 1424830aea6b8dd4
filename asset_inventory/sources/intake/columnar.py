"""GeoParquet: what its own description says, and the shapes read one by one."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
from pyproj.exceptions import CRSError

from asset_inventory.errors import SourceError, in_one_line
from asset_inventory.sources.faults import Fault
from asset_inventory.sources.intake.records import Records, from_wkb, nothing

WGS84 = "OGC:CRS84"


def read_geoparquet(path: Path) -> Records:
    """Return the features of a GeoParquet file; raises SourceError without the package that reads Parquet."""
    try:
        import pyarrow
        import pyarrow.parquet as parquet
    except ImportError:
        raise SourceError("error.parquet_needs_pyarrow", path=str(path), source=path.name) from None
    damaged = (pyarrow.ArrowException, OSError, ValueError, TypeError, KeyError)
    try:
        file = parquet.ParquetFile(path)
        told = json.loads((file.schema_arrow.metadata or {})[b"geo"])
        column = told["primary_column"]
        about = told["columns"][column]
        encoding = about["encoding"]
    except MemoryError:  # which pyarrow's own is too
        raise
    except (*damaged, AttributeError) as fault:
        return nothing(Fault("parquet_without_geometry", arguments={"fault": in_one_line(fault)}))
    crs, wrong = _system(about)
    try:
        if encoding == "WKB":
            table = file.read()
            table.validate(full=True)  # Parquet does not look whether a text is one
            geometry, broken = from_wkb(table.column(column).to_numpy())
            attributes = table.drop_columns([column]).to_pandas()
        else:
            file.read().validate(full=True)
            whole = gpd.read_parquet(path)
            geometry, broken = whole.geometry.to_numpy(), []
            attributes = pd.DataFrame(whole.drop(columns=whole.geometry.name))
    except MemoryError:
        raise
    except (*damaged, NotImplementedError) as fault:
        return nothing(Fault("not_readable", arguments={"fault": in_one_line(fault)}))
    attributes = attributes.reset_index(drop=True).apply(_flat)
    records = Records(attributes, np.asarray(geometry, dtype=object), crs, (*broken, *wrong))
    claimed = file.metadata.num_rows
    if claimed != len(records.geometry):
        return records.with_faults(
            Fault("features_missing", arguments={"claimed": claimed, "read": len(records.geometry)})
        )
    return records


def _flat(column: pd.Series) -> pd.Series:
    """Return a column with lists and objects as text (JSON)."""
    nested = column.dtype == object and column.map(lambda cell: isinstance(cell, dict | list | np.ndarray)).any()
    return column.map(_flat_cell) if nested else column


def _flat_cell(cell: object) -> object:
    if not isinstance(cell, dict | list | np.ndarray):
        return cell
    return json.dumps(cell, ensure_ascii=False, default=lambda one: getattr(one, "tolist", lambda: str(one))())


def _system(about: dict[str, object]) -> tuple[pyproj.CRS | None, list[Fault]]:
    """Return the system: WGS 84 where the key is not there, none where it is null."""
    if "crs" not in about:
        return pyproj.CRS.from_user_input(WGS84), []
    if about["crs"] is None:
        return None, []
    try:
        return pyproj.CRS.from_user_input(about["crs"]), []
    except (CRSError, TypeError):
        return None, [Fault("crs_not_known", arguments={"given": str(about["crs"])[:80]})]
