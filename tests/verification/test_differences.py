"""Tables of text cell by cell, and rules key by key."""

from __future__ import annotations

import pandas as pd
import pytest

from asset_inventory.verification import changed_keys, difference

KEY = ("asset_id", "return_period")


def table(*rows: str) -> pd.DataFrame:
    return pd.DataFrame(
        [row.split(",") for row in rows], columns=["asset_id", "return_period", "damage", "rule"]
    )


BEFORE = table("A,10.0,100,x", "A,50.0,200,x", "B,10.0,,x")


def test_equal_tables_do_not_differ_whatever_the_order_and_the_last_digits():
    # 1e-8 of 100 is 1e-10 of it, less than the tolerance of 1e-9; 10 and 10.0 are one return period
    found = difference(BEFORE, table("B,10.0,,x", "A,50,200,x", "A,10.0,100.00000001,x"), KEY)
    assert (found.count, found.rows, found.greatest) == (0, 3, None)
    assert (
        difference(BEFORE, table("A,10.0,100.000001,x", "A,50.0,200,x", "B,10.0,,x"), KEY).cells
        == 1
    )


def test_rows_and_columns_that_came_and_went():
    found = difference(
        BEFORE, table("A,10.0,100,x", "C,10.0,1,x").assign(more="1").drop(columns="rule"), KEY
    )
    assert found.added == ({"asset_id": "C", "return_period": "10.0"},)
    assert [row["asset_id"] for row in found.removed] == ["A", "B"]
    assert (found.columns_added, found.columns_removed, found.cells) == (("more",), ("rule",), 0)
    assert found.count == 1 + 2 + 1 + 1


@pytest.mark.parametrize(
    ("rows", "cells", "column", "sides"),
    [
        # 10 of 110, 200 of 400, a word
        (("A,10.0,110,x", "A,50.0,400,x", "B,10.0,,y"), 3, "damage", ("200", "400")),
        # what was not known outweighs all
        (("A,10.0,110,x", "A,50.0,200,x", "B,10.0,7,x"), 2, "damage", ("", "7")),
        # both by half: the larger amount
        (("A,10.0,200,x", "A,50.0,400,x", "B,10.0,,x"), 2, "damage", ("200", "400")),
        (("A,10.0,100,z", "A,50.0,200,x", "B,10.0,,x"), 1, "rule", ("x", "z")),
        (("A,10.0,0,x", "A,50.0,200,x", "B,10.0,,x"), 1, "damage", ("100", "0")),
    ],
)
def test_the_greatest_difference_and_where_it_is(rows, cells, column, sides):
    found = difference(BEFORE, table(*rows), KEY)
    assert (found.cells, found.greatest.column, (found.greatest.before, found.greatest.after)) == (
        cells,
        column,
        sides,
    )


def test_a_row_that_is_there_twice_and_tables_without_a_key():
    twice = table("A,10.0,100,x", "A,10.0,100,x", "A,50.0,200,x", "B,10.0,,x")
    assert difference(twice, BEFORE, KEY).removed == ({"asset_id": "A", "return_period": "10.0"},)
    found = difference(BEFORE, BEFORE.assign(rule="y"), ())  # all of a row is its key
    assert (len(found.added), len(found.removed), found.cells) == (3, 3, 0)
    assert difference(BEFORE, BEFORE.iloc[:0], KEY).count == 3
    assert difference(pd.DataFrame(columns=["x"]), pd.DataFrame(columns=["x"]), KEY).count == 0


def test_rules_are_compared_key_by_key():
    before = {"values": {"road": {"amount": 10.0, "per": "m"}}, "crs": "a", "order": ["x", "y"]}
    after = {
        "values": {"road": {"amount": 20.0, "per": "m"}, "school": {"amount": 1.0}},
        "order": ["y", "x"],
    }
    assert list(changed_keys(before, after)) == [
        (("values", "road", "amount"), 10.0, 20.0),
        (("values", "school"), None, {"amount": 1.0}),
        (("crs",), "a", None),
        (("order",), ["x", "y"], ["y", "x"]),
    ]
