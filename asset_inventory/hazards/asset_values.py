"""Tables of a hazard's intensity by asset: depths or water levels that a survey or model gives.

Such a table states nothing about any other place: other assets, and districts, lie outside of it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from asset_inventory.hazards.zone_intersections import (
    in_every_map,
    intensity_of,
    period_of,
    unreadable,
)
from asset_inventory.intake.layers import Layer, read_fields
from asset_inventory.intake.records import selected
from asset_inventory.model.errors import SourceError
from asset_inventory.model.hazards import Hazard, HazardMap
from asset_inventory.model.tables import (
    WARNING,
    Fault,
    as_findings,
    findings,
    join_findings,
    rows_of,
)
from asset_inventory.model.texts import as_numbers, as_text

_UNREADABLE = "value_unreadable"


def values_layer(hazard: Hazard, declared: HazardMap) -> Layer:
    """Return what to read of a table of intensities by asset.

    Examples
    --------
    >>> from asset_inventory.model.examples import flood
    >>> hazard = flood(maps=[{"path": "levels.csv", "asset_id_field": "id", "intensity_field": "m"}])
    >>> values_layer(hazard, hazard.maps[0]).columns
    ('id', 'm')
    """
    fields = (
        declared.asset_id_field,
        declared.intensity_field,
        declared.return_period_field,
        declared.ground_field,
        *(declared.where or {}),
    )
    columns = tuple(dict.fromkeys(name for name in fields if name))
    source = f"{hazard.name} ({declared.path.name})"
    return Layer(declared.path, source, declared.layer, columns=columns)


def read_values(hazard: Hazard, declared: HazardMap) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the intensities by asset of one table, and FINDINGS.

    Columns: `asset_id` (as in ASSETS), `intensity` (metre for lengths; NaN = no data),
    `return_period` (year; NaN = scenario) and `row` (its place in the file, from 0). A row without
    a readable return period is in every map of the file, without data.

    Raises
    ------
    SourceError
        The table, or a field of it, cannot be read, or no row is left.

    Examples
    --------
    A level of 2.5 m over ground at 1.9 m is a depth of 0.6 m:

    >>> import tempfile
    >>> from pathlib import Path
    >>> from asset_inventory.model.examples import flood
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name) / "levels.csv"
    >>> path.write_text("id,level,ground\\n7,2.5,1.9\\n") and None
    >>> fields = {"asset_id_field": "id", "intensity_field": "level", "ground_field": "ground"}
    >>> hazard = flood(maps=[{"path": path, "asset_layer": "schools", **fields}])
    >>> table, rows = read_values(hazard, hazard.maps[0])
    >>> table.round(3).iloc[0].to_dict()
    {'asset_id': 'schools:7', 'intensity': 0.6, 'return_period': nan, 'row': 0}
    >>> folder.cleanup()
    """
    layer = values_layer(hazard, declared)
    source, columns = layer.source, layer.columns or ()
    table, of_file = read_fields(layer.path, columns, source=source, layer=layer.layer)
    chosen, faults = selected(table, declared.where or {}, ignore_case=bool(declared.ignore_case))
    if not chosen.any():
        rows = (*rows_of(of_file), *as_findings(faults, source=source))
        raise SourceError("error.map_refused", source=source, path=str(declared.path), rows=rows)
    table, row = table[chosen], np.flatnonzero(chosen)
    intensity, of_intensity = intensity_of(table, declared, _UNREADABLE)
    period, of_period = period_of(table, declared, _UNREADABLE)
    faults += [*of_intensity, *of_period]
    if declared.ground_field is not None:
        ground = as_numbers(table[declared.ground_field])[0].to_numpy(dtype=np.float64)
        given = as_text(table[declared.ground_field])
        faults.append(unreadable(_UNREADABLE, np.isnan(ground), declared.ground_field, given))
        intensity = intensity - ground
    lead = f"{declared.asset_layer}:" if declared.asset_layer else ""
    ids = lead + as_text(table[columns[0]]).fillna("")
    cells = {"asset_id": ids.to_numpy(), "intensity": intensity * hazard.factor}
    read = in_every_map(pd.DataFrame({**cells, "return_period": period, "row": row}), declared)
    again = read.duplicated(["asset_id", "return_period"])
    if again.any():
        several = read.loc[again, "asset_id"]
        first, count = str(several.iloc[0]), several.nunique()
        faults.append(Fault("value_twice", WARNING, count=count, feature=first))
    of_rows = findings(as_findings(faults, source=source, labels=row))
    return read, join_findings([of_file, of_rows])
