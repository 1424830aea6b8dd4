"""Which districts nobody can argue away: the Pareto front of need, and who beats the others.

A district beats another where it is in need as much by every criterion and more by one. Those that nobody beats are the
front: no choice of weights puts another before all of them. What is not known beats nothing and is not beaten by it: a
district beats another only if even its least need is as great as the other's most. With five criteria a third of
districts that have nothing to do with each other lie on the front, with six a half, so at most four are taken.
"""

from __future__ import annotations

import numpy as np

MOST_CRITERIA = 4
_BLOCK = 500  # districts compared with all others at a time


def beaten_by(least: np.ndarray, most: np.ndarray) -> list[np.ndarray]:
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


def on_front(least: np.ndarray, most: np.ndarray) -> np.ndarray:
    """Tell which districts nobody beats; see `beaten_by`."""
    return np.array([not len(one) for one in beaten_by(least, most)], dtype=bool)
