"""Texts of `city.toml` and of delivered fields: how they are read, compared and listed.

Words are compared with those of `city.toml`, exactly and nearly. Ids keep their zeros; numbers are
read in their country's style.
"""

from __future__ import annotations

import datetime
import difflib
import os
import re
import stat
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from asset_inventory.model.errors import SourceError

# the field in which GDAL keeps the tags of OpenStreetMap that have no field of their own
OSM_TAGS = "other_tags"
# Above it a float does not hold every whole number, so two ids may be the same float.
EXACT = 2.0**53
_ENDLESS = 1e30  # no table means such a number, and sums of it may be infinite
MORE = "…"  # replaces text that is cut off, or all further texts
MOST_LISTED = 100  # different texts of one column that are listed one by one
# Three digits after the only mark may be thousands or decimals: 750.000 is 750 or 750,000.
_THOUSANDS = {mark: rf"[+-]?\d{{1,3}}(?:\{mark}\d{{3}})+" for mark in ".,"}
_PLAIN = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"


def plain_bytes(path: Path, *, limit: int, follow: bool = False) -> bytes:
    """Return the content of a file of at most `limit` bytes; with `follow` it may be a link.

    Raises SourceError for a link, a folder, a pipe or a device, and for a larger file; OSError for
    a file that cannot be read.
    """
    about = (os.stat if follow else os.lstat)(path)
    if not stat.S_ISREG(about.st_mode):
        raise SourceError("error.file_not_plain", path=str(path))
    if about.st_size > limit:
        raise SourceError(
            "error.file_too_large", path=str(path), size=about.st_size, most=limit / 2**20
        )
    with path.open("rb") as stream:
        return stream.read(about.st_size)


def as_text(given: pd.Series) -> pd.Series:
    """Return a field as stripped text, missing where empty; a whole number has no decimals."""
    text = given.astype("str").str.strip()
    if pd.api.types.is_float_dtype(given):
        text = text.str.removesuffix(".0")
    return text.mask(given.isna() | (text == ""))


def time_as_text(value: datetime.date | datetime.time) -> str:
    """Return a day, moment or time in ISO 8601: in UTC if it has a zone, else midnight is the day."""
    if not isinstance(value, datetime.datetime):
        return value.isoformat()
    if value.tzinfo is not None:
        return value.astimezone(datetime.UTC).replace(tzinfo=None).isoformat() + "Z"
    midnight = value.time() == datetime.time() and not getattr(value, "nanosecond", 0)
    return value.date().isoformat() if midnight else value.isoformat()


def few(names: Sequence[str], limit: int, more: str = ", …") -> str:
    """Return names for a sentence, the first `limit` of many."""
    return ", ".join(names[:limit]) + more * (len(names) > limit)


def listed_rows(rows: Iterable[object], *, limit: int = 8) -> str:
    """Return the numbers of rows of a file as text, the first `limit` of many."""
    return few([str(row) for row in rows], limit, ", ...")


def excerpt(text: str, *, limit: int = 80) -> str:
    """Return a text that is short enough for a sentence; a longer one is cut."""
    return text if len(text) <= limit else text[: limit - 1] + MORE


def together(texts: pd.Series, *, limit: int = MOST_LISTED) -> pd.Series:
    """Return texts for sentences; all different ones after the first `limit` are MORE."""
    short = texts.map({text: excerpt(str(text)) for text in texts.dropna().unique()})
    first = short.dropna().unique()[:limit]
    return short.where(short.isin(first) | short.isna(), MORE).astype("str")


def listed_texts(texts: pd.Series, *, limit: int = MOST_LISTED) -> Iterator[tuple[str, pd.Index]]:
    """Yield each different text of `together` with its rows."""
    short = together(texts.dropna(), limit=limit)
    for text, rows in short.groupby(short, sort=True).groups.items():
        yield str(text), rows


def nearest(given: str, known: Iterable[str]) -> str:
    """Return the probable known name, whatever its case and spacing; empty text without one."""
    near = near_names(given, known)
    return near[0] if near else ""


def near_names(given: str, known: Iterable[str]) -> list[str]:
    """Return known names that may be meant, the nearest first; another case or spacing alone wins."""
    if given.isdecimal():  # every number would be near another
        return []
    plain: dict[str, list[str]] = {}
    for name in dict.fromkeys(known):
        plain.setdefault(folded(name), []).append(name)
    meant = folded(given)
    near = [meant] if meant in plain else difflib.get_close_matches(meant, list(plain), n=2)
    return [name for text in near for name in plain[text]]


def usual_spelling(names: pd.Series, plain: pd.Series) -> pd.Series:
    """Return names, each in the most frequent spelling of all with the same `plain` form."""
    usual = names.groupby(plain).agg(lambda spellings: spellings.value_counts(sort=True).index[0])
    return plain.map(usual).astype("str")


def folded(name: str) -> str:
    """Return a name without case, blanks, signs and underscores, so that its spellings are equal."""
    return re.sub(r"[\W_]+", "", name.casefold())


def tag_in(texts: pd.Series, key: str) -> pd.Series:
    """Return a tag's value from the text of OSM's further tags: "building"=>"yes","name"=>"..."."""
    return texts.astype("str").str.extract(
        rf'"{re.escape(key)}"=>"((?:[^"\\]|\\.)*)"', expand=False
    )


def inexact(given: pd.Series) -> np.ndarray:
    """Return which ids came as floats too large to differ from their neighbours."""
    if not pd.api.types.is_float_dtype(given):
        return np.zeros(len(given), dtype=bool)
    return np.abs(given.to_numpy()) >= EXACT


def as_numbers(
    given: pd.Series, *, doubtful: Literal["refuse", "decimal"] = "refuse"
) -> tuple[pd.Series, np.ndarray]:
    """Return a field as numbers (NaN = none), and which could be read in two ways.

    A field of numbers stays as it is; true and false are none. The whole column of a field of text
    determines its style: 1.500.000 or 1.500,5 is Indonesian, 1,500.5 or 0.75 is English. If the
    column leaves open whether 750.000 is 750 or 750,000, the number is doubtful: it is refused
    (NaN), or read as decimals on request.
    """
    if pd.api.types.is_numeric_dtype(given.dtype) and not pd.api.types.is_bool_dtype(given.dtype):
        return given.astype(float), np.zeros(len(given), dtype=bool)
    text = as_text(given)
    decimal, thousands, certain = _style(text.dropna())
    # a text with a mark where this style has none is no number: 1,234.5 among 1.234,5
    plain = text.where(_fits(text, _grouped(decimal, thousands))) if thousands else text
    plain = plain.str.replace(thousands, "", regex=False) if thousands else plain
    plain = plain.str.replace(decimal, ".", regex=False) if decimal != "." else plain
    numbers = pd.to_numeric(plain.where(_fits(plain, _PLAIN)), errors="coerce")
    marked = _fits(text, rf"{_THOUSANDS['.']}|{_THOUSANDS[',']}").to_numpy(dtype=bool)
    unsure = marked & (not certain)
    # a number such as 1e400 is too large to keep
    numbers = numbers.astype(float).where(numbers.abs() < _ENDLESS)
    return (numbers if doubtful == "decimal" else numbers.mask(unsure)), unsure


def _fits(text: pd.Series, pattern: str) -> pd.Series:
    return text.str.fullmatch(pattern).fillna(False).astype(bool)


def _style(text: pd.Series) -> tuple[str, str, bool]:
    """Return the decimal mark, the thousands mark (or none), and whether they are certain."""
    has = {mark: text.str.contains(mark, regex=False) for mark in ".,"}
    for decimal, thousands in ((",", "."), (".", ",")):
        both = has["."] & has[","]
        if both.any() and text[both].str.fullmatch(rf"{_THOUSANDS[thousands]}\{decimal}\d+").any():
            return decimal, thousands, True
        grouped = (
            has[thousands].any() and text[has[thousands]].str.fullmatch(_THOUSANDS[thousands]).all()
        )
        twice = text.str.count(rf"\{thousands}") > 1
        if grouped and (
            twice.any() or (has[decimal].any() and _tells_decimals(text[has[decimal]], decimal))
        ):
            return decimal, thousands, True
    for decimal in ".,":
        if has[decimal].any():
            return decimal, "", _tells_decimals(text[has[decimal]], decimal)
    return ".", "", True


def _tells_decimals(text: pd.Series, mark: str) -> bool:
    """Return whether any of these texts with a mark cannot be thousands, as 0.750 or 12.5."""
    return bool(not text.str.fullmatch(_THOUSANDS[mark]).all() or text.str.match(r"[+-]?0").any())


def _grouped(decimal: str, thousands: str) -> str:
    """Return the pattern of a number that may have marks of thousands: 1.234.567,5 or 1234567,5."""
    return rf"[+-]?(?:(?:\d+|\d{{1,3}}(?:\{thousands}\d{{3}})+)(?:\{decimal}\d*)?|\{decimal}\d+)(?:[eE][+-]?\d+)?"


ANY = "*"
# The findings on words that nearly match; these do not count under their probable meaning.
NEAR_WORDS = ("where_word_near", "list_word_near", "type_word_near")
_LISTED = 20  # words in one sentence
_LONGEST = 40  # characters of each
# the least letters of a word in which one letter too many, too few or wrong is a slip
_SLIP = 5
# Letters, digits, a minus before a digit, and signs with a meaning of their own: <1 m is not >1 m.
_PART = re.compile(r"\d+|[^\W\d_]+|(?:(?<=\s)|^)-(?=\d)|[<>≤≥≠=+%&]")


def matching(given: pd.Series, words: Iterable[str], *, ignore_case: bool = False) -> np.ndarray:
    """Return which rows of a field from `as_text` hold one of the words; `*` is any word."""
    words = [word.strip() for word in words]
    if ANY in words:
        return given.notna().to_numpy(dtype=bool)
    if ignore_case:
        given, words = given.str.casefold(), [word.casefold() for word in words]
    return given.isin(words).to_numpy(dtype=bool)


def mapped(
    given: pd.Series, meaning: Mapping[str, object], *, ignore_case: bool = False
) -> pd.Series:
    """Return the meaning of each word of a field, missing for words without one."""
    meaning = {word.strip(): value for word, value in meaning.items()}
    if ignore_case:
        given, meaning = (
            given.str.casefold(),
            {word.casefold(): value for word, value in meaning.items()},
        )
    return given.map(meaning)


def near_words(given: pd.Series, words: Iterable[str]) -> list[tuple[str, str, int]]:
    """Return each word near one of `words`, that one, and its count of rows, most frequent first.

    Words are near if they differ only in case, blanks, hyphens, underscores, signs and accents, or
    if one part of five letters or more has one letter too many, too few or wrong, or two letters
    exchanged.
    """
    words = [word for word in dict.fromkeys(word.strip() for word in words) if word != ANY]
    if not words:
        return []
    plain: dict[str, str] = {}
    slips: dict[tuple[str, ...], str] = {}
    for word in words:
        plain.setdefault(_plain(_parts(word)), word)
        for slip in _slips(_parts(word)):
            slips.setdefault(slip, word)
    plain.pop("", None)
    slips.pop((), None)  # signs alone, as "-" and "?", are near nothing
    matches = []
    counts = given[~given.isin(words)].value_counts()
    for text, count in zip(counts.index.astype(str), counts, strict=True):
        parts = _parts(text)
        near = plain.get(_plain(parts)) or next(
            (slips[slip] for slip in _slips(parts) if slip in slips), None
        )
        if near is not None:
            matches.append((text, near, int(count)))
    return matches


def near_spellings(given: pd.Series, known: Iterable[str]) -> list[tuple[str, str, int]]:
    """Return `near_words` of `known`, and unknown words that are spelled in several ways.

    The other spellings of an unknown word are near the most frequent one.
    """
    known = [*known]
    matches = near_words(given, known)
    strange = given[~given.isin([*known, *(word for word, *_ in matches)])].value_counts()
    usual: dict[str, str] = {}
    for word, count in zip(strange.index.astype(str), strange, strict=True):
        first = usual.setdefault(_plain(_parts(word)) or word, word)
        if first != word:
            matches.append((word, first, int(count)))
    return matches


def near_listed(matches: Sequence[tuple[str, str, int]]) -> str:
    """Return near words for a sentence, each with the word meant and its count of rows."""
    listed = [
        f'"{excerpt(word, limit=_LONGEST)}" ≈ "{excerpt(near, limit=_LONGEST)}" ({count})'
        for word, near, count in matches[:_LISTED]
    ]
    return ", ".join(listed) + (", …" if len(matches) > _LISTED else "")


def words_listed(given: pd.Series) -> str:
    """Return the words of a field with their counts, most frequent first; `-` without words."""
    counts = given.value_counts()
    listed = [
        f'"{excerpt(str(word), limit=_LONGEST)}" ({count})'
        for word, count in counts.head(_LISTED).items()
    ]
    return ", ".join(listed) + (", …" if len(counts) > _LISTED else "") or "-"


def _parts(word: str) -> tuple[str, ...]:
    """Return the parts of a word without case and accents; a number and its sign are parts."""
    decomposed = unicodedata.normalize("NFKD", word).casefold()
    return tuple(
        _PART.findall("".join(sign for sign in decomposed if not unicodedata.combining(sign)))
    )


def _plain(parts: tuple[str, ...]) -> str:
    """Return the parts of a word as one text; a blank marks the end of each number."""
    return "".join(f"{part} " if part.isdecimal() else part for part in parts)


def _slips(parts: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield a word's parts, and the parts without one letter, for each letter of a long part.

    Two words that are one slip apart have one of these in common.
    """
    yield parts
    for place, part in enumerate(parts):
        if len(part) >= _SLIP and len(part) <= _LONGEST:
            for letter in range(len(part)):
                yield (*parts[:place], part[:letter] + part[letter + 1 :], *parts[place + 1 :])
