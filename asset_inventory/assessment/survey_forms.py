"""The tables that people and offices fill in: their columns and headings, and how they are read.

A form that was written in one language is read whatever the language of the city is. A table may
stand below a title, next to other columns, on any sheet of a workbook; its rows keep their number
in the file, so that a finding can name them. What cannot be read is a finding.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from asset_inventory.intake import Sheet, take_sheets
from asset_inventory.intake.layers import read_fields
from asset_inventory.inventory.districts import COLUMNS, read_indicators
from asset_inventory.messages import LANGUAGES, page_languages, say
from asset_inventory.model.city import City
from asset_inventory.model.errors import SourceError
from asset_inventory.model.resilience import IndicatorTable
from asset_inventory.model.tables import finding, findings, join_findings, on_rows
from asset_inventory.model.texts import as_text, excerpt
from asset_inventory.resilience import programmes
from asset_inventory.resilience.perceptions import (
    STATEMENT_COLUMNS,
    VOTE_COLUMNS,
    grouped,
    ranks,
    read_statements,
    read_votes,
)
from asset_inventory.resilience.programmes import read_programmes


@dataclass(frozen=True)
class Form:
    """One form: its name, its columns in order, and those that identify its sheet."""

    name: str
    columns: tuple[str, ...]
    needed: tuple[str, ...]


FORMS = (
    Form("statements", STATEMENT_COLUMNS, ("group", "statement")),
    Form("votes", VOTE_COLUMNS, ("group", "pressure", "rank")),
    Form("indicators", COLUMNS, ("district", "indicator", "value")),
    Form("actions", programmes.COLUMNS, ("action", "owner")),
)


def heading(column: str) -> str:
    """Return the heading of a column on a form in the city's languages: «Kelompok / Group»."""
    return _heading(column, page_languages())


def _heading(column: str, languages: Sequence[str]) -> str:
    return " / ".join(
        dict.fromkeys(say(f"form.head.{column}", language) for language in reversed(languages))
    )


# Headings (Indonesian, English) of forms that were given out before; tables with them are read.
_EARLIER_HEADINGS = {
    "statement": ("Pernyataan", "Statement"),
    "merged_by": ("Digabung oleh", "Merged by"),
    "owner": ("Dinas (SKPD)", "Department (SKPD)"),
    "drivers": ("Penggerak ketahanan", "Drivers of resilience"),
    "status": ("Sampai di mana", "Status"),
    "sub_activity": ("Kode sub-kegiatan", "Sub-activity code"),
}


def headings(form: Form) -> Mapping[str, tuple[str, ...]]:
    """Return the words for each column of a form: in both languages, or either, also earlier ones."""

    def words(name: str) -> Iterator[str]:
        yield _heading(name, LANGUAGES)
        yield from (say(f"form.head.{name}", language) for language in LANGUAGES)
        if name in _EARLIER_HEADINGS:
            yield from (" / ".join(_EARLIER_HEADINGS[name]), *_EARLIER_HEADINGS[name])

    return {name: tuple(dict.fromkeys(words(name))) for name in form.columns}


_DEEPEST_HEADINGS = 20  # rows looked through for the headings
_Headings = Mapping[str, Sequence[str]]


def read_office_table(
    path: Path, headings: _Headings, *, source: str, needed: Sequence[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the cells under known headings as text, empty ones missing, and FINDINGS on the file.

    `headings` has the words under which each column may stand, case and blanks aside; the index is
    the number of each row in the sheet, the first 1. Of several sheets the first that has all
    `needed` columns is read, a finding names each other. A row of more cells than the headings is
    left out with an error: it is not known which of its cells has slipped. A file without such a
    sheet gives a table without rows, and an error of FINDINGS. Raises SourceError where there is no
    such file.
    """
    sheets, problems = take_sheets(path, source)
    placed = [(sheet, _headings_in(sheet, headings)) for sheet in sheets]
    fit = [(sheet, at) for sheet, at in placed if at and set(needed) <= set(at[1])]
    empty = pd.DataFrame(columns=list(headings), dtype="str")
    if not fit:
        if not any(row["severity"] == "error" for row in problems):
            code, words = "office_table_without_headings", [headings[name][0] for name in needed]
            about = {"severity": "error", "headings": ", ".join(words)}
            problems.append(finding(code, source=source, **about))
        return empty, findings(problems)
    problems += [
        finding("sheet_passed_over", source=source, sheet=sheet.name)
        for sheet, _ in placed
        if sheet is not fit[0][0] and any(map(any, sheet.rows))
    ]
    sheet, (row, columns) = fit[0]
    problems += [
        finding("column_repeated", source=source, column=excerpt(sheet.rows[row][more]))
        for places in columns.values()
        for more in places[1:]
    ]
    strange = [
        word
        for word in map(str.strip, sheet.rows[row])
        if word and _plain(word) not in _meant(headings)
    ]
    problems += [
        finding("column_passed_over", source=source, column=excerpt(word)) for word in strange
    ]
    cells = {
        name: [_cell(line, places[0]) for line in sheet.rows[row + 1 :]]
        for name, places in columns.items()
    }
    table = pd.DataFrame(cells, index=range(row + 2, len(sheet.rows) + 1), dtype="str")
    filled = np.flatnonzero(table.notna().any(axis=1).to_numpy())
    # the empty rows of a form below the last filled one are dropped
    below = filled[-1] + 1 if len(filled) else 0
    slipped = _longer(sheet, row)
    problems += _beside_headings(sheet, row, columns, slipped, source)
    if not below:
        problems.append(finding("office_table_without_rows", source=source))
    return table.iloc[:below].drop(slipped, errors="ignore").reindex(
        columns=list(headings)
    ), findings(problems)


def _longer(sheet: Sheet, heading: int) -> list[int]:
    """Return the numbers of the rows with text in a cell beyond the row of headings."""
    width = len(sheet.rows[heading])
    return [
        number
        for number, line in enumerate(sheet.rows[heading + 1 :], start=heading + 2)
        if len(line) > width and any(map(str.strip, line[width:]))
    ]


def _beside_headings(
    sheet: Sheet, heading: int, columns: Mapping[str, list[int]], slipped: list[int], source: str
) -> list[dict[str, object]]:
    """Return FINDINGS on cells without a heading, up to one column beyond the last."""
    slipped_findings = on_rows("office_row_slipped", slipped, source=source, severity="error")
    last = max(place for places in columns.values() for place in places)
    bare = [place for place in range(last + 2) if not _cell(sheet.rows[heading], place)]
    rows = [
        number
        for number, line in enumerate(sheet.rows[heading + 1 :], start=heading + 2)
        if number not in slipped and any(_cell(line, place) for place in bare)
    ]
    return slipped_findings + on_rows("cells_without_heading", rows, source=source)


def _headings_in(sheet: Sheet, headings: _Headings) -> tuple[int, dict[str, list[int]]] | None:
    """Return the row with the most headings and the column of each; None without any."""
    meant = _meant(headings)
    best: tuple[int, dict[str, list[int]]] | None = None
    for number, row in enumerate(sheet.rows[:_DEEPEST_HEADINGS]):
        columns: dict[str, list[int]] = {}
        for place, cell in enumerate(row):
            if _plain(cell) in meant:
                columns.setdefault(meant[_plain(cell)], []).append(place)
        if columns and (best is None or len(columns) > len(best[1])):
            best = number, columns
    return best


def _meant(headings: _Headings) -> dict[str, str]:
    """Return which column each heading stands for, its case and blanks aside."""
    return {_plain(word): name for name, words in headings.items() for word in (name, *words)}


def _plain(text: str) -> str:
    return " ".join(text.replace("_", " ").split()).casefold()


def _cell(row: Sequence[str], place: int) -> str | None:
    text = row[place].strip() if place < len(row) else ""
    return text or None


@dataclass(frozen=True)
class SurveyForms:
    """STATEMENTS, VOTES, DISTRICT_INDICATORS, PROGRAMMES, counted `ballots`, and FINDINGS.

    `unread` are the forms that a city declares with a file that cannot be read: its content is not
    known.
    """

    statements: pd.DataFrame
    votes: pd.DataFrame
    ballots: pd.DataFrame
    district_indicators: pd.DataFrame
    programmes: pd.DataFrame
    findings: pd.DataFrame
    unread: tuple[str, ...]


def read_survey_forms(city: City, districts: pd.DataFrame, *, this_year: int | None) -> SurveyForms:
    """Return what people filled in on these DISTRICTS; `this_year` is the last valid year.

    Raises TableError for a table that breaks its contract.
    """
    names = {pressure.id: pressure.names for pressure in city.pressures}
    read = {form.name: _filled_table(city, form) for form in FORMS}
    raw = {name: cells for name, (cells, _) in read.items()}
    called = {form.name: file_of(city, form.name) for form in FORMS}
    statements, of_statements = read_statements(
        raw["statements"], names, districts, source=called["statements"]
    )
    votes, of_votes = read_votes(raw["votes"], names, source=called["votes"])
    fewest = city.resilience.fewest_voters
    ballots, of_groups = grouped(ranks(votes, list(names)), source=called["votes"], fewest=fewest)
    indicators, of_indicators = read_indicators(
        raw["indicators"], districts, source=called["indicators"], this_year=this_year
    )
    actions, of_actions = read_programmes(
        raw["actions"], names, districts, source=called["actions"]
    )
    unread = tuple(
        name for name, (cells, file_findings) in read.items() if _is_unread(cells, file_findings)
    )
    on_files = (file_findings for _, file_findings in read.values())
    all_findings = join_findings(
        [*on_files, of_statements, of_votes, of_groups, of_indicators, of_actions]
    )
    return SurveyForms(
        statements=statements,
        votes=votes,
        ballots=ballots,
        district_indicators=indicators,
        programmes=actions,
        findings=all_findings,
        unread=unread,
    )


def read_filled_indicators(
    city: City, districts: pd.DataFrame, *, this_year: int | None
) -> tuple[pd.DataFrame, bool]:
    """Return DISTRICT_INDICATORS of `read_survey_forms`, and whether their file is unreadable."""
    (form,) = (form for form in FORMS if form.name == "indicators")
    cells, file_findings = _filled_table(city, form)
    table, _ = read_indicators(
        cells, districts, source=file_of(city, form.name), this_year=this_year
    )
    return table, _is_unread(cells, file_findings)


def file_of(city: City, name: str) -> str:
    """Return what findings call a table that people fill in: its file, or its key in city.toml."""
    filled = getattr(city.resilience, name)
    return filled.path.name if filled else name


def _is_unread(cells: pd.DataFrame, file_findings: pd.DataFrame) -> bool:
    """Return whether a file gave no row because of an error in it."""
    return not len(cells) and bool((file_findings["severity"] == "error").any())


def _filled_table(city: City, form: Form) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the cells of a form, without rows where there is none, and FINDINGS on its file."""
    filled = getattr(city.resilience, form.name)
    nothing = pd.DataFrame(columns=list(form.columns), dtype="str")
    if filled is None:
        none = finding("nothing_filled_in", source="city.toml", column=form.name)
        return nothing, findings([none])
    try:
        if isinstance(filled, IndicatorTable) and filled.fields:
            return _of_fields(filled)
        return read_office_table(
            filled.path, headings(form), source=filled.path.name, needed=form.needed
        )
    except SourceError as fault:
        about = {"source": filled.path.name, "severity": "error"}
        row = finding(fault.key, **about, **fault.plainly(str(filled.path)))
        return nothing, findings([row])


def _of_fields(filled: IndicatorTable) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return fields of a table as the form has them, by district and indicator, and FINDINGS.

    Rows are numbered indicator by indicator. Raises SourceError as `read_fields` does.
    """
    names = [str(filled.id), *(field.field for field in filled.fields.values())]
    table, file_findings = read_fields(
        filled.path, names, source=filled.path.name, layer=filled.layer
    )
    parts = [
        pd.DataFrame(
            {
                "district": as_text(table[filled.id]),
                "indicator": name,
                "value": _written(table[field.field]),
                "unit": field.unit,
                "year": str(field.year),
                "source": field.source or filled.source,
                "better": field.better,
            }
        )
        for name, field in filled.fields.items()
    ]
    rows = pd.concat(parts, ignore_index=True)
    return rows.set_axis(range(1, len(rows) + 1)).astype("str"), file_findings


def _written(values: pd.Series) -> pd.Series:
    """Return values as text; a number never looks like thousands (12.345 is 12.3450)."""
    if not pd.api.types.is_numeric_dtype(values.dtype) or pd.api.types.is_bool_dtype(values.dtype):
        return as_text(values)
    numbers = values.astype(float)
    text = numbers.map(
        lambda value: np.format_float_positional(value, trim="-"), na_action="ignore"
    ).astype("str")
    return text.mask(numbers.isna() | ~np.isfinite(numbers)).str.replace(
        r"(\.\d{3})$", r"\g<1>0", regex=True
    )
