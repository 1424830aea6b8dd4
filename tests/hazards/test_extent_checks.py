"""A map of another place is told, whatever the city takes «outside» to mean."""

from __future__ import annotations

import affine
import numpy as np
import pytest
import rasterio

import asset_inventory
from asset_inventory.assessment.precheck import check_city
from asset_inventory.hazards.intersections import open_hazard
from asset_inventory.hazards.map_checks import map_extent_findings
from asset_inventory.model.errors import CityError
from asset_inventory.model.reading import read_city
from tests.support.town import DEPTHS, TOWN_TOML, X, Y


def move(folder, metres: float) -> None:
    """Write the town's grids anew, so many metres to the east."""
    for period, (west, east) in DEPTHS.items():
        transform = affine.Affine(50, 0, X + metres, 0, -50, Y + 100)
        with rasterio.open(
            folder / f"flood_{period}.tif",
            "w",
            driver="GTiff",
            height=2,
            width=2,
            count=1,
            dtype="float32",
            crs="EPSG:32749",
            transform=transform,
        ) as grid:
            grid.write(np.array([[0, 0], [west, east]], dtype="float32"), 1)


@pytest.mark.slow
def test_the_share_that_lies_on_each_map(town):
    city = read_city(town)
    assets = asset_inventory.assess(city).assets
    assert map_extent_findings(assets, open_hazard(city.hazards[0], city.crs)).tolist() == [
        1,
        1,
        1,
    ]
    # of the four with a place the middles of A and D lie above the zone, those of B and C in it
    assert map_extent_findings(assets, open_hazard(city.hazards[1], city.crs)).tolist() == [
        pytest.approx(0.75, abs=0.25)
    ]
    # B and D's half... the middles of B (75) lies on it, of C (50), A (20) and D (50) do not
    move(town, 60)
    assert (
        map_extent_findings(assets, open_hazard(city.hazards[0], city.crs)).tolist() == [0.25] * 3
    )


@pytest.mark.slow
@pytest.mark.parametrize("outside", ["not exposed", "unknown"])
def test_a_map_that_misses_the_city_is_an_error_and_covers_nothing(edit, outside):
    folder = edit(('nodata_means = "unknown"', f'nodata_means = "unknown"\noutside = "{outside}"'))
    move(folder, 100_000)
    city = read_city(folder)
    for found in (asset_inventory.assess(city).findings, check_city(city).findings):
        assert "hazard_misses_assets" in set(found["code"][found["severity"] == "error"])
    coverage = check_city(city).coverage
    assert (coverage[coverage["hazard"] == "flood"]["known"] == 0).all()


def test_damage_cannot_start_after_the_most_frequent_of_the_zones_periods(tmp_path, town):
    import geopandas
    import shapely

    zone = [shapely.box(X, Y, X + 100, Y + 100)] * 3
    geopandas.GeoDataFrame(
        {"RP": [10, 50, 100], "D": [1.0, 2.0, 3.0]}, geometry=zone, crs="EPSG:32749"
    ).to_file(town / "z.gpkg")
    start, _, rest = TOWN_TOML.partition("maps = [\n  { return_period = 100")
    text = start.replace("no_damage_return_period = 5", "no_damage_return_period = 80") + (
        'maps = [ { path = "z.gpkg", return_period_field = "RP", intensity_field = "D" } ]\n'
        + rest.partition("]\n")[2]
    )
    (town / "city.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CityError, match="80 exceeds the shortest return period of the maps, 10"):
        asset_inventory.assess(read_city(town))
