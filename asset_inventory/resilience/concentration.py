"""Who bears the burden: the concentration index of damage over districts from poor to rich.

C = 2 cov(burden per head, rank)/mean (Wagstaff, Paci and van Doorslaer 1991, doi 10.1016/0277-9536(91)90212-U), the
covariance that of the whole population, the rank that of a person: the share of people poorer than him. Negative: the
poor bear more; 0: all bear alike; between -1 and 1. Assumption: within a district all bear alike and are as poor.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from asset_inventory.inventory.district_indicators import HIGHER, by_district
from asset_inventory.library.rates import wealth_words
from asset_inventory.tables import empty, finding

EAD = "ead"
_WITHOUT = {"indicators": "burden_without_wealth", "population": "burden_without_people"}


def concentration_index(burden: np.ndarray, wealth: np.ndarray, people: np.ndarray) -> float:
    """Return the concentration index of a burden per head over districts.

    `wealth` is anything that is greater where people are richer; districts of equal wealth share a rank. A district of
    which something is not known (NaN), or without people, is left out; NaN without two that differ in wealth, or
    without a burden.
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
    if len(levels) < 2:  # who is not parted by wealth bears neither more nor less for it
        return float("nan")
    width = np.bincount(place, weights=share, minlength=len(levels))
    rank = (np.cumsum(width) - width / 2)[place]
    return 2 * float(share @ (burden * rank) - mean * (share @ rank)) / mean


def burdens(
    indicators: pd.DataFrame, burden: Mapping[str, pd.Series], people: pd.Series
) -> tuple[pd.DataFrame, list[dict]]:
    """Return BURDENS, a row for each indicator that orders districts from poor to rich and each burden, and FINDINGS.

    `indicators` are DISTRICT_INDICATORS, of which those count whose name has a word of wealth or poverty: where the
    lower end is better, the lower value is the richer. `burden` has sums of each district (currency/year, people),
    `people` its residents. An index that cannot be told is NaN, and a finding says why.
    """
    counted = indicators[indicators["counted"]]
    better = counted.drop_duplicates("indicator").set_index("indicator")["better"]
    if not len(better):
        return empty("BURDENS"), []
    better = better[[tells_wealth(name) for name in better.index]]
    for known, column in ((len(better) > 0, "indicators"), (people.notna().any(), "population")):
        if not known:
            return empty("BURDENS"), [finding(_WITHOUT[column], source="city.toml", severity="warning", column=column)]
    table, rows, found = by_district(indicators).reindex(people.index), [], []
    for name, end in better.items():
        wealth = (table[name] if end == HIGHER else -table[name]).astype(float)
        for what, borne in burden.items():
            per_head = borne.reindex(people.index) / people.where(people > 0)
            known = int((per_head.notna() & wealth.notna()).sum())
            told = concentration_index(per_head.to_numpy(), wealth.to_numpy(), people.to_numpy())
            rows.append({"indicator": name, "burden": what, "concentration": told, "districts": known,
                         "districts_without_figure": len(people) - known})  # fmt: skip
            if np.isnan(told):
                found.append(finding("burden_not_known", source=str(name), severity="warning", column=what,
                                     districts=known))  # fmt: skip
    return pd.DataFrame(rows), found


def tells_wealth(indicator: str) -> bool:
    """Tell whether an indicator's name says that it orders districts from poor to rich, and is no coarse class."""
    words = wealth_words()
    said = [words[one] for one in re.findall(r"[^\W\d_]+", indicator.casefold()) if one in words]
    return bool(said) and all(said)
