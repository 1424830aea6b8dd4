"""EAD by trapezoid and its hard bounds, against figures reckoned by pencil and by peers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_inventory.assessment import assess
from asset_inventory.risk.exceedance import annual_damage, by_asset, exceedance_curve
from asset_inventory.sources.city import read_city

# The series of Delft-FIAT's own test: five rules give five answers to it.
PERIODS = np.array([1, 2, 5, 25, 50, 100])
LOSSES = np.array([[5, 10, 50, 300, 1200, 3000]], dtype=float)


def test_trapezoid_without_tail_is_numpys_and_the_flat_tail_adds_the_rarest_loss():
    # 0.5·7.5 + 0.3·30 + 0.16·175 + 0.02·750 + 0.01·2100 = 3.75 + 9 + 28 + 15 + 21 = 76.75; tail 3000/100 = 30
    annual = annual_damage(PERIODS, LOSSES, value=np.array([5000.0]))
    assert annual.trapezoid[0] == pytest.approx(106.75, abs=1e-12)
    without_tail = annual.trapezoid[0] - LOSSES[0, -1] / 100
    assert without_tail == pytest.approx(76.75, abs=1e-12)
    assert without_tail == pytest.approx(np.trapezoid(LOSSES[0][::-1], 1 / PERIODS[::-1]), rel=1e-12)


def test_bounds_of_the_series():
    # low 0.5·5 + 0.3·10 + 0.16·50 + 0.02·300 + 0.01·1200 + 0.01·3000 = 61.5
    # high 0.5·10 + 0.3·50 + 0.16·300 + 0.02·1200 + 0.01·3000 + 0.01·V = 122 + 0.01 V
    annual = annual_damage(PERIODS, LOSSES, value=np.array([5000.0]))
    assert annual.low[0] == pytest.approx(61.5)
    assert annual.high[0] == pytest.approx(122 + 0.01 * 5000)


def test_one_map_counts_as_its_tail():
    # return period 10, loss 5: 5/10
    annual = annual_damage(np.array([10]), np.array([[5.0]]), value=np.array([5.0]))
    assert annual.trapezoid[0] == annual.low[0] == pytest.approx(0.5)


def test_bounds_of_two_maps():
    # return period 10: 0, 100: 1000, V 4000. low 0.09·0 + 10; trapezoid 0.09·500 + 10; high 0.09·1000 + 0.01·4000
    annual = annual_damage(np.array([10, 100]), np.array([[0.0, 1000.0]]), value=np.array([4000.0]))
    assert (annual.low[0], annual.trapezoid[0], annual.high[0]) == pytest.approx((10, 55, 130))


def test_log_tail_example_stays_far_above_the_hard_bound():
    # return periods 91 and 100, damage 0 and V = 1000: high = (1/91 - 1/100)·1000 + 10 = 10.989
    annual = annual_damage(np.array([91, 100]), np.array([[0.0, 1000.0]]), value=np.array([1000.0]))
    assert annual.high[0] == pytest.approx(1000 * (1 / 91 - 1 / 100) + 10)


def test_no_damage_return_period_adds_a_triangle():
    # (1/5 - 1/10)·100/2 = 5 to the trapezoid, (1/5 - 1/10)·100 = 10 to the upper bound, nothing to the lower
    periods, losses, value = np.array([10, 100]), np.array([[100.0, 100.0]]), np.array([100.0])
    without = annual_damage(periods, losses, value=value)
    stated = annual_damage(periods, losses, value=value, no_damage_period=5)
    assert stated.trapezoid[0] - without.trapezoid[0] == pytest.approx(5)
    assert stated.low[0] == without.low[0]
    assert np.isnan(without.high[0])  # it may damage at any shorter period: no upper bound
    assert stated.high[0] == pytest.approx(0.09 * 100 + 0.01 * 100 + 10)


def test_falling_damage_is_told_and_the_unknown_share_can_explain_it():
    losses, value = np.array([[50.0, 20.0], [50.0, 20.0]]), np.array([100.0, 100.0])
    most = np.array([[50.0, 20.0], [50.0, 70.0]])  # half of the second asset is unknown in the rarer map
    annual = annual_damage(np.array([10, 100]), losses, value=value, most=most)
    assert annual.falls.tolist() == [True, False]


def test_a_return_period_twice_is_refused():
    with pytest.raises(ValueError, match="twice"):
        annual_damage(np.array([10, 10]), np.array([[1.0, 2.0]]), value=np.array([3.0]))


@given(st.permutations(range(6)))
def test_order_of_maps_is_irrelevant(order):
    shuffled = annual_damage(PERIODS[order], LOSSES[:, order], value=np.array([5000.0]))
    straight = annual_damage(PERIODS, LOSSES, value=np.array([5000.0]))
    assert shuffled.trapezoid == straight.trapezoid
    assert (shuffled.low, shuffled.high) == (straight.low, straight.high)


@given(
    st.lists(st.floats(1, 1000), min_size=1, max_size=8, unique_by=lambda period: round(1 / period, 9)),
    st.lists(st.floats(0, 1), min_size=8, max_size=8),
    st.floats(1, 1e9),
)
def test_the_bounds_hold_the_trapezoid(periods, shares, value):
    losses = np.sort(np.array(shares[: len(periods)]))[None, :] * value
    ordered = np.sort(np.array(periods))
    annual = annual_damage(ordered, losses, value=np.array([value]), no_damage_period=min(1.0, ordered[0]))
    slack = 1e-9 * value
    assert annual.low[0] <= annual.trapezoid[0] + slack
    assert annual.trapezoid[0] <= annual.high[0] + slack
    assert not annual.falls[0]


def test_an_event_set_is_a_staircase_whose_sum_is_the_lower_bound():
    # CLIMADA's own test: losses [[1,0,1],[2,2,0]] at frequencies 1 and 0.1. The first asset loses 1 or more 1.1 times
    # a year and 2 or more 0.1 times: (1.1 - 0.1)·1 + 0.1·2 = 1.2; the second 0.1·2 = 0.2; the third 1·1 = 1
    first = annual_damage(np.array([1 / 1.1, 10]), np.array([[1.0, 2.0]]), value=np.array([2.0]))
    second = annual_damage(np.array([1 / 1.1, 10]), np.array([[0.0, 2.0]]), value=np.array([2.0]))
    third = annual_damage(np.array([1.0]), np.array([[1.0]]), value=np.array([1.0]))
    assert [first.low[0], second.low[0], third.low[0]] == pytest.approx([1.2, 0.2, 1.0])
    assert first.low[0] + second.low[0] + third.low[0] == pytest.approx(2.4)


def test_sums_over_hazards_leave_out_those_with_bounds_only():
    ead = pd.DataFrame(
        {
            "asset_id": pd.Categorical(["a", "b", "a", "b", "a", "b"]),
            "hazard": ["flood", "flood", "surge", "surge", "quake", "quake"],
            "ead": [10.0, 20.0, 1.0, np.nan, np.nan, np.nan],
            "ead_low": [8.0, 15.0, 0.5, 0.0, 3.0, 3.0],
            "ead_high": [12.0, 30.0, 2.0, 9.0, 4.0, np.nan],
            "maps": [3, 3, 4, 4, 1, 1],
        }
    )
    sums = by_asset(ead, 2)
    assert sums["ead"].tolist() == pytest.approx(
        [11, np.nan], nan_ok=True
    )  # the quake has one map; b's surge is not known
    assert sums["ead_low"].tolist() == pytest.approx([11.5, 18])
    assert sums["ead_high"].tolist() == pytest.approx([18, np.nan], nan_ok=True)
    assert by_asset(ead.iloc[:0], 2).isna().all(axis=None)


def test_the_curve_of_a_city_sums_what_is_known_and_bounds_what_is_not(town):
    """Damages of A, B and C under 10, 50 and 100 years: 62.5, 125, 187.5; twice that; four times that.

    Of D, worth 800, half is unknown and the other half dry: at most 400 more. E has no place, and no figure.
    """
    made = assess(read_city(town))
    flood = made.city.hazards[0]
    curve = exceedance_curve(made.assets, made.exposure, made.damage, flood, np.array([100, 10, 50, 10, np.nan]))
    assert curve["return_period"].tolist() == [10, 50, 100]
    assert curve["annual_frequency"].tolist() == pytest.approx([0.1, 0.02, 0.01])
    assert curve["damage"].tolist() == curve["damage_low"].tolist() == pytest.approx([375, 750, 1500])
    assert curve["damage_high"].tolist() == pytest.approx([775, 1150, 1900])
    assert curve["assets_counted"].tolist() == [4] * 3 and curve["assets_without_figure"].tolist() == [1] * 3
    # what D is worth is not known: no upper bound, and the sum of the known stays
    worthless = made.assets.assign(value=made.assets["value"].where(made.assets["name"].notna()))
    curve = exceedance_curve(worthless, made.exposure, made.damage, flood, np.array([10, 50, 100]))
    assert (curve["damage"][0], np.isnan(curve["damage_high"][0])) == (375, True)
    landslide = made.city.hazards[1]  # a scenario
    assert exceedance_curve(made.assets, made.exposure, made.damage, landslide, np.array([np.nan])).empty
