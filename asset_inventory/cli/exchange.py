"""Commands that write for others: data for other systems, and all that is public of a city."""

import datetime
from pathlib import Path

import click

from asset_inventory.assessment.resilience import assess_resilience
from asset_inventory.assessment.run import Assessment
from asset_inventory.cli import shared
from asset_inventory.disclosure.assessment import disclosed, require_licences
from asset_inventory.io.stored_runs import add_to_run
from asset_inventory.messages import page_languages, say
from asset_inventory.model.city import City
from asset_inventory.outputs import publish as publishing
from asset_inventory.outputs.exchange.catalogues import write_catalogues
from asset_inventory.outputs.exchange.qgis import write_project
from asset_inventory.outputs.files.results import write_results


def exchange(
    language: str,
    explicit_language: str | None,
    *,
    folder: Path,
    target: Path | None,
    audience: str,
    **asked_for: bool,
) -> int:
    """Assess a city, write its data once and the catalogues that were asked for, print where.

    `--qgis` is a project next to the results of the same assessment, which are written with it.
    """
    kinds = [name for name, wanted in asked_for.items() if wanted]
    if not kinds:
        offered = ", ".join(f"--{name}" for name in asked_for)
        raise click.UsageError(say("call.exchange_what", language, kinds=offered))
    with shared.city_in_its_language(folder, language, explicit_language) as (city, spoken):
        if audience == "public":
            require_licences(city)  # before the figures, which take long
        assessment, name = shared.assess_city(city, None, spoken), shared.results_name(city)
        edition = disclosed(assessment, audience)
        written, catalogues = [], [catalogue for catalogue in kinds if catalogue != "qgis"]
        if "qgis" in kinds:
            results = target or Path("results") / shared.name_for(name, audience)
            written.append(_write_qgis(edition, results, spoken))
        if catalogues:
            package = target or Path("results") / shared.name_for(f"{name}-exchange", audience)
            notices: list[str] = []
            with shared.progress_in("catalogues", say("progress.catalogues", spoken)):
                written += write_catalogues(
                    edition, package, catalogues, language=spoken, on_notice=notices.append
                )
            for line in notices:
                click.echo(line)
        for path in written:
            click.echo(say("exchange.written", spoken, path=str(path)))
    return shared.exit_code(assessment)


def _write_qgis(assessment: Assessment, folder: Path, language: str) -> Path:
    with shared.progress_in("results", say("progress.results", language)):
        write_results(assessment, folder, language=language)
        project = write_project(assessment, folder, language=language)
        add_to_run(folder, [project])
    return project


@shared.of_a_city
def publish(city: City, language: str, *, target: Path | None) -> int:
    """Assess a city, write all that is public of it into one folder, print its first page."""
    require_licences(city)  # before the figures, which take long
    assessment = shared.assess_city(city, None, language)
    drawn = None
    if city.declares_resilience:
        with shared.progress_in("resilience", say("progress.resilience", language)):
            drawn = assess_resilience(assessment, day=datetime.date.today())
    languages = (language, *(other for other in page_languages() if other != language))
    place = target or Path("public") / shared.results_name(city)
    notices: list[str] = []
    with shared.progress_in("publish", say("progress.publish", language)):
        page = publishing.publish(
            drawn or assessment, place, languages=languages, on_notice=notices.append
        )
    for line in notices:
        click.echo(line)
    click.echo(say("publish.written", language, path=str(page)))
    return max(shared.exit_code(assessment), shared.exit_code(drawn) if drawn else 0)
