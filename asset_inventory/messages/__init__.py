"""Every sentence, in Indonesian and English: catalogues, and the one function that fills them.

A sentence is in `<language>/LC_MESSAGES/<subject>.po` under a key such as `error.no_file`. There are
eight subjects. The `.po` files are read at run time, so a third language is a new folder of them.
"""

from __future__ import annotations

import datetime
import gettext
import json
import locale
import math
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from babel import numbers as babel_numbers

FOLDER = Path(__file__).parent
LANGUAGES = tuple(sorted(folder.parent.name for folder in FOLDER.glob("*/LC_MESSAGES")))
LANGUAGE_NAMES = {"id": "Bahasa Indonesia", "en": "English"}

# Scale words of money: the key is written in full («miliar», «billion»), never abbreviated.
_SCALES = ((1e12, "number.trillion"), (1e9, "number.billion"), (1e6, "number.million"))

NO_CURRENCY = "XXX"  # as ISO 4217 has it

# From here on a number has a power of ten: nobody reads so many digits, and Babel writes none.
_ENDLESS = 1e21

# Percent: a smaller change is written as less than this.
_LEAST_PERCENT = 0.001

# Percents are computed to so many decimals: sums carry the last bits of their parts.
_PERCENT_DIGITS = 9

# Text from data moves no cursor, ends no line and reverses no text: a sign replaces characters that
# would.
# fmt: off
_NO_COMMANDS = dict.fromkeys((
    *range(32), *range(127, 160), 0x61C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A), 0xFEFF,
), "\ufffd")
# fmt: on


@dataclass(frozen=True)
class Catalogue:
    """The sentences of one language by key, in their plural forms, and the form of a count."""

    sentences: Mapping[str, tuple[str, ...]]
    plural: Callable[[int], int]

    def sentence(self, key: str, count: object = None) -> str | None:
        """Return a key's sentence, in the form of a whole count; None without a sentence."""
        forms = self.sentences.get(key)
        if forms is None or len(forms) == 1:
            return forms and forms[0]
        return forms[self.plural(count if isinstance(count, int) else 1)]


# One message of a `.po` file: a keyword, and the quoted lines that follow it.
_LINE = r'"[^"\\\n]*(?:\\.[^"\\\n]*)*"'
_PART = re.compile(
    rf"^(msgid|msgid_plural|msgstr|msgstr\[\d\]) ({_LINE}(?:\n{_LINE})*)$", re.MULTILINE
)

# A finding's family is the comment above its key; its remedy has no family of its own.
_FAMILY = re.compile(r'^#\. (.+)\nmsgid "finding\.([^."]+)"$', re.MULTILINE)


def _read(path: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each key of a `.po` file with its sentence's plural forms; the head's key is empty."""
    key, forms = "", []
    for keyword, quoted in _PART.findall(path.read_text(encoding="utf-8")):
        text = quoted.replace('"\n"', "")
        text = json.loads(text) if "\\" in text else text[1:-1]
        if keyword == "msgid":
            if forms:
                yield key, tuple(forms)
            key, forms = text, []
        elif keyword != "msgid_plural":
            forms.append(text)
    yield key, tuple(forms)


@lru_cache
def catalogue(language: str) -> Catalogue:
    """Return the sentences of one language, read from its `.po` files.

    Raises KeyError for a language that has no folder here.
    """
    if language not in LANGUAGES:
        raise KeyError(language)
    sentences: dict[str, tuple[str, ...]] = {}
    for path in sorted((FOLDER / language / "LC_MESSAGES").glob("*.po")):
        sentences |= _read(path)
    (head,) = sentences.pop("")
    return Catalogue(sentences, gettext.c2py(re.search(r"plural=(.*);", head)[1]))


_AREA_NAME = re.compile(r"\{((?:[Pp]arent_)?[Cc]alled(?:_plural)?)\}")
AREA_NAMES = ("called", "called_plural", "parent_called", "parent_called_plural")


@dataclass(frozen=True)
class CityWords:
    """What sentences take from a city.

    `areas` has, by language, what it calls its districts: any of `AREA_NAMES`; the catalogues have
    the others. `labels` has, by kind and name, the label of a hazard, layer, asset type, ... in
    each language; the labels of kind `ANY_KIND` count for names of every kind. Pages are in its
    `languages`.
    """

    areas: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    labels: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    languages: tuple[str, ...] = LANGUAGES

    def with_other(self, other: CityWords) -> CityWords:
        """Return the words for sentences about another city too: what both call districts alike.

        A name that both have keeps the label of this city.
        """
        kinds = self.labels.keys() | other.labels.keys()
        labels = {
            kind: {**other.labels.get(kind, {}), **self.labels.get(kind, {})} for kind in kinds
        }
        areas = self.areas if self.areas == other.areas else {}
        return CityWords(areas, labels, self.languages)


# The kinds of names that have labels, each with the kinds of the names that stand there.
ANY_KIND = ""
LABEL_KINDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {name: (name,) for name in ("hazard", "layer", "asset_type", "indicator", "measure", "unit")}
    | dict.fromkeys(("hazards", "first", "second"), ("hazard",))
    | dict.fromkeys(("type", "types"), ("asset_type",))
    | dict.fromkeys(("pressure", "shock", "stress"), ("pressure",))
    | dict.fromkeys(("criterion", "feature"), ("criterion", "indicator"))
    | {"layers": ("layer",), "left_out": ("layer", "hazard")}
    | {"source": ("source", "layer", "hazard"), "other": ("layer", "criterion", "indicator")}
)
# Errors name what was typed, in a command or in `city.toml`.
_AS_TYPED = ("error.", "fault.", "call.")


_NO_CITY = CityWords()
_city_words: ContextVar[CityWords] = ContextVar("city_words", default=_NO_CITY)


@contextmanager
def with_city_words(words: CityWords) -> Iterator[None]:
    """Let sentences take the words of a city; a thread that is started inside does not have them.

    Examples
    --------
    >>> area_names("en")["called_plural"]
    'districts'
    >>> with with_city_words(CityWords({"en": {"called": "ward", "called_plural": "wards"}})):
    ...     area_names("en")["Called_plural"]
    'Wards'
    """
    token = _city_words.set(words)
    try:
        yield
    finally:
        _city_words.reset(token)


def city_words() -> CityWords:
    """Return the words that sentences take from the city of this moment."""
    return _city_words.get()


def page_languages() -> tuple[str, ...]:
    """Return the languages of the pages of the city of this moment, in alphabetic order."""
    return city_words().languages


def labelled(kind: str, name: object, language: str) -> str:
    """Return what the city calls a hazard, a layer, ... in a language; the name without a label.

    `kind` is one of `LABEL_KINDS`. A criterion that is a figure of the assessment has our word.
    Several names are separated by commas.

    Examples
    --------
    >>> words = CityWords(labels={"hazard": {"rob": {"en": "Tidal flooding", "id": "Banjir rob"}}})
    >>> with with_city_words(words):
    ...     labelled("hazard", "rob", "en"), labelled("hazard", "fire", "en")
    ('Tidal flooding', 'fire')
    """
    text, labels = str(name), city_words().labels
    kinds = (*LABEL_KINDS[kind], ANY_KIND)
    found = next((labels[one][text] for one in kinds if text in labels.get(one, {})), None)
    if found is not None:
        return found[language]
    if "criterion" in kinds and knows(f"resilience.figure.{text}", language):
        return say(f"resilience.figure.{text}", language)
    first, comma, rest = text.partition(", ")
    return f"{labelled(kind, first, language)}, {labelled(kind, rest, language)}" if comma else text


@lru_cache
def usual_label(kind: str, name: str) -> dict[str, str] | None:
    """Return what every language calls a common hazard or measure; None for other names.

    Examples
    --------
    >>> usual_label("measure", "Water depth")
    {'en': 'water depth', 'id': 'kedalaman air'}
    >>> usual_label("hazard", "banjir")["en"]
    'flood'
    >>> usual_label("hazard", "unheard of")
    """
    lead, plain = f"usual.{kind}.", name.casefold().replace("_", " ")
    return next(
        (
            labels
            for key in catalogue(LANGUAGES[0]).sentences
            if key.startswith(lead)
            and plain in (labels := {code: say(key, code) for code in LANGUAGES}).values()
        ),
        None,
    )


def area_names(language: str) -> dict[str, str]:
    """Return what sentences of a language call districts, also with a capital (`Called`)."""
    given = city_words().areas.get(language, {})
    names = {
        name: given.get(name) or catalogue(language).sentences[f"area.{name}"][0]
        for name in AREA_NAMES
    }
    capitals = {f"{name[0].upper()}{name[1:]}": _capital(word) for name, word in names.items()}
    return names | capitals


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


class _Arguments(dict[str, object]):
    """The arguments of a sentence; what it calls districts comes by itself."""

    def __init__(self, arguments: Mapping[str, object], language: str) -> None:
        super().__init__(arguments)
        self.language = language

    def __missing__(self, name: str) -> object:
        return area_names(self.language)[name]


def say(key: str, language: str, /, **arguments: object) -> str:
    """Return the sentence `key` in a language, filled with its arguments.

    Numbers and days among the arguments are written in the language's style (`long_date`), a number
    `percent` with its sign, years and ids (`YEARS_AND_IDS`) without separators, `NO_CURRENCY` in
    words; an argument `count` chooses between singular and plural. What the city calls its
    districts (`area_names`) fills itself in, and an argument that is named as one of `LABEL_KINDS`,
    a name or a tuple of names, is shown by its label, except in errors. Raises KeyError for a key that the catalogue
    lacks; the tests catch a missing sentence.
    """
    sentence = catalogue(language).sentence(key, arguments.get("count"))
    if sentence is None:
        raise KeyError(f"{language}: {key}")
    if not key.startswith(_AS_TYPED):
        named = LABEL_KINDS.keys() & arguments.keys()
        arguments |= {name: _labels(name, arguments[name], language) for name in named}
    written = {name: _written(name, value, language) for name, value in arguments.items()}
    if isinstance(share := arguments.get("percent"), (int, float)):
        written["percent"] = percent(share / 100, language)
    return sentence.format_map(_Arguments(written, language))


def _labels(kind: str, value: object, language: str) -> object:
    """Return the label of a name, or those of several names in one text; anything else as it is."""
    if isinstance(value, (list, tuple)):
        return ", ".join(labelled(kind, name, language) for name in value)
    return labelled(kind, value, language) if isinstance(value, str) else value


def describe_finding(row: Mapping[Any, Any], language: str) -> tuple[str, str]:
    """Return the sentence of a row of FINDINGS and its remedy, in a language.

    A code that begins with `error.` is that of an error; its sentence holds the remedy.
    """
    filled = {name: row[name] for name in ("source", "feature", "column", "count")} | dict(
        row["arguments"]
    )
    code = str(row["code"])
    if code.startswith("error."):
        return say(code, language, **filled), ""
    return say(f"finding.{code}", language, **filled), say(
        f"finding.{code}.remedy", language, **filled
    )


def finding_families() -> dict[str, tuple[str, ...]]:
    """Return the codes of findings by family, as the catalogue groups them."""
    families: dict[str, list[str]] = {}
    text = (FOLDER / "en" / "LC_MESSAGES" / "findings.po").read_text(encoding="utf-8")
    for family, code in _FAMILY.findall(text):
        families.setdefault(family, []).append(code)
    return {family: tuple(sorted(codes)) for family, codes in families.items()}


def describe_findings() -> str:
    """Return the codes of all findings with message and remedy, in all languages, as Markdown."""
    lines = [
        "# Data quality issues",
        "",
        "Issues in files, tables and `city.toml`, by family and by the code in `validate --json`.",
        "",
    ]
    sentences = {language: messages(language, prefixes=("finding.",)) for language in LANGUAGES}
    for family, codes in finding_families().items():
        lines += [f"## {family[0].upper()}{family[1:]}", ""]
        for code in codes:
            lines += [f"### {code}", ""]
            for language in reversed(LANGUAGES):
                sentence, remedy = (
                    sentences[language][f"finding.{code}{end}"][-1] for end in ("", ".remedy")
                )
                lines.append(f"- {language}: {sentence} **{remedy}**")
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def name_of(path: Path) -> str:
    """Return a file's name that can be shown and stored; a sign replaces bytes that are not UTF-8."""
    return os.fsencode(path.name or path.absolute().name or str(path)).decode(
        "utf-8", errors="replace"
    )


def messages(language: str, *, prefixes: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Return the sentences of keys with these prefixes, for a page that fills them.

    Only what the city calls its districts is filled in.
    """
    names = area_names(language)
    return {
        key: tuple(_AREA_NAME.sub(lambda name: names.get(name[1], name[0]), form) for form in forms)
        for key, forms in catalogue(language).sentences.items()
        if key.startswith(prefixes)
    }


def knows(key: str, language: str) -> bool:
    """Return whether the catalogue of a language has a sentence."""
    return key in catalogue(language).sentences


def number(value: float, language: str, *, decimals: int | None = None) -> str:
    """Return a number in the language's style, at most three decimals; NaN is «not known».

    A number of more than twenty digits has a power of ten.
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return say("number.not_known", language)
    if _ENDLESS <= abs(value) < math.inf:
        return babel_numbers.format_scientific(value, format="#.###E0", locale=language)
    pattern = (
        "#,##0.###" if decimals is None else "#,##0" + ("." + "0" * decimals if decimals else "")
    )
    # 0 and -0 are equal, but written differently
    return (
        _decimal(value, pattern, language)
        if value
        else _decimal.__wrapped__(value, pattern, language)
    )


@lru_cache(maxsize=10_000, typed=True)
def _decimal(value: float, pattern: str, language: str) -> str:
    return babel_numbers.format_decimal(value, format=pattern, locale=language)


def precise(value: float, language: str) -> str:
    """Return a number to six significant digits, for arithmetic: 0.029, 4.5507, 1,234,567."""
    if math.isnan(value):
        return say("number.not_known", language)
    if abs(value) >= _ENDLESS:
        return number(value, language)
    digits = max(0, 5 - math.floor(math.log10(abs(value)))) if value else 0
    return babel_numbers.format_decimal(
        value, format="#,##0" + ("." + "#" * digits if digits else ""), locale=language
    )


def rounded_share(share: float) -> float:
    """Return a share (0.4983) to a tenth of a percent (0.498), once for all outputs.

    The nearest tenth, unless that is a whole percent that the share does not reach: classes and
    cuts are at whole percents, and a share below one of them never looks like it. NaN is kept.

    Examples
    --------
    >>> [rounded_share(share) for share in (0.4983, 0.4997, 0.5003, 0.78564)]
    [0.498, 0.499, 0.5, 0.786]
    """
    if math.isnan(share):
        return share
    exact = round(100 * share, _PERCENT_DIGITS)
    tenths = math.floor(10 * exact + 0.5)
    return (tenths - 1 if exact < math.ceil(exact) <= tenths / 10 else tenths) / 1000


def percent(share: float, language: str) -> str:
    """Return a share (0.4983) as `rounded_share` has it: «49.8%»; NaN is «not known».

    Only an exact whole percent has no decimal; what is neither none nor all is never written so.

    Examples
    --------
    >>> [percent(share, "en") for share in (0.4997, 0.50004, 0.5, 0.0004, 0.0, 1.0)]
    ['49.9%', '50.0%', '50%', '<0.1%', '0%', '100%']
    """
    if math.isnan(share):
        return say("number.not_known", language)
    if share < 0:
        return f"-{percent(-share, language)}"
    exact = round(100 * share, _PERCENT_DIGITS)
    rounded = rounded_share(share)
    if exact and not rounded:
        return f"<{number(0.1, language)}%"
    return f"{number(100 * rounded, language, decimals=0 if exact == math.ceil(exact) else 1)}%"


def rounded_people(count: float) -> int:
    """Return a number of people to three significant digits, as sentences give it.

    The estimate rests on shares of areas or dwellings, which more digits would hide.

    Examples
    --------
    >>> [rounded_people(count) for count in (632_949, 15_938, 87.4)]
    [633000, 15900, 87]
    """
    whole = round(count)
    return round(whole, min(0, 3 - len(str(abs(whole)))))


def rounded_down(amount: float) -> int:
    """Return a lower bound to three significant digits, rounded down so that it still holds.

    Examples
    --------
    >>> [rounded_down(amount) for amount in (632_949, 15_999, 87.4)]
    [632000, 15900, 87]
    """
    whole = math.floor(amount + 1e-9)  # 0.3 x 10 must not become 2
    step = 10 ** max(0, len(str(whole)) - 3)
    return whole // step * step


def percent_change(share: float, language: str) -> str:
    """Return a change by a share (0.041): «+4.1%»; finer below a tenth, else «<0.001%»."""
    change = 100 * share
    if 0 < abs(change) < _LEAST_PERCENT:
        return f"<{number(_LEAST_PERCENT, language)}%"
    rounded = round(change, 1 if abs(change) >= 0.1 else 3)
    return f"{'+' if rounded > 0 else ''}{number(rounded, language)}%"


def money(value: float, currency: str, language: str) -> str:
    """Return an amount as people read it: «Rp1,2 miliar», «Rp1.2 billion»; NaN is «not known»."""
    if value is not None:
        for scale, key in _SCALES:
            if scale <= abs(value) < _ENDLESS:
                scaled = _decimal(abs(value) / scale, "#,##0.#", language)
                return f"{_sign(value, currency, language)}{scaled} {say(key, language)}"
    return amount(value, currency, language)


def amount(value: float, currency: str, language: str) -> str:
    """Return an amount to its last unit, for arithmetic: «Rp1.234.567.890»; NaN is «not known»."""
    if value is None or math.isnan(value):
        return say("number.not_known", language)
    return _sign(value, currency, language) + number(abs(value), language, decimals=0)


def currency_sign(currency: str, language: str) -> str:
    """Return how a currency is written before an amount: «Rp», «A$»; nothing for no currency."""
    if currency == NO_CURRENCY:
        return ""
    return babel_numbers.get_currency_symbol(
        currency, locale="id" if currency == "IDR" else language
    )


def _sign(value: float, currency: str, language: str) -> str:
    symbol = currency_sign(currency, language)
    return ("-" if value < 0 else "") + symbol + (" " if len(symbol) > 2 else "")


def long_date(day: str, language: str) -> str:
    """Return a day (ISO 8601) in words, in English as the British write it.

    Examples
    --------
    >>> long_date("2026-11-30", "en")
    '30 November 2026'
    """
    from babel.dates import format_date

    locale = {"en": "en_GB"}.get(language, language)
    return format_date(datetime.date.fromisoformat(day), format="long", locale=locale)


def language_of_machine() -> str:
    """Return the language of the user's locale if it has catalogues, else English."""
    try:
        spoken = (locale.getlocale()[0] or "")[:2].lower()
    except ValueError:  # a locale that Python cannot name
        spoken = ""
    # C libraries write "in_ID" and Windows "Indonesian_Indonesia": both begin with the old code "in"
    spoken = "id" if spoken == "in" else spoken
    return spoken if spoken in LANGUAGES else "en"


def shown(text: str) -> str:
    """Return text of data that can be shown and stored; a sign replaces what moves a cursor."""
    return text.translate(_NO_COMMANDS).encode("utf-8", "replace").decode("utf-8")


# Arguments whose whole numbers are years or ids: 2026 and not 2,026.
YEARS_AND_IDS = frozenset(
    ("year", "surveyed", "today", "number", "version", "last", "conflict", "row", "column")
)


def _written(name: str, value: object, language: str) -> object:
    if name in YEARS_AND_IDS and isinstance(value, (int, float)) and float(value).is_integer():
        return str(int(value))
    if name == "currency" and value == NO_CURRENCY:
        return say("number.no_currency", language)
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, datetime.date):
        return long_date(f"{value:%Y-%m-%d}", language)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    return number(value, language)
