"""`city.toml` with entries added, and every word of its owner kept.

What is added is proved before it is written: the new text declares what the old one declared, and
the entries, and nothing else.
"""

from __future__ import annotations

import datetime
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

_TABLE = re.compile(r"^[ \t]*\[", re.MULTILINE)
_DATE = re.compile(r"(\bdate[ \t]*=[ \t]*)\d{4}-\d\d-\d\d")

Entry = Mapping[str, Any]  # a table of city.toml, with a `path`


def read_text(path: Path) -> str:
    """Return the text of a city.toml with its line ends and its mark of UTF-8 as they are."""
    return path.read_bytes().decode("utf-8")


def with_entries(text: str, key: str, entries: Sequence[Entry], *, comment: str) -> str | None:
    """Return the text with entries of a list of tables, under a comment, at its end.

    An entry whose `path` the text lists already is not added: the date of its source becomes that
    of the entry, all else stays. None where that cannot be done without touching other words, so
    that the owner has to do it by hand.
    """
    before = _parsed(text)
    listed = before.get(key, [])
    known = {entry.get("path") for entry in listed if isinstance(entry, dict)}
    added = [entry for entry in entries if entry["path"] not in known]
    wanted = json.loads(_comparable(before))
    for entry in entries:
        day = entry["source"].get("date")
        for place, old in enumerate(listed):
            if old.get("path") != entry["path"] or day is None:
                continue
            if old.get("source", {}).get("date") != day:
                wanted[key][place]["source"]["date"] = day.isoformat()
                text = _dated(text, key, entry["path"], day)
    if added:
        wanted[key] = [*wanted.get(key, []), *json.loads(_comparable(added))]
        end = "\r\n" if "\r\n" in text else "\n"
        tables = "\n\n".join(entry_text(key, entry) for entry in added)
        gap = end if text.endswith("\n") else 2 * end
        text += gap + f"# {comment}\n{tables}\n".replace("\n", end)
    try:
        return text if json.loads(_comparable(_parsed(text))) == wanted else None
    except ValueError:  # a list in one line, which cannot be continued at the end
        return None


def entry_text(key: str, entry: Entry) -> str:
    """Return an entry as city.toml has it.

    >>> print(entry_text("context", {"path": "a.geojson", "source": {"licence": "ODbL-1.0"}}))
    [[context]]
    path = "a.geojson"
    source = { licence = "ODbL-1.0" }
    """
    return "\n".join(
        (f"[[{key}]]", *(f"{name} = {_written(value)}" for name, value in entry.items()))
    )


def _written(value: object) -> str:
    if isinstance(value, Mapping):
        inner = ", ".join(f"{name} = {_written(part)}" for name, part in value.items())
        return f"{{ {inner} }}"
    if isinstance(value, datetime.date):
        return value.isoformat()
    # JSON's texts are TOML's, but for the sign that deletes
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _dated(text: str, key: str, path: str, day: datetime.date) -> str:
    """Return the text with another day in the one table of the list that has this path."""
    head = re.compile(rf"^[ \t]*\[\[[ \t]*{re.escape(key)}[ \t]*\]\]", re.MULTILINE)
    for match in head.finditer(text):
        follows = _TABLE.search(text, match.end())
        end = follows.start() if follows else len(text)
        table = text[match.start() : end]
        if path in table:
            return text[: match.start()] + _DATE.sub(rf"\g<1>{day}", table, count=1) + text[end:]
    return text


def _parsed(text: str) -> dict[str, Any]:
    return tomllib.loads(text.removeprefix("\ufeff").replace("\r\n", "\n"))


def _comparable(document: object) -> str:
    return json.dumps(document, default=str, sort_keys=True)
