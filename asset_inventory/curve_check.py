"""A city's damage curves before an assessment: which serves which type of asset, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from asset_inventory.errors import AssetInventoryError, SourceError
from asset_inventory.inventory.holdings import read_assets, standing_layers
from asset_inventory.risk.curve_audit import audit_curves
from asset_inventory.sources.candidates import type_without_curve
from asset_inventory.sources.city import City, city_meant
from asset_inventory.sources.curves import DamageCurve, claimed_curves, declared_types, of_parts, served_by
from asset_inventory.tables import findings, join_findings

COLUMNS = ("hazard", "asset_type", "assets", "curve", "unit", "std", "licence", "source")


@dataclass(frozen=True)
class CurveCheck:
    """What a check of the curves found.

    `serving` has a row for each hazard and asset type (COLUMNS: `assets` of the type, `std` whether deviations are
    published; the last five are missing without a curve); `findings` are those of `audit_curves` and on each type
    without a curve; `faults` are the curves and layers that cannot be read.
    """

    serving: pd.DataFrame
    findings: pd.DataFrame
    faults: tuple[AssetInventoryError, ...]


def check_curves_of(city: City | str | Path) -> CurveCheck:
    """Return which curve serves which asset type, of those that the city's layers hold and `city.toml` names.

    A stress has no curve by design and is left out; `city` may be its folder or `city.toml` too. Raises RegisterError
    where the register cannot be read.
    """
    city = city_meant(city)
    claims, unusable = claimed_curves(city)
    counts, unread = _types(city)
    served, without = served_by(claims, city, counts)
    rows = [_row(pair, counts[pair[1]], curve) for pair, curve in served.items()]
    rows += [_row(pair, counts[pair[1]], None) for pair in without]
    order = {hazard.name: place for place, hazard in enumerate(city.hazards)}
    types = list(counts)
    rows.sort(key=lambda row: (order[row["hazard"]], types.index(row["asset_type"])))
    missing = [
        type_without_curve(asset_type, city.hazard(hazard), city, count=counts[asset_type])
        for hazard, asset_type in without
        if counts[asset_type]
    ]
    found = join_findings([audit_curves({**claims, **of_parts(served)}, city), findings(missing)])
    return CurveCheck(pd.DataFrame(rows, columns=list(COLUMNS)), found, (*unusable, *unread))


def narrowed(checked: CurveCheck, hazard: str | None, types: Collection[str]) -> CurveCheck:
    """Return a check of these asset types, under one hazard or all; faults stay: who knows whom they would serve."""
    rows = checked.serving["asset_type"].isin(list(types)) & (hazard is None or checked.serving["hazard"] == hazard)
    serving = checked.serving[rows]
    named = [*serving["curve"].dropna(), *serving["asset_type"]]
    of_hazard = [hazard in (None, said.get("hazard", hazard)) for said in checked.findings["arguments"]]
    kept = checked.findings["source"].isin(named).to_numpy() & np.array(of_hazard, dtype=bool)
    return CurveCheck(
        serving.reset_index(drop=True), checked.findings[kept].reset_index(drop=True), checked.faults
    )


def _types(city: City) -> tuple[dict[str, int], list[AssetInventoryError]]:
    """Return the number of assets of each type, 0 where only `city.toml` names it, and why layers cannot be read."""
    counts: dict[str, int] = dict.fromkeys(declared_types(city), 0)
    faults: list[AssetInventoryError] = []
    stands = standing_layers(city)
    for layer in city.assets:
        try:
            assets = read_assets(city, only=layer.name, stands=stands).assets
        except SourceError as fault:
            faults.append(fault)
            continue
        for name, count in assets["asset_type"].astype(str).value_counts(sort=False).items():
            counts[name] = counts.get(name, 0) + int(count)
    return counts, faults


def _row(pair: tuple[str, str], assets: int, curve: DamageCurve | None) -> dict[str, object]:
    row = dict.fromkeys(COLUMNS) | {"hazard": pair[0], "asset_type": pair[1], "assets": assets}
    if curve is None:
        return row
    return row | {"curve": curve.id, "unit": curve.unit, "std": bool(curve.std), "licence": curve.licence,
                  "source": curve.source}  # fmt: skip
