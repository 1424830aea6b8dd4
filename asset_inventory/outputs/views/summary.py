"""What an assessment found, in five lines to read in a terminal or at the head of a page.

What sinking ground and a rising sea do to a city, in sentences; the same on every output.
"""

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd

from asset_inventory.assessment.ead_sentences import below_ground, flood_spread_lines
from asset_inventory.assessment.price_sentences import chronic_hazard_sentences
from asset_inventory.assessment.run import LEFT_OUT, Assessment
from asset_inventory.inventory.districts import CONTEXT_REFUSED, DISTRICTS_REFUSED
from asset_inventory.messages import describe_finding, labelled, money, number, percent, say
from asset_inventory.model.city import City
from asset_inventory.model.hazards import Hazard
from asset_inventory.model.projection import Future, RateLayer
from asset_inventory.model.tables import known_sum
from asset_inventory.model.texts import NEAR_WORDS
from asset_inventory.outputs.views.table_view import kept_answers
from asset_inventory.risk import projection
from asset_inventory.risk.annual_damage import bounded_by
from asset_inventory.risk.dependence import NOT_DECLARED, is_known
from asset_inventory.risk.exposure import under_rarest_map

_MOST_LINES = 50  # of what was left out or nearly matches; the rest is counted
# What is exercise data and has no name of the city's own.
_NAMED = ("values", "curves", "yearly", "districts", "population", "future", "condition")


def five_lines(assessment: Assessment, language: str) -> list[str]:
    """Return five sentences: inventory, exposure, damage, priority areas, findings.

    The sentence on exposure has the depth from which water below ground counts, and what a stress
    does a year. Where a layer or hazard was left out there are more: why, and that it was.
    """
    return [
        _what_there_is(assessment, language),
        " ".join(
            [
                exposed_line(assessment, language),
                *[
                    say(message["word"], language, **message["values"])
                    for message in below_ground(assessment.city.hazards)
                ],
                *chronic_hazard_sentences(assessment.city, assessment.chronic_hazards, language),
            ]
        ),
        cost_line(assessment, language),
        _where_first(assessment, language),
        _errors_line(assessment, language),
        *left_out(assessment, language),
    ]


def _what_there_is(assessment: Assessment, language: str) -> str:
    assets = assessment.assets
    key = "summary.assets" if assessment.city.districts else "summary.assets_squares"
    return say(
        key,
        language,
        city=assessment.city.name,
        assets=len(assets),
        count=sum(1 for fate in assessment.provenance["layers"].values() if fate["assets"]),
        districts=len(assessment.districts),
        unusable=int((~assets["usable"]).sum()),
    )


def exposed_line(assessment: Assessment, language: str) -> str:
    """Return how many assets each hazard's rarest map (or scenario) exposes or leaves unknown."""
    parts = []
    for hazard in assessment.city.hazards:
        period, rows = under_rarest_map(assessment.exposure_counts, hazard.name)
        if not len(rows):
            continue
        counts = {name: int(rows[name].sum()) for name in ("exposed", "no_data")}
        key = "summary.exposed_scenario" if np.isnan(period) else "summary.exposed_period"
        parts.append(say(key, language, hazard=hazard.name, period=period, **counts))
    if not parts and assessment.provenance.get("left_out"):
        return say("summary.no_hazard_used", language)
    if not parts:
        return say("summary.no_asset" if assessment.city.hazards else "summary.no_hazard", language)
    return "; ".join(parts) + "."


def cost_line(assessment: Assessment, language: str) -> str:
    """Return the city's EAD, or its bounds, over the same assets as the districts' sums."""
    currency = assessment.city.currency
    if not len(assessment.ead):
        return _scenario(assessment, language)
    if not is_known(assessment.joint_ead, assessment.exposure, assessment.ead):
        return say("summary.no_ead_value", language)
    figures = assessment.joint_ead[["ead", "ead_low", "ead_high"]]
    if figures["ead"].notna().any():
        counted = int(figures["ead"].notna().sum())
        total = money(known_sum(figures["ead"]), currency, language)
        sentence = say(
            "summary.ead", language, ead=total, counted=counted, missing=len(figures) - counted
        )
        return " ".join((sentence, *_range(assessment, language)))
    bounded = figures[figures["ead_low"].notna()]
    if len(bounded) and bounded["ead_high"].notna().all():
        low, high = (
            money(bounded[name].sum(), currency, language) for name in ("ead_low", "ead_high")
        )
        missing = len(figures) - len(bounded)
        sentence = say(
            "summary.bounds", language, low=low, high=high, counted=len(bounded), missing=missing
        )
        return " ".join((sentence, *_few_maps(assessment, language)))
    counted = int(figures["ead_low"].notna().sum())
    low = money(known_sum(figures["ead_low"]), currency, language)
    sentence = say(
        "summary.at_least", language, low=low, counted=counted, missing=len(figures) - counted
    )
    few = _few_maps(assessment, language)
    return " ".join((sentence, *few, *([say("map.no_upper_bound", language)] if few else [])))


def _few_maps(assessment: Assessment, language: str) -> list[str]:
    """Return how little one or two maps show, where nothing rests on more."""
    maps = bounded_by(assessment.ead)
    return [say("map.few_maps", language, count=maps)] if maps else []


def _scenario(assessment: Assessment, language: str) -> str:
    """Return the damage of the scenarios where known, and why there is no EAD."""
    damage = assessment.damage[assessment.damage["return_period"].isna().to_numpy()]
    sentences = []
    for hazard in assessment.city.hazards:
        lost = damage["damage"][(damage["hazard"] == hazard.name).to_numpy()]
        if lost.notna().any():
            sentences.append(
                say(
                    "summary.scenario",
                    language,
                    hazard=hazard.name,
                    counted=int(lost.notna().sum()),
                    missing=int(lost.isna().sum()),
                    damage=money(known_sum(lost), assessment.city.currency, language),
                )
            )
    return " ".join(sentences) or say("summary.no_ead", language)


def _range(assessment: Assessment, language: str) -> list[str]:
    """Return the range of EAD over undeclared dependence; nothing where all is declared."""
    joint = assessment.joint_ead
    if not (joint["relation"] == NOT_DECLARED).any():
        return []
    lower, upper = (
        money(known_sum(joint[name]), assessment.city.currency, language)
        for name in ("ead_least", "ead_most")
    )
    return [say("summary.ead_range", language, least=lower, most=upper)]


def _where_first(assessment: Assessment, language: str) -> str:
    reached = assessment.district_damage["assets_exposed"] > 0
    if not len(assessment.exposure_counts):
        return say("summary.nothing_known", language)
    if not reached.any():
        return say("summary.no_exposure", language)
    first = assessment.district_damage[
        reached & (assessment.district_damage["rank"] <= 3)
    ].sort_values("rank")
    if not len(first):
        return say("summary.no_focus", language)
    names = ", ".join(
        f"{name} ({parent})" if isinstance(parent, str) else str(name)
        for name, parent in zip(first["name"], first["parent"], strict=True)
    )
    return say("summary.focus", language, names=names)


def _errors_line(assessment: Assessment, language: str) -> str:
    severity = assessment.findings["severity"]
    counts = {name: int((severity == name).sum()) for name in ("error", "warning", "repaired")}
    return " ".join(
        filter(
            None, (say("summary.findings", language, **counts), exercise_note(assessment, language))
        )
    )


def exercise_note(assessment: Assessment, language: str) -> str:
    """Return what of an assessment is exercise data, in a sentence; "" where nothing is."""
    exercise = assessment.provenance.get("exercise", [])
    if not exercise:
        return ""
    names = ", ".join(
        say(f"summary.{name}", language) if name in _NAMED else labelled("source", name, language)
        for name in exercise
    )
    return say("summary.exercise", language, names=names)


@kept_answers
def left_out(assessment: Assessment, language: str) -> list[str]:
    """Return why a layer or hazard is in no figure, a sentence each, the first of many."""
    findings = assessment.findings
    lines = []
    for name in findings["source"][
        findings["code"].isin((*LEFT_OUT, DISTRICTS_REFUSED, CONTEXT_REFUSED))
    ]:
        about = (findings["source"] == name) | findings["source"].str.startswith(f"{name} (")
        rows = findings[about & (findings["severity"] == "error")].to_dict("records")
        lines += [" ".join(describe_finding(row, language)).strip() for row in rows]
    return _at_most(list(dict.fromkeys(lines)), language)


def near_word_lines(assessment: Assessment, language: str) -> list[str]:
    """Return what the city's words nearly match in its files, for those who correct them."""
    findings = assessment.findings
    near = findings[findings["code"].isin(NEAR_WORDS)].to_dict("records")
    return _at_most([" ".join(describe_finding(row, language)) for row in near], language)


def _at_most(lines: list[str], language: str) -> list[str]:
    more = (
        [say("check.more", language, count=len(lines) - _MOST_LINES)]
        if len(lines) > _MOST_LINES
        else []
    )
    return [*lines[:_MOST_LINES], *more]


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
        for line in _how_often(hazard, future, _rarest(assessment, hazard), language)
    ]
    return [*sentences, say("future.never_both", language)] if sentences else []


def projection_terms(assessment: Assessment) -> list[dict[str, object]]:
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


def projection_figures(assessment: Assessment) -> dict[str, object] | None:
    """Return the sentence (`word`, `values`) on the last year of the first hazard with figures."""
    table = sums(assessment)
    known = table[table["ead"].notna().to_numpy()] if len(table) else table
    if not len(known):
        return None
    last = known[(known["hazard"] == known["hazard"].iloc[0]).to_numpy()].iloc[-1]
    values = {
        "hazard": str(last["hazard"]),
        "year": str(last["year"]),
        "ead": {"money": float(last["ead"])},
    }
    return {
        "word": "map.found_future_least" if last["at_least"] else "map.found_future",
        "values": values,
    }


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
        surveyed=str(hazard.surveyed),
        mapped=money(rows[-1]["mapped"], city.currency, language),
    )
    last = rows[-1]
    if not math.isnan(last["share"]):
        share = percent(last["share"], language)
        yield say("future.share", language, year=str(last["year"]), percent=share)
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
        year=str(row["year"]),
        ahead=ahead,
    )


def _rarest(assessment: Assessment, hazard: Hazard) -> float:
    known = assessment.exposure_counts[
        (assessment.exposure_counts["hazard"] == hazard.name).to_numpy()
    ]["return_period"]
    return float(known.max())


def _how_often(hazard: Hazard, future: Future, period: float, language: str) -> Iterator[str]:
    """Yield the sentences on the last year; of the sea only, as subsidence has no one rate."""
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
        yield say(
            "future.allowance",
            language,
            allowance=number(projection.allowance(rise, law.scale, law.uncertainty), language),
            uncertainty=law.uncertainty,
        )
