"""How a hazard map probably is to be read: its measure, unit, classes and return period."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from asset_inventory.assessment.field_guesses import (
    ASK,
    FIELD_WORDS,
    HAZARD,
    RATE,
    TERRAIN,
    UNKNOWN,
    UNUSABLE,
    Guess,
    GuessedFile,
    chosen,
    fields_named,
    id_field,
    rank_of_name,
    speaks_of,
)
from asset_inventory.intake.profiles import FieldProfile, Profile, word_order

INSIDE, CLASS, DEPTH, LEVEL, MMI = "inside", "class", "water depth", "water level", "MMI"
INDEX = "hazard index"
# The words of classes, from the least to the most dangerous; words of one row mean the same.
CLASS_WORDS: Sequence[Sequence[str]] = (
    ("aman", "safe", "none", "tidak rawan"),
    ("sangat rendah", "very low"),
    ("rendah", "low", "ringan", "minor"),
    ("sedang", "menengah", "medium", "moderate"),
    ("tinggi", "high", "berat", "severe"),
    ("sangat tinggi", "very high", "extreme", "ekstrem", "sangat berat"),
)
_TRUE = ("yes", "ya", "y", "true", "1")
HAZARD_WORDS = (
    "banjir", "flood", "rob", "genangan", "inundation", "inun", "longsor", "landslide", "rawan", "bahaya", "hazard",
    "haz", "kejadian", "event", "tsunami", "gempa", "shakemap", "earthquake", "abrasi", "kekeringan", "depth",
    "kedalaman", "kerawanan", "gerakan_tanah", "zrgt", "likuefaksi", "liquefaction", "storm_surge", "stormsurge",
    "overstroming", "waterdiepte", "inunriver", "inuncoast", "floodprone",
)  # fmt: skip
_OF_TERRAIN = (
    "dtm",
    "dem",
    "dsm",
    "demnas",
    "terrain",
    "elevation",
    "elevasi",
    "srtm",
    "topografi",
    "topography",
)
_OF_RATE = ("subsidence", "penurunan", "amblesan", "landsubsidence")
_OF_SHAKING = ("mmi", "shakemap", "gempa", "earthquake", "shaking")
_OF_CLASSES = ("category", "kategori", "kelas", "class", "indeks", "index", "zona")
_OF_WATER_DEPTH = ("depth", "kedalaman", "genangan", "waterdiepte", "wd")
_OF_FLOODS = (
    *_OF_WATER_DEPTH, "banjir", "flood", "rob", "inundation", "inun", "inunriver", "inuncoast", "tsunami",
    "d", "h", "haz",
)  # fmt: skip
_OF_PEOPLE = (
    "kerentanan_sosial", "kerentanan_ekonomi", "vulnerability", "kapasitas", "capacity", "risiko", "risk",
)  # fmt: skip
_OF_OTHER = (
    "velocity", "kecepatan", "hillshade", "slope", "lereng", "aspect", "lst", "ndvi", "arrival", "duration", "durasi",
)  # fmt: skip
_OF_LEVEL = (
    "wse",
    "wsl",
    "wl",
    "tma",
    "muka_air",
    "water_level",
    "waterlevel",
    "level",
    "elevasi_air",
)
_OF_NUMBERED_CLASSES = (
    *_OF_CLASSES, "gridcode", "grid_code", "dn", "kode", "code", "var", "skor", "score", "tingkat", "level", "rank",
    "bahaya", "rawan", "kerawanan", "hazard", "haz", "value",
)  # fmt: skip
_MOST_CLASSES = 12
_PLAIN_SHEET = re.compile(
    r"(?i)(?:sheet|lembar|tabel|table)?[ _]?\d*"
)  # the name of a sheet that says nothing
# Return periods in names and cells: RP50, rp_0050, Q25, T100, 100th, 50yr, 25 tahun, 1in100, kala
# ulang 50.
_PERIOD = re.compile(
    r"(?:(?<![a-z])(?:rp|q|t|tr|ari|kala[ _]?ulang|return[ _]?period)[ _-]?0*(\d{1,5})(?!\d|\.\d)"
    r"|(?<!\d)0*(\d{1,5})[ _-]?(?:th|thn|tahun|tahunan|yr|yrs|year|years)(?![a-z])"
    r"|(?<!\d)1[ _-]?in[ _-]?0*(\d{1,5})(?!\d))",
)
# Ranges of depths: «0 - 0,5 m», «< 50 cm», «lebih dari 1 m», «0.5 s/d 1».
_RANGE = re.compile(
    r"(?:(?P<below><=?|≤|kurang dari|di bawah|less than|below)|(?P<above>>=?|≥|lebih dari|di atas|more than|above))?"
    r" *(?P<low>\d+(?:[.,]\d+)?) *(?:cm|m|meter)?"
    r"(?: *(?:-|–|—|s/d|s\.d\.|sampai|hingga|to) *(?P<high>\d+(?:[.,]\d+)?))? *(?:cm|m|meter)?"
)
_NUMBER = re.compile(r"(?<![^\W_])(?<!\d\.)(\d{1,5})(?![^\W_]|\.\d)")
_MONTH = re.compile(
    r"(?<![a-z])(?:jan(?:uari|uary)?|feb(?:ruari|ruary)?|mar(?:et|ch)?|apr(?:il)?|mei|may|jun[ie]?|jul[iy]?"
    r"|agu(?:stus)?|aug(?:ust)?|sep(?:t(?:ember)?)?|o[kc]t(?:ober)?|nov(?:ember)?|de[sc](?:ember)?)(?![a-z])"
)
_RARE = 10  # years; days and numbers of districts of a set are rarely all below
_NUMBERS = 0.9  # share of the cells of a field that are numbers
_SHARED = 0.8  # share of the ids of a table that a layer has
_USUAL = (
    1,
    2,
    3,
    5,
    10,
    15,
    20,
    25,
    30,
    50,
    75,
    100,
    150,
    200,
    250,
    300,
    475,
    500,
    1000,
    2475,
    2500,
    5000,
    10000,
)


_CLASSES = {word: at for at, row in enumerate(CLASS_WORDS) for word in row}


def _class_of(word: str) -> int | None:
    """Return the place of a word of danger in CLASS_WORDS, also at the end of a longer text."""
    text = word.casefold().strip()
    ends = [name for name in _CLASSES if text == name or text.endswith(f" {name}")]
    return _CLASSES[max(ends, key=len)] if ends else None


def _start_of_range(word: str) -> float | None:
    """Return where a range of depths begins, in its own unit; None where a word is no range."""
    found = _RANGE.fullmatch(word.casefold().strip())
    if found is None or not (found["below"] or found["above"] or found["high"]):
        return None
    return -1.0 if found["below"] else float(found["low"].replace(",", "."))


def _place_of(word: str) -> float | None:
    """Return what orders a word of danger or a range of depths among others of its kind."""
    place = _class_of(word)
    return _start_of_range(word) if place is None else place


def ranks_of(words: Iterable[str]) -> dict[str, int]:
    """Return the rank of each word of danger, or range of depths, from 1 and in small letters.

    Examples
    --------
    >>> ranks_of(["Sangat Tinggi", "rendah", "low", "Gerakan Tanah Rendah"])
    {'rendah': 1, 'low': 1, 'gerakan tanah rendah': 1, 'sangat tinggi': 2}
    >>> ranks_of(["> 1 m", "< 0,5 m", "0,5 - 1 m"])
    {'< 0,5 m': 1, '0,5 - 1 m': 2, '> 1 m': 3}
    """
    places = {word.casefold(): _place_of(word) for word in words}
    known = {word: place for word, place in places.items() if place is not None}
    order = sorted(set(known.values()))
    ranks = {word: order.index(place) + 1 for word, place in known.items()}
    return dict(sorted(ranks.items(), key=lambda pair: pair[1]))


def is_true(word: str) -> bool:
    """Return whether a word of a field says that something is so."""
    return word.casefold() in _TRUE


def class_zones(profile: Profile) -> dict[str, Guess] | None:
    """Return the field with classes of danger, or ranges of depths, and its words in their order."""
    for one in profile.fields:
        of_depth = speaks_of(f"{one.name} {map_name(profile)}", HAZARD_WORDS)
        place_of = _place_of if of_depth else _class_of
        places = {word: place_of(word) for word in one.words}
        known = {word: place for word, place in places.items() if place is not None}
        share = sum(one.words[word] for word in known) / max(1, sum(one.words.values()))
        if len(set(known.values())) > 1 and share > 0.6:
            words = list(ranks_of(known))
            about = {"field": one.name, "words": ", ".join(words)}
            return {
                "class_field": Guess(one.name, True, "draft.why.class_words", about),
                "classes": Guess("\n".join(words), share == 1, "draft.why.class_order", about),
                "return_period": _period(profile),
            }
    return None


def in_years(profile: Profile) -> bool:
    """Return whether a layer has a field of years and nothing that names its features."""
    named = any(speaks_of(one.name, ("tahun", "year")) for one in profile.fields)
    return named and len(profile.fields) <= 3 and not id_field(profile).answer


def zones(profile: Profile) -> GuessedFile:
    """Return polygons as the zones of a hazard."""
    answers = _zone_values(profile)
    periods = [
        one
        for one in fields_named(profile, "return_period")
        if one.filled > 0.5 and periods_of(one)
    ]
    if periods:
        answers["return_period_field"] = chosen(periods)
    elif in_years(profile):
        answers["return_period"] = Guess(ASK, True, "draft.why.year")
    else:
        answers["return_period"] = _period(profile)
    return GuessedFile(profile, Guess(HAZARD, sure=bool(periods), why="draft.why.zones"), answers)


def _zone_values(profile: Profile) -> dict[str, Guess]:
    """Return what zones have: depths, a mark that is so or not, numbers of classes, or nothing."""
    depths = [one for one in fields_named(profile, "depth") if _is_depth(one)]
    if depths:
        return {
            "depth": chosen(depths[:1]),
            "measure": _measure_of_field(depths[0], depths[0].name),
            "unit": _unit_of_field(depths[0]),
        }
    flags = [
        one
        for one in profile.fields
        if one.words
        and one.distinct <= 4
        and all(word.casefold() in (*_TRUE, "no", "tidak", "0", "false") for word in one.words)
    ]
    numbered = [
        one
        for one in profile.fields
        if one.numbers == 1 and one.whole and 1 < one.distinct <= _MOST_CLASSES and not one.unique
    ]
    named = [one for one in numbered if speaks_of(one.name, _OF_NUMBERED_CLASSES)]
    if flags:
        return {
            "measure": Guess(INSIDE, not numbered, "draft.why.zones"),
            "class_field": chosen(flags),
        }
    if named:
        about = {"least": named[0].least, "most": named[0].most}
        measure = Guess(CLASS, False, "draft.why.few_values", about)
        return {"measure": measure, "class_field": replace(chosen(named), sure=False)}
    # other whole numbers may be classes, whose meaning is not known
    return {"measure": Guess(INSIDE, not numbered, "draft.why.zones")}


def _is_depth(one: FieldProfile) -> bool:
    """Return whether a field has numbers that are no classes."""
    return bool(
        one.numbers >= _NUMBERS and one.most and (not one.whole or one.most > _MOST_CLASSES)
    )


def periods_of(one: FieldProfile) -> dict[float, list[str]]:
    """Return the words of a field for each return period (year); none where one of them is none.

    Examples
    --------
    >>> zones = FieldProfile("KALA", 1, 2, False, 0, False, None, None, {"Q25": 3, "50 tahun": 2})
    >>> periods_of(zones)
    {25.0: ['Q25'], 50.0: ['50 tahun']}
    """
    periods: dict[float, list[str]] = {}
    for word in one.words:
        spelled = _PERIOD.fullmatch(word.casefold())
        number = re.fullmatch(r"(\d{1,5})(?:\.0+)?", word)
        if spelled:
            years = float(next(part for part in spelled.groups() if part))
        elif number and int(number[1]) in _USUAL:
            years = float(number[1])
        else:
            return {}
        periods.setdefault(years, []).append(word)
    return dict(sorted(periods.items())) if one.distinct == len(one.words) else {}


# Rasters


def raster(profile: Profile) -> GuessedFile:
    """Return what a raster is for: a hazard map, a terrain, a rate, or unknown."""
    cells, stem = profile.cells, map_name(profile)
    text = " ".join([stem, *(cells.tags.values() if cells else ())])
    if cells is None or cells.least is None or cells.most is None:
        return GuessedFile(profile, Guess(UNUSABLE, sure=True, why="draft.why.no_cells"))
    nodata = "none" if cells.nodata is None else f"{cells.nodata:.17g}"
    answers = {"nodata": Guess(nodata, True, "draft.why.nodata"), "unit": _unit(profile)}
    if speaks_of(stem, _OF_RATE):
        return GuessedFile(profile, Guess(RATE, sure=False, why="draft.why.name"), answers)
    of_water = speaks_of(stem, (*_OF_WATER_DEPTH, *_OF_LEVEL, *_OF_OTHER))
    if speaks_of(stem, _OF_TERRAIN) and not of_water:
        return GuessedFile(profile, Guess(TERRAIN, sure=True, why="draft.why.name"), answers)
    if speaks_of(stem, (*_OF_PEOPLE, *_OF_OTHER)):
        return GuessedFile(profile, Guess(UNKNOWN, sure=False, why="draft.why.name"), answers)
    named = speaks_of(stem, HAZARD_WORDS) or speaks_of(text, HAZARD_WORDS)
    answers["return_period"] = _period(profile)
    answers["measure"] = measure = _measure(profile, stem)
    if measure.answer == CLASS:
        values = "\n".join(f"{value:g}" for value in cells.values)
        answers["classes"] = Guess(
            values, False, "draft.why.class_order", {"words": values.replace("\n", ", ")}
        )
        del answers["unit"]
    return GuessedFile(profile, Guess(HAZARD, sure=named, why="draft.why.raster"), answers)


def _measure(profile: Profile, stem: str) -> Guess:
    cells = profile.cells
    assert cells is not None and cells.least is not None and cells.most is not None  # by _raster
    bounds = {"least": round(cells.least, 2), "most": round(cells.most, 2)}
    few = cells.whole and 1 < len(cells.values) <= 12
    if few and (cells.least >= 1 or speaks_of(stem, _OF_CLASSES)):
        return Guess(CLASS, speaks_of(stem, _OF_CLASSES), "draft.why.few_values", bounds)
    if speaks_of(stem, ("indeks", "index")) and 0 <= cells.least and cells.most <= 1:
        return Guess(INDEX, True, "draft.why.name", bounds)
    if speaks_of(stem, _OF_SHAKING) and 0 <= cells.least and cells.most <= 12:
        return Guess(MMI, True, "draft.why.name", bounds)
    if speaks_of(stem, _OF_LEVEL):
        return Guess(LEVEL, True, "draft.why.name", bounds)
    if 0 <= cells.least and cells.most <= 1 and not speaks_of(stem, _OF_FLOODS):
        return Guess(INDEX, False, "draft.why.index", bounds)
    if cells.zeros == 0 and cells.least > 2:
        return Guess(LEVEL, speaks_of(stem, _OF_LEVEL), "draft.why.no_zeros", bounds)
    return Guess(
        DEPTH, cells.zeros > 0 and not few and cells.most < 1000, "draft.why.zeros", bounds
    )


def _unit(profile: Profile) -> Guess:
    cells = profile.cells
    assert cells is not None  # by raster
    stated = [
        cells.unit or "",
        *(text for name, text in cells.tags.items() if name.casefold() == "unit"),
    ]
    for text in stated:
        unit = {"metre": "m", "meter": "m", "metres": "m", "centimetre": "cm"}.get(
            text.casefold(), text
        )
        if unit in ("m", "cm", "mm", "ft"):
            return Guess(unit, True, "draft.why.unit_stated", {"unit": unit})
    named = [unit for unit in ("cm", "mm") if speaks_of(map_name(profile), (unit,))]
    if named:
        return Guess(named[0], True, "draft.why.name")
    return _unit_of_values(cells.most or 0.0, whole=cells.whole, could_be_cm=cells.zeros > 0)


def _unit_of_values(most: float, *, whole: bool, could_be_cm: bool = True) -> Guess:
    """Return the unit in which a largest value is likely; sure only for small ones with decimals."""
    if could_be_cm and whole and most > 30:
        return Guess("cm", False, "draft.why.unit_large", {"most": most})
    about = {"most": round(most, 2)}
    return Guess("m", not whole and most < 30, "draft.why.unit_small", about)


def _unit_of_field(one: FieldProfile) -> Guess:
    for unit in ("cm", "mm", "m"):
        if speaks_of(one.name, (unit,)):
            return Guess(unit, True, "draft.why.name")
    return _unit_of_values(one.most or 0.0, whole=one.whole)


def _measure_of_field(one: FieldProfile, name: str) -> Guess:
    """Return whether a field has depths or levels, by its own name, else by another one."""
    about = {"least": one.least, "most": one.most}
    if speaks_of(one.name, _OF_WATER_DEPTH):
        return Guess(DEPTH, True, "draft.why.zeros", about)
    if speaks_of(f"{one.name} {name}", _OF_LEVEL):
        return Guess(LEVEL, True, "draft.why.levels", {"field": one.name})
    named = speaks_of(f"{one.name} {name}", (*HAZARD_WORDS, *FIELD_WORDS["depth"]))
    return Guess(DEPTH, named and (one.most or 0) < 1000, "draft.why.zeros", about)


# Return periods


def _period_of_name(stem: str) -> Guess:
    """Return the return period in a name; a year, or what may be one, is asked."""
    found = _PERIOD.search(stem.casefold())
    if found:
        years = int(next(part for part in found.groups() if part))
        if _is_year(str(years)):  # T2007 and rp2020 may both be events of a year
            return Guess(ASK, True, "draft.why.year")
        return Guess(str(years), True, "draft.why.period", {"text": found.group(0)})
    usual = [text for text in _NUMBER.findall(stem) if int(text) in _USUAL and not _is_year(text)]
    year = any(_is_year(text) for text in re.findall(r"\d+", stem))
    if any(len(text) <= 2 for text in usual) and (year or _MONTH.search(stem.casefold())):
        return Guess(ASK, True, "draft.why.date")  # a day or a month
    if len(usual) == 1:
        return Guess(str(int(usual[0])), False, "draft.why.number", {"text": usual[0]})
    if year:
        return Guess(ASK, True, "draft.why.year")
    return Guess("none", True, "draft.why.no_period")


def map_name(profile: Profile) -> str:
    """Return what names a map: its file, and its layer where that says anything."""
    stem = PurePosixPath(profile.member or profile.file).stem
    layer = "" if _PLAIN_SHEET.fullmatch(profile.layer) else profile.layer
    if not layer:
        return stem
    return layer if speaks_of(layer, HAZARD_WORDS) else f"{stem}_{layer}"


def _period(profile: Profile) -> Guess:
    """Return the return period in the name of a map, or one spelled out in those around it."""
    name = map_name(profile)
    found = _period_of_name(name)
    if found.why == "draft.why.period":
        return found
    path = PurePosixPath(profile.name)
    around = (path.stem, PurePosixPath(profile.file).stem, path.parent.name)
    spelled = (_period_of_name(each) for each in around if each != name)
    return next((each for each in spelled if each.why == "draft.why.period"), found)


def _is_year(text: str) -> bool:
    return len(text) == 4 and 1900 <= int(text) <= 2100


def map_sets(files: Sequence[GuessedFile]) -> list[GuessedFile]:
    """Name the set of each hazard map: its name without the return period; a set makes it sure.

    Bare numbers of a set are return periods where one is at least 10 years and none may be a year.
    """
    keys = [_set_of(one) for one in files]
    sizes = Counter(key for key in keys if key)
    largest: dict[str, int] = {}
    dated = set()
    for one, key in zip(files, keys, strict=True):
        if any(map(_is_year, re.findall(r"\d+", PurePosixPath(one.profile.name).stem))):
            dated.add(key)
        years = one.answer("return_period")
        largest[key] = max(largest.get(key, 0), int(years) if years.isdecimal() else 0)
    placed = []
    for one, key in zip(files, keys, strict=True):
        answers = dict(one.answers)
        period = answers.get("return_period")
        if key:
            size = sizes[key]
            answers["map_set"] = Guess(key, size > 1, "draft.why.set", {"maps": size})
        if key and period is not None and period.why == "draft.why.number":
            sure = sizes[key] > 1 and largest[key] >= _RARE and key not in dated
            answers["return_period"] = replace(period, sure=sure)
        placed.append(replace(one, answers=answers))
    return placed


def _set_of(one: GuessedFile) -> str:
    """Return the folder and name of a map without its return period; empty for other files."""
    if one.role.answer != HAZARD:
        return ""
    folder = PurePosixPath(one.profile.name).parent
    name, around = map_name(one.profile).casefold(), folder.as_posix().casefold()
    period = one.answers.get("return_period")
    text = str(period.about.get("text", "")) if period else ""
    if not text:
        return f"{around}/{name}"
    spelled = rf"(?<!\d)0*{re.escape(text)}"
    if not re.search(spelled, name):
        return f"{re.sub(spelled, '#', around, count=1)}/{name}"
    name = re.sub(spelled, "#", name, count=1)
    return f"{around}/" + re.sub(r"(?<=#)(?:[ _-]\d{4})$", "", name)


# Tables of depths or water levels by asset


def depth_table(one: GuessedFile, layers: Mapping[str, FieldProfile]) -> GuessedFile:
    """Return a table of depths or water levels by asset as a hazard, where it is one.

    `layers` has the field of the ids of each layer of assets, by the name of the layer.
    """
    profile = one.profile
    keys = _asset_keys(profile, layers)
    if not keys:
        return one
    key, layer, _ = keys[0]
    name = map_name(profile)
    numbers = [
        each
        for each in profile.fields
        if each is not key and each.numbers >= _NUMBERS and each.most
    ]
    ground = [
        each
        for each in fields_named(profile, "ground")
        if each in numbers and not speaks_of(each.name, (*_OF_LEVEL, *_OF_WATER_DEPTH))
    ]
    numbers = [each for each in numbers if each not in ground]
    values, answers = _values_by_period(profile, numbers)
    if not values:
        return one
    highest = max(values, key=lambda each: each.most or 0.0)
    about = {"layer": layer, "field": key.name}
    answers |= {
        "asset_layer": Guess(layer, keys[0][2] and len(keys) == 1, "draft.why.ids_of", about),
        "asset_id": Guess(key.name, keys[0][2], "draft.why.ids_of", about),
        "ground": chosen(ground),
        "measure": _measure_of_field(highest, name),
        "unit": _unit_of_field(highest),
    }
    role = Guess(HAZARD, answers["asset_layer"].sure, "draft.why.depth_table")
    return GuessedFile(profile, role, answers)


def _asset_keys(
    profile: Profile, layers: Mapping[str, FieldProfile]
) -> list[tuple[FieldProfile, str, bool]]:
    """Return the fields with ids of a layer of assets, its name, and whether the ids show it."""
    found = []
    for layer, ids in layers.items():
        for one in profile.fields:
            share = _share_of_ids(one, ids)
            same = one.name.casefold() == ids.name.casefold()
            # whole numbers from 1 fit every layer
            named = same or rank_of_name(one.name, FIELD_WORDS["asset_id"]) is not None
            shown = share is not None and share > _SHARED and (same or one.numbers < 0.5)
            if (
                shown
                or (same and share is None)
                or (named and share is not None and share > _SHARED)
            ):
                found.append((not shown, not same, -(share or 0.0), one, layer))
    return [
        (one, layer, not unsure)
        for unsure, *_, one, layer in sorted(found, key=lambda row: row[:3])
    ]


def _share_of_ids(one: FieldProfile, ids: FieldProfile) -> float | None:
    """Return the share of the words of a field that are ids; None where none of them can be judged."""
    last = word_order(ids.words).max() if ids.distinct > len(ids.words) else None
    judged = [
        word
        for word, at in zip(one.words, word_order(one.words), strict=True)
        if last is None or at <= last
    ]
    return sum(word in ids.words for word in judged) / len(judged) if judged else None


def _values_by_period(
    profile: Profile, numbers: Sequence[FieldProfile]
) -> tuple[list[FieldProfile], dict[str, Guess]]:
    """Return the fields of depths or levels, and the answers that tell their return periods."""
    periods = [each for each in fields_named(profile, "return_period") if periods_of(each)]
    numbers = [each for each in numbers if each not in periods]
    groups = _groups_of_columns([each.name for each in numbers], map_name(profile))
    if groups and not periods:
        columns, sure = groups[0]
        names = list(columns.values())
        guess = Guess("\n".join(names), sure, "draft.why.period", {"text": ", ".join(names)})
        return [each for each in numbers if each.name in names], {"depths": guess}
    depths = [each for each in fields_named(profile, "depth") if each in numbers][:1]
    if periods:
        return depths, {"depth": chosen(depths), "return_period_field": chosen(periods)}
    return depths, {"depth": chosen(depths), "return_period": _period(profile)}


def columns_by_period(names: Iterable[str], title: str) -> dict[float, str]:
    """Return the columns whose names differ by a return period (year), by that period.

    Of several such groups, it is that of depths or levels. A bare number counts where the name or
    the `title` of the table speaks of a hazard.

    Examples
    --------
    >>> columns_by_period(["id", "depth_rp050", "depth_rp010", "velocity_rp010"], "results")
    {10.0: 'depth_rp010', 50.0: 'depth_rp050'}
    >>> columns_by_period(["10", "100", "2019"], "flood"), columns_by_period(["Q1", "Q2"], "budget")
    ({10.0: '10', 100.0: '100'}, {})
    """
    groups = _groups_of_columns(names, title)
    return groups[0][0] if groups else {}


def _groups_of_columns(names: Iterable[str], title: str) -> list[tuple[dict[float, str], bool]]:
    """Return the groups of `columns_by_period`, the likeliest first, and whether each is sure."""
    of_water = (*_OF_LEVEL, *FIELD_WORDS["depth"])
    groups: dict[tuple[str, bool], dict[float, str]] = {}
    for name in names:
        text = name.casefold()
        spelled = _PERIOD.search(text)
        found = spelled or _NUMBER.search(text)
        years = next((part for part in found.groups() if part), "") if found else ""
        if not found or _is_year(years) or not (spelled or int(years) in _USUAL):
            continue
        stem = f"{text[: found.start()]}#{text[found.end() :]}"
        groups.setdefault((stem, spelled is None), {})[float(years)] = name
    usable = []
    for (stem, bare), columns in groups.items():
        named = speaks_of(f"{stem} {title}", (*HAZARD_WORDS, *of_water))
        rare = max(columns) >= _RARE  # not the four quarters of a year
        if speaks_of(stem, _OF_OTHER) or not (named or (rare and not bare)):
            continue
        if len(columns) > 1 or not bare:
            usable.append((not speaks_of(stem, of_water), -len(columns), columns, rare))
    usable.sort(key=lambda row: row[:2])
    alone = len([row for row in usable if row[0] == usable[0][0]]) == 1
    return [(dict(sorted(columns.items())), rare and alone) for *_, columns, rare in usable]
