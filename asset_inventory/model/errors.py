"""Every error a user can meet: what is wrong, where, and what to do, in the reader's language."""

from __future__ import annotations

import errno
from typing import Any

from asset_inventory.messages import say, shown

Arguments = dict[str, Any]  # of a sentence in messages/: anything that can be written down

_DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NO_FOLDER = (
    "No usable temporary directory"  # as Python says where every disk is full on which one could be
)


class AssetInventoryError(Exception):
    """Base of all our errors; carries a key of `words` and what fills it, not a sentence."""

    def __init__(self, key: str, /, **arguments: Any) -> None:
        super().__init__(key, arguments)
        self.key = key
        self.arguments: Arguments = arguments
        self.language: str | None = None  # of the city in which it happened, once that is known

    def say(self, language: str) -> str:
        """Return the error as one line in a language."""
        return say(self.key, language, **self.arguments)

    def plainly(self, path: str) -> dict[str, object]:
        """Return plain values that fill the sentence; `path` is what the file's sender calls it."""
        given = {
            name: value for name, value in self.arguments.items() if name != "source"
        }  # a finding has its own
        plain: dict[str, object] = {
            name: value if isinstance(value, int | float) else str(value)
            for name, value in given.items()
        }
        return plain | {"path": path}

    def __str__(self) -> str:
        return self.say("en")


class CityError(AssetInventoryError):
    """`city.toml` cannot be used; `faults` has the first of `count`: (where, key, arguments)."""

    def __init__(
        self, key: str, /, *, faults: tuple[tuple[str, str, Arguments], ...] = (), **arguments: Any
    ) -> None:
        super().__init__(key, **arguments)
        self.faults = faults

    def say(self, language: str) -> str:
        """Return the headline, a line for each listed fault, and how many more there are."""
        lines = [super().say(language)]
        for where, key, arguments in self.faults:
            sentence = say(key, language, **arguments)
            lines.append(f"  {shown(where)}: {sentence}" if where else f"  {sentence}")
        rest = int(self.arguments.get("count", 0)) - len(self.faults)
        if self.faults and rest > 0:
            lines.append(f"  {say('error.city_faults_more', language, count=rest)}")
        return "\n".join(lines)


class SourceError(AssetInventoryError):
    """A file cannot be read or written; `rows` of FINDINGS say what is wrong in it, if known."""

    def __init__(
        self, key: str, /, *, rows: tuple[dict[str, object], ...] = (), **arguments: Any
    ) -> None:
        super().__init__(key, **arguments)
        self.rows = rows


class RequestError(SourceError):
    """What is asked of a file cannot be done, whatever the file holds.

    It has no such layer, field or band, there is no such file, or this machine has no room. The
    remedy is in `city.toml`, in the command or on the machine.
    """


class TableError(AssetInventoryError):
    """A table does not hold what its contract in `tables` says."""


class RegisterError(AssetInventoryError):
    """What is to be written into the register does not fit what stands there."""


def in_one_line(thrown: BaseException) -> str:
    """Return what somebody else's exception says, in one line of at most 120 characters."""
    return " ".join(str(thrown).split())[:120]


def is_disk_full(fault: BaseException) -> bool:
    """Tell whether the system refused to write because the disk is full, or our share of it."""
    return isinstance(fault, OSError) and (fault.errno in _DISK_FULL or _NO_FOLDER in str(fault))


def write_error(path: object, fault: OSError) -> SourceError:
    """Return the error of a file that cannot be written, for want of disk space or otherwise."""
    key = "error.disk_full" if is_disk_full(fault) else "error.not_writable"
    key = "error.disk_fault" if fault.errno == errno.EIO else key
    return SourceError(key, path=str(path), fault=fault.strerror or str(fault))
