"""The tables of the register's file, and the steps by which an older file gets those that it lacks.

Beside a feature table for each layer it holds `deliveries` (who, when, decided how), `changes` (what each accepted
delivery changed), `proposed` (what a pending or rejected one would have), `register_risks` (what a delivery does to the
city's risk, as it was handed over), `register_decisions` (which districts people chose, and what the figures said),
`register_layers` (what each feature table is) and `register_about`.
"""

from __future__ import annotations

import sqlite3

from asset_inventory.sources import geopackages

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
        checksum TEXT NOT NULL)""",
}
_INDEXES = (
    "CREATE INDEX changes_asset ON changes (asset_id)",
    "CREATE INDEX changes_delivery ON changes (delivery_id)",
    "CREATE INDEX proposed_delivery ON proposed (delivery_id)",
)


def make(connection: sqlite3.Connection) -> None:
    """Make all tables in a new file."""
    for name in TABLES:
        _make(connection, name)
    for sql in _INDEXES:
        connection.execute(sql)


def add_decisions(connection: sqlite3.Connection) -> None:
    """Lead from the first version of the tables to the second, which holds decisions too."""
    _make(connection, "register_decisions")


def _make(connection: sqlite3.Connection, name: str) -> None:
    connection.execute(f"CREATE TABLE {name} {TABLES[name]}")
    geopackages.list_table(connection, name)
