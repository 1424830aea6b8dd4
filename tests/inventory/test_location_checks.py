"""A city's system must measure truly where its assets are, and assets lie in its districts."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

import asset_inventory
from asset_inventory.io.geometries import areal_error, utm_zone
from asset_inventory.model.reading import read_city
from tests.support.town import X, Y


def test_utm_measures_truly_in_its_zone_only():
    # the scale on the middle line of a UTM zone is 0.9996: areas are 0.08 % too small
    middle = np.array([500_000.0, 9_227_000.0, 500_000.0, 9_227_000.0])
    assert areal_error("EPSG:32749", middle) == pytest.approx(0.9996**2 - 1, abs=1e-6)
    assert areal_error("EPSG:32749", np.full(4, np.nan)) == 0


@pytest.mark.parametrize("crs", ["EPSG:3857", "EPSG:32630"])
def test_a_system_that_distorts_is_an_error_with_the_one_to_use(edit, crs):
    found = asset_inventory.assess(
        read_city(edit(('crs = "EPSG:32749"', f'crs = "{crs}"')))
    ).findings
    row = found[found["code"] == "crs_distorts"].iloc[0]
    assert row["severity"] == "error"
    assert row["arguments"]["proposal"] == 'crs = "EPSG:32749"'


def test_the_zone_of_a_place():
    assert utm_zone("EPSG:4326", np.array([110.4, -7.0, 110.5, -6.9])) == "EPSG:32749"
    assert utm_zone("EPSG:4326", np.array([5.9, 52.5, 5.9, 52.6])) == "EPSG:32631"
    assert utm_zone("EPSG:4326", np.full(4, np.nan)) == "?"


def test_assets_outside_all_districts_are_told(town):
    gpd.GeoDataFrame(
        {"CODE": ["1"]}, geometry=[shapely.box(X, Y, X + 50, Y + 100)], crs="EPSG:32749"
    ).to_file(town / "districts.gpkg")
    found = asset_inventory.assess(read_city(town)).findings
    row = found[found["code"] == "assets_outside_districts"].iloc[0]
    assert (row["count"], row["feature"]) == (1, "buildings:B")
