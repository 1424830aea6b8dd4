"""The command that lists, draws and audits damage curves: those that ship, or those of a city."""

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import click
import pandas as pd

from asset_inventory.cli import shared
from asset_inventory.cli.shared import (
    describe_findings_of,
    error_as_json,
    finding_lines,
    print_view,
)
from asset_inventory.messages import say
from asset_inventory.model.errors import CityError
from asset_inventory.model.library import meant_by
from asset_inventory.model.texts import nearest
from asset_inventory.outputs.views.table_view import NUMBER, TEXT, Column, Format, TableView
from asset_inventory.vulnerability.curves import library

if TYPE_CHECKING:  # the list of curves needs no city
    from asset_inventory.assessment.precheck import CurveCheck
    from asset_inventory.model.city import City


def curves(
    language: str, explicit_language: str | None, *, folder: Path | None, **options: Any
) -> int:
    """List the damage curves that ship, or those of a city, and draw them."""
    if folder is None:
        return _library(language, **options)
    return _of_city(language, explicit_language, folder=folder, **options)


def _library(
    language: str, *, hazard: str | None, asset_class: str | None, plot: Path | None, as_json: bool
) -> int:
    """List the curves that ship, or those of one hazard and class."""
    table = library()
    if hazard is not None:
        meant = [hazard] if hazard in set(table["hazard"]) else meant_by(hazard, "hazards")
        _known("error.curves_no_hazard", hazard, meant, sorted(set(table["hazard"])))
        table = table[table["hazard"].isin(meant)]
    if asset_class is not None:
        classes = _classes(asset_class)
        _known("error.curves_no_class", asset_class, classes, _all_classes(table))
        table = table[[not classes.isdisjoint(names.split(", ")) for names in table["asset_class"]]]
    if as_json:
        click.echo(json.dumps({"curves": table.to_dict("records")}, ensure_ascii=True))
    else:
        _print_library(table, language)
    if plot is not None:
        ids = table["id"]
        _draw(lambda plots: plots.library_plot(ids, language=language), plot, language, as_json)
    return 0


def _curves_table(
    table: pd.DataFrame, labels: Sequence[str], identifier: str, language: str
) -> TableView:
    """Return the view of curves: the `identifier` unbroken, «-» for what has no curve."""
    known = Format(
        lambda std, language: say("curves.yes" if std else "curves.no", language), is_number=False
    )
    formats = {"std": known, "assets": NUMBER}
    columns = [
        Column(label, replace(formats.get(label, TEXT), missing="-"), unbroken=label == identifier)
        for label in labels
    ]
    return TableView("curves", columns, table, language, labels="curves.head.")


def _print_library(table: pd.DataFrame, language: str) -> None:
    labels = ("id", "title", "hazard", "asset_class", "region", "unit", "std", "licence")
    print_view(_curves_table(table, labels, "id", language))
    for row in table.drop_duplicates("source").to_dict("records"):
        name = row["id"].partition("/")[0]
        click.echo(
            say("curves.set", language, name=name, citation=row["citation"], licence=row["licence"])
        )
    click.echo(say("curves.count", language, count=len(table)))


@shared.of_a_city
def _of_city(
    city: "City",
    language: str,
    *,
    hazard: str | None,
    asset_class: str | None,
    plot: Path | None,
    as_json: bool,
) -> int:
    """List the curve of each asset type, and what is wrong; 1 where something is an error."""
    from asset_inventory.assessment import precheck

    if hazard is not None:
        names = [entry.name for entry in city.hazards]
        _known("error.curves_no_hazard", hazard, {hazard} & {*names}, names)
    check = precheck.check_curves_of(city)
    served = list(dict.fromkeys(check.serving["asset_type"]))
    types = served if asset_class is None else _types_of(asset_class, served)
    if hazard is not None or asset_class is not None:
        check = precheck.narrowed(check, hazard, types)
    _print_json(check, city.name, language) if as_json else _print_city(check, language)
    if plot is not None:
        about = {"language": language, "kinds": types, "hazard": hazard}
        _draw(lambda plots: plots.damage_curve_plot(city, **about), plot, language, as_json)
    return int(bool(check.faults) or bool((check.findings["severity"] == "error").any()))


def _types_of(name: str, types: Sequence[str]) -> list[str]:
    """Return the asset types that are meant: the one of this name, else those of this class."""
    if name in types:
        return [name]
    classes = _classes(name)
    _known("error.curves_no_class", name, classes, [*types, *_all_classes(library())])
    return [a_type for a_type in types if not classes.isdisjoint(meant_by(a_type, "classes"))]


def _classes(name: str) -> set[str]:
    return {name} if name in _all_classes(library()) else set(meant_by(name, "classes"))


def _all_classes(table: pd.DataFrame) -> list[str]:
    return sorted({name for names in table["asset_class"] for name in names.split(", ")})


def _known(key: str, name: str, meant: Collection[str], names: Sequence[str]) -> None:
    """Raise CityError for a word without a meaning here, with the nearest name and all names."""
    if meant:
        return

    near = nearest(name, names)
    raise CityError(key + "_near" if near else key, given=name, near=near, names=", ".join(names))


def _print_city(check: "CurveCheck", language: str) -> None:
    from asset_inventory.outputs.views.city import format_licence

    labels = ("hazard", "asset_type", "curve", "unit", "std", "licence", "source", "assets")
    of_curve = list(labels[2:-1])  # which an asset type without one has not
    served = check.serving["curve"].map(lambda curve: isinstance(curve, str)).to_numpy(dtype=bool)
    table = check.serving.astype(dict.fromkeys(of_curve, object))
    table.loc[served, "licence"] = [
        format_licence(licence, language) for licence in check.serving["licence"][served]
    ]
    table.loc[~served, of_curve] = None
    print_view(_curves_table(table, labels, "curve", language))
    for fault in check.faults:
        click.echo(f"{say('severity.error', language)}: {fault.say(language)}")
    for line in finding_lines(check.findings.to_dict("records"), language):
        click.echo(line)
    if len(table) and not check.faults and not len(check.findings):
        click.echo(say("curves.well", language))


def _print_json(check: "CurveCheck", city: str, language: str) -> None:
    rows = check.serving.astype(object).where(check.serving.notna(), None).to_dict("records")
    problems = describe_findings_of(check.findings.to_dict("records"), language)
    for row in problems:
        row |= {name: None for name in ("feature", "column") if row[name] != row[name]}
    faults = [error_as_json(fault, language) for fault in check.faults]
    document = {"city": city, "curves": rows, "findings": problems, "faults": faults}
    click.echo(json.dumps(document, ensure_ascii=True))


def _draw(figure: Callable[[ModuleType], object], path: Path, language: str, as_json: bool) -> None:
    from asset_inventory.outputs.report import plots

    plots.write_figure(figure(plots), path)
    if not as_json:
        click.echo(say("curves.drawn", language, path=str(path)))
