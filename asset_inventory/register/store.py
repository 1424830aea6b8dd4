"""The file of the register: its tables, its version, its copies, and the upgrade of an older file.

It holds a feature table for each layer, and `deliveries` (who, when, decided how), `changes`
(what each accepted delivery changed), `proposed` (what a pending or rejected one would have),
`register_risks` (what a delivery does to the city's risk, as it was handed over),
`register_decisions` (which districts and themes people chose, and the figures then), `register_layers` (what
each feature table is) and `register_about`. Rows that no map shows carry their own checksum.

Copies stand in a folder next to the register, each named by the version that it holds. Somebody may
put an older file, or another city's, in the register's place. So every copy is compared with the
register by its entries, which are never rewritten: an earlier state of this register has no entry
that the register lacks. Only such a copy may give way to a new one.
"""

from __future__ import annotations

import datetime
import glob
import hashlib
import itertools
import json
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from asset_inventory.io import geopackage
from asset_inventory.io.atomic import whole
from asset_inventory.model.errors import AssetInventoryError, RegisterError, write_error

TABLES = {
    "register_about": """(about_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, key TEXT NOT NULL UNIQUE,
        value TEXT NOT NULL)""",
    "register_layers": """(layer_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, layer TEXT NOT NULL UNIQUE,
        table_name TEXT NOT NULL UNIQUE, fields TEXT NOT NULL,
        crs TEXT, geometry_type TEXT NOT NULL, system INTEGER NOT NULL, version INTEGER NOT NULL,
        schema TEXT NOT NULL, checksum TEXT NOT NULL)""",
    "deliveries": """(delivery_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, layer TEXT NOT NULL, state TEXT NOT NULL,
        version INTEGER UNIQUE, author TEXT NOT NULL, note TEXT NOT NULL, file_name TEXT NOT NULL,
        sha256 TEXT NOT NULL, delivered_at TEXT NOT NULL, decided_at TEXT, reason TEXT, undoes INTEGER,
        base_version INTEGER NOT NULL, crs TEXT, fields TEXT NOT NULL, schema TEXT NOT NULL, report TEXT NOT NULL,
        doubts TEXT NOT NULL, checksum TEXT NOT NULL)""",
    "changes": """(change_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
        delivery_id INTEGER NOT NULL REFERENCES deliveries (delivery_id), asset_id TEXT NOT NULL, change TEXT NOT NULL,
        column_name TEXT, before TEXT, after TEXT)""",
    "register_risks": """(delivery_id INTEGER PRIMARY KEY NOT NULL REFERENCES deliveries (delivery_id),
        risk TEXT NOT NULL)""",
    "proposed": """(change_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
        delivery_id INTEGER NOT NULL REFERENCES deliveries (delivery_id), asset_id TEXT NOT NULL, change TEXT NOT NULL,
        column_name TEXT, before TEXT, after TEXT)""",
    "register_decisions": """(decision_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, recorded_at TEXT NOT NULL,
        day TEXT NOT NULL, group_name TEXT NOT NULL, district TEXT NOT NULL, choice TEXT NOT NULL, reason TEXT NOT NULL,
        rank REAL, top REAL, top_share REAL, sureness TEXT, on_front INTEGER NOT NULL, figures TEXT,
        checksum TEXT NOT NULL, theme TEXT)""",
}
_INDEXES = (
    "CREATE INDEX changes_asset ON changes (asset_id)",
    "CREATE INDEX changes_delivery ON changes (delivery_id)",
    "CREATE INDEX proposed_delivery ON proposed (delivery_id)",
)


def _make(connection: sqlite3.Connection, *names: str) -> None:
    for name in names:
        connection.execute(f"CREATE TABLE {name} {TABLES[name]}")
        geopackage.list_table(connection, name)


def _with_themes(connection: sqlite3.Connection) -> None:
    """Let decisions be about themes too; a table that the step before made has the column."""
    columns = values_of(connection, "SELECT name FROM pragma_table_info('register_decisions')")
    if "theme" not in columns:
        connection.execute("ALTER TABLE register_decisions ADD COLUMN theme TEXT")


# Each leads from one version of the tables to the next; the first version is 1.
UPGRADES: tuple[Callable[[sqlite3.Connection], None], ...] = (
    lambda connection: _make(connection, "register_decisions"),
    _with_themes,
)
_LAYER_ROW = "layer, table_name, fields, crs, geometry_type, system, version, schema"


@dataclass(frozen=True)
class Field:
    """A delivered field: its name, its column in the feature table, and the kind of its cells."""

    name: str
    column: str
    kind: str


@dataclass(frozen=True)
class StoredLayer:
    """The register's entry of a layer: feature table, fields, system (WKT), last version."""

    layer: str
    table: str
    fields: tuple[Field, ...]
    crs: str | None
    geometry_type: str
    system: int
    version: int
    schema: dict[str, object] = field(default_factory=dict)

    def row(self) -> tuple[object, ...]:
        """Return the row of `register_layers`, without its checksum."""
        fields = json.dumps([[field.name, field.column, field.kind] for field in self.fields])
        schema = json.dumps(self.schema, sort_keys=True)
        system = (self.crs, self.geometry_type, self.system)
        return self.layer, self.table, fields, *system, self.version, schema


def values_of(connection: sqlite3.Connection, query: str, values: Sequence[object] = ()) -> list:
    """Return the first value of each row that a question to the register finds."""
    return [value for value, *_ in connection.execute(query, values)]


def unreadable_row(table: str, row: object, fault: Exception | str) -> RegisterError:
    """Return the error of a row of the register that cannot be read."""
    return RegisterError("error.register_row", table=table, row=str(row), fault=str(fault))


@contextmanager
def read_transaction(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the register as it is now, to be read; raises RegisterError where there is none yet.

    A store of an older release is upgraded first: in the file, or in memory alone where nothing may
    be written.
    """
    hold_lost(path)
    in_memory = _is_older(path) and not _may_be_written(path)
    if not in_memory:
        _upgrade(path)
    with (geopackage.in_memory if in_memory else geopackage.reading)(path) as connection:
        if in_memory:
            _step_up(connection, _schema_version(connection, path))
        if not _begun(connection):
            raise RegisterError("error.register_missing", path=str(path))
        yield connection


@contextmanager
def write_transaction(path: Path, *, begin: bool = False) -> Iterator[sqlite3.Connection]:
    """Open the register, which `begin` begins where there is none, for one transaction.

    Raises RegisterError as `geopackages.writing` does, where there is no register to be changed, or
    a newer release has made the store.
    """
    if begin:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            raise write_error(path, fault) from None
    hold_lost(path)
    _upgrade(path)
    with geopackage.writing(path, make=begin) as connection:
        if not _begun(connection):
            if not begin:
                raise RegisterError("error.register_missing", path=str(path))
            geopackage.begin(connection)
            _make(connection, *TABLES)
            for sql in _INDEXES:
                connection.execute(sql)
            _step_up(connection, 1 + len(UPGRADES))
        yield connection


def hold_lost(path: Path) -> None:
    """Raise RegisterError where the register is gone or empty but has copies next to it."""
    if not exists(path) and any(copies_of(path)):
        folder = str(folder_of(path))
        raise RegisterError("error.register_lost", path=str(path), copies=folder)


def exists(path: Path) -> bool:
    """Return whether there is a register with anything in it."""
    if not path.is_file() or not path.stat().st_size:
        return False
    with geopackage.reading(path) as connection:
        _schema_version(connection, path)  # raises where the database is no register
        return _begun(connection)


def version_of(connection: sqlite3.Connection) -> int:
    """Return the register's version: how many deliveries have been accepted."""
    return values_of(connection, "SELECT ifnull(max(version), 0) FROM deliveries")[0]


def now() -> str:
    """Return the time, in UTC and saying so."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")


def checksum(*values: object) -> str:
    """Return the hash of a row's values."""
    text = repr(values).encode("utf-8", "backslashreplace")
    return hashlib.blake2b(text, digest_size=16).hexdigest()


# Layers


def stored_layers(connection: sqlite3.Connection) -> list[StoredLayer]:
    """Return what the register knows of its layers, in the order in which they came."""
    query = f"SELECT {_LAYER_ROW} FROM register_layers ORDER BY layer_id"
    return [_stored(row) for row in connection.execute(query).fetchall()]


def altered_layers(connection: sqlite3.Connection) -> list[str]:
    """Return the layers with an entry that differs from the sealed one."""
    query = f"SELECT {_LAYER_ROW}, checksum FROM register_layers ORDER BY layer_id"
    rows = connection.execute(query)
    return [str(layer) for layer, *row, written in rows if checksum(layer, *row) != written]


def stored_layer(connection: sqlite3.Connection, layer: str) -> StoredLayer | None:
    """Return what the register knows of a layer, None where it has no delivery of it yet."""
    return {stored.layer: stored for stored in stored_layers(connection)}.get(layer)


def write_layer_row(connection: sqlite3.Connection, stored: StoredLayer) -> None:
    """Write down what a layer is now."""
    row = stored.row()
    places = ", ".join("?" * (len(row) + 1))
    names = (*_LAYER_ROW.split(", ")[1:], "checksum")
    assigned = ", ".join(f"{name} = excluded.{name}" for name in names)
    connection.execute(
        f"INSERT INTO register_layers ({_LAYER_ROW}, checksum) VALUES ({places}) "
        f"ON CONFLICT (layer) DO UPDATE SET {assigned}",
        (*row, checksum(*row)),
    )


def seal(connection: sqlite3.Connection) -> None:
    """Write down how the file is built now, so that a later change by others is found."""
    write_about(connection, "structure", " ".join(geopackage.structure(connection)))


def rebuilt(connection: sqlite3.Connection) -> bool:
    """Return whether sealed rows are gone, or a foreign trigger watches a table of the register.

    What other programs keep in the file, such as QGIS's projects, metadata and indexes, does not
    count.
    """
    sealed, now = read_about(connection, "structure").split(), geopackage.structure(connection)
    watched = {now[name] for name in now.keys() - set(sealed)}
    ours = {*TABLES, *(layer.table for layer in stored_layers(connection))}
    return not sealed or not set(sealed) <= now.keys() or not watched.isdisjoint(ours)


def write_about(connection: sqlite3.Connection, key: str, value: str) -> None:
    """Write down one thing about the register."""
    connection.execute(
        "INSERT INTO register_about (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, value),
    )


def read_about(connection: sqlite3.Connection, key: str) -> str:
    """Return one thing about the register, empty text where nothing is written down."""
    values = values_of(connection, "SELECT value FROM register_about WHERE key = ?", (key,))
    return values[0] if values and isinstance(values[0], str) else ""  # one flipped byte is no text


def write_sealed_about(
    connection: sqlite3.Connection, key: str, value: Mapping[str, object]
) -> None:
    """Write down one thing about the register that has several parts, and its checksum."""
    text = json.dumps(value, sort_keys=True, allow_nan=False)
    write_about(connection, key, json.dumps([text, checksum(text)]))


def read_sealed_about(connection: sqlite3.Connection, key: str) -> dict[str, object] | None:
    """Return what `write_sealed_about` wrote, None where absent or altered."""
    try:
        text, sealed = json.loads(read_about(connection, key) or "[]")
        return json.loads(text) if checksum(text) == sealed else None
    except (ValueError, TypeError):
        return None


def _stored(row: tuple) -> StoredLayer:
    layer, table, fields, crs, geometry_type, system, version, schema = row
    try:
        listed, schema = tuple(Field(*load) for load in json.loads(fields)), json.loads(schema)
        return StoredLayer(
            layer=layer,
            table=table,
            fields=listed,
            crs=crs,
            geometry_type=geometry_type,
            system=system,
            version=version,
            schema=schema,
        )
    except (ValueError, TypeError) as fault:
        raise unreadable_row("register_layers", layer, fault) from None


# Begin and upgrade


def _begun(connection: sqlite3.Connection) -> bool:
    return bool(values_of(connection, "SELECT 1 FROM sqlite_master WHERE name = 'register_about'"))


def _upgrade(path: Path) -> None:
    """Upgrade a store of an older release to this one, and keep the old file next to it."""
    if not _is_older(path):
        return
    with geopackage.writing(path) as connection:
        version = _schema_version(connection, path)
        if version == 1 + len(UPGRADES):  # by another process meanwhile
            return
        old = path.with_name(f"{path.stem}.schema{version}.gpkg")
        write_copy(path, free_place(old, entries_of(connection)))
        _step_up(connection, version)


def _is_older(path: Path) -> bool:
    """Return whether an older release made the store; raises RegisterError for a newer one."""
    if not path.is_file() or not path.stat().st_size:
        return False
    latest = 1 + len(UPGRADES)
    with geopackage.reading(path) as connection:
        version = _schema_version(connection, path)
    if version > latest:
        raise RegisterError("error.register_newer", path=str(path), found=version, known=latest)
    return version < latest


def _may_be_written(path: Path) -> bool:
    as_myself = {"effective_ids": True} if os.access in os.supports_effective_ids else {}
    return all(os.access(place, os.W_OK, **as_myself) for place in (path, path.parent))


def _step_up(connection: sqlite3.Connection, version: int) -> None:
    for step in UPGRADES[version - 1 :]:
        step(connection)
    write_about(connection, "schema_version", str(1 + len(UPGRADES)))
    seal(connection)


def _schema_version(connection: sqlite3.Connection, path: Path) -> int:
    if not _begun(connection):
        if values_of(connection, "SELECT count(*) FROM sqlite_master")[0]:
            raise RegisterError("error.no_register", path=str(path))
        return 1 + len(UPGRADES)
    text = read_about(connection, "schema_version")
    if not text.isdigit() or not int(text):
        raise unreadable_row("register_about", "schema_version", text[:40])
    return int(text)


COPIES_KEPT = 5
# What a copy is to a register: an earlier state of it (or the same), or what is found of it, by its
# code.
EARLIER = "earlier"
NEWER, OTHER = "register_copies_newer", "register_copies_other_history"
UNREADABLE = "register_copies_unreadable"
# What is written once and for good, by its kind and number.
Entries = Mapping[tuple[str, int], tuple[object, ...]]
_DELIVERED = "SELECT delivery_id, layer, author, sha256, delivered_at FROM deliveries"
_DECIDED = "SELECT delivery_id, state, version, decided_at FROM deliveries WHERE decided_at NOTNULL"
_CHOSEN = "SELECT decision_id, recorded_at, checksum FROM register_decisions"


@dataclass(frozen=True)
class Copy:
    """A copy and its entries, None where it cannot be read."""

    path: Path
    entries: Entries | None

    @property
    def version(self) -> int:
        """Return the version that the copy holds."""
        decided = [entry[1] for key, entry in (self.entries or {}).items() if key[0] == "decided"]
        return max((version for version in decided if isinstance(version, int)), default=0)

    def is_to(self, register: Entries) -> str:
        """Return what the copy is to a register with these entries."""
        if self.entries is None:
            return UNREADABLE
        if self.entries.items() <= register.items():
            return EARLIER
        return NEWER if register.items() <= self.entries.items() else OTHER

    def contradicts(self, entries: Entries) -> bool:
        """Return whether the copy and these entries differ in one that both have."""
        both = entries.keys() & self.entries.keys()
        return any(entries[key] != self.entries[key] for key in both)


def folder_of(path: Path) -> Path:
    """Return the folder that holds the copies of a register."""
    return path.with_name(f"{path.stem}.copies")


def copies_of(path: Path) -> list[Path]:
    """Return the copies that lie in a register's folder of copies, in the order of their names."""
    return sorted(folder_of(path).glob(f"{glob.escape(path.stem)}.v*.gpkg"))


def read_copies(path: Path) -> list[Copy]:
    """Return the copies of a register with their entries, the highest version first."""
    copies = [_read_copy(file) for file in copies_of(path)]
    return sorted(copies, key=lambda copy: (copy.version, copy.path.name), reverse=True)


def entries_of(connection: sqlite3.Connection) -> Entries:
    """Return what a register wrote for good: which deliveries came, all decisions and choices."""
    queries = {"delivered": _DELIVERED, "decided": _DECIDED}
    known = "SELECT 1 FROM sqlite_master WHERE name = 'register_decisions'"
    if connection.execute(known).fetchone():
        queries["chosen"] = _CHOSEN  # which the first release did not have
    return {
        (event, number): tuple(values)
        for event, question in queries.items()
        for number, *values in connection.execute(question).fetchall()
    }


def keep_copy(path: Path, entries: Entries) -> Path:
    """Keep a copy of the register, which has these entries, and its last five copies.

    It is called while the register is being changed, copies what stood before, and no other writer
    comes between.
    """
    version = Copy(path, entries).version
    copy = free_place(folder_of(path) / f"{path.stem}.v{version:06d}.gpkg", entries)
    write_copy(path, copy)
    others = (other for other in read_copies(path) if other.path != copy)
    mine = [other.path for other in others if other.is_to(entries) == EARLIER]
    for old in mine[COPIES_KEPT - 1 :]:
        with suppress(OSError):
            old.unlink()
    return copy


def free_place(to: Path, entries: Entries) -> Path:
    """Return the path, with «-2», «-3» behind its name where it must not be overwritten.

    A copy may be overwritten that is an earlier state of a register with these entries.
    """
    more = (to.with_name(f"{to.stem}-{number}{to.suffix}") for number in itertools.count(2))
    for place in itertools.chain([to], more):
        if not os.path.lexists(place) or _read_copy(place).is_to(entries) == EARLIER:
            return place
    raise AssertionError  # the numbers have no end


def write_copy(path: Path, to: Path) -> None:
    """Copy the register while no other writer does; `to` is then whole and on the disk."""
    with whole(to) as temporary:
        geopackage.copy(path, temporary)


def _read_copy(path: Path) -> Copy:
    try:
        with geopackage.reading(path) as connection:
            return Copy(path, entries_of(connection))
    except AssetInventoryError:
        return Copy(path, None)
