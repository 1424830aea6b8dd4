"""The command that computes a stored run again and prints what differs."""

import json
import math
from collections.abc import Iterator, Sequence
from os.path import commonprefix
from pathlib import Path

import click

from asset_inventory import verification
from asset_inventory.cli import shared
from asset_inventory.cli.shared import error_as_json
from asset_inventory.io.stored_runs import read_run
from asset_inventory.messages import amount, money, number, say
from asset_inventory.model.errors import CityError
from asset_inventory.model.texts import MORE, excerpt
from asset_inventory.verification import TableCheck, Verification

_MOST_NAMES = 8  # of files in one sentence
_MOST_RULES = 20
_LONGEST = 80  # signs of a rule's value


def verify(
    language: str, explicit_language: str | None, *, run: Path, folder: Path | None, as_json: bool
) -> int:
    """Print whether a stored run stands, and what differs where not; 0 when it stands, else 1."""
    stored = read_run(run)
    place = folder or stored.city_folder
    if place is None:  # one for the public does not hold where its city is
        raise click.MissingParameter(param=click.get_current_context().command.params[1])
    if folder is None and not (place / "city.toml").is_file():
        raise CityError("error.run_city_gone", path=str(place))
    with shared.city_in_its_language(place, language, explicit_language, files=False) as (
        city,
        spoken,
    ):
        with shared.progress_in(
            "assess", say("assess.progress", spoken, city=city.name)
        ) as progress:
            result = verification.verify(stored, city, progress=progress)
        if as_json:
            shared.print_object(**_object(result, spoken))
        else:
            click.echo(_answer(result, spoken))
            for line in _details(result, spoken):
                click.echo("  " + line)
    return int(result.verdict != verification.STANDS)


def _answer(result: Verification, language: str) -> str:
    """Return the answer in one line: what applies, in the order in which it weighs."""
    if result.verdict == "stands":
        return " ".join([say("verify.stands", language), *_annual_damage(result, language)])
    parts = (
        [say("verify.edited", language, names=_listed(result.edited, language))]
        if result.edited
        else []
    )
    if result.inputs.other:
        names = _listed(result.inputs.other, language)
        parts.append(say("verify.inputs", language, count=len(result.inputs.other), names=names))
    if not result.register.same:
        parts.append(say("verify.other_register", language, **_versions_of_register(result)))
    if result.fault is not None:
        return " ".join(
            [*parts, say("verify.not_recomputed", language, fault=result.fault.say(language))]
        )
    if result.figures:
        key = "verify.figures" if parts else "verify.other_figures"
        parts.append(say(key, language, count=result.figures))
    elif not result.unread:
        parts.append(say("verify.equal", language))
    if result.unread:
        names = _listed(result.unread, language)
        parts.append(say("verify.tables_unread", language, count=len(result.unread), names=names))
    return " ".join([*parts, *_annual_damage(result, language)])


def _annual_damage(result: Verification, language: str) -> list[str]:
    """Return the city's EAD then and now as a sentence, none where it is not available."""
    then, now = (
        _figure(totals.get("ead"))
        for totals in (result.run.about.get("totals") or {}, result.totals)
    )
    if math.isnan(then) and math.isnan(now):
        return []
    currency = result.city.currency
    if math.isclose(then, now, rel_tol=1e-9):
        return [say("verify.ead_same", language, now=money(now, currency, language))]
    written = [money(ead, currency, language) for ead in (then, now)]
    if written[0] == written[1]:  # the difference is in the digits that money leaves out
        written = [amount(ead, currency, language) for ead in (then, now)]
    return [say("verify.ead", language, then=written[0], now=written[1])]


def _figure(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) else math.nan


def _versions_of_register(result: Verification) -> dict[str, str]:
    return {
        side: "-" if version is None else str(version)
        for side, version in (("then", result.register.then), ("now", result.register.now))
    }


def _details(result: Verification, language: str) -> Iterator[str]:
    """Yield what differs, line by line: inputs, rules, register, tables, and notes."""
    for state in ("changed", "missing", "new"):
        names = getattr(result.inputs, state)
        if names:
            yield say(_INPUTS[state], language, names=_listed(names, language))
    yield from _rule_lines(result, language)
    register = result.register
    if register.same and register.now is not None and register.now != register.then:
        key = "verify.register_begun" if register.then is None else "verify.register_since"
        yield say(key, language, **_versions_of_register(result))
    for table in result.tables:
        yield from _table_lines(table, language)
    if result.files.extra and "files" in result.run.about:
        yield say("verify.extra", language, names=_listed(result.files.extra, language))
    if result.versions:
        names = [
            say("verify.version", language, name=name, then=then or "-", now=now or "-")
            for name, then, now in result.versions
        ]
        yield say("verify.versions", language, names=_listed(names, language))
    release = result.run.about["versions"].get("asset_inventory", "-")
    if "rules" not in result.run.about:
        yield say("verify.no_rules", language, release=release)
    if "files" not in result.run.about:
        yield say("verify.no_checksums", language, release=release)


# fmt: off
_INPUTS = {
    "changed": "verify.inputs_changed", "missing": "verify.inputs_missing", "new": "verify.inputs_new",
}
# fmt: on


def _rule_lines(result: Verification, language: str) -> Iterator[str]:
    if result.rules is None or result.fault is not None:
        return
    if not result.rules and "city.toml" in result.inputs.changed:
        yield say("verify.no_rule_differs", language)
    for path, then, now in result.rules[:_MOST_RULES]:
        if path[0] == "curve_points" and path[-1] == "sha256":
            yield say("verify.rule_curve", language, curve=path[1])
        else:
            sides = {"then": _format_rule(then, language), "now": _format_rule(now, language)}
            yield say("verify.rule", language, path=" > ".join(path), **sides)
    if len(result.rules) > _MOST_RULES:
        yield say("verify.more", language, count=len(result.rules) - _MOST_RULES)


def _format_rule(value: object, language: str) -> str:
    if value is None:
        return say("verify.not_said", language)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and round(value, 3) == value:
        return number(value, language)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _table_lines(check: TableCheck, language: str) -> Iterator[str]:
    table = check.label
    if check.fault is not None:
        yield check.fault.say(language)
    if check.state == "missing":
        yield say("verify.table_missing", language, table=table)
    if check.state == "extra":
        yield say("verify.table_extra", language, table=table)
    if check.difference is None:
        return
    difference = check.difference
    if difference.greatest is not None:
        cell = difference.greatest
        stored, now = (
            text or say("verify.nothing", language)
            for text in _where_they_part(cell.before, cell.after)
        )
        where = {"where": _where(cell.where), "column": cell.column}
        yield say(
            "verify.cells",
            language,
            table=table,
            count=difference.cells,
            stored=stored,
            now=now,
            **where,
        )
    for key, rows in (
        ("verify.rows_removed", difference.removed),
        ("verify.rows_added", difference.added),
    ):
        if rows:
            yield say(key, language, table=table, count=len(rows), where=_where(rows[0]))
    columns = (*difference.columns_removed, *difference.columns_added)
    if columns:
        yield say("verify.columns", language, table=table, names=_listed(columns, language))


def _where_they_part(stored: str, now: str) -> tuple[str, str]:
    """Return two texts as a line can hold them: the part around the difference of long ones."""
    start = 0
    if max(len(stored), len(now)) > _LONGEST:
        start = max(len(commonprefix([stored, now])) - _LONGEST // 2, 0)
    return tuple(excerpt(MORE * (start > 0) + text[start:]) for text in (stored, now))


def _where(key: dict[str, str]) -> str:
    return ", ".join(excerpt(text) for text in key.values() if text)


def _listed(names: Sequence[str], language: str) -> str:
    rest = len(names) - _MOST_NAMES
    return ", ".join(
        [*names[:_MOST_NAMES], *([say("verify.more", language, count=rest)] if rest > 0 else [])]
    )


def _object(result: Verification, language: str) -> dict[str, object]:
    """Return all that was found as machines read it."""
    rules = (
        None
        if result.rules is None
        else [{"key": list(path), "then": then, "now": now} for path, then, now in result.rules]
    )
    return {
        "run": str(result.run.folder),
        "city": result.city.name,
        "verdict": result.verdict,
        "stands": result.verdict == "stands",
        "message": _answer(result, language),
        "details": list(_details(result, language)),
        "edited": list(result.edited),
        "files": {
            name: list(getattr(result.files, name))
            for name in ("same", "edited", "missing", "extra")
        },
        "inputs": {"same": result.inputs.same}
        | {name: list(getattr(result.inputs, name)) for name in ("changed", "missing", "new")},
        "register": {
            "then": result.register.then,
            "now": result.register.now,
            "same": result.register.same,
        },
        "rules": rules,
        "versions": {name: {"then": then, "now": now} for name, then, now in result.versions},
        "figures_that_differ": result.figures,
        "tables": [_table_object(table, language) for table in result.tables],
        "totals": {
            "then": result.run.about.get("totals"),
            "now": {
                name: None if total != total else total for name, total in result.totals.items()
            },
        },
        "fault": None if result.fault is None else error_as_json(result.fault, language),
    }


def _table_object(check: TableCheck, language: str) -> dict[str, object]:
    values: dict[str, object] = {"file": check.file, "table": check.name, "state": check.state}
    if check.fault is not None:
        values["fault"] = error_as_json(check.fault, language)
    if check.difference is None:
        return values
    difference, cell = check.difference, check.difference.greatest
    values |= {
        "cells": difference.cells,
        "rows_added": len(difference.added),
        "rows_removed": len(difference.removed),
        "columns_added": list(difference.columns_added),
        "columns_removed": list(difference.columns_removed),
    }
    greatest = (
        None
        if cell is None
        else {"where": cell.where, "column": cell.column, "stored": cell.before, "now": cell.after}
    )
    return values | {"greatest": greatest}
