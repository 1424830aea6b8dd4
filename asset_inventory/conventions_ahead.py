"""How one asset's figures of years to come come about, and by how much more it is harmed as it is worn, in words."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from asset_inventory.risk.vulnerability import wear
from asset_inventory.sources.city import City, Hazard
from asset_inventory.words import amount, number, say


def future_lines(
    future: pd.DataFrame, rate: float, pieces: pd.DataFrame, hazard: Hazard, city: City, language: str
) -> Iterator[str]:
    """Yield how FUTURE_EAD of one asset comes about: years, rates, added depth, its deepest piece, EAD, sources.

    `rate` is how fast the ground sinks under it (m/year), `pieces` has its PIECES under the hazard's maps.
    """
    said = city.future
    other = said.sea_level_rise if hazard.water == "sea" else said.channel_subsidence_rate
    key = "future.rates" if hazard.water == "sea" else "future.rates_inland"
    deepest = pieces.loc[pieces["intensity"].fillna(0.0).idxmax()]
    for row in future.to_dict("records"):
        yield say(key, language, year=str(row["year"]), years=int(row["year"] - hazard.surveyed),
                  surveyed=str(hazard.surveyed), added=number(row["added_depth"], language),
                  sinking=number(rate, language), rise=number(other.rate if other else 0.0, language))  # fmt: skip
        if deepest["intensity"] > 0 and not np.isnan(row["added_depth"]):
            deeper = max(deepest["intensity"] + row["added_depth"], 0.0)
            yield say("future.deepest", language, period=float(deepest["return_period"]),
                      mapped=number(deepest["intensity"], language), deeper=number(deeper, language))  # fmt: skip
        told = {name: amount(row[column], city.currency, language)
                for name, column in (("ead", "ead"), ("low", "ead_low"), ("high", "ead_high"), ("sea", "ead_sea"))}
        least = row["at_least"] and not np.isnan(row["ead"])
        yield say("future.figure_least" if least else "future.figure", language, **told)  # fmt: skip
    for name, stated in said.rates.items():
        what = say(f"future.what.{name}", language)
        yield say("future.source", language, what=what, source=said.source_of(stated))
    if future["at_least"].any():
        yield say("future.why_at_least", language)


def wear_lines(asset: pd.Series, city: City, language: str) -> Iterator[str]:
    """Yield by how much more an asset is harmed as it is worn, where the city says so."""
    factor = wear(pd.DataFrame([asset]), city.condition)
    if factor is not None:
        yield say("future.worn", language, condition=number(asset["condition"], language),
                  factor=number(factor[0], language), beta=number(city.condition.beta, language),
                  source=city.condition.source)  # fmt: skip
