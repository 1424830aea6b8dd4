"""Indicators of districts that any office can fill in: population, poverty, water, waste, ...; one value a year."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from asset_inventory.inventory.district_names import districts_meant
from asset_inventory.sources.texts import as_numbers, as_text, listed_rows
from asset_inventory.tables import finding, findings

COLUMNS = ("district", "indicator", "value", "unit", "year", "source", "better")
HIGHER, LOWER = "higher", "lower"
# What people write for which end is better.
_BETTER = {"higher": HIGHER, "high": HIGHER, "tinggi": HIGHER, "naik": HIGHER, "lower": LOWER, "low": LOWER,
           "rendah": LOWER, "turun": LOWER}  # fmt: skip
_FIRST_YEAR, _LAST_YEAR = 1900, 2200  # as in city.toml
_NEEDED = ("district", "indicator", "value", "year", "better")


def read_indicators(raw: pd.DataFrame, districts: pd.DataFrame, *, source: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return DISTRICT_INDICATORS, a row for every row that says anything, and FINDINGS on those that do not count.

    `raw` has the texts of COLUMNS (missing where empty), its index the rows of the file. A row is not counted
    (`counted`) where its district, value, year or better end cannot be told, where an indicator of a district has two
    values in a year, and where a later year is there. Which end is better, and the unit, are the indicator's own: none
    of its rows counts where they name two.
    """
    texts = pd.DataFrame({name: as_text(raw[name]) if name in raw else None for name in COLUMNS}, index=raw.index)
    told = texts.astype("str")[texts.notna().any(axis=1)]
    place, rows = districts_meant(told["district"], districts, source=source, column="district")
    value, doubtful = as_numbers(told["value"])
    year = as_numbers(told["year"])[0]
    year = year.where(year.between(_FIRST_YEAR, _LAST_YEAR) & (year % 1 == 0))
    table = told.assign(
        district=place, value=value, year=year, better=told["better"].str.casefold().map(_BETTER).astype("str"),
        place=told["district"], row=told.index,
    )  # fmt: skip
    unsure = pd.Series(doubtful, index=told.index)
    for column in ("value", "year", "better"):
        rows += _unreadable(told[column], table[column].isna(), unsure & (column == "value"), source)
    rows += _empty(told, source)
    whole = table[list(_NEEDED)].notna().all(axis=1)
    of_one = table.groupby("indicator")
    for column, code in (("better", "indicator_turns"), ("unit", "indicator_units_differ")):
        several = of_one[column].transform("nunique") > 1
        rows += _at_odds(table[several], column, code, source)
        whole &= ~several
    twice = whole & table[whole].duplicated(["district", "indicator", "year"], keep=False).reindex(
        table.index, fill_value=False
    )
    rows += _given_twice(table[twice], source)
    counted = whole & ~twice
    latest = table["year"].where(counted).groupby([table["district"], table["indicator"]]).transform("max")
    names = ["row", "place", *COLUMNS]
    return table[names].assign(counted=counted & table["year"].eq(latest)).reset_index(drop=True), findings(rows)


def by_district(indicators: pd.DataFrame) -> pd.DataFrame:
    """Return the values that count, a row per district and a column per indicator, NaN where none is known."""
    counted = indicators[indicators["counted"]]
    return counted.pivot(index="district", columns="indicator", values="value")


def _unreadable(texts: pd.Series, wrong: pd.Series, in_two_ways: pd.Series, source: str) -> Iterator[dict]:
    given = texts[wrong].dropna()
    for text, places in given.groupby(given).groups.items():
        code = "cell_in_two_ways" if in_two_ways[places[0]] else "cell_unreadable"
        yield finding(code, source=source, severity="warning", column=str(texts.name), count=len(places),
                      given=str(text), rows=listed_rows(places))  # fmt: skip


def _empty(told: pd.DataFrame, source: str) -> Iterator[dict]:
    for column in _NEEDED:
        empty = told[column].isna()
        if empty.any():
            yield finding("indicator_cell_empty", source=source, severity="warning", column=column,
                          count=int(empty.sum()), rows=listed_rows(told.index[empty]))  # fmt: skip


def _at_odds(rows: pd.DataFrame, column: str, code: str, source: str) -> Iterator[dict]:
    for name, part in rows.groupby("indicator"):
        yield finding(code, source=source, severity="warning", feature=str(name), column=column, count=len(part),
                      words=", ".join(map(str, part[column].dropna().unique())))  # fmt: skip


def _given_twice(rows: pd.DataFrame, source: str) -> Iterator[dict]:
    for (district, name, year), part in rows.groupby(["district", "indicator", "year"]):
        yield finding("indicator_given_twice", source=source, severity="warning", feature=f"{name}, {district}",
                      column="value", count=len(part), year=f"{year:g}", rows=listed_rows(part.index))  # fmt: skip
