"""Two sides, asset by asset: how they are counted, what they cost, and what may not be compared."""

from __future__ import annotations

import math
import shutil

import geopandas
import numpy as np
import pytest
import shapely

from asset_inventory.assessment.compare import (
    ABSENT,
    all_map_findings,
    amounts,
    annual_damages,
    changed,
    chosen_maps,
    comparison_findings,
    damages_of,
    declared_maps,
    map_findings,
    maps_of,
    partners,
    spelled,
    states_of,
    transitions,
)
from asset_inventory.assessment.run import assess
from asset_inventory.model.errors import CityError
from asset_inventory.model.reading import read_city
from asset_inventory.risk.exposure import STATES
from tests.support.town import X, Y

NAN = float("nan")
DRY, EXPOSED, UNKNOWN, UNUSABLE = (
    STATES.index(name) for name in ("not_exposed", "exposed", "no_data", "unusable")
)
# From 0.6 m on the frequent flood, 0.5 m deep in the west, does not reach house A.
DEEPER = ("exposed_from = 0.1", "exposed_from = 0.6")
MAPS = [("rob", 1.0), ("rob", 10.0), ("flood", 10.0), ("flood", 100.0), ("landslide", NAN)]


@pytest.fixture
def town_of_two(edit):
    return assess(read_city(edit(DEEPER)))


@pytest.fixture
def later(town, tmp_path):
    """A function that gives the town after a delivery: clinic B has gone, depot F has come,
    house D is worth 900.
    """

    def made(*pairs):
        folder = tmp_path / "later"
        shutil.copytree(town, folder)
        text = (folder / "city.toml").read_text(encoding="utf-8")
        for old, new in pairs:
            assert old in text
            text = text.replace(old, new, 1)
        (folder / "city.toml").write_text(text, encoding="utf-8")
        geopandas.GeoDataFrame(
            {
                "ID": ["A", "D", "E", "F"],
                "NAME": ["House A", None, "Depot E", "Depot F"],
                "KIND": ["house", "house", "depot", "depot"],
                "VALUE": [1000.0, 900.0, 100.0, 60.0],
            },
            geometry=[
                shapely.box(X + 10, Y + 40, X + 30, Y + 60),
                shapely.box(X + 40, Y + 60, X + 60, Y + 80),
                None,
                shapely.Point(X + 25, Y + 75),
            ],
            crs="EPSG:32749",
        ).to_file(folder / "buildings.gpkg", driver="GPKG")
        return folder

    return made


@pytest.mark.parametrize(
    ("left", "right", "meant"),
    [
        ("1", "10", ("rob:1", "rob:10")),
        ("100", "10", ("flood:100", "flood:10")),
        ("flood:10", "100.0", ("flood:10", "flood:100")),
        ("10", "flood:100", ("flood:10", "flood:100")),
        ("rob:10", "flood:10", ("rob:10", "flood:10")),
        ("landslide", "flood:100", ("landslide", "flood:100")),
    ],
)
def test_two_maps_are_named_by_period_hazard_or_both(left, right, meant):
    assert tuple(map(spelled, chosen_maps(MAPS, left, right))) == meant


@pytest.mark.parametrize(
    ("left", "right", "says"),
    [
        (
            "flod:10",
            "flood:100",
            '"flod:10": no hazard map has this name; did you mean "flood:10"?',
        ),
        ("landslid", "flood:100", 'did you mean "landslide"?'),
        (
            "11",
            "100",
            (
                '"11": no hazard map has this name; choose from rob:1, rob:10, flood:10, '
                "flood:100, landslide"
            ),
        ),
        ("flood:nan", "100", "no hazard map has this name"),
        ("10", "10", "gives the same hazard map twice"),
        ("flood:10", "flood:10.0", "gives the same hazard map twice"),
        ("1", "100", "matches several hazard maps; choose one: rob:1 flood:100"),
        (
            "rob",
            "flood:10",
            "matches several hazard maps; choose one: rob:1 flood:10, rob:10 flood:10",
        ),
    ],
)
def test_what_cannot_be_meant_is_told_in_one_line(left, right, says):
    with pytest.raises(CityError) as fault:
        chosen_maps(MAPS, left, right)
    assert says in str(fault.value)
    assert "\n" not in str(fault.value)
    assert fault.value.say("id") != str(fault.value)


def test_maps_are_known_before_anything_is_reckoned(town_of_two):
    asked = [spelled(one) for one in maps_of(town_of_two)]
    assert asked == ["flood:10", "flood:50", "flood:100", "landslide"]
    assert [spelled(one) for one in declared_maps(town_of_two.city)] == asked


def test_two_floods_count_and_cost_as_the_pencil_says(town_of_two):
    # at 10 years: A is dry (0.5 m), B 1 m, of C the eastern half 1 m, of D half is not known, E has
    # no geometry
    partner = partners(town_of_two, town_of_two)
    often, rarely = (states_of(town_of_two, ("flood", period)) for period in (10.0, 100.0))
    ids = town_of_two.assets["asset_id"].astype(str).str[-1].tolist()
    assert dict(zip(ids, often, strict=True)) == {
        "A": DRY,
        "B": EXPOSED,
        "C": EXPOSED,
        "D": UNKNOWN,
        "E": UNUSABLE,
    }
    moved = transitions(often, rarely, partner)
    assert moved.sum() == 5
    assert moved[DRY, EXPOSED] == 1
    assert moved[EXPOSED, EXPOSED] == 2
    assert moved[UNKNOWN, UNKNOWN] == 1
    # 10 years: A 0, B 500 x 1 / 4 = 125, C 1000 x 0.5 x 1 / 4 = 125; 100 years: A 1000 x 0.5 x 2 /
    # 4 = 250, B 500 x 4 / 4, C 1000 x (0.5 x 2 / 4 + 0.5 x 4 / 4) = 750; of D and E nothing is
    # known
    sums = amounts(
        *(
            damages_of(town_of_two, ("flood", period), state)
            for period, state in ((10.0, often), (100.0, rarely))
        ),
        partner,
    )
    assert (sums.left.total, sums.left.counted, sums.left.missing) == (pytest.approx(250), 3, 2)
    assert (sums.right.total, sums.right.counted) == (pytest.approx(1500), 3)
    assert (sums.difference.total, sums.difference.counted, sums.difference.missing) == (
        pytest.approx(1250),
        3,
        2,
    )


def test_unknown_is_in_no_sum_and_a_sum_of_nothing_is_not_0():
    left, right = np.array([1.0, NAN, NAN]), np.array([NAN, 2.0, NAN])
    sums = amounts(left, right, np.arange(3))
    assert (sums.left.total, sums.right.total) == (1.0, 2.0)
    assert math.isnan(sums.difference.total)
    assert sums.difference.counted == 0


def test_all_maps_together_are_exposed_on_any_else_unknown_on_any(town_of_two):
    ids = town_of_two.assets["asset_id"].astype(str).str[-1]
    assert dict(zip(ids, states_of(town_of_two, None), strict=True)) == {
        "A": EXPOSED,
        "B": EXPOSED,
        "C": EXPOSED,
        "D": UNKNOWN,
        "E": UNUSABLE,
    }


def test_two_assessments_meet_by_asset_id(town, later):
    left, right = assess(read_city(town)), assess(read_city(later()))
    partner = partners(left, right)
    ids = [side.assets["asset_id"].astype(str).str[-1].tolist() for side in (left, right)]
    assert {
        ids[0][row]: ids[1][there] if there >= 0 else None for row, there in enumerate(partner)
    } == {"A": "A", "B": None, "C": "C", "D": "D", "E": "E"}
    assert [ids[0][row] for row in np.flatnonzero(changed(left, right, partner))] == ["D"]
    moved = transitions(
        states_of(left, ("flood", 100.0)), states_of(right, ("flood", 100.0)), partner
    )
    # F stands on the dry cell
    assert moved[EXPOSED, ABSENT] == moved[ABSENT, DRY] == 1
    assert moved.sum() == 6
    # A 15, B 30, C 45, D 0, of E nothing is known; B has gone, and over the others nothing differs
    sums = amounts(
        annual_damages(left)["ead"].to_numpy(), annual_damages(right)["ead"].to_numpy(), partner
    )
    assert sums.left.total == pytest.approx(90)
    assert sums.right.total == pytest.approx(60)
    assert sums.difference.total == pytest.approx(0)


def test_a_shape_in_another_system_is_the_same_and_a_moved_one_is_not(town, tmp_path):
    left = assess(read_city(town))
    shutil.copytree(town, tmp_path / "other")
    text = (tmp_path / "other" / "city.toml").read_text(encoding="utf-8")
    (tmp_path / "other" / "city.toml").write_text(
        text.replace("EPSG:32749", "EPSG:32748"), encoding="utf-8"
    )
    right = assess(read_city(tmp_path / "other"))
    partner = partners(left, right)
    assert right.assets.crs != left.assets.crs
    # the road, priced by the metre, is longer where the zone's middle is far
    assert np.flatnonzero(changed(left, right, partner)).tolist() == [4]
    right.assets.loc[0, "geometry"] = shapely.affinity.translate(right.assets.geometry[0], 1.0)
    assert np.flatnonzero(changed(left, right, partner)).tolist() == [0, 4]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pair", "key", "forbids"),
    [
        (('currency = "IDR"', 'currency = "EUR"'), "compare.note.currency", "money"),
        (
            ('currency = "IDR"', 'currency = "IDR"\nprice_year = 2020'),
            "compare.note.price_year",
            "money",
        ),
        (
            ('currency = "IDR"', 'currency = "IDR"\ndamage_rule = "damage of the mean"'),
            "compare.note.damage_rule",
            "",
        ),
        (
            ('currency = "IDR"', 'currency = "IDR"\nead = { tail = "none" }'),
            "compare.note.ead_rule",
            "",
        ),
        (
            ("exposed_from = 0.1", "exposed_from = 0.1\nprotection = 20"),
            "compare.note.ead_rule",
            "",
        ),
        (("", ""), "compare.note.no_price_year", ""),
    ],
)
def test_why_two_assessments_are_not_alike(town, later, pair, key, forbids):
    left, right = assess(read_city(town)), assess(read_city(later(pair)))
    found = {one.key: one for one in comparison_findings(left, right)}
    assert found[key].forbids == forbids
    assert "buildings.gpkg" in found["compare.note.inputs"].values["names"]
    assert "compare.note.no_match" not in found


def test_hazards_with_other_thresholds_or_units_may_not_be_counted_against_each_other(town, later):
    left = read_city(town)
    right = read_city(
        later(
            ("exposed_from = 0.1", "exposed_from = 0.6"),
            ('nodata_means = "unknown"', 'nodata_means = "not exposed"'),
        )
    )
    found = {
        one.key: one.forbids for one in map_findings(left.hazard("flood"), right.hazard("flood"))
    }
    assert found == {"compare.note.threshold": "counts", "compare.note.silence": ""}
    assert map_findings(left.hazard("flood"), left.hazard("flood")) == []
    other = {
        one.key: one.forbids for one in map_findings(left.hazard("flood"), left.hazard("landslide"))
    }
    assert other["compare.note.intensity"] == "counts"
    assert "compare.note.hazards" in other


def test_hazards_and_their_measures_are_named_by_their_labels(town):
    city = read_city(town)
    findings = map_findings(city.hazard("flood"), city.hazard("landslide"))
    values = {one.key: one.values for one in findings}
    # the names of these places are those of hazards, so a page writes their labels
    assert values["compare.note.hazards"] == {"first": "flood", "second": "landslide"}
    assert values["compare.note.intensity"]["left"] == {
        "word": "compare.intensity",
        "values": {"measure": "water depth", "unit": "m"},
    }


def test_all_maps_together_need_the_same_maps(town, later):
    left = assess(read_city(town))
    right = assess(read_city(later(('  { return_period = 50, path = "flood_50.tif" },\n', ""))))
    found = {one.key: one for one in all_map_findings(left, right)}
    fifty = {"word": "map.years", "values": {"count": 50, "years": 50}}
    assert found["compare.note.only_left"].values["names"] == [
        {"word": "compare.map_in_list", "values": {"hazard": "flood", "period": fifty}}
    ]
    assert found["compare.note.only_left"].forbids == "counts"
    assert "compare.note.only_right" not in found
    assert all_map_findings(left, left) == []
