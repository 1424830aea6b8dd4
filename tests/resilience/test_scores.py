"""Scores by pencil: the geometric mean, goalposts, and what is missing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from asset_inventory.model.city import Goalpost
from asset_inventory.resilience.criteria import Indicators, score


def posts(*weights: float) -> dict[str, Goalpost]:
    return {
        name: Goalpost(worst=0, best=1, weight=weight)
        for name, weight in zip("abc", weights, strict=False)
    }


def scored(
    rows: list[list[float]], goalposts: dict[str, Goalpost], floor: float = 0.01
) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=list(goalposts))
    return score(Indicators(table, table, table), goalposts, floor=floor)


def test_a_fatal_value_is_not_bought_off():
    # A (0.9, 0.9, 0.1): (0.081)^(1/3) = 0.4327, though its linear mean 0.6333 is above B's; B (0.6,
    # 0.6, 0.6): 0.6
    table = scored([[0.9, 0.9, 0.1], [0.6, 0.6, 0.6]], posts(1, 1, 1))
    assert table["score"].tolist() == pytest.approx([0.4327, 0.6], abs=5e-5)


def test_weights_are_shares():
    # 0.25^0.75 · 1^0.25
    assert scored([[0.25, 1.0]], posts(3, 1))["score"][0] == pytest.approx(0.25**0.75)


def test_goalposts_turn_and_clip():
    # EAD per value 0.005 between worst 0.02 and best 0: (0.005 - 0.02)/(0 - 0.02) = 0.75; 0.5 is
    # beyond the worst
    goalposts = {"ead_per_value": Goalpost(worst=0.02, best=0, weight=1)}
    table = scored([[0.005], [0.5], [0.0]], goalposts)
    assert table["ead_per_value"].tolist() == pytest.approx([0.75, 0, 1])
    assert table["score"].tolist() == pytest.approx([0.75, 0.01, 1])


def test_a_missing_indicator_is_neither_average_nor_good():
    # (0.25, missing), equal weights: between sqrt(0.25·0.01) = 0.05 and sqrt(0.25) = 0.5
    table = scored([[0.25, np.nan], [np.nan, np.nan]], posts(1, 1))
    assert np.isnan(table["score"]).all()
    assert table[["score_low", "score_high"]].iloc[0].tolist() == pytest.approx([0.05, 0.5])
    assert table[["score_low", "score_high"]].iloc[1].isna().all()


def test_a_new_asset_changes_no_other_score():
    alone = scored([[0.3, 0.8]], posts(1, 2))["score"][0]
    assert scored([[0.3, 0.8], [0.0, 1.0]], posts(1, 2))["score"][0] == alone


def test_what_lies_within_limits_gives_a_score_within_limits():
    # not known, but between 0.25 and 0.64 good: sqrt(0.25·1) = 0.5 to sqrt(0.64·1) = 0.8
    known, good, bad = (
        pd.DataFrame([[first, 1.0]], columns=["a", "b"]) for first in (np.nan, 0.64, 0.25)
    )
    table = score(Indicators(known, good, bad), posts(1, 1), floor=0.01)
    assert np.isnan(table["score"][0])
    assert table[["score_low", "score_high"]].iloc[0].tolist() == pytest.approx([0.5, 0.8])
