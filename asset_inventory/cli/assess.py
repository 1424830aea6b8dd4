"""The command that computes: assess a city."""

from pathlib import Path

import click

from asset_inventory.cli import shared
from asset_inventory.cli.shared import print_view, progress_in
from asset_inventory.disclosure.assessment import disclosed
from asset_inventory.io.atomic import demand_page
from asset_inventory.io.stored_runs import add_to_run
from asset_inventory.messages import say
from asset_inventory.model.city import City
from asset_inventory.outputs.files.results import write_results
from asset_inventory.outputs.map.city_map import write_map
from asset_inventory.outputs.views import projection, summary
from asset_inventory.outputs.views.tables import ownership_table


@shared.of_a_city
def assess(
    city: City,
    language: str,
    *,
    only: str | None = None,
    map_path: Path | None = None,
    results: Path | None = None,
    xlsx: bool = False,
    audience: str = "internal",
    verbose: bool = False,
    as_json: bool = False,
) -> int:
    """Assess a city, write results and map, and print a short summary, or all as JSON.

    With `verbose` also the names that nearly match, all projections, and EAD by agency.
    """
    demand_page(map_path)
    assessment = shared.assess_city(city, only, language)
    name = shared.results_name(city, only)
    with progress_in("results", say("progress.results", language)):
        written = write_results(assessment, results or Path("results") / name, language=language)
    book = None
    if xlsx:
        from asset_inventory.outputs.files.workbooks import write_workbook

        with progress_in("workbook", say("progress.workbook", language)):
            book = write_workbook(assessment, written / f"{name}.xlsx", language=language)
            add_to_run(written, [book])
    edition = disclosed(assessment, audience)
    page = map_path or shared.page_path(name, audience)
    notices: list[str] = []
    with progress_in("map", say("progress.map", language)):
        page = write_map(edition, page, language=language, on_notice=notices.append)
    if as_json:
        files = shared.as_paths({"map": page, "results": written, "workbook": book})
        about = shared.assessment_object(edition, language, notices=notices)
        shared.print_object(files=files, **about)
        return shared.exit_code(assessment)
    for line in notices:
        click.echo(line)
    rest = [
        *projection.bridge_sentence(assessment, language),
        *projection.projection_sentences(assessment, language),
        *summary.near_word_lines(assessment, language),
        *projection.return_periods(assessment, language),
    ]
    for line in summary.five_lines(assessment, language):
        click.echo(line)
    if verbose:
        for line in (*rest, *summary.not_ranked_sentences(assessment, language)):
            click.echo(line)
        print_view(ownership_table(assessment.ownership, city.currency, language))
    click.echo(say("assess.map", language, path=str(page)))
    click.echo(say("assess.results", language, path=str(written)))
    if book is not None:
        click.echo(say("assess.workbook", language, path=str(book)))
    if audience != "internal":
        click.echo(say("assess.results_internal", language, path=str(written)))
    if not verbose:
        place = shared.from_here(city.folder)
        click.echo(say("assess.more", language, folder=place, language=language))
    return shared.exit_code(assessment)
