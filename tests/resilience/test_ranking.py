"""Standings by pencil and by law: both means, the front, shares of draws, and what is not known."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from asset_inventory.messages import LANGUAGES, describe_finding
from asset_inventory.model.data_status import with_data_status
from asset_inventory.model.resilience import Criterion, Resilience
from asset_inventory.resilience.criteria import Figures, criteria
from asset_inventory.resilience.priorities import proposed
from asset_inventory.resilience.ranking import (
    _robustness,
    district_ranking,
    dominated_districts,
    interval,
    not_judged,
    pareto_findings,
    pareto_groups,
    rank_acceptabilities,
    rank_shares,
    top_findings,
    weight_findings,
)

pytestmark = pytest.mark.slow

SURE = NormalDist().inv_cdf((1 + 0.9999) / 2)


def basis_of(ids, **columns) -> pd.DataFrame:
    """What a ranking rests on: nine assets in each district, all of them ranked."""
    return pd.DataFrame({"assets": 9, "not_ranked": None, "comparable": True} | columns, index=ids)


def drawn(
    values: np.ndarray,
    names: str = "xyzuvw",
    *,
    worst: float = 0,
    best: float = 1,
    front: str = "",
    **chosen,
):
    """STANDINGS and shares of districts «d0», «d1», ... by criteria that are known but where
    NaN.
    """
    table = np.array(values, dtype=float)
    ids = pd.Index([f"d{place}" for place in range(len(table))], name="district")
    known = pd.DataFrame(table, index=ids, columns=list(names[: table.shape[1]]))
    declared = {name: Criterion(worst=worst, best=best, front=name in front) for name in known}
    said = Resilience(criteria=declared, **chosen)
    told = criteria(Figures(known, known * np.nan, known * np.nan), declared)
    shares = rank_acceptabilities(told, said)
    ranking = district_ranking(told, shares, said, basis_of(ids))
    ranking = with_data_status(ranking, "DISTRICT_RANKING", [])
    return ranking.set_index("district"), shares


def test_a_fatal_value_is_bought_off_by_the_linear_mean_alone():
    # A (0.9, 0.9, 0.1): geometric (0.081)^(1/3) = 0.4327, linear 1.9/3 = 0.6333; B (0.6, 0.6, 0.6):
    # 0.6 by both. The need of A is greater by the geometric mean, that of B by the linear: the
    # ranks flip.
    told, _ = drawn([[0.9, 0.9, 0.1], [0.6, 0.6, 0.6]], top=1, draws=1000)
    assert told.loc[["d0", "d1"], "score"].tolist() == pytest.approx([0.4327, 0.6], abs=5e-5)
    assert told.loc[["d0", "d1"], "linear"].tolist() == pytest.approx([0.6333, 0.6], abs=5e-5)
    assert told.loc[["d0", "d1"], ["rank", "linear_rank"]].to_numpy().tolist() == [[1, 2], [2, 1]]


def test_the_share_of_a_first_place_lies_within_the_noise_of_its_draws():
    # A (0.8, 0.2) has the greater score where w > 0.7004 (see test_acceptability), so B is the
    # neediest in 0.2996
    told, _ = drawn([[0.8, 0.2], [0.5, 0.6]], top=1)
    low, high = interval(told.loc[["d1"], "top_share"].to_numpy(), 10_000, z=SURE)
    assert low[0] <= 0.2996 <= high[0]
    assert (
        told.loc["d1", "top_share_low"]
        < told.loc["d1", "top_share"]
        < told.loc["d1", "top_share_high"]
    )
    assert told.loc[["d0", "d1"], "robustness"].tolist() == ["medium", "low"]


def test_the_front_needs_no_weights_and_its_two_have_a_low_robustness():
    # P (5, 2), Q (3, 4), R (2, 3), S (5, 1), high = need: P and Q are beaten by nobody, R by Q, S
    # by P.
    need = np.array([[5, 2], [3, 4], [2, 3], [5, 1]], dtype=float)
    told, _ = drawn(need, worst=6, best=0, top=1)
    assert told.loc[["d0", "d1", "d2", "d3"], "non_dominated"].tolist() == [
        True,
        True,
        False,
        False,
    ]
    assert told.loc[["d0", "d1", "d2", "d3"], "dominated_by"].tolist() == [0, 0, 1, 1]
    assert told.loc[["d2", "d3"], "dominating_districts"].tolist() == ["d1", "d0"]
    # By linear need P comes first where 5w + 2(1 - w) > 3w + 4(1 - w), w > 1/2: 50 % each.
    weights = np.linspace(0, 1, 1001)[:, None]
    linear = weights * need[:, 0] + (1 - weights) * need[:, 1]
    assert np.bincount(linear.argmax(axis=1))[:2] / 1001 == pytest.approx([0.5, 0.5], abs=0.001)


def test_a_district_without_a_criterion_of_the_front_is_not_judged():
    # of d1 x alone is known, of d2 y alone, of d3 nothing; x and y are the front's, z is not
    told, _ = drawn(
        [[5, 2, 1], [4, np.nan, 1], [np.nan, 1, 1], [np.nan, np.nan, 6], [np.nan] * 3],
        "xyz",
        worst=6,
        best=0,
        front="xy",
        top=1,
    )
    assert told.loc[["d0", "d1", "d2", "d3", "d4"], "non_dominated"].tolist() == [
        True,
        False,
        False,
        False,
        False,
    ]
    assert told.loc[["d3", "d4"], "dominated_by"].tolist() == [0, 0]


def test_the_front_takes_values_that_goalposts_clip():
    # both are beyond the worst goalpost, so both score 0; by their values 9 is worse than 8
    told, _ = drawn([[9.0], [8.0]], worst=5, best=0, top=1, draws=1000)
    assert told["score"].tolist() == pytest.approx([0.01, 0.01])
    assert told.loc[["d0", "d1"], "non_dominated"].tolist() == [True, False]
    assert told["rank"].tolist() == [1, 1]  # ties share the lower rank, and the draws: half each
    assert told["top_share"].tolist() == pytest.approx([0.5, 0.5])


def test_only_the_first_few_who_beat_a_district_are_named_the_neediest_first():
    told, _ = drawn([[0.1 * place] for place in range(1, 9)], top=3, draws=500)
    assert told.loc["d7", "dominated_by"] == 7
    assert told.loc["d7", "dominating_districts"] == "d0, d1, d2, d3, d4"


def test_which_criteria_make_the_front():
    one = Criterion(worst=1, best=0)
    marked = {"a": one, "b": Criterion(worst=1, best=0, front=True)}
    assert pareto_groups(marked) == {"b": ("b",)}
    assert pareto_groups(dict.fromkeys("abcd", one)) == {name: (name,) for name in "abcd"}
    assert pareto_groups(dict.fromkeys("abcde", one)) == {}
    assert pareto_findings(marked) == pareto_findings({}) == []
    (row,) = pareto_findings(dict.fromkeys("abcde", one))
    for language in LANGUAGES:
        assert "front = true" in describe_finding(row, language)[1]
    told, _ = drawn(np.eye(5), top=1, draws=100)
    assert not told["non_dominated"].any() and (told["dominated_by"] == 0).all()


def grouped(
    values: list[list[float]], weights: tuple[float, ...] = (1, 1, 1)
) -> tuple[pd.DataFrame, Resilience]:
    """CRITERIA of «d0», ... by x and y, which stand on the front as «money», and z alone; 1 is
    good.
    """
    ids = pd.Index([f"d{place}" for place in range(len(values))], name="district")
    known = pd.DataFrame(values, index=ids, columns=["x", "y", "z"], dtype=float)
    fronts = ("money", "money", True)
    said = Resilience(
        top=1,
        draws=100,
        criteria={
            name: Criterion(worst=0, best=1, weight=weight, front=front)
            for name, weight, front in zip("xyz", weights, fronts, strict=True)
        },
    )
    return criteria(Figures(known, known * np.nan, known * np.nan), said.criteria), said


def test_criteria_of_a_group_count_as_one_on_the_front():
    # money of d0 sqrt(0.9 * 0.1) = 0.3, of d1 sqrt(0.5 * 0.5) = 0.5: d0 needs more, and as much by
    # z: it beats d1. One by one neither would beat the other: d0 is better off by x (0.9 > 0.5), d1
    # by y.
    table, said = grouped([[0.9, 0.1, 0.4], [0.5, 0.5, 0.4], [0.2, 0.2, 0.9]])
    assert pareto_groups(said.criteria) == {"money": ("x", "y"), "z": ("z",)}
    # d2: sqrt(0.2 * 0.2) = 0.2, the neediest in money and the best off by z: beaten by nobody, and
    # beats nobody
    assert dominated_districts(table, said) == {"d0": ("d1",), "d1": (), "d2": ()}
    shares, basis = rank_acceptabilities(table, said), basis_of(["d0", "d1", "d2"])
    told = district_ranking(table, shares, said, basis).set_index("district")
    assert told.loc[["d0", "d1", "d2"], "non_dominated"].tolist() == [True, False, True]
    # with three times the weight on x: d0 0.9^0.75 * 0.1^0.25 = 0.520, d1 0.5: now d1 needs more
    assert dominated_districts(*grouped([[0.9, 0.1, 0.4], [0.5, 0.5, 0.4]], (3, 1, 1))) == {
        "d0": (),
        "d1": ("d0",),
    }


def test_the_same_mean_from_other_members_beats_nobody():
    # sqrt(0.2 * 0.8) = sqrt(0.8 * 0.2) = 0.4, whatever their last bits
    assert dominated_districts(*grouped([[0.2, 0.8, 0.5], [0.8, 0.2, 0.5]])) == {"d0": (), "d1": ()}


def test_a_group_that_is_partly_known_lies_within_limits():
    # d1 knows x alone: money between sqrt(0.25 * 0.01) = 0.05 and sqrt(0.25 * 1) = 0.5, need 0.5 to
    # 0.95. d0 sqrt(0.01 * 0.25) = 0.05, need 0.95: as much as d1's most, but no more, and z is
    # alike: it beats no one. d2 sqrt(0.36) = 0.6, need 0.4 is less than d1's least 0.5: d1 beats
    # it. d3 knows no money: nobody beats it.
    nan = np.nan
    values = [[0.01, 0.25, 0.4], [0.25, nan, 0.4], [0.6, 0.6, 0.4], [nan, nan, 0.4]]
    assert dominated_districts(*grouped(values)) == {
        "d0": ("d2",),
        "d1": ("d2",),
        "d2": (),
        "d3": (),
    }
    # by a z that is worse d0 beats d1 as well
    values[0][2] = 0.3
    assert dominated_districts(*grouped(values))["d0"] == ("d1", "d2")


def test_only_what_the_front_goes_by_may_take_a_district_off_it():
    # d0 and d1 are on the front by x alone; y is not known of d0, x is not known of d2
    table = np.array([[0.2, np.nan], [0.2, 0.9], [np.nan, 0.5]])
    ids = pd.Index(["d0", "d1", "d2"], name="district")
    known = pd.DataFrame(table, index=ids, columns=["x", "y"])
    declared = {"x": Criterion(worst=0, best=1, front=True), "y": Criterion(worst=0, best=1)}
    told = criteria(Figures(known, known.fillna(0.0), known.fillna(1.0)), declared)
    settings = Resilience(criteria=declared, top=1, draws=100)
    stand = district_ranking(told, rank_acceptabilities(told, settings), settings, basis_of(ids))
    assert set(stand["district"][stand["non_dominated"].astype(bool)]) == {"d0", "d1"}
    assert not_judged(stand, told, declared) == ["d2"]


def test_of_whom_nothing_is_known_there_is_no_score_and_no_rank():
    told, shares = drawn([[0.2, 0.4], [np.nan, np.nan], [0.3, np.nan]], top=2, draws=500)
    assert (
        told.loc["d1", ["score_low", "score_high", "rank", "top_share", "linear_low"]].isna().all()
    )
    # nobody can say that it is in need
    assert told.index[-1] == "d1" and not told.loc["d1", "non_dominated"]
    assert told.loc["d2", "criteria_known"] == 1
    # (0.3, not known), equal weights: between sqrt(0.3 * 0.01) and sqrt(0.3 * 1)
    assert told.loc["d2", ["score_low", "score_high"]].tolist() == pytest.approx(
        [0.003**0.5, 0.3**0.5]
    )
    assert "d1" not in set(rank_shares(shares)["district"])


def test_where_no_more_are_compared_than_are_called_the_first_it_is_said():
    # two are compared, of the third nothing is known: with top = 2 both are among the first in
    # every draw
    values = [[0.2, 0.4], [0.9, 0.9], [np.nan, np.nan]]
    told, shares = drawn(values, top=2, draws=100)
    assert told.loc[["d0", "d1"], "top_share"].tolist() == [1, 1]
    (row,) = top_findings(shares, Resilience(top=2))
    assert (row["code"], row["count"], row["arguments"]["top"]) == ("top_holds_all", 2, 2)
    for language in LANGUAGES:
        assert (
            "2" in describe_finding(row, language)[0]
            and "top" in describe_finding(row, language)[1]
        )
    assert top_findings(drawn(values, top=1, draws=100)[1], Resilience(top=1)) == []
    assert top_findings(drawn([[np.nan]], top=1, draws=100)[1], Resilience(top=1)) == []


@pytest.mark.parametrize("cells", [4_000_000, 3 * 7, 3 * 30])
def test_a_share_at_a_cut_is_above_it_however_the_draws_are_parted(monkeypatch, cells):
    # d0 and d1 tie in every draw, with d2 always first: two places, so a half each, which is medium
    # from 0.5 on
    monkeypatch.setattr("asset_inventory.resilience.ranking._CELLS", cells)
    told, _ = drawn([[0.5, 0.5], [0.5, 0.5], [0.1, 0.1]], top=2, draws=1000)
    assert told.loc[["d0", "d1"], "top_share"].tolist() == [0.5, 0.5]
    assert told.loc[["d0", "d1", "d2"], "robustness"].tolist() == ["medium", "medium", "high"]


def test_who_is_never_among_the_first_has_no_robustness():
    told, _ = drawn([[0.1, 0.1], [0.9, 0.9]], top=1, draws=500)
    assert told["robustness"].fillna("-").tolist() == ["high", "-"]


def test_stated_weights_draw_the_shares_to_them():
    # with weight on the first alone d0 is the neediest; without a preference either may be
    values = [[0.2, 0.8], [0.8, 0.2]]
    free, _ = drawn(values, top=1, draws=2000)
    table = pd.DataFrame(values, index=pd.Index(["d0", "d1"], name="district"), columns=["x", "y"])
    declared = {
        "x": Criterion(worst=0, best=1, weight=9),
        "y": Criterion(worst=0, best=1, weight=1),
    }
    said = Resilience(criteria=declared, top=1, draws=2000, stated_weights=50)
    told = criteria(Figures(table, table * np.nan, table * np.nan), declared)
    assert free.loc["d0", "top_share"] == pytest.approx(0.5, abs=0.05)
    assert rank_acceptabilities(told, said).loc["d0", 1] > 0.99


def test_the_same_seed_draws_the_same_and_blocks_change_nothing(monkeypatch):
    values = np.random.default_rng(3).random((20, 3))
    whole = drawn(values, top=4, draws=1000, seed=5)[1]
    monkeypatch.setattr("asset_inventory.resilience.ranking._CELLS", 20 * 77)
    assert drawn(values, top=4, draws=1000, seed=5)[1].to_numpy() == pytest.approx(whole.to_numpy())
    assert not np.allclose(drawn(values, top=4, draws=1000, seed=6)[1], whole)


tables = arrays(
    float,
    st.tuples(st.integers(1, 9), st.integers(1, 4)),
    elements=st.floats(0, 1) | st.just(np.nan),
)


@given(tables, st.integers(1, 9))
def test_shares_add_up_to_the_places_and_those_of_ranks_to_them(values, top):
    told, shares = drawn(values, top=top, draws=200)
    compared = int(told["rank"].notna().sum())
    assert shares.sum().tolist() == pytest.approx([min(k, compared) for k in range(1, top + 1)])
    single = rank_shares(shares)
    assert len(single) == compared * top
    assert single["share"].sum() == pytest.approx(min(top, compared))


@given(tables)
def test_a_member_of_the_front_is_beaten_by_nobody_and_every_other_by_a_member(values):
    told, _ = drawn(values, top=1, draws=100)
    assert (
        told["non_dominated"]
        == (told["dominated_by"] == 0) & (told["criteria_known"] == told["criteria"])
    ).all()
    front = set(told.index[told["non_dominated"]])
    beaten = told[(told["dominated_by"] > 0) & (told["dominated_by"] <= 5)]
    assert all(front & set(by.split(", ")) for by in beaten["dominating_districts"])


@given(tables, st.data())
def test_what_is_lost_never_raises_the_lowest_score_that_may_be(values, data):
    place = data.draw(st.tuples(*(st.integers(0, size - 1) for size in values.shape)))
    before, _ = drawn(values, top=1, draws=100)
    lost = values.copy()
    lost[place] = np.nan
    after, _ = drawn(lost, top=1, draws=100)
    low = ["score_low", "linear_low"]
    one = f"d{place[0]}"
    if after.loc[one, low].notna().all():
        assert (after.loc[one, low] <= before.loc[one, low] + 1e-12).all()
    others = [name for name in before.index if name != one]
    assert after.loc[others, low].equals(before.loc[others, low])


@pytest.mark.smoke
@given(tables, st.lists(st.floats(0, 1), min_size=4, max_size=4))
def test_another_district_changes_no_score(values, more):
    before, _ = drawn(values, top=1, draws=100)
    after, _ = drawn(np.vstack([values, more[: values.shape[1]]]), top=1, draws=100)
    columns = ["score", "score_low", "score_high", "linear", "linear_low", "linear_high"]
    assert after.loc[before.index, columns].equals(before[columns])


def test_of_one_criterion_alone_it_is_said_that_no_weight_changes_anything():
    told, _ = drawn([[0.2], [0.9]], top=1, draws=100)
    assert told["top_share"].tolist() == [1, 0]  # in every draw, which sounds surer than it is
    alone = Criterion(worst=1, best=0)
    (row,) = weight_findings({"x": alone})
    assert (row["code"], row["feature"]) == ("one_criterion", "x")
    for language in LANGUAGES:
        assert all(
            "[resilience.criteria]" in told or '"x"' in told
            for told in describe_finding(row, language)
        )
    assert weight_findings({"x": alone, "y": alone}) == weight_findings({}) == []


def test_a_district_with_few_assets_is_shown_and_not_ranked():
    # d0 has the lowest score and one asset; the ranks of d1 and d2 leave it out
    ids = pd.Index(["d0", "d1", "d2"], name="district")
    known = pd.DataFrame({"x": [0.1, 0.2, 0.5]}, index=ids)
    declared = {"x": Criterion(worst=0, best=1)}
    settings = Resilience(criteria=declared, top=1, draws=100)
    table = criteria(Figures(known, known * np.nan, known * np.nan), declared)
    basis = basis_of(
        ids, assets=[1, 5, 6], not_ranked=["few assets", None, None], comparable=[False, True, True]
    )
    shares = rank_acceptabilities(table[table["district"] != "d0"], settings)
    ranking = district_ranking(table, shares, settings, basis).set_index("district")
    assert ranking["rank"].to_dict() == pytest.approx({"d1": 1, "d2": 2, "d0": np.nan}, nan_ok=True)
    assert ranking["score"].to_dict() == pytest.approx({"d0": 0.1, "d1": 0.2, "d2": 0.5})
    assert ranking["assets"].to_dict() == {"d0": 1, "d1": 5, "d2": 6}
    assert ranking.loc["d0", ["not_ranked", "non_dominated"]].tolist() == ["few assets", False]
    assert proposed(ranking.reset_index(), 5) == ("d1", "d2")
    assert rank_acceptabilities(table.iloc[:0], settings).empty


def test_below_a_tenth_of_the_simulations_a_place_is_rare():
    # firm from 0.9, likely from 0.5, and a tenth
    shares = np.array([0.9, 0.5, 0.1, 0.09, 0.0])
    words = _robustness(shares, Resilience())
    assert words.fillna("-").tolist() == ["high", "medium", "low", "rarely", "-"]
