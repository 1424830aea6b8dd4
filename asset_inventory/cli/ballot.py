"""The command that writes the forms of the preliminary resilience assessment."""

from __future__ import annotations

from pathlib import Path

import click

from asset_inventory.cli.assess import city_in_its_language, results_name
from asset_inventory.messages import say


def commands(language: str, asked: str | None) -> list[click.Command]:
    """Return the command `ballot`, worded in a language; `asked` is the one asked for."""

    @click.command("ballot", help=say("command.ballot.help", language))
    @click.argument("city", type=click.Path(path_type=Path))
    @click.option(
        "--to", "folder", type=click.Path(path_type=Path), help=say("option.ballot_to", language)
    )
    def ballot(city: Path, folder: Path | None) -> int:
        return write_ballots(city, language, asked, folder=folder)

    return [ballot]


def write_ballots(
    city_folder: Path, language: str, asked: str | None, *, folder: Path | None = None
) -> int:
    """Write the empty forms of a city and its ballot, and say what is in them and where they
    are.
    """
    from asset_inventory.inventory.districts import read_districts
    from asset_inventory.outputs.report.write import write_forms

    with city_in_its_language(city_folder, language, asked) as (city, spoken):
        place = folder or Path("forms") / results_name(city, None)
        for path in write_forms(city, read_districts(city)[0], place):
            click.echo(say(f"ballot.written.{path.stem}", spoken, path=str(path)))
        if not city.pressures:
            click.echo(say("ballot.no_pressures", spoken))
    return 0
