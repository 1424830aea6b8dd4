"""The command that draws: a city's map, or two of its hazard maps or two assessments side by
side.
"""

from __future__ import annotations

import difflib
from pathlib import Path

import click

from asset_inventory.cli.assess import (
    AUDIENCES,
    assess_city,
    city_in_its_language,
    exit_code,
    file_name,
    page_path,
    results_name,
)
from asset_inventory.messages import say
from asset_inventory.model.errors import CityError


def commands(language: str, asked: str | None) -> list[click.Command]:
    """Return the command `map`, worded in a language; `asked` is the one asked for."""

    @click.command("map", help=say("command.map.help", language))
    @click.argument("city", type=click.Path(path_type=Path), required=False)
    @click.option("--only", metavar="LAYER|HAZARD", help=say("option.only", language))
    @click.option("--compare", nargs=2, metavar="A B", help=say("option.compare", language))
    @click.option("--labels", nargs=2, metavar="A B", help=say("option.labels", language))
    @click.option(
        "--to", "map_path", type=click.Path(path_type=Path), help=say("option.map", language)
    )
    @click.option(
        "--audience",
        type=click.Choice(AUDIENCES),
        default=AUDIENCES[0],
        help=say("option.audience", language),
    )
    @click.pass_context
    def draw(
        context: click.Context,
        city: Path | None,
        only: str | None,
        compare: tuple[str, str] | None,
        labels: tuple[str, str] | None,
        map_path: Path | None,
        audience: str,
    ) -> int:
        options = {"only": only, "map_path": map_path, "audience": audience}
        folders = _folders(city, compare) if compare else None
        if folders:
            return compare_folders(folders, language, asked, labels=labels, **options)
        if labels:
            raise CityError("error.compare_labels")
        if city is None:
            raise click.MissingParameter(ctx=context, param=context.command.params[0])
        return map_folder(city, language, asked, compare=compare, **options)

    return [draw]


def map_folder(
    folder: Path,
    language: str,
    asked: str | None,
    *,
    only: str | None = None,
    compare: tuple[str, str] | None = None,
    map_path: Path | None = None,
    audience: str = "internal",
) -> int:
    """Assess a city and write its map only, or two of its hazard maps side by side."""
    from asset_inventory.assessment.compare import chosen_maps, declared_maps, maps_of, spelled
    from asset_inventory.disclosure.assessment import disclosed
    from asset_inventory.io.atomic import demand_replaceable
    from asset_inventory.outputs.map.city_map import write_map
    from asset_inventory.outputs.map.compared_maps import Side, write_comparison

    with city_in_its_language(folder, language, asked) as (city, spoken):
        demand_replaceable(map_path)
        declared = declared_maps(city)
        if compare and declared:
            chosen_maps(declared, *compare)  # a slip of the pen is told before anything is reckoned
        assessment = assess_city(city, only, spoken)
        name = results_name(city, only)
        held = disclosed(assessment, audience)
        if compare is None:
            page = write_map(
                held, map_path or page_path(name, audience), language=spoken, tell=click.echo
            )
        else:
            chosen = [spelled(one) for one in chosen_maps(maps_of(assessment), *compare)]
            side = Side(held)
            page = write_comparison(
                side,
                side,
                map_path or page_path(file_name(name, *chosen), audience),
                maps=(chosen[0], chosen[1]),
                language=spoken,
            )
        click.echo(say("assess.map", spoken, path=str(page)))
    return exit_code(assessment)


def compare_folders(
    folders: tuple[Path, Path],
    language: str,
    asked: str | None,
    *,
    only: str | None = None,
    labels: tuple[str, str] | None = None,
    map_path: Path | None = None,
    audience: str = "internal",
) -> int:
    """Assess two cities, or one city in two states, and write both side by side; `labels` say
    what each is.
    """
    from asset_inventory.disclosure.assessment import disclosed
    from asset_inventory.io.atomic import demand_replaceable
    from asset_inventory.outputs.map.compared_maps import Side, write_comparison

    with (
        city_in_its_language(folders[0], language, asked) as (left, spoken),
        city_in_its_language(folders[1], language, asked) as (right, _),
    ):
        names = [results_name(city, only) for city in (left, right)]
        page = map_path or page_path(file_name(*names), audience)
        demand_replaceable(page)
        assessments = [assess_city(city, only, spoken) for city in (left, right)]
        titles = labels or ((left.name, right.name) if left.name != right.name else tuple(names))
        sides = [
            Side(disclosed(one, audience), title)
            for one, title in zip(assessments, titles, strict=True)
        ]
        page = write_comparison(*sides, page, language=spoken)
        click.echo(say("assess.map", spoken, path=str(page)))
    return max(map(exit_code, assessments))


def _folders(city: Path | None, compare: tuple[str, str]) -> tuple[Path, Path] | None:
    """Return the two city folders that are meant, or None where two hazard maps of the city are.

    Raises CityError where CITY is neither of two folders, or where there is no CITY and one of both
    is no folder.
    """
    left, right = (Path(given) for given in compare)
    are = [
        (folder / "city.toml").is_file() or folder.name == "city.toml" for folder in (left, right)
    ]
    if not any(are) and city is not None:
        return None
    for folder, found in zip((left, right), are, strict=True):
        if not found:
            raise _no_city(folder)
    if city is not None and city.resolve() not in (left.resolve(), right.resolve()):
        raise CityError("error.compare_city", left=str(left), right=str(right), city=str(city))
    return left, right


def _no_city(folder: Path) -> CityError:
    """Return what is wrong with a word that should be a city's folder, and the folder that is
    nearest to it.
    """
    beside = folder.parent if folder.parent.is_dir() else Path()
    names = [one.parent.name for one in beside.glob("*/city.toml")]
    near = difflib.get_close_matches(folder.name, names, n=1)
    key = "error.compare_no_city_near" if near else "error.compare_no_city"
    return CityError(key, given=str(folder), near=str(folder.parent / near[0]) if near else "")
