"""The sums that an assessment allows: what its types, districts and departments lose on each map and a year."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from asset_inventory.assessment import Assessment
from asset_inventory.hazards.pieces import COVERS_LESS
from asset_inventory.risk.sums import PARTS, damage_sums, ead_sums, ead_sums_without
from asset_inventory.sources.city import Hazard
from asset_inventory.tables import check


def damage_sums_of(assessment: Assessment, *, by: Iterable[str] = PARTS) -> pd.DataFrame:
    """Return DAMAGE_SUMS of an assessment, hazards in the city's order; `by` are columns of ASSETS."""
    exposure, damage = (_coded(getattr(assessment, name), assessment) for name in ("exposure", "damage"))
    return check(damage_sums(assessment.assets, exposure, damage, _maps(assessment), by=by), "DAMAGE_SUMS")


def ead_sums_of(assessment: Assessment, *, by: Iterable[str] = PARTS) -> pd.DataFrame:
    """Return EAD_SUMS of an assessment: of each hazard by all its maps, and without those that refute its bounds."""
    exposure, damage, ead = (_coded(getattr(assessment, name), assessment) for name in ("exposure", "damage", "ead"))
    whole = ead_sums(assessment.assets, ead, by=by)
    priced = set(whole["hazard"])  # a stress by the year, whatever its rarer maps say
    maps = [(hazard, periods) for hazard, periods in _maps(assessment)
            if hazard.name in priced and hazard.kind == "shock"]  # fmt: skip
    less = ead_sums_without(
        assessment.assets, (exposure, damage), maps, _refuted(assessment), rule=assessment.city.ead, by=by
    )
    return check(pd.concat([whole, less], ignore_index=True) if len(less) else whole, "EAD_SUMS")


def _maps(assessment: Assessment) -> list[tuple[Hazard, tuple[float, ...]]]:
    """Return the hazards that were looked at, each with its return periods (year), rising, NaN (a scenario) last."""
    table = assessment.ledger[["hazard", "return_period"]].astype({"hazard": str}).drop_duplicates()
    periods = {name: np.sort(rows["return_period"].to_numpy(dtype=float)) for name, rows in table.groupby("hazard")}
    return [(one, tuple(periods[one.name].tolist())) for one in assessment.city.hazards if one.name in periods]


def _refuted(assessment: Assessment) -> dict[str, set[float]]:
    """Return by hazard the return periods (year) of maps that cover less ground than a more frequent one."""
    found: dict[str, set[float]] = {}
    rows = assessment.findings[(assessment.findings["code"] == COVERS_LESS).to_numpy()]
    for row in rows.to_dict("records"):
        name = next((one.name for one in assessment.city.hazards if row["source"].startswith(f"{one.name} (")), None)
        if name is not None:
            found.setdefault(name, set()).add(float(row["arguments"]["rarer"]))
    return found


def _coded(table: pd.DataFrame, assessment: Assessment) -> pd.DataFrame:
    """Return the rows of a table that are of ASSETS, ids coded by their row there, hazards as words that repeat."""
    ids = pd.Index(assessment.assets["asset_id"].astype(object))
    if isinstance(table["asset_id"].dtype, pd.CategoricalDtype) and ids.equals(table["asset_id"].cat.categories):
        return table
    row = ids.get_indexer(table["asset_id"].astype(object))
    kept = table[row >= 0]
    hazards = pd.Categorical(kept["hazard"].astype(object), categories=list(dict.fromkeys(kept["hazard"])))
    return kept.assign(asset_id=pd.Categorical.from_codes(row[row >= 0], categories=ids), hazard=hazards)
