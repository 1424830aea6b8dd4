"""The command that draws: a city's map, or two hazard maps or two assessments side by side."""

import difflib
from pathlib import Path
from typing import Any

import click

from asset_inventory.assessment import compare as comparison
from asset_inventory.cli import shared
from asset_inventory.cli.shared import progress_in
from asset_inventory.disclosure.assessment import disclosed
from asset_inventory.io.atomic import demand_page
from asset_inventory.messages import say
from asset_inventory.model.city import City
from asset_inventory.model.errors import CityError
from asset_inventory.outputs.map.city_map import write_map
from asset_inventory.outputs.map.compared_maps import Side, write_comparison


def draw(
    language: str,
    explicit_language: str | None,
    *,
    folder: Path | None,
    compare: tuple[str, str] | None,
    labels: tuple[str, str] | None,
    **options: Any,
) -> int:
    """Assess what is meant, and write its map; see `_draw_city` and `_draw_folders`."""
    folders = _folders(folder, compare) if compare else None
    if folders:
        return _draw_folders(folders, language, explicit_language, labels=labels, **options)
    if labels:
        raise CityError("error.compare_labels")
    if folder is None:
        raise click.MissingParameter(param=click.get_current_context().command.params[0])
    return _draw_city(language, explicit_language, folder=folder, compare=compare, **options)


@shared.of_a_city
def _draw_city(
    city: City,
    language: str,
    *,
    only: str | None,
    compare: tuple[str, str] | None,
    map_path: Path | None,
    audience: str,
    as_json: bool,
) -> int:
    """Assess a city and write its map only, or two of its hazard maps side by side."""
    demand_page(map_path)
    declared = comparison.declared_maps(city)
    if compare and declared:
        comparison.chosen_maps(declared, *compare)  # a slip of the pen is an error before computing
    assessment = shared.assess_city(city, only, language)
    name = shared.results_name(city, only)
    edition = disclosed(assessment, audience)
    notices: list[str] = []
    if compare is None:
        page = map_path or shared.page_path(name, audience)
        with progress_in("map", say("progress.map", language)):
            page = write_map(edition, page, language=language, on_notice=notices.append)
    else:
        maps = comparison.chosen_maps(comparison.maps_of(assessment), *compare)
        left, right = map(comparison.spelled, maps)
        page = map_path or shared.page_path(shared.file_name(name, left, right), audience)
        side = Side(edition)
        with progress_in("map", say("progress.map", language)):
            page = write_comparison(side, side, page, maps=(left, right), language=language)
    if as_json:
        about = shared.assessment_object(edition, language, notices=notices)
        shared.print_object(files=shared.as_paths({"map": page}), **about)
    else:
        for line in (*notices, say("assess.map", language, path=str(page))):
            click.echo(line)
    return shared.exit_code(assessment)


def _draw_folders(
    folders: tuple[Path, Path],
    language: str,
    explicit_language: str | None,
    *,
    only: str | None,
    labels: tuple[str, str] | None,
    map_path: Path | None,
    audience: str,
    as_json: bool,
) -> int:
    """Assess two cities, or two states of one, write both side by side; `labels` name them."""
    with (
        shared.city_in_its_language(folders[0], language, explicit_language) as (left, spoken),
        shared.city_in_its_language(folders[1], language, explicit_language) as (right, _),
    ):
        names = [shared.results_name(city, only) for city in (left, right)]
        page = map_path or shared.page_path(shared.file_name(*names), audience)
        demand_page(page)
        assessments = [shared.assess_city(city, only, spoken) for city in (left, right)]
        titles = labels or ((left.name, right.name) if left.name != right.name else tuple(names))
        sides = [
            Side(disclosed(assessment, audience), title)
            for assessment, title in zip(assessments, titles, strict=True)
        ]
        with progress_in("map", say("progress.map", spoken)):
            page = write_comparison(*sides, page, language=spoken)
        if as_json:
            of_sides = [shared.assessment_object(side.assessment, spoken) for side in sides]
            shared.print_object(files=shared.as_paths({"map": page}), sides=of_sides)
        else:
            click.echo(say("assess.map", spoken, path=str(page)))
    return max(map(shared.exit_code, assessments))


def _folders(city: Path | None, compare: tuple[str, str]) -> tuple[Path, Path] | None:
    """Return the two city folders that are meant, or None where two hazard maps of the city are.

    Raises CityError where CITY is neither of two folders, or where there is no CITY and one of both
    is no folder.
    """
    left, right = (Path(text) for text in compare)
    are = [
        (folder / "city.toml").is_file() or folder.name == "city.toml" for folder in (left, right)
    ]
    if not any(are) and city is not None:
        return None
    for folder, is_city in zip((left, right), are, strict=True):
        if not is_city:
            raise _no_city(folder)
    if city is not None and city.resolve() not in (left.resolve(), right.resolve()):
        raise CityError("error.compare_city", left=str(left), right=str(right), city=str(city))
    return left, right


def _no_city(folder: Path) -> CityError:
    """Return the error of a word that should be a city's folder, with the nearest folder."""
    neighbours = folder.parent if folder.parent.is_dir() else Path()
    names = [path.parent.name for path in neighbours.glob("*/city.toml")]
    near = difflib.get_close_matches(folder.name, names, n=1)
    key = "error.compare_no_city_near" if near else "error.compare_no_city"
    return CityError(key, given=str(folder), near=str(folder.parent / near[0]) if near else "")
