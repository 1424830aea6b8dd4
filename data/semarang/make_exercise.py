"""Make the fictitious hazards of Semarang: `hazards/rob_*.tif`, `hazards/flood_*.tif` and
`hazards/subsidence.tif`.

THE WATER IN THESE MAPS IS FICTITIOUS. No openly licensed flood map and no terrain model of the
city was found, so these grids replace them, to try the tool and to train with it. They describe no
real street.

    python make_exercise.py            writes into hazards/ next to this file
    python make_exercise.py FOLDER     writes into FOLDER

The rule uses only `districts/kelurahan.geojson` and a seed:

1. The city lies south of the Java Sea. The coast is therefore taken as the northern outline of the kelurahan together:
   in every column of the grid the northernmost cell inside the city, where that lies north of
   northing 9 230 400 m (further south the outline is the land border). The harbour's basins, inlets
   and rivers are not there.
2. The terrain is fictitious. It rises from the coast with the distance d (km), the same along the whole coast, and is
   uneven by a smooth random field u between -1 and 1:
       for rob    ground = 0.15 + 0.35 d + 0.05 d^2 + 0.45 u   (m)
       for flood  ground = 0.20 + 0.16 d + 0.03 d^2 + 0.60 u   (m)
   u is drawn at the corners of squares of 1,500 m and of 500 m (weights 0.7 and 0.3), smooth in
   between.
3. The water level of a return period is the same everywhere, at the heights of LEVELS. Its depth is the level minus the
   height of the ground. So depth decreases with the distance from the coast, and a rarer event is
   nowhere shallower. The water is connected to the sea: subsidence makes it deeper, which city.toml
   declares of the flood with `water = "sea"`.
4. Rob and flood reach only low-lying kelurahan: those whose representative point is within 6.5 km of the coast.
5. The rate of land subsidence is fictitious too. Abidin et al. 2013 report subsidence, strongest at the coast and in
   the north-east (doi 10.1080/19475705.2012.692336: up to about 19 cm a year); this rule has none of
   their figures:
       rate = max(0, 60 - 10 d) (0.5 + 0.5 e)   (mm a year)
   d as above, and e from 0 at the western edge of the grid to 1 at the eastern. Six kilometres
   inland there is no subsidence.

The grids: EPSG:32749, cells of 30 m, whole centimetres (rates: millimetres a year) as int16, 0 =
dry, -9999 outside the kelurahan. The random numbers are the raw bits of numpy's PCG64, which numpy
keeps the same for good; so the depths come out the same on every machine, which a test holds.
"""

from __future__ import annotations

import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from rasterio import Affine

HERE = Path(__file__).parent
CRS = "EPSG:32749"
CELL = 30.0  # metres
SEED = 374033  # any number; another one gives other puddles
NODATA = -9999
COAST_NORTH_OF = 9_230_400.0  # metres of northing
LOW_LYING_WITHIN = 6_500.0  # metres from the coast
# Height of the water above the fictitious zero (m), by return period (years).
LEVELS = {
    "rob": {1: 0.45, 2: 0.62, 5: 0.83, 10: 0.98, 25: 1.17},
    "flood": {5: 0.50, 10: 0.75, 25: 1.05, 50: 1.30, 100: 1.60},
}
# Subsidence at the coast (mm/year), and its decrease per km inland.
SINKING = (60.0, 10.0)
# Height at the coast, rise per km, rise per km squared, unevenness (all m).
GROUND = {"rob": (0.15, 0.35, 0.05, 0.45), "flood": (0.20, 0.16, 0.03, 0.60)}


def make(folder: Path) -> list[Path]:
    """Write the eleven grids into a folder and return their paths."""
    kelurahan = gpd.read_file(HERE / "districts" / "kelurahan.geojson").to_crs(CRS)
    x, y = _centres(kelurahan.total_bounds)
    inside = _within(shapely.union_all(kelurahan.geometry.to_numpy()), x, y)
    coast = _coast(inside, x, y)
    points = kelurahan.representative_point().to_numpy()
    low_lying = kelurahan.geometry.to_numpy()[shapely.distance(points, coast) <= LOW_LYING_WITHIN]
    wettable = inside & _within(shapely.union_all(low_lying), x, y)
    distance = np.zeros(inside.shape)
    rows, columns = np.nonzero(wettable)
    distance[wettable] = shapely.distance(shapely.points(x[columns], y[rows]), coast) / 1000
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for number, (hazard, levels) in enumerate(LEVELS.items()):
        start, slope, bend, unevenness = GROUND[hazard]
        ground = (
            start
            + slope * distance
            + bend * distance**2
            + unevenness * _uneven(x, y, SEED + number)
        )
        for period, level in levels.items():
            depth = np.where(wettable, np.maximum(level - ground, 0), 0)
            centimetres = np.where(inside, np.rint(depth * 100), NODATA).astype("int16")
            written.append(_write(folder / f"{hazard}_{period:03d}.tif", centimetres, x, y))
    return [*written, _sinking(folder / "subsidence.tif", inside, coast, x, y)]


def _sinking(
    path: Path, inside: np.ndarray, coast: shapely.LineString, x: np.ndarray, y: np.ndarray
) -> Path:
    """Write the rate of land subsidence (mm/year), the same rule for every cell inside the
    kelurahan.
    """
    rows, columns = np.nonzero(inside)
    inland = shapely.distance(shapely.points(x[columns], y[rows]), coast) / 1000
    east = (x[columns] - x[0]) / (x[-1] - x[0])
    most, less = SINKING
    rate = np.full(inside.shape, NODATA, dtype="int16")
    rate[rows, columns] = np.rint(np.maximum(most - less * inland, 0) * (0.5 + 0.5 * east))
    return _write(path, rate, x, y, says="invented sinking of the ground, mm a year", unit="mm")


def _centres(bounds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the x of every column and the y of every row (north first), on whole multiples of
    the cell.
    """
    west, south = (np.floor(value / CELL) * CELL for value in bounds[:2])
    east, north = (np.ceil(value / CELL) * CELL for value in bounds[2:])
    return np.arange(west + CELL / 2, east, CELL), np.arange(north - CELL / 2, south, -CELL)


def _within(area: shapely.Geometry, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    shapely.prepare(area)
    across, down = np.meshgrid(x, y)
    return shapely.contains_xy(area, across.ravel(), down.ravel()).reshape(across.shape)


def _coast(inside: np.ndarray, x: np.ndarray, y: np.ndarray) -> shapely.LineString:
    """Return the line through the northernmost cell of each column that lies far enough north."""
    northernmost = y[np.argmax(inside, axis=0)]
    at_sea = inside.any(axis=0) & (northernmost > COAST_NORTH_OF)
    return shapely.LineString(np.column_stack([x[at_sea], northernmost[at_sea]]))


def _uneven(x: np.ndarray, y: np.ndarray, seed: int) -> np.ndarray:
    """Return a smooth random field between -1 and 1 on the grid."""
    bits = np.random.PCG64(seed)
    field = np.zeros((len(y), len(x)))
    for size, weight in ((1500.0, 0.7), (500.0, 0.3)):
        across, down = (x - x.min()) / size, (y.max() - y) / size
        shape = int(down.max()) + 2, int(across.max()) + 2
        corners = (bits.random_raw(shape[0] * shape[1]) / 2.0**63 - 1).reshape(shape)
        column, row = across.astype(int), down.astype(int)
        right, below = _ease(across - column), _ease(down - row)[:, None]
        top = corners[row][:, column] * (1 - right) + corners[row][:, column + 1] * right
        bottom = corners[row + 1][:, column] * (1 - right) + corners[row + 1][:, column + 1] * right
        field += weight * (top * (1 - below) + bottom * below)
    return field


def _ease(share: np.ndarray) -> np.ndarray:
    """Return a share 0-1 bent so that the field has no edges where squares meet."""
    return share * share * (3 - 2 * share)


def _write(
    path: Path,
    values: np.ndarray,
    x: np.ndarray,
    y: np.ndarray,
    *,
    says: str = "invented water depth, cm",
    unit: str = "cm",
) -> Path:
    transform = Affine(CELL, 0, x[0] - CELL / 2, 0, -CELL, y[0] + CELL / 2)
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=len(x),
        height=len(y),
        count=1,
        dtype="int16",
        crs=CRS,
        transform=transform,
        nodata=NODATA,
        compress="deflate",
        predictor=2,
        zlevel=9,
        tiled=True,
        blockxsize=256,
        blockysize=256,
    ) as grid:
        grid.write(values, 1)
        grid.set_band_description(1, f"EXERCISE / LATIHAN: {says}")
        grid.update_tags(
            TITLE="EXERCISE / LATIHAN: invented, not a real map", SEED=str(SEED), UNIT=unit
        )
    return path


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "hazards")
