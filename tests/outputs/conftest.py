"""The assessment of the town, written down by hand."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import pytest

from asset_inventory.assessment.resilience import ResilienceAssessment, assess_resilience
from asset_inventory.assessment.run import Assessment, assess
from asset_inventory.model.reading import read_city
from asset_inventory.outputs.map.city_map import write_map
from tests.support.survey_fixtures import drawn_up
from tests.support.town_assessment import town_assessment


@pytest.fixture
def assessment(town: Path) -> Assessment:
    """The assessment of the town."""
    return town_assessment(town)


@pytest.fixture(scope="session")
def town_page(town_once: Path, tmp_path_factory) -> Callable[..., Path]:
    """A function that gives the town's map page in a language, which is written once for all
    tests of a process.
    """
    folder = tmp_path_factory.mktemp("town-pages")

    @functools.cache
    def written(language: str | None = None) -> Path:
        return write_map(
            town_assessment(town_once), folder / f"map-{language}.html", language=language
        )

    return written


@pytest.fixture(scope="session")
def town_resilience(voices_once: Path) -> ResilienceAssessment:
    """The resilience assessment of the town, some of its tables written down by hand, made once;
    only read.
    """
    return drawn_up(voices_once)


@pytest.fixture(scope="session")
def computed_resilience(voices_once: Path) -> ResilienceAssessment:
    """The resilience assessment of the town as it is computed, once; only read."""
    return assess_resilience(assess(read_city(voices_once)))
