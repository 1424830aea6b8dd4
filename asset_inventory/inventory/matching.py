"""Pairs of assets that lie close to one another, and how much speaks for each being one asset.

All lengths are metres. A pair is close when its centres are within 10 m or, for something large,
within 20 % of its size (the diagonal of its box). Its score is the mean of what is known of three
figures from 0 to 1:

- nearness: 1 at the same centre, 0.5 at the limit;
- overlap: of two areas, what they share of what they cover together; of two lines the same of their boxes, each
  wider by 1 m; of anything with a point it is not known;
- similarity of the names: pairs of letters in common (Dice 1945, doi:10.2307/1932409), letters of any case.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from asset_inventory.inventory.equality import GRID, canonical, geometries_unequal

WITHIN = 10.0  # metre
WITHIN_SHARE = 0.2  # of an asset's size
# Where more lie around one asset than a street can hold, no pair is clearly better, and all of them
# are too many.
CROWD = 100
# Pairs looked up at once.
_AT_ONCE = 2_000_000
# Metres from the origin of any projected system; beyond it are no places on earth.
_ON_EARTH = 1e9
_WIDER = 1.0


def close_pairs(
    geometry: np.ndarray, names: pd.Series, later_geometry: np.ndarray, later_names: pd.Series
) -> tuple[pd.DataFrame, np.ndarray]:
    """Return the close pairs, and the rows of the first array in a crowd, which has no pairs.

    Pairs have `earlier` and `later` (rows), `distance` (metre), `overlap`, `similarity`, `score`
    (0-1, NaN = not known).
    """
    boxes, later_boxes = _boxes(geometry), _boxes(later_geometry)
    size = np.hypot(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
    limit = np.maximum(WITHIN, WITHIN_SHARE * size)
    centres, later_centres = _centres(geometry), _centres(later_geometry)
    earlier, later, crowded = _around(centres, later_centres, limit)
    distance = np.hypot(*(centres[earlier] - later_centres[later]).T)
    overlap = _overlap(geometry[earlier], later_geometry[later], boxes[earlier], later_boxes[later])
    similarity = name_similarity(names, later_names, earlier, later)
    known = np.stack([1 - 0.5 * distance / limit[earlier], overlap, similarity])
    there = ~np.isnan(known)
    score = np.where(there, known, 0.0).sum(axis=0) / there.sum(axis=0)
    pairs = pd.DataFrame(
        {
            "earlier": earlier,
            "later": later,
            "distance": distance,
            "overlap": overlap,
            "similarity": similarity,
            "score": score,
        }
    )
    return pairs, crowded


def coinciding(geometry: np.ndarray, later_geometry: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows of pairs whose shapes are the same within 1 mm, coordinate by coordinate."""
    limit = np.full(len(geometry), 2 * GRID)
    earlier, later, _ = _around(_middles(geometry), _middles(later_geometry), limit)
    same = ~geometries_unequal(geometry[earlier], later_geometry[later], tolerance=GRID)
    return earlier[same], later[same]


def lead(pairs: pd.DataFrame, side: str) -> np.ndarray:
    """Return by how much a pair's score beats the next of either asset; infinite if alone."""
    order = np.lexsort((-pairs["score"].to_numpy(), pairs[side].to_numpy()))
    rows, score = pairs[side].to_numpy()[order], pairs["score"].to_numpy()[order]
    first = (
        np.flatnonzero(np.r_[True, rows[1:] != rows[:-1]]) if len(rows) else np.array([], dtype=int)
    )
    counts = np.diff(np.r_[first, len(rows)])
    best = np.repeat(score[first], counts)
    second = np.repeat(
        np.where(counts > 1, score[np.minimum(first + 1, len(rows) - 1)], -np.inf), counts
    )
    is_first = np.zeros(len(rows), dtype=bool)
    is_first[first] = True
    ahead = np.empty(len(rows))
    ahead[order] = score - np.where(is_first, second, best)
    return ahead


def _centres(geometry: np.ndarray) -> np.ndarray:
    return shapely.bounds(shapely.centroid(geometry))[:, :2]  # of an empty one NaN


def _middles(geometry: np.ndarray) -> np.ndarray:
    boxes = _boxes(geometry)
    return (boxes[:, :2] + boxes[:, 2:]) / 2


def _boxes(geometry: np.ndarray) -> np.ndarray:
    """Return the boxes of geometries, NaN where there is none on earth."""
    boxes = shapely.bounds(geometry)
    return np.where(np.abs(boxes) < _ON_EARTH, boxes, np.nan)


def _around(
    places: np.ndarray, later_places: np.ndarray, limit: np.ndarray
) -> tuple[np.ndarray, ...]:
    """Return pairs of places within each first one's limit, and the first ones in a crowd."""
    here, here_later = (
        np.flatnonzero((np.abs(xy) < _ON_EARTH).all(axis=1)) for xy in (places, later_places)
    )
    here = here[~np.isnan(limit[here])]
    if not (len(here) and len(here_later)):
        none = np.array([], dtype=np.intp)
        return none, none, none
    at_most = _count_around(places[here], later_places[here_later], limit[here])
    asked, at_most = here[at_most <= CROWD], at_most[at_most <= CROWD]
    tree, points = (
        shapely.STRtree(shapely.points(later_places[here_later])),
        shapely.points(places[asked]),
    )
    part = np.cumsum(at_most) // _AT_ONCE
    found = [
        (asked[rows][query], here_later[hit])
        for rows in (np.flatnonzero(part == one) for one in np.unique(part))
        for query, hit in [
            tree.query(points[rows], predicate="dwithin", distance=limit[asked[rows]])
        ]
    ]
    earlier, later = (
        np.concatenate([pair[side] for pair in found] or [np.array([], np.intp)]) for side in (0, 1)
    )
    return earlier, later, np.setdiff1d(here, asked)


def _count_around(places: np.ndarray, later_places: np.ndarray, limit: np.ndarray) -> np.ndarray:
    """Return how many later places lie in the nine squares around each, at least its limit wide."""
    step = np.ceil(np.log2(limit / limit.min()))
    counts = np.zeros(len(places), dtype=np.intp)
    for one in np.unique(step):
        side = limit.min() * 2.0**one * (1 + 1e-9)
        rows = np.flatnonzero(step == one)
        origin = np.minimum(places.min(axis=0), later_places.min(axis=0)) - side
        squares, later_squares = (
            np.floor((xy - origin) / side) for xy in (places[rows], later_places)
        )
        width = max(squares[:, 1].max(), later_squares[:, 1].max()) + 2
        # floats: below 2^53 whole numbers are exact, above it squares run together and only count
        # too many
        filled, number = np.unique(later_squares @ (width, 1.0), return_counts=True)
        for east in (-1, 0, 1):
            for north in (-1, 0, 1):
                asked = (squares + (east, north)) @ (width, 1.0)
                at = np.minimum(np.searchsorted(filled, asked), len(filled) - 1)
                counts[rows] += np.where(filled[at] == asked, number[at], 0)
    return counts


def _overlap(
    first: np.ndarray, second: np.ndarray, boxes: np.ndarray, later_boxes: np.ndarray
) -> np.ndarray:
    dimension = np.minimum(shapely.get_dimensions(first), shapely.get_dimensions(second))
    other = np.maximum(shapely.get_dimensions(first), shapely.get_dimensions(second))
    wider = np.array([-_WIDER, -_WIDER, _WIDER, _WIDER])
    overlap = np.where(dimension > 0, _box_overlap(boxes + wider, later_boxes + wider), np.nan)
    touching = _box_overlap(boxes, later_boxes) > 0
    overlap[(dimension == 2) & ~touching] = 0.0
    rows = np.flatnonzero((dimension == 2) & (other == 2) & touching)
    rows = rows[
        shapely.is_valid(first[rows]) & shapely.is_valid(second[rows])
    ]  # an invalid area is left to its box
    shared = shapely.area(shapely.intersection(first[rows], second[rows]))
    overlap[rows] = shared / (shapely.area(first[rows]) + shapely.area(second[rows]) - shared)
    return overlap


def _box_overlap(boxes: np.ndarray, others: np.ndarray) -> np.ndarray:
    shared = np.minimum(boxes[:, 2:], others[:, 2:]) - np.maximum(boxes[:, :2], others[:, :2])
    area = np.clip(shared, 0.0, None).prod(axis=1)
    both = (
        (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)
        + (others[:, 2:] - others[:, :2]).prod(axis=1)
        - area
    )
    return np.divide(area, both, out=np.zeros(len(area)), where=both > 0)


def name_similarity(
    names: pd.Series, later_names: pd.Series, earlier: np.ndarray, later: np.ndarray
) -> np.ndarray:
    """Return how alike the names of each pair are, 0-1; NaN where one has none."""
    said = pd.Series(
        np.concatenate([canonical(names), canonical(later_names)]), dtype="str"
    ).str.casefold()
    codes, words = pd.factorize(said.mask(said == ""))
    first, second = codes[earlier], codes[len(names) + later]
    known, same = (first >= 0) & (second >= 0), first == second
    similarity = np.where(known, np.where(same, 1.0, 0.0), np.nan)
    rows = np.flatnonzero(known & ~same)
    if len(rows):
        similarity[rows] = _dice(pd.Series(words), first[rows], second[rows])
    return similarity


def _dice(words: pd.Series, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return for pairs of words (by place) their common letter pairs, twice, by those of both."""
    used = np.unique(np.concatenate([first, second]))
    first, second = np.searchsorted(used, first), np.searchsorted(used, second)
    letters = (
        " " + words.iloc[used] + " "
    ).tolist()  # a word's first and last letter have their pair too
    length = np.array([*map(len, letters)]) - 1
    points = np.frombuffer(
        "".join(letters).encode("utf-32-le", "surrogatepass"), dtype=np.uint32
    ).astype(np.int64)
    # pairs across two words are dropped by counting from each word's start
    start = np.concatenate([[0], np.cumsum(length + 1)[:-1]])
    owner = np.repeat(np.arange(len(letters)), length)
    at = np.repeat(start - np.concatenate([[0], np.cumsum(length)[:-1]]), length) + np.arange(
        length.sum()
    )
    pair = pd.factorize((points[at] << 21) | points[at + 1])[0]
    kinds = pair.max() + 1
    held = np.unique(owner * kinds + pair)
    number = np.bincount(held // kinds, minlength=len(letters))
    starts = np.concatenate([[0], np.cumsum(number)])
    # every pair of letters of the first word is looked up among those of the second
    asked = np.repeat(np.arange(len(first)), number[first])
    offset = np.arange(len(asked)) - np.repeat(
        np.cumsum(number[first]) - number[first], number[first]
    )
    wanted = second[asked] * kinds + held[starts[first[asked]] + offset] % kinds
    hit = held[np.minimum(np.searchsorted(held, wanted), len(held) - 1)] == wanted
    return (
        2 * np.bincount(asked, weights=hit, minlength=len(first)) / (number[first] + number[second])
    )
