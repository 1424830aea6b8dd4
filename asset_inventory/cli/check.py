"""Commands that look: a city before its assessment, and one asset's figures after it."""

import datetime

import click
import pandas as pd

from asset_inventory.assessment import precheck
from asset_inventory.assessment.context_indicators import not_recognised
from asset_inventory.assessment.ead_sentences import below_ground
from asset_inventory.assessment.explain import explain as explained
from asset_inventory.assessment.survey_forms import read_survey_forms
from asset_inventory.cli import shared
from asset_inventory.cli.commands import MOST_SHOWN
from asset_inventory.cli.shared import finding_lines, print_view
from asset_inventory.messages import say
from asset_inventory.model.city import City
from asset_inventory.model.tables import empty, findings, join_findings
from asset_inventory.outputs.views import tables


@shared.of_a_city
def check(city: City, language: str, *, every: bool) -> int:
    """Print what an assessment would meet; 1 when something is unreadable or an error, else 0."""
    preflight = precheck.check_city(city, day=datetime.date.today())
    rows = join_findings([preflight.findings, _survey_form_rows(city, preflight)])
    print_view(tables.sources_table(preflight.sources, language))
    print_view(tables.coverage_table(preflight.coverage, language))
    for sentence in below_ground(city.hazards):
        click.echo(say(sentence["word"], language, **sentence["values"]))
    print_view(tables.ownership_table(preflight.ownership, city.currency, language))
    severity = say("severity.error", language)
    faults = [f"{severity}: {fault.say(language)}" for fault in preflight.faults]
    prices = [say("check.prices", language), *preflight.prices] if preflight.prices else []
    for lines in (faults, finding_lines(rows.to_dict("records"), language), prices):
        for line in lines if every else lines[:MOST_SHOWN]:
            click.echo(line)
        if not every and len(lines) > MOST_SHOWN:
            click.echo(say("check.more", language, count=len(lines) - MOST_SHOWN))
    ill = bool(preflight.faults) or (rows["severity"] == "error").any()
    click.echo(say("check.ill" if ill else "check.well", language))
    return 1 if ill else 0


def _survey_form_rows(city: City, preflight: precheck.Preflight) -> pd.DataFrame:
    """Return FINDINGS on filled-in tables and on maps that may be of water.

    There are none where no resilience assessment is declared.
    """
    if not city.declares_resilience:
        return empty("FINDINGS")
    districts = empty("DISTRICTS") if preflight.districts is None else preflight.districts
    filled = read_survey_forms(city, districts, this_year=datetime.date.today().year).findings
    return join_findings([filled, findings(not_recognised(city.hazards))])


@shared.of_a_city
def explain(city: City, language: str, *, asset_id: str) -> int:
    """Print the figures of one asset with their arithmetic."""
    for line in explained(city, asset_id).lines(language):
        click.echo(line)
    return 0
