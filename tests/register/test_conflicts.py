"""Conflicts by number: the place of a change among all that a delivery proposes."""

from __future__ import annotations

import pandas as pd
import pytest

from asset_inventory.model.errors import RegisterError
from asset_inventory.register.proposals import chosen, conflicts_of

WHOLE = '{"NAME": "Genuk", "BEDS": 7}'
PROPOSED = pd.DataFrame(
    [
        ("a:1", None, None),
        ("a:2", "NAME", "1"),
        ("a:3", "NAME", "1"),
        ("a:3", "BEDS", "1"),
        ("a:4", None, WHOLE),
    ],
    columns=["asset_id", "column", "after"],
)
# a:1 is removed here, a:3 was removed there and is edited here in two cells, a:4 was added on both
# sides
CONFLICTS = pd.DataFrame(
    [("a:4", "NAME"), ("a:4", "BEDS"), ("a:3", None), ("a:1", None)], columns=["asset_id", "column"]
).assign(outcome="conflict")


def test_a_conflict_has_the_number_of_its_change():
    found = conflicts_of(CONFLICTS, PROPOSED)
    assert found.index.tolist() == ["1", "3", "5.1", "5.2"]
    assert found["asset_id"].tolist() == ["a:1", "a:3", "a:4", "a:4"]
    assert found["column"].tolist()[2:] == ["NAME", "BEDS"]
    # what is no conflict any more takes no other's number with it
    assert conflicts_of(CONFLICTS.iloc[:3], PROPOSED).index.tolist() == ["3", "5.1", "5.2"]
    assert conflicts_of(CONFLICTS.iloc[1:3], PROPOSED).index.tolist() == ["3", "5.2"]
    assert conflicts_of(CONFLICTS.iloc[:0], PROPOSED).empty


def test_numbers_become_choices_or_are_told():
    found = conflicts_of(CONFLICTS, PROPOSED)
    assert chosen(found, ours=["5.2", "1"], theirs=["3"]) == {
        ("a:4", "BEDS"): "ours",
        ("a:1", None): "ours",
        ("a:3", None): "theirs",
    }
    for given, key in (
        ({"ours": ["1"], "theirs": ["1"]}, "error.conflict_both_ways"),
        ({"ours": ["5"], "theirs": []}, "error.no_such_conflict"),
    ):
        with pytest.raises(RegisterError) as caught:
            chosen(found, **given)
        assert caught.value.key == key
    with pytest.raises(RegisterError) as caught:
        chosen(found.iloc[:0], ours=["1"], theirs=[])
    assert caught.value.key == "error.no_conflicts"
