"""How one district stands, told back with its arithmetic: criteria, both means, rank, share of draws, front."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from asset_inventory.outputs.naming import district_names
from asset_inventory.outputs.preliminary.terms import (
    criterion_said,
    draws_said,
    front_said,
    named,
    unread_said,
    weights_said,
    word_said,
)
from asset_inventory.preliminary import PreliminaryAssessment
from asset_inventory.resilience.criteria import FIGURES
from asset_inventory.resilience.standings import whom_each_beats
from asset_inventory.sources.city import Criterion
from asset_inventory.sources.texts import folded
from asset_inventory.tables import EXERCISE
from asset_inventory.words import number, precise, say, shown

_MOST_NAMES = 10  # of districts in a line
_ENDS = ("low", "high")


def standing_lines(drawn: PreliminaryAssessment, district: str, language: str) -> list[str]:
    """Return how a district (its id) stands, line by line, so that whoever reads it can reckon it again."""
    name = district_names(drawn.assessment.districts, language).get(district, district)
    rows = drawn.criteria[(drawn.criteria["district"].astype(str) == district).to_numpy()]
    stands = drawn.standings[(drawn.standings["district"].astype(str) == district).to_numpy()]
    title = say("explained.title", language, district=name, id=district)
    if not len(rows) or not len(stands):
        return [title, *unread_said(drawn, language, "indicators"), say("preliminary.no_standings", language)]
    row = stands.iloc[0].to_dict()
    parts = (_criteria(drawn, rows, language), _means(drawn, rows, row, language), _rank(drawn, row, language),
             _front(drawn, row, language))  # fmt: skip
    lines = [title, *unread_said(drawn, language, "indicators"), *(line for part in parts for line in part),
             say("explained.further", language)]  # fmt: skip
    return [*lines, say("resilience.exercise", language)] if row["data_status"] == EXERCISE else lines


def _criteria(drawn: PreliminaryAssessment, rows: pd.DataFrame, language: str) -> Iterator[str]:
    city = drawn.assessment.city
    for row in rows.to_dict("records"):
        name = str(row["criterion"])
        declared = city.resilience.criteria[name]
        called, ends = criterion_said(city, name, language), _goalposts(declared, language)
        if not math.isnan(row["value"]):
            ratio = (row["value"] - declared.worst) / (declared.best - declared.worst)
            key = "explained.criterion" if 0 <= ratio <= 1 else "explained.criterion_beyond"
            yield say(key, language, criterion=called, value=precise(row["value"], language),
                      ratio=precise(ratio, language), score=precise(row["score"], language), **ends)  # fmt: skip
        elif math.isnan(row["value_least"]) and math.isnan(row["value_most"]):
            yield say("explained.criterion_unknown", language, criterion=called)
        else:
            told = {one: precise(row[one], language) for one in ("value_least", "value_most", "score_low",
                                                                 "score_high")}  # fmt: skip
            yield say("explained.criterion_within", language, criterion=called, **told, **ends)
        yield from _of_offices(drawn, str(row["district"]), declared.of or name, language)


def _goalposts(declared: Criterion, language: str) -> dict[str, str]:
    return {"worst": precise(declared.worst, language), "best": precise(declared.best, language)}


def _of_offices(drawn: PreliminaryAssessment, district: str, figure: str, language: str) -> Iterator[str]:
    """Yield the row that an office filled in, where the criterion is told by one."""
    table = drawn.indicators
    if figure in FIGURES or not len(table):
        return
    same = table["indicator"].map(folded, na_action="ignore") == folded(figure)
    for row in table[(same & table["counted"] & (table["district"].astype(str) == district)).to_numpy()].to_dict(
        "records"
    ):
        source = say("number.not_known", language) if pd.isna(row["source"]) else shown(str(row["source"]))
        yield say("explained.of_office", language, row=int(row["row"]), year=f"{row['year']:.0f}", source=source)


def _means(
    drawn: PreliminaryAssessment, rows: pd.DataFrame, row: Mapping[str, object], language: str
) -> Iterator[str]:
    """Yield the geometric and the linear mean as products and sums; at both ends where a criterion is not known."""
    settings = drawn.assessment.city.resilience
    if math.isnan(float(row["score_low"])):
        yield say("explained.nothing_known", language)
        return
    weight = np.array([settings.criteria[str(one)].weight for one in rows["criterion"]])
    weight = weight / weight.sum()
    whole = int(row["criteria_known"]) == int(row["criteria"])
    for kind, key in (("score", "explained.score"), ("linear", "explained.linear")):
        for end in _ENDS[:1] if whole else _ENDS:
            scores = rows[f"score_{end}"].to_numpy(dtype=float)
            scores = np.maximum(scores, settings.floor) if kind == "score" else scores
            told = [(precise(one, language), precise(share, language))
                    for one, share in zip(scores, weight, strict=True)]  # fmt: skip
            sum_of = " · ".join(f"{one}^{share}" for one, share in told) if kind == "score" else " + ".join(
                f"{share} · {one}" for one, share in told)  # fmt: skip
            yield say(key if whole else f"{key}_{end}", language, arithmetic=sum_of,
                      result=precise(float(row[f"{kind}_{end}"]), language),
                      floor=number(settings.floor, language))  # fmt: skip


def _rank(drawn: PreliminaryAssessment, row: Mapping[str, object], language: str) -> Iterator[str]:
    settings = drawn.assessment.city.resilience
    if math.isnan(float(row["rank"])):
        return
    yield say("explained.rank", language, rank=number(row["rank"], language),
              linear=number(row["linear_rank"], language),
              count=int(drawn.standings["rank"].notna().sum()))  # fmt: skip
    low, high = (f"{number(100 * float(row[f'top_share_{end}']), language, decimals=2)} %" for end in _ENDS)
    sureness = row["sureness"]
    yield say("explained.share", language, top=settings.top, draws=settings.draws, seed=str(settings.seed),
              share=draws_said(float(row["top_share"]), language), low=low, high=high,
              sureness="–" if pd.isna(sureness) else word_said("preliminary.sureness.", sureness, language),
              firm=f"{100 * settings.firm:g} %", likely=f"{100 * settings.likely:g} %",
              weights=weights_said(drawn.assessment.city, language))  # fmt: skip


def _front(drawn: PreliminaryAssessment, row: Mapping[str, object], language: str) -> Iterator[str]:
    city = drawn.assessment.city
    if not (by := front_said(city, language)):
        return
    names = district_names(drawn.assessment.districts, language)
    beats = whom_each_beats(drawn.criteria, city.resilience)
    district = str(row["district"])
    neediest = drawn.standings["district"].astype(str)
    beaters = [one for one in neediest if district in beats.get(one, ())]
    beaten = [one for one in neediest if one in beats.get(district, ())]
    for key, ids in (("explained.beaten_by", beaters), ("explained.beats", beaten)):
        yield say(key, language, criteria=by, count=len(ids), names=named(ids, names, language, most=_MOST_NAMES))
