"""The town with a projection."""

from __future__ import annotations

import pandas as pd

import asset_inventory
from asset_inventory.model.reading import read_city

TIED = ("exposed_from = 0.1", 'exposed_from = 0.1\nwater = "sea"\nsurveyed = 2016')
RATES = 'subsidence_rate = { rate = 0.04, source = "levelling" }\nsea_level_rise = { rate = 0.01, source = "gauge" }'


def future(rates: str = RATES, years: str = "[10, 25]") -> tuple[str, str]:
    return "[scores]", f"[future]\ntoday = 2026\nyears = {years}\n{rates}\n\n[scores]"


def assessed(folder):
    return asset_inventory.assess(read_city(folder))


def of(found, asset: str, year: int) -> pd.Series:
    table = found.future_ead
    rows = table[(table["asset_id"] == asset) & (table["year"] == year)]
    assert len(rows) == 1, rows
    return rows.iloc[0]
