"""What an assessment found, in five lines to read in a terminal or at the head of a page."""

from collections.abc import Collection, Hashable
from typing import Any

import geopandas as gpd
import numpy as np

from asset_inventory.assessment.ead_sentences import below_ground
from asset_inventory.assessment.price_sentences import chronic_hazard_sentences
from asset_inventory.assessment.run import LEFT_OUT, Assessment
from asset_inventory.inventory.districts import CONTEXT_REFUSED, DISTRICTS_REFUSED
from asset_inventory.messages import describe_finding, labelled, money, say
from asset_inventory.model.city import City
from asset_inventory.model.resilience import Pressure
from asset_inventory.model.tables import FEW_ASSETS, INCOMPLETE_LAYERS, OUTSIDE_DISTRICTS, known_sum
from asset_inventory.model.texts import NEAR_WORDS
from asset_inventory.outputs.views.projection import outlook_sentences, sums, terrain_of
from asset_inventory.outputs.views.table_view import district_names, kept_answers
from asset_inventory.risk.annual_damage import bounded_by
from asset_inventory.risk.dependence import NOT_DECLARED, is_known
from asset_inventory.risk.exposure import under_rarest_map

SEVERITIES = ("error", "warning", "repaired")
_MOST_LINES = 50  # of what was left out or nearly matches; the rest is counted
_HIGHEST = 2  # districts that the summary names
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


def headline(assessment: Assessment) -> dict[str, Any]:
    """Return the figures of the five lines for programs: counts, money in the city's currency.

    A figure that is not known is NaN. `ead` is None where no hazard has maps with return periods;
    its `value` sums the assets that have one (`counted`), its bounds those that have bounds, and
    `high` is NaN where one of them has no upper bound.
    """
    columns = ["district", "name", "rank", "assets", "assets_exposed", "ead_per_value"]
    return {
        **_inventory_figures(assessment),
        "squares": not assessment.city.districts,
        "exposed": _exposed_figures(assessment),
        "ead": _ead_figures(assessment),
        "scenarios": _scenario_figures(assessment),
        "projections": _projections(assessment),
        "highest_districts": _highest_districts(assessment)[columns].to_dict("records"),
        "findings": _finding_counts(assessment),
    }


def _inventory_figures(assessment: Assessment) -> dict[str, int]:
    layers = assessment.provenance["layers"].values()
    return {
        "assets": len(assessment.assets),
        "assets_unusable": int((~assessment.assets["usable"]).sum()),
        "layers": sum(1 for fate in layers if fate["assets"]),
        "districts": len(assessment.districts),
    }


def _exposed_figures(assessment: Assessment) -> list[dict[str, Any]]:
    """Return how many assets each hazard's rarest map (or scenario) exposes or leaves unknown."""
    return [
        {"hazard": hazard.name, "return_period": period}
        | {name: int(rows[name].sum()) for name in ("exposed", "no_data")}
        for hazard in assessment.city.hazards
        for period, rows in [under_rarest_map(assessment.exposure_counts, hazard.name)]
        if len(rows)
    ]


def _highest_districts(assessment: Assessment) -> gpd.GeoDataFrame:
    """Return the first districts by rank that have an exposed asset."""
    areas = assessment.district_damage
    return areas[(areas["assets_exposed"] > 0) & (areas["rank"] <= _HIGHEST)].sort_values("rank")


def _finding_counts(assessment: Assessment) -> dict[str, int]:
    severity = assessment.findings["severity"]
    return {name: int((severity == name).sum()) for name in SEVERITIES}


def _ead_figures(assessment: Assessment) -> dict[str, Any] | None:
    if not len(assessment.ead):
        return None
    joint = assessment.joint_ead
    if not is_known(joint, assessment.exposure, assessment.ead):
        joint = joint.assign(**dict.fromkeys(("ead", "ead_low", "ead_high"), np.nan))
    bounded = joint[joint["ead_low"].notna()]
    ranged = (joint["relation"] == NOT_DECLARED).any() and joint["ead"].notna().any()
    least, most = (
        known_sum(joint[name]) if ranged else np.nan for name in ("ead_least", "ead_most")
    )
    return {
        "value": known_sum(joint["ead"]),
        "low": known_sum(bounded["ead_low"]),
        "high": known_sum(bounded["ead_high"]) if bounded["ead_high"].notna().all() else np.nan,
        "least": least,
        "most": most,
        "unit": f"{assessment.city.currency}/year",
        "counted": int(joint["ead"].notna().sum()),
        "bounded": len(bounded),
        "missing": int(joint["ead"].isna().sum()),
    }


def _scenario_figures(assessment: Assessment) -> list[dict[str, Any]]:
    damage = assessment.damage[assessment.damage["return_period"].isna().to_numpy()]
    return [
        {
            "hazard": str(name),
            "damage": known_sum(lost),
            "unit": assessment.city.currency,
            "counted": int(lost.notna().sum()),
            "missing": int(lost.isna().sum()),
        }
        for name, lost in damage.groupby("hazard", observed=True)["damage"]
    ]


def _projections(assessment: Assessment) -> list[dict[Hashable, Any]]:
    table = sums(assessment)
    columns = ["hazard", "year", "ead", "ead_low", "at_least"]
    return table[columns].to_dict("records") if len(table) else []


def _what_there_is(assessment: Assessment, language: str) -> str:
    figures = _inventory_figures(assessment)
    key = "summary.assets" if assessment.city.districts else "summary.assets_squares"
    return say(
        key,
        language,
        city=assessment.city.name,
        assets=figures["assets"],
        count=figures["layers"],
        districts=figures["districts"],
        unusable=figures["assets_unusable"],
    )


def exposed_line(assessment: Assessment, language: str) -> str:
    """Return how many assets each hazard's rarest map (or scenario) exposes or leaves unknown."""
    parts = []
    for figures in _exposed_figures(assessment):
        period = figures.pop("return_period")
        key = "summary.exposed_scenario" if np.isnan(period) else "summary.exposed_period"
        parts.append(say(key, language, period=period, **figures))
    if not parts and assessment.provenance.get("left_out"):
        return say("summary.no_hazard_used", language)
    if not parts:
        return say("summary.no_asset" if assessment.city.hazards else "summary.no_hazard", language)
    return "; ".join(parts) + "."


def stress_lines(assessment: Assessment, language: str) -> list[str]:
    """Return what stresses do a year and which rarer events are not costed, in one line if any."""
    sentences = chronic_hazard_sentences(
        assessment.city,
        assessment.chronic_hazards,
        language,
        counts=assessment.exposure_counts,
    )
    return [" ".join(sentences)] if sentences else []


def not_assessed(
    assessment: Assessment, language: str, *, stated: Collection[str] = ()
) -> list[str]:
    """Return how many districts have no asset data, and what has no hazard map or indicator.

    The shocks and stresses are those that the city declares, without those of the projection and
    the ids that are `stated` already.
    """
    sentences = []
    empty, districts = _without_assets(assessment)
    if empty:
        sentences.append(
            say("preliminary.no_asset_data", language, count=empty, districts=districts)
        )
    missing = [
        pressure.name.said(language)
        for pressure in _without_measure(assessment.city)
        if pressure.id not in stated
    ]
    if missing:
        sentences.append(say("preliminary.not_assessed", language, pressures=", ".join(missing)))
    return sentences


def not_assessed_terms(assessment: Assessment) -> list[dict[str, Any]]:
    """Return the sentences of `not_assessed` as the scripts of a page fill them."""
    terms: list[dict[str, Any]] = []
    empty, districts = _without_assets(assessment)
    if empty:
        values = {"count": empty, "districts": districts}
        terms.append({"word": "map.no_asset_data", "values": values})
    missing = [pressure.id for pressure in _without_measure(assessment.city)]
    if missing:
        terms.append({"word": "map.not_assessed", "values": {"pressure": missing}})
    return terms


def _without_assets(assessment: Assessment) -> tuple[int, int]:
    """Return how many districts have no asset, of how many; none of 1 km squares."""
    table = assessment.district_damage
    inside = table[(table["district"].astype(str) != OUTSIDE_DISTRICTS).to_numpy()]
    empty = int((inside["assets"] == 0).sum()) if assessment.city.districts else 0
    return empty, len(inside)


def _without_measure(city: City) -> list[Pressure]:
    """Return the shocks and stresses that no hazard map, indicator or projection measures."""
    projected = {influence.stress for influence in city.influences if influence.by}
    return [
        pressure
        for pressure in city.pressures
        if pressure.measured_by is None and pressure.id not in projected
    ]


def cost_line(assessment: Assessment, language: str) -> str:
    """Return the city's EAD, or its bounds, over the same assets as the districts' sums."""
    figures = _ead_figures(assessment)
    if figures is None:
        return _scenario(assessment, language)
    if not is_known(assessment.joint_ead, assessment.exposure, assessment.ead):
        return say("summary.no_ead_value", language)
    terrain = terrain_of(assessment, language)
    value, low, high, least, most = (
        money(figures[name], assessment.city.currency, language)
        for name in ("value", "low", "high", "least", "most")
    )
    if figures["counted"]:
        counts = {"counted": figures["counted"], "missing": figures["missing"]}
        sentence = say("summary.ead", language, terrain=terrain, ead=value, **counts)
        outlook = outlook_sentences(assessment, language)
        ranged = (assessment.joint_ead["relation"] == NOT_DECLARED).any()
        dependence = [say("summary.ead_range", language, least=least, most=most)] if ranged else []
        return " ".join((sentence, *outlook, *dependence))
    counts = {
        "counted": figures["bounded"],
        "missing": len(assessment.joint_ead) - figures["bounded"],
    }
    few = _few_maps(assessment, language)
    if figures["bounded"] and not np.isnan(figures["high"]):
        sentence = say("summary.bounds", language, terrain=terrain, low=low, high=high, **counts)
        return " ".join((sentence, *few))
    sentence = say("summary.at_least", language, terrain=terrain, low=low, **counts)
    return " ".join((sentence, *few, *([say("map.no_upper_bound", language)] if few else [])))


def _few_maps(assessment: Assessment, language: str) -> list[str]:
    """Return how little one or two maps show, where nothing rests on more."""
    maps = bounded_by(assessment.ead)
    return [say("map.few_maps", language, count=maps)] if maps else []


def _scenario(assessment: Assessment, language: str) -> str:
    """Return the damage of the scenarios where known, and why there is no EAD."""
    by_hazard = {figures["hazard"]: figures for figures in _scenario_figures(assessment)}
    sentences = [
        say(
            "summary.scenario",
            language,
            hazard=hazard.name,
            counted=figures["counted"],
            missing=figures["missing"],
            damage=money(figures["damage"], assessment.city.currency, language),
        )
        for hazard in assessment.city.hazards
        if (figures := by_hazard.get(hazard.name)) and figures["counted"]
    ]
    return " ".join(sentences) or say("summary.no_ead", language)


def _where_first(assessment: Assessment, language: str) -> str:
    reached = assessment.district_damage["assets_exposed"] > 0
    if not len(assessment.exposure_counts):
        return say("summary.nothing_known", language)
    if not reached.any():
        return say("summary.no_exposure", language)
    return _highest(assessment, language)


def _highest(assessment: Assessment, language: str) -> str:
    """Return the districts with the highest damage relative to value, or with most exposed assets.

    It is an indicator and proposes no district; each has the number of assets that it rests on.
    """
    areas, first = assessment.district_damage, _highest_districts(assessment)
    if not len(first):
        return say("summary.no_focus", language)
    names, kind = district_names(areas, language), ""
    if areas["ead_per_value"].notna().any():
        first = first[first["ead_per_value"].notna()]
    else:
        kind = "_exposed"
    items = ", ".join(
        say(
            f"summary.focus{kind}_item",
            language,
            name=names[str(area["district"])],
            count=int(area["assets"]),
            percent=100 * area["ead_per_value"],
            exposed=int(area["assets_exposed"]),
        )
        for area in first.to_dict("records")
    )
    return say(f"summary.focus{kind}", language, names=items)


def not_ranked_sentences(assessment: Assessment, language: str) -> list[str]:
    """Return how many districts have too few assets to be ranked; none where all are."""
    thin = assessment.district_damage["not_ranked"].isin([FEW_ASSETS, INCOMPLETE_LAYERS])
    if not thin.any():
        return []
    return [
        say(
            "summary.not_ranked",
            language,
            count=int(thin.sum()),
            districts=len(assessment.districts),
            fewest=assessment.city.fewest_assets,
        )
    ]


def _errors_line(assessment: Assessment, language: str) -> str:
    counts = say("summary.findings", language, **_finding_counts(assessment))
    return " ".join(filter(None, (counts, exercise_note(assessment, language))))


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
