"""Play the stories of README.md and docs/ in an empty folder and put in what their commands answer:
`make story`.

A story stands between `<!-- story -->` and `<!-- /story -->`. In its blocks of text a line that
begins with `$ ` is a command, and what follows is its answer; blocks of Python are run as they
stand. The demo city is copied, never touched. `tests/test_story.py` plays them too and holds the
answers to the page word by word, but for days, times and the folder.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from asset_inventory.cli import main

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = (README, ROOT / "docs" / "nine-months.md", ROOT / "docs" / "sembilan-bulan.md")
BEGIN, END = "<!-- story -->\n", "<!-- /story -->\n"
HOME = "/home/me"  # what the folder is called in README
_BLOCK = re.compile(r"^```(text|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# A department's layer, its assets, how many days old it is, and the share of values that it lacks.
_AGE = re.compile(r"^( .+? +[\d,.]+ +)[\d,.]+( +[\d,.]+ %  )", re.MULTILINE)
_COMMAND = re.compile(r"^\$ .*$", re.MULTILINE)


def stories_in(page: str) -> list[str]:
    """Return the stories of a page, each without the lines that mark it."""
    return [part.partition(END)[0] for part in page.split(BEGIN)[1:]]


def played(story: str, folder: Path) -> str:
    """Play a story in an empty folder and return it with what its commands answer now."""
    with _within(folder):
        return _BLOCK.sub(lambda block: f"```{block[1]}\n{_played(block, folder)}```", story)


def blanked(story: str) -> str:
    """Return a story without what differs from day to day."""
    story = re.sub(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?([+-]\d\d:\d\d)?", "<time>", story)
    story = re.sub(r"\d{4}-\d\d-\d\d", "<day>", story)
    return _AGE.sub(r"\1<age>\2", story)


def _played(block: re.Match[str], folder: Path) -> str:
    if block[1] == "python":
        exec(compile(block[2], "README.md", "exec"), {})
        return block[2]
    commands = _COMMAND.findall(block[2])
    return "".join(
        f"{command}\n{_answer(command.removeprefix('$ '), folder)}" for command in commands
    )


def _answer(command: str, folder: Path) -> str:
    program, *words = shlex.split(command)
    if program == "cp":
        *_, source, target = words
        shutil.copytree(
            ROOT / source, target, ignore=shutil.ignore_patterns("__pycache__", "__init__.py")
        )
        return ""
    if program != "asset-inventory":
        raise SystemExit(f"not played: {command}")
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        main(words)
    return said.getvalue().replace(str(folder), HOME)


@contextlib.contextmanager
def _within(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def write(page: Path) -> bool:
    """Put today's answers into a page; return whether more than days and times has changed."""
    text = before = page.read_text(encoding="utf-8")
    for story in stories_in(before):
        with tempfile.TemporaryDirectory() as folder:
            now = played(story, Path(folder).resolve())
        if blanked(now) != blanked(story):
            text = text.replace(BEGIN + story + END, BEGIN + now + END)
    page.write_text(text, encoding="utf-8")
    return text != before


if __name__ == "__main__":
    for page in PAGES:
        print(f"{page.name}:", "written anew" if write(page) else "as it was")
