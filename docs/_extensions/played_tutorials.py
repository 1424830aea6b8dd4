"""Put into each page what its commands answer: a page's blocks of `console` are played."""

from __future__ import annotations

import tempfile
from pathlib import Path

from sphinx.application import Sphinx
from tutorials import is_played, played


def setup(app: Sphinx) -> dict[str, bool]:
    """Play the pages as they are read."""
    app.connect("source-read", _play)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _play(app: Sphinx, name: str, source: list[str]) -> None:
    if is_played(source[0]):
        with tempfile.TemporaryDirectory() as folder:
            source[0] = played(source[0], Path(folder).resolve())
