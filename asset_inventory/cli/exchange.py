"""The command that packs an assessment for other systems: the Risk Data Library Standard, and
STAC catalogues.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import click

from asset_inventory.cli.assess import (
    AUDIENCES,
    assess_city,
    city_in_its_language,
    exit_code,
    results_name,
)
from asset_inventory.messages import say

if TYPE_CHECKING:
    from asset_inventory.assessment.run import Assessment


def commands(language: str, asked: str | None) -> list[click.Command]:
    """Return the command `exchange`, worded in a language; `asked` is the one asked for."""

    @click.command("exchange", help=say("command.exchange.help", language))
    @click.argument("city", type=click.Path(path_type=Path))
    @click.option("--qgis", is_flag=True, help=say("option.qgis", language))
    @click.option("--rdls", is_flag=True, help=say("option.rdls", language))
    @click.option("--stac", is_flag=True, help=say("option.stac", language))
    @click.option(
        "--to", "folder", type=click.Path(path_type=Path), help=say("option.exchange_to", language)
    )
    @click.option(
        "--audience",
        type=click.Choice(AUDIENCES),
        default=AUDIENCES[0],
        help=say("option.exchange_audience", language),
    )
    @click.pass_context
    def exchange(
        context: click.Context, city: Path, folder: Path | None, audience: str, **asked_for: bool
    ) -> int:
        kinds = [name for name, wanted in asked_for.items() if wanted]
        if not kinds:
            offered = ", ".join(f"--{name}" for name in asked_for)
            raise click.UsageError(say("call.exchange_what", language, kinds=offered), context)
        return exchange_folder(city, language, asked, kinds=kinds, folder=folder, audience=audience)

    return [exchange]


def exchange_folder(
    city: Path,
    language: str,
    asked: str | None,
    *,
    kinds: Collection[str],
    folder: Path | None = None,
    audience: str = "internal",
) -> int:
    """Assess a city, write its data once and the catalogues of these kinds on it, and say where
    they are.

    The kind "qgis" is a project beside the results of the same assessment, which are written with
    it.
    """
    from asset_inventory.disclosure.assessment import disclosed
    from asset_inventory.outputs.exchange.catalogues import write_catalogues

    with city_in_its_language(city, language, asked) as (declared, spoken):
        assessment, name = assess_city(declared, None, spoken), results_name(declared, None)
        held = disclosed(assessment, audience)
        written, catalogues = [], [one for one in kinds if one != "qgis"]
        if "qgis" in kinds:
            written.append(_write_qgis(held, folder or results_path(name, audience), spoken))
        if catalogues:
            place = folder or package_path(name, audience)
            written += write_catalogues(held, place, catalogues, language=spoken, tell=click.echo)
        for path in written:
            click.echo(say("exchange.written", spoken, path=str(path)))
    return exit_code(assessment)


def _write_qgis(held: Assessment, folder: Path, language: str) -> Path:
    from asset_inventory.io.stored_runs import add_to_run
    from asset_inventory.outputs.exchange.qgis import write_project
    from asset_inventory.outputs.files.results import write_results

    write_results(held, folder, language=language)
    project = write_project(held, folder, language=language)
    add_to_run(folder, [project])
    return project


def results_path(name: str, audience: str) -> Path:
    """Return where results go by themselves: those for the public never lie over the internal
    ones.
    """
    return Path("results") / (name if audience == "internal" else f"{name}-{audience}")


def package_path(name: str, audience: str) -> Path:
    """Return where a package goes by itself: one for the public never lies over the internal
    one.
    """
    return Path("results") / (
        f"{name}-exchange" if audience == "internal" else f"{name}-exchange-{audience}"
    )
