"""The command for the preliminary resilience assessment: all of it once, or one part alone."""

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
import pandas as pd

from asset_inventory.assessment.resilience import (
    ResilienceAssessment,
    assess_resilience,
    gaps,
    priority_districts_of,
)
from asset_inventory.cli import report, shared
from asset_inventory.cli.commands import AUDIENCES, BOTH, PARTS
from asset_inventory.cli.shared import as_rows, print_view
from asset_inventory.disclosure.resilience import disclosed_resilience
from asset_inventory.inventory.districts import district_meant
from asset_inventory.io.atomic import demand_page
from asset_inventory.messages import NO_CURRENCY, number, say
from asset_inventory.model.city import City
from asset_inventory.outputs.files.results import findings_in_words, write_resilience
from asset_inventory.outputs.files.workbooks import write_planning_workbook
from asset_inventory.outputs.map.city_map import write_map
from asset_inventory.outputs.report.people import format_need
from asset_inventory.outputs.report.write import ask_for_owners, write_resilience_report
from asset_inventory.outputs.views import ranking, table_view
from asset_inventory.outputs.views import resilience as wording
from asset_inventory.outputs.views.figures import figures_of
from asset_inventory.outputs.views.table_view import NUMBER, PERCENT, Format, district_names
from asset_inventory.risk.exposure import rounded_up

PARTS_ON_WATER = ("floods", "products")  # the only ones that need districts under flood maps


def print_part(part: str, drawn: ResilienceAssessment, language: str) -> None:
    """Print one part as a table, or that there is nothing in it."""
    table, unread = table_of(part, drawn, language), unread_of([part], drawn, language)
    for line in unread:
        click.echo(line)
    if not len(table):
        if not unread:
            click.echo(say(f"resilience.nothing.{part}", language))
        return
    if part == "findings":
        for row in table.to_dict("records"):
            severity = say("severity." + row["severity"], language)
            click.echo(f"{severity}: {row['sentence']} {row['remedy']}")
        return
    print_view(part_view(part, table, language))
    for line in _PARTS[part].beneath(drawn, language):
        click.echo(line)


def part_view(part: str, table: pd.DataFrame, language: str) -> table_view.TableView:
    """Return the columns of a part that people see; nothing is «-»."""
    columns = [
        table_view.Column(label, replace(_FORMATS.get(label, table_view.TEXT), missing="-"))
        for label in _PARTS[part].columns.split()
    ]
    return table_view.TableView(part, columns, table, language, labels="resilience.head.")


def unread_of(parts: Iterable[str], drawn: ResilienceAssessment, language: str) -> list[str]:
    """Return a sentence on each table that parts rest on and that could not be read."""
    names = {name for part in parts for name in _PARTS[part].rests_on}
    return wording.unread_sentences(drawn, language, *names) if names else []


def table_of(part: str, drawn: ResilienceAssessment, language: str) -> pd.DataFrame:
    """Return the rows of a part as machines read them: ids and words, and both in a language."""
    table = _PARTS[part].rows(drawn, language)
    named = wording.shock_and_stress_names(drawn.assessment.city, language)
    districts = district_names(drawn.assessment.districts, language)
    columns = {
        f"{name}_name": table[name].map(named)
        for name in ("pressure", "stress", "shock")
        if name in table
    }
    if "district" in table:
        columns["district_name"] = table["district"].map(districts).fillna(table["district"])
    for label in _PARTS[part].columns.split():
        if label.endswith("_word"):
            column = _WORDS_OF.get(label, label.removesuffix("_word"))
            words = {key: _word(column, key, language) for key in table[column].dropna().unique()}
            columns[label] = table[column].map(words)
    return table.assign(**columns)


def _word(column: str, word: object, language: str) -> str:
    """Return a word of a table as the pages have it; True is «yes»."""
    if not isinstance(word, str):
        return say("resilience.word.yes" if word else "resilience.word.no", language)
    if column == "item":
        return format_need(word, language)
    return table_view.translate(_FAMILIES.get(column, "resilience.word."), word, language)


def _votes(drawn: ResilienceAssessment, language: str) -> pd.DataFrame:
    ranks = drawn.group_ranks.sort_values(["group", "mean_rank"], kind="stable")
    return ranks.assign(
        group_name=[wording.format_group(group, language) for group in ranks["group"]]
    )


def _influences(drawn: ResilienceAssessment, language: str) -> pd.DataFrame:
    table, declared = drawn.influences, drawn.assessment.city.influences
    reasons = {(entry.stress, entry.shock): entry.reason.said(language) for entry in declared}
    pairs = zip(table["stress"].astype(str), table["shock"].astype(str), strict=True)
    return table.assign(why=[reasons[pair] for pair in pairs])


def _priorities(drawn: ResilienceAssessment, _: str) -> pd.DataFrame:
    focus = priority_districts_of(drawn)
    ranks = drawn.district_ranking.set_index("district").reindex(list(focus.districts))
    table = ranks.rename_axis("district").reset_index()
    columns = ["district", "rank", "assets", "top_share", "robustness", "non_dominated"]
    return table[columns].assign(chosen=focus.chosen)


def _actions(drawn: ResilienceAssessment, language: str) -> pd.DataFrame:
    names = district_names(drawn.assessment.districts, language)
    everywhere = say("preliminary.whole_city", language)
    places = [
        everywhere
        if row["whole_city"]
        else ", ".join(names.get(district, district) for district in row["districts"]) or None
        for row in drawn.programmes.to_dict("records")
    ]
    return drawn.programmes.assign(districts_named=places)


def _themes(drawn: ResilienceAssessment, language: str) -> pd.DataFrame:
    city, table = drawn.assessment.city, drawn.themes
    names = wording.theme_names(city, language)
    pressures = wording.shock_and_stress_names(city, language)

    def texts(given: Iterable[str]) -> pd.Series:
        return pd.Series(given, index=table.index, dtype="str").replace("", None)

    return table.assign(
        theme_name=table["theme"].map(names),
        pressures_named=[wording.named(ids, pressures, language) for ids in table["pressures"]],
        reasons_named=texts(
            wording.theme_reasons(drawn, row, language) for row in table.to_dict("records")
        ),
        decision=texts(wording.theme_decision(drawn, theme, language) for theme in table["theme"]),
    )


def _decisions(drawn: ResilienceAssessment, language: str) -> pd.DataFrame:
    table, names = drawn.decisions, wording.theme_names(drawn.assessment.city, language)
    districts = district_names(drawn.assessment.districts, language)
    subjects = table["district"].map(districts).fillna(table["district"])
    return table.assign(
        subject_name=subjects.fillna(table["theme"].map(names)).fillna(table["theme"])
    )


def _gaps(drawn: ResilienceAssessment, language: str) -> pd.DataFrame:
    missing, city = gaps(drawn), drawn.assessment.city
    called = {
        "priority_district": (
            missing.priority_districts,
            district_names(drawn.assessment.districts, language),
        ),
        "driver": (missing.drivers, wording.driver_names(language)),
        "pressure": (missing.pressures, wording.shock_and_stress_names(city, language)),
    }
    rows = [
        (gap, an_id, names.get(an_id, an_id))
        for gap, (ids, names) in called.items()
        for an_id in ids
    ]
    return pd.DataFrame(rows, columns=["gap", "id", "name"]).astype("str")


def _counted(drawn: ResilienceAssessment, language: str) -> list[str]:
    """Return how many rows of indicators count."""
    counted = drawn.district_indicators
    if "counted" not in counted:
        return []
    used = int(counted["counted"].sum())
    return [say("resilience.rows_counted", language, count=used, left=len(counted) - used)]


def _currency(drawn: ResilienceAssessment, language: str) -> list[str]:
    currency = drawn.assessment.city.currency
    if currency == NO_CURRENCY:
        return []
    return [say("resilience.in_currency", language, currency=currency)]


def _table(name: str) -> Callable[[ResilienceAssessment, str], pd.DataFrame]:
    return lambda drawn, _: getattr(drawn, name)


def _note(key: str) -> Callable[[ResilienceAssessment, str], list[str]]:
    return lambda _, language: [say(key, language)]


@dataclass(frozen=True)
class _Part:
    """One part: the columns that people see, its rows, the filled-in tables it rests on, notes."""

    columns: str
    rows: Callable[[ResilienceAssessment, str], pd.DataFrame]
    rests_on: tuple[str, ...] = ()
    beneath: Callable[[ResilienceAssessment, str], Iterable[str]] = lambda _, __: ()


_INDICATORS = ("indicators",)
# fmt: off
_PARTS: Mapping[str, _Part] = {
    "statements": _Part("row group statement district_name kind_word pressure_name",
                        _table("statements"), ("statements",)),
    "pressures": _Part("pressure_name kind_word perceived_rank mean_rank statements cost cost_rank mismatch_word",
                       _table("shocks_and_stresses"), ("statements", "votes", "indicators"), _currency),
    "votes": _Part("group_name pressure_name mean_rank voters", _votes, ("votes",), ranking.vote_lines),
    "influences": _Part("stress_name shock_name why ead_mapped ead year share", _influences, (), _currency),
    "indicators": _Part("row place indicator value unit year counted_word",
                        _table("district_indicators"), _INDICATORS, _counted),
    "districts": _Part("district_name rank assets score_low score_high linear_rank top_share sureness_word front_word "
                       "dominated_by", _table("district_ranking"), _INDICATORS),
    "priorities": _Part("district_name chosen_word assets top_share sureness_word front_word",
                        _priorities, _INDICATORS),
    "floods": _Part("district_name hazard return_period worst_by_depth_word worst_by_index_word "
                    "largest_by_depth_word largest_by_index_word area_differing area_no_data",
                    _table("district_floods"), (), _note("resilience.beside.floods")),
    "vulnerability": _Part("district_name part_word score score_low score_high classes_known classes",
                           _table("vulnerability"), _INDICATORS, _note("resilience.beside.vulnerability")),
    "products": _Part("district_name hazard return_period product value value_low value_high",
                      _table("products"), _INDICATORS, _note("resilience.beside.products")),
    "burdens": _Part("indicator loss_word concentration districts districts_without_figure",
                     _table("loss_distribution"), _INDICATORS, _note("resilience.beside.burdens")),
    "people": _Part("district_name item_word rule_word assumed_word amount amount_low amount_high",
                    _table("district_people"), _INDICATORS, _note("resilience.beside.people")),
    "focus-areas": _Part("theme_name pressures_named reasons_named statements programmes decision", _themes,
                         ("statements", "votes", "actions"), wording.theme_sentences),
    "actions": _Part("row action owner districts_named budget status_word", _actions, ("actions",), _currency),
    "gaps": _Part("gap_word name", _gaps, ("actions", "indicators")),
    "decisions": _Part("day group subject_name choice_word figures_word stands_word reason", _decisions),
    "findings": _Part("", lambda drawn, language: findings_in_words(drawn.findings, language)),
}
# The columns of words that are called otherwise than what they are read from.
_WORDS_OF = {"sureness_word": "robustness", "front_word": "non_dominated"}
# What the keys of a column's words begin with, where the pages have these words too.
_FAMILIES = {
    "kind": "preliminary.kind.", "robustness": "preliminary.robustness.", "choice": "preliminary.choice.",
    "figures": "preliminary.figures.", "status": "form.status.", "rule": "people_rule.",
    "loss": "preliminary.burden.", "gap": "preliminary.planning.gap.",
    **dict.fromkeys(("worst_by_depth", "worst_by_index", "largest_by_depth", "largest_by_index"), "preliminary.flood."),
}
_PLAIN = Format(lambda value, _: f"{float(value):.0f}", is_number=False)
_WHOLE = Format(lambda value, language: number(round(float(value)), language))
_PEOPLE = Format(lambda value, language: number(rounded_up(float(value)), language))
_FORMATS = {
    **dict.fromkeys(("perceived_rank", "mean_rank", "statements", "cost_rank", "voters", "value", "rank", "score_low",
                     "score_high", "linear_rank", "dominated_by", "score", "classes_known", "classes", "value_low",
                     "value_high", "concentration", "districts", "districts_without_figure", "assets",
                     "programmes"), NUMBER),
    **dict.fromkeys(("cost", "ead_mapped", "ead", "budget", "area_differing", "area_no_data"), _WHOLE),
    **dict.fromkeys(("amount", "amount_low", "amount_high"), _PEOPLE),
    "row": _PLAIN, "return_period": _PLAIN, "year": replace(_PLAIN, is_number=True),
    "share": PERCENT, "top_share": PERCENT,
}
# fmt: on


def resilience(
    language: str,
    explicit_language: str | None,
    *,
    folder: Path,
    only: str | None,
    district: str | None,
    map_path: Path | None,
    results: Path | None,
    audience: str,
    as_json: bool,
    **pages: Any,
) -> int:
    """Assess a city and its resilience, and print, write and map it, or print one part alone.

    1 when the tables that people filled in, or the assessment, have an error, else 0.
    """
    alone = {"--only": only, "--district": district}
    files = {"--map": map_path, "--results": results}
    _refuse_impossible_pages(alone, files, language, as_json=as_json, **pages)
    with shared.city_in_its_language(folder, language, explicit_language) as (city, spoken):
        if district is not None:
            return _explain_district(city, district, spoken, audience=audience, as_json=as_json)
        demand_page(map_path)
        report.page_languages(pages["pages"], city, spoken)  # before anything is computed
        drawn, code = _assess(city, spoken, water=only is None or only in PARTS_ON_WATER)
        drawn = disclosed_resilience(drawn, audience)
        parts = PARTS if only is None else (only,)
        if as_json:
            for line in unread_of(parts, drawn, spoken):
                shared.print_aside(line)  # an empty list does not show it
            tables = {part: as_rows(table_of(part, drawn, spoken)) for part in parts}
        elif only is not None:
            print_part(only, drawn, spoken)
        if only is not None:
            if as_json:
                shared.print_object(**tables)
            return code
        if "owner" in pages["per"]:  # before anything is written
            ask_for_owners(drawn.assessment, figures_of(drawn.assessment))
        name = shared.name_for(f"{shared.results_name(city)}-resilience", audience)
        with shared.progress_in("results", say("progress.results", spoken)):
            written = write_resilience(drawn, results or Path("results") / name, language=spoken)
        page = map_path or Path("maps") / f"{name}.html"
        notices: list[str] = []
        with shared.progress_in("map", say("progress.map", spoken)):
            page = write_map(drawn, page, language=spoken, on_notice=notices.append)
        if as_json:  # once all is written: an error would be a second object
            shared.print_object(**tables)
        else:
            for line in notices:
                click.echo(line)
            for line in ranking.resilience_summary(drawn, spoken):
                click.echo(line)
            click.echo(say("assess.map", spoken, path=str(page)))
            click.echo(say("resilience.written", spoken, path=str(written)))
            _write_pages(drawn, name, spoken, **pages)
    return code


def _refuse_impossible_pages(
    alone: Mapping[str, str | None],
    files: Mapping[str, Path | None],
    language: str,
    *,
    as_json: bool,
    pages: str | None,
    per: tuple[str, ...],
    pdf: bool,
    target: Path | None,
) -> None:
    """Raise UsageError where an option asks for a file or page that `alone` or JSON excludes."""
    parts = [name for name, value in alone.items() if value is not None]
    if len(parts) > 1:
        raise click.UsageError(say("call.not_both", language, option=parts[0], given=parts[1]))
    requested = {"--to": target, "--per": per, "--pdf": pdf, f"--language {BOTH}": pages == BOTH}
    requested = {**files, **requested} if parts else requested
    refused = next((name for name, value in requested.items() if value), None)
    if refused and (parts or as_json):
        key = "call.alone_writes_nothing" if parts else "call.json_without_pages"
        option = parts[0] if parts else "--json"
        raise click.UsageError(say(key, language, option=option, given=refused))


def _assess(city: City, language: str, *, water: bool) -> tuple[ResilienceAssessment, int]:
    """Return the assessment of a city's resilience, and the exit code of all its findings."""
    assessment = shared.assess_city(city, None, language)
    with shared.progress_in("resilience", say("progress.resilience", language)):
        drawn = assess_resilience(assessment, day=datetime.date.today(), water=water)
    return drawn, max(shared.exit_code(assessment), shared.exit_code(drawn))


def _explain_district(
    city: City, district: str, language: str, *, audience: str, as_json: bool
) -> int:
    """Print how the one district that a text means ranks, with the arithmetic."""
    drawn, code = _assess(city, language, water=False)
    meant = district_meant(district, drawn.assessment.districts)
    lines = ranking.ranking_lines(disclosed_resilience(drawn, audience), meant, language)
    if as_json:
        shared.print_object(district=meant, lines=lines)
    else:
        click.echo("\n".join(lines))
    return code


def _write_pages(
    drawn: ResilienceAssessment,
    name: str,
    language: str,
    *,
    pages: str | None,
    per: tuple[str, ...],
    pdf: bool,
    target: Path | None,
) -> None:
    """Write the pages and, for the inside, the planning workbook; `name` is the default folder."""
    folder = target or Path("reports") / name
    languages = report.page_languages(pages, drawn.assessment.city, language)
    parts = tuple(dict.fromkeys(per))
    with shared.progress_in("report", say("report.progress", language)) as on_progress:
        written = write_resilience_report(
            drawn, folder, languages=languages, per=parts, on_progress=on_progress
        )
    for path in written.reports.values():
        click.echo(say("preliminary.written", language, path=str(path)))
    if written.parts:
        count, place = len(written.parts), str(folder)
        click.echo(say("report.parts_written", language, count=count, path=place))
    if drawn.assessment.audience == AUDIENCES[0]:
        for code in languages:
            path = write_planning_workbook(drawn, folder / f"planning-{code}.xlsx", language=code)
            click.echo(say("preliminary.planning.written", language, path=str(path)))
    if pdf:
        report.print_pages(written.every(), language)
