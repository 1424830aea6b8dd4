"""The command that draws up the preliminary resilience assessment: all of it once, or one part alone."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from asset_inventory.commands.answers import as_rows
from asset_inventory.commands.assess import (
    AUDIENCES,
    assess_city,
    city_in_its_language,
    exit_code,
    progress_in,
    results_name,
)
from asset_inventory.commands.reporting import BOTH, PER, print_pages
from asset_inventory.commands.resilience_told import (
    PARTS,
    PARTS_ON_WATER,
    table_of,
    tell_part,
    tell_summary,
    unread_of,
)
from asset_inventory.words import LANGUAGES, say

if TYPE_CHECKING:
    from asset_inventory.preliminary import PreliminaryAssessment


@dataclass(frozen=True)
class Pages:
    """What pages are asked for: their folder, both languages or one, a page per district or owner, and prints."""

    folder: Path | None = None
    both: bool = False
    per: tuple[str, ...] = ()
    pdf: bool = False


def commands(language: str, asked: str | None) -> list[click.Command]:
    """Return the command `resilience`, worded in a language; `asked` is the one asked for."""

    @click.command("resilience", help=say("command.resilience.help", language))
    @click.argument("city", type=click.Path(path_type=Path))
    @click.option("--only", type=click.Choice(PARTS), help=say("option.resilience_only", language))
    @click.option("--district", help=say("option.resilience_district", language))
    @click.option("--map", "map_path", type=click.Path(path_type=Path), help=say("option.resilience_map", language))
    @click.option("--results", type=click.Path(path_type=Path), help=say("option.resilience_results", language))
    @click.option(
        "--audience", type=click.Choice(AUDIENCES), default=AUDIENCES[0], help=say("option.audience", language)
    )
    @click.option("--json", "as_json", is_flag=True, help=say("option.resilience_json", language))
    @click.option(
        "--language", "pages", type=click.Choice((*LANGUAGES, BOTH)), help=say("option.report_language", language)
    )
    @click.option("--per", type=click.Choice(PER), multiple=True, help=say("option.per", language))
    @click.option("--pdf", is_flag=True, help=say("option.pdf", language))
    @click.option("--to", "folder", type=click.Path(path_type=Path), help=say("option.resilience_to", language))
    def resilience(
        city: Path, only: str | None, district: str | None, map_path: Path | None, results: Path | None, audience: str,
        as_json: bool, pages: str | None, per: tuple[str, ...], pdf: bool, folder: Path | None,
    ) -> int:  # fmt: skip
        wanted = Pages(folder, both=pages == BOTH, per=tuple(dict.fromkeys(per)), pdf=pdf)
        alone = [name for name, given in (("--only", only), ("--district", district)) if given is not None]
        refuse_what_is_not_written(alone, wanted, {"--map": map_path, "--results": results}, language, as_json=as_json)
        if district is not None:
            return explain_district(city, district, language, asked, audience=audience, as_json=as_json)
        return draw_up_city(
            city, language, asked, only=only, map_path=map_path, results=results, audience=audience, as_json=as_json,
            pages=wanted,
        )

    return [resilience]


def refuse_what_is_not_written(
    alone: Sequence[str], pages: Pages, files: Mapping[str, Path | None], language: str, *, as_json: bool
) -> None:
    """Raise UsageError where something is to be written that is not: nothing `alone` is, and no page beside JSON."""
    if len(alone) > 1:
        raise click.UsageError(say("call.not_both", language, option=alone[0], given=alone[1]))
    asked = {"--to": pages.folder, "--per": pages.per, "--pdf": pages.pdf, f"--language {BOTH}": pages.both}
    asked = {**files, **asked} if alone else asked
    given = next((name for name, one in asked.items() if one), None)
    if given and (alone or as_json):
        key = "call.alone_writes_nothing" if alone else "call.json_without_pages"
        raise click.UsageError(say(key, language, option=alone[0] if alone else "--json", given=given))


def draw_up_city(
    city_folder: Path,
    language: str,
    asked: str | None,
    *,
    only: str | None = None,
    map_path: Path | None = None,
    results: Path | None = None,
    audience: str = "internal",
    as_json: bool = False,
    pages: Pages | None = None,
) -> int:
    """Assess a city, draw up its preliminary resilience assessment, and say, write and map it, or say one part alone.

    1 when something in the tables that people filled in, or in the assessment, must be mended, else 0.
    """
    from asset_inventory.outputs.maps import write_map
    from asset_inventory.outputs.preliminary.public_voices import public_preliminary
    from asset_inventory.outputs.preliminary.reports import ask_for_owners
    from asset_inventory.outputs.preliminary.results import write_preliminary
    from asset_inventory.outputs.report_figures import figures_of
    from asset_inventory.preliminary import draw_up
    from asset_inventory.sources.whole_files import demand_replaceable

    with city_in_its_language(city_folder, language, asked) as (city, spoken):
        water = only is None or only in PARTS_ON_WATER
        demand_replaceable(map_path)
        drawn = draw_up(assess_city(city, None, spoken), day=datetime.date.today(), water=water)
        code = max(exit_code(drawn.assessment), exit_code(drawn))
        drawn = public_preliminary(drawn) if audience != AUDIENCES[0] else drawn
        parts = PARTS if only is None else (only,)
        if as_json:
            for line in unread_of(parts, drawn, spoken):
                click.echo(line, err=True)  # an empty list does not say it
            click.echo(json.dumps({part: as_rows(table_of(part, drawn, spoken)) for part in parts}, default=str))
        elif only is not None:
            tell_part(only, drawn, spoken)
        if only is not None:
            return code
        if pages and "owner" in pages.per:
            ask_for_owners(figures_of(drawn.assessment), audience)  # before anything is written
        name = f"{results_name(city, None)}-resilience" + ("" if audience == AUDIENCES[0] else f"-{audience}")
        written = write_preliminary(drawn, results or Path("results") / name, language=spoken, audience=audience)
        page = write_map(
            drawn, map_path or Path("maps") / f"{name}.html", language=spoken, audience=audience,
            tell=None if as_json else click.echo,
        )  # fmt: skip
        if not as_json:
            tell_summary(drawn, spoken)
            click.echo(say("assess.map", spoken, path=str(page)))
            click.echo(say("resilience.written", spoken, path=str(written)))
            write_pages(drawn, pages or Pages(), name, spoken, audience=audience)
    return code


def explain_district(
    city_folder: Path, district: str, language: str, asked: str | None, *, audience: str = AUDIENCES[0],
    as_json: bool = False,
) -> int:  # fmt: skip
    """Tell how the one district that a text means stands, with the arithmetic; 1 as in `draw_up_city`."""
    from asset_inventory.inventory.district_names import district_meant
    from asset_inventory.outputs.preliminary.explained import standing_lines
    from asset_inventory.outputs.preliminary.public_voices import public_preliminary
    from asset_inventory.preliminary import draw_up

    with city_in_its_language(city_folder, language, asked) as (city, spoken):
        drawn = draw_up(assess_city(city, None, spoken), day=datetime.date.today(), water=False)
        meant = district_meant(district, drawn.assessment.districts)
        told = drawn if audience == AUDIENCES[0] else public_preliminary(drawn)
        lines = standing_lines(told, meant, spoken)
        click.echo(json.dumps({"district": meant, "lines": lines}) if as_json else "\n".join(lines))
    return max(exit_code(drawn.assessment), exit_code(drawn))


def write_pages(
    preliminary: PreliminaryAssessment, pages: Pages, name: str, language: str, *, audience: str = "internal"
) -> None:
    """Write the pages of an assessment and, for the inside, the workbook for the planning meeting; say where they are.

    `name` is that of their folder where none is given.
    """
    from asset_inventory.outputs.preliminary.planning_workbooks import write_planning_workbook
    from asset_inventory.outputs.preliminary.reports import write_preliminary_report

    folder = pages.folder or Path("reports") / name
    languages = tuple(reversed(LANGUAGES)) if pages.both else (language,)
    with progress_in(say("report.progress", language)) as tell:
        written = write_preliminary_report(
            preliminary, folder, languages=languages, audience=audience, per=pages.per, tell=tell
        )
    for path in written.reports.values():
        click.echo(say("preliminary.written", language, path=str(path)))
    if written.parts:
        click.echo(say("report.parts_written", language, count=len(written.parts), path=str(folder)))
    if audience == AUDIENCES[0]:
        for one in languages:
            path = write_planning_workbook(preliminary, folder / f"planning-{one}.xlsx", language=one)
            click.echo(say("preliminary.planning.written", language, path=str(path)))
    if pages.pdf:
        print_pages(written.every(), language)
