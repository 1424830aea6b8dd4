"""How a hazard map probably is to be read: its measure, unit, classes and return period."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from asset_inventory.assessment.field_guesses import (
    ASK,
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
    speaks_of,
)
from asset_inventory.intake.profiles import FieldProfile, Profile

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
_OF_LEVEL = ("wse", "wsl", "muka_air", "level", "elevasi_air")
# Return periods in names and cells: RP50, rp_0050, Q25, T100, 100th, 50yr, 25 tahun, 1in100, kala
# ulang 50.
_PERIOD = re.compile(
    r"(?:(?<![a-z])(?:rp|q|t|tr|ari|kala[ _]?ulang|return[ _]?period)[ _-]?0*(\d{1,5})(?!\d|\.\d)"
    r"|(?<!\d)0*(\d{1,5})[ _-]?(?:th|thn|tahun|tahunan|yr|yrs|year|years)(?![a-z])"
    r"|(?<!\d)1[ _-]?in[ _-]?0*(\d{1,5})(?!\d))",
)
_NUMBER = re.compile(r"(?<![^\W_])(?<!\d\.)(\d{1,5})(?![^\W_]|\.\d)")
_MONTH = re.compile(
    r"(?<![a-z])(?:jan(?:uari|uary)?|feb(?:ruari|ruary)?|mar(?:et|ch)?|apr(?:il)?|mei|may|jun[ie]?|jul[iy]?"
    r"|agu(?:stus)?|aug(?:ust)?|sep(?:t(?:ember)?)?|o[kc]t(?:ober)?|nov(?:ember)?|de[sc](?:ember)?)(?![a-z])"
)
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


def ranks_of(words: Iterable[str]) -> dict[str, int]:
    """Return the rank of each word of danger, from 1, in the order of danger and in small letters.

    Examples
    --------
    >>> ranks_of(["Sangat Tinggi", "rendah", "low", "Gerakan Tanah Rendah"])
    {'rendah': 1, 'low': 1, 'gerakan tanah rendah': 1, 'sangat tinggi': 2}
    """
    places = {word.casefold(): _class_of(word) for word in words}
    known = {word: place for word, place in places.items() if place is not None}
    order = sorted(set(known.values()))
    ranks = {word: order.index(place) + 1 for word, place in known.items()}
    return dict(sorted(ranks.items(), key=lambda pair: pair[1]))


def is_true(word: str) -> bool:
    """Return whether a word of a field says that something is so."""
    return word.casefold() in _TRUE


def class_zones(profile: Profile) -> dict[str, Guess] | None:
    """Return the field with classes of danger and its words in their order, if there is one."""
    for one in profile.fields:
        ranks = {word: _class_of(word) for word in one.words}
        known = {word: rank for word, rank in ranks.items() if rank is not None}
        share = sum(one.words[word] for word in known) / max(1, sum(one.words.values()))
        if len(set(known.values())) > 1 and share > 0.6:
            words = list(ranks_of(known))
            about = {"field": one.name, "words": ", ".join(words)}
            return {
                "class_field": Guess(one.name, True, "draft.why.class_words", about),
                "classes": Guess("\n".join(words), share == 1, "draft.why.class_order", about),
                "return_period": _period_of_name(PurePosixPath(profile.file).stem),
            }
    return None


def in_years(profile: Profile) -> bool:
    """Return whether a layer has a field of years and nothing that names its features."""
    named = any(speaks_of(one.name, ("tahun", "year")) for one in profile.fields)
    return named and len(profile.fields) <= 3 and not id_field(profile).answer


def zones(profile: Profile, stem: str) -> GuessedFile:
    """Return polygons as the zones of a hazard."""
    # numbers of classes, whose meaning is not known
    numbered = any(one.whole and 1 < one.distinct <= 6 and not one.unique for one in profile.fields)
    answers = {"measure": Guess(INSIDE, not numbered, "draft.why.zones")}
    flags = [
        one
        for one in profile.fields
        if one.words
        and one.distinct <= 4
        and all(word.casefold() in (*_TRUE, "no", "tidak", "0", "false") for word in one.words)
    ]
    if flags:
        answers["class_field"] = chosen(flags)
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
        answers["return_period"] = _period_of_name(stem)
    return GuessedFile(profile, Guess(HAZARD, sure=bool(periods), why="draft.why.zones"), answers)


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
    cells = profile.cells
    stem = PurePosixPath(profile.member or profile.file).stem
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
    answers["return_period"] = _period_of_name(stem)
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
    cells, stem = profile.cells, PurePosixPath(profile.member or profile.file).stem
    assert cells is not None  # by _raster
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
    named = [unit for unit in ("cm", "mm") if speaks_of(stem, (unit,))]
    if named:
        return Guess(named[0], True, "draft.why.name")
    most = cells.most or 0.0
    if cells.zeros and cells.whole and most > 30:
        return Guess("cm", False, "draft.why.unit_large", {"most": most})
    return Guess(
        "m", bool(not cells.whole and most < 30), "draft.why.unit_small", {"most": round(most, 2)}
    )


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


def _is_year(text: str) -> bool:
    return len(text) == 4 and 1900 <= int(text) <= 2100


def map_sets(files: Sequence[GuessedFile]) -> list[GuessedFile]:
    """Name the set of each hazard map: its name without the return period; a set makes it sure."""
    keys = [_set_of(one) for one in files]
    sizes = Counter(key for key in keys if key)
    placed = []
    for one, key in zip(files, keys, strict=True):
        if not key:
            placed.append(one)
            continue
        answers = {
            **one.answers,
            "map_set": Guess(key, sizes[key] > 1, "draft.why.set", {"maps": sizes[key]}),
        }
        period = answers.get("return_period")
        if period is not None and period.why == "draft.why.number":
            year = any(map(_is_year, re.findall(r"\d+", PurePosixPath(one.profile.name).stem)))
            if sizes[key] > 1 and not year:
                answers["return_period"] = replace(period, sure=True)
        placed.append(replace(one, answers=answers))
    return placed


def _set_of(one: GuessedFile) -> str:
    if one.role.answer != HAZARD:
        return ""
    path = PurePosixPath(one.profile.name)
    if one.profile.kind != "raster":
        return f"{path.parent}/{path.stem}"
    period, stem = one.answers.get("return_period"), path.stem.casefold()
    text = str(period.about.get("text", "")) if period else ""
    if text:
        stem = re.sub(rf"(?<!\d)0*{re.escape(text)}", "#", stem, count=1)
        stem = re.sub(r"(?<=#)(?:[ _-]\d{4})$", "", stem)
    return f"{path.parent}/{stem}"


def depth_table(one: GuessedFile, ids: set[str]) -> GuessedFile:
    """Return a table of depths by asset and return period as a hazard, where it is one."""
    profile = one.profile
    keys = [
        each
        for each in profile.fields
        if each.words and set(each.words) <= ids | set() and not each.whole
    ]
    keys = keys or [
        each
        for each in profile.fields
        if each.words and len(set(each.words) & ids) > 0.8 * len(each.words)
    ]
    periods = [each for each in fields_named(profile, "return_period") if periods_of(each)]
    depths = [each for each in fields_named(profile, "depth") if each.numbers == 1]
    if not (keys and periods and depths):
        return one
    level = speaks_of(depths[0].name, _OF_LEVEL)
    unit = "cm" if speaks_of(depths[0].name, ("cm",)) else "m"
    answers = {
        "asset_id": chosen(keys),
        "return_period_field": chosen(periods),
        "depth_field": chosen(depths),
        "measure": Guess(
            LEVEL if level else DEPTH, True, "draft.why.field", {"field": depths[0].name}
        ),
        "unit": Guess(
            unit,
            speaks_of(depths[0].name, ("m", "cm")),
            "draft.why.field",
            {"field": depths[0].name},
        ),
    }
    return GuessedFile(profile, Guess(HAZARD, sure=True, why="draft.why.depth_table"), answers)
