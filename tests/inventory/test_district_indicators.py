"""Indicators as offices hand them in: unknown places, doubtful numbers, two values; nothing is lost."""

from __future__ import annotations

import numpy as np
import pandas as pd

from asset_inventory.inventory.district_indicators import by_district, read_indicators

DISTRICTS = pd.DataFrame({"district": ["01", "02"], "name": ["Tanjung Mas", "Genuksari"], "parent": [None, None]})


def read(*rows: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    cells = [[cell.strip() or None for cell in row.split("|")] for row in rows]
    names = ["district", "indicator", "value", "unit", "year", "source", "better"]
    raw = pd.DataFrame(cells, columns=names, index=range(2, 2 + len(rows)))
    return read_indicators(raw, DISTRICTS, source="i.csv")


def codes(found: pd.DataFrame) -> dict[str, int]:
    return found.groupby("code")["count"].sum().to_dict()


def test_the_latest_year_counts_and_every_row_is_kept():
    told, found = read(
        "Tanjung Mas | poverty | 12,5 | % | 2022 | BPS | lower", "Tanjungmas | poverty | 10,5 | % | 2024 | BPS | turun",
        "Genuksari | poverty | 8,25 | % | 2024 | BPS | lower", "Genuksari | water | 0,9 | share | 2024 | PDAM | tinggi",
    )  # fmt: skip
    assert told["counted"].tolist() == [False, True, True, True]
    values = by_district(told)
    assert values.loc["01", "poverty"] == 10.5 and values.loc["02", "water"] == 0.9
    assert np.isnan(values.loc["01", "water"])
    assert codes(found) == {"district_spelled_otherwise": 1}


def test_what_cannot_be_told_is_said_and_not_counted():
    told, found = read(
        "Atlantis | poverty | 12 | % | 2024 | BPS | lower", "Genuksari | poverty | banyak | % | 2024 | BPS | lower",
        "Genuksari | people | 1.200 | people | 2024 | BPS | lower", "Genuksari | water | 3 | l | besok | PDAM | higher",
        "Genuksari | waste | 3 | kg | 2024 | DLH | sedang", "| | | | | | ", "Genuksari | | 3 | kg | 2024 | DLH | lower",
    )  # fmt: skip
    assert len(told) == 6 and not told["counted"].any()
    assert codes(found) == {
        "district_not_known": 1, "cell_unreadable": 3, "cell_in_two_ways": 1, "indicator_cell_empty": 1,
    }  # fmt: skip


def test_two_values_two_units_or_two_better_ends_count_for_nothing():
    told, found = read(
        "Genuksari | poverty | 12 | % | 2024 | BPS | lower", "Genuksari | poverty | 13 | % | 2024 | Dinsos | lower",
        "Genuksari | water | 1 | l | 2024 | PDAM | higher", "Tanjung Mas | water | 1 | m3 | 2024 | PDAM | higher",
        "Genuksari | waste | 1 | kg | 2024 | DLH | higher", "Tanjung Mas | waste | 1 | kg | 2024 | DLH | lower",
    )  # fmt: skip
    assert not told["counted"].any()
    assert codes(found) == {"indicator_given_twice": 2, "indicator_units_differ": 2, "indicator_turns": 2}
    twice = found[found["code"] == "indicator_given_twice"].iloc[0]
    assert (twice["feature"], twice["arguments"]) == ("poverty, 02", {"year": "2024", "rows": "2, 3"})
