"""Commands that look: a city before its assessment, and one asset's figures after it."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from asset_inventory.cli.assess import city_in_its_language
from asset_inventory.cli.console import finding_lines, print_view
from asset_inventory.messages import say

if TYPE_CHECKING:
    import pandas as pd

    from asset_inventory.assessment.precheck import Preflight
    from asset_inventory.model.city import City

MOST_SHOWN = 200  # lines of one kind; the rest is counted


def commands(language: str, asked: str | None) -> list[click.Command]:
    """Return the commands `check` and `explain`, worded in a language; `asked` is the one asked
    for.
    """

    @click.command("check", help=say("command.check.help", language))
    @click.argument("city", type=click.Path(path_type=Path))
    @click.option(
        "--all", "every", is_flag=True, help=say("option.all_findings", language, most=MOST_SHOWN)
    )
    def check(city: Path, every: bool) -> int:
        return _check(city, language, asked, every=every)

    @click.command("explain", help=say("command.explain.help", language))
    @click.argument("city", type=click.Path(path_type=Path))
    @click.argument("asset_id")
    def explain(city: Path, asset_id: str) -> int:
        return _explain(city, asset_id, language, asked)

    return [check, explain]


def _check(folder: Path, language: str, asked: str | None, *, every: bool) -> int:
    """Print what an assessment would meet; 1 when something cannot be read or is an error, else
    0.
    """
    from asset_inventory.assessment.ead_sentences import below_ground
    from asset_inventory.assessment.precheck import check_city
    from asset_inventory.model.tables import join_findings
    from asset_inventory.outputs.views.tables import coverage_table, ownership_table, sources_table

    with city_in_its_language(folder, language, asked) as (city, spoken):
        found = check_city(city, day=datetime.date.today())
        findings = join_findings([found.findings, _survey_form_rows(city, found)])
        print_view(sources_table(found.sources, spoken))
        print_view(coverage_table(found.coverage, spoken))
        for told in below_ground(city.hazards):
            click.echo(say(told["word"], spoken, **told["values"]))
        print_view(ownership_table(found.ownership, city.currency, spoken))
        lines = [f"{say('severity.error', spoken)}: {fault.say(spoken)}" for fault in found.faults]
        for part in (
            lines,
            finding_lines(findings.to_dict("records"), spoken),
            _price_lines(found, spoken),
        ):
            _print_lines(part, spoken, every=every)
        ill = bool(found.faults) or (findings["severity"] == "error").any()
        click.echo(say("check.ill" if ill else "check.well", spoken))
    return 1 if ill else 0


def _survey_form_rows(city: City, found: Preflight) -> pd.DataFrame:
    """Return FINDINGS on the tables that people filled in and on maps that may be of water, none where no resilience
    assessment is declared."""
    from asset_inventory.assessment.context_indicators import not_recognised
    from asset_inventory.assessment.survey_forms import read_survey_forms
    from asset_inventory.model.tables import empty, findings, join_findings

    if not city.declares_resilience:
        return empty("FINDINGS")
    districts = empty("DISTRICTS") if found.districts is None else found.districts
    filled = read_survey_forms(city, districts, this_year=datetime.date.today().year).findings
    return join_findings([filled, findings(not_recognised(city.hazards))])


def _price_lines(found: Preflight, language: str) -> list[str]:
    """Return what can be pasted into city.toml for the types whose values are not known."""
    return [say("check.prices", language), *found.prices] if found.prices else []


def _print_lines(lines: list[str], language: str, *, every: bool) -> None:
    """Print lines of one kind: each, or the first with the number of the others."""
    for line in lines if every else lines[:MOST_SHOWN]:
        click.echo(line)
    if not every and len(lines) > MOST_SHOWN:
        click.echo(say("check.more", language, count=len(lines) - MOST_SHOWN))


def _explain(folder: Path, asset_id: str, language: str, asked: str | None) -> int:
    from asset_inventory.assessment.explain import explain

    with city_in_its_language(folder, language, asked) as (city, spoken):
        for line in explain(city, asset_id).lines(spoken):
            click.echo(line)
    return 0
