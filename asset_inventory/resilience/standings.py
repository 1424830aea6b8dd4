"""Where districts stand beside each other: score, rank, how sure a rank is, and the front that needs no weights.

The score is the weighted geometric mean of good values between goalposts, the linear one beside it (OECD/JRC Handbook
on Constructing Composite Indicators, 2008, ISBN 978-92-64-04345-9); how sure it is that a district is among the
neediest is the share of draws of weights and of what is not known in which it is (SMAA-2, see `acceptability`). The
front (see `fronts`) takes the values themselves, which no goalpost clips; of a group of criteria it takes the need that
they have together, 1 less their weighted geometric mean. Assumption: criteria are drawn independently of each other
where they are not known.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from asset_inventory.resilience.acceptability import drawn_scores, drawn_weights, interval, top_shares, uniform_numbers
from asset_inventory.resilience.criteria import need_ranks, nothing_known, towards_need, wide
from asset_inventory.resilience.fronts import MOST_CRITERIA, beaten_by
from asset_inventory.resilience.scores import geometric, linear
from asset_inventory.sources.city import Criterion, Resilience
from asset_inventory.tables import empty, finding

FIRM, LIKELY, CONTESTED = "firm", "likely", "contested"
_NAMED = 5  # of those that beat a district
_CELLS = 4_000_000  # numbers drawn at a time, so that a large city needs no more memory


def drawn_shares(criteria: pd.DataFrame, settings: Resilience) -> pd.DataFrame:
    """Return in what share of the draws each district (rows) is among the first 1, 2, ..., `top` (columns).

    NaN for a district of which nothing is known. The shares of a column add up to its number, or to the number of
    districts that are compared where that is less.
    """
    low, high = (wide(criteria, name).to_numpy() for name in ("score_low", "score_high"))
    blank = nothing_known(criteria)
    low, high = (np.where(blank[:, None], np.nan, table) for table in (low, high))
    names = wide(criteria, "score_low").columns
    stated = np.array([settings.criteria[name].weight for name in names]) if settings.stated_weights else None
    weights = drawn_weights(
        uniform_numbers(settings.draws, len(names), settings.seed), stated, sureness=settings.stated_weights
    )
    unknown, shares = int((high > low).sum()), np.zeros((len(low), settings.top))
    block = max(1, _CELLS // max(len(low), unknown))
    for number, first in enumerate(range(0, settings.draws, block)):
        part = weights[first : first + block]
        # another stream than that of the weights: what is not known hangs on no preference
        drawn = uniform_numbers(len(part), unknown, (settings.seed, 1, number))
        scores = drawn_scores(low, high, part, drawn, floor=settings.floor)
        shares += top_shares(scores, settings.top) * (len(part) / settings.draws)
    # the last bits of a sum of blocks move no share below a cut of sureness
    return pd.DataFrame(np.clip(np.round(shares, 12), 0.0, 1.0), index=wide(criteria, "score_low").index,
                        columns=range(1, settings.top + 1))  # fmt: skip


def standings(criteria: pd.DataFrame, shares: pd.DataFrame, settings: Resilience, *, status: str) -> pd.DataFrame:
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
    districts, beaten = who_beats(criteria, settings)
    if not beaten:
        nobody = pd.Series(None, index=range(len(districts)), dtype="str")
        return {"on_front": False, "beaten_by": 0, "beaten_by_whom": nobody}
    names = [name for group in front_groups(settings.criteria).values() for name in group]
    told = np.any([wide(criteria, name)[names].notna() for name in ("value_least", "value_most")], axis=(0, 2))
    first = [by[np.argsort(ranks[by], kind="stable")][:_NAMED] for by in beaten]
    return {
        "on_front": np.array([not len(by) for by in beaten], dtype=bool) & told,
        "beaten_by": [len(by) for by in beaten],
        "beaten_by_whom": pd.Series([", ".join(map(str, districts[by])) or None for by in first], dtype="str"),
    }  # fmt: skip


def who_beats(criteria: pd.DataFrame, settings: Resilience) -> tuple[np.ndarray, list[np.ndarray]]:
    """Return the districts of CRITERIA in their order, and for each of them the numbers of those that beat it.

    They are compared by the `front_groups`; without any the list is empty, and there is no front.
    """
    districts, groups = criteria["district"].unique(), front_groups(settings.criteria)
    if not groups or not len(districts):
        return districts, []
    limits = [_need_together(criteria, names, settings) for names in groups.values()]
    return districts, beaten_by(*(np.stack(ends, axis=1) for ends in zip(*limits, strict=True)))


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


def whom_each_beats(criteria: pd.DataFrame, settings: Resilience) -> dict[str, tuple[str, ...]]:
    """Return the districts that each one beats by the `front_groups`: `who_beats` the other way round."""
    districts, beaten = who_beats(criteria, settings)
    beats: dict[str, list[str]] = {str(one): [] for one in districts}
    for district, by in zip(districts, beaten, strict=False):
        for one in by:
            beats[str(districts[one])].append(str(district))
    return {one: tuple(others) for one, others in beats.items()}


def front_groups(declared: Mapping[str, Criterion]) -> dict[str, tuple[str, ...]]:
    """Return the criteria of the front by their group: those declared for it, else all where they are few enough.

    A criterion that stands alone is a group of its own name; where none is declared, and there are many, there is none.
    """
    groups: dict[str, tuple[str, ...]] = {}
    for name, one in declared.items():
        if (group := one.group(name)) is not None:
            groups[group] = (*groups.get(group, ()), name)
    return groups or ({name: (name,) for name in declared} if len(declared) <= MOST_CRITERIA else {})


def unsure_on_front(
    standings: pd.DataFrame, criteria: pd.DataFrame, declared: Mapping[str, Criterion]
) -> list[str]:
    """Return the districts on the front of which a criterion of the front is not known: it may take them off.

    What is not known of other criteria cannot, for the front does not go by them.
    """
    names = [name for group in front_groups(declared).values() for name in group]
    asked = criteria["criterion"].astype(str).isin(names) & criteria["value"].isna()
    unknown = set(criteria["district"][asked.to_numpy()].astype(str))
    return [one for one in standings["district"][standings["on_front"].to_numpy(dtype=bool)].astype(str)
            if one in unknown]  # fmt: skip


def front_findings(declared: Mapping[str, Criterion]) -> list[dict[str, object]]:
    """Return a row of FINDINGS where too many criteria are declared for a front, and none of them for it."""
    if not declared or front_groups(declared):
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
