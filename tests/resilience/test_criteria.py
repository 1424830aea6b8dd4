"""Criteria by pencil: values between goalposts, limits of what is not known, and criteria that
compare nothing.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from asset_inventory.messages import LANGUAGES, describe_finding
from asset_inventory.model.resilience import Criterion
from asset_inventory.model.tables import empty
from asset_inventory.resilience.criteria import (
    FIGURES,
    Figures,
    Indicators,
    criteria,
    criteria_findings,
    district_figures,
    district_indicators,
    need_ranks,
    which_is_better,
    wide,
)

pytestmark = pytest.mark.slow

WORSE_HIGH, WORSE_LOW = Criterion(worst=10, best=0), Criterion(worst=0, best=10)


def figures(
    known: dict[str, list], low: dict[str, list] | None = None, high: dict[str, list] | None = None
) -> Figures:
    """Figures of districts «a», «b», ...; limits that are not given are not known."""
    ids = pd.Index(list("abcdefgh")[: len(next(iter(known.values())))], name="district")
    table = pd.DataFrame(known, index=ids, dtype=float)
    limits = (
        pd.DataFrame(given or {}, index=ids, columns=list(known), dtype=float)
        for given in (low, high)
    )
    return Figures(table, *limits)


def test_goalposts_turn_with_which_end_is_worse():
    # 4 of 10: (4 - 10)/(0 - 10) = 0.6 where much is worse, (4 - 0)/(10 - 0) = 0.4 where little is;
    # 12 is beyond
    told = criteria(
        figures({"wet": [4, 12]}), {"wet": WORSE_HIGH, "dry": Criterion(of="wet", worst=0, best=10)}
    )
    assert told["criterion"].tolist() == ["wet", "dry", "wet", "dry"]
    assert told["score"].tolist() == pytest.approx([0.6, 0.4, 0, 1])
    assert told["value_least"].tolist() == told["value_most"].tolist() == [4, 4, 12, 12]


def test_what_is_not_known_lies_between_the_least_and_the_most_need():
    # between 2 and 6: need at least 2, at most 6 where much is worse, the other way round where
    # little is
    found = figures({"x": [np.nan, np.nan]}, {"x": [2, 2]}, {"x": [6, np.nan]})
    high = criteria(found, {"x": WORSE_HIGH})
    assert high[["value_least", "value_most"]].iloc[0].tolist() == [2, 6]
    assert high[["score_low", "score_high"]].to_numpy().tolist() == pytest.approx(
        np.array([[0.4, 0.8], [0, 0.8]])
    )
    low = criteria(found, {"x": WORSE_LOW})
    assert low[["value_least", "value_most"]].iloc[0].tolist() == [6, 2]
    assert low[["score_low", "score_high"]].to_numpy().tolist() == pytest.approx(
        np.array([[0.2, 0.6], [0.2, 1]])
    )
    assert high["score"].isna().all()


def square(*sides: float) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"district": list("abcdefgh")[: len(sides)]},
        geometry=[shapely.box(0, 0, side, side) for side in sides],
        crs="EPSG:32749",
    )


# fmt: off
NO_ASSETS = Indicators(*(pd.DataFrame(columns=["ead", "ead_per_value", "exposed_share", "assets_exposed"], dtype=float)
                         for _ in range(3)))
# fmt: on


def people(rows: list[tuple[str, float, str, float, float]]) -> pd.DataFrame:
    columns = ["district", "return_period", "class", "people", "displaced"]
    return pd.DataFrame(rows, columns=columns).assign(hazard="flood")


def told_of(people_table: pd.DataFrame, districts: gpd.GeoDataFrame) -> list[list[float]]:
    nobody = pd.Series(dtype=float)
    found = district_figures(
        districts, NO_ASSETS, nobody, people_table, empty("DISTRICT_INDICATORS")
    )
    return [table["people_displaced"].tolist() for table in (found.known, found.low, found.high)]


def test_money_lost_to_the_hectare_beside_the_whole():
    # 100 m x 100 m = 1 ha, 200 m x 200 m = 4 ha: 80 a year is 80 to the hectare in one, 20 in the
    # other
    of_assets = pd.DataFrame(
        {"ead": [80.0, 80.0], "ead_per_value": 0.1, "exposed_share": 1.0, "assets_exposed": 2.0},
        index=["a", "b"],
    )
    found = district_figures(
        square(100, 200, 100),
        Indicators(of_assets, of_assets, of_assets),
        pd.Series(dtype=float),
        empty("PEOPLE"),
        empty("DISTRICT_INDICATORS"),
    )
    assert found.known["ead"].tolist() == pytest.approx([80, 80, np.nan], nan_ok=True)
    assert found.known["ead_per_hectare"].tolist() == pytest.approx([80, 20, np.nan], nan_ok=True)
    assert list(found.known) == list(FIGURES)


def test_the_displaced_are_those_of_the_worst_map():
    rows = [
        ("a", 10.0, "low", 50, 1.0),
        ("a", 10.0, "high", 50, 10.0),
        ("a", 100.0, "high", 100, 20.0),
    ]
    known, low, high = told_of(people(rows), square(100, 100))
    assert [known, low, high] == [pytest.approx([20, np.nan], nan_ok=True)] * 3


def test_of_those_of_whom_a_map_says_nothing_none_or_all_may_be_displaced():
    rows = [
        ("a", 10.0, "low", 50, 5.0),
        ("a", 10.0, "unknown", 30, np.nan),
        ("b", 10.0, "unknown", np.nan, np.nan),
    ]
    known, low, high = told_of(people(rows), square(100, 100))
    assert np.isnan(known).all()
    assert low == pytest.approx([5, np.nan], nan_ok=True)
    assert high == pytest.approx([35, np.nan], nan_ok=True)


def offices(*rows: tuple[str, str, float, str]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["district", "indicator", "value", "better"])
    return table.assign(
        row=range(2, 2 + len(rows)),
        place=table["district"],
        unit="%",
        year=2025.0,
        source="-",
        counted=True,
    )


def test_an_indicator_is_meant_in_any_spelling_and_an_unknown_one_is_told_with_what_is_near():
    given = offices(("a", "Poor people", 30, "lower"), ("b", "Poor people", 10, "lower"))
    found = district_figures(
        square(1, 1), NO_ASSETS, pd.Series(dtype=float), empty("PEOPLE"), given
    )
    declared = {
        "poor_people": Criterion(worst=40, best=0),
        "por peple": Criterion(worst=40, best=0),
        "zebras": Criterion(worst=1, best=0),
        "people_exposed": Criterion(worst=9, best=0),
    }
    told = criteria(found, declared)
    assert wide(told, "value")["poor_people"].tolist() == [30, 10]
    assert wide(told, "score_low")["zebras"].tolist() == [0, 0]
    rows = list(criteria_findings(found, declared, which_is_better(given)))
    assert [row["code"] for row in rows] == [
        "criterion_without_figure_near",
        "criterion_without_figure",
        "criterion_known_nowhere",
    ]
    assert rows[0]["arguments"]["near"] == "Poor people"
    for row in rows:
        for language in LANGUAGES:
            assert all(len(said) > 30 for said in describe_finding(row, language))


@pytest.mark.parametrize("better", ["higher", "lower"])
def test_goalposts_that_contradict_the_office_are_told(better):
    given = offices(("a", "water", 30, better), ("b", "water", 10, better))
    found = figures({"water": [30, 10]})
    turned = Criterion(worst=40, best=0) if better == "higher" else Criterion(worst=0, best=40)
    codes = [
        row["code"] for row in criteria_findings(found, {"water": turned}, which_is_better(given))
    ]
    assert codes == [f"criterion_turns_{better}"]
    right = Criterion(worst=turned.best, best=turned.worst)
    assert list(criteria_findings(found, {"water": right}, which_is_better(given))) == []


def test_a_criterion_that_is_the_same_everywhere_parts_nobody():
    rows = list(criteria_findings(figures({"x": [3, 3]}), {"x": WORSE_HIGH}, {}))
    assert [(row["code"], row["arguments"]["value"]) for row in rows] == [("criterion_constant", 3)]
    unsure = figures({"x": [3, np.nan]})
    assert [row["code"] for row in criteria_findings(unsure, {"x": WORSE_HIGH}, {})] == []


def test_a_criterion_beyond_a_goalpost_everywhere_parts_nobody_though_its_values_differ():
    # worst 10: 12 and 15 both score 0; with a third at 9, (9 - 10)/(0 - 10) = 0.1, one is parted
    # from the others
    (row,) = criteria_findings(figures({"x": [12, 15]}), {"x": WORSE_HIGH}, {})
    assert row["code"] == "criterion_beyond_goalposts"
    assert (row["arguments"]["least"], row["arguments"]["most"]) == (12, 15)
    for language in LANGUAGES:
        said, remedy = describe_finding(row, language)
        assert "12" in said and "15" in said and "worst" in remedy
    assert [*criteria_findings(figures({"x": [12, 15, 9]}), {"x": WORSE_HIGH}, {})] == []
    assert [*criteria_findings(figures({"x": [-1, 0, 0]}), {"x": WORSE_LOW}, {})][0]["code"] == row[
        "code"
    ]


def test_ranks_share_the_lower_place_and_nothing_has_none():
    told = need_ranks(np.array([0.5, 0.1, 0.1 + 1e-15, np.nan]))
    assert told.tolist() == pytest.approx([3, 1, 1, np.nan], nan_ok=True)


# Laws


def town(places: list[str], ead: list[float], *, partly: int = 0) -> tuple:
    """ASSETS worth 100 each in these districts, EXPOSURE that leaves the first `partly` unknown,
    and JOINT_EAD.
    """
    ids = pd.Index([f"house:{place}" for place in range(len(places))])
    assets = pd.DataFrame(
        {
            "asset_id": ids,
            "district": pd.Categorical(places),
            "usable": True,
            "value": 100.0,
            "criticality": np.nan,
            "condition": np.nan,
        }
    )
    exposure = pd.DataFrame(
        {
            "asset_id": pd.Categorical.from_codes(np.arange(partly), categories=ids),
            "exposed_fraction": 0.0,
            "no_data_fraction": 1.0,
        }
    )
    joint = pd.DataFrame({"ead_scored": ead, "ead_low": 0.0, "ead_high": np.nan})
    return assets, exposure, joint


def test_an_asset_without_a_figure_leaves_the_sum_open_above():
    # a: 5 and nobody knows: at least 5; b: 2 and 3: 5
    found = district_indicators(*town(["a", "a", "b", "b"], [5, np.nan, 2, 3]))
    told = [table["ead"].tolist() for table in (found.known, found.good, found.bad)]
    assert told == pytest.approx(np.array([[np.nan, 5], [5, 5], [np.nan, 5]]), nan_ok=True)


def test_a_map_that_says_nothing_of_an_asset_leaves_the_counts_open():
    found = district_indicators(*town(["a", "a"], [0, 0], partly=1))
    told = [table["assets_exposed"].tolist() for table in (found.known, found.good, found.bad)]
    assert told == pytest.approx(np.array([[np.nan], [0], [1]]), nan_ok=True)


@given(
    st.lists(st.floats(0, 50), min_size=1, max_size=6),
    st.lists(st.floats(0, 50), min_size=0, max_size=6),
)
def test_an_asset_elsewhere_changes_no_other_districts_score(here, there):
    declared = {
        "ead_per_value": Criterion(worst=0.2, best=0),
        "exposed_share": Criterion(worst=1, best=0),
    }

    def scores(places: list[str], ead: list[float]) -> list[float]:
        of_assets = district_indicators(*town(places, ead))
        found = district_figures(
            square(1, 1),
            of_assets,
            pd.Series(dtype=float),
            empty("PEOPLE"),
            empty("DISTRICT_INDICATORS"),
        )
        return wide(criteria(found, declared), "score").loc["a"].tolist()

    assert scores(["a"] * len(here), here) == scores(
        ["a"] * len(here) + ["b"] * len(there), [*here, *there]
    )


def test_an_indicator_that_is_called_as_a_figure_is_said():
    (row,) = criteria_findings(figures({"x": [12, 9]}), {}, {"ead": "lower", "x": "lower"})
    assert (row["code"], row["feature"]) == ("indicator_named_as_figure", "ead")
