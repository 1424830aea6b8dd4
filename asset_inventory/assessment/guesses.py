"""What each file of a folder is probably for, with the reason and whether it is sure.

Names, contents and shapes count together, contents more than names. An answer that could be another
one is never sure; a year is never taken for a return period.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

import numpy as np

from asset_inventory.assessment.field_guesses import (
    ASSETS,
    CONTEXT,
    CURVES,
    DISTRICTS,
    DUPLICATE,
    FIELD_WORDS,
    HAZARD,
    LARGER_DISTRICTS,
    PERIODS,
    POPULATION,
    TERRAIN,
    UNKNOWN,
    UNUSABLE,
    Guess,
    GuessedFile,
    asset_answers,
    chosen,
    fields_named,
    id_field,
    number_field,
    rank_of_name,
    speaks_of,
    text_fields,
    type_field,
)
from asset_inventory.assessment.hazard_guesses import (
    CLASS,
    HAZARD_WORDS,
    LEVEL,
    class_zones,
    depth_table,
    in_years,
    map_sets,
    raster,
    zones,
)
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

_EMPTY = ("empty", "no_features", "no_geometry", "table_empty")
_DISTRICT_NAMES = (
    "nama", "name", "naam", "nm", "namobj", "wadmkd", "wadmkc", "kelurahan", "kel", "desa", "barangay", "en",
)  # fmt: skip
_X = (*X_NAMES, "koordinat_x", "x_utm", "long")
_Y = (*Y_NAMES, "koordinat_y", "y_utm")
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
    files = map_sets(files)
    crs = city_system(files)
    return GuessedFolder(crs, tuple(_with_system(one, files, crs.answer) for one in files))


# Roles


def _first_look(profile: Profile) -> GuessedFile:
    if profile.kind == "raster":
        return raster(profile)
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
    classes = class_zones(profile) if polygons else None
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
        one
        for one in profile.fields
        if rank_of_name(one.name, _OF_LAND) is not None and one.filled > 0.5
    ]
    if land and polygons:
        return GuessedFile(
            profile, Guess(CONTEXT, sure=False, why="draft.why.land", about={"field": land[0].name})
        )
    if polygons and (speaks_of(stem, _OF_FAILURE) or profile.field_of("p_fail")):
        return GuessedFile(profile, Guess(UNKNOWN, sure=False, why="draft.why.failure"))
    periods = [one for one in fields_named(profile, "return_period") if one.filled > 0.5]
    spoken = [one for one in profile.fields if speaks_of(one.name, HAZARD_WORDS)]
    typed = bool(id_field(profile).answer and type_field(profile).answer)
    if (
        polygons
        and not typed
        and (periods or spoken or speaks_of(stem, HAZARD_WORDS) or in_years(profile))
    ):
        return zones(profile)
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
        asset_answers(profile),
    )


def _as_assets(profile: Profile, *, sure: bool) -> Guess:
    fields = ", ".join(one.name for one in profile.fields[:4]) or "-"
    return Guess(ASSETS, sure, "draft.why.assets", {"rows": profile.rows, "fields": fields})


def _is_asset(profile: Profile) -> bool:
    answers = asset_answers(profile)
    return profile.shapes != "mixed" and any(
        answers[name].answer for name in ("asset_id", "name", "asset_type")
    )


def _osm_layer(profile: Profile) -> GuessedFile:
    buildings = profile.field_of("building")
    if profile.layer == "multipolygons" and buildings and buildings.filled > 0:
        answers = asset_answers(profile)
        of_building = Guess("building", True, "draft.why.osm_building", {"field": "building"})
        return GuessedFile(
            profile,
            Guess(ASSETS, sure=True, why="draft.why.osm_building"),
            {**answers, "asset_type": of_building},
        )
    return GuessedFile(profile, Guess(CONTEXT, sure=True, why="draft.why.osm_context"))


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
        and rank_of_name(one.name, FIELD_WORDS["population"]) is None
    ]


def _district_names(profile: Profile) -> list[FieldProfile]:
    """Return the fields of names that nearly all differ, those without a common first word first."""
    named = [
        one
        for one in text_fields(profile.fields)
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
    ids = id_field(profile)
    if codes:
        ids = Guess(codes[0].name, len(codes) == 1, "draft.why.bps", {"field": codes[0].name})
    parents = [
        one
        for one in text_fields(profile.fields)
        if 1 < one.distinct < profile.rows and speaks_of(one.name, FIELD_WORDS["parent"])
    ]
    parents.sort(key=lambda one: all(map(str.isupper, one.words)))
    return {
        "id": ids,
        "name": chosen(names),
        "parent": chosen(parents),
        "population": number_field(profile, "population", 0, 1e8),
    }


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
        one.profile.name: asset_id
        for one in files
        if one.role.answer == ASSETS
        for asset_id in [one.profile.field_of(one.answer("asset_id"))]
        if asset_id is not None
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
            table = depth_table(one, ids)
            seen.append(_residents_by_name(one, names) if table is one else table)
        elif one.profile.kind == "raster" and one.answer("measure") == LEVEL and terrain:
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
    codes, people = _district_codes(profile), number_field(profile, "population", 0, 1e8)
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
        **asset_answers(points),
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
                if rank_of_name(one.name, words) is not None and one.numbers > 0.9
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


def _residents_by_name(one: GuessedFile, names: set[str]) -> GuessedFile:
    """Return a table of residents by names of districts as the population, without an id."""
    people = number_field(one.profile, "population", 0, 1e8)
    for each in text_fields(one.profile.fields):
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
