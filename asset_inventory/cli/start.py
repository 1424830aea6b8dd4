"""Where the demo city is: it ships with the package, so that a first look needs nothing else.

Commands to begin with: a new city, the demo city, the schema of city.toml, and what is installed.
"""

from __future__ import annotations

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


def commands(language: str, asked: str | None) -> list[click.Command]:
    """Return the commands `new`, `demo`, `schema` and `doctor`, worded in a language; `asked` is
    the one asked for.
    """

    @click.command("new", help=say("command.new.help", language))
    @click.argument("folder", type=click.Path(path_type=Path))
    def new(folder: Path) -> int:
        return _new(folder, language)

    @click.command("demo", help=say("command.demo.help", language))
    @click.option(
        "--to",
        "folder",
        type=click.Path(path_type=Path),
        default=Path("demo"),
        show_default=True,
        help=say("option.to", language),
    )
    def demo(folder: Path) -> int:
        return _demo(folder, language, asked)

    @click.command("schema", help=say("command.schema.help", language))
    @click.option("--tables", is_flag=True, help=say("option.tables", language))
    @click.option("--findings", is_flag=True, help=say("option.findings", language))
    def schema(tables: bool, findings: bool) -> int:
        return _schema(tables=tables, findings=findings)

    @click.command("doctor", help=say("command.doctor.help", language))
    def doctor() -> int:
        return _doctor(language)

    return [new, demo, schema, doctor]


def _new(folder: Path, language: str) -> int:
    """Write a commented city.toml and its folders; never over an existing one."""
    from asset_inventory.io.atomic import together

    target = folder / "city.toml"
    if os.path.lexists(target):
        raise CityError("error.already_there", path=str(target))
    with together(folder) as made:
        for name in _FOLDERS:
            (made / name).mkdir()
        shutil.copyfile(FOLDER / language / "city.toml", made / "city.toml")
    click.echo(say("new.done", language, path=str(target), folder=str(folder)))
    return 0


def _demo(folder: Path, language: str, asked: str | None) -> int:
    """Copy the demo city into a folder and assess it there."""
    from asset_inventory.cli.assess import assess_folder
    from asset_inventory.io.atomic import together

    city = folder / "semarang"
    if not (city / "city.toml").exists():
        unwanted = shutil.ignore_patterns("__pycache__", "__init__.py")
        with together(city, last="city.toml") as made:
            shutil.copytree(demo_city(), made, ignore=unwanted, dirs_exist_ok=True)
    click.echo(say("demo.copied", language, path=str(city)))
    return assess_folder(
        city, language, asked, map_path=folder / "semarang.html", results=folder / "results"
    )


def _schema(*, tables: bool, findings: bool) -> int:
    if findings:
        from asset_inventory.messages import describe_findings

        click.echo(describe_findings(), nl=False)
        return 0
    if tables:
        from asset_inventory.model.tables import describe

        click.echo(describe(), nl=False)
        return 0
    from asset_inventory.model.city import schema

    click.echo(json.dumps(schema(), indent=2, ensure_ascii=False))
    return 0


def _doctor(language: str) -> int:
    """Print versions, and say what is missing and what it would be for; exit 1 when something
    needed does not work.
    """
    import sqlite3

    from asset_inventory.io.crs import carry
    from asset_inventory.io.environment import versions

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
