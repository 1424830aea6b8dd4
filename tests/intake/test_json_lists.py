"""JSON that is no GeoJSON: answers of Overpass and lists of places, by hand and beside their peers."""

from __future__ import annotations

import json

import pytest
import shapely

from asset_inventory.intake import ACCEPTED, REJECTED, take_in
from asset_inventory.intake.containers import Dataset
from asset_inventory.intake.documents import read_geojson
from asset_inventory.intake.json_lists import read_json
from asset_inventory.intake.layers import Layer, read_features
from asset_inventory.intake.records import Asked
from tests.support.paths import SHARED

REAL = SHARED / "data" / "semarang"
real = pytest.mark.skipif(not REAL.is_dir(), reason="the layers of real cities are not here")
# a square of 0.01 degree, its corners from south-west on
CORNERS = ((-6.90, 110.40), (-6.90, 110.41), (-6.89, 110.41), (-6.89, 110.40))
SQUARE = [{"type": "node", "id": n, "lat": y, "lon": x} for n, (y, x) in enumerate(CORNERS, 1)]
PLACES = [{"id": "a", "lat": -6.98, "lng": 110.42}, {"id": "b", "lat": -6.97, "lng": 110.43}]


@pytest.fixture
def given(tmp_path):
    def write(content, name="a.json"):
        path = tmp_path / name
        path.write_text(json.dumps(content), encoding="utf-8")
        return path

    return write


@pytest.fixture
def records(given):
    def read(content, **request):
        path = given(content)
        return read_json(Dataset("geojson", path, path.name), Asked(**request))

    return read


def codes(records) -> set[str]:
    return {fault.code for fault in records.faults if fault.applies}


def points(records) -> list[list[float]]:
    return shapely.get_coordinates(records.geometry).tolist()


def way(number, nodes, **tags):
    return {"type": "way", "id": number, "nodes": nodes, "tags": tags}


def relation(number, members, **tags):
    ways = [{"type": "way", "ref": ref, "role": "outer"} for ref in members]
    return {"type": "relation", "id": number, "members": ways, "tags": tags}


def overpass(*elements, **more):
    return {"version": 0.6, "osm3s": {}, "elements": list(elements), **more}


@real
def test_roads_are_those_that_another_program_made_of_the_same_answer():
    path = REAL / "osm_roads_genuk_overpass.json"
    ours = read_json(Dataset("geojson", path, path.name), Asked())
    theirs = read_geojson(REAL / "osm_roads_genuk.geojson")
    roads = ours.only((ours.table["osm_type"] == "way").to_numpy())
    by_id = dict(zip(roads.table["osm_id"], roads.geometry, strict=True))
    assert len(by_id) == 2880 == len(theirs.geometry)
    assert [by_id[i] for i in theirs.table["osm_id"]] == theirs.geometry.tolist()
    names = roads.table.set_index("osm_id")["name"].reindex(theirs.table["osm_id"])
    assert names.fillna("").tolist() == theirs.table["name"].fillna("").tolist()
    # 226 of 14,276 nodes have tags of their own; the others only serve the roads
    assert len(ours.geometry) == 2880 + 226 and not codes(ours)


@real
def test_facilities_without_column_names_lie_where_their_geojson_puts_them():
    path = REAL / "osm_facilities_excerpt.json"
    ours = read_json(Dataset("geojson", path, path.name), Asked())
    theirs = read_geojson(path.with_suffix(".geojson"))
    assert ours.geometry.tolist() == theirs.geometry.tolist() and len(ours.geometry) == 208
    assert ours.table["field_6"].tolist() == theirs.table["osm_id"].tolist()
    assert codes(ours) == {"list_without_names", "crs_presumed"}


@real
def test_an_answer_of_nominatim_has_its_shapes():
    path = REAL / "osm_nominatim_semarang.json"
    ours = read_json(Dataset("geojson", path, path.name), Asked())
    kinds = [shape.geom_type for shape in ours.geometry]
    assert kinds == ["Polygon", "Polygon", "Point", "Point"] and not codes(ours)
    assert ours.table["osm_id"].tolist()[0] == 8409116


def test_a_closed_way_is_an_area_where_its_tags_make_it_one(records):
    ring = [1, 2, 3, 4, 1]
    ways = (
        way(1, ring, building="yes"),
        way(2, ring, highway="service"),
        way(3, ring, highway="platform"),
        way(4, ring, highway="pedestrian", area="yes"),
        way(5, ring, leisure="track", area="no"),
        way(6, [1, 2, 3], building="yes"),
    )
    read = records(overpass(*SQUARE, *ways))
    kinds = [shape.geom_type for shape in read.geometry]
    assert kinds == ["Polygon", "LineString", "Polygon", "Polygon", "LineString", "LineString"]
    assert read.geometry[0].area == pytest.approx(0.01 * 0.01)
    assert read.table[["osm_type", "osm_id"]].to_numpy()[0].tolist() == ["way", 1]
    assert codes(read) == set() and read.labels.tolist() == [4, 5, 6, 7, 8, 9]


def test_geometry_and_centre_are_read_as_overpass_writes_them(records):
    line = [{"lat": -6.9, "lon": 110.4}, {"lat": -6.9, "lon": 110.41}]
    read = records(
        overpass(
            {"type": "way", "id": 1, "nodes": [8, 9], "geometry": line, "tags": {"highway": "x"}},
            {"type": "way", "id": 2, "nodes": [8, 9], "center": line[0], "tags": {"building": "x"}},
            {"type": "relation", "id": 3, "center": line[1], "tags": {"type": "site"}},
            {"type": "way", "id": 4, "nodes": [8], "geometry": [line[0], None]},
        )
    )
    expected = [[110.4, -6.9], [110.41, -6.9], [110.4, -6.9], [110.41, -6.9]]
    assert points(read) == expected and codes(read) == {"osm_nodes_missing"}
    assert read.geometry[3] is None


def test_a_relation_is_put_together_with_its_holes(records):
    inner = [
        {"type": "node", "id": n + 10, "lat": y, "lon": x}
        for n, (y, x) in enumerate(
            ((-6.898, 110.402), (-6.898, 110.404), (-6.896, 110.404), (-6.896, 110.402))
        )
    ]
    read = records(
        overpass(
            relation(1, [1, 2, 3], type="multipolygon", landuse="forest"),
            relation(2, [1], type="boundary"),
            relation(3, [77], type="multipolygon"),
            relation(4, [1], type="route"),
            *({**way(n, nodes), "tags": {}} for n, nodes in enumerate(([1, 2, 3], [3, 4, 1], [10, 11, 12, 13, 10]), 1)),
            *SQUARE,
            *inner,
        )
    )  # fmt: skip
    assert len(read.geometry) == 3  # the ways and nodes only serve; the route is a finding
    assert read.geometry[0].area == pytest.approx(0.01**2 - 0.002**2)
    rows = {fault.code: fault.rows for fault in read.faults}
    assert (rows["osm_ring_open"].tolist(), rows["osm_nodes_missing"].tolist()) == ([1], [2])
    left = next(fault for fault in read.faults if fault.code == "osm_relations_left")
    assert (left.count, left.arguments["relation"], left.refuses) == (1, 4, False)


def test_an_element_that_is_written_twice_is_one(records):
    read = records(overpass({"type": "node", "id": 1, "tags": {"amenity": "x"}}, *SQUARE))
    assert len(read.geometry) == 4 and read.table["amenity"].tolist()[0] == "x"
    assert points(read)[0] == [110.4, -6.9]


def test_an_answer_that_broke_off_is_refused(given):
    remark = 'runtime error: Query timed out in "query" at line 3 after 26 seconds.'
    judged = take_in(given(overpass(*SQUARE, remark=remark)))
    assert (judged.status, judged.kept) == (REJECTED, 0)
    assert [row["code"] for row in judged.all_problems] == ["overpass_error"]


def test_hostile_elements_are_findings(records):
    read = records(
        overpass(
            *({"type": "node", "id": n, "lat": y, "lon": 110.4} for n, y in enumerate(("x", float("nan"), 10**400))),
            {"type": ["node"], "id": 5}, {"type": "node", "id": [5]}, {"type": "area", "id": 5}, 7, None,
            {"type": "way", "id": 1, "nodes": [[1], "2", None], "tags": [3]}, {"type": "way", "id": 2, "nodes": 7},
            {"type": "way", "id": 3, "nodes": [1], "geometry": [{"lat": -6.9, "lon": 110.4}]},
            {"type": "relation", "id": 1, "members": [3, {"type": "way", "ref": [1]}], "tags": {"type": "boundary"}},
        )
    )  # fmt: skip
    assert shapely.is_missing(read.geometry).all() and len(read.geometry) == 6
    assert codes(read) == {"osm_entries_left", "osm_nodes_missing", "geometry_broken"}
    left = next(fault for fault in read.faults if fault.code == "osm_entries_left")
    assert left.count == 5


@pytest.mark.parametrize("content", [PLACES, {"status": "ok", "count": 2, "rows": PLACES}])
def test_a_list_of_objects_is_a_layer(records, content):
    read = records(content)
    assert points(read) == [[110.42, -6.98], [110.43, -6.97]]
    assert read.table["id"].tolist() == ["a", "b"] and codes(read) == {"crs_presumed"}


def test_names_and_numbers_of_indonesia_are_read(records):
    read = records(
        [{"lintang": "-6,98", "bujur": "110,42"}, {"lintang": "-6,97", "bujur": "110,5"}]
    )
    assert points(read) == [[110.42, -6.98], [110.5, -6.97]]


def test_numbers_of_three_decimals_are_no_thousands(records):
    assert points(records([{"lat": -6.123, "lng": 110.123}])) == [[110.123, -6.123]]


def test_metres_need_their_system(records):
    read = records([{"x": 436000.5, "y": 9228000.5}])
    assert points(read) == [[436000.5, 9228000.5]] and read.crs is None


@pytest.mark.parametrize(
    ("rows", "place", "found"),
    [
        ([[-6.98, 110.42, "a"]], [110.42, -6.98], set()),
        ([[110.42, -6.98, "a"]], [110.42, -6.98], set()),
        ([[51.41, 6.91, "a"]], [6.91, 51.41], {"list_order_presumed"}),
    ],
    ids=["latitude first", "longitude first", "either"],
)
def test_beyond_90_degrees_it_is_the_longitude(records, rows, place, found):
    read = records(rows)
    assert points(read) == [place]
    assert codes(read) == {"list_without_names", "crs_presumed"} | found


def test_a_number_in_front_is_no_latitude(records):
    assert codes(records([[1, -6.98, 110.42], [2, -6.97, 110.43]])) == {"table_without_places"}


def test_the_columns_that_a_city_states_are_taken(records):
    read = records([[1, -6.98, 110.42], [2, -6.97, 110.43]], coordinates=("field_3", "field_2"))
    assert points(read) == [[110.42, -6.98], [110.43, -6.97]]


def test_what_is_no_place_is_put_aside(records):
    more = [7, None, {"lat": float("nan"), "lng": 1}, {"lat": "x", "lng": [1]}, {"lat": True}]
    read = records(PLACES * 3 + more)
    assert points(read) == [[110.42, -6.98], [110.43, -6.97]] * 3
    rows = {fault.code: fault.rows.tolist() for fault in read.faults if fault.rows is not None}
    assert rows["list_entry_odd"] == [6, 7]
    assert sorted({*rows["coordinates_blank"], *rows["coordinates_no_number"]}) == [6, 7, 8, 9, 10]
    assert "list_uneven" in codes(records([[-6.98, 110.42], [-6.97, 110.43], [-6.9, 110.4, 3]]))


def test_several_lists_or_none_are_refused(records):
    assert codes(records({"a": PLACES, "b": PLACES})) == {"json_several_lists"}
    assert codes(records({"a": PLACES, "b": [{"id": 1}]})) == {"crs_presumed"}
    for content in ([], {}, None, 7, ["a"], {"type": "Topology", "arcs": [[[1.5, 2.5]]]}):
        assert codes(records(content)) == {"json_no_features"}
    for content in ([{"a": 1}], [[]], {"features": [{"geometry": {"x": 110.4, "y": -6.9}}]}):
        assert codes(records(content)) == {"table_without_places"}


def test_a_layer_of_a_city_and_a_validation_read_the_same(given):
    path = given(overpass(*SQUARE, way(1, [1, 2, 3, 4, 1], amenity="clinic", name="A")))
    assert (take_in(path).status, take_in(path).kept) == (ACCEPTED, 1)
    asked = Layer(path, "clinics", columns=("name",), where={"amenity": ("clinic",)})
    found = read_features(asked).table
    assert found["name"].tolist() == ["A"]
    assert found.geometry.geom_type.tolist() == ["Polygon"]
