"""The command that writes a city's report: pages to read and to print."""

from __future__ import annotations

from pathlib import Path

import click

from asset_inventory.cli.assess import (
    AUDIENCES,
    assess_city,
    city_in_its_language,
    exit_code,
    progress_in,
    results_name,
)
from asset_inventory.messages import LANGUAGES, say

BOTH = "both"
PER = ("district", "owner")


def commands(language: str, asked: str | None) -> list[click.Command]:
    """Return the command `report`, worded in a language; `asked` is the one asked for."""

    @click.command("report", help=say("command.report.help", language))
    @click.argument("city", type=click.Path(path_type=Path))
    @click.option(
        "--language",
        "pages",
        type=click.Choice((*LANGUAGES, BOTH)),
        help=say("option.report_language", language),
    )
    @click.option(
        "--audience",
        type=click.Choice(AUDIENCES),
        default=AUDIENCES[0],
        help=say("option.audience", language),
    )
    @click.option("--per", type=click.Choice(PER), multiple=True, help=say("option.per", language))
    @click.option("--pdf", is_flag=True, help=say("option.pdf", language))
    @click.option(
        "--to", "folder", type=click.Path(path_type=Path), help=say("option.report_to", language)
    )
    def report(
        city: Path,
        pages: str | None,
        audience: str,
        per: tuple[str, ...],
        pdf: bool,
        folder: Path | None,
    ) -> int:
        return report_folder(
            city,
            language,
            asked,
            both=pages == BOTH,
            audience=audience,
            per=per,
            pdf=pdf,
            folder=folder,
        )

    return [report]


def report_folder(
    city_folder: Path,
    language: str,
    asked: str | None,
    *,
    both: bool = False,
    audience: str = "internal",
    per: tuple[str, ...] = (),
    pdf: bool = False,
    folder: Path | None = None,
) -> int:
    """Assess a city, write its report, say where it is, and print it where that was asked for."""
    from asset_inventory.disclosure.assessment import disclosed
    from asset_inventory.outputs.report.write import write_report

    with city_in_its_language(city_folder, language, asked) as (city, spoken):
        assessment = assess_city(city, None, spoken)
        name = results_name(city, None)
        folder = folder or Path("reports") / (
            name if audience == AUDIENCES[0] else f"{name}-{audience}"
        )
        languages = tuple(reversed(LANGUAGES)) if both else (spoken,)
        with progress_in(say("report.progress", spoken)) as tell:
            written = write_report(
                disclosed(assessment, audience),
                folder,
                languages=languages,
                per=dict.fromkeys(per),
                tell=tell,
            )
        for key, paths in (
            ("report.written", written.reports),
            ("report.summary_written", written.summaries),
        ):
            for path in paths.values():
                click.echo(say(key, spoken, path=str(path)))
        if written.parts:
            click.echo(
                say("report.parts_written", spoken, count=len(written.parts), path=str(folder))
            )
        if pdf:
            print_pages(written.every(), spoken)
    return exit_code(assessment)


def print_pages(pages: tuple[Path, ...], language: str) -> None:
    """Print pages as PDF beside them, or say how to print them where this machine cannot.

    A page whose print is there already is not printed again.
    """
    from asset_inventory.outputs.report.pdf import is_print_of, printer

    changed = [page for page in pages if not is_print_of(page.with_suffix(".pdf"), page)]
    with printer() as print_page, progress_in(say("report.progress", language)) as tell:
        if print_page is None:
            click.echo(say("report.no_printer", language))
            return
        for done, page in enumerate(changed, start=1):
            print_page(page, page.with_suffix(".pdf"))
            if tell:
                tell(done, len(changed))
    click.echo(say("report.printed", language, count=len(pages)))
