"""What districts, departments, assets and hazard maps are called where people read them."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable

import pandas as pd
from babel.dates import format_date

from asset_inventory.tables import OUTSIDE_DISTRICTS
from asset_inventory.words import number, say


def district_names(districts: pd.DataFrame, language: str) -> dict[str, str]:
    """Return what each district of DISTRICTS (or FOCUS_AREAS) is called; those of one name by what they are part of.

    Those that this leaves alike, and a district without a name, are called by their id; what lies outside all has a
    name of its own.
    """
    table = districts[districts["district"].astype(str) != OUTSIDE_DISTRICTS]
    names = table["name"].fillna(table["district"].astype(str)).astype(str)
    alike = names.duplicated(keep=False) & table["parent"].notna()
    names = names.where(~alike, names + " (" + table["parent"].astype(str) + ")")
    names = names.where(~names.duplicated(keep=False), names + " (" + table["district"].astype(str) + ")")
    told = dict(zip(table["district"].astype(str), names, strict=True))
    return told | {OUTSIDE_DISTRICTS: say("map.outside_districts", language)}


def part_names(parts: Iterable[object], districts: pd.DataFrame, by: str, language: str) -> list[str]:
    """Return what parts of the assets are called, of a column of ASSETS; what is missing is «not said»."""
    told = district_names(districts, language) if by == "district" else {}
    return [say("plot.not_said", language) if pd.isna(one) else str(told.get(str(one), one)) for one in parts]


def years(period: float, language: str) -> str:
    """Return a return period in words, of NaN that the map is a scenario."""
    if math.isnan(period):
        return say("map.scenario", language)
    # what is no whole number of years takes the plural
    count = int(period) if period == int(period) else 2
    return say("map.years", language, count=count, years=number(float(period), language))


def day_said(day: object, language: str) -> str:
    """Return a day (ISO 8601 text, or nothing) as the country writes it."""
    if pd.isna(day) or not day:
        return say("map.about.undated", language)
    return format_date(datetime.date.fromisoformat(str(day)), format="long", locale=language)


def asset_names(assets: pd.DataFrame) -> list[str]:
    """Return what assets are called: their names, or their ids."""
    return assets["name"].astype(object).where(assets["name"].notna(), assets["asset_id"].astype(object)).tolist()
