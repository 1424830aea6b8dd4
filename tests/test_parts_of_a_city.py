"""Law: a figure of an asset rests on this asset and on what the city declares, never on which other assets there are.

A made town of 40 assets under five hazards is assessed whole. Whatever assets are taken away, the rows of those that
stay are the same in every table that is by asset.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from affine import Affine

from asset_inventory.assessment.delivery_impact import stored_impact
from asset_inventory.assessment.explain import explain
from asset_inventory.assessment.run import Assessment, assess
from asset_inventory.model.reading import read_city
from asset_inventory.register import delivery, open_register

X, Y = 436_000.0, 9_227_000.0
SIDE = 400.0  # metre
TABLES = ("exposure", "damage", "ead", "joint", "scores", "future", "stress")
TOML = """
name = "Made Town"
crs = "EPSG:32749"
currency = "IDR"
language = "en"

[[assets]]
name = "buildings"
path = "buildings.gpkg"
asset_type = { field = "KIND" }
source = { title = "Buildings", licence = "CC0-1.0" }
fields = { asset_id = "ID", name = "NAME", value = "VALUE", floor_height = "FLOOR", condition = "STATE" }

[[assets]]
name = "roads"
path = "roads.gpkg"
asset_type = "road"
source = { title = "Roads", licence = "CC0-1.0" }
fields = { asset_id = "ID" }

[values]
road = { per = "m", amount = 10, source = "made" }
hospital = { per = "m2", amount = 7, source = "made", exercise = true }
"*" = { per = "piece", amount = 900, source = "made" }

[condition]
beta = 0.5
source = "made"
asset_types = ["house"]

[future]
today = 2026
years = [10, 40]
source = "made"
subsidence_rate = { path = "rates.tif", unit = "m", positive = "sinking", \
source = { title = "Rates", licence = "CC0-1.0" } }
sea_level_rise = { rate = 0.01, source = "made" }

[[hazards]]
name = "flood"
kind = "shock"
water = "sea"
surveyed = 2016
intensity = { measure = "water depth", unit = "m" }
exposed_from = 0.1
nodata_means = "unknown"
no_damage_return_period = 5
maps = [
  { return_period = 10, path = "level_10.tif", terrain = "terrain.tif" },
  { return_period = 50, path = "level_50.tif", terrain = "terrain.tif" },
  { return_period = 100, path = "level_100.tif", terrain = "terrain.tif" },
]
source = { title = "Flood", licence = "CC0-1.0" }

[[hazards]]
name = "river"
kind = "shock"
intensity = { measure = "water depth", unit = "m" }
exposed_from = 0
nodata_means = "unknown"
maps = [
  { return_period = 20, path = "river_20.tif" },
  { return_period = 50, path = "river_50.tif" },
  { return_period = 200, path = "river_200.tif" },
]
source = { title = "River", licence = "CC0-1.0" }

[[hazards]]
name = "landslide"
kind = "shock"
intensity = { measure = "susceptibility class", unit = "class" }
outside = "not exposed"
maps = [ { path = "slides.gpkg", intensity_field = "CLASS", order = ["low", "high"], return_period_field = "T" } ]
source = { title = "Landslide", licence = "CC0-1.0" }

[[hazards]]
name = "rob"
kind = "stress"
occurrence = { days_per_year = 40, source = "made" }
intensity = { measure = "water depth", unit = "m" }
exposed_from = 0.1
nodata_means = "unknown"
reach = 1
maps = [ { return_period = 1, path = "rob_1.tif" }, { return_period = 20, path = "rob_20.tif" } ]
source = { title = "Rob", licence = "CC0-1.0" }

[[hazards]]
name = "earthquake"
kind = "shock"
intensity = { measure = "shaking", unit = "MMI" }
exposed_from = 4
nodata_means = "unknown"
people = { displacement = "earthquake-mmi", fatality = "itb-bayesian" }
maps = [ { path = "mmi.tif" } ]
source = { title = "Shaking", licence = "CC0-1.0" }

[[relations]]
hazards = ["flood", "river"]
relation = "one event"
reason = "made"

[[relations]]
hazards = ["river", "landslide"]
relation = "unrelated"
reason = "made"

[[yearly]]
hazard = "rob"
asset_types = ["house", "hospital"]
fraction = 0.02
source = "made"

[[yearly]]
hazard = "rob"
asset_types = "road"
cost = 3
per = "m"
source = "made"

[[curves]]
hazard = "flood"
asset_types = "*"
path = "straight.csv"
source = { title = "made", licence = "CC0-1.0" }

[[curves]]
hazard = "river"
asset_types = ["house", "clinic"]
path = "straight.csv"
source = { title = "made", licence = "CC0-1.0", exercise = true }

[[curves]]
hazard = "landslide"
asset_types = "hospital"
fractions = { low = 0.2, high = 0.6 }
source = { title = "made", licence = "CC0-1.0" }

[[curves]]
hazard = "rob"
asset_types = "hospital"
path = "straight.csv"
source = { title = "made", licence = "CC0-1.0" }

[scores]
ead_per_value = { worst = 0.1, best = 0, weight = 1 }
exposed_share = { worst = 1, best = 0, weight = 1 }
condition = { worst = 0, best = 1, weight = 1 }
"""
DISTRICTS = """
[districts]
path = "districts.gpkg"
id = "CODE"
source = { title = "Districts", licence = "CC0-1.0" }
population = { path = "people.csv", id = "CODE", field = "POP", dwellings = ["house"], \
source = { title = "Census", licence = "CC0-1.0" } }
"""


def _grid(path: Path, values: np.ndarray, *, degrees: bool = False) -> None:
    cell = SIDE / values.shape[0]
    transform = Affine(cell, 0, X, 0, -cell, Y + SIDE)
    if degrees:  # about the same ground
        corner = gpd.GeoSeries([shapely.Point(X, Y + SIDE)], crs=32749).to_crs(4326)[0]
        transform = Affine(cell / 110_000, 0, corner.x - 1e-4, 0, -cell / 110_000, corner.y + 1e-4)
    with rasterio.open(
        path, "w", driver="GTiff", height=values.shape[0], width=values.shape[1], count=1, dtype="float32",
        crs="EPSG:4326" if degrees else "EPSG:32749", transform=transform, nodata=-9999.0,
    ) as dataset:  # fmt: skip
        dataset.write(np.where(np.isnan(values), -9999.0, values).astype("float32"), 1)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """The made town's folder, with districts."""
    folder, rng = tmp_path_factory.mktemp("parts"), np.random.default_rng(12)
    (folder / "city.toml").write_text(TOML + DISTRICTS, encoding="utf-8")
    (folder / "straight.csv").write_text("intensity_m,damage\n0,0\n4,1\n", encoding="utf-8")
    (folder / "people.csv").write_text("CODE,POP\n1,1000\n2,500\n", encoding="utf-8")
    _write_layers(folder, rng)
    west, east = (shapely.box(X + at, Y, X + at + SIDE / 2, Y + SIDE) for at in (0, SIDE / 2))
    _layer(folder / "districts.gpkg", [west, east], CODE=["1", "2"])
    slides = [shapely.box(X + 30, Y + 30, X + 230, Y + 270), shapely.box(X + 90, Y + 10, X + 390, Y + 190)]
    _layer(folder / "slides.gpkg", [*slides, slides[0].buffer(20), slides[1].buffer(30), slides[1].buffer(40)],
           CLASS=["low", "high", "low", "high", "high"], T=[20, 20, 100, 100, 500])  # fmt: skip
    ground = rng.uniform(-1, 4, (20, 20))
    ground[3:6, 3:6] = np.nan
    _grid(folder / "terrain.tif", ground)
    _grid(folder / "rates.tif", np.where(rng.random((10, 10)) < 0.1, np.nan, rng.uniform(-0.01, 0.05, (10, 10))))
    for period, level in ((10, 0.2), (50, 0.9), (100, 1.6)):
        _grid(folder / f"level_{period}.tif", np.full((20, 20), level))
    wet = np.where(rng.random((16, 16)) < 0.1, np.nan, rng.uniform(-1, 1.5, (16, 16)))
    for period, more in ((20, 0.0), (50, 0.7), (200, 1.9)):
        _grid(folder / f"river_{period}.tif", np.maximum(wet + more, 0), degrees=True)
    for period, more in ((1, -0.5), (20, 0.6)):
        _grid(folder / f"rob_{period}.tif", np.maximum(wet.T + more, 0))
    _grid(folder / "mmi.tif", rng.uniform(3, 8, (8, 8)), degrees=True)
    return folder


def _write_layers(folder: Path, rng: np.random.Generator) -> None:
    corner = rng.uniform(0, SIDE - 30, (30, 2)) + (X, Y)
    size = rng.uniform(5, 30, (30, 2))
    shapes = [shapely.box(*at, *(at + by)) for at, by in zip(corner, size, strict=True)]
    for row in range(0, 30, 5):
        shapes[row] = shapely.Point(corner[row])
    shapes[29] = None
    kinds = np.array(["house"] * 18 + ["clinic"] * 6 + ["depot"] * 4 + ["hospital"] * 2)
    kinds[[29, 4]] = kinds[[4, 29]]
    _layer(folder / "buildings.gpkg", shapes, ID=[f"b{row}" for row in range(30)], NAME=None, KIND=kinds,
           VALUE=np.where(rng.random(30) < 0.4, np.nan, rng.uniform(100, 5000, 30)),
           FLOOR=np.where(rng.random(30) < 0.5, np.nan, 0.3), STATE=rng.uniform(0, 1, 30))  # fmt: skip
    starts, ends = (rng.uniform(0, SIDE, (10, 2)) + (X, Y) for _ in range(2))
    _layer(folder / "roads.gpkg", list(shapely.linestrings(np.stack([starts, ends], axis=1))),
           ID=[f"r{row}" for row in range(10)])  # fmt: skip


def _layer(path: Path, geometry: list, **columns: object) -> None:
    gpd.GeoDataFrame(columns, geometry=geometry, crs="EPSG:32749").to_file(path, driver="GPKG")


@pytest.fixture(scope="module")
def whole(made) -> Assessment:
    return assess(read_city(made))


def _reduced(made: Path, folder: Path, kept: set[str]) -> Path:
    """A town whose layers hold only the assets kept."""
    shutil.copytree(made, folder)
    for name in ("buildings", "roads"):
        layer = gpd.read_file(made / f"{name}.gpkg")
        (folder / f"{name}.gpkg").unlink()
        layer[(name + ":" + layer["ID"]).isin(kept).to_numpy()].to_file(folder / f"{name}.gpkg", driver="GPKG")
    return folder


def _rows(table: pd.DataFrame, ids: set[str]) -> pd.DataFrame:
    """Rows of some assets, words as text, in an order that does not depend on the others."""
    table = pd.DataFrame(table[table["asset_id"].astype(str).isin(ids).to_numpy()].drop(columns="geometry",
                                                                                       errors="ignore"))
    words = {name: object for name, kind in table.dtypes.items() if isinstance(kind, pd.CategoricalDtype)}
    keys = [name for name in ("asset_id", "hazard", "return_period", "year") if name in table]
    return table.astype(words).sort_values(keys, ignore_index=True)


def assert_the_same(part: Assessment, whole: Assessment, *, but: tuple[str, ...] = ()) -> None:
    ids = set(part.assets["asset_id"])
    for name in ("assets", *TABLES):
        here, there = (_rows(getattr(one, name), ids).drop(columns=[*but], errors="ignore") for one in (part, whole))
        pd.testing.assert_frame_equal(
            here, there, rtol=1e-12, atol=1e-12, check_dtype=False, check_index_type=False, obj=name
        )


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_the_figures_of_any_assets_are_those_of_the_whole_city(made, whole, tmp_path, seed):
    rng = np.random.default_rng(seed)
    ids = whole.assets["asset_id"].to_numpy()
    kept = set(rng.choice(ids, size=rng.integers(1, len(ids)), replace=False))
    assert_the_same(assess(read_city(_reduced(made, tmp_path / "part", kept))), whole)


@pytest.mark.parametrize("lost", ["hospital", "house", "road"])
def test_the_last_asset_of_a_type_takes_no_figure_of_others_with_it(made, whole, tmp_path, lost):
    kept = set(whole.assets["asset_id"][(whole.assets["asset_type"] != lost).to_numpy()])
    assert_the_same(assess(read_city(_reduced(made, tmp_path / "part", kept))), whole)


@pytest.mark.parametrize("layer", ["buildings", "roads"])
def test_a_layer_alone_has_the_figures_of_the_whole_city(made, whole, layer):
    part = assess(read_city(made), only=layer)
    assert set(part.assets["layer"]) == {layer}
    assert_the_same(part, whole)


def test_the_people_of_a_district_are_those_of_the_whole_city(made, whole, tmp_path):
    """Residents are spread over the dwellings of their district, and over no other's."""
    assets = whole.assets
    west = set(assets["asset_id"][(assets["district"] == "1").to_numpy()])
    part = assess(read_city(_reduced(made, tmp_path / "part", west)))
    here, there = (one.people[(one.people["district"] == "1").to_numpy()].reset_index(drop=True).astype(
        {"people": float}) for one in (part, whole))
    assert len(here)
    pd.testing.assert_frame_equal(here, there, rtol=1e-12, check_categorical=False)


def test_an_asset_on_the_edge_of_two_squares_lies_in_the_same_whatever_else_is_there(made, tmp_path):
    folder = _reduced(made, tmp_path / "whole", set())
    (folder / "city.toml").write_text(TOML, encoding="utf-8")
    edge = 437_000.0
    places = {"west": edge - 300, "edge": edge, "east": edge + 300}
    for name, there in (("both", ["west", "edge", "east"]), ("alone", ["edge"])):
        _layer(folder / "buildings.gpkg", [shapely.Point(places[one], Y + 50) for one in there], ID=there, NAME=None,
               KIND="house", VALUE=1.0, FLOOR=0.0, STATE=1.0)  # fmt: skip
        assets = assess(read_city(folder)).assets.set_index("asset_id")
        assert assets.loc["buildings:edge", "district"] == "1 km 437-9227", name


@pytest.mark.slow
def test_explain_gives_every_asset_the_figures_of_the_whole_city(made, whole):
    city = read_city(made)
    for asset_id in whole.assets["asset_id"][whole.assets["usable"].to_numpy()].iloc[::3]:
        found = explain(city, asset_id)
        for name in ("exposure", "damage", "ead", "future"):
            expected = _rows(getattr(whole, name), {asset_id}).drop(columns="data_status")
            tables = [getattr(one, name).assign(hazard=one.hazard.name, asset_id=asset_id) for one in found.hazards]
            tables = [table for table in tables if len(table)]
            if not tables:
                assert not len(expected), name
                continue
            laid = pd.concat([table.astype({"hazard": object}) for table in tables])
            pd.testing.assert_frame_equal(
                _rows(laid, {asset_id})[expected.columns], expected, rtol=1e-12, atol=1e-12, check_dtype=False,
                obj=f"{name} of {asset_id}",
            )  # fmt: skip
        joint = whole.joint[(whole.joint["asset_id"] == asset_id).to_numpy()].iloc[0]
        row = pd.Series(found.joined.row)
        for name in ("ead", "ead_least", "ead_most", "ead_low", "ead_high", "ead_scored"):
            assert row[name] == pytest.approx(joint[name], rel=1e-12, nan_ok=True), (asset_id, name)
        assert row["relation"] == joint["relation"], asset_id


@pytest.mark.slow
def test_a_delivery_that_takes_the_last_asset_with_a_curve_changes_no_other_figure(made, whole, tmp_path, ask):
    """The hospitals alone have a curve for landslides; with them go the clinics, and the EAD falls by theirs alone."""
    folder = shutil.copytree(made, tmp_path / "town")
    complete = (TOML + DISTRICTS).replace('path = "buildings.gpkg"', 'path = "buildings.gpkg"\ncomplete = true')
    (folder / "city.toml").write_text(complete, encoding="utf-8")
    assert ask("start", folder)[0] == 1  # one building has no geometry
    out = tmp_path / "out.gpkg"
    assert ask("export", folder, "--layer", "buildings", "--to", out)[0] == 0
    layer = gpd.read_file(out)
    out.unlink()
    layer[~layer["KIND"].isin(["hospital", "clinic"]).to_numpy()].to_file(out, layer="buildings")
    ask("deliver", folder, out, "--layer", "buildings")
    register = open_register(read_city(folder))
    sums = stored_impact(register, delivery(register, 3)).delta.ead.set_index("by").loc["city"]
    lost = set(whole.assets["asset_id"][(whole.assets["asset_type"].isin(["hospital", "clinic"])).to_numpy()])
    assert (sums["assets_before"], sums["assets_after"]) == (len(lost), 0)
    of_lost = whole.joint["asset_id"].isin(lost).to_numpy()
    rest = assess(read_city(_reduced(made, tmp_path / "rest", set(whole.assets["asset_id"]) - lost)))
    assert sums["difference"] == pytest.approx(-whole.joint["ead"][of_lost].sum())
    assert sums["difference"] == pytest.approx(rest.joint["ead"].sum() - whole.joint["ead"].sum())
