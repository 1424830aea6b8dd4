"""Sensitivity of district ranks to the choices of the comparison, and correlations of criteria.

Mean rank shift R = (1/M) Σ ``|rank - rank by another choice|`` over M districts (Saisana, Saltelli and
Tarantola 2005, doi 10.1111/j.1467-985X.2005.00350.x), for choices that a planner could have made
too: an arithmetic mean, one criterion less, another worst goalpost. Assumption: ranks are those of
the lowest possible score, and ties share the lower rank. Criteria that rank districts alike count
twice in any mean, whatever their weights: Spearman's rho shows it.
"""

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd

from asset_inventory.model.resilience import Criterion, Resilience
from asset_inventory.model.tables import FindingRow, empty, finding
from asset_inventory.resilience import criteria as scoring

LINEAR, WITHOUT, FURTHER, NEARER = "linear", "without", "worst further", "worst nearer"
_FEWEST = 3  # districts: two always agree or disagree fully


def rank_sensitivity(criteria: pd.DataFrame, settings: Resilience) -> pd.DataFrame:
    """Return RANK_SENSITIVITY: a row per choice, and per criterion for choices on one; `district`
    has the largest shift.

    The worst end of a goalpost moves by `goalpost_step` of its range, away from the best end and
    towards it. `district` is missing where no district shifts.

    Examples
    --------
    Two districts, 0.1 and 0.6 by one criterion, keep their ranks under the arithmetic mean:

    >>> criteria = pd.DataFrame({
    ...     "district": ["a", "b"], "criterion": "loss", "value": [9.0, 4.0], "value_least": [9.0, 4.0],
    ...     "value_most": [9.0, 4.0], "score_low": [0.1, 0.6],
    ... })
    >>> settings = Resilience(criteria={"loss": Criterion(worst=10, best=0)})
    >>> rank_sensitivity(criteria, settings)[["choice", "mean_shift"]].head(1).values.tolist()
    [['linear', 0.0]]
    """
    if not len(criteria):
        return empty("RANK_SENSITIVITY")
    low = scoring.wide(criteria, "score_low")
    weight = np.array([settings.criteria[name].weight for name in low.columns])
    blank = scoring.nothing_known(criteria)

    def ranks(scores: np.ndarray) -> np.ndarray:
        return scoring.need_ranks(np.where(blank, np.nan, scores))

    own = ranks(scoring.geometric(low.to_numpy(), weight, floor=settings.floor))
    rows = []
    for choice, name, normal, weights in _choices(criteria, low, weight, settings):
        other = ranks(
            scoring.linear(normal, weights)
            if choice == LINEAR
            else scoring.geometric(normal, weights, floor=settings.floor)
        )
        shift = np.abs(own - other)[~blank]
        furthest = int(np.argmax(shift)) if len(shift) and shift.any() else None
        rows.append(
            {
                "choice": choice,
                "criterion": name,
                "mean_shift": shift.mean() if len(shift) else np.nan,
                "largest_shift": shift.max() if len(shift) else np.nan,
                "district": None if furthest is None else str(low.index[~blank][furthest]),
            }
        )
    return pd.DataFrame(rows, columns=list(empty("RANK_SENSITIVITY").columns)).astype(
        {"choice": "str", "criterion": "str", "district": "str"}
    )


def _choices(
    criteria: pd.DataFrame, low: pd.DataFrame, weight: np.ndarray, settings: Resilience
) -> Iterator[tuple[str, str | None, np.ndarray, np.ndarray]]:
    """Yield other choices of the comparison: the choice, its criterion, scores and weights."""
    yield LINEAR, None, low.to_numpy(), weight
    for place, name in enumerate(low.columns):
        kept = np.arange(low.shape[1]) != place
        if kept.any():
            yield WITHOUT, name, low.to_numpy()[:, kept], weight[kept]
        values = criteria[(criteria["criterion"] == name).to_numpy()].set_index("district")
        for choice, step in ((FURTHER, settings.goalpost_step), (NEARER, -settings.goalpost_step)):
            post = settings.criteria[name]
            moved = post.model_copy(
                update={"worst": post.best + (post.worst - post.best) * (1 + step)}
            )
            yield choice, name, low.assign(**{name: _low(values, moved)}).to_numpy(), weight


def _low(values: pd.DataFrame, post: Criterion) -> pd.Series:
    return scoring.scored(values[["value", "value_least", "value_most"]], post)["score_low"]


def correlations(criteria: pd.DataFrame, settings: Resilience) -> pd.DataFrame:
    """Return CORRELATIONS: Spearman's rho for each pair of criteria over the districts with both
    values.

    Positive where the same districts are in need by both. NaN with fewer than three districts, and
    for a constant criterion.

    Examples
    --------
    >>> criteria = pd.DataFrame({
    ...     "district": ["a", "b", "c"] * 2, "criterion": ["loss"] * 3 + ["poverty"] * 3,
    ...     "value": [1.0, 2.0, 3.0, 10.0, 20.0, 30.0],
    ... })
    >>> post = Criterion(worst=10, best=0)
    >>> correlations(criteria, Resilience(criteria={"loss": post, "poverty": post})).values.tolist()
    [['loss', 'poverty', 1.0, 3]]
    """
    values = scoring.wide(criteria, "value")
    need = values * scoring.towards_need(settings.criteria, values.columns)
    rows = []
    for name, other in combinations(need.columns, 2):
        both = need[[name, other]].dropna()
        ranks = both.rank().to_numpy()
        known = len(both) >= _FEWEST and (ranks.std(axis=0) > 0).all()
        rho = float(np.clip(np.corrcoef(ranks.T)[0, 1], -1.0, 1.0)) if known else np.nan
        rows.append({"criterion": name, "other": other, "correlation": rho, "districts": len(both)})
    return pd.DataFrame(rows, columns=list(empty("CORRELATIONS").columns)).astype(
        {"criterion": "str", "other": "str", "correlation": "float64", "districts": "int64"}
    )


def correlation_findings(table: pd.DataFrame, settings: Resilience) -> Iterator[FindingRow]:
    """Yield rows of FINDINGS on pairs of criteria with a strong positive or negative
    correlation.

    Examples
    --------
    >>> table = pd.DataFrame({"criterion": ["loss"], "other": ["poverty"], "correlation": [-0.95], "districts": [10]})
    >>> [row["code"] for row in correlation_findings(table, Resilience())]
    ['criteria_cancel']
    """
    strong = table[table["correlation"].abs() >= settings.correlated]
    for row in strong.to_dict("records"):
        code = "criteria_count_twice" if row["correlation"] > 0 else "criteria_cancel"
        yield finding(
            code,
            source="city.toml",
            feature=row["criterion"],
            column="criteria",
            other=row["other"],
            correlation=round(row["correlation"], 3),
            districts=row["districts"],
        )
