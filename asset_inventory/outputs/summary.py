"""What an assessment found, in five lines to read in a terminal or at the head of a page."""

from __future__ import annotations

import numpy as np

from asset_inventory.assessment import LEFT_OUT, Assessment
from asset_inventory.explanation.conventions import below_ground
from asset_inventory.explanation.stress_words import sentences
from asset_inventory.inventory.context import CONTEXT_REFUSED
from asset_inventory.inventory.districts import DISTRICTS_REFUSED
from asset_inventory.risk.exceedance import bounded_by
from asset_inventory.risk.exposure import under_rarest_map
from asset_inventory.risk.joint import NOT_DECLARED, is_known
from asset_inventory.sources.spellings import NEAR_WORDS
from asset_inventory.tables import known_sum
from asset_inventory.words import finding_says, money, say

_MOST_LINES = 50  # of what was left out or nearly matches; the rest is counted
# What is exercise data and has no name of the city's own.
_NAMED = ("values", "curves", "yearly", "districts", "population", "future", "condition")


def five_lines(assessment: Assessment, language: str) -> list[str]:
    """Return five sentences: what there is, what is exposed, what it may cost, where to look first, what to mend.

    With what is exposed stands from which depth water below ground counts, and what a stress does a year. Where a layer
    or hazard was left out there are more: why, and that it was.
    """
    return [
        _what_there_is(assessment, language),
        " ".join([exposed_line(assessment, language), *_below_ground(assessment, language),
                  *sentences(assessment.city, assessment.stress, language)]),  # fmt: skip
        _cost(assessment, language),
        _where_first(assessment, language),
        _to_mend(assessment, language),
        *_left_out(assessment, language),
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
    """Say for each hazard's rarest map (or its scenario) how many assets are exposed and how many unknown."""
    parts = []
    for hazard in assessment.city.hazards:
        period, rows = under_rarest_map(assessment.ledger, hazard.name)
        if not len(rows):
            continue
        counts = {name: int(rows[name].sum()) for name in ("exposed", "unknown")}
        key = "summary.exposed_scenario" if np.isnan(period) else "summary.exposed_period"
        parts.append(say(key, language, hazard=hazard.name, period=period, **counts))
    if not parts and assessment.provenance.get("left_out"):
        return say("summary.no_hazard_used", language)
    if not parts:
        return say("summary.no_asset" if assessment.city.hazards else "summary.no_hazard", language)
    return "; ".join(parts) + "."


def _below_ground(assessment: Assessment, language: str) -> list[str]:
    return [say(told["word"], language, **told["values"]) for told in below_ground(assessment.city.hazards)]


def _cost(assessment: Assessment, language: str) -> str:
    """Say the EAD of the city, or its bounds where no hazard has more; over the same assets as the districts' sums."""
    currency = assessment.city.currency
    if not len(assessment.ead):
        return _scenario(assessment, language)
    if not is_known(assessment.joint, assessment.exposure, assessment.ead):
        return say("summary.no_ead_value", language)
    figures = assessment.joint[["ead", "ead_low", "ead_high"]]
    if figures["ead"].notna().any():
        counted = int(figures["ead"].notna().sum())
        total = money(known_sum(figures["ead"]), currency, language)
        said = say("summary.ead", language, ead=total, counted=counted, missing=len(figures) - counted)
        return " ".join((said, *_range(assessment, language)))
    bounded = figures[figures["ead_low"].notna()]
    if len(bounded) and bounded["ead_high"].notna().all():
        low, high = (money(bounded[name].sum(), currency, language) for name in ("ead_low", "ead_high"))
        missing = len(figures) - len(bounded)
        said = say("summary.bounds", language, low=low, high=high, counted=len(bounded), missing=missing)
        return " ".join((said, *_few_maps(assessment, language)))
    counted = int(figures["ead_low"].notna().sum())
    low = money(known_sum(figures["ead_low"]), currency, language)
    said = say("summary.at_least", language, low=low, counted=counted, missing=len(figures) - counted)
    few = _few_maps(assessment, language)
    return " ".join((said, *few, *([say("map.no_upper_bound", language)] if few else [])))


def _few_maps(assessment: Assessment, language: str) -> list[str]:
    """Return how little one or two maps tell, where nothing rests on more."""
    maps = bounded_by(assessment.ead)
    return [say("map.few_maps", language, count=maps)] if maps else []


def _scenario(assessment: Assessment, language: str) -> str:
    """Return what it costs if the scenarios happen, where that is known of any, and why there is no EAD."""
    damage = assessment.damage[assessment.damage["return_period"].isna().to_numpy()]
    said = []
    for hazard in assessment.city.hazards:
        lost = damage["damage"][(damage["hazard"] == hazard.name).to_numpy()]
        if lost.notna().any():
            said.append(say("summary.scenario", language, hazard=hazard.name, counted=int(lost.notna().sum()),
                            missing=int(lost.isna().sum()),
                            damage=money(known_sum(lost), assessment.city.currency, language)))  # fmt: skip
    return " ".join(said) or say("summary.no_ead", language)


def _range(assessment: Assessment, language: str) -> list[str]:
    """Return between what the EAD lies by how undeclared hazards may hang together; nothing where all is declared."""
    joint = assessment.joint
    if not (joint["relation"] == NOT_DECLARED).any():
        return []
    least, most = (money(known_sum(joint[name]), assessment.city.currency, language)
                   for name in ("ead_least", "ead_most"))  # fmt: skip
    return [say("summary.ead_range", language, least=least, most=most)]


def _where_first(assessment: Assessment, language: str) -> str:
    reached = assessment.focus_areas["assets_exposed"] > 0
    if not len(assessment.ledger):
        return say("summary.nothing_known", language)
    if not reached.any():
        return say("summary.no_exposure", language)
    first = assessment.focus_areas[reached & (assessment.focus_areas["rank"] <= 3)].sort_values("rank")
    if not len(first):
        return say("summary.no_focus", language)
    names = ", ".join(
        f"{name} ({parent})" if isinstance(parent, str) else str(name)
        for name, parent in zip(first["name"], first["parent"], strict=True)
    )
    return say("summary.focus", language, names=names)


def _to_mend(assessment: Assessment, language: str) -> str:
    severity = assessment.findings["severity"]
    counts = {name: int((severity == name).sum()) for name in ("error", "warning", "repaired")}
    return " ".join(filter(None, (say("summary.findings", language, **counts), exercise_said(assessment, language))))


def exercise_said(assessment: Assessment, language: str) -> str:
    """Return what of an assessment is exercise data, in a sentence; "" where nothing is."""
    exercise = assessment.provenance.get("exercise", [])
    if not exercise:
        return ""
    names = ", ".join(say(f"summary.{name}", language) if name in _NAMED else name for name in exercise)
    return say("summary.exercise", language, names=names)


def _left_out(assessment: Assessment, language: str) -> list[str]:
    found = assessment.findings
    lines = []
    for name in found["source"][found["code"].isin((*LEFT_OUT, DISTRICTS_REFUSED, CONTEXT_REFUSED))]:
        about = (found["source"] == name) | found["source"].str.startswith(f"{name} (")
        rows = found[about & (found["severity"] == "error")].to_dict("records")
        lines += [" ".join(finding_says(row, language)).strip() for row in rows]
    return _at_most(list(dict.fromkeys(lines)), language)


def near_word_lines(assessment: Assessment, language: str) -> list[str]:
    """Return what the city's words nearly match in its files, for those who can correct the words."""
    found = assessment.findings
    near = found[found["code"].isin(NEAR_WORDS)].to_dict("records")
    return _at_most([" ".join(finding_says(row, language)) for row in near], language)


def _at_most(lines: list[str], language: str) -> list[str]:
    more = [say("check.more", language, count=len(lines) - _MOST_LINES)] if len(lines) > _MOST_LINES else []
    return [*lines[:_MOST_LINES], *more]
