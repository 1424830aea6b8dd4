"""What is felt against what is measured, by pencil."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from asset_inventory.messages import LANGUAGES, describe_finding
from asset_inventory.model.resilience import Pressure
from asset_inventory.model.tables import findings
from asset_inventory.resilience.perceptions import (
    FELT_ONLY,
    OVERLOOKED,
    UNNAMED,
    agreement,
    group_ranks,
    influence_matrix,
    measure_findings,
    measured_shocks_and_stresses,
    perceived_and_measured,
)


def pressure(name: str, kind: str = "shock", **measured: str) -> Pressure:
    return Pressure(id=name, name=name, kind=kind, measured_by=measured or None)


def ballots(rows: dict[tuple[str, str], list[float]], items: str) -> pd.DataFrame:
    index = pd.MultiIndex.from_tuples(rows, names=["group", "voter"])
    table = pd.DataFrame(list(rows.values()), index=index, columns=list(items), dtype=float)
    return table.assign(shown=index.get_level_values("group"))


VOTED = ballots(
    {("X", "1"): [1, 2, 3], ("X", "2"): [1, 3, 2], ("X", "3"): [1, 2, 3], ("Y", "1"): [3, 2, 1]},
    "abc",
)


def test_each_group_has_its_own_mean_ranks():
    # X: a 1, b (2 + 3 + 2)/3 = 7/3, c 8/3 of three voters; Y: 3, 2, 1 of one
    told = group_ranks(VOTED)
    assert told["mean_rank"].tolist() == pytest.approx([1, 7 / 3, 8 / 3, 3, 2, 1])
    assert told["voters"].tolist() == [3, 3, 3, 1, 1, 1]


def test_a_group_that_is_withheld_is_in_no_figure():
    told = VOTED.assign(shown=VOTED["shown"].where(VOTED["shown"] == "X"))
    assert set(group_ranks(told)["group"]) == {"X"}
    assert agreement(told)["voters"].tolist() == [3, 1]


def test_agreement_within_and_between_groups():
    # X: sums 3, 7, 8, mean 6: S = 9 + 1 + 4 = 14; W = 12·14/(9·24) = 168/216; two groups or one
    # voter say nothing
    told = agreement(VOTED)
    assert told["w"].tolist() == pytest.approx([168 / 216, np.nan, np.nan], nan_ok=True)
    assert told["voters"].tolist() == [3, 1, 2]


def test_groups_weigh_alike_whatever_their_voters():
    # a (1 + 3)/2 = 2, b (7/3 + 2)/2 = 13/6, c (8/3 + 1)/2 = 11/6: c is felt first though most
    # voters put a first
    nothing = pd.DataFrame({"pressure": pd.Series(dtype="str")})
    told = perceived_and_measured(
        [pressure(name) for name in "abc"], group_ranks(VOTED), nothing, {}, costliest=3
    )
    assert told["pressure"].tolist() == ["c", "a", "b"]
    assert told["mean_rank"].tolist() == pytest.approx([11 / 6, 2, 13 / 6])


def test_where_felt_and_measured_part():
    voted = ballots({("X", str(voter)): [1, 2, 3, 4] for voter in range(3)}, "abcd")
    declared = [
        pressure("a"),  # voted first, no layer
        pressure("b", hazard="flood"),  # voted second and costly: they meet
        pressure("c", indicator="waste"),
        pressure("d", hazard="sinking"),  # voted last, costs most
        pressure("e"),  # nobody says a word
        pressure("f"),  # one statement, no layer
    ]
    raised = pd.DataFrame({"pressure": ["f"]})
    told = perceived_and_measured(
        declared, group_ranks(voted), raised, {"flood": 5.0, "sinking": 9.0}, costliest=3
    )
    parted = told.set_index("pressure")["mismatch"].fillna("-")
    assert parted.to_dict() == {
        "a": FELT_ONLY,
        "b": "-",
        "c": "-",
        "d": OVERLOOKED,
        "e": UNNAMED,
        "f": FELT_ONLY,
    }
    assert told.set_index("pressure")["cost_rank"].reindex(["d", "b"]).tolist() == [1, 2]


def test_a_cost_that_is_not_known_has_no_rank():
    declared = [pressure("a", hazard="flood"), pressure("b", hazard="rob")]
    nothing = pd.DataFrame({"pressure": pd.Series(dtype="str")})
    empty = pd.DataFrame(columns=["group", "pressure", "mean_rank", "voters"])
    told = perceived_and_measured(
        declared, empty, nothing, {"flood": np.nan, "rob": 3.0}, costliest=3
    )
    assert told["cost_rank"].tolist() == pytest.approx([np.nan, 1], nan_ok=True)
    assert told["perceived_rank"].isna().all()


def test_the_matrix_has_every_stress_and_every_shock():
    declared = [
        pressure("rob", "stress"),
        pressure("sinking", "stress"),
        pressure("flood"),
        pressure("fire"),
    ]
    told = influence_matrix(declared, [("sinking", "flood")])
    assert told.to_dict("index") == {
        "rob": {"flood": False, "fire": False},
        "sinking": {"flood": True, "fire": False},
    }


def test_what_is_only_said_to_be_measured_is_not():
    declared = [
        pressure("flood", hazard="banjir"),
        pressure("slide", hazard="longsor"),  # no map of longsor could be used
        pressure("waste", indicator="Sampah_terangkut"),
        pressure("water", indicator="air pipa"),
        pressure("power", indicator="padam"),
        pressure("fire"),
    ]
    known = ["sampah terangkut", "air perpipaan"]
    told = measured_shocks_and_stresses(declared, {"banjir"}, known)
    assert [one.id for one in told if one.measured_by] == ["flood", "waste"]
    voted = ballots({("X", str(voter)): [1, 2, 3, 4, 5, 6] for voter in range(3)}, "abcdef")
    ranks = group_ranks(voted.set_axis([*(one.id for one in declared), "shown"], axis=1))
    nothing = pd.DataFrame({"pressure": pd.Series(dtype="str")})
    parted = (
        perceived_and_measured(told, ranks, nothing, {}, costliest=3)
        .set_index("pressure")["mismatch"]
        .fillna("-")
    )
    # of the upper half of six (ranks 1 to 3) the slide alone is felt and has nothing that measures
    # it
    assert parted.to_dict() == dict.fromkeys(parted.index, "-") | {"slide": FELT_ONLY}
    rows = findings(measure_findings(declared, told, known)).to_dict("records")
    assert [(row["feature"], row["code"]) for row in rows] == [
        ("slide", "pressure_without_map"),
        ("water", "pressure_without_value_near"),
        ("power", "pressure_without_value"),
    ]
    assert rows[1]["arguments"]["near"] == "air perpipaan"
    for row in rows:
        for language in LANGUAGES:
            assert all(len(said) > 30 for said in describe_finding(row, language))


def test_the_last_bits_of_a_mean_part_no_pressures():
    # three groups of six: a 6/6, 7/6, 7/6 and b 6/6, 6/6, 8/6: 20/6 over 3 of both, which floats
    # tell apart
    means = {"a": [1, 7 / 6, 7 / 6], "b": [1, 1, 8 / 6]}
    ranks = pd.DataFrame(
        [
            {"group": group, "pressure": name, "mean_rank": mean, "voters": 6}
            for name, several in means.items()
            for group, mean in zip("XYZ", several, strict=True)
        ]
    )
    nothing = pd.DataFrame({"pressure": pd.Series(dtype="str")})
    told = perceived_and_measured(
        [pressure(name) for name in "ab"], ranks, nothing, {}, costliest=3
    )
    assert told["mean_rank"].nunique() == 2
    assert told["perceived_rank"].tolist() == [1, 1]


@pytest.mark.parametrize(
    ("costliest", "overlooked"), [(1, ["d"]), (2, ["c", "d"]), (3, ["c", "d"])]
)
def test_how_many_are_called_the_costliest_is_declared(costliest, overlooked):
    # d costs most, then c, then a; c and d are voted last of four
    voted = ballots({("X", str(voter)): [1, 2, 3, 4] for voter in range(3)}, "abcd")
    nothing = pd.DataFrame({"pressure": pd.Series(dtype="str")})
    told = perceived_and_measured(
        [pressure(name, hazard=name) for name in "abcd"],
        group_ranks(voted),
        nothing,
        {"d": 9.0, "c": 5.0, "a": 1.0},
        costliest=costliest,
    )
    assert sorted(told["pressure"][told["mismatch"] == OVERLOOKED]) == overlooked
