"""Whole programs that reckon damage and its yearly mean: each in an environment of its own, on the
same files.

Delft-FIAT (MIT, Deltares) and DamageScanner (MIT, VU Amsterdam). They are not among our
requirements: the bench installs each into a virtual environment in its data folder, once. To add a
program: an entry in PROGRAMS, and a function in `run` that says how it is called.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
import rasterio
from make_city import CURVES, DEPTHS, PERIODS, PRICES, TYPES, grid_path

HERE = Path(__file__).parent
FIAT, DAMAGESCANNER = "Delft-FIAT", "DamageScanner"
# What pip is asked for, the first way that works. GDAL's own package has no wheels, so it builds
# only where GDAL's headers are; gdal-wheel is the same bindings with GDAL inside.
PROGRAMS = {
    FIAT: (
        (["delft_fiat>=0.4"],),
        (["gdal-wheel", "numpy", "regex"], ["--no-deps", "delft_fiat>=0.4"]),
    ),
    DAMAGESCANNER: ((["damagescanner>=1.0"],),),
}


@dataclass(frozen=True)
class Ran:
    """How long a program took from its start to its end, and by its own count without its start
    (s); EAD by number.
    """

    seconds: float
    reckoning: float
    ead: pd.Series


class NotInstalled(RuntimeError):
    """A program that is not there or gives no result; its text says why, in one line."""


def install(name: str, data: Path) -> Path:
    """Return the Python in whose environment a program is installed; raises NotInstalled.

    Made with the newest Python from 3.12 on that is there (DamageScanner 1.0 asks for it), else
    with this one.
    """
    folder = data / "programs" / name
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    if (folder / "installed").exists():
        return python
    found = [path for path in map(shutil.which, ("python3.13", "python3.12")) if path]
    fault = ""
    for made_with in [*found, sys.executable]:
        for way in PROGRAMS[name]:
            fault = _installed(made_with, folder, python, way)
            if not fault:
                (folder / "installed").touch()
                return python
    raise NotInstalled(f"{name} could not be installed: {fault}")


def _installed(made_with: str, folder: Path, python: Path, way: tuple[list[str], ...]) -> str:
    """Install in an environment made anew; return the last line of what went wrong, or nothing."""
    steps = [[made_with, "-m", "venv", "--clear", folder]]
    steps += [
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages]
        for packages in way
    ]
    for step in steps:
        try:
            done = subprocess.run(
                [str(part) for part in step], capture_output=True, text=True, timeout=900
            )
        except (OSError, subprocess.TimeoutExpired) as fault:
            return str(fault)
        if done.returncode:
            said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
            return next(
                (line for line in said if "error" in line.lower()), said[-1] if said else "no word"
            )
    return ""


def write_inputs(data: Path, folder: Path, buildings: gpd.GeoDataFrame) -> Path:
    """Write what the programs read: buildings with their worth, the six grids as one, and the
    curves as a table.

    `buildings` are valid and have an area. FIAT wants ids from 1, so an asset's is its number + 1.
    """
    inputs = folder / "programs"
    inputs.mkdir(exist_ok=True)
    price = buildings["object_type"].map(dict(zip(TYPES, PRICES, strict=True)))
    exposure = gpd.GeoDataFrame(
        {
            "object_id": buildings["number"] + 1,
            "osm_id": buildings["number"] + 1,
            "object_type": buildings["object_type"],
            "extract_method": "area",
            "ground_flht": 0.0,
            "ground_elevtn": 0.0,
            "fn_damage_structure": buildings["object_type"],
            "max_damage_structure": buildings.area * price.astype(float),
        },
        geometry=buildings.geometry,
        crs=buildings.crs,
    )
    (inputs / "exposure.gpkg").unlink(missing_ok=True)
    exposure.to_file(inputs / "exposure.gpkg", driver="GPKG", engine="pyogrio")
    rows = [",".join(["water depth", *CURVES])]
    rows += [",".join(map(str, row)) for row in zip(DEPTHS, *CURVES.values(), strict=True)]
    (inputs / "curves.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (inputs / "prices.csv").write_text(
        "object_type,damage\n"
        + "".join(f"{kind},{price}\n" for kind, price in zip(TYPES, PRICES, strict=True)),
        encoding="utf-8",
    )
    bands = (data / "depth_all.tif").resolve()
    _write_bands(data, bands)
    settings = FIAT_SETTINGS.format(periods=list(PERIODS), grid=bands.as_posix())
    (inputs / "settings.toml").write_text(settings, encoding="utf-8")
    return inputs


FIAT_SETTINGS = """
[model]
type = "geom"
risk = true
threads = 2
srs = {{ value = "EPSG:32749" }}
[output]
path = "fiat"
geom = {{ name1 = "fiat.gpkg" }}
[hazard]
file = "{grid}"
elevation_reference = "dem"
return_periods = {periods}
[exposure]
types = ["damage"]
geom = {{ file1 = "exposure.gpkg" }}
[vulnerability]
file = "curves.csv"
"""


def _write_bands(data: Path, path: Path) -> None:
    """Write the six grids as the bands of one file, as FIAT wants them, one band after the
    other, as suits it best.
    """
    if path.exists():
        return
    with rasterio.open(grid_path(data, next(iter(PERIODS)))) as first:
        profile = first.profile | {"count": len(PERIODS), "interleave": "band"}
    with rasterio.open(path, "w", **profile) as bands:
        for band, period in enumerate(PERIODS, start=1):
            with rasterio.open(grid_path(data, period)) as grid:
                bands.write(grid.read(1), band)


def run(name: str, python: Path, data: Path, inputs: Path) -> Ran:
    """Run a program from its files to its file; raises NotInstalled when it ends without a
    result.
    """
    result = inputs / {FIAT: "fiat/fiat.gpkg", DAMAGESCANNER: "damagescanner.gpkg"}[name]
    result.unlink(missing_ok=True)
    grids = {str(period): str(grid_path(data, period)) for period in PERIODS}
    command = {
        FIAT: [python, "-m", "fiat.cli.main", "run", "settings.toml"],
        DAMAGESCANNER: [python, HERE / "run_damagescanner.py", json.dumps(grids)],
    }[name]
    start = time.perf_counter()
    done = subprocess.run(
        [str(part) for part in command], cwd=inputs, capture_output=True, text=True
    )
    seconds = time.perf_counter() - start
    if not result.exists():
        said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        raise NotInstalled(f"{name} gave no result: {said[-1] if said else 'no word'}")
    table = gpd.read_file(result, ignore_geometry=True)
    identity, ead = {FIAT: ("object_id", "ead_damage"), DAMAGESCANNER: ("osm_id", "risk")}[name]
    reckoning = re.search(
        {FIAT: r"Calculations time: ([\d.]+)", DAMAGESCANNER: r"reckoned in ([\d.]+)"}[name],
        done.stdout,
    )
    return Ran(seconds, float(reckoning[1]), table.set_index(table[identity].astype(int) - 1)[ead])
