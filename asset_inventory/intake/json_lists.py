"""JSON that is no GeoJSON: what Overpass answers, and lists of places with their coordinates."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pyproj
import shapely

from asset_inventory.intake.containers import Dataset
from asset_inventory.intake.documents import (
    SHAPES,
    described,
    features_of,
    flat,
    records_of,
    roots_of,
)
from asset_inventory.intake.records import Asked, Records, nothing
from asset_inventory.intake.tables import placed
from asset_inventory.io.geometries import WGS84
from asset_inventory.io.table_files import usual_columns
from asset_inventory.model.tables import WARNING, Fault


def read_json(dataset: Dataset, request: Asked) -> Records:
    """Return the features of a JSON file: GeoJSON, an answer of Overpass, or a list of places.

    The list may be one member of an object; its entries are objects, or lists of cells. Where
    several members are such lists, the file is refused.
    """
    roots, faults = roots_of(dataset.path)
    if not roots:
        return nothing(*faults)
    root = roots[0] if len(roots) == 1 else None
    if isinstance(root, dict) and _is_overpass(root):
        return _overpass(root, faults, schema=request.whole)
    if isinstance(root, list) and root and all(_is_feature(entry) for entry in root):
        roots = root
    else:
        lists = _lists(root)
        found = {name: _places(entries, faults, request) for name, entries in lists.items()}
        places = {name: records for name, records in found.items() if records is not None}
        if len(places) > 1:
            names = {"names": ", ".join(places)[:200]}
            return nothing(*faults, Fault("json_several_lists", arguments=names))
        if places:
            return next(iter(places.values()))
        if lists:
            fields = ", ".join(_columns(max(lists.values(), key=len)))[:200]
            return nothing(*faults, Fault("table_without_places", arguments={"fields": fields}))
    return features_of(roots, faults, schema=request.whole)


def _is_feature(entry: object) -> bool:
    return isinstance(entry, dict) and entry.get("type") == "Feature"


# Overpass (https://dev.overpass-api.de/output_formats.html)

_OSM_TYPES = ("node", "way", "relation")
# `closed_ways_are_polygons` of GDAL's osmconf.ini, so that a way is the same shape in any format.
# fmt: off
_AREA_KEYS = frozenset((
    "aeroway", "amenity", "boundary", "building", "craft", "geological", "historic", "landuse", "leisure", "military",
    "natural", "office", "place", "shop", "sport", "tourism",
))
# fmt: on
_AREA_TAGS = (("highway", "platform"), ("public_transport", "platform"))
_ASSEMBLED = ("multipolygon", "boundary")  # the types of relations that are polygons
_FARTHEST = 1e9  # no coordinate; NaN and infinity are beyond it too
_Known = dict[tuple[str, int], dict[str, object]]


def _is_overpass(root: Mapping[str, object]) -> bool:
    elements = root.get("elements")
    if not isinstance(elements, list):
        return False
    return "osm3s" in root or any(
        isinstance(entry, dict) and entry.get("type") in _OSM_TYPES for entry in elements
    )


def _overpass(root: Mapping[str, object], faults: list[Fault], *, schema: bool) -> Records:
    """Return the elements of an answer that stand for themselves, as features with their tags."""
    remark = root.get("remark")
    if isinstance(remark, str) and "error" in remark.lower():  # the answer stops there
        return nothing(*faults, Fault("overpass_error", arguments={"remark": remark[:160]}))
    known, place_of, left = _elements(_listed(root, "elements"))
    used = _used(known)
    features: list[dict[str, object]] = []
    areas: dict[int, shapely.Geometry | None] = {}
    labels, missing, open_rings, relations = [], [], [], []
    for key, entry in known.items():
        tags, row = _tags(entry), len(features)
        if not tags and key in used:
            continue
        points = _line(entry, known) if key[0] == "way" else []
        centre = entry.get("center")
        geometry = None
        if key[0] == "node":
            geometry = _shape("Point", _place(entry))
        elif points and None not in points:
            closed = len(points) > 3 and points[0] == points[-1]
            polygon = closed and _is_area(tags)
            geometry = _shape(*(("Polygon", [points]) if polygon else ("LineString", points)))
        elif isinstance(centre, dict):
            geometry = _shape("Point", _place(centre))
        elif key[0] == "way":
            missing.append(row)
        elif tags.get("type") in _ASSEMBLED:
            areas[row], closed = _area(entry, known)
            missing += [row] * (areas[row] is None)
            open_rings += [row] * (not closed)
        else:
            relations.append(key[1])
            continue
        properties = {"osm_type": key[0], "osm_id": key[1]}
        properties |= {name: tag for name, tag in tags.items() if name not in properties}
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
        labels.append(place_of[key])
    faults = [
        *faults,
        Fault("osm_nodes_missing", rows=np.array(missing, dtype=int)),
        Fault("osm_ring_open", rows=np.array(open_rings, dtype=int)),
    ]
    if relations:
        first = {"relation": relations[0]}
        faults.append(Fault("osm_relations_left", WARNING, arguments=first, count=len(relations)))
    if left:
        faults.append(Fault("osm_entries_left", WARNING, count=len(left)))
    records = records_of(features, pyproj.CRS.from_user_input(WGS84), faults)
    for row, area in areas.items():
        records.geometry[row] = area
    records = replace(records, labels=np.array(labels, dtype=int))
    return described(records, features) if schema else records


def _elements(entries: list[object]) -> tuple[_Known, dict[tuple[str, int], int], list[object]]:
    """Return elements by type and id, where each stands first, and the entries that are none.

    An element that is written twice (`out body; >; out skel`) has what either of them holds.
    """
    known: _Known = {}
    place_of: dict[tuple[str, int], int] = {}
    left: list[object] = []
    for place, entry in enumerate(entries):
        element_id = entry.get("id") if isinstance(entry, dict) else None
        if (
            not isinstance(entry, dict)
            or type(element_id) is not int
            or entry.get("type") not in _OSM_TYPES
        ):
            left.append(entry)
            continue
        key = (entry["type"], element_id)
        known[key] = {**entry, **known[key]} if key in known else entry
        place_of.setdefault(key, place)
    return known, place_of, left


def _used(known: _Known) -> set[tuple[object, object]]:
    """Return the elements that others are made of."""
    used: set[tuple[object, object]] = set()
    for (element_type, _), entry in known.items():
        if element_type == "way":
            used.update(("node", ref) for ref in _listed(entry, "nodes") if type(ref) is int)
        elif element_type == "relation":
            members = (x for x in _listed(entry, "members") if isinstance(x, dict))
            used.update((x.get("type"), x["ref"]) for x in members if type(x.get("ref")) is int)
    return used


def _listed(entry: Mapping[str, object], name: str) -> list[object]:
    value = entry.get(name)
    return value if isinstance(value, list) else []


def _tags(entry: Mapping[str, object]) -> dict[str, object]:
    tags = entry.get("tags")
    return tags if isinstance(tags, dict) else {}


def _place(entry: object) -> list[float] | None:
    """Return longitude and latitude; None where they are not both numbers."""
    place = [entry.get("lon"), entry.get("lat")] if isinstance(entry, dict) else []
    numbers = [value for value in place if type(value) in (int, float) and abs(value) < _FARTHEST]
    return numbers if len(numbers) == 2 else None


def _line(entry: Mapping[str, object], known: _Known) -> list[list[float] | None]:
    """Return the points of a way, by its own geometry or its nodes; None for one not there."""
    if "geometry" in entry:
        return [_place(point) for point in _listed(entry, "geometry")]
    refs = _listed(entry, "nodes")
    return [_place(known.get(("node", ref))) if type(ref) is int else None for ref in refs]


def _shape(shape_type: str, coordinates: Sequence[object] | None) -> dict[str, object] | None:
    return None if coordinates is None else {"type": shape_type, "coordinates": coordinates}


def _is_area(tags: Mapping[str, object]) -> bool:
    if tags.get("area") in ("yes", "no"):
        return tags["area"] == "yes"
    return not _AREA_KEYS.isdisjoint(tags) or any(tags.get(key) == x for key, x in _AREA_TAGS)


def _area(entry: Mapping[str, object], known: _Known) -> tuple[shapely.Geometry | None, bool]:
    """Return the polygons of a relation (None where ways are missing), and whether all close."""
    lines = []
    for member in _listed(entry, "members"):
        if not isinstance(member, dict) or member.get("type") != "way":
            continue
        ref = member.get("ref")
        way = known.get(("way", ref), {}) if type(ref) is int else {}
        points = _line(member if "geometry" in member else way, known)
        whole = [point for point in points if point is not None]
        if len(whole) < max(len(points), 2):
            return None, True
        lines.append(shapely.linestrings(whole))
    if not lines:
        return None, True
    noded = shapely.union_all(lines)  # a border that two inner rings share is one line
    closed = all(rest.is_empty for rest in shapely.polygonize_full([noded])[1:])
    return shapely.build_area(noded), closed


# Lists of places

_WIDEST = 90  # degrees of latitude
_MEMBERS = ("geojson", "geometry")  # that hold a shape of GeoJSON (Nominatim: polygon_geojson=1)


def _lists(root: object) -> dict[str, list[object]]:
    """Return the lists of objects or of lists: the document itself, or members of its object."""
    if isinstance(root, dict) and not isinstance(root.get("type"), str):
        members = {str(name): member for name, member in root.items()}
    else:
        members = {"": root}
    return {
        name: entries
        for name, entries in members.items()
        if isinstance(entries, list)
        and 2 * sum(isinstance(entry, dict | list) for entry in entries) > len(entries)
    }


def _places(entries: list[object], faults: list[Fault], request: Asked) -> Records | None:
    """Return a list as features; None where its entries hold no coordinates."""
    names, entry_type = _columns(entries), dict if _of_objects(entries) else list
    odd = Fault.of_rows("list_entry_odd", [not isinstance(x, entry_type) for x in entries])
    faults = [*faults, odd]
    if entry_type is dict:
        rows = [entry if isinstance(entry, dict) else {} for entry in entries]
        wgs84 = pyproj.CRS.from_user_input(WGS84)
        for member in _MEMBERS:
            if 2 * sum(_is_shape(row.get(member)) for row in rows) > len(rows):
                features = [_feature(row, member) for row in rows]
                records = records_of(features, wgs84, faults)
                return described(records, features) if request.whole else records
    else:
        cells = [entry if isinstance(entry, list) else [] for entry in entries]
        uneven = [isinstance(x, list) and len(x) != len(names) for x in entries]
        faults.append(Fault.of_rows("list_uneven", uneven))
        rows = [dict(zip(names, row, strict=False)) for row in cells]
    table = pd.DataFrame(
        [{str(name): flat(value) for name, value in row.items()} for row in rows],
        index=range(len(rows)),
        columns=names,
    )
    columns = {name: _cells(rows, name) for name in _candidates(rows, table, request)}
    called = {name: name for name in columns}
    if entry_type is list and not set(request.coordinates) & set(columns):
        called, more = _order(columns)
        faults += more
    columns = {called[name]: column for name, column in columns.items() if name in called}
    placed_in = placed(pd.DataFrame(columns, index=table.index), faults, request)
    if placed_in is None:
        return None
    own = {usual: name for name, usual in called.items()}
    meant = (replace(x, column=own.get(x.column or "", x.column)) for x in placed_in.faults)
    records = replace(placed_in, table=table, faults=tuple(meant))
    if not request.whole:
        return records
    # no schema of GeoJSON, whose places lie on WGS 84: these may lie in another system
    return replace(described(records, [{"properties": row} for row in rows]), schema=None)


def _of_objects(entries: list[object]) -> bool:
    return 2 * sum(isinstance(entry, dict) for entry in entries) >= len(entries)


def _columns(entries: list[object]) -> list[str]:
    """Return the columns of a list: the keys of its objects, else field_1, field_2, … as GDAL."""
    if _of_objects(entries):
        keys = (str(key) for entry in entries if isinstance(entry, dict) for key in entry)
        return list(dict.fromkeys(keys))
    widths = Counter(len(entry) for entry in entries if isinstance(entry, list))
    return [f"field_{number}" for number in range(1, widths.most_common(1)[0][0] + 1)]


def _is_shape(value: object) -> bool:
    return isinstance(value, dict) and value.get("type") in SHAPES


def _feature(row: Mapping[str, object], member: str) -> dict[str, object]:
    properties = {name: value for name, value in row.items() if name != member}
    return {"type": "Feature", "properties": properties, "geometry": row.get(member)}


def _candidates(rows: list[dict[str, object]], table: pd.DataFrame, request: Asked) -> list[str]:
    """Return the columns that may hold coordinates: those named, the usual ones, the first two."""
    named = [name for name in request.coordinates if name in table.columns]
    if named:
        return named
    plain = [
        name
        for name in table.columns
        if table[name].notna().any()
        and 2 * sum(isinstance(row.get(name), dict | list) for row in rows) < len(rows)
    ]
    return list(usual_columns(plain)) or plain[:2]


def _cells(rows: list[dict[str, object]], name: str) -> pd.Series:
    """Return a column of numbers, else of text; what is neither is text that is no number."""
    values = [flat(row.get(name)) for row in rows]
    if all(type(value) in (int, float, type(None)) for value in values):
        return pd.Series(values, dtype=float)
    texts = [x if isinstance(x, str) or x is None else json.dumps(x) for x in values]
    column = pd.Series(texts, dtype="str")
    return column.mask(column == "")


def _order(columns: Mapping[str, pd.Series]) -> tuple[dict[str, str], list[Fault]]:
    """Return which of two columns without names is the latitude, and how sure that is.

    Beyond 90 degrees it is the longitude. Whole numbers are ids rather than coordinates.
    """
    if len(columns) < 2:
        return {}, []
    first, second = columns
    degrees = [pd.to_numeric(columns[name], errors="coerce") for name in (first, second)]
    fractions = [2 * (column % 1 > 0).sum() > len(column) for column in degrees]
    middle = [float(column.abs().median()) for column in degrees]
    if not all(fractions) or not min(middle) <= _WIDEST or not max(middle) <= 2 * _WIDEST:
        return {}, []
    x, y = (first, second) if middle[0] > _WIDEST else (second, first)
    names = {"longitude": x, "latitude": y}
    faults = [Fault("list_without_names", WARNING, arguments=names)]
    if max(middle) <= _WIDEST:
        faults.append(Fault("list_order_presumed", WARNING, arguments=names))
    return {x: "longitude", y: "latitude"}, faults
