"""How one asset's figures of years to come come about, and by how much more it is harmed as it is worn, in words."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from asset_inventory.risk.sea_level import got_to
from asset_inventory.risk.vulnerability import wear
from asset_inventory.sources.city import City, Hazard
from asset_inventory.words import amount, number, say


def future_lines(
    future: pd.DataFrame, rate: float, pieces: pd.DataFrame, hazard: Hazard, city: City, language: str
) -> Iterator[str]:
    """Yield how FUTURE_EAD of one asset comes about: years, rates, added depth, its deepest piece, EAD, sources.

    `rate` is how fast the ground sinks under it (m/year), `pieces` has its PIECES under the hazard's maps; where these
    tell when water gets to dry ground, so does a line on the piece that it gets to first.
    """
    said = city.future
    other = said.sea_level_rise if hazard.water == "sea" else said.channel_subsidence_rate
    key = "future.rates" if hazard.water == "sea" else "future.rates_inland"
    deepest = pieces.loc[pieces["intensity"].fillna(-np.inf).idxmax()]
    for row in future.to_dict("records"):
        yield say(key, language, year=str(row["year"]), years=int(row["year"] - hazard.surveyed),
                  surveyed=str(hazard.surveyed), added=number(row["added_depth"], language),
                  sinking=number(rate, language), rise=number(other.rate if other else 0.0, language))  # fmt: skip
        if hazard.has_water(deepest["intensity"]) and not np.isnan(row["added_depth"]):
            deeper = max(deepest["intensity"] + row["added_depth"], -np.inf if hazard.counts_below_ground else 0.0)
            yield say("future.deepest", language, period=float(deepest["return_period"]),
                      mapped=number(deepest["intensity"], language), deeper=number(deeper, language))  # fmt: skip
        if "after" in pieces.columns and row["added_depth"] > 0:
            yield from _dry_lines(pieces, row["added_depth"], int(row["year"] - hazard.surveyed), hazard, language)
        told = {name: amount(row[column], city.currency, language)
                for name, column in (("ead", "ead"), ("low", "ead_low"), ("high", "ead_high"), ("sea", "ead_sea"))}
        open_above = np.isnan(row["ead_high"]) and not np.isnan(row["ead_low"])
        least = row["at_least"] and not np.isnan(row["ead"])
        figure = "future.figure_least" if least else "future.figure_open" if open_above else "future.figure"
        yield say(figure, language, **told)
    for name, stated in said.rates.items():
        what = say(f"future.what.{name}", language)
        yield say("future.source", language, what=what, source=said.source_of(stated))
    deepens, unsure = (future["added_depth"] > 0).to_numpy(), future["at_least"].to_numpy(dtype=bool)
    yield from spread_lines(hazard, int(unsure.any()), int(deepens.any()), language)
    if (deepens & ~unsure & (future["ead_high"].isna() & future["ead_low"].notna()).to_numpy()).any():
        yield say("future.no_upper", language)


def spread_lines(hazard: Hazard, unsure: int, deepened: int, language: str) -> Iterator[str]:
    """Yield how a hazard's water spreads to dry ground, and why figures are at least that.

    Of `deepened` assets over which water rises it is not known of `unsure` how far it spreads to them.
    """
    if hazard.spreads and unsure < deepened:
        yield say("future.spreads", language)
    if unsure:
        yield say("future.why_at_least_of" if hazard.spreads else "future.why_at_least", language, count=unsure)


def _dry_lines(
    pieces: pd.DataFrame, added: float, years: int, hazard: Hazard, language: str
) -> Iterator[str]:
    """Yield what becomes of the dry piece that water gets to first, where any is dry."""
    is_dry = pieces["intensity"].notna() & ~hazard.has_water(pieces["intensity"])
    dry = pieces[(is_dry & pieces["after"].notna()).to_numpy()]
    if not len(dry):
        return
    first = dry.sort_values(["after", "perhaps", "freeboard"]).iloc[0]
    if hazard.counts_below_ground:
        yield say("future.freeboards_below_ground", language, depth=-hazard.water_from)
    told = {"period": float(first["return_period"]), "freeboard": number(first["freeboard"], language)}
    if np.isnan(first["freeboard"]):
        yield say("future.dry_unknown", language, **told)
        return
    sill = {"sill": number(first["sill"], language), "after": number(first["after"], language, decimals=1)}
    deep = number(max(added - first["freeboard"], 0.0) + hazard.water_from, language)
    if got_to(first["after"], years):
        yield say("future.dry_reached", language, **told, **sill, deep=deep)
    elif got_to(first["perhaps"], years) and first["freeboard"] < added:
        yield say("future.dry_perhaps", language, **told)
    elif np.isfinite(first["after"]):
        yield say("future.dry_stays", language, **told, **sill)
    else:
        yield say("future.dry_no_way", language, **told)


def wear_lines(asset: pd.Series, city: City, language: str) -> Iterator[str]:
    """Yield by how much more an asset is harmed as it is worn, where the city says so."""
    factor = wear(pd.DataFrame([asset]), city.condition)
    if factor is not None:
        yield say("future.worn", language, condition=number(asset["condition"], language),
                  factor=number(factor[0], language), beta=number(city.condition.beta, language),
                  source=city.condition.source)  # fmt: skip
