"""Everything of a city that is public in one folder, to be put on a stick or on any static web host.

The map, the report with a page for each district, the tables for offices and GIS, and packages for other systems; of a
preliminary resilience assessment its pages and tables too, and its layers on the map. An `index.html` leads to all of
it. Nothing in it is internal, no page asks the network, and `checksums.sha256` names every file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from asset_inventory.outputs.audience import public_part
from asset_inventory.outputs.catalogues import KINDS, write_catalogues
from asset_inventory.outputs.maps import write_map
from asset_inventory.outputs.page import LANGUAGE_NAMES
from asset_inventory.outputs.page_data import exercise_titles, sources_of
from asset_inventory.outputs.preliminary.public_voices import public_preliminary
from asset_inventory.outputs.preliminary.reports import write_preliminary_report
from asset_inventory.outputs.preliminary.results import write_preliminary
from asset_inventory.outputs.preliminary.terms import invented, left_out_said
from asset_inventory.outputs.qgis import write_project
from asset_inventory.outputs.report_figures import figures_of
from asset_inventory.outputs.report_sentences import left_out, ten_sentences
from asset_inventory.outputs.report_shared import made_said, money_hidden
from asset_inventory.outputs.reports import Written, rendered, write_report
from asset_inventory.outputs.results import write_results
from asset_inventory.outputs.workbooks import write_workbook
from asset_inventory.preliminary import PreliminaryAssessment
from asset_inventory.sources.packages import CHECKSUMS, replacing, write_checksums
from asset_inventory.sources.runs import write_page
from asset_inventory.sources.stored_runs import add_to_run
from asset_inventory.words import LANGUAGES, number, say

if TYPE_CHECKING:
    from asset_inventory.assessment import Assessment

PUBLIC = "public"
MAP, REPORT, TABLES, PACKAGES, RESILIENCE = "map", "report", "tables", "packages", "resilience"
_MEGABYTE = 1e6


def publish(
    assessed: Assessment | PreliminaryAssessment,
    folder: Path,
    *,
    languages: Sequence[str],
    tell: Callable[[str], object] = lambda _: None,
) -> Path:
    """Write all that is public of an assessment into a folder, and return its `index.html`, in the first language.

    Of a preliminary resilience assessment its pages, tables and layers of the map are there too, as far as these are
    public. What an earlier run published there is replaced whole; one that cannot be finished leaves that as it was.
    `tell` hears what is left out of a file, and why. Raises SourceError where files that we did not write lie in the
    way, where nothing is public, and where something cannot be read or written.
    """
    preliminary = assessed if isinstance(assessed, PreliminaryAssessment) else None
    assessment = preliminary.assessment if preliminary else assessed
    places = (f"{MAP}.html", MAP, REPORT, RESILIENCE, TABLES, PACKAGES, "index.html",
              *(f"index-{one}.html" for one in LANGUAGES))  # fmt: skip
    with replacing(folder, places) as made:
        # first: it refuses a city of which nothing is public
        write_catalogues(assessment, made / PACKAGES, tuple(KINDS), language=languages[0], audience=PUBLIC, tell=tell)
        told = public_preliminary(preliminary) if preliminary else None
        write_map(told or assessment, made / f"{MAP}.html", language=languages[0], audience=PUBLIC, tell=tell)
        per = ("district",) if assessment.city.districts else ()
        pages = write_report(assessment, made / REPORT, languages=languages, audience=PUBLIC, per=per)
        held = public_part(assessment)
        _write_tables(held, made / TABLES, languages)
        if told:
            _write_resilience(told, made, languages)
        for place, language in enumerate(languages):
            text = rendered("index.html", _index(held, told, made, pages, languages, language))
            write_page(made / _index_file(place, language), text)
        files = [path for path in made.rglob("*") if path.is_file()]
        write_checksums(made, files)
    return folder / _index_file(0, languages[0])


def _write_resilience(told: PreliminaryAssessment, folder: Path, languages: Sequence[str]) -> None:
    """Write the pages and tables of what is public of a preliminary resilience assessment."""
    write_preliminary_report(told, folder / RESILIENCE, languages=languages, audience=PUBLIC)
    write_preliminary(told, folder / TABLES / RESILIENCE, language=languages[0], audience=PUBLIC)


def _write_tables(held: Assessment, folder: Path, languages: Sequence[str]) -> None:
    write_results(held, folder, language=languages[0], audience=PUBLIC)
    written = [write_project(held, folder, language=languages[0], audience=PUBLIC)]
    written += [write_workbook(held, folder / f"tables-{one}.xlsx", language=one, audience=PUBLIC)
                for one in languages]  # fmt: skip
    add_to_run(folder, written)


def _index_file(place: int, language: str) -> str:
    return f"index-{language}.html" if place else "index.html"


def _index(
    held: Assessment,
    told: PreliminaryAssessment | None,
    folder: Path,
    pages: Written,
    languages: Sequence[str],
    language: str,
) -> dict[str, object]:
    """Return what fills the page that leads to everything."""
    city = held.city
    others = [(one, LANGUAGE_NAMES[one], _index_file(place, one))
              for place, one in enumerate(languages) if one != language]  # fmt: skip
    files = [
        ("map", f"{MAP}.html"),
        ("summary", f"{REPORT}/{pages.summaries[language].name}"),
        ("report", f"{REPORT}/{pages.reports[language].name}"),
        ("resilience", f"{RESILIENCE}/preliminary-{language}.html"),
        ("workbook", f"{TABLES}/tables-{language}.xlsx"),
        ("package", f"{TABLES}/results.gpkg"),
        ("project", f"{TABLES}/results.qgz"),
        ("standings", f"{TABLES}/{RESILIENCE}/resilience.gpkg"),
        ("rdls", f"{PACKAGES}/rdls.json"),
        ("stac", f"{PACKAGES}/stac/catalog.json"),
        ("checksums", CHECKSUMS),
    ]
    # what a standard has no words for may be missing
    there = [one for one in files if one[0] == "checksums" or (folder / one[1]).exists()]
    return {
        "title": say("publish.title", language, city=city.name), "language": language, "others": others,
        "audience": say("map.public", language),
        "left_out": left_out_said(told, language) if told else left_out(held, language),
        "exercise": ", ".join(invented(told, language) if told else exercise_titles(held)),
        "made": made_said(held, language),
        "outlines": "", "found": ten_sentences(held, figures_of(held), language, hidden=money_hidden(held, PUBLIC)),
        "files": [{"href": path, "what": say(f"publish.file.{name}", language),
                   "about": say(f"publish.file.{name}.about", language), "size": _size(folder / path, language)}
                  for name, path in there],
        "sources": [(say(key, language, name=name), source) for key, name, source in sources_of(city)],
        "say": lambda key, **values: say(key, language, **values),
    }  # fmt: skip


def _size(path: Path, language: str) -> str:
    if not path.exists():
        return ""
    return f"{number(max(round(path.stat().st_size / _MEGABYTE, 1), 0.1), language)} MB"
