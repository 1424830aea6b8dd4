"""The pipeline: what is found of an asset depends on it alone, and `explain` computes what
`assess` does.
"""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from asset_inventory import assess, explain
from asset_inventory.hazards.intersections import open_hazards
from asset_inventory.model.reading import read_city
from asset_inventory.risk.pipeline import RiskSettings, run_pipeline
from asset_inventory.risk.projection import project
from asset_inventory.vulnerability.curves import curves_for

DEMO = Path(__file__).parents[2] / "data" / "semarang"
TABLES = ("exposure", "damage", "ead", "future_ead", "chronic_hazards")


def of_city(folder):
    """The arguments of the pipeline for a city, as `assess` has them, and the assessment."""
    found = assess(folder)
    city = read_city(folder)
    hazards, _ = open_hazards(city.hazards, city.crs)
    curves, _ = curves_for(city, found.assets["asset_type"].cat.categories)
    return (
        found,
        (found.assets, hazards, curves, RiskSettings.of(city)),
        {"projection": project(city)[0]},
    )


def by_words(table: pd.DataFrame, asset_ids=None) -> pd.DataFrame:
    """A table whose words are text, of some assets or of all."""
    words = {name: str for name in ("asset_id", "hazard", "rule", "data_status") if name in table}
    plain = table.astype(words)
    return (plain if asset_ids is None else plain[plain["asset_id"].isin(asset_ids)]).reset_index(
        drop=True
    )


@pytest.fixture(scope="module")
def demo():
    return of_city(DEMO)


@pytest.mark.slow
def test_parts_of_a_city_are_parts_of_its_tables(demo):
    found, (assets, *others), more = demo
    for rows in np.array_split(np.random.default_rng(20).permutation(len(assets)), 3):
        part = assets.iloc[np.sort(rows)].reset_index(drop=True)
        tables = run_pipeline(part, *others, **more).with_data_status(part, found.city, others[1])
        for name in TABLES:
            mine, whole = (
                by_words(getattr(tables, name)),
                by_words(getattr(found, name), part["asset_id"]),
            )
            pd.testing.assert_frame_equal(mine, whole, check_exact=True)
        joint = found.joint_ead.iloc[np.sort(rows)].reset_index(drop=True)
        pd.testing.assert_frame_equal(by_words(tables.joint_ead), by_words(joint), check_exact=True)


@pytest.mark.slow
def test_the_pipeline_can_be_sent_to_another_process(demo):
    _, (assets, *others), more = demo
    few = assets.iloc[::200].reset_index(drop=True)
    given, keywords = pickle.loads(pickle.dumps(((few, *others), more)))
    there, here = (
        run_pipeline(*one, **two) for one, two in (((few, *others), more), (given, keywords))
    )
    back = pickle.loads(pickle.dumps(here))
    for name in (*TABLES, "joint_ead"):
        pd.testing.assert_frame_equal(getattr(back, name), getattr(there, name), check_exact=True)
    assert [one.hazard for one in back.hazards] == [one.hazard for one in there.hazards]


def same_as_assessed(found, asset_id: str, folder) -> None:
    """`explain` has of one asset the rows that `assess` has, hazard by hazard and table by
    table.
    """
    explained = explain(folder, asset_id)
    for one in explained.hazards:
        for name in ("exposure", "damage", "ead", "future_ead"):
            whole = by_words(getattr(found, name), [asset_id])
            whole = whole[whole["hazard"] == one.hazard.name].reset_index(drop=True)
            pd.testing.assert_frame_equal(by_words(getattr(one, name)), whole, check_exact=True)
    row = found.joint_ead.iloc[np.flatnonzero(found.assets["asset_id"] == asset_id)[0]]
    if explained.joined is not None:
        assert {name: str(value) for name, value in explained.joined.row.items()} == {
            name: str(value) for name, value in row.items() if name in explained.joined.row
        }


def test_explain_computes_what_assess_does(town):
    found = assess(town)
    for asset_id in found.assets["asset_id"]:
        same_as_assessed(found, asset_id, town)


@pytest.mark.slow
def test_explain_computes_what_assess_does_in_the_demo_city(demo):
    found, *_ = demo
    of_types = found.assets.groupby("asset_type", observed=True)["asset_id"].first()
    worst = found.assets["asset_id"].iloc[
        np.argsort(-found.joint_ead["ead"].fillna(0).to_numpy())[:3]
    ]
    for asset_id in dict.fromkeys([*of_types, *worst]):
        same_as_assessed(found, asset_id, DEMO)
