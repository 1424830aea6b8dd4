"""Tables as they are read in a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from asset_inventory.words import money, number, say

if TYPE_CHECKING:
    import pandas as pd


def print_table(headings: list[str], rows: list[list[str]], *, words: int = 2, unbroken: int | None = None) -> None:
    """Print rows of text under their headings, the first columns (`words`) to the left, numbers to the right.

    One column, such as an id that is copied, may stay `unbroken` however narrow the terminal is.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="left" if place < words else "right", overflow="fold",
                         no_wrap=place == unbroken)  # fmt: skip
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))  # Text: what stands in the data is no markup
    Console(file=sys.stdout, width=None if sys.stdout.isatty() else 120).print(table)


def print_ownership(ownership: pd.DataFrame, currency: str, language: str) -> None:
    """Print OWNERSHIP: of each department and layer the age of its data, its gaps and the risk that rests on it."""
    if not len(ownership):
        return
    rows = [
        [
            say("ownership.nobody", language) if row["owner"] != row["owner"] else row["owner"],
            row["layer"],
            number(row["assets"], language),
            number(row["age"], language),
            _percent(row["missing_share"], language),
            number(row["assets_without_figure"], language),
            money(row["ead"], currency, language),
            _percent(row["ead_share"], language),
        ]
        for row in ownership.to_dict("records")
    ]
    headings = ("owner", "layer", "assets", "age", "missing", "without_figure", "ead", "ead_share")
    print_table([say(f"ownership.head.{name}", language) for name in headings], rows)
    counted = dict.fromkeys(name for names in ownership["missing_counted"] if names for name in names.split(", "))
    if counted:
        click.echo(say("ownership.counted", language, names=", ".join(counted)))


def _percent(share: float, language: str) -> str:
    return number(share, language) if share != share else f"{number(100 * share, language, decimals=1)} %"
