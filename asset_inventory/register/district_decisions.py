"""Which districts people chose to look at first: each decision as it was taken, and which stand.

A later decision on the same district, by anybody, reverts or changes an earlier one: the last one
stands. The figures at that time come with it as finished values. Each row is sealed together with
the seal of the row before it, and the last seal once more in another table, so that no row can be
altered, taken out or cut off unseen.
"""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from asset_inventory.messages import shown
from asset_inventory.model.errors import RegisterError, TableError
from asset_inventory.model.tables import CHOICES, TABLES, WITHDRAWN, check, empty
from asset_inventory.register import store

# What the figures said, as it is handed over with a decision.
FIGURES = ("rank", "top", "top_share", "robustness", "non_dominated", "figures")
_KEPT = ("recorded_at", "day", "group", "district", "choice", "reason", *FIGURES)
# Columns of the store keep the names that its first version gave them.
_STORED = {"group": "group_name", "robustness": "sureness", "non_dominated": "on_front"}
_COLUMNS = ", ".join(_STORED.get(name, name) for name in _KEPT)
_NUMBERS = ("rank", "top", "top_share")
_LAST = "last_decision"


def read_decisions(
    connection: sqlite3.Connection, *, until: datetime.date | None = None, upto: int | None = None
) -> pd.DataFrame:
    """Return DECISIONS in order of recording: all, or those up to a day and a number.

    Which of them stand is told as it was then.
    """
    rows = connection.execute(
        f"SELECT decision_id, {_COLUMNS} FROM register_decisions "
        "WHERE (?1 IS NULL OR day <= ?1) AND (?2 IS NULL OR decision_id <= ?2) ORDER BY decision_id",
        (until and until.isoformat(), upto),
    ).fetchall()
    if not rows:
        return empty("DECISIONS")
    table = pd.DataFrame(rows, columns=["decision", *_KEPT])
    last = ~table.duplicated("district", keep="last")
    contract = TABLES["DECISIONS"].columns
    kinds = {one.name: "str" for one in contract if one.kind == "word"}
    kinds |= dict.fromkeys(_NUMBERS, "float64")
    table["non_dominated"] = table["non_dominated"] == 1
    table["stands"] = last & (table["choice"] != WITHDRAWN)
    try:
        return check(table[[one.name for one in contract]].astype(kinds), "DECISIONS")
    except (ValueError, TypeError, TableError) as fault:
        raise store.unreadable_row("register_decisions", "-", fault) from None


def write_decision(connection: sqlite3.Connection, said: Mapping[str, object]) -> None:
    """Add a decision (`district`, `choice`, `group`, `reason`, `day`, and FIGURES) as the last.

    Raises RegisterError as `hold` does.
    """
    asked = "SELECT decision_id, day, choice FROM register_decisions WHERE district = ? ORDER BY decision_id DESC"
    hold(said, connection.execute(f"{asked} LIMIT 1", (said["district"],)).fetchone())
    row = [_plain(({"recorded_at": store.now()} | said)[name]) for name in _KEPT]
    places = ", ".join("?" * (len(row) + 1))
    seals = "SELECT checksum FROM register_decisions ORDER BY decision_id DESC LIMIT 1"
    sealed = store.checksum(*(store.values_of(connection, seals) or [""]), *row)
    made = connection.execute(
        f"INSERT INTO register_decisions ({_COLUMNS}, checksum) VALUES ({places})", (*row, sealed)
    ).lastrowid
    store.write_sealed_about(connection, _LAST, {"decision": made, "checksum": sealed})


def altered_decisions(connection: sqlite3.Connection) -> list[int]:
    """Return the numbers of decisions that were altered or are gone; none where all stand."""
    before, wrong, wanted = "", [], 1
    rows = connection.execute(
        f"SELECT decision_id, {_COLUMNS}, checksum FROM register_decisions ORDER BY decision_id"
    )
    for number, *row, sealed in rows.fetchall():
        if number != wanted or store.checksum(before, *row) != sealed:
            wrong.append(number)
        before, wanted = sealed, number + 1
    written = store.read_about(connection, _LAST)
    last = store.read_sealed_about(connection, _LAST) if written else None
    told = {"decision": wanted - 1, "checksum": before} if before else None
    return wrong if last == told else [*wrong, wanted]


def hold_sealed(connection: sqlite3.Connection, path: Path) -> None:
    """Raise RegisterError where a decision was altered or is gone: nothing may rest on others."""
    wrong = altered_decisions(connection)
    if wrong:
        raise RegisterError("error.decision_altered", path=str(path), number=str(wrong[0]))


def says_nothing(text: str) -> bool:
    """Tell whether a text has no letter and no figure: a blank, a dash, a sign that nobody sees."""
    return not any(map(str.isalnum, text))


def hold(said: Mapping[str, object], last: tuple[int, str, str] | None) -> None:
    """Compare a decision with the last one on its district: its number, day and choice.

    Raises RegisterError without a group or a reason, for another choice than CHOICES, where nothing
    stands that could be withdrawn, and for a day before that of the last one, which stands whatever
    came before it.
    """
    if says_nothing(str(said["group"])):
        raise RegisterError("error.decision_without_group")
    if says_nothing(str(said["reason"])):
        raise RegisterError("error.decision_without_reason")
    if said["choice"] not in CHOICES:
        given, choices = str(said["choice"]), ", ".join(CHOICES)
        raise RegisterError("error.no_such_choice", given=given, choices=choices)
    if said["choice"] == WITHDRAWN and (last is None or last[2] == WITHDRAWN):
        raise RegisterError("error.nothing_to_withdraw", district=str(said["district"]))
    if last is not None and str(last[1]) > str(said["day"]):
        raise RegisterError(
            "error.decision_before_another",
            district=str(said["district"]),
            day=str(said["day"]),
            number=str(last[0]),
            later=str(last[1]),
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
