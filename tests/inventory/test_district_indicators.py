"""Indicators as offices hand them in: unknown places, doubtful numbers, two values; nothing is
lost.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from asset_inventory.inventory.districts import by_district, read_indicators

DISTRICTS = pd.DataFrame(
    {"district": ["01", "02"], "name": ["Tanjung Mas", "Genuksari"], "parent": [None, None]}
)


def read(*rows: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    cells = [[cell.strip() or None for cell in row.split("|")] for row in rows]
    names = ["district", "indicator", "value", "unit", "year", "source", "better"]
    raw = pd.DataFrame(cells, columns=names, index=range(2, 2 + len(rows)))
    return read_indicators(raw, DISTRICTS, source="i.csv", this_year=2026)


def codes(found: pd.DataFrame) -> dict[str, int]:
    return found.groupby("code")["count"].sum().to_dict()


def test_the_latest_year_counts_and_every_row_is_kept():
    told, found = read(
        "Tanjung Mas | poverty | 12,5 | % | 2022 | BPS | lower",
        "Tanjungmas | poverty | 10,5 | % | 2024 | BPS | turun",
        "Genuksari | poverty | 8,25 | % | 2024 | BPS | lower",
        "Genuksari | water | 0,9 | share | 2024 | PDAM | tinggi",
    )
    assert told["counted"].tolist() == [False, True, True, True]
    values = by_district(told)
    assert values.loc["01", "poverty"] == 10.5 and values.loc["02", "water"] == 0.9
    assert np.isnan(values.loc["01", "water"])
    assert codes(found) == {"district_spelled_otherwise": 1, "indicator_years_older": 1}


def test_what_cannot_be_told_is_said_and_not_counted():
    told, found = read(
        "Atlantis | poverty | 12 | % | 2024 | BPS | lower",
        "Genuksari | poverty | banyak | % | 2024 | BPS | lower",
        "Genuksari | people | 1.200 | people | 2024 | BPS | lower",
        "Genuksari | water | 3 | l | besok | PDAM | higher",
        "Genuksari | waste | 3 | kg | 2024 | DLH | sedang",
        "| | | | | | ",
        "Genuksari | | 3 | kg | 2024 | DLH | lower",
    )
    assert len(told) == 6 and not told["counted"].any()
    assert codes(found) == {
        "district_not_known": 1,
        "cell_unreadable": 3,
        "cell_in_two_ways": 1,
        "indicator_cell_empty": 1,
    }


def test_two_values_two_units_or_two_better_ends_count_for_nothing():
    told, found = read(
        "Genuksari | poverty | 12 | % | 2024 | BPS | lower",
        "Genuksari | poverty | 13 | % | 2024 | Dinsos | lower",
        "Genuksari | water | 1 | l | 2024 | PDAM | higher",
        "Tanjung Mas | water | 1 | m3 | 2024 | PDAM | higher",
        "Genuksari | waste | 1 | kg | 2024 | DLH | higher",
        "Tanjung Mas | waste | 1 | kg | 2024 | DLH | lower",
    )
    assert not told["counted"].any()
    assert codes(found) == {
        "indicator_given_twice": 2,
        "indicator_units_differ": 2,
        "indicator_turns": 2,
    }
    twice = found[found["code"] == "indicator_given_twice"].iloc[0]
    assert (twice["feature"], twice["arguments"]) == (
        "poverty, 02",
        {"year": "2024", "rows": "2, 3"},
    )


def test_two_spellings_of_an_indicator_are_one():
    told, found = read(
        "Genuksari | Poor people | 12 | % | 2024 | B | lower",
        "Tanjung Mas | poor_people | 13 | % | 2024 | B | lower",
        "Kauman | poor people | 3 | % | 2024 | BPS | lower",
        "Genuksari | poor people | 3 | % | 2023 | BPS | lower",
    )
    assert by_district(told)["poor people"].to_dict() == {"01": 13.0, "02": 12.0}
    assert codes(found) == {"district_not_known": 1, "indicator_years_older": 1}


def test_thousands_of_one_indicator_are_no_decimals_because_another_has_some():
    # 8.2 % tells that the point is a decimal mark; whether 12.500 people are 12 and a half it does
    # not
    told, found = read(
        "Genuksari | poverty | 8.2 | % | 2024 | BPS | lower",
        "Genuksari | people | 12.500 | head | 2024 | B | lower",
        "Genuksari | water | 1.5 | % | 2024 | BPS | lower",
        "Tanjung Mas | water | 1.250 | % | 2024 | BPS | lower",
    )
    assert told["value"].fillna(-1).tolist() == [8.2, -1, 1.5, 1.25]
    assert codes(found) == {"cell_in_two_ways": 1}


def test_percents_may_bear_their_sign_and_what_cannot_be_one_is_said():
    told, found = read(
        "Genuksari | poverty | 12% | % | 2024 | BPS | lower",
        "Tanjung Mas | poverty | 120 | persen | 2024 | B | lower",
        "Genuksari | water | 12% | l | 2024 | PDAM | higher",
    )
    assert told["value"].fillna(-1).tolist() == [12.0, 120.0, -1]
    assert codes(found) == {
        "cell_unreadable": 1,
        "indicator_beyond_percents": 1,
        "indicator_units_differ": 2,
    }


def test_districts_compared_by_different_years_are_said():
    told, found = read(
        "Genuksari | poverty | 12 | % | 2019 | BPS | lower",
        "Tanjung Mas | poverty | 13 | % | 2024 | BPS | lower",
    )
    assert told["counted"].all()
    assert found[["code", "feature"]].to_numpy().tolist() == [["indicator_years_differ", "poverty"]]
    assert found["arguments"].iloc[0] == {"first": "2019", "last": "2024"}


def test_very_many_places_that_nobody_knows_are_told_together():
    _, found = read(
        *(f"Atlantis {one} | poverty | 1 | % | 2024 | BPS | lower" for one in range(1000))
    )
    told = found[found["code"] == "district_not_known"]
    assert (len(told), told["count"].sum(), told["arguments"].iloc[-1]["given"]) == (101, 1000, "…")


def test_a_year_that_is_still_to_come_is_said_and_does_not_go_before_the_latest():
    told, found = read(
        "Genuksari | poverty | 12 | % | 2024 | BPS | lower",
        "Genuksari | poverty | 99 | % | 2042 | BPS | lower",
    )
    assert told["counted"].tolist() == [True, False]
    assert codes(found) == {"indicator_year_ahead": 1}
