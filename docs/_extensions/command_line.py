"""The command line in each language, for sphinx-click: `.. command-line:: command_line:english`."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx_click.ext import ClickDirective

from asset_inventory.cli import build

english = build("en", None)
indonesian = build("id", None)


class CommandLine(ClickDirective):
    """Commands without names for links, which two languages would both claim."""

    def _generate_nodes(self, *arguments: Any, **options: Any) -> list[nodes.section]:
        sections = super()._generate_nodes(*arguments, **options)
        for section in sections:
            section["names"] = []
        return sections


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("command-line", CommandLine)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
