"""What sinking ground and a rising sea do to a city, in sentences; the same on every output."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from asset_inventory.explanation.conventions_ahead import spread_lines
from asset_inventory.risk.sea_level import allowance, by_year, frequency_factor, return_period_then
from asset_inventory.sources.city import Future, Hazard, RateLayer
from asset_inventory.words import money, number, say

if TYPE_CHECKING:
    from asset_inventory.assessment import Assessment
    from asset_inventory.sources.city import City


def coming(assessment: Assessment, language: str, *, rows: np.ndarray | None = None) -> list[str]:
    """Return what is to come, of all assets or of those in some `rows` of ASSETS; empty where nothing was asked."""
    city, table = assessment.city, sums(assessment, rows=rows)
    said = [line for hazard in city.hazards for line in _of_hazard(hazard, city, table, language)]
    return [*said, say("future.exercise", language)] if said and city.future.invented else said


def sums(assessment: Assessment, *, rows: np.ndarray | None = None) -> pd.DataFrame:
    """Return FUTURE_EAD summed by hazard and year (`by_year`), of all assets or of those in some `rows` of ASSETS."""
    future = assessment.future
    if rows is not None and len(future):
        future = future[future["asset_id"].isin(assessment.assets["asset_id"].iloc[rows])]
    table = by_year(future, assessment.ead)
    known = table[["ead", "ead_low"]].notna().any(axis=1)
    return table[known.to_numpy()] if len(table) else table


def return_periods(assessment: Assessment, language: str) -> list[str]:
    """Return how often water of today's rarest map then comes, where the city states a Gumbel law; never money."""
    future = assessment.city.future
    if future is None or future.gumbel is None:
        return []
    looked_at = set(assessment.future["hazard"].astype(str))
    said = [line for hazard in assessment.city.hazards if hazard.water == "sea" and hazard.name in looked_at
            for line in _how_often(hazard, future, _rarest(assessment, hazard), language)]  # fmt: skip
    return [*said, say("future.never_both", language)] if said else []


def words_to_come(assessment: Assessment) -> list[dict[str, object]]:
    """Return what is to come as a page tells it: keys of `words` (`word`) and what fills them (`values`)."""
    table, told = sums(assessment), []
    for hazard in assessment.city.hazards:
        rows = table[(table["hazard"] == hazard.name).to_numpy()].to_dict("records")
        for row in rows:
            known = not math.isnan(row["ead"])
            key = "map.future.at_least" if row["at_least"] or not known else "map.future.year"
            told.append({"word": key, "values": {
                "hazard": hazard.name, "year": str(row["year"]), "ead": {"money": row["ead" if known else "ead_low"]},
                "added": round(row["added_depth"], 2)}})  # fmt: skip
        if rows and not math.isnan(rows[-1]["share"]):
            share = {"percent": str(round(100 * rows[-1]["share"])), "year": str(rows[-1]["year"])}
            told.append({"word": "map.future.share", "values": share})
    return told


def found_to_come(assessment: Assessment) -> dict[str, object] | None:
    """Return the one sentence on the last of the years (`word`, `values`), of the first hazard with a figure."""
    table = sums(assessment)
    known = table[table["ead"].notna().to_numpy()] if len(table) else table
    if not len(known):
        return None
    last = known[(known["hazard"] == known["hazard"].iloc[0]).to_numpy()].iloc[-1]
    values = {"hazard": str(last["hazard"]), "year": str(last["year"]), "ead": {"money": float(last["ead"])}}
    return {"word": "map.found_future_least" if last["at_least"] else "map.found_future", "values": values}


def sources(future: Future, language: str) -> list[str]:
    """Return who says each rate."""
    return [
        say("future.source", language, what=say(f"future.what.{name}", language), source=future.source_of(rate)) + "."
        for name, rate in future.rates.items()
    ]


def _of_hazard(hazard: Hazard, city: City, table: pd.DataFrame, language: str) -> Iterator[str]:
    rows = table[(table["hazard"] == hazard.name).to_numpy()].to_dict("records")
    if not rows:
        return
    years = "; ".join(_year(row, city, language) for row in rows)
    yield say("future.line", language, hazard=hazard.name, years=years, surveyed=str(hazard.surveyed),
              mapped=money(rows[-1]["mapped"], city.currency, language))  # fmt: skip
    last = rows[-1]
    if not math.isnan(last["share"]):
        percent = number(100 * last["share"], language, decimals=0)
        yield say("future.share", language, year=str(last["year"]), percent=percent)
    yield from spread_lines(hazard, int(last["unsure"]), int(last["deepened"]), language)
    if last["assets_without_figure"] and not math.isnan(last["ead"]):
        yield say("future.missing", language, count=int(last["assets_without_figure"]))


def _year(row: dict, city: City, language: str) -> str:
    known = not math.isnan(row["ead"])
    ead = money(row["ead"] if known else row["ead_low"], city.currency, language)
    if row["at_least"] or not known:
        ead = say("future.at_least", language, ead=ead)
    ahead = row["year"] - city.future.today
    return say("future.then" if ahead else "future.now", language, ead=ead, year=str(row["year"]), ahead=ahead)


def _rarest(assessment: Assessment, hazard: Hazard) -> float:
    known = assessment.ledger[(assessment.ledger["hazard"] == hazard.name).to_numpy()]["return_period"]
    return float(known.max())


def _how_often(hazard: Hazard, future: Future, period: float, language: str) -> Iterator[str]:
    """Yield the sentences on the last of the years; a layer of sinking has no one rate, so the sea alone counts."""
    law, year = future.gumbel, future.calendar[-1]
    sinking = future.subsidence_rate
    rates = [one.rate for one in (sinking, future.sea_level_rise) if one is not None and not isinstance(one, RateLayer)]
    rise = sum(rates) * (year - hazard.surveyed)
    if math.isnan(period) or rise == 0:
        return
    then = return_period_then(period, rise, law.scale)
    told = {"period": period, "surveyed": str(hazard.surveyed), "year": str(year)}
    if then < 1:
        yield say("future.every_year", language, **told)
    else:
        times = number(frequency_factor(rise, law.scale), language, decimals=1)
        yield say("future.often", language, **told, then=number(then, language, decimals=1), times=times)
    if isinstance(sinking, RateLayer):
        yield say("future.sea_alone", language)
    yield say("future.rise", language, scale=law.scale, rise=round(rise, 3), source=future.source_of(law))
    if law.uncertainty is not None:
        yield say("future.allowance", language, allowance=number(allowance(rise, law.scale, law.uncertainty), language),
                  uncertainty=law.uncertainty)  # fmt: skip
