"""Files that come again, late, twice or beside another: nothing counts twice, lies elsewhere or
is dropped unsaid.
"""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from asset_inventory import register as registers
from asset_inventory.assessment.delivery_impact import would_find
from asset_inventory.model.errors import RegisterError
from asset_inventory.model.reading import read_city
from asset_inventory.register import Register
from asset_inventory.register.export import Base
from tests.support.clinic_register import CITY, X, Y, clinics, hand_in, whole

FIRST = Base(1, "clinics", ("ID", "NAME", "BEDS"), {})


def road(number: int, name: str) -> gpd.GeoDataFrame:
    """A table of one road without an id."""
    line = shapely.LineString([(X, Y + 100 * number), (X + 50, Y + 100 * number)])
    return gpd.GeoDataFrame({"NAME": [name]}, geometry=[line], crs="EPSG:32749")


def roads(*names: str) -> gpd.GeoDataFrame:
    return pd.concat([road(*one) for one in enumerate(names)], ignore_index=True)


@pytest.fixture
def exported(register) -> tuple[Register, Base]:
    """A register of two roads, and what an export of that day says of itself."""
    hand_in(register, roads("Pemuda", "Pahlawan"), "roads")
    return register, Base(1, "roads", ("NAME",), {})


@pytest.mark.slow
def test_an_asset_that_the_same_file_has_added_is_not_added_again(exported):
    register, base = exported
    file = roads("Pemuda", "Pahlawan", "Gajah Mada")
    first = registers.accept(
        register, registers.deliver(register, "roads", file, base=base, sha256="a").id
    )
    assert first.changes["change"].tolist() == ["added"]
    again = registers.deliver(register, "roads", file, base=base, sha256="a")
    assert again.changes.empty and again.conflicts.empty
    # its name corrected in that file: the register has it under another, and somebody has to say
    # which is right
    file = roads("Pemuda", "Pahlawan", "Gajahmada")
    made = registers.deliver(register, "roads", file, base=base, sha256="b")
    assert made.conflicts[["ours", "theirs"]].to_numpy().tolist() == [
        ['"Gajah Mada"', '"Gajahmada"']
    ]
    registers.accept(register, made.id, take="theirs")
    assert registers.table(register, "roads")["NAME"].tolist() == [
        "Pemuda",
        "Pahlawan",
        "Gajahmada",
    ]
    assert whole(register) == []


def test_one_asset_that_two_departments_add_is_one_whoever_is_accepted_first(exported):
    register, base = exported
    both = [
        registers.deliver(
            register, "roads", roads("Pemuda", "Pahlawan", name), base=base, author=name
        )
        for name in ("Gajah Mada", "Gajahmada")
    ]
    registers.accept(register, both[0].id)
    late = registers.delivery(register, both[1].id)
    assert len(late.conflicts) == 1 and (late.changes["change"] == "edited").all()
    registers.accept(
        register,
        late.id,
        choices=registers.chosen(late.conflicts, ours=late.conflicts.index, theirs=[]),
    )
    assert registers.table(register, "roads")["NAME"].tolist() == [
        "Pemuda",
        "Pahlawan",
        "Gajah Mada",
    ]


def test_first_deliveries_in_two_systems_come_to_lie_in_one(register):
    north, south = clinics(), clinics(ID=["4", "5", "6"])
    south.geometry = south.translate(0, -1000)
    made = [
        registers.deliver(register, "clinics", one) for one in (north, south.to_crs("EPSG:4326"))
    ]
    for one in made:
        registers.accept(register, one.id)
    table = registers.table(register, "clinics")
    assert table.crs == "EPSG:32749" and len(table) == 6
    assert (
        table.geometry.iloc[3:]
        .geom_equals_exact(south.geometry.set_axis(table.index[3:]), 0.001)
        .all()
    )
    assert registers.delivery(register, made[1].id).crs == table.crs and whole(register) == []
    assert registers.undo(register, made[1].id, "U").changes["change"].tolist() == ["removed"] * 3
    # the same assets in both: neither a conflict nor a change
    register = registers.open_register(read_city(_elsewhere(register), files=False))
    made = [
        registers.deliver(register, "clinics", one) for one in (north, north.to_crs("EPSG:4326"))
    ]
    registers.accept(register, made[0].id)
    late = registers.delivery(register, made[1].id)
    assert late.changes.empty and late.conflicts.empty


def _elsewhere(register: Register):
    folder = register.path.parent / "elsewhere"
    folder.mkdir()
    (folder / "city.toml").write_text(CITY, encoding="utf-8")
    return folder


def test_what_the_register_has_changed_since_the_file_was_made_is_counted(register):
    hand_in(register, clinics())
    hand_in(register, clinics(BEDS=[10, 20, 99]), base=FIRST)
    # taken back in the file that made it
    back = registers.deliver(register, "clinics", clinics(), base=FIRST)
    assert back.changes.empty and back.report["kept_since"] == 1
    assert registers.accept(register, back.id).version == 3
    assert registers.table(register, "clinics")["BEDS"].tolist() == [10, 20, 99]


def test_the_number_of_a_cell_of_an_asset_added_twice_stays_whatever_is_accepted(register):
    hand_in(register, clinics())
    more = {"ID": ["1", "2", "3", "9"]}
    hand_in(
        register,
        clinics(**more, NAME=["Candi", "Genuk", None, "A"], BEDS=[10, 20, 30, 1]),
        base=FIRST,
    )
    late = registers.deliver(
        register,
        "clinics",
        clinics(**more, NAME=["Candi", "Genuk", None, "B"], BEDS=[10, 20, 30, 2]),
        base=FIRST,
    )
    assert dict(zip(late.conflicts["column"], late.conflicts.index, strict=True)) == {
        "NAME": "1.2",
        "BEDS": "1.3",
    }
    hand_in(register, clinics(**more, NAME=["Candi", "Genuk", None, "B"], BEDS=[10, 20, 30, 1]))
    late = registers.delivery(register, late.id)
    assert late.conflicts.index.tolist() == ["1.3"]
    with pytest.raises(RegisterError) as caught:
        registers.chosen(late.conflicts, ours=["1.2"], theirs=["1.3"])
    assert caught.value.key == "error.no_such_conflict"


@pytest.mark.slow
def test_the_same_file_is_compared_anew_where_something_beside_it_is_another(register):
    hand_in(register, clinics())
    hand_in(register, clinics(BEDS=[10, 20, 99]))
    file = clinics(NAME=["Candi Baru", "Genuk", None])
    without = registers.deliver(register, "clinics", file, sha256="a")
    assert registers.deliver(register, "clinics", file, sha256="a").id == without.id
    assert without.changes["column"].tolist() == ["NAME", "BEDS"]
    # its .base.json was found
    based = registers.deliver(register, "clinics", file, sha256="a", base=FIRST)
    assert based.id != without.id and based.changes["column"].tolist() == ["NAME"]
    assert (
        registers.deliver(register, "clinics", file, sha256="a", base=FIRST, author="A").author
        == "A"
    )


def test_a_field_that_a_file_only_lacks_stays_in_the_schema(register):
    kinds = {"ID": "C", "NAME": "C", "BEDS": "N"}
    schema = {
        "driver": "shapefile",
        "fields": [{"name": name, "kind": kind} for name, kind in kinds.items()],
    }
    hand_in(register, clinics(), schema=schema)
    few = schema | {"fields": [{"name": "ID", "kind": "C"}, {"name": "NEW", "kind": "C"}]}
    hand_in(register, clinics(NEW=["a", "b", "c"])[["ID", "NEW", "geometry"]], schema=few)
    assert [one["name"] for one in registers.schema(register, "clinics")["fields"]] == [
        "ID",
        "NAME",
        "BEDS",
        "NEW",
    ]
    plain = {
        "driver": "GeoJSON",
        "fields": [{"name": "ID", "kind": "text"}, {"name": "AGE", "kind": "integer"}],
    }
    hand_in(register, clinics(AGE=[1, 2, 3])[["ID", "AGE", "geometry"]], schema=plain)
    kept = registers.schema(register, "clinics")
    assert kept["driver"] == "" and [one["name"] for one in kept["fields"]] == [
        "ID",
        "NAME",
        "BEDS",
        "NEW",
        "AGE",
    ]
    hand_in(register, clinics(AGE=[1, 2, 4])[["ID", "AGE", "geometry"]], schema=plain)
    assert registers.schema(register, "clinics") == kept


def test_what_a_delivery_leaves_to_be_mended_is_told_before_it_is_accepted(register):
    hand_in(register, clinics(ID=["1", "2", None]))
    # an id that stands twice, one that is blank as before, and a point that becomes an area
    file = clinics(ID=["1", "1", None])
    file.loc[2, "geometry"] = file.geometry[2].buffer(3)
    found = would_find(register, registers.deliver(register, "clinics", file)).set_index("code")
    assert found["count"].to_dict() == {"id_from_register": 2, "shape_of_other_kind": 1}
    assert (
        found.loc["shape_of_other_kind", "feature"] == registers.table(register, "clinics").index[2]
    )
    assert would_find(
        register, registers.deliver(register, "clinics", clinics(ID=["1", "2", None]))
    ).empty
    renamed = registers.Register(register.path, register.city.model_copy(update={"assets": ()}))
    assert would_find(renamed, registers.delivery(register, 2)).empty


def test_a_file_of_another_past_is_refused(register):
    """The register goes back to a copy and becomes another version 2: what was exported of the
    first is no base.
    """
    hand_in(register, clinics())
    copy = register.path.read_bytes()
    hand_in(register, clinics(BEDS=[10, 20, 99]))
    base = replace(FIRST, version=2, past=registers.past(register, 2))
    made = registers.deliver(register, "clinics", clinics(BEDS=[1, 20, 99]), base=base)
    assert made.changes["column"].tolist() == ["BEDS"]
    register.path.write_bytes(copy)
    for _ in range(2):
        with pytest.raises(RegisterError) as caught:
            registers.deliver(register, "clinics", clinics(BEDS=[1, 20, 99]), base=base)
        assert caught.value.key == "error.base_of_other_past"
        hand_in(register, clinics(NAME=["Other", "Genuk", None]))
    assert registers.deliver(
        register, "clinics", clinics(), base=replace(FIRST, past=registers.past(register, 1))
    )
