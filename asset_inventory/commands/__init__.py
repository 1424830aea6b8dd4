"""The commands people type; each imports what it needs only when it runs, so that help answers at once."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from functools import wraps

import click

from asset_inventory.commands import (
    assess,
    ballots,
    curves,
    damage,
    draw,
    exchange,
    inspect,
    intake,
    publishing,
    register,
    reporting,
    resilience,
    start,
    verifying,
)
from asset_inventory.words import LANGUAGES, say

# Commands that read files of a city: what reads them starts first, before anything is imported that it needs too.
READING = frozenset((
    "assess", "ballot", "check", "damage", "deliver", "exchange", "explain", "inbox", "map", "publish", "report",
    "resilience", "start", "validate", "verify",
))  # fmt: skip


class NoSuchCommand(click.UsageError):
    """A word that is no command, and the one that is nearest to it."""

    def __init__(self, given: str, near: str, context: click.Context) -> None:
        super().__init__(given, context)
        self.given, self.near = given, near


class _Commands(click.Group):
    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that was typed; raises NoSuchCommand, which knows the nearest."""
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            near = difflib.get_close_matches(args[0], self.list_commands(ctx), n=1)
            raise NoSuchCommand(args[0], near[0] if near else "", ctx)
        return super().resolve_command(ctx, args)


def build(language: str, asked: str | None) -> click.Group:
    """Return the command line in a language; `asked` is the one that was asked for, which wins over a city's own."""

    class Formatter(click.HelpFormatter):
        """Click's help page under headings in the reader's language."""

        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            super().write_usage(prog, args, prefix or say("help.usage", language) + " ")

        def write_heading(self, heading: str) -> None:
            super().write_heading(say(f"help.{heading.lower()}", language))

    class Context(click.Context):
        formatter_class = Formatter

    whole = _Commands(
        "asset-inventory", help=say("command.help", language), no_args_is_help=False, invoke_without_command=True
    )
    whole.params.append(click.Option(["--version"], is_flag=True, help=say("option.version", language)))

    @click.pass_context
    def first(context: click.Context, version: bool) -> int:
        if version:
            from asset_inventory import __version__

            click.echo(f"asset-inventory {__version__}")
        elif context.invoked_subcommand is None:
            click.echo(context.get_help())
        return 0

    whole.callback = first
    rooms = (
        start, assess, damage, draw, reporting, exchange, publishing, inspect, verifying, curves, ballots,
        resilience, intake, register,
    )  # fmt: skip
    for room in rooms:
        for command in room.commands(language, asked):
            if command.name in READING:
                command.callback = _with_readers(command.callback)
            whole.add_command(command)
    for command in (whole, *whole.commands.values()):
        _finish(command, Context, language)
    return whole


def _with_readers(run: Callable[..., int]) -> Callable[..., int]:
    @wraps(run)
    def called(*arguments: object, **given: object) -> int:
        from asset_inventory.sources.intake import workers

        workers.start()
        return run(*arguments, **given)

    return called


def _finish(command: click.Command, context: type[click.Context], language: str) -> None:
    """Give a command what all have: our context, `--language` (where it has none itself), and `--help` in our words."""
    command.context_class = context
    if not any("--language" in option.opts for option in command.params):
        command.params.append(
            click.Option(
                ["--language"], type=click.Choice(LANGUAGES), help=say("option.language", language), expose_value=False
            )
        )
    shown = click.Option(
        ["-h", "--help"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        help=say("option.help", language),
        callback=_show_help,
    )
    command.get_help_option = lambda _: shown


def _show_help(context: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked:
        click.echo(context.get_help())
        context.exit()
