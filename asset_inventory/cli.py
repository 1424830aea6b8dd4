"""The one entry: what people type becomes a command, an error becomes one line and an exit code.

Exit 0: well, also with warnings. 1: errors found, or refused. 2: wrongly called. 3: a fault of ours.
"""

from __future__ import annotations

import difflib
import logging
import os
import re
import signal
import sys
import threading
from collections.abc import Sequence

import click

from asset_inventory.commands import NoSuchCommand, build
from asset_inventory.errors import AssetInventoryError, no_room, not_written
from asset_inventory.sources.environment import close
from asset_inventory.sources.whole_files import room_for_what_passes, temporary_folder
from asset_inventory.words import LANGUAGES, language_of_machine, say


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; prints errors on standard error, in the user's language."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    asked = _asked_language(arguments)
    language = asked or language_of_machine()
    close(os.environ)
    # One list of drivers serves two builds of GDAL, and each says which of them it lacks. What fails is thrown too.
    logging.getLogger("rasterio").setLevel(logging.CRITICAL)
    _heed_stop()
    _speak_utf8()
    try:
        return _run(arguments, language, asked)
    except click.ClickException as fault:
        return _tell(_wrong_call(fault, language), 2)
    except click.Abort:
        return _tell(say("command.stopped", language), 1)
    except KeyboardInterrupt:
        return _tell(say("command.stopped", language), 1)
    except AssetInventoryError as fault:
        return _tell(fault.say(fault.language or language), 1)
    except BrokenPipeError:  # the reader of our output has gone, as `| head` does
        _drop_output()
        return 0
    except OSError as fault:
        return _tell_of_disk(fault, language)
    except MemoryError:
        return _tell(say("error.memory", language), 3)
    except Exception as fault:  # the border: whatever happens inside, people see a sentence
        return _tell_of_fault(fault, language)


def _tell_of_disk(fault: OSError, language: str) -> int:
    """Say which disk is full: that of a file, of the folder for what passes, or of what our output is led into."""
    if not no_room(fault):
        return _tell_of_fault(fault, language)
    path = fault.filename2 or fault.filename
    if path is None and room_for_what_passes():
        _drop_output()
        path = say("command.standard_output", language)
    return _tell(not_written(path or temporary_folder(), fault).say(language), 1)


def _tell_of_fault(fault: Exception, language: str) -> int:
    if os.environ.get("ASSET_INVENTORY_TRACEBACK"):
        raise fault
    return _tell(
        say("error.internal", language, kind=type(fault).__name__, fault=" ".join(str(fault).split())[:200]), 3
    )


def _drop_output() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _heed_stop() -> None:
    """Let who ends this process (SIGTERM) stop it as Ctrl-C does, so that nothing half done is left."""
    if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, signal.default_int_handler)


def _run(arguments: list[str], language: str, asked: str | None) -> int:
    result = build(language, asked).main(arguments, prog_name="asset-inventory", standalone_mode=False)
    return result if isinstance(result, int) else 0


def _asked_language(arguments: Sequence[str]) -> str | None:
    """Return the language asked for, found before anything is parsed: help and faults are worded in it too."""
    for position, word in enumerate(arguments):
        given = (
            word.partition("=")[2]
            if word.startswith("--language=")
            else (arguments[position + 1] if word == "--language" and position + 1 < len(arguments) else None)
        )
        if given in LANGUAGES:
            return given
    return None


def _wrong_call(fault: click.ClickException, language: str) -> str:
    """Return what is wrong with a call, in words of ours, and where to find help."""
    command = fault.ctx.command_path if isinstance(fault, click.UsageError) and fault.ctx else "asset-inventory"
    key, filled = _fault_of_call(fault)
    return say(key, language, **filled) + " " + say("command.see_help", language, command=command)


def _fault_of_call(fault: click.ClickException) -> tuple[str, dict[str, str]]:
    if isinstance(fault, click.NoSuchOption):
        near = ", ".join(fault.possibilities or ())
        return ("call.no_such_option_near" if near else "call.no_such_option"), {
            "given": fault.option_name,
            "near": near,
        }
    if isinstance(fault, click.MissingParameter):
        return "call.missing", {"name": _spelled(fault.param)}
    if isinstance(fault, click.BadParameter):
        return _bad_value(fault)
    if isinstance(fault, click.BadOptionUsage):
        return "call.without_value", {"given": fault.option_name}
    if isinstance(fault, NoSuchCommand):
        return ("call.no_such_command_near" if fault.near else "call.no_such_command"), {
            "given": fault.given,
            "near": fault.near,
        }
    said = fault.format_message().rstrip(".")
    extra = re.fullmatch(r"Got unexpected extra arguments? \((.*)\)", said)
    if extra is None:
        return "call.wrong", {"fault": said}
    short = _short_of_values(fault.ctx)
    return ("call.too_much", {"given": extra[1]}) if short is None else ("call.without_values", short)


def _short_of_values(context: click.Context) -> dict[str, str] | None:
    """Return the option that took the next one for its value, and what it wants; None where none did."""
    for option in context.command.params:
        given = context.params.get(option.name)
        values = given if isinstance(given, tuple) else (given,)
        if isinstance(option, click.Option) and any(str(one).startswith("--") for one in values):
            return {"given": option.opts[-1], "values": option.metavar or option.type.name.upper()}
    return None


def _bad_value(fault: click.BadParameter) -> tuple[str, dict[str, str]]:
    """Return what is wrong with the value of an option or argument; click says what was given, in English."""
    name, kind = _spelled(fault.param), getattr(fault.param, "type", None)
    quoted = re.match(r"'(.*?)' (?:is|does) not ", fault.message)
    if quoted is None:
        return "call.bad", {"name": name, "fault": fault.message.rstrip(".")}
    if isinstance(kind, click.Choice):
        choices = [str(one) for one in kind.choices]
        near = difflib.get_close_matches(quoted[1].casefold(), choices, n=1)
        told = {"name": name, "given": quoted[1], "choices": ", ".join(choices), "near": near[0] if near else ""}
        return ("call.no_choice_near" if near else "call.no_choice"), told
    key = "call.no_day" if isinstance(kind, click.DateTime) else "call.no_number"
    return key, {"name": name, "given": quoted[1]}


def _spelled(parameter: click.Parameter | None) -> str:
    """Return an option as it is typed, and an argument by the word that stands for it."""
    if parameter is None:
        return ""
    return parameter.opts[0] if isinstance(parameter, click.Option) else parameter.human_readable_name.strip("[]")


def _tell(sentence: str, code: int) -> int:
    if sys.stderr is not None:  # it is closed, and print would take standard output
        print(sentence, file=sys.stderr)
    return code


def _speak_utf8() -> None:
    """Make what we print UTF-8 also under LC_ALL=C and on an old Windows terminal."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
