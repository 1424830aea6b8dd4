"""A town of 40 assets under five hazards, drawn from a seed: every kind of asset, map, curve and
value rule.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from affine import Affine

from tests.support.town import STRAIGHT_CURVE, X, Y, write_layer

SIDE = 400.0  # metre
VARIED_TOML = """
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
fewest_assets = 1
ead_per_value = { worst = 0.1, best = 0, weight = 1 }
exposed_share = { worst = 1, best = 0, weight = 1 }
condition = { worst = 0, best = 1, weight = 1 }
"""
VARIED_DISTRICTS = """
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
        path,
        "w",
        driver="GTiff",
        height=values.shape[0],
        width=values.shape[1],
        count=1,
        dtype="float32",
        crs="EPSG:4326" if degrees else "EPSG:32749",
        transform=transform,
        nodata=-9999.0,
    ) as dataset:
        dataset.write(np.where(np.isnan(values), -9999.0, values).astype("float32"), 1)


def draw_varied_town(folder: Path) -> Path:
    """Write the varied town, with districts, into a folder that is there."""
    rng = np.random.default_rng(12)
    (folder / "city.toml").write_text(VARIED_TOML + VARIED_DISTRICTS, encoding="utf-8")
    (folder / "straight.csv").write_text(STRAIGHT_CURVE, encoding="utf-8")
    (folder / "people.csv").write_text("CODE,POP\n1,1000\n2,500\n", encoding="utf-8")
    _write_layers(folder, rng)
    west, east = (shapely.box(X + at, Y, X + at + SIDE / 2, Y + SIDE) for at in (0, SIDE / 2))
    write_layer(folder / "districts.gpkg", [west, east], CODE=["1", "2"])
    slides = [
        shapely.box(X + 30, Y + 30, X + 230, Y + 270),
        shapely.box(X + 90, Y + 10, X + 390, Y + 190),
    ]
    write_layer(
        folder / "slides.gpkg",
        [*slides, slides[0].buffer(20), slides[1].buffer(30), slides[1].buffer(40)],
        CLASS=["low", "high", "low", "high", "high"],
        T=[20, 20, 100, 100, 500],
    )
    ground = rng.uniform(-1, 4, (20, 20))
    ground[3:6, 3:6] = np.nan
    _grid(folder / "terrain.tif", ground)
    _grid(
        folder / "rates.tif",
        np.where(rng.random((10, 10)) < 0.1, np.nan, rng.uniform(-0.01, 0.05, (10, 10))),
    )
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
    write_layer(
        folder / "buildings.gpkg",
        shapes,
        ID=[f"b{row}" for row in range(30)],
        NAME=None,
        KIND=kinds,
        VALUE=np.where(rng.random(30) < 0.4, np.nan, rng.uniform(100, 5000, 30)),
        FLOOR=np.where(rng.random(30) < 0.5, np.nan, 0.3),
        STATE=rng.uniform(0, 1, 30),
    )
    starts, ends = (rng.uniform(0, SIDE, (10, 2)) + (X, Y) for _ in range(2))
    write_layer(
        folder / "roads.gpkg",
        list(shapely.linestrings(np.stack([starts, ends], axis=1))),
        ID=[f"r{row}" for row in range(10)],
    )
