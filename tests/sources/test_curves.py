"""Damage curves: read, checked, given to asset types."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_inventory.messages import LANGUAGES
from asset_inventory.model.city import City, CurveRule, UnitPrice
from asset_inventory.model.errors import AssetInventoryError, CityError, SourceError
from asset_inventory.model.library import shipped_curves
from asset_inventory.vulnerability.curves import (
    DamageCurve,
    check_curves,
    constituents,
    curves_for,
    damage_at,
    declared_types,
    library,
    library_points,
    of_both,
    read_curve,
)
from asset_inventory.vulnerability.prices import Price

SECTORS = ("residential", "commercial", "industrial", "transport", "infrastructure", "agriculture")
SOURCE = {
    "title": "Measured after the flood of 2019",
    "licence": "CC0-1.0",
    "publisher": "Harbour Town",
}


def curve(*points: tuple[float, float], unit_of_damage: str = "fraction") -> DamageCurve:
    intensities, damage = zip(*points, strict=True)
    return DamageCurve(
        "made here",
        "flood",
        intensities,
        damage,
        "m",
        unit_of_damage,
        "CC0-1.0",
        "a test",
        "a test",
    )


def own(
    tmp_path: Path, text: str, *, damage: str = "fraction", name: str = "curve.csv"
) -> DamageCurve:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return read_curve(
        CurveRule(hazard="flood", asset_types="*", path=name, damage=damage, source=SOURCE),
        tmp_path,
    )


def shipped(name: str, **more: str) -> DamageCurve:
    return read_curve(CurveRule(hazard="flood", asset_types="*", curve=name, **more))


def city(tmp_path: Path, **more: object) -> City:
    whole = {
        "name": "Harbour Town",
        "crs": "EPSG:32633",
        "currency": "EUR",
        "folder": tmp_path,
        "assets": [
            {"name": "schools", "path": "schools.gpkg", "asset_type": "school", "source": SOURCE},
            {
                "name": "others",
                "path": "others.gpkg",
                "source": SOURCE,
                "asset_type": {"field": "kind", "map": {"rs": "hospital"}, "otherwise": "other"},
            },
            {
                "name": "tags",
                "path": "town.osm.pbf",
                "source": SOURCE,
                "asset_type": {"tags": ["amenity=school > school", "building=* > building"]},
            },
        ],
        "hazards": [
            {
                "name": "flood",
                "kind": "shock",
                "intensity": {"measure": "water depth", "unit": "cm"},
                "source": SOURCE,
                "maps": [{"path": "flood.tif"}],
            },
            {
                "name": "rob",
                "kind": "stress",
                "intensity": {"measure": "water depth", "unit": "m"},
                "source": SOURCE,
                "maps": [{"path": "rob.tif"}],
            },
        ],
    }
    return City.model_validate(whole | more)


# --- by hand ---


def test_a_curve_is_straight_between_points_level_beyond_and_silent_on_what_is_not_known():
    """The curve (0, 0), (10, 0.1), (20, 0.2), (30, 1): half way up each leg, and far beyond both
    ends.
    """
    bent = curve((0, 0), (10, 0.1), (20, 0.2), (30, 1))
    # (0 + 0.1) / 2, (0.1 + 0.2) / 2, (0.2 + 1) / 2
    np.testing.assert_allclose(
        damage_at(bent, np.array([5, 15, 25])), [0.05, 0.15, 0.6], rtol=1e-12
    )
    beyond = damage_at(bent, np.array([-np.inf, -999, 0, 30, 999, np.inf]))
    np.testing.assert_array_equal(beyond, [0, 0, 0, 1, 1, 1])
    assert math.isnan(damage_at(bent, np.array([math.nan]))[0])


def test_two_curves_averaged_point_by_point():
    """Means of (0,0)-(10,1) and (0,0)-(5,0.1)-(10,0.8): at 5 (0.5 + 0.1)/2 = 0.3, at 10 (1 +
    0.8)/2 = 0.9.
    """
    at = np.array([0.0, 5, 10])
    mean = (
        damage_at(curve((0, 0), (10, 1)), at) + damage_at(curve((0, 0), (5, 0.1), (10, 0.8)), at)
    ) / 2
    np.testing.assert_allclose(mean, [0, 0.3, 0.9], rtol=1e-12)


def test_ground_that_sinks_by_eighty_centimetres():
    """0.5 m today, +0.8 m: 1.3 m lies 0.6 of the way from 1.0 m to 1.5 m: 0.494 + 0.6 x (0.617 -
    0.494) = 0.568.
    """
    house = shipped("jrc/asia/residential")
    now, later = damage_at(house, np.array([0.5, 1.3]))
    assert round(now, 3) == 0.327
    assert later == pytest.approx(0.5678, abs=5e-4)


def test_shape_is_kept():
    assert damage_at(curve((0, 0), (1, 1)), np.zeros((2, 3))).shape == (2, 3)
    assert damage_at(curve((0, 0), (1, 1)), np.array([])).shape == (0,)


# --- by law ---


@given(st.lists(st.floats(0, 1), min_size=2, max_size=8), st.floats(allow_nan=False))
def test_damage_stays_between_the_least_and_the_most_of_the_curve(damage: list[float], at: float):
    drawn = curve(*enumerate(damage))
    assert min(damage) - 1e-12 <= damage_at(drawn, np.array([at]))[0] <= max(damage) + 1e-12


@given(
    st.lists(st.floats(0, 1), min_size=2, max_size=8).map(sorted),
    st.floats(-5, 20),
    st.floats(0, 5),
)
def test_on_a_rising_curve_more_intensity_is_never_less_damage(
    damage: list[float], at: float, more: float
):
    low, high = damage_at(curve(*enumerate(damage)), np.array([at, at + more]))
    assert high >= low - 1e-12


# --- the library ---


def test_every_shipped_curve_can_be_read_and_says_whose_it_is():
    for name in shipped_curves():
        read = shipped(name)
        assert read.licence in ("CC-BY-4.0", "MIT") and read.citation and read.source, name
        assert read.id == name and read.unit_of_damage == "fraction"
        assert not read.std or len(read.std) == len(read.damage)


def test_the_library_lists_itself():
    table = library()
    assert table["id"].is_unique and len(table) == 30 + 198 + 52 + 2
    assert table.columns.tolist() == [
        "id",
        "title",
        "hazard",
        "asset_class",
        "region",
        "measure",
        "unit",
        "std",
        "source",
        "licence",
        "citation",
        "doi",
        "notes",
    ]
    assert not table.drop(columns=["doi", "notes"]).isin(["", None]).any(axis=None)
    assert set(table.loc[table["std"], "id"]) == {
        f"jrc/{name}"
        for name in (
            "north-america/residential",
            "central-south-america/residential",
            "central-south-america/commercial",
            "central-south-america/industrial",
            *(f"asia/{sector}" for sector in SECTORS),
            "africa/residential",
            "africa/agriculture",
            "oceania/residential",
            "oceania/commercial",
        )
    }
    assert set(table["hazard"]) == {"flood", "earthquake", "wind", "landslide"}
    assert table.set_index("id").loc["jrc/asia/commercial", "doi"] == "10.2760/16510"


def test_only_the_curves_known_to_fall_fall_and_their_notes_say_so():
    found = check_curves(shipped(name) for name in shipped_curves())
    assert sorted(found["source"]) == [
        "nirandjan/E21.18",
        "nirandjan/F2.1",
        "nirandjan/F2.2",
        "nirandjan/F2.3",
    ]
    assert set(found["severity"]) == {"warning"} and set(found["code"]) == {"curve_falls"}
    assert all("Falls" in shipped_curves()[name].notes for name in found["source"])
    assert found.set_index("source").loc["nirandjan/F2.1", "arguments"] == {
        "intensity": 3.05,
        "unit": "m",
    }


def test_standard_deviations_come_where_the_source_gives_them():
    assert shipped("jrc/asia/residential").std[1] == 0.251622626
    assert shipped("jrc/europe/residential").std == ()


# JRC's rows for Asia at 0.5, 1, 1.5, 2, 3, 4, 5 and 6 m in the digits of physrisk's file: mean and
# standard deviation.
SECOND_SOURCE = {
    "residential": (
        (
            0.326556502,
            0.494050324,
            0.616572124,
            0.720711764,
            0.869528213,
            0.931487084,
            0.983604148,
            1,
        ),
        (
            0.251622626,
            0.215442216,
            0.214468998,
            0.207322898,
            0.167536629,
            0.124508994,
            0.047803103,
            0,
        ),
    ),
    "commercial": (
        (
            0.376789623,
            0.537681619,
            0.659336684,
            0.762845232,
            0.883348656,
            0.941854895,
            0.98075938,
            1,
        ),
        (
            0.240462285,
            0.240596279,
            0.243605156,
            0.250253511,
            0.171703625,
            0.11240992,
            0.052781064,
            0,
        ),
    ),
    "industrial": (
        (
            0.283181524,
            0.481615653,
            0.629218894,
            0.717240588,
            0.85667503,
            0.908577004,
            0.955327463,
            1,
        ),
        (
            0.243322302,
            0.295987071,
            0.300583358,
            0.268517907,
            0.234498136,
            0.159197865,
            0.079457988,
            0,
        ),
    ),
}


@pytest.mark.parametrize("sector", SECOND_SOURCE)
def test_asias_rows_have_the_digits_and_deviations_of_the_second_source(sector):
    mean, deviation = SECOND_SOURCE[sector]
    row = shipped(f"jrc/asia/{sector}")
    assert row.intensities == (0, 0.5, 1, 1.5, 2, 3, 4, 5, 6)
    assert row.damage[1:] == mean and row.std[1:] == deviation, (
        f"{sector}: as printed by both sources"
    )


def test_the_least_damaged_motorway_is_the_one_that_open_gira_lists():
    # depth 0.5, 1, 1.5, 2, 3 and 6 m: 0.010, 0.030, 0.075, 0.100, 0.125, 0.200
    at = damage_at(shipped("nirandjan/F7.4"), np.array([0.5, 1, 1.5, 2, 3, 6]))
    np.testing.assert_allclose(at, [0.010, 0.030, 0.075, 0.100, 0.125, 0.200], atol=1e-12)


def test_a_curve_shifted_up_or_scaled_bends_where_it_reaches_one():
    """Of (0,0) (10,0.1) (20,0.2) (30,1): up by 0.1 it is 1 from 20 + 10·(1 - 0.3)/0.8 = 28.75 on,
    twice from 23.75 on.

    20 + 10·(1 - 0.4)/1.6 = 23.75. Nobody declares such a curve here: whoever does draws it with
    these points.
    """
    bent, at = curve((0, 0), (10, 0.1), (20, 0.2), (30, 1)), np.linspace(0, 35, 71)
    up = curve((0, 0.1), (10, 0.2), (20, 0.3), (28.75, 1), (30, 1))
    twice = curve((0, 0), (10, 0.2), (20, 0.4), (23.75, 1), (30, 1))
    assert 20 + 10 * (1 - 0.3) / 0.8 == 28.75 and 20 + 10 * (1 - 0.4) / 1.6 == 23.75
    # between 20 and the new corner both are straight, so that they agree at every point
    np.testing.assert_allclose(
        damage_at(up, at), np.minimum(damage_at(bent, at) + 0.1, 1), atol=1e-12
    )
    np.testing.assert_allclose(
        damage_at(twice, at), np.minimum(2 * damage_at(bent, at), 1), atol=1e-12
    )


def test_the_points_of_a_unit_are_one_table_in_metres():
    points = library_points("m").set_index("id")
    assert points.loc["jrc/europe/infrastructure", "damage"].tolist() == [
        0,
        0.25,
        0.42,
        0.55,
        0.65,
        0.8,
        0.9,
        1,
        1,
    ]
    assert points.loc["nirandjan/L1.1", "intensity"].max() == pytest.approx(2.5)  # 250 cm
    assert library_points("MMI").empty


def test_lengths_are_metres_and_the_rest_keeps_its_unit():
    slid = shipped("nirandjan/L1.1")  # ends at 250 cm
    assert slid.unit == "m" and slid.intensities[-1] == pytest.approx(2.5)
    assert {shipped(name).unit for name in shipped_curves()} == {
        "m",
        "g",
        "cm/s",
        "m/s",
        "mm/year",
        "0/1",
    }


# --- the city's own ---


@pytest.mark.parametrize(
    "text",
    [
        "intensity_cm,damage\n0,0\n50,0.25\n",
        "Intensity (cm), Damage\n0,0\n50,0.25\n",
        "intensity [cm];damage\n0;0\n50;0,25\n",
        "# unit: cm\n# measured by hand\nintensity\tdamage\n0\t0\n50\t0.25\n\n",
        '\ufeffnote,intensity_cm,damage\nfirst,0,0\n"a, b",50,.25\n',
    ],
)
def test_an_own_curve_in_any_dress_is_the_same_curve_in_metres(tmp_path: Path, text: str):
    read = own(tmp_path, text)
    assert read.intensities == (0.0, 0.5) and read.damage == (0.0, 0.25) and read.unit == "m"
    assert read.id == "curve.csv" and read.licence == "CC0-1.0"
    assert read.notes == ("measured by hand" if "by hand" in text else "")
    assert read.source == "Measured after the flood of 2019" and "Harbour Town" in read.citation


def test_feet_and_millimetres_and_other_units(tmp_path: Path):
    assert own(tmp_path, "intensity_ft,damage\n0,0\n10,1\n").intensities == (
        0.0,
        pytest.approx(3.048),
    )
    assert own(tmp_path, "intensity_mm,damage\n0,0\n500,1\n").intensities == (0.0, 0.5)
    shaken = own(tmp_path, "intensity_MMI,damage\n5,0\n9,1\n")
    assert shaken.intensities == (5.0, 9.0) and shaken.unit == "MMI"


def test_money_per_square_metre(tmp_path: Path):
    priced = own(tmp_path, "intensity_m,damage\n-1.7,231.6\n0,373.5\n", damage="currency/m2")
    assert priced.unit_of_damage == "currency/m2" and priced.damage == (231.6, 373.5)


def test_a_falling_curve_of_the_city_is_a_warning(tmp_path: Path):
    found = check_curves([own(tmp_path, "intensity_m,damage\n0,0\n1,0.5\n2,0.4\n3,0.3\n")])
    assert found.loc[0, "count"] == 2 and found.loc[0, "arguments"] == {
        "intensity": 2.0,
        "unit": "m",
    }
    assert len(check_curves([own(tmp_path, "intensity_m,damage\n0,0\n1,0\n")])) == 0


# --- by message ---


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "error.curve_too_short"),
        ("# unit: m\n", "error.curve_too_short"),
        ("intensity_m,damage\n1,0.5\n", "error.curve_too_short"),
        ("depth,damage\n0,0\n1,1\n", "error.curve_columns"),
        ("intensity_m,intensity_cm,damage\n0,0,0\n1,1,1\n", "error.curve_columns"),
        ("intensity_m,harm\n0,0\n1,1\n", "error.curve_columns"),
        ("intensity,damage\n0,0\n1,1\n", "error.curve_without_unit"),
        ("# unit: ft\nintensity_m,damage\n0,0\n1,1\n", "error.curve_two_units"),
        ("intensity_m,damage\n0,0\none,1\n", "error.curve_not_a_number"),
        ("intensity_m,damage\n0,0\n1,\n", "error.curve_not_a_number"),
        ("intensity_m,damage\n0,0\n1\n", "error.curve_not_a_number"),
        ("intensity_m,damage\n0,nan\n1,1\n", "error.curve_not_a_number"),
        ("intensity_m,damage\n0,0\ninf,1\n", "error.curve_not_a_number"),
        ("intensity_m,damage\n0,0\n1,32\n", "error.curve_not_a_fraction"),
        ("intensity_m,damage\n0,-0.1\n1,1\n", "error.curve_not_a_fraction"),
        ("intensity_m,damage\n0,0\n1,0.5\n1,0.6\n", "error.curve_not_rising"),
        ("intensity_m,damage\n1,0\n0,0.5\n", "error.curve_not_rising"),
    ],
)
def test_what_is_no_curve_is_refused_by_name(tmp_path: Path, text: str, key: str):
    with pytest.raises(SourceError) as refused:
        own(tmp_path, text)
    assert refused.value.key == key
    for language in LANGUAGES:
        assert "curve.csv" in refused.value.say(language) and "\n" not in refused.value.say(
            language
        )


def test_the_line_is_the_files_own(tmp_path: Path):
    with pytest.raises(SourceError, match=r"curve.csv, line 5: «x» is not a number"):
        own(tmp_path, "# unit: m\n\nintensity,damage\n0,0\nx,1\n")


def test_money_is_not_below_zero(tmp_path: Path):
    with pytest.raises(SourceError, match="below 0"):
        own(tmp_path, "intensity_m,damage\n0,-5\n1,10\n", damage="currency/m2")


@pytest.mark.parametrize(
    ("rule", "kind", "says"),
    [
        ({"curve": "jrc/asia/comercial"}, CityError, 'did you mean "jrc/asia/commercial"'),
        ({"curve": "?"}, CityError, "library"),
        ({"curve": "jrc/asia/commercial", "damage": "currency/m2"}, CityError, "fraction"),
        ({"path": "gone.csv", "source": SOURCE}, SourceError, "no such file"),
        ({"path": "gone.csv"}, CityError, "has no source"),
        ({}, CityError, "names no curve"),
    ],
)
def test_a_rule_that_leads_nowhere(
    tmp_path: Path, rule: dict, kind: type[AssetInventoryError], says: str
):
    with pytest.raises(kind) as refused:
        read_curve(CurveRule(hazard="flood", asset_types="*", **rule), tmp_path)
    assert says in refused.value.say("en") and refused.value.say("id") != refused.value.say("en")


# --- which curve serves whom ---


def test_the_more_specific_rule_wins_and_who_has_none_is_said(tmp_path: Path):
    town = city(
        tmp_path,
        curves=[
            {"hazard": "flood", "asset_types": "*", "curve": "jrc/asia/residential"},
            {
                "hazard": "flood",
                "asset_types": ["school", "hospital"],
                "curve": "jrc/asia/commercial",
            },
        ],
    )
    served, without = curves_for(town)
    assert declared_types(town) == ("school", "hospital", "other", "building")
    assert {pair: found.id for pair, found in served.items()} == {
        ("flood", "school"): "jrc/asia/commercial",
        ("flood", "hospital"): "jrc/asia/commercial",
        ("flood", "other"): "jrc/asia/residential",
        ("flood", "building"): "jrc/asia/residential",
    }
    assert without == ()  # a stress has none by design


def test_types_without_a_curve(tmp_path: Path):
    town = city(
        tmp_path,
        curves=[{"hazard": "flood", "asset_types": "school", "curve": "jrc/asia/commercial"}],
    )
    served, without = curves_for(town, ["school", "road", "road"])
    assert list(served) == [("flood", "school")] and without == (("flood", "road"),)


def test_two_curves_for_one_pair_are_refused(tmp_path: Path):
    town = city(
        tmp_path,
        curves=[
            {"hazard": "flood", "asset_types": "school", "curve": "jrc/asia/commercial"},
            {"hazard": "flood", "asset_types": "school", "curve": "jrc/asia/industrial"},
        ],
    )
    with pytest.raises(CityError, match="two damage curves"):
        curves_for(town)


def test_a_curve_in_another_unit_than_its_hazard_is_refused(tmp_path: Path):
    town = city(
        tmp_path, curves=[{"hazard": "flood", "asset_types": "school", "curve": "nirandjan/E21.18"}]
    )
    with pytest.raises(CityError, match="is in g, hazard .flood. in m"):
        curves_for(town)


# --- structure and content ---


def of_content(**more: object) -> list[dict]:
    return [
        {"hazard": "flood", "asset_types": "*", "curve": "jrc/asia/residential"},
        {"hazard": "flood", "asset_types": "school", "part": "content", **more},
    ]


def test_one_curve_says_what_both_parts_lose(tmp_path: Path):
    (tmp_path / "content.csv").write_text("intensity_m,damage\n0.25,0\n0.75,1\n", encoding="utf-8")
    town = city(tmp_path, curves=of_content(path="content.csv", source=SOURCE))
    town = town.model_copy(
        update={"values": {"school": UnitPrice(per="m2", amount=9, content=0.5, source="-")}}
    )
    whole, plain = (
        curves_for(town, ["school"])[0]["flood", "school"],
        curves_for(town, ["road"])[0]["flood", "road"],
    )
    assert plain.parts == () and [one.part for one in whole.parts] == ["structure", "content"]
    assert [one.weight for one in whole.parts] == pytest.approx([2 / 3, 1 / 3])
    at = np.linspace(-1, 8, 400)
    both = sum(one.weight * damage_at(one.curve, at) for one in whole.parts)
    assert np.allclose(damage_at(whole, at), both, rtol=0, atol=1e-12)
    assert constituents(whole) == (plain, read_curve(town.curves[1], tmp_path))
    assert (
        whole.id == "0.6667 × jrc/asia/residential + 0.3333 × content.csv"
        and "CC-BY-4.0" in whole.licence
    )


FRACTIONS = st.lists(st.floats(0, 1), min_size=2, max_size=6)


@given(FRACTIONS, FRACTIONS, st.floats(0, 5), st.floats(-2, 9))
def test_both_parts_lose_no_more_than_the_worse_of_them(structure, content, factor, at):
    price = Price("m2", "m2", None, 1.0, factor, None, None, (), "-", exercise=False)
    curves = (
        curve(*enumerate(structure)),
        curve(*((place / 2, one) for place, one in enumerate(content))),
    )
    both = damage_at(of_both(*curves, price), np.array([at]))[0]
    alone = [damage_at(one, np.array([at]))[0] for one in curves]
    assert min(alone) - 1e-12 <= both <= min(max(alone) + 1e-12, 1)


def test_damages_per_m2_are_added_up_and_units_must_be_one(tmp_path: Path):
    (tmp_path / "a.csv").write_text("intensity_m,damage\n0,0\n2,100\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("intensity_m,damage\n0,10\n1,60\n", encoding="utf-8")
    rule = {"hazard": "flood", "asset_types": "school", "damage": "currency/m2", "source": SOURCE}
    rules = [rule | {"path": "a.csv"}, rule | {"path": "b.csv", "part": "content"}]
    whole = curves_for(city(tmp_path, curves=rules), ["school"])[0]["flood", "school"]
    assert whole.intensities == (0, 1, 2) and whole.damage == (
        10,
        110,
        160,
    )  # 0 + 10, 50 + 60, 100 + 60
    rules[0]["damage"] = "fraction"
    (tmp_path / "a.csv").write_text("intensity_m,damage\n0,0\n2,1\n", encoding="utf-8")
    with pytest.raises(CityError, match="as a fraction or both in currency/m2"):
        curves_for(city(tmp_path, curves=rules), ["school"])


def test_two_curves_for_one_content_are_refused(tmp_path: Path):
    rules = of_content(curve="jrc/asia/commercial")
    with pytest.raises(CityError, match="two damage curves"):
        curves_for(city(tmp_path, curves=[*rules, rules[1]]))


def test_power_plants_and_roads_as_printed():
    """methods-risk, section 1.3: not the readme's figures, which are ten times too high."""
    plant = shipped("nirandjan/F1.1")
    printed = {0.05: 0.0041010, 0.1: 0.0082021, 0.2: 0.0164042, 0.5: 0.0410105}
    assert damage_at(plant, np.array([*printed])) == pytest.approx([*printed.values()], abs=5e-8)
    motorway = shipped("nirandjan/F7.4")
    printed = {0.5: 0.010, 1: 0.030, 1.5: 0.075, 2: 0.100, 3: 0.125, 6: 0.200}
    assert damage_at(motorway, np.array([*printed])) == pytest.approx([*printed.values()])
    # residential road F7.2a: the Asian roads of JRC less one standard deviation, 0.2144 - 0.0694 =
    # 0.145 at 0.5 m
    road = shipped("jrc/asia/infrastructure")
    less = {
        depth: mean - std
        for depth, mean, std in zip(road.intensities, road.damage, road.std, strict=True)
    }
    printed = {0.5: 0.145, 1: 0.299, 1.5: 0.398, 2: 0.439, 3: 0.587, 6: 1}
    assert {depth: round(less[depth], 3) for depth in printed} == printed
