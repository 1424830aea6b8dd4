"""Words of a field held against the words of `city.toml`: which are the same, and which only nearly."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from asset_inventory.sources.texts import excerpt

ANY = "*"
# The findings on words that nearly match, and so are not counted under what they probably mean.
NEAR_WORDS = ("where_word_near", "list_word_near", "type_word_near")
_LISTED = 20  # words in one sentence
_LONGEST = 40  # characters of each
_SLIP = 5  # letters that a word has at least in which one more, one less or another one is taken for a slip
# Letters, figures, a minus before a figure, and signs that say something of their own: <1 m is not >1 m.
_PART = re.compile(r"\d+|[^\W\d_]+|(?:(?<=\s)|^)-(?=\d)|[<>≤≥≠=+%&]")


def matching(given: pd.Series, words: Iterable[str], *, ignore_case: bool = False) -> np.ndarray:
    """Tell which rows of a field, as `as_text` has it, hold one of the words; `*` is any word."""
    words = [word.strip() for word in words]
    if ANY in words:
        return given.notna().to_numpy(dtype=bool)
    if ignore_case:
        given, words = given.str.casefold(), [word.casefold() for word in words]
    return given.isin(words).to_numpy(dtype=bool)


def mapped(given: pd.Series, meaning: Mapping[str, object], *, ignore_case: bool = False) -> pd.Series:
    """Return what each word of a field means, missing where `meaning` does not have it."""
    meaning = {word.strip(): one for word, one in meaning.items()}
    if ignore_case:
        given, meaning = given.str.casefold(), {word.casefold(): one for word, one in meaning.items()}
    return given.map(meaning)


def near_words(given: pd.Series, words: Iterable[str]) -> list[tuple[str, str, int]]:
    """Return each word of a field that is none of `words` and nearly one of them, that one, and its rows; most first.

    Nearly the same are words that differ in case, blanks, hyphens, underscores, signs and accents, and those of which
    one part of five letters or more has a letter too many, too few, another one, or two exchanged.
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
    found = []
    for word, count in given[~given.isin(words)].value_counts().items():
        parts = _parts(str(word))
        near = plain.get(_plain(parts)) or next((slips[one] for one in _slips(parts) if one in slips), None)
        if near is not None:
            found.append((str(word), near, int(count)))
    return found


def near_spellings(given: pd.Series, known: Iterable[str]) -> list[tuple[str, str, int]]:
    """Return what `near_words` finds of `known`, and words that are spelled in several ways and are all not known.

    Of these the most frequent spelling is the one that others nearly are.
    """
    known = [*known]
    found = near_words(given, known)
    strange = given[~given.isin([*known, *(word for word, *_ in found)])].value_counts()
    usual: dict[str, str] = {}
    for word, count in strange.items():
        first = usual.setdefault(_plain(_parts(str(word))) or str(word), str(word))
        if first != word:
            found.append((str(word), first, int(count)))
    return found


def near_listed(found: Sequence[tuple[str, str, int]]) -> str:
    """Return near words as a sentence lists them, each with the word that it nearly is and its rows."""
    said = [f'"{excerpt(word, most=_LONGEST)}" ≈ "{excerpt(near, most=_LONGEST)}" ({count})'
            for word, near, count in found[:_LISTED]]  # fmt: skip
    return ", ".join(said) + (", …" if len(found) > _LISTED else "")


def words_listed(given: pd.Series) -> str:
    """Return the words of a field with their rows as a sentence lists them, most first; `-` where it holds none."""
    counts = given.value_counts()
    said = [f'"{excerpt(str(word), most=_LONGEST)}" ({count})' for word, count in counts.head(_LISTED).items()]
    return ", ".join(said) + (", …" if len(counts) > _LISTED else "") or "-"


def _parts(word: str) -> tuple[str, ...]:
    """Return the parts of a word without case, accents and what parts them; a figure and its sign are parts."""
    decomposed = unicodedata.normalize("NFKD", word).casefold()
    return tuple(_PART.findall("".join(sign for sign in decomposed if not unicodedata.combining(sign))))


def _plain(parts: tuple[str, ...]) -> str:
    """Return the parts of a word as one; of figures it is kept where one ends."""
    return "".join(f"{part} " if part.isdecimal() else part for part in parts)


def _slips(parts: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield a word's parts, and these with one letter of a long part left out.

    Words meet here that are one slip apart: what one has too many the other lacks.
    """
    yield parts
    for place, part in enumerate(parts):
        if len(part) >= _SLIP and len(part) <= _LONGEST:
            for letter in range(len(part)):
                yield (*parts[:place], part[:letter] + part[letter + 1 :], *parts[place + 1 :])
