"""The tables that people and offices filled in, read from where `city.toml` says; what cannot be read is a finding."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from asset_inventory.errors import SourceError
from asset_inventory.inventory.district_indicators import read_indicators
from asset_inventory.preliminary.forms import FORMS, Form, headings
from asset_inventory.resilience.actions import read_actions
from asset_inventory.resilience.ballots import grouped, ranks, read_statements, read_votes
from asset_inventory.sources.city import City, IndicatorTable
from asset_inventory.sources.office_tables import read_office_table
from asset_inventory.sources.texts import as_text
from asset_inventory.sources.vectors import read_fields
from asset_inventory.tables import finding, findings, join_findings


@dataclass(frozen=True)
class Filled:
    """STATEMENTS, VOTES, DISTRICT_INDICATORS and ACTIONS of a city, the `ballots` that count by group, and FINDINGS.

    `unread` are the forms that a city declares and whose file cannot be read: what it holds nobody knows.
    """

    statements: pd.DataFrame
    votes: pd.DataFrame
    ballots: pd.DataFrame
    indicators: pd.DataFrame
    actions: pd.DataFrame
    findings: pd.DataFrame
    unread: tuple[str, ...]


def read_filled(city: City, districts: pd.DataFrame, *, this_year: int | None) -> Filled:
    """Return what people filled in about a city with these DISTRICTS; an indicator of a year after `this_year` is told.

    Raises TableError for a table that breaks its contract.
    """
    names = {one.id: one.names for one in city.pressures}
    read = {form.name: _filled_table(city, form) for form in FORMS}
    raw = {name: cells for name, (cells, _) in read.items()}
    called = {form.name: file_of(city, form.name) for form in FORMS}
    statements, of_statements = read_statements(raw["statements"], names, districts, source=called["statements"])
    votes, of_votes = read_votes(raw["votes"], names, source=called["votes"])
    fewest = city.resilience.fewest_voters
    ballots, of_groups = grouped(ranks(votes, list(names)), source=called["votes"], fewest=fewest)
    indicators, of_indicators = read_indicators(
        raw["indicators"], districts, source=called["indicators"], this_year=this_year
    )
    actions, of_actions = read_actions(raw["actions"], names, districts, source=called["actions"])
    unread = tuple(name for name, (cells, found) in read.items() if _is_unread(cells, found))
    on_files = (found for _, found in read.values())
    found = join_findings([*on_files, of_statements, of_votes, of_groups, of_indicators, of_actions])
    return Filled(statements, votes, ballots, indicators, actions, found, unread)


def filled_indicators(city: City, districts: pd.DataFrame, *, this_year: int | None) -> tuple[pd.DataFrame, bool]:
    """Return DISTRICT_INDICATORS alone, as `read_filled` gives them, and whether their file cannot be read."""
    (form,) = (one for one in FORMS if one.name == "indicators")
    cells, found = _filled_table(city, form)
    table, _ = read_indicators(cells, districts, source=file_of(city, form.name), this_year=this_year)
    return table, _is_unread(cells, found)


def file_of(city: City, name: str) -> str:
    """Return what findings call a table that people fill in: its file, or what is missing in city.toml."""
    filled = getattr(city.resilience, name)
    return filled.path.name if filled else name


def _is_unread(cells: pd.DataFrame, found: pd.DataFrame) -> bool:
    """Tell whether nothing came out of a file because of what is wrong with it."""
    return not len(cells) and bool((found["severity"] == "error").any())


def _filled_table(city: City, form: Form) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the cells of a form, without rows where there is none, and FINDINGS on its file."""
    filled = getattr(city.resilience, form.name)
    nothing = pd.DataFrame(columns=list(form.columns), dtype="str")
    if filled is None:
        none = finding("nothing_filled_in", source="city.toml", severity="warning", column=form.name)
        return nothing, findings([none])
    try:
        if isinstance(filled, IndicatorTable) and filled.fields:
            return _of_fields(filled)
        return read_office_table(filled.path, headings(form), source=filled.path.name, needed=form.needed)
    except SourceError as fault:
        return nothing, findings([finding(fault.key, source=filled.path.name, severity="error",
                                          **fault.plainly(str(filled.path)))])  # fmt: skip


def _of_fields(filled: IndicatorTable) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return fields of a layer or table as the form has them, a row per district and indicator, and FINDINGS.

    Rows are numbered indicator by indicator. Raises SourceError as `read_fields` does.
    """
    names = [str(filled.id), *(one.field for one in filled.fields.values())]
    table, found = read_fields(filled.path, names, source=filled.path.name, layer=filled.layer)
    parts = [
        pd.DataFrame({
            "district": as_text(table[filled.id]), "indicator": name, "value": _written(table[one.field]),
            "unit": one.unit, "year": str(one.year), "source": one.source or filled.source, "better": one.better,
        }) for name, one in filled.fields.items()
    ]  # fmt: skip
    whole = pd.concat(parts, ignore_index=True)
    return whole.set_axis(range(1, len(whole) + 1)).astype("str"), found


def _written(values: pd.Series) -> pd.Series:
    """Return values as text; a number never looks like thousands (12.345 is 12.3450)."""
    if not pd.api.types.is_numeric_dtype(values.dtype) or pd.api.types.is_bool_dtype(values.dtype):
        return as_text(values)
    numbers = values.astype(float)
    text = numbers.map(lambda one: np.format_float_positional(one, trim="-"), na_action="ignore").astype("str")
    return text.mask(numbers.isna() | ~np.isfinite(numbers)).str.replace(r"(\.\d{3})$", r"\g<1>0", regex=True)
