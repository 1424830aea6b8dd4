"""A first city.toml out of what is guessed about the files of a folder.

Each guess has its reason in a comment, and CHECK where it may be wrong. What nobody can know from
the files is a gap: a commented line, so that the file is valid without it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from asset_inventory.assessment.field_guesses import (
    ASK,
    ASSETS,
    CONTEXT,
    DISTRICTS,
    HAZARD,
    OSM_IDS,
    POPULATION,
    TERRAIN,
    Guess,
    GuessedFile,
    speaks_of,
)
from asset_inventory.assessment.guesses import GuessedFolder, extent_of
from asset_inventory.assessment.hazard_guesses import (
    CLASS,
    DEPTH,
    INDEX,
    INSIDE,
    LEVEL,
    MMI,
    columns_by_period,
    is_true,
    map_name,
    periods_of,
    ranks_of,
)
from asset_inventory.intake.descriptions import INVENTED, Description
from asset_inventory.io.city_file import value_text
from asset_inventory.messages import say
from asset_inventory.model.texts import excerpt

_ASSET_FIELDS = ("asset_id", "name", "value", "area", "levels", "floor_height")
_STRESSES = (
    "rob",
    "tidal",
    "pasang",
    "subsidence",
    "penurunan",
    "abrasi",
    "erosion",
    "kekeringan",
    "drought",
)
_CLASS_UNIT = "class"
_FELT = 4  # MMI: felt by most people indoors
_LONGEST_COMMENT = 150


@dataclass
class _Text:
    """The lines of a city.toml in a language; `gaps` are the keys that nobody could fill."""

    language: str
    lines: list[str] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    checks: int = 0

    def line(self, text: str = "", found: Guess | None = None) -> None:
        """Add a line, with the reason of its guess behind it."""
        note = ""
        if found is not None:
            note = self._note(found.why, found.about)
            if not found.sure:
                self.checks += 1
                note = f"{say('draft.check', self.language)}: {note}"
        self.lines.append(f"{text}   # {note}" if note and text else f"# {note}" if note else text)

    def key(self, key: str, value: object, found: Guess | None = None) -> None:
        """Add a key with its value and the reason of the guess."""
        self.line(f"{key} = {value_text(value)}", found)

    def gap(self, key: str, example: str, found: Guess) -> None:
        """Add a key that is not known as a commented line."""
        self.gaps.append(key)
        note = self._note(found.why, found.about)
        self.lines.append(f"# {key} = {example}   # {say('draft.gap', self.language)}: {note}")

    def _note(self, why: str, about: Mapping[str, object]) -> str:
        return _in_one_line(say(why, self.language, **about))


def _in_one_line(text: str) -> str:
    """Return a text as a comment may hold it: without signs that end a line or are not shown."""
    plain = "".join(sign if sign.isprintable() else " " for sign in text)
    return excerpt(plain, limit=_LONGEST_COMMENT)


def _why(key: str, *, sure: bool = True, **about: object) -> Guess:
    return Guess("", sure, key, about)


@dataclass(frozen=True)
class Draft:
    """A drafted city.toml: its text, how many guesses to check, the keys left open, its parts."""

    text: str
    checks: int
    gaps: tuple[str, ...]
    layers: int
    hazards: int


def draft_city(
    folder: GuessedFolder,
    descriptions: Mapping[str, Description],
    *,
    name: str,
    place: str,
    language: str,
    answers: Mapping[str, float] = {},  # noqa: B006  never changed
    currency: str = "",
) -> Draft:
    """Return a city.toml for the files of a folder.

    `place` is the path from city.toml to the folder, `descriptions` has what texts state by the
    path of a file, `answers` the return periods (years) by the name of a map that only a person
    knew.
    """
    text = _Text(language)
    text.line("", _why("draft.head", name=name))
    text.line("", _why("draft.head_checks"))
    text.line()
    text.key("name", name, _why("draft.why.folder_name", sure=False))
    if folder.crs.answer:
        text.key("crs", folder.crs.answer, folder.crs)
    else:
        text.gap("crs", '"EPSG:32749"', folder.crs)
    if currency:
        text.key("currency", currency)
    else:
        example = '"IDR"' if _in_indonesia(folder) else '"..."'
        text.gap("currency", example, _why("draft.gap.currency"))
    text.key("language", language)
    writer = _Writer(text, folder, descriptions, place, dict(answers), currency)
    writer.districts()
    layers = writer.assets()
    hazards = writer.hazards()
    writer.context()
    writer.rest()
    return Draft("\n".join(text.lines) + "\n", text.checks, tuple(text.gaps), layers, hazards)


def _in_indonesia(folder: GuessedFolder) -> bool:
    """Return whether the data lies in the box of Indonesia; other countries reach into it."""
    bounds = extent_of(folder.files)
    if not bounds:
        return False
    west, south, east, north = bounds
    return 95 <= west and east <= 141.1 and -11.1 <= south and north <= 6.1


def periods_asked(folder: GuessedFolder) -> list[str]:
    """Return the names of the maps whose return period only a person can tell."""
    return [
        one.profile.name
        for one in folder.of_role(HAZARD)
        if one.answer("return_period") == ASK and _can_be_read(one)
    ]


def _can_be_read(one: GuessedFile) -> bool:
    """Return whether city.toml can name a map: no raster within an archive."""
    return one.profile.kind in ("vector", "table") or not one.profile.member


@dataclass(frozen=True)
class _Writer:
    text: _Text
    folder: GuessedFolder
    descriptions: Mapping[str, Description]
    place: str
    answers: Mapping[str, float]
    currency: str
    names: set[str] = field(default_factory=set)
    blocks: dict[str, str] = field(default_factory=dict)  # of assets, by the name of their layer

    def path(self, one: GuessedFile) -> None:
        """Add the path of a file, the layer in it, and its system where the file lacks one."""
        profile = one.profile
        self.text.key("path", _joined(self.place, profile.file))
        if layer := _layer(one):
            self.text.key("layer", layer)
        crs = one.answers.get("crs")
        for key in ("x", "y"):
            if one.answer(key):
                self.text.key(key, one.answer(key), one.answers[key])
        if crs is not None and crs.answer and crs.answer != profile.crs:
            self.text.key("crs", crs.answer, crs)
        elif crs is not None and not crs.answer:
            self.text.gap("crs", '"EPSG:..."', crs)

    def source(self, files: Sequence[GuessedFile], title: str, key: str) -> None:
        """Add who made the files, under which licence; what no text states is a gap."""
        stated = [self.descriptions.get(one.profile.file, Description()) for one in files]
        first = stated[0]
        licence = first.licence or ("ODbL" if files[0].profile.format.startswith("osm ") else None)
        parts: dict[str, object] = {"title": title}
        if licence:
            parts["licence"] = licence
        if first.publisher:
            parts["publisher"] = first.publisher
        if first.date:
            parts["date"] = first.date
        if any(one.invented for one in stated) or any(map(_says_invented, files)):
            parts["exercise"] = True
        found = _why("draft.why.stated", sure=first.own, files=", ".join(first.files))
        self.text.key("source", parts, found if first.files else None)
        missing = [name for name in ("licence", "publisher", "date") if name not in parts]
        if missing:
            self.text.gaps += [f"{key}: {name}" for name in missing]
            listed = ", ".join(missing)
            self.text.line("", _why("draft.gap.source", keys=listed))

    def unique(self, name: str, one: GuessedFile) -> str:
        """Return a name that no other block has: with the folder of the file, or a number."""
        name = name.replace(":", " ").strip() or "layer"
        folder = PurePosixPath(one.profile.file).parent.name.replace(":", " ")
        number, given = 2, name
        if name in self.names and folder:
            given = name = f"{name} ({folder})"
        while name in self.names:
            name, number = f"{given} {number}", number + 1
        self.names.add(name)
        return name

    def districts(self) -> None:
        found = self.folder.of_role(DISTRICTS)
        for number, one in enumerate(found):
            self.text.line()
            if number or not one.answer("id"):
                key = "draft.other_districts" if number else "draft.districts_without_id"
                self.text.line("", _why(key, file=one.profile.name))
                continue
            self.text.line("", one.role)
            self.text.line("[districts]")
            self.path(one)
            for key in ("id", "name", "parent"):
                if one.answer(key):
                    self.text.key(key, one.answer(key), one.answers[key])
            self.source([one], _title(one), "districts")
            self.population(one)

    def population(self, districts: GuessedFile) -> None:
        tables = [
            *self.folder.of_role(POPULATION),
            *([districts] if districts.answer("population") else []),
        ]
        usable = [one for one in tables if one.answer("id")]
        for one in [] if usable else tables[:1]:  # by names alone
            self.text.gap("districts.population", "...", one.role)
        for one in usable[:1]:
            keys = {"id": one.answers["id"], "field": one.answers["population"]}
            self.text.line("[districts.population]")
            self.path(one)
            for key, found in keys.items():
                self.text.key(key, found.answer, found)
            self.source([one], _title(one), "districts.population")

    def assets(self) -> int:
        found = self.folder.of_role(ASSETS)
        for one in found:
            name = self.blocks[one.profile.name] = self.unique(_title(one), one)
            self.text.line()
            self.text.line("", one.role)
            self.text.line("[[assets]]")
            self.text.key("name", name)
            self.path(one)
            if one.profile.format.startswith("osm "):
                self.text.line('where = { building = "*" }')
            kind = one.answers["asset_type"]
            if kind.answer:
                self.text.key("asset_type", {"field": kind.answer}, kind)
            else:
                self.text.key("asset_type", name, _why("draft.why.type_of_name", sure=False))
            self.source([one], _title(one), name)
            fields = {key: one.answers[key] for key in _ASSET_FIELDS if one.answer(key)}
            value = one.answers["value"]
            if not value.answer and not value.sure:
                self.text.line("", value)
            if fields:
                self.text.line("[assets.fields]")
            for key, guess in fields.items():
                names = guess.answer.split() if guess.answer == OSM_IDS else guess.answer
                if key == "value" and not self.currency:
                    self.text.gap(key, value_text(names), _why("draft.gap.value"))
                else:
                    self.text.key(key, names, guess)
        if not found:
            self.text.line()
            self.text.gap("assets", "...", _why("draft.gap.assets"))
        return len(found)

    def hazards(self) -> int:
        sets: dict[tuple[str, str, str], list[GuessedFile]] = {}
        for one in self.folder.of_role(HAZARD):
            if _can_be_read(one) and not self.lacks_terrain(one):
                kinds = (one.answer("map_set"), one.answer("unit"), one.answer("measure"))
                sets.setdefault(kinds, []).append(one)
        for (key, *_), files in sets.items():
            self.hazard(key, files)
        if not sets:
            self.text.line()
            self.text.gap("hazards", "...", _why("draft.gap.hazards"))
        return len(sets)

    def lacks_terrain(self, one: GuessedFile) -> bool:
        """Return whether a map has levels, and nothing states the ground below them."""
        if one.answer("measure") != LEVEL:
            return False
        if one.profile.kind == "table":
            return not one.answer("ground")
        return one.profile.kind == "vector" or not self.folder.of_role(TERRAIN)

    def hazard(self, key: str, files: Sequence[GuessedFile]) -> None:
        text, first = self.text, files[0]
        named = _hazard_name(key)
        stem = named or PurePosixPath(first.profile.file).parent.name or HAZARD
        name = self.unique(stem, first)
        text.line()
        text.line("", replace(first.role, sure=all(one.role.sure for one in files)))
        text.line("[[hazards]]")
        text.key("name", name, None if named else _why("draft.why.hazard_name", sure=False))
        kind = "stress" if speaks_of(stem, _STRESSES) else "shock"
        text.key("kind", kind, _why("draft.why.kind", sure=False))
        measure, unit = first.answers["measure"], first.answers.get("unit")
        if measure.answer in (DEPTH, LEVEL) and unit is not None:
            found = replace(unit, sure=measure.sure and unit.sure)
            text.key("intensity", {"measure": "water depth", "unit": unit.answer}, found)
        elif measure.answer == MMI:
            text.key("intensity", {"measure": "shaking", "unit": "MMI"}, measure)
        elif measure.answer == INDEX:
            text.key("intensity", {"measure": "hazard index", "unit": "index"}, measure)
        else:
            what = "zone" if measure.answer == INSIDE else "hazard class"
            text.key("intensity", {"measure": what, "unit": _CLASS_UNIT}, measure)
        if first.profile.kind == "raster":
            text.key("exposed_from", _least(first), _why("draft.why.exposed_from", sure=False))
            text.key("nodata_means", "unknown", _why("draft.why.nodata_means", sure=False))
        for each in files:
            if each.answer("asset_layer"):
                text.line("", each.answers["asset_layer"])
        text.line("maps = [")
        for line, reason in self.maps(files):
            text.line(line, reason)
        text.line("]")
        self.source(files, stem, name)

    def maps(self, files: Sequence[GuessedFile]) -> Iterator[tuple[str, Guess | None]]:
        """Yield a line for each map of a hazard, with the reason of its return period."""
        taken: set[float | None] = set()
        for one in sorted(files, key=lambda each: self.period(each) or 0.0):
            keys = ("return_period_field", "depths", "return_period")
            found = next((one.answers[key] for key in keys if key in one.answers), None)
            fields = (one.answers.get(key) for key in ("depth", "ground", "class_field"))
            found = next((each for each in fields if each and not each.sure), found)
            for period, more in self.parts(one):
                parts: dict[str, object] = (
                    {} if period is None else {"return_period": _plain(period)}
                )
                parts["path"] = _joined(self.place, one.profile.file)
                crs = one.answers.get("crs")
                if crs is not None and crs.answer:
                    parts["crs"] = crs.answer
                parts |= more
                line = f"  {value_text(parts)},"
                if period in taken:
                    self.text.gaps.append(one.profile.name)
                    yield f"  # {line.strip()}", _why("draft.why.same_period", sure=False)
                    continue
                taken.add(period)
                if one.answer("return_period") == ASK and period is None:
                    self.text.gaps.append(f"{one.profile.name}: return_period")
                    found = _why("draft.gap.period", sure=False)
                yield line, found

    def parts(self, one: GuessedFile) -> Iterator[tuple[float | None, dict[str, object]]]:
        """Yield the return period of each map in a file, and the keys that tell it from others."""
        if one.profile.kind == "raster":
            yield self.period(one), self.cells(one)
            return
        keys = self.table(one) if one.profile.kind == "table" else self.zones(one)
        if layer := _layer(one):
            keys = {"layer": layer} | keys
        if one.answer("depths"):
            columns = columns_by_period(one.answer("depths").split("\n"), map_name(one.profile))
            for period, column in columns.items():
                yield period, keys | {"intensity_field": column}
            return
        name = one.answer("return_period_field")
        found = one.profile.field_of(name) if name else None
        periods = {} if found is None else periods_of(found)
        if not periods:
            yield self.period(one), keys
        where = keys.get("where")
        for period, words in periods.items():
            rows = {**(where if isinstance(where, dict) else {}), name: words}
            yield period, keys | {"where": rows}

    def period(self, one: GuessedFile) -> float | None:
        answer = one.answer("return_period")
        if answer == ASK:
            return self.answers.get(one.profile.name)
        return float(answer) if answer not in ("", "none") else None

    def cells(self, one: GuessedFile) -> dict[str, object]:
        if one.answer("measure") != LEVEL:
            return {}
        return {"terrain": _joined(self.place, self.folder.of_role(TERRAIN)[0].profile.file)}

    def table(self, one: GuessedFile) -> dict[str, object]:
        parts: dict[str, object] = {
            "asset_layer": self.blocks[one.answer("asset_layer")],
            "asset_id_field": one.answer("asset_id"),
        }
        if one.answer("depth"):
            parts["intensity_field"] = one.answer("depth")
        if one.answer("measure") == LEVEL:
            parts["ground_field"] = one.answer("ground")
        return parts

    def zones(self, one: GuessedFile) -> dict[str, object]:
        field_name = one.answer("class_field")
        if one.answer("classes"):
            ranks = ranks_of(one.answer("classes").split("\n"))
            order = list(ranks) if len(set(ranks.values())) == len(ranks) else None
            classes = {"intensities": ranks} if order is None else {"order": order}
            return {"intensity_field": field_name, "ignore_case": True, **classes}
        if one.answer("depth") or one.answer("measure") == CLASS:
            return {"intensity_field": one.answer("depth") or field_name}
        if not field_name:
            return {"intensity": 1}
        found = one.profile.field_of(field_name)
        words = [] if found is None else [word for word in found.words if is_true(word)]
        return {"intensity": 1, "where": {field_name: words}}

    def context(self) -> None:
        for one in self.folder.of_role(CONTEXT):
            if one.profile.shapes in ("mixed", "points") or one.profile.format.startswith("osm "):
                continue
            self.text.line()
            self.text.line("", one.role)
            self.text.line("[[context]]")
            self.path(one)
            self.source([one], _title(one), _title(one))

    def rest(self) -> None:
        """List every file that is in no block, and why."""
        left = [one for one in self.folder.files if not self.is_used(one)]
        if not left:
            return
        self.text.line()
        self.text.line("", _why("draft.rest"))
        by_reason: dict[str, list[str]] = {}
        for one in left:
            role = say(f"draft.role.{one.role.answer.replace(' ', '_')}", self.text.language)
            found = _why("draft.why.no_terrain") if self.lacks_terrain(one) else one.role
            why = _in_one_line(say(found.why, self.text.language, **found.about))
            by_reason.setdefault(f"{role} ({why})", []).append(one.profile.name)
        for reason, names in by_reason.items():
            more = f", … +{len(names) - 8}" if len(names) > 8 else ""
            shown = ", ".join(map(_in_one_line, names[:8]))
            self.text.lines.append(f"# - {shown}{more}: {reason}")

    def is_used(self, one: GuessedFile) -> bool:
        role = one.role.answer
        if role == HAZARD:
            return _can_be_read(one) and not self.lacks_terrain(one)
        if role == TERRAIN:
            levels = self.folder.of_role(HAZARD)
            return any(each.answer("measure") == LEVEL for each in levels)
        if role == CONTEXT:
            return one.profile.shapes not in (
                "mixed",
                "points",
            ) and not one.profile.format.startswith("osm ")
        if role == POPULATION:  # not one by names alone
            return bool(one.answer("id"))
        return role in (ASSETS, DISTRICTS)


def _hazard_name(key: str) -> str:
    """Return the name of a set of maps in words, without its return period; a letter is none."""
    words = re.sub(r"[\W_]+", " ", PurePosixPath(key).name.replace("#", " ")).strip()
    name = re.sub(r"(?:^| )(?:rp|q|t|kala ulang|yrs?|years?|thn?|tahun(?:an)?)$", "", words)
    return name if len(name) > 1 else ""


def _plain(number: float) -> float:
    """Return a number without decimals that say nothing."""
    return int(number) if number % 1 == 0 else number


def _least(one: GuessedFile) -> float:
    """Return the least value of a raster that is taken for exposed."""
    if one.answer("measure") == MMI:
        return _FELT
    cells = one.profile.cells
    of_class = one.answer("measure") == CLASS and cells is not None
    return _plain(cells.least or 0) if of_class and cells is not None else 0


def _layer(one: GuessedFile) -> str:
    """Return the layer or sheet of a file with several; empty where it has one."""
    member = PurePosixPath(one.profile.member).stem
    return "/".join(name for name in (member, one.profile.layer) if name)


def _says_invented(one: GuessedFile) -> bool:
    cells = one.profile.cells
    tags = cells.tags.values() if cells is not None else ()
    return any(INVENTED.search(text) for text in (one.profile.name, *tags))


def _title(one: GuessedFile) -> str:
    profile = one.profile
    stem = PurePosixPath(profile.member or profile.file).name.split(".")[0]
    title = re.sub(r"[\W_]+", " ", stem).strip()
    return f"{title} {profile.layer}" if profile.layer and not profile.member else title


def _joined(place: str, file: str) -> str:
    return file if place in ("", ".") else f"{place.rstrip('/')}/{file}"
