"""The risk delta: how a delivery changes the city's risk, computed from the changed assets only.

Figures of an asset depend on that asset alone, so the delta is the difference of two full
assessments, before and after, under the same hazards and curves. An asset that a side lacks costs
0 and is exposed to nothing there; an edit of the name alone makes no difference; an asset with
unknown damage on a side is in no difference.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from asset_inventory.hazards.intersections import OpenHazard, open_hazards
from asset_inventory.inventory.assets import assets_of
from asset_inventory.inventory.districts import in_squares, read_districts
from asset_inventory.model.city import City
from asset_inventory.model.data_status import has_exercise
from asset_inventory.model.errors import RegisterError
from asset_inventory.model.tables import (
    SIDES,
    TABLES,
    check,
    findings,
    known_sum,
    with_present_names,
)
from asset_inventory.register.changes import ADDED, EDITED, REMOVED
from asset_inventory.risk.exposure import exposure_counts
from asset_inventory.risk.pipeline import RiskSettings, run_readable
from asset_inventory.vulnerability.curves import DamageCurve, curves_for

CITY, DISTRICT, ASSET_TYPE = "city", "district", "asset_type"
_COUNTS = ("assets", "exposed", "not_exposed", "no_data", "unusable")
_FIGURES = ("ead", "ead_low", "ead_high")
_DIFFERENCES = ("difference", "difference_low", "difference_high", "not_compared")
_BEARING = ("asset_type", "district", "value", "floor_height", "area", "usable")
_MAP = ["hazard", "return_period"]
_COUNT_COLUMNS = ("hazard", "district", "asset_type")
_ORDER = {CITY: 0, DISTRICT: 1, ASSET_TYPE: 2}


@dataclass(frozen=True)
class RiskDelta:
    """What changes: EXPOSURE_DELTA, EAD_DELTA, and how many assets of each type are added, removed
    and edited.

    The tables have a row for the city (`by` is "city", without a `part`), for each district and
    each asset type; the rows of districts, and those of types, add up to the city's. EXPOSURE_DELTA
    has a row for each hazard map, and one without a hazard for all maps together. `changed` has the
    columns `asset_type`, `added`, `removed` and `edited`, an edited asset under its new type.
    `findings` name the hazards that could not be used, `exercise` is whether a figure rests on
    exercise data.
    """

    exposure: pd.DataFrame
    ead: pd.DataFrame
    changed: pd.DataFrame
    findings: pd.DataFrame
    exercise: bool = False


def changed_assets(
    before: gpd.GeoDataFrame, after: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return the rows of two ASSETS that differ: those of the first, and of the second."""
    ids, ids_now = (pd.Index(table["asset_id"].astype(str)) for table in (before, after))
    partner = ids_now.get_indexer(ids)
    rows = np.flatnonzero(partner >= 0)
    shared, shared_now = before.iloc[rows], after.iloc[partner[rows]]
    same = np.ones(len(rows), dtype=bool)
    for name in (column.name for column in TABLES["ASSETS"].columns if column.kind != "geometry"):
        cells, cells_now = (side[name].astype(object).to_numpy() for side in (shared, shared_now))
        same &= (cells == cells_now) | (pd.isna(cells) & pd.isna(cells_now))
    shapes, others = shared.geometry.to_numpy(), shared_now.geometry.to_numpy()
    same &= shapely.equals_exact(shapes, others) | (
        shapely.is_missing(shapes) & shapely.is_missing(others)
    )
    kept, kept_now = np.ones(len(before), dtype=bool), np.ones(len(after), dtype=bool)
    kept[rows[same]], kept_now[partner[rows[same]]] = False, False
    return before[kept], after[kept_now]


def risk_delta(
    city: City,
    before: gpd.GeoDataFrame,
    after: gpd.GeoDataFrame,
    *,
    opened: Sequence[OpenHazard] | None = None,
    curves: Mapping[tuple[str, str], DamageCurve] | None = None,
) -> RiskDelta:
    """Return the risk delta of changed assets, by their rows of ASSETS before and after.

    An asset is edited when both have its `asset_id`. The city's hazards and curves are opened
    unless they are given. Raises what `assess` raises.
    """
    refused: list[dict] = []
    if opened is None:
        opened, refused = open_hazards(city.hazards, city.crs)
    assets, is_after = _both(before, after)
    if curves is None:
        curves, _ = curves_for(city, assets["asset_type"].cat.categories)
    risk = run_readable(assets, opened, curves, RiskSettings.of(city)).with_data_status(
        assets, city, curves
    )
    maps = [(hazard.hazard.name, period) for hazard in risk.hazards for period in hazard.periods]
    exercise = has_exercise(risk.joint_ead) or any(
        hazard.hazard.source.exercise for hazard in risk.hazards
    )
    pairs = _pairs(before, after)
    return RiskDelta(
        exposure=check(_exposure_delta(assets, is_after, risk.exposure, maps), "EXPOSURE_DELTA"),
        ead=check(_ead_delta(assets, is_after, risk.joint_ead, pairs), "EAD_DELTA"),
        changed=_changed(assets, is_after, pairs),
        findings=findings([*refused, *risk.findings]),
        exercise=exercise,
    )


def layer_delta(
    city: City,
    layer: str,
    before: gpd.GeoDataFrame,
    after: gpd.GeoDataFrame,
    *,
    districts: gpd.GeoDataFrame | None = None,
) -> RiskDelta:
    """Return the risk delta of tables (or changed rows) of a layer, indexed by asset_id.

    `districts` are DISTRICTS, else the city's are read. Raises what `assess` raises.
    """
    declared = next((asset_layer for asset_layer in city.assets if asset_layer.name == layer), None)
    if declared is None:
        raise RegisterError("error.risk_of_undeclared", layer=layer)
    if districts is None:
        districts, _ = read_districts(city)
    sides = [assets_of(side, declared, city, districts) for side in (before, after)]
    return risk_delta(city, *changed_assets(*sides))


def share_of(difference: float, city_ead: float) -> float:
    """Return a difference as a share of the city's EAD before (0.041: +4.1 %), or NaN."""
    return difference / city_ead if city_ead > 0 else float("nan")


def no_longer_known(sums: pd.Series) -> bool:
    """Return whether known EAD changes by more than the difference of EAD_DELTA.

    Then assets lose their figure, or get one: only one side has their EAD.
    """
    before, after = (
        0.0 if np.isnan(sums[f"ead_{side}"]) else float(sums[f"ead_{side}"]) for side in SIDES
    )
    return bool(sums["not_compared"]) and not np.isclose(
        after - before, sums["difference"], rtol=1e-9, atol=1e-6
    )


def delta_as_json(delta: RiskDelta) -> dict[str, object]:
    """Return a risk delta as JSON has it, to be stored; `delta_from_json` gives it back."""
    tables = {name: getattr(delta, name) for name in ("exposure", "ead", "changed", "findings")}
    tables["findings"] = delta.findings.assign(
        arguments=[_without_nan(argument) for argument in delta.findings["arguments"]]
    )
    return {"exercise": delta.exercise} | {
        name: table.astype(object).where(table.notna(), None).to_dict("list")
        for name, table in tables.items()
    }


def delta_from_json(kept: Mapping[str, object]) -> RiskDelta:
    """Return the risk delta that `delta_as_json` gave."""
    exposure, ead = (
        pd.DataFrame(
            with_present_names(pd.DataFrame(kept[name])),
            columns=[column.name for column in TABLES[table].columns],
        ).astype(_types(table))
        for name, table in (("exposure", "EXPOSURE_DELTA"), ("ead", "EAD_DELTA"))
    )
    changed = pd.DataFrame(kept["changed"], columns=["asset_type", ADDED, REMOVED, EDITED])
    changed = changed.astype(
        {"asset_type": "str"} | dict.fromkeys((ADDED, REMOVED, EDITED), "int64")
    )
    kept_findings = findings(pd.DataFrame(kept["findings"]).to_dict("records"))
    return RiskDelta(
        exposure=exposure,
        ead=ead,
        changed=changed,
        findings=kept_findings,
        exercise=bool(kept["exercise"]),
    )


def _without_nan(arguments: Mapping[str, object]) -> dict[str, object]:
    return {
        name: None if isinstance(value, float) and np.isnan(value) else value
        for name, value in arguments.items()
    }


def _types(table: str) -> dict[str, str]:
    kinds = {"word": "str", "number": "float64", "count": "int64"}
    return {column.name: kinds[column.kind] for column in TABLES[table].columns}


def _both(before: gpd.GeoDataFrame, after: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, np.ndarray]:
    """Return the rows of both sides as one ASSETS, for one pass, and which are those after."""
    names = [column.name for column in TABLES["ASSETS"].columns]
    is_after = np.repeat([False, True], [len(before), len(after)])
    assets = pd.concat([before[names], after[names]], ignore_index=True)
    side = np.where(is_after, "after ", "before ")
    district = assets["district"].astype("str")
    if (district == "").all() and assets[
        "usable"
    ].any():  # a city without districts is summed by squares
        district = pd.Series(in_squares(assets.geometry.to_numpy()), dtype="str")
    return assets.assign(
        asset_id=side + assets["asset_id"].astype("str"),
        asset_type=assets["asset_type"].astype("str").astype("category"),
        district=district.astype("category"),
    ), is_after


def _pairs(before: gpd.GeoDataFrame, after: gpd.GeoDataFrame) -> np.ndarray:
    """Return for each row of both sides the row of the same asset on the other side, or -1."""
    ids, ids_now = (pd.Index(table["asset_id"].astype(str)) for table in (before, after))
    partner, partner_now = ids_now.get_indexer(ids), ids.get_indexer(ids_now)
    return np.concatenate([np.where(partner >= 0, partner + len(ids), -1), partner_now])


def _exposure_delta(
    assets: gpd.GeoDataFrame,
    is_after: np.ndarray,
    exposure: pd.DataFrame,
    maps: list[tuple[str, float]],
) -> pd.DataFrame:
    """Return EXPOSURE_DELTA from one table of counts by side and district."""
    sided = pd.Categorical(np.where(is_after, "a", "b") + assets["district"].astype("str"))
    anywhere = exposure.assign(hazard="", return_period=np.nan)
    ledgers = [
        exposure_counts(assets.assign(district=sided), laid, requested)
        for laid, requested in ((exposure, maps), (anywhere, [("", np.nan)]))
    ]
    counted = pd.concat(
        [ledger.astype(dict.fromkeys(_COUNT_COLUMNS, "str")) for ledger in ledgers if len(ledger)]
        or ledgers[:1]
    )
    of_side = {
        "before": counted["district"].str[0] == "b",
        "after": counted["district"].str[0] == "a",
    }
    counts = {
        f"{name}_{side}": counted[name].where(of_side[side], 0)
        for name in _COUNTS
        for side in SIDES
    }
    counted = counted[_MAP].assign(
        **counts, district=counted["district"].str[1:], asset_type=counted["asset_type"]
    )
    all_maps = [*maps, ("", np.nan)]
    none = pd.DataFrame(all_maps, columns=_MAP).assign(by=CITY, part="", **dict.fromkeys(counts, 0))
    stacked = pd.concat([none, *(counted.assign(by=by, part=part) for by, part in _parts(counted))])
    sums = (
        stacked.groupby(["by", "part", *_MAP], dropna=False)[list(counts)]
        .sum()
        .astype("int64")
        .reset_index()
    )
    hazards = list(dict.fromkeys(hazard for hazard, _ in all_maps))
    place = (
        sums["by"].map(_ORDER),
        sums["part"],
        sums["hazard"].map(hazards.index),
        sums["return_period"],
    )
    return _named(sums.iloc[np.lexsort(place[::-1])], "EXPOSURE_DELTA")


def _ead_delta(
    assets: gpd.GeoDataFrame, is_after: np.ndarray, figures: pd.DataFrame, pairs: np.ndarray
) -> pd.DataFrame:
    """Return EAD_DELTA; `figures` are `ead`, `ead_low`, `ead_high` of the rows of both sides."""
    parted = figures.assign(
        district=assets["district"].astype("str"), asset_type=assets["asset_type"].astype("str")
    )
    stacked = pd.concat(
        [parted.assign(by=by, part=part, row=np.arange(len(parted))) for by, part in _parts(parted)]
    )
    row = stacked["row"].to_numpy()
    after, ead = is_after[row], figures["ead"].to_numpy()
    # what is not known on one side is compared on neither
    other = np.append(ead, 0.0)[pairs]
    alike = _alike(assets, pairs)  # by however little is known of them, they differ by nothing
    change = np.where(alike, 0.0, np.where(np.isnan(other), np.nan, np.where(is_after, ead, -ead)))[
        row
    ]
    low, high = (
        np.where(alike, 0.0, figures[name].to_numpy())[row] for name in ("ead_low", "ead_high")
    )
    bounds = np.where(after, low, -high), np.where(after, high, -low)
    # an edited asset counts once, where it now is
    lost = np.isnan(change) & (after | (pairs[row] < 0))
    rows = []
    for (by, part), places in (
        stacked.reset_index(drop=True).groupby(["by", "part"], sort=False).indices.items()
    ):
        sums: dict[str, object] = {"by": by, "part": part}
        for side, of_side in zip(
            SIDES, (places[~after[places]], places[after[places]]), strict=True
        ):
            sums |= {
                f"assets_{side}": len(of_side),
                f"without_figure_{side}": int(np.isnan(ead[row[of_side]]).sum()),
            }
            sums |= {
                f"{name}_{side}": _side_sum(figures[name].to_numpy()[row[of_side]], name)
                for name in _FIGURES
            }
        sums |= {"difference": _sum(change[places]), "not_compared": int(lost[places].sum())}
        sums |= {
            f"difference_{name}": float(bound[places].sum())
            for name, bound in zip(("low", "high"), bounds, strict=True)
        }
        rows.append(sums)
    if not rows:
        rows = [
            {"by": CITY, "part": ""}
            | {
                f"{name}_{side}": 0
                for name in (*_FIGURES, "assets", "without_figure")
                for side in SIDES
            }
            | dict.fromkeys(_DIFFERENCES, 0)
        ]
    table = pd.DataFrame(rows)
    return _named(table.iloc[np.lexsort((table["part"], table["by"].map(_ORDER)))], "EAD_DELTA")


def _alike(assets: gpd.GeoDataFrame, pairs: np.ndarray) -> np.ndarray:
    """Return the rows in which all that risk depends on is unchanged on the other side."""
    same = pairs >= 0
    for name in _BEARING:
        cells = assets[name].astype(object).to_numpy()
        same &= (cells == cells[pairs]) | (pd.isna(cells) & pd.isna(cells[pairs]))
    shapes = assets.geometry.to_numpy()
    missing = shapely.is_missing(shapes)
    return same & (shapely.equals_exact(shapes, shapes[pairs]) | (missing & missing[pairs]))


def _parts(table: pd.DataFrame) -> list[tuple[str, object]]:
    return [(CITY, ""), (DISTRICT, table["district"]), (ASSET_TYPE, table["asset_type"])]


def _sum(values: np.ndarray) -> float:
    """Return the known sum: 0 without assets, NaN where there are some and none is known."""
    return known_sum(values) if len(values) else 0.0


def _side_sum(values: np.ndarray, name: str) -> float:
    """Return a side's sum; a bound of a sum is known only where each part's is."""
    return _sum(values) if name == "ead" else float(values.sum())


def _named(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return a table by its contract: columns in order and typed, part or hazard empty for all."""
    table = (
        table[[column.name for column in TABLES[name].columns]]
        .reset_index(drop=True)
        .astype(_types(name))
    )
    words = [
        column.name for column in TABLES[name].columns if column.kind == "word" and column.missing
    ]
    return table.assign(**{word: table[word].mask(table[word] == "") for word in words})


def _changed(assets: gpd.GeoDataFrame, is_after: np.ndarray, pairs: np.ndarray) -> pd.DataFrame:
    change = np.where(pairs >= 0, EDITED, np.where(is_after, ADDED, REMOVED))
    counted = (pairs < 0) | is_after
    table = pd.crosstab(assets["asset_type"].astype("str").to_numpy()[counted], change[counted])
    table = table.reindex(columns=[ADDED, REMOVED, EDITED], fill_value=0).astype("int64")
    return (
        table.rename_axis(index="asset_type", columns=None)
        .reset_index()
        .astype({"asset_type": "str"})
    )
