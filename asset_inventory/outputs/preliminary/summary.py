"""The preliminary resilience assessment in sentences: what was said, felt and measured, and where to look first."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import pandas as pd

from asset_inventory.outputs.naming import district_names
from asset_inventory.outputs.preliminary.sentences import (
    acted_said,
    agreement_said,
    felt_first_said,
    focus_said,
    front_sentences,
    gap_sentences,
    mismatches,
    raised_said,
    standing_sentences,
    withheld_sentences,
)
from asset_inventory.outputs.preliminary.terms import (
    criterion_said,
    group_said,
    invented,
    left_out_said,
    named,
    pressure_names,
    share_said,
)
from asset_inventory.preliminary import PreliminaryAssessment, focus_areas_of
from asset_inventory.sources.city import City
from asset_inventory.tables import EXERCISE
from asset_inventory.words import money, number, say

_SHOWN = 5  # names in a sentence


def preliminary_lines(drawn: PreliminaryAssessment, language: str) -> list[str]:
    """Return the sentences in the order of the assessment, first what cannot be used; what nobody filled in has none.

    What the pages say too is said by their sentences, and names by the first few.
    """
    parts = (left_out_said, _statements, preliminary_votes, _felt, mismatches, _influences, _front, _standing, _moves,
             _focus, _gaps, _findings)  # fmt: skip
    return [line for part in parts for line in part(drawn, language)]


def _statements(drawn: PreliminaryAssessment, language: str) -> Iterator[str]:
    if len(drawn.statements):
        yield raised_said(drawn, language)


def preliminary_votes(drawn: PreliminaryAssessment, language: str) -> Iterator[str]:
    """Yield who voted, how many rows of the ballots count, and how far voters and groups agree (Kendall's W)."""
    groups = drawn.agreement[drawn.agreement["group"].notna()].to_dict("records")
    if not groups:
        return
    voters = ", ".join(f"{group_said(row['group'], language)} {number(row['voters'], language)}" for row in groups)
    yield say("resilience.voters", language, groups=voters, count=int(sum(row["voters"] for row in groups)))
    if len(drawn.votes):
        counted = int(drawn.votes["counted"].sum())
        yield say("resilience.votes_counted", language, count=counted, left=len(drawn.votes) - counted)
    for row in groups:
        if not math.isnan(row["w"]):
            yield say("resilience.agreement", language, group=group_said(row["group"], language),
                      w=number(row["w"], language, decimals=2))  # fmt: skip
    yield agreement_said(drawn, language)


def _felt(drawn: PreliminaryAssessment, language: str) -> Iterator[str]:
    if drawn.pressures["felt_rank"].notna().any():
        yield felt_first_said(drawn, language)
    names = pressure_names(drawn.assessment.city, language)
    costly = drawn.pressures.sort_values("cost_rank")
    costly = costly[costly["cost"].notna()].to_dict("records")
    if costly:
        currency = drawn.assessment.city.currency
        told = [f"{names[row['pressure']]} ({money(row['cost'], currency, language)})" for row in costly]
        yield say("resilience.costly", language, names=named(told, {}, language, most=_SHOWN))


def _influences(drawn: PreliminaryAssessment, language: str) -> Iterator[str]:
    """Yield for each shock that a stress deepens what it costs, as mapped and then, and whose the growth is."""
    city = drawn.assessment.city
    names = pressure_names(city, language)
    known = drawn.influences[drawn.influences["ead"].notna()]
    for shock, rows in known.groupby("shock", sort=False):
        row = rows.iloc[0]
        told = {name: money(row[name], city.currency, language) for name in ("ead", "ead_mapped")}
        key = "resilience.influence_at_least" if row["at_least"] else "resilience.influence"
        yield say(key, language, shock=names[shock], year=f"{row['year']:.0f}",
                  stresses=", ".join(names[one] for one in rows["stress"]), **told)  # fmt: skip
        shares = [f"{names[one['stress']]} {share_said(one['share'], language)}"
                  for one in rows.to_dict("records") if not math.isnan(one["share"])]  # fmt: skip
        if shares:
            yield say("resilience.influence_share", language, shares=", ".join(shares))


def _front(drawn: PreliminaryAssessment, language: str) -> Iterator[str]:
    front = drawn.standings[drawn.standings["on_front"].to_numpy(dtype=bool)]
    if not len(front):
        return
    size, *unsure = front_sentences(drawn, language)
    yield size
    names = district_names(drawn.assessment.districts, language)
    yield say("resilience.front", language, names=named(front["district"], names, language, most=_SHOWN))
    yield from unsure


def _standing(drawn: PreliminaryAssessment, language: str) -> Iterator[str]:
    if (drawn.standings["top_share"] > 0).any():
        yield from standing_sentences(drawn, language)
    yield from withheld_sentences(drawn, language)
    unknown = int(drawn.standings["rank"].isna().sum())
    if unknown:
        yield say("resilience.without_score", language, count=unknown)


def _moves(drawn: PreliminaryAssessment, language: str) -> Iterator[str]:
    """Yield how many districts another mean ranks otherwise, and the choice on which the order hangs most."""
    names, table = district_names(drawn.assessment.districts, language), drawn.standings
    shift = (table["rank"] - table["linear_rank"]).abs()
    if (shift > 0).any():
        row = table.loc[shift.idxmax()]
        yield say("resilience.moves", language, count=int((shift > 0).sum()), district=names[row["district"]],
                  rank=int(row["rank"]), linear=int(row["linear_rank"]))  # fmt: skip
    shifts = drawn.rank_shifts.dropna(subset=["mean_shift"])
    if len(shifts) and shifts["mean_shift"].max() > 0:
        most = shifts.loc[shifts["mean_shift"].idxmax()]
        yield say("resilience.hangs_most", language, shift=number(most["mean_shift"], language, decimals=1),
                  choice=choice_says(most.to_dict(), drawn.assessment.city, language))  # fmt: skip


def choice_says(row: Mapping[str, object], city: City, language: str) -> str:
    """Return one choice of RANK_SHIFTS in words."""
    key = f"resilience.choice.{str(row['choice']).replace(' ', '_')}"
    return say(key, language, criterion=criterion_said(city, str(row["criterion"]), language))


def _focus(drawn: PreliminaryAssessment, language: str) -> Iterator[str]:
    if focus_areas_of(drawn).districts:
        yield focus_said(drawn, language, most=_SHOWN)


def _gaps(drawn: PreliminaryAssessment, language: str) -> Iterator[str]:
    if len(drawn.actions):
        yield acted_said(drawn, language)
        yield from gap_sentences(drawn, language, most=_SHOWN)


def _findings(drawn: PreliminaryAssessment, language: str) -> Iterator[str]:
    if len(drawn.findings):
        errors = int((drawn.findings["severity"] == "error").sum())
        yield say("resilience.findings", language, count=len(drawn.findings), errors=errors)
    if pd.Series(drawn.standings["data_status"]).eq(EXERCISE).any():
        yield say("resilience.exercise", language)
    elif names := invented(drawn, language):  # votes or statements alone, on which no standing rests
        yield say("summary.exercise", language, names=", ".join(names))
