"""How often each district is among the neediest, whatever weight each criterion is given (SMAA-2).

Scores are drawn many times: the weights uniform over all that add up to 1 where nobody stated a preference, or around
stated ones; what is not known anywhere between its limits. The share of draws in which a district has rank r is its
rank acceptability (Lahdelma and Salminen 2001, Operations Research 49(3), 444-454; Tervonen and Lahdelma 2007, doi
10.1016/j.ejor.2005.12.037), the share in which it is among the first k its top-k share. Assumption: a score is the
weighted geometric mean of good values (0-1), as in `scores`, and need is 1 less than it. The noise of a share over n
draws is sqrt(p(1 - p)/n), so 10,000 draws hold it within 0.01 (95 %).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

# Draws in which the scores of two districts differ by less are ties: the last bits of their sums.
_TIE = 1e-12


def drawn_weights(uniform: np.ndarray, stated: np.ndarray | None = None, *, sureness: float = 0.0) -> np.ndarray:
    """Return weights that add up to 1, a row per draw, from uniform numbers (0-1, draws × criteria).

    Without `stated` weights Dirichlet(1, ..., 1): every mixture alike. With them Dirichlet(sureness × weight + 1),
    whose mode, not whose mean, is the stated weights; the greater `sureness`, the closer the draws lie to it.
    """
    from scipy.special import gammaincinv

    criteria = uniform.shape[1]
    shares = np.zeros(criteria) if stated is None else np.asarray(stated, dtype=float) / np.sum(stated)
    drawn = gammaincinv(sureness * shares + 1.0, uniform)
    return drawn / drawn.sum(axis=1, keepdims=True)


def drawn_scores(
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
