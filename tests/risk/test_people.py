"""People by class: spread by hand, and the laws that hold whatever the map."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from asset_inventory.model.hazards import Hazard
from asset_inventory.risk.exposure import (
    needs_of,
    people_by_class,
    rounded_up,
    shares_in_classes,
    totals_by_class,
)
from asset_inventory.vulnerability.classes import people_classes

SETS = (("flood-petabencana", "m"), ("tsunami", "m"), ("earthquake-mmi", "MMI"), ("volcano", "km"))


def classes(displacement="flood-petabencana", unit="m", **people):
    return people_classes(
        Hazard.model_validate(
            {
                "name": "-",
                "kind": "shock",
                "intensity": {"measure": "-", "unit": unit},
                "people": {"displacement": displacement} | people,
                "maps": [{"path": "zones.gpkg", "intensity_field": "A"}],
                "source": {"title": "-", "licence": "-"},
            }
        )
    )


def pieces(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["asset", "share", "intensity"])


def test_a_thousand_people_at_1_2_metres():
    """methods-resilience, section 9: 1,000 people, medium, 3 %."""
    found = classes()
    shares = shares_in_classes(pieces((0, 1.0, 1.2)), found, 1)
    table = people_by_class(np.array([1000.0]), np.array([0]), np.zeros_like(shares), shares, found)
    medium = table[table["class"] == "medium"].iloc[0]
    assert (medium["people"], medium["displaced"]) == (1000, 30), "1,000 x 0.03 = 30"
    assert math.isnan(medium["fatalities"])  # nobody declared a model of deaths
    needed = {
        name: (amount, rounded_up(amount)) for name, amount, _, _ in needs_of(medium["displaced"])
    }
    assert needed["rice"] == (pytest.approx(84), 84), "30 x 2.8 kg a week"
    assert needed["drinking water"] == (525, 525), "30 x 17.5 l a week"
    assert needed["clean water"] == (2010, 2010), "30 x 67 l a week"
    assert needed["family kits"] == (pytest.approx(6), 6), "30 x 0.2 a week"
    assert needed["toilets"] == (1.5, 2), "30 x 0.05 once, and half a toilet serves nobody"


def test_each_dwelling_counts_alike_and_by_its_shares():
    found = classes()
    # house 0: half at 0.5 m (low), half dry; house 1: a quarter at 2 m (high), the rest not known;
    # house 2 has no piece
    shares = shares_in_classes(
        pieces((0, 0.5, 0.5), (0, 0.5, 0.0), (1, 0.25, 2.0), (1, 0.75, math.nan)), found, 3
    )
    assert dict(zip(found.names, shares.sum(axis=0), strict=True)) == {
        "not exposed": 0.5,
        "caution": 0,
        "low": 0.5,
        "medium": 0,
        "high": 0.25,
        "unknown": 1.75,
    }
    table = people_by_class(
        np.array([300.0]), np.array([3]), shares.sum(axis=0)[None], np.zeros((1, 6)), found
    )
    people = dict(zip(table["class"], table["people"], strict=True))
    assert people == {
        "not exposed": 50,
        "caution": 0,
        "low": 50,
        "medium": 0,
        "high": 25,
        "unknown": 175,
    }
    displaced = dict(zip(table["class"], table["displaced"], strict=True))
    assert (displaced["low"], displaced["high"], displaced["not exposed"]) == (0.5, 1.25, 0)
    assert math.isnan(displaced["unknown"])
    assert set(table["people_rule"]) == {"share of dwellings"}


def test_without_dwellings_the_area_counts_and_without_residents_nothing_is_known():
    found = classes()
    area = shares_in_classes(pieces((0, 0.6, 1.0), (0, 0.4, 0.0), (1, 1.0, 1.0)), found, 2)
    table = people_by_class(
        np.array([100.0, math.nan]), np.zeros(2), np.zeros_like(area), area, found
    )
    first, second = table[table["place"] == 0], table[table["place"] == 1]
    assert dict(zip(first["class"], first["people"], strict=True))["medium"] == 60
    assert set(first["people_rule"]) == {"share of area"}
    assert second["class"].tolist() == ["unknown"]
    assert second["people"].isna().all()
    assert second["people_rule"].tolist() == ["not known"]


def test_the_sums_of_a_city_leave_out_what_is_not_known_and_say_so():
    found = classes()
    area = np.tile(shares_in_classes(pieces((0, 1.0, 1.0)), found, 1), (2, 1))
    table = people_by_class(
        np.array([100.0, math.nan]), np.zeros(2), np.zeros_like(area), area, found
    )
    sums = totals_by_class(table.assign(hazard="flood", return_period=math.nan), 2)
    sums = sums.set_index("class")
    assert sums.loc["medium", ["people", "displaced"]].tolist() == [100, 3]
    assert sums.loc["unknown", "people"] == 0
    assert (sums["districts_not_known"] == 1).all()
    assert math.isnan(sums.loc["unknown", "displaced"])
    assert math.isnan(sums.loc["medium", "fatalities"])


@given(st.sampled_from(SETS), st.data())
def test_the_classes_add_up_to_the_residents(named, data):
    found = classes(*named)
    size = data.draw(st.integers(1, 4))
    piece = st.tuples(
        st.integers(0, size - 1), st.floats(0, 1), st.floats(-1, 30) | st.just(math.nan)
    )
    parts = data.draw(st.lists(piece, min_size=1, max_size=12))
    shares = shares_in_classes(pieces(*parts), found, size)
    assert shares.sum(axis=1) == pytest.approx(np.ones(size))
    residents = data.draw(arrays.arrays(float, size, elements=st.floats(0, 1e7)))
    homes = data.draw(arrays.arrays(int, size, elements=st.integers(0, 3)))
    table = people_by_class(residents, homes, shares * homes[:, None], shares, found)
    assert table.groupby("place")["people"].sum().to_numpy() == pytest.approx(residents)
    known = table["class"] != "unknown"
    assert (table["displaced"][known] <= table["people"][known] * (1 + 1e-12)).all()


@given(st.lists(st.floats(0, 5), min_size=1, max_size=6), st.floats(0, 5))
def test_deeper_water_never_displaces_fewer(depths, more):
    found = classes()

    def displaced(at) -> float:
        shares = shares_in_classes(pieces(*((0, 1 / len(at), depth) for depth in at)), found, 1)
        return people_by_class(
            np.array([1000.0]), np.zeros(1), np.zeros_like(shares), shares, found
        )["displaced"].sum()

    assert displaced([depth + more for depth in depths]) >= displaced(depths) - 1e-9


@given(st.floats(0, 1e9))
def test_what_is_printed_is_never_less_than_what_is_needed(amount):
    assert amount - 1e-6 * max(1, amount) <= rounded_up(amount) < amount + 1
