"""The command that judges a file before anybody uses it."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from asset_inventory import intake
from asset_inventory.cli.shared import city_in_its_language, progress_in
from asset_inventory.intake.rules import Rules
from asset_inventory.io.atomic import demand_page, demand_replaceable
from asset_inventory.messages import describe_finding, name_of, number, say

if TYPE_CHECKING:
    from rich.table import Table

_LINE = ("validate.layer", "validate.grid")
_COLOURS = {"error": "red", "warning": "yellow", "repaired": "cyan"}
_NARROWEST = 72  # columns of a terminal that a table needs
_COUNTS = ("read", "kept", "repaired", "quarantined")


def validate(
    language: str,
    explicit_language: str | None,
    *,
    file: Path,
    folder: Path | None,
    layer: str | None,
    **wanted: Any,
) -> int:
    """Judge a file by itself, or as a layer of a city."""
    if folder is None:
        if layer is not None:
            raise click.UsageError(say("call.layer_without_city", language))
        return _validate(file, language, **wanted)
    # the file may be the first that the city gets
    with city_in_its_language(folder, language, explicit_language, files=False) as (city, spoken):
        from asset_inventory.intake.layers import rules_for

        return _validate(file, spoken, rules=rules_for(city, file, layer=layer), **wanted)


def _validate(
    file: Path,
    language: str,
    *,
    as_json: bool,
    crs: str | None,
    page: Path | None,
    quarantine: Path | None,
    rules: Rules | None = None,
) -> int:
    """Judge a file, print findings, write what was asked for; 0 where all was kept, else 1."""
    if page is not None and quarantine is None:
        quarantine = page.with_name("quarantine.gpkg")
    demand_page(page)
    demand_replaceable(quarantine)
    with progress_in("read", say("progress.read", language, file=name_of(file))):
        judged = intake.take_in(file, crs=crs, quarantine=quarantine, rules=rules)
    if page is not None:
        from asset_inventory.outputs.report.review import write_validation_page

        write_validation_page(judged, page, language=language, rules=rules)
    if as_json:
        of_city = {} if rules is None else {"city": rules.city, "layer": rules.layer}
        click.echo(json.dumps(_object(judged, language) | of_city, ensure_ascii=True))
        return int(judged.status != intake.ACCEPTED)
    if rules is not None:
        about = {"source": name_of(file), "city": rules.city, "layer": rules.layer}
        click.echo(say("validate.for_city", language, **about))
    _print(judged, language)
    for key, path in (("validate.page", page), ("validate.quarantine", quarantine)):
        if path is not None and path.exists():
            click.echo(say(key, language, path=str(path)))
    return int(judged.status != intake.ACCEPTED)


def _object(judged: intake.Validation, language: str) -> dict[str, Any]:
    """Return the judgement as machines read it, with one such object per layer of several."""
    counts = {f"features_{name}": getattr(judged, name) for name in _COUNTS}
    lines = [_problem(row, judged, language) for row in judged.problems]
    values: dict[str, Any] = {"source": judged.name}
    values |= {name: getattr(judged, name) for name in ("status", "kind", "crs")} | counts
    values |= {"operation": judged.operation, "accuracy": judged.accuracy}
    values |= judged.grid | {"problems": lines}
    if judged.layers:
        values["layers"] = layers = [_object(layer, language) for layer in judged.layers]
        values["problems"] = [*lines, *(row for layer in layers for row in layer["problems"])]
    return values


def _problem(row: dict[str, object], judged: intake.Validation, language: str) -> dict[str, object]:
    feature = row["feature"]
    return {
        "code": str(row["code"]).removeprefix("error."),
        "severity": row["severity"],
        "message": " ".join(describe_finding(row, language)).strip(),
        "feature": int(feature) if feature is not None and str(feature).isdigit() else feature,
        "column": row["column"],
        "count": row["count"],
        "bounds": judged.bounds.get(str(feature)),
    }


def _print(judged: intake.Validation, language: str) -> None:
    from rich.console import Console
    from rich.text import Text

    # Without a terminal there are no colours and no width to keep: a line is a line.
    console = Console(
        file=sys.stdout, width=None if sys.stdout.isatty() else 10_000, highlight=False
    )
    for layer in judged.layers or (judged,):
        counts = {name: number(getattr(layer, name), language) for name in _COUNTS}
        about = {"source": layer.name, "crs": layer.crs or "-", **counts}
        console.print(Text(say(_LINE[layer.kind == "raster"], language, **about)))
        if layer.operation:
            console.print(Text(intake.describe_shift(layer, language)))
    if judged.all_problems and sys.stdout.isatty() and console.width >= _NARROWEST:
        console.print(_tabled(judged.all_problems, language))
    else:
        for row in judged.all_problems:
            sentence = " ".join(describe_finding(row, language)).strip()
            console.print(Text.assemble(_severity(row, language), ": ", sentence))
    console.print(Text(say(intake.STATUS_SAYS[judged.status], language, source=judged.name)))


def _tabled(problems: Sequence[dict[str, object]], language: str) -> "Table":
    """Return problems as a table for a terminal: how severe, where, what, what to do, how often."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, expand=True, leading=1, padding=(0, 1, 0, 0))
    shares = {"severity": None, "where": 2, "problem": 5, "remedy": 4, "count": None}
    for name, ratio in shares.items():
        heading = say(f"validate.head.{name}", language)
        justify = "right" if name == "count" else "left"
        table.add_column(heading, ratio=ratio, justify=justify, overflow="fold")
    for row in problems:
        named = [name for name in ("source", "feature", "column") if row[name] is not None]
        place = "\n".join(
            say(f"validate.where.{name}", language, **{name: row[name]}) for name in named
        )
        cells = map(Text, (place, *describe_finding(row, language), number(row["count"], language)))
        table.add_row(Text(*_severity(row, language)), *cells)
    return table


def _severity(row: dict[str, object], language: str) -> tuple[str, str]:
    """Return how severe a problem is as a word, and the colour of it."""
    return say(f"severity.{row['severity']}", language), _COLOURS[str(row["severity"])]
