"""The one entry: what people type becomes a command, an error one line and an exit code.

Exit 0: well, also with warnings. 1: errors found, or refused. 2: wrongly called. 3: a fault of
ours. 130 and 143: stopped by Ctrl-C or SIGTERM.
"""

import difflib
import json
import logging
import os
import re
import signal
import sys
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from typing import Any

import click

from asset_inventory.cli import commands
from asset_inventory.io.atomic import can_write_temporary_files, temporary_folder
from asset_inventory.io.environment import close
from asset_inventory.io.stopping import catch_stop_signals
from asset_inventory.messages import LANGUAGES, language_of_machine, say
from asset_inventory.model.errors import AssetInventoryError, is_disk_full, write_error


class _Stopped(Exception):  # noqa: N818  no fault
    """A command was asked to stop by a signal; click would print a line on KeyboardInterrupt."""

    def __init__(self, number: int = signal.SIGINT) -> None:
        super().__init__(number)
        self.code = 128 + number


class NoSuchCommand(click.UsageError):
    """A word that is no command, and the one that is nearest to it."""

    def __init__(self, given: str, near: str, context: click.Context) -> None:
        super().__init__(given, context)
        self.given, self.near = given, near


class _Command(click.Command):
    """A command that a fault in its words names: click names it only in some of its faults."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse what was typed; a fault has the context of this command."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as fault:
            fault.ctx = fault.ctx or ctx
            raise


class _Commands(click.Group):
    """All commands, and the one that is nearest to a word that is none."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that was typed; raises NoSuchCommand, which knows the nearest."""
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            near = difflib.get_close_matches(args[0], self.list_commands(ctx), n=1)
            raise NoSuchCommand(args[0], near[0] if near else "", ctx)
        return super().resolve_command(ctx, args)


def build(language: str, explicit_language: str | None) -> click.Group:
    """Return the command line in a language; `explicit_language` goes before a city's own."""

    class Formatter(click.HelpFormatter):
        """Click's help page under headings in the reader's language."""

        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            super().write_usage(prog, args, prefix or say("help.usage", language) + " ")

        def write_heading(self, heading: str) -> None:
            super().write_heading(say(f"help.{heading.lower()}", language))

    class Context(click.Context):
        formatter_class = Formatter

    def first(version: bool) -> int:
        if version:
            from asset_inventory import __version__

            click.echo(f"asset-inventory {__version__}")
        elif click.get_current_context().invoked_subcommand is None:
            click.echo(click.get_current_context().get_help())
        return 0

    subcommands = [
        _Command(
            command.name,
            params=[make(language) for make in command.takes],
            help=say(command.key, language),
            callback=partial(_run_command, command, language, explicit_language),
        )
        for command in commands.COMMANDS
    ]
    group = _Commands(
        "asset-inventory",
        {command.name: command for command in subcommands},
        params=[click.Option(["--version"], is_flag=True, help=say("option.version", language))],
        help=say("command.help", language),
        callback=first,
        invoke_without_command=True,
    )
    for command in (group, *subcommands):
        _finish(command, Context, language)
    return group


def _run_command(
    command: commands.Command, language: str, explicit_language: str | None, **options: Any
) -> int:
    try:
        if command.reads:
            from asset_inventory.intake import workers

            workers.start()
        module, function = command.run.split(":")
        run = getattr(import_module(f"asset_inventory.cli.{module}"), function)
        return run(language, explicit_language, **options)
    except KeyboardInterrupt as stop:
        raise _Stopped(*stop.args) from None


def _finish(command: click.Command, context: type[click.Context], language: str) -> None:
    """Give a command our context, and `--language` (without its own) and `--help` in our words."""
    command.context_class = context
    if not any("--language" in option.opts for option in command.params):
        spoken = click.Choice(LANGUAGES)
        text = say("option.language", language)
        command.params.append(
            click.Option(["--language"], type=spoken, help=text, expose_value=False)
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


def _show_help(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(context.get_help())
        context.exit()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; prints errors in the user's language."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    explicit_language = _asked_language(arguments)
    language = explicit_language or language_of_machine()
    close(os.environ)
    # One list of drivers serves two builds of GDAL, and each logs which of them it lacks. What
    # fails is thrown too.
    logging.getLogger("rasterio").setLevel(logging.CRITICAL)
    catch_stop_signals()
    _speak_utf8()
    try:
        return _run(arguments, language, explicit_language)
    except BrokenPipeError:  # the reader of our output has gone, as `| head` does
        _drop_output()
        return 0
    except (Exception, KeyboardInterrupt) as fault:  # the border: each becomes a sentence
        code, sentence, exit_code = _described(fault, language)
        _print_error(code, sentence, arguments)
        return exit_code


def _described(fault: BaseException, language: str) -> tuple[str, str, int]:
    """Return the code of a fault for machines, its sentence, and the exit code."""
    if isinstance(fault, _Stopped):
        # Python ends by SIGINT where KeyboardInterrupt has left an `exec`, as in an import, unless
        # another one ran since.
        exec("")  # noqa: S102
        return "stopped", say("command.stopped", language), fault.code
    if isinstance(fault, click.Abort | KeyboardInterrupt):
        number = fault.args if isinstance(fault, KeyboardInterrupt) else ()
        return _described(_Stopped(*number), language)
    if isinstance(fault, click.ClickException):
        return "wrong_call", _wrong_call(fault, language), 2
    if isinstance(fault, OSError) and is_disk_full(fault):
        fault = _disk_error(fault, language)
    if isinstance(fault, AssetInventoryError):
        return fault.key.removeprefix("error."), fault.say(fault.language or language), 1
    if isinstance(fault, MemoryError):
        return "memory", say("error.memory", language), 3
    return "internal", _internal_error(fault, language), 3


def _disk_error(fault: OSError, language: str) -> AssetInventoryError:
    """Return which disk is full: of a file, of temporary files, or of redirected output."""
    path = fault.filename2 or fault.filename
    if path is None and can_write_temporary_files():
        _drop_output()
        path = say("command.standard_output", language)
    return write_error(path or temporary_folder(), fault)


def _internal_error(fault: BaseException, language: str) -> str:
    if os.environ.get("ASSET_INVENTORY_TRACEBACK"):
        raise fault
    text = " ".join(str(fault).split())[:200]
    return say("error.internal", language, kind=type(fault).__name__, fault=text)


def _drop_output() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(arguments: list[str], language: str, explicit_language: str | None) -> int:
    result = build(language, explicit_language).main(
        arguments, prog_name="asset-inventory", standalone_mode=False, obj=language
    )
    return result if isinstance(result, int) else 0


def _asked_language(arguments: Sequence[str]) -> str | None:
    """Return the explicit language, before anything is parsed: help and errors use it."""
    for position, word in enumerate(arguments):
        value = (
            word.partition("=")[2]
            if word.startswith("--language=")
            else (
                arguments[position + 1]
                if word == "--language" and position + 1 < len(arguments)
                else None
            )
        )
        if value in LANGUAGES:
            return value
    return None


def _wrong_call(fault: click.ClickException, language: str) -> str:
    """Return what is wrong with a call, in words of ours, and where to find help."""
    command = (
        fault.ctx.command_path
        if isinstance(fault, click.UsageError) and fault.ctx
        else "asset-inventory"
    )
    key, filled = _call_error(fault)
    return say(key, language, **filled) + " " + say("command.see_help", language, command=command)


def _call_error(fault: click.ClickException) -> tuple[str, dict[str, Any]]:
    if isinstance(fault, click.NoSuchOption):
        near = "".join(difflib.get_close_matches(fault.option_name, fault.possibilities or (), n=1))
        return ("call.no_such_option_near" if near else "call.no_such_option"), {
            "given": fault.option_name,
            "near": near,
        }
    if isinstance(fault, click.MissingParameter):
        return "call.missing", {"name": _spelled(fault.param)}
    if isinstance(fault, click.BadParameter):
        return _bad_value(fault)
    if isinstance(fault, click.BadOptionUsage):
        options = fault.ctx.command.params if fault.ctx else []
        counts = [option.nargs for option in options if fault.option_name in option.opts]
        return "call.without_value", {"given": fault.option_name, "count": (*counts, 1)[0]}
    if isinstance(fault, NoSuchCommand):
        return ("call.no_such_command_near" if fault.near else "call.no_such_command"), {
            "given": fault.given,
            "near": fault.near,
        }
    text = fault.format_message().rstrip(".")
    extra = re.fullmatch(r"Got unexpected extra arguments? \((.*)\)", text)
    if extra is None:
        return "call.wrong", {"fault": text}
    short = _short_of_values(fault.ctx)
    return (
        ("call.too_much", {"given": extra[1]}) if short is None else ("call.without_values", short)
    )


def _short_of_values(context: click.Context) -> dict[str, Any] | None:
    """Return the option that took the next one for its value, and what it wants, or None."""
    for option in context.command.params:
        value = context.params.get(option.name)
        values = value if isinstance(value, tuple) else (value,)
        if isinstance(option, click.Option) and any(
            str(value).startswith("--") for value in values
        ):
            wanted = option.metavar or option.type.name.upper()
            return {"given": option.opts[-1], "count": option.nargs, "values": wanted}
    return None


def _bad_value(fault: click.BadParameter) -> tuple[str, dict[str, str]]:
    """Return what is wrong with a value; click names the value in an English sentence."""
    name, value_type = _spelled(fault.param), getattr(fault.param, "type", None)
    quoted = re.match(r"'(.*?)' (?:is|does) not ", fault.message)
    if quoted is None:
        return "call.bad", {"name": name, "fault": fault.message.rstrip(".")}
    if isinstance(value_type, click.Choice):
        choices = [str(choice) for choice in value_type.choices]
        near = difflib.get_close_matches(quoted[1].casefold(), choices, n=1)
        arguments = {
            "name": name,
            "given": quoted[1],
            "choices": ", ".join(choices),
            "near": near[0] if near else "",
        }
        return ("call.no_choice_near" if near else "call.no_choice"), arguments
    key = "call.no_day" if isinstance(value_type, click.DateTime) else "call.no_number"
    return key, {"name": name, "given": quoted[1]}


def _spelled(parameter: click.Parameter | None) -> str:
    """Return an option as it is typed, and an argument by the word that stands for it."""
    if parameter is None:
        return ""
    return (
        parameter.opts[0]
        if isinstance(parameter, click.Option)
        else parameter.human_readable_name.strip("[]")
    )


def _print_error(code: str, sentence: str, arguments: Sequence[str]) -> None:
    """Print a fault on standard error, and as one object where machines asked for one."""
    fault = json.dumps({"error": {"code": code, "message": sentence}})
    if "--json" in arguments:
        print(fault, flush=True)
    if sys.stderr is not None:  # it is closed, and print would take standard output
        print(fault if _lines_of_json(arguments) else sentence, file=sys.stderr)


def _lines_of_json(arguments: Sequence[str]) -> bool:
    """Return whether standard error holds lines of JSON, before anything is parsed."""
    pairs = zip(arguments, [*arguments[1:], ""], strict=True)
    return "--progress=json" in arguments or ("--progress", "json") in pairs


def _speak_utf8() -> None:
    """Make what we print UTF-8 also under LC_ALL=C and on an old Windows terminal."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
