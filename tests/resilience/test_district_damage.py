"""Districts: sums that add up, ranks that do not take the unknown for safe, kecamatan as sums of
kelurahan.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from asset_inventory.model.tables import OUTSIDE_DISTRICTS
from asset_inventory.resilience.district_damage import (
    by_parent,
    district_damage,
    districts_not_ranked,
)


def city(districts: list[str], ead: list[float], high: list[float]) -> tuple:
    """ASSETS (one asset each in the districts given), an empty EXPOSURE, and JOINT_EAD."""
    ids = pd.Index([f"house:{place}" for place in range(len(districts))])
    assets = gpd.GeoDataFrame(
        {
            "asset_id": ids,
            "district": pd.Categorical(districts),
            "usable": True,
            "asset_type": pd.Categorical(["house"] * len(districts)),
            "value": 100.0,
        },
        geometry=[shapely.Point(0, 0)] * len(districts),
        crs="EPSG:32749",
    )
    exposure = pd.DataFrame(
        {
            "asset_id": pd.Categorical.from_codes([], categories=ids),
            "exposed_fraction": [],
            "no_data_fraction": [],
        }
    )
    table = pd.DataFrame(
        {
            "asset_id": pd.Categorical(ids, categories=ids),
            "ead": ead,
            "ead_low": 0.0,
            "ead_high": high,
        }
    )
    return assets, exposure, table


def areas(
    districts: list[str],
    ead: list[float],
    high: list[float],
    scores: dict[str, tuple],
    parents=None,
    not_ranked=None,
):
    names = sorted(set(scores))
    table = gpd.GeoDataFrame(
        {
            "district": names,
            "name": names,
            "parent": parents or [None] * len(names),
            "population": np.nan,
        },
        geometry=[shapely.box(0, 0, 1, 1)] * len(names),
        crs="EPSG:32749",
    )
    scored = pd.DataFrame.from_dict(
        scores, orient="index", columns=["score", "score_low", "score_high"]
    )
    people = pd.DataFrame({"people_exposed": np.nan, "people_rule": "not known"}, index=names)
    own = city(districts, ead, high)
    reason = pd.Series(None, index=names, dtype="str") if not_ranked is None else not_ranked
    return district_damage(table, *own, scored, people, not_ranked=reason)


def test_what_is_not_known_does_not_rank_as_safe():
    # of a value of 100: dry 0, wet 9 %, unknown between 0 and 90 %, in the middle 45 %
    found = areas(
        ["dry", "wet", "blind"],
        [0, 9, np.nan],
        [1, 20, 90],
        {"dry": (1, 1, 1), "wet": (0.2, 0.2, 0.2), "blind": (np.nan, 0.1, 1)},
    )
    assert found.set_index("district")["rank"].to_dict() == {"blind": 1, "wet": 2, "dry": 3}
    assert found.set_index("district")["ead"].to_dict() == pytest.approx(
        {"blind": np.nan, "wet": 9, "dry": 0}, nan_ok=True
    )


def test_rows_add_up_and_a_bound_needs_every_part():
    found = areas(
        ["a", "a", "b", OUTSIDE_DISTRICTS],
        [1, 2, 4, 8],
        [2, np.nan, 8, 16],
        {"a": (1, 1, 1), "b": (1, 1, 1)},
    )
    assert found["ead"].sum() == 15
    assert found["assets"].sum() == 4
    assert found.set_index("district")["ead_high"].to_dict() == pytest.approx(
        {"a": np.nan, "b": 8, OUTSIDE_DISTRICTS: 16}, nan_ok=True
    )
    assert found["district"].iloc[-1] == OUTSIDE_DISTRICTS


def test_kecamatan_are_sums_of_kelurahan():
    found = areas(
        ["a", "b", "c", OUTSIDE_DISTRICTS],
        [1, 2, 4, 8],
        [2, 4, 8, np.nan],
        {"a": (1, 1, 1), "b": (1, 1, 1), "c": (1, 1, 1)},
        parents=["North", "North", "South"],
    )
    sums = by_parent(found)
    assert sums["parent"].tolist() == ["North", "South", OUTSIDE_DISTRICTS]
    assert sums["ead"].tolist() == [3, 4, 8]
    assert sums["ead_high"].tolist() == pytest.approx([6, 8, np.nan], nan_ok=True)
    assert sums["ead"].sum() == found["ead"].sum()
    assert sums["assets"].tolist() == [2, 1, 1]


def test_people_of_kecamatan_are_those_of_all_their_kelurahan_or_not_known():
    table = pd.DataFrame(
        {
            "parent": ["North", "North", "South", "South"],
            "people_exposed": [100.0, 20.0, 7000.0, np.nan],  # the last is withheld
            "assets": [3, 0, 2, 1],
            **dict.fromkeys(("ead", "ead_low", "ead_high"), 1.0),
            **dict.fromkeys(("assets_exposed", "assets_counted", "assets_without_figure"), 0),
        }
    )
    people = by_parent(table)["people_exposed"].tolist()
    assert people == pytest.approx([120.0, np.nan], nan_ok=True)


def test_a_district_with_few_assets_or_without_a_figure_has_no_rank():
    # b has the highest damage relative to value on one asset, c has no figure and no bound
    found = areas(
        ["a", "b", "c"],
        [1, 9, np.nan],
        [2, 20, np.nan],
        dict.fromkeys("abc", (1, 1, 1)),
        not_ranked=pd.Series({"a": None, "b": "few assets", "c": None}, dtype="str"),
    ).set_index("district")
    assert found["ead_per_value"].to_dict() == pytest.approx(
        {"a": 0.01, "b": 0.09, "c": np.nan}, nan_ok=True
    )
    assert found["rank"].to_dict() == pytest.approx({"a": 1, "b": np.nan, "c": np.nan}, nan_ok=True)
    assert found.loc[["b", "c"], "not_ranked"].tolist() == ["few assets", "no figure"]


def test_layers_that_are_not_complete_leave_a_district_unranked_where_they_hold_nothing():
    assets = pd.DataFrame({"district": ["a"] * 5 + ["b"] * 5, "layer": ["health"] * 9 + ["roads"]})
    districts = pd.Series(["a", "b", "c"])
    for incomplete, reasons in (
        ((), ["-", "-", "few assets"]),
        (("roads",), ["incomplete layers", "-", "few assets"]),
        (("roads", "health"), ["-", "-", "few assets"]),
    ):
        found = districts_not_ranked(districts, assets, fewest=5, incomplete=incomplete)
        assert found.fillna("-").tolist() == reasons
