"""What a page says of the town beside its assets, counted by pencil."""

from __future__ import annotations

import math

import numpy as np

from asset_inventory.outputs.views.city import (
    counts_of_city,
    counts_of_maps,
    district_shapes,
    exercise_titles,
    newest_date,
    total_ead,
    worst_first,
)
from tests.support.town_assessment import with_more_assets


def test_the_worst_assets_stand_first(assessment):
    # EAD 45 (C), 30 (B), 15 (A), then D of which half is not known; E has no geometry
    assert assessment.assets["asset_id"].iloc[worst_first(assessment)].tolist() == [
        "roads:C",
        "buildings:B",
        "buildings:A",
        "buildings:D",
    ]


def test_an_exposed_asset_without_a_value_stands_before_those_that_nothing_reaches(assessment):
    joint = assessment.joint_ead
    joint.loc[joint["asset_id"] == "buildings:A", ["ead", "ead_scored", "ead_low", "ead_high"]] = (
        math.nan
    )
    assert assessment.assets["asset_id"].iloc[worst_first(assessment)].tolist()[2:] == [
        "buildings:A",
        "buildings:D",
    ]


def test_bounds_rank_where_there_is_no_figure(assessment):
    # one or two maps give bounds only: the middles are B (18 + 60) / 2 = 39 and C (27 + 90) / 2 =
    # 58.5
    assessment.joint_ead[["ead", "ead_scored"]] = math.nan
    assert assessment.assets["asset_id"].iloc[worst_first(assessment)].tolist()[:2] == [
        "roads:C",
        "buildings:B",
    ]


def test_only_so_many_are_listed(assessment):
    rows = worst_first(with_more_assets(assessment, 50), limit=3)
    assert rows.tolist() == [4, 1, 0]


def test_districts_stand_by_rank_and_those_without_last(assessment):
    shuffled = assessment.district_damage.iloc[[2, 1, 0]]
    drawn = district_shapes(shuffled)
    assert drawn["id"] == ["1", "2", "outside districts"]
    assert drawn["ead"] == [60.0, 30.0, None]
    assert drawn["people_exposed"] == [1234.0, None, None]
    assert drawn["shapes"]["polygon"]["rows"] == [0, 1]


def test_counts_of_each_map_come_from_the_ledger(assessment):
    counts = counts_of_maps(assessment.exposure_counts)
    assert counts["flood", 10.0] == {
        "assets": 5,
        "exposed": 3,
        "not_exposed": 0,
        "no_data": 1,
        "unusable": 1,
    }
    scenario = next(
        row for (name, period), row in counts.items() if name == "landslide" and np.isnan(period)
    )
    assert scenario == {"assets": 5, "exposed": 3, "not_exposed": 1, "no_data": 0, "unusable": 1}


def test_over_all_maps_an_asset_counts_once(assessment):
    counts = counts_of_city(with_more_assets(assessment, 7))
    assert counts == {"assets": 12, "exposed": 3, "not_exposed": 7, "no_data": 1, "unusable": 1}
    assert counts["assets"] == sum(
        counts[name] for name in ("exposed", "not_exposed", "no_data", "unusable")
    )


def test_an_upper_bound_that_one_district_lacks_is_not_known(assessment):
    total = total_ead(assessment.district_damage)
    assert (total["ead"], total["low"]) == (90.0, 54.0)
    assert math.isnan(total["high"])


def test_exercise_is_named_by_its_titles(assessment):
    assert exercise_titles(assessment) == ["Flood"]


def test_a_city_without_dates_has_no_newest_one(assessment):
    assert newest_date(assessment.city) is None
