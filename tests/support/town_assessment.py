"""The assessment of the town, written down by hand; its tables keep their contracts."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from asset_inventory.assessment.run import Assessment
from asset_inventory.model.reading import read_city
from asset_inventory.model.tables import check, empty, findings
from tests.support.contract_tables import contract_table
from tests.support.town import X, Y

PERIODS = (10.0, 50.0, 100.0)
NAN = float("nan")
# Exposed fraction, unknown fraction, mean intensity at 10, 50 and 100 years, greatest intensity:
# read off the drawing.
FLOOD = {
    "buildings:A": (0.5, 0.0, (0.5, 1.0, 2.0), (0.5, 1.0, 2.0)),
    "buildings:B": (1.0, 0.0, (1.0, 2.0, 4.0), (1.0, 2.0, 4.0)),
    "buildings:D": (0.0, 0.5, (NAN,) * 3, (NAN,) * 3),
    "roads:C": (1.0, 0.0, (0.75, 1.5, 3.0), (1.0, 2.0, 4.0)),
}
# Damage fraction = exposed fraction x mean depth / 4 m: A 0.5 x 2 / 4 = 0.25 of 1000 at 100 years
VALUE = {
    "buildings:A": 1000.0,
    "buildings:B": 500.0,
    "buildings:D": 800.0,
    "buildings:E": 100.0,
    "roads:C": 1000.0,
}
# Frequencies 0.2 (no damage), 0.1, 0.02, 0.01. A: 0.1 x 62.5 / 2 + 0.08 x 93.75 + 0.01 x 187.5 +
# 0.01 x 250 = 15; B has twice A's damages: 30; C three times: 45; of D the dry half gives 0, the
# other is not known.
EAD = {
    "buildings:A": 15.0,
    "buildings:B": 30.0,
    "buildings:D": 0.0,
    "buildings:E": NAN,
    "roads:C": 45.0,
}


def town_assessment(town: Path) -> Assessment:
    """The tables that an assessment of the town gives, written down by hand."""
    shapes = {
        "buildings:A": shapely.box(X + 10, Y + 40, X + 30, Y + 60),
        "buildings:B": shapely.Point(X + 75, Y + 25),
        "buildings:D": shapely.box(X + 40, Y + 60, X + 60, Y + 80),
        "buildings:E": None,
        "roads:C": shapely.LineString([(X, Y + 25), (X + 100, Y + 25)]),
    }
    assets = contract_table(
        "ASSETS",
        {
            "asset_id": list(shapes),
            "layer": ["buildings"] * 4 + ["roads"],
            "name": ["House A", "Clinic B", None, "Depot E", None],
            "asset_type": ["house", "clinic", "house", "depot", "road"],
            "owner": ["Works"] * 4 + [None],
            "district": ["1", "2", "1", "outside districts", "1"],
            "value": list(VALUE.values()),
            "value_rule": ["field"] * 4 + ["m"],
            "source": "Buildings",
            "data_status": "real",
            "usable": [True, True, True, False, True],
            "geometry": list(shapes.values()),
        },
    )
    exposure = contract_table(
        "EXPOSURE",
        [
            {
                "asset_id": asset,
                "hazard": "flood",
                "return_period": period,
                "exposed_fraction": exposed,
                "no_data_fraction": unknown,
                "intensity_mean": mean[place],
                "intensity_max": most[place],
                "data_status": "exercise",
            }
            for asset, (exposed, unknown, mean, most) in FLOOD.items()
            for place, period in enumerate(PERIODS)
        ]
        + [
            {
                "asset_id": asset,
                "hazard": "landslide",
                "return_period": NAN,
                "exposed_fraction": share,
                "no_data_fraction": 0.0,
                "intensity_mean": 2.0,
                "intensity_max": 2.0,
                "data_status": "real",
            }
            for asset, share in (("buildings:A", 0.5), ("buildings:B", 1.0), ("roads:C", 1.0))
        ],
    )
    damage = exposure[
        (exposure["hazard"] == "flood") & (exposure["exposed_fraction"] > 0)
    ].reset_index(drop=True)
    damage["damage_ratio"] = damage["exposed_fraction"] * damage["intensity_mean"] / 4
    damage["damage"] = damage["damage_ratio"] * damage["asset_id"].map(VALUE)
    ead = contract_table(
        "EAD",
        {
            "asset_id": list(EAD),
            "hazard": "flood",
            "ead": list(EAD.values()),
            "ead_low": [9.0, 18.0, 0.0, NAN, 27.0],
            "ead_high": [30.0, 60.0, NAN, NAN, 90.0],
            "rule": ["trapezoid"] * 3 + ["not known", "trapezoid"],
            "maps": 3,
            "data_status": "exercise",
        },
    )
    ledger = contract_table(
        "EXPOSURE_COUNTS",
        [
            {
                "asset_type": kind,
                "hazard": hazard,
                "return_period": period,
                "district": district,
                "assets": len(states),
                **{
                    name: states.count(name)
                    for name in ("exposed", "not_exposed", "no_data", "unusable")
                },
            }
            for hazard, periods, of_d in (
                ("flood", PERIODS, "no_data"),
                ("landslide", (NAN,), "not_exposed"),
            )
            for period in periods
            for kind, district, states in (
                ("house", "1", ["exposed", of_d]),
                ("clinic", "2", ["exposed"]),
                ("road", "1", ["exposed"]),
                ("depot", "outside districts", ["unusable"]),
            )
        ],
    )
    areas = [shapely.box(X, Y, X + 50, Y + 100), shapely.box(X + 50, Y, X + 100, Y + 100), None]
    focus = contract_table(
        "DISTRICT_DAMAGE",
        {
            "district": ["1", "2", "outside districts"],
            "name": ["West", "East", None],
            "parent": ["Town", "Town", None],
            "ead": [60.0, 30.0, NAN],
            "ead_low": [36.0, 18.0, NAN],
            "ead_high": [NAN, 60.0, NAN],
            "assets": [3, 1, 1],
            "assets_exposed": [2, 1, 0],
            "assets_counted": [3, 1, 0],
            "assets_without_figure": [0, 0, 1],
            "people_exposed": [1234.0, NAN, NAN],
            "people_rule": ["share of area", "not known", "not known"],
            "score": [0.25, 0.9, NAN],
            "score_low": [0.25, 0.9, NAN],
            "score_high": [0.25, 0.9, NAN],
            "ead_per_value": [0.06, 0.03, NAN],
            "rank": [1.0, 2.0, NAN],
            "data_status": "exercise",
            "geometry": areas,
        },
    )
    districts = contract_table("DISTRICTS", focus)
    return Assessment(
        city=read_city(town),
        assets=assets,
        districts=districts,
        exposure=exposure,
        damage=check(damage, "DAMAGE"),
        ead=ead,
        joint_ead=joint_of_single_hazard(ead),
        exposure_counts=ledger,
        scores=empty("SCORES"),
        district_damage=focus,
        ownership=empty("OWNERSHIP"),
        findings=findings([]),
        provenance={"versions": {"python": "3"}, "inputs": {"roads.gpkg": "ab" * 32}},
    )


def joint_of_single_hazard(ead: pd.DataFrame) -> pd.DataFrame:
    """JOINT_EAD where only one hazard harms: its figures, a row an asset in the order of EAD."""
    same = dict.fromkeys(("ead_least", "ead_most", "ead_scored"), ead["ead"])
    kept = ead[["asset_id", "ead", "ead_low", "ead_high", "data_status"]].assign(**same)
    return contract_table("JOINT_EAD", kept.assign(relation="one hazard", hazards=ead["hazard"]))


def with_more_assets(assessment: Assessment, count: int) -> Assessment:
    """The same assessment with `count` more points that nothing touches."""
    ids = [f"more:{place}" for place in range(count)]
    more = contract_table(
        "ASSETS",
        {
            "asset_id": ids,
            "layer": "more",
            "asset_type": "house",
            "district": "1",
            "value_rule": "not known",
            "source": "more",
            "data_status": "real",
            "usable": True,
            "geometry": shapely.points(X + np.linspace(1, 99, count), np.full(count, Y + 90)),
        },
    )
    assets = gpd.GeoDataFrame(pd.concat([assessment.assets, more], ignore_index=True), crs=more.crs)
    figures = dict.fromkeys(
        ("ead", "ead_least", "ead_most", "ead_low", "ead_high", "ead_scored"), 0.0
    )
    dry = contract_table(
        "JOINT_EAD", {"asset_id": ids, **figures, "relation": "no hazard", "data_status": "real"}
    )
    joint = pd.concat([assessment.joint_ead, dry], ignore_index=True)
    return dataclasses.replace(
        assessment, assets=check(assets, "ASSETS"), joint_ead=check(joint, "JOINT_EAD")
    )
