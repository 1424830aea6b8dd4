"""EAD in sentences: the year of its maps, today's figure, years to come, and how figures add up.

The same on every output.
"""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from asset_inventory.assessment.ead_sentences import flood_spread_lines
from asset_inventory.assessment.run import Assessment
from asset_inventory.messages import labelled, money, number, percent, say
from asset_inventory.model.city import City
from asset_inventory.model.hazards import Hazard
from asset_inventory.model.projection import Future, RateLayer
from asset_inventory.outputs.views.table_view import Scale, kept_answers, scale_of
from asset_inventory.risk import projection

# A sentence as the page's scripts fill it: its key (`word`) and `values`, which may carry a kind.
Term = dict[str, Any]


def terrain_term(assessment: Assessment) -> Term:
    """Return the year of the maps under the EAD: of their terrain, else of their sources.

    Several years are given from the oldest on.
    """
    return stated_terrain(assessment) or {"word": "map.as_mapped.undated", "values": {}}


def stated_terrain(assessment: Assessment, *, hazard: str | None = None) -> Term | None:
    """Return the year of the maps under the EAD (of one hazard), None where none states it."""
    priced = set(assessment.ead["hazard"][assessment.ead["ead_low"].notna()].astype(str))
    priced &= priced if hazard is None else {hazard}
    hazards = [hazard for hazard in assessment.city.hazards if hazard.name in priced]
    terrain = {hazard.surveyed for hazard in hazards if hazard.surveyed}
    maps = {hazard.source.date.year for hazard in hazards if hazard.source.date}
    for word, years in (("map.as_mapped.terrain", terrain), ("map.as_mapped.maps", maps)):
        if years:
            return {"word": word, "values": {"years": ", ".join(map(str, sorted(years)))}}
    return None


def mapped_unit(assessment: Assessment, scale: Scale, language: str) -> str:
    """Return the unit of EAD as mapped in a heading: «Rp billion; terrain of 2019»."""
    unit, terrain = scale.unit(assessment.city.currency, language), stated_terrain(assessment)
    return f"{unit}; {_filled(terrain, assessment.city, language)}" if terrain else unit


def mapped_word(word: str, terrain: Term | None) -> Term:
    """Return the words for EAD as mapped, with the year of its maps where that is stated."""
    return (
        {"word": f"{word}_mapped", "values": {"terrain": terrain}}
        if terrain
        else {"word": word, "values": {}}
    )


def ead_called(word: str, assessment: Assessment, language: str) -> str:
    """Return a word for EAD (a key of `words`) as `mapped_word` has it, in a language."""
    return _filled(mapped_word(word, stated_terrain(assessment)), assessment.city, language)


def today_terms(assessment: Assessment, *, rows: np.ndarray | None = None) -> list[Term]:
    """Return the EAD of this year of each projected hazard, of assets (`rows` of ASSETS or all)."""
    table, future = sums(assessment, rows=rows), assessment.city.future
    if future is None or not len(table):
        return []
    known = (table["year"] == future.today) & table["ead"].notna()
    return [
        {
            "word": "future.today_or_more" if row["at_least"] else "future.today",
            "values": {
                "hazard": row["hazard"],
                "year": str(row["year"]),
                "ead": {"money": float(row["ead"])},
            },
        }
        for row in table[known.to_numpy()].to_dict("records")
    ]


def terrain_of(assessment: Assessment, language: str) -> str:
    """Return the year of the maps under the EAD in a language: «terrain of 2019»."""
    return _filled(terrain_term(assessment), assessment.city, language)


def today_sentences(
    assessment: Assessment, language: str, *, rows: np.ndarray | None = None
) -> list[str]:
    """Return the EAD of this year of each projected hazard, a sentence each."""
    terms = today_terms(assessment, rows=rows)
    return [_filled(term, assessment.city, language) for term in terms]


def _filled(term: Term, city: City, language: str) -> str:
    def fill(value: object) -> object:
        if not isinstance(value, dict):
            return value
        return (
            _filled(value, city, language)
            if "word" in value
            else money(value["money"], city.currency, language)
        )

    values = {name: fill(value) for name, value in term["values"].items()}
    return say(term["word"], language, **values)


def bridge_sentence(assessment: Assessment, language: str) -> list[str]:
    """Return how the EAD of each hazard adds up to the city's, and what is projected of it.

    All figures are of the assets with a joint EAD, in one unit with one decimal, as `money` writes
    them; the overlap of hazards is what remains, so that the printed figures add up.
    """
    joint = assessment.joint_ead
    known = joint["ead"].notna().to_numpy()
    total = float(joint["ead"].sum())
    ids = joint["asset_id"][known].astype(str)
    rows = assessment.ead["ead"].notna() & assessment.ead["asset_id"].astype(str).isin(ids)
    names = assessment.ead["hazard"][rows].astype(str)
    each = assessment.ead["ead"][rows].groupby(names.to_numpy()).sum()
    each = each[each > 0]
    scale = scale_of(total)
    digits = 1 if scale.key else 0
    if not len(each):
        return []

    def written(value: float) -> str:
        return number(value, language, decimals=digits)

    parts = {
        hazard.name: round(float(each[hazard.name]) / scale.divisor, digits)
        for hazard in assessment.city.hazards
        if hazard.name in each.index
    }
    whole = round(total / scale.divisor, digits)
    rest = round(sum(parts.values()) - whole, digits)
    clauses = []
    if len(parts) > 1:
        added = " + ".join(
            f"{labelled('hazard', name, language)} {written(part)}" for name, part in parts.items()
        )
        key = (
            "future.bridge.overlap"
            if rest > 0
            else "future.bridge.rounding"
            if rest
            else "future.bridge"
        )
        clauses.append(
            say(key, language, parts=added, rest=written(abs(rest)), total=written(whole))
        )
    projected = sums(assessment)
    for name, part in parts.items():
        of_hazard = projected[(projected["hazard"] == name).to_numpy()]
        if not len(of_hazard):
            continue
        last = of_hazard.iloc[-1]
        mapped = round(float(last["mapped"]) / scale.divisor, digits)
        if mapped != part and not math.isnan(mapped):
            clauses.append(
                say(
                    "future.bridge.projected",
                    language,
                    hazard=name,
                    part=written(part),
                    mapped=written(mapped),
                    count=int(last["assets_counted"]),
                )
            )
    if not clauses:
        return []
    unit = scale.unit(assessment.city.currency, language)
    return [say("future.bridge.unit", language, unit=unit, sums="; ".join(clauses))]


def projection_sentences(
    assessment: Assessment, language: str, *, rows: np.ndarray | None = None
) -> list[str]:
    """Return the projection of assets (`rows` of ASSETS or all); empty without years."""
    city, table = assessment.city, sums(assessment, rows=rows)
    lines = [line for hazard in city.hazards for line in _of_hazard(hazard, city, table, language)]
    return [*lines, say("future.exercise", language)] if lines and city.future.invented else lines


def sums(assessment: Assessment, *, rows: np.ndarray | None = None) -> pd.DataFrame:
    """Return FUTURE_EAD summed by hazard and year (`by_year`) over `rows` of ASSETS or all."""
    return _sums(assessment, None if rows is None else rows.astype(np.int64).tobytes())


@kept_answers
def _sums(assessment: Assessment, rows: bytes | None) -> pd.DataFrame:
    future, row = _projected(assessment)
    if rows is not None:
        future = future[np.isin(row, np.frombuffer(rows, dtype=np.int64))]
    table = projection.sums_by_year(future)
    known = table[["ead", "ead_low"]].notna().any(axis=1)
    return table[known.to_numpy()] if len(table) else table


@kept_answers
def _projected(assessment: Assessment) -> tuple[pd.DataFrame, np.ndarray]:
    """Return FUTURE_EAD with the EAD as mapped, and the row in ASSETS of each of its rows."""
    future = assessment.future_ead
    ids = pd.Index(assessment.assets["asset_id"].astype(str))
    return projection.with_mapped(future, assessment.ead), ids.get_indexer(
        future["asset_id"].astype(str)
    )


@kept_answers
def return_periods(assessment: Assessment, language: str) -> list[str]:
    """Return how often today's rarest water then comes under a stated Gumbel law; not money."""
    future = assessment.city.future
    if future is None or future.gumbel is None:
        return []
    looked_at = set(assessment.future_ead["hazard"].astype(str))
    sentences = [
        line
        for hazard in assessment.city.hazards
        if hazard.water == "sea" and hazard.name in looked_at
        for line in _how_often(hazard, future, assessment, language)
    ]
    return [*sentences, say("future.never_both", language)] if sentences else []


def projection_terms(assessment: Assessment) -> list[Term]:
    """Return the page's projection: keys of `words` (`word`) and their `values`."""
    table, terms = sums(assessment), []
    for hazard in assessment.city.hazards:
        rows = table[(table["hazard"] == hazard.name).to_numpy()].to_dict("records")
        for row in rows:
            known = not math.isnan(row["ead"])
            key = "map.future.at_least" if row["at_least"] or not known else "map.future.year"
            terms.append(
                {
                    "word": key,
                    "values": {
                        "hazard": hazard.name,
                        "year": str(row["year"]),
                        "ead": {"money": row["ead" if known else "ead_low"]},
                        "added": round(row["added_depth"], 2),
                    },
                }
            )
        if rows and not math.isnan(rows[-1]["share"]):
            share = {"percent": {"percent": rows[-1]["share"]}, "year": str(rows[-1]["year"])}
            terms.append({"word": "map.future.share", "values": share})
    return terms


def projection_figures(assessment: Assessment) -> list[Term]:
    """Return the sentence on today and the last year of each projected hazard with figures."""
    table, terms = sums(assessment), []
    for hazard in assessment.city.hazards:
        of_hazard = table[(table["hazard"] == hazard.name) & table["ead"].notna()]
        if not len(of_hazard):
            continue
        first, last = of_hazard.iloc[0], of_hazard.iloc[-1]
        word = "map.found_future"
        if last["at_least"]:
            word = "map.found_future_partly" if hazard.spreads else "map.found_future_least"
        values = {
            "hazard": hazard.name,
            "today": str(first["year"]),
            "now": {"money": float(first["ead"])},
            "year": str(last["year"]),
            "ead": {"money": float(last["ead"])},
        }
        terms.append({"word": word, "values": values})
    return terms


def outlook_sentences(assessment: Assessment, language: str) -> list[str]:
    """Return the EAD of today and of the last year of each projected hazard, a sentence each."""
    terms = projection_figures(assessment)
    return [_filled(term, assessment.city, language) for term in terms]


def sources(future: Future, language: str) -> list[str]:
    """Return who gives each rate."""
    return [
        say(
            "future.source",
            language,
            what=say(f"future.what.{name}", language),
            source=future.source_of(rate),
        )
        + "."
        for name, rate in future.rates.items()
    ]


def _of_hazard(hazard: Hazard, city: City, table: pd.DataFrame, language: str) -> Iterator[str]:
    rows = table[(table["hazard"] == hazard.name).to_numpy()].to_dict("records")
    if not rows:
        return
    years = "; ".join(_year(row, city, language) for row in rows)
    yield say(
        "future.line",
        language,
        hazard=hazard.name,
        years=years,
        surveyed=hazard.surveyed,
        mapped=money(rows[-1]["mapped"], city.currency, language),
    )
    last = rows[-1]
    if not math.isnan(last["share"]):
        share = percent(last["share"], language)
        yield say("future.share", language, year=last["year"], percent=share)
    yield from flood_spread_lines(hazard, int(last["unsure"]), int(last["deepened"]), language)
    if last["assets_without_figure"] and not math.isnan(last["ead"]):
        yield say("future.missing", language, count=int(last["assets_without_figure"]))


def _year(row: dict, city: City, language: str) -> str:
    known = not math.isnan(row["ead"])
    ead = money(row["ead"] if known else row["ead_low"], city.currency, language)
    if row["at_least"] or not known:
        ead = say("future.at_least", language, ead=ead)
    ahead = row["year"] - city.future.today
    return say(
        "future.then" if ahead else "future.now",
        language,
        ead=ead,
        year=row["year"],
        ahead=ahead,
    )


def _rarest(assessment: Assessment, hazard: Hazard) -> float:
    known = assessment.exposure_counts[
        (assessment.exposure_counts["hazard"] == hazard.name).to_numpy()
    ]["return_period"]
    return float(known.max())


def _how_often(
    hazard: Hazard, future: Future, assessment: Assessment, language: str
) -> Iterator[str]:
    """Yield the sentences on the last year; of the sea only, as subsidence has no one rate."""
    period = _rarest(assessment, hazard)
    law, year = future.gumbel, future.calendar[-1]
    sinking = future.subsidence_rate
    rates = [
        change.rate
        for change in (sinking, future.sea_level_rise)
        if change is not None and not isinstance(change, RateLayer)
    ]
    rise = sum(rates) * (year - hazard.surveyed)
    if math.isnan(period) or rise == 0:
        return
    then = projection.return_period_then(period, rise, law.scale)
    arguments = {"period": period, "surveyed": str(hazard.surveyed), "year": str(year)}
    if then < 1:
        yield say("future.every_year", language, **arguments)
    else:
        times = number(projection.frequency_factor(rise, law.scale), language, decimals=1)
        yield say(
            "future.often",
            language,
            **arguments,
            then=number(then, language, decimals=1),
            times=times,
        )
    if isinstance(sinking, RateLayer):
        yield say("future.sea_alone", language)
    yield say(
        "future.rise", language, scale=law.scale, rise=round(rise, 3), source=future.source_of(law)
    )
    if law.uncertainty is not None:
        yield _allowance(hazard, future, rise, assessment, language)


def _allowance(
    hazard: Hazard, future: Future, rise: float, assessment: Assessment, language: str
) -> str:
    """Return Hunter's allowance to a centimetre, and what a design height has besides."""
    law, sinking = future.gumbel, future.subsidence_rate
    arguments = {
        "allowance": number(
            projection.allowance(rise, law.scale, law.uncertainty), language, decimals=2
        ),
        "uncertainty": law.uncertainty,
    }
    if sinking is None:
        return say("future.allowance_of_sea", language, **arguments)
    if not isinstance(sinking, RateLayer):
        return say("future.allowance_with_subsidence", language, **arguments)
    table = sums(assessment)
    of_hazard = table[(table["hazard"] == hazard.name).to_numpy()]
    if not len(of_hazard):
        return say("future.allowance_of_sea", language, **arguments)
    last = of_hazard.iloc[-1]
    return say(
        "future.allowance",
        language,
        **arguments,
        sinking=number(last["added_depth"] - rise, language, decimals=2),
        year=last["year"],
    )
