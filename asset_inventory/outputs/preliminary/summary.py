"""The preliminary resilience assessment in sentences: what was said, felt and measured, and where to look first."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import pandas as pd

from asset_inventory.outputs.naming import district_names
from asset_inventory.outputs.preliminary.terms import (
    criterion_said,
    draws_said,
    driver_names,
    front_said,
    pressure_names,
)
from asset_inventory.preliminary import PreliminaryAssessment, focus_areas_of, gaps
from asset_inventory.resilience.ballots import SMALL_GROUPS
from asset_inventory.resilience.pressures import FELT_ONLY, OVERLOOKED, UNNAMED
from asset_inventory.sources.city import City
from asset_inventory.tables import EXERCISE
from asset_inventory.words import money, number, say

_SHOWN = 5  # names in a sentence
_MISMATCHES = {FELT_ONLY: "resilience.felt_only", OVERLOOKED: "resilience.overlooked", UNNAMED: "resilience.unnamed"}


def preliminary_lines(drawn: PreliminaryAssessment, language: str) -> list[str]:
    """Return the sentences in the order of the assessment; what nobody filled in has none."""
    parts = (_statements, preliminary_votes, _felt, _parted, _influences, _front, _standing, _moves, _focus, _gaps,
             _findings)  # fmt: skip
    return [line for part in parts for line in part(drawn, language)]


def listed(names: list[str], language: str) -> str:
    """Return the first few names in one text, and how many more there are."""
    if len(names) <= _SHOWN:
        return ", ".join(names)
    return say("resilience.and_more", language, names=", ".join(names[:_SHOWN]), count=len(names) - _SHOWN)


def percent(share: float, language: str) -> str:
    """Return a share as whole percent, never more than it is, so that none seems to reach a cut that it misses."""
    return draws_said(share, language).removesuffix(" %")


def criterion_names(city: City, language: str) -> dict[str, str]:
    """Return what each criterion is called in a language: the figure that it names, or the city's own word."""
    return {name: criterion_said(city, name, language) for name in city.resilience.criteria}


def _statements(drawn: PreliminaryAssessment, language: str) -> Iterator[str]:
    table = drawn.statements
    if len(table):
        kinds = table["kind"].value_counts()
        told = {kind: int(kinds.get(kind, 0)) for kind in ("shock", "stress", "unsorted")}
        yield say("resilience.statements", language, count=len(table), merged=int(table["pressure"].notna().sum()),
                  **told)  # fmt: skip


def preliminary_votes(drawn: PreliminaryAssessment, language: str) -> Iterator[str]:
    """Yield who voted, how many rows of the ballots count, and how far voters and groups agree (Kendall's W)."""
    groups = drawn.agreement[drawn.agreement["group"].notna()]
    if not len(groups):
        return
    called = {SMALL_GROUPS: say("resilience.word.smaller_groups", language)}
    voters = ", ".join(f"{called.get(row['group'], row['group'])} {number(row['voters'], language)}"
                       for row in groups.to_dict("records"))  # fmt: skip
    yield say("resilience.voters", language, groups=voters, count=int(groups["voters"].sum()))
    if len(drawn.votes):
        counted = int(drawn.votes["counted"].sum())
        yield say("resilience.votes_counted", language, count=counted, left=len(drawn.votes) - counted)
    for row in drawn.agreement.to_dict("records"):
        if not math.isnan(row["w"]):
            key = "resilience.agreement" if isinstance(row["group"], str) else "resilience.agreement_of_groups"
            w = number(row["w"], language, decimals=2)
            yield say(key, language, group=called.get(row["group"], row["group"]), w=w)


def _felt(drawn: PreliminaryAssessment, language: str) -> Iterator[str]:
    names = pressure_names(drawn.assessment.city, language)
    felt = drawn.pressures[drawn.pressures["felt_rank"].notna()]
    if len(felt):
        yield say("resilience.felt", language, names=listed([names[one] for one in felt["pressure"]], language))
    costly = drawn.pressures.sort_values("cost_rank")
    costly = costly[costly["cost"].notna()].to_dict("records")
    if costly:
        currency = drawn.assessment.city.currency
        told = [f"{names[row['pressure']]} ({money(row['cost'], currency, language)})" for row in costly]
        yield say("resilience.costly", language, names=listed(told, language))


def _parted(drawn: PreliminaryAssessment, language: str) -> Iterator[str]:
    names = pressure_names(drawn.assessment.city, language)
    for row in drawn.pressures[drawn.pressures["mismatch"].notna()].to_dict("records"):
        felt = "-" if math.isnan(row["felt_rank"]) else f"{row['felt_rank']:.0f}"
        cost = "-" if math.isnan(row["cost_rank"]) else f"{row['cost_rank']:.0f}"
        yield say(_MISMATCHES[row["mismatch"]], language, pressure=names[row["pressure"]], felt=felt, cost=cost,
                  statements=row["statements"])  # fmt: skip


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
        shares = [f"{names[one['stress']]} {number(100 * one['share'], language, decimals=0)} %"
                  for one in rows.to_dict("records") if not math.isnan(one["share"])]  # fmt: skip
        if shares:
            yield say("resilience.influence_share", language, shares=", ".join(shares))


def _front(drawn: PreliminaryAssessment, language: str) -> Iterator[str]:
    city = drawn.assessment.city
    front = drawn.standings[drawn.standings["on_front"].to_numpy(dtype=bool)]
    if not len(front):
        return
    names = district_names(drawn.assessment.districts, language)
    called = listed([names[one] for one in front["district"]], language)
    yield say("resilience.front", language, count=len(front), districts=len(drawn.standings), names=called,
              criteria=front_said(city, language))  # fmt: skip
    unknown = int((front["criteria_known"] < front["criteria"]).sum())
    if unknown:
        yield say("resilience.front_unknown", language, count=unknown)


def _standing(drawn: PreliminaryAssessment, language: str) -> Iterator[str]:
    names, settings = district_names(drawn.assessment.districts, language), drawn.assessment.city.resilience
    told = drawn.standings[drawn.standings["top_share"] > 0].sort_values("top_share", ascending=False, kind="stable")
    for row in told.head(settings.top).to_dict("records"):
        yield say("resilience.share", language, district=names[row["district"]], count=settings.top,
                  percent=percent(row["top_share"], language), draws=settings.draws,
                  sureness=say(f"resilience.word.{row['sureness']}", language))  # fmt: skip
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
    return say(key, language, criterion=criterion_names(city, language).get(row["criterion"], ""))


def _focus(drawn: PreliminaryAssessment, language: str) -> Iterator[str]:
    focus, names = focus_areas_of(drawn), district_names(drawn.assessment.districts, language)
    if focus.districts or focus.chosen:
        key = "resilience.focus_chosen" if focus.chosen else "resilience.focus_proposed"
        yield say(key, language, count=len(focus.districts),
                  names=listed([names.get(one, one) for one in focus.districts], language) or "-")  # fmt: skip


def _gaps(drawn: PreliminaryAssessment, language: str) -> Iterator[str]:
    found, names = gaps(drawn), district_names(drawn.assessment.districts, language)
    if not len(drawn.actions):
        return
    yield say("resilience.actions", language, count=len(drawn.actions))
    if found.focus_areas:
        told = [names.get(one, one) for one in found.focus_areas]
        yield say("resilience.gap_focus", language, count=len(told), names=listed(told, language))
    if found.drivers:
        called = driver_names(language)
        told = [called[one] for one in found.drivers]
        yield say("resilience.gap_drivers", language, count=len(told), names=listed(told, language))
    if found.pressures:
        called = pressure_names(drawn.assessment.city, language)
        told = [called[one] for one in found.pressures]
        yield say("resilience.gap_pressures", language, count=len(told), names=listed(told, language))


def _findings(drawn: PreliminaryAssessment, language: str) -> Iterator[str]:
    if len(drawn.findings):
        errors = int((drawn.findings["severity"] == "error").sum())
        yield say("resilience.findings", language, count=len(drawn.findings), errors=errors)
    if pd.Series(drawn.standings["data_status"]).eq(EXERCISE).any():
        yield say("resilience.exercise", language)
