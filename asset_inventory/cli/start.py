"""Where the demo city is: it ships with the package, so that a first look needs nothing else.

Commands to begin with: a new city, the demo city, the schema of city.toml, and what is installed.
"""

import json
import os
import re
import shutil
import sys
from pathlib import Path

import click

from asset_inventory.cli.commands import MOST_SHOWN
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


def new(
    language: str,
    _: str | None,
    *,
    folder: Path,
    source: Path | None = None,
    no_input: bool = False,
) -> int:
    """Write a commented city.toml and its folders, or one drafted from files, with a first map.

    It is never written over an existing one.
    """
    from asset_inventory.io.atomic import together

    target = folder / "city.toml"
    if os.path.lexists(target):
        raise CityError("error.already_there", path=str(target))
    if source is not None:
        return _from_files(language, folder, source, ask=not no_input and sys.stdin.isatty())
    with together(folder) as draft:
        for name in _FOLDERS:
            (draft / name).mkdir()
        shutil.copyfile(FOLDER / language / "city.toml", draft / "city.toml")
    click.echo(say("new.done", language, path=str(target), folder=str(folder)))
    return 0


def _from_files(language: str, folder: Path, source: Path, *, ask: bool) -> int:
    """Draft city.toml from the files of a folder, and assess the exposure where it can be."""
    from asset_inventory.assessment.draft import draft_city, periods_asked
    from asset_inventory.assessment.guesses import guess
    from asset_inventory.cli.assess import assess
    from asset_inventory.cli.shared import finding_lines, progress_in
    from asset_inventory.intake import profile_folder
    from asset_inventory.intake.descriptions import descriptions_of
    from asset_inventory.io.atomic import whole

    target = folder / "city.toml"
    with progress_in("files", say("progress.files", language)):
        profiles, problems = profile_folder(source)
    found = guess(profiles)
    plain = re.sub(r"[_\W]+", " ", folder.absolute().name).strip() or "?"
    name, currency = plain[0].upper() + plain[1:], ""
    periods: dict[str, float] = {}
    if ask:
        name, currency, periods = _asked(language, name, periods_asked(found))
    draft = draft_city(
        found,
        descriptions_of(source, (one.file for one in profiles)),
        name=name,
        place=_place(source, folder),
        language=language,
        answers=periods,
        currency=currency,
    )
    folder.mkdir(parents=True, exist_ok=True)
    with whole(target) as written:
        written.write_text(draft.text, encoding="utf-8")
    counts = {
        "layers": draft.layers,
        "hazards": draft.hazards,
        "files": len({one.file for one in profiles}),
    }
    click.echo(say("new.drafted", language, path=str(target), **counts))
    click.echo(say("new.to_check", language, checks=draft.checks, gaps=len(draft.gaps)))
    for line in finding_lines(problems[:MOST_SHOWN], language):
        click.echo(line)
    if not (draft.layers and draft.hazards and found.crs.answer):
        missing = "new.no_map_layers" if not draft.layers else "new.no_map_hazards"
        click.echo(say(missing if found.crs.answer else "new.no_map_crs", language))
        return 0
    page, results = folder / "maps" / f"{folder.absolute().name}.html", folder / "results"
    return assess(language, language, folder=folder, map_path=page, results=results)


def _asked(language: str, name: str, maps: list[str]) -> tuple[str, str, dict[str, float]]:
    """Return the name of the city, its currency and return periods, as somebody types them."""
    from rich.prompt import Prompt

    name = Prompt.ask(say("new.ask_name", language), default=name)
    currency = ""
    while not re.fullmatch(r"[A-Z]{3}", currency):
        currency = Prompt.ask(say("new.ask_currency", language), default="").strip().upper()
        if not currency:
            break
    periods = {}
    for one in maps:
        given = Prompt.ask(say("new.ask_period", language, map=one), default="")
        if re.fullmatch(r"\d{1,5}", given.strip()) and int(given) > 0:
            periods[one] = float(given)
    return name, currency, periods


def _place(source: Path, folder: Path) -> str:
    """Return the path of a folder of files from city.toml, with / on all systems."""
    try:
        return Path(os.path.relpath(source.resolve(), folder.resolve())).as_posix()
    except ValueError:  # on another drive of Windows
        return source.resolve().as_posix()


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
