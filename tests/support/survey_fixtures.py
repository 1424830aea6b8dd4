"""A preliminary resilience assessment of the town, some of its tables written by pencil."""

from __future__ import annotations

import dataclasses
import datetime
from pathlib import Path

import pandas as pd

from asset_inventory.assessment.resilience import ResilienceAssessment, assess_resilience
from asset_inventory.assessment.run import assess
from asset_inventory.model.reading import read_city
from asset_inventory.model.tables import check

DAY = datetime.date(2026, 11, 26)


def drawn_up(town: Path) -> ResilienceAssessment:
    """The assessment of the town with voices; of West's 5,000 m2 1,000 lie between both of
    BNPB's breaks.
    """
    drawn = assess_resilience(assess(read_city(town), day=DAY), day=DAY)
    floods = pd.DataFrame(
        {
            "district": ["1", "1", "2"],
            "hazard": "flood",
            "return_period": 100.0,
            "class_by_depth": ["low", "high", "high"],
            "class_by_index": ["low", "medium", "high"],
            "area": [4_000.0, 1_000.0, 5_000.0],
            "data_status": "exercise",
        }
    )
    of_districts = pd.DataFrame(
        {
            "district": ["1", "2"],
            "hazard": "flood",
            "return_period": 100.0,
            "area": 5_000.0,
            "area_no_data": [0.0, 500.0],
            "area_differing": [1_000.0, 0.0],
            "worst_by_depth": "high",
            "worst_by_index": ["medium", "high"],
            "largest_by_depth": ["low", "high"],
            "largest_by_index": ["low", "high"],
            "at_least": [False, True],
            "index_mean": 0.5,
            "index_max": 0.9,
            "data_status": "exercise",
        }
    )
    people = pd.DataFrame(
        {
            "district": "1",
            "item": ["people", "displaced", "ead per head", "toilets", "under 5"],
            "amount": [1_000.0, float("nan"), 60.0, 1.5, 93.0],
            "amount_low": [1_000.0, 30.0, 60.0, 1.5, 93.0],
            "amount_high": [1_000.0, 40.0, 60.0, 1.5, 93.0],
            "unit": "people",
            "every": None,
            "rule": ["counted", "worst map", "counted", "per displaced", "default share"],
            "source": None,
            "assumed": [False, False, False, False, True],
            "data_status": "exercise",
        }
    ).astype({"every": "str", "source": "str"})
    burdens = pd.DataFrame(
        {
            "indicator": ["poor people"],
            "loss": ["ead"],
            "concentration": [-0.25],
            "districts": [2],
            "districts_without_figure": [0],
        }
    )
    decisions = pd.DataFrame(
        {
            "decision": [1, 2],
            "day": ["2026-10-01", "2026-10-02"],
            "group": ["Forum", "PKK"],
            "district": ["1", "2"],
            "theme": [None, None],
            "choice": ["chosen", "not chosen"],
            "reason": ["The tide comes daily", "Later"],
            "rank": [1.0, 2.0],
            "top": [1.0, 1.0],
            "top_share": [0.32, 0.68],
            "robustness": ["low", "medium"],
            "non_dominated": [True, True],
            "figures": ["with", "against"],
            "recorded_at": "2026-10-02T08:00:00+00:00",
            "stands": [True, True],
        }
    )
    return dataclasses.replace(
        drawn,
        flood_classes=check(floods, "FLOOD_CLASSES"),
        loss_distribution=check(burdens, "LOSS_DISTRIBUTION"),
        decisions=check(decisions, "DECISIONS"),
        district_floods=check(of_districts, "DISTRICT_FLOODS"),
        district_people=check(people, "DISTRICT_PEOPLE"),
    )
