"""The resilience assessment in sentences: a summary, and the ranking of one district with arithmetic."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from asset_inventory.assessment.resilience import ResilienceAssessment, priority_districts_of
from asset_inventory.messages import money, number, percent, precise, say, shown
from asset_inventory.model.city import City
from asset_inventory.model.data_status import has_exercise
from asset_inventory.model.tables import EXERCISE, FEW_ASSETS, INCOMPLETE_LAYERS
from asset_inventory.model.texts import folded
from asset_inventory.outputs.views import resilience as wording
from asset_inventory.outputs.views.summary import stress_lines
from asset_inventory.outputs.views.table_view import district_names, translate
from asset_inventory.resilience.criteria import FIGURES
from asset_inventory.resilience.ranking import dominated_districts

_MOST_NAMES = 10  # of districts in a line
_ENDS = ("low", "high")


def ranking_lines(drawn: ResilienceAssessment, district: str, language: str) -> list[str]:
    """Return how a district (its id) ranks, line by line, so that a reader can compute it."""
    name = district_names(drawn.assessment.districts, language).get(district, district)
    rows = drawn.criteria[(drawn.criteria["district"].astype(str) == district).to_numpy()]
    ranking = drawn.district_ranking[
        (drawn.district_ranking["district"].astype(str) == district).to_numpy()
    ]
    title = say("explained.title", language, district=name, id=district)
    if not len(rows) or not len(ranking):
        return [
            title,
            *wording.unread_sentences(drawn, language, "indicators"),
            say("preliminary.no_standings", language),
        ]
    row = ranking.iloc[0].to_dict()
    parts = (
        _criteria(drawn, rows, language),
        _means(drawn, rows, row, language),
        _rank(drawn, row, language),
        _pareto_lines(drawn, row, language),
    )
    lines = [
        title,
        *wording.unread_sentences(drawn, language, "indicators"),
        *(line for part in parts for line in part),
        say("explained.further", language),
    ]
    return (
        [*lines, say("resilience.exercise", language)] if row["data_status"] == EXERCISE else lines
    )


def _criteria(drawn: ResilienceAssessment, rows: pd.DataFrame, language: str) -> Iterator[str]:
    city = drawn.assessment.city
    for row in rows.to_dict("records"):
        name = str(row["criterion"])
        declared = city.resilience.criteria[name]
        called, ends = (
            wording.format_criterion(city, name, language),
            {"worst": precise(declared.worst, language), "best": precise(declared.best, language)},
        )
        if not math.isnan(row["value"]):
            ratio = (row["value"] - declared.worst) / (declared.best - declared.worst)
            key = "explained.criterion" if 0 <= ratio <= 1 else "explained.criterion_beyond"
            yield say(
                key,
                language,
                criterion=called,
                value=precise(row["value"], language),
                ratio=precise(ratio, language),
                score=precise(row["score"], language),
                **ends,
            )
        elif math.isnan(row["value_least"]) and math.isnan(row["value_most"]):
            yield say("explained.criterion_unknown", language, criterion=called)
        else:
            values = {
                column: precise(row[column], language)
                for column in ("value_least", "value_most", "score_low", "score_high")
            }
            yield say("explained.criterion_within", language, criterion=called, **values, **ends)
        yield from _of_offices(drawn, str(row["district"]), declared.of or name, language)


def _of_offices(
    drawn: ResilienceAssessment, district: str, figure: str, language: str
) -> Iterator[str]:
    """Yield the row that an office filled in, where the criterion comes from one."""
    table = drawn.district_indicators
    if figure in FIGURES or not len(table):
        return
    same = table["indicator"].map(folded, na_action="ignore") == folded(figure)
    for row in table[
        (same & table["counted"] & (table["district"].astype(str) == district)).to_numpy()
    ].to_dict("records"):
        source = (
            say("number.not_known", language)
            if pd.isna(row["source"])
            else shown(str(row["source"]))
        )
        yield say(
            "explained.of_office",
            language,
            row=int(row["row"]),
            year=row["year"],
            source=source,
        )


def _means(
    drawn: ResilienceAssessment, rows: pd.DataFrame, row: Mapping[Any, Any], language: str
) -> Iterator[str]:
    """Yield the geometric and linear means as formulas, at both ends for an unknown criterion."""
    settings = drawn.assessment.city.resilience
    if math.isnan(float(row["score_low"])):
        yield say("explained.nothing_known", language)
        return
    weight = np.array([settings.criteria[str(criterion)].weight for criterion in rows["criterion"]])
    weight = weight / weight.sum()
    all_known = int(row["criteria_known"]) == int(row["criteria"])
    for mean, key in (("score", "explained.score"), ("linear", "explained.linear")):
        for end in _ENDS[:1] if all_known else _ENDS:
            scores = rows[f"score_{end}"].to_numpy(dtype=float)
            scores = np.maximum(scores, settings.floor) if mean == "score" else scores
            terms = [
                (precise(score, language), precise(share, language))
                for score, share in zip(scores, weight, strict=True)
            ]
            sum_of = (
                " · ".join(f"{score}^{share}" for score, share in terms)
                if mean == "score"
                else " + ".join(f"{share} · {score}" for score, share in terms)
            )
            yield say(
                key if all_known else f"{key}_{end}",
                language,
                arithmetic=sum_of,
                result=precise(float(row[f"{mean}_{end}"]), language),
                floor=number(settings.floor, language),
            )


def _rank(drawn: ResilienceAssessment, row: Mapping[Any, Any], language: str) -> Iterator[str]:
    settings, assets = drawn.assessment.city.resilience, int(row["assets"])
    if row["not_ranked"] in (FEW_ASSETS, INCOMPLETE_LAYERS):
        fewest = drawn.assessment.city.fewest_assets
        yield say("explained.not_ranked", language, count=assets, fewest=fewest)
    if math.isnan(float(row["rank"])):
        return
    yield say("explained.assets", language, count=assets)
    yield say(
        "explained.rank",
        language,
        rank=number(row["rank"], language),
        linear=number(row["linear_rank"], language),
        count=int(drawn.district_ranking["rank"].notna().sum()),
    )
    low, high = (percent(float(row[f"top_share_{end}"]), language) for end in _ENDS)
    robustness = row["robustness"]
    yield say(
        "explained.share",
        language,
        top=settings.top,
        draws=settings.draws,
        seed=str(settings.seed),
        share=percent(float(row["top_share"]), language),
        low=low,
        high=high,
        robustness="–"
        if pd.isna(robustness)
        else translate("preliminary.robustness.", robustness, language),
        firm=percent(settings.firm, language),
        likely=percent(settings.likely, language),
        weights=wording.format_weights(drawn.assessment.city, language),
    )


def _pareto_lines(
    drawn: ResilienceAssessment, row: Mapping[Any, Any], language: str
) -> Iterator[str]:
    city = drawn.assessment.city
    if not (by := wording.format_pareto(city, language)):
        return
    names = district_names(drawn.assessment.districts, language)
    beats = dominated_districts(drawn.criteria, city.resilience)
    district = str(row["district"])
    ordered = drawn.district_ranking["district"].astype(str)
    dominating = [other for other in ordered if district in beats.get(other, ())]
    dominated = [other for other in ordered if other in beats.get(district, ())]
    for key, ids in (("explained.dominated_by", dominating), ("explained.beats", dominated)):
        yield say(
            key,
            language,
            criteria=by,
            count=len(ids),
            names=wording.named(ids, names, language, limit=_MOST_NAMES),
        )


_SHOWN = 5  # names in a sentence


def resilience_summary(drawn: ResilienceAssessment, language: str) -> list[str]:
    """Return the sentences in the assessment's order, first what is left out, none if empty.

    What the pages have too uses their sentences, and lists give the first few names.
    """
    parts = (
        wording.omitted_sentence,
        _statements,
        vote_lines,
        _felt,
        wording.mismatches,
        _influences,
        _front_line,
        _standing,
        _moves,
        _focus,
        _gaps,
        _findings,
    )
    return [line for part in parts for line in part(drawn, language)]


def _statements(drawn: ResilienceAssessment, language: str) -> Iterator[str]:
    if len(drawn.statements):
        yield wording.issues_sentence(drawn, language)


def vote_lines(drawn: ResilienceAssessment, language: str) -> Iterator[str]:
    """Yield who voted, how many rows count, and how far voters and groups agree (Kendall's W)."""
    groups = drawn.agreement[drawn.agreement["group"].notna()].to_dict("records")
    if not groups:
        return
    voters = ", ".join(
        f"{wording.format_group(row['group'], language)} {number(row['voters'], language)}"
        for row in groups
    )
    yield say(
        "resilience.voters",
        language,
        groups=voters,
        count=int(sum(row["voters"] for row in groups)),
    )
    if len(drawn.votes):
        counted = int(drawn.votes["counted"].sum())
        yield say(
            "resilience.votes_counted", language, count=counted, left=len(drawn.votes) - counted
        )
    for row in groups:
        if not math.isnan(row["w"]):
            yield say(
                "resilience.agreement",
                language,
                group=wording.format_group(row["group"], language),
                w=number(row["w"], language, decimals=2),
            )
    yield wording.agreement_sentence(drawn, language)


def _felt(drawn: ResilienceAssessment, language: str) -> Iterator[str]:
    if drawn.shocks_and_stresses["perceived_rank"].notna().any():
        yield wording.perceived_first_sentence(drawn, language)
    names = wording.shock_and_stress_names(drawn.assessment.city, language)
    costly = drawn.shocks_and_stresses.sort_values("cost_rank")
    costly = costly[costly["cost"].notna()].to_dict("records")
    if costly:
        currency = drawn.assessment.city.currency
        costs = [
            f"{names[row['pressure']]} ({money(row['cost'], currency, language)})" for row in costly
        ]
        yield say(
            "resilience.costly", language, names=wording.named(costs, {}, language, limit=_SHOWN)
        )
        yield from stress_lines(drawn.assessment, language)


def _influences(drawn: ResilienceAssessment, language: str) -> Iterator[str]:
    """Yield the cost of each shock that a stress deepens, now and later, and the source."""
    city = drawn.assessment.city
    names = wording.shock_and_stress_names(city, language)
    known = drawn.influences[drawn.influences["ead"].notna()]
    for shock, rows in known.groupby("shock", sort=False):
        row = rows.iloc[0]
        costs = {name: money(row[name], city.currency, language) for name in ("ead", "ead_mapped")}
        key = "resilience.influence_at_least" if row["at_least"] else "resilience.influence"
        yield say(
            key,
            language,
            shock=names[shock],
            year=row["year"],
            stresses=", ".join(names[stress] for stress in rows["stress"]),
            **costs,
        )
        shares = [
            f"{names[influence['stress']]} {percent(influence['share'], language)}"
            for influence in rows.to_dict("records")
            if not math.isnan(influence["share"])
        ]
        if shares:
            yield say("resilience.influence_share", language, shares=", ".join(shares))


def _front_line(drawn: ResilienceAssessment, language: str) -> Iterator[str]:
    front = drawn.district_ranking[drawn.district_ranking["non_dominated"].to_numpy(dtype=bool)]
    if not len(front):
        return
    size, *unsure = wording.pareto_sentences(drawn, language)
    yield size
    names = district_names(drawn.assessment.districts, language)
    yield say(
        "resilience.front",
        language,
        names=wording.named(front["district"], names, language, limit=_SHOWN),
    )
    yield from unsure


def _standing(drawn: ResilienceAssessment, language: str) -> Iterator[str]:
    if (drawn.district_ranking["top_share"] > 0).any():
        yield from wording.ranking_sentences(drawn, language)
    yield from wording.withheld_sentences(drawn, language)
    yield from wording.not_ranked_sentences(drawn, language)


def _moves(drawn: ResilienceAssessment, language: str) -> Iterator[str]:
    """Yield how many districts another mean moves, and the choice that moves the order most."""
    names, table = district_names(drawn.assessment.districts, language), drawn.district_ranking
    shift = (table["rank"] - table["linear_rank"]).abs()
    if (shift > 0).any():
        row = table.loc[shift.idxmax()]
        yield say(
            "resilience.moves",
            language,
            count=int((shift > 0).sum()),
            district=wording.name_with_assets(names[row["district"]], int(row["assets"]), language),
            rank=int(row["rank"]),
            linear=int(row["linear_rank"]),
        )
    shifts = drawn.rank_sensitivity.dropna(subset=["mean_shift"])
    if len(shifts) and shifts["mean_shift"].max() > 0:
        choice = shifts.loc[shifts["mean_shift"].idxmax()]
        yield say(
            "resilience.hangs_most",
            language,
            shift=number(choice["mean_shift"], language, decimals=1),
            choice=format_decision(choice.to_dict(), drawn.assessment.city, language),
        )


def format_decision(row: Mapping[Any, Any], city: City, language: str) -> str:
    """Return one choice of RANK_SENSITIVITY in words."""
    key = f"resilience.choice.{str(row['choice']).replace(' ', '_')}"
    return say(
        key, language, criterion=wording.format_criterion(city, str(row["criterion"]), language)
    )


def _focus(drawn: ResilienceAssessment, language: str) -> Iterator[str]:
    if priority_districts_of(drawn).districts:
        yield wording.priority_sentence(drawn, language)


def _gaps(drawn: ResilienceAssessment, language: str) -> Iterator[str]:
    if len(drawn.programmes):
        yield wording.programme_sentence(drawn, language)
        yield from wording.gap_sentences(drawn, language, limit=_SHOWN)


def _findings(drawn: ResilienceAssessment, language: str) -> Iterator[str]:
    if len(drawn.findings):
        errors = int((drawn.findings["severity"] == "error").sum())
        yield say("resilience.findings", language, count=len(drawn.findings), errors=errors)
    if has_exercise(drawn.district_ranking):
        yield say("resilience.exercise", language)
    elif names := wording.fictitious(drawn, language):
        # votes or statements alone, on which no standing rests
        yield say("summary.exercise", language, names=", ".join(names))
