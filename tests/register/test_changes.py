"""Changes by hand: what a row says, values that come back exactly, changes that do not fit,
merges, undoing.
"""

from __future__ import annotations

import datetime

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from asset_inventory.messages import LANGUAGES
from asset_inventory.model.errors import RegisterError
from asset_inventory.register.changes import (
    apply,
    decode,
    decode_rows,
    diff,
    encode,
    encode_rows,
    invert,
)
from asset_inventory.register.proposals import decide, merge, would_undo


def layer(**assets: tuple) -> gpd.GeoDataFrame:
    """Assets by id: name, beds, where on the x axis."""
    names, beds, places = zip(*assets.values(), strict=True) if assets else ((), (), ())
    return gpd.GeoDataFrame(
        {"name": pd.Series(names, dtype="str").array, "beds": [*beds]},
        index=pd.Index([*assets], dtype="str"),
        geometry=[None if x is None else shapely.Point(x, 0) for x in places],
        crs=32749,
    )


def rows(changes: pd.DataFrame) -> list[tuple]:
    columns = ["asset_id", "change", "column", "before", "after"]
    table = changes[columns].astype(object)
    return [*table.where(table.notna(), None).itertuples(index=False, name=None)]


POINT = '{"wkb": "010100000000000000000000000000000000000000"}'  # (0, 0)


def test_what_the_rows_say():
    before = layer(a=("Ayu", 3, 0), b=("Budi", 5, 0))
    after = layer(a=("Ayu", 4, 0.005), c=("Citra", 1, 0))
    changes = diff(before, after, delivery=7)
    assert rows(changes) == [
        ("b", "removed", None, f'{{"name": "Budi", "beds": 5, "geometry": {POINT}}}', None),
        ("a", "edited", "beds", "3", "4"),
        ("c", "added", None, None, f'{{"name": "Citra", "beds": 1, "geometry": {POINT}}}'),
    ]
    assert set(changes["delivery"]) == {7}
    made = apply(changes, before)
    assert made.index.tolist() == ["a", "c"]
    assert made["beds"].tolist() == [4, 1]
    assert made["beds"].dtype == "int64"
    assert made.geometry["a"].x == 0  # 5 mm are no move
    assert before["beds"].tolist() == [3, 5]


VALUES = {
    "text": ["", " ", "007", "null", '"\\\n\x00', "Çiğ 数据 \U0001f3e5", None],
    "integer": [2**53 + 1, -(2**63), 0],
    "beyond 64 bits": [2**64, 1],
    "integer with a null": [2**53 + 1, None],
    "float": [0.1 + 0.2, -0.0, 5e-324, 1.7976931348623157e308, np.inf, -np.inf, 5.0, np.nan],
    "boolean": [True, False],
    "boolean with a null": [True, None],
    "day": [datetime.date(2024, 3, 1), None],
    "moment": [pd.Timestamp("2024-03-01 12:00:00.000001"), pd.NaT],
    "moment in a zone": [pd.Timestamp("2024-03-01 12:00+07:00")],
    "nanoseconds": [pd.Timestamp("2024-03-01 12:00:00.000000001")],
    "time": [datetime.time(7, 30, 0, 1)],
    "bytes": [b"\x00\xff"],
    "list": [["a", 1, None], []],
    "mixed": ["1", 1, 1.0, True, datetime.date(2024, 3, 1), b"1", None],
    "geometry": [shapely.Point(0.1 + 0.2, 1e-300), shapely.Point(1, 2, 3), shapely.Polygon(), None],
}


@pytest.mark.parametrize("kind", VALUES)
def test_a_value_comes_back_exactly(kind):
    values = VALUES[kind]
    column = pd.Series(values, dtype=object)
    for again in (
        decode(encode(column)),
        decode_rows(encode_rows(column.to_frame("x")), column.index)["x"],
    ):
        for value, one in zip(values, again.astype(object), strict=True):
            if value is None or value is pd.NaT or value != value:
                assert pd.isna(one)
            elif isinstance(value, shapely.Geometry):
                assert shapely.equals_identical(value, one)
            else:
                assert (type(one), repr(one)) == (type(value), repr(value))
    # also from its narrower type
    assert encode(decode(encode(column))).tolist() == encode(column).tolist()


def test_a_column_called_like_a_kind_is_a_column():
    table = pd.DataFrame({"date": ["2024-03-01"], "wkb": ["x"]}, index=["a"])
    assert decode_rows(encode_rows(table), table.index).equals(table)


def test_a_value_that_cannot_be_kept_is_named():
    for value, kind in (({"a": 1}, "dict"), (1j, "complex")):
        with pytest.raises(RegisterError, match=f'a value of the kind "{kind}"'):
            encode(pd.Series([value]))


@pytest.mark.parametrize(
    "text", ["", "{", "1, 2", '{"day": "x"}', '{"date": "x"}', '{"date": 1}', '{"wkb": "01"}']
)
def test_text_that_nobody_encoded_is_told(text):
    with pytest.raises(RegisterError, match="has an unreadable value"):
        decode(["1", text])
    with pytest.raises(RegisterError, match="has an unreadable value"):
        decode_rows([text, "1"], pd.Index(["a", "b"]))


def test_columns_keep_their_type_where_it_holds_the_values():
    before = layer(a=("Ayu", 3, 0), b=("Budi", 5, 1))
    big = before.assign(beds=pd.Series([2**53 + 1, None], index=before.index, dtype="Int64"))
    made = apply(diff(before, big), before)
    assert made["beds"].dtype == "Int64"
    assert made["beds"]["a"] == 2**53 + 1
    assert apply(diff(before, before.assign(beds=[3.5, 5])), before)["beds"].dtype == "float64"
    words = apply(diff(before, before.assign(beds=["three", "5"])), before)
    assert words["beds"].tolist() == ["three", 5]
    assert made.crs == before.crs


def test_only_some_columns_are_compared():
    before = layer(a=("Ayu", 3, 0))
    later = layer(a=("Budi", 4, 9)).assign(new="x")
    assert diff(before, later, columns=["beds"])["column"].tolist() == ["beds"]


@pytest.mark.parametrize(
    "present",
    [
        layer(a=("Ayu", 9, 0), b=("Budi", 5, 0)),  # the cell has become another
        layer(b=("Budi", 5, 0)),  # the asset is gone
        layer(a=("Ayu", 3, 0)),  # the one to be removed is gone
        layer(a=("Ayu", 3, 0), b=("Budi", 6, 0)),  # it has been edited meanwhile
        layer(a=("Ayu", 3, 0), b=("Budi", 5, 0), c=("Citra", 1, 0)),  # the one to be added is there
    ],
)
def test_changes_made_for_another_version_are_refused(present):
    changes = diff(
        layer(a=("Ayu", 3, 0), b=("Budi", 5, 0)), layer(a=("Ayu", 4, 0), c=("Citra", 1, 0))
    )
    with pytest.raises(RegisterError, match="1 change does not match the register") as refused:
        apply(changes, present)
    for language in LANGUAGES:
        assert "aset" in refused.value.say(language) or "asset" in refused.value.say(language)


def test_an_id_that_stands_twice_is_refused():
    twice = pd.concat([layer(a=("Ayu", 3, 0))] * 2)
    for asked in (lambda: diff(twice, twice), lambda: apply(diff(layer(), layer()), twice)):
        with pytest.raises(RegisterError, match='two assets of one layer have the id "a"'):
            asked()


# Merging


BASE = layer(
    a=("Ayu", 3, 0), b=("Budi", 5, 1), c=("Citra", 1, 2), d=("Dewi", 2, 3), e=("Eka", 7, 4)
)


def test_a_merge_by_hand():
    ours = layer(
        a=("Ayu", 4, 0), b=("Budi", 6, 1), d=("Dewi", 9, 3), e=("Eka", 8, 4), n=("New", 1, 9)
    )
    theirs = layer(
        a=("Ani", 3, 0), b=("Budi", 7, 1), c=("Citra", 2, 2), e=("Eka", 8, 4), n=("New", 2, 9)
    )
    merged = merge(BASE, ours, theirs)
    said = {
        (row.asset_id, row.column if isinstance(row.column, str) else None): row
        for row in merged.itertuples()
    }
    assert {key: row.outcome for key, row in said.items()} == {
        ("a", "beds"): "ours",
        ("a", "name"): "theirs",
        ("b", "beds"): "conflict",
        ("c", None): "conflict",  # removed here, edited there
        ("d", None): "conflict",  # edited here, removed there
        ("e", "beds"): "alike",
        ("n", "name"): "alike",  # added on both sides
        ("n", "beds"): "conflict",
        ("n", "geometry"): "alike",
    }
    row = said["b", "beds"]
    assert (row.base, row.ours, row.theirs) == ("5", "6", "7")
    with pytest.raises(RegisterError, match="4 data conflicts are undecided"):
        decide(merged)
    taken = apply(decide(merged, take="theirs"), ours)
    assert taken["name"].to_dict() == {
        "a": "Ani",
        "b": "Budi",
        "e": "Eka",
        "n": "New",
        "c": "Citra",
    }
    assert taken["beds"].to_dict() == {"a": 4, "b": 7, "e": 8, "n": 2, "c": 2}
    kept = decide(merged, take="ours")
    assert rows(kept) == [("a", "edited", "name", '"Ayu"', '"Ani"')]
    some = decide(merged, take="ours", choices={("b", "beds"): "theirs", ("d", None): "theirs"})
    assert [row[:3] for row in rows(some)] == [
        ("d", "removed", None),
        ("a", "edited", "name"),
        ("b", "edited", "beds"),
    ]
    assert apply(some, ours).index.tolist() == ["a", "b", "e", "n"]


def test_what_one_side_alone_added_or_removed():
    ours, theirs = BASE.drop("a"), BASE.drop("b")
    ours.loc["x"] = ["Xena", 1, shapely.Point(9, 9)]
    theirs.loc["y"] = ["Yudi", 1, shapely.Point(8, 8)]
    merged = merge(BASE, ours, theirs).set_index("asset_id")["outcome"].to_dict()
    assert merged == {"a": "ours", "b": "theirs", "x": "ours", "y": "theirs"}
    assert sorted(apply(decide(merge(BASE, ours, theirs)), ours).index) == ["c", "d", "e", "x", "y"]
    assert merge(BASE, ours, BASE.drop("a"))["outcome"].tolist()[0] == "alike"


# Undoing


def test_what_would_return_to_an_older_value_names_the_change_that_left_it():
    versions = [
        layer(a=("Ayu", 3, 0), b=("Budi", 5, 1)),
        layer(a=("Ani", 3, 0), b=("Budi", 5, 1), c=("Citra", 1, 2)),
        layer(a=("Ana", 3, 0), b=("Budi", 5, 30), c=("Citra", 1, 2)),
        layer(a=("Ana", 3, 0), b=("Budi", 5, 30), c=("Citra", 1, 2), d=("Dewi", 1, 5)),
    ]
    empty = layer()
    history = pd.concat(
        [
            diff(a, b, delivery=i)
            for i, (a, b) in enumerate(zip([empty, *versions], versions, strict=False), start=1)
        ],
        ignore_index=True,
    )
    # an old file: a's first name, b where it was to the millimetre, c and d not yet there; beds are
    # news
    old = layer(a=("Ayu ", 4, 0), b=("Budi", 5, 1.001))
    changes = diff(versions[-1], old)
    undone = would_undo(changes, history)
    found = {
        tuple(changes.loc[row, ["asset_id", "change"]]): number
        for row, number in undone["delivery"].items()
    }
    assert found == {
        ("a", "edited"): 2,
        ("b", "edited"): 3,
        ("c", "removed"): 2,
        ("d", "removed"): 4,
    }
    assert undone["asset_id"].tolist() == changes.loc[undone.index, "asset_id"].tolist()
    assert (changes.loc[undone.index, "column"].dropna() == ["name", "geometry"]).all()
    # a and b were there from the first delivery on: to remove them undoes nothing
    assert would_undo(diff(versions[-1], versions[-1].drop(["a", "b"])), history).empty
    assert would_undo(diff(old, layer()), history.head(0)).empty


def test_an_asset_that_comes_back_undoes_its_removal():
    there, gone = layer(a=("Ayu", 3, 0)), layer()
    history = pd.concat(
        [diff(gone, there, delivery=1), diff(there, gone, delivery=2)], ignore_index=True
    )
    assert would_undo(diff(gone, there), history)["delivery"].tolist() == [2]


def test_an_inverse_by_hand():
    changes = diff(layer(a=("Ayu", 3, 0)), layer(a=("Ayu", 4, 0), b=("Budi", 1, 0)))
    assert [(row[0], row[1], row[3]) for row in rows(invert(changes))] == [
        ("a", "edited", "4"),
        ("b", "removed", f'{{"name": "Budi", "beds": 1, "geometry": {POINT}}}'),
    ]
