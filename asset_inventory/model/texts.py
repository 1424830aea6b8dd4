"""Texts as `city.toml` and delivered fields hold them: read, compared and listed.

`Declared` is what every declaration of `city.toml` is made of. Words are equal, or nearly equal, to
those of `city.toml`. Ids keep their zeros; numbers are read in their country's style.
"""

from __future__ import annotations

import copyreg
import datetime
import difflib
import itertools
import os
import re
import stat
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeVar

import numpy as np
import pandas as pd
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from asset_inventory.model.errors import Arguments, SourceError

# the field in which GDAL keeps the tags of OpenStreetMap that have no field of their own
OSM_TAGS = "other_tags"
# Above it a float no longer holds every whole number, so an id kept as one may be another's.
EXACT = 2.0**53
_ENDLESS = 1e30  # from here on nobody means a number of a table, and sums of it would have no end
MORE = "…"  # stands for what is cut off, or for all the others
MOST_LISTED = 100  # different texts of one column that are told one by one
# Three digits behind the only mark may be thousands or decimals: 750.000 is 750 or 750,000.
_THOUSANDS = {mark: rf"[+-]?\d{{1,3}}(?:\{mark}\d{{3}})+" for mark in ".,"}
_PLAIN = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"


def plain_bytes(path: Path, *, most: int, follow: bool = False) -> bytes:
    """Return what a file of at most so many bytes holds; where a link may be one it is followed.

    Raises SourceError for a link, a folder, a pipe or a device, and for what is larger; OSError
    where it cannot be read.
    """
    about = (os.stat if follow else os.lstat)(path)
    if not stat.S_ISREG(about.st_mode):
        raise SourceError("error.file_not_plain", path=str(path))
    if about.st_size > most:
        raise SourceError(
            "error.file_too_large", path=str(path), size=about.st_size, most=most / 2**20
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
    """Return a day, moment or time by ISO 8601; in UTC if zoned, else midnight is the day."""
    if not isinstance(value, datetime.datetime):
        return value.isoformat()
    if value.tzinfo is not None:
        return value.astimezone(datetime.UTC).replace(tzinfo=None).isoformat() + "Z"
    midnight = value.time() == datetime.time() and not getattr(value, "nanosecond", 0)
    return value.date().isoformat() if midnight else value.isoformat()


def few(names: Sequence[str], most: int, more: str = ", …") -> str:
    """Return names as a sentence lists them, the first few of many."""
    return ", ".join(names[:most]) + more * (len(names) > most)


def listed_rows(rows: Iterable[object], *, most: int = 8) -> str:
    """Return the numbers of rows of a file as text, the first few of many."""
    return few([str(row) for row in rows], most, ", ...")


def excerpt(text: str, *, most: int = 80) -> str:
    """Return a text as a sentence can hold it, a long one cut."""
    return text if len(text) <= most else text[: most - 1] + MORE


def together(texts: pd.Series, *, most: int = MOST_LISTED) -> pd.Series:
    """Return texts for sentences; of more than `most` different ones, all later ones are MORE."""
    short = texts.map({text: excerpt(str(text)) for text in texts.dropna().unique()})
    first = short.dropna().unique()[:most]
    return short.where(short.isin(first) | short.isna(), MORE).astype("str")


def listed_texts(texts: pd.Series, *, most: int = MOST_LISTED) -> Iterator[tuple[str, pd.Index]]:
    """Yield each different text, as `together` has it, with the rows in which it stands."""
    short = together(texts.dropna(), most=most)
    for text, rows in short.groupby(short, sort=True).groups.items():
        yield str(text), rows


def nearest(given: str, there: Iterable[str]) -> str:
    """Return the name that is probably meant, in any case and spacing; empty text without one."""
    if given.isdecimal():  # another number is as near as any
        return ""
    plain = {folded(name): name for name in reversed(list(there))}
    near = difflib.get_close_matches(folded(given), list(plain), n=1)
    return plain[near[0]] if near else ""


def usual_spelling(names: pd.Series, plain: pd.Series) -> pd.Series:
    """Return names, each in the most frequent spelling of those with the same `plain` one."""
    usual = names.groupby(plain).agg(lambda one: one.value_counts(sort=True).index[0])
    return plain.map(usual).astype("str")


def folded(name: str) -> str:
    """Return a name without case, blanks, signs and underscores, so that spellings of it meet."""
    return re.sub(r"[\W_]+", "", name.casefold())


def tag_in(texts: pd.Series, key: str) -> pd.Series:
    """Return a tag's value in OSM's further tags, one text: "building"=>"yes","name"=>"..."."""
    return texts.astype("str").str.extract(
        rf'"{re.escape(key)}"=>"((?:[^"\\]|\\.)*)"', expand=False
    )


def inexact(given: pd.Series) -> np.ndarray:
    """Tell which ids came as floats too large to be told from their neighbours."""
    if not pd.api.types.is_float_dtype(given):
        return np.zeros(len(given), dtype=bool)
    return np.abs(given.to_numpy()) >= EXACT


def as_numbers(
    given: pd.Series, *, doubtful: Literal["refuse", "decimal"] = "refuse"
) -> tuple[pd.Series, np.ndarray]:
    """Return a field as numbers (NaN = none), and which could be read in two ways.

    A field of numbers is taken as it is; true and false are none. In a field of text the whole
    column tells its style: 1.500.000 or 1.500,5 is written as in Indonesia, 1,500.5 or 0.75 as in
    English. Where nothing tells whether 750.000 is 750 or 750,000, the number is doubtful and
    refused (NaN), or read as decimals on request.
    """
    if pd.api.types.is_numeric_dtype(given.dtype) and not pd.api.types.is_bool_dtype(given.dtype):
        return given.astype(float), np.zeros(len(given), dtype=bool)
    text = as_text(given)
    decimal, thousands, told = _style(text.dropna())
    # a mark that stands where this style has none says something else: 1,234.5 among 1.234,5 is no
    # number
    plain = text.where(_fits(text, _grouped(decimal, thousands))) if thousands else text
    plain = plain.str.replace(thousands, "", regex=False) if thousands else plain
    plain = plain.str.replace(decimal, ".", regex=False) if decimal != "." else plain
    numbers = pd.to_numeric(plain.where(_fits(plain, _PLAIN)), errors="coerce")
    marked = _fits(text, rf"{_THOUSANDS['.']}|{_THOUSANDS[',']}").to_numpy(dtype=bool)
    unsure = marked & (not told)
    # 1e400 is written, but no number that is kept
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
    """Tell whether any of these texts with a mark cannot be thousands, as 0.750 or 12.5."""
    return bool(not text.str.fullmatch(_THOUSANDS[mark]).all() or text.str.match(r"[+-]?0").any())


def _grouped(decimal: str, thousands: str) -> str:
    """Return the pattern of a number that may have marks of thousands: 1.234.567,5 or 1234567,5."""
    return rf"[+-]?(?:(?:\d+|\d{{1,3}}(?:\{thousands}\d{{3}})+)(?:\{decimal}\d*)?|\{decimal}\d+)(?:[eE][+-]?\d+)?"


ANY = "*"
# The findings on words that nearly match, and so are not counted under what they probably mean.
NEAR_WORDS = ("where_word_near", "list_word_near", "type_word_near")
_LISTED = 20  # words in one sentence
_LONGEST = 40  # characters of each
# letters that a word has at least in which one more, one less or another one is taken for a slip
_SLIP = 5
# Letters, figures, a minus before a figure, and signs that say something of their own: <1 m is not
# >1 m.
_PART = re.compile(r"\d+|[^\W\d_]+|(?:(?<=\s)|^)-(?=\d)|[<>≤≥≠=+%&]")


def matching(given: pd.Series, words: Iterable[str], *, ignore_case: bool = False) -> np.ndarray:
    """Tell which rows of a field, as `as_text` has it, hold one of the words; `*` is any word."""
    words = [word.strip() for word in words]
    if ANY in words:
        return given.notna().to_numpy(dtype=bool)
    if ignore_case:
        given, words = given.str.casefold(), [word.casefold() for word in words]
    return given.isin(words).to_numpy(dtype=bool)


def mapped(
    given: pd.Series, meaning: Mapping[str, object], *, ignore_case: bool = False
) -> pd.Series:
    """Return what each word of a field means, missing where `meaning` does not have it."""
    meaning = {word.strip(): one for word, one in meaning.items()}
    if ignore_case:
        given, meaning = (
            given.str.casefold(),
            {word.casefold(): one for word, one in meaning.items()},
        )
    return given.map(meaning)


def near_words(given: pd.Series, words: Iterable[str]) -> list[tuple[str, str, int]]:
    """Return each word that is nearly one of `words`, that one, and its rows, most frequent first.

    Nearly the same are words that differ in case, blanks, hyphens, underscores, signs and accents,
    and those of which one part of five letters or more has a letter too many, too few, another one,
    or two exchanged.
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
    counts = given[~given.isin(words)].value_counts()
    for text, count in zip(counts.index.astype(str), counts, strict=True):
        parts = _parts(text)
        near = plain.get(_plain(parts)) or next(
            (slips[one] for one in _slips(parts) if one in slips), None
        )
        if near is not None:
            found.append((text, near, int(count)))
    return found


def near_spellings(given: pd.Series, known: Iterable[str]) -> list[tuple[str, str, int]]:
    """Return `near_words` of `known`, and unknown words that are spelled in several ways.

    Of these the most frequent spelling is the one that others nearly are.
    """
    known = [*known]
    found = near_words(given, known)
    strange = given[~given.isin([*known, *(word for word, *_ in found)])].value_counts()
    usual: dict[str, str] = {}
    for word, count in zip(strange.index.astype(str), strange, strict=True):
        first = usual.setdefault(_plain(_parts(word)) or word, word)
        if first != word:
            found.append((word, first, int(count)))
    return found


def near_listed(found: Sequence[tuple[str, str, int]]) -> str:
    """Return near words as a sentence lists them, each with the word meant and its rows."""
    said = [
        f'"{excerpt(word, most=_LONGEST)}" ≈ "{excerpt(near, most=_LONGEST)}" ({count})'
        for word, near, count in found[:_LISTED]
    ]
    return ", ".join(said) + (", …" if len(found) > _LISTED else "")


def words_listed(given: pd.Series) -> str:
    """Return the words of a field with their rows, most frequent first; `-` where it holds none."""
    counts = given.value_counts()
    said = [
        f'"{excerpt(str(word), most=_LONGEST)}" ({count})'
        for word, count in counts.head(_LISTED).items()
    ]
    return ", ".join(said) + (", …" if len(counts) > _LISTED else "") or "-"


def _parts(word: str) -> tuple[str, ...]:
    """Return the parts of a word without case and accents; a figure and its sign are parts."""
    decomposed = unicodedata.normalize("NFKD", word).casefold()
    return tuple(
        _PART.findall("".join(sign for sign in decomposed if not unicodedata.combining(sign)))
    )


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


# A declaration may be sent to another process.
copyreg.pickle(MappingProxyType, lambda held: (MappingProxyType, (dict(held),)))

GRID_SUFFIXES = (".tif", ".tiff", ".asc")
METRES_PER_UNIT = {"m": 1.0, "cm": 0.01, "mm": 0.001, "ft": 0.3048}
OUT_OF_RANGE = "number_out_of_range"
LARGEST = 1e18  # of any number; products of larger ones have no end


def _in_range(given: float) -> float:
    if abs(given) > LARGEST:
        raise PydanticCustomError(OUT_OF_RANGE, "out of range", {"most": LARGEST})
    return given


# strict: a text or a true is no number
Number = Annotated[float, Field(strict=True, allow_inf_nan=False), AfterValidator(_in_range)]
# Return periods; a tide that floods comes several times a day, and nobody knows a rarer event than
# the last.
PositiveYears = Annotated[Number, Field(ge=0.001, le=1e7)]
Text = Annotated[str, Field(min_length=1)]
# A word or a list of words; a single word is a list of one.
Words = Annotated[
    tuple[Text, ...],
    BeforeValidator(
        lambda given: [given] if isinstance(given, str) else given,
        json_schema_input_type=Text | tuple[Text, ...],
    ),
]


# What pydantic calls the fault of a value that is of the right kind, and beyond a limit.
_BEYOND_LIMITS = {
    "finite_number",
    "greater_than",
    "greater_than_equal",
    "less_than",
    "less_than_equal",
    OUT_OF_RANGE,
    "string_pattern_mismatch",
    "string_too_long",
    "string_too_short",
    "too_long",
    "too_short",
}
LENIENT = {"lenient": True}  # the context in which a declaration takes what it can


class Declared(BaseModel):
    """A declaration: frozen, and no key that we do not know.

    A `LENIENT` validation never fails, so that all other checks run too. A value of another kind
    counts as the default, or as None where there is none; so does each such entry of a list or
    table. `model_fields_set` has its key. A number or text beyond a limit stays.
    """

    # A validator is built when it is first needed, so that only that of the whole city is.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, given: Any, info: ValidationInfo) -> Any:
        if not info.context or not isinstance(given, Mapping):
            return given
        fields = {field.alias or name: field for name, field in cls.model_fields.items()}
        return {
            key: given.get(key)
            for key, field in fields.items()
            if key in given or field.is_required()
        }

    @field_validator("*", mode="wrap")
    @classmethod
    def _what_passes(
        cls, given: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo
    ) -> Any:
        if not info.context:
            return handler(given)

        def passed(value: Any) -> Any:
            try:
                return handler(value)
            except ValidationError as error:
                several = isinstance(value, (list, Mapping))
                beyond = all(
                    fault["type"] in _BEYOND_LIMITS and (several or not fault["loc"])
                    for fault in error.errors(include_url=False, include_input=False)
                )
                return value if beyond else None

        whole = passed(given)
        if whole is not None:
            return whole
        no_entry, no_key = passed([]), passed({})
        if isinstance(given, list) and isinstance(no_entry, Sequence):
            return tuple((passed([entry]) or [None])[0] for entry in given)
        if isinstance(given, Mapping) and isinstance(no_key, Mapping):
            return {key: (passed({key: entry}) or {}).get(key) for key, entry in given.items()}
        field = cls.model_fields[info.field_name or ""]
        if not field.is_required():
            return field.get_default(call_default_factory=True)
        return no_key if no_entry is None else no_entry


class Source(Declared):
    """Who made a layer, when, under which licence; `exercise` data is called so on all that is
    made from it.
    """

    title: Text
    licence: Text
    publisher: str | None = None
    date: datetime.date | None = None
    url: str | None = None
    exercise: bool = False


Visibility = Literal["public", "internal"]
Where = Annotated[Mapping[Text, Words], AfterValidator(MappingProxyType)]
Fault = tuple[str, str, Arguments]  # where, key of `words`, what fills it
# What fills a fault may hold under this key, by which `with_near` fills its sentence.
AMONG = "among"
_LOOKED_THROUGH = 1000  # names of many, for one that is near
_NAMES_LISTED = 50
_Model = TypeVar("_Model", bound=Declared)
_Value = TypeVar("_Value")


def placed(key: str, models: Iterable[_Model]) -> Iterator[tuple[str, _Model]]:
    """Yield each declaration of a list with its place, such as `hazards[0] "flood"`."""
    for number, model in enumerate(models):
        name = getattr(model, "id", getattr(model, "name", None))
        if model is not None:
            yield f"{key}[{number}]" + (f' "{name}"' if name is not None else ""), model


def passing(values: Iterable[_Value | None] | None) -> list[_Value]:
    """Return the entries of a list that are not None, as those are which failed."""
    return [value for value in values or () if value is not None]


def first_fall(numbers: Iterable[float | None] | None) -> Iterator[tuple[float, float]]:
    """Yield the first two neighbours of which the second is not the greater one, if any."""
    falls = (pair for pair in itertools.pairwise(passing(numbers)) if pair[0] >= pair[1])
    yield from itertools.islice(falls, 1)


def rising(where: str, breaks: Iterable[float] | None) -> Iterator[Fault]:
    """Yield a fault for the first two breaks of classes that do not rise."""
    for first, second in first_fall(breaks):
        yield where, "fault.breaks_not_rising", {"first": first, "second": second}


def named_twice(key: str, names: Iterable[str | None]) -> Iterator[Fault]:
    """Yield a fault for each name that several declarations of a list have."""
    for name, count in Counter(passing(names)).items():
        if count > 1:
            yield key, "fault.name_twice", {"given": name, "times": count}


def same_word(where: str, meant: Mapping[str, Any] | None) -> Iterator[Fault]:
    """Yield a fault for each two words that differ in case only, and mean different things."""
    first: dict[str, str] = {}
    meant = meant or {}
    for word, meaning in meant.items():
        other = first.setdefault(word.strip().casefold(), word)
        if meant[other] != meaning:
            yield where, "fault.same_word", {"given": other, "other": word}


def joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return for each name in pairs the one that stands for all that the pairs join to it."""
    stands: dict[str, str] = {}

    def standing(name: str) -> str:
        while stands.setdefault(name, name) != name:
            stands[name] = name = stands[stands[name]]
        return name

    for first, second in pairs:
        stands[standing(second)] = standing(first)
    return {name: standing(name) for name in stands}


def not_known(key: str, given: str, names: Iterable[str]) -> tuple[str, Arguments]:
    """Return the sentence on a name that is not known, and what fills it, for `with_near`."""
    return key, {"given": given, AMONG: names}


def with_near(fault: Fault) -> Fault:
    """Return a fault that names the near name, or else the names there are; any other as it is.

    That is left to the faults which are shown: to look for names is slow, and a file may hold many
    that are not known.
    """
    where, key, arguments = fault
    if AMONG not in arguments:
        return fault
    filled = {name: value for name, value in arguments.items() if name != AMONG}
    names = list(dict.fromkeys(itertools.islice(arguments[AMONG], _LOOKED_THROUGH)))
    near = difflib.get_close_matches(str(filled["given"]), names, n=1)
    if near:
        return where, key + "_near", filled | {"near": near[0]}
    return where, key, filled | {"names": few(names, _NAMES_LISTED)}
