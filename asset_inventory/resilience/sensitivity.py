"""How much the order of districts hangs on how they are compared, and which criteria say the same thing twice.

Mean rank shift R = (1/M) Σ |rank - rank by another choice| over M districts (Saisana, Saltelli and Tarantola 2005,
doi 10.1111/j.1467-985X.2005.00350.x), for choices that a planner could as well have made: a linear mean, one criterion
less, another worst goalpost. Assumption: ranks are those of the lowest score that may be, ties sharing the lower rank.
Criteria that rank districts alike count twice in any mean, whatever their weights: Spearman's rho shows it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd

from asset_inventory.model.resilience import Criterion, Resilience
from asset_inventory.model.tables import empty, finding
from asset_inventory.resilience.criteria import geometric, linear, need_ranks, nothing_known, scored, towards_need, wide

LINEAR, WITHOUT, FURTHER, NEARER = "linear", "without", "worst further", "worst nearer"
_FEWEST = 3  # districts: two always agree or disagree wholly


def rank_sensitivity(criteria: pd.DataFrame, settings: Resilience) -> pd.DataFrame:
    """Return RANK_SHIFTS: a row per choice, and per criterion where a choice is about one; `district` moves the most.

    The worst end of a goalpost is moved by `goalpost_step` of its range, away from the best end and towards it. Without
    a district that moves `district` is missing.
    """
    low = wide(criteria, "score_low")
    weight = np.array([settings.criteria[name].weight for name in low.columns])
    blank = nothing_known(criteria)

    def ranks(scores: np.ndarray) -> np.ndarray:
        return need_ranks(np.where(blank, np.nan, scores))

    stand = ranks(geometric(low.to_numpy(), weight, floor=settings.floor))
    rows = []
    for choice, name, normal, weights in _choices(criteria, low, weight, settings):
        other = ranks(linear(normal, weights) if choice == LINEAR else geometric(normal, weights, floor=settings.floor))
        shift = np.abs(stand - other)[~blank]
        furthest = int(np.argmax(shift)) if len(shift) and shift.any() else None
        rows.append({
            "choice": choice, "criterion": name, "mean_shift": shift.mean() if len(shift) else np.nan,
            "largest_shift": shift.max() if len(shift) else np.nan,
            "district": None if furthest is None else str(low.index[~blank][furthest]),
        })  # fmt: skip
    return pd.DataFrame(rows, columns=list(empty("RANK_SHIFTS").columns)).astype(
        {"choice": "str", "criterion": "str", "district": "str"}
    )


def _choices(
    criteria: pd.DataFrame, low: pd.DataFrame, weight: np.ndarray, settings: Resilience
) -> Iterator[tuple[str, str | None, np.ndarray, np.ndarray]]:
    """Yield other ways to compare: what is chosen, about which criterion, its scores, and its weights."""
    yield LINEAR, None, low.to_numpy(), weight
    for place, name in enumerate(low.columns):
        kept = np.arange(low.shape[1]) != place
        if kept.any():
            yield WITHOUT, name, low.to_numpy()[:, kept], weight[kept]
        values = criteria[(criteria["criterion"] == name).to_numpy()].set_index("district")
        for choice, step in ((FURTHER, settings.goalpost_step), (NEARER, -settings.goalpost_step)):
            post = settings.criteria[name]
            moved = post.model_copy(update={"worst": post.best + (post.worst - post.best) * (1 + step)})
            yield choice, name, low.assign(**{name: _low(values, moved)}).to_numpy(), weight


def _low(values: pd.DataFrame, post: Criterion) -> pd.Series:
    return scored(values[["value", "value_least", "value_most"]], post)["score_low"]


def correlations(criteria: pd.DataFrame, settings: Resilience) -> pd.DataFrame:
    """Return CORRELATIONS: Spearman's for each pair of criteria over the districts in which both are known.

    Positive where the same districts are in need by both. NaN with fewer than three districts, and where one of the two
    is the same everywhere.
    """
    values = wide(criteria, "value")
    need = values * towards_need(settings.criteria, values.columns)
    rows = []
    for one, other in combinations(need.columns, 2):
        both = need[[one, other]].dropna()
        ranks = both.rank().to_numpy()
        told = len(both) >= _FEWEST and (ranks.std(axis=0) > 0).all()
        found = float(np.clip(np.corrcoef(ranks.T)[0, 1], -1.0, 1.0)) if told else np.nan
        rows.append({"criterion": one, "other": other, "correlation": found, "districts": len(both)})
    return pd.DataFrame(rows, columns=list(empty("CORRELATIONS").columns)).astype(
        {"criterion": "str", "other": "str", "correlation": "float64", "districts": "int64"}
    )


def correlation_findings(table: pd.DataFrame, settings: Resilience) -> Iterator[dict[str, object]]:
    """Yield rows of FINDINGS on pairs of criteria that say nearly the same, or nearly the opposite."""
    strong = table[table["correlation"].abs() >= settings.correlated]
    for row in strong.to_dict("records"):
        code = "criteria_count_twice" if row["correlation"] > 0 else "criteria_cancel"
        told = {"other": row["other"], "correlation": round(row["correlation"], 3), "districts": row["districts"]}
        yield finding(code, source="city.toml", severity="warning", feature=row["criterion"], column="criteria", **told)
