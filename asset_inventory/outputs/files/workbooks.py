"""An assessment as a workbook to take away: one sheet a table, in one language, and a sheet that explains the columns.

Every text is written as text, so that no name becomes a formula, a link or a number; what is not known is an empty
cell. A table longer than a sheet goes on in the next.

The workbook for the planning meeting (Musrenbang, RKPD): focus areas, actions by kelurahan, gaps, statements.

What is known is filled in, with the codes of the city's own plans; what the meeting agrees on has empty columns. Every
text is written as text, so that no name becomes a formula, a link or a number.
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

from asset_inventory.assessment.breakdowns import damage_sums_of, ead_sums_of
from asset_inventory.assessment.price_sentences import steps_of
from asset_inventory.assessment.resilience import focus_areas_of, gaps
from asset_inventory.assessment.run import Assessment
from asset_inventory.disclosure.assessment import visible_tables
from asset_inventory.io.atomic import whole
from asset_inventory.messages import amount, say, shown
from asset_inventory.model.tables import EXERCISE, REAL, TABLES
from asset_inventory.outputs.files.results import ATTRIBUTES, findings_in_words
from asset_inventory.outputs.views.naming import district_names
from asset_inventory.outputs.views.resilience import (
    driver_names,
    fictitious,
    format_group,
    mark_of,
    named,
    shock_and_stress_names,
    unread_sentences,
    whole_percent,
)
from asset_inventory.outputs.views.table_view import translate
from asset_inventory.resilience.focus_areas import by_parent
from asset_inventory.vulnerability.prices import prices_of

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


def write_workbook(assessment: Assessment, path: Path, *, language: str) -> Path:
    """Write the tables of an assessment as one workbook (.xlsx) in a language, and return its path.

    Money is in the city's currency. Raises
    SourceError where nothing can be written.
    """
    with whole(path) as temporary, xlsxwriter.Workbook(str(temporary), _OPTIONS) as book:
        _fill(book, assessment, language)
    return path


def sheets_of(assessment: Assessment, language: str) -> list[Sheet]:
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
    return [_sheet(name, table, status) for name, table in visible_tables(tables, assessment).items()]


def _sheet(name: str, table: pd.DataFrame, status: str) -> Sheet:
    plain = pd.DataFrame(table.drop(columns=[*_NOT_SHOWN], errors="ignore"))
    if "data_status" not in plain and name != "findings":
        plain = plain.assign(data_status=status)
    contract = TABLES.get({"future": "FUTURE_EAD"}.get(name, name.upper()), TABLES["FOCUS_AREAS"])
    return Sheet(name, plain, {column.name: column.unit for column in contract.columns if column.unit})


# The book


def _fill(book: Workbook, assessment: Assessment, language: str) -> None:
    sheets = sheets_of(assessment, language)
    _explain(book, assessment, sheets, language)
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
    book: Workbook, assessment: Assessment, sheets: Sequence[Sheet], language: str
) -> None:
    page = book.add_worksheet(_sheet_name(say("sheet.about", language), 0))
    for place, width in enumerate((26, 30, 22, 20, 90)):
        page.set_column(place, place, width, book.add_format({"text_wrap": True, "valign": "top"}))
    row = 0
    for line, look in _lines(assessment, language):
        page.write_string(row, 0, line, book.add_format({"text_wrap": False, **look}))
        row += 1
    heads = [say(f"sheet.head.{name}", language) for name in ("sheet", "column", "name", "unit", "meaning")]
    page.write_row(row + 1, 0, heads, _heading(book))
    row += 2
    for cells in _explained(sheets, assessment.city.currency, language):
        page.write_row(row, 0, cells)
        row += 1
    _for_print(page, assessment, language)


def _lines(assessment: Assessment, language: str) -> Iterator[tuple[str, dict[str, object]]]:
    yield assessment.city.name, {"bold": True, "font_size": 14}
    yield say(f"map.{assessment.audience}", language), {"bold": True, "font_color": "#7A1420"}
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


if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

    from asset_inventory.assessment.resilience import ResilienceAssessment

_TITLE, _MARK, _HOW, _HEADINGS = 0, 1, 2, 4  # rows of a sheet
_MOST_CHARACTERS = 32_767  # that Excel holds in a cell
_TO_FILL_IN = ("proposal", "volume", "proposed_budget", "agreed_by")
_SPARE = 20  # empty rows below, for what nobody has thought of yet
_PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_LOOKS = {
    "title": {"bold": True, "font_size": 14, "valign": "top"},
    "mark": {"bold": True, "font_color": "#7A1420", "text_wrap": True, "valign": "top"},
    "how": {"font_color": "#4A5568", "text_wrap": True, "valign": "top"},
    "heading": {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E8EEF4", "bottom": 1},
    "cell": {"border": 1, "border_color": "#C9D1DC", "text_wrap": True, "valign": "top"},
    "whole": {"border": 1, "border_color": "#C9D1DC", "valign": "top", "num_format": "0"},
    "amount": {"border": 1, "border_color": "#C9D1DC", "valign": "top", "num_format": "#,##0"},
    "share": {"border": 1, "border_color": "#C9D1DC", "valign": "top", "num_format": "0%"},
    "empty": {"border": 1, "border_color": "#C9D1DC", "bg_color": "#FFFBE6", "text_wrap": True, "valign": "top"},
}
_WIDTHS = {"statement": 48, "action": 34, "reason": 34, "proposal": 34, "name": 44, "answers": 28, "drivers": 32,
           "rank": 10, "top_share": 12, "sureness": 12, "volume": 12, "first_year": 9, "last_year": 9, "status": 12,
           "fund": 14, "programme": 14, "activity": 14, "sub_activity": 14, "kind": 12}  # fmt: skip
_USUAL_WIDTH = 18
_A4, _A3, _WIDE = 9, 8, 230  # numbers of paper, and from how many letters on the larger one is taken
_LINE_HEIGHT = 15  # point
# How a number is shown, by its column; a year or a rank has no signs within.
_NUMBERS = {"top_share": "share", "ead": "amount", "people_exposed": "amount", "budget": "amount"}


@dataclass(frozen=True)
class PlanningSheet:
    """One sheet: its name in `words`, the names of its columns, its rows, and how many of these are for filling in."""

    name: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[object]]
    empty: int = 0  # columns at the end
    rests_on: tuple[str, ...] = ()


def write_planning_workbook(preliminary: ResilienceAssessment, path: Path, *, language: str) -> Path:
    """Write the workbook for the planning meeting (.xlsx) in a language, and return its path.

    It is for the inside: what people said stands in it. Raises SourceError where nothing can be
    written.
    """
    with whole(path) as temporary, xlsxwriter.Workbook(str(temporary), _PLAIN) as book:
        looks = {name: book.add_format(look) for name, look in _LOOKS.items()}
        for sheet in planning_sheets(preliminary, language):
            _fill_planning(book, sheet, preliminary, looks, language)
    return path


def planning_sheets(preliminary: ResilienceAssessment, language: str) -> list[PlanningSheet]:
    """Return the sheets in their order; numbers are numbers, what is not known is an empty cell."""
    return [_focus(preliminary, language), _actions(preliminary, language), _gaps(preliminary, language),
            _statements(preliminary, language)]  # fmt: skip


def _focus(preliminary: ResilienceAssessment, language: str) -> PlanningSheet:
    found, (names, parents) = focus_areas_of(preliminary), _places(preliminary, language)
    standings = preliminary.standings.set_index(preliminary.standings["district"].astype(str))
    areas = preliminary.assessment.focus_areas.set_index(preliminary.assessment.focus_areas["district"].astype(str))
    how = say("preliminary.planning.chosen" if found.chosen else "preliminary.planning.proposed", language)
    rows = []
    for one in found.districts:
        row = standings.loc[one] if one in standings.index else None
        told = [None] * 3 if row is None else [
            row["rank"], whole_percent(row["top_share"]), translate("preliminary.sureness.", row["sureness"], language),
        ]  # fmt: skip
        area = areas.loc[one] if one in areas.index else None
        figures = [None] * 2 if area is None else [area["ead"], area["people_exposed"]]
        acted = "actions" not in preliminary.unread
        count = sum(one in several for several in preliminary.actions["districts"]) if acted else None
        rows.append([names.get(one, one), parents.get(one), how, *told, *figures, count])
    columns = ("district", "parent", "how", "rank", "top_share", "sureness", "ead", "people_exposed", "actions")
    return PlanningSheet("focus", (*columns, *_TO_FILL_IN), rows, len(_TO_FILL_IN), ("standings", "assessment"))


def _actions(preliminary: ResilienceAssessment, language: str) -> PlanningSheet:
    """Return a row for each action and each kelurahan where it is done, and one for each focus area without any."""
    (names, parents), city = _places(preliminary, language), preliminary.assessment.city
    pressures, drivers = shock_and_stress_names(city, language), driver_names(language)
    rows, everywhere = [], say("preliminary.whole_city", language)
    for row in preliminary.actions.to_dict("records"):
        told = [row["action"], row["owner"], row["partner"], row["programme"], row["activity"], row["sub_activity"],
                row["budget"], row["fund"], row["first_year"], row["last_year"],
                translate("form.status.", row["status"], language) if pd.notna(row["status"]) else None,
                named(row["pressures"], pressures, language) if row["pressures"] else None,
                named(row["drivers"], drivers, language) if row["drivers"] else None]  # fmt: skip
        where = [(names.get(one, one), parents.get(one)) for one in row["districts"]]
        # a row of the whole city, or one whose places nobody knows, stays a row
        rows += [[name, parent, *told] for name, parent in where or [(everywhere if row["whole_city"] else None, None)]]
    columns = ("district", "parent", "action", "owner", "partner", "programme", "activity", "sub_activity", "budget",
               "fund", "first_year", "last_year", "status", "answers", "drivers")  # fmt: skip
    bare = [[names.get(one, one), parents.get(one), *[None] * (len(columns) - 2)]
            for one in gaps(preliminary).focus_areas]  # fmt: skip
    rows = sorted([*rows, *bare], key=lambda row: (row[0] in (everywhere, None), *_by_name(row)))
    return PlanningSheet("actions", (*columns, *_TO_FILL_IN), rows, len(_TO_FILL_IN), ("actions", "standings"))


def _gaps(preliminary: ResilienceAssessment, language: str) -> PlanningSheet:
    found, city = gaps(preliminary), preliminary.assessment.city
    told = (
        ("focus_area", found.focus_areas, district_names(preliminary.assessment.focus_areas, language)),
        ("driver", found.drivers, driver_names(language)),
        ("pressure", found.pressures, shock_and_stress_names(city, language)),
    )
    rows = [[say(f"preliminary.planning.gap.{kind}", language), names.get(one, one)]
            for kind, ids, names in told for one in ids]  # fmt: skip
    empty = ("proposal", "owner", "proposed_budget", "agreed_by")
    return PlanningSheet("gaps", ("gap", "name", *empty), rows, len(empty), ("actions", "standings"))


def _statements(preliminary: ResilienceAssessment, language: str) -> PlanningSheet:
    (names, parents), pressures = (
        _places(preliminary, language),
        shock_and_stress_names(preliminary.assessment.city, language),
    )
    rows, everywhere = [], say("preliminary.whole_city", language)
    for row in preliminary.statements.to_dict("records"):
        district = str(row["district"]) if pd.notna(row["district"]) else ""
        where = names.get(district, district) if district else everywhere if pd.isna(row["place"]) else row["place"]
        rows.append([where, parents.get(district), format_group(row["group"], language),
                     row["statement"], translate("preliminary.kind.", row["kind"], language),
                     pressures.get(str(row["pressure"])), row["merged_by"], row["reason"]])  # fmt: skip
    rows.sort(key=_by_name)
    columns = ("district", "parent", "group", "statement", "kind", "merged_into", "merged_by", "reason")
    return PlanningSheet("statements", columns, rows, rests_on=("statements",))


def _by_name(row: Sequence[object]) -> tuple[bool, str, str]:
    """Return what rows are sorted by: what their district is part of, then its name."""
    return row[1] is None, str(row[1]).casefold(), str(row[0]).casefold()


def _places(preliminary: ResilienceAssessment, language: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return what districts are called, and what each is part of, by id; the latter only where it is known."""
    areas = preliminary.assessment.focus_areas
    known = areas[areas["parent"].notna().to_numpy()]
    return district_names(areas, language), dict(zip(known["district"].astype(str), known["parent"], strict=True))


# The sheet


def _fill_planning(
    book: Workbook, sheet: PlanningSheet, preliminary: ResilienceAssessment, looks: dict[str, object], language: str
) -> None:
    page = book.add_worksheet(say(f"preliminary.planning.{sheet.name}", language)[:31])
    city, mark = preliminary.assessment.city, mark_of(preliminary, sheet.rests_on, language)
    widths = [_WIDTHS.get(name, _USUAL_WIDTH) for name in sheet.columns]
    told = f"{say('map.exercise', language)}: {', '.join(fictitious(preliminary, language))}" if mark else ""
    lines = (
        (_TITLE, f"{say(f'preliminary.planning.{sheet.name}.title', language)} – {city.name}", "title"),
        (_MARK, " ".join([*([told] if told else []), *unread_sentences(preliminary, language)]), "mark"),
        (_HOW, say(f"preliminary.planning.{sheet.name}.how", language), "how"),
    )
    for row, text, look in lines:
        _write_across(page, row, text, looks[look], widths)
    heads = [say(f"preliminary.planning.head.{name}", language, currency=city.currency) for name in sheet.columns]
    page.write_row(_HEADINGS, 0, heads, looks["heading"])
    known = len(sheet.columns) - sheet.empty
    for place, width in enumerate(widths):
        page.set_column(place, place, width)
    spare = _SPARE if sheet.empty else 0
    for row, cells in enumerate((*sheet.rows, *[()] * spare), start=_HEADINGS + 1):
        for place, name in enumerate(sheet.columns):
            value = cells[place] if place < len(cells) else None
            _write(page, (row, place), value, looks["cell" if place < known else "empty"],
                   looks[_NUMBERS.get(name, "whole")])  # fmt: skip
    page.freeze_panes(_HEADINGS + 1, 1)
    if sheet.rows:
        page.autofilter(_HEADINGS, 0, _HEADINGS + len(sheet.rows), len(sheet.columns) - 1)
    page.print_area(0, 0, _HEADINGS + len(sheet.rows) + spare, len(sheet.columns) - 1)
    page.set_paper(_A3 if sum(widths) > _WIDE else _A4)
    _planning_for_print(page, city.name, mark and say("map.exercise", language))


def _write_across(page: Worksheet, row: int, text: str, look: object, widths: Sequence[int]) -> None:
    """Write a text over the whole width of a sheet, in as many lines as it needs."""
    if text:
        page.merge_range(row, 0, row, len(widths) - 1, shown(text)[:_MOST_CHARACTERS], look)
        page.set_row(row, _LINE_HEIGHT * (1 + len(text) // sum(widths)) + 4)


def _write(page: Worksheet, at: tuple[int, int], value: object, look: object, number: object) -> None:
    """Write a cell: a number as a number, a text as text, what is not known as an empty one."""
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        page.write_blank(*at, None, look)
    elif isinstance(value, str):
        page.write_string(*at, shown(value)[:_MOST_CHARACTERS], look)
    else:
        page.write_number(*at, float(value), number)


def _planning_for_print(page: Worksheet, name: str, mark: str) -> None:
    """Let a sheet be printed as wide as the paper, its headings on each, an exercise called so."""
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(_HEADINGS)
    page.set_header("&L{}&C{}&R&A".format(*(text.replace("&", "&&")[:100] for text in (name, mark))))
    page.set_footer("&R&P / &N")
