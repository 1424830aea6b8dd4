"""The documentation site that `make docs` has built: complete, offline, and it can be searched."""

from __future__ import annotations

import os
import re
import tempfile
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from asset_inventory.cli.commands import COMMANDS
from asset_inventory.messages import finding_families
from asset_inventory.messages.glossary import glossary
from asset_inventory.model.tables import TABLES
from tests.support.paths import PROJECT, TUTORIALS

pytestmark = pytest.mark.site

SITE = PROJECT / "docs" / "_build" / "html"


class Links(HTMLParser):
    """What a page links, what it loads, and the anchors that it has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.linked: list[str] = []
        self.loaded: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = dict(attributes)
        self.anchors |= {values[name] for name in ("id", "name") if values.get(name)}
        if tag == "a" and values.get("href"):
            self.linked.append(values["href"])
        elif tag in ("link", "script", "img", "iframe"):
            self.loaded += [values[name] for name in ("href", "src") if values.get(name)]


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    """Without the site there is nothing to test: a reason to skip, and a failure where CI=true."""
    if not (SITE / "index.html").exists():
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("no site: make docs")


@pytest.fixture(scope="module")
def pages() -> dict[Path, Links]:
    return {path: Links(path.read_text(encoding="utf-8")) for path in SITE.rglob("*.html")}


def words_of(page: str) -> str:
    return re.sub(r"<[^>]+>", "", (SITE / page).read_text(encoding="utf-8"))


def test_every_internal_link_leads_to_a_page_and_an_anchor_that_exist(pages):
    for path, page in pages.items():
        for link in page.linked:
            target = urlsplit(link)
            if target.scheme or target.netloc:
                continue
            file = (path.parent / unquote(target.path)).resolve() if target.path else path
            assert file.exists(), f"{path.relative_to(SITE)}: {link}"
            if target.fragment and file.suffix == ".html" and file in pages:
                anchor = unquote(target.fragment)
                assert anchor in pages[file].anchors, f"{path.relative_to(SITE)}: {link}"


def test_no_page_loads_anything_from_a_network(pages):
    for path, page in pages.items():
        for link in page.loaded:
            assert not urlsplit(link).netloc, f"{path.relative_to(SITE)}: {link}"
            if not urlsplit(link).scheme:
                assert (path.parent / unquote(urlsplit(link).path)).resolve().exists(), link
    for sheet in SITE.rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert not re.search(r"(?:@import|url\()\s*[\"']?https?:", text), sheet


def test_the_reference_has_every_command_table_finding_and_term():
    for page in ("reference/commands.html", "reference/perintah.html"):
        for command in COMMANDS:
            assert f"asset-inventory {command.name}" in words_of(page)
    assert not {"Required argument", "Usage"} & set(
        words_of("reference/perintah.html").splitlines()
    )
    tables = words_of("reference/generated/tables.html")
    assert all(f"{name}¶" in tables for name in TABLES)
    families = sorted(SITE.glob("reference/generated/findings-*.html"))
    assert len(families) == len(finding_families())
    text = "".join(words_of(str(path.relative_to(SITE))) for path in families)
    assert all(f"{code}¶" in text for codes in finding_families().values() for code in codes)
    terms = (SITE / "reference/generated/glossary.html").read_text(encoding="utf-8")
    assert terms.count("<tr") == len(glossary()) + 1


@pytest.mark.parametrize("name", [*TUTORIALS, *TUTORIALS.values()])
def test_a_tutorial_shows_what_its_commands_answer(name):
    """The build stops at a command or a cell that ends otherwise than its page states."""
    typed = (PROJECT / "docs" / "tutorials" / f"{name}.md").read_text(encoding="utf-8")
    shown = unescape(words_of(f"tutorials/{name}.html"))
    commands = typed.count("\n$ asset-inventory")
    assert shown.count("\n$ asset-inventory") == commands
    assert commands > 5 or typed.count("```{code-cell}") > 5
    assert len(shown.splitlines()) > len(typed.splitlines())
    assert tempfile.gettempdir() not in shown


@pytest.mark.chromium
@pytest.mark.parametrize(
    ("words", "page"),
    [
        ("coordinates_swapped", "findings-files"),
        ("kala ulang", "generated/glossary"),
        ("interpolation bounds", "expected-annual-damage"),
    ],
)
def test_search_works_from_disk_without_a_network(open_page, words, page):
    opened = open_page(SITE / "search.html", address=f"?q={words.replace(' ', '+')}", ready=False)
    opened.page.wait_for_selector("#search-results li a")
    found = opened.page.eval_on_selector_all(
        "#search-results li a", "links => links.map(link => link.getAttribute('href'))"
    )
    assert any(page in link for link in found), found
