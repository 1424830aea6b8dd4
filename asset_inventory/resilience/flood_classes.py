"""How much of each district lies in which class of water, by depth and by BNPB's index, and where the two disagree.

BNPB's class of a district is told by two rules: the text of its module «KRB Banjir» takes the worst class that is
there, its spreadsheet the class with the largest area (of a kecamatan then the worst of its kelurahan); both
second-hand, see `flood_index`. So areas come first, and both rules beside each other by name; none is «the BNPB risk».

Assumptions: a place is dry below the depth from which the hazard exposes (`exposed_from`), and where that lies below
ground, water below ground is in the lowest class; the largest area is that among the classes of water, the worse one of
two alike; what the map does not say is neither dry nor in a class, and where there is any of it the worst class is a
least one. A district lies in one part, so no sums are carried over.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from asset_inventory.resilience.flood_index import CLASSES, class_by_depth, class_by_index, hazard_index
from asset_inventory.risk.exposure import SHARE_NOISE, reached
from asset_inventory.sources.city import Hazard

DRY, UNKNOWN = "dry", "unknown"
LEVELS = (DRY, *CLASSES, UNKNOWN)  # of FLOOD_CLASSES
_WET = slice(1, 1 + len(CLASSES))
_RULES = ("worst", "largest")


@dataclass(frozen=True)
class Floods:
    """FLOOD_CLASSES and DISTRICT_FLOODS, or parts of them, without `data_status`."""

    classes: pd.DataFrame
    districts: pd.DataFrame


def flood_classes(pieces: pd.DataFrame, districts: pd.DataFrame, hazard: Hazard, return_period: float) -> Floods:
    """Return what PIECES of one map of water depth (m) say of districts: `district`, and `area` (m2).

    The areas of a district's rows in `classes` add up to its area.
    """
    size, width = len(districts), len(LEVELS)
    row, share = pieces["asset"].to_numpy(dtype=np.int64), pieces["share"].to_numpy(dtype=float)
    depth = pieces["intensity"].to_numpy(dtype=float)
    index = hazard_index(depth)
    wet = reached(depth, hazard)
    by_depth, by_index = (_level(level, wet, depth) for level in (class_by_depth(depth), class_by_index(index)))
    cell = (row * width + by_depth) * width + by_index
    shares = np.bincount(cell, weights=share, minlength=size * width**2).reshape(size, width, width)
    total = shares.sum(axis=(1, 2), keepdims=True)
    nothing = np.zeros((width, width))
    nothing[-1, -1] = 1.0
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = np.where(total > SHARE_NOISE, shares / total, nothing)  # what has no piece is wholly unknown
    about = {"hazard": hazard.name, "return_period": float(return_period)}
    return Floods(
        _classes(shares, districts).assign(**about),
        _districts(shares, districts).assign(**about, **_indices(row, share, np.where(wet, index, 0.0), depth, size)),
    )


def worst_by_parent(floods: pd.DataFrame, parents: pd.Series) -> pd.DataFrame:
    """Return the worst class of the districts of each parent (kecamatan), by every rule, hazard and map.

    `parents` is by district; those without one are left out. A parent of which a district is not wholly known has at
    least that class (`at_least`).
    """
    columns = [f"{rule}_by_{by}" for rule in _RULES for by in ("depth", "index")]
    codes = {name: pd.Categorical(floods[name], categories=LEVELS[:-1], ordered=True).codes for name in columns}
    table = floods[["hazard", "return_period", "area", "area_unknown", "area_differing", "at_least"]].assign(
        parent=floods["district"].astype(str).map(parents).to_numpy(), **codes
    )
    grouped = table.dropna(subset=["parent"]).groupby(["parent", "hazard", "return_period"], dropna=False, sort=False)
    sums = {name: (name, "sum") for name in ("area", "area_unknown", "area_differing")}
    told = grouped.agg(**sums, at_least=("at_least", "any"), **{name: (name, "max") for name in columns}).reset_index()
    return told.assign(**{name: pd.Categorical.from_codes(told[name], categories=LEVELS[:-1]).astype("str")
                          for name in columns})  # fmt: skip


def _level(classes: np.ndarray, wet: np.ndarray, depth: np.ndarray) -> np.ndarray:
    """Return the place in LEVELS of each piece."""
    return np.where(np.isnan(depth), len(LEVELS) - 1, np.where(wet, np.maximum(classes, 0) + 1, 0))


def _classes(shares: np.ndarray, districts: pd.DataFrame) -> pd.DataFrame:
    place, by_depth, by_index = np.nonzero(shares > 0)
    names = np.array(LEVELS, dtype=object)
    return pd.DataFrame({
        "district": districts["district"].astype(str).to_numpy()[place], "class_by_depth": names[by_depth],
        "class_by_index": names[by_index],
        "area": shares[place, by_depth, by_index] * districts["area"].to_numpy(dtype=float)[place],
    })  # fmt: skip


def _districts(shares: np.ndarray, districts: pd.DataFrame) -> pd.DataFrame:
    area = districts["area"].to_numpy(dtype=float)
    unknown = shares[:, -1, -1]
    told = {"depth": shares.sum(axis=2), "index": shares.sum(axis=1)}
    alike = np.trace(shares[:, _WET, _WET], axis1=1, axis2=2)
    # both are told of the same water
    differing = np.maximum(shares[:, _WET, _WET].sum(axis=(1, 2)) - alike, 0.0)
    found = {f"{rule}_by_{by}": _class_of(table, rule) for rule in _RULES for by, table in told.items()}
    return pd.DataFrame({
        "district": districts["district"].astype(str).to_numpy(), "area": area, "area_unknown": area * unknown,
        "area_differing": area * differing, **found, "at_least": unknown > SHARE_NOISE,
    })  # fmt: skip


def _class_of(shares: np.ndarray, rule: str) -> pd.Series:
    """Return the class of each district by a rule; missing where nothing of it is known."""
    wet = shares[:, _WET][:, ::-1]  # the worst first, which also wins of two alike
    place = len(CLASSES) - np.argmax(wet > 0 if rule == "worst" else wet, axis=1)
    place = np.where((wet > 0).any(axis=1), place, 0)
    named = pd.Series(np.array(LEVELS, dtype=object)[place], dtype="str")
    return named.mask(shares[:, -1] >= 1 - SHARE_NOISE)


def _indices(
    row: np.ndarray, share: np.ndarray, index: np.ndarray, depth: np.ndarray, size: int
) -> dict[str, np.ndarray]:
    """Return the mean of the index over what is known of each district, dry land as 0, and its greatest."""
    known = ~np.isnan(depth)
    weight = np.bincount(row[known], weights=share[known], minlength=size)
    total = np.bincount(row[known], weights=(share * index)[known], minlength=size)
    most = np.full(size, -np.inf)
    np.maximum.at(most, row[known], index[known])
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(weight > SHARE_NOISE, total / weight, np.nan)
    return {"index_mean": np.clip(mean, 0.0, 1.0), "index_most": np.where(np.isfinite(most), most, np.nan)}
