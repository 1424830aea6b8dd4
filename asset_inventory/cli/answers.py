"""How the commands of the register answer: what has happened, and what to do next."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import Any

import click
import geopandas as gpd
import pandas as pd

from asset_inventory import register as registers
from asset_inventory.cli.shared import (
    as_rows,
    city_in_its_language,
    describe_findings_of,
    print_object,
)
from asset_inventory.io.geometries import to_wgs84
from asset_inventory.messages import describe_finding, say
from asset_inventory.model.errors import AssetInventoryError
from asset_inventory.register.changes import REMOVED, decode, value_in
from asset_inventory.register.deliveries import Delivery, confirms

# Changes shown where a delivery is printed in full; all of them are in --json.
_SHOWN = 20


# Characters of a cell that are shown.
_LONGEST = 60


@dataclass(frozen=True)
class Answer:
    """The register that is asked, and how it answers: in sentences, or in one JSON object.

    `warnings` are rows of FINDINGS that were printed before the command ran; that object has them
    too.
    """

    register: registers.Register
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

    def give(self, **values: object) -> None:
        """Print the one object, for machines."""
        if self.as_json:
            if self.warnings:
                values["warnings"] = describe_findings_of(self.warnings, self.language)
            print_object(**values)


def on_register(
    command: Callable[..., int] | None = None, *, writes: bool = False
) -> Callable[..., Any]:
    """Return a command that answers on a city's register as one on the folder.

    One that `writes` first prints which copies are no earlier state.
    """
    if command is None:
        return lambda command: on_register(command, writes=writes)

    @wraps(command)
    def called(
        language: str, explicit_language: str | None, *, folder: Path, as_json: bool, **options: Any
    ) -> int:
        with city_in_its_language(folder, language, explicit_language, files=False) as (
            city,
            spoken,
        ):
            answer = Answer(registers.open_register(city), spoken, folder, as_json)
            if writes:
                answer = replace(answer, warnings=copies_apart(answer))
            return command(answer, **options)

    return called


def copies_apart(answer: Answer) -> list[dict[str, object]]:
    """Print which copies are no earlier state of the register or unreadable; return FINDINGS."""
    rows = registers.copies_apart(answer.register).to_dict("records")
    for row in rows:
        answer.line(" ".join(describe_finding(row, answer.language)))
    return rows


def print_answer(answer: Answer, delivery: Delivery) -> None:
    """Print what a delivery changes, and what people must know about it before they decide."""
    kinds = delivery.changes["change"].value_counts()
    edited = delivery.changes.loc[delivery.changes["change"] == "edited", "asset_id"].nunique()
    answer.say(
        "register.delivery",
        number=delivery.id,
        layer=delivery.layer,
        author=delivery.author or "-",
        file=delivery.file_name or "-",
        added=int(kinds.get("added", 0)),
        edited=int(edited),
        removed=int(kinds.get("removed", 0)),
    )
    counts = {
        "register.conflicts": len(delivery.conflicts),
        "register.would_undo": len(delivery.undone),
        "register.doubts": len(delivery.doubts),
        "register.removals_left": delivery.report.get("removals_left", 0),
        "register.shapes_left": delivery.report.get("shapes_left", 0),
        "register.kept_since": delivery.report.get("kept_since", 0),
    }
    for key, count in counts.items():
        if count:
            answer.say(key, count=count)
    report = delivery.report
    if report.get("features") and report.get("known") == 0 and report.get("fields_missing"):
        answer.say("register.none_known", count=report["features"], layer=delivery.layer)
    for key in ("fields_added", "fields_missing"):
        if names := delivery.report.get(key):
            answer.say(
                _FIELDS[key], fields=", ".join(names[:_SHOWN]) + ", …" * (len(names) > _SHOWN)
            )


_FIELDS = {"fields_added": "register.fields_added", "fields_missing": "register.fields_missing"}


def print_next_steps(answer: Answer, delivery: Delivery) -> None:
    """Print what to do about a pending delivery."""
    if len(delivery.conflicts):
        answer.say("register.next_conflicts", number=delivery.id, first=delivery.conflicts.index[0])
    elif delivery.changes.empty:
        confirmed = confirms(delivery) and not delivery.report.get("kept_since")
        key = "register.next_nothing" if confirmed else "register.next_no_change"
        answer.say(key, number=delivery.id)
    else:
        answer.say("register.next", number=delivery.id)
    if len(delivery.doubts):
        answer.say("register.next_doubts")


def print_decision(answer: Answer, delivery: Delivery) -> None:
    """Print how a delivery was decided."""
    if delivery.version is None:
        answer.say("register.rejected", number=delivery.id, why=delivery.reason)
    else:
        answer.say("register.accepted", number=delivery.id, version=delivery.version)


def print_changes(answer: Answer, delivery: Delivery) -> None:
    """Print what is added and edited, the first of many; removals are printed elsewhere."""
    changes = delivery.changes[delivery.changes["change"] != REMOVED]
    shown = [
        "  " + format_change(answer, row, delivery.layer) for row in as_rows(changes.head(_SHOWN))
    ]
    answer.lines(shown, left=len(changes) - _SHOWN)


def format_change(answer: Answer, row: dict[str, object], layer: str) -> str:
    """Return a row of a layer's CHANGES as a sentence, an added or removed asset with its name."""
    language = answer.language
    if row["column"] is None:
        name = _name_in(answer, row["after"] or row["before"], layer)
        asset = f"{row['asset_id']} ({name})" if name else row["asset_id"]
        return say(_WHOLE[row["change"]], language, asset=asset)
    if row["column"] == "geometry":
        return say("register.moved", language, asset=row["asset_id"])
    before, after = (format_cell(row[side]) for side in ("before", "after"))
    about = {"asset": row["asset_id"], "column": row["column"], "before": before, "after": after}
    return say("register.edited", language, **about)


def _name_in(answer: Answer, cells: str, layer: str) -> str:
    """Return the name of a whole asset of a layer; "" without one, or where none is read."""
    field = next(
        (entry.fields.name for entry in answer.register.city.assets if entry.name == layer), None
    )
    name = value_in(cells, field) if field else None
    return "" if name is None else str(name)[:_LONGEST]


def format_cell(cell: str | None) -> str:
    """Return a cell of CHANGES or MERGED as people write it, shortened; «-» for nothing."""
    column = decode([cell])
    if column.isna().all():
        return "-"
    value = column.iloc[0]
    text = value.isoformat() if isinstance(value, datetime.date) else str(value)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "..."


def print_doubts_and_removals(answer: Answer, delivery: Delivery) -> None:
    """Print by name the doubtful matches and the removed assets, the first of many of each."""
    from asset_inventory.outputs.report.review_tables import doubt_sentences

    doubts = [
        say(key, answer.language, **arguments)
        for key, arguments in doubt_sentences(delivery.doubts.head(_SHOWN))
    ]
    removed = delivery.changes[delivery.changes["change"] == REMOVED]
    removals = [format_change(answer, row, delivery.layer) for row in as_rows(removed.head(_SHOWN))]
    for lines, count in ((doubts, len(delivery.doubts)), (removals, len(removed))):
        for line in lines:
            answer.line("  " + line)
        if count > len(lines):
            answer.say("register.more_listed", count=count - len(lines), number=delivery.id)


def print_conflicts(answer: Answer, delivery: Delivery, since: pd.DataFrame) -> None:
    """Print what stands where in each conflict, and who has changed it; the first of many.

    `since` is the row of history that changed it last, labelled as the conflicts.
    """
    for row in conflict_rows(delivery, since)[:_SHOWN]:
        answer.line("  " + format_conflict(row, answer.language))
        if row["changed_by_delivery"] is not None:
            by = {"by": str(row["changed_by_delivery"]), "author": row["changed_by"] or "-"}
            by["day"] = datetime.date.fromisoformat(row["changed_at"][:10])
            answer.line("    " + say("register.conflict.by", answer.language, **by))
    if len(delivery.conflicts) > _SHOWN:
        answer.say("register.more_changes", count=len(delivery.conflicts) - _SHOWN)


def conflict_rows(delivery: Delivery, since: pd.DataFrame) -> list[dict[str, object]]:
    """Return the conflicts with their numbers, each with who has changed it."""
    last = since.reindex(delivery.conflicts.index)[[*_SINCE]].rename(columns=_SINCE)
    return as_rows(delivery.conflicts.join(last).rename_axis("number").reset_index())


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


# fmt: off
_PLAIN = ("id", "layer", "state", "version", "author", "note", "file_name", "sha256", "delivered_at",
          "decided_at", "reason", "undoes", "base_version", "report")


# fmt: on
_WHOLE = {"added": "register.added", "removed": "register.removed"}


def with_sentences(
    answer: Answer, delivery: Delivery, since: pd.DataFrame
) -> dict[str, list[dict[str, object]]]:
    """Return doubts, conflicts and changes as machines read them, each row with its sentence."""
    from asset_inventory.outputs.report.review_tables import doubt_sentences

    sentences = [
        say(key, answer.language, **arguments)
        for row in range(len(delivery.doubts))
        for key, arguments in doubt_sentences(delivery.doubts.iloc[[row]])
    ]
    doubts = zip(as_rows(delivery.doubts), sentences, strict=True)
    return {
        "doubts": [row | {"message": sentence} for row, sentence in doubts],
        "conflicts": [
            row | {"message": format_conflict(row, answer.language)}
            for row in conflict_rows(delivery, since)
        ],
        "changes": [
            row | {"message": format_change(answer, row, delivery.layer)}
            for row in as_rows(delivery.changes)
        ],
    }


def places(answer: Answer, delivery: Delivery) -> dict[str, dict[str, list[float] | None]]:
    """Return where what a delivery changes lies, `before` and `after` it: bounds by asset_id.

    Bounds are west, south, east, north in WGS 84, None where the asset is not there. What a
    doubtful match is about is here too.
    """
    ids = pd.concat(
        [
            delivery.changes["asset_id"],
            delivery.conflicts["asset_id"],
            delivery.doubts["asset_id"],
            delivery.doubts["feature_id"].dropna(),
        ]
    ).unique()
    sides = registers.both_sides(answer.register, delivery.id)
    placed = [_bounds(side[side.index.isin(ids)]) for side in sides]
    return {
        str(name): {"before": placed[0].get(name), "after": placed[1].get(name)} for name in ids
    }


def _bounds(table: gpd.GeoDataFrame) -> dict[str, list[float]]:
    if not len(table) or table.crs is None:
        return {}
    try:
        boxes = to_wgs84(table).geometry.bounds.dropna().round(7)
    except AssetInventoryError:  # no way to WGS 84
        return {}
    return dict(zip(boxes.index, boxes.to_numpy().tolist(), strict=True))


def as_object(delivery: Delivery, *, since: pd.DataFrame | None = None) -> dict[str, object]:
    """Return a delivery as machines read it; with `since` its changes and conflicts too."""
    values = {name: getattr(delivery, name) for name in _PLAIN}
    assets = delivery.changes.groupby("change", observed=True)["asset_id"].nunique()
    values |= {name: int(assets.get(name, 0)) for name in ("added", "removed", "edited")}
    tables = {
        "conflicts": delivery.conflicts,
        "would_undo": delivery.undone,
        "doubts": delivery.doubts,
    }
    if since is None:
        return values | {name: len(table) for name, table in tables.items()}
    listed = {
        name: as_rows(table) for name, table in (tables | {"changes": delivery.changes}).items()
    }
    return values | listed | {"conflicts": conflict_rows(delivery, since)}


_SINCE = {"delivery": "changed_by_delivery", "author": "changed_by", "accepted_at": "changed_at"}
