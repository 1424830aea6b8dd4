"""The commands of the register: hand in, look, decide, look back, take back, and ask whether all
is whole.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from asset_inventory.cli import decide, deliver, review
from asset_inventory.cli.assess import city_in_its_language
from asset_inventory.cli.console import (
    MOST,
    Answer,
    as_rows,
    describe_findings_of,
    error_as_json,
    format_change,
)
from asset_inventory.cli.delivery_impact import print_delivery_impacts
from asset_inventory.messages import describe_finding, say
from asset_inventory.model.errors import (
    AssetInventoryError,
    RegisterError,
    RequestError,
)

if TYPE_CHECKING:
    from asset_inventory.register import Register


_WRITING = ("start", "deliver", "inbox", "accept", "reject", "undo", "decide")
CHOICES = (
    "chosen",
    "not chosen",
    "withdrawn",
)  # as in DECISIONS, which would be imported for every help page


def commands(language: str, asked: str | None) -> list[click.Command]:
    """Return the commands of the register, worded in a language; `asked` is the one asked for."""

    def command(name: str, key: str, *options: Callable) -> Callable[[Callable], click.Command]:
        def made(run: Callable[..., int]) -> click.Command:
            called = _answering(name, run, language, asked)
            shown = click.option(
                "--json", "as_json", is_flag=True, help=say("option.register_json", language)
            )
            for option in (shown, *reversed(options)):
                called = option(called)
            called = click.argument("folder", metavar="CITY", type=click.Path(path_type=Path))(
                called
            )
            return click.command(name, help=say(key, language))(called)

        return made

    def option(name: str, key: str, **more: object) -> Callable:
        return click.option(name, help=say(key, language), **more)

    number = click.argument("number", metavar="ID", type=int)
    by = [
        option("--author", "option.author", default=""),
        option("--note", "option.note", default=""),
    ]
    day = {
        "type": click.DateTime(["%Y-%m-%d"]),
        "metavar": "YYYY-MM-DD",
        "callback": _not_to_come(language),
    }
    conflicts = {"metavar": "1,3", "multiple": True, "callback": review.numbers_in(language)}
    return [
        command("start", "command.start.help")(deliver.start),
        command(
            "deliver",
            "command.deliver.help",
            click.argument("file", type=click.Path(path_type=Path)),
            option("--layer", "option.layer", metavar="NAME"),
            *by,
            option("--accept", "option.accept", is_flag=True),
            option("--allow-doubts", "option.allow_doubts", is_flag=True),
        )(deliver.deliver),
        command("inbox", "command.inbox.help", *by)(deliver.inbox),
        command(
            "review",
            "command.review.help",
            click.argument("number", metavar="[ID]", type=int, required=False),
            option("--html", "option.review_html", type=click.Path(path_type=Path)),
        )(review.review),
        command(
            "accept",
            "command.accept.help",
            number,
            option("--take", "option.take", type=click.Choice(["ours", "theirs"])),
            option("--ours", "option.ours", **conflicts),
            option("--theirs", "option.theirs", **conflicts),
            option("--allow-removals", "option.allow_removals", metavar="N", type=int),
            option("--allow-doubts", "option.allow_doubts", is_flag=True),
        )(review.accept),
        command(
            "reject", "command.reject.help", number, option("--why", "option.why", required=True)
        )(review.reject),
        command(
            "history",
            "command.history.help",
            click.argument("asset_id", metavar="[ASSET_ID]", required=False),
            option("--since", "option.since", **day),
            click.option("--all", "every", is_flag=True, help=say("option.all_changes", language)),
        )(_history),
        command("undo", "command.undo.help", number, *by)(review.undo),
        command(
            "export",
            "command.export.help",
            option("--layer", "option.export_layer", metavar="NAME", required=True),
            option("--to", "option.export_to", type=click.Path(path_type=Path), required=True),
            option("--on", "option.on", **day),
            option("--with-ids/--without-ids", "option.with_ids", default=None),
            option("--replace", "option.replace", is_flag=True),
        )(_export),
        command(
            "decide",
            "command.decide.help",
            click.argument("district", metavar="[DISTRICT]", required=False),
            option("--choice", "option.choice", type=click.Choice(CHOICES)),
            option("--group", "option.group", default=""),
            option("--reason", "option.reason", default=""),
            option("--day", "option.decided_on", **day),
        )(decide.decide),
        command("fsck", "command.fsck.help")(_fsck),
    ]


def _answering(
    name: str, run: Callable[..., int], language: str, asked: str | None
) -> Callable[..., int]:
    """Return what runs a command on a city's register; faults are told to machines too.

    A command that writes first says which copies are no earlier state of the register.
    """

    def called(folder: Path, as_json: bool, **given: object) -> int:
        try:
            with _register(folder, language, asked) as (register, spoken):
                answer = Answer(register, spoken, folder, as_json)
                if name in _WRITING:
                    answer = replace(answer, warnings=_copies_apart(answer))
                return run(answer, **given)
        except AssetInventoryError as fault:
            if as_json:
                click.echo(json.dumps({"error": error_as_json(fault, language)}))
            raise

    return called


def _copies_apart(answer: Answer) -> list[dict[str, object]]:
    """Say which copies are no earlier state of the register, or cannot be read, and return these
    FINDINGS.
    """
    from asset_inventory import register as registers

    rows = registers.copies_apart(answer.register).to_dict("records")
    for row in rows:
        answer.line(" ".join(describe_finding(row, answer.language)))
    return rows


def _not_to_come(language: str) -> Callable[..., datetime.datetime | None]:
    """Return what refuses a day that is still to come."""

    def read(
        context: click.Context, option: click.Parameter, day: datetime.datetime | None
    ) -> object:
        if day is not None and day.date() > datetime.date.today():
            fault = say("call.day_to_come", language, day=day.date().isoformat())
            raise click.BadParameter(fault, ctx=context, param=option)
        return day

    return read


@contextmanager
def _register(folder: Path, language: str, asked: str | None) -> Iterator[tuple[Register, str]]:
    with city_in_its_language(folder, language, asked, files=False) as (city, spoken):
        from asset_inventory.register import open_register

        yield open_register(city), spoken


# Look back


def _history(
    answer: Answer, asset_id: str | None, since: datetime.datetime | None, every: bool
) -> int:
    """Tell the newest changes, or every one; machines get all."""
    from asset_inventory.register import history

    told = history(answer.register, asset_id, since=since and since.date())
    rows = as_rows(told)
    shown = told if every or answer.as_json else told.tail(MOST)
    if len(shown) < len(told):
        answer.say("register.earlier_changes", count=len(told) - len(shown))
    for row in rows[-len(shown) :]:
        time = datetime.datetime.fromisoformat(row["accepted_at"]).astimezone()
        answer.say(
            "register.history_line",
            number=str(row["delivery"]),
            time=f"{time:%Y-%m-%d %H:%M}",
            author=row["author"] or "-",
            change=format_change(answer, row, row["layer"]),
        )
    risks = print_delivery_impacts(answer, shown["delivery"].drop_duplicates().tolist())
    answer.say("register.history", count=len(rows))
    answer.give(changes=rows, risks=risks)
    return 0


def _export(
    answer: Answer,
    layer: str,
    to: Path,
    on: datetime.datetime | None,
    with_ids: bool | None,
    replace: bool,
) -> int:
    """Write a layer, of today or of a day, as it came or as another kind of file; 1 where a value
    does not fit.

    Where nobody says so, it has the ids of the register if `deliver` will know assets by them.
    """
    from asset_inventory import register as registers
    from asset_inventory.io.layer_files import there_already
    from asset_inventory.io.schemas import schema_from
    from asset_inventory.register.export import export_layer

    there = there_already(to)
    if there is not None and not replace:
        raise RequestError("error.export_there", path=str(there))
    plain = registers.schema(answer.register, layer)
    schema = schema_from(plain) if plain else None
    version = registers.version(answer.register, on=on and on.date())
    began = next(
        one for one in registers.deliveries(answer.register) if one.layer == layer and one.version
    )
    if on is not None and version < began.version:
        first = datetime.datetime.fromisoformat(began.decided_at).astimezone().date().isoformat()
        raise RegisterError(
            "error.layer_not_there_then", layer=layer, day=on.date().isoformat(), first=first
        )
    table = registers.table(answer.register, layer, version=version)
    if with_ids is None:
        with_ids = registers.known_by_our_ids(answer.register, layer)
    past = registers.past(answer.register, version)
    made = export_layer(
        table, schema, to, version=version, layer=layer, past=past, with_ids=with_ids
    )
    rows = made.findings.to_dict("records")
    answer.lines(
        [" ".join(describe_finding(row, answer.language)) for row in rows[:MOST]],
        left=len(rows) - MOST,
    )
    if made.written:
        answer.say(
            "register.exported", count=len(table), layer=layer, version=str(version), path=str(to)
        )
        if with_ids:
            answer.say("register.exported_ids")
    else:
        answer.say("register.not_exported", layer=layer, path=str(to))
    answer.give(
        written=[str(one) for one in made.written],
        version=version,
        assets=len(table),
        problems=rows,
    )
    return int(not made.written)


def _fsck(answer: Answer) -> int:
    from asset_inventory import register as registers

    path = str(answer.register.path)
    rows = registers.fsck(answer.register).to_dict("records")
    copies = registers.whole_copies(answer.register) if rows else []
    for row in rows:
        answer.line(" ".join(describe_finding(row, answer.language)))
    apart = _copies_apart(answer)
    key = "register.not_whole" if rows else "register.whole_itself" if apart else "register.whole"
    answer.say(key, path=path, count=len(rows))
    several = "register.whole_copy_of_a_history" if len(copies) > 1 else "register.whole_copy"
    for copy in copies:
        answer.say(several, path=path, copy=str(copy.path), version=str(registers.version(copy)))
    if rows and not copies:
        answer.say("register.no_whole_copy")
    said = describe_findings_of([*rows, *apart], answer.language)
    copy = str(copies[0].path) if len(copies) == 1 else None
    answer.give(whole=not rows, problems=said, copy=copy)
    return int(bool(rows or apart))
