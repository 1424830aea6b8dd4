"""Pictures of grids: placed where the cells lie, and the worst class stays when cells share a
pixel.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
import rasterio
import shapely
from affine import Affine

from asset_inventory.io.geometries import WEB_MERCATOR, WGS84, carry
from asset_inventory.io.raster_output import areas_of, edge_of, picture
from asset_inventory.io.rasters import cell_centres, open_grid


def write(path, values, *, transform, crs="EPSG:32749", nodata=-9999.0):
    rows, columns = values.shape
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=rows,
        width=columns,
        count=1,
        dtype="float32",
        crs=crs,
        transform=transform,
        nodata=nodata,
    ) as dataset:
        dataset.write(values.astype("float32"), 1)
    return path


def whole_numbers(values):
    """Codes for a test: the number itself, 1 for what is not known."""
    return np.where(np.isnan(values), 1, values).astype(np.uint8)


def code_at(found, lon, lat):
    (south, west), (north, east) = found.bounds
    corners = carry(np.array([[west, south], [east, north]]), WGS84, WEB_MERCATOR)
    x, y = carry(np.array([[lon, lat]]), WGS84, WEB_MERCATOR)[0]
    rows, columns = found.codes.shape
    column = int((x - corners[0, 0]) / (corners[1, 0] - corners[0, 0]) * columns)
    row = int((corners[1, 1] - y) / (corners[1, 1] - corners[0, 1]) * rows)
    return int(found.codes[row, column])


NORTH_UP = Affine(50, 0, 436_000, 0, -50, 9_228_000)
SOUTH_UP = Affine(50, 0, 436_000, 0, 50, 9_227_000)
ROTATED = Affine(40, 30, 436_000, 30, -40, 9_228_000)


@pytest.mark.parametrize("transform", [NORTH_UP, SOUTH_UP, ROTATED])
def test_every_cell_is_drawn_where_its_centre_lies(tmp_path, transform):
    values = np.random.default_rng(3).integers(0, 9, (20, 30)).astype(float)
    grid = open_grid(write(tmp_path / "grid.tif", values, transform=transform))
    found = picture(grid, whole_numbers, nodata=math.nan, outside=math.nan)
    row, column = np.mgrid[0:20, 0:30]
    centres = carry(cell_centres(grid, row.ravel(), column.ravel()), grid.crs, WGS84)
    drawn = [code_at(found, lon, lat) for lon, lat in centres]
    assert drawn == values.ravel().astype(int).tolist()


def test_the_highest_code_of_cells_that_share_a_pixel_stays(tmp_path):
    values = np.zeros((100, 100))
    values[37, 61] = 7  # one deep cell among ten thousand
    grid = open_grid(write(tmp_path / "grid.tif", values, transform=NORTH_UP))
    found = picture(grid, whole_numbers, nodata=math.nan, outside=math.nan, longest=10)
    assert max(found.codes.shape) <= 11
    lon, lat = carry(cell_centres(grid, np.array([37]), np.array([61])), grid.crs, WGS84)[0]
    assert code_at(found, lon, lat) == 7


def test_unknown_outranks_dry_where_cells_share_a_pixel(tmp_path):
    values = np.zeros((40, 40))
    values[5, 5] = -9999
    grid = open_grid(write(tmp_path / "grid.tif", values, transform=NORTH_UP))
    found = picture(grid, whole_numbers, nodata=math.nan, outside=math.nan, longest=4)
    assert (found.codes == 1).any()
    dry = picture(grid, whole_numbers, nodata=0.0, outside=math.nan, longest=4)
    assert (dry.codes == 0).all()


def test_a_grid_in_degrees_keeps_its_bounds(tmp_path):
    transform = Affine(0.01, 0, 110.0, 0, -0.01, -6.9)
    grid = open_grid(
        write(tmp_path / "grid.tif", np.ones((10, 10)), transform=transform, crs="EPSG:4326")
    )
    found = picture(grid, whole_numbers, nodata=math.nan, outside=math.nan)
    (south, west), (north, east) = found.bounds
    # a pixel of the picture may reach over the edge, by less than a tenth of a cell
    assert np.allclose([south, west, north, east], [-7.0, 110.0, -6.9, 110.1], atol=0.001)
    assert found.edge.symmetric_difference(shapely.box(110.0, -7.0, 110.1, -6.9)).area < 1e-12


def test_a_grid_larger_than_a_window_is_read_whole(tmp_path):
    values = np.zeros((1200, 700))
    values[::2] = 3
    grid = open_grid(write(tmp_path / "grid.tif", values, transform=NORTH_UP))
    found = picture(grid, whole_numbers, nodata=math.nan, outside=math.nan, longest=100)
    middle = found.codes[5:-5, 5:-5]
    assert (middle == 3).mean() > 0.99


def test_areas_of_a_code_are_where_its_cells_lie(tmp_path):
    # 1 (not known) in the two western cells and the south-eastern one, which touches neither by a
    # side
    grid = open_grid(
        write(
            tmp_path / "g.tif",
            np.array([[-9999, 2, 2], [-9999, 2, -9999]]),
            transform=Affine(10, 0, 0, 0, -10, 20),
        )
    )
    found = areas_of(grid, whole_numbers, 1, nodata=math.nan, outside=math.nan)
    assert found.crs == grid.crs
    assert sorted(found.geometry.area) == [100, 200]
    wanted = shapely.union(shapely.box(0, 0, 10, 20), shapely.box(20, 0, 30, 10))
    assert shapely.union_all(found.geometry).equals(wanted)


def test_of_many_cells_squares_are_given_and_the_highest_code_stays(tmp_path):
    # squares of two cells: unknown with a 2 is a 2, unknown with a 0 is unknown
    grid = open_grid(
        write(
            tmp_path / "g.tif",
            np.array([[-9999, 2, -9999, 0], [0, 0, 0, 0]]),
            transform=Affine(10, 0, 0, 0, -10, 20),
        )
    )
    (found,) = areas_of(
        grid, whole_numbers, 1, nodata=math.nan, outside=math.nan, longest=2
    ).geometry
    assert found.equals(shapely.box(20, 0, 40, 20))


def test_the_edge_is_the_outline_in_another_system(tmp_path):
    grid = open_grid(
        write(
            tmp_path / "g.tif",
            np.zeros((2, 3)),
            transform=Affine(10, 0, 436_000, 0, -10, 9_227_020),
        )
    )
    assert edge_of(grid, grid.crs).equals(shapely.box(436_000, 9_227_000, 436_030, 9_227_020))
    west, south, east, north = edge_of(grid, WGS84).bounds
    assert (110.4 < west < east < 110.5) and (-7.0 < south < north < -6.9)
