"""The preliminary resilience assessment as pages to read and to print, on the machinery of the report."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from asset_inventory.errors import SourceError
from asset_inventory.outputs.naming import district_names
from asset_inventory.outputs.preliminary.pages import preliminary_page
from asset_inventory.outputs.preliminary.parts import preliminary_part_page
from asset_inventory.outputs.preliminary.public_voices import public_preliminary
from asset_inventory.outputs.report_figures import Figures, figures_of, rows_by
from asset_inventory.outputs.report_maps import outlines
from asset_inventory.outputs.reports import Written, earlier_pages, files_of, parts_of, place_of, rendered
from asset_inventory.sources.runs import write_page
from asset_inventory.sources.whole_files import together

if TYPE_CHECKING:
    from asset_inventory.preliminary import PreliminaryAssessment

_MAIN = "preliminary"


def ask_for_owners(figures: Figures, audience: str) -> None:
    """Raise SourceError where no owner is told of any asset, so that there is no department to have a page."""
    if not rows_by(figures, "owner"):
        raise SourceError("error.no_owners_public" if audience == "public" else "error.no_owners")


def write_preliminary_report(
    preliminary: PreliminaryAssessment, folder: Path, *, languages: Iterable[str], audience: str = "internal",
    per: Iterable[str] = (), tell: Callable[[int, int], None] | None = None,
) -> Written:
    """Write the pages of a preliminary resilience assessment into a folder and return what was written.

    Pages of an earlier report there go, those for other readers among them. `per` asks for a page a "district" or
    "owner" too; `tell` is called with how many of them are done and how many there are. For the `audience` "public" a
    page holds only what is public. Raises SourceError where nothing can be written, or where pages of departments are
    asked for and no owner may be told.
    """
    if audience == "public":
        preliminary = public_preliminary(preliminary)
    assessment = preliminary.assessment
    figures, languages, per = figures_of(assessment), tuple(languages), tuple(per)
    if "owner" in per:
        ask_for_owners(figures, audience)
    names = district_names(assessment.focus_areas, "en")
    files = {kind: files_of(kind, parts_of(assessment, figures, kind), names) for kind in per}
    count, parts, drawn = sum(map(len, files.values())) * len(languages), [], outlines(assessment.focus_areas)
    reports = {}
    with together(folder, without=earlier_pages(folder)) as made:
        for language in languages:
            place = place_of(f"{_MAIN}-{language}.html", language, languages, files, main=_MAIN)
            content = preliminary_page(preliminary, figures, place, audience, language)
            page = rendered("report_preliminary.html", content | {"outlines": ""})
            write_page(made / place.file, page)
            reports[language] = folder / place.file
            for kind, part in ((kind, part) for kind, of_kind in files.items() for part in of_kind):
                place = place_of(f"{files[kind][part]}-{language}.html", language, languages, files, main=_MAIN)
                content = preliminary_part_page(preliminary, figures, kind, part, place, audience, language)
                page = rendered("report_preliminary_part.html", content | {"outlines": drawn})
                write_page(made / place.file, page)
                parts.append(folder / place.file)
                if tell:
                    tell(len(parts), count)
    return Written(reports, {}, tuple(parts))
