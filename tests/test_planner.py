"""Years to come in the demo city: the years that it declares, in order."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def semarang(assessed_once):
    return assessed_once("semarang")


def test_the_flood_of_the_demo_city_is_told_now_and_in_ten_and_twenty_five_years(semarang):
    assert sorted(semarang.future_ead["year"].unique()) == [2026, 2036, 2051]
    assert set(semarang.future_ead["hazard"].astype(str)) == {"banjir"}
    assert set(semarang.future_ead["data_status"]) == {"exercise"}
    known = semarang.future_ead.dropna(subset="ead")
    by_year = known.pivot(index="asset_id", columns="year", values="ead")
    assert (by_year[2026] <= by_year[2036] * (1 + 1e-9)).all()
    assert (by_year[2036] <= by_year[2051] * (1 + 1e-9)).all()
