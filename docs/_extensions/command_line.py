"""The command line in each language, for sphinx-click: `.. command-line:: command_line:english`."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx_click.ext import ClickDirective

from asset_inventory.cli import build

english = build("en", None)
indonesian = build("id", None)


# What sphinx-click writes itself: headings, and the names and values of fields.
_WORDS = {
    "english": {("field_name", "Options"): "Values"},
    "indonesian": {
        ("rubric", "Usage"): "Penggunaan",
        ("rubric", "Options"): "Opsi",
        ("rubric", "Arguments"): "Argumen",
        ("field_name", "Options"): "Nilai",
        ("field_name", "Default"): "Bawaan",
        ("paragraph", "Required argument"): "Argumen wajib",
        ("paragraph", "Optional argument"): "Argumen tidak wajib",
    },
}


class CommandLine(ClickDirective):
    """Commands without names for links, which two languages would both claim, and with the words
    of the page's language.
    """

    def _generate_nodes(self, *arguments: Any, **options: Any) -> list[nodes.section]:
        sections = super()._generate_nodes(*arguments, **options)
        words = _WORDS[self.arguments[0].rpartition(":")[2]]
        for section in sections:
            section["names"] = []
            for text in list(section.findall(nodes.Text)):
                word = words.get((text.parent.tagname, text.astext()))
                if word is not None:
                    text.parent.replace(text, nodes.Text(word))
        return sections


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("command-line", CommandLine)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
