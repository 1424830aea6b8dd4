"""The command that puts everything public of a city into one folder."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from asset_inventory.cli.assess import assess_city, city_in_its_language, exit_code, results_name
from asset_inventory.messages import LANGUAGES, say


def commands(language: str, asked: str | None) -> list[click.Command]:
    """Return the command `publish`, worded in a language; `asked` is the one asked for."""

    @click.command("publish", help=say("command.publish.help", language))
    @click.argument("city", type=click.Path(path_type=Path))
    @click.option(
        "--to", "folder", type=click.Path(path_type=Path), help=say("option.publish_to", language)
    )
    def publish(city: Path, folder: Path | None) -> int:
        return publish_folder(city, language, asked, folder=folder)

    return [publish]


def publish_folder(
    city_folder: Path, language: str, asked: str | None, *, folder: Path | None = None
) -> int:
    """Assess a city, write all that is public of it into one folder, and say where its first
    page is.
    """
    from asset_inventory.assessment.resilience import assess_resilience
    from asset_inventory.outputs.publish import publish

    with city_in_its_language(city_folder, language, asked) as (city, spoken):
        assessment = assess_city(city, None, spoken)
        drawn = (
            assess_resilience(assessment, day=datetime.date.today())
            if city.declares_resilience
            else None
        )
        languages = (spoken, *(one for one in LANGUAGES if one != spoken))
        place = folder or Path("public") / results_name(city, None)
        page = publish(drawn or assessment, place, languages=languages, tell=click.echo)
        click.echo(say("publish.written", spoken, path=str(page)))
    return max(exit_code(assessment), exit_code(drawn) if drawn else 0)
