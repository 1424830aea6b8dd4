"""A layer without ids of its own goes out with asset_id and comes back by it; what stays
doubtful is asked about.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from asset_inventory import register as registers
from asset_inventory.model.reading import read_city
from tests.support.format_drift import DRIVERS

X, Y = 436_000.0, 9_227_000.0
CITY = """
name = "Tiny Town"
crs = "EPSG:32749"
currency = "IDR"
[[assets]]
name = "health"
path = "health.gpkg"
complete = true
asset_type = { field = "KIND" }
source = { title = "Health", licence = "CC0-1.0" }
fields = { name = "NAME" }
"""
NAMES = ["Candi", "Genuk", "Gajah Mada", None]


def health(**columns: list) -> gpd.GeoDataFrame:
    """Clinics 100 m apart; the last has no name."""
    table = pd.DataFrame({"NAME": NAMES, "KIND": ["clinic"] * 4} | columns)
    places = [shapely.Point(X + 100 * number, Y) for number in range(len(table))]
    return gpd.GeoDataFrame(table, geometry=places, crs="EPSG:32749")


@pytest.fixture
def kota(tmp_path: Path, ask: Callable) -> Path:
    """The folder of a city whose register holds these clinics as version 1."""
    city = tmp_path / "kota"
    city.mkdir()
    (city / "city.toml").write_text(CITY, encoding="utf-8")
    health().to_file(city / "health.gpkg")
    assert ask("start", city)[0] == 0
    return city


def stands(city: Path) -> gpd.GeoDataFrame:
    return registers.table(registers.open_register(read_city(city, files=False)), "health")


def handed(
    ask: Callable, city: Path, table: gpd.GeoDataFrame, *more: str, end: str = ".gpkg"
) -> dict[str, object]:
    """What deliver answers about this table in a new file, without anything beside it."""
    number = len(list(city.parent.glob("back*"))) + 1
    file = city.parent / f"back{number}" / f"health{end}"
    file.parent.mkdir()
    table.to_file(file, driver=DRIVERS[end])
    return json.loads(ask("deliver", city, file, *more, "--json")[1].splitlines()[0])


def exported(ask: Callable, city: Path, *more: str, end: str = ".gpkg") -> gpd.GeoDataFrame:
    file = city.parent / f"out{end}"
    code, said = ask("export", city, "--layer", "health", "--to", file, "--replace", *more)
    assert code == 0, said
    return gpd.read_file(file)


# Out and back


@pytest.mark.slow
@pytest.mark.parametrize("end", DRIVERS)
def test_a_layer_without_ids_goes_out_with_them_and_comes_back_unchanged(kota, ask, end):
    table = exported(ask, kota, end=end)
    assert table["asset_id"].tolist() == stands(kota).index.tolist()
    said = ask("deliver", kota, kota.parent / f"out{end}", "--layer", "health", "--json")[1]
    # with and without its .base.json
    for told in (json.loads(said), handed(ask, kota, table, end=end)):
        found = told["delivery"]
        assert [found[name] for name in ("added", "edited", "removed", "doubts")] == [0, 0, 0, 0]
        assert found["report"]["fields_added"] == [] and found["report"]["known"] == 4
        assert ask("accept", kota, found["id"])[0] == 0
    assert [*stands(kota).columns] == ["NAME", "KIND", "geometry"]


def test_both_options_of_an_export_and_none(kota, ask):
    """What is exported by the one and the other, where the layer has no ids of its own and where
    it has.
    """
    for declared, wanted in (False, [True, True, False]), (True, [False, True, False]):
        if declared:
            text = CITY.replace("fields = {", 'fields = { asset_id = "NAME",')
            (kota / "city.toml").write_text(text, encoding="utf-8")
        for more, there in zip(([], ["--with-ids"], ["--without-ids"]), wanted, strict=True):
            assert ("asset_id" in exported(ask, kota, *more)) == there, (declared, more)
    code, said = ask("export", kota, "--help")
    assert code == 0 and "--without-ids" in said


@pytest.mark.slow
def test_a_layer_with_a_field_of_that_name_of_its_own_goes_out_as_it_came(tmp_path, ask):
    city = tmp_path / "kota"
    city.mkdir()
    (city / "city.toml").write_text(CITY, encoding="utf-8")
    health(Asset_ID=["a", "b", "c", "c"]).to_file(city / "health.gpkg")
    assert ask("start", city)[0] == 0
    table = exported(ask, city)
    assert table["Asset_ID"].tolist() == ["a", "b", "c", "c"] and "asset_id" not in table
    assert handed(ask, city, table)["delivery"]["edited"] == 0


@pytest.mark.slow
@pytest.mark.parametrize("end", DRIVERS)
def test_type_name_and_place_may_all_change_where_the_id_stays(kota, ask, end):
    table = exported(ask, kota, end=end)
    table.loc[0, ["NAME", "KIND"]] = ["RS Candi", "hospital"]
    table.loc[0, "geometry"] = (
        table.geometry[0] if end == ".geojson" else shapely.Point(X + 5000, Y)
    )
    told = handed(ask, kota, table, "--accept", end=end)["delivery"]
    assert [told[name] for name in ("added", "edited", "removed", "doubts")] == [0, 1, 0, 0]
    assert stands(kota)["KIND"].tolist() == ["hospital", "clinic", "clinic", "clinic"]


@pytest.mark.slow
def test_rows_may_be_added_copied_and_cleared_among_rows_with_ids(kota, ask):
    ids = stands(kota).index
    table = exported(ask, kota)
    new = table.iloc[[0, 1]].assign(NAME=["Tugu", "Genuk 2"])
    new.geometry = new.translate(0, 900)
    new["asset_id"] = [" ", ids[1]]  # a new row, and one that was copied from another and moved
    table.loc[2, "asset_id"] = None
    told = handed(ask, kota, pd.concat([table, new], ignore_index=True), "--accept")["delivery"]
    assert [told[name] for name in ("added", "edited", "removed", "doubts")] == [2, 0, 0, 0]
    assert [*stands(kota).index[:4]] == [*ids]


@pytest.mark.slow
def test_a_column_of_ids_that_was_cleared_or_belongs_elsewhere_is_as_good_as_none(kota, ask):
    table = exported(ask, kota)
    for ids in ([None] * 4, ["x"] * 4, ["roads:1", "roads:2", "", "health:none"]):
        found = handed(ask, kota, table.assign(asset_id=ids))["delivery"]
        assert [found[name] for name in ("added", "edited", "removed", "doubts")] == [0, 0, 0, 0], (
            ids
        )


@pytest.mark.slow
def test_the_record_written_beside_a_file_helps_where_ids_were_cleared(kota, ask):
    """All clinics in one place: by place alone nobody can tell which is which."""
    same = health()
    same.geometry = [shapely.Point(X, Y)] * 4
    same = same.assign(KIND=["clinic", "clinic", "clinic", "laboratory"])
    table = exported(ask, kota).assign(KIND=same["KIND"].tolist(), geometry=same.geometry)
    assert handed(ask, kota, table, "--accept")["delivery"]["edited"] == 3
    out = kota.parent / "out.gpkg"
    table = exported(ask, kota)
    ids = dict(zip(table["NAME"], table["asset_id"], strict=True))
    table.loc[0, ["NAME", "asset_id"]] = ["Candi Baru", None]
    table.loc[1, "asset_id"] = None
    table.to_file(out, layer="health")
    told = json.loads(ask("deliver", kota, out, "--layer", "health", "--accept", "--json")[1])[
        "delivery"
    ]
    assert [told[name] for name in ("added", "edited", "removed")] == [0, 1, 0]
    assert dict(zip(stands(kota)["NAME"], stands(kota).index, strict=True))["Genuk"] == ids["Genuk"]


@pytest.mark.slow
def test_an_asset_that_was_removed_comes_back_as_itself(kota, ask):
    table = exported(ask, kota)
    handed(ask, kota, table.iloc[1:])
    assert ask("accept", kota, 2, "--allow-removals", 1)[0] == 0
    told = handed(ask, kota, table)["delivery"]
    assert (told["added"], told["would_undo"]) == (1, 1)
    assert ask("accept", kota, 3)[0] == 0
    assert sorted(stands(kota).index) == sorted(table["asset_id"])


# What is doubtful


@pytest.mark.slow
def test_another_type_in_the_same_place_under_the_same_name_is_an_edit_that_is_asked_about(
    kota, ask
):
    ids = stands(kota).index.tolist()
    told = handed(ask, kota, health(KIND=["hospital", "clinic", "clinic", "laboratory"]))[
        "delivery"
    ]
    assert [told[name] for name in ("added", "edited", "removed", "doubts")] == [0, 2, 0, 2]
    code, said = ask("accept", kota, 2)
    assert code == 1 and "--allow-doubts" in said and "Candi" in said
    code, said = ask("accept", kota, 2, language="id")
    assert code == 1 and "--allow-doubts" in said and "meragukan" in said
    assert stands(kota)["KIND"].tolist() == ["clinic"] * 4
    code, said = ask("accept", kota, 2, "--allow-doubts")
    assert code == 0 and f"{ids[0]} (Candi)" in said
    assert stands(kota)["KIND"].tolist() == ["hospital", "clinic", "clinic", "laboratory"]
    assert stands(kota).index.tolist() == ids


@pytest.mark.slow
def test_another_type_a_few_metres_away_under_the_same_name_is_asked_about_too(kota, ask):
    table = health(KIND=["hospital", "clinic", "clinic", "clinic"])
    table.loc[0, "geometry"] = shapely.Point(X + 3, Y)
    told = handed(ask, kota, table)["delivery"]
    assert [told[name] for name in ("added", "edited", "removed", "doubts")] == [0, 1, 0, 1]
    assert ", 3 m away, but another type" in ask("review", kota, 2)[1]


def test_another_type_in_the_same_place_under_another_name_stays_apart(kota, ask):
    told = handed(
        ask, kota, health(NAME=["Toko", *NAMES[1:]], KIND=["shop", "clinic", "clinic", "clinic"])
    )
    told = told["delivery"]
    assert [told[name] for name in ("added", "edited", "removed", "doubts")] == [1, 0, 1, 1]


@pytest.mark.slow
def test_deliver_accept_and_review_list_doubts_and_removals_by_name(kota, ask):
    table = health(NAME=["Toko", *NAMES[1:]], KIND=["shop", "clinic", "clinic", "clinic"]).iloc[
        [0, 2, 3]
    ]
    file = kota.parent / "health.gpkg"
    table.to_file(file)
    ids = stands(kota).index
    code, said = ask("deliver", kota, file)
    assert code == 0
    review = ask("review", kota, 2)[1]
    accepted = ask("accept", kota, 2, "--allow-doubts", "--allow-removals", 2)[1]
    for text in (said, review, accepted):
        assert f"{ids[0]} (Candi) removed" in text and f"{ids[1]} (Genuk) removed" in text
        assert (
            f"Feature 1 (Toko) is at the location of asset {ids[0]} (Candi) but has another type"
            in text
        )
    assert "--allow-doubts" in said and "--allow-doubts" in review
    page = kota.parent / "page.html"
    assert ask("review", kota, 2, "--html", page)[0] == 0
    assert f"asset {ids[0]} (Candi) but has another type" in page.read_text(encoding="utf-8")


def test_long_lists_of_removals_and_doubts_end_in_how_many_are_left(tmp_path, ask):
    city = tmp_path / "kota"
    city.mkdir()
    (city / "city.toml").write_text(CITY, encoding="utf-8")
    many = [f"K{number}" for number in range(90)]
    health(NAME=many, KIND=["clinic"] * 90).to_file(city / "health.gpkg")
    assert ask("start", city)[0] == 0
    table = health(NAME=many, KIND=[*["shop"] * 30, *["clinic"] * 60]).iloc[:60]
    table.to_file(tmp_path / "health.gpkg")
    code, said = ask("deliver", city, tmp_path / "health.gpkg")
    assert code == 0
    assert (
        said.count("removed from the inventory\n") == 20
        and said.count("and has its name but another type") == 20
    )
    assert said.count("and 10 more") == 2 and f"review {city} 2 --json" in said
    assert len(json.loads(ask("review", city, 2, "--json")[1])["delivery"]["doubts"]) == 30


def test_what_is_accepted_at_once_waits_where_it_is_doubtful(kota, ask):
    file = kota.parent / "health.gpkg"
    health(KIND=["hospital", "clinic", "clinic", "clinic"]).to_file(file)
    code, said = ask("deliver", kota, file, "--accept")
    assert (
        code == 1 and "--allow-doubts" in said and stands(kota)["KIND"].tolist() == ["clinic"] * 4
    )
    code, said = ask("deliver", kota, file, "--allow-doubts")
    assert code == 2 and "--accept" in said
    code, said = ask("deliver", kota, file, "--accept", "--allow-doubts")
    assert code == 0 and stands(kota)["KIND"].iloc[0] == "hospital"


def test_an_inbox_lists_what_is_doubtful_and_leaves_it_to_wait(kota, ask):
    (kota / "inbox").mkdir()
    health(KIND=["hospital", "clinic", "clinic", "clinic"]).to_file(kota / "inbox" / "health.gpkg")
    code, said = ask("inbox", kota)
    assert code == 0 and "(Candi)" in said and "--allow-doubts" in said
    assert "1 data submission awaits a decision" in ask("review", kota)[1]
