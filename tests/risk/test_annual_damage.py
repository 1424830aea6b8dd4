"""EAD by every rule and tail, and its hard bounds, against figures reckoned by pencil and by
peers.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import scipy.integrate
from hypothesis import given
from hypothesis import strategies as st

from asset_inventory.model.annual_damage import EadRule
from asset_inventory.risk.exceedance import (
    annual_damage,
    areas,
    beyond,
    damage_at,
    exceedance,
    frequencies,
    rarer_share,
    rests_on,
)

# The series of Delft-FIAT's own test: five rules give five answers to it.
PERIODS = np.array([1, 2, 5, 25, 50, 100])
LOSSES = np.array([[5, 10, 50, 300, 1200, 3000]], dtype=float)
VALUE = np.array([5000.0])
PLAIN = EadRule()
NO_TAIL = EadRule(tail="none")
LOG_LINEAR = EadRule(between="log-linear")
LOG_TAIL = EadRule(between="log-linear", tail="log")
RULES = [
    EadRule(between=between, tail=tail, frequency=frequency)
    for between, tail, frequency in itertools.product(
        ("trapezoid", "log-linear"), ("flat", "none", "log"), ("1/T", "1 - exp(-1/T)")
    )
]


def ead_of(periods, losses, value, rule, **options) -> float:
    return annual_damage(
        np.array(periods),
        np.array([losses], dtype=float),
        value=np.array([value], dtype=float),
        rule=rule,
        **options,
    ).ead[0]


# One series, four rules


def test_trapezoid_without_tail_is_numpys_and_the_flat_tail_adds_the_rarest_loss():
    # 0.5·7.5 + 0.3·30 + 0.16·175 + 0.02·750 + 0.01·2100 = 3.75 + 9 + 28 + 15 + 21 = 76.75; tail
    # 3000/100 = 30
    assert annual_damage(PERIODS, LOSSES, value=VALUE, rule=PLAIN).ead[0] == pytest.approx(
        106.75, abs=1e-12
    )
    without_tail = annual_damage(PERIODS, LOSSES, value=VALUE, rule=NO_TAIL).ead[0]
    assert without_tail == pytest.approx(76.75, abs=1e-12)
    assert without_tail == pytest.approx(
        np.trapezoid(LOSSES[0][::-1], 1 / PERIODS[::-1]), rel=1e-12
    )


def test_log_linear_with_a_flat_tail_is_fiats():
    # D₁(p₁ - p₂) + (D₂ - D₁)/L·[(p₁ - p₂) - p₂L], L = ln(p₁/p₂), of each pair, and 3000/100 beyond
    p, pencil = 1 / PERIODS, 3000 / 100
    for (p1, d1), (p2, d2) in itertools.pairwise(zip(p, LOSSES[0], strict=True)):
        span = math.log(p1 / p2)
        pencil += d1 * (p1 - p2) + (d2 - d1) / span * ((p1 - p2) - p2 * span)
    assert pencil == pytest.approx(98.4934, abs=5e-5)
    assert annual_damage(PERIODS, LOSSES, value=VALUE, rule=LOG_LINEAR).ead[0] == pytest.approx(
        pencil, rel=1e-12
    )


def test_peaks_over_threshold_come_less_often_than_one_in_t():
    # 1 - e^(-1/T): 0.632121, 0.393469, 0.181269, 0.039211, 0.019801, 0.009950; trapezoids without
    # tail
    rule = EadRule(tail="none", frequency="1 - exp(-1/T)")
    assert frequencies(PERIODS, rule) == pytest.approx(
        [0.632121, 0.393469, 0.181269, 0.039211, 0.019801, 0.009950], abs=5e-7
    )
    # 0.238651·7.5 + 0.212200·30 + 0.142059·175 + 0.019409·750 + 0.009851·2100
    #   = 1.78988 + 6.36600 + 24.86024 + 14.55705 + 20.68731
    found = annual_damage(PERIODS, LOSSES, value=VALUE, rule=rule).ead[0]
    assert found == pytest.approx(68.2605, abs=5e-5)
    assert found == pytest.approx(1.78988 + 6.36600 + 24.86024 + 14.55705 + 20.68731, abs=2e-3)


def simpson(frequency: np.ndarray, losses: np.ndarray) -> float:
    """Simpson's rule over panels of two uneven steps, from the rarest map on: the trap, not a
    rule of ours.
    """
    total, p, lost = 0.0, frequency[::-1], losses[::-1]
    for place in range(0, len(p) - 2, 2):
        h, k = p[place + 1] - p[place], p[place + 2] - p[place + 1]
        weights = (2 - k / h, (h + k) ** 2 / (h * k), 2 - h / k)
        total += (h + k) / 6 * np.dot(weights, lost[place : place + 3])
    return total


def test_simpson_gives_a_fifth_answer_to_the_same_series_and_is_a_peer_only():
    # scipy's Simpson over 1/T without tail, as snail's tutorial and open-gira have it: 50.6862, a
    # third below 76.75
    found = scipy.integrate.simpson(LOSSES[0][::-1], x=1 / PERIODS[::-1])
    assert found == pytest.approx(50.6862, abs=5e-5)
    assert not any(
        "simpson" in str(field.annotation).lower() for field in EadRule.model_fields.values()
    )


def test_simpson_loses_a_loss_and_is_not_offered():
    # 1/500 - 1/1000 = 0.001 and 1/250 - 1/500 = 0.002: the outer point's weight is 2 - 0.002/0.001
    # = 0, so that all that a thousand-year event destroys vanishes; a trapezoid has 0.001·100/2 =
    # 0.05 of it
    periods = np.array([2, 5, 10, 25, 50, 100, 250, 500, 1000])
    losses = np.array([0.0] * 8 + [100.0])
    assert simpson(1 / periods, losses) == pytest.approx(0.0, abs=1e-12)
    assert ead_of(periods, losses, 100, NO_TAIL) == pytest.approx(0.05)
    # 1/50 - 1/100 = 0.01 and 1/25 - 1/50 = 0.02: the same for the hundred-year event; a trapezoid
    # 0.01·100/2 = 0.5
    assert simpson(1 / periods[1:6], losses[-5:]) == pytest.approx(0.0, abs=1e-12)
    assert ead_of(periods[:6], losses[-6:], 100, NO_TAIL) == pytest.approx(0.5)


@pytest.mark.parametrize("rule", [PLAIN, LOG_LINEAR, LOG_TAIL])
def test_one_map_counts_as_its_tail(rule):
    # return period 10, loss 5: 5/10, as in FIAT; one point has no slope, so that its log tail is
    # flat
    annual = annual_damage(np.array([10]), np.array([[5.0]]), value=np.array([5.0]), rule=rule)
    assert annual.ead[0] == annual.low[0] == pytest.approx(0.5)


# Tails


def test_two_maps_by_every_tail_and_their_bounds():
    # return period 10: 0, 100: 1000, V 4000. low 0.09·0 + 10; trapezoid 0.09·500 + 10; high
    # 0.09·1000 + 0.01·4000
    annual = annual_damage(
        np.array([10, 100]), np.array([[0.0, 1000.0]]), value=np.array([4000.0]), rule=PLAIN
    )
    assert (annual.low[0], annual.ead[0], annual.high[0]) == pytest.approx((10, 55, 130))
    # b = 1000/ln 10 = 434.294; b·(0.09 - 0.01·2.302585) = 29.0865, and 0.01·1000 beyond
    assert ead_of([10, 100], [0, 1000], 4000, LOG_LINEAR) == pytest.approx(39.0865, abs=5e-5)
    # beyond: 10 + 434.294·0.01·(1 - e^(-3000/434.294)) = 10 + 4.34294·0.999 = 14.3386
    assert ead_of([10, 100], [0, 1000], 4000, LOG_TAIL) == pytest.approx(43.4251, abs=5e-5)
    # without end b·p = 434.294·0.1
    assert ead_of([10, 100], [0, 1000], 1e12, LOG_TAIL) == pytest.approx(43.4294, abs=5e-5)
    assert ead_of(
        [10, 100], [0, 1000], 4000, EadRule(between="log-linear", tail="none")
    ) == pytest.approx(29.0865, abs=5e-5)


def test_a_steep_log_tail_stops_at_the_value():
    # return periods 91 and 100, damage 0 and V = 1000: L = ln(100/91) = 0.0943107, b = 10603.3;
    # between b·[(1/91 - 1/100) - 0.01·L] = 0.4867, beyond 0.01·1000 and no more, for all is lost:
    # 10.49
    capped = annual_damage(
        np.array([91, 100]), np.array([[0.0, 1000.0]]), value=np.array([1000.0]), rule=LOG_TAIL
    )
    assert capped.ead[0] == pytest.approx(10.4867, abs=5e-5)
    # high (1/91 - 1/100)·1000 + 0.01·1000 = 10.989
    assert capped.high[0] == pytest.approx(1000 * (1 / 91 - 1 / 100) + 10)
    # nobody's value is that high: without a cap 10.49 + b·0.01 = 116.5, ten times the bound
    assert ead_of([91, 100], [0, 1000], 1e12, LOG_TAIL) == pytest.approx(
        10.4867 + 106.0326, abs=5e-4
    )


@pytest.mark.parametrize(("a", "start"), [(434.294, 10.0), (7.0, 2.0), (1000.0, 50.0)])
def test_damage_that_grows_with_the_logarithm_costs_a_over_t0(a, start):
    # D = a·ln(T/T₀): the integral of a·ln(p₀/p) from 0 to p₀ is a·p₀
    periods = start * np.array([1, 2, 3, 10, 40])
    assert ead_of(periods, a * np.log(periods / start), 1e12, LOG_TAIL) == pytest.approx(
        a / start, rel=1e-9
    )


def test_without_a_value_a_log_tail_has_no_end_that_is_known():
    periods, losses = (
        np.array([10, 50, 100]),
        np.array([[0.0, 5.0, 9.0], [0.0, 0.0, 0.0], [3.0, 3.0, 3.0]]),
    )
    found = annual_damage(periods, losses, value=np.full(3, np.nan), rule=LOG_TAIL).ead
    # what grows has no known end; what is never touched costs 0, what is level stays so: 0.1·3
    assert np.isnan(found[0]) and found[1:] == pytest.approx([0.0, 0.3])


# Bounds


def test_bounds_of_the_series():
    # low 0.5·5 + 0.3·10 + 0.16·50 + 0.02·300 + 0.01·1200 + 0.01·3000 = 61.5
    # high 0.5·10 + 0.3·50 + 0.16·300 + 0.02·1200 + 0.01·3000 + 0.01·V = 122 + 0.01 V
    for rule in (PLAIN, LOG_LINEAR, LOG_TAIL):
        annual = annual_damage(PERIODS, LOSSES, value=VALUE, rule=rule)
        assert annual.low[0] == pytest.approx(61.5)
        assert annual.high[0] == pytest.approx(122 + 0.01 * 5000)
    # a tail that is not counted is nothing for the lower bound, and still all of the value for the
    # upper
    annual = annual_damage(PERIODS, LOSSES, value=VALUE, rule=NO_TAIL)
    assert (annual.low[0], annual.high[0]) == pytest.approx((61.5 - 30, 122 + 0.01 * 5000))


@pytest.mark.parametrize(
    ("rule", "part"), [(PLAIN, 5.0), (LOG_LINEAR, 100 * (0.1 / math.log(2) - 0.1))]
)
def test_no_damage_return_period_adds_what_lies_before_the_first_map(rule, part):
    # trapezoid (1/5 - 1/10)·100/2 = 5; log-linear 100/ln 2·[0.1 - 0.1·ln 2]; to the upper bound
    # (1/5 - 1/10)·100 = 10, nothing to the lower
    periods, losses, value = np.array([10, 100]), np.array([[100.0, 100.0]]), np.array([100.0])
    without = annual_damage(periods, losses, value=value, rule=rule)
    stated = annual_damage(periods, losses, value=value, rule=rule, no_damage_period=5)
    assert stated.ead[0] - without.ead[0] == pytest.approx(part)
    assert stated.low[0] == without.low[0]
    assert np.isnan(without.high[0])  # it may damage at any shorter period: no upper bound
    assert stated.high[0] == pytest.approx(0.09 * 100 + 0.01 * 100 + 10)


def test_falling_damage_is_told_and_the_unknown_share_can_explain_it():
    losses, value = np.array([[50.0, 20.0], [50.0, 20.0]]), np.array([100.0, 100.0])
    # half of the second asset is unknown in the rarer map
    most = np.array([[50.0, 20.0], [50.0, 70.0]])
    annual = annual_damage(np.array([10, 100]), losses, value=value, rule=PLAIN, upper=most)
    assert annual.falls.tolist() == [True, False]


def test_a_return_period_twice_is_refused():
    with pytest.raises(ValueError, match="twice"):
        annual_damage(np.array([10, 10]), np.array([[1.0, 2.0]]), value=np.array([3.0]), rule=PLAIN)


def test_an_event_set_is_a_staircase_whose_sum_is_the_lower_bound():
    # CLIMADA's own test: losses [[1,0,1],[2,2,0]] at frequencies 1 and 0.1. The first asset loses 1
    # or more 1.1 times a year and 2 or more 0.1 times: (1.1 - 0.1)·1 + 0.1·2 = 1.2; the second
    # 0.1·2 = 0.2; the third 1·1 = 1
    both = np.array([1 / 1.1, 10])
    lows = [
        annual_damage(periods, np.array([losses]), value=np.array([2.0]), rule=PLAIN).low[0]
        for periods, losses in ((both, [1.0, 2.0]), (both, [0.0, 2.0]), (np.array([1.0]), [1.0]))
    ]
    assert lows == pytest.approx([1.2, 0.2, 1.0])
    assert sum(lows) == pytest.approx(2.4), "1.2 + 0.2 + 1"
    # and of each event over all assets: 1 + 0 + 1 and 2 + 2 + 0
    losses, frequency = np.array([[1.0, 0, 1], [2, 2, 0]]), np.array([1, 0.1])
    assert losses.sum(axis=1).tolist() == [2, 4]
    assert (frequency @ losses).tolist() == pytest.approx(lows), (
        "frequency × loss, summed over events"
    )


# Protection


def test_a_protection_level_cuts_off_what_is_more_frequent():
    # return periods 10, 50, 100: 100, 200, 400, protected to 50: 0.01·(200 + 400)/2 + 0.01·400 = 3
    # + 4
    assert ead_of([10, 50, 100], [100, 200, 400], 500, PLAIN, protection=50) == pytest.approx(7)
    # to 25: the damage at 1/25 lies three quarters on from 0.1 to 0.02, 175: 0.02·(175 + 200)/2 =
    # 3.75 more
    assert ead_of([10, 50, 100], [100, 200, 400], 500, PLAIN, protection=25) == pytest.approx(10.75)
    # log-linear the damage at 1/25 is 100 + 100·ln(2.5)/ln(5) = 156.93; b = 100/ln 5 = 62.1335;
    # 156.93·0.02 + 43.07/ln 2·(0.02 - 0.02·ln 2) = 3.13864 + 0.38129; then as by FIAT
    rest = 200 * 0.01 + 200 / math.log(2) * (0.01 - 0.01 * math.log(2)) + 4
    assert ead_of([10, 50, 100], [100, 200, 400], 500, LOG_LINEAR, protection=25) == pytest.approx(
        3.13864 + 0.38129 + rest, abs=5e-5
    )
    # to 200, beyond the rarest map: 400/200 by a flat tail, nothing where none is counted
    assert ead_of([10, 50, 100], [100, 200, 400], 500, PLAIN, protection=200) == pytest.approx(2)
    assert ead_of([10, 50, 100], [100, 200, 400], 500, NO_TAIL, protection=200) == 0
    # a log tail has grown by 200 at ln 2, but the value is 500: all is lost, 500/200
    assert ead_of([10, 50, 100], [100, 200, 400], 500, LOG_TAIL, protection=200) == pytest.approx(
        2.5
    )


def test_a_protection_level_bounds_where_damage_begins():
    # protected to 25: low 0.02·100 + 0.01·200 + 0.01·400 = 8, high 0.02·200 + 0.01·400 + 0.01·500 =
    # 13
    options = {"value": np.array([500.0]), "rule": PLAIN}
    losses = np.array([[100.0, 200.0, 400.0]])
    held = annual_damage(np.array([10, 50, 100]), losses, protection=25, **options)
    assert (held.low[0], held.high[0]) == pytest.approx((8, 13))
    # to 5, before the first map: nothing says what happens between, up to 0.1·100 more
    held = annual_damage(np.array([10, 50, 100]), losses, protection=5, **options)
    assert held.ead[0] == annual_damage(np.array([10, 50, 100]), losses, **options).ead[0]
    assert held.high[0] == pytest.approx(0.1 * 100 + 0.08 * 200 + 0.01 * 400 + 0.01 * 500)
    # and where damage begins at 2 years: at 5 it has come to (0.5 - 0.2)/(0.5 - 0.1) = 3/4 of 100;
    # 0.1·(75 + 100)/2
    begun = annual_damage(
        np.array([10, 50, 100]), losses, protection=5, no_damage_period=2, **options
    )
    assert begun.ead[0] - held.ead[0] == pytest.approx(8.75)
    assert begun.high[0] == held.high[0]


@pytest.mark.parametrize(
    ("protection", "used"),
    [
        (None, [True] * 3),
        (5, [True] * 3),
        (10, [True] * 3),
        (49, [True] * 3),
        (50, [False, True, True]),
        (60, [False, True, True]),
        (100, [False, False, True]),
        (500, [False, False, True]),
    ],
)
def test_ead_rests_on_the_maps_beyond_the_protection_level_and_the_one_before(protection, used):
    assert rests_on(np.array([10, 50, 100]), protection).tolist() == used
    assert rests_on(np.array([100, 10, 50]), protection).tolist() == [used[2], used[0], used[1]]


def test_what_a_map_that_is_cut_off_does_not_say_does_no_harm():
    # the 10-year map says nothing: protected to 50 years nobody asks it
    found = annual_damage(
        np.array([10, 50, 100]),
        np.array([[np.nan, 200.0, 400.0]]),
        value=np.array([500.0]),
        rule=PLAIN,
        protection=50,
    )
    assert found.ead[0] == pytest.approx(7) and not np.isnan(found.low[0])


# Laws


@st.composite
def series(draw):
    """Return periods, damages that do not fall, their value, a rule, and from when on there is
    damage.
    """
    periods = draw(
        st.lists(
            st.floats(1.0, 1000), min_size=1, max_size=7, unique_by=lambda one: round(1 / one, 9)
        )
    )
    value = draw(st.floats(1, 1e9))
    shares = draw(st.lists(st.floats(0, 1), min_size=len(periods), max_size=len(periods)))
    protection = draw(st.none() | st.floats(0.5, 2000))
    return (
        np.sort(np.array(periods)),
        np.sort(np.array(shares))[None, :] * value,
        np.array([value]),
        draw(st.sampled_from(RULES)),
        protection,
    )


@given(series())
def test_ead_lies_within_its_bounds_under_every_rule_and_tail(drawn):
    periods, losses, value, rule, protection = drawn
    annual = annual_damage(
        periods,
        losses,
        value=value,
        rule=rule,
        no_damage_period=min(0.9, periods[0]),
        protection=protection,
    )
    slack = 1e-9 * value[0]
    assert annual.low[0] <= annual.ead[0] + slack
    assert annual.ead[0] <= annual.high[0] + slack
    assert not annual.falls[0]


@given(series())
def test_ead_is_never_above_all_of_the_value_in_every_year(drawn):
    # damage begins once a year at most: what is lost a year is at most the value, V · 1 a year
    periods, losses, value, rule, protection = drawn
    annual = annual_damage(
        periods,
        losses,
        value=value,
        rule=rule,
        no_damage_period=min(1.0, periods[0]),
        protection=protection,
    )
    assert 0 <= annual.ead[0] <= value[0] * (1 + 1e-9)
    assert annual.high[0] <= value[0] * (1 + 1e-9)


@given(series(), st.randoms())
def test_order_of_maps_is_irrelevant(drawn, chance):
    periods, losses, value, rule, protection = drawn
    order = list(range(len(periods)))
    chance.shuffle(order)
    straight = annual_damage(periods, losses, value=value, rule=rule, protection=protection)
    shuffled = annual_damage(
        periods[order], losses[:, order], value=value, rule=rule, protection=protection
    )
    assert (shuffled.ead, shuffled.low) == (straight.ead, straight.low)
    assert np.array_equal(shuffled.high, straight.high, equal_nan=True)


@given(series(), st.floats(0.5, 2000))
def test_a_protection_level_never_raises_ead(drawn, higher):
    periods, losses, value, rule, protection = drawn
    options = {"value": value, "rule": rule, "no_damage_period": min(0.9, periods[0])}
    plain = annual_damage(periods, losses, **options).ead[0]
    lower, upper = sorted((protection or 0.5, higher))
    first, second = (
        annual_damage(periods, losses, protection=one, **options).ead[0] for one in (lower, upper)
    )
    slack = 1e-9 * value[0]
    assert second <= first + slack
    assert first <= plain + slack
    assert second >= -slack


@given(series(), st.data())
def test_deeper_water_never_lowers_ead(drawn, data):
    periods, losses, value, rule, protection = drawn
    # how steep a log tail is says the step before it, so that there only the rarest map may be
    # deeper
    deeper = [len(periods) - 1] if rule.tail == "log" else range(len(periods))
    more = losses.copy()
    for place in deeper:
        more[0, place] = data.draw(st.floats(losses[0, place], value[0]))
    options = {
        "value": value,
        "rule": rule,
        "no_damage_period": min(0.9, periods[0]),
        "protection": protection,
    }
    before, after = (annual_damage(periods, one, **options).ead[0] for one in (losses, more))
    assert after >= before - 1e-9 * value[0]


def test_deeper_water_on_the_map_before_the_rarest_can_flatten_a_log_tail():
    # at 80 years 0 or 50, at 100 years 60 of 1000: b = 60/0.223144 = 268.886 or 44.814; the areas
    # between differ by about 0.0025·50/2 = 0.06, the tails by 0.01·[268.886·(1 - e^(-940/268.886))
    # - 44.814] = 2.16
    shallow, deep = (ead_of([80, 100], [less, 60], 1000, LOG_TAIL) for less in (0, 50))
    assert shallow - deep == pytest.approx(2.16 - 0.06, abs=0.02)


@given(series())
def test_the_area_is_that_under_the_line_that_is_drawn(drawn):
    periods, losses, value, rule, protection = drawn
    curve = exceedance(periods, losses, value=value, rule=rule, protection=protection)
    ends = curve.frequency
    for place, area in enumerate(areas(curve)[0]):
        grid = np.linspace(ends[place], ends[place + 1], 401)
        line = [damage_at(curve, one)[0] for one in grid]
        assert area == pytest.approx(-np.trapezoid(line, grid), rel=1e-3, abs=1e-9 * value[0])
    # dense where the tail begins: two maps that are near each other make it steep
    grid = ends[-1] * np.exp(-np.append(0.0, np.geomspace(1e-9, np.log(1e9), 2001)))
    line = [
        damage_at(curve, one)[0] if place or rule.tail != "none" else 0.0
        for place, one in enumerate(grid)
    ]
    assert beyond(curve)[0] == pytest.approx(
        -np.trapezoid(line, grid), rel=1e-3, abs=1e-8 * value[0]
    )


@given(st.floats(1e-12, 20))
def test_the_weight_of_the_rarer_damage_is_stable_however_near_two_maps_are(span):
    share = float(rarer_share(np.exp(span), np.float64(1.0)))
    assert 0 < share <= 0.5
    # the mean of e^(-x)-weighted places: the series 1/2 - L/12 + L³/720 of small steps
    assert share == pytest.approx(
        1 / span - 1 / math.expm1(span), abs=1e-9 if span > 1e-3 else 2e-3
    )
