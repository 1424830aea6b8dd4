"""The concentration index by pencil and by law."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_inventory.messages import describe_finding
from asset_inventory.model.tables import check
from asset_inventory.resilience.equity import concentration_index, loss_distribution, tells_wealth

NAN = float("nan")


def test_the_poor_bear_more():
    # burdens 40, 30, 20, 10 from poor to rich, ranks 1/8, 3/8, 5/8, 7/8: mean 25; Σ burden·rank / 4
    # = (5 + 11.25 + 12.5 + 8.75)/4 = 9.375; cov = 9.375 − 25·0.5 = −3.125; C = 2·(−3.125)/25 =
    # −0.25
    told = concentration_index(np.array([40, 30, 20, 10]), np.array([1, 2, 3, 4]), np.full(4, 500))
    assert told == pytest.approx(-0.25), f"2·(9.375 − 12.5)/25 = -0.25, not {told}"


def test_unequal_districts_rank_by_people():
    # 1 person at 40, 3 at 10: ranks 1/8 and 5/8, mean 17.5; 0.25·40·0.125 + 0.75·10·0.625 = 5.9375;
    # − 8.75 → −2.8125
    told = concentration_index(np.array([40, 10]), np.array([1, 2]), np.array([1, 3]))
    assert told == pytest.approx(2 * -2.8125 / 17.5)


def test_nothing_is_said_where_nothing_can_be():
    assert np.isnan(concentration_index(np.array([1.0]), np.array([1.0]), np.array([1.0])))
    assert np.isnan(concentration_index(np.zeros(3), np.arange(3), np.ones(3)))
    # all of one wealth
    assert np.isnan(concentration_index(np.array([40.0, 10.0]), np.ones(2), np.ones(2)))
    known = concentration_index(
        np.array([40, 10, np.nan]), np.array([1, 2, 3]), np.array([1, 3, 5])
    )
    assert known == pytest.approx(2 * -2.8125 / 17.5)


@given(
    st.lists(
        st.tuples(st.floats(0, 1e6), st.integers(0, 5), st.floats(1, 1e5)), min_size=2, max_size=20
    )
)
def test_it_lies_between_its_limits_and_turns_with_wealth(rows):
    burden, wealth, people = np.array(rows).T
    told = concentration_index(burden, wealth, people)
    if not np.isnan(told):
        assert -1 <= told <= 1
        assert concentration_index(burden, -wealth, people) == pytest.approx(-told, abs=1e-9)


# The table


def filled(name: str, better: str, values: dict[str, float]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "row": row,
                "district": one,
                "indicator": name,
                "value": value,
                "better": better,
                "counted": True,
            }
            for row, (one, value) in enumerate(values.items(), 2)
        ]
    )


PEOPLE = pd.Series({"a": 500.0, "b": 500.0, "c": 500.0, "d": 500.0})
EAD = {"ead": pd.Series({"a": 20_000.0, "b": 15_000.0, "c": 10_000.0, "d": 5_000.0})}


def test_districts_are_ordered_from_poor_to_rich_by_either_end():
    # per head 40, 30, 20, 10: as above; poverty falls as districts get richer, income rises
    poverty = filled("poverty", "lower", {"a": 40, "b": 30, "c": 20, "d": 10})
    income = filled("income", "higher", {"a": 1, "b": 2, "c": 3, "d": 4})
    ikd = filled("IKD", "higher", {"a": 0.1, "b": 0.2})
    table, rows = loss_distribution(pd.concat([poverty, income, ikd]), EAD, PEOPLE)
    assert table["indicator"].tolist() == ["poverty", "income"] and rows == []
    assert table["concentration"].tolist() == pytest.approx([-0.25, -0.25])
    assert table[["districts", "districts_without_figure"]].values.tolist() == [[4, 0], [4, 0]]
    check(table, "LOSS_DISTRIBUTION")


@pytest.mark.parametrize(
    ("values", "people", "code", "rows"),
    [
        ({"a": 40}, PEOPLE, "burden_not_known", [[1, 3]]),  # one district has no order
        ({"a": 40, "b": 30}, PEOPLE * NAN, "burden_without_people", []),
        (
            {"a": 40, "b": 30},
            PEOPLE.where([True, False, False, False]),
            "burden_not_known",
            [[1, 3]],
        ),
    ],
)
def test_what_cannot_be_told_is_said(values, people, code, rows):
    table, found = loss_distribution(filled("poverty", "lower", values), EAD, people)
    assert [one["code"] for one in found] == [code]
    assert table[["districts", "districts_without_figure"]].values.tolist() == rows
    assert table["concentration"].isna().all()
    for language in ("en", "id"):
        says, remedy = describe_finding(found[0] | {"feature": None}, language)
        assert says and remedy


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("penduduk miskin", True),
        ("Median income", True),
        ("poor people", True),
        ("IKD", False),
        ("air perpipaan", False),
        ("penurunan tanah", False),
        ("kelas rasio kemiskinan", False),
        ("poorly drained land", False),
    ],
)
def test_only_what_tells_wealth_orders_districts(name, is_one):
    assert tells_wealth(name) is is_one
    table, found = loss_distribution(
        filled(name, "lower", {"a": 40, "b": 30, "c": 20, "d": 10}), EAD, PEOPLE
    )
    assert (
        len(table) == is_one and [one["code"] for one in found] == []
        if is_one
        else ["burden_without_wealth"]
    )


def test_without_indicators_there_is_nothing_to_order():
    table, found = loss_distribution(filled("poverty", "lower", {"a": 1}).iloc[:0], EAD, PEOPLE)
    assert not len(table) and found == []
