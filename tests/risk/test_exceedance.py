"""EAD of assets by the city's rule, sums over hazards, and the city's exceedance curve, by
pencil.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from asset_inventory.assessment.run import assess
from asset_inventory.model.annual_damage import EadRule
from asset_inventory.model.hazards import Hazard
from asset_inventory.model.reading import read_city
from asset_inventory.risk.annual_damage import (
    RULES,
    annual_figures,
    exceedance_curve,
    exceedance_line,
    least_and_most,
)


@pytest.mark.slow
def test_the_curve_of_a_city_sums_what_is_known_and_bounds_what_is_not(town):
    """Damages of A, B and C under 10, 50 and 100 years: 62.5, 125, 187.5; twice that; four times
    that.

    Of D, worth 800, half is unknown and the other half dry: at most 400 more. E has no place, and
    no figure.
    """
    made = assess(read_city(town))
    flood = made.city.hazards[0]
    curve = exceedance_curve(
        made.assets, made.exposure, made.damage, flood, np.array([100, 10, 50, 10, np.nan])
    )
    assert curve["return_period"].tolist() == [10, 50, 100]
    assert curve["annual_frequency"].tolist() == pytest.approx([0.1, 0.02, 0.01])
    assert (
        curve["damage"].tolist() == curve["damage_low"].tolist() == pytest.approx([375, 750, 1500])
    )
    assert curve["damage_high"].tolist() == pytest.approx([775, 1150, 1900])
    assert (
        curve["assets_counted"].tolist() == [4] * 3
        and curve["assets_without_figure"].tolist() == [1] * 3
    )
    # what D is worth is not known: no upper bound, and the sum of the known stays
    worthless = made.assets.assign(value=made.assets["value"].where(made.assets["name"].notna()))
    curve = exceedance_curve(worthless, made.exposure, made.damage, flood, np.array([10, 50, 100]))
    assert (curve["damage"][0], np.isnan(curve["damage_high"][0])) == (375, True)
    landslide = made.city.hazards[1]  # a scenario
    assert exceedance_curve(
        made.assets, made.exposure, made.damage, landslide, np.array([np.nan])
    ).empty


DECLARED = {
    "trapezoid": "",
    "trapezoid without tail": 'tail = "none"',
    "trapezoid with log tail": 'tail = "log"',
    "log-linear": 'between = "log-linear"',
    "log-linear without tail": 'between = "log-linear"\ntail = "none"',
    "log-linear with log tail": 'between = "log-linear"\ntail = "log"',
}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "ead"),
    [
        # the road, 187.5, 375, 750 of 1000 under 10, 50, 100 years, from 0 at 5: 0.1·93.75 +
        # 0.08·281.25 + 0.01·562.5
        ("trapezoid without tail", 37.5),
        ("trapezoid", 37.5 + 7.5),  # 0.01·750
        # b = 375/ln 2 = 541.01: 0.01·541.01·(1 - e^(-250/541.01)) more
        ("trapezoid with log tail", 37.5 + 7.5 + 2.0021),
        # b·[(p₁ - p₂) - p₂L] + D₁(p₁ - p₂): 187.5/ln 2·(0.1 - 0.1·ln 2) = 8.3005; 187.5/ln 5·(0.08
        # - 0.02·ln 5) + 187.5·0.08 = 5.5700 + 15; 375/ln 2·(0.01 - 0.01·ln 2) + 3.75 = 1.6601 +
        # 3.75
        ("log-linear without tail", 8.3005 + 20.5700 + 5.4101),
        ("log-linear", 8.3005 + 20.5700 + 5.4101 + 7.5),
        ("log-linear with log tail", 8.3005 + 20.5700 + 5.4101 + 7.5 + 2.0021),
    ],
)
def test_the_citys_rule_makes_the_figure_and_names_it(edit, name, ead):
    made = assess(read_city(edit(("[scores]", f"[ead]\n{DECLARED[name]}\n[scores]"))))
    road = made.ead[(made.ead["asset_id"] == "roads:C").to_numpy()].iloc[0]
    assert road["ead"] == pytest.approx(ead, abs=2e-4)
    assert (road["rule"], road["maps"]) == (name, 3)
    # low 0.08·187.5 + 0.01·375 + 7.5, high 0.1·187.5 + 0.08·375 + 0.01·750 + 0.01·1000
    assert road["ead_low"] == pytest.approx(18.75 + (0 if "without" in name else 7.5))
    assert road["ead_high"] == pytest.approx(66.25)
    assert (
        made.provenance["methods"]["ead"]
        == EadRule(
            between=name.split()[0],
            tail="none" if "without" in name else "log" if "log tail" in name else "flat",
        ).model_dump()
    )
    assert set(made.ead["rule"]) <= set(RULES) and set(DECLARED) < set(RULES)


def test_a_protection_level_leaves_the_maps_beyond_it(edit):
    declared = 'protection = { return_period = 20, source = "dike" }'
    made = assess(read_city(edit(("no_damage_return_period = 5", declared))))
    road = made.ead[(made.ead["asset_id"] == "roads:C").to_numpy()].iloc[0]
    # 1/20 lies five eighths on from 0.1 to 0.02: 187.5 + 117.1875 = 304.6875;
    # 0.03·(304.6875 + 375)/2 + 0.01·562.5 + 7.5 = 10.1953 + 5.625 + 7.5
    assert road["ead"] == pytest.approx(23.3203, abs=5e-5)
    # low 0.03·187.5 + 0.01·375 + 7.5, high 0.03·375 + 0.01·750 + 0.01·1000
    assert (road["ead_low"], road["ead_high"], road["maps"]) == pytest.approx((16.875, 28.75, 3))
    assert made.provenance["methods"]["protection"] == {
        "flood": {"return_period": 20, "source": "dike"}
    }
    # what an event does if it comes is told as the map says it
    assert made.damage["damage"].sum() == pytest.approx(375 + 750 + 1500)


def test_two_maps_beyond_the_protection_level_give_bounds_only(edit):
    made = assess(read_city(edit(("no_damage_return_period = 5", "protection = 50"))))
    road = made.ead[(made.ead["asset_id"] == "roads:C").to_numpy()].iloc[0]
    assert (road["rule"], road["maps"], np.isnan(road["ead"])) == ("bounds only", 2, True)
    # low 0.01·375 + 7.5, high 0.01·750 + 0.01·1000
    assert (road["ead_low"], road["ead_high"]) == pytest.approx((11.25, 17.5))
    told = made.findings.set_index("code").loc["bounds_only"]
    assert told["count"] == 2


@pytest.mark.slow
@pytest.mark.parametrize("tail", ["flat", "none", "log"])
@pytest.mark.parametrize("between", ["trapezoid", "log-linear"])
@pytest.mark.parametrize("start", ["", "no_damage_return_period = 5", "protection = 20"])
def test_the_area_under_the_line_is_the_citys_ead(edit, between, tail, start):
    declared = f'[ead]\nbetween = "{between}"\ntail = "{tail}"\n'
    made = assess(
        read_city(edit(("no_damage_return_period = 5", start), ("[scores]", f"{declared}[scores]")))
    )
    line = exceedance_line(
        made.assets,
        made.exposure,
        made.damage,
        made.city.hazards[0],
        np.array([10, 50, 100]),
        rule=made.city.ead,
    )
    assert line["annual_frequency"].is_monotonic_decreasing
    area = -np.trapezoid(line["damage"], line["annual_frequency"])
    assert (line["damage"] >= 0).all() and line["beyond"].sum() > 1
    # a log tail is drawn to a hundredth of the rarest map's frequency; beyond, at most all is lost:
    # 0.0001·2500
    missing = 0.0001 * 2500 if tail == "log" else 0.0
    assert area == pytest.approx(made.ead["ead"].sum() - missing, rel=2e-3)


def test_a_rarer_map_that_says_less_does_not_lower_what_is_known():
    # of 100, the map of 10 years knows 40 lost; that of 50 says nothing of a third and knows 25;
    # that of 100 knows 60
    reckoned, unknown = np.array([[40.0, 25.0, 60.0]]), np.array([[0.0, 1 / 3, 0.0]])
    least, most = least_and_most(reckoned, unknown, np.array([100.0]))
    assert least.tolist() == [[40, 40, 60]]
    assert most[0] == pytest.approx([40, 25 + 100 / 3, 60])
    hazard = Hazard(
        name="flood",
        kind="shock",
        intensity={"measure": "depth", "unit": "m"},
        maps=[{"path": "a.gpkg"}],
        source={"title": "-", "licence": "-"},
        no_damage_return_period=5,
    )
    told = annual_figures(
        reckoned,
        unknown,
        np.array([100.0]),
        hazard,
        np.array([10, 50, 100]),
        rule=EadRule(),
        nested=True,
    ).iloc[0]
    # 0.1·20 + 0.08·40 + 0.01·50 + 0.01·60 = 2 + 3.2 + 0.5 + 0.6; low 0.08·40 + 0.01·40 + 0.01·60
    assert (told["ead"], told["ead_low"]) == pytest.approx((6.3, 4.2))
    assert told["ead_low"] <= told["ead"] <= told["ead_high"]


@given(
    arrays(float, (6, 4), elements=st.integers(0, 100).map(float)),
    arrays(float, (6, 4), elements=st.sampled_from([0, 0, 0.25, 0.5, 0.75, 1])),
)
def test_no_pattern_of_unknown_shares_breaks_the_bounds(known, unknown):
    value = np.full(6, 100.0)
    damage = known * (1 - unknown)  # of the known share at most that share of the value is lost
    reckoned = np.where(unknown >= 1, np.nan, damage)
    hazard = Hazard(
        name="flood",
        kind="shock",
        intensity={"measure": "depth", "unit": "m"},
        maps=[{"path": "a.gpkg"}],
        source={"title": "-", "licence": "-"},
        no_damage_return_period=2,
    )
    for rule in (EadRule(), EadRule(between="log-linear", tail="log"), EadRule(tail="none")):
        told = annual_figures(
            reckoned, unknown, value, hazard, np.array([5, 10, 50, 100]), rule=rule, nested=True
        )
        low, ead, high = (told[name].to_numpy() for name in ("ead_low", "ead", "ead_high"))
        with np.errstate(invalid="ignore"):
            assert not ((low > ead * (1 + 1e-9)) | (ead > high * (1 + 1e-9))).any()
