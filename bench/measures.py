"""The measures: ours beside each peer, on the same layers, in the same run; each function yields
rows of the table.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import peers
import programs
from handing_in import delivered, validated
from make_city import PERIODS, grid_path, make_city, make_finer, number_of
from options import priced
from ranking import ranking
from rows import Row, faster, side_by_side, timed
from setting import Setting, layer, short

from asset_inventory.hazards import raster_intersections, zone_intersections
from asset_inventory.io.rasters import open_grid

HERE = Path(__file__).parent
PERIOD = 100  # year: the grid of the measures that look at one
# Peers are not asked for more than they do in minutes.
MOST_FOR_GRIDS, MOST_FOR_OVERLAY, MOST_FOR_PROGRAMS, MOST_LINES = 100_000, 10_000, 10_000, 2_500
QUICK_LINES = 1_000


# Single steps


def polygons_on_grid(setting: Setting) -> Iterator[Row]:
    """Exact shares of buildings in the cells of one grid, the reading of the grid included."""
    folder = setting.city(MOST_FOR_GRIDS)
    buildings, path = layer(folder / "buildings.gpkg"), grid_path(setting.data, PERIOD)
    cell = np.prod(np.abs(open_grid(path).transform[0:5:4]))
    name = f"{folder.name} polygons x grid"
    if "exactextract" not in peers.missing():
        mine, _, theirs, _ = side_by_side(
            lambda: _shares(buildings, path), lambda: peers.exactextract_shares(buildings, path)
        )
        yield faster(
            f"{name}: share and depth of every cell",
            mine,
            "exactextract",
            theirs,
            setting.asked(">= 12", at=MOST_FOR_GRIDS),
        )
        mine, ours, theirs, peer = side_by_side(
            lambda: _means(buildings, path), lambda: peers.exactextract_means(buildings, path)
        )
        yield faster(f"{name}: mean depth", mine, "exactextract", theirs)
        covered = ours[0] * buildings.area.to_numpy() / cell
        yield _agreement(
            f"{name}: wet cells", covered, peer["count"].to_numpy(), "exactextract", "<= 1e-6"
        )
        yield _agreement(
            f"{name}: mean depth", ours[1], peer["mean"].to_numpy(), "exactextract", "<= 1e-6"
        )
    if "rasterstats" not in peers.missing():
        few = buildings.iloc[:MOST_FOR_OVERLAY]
        mine, _, theirs, _ = side_by_side(
            lambda: _means(few, path), lambda: peers.rasterstats_means(few, path)
        )
        yield faster(
            f"{short(len(few))} polygons x grid: mean depth",
            mine,
            "rasterstats (cell centres, not exact)",
            theirs,
        )


def _shares(buildings: gpd.GeoDataFrame, path: Path) -> tuple[raster_intersections.Cut, np.ndarray]:
    """Return every piece of every building in its cell, and the depth there (m, NaN where it is
    dry).
    """
    grid = open_grid(path)
    cut = raster_intersections.cut(buildings.geometry.to_numpy(), grid, buildings.crs)
    return cut, raster_intersections.intensities(
        cut, grid, factor=1.0, nodata=np.nan, outside=np.nan
    )


def _means(buildings: gpd.GeoDataFrame, path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return the wet share of each building and its mean depth (m), NaN where none is wet."""
    cut, depth = _shares(buildings, path)
    weight = np.where(np.isnan(depth), 0.0, cut.share)
    wet = np.bincount(cut.asset, weight, minlength=len(buildings))
    total = np.bincount(cut.asset, weight * np.nan_to_num(depth), minlength=len(buildings))
    return wet, np.divide(total, wet, out=np.full(len(wet), np.nan), where=wet > 0)


def polygons_in_zones(setting: Setting) -> Iterator[Row]:
    """Areas of buildings in flood zones of up to 100,000 vertices, the preparation of the zones
    included.
    """
    folder = setting.city(MOST_FOR_OVERLAY)
    buildings, flood = layer(folder / "buildings.gpkg"), layer(setting.data / "zones.gpkg")
    name = f"{folder.name} polygons x zones"
    mine, ours, theirs, peer = side_by_side(
        lambda: _zone_areas(buildings, flood), lambda: peers.overlay_areas(buildings, flood)
    )
    yield faster(
        name, mine, "geopandas.overlay", theirs, setting.asked(">= 25", at=MOST_FOR_OVERLAY)
    )
    classes = [
        peer.xs(one, level="class").reindex(buildings["number"], fill_value=0.0).to_numpy()
        for one in (1, 2, 3)
    ]
    whole = buildings.area.to_numpy()
    apart = max(float(np.max(np.abs(ours[one] - classes[one - 1]) / whole)) for one in (1, 2, 3))
    yield Row(
        f"{name}: areas apart, of the building", apart, "", "geopandas.overlay", asked="<= 1e-9"
    )


def _zone_areas(buildings: gpd.GeoDataFrame, flood: gpd.GeoDataFrame) -> dict[int, np.ndarray]:
    """Return the area (m2) of each building in each class."""
    classes = flood["class"].to_numpy()
    ready = zone_intersections.prepare_zones(
        flood.geometry.to_numpy(), classes.astype(float), np.arange(len(flood))
    )
    cut = zone_intersections.cut_by_zones(buildings.geometry.to_numpy(), ready)
    inside = cut.zone != zone_intersections.OUTSIDE
    area = cut.share[inside] * buildings.area.to_numpy()[cut.asset[inside]]
    found = ready.intensity[cut.zone[inside]].astype(int)
    return {
        one: np.bincount(cut.asset[inside], area * (found == one), minlength=len(buildings))
        for one in (1, 2, 3)
    }


def lines_on_grid(setting: Setting) -> Iterator[Row]:
    """Exact lengths of roads in the cells of one grid, and the depth there."""
    folder, path = setting.city(MOST_FOR_PROGRAMS), grid_path(setting.data, PERIOD)
    if "nismod-snail" in peers.missing():
        return
    roads = layer(folder / "roads.gpkg").iloc[: QUICK_LINES if setting.quick else MOST_LINES]
    name = f"{len(roads):,} lines x grid"
    mine, ours, theirs, peer = side_by_side(
        lambda: _lengths(roads, path), lambda: peers.snail_lengths(roads, path)
    )
    yield faster(name, mine, "snail", theirs, setting.asked(">= 100", at=MOST_FOR_PROGRAMS))
    alone, _ = timed(lambda: peers.snail_split_alone(roads, path))
    yield faster(name, mine, "snail, its compiled split alone", alone)
    wet = (
        peer[peer["depth"] > 0]
        .groupby("number")["length"]
        .sum()
        .reindex(roads["number"], fill_value=0.0)
        .to_numpy()
    )
    apart = float(np.max(np.abs(ours - wet) / roads.length.to_numpy()))
    yield Row(f"{name}: wet lengths apart, of the line", apart, "", "snail")


def _lengths(roads: gpd.GeoDataFrame, path: Path) -> np.ndarray:
    """Return the wet length of each road (m)."""
    grid = open_grid(path)
    cut = raster_intersections.cut(roads.geometry.to_numpy(), grid, roads.crs)
    depth = raster_intersections.intensities(cut, grid, factor=1.0, nodata=0.0, outside=np.nan)
    return (
        np.bincount(cut.asset, cut.share * (depth > 0), minlength=len(roads))
        * roads.length.to_numpy()
    )


def _agreement(name: str, ours: np.ndarray, theirs: np.ndarray, peer: str, asked: str) -> Row:
    """Return the greatest difference of one asset, relative to itself; what neither knows
    agrees.
    """
    ours, theirs = np.nan_to_num(ours), np.nan_to_num(np.asarray(theirs, dtype=float))
    apart = (
        np.abs(ours - theirs)[(ours > 0) | (theirs > 0)]
        / np.maximum(ours, theirs)[(ours > 0) | (theirs > 0)]
    )
    return Row(f"{name} apart", float(apart.max(initial=0.0)), "", peer, asked=asked)


# Whole assessments, each in a process of its own


def assessed(
    city: Path, *, layer_path: Path | None = None, result: Path | None = None, results: bool = False
) -> dict[str, float]:
    """Return the seconds and the memory (GB) of one assessment, as run_ours.py tells them, and
    `whole`, the process.
    """
    if result:
        result.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            HERE / "run_ours.py",
            city,
            "--to",
            result or Path(folder) / "result.gpkg",
        ]
        command += ["--layer", layer_path] if layer_path else []
        command += ["--results", folder] if results else []
        start = time.perf_counter()
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
        whole = time.perf_counter() - start
        if done.returncode:
            raise SystemExit(f"{city}: {done.stderr.strip().splitlines()[-1]}")
        return json.loads(done.stdout.splitlines()[-1]) | {"whole": whole}


def median_of(runs: list[dict[str, float]]) -> dict[str, float]:
    """Return the median of each figure over several runs."""
    return {name: float(np.median([run[name] for run in runs])) for name in runs[0]}


def whole_programs(setting: Setting) -> Iterator[Row | str]:
    """Buildings under six grids, from files to a file, whole processes; a program that is
    missing is said in a line.
    """
    small = setting.city(MOST_FOR_PROGRAMS)
    large = small if setting.quick else setting.city(MOST_FOR_GRIDS)
    for program in programs.PROGRAMS:
        try:
            python = programs.install(program, setting.data)
            yield from _beside(setting, program, python, small, times=setting.times)
            if large != small:  # where the start of a process no longer counts
                yield from _beside(setting, program, python, large, times=1)
        except programs.NotInstalled as fault:
            yield str(fault)


def _beside(
    setting: Setting, program: str, python: Path, folder: Path, *, times: int
) -> Iterator[Row]:
    inputs = programs.write_inputs(setting.data, folder, layer(folder / "buildings.gpkg"))
    name, result = (
        f"{folder.name} polygons x {len(PERIODS)} grids, files to file",
        inputs / "ours.gpkg",
    )
    ours, theirs = [], []
    for _ in range(times):
        ours.append(assessed(folder, result=result))
        theirs.append(programs.run(program, python, setting.data, inputs))
    asked = (
        setting.asked(">= 4", at=MOST_FOR_PROGRAMS)
        if number_of(folder.name) <= MOST_FOR_PROGRAMS
        else ""
    )
    mine = median_of(ours)
    yield faster(
        name, mine["whole"], program, float(np.median([run.seconds for run in theirs])), asked
    )
    reckoning = float(np.median([run.reckoning for run in theirs]))
    yield faster(
        f"{name}, Python's start left out",
        mine["assess"] + mine["write"],
        program,
        reckoning,
        asked,
    )
    if program == programs.DAMAGESCANNER:
        mine = _without_tail(result)
        theirs_of_all = theirs[-1].ead.reindex(mine.index)
        here, there = mine.isna().to_numpy(), theirs_of_all.isna().to_numpy()
        compared = ~here & ~there
        counts = f"{compared.sum():,} compared, {here.sum():,} unusable here, {there.sum():,} unusable there"
        figures = mine.to_numpy()[compared], theirs_of_all.to_numpy()[compared]
        yield _agreement(
            f"{name}: yearly damage up to the rarest map, {counts},", *figures, program, ""
        )


def _without_tail(result: Path) -> pd.Series:
    """Return our EAD by a building's number without the flat tail beyond the rarest map; NaN where
    it is unusable.

    DamageScanner leaves the tail out.
    """
    table = gpd.read_file(result, ignore_geometry=True)
    number = table["asset_id"].str.split(":").str[1].astype(int)
    mine = table["ead"] - table["tail"]
    # What subtraction leaves of an asset that only the rarest map reaches is nothing.
    return mine.mask(mine <= 1e-9 * table["ead"], 0.0).set_axis(number)


def fixed_cost(setting: Setting) -> Iterator[Row]:
    """What a process takes however few assets there are: a city of one building, from its files
    to a file.
    """
    folder = make_city(setting.data, "1", cells=setting.cells)
    run = median_of([assessed(folder) for _ in range(setting.times)])
    name = f"1 polygon x {len(PERIODS)} grids"
    yield Row(f"{name}, files to file", run["whole"])
    yield Row(f"{name}, reading the packages", run["import"])
    yield Row(f"{name}, assess()", run["assess"])


def growth(setting: Setting) -> Iterator[Row]:
    """Time and memory of `assess`, and how both grow from a tenth of the size to the size."""
    number = number_of(setting.size)
    small, large = make_city(setting.data, short(number // 10), cells=setting.cells), setting.city()
    few = median_of([assessed(small) for _ in range(setting.times)])
    many = median_of([assessed(large) for _ in range(1 if number > 200_000 else setting.times)])
    name = f"{setting.size} polygons x {len(PERIODS)} grids, assess()"
    yield Row(
        name,
        many["assess"],
        "s",
        f"the same for {small.name}",
        few["assess"],
        many["assess"] / few["assess"],
        setting.asked("<= 11", at=1_000_000),
    )
    yield Row(f"{name}: peak memory", many["peak"], "GB", asked=setting.asked("<= 3", at=1_000_000))


def beside_the_layer(setting: Setting) -> Iterator[Row]:
    """`assess` beside reading the layer and writing its result, which any program must do."""
    folder = setting.city(MOST_FOR_GRIDS)
    run = median_of(
        [
            assessed(folder, layer_path=folder / "buildings.gpkg", results=True)
            for _ in range(setting.times)
        ]
    )
    layer_alone = run["layer read"] + run["layer written"]
    name = f"{folder.name} polygons x {len(PERIODS)} grids"
    yield Row(
        f"{name}, assess()",
        run["assess"],
        "s",
        "reading the layer + writing its result, Arrow",
        layer_alone,
        run["assess"] / layer_alone,
        setting.asked("<= 5", at=MOST_FOR_GRIDS),
    )
    yield Row(f"{name}, writing GeoPackage, CSV, run.json", run["results"], "s")


def finer_grids(setting: Setting) -> Iterator[Row]:
    """Memory of the same assets when each grid has 16 times the cells."""
    folder = setting.city(MOST_FOR_GRIDS)
    finer = make_finer(setting.data, folder.name, cells=setting.cells)
    coarse_peak, finer_peak = (
        median_of([assessed(city) for _ in range(setting.times)])["peak"]
        for city in (folder, finer)
    )
    name = f"{folder.name} polygons, grids of {4 * setting.cells:,} x {4 * setting.cells:,}: peak memory"
    yield Row(
        name,
        finer_peak,
        "GB",
        f"grids of {setting.cells:,} x {setting.cells:,}",
        coarse_peak,
        finer_peak / coarse_peak,
        setting.asked("<= 1.1", at=MOST_FOR_PROGRAMS),
    )


MEASURES = {
    "grid": polygons_on_grid,
    "zones": polygons_in_zones,
    "lines": lines_on_grid,
    "programs": whole_programs,
    "fixed": fixed_cost,
    "growth": growth,
    "layer": beside_the_layer,
    "finer": finer_grids,
    "ranking": ranking,
    "options": priced,
    "validate": validated,
    "deliver": delivered,
}
