"""Tables as workbooks: of an assessment, and for the planning meeting (Musrenbang, RKPD).

An assessment has one sheet a table, in one language, and a sheet that explains the columns; a table
longer than a sheet goes on in the next. A planning workbook has what is known filled in, with the
codes of the city's own plans, and empty columns for what the meeting agrees on. Every text is
written as text, so that no name becomes a formula, a link or a number; what is not known is an
empty cell.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import xlsxwriter
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from asset_inventory.assessment.breakdowns import damage_summary_of, ead_summary_of
from asset_inventory.assessment.price_sentences import steps_of
from asset_inventory.assessment.resilience import ResilienceAssessment, gaps, priority_districts_of
from asset_inventory.assessment.run import Assessment
from asset_inventory.disclosure.assessment import visible_tables
from asset_inventory.io.atomic import whole
from asset_inventory.messages import (
    LABEL_KINDS,
    NO_CURRENCY,
    amount,
    labelled,
    rounded_people,
    rounded_share,
    say,
    shown,
)
from asset_inventory.model.tables import TABLES
from asset_inventory.outputs.files.results import findings_in_words, status_of
from asset_inventory.outputs.views import resilience as wording
from asset_inventory.outputs.views.city_words import in_city_words
from asset_inventory.outputs.views.projection import terrain_of
from asset_inventory.outputs.views.table_view import (
    TEXT,
    Column,
    Format,
    Row,
    TableView,
    district_names,
    translate,
)
from asset_inventory.resilience.district_damage import by_parent
from asset_inventory.vulnerability.prices import prices_of

# What Excel holds: rows of a sheet, the headings among them, and characters of a cell and of a
# sheet's name.
MOST_ROWS, MOST_CHARACTERS, MOST_IN_NAME = 1_048_576, 32_767, 31
# fmt: off
_TABLES = ("damage_summary", "ead_summary", "assets", "exposure", "damage", "ead", "joint_ead",
           "chronic_hazards", "future_ead", "exposure_counts",
           "scores", "district_damage", "ownership")
# fmt: on
_NOT_SHOWN = ("geometry", "arguments", "code")
# How a number is shown, by the unit of its column: the digits that it is good for.
_FORMATS = {
    "currency": "#,##0",
    "people": "#,##0",
    "0-1": "0.000",
    "metre": "0.00",
    "m2": "#,##0.0",
    "year": "0",
}
_COUNT, _ANY = "#,##0", "General"
# Columns with words of ours, and how the keys of these begin.
# fmt: off
_WORDED = {"data_status": "data_status", "severity": "severity", "value_rule": "value_rule", "rule": "ead_rule",
           "people_rule": "people_rule", "not_ranked": "not_ranked",
           "class": "people_class", "relation": "map.relation"}
# fmt: on
_WIDEST, _NARROWEST, _LOOKED_AT = 48, 9, 500
_PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
OPTIONS = {"constant_memory": True, "in_memory": False, **_PLAIN}
_HEADING = {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E8EEF4", "bottom": 1}
_ALARM = {"bold": True, "font_color": "#7A1420"}
# numbers of paper, and from how many letters on the larger one is taken
_A4, _A3, _WIDE = (9, 8, 230)


@in_city_words
def write_workbook(assessment: Assessment, path: Path, *, language: str) -> Path:
    """Write the tables of an assessment as one workbook (.xlsx) in a language, and return its path.

    Money is in the city's currency. Raises SourceError where nothing can be written.
    """
    with whole(path) as temporary, xlsxwriter.Workbook(str(temporary), OPTIONS) as book:
        sheets = sheets_of(assessment, language)
        _explain(book, assessment, sheets, language)
        for sheet in sheets:
            for place, start in enumerate(range(0, max(len(sheet.rows), 1), MOST_ROWS - 1)):
                page = book.add_worksheet(_sheet_name(sheet.caption, place))
                write_view(
                    book, page, replace(sheet, rows=sheet.rows.iloc[start : start + MOST_ROWS - 1])
                )
                _for_print(page, assessment, language)
    return path


@in_city_words
def sheets_of(assessment: Assessment, language: str) -> list[TableView]:
    """Return the sheets of a workbook in order, without geometries, with their `data_status`."""
    status = status_of(assessment)
    sums = {
        "damage_summary": damage_summary_of(assessment),
        "ead_summary": ead_summary_of(assessment),
    }
    tables = {name: sums[name] if name in sums else getattr(assessment, name) for name in _TABLES}
    tables = {
        name: table
        for name, table in tables.items()
        if name not in ("chronic_hazards", "future_ead") or len(table)
    }
    tables["district_damage"] = tables["district_damage"].sort_values("rank", kind="stable")
    if assessment.district_damage["parent"].notna().any():
        tables["district_damage_by_parent"] = by_parent(assessment.district_damage)
    tables |= {
        name: getattr(assessment, name)
        for name in ("people_exposed", "people")
        if len(getattr(assessment, name))
    }
    tables["findings"] = findings_in_words(assessment.findings, language)
    return [
        _sheet(name, table, status, assessment.city.currency, language)
        for name, table in visible_tables(tables, assessment).items()
    ]


def _sheet(name: str, table: pd.DataFrame, status: str, currency: str, language: str) -> TableView:
    plain = pd.DataFrame(table.drop(columns=[*_NOT_SHOWN], errors="ignore"))
    if {"by", "part"} <= {*plain}:
        plain = plain.assign(part=_part_labels(plain, language))
    if "data_status" not in plain and name != "findings":
        plain = plain.assign(data_status=status)
    contract = TABLES.get(name.upper(), TABLES["DISTRICT_DAMAGE"])
    units = {column.name: column.unit for column in contract.columns if column.unit}
    columns = [
        _column(column, cells, units.get(column, ""), currency, language)
        for column, cells in plain.items()
    ]
    return TableView(
        name=name,
        columns=columns,
        rows=plain,
        language=language,
        caption=say(f"sheet.{name}", language),
    )


def _part_labels(table: pd.DataFrame, language: str) -> list[str]:
    """Return the parts of a table of sums, by what they are parts of (`by`)."""
    return [
        labelled(by, part, language) if by in LABEL_KINDS and pd.notna(part) else part
        for by, part in zip(table["by"].astype(str), table["part"].astype(object), strict=True)
    ]


def _column(name: str, cells: pd.Series, declared: str, currency: str, language: str) -> Column:
    """Return a column under its title with the unit, its numbers with their significant digits."""
    title, unit, number_format = _title(name, language), _unit(declared, currency, language), _ANY
    if pd.api.types.is_integer_dtype(cells.dtype):
        number_format = _COUNT
    elif pd.api.types.is_numeric_dtype(cells.dtype):
        number_format = _FORMATS.get(re.match(r"[\w-]*", declared)[0], _ANY)
    written = Format(partial(_text, _WORDED.get(name, "")), workbook=number_format, has_labels=True)
    return Column(
        name, written, heading=f"{title} ({unit})" if unit else title, values={"unit": unit}
    )


# The book


def _sheet_name(title: str, place: int) -> str:
    """Return a name that Excel takes; a table's further sheets have a number behind it."""
    ending = f" ({place + 1})" if place else ""
    return re.sub(r"[\[\]:*?/\\]", " ", title)[: MOST_IN_NAME - len(ending)] + ending


def write_view(book: Workbook, page: Worksheet, sheet: TableView) -> None:
    """Write a table: its headings, values as they are, filters and the width of its columns."""
    columns = [_cells(sheet.rows[column.label], column, sheet.language) for column in sheet.columns]
    for place, (column, cells) in enumerate(zip(sheet.columns, columns, strict=True)):
        number_format = book.add_format({"num_format": column.format.workbook})
        page.set_column(place, place, _width(column.heading, cells), number_format)
    page.freeze_panes(1, min(1, len(columns) - 1))
    page.set_row(0, 45)
    page.write_row(0, 0, sheet.headings, book.add_format(_HEADING))
    for row, cells in enumerate(zip(*columns, strict=True), start=1):
        page.write_row(row, 0, cells)
    page.autofilter(0, 0, len(sheet.rows), len(columns) - 1)


def _for_print(page: Worksheet, assessment: Assessment, language: str) -> None:
    mark = say("map.exercise", language) if assessment.provenance.get("exercise") else ""
    _set_up_page(page, assessment.city.name, mark)


def _set_up_page(
    page: Worksheet, city: str, mark: str, *, headings: int = 0, paper: int = _A4
) -> None:
    """Set a sheet to the paper's width, headings on each page, a `mark` for exercise data."""
    page.set_landscape()
    page.set_paper(paper)
    page.fit_to_pages(1, 0)
    page.repeat_rows(headings)
    # `&` begins a command in a header, and a header has at most 255 characters
    page.set_header(
        "&L{}&C{}&R&A".format(*(text.replace("&", "&&")[:100] for text in (city, mark)))
    )
    page.set_footer("&R&P / &N")


def _title(name: str, language: str) -> str:
    """Return the title of a column; the city's own indicator has its name in city.toml."""
    with suppress(KeyError):
        return say(f"column.{name}", language)
    return name


def _unit(declared: str, currency: str, language: str) -> str:
    """Return a unit as it is read: money in the city's currency, if it has one."""
    if declared == "day/year":
        return say("unit.day_year", language)
    sort = declared.partition(";")[0].partition(" of ")[0]
    if sort.startswith("currency"):
        if currency == NO_CURRENCY:
            return ""
        return say("unit.currency_year", language, currency=currency) if "/" in sort else currency
    with suppress(KeyError):
        return say(f"unit.{sort}", language)
    return ""


# Cells


def _cells(values: pd.Series, column: Column, language: str) -> list[object]:
    """Return cells as the workbook takes them: numbers, booleans, text, None if not known."""
    if pd.api.types.is_bool_dtype(values.dtype) or pd.api.types.is_integer_dtype(values.dtype):
        return values.tolist()
    if pd.api.types.is_float_dtype(values.dtype):
        amounts = values.to_numpy(dtype=float)
        return np.where(np.isfinite(amounts), amounts.astype(object), None).tolist()
    words = values.astype(object)
    texts = {word: column.text(word, language) for word in words.dropna().unique()}
    return [texts.get(word) for word in words]


def _text(family: str, word: object, language: str) -> str:
    """Return a word in the language where the catalogues have it, else as it is, cut to a cell."""
    text = str(word).encode("utf-8", "replace").decode("utf-8")
    if family:
        with suppress(KeyError):
            text = say(f"{family}.{text.replace(' ', '_')}", language)
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"


def _width(head: str, cells: Sequence[object]) -> float:
    """Return the width of a column in characters: its longest text in the first rows, limited."""
    widths = [
        len(cell) if isinstance(cell, str) else 12
        for cell in cells[:_LOOKED_AT]
        if cell is not None
    ]
    longest = max(widths, default=0)
    return min(max(longest + 1, min(len(head), 18), _NARROWEST), _WIDEST)


# What the columns mean


def _explain(
    book: Workbook, assessment: Assessment, sheets: Sequence[TableView], language: str
) -> None:
    page = book.add_worksheet(_sheet_name(say("sheet.about", language), 0))
    for place, width in enumerate((26, 30, 22, 20, 90)):
        page.set_column(place, place, width, book.add_format({"text_wrap": True, "valign": "top"}))
    row = 0
    for line, look in _lines(assessment, language):
        page.write_string(row, 0, line, book.add_format({"text_wrap": False, **look}))
        row += 1
    heads = [
        say(f"sheet.head.{name}", language)
        for name in ("sheet", "column", "name", "unit", "meaning")
    ]
    page.write_row(row + 1, 0, heads, book.add_format(_HEADING))
    for place, cells in enumerate(_explained(sheets, language), start=row + 2):
        page.write_row(place, 0, cells)
    _for_print(page, assessment, language)


def _lines(assessment: Assessment, language: str) -> Iterator[tuple[str, dict[str, object]]]:
    yield assessment.city.name, {"bold": True, "font_size": 14}
    yield say(f"map.{assessment.audience}", language), _ALARM
    if assessment.provenance.get("exercise"):
        yield say("map.exercise", language), _ALARM
    yield say("sheet.empty_is_unknown", language), {}
    if assessment.city.price_year and assessment.city.currency != NO_CURRENCY:
        yield (
            say(
                "sheet.prices",
                language,
                currency=assessment.city.currency,
                year=assessment.city.price_year,
            ),
            {},
        )
    for asset_type, price in prices_of(assessment.city).items():
        sentence = say(
            "sheet.price",
            language,
            asset_type=asset_type,
            source=price.source,
            amount=amount(price.amount, assessment.city.currency, language),
            rule=say(f"value_rule.{price.rule.replace(' ', '_')}", language),
        )
        yield "; ".join([sentence, *steps_of(price, assessment.city.currency, language)]), {}


def _explained(sheets: Sequence[TableView], language: str) -> Iterator[tuple[str | None, ...]]:
    for sheet in sheets:
        yield sheet.caption, None, None, None, say(f"sheet.{sheet.name}.row", language)
        for column in sheet.columns:
            about = say("column.indicator.about", language)
            with suppress(KeyError):
                about = say(f"column.{column.label}.about", language)
            title = _title(column.label, language)
            yield sheet.caption, title, column.label, column.values["unit"] or None, about


# The planning meeting

_TITLE, _MARK, _HOW, _HEADINGS = 0, 1, 2, 4  # rows of a sheet
_TO_FILL_IN = ("proposal", "volume", "proposed_budget", "agreed_by")
_GAP_TO_FILL_IN = ("proposal", "owner", "proposed_budget", "agreed_by")
# fmt: off
_FOCUS_LABELS = ("district", "parent", "how", "rank", "assets", "top_share", "robustness", "ead",
                 "people_exposed", "actions")
_THEME_LABELS = ("theme", "pressures", "reasons", "actions", "decision")
_ACTION_LABELS = ("district", "parent", "action", "owner", "partner", "programme", "activity", "sub_activity", "budget",
                  "fund", "first_year", "last_year", "status", "answers", "drivers")
_STATEMENT_LABELS = ("district", "parent", "group", "statement", "kind", "merged_into", "merged_by", "reason")
# fmt: on
_EMPTY = replace(TEXT, workbook="")  # of a column to be filled in
_SPARE = 20  # empty rows below, for proposals of the meeting
_BORDER = {"border": 1, "border_color": "#C9D1DC", "valign": "top"}
_LOOKS = {
    "title": {"bold": True, "font_size": 14, "valign": "top"},
    "mark": {**_ALARM, "text_wrap": True, "valign": "top"},
    "how": {"font_color": "#4A5568", "text_wrap": True, "valign": "top"},
    "heading": _HEADING,
    "cell": {**_BORDER, "text_wrap": True},
    "empty": {**_BORDER, "bg_color": "#FFFBE6", "text_wrap": True},
}
# fmt: off
_WIDTHS = {"statement": 48, "action": 34, "reason": 34, "proposal": 34, "name": 44,
           "theme": 34, "pressures": 44, "reasons": 44, "answers": 28, "drivers": 32,
           "rank": 10, "assets": 10, "top_share": 12, "robustness": 12, "volume": 12, "first_year": 9, "last_year": 9,
           "status": 12, "fund": 14, "programme": 14, "activity": 14, "sub_activity": 14, "kind": 12}
# fmt: on
_USUAL_WIDTH = 18
_LINE_HEIGHT = 15  # point
# How a number is shown, by its column; a year or a rank has no signs within.
_NUMBERS = {"top_share": "0.0%", **dict.fromkeys(("ead", "people_exposed", "budget"), "#,##0")}
# The tables on which a sheet rests.
# fmt: off
_RESTS_ON = {"focus": ("district_ranking", "assessment"), "statements": ("statements",), "themes": ("themes",),
             **dict.fromkeys(("actions", "gaps"), ("programmes", "district_ranking"))}
# fmt: on


@in_city_words
def write_planning_workbook(pra: ResilienceAssessment, path: Path, *, language: str) -> Path:
    """Write the workbook for the planning meeting (.xlsx) in a language, and return its path.

    Internal readers alone get it: it has what people said. Raises SourceError where nothing can be
    written.
    """
    with whole(path) as temporary, xlsxwriter.Workbook(str(temporary), _PLAIN) as book:
        looks = {name: book.add_format(look) for name, look in _LOOKS.items()}
        looks |= {
            shown: book.add_format({**_BORDER, "num_format": shown})
            for shown in ("0", "0.0%", "#,##0")
        }
        for sheet in planning_sheets(pra, language):
            _write_planning_sheet(book, sheet, pra, looks)
    return path


@in_city_words
def planning_sheets(pra: ResilienceAssessment, language: str) -> list[TableView]:
    """Return the sheets in their order; numbers are numbers, what is not known is an empty cell."""
    return [
        _focus(pra, language),
        _themes(pra, language),
        _actions(pra, language),
        _gaps(pra, language),
        _statements(pra, language),
    ]


def _planning_sheet(
    name: str,
    labels: Sequence[str],
    rows: Sequence[Row],
    pra: ResilienceAssessment,
    language: str,
    to_fill_in: Sequence[str] = _TO_FILL_IN,
) -> TableView:
    """Return a sheet; cells that a row lacks, and columns to be filled in, are empty."""
    city, terrain = pra.assessment.city, terrain_of(pra.assessment, language)
    formats = {label: replace(TEXT, workbook=_NUMBERS.get(label, "0")) for label in labels}
    columns = [
        Column(label, text, values={"currency": city.currency, "terrain": terrain})
        for label, text in (*formats.items(), *((label, _EMPTY) for label in to_fill_in))
    ]
    cells = [{column.label: row.get(column.label) for column in columns} for row in rows]
    title = f"{say(f'preliminary.planning.{name}.title', language)} – {city.name}"
    return TableView(
        name=name,
        columns=columns,
        rows=cells,
        language=language,
        caption=title,
        labels="preliminary.planning.head.",
    )


def _focus(pra: ResilienceAssessment, language: str) -> TableView:
    focus, (names, parents) = priority_districts_of(pra), _places(pra, language)
    standings = pra.district_ranking.set_index(pra.district_ranking["district"].astype(str))
    areas = pra.assessment.district_damage.set_index(
        pra.assessment.district_damage["district"].astype(str)
    )
    key = "preliminary.planning.chosen" if focus.chosen else "preliminary.planning.proposed"
    how, rows = say(key, language), []
    for district in focus.districts:
        name, parent = names.get(district, district), parents.get(district)
        row = {"district": name, "parent": parent, "how": how}
        if district in standings.index:
            rank, assets, share, robustness = standings.loc[
                district, ["rank", "assets", "top_share", "robustness"]
            ]
            word = translate("preliminary.robustness.", robustness, language)
            row |= {
                "rank": rank,
                "assets": assets,
                "top_share": rounded_share(share),
                "robustness": word,
            }
        if district in areas.index:
            row |= areas.loc[district, ["ead", "people_exposed"]].to_dict()
            if pd.notna(row["people_exposed"]):
                row["people_exposed"] = rounded_people(row["people_exposed"])
        if "actions" not in pra.unread:
            row["actions"] = sum(district in several for several in pra.programmes["districts"])
        rows.append(row)
    return _planning_sheet("focus", _FOCUS_LABELS, rows, pra, language)


def _actions(pra: ResilienceAssessment, language: str) -> TableView:
    """Return a row for each programme and its kelurahan, and one per priority kelurahan without any."""
    (names, parents), city = _places(pra, language), pra.assessment.city
    pressures = wording.shock_and_stress_names(city, language)
    drivers = wording.driver_names(language)
    everywhere = {"district": say("preliminary.whole_city", language)}
    places = {
        district: {"district": name, "parent": parents.get(district)}
        for district, name in names.items()
    }
    rows = []
    for row in pra.programmes.to_dict("records"):
        status = translate("form.status.", row["status"], language)
        answers = wording.named(row["pressures"], pressures, language)
        served = wording.named(row["drivers"], drivers, language)
        words = {
            "status": status if pd.notna(row["status"]) else None,
            "answers": answers if row["pressures"] else None,
            "drivers": served if row["drivers"] else None,
        }
        where = [places.get(district, {"district": district}) for district in row["districts"]]
        # a row of the whole city, or one of unknown places, stays a row
        rows += [
            row | words | {"parent": None} | place
            for place in where or [everywhere if row["whole_city"] else {"district": None}]
        ]
    rows += [
        places.get(district, {"district": district}) for district in gaps(pra).priority_districts
    ]
    rows.sort(key=lambda row: (row["district"] in (everywhere["district"], None), *_by_name(row)))
    return _planning_sheet("actions", _ACTION_LABELS, rows, pra, language)


def _gaps(pra: ResilienceAssessment, language: str) -> TableView:
    lacking, city = gaps(pra), pra.assessment.city
    kinds = (
        (
            "priority_district",
            lacking.priority_districts,
            district_names(pra.assessment.district_damage, language),
        ),
        ("driver", lacking.drivers, wording.driver_names(language)),
        ("pressure", lacking.pressures, wording.shock_and_stress_names(city, language)),
    )
    rows = [
        {"gap": say(f"preliminary.planning.gap.{gap}", language), "name": names.get(key, key)}
        for gap, keys, names in kinds
        for key in keys
    ]
    return _planning_sheet("gaps", ("gap", "name"), rows, pra, language, _GAP_TO_FILL_IN)


def _themes(pra: ResilienceAssessment, language: str) -> TableView:
    """Return a row for each focus area, to be filled in with what is proposed for it."""
    city = pra.assessment.city
    names = wording.theme_names(city, language)
    pressures = wording.shock_and_stress_names(city, language)
    rows = [
        {
            "theme": names.get(str(row["theme"]), row["theme"]),
            "pressures": wording.named(row["pressures"], pressures, language),
            "reasons": wording.theme_reasons(pra, row, language) or None,
            "actions": row["programmes"],
            "decision": wording.theme_decision(pra, row["theme"], language) or None,
        }
        for row in pra.themes.to_dict("records")
    ]
    return _planning_sheet("themes", _THEME_LABELS, rows, pra, language, _GAP_TO_FILL_IN)


def _statements(pra: ResilienceAssessment, language: str) -> TableView:
    names, parents = _places(pra, language)
    pressures = wording.shock_and_stress_names(pra.assessment.city, language)
    rows, everywhere = [], say("preliminary.whole_city", language)
    for row in pra.statements.to_dict("records"):
        district = str(row["district"]) if pd.notna(row["district"]) else ""
        elsewhere = everywhere if pd.isna(row["place"]) else row["place"]
        where = names.get(district, district) if district else elsewhere
        rows.append(
            row
            | {
                "district": where,
                "parent": parents.get(district),
                "group": wording.format_group(row["group"], language),
                "kind": translate("preliminary.kind.", row["kind"], language),
                "merged_into": pressures.get(str(row["pressure"])),
            }
        )
    return _planning_sheet(
        "statements", _STATEMENT_LABELS, sorted(rows, key=_by_name), pra, language, ()
    )


def _by_name(row: Row) -> tuple[bool, str, str]:
    """Return what rows are sorted by: what their district is part of, then its name."""
    parent = row.get("parent")
    return parent is None, str(parent).casefold(), str(row["district"]).casefold()


def _places(pra: ResilienceAssessment, language: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the names of districts, and what each is part of where that is known, by id."""
    areas = pra.assessment.district_damage
    known = areas[areas["parent"].notna().to_numpy()]
    parents = zip(known["district"].astype(str), known["parent"], strict=True)
    return district_names(areas, language), dict(parents)


def _write_planning_sheet(
    book: Workbook, sheet: TableView, pra: ResilienceAssessment, looks: Mapping[str, object]
) -> None:
    language, city = sheet.language, pra.assessment.city
    page = book.add_worksheet(say(f"preliminary.planning.{sheet.name}", language)[:MOST_IN_NAME])
    mark = (
        say("map.exercise", language)
        if wording.mark_of(pra, _RESTS_ON[sheet.name], language)
        else ""
    )
    invented = [f"{mark}: {', '.join(wording.fictitious(pra, language))}"] if mark else []
    widths = [_WIDTHS.get(column.label, _USUAL_WIDTH) for column in sheet.columns]
    for row, text, look in (
        (_TITLE, sheet.caption, "title"),
        (_MARK, " ".join([*invented, *wording.unread_sentences(pra, language)]), "mark"),
        (_HOW, say(f"preliminary.planning.{sheet.name}.how", language), "how"),
    ):
        _write_across(page, row, text, looks[look], widths)
    page.write_row(_HEADINGS, 0, sheet.headings, looks["heading"])
    for place, width in enumerate(widths):
        page.set_column(place, place, width)
    spare = _SPARE if sheet.columns[-1].format == _EMPTY else 0
    for row, cells in enumerate((*sheet.rows, *[{}] * spare), start=_HEADINGS + 1):
        for place, column in enumerate(sheet.columns):
            look = looks["empty" if column.format == _EMPTY else "cell"]
            _write(
                page,
                (row, place),
                cells.get(column.label),
                look,
                looks.get(column.format.workbook, look),
            )
    page.freeze_panes(_HEADINGS + 1, 1)
    if sheet.rows:
        page.autofilter(_HEADINGS, 0, _HEADINGS + len(sheet.rows), len(sheet.columns) - 1)
    page.print_area(0, 0, _HEADINGS + len(sheet.rows) + spare, len(sheet.columns) - 1)
    _set_up_page(
        page, city.name, mark, headings=_HEADINGS, paper=_A3 if sum(widths) > _WIDE else _A4
    )


def _write_across(
    page: Worksheet, row: int, text: str, look: object, widths: Sequence[int]
) -> None:
    """Write a text over the whole width of a sheet, in as many lines as it needs."""
    if text:
        page.merge_range(row, 0, row, len(widths) - 1, shown(text)[:MOST_CHARACTERS], look)
        page.set_row(row, _LINE_HEIGHT * (1 + len(text) // sum(widths)) + 4)


def _write(
    page: Worksheet, at: tuple[int, int], value: object, look: object, number: object
) -> None:
    """Write a cell: a number as a number, a text as text, what is not known as an empty one."""
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        page.write_blank(*at, None, look)
    elif isinstance(value, str):
        page.write_string(*at, shown(value)[:MOST_CHARACTERS], look)
    else:
        page.write_number(*at, float(value), number)
