"""What texts in a folder state about its data: licence, publisher, date, and whether it is invented.

A text counts for the layer of its own name (`.lic`, `.license`, `.qmd`, `.xml`, `.txt`), a LICENSE
or README for all data in its folder and below. Texts are searched, never parsed: they may be of
anybody, and their formats are many.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from asset_inventory.model.errors import SourceError
from asset_inventory.model.texts import excerpt, plain_bytes

LONGEST = 200_000  # bytes of a text that are searched
_OF_A_LAYER = (".lic", ".license", ".licence", ".qmd", ".xml", ".txt", ".md", ".keywords")
_OF_A_FOLDER = re.compile(r"(?i)(licen[cs]e|licentie|lisensi|copying|readme|sources?)(\.(txt|md))?")
# What a licence is called by its texts, and by its name in SPDX's list.
# fmt: off
_LICENCES = (
    (r"creativecommons\.org/licenses/([a-z-]+)/([\d.]+)", "CC-{0}-{1}"),
    (r"\bCC[ -](BY(?:[ -](?:NC|ND|SA))*)[ -]v?(\d\.\d)", "CC-{0}-{1}"),
    (r"Creative Commons Attribution[- ]Share[- ]?Alike (\d\.\d)", "CC-BY-SA-{0}"),
    (r"Creative Commons Attribution (\d\.\d)", "CC-BY-{0}"),
    (r"creativecommons\.org/publicdomain/zero|\bCC0\b", "CC0-1.0"),
    (r"\bODbL\b|Open Data(?:base)? Commons Open\s+Database|Open Database Licen[cs]e", "ODbL"),
    (r"\bPDDL\b", "PDDL-1.0"),
    (r"Open Government Licen[cs]e(?:\s*[-–]\s*(?:Canada|British Columbia))?", "Open Government Licence"),
    (r"Permission is hereby granted, free of charge|\bMIT Licen[cs]e", "MIT"),
    (r"Apache Licen[cs]e,? Version 2\.0|\bApache-2\.0\b", "Apache-2.0"),
    (r"\bpublic domain\b|domain publik", "public domain"),
)
_PUBLISHERS = (
    r"<IP_owner>([^<]+)<",
    r"<(?:gmd:|cit:)?organisationName>\s*<gco:CharacterString>([^<]+)<",
    r"<organization>([^<]+)<",
    r"<origin>([^<]+)<",
    r"(?im)^\s*(?:publisher|penerbit|owner|pemilik|walidata)\s*[:=]\s*(.+)$",
)
# fmt: on
_DATES = (r"<pubdate>(\d{4})(\d\d)(\d\d)", r"(?im)^\s*(?:date|tanggal)\s*[:=]\s*(\d{4}-\d\d-\d\d)")
INVENTED = re.compile(
    r"(?i)\b(latihan|exercise|invented|rekaan|fictitious|fiktif|training data|dummy)\b"
)


@dataclass(frozen=True)
class Description:
    """What texts state about data; None where they do not, `files` are those that state it."""

    licence: str | None = None
    publisher: str | None = None
    date: datetime.date | None = None
    invented: bool = False
    own: bool = False  # the licence is stated in a text of the layer's own
    files: tuple[str, ...] = ()


def descriptions_of(folder: Path, names: Iterable[str]) -> dict[str, Description]:
    """Return what the texts of a folder state about its data, by their paths in the folder.

    A text that cannot be read states nothing; that of a folder is read once.
    """
    shared: dict[PurePosixPath, Description] = {}
    return {name: _description(folder, name, shared) for name in dict.fromkeys(names)}


def _description(folder: Path, name: str, shared: dict[PurePosixPath, Description]) -> Description:
    path = folder / name
    of_layer = [path.with_suffix(ending) for ending in _OF_A_LAYER]
    of_layer += [Path(f"{path}{ending}") for ending in (".xml", ".license", ".txt")]
    own = _stated(folder, [one for one in of_layer if one != path and one.is_file()])
    licence, publisher, files = own.licence, own.publisher, list(own.files)
    for part in PurePosixPath(name).parents:  # the nearest first
        if part not in shared:
            shared[part] = _stated(folder, _of_a_folder(folder / part))
        files += [] if own.licence else shared[part].files
        licence = licence or shared[part].licence
        publisher = publisher or shared[part].publisher
    return Description(
        licence, publisher, own.date, own.invented, own=own.licence is not None, files=tuple(files)
    )


def _of_a_folder(folder: Path) -> list[Path]:
    try:
        listed = sorted(folder.iterdir())
    except OSError:
        return []
    return [one for one in listed if _OF_A_FOLDER.fullmatch(one.name) and one.is_file()]


def _stated(folder: Path, paths: Iterable[Path]) -> Description:
    """Return what the first texts state that state anything."""
    licence = publisher = date = None
    invented, files = False, []
    for path in paths:
        try:
            text = plain_bytes(path, limit=LONGEST).decode("utf-8", errors="replace")
        except (SourceError, OSError):
            continue
        found = (_licence(text), _publisher(text), _date(text))
        licence, publisher, date = licence or found[0], publisher or found[1], date or found[2]
        invented = invented or bool(INVENTED.search(text))
        if any(found):
            files.append(path.relative_to(folder).as_posix())
    return Description(licence, publisher, date, invented, files=tuple(files))


def _licence(text: str) -> str | None:
    """Return the licence that a text names first."""
    found = [
        (match.start(), name, match.groups())
        for words, name in _LICENCES
        if (match := re.search(words, text, re.IGNORECASE))
    ]
    if not found:
        return None
    _, name, parts = min(found)
    return name.format(*(re.sub(r" ", "-", part.upper()) for part in parts))


def _publisher(text: str) -> str | None:
    found = (re.search(words, text) for words in _PUBLISHERS)
    names = (excerpt(match[1].strip()) for match in found if match)
    return next((name for name in names if name), None)


def _date(text: str) -> datetime.date | None:
    for words in _DATES:
        if match := re.search(words, text):
            try:
                return datetime.date.fromisoformat("-".join(match.groups()))
            except ValueError:
                continue
    return None
