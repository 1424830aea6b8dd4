"""The damage of a city's assets, and of each type, district or owner: map by map, and a year.

A sum of nothing is NaN. The bounds of a sum are the sums of its assets' bounds. Assets without a
place are in no sum; other assets without a figure have the lower bound 0 and no known upper bound.
"""

from collections.abc import Iterable, Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.assessment.run import Assessment
from asset_inventory.hazards.intersections import COVERS_LESS
from asset_inventory.model.annual_damage import EadRule
from asset_inventory.model.hazards import Hazard
from asset_inventory.model.tables import TABLES, at_period, check, known_sum
from asset_inventory.risk.annual_damage import damages_by_map, expected_annual_damage
from asset_inventory.risk.exposure import STATES, states

CITY = "city"
# The columns of ASSETS by which sums are made.
PARTS = ("asset_type", "district", "owner")
Maps = Iterable[tuple[Hazard, tuple[float, ...]]]


def damage_summary(
    assets: gpd.GeoDataFrame,
    exposure: pd.DataFrame,
    damage: pd.DataFrame,
    maps: Maps,
    *,
    by: Iterable[str] = PARTS,
) -> pd.DataFrame:
    """Return DAMAGE_SUMMARY: what each part of the assets loses under each map, those of the whole
    city first.

    `maps` has the return periods (year, rising, NaN = a scenario) of each hazard; `by` are columns
    of ASSETS. Assets that are not exposed lose 0; the loss of those `without_figure` is not known,
    nor is any loss where a hazard has no curves.
    """
    groups, row = _groups(assets, by), exposure["asset_id"].cat.codes.to_numpy()
    usable, rows = assets["usable"].to_numpy(), []
    for hazard, periods in maps:
        damages = damages_by_map(assets, exposure, damage, hazard, np.array(periods, dtype=float))
        of_hazard = (exposure["hazard"] == hazard.name).to_numpy()
        # no curves: the damage is not known
        if not (damage["hazard"] == hazard.name).any() and of_hazard.any():
            for table in (damages.known, damages.least, damages.most):
                table[:] = np.nan
        for place, period in enumerate(periods):
            of_map = of_hazard & at_period(exposure, period)
            shares = (
                exposure[name].to_numpy()[of_map]
                for name in ("exposed_fraction", "no_data_fraction")
            )
            state = states(usable, row[of_map], *shares)
            for (column, part), inside in groups.items():
                counted = np.bincount(state[inside], minlength=len(STATES))
                rows.append(
                    {
                        "by": column,
                        "part": part,
                        "hazard": hazard.name,
                        "return_period": period,
                        "assets": len(inside),
                        **dict(zip(STATES, counted.tolist(), strict=True)),
                        **_money(
                            "damage",
                            _is_known(
                                state[inside],
                                damages.known[inside, place],
                                damages.least[inside, place],
                                damages.most[inside, place],
                            ),
                            usable[inside],
                        ),
                    }
                )
    return _table(rows, "DAMAGE_SUMMARY")


def ead_summary(
    assets: gpd.GeoDataFrame, ead: pd.DataFrame, *, by: Iterable[str] = PARTS
) -> pd.DataFrame:
    """Return EAD_SUMMARY: the EAD of each part of the assets by hazard, the whole city first.

    `rule` is that of the part's figures: one void bound voids those of the sum.
    """
    groups, usable, rows = _groups(assets, by), assets["usable"].to_numpy(), []
    for hazard in ead["hazard"].cat.categories[np.unique(ead["hazard"].cat.codes)]:
        of_hazard = ead[(ead["hazard"] == hazard).to_numpy()]
        of_hazard = of_hazard.set_index(of_hazard["asset_id"].cat.codes.to_numpy()).reindex(
            np.arange(len(assets))
        )
        figures = of_hazard[["ead", "ead_low", "ead_high"]].to_numpy(dtype=float).T
        codes, rules = pd.factorize(of_hazard["rule"].astype(object))
        maps = np.nan_to_num(of_hazard["maps"].to_numpy(dtype=float)).astype(int)
        for (column, part), inside in groups.items():
            rule = _rule_of([str(rules[code]) for code in pd.unique(codes[inside]) if code >= 0])
            of_part = [figure[inside] for figure in figures]
            if rule == "bounds void":
                of_part[1:] = [np.full(len(inside), np.nan)] * 2
            rows.append(
                {
                    "by": column,
                    "part": part,
                    "hazard": hazard,
                    "assets": len(inside),
                    **_money("ead", of_part, usable[inside]),
                    "rule": rule,
                    "maps": int(maps[inside].max(initial=0)),
                    "left_out": None,
                }
            )
    return _table(rows, "EAD_SUMMARY")


def ead_sums_without(
    assets: gpd.GeoDataFrame,
    tables: tuple[pd.DataFrame, pd.DataFrame],
    maps: Maps,
    refuted: Mapping[str, Iterable[float]],
    *,
    rule: EadRule,
    by: Iterable[str] = PARTS,
) -> pd.DataFrame:
    """Return EAD_SUMMARY of hazards with maps that are not nested, without the maps that cover
    less than they should.

    `tables` are EXPOSURE and DAMAGE, `refuted` has the return periods (year) of these maps by
    hazard; `left_out` names them. The tables do not show whether those maps are wrong or the more
    frequent ones are.
    """
    exposure, damage = tables
    summaries = []
    for hazard, periods in maps:
        out = sorted(refuted.get(hazard.name, ()))
        kept = [period for period in periods if period not in out]
        if not out or not kept or np.isnan(periods).any():
            continue
        laid = [
            table[~((table["hazard"] == hazard.name) & table["return_period"].isin(out)).to_numpy()]
            for table in (exposure, damage)
        ]
        ead = expected_annual_damage(assets, *laid, hazard, np.array(kept, dtype=float), rule=rule)
        summaries.append(
            ead_summary(assets, ead, by=by).assign(
                left_out=", ".join(f"{period:g}" for period in out)
            )
        )
    return pd.concat(summaries, ignore_index=True) if summaries else _table([], "EAD_SUMMARY")


def _groups(
    assets: gpd.GeoDataFrame, by: Iterable[str]
) -> dict[tuple[str, str | None], np.ndarray]:
    """Return the rows of the whole city (part None) and of each part that has a name."""
    groups: dict[tuple[str, str | None], np.ndarray] = {(CITY, None): np.arange(len(assets))}
    for column in by:
        named = assets[column].astype("str").where(assets[column].notna())
        groups |= {
            (column, str(part)): rows for part, rows in sorted(named.groupby(named).indices.items())
        }
    return groups


def _is_known(state: np.ndarray, *figures: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return known, least and most damage, all NaN where exposed assets have none known."""
    exposed = state == STATES.index("exposed")
    untold = exposed.any() and np.isnan(figures[0][exposed]).all()
    return tuple(np.full(len(figure), np.nan) for figure in figures) if untold else figures


def _rule_of(rules: Sequence[str]) -> str:
    """Return the rule of a sum from those of its assets, in the order in which they come."""
    firm = next((rule for rule in ("bounds void", "bounds only") if rule in rules), None)
    return firm or next((rule for rule in rules if rule != "not known"), "not known")


def _money(name: str, figures: Sequence[np.ndarray], usable: np.ndarray) -> dict[str, object]:
    """Return the known sum, the least and the most of each asset, and how many have no figure."""
    known, lower, upper = figures
    return {
        name: known_sum(known),
        f"{name}_low": known_sum(lower),
        f"{name}_high": np.nan if np.isnan(upper[usable]).any() else known_sum(upper),
        "without_figure": int(np.isnan(known).sum()),
    }


def _table(rows: list[dict[str, object]], name: str) -> pd.DataFrame:
    words = {column.name: "str" for column in TABLES[name].columns if column.kind == "word"}
    return pd.DataFrame(rows, columns=[column.name for column in TABLES[name].columns]).astype(
        words
    )


def damage_summary_of(assessment: Assessment, *, by: Iterable[str] = PARTS) -> pd.DataFrame:
    """Return DAMAGE_SUMMARY, hazards in the city's order; `by` are columns of ASSETS."""
    exposure, damage = (
        _coded(getattr(assessment, name), assessment) for name in ("exposure", "damage")
    )
    return check(
        damage_summary(assessment.assets, exposure, damage, assessed_maps(assessment), by=by),
        "DAMAGE_SUMMARY",
    )


def ead_summary_of(assessment: Assessment, *, by: Iterable[str] = PARTS) -> pd.DataFrame:
    """Return EAD_SUMMARY of each hazard by all its maps, and without those that refute bounds."""
    exposure, damage, ead = (
        _coded(getattr(assessment, name), assessment) for name in ("exposure", "damage", "ead")
    )
    summary = ead_summary(assessment.assets, ead, by=by)
    priced = set(summary["hazard"])  # a stress by the year, whatever its rarer maps give
    maps = [
        (hazard, periods)
        for hazard, periods in assessed_maps(assessment)
        if hazard.name in priced and hazard.kind == "shock"
    ]
    less = ead_sums_without(
        assessment.assets,
        (exposure, damage),
        maps,
        _refuted(assessment),
        rule=assessment.city.ead,
        by=by,
    )
    return check(
        pd.concat([summary, less], ignore_index=True) if len(less) else summary, "EAD_SUMMARY"
    )


def assessed_maps(assessment: Assessment) -> list[tuple[Hazard, tuple[float, ...]]]:
    """Return the assessed hazards with their return periods, rising; NaN (a scenario) last."""
    table = (
        assessment.exposure_counts[["hazard", "return_period"]]
        .astype({"hazard": str})
        .drop_duplicates()
    )
    periods = {
        name: np.sort(rows["return_period"].to_numpy(dtype=float))
        for name, rows in table.groupby("hazard")
    }
    return [
        (hazard, tuple(periods[hazard.name].tolist()))
        for hazard in assessment.city.hazards
        if hazard.name in periods
    ]


def _refuted(assessment: Assessment) -> dict[str, set[float]]:
    """Return by hazard the return periods of maps that cover less area than a more frequent one."""
    refuted: dict[str, set[float]] = {}
    rows = assessment.findings[(assessment.findings["code"] == COVERS_LESS).to_numpy()]
    for row in rows.to_dict("records"):
        name = next(
            (
                hazard.name
                for hazard in assessment.city.hazards
                if row["source"].startswith(f"{hazard.name} (")
            ),
            None,
        )
        if name is not None:
            refuted.setdefault(name, set()).add(float(row["arguments"]["rarer"]))
    return refuted


def _coded(table: pd.DataFrame, assessment: Assessment) -> pd.DataFrame:
    """Return the rows of assets: ids coded by their row in ASSETS, hazards as categories."""
    ids = pd.Index(assessment.assets["asset_id"].astype(object))
    if isinstance(table["asset_id"].dtype, pd.CategoricalDtype) and ids.equals(
        table["asset_id"].cat.categories
    ):
        return table
    row = ids.get_indexer(table["asset_id"].astype(object))
    kept = table[row >= 0]
    hazards = pd.Categorical(
        kept["hazard"].astype(object), categories=list(dict.fromkeys(kept["hazard"]))
    )
    return kept.assign(
        asset_id=pd.Categorical.from_codes(row[row >= 0], categories=ids), hazard=hazards
    )
