"""What a stress costs a year, by pencil and by law; the town is drawn in `tests/conftest.py`."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from asset_inventory.assessment.run import assess
from asset_inventory.messages import describe_finding, number
from asset_inventory.model.errors import CityError
from asset_inventory.model.hazards import Hazard, Occurrence, YearlyPrice
from asset_inventory.model.reading import read_city
from asset_inventory.risk.annual_damage import YEARLY
from asset_inventory.risk.chronic_hazards import reach_of, then_shock, yearly, yearly_prices
from tests.support.tidal_flooding import CURVE, FIRST, HOUSES, RARER, ROADS, rob
from tests.support.town import write_grid


def of(table: pd.DataFrame, asset: str, hazard: str = "rob") -> pd.Series:
    rows = table[((table["asset_id"] == asset) & (table["hazard"] == hazard)).to_numpy()]
    assert len(rows) == 1
    return rows.iloc[0]


def test_a_half_covered_road_by_its_cost_a_metre(town):
    """The road, 100 m, worth 1000: half of it lies in the cell that rob reaches."""
    made = rob(town, HOUSES, ROADS)
    road = of(made.chronic_hazards, "roads:C")
    # 15 a metre x 100 m x 0.5 = 750 a year; 40 days x 0.5 x 0.5 = 10 days; 750 / 1000 = 0.75
    assert road[["exposed_fraction", "no_data_fraction"]].tolist() == pytest.approx([0.5, 0.0])
    assert road[
        ["annual_damage", "disruption_days", "annual_damage_ratio"]
    ].tolist() == pytest.approx([500, 10, 0.5])
    # ... but half a road worth 1000 cannot lose more than 500, and a finding says so
    told = made.findings.set_index("code").loc["yearly_above_value"]
    assert (told["source"], told["count"]) == ("road", 1)
    assert (
        road["data_status"] == "exercise" and of(made.ead, "roads:C")["data_status"] == "exercise"
    )


def test_a_cost_that_the_road_is_worth(edit, town):
    edit(('road = { per = "m", amount = 10', 'road = { per = "m", amount = 100'))
    made = rob(town, HOUSES, ROADS)
    road, ead = of(made.chronic_hazards, "roads:C"), of(made.ead, "roads:C")
    # 15 a metre x 100 m x 0.5 = 750 a year, of 10,000: 0.075; 40 days x 0.5 x 0.5 = 10 days
    assert road[
        ["annual_damage", "annual_damage_ratio", "disruption_days"]
    ].tolist() == pytest.approx([750, 0.075, 10])
    assert ead[["ead", "ead_low", "ead_high", "maps"]].tolist() == pytest.approx([750, 750, 750, 1])
    assert ead["rule"] == YEARLY
    assert not {"yearly_above_value", "stress_not_priced", "bounds_only"} & set(
        made.findings["code"]
    )


def test_a_fraction_of_the_value_of_the_share_that_is_reached(town):
    made = rob(town, HOUSES, ROADS)
    house, away = of(made.chronic_hazards, "buildings:A"), of(made.ead, "buildings:B")
    # A, worth 1000, lies to one half in the cell: 0.02 x 0.5 = 0.01 a year = 10; 40 x 0.5 x 0.5 =
    # 10 days
    assert house[
        ["annual_damage_ratio", "annual_damage", "disruption_days"]
    ].tolist() == pytest.approx([0.01, 10, 10])
    assert of(made.ead, "buildings:A")[["ead", "ead_low", "ead_high"]].tolist() == pytest.approx(
        [10, 10, 10]
    )
    assert away[["ead", "ead_low", "ead_high"]].tolist() == [0, 0, 0]
    assert "buildings:B" not in set(made.chronic_hazards["asset_id"])
    assert set(made.ead["rule"][(made.ead["hazard"] == "rob").to_numpy()]) == {YEARLY}


@pytest.mark.slow
def test_an_unknown_share_widens_the_bounds_and_a_wholly_unknown_asset_is_not_known(town):
    made = rob(town, HOUSES)
    half = of(made.chronic_hazards, "buildings:D")
    # D, worth 800: one half dry, one half not known: 0 known, at most 0.02 x 0.5 x 800 = 8
    assert half[
        ["exposed_fraction", "no_data_fraction", "annual_damage"]
    ].tolist() == pytest.approx([0, 0.5, 0])
    assert np.isnan(half["disruption_days"])  # none that is known is no none
    assert of(made.ead, "buildings:D")[["ead", "ead_low", "ead_high"]].tolist() == pytest.approx(
        [0, 0, 8]
    )
    depot = of(made.ead, "buildings:E")  # no place
    assert depot[["ead", "ead_low", "ead_high"]].isna().all() and depot["rule"] == YEARLY
    write_grid(town / "rob_1.tif", np.array([[-9999.0, -9999.0], [-9999.0, -9999.0]]))
    blind = assess(read_city(town))
    whole = of(blind.ead, "buildings:D")
    # 0.02 x 800
    assert np.isnan(whole["ead"]) and whole[["ead_low", "ead_high"]].tolist() == pytest.approx(
        [0, 16]
    )
    assert (
        of(blind.chronic_hazards, "buildings:D")[
            ["annual_damage", "annual_damage_ratio", "disruption_days"]
        ]
        .isna()
        .all()
    )


def test_events_multiply_the_price_of_each(town):
    each = HOUSES.replace("fraction = 0.02", 'fraction = 0.002\neach = "event"')
    made = rob(town, each, often="events_per_year = 24, days_per_event = 0.5")
    # 24 events x 0.002 = 0.048 of the half that is reached: 0.024 x 1000; 24 x 0.5 days x 0.5 x 0.5
    # = 3 days
    assert of(made.chronic_hazards, "buildings:A")[
        ["annual_damage", "disruption_days"]
    ].tolist() == pytest.approx([24, 3])


def test_more_than_once_a_year_takes_no_more_than_the_value(town):
    """Annual frequency may exceed 1, yearly damage not the value: 24 x 0.1 = 2.4 of the value a
    year.
    """
    each = HOUSES.replace("fraction = 0.02", 'fraction = 0.1\neach = "event"')
    made = rob(town, each, often="events_per_year = 24")
    house = of(made.chronic_hazards, "buildings:A")
    assert house[["annual_damage", "annual_damage_ratio"]].tolist() == pytest.approx([500, 0.5])
    assert np.isnan(house["disruption_days"])  # nobody says how long an event lasts
    told = made.findings[(made.findings["code"] == "yearly_above_value").to_numpy()]
    assert told[["source", "count"]].to_numpy().tolist() == [["house", 1]]


def test_a_stress_without_a_price_gives_exposure_and_days_only(town):
    made = rob(town, often="days_per_year = 40, service_lost = 0.25")
    house = of(made.chronic_hazards, "buildings:A")
    assert house["disruption_days"] == pytest.approx(5)  # 40 x 0.25 x 0.5
    assert np.isnan(house["annual_damage"]) and np.isnan(house["annual_damage_ratio"])
    assert "rob" not in set(made.ead["hazard"])
    row = made.findings[(made.findings["code"] == "stress_not_priced").to_numpy()].iloc[0].to_dict()
    assert (
        "[[yearly]]" in describe_finding(row, "en")[1]
        and "[[yearly]]" in describe_finding(row, "id")[1]
    )


def test_days_of_service_are_not_known_where_nobody_says_their_share(town):
    made = rob(town, HOUSES.replace("service_lost = 0.5\n", ""))
    assert np.isnan(of(made.chronic_hazards, "buildings:A")["disruption_days"])
    assert of(made.chronic_hazards, "buildings:A")["annual_damage"] == pytest.approx(10)


def test_a_type_without_a_yearly_price_is_told_with_its_assets(town):
    made = rob(town, HOUSES)
    told = made.findings[(made.findings["code"] == "type_without_yearly_price").to_numpy()].iloc[0]
    assert (told["source"], told["count"]) == ("road", 1)
    assert (
        "1 asset " in describe_finding(told.to_dict(), "en")[0]
        and "1 aset" in describe_finding(told.to_dict(), "id")[0]
    )
    assert of(made.ead, "roads:C")[["ead", "ead_low", "ead_high"]].isna().all()
    assert np.isnan(made.joint_ead["ead"][4])  # the road's sum with the flood is not known


@pytest.mark.slow
def test_a_map_without_a_return_period_shows_what_is_reached(town):
    made = rob(town, HOUSES, maps='{ path = "rob_1.tif" }')
    assert of(made.ead, "buildings:A")["ead"] == pytest.approx(10)
    assert not {"hazard_is_scenario", "stress_not_priced"} & set(
        made.findings["code"][(made.findings["source"] == "rob").to_numpy()]
    )


def test_a_shock_takes_what_the_stress_has_left():
    """s = 0.05, m = 0.029, V = 100: 5 + 0.95 x 2.9 = 7.755."""
    found = then_shock(np.array([5.0]), np.array([2.9]), np.array([100.0]))
    print(f"V(s + (1 - s)m) = 100 x (0.05 + 0.95 x 0.029) = {found[0]}")
    assert found[0] == pytest.approx(7.755)


def test_rarer_maps_are_priced_as_events_over_the_yearly_price(town):
    """A lies to one half in the cell: depths 1, 2, 4 m at 5, 10, 20 years damage 0.125, 0.25,
    0.5 of its 1000.
    """
    for period, depth in ((5, 1.0), (10, 2.0), (20, 4.0)):
        write_grid(town / f"rob_{period}.tif", np.array([[0.0, -9999.0], [depth, 0.0]]))
    made = rob(town, HOUSES, ROADS, CURVE, maps=RARER)
    # from 0 at 1 year: (1 - 0.2) x 62.5 + (0.2 - 0.1) x 187.5 + (0.1 - 0.05) x 375 + 0.05 x 500
    events = 0.8 * 62.5 + 0.1 * 187.5 + 0.05 * 375 + 0.05 * 500
    low = 0.1 * 125 + 0.05 * 250 + 0.05 * 500
    high = 0.8 * 125 + 0.1 * 250 + 0.05 * 500 + 0.05 * 1000
    house = of(made.ead, "buildings:A")
    expected = [10 + (1 - 0.01) * one for one in (events, low, high)]
    print(f"1000 x (0.01 + 0.99 x {events / 1000}) = {expected[0]}")
    assert house[["ead", "ead_low", "ead_high"]].tolist() == pytest.approx(expected)
    assert (house["rule"], house["maps"]) == (YEARLY, 4)
    # the road has a yearly price alone, and no curve that would price its rarer maps
    assert of(made.ead, "roads:C")["ead"] == pytest.approx(500)
    assert of(made.chronic_hazards, "buildings:A")["annual_damage"] == pytest.approx(10)


def test_reach_names_the_map_of_what_is_reached_so_often(town):
    write_grid(town / "rob_5.tif", np.array([[0.0, -9999.0], [1.0, 1.0]]))
    maps = f'{FIRST}, {{ return_period = 5, path = "rob_5.tif" }} ]\nreach = 5\n#'
    made = rob(town, HOUSES, ROADS, maps=maps)
    assert of(made.chronic_hazards, "roads:C")["exposed_fraction"] == pytest.approx(1.0)


def test_a_reach_that_only_files_tell_is_looked_for_when_they_are_opened():
    hazard = Hazard.model_construct(name="rob", kind="stress", reach=3.0)
    with pytest.raises(CityError, match="return period 3, but the maps have"):
        reach_of(hazard, np.array([1.0, 5.0]))


# Laws


def one_asset(share: float, unknown: float, value: float) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """A road of 100 m, and what a map says of it."""
    assets = gpd.GeoDataFrame(
        {
            "asset_id": ["r"],
            "asset_type": pd.Categorical(["road"]),
            "value": [value],
            "area": [np.nan],
            "usable": [True],
        },
        geometry=[shapely.LineString([(0, 0), (100, 0)])],
        crs="EPSG:32749",
    )
    exposure = pd.DataFrame(
        {
            "asset_id": pd.Categorical(["r"]),
            "hazard": ["rob"],
            "return_period": [1.0],
            "exposed_fraction": [share],
            "no_data_fraction": [unknown],
        }
    )
    return assets, exposure


def stress(days: float | None = 40.0, events: float | None = None, **more: float) -> Hazard:
    occurrence = Occurrence(days_per_year=days, events_per_year=events, source="x", **more)
    return Hazard.model_construct(name="rob", kind="stress", reach=None, occurrence=occurrence)


def price(**said: object) -> dict[str, YearlyPrice]:
    return {
        "road": YearlyPrice(
            hazard="rob", asset_types=("road",), source="x", service_lost=0.5, **said
        )
    }


shares = st.floats(0, 1)
often = st.floats(0.1, 60)
PRICES = st.one_of(
    shares.map(lambda fraction: {"fraction": fraction}),
    st.floats(0, 1e6).map(lambda cost: {"cost": cost, "per": "m"}),
)


@given(shares, shares, st.floats(0, 1e9), often, PRICES)
def test_nothing_loses_more_than_its_value_and_bounds_hold(share, rest, value, events, said):
    unknown = (1 - share) * rest
    assets, exposure = one_asset(share, unknown, value)
    told = yearly(
        assets, exposure, stress(None, events), np.array([1.0]), price(each="event", **said)
    )
    low, high, damage = told.low[0], told.high[0], told.damage[0]
    assert 0 <= low <= high * (1 + 1e-9) and high <= value * (1 + 1e-9)
    if not np.isnan(damage):
        assert low <= damage <= high * (1 + 1e-9)
        assert np.isnan(told.fraction[0]) or 0 <= told.fraction[0] <= 1
    # the more is unknown, the wider: with nothing unknown the bounds meet
    certain = yearly(
        *one_asset(share, 0.0, value),
        stress(None, events),
        np.array([1.0]),
        price(each="event", **said),
    )
    assert high >= certain.high[0] * (1 - 1e-9) and certain.low[0] == certain.high[0]


@given(shares, st.floats(0.1, 366), st.floats(0.1, 366))
def test_more_days_are_never_fewer_days_lost(share, few, many):
    few, many = sorted((few, many))
    assets, exposure = one_asset(share, 0.0, 100.0)
    lost = [
        yearly(
            assets, exposure, stress(days), np.array([1.0]), price(fraction=0.1)
        ).disruption_days[0]
        for days in (few, many)
    ]
    assert lost[0] <= lost[1] <= 0.5 * many + 1e-9


@given(shares, st.floats(0, 1), st.floats(0, 1), st.floats(1, 1e9))
def test_a_shock_after_a_stress_takes_no_more_than_is_there(s, m, more, value):
    found, worse = (
        float(then_shock(np.array([s * value]), np.array([one * value]), np.array([value]))[0])
        for one in (m, min(m + more, 1.0))
    )
    assert max(s, m) * value * (1 - 1e-9) <= found <= value * (1 + 1e-9)
    assert found <= worse * (1 + 1e-9)
    assert found == pytest.approx(value * (1 - (1 - s) * (1 - m)), rel=1e-9, abs=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["cm", "m"])
def test_the_same_town_in_centimetres_gives_the_same_money(town, unit, tmp_path):
    made = rob(town, HOUSES, ROADS)
    if unit == "cm":
        text = (town / "city.toml").read_text(encoding="utf-8")
        lead, rest = text.split('name = "rob"')
        rest = rest.replace('unit = "m"', 'unit = "cm"').replace(
            "exposed_from = 0.1", "exposed_from = 10"
        )
        (town / "city.toml").write_text(f'{lead}name = "rob"{rest}', encoding="utf-8")
        write_grid(town / "rob_1.tif", np.array([[0.0, -9999.0], [50.0, 0.0]]))
    again = assess(read_city(town))
    pd.testing.assert_frame_equal(again.chronic_hazards, made.chronic_hazards)
    pd.testing.assert_frame_equal(again.ead, made.ead)


def test_the_rule_that_names_a_type_wins(town):
    rob(town, HOUSES, HOUSES.replace('["house", "clinic"]', '"*"').replace("0.02", "0.5"))
    city = read_city(town)
    prices = yearly_prices(city.yearly, city.hazard("rob"), pd.Index(["house", "road"]))
    assert {kind: one.fraction for kind, one in prices.items()} == {"house": 0.02, "road": 0.5}
    assert number(0.5, "id") == "0,5"
