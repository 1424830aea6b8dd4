"""Ground that sinks and a sea that rises: how much deeper water gets, and how often it then comes.

Depth is added for money: d' = max(0, d + (s + r) t), s the sinking of the ground and r the rise of the sea (m/year), t
the years since the terrain was surveyed that the depths rest on. It is added where there is water today, and on dry
ground only where its freeboard is known and the water gets there over every sill on the way (`hazards/sills.py`), so
that neither a dry hill nor a basin behind a dike is flooded by a rate. Where maps have depths alone, their extent
stays as mapped: what the water would reach beside it is not reckoned, so that a figure is «at least». Floor heights
are subtracted once, by the damage curves. Where water below ground counts, there is water from that depth on,
freeboards and sills are counted down to it, and the ground does not end d'. Water that the sea does not hold up deepens
only by what the ground sinks more than the channels it comes from. That sinking outruns the sea in Semarang: Abidin et
al. 2013, doi 10.1080/19475705.2012.692336.

How often a level comes is a sentence and never money, which would count the same rise twice: where the highest levels
of the years follow a Gumbel law of scale l, a rise multiplies frequencies by e^(rise / l), and a rise of standard
deviation u asks for u² / (2 l) more than itself (Hunter 2012, doi 10.1007/s10584-011-0332-1; Howard 2022,
doi 10.5194/os-18-905-2022).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from asset_inventory.tables import known_sum

_AT_A_SILL = 1e-6  # of the years: the last bits of grids and rates
_OTHER = ("share", "assets_counted", "assets_without_figure", "at_least", "unsure", "deepened")
_SUMS = ("ead", "ead_low", "ead_high", "ead_sea", "mapped")


def raised(
    pieces: pd.DataFrame, added: np.ndarray, got_to: np.ndarray | None = None, *, water_from: float = 0.0
) -> np.ndarray:
    """Return the intensity (metre) of PIECES where water stands `added` (of each asset) deeper; NaN stays not known.

    Where the ground rises out of the water it is dry. Dry ground stays dry but for the pieces that water has `got_to`:
    they stand as deep as what is added passes their `freeboard`. With `water_from` (metre) below 0 there is water from
    that depth below ground on, and freeboards are counted down to it.
    """
    intensity, more = pieces["intensity"].to_numpy(), added[pieces["asset"].to_numpy()]
    with np.errstate(invalid="ignore"):
        below_ground = water_from < 0
        wet = intensity >= water_from if below_ground else intensity > 0
        deeper = np.where(wet, np.maximum(intensity + more, -np.inf if below_ground else 0.0), intensity)
        if got_to is None:
            return deeper
        passed = np.maximum(more - pieces["freeboard"].to_numpy(), 0.0) + water_from
        return np.where(~wet & ~np.isnan(intensity) & got_to, passed, deeper)


def got_to(after: np.ndarray | float, years: float) -> np.ndarray | bool:
    """Tell where water has got to that gets there `after` so many years; as high as a sill it does not pass it."""
    return after * (1 + _AT_A_SILL) < years


def frequency_factor(rise: float, scale: float) -> float:
    """Return by how much more often a level comes after a rise (metre), by a Gumbel law of this scale (metre)."""
    return float(np.exp(rise / scale))


def return_period_then(period: float, rise: float, scale: float) -> float:
    """Return how rare (year) an event is after a rise that comes once in `period` years before it."""
    return period / frequency_factor(rise, scale)


def allowance(rise: float, scale: float, uncertainty: float) -> float:
    """Return by how much (metre) a defence is raised so that water tops it no more often, the rise being uncertain."""
    return rise + uncertainty**2 / (2 * scale)


def share_of_sinking(ead: float, sea: float, mapped: float) -> float:
    """Return the share of what damage grew by that the sinking of the ground has; NaN where it did not grow.

    `ead` is by ground and sea, `sea` by the sea alone, `mapped` by neither (currency/year). It is below 0 where the
    ground rises against the sea, and above 1 where the sea falls.
    """
    grown = ead - mapped
    return (ead - sea) / grown if grown > 0 else float("nan")


def by_year(future: pd.DataFrame, ead: pd.DataFrame) -> pd.DataFrame:
    """Return the sums of FUTURE_EAD by hazard and year, beside that of EAD as mapped.

    `ead` and `ead_low` (currency/year) are over what is known of each, `ead_high` NaN where any asset has no upper
    bound; `ead_sea` and `mapped` over the assets of which `ead` is known, so that they compare with it; `share` (0-1,
    see `share_of_sinking`) over the assets of which all three are known; `assets_counted` have an EAD and
    `assets_without_figure` none; `at_least` tells that some asset's is, `unsure` of how many, `deepened` over how many
    water rises.
    """
    if not len(future):
        return pd.DataFrame(columns=["hazard", "year", "added_depth", *_SUMS, *_OTHER])
    key = ["asset_id", "hazard"]
    mapped = ead[[*key, "ead"]].rename(columns={"ead": "mapped"}).astype(dict.fromkeys(key, str))
    table = future.astype(dict.fromkeys(key, str)).merge(mapped, on=key, how="left", sort=False)
    rows = []
    for (hazard, year), whole in table.groupby(["hazard", "year"], sort=False):
        part = whole.copy()
        part[["ead_sea", "mapped"]] = part[["ead_sea", "mapped"]].where(part["ead"].notna())
        sums = {name: known_sum(part[name]) for name in _SUMS}
        if part["ead_high"].isna().any():
            sums["ead_high"] = np.nan
        known = part[part[["ead", "ead_sea", "mapped"]].notna().all(axis=1)]
        share = share_of_sinking(*(float(known[name].sum()) for name in ("ead", "ead_sea", "mapped")))
        counted = int(part["ead"].notna().sum())
        rows.append({"hazard": hazard, "year": int(year), "added_depth": float(part["added_depth"].mean()), **sums,
                     "share": share, "assets_counted": counted, "assets_without_figure": len(part) - counted,
                     "at_least": bool(part["at_least"].any()), "unsure": int(part["at_least"].sum()),
                     "deepened": int((part["added_depth"] > 0).sum())})  # fmt: skip
    return pd.DataFrame(rows)
