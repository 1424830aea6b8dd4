"""What a field of a layer or table probably holds, by its name, its words and its numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from asset_inventory.intake.profiles import FieldProfile, Profile

DISTRICTS, LARGER_DISTRICTS, ASSETS, HAZARD = "districts", "larger districts", "assets", "hazard"
POPULATION, CONTEXT, TERRAIN, RATE = "population", "context", "terrain", "subsidence rate"
CURVES, PERIODS, DUPLICATE = "curves", "return periods", "duplicate"
UNUSABLE, UNKNOWN = "unusable", "unknown"
ASK = "ask"  # only a person can tell
OSM_IDS = "osm_id osm_way_id"  # of relations, and of ways

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
    "depth": (
        "depth", "kedalaman", "waterdiepte", "tinggi_banjir", "tinggi_genangan", "genangan", "dalam", "water_level",
        "muka_air", "tma", "wse", "wsl", "wl", "wd", "level",
    ),
    "ground": (
        "ground", "ground_level", "ground_elevation", "elevasi_tanah", "muka_tanah", "permukaan_tanah", "tinggi_tanah",
        "elevasi", "elevation", "terrain", "maaiveld", "dtm", "dem", "elv",
    ),
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
_WEAK_IDS = ("no", "nº", "nomor", "objectid", "fid")  # numbers of rows, not of assets
_OF_A_PART = (
    "miskin", "poor", "laki", "perempuan", "male", "female", "lansia", "balita", "anak", "kk", "kepadatan", "density",
    "difabel", "disabilitas", "rentan",
)  # fmt: skip
_OF_KINDS = ("nama_barang",)  # in inventories of the state, the name of a kind of goods
_WITH_LAND = ("land", "tanah", "tot", "total", "njop")  # values of more than what can be damaged


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


# Words in names


def parts_of_name(name: str) -> str:
    """Return a name in small letters, its parts parted by underscores, with one at each end."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)
    return "_" + re.sub(r"[\W_]+", "_", spaced.casefold()).strip("_") + "_"


def speaks_of(name: str, words: Iterable[str]) -> bool:
    """Return whether one of the words is a part of a name, or begins or ends one of its parts."""
    parts = parts_of_name(name)
    return any(
        f"_{word}_" in parts or (len(word) > 3 and (f"_{word}" in parts or f"{word}_" in parts))
        for word in words
    )


def rank_of_name(name: str, words: Sequence[str]) -> int | None:
    """Return the place of the word that a field is named by; None where it has none of them."""
    given = parts_of_name(name)
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


def fields_named(profile: Profile, question: str) -> list[FieldProfile]:
    """Return the fields whose names speak of something, the best first."""
    words = FIELD_WORDS[question]
    ranked = [(rank_of_name(one.name, words), at, one) for at, one in enumerate(profile.fields)]
    known = [(rank, at, one) for rank, at, one in ranked if rank is not None]
    return [one for _, _, one in sorted(known, key=lambda row: row[:2])]


def chosen(fits: Iterable[FieldProfile]) -> Guess:
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


def id_field(profile: Profile) -> Guess:
    """Return the field that is unique and named like an id."""
    if profile.format.startswith("osm ") and profile.field_of("osm_way_id"):
        about = {"field": "osm_id, osm_way_id"}
        return Guess(OSM_IDS, sure=True, why="draft.why.osm_ids", about=about)
    named = [
        one
        for one in fields_named(profile, "asset_id")
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
        found = chosen(named[:1])
        return replace(
            found,
            sure=len(named) < 2 and not speaks_of(named[0].name, _WEAK_IDS),
            why="draft.why.id",
            about={"field": named[0].name},
        )
    return Guess("", sure=True, why="draft.why.no_id")


def text_fields(fields: Iterable[FieldProfile]) -> list[FieldProfile]:
    """Return the fields whose cells are mostly words."""
    return [one for one in fields if one.distinct and one.numbers < 0.5]


def _name(profile: Profile) -> Guess:
    fitting = [one for one in text_fields(fields_named(profile, "name")) if one.distinct > 1]
    others = (*_SURVEYED, *_OF_KINDS)
    return chosen([one for one in fitting if rank_of_name(one.name, others) is None])


def type_field(profile: Profile) -> Guess:
    """Return the field of few words that is named like a type of asset."""
    most = max(60, profile.looked // 20)
    fitting = [
        one
        for one in text_fields(fields_named(profile, "asset_type"))
        if one.distinct <= most
        and one.filled > 0.2
        and not one.unique
        and rank_of_name(one.name, _SURVEYED) is None
    ]
    return chosen(fitting)


def number_field(profile: Profile, question: str, least: float, most: float) -> Guess:
    """Return the field of numbers within these bounds that is named so."""
    fitting = [
        one
        for one in fields_named(profile, question)
        if one.numbers > 0.5
        and one.least is not None
        and one.most is not None
        and one.least >= least
        and least < one.most <= most
        and rank_of_name(one.name, _SURVEYED) is None
    ]
    # a height of floors is no number of floors, and its field is named by both
    other = {"levels": "floor_height"}.get(question)
    if other:
        fitting = [one for one in fitting if rank_of_name(one.name, FIELD_WORDS[other]) is None]
    if question == "population":  # a part of the residents is none
        fitting = [one for one in fitting if not speaks_of(one.name, _OF_A_PART)]
        return chosen(sorted(fitting, key=lambda one: -(one.most or 0)))
    if question == "value" and any(speaks_of(one.name, _WITH_LAND) for one in fitting):
        about = {"fields": ", ".join(one.name for one in fitting)}
        apart = [one.name for one in fitting if not speaks_of(one.name, _WITH_LAND)]
        return Guess(apart[0] if apart else "", False, "draft.why.with_land", about)
    return chosen(fitting[:1])


def asset_answers(profile: Profile) -> dict[str, Guess]:
    """Return which fields hold the id, name, type, value and size of the assets."""
    return {
        "asset_id": id_field(profile),
        "name": _name(profile),
        "asset_type": type_field(profile),
        "value": number_field(profile, "value", 0, 1e15),
        "area": number_field(profile, "area", 0, 1e9),
        "levels": number_field(profile, "levels", 0, 200),
        "floor_height": number_field(profile, "floor_height", -20, 50),
    }
