"""Decisions: to accept, reject or undo a delivery, and which districts and themes people chose.

Each is one transaction, which is whole or not there. A later decision on the same subject, by
anybody, reverts or changes an earlier one: the last one stands. The figures at that time come with
it as finished values. Each row is sealed together with the seal of the row before it, and the last
seal once more in another table, so that no row can be altered, taken out or cut off unseen.
"""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd

from asset_inventory.inventory.matching import among
from asset_inventory.io.geopackage import quoted
from asset_inventory.io.schemas import Schema
from asset_inventory.messages import shown
from asset_inventory.model.city import AssetLayer, City
from asset_inventory.model.errors import RegisterError, TableError
from asset_inventory.model.tables import CHOICES, EARLIER_WORDS, TABLES, WITHDRAWN, check, empty
from asset_inventory.model.texts import few
from asset_inventory.register import proposals, store
from asset_inventory.register.changes import REMOVED, apply, invert
from asset_inventory.register.comparing import Compared, compare, tolerance_of
from asset_inventory.register.deliveries import (
    ACCEPTED,
    PENDING,
    REJECTED,
    Delivery,
    forget_risk,
    read_changes,
    read_deliveries,
    read_delivery,
    seal_delivery,
    write_changes,
    write_delivery,
)
from asset_inventory.register.export import Base
from asset_inventory.register.rows import change_rows, read_rows, write_table
from asset_inventory.register.store import (
    StoredLayer,
    now,
    seal,
    stored_layer,
    values_of,
    version_of,
    write_layer_row,
)

# Whoever accepts a delivery that removes more of its layer than this gives the number.
LARGEST_REMOVAL = 0.05
_NAMED = 5  # assets that one sentence names
_NOTHING_TO_UNDO = {PENDING: "error.not_accepted", REJECTED: "error.undo_rejected"}
_ALREADY = {ACCEPTED: "error.already_accepted", REJECTED: "error.already_rejected"}


def write_down(
    connection: sqlite3.Connection,
    declared: AssetLayer,
    delivered: gpd.GeoDataFrame,
    delivery: Delivery,
    *,
    city_crs: str,
    base: Base | None,
) -> int:
    """Compare a delivered table with the register at its base, keep it pending, return its id.

    The same file handed in twice for a layer while the first is pending is one delivery, unless its
    changes differ now: somebody put its base next to it, for example, or changed city.toml.
    """
    stored = stored_layer(connection, delivery.layer)
    before = proposals.earlier(connection, stored, delivery.base_version, delivered.crs)
    query = (
        "SELECT DISTINCT c.asset_id FROM changes c JOIN deliveries d USING (delivery_id) "
        "WHERE d.layer = ? AND c.change = 'added'"
    )
    ever = values_of(connection, query, (delivery.layer,))
    result = compare(before, delivered, declared, city_crs=city_crs, base=base, taken=ever)
    crs = stored.crs if stored is not None else delivered.crs and delivered.crs.to_wkt()
    twice = _is_identical(connection, delivery, result.changes)
    if twice is not None:
        return twice
    schema, report = _schema_then(delivery.schema, result, stored), delivery.report | result.report
    delivery = replace(
        delivery, crs=crs, fields=result.fields, schema=schema, report=report, doubts=result.doubts
    )
    number = write_delivery(connection, delivery)
    write_changes(connection, result.changes, number, proposed=True)
    seal_delivery(connection, number)
    return number


def _is_identical(
    connection: sqlite3.Connection, new: Delivery, changes: pd.DataFrame
) -> int | None:
    """Return the pending delivery of the same file, base, author and proposal; None without one."""
    query = "layer = ? AND state = ? AND sha256 = ? AND sha256 <> '' AND base_version = ? AND author = ? AND note = ?"
    values = (new.layer, PENDING, new.sha256, new.base_version, new.author, new.note)
    for delivery in read_deliveries(connection, query, values):
        proposed = read_changes(connection, "c.delivery_id = ?", (delivery.id,), proposed=True)
        if proposed.drop(columns="delivery").equals(changes.drop(columns="delivery")):
            return delivery.id
    return None


def _schema_then(
    schema: dict[str, object], compared: Compared, stored: StoredLayer | None
) -> dict[str, object]:
    """Return the schema of the layer's exports after a delivery: fields that it lacks stay."""
    delivered, before = _as_known(schema, compared), stored.schema if stored is not None else {}
    if not (delivered and before and compared.report["fields_missing"]):
        return delivered
    new, fields = compared.report["fields_added"], delivered["fields"]
    added = [field for field in fields if (field.get("column") or field["name"]) in new]
    if not added or delivered["driver"] == before["driver"]:
        return before | {"fields": [*before["fields"], *added]}
    names = dict.fromkeys([*(field.name for field in stored.fields), *compared.fields])
    return Schema.of_names(names).plain()


def _as_known(schema: dict[str, object], compared: Compared) -> dict[str, object]:
    """Return a delivered schema by the register's field names, without those it does not take."""
    fields = []
    for field in schema.get("fields", ()):
        known = compared.names.get(field["name"], field["name"])
        if known in compared.fields:
            fields.append(field if known == field["name"] else field | {"column": known})
    return schema | {"fields": fields} if schema else schema


def write_undoing(connection: sqlite3.Connection, number: int, delivery: Delivery) -> int:
    """Write down, pending, what takes an accepted delivery back, and return its id."""
    undone = read_delivery(connection, number)
    if undone.state != ACCEPTED:
        raise RegisterError(_NOTHING_TO_UNDO[undone.state], number=number)
    changes = read_changes(connection, "c.delivery_id = ?", (number,))
    delivery = replace(
        delivery,
        layer=undone.layer,
        base_version=undone.version,
        undoes=number,
        crs=undone.crs,
        fields=undone.fields,
        report={"features": changes["asset_id"].nunique()},
    )
    new_id = write_delivery(connection, delivery)
    write_changes(connection, invert(changes), new_id, proposed=True)
    seal_delivery(connection, new_id)
    return new_id


def put_in(
    connection: sqlite3.Connection,
    number: int,
    city: City,
    *,
    take: str | None = None,
    choices: proposals.Choices | None = None,
    allow_removals: int | None = None,
    allow_doubts: bool = False,
) -> None:
    """Put a pending delivery into the register: assets, changes, the delivery and its checksum.

    Raises RegisterError when it is not pending, conflicts are left, it has doubts that are not
    allowed, or it removes more than 5 % of the layer and `allow_removals` is below the number.
    """
    delivery = _pending(connection, number)
    stored = stored_layer(connection, delivery.layer)
    changes, merged = proposals.what_it_changes(connection, delivery, stored, city)
    if merged is not None:
        conflicts = proposals.conflicts_of(merged, changes)
        proposals.hold_decided(conflicts, delivery, take=take, choices=choices)
        changes = proposals.decide(merged, take=take, choices=choices)
        forget_risk(connection, number)  # which was computed from other changes
    doubts = delivery.doubts
    if len(doubts) and not allow_doubts:
        names = _doubted(doubts)
        raise RegisterError("error.doubts_open", number=number, count=len(doubts), names=names)
    _hold_removals(connection, delivery, changes, stored, allow_removals)
    version = version_of(connection) + 1
    _put(connection, delivery, stored, changes, version)
    write_changes(connection, changes, number)
    crs = delivery.crs if stored is None else stored.crs
    connection.execute("DELETE FROM proposed WHERE delivery_id = ?", (number,))
    accepted = replace(delivery, state=ACCEPTED, version=version, decided_at=now(), crs=crs)
    write_delivery(connection, accepted)
    seal_delivery(connection, number)


def turn_down(connection: sqlite3.Connection, number: int, why: str) -> None:
    """Reject a pending delivery; it is kept, with the reason."""
    delivery = _pending(connection, number)
    write_delivery(connection, replace(delivery, state=REJECTED, reason=why, decided_at=now()))
    seal_delivery(connection, number)


def _pending(connection: sqlite3.Connection, number: int) -> Delivery:
    delivery = read_delivery(connection, number)
    if delivery.state != PENDING:
        raise RegisterError(_ALREADY[delivery.state], number=number)
    return delivery


def _doubted(doubts: pd.DataFrame) -> str:
    """Return which assets are doubtful, the first of many, by id and name."""
    assets = doubts.drop_duplicates("asset_id")
    called = (" (" + assets["asset_name"] + ")").fillna("")
    return few((assets["asset_id"] + called).tolist(), _NAMED)


def _hold_removals(
    connection: sqlite3.Connection,
    delivery: Delivery,
    changes: pd.DataFrame,
    stored: StoredLayer | None,
    allowed: int | None,
) -> None:
    removed = int((changes["change"] == REMOVED).sum())
    if stored is None or not removed:
        return
    query = "SELECT feature_count FROM gpkg_ogr_contents WHERE table_name = ?"
    (assets,) = values_of(connection, query, (stored.table,))
    if removed > LARGEST_REMOVAL * assets and (allowed is None or allowed < removed):
        counts = {"count": removed, "assets": assets, "allowed": str(removed)}
        percent = 100 * removed / max(assets, 1)
        raise RegisterError("error.many_removals", number=delivery.id, percent=percent, **counts)


def _put(
    connection: sqlite3.Connection,
    delivery: Delivery,
    stored: StoredLayer | None,
    changes: pd.DataFrame,
    version: int,
) -> None:
    """Apply changes to the layer's table: in their rows, or in all of it for other columns."""
    schema = delivery.schema or (stored.schema if stored is not None else {})
    if stored is not None:
        before = read_rows(connection, stored, changes["asset_id"].tolist())
        after = apply(changes, before, tolerance=tolerance_of(before))
        same = all(name in {field.name for field in stored.fields} for name in delivery.fields)
        if same and change_rows(connection, stored, before, after, version):
            write_layer_row(connection, replace(stored, version=version, schema=schema))
            return
        before = read_rows(connection, stored)
        query = f"SELECT asset_id, asset_version FROM {quoted(stored.table)}"
        versions = pd.Series(dict(connection.execute(query)), dtype="int64")
    else:
        before, versions = proposals.nothing(delivery.crs), pd.Series(dtype="int64")
    after = apply(changes, before, tolerance=tolerance_of(before))
    names = dict.fromkeys([*before.columns, *delivery.fields, *after.columns])
    names.pop("geometry")
    after = after.reindex(columns=[*names, "geometry"])
    kept = versions.reindex(after.index).mask(among(after.index, changes["asset_id"]), version)
    versions = kept.fillna(version).astype("int64").to_numpy()
    entry = write_table(connection, stored, after, versions, delivery.layer)
    write_layer_row(connection, replace(entry, version=version, schema=schema))
    seal(connection)


# The figures that are handed over with a decision.
DECISION_FIGURES = ("rank", "top", "top_share", "robustness", "non_dominated", "figures")
_KEPT = ("recorded_at", "day", "group", "district", "choice", "reason", *DECISION_FIGURES, "theme")
# Columns of the store keep the names that its first version gave them.
_STORED = {"group": "group_name", "robustness": "sureness", "non_dominated": "on_front"}
# A decision is about one of these.
SUBJECTS = ("district", "theme")
_COLUMNS = ", ".join(_STORED.get(name, name) for name in _KEPT)
_NUMBERS = ("rank", "top", "top_share")
_LAST = "last_decision"


def read_decisions(
    connection: sqlite3.Connection,
    *,
    until: datetime.date | None = None,
    through: int | None = None,
) -> pd.DataFrame:
    """Return DECISIONS in order of recording: all, or those up to a day and a number.

    `stands` is as it was then.
    """
    rows = connection.execute(
        f"SELECT decision_id, {_COLUMNS} FROM register_decisions "
        "WHERE (?1 IS NULL OR day <= ?1) AND (?2 IS NULL OR decision_id <= ?2) ORDER BY decision_id",
        (until and until.isoformat(), through),
    ).fetchall()
    if not rows:
        return empty("DECISIONS")
    table = pd.DataFrame(rows, columns=["decision", *_KEPT])
    # a decision on a theme has an empty district, as the column may not be NULL
    table["district"] = table["district"].replace("", None)
    last = ~table.duplicated([*SUBJECTS], keep="last")
    contract = TABLES["DECISIONS"].columns
    kinds = {column.name: "str" for column in contract if column.kind == "word"}
    kinds |= dict.fromkeys(_NUMBERS, "float64")
    table["non_dominated"] = table["non_dominated"] == 1
    table["robustness"] = table["robustness"].replace(EARLIER_WORDS["robustness"])
    table["stands"] = last & (table["choice"] != WITHDRAWN)
    try:
        return check(table[[column.name for column in contract]].astype(kinds), "DECISIONS")
    except (ValueError, TypeError, TableError) as fault:
        raise store.unreadable_row("register_decisions", "-", fault) from None


def write_decision(connection: sqlite3.Connection, entry: Mapping[str, object]) -> None:
    """Add a decision (`district` or `theme`, `choice`, `group`, `reason`, `day`, and
    DECISION_FIGURES) as the last.

    Raises RegisterError as `check_decision` does.
    """
    given = {"recorded_at": store.now(), "theme": None, **entry}
    given["district"] = given.get("district") or ""
    query = (
        "SELECT decision_id, day, choice FROM register_decisions "
        "WHERE district = ? AND theme IS ? ORDER BY decision_id DESC LIMIT 1"
    )
    subject = [given[name] for name in SUBJECTS]
    check_decision(given, connection.execute(query, subject).fetchone())
    row = [_plain(given[name]) for name in _KEPT]
    places = ", ".join("?" * (len(row) + 1))
    seals = "SELECT checksum FROM register_decisions ORDER BY decision_id DESC LIMIT 1"
    (before,) = store.values_of(connection, seals) or [""]
    sealed = _seal_of(before, row)
    number = connection.execute(
        f"INSERT INTO register_decisions ({_COLUMNS}, checksum) VALUES ({places})", (*row, sealed)
    ).lastrowid
    store.write_sealed_about(connection, _LAST, {"decision": number, "checksum": sealed})


def _seal_of(before: str, row: Sequence[object]) -> str:
    """Return the seal of a decision behind another; one on a district has no theme in it."""
    *others, theme = row
    return store.checksum(before, *others, *([] if theme is None else [theme]))


def altered_decisions(connection: sqlite3.Connection) -> list[int]:
    """Return the numbers of decisions that were altered or are gone; none where all stand."""
    before, wrong, wanted = "", [], 1
    rows = connection.execute(
        f"SELECT decision_id, {_COLUMNS}, checksum FROM register_decisions ORDER BY decision_id"
    )
    for number, *row, sealed in rows.fetchall():
        if number != wanted or _seal_of(before, row) != sealed:
            wrong.append(number)
        before, wanted = sealed, number + 1
    written = store.read_about(connection, _LAST)
    last = store.read_sealed_about(connection, _LAST) if written else None
    expected = {"decision": wanted - 1, "checksum": before} if before else None
    return wrong if last == expected else [*wrong, wanted]


def check_sealed(connection: sqlite3.Connection, path: Path) -> None:
    """Raise RegisterError where a decision was altered or is gone: nothing may rest on others."""
    wrong = altered_decisions(connection)
    if wrong:
        raise RegisterError("error.decision_altered", path=str(path), number=wrong[0])


def says_nothing(text: str) -> bool:
    """Return whether a text has no letter and no figure: a blank, a dash, an invisible sign."""
    return not any(map(str.isalnum, text))


def check_decision(decision: Mapping[str, object], last: tuple[int, str, str] | None) -> None:
    """Compare a decision with the last one on its subject: its number, day and choice.

    Raises RegisterError without a group or a reason, for another choice than CHOICES, where nothing
    stands that could be withdrawn, and for a day before that of the last one, which stands whatever
    came before it.
    """
    if says_nothing(str(decision["group"])):
        raise RegisterError("error.decision_without_group")
    if says_nothing(str(decision["reason"])):
        raise RegisterError("error.decision_without_reason")
    if decision["choice"] not in CHOICES:
        choice, choices = str(decision["choice"]), ", ".join(CHOICES)
        raise RegisterError("error.no_such_choice", given=choice, choices=choices)
    if decision["choice"] == WITHDRAWN and (last is None or last[2] == WITHDRAWN):
        given = str(decision.get("district") or decision.get("theme"))
        raise RegisterError("error.nothing_to_withdraw", given=given)
    if last is not None and str(last[1]) > str(decision["day"]):
        days = {"day": str(decision["day"]), "later": str(last[1])}
        raise RegisterError(
            "error.decision_before_another",
            number=last[0],
            **{name: datetime.date.fromisoformat(day) for name, day in days.items()},
        )


def _plain(value: object) -> object:
    """Return a value as SQL keeps it: nothing for what is not known, 0 or 1 for a flag."""
    if isinstance(value, str):
        return shown(" ".join(value.split()))  # a terminal may hand over what is no text
    if isinstance(value, datetime.date):
        return value.isoformat()
    if value is None or pd.isna(value):
        return None
    return int(value) if isinstance(value, bool) or type(value).__name__ == "bool" else float(value)
