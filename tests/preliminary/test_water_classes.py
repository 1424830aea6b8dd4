"""The town's districts under its water: each square metre once, on grids and in zones, unknown kept apart.

West (1) is dry but for its southern half (0.5, 1 and 2 m at 10, 50 and 100 years), of East (2) the map says nothing in
the north (nodata) and twice the depth in the south. Each half is 50 x 50 = 2,500 m2.
"""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from asset_inventory.hazards.fitness import open_hazards
from asset_inventory.inventory.districts import read_districts
from asset_inventory.preliminary.water_classes import is_water_depth, water_classes
from asset_inventory.sources.city import Hazard, read_city
from tests.conftest import X, Y


def classes_of(folder):
    city = read_city(folder)
    return water_classes(city, read_districts(city)[0], open_hazards(city.hazards, city.crs)[0])


def test_grids_give_areas_by_class_and_map(town):
    found = classes_of(town)
    table = found.classes.set_index(["district", "return_period", "class_by_depth", "class_by_index"])["area"]
    assert table.to_dict() == pytest.approx({
        ("1", 10, "dry", "dry"): 2500, ("1", 10, "low", "low"): 2500,  # 0.5 m
        ("1", 50, "dry", "dry"): 2500, ("1", 50, "medium", "medium"): 2500,  # 1 m
        ("1", 100, "dry", "dry"): 2500, ("1", 100, "high", "high"): 2500,  # 2 m
        ("2", 10, "unknown", "unknown"): 2500, ("2", 10, "medium", "medium"): 2500,  # 1 m
        ("2", 50, "unknown", "unknown"): 2500, ("2", 50, "high", "high"): 2500,  # 2 m
        ("2", 100, "unknown", "unknown"): 2500, ("2", 100, "high", "high"): 2500,  # 4 m
    })  # fmt: skip
    assert set(found.classes["data_status"]) == {"exercise"}  # as the flood is
    floods = found.districts.set_index(["district", "return_period"])
    assert floods["at_least"].to_dict() == {(one, years): one == "2" for one in "12" for years in (10, 50, 100)}
    assert floods.loc[("1", 10), "index_mean"] == pytest.approx(0.19481 / 2, abs=1e-5)  # (0.5/1.125)^-1.75 = 4.1332


def test_zones_with_depths_count_as_water_and_the_rest_outside_is_what_the_city_says(edit, town):
    south = gpd.GeoDataFrame({"DEPTH": [160.0]}, geometry=[shapely.box(X, Y, X + 100, Y + 25)], crs="EPSG:32749")
    south.to_file(town / "rob.gpkg", driver="GPKG")
    edit(("[[hazards]]", """[[hazards]]
name = "rob"
kind = "shock"
intensity = { measure = "kedalaman air", unit = "cm" }
outside = "not exposed"
maps = [{ path = "rob.gpkg", intensity_field = "DEPTH" }]
source = { title = "Rob", licence = "CC0-1.0" }

[[hazards]]"""))
    found = classes_of(town)
    rob = found.classes[found.classes["hazard"] == "rob"]
    assert rob[["district", "class_by_depth", "class_by_index", "area"]].values.tolist() == [
        ["1", "dry", "dry", 3750], ["1", "high", "medium", 1250], ["2", "dry", "dry", 3750],
        ["2", "high", "medium", 1250]]  # fmt: skip
    assert rob["return_period"].isna().all()
    assert found.districts.loc[found.districts["hazard"] == "rob", "area_differing"].tolist() == [1250, 1250]


def hazard(measure: str, unit: str, **one_map: object) -> Hazard:
    return Hazard(name="bahaya", kind="shock", intensity={"measure": measure, "unit": unit}, exposed_from=0,
                  nodata_means="unknown", maps=[{"path": "a.tif"} | one_map],
                  source={"title": "x", "licence": "CC0-1.0"})  # fmt: skip


@pytest.mark.parametrize(("measure", "unit", "is_one"), [
    ("water depth", "m", True), ("kedalaman genangan", "cm", True), ("depth", "ft", True),
    ("kedalaman air", "class", False), ("ash thickness", "cm", False), ("peak ground deformation", "cm", False),
    ("wind speed", "m/s", False),
])  # fmt: skip
def test_only_a_length_of_water_is_a_depth(measure, unit, is_one):
    assert is_water_depth(hazard(measure, unit)) is is_one


def test_a_city_without_water_has_no_rows(town):
    city = read_city(town)
    opened = open_hazards([one for one in city.hazards if one.name == "landslide"], city.crs)[0]
    found = water_classes(city, read_districts(city)[0], opened)
    assert not len(found.classes) and not len(found.districts)
