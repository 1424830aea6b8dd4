"""The commands of the register: hand in, look, decide, look back, take back, and ask whether all is whole."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from asset_inventory.commands import choosing, deciding, handing_in
from asset_inventory.commands.answers import Answer, change_says, plain_fault
from asset_inventory.commands.assess import city_in_its_language
from asset_inventory.commands.risk import tell_risks
from asset_inventory.errors import AssetInventoryError, RegisterError, SourceError
from asset_inventory.words import finding_says, say

if TYPE_CHECKING:
    from asset_inventory.inventory.register import Register


_READING = ("start", "deliver", "inbox")
CHOICES = ("chosen", "not chosen", "withdrawn")  # as in DECISIONS, which would be imported for every help page


def commands(language: str, asked: str | None) -> list[click.Command]:
    """Return the commands of the register, worded in a language; `asked` is the one asked for."""

    def command(name: str, key: str, *options: Callable) -> Callable[[Callable], click.Command]:
        def made(run: Callable[..., int]) -> click.Command:
            called = _answering(run, name in _READING, language, asked)
            shown = click.option("--json", "as_json", is_flag=True, help=say("option.register_json", language))
            for option in (shown, *reversed(options)):
                called = option(called)
            called = click.argument("folder", metavar="CITY", type=click.Path(path_type=Path))(called)
            return click.command(name, help=say(key, language))(called)

        return made

    def option(name: str, key: str, **more: object) -> Callable:
        return click.option(name, help=say(key, language), **more)

    number = click.argument("number", metavar="ID", type=int)
    by = [option("--author", "option.author", default=""), option("--note", "option.note", default="")]
    day = {"type": click.DateTime(["%Y-%m-%d"]), "metavar": "YYYY-MM-DD", "callback": _not_to_come(language)}
    conflicts = {"metavar": "1,3", "multiple": True, "callback": deciding.numbers_in(language)}
    return [
        command("start", "command.start.help")(handing_in.start),
        command(
            "deliver",
            "command.deliver.help",
            click.argument("file", type=click.Path(path_type=Path)),
            option("--layer", "option.layer", metavar="NAME"),
            *by,
            option("--accept", "option.accept", is_flag=True),
        )(handing_in.deliver),
        command("inbox", "command.inbox.help", *by)(handing_in.inbox),
        command(
            "review",
            "command.review.help",
            click.argument("number", metavar="[ID]", type=int, required=False),
            option("--html", "option.review_html", type=click.Path(path_type=Path)),
        )(deciding.review),
        command(
            "accept",
            "command.accept.help",
            number,
            option("--take", "option.take", type=click.Choice(["ours", "theirs"])),
            option("--ours", "option.ours", **conflicts),
            option("--theirs", "option.theirs", **conflicts),
            option("--allow-removals", "option.allow_removals", metavar="N", type=int),
        )(deciding.accept),
        command("reject", "command.reject.help", number, option("--why", "option.why", required=True))(deciding.reject),
        command(
            "history",
            "command.history.help",
            click.argument("asset_id", metavar="[ASSET_ID]", required=False),
            option("--since", "option.since", **day),
        )(_history),
        command("undo", "command.undo.help", number, *by)(deciding.undo),
        command(
            "export",
            "command.export.help",
            option("--layer", "option.export_layer", metavar="NAME", required=True),
            option("--to", "option.export_to", type=click.Path(path_type=Path), required=True),
            option("--on", "option.on", **day),
            option("--with-ids", "option.with_ids", is_flag=True),
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
        )(choosing.decide),
        command("fsck", "command.fsck.help")(_fsck),
    ]


def _answering(run: Callable[..., int], reads: bool, language: str, asked: str | None) -> Callable[..., int]:
    """Return what runs a command on a city's register; faults are told to machines too."""

    def called(folder: Path, as_json: bool, **given: object) -> int:
        try:
            if reads:  # what reads files is imported there while the rest is imported here
                from asset_inventory.sources.intake import workers

                workers.start()
            with _register(folder, language, asked) as (register, spoken):
                return run(Answer(register, spoken, folder, as_json), **given)
        except AssetInventoryError as fault:
            if as_json:
                click.echo(json.dumps({"error": plain_fault(fault, language)}))
            raise

    return called


def _not_to_come(language: str) -> Callable[..., datetime.datetime | None]:
    """Return what refuses a day that is still to come."""

    def read(context: click.Context, option: click.Parameter, day: datetime.datetime | None) -> object:
        if day is not None and day.date() > datetime.date.today():
            fault = say("call.day_to_come", language, day=day.date().isoformat())
            raise click.BadParameter(fault, ctx=context, param=option)
        return day

    return read


@contextmanager
def _register(folder: Path, language: str, asked: str | None) -> Iterator[tuple[Register, str]]:
    with city_in_its_language(folder, language, asked, files=False) as (city, spoken):
        from asset_inventory.inventory.register import open_register

        yield open_register(city), spoken


# Look back


def _history(answer: Answer, asset_id: str | None, since: datetime.datetime | None) -> int:
    from asset_inventory.inventory.register import history

    told = history(answer.register, asset_id, since=since and since.date())
    rows = told.astype(object).where(told.notna(), None).to_dict("records")
    for row in rows:
        time = datetime.datetime.fromisoformat(row["accepted_at"]).astimezone()
        answer.say("register.history_line", number=str(row["delivery"]), time=f"{time:%Y-%m-%d %H:%M}",
                   author=row["author"] or "-", change=change_says(answer, row, row["layer"]))  # fmt: skip
    risks = tell_risks(answer, told["delivery"].drop_duplicates().tolist())
    answer.say("register.history", count=len(rows))
    answer.give(changes=rows, risks=risks)
    return 0


def _export(
    answer: Answer, layer: str, to: Path, on: datetime.datetime | None, with_ids: bool, replace: bool
) -> int:
    """Write a layer, of today or of a day, as it came or as another kind of file; 1 where a value does not fit."""
    from asset_inventory.inventory import register as registers
    from asset_inventory.inventory.exports import export_layer
    from asset_inventory.sources.exports import there_already
    from asset_inventory.sources.schemas import schema_from

    there = there_already(to)
    if there is not None and not replace:
        raise SourceError("error.export_there", path=str(there))
    plain = registers.schema(answer.register, layer)
    schema = schema_from(plain) if plain else None
    version = registers.version(answer.register, on=on and on.date())
    began = next(one for one in registers.deliveries(answer.register) if one.layer == layer and one.version)
    if on is not None and version < began.version:
        first = datetime.datetime.fromisoformat(began.decided_at).astimezone().date().isoformat()
        raise RegisterError("error.layer_not_there_then", layer=layer, day=on.date().isoformat(), first=first)
    table = registers.table(answer.register, layer, version=version)
    past = registers.past(answer.register, version)
    made = export_layer(table, schema, to, version=version, layer=layer, past=past, with_ids=with_ids)
    rows = made.findings.to_dict("records")
    for row in rows:
        answer.line(" ".join(finding_says(row, answer.language)))
    if made.written:
        answer.say("register.exported", count=len(table), layer=layer, version=str(version), path=str(to))
    else:
        answer.say("register.not_exported", layer=layer, path=str(to))
    answer.give(written=[str(one) for one in made.written], version=version, assets=len(table), problems=rows)
    return int(not made.written)


def _fsck(answer: Answer) -> int:
    from asset_inventory.inventory import register as registers

    rows = registers.fsck(answer.register).to_dict("records")
    copy = registers.newest_whole_copy(answer.register) if rows else None
    for row in rows:
        answer.line(" ".join(finding_says(row, answer.language)))
    key = "register.not_whole" if rows else "register.whole"
    answer.say(key, path=str(answer.register.path), count=len(rows))
    if copy is not None:
        version = str(registers.version(copy))
        answer.say("register.whole_copy", path=str(answer.register.path), copy=str(copy.path), version=version)
    elif rows:
        answer.say("register.no_whole_copy")
    said = [row | {"message": " ".join(finding_says(row, answer.language))} for row in rows]
    answer.give(whole=not rows, problems=said, copy=copy and str(copy.path))
    return int(bool(rows))
