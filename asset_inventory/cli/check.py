"""Commands that look: a city before its assessment, and one asset's figures after it."""

import dataclasses
import datetime
import difflib
import sys
from pathlib import Path

import click
import pandas as pd
from shapely.geometry import mapping

from asset_inventory.assessment import precheck
from asset_inventory.assessment.context_indicators import not_recognised
from asset_inventory.assessment.ead_sentences import below_ground
from asset_inventory.assessment.explain import Explanation, HazardExplanation
from asset_inventory.assessment.explain import explain as explained
from asset_inventory.assessment.fixes import Corrected, correct_city
from asset_inventory.assessment.survey_forms import read_survey_forms
from asset_inventory.cli import shared
from asset_inventory.cli.commands import MOST_SHOWN
from asset_inventory.cli.shared import as_rows, finding_lines, print_view
from asset_inventory.io.atomic import demand_replaceable, whole
from asset_inventory.io.city_file import document_of, read_text
from asset_inventory.messages import say
from asset_inventory.model.city import City
from asset_inventory.model.errors import CityError
from asset_inventory.model.reading import place
from asset_inventory.model.tables import empty, findings, join_findings
from asset_inventory.outputs.views import tables
from asset_inventory.vulnerability.curves import DamageCurve


def check(
    language: str,
    explicit_language: str | None,
    *,
    folder: Path,
    every: bool,
    fix: bool,
    yes: bool,
    as_json: bool,
) -> int:
    """Print what an assessment would meet; 1 when something is unreadable or an error, else 0.

    With `fix` city.toml is corrected first, where people confirm it or `yes` does.
    """
    if yes and not fix:
        raise click.UsageError(say("call.yes_without_fix", language))
    toml = folder / "city.toml" if folder.is_dir() else folder
    day, about = datetime.date.today(), dict[str, object]()
    with shared.city_in_its_language(folder, language, explicit_language) as (city, spoken):
        with shared.progress_in("check", say("progress.check", spoken, city=city.name)):
            demand_replaceable(toml if fix else None)
            preflight = precheck.check_city(city, day=day)
            if fix:
                before, comment = read_text(toml), say("check.price_comment", spoken)
                corrected = correct_city(before, toml, preflight, comment=comment, day=day)
        if fix:
            about = _fix(toml, before, corrected, spoken, yes=yes, as_json=as_json)
            if about["written"]:
                city, preflight = corrected.city, corrected.preflight
        return _print_check(city, preflight, spoken, every=every, as_json=as_json, **about)


def _fix(
    toml: Path, before: str, corrected: Corrected, language: str, *, yes: bool, as_json: bool
) -> dict[str, object]:
    """Show the difference and write it if that is confirmed; return both for machines."""
    texts = (text.removeprefix("\ufeff") for text in (before, corrected.text))
    old, new = (text.replace("\r\n", "\n").removesuffix("\n").split("\n") for text in texts)
    difference = [*difflib.unified_diff(old, new, toml.name, toml.name, lineterm="")]
    values = {"count": len(corrected.changes), "path": str(toml)}
    if not as_json:
        for line in difference or [say("check.fix_none", language)]:
            click.echo(line)
        asks = all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))
        if difference and asks and not yes:
            question = say("check.fix_ask", language, **values)
            answer = click.prompt(question, "", show_default=False, prompt_suffix=" ", err=True)
            yes = answer.strip().casefold() in ("y", "yes", "ya")
    written = yes and bool(difference)
    if written:
        if read_text(toml) != before:
            raise CityError("error.city_changed", path=str(toml))
        with whole(toml) as draft:
            draft.write_bytes(corrected.text.encode())
    if difference and not as_json:
        click.echo(
            say("check.fix_written" if written else "check.fix_not_written", language, **values)
        )
    document = document_of(corrected.text)
    changes = [
        {"code": change.code, "where": place(change.location, document)}
        | ({"lines": change.lines} if change.lines else {"values": change.values})
        for change in corrected.changes
    ]
    return {"changes": changes, "difference": difference, "written": written}


def _print_check(
    city: City,
    preflight: precheck.Preflight,
    language: str,
    *,
    every: bool,
    as_json: bool,
    **about: object,
) -> int:
    rows = join_findings([preflight.findings, _survey_form_rows(city, preflight)])
    ill = bool(preflight.faults) or bool((rows["severity"] == "error").any())
    if as_json:
        _print_json(city, preflight, rows, language, ready=not ill, **about)
        return int(ill)
    print_view(tables.sources_table(preflight.sources, language))
    print_view(tables.coverage_table(preflight.coverage, language))
    for sentence in below_ground(city.hazards):
        click.echo(say(sentence["word"], language, **sentence["values"]))
    gaps = [
        f"{key} ({', '.join(places)})"
        for key in ("publisher", "date")
        if (places := city.sources_without(key))
    ]
    if gaps:
        click.echo(say("check.left_out", language, gaps="; ".join(gaps)))
    print_view(tables.ownership_table(preflight.ownership, city.currency, language))
    severity = say("severity.error", language)
    faults = [f"{severity}: {fault.say(language)}" for fault in preflight.faults]
    prices = [say("check.prices", language), *preflight.prices] if preflight.prices else []
    for lines in (faults, finding_lines(rows.to_dict("records"), language), prices):
        for line in lines if every else lines[:MOST_SHOWN]:
            click.echo(line)
        if not every and len(lines) > MOST_SHOWN:
            click.echo(say("check.more", language, count=len(lines) - MOST_SHOWN))
    click.echo(say("check.ill" if ill else "check.well", language))
    return 1 if ill else 0


def _survey_form_rows(city: City, preflight: precheck.Preflight) -> pd.DataFrame:
    """Return FINDINGS on filled-in tables and on maps that may be of water.

    There are none where no resilience assessment is declared.
    """
    if not city.declares_resilience:
        return empty("FINDINGS")
    districts = empty("DISTRICTS") if preflight.districts is None else preflight.districts
    filled = read_survey_forms(city, districts, this_year=datetime.date.today().year).findings
    return join_findings([filled, findings(not_recognised(city.hazards))])


def _print_json(
    city: City,
    preflight: precheck.Preflight,
    rows: pd.DataFrame,
    language: str,
    *,
    ready: bool,
    **about: object,
) -> None:
    """Print all of it, also what people see counted; a proposal is text for city.toml."""
    described = shared.describe_findings_of(as_rows(rows), language)
    shared.print_object(
        city=city.name,
        currency=city.currency,
        ready=ready,
        message=say("check.well" if ready else "check.ill", language),
        sources=as_rows(preflight.sources),
        coverage=as_rows(preflight.coverage),
        ownership=as_rows(preflight.ownership),
        faults=[shared.error_as_json(fault, language) for fault in preflight.faults],
        findings=[
            row | {"proposal": given.get("proposal") or None}
            for row, given in zip(described, rows["arguments"], strict=True)
        ],
        prices=list(preflight.prices),
        gaps={key: list(city.sources_without(key)) for key in ("licence", "publisher", "date")},
        **about,
    )


@shared.of_a_city
def explain(city: City, language: str, *, asset_id: str, as_json: bool) -> int:
    """Print the figures of one asset with their arithmetic."""
    explanation = explained(city, asset_id)
    lines = explanation.lines(language)
    if as_json:
        shared.print_object(**_explanation_object(explanation), lines=lines)
    else:
        click.echo("\n".join(lines))
    return 0


def _explanation_object(explanation: Explanation) -> dict[str, object]:
    """Return how an asset's figures come about: geometry, value, then by hazard its chain."""
    asset, city, joined = explanation.asset, explanation.city, explanation.joined
    price = explanation.price
    shape = asset["geometry"]
    return {
        "city": city.name,
        "currency": city.currency,
        "crs": str(city.crs),
        "asset": {name: cell for name, cell in asset.items() if name != "geometry"},
        "geometry": None if shape is None or shape.is_empty else mapping(shape),
        "district": explanation.district or None,
        "value": {
            "amount": asset["value"],
            "unit": city.currency,
            "rule": asset["value_rule"],
            "price": None if price is None else dataclasses.asdict(price),
        },
        "hazards": [_hazard_object(effect) for effect in explanation.hazards],
        "joint_ead": None if joined is None else dict(joined.row),
    }


def _hazard_object(effect: HazardExplanation) -> dict[str, object]:
    """Return one hazard's chain: intersections (cells), curve, exposure, damage and EAD with its rule."""
    hazard, stress = effect.hazard, effect.stress
    figures = None
    if stress is not None:
        figures = {name: cell[0] for name, cell in vars(stress.yearly).items()}
    return {
        "hazard": hazard.name,
        "kind": hazard.kind,
        "unit": hazard.unit,
        "threshold": hazard.threshold,
        "curve": None if effect.curve is None else _curve_object(effect.curve),
        "intersections": as_rows(effect.pieces),
        "exposure": as_rows(effect.exposure),
        "damage": as_rows(effect.damage),
        "damage_of_parts": {part: as_rows(table) for part, table in effect.of_parts.items()},
        "ead": as_rows(effect.ead),
        "future_ead": as_rows(effect.future_ead),
        "yearly": figures,
    }


def _curve_object(curve: DamageCurve) -> dict[str, object]:
    return {
        "id": curve.id,
        "unit": curve.unit,
        "unit_of_damage": curve.unit_of_damage,
        "steps": curve.steps,
        "exercise": curve.exercise,
        "citation": curve.citation,
        "points": [
            {"intensity": x, "damage": y, "word": word or None} for x, y, word in curve.points()
        ],
        "parts": [
            {"part": part.part, "weight": part.weight, "curve": _curve_object(part.curve)}
            for part in curve.parts
        ],
    }
