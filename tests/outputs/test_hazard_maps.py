"""Hazard maps for a page: the town's grid and zones, and a PNG that another library reads."""

from __future__ import annotations

import base64
import math
import warnings
from dataclasses import replace

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import MemoryFile

from asset_inventory.outputs.map.hazard_layers import hazards_on_map, palette_png, ranks, zones_body
from asset_inventory.outputs.views.style import classify, intensity_classes


def read_png(content: bytes) -> tuple[np.ndarray, dict[int, tuple[int, ...]]]:
    with warnings.catch_warnings():
        # a picture has no place of its own
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        return _read_png(content)


def _read_png(content: bytes) -> tuple[np.ndarray, dict[int, tuple[int, ...]]]:
    with MemoryFile(content) as file, file.open() as dataset:
        return dataset.read(1), dataset.colormap(1)


def test_a_png_of_codes_is_read_by_another_library():
    codes = np.array([[0, 1, 2], [2, 1, 0]], dtype=np.uint8)
    colours = [(0, 0, 0, 0), (255, 0, 0, 255), (1, 2, 3, 128)]
    found, colormap = read_png(palette_png(codes, colours))
    assert (found == codes).all()
    assert [colormap[place] for place in range(3)] == colours


def test_codes_rise_from_nothing_over_unknown_to_the_worst_class():
    coded = ranks(intensity_classes([], unit="m", threshold=0.1), 0.1)
    # below the threshold; not known; 0.1-0.3, 0.3-0.75, 0.75-1.5, 1.5-3, over 3 m
    depths = np.array([[0.0, 0.05], [math.nan, 0.1], [0.3, 1.0], [2.0, 9.0]])
    assert coded(depths).tolist() == [[0, 0], [1, 2], [3, 4], [5, 6]]


def test_the_towns_maps_stand_in_the_order_of_their_return_periods(assessment):
    flood, landslide = hazards_on_map(assessment)
    assert flood.periods == (10.0, 50.0, 100.0)
    assert len(landslide.periods) == 1
    assert math.isnan(landslide.periods[0])


def test_the_towns_grid_is_drawn_where_it_lies(assessment):
    flood = hazards_on_map(assessment)[0]
    body = flood.bodies[2]
    codes, _ = read_png(base64.b64decode(body["png"]))
    unknown, _ = read_png(base64.b64decode(body["no_data"]))
    # 100 years: north 0 m and no data, south 2 m and 4 m; classes begin at 0.1, 0.3, 0.75, 1.5
    # (code 5) and 3 m (6)
    quarter = np.array(codes.shape) // 4
    place = [
        (quarter[0] * row, quarter[1] * column) for row, column in ((1, 1), (1, 3), (3, 1), (3, 3))
    ]
    assert [codes[at] for at in place] == [0, 1, 5, 6]
    assert [unknown[at] for at in place] == [0, 1, 0, 0]
    (south, west), (north, east) = body["bounds"]
    # a degree of latitude is about 110.6 km here
    assert 99 < (north - south) * 110_600 < 104
    assert 99 < (east - west) * 110_600 < 104


def test_a_grid_beyond_which_all_is_dry_has_no_edge(assessment, town):
    flood = hazards_on_map(assessment)[0]
    assert "edge" in flood.bodies[0]
    known = flood.hazard.model_copy(update={"outside": "not exposed"})
    city = assessment.city.model_copy(update={"hazards": (known,)})
    assert "edge" not in hazards_on_map(replace(assessment, city=city))[0].bodies[0]


def test_the_towns_zones_are_named_by_the_city(assessment):
    landslide = hazards_on_map(assessment)[1]
    assert [one.label for one in landslide.classes.classes[:2]] == ["low", "high"]
    assert landslide.bodies[0]["codes"] == [1]
    assert landslide.bodies[0]["shapes"]["polygon"]["rows"] == [0]


def test_only_what_was_looked_at_is_drawn(assessment):
    ledger = assessment.exposure_counts[assessment.exposure_counts["hazard"] == "landslide"]
    assert [
        one.hazard.name for one in hazards_on_map(replace(assessment, exposure_counts=ledger))
    ] == ["landslide"]


def test_worse_zones_are_drawn_above_and_dry_ones_not_at_all():
    classes = intensity_classes([], unit="m", threshold=0.1)
    boxes = [shapely.box(x, 0, x + 1, 1) for x in range(4)]
    zones = gpd.GeoDataFrame(
        {"intensity": [4.0, 0.0, math.nan, 0.5]}, geometry=boxes, crs="EPSG:4326"
    )
    codes = zones_body(zones, classes)["codes"]
    expected = classify(np.array([math.nan, 0.5, 4.0]), classes).tolist()
    assert codes == expected


def test_pixels_are_the_grids_own_values(assessment, town):
    # by peer: rasterio's own reading of the cell under the middle of each quarter
    with rasterio.open(town / "flood_50.tif") as dataset:
        assert dataset.read(1).tolist() == [[0.0, -9999.0], [1.0, 2.0]]
    codes, _ = read_png(base64.b64decode(hazards_on_map(assessment)[0].bodies[1]["png"]))
    quarter = np.array(codes.shape) // 4
    assert [codes[quarter[0] * 3, quarter[1] * column] for column in (1, 3)] == [4, 5]
