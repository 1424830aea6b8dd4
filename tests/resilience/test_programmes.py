"""The inventory of actions: several districts in a cell, words nobody knows, and where nothing
is done.
"""

from __future__ import annotations

import pandas as pd

from asset_inventory.resilience.programmes import COLUMNS, read_programmes, without_programme

PRESSURES = {"rob": ("Rob",), "waste": ("Sampah",)}
# fmt: off
DISTRICTS = pd.DataFrame({
    "district": ["01", "02", "03"], "name": ["Tanjung Mas", "Kauman", "Kauman"],
    "parent": ["Utara", "Tengah", "Mijen"],
})
# fmt: on


def read(*rows: dict[str, str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    raw = pd.DataFrame(list(rows), columns=list(COLUMNS), index=range(2, 2 + len(rows)))
    return read_programmes(raw, PRESSURES, DISTRICTS, source="actions.csv")


def codes(found: pd.DataFrame) -> dict[str, int]:
    return found.groupby("code")["count"].sum().to_dict()


def test_an_action_may_be_of_several_districts_pressures_and_drivers():
    told, found = read(
        {
            "action": "Pompa",
            "owner": "DPU",
            "districts": "Tanjungmas; Kauman, Mijen",
            "pressures": "rob; SAMPAH",
            "drivers": "7; Sustainable economy",
            "budget": "2.500.000.000",
            "first_year": "2026",
            "last_year": "2027",
            "status": "Berjalan",
            "programme": "1.03.02",
        }
    )
    row = told.iloc[0]
    assert row[["districts", "pressures", "drivers"]].tolist() == [
        ("01", "03"),
        ("rob", "waste"),
        ("7", "6"),
    ]
    assert row[["budget", "first_year", "status", "whole_city"]].tolist() == [
        2.5e9,
        2026,
        "running",
        False,
    ]
    assert codes(found) == {"district_spelled_otherwise": 1}


def test_what_nobody_knows_is_said_and_the_action_is_kept():
    told, found = read(
        {
            "action": "A",
            "owner": "X",
            "districts": "Atlantis",
            "drivers": "13",
            "pressures": "rop",
            "budget": "banyak",
            "first_year": "2030",
            "last_year": "2027",
            "status": "entah",
        },
        {"action": "B"},
        {},
    )
    assert len(told) == 2
    assert told["districts"].tolist() == [(), ()]
    assert told["whole_city"].tolist() == [False, True]
    assert codes(found) == {
        "district_not_known": 1,
        "action_driver_unknown": 1,
        "action_pressure_unknown_near": 1,
        "action_cell_unreadable": 2,
        "action_cell_empty": 1,
        "action_ends_early": 1,
    }


def test_gaps_are_what_no_living_action_serves():
    told, _ = read(
        {"action": "A", "owner": "X", "districts": "01", "drivers": "7", "status": "done"},
        {"action": "B", "owner": "X", "districts": "02", "drivers": "8", "status": "stopped"},
        {"action": "C", "owner": "X", "drivers": "9"},
    )
    assert without_programme(told, ["01", "02", "03"], "districts") == ("02", "03")
    assert without_programme(told, ["7", "8", "9"], "drivers") == ("8",)


def test_the_whole_city_is_said_by_words_and_drivers_are_parted_by_commas_too():
    told, found = read(
        {"action": "A", "owner": "X", "districts": "Seluruh Kota", "drivers": "7, 8"},
        {"action": "B", "owner": "X", "districts": " ; ", "drivers": "7.8"},
    )
    assert told["whole_city"].tolist() == [True, True]
    assert told["drivers"].tolist() == [("7", "8"), ()]
    assert codes(found) == {"action_driver_unknown_near": 1}
