"""What holds for the whole test run."""

from __future__ import annotations

import datetime
import functools
import gc
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import hypothesis
import numpy as np
import pytest

from tests.support.browser import LAUNCH, page_opener
from tests.support.paths import DATA
from tests.support.programs import find_chromium, find_firefox, find_gdal
from tests.support.town import DECLARED, SURGE, add_survey, draw_town, write_grid

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

    from asset_inventory.assessment.run import Assessment
    from asset_inventory.model.city import City

AT_START = dict(os.environ)
IN_CI = AT_START.get("CI", "").lower() == "true"


# What is run by hand, and may need what a test run has not
collect_ignore = ["long"]

# A slow machine is no fault, and what is handed in is judged by the same examples every time;
# EXAMPLES asks for more.
hypothesis.settings.register_profile(
    "project", deadline=None, derandomize=IN_CI, max_examples=int(AT_START.get("EXAMPLES", "40"))
)
hypothesis.settings.load_profile("project")


@pytest.fixture(autouse=True)
def unchanged_environment() -> Iterator[None]:
    """A command sets GDAL's variables for its own process; here it shares one with the tests that
    follow.

    What a fixture of a whole module sets is taken back too.
    """
    yield
    of_pytest = {name: value for name, value in os.environ.items() if name == "PYTEST_CURRENT_TEST"}
    os.environ.clear()
    os.environ.update(AT_START | of_pytest)


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end, so that nobody looks through it again
    and again.
    """
    gc.collect()
    gc.freeze()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite-golden",
        action="store_true",
        help="write tests/golden/ anew from what is reckoned today",
    )


@pytest.fixture(scope="session")
def assessed_once() -> Callable[..., Assessment]:
    """A function that assesses a city that ships, once for all tests of a process; what it
    returns is only read.
    """
    from asset_inventory.assessment.run import assess
    from asset_inventory.model.reading import read_city

    @functools.cache
    def made(name: str, day: datetime.date | None = None) -> Assessment:
        return assess(read_city(DATA / name), day=day)

    return made


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser, for tests marked `chromium`."""
    return find_chromium()


@pytest.fixture(scope="session")
def firefox_program() -> str:
    """The path of Firefox, for tests marked `firefox`."""
    return find_firefox()


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker, find, name, package in (
        ("chromium", find_chromium, "Chromium on the PATH", "chromium"),
        ("firefox", find_firefox, "Firefox on the PATH", "firefox-esr"),
        (
            "libreoffice",
            lambda: shutil.which("soffice"),
            "LibreOffice Calc",
            "libreoffice-calc-nogui",
        ),
        (
            "qgis",
            lambda: shutil.which("qgis_process"),
            "QGIS",
            "qgis python3-qgis",
        ),
        ("gdal", find_gdal, "GDAL for /usr/bin/python3", "python3-gdal"),
    ):
        if item.get_closest_marker(marker) and not find():
            (pytest.fail if IN_CI else pytest.skip)(
                f"no {name} (Debian: sudo apt install {package})"
            )


@pytest.fixture
def town(tmp_path: Path, town_once: Path) -> Path:
    """The folder of the town of `tests/support/town.py`: a copy that a test may change."""
    return shutil.copytree(town_once, tmp_path / "town")


@pytest.fixture(scope="session")
def town_once(tmp_path_factory) -> Path:
    """Where the town of `tests/support/town.py` stands as it was made once; never changed."""
    return draw_town(tmp_path_factory.mktemp("drawn") / "town")


@pytest.fixture
def edit(town: Path) -> Callable[..., Path]:
    """A function that replaces texts in the town's city.toml, each of which must be there, and
    returns its folder.
    """

    def replace(*pairs: tuple[str, str]) -> Path:
        text = (town / "city.toml").read_text(encoding="utf-8")
        for old, new in pairs:
            assert old in text, old
            text = text.replace(old, new, 1)
        (town / "city.toml").write_text(text, encoding="utf-8")
        return town

    return replace


@pytest.fixture
def ask(capsys) -> Callable[..., tuple[int, str]]:
    """A function that runs a command, and returns its exit code and what it said on both
    streams.
    """
    from asset_inventory.cli import main

    def run(*arguments: object, language: str = "en") -> tuple[int, str]:
        code = main([*map(str, arguments), "--language", language])
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


@pytest.fixture(scope="session")
def started_once(tmp_path_factory) -> Path:
    """Where a town stands whose register was filled once."""
    return tmp_path_factory.mktemp("started") / "town"


@pytest.fixture
def started(town: Path, ask, started_once) -> Path:
    """The town with a register that was filled from its files."""
    if not started_once.exists():
        assert ask("start", town)[0] == 1  # the depot has no geometry, which must be mended
        shutil.copytree(town, started_once)
    # files of other bytes were not what was handed in
    shutil.copytree(started_once, town, dirs_exist_ok=True)
    return town


@pytest.fixture
def town_with_voices(town: Path, voices_once: Path) -> Path:
    """The town with everything that a preliminary resilience assessment asks for: a copy that a
    test may change.
    """
    return shutil.copytree(voices_once, town, dirs_exist_ok=True)


@pytest.fixture(scope="session")
def voices_once(town_once: Path, tmp_path_factory) -> Path:
    """Where the town with voices stands as it was made once; never changed."""
    return add_survey(shutil.copytree(town_once, tmp_path_factory.mktemp("voices") / "town"))


@pytest.fixture
def coast(town, edit):
    """A function that returns the town with a surge beside its flood, in a relation or in none."""

    from asset_inventory.model.reading import read_city

    def declare(relation: str | None = None, more: str = "") -> City:
        for period, (west, east) in {10: (0.25, 0.5), 50: (0.5, 1.0), 100: (1.0, 2.0)}.items():
            write_grid(town / f"surge_{period}.tif", np.array([[0.0, -9999.0], [west, east]]))
        text = SURGE + (DECLARED.format(relation) if relation else "") + more
        return read_city(edit(("[scores]", f"{text}\n[scores]")))

    return declare


@pytest.fixture(scope="session")
def node() -> str:
    """The path of node, which runs the scripts' own tests."""
    found = shutil.which("node")
    if not found:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("no node on the PATH")
    return found


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """The one Chromium of a process, for tests marked `chromium`."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=[*LAUNCH])
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., SimpleNamespace]]:
    """The function of `page_opener`; what it opened is closed after the test."""
    contexts: list[BrowserContext] = []
    yield page_opener(browser, contexts)
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def open_shared_page(browser: Browser) -> Iterator[Callable[..., SimpleNamespace]]:
    """The function of `page_opener`, for pages that several tests of a module only look at."""
    contexts: list[BrowserContext] = []
    yield page_opener(browser, contexts)
    for context in contexts:
        context.close()
