"""Reports as pages to read and to print, of a city and of its resilience, and the forms to fill in.

A report has the whole, a summary of two pages, and on request one page a district or a department;
a page is one closed file without scripts, in one language. Forms are workbooks for offices, and a
voting form to print, in both languages.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import jinja2
import pandas as pd
import xlsxwriter
from markupsafe import Markup
from xlsxwriter.worksheet import Worksheet

from asset_inventory.assessment.resilience import ResilienceAssessment
from asset_inventory.assessment.run import Assessment
from asset_inventory.assessment.survey_forms import FORMS, Form, heading
from asset_inventory.io.atomic import together, whole
from asset_inventory.io.table_files import write_page
from asset_inventory.messages import LANGUAGES, page_languages, say, shown
from asset_inventory.model.city import City
from asset_inventory.model.errors import RequestError, SourceError, write_error
from asset_inventory.model.tables import OUTSIDE_DISTRICTS
from asset_inventory.outputs.map.page import policy
from asset_inventory.outputs.report.maps import outlines
from asset_inventory.outputs.report.pages import Place, city_page, part_page, summary_page
from asset_inventory.outputs.report.pdf import is_print_of
from asset_inventory.outputs.report.resilience_pages import resilience_page, resilience_part_page
from asset_inventory.outputs.views.city_words import in_city_words
from asset_inventory.outputs.views.figures import Figures, figures_of, rows_by
from asset_inventory.outputs.views.resilience import driver_names
from asset_inventory.outputs.views.table_view import district_names

# Parts that can have a page each: their folder
PARTS = {
    "district": "districts",
    "owner": "departments",
}
STATIC = Path(__file__).parent / "static"
# What a report's pages are called, their prints, and the workbooks next to them
_OURS = re.compile(
    r"(?:(?:report|summary|preliminary)|(?:districts|departments)/\d{4}-[0-9a-z-]+)-(?:"
    + "|".join(LANGUAGES)
    + r")\.(?:html|pdf)|planning-(?:"
    + "|".join(LANGUAGES)
    + r")\.xlsx"
)
_LONGEST = 40  # characters of a name in a file's name


@dataclass(frozen=True)
class WrittenReport:
    """The pages that were written: of the city and in short by language, and all its parts."""

    reports: Mapping[str, Path]
    summaries: Mapping[str, Path]
    parts: tuple[Path, ...] = ()

    def every(self) -> tuple[Path, ...]:
        """Return all pages."""
        return (*self.reports.values(), *self.summaries.values(), *self.parts)


@in_city_words
def write_report(
    assessed: Assessment | ResilienceAssessment,
    folder: Path,
    *,
    languages: Iterable[str],
    per: Iterable[str] = (),
    on_progress: Callable[[int, int], None] | None = None,
) -> WrittenReport:
    """Write the pages of a report into a folder and return what was written.

    With a resilience assessment the pages show its priority districts; without one they show damage
    relative to value and propose no district.

    Pages of an earlier run there go, those for other readers among them. `per` adds a page a
    "district" or "owner"; `on_progress` is called with the number of them done and their count.
    Raises SourceError where nothing can be written, or where `per` has "owner" and no owner may be
    named.
    """
    if isinstance(assessed, ResilienceAssessment):
        pra, assessment = assessed, assessed.assessment
    else:
        pra, assessment = None, assessed
    languages, per = tuple(map(assessment.city.language_for, languages)), tuple(per)
    figures = figures_of(assessment)
    if "owner" in per:
        ask_for_owners(assessment, figures)
    names = district_names(assessment.district_damage, "en")
    files = {by: files_of(by, parts_of(assessment, figures, by), names) for by in per}
    count, done, parts = sum(map(len, files.values())) * len(languages), 0, []
    reports: dict[str, Path] = {}
    summaries: dict[str, Path] = {}
    drawn = {"outlines": outlines(assessment.district_damage)}
    with together(folder, without=earlier_pages(folder)) as staging:
        for language in languages:
            for stem, name, fill, written in (
                ("report", "report", city_page, reports),
                ("summary", "report_summary", summary_page, summaries),
            ):
                place = place_of(f"{stem}-{language}.html", language, languages, files)
                content = fill(assessment, figures, place, language, pra=pra) | drawn
                write_page(staging / place.file, rendered(f"{name}.html", content))
                written[language] = folder / place.file
            for by, part in ((by, part) for by, of_kind in files.items() for part in of_kind):
                place = place_of(f"{files[by][part]}-{language}.html", language, languages, files)
                content = part_page(assessment, figures, by, part, place, language) | drawn
                write_page(staging / place.file, rendered("report_part.html", content))
                parts.append(folder / place.file)
                done += 1
                if on_progress:
                    on_progress(done, count)
    _drop_other_prints(folder)
    return WrittenReport(reports, summaries, tuple(parts))


def earlier_pages(folder: Path) -> list[Path]:
    """Return the pages and workbooks of an earlier report in this folder, nothing else."""
    return [path for path in _of_a_report(folder) if path.suffix != ".pdf"]


def _of_a_report(folder: Path) -> Iterator[Path]:
    return (
        path for path in folder.rglob("*") if _OURS.fullmatch(path.relative_to(folder).as_posix())
    )


def _drop_other_prints(folder: Path) -> None:
    """Remove the prints in this folder that are not those of the pages next to them."""
    for path in [path for path in _of_a_report(folder) if path.suffix == ".pdf"]:
        if not is_print_of(path, path.with_suffix(".html")):
            try:
                path.unlink(missing_ok=True)
            except OSError as fault:
                raise write_error(path, fault) from None


def rendered(template: str, content: Mapping[str, object]) -> str:
    """Return a page of the report; text from data goes into it as text."""
    return _templates().get_template(template).render(policy=policy([]), style=_style(), **content)


@lru_cache
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(STATIC),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )


def _shown(value: object) -> object:
    """Return text from data as a page can hold it; what we made ourselves is markup already."""
    return shown(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@lru_cache
def _style() -> str:
    return (STATIC / "report.css").read_text(encoding="utf-8")


def parts_of(assessment: Assessment, figures: Figures, by: str) -> list[str]:
    """Return the parts with a page: every district, and the outside where assets lie there."""
    if by == "owner":
        return sorted(rows_by(figures, "owner"))
    districts = assessment.district_damage["district"].astype(str).tolist()
    return sorted(districts, key=lambda district: (district == OUTSIDE_DISTRICTS, district))


def files_of(by: str, parts: Iterable[str], names: Mapping[str, str]) -> dict[str, str]:
    """Return the file of each part without language and ending, unique by its number."""
    return {
        part: f"{PARTS[by]}/{number:04d}-{_plain(names.get(part, part))}"
        for number, part in enumerate(parts, start=1)
    }


def _plain(part: str) -> str:
    return re.sub(r"[^0-9A-Za-z]+", "-", part).strip("-").lower()[:_LONGEST].strip("-") or "part"


def place_of(
    file: str,
    language: str,
    languages: tuple[str, ...],
    files: Mapping[str, Mapping[str, str]],
    *,
    main: str = "report",
) -> Place:
    """Return where a page lies, as seen from its folder; `main` is the name of the city's page.

    `files` are those of `files_of`, by kind of part.
    """
    own = os.path.dirname(file)

    def seen(path: str) -> str:
        return os.path.relpath(path, own or ".").replace(os.sep, "/")

    stem = file.removesuffix(f"-{language}.html")
    return Place(
        file=file,
        others={other: seen(f"{stem}-{other}.html") for other in languages if other != language},
        report=seen(f"{main}-{language}.html"),
        summary=seen(f"summary-{language}.html"),
        districts={
            part: seen(f"{path}-{language}.html")
            for part, path in files.get("district", {}).items()
        },
        owners={
            part: seen(f"{path}-{language}.html") for part, path in files.get("owner", {}).items()
        },
    )


_MAIN = "preliminary"


def ask_for_owners(assessment: Assessment, figures: Figures) -> None:
    """Raise SourceError where no asset has an owner, so that no department has a page."""
    if not rows_by(figures, "owner"):
        raise SourceError(
            "error.no_owners_public" if assessment.audience == "public" else "error.no_owners"
        )


@in_city_words
def write_resilience_report(
    pra: ResilienceAssessment,
    folder: Path,
    *,
    languages: Iterable[str],
    per: Iterable[str] = (),
    on_progress: Callable[[int, int], None] | None = None,
) -> WrittenReport:
    """Write the pages of a preliminary resilience assessment into a folder and return what was
    written.

    Pages of an earlier report there go, those for other readers among them. `per` adds a page a
    "district" or "owner"; `on_progress` is called with the number of them done and their count.
    Raises SourceError where nothing can be written, or where `per` has "owner" and no owner may be
    named.
    """
    assessment = pra.assessment
    languages, per = tuple(map(assessment.city.language_for, languages)), tuple(per)
    figures = figures_of(assessment)
    if "owner" in per:
        ask_for_owners(assessment, figures)
    names = district_names(assessment.district_damage, "en")
    files = {by: files_of(by, parts_of(assessment, figures, by), names) for by in per}
    count, parts, drawn = (
        sum(map(len, files.values())) * len(languages),
        [],
        outlines(assessment.district_damage),
    )
    reports = {}
    with together(folder, without=earlier_pages(folder)) as staging:
        for language in languages:
            place = place_of(f"{_MAIN}-{language}.html", language, languages, files, main=_MAIN)
            content = resilience_page(pra, figures, place, language)
            page = rendered("report_preliminary.html", content | {"outlines": ""})
            write_page(staging / place.file, page)
            reports[language] = folder / place.file
            for by, part in ((by, part) for by, of_kind in files.items() for part in of_kind):
                place = place_of(
                    f"{files[by][part]}-{language}.html", language, languages, files, main=_MAIN
                )
                content = resilience_part_page(pra, figures, by, part, place, language)
                page = rendered("report_preliminary_part.html", content | {"outlines": drawn})
                write_page(staging / place.file, page)
                parts.append(folder / place.file)
                if on_progress:
                    on_progress(len(parts), count)
    _drop_other_prints(folder)
    return WrittenReport(reports, {}, tuple(parts))


BALLOT = "ballot.html"
_TITLE, _HOW, _HEADINGS = 0, 1, 3  # rows of a form
_ROWS = 500  # that a form has room for, with its lists to choose from
_PRINTED = 25  # of these that are printed, to be filled in by hand
_WIDTH, _LIST_WIDTH = 24, 30
# Of sentences, which two lines of a row then hold
_WIDE = {
    "statement": 48,
    "reason": 36,
    "action": 36,
}
_STATEMENTS = 5  # lines of a printed ballot for what is not on it
_LOOKS = {
    "title": {"bold": True, "font_size": 14},
    "how": {"font_color": "#4A5568"},
    "heading": {
        "bold": True,
        "text_wrap": True,
        "valign": "top",
        "bg_color": "#E8EEF4",
        "bottom": 1,
    },
    "list": {"font_color": "#8A94A6"},
    "cell": {"border": 1, "border_color": "#C9D1DC", "text_wrap": True, "valign": "top"},
}


@in_city_words
def write_forms(city: City, districts: pd.DataFrame | None, folder: Path) -> list[Path]:
    """Write the empty forms and the ballot into a folder; return their paths, replace none.

    Cells of pressures, districts, drivers and the like offer the city's own words to choose from.
    Raises SourceError where a form is there already or nothing can be written.
    """
    paths = [folder / f"{form.name}.xlsx" for form in FORMS]
    existing = next((path for path in (*paths, folder / BALLOT) if path.exists()), None)
    if existing is not None:
        raise RequestError("error.form_there", path=str(existing))
    lists = _lists(city, districts)
    with together(folder) as staging:
        for form, path in zip(FORMS, paths, strict=True):
            _write_form(city, form, lists, staging / path.name)
        write_page(staging / BALLOT, rendered(BALLOT, _ballot(city)))
    return [*paths, folder / BALLOT]


def _lists(city: City, districts: pd.DataFrame | None) -> Mapping[str, Sequence[str]]:
    """Return what a cell of a column may be chosen from, by column, in the city's language."""
    language = page_languages()[-1]
    pressures = [pressure.name.said(language) for pressure in city.pressures]
    names = [] if districts is None else districts["name"].dropna().astype(str).tolist()
    twice = {name for name in names if names.count(name) > 1}
    places = (
        []
        if districts is None
        else [
            f"{name}, {parent}" if name in twice and isinstance(parent, str) else str(name)
            for name, parent in districts.loc[
                districts["name"].notna(), ["name", "parent"]
            ].itertuples(index=False)
        ]
    )
    kinds = [say(f"form.kind.{kind}", language) for kind in ("shock", "stress")]
    return {
        "pressure": pressures,
        "pressures": pressures,
        "district": places,
        "districts": places,
        "kind": kinds,
        "drivers": [*driver_names(language).values()],
        "status": [
            say(f"form.status.{status}", language)
            for status in ("planned", "running", "done", "stopped")
        ],
        "better": [say(f"form.better.{direction}", language) for direction in ("higher", "lower")],
    }


def _write_form(city: City, form: Form, lists: Mapping[str, Sequence[str]], path: Path) -> None:
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with whole(path) as temporary, xlsxwriter.Workbook(str(temporary), plain) as book:
        looks = {name: book.add_format(look) for name, look in _LOOKS.items()}
        page = book.add_worksheet(say(f"form.{form.name}", page_languages()[-1])[:31])
        _fill(page, city, form, lists, looks)


def _fill(
    page: Worksheet,
    city: City,
    form: Form,
    lists: Mapping[str, Sequence[str]],
    looks: Mapping[str, object],
) -> None:
    from xlsxwriter.utility import xl_range_abs

    texts = [
        " / ".join(
            say(f"form.{form.name}{part}", language) for language in reversed(page_languages())
        )
        for part in ("", ".how")
    ]
    page.write_string(_TITLE, 0, f"{texts[0]} – {city.name}", looks["title"])
    page.write_string(_HOW, 0, texts[1], looks["how"])
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
        page.data_validation(
            first,
            place,
            _HEADINGS + _ROWS,
            place,
            {"validate": "list", "source": source, "show_error": False},
        )
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
        "title": " / ".join(
            say("form.ballot", language) for language in reversed(page_languages())
        ),
        "city": city.name,
        "language": page_languages()[-1],
        "languages": tuple(reversed(page_languages())),
        "say": say,
        "pressures": city.pressures,
        "lines": range(_STATEMENTS),
    }
