"""What a report says in sentences: what was found, and what to survey next; of a city, a district or a department."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from asset_inventory.outputs.naming import asset_names, district_names, part_names, years
from asset_inventory.outputs.report_figures import Figures, by_map, by_part, counts, total_of, worst
from asset_inventory.outputs.report_tables import percent
from asset_inventory.outputs.summary import five_lines
from asset_inventory.tables import OUTSIDE_DISTRICTS, known_sum
from asset_inventory.words import money, number, say

if TYPE_CHECKING:
    from asset_inventory.assessment import Assessment


def ten_sentences(assessment: Assessment, figures: Figures, language: str) -> list[str]:
    """Return what was found in a city, in at most ten sentences; what is not known is said or goes without."""
    there, exposed, cost, first, *_ = five_lines(assessment, language)
    return [
        there,
        exposed,
        _share_exposed(figures, language),
        cost,
        *_of_value(figures, assessment.city.currency, language),
        *_greatest_type(figures, assessment.city.currency, language),
        *_greatest_asset(assessment, figures, language),
        first,
        _people(assessment, language),
        _oldest(assessment, language),
    ]


def left_out(assessment: Assessment, language: str) -> list[str]:
    """Return why a layer or hazard is in no figure, a sentence each."""
    return five_lines(assessment, language)[5:]


def part_sentences(
    assessment: Assessment, figures: Figures, whole: Figures, language: str, *, area: pd.Series | None = None
) -> list[str]:
    """Return what was found in a part of the city; `area` is its row of FOCUS_AREAS where it is a district."""
    if not len(figures.assets):
        return [say("report.no_assets", language), *_rank(area, assessment, language)]
    currency = assessment.city.currency
    return [
        _share_exposed(figures, language),
        *_rarest(figures, language),
        _part_cost(figures, whole, currency, language),
        *_of_value(figures, currency, language),
        *_greatest_asset(assessment, figures, language),
        *_rank(area, assessment, language),
    ]


def survey_next(assessment: Assessment, figures: Figures, data: pd.DataFrame, language: str) -> list[str]:
    """Return what to survey next, the most assets first: places, values, floors, hazards, fields, dates.

    `data` is OWNERSHIP of these assets.
    """
    assets = figures.assets
    usable, priced = assets["usable"].astype(bool), assets["value"].notna()
    maps = [(row["unknown"], {"hazard": row["hazard"], "map": years(row["return_period"], language)})
            for row in _rarest_maps(figures).to_dict("records")]  # fmt: skip
    counted = [
        ("report.survey.place", int((~usable).sum()), {}),
        ("report.survey.value", int((~priced).sum()), {}),
        ("report.survey.figure", int((usable & priced & assets["ead"].isna()).sum()), {}),
        *_floors(assessment, figures),
        *(("report.survey.hazard", count, told) for count, told in maps),
    ]
    said = [say(key, language, count=count, **told) for key, count, told in
            sorted(counted, key=lambda one: -one[1]) if count]  # fmt: skip
    for row in data.to_dict("records"):
        if row["missing_share"] > 0:
            said.append(say("report.survey.fields", language, layer=row["layer"],
                            share=percent(row["missing_share"], language), fields=row["missing_counted"]))  # fmt: skip
    undated = data["layer"][data["data_date"].isna()].unique().tolist()
    if undated:
        said.append(say("report.survey.date", language, layers=", ".join(undated)))
    return said or [say("report.survey.nothing", language)]


def _floors(assessment: Assessment, figures: Figures) -> list[tuple[str, int, dict[str, object]]]:
    """Count exposed assets without a floor height, where a curve asks how deep the water stands."""
    priced = {rule.hazard for rule in assessment.city.curves}
    deep = any(hazard.unit == "m" and hazard.name in priced for hazard in assessment.city.hazards)
    if not deep or "floor_height" not in figures.assets:
        return []
    exposed = figures.assets["state"] == 1
    return [("report.survey.floor", int((exposed & figures.assets["floor_height"].isna()).sum()), {})]


def _share_exposed(figures: Figures, language: str) -> str:
    found = counts(figures)
    share = percent(found["exposed"] / found["assets"], language) if found["assets"] else number(math.nan, language)
    return say("report.exposed_share", language, count=found["assets"], share=share,
               **{name: found[name] for name in ("exposed", "unknown", "not_exposed", "unusable")})  # fmt: skip


def _rarest_maps(figures: Figures) -> pd.DataFrame:
    """Return of each hazard the row of its rarest map, or of its scenario."""
    table = by_map(figures)
    return table.drop_duplicates("hazard", keep="last") if len(table) else table


def _rarest(figures: Figures, language: str) -> list[str]:
    parts = [say("report.on_map", language, hazard=row["hazard"], map=years(row["return_period"], language),
                 exposed=row["exposed"], unknown=row["unknown"])
             for row in _rarest_maps(figures).to_dict("records")]  # fmt: skip
    return ["; ".join(parts) + "."] if parts else []


def _of_value(figures: Figures, currency: str, language: str) -> list[str]:
    both = figures.assets[figures.assets[["ead", "value"]].notna().all(axis=1)]
    value = known_sum(both["value"])
    if not value > 0:
        return []
    share = number(round(1000 * known_sum(both["ead"]) / value, 2), language)
    return [say("report.of_value", language, share=share, value=money(value, currency, language), count=len(both))]


def _greatest_type(figures: Figures, currency: str, language: str) -> list[str]:
    table = by_part(figures, "asset_type")
    total = known_sum(table["ead"])
    if not total > 0:
        return []
    first = table.iloc[0]
    return [say("report.greatest_type", language, type=str(first["part"]), ead=money(first["ead"], currency, language),
                share=percent(first["ead"] / total, language), assets=int(first["assets"]))]  # fmt: skip


def _greatest_asset(assessment: Assessment, figures: Figures, language: str) -> list[str]:
    first = worst(figures, most=1)
    if first.empty or not first["ead"].iloc[0] > 0:
        return []
    district = part_names(first["district"], assessment.districts, "district", language)[0]
    return [say("report.greatest_asset", language, asset=str(asset_names(first)[0]), type=first["asset_type"].iloc[0],
                district=district, ead=money(first["ead"].iloc[0], assessment.city.currency, language))]  # fmt: skip


def _part_cost(figures: Figures, whole: Figures, currency: str, language: str) -> str:
    total, city = total_of(figures), known_sum(whole.assets["ead"])
    low, high = (money(total[name], currency, language) for name in ("ead_low", "ead_high"))
    missing = int(total["without_figure"])
    if not math.isnan(total["ead"]):
        share = percent(total["ead"] / city, language) if city > 0 else number(math.nan, language)
        cost = say("report.part_ead", language, ead=money(total["ead"], currency, language), share=share, low=low,
                   high=high)  # fmt: skip
        return " ".join((cost, *([say("report.part_missing", language, count=missing)] if missing else [])))
    if not math.isnan(total["ead_low"]):
        return say("report.part_bounds", language, low=low, high=high)
    return say("report.part_no_ead", language)


def _rank(area: pd.Series | None, assessment: Assessment, language: str) -> list[str]:
    if area is None:
        return []
    said = []
    if not math.isnan(area["rank"]):
        ranked = int(assessment.focus_areas["rank"].notna().sum())
        said.append(say("report.rank", language, rank=str(int(area["rank"])), count=ranked))
    people = people_says(area, language)
    return [*said, say("report.people_here", language, people=people)] if people else said


def people_says(area: pd.Series, language: str) -> str:
    """Return the people exposed of a row of FOCUS_AREAS as it is printed, "" where residents are not known at all."""
    rule = str(area["people_rule"])
    if rule in ("fewer than 10", "withheld"):
        return say(f"people_rule.{rule.replace(' ', '_')}", language)
    if math.isnan(area["people_exposed"]):
        return ""
    said = say(f"people_rule.{rule.replace(' ', '_')}", language)
    return f"{number(round(area['people_exposed']), language)} ({said})"


def _people(assessment: Assessment, language: str) -> str:
    areas = assessment.focus_areas
    known = areas["people_exposed"].notna()
    if not known.any():
        return say("report.people_not_known", language)
    people = int(np.round(areas["people_exposed"][known]).sum())
    missing = int((~known & (areas["district"].astype(str) != OUTSIDE_DISTRICTS)).sum())
    return say("report.people", language, people=people, missing=missing)


def _oldest(assessment: Assessment, language: str) -> str:
    known = {layer.name: layer.source.date.isoformat() for layer in assessment.city.assets if layer.source.date}
    for row in assessment.ownership.to_dict("records"):  # what was handed in since is as new as that
        if not pd.isna(row["data_date"]):
            known[str(row["layer"])] = str(row["data_date"])
    undated = sum(layer.name not in known for layer in assessment.city.assets)
    if not known:
        return say("report.no_dates", language)
    layer = min(known, key=lambda name: (known[name], name))
    return say("report.oldest", language, layer=layer, date=known[layer], undated=undated)


def focus_names(assessment: Assessment, language: str) -> dict[str, str]:
    """Return what each focus area is called."""
    return district_names(assessment.focus_areas, language)
