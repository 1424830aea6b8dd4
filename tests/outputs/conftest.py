"""The assessment of the town, written down by hand."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.support.town_assessment import by_pencil


@pytest.fixture
def assessment(town: Path) -> SimpleNamespace:
    """The assessment of the town."""
    return by_pencil(town)
