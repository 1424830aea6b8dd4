"""Every error a user can meet: what is wrong, where, and what to do, in the reader's language."""

from __future__ import annotations

import errno
from typing import Any

from asset_inventory.messages import CityWords, city_words, say, shown, with_city_words

Arguments = dict[str, Any]  # of a sentence in messages/

_DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NO_FOLDER = "No usable temporary directory"  # Python's message when every possible disk is full


class AssetInventoryError(Exception):
    """Base of all our errors; it has the key of a sentence and its arguments, not the sentence."""

    def __init__(self, key: str, /, **arguments: Any) -> None:
        super().__init__(key, arguments)
        self.key = key
        self.arguments: Arguments = arguments
        # of the city concerned, once that is known
        self.language: str | None = None
        self.city_words: CityWords | None = None

    def say(self, language: str) -> str:
        """Return the error as one line in a language."""
        with with_city_words(self.city_words or city_words()):
            return say(self.key, language, **self.arguments)

    def plainly(self, path: str) -> dict[str, object]:
        """Return plain values for the sentence; `path` is the sender's name of the file."""
        # A finding has a source of its own.
        given = {name: value for name, value in self.arguments.items() if name != "source"}
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
    """A file cannot be read or written; `rows` of FINDINGS state what is wrong in it, if known."""

    def __init__(
        self, key: str, /, *, rows: tuple[dict[str, object], ...] = (), **arguments: Any
    ) -> None:
        super().__init__(key, **arguments)
        self.rows = rows


class RequestError(SourceError):
    """A request cannot be met, whatever the file holds.

    The file has no such layer, field or band, it does not exist, or this machine has no room. The
    remedy is in `city.toml`, in the command or on the machine.
    """


class TableError(AssetInventoryError):
    """A table does not keep its contract in `tables`."""


class RegisterError(AssetInventoryError):
    """An entry for the register does not fit the register's content."""


def in_one_line(thrown: BaseException) -> str:
    """Return the message of a foreign exception in one line of at most 120 characters."""
    return " ".join(str(thrown).split())[:120]


def is_disk_full(fault: BaseException) -> bool:
    """Return whether the system refused to write because the disk or our quota is full."""
    return isinstance(fault, OSError) and (fault.errno in _DISK_FULL or _NO_FOLDER in str(fault))


def write_error(path: object, fault: OSError) -> SourceError:
    """Return the error of a file that cannot be written, also for lack of disk space."""
    key = "error.disk_full" if is_disk_full(fault) else "error.not_writable"
    key = "error.disk_fault" if fault.errno == errno.EIO else key
    return SourceError(key, path=str(path), fault=fault.strerror or str(fault))
