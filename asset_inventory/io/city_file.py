"""`city.toml` with entries added or values set, and every word of its owner kept.

What is changed is proved before it is written: the new text declares what the old one declared, and
the change, and nothing else.
"""

from __future__ import annotations

import datetime
import json
import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

_TABLE = re.compile(r"^[ \t]*\[", re.MULTILINE)
_DATE = re.compile(r"(\bdate[ \t]*=[ \t]*)\d{4}-\d\d-\d\d")

# Unicode categories of invisible signs, some of which reverse a line.
_HIDDEN = ("Cc", "Cf", "Cs", "Zl", "Zp")

Entry = Mapping[str, Any]  # a table of city.toml; one that `with_entries` takes has a `path`
Location = tuple[str | int, ...]  # keys and places of a document, from the outermost on


def read_text(path: Path) -> str:
    """Return the text of a city.toml with its line ends and its mark of UTF-8 as they are."""
    return path.read_bytes().decode("utf-8")


def with_entries(text: str, key: str, entries: Sequence[Entry], *, comment: str) -> str | None:
    """Return the text with entries of a list of tables, under a comment, at its end.

    An entry whose `path` the text lists already is not added: the date of its source becomes that
    of the entry, all else stays. None where that cannot be done without touching other words, so
    that the owner has to do it by hand.
    """
    before = document_of(text)
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
        return text if json.loads(_comparable(document_of(text))) == wanted else None
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
        (f"[[{key}]]", *(f"{name} = {value_text(value)}" for name, value in entry.items()))
    )


def with_values(text: str, location: Location, values: Mapping[str | int, Any]) -> str | None:
    """Return the text with values set in the table or list at a location, by their keys or places.

    Layout and comments stay. None where that cannot be done without touching other words.

    >>> print(with_values('[a]\\nb = { c = "d" }  # e', ("a", "b"), {"c": "f"}))
    [a]
    b = { c = "f" }  # e
    """

    def set_in(plain: str) -> str:
        import tomlkit  # only who edits a file waits for it
        from tomlkit.items import InlineTable, SingleKey

        around = [table for table in _tables(plain) if table[0] == location[: len(table[0])]]
        place, start, end = max(around, key=lambda table: len(table[0]))
        document = tomlkit.parse(plain[start:end])  # alone, as tomlkit moves the tables of a list
        if document.as_string() != plain[start:end]:
            raise ValueError("tomlkit would write this table in another layout")
        holder: Any = None
        inner: Any = document
        for step in place:
            if isinstance(step, str) or isinstance(inner, list):
                inner = inner[step if isinstance(step, str) else 0]
        for step in location[len(place) :]:
            holder, inner = inner, inner[step]
        added = []
        for name, value in values.items():
            if isinstance(name, int) or name in inner:
                inner[name] = tomlkit.value(value_text(value))
            elif isinstance(inner, InlineTable):
                added.append(f"{key_text(name)} = {value_text(value)}")
            else:
                inner[SingleKey(name, original=key_text(name))] = tomlkit.value(value_text(value))
        if added:  # as people write it: tomlkit leaves out blanks
            before = inner.as_string()[:-1]
            bare = before.rstrip()
            pairs = ", ".join([bare, *added] if len(inner) else [bare + added[0], *added[1:]])
            holder[location[-1]] = tomlkit.value(f"{pairs}{before[len(bare) :]}}}")
        return plain[:start] + document.as_string() + plain[end:]

    def wanted(document: Any) -> None:
        for step in location:
            document = document[step]
        for name, value in values.items():
            document[name] = value

    return _edited(text, set_in, wanted)


def with_lines(
    text: str, key: str, lines: Sequence[str], *, entry: Entry | None = None
) -> str | None:
    """Return the text with lines behind a table, or the last one of a list, else at its end.

    The lines are comments, or declare an `entry` of the list. None as in `with_values`.
    """

    def insert(plain: str) -> str:
        tables = [(place, end) for place, _, end in _tables(plain) if place[:1] == (key,)]
        ends = [end for place, end in tables if entry is not None or place == (key,)]
        before = plain[: ends[-1] if ends else len(plain)]
        added = "".join(f"{line}\n" for line in lines)
        return before + "\n" * (not before.endswith("\n")) + added + plain[len(before) :]

    def wanted(document: dict[str, Any]) -> None:
        if entry is not None:
            document.setdefault(key, []).append(entry)

    return _edited(text, insert, wanted)


def _edited(
    text: str, edit: Callable[[str], str], wanted: Callable[[dict[str, Any]], None]
) -> str | None:
    """Return an edited text, its line ends and mark of UTF-8 as they were; None without a proof."""
    bare = text.removeprefix("\ufeff")
    windows = "\r\n" in bare and bare.count("\r\n") == bare.count("\n")
    document = document_of(text)
    from tomlkit.exceptions import TOMLKitError

    try:
        wanted(document)
        after = edit(bare.replace("\r\n", "\n") if windows else bare)
        if _comparable(document_of(after)) != _comparable(document):
            return None
    except (TOMLKitError, ValueError, LookupError, TypeError, AttributeError):
        return None  # what the package cannot edit is left to the owner
    return text[: len(text) - len(bare)] + (after.replace("\n", "\r\n") if windows else after)


def _tables(text: str) -> Iterator[tuple[Location, int, int]]:
    """Yield location, start and end of each table, without blank lines and comments behind it."""
    starts = [0]
    for match in _TABLE.finditer(text):
        if _is_toml(text[starts[-1] : match.start()]):  # else it is within a list or a text
            starts.append(match.start())
    entries: dict[Location, int] = {}
    for number, (start, end) in enumerate(pairwise([*starts, len(text)])):
        lines = text[start:end].split("\n")
        place = _place(lines[0].strip(), entries) if number else ()
        while lines and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
            lines.pop()
        yield place, start, min(start + sum(len(line) + 1 for line in lines), end)


def _place(header: str, entries: dict[Location, int]) -> Location:
    """Return the location of the table of a header; `entries` counts those of each list so far."""
    place: Location = ()
    inner: Any = tomllib.loads(header)
    while inner:
        ((name, inner),) = inner.items()
        place = (*place, name)
        if isinstance(inner, list):
            entries[place] = entries.get(place, -1) + 1
            inner = {}
        if place in entries:
            place = (*place, entries[place])
    return place


def _is_toml(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def key_text(name: str) -> str:
    """Return a word as a key of TOML: bare if allowed, else as a text without invisible signs.

    >>> key_text("water_tower"), key_text("water tower")
    ('water_tower', '"water tower"')
    """
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else value_text(name)


def value_text(value: object) -> str:
    """Return a value as a line of TOML holds it.

    >>> value_text({"field": "TYPE", "years": [5, 10]})
    '{ field = "TYPE", years = [5, 10] }'
    """
    if isinstance(value, Mapping):
        inner = ", ".join(f"{key_text(name)} = {value_text(part)}" for name, part in value.items())
        return f"{{ {inner} }}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(map(value_text, value))}]"
    if isinstance(value, datetime.date):
        return value.isoformat()
    if not isinstance(value, str):
        return json.dumps(value)
    signs = (
        f"\\U{ord(sign):08X}"
        if unicodedata.category(sign) in _HIDDEN
        else json.dumps(sign, ensure_ascii=False)[1:-1]
        for sign in value
    )
    return f'"{"".join(signs)}"'


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


def document_of(text: str) -> dict[str, Any]:
    """Return what a text of city.toml declares."""
    return tomllib.loads(text.removeprefix("\ufeff").replace("\r\n", "\n"))


def _comparable(document: object) -> str:
    return json.dumps(document, default=str, sort_keys=True)
