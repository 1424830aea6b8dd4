"""What the command `resilience` prints: each part as a table, or the whole in sentences.

The command that draws up the preliminary resilience assessment: all of it once, or one part alone.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from asset_inventory.cli.assess import (
    AUDIENCES,
    assess_city,
    city_in_its_language,
    exit_code,
    progress_in,
    results_name,
)
from asset_inventory.cli.console import as_rows, print_view
from asset_inventory.cli.report import BOTH, PER, print_pages
from asset_inventory.messages import LANGUAGES, number, say

if TYPE_CHECKING:
    import pandas as pd

    from asset_inventory.assessment.resilience import ResilienceAssessment
    from asset_inventory.outputs.views.table_view import TableView

# fmt: off
PARTS = ("statements", "pressures", "votes", "influences", "indicators", "districts", "focus", "floods",
         "vulnerability", "products", "burdens", "people", "actions", "gaps", "decisions", "findings")
# fmt: on
PARTS_ON_WATER = (
    "floods",
    "products",
)  # the others are told without laying districts under maps of water


def print_summary(drawn: ResilienceAssessment, language: str) -> None:
    """Print the assessment in sentences."""
    from asset_inventory.outputs.views.ranking import resilience_summary

    for line in resilience_summary(drawn, language):
        click.echo(line)


def print_part(part: str, drawn: ResilienceAssessment, language: str) -> None:
    """Print one part as a table, or say that there is nothing in it."""
    table, unread = table_of(part, drawn, language), unread_of([part], drawn, language)
    for line in unread:
        click.echo(line)
    if not len(table):
        if unread:
            return
        click.echo(say(f"resilience.nothing.{part}", language))
        return
    if part == "findings":
        for row in table.to_dict("records"):
            click.echo(
                f"{say('severity.' + row['severity'], language)}: {row['sentence']} {row['remedy']}"
            )
        return
    print_view(part_view(part, table, language))
    for line in _beneath(part, drawn, language):
        click.echo(line)


def part_view(part: str, table: pd.DataFrame, language: str) -> TableView:
    """Return the columns of a part that people see; nothing is «-»."""
    from asset_inventory.outputs.views.resilience import format_probability, format_share
    from asset_inventory.outputs.views.table_view import NUMBER, TEXT, Column, Format, TableView
    from asset_inventory.risk.people import rounded_up

    plain = Format(lambda value, _: f"{float(value):.0f}", is_number=False)
    whole = Format(lambda value, language: number(round(float(value)), language))
    people = Format(lambda value, language: number(rounded_up(float(value)), language))
    formats = {
        **dict.fromkeys(_NUMBERS, NUMBER),
        **dict.fromkeys(_WHOLE, whole),
        **dict.fromkeys(_PEOPLE, people),
        "row": plain,
        "return_period": plain,
        "year": replace(plain, is_number=True),
        "share": Format(format_share),
        "top_share": Format(format_probability),
    }
    columns = [
        Column(label, replace(formats.get(label, TEXT), missing="-")) for label in SHOWN[part]
    ]
    return TableView(part, columns, table, language, labels="resilience.head.")


def unread_of(parts: Iterable[str], drawn: ResilienceAssessment, language: str) -> list[str]:
    """Return which tables could not be read of those on which parts rest, a sentence each."""
    from asset_inventory.outputs.views.resilience import unread_sentences

    names = {name for part in parts for name in _RESTS_ON.get(part, ())}
    return unread_sentences(drawn, language, *names) if names else []


def table_of(part: str, drawn: ResilienceAssessment, language: str) -> pd.DataFrame:
    """Return the rows of a part, as machines read them, with names in a language beside ids."""
    return _TABLES[part](drawn, language)


# The tables that people filled in on which a part rests.
# fmt: off
_RESTS_ON = {
    **{name: (name,) for name in ("statements", "votes", "indicators", "actions")}, "gaps": ("actions", "indicators"),
    "pressures": ("statements", "votes", "indicators"),
    **dict.fromkeys(("districts", "focus", "vulnerability", "products", "burdens", "people"), ("indicators",)),
}
# fmt: on
# The columns that are shown of each part.
# fmt: off
SHOWN = {
    "statements": ("row", "group", "statement", "district_name", "kind_word", "pressure_name"),
    "pressures": ("pressure_name", "kind_word", "perceived_rank", "mean_rank", "statements", "cost", "cost_rank",
                  "mismatch_word"),
    "votes": ("group_name", "pressure_name", "mean_rank", "voters"),
    "influences": ("stress_name", "shock_name", "why", "ead_mapped", "ead", "year", "share"),
    "indicators": ("row", "place", "indicator", "value", "unit", "year", "counted_word"),
    "districts": ("district_name", "rank", "score_low", "score_high", "linear_rank", "top_share", "sureness_word",
                  "front_word", "dominated_by"),
    "focus": ("district_name", "chosen_word", "top_share", "sureness_word", "front_word"),
    "floods": ("district_name", "hazard", "return_period", "worst_by_depth_word", "worst_by_index_word",
               "largest_by_depth_word", "largest_by_index_word", "area_differing", "area_no_data"),
    "vulnerability": ("district_name", "part_word", "score", "score_low", "score_high", "classes_known", "classes"),
    "products": ("district_name", "hazard", "return_period", "product", "value", "value_low", "value_high"),
    "burdens": ("indicator", "loss_word", "concentration", "districts", "districts_without_figure"),
    "people": ("district_name", "item_word", "rule_word", "assumed_word", "amount", "amount_low", "amount_high"),
    "actions": ("row", "action", "owner", "districts_named", "budget", "status_word"),
    "gaps": ("gap_word", "name"),
    "decisions": ("day", "group", "district_name", "choice_word", "figures_word", "stands_word", "reason"),
}
# fmt: on
# fmt: off
_NUMBERS = ("perceived_rank", "mean_rank", "statements", "cost_rank", "voters", "value", "rank",
           "score_low", "score_high",
            "linear_rank", "dominated_by", "score", "classes_known", "classes", "value_low",
            "value_high", "concentration",
            "districts", "districts_without_figure")
# fmt: on
_WHOLE = ("cost", "ead_mapped", "ead", "budget", "area_differing", "area_no_data")
_PEOPLE = ("amount", "amount_low", "amount_high")  # rounded up
# What the keys of a column's words begin with, where the pages have these words too.
# fmt: off
_FAMILIES = {
    "kind": "preliminary.kind.", "robustness": "preliminary.robustness.", "choice": "preliminary.choice.",
    "figures": "preliminary.figures.", "status": "form.status.", "rule": "people_rule.",
    "loss": "preliminary.burden.", "gap": "preliminary.planning.gap.",
    **dict.fromkeys(("worst_by_depth", "worst_by_index", "largest_by_depth", "largest_by_index"), "preliminary.flood."),
}
# fmt: on
# What must be known of figures that stand beside the standings and are in none of them.
# fmt: off
_NOTES_BENEATH = {
    "floods": "resilience.beside.floods", "vulnerability": "resilience.beside.vulnerability",
    "products": "resilience.beside.products", "burdens": "resilience.beside.burdens",
    "people": "resilience.beside.people",
}
# fmt: on


def _beneath(part: str, drawn: ResilienceAssessment, language: str) -> list[str]:
    """Return what is to be known below a table: the currency, which rows count, how far voters
    agree.
    """
    from asset_inventory.outputs.views.ranking import vote_lines

    if part == "votes":
        return list(vote_lines(drawn, language))
    counted = {"indicators": drawn.district_indicators}.get(part)
    if counted is not None and "counted" in counted:
        whole = int(counted["counted"].sum())
        return [say("resilience.rows_counted", language, count=whole, left=len(counted) - whole)]
    if part in _NOTES_BENEATH:
        return [say(_NOTES_BENEATH[part], language)]
    if part in ("pressures", "influences", "actions"):
        return [say("resilience.in_currency", language, currency=drawn.assessment.city.currency)]
    return []


def _named(
    table: pd.DataFrame,
    drawn: ResilienceAssessment,
    language: str,
    *,
    words: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Return a table with what its ids and words are called in a language; `words` says which
    columns hold words.
    """
    from asset_inventory.outputs.views.naming import district_names
    from asset_inventory.outputs.views.resilience import shock_and_stress_names

    pressures = shock_and_stress_names(drawn.assessment.city, language)
    districts = district_names(drawn.assessment.districts, language)
    found = {
        f"{name}_name": table[name].map(pressures)
        for name in ("pressure", "stress", "shock")
        if name in table
    }
    if "district" in table:
        found["district_name"] = table["district"].map(districts).fillna(table["district"])
    for name, column in (words or {}).items():
        said = {one: _word(column, one, language) for one in table[column].dropna().unique()}
        found[name] = table[column].map(said)
    return table.assign(**found)


def _word(column: str, word: object, language: str) -> str:
    """Return a word of a table as the pages have it; True is «yes»."""
    from asset_inventory.outputs.report.people import format_need
    from asset_inventory.outputs.views.table_view import translate

    if not isinstance(word, str):
        return say("resilience.word.yes" if word else "resilience.word.no", language)
    if column == "item":
        return format_need(word, language)
    return translate(_FAMILIES.get(column, "resilience.word."), word, language)


def _votes(drawn: ResilienceAssessment, language: str) -> pd.DataFrame:
    from asset_inventory.outputs.views.resilience import format_group

    told = _named(drawn.group_ranks, drawn, language).sort_values(
        ["group", "mean_rank"], kind="stable"
    )
    return told.assign(group_name=[format_group(one, language) for one in told["group"]])


def _influences(drawn: ResilienceAssessment, language: str) -> pd.DataFrame:
    reasons = {
        (one.stress, one.shock): one.reason.said(language)
        for one in drawn.assessment.city.influences
    }
    table = drawn.influences
    why = [
        reasons[pair]
        for pair in zip(table["stress"].astype(str), table["shock"].astype(str), strict=True)
    ]
    return _named(table, drawn, language).assign(why=why)


def _focus(drawn: ResilienceAssessment, language: str) -> pd.DataFrame:
    from asset_inventory.assessment.resilience import focus_areas_of

    focus = focus_areas_of(drawn)
    table = (
        drawn.district_ranking.set_index("district")
        .reindex(list(focus.districts))
        .rename_axis("district")
        .reset_index()
    )
    table = table[["district", "rank", "top_share", "robustness", "non_dominated"]].assign(
        chosen=focus.chosen
    )
    return _named(
        table,
        drawn,
        language,
        words={
            "sureness_word": "robustness",
            "front_word": "non_dominated",
            "chosen_word": "chosen",
        },
    )


def _actions(drawn: ResilienceAssessment, language: str) -> pd.DataFrame:
    from asset_inventory.outputs.views.naming import district_names

    names = district_names(drawn.assessment.districts, language)
    everywhere = say("preliminary.whole_city", language)
    told = [
        everywhere
        if row["whole_city"]
        else ", ".join(names.get(one, one) for one in row["districts"]) or None
        for row in drawn.programmes.to_dict("records")
    ]
    return _named(drawn.programmes, drawn, language, words={"status_word": "status"}).assign(
        districts_named=told
    )


def _gaps(drawn: ResilienceAssessment, language: str) -> pd.DataFrame:
    import pandas as pd

    from asset_inventory.assessment.resilience import gaps
    from asset_inventory.outputs.views.naming import district_names
    from asset_inventory.outputs.views.resilience import driver_names, shock_and_stress_names

    found = gaps(drawn)
    called = {
        "focus_area": (found.focus_areas, district_names(drawn.assessment.districts, language)),
        "driver": (found.drivers, driver_names(language)),
        "pressure": (found.pressures, shock_and_stress_names(drawn.assessment.city, language)),
    }
    rows = [(gap, one, names.get(one, one)) for gap, (ids, names) in called.items() for one in ids]
    table = pd.DataFrame(rows, columns=["gap", "id", "name"]).astype("str")
    return _named(table, drawn, language, words={"gap_word": "gap"})


def _findings(drawn: ResilienceAssessment, language: str) -> pd.DataFrame:
    from asset_inventory.outputs.files.results import findings_in_words

    return findings_in_words(drawn.findings, language)


# What makes the rows of each part.
_TABLES: Mapping[str, Callable[[ResilienceAssessment, str], pd.DataFrame]] = {
    "statements": lambda drawn, language: _named(
        drawn.statements, drawn, language, words={"kind_word": "kind"}
    ),
    "pressures": lambda drawn, language: _named(
        drawn.shocks_and_stresses,
        drawn,
        language,
        words={"kind_word": "kind", "mismatch_word": "mismatch"},
    ),
    "votes": _votes,
    "influences": _influences,
    "indicators": lambda drawn, language: _named(
        drawn.district_indicators, drawn, language, words={"counted_word": "counted"}
    ),
    "districts": lambda drawn, language: _named(
        drawn.district_ranking,
        drawn,
        language,
        words={"sureness_word": "robustness", "front_word": "non_dominated"},
    ),
    "focus": _focus,
    "floods": lambda drawn, language: _named(
        drawn.district_floods,
        drawn,
        language,
        words={
            f"{name}_word": name
            for name in ("worst_by_depth", "worst_by_index", "largest_by_depth", "largest_by_index")
        },
    ),
    "vulnerability": lambda drawn, language: _named(
        drawn.vulnerability, drawn, language, words={"part_word": "part"}
    ),
    "products": lambda drawn, language: _named(drawn.products, drawn, language),
    "burdens": lambda drawn, language: _named(
        drawn.loss_distribution, drawn, language, words={"loss_word": "loss"}
    ),
    "people": lambda drawn, language: _named(
        drawn.district_people,
        drawn,
        language,
        words={"item_word": "item", "rule_word": "rule", "assumed_word": "assumed"},
    ),
    "actions": _actions,
    "gaps": _gaps,
    "decisions": lambda drawn, language: _named(
        drawn.decisions,
        drawn,
        language,
        words={"choice_word": "choice", "figures_word": "figures", "stands_word": "stands"},
    ),
    "findings": _findings,
}


@dataclass(frozen=True)
class Pages:
    """What pages are asked for: their folder, both languages or one, a page per district or
    owner, and prints.
    """

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
    @click.option(
        "--map",
        "map_path",
        type=click.Path(path_type=Path),
        help=say("option.resilience_map", language),
    )
    @click.option(
        "--results",
        type=click.Path(path_type=Path),
        help=say("option.resilience_results", language),
    )
    @click.option(
        "--audience",
        type=click.Choice(AUDIENCES),
        default=AUDIENCES[0],
        help=say("option.audience", language),
    )
    @click.option("--json", "as_json", is_flag=True, help=say("option.resilience_json", language))
    @click.option(
        "--language",
        "pages",
        type=click.Choice((*LANGUAGES, BOTH)),
        help=say("option.report_language", language),
    )
    @click.option("--per", type=click.Choice(PER), multiple=True, help=say("option.per", language))
    @click.option("--pdf", is_flag=True, help=say("option.pdf", language))
    @click.option(
        "--to",
        "folder",
        type=click.Path(path_type=Path),
        help=say("option.resilience_to", language),
    )
    def resilience(
        city: Path,
        only: str | None,
        district: str | None,
        map_path: Path | None,
        results: Path | None,
        audience: str,
        as_json: bool,
        pages: str | None,
        per: tuple[str, ...],
        pdf: bool,
        folder: Path | None,
    ) -> int:
        wanted = Pages(folder, both=pages == BOTH, per=tuple(dict.fromkeys(per)), pdf=pdf)
        alone = [
            name
            for name, given in (("--only", only), ("--district", district))
            if given is not None
        ]
        refuse_impossible_pages(
            alone, wanted, {"--map": map_path, "--results": results}, language, as_json=as_json
        )
        if district is not None:
            return explain_district(
                city, district, language, asked, audience=audience, as_json=as_json
            )
        return assess_city_resilience(
            city,
            language,
            asked,
            only=only,
            map_path=map_path,
            results=results,
            audience=audience,
            as_json=as_json,
            pages=wanted,
        )

    return [resilience]


def refuse_impossible_pages(
    alone: Sequence[str],
    pages: Pages,
    files: Mapping[str, Path | None],
    language: str,
    *,
    as_json: bool,
) -> None:
    """Raise UsageError where something is to be written that is not: nothing `alone` is, and no
    page beside JSON.
    """
    if len(alone) > 1:
        raise click.UsageError(say("call.not_both", language, option=alone[0], given=alone[1]))
    asked = {
        "--to": pages.folder,
        "--per": pages.per,
        "--pdf": pages.pdf,
        f"--language {BOTH}": pages.both,
    }
    asked = {**files, **asked} if alone else asked
    given = next((name for name, one in asked.items() if one), None)
    if given and (alone or as_json):
        key = "call.alone_writes_nothing" if alone else "call.json_without_pages"
        raise click.UsageError(
            say(key, language, option=alone[0] if alone else "--json", given=given)
        )


def assess_city_resilience(
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
    """Assess a city, draw up its preliminary resilience assessment, and say, write and map it, or
    say one part alone.

    1 when something in the tables that people filled in, or in the assessment, must be mended, else
    0.
    """
    from asset_inventory.assessment.resilience import assess_resilience
    from asset_inventory.disclosure.resilience import disclosed_resilience
    from asset_inventory.io.atomic import demand_replaceable
    from asset_inventory.outputs.files.results import write_resilience
    from asset_inventory.outputs.map.city_map import write_map
    from asset_inventory.outputs.report.write import ask_for_owners
    from asset_inventory.outputs.views.figures import figures_of

    with city_in_its_language(city_folder, language, asked) as (city, spoken):
        water = only is None or only in PARTS_ON_WATER
        demand_replaceable(map_path)
        drawn = assess_resilience(
            assess_city(city, None, spoken), day=datetime.date.today(), water=water
        )
        code = max(exit_code(drawn.assessment), exit_code(drawn))
        drawn = disclosed_resilience(drawn, audience)
        parts = PARTS if only is None else (only,)
        if as_json:
            for line in unread_of(parts, drawn, spoken):
                click.echo(line, err=True)  # an empty list does not say it
            click.echo(
                json.dumps(
                    {part: as_rows(table_of(part, drawn, spoken)) for part in parts}, default=str
                )
            )
        elif only is not None:
            print_part(only, drawn, spoken)
        if only is not None:
            return code
        if pages and "owner" in pages.per:
            ask_for_owners(
                drawn.assessment, figures_of(drawn.assessment)
            )  # before anything is written
        name = f"{results_name(city, None)}-resilience" + (
            "" if audience == AUDIENCES[0] else f"-{audience}"
        )
        written = write_resilience(drawn, results or Path("results") / name, language=spoken)
        page = write_map(
            drawn,
            map_path or Path("maps") / f"{name}.html",
            language=spoken,
            tell=None if as_json else click.echo,
        )
        if not as_json:
            print_summary(drawn, spoken)
            click.echo(say("assess.map", spoken, path=str(page)))
            click.echo(say("resilience.written", spoken, path=str(written)))
            write_pages(drawn, pages or Pages(), name, spoken)
    return code


def explain_district(
    city_folder: Path,
    district: str,
    language: str,
    asked: str | None,
    *,
    audience: str = AUDIENCES[0],
    as_json: bool = False,
) -> int:
    """Tell how the one district that a text means stands, with the arithmetic; 1 as in
    `assess_city_resilience`.
    """
    from asset_inventory.assessment.resilience import assess_resilience
    from asset_inventory.disclosure.resilience import disclosed_resilience
    from asset_inventory.inventory.districts import district_meant
    from asset_inventory.outputs.views.ranking import ranking_lines

    with city_in_its_language(city_folder, language, asked) as (city, spoken):
        drawn = assess_resilience(
            assess_city(city, None, spoken), day=datetime.date.today(), water=False
        )
        meant = district_meant(district, drawn.assessment.districts)
        lines = ranking_lines(disclosed_resilience(drawn, audience), meant, spoken)
        click.echo(json.dumps({"district": meant, "lines": lines}) if as_json else "\n".join(lines))
    return max(exit_code(drawn.assessment), exit_code(drawn))


def write_pages(preliminary: ResilienceAssessment, pages: Pages, name: str, language: str) -> None:
    """Write the pages of an assessment and, for the inside, the workbook for the planning meeting;
    say where they are.

    `name` is that of their folder where none is given.
    """
    from asset_inventory.outputs.files.workbooks import write_planning_workbook
    from asset_inventory.outputs.report.write import write_resilience_report

    folder = pages.folder or Path("reports") / name
    languages = tuple(reversed(LANGUAGES)) if pages.both else (language,)
    with progress_in(say("report.progress", language)) as tell:
        written = write_resilience_report(
            preliminary, folder, languages=languages, per=pages.per, tell=tell
        )
    for path in written.reports.values():
        click.echo(say("preliminary.written", language, path=str(path)))
    if written.parts:
        click.echo(
            say("report.parts_written", language, count=len(written.parts), path=str(folder))
        )
    if preliminary.assessment.audience == AUDIENCES[0]:
        for one in languages:
            path = write_planning_workbook(
                preliminary, folder / f"planning-{one}.xlsx", language=one
            )
            click.echo(say("preliminary.planning.written", language, path=str(path)))
    if pages.pdf:
        print_pages(written.every(), language)
