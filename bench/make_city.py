"""Make the city that is measured: buildings, roads, points, flood depths and zones, districts, all
from one seed.

    python bench/make_city.py --size 100k --data DIR

The city is 20 x 20 km in EPSG:32749. In DIR, made once and kept:

    depth_005.tif ... depth_250.tif   depth (m) at six return periods: 4000 x 4000 float32 in tiles, nodata where dry
    zones.gpkg                        the 100-year flood in three classes, with holes, up to 100,000 vertices a zone
    districts.gpkg                    100 districts
    curves/*.csv                      a damage curve for each of four types
    <size>/buildings.gpkg             size polygons of 4 to 12 vertices, in towns, 0.5 % of them crossing themselves
    <size>/roads.gpkg                 size / 4 lines of 2 to 20 vertices
    <size>/points.gpkg                size points
    <size>/city.toml                  the buildings under the six grids, for `asset-inventory assess DIR/<size>`

Nothing of it is real.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import contourpy
import geopandas as gpd
import numpy as np
import rasterio
import shapely
from affine import Affine
from rasterio.windows import Window

SEED = 49
CRS = "EPSG:32749"
WEST, SOUTH, SIDE = 430_000.0, 9_210_000.0, 20_000.0  # metre
CELLS = 4000  # along a side
# How much higher the water of each return period (year) stands than that of the first (m).
PERIODS = {5: 0.0, 10: 0.5, 25: 1.1, 50: 1.6, 100: 2.2, 250: 3.0}
WETTED = 0.05  # metre; shallower water is none
CLASSES = (WETTED, 0.5, 1.5, np.inf)
TYPES = ("residential", "commercial", "industrial", "public")
PRICES = (3_000_000, 5_000_000, 4_000_000, 6_000_000)  # IDR a square metre, invented
DEPTHS = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0)
# Damage at those depths by type, invented, rising to 1.
CURVES = {
    "residential": (0, 0.20, 0.35, 0.50, 0.60, 0.75, 0.85, 0.95, 1),
    "commercial": (0, 0.10, 0.25, 0.40, 0.50, 0.65, 0.80, 0.90, 1),
    "industrial": (0, 0.10, 0.20, 0.35, 0.45, 0.60, 0.75, 0.85, 1),
    "public": (0, 0.15, 0.30, 0.45, 0.55, 0.70, 0.80, 0.90, 1),
}


def number_of(size: str) -> int:
    """Return the number that a size such as 500, 10k or 1M stands for."""
    factor = {"k": 1_000, "m": 1_000_000}.get(size[-1:].lower(), 1)
    return int(float(size[:-1] if factor > 1 else size) * factor)


def make_city(data: Path, size: str, *, cells: int = CELLS) -> Path:
    """Make what is missing of a city with `size` buildings in a folder, and return the folder of
    its city.toml.

    `cells` is the number of cells along a side of the grids.
    """
    make_hazard(data, cells=cells)
    make_levels(data, cells=cells // 4)
    folder, number = data / size, number_of(size)
    folder.mkdir(parents=True, exist_ok=True)
    for name, make, count in (
        ("buildings", buildings, number),
        ("roads", roads, number // 4),
        ("points", points, number),
    ):
        if not (folder / f"{name}.gpkg").exists():
            _write(make(count), folder / f"{name}.gpkg")
    (folder / "city.toml").write_text(
        city_toml(f"bench, {size} buildings", data, folder / "buildings.gpkg"), encoding="utf-8"
    )
    return folder


def make_hazard(data: Path, *, cells: int = CELLS) -> None:
    """Write the grids, zones, districts and curves that are not there yet."""
    data.mkdir(parents=True, exist_ok=True)
    if (data / "districts.gpkg").exists():
        return
    ground = terrain(cells)
    for period, rise in PERIODS.items():
        depth = rise + 0.4 - ground
        depth[depth < WETTED] = 0.0
        write_grid(grid_path(data, period), depth)
        if period == 100:
            _write(zones(depth), data / "zones.gpkg")
    (data / "curves").mkdir(exist_ok=True)
    for name, damage in CURVES.items():
        rows = "".join(f"{depth},{share}\n" for depth, share in zip(DEPTHS, damage, strict=True))
        (data / "curves" / f"{name}.csv").write_text(
            f"intensity_m,damage\n{rows}", encoding="utf-8"
        )
    _write(districts(), data / "districts.gpkg")


def make_levels(data: Path, *, cells: int) -> None:
    """Write the same water as levels, over a terrain of `cells` along a side, where they are not
    there yet.
    """
    if not ground_path(data).exists():
        for period, rise in PERIODS.items():
            _write_cells(
                level_path(data, period), np.full((cells, cells), rise + 0.4, dtype=np.float32)
            )
        _write_cells(ground_path(data), terrain(4 * cells)[::4, ::4])


def make_finer(data: Path, size: str, *, cells: int = CELLS, times: int = 4) -> Path:
    """Make the same city with each cell of the grids cut into `times` x `times`; return the
    folder of its city.toml.
    """
    folder = make_city(data, size, cells=cells) / "finer"
    for period in PERIODS:
        with rasterio.open(grid_path(data, period)) as coarse:
            finer = grid_path(data, period, finer=True)
            if not finer.exists():
                _write_finer(coarse, finer, times)
    folder.mkdir(exist_ok=True)
    text = city_toml(
        f"bench, {size} buildings, finer grids", data, data / size / "buildings.gpkg", finer=True
    )
    (folder / "city.toml").write_text(text, encoding="utf-8")
    return folder


def grid_path(data: Path, period: int, *, finer: bool = False) -> Path:
    """Return where the grid of a return period (year) is kept."""
    return (data / f"depth_{period:03d}{'_finer' if finer else ''}.tif").resolve()


def level_path(data: Path, period: int) -> Path:
    """Return where the water's level of a return period (year) is kept."""
    return (data / f"level_{period:03d}.tif").resolve()


def ground_path(data: Path) -> Path:
    """Return where the terrain is kept that the levels lie over."""
    return (data / "ground.tif").resolve()


def city_toml(name: str, data: Path, buildings_path: Path, *, finer: bool = False) -> str:
    """Return a city.toml with one layer of buildings under the six grids."""
    maps = "\n".join(
        f'  {{ return_period = {period}, path = "{grid_path(data, period, finer=finer).as_posix()}" }},'
        for period in PERIODS
    )
    source = 'source = { title = "invented for the bench", licence = "CC0-1.0", exercise = true }'
    values = "\n".join(
        f'{kind} = {{ per = "m2", amount = {price}, exercise = true, source = "invented" }}'
        for kind, price in zip(TYPES, PRICES, strict=True)
    )
    curves = "\n".join(
        f'[[curves]]\nhazard = "flood"\nasset_types = ["{kind}"]\n'
        f'path = "{(data / "curves" / f"{kind}.csv").resolve().as_posix()}"\n{source}'
        for kind in TYPES
    )
    return f"""name = "{name}"
crs = "{CRS}"
currency = "IDR"
language = "en"

[districts]
path = "{(data / "districts.gpkg").resolve().as_posix()}"
id = "district"
{source}

[[assets]]
name = "buildings"
path = "{buildings_path.resolve().as_posix()}"
asset_type = {{ field = "object_type" }}
fields = {{ asset_id = "number", levels = "levels" }}
{source}

[values]
{values}

[[hazards]]
name = "flood"
kind = "shock"
intensity = {{ measure = "water depth", unit = "m" }}
exposed_from = {WETTED}
nodata_means = "not exposed"
maps = [
{maps}
]
{source}

{curves}

[scores]
ead_per_value = {{ worst = 0.05, best = 0, weight = 0.5 }}
exposed_share = {{ worst = 1, best = 0, weight = 0.5 }}
"""


# The ground and the water


def terrain(cells: int) -> np.ndarray:
    """Return heights above the river (m, cells × cells): rough ground with two river valleys."""
    random = np.random.default_rng(SEED)
    # waves across the city
    frequency = np.hypot(np.fft.fftfreq(cells)[:, None], np.fft.rfftfreq(cells)[None, :]) * cells
    noise = np.fft.rfft2(random.standard_normal((cells, cells), dtype=np.float32))
    # Hills of kilometres, and the small roughness that gives a flood its pools, islands and ragged
    # shores.
    ground = 1.7 * _unit(np.fft.irfft2(noise * _band(frequency, 2.5, 12), s=(cells, cells)))
    for waves, height in ((40, 0.25), (110, 0.15), (320, 0.04)):
        ground += height * _unit(
            np.fft.irfft2(noise * _band(frequency, waves / 2, waves), s=(cells, cells))
        )
    along = np.linspace(0.0, 1.0, cells)
    southward = np.abs(
        along[None, :] - (0.4 + 0.09 * np.sin(7 * along) + 0.02 * np.sin(29 * along))[:, None]
    )
    eastward = np.abs(
        along[:, None] - (0.55 + 0.10 * np.sin(4 * along + 2) + 0.03 * np.sin(23 * along))[None, :]
    )
    return (ground + 13 * np.sqrt(np.minimum(southward, eastward)) - 1.5).astype(np.float32)


def _band(frequency: np.ndarray, low: float, high: float) -> np.ndarray:
    """Return a filter that keeps waves between two frequencies, with soft edges."""
    return np.exp(-((frequency / high) ** 2)) - np.exp(-((frequency / low) ** 2))


def _unit(field: np.ndarray) -> np.ndarray:
    return (field - field.mean()) / field.std()


def write_grid(path: Path, depth: np.ndarray) -> None:
    """Write depths over the whole city, dry cells as nodata."""
    _write_cells(path, np.where(depth > 0, depth, np.float32(-9999)))


def _write_cells(path: Path, values: np.ndarray) -> None:
    """Write a tiled GeoTIFF over the whole city."""
    rows, columns = values.shape
    transform = Affine(SIDE / columns, 0, WEST, 0, -SIDE / rows, SOUTH + SIDE)
    block = 256 if min(rows, columns) >= 256 else 16
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=columns,
        height=rows,
        count=1,
        dtype="float32",
        crs=CRS,
        transform=transform,
        nodata=-9999,
        tiled=True,
        blockxsize=block,
        blockysize=block,
        compress="deflate",
        predictor=3,
    ) as dataset:
        dataset.write(values, 1)


def _write_finer(coarse: rasterio.DatasetReader, path: Path, times: int) -> None:
    profile = coarse.profile | {
        "width": coarse.width * times,
        "height": coarse.height * times,
        "transform": coarse.transform * Affine.scale(1 / times),
        "zlevel": 1,
    }
    begun = path.with_name(f"begun-{path.name}")
    rows = coarse.profile["blockysize"]
    with rasterio.open(begun, "w", **profile) as dataset:
        for top in range(0, coarse.height, rows):
            window = Window(0, top, coarse.width, min(rows, coarse.height - top))
            cells = coarse.read(1, window=window).repeat(times, axis=0).repeat(times, axis=1)
            dataset.write(cells, 1, window=Window(0, top * times, coarse.width * times, len(cells)))
    begun.replace(path)


def zones(depth: np.ndarray) -> gpd.GeoDataFrame:
    """Return the flood as polygons of three classes of depth, each with its holes; specks under
    400 m2 are left out.
    """
    cell = SIDE / len(depth)
    middles = (np.arange(len(depth)) + 0.5) * cell
    contours = contourpy.contour_generator(
        WEST + middles,
        SOUTH + SIDE - middles,
        depth.astype(float),
        fill_type=contourpy.FillType.OuterOffset,
    )
    polygons, kinds = [], []
    for kind, (low, high) in enumerate(zip(CLASSES, CLASSES[1:], strict=False), start=1):
        for outline, starts in zip(*contours.filled(low, min(high, 1e9)), strict=True):
            rings = [outline[start:end] for start, end in zip(starts, starts[1:], strict=False)]
            polygons.append(shapely.Polygon(rings[0], rings[1:]))
            kinds.append(kind)
    shapes = np.array(polygons, dtype=object)
    broken = ~shapely.is_valid(shapes)
    shapes[broken] = shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
    table = gpd.GeoDataFrame({"class": np.array(kinds, dtype=np.int16)}, geometry=shapes, crs=CRS)
    return table[table.area >= 400].reset_index(drop=True)


# What the city has


def places(random: np.random.Generator, number: int) -> np.ndarray:
    """Return places in the city (number × 2, m): three in four in one of 50 towns, the rest
    anywhere.
    """
    towns = random.uniform(0.1, 0.9, (50, 2)) * SIDE
    town = random.choice(len(towns), number, p=random.dirichlet(np.full(len(towns), 2.0)))
    spread = random.uniform(300, 1600, len(towns))
    place = towns[town] + random.standard_normal((number, 2)) * spread[town, None]
    edge = 80.0
    anywhere = (
        (random.random(number) < 0.25)
        | (place < edge).any(axis=1)
        | (place > SIDE - edge).any(axis=1)
    )
    place[anywhere] = random.uniform(edge, SIDE - edge, (int(anywhere.sum()), 2))
    return place + [WEST, SOUTH]


def buildings(number: int) -> gpd.GeoDataFrame:
    """Return buildings: six in ten rectangles, two in ten L-shaped, two in ten round of 8 to 12
    corners.
    """
    random = np.random.default_rng(SEED + 1)
    place = places(random, number)
    length = np.clip(random.lognormal(2.4, 0.4, number), 4, 60)
    width = length * random.uniform(0.5, 1.0, number)
    turn = random.uniform(0, np.pi, number)
    shape = random.choice(["rectangle", "L", "round"], number, p=[0.6, 0.2, 0.2])
    shape[(shape == "rectangle") & (random.random(number) < 0.005 / 0.6)] = "bow tie"
    corners = random.integers(8, 13, number)
    outlines = {
        "rectangle": [(-1, -1), (1, -1), (1, 1), (-1, 1)],
        "bow tie": [(-1, -1), (1, 1), (1, -1), (-1, 1)],
        "L": [(-1, -1), (1, -1), (1, 0), (0.2, 0), (0.2, 1), (-1, 1)],
    }
    geometry = np.empty(number, dtype=object)
    for name, outline in outlines.items():
        mine = np.flatnonzero(shape == name)
        unit = np.broadcast_to(np.array(outline, dtype=float), (len(mine), len(outline), 2))
        geometry[mine] = _placed(unit, place[mine], length[mine], width[mine], turn[mine])
    for count in range(8, 13):
        mine = np.flatnonzero((shape == "round") & (corners == count))
        angle = (
            (np.arange(count) + random.uniform(-0.3, 0.3, (len(mine), count))) * 2 * np.pi / count
        )
        radius = random.uniform(0.7, 1.0, (len(mine), count))
        unit = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)
        geometry[mine] = _placed(unit, place[mine], length[mine], width[mine], turn[mine])
    return gpd.GeoDataFrame(
        {
            "number": np.arange(number),
            "object_type": random.choice(TYPES, number, p=[0.7, 0.15, 0.1, 0.05]),
            "levels": random.integers(1, 8, number).astype(np.int16),
        },
        geometry=geometry,
        crs=CRS,
    )


def _placed(
    unit: np.ndarray, place: np.ndarray, length: np.ndarray, width: np.ndarray, turn: np.ndarray
) -> np.ndarray:
    """Return outlines given between -1 and 1 (n × corners × 2) as polygons of a size, turned, at
    their places.
    """
    x, y = unit[..., 0] * length[:, None] / 2, unit[..., 1] * width[:, None] / 2
    cos, sin = np.cos(turn)[:, None], np.sin(turn)[:, None]
    return shapely.polygons(
        np.stack([x * cos - y * sin, x * sin + y * cos], axis=-1) + place[:, None, :]
    )


def roads(number: int) -> gpd.GeoDataFrame:
    """Return winding roads of 2 to 20 vertices, 10 to 40 m apart."""
    random = np.random.default_rng(SEED + 2)
    count = random.integers(2, 21, number)
    road = np.repeat(np.arange(number), count)
    first = np.cumsum(count) - count
    bend = random.normal(0, 0.25, len(road))
    bend[first] = random.uniform(0, 2 * np.pi, number)
    heading = _running(bend, first, count)
    step = random.uniform(10, 40, number)[road]
    step[first] = 0.0
    path = np.stack(
        [_running(step * way, first, count) for way in (np.cos(heading), np.sin(heading))], axis=-1
    )
    path = np.clip(
        path + places(random, number)[road],
        [WEST + 1, SOUTH + 1],
        [WEST + SIDE - 1, SOUTH + SIDE - 1],
    )
    return gpd.GeoDataFrame(
        {"number": np.arange(number), "object_type": random.choice(TYPES, number)},
        geometry=shapely.linestrings(path, indices=road),
        crs=CRS,
    )


def _running(values: np.ndarray, first: np.ndarray, count: np.ndarray) -> np.ndarray:
    """Return running sums that start anew at each `first`."""
    total = np.cumsum(values)
    return total - np.repeat(total[first] - values[first], count)


def points(number: int) -> gpd.GeoDataFrame:
    """Return points where people are."""
    random = np.random.default_rng(SEED + 3)
    return gpd.GeoDataFrame(
        {"number": np.arange(number), "object_type": random.choice(TYPES, number)},
        geometry=shapely.points(places(random, number)),
        crs=CRS,
    )


def districts() -> gpd.GeoDataFrame:
    """Return 100 districts that fill the city: the places nearest to each of 100 points."""
    random = np.random.default_rng(SEED + 4)
    city = shapely.box(WEST, SOUTH, WEST + SIDE, SOUTH + SIDE)
    seats = shapely.multipoints(random.uniform(0, SIDE, (100, 2)) + [WEST, SOUTH])
    cells = shapely.intersection(
        shapely.get_parts(shapely.voronoi_polygons(seats, extend_to=city)), city
    )
    return gpd.GeoDataFrame(
        {"district": [f"{place:03d}" for place in range(len(cells))]}, geometry=cells, crs=CRS
    )


def _write(table: gpd.GeoDataFrame, path: Path) -> None:
    """Write a layer beside its place and move it there whole, so that a run that was stopped
    leaves no half of one.
    """
    begun = path.with_name(f"begun-{path.name}")
    begun.unlink(missing_ok=True)
    table.to_file(begun, driver="GPKG", engine="pyogrio")
    begun.replace(path)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--size", default="10k", help="number of buildings, such as 500, 10k, 100k, 1M"
    )
    parser.add_argument("--data", type=Path, required=True, help="the folder to make it in")
    arguments = parser.parse_args()
    print(make_city(arguments.data, arguments.size))
