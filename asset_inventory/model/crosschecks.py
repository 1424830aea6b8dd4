"""What no single field of `city.toml` shows: missing files, names and years that disagree."""

from __future__ import annotations

import difflib
import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeGuard

from babel import numbers as babel_numbers

from asset_inventory.model.annual_damage import relation_findings
from asset_inventory.model.hazards import (
    chronic_hazard_findings,
    fraction_findings,
    people_rate_findings,
)
from asset_inventory.model.library import greatest_damage, shipped_curves
from asset_inventory.model.projection import projection_findings
from asset_inventory.model.resilience import resilience_findings
from asset_inventory.model.texts import (
    GRID_SUFFIXES,
    METRES_PER_UNIT,
    Fault,
    excerpt,
    is_number,
    joined,
    not_known,
    tables,
)


def price_findings(document: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield every fault of prices and of content curves without a price, of sound form."""
    given = document.get("values")
    values = (
        {name: rule for name, rule in given.items() if isinstance(rule, Mapping)}
        if _is_table(given)
        else {}
    )
    for name, rule in values.items():
        where = f"values, {name}"
        stated = rule.get("price_year")
        if "rule" in rule:
            stated = greatest_damage().price_year
            yield from _of_jrc(where, rule, document.get("currency"))
        yield from _inflation(where, rule.get("inflation"), stated, document.get("price_year"))
    with_content = {name for name, rule in values.items() if "rule" in rule or rule.get("content")}
    curves = document.get("curves")
    for number, curve in enumerate(curves if isinstance(curves, list) else ()):
        if (
            _is_table(curve)
            and curve.get("part") == "content"
            and curve.get("damage", "fraction") == "fraction"
        ):
            yield from _content(f"curves[{number}]", curve.get("asset_types"), values, with_content)


def _of_jrc(where: str, rule: Mapping[str, Any], currency: Any) -> Iterator[Fault]:
    shipped, sector = greatest_damage(), rule.get("sector")
    if isinstance(sector, str) and sector not in shipped.sectors:
        near = difflib.get_close_matches(sector, shipped.sectors, n=1)
        key = "fault.no_such_sector_near" if near else "fault.no_such_sector"
        known = {"near": near[0]} if near else {"sectors": ", ".join(shipped.sectors)}
        yield f"{where}, sector", key, {"given": sector, **known}
    if isinstance(currency, str) and currency != shipped.currency and "exchange_rate" not in rule:
        yield (
            where,
            "fault.exchange_rate_missing",
            {"currency": currency, "base": shipped.currency, "year": str(shipped.price_year)},
        )


def _inflation(where: str, inflation: Any, stated: Any, wanted: Any) -> Iterator[Fault]:
    """Yield a fault where there is inflation and not from one year to another."""
    if inflation is None:
        return
    if stated is None or wanted is None:
        yield f"{where}, inflation", "fault.inflation_without_years", {}
    elif stated == wanted and inflation != 1:
        yield f"{where}, inflation", "fault.inflation_within_year", {"year": str(stated)}


def _content(
    where: str, asset_types: Any, values: Mapping[str, Mapping[str, Any]], with_content: set[str]
) -> Iterator[Fault]:
    """Yield a fault for each type with a curve for its content and no price that has one."""
    kinds = [asset_types] if isinstance(asset_types, str) else asset_types
    for kind in kinds if isinstance(kinds, list) else ():
        served = (
            bool(with_content) if kind == "*" else (kind if kind in values else "*") in with_content
        )
        if isinstance(kind, str) and not served:
            yield where, "fault.content_without_price", {"given": kind}


def _is_table(given: Any) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(given, Mapping)


OSM_SUFFIXES = (".osm.pbf", ".osm")
# in each such file
OSM_LAYERS = ("points", "lines", "multilinestrings", "multipolygons", "other_relations")
LONGEST_NAME = 200  # signs, of a layer or a hazard
# categories of Unicode: controls, marks of direction, halves, ends of lines
_HIDDEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
_JOINING = "\u200c\u200d"  # with which some scripts spell
# a rule of [[curves]] has one of them
CURVE_KEYS = ("curve", "path", "fractions", "fractions_above")


def crosscheck(document: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield every fault that needs several fields, as (where, key of a sentence, arguments).

    Reads the document as it stands, whatever its form: what is not of the expected form is skipped
    here, for the models report it.
    """
    hazards, layers = tables(document, "hazards"), tables(document, "assets")
    yield from _files(document, ())
    yield from _layers(document)
    yield from _twice("hazards", [hazard.get("name") for hazard in hazards])
    for key, several in (("hazards", hazards), ("assets", layers)):
        for number, one in enumerate(several):
            if isinstance(one.get("name"), str) and not _can_name(one["name"]):
                yield (
                    f"{key}[{number}], name",
                    "fault.no_name",
                    {"given": excerpt(one["name"]), "most": LONGEST_NAME},
                )
    yield from _twice("assets", [layer.get("name") for layer in layers])
    for number, hazard in enumerate(hazards):
        yield from _hazard(f"hazards[{number}]{_named(hazard)}", hazard)
    for number, layer in enumerate(layers):
        yield from _asset_layer(f"assets[{number}]{_named(layer)}", layer)
    named = {
        hazard["name"]: hazard
        for hazard in reversed(hazards)
        if isinstance(hazard.get("name"), str)
    }
    for number, curve in enumerate(tables(document, "curves")):
        yield from _curve(f"curves[{number}]", curve, named)
    yield from price_findings(document)
    yield from relation_findings(document)
    yield from chronic_hazard_findings(document)
    yield from projection_findings(document)
    yield from resilience_findings(document)
    people = dict(_items(document.get("districts"))).get("population")
    if (
        isinstance(people, Mapping)
        and isinstance(people.get("id"), str)
        and people.get("id") == people.get("field")
    ):
        yield (
            "districts, population",
            "fault.one_field_for_two",
            {"given": people["id"], "keys": "id, field"},
        )
    for name, goalpost in _items(document.get("scores")):
        if (
            isinstance(goalpost, Mapping)
            and "worst" in goalpost
            and goalpost.get("worst") == goalpost.get("best")
        ):
            yield f"scores, {name}", "fault.goalposts_equal", {"given": str(goalpost["worst"])}
    yield from _same_assets(document)
    drawn = document.get("map")
    yield from _rising(
        "map", drawn.get("ead_breaks") if isinstance(drawn, Mapping) else None, "ead_breaks"
    )
    currency = document.get("currency")
    if isinstance(currency, str) and len(currency) == 3 and currency not in _currencies():
        yield "currency", "fault.no_currency", {"given": currency}


def _same_assets(document: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield a fault for each pair of `[duplicates]` that is none, or that another contradicts."""
    given = dict(_items(document.get("duplicates")))
    pairs = {key: _pairs(given.get(key)) for key in ("count_once", "keep")}
    for key, several in pairs.items():
        seen: set[frozenset[str]] = set()
        for number, (one, other) in several.items():
            if one == other:
                yield f"duplicates, {key}[{number}]", "fault.pair_with_itself", {"given": one}
            elif frozenset((one, other)) in seen:
                yield (
                    f"duplicates, {key}[{number}]",
                    "fault.pair_twice",
                    {"first": one, "second": other},
                )
            seen.add(frozenset((one, other)))
    same = joined(pairs["count_once"].values())
    for number, (one, other) in pairs["keep"].items():
        if one != other and one in same and same[one] == same.get(other):
            yield (
                f"duplicates, keep[{number}]",
                "fault.pair_in_both",
                {"first": one, "second": other},
            )


def _pairs(given: Any) -> dict[int, tuple[str, str]]:
    return {
        number: (one[0], one[1])
        for number, one in enumerate(given if isinstance(given, list) else ())
        if isinstance(one, list) and len(one) == 2 and all(isinstance(name, str) for name in one)
    }


def _items(given: Any) -> Iterable[tuple[str, Any]]:
    return given.items() if isinstance(given, Mapping) else ()


def _named(table: Mapping[str, Any]) -> str:
    return f' "{table["name"]}"' if isinstance(table.get("name"), str) else ""


def _files(value: Any, location: tuple[str, ...]) -> Iterator[Fault]:
    if isinstance(value, list):
        for number, inner in enumerate(value):
            name = _named(inner) if isinstance(inner, Mapping) else ""
            yield from _files(
                inner, (*location[:-1], f"{location[-1]}[{number}]{name}" if location else "")
            )
    for key, inner in _items(value):
        if key in ("path", "terrain") and inner == "":
            yield ", ".join((*location, key)), "fault.empty", {"key": key}
        elif key in ("path", "terrain") and isinstance(inner, str):
            path = Path(inner)
            if not _there(path):
                yield ", ".join(location), "fault.no_file", {"path": inner}
            elif path.is_dir() and path.suffix.lower() != ".gdb":
                yield ", ".join(location), "fault.file_is_folder", {"path": inner}
        elif isinstance(inner, (Mapping, list)):
            yield from _files(inner, (*location, key))


def _there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name longer than the file system takes
        return False


def _layers(document: Mapping[str, Any]) -> Iterator[Fault]:
    given = document.get("crs")
    if isinstance(given, str) and given:
        system = _system(given)
        if system is None:
            yield "crs", "fault.no_such_crs", {"given": given}
        elif not system.is_projected or {axis.unit_name for axis in system.axis_info} != {"metre"}:
            yield "crs", "fault.crs_not_metres", {"given": given}
    layers = [
        (f"{key}[{number}]{_named(table)}", table)
        for key in ("assets", "context")
        for number, table in enumerate(tables(document, key))
    ]
    layers += [
        (f"hazards[{number}]{_named(hazard)}, maps[{place}]", table)
        for number, hazard in enumerate(tables(document, "hazards"))
        for place, table in enumerate(tables(hazard, "maps"))
    ]
    if isinstance(document.get("districts"), Mapping):
        layers.append(("districts", document["districts"]))
    rate = dict(_items(document.get("future"))).get("subsidence_rate")
    layers += [("future, subsidence_rate", rate)] if isinstance(rate, Mapping) else []
    for where, table in layers:
        if isinstance(table.get("crs"), str) and _system(table["crs"]) is None:
            yield f"{where}, crs", "fault.no_such_crs", {"given": table["crs"]}
        path = table.get("path")
        if isinstance(path, str) and path.lower().endswith(OSM_SUFFIXES) and "layer" not in table:
            yield where, "fault.osm_layer", {"layers": ", ".join(OSM_LAYERS)}


@lru_cache
def _system(given: str) -> Any:
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        return CRS.from_user_input(given)
    except CRSError:
        return None


@lru_cache
def _currencies() -> frozenset[str]:
    return frozenset(babel_numbers.list_currencies())


def _can_name(name: str) -> bool:
    """Tell a name from a path, and from what is blank, too long, or holds invisible signs."""
    steps = re.split(r"[/\\]", name)
    is_path = (len(steps) > 1 and not steps[0].strip()) or not {".", ".."}.isdisjoint(steps)
    hidden = any(unicodedata.category(sign) in _HIDDEN and sign not in _JOINING for sign in name)
    return len(name) <= LONGEST_NAME and not (is_path or hidden or name.isspace())


def _twice(key: str, names: list[Any]) -> Iterator[Fault]:
    for name, count in Counter(name for name in names if isinstance(name, str)).items():
        if count > 1:
            yield key, "fault.name_twice", {"given": name, "times": count}


def _hazard(where: str, hazard: Mapping[str, Any]) -> Iterator[Fault]:
    maps = tables(hazard, "maps")
    periods = [period for a_map in maps if is_number(period := a_map.get("return_period"))]
    for period, count in Counter(float(period) for period in periods).items():
        if count > 1:
            yield where, "fault.return_period_twice", {"period": period, "times": count}
    scenarios = sum("return_period" not in m and "return_period_field" not in m for m in maps)
    if scenarios > 1:
        yield where, "fault.two_scenarios", {"times": scenarios}
    if scenarios and scenarios < len(maps):
        yield where, "fault.scenario_beside_periods", {}
    start = hazard.get("no_damage_return_period")
    if is_number(start) and periods and start > min(periods):
        yield where, "fault.damage_starts_late", {"given": start, "period": min(periods)}
    if "protection" in hazard and maps and scenarios == len(maps):
        yield where, "fault.protection_without_periods", {}
    yield from _below_ground(where, hazard, maps)
    yield from _water_depth(where, hazard, maps)
    yield from _intensity_breaks(where, hazard, maps)
    yield from people_rate_findings(where, hazard)
    for number, one in enumerate(maps):
        yield from _hazard_map(f"{where}, maps[{number}]", one, hazard)


def _below_ground(
    where: str, hazard: Mapping[str, Any], maps: list[Mapping[str, Any]]
) -> Iterator[Fault]:
    start, intensity = hazard.get("exposed_from"), hazard.get("intensity")
    if not is_number(start) or start >= 0:
        return
    unit = intensity.get("unit") if isinstance(intensity, Mapping) else None
    if isinstance(unit, str) and unit not in METRES_PER_UNIT:
        yield f"{where}, exposed_from", "fault.below_ground_unit", {"given": start}
    if any(
        isinstance(a_map.get("path"), str) and not a_map["path"].lower().endswith(GRID_SUFFIXES)
        for a_map in maps
    ):
        yield f"{where}, exposed_from", "fault.below_ground_zones", {"given": start}


def _water_depth(
    where: str, hazard: Mapping[str, Any], maps: list[Mapping[str, Any]]
) -> Iterator[Fault]:
    intensity = hazard.get("intensity")
    if not isinstance(intensity, Mapping) or intensity.get("is_water_depth") is not True:
        return
    unit = intensity.get("unit")
    if (isinstance(unit, str) and unit not in METRES_PER_UNIT) or any(
        "order" in a_map for a_map in maps
    ):
        yield f"{where}, intensity", "fault.water_depth_no_length", {}


def _intensity_breaks(
    where: str, hazard: Mapping[str, Any], maps: list[Mapping[str, Any]]
) -> Iterator[Fault]:
    intensity = hazard.get("intensity")
    breaks = intensity.get("breaks") if isinstance(intensity, Mapping) else None
    if not isinstance(breaks, list):
        return
    yield from _rising(f"{where}, intensity", breaks, "breaks")
    start = hazard.get("exposed_from", 0)
    below = [one for one in breaks if is_number(one) and is_number(start) and one <= start]
    if below:
        yield (
            f"{where}, intensity",
            "fault.break_below_exposure",
            {"given": below[0], "start": start},
        )
    if any("order" in a_map or "intensities" in a_map for a_map in maps):
        yield f"{where}, intensity", "fault.breaks_beside_words", {}


def _rising(where: str, breaks: Any, key: str) -> Iterator[Fault]:
    given = [one for one in breaks if is_number(one)] if isinstance(breaks, list) else []
    wrong = next((pair for pair in itertools.pairwise(given) if pair[0] >= pair[1]), None)
    if wrong:
        yield f"{where}, {key}", "fault.breaks_not_rising", {"first": wrong[0], "second": wrong[1]}


def _hazard_map(where: str, one: Mapping[str, Any], hazard: Mapping[str, Any]) -> Iterator[Fault]:
    path = one.get("path")
    if not isinstance(path, str):
        return
    if path.lower().endswith(GRID_SUFFIXES):
        for key in ("exposed_from", "nodata_means"):
            if key not in hazard:
                yield where, "fault.grid_must_say", {"key": key}
        for key in (
            "intensity",
            "intensity_field",
            "intensities",
            "order",
            "unknown",
            "where",
            "ignore_case",
            "return_period_field",
            "layer",
        ):
            if key in one:
                yield where, "fault.not_for_grids", {"key": key}
        return
    if "terrain" in one or "band" in one:
        yield where, "fault.only_for_grids", {"key": "terrain" if "terrain" in one else "band"}
    if ("intensity" in one) == ("intensity_field" in one):
        yield where, "fault.one_intensity", {}
    if "order" in one and "intensities" in one:
        yield where, "fault.order_or_intensities", {}
    if (
        any(key in one for key in ("order", "intensities", "unknown"))
        and "intensity_field" not in one
    ):
        yield where, "fault.words_need_field", {}
    yield from _unknown_words(where, one)
    order = one.get("order")
    if isinstance(order, list) and len({str(word) for word in order}) < len(order):
        yield where, "fault.order_twice", {}
    if one.get("ignore_case") is True:
        yield from _same_word(where, one.get("intensities"))
        yield from _same_word(where, order)
    if "return_period" in one and "return_period_field" in one:
        yield where, "fault.one_return_period", {}


def _unknown_words(where: str, one: Mapping[str, Any]) -> Iterator[Fault]:
    given, order, words = one.get("unknown"), one.get("order"), one.get("intensities")
    unknown = given if isinstance(given, list) else [given]
    classes = [
        *(order if isinstance(order, list) else []),
        *(words if isinstance(words, Mapping) else []),
    ]
    for word in classes:
        if word in unknown:
            yield where, "fault.class_unknown", {"given": str(word)}


def _asset_layer(where: str, layer: Mapping[str, Any]) -> Iterator[Fault]:
    if ("x" in layer) != ("y" in layer):
        yield where, "fault.x_and_y", {}
    if isinstance(layer.get("x"), str) and layer.get("x") == layer.get("y"):
        yield where, "fault.one_field_for_two", {"given": layer["x"], "keys": "x, y"}
    if "wkt" in layer and "x" in layer:
        yield where, "fault.wkt_or_xy", {}
    fields = layer.get("fields")
    if layer.get("ignore_case") is True:
        of_fields = (
            [fields.get(name) for name in ("condition", "criticality")]
            if isinstance(fields, Mapping)
            else []
        )
        for field in (layer.get("asset_type"), *of_fields):
            yield from _same_word(where, field.get("map") if isinstance(field, Mapping) else None)
    if "asset_type" not in layer and not (isinstance(fields, Mapping) and "asset_type" in fields):
        yield where, "fault.no_asset_type", {}


def _same_word(where: str, given: Any) -> Iterator[Fault]:
    """Yield a fault for each two words of a list or mapping that differ in case only."""
    meant = (
        dict(given)
        if isinstance(given, Mapping)
        else {
            word: place
            for place, word in enumerate(given if isinstance(given, list) else [])
            if isinstance(word, str)
        }
    )
    first: dict[str, str] = {}
    for word, meaning in meant.items():
        other = first.setdefault(word.strip().casefold(), word)
        if meant[other] != meaning:
            yield where, "fault.same_word", {"given": other, "other": word}


def _curve(
    where: str, curve: Mapping[str, Any], hazards: Mapping[str, Mapping[str, Any]]
) -> Iterator[Fault]:
    given = curve.get("hazard")
    if isinstance(given, str) and given not in hazards:
        yield where, *not_known("fault.hazard_not_declared", given, hazards)
    if sum(key in curve for key in CURVE_KEYS) != 1:
        yield where, "fault.curve_or_path", {}
    yield from fraction_findings(where, curve, hazards)
    shipped = curve.get("curve")
    if isinstance(shipped, str) and shipped not in shipped_curves():
        yield where, *not_known("fault.no_such_curve", shipped, shipped_curves())
    if "curve" not in curve and any(key in curve for key in CURVE_KEYS) and "source" not in curve:
        yield where, "fault.curve_needs_source", {}
