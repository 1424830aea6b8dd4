"""What a city and its parts lose on each map and a year: the town's figures by pencil, and laws
of sums.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_inventory.assessment.breakdowns import damage_summary_of, ead_summary, ead_summary_of
from asset_inventory.assessment.run import assess
from asset_inventory.model.reading import read_city
from tests.support.town import write_grid

NAN = float("nan")


def of(sums: pd.DataFrame, **where: object) -> pd.Series:
    rows = sums
    for name, value in where.items():
        rows = rows[rows[name].isna() if value is None else rows[name] == value]
    assert len(rows) == 1, rows
    return rows.iloc[0]


@pytest.mark.slow
def test_damage_by_map_and_type_follows_from_the_drawing(town):
    """Houses A and D: 62.5 under 10 years, and of D, worth 800, half is unknown: up to 400 more.
    All: 375 to 775.
    """
    sums = damage_summary_of(assess(read_city(town)), by=["asset_type"])
    columns = [
        "assets",
        "exposed",
        "no_data",
        "unusable",
        "damage",
        "damage_low",
        "damage_high",
        "without_figure",
    ]
    house = of(sums, by="asset_type", part="house", hazard="flood", return_period=10)
    assert house[columns].tolist() == pytest.approx([2, 1, 1, 0, 62.5, 62.5, 462.5, 0]), (
        "A 62.5, D 0 to 400"
    )
    for period, damage in ((10, 375), (50, 750), (100, 1500)):
        whole = of(sums, by="city", hazard="flood", return_period=period)
        # the depot E has no place: counted, in no sum
        assert whole[columns].tolist() == pytest.approx(
            [5, 3, 1, 1, damage, damage, damage + 400, 1]
        )
    depot = of(sums, by="asset_type", part="depot", hazard="flood", return_period=10)
    assert (
        depot[["damage", "damage_low", "damage_high"]].isna().all() and depot["without_figure"] == 1
    )
    # a scenario whose hazard has no curves: who is exposed is known, what it costs is not
    slide = of(sums, by="city", hazard="landslide", return_period=None)
    assert (slide["exposed"], slide["without_figure"]) == (3, 5)
    assert slide[["damage", "damage_low", "damage_high"]].isna().all()


def test_the_annual_damage_by_type_follows_from_the_drawing(town):
    # A 15 (8.75 to 28.75) and D 0 (0 to 84); B 30, C 45: 90 (52.5 to 221.5) in all
    sums = ead_summary_of(assess(read_city(town)), by=["asset_type", "district", "owner"])
    figures = ["ead", "ead_low", "ead_high"]
    assert of(sums, by="asset_type", part="house")[figures].tolist() == pytest.approx(
        [15, 8.75, 28.75 + 84]
    )
    assert of(sums, by="city")[figures].tolist() == pytest.approx(
        [90, 52.5, 28.75 + 84 + 42.5 + 66.25]
    )
    assert of(sums, by="city")[["rule", "maps", "without_figure"]].tolist() == ["trapezoid", 3, 1]
    assert of(sums, by="district", part="1")["ead"] == pytest.approx(15 + 45)
    # nobody owns the road: no part, and in the city's sum
    assert of(sums, by="owner", part="Works")["assets"] == 4
    assert sums["left_out"].isna().all()


def test_without_a_value_there_is_no_upper_bound_and_the_lower_one_stays(edit):
    sums = ead_summary_of(
        assess(read_city(edit(('road = { per = "m", amount = 10, source = "by pencil" }', ""))))
    )
    whole = of(sums, by="city")
    # without the road: 90 - 45, at least 52.5 - 26.25
    assert whole[["ead", "ead_low"]].tolist() == pytest.approx([45, 26.25])
    assert np.isnan(whole["ead_high"]) and whole["without_figure"] == 2


def test_maps_that_are_not_nested_have_bounds_without_the_map_that_covers_less(town):
    """The 50-year map is dry in the south-west, where the 10-year map is wet: 10 and 100 years
    alone are nested.
    """
    write_grid(town / "flood_50.tif", np.array([[0.0, -9999.0], [0.0, 2.0]]))
    found = assess(read_city(town))
    sums = ead_summary_of(found, by=[])
    whole, without = of(sums, left_out=None), of(sums, left_out="50")
    assert whole["rule"] == "bounds void" and whole[["ead_low", "ead_high"]].isna().all()
    # two maps give bounds only: A 0.09·62.5 + 0.01·250 = 8.125, B twice, C three times that: 48.75;
    # most A 0.1·62.5 + 0.09·250 + 10 = 38.75, B 12.5 + 45 + 5 = 62.5, C 18.75 + 67.5 + 10 = 96.25,
    # D 0.1·400 + 0.09·400 + 8
    assert (without["rule"], without["maps"], np.isnan(without["ead"])) == ("bounds only", 2, True)
    assert without[["ead_low", "ead_high"]].tolist() == pytest.approx(
        [48.75, 38.75 + 62.5 + 96.25 + 84]
    )


def test_a_city_without_hazards_has_no_sums(edit):
    folder = edit()
    text = (folder / "city.toml").read_text(encoding="utf-8")
    head, scores = text[: text.index("[[hazards]]")], text[text.index("[scores]") :]
    (folder / "city.toml").write_text(head + scores, encoding="utf-8")
    found = assess(read_city(folder))
    assert damage_summary_of(found).empty and ead_summary_of(found).empty


@given(
    st.lists(
        st.tuples(st.sampled_from(["house", "clinic", "road"]), st.floats(0, 1e9) | st.just(NAN)),
        min_size=1,
        max_size=12,
    )
)
def test_the_parts_of_a_sum_add_up_to_it(drawn):
    kinds, figures = (list(one) for one in zip(*drawn, strict=True))
    ids = [f"a:{place}" for place in range(len(drawn))]
    assets = pd.DataFrame({"asset_id": ids, "asset_type": kinds, "usable": True})
    ead = pd.DataFrame(
        {
            "asset_id": pd.Categorical(ids, categories=ids),
            "hazard": pd.Categorical(["flood"] * len(ids)),
            "ead": figures,
            "ead_low": [one / 2 for one in figures],
            "ead_high": [one * 2 for one in figures],
            "rule": "trapezoid",
            "maps": 3,
        }
    )
    sums = ead_summary(assets, ead, by=["asset_type"])
    whole, parts = sums[sums["by"] == "city"].iloc[0], sums[sums["by"] == "asset_type"]
    assert (
        parts["assets"].sum() == whole["assets"]
        and parts["without_figure"].sum() == whole["without_figure"]
    )
    for name in ("ead", "ead_low"):
        assert parts[name].sum(min_count=1) == pytest.approx(whole[name], rel=1e-12, nan_ok=True)
    # one part without an upper bound leaves the sum without one
    assert np.isnan(whole["ead_high"]) == np.isnan(figures).any()
