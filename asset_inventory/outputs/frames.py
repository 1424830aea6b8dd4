"""The frame of every still figure: its size, title, note and the mark on exercise data; its bars' names; it as SVG."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

import numpy as np

from asset_inventory.errors import SourceError
from asset_inventory.sources.whole_files import whole
from asset_inventory.words import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

_DOTS = 200  # an inch: sharp on paper
WIDE = 7.5  # inches: what A4 has between its margins
_LABEL, _LEGEND, _TITLE = 40, 90, 80  # characters of a name beside a bar, of a line of a legend and of a title
_LINES = 3  # that one text takes at most
_COMMENTS = re.compile("<!--.*?-->", re.DOTALL)  # matplotlib writes there what it drew
_SHEET = re.compile(r"<defs>\s*<style[^>]*>\*\{([^}]*)\}</style>\s*</defs>\s*")  # how lines end, of all elements
_QUIET, _MARK = "#4b5563", "#7a1420"


def framed(height: float, *, panels: int = 1) -> tuple[Figure, list[Axes]]:
    """Return a figure of a page's width and so many inches, with panels one below the other.

    It stands alone: pyplot keeps none of it, and a notebook shows it.
    """
    from matplotlib.figure import Figure

    class Still(Figure):
        def _repr_svg_(self) -> str:
            return as_svg(self)

    figure = Still(figsize=(WIDE, height), layout="constrained")
    axes = [*np.atleast_1d(figure.subplots(panels))]
    for one in axes:
        one.spines[["top", "right"]].set_visible(False)
        one.tick_params(labelsize=8)
    return figure, axes


def finished(figure: Figure, title: str, notes: Sequence[str], *, exercise: bool, language: str) -> Figure:
    """Return the figure with its title, with notes below it, and marked where it is made from exercise data."""
    figure.suptitle(_plain(_in_lines(title, _TITLE)), x=0.01, ha="left", fontsize=11, fontweight="bold")
    notes = [*notes, *([say("map.exercise", language)] if exercise else [])]
    if notes:
        figure.supxlabel(_plain("\n".join(notes)), x=0.01, ha="left", fontsize=8, color=_MARK if exercise else _QUIET)
    if exercise:
        figure.text(0.55, 0.5, _plain(say("map.exercise_mark", language)), rotation=20, ha="center", va="center",
                    fontsize=30, color=_MARK, alpha=0.18)  # fmt: skip
    return figure


def name_bars(axes: Axes, names: Sequence[str]) -> None:
    """Name the bars of a figure, the first of them above."""
    short = [name if len(name) <= _LABEL else name[: _LABEL - 1] + "…" for name in names]
    axes.set_yticks(range(len(names)), [_plain(one) for one in short], fontsize=8)
    axes.set_ylim(max(len(names), 1) - 0.4, -0.6)


def write_numbers(axis: Axis, written: Callable[[float], str]) -> None:
    """Let an axis write its numbers as the reader's country does, at steps that one decimal tells in full."""
    from matplotlib.ticker import MaxNLocator

    axis.set_major_locator(MaxNLocator(nbins=8, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(lambda value, _: _plain(written(float(value))))


def named(axes: Axes, *, x: str = "", y: str = "", title: str = "") -> None:
    """Name the axes of a panel, and the panel."""
    axes.set_xlabel(_plain(x), fontsize=9)
    axes.set_ylabel(_plain(y), fontsize=9)
    axes.set_title(_plain(_in_lines(title, _TITLE)), loc="left", fontsize=10)


def label_of(text: str) -> str:
    """Return text for a legend in lines of its width; what begins with an underscore it would leave out."""
    return _plain(_in_lines(f"\u200b{text}" if text.startswith("_") else text, _LEGEND))


def as_svg(figure: Figure) -> str:
    """Return a figure as one `<svg>` element without a date or chance in it: the same figure gives the same text.

    Letters are drawn as shapes: nothing in it is read as text, and no font is asked for. It holds no style sheet, for
    that would rule the whole page into which it is pasted.
    """
    import matplotlib

    written = io.StringIO()
    with matplotlib.rc_context({"svg.hashsalt": "asset_inventory", "svg.fonttype": "path"}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph")  # a letter that the font lacks is drawn as a box
        figure.savefig(written, format="svg", metadata=dict.fromkeys(("Creator", "Date", "Format", "Type")))
    drawn = written.getvalue()
    drawn = _COMMENTS.sub("", drawn[drawn.index("<svg") :])
    sheet = _SHEET.search(drawn)
    if sheet is None:
        return drawn
    ends = "".join(f' {name}="{value}"' for name, value in re.findall(r"([\w-]+): *([\w-]+)", sheet[1]))
    return drawn.replace(sheet[0], "").replace("<svg", f"<svg{ends}", 1)


def write_figure(figure: Figure, path: Path) -> None:
    """Write a figure as its file's ending says, .svg or .png; raises SourceError for another, or where it cannot be."""
    kind = path.suffix.lower()
    if kind not in (".svg", ".png"):
        raise SourceError("error.figure_kind", path=str(path))
    with whole(path) as written:
        if kind == ".svg":
            written.write_text(as_svg(figure), encoding="utf-8")
            return
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Glyph")  # a letter that the font lacks is drawn as a box
            figure.savefig(written, format="png", dpi=_DOTS, metadata={"Software": None})


def _in_lines(text: str, width: int) -> str:
    """Return a text in lines of so many characters, cut where it would take too many of them."""
    lines = wrap(text, width) or [text]
    return "\n".join(lines if len(lines) <= _LINES else [*lines[: _LINES - 1], lines[_LINES - 1][: width - 1] + "…"])


def _plain(text: str) -> str:
    """Return text that matplotlib draws as it stands: between two dollars it would read formulas."""
    seen = "".join(one if one.isprintable() or one == "\n" else "\ufffd" for one in text)
    return seen.replace("$", r"\$")
