"""Harms that join: the table of three relations by pencil, and the laws that hold of any
hazards.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from asset_inventory.model.annual_damage import EadRule
from asset_inventory.model.hazards import Hazard
from asset_inventory.risk.exceedance import annual_damage
from asset_inventory.risk.joint_curves import (
    curve_of,
    damaged_together,
    joint_annual_damage,
    joint_bounds,
    joint_damage_ratio,
    steps_of,
)

PERIODS, VALUE = np.array([5.0, 25.0, 100.0]), np.array([100.0])
FLOOD, SURGE = np.array([[0.0, 20.0, 40.0]]), np.array([[0.0, 10.0, 30.0]])
# fmt: off
RULES = [EadRule(between=between, tail=tail) for between in ("trapezoid", "log-linear")
         for tail in ("flat", "none", "log")]
# fmt: on


def hazard(name: str, *, begins: float | None = None, protection: float | None = None) -> Hazard:
    """A hazard without files."""
    return Hazard.model_validate(
        {
            "name": name,
            "kind": "shock",
            "intensity": {"measure": "water depth", "unit": "m"},
            "no_damage_return_period": begins,
            "protection": protection,
            "maps": [{"path": "none.tif"}],
            "source": {"title": "by pencil", "licence": "CC0-1.0"},
        }
    )


def of_event(waters, damages, value=VALUE, rule=None, *, declared=None, periods=None):
    """EAD of one event's hazards; `damages` by name, each with its own periods where they are
    not PERIODS.
    """
    rule, declared, periods = rule or EadRule(), declared or {}, periods or {}
    curves = {
        name: curve_of(
            declared.get(name, hazard(name)), periods.get(name, PERIODS), one, value, rule
        )
        for name, one in damages.items()
    }
    return joint_annual_damage(curves, waters, value, rule)


def test_the_three_relations_by_pencil():
    """Flood 0, 20, 40 and surge 0, 10, 30 of 100 under 5, 25 and 100 years, the tail level
    beyond.
    """
    flood, surge = (
        annual_damage(PERIODS, one, value=VALUE, rule=EadRule()).ead for one in (FLOOD, SURGE)
    )
    assert flood == pytest.approx([2.9]), (
        "0.16·(0 + 20)/2 + 0.03·(20 + 40)/2 + 0.01·40 = 1.6 + 0.9 + 0.4"
    )
    assert surge == pytest.approx([1.7]), (
        "0.16·(0 + 10)/2 + 0.03·(10 + 30)/2 + 0.01·30 = 0.8 + 0.6 + 0.3"
    )
    assert damaged_together([flood, surge], VALUE) == pytest.approx([4.5507]), (
        "100·(1 − (1 − 0.029)·(1 − 0.017))"
    )
    both = {"flood": FLOOD, "surge": SURGE}
    assert of_event([["flood"], ["surge"]], both) == pytest.approx([4.11]), (
        "25 years 1 − 0.8·0.9 = 0.28, 100 years 1 − 0.6·0.7 = 0.58: 0.16·14 + 0.03·43 + 0.01·58 = 2.24 + 1.29 + 0.58"
    )
    assert of_event([["flood", "surge"]], both) == pytest.approx([2.9]), (
        "the greater of both is the flood everywhere"
    )
    assert flood + surge == pytest.approx([4.6]), "the plain sum, which is shown nowhere"


def test_a_stress_comes_before_the_shock():
    assert damaged_together([np.array([5.0]), np.array([2.9])], VALUE) == pytest.approx([7.755]), (
        "100·(0.05 + 0.95·0.029) = 5 + 2.755"
    )


def test_what_has_no_value_is_added_up_and_nothing_is_above_a_value():
    parts = [np.array([3.0, 90.0, np.nan, 120.0]), np.array([4.0, 80.0, 1.0, 0.0])]
    value = np.array([np.nan, 100.0, 100.0, 100.0])
    expected = [7.0, 98.0, np.nan, 100.0]  # 100·(1 − 0.1·0.2) = 98
    assert damaged_together(parts, value) == pytest.approx(expected, nan_ok=True)


def test_hazards_with_their_own_maps_are_read_where_the_other_bends():
    """Flood 20 and 40 under 25 and 100 years from 0 at 5, surge 30 from 50 years on behind a wall:
    0 until there.

    At 1/50 the flood is 20 + 20·(0.04 − 0.02)/(0.04 − 0.01) = 33.333; from there on 1 − (1 −
    0.33333)·0.7 = 0.53333.
    """
    declared = {"flood": hazard("flood", begins=5), "surge": hazard("surge", protection=50)}
    periods = {"flood": np.array([25.0, 100.0]), "surge": np.array([10.0, 50.0, 100.0])}
    found = of_event(
        [["flood"], ["surge"]],
        {"flood": FLOOD[:, 1:], "surge": np.array([[30.0, 30.0, 30.0]])},
        declared=declared,
        periods=periods,
    )
    # 0.16·(0 + 20)/2 + 0.02·(20 + 33.333)/2 + 0.01·(53.333 + 58)/2 + 0.01·58 = 1.6 + 0.53333 +
    # 0.55667 + 0.58
    assert found == pytest.approx([3.27])


def test_the_bounds_of_an_event_by_pencil():
    steps = {
        name: steps_of(hazard(name), PERIODS, one, one, EadRule())
        for name, one in (("flood", FLOOD), ("surge", SURGE))
    }
    low, high = joint_bounds(steps, [["flood"], ["surge"]], VALUE, counts_tail=True)
    assert low == pytest.approx([1.42]), "0.16·0 + 0.03·28 + 0.01·58 = 0.84 + 0.58"
    assert high == pytest.approx([7.22]), "0.16·28 + 0.03·58 + 0.01·100 = 4.48 + 1.74 + 1"
    low, high = joint_bounds(steps, [["flood", "surge"]], VALUE, counts_tail=True)
    assert (low, high) == (pytest.approx([1.0]), pytest.approx([5.4])), (
        "0.03·20 + 0.01·40; 0.16·20 + 0.03·40 + 1"
    )
    begun = {"flood": steps_of(hazard("flood"), PERIODS[1:], FLOOD[:, 1:], FLOOD[:, 1:], EadRule())}
    assert np.isnan(
        joint_bounds(begun | steps, [["flood"], ["surge"]], VALUE, counts_tail=True)[1]
    ).tolist() == [False], "the flood of `steps` begins at 0"
    assert np.isnan(
        joint_bounds(steps | begun, [["flood"], ["surge"]], VALUE, counts_tail=True)[1]
    ).all()


# Laws

shares = some.lists(some.floats(0, 1), min_size=1, max_size=5)


@given(shares, some.randoms())
def test_joint_harm_is_free_of_order_and_between_each_harm_and_one(harms, order):
    joint = float(joint_damage_ratio(harms))
    assert max(harms) <= joint <= 1
    assert joint == pytest.approx(1 - np.prod([1 - harm for harm in harms]), abs=1e-12)
    mixed = list(harms)
    order.shuffle(mixed)
    assert float(joint_damage_ratio(mixed)) == joint
    assert float(joint_damage_ratio(harms[:1])) == harms[0], "one harm is itself to the bit"


def rising(size: int):
    return some.lists(some.floats(0, 1), min_size=size, max_size=size).map(sorted)


@some.composite
def hazards(draw, *, alike: bool):
    """Two hazards of one asset worth 100: names, hazards, periods, damages; with the same rarest
    map where `alike`.
    """
    made = {}
    rarest = draw(some.sampled_from([100.0, 250.0]))
    for name in ("flood", "surge"):
        rest = draw(
            some.sets(some.sampled_from([2.0, 5.0, 10.0, 25.0, 50.0]), min_size=1, max_size=3)
        )
        last = rarest if alike else draw(some.sampled_from([75.0, 100.0, 250.0]))
        periods = np.array([*sorted(rest), last])
        protection = draw(some.sampled_from([None, None, 3.0, 20.0, 25.0]))
        begins = draw(some.sampled_from([1.0, float(periods[0])])) if protection is None else None
        damage = np.array([draw(rising(len(periods)))]) * 100
        made[name] = hazard(name, begins=begins, protection=protection), periods, damage
    return made


def figures(made, waters, rule):
    """EAD and its bounds of one event of these hazards."""
    curves = {
        name: curve_of(one, periods, damage, VALUE, rule)
        for name, (one, periods, damage) in made.items()
    }
    steps = {
        name: steps_of(one, periods, damage, damage, rule)
        for name, (one, periods, damage) in made.items()
    }
    low, high = joint_bounds(steps, waters, VALUE, counts_tail=rule.tail != "none")
    return float(joint_annual_damage(curves, waters, VALUE, rule)[0]), float(low[0]), float(high[0])


def alone(made, rule):
    return [
        annual_damage(
            periods,
            damage,
            value=VALUE,
            rule=rule,
            no_damage_period=one.no_damage_return_period,
            protection=one.protected_to,
        )
        for one, periods, damage in made.values()
    ]


EVENT, WATER = [["flood"], ["surge"]], [["flood", "surge"]]


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.between}, {rule.tail}")
@given(made=hazards(alike=True))
def test_the_same_water_costs_least_and_unrelated_hazards_most(made, rule):
    each = alone(made, rule)
    apart = float(damaged_together([one.ead for one in each], VALUE)[0])
    event, water = figures(made, EVENT, rule)[0], figures(made, WATER, rule)[0]
    small = 1e-9
    assert max(float(one.ead[0]) for one in each) <= water + small
    assert water <= event + small and event <= apart + small and apart <= 100
    swapped = dict(reversed(made.items()))
    assert figures(swapped, EVENT[::-1], rule) == pytest.approx(
        figures(made, EVENT, rule), nan_ok=True
    )


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.between}, {rule.tail}")
@given(made=hazards(alike=False))
def test_the_bounds_hold_the_figure_under_every_rule_and_tail(made, rule):
    for waters in (EVENT, WATER):
        ead, low, high = figures(made, waters, rule)
        assert low <= ead + 1e-9 and ead <= high + 1e-9 and high <= 100 + 1e-9
    each = alone(made, rule)
    low, ead, high = (
        float(damaged_together([getattr(one, name) for one in each], VALUE)[0])
        for name in ("low", "ead", "high")
    )
    assert low <= ead + 1e-9 and ead <= high + 1e-9


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.between}, {rule.tail}")
@given(made=hazards(alike=False))
def test_an_event_of_one_hazard_is_that_hazard(made, rule):
    for name, one in zip(made, alone(made, rule), strict=True):
        ead, low, high = figures({name: made[name]}, [[name]], rule)
        assert (ead, low, high) == pytest.approx(
            (float(one.ead[0]), float(one.low[0]), float(one.high[0]))
        )
