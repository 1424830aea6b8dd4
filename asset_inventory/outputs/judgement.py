"""The judgement of a file as a page that GIS staff send back to the department, in both languages, without scripts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import jinja2

from asset_inventory.sources.intake import STATUS_SAYS, Judged, shift_says
from asset_inventory.sources.runs import write_page
from asset_inventory.words import LANGUAGES, finding_says, number, say

if TYPE_CHECKING:
    from asset_inventory.sources.intake.rules import Rules

COUNTS = ("read", "kept", "repaired", "quarantined")
STATIC = Path(__file__).parent / "static"


def write_judgement(judged: Judged, path: Path, *, language: str, rules: Rules | None = None) -> Path:
    """Write the page, the given language first, and return its path; raises SourceError where it cannot be written.

    `rules` are those of the city against which the file was held.
    """
    order = [language, *(other for other in LANGUAGES if other != language)]
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(STATIC), autoescape=True, undefined=jinja2.StrictUndefined
    )
    text = environment.get_template("judgement.html").render(parts=[_part(judged, one, rules) for one in order])
    return write_page(path, text)


def _part(judged: Judged, language: str, rules: Rules | None) -> dict[str, object]:
    of_city = {} if rules is None else {"source": judged.name, "city": rules.city, "layer": rules.layer}
    return {
        "language": language,
        "title": say("validate.title", language, source=judged.name),
        "for_city": say("validate.for_city", language, **of_city) if of_city else "",
        "status": say(STATUS_SAYS[judged.status], language, source=judged.name),
        "heads": [say(f"validate.head.{name}", language) for name in ("layer", "crs", *COUNTS)],
        "layers": [_row(one, language) for one in judged.layers or (judged,)],
        "shifts": [says for one in judged.layers or (judged,) if (says := shift_says(one, language))],
        "problem_heads": [say(f"validate.head.{name}", language) for name in ("severity", "problem", "remedy", "code")],
        "problems": [_problem(row, language) for row in judged.all_problems],
    }


def _row(one: Judged, language: str) -> list[str]:
    counts = ["–" if one.kind == "raster" else number(getattr(one, name), language) for name in COUNTS]
    return [one.name, one.crs or "–", *counts]


def _problem(row: dict[str, object], language: str) -> dict[str, str]:
    sentence, remedy = finding_says(row, language)
    severity = str(row["severity"])
    return {
        "severity": severity,
        "word": say(f"severity.{severity}", language),
        "sentence": sentence,
        "remedy": remedy,
        "code": str(row["code"]).removeprefix("error."),
    }
