"""People's classes and rates: each boundary, each rate, and what a city must not declare."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_inventory.model.declarations import METRES_PER_UNIT
from asset_inventory.model.errors import CityError
from asset_inventory.model.hazards import Hazard
from asset_inventory.model.library.rates import displacement_sets, fatality_models, needs, ratios
from asset_inventory.model.reading import read_city
from asset_inventory.vulnerability.classes import people_classes


def classes(displacement, unit, fatality=None, **one):
    people = {"displacement": displacement} | ({"fatality": fatality} if fatality else {})
    return people_classes(
        Hazard.model_validate(
            {
                "name": "-",
                "kind": "shock",
                "intensity": {"measure": "-", "unit": unit},
                "people": people,
                "maps": [{"path": "zones.gpkg", "intensity_field": "A"} | one],
                "source": {"title": "-", "licence": "-"},
            }
        )
    )


def at(found, *intensities) -> list[str]:
    return [found.names[place] for place in found.of(np.array(intensities, dtype=float))]


def rates(found) -> dict[str, float]:
    return dict(zip(found.names[:-1], found.displaced[:-1].tolist(), strict=True))


def test_flood_by_petabencana():
    found = classes("flood-petabencana", "m")
    # minimum excluded, maximum included: 0.7 m is still low, 1.5 m still medium
    assert at(found, 0, 0.05, 0.1, 0.1001, 0.7, 0.7001, 1.5, 1.5001, 20) == [
        "not exposed",
        "caution",
        "caution",
        "low",
        "low",
        "medium",
        "medium",
        "high",
        "high",
    ]
    assert rates(found) == {
        "not exposed": 0,
        "caution": 0,
        "low": 0.01,
        "medium": 0.03,
        "high": 0.05,
    }
    # Metres inside
    assert at(classes("flood-petabencana", "cm"), 0.7, 70 * 0.01, 0.71) == [
        "low",
        "low",
        "medium",
    ]


@pytest.mark.parametrize(
    ("name", "unit", "expected"),
    [
        ("flood-wet-dry", "m", [(1.0, "dry", 0), (1.001, "wet", 0.01)]),
        ("dam-inundation", "m", [(0.6, "1", 0), (1.5, "2", 0), (1.501, "3", 0.01)]),
        ("tsunami", "m", [(0.1, "dry", 0), (1, "low", 0), (3, "medium", 1), (3.01, "high", 1)]),
        (
            "tsunami-population",
            "m",
            [(0.1, "not exposed", 0), (0.7, "low", 0), (3, "medium", 1), (3.01, "high", 1)],
        ),
        (
            "volcano",
            "km",
            [(3, "high", 1), (5, "medium", 1), (10, "low", 0), (10.1, "not exposed", 0)],
        ),
        (
            "ash",
            "cm",
            [
                (0.0001, "not exposed", 0),
                (0.001, "very low", 0),
                (0.02, "low", 0),
                (0.05, "medium", 0),
                (0.1, "high", 1),
                (0.101, "very high", 1),
            ],
        ),
        ("generic", "class", [(2, "low", 0), (3, "medium", 1), (4, "high", 1)]),
        (
            "earthquake-mmi",
            "MMI",
            [
                (0.5, "not exposed", 0),
                (4.5, "IV", 0),
                (5.5, "V", 0),
                (5.51, "VI", 1),
                (7.0, "VII", 1),
                (9.51, "X", 1),
                (12, "X", 1),
            ],
        ),
    ],
)
def test_the_classes_that_ship(name, unit, expected):
    found = classes(name, unit)
    for intensity, said, displaced in expected:  # ash is in metres inside: 0.02 m = 2 cm
        assert at(found, intensity) == [said], intensity
        assert rates(found)[said] == displaced


@pytest.mark.parametrize("name", displacement_sets())
def test_a_set_serves_hazards_in_its_own_unit_and_in_every_length_for_a_length(name):
    own = displacement_sets()[name].unit
    for unit in METRES_PER_UNIT if own in METRES_PER_UNIT else [own, own.lower()]:
        hazard = Hazard.model_validate(
            {
                "name": "-",
                "kind": "shock",
                "intensity": {"measure": "-", "unit": unit},
                "people": {"displacement": name},
                "maps": [{"path": "map.tif"}],
                "source": {"title": "-", "licence": "-"},
            }
        )
        assert not list(hazard.people.faults("", hazard))


def test_what_no_map_says_is_unknown_and_no_class_beyond_the_last_is_made_up():
    for name, unit in (("flood-petabencana", "m"), ("earthquake-mmi", "MMI")):
        assert at(classes(name, unit), math.nan) == ["unknown"]
    assert at(classes("generic", "class"), 4.5) == ["unknown"]


def test_classes_by_the_words_of_the_map():
    found = classes("generic", "class", order=["rendah", "Sedang", "tinggi"])
    assert at(found, 0, 1, 2, 3) == ["not exposed", "low", "medium", "high"]
    volcano = classes("volcano", "class", order=["KRB I", "KRB II", "Kawasan Rawan Bencana III"])
    assert at(volcano, 1, 2, 3) == ["low", "medium", "high"]
    assert rates(volcano)["high"] == 1


def test_deaths_in_an_earthquake():
    bayesian = {
        6: 3.41733122522e-05,
        7: 0.000387804494226,
        8: 0.001851451786,
        9: 0.00787294191661,
        10: 0.0314512157378,
    }
    table, power, lognormal = (
        fatality_models()[name] for name in ("itb-bayesian", "itb", "pager-indonesia")
    )
    assert {mmi: table.rate(mmi) for mmi in bayesian} == bayesian
    assert [table.rate(mmi) for mmi in (1, 3, 4, 5)] == [0, 0, 0, 0]
    printed = {
        4: 2.8699e-06,
        5: 1.2040e-05,
        6: 5.0509e-05,
        7: 2.1190e-04,
        8: 8.8894e-04,
        9: 3.7293e-03,
        10: 1.5645e-02,
    }
    for mmi, rate in printed.items():
        assert power.rate(mmi) == pytest.approx(rate, rel=5e-5), (
            f"10^(0.62275231 x {mmi} - 8.03314466)"
        )
    for mmi, rate, digits in (
        (4, 1.1e-15, 0.02),
        (5, 5.46e-11, 1e-3),
        (6, 7.767e-08, 1e-4),
        (7, 1.1934e-05, 1e-4),
        (8, 4.1749e-04, 1e-4),
        (9, 5.2199e-03, 1e-4),
        (10, 3.1220e-02, 1e-4),
    ):
        assert lognormal.rate(mmi) == pytest.approx(rate, rel=digits), (
            f"Phi(ln({mmi} / 13.249) / 0.151)"
        )
    assert power.rate(3) == lognormal.rate(3) == 0  # below IV nobody
    assert (table.caveat, power.caveat, lognormal.caveat) == (
        "four fatal events",
        "four fatal events",
        "",
    )
    found = classes("earthquake-mmi", "MMI", "itb-bayesian")
    assert dict(zip(found.names, found.fatality, strict=True))["VIII"] == 0.001851451786
    assert np.isnan(classes("earthquake-mmi", "MMI").fatality).all()  # none declared: not known


def test_needs_and_ratios_have_their_source():
    assert {one.name: (one.amount, one.every) for one in needs()} == {
        "rice": (2.8, "week"),
        "drinking water": (17.5, "week"),
        "clean water": (67, "week"),
        "family kits": (0.2, "week"),
        "toilets": (0.05, "once"),
    }
    shares = {one.group: one.share for one in ratios()}
    assert shares["female"] + shares["male"] == 1
    assert (shares["under 5"], shares["over 60"], shares["disabled"]) == (0.093, 0.111, 0.15)
    sources = [
        *(one.source for one in (*needs(), *ratios())),
        *(one.source for one in fatality_models().values()),
        *(one.source for of in displacement_sets().values() for one in of.classes),
    ]
    assert all(sources)


@given(
    st.sampled_from(["flood-wet-dry", "flood-petabencana", "dam-inundation", "tsunami", "ash"]),
    st.lists(st.floats(0, 20, allow_nan=False), min_size=2, max_size=20),
)
def test_deeper_never_displaces_fewer(name, depths):
    found = classes(name, "m")
    assert (np.diff(found.displaced[found.of(np.sort(depths))]) >= 0).all()


PEOPLE = 'nodata_means = "unknown"\npeople = { %s }'


@pytest.mark.parametrize(
    ("said", "faulty"),
    [
        ('displacement = "flood-petabencna"', 'did you mean "flood-petabencana"?'),
        ('displacement = "plague"', "choose from flood-wet-dry"),
        (
            'displacement = "earthquake-mmi"',
            'the classes of "earthquake-mmi" are in MMI, but the maps in m',
        ),
        ('displacement = "volcano"', "are in km, but the maps in m"),
        (
            'displacement = "flood-petabencana", fatality = "itb"',
            'fatality model "itb" needs classes in MMI',
        ),
        (
            'displacement = "flood-petabencana", fatality = "itbayesian"',
            'did you mean "itb-bayesian"?',
        ),
    ],
)
def test_what_a_hazard_must_not_name(edit, said, faulty):
    with pytest.raises(CityError) as raised:
        read_city(edit(('nodata_means = "unknown"', PEOPLE % said)))
    assert faulty in raised.value.say("en")


def test_words_must_be_classes_of_the_set(edit):
    with pytest.raises(CityError) as raised:
        read_city(edit(('outside = "not exposed"', 'people = { displacement = "earthquake-mmi" }')))
    assert 'the class "low" of the map is not in "earthquake-mmi"' in raised.value.say("en")
