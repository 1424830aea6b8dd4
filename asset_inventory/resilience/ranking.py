"""Ranking of districts: score, rank, robustness of the rank (SMAA-2), and the Pareto set.

The score is the weighted geometric mean of good values between goalposts, with the arithmetic mean
for comparison (OECD/JRC Handbook on Constructing Composite Indicators, 2008, ISBN
978-92-64-04345-9).

A district dominates another if it is in as much need by every criterion and in more need by one. No
choice of weights puts another district before all non-dominated ones. A district dominates another
only if even its least need is as great as the other's most: a value that is not known neither
dominates nor is dominated. With five criteria a third of unrelated districts are non-dominated,
with six a half, so the front has at most four. The front compares the values themselves, without
goalposts; the need of a group of criteria is 1 less their weighted geometric mean.

SMAA-2 simulates scores: with weights uniform over all that add up to 1, or around stated ones, and
with values that are not known anywhere between their limits. The share of simulations in which a
district has rank r is its rank acceptability (Lahdelma and Salminen 2001, Operations Research
49(3), 444-454; Tervonen and Lahdelma 2007, doi 10.1016/j.ejor.2005.12.037), the share in which it
is among the first k its top-k share. The noise of a share p over n simulations is sqrt(p(1 - p)/n),
so 10,000 simulations keep it within 0.01 (95 %). Assumption: criteria that are not known are independent of
each other.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from asset_inventory.model.arrays import Flags, Floats
from asset_inventory.model.resilience import Criterion, Resilience
from asset_inventory.model.tables import NO_FIGURE, FindingRow, empty, finding
from asset_inventory.resilience.criteria import (
    geometric,
    linear,
    need_ranks,
    nothing_known,
    towards_need,
    wide,
)

MOST_CRITERIA = 4
_BLOCK = 500  # districts compared with all others at a time


def dominated_by(lower: np.ndarray, upper: np.ndarray) -> list[np.ndarray]:
    """Return for each district the numbers of those that dominate it; none for the non-dominated
    ones.

    `lower` and `upper` are the limits of each criterion (districts × criteria, more = more need),
    equal where it is known; NaN is no limit.

    Raises
    ------
    ValueError
        More than four criteria.

    Examples
    --------
    The first district is in as much need as the second by both criteria and in more need by one;
    the third is in more need than either by one criterion and in less by the other:

    >>> need = np.array([[3.0, 2.0], [3.0, 1.0], [1.0, 9.0]])
    >>> [numbers.tolist() for numbers in dominated_by(need, need)]
    [[], [0], []]
    """
    lower, upper = np.asarray(lower, dtype=float), np.asarray(upper, dtype=float)
    if lower.shape[1] > MOST_CRITERIA:
        raise ValueError(
            f"{lower.shape[1]} criteria; a front of more than {MOST_CRITERIA} tells nothing"
        )
    lower, upper = (
        np.where(np.isnan(lower), -np.inf, lower),
        np.where(np.isnan(upper), np.inf, upper),
    )
    dominators: list[np.ndarray] = []
    for first in range(0, len(lower), _BLOCK):
        own = upper[first : first + _BLOCK, None, :]
        as_much, more = lower[None] >= own, lower[None] > own
        dominators += [np.flatnonzero(row) for row in as_much.all(axis=2) & more.any(axis=2)]
    return dominators


def non_dominated(lower: np.ndarray, upper: np.ndarray) -> Flags:
    """Return which districts are non-dominated (the Pareto front); see `dominated_by`.

    Examples
    --------
    >>> need = np.array([[3.0, 2.0], [3.0, 1.0], [1.0, 9.0]])
    >>> non_dominated(need, need).tolist()
    [True, False, True]
    """
    return np.array([not len(dominators) for dominators in dominated_by(lower, upper)], dtype=bool)


# Simulated scores of two districts that differ by less are ties.
_TIE = 1e-12


def simulated_weights(
    uniform: Floats, stated: np.ndarray | None = None, *, concentration: float = 0.0
) -> Floats:
    """Return weights that add up to 1, a row per simulation, from uniform numbers (0-1, simulations
    × criteria).

    Without `stated` weights they are Dirichlet(1, ..., 1), uniform over all weights. With them they
    are Dirichlet(concentration × weight + 1), with the stated weights as mode, not as mean; a
    greater `concentration` gives weights closer to them.

    Examples
    --------
    Equal uniform numbers give equal weights:

    >>> simulated_weights(np.array([[0.5, 0.5]])).tolist()
    [[0.5, 0.5]]
    """
    gamma = -np.log1p(-uniform) if stated is None else _gamma(uniform, stated, concentration)
    return gamma / gamma.sum(axis=1, keepdims=True)


def _gamma(uniform: Floats, stated: np.ndarray, concentration: float) -> Floats:
    from scipy.special import gammaincinv

    shares = np.asarray(stated, dtype=float) / np.sum(stated)
    return np.asarray(gammaincinv(concentration * shares + 1.0, uniform), dtype=float)


def simulated_scores(
    lower: np.ndarray, upper: np.ndarray, weights: np.ndarray, uniform: np.ndarray, *, floor: float
) -> Floats:
    """Return the score of each district in each simulation (0-1, districts × simulations).

    `lower` and `upper` are the limits of each criterion (districts × criteria, 0-1, 1 good), equal
    where it is known; `uniform` has a number (0-1) per simulation for each cell that is not known,
    in the order of those cells. A value of 0 counts as `floor`.

    Examples
    --------
    Equal weights of 0.25 and 1 give the geometric mean 0.5:

    >>> values = np.array([[0.25, 1.0]])
    >>> simulated_scores(values, values, np.array([[0.5, 0.5]]), np.zeros((1, 0)), floor=0.01).round(9).tolist()
    [[0.5]]
    """
    logs = np.log(np.maximum(lower, floor))
    scores: Floats = logs @ weights.T
    unknown = np.argwhere(upper > lower)
    for cell, (district, criterion) in enumerate(unknown):
        low, high = lower[district, criterion], upper[district, criterion]
        drawn = np.log(np.maximum(low + (high - low) * uniform[:, cell], floor))
        scores[district] += weights[:, criterion] * (drawn - logs[district, criterion])
    return np.exp(scores)


def top_shares(scores: np.ndarray, through: int) -> Floats:
    """Return the share of simulations with each district among the k lowest scores (districts × k =
    1, ..., through).

    Districts that tie at the cut share the remaining places. The shares of a k add up to k, or
    to the number of districts with a score if that is less; a district without a score (NaN) has
    none. The rank acceptability of rank r is the difference of the shares of r and r - 1.

    Examples
    --------
    In both of two simulations the first district is the lowest; in one of them the second ties with
    the third for place 2:

    >>> top_shares(np.array([[0.1, 0.1], [0.5, 0.2], [0.5, 0.9]]), 2).tolist()
    [[1.0, 1.0], [0.0, 0.75], [0.0, 0.25]]
    """
    ranked = np.flatnonzero(~np.isnan(scores).any(axis=1))
    shares = np.full((len(scores), through), np.nan)
    shares[ranked] = 1.0
    known, last = scores[ranked], min(through, len(ranked))
    if not last:
        return shares
    size, draws = known.shape
    places = np.sort(np.partition(known, last - 1, axis=0)[:last], axis=0)
    # the others are behind every cut
    district, draw = np.nonzero(known <= places[-1] + _TIE)
    score = known[district, draw]
    for k in range(1, last + 1):
        cut = places[k - 1][draw]
        below, at = score < cut - _TIE, np.abs(score - cut) <= _TIE
        places_left = k - np.bincount(draw[below], minlength=draws)
        left = places_left / np.bincount(draw[at], minlength=draws)
        placed = np.bincount(district[below], minlength=size)
        tied = np.bincount(district[at], weights=left[draw[at]], minlength=size)
        shares[ranked, k - 1] = placed / draws + tied / draws
    return shares


# 95 % of a normal distribution are within this number of standard deviations of its mean.
WITHIN_95 = 1.959963984540054


def interval(share: Floats, draws: int, *, z: float = WITHIN_95) -> tuple[Floats, Floats]:
    """Return Wilson's interval of shares over `draws` simulations: the noise of simulation, not
    robustness.

    Its confidence is the share of a normal distribution within `z` standard deviations of the mean.

    Examples
    --------
    >>> low, high = interval(np.array([0.5]), 100)
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.404], [0.596])
    """
    middle = (share + z**2 / (2 * draws)) / (1 + z**2 / draws)
    half = z / (1 + z**2 / draws) * np.sqrt(share * (1 - share) / draws + z**2 / (4 * draws**2))
    return middle - half, middle + half


def uniform_numbers(rows: int, columns: int, seed: int | Sequence[int]) -> Floats:
    """Return uniform numbers between 0 and 1 (rows × columns), the same for a seed under every
    release of numpy.

    Releases of numpy agree only in the raw bits of a generator; each number takes 53 of 64 bits,
    and is neither 0 nor 1.

    Examples
    --------
    >>> numbers = uniform_numbers(2, 3, seed=1)
    >>> numbers.shape, bool(((numbers > 0) & (numbers < 1)).all()), bool((numbers == uniform_numbers(2, 3, 1)).all())
    ((2, 3), True, True)
    """
    bits = np.asarray(np.random.PCG64(seed).random_raw(rows * columns), dtype=np.uint64)
    return (((bits >> np.uint64(11)).astype(float) + 0.5) / 2.0**53).reshape(rows, columns)


HIGH, MEDIUM, LOW, RARELY = "high", "medium", "low", "rarely"
RARELY_BELOW = 0.1  # of the simulations: what few choices of weights show is no proposal
_NAMED = 5  # districts that dominate another
_CELLS = 4_000_000  # numbers simulated at a time, so that a large city needs no more memory


def rank_acceptabilities(criteria: pd.DataFrame, settings: Resilience) -> pd.DataFrame:
    """Return the share of simulations with each district (rows) among the first 1, 2, ..., `top`
    (columns).

    NaN for a district without any known criterion. The shares of a column add up to its number, or
    to the number of compared districts if that is less.

    Examples
    --------
    A district with the lowest score by both criteria is the first in all simulations:

    >>> criteria = pd.DataFrame({
    ...     "district": ["a", "a", "b", "b"], "criterion": ["loss", "poverty"] * 2, "value": 1.0, "value_least": 1.0,
    ...     "value_most": 1.0, "score_low": [0.1, 0.2, 0.5, 0.6], "score_high": [0.1, 0.2, 0.5, 0.6],
    ... })
    >>> post = Criterion(worst=1, best=0)
    >>> settings = Resilience(criteria={"loss": post, "poverty": post}, top=1, draws=100)
    >>> rank_acceptabilities(criteria, settings)[1].to_dict()
    {'a': 1.0, 'b': 0.0}
    """
    if not len(criteria):
        return pd.DataFrame(columns=range(1, settings.top + 1), dtype="float64")
    low, high = (wide(criteria, name).to_numpy() for name in ("score_low", "score_high"))
    blank = nothing_known(criteria)
    low, high = (np.where(blank[:, None], np.nan, table) for table in (low, high))
    names = wide(criteria, "score_low").columns
    stated = (
        np.array([settings.criteria[name].weight for name in names])
        if settings.stated_weights
        else None
    )
    weights = simulated_weights(
        uniform_numbers(settings.draws, len(names), settings.seed),
        stated,
        concentration=settings.stated_weights,
    )
    unknown, shares = int((high > low).sum()), np.zeros((len(low), settings.top))
    block = max(1, _CELLS // max(len(low), unknown))
    for number, first in enumerate(range(0, settings.draws, block)):
        part = weights[first : first + block]
        # not the stream of the weights, because values do not depend on preferences
        drawn = uniform_numbers(len(part), unknown, (settings.seed, 1, number))
        scores = simulated_scores(low, high, part, drawn, floor=settings.floor)
        shares += top_shares(scores, settings.top) * (len(part) / settings.draws)
    # rounded, so that the sum of blocks moves no share below a cut of robustness
    return pd.DataFrame(
        np.clip(np.round(shares, 12), 0.0, 1.0),
        index=wide(criteria, "score_low").index,
        columns=range(1, settings.top + 1),
    )


def district_ranking(
    criteria: pd.DataFrame, shares: pd.DataFrame, settings: Resilience, basis: pd.DataFrame
) -> pd.DataFrame:
    """Return DISTRICT_RANKING without `data_status`, the neediest district first.

    `shares` are `rank_acceptabilities` of the districts that are ranked; `basis` has by district
    the number of its `assets`, why it is `not_ranked`, and whether the front can compare it. A
    score is known if every criterion is, else it has limits. A district without any known criterion
    has no score and no rank. `robustness` is that of a rank among the first `top`, missing where no
    simulation has one.

    Examples
    --------
    Two criteria of equal weight: the geometric mean of 0.2 and 0.8 is 0.4, their arithmetic mean 0.5.

    >>> table = pd.DataFrame({"district": "west", "criterion": ["loss", "poverty"], "value": [8.0, 2.0]})
    >>> table = table.assign(
    ...     **{f"value_{end}": table["value"] for end in ("least", "most")},
    ...     **{f"score{end}": [0.2, 0.8] for end in ("", "_low", "_high")})
    >>> settings = Resilience(criteria=dict.fromkeys(["loss", "poverty"], Criterion(worst=10, best=0)))
    >>> basis = pd.DataFrame({"assets": [7], "not_ranked": [None], "comparable": True}, index=["west"])
    >>> ranking = district_ranking(table, rank_acceptabilities(table, settings), settings, basis)
    >>> ranking[["district", "score", "linear", "rank", "robustness", "non_dominated"]].round(9).values.tolist()
    [['west', 0.4, 0.5, 1.0, 'high', True]]
    """
    known = wide(criteria, "value").notna()
    names, blank = known.columns, nothing_known(criteria)
    table = pd.DataFrame(
        {
            "district": known.index.to_numpy(),
            "criteria": len(names),
            "criteria_known": known.sum(axis=1).to_numpy(),
        }
    ).astype({"district": "str"})
    weight = np.array([settings.criteria[name].weight for name in names])
    for limit in ("low", "high"):
        normal = wide(criteria, f"score_{limit}").to_numpy()
        for mean, values in (
            ("score", geometric(normal, weight, floor=settings.floor)),
            ("linear", linear(normal, weight)),
        ):
            table[f"{mean}_{limit}"] = np.where(blank, np.nan, np.clip(values, 0.0, 1.0))
    of_district = basis.reindex(table["district"]).reset_index(drop=True)
    table["assets"] = of_district["assets"].fillna(0).astype("int64")
    reason = of_district["not_ranked"].astype("object")
    table["not_ranked"] = reason.where(~blank, NO_FIGURE).astype("str")
    ranked = table["not_ranked"].isna()
    for mean, rank in (("score", "rank"), ("linear", "linear_rank")):
        table[mean] = table[f"{mean}_low"].where(known.all(axis=1).to_numpy())
        table[rank] = need_ranks(table[f"{mean}_low"].where(ranked))
    share = shares[settings.top].reindex(table["district"]).to_numpy()
    table["top_share"] = share
    table["top_share_low"], table["top_share_high"] = interval(share, settings.draws)
    table["robustness"] = _robustness(share, settings)
    front = _front(criteria, settings, table["rank"].to_numpy())
    front["non_dominated"] &= of_district["comparable"].eq(True).to_numpy()
    table[list(front.columns)] = front
    order = np.argsort(table["rank"].fillna(np.inf).to_numpy(), kind="stable")
    columns = empty("DISTRICT_RANKING").columns.drop("data_status")
    return table.iloc[order].reset_index(drop=True)[columns]


def _robustness(share: np.ndarray, settings: Resilience) -> pd.Series:
    with np.errstate(invalid="ignore"):
        cuts = [
            share >= settings.firm,
            share >= settings.likely,
            share >= RARELY_BELOW,
            share > 0,
        ]
    return (
        pd.Series(np.select(cuts, [HIGH, MEDIUM, LOW, RARELY], ""), dtype="str")
        .replace("", None)
        .astype("str")
    )


def _front(criteria: pd.DataFrame, settings: Resilience, ranks: np.ndarray) -> pd.DataFrame:
    """Return `non_dominated`, `dominated_by` and the ids of the districts that dominate each
    district, the neediest first.

    A district with a criterion of the front that is not known is not judged: no other dominates it
    because its need is not known (`not_judged`).
    """
    districts, dominating = dominators(criteria, settings)
    if not dominating:
        nobody = pd.Series(None, index=range(len(districts)), dtype="str")
        return pd.DataFrame(
            {"non_dominated": False, "dominated_by": 0, "dominating_districts": nobody}
        )
    names = [name for group in pareto_groups(settings.criteria).values() for name in group]
    known = wide(criteria, "value")[names].notna().all(axis=1).to_numpy()
    first = [by[np.argsort(ranks[by], kind="stable")][:_NAMED] for by in dominating]
    return pd.DataFrame(
        {
            "non_dominated": np.array([not len(by) for by in dominating], dtype=bool) & known,
            "dominated_by": [len(by) for by in dominating],
            "dominating_districts": pd.Series(
                [", ".join(map(str, districts[by])) or None for by in first], dtype="str"
            ),
        }
    )


def dominators(criteria: pd.DataFrame, settings: Resilience) -> tuple[np.ndarray, list[np.ndarray]]:
    """Return the districts of CRITERIA in their order, and for each of them the numbers of those
    that dominate it.

    The comparison is by `pareto_groups`; without any the list is empty, and there is no front.

    Examples
    --------
    >>> table = pd.DataFrame({"district": ["west", "east"], "criterion": "loss", "value": [8.0, 2.0]})
    >>> table = table.assign(value_least=table["value"], value_most=table["value"])
    >>> districts, dominating = dominators(table, Resilience(criteria={"loss": Criterion(worst=10, best=0)}))
    >>> districts.tolist(), [numbers.tolist() for numbers in dominating]
    (['west', 'east'], [[], [0]])
    """
    districts, groups = np.asarray(criteria["district"].unique()), pareto_groups(settings.criteria)
    if not groups or not len(districts):
        return districts, []
    limits = [_need_together(criteria, names, settings) for names in groups.values()]
    lower, upper = (np.stack(ends, axis=1) for ends in zip(*limits, strict=True))
    return districts, dominated_by(lower, upper)


def _need_together(
    criteria: pd.DataFrame, names: tuple[str, ...], settings: Resilience
) -> tuple[Floats, Floats]:
    """Return the least and the most need of each district by a group of criteria; NaN without a
    limit.

    A single criterion has its own values, with the sign of need; several have the mean of their
    scores.
    """
    least, most = (wide(criteria, name)[list(names)] for name in ("value_least", "value_most"))
    if len(names) == 1:
        turned = towards_need(settings.criteria, names)
        return (least.to_numpy() * turned)[:, 0], (most.to_numpy() * turned)[:, 0]
    weight = np.array([settings.criteria[name].weight for name in names])
    nothing = (least.isna() & most.isna()).all(axis=1).to_numpy()
    low, high = (
        geometric(wide(criteria, name)[list(names)].to_numpy(), weight, floor=settings.floor)
        for name in ("score_low", "score_high")
    )
    # rounded, so that no district dominates another by rounding
    least_need, most_need = (
        np.where(nothing, np.nan, np.round(1.0 - score, 12)) for score in (high, low)
    )
    return least_need, most_need


def dominated_districts(criteria: pd.DataFrame, settings: Resilience) -> dict[str, tuple[str, ...]]:
    """Return the districts that each district dominates: `dominators` from the other side.

    Examples
    --------
    >>> table = pd.DataFrame({"district": ["west", "east"], "criterion": "loss", "value": [8.0, 2.0]})
    >>> table = table.assign(value_least=table["value"], value_most=table["value"])
    >>> dominated_districts(table, Resilience(criteria={"loss": Criterion(worst=10, best=0)}))
    {'west': ('east',), 'east': ()}
    """
    districts, dominating = dominators(criteria, settings)
    dominated: dict[str, list[str]] = {str(district): [] for district in districts}
    for district, by in zip(districts, dominating, strict=False):
        for number in by:
            dominated[str(districts[number])].append(str(district))
    return {district: tuple(others) for district, others in dominated.items()}


def pareto_groups(declared: Mapping[str, Criterion]) -> dict[str, tuple[str, ...]]:
    """Return the criteria of the front by their group: the declared ones, else all of up to four.

    A single criterion is a group of its own name; without a declaration more than four criteria
    have no front.

    Examples
    --------
    >>> flood, rain = (Criterion(worst=1, best=0, front="water") for _ in range(2))
    >>> pareto_groups({"flood": flood, "rain": rain, "poverty": Criterion(worst=1, best=0, front=True)})
    {'water': ('flood', 'rain'), 'poverty': ('poverty',)}
    """
    groups: dict[str, tuple[str, ...]] = {}
    for name, criterion in declared.items():
        if (group := criterion.group(name)) is not None:
            groups[group] = (*groups.get(group, ()), name)
    return groups or (
        {name: (name,) for name in declared} if len(declared) <= MOST_CRITERIA else {}
    )


def not_judged(
    ranking: pd.DataFrame, criteria: pd.DataFrame, declared: Mapping[str, Criterion]
) -> list[str]:
    """Return the districts that no other dominates and with a criterion of the front that is not
    known, so that they are not judged.

    Examples
    --------
    >>> ranking = pd.DataFrame({"district": ["west", "east"], "dominated_by": [0, 0]})
    >>> table = pd.DataFrame({"district": ["west", "east"], "criterion": "loss", "value": [8.0, np.nan]})
    >>> not_judged(ranking, table, {"loss": Criterion(worst=10, best=0)})
    ['east']
    """
    names = [name for group in pareto_groups(declared).values() for name in group]
    not_known = criteria["criterion"].astype(str).isin(names) & criteria["value"].isna()
    unknown = set(criteria["district"][not_known.to_numpy()].astype(str))
    return [
        district
        for district in ranking["district"][(ranking["dominated_by"] == 0).to_numpy()].astype(str)
        if district in unknown
    ]


def pareto_findings(declared: Mapping[str, Criterion]) -> list[FindingRow]:
    """Return a row of FINDINGS if there are too many criteria for a front, and none is declared
    for it.

    Examples
    --------
    >>> declared = {name: Criterion(worst=10, best=0) for name in "abcde"}
    >>> [row["code"] for row in pareto_findings(declared)]
    ['front_not_declared']
    """
    if not declared or pareto_groups(declared):
        return []
    return [
        finding(
            "front_not_declared",
            source="city.toml",
            column="criteria",
            count=len(declared),
            most=MOST_CRITERIA,
        )
    ]


def weight_findings(declared: Mapping[str, Criterion]) -> list[FindingRow]:
    """Return a row of FINDINGS for a single criterion, for which simulated weights change
    nothing.

    Examples
    --------
    >>> [row["code"] for row in weight_findings({"loss": Criterion(worst=10, best=0)})]
    ['one_criterion']
    """
    if len(declared) != 1:
        return []
    return [
        finding(
            "one_criterion", source="city.toml", feature=next(iter(declared)), column="criteria"
        )
    ]


def top_findings(shares: pd.DataFrame, settings: Resilience) -> list[FindingRow]:
    """Return a row of FINDINGS if no more than `top` districts are compared.

    Examples
    --------
    >>> [row["code"] for row in top_findings(pd.DataFrame({5: [1.0, 1.0]}), Resilience(top=5))]
    ['top_holds_all']
    """
    compared = int(shares[settings.top].notna().sum())
    if not compared or compared > settings.top:
        return []
    return [
        finding("top_holds_all", source="city.toml", column="top", count=compared, top=settings.top)
    ]


def rank_shares(shares: pd.DataFrame) -> pd.DataFrame:
    """Return RANK_ACCEPTABILITY: the rank acceptability of each compared district for ranks 1, 2,
    ..., `top`.

    `shares` are `rank_acceptabilities`; the share of a rank is the difference to the rank before.

    Examples
    --------
    >>> rank_shares(pd.DataFrame({1: [0.75], 2: [1.0]}, index=["a"])).values.tolist()
    [['a', 1, 0.75], ['a', 2, 0.25]]
    """
    compared = shares.dropna()
    single = compared.diff(axis=1).fillna(compared.iloc[:, :1]).clip(lower=0.0)
    stacked = single.rename_axis(index="district", columns="rank").stack()
    table = pd.Series(stacked, name="share").reset_index()
    return table.astype({"district": "str", "rank": "int64", "share": "float64"})
