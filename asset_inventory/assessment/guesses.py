"""What each file of a folder is probably for, with the reason and whether it is sure.

Names, contents and shapes count together, contents more than names. An answer that could be another
one is never sure; a year is never taken for a return period.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

import numpy as np

from asset_inventory.intake.profiles import FieldProfile, Profile
from asset_inventory.io.geometries import (
    WEB_MERCATOR,
    WGS84,
    carry_bounds,
    looks_like,
    proposals,
    reference_system,
    utm_zone,
)
from asset_inventory.io.table_files import X_NAMES, Y_NAMES

DISTRICTS, LARGER_DISTRICTS, ASSETS, HAZARD = "districts", "larger districts", "assets", "hazard"
POPULATION, CONTEXT, TERRAIN, RATE = "population", "context", "terrain", "subsidence rate"
CURVES, PERIODS, DUPLICATE = "curves", "return periods", "duplicate"
UNUSABLE, UNKNOWN = "unusable", "unknown"
ASK = "ask"  # only a person can tell
OSM_IDS = "osm_id osm_way_id"  # of relations, and of ways
INSIDE, CLASS, DEPTH, LEVEL, MMI = "inside", "class", "water depth", "water level", "MMI"
INDEX = "hazard index"
_EMPTY = ("empty", "no_features", "no_geometry", "table_empty")

# The words of a field's name by what the field holds, the best first; a number follows as in
# `KEL_NAME_2`.
FIELD_WORDS: Mapping[str, Sequence[str]] = {
    "asset_id": (
        "kode_aset", "id_aset", "asset_id", "npsn", "kode_bps", "kode_ruas", "no_ruas", "nomor_ruas", "kode_faskes",
        "kode_puskesmas", "nomor_register", "identificatie", "kode", "code", "kd", "gid", "xid", "uid", "uuid",
        "full_plus_code", "edge_id", "osm_id", "osm_way_id", "id", "nop", "nummer", "nomor", "no", "nº",
        "objectid", "fid",
    ),
    "name": ("nama", "name", "naam", "nm", "nam", "nama_objek", "namobj", "toponim"),
    "asset_type": (
        "jenis", "nama_barang", "type", "tipe", "kind", "highway", "building", "fungsi", "fclass", "use", "jenjang",
        "bentuk",
        "f0_tag", "tag", "klasifikasi", "amenity", "category", "kategori", "waterway", "remark",
    ),
    "value": (
        "impr_value", "nilai", "value", "harga", "price", "repl_cost", "replacement_cost", "f0_cap", "cap",
        "replacement",
    ),
    "area": ("luas", "area", "f0_scale"),
    "levels": ("lantai", "levels", "floors", "storeys", "stories"),
    "floor_height": ("tinggi_lantai", "floor_height", "peil", "f0_elv", "ffe"),
    "parent": ("kecamatan", "kec", "nmkec", "parent", "subdistrict", "wadmkc", "kapanewon"),
    "population": ("penduduk", "population", "jiwa", "pop", "residents", "inwoners", "pddk", "pendud"),
    "return_period": ("kala_ulang", "rp", "return_period", "kala", "period", "periode"),
    "depth": ("depth", "kedalaman", "genangan", "dalam", "level", "muka_air"),
}  # fmt: skip
_NEVER_AN_ID = (
    "telp",
    "phone",
    "hp",
    "lon",
    "lat",
    "lng",
    "bujur",
    "lintang",
    "rt",
    "rw",
    "tahun",
    "year",
)
_SURVEYED = ("shape_area", "shape_leng", "shape_length", "shape_le_1", "osm_type", "address_type")
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
_HAZARD_WORDS = (
    "banjir", "flood", "rob", "genangan", "inundation", "inun", "longsor", "landslide", "rawan", "bahaya", "hazard",
    "haz", "kejadian", "event", "tsunami", "gempa", "shakemap", "earthquake", "abrasi", "kekeringan", "depth",
    "kedalaman", "kerawanan", "gerakan_tanah", "zrgt", "likuefaksi", "liquefaction", "storm_surge", "stormsurge",
    "overstroming", "waterdiepte", "inunriver", "inuncoast", "floodprone",
)  # fmt: skip
_WEAK_IDS = ("no", "nº", "nomor", "objectid", "fid")  # numbers of rows, not of assets
_OF_A_PART = (
    "miskin", "poor", "laki", "perempuan", "male", "female", "lansia", "balita", "anak", "kk", "kepadatan", "density",
    "difabel", "disabilitas", "rentan",
)  # fmt: skip
_OF_KINDS = ("nama_barang",)  # in inventories of the state, the name of a kind of goods
_WITH_LAND = ("land", "tanah", "tot", "total", "njop")  # values of more than what can be damaged
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
_DISTRICT_NAMES = (
    "nama", "name", "naam", "nm", "namobj", "wadmkd", "wadmkc", "kelurahan", "kel", "desa", "barangay", "en",
)  # fmt: skip
_X = (*X_NAMES, "koordinat_x", "x_utm", "long")
_Y = (*Y_NAMES, "koordinat_y", "y_utm")
_OF_LEVEL = ("wse", "wsl", "muka_air", "level", "elevasi_air")
_OF_FAILURE = ("fail", "breach", "jebol")
_OF_CURVES = ("curve", "kurva", "fungsi_kerusakan", "vulnerability", "fragility")
_OF_LAND = (
    "landuse",
    "land_use",
    "tata_guna",
    "penggunaan_lahan",
    "tutupan_lahan",
    "penutup_lahan",
    "penutuplahan",
    "landcover",
    "natural",
)
_OF_WATER = ("sungai", "river", "waterway", "waterways", "pantai", "coast", "garis_pantai")
_OF_BOUNDARY = (
    "outline",
    "batas_kota",
    "boundary",
    "boundaries",
    "batas_administrasi",
    "coast",
    "garis_pantai",
)
_OF_A_SEARCH = ("display_name", "boundingbox", "place_rank")
# Codes of BPS and Kemendagri (33.74.01.1001, 3374010001), and P-codes (PH083747000)
_BPS = re.compile(r"[A-Z]{0,2}\d{2}[. ]?\d{2}[. ]?\d{2}([. ]?\d{3,4})?")
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
_FAR = 2.0  # degrees; a neighbouring UTM zone is 6 away
_TABLES = ("text table", "workbook", "old workbook")
_SAME = 0.85  # share of places from which on two layers are one
_FORMATS = (
    "geopackage",
    "flatgeobuf",
    "geojson",
    "shapefile",
    "geoparquet",
    "kml",
    "text table",
    "workbook",
)


@dataclass(frozen=True)
class Guess:
    """An answer (empty: nothing found), whether it is sure, and the reason as a message key."""

    answer: str
    sure: bool
    why: str
    about: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class GuessedFile:
    """A layer, raster or table of a folder: its role, and what is guessed about it by question."""

    profile: Profile
    role: Guess
    answers: Mapping[str, Guess] = field(default_factory=dict)

    def answer(self, question: str) -> str:
        """Return the answer to a question; empty where there is none."""
        found = self.answers.get(question)
        return "" if found is None else found.answer


@dataclass(frozen=True)
class GuessedFolder:
    """The system of the city, and every layer, raster and table in the order of their paths."""

    crs: Guess
    files: tuple[GuessedFile, ...]

    def of_role(self, role: str) -> list[GuessedFile]:
        """Return the files of one role."""
        return [one for one in self.files if one.role.answer == role]


def guess(profiles: Sequence[Profile]) -> GuessedFolder:
    """Return what each file of a folder is for, and the coordinate reference system of the city.

    Examples
    --------
    >>> from asset_inventory.intake.profiles import FieldProfile, Profile
    >>> names = FieldProfile("NAMA", 1, 9, True, 0, False, None, None, {"SDN 1": 1})
    >>> schools = Profile("sd.shp", kind="vector", rows=9, shapes="points", fields=(names,))
    >>> found = guess([schools]).files[0]
    >>> found.role.answer, found.answer("name"), found.answer("asset_id")
    ('assets', 'NAMA', '')
    """
    files = [_first_look(profile) for profile in profiles]
    files = _levels_of_districts(files)
    files = _duplicates(files)
    files = _of_the_neighbours(files)
    files = _map_sets(files)
    crs = city_system(files)
    return GuessedFolder(crs, tuple(_with_system(one, files, crs.answer) for one in files))


# Words in names


def _words(name: str) -> str:
    """Return a name in small letters, its parts parted by underscores, with one at each end."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)
    return "_" + re.sub(r"[\W_]+", "_", spaced.casefold()).strip("_") + "_"


def speaks_of(name: str, words: Iterable[str]) -> bool:
    """Return whether one of the words is a part of a name, or begins or ends one of its parts."""
    parts = _words(name)
    return any(
        f"_{word}_" in parts or (len(word) > 3 and (f"_{word}" in parts or f"{word}_" in parts))
        for word in words
    )


def _rank(name: str, words: Sequence[str]) -> int | None:
    """Return the place of the word that a field is named by; None where it has none of them."""
    given = _words(name)
    forms = (given, re.sub(r"(?<=[a-z])\d+_", "_", given))
    exact = [at for at, word in enumerate(words) if f"_{word}_" in forms]
    within = [at for at, word in enumerate(words) if any(f"_{word}_" in form for form in forms)]
    if exact or within:
        return min(exact or within)
    # words that are written as one, such as kodekel and buurtcode
    ends = [
        at
        for at, word in enumerate(words)
        if len(word) > 3 and any(f"_{word}" in form or f"{word}_" in form for form in forms)
    ]
    if ends:
        return len(words) + min(ends)
    # words that a DBF cut: it keeps 10 signs of a name
    last = given.strip("_").rsplit("_", 1)[-1]
    cut = [
        at
        for at, word in enumerate(words)
        if len(name) == 10
        and (word.startswith(given.strip("_")) or (len(last) > 4 and word.startswith(last)))
    ]
    return 2 * len(words) + min(cut) if cut else None


# Fields


def _fields_named(profile: Profile, question: str) -> list[FieldProfile]:
    """Return the fields whose names speak of something, the best first."""
    words = FIELD_WORDS[question]
    ranked = [(_rank(one.name, words), at, one) for at, one in enumerate(profile.fields)]
    known = [(rank, at, one) for rank, at, one in ranked if rank is not None]
    return [one for _, _, one in sorted(known, key=lambda row: row[:2])]


def _chosen(profile: Profile, question: str, fits: Iterable[FieldProfile]) -> Guess:
    """Return the first of the fields that fit; not sure where another would do as well."""
    fitting = list(fits)
    if not fitting:
        return Guess("", sure=True, why="draft.why.no_field")
    others = [one.name for one in fitting[1:4]]
    best, filled = fitting[0], round(100 * fitting[0].filled)
    about = {"field": best.name, "filled": filled, "others": ", ".join(others)}
    if others:
        return Guess(best.name, sure=False, why="draft.why.field_of_several", about=about)
    return Guess(best.name, sure=best.filled > 0.5, why="draft.why.field", about=about)


def _ids(profile: Profile) -> Guess:
    if profile.format.startswith("osm ") and profile.field_of("osm_way_id"):
        about = {"field": "osm_id, osm_way_id"}
        return Guess(OSM_IDS, sure=True, why="draft.why.osm_ids", about=about)
    named = [
        one
        for one in _fields_named(profile, "asset_id")
        if one.unique and not speaks_of(one.name, _NEVER_AN_ID) and (one.numbers < 1 or one.whole)
    ]
    named = named or [
        one
        for one in profile.fields
        if one.unique
        and re.search(r"(?i)^id|id$|^folio$", one.name)
        and (one.numbers < 1 or one.whole)
    ]
    if named:
        found = _chosen(profile, "asset_id", named[:1])
        return replace(
            found,
            sure=len(named) < 2 and not speaks_of(named[0].name, _WEAK_IDS),
            why="draft.why.id",
            about={"field": named[0].name},
        )
    return Guess("", sure=True, why="draft.why.no_id")


def _texts(fields: Iterable[FieldProfile]) -> list[FieldProfile]:
    return [one for one in fields if one.distinct and one.numbers < 0.5]


def _name(profile: Profile) -> Guess:
    fitting = [one for one in _texts(_fields_named(profile, "name")) if one.distinct > 1]
    others = (*_SURVEYED, *_OF_KINDS)
    return _chosen(profile, "name", [one for one in fitting if _rank(one.name, others) is None])


def _asset_type(profile: Profile) -> Guess:
    most = max(60, profile.looked // 20)
    fitting = [
        one
        for one in _texts(_fields_named(profile, "asset_type"))
        if one.distinct <= most
        and one.filled > 0.2
        and not one.unique
        and _rank(one.name, _SURVEYED) is None
    ]
    return _chosen(profile, "asset_type", fitting)


def _numbers(profile: Profile, question: str, least: float, most: float) -> Guess:
    """Return the field of numbers within these bounds that is named so."""
    fitting = [
        one
        for one in _fields_named(profile, question)
        if one.numbers > 0.5
        and one.least is not None
        and one.most is not None
        and one.least >= least
        and least < one.most <= most
        and _rank(one.name, _SURVEYED) is None
    ]
    # a height of floors is no number of floors, and its field is named by both
    other = {"levels": "floor_height"}.get(question)
    if other:
        fitting = [one for one in fitting if _rank(one.name, FIELD_WORDS[other]) is None]
    if question == "population":  # a part of the residents is none
        fitting = [one for one in fitting if not speaks_of(one.name, _OF_A_PART)]
        return _chosen(profile, question, sorted(fitting, key=lambda one: -(one.most or 0)))
    if question == "value" and any(speaks_of(one.name, _WITH_LAND) for one in fitting):
        about = {"fields": ", ".join(one.name for one in fitting)}
        apart = [one.name for one in fitting if not speaks_of(one.name, _WITH_LAND)]
        return Guess(apart[0] if apart else "", False, "draft.why.with_land", about)
    return _chosen(profile, question, fitting[:1])


def _asset_answers(profile: Profile) -> dict[str, Guess]:
    return {
        "asset_id": _ids(profile),
        "name": _name(profile),
        "asset_type": _asset_type(profile),
        "value": _numbers(profile, "value", 0, 1e15),
        "area": _numbers(profile, "area", 0, 1e9),
        "levels": _numbers(profile, "levels", 0, 200),
        "floor_height": _numbers(profile, "floor_height", -20, 50),
    }


# Roles


def _first_look(profile: Profile) -> GuessedFile:
    if profile.kind == "raster":
        return _raster(profile)
    if profile.kind == "vector":
        return _vector(profile)
    if profile.kind == "table":
        return _table(profile)
    role = UNUSABLE if profile.format == "empty" or profile.problem in _EMPTY else UNKNOWN
    return GuessedFile(profile, Guess(role, sure=True, why="draft.why.problem"))


def _vector(profile: Profile) -> GuessedFile:
    stem = PurePosixPath(profile.member or profile.file).stem
    path = f"{profile.file} {profile.member} {profile.layer}"
    polygons = profile.shapes == "polygons"
    if any(profile.field_of(name) for name in _OF_A_SEARCH):
        boundary = any("boundary" in one.words for one in profile.fields) and polygons
        return GuessedFile(
            profile, Guess(CONTEXT if boundary else UNKNOWN, sure=False, why="draft.why.search")
        )
    if profile.format.startswith("osm "):
        return _osm_layer(profile)
    classes = _classes(profile) if polygons else None
    if classes is not None:
        role = Guess(
            HAZARD, sure=True, why="draft.why.class_words", about=classes["class_field"].about
        )
        return GuessedFile(
            profile,
            role,
            {"measure": Guess(CLASS, True, "draft.why.class_words", role.about), **classes},
        )
    if polygons and _tiles(profile):
        return GuessedFile(
            profile, Guess(DISTRICTS, sure=True, why="draft.why.tiles"), _district_answers(profile)
        )
    land = [
        one for one in profile.fields if _rank(one.name, _OF_LAND) is not None and one.filled > 0.5
    ]
    if land and polygons:
        return GuessedFile(
            profile, Guess(CONTEXT, sure=False, why="draft.why.land", about={"field": land[0].name})
        )
    if polygons and (speaks_of(stem, _OF_FAILURE) or profile.field_of("p_fail")):
        return GuessedFile(profile, Guess(UNKNOWN, sure=False, why="draft.why.failure"))
    periods = [one for one in _fields_named(profile, "return_period") if one.filled > 0.5]
    spoken = [one for one in profile.fields if speaks_of(one.name, _HAZARD_WORDS)]
    typed = bool(_ids(profile).answer and _asset_type(profile).answer)
    if (
        polygons
        and not typed
        and (periods or spoken or speaks_of(stem, _HAZARD_WORDS) or _in_years(profile))
    ):
        return _zones(profile, stem)
    if (
        polygons
        and profile.rows <= 5
        and not typed
        and (speaks_of(path, _OF_BOUNDARY) or profile.covered > 0.4)
    ):
        return GuessedFile(profile, Guess(CONTEXT, sure=False, why="draft.why.outline"))
    if profile.shapes == "lines" and (speaks_of(stem, _OF_WATER) or profile.field_of("waterway")):
        return GuessedFile(profile, Guess(CONTEXT, sure=False, why="draft.why.water"))
    return GuessedFile(
        profile,
        _as_assets(profile, sure=_is_asset(profile)),
        _asset_answers(profile),
    )


def _as_assets(profile: Profile, *, sure: bool) -> Guess:
    fields = ", ".join(one.name for one in profile.fields[:4]) or "-"
    return Guess(ASSETS, sure, "draft.why.assets", {"rows": profile.rows, "fields": fields})


def _is_asset(profile: Profile) -> bool:
    answers = _asset_answers(profile)
    return profile.shapes != "mixed" and any(
        answers[name].answer for name in ("asset_id", "name", "asset_type")
    )


def _osm_layer(profile: Profile) -> GuessedFile:
    buildings = profile.field_of("building")
    if profile.layer == "multipolygons" and buildings and buildings.filled > 0:
        answers = _asset_answers(profile)
        of_building = Guess("building", True, "draft.why.osm_building", {"field": "building"})
        return GuessedFile(
            profile,
            Guess(ASSETS, sure=True, why="draft.why.osm_building"),
            {**answers, "asset_type": of_building},
        )
    return GuessedFile(profile, Guess(CONTEXT, sure=True, why="draft.why.osm_context"))


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


def _classes(profile: Profile) -> dict[str, Guess] | None:
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


def _tiles(profile: Profile) -> bool:
    """Return whether polygons tile a part of their hull, and have names or codes of their own."""
    if profile.rows < 3 or profile.covered < 0.4 or profile.overlapping > 0.1:
        return False
    return bool(_district_codes(profile) or _district_names(profile))


def _district_codes(profile: Profile) -> list[FieldProfile]:
    return [
        one
        for one in profile.fields
        if one.unique
        and one.words
        and all(_BPS.fullmatch(word) for word in one.words)
        and len({word[:2] for word in one.words}) == 1  # of one province
        and _rank(one.name, FIELD_WORDS["population"]) is None
    ]


def _district_names(profile: Profile) -> list[FieldProfile]:
    """Return the fields of names that nearly all differ, those without a common first word first."""
    named = [
        one
        for one in _texts(profile.fields)
        if speaks_of(one.name, _DISTRICT_NAMES) and one.distinct > 0.9 * profile.rows
    ]
    return sorted(
        named, key=lambda one: (_first_word_shared(one), all(map(str.isupper, one.words)))
    )


def _first_word_shared(one: FieldProfile) -> bool:
    first = Counter(word.split(" ")[0].casefold() for word in one.words)
    return bool(first) and len(one.words) > 2 and first.most_common(1)[0][1] > 0.9 * len(one.words)


def _district_answers(profile: Profile) -> dict[str, Guess]:
    codes, names = _district_codes(profile), _district_names(profile)
    ids = _ids(profile)
    if codes:
        ids = Guess(codes[0].name, len(codes) == 1, "draft.why.bps", {"field": codes[0].name})
    parents = [
        one
        for one in _texts(profile.fields)
        if 1 < one.distinct < profile.rows and speaks_of(one.name, FIELD_WORDS["parent"])
    ]
    parents.sort(key=lambda one: all(map(str.isupper, one.words)))
    return {
        "id": ids,
        "name": _chosen(profile, "name", names),
        "parent": _chosen(profile, "parent", parents),
        "population": _numbers(profile, "population", 0, 1e8),
    }


def _in_years(profile: Profile) -> bool:
    """Return whether a layer has a field of years and nothing that names its features."""
    named = any(speaks_of(one.name, ("tahun", "year")) for one in profile.fields)
    return named and len(profile.fields) <= 3 and not _ids(profile).answer


def _zones(profile: Profile, stem: str) -> GuessedFile:
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
        answers["class_field"] = _chosen(profile, "class_field", flags)
    periods = [
        one
        for one in _fields_named(profile, "return_period")
        if one.filled > 0.5 and periods_of(one)
    ]
    if periods:
        answers["return_period_field"] = _chosen(profile, "return_period", periods)
    elif _in_years(profile):
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


def _raster(profile: Profile) -> GuessedFile:
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
    named = speaks_of(stem, _HAZARD_WORDS) or speaks_of(text, _HAZARD_WORDS)
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


def _map_sets(files: Sequence[GuessedFile]) -> list[GuessedFile]:
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


# What only the other files of the folder can show


def _levels_of_districts(files: Sequence[GuessedFile]) -> list[GuessedFile]:
    """Keep as districts the layer with most polygons; others over the same place are larger ones."""
    found = [one for one in files if one.role.answer == DISTRICTS]
    if len(found) < 2:
        return list(files)
    smallest = max(found, key=lambda one: one.profile.rows)
    levels = []
    for one in files:
        if one in found and one is not smallest and one.profile.rows < smallest.profile.rows:
            role = Guess(
                LARGER_DISTRICTS,
                one.profile.rows > 1,
                "draft.why.larger",
                {"districts": smallest.profile.name},
            )
            levels.append(replace(one, role=role))
        else:
            levels.append(one)
    return levels


def _duplicates(files: Sequence[GuessedFile]) -> list[GuessedFile]:
    """Mark the layers that hold the places of another one; that with most answers is kept."""
    layers = [one for one in files if one.role.answer in (ASSETS, DISTRICTS) and one.profile.places]
    places = {one.profile.name: np.array(one.profile.places) for one in layers}
    kept: list[GuessedFile] = []
    copies: dict[str, Guess] = {}
    for one in sorted(layers, key=_preference):
        mine = places[one.profile.name]
        for other in kept:
            share = _share_near(mine, places[other.profile.name])
            if share > _SAME:
                about = {"other": other.profile.name, "share": round(100 * share)}
                copies[one.profile.name] = Guess(
                    DUPLICATE, share == 1, "draft.why.duplicate", about
                )
                break
        else:
            kept.append(one)
    return [
        replace(
            one,
            role=copies[one.profile.name],
            answers={
                "duplicate_of": replace(
                    copies[one.profile.name], answer=str(copies[one.profile.name].about["other"])
                )
            },
        )
        if one.profile.name in copies
        else one
        for one in files
    ]


def _share_near(mine: np.ndarray, theirs: np.ndarray) -> float:
    """Return the share of the places of two layers (n × 2, 1e-5 degrees) that both have.

    Places that differ by up to 2e-5 degrees are one: a coordinate reference system more or less
    rounds so.
    """
    most = max(len(mine), len(theirs))
    if min(len(mine), len(theirs)) <= _SAME * most:
        return 0.0
    few = mine[:: max(1, len(mine) // 200)]
    if _near(few, theirs).mean() <= _SAME / 2:
        return 0.0
    return float(_near(mine, theirs).sum()) / most


def _near(mine: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    """Return which places are among others, up to 2 steps away in each direction."""
    turn = 2**26  # more steps than there are around the earth
    known = np.unique(theirs[:, 0] * turn + theirs[:, 1])
    found = np.zeros(len(mine), dtype=bool)
    for dx in range(-2, 3):
        for dy in range(-2, 3):
            key = (mine[:, 0] + dx) * turn + mine[:, 1] + dy
            at = np.minimum(np.searchsorted(known, key), len(known) - 1)
            found |= known[at] == key
    return found


def _preference(one: GuessedFile) -> tuple[object, ...]:
    profile = one.profile
    answered = sum(bool(guess.answer) for guess in one.answers.values())
    rank = _FORMATS.index(profile.format) if profile.format in _FORMATS else len(_FORMATS)
    return (-answered, profile.shapes == "mixed", bool(profile.member), rank, profile.name)


def _of_the_neighbours(files: Sequence[GuessedFile]) -> list[GuessedFile]:
    """Return the files again, tables by the ids of layers, and levels where there is a terrain."""
    ids = {
        word
        for one in files
        if one.role.answer == ASSETS
        for asset_id in [one.profile.field_of(one.answer("asset_id"))]
        if asset_id is not None
        for word in asset_id.words
    }
    names = {
        word.casefold()
        for one in files
        if one.role.answer == DISTRICTS
        for name in [one.profile.field_of(one.answer("name"))]
        if name is not None
        for word in name.words
    }
    terrain = any(one.role.answer == TERRAIN for one in files)
    seen = []
    for one in files:
        if one.profile.kind == "table" and one.role.answer == UNKNOWN:
            seen.append(_residents_by_name(_depth_table(one, ids), names))
        elif one.answer("measure") == LEVEL and terrain:
            answers = {**one.answers, "measure": replace(one.answers["measure"], sure=True)}
            seen.append(replace(one, answers=answers))
        else:
            seen.append(one)
    return seen


# Tables without places


def _table(profile: Profile) -> GuessedFile:
    stem = PurePosixPath(profile.member or profile.file).stem
    if speaks_of(f"{profile.file} {profile.member}", _OF_CURVES):
        return GuessedFile(profile, Guess(CURVES, sure=False, why="draft.why.name"))
    if (
        profile.rows <= 2
        and len(profile.fields) > 1
        and all(_is_period_column(one) for one in profile.fields)
    ):
        return GuessedFile(profile, Guess(PERIODS, sure=True, why="draft.why.periods"))
    if (placed := _placed_table(profile)) is not None:
        return placed
    codes, people = _district_codes(profile), _numbers(profile, "population", 0, 1e8)
    if codes and people.answer:
        answers = {
            "id": Guess(codes[0].name, True, "draft.why.bps", {"field": codes[0].name}),
            "population": people,
        }
        return GuessedFile(
            profile,
            Guess(POPULATION, sure=True, why="draft.why.population", about=people.about),
            answers,
        )
    return GuessedFile(
        profile, Guess(UNKNOWN, sure=False, why="draft.why.table", about={"name": stem})
    )


def _placed_table(profile: Profile) -> GuessedFile | None:
    """Return a table with columns of x and y as a layer of points; None where it has none."""
    x, y = _columns(profile)
    if x is None or y is None or x is y or None in (x.least, x.most, y.least, y.most):
        return None
    bounds = [float(one) for one in (x.least, y.least, x.most, y.most) if one is not None]
    points = replace(
        profile, kind="vector", shapes="points", bounds=bounds, looks=looks_like(np.array(bounds))
    )
    answers = {
        **_asset_answers(points),
        "x": Guess(x.name, False, "draft.why.name"),
        "y": Guess(y.name, False, "draft.why.name"),
    }
    return GuessedFile(points, _as_assets(points, sure=False), answers)


def _columns(profile: Profile) -> list[FieldProfile | None]:
    """Return the columns of x and of y of a table; None where it has none."""
    return [
        next(
            (
                one
                for one in profile.fields
                if _rank(one.name, words) is not None and one.numbers > 0.9
            ),
            None,
        )
        for words in (_X, _Y)
    ]


def _is_period_column(one: FieldProfile) -> bool:
    """Return whether a column holds the number that its own heading has."""
    return bool(
        one.numbers == 1
        and one.most
        and str(int(one.most)) in re.findall(r"(?<!\d)0*(\d+)", one.name)
    )


def _depth_table(one: GuessedFile, ids: set[str]) -> GuessedFile:
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
    periods = [each for each in _fields_named(profile, "return_period") if periods_of(each)]
    depths = [each for each in _fields_named(profile, "depth") if each.numbers == 1]
    if not (keys and periods and depths):
        return one
    level = speaks_of(depths[0].name, _OF_LEVEL)
    unit = "cm" if speaks_of(depths[0].name, ("cm",)) else "m"
    answers = {
        "asset_id": _chosen(profile, "asset_id", keys),
        "return_period_field": _chosen(profile, "return_period", periods),
        "depth_field": _chosen(profile, "depth", depths),
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


def _residents_by_name(one: GuessedFile, names: set[str]) -> GuessedFile:
    """Return a table of residents by names of districts as the population, without an id."""
    people = _numbers(one.profile, "population", 0, 1e8)
    for each in _texts(one.profile.fields):
        shared = [word for word in each.words if word.casefold() in names]
        if people.answer and len(shared) > 0.8 * len(each.words):
            about = {"field": people.answer, "names": each.name, "file": one.profile.name}
            role = Guess(POPULATION, False, "draft.why.population_names", about)
            return GuessedFile(one.profile, role, {"population": people})
    return one


# Coordinate reference systems


def city_system(files: Sequence[GuessedFile]) -> Guess:
    """Return the projected system that most layers and rasters have, else the UTM zone of the data."""
    used = [one for one in files if one.role.answer not in (UNKNOWN, UNUSABLE, DUPLICATE)]
    stated = [one.profile.crs for one in used if one.profile.crs and _is_projected(one.profile)]
    if stated:
        systems = Counter(stated).most_common()
        about = {"crs": systems[0][0], "files": systems[0][1]}
        return Guess(systems[0][0], len(systems) == 1, "draft.why.crs_of_files", about)
    bounds = extent_of(used)
    if not bounds:
        return Guess("", False, "draft.why.crs_unknown")
    zone = utm_zone(WGS84, np.array(bounds))
    return Guess(zone, True, "draft.why.crs_utm", {"crs": zone})


def _is_projected(profile: Profile) -> bool:
    """Return whether a layer has a place in metres that are metres on the ground."""
    placed = profile.looks == "metres" and bool(len(profile.degrees)) and not _lies(profile)
    return placed and profile.crs != WEB_MERCATOR


def _lies(profile: Profile) -> bool:
    """Return whether a layer states a system in which its coordinates cannot be."""
    if not profile.crs:
        return False
    geographic = reference_system(profile.crs, source=profile.name).is_geographic
    return bool(geographic) == (profile.looks == "metres") and profile.looks != "unknown"


def extent_of(files: Iterable[GuessedFile]) -> list[float]:
    """Return west, south, east, north of the districts, else of the assets, else of the maps."""
    known = [one for one in files if len(one.profile.degrees) and not _lies(one.profile)]
    for role in (DISTRICTS, ASSETS, HAZARD, CONTEXT):
        boxes = np.array([one.profile.degrees for one in known if one.role.answer == role])
        if len(boxes):
            middles = (boxes[:, :2] + boxes[:, 2:]) / 2
            near = (np.abs(middles - np.median(middles, axis=0)) < 2).all(axis=1)
            boxes = boxes[near] if near.any() else boxes
            return [*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist()]
    return []


def _with_system(one: GuessedFile, files: Sequence[GuessedFile], city: str) -> GuessedFile:
    """Return the file with the system in which it would lie at the city, where it states none."""
    profile = one.profile
    if one.role.answer == ASSETS and (moved := _elsewhere(one, files, city)):
        return replace(one, answers={**one.answers, **moved})
    placed = bool(profile.crs and len(profile.degrees)) and not _lies(profile)
    if profile.kind not in ("vector", "raster") or placed:
        if profile.format in _TABLES and profile.kind == "vector" and profile.crs:
            answers = {
                **one.answers,
                "crs": Guess(profile.crs, False, "draft.why.crs_degrees", {"crs": profile.crs}),
            }
            return replace(one, answers=answers)
        return one
    bounds = extent_of(files)
    if not bounds or not city or not len(profile.bounds):
        looks = Guess(WGS84, False, "draft.why.crs_degrees", {"crs": WGS84})
        unknown = Guess("", False, "draft.why.crs_unknown")
        return replace(
            one, answers={**one.answers, "crs": looks if profile.looks == "degrees" else unknown}
        )
    system = reference_system(city, source=profile.name)
    around = carry_bounds(np.array(bounds), WGS84, system)
    fitting = proposals(np.array(profile.bounds), system, around)
    if city in fitting:  # before others that lie nearly as well
        fitting = [city, *(each for each in fitting if each != city)]
    if not fitting:
        return replace(
            one, answers={**one.answers, "crs": Guess("", False, "draft.why.crs_unknown")}
        )
    about = {"crs": fitting[0]}
    return replace(
        one, answers={**one.answers, "crs": Guess(fitting[0], False, "draft.why.crs_fits", about)}
    )


def _elsewhere(one: GuessedFile, files: Sequence[GuessedFile], city: str) -> dict[str, Guess]:
    """Return what brings assets to the other layers that lie far from them; empty where they do not."""
    profile = one.profile
    bounds = extent_of(each for each in files if each is not one)
    if not (bounds and city and profile.crs and len(profile.bounds)):
        return {}
    system = reference_system(city, source=profile.name)
    around = carry_bounds(np.array(bounds), WGS84, system)
    west, south, east, north = profile.bounds
    x, y = _columns(profile)
    if profile.format in _TABLES and x and y:
        swapped = proposals(np.array([south, west, north, east]), system, around)
        if WGS84 in swapped and not proposals(np.array(profile.bounds), system, around):
            about = {"x": x.name, "y": y.name}
            return {
                "x": Guess(y.name, False, "draft.why.swapped", about),
                "y": Guess(x.name, False, "draft.why.swapped", about),
            }
    if len(profile.degrees) and not _lies(profile):
        there = (np.array(profile.degrees[:2]) + np.array(profile.degrees[2:])) / 2
        here = (np.array(bounds[:2]) + np.array(bounds[2:])) / 2
        fitting = proposals(np.array(profile.bounds), system, around)
        if np.abs(there - here).max() > _FAR and fitting and profile.crs not in fitting:
            about = {"stated": profile.crs, "crs": fitting[0]}
            return {"crs": Guess(fitting[0], False, "draft.why.crs_elsewhere", about)}
    return {}
