"""What a city asks of a file is held against it row by row, and nothing that breaks a rule is
kept.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from asset_inventory.intake.reading import examine
from asset_inventory.intake.records import Records
from asset_inventory.intake.rules import NumberRule, Rules, WordRule, from_plain
from asset_inventory.intake.screening import screen
from asset_inventory.messages import finding_families
from asset_inventory.model.tables import Fault
from tests.support.town import write_grid

RULES = Rules(
    city="Kota",
    layer="sekolah",
    city_crs="EPSG:32749",
    asked=("id", "jenis", "nilai", "kondisi"),
    ids=("id",),
    needed=("jenis",),
    wanted=("nilai",),
    numbers=(NumberRule("nilai", 0), NumberRule("kondisi", 0, 1)),
    words=(WordRule("jenis", ("sd", "smp")),),
    box=(110.3, -7.1, 110.5, -6.9),
)
HERE = (110.42, -6.98)
GOOD = {"id": ["1", "2"], "jenis": ["sd", "smp"], "nilai": ["5", "7"], "kondisi": ["0.5", "1"]}


def records(
    places: list | None = None, crs: str | None = "EPSG:4326", layer: str = "", **columns: list
) -> Records:
    table = pd.DataFrame({**GOOD, **columns} if places is None or len(places) == 2 else columns)
    points = shapely.points(places or [HERE] * len(table))
    return Records(
        table, points, None if crs is None else pyproj.CRS.from_user_input(crs), layer=layer
    )


def found(given: Records, rules: Rules = RULES, **options) -> dict[str, list[int] | None]:
    """Rows by the code of their fault; None for a fault of the whole source."""
    faults = screen(given, rules=rules, **options).faults
    return {fault.code: None if fault.rows is None else fault.rows.tolist() for fault in faults}


def test_what_keeps_the_rules_is_kept():
    screened = screen(records(), rules=RULES)
    assert (screened.kept.tolist(), screened.faults) == ([True, True], ())


def test_each_row_that_breaks_a_rule_is_put_aside_with_its_reason():
    """Row 0 is sound, 1 has no value (which may be), 2 to 10 break one rule each; 9 and 10 share
    an id.
    """
    rows = [
        ("a", "sd", "5", "0.5"),
        ("b", "smp", None, None),
        (" ", "sd", "5", "0.5"),
        ("c", None, "5", "0.5"),
        ("d", "SMP", "5", "0.5"),
        ("e", "sd", "lima", "0.5"),
        ("f", "sd", "-5", "0.5"),
        ("g", "sd", "5", "1.5"),
        ("h", "sd", "5", "-0.5"),
        ("i", "sd", "5", "0.5"),
        ("i", "sd", "6", "0.5"),
    ]
    screened = screen(
        records(
            places=[HERE] * len(rows),
            **dict(zip(GOOD, map(list, zip(*rows, strict=True)), strict=True)),
        ),
        rules=RULES,
    )
    told = [
        (
            fault.code,
            fault.severity,
            fault.column,
            fault.rows.tolist(),
            fault.arguments.get("given"),
        )
        for fault in screened.faults
    ]
    assert told == [
        ("id_blank", "error", "id", [2], None),
        ("id_twice", "error", "id", [9, 10], None),
        ("field_needed_blank", "error", "jenis", [3], None),
        ("word_not_known_near", "error", "jenis", [4], "SMP"),
        ("number_none", "error", "nilai", [5], "lima"),
        ("number_too_small", "error", "nilai", [6], "-5"),
        ("number_too_small", "error", "kondisi", [8], "-0.5"),
        ("number_too_large", "error", "kondisi", [7], "1.5"),
        ("field_blank", "warning", "nilai", [1], None),
    ]
    assert np.flatnonzero(screened.kept).tolist() == [0, 1]


@pytest.mark.parametrize(
    ("given", "faults"),
    [
        (["1.500.000", "750.000"], {}),  # as in Indonesia: twice a point can only be thousands
        (["1.500,5", "12"], {}),
        (["750.000", "12"], {"number_two_ways": [0]}),  # 750 or 750,000
        (["inf", "5 juta"], {"number_none": [0, 1]}),
        ([float("inf"), -1.0], {"number_none": [0], "number_too_small": [1]}),
        ([-0.0, 1e300], {}),
        ([True, False], {"number_none": [0, 1]}),
        (pd.array([1, None], dtype="Int64"), {"field_blank": [1]}),
    ],
)
def test_numbers_are_read_as_the_column_writes_them(given, faults):
    assert found(records(nilai=given)) == faults


def test_an_id_is_what_the_first_filled_field_says():
    """As OpenStreetMap has it: a relation's id stands in one field, a way's in another. Row 1
    has neither.
    """
    rules = replace(RULES, ids=("id", "way"), asked=("id", "way"))
    columns = {"id": ["7", None], "way": ["8", ""]}
    assert found(records(**columns), rules) == {"id_blank": [1]}
    assert found(records(**columns | {"way": ["8", "7"]}), rules) == {"id_twice": [0, 1]}
    assert found(records(**columns | {"way": ["8", "7"]}), replace(rules, ids_repeat=True)) == {}
    assert found(records(id=[2.0**53, 2.0**53 + 2])) == {"id_inexact": [0, 1]}
    # a city that names none: the usual names serve, and that is said
    assert found(records(id=["1", "1"], kode=["a", "b"]), replace(RULES, ids=())) == {
        "no_id_field": None
    }


@pytest.mark.parametrize(
    ("columns", "codes"),
    [
        ({"nilai": "Nilai "}, {"field_missing_near": ("nilai", "Nilai ")}),
        ({"nilai": "harga"}, {"field_missing": ("nilai", "")}),
        # what stands under another field's name is not proposed
        ({"jenis": "id_jenis_"}, {"field_missing_near": ("jenis", "id_jenis_")}),
    ],
)
def test_a_field_that_is_not_there_refuses_the_file(columns, codes):
    given = records()
    screened = screen(replace(given, table=given.table.rename(columns=columns)), rules=RULES)
    assert {
        fault.code: (fault.column, fault.arguments["near"]) for fault in screened.faults
    } == codes
    assert screened.refused and not screened.kept.any()


def test_of_the_fields_of_nothing_nothing_is_said():
    given = Records(
        pd.DataFrame(), np.zeros(0, dtype=object), pyproj.CRS.from_user_input("EPSG:4326")
    )
    assert found(given) == {"layer_without_features": None}
    assert found(replace(given, faults=(Fault("table_damaged"),))) == {"table_damaged": None}


def test_a_name_that_a_shapefile_cut_is_recognised():
    rules = replace(RULES, asked=("nama_sekolah_dasar",))
    screened = screen(records(nama_sekol=["a", "b"]), rules=rules)
    assert [(fault.code, fault.arguments["near"]) for fault in screened.faults] == [
        ("field_cut", "nama_sekol")
    ]


def test_rules_go_for_the_rows_that_the_city_selects():
    """Row 1 is no building: that it has no id and lies elsewhere is no matter. A city that
    selects none is told so.
    """
    rules = replace(RULES, where=(("building", ("*",)),), asked=("id", "building"))
    given = records([HERE, (5.9, 52.5)], id=["1", None], building=["yes", None])
    screened = screen(given, rules=rules)
    assert [(fault.code, fault.count) for fault in screened.faults] == [("rows_not_selected", 1)]
    assert screened.kept.all()
    assert found(given, replace(rules, where=(("building", ("house",)),))) == {
        "layer_selects_none": None
    }


def test_tags_of_openstreetmap_are_fields_too():
    rules = replace(RULES, asked=("id", "building"), where=(("building", ("yes",)),))
    given = records(
        other_tags=['"building"=>"yes","roof"=>"flat"', '"amenity"=>"school"'], id=["1", None]
    )
    assert found(given, rules) == {"rows_not_selected": None}


# Where it lies: the city reaches from 110.3 to 110.5 east and from 6.9 to 7.1 south; 0.1 degree
# beyond is still near.


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ((110.59, -6.81), None),
        ((110.61, -6.98), "far_outside"),
        ((110.42, 6.98), "latitude_unsigned"),
        ((-110.42, -6.98), "longitude_unsigned"),
        ((-6.98, 110.42), "coordinates_swapped"),
        ((0, 0), "coordinates_zero"),
    ],
)
def test_one_feature_in_the_wrong_place(place, code):
    assert found(records([HERE, place])) == ({code: [1]} if code else {})


def test_coordinates_the_wrong_way_round_are_seen_where_both_could_be_latitudes():
    """Kampen lies at 5.9 east, 52.5 north: 52.5 east, 5.9 north is a place too, in the sea off
    Somalia.
    """
    rules = replace(RULES, city_crs="EPSG:28992", box=(5.7, 52.4, 6.1, 52.7))
    assert found(records([(5.9, 52.5), (52.5, 5.9)]), rules) == {"coordinates_swapped": [1]}
    metres = [(191_000.0, 501_000.0), (501_000.0, 191_000.0)]  # of the Dutch grid
    assert found(records(metres, crs="EPSG:28992"), rules)["coordinates_swapped"] == [1]


UTM_49S = [(435_910.0, 9_228_400.0), (436_910.0, 9_228_400.0)]


@pytest.mark.parametrize(
    ("places", "crs", "codes", "proposal"),
    [
        (UTM_49S, "EPSG:32749", [], None),
        (UTM_49S, "EPSG:32748", ["layer_far_outside", "crs_would_fit"], "EPSG:32749"),
        (UTM_49S, None, ["crs_none_metres", "crs_would_fit"], "EPSG:32749"),
        (UTM_49S, "EPSG:4326", ["crs_lies", "crs_would_fit"], "EPSG:32749"),
        ([HERE, HERE], "EPSG:32749", ["crs_lies_degrees", "crs_would_fit"], "EPSG:4326"),
        ([HERE, HERE], None, ["crs_none_degrees", "crs_would_fit"], "EPSG:4326"),
        ([(112.7, -7.2), (112.8, -7.3)], "EPSG:4326", ["layer_far_outside"], None),  # Surabaya
    ],
)
def test_a_layer_in_the_wrong_system_is_refused_and_the_right_one_proposed(
    places, crs, codes, proposal
):
    screened = screen(records(places, crs=crs), rules=RULES)
    assert [fault.code for fault in screened.faults] == codes
    assert screened.kept.all() == (not codes)
    told = [
        fault.arguments["proposal"] for fault in screened.faults if fault.code == "crs_would_fit"
    ]
    assert told == ([proposal] if proposal else [])
    if proposal:
        assert screen(records(places, crs=crs), crs=proposal, rules=RULES).kept.all()


def test_most_of_a_layer_elsewhere_in_no_other_system_is_put_aside_row_by_row():
    given = records(
        [HERE, (112.7, -7.2), (112.8, -7.3)], **{name: [*one, one[0]] for name, one in GOOD.items()}
    )
    given = replace(given, table=given.table.assign(id=["1", "2", "3"]))
    assert found(given) == {"far_outside": [1, 2]}


def test_the_citys_system_serves_unless_one_is_stated_by_hand():
    rules = replace(RULES, crs="EPSG:32749")
    assert found(records(UTM_49S, crs=None), rules) == {}
    assert found(records(UTM_49S, crs="EPSG:32750"), rules) == {"crs_overridden": None}
    assert found(records([HERE, HERE], crs=None), rules, crs="EPSG:4326") == {}
    # one and the same
    assert found(records([HERE, HERE], crs="OGC:CRS84"), replace(RULES, crs="EPSG:4326")) == {}
    # what the city says of a table does not go over what a GeoPackage says of itself
    stated = replace(RULES, crs="EPSG:4326", crs_overrides=False)
    assert found(records(UTM_49S, crs="EPSG:32749"), stated) == {}
    assert found(records([HERE, HERE], crs=None), stated) == {}
    presumed = records([HERE, HERE], crs="EPSG:4326").with_faults(Fault("crs_presumed", "warning"))
    assert found(presumed, stated) == {}


def test_a_city_whose_place_is_not_known_says_so():
    assert found(records(), replace(RULES, box=())) == {"city_place_unknown": None}


words = st.sampled_from(["1", "2", "sd", "smp", "SD", "", " ", "-3", "0,5", "750.000", "=x", None])
rows = st.lists(
    st.tuples(words, words, words, words, st.sampled_from([HERE, (0.0, 0.0), (110.0, 7.0)])),
    min_size=1,
)


@pytest.mark.slow
@settings(max_examples=40)
@given(rows=rows)
def test_all_rows_are_kept_or_put_aside_for_a_reason(rows):
    """What is kept keeps the rules, looked up again row by row; what is not is in a fault that
    says why.
    """
    *columns, places = map(list, zip(*rows, strict=True))
    table = pd.DataFrame(dict(zip(GOOD, columns, strict=True)))
    screened = screen(
        Records(table, shapely.points(places), pyproj.CRS.from_user_input("EPSG:4326")), rules=RULES
    )
    errors = [fault for fault in screened.faults if fault.severity == "error"]
    told = {row for fault in errors if fault.rows is not None for row in fault.rows.tolist()}
    aside = set(np.flatnonzero(~screened.kept).tolist())
    assert aside == (set(range(len(rows))) if screened.refused else told)
    ids = [(one or "").strip() for one in columns[0]]
    for row in np.flatnonzero(screened.kept):
        assert ids[row] and ids.count(ids[row]) == 1
        assert columns[1][row] in ("sd", "smp")
        assert places[row] == HERE
        assert columns[2][row] != "-3"


texts = st.text(max_size=8)
plain_rules = st.builds(
    Rules,
    city=texts,
    layer=texts,
    city_crs=texts,
    crs=st.none() | texts,
    where=st.lists(st.tuples(texts, st.lists(texts).map(tuple))).map(tuple),
    asked=st.lists(texts).map(tuple),
    ids_repeat=st.booleans(),
    numbers=st.lists(st.builds(NumberRule, texts, st.none() | st.floats(allow_nan=False))).map(
        tuple
    ),
    words=st.lists(st.builds(WordRule, texts, st.lists(texts).map(tuple), st.none() | texts)).map(
        tuple
    ),
    box=st.just(()) | st.tuples(*[st.floats(-180, 180)] * 4),
)


@pytest.mark.slow
@settings(max_examples=30)
@given(rules=plain_rules)
def test_rules_travel_as_text_and_come_back_the_same(rules):
    assert from_plain(json.loads(json.dumps(asdict(rules)))) == rules


# One bad file for each code, read as if it were handed in


def layer(places=(HERE, HERE), crs="EPSG:4326", **columns) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({**GOOD, **columns}, geometry=list(shapely.points(places)), crs=crs)


def packed(folder, name="sekolah", **options):
    path = folder / "a.gpkg"
    layer(**options).to_file(path, layer=name, mode="a" if path.exists() else "w")
    return path


def _two_layers(folder):
    packed(folder)
    return packed(folder, name="lain")


def _cut_shapefile(folder):
    layer().rename(columns={"nilai": "nilai_bang"}).to_file(folder / "a.shp")
    return folder / "a.shp"


def _without_table(folder):
    layer().to_file(folder / "a.shp")
    (folder / "a.dbf").unlink()
    return folder / "a.shp"


def _columns_of_another_name(folder):
    (folder / "a.csv").write_text(
        "id,jenis,nilai,kondisi,bujur,lintang\n1,sd,5,1,110.42,-6.98\n", encoding="utf-8"
    )
    return folder / "a.csv"


SUB = replace(RULES, sub_layer="sekolah")
OTHERWISE = replace(RULES, words=(WordRule("jenis", ("sd",), "lainnya"),))
CODE = {
    "field_missing": (packed, replace(RULES, asked=("xyzzy",))),
    "fields_none": (_without_table, RULES),
    "field_missing_near": (_columns_of_another_name, replace(RULES, coordinates=("x", "y"))),
    "field_cut": (_cut_shapefile, replace(RULES, asked=("nilai_bangunan",), numbers=(), wanted=())),
    "sub_layer_missing": (_two_layers, replace(SUB, sub_layer="rumah")),
    "sub_layer_renamed": (lambda folder: packed(folder, name="sekolah_2026"), SUB),
    "sub_layers_left": (_two_layers, SUB),
    "rows_not_selected": (packed, replace(RULES, where=(("jenis", ("sd",)),))),
    "id_blank": (lambda folder: packed(folder, id=["1", ""]), RULES),
    "field_needed_blank": (lambda folder: packed(folder, jenis=["sd", None]), RULES),
    "field_blank": (lambda folder: packed(folder, nilai=[1.5, None]), RULES),
    "word_not_known": (lambda folder: packed(folder, jenis=["sd", "pasar"]), RULES),
    "word_not_known_near": (lambda folder: packed(folder, jenis=["sd", "smpn"]), RULES),
    "word_as_otherwise": (packed, OTHERWISE),
    "number_none": (lambda folder: packed(folder, nilai=["1", "mahal"]), RULES),
    "number_two_ways": (lambda folder: packed(folder, nilai=["1", "750.000"]), RULES),
    "number_too_small": (lambda folder: packed(folder, nilai=[1, -1]), RULES),
    "number_too_large": (lambda folder: packed(folder, kondisi=[1, 80]), RULES),
    "latitude_unsigned": (lambda folder: packed(folder, places=[HERE, (110.42, 6.98)]), RULES),
    "longitude_unsigned": (lambda folder: packed(folder, places=[HERE, (-110.42, -6.98)]), RULES),
    "far_outside": (lambda folder: packed(folder, places=[HERE, (112.7, -7.2)]), RULES),
    "layer_far_outside": (lambda folder: packed(folder, places=[(112.7, -7.2)] * 2), RULES),
    "crs_would_fit": (lambda folder: packed(folder, places=UTM_49S, crs="EPSG:32748"), RULES),
    "city_place_unknown": (packed, replace(RULES, box=())),
    "grid_for_layer": (lambda folder: write_grid(folder / "a.tif", np.ones((2, 2))), RULES),
}


@pytest.mark.slow
@pytest.mark.parametrize("code", sorted(CODE))
def test_each_fault_is_named(tmp_path, code):
    make, rules = CODE[code]
    (tmp_path / "given").mkdir()
    (tmp_path / "work").mkdir()
    seen = examine(make(tmp_path / "given"), tmp_path / "work", rules=rules)
    assert code in {row["code"] for one in seen["layers"] for row in one["problems"]}
    assert all(one["read"] == one["kept"] + one["quarantined"] for one in seen["layers"])


def test_every_code_has_its_bad_file():
    said = set(finding_families()["layer fields and locations"])
    assert said == set(CODE)


def test_quarantine_says_of_each_row_which_rules_it_breaks(tmp_path):
    """GeoPackage counts from 1: row 1 is sound, row 2 has no id and a strange word, row 3 a
    number that is none.
    """
    path = tmp_path / "a.gpkg"
    (tmp_path / "work").mkdir()
    columns = {
        "id": ["1", "", "3"],
        "jenis": ["sd", "x", "sd"],
        "nilai": ["1", "2", "mahal"],
        "kondisi": [1.0] * 3,
    }
    gpd.GeoDataFrame(columns, geometry=list(shapely.points([HERE] * 3)), crs="EPSG:4326").to_file(
        path
    )
    examine(path, tmp_path / "work", rules=RULES)
    aside = gpd.read_file(tmp_path / "work" / "quarantine.gpkg")
    assert aside["row"].tolist() == ["2", "3"]
    assert aside["reason_en"].str.strip().tolist() == [
        'a.gpkg: 1 row has no id in "id". Give every asset a permanent id. '
        'a.gpkg: 1 row has a word in "jenis" that city.toml does not list, for example "x"; '
        'listed words: sd, smp. Use a listed word, or add the new one to "map" in city.toml.',
        'a.gpkg: 1 value of "nilai" is not a number, for example "mahal". '
        "Write the number without unit and words, or leave the cell empty.",
    ]
    assert 'baris tanpa ID pada "id".' in aside["reason_id"][0]


def test_a_table_is_read_by_the_columns_that_the_city_names(tmp_path):
    """The usual names would take «x», which is a count of classrooms here."""
    text = "id,jenis,nilai,kondisi,x,y,lon_aset,lat_aset\n1,sd,5,1,12,3,110.42,-6.98\n"
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    (tmp_path / "work").mkdir()
    rules = replace(RULES, coordinates=("lon_aset", "lat_aset"), crs="EPSG:4326")
    seen = examine(tmp_path / "a.csv", tmp_path / "work", rules=rules)
    assert [(one["kept"], one["problems"]) for one in seen["layers"]] == [(1, [])]
