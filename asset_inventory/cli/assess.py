"""The command that reckons: assess a city."""

from __future__ import annotations

import datetime
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from asset_inventory.cli.console import print_view
from asset_inventory.messages import language_of_machine, say
from asset_inventory.model.errors import AssetInventoryError

if TYPE_CHECKING:
    from asset_inventory.assessment.resilience import ResilienceAssessment
    from asset_inventory.assessment.run import Assessment
    from asset_inventory.model.city import City
    from asset_inventory.risk.pipeline import Progress

AUDIENCES = ("internal", "public")


def commands(language: str, asked: str | None) -> list[click.Command]:
    """Return the command `assess`, worded in a language; `asked` is the one asked for."""

    readers = {
        "type": click.Choice(AUDIENCES),
        "default": AUDIENCES[0],
        "help": say("option.audience", language),
    }

    @click.command("assess", help=say("command.assess.help", language))
    @click.argument("city", type=click.Path(path_type=Path))
    @click.option("--only", metavar="LAYER|HAZARD", help=say("option.only", language))
    @click.option(
        "--map", "map_path", type=click.Path(path_type=Path), help=say("option.map", language)
    )
    @click.option(
        "--results", type=click.Path(path_type=Path), help=say("option.results", language)
    )
    @click.option("--xlsx", is_flag=True, help=say("option.xlsx", language))
    @click.option("--audience", **readers)
    def assess(
        city: Path,
        only: str | None,
        map_path: Path | None,
        results: Path | None,
        xlsx: bool,
        audience: str,
    ) -> int:
        return assess_folder(
            city,
            language,
            asked,
            only=only,
            map_path=map_path,
            results=results,
            xlsx=xlsx,
            audience=audience,
        )

    return [assess]


@contextmanager
def city_in_its_language(
    folder: Path, language: str, asked: str | None, *, files: bool = True
) -> Iterator[tuple[City, str]]:
    """Give the city and the language to speak: the one asked for, else the city's, else `language`;
    errors keep it.

    Without `files` those of the city need not be there yet.
    """
    from asset_inventory.model.reading import read_city

    city = read_city(folder, files=files)
    spoken = asked or city.language or language or language_of_machine()
    try:
        yield city, spoken
    except AssetInventoryError as fault:
        fault.language = spoken
        raise


def assess_folder(
    folder: Path,
    language: str,
    asked: str | None,
    *,
    only: str | None = None,
    map_path: Path | None = None,
    results: Path | None = None,
    xlsx: bool = False,
    audience: str = "internal",
) -> int:
    """Assess a city, write its results and its map, say what was found in five lines, and list
    who answers for what.
    """
    from asset_inventory.disclosure.assessment import disclosed
    from asset_inventory.io.atomic import demand_replaceable
    from asset_inventory.io.stored_runs import add_to_run
    from asset_inventory.outputs.files.results import write_results
    from asset_inventory.outputs.map.city_map import write_map
    from asset_inventory.outputs.views.summary import (
        five_lines,
        near_word_lines,
        projection_sentences,
        return_periods,
    )
    from asset_inventory.outputs.views.tables import ownership_table

    with city_in_its_language(folder, language, asked) as (city, spoken):
        demand_replaceable(map_path)
        assessment = assess_city(city, only, spoken)
        name = results_name(city, only)
        written = write_results(assessment, results or Path("results") / name, language=spoken)
        book = None
        if xlsx:
            from asset_inventory.outputs.files.workbooks import write_workbook

            book = write_workbook(assessment, written / f"{name}.xlsx", language=spoken)
            add_to_run(written, [book])
        page = write_map(
            disclosed(assessment, audience),
            map_path or page_path(name, audience),
            language=spoken,
            tell=click.echo,
        )
        for line in (*five_lines(assessment, spoken), *near_word_lines(assessment, spoken)):
            click.echo(line)
        for line in (
            *projection_sentences(assessment, spoken),
            *return_periods(assessment, spoken),
        ):
            click.echo(line)
        print_view(ownership_table(assessment.ownership, city.currency, spoken))
        click.echo(say("assess.map", spoken, path=str(page)))
        click.echo(say("assess.results", spoken, path=str(written)))
        if book is not None:
            click.echo(say("assess.workbook", spoken, path=str(book)))
        if audience != "internal":
            click.echo(say("assess.results_internal", spoken, path=str(written)))
    return exit_code(assessment)


def results_name(city: City, only: str | None) -> str:
    """Return how results are called: after the city's folder, and after what alone was looked
    at.
    """
    name = city.folder.resolve().name or "city"
    return file_name(name, only) if only else name


def file_name(name: str, *parts: str) -> str:
    """Return a name for a file, with parts behind it as any system can write them."""
    return "-".join((name, *(re.sub(r"[^0-9A-Za-z_-]+", "-", part) for part in parts)))


def page_path(name: str, audience: str) -> Path:
    """Return where a map goes by itself: one for the public never lies over the internal one."""
    return Path("maps") / (f"{name}.html" if audience == "internal" else f"{name}-{audience}.html")


def exit_code(assessment: Assessment | ResilienceAssessment) -> int:
    """Return 1 when something must be mended, 0 with warnings and repairs only."""
    return int((assessment.findings["severity"] == "error").any())


def assess_city(city: City, only: str | None, language: str) -> Assessment:
    """Assess a city, with a bar that moves where somebody watches."""
    from asset_inventory.assessment.run import assess

    with progress_in(say("assess.progress", language, city=city.name)) as progress:
        return assess(city, only=only, day=datetime.date.today(), progress=progress)


@contextmanager
def progress_in(title: str) -> Iterator[Progress | None]:
    """Give a function that moves a bar, with the time left, on standard error, or None where
    that is no terminal.
    """
    if sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, steps: bar.update(task, completed=done, total=steps)
