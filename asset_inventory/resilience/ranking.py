"""Which districts nobody can argue away: the Pareto front of need, and who beats the others.

A district beats another where it is in need as much by every criterion and more by one. Those that nobody beats are the
front: no choice of weights puts another before all of them. What is not known beats nothing and is not beaten by it: a
district beats another only if even its least need is as great as the other's most. With five criteria a third of
districts that have nothing to do with each other lie on the front, with six a half, so at most four are taken.

How often each district is among the neediest, whatever weight each criterion is given (SMAA-2).

Scores are drawn many times: the weights uniform over all that add up to 1 where nobody stated a preference, or around
stated ones; what is not known anywhere between its limits. The share of draws in which a district has rank r is its
rank acceptability (Lahdelma and Salminen 2001, Operations Research 49(3), 444-454; Tervonen and Lahdelma 2007, doi
10.1016/j.ejor.2005.12.037), the share in which it is among the first k its top-k share. Assumption: a score is the
weighted geometric mean of good values (0-1), as in `scores`, and need is 1 less than it. The noise of a share over n
draws is sqrt(p(1 - p)/n), so 10,000 draws hold it within 0.01 (95 %).

Where districts stand beside each other: score, rank, how sure a rank is, and the front that needs no weights.

The score is the weighted geometric mean of good values between goalposts, the linear one beside it (OECD/JRC Handbook
on Constructing Composite Indicators, 2008, ISBN 978-92-64-04345-9); how sure it is that a district is among the
neediest is the share of draws of weights and of what is not known in which it is (SMAA-2, see `acceptability`). The
front (see `fronts`) takes the values themselves, which no goalpost clips; of a group of criteria it takes the need that
they have together, 1 less their weighted geometric mean. Assumption: criteria are drawn independently of each other
where they are not known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from asset_inventory.model.resilience import Criterion, Resilience
from asset_inventory.model.tables import empty, finding
from asset_inventory.resilience.criteria import geometric, linear, need_ranks, nothing_known, towards_need, wide

MOST_CRITERIA = 4
_BLOCK = 500  # districts compared with all others at a time


def dominated_by(least: np.ndarray, most: np.ndarray) -> list[np.ndarray]:
    """Return for each district the numbers of those that beat it; none for the front.

    `least` and `most` are the limits of each criterion (districts × criteria, more = more need), equal where it is
    known; NaN bounds nothing. Raises ValueError for more than four criteria.
    """
    least, most = np.asarray(least, dtype=float), np.asarray(most, dtype=float)
    if least.shape[1] > MOST_CRITERIA:
        raise ValueError(f"{least.shape[1]} criteria; a front of more than {MOST_CRITERIA} tells nothing")
    least, most = np.where(np.isnan(least), -np.inf, least), np.where(np.isnan(most), np.inf, most)
    beaten: list[np.ndarray] = []
    for first in range(0, len(least), _BLOCK):
        own = most[first : first + _BLOCK, None, :]
        as_much, more = least[None] >= own, least[None] > own
        beaten += [np.flatnonzero(row) for row in as_much.all(axis=2) & more.any(axis=2)]
    return beaten


def non_dominated(least: np.ndarray, most: np.ndarray) -> np.ndarray:
    """Tell which districts nobody beats; see `beaten_by`."""
    return np.array([not len(one) for one in dominated_by(least, most)], dtype=bool)


# Draws in which the scores of two districts differ by less are ties: the last bits of their sums.
_TIE = 1e-12


def simulated_weights(uniform: np.ndarray, stated: np.ndarray | None = None, *, sureness: float = 0.0) -> np.ndarray:
    """Return weights that add up to 1, a row per draw, from uniform numbers (0-1, draws × criteria).

    Without `stated` weights Dirichlet(1, ..., 1): every mixture alike. With them Dirichlet(sureness × weight + 1),
    whose mode, not whose mean, is the stated weights; the greater `sureness`, the closer the draws lie to it.
    """
    from scipy.special import gammaincinv

    criteria = uniform.shape[1]
    shares = np.zeros(criteria) if stated is None else np.asarray(stated, dtype=float) / np.sum(stated)
    drawn = gammaincinv(sureness * shares + 1.0, uniform)
    return drawn / drawn.sum(axis=1, keepdims=True)


def simulated_scores(
    least: np.ndarray, most: np.ndarray, weights: np.ndarray, uniform: np.ndarray, *, floor: float
) -> np.ndarray:
    """Return the score of each district in each draw (0-1, districts × draws).

    `least` and `most` are the limits of each criterion (districts × criteria, 0-1, 1 good), equal where it is known;
    `uniform` has a number (0-1) per draw for each cell that is not known, in the order of those cells. A value of 0
    counts as `floor`.
    """
    logs = np.log(np.maximum(least, floor))
    scores = logs @ weights.T
    unknown = np.argwhere(most > least)
    for cell, (district, criterion) in enumerate(unknown):
        low, high = least[district, criterion], most[district, criterion]
        drawn = np.log(np.maximum(low + (high - low) * uniform[:, cell], floor))
        scores[district] += weights[:, criterion] * (drawn - logs[district, criterion])
    return np.exp(scores)


def top_shares(scores: np.ndarray, upto: int) -> np.ndarray:
    """Return in what share of the draws each district is among the k lowest scores (districts × k = 1, ..., upto).

    Districts that tie at the cut share the places that are left. The shares of a k add up to k, or to the number of
    districts with a score where that is less; one without (NaN) is never among them. The share of rank r is the
    difference of the shares of r and r - 1.
    """
    ranked = np.flatnonzero(~np.isnan(scores).any(axis=1))
    shares = np.full((len(scores), upto), np.nan)
    known = scores[ranked]
    places = np.sort(known, axis=0)[:upto]
    for k in range(1, upto + 1):
        if k > len(ranked):
            shares[ranked, k - 1] = 1.0
            continue
        cut = places[k - 1]
        below, at = known < cut - _TIE, np.abs(known - cut) <= _TIE
        left = (k - below.sum(axis=0)) / at.sum(axis=0)
        shares[ranked, k - 1] = below.mean(axis=1) + (at * left).mean(axis=1)
    return shares


def interval(share: np.ndarray, draws: int, *, confidence: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Return Wilson's interval of shares over so many draws: the noise of drawing, not how sure a rank is."""
    from scipy.special import ndtri

    z = float(ndtri((1 + confidence) / 2))
    middle = (share + z**2 / (2 * draws)) / (1 + z**2 / draws)
    half = z / (1 + z**2 / draws) * np.sqrt(share * (1 - share) / draws + z**2 / (4 * draws**2))
    return middle - half, middle + half


def uniform_numbers(rows: int, columns: int, seed: int | Sequence[int]) -> np.ndarray:
    """Return uniform numbers between 0 and 1 (rows × columns), the same ones for a seed under every release of numpy.

    Only the raw bits of a generator are promised to stay; 53 of each 64 are taken, and neither 0 nor 1 comes out.
    """
    bits = np.random.PCG64(seed).random_raw(rows * columns)
    return (((bits >> np.uint64(11)).astype(float) + 0.5) / 2.0**53).reshape(rows, columns)


FIRM, LIKELY, CONTESTED = "firm", "likely", "contested"
_NAMED = 5  # of those that beat a district
_CELLS = 4_000_000  # numbers drawn at a time, so that a large city needs no more memory


def rank_acceptabilities(criteria: pd.DataFrame, settings: Resilience) -> pd.DataFrame:
    """Return in what share of the draws each district (rows) is among the first 1, 2, ..., `top` (columns).

    NaN for a district of which nothing is known. The shares of a column add up to its number, or to the number of
    districts that are compared where that is less.
    """
    low, high = (wide(criteria, name).to_numpy() for name in ("score_low", "score_high"))
    blank = nothing_known(criteria)
    low, high = (np.where(blank[:, None], np.nan, table) for table in (low, high))
    names = wide(criteria, "score_low").columns
    stated = np.array([settings.criteria[name].weight for name in names]) if settings.stated_weights else None
    weights = simulated_weights(
        uniform_numbers(settings.draws, len(names), settings.seed), stated, sureness=settings.stated_weights
    )
    unknown, shares = int((high > low).sum()), np.zeros((len(low), settings.top))
    block = max(1, _CELLS // max(len(low), unknown))
    for number, first in enumerate(range(0, settings.draws, block)):
        part = weights[first : first + block]
        # another stream than that of the weights: what is not known hangs on no preference
        drawn = uniform_numbers(len(part), unknown, (settings.seed, 1, number))
        scores = simulated_scores(low, high, part, drawn, floor=settings.floor)
        shares += top_shares(scores, settings.top) * (len(part) / settings.draws)
    # the last bits of a sum of blocks move no share below a cut of sureness
    return pd.DataFrame(np.clip(np.round(shares, 12), 0.0, 1.0), index=wide(criteria, "score_low").index,
                        columns=range(1, settings.top + 1))  # fmt: skip


def district_ranking(
    criteria: pd.DataFrame, shares: pd.DataFrame, settings: Resilience, *, status: str
) -> pd.DataFrame:
    """Return STANDINGS, the neediest district first; `shares` are `drawn_shares`, `status` is the `data_status` of all.

    A score is told where every criterion is known, else between its limits. A district of which nothing is known has
    no score and no rank. `sureness` is of being among the first `top`: missing where no draw puts it there.
    """
    known = wide(criteria, "value").notna()
    names, blank = known.columns, nothing_known(criteria)
    table = pd.DataFrame({
        "district": known.index.to_numpy(), "criteria": len(names), "criteria_known": known.sum(axis=1).to_numpy(),
    }).astype({"district": "str"})  # fmt: skip
    weight = np.array([settings.criteria[name].weight for name in names])
    means = {"score": lambda normal: geometric(normal, weight, floor=settings.floor),
             "linear": lambda normal: linear(normal, weight)}  # fmt: skip
    for kind, mean in means.items():
        for limit in ("low", "high"):
            told = np.clip(mean(wide(criteria, f"score_{limit}").to_numpy()), 0.0, 1.0)
            table[f"{kind}_{limit}"] = np.where(blank, np.nan, told)
        table[kind] = table[f"{kind}_low"].where(known.all(axis=1).to_numpy())
    table["rank"], table["linear_rank"] = (need_ranks(table[f"{kind}_low"]) for kind in means)
    share = shares[settings.top].reindex(table["district"]).to_numpy()
    table["top_share"] = share
    table["top_share_low"], table["top_share_high"] = interval(share, settings.draws)
    table["sureness"] = _sureness(share, settings)
    table = table.assign(**_front(criteria, settings, table["rank"].to_numpy()))
    order = np.argsort(table["rank"].fillna(np.inf).to_numpy(), kind="stable")
    columns = empty("STANDINGS").columns.drop("data_status")
    return table.iloc[order].reset_index(drop=True)[columns].assign(data_status=status)


def _sureness(share: np.ndarray, settings: Resilience) -> pd.Series:
    with np.errstate(invalid="ignore"):
        cuts = [share >= settings.firm, share >= settings.likely, share > 0]
    return pd.Series(np.select(cuts, [FIRM, LIKELY, CONTESTED], ""), dtype="str").replace("", None).astype("str")


def _front(criteria: pd.DataFrame, settings: Resilience, ranks: np.ndarray) -> Mapping[str, object]:
    """Return `on_front`, `beaten_by` and the ids of those that beat a district, the neediest of them first.

    A district of which nothing is known that the front compares is not on it: nobody can tell that it is in need.
    """
    districts, beaten = dominators(criteria, settings)
    if not beaten:
        nobody = pd.Series(None, index=range(len(districts)), dtype="str")
        return {"on_front": False, "beaten_by": 0, "beaten_by_whom": nobody}
    names = [name for group in pareto_groups(settings.criteria).values() for name in group]
    told = np.any([wide(criteria, name)[names].notna() for name in ("value_least", "value_most")], axis=(0, 2))
    first = [by[np.argsort(ranks[by], kind="stable")][:_NAMED] for by in beaten]
    return {
        "on_front": np.array([not len(by) for by in beaten], dtype=bool) & told,
        "beaten_by": [len(by) for by in beaten],
        "beaten_by_whom": pd.Series([", ".join(map(str, districts[by])) or None for by in first], dtype="str"),
    }  # fmt: skip


def dominators(criteria: pd.DataFrame, settings: Resilience) -> tuple[np.ndarray, list[np.ndarray]]:
    """Return the districts of CRITERIA in their order, and for each of them the numbers of those that beat it.

    They are compared by the `front_groups`; without any the list is empty, and there is no front.
    """
    districts, groups = criteria["district"].unique(), pareto_groups(settings.criteria)
    if not groups or not len(districts):
        return districts, []
    limits = [_need_together(criteria, names, settings) for names in groups.values()]
    return districts, dominated_by(*(np.stack(ends, axis=1) for ends in zip(*limits, strict=True)))


def _need_together(
    criteria: pd.DataFrame, names: tuple[str, ...], settings: Resilience
) -> tuple[np.ndarray, np.ndarray]:
    """Return the least and the most need of each district by a group of criteria; NaN where nothing bounds it.

    One alone has its own values, turned so that more is more need; of several the scores are weighed together.
    """
    least, most = (wide(criteria, name)[list(names)] for name in ("value_least", "value_most"))
    if len(names) == 1:
        turned = towards_need(settings.criteria, names)
        return tuple((table.to_numpy() * turned)[:, 0] for table in (least, most))
    weight = np.array([settings.criteria[name].weight for name in names])
    nothing = (least.isna() & most.isna()).all(axis=1).to_numpy()
    low, high = (geometric(wide(criteria, name)[list(names)].to_numpy(), weight, floor=settings.floor)
                 for name in ("score_low", "score_high"))  # fmt: skip
    # the last bits of a mean beat nobody
    return tuple(np.where(nothing, np.nan, np.round(1.0 - score, 12)) for score in (high, low))


def dominated_districts(criteria: pd.DataFrame, settings: Resilience) -> dict[str, tuple[str, ...]]:
    """Return the districts that each one beats by the `front_groups`: `who_beats` the other way round."""
    districts, beaten = dominators(criteria, settings)
    beats: dict[str, list[str]] = {str(one): [] for one in districts}
    for district, by in zip(districts, beaten, strict=False):
        for one in by:
            beats[str(districts[one])].append(str(district))
    return {one: tuple(others) for one, others in beats.items()}


def pareto_groups(declared: Mapping[str, Criterion]) -> dict[str, tuple[str, ...]]:
    """Return the criteria of the front by their group: those declared for it, else all where they are few enough.

    A criterion that stands alone is a group of its own name; where none is declared, and there are many, there is none.
    """
    groups: dict[str, tuple[str, ...]] = {}
    for name, one in declared.items():
        if (group := one.group(name)) is not None:
            groups[group] = (*groups.get(group, ()), name)
    return groups or ({name: (name,) for name in declared} if len(declared) <= MOST_CRITERIA else {})


def unsure_non_dominated(
    standings: pd.DataFrame, criteria: pd.DataFrame, declared: Mapping[str, Criterion]
) -> list[str]:
    """Return the districts on the front of which a criterion of the front is not known: it may take them off.

    What is not known of other criteria cannot, for the front does not go by them.
    """
    names = [name for group in pareto_groups(declared).values() for name in group]
    asked = criteria["criterion"].astype(str).isin(names) & criteria["value"].isna()
    unknown = set(criteria["district"][asked.to_numpy()].astype(str))
    return [one for one in standings["district"][standings["on_front"].to_numpy(dtype=bool)].astype(str)
            if one in unknown]  # fmt: skip


def pareto_findings(declared: Mapping[str, Criterion]) -> list[dict[str, object]]:
    """Return a row of FINDINGS where too many criteria are declared for a front, and none of them for it."""
    if not declared or pareto_groups(declared):
        return []
    return [finding("front_not_declared", source="city.toml", severity="warning", column="criteria",
                    count=len(declared), most=MOST_CRITERIA)]  # fmt: skip


def weight_findings(declared: Mapping[str, Criterion]) -> list[dict[str, object]]:
    """Return a row of FINDINGS where one criterion alone is declared, so that draws of weights change nothing."""
    if len(declared) != 1:
        return []
    return [finding("one_criterion", source="city.toml", severity="warning", feature=next(iter(declared)),
                    column="criteria")]  # fmt: skip


def top_findings(shares: pd.DataFrame, settings: Resilience) -> list[dict[str, object]]:
    """Return a row of FINDINGS where there are no more districts to compare than are called the first."""
    compared = int(shares[settings.top].notna().sum())
    if not compared or compared > settings.top:
        return []
    return [finding("top_holds_all", source="city.toml", severity="warning", column="top", count=compared,
                    top=settings.top)]  # fmt: skip


def rank_shares(shares: pd.DataFrame) -> pd.DataFrame:
    """Return RANK_SHARES: for each district that is compared the share of draws in which it has rank 1, 2, ..., `top`.

    `shares` are `drawn_shares`; those of a rank are what a place more adds.
    """
    told = shares.dropna()
    single = told.diff(axis=1).fillna(told.iloc[:, :1]).clip(lower=0.0)
    table = single.rename_axis(index="district", columns="rank").stack().rename("share").reset_index()
    return table.astype({"district": "str", "rank": "int64", "share": "float64"})
