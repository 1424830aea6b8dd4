"""What holds for the whole test run."""

from __future__ import annotations

import os
import shutil

import hypothesis
import pytest

IN_CI = os.environ.get("CI", "").lower() == "true"

# A slow machine is no fault, and what is handed in is judged by the same examples every time.
hypothesis.settings.register_profile("project", deadline=None, derandomize=IN_CI)
hypothesis.settings.load_profile("project")


def find_chromium() -> str | None:
    """The path of a browser that Playwright can drive, or None."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for path in map(shutil.which, names) if path), None)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser, for tests marked `chromium`."""
    return find_chromium()


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("chromium") and not find_chromium():
        (pytest.fail if IN_CI else pytest.skip)("no Chromium on the PATH (Debian: sudo apt install chromium)")
