"""Files that are handed in: judged, and compared with the register, each beside a process that
only reads.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
from make_city import city_toml, number_of
from rows import Row, side_by_side
from setting import Setting, layer, short

MOST = 100_000  # buildings of the files


def validated(setting: Setting) -> Iterator[Row]:
    """`validate` of a clean shapefile beside one process that only reads it and asks whether its
    shapes are valid.
    """
    folder = setting.city(MOST)
    path = clean_shapefile(folder)
    alone = "import sys, pyogrio; sys.exit(not pyogrio.read_dataframe(sys.argv[1]).is_valid.all())"
    mine, _, theirs, _ = side_by_side(
        lambda: _ended_well("-m", "asset_inventory", "validate", str(path), "--json"),
        lambda: _ended_well("-c", alone, str(path)),
        times=setting.times,
    )
    yield Row(
        f"a clean shapefile of {short(number_of(folder.name))} buildings: validate, whole process",
        mine,
        "s",
        "pyogrio.read_dataframe + is_valid, whole process",
        theirs,
        mine / theirs,
        setting.asked("<= 4", at=MOST),
    )


def clean_shapefile(folder: Path) -> Path:
    """Return the buildings of a city as a shapefile in which nothing is wrong, which is made
    where it is not there.
    """
    path = folder / "clean" / "buildings.shp"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        _write_shapefile(
            layer(folder / "buildings.gpkg").rename(columns={"object_type": "kind"}), path
        )
    return path


def _write_shapefile(table: gpd.GeoDataFrame, path: Path) -> None:
    table.to_file(path)
    for part in path.parent.iterdir():
        os.utime(part, (0, 0))  # of what is new it is waited for whether somebody still writes it


def delivered(setting: Setting) -> Iterator[Row]:
    """`deliver` of a shapefile with 100 changes, its risk under six grids told, beside only
    reading both layers.
    """
    folder = setting.city(MOST)
    clean, edited = clean_shapefile(folder), folder / "edited" / "buildings.shp"
    if not edited.exists():
        edited.parent.mkdir(exist_ok=True)
        table = gpd.read_file(clean)
        table.loc[table.index[:: max(len(table) // 100, 1)], "levels"] += 1
        _write_shapefile(table, edited)
    city = begun_register(setting.data, folder, clean, edited)
    both = (
        "import sys, pyogrio; register, file = sys.argv[1:]; "
        "pyogrio.read_dataframe(register, layer='buildings'); pyogrio.read_dataframe(file)"
    )
    mine, _, theirs, _ = side_by_side(
        lambda: _handed_in(city, edited),
        lambda: _ended_well("-c", both, str(city / "register.gpkg"), str(edited)),
        times=setting.times,
    )
    yield Row(
        f"a shapefile of {short(number_of(folder.name))} buildings with 100 changes: deliver, whole process",
        mine,
        "s",
        "pyogrio.read_dataframe of both layers, whole process",
        theirs,
        mine / theirs,
        setting.asked("<= 4", at=MOST),
    )


def begun_register(data: Path, folder: Path, layer_path: Path, edited: Path) -> Path:
    """Return the folder of a city whose register has a first delivery of one layer, and one that
    was rejected.

    Its risk was reckoned, so that the city's as a whole is known, as it is after any delivery.
    """
    city = folder / "register"
    shutil.rmtree(city, ignore_errors=True)
    city.mkdir()
    text = city_toml("bench", data, layer_path).replace('"object_type"', '"kind"')
    (city / "city.toml").write_text(text, encoding="utf-8")
    _ended_well("-m", "asset_inventory", "start", str(city))
    _ended_well("-m", "asset_inventory", "deliver", str(city), str(edited))
    _ended_well("-m", "asset_inventory", "reject", str(city), "2", "--why", "to be handed in again")
    shutil.copyfile(city / "register.gpkg", city / "kept.gpkg")
    return city


def _handed_in(city: Path, edited: Path) -> None:
    shutil.copyfile(city / "kept.gpkg", city / "register.gpkg")
    _ended_well("-m", "asset_inventory", "deliver", str(city), str(edited), "--json")


def _ended_well(*arguments: str) -> None:
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{arguments}: {(done.stderr or done.stdout)[-300:]}")
