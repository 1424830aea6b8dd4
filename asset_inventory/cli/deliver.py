"""What the register's commands do with files: read each as untrusted, and keep it as a delivery.

The impact of a delivery on the city's risk is a line in the terminal and the page that is signed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import click

from asset_inventory import register as registers
from asset_inventory.assessment import delivery_impact as impacts
from asset_inventory.assessment.read import COUNTS, FOUND, STARTED
from asset_inventory.cli import answers
from asset_inventory.cli.answers import Answer, on_register
from asset_inventory.cli.shared import MOST, as_rows, error_as_json, finding_lines, progress_in
from asset_inventory.intake.containers import hash_of
from asset_inventory.intake.layers import chosen_layer, read_whole
from asset_inventory.inventory.districts import read_districts
from asset_inventory.io.schemas import SHAPEFILE_PARTS
from asset_inventory.messages import describe_finding, name_of, say
from asset_inventory.model.errors import AssetInventoryError, RegisterError, RequestError
from asset_inventory.model.tables import finding, findings
from asset_inventory.model.texts import nearest
from asset_inventory.outputs.report.review_tables import risk_lines
from asset_inventory.register.deliveries import PENDING, Delivery
from asset_inventory.register.export import read_base

INBOX = "inbox"
# What is handed in out of an inbox: all that is read, but .txt, in which people write to each
# other.
# fmt: off
_ENDINGS = (
    ".shp", ".gpkg", ".geojson", ".geojsonl", ".geojsons", ".json", ".fgb", ".parquet", ".geoparquet", ".kml", ".kmz",
    ".gml", ".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".pbf", ".zip", ".gdb",
)
# fmt: on
# What programs write next to a file, in place of its ending or behind its whole name.
# fmt: off
_SIDECARS = {
    ".shp": SHAPEFILE_PARTS, ".csv": (".csvt", ".prj"), ".gml": (".xsd", ".gfs"),
    "": (".base.json", ".qml", ".qmd", ".sld"),
}
# fmt: on
_BEHIND = (".xml", "-wal", "-shm", "-journal")
_OF_SYSTEMS = (".ds_store", "thumbs.db", "desktop.ini")
_OPEN_IN_OFFICE = "~$"
_NAMED = 20  # files that one sentence names
_OF_THE_REGISTER = (
    "error.disk_full",
    "error.disk_fault",
    "error.not_a_regular_file",
    "error.register_lost",
)


@on_register(writes=True)
def start(answer: Answer) -> int:
    """Give the register a first delivery of each layer that it does not hold yet."""
    known = registers.layers(answer.register) if registers.exists(answer.register) else []
    handed = []
    for layer in answer.register.city.assets:
        if layer.name in known:
            answer.say("register.started_already", layer=layer.name)
            continue
        author = layer.owner or layer.source.publisher or ""
        handed.append(
            _attempt(answer, layer.path, layer=layer.name, author=author, note="", starts=True)
        )
    if all(outcome.delivery is not None for outcome in handed):
        answer.say("register.started", path=str(answer.register.path))
    return _answer_of(answer, handed)


@on_register(writes=True)
def deliver(
    answer: Answer,
    file: Path,
    layer: str | None,
    author: str,
    note: str,
    accept: bool,
    allow_doubts: bool,
) -> int:
    """Hand in one file."""
    if allow_doubts and not accept:
        raise click.UsageError(say("call.doubts_without_accept", answer.language))
    handed = _taken_in(answer, file, layer=layer, author=author, note=note)
    try:
        handed = _decided(answer, handed, accept, allow_doubts)
    except AssetInventoryError as fault:  # what was handed in waits all the same
        answer.give(**_plain(answer, handed), error=error_as_json(fault, answer.language))
        if not answer.as_json:
            raise
        return 1
    answer.give(**_plain(answer, handed))
    return int(handed.faulty)


@on_register(writes=True)
def inbox(answer: Answer, author: str, note: str) -> int:
    """Hand in every new file of the inbox, and name the others; all stay where they are."""
    folder = answer.register.city.folder / INBOX
    if not folder.is_dir():
        answer.say("register.no_inbox", folder=str(folder))
        return _answer_of(answer, [], left=[], known=[], rejected=[])
    wanted, left = _sorted_out(folder)
    new, known, rejected = _handed_in_before(answer, wanted)
    handed = [_attempt(answer, file, layer=None, author=author, note=note) for file in new]
    taken = sum(outcome.delivery is not None for outcome in handed)
    answer.say("register.inbox", count=len(new), folder=str(folder), taken=taken)
    passed_over = {
        "register.inbox_known": known,
        "register.inbox_known_rejected": rejected,
        "register.inbox_left": left,
    }
    for key, names in passed_over.items():
        if names:
            shown = names if len(names) <= _NAMED else [*names[:_NAMED], "…"]
            answer.say(key, count=len(names), files=", ".join(shown))
    return _answer_of(answer, handed, left=left, known=known, rejected=rejected)


def _sorted_out(folder: Path) -> tuple[list[Path], list[str]]:
    """Return the files of an inbox to be handed in, and the names of unrelated ones."""
    files = sorted(folder.iterdir())
    wanted = [file for file in files if _is_wanted(file)]
    belongs = {name.casefold() for file in wanted for name in _sidecars_of(file)} | {*_OF_SYSTEMS}
    left = [file for file in files if file.name.casefold() not in belongs and not _is_wanted(file)]
    return wanted, [name_of(file) + "/" * file.is_dir() for file in left]


def _is_wanted(path: Path) -> bool:
    name, ending = path.name.lower(), path.suffix.lower()
    if (
        ending not in _ENDINGS
        or name.endswith(".base.json")
        or name.startswith((_OPEN_IN_OFFICE, "._"))
    ):
        return False
    return path.is_dir() if ending == ".gdb" else path.is_file()


def _sidecars_of(path: Path) -> list[str]:
    ends = (*_SIDECARS.get(path.suffix.lower(), ()), *_SIDECARS[""])
    return [path.stem + end for end in ends] + [path.name + end for end in _BEHIND]


def _handed_in_before(answer: Answer, files: list[Path]) -> tuple[list[Path], list[str], list[str]]:
    """Return new files, and the names of known ones and of those that were only ever rejected."""
    states: dict[str, set[str]] = {}
    for delivery in (
        registers.deliveries(answer.register) if registers.exists(answer.register) else ()
    ):
        states.setdefault(delivery.sha256, set()).add(delivery.state)
    became = [(file, states.get(hash_of(file))) for file in files]
    known = [name_of(file) for file, earlier in became if earlier]
    rejected = [name_of(file) for file, earlier in became if earlier == {registers.REJECTED}]
    return [file for file, earlier in became if not earlier], known, rejected


@dataclass(frozen=True)
class _Handed:
    """What became of one file: its delivery and risk, if any, and FINDINGS rows on it."""

    source: str
    delivery: Delivery | None
    problems: list[dict[str, object]]
    risk: dict[str, object] | None = None

    @property
    def faulty(self) -> bool:
        """Return whether something of the file was not taken."""
        return self.delivery is None or any(row["severity"] == "error" for row in self.problems)


def _answer_of(answer: Answer, handed: list[_Handed], **lists: object) -> int:
    answer.give(files=[_plain(answer, outcome) for outcome in handed], **lists)
    return int(any(outcome.faulty for outcome in handed))


def _plain(answer: Answer, handed: _Handed) -> dict[str, object]:
    problems = [
        {name: row[name] for name in ("code", "severity", "count", "feature")}
        | {"message": " ".join(describe_finding(row, answer.language)).strip()}
        for row in handed.problems
    ]
    delivery = handed.delivery
    plain = None if delivery is None else answers.as_object(delivery) | {"risk": handed.risk}
    return {"source": handed.source, "delivery": plain, "problems": problems}


def _attempt(answer: Answer, file: Path, *, starts: bool = False, **details: object) -> _Handed:
    """Return what became of a file, which is accepted where it starts its layer.

    What stops it is printed, and stops no other file; a register that cannot be written stops all.
    """
    try:
        return _decided(answer, _taken_in(answer, file, starts=starts, **details), starts)
    except AssetInventoryError as fault:
        if fault.key in _OF_THE_REGISTER:
            raise
        answer.line(f"{name_of(file)}: {fault.say(answer.language)}")
        row = finding(
            fault.key, source=name_of(file), severity="error", **fault.plainly(name_of(file))
        )
        return _Handed(name_of(file), None, [row])


def _taken_in(
    answer: Answer, file: Path, *, layer: str | None, author: str, note: str, starts: bool = False
) -> _Handed:
    """Read an untrusted file, keep it as a delivery, print it; `starts`: it starts its layer."""
    if not file.exists():
        raise _not_there(file)
    name, declared = chosen_layer(answer.register.city, file, layer)
    if name not in {entry.name for entry in answer.register.city.assets}:
        raise RegisterError("error.not_a_layer_of_assets", layer=name)
    with progress_in("read", say("progress.read", answer.language, file=name_of(file))):
        features = read_whole(file, declared, last=registers.last_schema(answer.register, name))
    rows = (
        features.findings.astype(object).where(features.findings.notna(), None).to_dict("records")
    )
    _say_findings(answer, rows)
    if features.refused:
        answer.say("register.refused", source=name_of(file))
        return _Handed(name_of(file), None, rows)
    sha256 = hash_of(file)
    waiting = _waiting_of(answer, sha256) if not starts else set()
    delivery = registers.deliver(
        answer.register,
        name,
        features.table,
        schema=features.schema.plain() if features.schema else {},
        author=author,
        note=note,
        file_name=name_of(file),
        sha256=sha256,
        base=read_base(file, features.member),
        seen={COUNTS: features.counts, FOUND: rows, STARTED: starts},
    )
    if delivery.id in waiting:
        answer.say("register.waits_already", number=delivery.id)
    elif waiting:
        answer.say("register.same_file_waits", number=min(waiting))
    answers.print_answer(answer, delivery)
    answers.print_doubts_and_removals(answer, delivery)
    later = [] if starts else pending_findings(answer, delivery)
    _say_findings(answer, later)
    # the impact of a register's first layers is the assessment
    risk = None if starts else print_delivery_impact(answer, delivery)
    return _Handed(name_of(file), delivery, [*rows, *later], risk)


def _decided(answer: Answer, handed: _Handed, accept: bool, allow_doubts: bool = False) -> _Handed:
    """Accept what was handed in, or print what to do next."""
    delivery = handed.delivery
    if delivery is None or delivery.state != registers.PENDING:
        return handed
    if not accept:
        answers.print_next_steps(answer, delivery)
        return handed
    delivery = registers.accept(answer.register, delivery.id, allow_doubts=allow_doubts)
    if not delivery.report.get(STARTED):
        keep_impact(answer, delivery)
    answers.print_decision(answer, delivery)
    return replace(handed, delivery=delivery)


def _say_findings(answer: Answer, rows: list[dict[str, object]]) -> None:
    answer.lines(finding_lines(rows[:MOST], answer.language), left=len(rows) - MOST)


def _waiting_of(answer: Answer, sha256: str) -> set[int]:
    """Return the pending deliveries of the same file."""
    if not registers.exists(answer.register):
        return set()
    deliveries = registers.deliveries(answer.register)
    return {
        delivery.id
        for delivery in deliveries
        if delivery.state == registers.PENDING and delivery.sha256 == sha256
    }


def _not_there(file: Path) -> RequestError:
    if file.is_symlink():
        return RequestError("error.link_to_nothing", source=name_of(file), path=str(file))
    folder = file.parent
    names = [path.name for path in folder.iterdir() if path.exists()] if folder.is_dir() else []
    near = nearest(file.name, names)
    key = "error.no_file_near" if near else "error.no_file"
    about = {"path": str(file), "near": near and str(file.with_name(near))}
    return RequestError(key, source=name_of(file), **about)


def print_delivery_impact(
    answer: Answer, delivery: Delivery, *, keep: bool = True
) -> dict[str, object] | None:
    """Print a delivery's impact on risk, computed and kept unless it is known; return it.

    Where it is only looked at nothing is kept.
    """
    with progress_in("impact", say("progress.impact", answer.language)):
        risk = impacts.computed_impact(answer.register, delivery, keep=keep)
    return _impact_lines(answer, risk, delivery)


def keep_impact(answer: Answer, delivery: Delivery) -> None:
    """Keep the impact on the city's risk of a delivery that was printed and then accepted."""
    with progress_in("impact", say("progress.impact", answer.language)):
        impacts.computed_impact(answer.register, delivery)


def print_stored_impact(answer: Answer, delivery: Delivery) -> dict[str, object] | None:
    """Print what is kept of a delivery's risk, and return it."""
    return _impact_lines(answer, impacts.stored_impact(answer.register, delivery))


def print_delivery_impacts(answer: Answer, numbers: Iterable[int]) -> list[dict[str, object]]:
    """Print what was kept of the risk of accepted deliveries, and return it."""
    risks = []
    for number in numbers:
        plain = registers.risk(answer.register, number)
        risk = None if plain is None else impacts.impact_from_json(plain)
        if risk is not None:
            lines = risk_lines(risk, answer.register.city, answer.language)
            for line in lines:
                answer.line(say("risk.of_delivery", answer.language, number=number, line=line))
            risks.append({"delivery": number, "risk": _object(risk, lines)})
    return risks


def pending_findings(answer: Answer, delivery: Delivery) -> list[dict[str, object]]:
    """Return FINDINGS that a pending delivery leaves in its layer; none where not available."""
    if delivery.state != PENDING:
        return []
    try:
        table = impacts.would_find(answer.register, delivery)
    except AssetInventoryError:  # which the risk reports
        return []
    return as_rows(table)


def write_review_page(
    answer: Answer, delivery: Delivery, since: Mapping[str, int], page: Path
) -> None:
    """Write the page that is signed: the changes on a map and by cell, and their impact.

    `since` has the delivery that last changed each conflict, by its number.
    """
    from asset_inventory.outputs.report import review  # draws maps, which no other command does

    city = answer.register.city
    before, after = registers.both_sides(answer.register, delivery.id)
    makers = {
        other.id: (other.author, other.delivered_at[:10])
        for other in registers.deliveries(answer.register)
    }
    handed = review.HandedIn(
        layer=delivery.layer,
        file_name=delivery.file_name,
        author=delivery.author,
        day=delivery.delivered_at,
        note=delivery.note,
        number=delivery.id,
        version=delivery.base_version,
        sha256=delivery.sha256,
        counts={
            name: delivery.report[COUNTS][name]
            for name in review.COUNTS
            if name in delivery.report.get(COUNTS, {})
        },
    )
    risk = impacts.computed_impact(answer.register, delivery, keep=False)
    if risk is None and delivery.state != registers.REJECTED:
        risk = impacts.recomputed_impact(answer.register, delivery)
    risk = risk or impacts.DeliveryImpact(None)
    tables = delivery.changes, delivery.doubts, delivery.conflicts, delivery.undone
    rows = [*delivery.report.get(FOUND, ()), *pending_findings(answer, delivery)]
    page_content = review.Review(
        city,
        handed,
        before,
        after,
        *tables,
        makers,
        findings(rows),
        delta=risk.delta,
        city_ead=risk.city_ead,
        fault=risk.fault,
        computed=risk.day,
        report=delivery.report,
        districts=read_districts(city)[0],
        since=since,
    )
    review.write_review(page_content, page, language=answer.language)
    answer.say("register.page", path=str(page))


def _impact_lines(
    answer: Answer, risk: impacts.DeliveryImpact | None, first: Delivery | None = None
) -> dict[str, object] | None:
    if risk is None:
        if first is not None and first.version is None:
            answer.say("risk.first", layer=first.layer)
        return None
    lines = risk_lines(risk, answer.register.city, answer.language)
    for line in lines:
        answer.line(line)
    return _object(risk, lines) if answer.as_json else None


def _object(risk: impacts.DeliveryImpact, lines: list[str]) -> dict[str, object]:
    return impacts.impact_as_json(risk) | {"message": " ".join(lines)}
