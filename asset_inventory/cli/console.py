"""Tables as they are read in a terminal.

What the commands of the register answer: what has happened and what to do next, for people or for
machines.
"""

from __future__ import annotations

import datetime
import json
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from asset_inventory.messages import describe_finding, say

if TYPE_CHECKING:
    import pandas as pd

    from asset_inventory.model.errors import AssetInventoryError
    from asset_inventory.outputs.views.table_view import TableView
    from asset_inventory.register import Register
    from asset_inventory.register.deliveries import Delivery


def print_view(view: TableView) -> None:
    """Print a table as people read it: caption, columns of words to the left, numbers to the right,
    and its notes.

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
# Changes shown where a delivery is told in full; all of them are in --json.
_SHOWN = 20
# Characters of a cell that are shown.
_LONGEST = 60


def finding_lines(findings: Iterable[Mapping[str, object]], language: str) -> list[str]:
    """Return rows of FINDINGS as lines: how severe each is, what it says, and what to do."""
    return [
        f"{say('severity.' + str(row['severity']), language)}: {' '.join(describe_finding(row, language))}"
        for row in findings
    ]


@dataclass(frozen=True)
class Answer:
    """The register that is asked, and how it answers: in sentences, or in one JSON object.

    `warnings` are rows of FINDINGS that were said before the command ran, and stand in that object
    too.
    """

    register: Register
    language: str
    folder: Path
    as_json: bool
    warnings: Sequence[dict[str, object]] = ()

    def say(self, key: str, **filled: object) -> None:
        """Print a sentence, for people."""
        self.line(say(key, self.language, city=str(self.folder), **filled))

    def line(self, text: str) -> None:
        """Print a line, for people."""
        if not self.as_json:
            click.echo(text)

    def lines(self, texts: Sequence[str], *, left: int) -> None:
        """Print the first lines of a list, for people, and how many are left, if any."""
        for text in texts:
            self.line(text)
        if left > 0:
            self.say("register.more_changes", count=left)

    def give(self, **said: object) -> None:
        """Print the one object, for machines."""
        if self.as_json:
            more = (
                {"warnings": describe_findings_of(self.warnings, self.language)}
                if self.warnings
                else {}
            )
            click.echo(json.dumps(_whole(said | more), ensure_ascii=True, default=str))


def _whole(value: object) -> object:
    """Return a value without numbers that JSON has no word for: null stands for them."""
    if isinstance(value, dict):
        return {key: _whole(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_whole(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


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


def print_answer(answer: Answer, made: Delivery) -> None:
    """Say what a delivery changes, and what is to be known about it before it is decided."""
    kinds = made.changes["change"].value_counts()
    edited = made.changes.loc[made.changes["change"] == "edited", "asset_id"].nunique()
    answer.say(
        "register.delivery",
        number=str(made.id),
        layer=made.layer,
        author=made.author or "-",
        file=made.file_name or "-",
        added=int(kinds.get("added", 0)),
        edited=int(edited),
        removed=int(kinds.get("removed", 0)),
    )
    counts = {
        "register.conflicts": len(made.conflicts),
        "register.would_undo": len(made.undone),
        "register.doubts": len(made.doubts),
        "register.removals_left": made.report.get("removals_left", 0),
        "register.shapes_left": made.report.get("shapes_left", 0),
        "register.kept_since": made.report.get("kept_since", 0),
    }
    for key, count in counts.items():
        if count:
            answer.say(key, count=count)
    report = made.report
    if report.get("features") and report.get("known") == 0 and report.get("fields_missing"):
        answer.say("register.none_known", count=report["features"], layer=made.layer)
    for key in ("fields_added", "fields_missing"):
        if names := made.report.get(key):
            answer.say(
                _FIELDS[key], fields=", ".join(names[:_SHOWN]) + ", …" * (len(names) > _SHOWN)
            )


_FIELDS = {"fields_added": "register.fields_added", "fields_missing": "register.fields_missing"}


def print_next_steps(answer: Answer, made: Delivery) -> None:
    """Say what to do about a pending delivery."""
    if len(made.conflicts):
        answer.say("register.next_conflicts", number=str(made.id), first=made.conflicts.index[0])
    elif made.changes.empty:
        from asset_inventory.register.layer_states import confirms

        whole = confirms(made) and not made.report.get("kept_since")
        answer.say(
            "register.next_nothing" if whole else "register.next_no_change", number=str(made.id)
        )
    else:
        answer.say("register.next", number=str(made.id))
    if len(made.doubts):
        answer.say("register.next_doubts")


def print_decision(answer: Answer, made: Delivery) -> None:
    """Say how a delivery was decided."""
    if made.version is None:
        answer.say("register.rejected", number=str(made.id), why=made.reason)
    else:
        answer.say("register.accepted", number=str(made.id), version=str(made.version))


def print_changes(answer: Answer, made: Delivery) -> None:
    """Say what is added and edited, the first of many; of what is removed
    `print_doubts_and_removals` tells.
    """
    from asset_inventory.register.changes import REMOVED

    told = made.changes[made.changes["change"] != REMOVED]
    shown = ["  " + format_change(answer, row, made.layer) for row in as_rows(told.head(_SHOWN))]
    answer.lines(shown, left=len(told) - _SHOWN)


def format_change(answer: Answer, row: dict[str, object], layer: str) -> str:
    """Return one row of a layer's CHANGES as a sentence, with its name of an asset added or
    removed.
    """
    language = answer.language
    if row["column"] is None:
        name = _name_in(answer, row["after"] or row["before"], layer)
        asset = f"{row['asset_id']} ({name})" if name else row["asset_id"]
        return say(_WHOLE[row["change"]], language, asset=asset)
    if row["column"] == "geometry":
        return say("register.moved", language, asset=row["asset_id"])
    before, after = (format_cell(row[side]) for side in ("before", "after"))
    return say(
        "register.edited",
        language,
        asset=row["asset_id"],
        column=row["column"],
        before=before,
        after=after,
    )


def _name_in(answer: Answer, cells: str, layer: str) -> str:
    """Return the name that a whole asset of a layer has; empty text without one, or where the
    city reads none.
    """
    from asset_inventory.register.changes import value_in

    field = next(
        (one.fields.name for one in answer.register.city.assets if one.name == layer), None
    )
    name = value_in(cells, field) if field else None
    return "" if name is None else str(name)[:_LONGEST]


def format_cell(cell: str | None) -> str:
    """Return what a cell of CHANGES or MERGED holds as people write it, the start of what is
    long; «-» for nothing.
    """
    from asset_inventory.register.changes import decode

    column = decode([cell])
    if column.isna().all():
        return "-"
    value = column.iloc[0]
    text = value.isoformat() if isinstance(value, datetime.date) else str(value)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "..."


def print_doubts_and_removals(answer: Answer, made: Delivery) -> None:
    """Say by name which matches are doubtful and which assets are removed, the first of many of
    each.
    """
    from asset_inventory.outputs.report.review_tables import doubt_sentences
    from asset_inventory.register.changes import REMOVED

    doubts = [
        say(key, answer.language, **said) for key, said in doubt_sentences(made.doubts.head(_SHOWN))
    ]
    removed = made.changes[made.changes["change"] == REMOVED]
    removals = [format_change(answer, row, made.layer) for row in as_rows(removed.head(_SHOWN))]
    for lines, count in ((doubts, len(made.doubts)), (removals, len(removed))):
        for line in lines:
            answer.line("  " + line)
        if count > len(lines):
            answer.say("register.more_listed", count=count - len(lines), number=str(made.id))


def print_conflicts(answer: Answer, made: Delivery, since: pd.DataFrame) -> None:
    """Say of each conflict what stands where, and who has changed it; the first of many.

    `since` is the row of history that changed it last, labelled as the conflicts.
    """
    for row in conflict_rows(made, since)[:_SHOWN]:
        answer.line("  " + format_conflict(row, answer.language))
        if row["changed_by_delivery"] is not None:
            by = {"by": str(row["changed_by_delivery"]), "author": row["changed_by"] or "-"}
            answer.line(
                "    "
                + say("register.conflict.by", answer.language, day=row["changed_at"][:10], **by)
            )
    if len(made.conflicts) > _SHOWN:
        answer.say("register.more_changes", count=len(made.conflicts) - _SHOWN)


def conflict_rows(made: Delivery, since: pd.DataFrame) -> list[dict[str, object]]:
    """Return the conflicts with their numbers, each with who has changed it."""
    last = since.reindex(made.conflicts.index)[[*_SINCE]].rename(columns=_SINCE)
    return as_rows(made.conflicts.join(last).rename_axis("number").reset_index())


def format_conflict(row: dict[str, object], language: str) -> str:
    """Return one conflict as a sentence."""
    about = {"number": row["number"], "asset": row["asset_id"]}
    if row["column"] is None:
        key = "register.conflict.removed" if row["theirs"] is None else "register.conflict.gone"
        return say(key, language, **about)
    if row["column"] == "geometry":
        return say("register.conflict.shape", language, **about)
    sides = {side: format_cell(row[side]) for side in ("base", "ours", "theirs")}
    return say("register.conflict.cell", language, column=row["column"], **about, **sides)


_WHOLE = {"added": "register.added", "removed": "register.removed"}


def as_object(made: Delivery, *, since: pd.DataFrame | None = None) -> dict[str, object]:
    """Return a delivery as machines read it; with `since` (see `print_conflicts`) each change
    and conflict too.
    """
    plain = (
        "id",
        "layer",
        "state",
        "version",
        "author",
        "note",
        "file_name",
        "sha256",
        "delivered_at",
        "decided_at",
        "reason",
        "undoes",
        "base_version",
        "report",
    )
    said = {name: getattr(made, name) for name in plain}
    assets = made.changes.groupby("change", observed=True)["asset_id"].nunique()
    said |= {name: int(assets.get(name, 0)) for name in ("added", "removed", "edited")}
    tables = {"conflicts": made.conflicts, "would_undo": made.undone, "doubts": made.doubts}
    if since is None:
        return said | {name: len(table) for name, table in tables.items()}
    listed = {name: as_rows(table) for name, table in (tables | {"changes": made.changes}).items()}
    return said | listed | {"conflicts": conflict_rows(made, since)}


def as_rows(table: pd.DataFrame) -> list[dict[str, object]]:
    """Return a table's rows as machines read them, null where there is nothing."""
    return table.astype(object).where(table.notna(), None).to_dict("records")


_SINCE = {"delivery": "changed_by_delivery", "author": "changed_by", "accepted_at": "changed_at"}
