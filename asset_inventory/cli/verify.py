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
_LONGEST = 80  # signs of what a rule says


def verify(
    language: str, asked: str | None, *, run: Path, folder: Path | None, as_json: bool
) -> int:
    """Print whether a stored run stands, and what differs where not; 0 when it stands, else 1."""
    stored = read_run(run)
    place = folder or stored.city_folder
    if place is None:  # one for the public does not tell where its city is
        raise click.MissingParameter(param=click.get_current_context().command.params[1])
    if folder is None and not (place / "city.toml").is_file():
        raise CityError("error.run_city_gone", path=str(place))
    with shared.city_in_its_language(place, language, asked, files=False) as (city, spoken):
        with shared.progress_in(say("assess.progress", spoken, city=city.name)) as progress:
            found = verification.verify(stored, city, progress=progress)
        if as_json:
            click.echo(json.dumps(_object(found, spoken), ensure_ascii=True))
        else:
            click.echo(_answer(found, spoken))
            for line in _details(found, spoken):
                click.echo("  " + line)
    return int(found.verdict != verification.STANDS)


def _answer(found: Verification, language: str) -> str:
    """Return the answer in one line: what applies, in the order in which it weighs."""
    if found.verdict == "stands":
        return " ".join([say("verify.stands", language), *_annual_damage(found, language)])
    told = (
        [say("verify.edited", language, names=_listed(found.edited, language))]
        if found.edited
        else []
    )
    if found.inputs.other:
        names = _listed(found.inputs.other, language)
        told.append(say("verify.inputs", language, count=len(found.inputs.other), names=names))
    if not found.register.same:
        told.append(say("verify.other_register", language, **_versions_of_register(found)))
    if found.fault is not None:
        return " ".join(
            [*told, say("verify.not_recomputed", language, fault=found.fault.say(language))]
        )
    if found.figures:
        key = "verify.figures" if told else "verify.other_figures"
        told.append(say(key, language, count=found.figures))
    elif not found.unread:
        told.append(say("verify.equal", language))
    if found.unread:
        names = _listed(found.unread, language)
        told.append(say("verify.tables_unread", language, count=len(found.unread), names=names))
    return " ".join([*told, *_annual_damage(found, language)])


def _annual_damage(found: Verification, language: str) -> list[str]:
    """Return the city's EAD then and now as a sentence, none where it is not available."""
    then, now = (
        _figure(told.get("ead")) for told in (found.run.about.get("totals") or {}, found.totals)
    )
    if math.isnan(then) and math.isnan(now):
        return []
    currency = found.city.currency
    if math.isclose(then, now, rel_tol=1e-9):
        return [say("verify.ead_same", language, now=money(now, currency, language))]
    written = [money(one, currency, language) for one in (then, now)]
    if written[0] == written[1]:  # the difference is in the digits that money leaves out
        written = [amount(one, currency, language) for one in (then, now)]
    return [say("verify.ead", language, then=written[0], now=written[1])]


def _figure(told: object) -> float:
    return float(told) if isinstance(told, (int, float)) else math.nan


def _versions_of_register(found: Verification) -> dict[str, str]:
    return {
        side: "-" if one is None else str(one)
        for side, one in (("then", found.register.then), ("now", found.register.now))
    }


def _details(found: Verification, language: str) -> Iterator[str]:
    """Yield what differs, line by line: inputs, rules, register, tables, and notes."""
    for kind in ("changed", "missing", "new"):
        names = getattr(found.inputs, kind)
        if names:
            yield say(_INPUTS[kind], language, names=_listed(names, language))
    yield from _rule_lines(found, language)
    register = found.register
    if register.same and register.now is not None and register.now != register.then:
        key = "verify.register_begun" if register.then is None else "verify.register_since"
        yield say(key, language, **_versions_of_register(found))
    for table in found.tables:
        yield from _table_lines(table, language)
    if found.files.extra and "files" in found.run.about:
        yield say("verify.extra", language, names=_listed(found.files.extra, language))
    if found.versions:
        names = [
            say("verify.version", language, name=name, then=then or "-", now=now or "-")
            for name, then, now in found.versions
        ]
        yield say("verify.versions", language, names=_listed(names, language))
    release = found.run.about["versions"].get("asset_inventory", "-")
    if "rules" not in found.run.about:
        yield say("verify.no_rules", language, release=release)
    if "files" not in found.run.about:
        yield say("verify.no_checksums", language, release=release)


# fmt: off
_INPUTS = {
    "changed": "verify.inputs_changed", "missing": "verify.inputs_missing", "new": "verify.inputs_new",
}
# fmt: on


def _rule_lines(found: Verification, language: str) -> Iterator[str]:
    if found.rules is None or found.fault is not None:
        return
    if not found.rules and "city.toml" in found.inputs.changed:
        yield say("verify.no_rule_differs", language)
    for path, then, now in found.rules[:_MOST_RULES]:
        if path[0] == "curve_points" and path[-1] == "sha256":
            yield say("verify.rule_curve", language, curve=path[1])
        else:
            sides = {"then": _format_rule(then, language), "now": _format_rule(now, language)}
            yield say("verify.rule", language, path=" > ".join(path), **sides)
    if len(found.rules) > _MOST_RULES:
        yield say("verify.more", language, count=len(found.rules) - _MOST_RULES)


def _format_rule(told: object, language: str) -> str:
    if told is None:
        return say("verify.not_said", language)
    if isinstance(told, (int, float)) and not isinstance(told, bool) and round(told, 3) == told:
        return number(told, language)
    text = told if isinstance(told, str) else json.dumps(told, ensure_ascii=False)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _table_lines(one: TableCheck, language: str) -> Iterator[str]:
    table = one.label
    if one.fault is not None:
        yield one.fault.say(language)
    if one.state == "missing":
        yield say("verify.table_missing", language, table=table)
    if one.state == "extra":
        yield say("verify.table_extra", language, table=table)
    if one.difference is None:
        return
    found = one.difference
    if found.greatest is not None:
        cell = found.greatest
        stored, now = (
            text or say("verify.nothing", language)
            for text in _where_they_part(cell.before, cell.after)
        )
        where = {"where": _where(cell.where), "column": cell.column}
        yield say(
            "verify.cells",
            language,
            table=table,
            count=found.cells,
            stored=stored,
            now=now,
            **where,
        )
    for key, rows in (("verify.rows_removed", found.removed), ("verify.rows_added", found.added)):
        if rows:
            yield say(key, language, table=table, count=len(rows), where=_where(rows[0]))
    columns = (*found.columns_removed, *found.columns_added)
    if columns:
        yield say("verify.columns", language, table=table, names=_listed(columns, language))


def _where_they_part(stored: str, now: str) -> tuple[str, str]:
    """Return two texts as a line can hold them: of long ones the part around the difference."""
    start = 0
    if max(len(stored), len(now)) > _LONGEST:
        start = max(len(commonprefix([stored, now])) - _LONGEST // 2, 0)
    return tuple(excerpt(MORE * (start > 0) + one[start:]) for one in (stored, now))


def _where(key: dict[str, str]) -> str:
    return ", ".join(excerpt(text) for text in key.values() if text)


def _listed(names: Sequence[str], language: str) -> str:
    rest = len(names) - _MOST_NAMES
    return ", ".join(
        [*names[:_MOST_NAMES], *([say("verify.more", language, count=rest)] if rest > 0 else [])]
    )


def _object(found: Verification, language: str) -> dict[str, object]:
    """Return all that was found as machines read it."""
    rules = (
        None
        if found.rules is None
        else [{"key": list(path), "then": then, "now": now} for path, then, now in found.rules]
    )
    return {
        "run": str(found.run.folder),
        "city": found.city.name,
        "verdict": found.verdict,
        "stands": found.verdict == "stands",
        "message": _answer(found, language),
        "details": list(_details(found, language)),
        "edited": list(found.edited),
        "files": {
            name: list(getattr(found.files, name))
            for name in ("same", "edited", "missing", "extra")
        },
        "inputs": {"same": found.inputs.same}
        | {name: list(getattr(found.inputs, name)) for name in ("changed", "missing", "new")},
        "register": {
            "then": found.register.then,
            "now": found.register.now,
            "same": found.register.same,
        },
        "rules": rules,
        "versions": {name: {"then": then, "now": now} for name, then, now in found.versions},
        "figures_that_differ": found.figures,
        "tables": [_table_object(table, language) for table in found.tables],
        "totals": {
            "then": found.run.about.get("totals"),
            "now": {name: None if one != one else one for name, one in found.totals.items()},
        },
        "fault": None if found.fault is None else error_as_json(found.fault, language),
    }


def _table_object(one: TableCheck, language: str) -> dict[str, object]:
    told: dict[str, object] = {"file": one.file, "table": one.name, "state": one.state}
    if one.fault is not None:
        told["fault"] = error_as_json(one.fault, language)
    if one.difference is None:
        return told
    found, cell = one.difference, one.difference.greatest
    told |= {
        "cells": found.cells,
        "rows_added": len(found.added),
        "rows_removed": len(found.removed),
        "columns_added": list(found.columns_added),
        "columns_removed": list(found.columns_removed),
    }
    greatest = (
        None
        if cell is None
        else {"where": cell.where, "column": cell.column, "stored": cell.before, "now": cell.after}
    )
    return told | {"greatest": greatest}
