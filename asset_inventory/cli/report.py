"""Commands that write pages to read, to print and to fill in: a city's report, and its forms."""

import datetime
from pathlib import Path

import click

from asset_inventory.assessment.resilience import ResilienceAssessment, assess_resilience
from asset_inventory.assessment.run import Assessment
from asset_inventory.cli import shared
from asset_inventory.cli.commands import BOTH
from asset_inventory.disclosure.assessment import disclosed
from asset_inventory.disclosure.resilience import disclosed_resilience
from asset_inventory.inventory.districts import read_districts
from asset_inventory.messages import LANGUAGES, say
from asset_inventory.model.city import City
from asset_inventory.outputs.report.pdf import is_print_of, printer
from asset_inventory.outputs.report.write import write_forms, write_report


@shared.of_a_city
def ballot(city: City, language: str, *, target: Path | None) -> int:
    """Write the empty forms of a city and its ballot, and print what they are and where."""
    place = target or Path("forms") / shared.results_name(city)
    for path in write_forms(city, read_districts(city)[0], place):
        click.echo(say(f"ballot.written.{path.stem}", language, path=str(path)))
    if not city.pressures:
        click.echo(say("ballot.no_pressures", language))
    return 0


@shared.of_a_city
def report(
    city: City,
    language: str,
    *,
    pages: str | None,
    audience: str,
    per: tuple[str, ...],
    pdf: bool,
    target: Path | None,
    as_json: bool,
) -> int:
    """Assess a city, write its report, print where it is, and make PDF where that is asked for."""
    languages = page_languages(pages, city, language)
    assessment = shared.assess_city(city, None, language)
    shown = disclosed(assessment, audience)
    edition: Assessment | ResilienceAssessment = shown
    if city.resilience.criteria:
        with shared.progress_in("resilience", say("progress.resilience", language)):
            drawn = assess_resilience(assessment, day=datetime.date.today(), water=False)
        edition = disclosed_resilience(drawn, audience)
    folder = target or Path("reports") / shared.name_for(shared.results_name(city), audience)
    with shared.progress_in("report", say("report.progress", language)) as on_progress:
        per_part = dict.fromkeys(per)
        written = write_report(
            edition, folder, languages=languages, per=per_part, on_progress=on_progress
        )
    if as_json:
        files = {
            "folder": str(folder.absolute()),
            "reports": shared.as_paths(written.reports),
            "summaries": shared.as_paths(written.summaries),
            "parts": [str(path.absolute()) for path in written.parts],
            "pdf": [str(path.absolute()) for path in make_prints(written.every(), language)]
            if pdf
            else [],
        }
        shared.print_object(files=files, **shared.assessment_object(shown, language))
        return shared.exit_code(assessment)
    for path in written.reports.values():
        click.echo(say("report.written", language, path=str(path)))
    for path in written.summaries.values():
        click.echo(say("report.summary_written", language, path=str(path)))
    if written.parts:
        count, place = len(written.parts), str(folder)
        click.echo(say("report.parts_written", language, count=count, path=place))
    if pdf:
        print_pages(written.every(), language)
    return shared.exit_code(assessment)


def page_languages(pages: str | None, city: City, language: str) -> tuple[str, ...]:
    """Return the languages of pages: the one that is spoken, or both.

    Raises CityError for both languages of a city that has one.
    """
    if pages != BOTH:
        return (language,)
    return tuple(city.language_for(code) for code in reversed(LANGUAGES))


def print_pages(pages: tuple[Path, ...], language: str) -> None:
    """Print pages as PDF next to them, or print how to do it where this machine cannot."""
    made = make_prints(pages, language)
    if made:
        click.echo(say("report.printed", language, count=len(made)))
    else:
        click.echo(say("report.no_printer", language))


def make_prints(pages: tuple[Path, ...], language: str) -> tuple[Path, ...]:
    """Print pages as PDF next to them and return all prints, none where this machine cannot.

    A page that has its print already is not printed again.
    """
    changed = [page for page in pages if not is_print_of(page.with_suffix(".pdf"), page)]
    with (
        printer() as print_page,
        shared.progress_in("pdf", say("progress.pdf", language)) as on_progress,
    ):
        if print_page is None:
            return ()
        for done, page in enumerate(changed, start=1):
            print_page(page, page.with_suffix(".pdf"))
            if on_progress:
                on_progress(done, len(changed))
    return tuple(page.with_suffix(".pdf") for page in pages)
