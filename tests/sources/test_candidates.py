"""Curves that could serve a type without one: found by words of both languages, of the city's
own continent first.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from asset_inventory.messages import LANGUAGES, describe_finding
from asset_inventory.model.city import City
from asset_inventory.model.library import meant_by, shipped_curves
from asset_inventory.vulnerability.curve_audit import candidates, type_without_curve

SOURCE = {"title": "-", "licence": "-"}


def city(
    currency: str = "IDR", name: str = "banjir", measure: str = "kedalaman air", unit: str = "cm"
) -> City:
    return City.model_validate(
        {
            "name": "Harbour Town",
            "crs": "EPSG:32749",
            "currency": currency,
            "folder": Path(),
            "assets": [{"name": "all", "path": "all.gpkg", "asset_type": "x", "source": SOURCE}],
            "hazards": [
                {
                    "name": name,
                    "kind": "shock",
                    "intensity": {"measure": measure, "unit": unit},
                    "source": SOURCE,
                    "maps": [{"path": "x.gpkg", "intensity": 1}],
                }
            ],
        }
    )


def named(asset_type: str, **more: str) -> list[str]:
    town = city(**more)
    return [curve.id for curve in candidates(asset_type, town.hazards[0], town)]


@pytest.mark.parametrize(
    ("text", "classes"),
    [
        ("rumah", ("residential",)),
        ("Rumah Sakit", ("health",)),
        ("sekolah", ("education",)),
        ("klinik", ("health",)),
        ("jalan_utama", ("road",)),
        ("jembatan", ("road",)),
        ("jalan kereta api", ("rail",)),
        ("pompa", ("water",)),
        ("pompa air limbah", ("waste",)),
        ("gardu", ("power",)),
        ("Schools", ("education",)),
        ("air", ()),
        ("depot", ()),
        ("building", ("residential", "commercial", "industrial")),
    ],
)
def test_words_for_classes_the_longest_first(text, classes):
    assert meant_by(text, "classes") == classes


@pytest.mark.parametrize(
    ("text", "regions"),
    [
        ("Asia - infrastructure", ("asia",)),
        ("European Commission, for Asia", ("asia",)),
        ("Komisi Eropa", ()),
        ("Eropa dan Amerika Utara", ("europe", "north-america")),
        ("Asian Development Bank", ()),
    ],
)
def test_a_publisher_is_no_continent(text, regions):
    assert meant_by(text, "regions") == regions


def test_every_class_hazard_and_region_of_the_lists_has_its_words():
    for curve in shipped_curves().values():
        assert curve.hazard in meant_by(curve.hazard, "hazards")
        assert curve.region in meant_by(curve.region, "regions")
        for name in curve.classes:
            assert name == "land use" or name in meant_by(name, "classes"), name


def test_the_citys_own_continent_then_the_whole_world():
    assert named("jalan") == [
        "jrc/asia/infrastructure",
        "nirandjan/F7.2",
        "jrc/global/infrastructure",
        "nirandjan/F7.3",
    ]
    assert named("road", currency="EUR")[:2] == ["jrc/europe/infrastructure", "nirandjan/F7.1"]
    assert named("rumah") == ["jrc/asia/residential"]
    # no power plant of Asia ships, two of the whole world do: the thermal plant and the wind
    # turbine of Miyamoto
    assert named("gardu listrik") == ["nirandjan/F1.4", "nirandjan/F1.5"]
    # no water works of Asia or the world: then those there are
    assert "nirandjan/F17.1" in named("stasiun pompa")


@pytest.mark.parametrize(
    "more",
    [
        {"unit": "g"},
        {"name": "likuefaksi", "measure": "indeks"},
        {"name": "longsor", "measure": "kelas", "unit": "class"},
    ],
)
def test_in_another_unit_or_under_an_unknown_hazard_there_is_none(more):
    assert named("jalan", **more) == []


def test_the_unit_decides_which_earthquake_curves_fit():
    assert "nirandjan/E21.11" in named("sekolah", name="gempa", measure="PGA", unit="g")
    assert named("sekolah", name="gempa", measure="PGV", unit="cm/s") == ["nirandjan/E21.12"]


@pytest.mark.parametrize(
    ("asset_type", "says"),
    [
        (
            "jalan",
            "jrc/asia/infrastructure, nirandjan/F7.2, jrc/global/infrastructure, "
            "«asset-inventory curves --hazard flood --class road».",
        ),
        ("taman", "«asset-inventory curves --hazard flood»."),
    ],
)
def test_the_finding_names_three_and_where_the_rest_is(asset_type, says):
    town = city()
    row = type_without_curve(asset_type, town.hazards[0], town, count=2)
    for language in LANGUAGES:
        sentence, remedy = describe_finding(row, language)
        assert remedy.endswith(says) and asset_type in sentence
