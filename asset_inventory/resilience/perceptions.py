"""The city's shocks and stresses as perceived and as measured, and the mismatches of the two.

Each group has the same weight in the perceived order, whatever its number of voters. Hazards are
ordered by their EAD. A shock or stress with a declared measure but without a map or a value is not
measured.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from asset_inventory.model.errors import Arguments
from asset_inventory.model.resilience import Pressure
from asset_inventory.model.tables import FindingRow, finding
from asset_inventory.model.texts import folded, nearest

FELT_ONLY, OVERLOOKED, UNNAMED = "felt, not measured", "measured, not felt", "named by nobody"


def measured_shocks_and_stresses(
    pressures: Iterable[Pressure], hazards: Collection[str], indicators: Collection[str] | None
) -> tuple[Pressure, ...]:
    """Return the shocks and stresses, those without a map or a value without `measured_by`.

    `hazards` were used, `indicators` have a value that counts, in any spelling; None where their
    file could not be read, so that each stays as declared.

    Examples
    --------
    >>> rob = Pressure(
    ...     id="rob", name={"id": "Rob", "en": "Tidal flooding"}, kind="stress", measured_by={"hazard": "rob"})
    >>> [one.measured_by for one in measured_shocks_and_stresses([rob], {"flood"}, None)]
    [None]
    """
    known = {folded(name) for name in indicators or ()}

    def is_measured(pressure: Pressure) -> bool:
        by = pressure.measured_by
        if by is None or by.hazard in hazards:
            return True
        return by.indicator is not None and (indicators is None or folded(by.indicator) in known)

    return tuple(
        pressure if is_measured(pressure) else pressure.model_copy(update={"measured_by": None})
        for pressure in pressures
    )


def measure_findings(
    pressures: Sequence[Pressure], measured: Sequence[Pressure], indicators: Iterable[str]
) -> Iterator[FindingRow]:
    """Yield rows of FINDINGS on shocks and stresses with a declared measure and without a map or
    a value.

    Examples
    --------
    >>> rob = Pressure(
    ...     id="rob", name={"id": "Rob", "en": "Tidal flooding"}, kind="stress", measured_by={"hazard": "rob"})
    >>> measured = measured_shocks_and_stresses([rob], {"flood"}, None)
    >>> [(row["feature"], row["code"]) for row in measure_findings([rob], measured, [])]
    [('rob', 'pressure_without_map')]
    """
    indicators = list(indicators)
    for pressure, used in zip(pressures, measured, strict=True):
        by = pressure.measured_by
        if by is None or by == used.measured_by:
            continue
        near = nearest(by.indicator, indicators) if by.indicator else ""
        without = "pressure_without_value_near" if near else "pressure_without_value"
        code = "pressure_without_map" if by.hazard else without
        more: Arguments = {"near": near} if near else {}
        yield finding(
            code,
            source="city.toml",
            feature=pressure.id,
            column="pressures",
            given=by.hazard or by.indicator,
            **more,
        )


def perceived_and_measured(
    pressures: Sequence[Pressure],
    ranks: pd.DataFrame,
    statements: pd.DataFrame,
    cost: Mapping[str, float],
    *,
    costliest: int,
    unread: Collection[str] = (),
) -> pd.DataFrame:
    """Return SHOCKS_AND_STRESSES: a row for each shock and stress, in perceived order, then as
    declared.

    `perceived_rank` is by the mean over the groups of their mean ranks (ties share a rank), NaN
    without votes; `statements` counts those merged into it; `cost` is EAD by hazard
    (currency/year), and `cost_rank` orders those that are known. `mismatch` says where felt and
    measured part: felt, not measured (voted or raised, without hazard or indicator); measured, not
    felt (among the `costliest` by rank, and in the lower half of the votes or without any word);
    named by nobody (not voted, not raised, not measured). Where the file of votes or statements
    could not be read (`unread`), nothing is said to be unnamed, and without that of statements
    nobody knows how many there are.

    Examples
    --------
    Groups rank tidal flooding first; the costlier flood is raised by nobody:

    >>> rob, flood = (
    ...     Pressure(id=name, name={"id": name, "en": name}, kind="shock", measured_by={"hazard": name})
    ...     for name in ("rob", "flood"))
    >>> ranks = pd.DataFrame({"group": "RT 1", "pressure": ["rob", "flood"], "mean_rank": [1.0, 2.0]})
    >>> statements = pd.DataFrame({"pressure": ["rob", "rob"]})
    >>> table = perceived_and_measured([flood, rob], ranks, statements, {"rob": 10.0, "flood": 90.0}, costliest=1)
    >>> table[["pressure", "perceived_rank", "statements", "cost_rank", "mismatch"]].values.tolist()
    [['rob', 1.0, 2, 2.0, nan], ['flood', 2.0, 0, 1.0, 'measured, not felt']]
    """
    table = pd.DataFrame(
        {
            "pressure": [pressure.id for pressure in pressures],
            "kind": [pressure.kind for pressure in pressures],
            "hazard": [
                pressure.measured_by.hazard if pressure.measured_by else None
                for pressure in pressures
            ],
            "indicator": [
                pressure.measured_by.indicator if pressure.measured_by else None
                for pressure in pressures
            ],
        }
    ).astype("str")
    table["mean_rank"] = (
        table["pressure"].map(ranks.groupby("pressure")["mean_rank"].mean()).astype(float)
    )
    # the last bits of a mean part no pressures
    table["perceived_rank"] = table["mean_rank"].round(12).rank(method="min")
    table["groups"] = int(ranks["group"].nunique())
    table["statements"] = (
        table["pressure"].map(statements["pressure"].value_counts()).fillna(0).astype("int64")
    )
    table["cost"] = table["hazard"].map(cost).astype(float)
    table["cost_rank"] = table["cost"].rank(method="min", ascending=False)
    table["mismatch"] = _mismatches(table, costliest, set(unread))
    if "statements" in unread:
        table["statements"] = np.nan
    order = np.argsort(table["perceived_rank"].fillna(np.inf).to_numpy(), kind="stable")
    return table.iloc[order].reset_index(drop=True)


def _mismatches(table: pd.DataFrame, costliest: int, unread: set[str]) -> pd.Series:
    measured = table["hazard"].notna() | table["indicator"].notna()
    voted = table["perceived_rank"].notna()
    named = voted | (table["statements"] > 0)
    low = (
        (table["perceived_rank"] > voted.sum() / 2)
        & (table["statements"] == 0)
        & ("statements" not in unread)
    )
    silent = ~named & unread.isdisjoint(("statements", "votes"))
    costly = table["cost_rank"] <= costliest
    told = np.select(
        [named & ~measured & ~low, costly & (low | silent), silent & ~measured],
        [FELT_ONLY, OVERLOOKED, UNNAMED],
        "",
    )
    return pd.Series(told, index=table.index, dtype="str").replace("", None).astype("str")


def influence_matrix(
    pressures: Iterable[Pressure], pairs: Iterable[tuple[str, str]]
) -> pd.DataFrame:
    """Return which stress (rows) worsens which shock (columns), True where declared, in the city's
    order.

    Examples
    --------
    >>> pressures = [Pressure(id=name, name=name, kind=kind) for name, kind in (("heat", "stress"), ("fire", "shock"))]
    >>> influence_matrix(pressures, [("heat", "fire")]).to_dict("index")
    {'heat': {'fire': True}}
    """
    known = list(pressures)
    stresses, shocks = (
        [pressure.id for pressure in known if pressure.kind == kind] for kind in ("stress", "shock")
    )
    matrix = pd.DataFrame(
        False, index=pd.Index(stresses, name="stress"), columns=pd.Index(shocks, name="shock")
    )
    for stress, shock in pairs:
        matrix.loc[stress, shock] = True
    return matrix
