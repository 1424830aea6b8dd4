"""What the register's commands do with files: read each as nobody trusts it, keep it as a delivery, and tell of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from asset_inventory.commands.answers import Answer, as_object, tell, tell_decided, tell_next
from asset_inventory.commands.risk import follow, tell_risk, would_be_found
from asset_inventory.errors import AssetInventoryError, RegisterError, SourceError
from asset_inventory.words import finding_says, name_of, say

if TYPE_CHECKING:
    from asset_inventory.inventory.register import Delivery

INBOX = "inbox"
_ENDINGS = (".shp", ".gpkg", ".geojson", ".json", ".fgb", ".parquet", ".kml", ".gml", ".csv", ".xlsx", ".zip")


def start(answer: Answer) -> int:
    """Give the register a first delivery of each layer that it does not hold yet."""
    from asset_inventory.inventory import register as registers

    there = registers.layers(answer.register) if registers.exists(answer.register) else []
    handed = []
    for layer in answer.register.city.assets:
        if layer.name in there:
            answer.say("register.started_already", layer=layer.name)
            continue
        author = layer.owner or layer.source.publisher or ""
        handed.append(_attempt(answer, layer.path, layer=layer.name, author=author, note="", started=True))
    if all(one.delivery is not None for one in handed):
        answer.say("register.started", path=str(answer.register.path))
    return _told(answer, handed)


def deliver(answer: Answer, file: Path, layer: str | None, author: str, note: str, accept: bool) -> int:
    """Hand in one file."""
    handed = _taken_in(answer, file, layer=layer, author=author, note=note, accept=accept)
    answer.give(**_plain(answer, handed))
    return int(handed.faulty)


def inbox(answer: Answer, author: str, note: str) -> int:
    """Hand in every file of the inbox that was never handed in before; the files stay where they are."""
    from asset_inventory.inventory import register as registers
    from asset_inventory.sources.containers import hash_of

    folder = answer.register.city.folder / INBOX
    if not folder.is_dir():
        answer.say("register.no_inbox", folder=str(folder))
        return _told(answer, [])
    known = set()
    if registers.exists(answer.register):
        known = {one.sha256 for one in registers.deliveries(answer.register)}
    files = sorted(folder.iterdir())
    wanted = [one for one in files if one.suffix.lower() in _ENDINGS and not one.name.endswith(".base.json")]
    new = [one for one in wanted if one.is_file() and hash_of(one) not in known]
    handed = [_attempt(answer, one, layer=None, author=author, note=note, accept=False) for one in new]
    taken = sum(one.delivery is not None for one in handed)
    answer.say("register.inbox", count=len(new), folder=str(folder), taken=taken)
    return _told(answer, handed)


@dataclass(frozen=True)
class _Handed:
    """What became of one file: the delivery made of it and its risk, if any, and what was found, as FINDINGS rows."""

    source: str
    delivery: Delivery | None
    problems: list[dict[str, object]]
    risk: dict[str, object] | None = None

    @property
    def faulty(self) -> bool:
        """Tell whether something of the file was not taken."""
        return self.delivery is None or any(row["severity"] == "error" for row in self.problems)


def _told(answer: Answer, handed: list[_Handed]) -> int:
    answer.give(files=[_plain(answer, one) for one in handed])
    return int(any(one.faulty for one in handed))


def _plain(answer: Answer, handed: _Handed) -> dict[str, object]:
    problems = [
        {"code": row["code"], "severity": row["severity"], "count": row["count"], "feature": row["feature"],
         "message": " ".join(finding_says(row, answer.language)).strip()}
        for row in handed.problems
    ]  # fmt: skip
    delivery = None if handed.delivery is None else as_object(handed.delivery) | {"risk": handed.risk}
    return {"source": handed.source, "delivery": delivery, "problems": problems}


def _attempt(answer: Answer, file: Path, **said: object) -> _Handed:
    """Return what became of a file; what stops it is told, and stops no other file."""
    from asset_inventory.tables import finding

    try:
        return _taken_in(answer, file, **said)
    except AssetInventoryError as fault:
        answer.line(f"{name_of(file)}: {fault.say(answer.language)}")
        row = finding(fault.key, source=name_of(file), severity="error", **fault.plainly(name_of(file)))
        return _Handed(name_of(file), None, [row])


def _taken_in(
    answer: Answer,
    file: Path,
    *,
    layer: str | None,
    author: str,
    note: str,
    accept: bool = False,
    started: bool = False,
) -> _Handed:
    """Read a file that nobody trusts, keep it as a delivery and tell of it; what is `started` with is accepted."""
    from asset_inventory.inventory import register as registers
    from asset_inventory.inventory.exports import read_base
    from asset_inventory.inventory.holdings import COUNTS, FOUND, STARTED
    from asset_inventory.inventory.validation import chosen_layer
    from asset_inventory.sources.containers import hash_of
    from asset_inventory.sources.vectors import read_whole

    if not file.exists():
        raise _not_there(file)
    name, declared = chosen_layer(answer.register.city, file, layer)
    if name not in {one.name for one in answer.register.city.assets}:
        raise RegisterError("error.not_a_layer_of_assets", layer=name)
    features = read_whole(file, declared, last=registers.last_schema(answer.register, name))
    rows = features.findings.astype(object).where(features.findings.notna(), None).to_dict("records")
    _say_findings(answer, rows)
    if features.refused:
        answer.say("register.refused", source=name_of(file))
        return _Handed(name_of(file), None, rows)
    waiting = _waiting_of(answer, hash_of(file)) if not started else set()
    made = registers.deliver(
        answer.register, name, features.table, schema=features.schema.plain() if features.schema else {},
        author=author, note=note, file_name=name_of(file), sha256=hash_of(file), base=read_base(file, features.member),
        seen={COUNTS: features.counts, FOUND: rows, STARTED: started},
    )  # fmt: skip
    if made.id in waiting:
        answer.say("register.waits_already", number=str(made.id))
    elif waiting:
        answer.say("register.same_file_waits", number=str(min(waiting)))
    tell(answer, made)
    later = [] if started else would_be_found(answer, made)
    _say_findings(answer, later)
    risk = None if started else tell_risk(answer, made)  # of a register that begins an assessment tells
    if made.state == registers.PENDING and (accept or started):
        made = registers.accept(answer.register, made.id)
        if not started:
            follow(answer, made)
        tell_decided(answer, made)
    elif made.state == registers.PENDING:
        tell_next(answer, made)
    return _Handed(name_of(file), made, [*rows, *later], risk)


def _say_findings(answer: Answer, rows: list[dict[str, object]]) -> None:
    for row in rows:
        severity = say(f"severity.{row['severity']}", answer.language)
        answer.line(" ".join((f"{severity}:", *finding_says(row, answer.language))).strip())


def _waiting_of(answer: Answer, sha256: str) -> set[int]:
    """Return the pending deliveries of the same file."""
    from asset_inventory.inventory import register as registers

    if not registers.exists(answer.register):
        return set()
    made = registers.deliveries(answer.register)
    return {one.id for one in made if one.state == registers.PENDING and one.sha256 == sha256}


def _not_there(file: Path) -> SourceError:
    from asset_inventory.sources.texts import nearest

    near = nearest(file.name, [one.name for one in file.parent.iterdir()]) if file.parent.is_dir() else ""
    key = "error.no_file_near" if near else "error.no_file"
    return SourceError(key, source=name_of(file), path=str(file), near=near and str(file.with_name(near)))
