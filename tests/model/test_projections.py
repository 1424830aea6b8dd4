"""The one gate of coordinates: no ballpark, finite, of known accuracy."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely

from asset_inventory.io.geometries import (
    carry,
    carry_back,
    looks_like,
    proposals,
    to_city,
    to_wgs84,
)
from asset_inventory.model.errors import SourceError

UTM = "EPSG:32749"


def points(crs, *xy) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"n": range(len(xy))}, geometry=[shapely.Point(one) for one in xy], crs=crs
    )


def test_there_and_back_is_the_same_place():
    table = points(4326, (110.42, -6.99), (110.5, -7.1))
    there, findings = to_city(table, UTM, source="layer")
    assert not len(findings)
    assert (
        shapely.distance(to_wgs84(there).geometry.to_numpy(), table.geometry.to_numpy()).max()
        < 1e-9
    )


def test_a_degree_is_as_long_as_the_ellipsoid_says():
    # 1 degree of latitude at 7 degrees south, along the ellipsoid, times UTM's scale 0.9996 to 1.0
    # near its centre line
    there, _ = to_city(points(4326, (111, -6.5), (111, -7.5)), UTM, source="layer")
    metres = there.geometry.iloc[0].distance(there.geometry.iloc[1])
    assert metres == pytest.approx(
        0.9996 * pyproj.Geod(ellps="WGS84").line_length([111, 111], [-6.5, -7.5]), rel=1e-6
    )


def test_batavia_is_moved_by_its_datum_shift_and_said_to_be_unsure():
    xy = (110.42, -6.99)
    batavia, findings = to_city(points(4211, xy), UTM, source="old map")
    wgs84, _ = to_city(points(4326, xy), UTM, source="layer")
    # a plain change of coordinates would leave it where it is: 119 m off
    assert batavia.geometry.iloc[0].distance(wgs84.geometry.iloc[0]) == pytest.approx(119, abs=2)
    assert findings["code"].tolist() == ["transformation_unsure"]


def test_the_only_operation_there_is_has_its_accuracy_told_too():
    """PROJ keeps no record of which operation it used where there is but one: here a shift of
    unknown accuracy.
    """
    crs = pyproj.CRS.from_proj4("+proj=longlat +ellps=bessel +towgs84=-377,681,-50 +type=crs")
    _, findings = to_city(points(crs, (110.42, -6.99)), UTM, source="old map")
    assert findings["code"].tolist() == ["transformation_unsure"]


def test_a_sphere_that_no_sure_transformation_leaves_is_refused():
    sphere = pyproj.CRS.from_proj4("+proj=merc +a=6378137 +b=6378137 +lon_0=0 +units=m +type=crs")
    engineering = pyproj.CRS.from_wkt('LOCAL_CS["site grid",UNIT["metre",1]]')
    for crs in (engineering,):
        with pytest.raises((SourceError, pyproj.exceptions.ProjError)):
            to_city(points(crs, (1, 1)), UTM, source="layer")
    assert sphere.is_projected


def test_what_has_no_place_is_none_and_a_finding():
    table, findings = to_city(
        points(4326, (110.42, -6.99), (np.inf, 0), (110.42, 95)), UTM, source="layer"
    )
    assert table.geometry.isna().tolist() == [False, True, True]
    assert findings[["code", "count"]].to_numpy().tolist() == [["coordinates_not_finite", 2]]


def test_without_a_system_the_error_says_what_it_looks_like():
    for xy, word in (((110.42, -6.99), "degrees"), ((436_000, 9_227_000), "metres")):
        with pytest.raises(SourceError) as caught:
            to_city(points(None, xy), UTM, source="layer")
        assert word in str(caught.value)
    assert looks_like(np.full(4, np.nan)) == "unknown"


def test_carry_is_the_same_transformation():
    xy = np.array([[436_000.0, 9_227_000.0], [437_000.0, 9_228_000.0]])
    carried = carry(xy, UTM, "EPSG:4326")
    there = to_wgs84(points(UTM, *xy))
    assert carried == pytest.approx(shapely.get_coordinates(there.geometry.to_numpy()), abs=1e-12)
    assert carry(xy, UTM, UTM) is xy


@pytest.mark.parametrize(
    "crs", ["EPSG:4326", "EPSG:4238", "EPSG:4211", "EPSG:4613", "EPSG:23839", "EPSG:3001"]
)
def test_coordinates_come_back_from_the_citys_system_as_they_were_delivered(crs):
    """With PROJ alone those of Batavia come back 0.6 mm off, and 3.5 m where it takes another
    operation back.
    """
    degrees = np.column_stack([axis.ravel() for axis in np.mgrid[105:115:0.25, -9:-5:0.25]])
    delivered = carry(degrees, "EPSG:4326", crs)
    there = carry(delivered, crs, UTM)
    metre = 1.0 if pyproj.CRS(crs).is_projected else 1 / 111_000
    back = carry_back(there, UTM, crs)
    np.testing.assert_allclose(back, delivered, rtol=0, atol=2e-8 * metre)
    assert (carry_back(there[7:8], UTM, crs) == back[7:8]).all()
    assert np.isnan(carry_back(np.full((1, 2), np.nan), UTM, crs)).all()


def test_the_system_that_would_fit_is_proposed():
    city = np.array([430_000.0, 9_215_000.0, 445_000.0, 9_233_000.0])
    for crs in ("EPSG:4326", "EPSG:3857", UTM):
        bounds = pyproj.Transformer.from_crs(UTM, crs, always_xy=True).transform_bounds(*city)
        assert proposals(np.array(bounds), UTM, city)[0] == crs
    assert proposals(np.array([0.0, 0.0, 1.0, 1.0]), UTM, city) == []


def test_heights_stay_when_a_shape_changes_its_system():
    shapes = [shapely.Point(110.42, -6.99, 3.5), shapely.Point(110.42, -6.99), None]
    table, _ = to_city(gpd.GeoDataFrame(geometry=shapes, crs="EPSG:4326"), "EPSG:32749", source="a")
    assert shapely.has_z(table.geometry.to_numpy()).tolist() == [True, False, False]
    assert table.geometry[0].z == 3.5 and table.geometry[0].x == table.geometry[1].x
