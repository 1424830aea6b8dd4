"""Play the commands of a page, as a reader types them, in an empty folder.

In a block of `console` a line that begins with `$ ` is a command; its answer is put under it. A
block of `python` runs as a script. Every command must end well, or as its comment states:
`# exit code 1`. The documentation is built with these answers, and `tests/test_tutorials.py` plays
README.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
HOME = "/home/me"  # how pages call the folder of a reader
_BLOCK = re.compile(r"^```(console|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_EXIT_CODE = re.compile(r"# exit code (\d+)$")


class CommandFailedError(Exception):
    """A command of a page that ends otherwise than the page states."""


def is_played(page: str) -> bool:
    """Return whether a page has commands whose answers are put in."""
    return "```console\n" in page


def commands_in(page: str) -> list[list[str]]:
    """Return the words of each command that a page types, without the program's name."""
    typed = re.findall(r"^(?:\$ )?asset-inventory (.*)$", page, re.MULTILINE)
    prose = re.sub(r"^```.*?^```$", "", page, flags=re.MULTILINE | re.DOTALL)
    named = re.findall(r"`asset-inventory\s+([^`]*)`", prose)
    return [shlex.split(words, comments=True) for words in (*typed, *named)]


def played(page: str, folder: Path) -> str:
    """Play a page in an empty folder and return it with what its commands answer.

    Raises CommandFailedError for a command that ends otherwise than stated.
    """
    return _BLOCK.sub(lambda block: f"```{block[1]}\n{_play(block, folder)}```", page)


def _play(block: re.Match[str], folder: Path) -> str:
    if block[1] == "python":
        _run([sys.executable, "-c", block[2]], folder, block[2])
        return block[2]
    typed = [line.removeprefix("$ ") for line in block[2].splitlines() if line.startswith("$ ")]
    return "".join(f"$ {command}\n{_answer(command, folder)}" for command in typed)


def _answer(command: str, folder: Path) -> str:
    program, *words = shlex.split(command, comments=True)
    if program != "asset-inventory":
        raise CommandFailedError(f"not a command of asset-inventory: {command}")
    stated = _EXIT_CODE.search(command)
    call = [sys.executable, "-m", "asset_inventory", *words]
    return _run(call, folder, command, int(stated[1]) if stated else 0)


def _run(call: list[str], folder: Path, command: str, exit_code: int = 0) -> str:
    """Run a program in a folder and return what it prints, without the folder's name."""
    environment = os.environ | {
        "COLUMNS": "100",
        "MPLBACKEND": "agg",
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
    }
    done = subprocess.run(
        call,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    answer = done.stdout.replace(str(folder), HOME)
    if done.returncode != exit_code:
        raise CommandFailedError(f"exit code {done.returncode}: {command}\n{answer}")
    return "".join(f"{line.rstrip()}\n" for line in answer.splitlines())
