"""Read `city.toml` and report every fault at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from asset_inventory.messages import FOLDER, LANGUAGES
from asset_inventory.model.city import NO_PAIR, City
from asset_inventory.model.crosschecks import crosscheck
from asset_inventory.model.declarations import AMONG, LENIENT, OUT_OF_RANGE, Fault, with_near
from asset_inventory.model.errors import CityError, SourceError
from asset_inventory.model.texts import nearest, plain_bytes

LARGEST = 2**20  # bytes of a city.toml
_DEEPEST = 20  # tables within tables
_WRITTEN_OUT = 2**1000  # an integer of more digits than Python's limit is not written in decimals
# A dotted key with more parts than any table has levels; the parser takes very long for it.
_DEEP_KEY = re.compile(
    r"""(?<![\w."'-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){50}"""
)
Location = tuple[str | int, ...]  # keys and places of a document, from the outermost on
MOST_SHOWN = 100  # faults of one file that are listed; the rest is counted
# Where a key may hold a path; every one is taken relative to city.toml.
_PATH_KEYS = frozenset({"path", "terrain", "register"})
# Pydantic's name of a fault, and the key of our sentence on it.
_SENTENCES = {
    "missing": "fault.missing",
    "extra_forbidden": "fault.unknown_key",
    "literal_error": "fault.not_one_of",
    "greater_than": "fault.greater_than",
    "greater_than_equal": "fault.greater_than_equal",
    "less_than": "fault.less_than",
    "less_than_equal": "fault.less_than_equal",
    "float_parsing": "fault.not_a_number",
    "float_type": "fault.not_a_number",
    "int_parsing": "fault.not_a_number",
    "int_type": "fault.not_a_number",
    "int_from_float": "fault.not_a_whole_number",
    "string_type": "fault.not_text",
    "bool_parsing": "fault.not_true_or_false",
    "bool_type": "fault.not_true_or_false",
    "too_short": "fault.empty",
    "too_long": "fault.too_many",
    "string_too_short": "fault.empty",
    "finite_number": "fault.not_finite",
    OUT_OF_RANGE: "fault.out_of_range",
    NO_PAIR: "fault.no_pair",
    "path_type": "fault.not_text",
}
# The gaps in the form of a new city, and those that follow a text: "World Bank; ...".
_GAPS = ("...", "…", "yyyy-mm-dd")
_GAP_BEHIND = re.compile(r'"([^"\n]*; \.\.\.)"')
_LIMITS = ("gt", "ge", "lt", "le", "max_length", "most")


def read_city(folder: str | Path, *, files: bool = True) -> City:
    """Return a city's declaration; `folder` holds `city.toml`, or is the path of such a file.

    Raises CityError with all faults: of form, of missing files, and of contradictions. Without
    `files` missing files are no fault: a city is declared before its first delivery.
    """
    path = Path(folder)
    try:
        path = path / "city.toml" if path.is_dir() or path.suffix != ".toml" else path
        text = plain_bytes(path, limit=LARGEST, follow=True).decode("utf-8-sig")
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        given = Path(folder)
        if given.suffix and given.name != "city.toml" and not given.exists():  # a slip in a name
            raise CityError("error.no_such_city", path=str(given)) from None
        near = _near_city(path.parent if path.suffix == ".toml" else path)
        key = "error.no_city_file_near" if near else "error.no_city_file"
        raise CityError(key, path=str(path), near=near) from None
    except SourceError as fault:
        raise CityError(fault.key, **fault.arguments) from None
    except UnicodeDecodeError:
        raise CityError("error.city_not_utf8", path=str(path)) from None
    except OSError as fault:
        raise CityError(
            "error.file_not_readable", path=str(path), fault=fault.strerror or ""
        ) from None
    return city_of(text, path, files=files)


def city_of(text: str, path: Path, *, files: bool = True) -> City:
    """Return the declaration that a text is, as that of the file `path`; raises as `read_city`."""
    return declare_city(_parsed(text.removeprefix("\ufeff"), path), path, files=files)


def _parsed(text: str, path: Path) -> dict[str, Any]:
    """Return the document of a text; refuse one that is too deep or has numbers beyond TOML's."""
    try:
        if _DEEP_KEY.search(text):
            raise RecursionError
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise CityError("error.city_not_toml", path=str(path), fault=str(fault)) from None
    except ValueError:  # more digits than Python turns into a number
        raise CityError("error.city_number_too_large", path=str(path), given="…") from None
    except RecursionError:
        raise CityError("error.city_too_deep", path=str(path)) from None
    level: list[Any] = [raw]
    for _ in range(_DEEPEST):
        level = [
            inner
            for value in level
            for inner in (value.values() if isinstance(value, dict) else value)
        ]
        large = next(
            (number for number in level if isinstance(number, int) and abs(number) >= 2**63), None
        )
        if large is not None:
            given = _shown(large) if abs(large) < _WRITTEN_OUT else "…"
            raise CityError("error.city_number_too_large", path=str(path), given=given)
        level = [value for value in level if isinstance(value, (dict, list))]
    if level:
        raise CityError("error.city_too_deep", path=str(path))
    return raw


def city_meant(given: City | str | Path) -> City:
    """Return a city as it is, or that of a folder or `city.toml`; raises as `read_city`."""
    return given if isinstance(given, City) else read_city(given)


def _near_city(folder: Path) -> str:
    """Return a city's folder next to this one with a near name; empty text without one."""
    try:
        folders = {
            path.parent.name: path.parent
            for path in folder.parent.glob("*/city.toml")
            if path.is_file() and path.parent.name != folder.name
        }
    except OSError:
        return ""
    near = nearest(folder.name, folders)
    return str(folders[near]) if near else ""


def declare_city(raw: Mapping[str, Any], path: Path, *, files: bool = True) -> City:
    """Return the city of a document; relative paths are resolved from its file, `path`.

    Raises CityError with all faults at once.
    """
    folder = path.parent.absolute()
    document = _resolved(raw, folder) | {"folder": folder}
    texts = list(_texts(raw))
    faults = list(_gaps(texts, raw))
    try:
        city = City.model_validate(document)
    except ValidationError as error:
        gaps = {where for where, *_ in faults}
        faults += [fault for fault in _faults_of_form(error, document) if fault[0] not in gaps]
        # the checks across fields run on the valid values, so that all faults are listed at once
        city = City.model_validate(document, context=LENIENT)
    faults += [fault for fault in _files(texts, document) if files or fault[1] != "fault.no_file"]
    faults += crosscheck(city)
    if faults:
        different = {
            (where, key, _comparable(arguments)): (where, key, arguments)
            for where, key, arguments in faults
        }
        shown = tuple(
            with_near(different[comparable])
            for comparable in sorted(different, key=_in_order)[:MOST_SHOWN]
        )
        raise CityError("error.city_faults", path=str(path), count=len(different), faults=shown)
    return city


@lru_cache
def _gaps_of_form() -> frozenset[str]:
    forms = [
        (FOLDER / language / "city.toml").read_text(encoding="utf-8") for language in LANGUAGES
    ]
    return frozenset(_GAPS) | {
        text.casefold() for form in forms for text in _GAP_BEHIND.findall(form)
    }


def _texts(document: Mapping[str, Any]) -> Iterator[tuple[Location, str]]:
    """Yield every text of a document with its location."""
    waiting: list[tuple[Location, Any]] = [((), document)]
    while waiting:
        location, value = waiting.pop()
        if isinstance(value, str):
            yield location, value
        elif isinstance(value, list):
            waiting += [((*location, number), inner) for number, inner in enumerate(value)]
        elif isinstance(value, Mapping):
            waiting += [((*location, name), inner) for name, inner in value.items()]


def _gaps(texts: list[tuple[Location, str]], document: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield a fault for every gap left in the form of `new`, such as "..." or "YYYY-MM-DD"."""
    for location, text in texts:
        if text.strip().casefold() in _gaps_of_form():
            key = next(str(step) for step in reversed(location) if isinstance(step, str))
            yield place(location, document), "fault.gap", {"key": key, "given": _shown(text)}


def _files(texts: list[tuple[Location, str]], document: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield a fault for every path that is empty, missing or a folder."""
    for location, text in texts:
        if location[-1] not in ("path", "terrain"):
            continue
        path, where = document["folder"] / text, place(location[:-1], document)
        if not text:
            yield place(location, document), "fault.empty", {"key": location[-1]}
        elif not _exists(path):
            yield where, "fault.no_file", {"path": str(path)}
        elif path.is_dir() and path.suffix.lower() != ".gdb":
            yield where, "fault.file_is_folder", {"path": str(path)}


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name longer than the file system takes
        return False


def _in_order(fault: tuple[str, str, tuple[tuple[str, str], ...]]) -> tuple[object, ...]:
    """Return the sort key of a fault: its place, with [2] before [10], then its sentence."""
    where, *sentence = fault
    return [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", where)], sentence


def _comparable(arguments: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return the arguments of a fault as texts that compare, without the known names."""
    return tuple((name, str(value)) for name, value in arguments.items() if name != AMONG)


def _resolved(value: Any, folder: Path, key: str = "") -> Any:
    """Return the document with every path made absolute."""
    if isinstance(value, Mapping):
        return {name: _resolved(inner, folder, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_resolved(inner, folder, key) for inner in value]
    if key in _PATH_KEYS and isinstance(value, str) and value:
        return str(folder / value)
    return value


def _faults_of_form(error: ValidationError, document: Mapping[str, Any]) -> Iterator[Fault]:
    seen = set()
    faults = error.errors(include_url=False)
    # pydantic also calls a list without a valid entry too short; that is no other fault
    deeper = {tuple(fault["loc"][:depth]) for fault in faults for depth in range(len(fault["loc"]))}
    for fault in faults:
        if fault["type"] == "too_short" and tuple(fault["loc"]) in deeper:
            continue
        location = _within(fault["loc"], document)
        where, key = place(location, document), str(location[-1]) if location else ""
        if (where, fault["type"]) in seen:  # each member of a union has the fault
            continue
        seen.add((where, fault["type"]))
        sentence = _SENTENCES.get(fault["type"], "fault.not_understood")
        arguments = {"key": key, "given": _shown(fault["input"])} | {
            name: limit for name, limit in fault.get("ctx", {}).items() if name in _LIMITS
        }
        if sentence == "fault.not_one_of":
            arguments["expected"] = fault["ctx"]["expected"].replace(" or ", ", ")
        if sentence == "fault.unknown_key":
            arguments |= {"given": key, AMONG: _keys_at(location[:-1])}
        yield where, sentence, arguments


def _within(location: Location, document: Any) -> Location:
    """Return the part of a location in the document, without pydantic's names of union members."""
    kept: list[str | int] = []
    value = document
    for position, step in enumerate(location):
        last = position == len(location) - 1
        if isinstance(value, Mapping) and (step in value or last):
            kept.append(step)
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            kept.append(step)
            value = value[step]
    return tuple(kept)


def place(location: Location, document: Any) -> str:
    """Return a location in readable form: `hazards[0] "river flood", maps[1]`."""
    parts: list[str] = []
    value = document
    for step in location:
        if isinstance(step, int):
            parts[-1] += f"[{step}]"
        else:
            parts.append(str(step))
        value = (
            value.get(step)
            if isinstance(value, Mapping)
            else (value[step] if isinstance(value, list) and isinstance(step, int) else None)
        )
        name = value.get("name") if isinstance(value, Mapping) and isinstance(step, int) else None
        if isinstance(name, str):
            parts[-1] += f' "{name}"'
    return ", ".join(parts)


def _keys_at(location: Location) -> list[str]:
    """Return the keys of the model at a location."""
    model: Any = City
    for step in location:
        if isinstance(step, int) or not (isinstance(model, type) and issubclass(model, BaseModel)):
            continue
        field = next(
            (f for name, f in model.model_fields.items() if (f.alias or name) == step), None
        )
        model = _model_in(field.annotation) if field else None
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return []
    return [field.alias or name for name, field in model.model_fields.items() if name != "folder"]


def _model_in(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    models = (_model_in(inner) for inner in get_args(annotation))
    return next((model for model in models if model is not None), None)


def _shown(given: object) -> str:
    text = str(given)
    return text if len(text) <= 60 else text[:57] + "..."
