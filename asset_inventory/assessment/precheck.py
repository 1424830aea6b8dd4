"""Checks before an assessment: damage curves of each asset type, layers, places and hazard maps."""

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from asset_inventory.assessment.read import (
    counted_once,
    current_layers,
    joined,
    read_assets,
    undeclared,
)
from asset_inventory.assessment.run import ownership
from asset_inventory.hazards.intersections import GridMap, OpenHazard, intersections, open_hazard
from asset_inventory.hazards.map_checks import outside_extent
from asset_inventory.inventory.assets import near_duplicates
from asset_inventory.inventory.districts import check_context, placed, read_districts
from asset_inventory.io.geometries import proposals, to_wgs84
from asset_inventory.model.city import AssetLayer, City
from asset_inventory.model.errors import AssetInventoryError, SourceError
from asset_inventory.model.reading import city_meant
from asset_inventory.model.tables import FindingRow, empty, finding, findings, join_findings
from asset_inventory.risk.exposure import expose
from asset_inventory.risk.pipeline import RiskSettings, bounds_findings, run_readable
from asset_inventory.vulnerability.curve_audit import (
    audit_curves,
    type_without_curve,
    unreached_points,
)
from asset_inventory.vulnerability.curves import (
    DamageCurve,
    claimed_curves,
    declared_types,
    of_parts,
    served_by,
)
from asset_inventory.vulnerability.prices import price_lines, prices_of

COLUMNS = ("hazard", "asset_type", "assets", "curve", "unit", "std", "licence", "source")


@dataclass(frozen=True)
class CurveCheck:
    """What a check of the curves found.

    `serving` has a row for each hazard and asset type (COLUMNS: `assets` of the type, `std` whether
    deviations are published; the last five are missing without a curve); `findings` are those of
    `audit_curves` and on each type without a curve; `faults` are the curves and layers that cannot
    be read.
    """

    serving: pd.DataFrame
    findings: pd.DataFrame
    faults: tuple[AssetInventoryError, ...]


def check_curves_of(city: City | str | Path) -> CurveCheck:
    """Return the curve of each asset type that the layers hold or `city.toml` names.

    A stress has no curve by design and is left out; `city` may be its folder or `city.toml` too.
    Raises RegisterError where the register cannot be read.
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
    all_findings = join_findings(
        [audit_curves({**claims, **of_parts(served)}, city), findings(missing)]
    )
    return CurveCheck(pd.DataFrame(rows, columns=list(COLUMNS)), all_findings, (*unusable, *unread))


def narrowed(checked: CurveCheck, hazard: str | None, types: Collection[str]) -> CurveCheck:
    """Return a check of these asset types, under one hazard or all; errors of reading stay."""
    rows = checked.serving["asset_type"].isin(list(types)) & (
        hazard is None or checked.serving["hazard"] == hazard
    )
    serving = checked.serving[rows]
    named = [*serving["curve"].dropna(), *serving["asset_type"]]
    of_hazard = [
        hazard in (None, arguments.get("hazard", hazard))
        for arguments in checked.findings["arguments"]
    ]
    kept = checked.findings["source"].isin(named).to_numpy() & np.array(of_hazard, dtype=bool)
    return CurveCheck(
        serving.reset_index(drop=True),
        checked.findings[kept].reset_index(drop=True),
        checked.faults,
    )


def _types(city: City) -> tuple[dict[str, int], list[AssetInventoryError]]:
    """Return the number of assets of each type (0: only in `city.toml`), and errors of reading."""
    counts: dict[str, int] = dict.fromkeys(declared_types(city), 0)
    faults: list[AssetInventoryError] = []
    layer_states = current_layers(city)
    for layer in city.assets:
        try:
            assets = read_assets(city, subset=layer.name, layer_states=layer_states).assets
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
    return row | {
        "curve": curve.id,
        "unit": curve.unit,
        "std": bool(curve.std),
        "licence": curve.licence,
        "source": curve.source,
    }


# Findings on layers without a coordinate system, or with one that leads nowhere.
# fmt: off
_CRS_FAULTS = (
    "crs_ballpark", "crs_none_degrees", "crs_none_metres", "crs_lies", "crs_lies_degrees", "crs_unusable",
    "crs_not_known",
)
# fmt: on
FAR_SHARE = (
    0.5  # of a layer's assets outside the city's extent, from which on its system is doubted
)


@dataclass(frozen=True)
class Preflight:
    """What a check found.

    `sources` has a row a layer (count, unusable, extent in degrees), `coverage` the share (0-1) of
    each layer's assets that each hazard map speaks of and exposes, `ownership` is OWNERSHIP;
    `faults` are layers and maps that cannot be read at all. `districts` is DISTRICTS, None where
    the city declares none or they cannot be read. `prices` are lines to paste under [values] of
    city.toml, for the types whose values are not known; `bounds` are those of the city in its own
    system, None where no file has any.
    """

    sources: pd.DataFrame
    coverage: pd.DataFrame
    ownership: pd.DataFrame
    findings: pd.DataFrame
    faults: tuple[AssetInventoryError, ...]
    districts: gpd.GeoDataFrame | None = None
    prices: tuple[str, ...] = ()
    bounds: np.ndarray | None = None


def check_city(city: City | str | Path, *, day: datetime.date | None = None) -> Preflight:
    """Return what an assessment would meet; an unreadable layer does not stop the rest.

    The age of the data is computed on `day`; `city` may be its folder or `city.toml` too.
    Raises RegisterError where the register cannot be read.
    """
    city = city_meant(city)
    layer_states = current_layers(city)
    faults: list[AssetInventoryError] = []
    finding_tables: list[pd.DataFrame] = [undeclared(city), findings(_unlicensed(city))]
    try:
        districts, district_findings = read_districts(city)
        finding_tables.append(district_findings)
    except SourceError as fault:
        faults.append(fault)
        districts = None
    for context_layer in city.context:  # one by one: an unreadable layer hides no fault of another
        try:
            finding_tables.append(
                check_context(city.model_copy(update={"context": (context_layer,)}))
            )
        except SourceError as fault:
            faults.append(fault)
    opened = _open(city, faults, finding_tables)
    read = {}
    for layer in city.assets:
        try:
            read[layer.name] = read_assets(
                city, districts, subset=layer.name, layer_states=layer_states
            )
        except SourceError as fault:
            faults.append(fault)
    layers = {name: inventory.assets for name, inventory in read.items()}
    rows = [_coverage_row(name, "assets", assets) for name, assets in layers.items()]
    if districts is not None:
        rows.append(_coverage_row("districts", "districts", districts))
    bounds = _city_bounds(districts, list(layers.values()))
    owners, prices = empty("OWNERSHIP"), []
    if read:
        inventory = counted_once(joined([*read.values()]), city)
        finding_tables.append(inventory.findings)
        finding_tables.append(findings(_misplaced(city, layers, inventory.extents, bounds)))
        finding_tables.append(
            findings(_proposed(city, join_findings(finding_tables), inventory.extents, bounds))
        )
        finding_tables += [
            placed(inventory.assets, city.crs),
            *(outside_extent(inventory.assets, hazard) for hazard in opened),
        ]
        curves, of_curves = _curves(city, inventory.assets["asset_type"].value_counts(), faults)
        finding_tables += [of_curves, unreached_points(curves, city, inventory.assets)]
        prices = price_lines(inventory.assets, prices_of(city))
        figures = _figures(city, inventory.assets, opened, curves, faults, finding_tables)
        finding_tables.append(
            near_duplicates(inventory.assets, figures["ead"].to_numpy(dtype=float), city)
        )
        owners = ownership(
            inventory.assets, figures, city.assets, delivered=inventory.delivered_on, day=day
        )
    coverage = _coverage(layers, opened)
    all_findings = join_findings(finding_tables)
    return Preflight(
        sources=pd.DataFrame(rows),
        coverage=coverage,
        ownership=owners,
        findings=all_findings,
        faults=tuple(faults),
        districts=districts,
        prices=tuple(prices),
        bounds=bounds,
    )


def _unlicensed(city: City) -> list[FindingRow]:
    """Return one finding on all sources whose licence is not stated."""
    places = city.sources_without("licence")
    row = finding(
        "licence_not_stated",
        source="city.toml",
        column="licence",
        count=len(places),
        places=", ".join(places),
    )
    return [row] if places else []


def _open(
    city: City, faults: list[AssetInventoryError], finding_tables: list[pd.DataFrame]
) -> list[OpenHazard]:
    opened = []
    for hazard in city.hazards:
        try:
            opened.append(open_hazard(hazard, city.crs))
            finding_tables.append(opened[-1].findings)
        except AssetInventoryError as fault:
            faults.append(fault)
            finding_tables.append(findings(getattr(fault, "rows", ())))
    return opened


def _figures(
    city: City,
    assets: gpd.GeoDataFrame,
    opened: list[OpenHazard],
    curves: Mapping[tuple[str, str], DamageCurve],
    faults: list[AssetInventoryError],
    finding_tables: list[pd.DataFrame],
) -> pd.DataFrame:
    """Return EAD by asset as an assessment computes it; NaN where no hazard can be used."""
    try:
        risk = run_readable(assets, opened, curves, RiskSettings.of(city))
    except SourceError as fault:
        faults.append(fault)
        return pd.DataFrame({"ead": np.full(len(assets), np.nan)})
    finding_tables.append(findings(risk.findings))
    for hazard in risk.hazards:
        of_hazard = risk.ead[(risk.ead["hazard"] == hazard.hazard.name).to_numpy()]
        finding_tables.append(findings(bounds_findings(hazard.hazard, of_hazard)))
    return risk.joint_ead


def _curves(
    city: City, counts: pd.Series, faults: list[AssetInventoryError]
) -> tuple[Mapping[tuple[str, str], DamageCurve], pd.DataFrame]:
    """Return the curves, and FINDINGS on them and on types (`counts`: assets) without one.

    Where one of them cannot serve, none does, as in an assessment; the others are looked at all the
    same.
    """
    claims, unusable = claimed_curves(city)
    if unusable:
        faults += unusable
        return {}, audit_curves(claims, city)
    curves, without = served_by(claims, city, counts.index)
    served = {hazard for hazard, _ in curves}
    bare = dict.fromkeys(hazard for hazard, _ in without if hazard not in served)
    missing = [finding("hazard_without_curves", source=hazard) for hazard in bare]
    missing += [
        type_without_curve(asset_type, city.hazard(hazard), city, count=int(counts[asset_type]))
        for hazard, asset_type in without
        if hazard in served
    ]
    return curves, join_findings(
        [audit_curves({**claims, **of_parts(curves)}, city), findings(missing)]
    )


def _coverage_row(name: str, kind: str, table: gpd.GeoDataFrame) -> dict:
    usable = table[
        ~(
            shapely.is_missing(table.geometry.to_numpy())
            | shapely.is_empty(table.geometry.to_numpy())
        )
    ]
    west, south, east, north = (
        to_wgs84(usable[["geometry"]]).total_bounds if len(usable) else [np.nan] * 4
    )
    return {
        "source": name,
        "kind": kind,
        "count": len(table),
        "unusable": int((~table["usable"]).sum())
        if "usable" in table.columns
        else len(table) - len(usable),
        "west": west,
        "south": south,
        "east": east,
        "north": north,
    }


def _city_bounds(
    districts: gpd.GeoDataFrame | None, layers: list[gpd.GeoDataFrame]
) -> np.ndarray | None:
    """Return the bounds of the districts, else of the first layer with features, else None."""
    for table in ([districts] if districts is not None else []) + layers:
        bounds = table.total_bounds
        if np.isfinite(bounds).all():
            return bounds
    return None


def _misplaced(
    city: City,
    layers: dict[str, gpd.GeoDataFrame],
    extents: dict[str, np.ndarray],
    bounds: np.ndarray | None,
) -> list[dict]:
    """Return a finding for each layer mostly outside the city, with a system that would fit."""
    if bounds is None:
        return []
    box = shapely.box(*bounds)
    rows = []
    for layer in city.assets:
        assets = layers.get(layer.name)
        if assets is None or not assets["usable"].any():
            continue
        geometry = assets.geometry.to_numpy()[assets["usable"].to_numpy()]
        outside = ~shapely.intersects(box, geometry)
        if outside.mean() > FAR_SHARE:
            row = _fix(
                "layer_outside_city",
                city,
                layer,
                extents[layer.name],
                bounds,
                count=int(outside.sum()),
            )
            rows.append(row if row["arguments"]["proposal"] else {**row, "code": "layer_elsewhere"})
    return rows


def _proposed(
    city: City,
    all_findings: pd.DataFrame,
    extents: dict[str, np.ndarray],
    bounds: np.ndarray | None,
) -> list[dict]:
    """Return a finding with a system for each layer that has none or one that leads nowhere."""
    if bounds is None:
        return []
    lost = set(all_findings["source"][all_findings["code"].isin(_CRS_FAULTS)])
    rows = [
        _fix("crs_to_state", city, layer, extents[layer.name], bounds)
        for layer in city.assets
        if layer.name in lost
    ]
    return [row for row in rows if row["arguments"]["proposal"]]


def _fix(
    code: str,
    city: City,
    layer: AssetLayer,
    extent: np.ndarray,
    bounds: np.ndarray,
    *,
    count: int = 1,
) -> dict:
    fitting = proposals(extent, city.crs, bounds) if np.isfinite(extent).all() else []
    proposal = f'crs = "{fitting[0]}"' if fitting else ""
    return finding(code, source=layer.name, severity="error", count=count, proposal=proposal)


def _coverage(layers: dict[str, gpd.GeoDataFrame], opened: list[OpenHazard]) -> pd.DataFrame:
    """Return `coverage`: shares of assets by layer and hazard map, each asset as one point."""
    rows = []
    for name, assets in layers.items():
        usable = assets[assets["usable"]].reset_index(drop=True)
        if not len(usable):
            continue
        points = shapely.point_on_surface(usable.geometry.to_numpy())
        ids = pd.CategoricalDtype(usable["asset_id"])
        for hazard in map(_seen, opened):
            maps = intersections(points, hazard, ids=usable["asset_id"])
            for period, table in zip(hazard.periods, maps, strict=True):
                exposure = expose(table, hazard.hazard, np.arange(len(usable)), ids)
                exposed = int((exposure["exposed_fraction"] > 0).sum())
                rows.append(
                    {
                        "source": name,
                        "hazard": hazard.hazard.name,
                        "return_period": period,
                        "known": 1 - (len(exposure) - exposed) / len(usable),
                        "exposed": exposed / len(usable),
                    }
                )
    return pd.DataFrame(rows, columns=["source", "hazard", "return_period", "known", "exposed"])


def _seen(opened: OpenHazard) -> OpenHazard:
    """Return a hazard of grids without the city's rule for what lies beyond the grids."""
    if not all(isinstance(a_map, GridMap) for a_map in opened.maps):
        return opened
    return replace(opened, hazard=opened.hazard.model_copy(update={"outside": "unknown"}))
