"""The command that judges a file before anybody uses it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from asset_inventory.cli.assess import city_in_its_language
from asset_inventory.messages import describe_finding, name_of, number, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from asset_inventory.intake import Validation
    from asset_inventory.intake.rules import Rules

_LINE = ("validate.layer", "validate.grid")
_COLOURS = {"error": "red", "warning": "yellow", "repaired": "cyan"}
_NARROWEST = 72  # columns of a terminal that a table needs
_COUNTS = ("read", "kept", "repaired", "quarantined")


def commands(language: str, asked: str | None) -> list[click.Command]:
    """Return the command `validate`, worded in a language; `asked` is the one asked for."""

    a_path = click.Path(path_type=Path)

    @click.command("validate", help=say("command.validate.help", language))
    @click.argument("file", type=a_path)
    @click.option("--json", "as_json", is_flag=True, help=say("option.json", language))
    @click.option("--crs", metavar="EPSG:...", help=say("option.crs", language))
    @click.option(
        "--city", "folder", metavar="CITY", type=a_path, help=say("option.city", language)
    )
    @click.option("--layer", metavar="NAME", help=say("option.layer", language))
    @click.option("--html", "page", type=a_path, help=say("option.html", language))
    @click.option("--quarantine", type=a_path, help=say("option.quarantine", language))
    def validate(file: Path, folder: Path | None, layer: str | None, **wanted: object) -> int:
        if folder is None:
            if layer is not None:
                raise click.UsageError(say("call.layer_without_city", language))
            return _validate(file, language, **wanted)
        # the file may be the first that the city gets
        with city_in_its_language(folder, language, asked, files=False) as (city, spoken):
            from asset_inventory.intake.layers import rules_for

            return _validate(file, spoken, rules=rules_for(city, file, layer=layer), **wanted)

    return [validate]


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
    """Judge a file, tell what was found and write what was asked for; 0 when all of it was kept,
    else 1.
    """
    from asset_inventory.intake import ACCEPTED, take_in
    from asset_inventory.io.atomic import demand_replaceable

    if page is not None and quarantine is None:
        quarantine = page.with_name("quarantine.gpkg")
    demand_replaceable(page)
    demand_replaceable(quarantine)
    judged = take_in(file, crs=crs, quarantine=quarantine, rules=rules)
    if page is not None:
        from asset_inventory.outputs.report.review import write_validation_page

        write_validation_page(judged, page, language=language, rules=rules)
    if as_json:
        of_city = {} if rules is None else {"city": rules.city, "layer": rules.layer}
        click.echo(json.dumps(_object(judged, language) | of_city, ensure_ascii=True))
        return int(judged.status != ACCEPTED)
    if rules is not None:
        click.echo(
            say(
                "validate.for_city",
                language,
                source=name_of(file),
                city=rules.city,
                layer=rules.layer,
            )
        )
    _print(judged, language)
    for key, path in (("validate.page", page), ("validate.quarantine", quarantine)):
        if path is not None and path.exists():
            click.echo(say(key, language, path=str(path)))
    return int(judged.status != ACCEPTED)


def _object(judged: Validation, language: str) -> dict[str, object]:
    """Return what a machine reads: the judgement, and one such object for each layer where there
    are several.
    """
    counts = {f"features_{name}": getattr(judged, name) for name in _COUNTS}
    lines = [_problem(row, language) for row in judged.problems]
    whole = {
        "source": judged.name,
        "status": judged.status,
        "kind": judged.kind,
        "crs": judged.crs,
        **counts,
    }
    whole |= (
        {"operation": judged.operation, "accuracy": judged.accuracy}
        | judged.grid
        | {"problems": lines}
    )
    if judged.layers:
        whole["problems"] = [_problem(row, language) for row in judged.all_problems]
        whole["layers"] = [_object(one, language) for one in judged.layers]
    return whole


def _problem(row: dict[str, object], language: str) -> dict[str, object]:
    feature = row["feature"]
    return {
        "code": str(row["code"]).removeprefix("error."),
        "severity": row["severity"],
        "message": " ".join(describe_finding(row, language)).strip(),
        "feature": int(feature) if feature is not None and str(feature).isdigit() else feature,
        "column": row["column"],
        "count": row["count"],
    }


def _print(judged: Validation, language: str) -> None:
    from rich.console import Console
    from rich.text import Text

    from asset_inventory.intake import STATUS_SAYS, describe_shift

    # Without a terminal there are no colours and no width to keep: a line is a line.
    console = Console(
        file=sys.stdout, width=None if sys.stdout.isatty() else 10_000, highlight=False
    )
    for one in judged.layers or (judged,):
        counts = {name: number(getattr(one, name), language) for name in _COUNTS}
        console.print(
            Text(
                say(
                    _LINE[one.kind == "raster"],
                    language,
                    source=one.name,
                    crs=one.crs or "-",
                    **counts,
                )
            )
        )
        if one.operation:
            console.print(Text(describe_shift(one, language)))
    if judged.all_problems and sys.stdout.isatty() and console.width >= _NARROWEST:
        console.print(_tabled(judged.all_problems, language))
    else:
        for row in judged.all_problems:
            console.print(
                Text.assemble(
                    _severity(row, language),
                    ": ",
                    " ".join(describe_finding(row, language)).strip(),
                )
            )
    console.print(Text(say(STATUS_SAYS[judged.status], language, source=judged.name)))


def _tabled(problems: Sequence[dict[str, object]], language: str) -> Table:
    """Return problems as a table for a terminal: how severe, where, what, what to do, how often."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, expand=True, leading=1, padding=(0, 1, 0, 0))
    for name, share in (
        ("severity", None),
        ("where", 2),
        ("problem", 5),
        ("remedy", 4),
        ("count", None),
    ):
        justify = "right" if name == "count" else "left"
        table.add_column(
            say(f"validate.head.{name}", language), ratio=share, justify=justify, overflow="fold"
        )
    for row in problems:
        named = [name for name in ("source", "feature", "column") if row[name] is not None]
        place = "\n".join(
            say(f"validate.where.{name}", language, **{name: row[name]}) for name in named
        )
        told = map(Text, (place, *describe_finding(row, language), number(row["count"], language)))
        table.add_row(Text(*_severity(row, language)), *told)
    return table


def _severity(row: dict[str, object], language: str) -> tuple[str, str]:
    """Return how severe a problem is as a word, and the colour of it."""
    return say(f"severity.{row['severity']}", language), _COLOURS[str(row["severity"])]
