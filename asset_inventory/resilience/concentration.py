"""Who bears the burden: the concentration index of damage over districts from poor to rich.

C = 2 cov(burden per head, rank)/mean (Wagstaff, Paci and van Doorslaer 1991, doi 10.1016/0277-9536(91)90212-U), the
covariance that of the whole population, the rank that of a person: the share of people poorer than him. Negative: the
poor bear more; 0: all bear alike; between -1 and 1. Assumption: within a district all bear alike and are as poor.
"""

from __future__ import annotations

import numpy as np


def concentration_index(burden: np.ndarray, wealth: np.ndarray, people: np.ndarray) -> float:
    """Return the concentration index of a burden per head over districts.

    `wealth` is anything that is greater where people are richer; districts of equal wealth share a rank. A district of
    which something is not known (NaN), or without people, is left out; NaN without two districts or without a burden.
    """
    burden, wealth, people = (np.asarray(one, dtype=float) for one in (burden, wealth, people))
    known = ~np.isnan(burden + wealth + people) & (people > 0)
    burden, wealth, people = burden[known], wealth[known], people[known]
    if len(burden) < 2:
        return float("nan")
    share = people / people.sum()
    mean = float(share @ burden)
    if mean == 0:
        return float("nan")
    levels, place = np.unique(wealth, return_inverse=True)
    width = np.bincount(place, weights=share, minlength=len(levels))
    rank = (np.cumsum(width) - width / 2)[place]
    return 2 * float(share @ (burden * rank) - mean * (share @ rank)) / mean
