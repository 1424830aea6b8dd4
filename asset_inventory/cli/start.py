"""Where the demo city is: it ships with the package, so that a first look needs nothing else.

Commands to begin with: a new city, the demo city, the schema of city.toml, and what is installed.
"""

import json
import os
import shutil
from pathlib import Path

import click

from asset_inventory.messages import FOLDER, say
from asset_inventory.model.errors import CityError

_PACKAGE = Path(__file__).parents[1]


def demo_city() -> Path:
    """The folder of the demo city, to be read or copied, never written to.

    Inside an installed package it is `cities/semarang`; where the project's own tree is used (also
    by an editable install) that folder does not exist, and the city is read from where it is kept,
    `data/semarang`.
    """
    installed = _PACKAGE / "cities" / "semarang"
    return installed if installed.is_dir() else _PACKAGE.parent / "data" / "semarang"


_FOLDERS = ("assets", "hazards", "curves", "context")


def new(language: str, _: str | None, *, folder: Path) -> int:
    """Write a commented city.toml and its folders; never over an existing one."""
    from asset_inventory.io.atomic import together

    target = folder / "city.toml"
    if os.path.lexists(target):
        raise CityError("error.already_there", path=str(target))
    with together(folder) as draft:
        for name in _FOLDERS:
            (draft / name).mkdir()
        shutil.copyfile(FOLDER / language / "city.toml", draft / "city.toml")
    click.echo(say("new.done", language, path=str(target), folder=str(folder)))
    return 0


def demo(language: str, _: str | None, *, folder: Path) -> int:
    """Copy the demo city into a folder and assess it there, in the reader's language."""
    from asset_inventory.cli.assess import assess
    from asset_inventory.io.atomic import together

    city = folder / "semarang"
    if not (city / "city.toml").exists():
        unwanted = shutil.ignore_patterns("__pycache__", "__init__.py")
        with together(city, last="city.toml") as draft:
            shutil.copytree(demo_city(), draft, ignore=unwanted, dirs_exist_ok=True)
    click.echo(say("demo.copied", language, path=str(city)))
    page, results = folder / "semarang.html", folder / "results"
    return assess(language, language, folder=city, map_path=page, results=results)


def schema(_: str, __: str | None, *, tables: bool, findings: bool) -> int:
    """Print the schema of city.toml, or what tables hold, or the codes of findings."""
    if findings:
        from asset_inventory.messages import describe_findings

        click.echo(describe_findings(), nl=False)
        return 0
    if tables:
        from asset_inventory.model.tables import describe

        click.echo(describe(), nl=False)
        return 0
    from asset_inventory.model import city

    click.echo(json.dumps(city.schema(), indent=2, ensure_ascii=False))
    return 0


def doctor(language: str, _: str | None) -> int:
    """Print versions, what is missing and what for; 1 when something needed does not work."""
    import sqlite3

    from asset_inventory.io.environment import versions
    from asset_inventory.io.geometries import carry

    for name, version in versions().items():
        click.echo(f"{name:20} {version}")
    click.echo(f"{'sqlite':20} {sqlite3.sqlite_version}")
    import numpy as np

    # Simpang Lima, Semarang, in UTM 49S: an easting and northing to the metre, so a PROJ without
    # its data shows
    east, north = carry(np.array([[110.4229, -6.9903]]), "EPSG:4326", "EPSG:32749")[0]
    works = abs(east - 436_255) < 5 and abs(north - 9_227_283) < 5
    click.echo(say("doctor.proj_well" if works else "doctor.proj_ill", language))
    return 0 if works else 1
