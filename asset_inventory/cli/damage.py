"""The command that tells what is lost: map by map and a year, of the city or of its types,
districts or departments.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from asset_inventory.cli.assess import AUDIENCES, assess_city, city_in_its_language, exit_code
from asset_inventory.cli.console import as_rows, describe_findings_of, finding_lines, print_view
from asset_inventory.messages import say

if TYPE_CHECKING:
    import pandas as pd

    from asset_inventory.assessment.run import Assessment

# What is asked for, and the column of ASSETS that it means.
BY = {"type": "asset_type", "district": "district", "owner": "owner"}


def commands(language: str, asked: str | None) -> list[click.Command]:
    """Return the command `damage`, worded in a language; `asked` is the one asked for."""

    readers = {
        "type": click.Choice(AUDIENCES),
        "default": AUDIENCES[0],
        "help": say("option.audience", language),
    }

    @click.command("damage", help=say("command.damage.help", language))
    @click.argument("city", type=click.Path(path_type=Path))
    @click.option("--by", type=click.Choice(tuple(BY)), help=say("option.damage_by", language))
    @click.option("--audience", **readers)
    @click.option("--json", "as_json", is_flag=True, help=say("option.json", language))
    def damage(city: Path, by: str | None, audience: str, as_json: bool) -> int:
        return _damage(city, language, asked, by=by, audience=audience, as_json=as_json)

    return [damage]


def _damage(
    folder: Path, language: str, asked: str | None, *, by: str | None, audience: str, as_json: bool
) -> int:
    """Print what is lost on each map and a year, and what was found in the maps; 1 when
    something must be mended.
    """
    from asset_inventory.assessment.breakdowns import damage_summary_of, ead_summary_of
    from asset_inventory.disclosure.assessment import disclosed, visible_tables

    with city_in_its_language(folder, language, asked) as (city, spoken):
        whole = assess_city(city, None, spoken)
        shown = disclosed(whole, audience)
        columns = [BY[by]] if by else []
        sums = {
            "damage_summary": damage_summary_of(shown, by=columns),
            "ead_summary": ead_summary_of(shown, by=columns),
        }
        sums = visible_tables(sums, shown)
        (_print_json if as_json else _print)(shown, sums, by, spoken)
    return exit_code(whole)


def _print(
    assessment: Assessment, sums: dict[str, pd.DataFrame], by: str | None, language: str
) -> None:
    from asset_inventory.assessment.ead_sentences import ead_sentence
    from asset_inventory.outputs.views.summary import exercise_note
    from asset_inventory.outputs.views.tables import damage_table, ead_table

    for name, table in (("damage_summary", damage_table), ("ead_summary", ead_table)):
        if not len(sums.get(name, ())):
            continue
        print_view(table(sums[name], assessment, BY.get(by), language))
    if len(sums.get("ead_summary", ())):
        click.echo(ead_sentence(assessment.city, language))
    exercise = exercise_note(assessment, language)
    if exercise:
        click.echo(exercise)
    for line in finding_lines(_findings(assessment), language):
        click.echo(line)


def _print_json(
    assessment: Assessment, sums: dict[str, pd.DataFrame], by: str | None, language: str
) -> None:
    tables = {name.removesuffix("_summary"): as_rows(table) for name, table in sums.items()}
    found = describe_findings_of(_findings(assessment), language)
    about = {
        "city": assessment.city.name,
        "currency": assessment.city.currency,
        "exercise": list(assessment.provenance.get("exercise", [])),
    }
    click.echo(json.dumps(about | tables | {"findings": found}, ensure_ascii=True))


def _findings(assessment: Assessment) -> list[dict[str, object]]:
    """Return the findings on hazards, of which the figures here are made."""
    names = [one.name for one in assessment.city.hazards]
    found = assessment.findings.astype({"source": str})
    about = found["source"].isin(names) | found["source"].str.startswith(
        tuple(f"{one} (" for one in names)
    )
    return as_rows(found[about.to_numpy(dtype=bool)])
