"""An assessment as a workbook to take away: one sheet a table, in one language, and a sheet that explains the columns.

Every text is written as text, so that no name becomes a formula, a link or a number; what is not known is an empty
cell. A table longer than a sheet goes on in the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xlsxwriter

from asset_inventory.assessment import Assessment
from asset_inventory.damage_sums import damage_sums_of, ead_sums_of
from asset_inventory.explanation.stress_words import steps_of
from asset_inventory.outputs.audience import told
from asset_inventory.outputs.results import ATTRIBUTES, findings_in_words
from asset_inventory.resilience.focus_areas import by_parent
from asset_inventory.sources.prices import prices_of
from asset_inventory.sources.whole_files import whole
from asset_inventory.tables import EXERCISE, REAL, TABLES
from asset_inventory.words import amount, say

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

# What Excel holds: rows of a sheet, the headings among them, and characters of a cell and of a sheet's name.
MOST_ROWS, MOST_CHARACTERS, MOST_IN_NAME = 1_048_576, 32_767, 31
_TABLES = ("damage_sums", "ead_sums", "assets", "exposure", "damage", "ead", "joint_ead", "stress", "future", "ledger",
           "scores", "focus_areas", "ownership")  # fmt: skip
_NOT_SHOWN = ("geometry", "arguments", "code")
# How a number is shown, by the unit of its column: the digits that it is good for.
_FORMATS = {"currency": "#,##0", "people": "#,##0", "0-1": "0.000", "metre": "0.00", "m2": "#,##0.0", "year": "0"}
_COUNT, _ANY = "#,##0", "General"
# Columns whose words are ours, and how the keys of these begin.
_WORDED = {"data_status": "data_status", "severity": "severity", "value_rule": "value_rule", "rule": "ead_rule",
           "people_rule": "people_rule", "class": "people_class", "relation": "map.relation"}  # fmt: skip
_WIDEST, _NARROWEST, _LOOKED_AT = 48, 9, 500
_OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
            "strings_to_numbers": False, "in_memory": False}  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """One table to be written: its name in `words`, its rows, and the unit of each column that has one, as declared."""

    name: str
    table: pd.DataFrame
    units: Mapping[str, str]


def write_workbook(assessment: Assessment, path: Path, *, language: str, audience: str = "internal") -> Path:
    """Write the tables of an assessment as one workbook (.xlsx) in a language, and return its path.

    For the audience "public" the assessment must be its public part. Money is in the city's currency. Raises
    SourceError where nothing can be written.
    """
    with whole(path) as temporary, xlsxwriter.Workbook(str(temporary), _OPTIONS) as book:
        _fill(book, assessment, language, audience)
    return path


def sheets_of(assessment: Assessment, language: str, audience: str = "internal") -> list[Sheet]:
    """Return the sheets of a workbook in their order, without geometries, each row with its `data_status`."""
    status = EXERCISE if assessment.provenance.get("exercise") else REAL
    sums = {"damage_sums": damage_sums_of(assessment), "ead_sums": ead_sums_of(assessment)}
    tables = {name: sums[name] if name in sums else getattr(assessment, ATTRIBUTES.get(name, name)) for name in _TABLES}
    tables = {name: table for name, table in tables.items() if name not in ("stress", "future") or len(table)}
    tables["focus_areas"] = tables["focus_areas"].sort_values("rank", kind="stable")
    if assessment.focus_areas["parent"].notna().any():
        tables["focus_areas_by_parent"] = by_parent(assessment.focus_areas)
    if len(assessment.people):
        tables["people"] = assessment.people
    tables["findings"] = findings_in_words(assessment.findings, language)
    return [_sheet(name, table, status) for name, table in told(tables, assessment.city, audience).items()]


def _sheet(name: str, table: pd.DataFrame, status: str) -> Sheet:
    plain = pd.DataFrame(table.drop(columns=[*_NOT_SHOWN], errors="ignore"))
    if "data_status" not in plain and name != "findings":
        plain = plain.assign(data_status=status)
    contract = TABLES.get({"future": "FUTURE_EAD"}.get(name, name.upper()), TABLES["FOCUS_AREAS"])
    return Sheet(name, plain, {column.name: column.unit for column in contract.columns if column.unit})


# The book


def _fill(book: Workbook, assessment: Assessment, language: str, audience: str) -> None:
    sheets = sheets_of(assessment, language, audience)
    _explain(book, assessment, sheets, language, audience)
    for sheet in sheets:
        for place, start in enumerate(range(0, max(len(sheet.table), 1), MOST_ROWS - 1)):
            part = Sheet(sheet.name, sheet.table.iloc[start : start + MOST_ROWS - 1], sheet.units)
            page = book.add_worksheet(_sheet_name(say(f"sheet.{sheet.name}", language), place))
            _write_sheet(book, page, part, assessment, language)


def _sheet_name(title: str, place: int) -> str:
    """Return a name that Excel takes; a table that goes on in a further sheet has its number behind it."""
    ending = f" ({place + 1})" if place else ""
    return re.sub(r"[\[\]:*?/\\]", " ", title)[: MOST_IN_NAME - len(ending)] + ending


def _write_sheet(book: Workbook, page: Worksheet, sheet: Sheet, assessment: Assessment, language: str) -> None:
    currency = assessment.city.currency
    heads = [_head(name, sheet.units, currency, language) for name in sheet.table.columns]
    columns = [_cells(sheet.table[name], name, language) for name in sheet.table.columns]
    for place, (name, head, cells) in enumerate(zip(sheet.table.columns, heads, columns, strict=True)):
        page.set_column(place, place, _width(head, cells), book.add_format({"num_format": _shown(sheet, name)}))
    page.freeze_panes(1, min(1, len(heads) - 1))
    page.set_row(0, 45)
    page.write_row(0, 0, heads, _heading(book))
    for row, cells in enumerate(zip(*columns, strict=True), start=1):
        page.write_row(row, 0, cells)
    page.autofilter(0, 0, len(sheet.table), len(heads) - 1)
    _for_print(page, assessment, language)


def _for_print(page: Worksheet, assessment: Assessment, language: str) -> None:
    """Let a sheet be printed as wide as the paper, its headings on each, and say of exercise data what it is."""
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    mark = say("map.exercise", language) if assessment.provenance.get("exercise") else ""
    page.set_header(f"&L{_printed(assessment.city.name)}&C{_printed(mark)}&R&A")
    page.set_footer("&R&P / &N")


def _printed(text: str) -> str:
    """Return text as a sheet's header prints it: `&` begins a command there, and 255 characters are the most."""
    return text.replace("&", "&&")[:100]


def _heading(book: Workbook) -> Format:
    return book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E8EEF4", "bottom": 1})


def _head(name: str, units: Mapping[str, str], currency: str, language: str) -> str:
    unit = _unit(units.get(name, ""), currency, language)
    return f"{_title(name, language)} ({unit})" if unit else _title(name, language)


def _title(name: str, language: str) -> str:
    """Return what a column is called; an indicator of the city's own has the name that city.toml gives it."""
    with suppress(KeyError):
        return say(f"column.{name}", language)
    return name


def _unit(declared: str, currency: str, language: str) -> str:
    """Return a unit as it is read: money in the city's currency."""
    if declared == "day/year":
        return say("unit.day_year", language)
    sort = declared.partition(";")[0].partition(" of ")[0]
    if sort.startswith("currency"):
        return say("unit.currency_year", language, currency=currency) if "/" in sort else currency
    with suppress(KeyError):
        return say(f"unit.{sort}", language)
    return ""


def _shown(sheet: Sheet, name: str) -> str:
    if pd.api.types.is_integer_dtype(sheet.table[name].dtype):
        return _COUNT
    sort = re.match(r"[\w-]*", sheet.units.get(name, ""))[0]
    return _FORMATS.get(sort, _ANY) if pd.api.types.is_numeric_dtype(sheet.table[name].dtype) else _ANY


# Cells


def _cells(column: pd.Series, name: str, language: str) -> list[object]:
    """Return cells as the workbook takes them: numbers, truths, text, None for what is not known."""
    if pd.api.types.is_bool_dtype(column.dtype) or pd.api.types.is_integer_dtype(column.dtype):
        return column.tolist()
    if pd.api.types.is_float_dtype(column.dtype):
        values = column.to_numpy(dtype=float)
        return np.where(np.isfinite(values), values.astype(object), None).tolist()
    words = column.astype(object)
    said = {word: _text(word, name, language) for word in words.dropna().unique()}
    return [said.get(word) for word in words]


def _text(word: object, name: str, language: str) -> str:
    """Return a word in the language where it is one of ours, else as the data has it, no longer than a cell."""
    text = str(word).encode("utf-8", "replace").decode("utf-8")
    if name in _WORDED:
        with suppress(KeyError):
            text = say(f"{_WORDED[name]}.{text.replace(' ', '_')}", language)
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"


def _width(head: str, cells: Sequence[object]) -> float:
    """Return how wide a column is, in characters: as its longest text among the first rows, within reason."""
    widths = [len(one) if isinstance(one, str) else 12 for one in cells[:_LOOKED_AT] if one is not None]
    longest = max(widths, default=0)
    return min(max(longest + 1, min(len(head), 18), _NARROWEST), _WIDEST)


# What the columns mean


def _explain(
    book: Workbook, assessment: Assessment, sheets: Sequence[Sheet], language: str, audience: str
) -> None:
    page = book.add_worksheet(_sheet_name(say("sheet.about", language), 0))
    for place, width in enumerate((26, 30, 22, 20, 90)):
        page.set_column(place, place, width, book.add_format({"text_wrap": True, "valign": "top"}))
    row = 0
    for line, look in _lines(assessment, language, audience):
        page.write_string(row, 0, line, book.add_format({"text_wrap": False, **look}))
        row += 1
    heads = [say(f"sheet.head.{name}", language) for name in ("sheet", "column", "name", "unit", "meaning")]
    page.write_row(row + 1, 0, heads, _heading(book))
    row += 2
    for cells in _explained(sheets, assessment.city.currency, language):
        page.write_row(row, 0, cells)
        row += 1
    _for_print(page, assessment, language)


def _lines(assessment: Assessment, language: str, audience: str) -> Iterator[tuple[str, dict[str, object]]]:
    yield assessment.city.name, {"bold": True, "font_size": 14}
    yield say(f"map.{audience}", language), {"bold": True, "font_color": "#7A1420"}
    if assessment.provenance.get("exercise"):
        yield say("map.exercise", language), {"bold": True, "font_color": "#7A1420"}
    yield say("sheet.empty_is_unknown", language), {}
    if assessment.city.price_year:
        yield say("sheet.prices", language, currency=assessment.city.currency,
                  year=str(assessment.city.price_year)), {}  # fmt: skip
    for kind, price in prices_of(assessment.city).items():
        said = say("sheet.price", language, asset_type=kind, source=price.source,
                   amount=amount(price.amount, assessment.city.currency, language),
                   rule=say(f"value_rule.{price.rule.replace(' ', '_')}", language))  # fmt: skip
        yield "; ".join([said, *steps_of(price, assessment.city.currency, language)]), {}


def _explained(sheets: Sequence[Sheet], currency: str, language: str) -> Iterator[tuple[str | None, ...]]:
    for sheet in sheets:
        title = say(f"sheet.{sheet.name}", language)
        yield title, None, None, None, say(f"sheet.{sheet.name}.row", language)
        for name in sheet.table.columns:
            unit = _unit(sheet.units.get(name, ""), currency, language) or None
            about = say("column.indicator.about", language)
            with suppress(KeyError):
                about = say(f"column.{name}.about", language)
            yield title, _title(name, language), name, unit, about
