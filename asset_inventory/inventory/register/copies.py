"""The copies that are kept of a register: in a folder beside it, each named by the version that it holds."""

from __future__ import annotations

import glob
import os
import secrets
from contextlib import suppress
from pathlib import Path

from asset_inventory.errors import not_written
from asset_inventory.sources import geopackages

KEPT = 5


def folder_of(path: Path) -> Path:
    """Return the folder that holds the copies of a register."""
    return path.with_name(f"{path.stem}.copies")


def kept(path: Path) -> list[Path]:
    """Return the copies that are kept of a register, the oldest first."""
    return sorted(folder_of(path).glob(f"{glob.escape(path.stem)}.v{'[0-9]' * 6}.gpkg"))


def keep(path: Path, version: int) -> Path:
    """Keep a copy of the register, which stands at this version, and of all copies the last five.

    It is called while the register is being changed, copies what stood before, and no other writer comes between.
    """
    copy = folder_of(path) / f"{path.stem}.v{version:06d}.gpkg"
    write(path, copy)
    for old in kept(path)[:-KEPT]:
        with suppress(OSError):
            old.unlink()
    return copy


def write(path: Path, to: Path) -> None:
    """Copy the register, while no other writer does; what has the name `to` is whole and on the disk."""
    part = to.with_name(f".{to.name}.{secrets.token_hex(4)}.part")
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        for left in to.parent.glob(f".{glob.escape(path.stem)}.*.part*"):  # by a writer that was killed
            left.unlink()
        part.touch()  # so that the system says why, where that cannot be
        geopackages.copy(path, part)
        with part.open("rb+") as written:
            os.fsync(written.fileno())
        os.replace(part, to)
    except OSError as fault:
        raise not_written(to, fault) from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
