"""The risk delta is the difference of two full assessments, though only the changed assets are
reckoned.
"""

from __future__ import annotations

import json
import math
import os

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asset_inventory.assessment.compare import annual_damages, states_of
from asset_inventory.assessment.risk_delta import (
    RiskDelta,
    changed_assets,
    delta_as_json,
    delta_from_json,
    layer_delta,
    risk_delta,
    share_of,
)
from asset_inventory.assessment.run import assess
from asset_inventory.hazards.intersections import open_hazards
from asset_inventory.inventory.assets import assets_of
from asset_inventory.model.reading import read_city
from asset_inventory.model.tables import known_sum
from asset_inventory.risk.exposure import STATES, exposure_counts
from asset_inventory.risk.pipeline import RiskSettings, run_pipeline
from asset_inventory.vulnerability.curves import curves_for
from tests.support.town import X, Y

NAN = float("nan")


@pytest.fixture
def assessed(town):
    return assess(read_city(town))


def rows(table: pd.DataFrame, **wanted: object) -> pd.DataFrame:
    for name, value in wanted.items():
        same = table[name].isna() if value is None or value != value else table[name] == value
        table = table[same]
    return table


def of_city(delta: RiskDelta) -> pd.Series:
    return rows(delta.ead, by="city").iloc[0]


def edited(assets: gpd.GeoDataFrame, asset: str, **cells: object) -> gpd.GeoDataFrame:
    """ASSETS with other cells in one asset."""
    made = assets.copy()
    for name, value in cells.items():
        made.loc[made["asset_id"] == asset, name] = value
    return made


def test_a_clinic_that_moves_and_one_that_goes_as_the_pencil_says(assessed):
    """EAD of a point at depth 1/2/4 m in the east is 30 for 500, in the west half of the depth: 15.

    Clinic B (500) moves from the east to the west: -15. House A (15) goes. Both lie in the
    landslide's zone before (A by half) and B after.
    """
    before = assessed.assets
    after = edited(before, "buildings:B", geometry=shapely.Point(X + 25, Y + 25), district="1")
    delta = risk_delta(
        assessed.city, *changed_assets(before, after[after["asset_id"] != "buildings:A"])
    )
    city = of_city(delta)
    assert (city["ead_before"], city["ead_after"]) == (pytest.approx(45), pytest.approx(15))
    assert city["difference"] == pytest.approx(-30)
    assert share_of(city["difference"], 90.0) == pytest.approx(-1 / 3)
    assert (city["assets_before"], city["assets_after"], city["not_compared"]) == (2, 1, 0)
    districts = rows(delta.ead, by="district").set_index("part")["difference"]
    # 15 in and 15 out; 30 out
    assert districts.to_dict() == {
        "1": pytest.approx(0),
        "2": pytest.approx(-30),
    }
    types = rows(delta.ead, by="asset_type").set_index("part")["difference"]
    assert types.to_dict() == {"clinic": pytest.approx(-15), "house": pytest.approx(-15)}
    assert delta.changed.to_dict("records") == [
        {"asset_type": "clinic", "added": 0, "removed": 0, "edited": 1},
        {"asset_type": "house", "added": 0, "removed": 1, "edited": 0},
    ]
    by_map = rows(delta.exposure, by="city").set_index(["hazard", "return_period"])
    assert list(by_map.index)[:3] == [("flood", 10.0), ("flood", 50.0), ("flood", 100.0)]
    assert (by_map["exposed_before"] == 2).all() and (by_map["exposed_after"] == 1).all()
    assert len(by_map) == 5  # three floods, the landslide, all of them together
    assert delta.exercise


@pytest.mark.slow
def test_the_bounds_hold_the_difference_and_what_is_not_known_is_in_none(assessed):
    """House D is half on nodata: its EAD of 0 at least has no figure; depot E has no geometry."""
    before = assessed.assets
    after = edited(edited(before, "buildings:D", value=900.0), "buildings:E", value=50.0)
    city = of_city(risk_delta(assessed.city, *changed_assets(before, after)))
    figures = annual_damages(assessed)["ead"]
    unknown = int(figures[before["asset_id"].isin(["buildings:D", "buildings:E"])].isna().sum())
    assert unknown >= 1 and city["not_compared"] == unknown == city["without_figure_after"]
    after = edited(before, "buildings:A", value=2000.0)
    city = of_city(risk_delta(assessed.city, *changed_assets(before, after)))
    assert city["difference"] == pytest.approx(15)
    assert city["difference_low"] < 15 < city["difference_high"]
    renamed = edited(edited(before, "buildings:A", name="Home A"), "buildings:E", name="Depot 5")
    city = of_city(risk_delta(assessed.city, *changed_assets(before, renamed)))
    assert (
        city["difference"],
        city["difference_low"],
        city["difference_high"],
        city["not_compared"],
    ) == (0, 0, 0, 0)
    assert city["without_figure_after"] == 1
    unpriced = of_city(
        risk_delta(assessed.city, *changed_assets(before, edited(before, "buildings:A", value=NAN)))
    )
    assert math.isnan(unpriced["difference"]) and unpriced["not_compared"] == 1
    assert math.isnan(unpriced["ead_after"]) and unpriced["ead_before"] == pytest.approx(15)
    assert math.isnan(unpriced["difference_high"]) and math.isnan(share_of(NAN, 90.0))


@pytest.mark.slow
def test_nothing_changed_is_a_delta_of_nothing_and_a_first_delivery_is_all(assessed):
    assets = assessed.assets
    none = risk_delta(assessed.city, *changed_assets(assets, assets))
    assert of_city(none)["difference"] == 0 and not len(none.changed)
    assert (rows(none.exposure, by="city")["exposed_after"] == 0).all()
    whole = risk_delta(assessed.city, assets.iloc[:0], assets)
    figures = annual_damages(assessed)
    assert (
        of_city(whole)["ead_after"]
        == of_city(whole)["difference"]
        == pytest.approx(known_sum(figures["ead"]))
    )
    assert of_city(whole)["ead_before"] == 0
    everywhere = rows(whole.exposure, by="city", hazard=None).iloc[0]
    assert (
        everywhere["exposed_after"] == (states_of(assessed, None) == STATES.index("exposed")).sum()
    )


@pytest.mark.slow
def test_it_is_kept_as_json_and_comes_back(assessed):
    delta = risk_delta(assessed.city, assessed.assets.iloc[1:3], assessed.assets.iloc[:2])
    kept = delta_from_json(json.loads(json.dumps(delta_as_json(delta), allow_nan=False)))
    for name in ("exposure", "ead", "changed", "findings"):
        pd.testing.assert_frame_equal(getattr(kept, name), getattr(delta, name))
    assert kept.exercise == delta.exercise


@pytest.mark.slow
def test_a_layer_of_the_register_is_arranged_as_when_it_is_read(assessed):
    """The town's buildings as their file has them; clinic B (30) goes, house A (15) is worth
    twice as much.
    """
    fields = {
        "ID": ["A", "B", "D", "E"],
        "NAME": ["House A", "Clinic B", None, "Depot E"],
        "KIND": ["house", "clinic", "house", "depot"],
        "VALUE": [1000.0, 500.0, 800.0, 100.0],
    }
    shapes = assessed.assets.geometry[assessed.assets["layer"] == "buildings"].to_numpy()
    before = gpd.GeoDataFrame(
        fields, index=[f"buildings:{one}" for one in "ABDE"], geometry=shapes, crs="EPSG:32749"
    )
    declared = assessed.city.assets[0]
    kept = assessed.assets[assessed.assets["layer"] == "buildings"]
    same, _ = changed_assets(kept, assets_of(before, declared, assessed.city, assessed.districts))
    assert not len(same)
    after = before.drop("buildings:B").assign(VALUE=[2000.0, 800.0, 100.0])
    delta = layer_delta(assessed.city, "buildings", before, after)
    assert of_city(delta)["difference"] == pytest.approx(15 - 30)
    assert delta.changed[["added", "removed", "edited"]].sum().tolist() == [0, 1, 1]
    degrees = layer_delta(assessed.city, "buildings", before.to_crs(4326), after.to_crs(4326))
    assert of_city(degrees)["difference"] == pytest.approx(15 - 30, rel=1e-6)
    without = before.drop(columns="VALUE")
    assert assets_of(without, declared, assessed.city, assessed.districts)["value"].isna().all()


@pytest.mark.slow
def test_a_city_without_districts_is_summed_by_squares(edit):
    folder = edit(
        (
            '[districts]\npath = "districts.gpkg"\nid = "CODE"\nsource = { title = "Districts", licence = '
            '"CC0-1.0" }\n',
            "",
        )
    )
    assessed = assess(read_city(folder))
    delta = risk_delta(
        assessed.city, assessed.assets.iloc[:1].assign(district=""), assessed.assets.iloc[:0]
    )
    assert rows(delta.ead, by="district")["part"].tolist() == ["1 km 436-9227"]


@pytest.mark.slow
def test_a_grid_that_proves_damaged_is_left_out_and_named(assessed, town):
    for path in town.glob("flood_*.tif"):
        path.write_bytes(b"II*\0 no grid")
    delta = risk_delta(assessed.city, assessed.assets.iloc[:0], assessed.assets)
    assert "hazard_refused" in set(delta.findings["code"])
    assert set(delta.exposure["hazard"].dropna()) == {"landslide"}
    assert math.isnan(of_city(delta)["difference"])


# The law


SHAPES = st.one_of(
    st.none(),
    st.builds(shapely.Point, st.floats(X - 20, X + 120), st.floats(Y - 20, Y + 120)),
    st.builds(
        lambda x, y, w, h: shapely.box(x, y, x + w, y + h),
        st.floats(X - 20, X + 120),
        st.floats(Y - 20, Y + 120),
        st.floats(1, 60),
        st.floats(1, 60),
    ),
    st.builds(
        lambda x, y, a, b: shapely.LineString([(x, y), (x + a, y + b)]),
        st.floats(X - 20, X + 120),
        st.floats(Y - 20, Y + 120),
        st.floats(1, 60),
        st.floats(1, 60),
    ),
)
ASSET = st.fixed_dictionaries(
    {
        "geometry": SHAPES,
        "value": st.one_of(st.just(NAN), st.floats(0, 1e6)),
        "district": st.sampled_from(["1", "2"]),
        "asset_type": st.sampled_from(["house", "clinic", "road"]),
        "floor_height": st.sampled_from([NAN, 0.0, 0.7]),
    }
)
TABLE = st.dictionaries(st.sampled_from("ABCDEFGH"), ASSET, max_size=8)


def as_assets(table: dict[str, dict], like: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """ASSETS of these assets; what they do not say is as in the town."""
    columns = {
        name: [asset[name] for asset in table.values()]
        for name in ("geometry", "value", "district", "asset_type", "floor_height")
    }
    shapes = np.array(columns.pop("geometry"), dtype=object)
    frame = pd.DataFrame({"asset_id": [f"all:{one}" for one in table], **columns}).astype(
        {"asset_id": "str", "value": float, "floor_height": float}
    )
    frame = frame.assign(
        layer="all",
        name=None,
        owner=None,
        value_rule="field",
        area=NAN,
        levels=NAN,
        condition=NAN,
        criticality=NAN,
        source="all",
        data_status="real",
        usable=~shapely.is_missing(shapes),
    )
    for name, words in (("district", ["1", "2"]), ("asset_type", ["clinic", "house", "road"])):
        frame[name] = pd.Categorical(frame[name], categories=words)
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=like.crs)[list(like.columns)]


@pytest.mark.slow
@settings(
    max_examples=int(os.environ.get("REGISTER_EXAMPLES", "8")),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(before=TABLE, edits=TABLE)
def test_it_is_the_difference_of_two_full_assessments(town_ground, before, edits):
    city, opened, like = town_ground
    removed = set("ABCD") - edits.keys()
    tables = (
        before,
        {
            name: one
            for name, one in (before | edits).items()
            if name not in removed or name in "AB"
        },
    )
    sides = [as_assets(table, like) for table in tables]
    curves, _ = curves_for(city, ["house", "clinic", "road"])
    maps = [(one.hazard.name, period) for one in opened for period in one.periods]
    whole = []
    for assets in sides:
        risk = run_pipeline(assets, opened, curves, RiskSettings.of(city))
        counts = exposure_counts(assets, risk.exposure, maps)
        whole.append((risk.joint_ead.set_index(assets["asset_id"]), counts, assets))
    delta = risk_delta(city, *changed_assets(*sides), opened=opened, curves=curves)
    (figures, counted, there), (figures_now, counted_now, there_now) = whole
    ids = figures.index.union(figures_now.index)
    was, now = (one["ead"].reindex(ids, fill_value=0.0) for one in (figures, figures_now))
    moved = (now - was).dropna()
    city_row = of_city(delta)
    scale = max(1.0, was.abs().max(), now.abs().max()) if len(ids) else 1.0
    if not math.isnan(city_row["difference"]):
        assert city_row["difference"] == pytest.approx(moved.sum(), rel=1e-9, abs=1e-9 * scale)
        assert rows(delta.ead, by="district")["difference"].sum() == pytest.approx(
            moved.sum(), abs=1e-9 * scale
        )
    else:  # nothing known of what has changed
        assert moved.abs().max() == pytest.approx(0, abs=1e-9 * scale) or not len(moved)
    if not city_row[["difference_low", "difference_high", "difference"]].isna().any():
        assert city_row["difference_low"] - 1e-9 * scale <= city_row["difference"]
        assert city_row["difference"] <= city_row["difference_high"] + 1e-9 * scale
    sums = known_sum(now) - known_sum(was)  # what the totals of two stored assessments say
    if not math.isnan(sums + city_row["ead_after"] + city_row["ead_before"]):
        assert city_row["ead_after"] - city_row["ead_before"] == pytest.approx(
            sums, rel=1e-9, abs=1e-9 * scale
        )
    for place in ("1", "2"):
        for hazard, period in maps:
            for state in STATES:
                full = [
                    rows(one, hazard=hazard, return_period=period, district=place)[state].sum()
                    for one in (counted, counted_now)
                ]
                mine = rows(
                    delta.exposure, by="district", part=place, hazard=hazard, return_period=period
                )
                assert full[1] - full[0] == (mine[f"{state}_after"] - mine[f"{state}_before"]).sum()
    assert delta.changed[["added", "removed"]].sum().tolist() == [
        len(there_now) - len(ids[ids.isin(there["asset_id"]) & ids.isin(there_now["asset_id"])]),
        len(there) - len(ids[ids.isin(there["asset_id"]) & ids.isin(there_now["asset_id"])]),
    ]


@pytest.fixture
def town_ground(town):
    city = read_city(town)
    return city, open_hazards(city.hazards, city.crs)[0], assess(city).assets
