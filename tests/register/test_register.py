"""The register: what is delivered, decided, remembered and looked back at, and what becomes of it
in bad weather.

Three clinics stand on a line, 10 m apart: 1 «Candi», 2 «Genuk», 3 without a name; each has a number
of beds.
"""

from __future__ import annotations

import datetime
import sqlite3
from contextlib import closing

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from asset_inventory import register as registers
from asset_inventory.model.errors import RegisterError
from asset_inventory.register import Register, decisions, store
from asset_inventory.register.export import Base
from tests.support.clinic_register import X, Y, alter, clinics, hand_in, same, whole

# What stands


def test_what_is_delivered_stands_as_it_was_delivered(register):
    odd = {
        "fid": [7, 8, 9],
        "Name": ["x", "y", "z"],
        "asset_id": [1.5, np.nan, np.inf],
        "OPEN": [True, False, True],
        "DAY": [datetime.date(2024, 3, 1), None, None],
        "LIST": [[1, "a"], 2**70, None],
        "AT": pd.Series(["2024-03-01T12:00:00.000001", None, "2024-03-02"], dtype="datetime64[us]"),
        "HALF": pd.Series(["\ud800", "=1+1", ""], dtype=object),
    }
    made = hand_in(
        register, clinics(**odd), author="Dinas Kesehatan", file_name="klinik.shp", sha256="ab"
    )
    assert (made.state, made.version, made.report["features"]) == ("accepted", 1, 3)
    table = registers.table(register, "clinics")
    assert table.index.tolist() == ["clinics:1", "clinics:2", "clinics:3"]
    assert [*table.columns] == [*clinics(**odd).columns.drop("geometry"), "geometry"]
    assert table.crs == "EPSG:32749"
    assert same(table, clinics(**odd).set_axis(table.index))
    assert table["LIST"].tolist()[:2] == [[1, "a"], 2**70]
    assert table["HALF"].tolist() == ["\ud800", "=1+1", ""]
    assert (
        table.dtypes["BEDS"] == "int64"
        and table.dtypes["OPEN"] == "bool"
        and table.dtypes["AT"] == "datetime64[us]"
    )
    assert whole(register) == []


def test_the_same_again_is_no_change(register):
    hand_in(register, clinics(), sha256="a")
    assert registers.deliver(register, "clinics", clinics()[::-1], sha256="b").changes.empty
    # handed in twice, it is one delivery
    assert registers.deliver(register, "clinics", clinics(), sha256="b").id == 2


@pytest.mark.slow
def test_cells_rows_and_the_way_back(register):
    hand_in(register, clinics(), author="A")
    edited = clinics(BEDS=[11, 20, 30])
    edited.loc[3] = ["4", "Baru", 5, shapely.Point(X + 1000, Y)]
    made = hand_in(register, edited.set_crs("EPSG:32749"), author="B", note="one more")
    assert [*zip(made.changes["asset_id"], made.changes["change"], strict=True)] == [
        ("clinics:1", "edited"),
        ("clinics:4", "added"),
    ]
    assert registers.table(register, "clinics")["BEDS"].tolist() == [11, 20, 30, 5]
    assert pyogrio.read_info(register.path, layer="clinics")["total_bounds"] == (X, Y, X + 1000, Y)
    assert same(
        registers.table(register, "clinics", version=1),
        registers.table(register, "clinics").iloc[:3].assign(BEDS=[10, 20, 30]),
    )
    told = registers.history(register, "clinics:1")
    assert told[["version", "author", "change", "before", "after"]].iloc[1].tolist() == [
        2,
        "B",
        "edited",
        "10",
        "11",
    ]
    undone = registers.undo(register, made.id, "C")
    assert (undone.state, undone.undoes, len(undone.changes)) == ("pending", made.id, 2)
    with pytest.raises(RegisterError) as caught:  # 1 of 4 is more than 5 %
        registers.accept(register, undone.id)
    assert caught.value.key == "error.many_removals"
    assert f"accept CITY {undone.id} --allow-removals 1`" in str(caught.value)
    registers.accept(register, undone.id, allow_removals=1)
    assert same(
        registers.table(register, "clinics"), registers.table(register, "clinics", version=1)
    )
    assert whole(register) == []


def test_what_would_undo_an_older_change_is_shown(register):
    hand_in(register, clinics(), author="A")
    hand_in(register, clinics(BEDS=[11, 20, 30]), author="B")
    again = registers.deliver(register, "clinics", clinics(), author="A")
    assert again.undone["delivery"].tolist() == [2]
    assert registers.delivery(register, again.id).changes["after"].tolist() == ["10"]


@pytest.mark.slow
def test_a_delivery_is_merged_with_what_came_since_its_base(register):
    hand_in(register, clinics())
    hand_in(register, clinics(BEDS=[11, 20, 30]))
    base = Base(1, "clinics", (), {})
    late = registers.deliver(
        register, "clinics", clinics(NAME=["Candi", "Genuk Baru", None]), base=base
    )
    assert late.changes["column"].tolist() == ["NAME"] and late.conflicts.empty
    clash = registers.deliver(register, "clinics", clinics(BEDS=[12, 20, 30]), base=base)
    assert clash.conflicts[["asset_id", "column", "ours", "theirs"]].values.tolist() == [
        ["clinics:1", "BEDS", "11", "12"]
    ]
    registers.accept(register, late.id)
    with pytest.raises(RegisterError, match="undecided"):
        registers.accept(register, clash.id)
    registers.accept(register, clash.id, choices={("clinics:1", "BEDS"): "theirs"})
    table = registers.table(register, "clinics")
    assert table["BEDS"].tolist() == [12, 20, 30] and table["NAME"].tolist()[1] == "Genuk Baru"
    assert whole(register) == []


def test_a_layer_that_is_not_complete_loses_nothing(register):
    roads = gpd.GeoDataFrame(
        {"W": [1.0, 2.0]},
        geometry=[
            shapely.LineString([(X, Y), (X + 9, Y)]),
            shapely.LineString([(X, Y + 50), (X + 9, Y + 50)]),
        ],
        crs="EPSG:32749",
    )
    hand_in(register, roads, "roads")
    made = hand_in(register, roads.iloc[:1], "roads")
    assert made.changes.empty and made.report["removals_left"] == 1
    assert len(registers.table(register, "roads")) == 2
    assert registers.layers(register) == ["roads"]


def test_fields_that_come_go_and_change_their_kind(register):
    hand_in(register, clinics())
    made = hand_in(
        register, clinics(BEDS=["ten", "20", "30"], NEW=[None, None, 1.5]).drop(columns="NAME")
    )
    assert made.report["fields_added"] == ["NEW"] and made.report["fields_missing"] == ["NAME"]
    table = registers.table(register, "clinics")
    assert table["NAME"].tolist()[:2] == ["Candi", "Genuk"]
    assert table["BEDS"].tolist() == ["ten", 20, 30]  # «20» says what 20 says
    assert table["NEW"].tolist()[2] == 1.5
    assert registers.table(register, "clinics", version=1)["BEDS"].tolist() == [10, 20, 30]
    assert whole(register) == []


def test_a_feature_without_a_usable_shape_keeps_that_of_its_asset(register):
    hand_in(register, clinics())
    broken = clinics()
    broken.loc[1, "geometry"] = None
    made = registers.deliver(register, "clinics", broken)
    assert made.changes.empty and made.report["shapes_left"] == 1


def test_a_delivery_in_another_system_comes_into_the_layers_own(register):
    hand_in(register, clinics())
    assert registers.deliver(register, "clinics", clinics().to_crs("EPSG:4326")).changes.empty


def roads(**columns: list) -> gpd.GeoDataFrame:
    """Two roads without ids of their own."""
    lines = [shapely.LineString([(X, Y + at), (X + 500, Y + at)]) for at in (0, 800)]
    return gpd.GeoDataFrame(
        {"NAME": ["Raya", "Pantai"]} | columns, geometry=lines, crs="EPSG:32749"
    )


def elsewhere(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The same, renamed and so far away that only its ids tell which asset is which."""
    return table.assign(NAME=["A", "B"]).set_geometry(table.translate(0, 5000), crs=table.crs)


@pytest.mark.parametrize("name", ["asset_id", "ASSET_ID", "Asset_Id"])
def test_the_ids_that_an_export_told_are_known_in_any_case(register, name):
    hand_in(register, roads(), layer="roads")
    ids = registers.table(register, "roads").index
    made = registers.deliver(register, "roads", elsewhere(roads(**{name: [*ids]})))
    assert set(made.changes["change"]) == {"edited"} and set(made.changes["asset_id"]) == {*ids}
    assert made.report["fields_added"] == [] and name not in made.fields


def out_of_the_register(register: Register, spell=str) -> gpd.GeoDataFrame:
    """The roads as a program sees them that opens the register itself, and writes the names of
    fields in its way.
    """
    table = gpd.read_file(register.path, layer="roads")
    return table.rename(columns={name: spell(name) for name in table.columns.drop("geometry")})


@pytest.mark.slow
@pytest.mark.parametrize("spell", [str, str.upper, lambda name: name[:10]])
def test_a_layer_saved_out_of_the_register_brings_none_of_its_own_fields_with_it(register, spell):
    hand_in(register, roads(), layer="roads")
    saved = out_of_the_register(register, spell)
    assert len(saved.columns) == 5
    made = registers.deliver(register, "roads", saved)
    assert made.changes.empty and made.report["fields_added"] == [] and made.fields == ("NAME",)
    ids = registers.table(register, "roads").index
    moved = saved.set_geometry(saved.translate(0, 5000), crs=saved.crs)
    assert {*registers.deliver(register, "roads", moved).changes["asset_id"]} == {*ids}


def test_a_layer_saved_out_of_another_register_begins_without_its_fields(register, tmp_path):
    hand_in(register, roads(), layer="roads")
    other = Register(tmp_path / "other.gpkg", register.city)
    assert hand_in(other, out_of_the_register(register), layer="roads").fields == ("NAME",)


def test_a_field_of_a_layers_own_that_is_called_as_one_of_ours_stays(register):
    hand_in(register, roads(asset_checksum=["x", "y"]), layer="roads")
    later = roads(asset_id=["1", "2"], asset_version=[1, 1], asset_checksum=["x", "z"])
    made = registers.deliver(register, "roads", later)
    assert made.report["fields_added"] == ["asset_version"]
    assert made.changes.loc[made.changes["column"] == "asset_checksum", "after"].tolist() == ['"z"']


def test_a_field_of_the_layers_own_that_is_called_as_our_ids_is_a_field(register):
    hand_in(register, roads(Asset_ID=["7", "8"]), layer="roads")
    ids = registers.table(register, "roads").index
    made = registers.deliver(register, "roads", roads(ASSET_ID=[*ids[::-1]]))
    assert made.changes["column"].tolist() == ["Asset_ID", "Asset_ID"]
    assert made.changes["asset_id"].tolist() == [*ids]


@pytest.mark.slow
def test_days_are_looked_back_at_also_when_a_clock_was_set_back(register, monkeypatch):
    for beds, at in ((10, "2026-03-01"), (11, "2026-03-10"), (12, "2026-02-01")):
        monkeypatch.setattr(store, "now", lambda at=at: f"{at}T04:00:00.000+00:00")
        monkeypatch.setattr(decisions, "now", store.now)
        hand_in(register, clinics(BEDS=[beds, 20, 30]))
    day = datetime.date
    assert registers.table(register, "clinics", on=day(2026, 3, 5))["BEDS"].iloc[0] == 10
    assert registers.table(register, "clinics", on=day(2026, 3, 11))["BEDS"].iloc[0] == 12
    assert len(registers.table(register, "clinics", on=day(2026, 1, 1))) == 0
    assert len(registers.history(register, since=day(2026, 3, 2))) == 2


# Decisions that are refused


def test_what_cannot_be_done_is_said_and_changes_nothing(register):
    with pytest.raises(RegisterError, match="there is no register"):
        registers.layers(register)
    made = registers.deliver(register, "clinics", clinics())
    told = registers.reject(register, made.id, " ids are missing ")
    assert (told.state, told.reason, len(told.changes)) == ("rejected", "ids are missing", 3)
    second = hand_in(register, clinics())
    refused = {
        "error.already_rejected": lambda: registers.accept(register, made.id),
        "error.already_accepted": lambda: registers.reject(register, second.id, "no"),
        "error.reject_without_reason": lambda: registers.reject(register, second.id, " "),
        "error.undo_rejected": lambda: registers.undo(register, made.id, "me"),
        "error.no_such_delivery": lambda: registers.delivery(register, 99),
        "error.no_such_version": lambda: registers.table(register, "clinics", version=9),
        "error.layer_not_in_register": lambda: registers.table(register, "roads"),
        "error.no_such_asset_in_register": lambda: registers.history(register, "roads:99"),
        "error.no_such_asset_in_register_near": lambda: registers.history(register, "clinics:99"),
        "error.layer_near": lambda: registers.deliver(register, "clinic", clinics()),
    }
    for key, call in refused.items():
        with pytest.raises(RegisterError) as caught:
            call()
        assert caught.value.key == key
        assert caught.value.say("id") != caught.value.say("en")
    assert registers.version(register) == 1 and whole(register) == []


def test_another_database_is_no_register(register):
    with closing(sqlite3.connect(register.path)) as other:
        other.execute("CREATE TABLE mine (a)")
    with pytest.raises(RegisterError) as caught:
        registers.deliver(register, "clinics", clinics())
    assert caught.value.key == "error.no_register"
    register.path.write_bytes(b"no database at all" * 100)
    with pytest.raises(RegisterError) as caught:
        registers.layers(register)
    assert caught.value.key == "error.register_damaged"


def test_a_time_that_is_none_is_told(register):
    hand_in(register, clinics())
    alter(register, "UPDATE deliveries SET decided_at = 'yesterday'")
    with pytest.raises(RegisterError, match="deliveries"):
        registers.table(register, "clinics", on=datetime.date(2026, 1, 1))
