"""The assessment of the town, written down by hand."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import pytest

from asset_inventory.assessment.run import Assessment
from asset_inventory.outputs.map.city_map import write_map
from tests.support.town_assessment import town_assessment


@pytest.fixture
def assessment(town: Path) -> Assessment:
    """The assessment of the town."""
    return town_assessment(town)


@pytest.fixture(scope="session")
def town_page(town_once: Path, tmp_path_factory) -> Callable[..., Path]:
    """A function that gives the town's map page in a language, which is written once for all tests of a process."""
    folder = tmp_path_factory.mktemp("town-pages")

    @functools.cache
    def written(language: str | None = None) -> Path:
        return write_map(town_assessment(town_once), folder / f"map-{language}.html", language=language)

    return written
