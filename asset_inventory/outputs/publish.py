"""Everything of a city that is public in one folder, for a stick or any static web host.

The map, the report with a page for each district, the tables for offices and GIS, and packages for
other systems; a preliminary resilience assessment adds its pages and tables, and its layers on the
map. An `index.html` begins with the map and leads to all of it. Nothing in it is internal, no page
asks the network, and `checksums.sha256` names every file.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np

from asset_inventory.assessment.resilience import ResilienceAssessment, priority_districts_of
from asset_inventory.assessment.run import Assessment
from asset_inventory.disclosure.assessment import disclosed
from asset_inventory.disclosure.resilience import disclosed_resilience
from asset_inventory.io.stored_runs import CHECKSUMS, add_to_run, replacing, write_checksums
from asset_inventory.io.table_files import write_page
from asset_inventory.messages import (
    LANGUAGE_NAMES,
    LANGUAGES,
    number,
    rounded_down,
    rounded_people,
    say,
)
from asset_inventory.model.tables import OUTSIDE_DISTRICTS
from asset_inventory.outputs.exchange.catalogues import KINDS, write_catalogues
from asset_inventory.outputs.exchange.qgis import write_project
from asset_inventory.outputs.files.results import write_resilience, write_results
from asset_inventory.outputs.files.workbooks import write_workbook
from asset_inventory.outputs.map.city_map import view_of, write_map
from asset_inventory.outputs.map.hazard_layers import HazardOnMap, hazards_on_map
from asset_inventory.outputs.report.maps import hazard_map
from asset_inventory.outputs.report.pages import creation_note, money_hidden
from asset_inventory.outputs.report.write import (
    WrittenReport,
    rendered,
    write_report,
    write_resilience_report,
)
from asset_inventory.outputs.views import figures as facts
from asset_inventory.outputs.views.city import exercise_labels, sources_in
from asset_inventory.outputs.views.city_words import in_city_words
from asset_inventory.outputs.views.figures import figures_of
from asset_inventory.outputs.views.resilience import fictitious, omitted_sentence, priority_sentence
from asset_inventory.outputs.views.sentences import (
    omitted,
    residents_exposed,
    ten_sentences,
)
from asset_inventory.outputs.views.style import label
from asset_inventory.outputs.views.table_view import years

MAP, REPORT, TABLES, PACKAGES, RESILIENCE = "map", "report", "tables", "packages", "resilience"
_MEGABYTE = 1e6


@in_city_words
def publish(
    assessed: Assessment | ResilienceAssessment,
    folder: Path,
    *,
    languages: Sequence[str],
    on_notice: Callable[[str], object] = lambda _: None,
) -> Path:
    """Write all that is public of an assessment into a folder, and return its `index.html`, in the
    first language.

    A preliminary resilience assessment adds its pages, tables and layers of the map, as far as
    these are public. What an earlier run published there is replaced whole; one that cannot be
    finished leaves that as it was. `on_notice` gets what is left out of a file, and why. Raises
    SourceError where files that we did not write lie in the way, where nothing is public, where
    the licence of something public is not stated, and where something cannot be read or written.
    """
    if isinstance(assessed, ResilienceAssessment):
        pra = disclosed_resilience(assessed)
        assessment = pra.assessment
    else:
        pra, assessment = None, disclosed(assessed)
    places = (
        f"{MAP}.html",
        MAP,
        REPORT,
        RESILIENCE,
        TABLES,
        PACKAGES,
        "index.html",
        *(f"index-{language}.html" for language in LANGUAGES),
    )
    with replacing(folder, places) as staging:
        # first: it refuses a city without anything public, or without its licence
        write_catalogues(
            assessment, staging / PACKAGES, tuple(KINDS), language=languages[0], on_notice=on_notice
        )
        hazards = hazards_on_map(assessment)
        write_map(
            pra or assessment,
            staging / f"{MAP}.html",
            language=languages[0],
            hazard_pictures=hazards,
            on_notice=on_notice,
        )
        per = ("district",) if assessment.city.districts else ()
        pages = write_report(pra or assessment, staging / REPORT, languages=languages, per=per)
        _write_tables(assessment, staging / TABLES, languages)
        if pra:
            _write_resilience(pra, staging, languages)
        for place, language in enumerate(languages):
            content = _index(assessment, pra, staging, pages, languages, language)
            content |= _opening(assessment, pra, hazards, language)
            write_page(staging / _index_file(place, language), rendered("index.html", content))
        files = [path for path in staging.rglob("*") if path.is_file()]
        write_checksums(staging, files)
    return folder / _index_file(0, languages[0])


def _write_resilience(pra: ResilienceAssessment, folder: Path, languages: Sequence[str]) -> None:
    """Write the pages and tables of what is public of a preliminary resilience assessment."""
    write_resilience_report(pra, folder / RESILIENCE, languages=languages)
    write_resilience(pra, folder / TABLES / RESILIENCE, language=languages[0])


def _write_tables(assessment: Assessment, folder: Path, languages: Sequence[str]) -> None:
    write_results(assessment, folder, language=languages[0])
    written = [write_project(assessment, folder, language=languages[0])]
    written += [
        write_workbook(assessment, folder / f"tables-{language}.xlsx", language=language)
        for language in languages
    ]
    add_to_run(folder, written)


def _index_file(place: int, language: str) -> str:
    return f"index-{language}.html" if place else "index.html"


def _index(
    assessment: Assessment,
    pra: ResilienceAssessment | None,
    folder: Path,
    pages: WrittenReport,
    languages: Sequence[str],
    language: str,
) -> dict[str, object]:
    """Return what fills the page that leads to everything."""
    city = assessment.city
    others = [
        (other, LANGUAGE_NAMES[other], _index_file(place, other))
        for place, other in enumerate(languages)
        if other != language
    ]
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
    existing = [file for file in files if file[0] == "checksums" or (folder / file[1]).exists()]
    return {
        "title": say("publish.title", language, city=city.name),
        "city": city.name,
        "language": language,
        "others": others,
        "audience": say("map.public", language),
        "left_out": omitted_sentence(pra, language) if pra else omitted(assessment, language),
        "exercise": ", ".join(
            fictitious(pra, language) if pra else exercise_labels(assessment, language)
        ),
        "made": creation_note(assessment, language),
        "outlines": "",
        "summary": ten_sentences(
            assessment,
            figures_of(assessment),
            language,
            hidden=money_hidden(assessment),
            priority=priority_sentence(pra, language) if pra else "",
        ),
        "files": [
            {
                "href": path,
                "what": say(f"publish.file.{name}", language),
                "about": say(f"publish.file.{name}.about", language),
                "size": _size(folder / path, language),
            }
            for name, path in existing
        ],
        "sources": sources_in(city, language),
        "say": lambda key, **values: say(key, language, **values),
    }


# The map and three sentences for the public


def _opening(
    assessment: Assessment,
    pra: ResilienceAssessment | None,
    hazards: Sequence[HazardOnMap],
    language: str,
) -> dict[str, object]:
    """Return what the page begins with: a picture of the hazard that exposes most assets, under its
    rarest map, and what the public should know.
    """
    figures = figures_of(assessment)
    rarest = facts.by_map(figures).iloc[list(facts.rarest_maps(figures).values())]
    rarest = rarest.sort_values("exposed", ascending=False, kind="stable")
    first = next(iter(rarest.to_dict("records")), None)
    view, picture = urlencode({"lang": language}), None
    if first is not None:
        view = f"{view}&{view_of(str(first['hazard']), first['return_period'])}"
        picture = _picture(assessment, hazards, str(first["hazard"]), language)
    return {
        "map_href": f"{MAP}.html#{view}",
        "picture": picture,
        "statements": [
            (say("publish.what", language), _what_may_happen(assessment, first, language)),
            (say("publish.unknown", language), _not_known(assessment, first, language)),
            (say("publish.act", language), _what_to_do(pra, language)),
        ],
    }


def _picture(
    assessment: Assessment, hazards: Sequence[HazardOnMap], hazard: str, language: str
) -> dict[str, object]:
    """Return the rarest map of a hazard as a picture, with its title and legend."""
    on_map = next(on_map for on_map in hazards if on_map.hazard.name == hazard)
    place, declared = len(on_map.periods) - 1, on_map.hazard
    title = say(
        "map.legend.hazard",
        language,
        hazard=hazard,
        period=years(on_map.periods[place], language),
        measure=declared.intensity.measure,
    )
    mark = say("map.exercise_mark", language) if declared.source.exercise else None
    areas = assessment.district_damage
    areas = areas[areas["district"].astype(str) != OUTSIDE_DISTRICTS]
    legend = [
        (a_class.colour, a_class.no_data, label(a_class, on_map.classes, language))
        for a_class in on_map.classes.classes
    ]
    if "png" in on_map.bodies[place] or declared.outside != "unknown":
        legend.insert(0, ("#fff", False, say("publish.not_reached", language)))
    borders = assessment.city.districts is not None
    svg = hazard_map(on_map, place, areas, borders=borders, title=title, mark=mark)
    return {"title": title, "svg": svg, "legend": legend}


def _what_may_happen(
    assessment: Assessment, first: Mapping[Hashable, Any] | None, language: str
) -> str:
    """Return what lies in the zone of the map of the picture, and how many live in any zone."""
    if first is None:
        return say("publish.what.no_map", language)
    people, withheld, missing = residents_exposed(assessment)
    layers = tuple(str(layer) for layer in assessment.assets["layer"].astype(str).unique())
    key = "publish.what.scenario" if np.isnan(first["return_period"]) else "publish.what.period"
    sentence = say(
        key,
        language,
        hazard=str(first["hazard"]),
        map=years(first["return_period"], language),
        exposed=int(first["exposed"]),
        assets=int(first["assets"]),
        layers=layers,
    )
    sentence = f"{sentence[:1].upper()}{sentence[1:]}"
    if not people:
        return f"{sentence}."
    about = (
        say("publish.what.people_least", language, people=rounded_down(people))
        if withheld or missing
        else say("publish.what.people", language, people=rounded_people(people))
    )
    return f"{sentence}; {about}."


def _not_known(assessment: Assessment, first: Mapping[Hashable, Any] | None, language: str) -> str:
    """Return what the public should not take for safe."""
    areas = assessment.district_damage
    areas = areas[areas["district"].astype(str) != OUTSIDE_DISTRICTS]
    empty = int((areas["assets"] == 0).sum()) if assessment.city.districts else 0
    unknown = int(first["no_data"] + first["unusable"]) if first else 0
    gaps = [
        say("publish.unknown.assets", language, count=unknown) if unknown else "",
        say("publish.unknown.districts", language, count=empty, districts=len(areas))
        if empty
        else "",
        say(
            "publish.unknown.hazards",
            language,
            hazards=tuple(hazard.name for hazard in assessment.city.hazards),
        )
        if first
        else "",
        say("publish.unknown.not_safe", language),
    ]
    sentence = "; ".join(filter(None, gaps))
    return f"{sentence[:1].upper()}{sentence[1:]}."


def _what_to_do(pra: ResilienceAssessment | None, language: str) -> str:
    """Return what the city decides, and what a reader does with the map."""
    if pra is None:
        return say("publish.act.figures", language)
    chosen = priority_districts_of(pra).chosen
    return say("publish.act.chosen" if chosen else "publish.act.proposed", language)


def _size(path: Path, language: str) -> str:
    if not path.exists():
        return ""
    return f"{number(max(round(path.stat().st_size / _MEGABYTE, 1), 0.1), language)} MB"
