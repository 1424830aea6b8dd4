"""What an assessment found, in five lines to read in a terminal or at the head of a page."""

from __future__ import annotations

import numpy as np

from asset_inventory.assessment import Assessment
from asset_inventory.tables import known_sum
from asset_inventory.words import money, say


def five_lines(assessment: Assessment, language: str) -> list[str]:
    """Return five sentences: what there is, what is exposed, what it may cost, where to look first, what to mend."""
    return [
        _what_there_is(assessment, language),
        _exposed(assessment, language),
        _cost(assessment, language),
        _where_first(assessment, language),
        _to_mend(assessment, language),
    ]


def _what_there_is(assessment: Assessment, language: str) -> str:
    assets = assessment.assets
    key = "summary.assets" if assessment.city.districts else "summary.assets_squares"
    return say(
        key,
        language,
        city=assessment.city.name,
        assets=len(assets),
        count=assets["layer"].nunique(),
        districts=len(assessment.districts),
        unusable=int((~assets["usable"]).sum()),
    )


def _exposed(assessment: Assessment, language: str) -> str:
    """Say for each hazard's rarest map (or its scenario) how many assets are exposed and how many unknown."""
    parts = []
    for hazard in assessment.city.hazards:
        rows = assessment.ledger[(assessment.ledger["hazard"] == hazard.name).to_numpy()]
        if not len(rows):
            continue
        period = rows["return_period"].max()
        rows = rows[rows["return_period"].isna() if np.isnan(period) else rows["return_period"] == period]
        counts = {name: int(rows[name].sum()) for name in ("exposed", "unknown")}
        key = "summary.exposed_scenario" if np.isnan(period) else "summary.exposed_period"
        parts.append(say(key, language, hazard=hazard.name, period=float(period), **counts))
    return "; ".join(parts) + "." if parts else say("summary.no_hazard", language)


def _cost(assessment: Assessment, language: str) -> str:
    ead, currency = assessment.ead, assessment.city.currency
    if not len(ead):
        return say("summary.no_ead", language)
    counted = int(ead["ead"].notna().sum())
    if not counted:
        return say(
            "summary.bounds",
            language,
            low=money(known_sum(ead["ead_low"]), currency, language),
            high=money(known_sum(ead["ead_high"]), currency, language),
            counted=int(ead["ead_low"].notna().sum()),
            missing=int(ead["ead_low"].isna().sum()),
        )
    return say(
        "summary.ead",
        language,
        ead=money(known_sum(ead["ead"]), currency, language),
        counted=counted,
        missing=len(ead) - counted,
    )


def _where_first(assessment: Assessment, language: str) -> str:
    first = assessment.focus_areas[assessment.focus_areas["rank"] <= 3].sort_values("rank")
    if not len(first) or not (first["assets_exposed"] > 0).any():
        return say("summary.no_focus", language)
    names = ", ".join(
        f"{name} ({parent})" if isinstance(parent, str) else str(name)
        for name, parent in zip(first["name"], first["parent"], strict=True)
    )
    return say("summary.focus", language, names=names)


def _to_mend(assessment: Assessment, language: str) -> str:
    severity = assessment.findings["severity"]
    counts = {name: int((severity == name).sum()) for name in ("error", "warning", "repaired")}
    said = say("summary.findings", language, **counts)
    exercise = assessment.provenance.get("exercise", [])
    if not exercise:
        return said
    names = ", ".join(say("summary.prices", language) if name == "values" else name for name in exercise)
    return said + " " + say("summary.exercise", language, names=names)
