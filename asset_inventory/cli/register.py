"""Commands that take a layer out of the register, and check that it is whole."""

import datetime
from pathlib import Path

from asset_inventory import register as registers
from asset_inventory.cli import answers
from asset_inventory.cli.answers import Answer, on_register
from asset_inventory.cli.shared import MOST, describe_findings_of
from asset_inventory.io.layer_files import there_already
from asset_inventory.io.schemas import schema_from
from asset_inventory.messages import describe_finding
from asset_inventory.model.errors import RegisterError, RequestError
from asset_inventory.register.export import export_layer


@on_register
def export(
    answer: Answer,
    layer: str,
    to: Path,
    on: datetime.datetime | None,
    with_ids: bool | None,
    replace: bool,
) -> int:
    """Write a layer, of today or of a day, in its own or another format; 1 if a value does not fit.

    Without `with_ids` it has the ids of the register if `deliver` will know assets by them.
    """
    existing = there_already(to)
    if existing is not None and not replace:
        raise RequestError("error.export_there", path=str(existing))
    plain = registers.schema(answer.register, layer)
    schema = schema_from(plain) if plain else None
    version = registers.version(answer.register, on=on and on.date())
    began = next(
        delivery
        for delivery in registers.deliveries(answer.register)
        if delivery.layer == layer and delivery.version
    )
    if on is not None and version < began.version:
        first = datetime.datetime.fromisoformat(began.decided_at).astimezone().date()
        raise RegisterError("error.layer_not_there_then", layer=layer, day=on.date(), first=first)
    table = registers.table(answer.register, layer, version=version)
    if with_ids is None:
        with_ids = registers.known_by_our_ids(answer.register, layer)
    past = registers.past(answer.register, version)
    exported = export_layer(
        table, schema, to, version=version, layer=layer, past=past, with_ids=with_ids
    )
    rows = exported.findings.to_dict("records")
    answer.lines(
        [" ".join(describe_finding(row, answer.language)) for row in rows[:MOST]],
        left=len(rows) - MOST,
    )
    if exported.written:
        answer.say(
            "register.exported", count=len(table), layer=layer, version=version, path=str(to)
        )
        if with_ids:
            answer.say("register.exported_ids")
    else:
        answer.say("register.not_exported", layer=layer, path=str(to))
    answer.give(
        written=[str(path) for path in exported.written],
        version=version,
        assets=len(table),
        problems=rows,
    )
    return int(not exported.written)


@on_register
def fsck(answer: Answer) -> int:
    """Check the register, and print its faults and the copies that are whole."""
    path = str(answer.register.path)
    rows = registers.fsck(answer.register).to_dict("records")
    copies = registers.whole_copies(answer.register) if rows else []
    for row in rows:
        answer.line(" ".join(describe_finding(row, answer.language)))
    apart = answers.copies_apart(answer)
    key = "register.not_whole" if rows else "register.whole_itself" if apart else "register.whole"
    answer.say(key, path=path, count=len(rows))
    several = "register.whole_copy_of_a_history" if len(copies) > 1 else "register.whole_copy"
    for copy in copies:
        answer.say(several, path=path, copy=str(copy.path), version=registers.version(copy))
    if rows and not copies:
        answer.say("register.no_whole_copy")
    problems = describe_findings_of([*rows, *apart], answer.language)
    copy = str(copies[0].path) if len(copies) == 1 else None
    answer.give(whole=not rows, problems=problems, copy=copy)
    return int(bool(rows or apart))
