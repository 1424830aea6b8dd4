"""The command on damage by map and year, of the city or of its types, districts or owners."""

import click
import pandas as pd

from asset_inventory.assessment.breakdowns import damage_summary_of, ead_summary_of
from asset_inventory.assessment.ead_sentences import ead_sentence
from asset_inventory.assessment.run import Assessment
from asset_inventory.cli import shared
from asset_inventory.cli.commands import BY
from asset_inventory.cli.shared import (
    as_rows,
    describe_findings_of,
    finding_lines,
    print_object,
    print_view,
)
from asset_inventory.disclosure.assessment import disclosed, visible_tables
from asset_inventory.model.city import City
from asset_inventory.outputs.views.summary import exercise_note
from asset_inventory.outputs.views.tables import damage_table, ead_table


@shared.of_a_city
def damage(city: City, language: str, *, by: str | None, audience: str, as_json: bool) -> int:
    """Print the damage of each map and year, and findings on maps; 1 when one is an error."""
    assessment = shared.assess_city(city, None, language)
    edition = disclosed(assessment, audience)
    columns = [BY[by]] if by else []
    sums = {
        "damage_summary": damage_summary_of(edition, by=columns),
        "ead_summary": ead_summary_of(edition, by=columns),
    }
    sums = visible_tables(sums, edition)
    (_print_json if as_json else _print)(edition, sums, by, language)
    return shared.exit_code(assessment)


def _print(
    assessment: Assessment, sums: dict[str, pd.DataFrame], by: str | None, language: str
) -> None:
    for name, table in (("damage_summary", damage_table), ("ead_summary", ead_table)):
        if len(sums.get(name, ())):
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
    about = {
        "city": assessment.city.name,
        "currency": assessment.city.currency,
        "exercise": list(assessment.provenance.get("exercise", [])),
    }
    rows = describe_findings_of(_findings(assessment), language)
    print_object(**about, **tables, findings=rows)


def _findings(assessment: Assessment) -> list[dict[str, object]]:
    """Return the findings on hazards: the figures here are made of these."""
    names = [hazard.name for hazard in assessment.city.hazards]
    table = assessment.findings.astype({"source": str})
    about = table["source"].isin(names) | table["source"].str.startswith(
        tuple(f"{name} (" for name in names)
    )
    return as_rows(table[about.to_numpy(dtype=bool)])
