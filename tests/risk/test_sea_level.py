"""Sinking ground and a rising sea: the worked numbers, with their arithmetic, and what must hold
whatever comes.
"""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from asset_inventory.model.library import shipped_curves
from asset_inventory.model.projection import ConditionFactor
from asset_inventory.risk.exposure import expose
from asset_inventory.risk.projection import (
    allowance,
    by_year,
    frequency_factor,
    raised,
    return_period_then,
    share_of_sinking,
)
from asset_inventory.vulnerability.curves import damage_at, shipped_curve
from asset_inventory.vulnerability.damage import condition_factor, damages
from tests.support.damage_curves import curve, flood

RATES = st.floats(-0.2, 0.2)
DEPTHS = st.floats(0, 8)


def pieces(depths, **columns) -> pd.DataFrame:
    size = len(depths)
    return pd.DataFrame(
        {
            "asset": np.arange(size),
            "hazard": "flood",
            "return_period": 10.0,
            "share": 1.0,
            "intensity": np.asarray(depths, dtype=float),
        }
        | columns
    )


def test_ten_years_of_sinking_on_jrcs_curve_for_homes_in_asia():
    asia = shipped_curve(shipped_curves()["jrc/asia/residential"], "flood")
    today, (then,) = damage_at(asia, np.array([0.5])), raised(pieces([0.5]), np.array([0.08 * 10]))
    assert today == pytest.approx([0.327], abs=5e-4)
    assert then == pytest.approx(1.3)
    reckoned = 0.494 + 0.6 * 0.123
    assert reckoned == pytest.approx(0.5678)
    assert damage_at(asia, np.array([then])) == pytest.approx([0.5678], abs=5e-4), (
        "0.494 + 0.6 x 0.123 at 1.3 m"
    )


def test_how_often_a_level_comes_after_a_rise():
    # scale 0.1 m, rise 0.2 m: e^2 times as often, 100 years / e^2
    assert frequency_factor(0.2, 0.1) == pytest.approx(7.389, abs=5e-4)
    assert return_period_then(100, 0.2, 0.1) == pytest.approx(13.5, abs=0.05)
    # 0.2 + 0.05^2 / (2 x 0.1)
    assert allowance(0.2, 0.1, 0.05) == pytest.approx(0.2125)
    # 0.4 m: e^4 times, and what came once in 50 years comes in less than one
    assert frequency_factor(0.4, 0.1) == pytest.approx(54.6, abs=0.05)
    assert return_period_then(50, 0.4, 0.1) < 1


def test_the_share_that_sinking_has_in_what_damage_grew_by():
    assert share_of_sinking(200.0, 120.0, 100.0) == pytest.approx(0.8)  # (200 - 120) / (200 - 100)
    assert math.isnan(share_of_sinking(100.0, 100.0, 100.0))
    assert math.isnan(share_of_sinking(90.0, 100.0, 100.0))  # nothing grew
    # the ground rises against the sea
    assert share_of_sinking(110.0, 130.0, 100.0) == pytest.approx(-2)


def test_sums_by_year_leave_out_what_is_not_known():
    future = pd.DataFrame(
        {
            "asset_id": pd.Categorical(["a", "b"]),
            "hazard": pd.Categorical(["flood"] * 2),
            "year": [2036, 2036],
            "added_depth": [1.0, np.nan],
            "ead": [200.0, np.nan],
            "ead_low": [150.0, np.nan],
            "ead_high": [300.0, np.nan],
            "ead_sea": [120.0, 50.0],
            "at_least": [False, False],
        }
    )
    ead = pd.DataFrame(
        {
            "asset_id": pd.Categorical(["a", "b"]),
            "hazard": pd.Categorical(["flood"] * 2),
            "ead": [100.0, 40.0],
        }
    )
    row = by_year(future, ead).iloc[0]
    # of «a», so that they compare
    assert (row["ead"], row["mapped"], row["ead_sea"]) == (200, 100, 120)
    assert row["share"] == pytest.approx(0.8)  # of «a» alone, of which all is known
    assert (row["assets_counted"], row["assets_without_figure"]) == (1, 1)
    assert np.isnan(row["ead_high"])
    assert not len(by_year(future.iloc[:0], ead))


def test_worn_assets_by_hand():
    assets = pd.DataFrame(
        {"asset_type": pd.Categorical(["house", "road"]), "condition": [0.4, np.nan]}
    )
    # 1 + 0.3 (1 - 0.4)
    assert condition_factor(assets, ConditionFactor(beta=0.3, source="-")) == pytest.approx(
        [1.18, np.nan], nan_ok=True
    )
    assert condition_factor(
        assets, ConditionFactor(beta=0.3, source="-", unknown=1)
    ) == pytest.approx([1.18, 1])
    assert condition_factor(
        assets, ConditionFactor(beta=0.3, source="-", asset_types=("house",))
    ) == pytest.approx([1.18, 1])
    assert condition_factor(assets, ConditionFactor(source="-")) is None
    assert condition_factor(assets, None) is None


@given(st.lists(DEPTHS, min_size=1, max_size=6), RATES, st.integers(0, 100))
def test_dry_ground_stays_dry_and_water_is_never_below_the_ground(depths, rate, years):
    table = pieces(depths)
    then = raised(table, np.full(len(depths), rate * years))
    assert (then >= 0).all()
    assert (then[table["intensity"] == 0] == 0).all()
    assert pd.isna(raised(pieces([np.nan]), np.array([rate * years]))).all()


@given(st.lists(DEPTHS, min_size=1, max_size=6))
def test_without_rates_or_years_water_stands_as_mapped_to_the_bit(depths):
    table = pieces(depths)
    assert raised(table, np.zeros(len(depths))).tobytes() == table["intensity"].to_numpy().tobytes()


@given(st.floats(0, 5), st.floats(0, 5))
def test_ground_that_stands_higher_than_the_rise_is_not_harmed(freeboard, added):
    # of dry ground the freeboard may be anything, also less than what is added
    level, ground = 1.0, 1.0 + freeboard
    assert raised(pieces([max(level - ground, 0.0)]), np.array([added])) == [0.0]


def harm(depths, added, floor, beta=0.0, condition=1.0):
    assets = gpd.GeoDataFrame(
        {
            "asset_type": pd.Categorical(["house"] * len(depths)),
            "value": 100.0,
            "area": 50.0,
            "floor_height": floor,
            "condition": condition,
        },
        geometry=[shapely.box(0, 0, 1, 1)] * len(depths),
    )
    table = pieces(raised(pieces(depths), np.full(len(depths), added)))
    rows, ids = (
        np.arange(len(depths)),
        pd.CategoricalDtype([f"house:{one}" for one in range(len(depths))]),
    )
    exposure = expose(table, flood(0.0), rows, ids)
    rule = ConditionFactor(beta=beta, source="-")
    found = damages(table, exposure, assets, flood(0.0), {"house": curve()}, condition=rule)
    return found.set_index("asset_id")["damage"].reindex(ids.categories).fillna(0.0).to_numpy()


@pytest.mark.slow
@given(st.lists(DEPTHS, min_size=1, max_size=5), st.floats(0, 3), st.floats(0, 3), st.floats(0, 2))
def test_deeper_water_never_lowers_damage_and_loss_never_passes_the_value(
    depths, less, more, floor
):
    shallow, deep = harm(depths, less, floor), harm(depths, less + more, floor)
    assert (deep >= shallow - 1e-9).all()
    assert (deep <= 100 * (1 + 1e-12)).all()


def test_a_floor_is_subtracted_once():
    # damage = depth / 10: 1 + 2 - 0.5 = 2.5 m -> 25
    assert harm([1.0], 2.0, 0.5) == pytest.approx([25])


@given(st.floats(0, 10), st.floats(0, 3), st.floats(0, 1), st.floats(0, 1))
def test_worse_condition_never_lowers_damage(depth, beta, worse, better):
    worse, better = sorted((worse, better))
    harmed = [harm([depth], 0.0, 0.0, beta, one)[0] for one in (worse, better)]
    assert harmed[0] >= harmed[1]
    assert harmed[0] <= 100 * (1 + 1e-12)
    # min(1, d (1 + beta (1 - condition)))
    expected = min(1, depth / 10 * (1 + beta * (1 - worse)))
    assert harmed[0] == pytest.approx(100 * expected)
