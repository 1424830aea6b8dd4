"""The house: a room stands above all that it imports, and some things stand in one room only.

The package is read, not imported, so that imports inside functions and under TYPE_CHECKING count too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.support.paths import PROJECT

PACKAGE = PROJECT / "asset_inventory"

# Ground floor first. Neighbours on a floor are strangers.
FLOORS = (
    {"words", "library"},
    {"errors"},
    {"tables"},
    {"sources"},
    {"hazards", "inventory"},
    {"risk"},
    {"resilience"},
    {"overlay"},
    {"assessment", "explanation", "preflight", "curve_check"},
    {"comparison", "damage_sums"},
    {"preliminary"},
    {"delivery_risk"},
    {"outputs"},
    {"verification"},
    {"commands"},
    {"cli"},
    {"__main__", "the face"},
)

# The same inside a room. The files of a room that is not here are strangers to each other.
INSIDE = {
    "tables": ({"columns"}, {"assessment", "resilience"}),
    "sources": (
        {"environment", "demo", "texts", "faults", "recognition", "blobs", "symbols", "schemas", "whole_files"},
        {"geometries", "delimited", "archives", "geopackages", "dbase", "export_shapes", "export_packages",
         "export_collections", "spellings"},
        {"projections", "city", "containers"},
        {"prices", "curve_points", "class_steps"},
        {"curves", "rasters", "runs", "export_kinds", "provenance", "people_classes"},
        {"exports", "packages", "written_grids", "candidates", "rules"},
        {"pictures", "intake", "stored_runs"},
        {"vectors", "office_tables"},
    ),
    "inventory": (
        {"values", "districts", "district_names", "placement", "context", "validation", "shape_sameness",
         "cells", "fields"},
        {"sameness", "district_indicators"},
        {"nearness", "exports"},
        {"identity", "duplicates"},
        {"assets", "changes"},
        {"merging", "composition"},
        {"register"},
        {"holdings", "consequences"},
    ),
    "hazards": ({"coverage", "sills"}, {"grids", "zones", "zone_layers"}, {"pieces"}, {"reach", "fitness", "nesting"}),
    "risk": (
        {"annual_damage", "curve_audit", "exposure", "ownership", "people", "sea_level", "vulnerability"},
        {"exceedance", "joint_curves"},
        {"joint", "stresses", "sums"},
        {"shortcomings"},
    ),
    "resilience": (
        {"acceptability", "actions", "ballots", "concentration", "flood_index", "focus_areas", "fronts", "pressures",
         "scores", "votes"},
        {"criteria"},
        {"standings", "rank_shifts", "flood_classes", "vulnerability", "district_people"},
        {"decisions"},
    ),
    "overlay": ({"future", "parts"}, {"spreading", "population"}),
    "explanation": ({"joining"}, {"conventions", "conventions_ahead", "few_maps", "stress_words"}),
    "preliminary": ({"forms", "water_classes"}, {"beside_figures", "district_needs", "filled"}),
    "delivery_risk": ({"deltas"},),
    "verification": ({"differences"},),
    "outputs": (
        {"style", "shapes", "packing", "elements", "frames", "naming", "printing", "paper"},
        {"blocks", "columns", "qgis_styles", "public_rules", "coming"},
        {"layer_parts", "page_data", "hazard_maps", "still", "summary", "risk_lines", "audience", "judgement",
         "review_tables", "review_figures", "packaged", "rdls_terms"},
        {"layers", "page_blocks", "reckoning", "large_cities", "review_map", "report_figures"},
        {"city_layer", "page", "report_tables", "report_maps", "qgis_metadata"},
        {"page_content", "comparison_data", "report_sentences", "report_people", "report_stresses", "qgis_layers",
         "sums_told"},
        {"compared_layers", "plots", "qgis_maps", "report_areas", "report_shared"},
        {"report_pages"},
        {"qgis", "reports", "results", "reviews"},
        {"preliminary"},
        {"maps", "forms", "workbooks", "exchange"},
        {"compared_maps", "rdls_parts", "stac"},
        {"rdls"},
        {"catalogues"},
        {"publishing"},
    ),
    "commands": (
        {"tabled"},
        {"assess", "answers", "resilience_told"},
        {"risk"},
        {"handing_in", "deciding", "choosing"},
        {"ballots", "draw", "exchange", "publishing", "reporting", "inspect", "curves", "damage", "start", "intake",
         "register",
         "verifying"},
        {"resilience"},
    ),
}

ONE_ROOM_ONLY = {
    "folium": ("outputs/",),
    "branca": ("outputs/",),
    "fiona": ("sources/",),
    "pyogrio": ("sources/",),
    "rasterio": ("sources/",),
}
REPROJECTION = ("sources/projections.py", "sources/pictures.py")
SPEAKING = ("cli.py", "commands/")
# Where whatever happens becomes a sentence: the command line, and the process that reads what nobody trusts.
BORDERS = ("cli.py", "sources/intake/reading.py")
NO_NAMES = {"utils", "helpers", "common", "base", "core", "misc", "manager"}


def faults(package: Path) -> list[str]:
    """Every fault of a package by the two lists above, in the words of a sentence, files in order."""
    found = []
    for file in sorted(package.rglob("*.py")):
        place = file.relative_to(package).as_posix()
        tree = ast.parse(file.read_text(encoding="utf-8"))
        faults_here = {*_floor_faults(package, place, tree), *_room_faults(place, tree)}
        found += [f"{place} {fault}" for fault in sorted(faults_here)]
    return found


# Floors


def _floor_faults(package: Path, place: str, tree: ast.AST) -> Iterator[str]:
    room, file = _room_and_file(place)
    if _height(FLOORS, room) is None:
        yield "stands on no floor: give it one in tests/test_floors.py"
        return
    if room in INSIDE and file and _height(INSIDE[room], file) is None:
        yield f"has no place inside {room}: give it one in tests/test_floors.py"
    for other_room, other_file in _imports(package, place, tree):
        if other_room != room:
            if not _above(FLOORS, room, other_room):
                yield f"imports {other_room}"
        elif file and other_file != file and not _above(INSIDE.get(room, ()), file, other_file):
            yield f"imports {'/'.join(filter(None, (other_room, other_file)))}"


def _height(floors: tuple[set[str], ...], name: str) -> int | None:
    return next((height for height, names in enumerate(floors) if name in names), None)


def _above(floors: tuple[set[str], ...], name: str, other: str) -> bool:
    heights = _height(floors, name), _height(floors, other)
    return None not in heights and heights[0] > heights[1]


def _room_and_file(place: str) -> tuple[str, str]:
    """`sources/city/reading.py` is in the room «sources», in its file «city»; a room's `__init__.py` has no file."""
    parts = place.removesuffix(".py").removesuffix("__init__").strip("/").split("/")
    return parts[0] or "the face", parts[1] if len(parts) > 1 else ""


def _imports(package: Path, place: str, tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Room and file of every import of our own package, be it relative, late, or by `import_module`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{_absolute(place, node)}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Call) and _called(node) in ("import_module", "__import__") and node.args:
            names = [node.args[0].value] if isinstance(node.args[0], ast.Constant) else []
        else:
            continue
        for name in names:
            first, *rest = name.split(".")
            if first == PACKAGE.name and rest != ["__version__"]:
                yield _target(package, rest)


def _absolute(place: str, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module
    parents = [PACKAGE.name, *place.split("/")][: -node.level]
    return ".".join([*parents, *filter(None, [node.module])])


def _target(package: Path, names: list[str]) -> tuple[str, str]:
    """Where `asset_inventory.<names>` leads; what is no room is a name that the package shows as its face."""
    room, *files = names or [""]
    if _height(FLOORS, room) is None:
        return "the face", ""
    known = {file for floor in INSIDE.get(room, ()) for file in floor}
    is_file = files and (files[0] in known or (package / room / f"{files[0]}.py").exists())
    return room, files[0] if is_file else ""


# Rooms


def _room_faults(place: str, tree: ast.AST) -> Iterator[str]:
    if NO_NAMES & set(place.removesuffix(".py").split("/")):
        yield "has a name that says nothing"
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from _import_faults(place, node)
        elif isinstance(node, ast.Call):
            yield from _call_faults(place, node)
        elif isinstance(node, ast.ExceptHandler) and place not in BORDERS and _catches_all(node):
            yield "catches every exception"
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
            if ast.unparse(node.value) in ("os.environ", "environ") and place != "sources/environment.py":
                yield "changes the environment"


def _import_faults(place: str, node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
    for module in modules:
        rooms = ONE_ROOM_ONLY.get(module.split(".")[0])
        if rooms and not place.startswith(rooms):
            yield f"imports {module.split('.')[0]}, which belongs to {rooms[0].strip('/')}"
    names = {alias.name for alias in node.names}
    if {"Transformer", "transform_geom", "warp"} & names and place not in REPROJECTION:
        yield "changes coordinates, which belongs to sources/projections.py"


def _call_faults(place: str, node: ast.Call) -> Iterator[str]:
    called = _called(node)
    if called == "print" and isinstance(node.func, ast.Name) and not place.startswith(SPEAKING):
        yield "prints"
    if ast.unparse(node.func) == "sys.exit" and place != "cli.py":
        yield "calls sys.exit"
    if (called == "to_crs" or "Transformer" in ast.unparse(node.func)) and place not in REPROJECTION:
        yield "changes coordinates, which belongs to sources/projections.py"
    if called in ("read_file", "to_file") and not place.startswith("sources/"):
        yield f"calls {called}, which belongs to sources"
    if any(word.arg == "inplace" for word in node.keywords):
        yield "changes a table in place"
    changing = ("putenv", "environ.update", "environ.pop", "environ.setdefault", "environ.clear")
    if ast.unparse(node.func).endswith(changing) and place != "sources/environment.py":
        yield "changes the environment"


def _called(node: ast.Call) -> str:
    return getattr(node.func, "id", getattr(node.func, "attr", ""))


def _catches_all(node: ast.ExceptHandler) -> bool:
    caught = [] if node.type is None else ast.walk(node.type)
    return node.type is None or any(getattr(name, "id", "") in ("Exception", "BaseException") for name in caught)


# Tests


def test_the_package_keeps_the_house():
    assert faults(PACKAGE) == []


def built(tmp_path: Path, **files: str) -> list[str]:
    """The faults of a package made of these files; `hazards__zones` is hazards/zones.py."""
    for name, text in files.items():
        file = tmp_path / f"{name.replace('__', '/')}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return faults(tmp_path)


def test_an_import_upward_is_found_wherever_it_hides(tmp_path):
    assert built(
        tmp_path,
        hazards__zones="from asset_inventory.risk.exposure import expose",
        hazards__grids="def cut():\n    import asset_inventory.risk",
        hazards__pieces="from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from asset_inventory import risk",
        hazards__coverage="from ..risk import exposure",
        tables="from importlib import import_module\nimport_module('asset_inventory.sources')",
        sources__city="from asset_inventory import read_city",
    ) == [
        "hazards/coverage.py imports risk",
        "hazards/grids.py imports risk",
        "hazards/pieces.py imports risk",
        "hazards/zones.py imports risk",
        "sources/city.py imports the face",
        "tables.py imports sources",
    ]


def test_neighbours_are_strangers(tmp_path):
    assert built(
        tmp_path,
        inventory__assets="import asset_inventory.hazards.pieces",
        risk__exposure="from . import exceedance",
        risk__exceedance="",
        explanation="from asset_inventory.assessment import Assessment",
    ) == [
        "explanation.py imports assessment",
        "inventory/assets.py imports hazards",
        "risk/exposure.py imports risk/exceedance",
    ]


def test_a_room_has_floors_too(tmp_path):
    assert built(
        tmp_path,
        hazards__coverage="from asset_inventory.hazards.grids import pieces",
        hazards__grids="from asset_inventory.hazards.zones import pieces",
        hazards__zones="from asset_inventory.hazards.coverage import share",
        sources__environment="from asset_inventory.sources import vectors",
        sources__city__reading="from asset_inventory.sources.city.models import City",
    ) == [
        "hazards/coverage.py imports hazards/grids",
        "hazards/grids.py imports hazards/zones",
        "sources/environment.py imports sources/vectors",
    ]


def test_what_stands_nowhere_is_said(tmp_path):
    assert built(tmp_path, attic="", sources__cellar="") == [
        "attic.py stands on no floor: give it one in tests/test_floors.py",
        "sources/cellar.py has no place inside sources: give it one in tests/test_floors.py",
    ]


def test_imports_that_point_down_are_well(tmp_path):
    assert built(
        tmp_path,
        __init__="def f():\n    from asset_inventory.assessment import assess",
        cli="import sys\nfrom . import commands\ntry:\n    print(1)\nexcept Exception:\n    sys.exit(3)",
        outputs__maps="import folium\nfrom asset_inventory.assessment import Assessment\nfrom . import style",
        sources__vectors="import pyogrio\nfrom .projections import to_city\nfrom ..words import say",
        sources__projections="from pyproj import Transformer\nTransformer.from_crs(1, 2)",
        sources__environment="import os\nos.environ['GDAL_CACHEMAX'] = '64'\nos.environ.pop('PROJ_DATA', None)",
    ) == []


def test_what_never_goes_where(tmp_path):
    assert built(
        tmp_path,
        resilience__helpers="",
        risk__exposure="import folium.plugins\nfrom rasterio import windows\ntable.drop('a', inplace=True)",
        risk__exceedance="print(1)\ntry:\n    pass\nexcept (ValueError, Exception):\n    sys.exit(1)",
        risk__vulnerability="table.to_crs(4326)\nfrom pyproj import Transformer\ngeopandas.read_file('a')",
        words="import os\nos.environ['LANG'] = 'id'\nlanguage = os.environ.get('LANG')",
    ) == [
        "resilience/helpers.py has a name that says nothing",
        "resilience/helpers.py has no place inside resilience: give it one in tests/test_floors.py",
        "risk/exceedance.py calls sys.exit",
        "risk/exceedance.py catches every exception",
        "risk/exceedance.py prints",
        "risk/exposure.py changes a table in place",
        "risk/exposure.py imports folium, which belongs to outputs",
        "risk/exposure.py imports rasterio, which belongs to sources",
        "risk/vulnerability.py calls read_file, which belongs to sources",
        "risk/vulnerability.py changes coordinates, which belongs to sources/projections.py",
        "words.py changes the environment",
    ]
