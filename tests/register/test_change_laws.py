"""The laws of changes, over random tables of odd cells; REGISTER_EXAMPLES=1000 asks for so many
of each.
"""

from __future__ import annotations

import datetime
import itertools
import os

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asset_inventory.register.changes import apply, diff, invert
from asset_inventory.register.deliveries import composed
from asset_inventory.register.identity import Traits, identify
from asset_inventory.register.proposals import decide, merge


def examples(few: int) -> settings:
    """So many examples, unless a long run is asked for."""
    return settings(
        max_examples=int(os.environ.get("REGISTER_EXAMPLES", few)),
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


IDS = [
    "roads:1",
    "roads:01",
    "roads:001",
    "roads:#7",
    "roads:~0c",
    "roads:ø",
    "roads: 1",
    "roads:\t",
]
HOLED = shapely.Polygon([(0, 0), (9, 0), (9, 9), (0, 9)], [[(2, 2), (2, 4), (4, 4), (4, 2)]])
LINE = shapely.LineString([(0, 0), (5, 0), (5, 5)])
SHAPES = [
    None,
    shapely.Point(),
    shapely.Point(1, 2),
    shapely.Point(1, 2, 3),
    shapely.MultiPoint([(1, 2)]),
    shapely.MultiPoint([(3, 4), (1, 2)]),
    LINE,
    LINE.reverse(),
    shapely.MultiLineString([LINE, [(9, 9), (8, 8)]]),
    shapely.Polygon(HOLED.exterior),
    HOLED,
    shapely.Polygon([(9, 9), (0, 9), (0, 0), (9, 0)], [[(4, 4), (4, 2), (2, 2), (2, 4)]]),
    shapely.MultiPolygon([HOLED, shapely.box(20, 20, 30, 30)]),
    shapely.MultiPolygon([shapely.box(20, 20, 30, 30), HOLED.reverse()]),
]
words = st.one_of(
    st.none(),
    st.sampled_from(
        [
            "",
            " ",
            "7",
            "007",
            "7.0",
            "NULL",
            "nan",
            '"',
            "{}",
            "a",
            "a ",
            "0.30000000000000004",
            "0.3",
        ]
    ),
    st.text(max_size=4),
)
whole = st.integers(-(2**63), 2**63 - 1) | st.sampled_from([2**53, 2**53 + 1])
reals = st.floats() | st.sampled_from([0.1 + 0.2, 0.3, -0.0, 1e16, 1e-300])
days = st.sampled_from(
    [datetime.date(2024, 3, 1), datetime.date(1900, 1, 1), datetime.time(7, 30), b"\x00\xff"]
)
moments = st.sampled_from(
    [pd.NaT, pd.Timestamp("2024-03-01"), pd.Timestamp("2024-03-01 12:00:00.000001")]
)
mixed = words | whole | reals | days | st.booleans() | st.lists(st.integers() | words, max_size=2)
COLUMNS = {
    "text": (words, "str"),
    "count": (whole, "int64"),
    "nullable": (whole | st.none(), "Int64"),
    "real": (reals, "float64"),
    "flag": (st.booleans(), "bool"),
    "moment": (moments, "datetime64[us]"),
    "mixed": (mixed, "object"),
    "date": (days | st.none(), "object"),
}


@st.composite
def tables(draw) -> gpd.GeoDataFrame:
    index = pd.Index(draw(st.lists(st.sampled_from(IDS), unique=True, max_size=5)), dtype="str")
    names = draw(st.lists(st.sampled_from(sorted(COLUMNS)), unique=True, max_size=4))
    columns = {}
    for name in names:
        cells, dtype = COLUMNS[name]
        drawn = draw(st.lists(cells, min_size=len(index), max_size=len(index)))
        objects = pd.Series(drawn, index=index, dtype=object)
        columns[name] = objects if dtype == "object" else objects.astype(dtype)
    shapes = draw(st.lists(st.sampled_from(SHAPES), min_size=len(index), max_size=len(index)))
    return gpd.GeoDataFrame(
        columns, index=index, geometry=gpd.GeoSeries(shapes, index=index, crs=32749)
    )


def says(cell: object) -> object:
    """What a cell says, by a second and slower way than the package's own."""
    if isinstance(cell, shapely.Geometry):
        return shape_says(cell)
    if isinstance(cell, list):
        return "list", tuple(map(says, cell))
    if cell is None or cell is pd.NA or cell is pd.NaT or cell != cell:
        return ""
    if isinstance(cell, str):
        return says(float(cell)) if len(cell) > 16 else cell.rstrip()
    if isinstance(cell, bool | int):
        return str(int(cell))
    if isinstance(cell, float):
        return str(int(cell)) if cell == cell // 1 and abs(cell) < np.inf else format(cell, ".15g")
    return str(cell).removesuffix(" 00:00:00")


def shape_says(shape: shapely.Geometry) -> object:
    if shape.is_empty:
        return ""
    parts = list(getattr(shape, "geoms", [shape]))
    return frozenset(
        part.wkt if part.geom_type == "LineString" else part.normalize().wkt for part in parts
    )


def content(table: pd.DataFrame) -> dict:
    """What a table says: for each asset its cells that say something."""
    rows = {asset: {} for asset in table.index}
    for name in table.columns:
        for asset, cell in zip(table.index, table[name].astype(object), strict=True):
            if said := says(cell):
                rows[asset][name] = said
    return rows


@examples(4)
@given(tables(), tables())
def test_what_changed_put_in_gives_the_other(a, b):
    made = apply(diff(a, b), a)
    assert content(made) == content(b)
    assert diff(made, b).empty
    assert made.crs == a.crs


@examples(4)
@given(tables(), tables())
def test_what_was_put_in_is_taken_back(a, b):
    changes = diff(a, b)
    assert content(apply(invert(changes), apply(changes, a))) == content(a)


@examples(4)
@given(tables(), tables())
def test_twice_turned_round_is_what_it_was(a, b):
    changes = diff(a, b)
    pd.testing.assert_frame_equal(invert(invert(changes)), changes)


@examples(4)
@given(tables())
def test_a_table_and_itself_differ_in_nothing(a):
    assert diff(a, a).empty
    assert diff(a, a[::-1][a.columns[::-1]]).empty
    assert content(apply(diff(a, a), a)) == content(a)


@examples(4)
@given(tables(), tables(), st.randoms(use_true_random=False))
def test_changes_of_different_cells_commute(a, b, random):
    changes = diff(a, b)
    chosen = np.array([random.random() < 0.5 for _ in range(len(changes))], dtype=bool)
    one, other = changes[chosen], changes[~chosen]
    both = content(apply(one, apply(other, a)))
    assert both == content(apply(other, apply(one, a))) == content(b)


@examples(2)
@given(st.lists(tables(), min_size=1, max_size=5))
def test_history_from_nothing_gives_the_present(versions):
    present, history = gpd.GeoDataFrame({"geometry": []}, crs=32749), []
    for number, version in enumerate(versions):
        changes = diff(present, version, delivery=number)
        present = apply(changes, present)
        history.append(changes)
    again = gpd.GeoDataFrame({"geometry": []}, crs=32749)
    for changes in history:
        again = apply(changes, again)
    assert content(again) == content(present) == content(versions[-1])
    assert diff(again, present).empty


@examples(2)
@given(st.lists(tables(), min_size=2, max_size=5))
def test_many_changes_are_one(versions):
    steps = [
        diff(a, b, delivery=number) for number, (a, b) in enumerate(itertools.pairwise(versions))
    ]
    one = composed(pd.concat(steps, ignore_index=True))
    assert content(apply(one, versions[0])) == content(versions[-1])
    assert content(apply(invert(one), versions[-1])) == content(versions[0])
    assert not one.duplicated(["asset_id", "column"]).any()


@examples(2)
@given(tables(), tables(), tables())
def test_a_merge_takes_what_either_changed(base, ours, theirs):
    merged = merge(base, ours, theirs)
    swapped = merge(base, theirs, ours)
    assert sorted(merged["outcome"].replace({"ours": "theirs", "theirs": "ours"})) == sorted(
        swapped["outcome"]
    )
    # all that is theirs, and every conflict to them: what only we changed is all that differs from
    # their table
    taken = apply(decide(merged, take="theirs"), ours)
    only_ours = set(merged.loc[merged["outcome"] == "ours", "asset_id"])
    assert set(diff(taken, theirs)["asset_id"]) <= only_ours
    assert content(apply(decide(merge(base, base, theirs)), base)) == content(theirs)
    assert decide(merge(base, ours, base)).empty
    assert set(merge(base, ours, ours)["outcome"]) <= {"alike"}


@examples(4)
@given(tables(), st.randoms(use_true_random=False))
def test_the_same_content_delivered_again_is_no_change(a, random):
    order = random.sample(range(len(a)), len(a))
    again = a.iloc[order].reset_index(drop=True)
    sides = []
    for table in (a, again):
        nulls = pd.Series(None, index=table.index, dtype="str")
        sides.append(
            Traits(table.drop(columns="geometry"), table.geometry.to_numpy(), nulls, nulls, nulls)
        )
    found = identify(*sides, layer="roads")
    assert set(found.rule) <= {"geometry"}
    assert diff(a, again.set_axis(pd.Index(found.asset_id, name=None))).empty
