"""The copies of a register, in a folder next to it, each named by the version that it holds.

Somebody may put an older file, or another city's, in the register's place. So every copy is
compared with the register by its entries, which are never rewritten: an earlier state of this
register has no entry that the register lacks. Only such a copy may give way to a new one.
"""

from __future__ import annotations

import glob
import itertools
import os
import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from asset_inventory.io import geopackage
from asset_inventory.io.atomic import whole
from asset_inventory.model.errors import AssetInventoryError

KEPT = 5
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
        decided = [of[1] for kind, of in (self.entries or {}).items() if kind[0] == "decided"]
        return max((version for version in decided if isinstance(version, int)), default=0)

    def is_to(self, register: Entries) -> str:
        """Return what the copy is to a register with these entries."""
        if self.entries is None:
            return UNREADABLE
        if self.entries.items() <= register.items():
            return EARLIER
        return NEWER if register.items() <= self.entries.items() else OTHER

    def contradicts(self, entries: Entries) -> bool:
        """Tell whether the copy says something else of an entry that it has too."""
        both = entries.keys() & self.entries.keys()
        return any(entries[one] != self.entries[one] for one in both)


def folder_of(path: Path) -> Path:
    """Return the folder that holds the copies of a register."""
    return path.with_name(f"{path.stem}.copies")


def kept(path: Path) -> list[Path]:
    """Return the copies that lie in a register's folder of copies, in the order of their names."""
    return sorted(folder_of(path).glob(f"{glob.escape(path.stem)}.v*.gpkg"))


def read_copies(path: Path) -> list[Copy]:
    """Return the copies of a register with their entries, the highest version first."""
    found = [_read(one) for one in kept(path)]
    return sorted(found, key=lambda one: (one.version, one.path.name), reverse=True)


def entries_of(connection: sqlite3.Connection) -> Entries:
    """Return what a register wrote for good: which deliveries came, all decisions and choices."""
    asked = {"delivered": _DELIVERED, "decided": _DECIDED}
    known = "SELECT 1 FROM sqlite_master WHERE name = 'register_decisions'"
    if connection.execute(known).fetchone():
        asked["chosen"] = _CHOSEN  # which the first release did not have
    return {
        (kind, number): tuple(said)
        for kind, question in asked.items()
        for number, *said in connection.execute(question).fetchall()
    }


def keep(path: Path, entries: Entries) -> Path:
    """Keep a copy of the register, which has these entries, and its last five copies.

    It is called while the register is being changed, copies what stood before, and no other writer
    comes between.
    """
    version = Copy(path, entries).version
    copy = free_place(folder_of(path) / f"{path.stem}.v{version:06d}.gpkg", entries)
    write(path, copy)
    others = (one for one in read_copies(path) if one.path != copy)
    mine = [other.path for other in others if other.is_to(entries) == EARLIER]
    for old in mine[KEPT - 1 :]:
        with suppress(OSError):
            old.unlink()
    return copy


def free_place(to: Path, entries: Entries) -> Path:
    """Return the path, with «-2», «-3» behind its name where it must not be overwritten.

    A copy may be overwritten that is an earlier state of a register with these entries.
    """
    more = (to.with_name(f"{to.stem}-{number}{to.suffix}") for number in itertools.count(2))
    for one in itertools.chain([to], more):
        if not os.path.lexists(one) or _read(one).is_to(entries) == EARLIER:
            return one
    raise AssertionError  # the numbers have no end


def write(path: Path, to: Path) -> None:
    """Copy the register while no other writer does; `to` is then whole and on the disk."""
    with whole(to) as made:
        geopackage.copy(path, made)


def _read(path: Path) -> Copy:
    try:
        with geopackage.reading(path) as connection:
            return Copy(path, entries_of(connection))
    except AssetInventoryError:
        return Copy(path, None)
