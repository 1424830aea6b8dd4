"""The workbook for the planning meeting (Musrenbang, RKPD): focus areas, actions by kelurahan, gaps, statements.

What is known is filled in, with the codes of the city's own plans; what the meeting agrees on has empty columns. Every
text is written as text, so that no name becomes a formula, a link or a number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import xlsxwriter

from asset_inventory.outputs.naming import district_names
from asset_inventory.outputs.preliminary.terms import (
    driver_names,
    group_said,
    invented,
    mark_of,
    named,
    pressure_names,
    unread_said,
    whole_percent,
    word_said,
)
from asset_inventory.preliminary import focus_areas_of, gaps
from asset_inventory.sources.whole_files import whole
from asset_inventory.words import say, shown

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

    from asset_inventory.preliminary import PreliminaryAssessment

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
class Sheet:
    """One sheet: its name in `words`, the names of its columns, its rows, and how many of these are for filling in."""

    name: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[object]]
    empty: int = 0  # columns at the end
    rests_on: tuple[str, ...] = ()


def write_planning_workbook(preliminary: PreliminaryAssessment, path: Path, *, language: str) -> Path:
    """Write the workbook for the planning meeting (.xlsx) in a language, and return its path.

    It is for the inside: what people said stands in it. Raises SourceError where nothing can be
    written.
    """
    with whole(path) as temporary, xlsxwriter.Workbook(str(temporary), _PLAIN) as book:
        looks = {name: book.add_format(look) for name, look in _LOOKS.items()}
        for sheet in planning_sheets(preliminary, language):
            _fill(book, sheet, preliminary, looks, language)
    return path


def planning_sheets(preliminary: PreliminaryAssessment, language: str) -> list[Sheet]:
    """Return the sheets in their order; numbers are numbers, what is not known is an empty cell."""
    return [_focus(preliminary, language), _actions(preliminary, language), _gaps(preliminary, language),
            _statements(preliminary, language)]  # fmt: skip


def _focus(preliminary: PreliminaryAssessment, language: str) -> Sheet:
    found, (names, parents) = focus_areas_of(preliminary), _places(preliminary, language)
    standings = preliminary.standings.set_index(preliminary.standings["district"].astype(str))
    areas = preliminary.assessment.focus_areas.set_index(preliminary.assessment.focus_areas["district"].astype(str))
    how = say("preliminary.planning.chosen" if found.chosen else "preliminary.planning.proposed", language)
    rows = []
    for one in found.districts:
        row = standings.loc[one] if one in standings.index else None
        told = [None] * 3 if row is None else [
            row["rank"], whole_percent(row["top_share"]), word_said("preliminary.sureness.", row["sureness"], language),
        ]  # fmt: skip
        area = areas.loc[one] if one in areas.index else None
        figures = [None] * 2 if area is None else [area["ead"], area["people_exposed"]]
        acted = "actions" not in preliminary.unread
        count = sum(one in several for several in preliminary.actions["districts"]) if acted else None
        rows.append([names.get(one, one), parents.get(one), how, *told, *figures, count])
    columns = ("district", "parent", "how", "rank", "top_share", "sureness", "ead", "people_exposed", "actions")
    return Sheet("focus", (*columns, *_TO_FILL_IN), rows, len(_TO_FILL_IN), ("standings", "assessment"))


def _actions(preliminary: PreliminaryAssessment, language: str) -> Sheet:
    """Return a row for each action and each kelurahan where it is done, and one for each focus area without any."""
    (names, parents), city = _places(preliminary, language), preliminary.assessment.city
    pressures, drivers = pressure_names(city, language), driver_names(language)
    rows, everywhere = [], say("preliminary.whole_city", language)
    for row in preliminary.actions.to_dict("records"):
        told = [row["action"], row["owner"], row["partner"], row["programme"], row["activity"], row["sub_activity"],
                row["budget"], row["fund"], row["first_year"], row["last_year"],
                word_said("form.status.", row["status"], language) if pd.notna(row["status"]) else None,
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
    return Sheet("actions", (*columns, *_TO_FILL_IN), rows, len(_TO_FILL_IN), ("actions", "standings"))


def _gaps(preliminary: PreliminaryAssessment, language: str) -> Sheet:
    found, city = gaps(preliminary), preliminary.assessment.city
    told = (
        ("focus_area", found.focus_areas, district_names(preliminary.assessment.focus_areas, language)),
        ("driver", found.drivers, driver_names(language)),
        ("pressure", found.pressures, pressure_names(city, language)),
    )
    rows = [[say(f"preliminary.planning.gap.{kind}", language), names.get(one, one)]
            for kind, ids, names in told for one in ids]  # fmt: skip
    empty = ("proposal", "owner", "proposed_budget", "agreed_by")
    return Sheet("gaps", ("gap", "name", *empty), rows, len(empty), ("actions", "standings"))


def _statements(preliminary: PreliminaryAssessment, language: str) -> Sheet:
    (names, parents), pressures = _places(preliminary, language), pressure_names(preliminary.assessment.city, language)
    rows, everywhere = [], say("preliminary.whole_city", language)
    for row in preliminary.statements.to_dict("records"):
        district = str(row["district"]) if pd.notna(row["district"]) else ""
        where = names.get(district, district) if district else everywhere if pd.isna(row["place"]) else row["place"]
        rows.append([where, parents.get(district), group_said(row["group"], language),
                     row["statement"], word_said("preliminary.kind.", row["kind"], language),
                     pressures.get(str(row["pressure"])), row["merged_by"], row["reason"]])  # fmt: skip
    rows.sort(key=_by_name)
    columns = ("district", "parent", "group", "statement", "kind", "merged_into", "merged_by", "reason")
    return Sheet("statements", columns, rows, rests_on=("statements",))


def _by_name(row: Sequence[object]) -> tuple[bool, str, str]:
    """Return what rows are sorted by: what their district is part of, then its name."""
    return row[1] is None, str(row[1]).casefold(), str(row[0]).casefold()


def _places(preliminary: PreliminaryAssessment, language: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return what districts are called, and what each is part of, by id; the latter only where it is known."""
    areas = preliminary.assessment.focus_areas
    known = areas[areas["parent"].notna().to_numpy()]
    return district_names(areas, language), dict(zip(known["district"].astype(str), known["parent"], strict=True))


# The sheet


def _fill(
    book: Workbook, sheet: Sheet, preliminary: PreliminaryAssessment, looks: dict[str, object], language: str
) -> None:
    page = book.add_worksheet(say(f"preliminary.planning.{sheet.name}", language)[:31])
    city, mark = preliminary.assessment.city, mark_of(preliminary, sheet.rests_on, language)
    widths = [_WIDTHS.get(name, _USUAL_WIDTH) for name in sheet.columns]
    told = f"{say('map.exercise', language)}: {', '.join(invented(preliminary, language))}" if mark else ""
    lines = (
        (_TITLE, f"{say(f'preliminary.planning.{sheet.name}.title', language)} – {city.name}", "title"),
        (_MARK, " ".join([*([told] if told else []), *unread_said(preliminary, language)]), "mark"),
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
    _for_print(page, city.name, mark and say("map.exercise", language))


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


def _for_print(page: Worksheet, name: str, mark: str) -> None:
    """Let a sheet be printed as wide as the paper, its headings on each, an exercise called so."""
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(_HEADINGS)
    page.set_header("&L{}&C{}&R&A".format(*(text.replace("&", "&&")[:100] for text in (name, mark))))
    page.set_footer("&R&P / &N")
