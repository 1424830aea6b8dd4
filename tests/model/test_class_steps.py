"""Damage by class: which class an intensity is in, what a city must say of each, and the curve
that comes of it.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_inventory.assessment.provenance import rules_of
from asset_inventory.model.errors import CityError
from asset_inventory.model.hazards import CurveRule, Hazard
from asset_inventory.model.reading import read_city
from asset_inventory.vulnerability.classes import bounds_passed
from asset_inventory.vulnerability.curve_audit import audit_curves
from asset_inventory.vulnerability.curves import damage_at, read_curve

SOURCE = {"title": "by pencil", "licence": "CC0-1.0", "exercise": True}
FLOOD = """
[[curves]]
hazard = "flood"
asset_types = "*"
path = "straight.csv"
"""
SLIDE = """
[[curves]]
hazard = "landslide"
asset_types = "*"
fractions = {{ {} }}
source = {{ title = "by pencil", licence = "CC0-1.0" }}
"""


def hazard(unit="MMI", **one) -> Hazard:
    one = {"path": "zones.gpkg", "intensity_field": "CLASS"} | one
    return Hazard.model_validate(
        {
            "name": "shaking",
            "kind": "shock",
            "intensity": {"measure": "-", "unit": unit},
            "maps": [one],
            "source": {"title": "-", "licence": "-"},
        }
    )


def curve(of: Hazard, **said):
    return read_curve(CurveRule(hazard=of.name, asset_types="*", source=SOURCE, **said), None, of)


def faults_of(folder) -> str:
    with pytest.raises(CityError) as raised:
        read_city(folder)
    return raised.value.say("en")


def test_a_class_excludes_its_minimum_and_includes_its_maximum():
    steps = curve(hazard(), fractions_above={"5": 0.01, "6": 0.05, "7": 0.2})
    at = [0, 4.9, 5.0, 5.0001, 6.0, 6.1, 7.0, 7.5, 12, math.nan]
    # 0 up to and with 5; (5, 6] 0.01; (6, 7] 0.05; above 7 0.2, without end; what is not known is
    # not 0
    assert damage_at(steps, np.array(at)).tolist()[:-1] == [
        0,
        0,
        0,
        0.01,
        0.01,
        0.05,
        0.05,
        0.2,
        0.2,
    ]
    assert np.isnan(damage_at(steps, np.array([math.nan]))[0])
    assert (steps.steps, steps.exercise, steps.unit, steps.words) == (True, True, "MMI", ())


def test_bounds_are_in_the_unit_of_the_maps_and_a_grid_in_centimetres_or_single_precision_meets_them():
    metres = curve(hazard("m"), fractions_above={"0.7": 0.3, "1.5": 0.5})
    centimetres = curve(hazard("cm"), fractions_above={"70": 0.3, "150": 0.5})
    assert metres.intensities == centimetres.intensities == (0.7, 1.5)
    at = np.array([70, 71, 150, 151]) * 0.01  # 70 x 0.01 is 0.7000000000000001
    assert at[0] > 0.7
    single = at.astype("float32").astype(float)
    for depths in (at, single):
        for one in (metres, centimetres):
            assert damage_at(one, depths).tolist() == [0, 0.3, 0.3, 0.5]


def test_words_take_the_place_of_numbers():
    zones = hazard("class", order=["low", "medium", "high"])
    steps = curve(zones, fractions={"high": 0.6, "low": 0.0, "medium": 0.2})
    assert zones.words == {"low": 1.0, "medium": 2.0, "high": 3.0}
    assert damage_at(steps, np.array([1.0, 2.0, 3.0])).tolist() == [0.0, 0.2, 0.6]
    assert steps.words == ("low", "medium", "high")
    assert steps.id == "shaking: low 0, medium 0.2, high 0.6"
    own = curve(
        hazard("m", intensities={"wet": 0.3, "deep": 2.0}), fractions={"wet": 0.1, "deep": 0.7}
    )
    assert damage_at(own, np.array([0.3, 2.0])).tolist() == [0.1, 0.7]


@given(
    st.lists(
        st.floats(0.01, 20, allow_nan=False),
        min_size=1,
        max_size=6,
        unique_by=lambda one: round(one, 3),
    ),
    st.lists(st.floats(-1, 30, allow_nan=False), min_size=1, max_size=20),
)
def test_every_intensity_is_in_one_class_and_more_is_never_a_milder_one(bounds, intensities):
    bounds, intensities = sorted(bounds), np.sort(intensities)
    passed = bounds_passed(bounds, intensities)
    assert ((passed >= 0) & (passed <= len(bounds))).all()
    assert (np.diff(passed) >= 0).all()
    # each is of the class below it
    assert bounds_passed(bounds, np.array(bounds)).tolist() == list(range(len(bounds)))


@given(
    st.lists(st.floats(0, 1, allow_nan=False), min_size=1, max_size=5),
    st.lists(st.floats(0, 20, allow_nan=False), min_size=1, max_size=20),
)
def test_rising_fractions_give_rising_damage_within_0_and_1(shares, intensities):
    order = [f"c{number}" for number in range(len(shares))]
    steps = curve(
        hazard("class", order=order), fractions=dict(zip(order, sorted(shares), strict=True))
    )
    said = damage_at(steps, np.sort(intensities))
    assert ((said >= 0) & (said <= 1)).all()
    assert (np.diff(said) >= 0).all()


def test_each_class_of_the_map_must_have_a_fraction_and_no_other(edit):
    city = read_city(edit(("[scores]", SLIDE.format("low = 0, high = 0.6") + "[scores]")))
    assert city.curves[1].fractions == {"low": 0, "high": 0.6}
    said = faults_of(edit(("low = 0, high = 0.6", "low = 0, hihg = 0.6")))
    assert 'class "high" of the map has no damage ratio; add it, even if it is 0' in said
    assert 'no map has a class "hihg"; did you mean "high"?' in said
    said = faults_of(edit(("low = 0, hihg = 0.6", "low = 0, high = 1.6, none = 0")))
    assert 'no map has a class "none"; choose from low, high' in said
    assert "1.6" in said


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "fractions = { low = 0, high = 0.6 }",
            'fractions_above = { "1" = 0.1 }',
            'the maps of "landslide" have words',
        ),
        (
            'fractions = { low = 0, high = 0.6 }\nsource = { title = "by pencil", licence = "CC0-1.0" }',
            "fractions = { low = 0, high = 0.6 }",
            "needs `source`",
        ),
        (
            'asset_types = "*"\nfractions',
            'asset_types = "*"\ndamage = "currency/m2"\nfractions',
            "is always a damage ratio",
        ),
        (
            'asset_types = "*"\nfractions',
            'asset_types = "*"\npath = "straight.csv"\nfractions',
            "give one of",
        ),
        (
            'intensity_field = "CLASS", order = ["low", "high"]',
            'intensity_field = "CLASS"',
            "has no words",
        ),
    ],
)
def test_what_a_rule_by_words_must_not_say(edit, old, new, says):
    folder = edit(("[scores]", SLIDE.format("low = 0, high = 0.6") + "[scores]"), (old, new))
    assert says in faults_of(folder)


@pytest.mark.parametrize(
    ("above", "says"),
    [
        ('"deep" = 0.1', '"deep" is not a number'),
        ('"-1" = 0.1', "bound -1 is below 0"),
        ('"1" = 0.1, "1.0" = 0.2', "a bound occurs twice"),
        ('"1" = true', "number"),
    ],
)
def test_what_bounds_must_not_be(edit, above, says):
    said = faults_of(edit(('path = "straight.csv"', f"fractions_above = {{ {above} }}")))
    assert says in said


def test_no_shaking_is_beyond_the_twelfth_degree(edit):
    steps = ('path = "straight.csv"', 'fractions_above = { "13" = 1 }')
    said = faults_of(edit(('unit = "m" }', 'unit = "MMI" }'), steps))
    assert "bound 13 is beyond the Mercalli scale, which ends at 12; lower it" in said


def test_damage_that_falls_from_a_class_to_the_next_is_found(edit):
    city = read_city(edit(("[scores]", SLIDE.format("low = 0.5, high = 0.2") + "[scores]")))
    falling = read_curve(city.curves[1], city.folder, city.hazard("landslide"))
    found = audit_curves({("landslide", "house"): falling}, city)
    assert found["code"].tolist() == ["curve_falls"]
    assert found["arguments"].iloc[0]["intensity"] == 1.0  # above 1, «low»'s number, begins «high»


def test_a_run_keeps_the_fractions_and_knows_them_changed(edit):
    city = read_city(edit(("[scores]", SLIDE.format("low = 0, high = 0.6") + "[scores]")))
    of = city.hazard("landslide")
    serving = {("landslide", "house"): read_curve(city.curves[1], city.folder, of)}
    told = rules_of(city, serving)
    name = told["curves"]["landslide"]["house"]
    assert name == "landslide: low 0, high 0.6"
    assert told["curve_points"][name]["by"] == "class"
    other = rules_of(city, {("landslide", "house"): curve(of, fractions={"low": 0, "high": 0.7})})
    assert [one["sha256"] for one in other["curve_points"].values()] != [
        told["curve_points"][name]["sha256"]
    ]
