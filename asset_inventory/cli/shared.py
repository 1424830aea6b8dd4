"""What commands share: the city and its language, its assessment, files, printed tables."""

from __future__ import annotations

import datetime
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pandas as pd

from asset_inventory.cli.commands import AUDIENCES, PROGRESS_KEY
from asset_inventory.messages import (
    describe_finding,
    language_of_machine,
    say,
    with_city_words,
)
from asset_inventory.model.errors import AssetInventoryError
from asset_inventory.outputs.views.table_view import TableView

if TYPE_CHECKING:
    from asset_inventory.assessment.resilience import ResilienceAssessment
    from asset_inventory.assessment.run import Assessment
    from asset_inventory.model.city import City
    from asset_inventory.risk.pipeline import Progress


@contextmanager
def city_in_its_language(
    folder: Path, language: str, explicit_language: str | None, *, files: bool = True
) -> Iterator[tuple[City, str]]:
    """Give the city and the language: explicit, the city's, or `language`; errors keep both.

    Sentences take the city's words. Without `files` those of the city need not be there yet.
    """
    from asset_inventory.model.reading import read_city

    city = read_city(folder, files=files)
    spoken = city.language_for(explicit_language, otherwise=language or language_of_machine())
    try:
        with with_city_words(city.words):
            yield city, spoken
    except AssetInventoryError as fault:
        fault.language, fault.city_words = spoken, city.words
        raise


def of_a_city(command: Callable[..., int]) -> Callable[..., int]:
    """Return a command on a city and in its language as one on the folder."""

    @wraps(command)
    def called(
        language: str, explicit_language: str | None, *, folder: Path, **options: Any
    ) -> int:
        with city_in_its_language(folder, language, explicit_language) as (city, spoken):
            return command(city, spoken, **options)

    return called


def from_here(path: Path) -> str:
    """Return a path as it can be typed: relative where it lies in the current folder."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def file_name(name: str, *parts: str) -> str:
    """Return a name for a file, with parts behind it as any system can write them."""
    return "-".join((name, *(re.sub(r"[^0-9A-Za-z_-]+", "-", part) for part in parts)))


def results_name(city: City, subset: str | None = None) -> str:
    """Return the name of results: of the city's folder, and of the subset that was assessed."""
    name = city.folder.resolve().name or "city"
    return file_name(name, subset) if subset else name


def name_for(name: str, audience: str) -> str:
    """Return the name of what readers get: what is public never overwrites what is internal."""
    return name if audience == AUDIENCES[0] else f"{name}-{audience}"


def page_path(name: str, audience: str) -> Path:
    """Return the default path of a map."""
    return Path("maps") / f"{name_for(name, audience)}.html"


def exit_code(assessment: Assessment | ResilienceAssessment) -> int:
    """Return 1 when something must be corrected, 0 with warnings and repairs only."""
    return int((assessment.findings["severity"] == "error").any())


def assess_city(city: City, subset: str | None, language: str) -> Assessment:
    """Assess a city, with a bar that moves where somebody watches."""
    from asset_inventory.assessment.run import assess

    with progress_in("assess", say("assess.progress", language, city=city.name)) as progress:
        return assess(city, subset=subset, day=datetime.date.today(), progress=progress)


@contextmanager
def progress_in(step: str, title: str) -> Iterator[Progress | None]:
    """Give a function that moves a bar on standard error, or None where that is no terminal.

    Under `--progress json` it prints a line of JSON each time that another percent is done; the
    first line has no `of`, and the last one, where the step ends well, has as many done as there
    are.
    """
    context = click.get_current_context(silent=True)
    if context is not None and context.meta.get(PROGRESS_KEY) == "json":
        printed = _ProgressLines(step, title)
        printed.print(0, None)
        yield printed.move
        printed.print(*printed.end)
        return
    if sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    from rich import progress as bars
    from rich.console import Console

    columns = (
        bars.TextColumn("{task.description}"),
        bars.BarColumn(),
        bars.TextColumn("{task.percentage:>3.0f}%"),
        bars.TimeElapsedColumn(),
        bars.TimeRemainingColumn(),
    )
    with bars.Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, steps: bar.update(task, completed=done, total=steps)


def print_aside(line: str) -> None:
    """Print a line on standard error, as JSON where that holds lines of JSON."""
    context = click.get_current_context(silent=True)
    as_json = context is not None and context.meta.get(PROGRESS_KEY) == "json"
    click.echo(json.dumps({"notice": line}) if as_json else line, err=True)


class _ProgressLines:
    """The lines of one step: moved by its progress, printed where another percent is done."""

    def __init__(self, step: str, title: str) -> None:
        self.step, self.title = step, title
        self.last: tuple[int, int | None] | None = None
        self.end: tuple[int, int] = (1, 1)

    def move(self, done: int, of: int) -> None:
        """Print a line unless the percent is that of the last one."""
        self.end = (of, of)
        if self.last is None or self.last[1] != of or 100 * done // of > 100 * self.last[0] // of:
            self.print(done, of)

    def print(self, done: int, of: int | None) -> None:
        """Print a line that differs from the last one."""
        if (done, of) == self.last:
            return
        self.last = (done, of)
        if sys.stderr is not None:
            line = {"step": self.step, "done": done, "of": of, "message": self.title}
            print(json.dumps(line, ensure_ascii=True), file=sys.stderr, flush=True)


def print_view(view: TableView) -> None:
    """Print a table: caption, columns of words left, of numbers right, and its notes.

    A table without rows is not printed. An unbroken column, such as that of ids that are
    copied, keeps its width however narrow the terminal is.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if not len(view.rows):
        return
    if view.caption:
        click.echo(view.caption)
    table, justify = Table(box=box.SIMPLE_HEAD, pad_edge=False), "left"
    for heading, column in zip(view.headings, view.columns, strict=True):
        justify = "right" if column.format.is_number else justify
        table.add_column(heading, justify=justify, overflow="fold", no_wrap=column.unbroken)
    for texts in view.texts:
        table.add_row(*map(Text, texts))  # Text: what stands in the data is no markup
    Console(file=sys.stdout, width=None if sys.stdout.isatty() else 120).print(table)
    for note, _ in view.notes:
        click.echo(note)


# Lines of one list that people are shown; machines get all.
MOST = 50


def finding_lines(findings: Iterable[Mapping[str, object]], language: str) -> list[str]:
    """Return rows of FINDINGS as lines: how severe each is, what is wrong, and what to do."""
    return [
        f"{say('severity.' + str(row['severity']), language)}: {' '.join(describe_finding(row, language))}"
        for row in findings
    ]


def describe_findings_of(
    rows: Sequence[dict[str, object]], language: str
) -> list[dict[str, object]]:
    """Return rows of FINDINGS, each with its sentence in a language."""
    return [row | {"message": " ".join(describe_finding(row, language))} for row in rows]


def error_as_json(fault: AssetInventoryError, language: str) -> dict[str, str]:
    """Return an error as it stands in --json."""
    return {
        "code": fault.key.removeprefix("error."),
        "message": fault.say(fault.language or language),
    }


def as_rows(table: pd.DataFrame) -> list[dict[str, object]]:
    """Return a table's rows as machines read them, null where there is nothing."""
    return table.astype(object).where(table.notna(), None).to_dict("records")


def print_object(**values: object) -> None:
    """Print one object for machines: null for numbers that JSON has no word for.

    Examples
    --------
    >>> print_object(ead=float("nan"), assets=3)
    {"ead": null, "assets": 3}
    """
    from asset_inventory.io.table_files import jsonable

    click.echo(json.dumps(jsonable(values), ensure_ascii=True))


def as_paths(paths: Mapping[str, Path | None]) -> dict[str, str | None]:
    """Return where files lie, from the root of the disk: a program may run elsewhere."""
    return {name: None if path is None else str(path.absolute()) for name, path in paths.items()}


def assessment_object(
    assessment: Assessment, language: str, *, notices: Sequence[str] = ()
) -> dict[str, object]:
    """Return what every command that assesses a city prints for machines."""
    from asset_inventory.outputs.views.summary import five_lines, headline

    return {
        "city": assessment.city.name,
        "currency": assessment.city.currency,
        "audience": assessment.audience,
        "exercise": list(assessment.provenance.get("exercise", [])),
        "figures": headline(assessment),
        "summary": five_lines(assessment, language),
        "findings": describe_findings_of(as_rows(assessment.findings), language),
        "notices": list(notices),
    }
