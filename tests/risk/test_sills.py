"""When rising water gets to dry ground: by hand, by law, and by filling the ground anew for every
height of the water.

Levels are 0 m throughout, so that a cell's freeboard is the height of its ground. `o` is what is
not known.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.ndimage import label

from asset_inventory.risk.flood_spread import adjacent_to_water, sills
from asset_inventory.risk.projection import got_to, raised

o = np.nan
# the sea, a wall of 1 m, a basin of 0.3 m, a hill of 5 m; around them 9 m, so that nothing comes
# from beyond the grid
# fmt: off
WALLED = np.array([
    [9.0, 9.0, 9.0, 9.0, 9.0, 9.0],
    [9.0, -2., 1.0, 0.3, 5.0, 9.0],
    [9.0, 9.0, 9.0, 9.0, 9.0, 9.0],
])
# fmt: on
BASIN, WALL, HILL = (1, 3), (1, 2), (1, 4)


def told(
    free: np.ndarray, place: tuple[int, int], *, pace: np.ndarray | float = 1.0, most: float = 100.0
) -> dict:
    """What is known of one cell."""
    row, column = (np.array([one]) for one in place)
    return adjacent_to_water(row, column, sills(free, pace, most)).iloc[0].to_dict()


def test_a_basin_is_got_to_when_the_lowest_wall_is_topped():
    # 1 m of wall before 0.3 m of basin: after 1 / 0.05 = 20 years
    found = told(WALLED, BASIN, pace=0.05)
    assert found == pytest.approx({"freeboard": 0.3, "sill": 1.0, "after": 20.0, "perhaps": 20.0})
    assert told(WALLED, WALL, pace=0.05)["after"] == pytest.approx(20.0)
    # the hill's own 5 m are its sill: 100 years, and not in fewer than 100
    assert told(WALLED, HILL, pace=0.05)["after"] == np.inf
    assert told(WALLED, HILL, pace=0.05, most=101.0)["after"] == pytest.approx(100.0)
    # by a way round of 0.8 m the wall of 1 m counts no more
    lower = WALLED.copy()
    lower[2, 1:4] = 0.8
    assert told(lower, BASIN)["sill"] == pytest.approx(0.8)


def test_water_does_not_pass_a_sill_that_it_only_reaches():
    after = told(WALLED, BASIN, pace=0.05)["after"]
    assert [bool(got_to(after, years)) for years in (19, 20, 20.001, 21)] == [
        False,
        False,
        True,
        True,
    ]


def test_a_wall_one_cell_wide_that_runs_aslant_holds_for_sure_but_not_perhaps():
    slanted = np.full((6, 6), 9.0)
    slanted[1:5, 1:5] = [
        [-2.0, -2.0, -2.0, 4.0],
        [-2.0, -2.0, 4.0, 0.1],
        [-2.0, 4.0, 0.1, 0.1],
        [4.0, 0.1, 0.1, 0.1],
    ]
    found = told(slanted, (4, 4))
    assert found["after"] == 4.0  # over the wall
    assert found["perhaps"] == pytest.approx(0.1)  # between two cells of it


def test_cells_of_which_nothing_is_known_are_neither_wall_nor_way():
    broken = WALLED.copy()
    broken[WALL] = o
    found = told(broken, BASIN)
    assert found["after"] == 9.0  # for sure only over the rim
    assert found["sill"] == 9.0
    assert found["perhaps"] == pytest.approx(0.3)
    unknown = told(broken, WALL)
    assert np.isnan([unknown["freeboard"], unknown["sill"]]).all()
    assert (unknown["after"], unknown["perhaps"]) == (np.inf, 0.0)


def test_what_lies_beyond_the_grid_may_send_water_over_its_edge():
    low = WALLED.copy()
    low[1, 5] = 0.5  # at the eastern edge, beyond the hill
    found = told(low, (1, 5))
    assert found["after"] == 5.0  # for sure over the hill
    assert found["perhaps"] == 0.5
    assert told(low, BASIN)["perhaps"] == 1.0  # the wall is lower than the hill
    outside = told(low, (-1, -1))
    assert (outside["after"], outside["perhaps"]) == (np.inf, 0.0)


def test_ground_that_sinks_at_rates_of_its_own_is_topped_in_its_own_time():
    pace = np.full(WALLED.shape, 0.08)
    pace[WALL] = 0.01
    # the basin's ground lies below the water after 0.3 / 0.08 = 3.75 years, the wall only after 1 /
    # 0.01 = 100
    assert told(WALLED, BASIN, pace=pace, most=200)["after"] == pytest.approx(100)
    assert told(WALLED, BASIN, pace=pace, most=200)["sill"] == 1.0
    pace[WALL] = 0.1
    assert told(WALLED, BASIN, pace=pace)["after"] == pytest.approx(10)
    pace[WALL] = -0.1  # it rises faster than the sea: never
    # over the rim
    assert told(WALLED, BASIN, pace=pace, most=200)["after"] == pytest.approx(9.0 / 0.08)
    pace[WALL] = o
    assert told(WALLED, BASIN, pace=pace)["perhaps"] == pytest.approx(3.75)


def test_water_over_ground_that_rises_gets_nowhere_for_sure():
    pace = np.full(WALLED.shape, 1.0)
    pace[1, 1] = -0.1  # the only wet cell falls dry after 20 years
    found = told(WALLED, BASIN, pace=pace)
    assert (found["after"], found["perhaps"]) == (np.inf, 1.0)


# fmt: off
HEIGHTS = arrays.arrays(
    float, st.tuples(st.integers(1, 7), st.integers(1, 7)),
    elements=st.one_of(st.integers(-4, 20).map(lambda tenths: tenths / 10), st.just(np.nan)),
)
# fmt: on


def filled(free: np.ndarray, height: float, *, perhaps: bool) -> np.ndarray:
    """Which dry cells water that rises by a height gets to: those of pools that hold wet ground."""
    if perhaps:
        free = np.pad(np.nan_to_num(free, nan=-1.0), 1, constant_values=-1.0)
    below = np.nan_to_num(free, nan=np.inf) < height
    pool, _ = label(below, structure=np.ones((3, 3)) if perhaps else None)
    found = below & np.isin(pool, pool[below & (free < 0)]) & (free >= 0)
    return found[1:-1, 1:-1] if perhaps else found


@given(HEIGHTS, st.integers(0, 21).map(lambda tenths: tenths / 10 + 0.05))
def test_cells_reached_are_those_of_pools_that_hold_wet_ground(free, height):
    found = sills(free, 1.0, 3.0)
    for name in ("after", "perhaps"):
        reached = np.zeros(free.size, dtype=bool)
        reached[found.cell[getattr(found, name) < height]] = True
        assert (
            reached.reshape(free.shape) == filled(free, height, perhaps=name == "perhaps")
        ).all(), name


def depths(free: np.ndarray, pace: float, years: float) -> np.ndarray:
    """How deep water then stands in each cell, each an asset of its own; NaN where the map does
    not say it.
    """
    row, column = np.indices(free.shape).reshape(2, -1)
    beside = adjacent_to_water(row, column, sills(free, pace, years))
    pieces = pd.DataFrame(
        {"asset": np.arange(free.size), "intensity": np.maximum(-free.ravel(), 0.0)}
    )
    return raised(
        pd.concat([pieces, beside], axis=1),
        np.full(free.size, pace * years),
        got_to(beside["after"], years),
    )


@given(HEIGHTS, st.floats(0, 0.2), st.integers(1, 40))
def test_more_water_never_stands_less_deep(free, pace, years):
    less, more = depths(free, pace, years), depths(free, pace * 1.5, years)
    known = ~np.isnan(free.ravel())
    assert (less[known] >= np.maximum(-free.ravel()[known], 0.0)).all()
    assert (more[known] >= less[known] - 1e-12).all()


@given(HEIGHTS, st.floats(0, 0.2), st.integers(1, 40))
def test_ground_that_stands_higher_than_what_is_added_stays_dry(free, pace, years):
    found = depths(free, pace, years)
    assert (found[free.ravel() >= pace * years] == 0).all()
    # and so does all that is dry where no dry ground is as low
    high = np.where(free < 0, free, free + pace * years + 0.01)
    assert (depths(high, pace, years)[(high >= 0).ravel()] == 0).all()


@given(HEIGHTS, st.floats(-0.2, 0), st.integers(1, 40))
def test_ground_that_rises_is_never_flooded(free, pace, years):
    found = depths(free, pace, years)
    assert (found[(free >= 0).ravel()] == 0).all()


@given(HEIGHTS)
def test_what_is_got_to_for_sure_is_got_to_perhaps_no_later(free):
    found = sills(free, 0.1, 100.0)
    assert (found.perhaps <= found.after).all()
    there = np.isfinite(found.after)
    assert found.after[there] == pytest.approx(found.sill[there] / 0.1)
    assert (found.freeboard[there] <= found.sill[there] + 1e-6).all()
