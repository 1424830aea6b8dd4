"""Indicators of districts that any office can fill in (population, water, ...), by year."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from asset_inventory.inventory.districts import districts_meant
from asset_inventory.model.tables import finding, findings
from asset_inventory.model.texts import (
    as_numbers,
    as_text,
    excerpt,
    folded,
    listed_rows,
    listed_texts,
    together,
    usual_spelling,
)

COLUMNS = ("district", "indicator", "value", "unit", "year", "source", "better")
HIGHER, LOWER = "higher", "lower"
# What people write for which end is better.
# fmt: off
_BETTER = {"higher": HIGHER, "high": HIGHER, "tinggi": HIGHER, "naik": HIGHER, "lower": LOWER, "low": LOWER,
           "rendah": LOWER, "turun": LOWER}
# fmt: on
_FIRST_YEAR, _LAST_YEAR = 1900, 2200  # as in city.toml
_PERCENTS = ("%", "persen", "percent")
_NEEDED = ("district", "indicator", "value", "year", "better")


def read_indicators(
    raw: pd.DataFrame, districts: pd.DataFrame, *, source: str, this_year: int | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return DISTRICT_INDICATORS, a row per row with a value, and FINDINGS on unused ones.

    `raw` has the texts of COLUMNS (missing where empty), its index the rows of the file. A row is
    not counted (`counted`) where its district, value, year or better end cannot be told, where an
    indicator of a district has two values in a year, where its year lies after `this_year`, and
    where a later year is there. Which end is better, and the unit, are the indicator's own: none of
    its rows counts where they name two. An indicator is the same in any case, with or without signs
    and blanks.
    """
    texts = pd.DataFrame(
        {name: as_text(raw[name]) if name in raw else None for name in COLUMNS}, index=raw.index
    )
    told = texts.astype("str")[texts.notna().any(axis=1)]
    plain = told["indicator"].map(folded, na_action="ignore")
    told = told.assign(
        indicator=usual_spelling(told["indicator"], plain), value=_without_sign(told)
    )
    place, rows = districts_meant(told["district"], districts, source=source, column="district")
    value, doubtful = _values(told)
    year = as_numbers(told["year"])[0]
    year = year.where(year.between(_FIRST_YEAR, _LAST_YEAR) & (year % 1 == 0))
    table = told.assign(
        district=place,
        value=value,
        year=year,
        better=told["better"].str.casefold().map(_BETTER).astype("str"),
        place=told["district"],
        row=told.index,
    )
    for column in ("value", "year", "better"):
        rows += _unreadable(
            told[column], table[column].isna(), doubtful & (column == "value"), source
        )
    rows += [*_empty(told, source), *_beyond_percents(table, source)]
    ahead = table["year"] > (this_year or _LAST_YEAR)
    if ahead.any():
        rows.append(
            finding(
                "indicator_year_ahead",
                source=source,
                column="year",
                count=int(ahead.sum()),
                rows=listed_rows(table.index[ahead]),
            )
        )
    whole = table[list(_NEEDED)].notna().all(axis=1) & ~ahead
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
    rows += _of_several_years(table[counted], source)
    latest = (
        table["year"]
        .where(counted)
        .groupby([table["district"], table["indicator"]])
        .transform("max")
    )
    names = ["row", "place", *COLUMNS]
    return table[names].assign(counted=counted & table["year"].eq(latest)).reset_index(
        drop=True
    ), findings(rows)


def by_district(indicators: pd.DataFrame) -> pd.DataFrame:
    """Return the values that count: a row a district, a column an indicator, NaN if unknown."""
    counted = indicators[indicators["counted"]]
    return counted.pivot(index="district", columns="indicator", values="value")


def _without_sign(told: pd.DataFrame) -> pd.Series:
    """Return the values as text, those in percent without the sign, which only repeats it."""
    percents = told["unit"].str.casefold().isin(_PERCENTS)
    return told["value"].mask(percents, told["value"].str.removesuffix("%").str.strip())


def _values(told: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return the values as numbers, and which could be read in two ways.

    The marks of the whole column tell its style. Yet whether 12.500 people are 12 and a half is not
    told by another indicator's 8.2: an indicator of which every value may be thousands is refused,
    if it would be read as decimals.
    """
    value, doubtful = as_numbers(told["value"])
    unsure = pd.Series(doubtful, index=told.index)
    for _, part in told["value"].groupby(told["indicator"]):
        alone = pd.Series(as_numbers(part)[1], index=part.index)
        unsure[part.index] |= alone & (value[part.index].abs() < 1000)
    return value.mask(unsure), unsure


def _beyond_percents(table: pd.DataFrame, source: str) -> Iterator[dict]:
    beyond = (
        table["unit"].str.casefold().isin(_PERCENTS)
        & ~table["value"].between(0, 100)
        & table["value"].notna()
    )
    for name, part in table[beyond].groupby("indicator"):
        yield finding(
            "indicator_beyond_percents",
            source=source,
            feature=excerpt(str(name)),
            column="value",
            count=len(part),
            rows=listed_rows(part.index),
        )


def _of_several_years(counted: pd.DataFrame, source: str) -> Iterator[dict]:
    """Yield values older than the one that counts, and districts compared by different years."""
    latest = counted.groupby(["indicator", "district"])["year"].transform("max")
    older = counted[counted["year"] < latest]
    if len(older):
        yield finding(
            "indicator_years_older",
            source=source,
            column="year",
            count=len(older),
            rows=listed_rows(older.index),
        )
    for name, years in latest.groupby(counted["indicator"]):
        if years.nunique() > 1:
            yield finding(
                "indicator_years_differ",
                source=source,
                feature=excerpt(str(name)),
                column="year",
                first=f"{years.min():g}",
                last=f"{years.max():g}",
            )


def unit_of(indicators: pd.DataFrame, name: str) -> str:
    """Return the unit in which an indicator counts, in any spelling; "" without one."""
    rows = indicators[indicators["counted"].to_numpy(dtype=bool)]
    units = rows.loc[
        [folded(str(indicator)) == folded(name) for indicator in rows["indicator"]], "unit"
    ].dropna()
    return str(units.iloc[0]) if len(units) else ""


def _unreadable(
    texts: pd.Series, wrong: pd.Series, in_two_ways: pd.Series, source: str
) -> Iterator[dict]:
    for text, places in listed_texts(texts[wrong]):
        code = "cell_in_two_ways" if in_two_ways[places[0]] else "cell_unreadable"
        yield finding(
            code,
            source=source,
            column=str(texts.name),
            count=len(places),
            given=text,
            rows=listed_rows(places),
        )


def _empty(told: pd.DataFrame, source: str) -> Iterator[dict]:
    for column in _NEEDED:
        empty = told[column].isna()
        if empty.any():
            yield finding(
                "indicator_cell_empty",
                source=source,
                column=column,
                count=int(empty.sum()),
                rows=listed_rows(told.index[empty]),
            )


def _at_odds(rows: pd.DataFrame, column: str, code: str, source: str) -> Iterator[dict]:
    for name, part in rows.groupby("indicator"):
        words = excerpt(", ".join(map(str, part[column].dropna().unique())), most=200)
        yield finding(
            code,
            source=source,
            feature=excerpt(str(name)),
            column=column,
            count=len(part),
            words=words,
        )


def _given_twice(rows: pd.DataFrame, source: str) -> Iterator[dict]:
    for (what, year), part in rows.groupby(
        [together(rows["indicator"] + ", " + rows["district"]), "year"]
    ):
        yield finding(
            "indicator_given_twice",
            source=source,
            feature=str(what),
            column="value",
            count=len(part),
            year=f"{year:g}",
            rows=listed_rows(part.index),
        )
