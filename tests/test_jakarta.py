"""Jakarta, whole: 34,000 assets, four hazard maps, 261 kelurahan; skipped where its data is not
at hand.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from asset_inventory.assessment.precheck import check_city
from asset_inventory.assessment.run import assess
from asset_inventory.messages import describe_finding
from asset_inventory.model.reading import read_city
from tests.support.jakarta import BUILDINGS_CRS, JAKARTA, TOML

pytestmark = pytest.mark.skipif(
    not JAKARTA.is_dir(), reason="the Jakarta layers (not ours to ship) are not beside the project"
)


@pytest.fixture(scope="module")
def jakarta(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("jakarta")
    (folder / "city.toml").write_text(TOML, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def assessment(jakarta):
    return assess(read_city(jakarta))


def test_every_asset_is_accounted_for(assessment):
    assert len(assessment.assets) == 15_545 + 18_574
    assert len(assessment.districts) == 261
    ledger = assessment.exposure_counts
    states = ledger[["exposed", "not_exposed", "no_data", "unusable"]].sum(axis=1)
    assert (states == ledger["assets"]).all()
    assert (ledger.groupby("hazard", observed=True)["assets"].sum() == len(assessment.assets)).all()
    assert assessment.district_damage["assets"].sum() == len(assessment.assets)


def test_the_shake_map_covers_all_but_the_sea(assessment):
    exposure = assessment.exposure[(assessment.exposure["hazard"] == "earthquake").to_numpy()]
    assert len(exposure) == assessment.assets["usable"].sum()
    # on the coast some cells have no shaking: that share is unknown, and the rest is exposed
    assert np.allclose(exposure["exposed_fraction"] + exposure["no_data_fraction"], 1.0, atol=1e-9)
    assert exposure["intensity_max"].dropna().between(4.1, 8.98).all()
    rows = assessment.exposure_counts[assessment.exposure_counts["hazard"] == "earthquake"]
    assert rows["no_data"].sum() == (exposure["exposed_fraction"] == 0).sum() == 144


@pytest.mark.slow
def test_roads_in_the_2007_zones_equal_shapely(assessment):
    roads = (
        gpd.read_file(JAKARTA / "exposure" / "jakarta_roads.shp").to_crs(32748).geometry.to_numpy()
    )
    zones = gpd.read_file(JAKARTA / "hazard" / "Jakarta_RW_2007flood.shp")
    repaired = shapely.make_valid(
        zones.geometry.to_numpy(), method="structure", keep_collapsed=False
    )
    zones = gpd.GeoSeries(repaired, crs=zones.crs).to_crs(32748).make_valid().to_numpy()
    together = shapely.union_all(zones)
    shapely.prepare(together)
    wet = shapely.length(shapely.intersection(roads, together))
    assert [(wet > 0).sum(), (wet >= 1e-6).sum(), (wet >= 1e-3).sum()] == [7495, 7488, 7486]
    # 9 roads are wet for less than 1 mm, which is a touch: 7 for less than 1 µm, one for 7 µm and
    # one for 0.2 mm
    expected = np.where(wet < 1e-3, 0.0, wet) / shapely.length(roads)
    exposure = assessment.exposure[(assessment.exposure["hazard"] == "flood 2007").to_numpy()]
    row = exposure["asset_id"].cat.codes.to_numpy() - 15_545
    found = np.zeros(len(roads))
    found[row[row >= 0]] = exposure["exposed_fraction"].to_numpy()[row >= 0]
    # uniting the zones moves one road of 1,076 m by 4.5 micrometres; all others agree to 1e-9
    assert np.abs(found - expected).max() < 1e-8
    assert (np.abs(found - expected) < 1e-9).sum() == len(roads) - 1
    assert (found > 0).sum() == 7486
    assert shapely.intersects(together, roads).sum() == 7502  # of which 7 touch without length


@pytest.mark.slow
def test_check_proposes_the_system_that_the_buildings_need(tmp_path):
    (tmp_path / "city.toml").write_text(TOML.replace(BUILDINGS_CRS, ""), encoding="utf-8")
    found = check_city(read_city(tmp_path))
    # the layer is left out as a whole, which is a finding; nothing stops the rest
    assert found.faults == ()
    assert {"crs_ballpark", "layer_refused"} <= set(
        found.findings["code"][found.findings["source"] == "buildings"]
    )
    said = [
        describe_finding(row, "en")
        for row in found.findings.to_dict("records")
        if row["code"] == "crs_to_state"
    ]
    assert said == [
        (
            "buildings: the layer could not be converted to the coordinate system of the city.",
            'State crs = "EPSG:3857": with it the coordinates lie in the city.',
        )
    ]


def test_a_field_of_a_shapefile_without_dbf_and_a_map_without_crs_are_one_line(tmp_path):
    text = TOML.replace('asset_type = "building"', 'asset_type = { field = "TYPE" }')
    name = "Flood_Current_Depth_Jakarta_geographic.asc"  # without its .prj
    shutil.copyfile(JAKARTA / "hazard" / name, tmp_path / name)
    text = text.replace(f"{JAKARTA}/hazard/Flood_Current", f"{tmp_path}/Flood_Current")
    (tmp_path / "city.toml").write_text(text, encoding="utf-8")
    faults = check_city(read_city(tmp_path)).faults
    assert sorted(fault.key for fault in faults) == [
        "error.layer_without_crs.degrees",
        "error.no_dbf",
    ]
    for fault in faults:
        for language in ("en", "id"):
            assert "\n" not in fault.say(language)
