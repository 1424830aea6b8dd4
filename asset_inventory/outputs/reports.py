"""The report of a city as pages to read and to print: the whole, two pages for whoever reads no more, and on request
one page a district or a department; a page is one closed file without scripts, in one language.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
from markupsafe import Markup

from asset_inventory.errors import SourceError
from asset_inventory.outputs.audience import public_part
from asset_inventory.outputs.naming import district_names
from asset_inventory.outputs.page import policy
from asset_inventory.outputs.report_figures import Figures, figures_of, rows_by
from asset_inventory.outputs.report_maps import outlines
from asset_inventory.outputs.report_pages import city_page, part_page, summary_page
from asset_inventory.outputs.report_shared import Place
from asset_inventory.sources.runs import write_page
from asset_inventory.sources.whole_files import together
from asset_inventory.tables import OUTSIDE_DISTRICTS
from asset_inventory.words import LANGUAGES, shown

if TYPE_CHECKING:
    from asset_inventory.assessment import Assessment

PARTS = {"district": "districts", "owner": "departments"}  # of which there can be a page each: its folder
STATIC = Path(__file__).parent / "static"
# What a report's pages are called, their prints, and the workbooks beside them
_OURS = re.compile(
    r"(?:(?:report|summary|preliminary)|(?:districts|departments)/\d{4}-[0-9a-z-]+)-(?:"
    + "|".join(LANGUAGES) + r")\.(?:html|pdf)|planning-(?:" + "|".join(LANGUAGES) + r")\.xlsx"
)
_LONGEST = 40  # characters of a name in a file's name


@dataclass(frozen=True)
class Written:
    """The pages that were written: of the whole city and in short by language, and of its parts all together."""

    reports: Mapping[str, Path]
    summaries: Mapping[str, Path]
    parts: tuple[Path, ...] = ()

    def every(self) -> tuple[Path, ...]:
        """Return all pages."""
        return (*self.reports.values(), *self.summaries.values(), *self.parts)


def write_report(
    assessment: Assessment, folder: Path, *, languages: Iterable[str], audience: str = "internal",
    per: Iterable[str] = (), tell: Callable[[int, int], None] | None = None,
) -> Written:
    """Write the pages of a report into a folder and return what was written.

    Pages of an earlier run there go, those for other readers among them. `per` asks for a page a "district" or "owner"
    too; `tell` is called with how many of them are done and how many there are. For the `audience` "public" a page
    holds only what is public. Raises SourceError where nothing can be written, or where pages of departments are asked
    for and no owner may be told.
    """
    if audience == "public":
        assessment = public_part(assessment)
    figures, languages, per = figures_of(assessment), tuple(languages), tuple(per)
    if "owner" in per and not rows_by(figures, "owner"):
        raise SourceError("error.no_owners_public" if audience == "public" else "error.no_owners")
    names = district_names(assessment.focus_areas, "en")
    files = {kind: files_of(kind, parts_of(assessment, figures, kind), names) for kind in per}
    count, done, parts = sum(map(len, files.values())) * len(languages), 0, []
    reports, summaries, drawn = {}, {}, {"outlines": outlines(assessment.focus_areas)}
    with together(folder, without=earlier_pages(folder)) as made:
        for language in languages:
            for kind, name, fill, written in (("report", "report", city_page, reports),
                                              ("summary", "report_summary", summary_page, summaries)):  # fmt: skip
                place = place_of(f"{kind}-{language}.html", language, languages, files)
                content = fill(assessment, figures, place, audience, language) | drawn
                write_page(made / place.file, rendered(f"{name}.html", content))
                written[language] = folder / place.file
            for kind, part in ((kind, part) for kind, of_kind in files.items() for part in of_kind):
                place = place_of(f"{files[kind][part]}-{language}.html", language, languages, files)
                content = part_page(assessment, figures, kind, part, place, audience, language) | drawn
                write_page(made / place.file, rendered("report_part.html", content))
                parts.append(folder / place.file)
                done += 1
                if tell:
                    tell(done, count)
    return Written(reports, summaries, tuple(parts))


def earlier_pages(folder: Path) -> list[Path]:
    """Return the pages, and their prints, of an earlier report in this folder, without what else lies there."""
    return [path for path in folder.rglob("*") if _OURS.fullmatch(path.relative_to(folder).as_posix())]


def rendered(template: str, content: Mapping[str, object]) -> str:
    """Return a page of the report; text from data stands in it as text."""
    return _templates().get_template(template).render(
        policy=policy([]), style=_style(), **content)  # fmt: skip


@lru_cache
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(STATIC), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, finalize=_shown)  # fmt: skip


def _shown(value: object) -> object:
    """Return text from data as a page can hold it; what we made ourselves is markup already."""
    return shown(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@lru_cache
def _style() -> str:
    return (STATIC / "report.css").read_text(encoding="utf-8")


def parts_of(assessment: Assessment, figures: Figures, kind: str) -> list[str]:
    """Return the parts of which there is a page each: every district, and what lies outside all where assets do."""
    if kind == "owner":
        return sorted(rows_by(figures, "owner"))
    districts = assessment.focus_areas["district"].astype(str).tolist()
    return sorted(districts, key=lambda one: (one == OUTSIDE_DISTRICTS, one))


def files_of(kind: str, parts: Iterable[str], names: Mapping[str, str]) -> dict[str, str]:
    """Return the file of each part without language and ending: its number makes it one of its kind on any system."""
    return {part: f"{PARTS[kind]}/{number:04d}-{_plain(names.get(part, part))}"
            for number, part in enumerate(parts, start=1)}  # fmt: skip


def _plain(part: str) -> str:
    return re.sub(r"[^0-9A-Za-z]+", "-", part).strip("-").lower()[:_LONGEST].strip("-") or "part"


def place_of(
    file: str, language: str, languages: tuple[str, ...], files: Mapping[str, Mapping[str, str]], *,
    main: str = "report",
) -> Place:  # fmt: skip
    """Return where a page lies: addresses as seen from its own folder; `main` is what the page of the city is called.

    `files` are those of `files_of`, by kind of part.
    """
    own = os.path.dirname(file)

    def seen(path: str) -> str:
        return os.path.relpath(path, own or ".").replace(os.sep, "/")

    stem = file.removesuffix(f"-{language}.html")
    return Place(
        file,
        {other: seen(f"{stem}-{other}.html") for other in languages if other != language},
        seen(f"{main}-{language}.html"),
        seen(f"summary-{language}.html"),
        {part: seen(f"{path}-{language}.html") for part, path in files.get("district", {}).items()},
        {part: seen(f"{path}-{language}.html") for part, path in files.get("owner", {}).items()},
    )
