"""Copies of grids: the same cells, another unit, and what is not known stays so."""

from __future__ import annotations

import math
import os
import subprocess
import sys

import numpy as np
import pytest
import rasterio

from asset_inventory.io import raster_output
from asset_inventory.io.raster_output import write_grid
from asset_inventory.io.rasters import open_grid
from asset_inventory.model.errors import SourceError
from tests.support.town import write_grid as draw_grid


def copied(tmp_path, values, **options):
    source = draw_grid(tmp_path / "centimetres.tif", np.array(values))
    given = {"factor": 0.01, "unit": "m", "status": "real", "drawn": True} | options
    return write_grid(open_grid(source), tmp_path / "maps" / "copy.tif", **given)


def test_a_copy_has_the_same_cells_in_metres(tmp_path):
    with rasterio.open(copied(tmp_path, [[50.0, -9999.0], [0.0, 70.0]])) as copy:
        assert copy.read(1).ravel().tolist() == pytest.approx(
            [0.5, math.nan, 0.0, 0.7], nan_ok=True
        )
        assert math.isnan(copy.nodata)
        with rasterio.open(tmp_path / "centimetres.tif") as source:
            assert (copy.transform, copy.crs, copy.shape) == (
                source.transform,
                source.crs,
                source.shape,
            )


def test_nodata_that_means_dry_is_zero(tmp_path):
    with rasterio.open(copied(tmp_path, [[50.0, -9999.0]], blanks=(0.0, math.nan))) as copy:
        assert copy.read(1).tolist() == [[0.5, 0.0]]


def test_a_large_copy_is_made_by_windows_and_has_overviews(tmp_path, monkeypatch):
    monkeypatch.setattr(raster_output, "TILE", 32)
    values = np.arange(100.0 * 150).reshape(100, 150)
    with rasterio.open(copied(tmp_path, values, factor=1.0)) as copy:
        assert (copy.read(1) == values).all()
        assert copy.overviews(1) == [2, 4]  # 150 cells are more than 32 twice and four times over


def test_a_file_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "maps").write_text("in the way")
    with pytest.raises(SourceError):
        copied(tmp_path, [[1.0]])


@pytest.mark.slow
def test_a_copy_is_made_where_standard_error_is_closed(tmp_path):
    draw_grid(tmp_path / "depth.tif", np.array([[50.0]]))
    made = (
        "import sys; from pathlib import Path; from asset_inventory.io.rasters import open_grid\n"
        "from asset_inventory.io.raster_output import write_grid\n"
        "assert sys.stderr is None\n"
        "write_grid(open_grid(Path('depth.tif')), Path('copy.tif'), unit='m', status='real', factor=1.0)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", made],
        cwd=tmp_path,
        preexec_fn=lambda: os.close(2),
        check=False,
        timeout=100,
    )
    assert ran.returncode == 0
    with rasterio.open(tmp_path / "copy.tif") as copy:
        assert copy.read(1).tolist() == [[50.0]]
