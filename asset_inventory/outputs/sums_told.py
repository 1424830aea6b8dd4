"""What is lost on each map and a year, of a city and its parts, as tables in words, for paper and terminal."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from asset_inventory.damage_sums import damage_sums_of, ead_sums_of
from asset_inventory.outputs.naming import part_names, years
from asset_inventory.outputs.printing import BITS, Scale, in_steps, scale_of
from asset_inventory.outputs.report_tables import Cell, Head, Printed, Row, area_kind, between, rounding
from asset_inventory.risk.sums import CITY
from asset_inventory.words import number, say

if TYPE_CHECKING:
    from asset_inventory.assessment import Assessment

_NONE = "–"


def both_tables(assessment: Assessment, language: str) -> dict[str, Printed | None]:
    """Return what is lost a year and on each map of priced hazards, by asset type; None where nothing of it is known.

    The assessment must hold no more than its readers may know.
    """
    damage, ead = (made(assessment, by=["asset_type"]) for made in (damage_sums_of, ead_sums_of))
    lost = damage.groupby("hazard", observed=True)["damage"].transform("max") > 0
    return {
        "damage_sums": damage_table(damage[lost], assessment, "asset_type", language) if lost.any() else None,
        "ead_sums": (ead_table(ead, assessment, "asset_type", language)
                     if ead[["ead", "ead_low"]].notna().any(axis=None) else None),
    }  # fmt: skip


def damage_table(sums: pd.DataFrame, assessment: Assessment, by: str | None, language: str) -> Printed:
    """Return DAMAGE_SUMS in words: a row a map and part, those of the whole city below them.

    `by` is the column of ASSETS that the parts are of, None for the city alone.
    """
    scale = scale_of(float(np.nan_to_num(sums["damage"].max())))
    rows = []
    for _, of_map in sums.groupby(["hazard", "return_period"], sort=False, dropna=False, observed=True):
        first = of_map.iloc[0]
        said = (str(first["hazard"]), years(float(first["return_period"]), language))
        for row, name, told in _parts(of_map, "damage", assessment, by, scale, language):
            counts = [number(int(row[one]), language) for one in ("assets", "exposed", "unknown")]
            same = row["damage_low"] == row["damage"] == row["damage_high"]
            money = [told, _NONE if same else between(row["damage_low"], row["damage_high"], scale, language)]
            cells = [*said, *name, *counts, *money, number(int(row["without_figure"]), language)]
            rows.append(Row(tuple(map(Cell, cells)), is_sum=bool(by) and row["by"] == CITY))
    unit = scale.unit(assessment.city.currency, language)
    heads = [*_word_heads(("hazard", "map"), assessment, by, language),
             *(Head(say(f"report.head.{one}", language), note) for one, note in
               (("assets", ""), ("exposed", "counting"), ("unknown", "counting"))),
             Head(say("report.head.damage", language, unit=unit), "damage"),
             Head(say("report.head.lies_between", language, unit=unit), "bounds"),
             Head(say("report.head.without_figure", language), "damage")]  # fmt: skip
    return Printed("damage-sums", say("report.caption.damage_sums", language), tuple(heads), tuple(rows),
                   rounding(scale, assessment.city.currency, language))  # fmt: skip


def ead_table(sums: pd.DataFrame, assessment: Assessment, by: str | None, language: str) -> Printed:
    """Return EAD_SUMS in words: a row a hazard and part, those of the whole city below them.

    Where maps of a hazard are not nested its rows come again without the maps that cover less than they should.
    """
    known = sums[["ead", "ead_low"]].max().max()
    scale = scale_of(float(np.nan_to_num(known)))
    rows = []
    for _, of_hazard in sums.groupby(["hazard", "left_out"], sort=False, dropna=False, observed=True):
        for row, name, told in _parts(of_hazard, "ead", assessment, by, scale, language):
            void = row["rule"] == "bounds void"
            bounds = (say("report.no_bounds", language) if void
                      else between(row["ead_low"], row["ead_high"], scale, language))  # fmt: skip
            figure = say("report.bounds_only", language) if row["rule"] == "bounds only" else told
            cells = [str(row["hazard"]), *name, number(int(row["assets"]), language), figure, bounds,
                     number(int(row["without_figure"]), language), _maps(row, language)]  # fmt: skip
            rows.append(Row(tuple(map(Cell, cells)), is_sum=bool(by) and row["by"] == CITY))
    unit = scale.unit(assessment.city.currency, language)
    heads = [*_word_heads(("hazard",), assessment, by, language), Head(say("report.head.assets", language)),
             Head(say("report.head.ead", language, unit=unit), "ead"),
             Head(say("report.head.lies_between", language, unit=unit), "bounds"),
             Head(say("report.head.without_figure", language), "ead"),
             Head(say("report.head.maps", language), "bounds", is_number=False)]  # fmt: skip
    refuted = ((say("report.maps_refuted", language), "bounds"),) if sums["left_out"].notna().any() else ()
    return Printed("ead-sums", say("report.caption.ead_sums", language), tuple(heads), tuple(rows),
                   (*refuted, *rounding(scale, assessment.city.currency, language)))  # fmt: skip


def _word_heads(names: Sequence[str], assessment: Assessment, by: str | None, language: str) -> Iterator[Head]:
    named = (*names, *((area_kind(by, assessment.city),) if by else ()))
    return (Head(say(f"report.head.{name}", language), is_number=False) for name in named)


def _parts(
    sums: pd.DataFrame, name: str, assessment: Assessment, by: str | None, scale: Scale, language: str
) -> Iterator[tuple[pd.Series, tuple[str, ...], str]]:
    """Yield of each part, then of the city, its row, what it is called, and its sum in whole steps.

    Where the parts are all of the city they add up to what is printed of it.
    """
    parts, city = sums[(sums["by"] == by).to_numpy()], sums[(sums["by"] == CITY).to_numpy()].iloc[0]
    if len(parts) and parts["assets"].sum() == city["assets"]:
        steps, total = in_steps(parts[name].to_numpy(), scale.step)
    else:
        steps, total = np.round(parts[name].to_numpy() / scale.step) * scale.step, _whole(city[name], scale)
    called = part_names(parts["part"], assessment.focus_areas, by or "", language)
    for (_, row), step, title in zip(parts.iterrows(), steps, called, strict=True):
        yield row, (title,), scale.printed(step, language, exact=row[name])
    whole = (say("report.total", language),) if by else ()
    yield city, whole, scale.printed(total, language, exact=city[name])


def _whole(amount: float, scale: Scale) -> float:
    return math.nan if math.isnan(amount) else math.floor(amount / scale.step + 0.5 + BITS) * scale.step


def _maps(row: pd.Series, language: str) -> str:
    """Return on how many maps a figure rests, and which were left out for it."""
    count = int(row["maps"])
    if pd.isna(row["left_out"]):
        return number(count, language)
    return say("report.maps_without", language, maps=count, periods=row["left_out"])
