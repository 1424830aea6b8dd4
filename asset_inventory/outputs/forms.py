"""Empty forms for a city's assessment: workbooks that offices fill in, and a ballot to print; in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import xlsxwriter

from asset_inventory.errors import SourceError
from asset_inventory.library import resilience_drivers
from asset_inventory.outputs.reports import rendered
from asset_inventory.preliminary.forms import FORMS, Form, heading
from asset_inventory.sources.city import City
from asset_inventory.sources.runs import write_page
from asset_inventory.sources.whole_files import together, whole
from asset_inventory.words import LANGUAGES, say

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

BALLOT = "ballot.html"
_TITLE, _HOW, _HEADINGS = 0, 1, 3  # rows of a form
_ROWS = 500  # that a form has room for, with its lists to choose from
_PRINTED = 25  # of these that are printed, to be filled in by hand
_WIDTH, _LIST_WIDTH = 24, 30
_WIDE = {"statement": 48, "reason": 36, "action": 36}  # of sentences, which two lines of a row then hold
_STATEMENTS = 5  # lines of a printed ballot for what is not on it
_LOOKS = {
    "title": {"bold": True, "font_size": 14},
    "how": {"font_color": "#4A5568"},
    "heading": {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E8EEF4", "bottom": 1},
    "list": {"font_color": "#8A94A6"},
    "cell": {"border": 1, "border_color": "#C9D1DC", "text_wrap": True, "valign": "top"},
}


def write_forms(city: City, districts: pd.DataFrame | None, folder: Path) -> list[Path]:
    """Write the empty forms and the ballot of a city into a folder and return their paths; nothing there is replaced.

    Cells of pressures, districts, drivers and the like offer the city's own words to choose from. Raises SourceError
    where a form is there already or nothing can be written.
    """
    paths = [folder / f"{form.name}.xlsx" for form in FORMS]
    there = next((path for path in (*paths, folder / BALLOT) if path.exists()), None)
    if there is not None:
        raise SourceError("error.form_there", path=str(there))
    lists = _lists(city, districts)
    with together(folder) as made:
        for form, path in zip(FORMS, paths, strict=True):
            _write_form(city, form, lists, made / path.name)
        write_page(made / BALLOT, rendered(BALLOT, _ballot(city)))
    return [*paths, folder / BALLOT]


def _lists(city: City, districts: pd.DataFrame | None) -> Mapping[str, Sequence[str]]:
    """Return what a cell of a column may be chosen from, by column; words of ours in both languages."""
    pressures = [one.name.id for one in city.pressures]
    names = [] if districts is None else districts["name"].dropna().astype(str).tolist()
    twice = {name for name in names if names.count(name) > 1}
    places = [] if districts is None else [
        f"{name}, {parent}" if name in twice and isinstance(parent, str) else str(name)
        for name, parent in districts.loc[districts["name"].notna(), ["name", "parent"]].itertuples(index=False)
    ]  # fmt: skip
    kinds = [say(f"form.kind.{kind}", "id") for kind in ("shock", "stress")]
    return {
        "pressure": pressures, "pressures": pressures, "district": places, "districts": places, "kind": kinds,
        "drivers": [names[1] for names in resilience_drivers().values()],
        "status": [say(f"form.status.{one}", "id") for one in ("planned", "running", "done", "stopped")],
        "better": [say(f"form.better.{one}", "id") for one in ("higher", "lower")],
    }  # fmt: skip


def _write_form(city: City, form: Form, lists: Mapping[str, Sequence[str]], path: Path) -> None:
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with whole(path) as temporary, xlsxwriter.Workbook(str(temporary), plain) as book:
        looks = {name: book.add_format(look) for name, look in _LOOKS.items()}
        page = book.add_worksheet(say(f"form.{form.name}", "id")[:31])
        _fill(page, city, form, lists, looks)


def _fill(
    page: Worksheet, city: City, form: Form, lists: Mapping[str, Sequence[str]], looks: Mapping[str, object]
) -> None:
    from xlsxwriter.utility import xl_range_abs

    said = [" / ".join(say(f"form.{form.name}{part}", language) for language in reversed(LANGUAGES))
            for part in ("", ".how")]  # fmt: skip
    page.write_string(_TITLE, 0, f"{said[0]} – {city.name}", looks["title"])
    page.write_string(_HOW, 0, said[1], looks["how"])
    page.write_row(_HEADINGS, 0, [heading(name) for name in form.columns], looks["heading"])
    for place, name in enumerate(form.columns):
        page.set_column(place, place, _WIDE.get(name, _WIDTH))
    page.freeze_panes(_HEADINGS + 1, 0)
    aside = len(form.columns) + 1
    for place, name in enumerate(form.columns):
        words = lists.get(name, ())
        if not words:
            continue
        first, last = _HEADINGS + 1, _HEADINGS + len(words)
        page.write_column(first, aside, words, looks["list"])
        page.set_column(aside, aside, _LIST_WIDTH)
        source = f"={xl_range_abs(first, aside, last, aside)}"
        # another word is taken too: several in one cell, a district of another spelling
        page.data_validation(first, place, _HEADINGS + _ROWS, place,
                             {"validate": "list", "source": source, "show_error": False})  # fmt: skip
        aside += 1
    for row in range(_HEADINGS + 1, _HEADINGS + 1 + _PRINTED):
        page.set_row(row, 28)
        for place in range(len(form.columns)):
            page.write_blank(row, place, None, looks["cell"])
    page.print_area(0, 0, _HEADINGS + _PRINTED, len(form.columns) - 1)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)


def _ballot(city: City) -> dict[str, object]:
    return {
        "title": " / ".join(say("form.ballot", language) for language in reversed(LANGUAGES)), "city": city.name,
        "language": "id", "languages": tuple(reversed(LANGUAGES)), "say": say, "pressures": city.pressures,
        "lines": range(_STATEMENTS),
    }  # fmt: skip
