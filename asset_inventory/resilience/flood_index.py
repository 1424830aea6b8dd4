"""BNPB's flood hazard index beside depth: never mixed into a score, and never called the risk.

h = 1/(1 + (depth/midpoint)^-spread), «Fuzzy Large», in three classes (module «KRB Banjir» of BNPB, second-hand: the
numbers and where they were read are in `library/bnpb/index.toml`). By depth the classes part at 0.75 and 1.5 m, by
index only at about 0.76 and 1.669 m: between 1.5 and 1.669 m depth says high and the index medium, so both are told.
Assumption: the depth is that of the map, in metres above the ground.
"""

from __future__ import annotations

import numpy as np

from asset_inventory.library import flood_index_rule

CLASSES = ("low", "medium", "high")


def hazard_index(depth: np.ndarray) -> np.ndarray:
    """Return the index (0-1) of depths (m); 0 where it is dry, NaN where the depth is not known."""
    rule, depth = flood_index_rule(), np.asarray(depth, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        wet = 1.0 / (1.0 + (depth / rule.midpoint) ** -rule.spread)
    return np.where(np.isnan(depth), np.nan, np.where(depth > 0, wet, 0.0))


def class_by_depth(depth: np.ndarray) -> np.ndarray:
    """Return the place in CLASSES of depths (m): up to the first break low, above the last high; -1 not known."""
    return _classes(depth, flood_index_rule().depths)


def class_by_index(index: np.ndarray) -> np.ndarray:
    """Return the place in CLASSES of indices (0-1); -1 not known."""
    return _classes(index, flood_index_rule().classes)


def _classes(values: np.ndarray, breaks: tuple[float, ...]) -> np.ndarray:
    values = np.asarray(values, dtype=float)
    return np.where(np.isnan(values), -1, np.searchsorted(breaks, values, side="left"))
