"""The demo city's tables, pages and answers are what they were.

`tests/golden/semarang.json` has the sums and texts of every table, the text under every heading of
every page, and what the commands print. After a change that is meant, write it anew with `python -m
pytest tests/test_golden.py --rewrite-golden` and read the difference: it names the table and
column, or the page and heading.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import io
import json
import math
import re
import textwrap
from collections import defaultdict
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path
from unittest import mock

import pandas as pd
import pytest

from asset_inventory.assessment import precheck
from asset_inventory.assessment.resilience import assess_resilience
from asset_inventory.cli import main
from asset_inventory.cli.start import demo_city
from asset_inventory.disclosure.assessment import disclosed
from asset_inventory.disclosure.resilience import disclosed_resilience
from asset_inventory.messages import LANGUAGES
from asset_inventory.outputs.files.results import resilience_tables, result_tables
from asset_inventory.outputs.report.write import write_report, write_resilience_report

pytestmark = pytest.mark.slow

GOLDEN = Path(__file__).parent / "golden" / "semarang.json"
DAY = datetime.date(2026, 11, 26)
HEADINGS = ("h1", "h2", "h3", "caption", "summary")
ASSET = "facilities:w1338307818"
ANSWERS = (
    ["check", "CITY"],
    ["damage", "CITY", "--by", "district", "--json"],
    ["explain", "CITY", ASSET],
    ["curves", "CITY", "--json"],
    ["resilience", "CITY", "--district", "33.74.02.1001"],
    ["validate", "CITY/assets/health.csv", "--city", "CITY", "--json"],
)


def short_hash(lines: Iterable[object]) -> str:
    return hashlib.sha256("\n".join(map(str, lines)).encode()).hexdigest()[:16]


def summary_of(table: pd.DataFrame) -> dict[str, object]:
    """Rows, and for each column its missing cells and the sum of its numbers or the hash of its
    texts.
    """
    columns = {}
    for name, column in table.items():
        if name == "geometry":
            columns[name] = {"area": float(column.area.sum()), "length": float(column.length.sum())}
        elif pd.api.types.is_numeric_dtype(column.dtype):
            columns[name] = {
                "missing": int(column.isna().sum()),
                "sum": float(column.astype(float).sum()),
            }
        else:
            columns[name] = {
                "missing": int(column.isna().sum()),
                "texts": short_hash(column.dropna().astype(str)),
            }
    return {"rows": len(table), "columns": columns}


class Headings(HTMLParser):
    """The text of a page under each of its headings; pictures and scripts have none."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: dict[str, list[str]] = defaultdict(list)
        self.heading, self.inside, self.skipped = "", [], 0

    def handle_starttag(self, tag, attributes):
        self.skipped += tag in ("script", "style")
        if tag in HEADINGS:
            self.inside = [tag]

    def handle_endtag(self, tag):
        self.skipped -= tag in ("script", "style")
        if tag in HEADINGS and self.inside:
            self.heading = " ".join(self.inside[1:])
            while self.texts[self.heading]:  # of two headings that read the same
                self.heading += " +"
            self.texts[self.heading].append("")
            self.inside = []

    def handle_data(self, data):
        text = " ".join(data.split())
        if text and not self.skipped:
            (self.inside or self.texts[self.heading]).append(text)


class Words(HTMLParser):
    """The words of a page outside its annex; pictures and scripts have none."""

    def __init__(self) -> None:
        super().__init__()
        self.count, self.divisions, self.annex, self.skipped = 0, 0, math.inf, 0

    def handle_starttag(self, tag, attributes):
        self.skipped += tag in ("script", "style", "svg")
        self.divisions += tag == "div"
        if dict(attributes).get("class") == "annex":
            self.annex = self.divisions

    def handle_endtag(self, tag):
        self.skipped -= tag in ("script", "style", "svg")
        self.divisions -= tag == "div"
        if self.divisions < self.annex:
            self.annex = math.inf

    def handle_data(self, data):
        if not self.skipped and self.annex == math.inf:
            self.count += len(re.findall(r"\w+(?:[.,-]\w+)*", data))


def words_in(page: Path) -> int:
    parser = Words()
    parser.feed(page.read_text(encoding="utf-8"))
    return parser.count


def texts_of(page: Path) -> dict[str, str]:
    parser = Headings()
    parser.feed(page.read_text(encoding="utf-8"))
    return {heading: short_hash(texts) for heading, texts in parser.texts.items()}


def answer(command: list[str]) -> dict[str, object]:
    """The exit code of a command and what it prints: by key where it prints JSON, else as a
    whole.
    """
    out, check_city = io.StringIO(), precheck.check_city
    # `check` prints the age of each source, which is another one tomorrow
    of_day = mock.patch.object(precheck, "check_city", lambda city, day: check_city(city, day=DAY))
    with contextlib.redirect_stdout(out), of_day:
        code = main(
            [part.replace("CITY", str(demo_city())) for part in command] + ["--language", "en"]
        )
    text = out.getvalue().replace(str(demo_city()), "CITY")
    printed = json.loads(text) if "--json" in command else {"lines": text.splitlines()}
    return {"exit_code": code} | {
        key: short_hash([json.dumps(value)]) for key, value in printed.items()
    }


@pytest.fixture(scope="module")
def today(assessed_once, tmp_path_factory) -> dict[str, dict]:
    """What the golden file holds, computed from the demo city as it is now."""
    folder = tmp_path_factory.mktemp("golden")
    assessment = assessed_once("semarang", DAY)
    resilience = assess_resilience(assessment, day=DAY)
    tables, pages, words = {}, {}, {}
    for audience, part, drawn in (
        ("internal", assessment, resilience),
        ("public", disclosed(assessment), disclosed_resilience(resilience)),
    ):
        of_run = result_tables(part, language="en")
        of_run |= {
            f"resilience/{name}": table
            for name, table in resilience_tables(drawn, language="en").items()
        }
        tables |= {f"{audience}/{name}": summary_of(table) for name, table in of_run.items()}
        report = write_report(part, folder / audience, languages=LANGUAGES)
        preliminary = write_resilience_report(
            drawn, folder / f"{audience}-preliminary", languages=LANGUAGES
        )
        written = (*report.every(), *preliminary.every())
        pages |= {f"{audience}/{page.name}": texts_of(page) for page in written}
        words |= {f"{audience}/{page.name}": words_in(page) for page in written}
    return {
        "words": words,
        "tables": tables,
        "pages": pages,
        "answers": {" ".join(command): answer(command) for command in ANSWERS},
    }


@pytest.mark.parametrize("part", ["tables", "pages", "answers"])
def test_the_demo_city_is_what_it_was(today, part, request):
    if request.config.getoption("--rewrite-golden"):
        GOLDEN.write_text(json.dumps(today, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))[part]
    assert today[part].keys() == golden.keys()
    for name, kept in golden.items():
        of_today = today[part][name]
        if part == "tables":
            assert (of_today["rows"], set(of_today["columns"])) == (
                kept["rows"],
                set(kept["columns"]),
            ), name
            for column, of_column in kept["columns"].items():
                for key, value in of_column.items():
                    wanted = value if isinstance(value, str) else pytest.approx(value, rel=1e-6)
                    assert of_today["columns"][column][key] == wanted, f"{name}.{column}"
        else:
            assert {
                key for key in kept | of_today if kept.get(key) != of_today.get(key)
            } == set(), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_has_no_more_words_than_its_readers_take(today, language):
    words = today["words"]
    for audience in ("internal", "public"):
        assert words[f"{audience}/report-{language}.html"] <= 5_000
        assert words[f"{audience}/preliminary-{language}.html"] <= 6_000
        assert words[f"{audience}/summary-{language}.html"] <= 1_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_summary_in_a_terminal_has_fifteen_lines(tmp_path, monkeypatch, language):
    monkeypatch.chdir(tmp_path)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        main(["assess", str(demo_city()), "--language", language])
    lines = [row for line in out.getvalue().splitlines() for row in textwrap.wrap(line, 120)]
    assert len(lines) <= 15, out.getvalue()
