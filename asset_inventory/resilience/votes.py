"""What groups of people rank first, and how far they agree.

Each voter ranks the pressures of a city (1 = first). The mean rank is told group by group, never over groups of unequal
size in silence. Agreement is Kendall's W, corrected for ties (Kendall and Babington Smith 1939, Ann. Math. Stat. 10,
275-287): 1 where all rank alike, 0 where the ranks cancel out. Assumption: all rank the same items.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

# Two agree or do not; a coefficient of fewer than three says nothing.
FEWEST_TO_AGREE = 3


def kendall_w(ranks: np.ndarray) -> float:
    """Return how far voters or groups agree (0-1), from their ranks: a row each, a column per item.

    W = 12 S / (m²(n³ − n) − m ΣT) of m rows and n items, S the squared deviations of the items' rank sums from their
    mean, T = Σ(t³ − t) over the ties of a row; tied items have the mean of their ranks. A row counts by the order of
    its numbers alone. NaN for fewer than three rows or two items, where a row lacks a rank (NaN), and where every row
    ties all.
    """
    given = np.atleast_2d(np.asarray(ranks, dtype=float))
    voters, items = given.shape
    if voters < FEWEST_TO_AGREE or items < 2 or np.isnan(given).any():
        return float("nan")
    ordered = mid_ranks(given)
    sums = ordered.sum(axis=0)
    spread = float(((sums - sums.mean()) ** 2).sum())
    # t tied items take (t³ − t) / 12 off the sum of the squares of 1 ... n, so that T need not be counted tie by tie
    squares = items * (items + 1) * (2 * items + 1) / 6
    ties = 12 * (voters * squares - float((ordered**2).sum()))
    most = voters**2 * (items**3 - items) - voters * ties
    return 12 * spread / most if most > 0 else float("nan")


def group_ranks(ballots: pd.DataFrame) -> pd.DataFrame:
    """Return the mean rank of each pressure in each group that is shown: `group`, `pressure`, `mean_rank`, `voters`.

    `ballots` has a row per voter, a column per pressure, and the group under which it is `shown` (missing: withheld).
    """
    shown = ballots[ballots["shown"].notna()]
    grouped = shown.groupby("shown", sort=True)
    means = grouped.mean(numeric_only=True)
    table = means.stack().rename("mean_rank").rename_axis(["group", "pressure"]).reset_index()
    return table.assign(voters=table["group"].map(grouped.size()).astype("int64"))


def agreement(ballots: pd.DataFrame) -> pd.DataFrame:
    """Return how far the voters of each group agree, and the groups with each other: `group`, `voters`, `w` (0-1).

    The last row (`group` missing) is that of the groups, each by its mean ranks, and counts groups. NaN where fewer
    than three rank.
    """
    shown = ballots[ballots["shown"].notna()]
    items = [name for name in ballots.columns if name != "shown"]
    rows = [(str(name), len(part), kendall_w(part[items].to_numpy())) for name, part in shown.groupby("shown")]
    means = shown.groupby("shown")[items].mean().to_numpy()
    rows.append((None, len(means), kendall_w(means) if len(means) else np.nan))
    return pd.DataFrame(rows, columns=["group", "voters", "w"]).astype({"group": "str", "w": "float64"})


def mid_ranks(given: np.ndarray) -> np.ndarray:
    """Return the ranks 1, 2, 3, ... of numbers along the last axis, the lowest first.

    Equal ones share the mean of theirs, NaN has none.
    """
    one, other = given[..., :, np.newaxis], given[..., np.newaxis, :]
    placed = (other < one).sum(axis=-1) + ((other == one).sum(axis=-1) + 1) / 2
    return np.where(np.isnan(given), np.nan, placed)
