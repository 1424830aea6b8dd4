"""Who answers for what, by the drawing: EAD is 15 for A, 30 for B, 0 for D, none for depot E,
and 45 for road C.
"""

from __future__ import annotations

import datetime

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from asset_inventory.assessment.precheck import check_city
from asset_inventory.assessment.run import assess, ownership
from asset_inventory.disclosure.assessment import disclosed
from asset_inventory.model.reading import read_city

DAY = datetime.date(2026, 11, 25)
DATED = ('title = "Buildings"', 'title = "Buildings", date = 2026-01-31')
# «buildings» names a field for name and value; of its eight cells the name of house D is missing
MISSING = 1 / 8


def rows(table: pd.DataFrame) -> list[list]:
    plain = table.astype(object).where(table.notna(), None)
    return plain.drop(columns="missing_counted").to_numpy().tolist()


@pytest.mark.slow
def test_of_each_department_age_gaps_and_risk(edit):
    found = assess(read_city(edit(DATED)), day=DAY)
    assert found.ownership["missing_counted"].tolist() == ["name, value", ""]
    age = (DAY - datetime.date(2026, 1, 31)).days
    assert age == 298
    ead = pytest.approx(45)
    assert rows(found.ownership) == [
        ["Works", "buildings", 4, "2026-01-31", age, MISSING, 1, ead, pytest.approx(0.5)],
        [None, "roads", 1, None, None, None, 0, ead, pytest.approx(0.5)],
    ]
    assert found.provenance["day"] == "2026-11-25"
    pd.testing.assert_frame_equal(check_city(read_city(edit()), day=DAY).ownership, found.ownership)
    without = assess(read_city(edit()))
    assert without.ownership["age"].isna().all() and without.provenance["day"] is None
    assert not len(disclosed(found).ownership)


def test_owners_out_of_a_field_each_have_a_row_and_all_add_up(edit):
    folder = edit(
        DATED,
        ('name = "NAME", value', 'name = "NAME", owner = "DINAS", value'),
        ('owner = "Works"\n', ""),
    )
    table = gpd.read_file(folder / "buildings.gpkg")
    table.assign(DINAS=["Kesehatan", "Kesehatan", " ", "Air"]).to_file(folder / "buildings.gpkg")
    found = assess(read_city(folder), day=DAY)
    assert found.ownership[["owner", "layer", "assets"]].astype(object).fillna(
        "-"
    ).to_numpy().tolist() == [
        ["Air", "buildings", 1],
        ["Kesehatan", "buildings", 2],
        ["-", "buildings", 1],
        ["-", "roads", 1],
    ]
    assert found.ownership["assets"].sum() == len(found.assets)
    assert found.ownership["ead"].tolist() == pytest.approx([np.nan, 45, 0, 45], nan_ok=True)
    assert found.ownership["ead_share"].tolist() == pytest.approx(
        [np.nan, 0.5, 0, 0.5], nan_ok=True
    )
    assert found.ownership["missing_share"].tolist() == pytest.approx(
        [0, 0, 0.5, np.nan], nan_ok=True
    )


@pytest.mark.slow
def test_a_price_of_the_city_does_not_make_up_for_a_value(edit):
    folder = edit(
        ("[values]", '[values]\n"*" = { per = "piece", amount = 7, source = "by pencil" }')
    )
    table = gpd.read_file(folder / "buildings.gpkg")
    table.assign(VALUE=[1000.0, np.nan, np.nan, 100.0]).to_file(folder / "buildings.gpkg")
    found = assess(read_city(folder))
    assert found.assets["value"].tolist() == [1000, 7, 7, 100, 1000]
    assert found.ownership["missing_share"].tolist()[0] == 3 / 8


@pytest.mark.slow
def test_the_later_of_source_and_delivery_is_the_age(edit):
    city = read_city(edit(DATED))
    found = assess(city)
    figures = pd.DataFrame({"ead": np.full(len(found.assets), np.nan)})
    handed_in = {"buildings": datetime.date(2026, 11, 20), "roads": datetime.date(2026, 11, 26)}
    table = ownership(found.assets, figures, city.assets, delivered=handed_in, day=DAY)
    assert table["age"].tolist() == [5, -1]  # a day that is still to come is a wrong one, and shows
    assert table["ead"].isna().all() and table["ead_share"].isna().all()
    older = {"buildings": datetime.date(2025, 1, 1)}
    assert (
        ownership(found.assets, figures, city.assets, delivered=older, day=DAY)["age"].tolist()[0]
        == 298
    )


def test_the_nought_of_dry_assets_is_no_damage_of_those_whose_value_nobody_knows(edit):
    """Without values D, which no map reaches, has an EAD of 0, and A, B and C have none."""
    valueless = (
        (', value = "VALUE" }', " }"),
        ('road = { per = "m", amount = 10, source = "by pencil" }\n', ""),
    )
    city = read_city(edit(*valueless))
    found = assess(city, day=DAY)
    assert found.joint_ead["ead"].eq(0).any()
    assert found.ownership["ead"].isna().all() and found.ownership["ead_share"].isna().all()
    assert check_city(city, day=DAY).ownership["ead"].isna().all()
