"""The STAC catalogue: valid by its own schemas, placed by PROJ, self-contained, and true to the
files it lists.
"""

from __future__ import annotations

import datetime
import hashlib
from pathlib import Path

import numpy as np
import pyproj
import pystac
import pytest
import rasterio
import rasterio.warp
import shapely

from asset_inventory.assessment.run import assess
from asset_inventory.io.geometries import code_of, extent
from asset_inventory.io.raster_output import write_grid
from asset_inventory.io.rasters import open_grid
from asset_inventory.model.errors import SourceError
from asset_inventory.model.reading import read_city
from asset_inventory.outputs.exchange.catalogues import _geometry, write_catalogues
from tests.support.grid_windows import read_window
from tests.support.town import DEPTHS, X, Y
from tests.support.town import write_grid as draw_grid
from tests.support.validators import checksums_hold, read, stac_catalog

pytestmark = pytest.mark.slow

DAY = datetime.date(2026, 11, 24)


@pytest.fixture(scope="module", params=["id", "en"])
def semarang(assessed_once, request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("stac") / "package"
    write_catalogues(assessed_once("semarang", DAY), folder, ["stac"], language=request.param)
    return request.param, folder


@pytest.fixture
def town_package(town, tmp_path):
    write_catalogues(
        assess(read_city(town), day=DAY), tmp_path / "package", ["stac"], language="en"
    )
    return tmp_path / "package"


@pytest.mark.slow
def test_the_demo_city_is_valid_whole_in_both_languages(semarang):
    language, folder = semarang
    catalog = stac_catalog(folder)
    assert len(list(catalog.get_children())) == 7
    assert len(list(catalog.get_items(recursive=True))) == 15
    word = {"id": "DATA REKAAN UNTUK PELATIHAN", "en": "FICTITIOUS TRAINING DATA"}[language]
    exercise = {one.id for one in catalog.get_children() if "exercise" in one.keywords}
    assert exercise == {one.id for one in catalog.get_children() if word in one.title}
    assert len(exercise) == 6
    items = [one.properties["title"] for one in catalog.get_items(recursive=True)]
    assert sum(word in title for title in items) == len(items) - 1  # all but the curves
    assert not (folder / "rdls.json").exists()
    checksums_hold(folder)


def test_each_asset_is_the_file_that_is_listed(semarang):
    _, folder = semarang
    for item in stac_catalog(folder).get_items(recursive=True):
        for asset in item.assets.values():
            path = Path(asset.get_absolute_href())
            assert asset.extra_fields["file:size"] == path.stat().st_size
            assert (
                asset.extra_fields["file:checksum"]
                == "1220" + hashlib.sha256(path.read_bytes()).hexdigest()
            )
            assert (
                asset.media_type
                == {
                    ".tif": "image/tiff; application=geotiff",
                    ".csv": "text/csv",
                    ".gpkg": "application/geopackage+sqlite3",
                }[path.suffix]
            )
            assert "data" in asset.roles


def test_grids_say_where_their_cells_lie(semarang):
    _, folder = semarang
    item = stac_catalog(folder).get_child("hazard-02-banjir").get_item("hazard-02-banjir-100-years")
    assert item.properties["asset_inventory:return_periods"] == [100]
    with rasterio.open(item.assets[item.id].get_absolute_href()) as grid:
        assert item.properties["proj:shape"] == list(grid.shape)
        assert item.properties["proj:transform"] == list(grid.transform)[:6]
        assert item.properties["proj:code"] == f"EPSG:{grid.crs.to_epsg()}"
        west, south, east, north = rasterio.warp.transform_bounds(
            grid.crs, "EPSG:4326", *grid.bounds
        )
    assert item.bbox == pytest.approx([west, south, east, north], abs=1e-6)


def test_licences_and_providers_are_passed_on(semarang):
    _, folder = semarang
    catalog = stac_catalog(folder)
    licences = {one.id.partition("-")[0]: one.license for one in catalog.get_children()}
    assert licences == {
        "hazard": "MIT",
        "exposure": "ODbL-1.0",
        "vulnerability": "CC-BY-4.0",
        "loss": "other",
    }
    results = catalog.get_child("loss")
    assert "MIT AND ODbL-1.0 AND CC-BY-4.0" in results.description
    texts = [link.href for link in results.links if link.rel == "license"]
    assert texts == [
        f"https://spdx.org/licenses/{one}.html" for one in ("MIT", "ODbL-1.0", "CC-BY-4.0")
    ]
    roads = catalog.get_child("exposure-03-roads")
    assert [(one.name, one.url) for one in roads.providers] == [
        ("OpenStreetMap", "https://www.openstreetmap.org/copyright"),
        ("Kota Semarang", None),
    ]
    # the roads' own date, not the day of the assessment
    assert roads.extent.temporal.intervals[0][0].date() == datetime.date(2024, 6, 25)
    assert catalog.get_child("hazard-01-rob").extent.temporal.intervals[0][0].date() == DAY


def test_what_has_no_place_has_no_geometry_and_no_projection(town_package):
    [item] = stac_catalog(town_package).get_child("vulnerability-01-by-pencil").get_items()
    assert item.geometry is None and item.bbox is None
    assert "proj:code" not in item.properties


def test_nothing_points_to_where_the_catalogue_lies(town_package):
    for path in (town_package / "stac").rglob("*.json"):
        assert str(town_package) not in path.read_text(encoding="utf-8")
        assert "self" not in {link["rel"] for link in read(path)["links"]}
    assert (
        pystac.Catalog.from_file(str(town_package / "stac" / "catalog.json")).catalog_type
        == "SELF_CONTAINED"
    )


def test_without_a_day_it_is_refused(town, tmp_path):
    with pytest.raises(SourceError, match="needs the date of the assessment"):
        write_catalogues(assess(read_city(town)), tmp_path / "package", ["stac"], language="en")


# What stands below


def test_a_box_across_the_line_of_dates_is_cut_there():
    whole = shapely.geometry.shape(_geometry((179.0, -1.0, -178.0, 1.0)))
    assert whole.geom_type == "MultiPolygon" and whole.area == pytest.approx(6)
    assert _geometry((1.0, 2.0, 3.0, 4.0))["type"] == "Polygon" and _geometry(None) is None


def test_bounds_are_brought_to_degrees_by_sure_operations_only():
    bounds = np.array([X, Y, X + 100, Y + 100])
    west, south = pyproj.Transformer.from_crs("EPSG:32749", "EPSG:4326", always_xy=True).transform(
        X, Y
    )
    assert extent(bounds, "EPSG:32749")[:2] == pytest.approx((west, south), abs=1e-5)
    assert extent(np.full(4, np.nan), "EPSG:32749") is None
    with pytest.raises(SourceError):
        extent(bounds, 'LOCAL_CS["somewhere",UNIT["metre",1]]')


def test_a_system_is_called_by_its_code_only_where_it_is_that():
    assert code_of("EPSG:32749") == "EPSG:32749"
    assert code_of("+proj=utm +zone=49 +south +ellps=intl +towgs84=-377,681,-50 +units=m") is None


def test_a_written_grid_holds_its_own_cells_in_metres_and_nothing_else(tmp_path):
    path = draw_grid(tmp_path / "a.tif", np.array([[0.0, -9999.0], [50.0, 200.0]]))
    with rasterio.open(path, "r+") as dataset:
        dataset.update_tags(ARTIST="somebody")
    written = write_grid(
        open_grid(path), tmp_path / "b.tif", factor=0.01, unit="m", status="exercise"
    )
    with rasterio.open(written) as grid:
        assert np.array_equal(
            grid.read(1), np.array([[0, np.nan], [0.5, 2]], dtype="float32"), equal_nan=True
        )
        assert "ARTIST" not in grid.tags() and np.isnan(grid.nodata)
        assert (grid.tags()["data_status"], grid.units) == ("exercise", ("m",))
    again = write_grid(
        open_grid(path), tmp_path / "c.tif", factor=0.01, unit="m", status="exercise"
    )
    assert again.read_bytes() == written.read_bytes()


def test_depth_above_a_terrain_is_written_as_depth(tmp_path):
    water = draw_grid(tmp_path / "water.tif", np.full((300, 2), 5.0))
    ground = draw_grid(
        tmp_path / "ground.tif", np.vstack([np.full((299, 2), 4.0), [[5.5, -9999.0]]])
    )
    grid = open_grid(water, terrain=ground)
    with rasterio.open(
        write_grid(grid, tmp_path / "depth.tif", factor=1.0, unit="m", status="real")
    ) as written:
        expected = read_window(grid, (0, 300, 0, 2)).astype("float32")
        assert np.array_equal(written.read(1), expected, equal_nan=True)
        assert expected[0, 0] == 1 and expected[299, 0] == 0 and np.isnan(expected[299, 1])


def test_the_towns_water_is_in_its_files(town_package):
    for period, (west, east) in DEPTHS.items():
        with rasterio.open(
            town_package / f"data/hazard-01-flood/hazard-01-flood-{period}-years.tif"
        ) as grid:
            assert grid.read(1).tolist()[1] == [west, east]


# The command


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", "Give at least one of --qgis, --rdls, --stac"),
        ("id", "Berikan paling sedikit satu dari --qgis, --rdls, --stac"),
    ],
)
def test_without_an_option_it_says_what_may_be_asked_for(town, ask, language, says):
    code, said = ask("exchange", town, language=language)
    assert code == 2
    assert says in said and "exchange --help" in said


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--rdsl",), "did you mean --rdls?"),
        (("--stac", "--audience", "all"), '"all" is not one of internal, public'),
    ],
)
def test_a_typo_is_told(town, ask, arguments, says):
    code, said = ask("exchange", town, *arguments)
    assert code == 2 and says in said


def test_the_command_is_found_by_a_near_word(ask):
    assert 'did you mean "exchange"?' in ask("exchnge")[1]


def test_the_command_packs_both_around_the_same_files(town, ask, tmp_path):
    code, said = ask("exchange", town, "--rdls", "--stac", "--to", tmp_path / "out")
    assert code == 1  # the depot has no geometry, which must be mended
    assert said.splitlines() == [
        f"Package: {tmp_path / 'out' / 'rdls.json'}",
        f"Package: {tmp_path / 'out' / 'stac' / 'catalog.json'}",
    ]
    urls = {
        one["download_url"]
        for dataset in read(tmp_path / "out" / "rdls.json")["datasets"]
        for one in dataset["resources"]
    }
    there = {
        path.relative_to(tmp_path / "out").as_posix()
        for path in (tmp_path / "out" / "data").rglob("*.*")
    }
    assert urls == there
    assert stac_catalog(tmp_path / "out")


@pytest.mark.slow
def test_public_and_internal_go_to_places_of_their_own(town, ask, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert "town-exchange/stac" in ask("exchange", town, "--stac")[1].replace("\\", "/")
    assert "town-exchange-public/stac" in ask("exchange", town, "--stac", "--audience", "public")[
        1
    ].replace("\\", "/")
    names = {
        path.name for path in (tmp_path / "results" / "town-exchange-public" / "data").iterdir()
    }
    assert {name.partition("-")[0] for name in names} == {"hazard"}


def test_a_place_that_cannot_be_written_is_one_line(town, ask, tmp_path):
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    code, said = ask("exchange", town, "--stac", "--to", tmp_path / "taken")
    assert code == 1
    assert len(said.splitlines()) == 1 and "cannot be written" in said
    assert (tmp_path / "taken").read_text(encoding="utf-8") == "a file"
