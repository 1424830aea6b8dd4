"""Areas of districts by class of water: nothing is lost, and where depth and index disagree is
an area.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_inventory.model.hazards import Hazard
from asset_inventory.resilience.bnpb import LEVELS, flood_classes, worst_by_parent

NAN = float("nan")
# fmt: off
FLOOD = Hazard(
    name="flood", kind="shock", intensity={"measure": "water depth", "unit": "m"}, exposed_from=0.1,
    nodata_means="unknown", maps=[{"path": "a.tif", "return_period": 10}], source={"title": "x", "licence": "CC0-1.0"},
)
# fmt: on


def laid(*pieces: tuple[int, float, float], areas: tuple[float, ...] = (100.0,)):
    """What pieces (district, share, depth) of districts of these areas give."""
    table = pd.DataFrame(pieces, columns=["asset", "share", "intensity"])
    districts = pd.DataFrame({"district": [*map(str, range(len(areas)))], "area": areas})
    return flood_classes(table, districts, FLOOD, 10.0)


def areas_of(found) -> dict[tuple[str, str], float]:
    table = found.classes
    return {
        (by_depth, by_index): area
        for by_depth, by_index, area in table[
            ["class_by_depth", "class_by_index", "area"]
        ].itertuples(index=False)
    }


def test_where_depth_and_index_disagree_is_an_area():
    # 1.6 m is high by depth (above 1.5 m) and medium by index (which is high from 1.669 m on): 30 %
    # of 100 m2
    found = laid((0, 0.3, 1.6), (0, 0.2, 1.7), (0, 0.25, 0.5), (0, 0.15, 0.05), (0, 0.1, NAN))
    assert areas_of(found) == pytest.approx(
        {
            ("high", "medium"): 30,
            ("high", "high"): 20,
            ("low", "low"): 25,
            ("dry", "dry"): 15,
            ("unknown", "unknown"): 10,
        }
    )
    row = found.districts.iloc[0]
    assert (row["area_differing"], row["area_no_data"]) == pytest.approx((30, 10))
    # by depth 50 m2 are high, by index 30 m2 medium: of 25 low and 20 high
    assert [
        row[f"{rule}_by_{by}"] for rule in ("worst", "largest") for by in ("depth", "index")
    ] == ["high", "high", "high", "medium"]
    assert bool(row["at_least"]) is True
    # h(1.6) 0.6494, h(1.7) 0.6732, h(0.5) 0.1948; dry counts as 0: (.3·.6494 + .2·.6732 +
    # .25·.1948)/0.9 = 0.4202
    assert row["index_mean"] == pytest.approx(0.4202, abs=5e-5)
    assert row["index_max"] == pytest.approx(0.6732, abs=5e-5)


@pytest.mark.parametrize(
    ("pieces", "classes", "at_least"),
    [
        ([(0, 1.0, 0.0)], ["dry"] * 4, False),
        # the half that nobody knows may be anything
        ([(0, 0.5, 0.0), (0, 0.5, NAN)], ["dry"] * 4, True),
        ([(0, 1.0, NAN)], [None] * 4, True),
        ([], [None] * 4, True),  # the map says nothing at all
        # the largest area is that of the water
        ([(0, 0.99, 0.0), (0, 0.01, 2.0)], ["high"] * 4, False),
        ([(0, 0.5, 0.5), (0, 0.5, 2.0)], ["high"] * 4, False),  # of two alike the worse
    ],
)
def test_the_class_of_a_district_by_each_rule(pieces, classes, at_least):
    row = laid(*pieces).districts.iloc[0]
    told = [row[f"{rule}_by_{by}"] for rule in ("worst", "largest") for by in ("depth", "index")]
    assert [None if pd.isna(one) else one for one in told] == classes
    assert bool(row["at_least"]) is at_least
    assert laid(*pieces).classes["area"].sum() == pytest.approx(100)


def test_of_a_kecamatan_the_worst_kelurahan_counts():
    found = laid(
        (0, 1.0, 0.5), (1, 0.5, 1.6), (1, 0.5, NAN), (2, 1.0, 4.0), areas=(100.0, 50.0, 10.0)
    ).districts
    (row,) = worst_by_parent(found, pd.Series({"0": "Genuk", "1": "Genuk", "2": None})).to_dict(
        "records"
    )
    assert (row["parent"], row["area"], row["area_no_data"], row["at_least"]) == (
        "Genuk",
        150,
        25,
        True,
    )
    assert (row["largest_by_depth"], row["largest_by_index"]) == ("high", "medium")


depths = st.one_of(st.just(NAN), st.just(0.0), st.floats(0, 10))


@given(
    st.lists(st.tuples(st.integers(0, 2), st.floats(0.01, 1), depths), max_size=30),
    st.floats(1, 1e8),
)
def test_the_areas_of_a_district_add_up_to_its_own_and_none_is_lost(rows, area):
    table = pd.DataFrame(rows, columns=["asset", "share", "intensity"])
    table["share"] /= table.groupby("asset")["share"].transform("sum")
    found = laid(*table.itertuples(index=False), areas=(area, 2 * area, 3 * area))
    sums = found.classes.groupby("district")["area"].sum()
    assert sums.tolist() == pytest.approx([area, 2 * area, 3 * area])
    assert set(found.classes["class_by_depth"]) | set(found.classes["class_by_index"]) <= set(
        LEVELS
    )
    floods = found.districts
    assert (floods["area_no_data"] + floods["area_differing"] <= floods["area"] * (1 + 1e-9)).all()
    known = floods.dropna(subset=["worst_by_depth"])
    for by in ("depth", "index"):
        worst, largest = (
            known[f"{rule}_by_{by}"].map(LEVELS.index) for rule in ("worst", "largest")
        )
        assert (worst >= largest).all()
    assert (known["index_mean"] <= known["index_max"] + 1e-9).all()


@given(depths, st.floats(0, 5))
def test_deeper_water_never_lowers_the_class(depth, more):
    if not np.isnan(depth):
        one, other = (
            laid((0, 1.0, float(level))).districts.iloc[0] for level in (depth, depth + more)
        )
        for name in ("worst_by_depth", "worst_by_index", "largest_by_depth", "largest_by_index"):
            assert LEVELS.index(one[name]) <= LEVELS.index(other[name])
