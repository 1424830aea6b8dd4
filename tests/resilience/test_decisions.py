"""With the figures or against them: by the rank, by the share of draws, and where there are
none.
"""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_inventory.model.resilience import Resilience
from asset_inventory.resilience.priorities import figures_at_choice, proposed

SETTINGS = Resilience(top=2, likely=0.5)
NAN = math.nan
# A is first; B third and yet among the first two in half of the draws; C fourth; D has nothing that
# is known.
# fmt: off
STANDINGS = pd.DataFrame({
    "district": [*"ABCD"], "rank": [1.0, 3.0, 4.0, NAN], "top_share": [0.45, 0.5, 0.1, NAN],
    "robustness": pd.Series(["low", "medium", "low", None], dtype="str"),
    "non_dominated": [True, False, True, False],
})
# fmt: on


@pytest.mark.parametrize(
    ("district", "choice", "said"),
    [
        ("A", "chosen", "with"),  # rank 1 of at most 2
        ("A", "not chosen", "against"),
        ("B", "chosen", "with"),  # 0.5 of the simulations is medium
        ("B", "not chosen", "against"),
        ("C", "chosen", "against"),  # neither, though it lies on the front
        ("C", "not chosen", "with"),
        ("D", "chosen", "no figures"),
        ("D", "not chosen", "no figures"),
        ("E", "chosen", "no figures"),  # which is not in the table at all
        ("A", "withdrawn", None),
        ("D", "withdrawn", None),
    ],
)
def test_with_or_against(district, choice, said):
    assert figures_at_choice(STANDINGS, district, choice, SETTINGS)["figures"] == said


def test_what_the_figures_propose_is_chosen_with_them():
    # C has rank 4 and less than half of the draws, but only A is among the first two more often:
    # the figures propose it
    table = STANDINGS.assign(top_share=[0.9, 0.2, 0.4, NAN])
    assert proposed(table, 2) == ("A", "C") and proposed(table, 9) == ("A", "C", "B")
    assert figures_at_choice(table, "C", "chosen", SETTINGS)["figures"] == "with"
    assert figures_at_choice(table, "C", "not chosen", SETTINGS)["figures"] == "against"


def test_what_is_kept_is_what_the_figures_said():
    told = figures_at_choice(STANDINGS, "C", "chosen", SETTINGS)
    assert told == {
        "rank": 4.0,
        "top": 2.0,
        "top_share": 0.1,
        "robustness": "low",
        "non_dominated": True,
        "figures": "against",
    }
    none = figures_at_choice(STANDINGS, "D", "chosen", SETTINGS)
    assert none["top"] is None and none["non_dominated"] is False and math.isnan(none["rank"])


@given(st.floats(1, 200), st.floats(0, 1), st.integers(1, 50))
def test_the_opposite_choice_is_the_opposite(rank, share, top):
    table = STANDINGS.iloc[:1].assign(rank=rank, top_share=share)
    said = {
        figures_at_choice(table, "A", one, Resilience(top=top))["figures"]
        for one in ("chosen", "not chosen")
    }
    assert said == {"with", "against"}
