"""Tables and findings as they are read in a terminal, or by machines."""

import sys
from collections.abc import Iterable, Mapping, Sequence

import click
import pandas as pd

from asset_inventory.messages import describe_finding, say
from asset_inventory.model.errors import AssetInventoryError
from asset_inventory.outputs.views.table_view import TableView


def print_view(view: TableView) -> None:
    """Print a table: caption, columns of words left, of numbers right, and its notes.

    Nothing is printed of a table without rows. An unbroken column, such as that of ids that are
    copied, keeps its width however narrow the terminal is.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if not len(view.rows):
        return
    if view.caption:
        click.echo(view.caption)
    table, justify = Table(box=box.SIMPLE_HEAD, pad_edge=False), "left"
    for heading, column in zip(view.headings, view.columns, strict=True):
        justify = "right" if column.format.is_number else justify
        table.add_column(heading, justify=justify, overflow="fold", no_wrap=column.unbroken)
    for texts in view.texts:
        table.add_row(*map(Text, texts))  # Text: what stands in the data is no markup
    Console(file=sys.stdout, width=None if sys.stdout.isatty() else 120).print(table)
    for note, _ in view.notes:
        click.echo(note)


# Lines of one list that people are shown; machines get all.
MOST = 50


def finding_lines(findings: Iterable[Mapping[str, object]], language: str) -> list[str]:
    """Return rows of FINDINGS as lines: how severe each is, what it says, and what to do."""
    return [
        f"{say('severity.' + str(row['severity']), language)}: {' '.join(describe_finding(row, language))}"
        for row in findings
    ]


def describe_findings_of(
    rows: Sequence[dict[str, object]], language: str
) -> list[dict[str, object]]:
    """Return rows of FINDINGS, each with what it says in a language."""
    return [row | {"message": " ".join(describe_finding(row, language))} for row in rows]


def error_as_json(fault: AssetInventoryError, language: str) -> dict[str, str]:
    """Return an error as it stands in --json."""
    return {
        "code": fault.key.removeprefix("error."),
        "message": fault.say(fault.language or language),
    }


def as_rows(table: pd.DataFrame) -> list[dict[str, object]]:
    """Return a table's rows as machines read them, null where there is nothing."""
    return table.astype(object).where(table.notna(), None).to_dict("records")
