"""Put into each page what its commands answer: a page's blocks of `console` are played."""

from __future__ import annotations

import os
import re
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from tutorials import is_played, played

_answered: dict[str, str] = {}
_CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def setup(app: Sphinx) -> dict[str, bool]:
    """Play the pages that will be read, as many at a time as there are processors."""
    app.connect("env-before-read-docs", _play_all)
    app.connect("source-read", _put_in)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _play_all(app: Sphinx, environment: BuildEnvironment, names: list[str]) -> None:
    texts = {name: Path(environment.doc2path(name)).read_text(encoding="utf-8") for name in names}
    played_names = [name for name, text in texts.items() if is_played(text)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = pool.map(lambda name: _play(texts[name]), played_names)
        _answered.update(zip(played_names, answers, strict=True))


def _play(text: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        return played(text, Path(folder).resolve())


def _put_in(app: Sphinx, name: str, source: list[str]) -> None:
    source[0] = _CONSOLE.sub(_with_class, _answered.get(name, source[0]))


def _with_class(block: re.Match[str]) -> str:
    """Return a block of answers; one with a table keeps its width on a narrow screen (site.css)."""
    wide = ":class: has-table\n" if "──" in block[1] else ""
    return f"```{{code-block}} console\n{wide}\n{block[1]}```"
