"""Grids, window by window: what a header says, which cells hold nothing, depths above a terrain."""

from __future__ import annotations

import os
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pyproj
import pytest
import rasterio
from affine import Affine
from rasterio.env import get_gdal_config

from asset_inventory.io import rasters
from asset_inventory.io.rasters import (
    cell_centres,
    cell_coordinates,
    open_grid,
    reading,
    sample,
)
from asset_inventory.model.errors import SourceError
from tests.support.grid_windows import read_window
from tests.support.paths import SHARED

CRS = "EPSG:32749"


def from_origin(west: float, north: float, width: float, height: float) -> Affine:
    return Affine(width, 0.0, west, 0.0, -height, north)


NORTH_UP = from_origin(430_000.0, 9_230_000.0, 10.0, 10.0)


def write(
    path: Path,
    values: np.ndarray,
    *,
    transform: Affine = NORTH_UP,
    crs: str | None = CRS,
    **profile,
) -> Path:
    """Write one band (rows × columns) or several (bands × rows × columns) as they are."""
    bands = values if values.ndim == 3 else values[None]
    shape = {"count": bands.shape[0], "height": bands.shape[1], "width": bands.shape[2]}
    scale, offset, unit = (profile.pop(name, None) for name in ("scale", "offset", "unit"))
    profile |= shape | {"dtype": values.dtype, "crs": crs, "transform": transform}
    with rasterio.open(path, "w", driver="GTiff", **profile) as to:
        to.write(bands)
        if scale is not None:
            to.scales, to.offsets = [scale], [offset]
        if unit:
            to.units = [unit]
    return path


def write_text(path: Path, lines: list[str], *, crs: str | None = CRS) -> Path:
    path.write_text("\n".join(lines) + "\n")
    if crs:
        path.with_suffix(".prj").write_text(pyproj.CRS(crs).to_wkt("WKT1_ESRI"))
    return path


def whole(path: Path, **said) -> np.ndarray:
    grid = open_grid(path)
    return read_window(grid, (0, grid.height, 0, grid.width), **said)


def fails(key: str, path: Path, **options) -> SourceError:
    """Open a grid that must be refused, and see that both languages can say so and name the
    file.
    """
    with pytest.raises(SourceError) as caught:
        open_grid(path, **options)
    assert caught.value.key == key
    assert all(path.name in caught.value.say(language) for language in ("en", "id"))
    return caught.value


def test_header_tells_where_the_cells_lie(tmp_path):
    grid = open_grid(
        write(tmp_path / "g.tif", np.zeros((3, 4), dtype="float32"), nodata=-1.0, unit="ft")
    )
    assert (grid.height, grid.width, grid.nodata, grid.unit, grid.scale, grid.offset) == (
        3,
        4,
        -1.0,
        "ft",
        1.0,
        0.0,
    )
    assert grid.crs == pyproj.CRS(CRS)
    # 4 columns and 3 rows of 10 m from the upper left corner
    assert grid.bounds.tolist() == [430_000.0, 9_229_970.0, 430_040.0, 9_230_000.0]


def test_nodata_nan_and_marks_that_nobody_declared_are_nothing(tmp_path):
    values = np.array(
        [[1.5, -1.0, np.nan], [-9999.0, 3e38, -3.4028234663852886e38]], dtype="float32"
    )
    path = write(tmp_path / "g.tif", values, nodata=-1.0)
    np.testing.assert_array_equal(whole(path), [[1.5, np.nan, np.nan], [np.nan, np.nan, np.nan]])
    np.testing.assert_array_equal(whole(path, nodata=0.0), [[1.5, 0, 0], [0, 0, 0]])
    # -9999 and the two enormous numbers are not declared; NaN needs no declaration
    assert sample(open_grid(path)).undeclared == 3


def test_a_low_number_that_is_no_mark_stays(tmp_path):
    values = np.array([[-9998.5, -20_000.0]])
    np.testing.assert_array_equal(whole(write(tmp_path / "g.tif", values)), values)


@pytest.mark.parametrize(
    ("kind", "values", "nodata", "expected"),
    [
        ("int16", [[3, -32768]], None, [[3.0, np.nan]]),
        ("uint8", [[0, 255]], 255, [[0.0, np.nan]]),
        ("int32", [[7, -9999]], 7, [[np.nan, np.nan]]),
        # 0.1 as float32 is not 0.1 as float64, and yet it is the declared nodata
        ("float32", [[0.1, 0.2]], 0.1, [[np.nan, np.float32(0.2)]]),
    ],
)
def test_every_kind_of_number_is_read(tmp_path, kind, values, nodata, expected):
    path = write(tmp_path / "g.tif", np.array(values, dtype=kind), nodata=nodata)
    np.testing.assert_array_equal(whole(path), expected)


def test_scale_and_offset_are_applied_after_nodata(tmp_path):
    path = write(
        tmp_path / "g.tif",
        np.array([[10, 20, -1]], dtype="int16"),
        nodata=-1,
        scale=0.1,
        offset=-0.5,
    )
    # 10 x 0.1 - 0.5 = 0.5; 20 x 0.1 - 0.5 = 1.5
    np.testing.assert_allclose(whole(path), [[0.5, 1.5, np.nan]])


def test_a_mask_of_the_file_counts_as_nodata(tmp_path):
    path = write(tmp_path / "g.tif", np.array([[1.0, 2.0]]))
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), rasterio.open(path, "r+") as to:
        to.write_mask(np.array([[True, False]]))
    np.testing.assert_array_equal(whole(path), [[1.0, np.nan]])


def test_alpha_counts_as_nodata(tmp_path):
    bands = np.array([[[5, 6]], [[255, 0]]], dtype="uint8")
    path = write(tmp_path / "g.tif", bands, alpha="yes", photometric="minisblack")
    np.testing.assert_array_equal(whole(path), [[5.0, np.nan]])


def test_a_band_is_chosen(tmp_path):
    path = write(tmp_path / "g.tif", np.array([[[1.0]], [[2.0]]]))
    grid = open_grid(path, band=2)
    assert read_window(grid, (0, 1, 0, 1)).item() == 2.0
    error = fails("error.grid_has_no_band", path, band=3)
    assert error.arguments["bands"] == 2


def test_text_grid_is_read_with_its_prj(tmp_path):
    path = write_text(
        tmp_path / "g.asc",
        [
            "ncols 3",
            "nrows 2",
            "xllcorner 430000",
            "yllcorner 9229980",
            "cellsize 10",
            "NODATA_value -9999",
            "0.5 1 -9999",
            "2 4 0",
        ],
    )
    grid = open_grid(path)
    assert grid.is_text and grid.crs.to_epsg() == 32749
    assert grid.bounds.tolist() == [430_000.0, 9_229_980.0, 430_030.0, 9_230_000.0]
    np.testing.assert_array_equal(whole(path), [[0.5, 1.0, np.nan], [2.0, 4.0, 0.0]])


def test_stated_crs_comes_before_the_files_own(tmp_path):
    path = write(tmp_path / "g.tif", np.zeros((1, 1)))
    grid = open_grid(path, crs="EPSG:32748")
    assert (grid.crs.to_epsg(), grid.crs_in_file.to_epsg()) == (32748, 32749)
    bare = write_text(
        tmp_path / "g.asc",
        ["ncols 1", "nrows 1", "xllcorner 110", "yllcorner -7", "cellsize 1", "0"],
        crs=None,
    )
    fails("error.layer_without_crs.degrees", bare)
    assert open_grid(bare, crs="EPSG:4326").crs.to_epsg() == 4326


def test_what_is_no_grid_is_refused_by_name(tmp_path):
    fails("error.no_file", tmp_path / "nothing.tif")
    text = tmp_path / "lies.tif"
    text.write_text("<VRTDataset rasterXSize='1' rasterYSize='1'></VRTDataset>")
    fails("error.not_a_grid", text)
    fails(
        "error.grid_is_picture",
        write(tmp_path / "map.tif", np.zeros((3, 2, 2), dtype="uint8"), photometric="RGB"),
    )
    fails(
        "error.grid_is_complex",
        write(tmp_path / "complex.tif", np.zeros((2, 2), dtype="complex64")),
    )
    fails(
        "error.layer_without_crs.metres", write(tmp_path / "bare.tif", np.zeros((2, 2)), crs=None)
    )
    unplaced = tmp_path / "unplaced.tif"
    with pytest.warns(rasterio.errors.NotGeoreferencedWarning):
        write(unplaced, np.zeros((2, 2)), transform=Affine.identity())
    fails("error.grid_without_place", unplaced)


def test_a_file_cut_short_is_damaged_where_it_is_read(tmp_path):
    path = write(tmp_path / "g.tif", np.arange(10_000.0).reshape(100, 100), blockysize=1)
    path.write_bytes(path.read_bytes()[:40_000])
    with pytest.raises(SourceError) as caught:
        read_window(open_grid(path), (80, 90, 0, 100))
    assert caught.value.key == "error.grid_damaged"
    assert "80" in caught.value.say("id")


def test_a_grid_that_has_changed_on_disk_is_read_again(tmp_path):
    """The same process, the same header: only the numbers of the file are others."""
    path = write(tmp_path / "g.tif", np.full((3, 4), 1.0))
    grid, written = open_grid(path), path.stat()
    window = (0, 3, 0, 4)
    np.testing.assert_array_equal(read_window(grid, window), 1.0)
    write(path, np.full((3, 4), 2.0))
    os.utime(path, ns=(written.st_atime_ns, written.st_mtime_ns + 1))
    np.testing.assert_array_equal(read_window(grid, window), 2.0)
    write(tmp_path / "other.tif", np.full((3, 4), 3.0)).replace(path)
    np.testing.assert_array_equal(read_window(grid, window), 3.0)


def test_a_mask_in_a_file_of_its_own_is_read_again(tmp_path):
    path = write(tmp_path / "g.tif", np.full((1, 2), 1.0))
    for known in ([[True, False]], [[False, True]]):
        with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=False), rasterio.open(path, "r+") as to:
            to.write_mask(np.array(known))
        assert (tmp_path / "g.tif.msk").exists()
        np.testing.assert_array_equal(np.isfinite(whole(path)), known)


def test_decoded_grids_stay_within_their_bound(tmp_path, monkeypatch):
    """A grid of 100 numbers of 8 bytes takes 800 bytes: of three, two fit into 2,000 bytes."""
    monkeypatch.setattr(rasters, "KEPT", 2_000)
    monkeypatch.setattr(rasters, "_kept", OrderedDict())
    paths = [write(tmp_path / f"{n}.tif", np.full((10, 10), float(n))) for n in range(3)]
    for n in (0, 1, 0, 2, 0):
        np.testing.assert_array_equal(whole(paths[n]), float(n))
    assert [key[0] for key in rasters._kept] == [str(paths[n]) for n in (2, 0)]
    assert rasters._bytes_kept() == 1_600
    large = write(tmp_path / "large.tif", np.zeros((20, 20)))  # 3,200 bytes
    np.testing.assert_array_equal(whole(large), 0.0)
    assert not rasters._kept


@pytest.mark.parametrize(
    "transform",
    [
        NORTH_UP,
        Affine(10.0, 0.0, 430_000.0, 0.0, 10.0, 9_229_000.0),  # south-up
        Affine(26.0, 15.0, 430_000.0, 15.0, -26.0, 9_230_000.0),  # rotated
    ],
)
def test_cell_space_is_the_inverse_of_the_transform(tmp_path, transform):
    grid = open_grid(write(tmp_path / "g.tif", np.zeros((4, 5)), transform=transform))
    row, column = (index.ravel() for index in np.mgrid[0:4, 0:5])
    centres = cell_centres(grid, row, column)
    np.testing.assert_allclose(
        cell_coordinates(grid, centres), np.column_stack([column + 0.5, row + 0.5]), atol=1e-9
    )
    with rasterio.open(grid.path) as dataset:
        # cell 7 of 5 columns is (1, 2)
        np.testing.assert_allclose(centres[7], dataset.xy(1, 2), atol=1e-6)


def test_tall_files_are_read_by_rows_and_others_by_squares(tmp_path, monkeypatch):
    monkeypatch.setattr(rasters, "TILE", 64)
    monkeypatch.setattr(rasters, "BAND", 4096)
    wide = np.arange(100 * 256.0).reshape(100, 256)
    striped = open_grid(write(tmp_path / "striped.tif", wide))
    # 4,096 cells in rows of 256 are 16 rows
    assert striped.tile == (16, 256)
    tiled = open_grid(write(tmp_path / "tiled.tif", wide, tiled=True, blockxsize=16, blockysize=16))
    assert tiled.tile == (64, 64)
    np.testing.assert_array_equal(read_window(tiled, (10, 90, 100, 200)), wide[10:90, 100:200])


def test_sample_is_all_of_a_small_grid_and_squares_of_a_large_one(tmp_path, monkeypatch):
    values = np.arange(40_000.0).reshape(200, 200)
    grid = open_grid(write(tmp_path / "g.tif", values))
    np.testing.assert_array_equal(np.sort(sample(grid).values), values.ravel())
    monkeypatch.setattr(rasters, "SMALL", 10_000)
    monkeypatch.setattr(rasters, "SAMPLE", 10)
    few = sample(grid).values
    # 4 x 4 squares of 10 x 10 cells, the first in one corner and the last in the other
    assert len(few) == 1600 and few.min() == 0.0 and few.max() == 39_999.0


def depth_grid(folder: Path, water: np.ndarray, ground: np.ndarray, **place):
    """Return the grid of depths of a water surface on a terrain of 10 m cells."""
    place = {"transform": from_origin(430_000.0, 9_230_000.0, 20.0, 20.0)} | place
    water = write(folder / "water.tif", water, nodata=-9999.0, **place)
    return open_grid(water, terrain=write(folder / "ground.tif", ground, nodata=-9999.0))


def test_depth_is_water_surface_less_terrain_at_the_nearest_cell(tmp_path):
    # Water cells of 20 m: 12 | nothing. Ground cells of 10 m: two rows and six columns,
    # of which the last two lie beyond the water.
    grid = depth_grid(
        tmp_path,
        np.array([[12.0, -9999.0]]),
        np.array([[10.0, 11.5, 9.0, -9999.0, 9.0, 9.0], [12.0, 13.0, -9999.0, 8.0, 9.0, -9999.0]]),
    )
    assert (grid.height, grid.width, grid.path.name, grid.terrain.path.name) == (
        2,
        6,
        "water.tif",
        "ground.tif",
    )
    # 12 - 10 = 2; 12 - 11.5 = 0.5; 12 - 12 = 0; 12 - 13 is below ground, 0. Without terrain nothing
    # is known.
    unknown = np.nan
    said = read_window(grid, (0, 2, 0, 6), nodata=0.0, outside=-5.0)
    np.testing.assert_array_equal(
        said, [[2.0, 0.5, 0.0, unknown, -5.0, -5.0], [0.0, 0.0, unknown, 0.0, -5.0, unknown]]
    )
    assert np.isnan(read_window(grid, (0, 2, 2, 6))).all()


def test_depth_from_a_water_surface_in_another_system(tmp_path):
    from asset_inventory.io.geometries import carry

    corner = carry(np.array([[430_000.0, 9_230_000.0]]), CRS, "EPSG:4326")[0]
    # one water cell of a thousandth of a degree, about 110 m, whose corner is 5 m north-west of the
    # terrain's
    grid = depth_grid(
        tmp_path,
        np.array([[7.0]]),
        np.full((3, 3), 5.0),
        crs="EPSG:4326",
        transform=from_origin(corner[0] - 0.00005, corner[1] + 0.00005, 0.001, 0.001),
    )
    np.testing.assert_array_equal(read_window(grid, (0, 3, 0, 3)), np.full((3, 3), 2.0))


def test_depth_from_a_much_finer_water_surface_is_read_by_quarters(tmp_path, monkeypatch):
    monkeypatch.setattr(rasters, "TILE", 8)
    fine = np.add.outer(np.arange(80.0), np.arange(80.0) / 100) + 50
    grid = depth_grid(
        tmp_path, fine, np.zeros((8, 8)), transform=from_origin(430_000.0, 9_230_000.0, 1.0, 1.0)
    )
    # the centre of terrain cell (r, c) lies at the corner of the water cell (10 r + 5, 10 c + 5)
    np.testing.assert_allclose(read_window(grid, (0, 8, 0, 8)), fine[5::10, 5::10])


def test_terrain_takes_the_stated_crs_only_where_it_has_none(tmp_path):
    water = write(tmp_path / "water.tif", np.ones((1, 1)), crs=None)
    bare = write(tmp_path / "bare.tif", np.zeros((1, 1)), crs=None)
    assert open_grid(water, crs=CRS, terrain=bare).terrain.crs.to_epsg() == 32749
    own = write(tmp_path / "own.tif", np.zeros((1, 1)), crs="EPSG:32748")
    assert open_grid(water, crs=CRS, terrain=own).crs.to_epsg() == 32748


def test_reading_leaves_the_process_as_it_was(tmp_path):
    path = write(tmp_path / "g.tif", np.ones((2, 2)))
    with rasterio.Env():
        cache = get_gdal_config("GDAL_CACHEMAX")
    before = dict(os.environ)
    with reading(open_grid(path)) as read:
        assert get_gdal_config("GDAL_CACHEMAX") == 32 * 2**20
        assert read(np.array([1]), np.array([0])).item() == 1.0
    assert dict(os.environ) == before
    with rasterio.Env():
        assert get_gdal_config("GDAL_CACHEMAX") == cache


def test_canflood_depths_are_those_its_maker_computed():
    folder = SHARED / "data" / "canflood-bc" / "hazard"
    if not folder.exists():
        pytest.skip("the shared data set is not there")
    depth = open_grid(folder / "haz_0100.tif", terrain=folder / "dtm_ct2.tif")
    window = (0, depth.height, 0, depth.width)
    said = read_window(depth, window, nodata=0.0, outside=0.0)
    np.testing.assert_array_equal(said, read_window(open_grid(folder / "depth_rp0100.tif"), window))
    assert (said > 0).sum() == 151_572
